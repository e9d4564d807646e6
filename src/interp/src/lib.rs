//! The interpreter: frames, the loop over register bytecode, calls, generators, tracing (design, section 5).
//!
//! Owns: the code and function objects, generators and coroutines, `frame` objects, import, `builtins`, `sys`. Must never know: LLVM,
//! or how native code is entered through the C API. Start reading at `dispatch`, then `frame`, then `ops`.
#![allow(non_upper_case_globals, reason = "constants of modules are called as Python calls them")]

mod adapt;
pub mod args;
pub mod audit;
pub mod builtins;
pub mod class;
pub mod code;
pub mod compile;
pub mod compiled;
pub mod config;
mod dispatch;
mod fast;
pub mod finalize;
mod lent;
pub mod monitor;
pub mod frame;
pub mod function;
pub mod generator;
pub mod hooks;
pub mod import;
pub mod native;
mod ops;
mod quick;
pub mod report;
pub mod run;
mod safepoint;
pub mod start;
pub mod stdio;
pub mod sys;
pub mod trace;
mod unwind;

pub use code::Code;
pub use frame::FrameObject;
pub use function::Function;
pub use generator::{AsyncGenerator, Coroutine, Generator};
