//! What the C library's mathematics has and Rust's does not.
#![allow(unsafe_code, reason = "the C library's functions are declared here")]

unsafe extern "C" {
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn tgamma(x: f64) -> f64;
    pub safe fn remainder(x: f64, y: f64) -> f64;
    fn lgamma_r(x: f64, sign: *mut core::ffi::c_int) -> f64;
}

/// The logarithm of |Γ(x)|.
pub fn lgamma(x: f64) -> f64 {
    let mut sign = 0;
    // SAFETY: R12, the function writes one int where it is told to.
    unsafe { lgamma_r(x, &raw mut sign) }
}
