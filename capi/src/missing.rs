//! What the functions of the API do that nobody has written yet (`build.rs` lists them).

use core::ffi::{CStr, c_char, c_void};

use heap::Thread;
use objects::raise;

/// Raises a `SystemError` that names the function.
///
/// # Safety
/// `function` is a C string.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn pyston_capi_missing(function: *const c_char) -> *mut c_void {
    // SAFETY: the caller's promise.
    let function = unsafe { CStr::from_ptr(function) }.to_string_lossy();
    if Thread::is_known() {
        // SAFETY: R10: the outermost Rust frame of this activation.
        let th = unsafe { Thread::from_tls() };
        if th.world.is_attached() {
            let raised = raise::system_error(th, format_args!("{function} is not available in Pyston yet"));
            objects::glue::leave_raised(th, raised);
            return core::ptr::null_mut();
        }
    }
    crate::entry::fatal(&function, "this function is not available in Pyston yet");
}
