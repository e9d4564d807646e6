//! OpenSSL's first step, which it would take as the program starts: it asks the processor what it can, some twenty times. Under a hypervisor that
//! costs a tenth of a millisecond, which programs without TLS need not pay.
//!
//! `--wrap` (in the build scripts of this crate and of the binary) sends the call that stands in `.init` to a function of ours that does nothing,
//! and gives the real one another name. Elsewhere than on x86-64 OpenSSL asks the kernel, which is cheap.

use crate::ffi;

#[cfg(target_arch = "x86_64")]
mod first {
    unsafe extern "C" {
        #[link_name = "__real_OPENSSL_cpuid_setup"]
        fn real_setup();
    }

    /// Stands for the real one when the program starts.
    ///
    /// # Safety
    /// None: it does nothing.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn __wrap_OPENSSL_cpuid_setup() {}

    pub fn run() {
        // SAFETY: no preconditions; a second time changes nothing.
        unsafe { real_setup() };
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod first {
    pub fn run() {}
}

/// Starts OpenSSL.
pub fn run() {
    first::run();
    // SAFETY: no preconditions. Nothing is torn down as the process ends: threads may still be at work then.
    unsafe { ffi::OPENSSL_init_ssl(ffi::INIT_NO_ATEXIT | ffi::INIT_STRINGS, core::ptr::null()) };
}
