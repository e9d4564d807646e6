//! What the C library's mathematics has and Rust's does not, or has its own of.
#![allow(unsafe_code, reason = "the C library's functions are declared here")]

use std::sync::OnceLock;

unsafe extern "C" {
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn remainder(x: f64, y: f64) -> f64;
}

/// The cube root. Rust brings a function of that name along, so the C library's is asked for where the program is running.
pub fn cbrt(x: f64) -> f64 {
    static FOUND: OnceLock<Option<extern "C" fn(f64) -> f64>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        // SAFETY: a C string, and no handle but the one for all libraries.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"cbrt".as_ptr()) };
        // SAFETY: C's declaration of `cbrt`; a null pointer is `None`.
        unsafe { core::mem::transmute::<*mut core::ffi::c_void, Option<extern "C" fn(f64) -> f64>>(address) }
    });
    match found {
        Some(cbrt) => cbrt(x),
        None => x.cbrt(),
    }
}
