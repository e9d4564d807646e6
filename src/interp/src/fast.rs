//! Fast paths for exact ints and floats, shared by the specialised instructions.

use heap::{Object, Raised, Ref, Thread};
use objects::Int;

use crate::frame::Reg;

/// The int `n` in a register; small ones are immortal and need no count.
#[inline(always)]
pub fn small_int(th: &Thread, n: i32) -> Reg {
    Reg::counted(Int::from_i64(th, i64::from(n)))
}

/// a ** b
pub fn pow(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    objects::ops::pow(th, a, b, None)
}
