//! `int`: layout and construction in [`storage`], arithmetic in [`arith`], slots in `slots`, methods in `methods`, `int(…)` in [`parse`].

pub mod arith;
pub mod limit;
mod methods;
pub mod parse;
mod slots;
pub mod storage;

pub use arith::{abs, add, and, cmp, divmod, eq, floordiv, invert, lshift, modulo, mul, neg, or, pow, pow_mod, rshift, sub, to_f64, truediv, xor};
pub use parse::from_object;
pub use slots::decimal_i64;
pub use storage::Int;
