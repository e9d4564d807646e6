//! `long double`: the machine's own format, which Rust has no type for.
#![allow(unsafe_code, reason = "two instructions of the x87 unit")]

#[cfg(not(target_arch = "x86_64"))]
compile_error!("`long double` has another format on this machine: write its conversions");

/// Bytes of a `long double` in memory.
pub const SIZE: usize = 16;

/// The nearest `double`.
///
/// # Safety
/// A `long double` may be read there.
#[cfg(target_arch = "x86_64")]
pub unsafe fn read(at: *const u8) -> f64 {
    let mut value = 0f64;
    // SAFETY: the caller's promise; the stack of the unit is as it was afterwards.
    unsafe {
        core::arch::asm!(
            "fld tbyte ptr [{from}]",
            "fstp qword ptr [{to}]",
            from = in(reg) at, to = in(reg) &raw mut value,
            out("st(0)") _, out("st(1)") _, out("st(2)") _, out("st(3)") _, out("st(4)") _, out("st(5)") _, out("st(6)") _, out("st(7)") _,
            options(nostack)
        );
    }
    value
}

/// The bytes of a `double` as a `long double`; those that the format does not use are zero.
#[cfg(target_arch = "x86_64")]
pub fn bytes(value: f64) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    // SAFETY: both are ours; the stack of the unit is as it was afterwards.
    unsafe {
        core::arch::asm!(
            "fld qword ptr [{from}]",
            "fstp tbyte ptr [{to}]",
            from = in(reg) &raw const value, to = in(reg) &raw mut bytes,
            out("st(0)") _, out("st(1)") _, out("st(2)") _, out("st(3)") _, out("st(4)") _, out("st(5)") _, out("st(6)") _, out("st(7)") _,
            options(nostack)
        );
    }
    bytes
}
