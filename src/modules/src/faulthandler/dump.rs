//! The text of tracebacks, made without allocation where a signal handler makes it.
#![allow(unsafe_code, reason = "the names of threads and the C stack come from libc")]

use heap::Thread;
use interp::frame::stack;
use objects::Str;

/// No more frames than these are shown.
const MOST_FRAMES: usize = 100;
/// No more threads.
const MOST_THREADS: usize = 100;
/// Longer names are cut.
const LONGEST_TEXT: usize = 500;

/// Writes all of it, whatever interrupts.
pub fn write(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match crate::io::sys::write(fd, bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn number(out: &mut dyn FnMut(&[u8]), mut value: u64, base: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while value > 0 || at > digits.len() - width.clamp(1, 20) {
        at -= 1;
        digits[at] = b"0123456789abcdef"[(value % base) as usize];
        value /= base;
    }
    out(&digits[at..]);
}

/// Text in ASCII, with escapes for the rest.
fn text(out: &mut dyn FnMut(&[u8]), text: &Str) {
    for (i, point) in text.chars().iter().enumerate() {
        if i == LONGEST_TEXT {
            out(b"...");
            return;
        }
        match point {
            0x20..=0x7e => out(&[point as u8]),
            0..=0xff => {
                out(b"\\x");
                number(out, point.into(), 16, 2);
            }
            0x100..=0xffff => {
                out(b"\\u");
                number(out, point.into(), 16, 4);
            }
            _ => {
                out(b"\\U");
                number(out, point.into(), 16, 8);
            }
        }
    }
}

/// The line above a thread's frames.
pub fn header(out: &mut dyn FnMut(&[u8]), ident: u64, current: bool) {
    out(if current { b"Current thread 0x" } else { b"Thread 0x" });
    number(out, ident, 16, 16);
    let mut name = [0_u8; 100];
    // SAFETY: the buffer has this length; the identifier is of a thread that runs.
    let known = unsafe { libc::pthread_getname_np(ident as libc::pthread_t, name.as_mut_ptr().cast(), name.len()) } == 0;
    let end = name.iter().position(|b| *b == 0).unwrap_or(0);
    if known && end > 0 {
        out(b" [");
        out(&name[..end]);
        out(b"]");
    }
    out(b" (most recent call first):\n");
}

/// The frames of a thread that does not run meanwhile.
pub fn frames(out: &mut dyn FnMut(&[u8]), th: &Thread) {
    let mut any = false;
    for (i, frame) in stack::frames(th).enumerate() {
        any = true;
        if i == MOST_FRAMES {
            out(b"  ...\n");
            return;
        }
        let code = frame.code();
        out(b"  File \"");
        text(out, code.filename());
        out(b"\", line ");
        match frame.line() {
            Some(line) => number(out, line.into(), 10, 1),
            None => out(b"???"),
        }
        out(b" in ");
        text(out, code.name());
        out(b"\n");
    }
    if !any {
        out(b"  <no Python frame>\n");
    }
}

/// The current thread's traceback.
pub fn current(th: &Thread) -> Vec<u8> {
    let mut all = b"Stack (most recent call first):\n".to_vec();
    frames(&mut |bytes| all.extend_from_slice(bytes), th);
    all
}

/// The tracebacks of all threads, the newest first. `with_current` says whether the calling thread is a Python thread to be shown.
pub fn all(th: &mut Thread, with_current: bool) -> Vec<u8> {
    let me = th.id();
    let mut threads: Vec<Vec<u8>> = Vec::new();
    let stopped = heap::world::stop(th);
    heap::world::for_each_thread(th, &mut |other| {
        let current = other.id() == me;
        if current && !with_current {
            return;
        }
        let mut one = Vec::new();
        header(&mut |bytes| one.extend_from_slice(bytes), interp::sys::debugging::thread_ident(other), current);
        frames(&mut |bytes| one.extend_from_slice(bytes), other);
        threads.push(one);
    });
    drop(stopped);
    threads.reverse();
    if threads.len() > MOST_THREADS {
        threads.truncate(MOST_THREADS);
        threads.push(b"...\n".to_vec());
    }
    threads.join(&b"\n"[..])
}

/// The return addresses on the C stack of this thread.
pub fn c_stack(fd: i32) {
    write(fd, b"Current thread's C stack trace (most recent call first):\n");
    let mut addresses = [core::ptr::null_mut::<core::ffi::c_void>(); 32];
    // SAFETY: the array has this length.
    let found = unsafe { libc::backtrace(addresses.as_mut_ptr(), addresses.len() as i32) };
    for address in addresses.iter().take(usize::try_from(found).unwrap_or(0)) {
        // SAFETY: zeros are a record, and the call fills it.
        let mut info: libc::Dl_info = unsafe { core::mem::zeroed() };
        // SAFETY: the record is ours; any address may be asked for.
        let known = unsafe { libc::dladdr(*address, &raw mut info) } != 0 && !info.dli_fname.is_null();
        write(fd, b"  Binary file \"");
        if known {
            write(fd, crate::os::c_bytes(info.dli_fname));
        }
        write(fd, b"\"");
        if known && !info.dli_sname.is_null() {
            write(fd, b", at ");
            write(fd, crate::os::c_bytes(info.dli_sname));
            write(fd, b"+0x");
            number(&mut |bytes| write(fd, bytes), (*address as u64).wrapping_sub(info.dli_saddr as u64), 16, 1);
        }
        write(fd, b" [0x");
        number(&mut |bytes| write(fd, bytes), *address as u64, 16, 1);
        write(fd, b"]\n");
    }
    if found <= 0 {
        write(fd, b"  <cannot get C stack on this system>\n");
    }
}
