//! `_posixshmem`: shared memory of POSIX by name.
#![allow(unsafe_code, reason = "system calls")]

use std::ffi::CString;

use heap::{Heaped, Raised, Thread};
use macros::pymodule;
use objects::{Str, raise};

use crate::os::{self, c};

/// The name of a shared memory object, as the system takes it.
fn terminated(th: &mut Thread, path: &Str) -> Result<CString, Raised> {
    let Some(utf8) = path.to_utf8() else { return Err(raise::unicode_surrogates(th, path)) };
    CString::new(utf8).or_else(|_| Err(raise::value_error(th, format_args!("embedded null character"))))
}

#[pymodule(name = "_posixshmem")]
pub mod posixshmem {
    //! POSIX shared memory module
    use super::*;

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=511)")]
    fn shm_open(th: &mut Thread, path: &Str, flags: i32, mode: i32) -> Result<i32, Raised> {
        let name = terminated(th, path)?;
        os::call_on(th, path.as_object(), || c!(shm_open(name.as_ptr(), flags, mode as libc::mode_t)))
    }

    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes have
    /// unmapped the object, de-allocates and destroys the contents of the
    /// associated memory region.
    #[function(sig = "(path, /)")]
    fn shm_unlink(th: &mut Thread, path: &Str) -> Result<(), Raised> {
        let name = terminated(th, path)?;
        os::call_on(th, path.as_object(), || c!(shm_unlink(name.as_ptr()))).map(|_| ())
    }
}
