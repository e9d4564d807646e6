//! `PyFloat_Pack2` and its like: IEEE 754 in 2, 4 and 8 bytes, either order.

use core::ffi::{c_char, c_int};

use heap::Raised;
use objects::raise;

use crate::api;

/// Writes bytes in memory order `little`.
///
/// # Safety
/// `out` is `N` bytes to write.
unsafe fn put<const N: usize>(out: *mut c_char, mut bytes: [u8; N], little: c_int) {
    if little == 0 {
        bytes.reverse();
    }
    // SAFETY: the caller's promise.
    unsafe { out.cast::<[u8; N]>().write_unaligned(bytes) }
}

/// Reads bytes in memory order `little`, as little-endian.
///
/// # Safety
/// `from` is `N` bytes to read.
unsafe fn take<const N: usize>(from: *const c_char, little: c_int) -> [u8; N] {
    // SAFETY: the caller's promise.
    let mut bytes = unsafe { from.cast::<[u8; N]>().read_unaligned() };
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

/// The top bit of the fraction: the NaN is quiet.
const QUIET_HALF: u16 = 0x200;
const QUIET_SINGLE: u32 = 1 << 22;

/// A signalling NaN whose payload does not fit has no fraction left, as if it were an infinity: it becomes a quiet one.
fn half_of(value: f64) -> Result<u16, algos::binary::FloatTooLarge> {
    let half = algos::binary::to_half(value)?;
    Ok(if value.is_nan() && half & 0x3ff == 0 { half | QUIET_HALF } else { half })
}

/// The same for single precision.
fn single_of(value: f64) -> Result<u32, algos::binary::FloatTooLarge> {
    let single = algos::binary::to_single(value)?.to_bits();
    Ok(if value.is_nan() && single & 0x7f_ffff == 0 { single | QUIET_SINGLE } else { single })
}

api! {
    /// Writes half precision.
    fn PyFloat_Pack2(th, value: f64, out: *mut c_char, little: c_int) -> Result<(), Raised> {
        match half_of(value) {
            // SAFETY: R4: the function's contract.
            Ok(half) => Ok(unsafe { put(out, half.to_le_bytes(), little) }),
            Err(error) => Err(raise::overflow_error(th, format_args!("{error}"))),
        }
    }

    /// Writes single precision.
    fn PyFloat_Pack4(th, value: f64, out: *mut c_char, little: c_int) -> Result<(), Raised> {
        match single_of(value) {
            // SAFETY: R4: the function's contract.
            Ok(single) => Ok(unsafe { put(out, single.to_le_bytes(), little) }),
            Err(error) => Err(raise::overflow_error(th, format_args!("{error}"))),
        }
    }

    /// Writes double precision.
    fn PyFloat_Pack8(th, value: f64, out: *mut c_char, little: c_int) -> Result<(), Raised> {
        let _ = &th;
        // SAFETY: R4: the function's contract.
        unsafe { put(out, value.to_le_bytes(), little) };
        Ok(())
    }

    /// Reads half precision.
    fn PyFloat_Unpack2(th, from: *const c_char, little: c_int) -> f64 {
        let _ = &th;
        // SAFETY: R4: the function's contract.
        algos::binary::from_half(u16::from_le_bytes(unsafe { take(from, little) }))
    }

    /// Reads single precision.
    fn PyFloat_Unpack4(th, from: *const c_char, little: c_int) -> f64 {
        let _ = &th;
        // SAFETY: R4: the function's contract.
        algos::binary::from_single(f32::from_le_bytes(unsafe { take(from, little) }))
    }

    /// Reads double precision.
    fn PyFloat_Unpack8(th, from: *const c_char, little: c_int) -> f64 {
        let _ = &th;
        // SAFETY: R4: the function's contract.
        f64::from_le_bytes(unsafe { take(from, little) })
    }
}
