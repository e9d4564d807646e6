//! Frames: registers, the per-thread stack they live on, and the `frame` objects that Python sees.
//!
//! Start reading at `regs`, then `stack`.

pub mod locals;
pub mod object;
pub mod regs;
pub mod stack;

pub use object::{FrameEnds, FrameObject};
pub use regs::{Pc, Reg, Regs};
pub use stack::{Fp, Frame, Kind};
