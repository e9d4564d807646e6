//! Where compiled code lives: one region of memory, a loader of objects into it, and the library that makes them.
//!
//! Owns the region and what is registered of it with debuggers and profilers. Knows nothing of what the code computes. The rules that its
//! `unsafe` rests on:
//!
//! * **C1.** A region's two views, one written and one executed, are mapped as long as it lives; pieces of it do not overlap.
//! * **C2.** A piece is written once, before anybody knows its entries, and given back when nobody runs it any more: who loads code says
//!   when it is published, with the order that this takes, and drops what it loaded when no thread can be in it.
//! * **C3.** What is loaded comes from the back end, and was made of a unit that says only what is sound.
//!
//! The way of a unit: `BackEnd::find()` once, `back_end.compile(&unit, options)` on any thread, `region.load(&compiled.object, addresses)`,
//! `loaded.entry(func)`; or `region.enter(Evaluator::new(unit, addresses))`, `evaluated.entry(func)`, which interprets it.
//! Start at [`Region`], then [`Region::load`].
mod allot;
mod elf;
pub mod gdb;
mod library;
mod lines;
mod load;
pub mod perf;
mod region;
mod thunk;

pub use library::{BackEnd, Compiled, OpenError};
pub use load::{LoadError, Loaded};
pub use region::{Piece, Region, RegionError, Usage};
pub use thunk::Evaluated;
