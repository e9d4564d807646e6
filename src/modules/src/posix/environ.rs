//! The environment. libc's own is not made for threads: every change of ours, and the copy at the start, happen under one lock.
#![allow(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;
use heap::sync::Mutex;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Bytes, Dict, raise};

use crate::os::{self, c};

static CHANGES: Mutex<()> = Mutex::new(());

/// A dict of bytes with what the environment holds now.
pub fn make(th: &mut Thread) -> Ref<Object> {
    let dict = Dict::new(th);
    let all: Vec<_> = std::env::vars_os().collect();
    for (key, value) in all {
        let (key, value) = (Bytes::new(th, &key.into_vec()), Bytes::new(th, &value.into_vec()));
        // Bytes hash and compare without running anything that could raise.
        if dict.set(th, &key, value).is_err() {
            th.take_exception();
        }
    }
    dict.up()
}

fn change(th: &mut Thread, f: impl Fn() -> i32) -> Result<(), Raised> {
    let result = {
        let _changing = CHANGES.lock();
        f()
    };
    os::quick(th, result)?;
    Ok(())
}

fn check_name(th: &mut Thread, name: &CString) -> Result<(), Raised> {
    if name.as_bytes().contains(&b'=') {
        return Err(raise::value_error(th, format_args!("illegal environment variable name")));
    }
    Ok(())
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Change or add an environment variable.
    #[function(sig = "(name, value, /)")]
    fn putenv(th: &mut Thread, name: &Object, value: &Object) -> Result<(), Raised> {
        let (n, v) = (os::fs_string(th, name)?, os::fs_string(th, value)?);
        interp::audit::event(th, "os.putenv", &[name, value])?;
        check_name(th, &n)?;
        change(th, || c!(setenv(n.as_ptr(), v.as_ptr(), 1)))
    }

    /// Delete an environment variable.
    #[function(sig = "(name, /)")]
    fn unsetenv(th: &mut Thread, name: &Object) -> Result<(), Raised> {
        let n = os::fs_string(th, name)?;
        interp::audit::event(th, "os.unsetenv", &[name])?;
        change(th, || c!(unsetenv(n.as_ptr())))
    }

    /// Create the environment dictionary.
    #[function(sig = "()")]
    fn _create_environ(th: &mut Thread) -> Ref<Object> {
        make(th)
    }
}
