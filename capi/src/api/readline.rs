//! Reading a line that somebody types: `PyOS_Readline`.

use core::ffi::{c_char, c_void};

use heap::{Raised, Thread};
use objects::raise;

use super::file::File;
use crate::api;

unsafe extern "C-unwind" {
    fn PyMem_Malloc(bytes: usize) -> *mut c_void;
}

/// How a wait for a line ended.
enum Read {
    Line(Vec<u8>),
    Interrupted,
}

/// Reads up to the end of the line, or of the file.
///
/// # Safety
/// R4: `file` is an open file.
unsafe fn read(file: File, line: &mut Vec<u8>) -> Read {
    // SAFETY: the caller's promise; `errno` is the calling thread's own.
    unsafe {
        loop {
            *libc::__errno_location() = 0;
            let byte = libc::fgetc(file);
            match u8::try_from(byte) {
                Ok(byte) => line.push(byte),
                Err(_) if *libc::__errno_location() == libc::EINTR => return Read::Interrupted,
                Err(_) => return Read::Line(core::mem::take(line)),
            }
            if line.ends_with(b"\n") {
                return Read::Line(core::mem::take(line));
            }
        }
    }
}

fn ask(th: &mut Thread, input: File, output: File, prompt: *const c_char) -> Result<Vec<u8>, Raised> {
    // SAFETY: R4: an open file.
    unsafe { libc::fflush(output) };
    if !prompt.is_null() {
        // SAFETY: R4: a C string.
        stdx::tell(format_args!("{}", unsafe { core::ffi::CStr::from_ptr(prompt) }.to_string_lossy()));
    }
    let (file, mut line) = (input as usize, Vec::new());
    loop {
        // SAFETY: R4: an open file, which C leaves to this call.
        match th.detached(|| unsafe { read(file as File, &mut line) }) {
            Read::Line(line) => return Ok(line),
            Read::Interrupted => modules::signal::run_handlers(th)?,
        }
    }
}

api! {
    /// A line with its end, in memory that is freed by `PyMem_Free`; empty at the end of the file, null if a signal's handler raised. The prompt goes to
    /// standard error.
    fn PyOS_Readline(th, input: File, output: File, prompt: *const c_char) -> Result<*mut c_char, Raised> {
        let line = ask(th, input, output, prompt)?;
        // SAFETY: R10: the allocator of the API may be called attached.
        let memory: *mut c_char = unsafe { PyMem_Malloc(line.len() + 1) }.cast();
        if memory.is_null() {
            return Err(raise::memory_error(th));
        }
        // SAFETY: fresh memory of that size.
        unsafe {
            memory.copy_from_nonoverlapping(line.as_ptr().cast(), line.len());
            memory.add(line.len()).write(0);
        }
        Ok(memory)
    }
}
