//! gdb's interface for code that is made while a program runs: a list of objects in memory, and a function on which gdb has a breakpoint.
//!
//! Invariant: the list changes under one lock, and gdb reads it only while it stands in that function.
#![allow(unsafe_code, reason = "a list that a debugger reads from outside")]
#![allow(non_upper_case_globals, non_snake_case, reason = "the names that gdb looks for")]
use parking_lot::Mutex;
use std::ptr;

#[repr(C)]
struct Entry {
    next: *mut Entry,
    before: *mut Entry,
    object: *const u8,
    len: u64,
}

#[repr(C)]
struct Descriptor {
    version: u32,
    action: u32,
    relevant: *mut Entry,
    first: *mut Entry,
}

const NOTHING: u32 = 0;
const REGISTER: u32 = 1;
const UNREGISTER: u32 = 2;

#[unsafe(no_mangle)]
static mut __jit_debug_descriptor: Descriptor =
    Descriptor { version: 1, action: NOTHING, relevant: ptr::null_mut(), first: ptr::null_mut() };

/// Where gdb has its breakpoint.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn __jit_debug_register_code() {
    // SAFETY: no instruction at all; it keeps the calls of this function from being left out.
    unsafe { std::arch::asm!("", options(nostack, preserves_flags)) };
}

static LOCK: Mutex<()> = Mutex::new(());

/// An object that gdb knows, until this is dropped.
pub struct Registered {
    entry: *mut Entry,
    _object: Box<[u8]>,
}

// SAFETY: the entry is read and written under the lock alone, and freed by whoever drops this.
unsafe impl Send for Registered {}

/// Tells gdb of an object: [`crate::Loaded::debug_object`].
pub fn register(object: &[u8]) -> Registered {
    let object: Box<[u8]> = object.into();
    let _lock = LOCK.lock();
    let descriptor = &raw mut __jit_debug_descriptor;
    // SAFETY: under the lock nobody else touches the list, whose entries are live.
    unsafe {
        let next = (*descriptor).first;
        let entry =
            Box::into_raw(Box::new(Entry { next, before: ptr::null_mut(), object: object.as_ptr(), len: object.len() as u64 }));
        if !next.is_null() {
            (*next).before = entry;
        }
        (*descriptor).first = entry;
        tell(entry, REGISTER);
        Registered { entry, _object: object }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let _lock = LOCK.lock();
        let descriptor = &raw mut __jit_debug_descriptor;
        // SAFETY: under the lock nobody else touches the list; this entry is in it until here, and nobody names it afterwards.
        unsafe {
            let Entry { next, before, .. } = *self.entry;
            if !next.is_null() {
                (*next).before = before;
            }
            if before.is_null() {
                (*descriptor).first = next
            } else {
                (*before).next = next
            }
            tell(self.entry, UNREGISTER);
            drop(Box::from_raw(self.entry));
        }
    }
}

/// # Safety
/// The lock is held.
unsafe fn tell(entry: *mut Entry, action: u32) {
    let descriptor = &raw mut __jit_debug_descriptor;
    // SAFETY: under the lock nobody else touches it.
    unsafe {
        (*descriptor).relevant = entry;
        (*descriptor).action = action;
        __jit_debug_register_code();
        (*descriptor).action = NOTHING;
    }
}
