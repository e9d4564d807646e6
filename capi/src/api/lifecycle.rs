//! Beginning and end of the interpreter, and what it says of itself: `Py_Is*`, `Py_Finalize*`, `Py_AtExit`, `Py_Exit`, `Py_Get*`.
//!
//! There is one interpreter, and it runs when an extension is loaded: what would make another one raises.

use core::ffi::{c_char, c_int, c_void};
use std::ffi::CString;
use std::sync::OnceLock;

use heap::{Object, Raised, Ref, Thread};
use objects::typing::descr::MethodDef;
use objects::{Builtin, Capsule, List, Str, ops};

use super::file::File;
use crate::api;
use crate::embed::{Stage, Wanted, stage, tell};

/// Ends the interpreter and the process (`Py_Exit`).
pub fn exit(th: &mut Thread, code: i32) -> ! {
    let flushed = crate::embed::end(th);
    std::process::exit(if flushed { code } else { 120 })
}

/// The version, as `sys.hexversion` has it.
#[unsafe(export_name = "Py_Version")]
pub static VERSION: core::ffi::c_ulong = abi::PY_VERSION_HEX as core::ffi::c_ulong;

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_IsInitialized() -> c_int {
    c_int::from(stage() == Stage::Runs && !interp::finalize::is_finalizing())
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_IsFinalizing() -> c_int {
    c_int::from(interp::finalize::is_finalizing())
}

/// Brings the interpreter up, by defaults and environment.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_Initialize() {
    // SAFETY: as this function.
    unsafe { Py_InitializeEx(1) }
}

/// As [`Py_Initialize`], with Python's handlers of signals or without.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_InitializeEx(signals: c_int) {
    if stage() == Stage::Runs {
        return;
    }
    let wanted = Wanted { install_signal_handlers: signals != 0, ..super::init::programs::by_global_variables() };
    if let Err(stop) = super::init::initialize(wanted) {
        std::process::exit(tell(&stop));
    }
}

/// Calls the function when the interpreter has ended; the last one first.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_AtExit(function: unsafe extern "C" fn()) -> c_int {
    if crate::embed::add_at_exit(function) { 0 } else { -1 }
}

/// The name under which capsules of [`PyUnstable_AtExit`] are known.
const AT_EXIT_NAME: &core::ffi::CStr = c"pyston.atexit";

/// Calls the C function that a capsule holds, with its data.
unsafe extern "C-unwind" fn run_at_exit(capsule: *mut abi::PyObject, _: *mut abi::PyObject) -> *mut abi::PyObject {
    type Callback = unsafe extern "C-unwind" fn(*mut c_void);
    // SAFETY: R10: a C entry is the outermost Rust frame of its activation.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: R4: the function's receiver, alive for the call.
    if let Some(capsule) = unsafe { Object::borrow(capsule) }.downcast::<Capsule>() {
        // SAFETY: R4: `PyUnstable_AtExit` put it there.
        let callback = unsafe { core::mem::transmute::<*mut c_void, Callback>(capsule.pointer()) };
        let data = capsule.context();
        // SAFETY: R4: the function was given for this.
        heap::foreign::call(th, callback as *const (), |_| {}, || unsafe { callback(data) });
    }
    objects::none_ref().into_raw()
}

fn at_exit(th: &mut Thread, function: *mut c_void, data: *mut c_void) -> Result<(), Raised> {
    static DEF: abi::Static<abi::PyMethodDef> = abi::Static::new(abi::PyMethodDef {
        ml_name: c"run_at_exit".as_ptr(),
        ml_meth: Some(run_at_exit),
        ml_flags: abi::METH_NOARGS,
        ml_doc: core::ptr::null(),
    });
    let capsule = Capsule::new(th, function, AT_EXIT_NAME.as_ptr(), None);
    capsule.set_context(data);
    // SAFETY: R4: the declaration is a static.
    let function = Builtin::new(th, unsafe { MethodDef::from_ptr(DEF.get()) }, Some(&capsule), None);
    let atexit = interp::import::import_module(th, "atexit")?;
    let register = objects::intern(th, "register");
    let result = ops::call_method(th, &atexit, register, &[&function])?;
    th.release(result);
    Ok(())
}

api! {
    /// Calls the function with its data when the interpreter ends.
    fn PyUnstable_AtExit(th, _interpreter: *mut abi::PyInterpreterState, function: *mut c_void, data: *mut c_void) -> Result<(), Raised> {
        at_exit(th, function, data)
    }

    fn Py_FinalizeEx(th) -> c_int {
        if interp::finalize::is_finalizing() || crate::embed::end(th) { 0 } else { -1 }
    }

    fn Py_Finalize(th) {
        if !interp::finalize::is_finalizing() {
            crate::embed::end(th);
        }
    }

    fn Py_Exit(th, code: c_int) {
        exit(th, code);
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_FdIsInteractive(file: File, name: *const c_char) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe {
        if libc::isatty(libc::fileno(file)) == 1 {
            return 1;
        }
        if interp::config::get().interactive == 0 {
            return 0;
        }
        c_int::from(name.is_null() || matches!(core::ffi::CStr::from_ptr(name).to_bytes(), b"<stdin>" | b"???"))
    }
}

// --- signals ---

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_getsig(signum: c_int) -> libc::sighandler_t {
    // SAFETY: the structs may be written; zeroed ones are valid.
    unsafe {
        let mut now: libc::sigaction = core::mem::zeroed();
        match libc::sigaction(signum, core::ptr::null(), &raw mut now) {
            -1 => libc::SIG_ERR,
            _ => now.sa_sigaction,
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyOS_setsig(signum: c_int, handler: libc::sighandler_t) -> libc::sighandler_t {
    // SAFETY: as in `PyOS_getsig`; the handler is C's to answer for.
    unsafe {
        let (mut new, mut before): (libc::sigaction, libc::sigaction) = core::mem::zeroed();
        new.sa_sigaction = handler;
        new.sa_flags = libc::SA_ONSTACK;
        match libc::sigaction(signum, &raw const new, &raw mut before) {
            -1 => libc::SIG_ERR,
            _ => before.sa_sigaction,
        }
    }
}

// --- what the interpreter says of itself ---

/// A text attribute of `sys`.
fn sys_text(th: &mut Thread, name: &str) -> String {
    let value = interp::sys::attribute(th, name);
    value.as_ref().and_then(|value| value.downcast_ref::<Str>()).map(Str::to_string_lossy).unwrap_or_default()
}

/// A text that C keeps: made once.
fn kept(place: &'static OnceLock<CString>, make: impl FnOnce() -> String) -> *const c_char {
    place.get_or_init(|| CString::new(make().replace('\0', "")).unwrap_or_default()).as_ptr()
}

/// The same in wide characters.
fn kept_wide(place: &'static OnceLock<Vec<abi::wchar_t>>, make: impl FnOnce() -> String) -> *mut abi::wchar_t {
    place.get_or_init(|| make().chars().map(|c| u32::from(c).cast_signed()).chain([0]).collect()).as_ptr().cast_mut()
}

/// `sys.version` in its parts: version, build, compiler.
fn version_parts(th: &mut Thread) -> (String, String) {
    let version = sys_text(th, "version");
    let build = version.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(build, _)| build).to_owned();
    let compiler = version.find('[').map_or(String::new(), |at| version[at..].to_owned());
    (build, compiler)
}

api! {
    fn Py_GetVersion(th) -> *const c_char {
        static TEXT: OnceLock<CString> = OnceLock::new();
        kept(&TEXT, || sys_text(th, "version"))
    }

    fn Py_GetBuildInfo(th) -> *const c_char {
        static TEXT: OnceLock<CString> = OnceLock::new();
        kept(&TEXT, || version_parts(th).0)
    }

    fn Py_GetCompiler(th) -> *const c_char {
        static TEXT: OnceLock<CString> = OnceLock::new();
        kept(&TEXT, || version_parts(th).1)
    }

    fn Py_GetCopyright(th) -> *const c_char {
        static TEXT: OnceLock<CString> = OnceLock::new();
        kept(&TEXT, || sys_text(th, "copyright"))
    }

    fn Py_GetPlatform(th) -> *const c_char {
        static TEXT: OnceLock<CString> = OnceLock::new();
        kept(&TEXT, || sys_text(th, "platform"))
    }

    fn Py_GetPrefix(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        kept_wide(&TEXT, || sys_text(th, "prefix"))
    }

    fn Py_GetExecPrefix(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        kept_wide(&TEXT, || sys_text(th, "exec_prefix"))
    }

    fn Py_GetProgramFullPath(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        kept_wide(&TEXT, || sys_text(th, "executable"))
    }

    fn Py_GetProgramName(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        let _ = th;
        kept_wide(&TEXT, || String::from_utf8_lossy(&interp::config::get().program).into_owned())
    }

    fn Py_GetPath(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        let path = interp::sys::attribute(th, "path");
        let entries: Vec<Ref<Object>> = path.as_ref().and_then(|path| path.downcast_ref::<List>()).map(|path| path.snapshot(th)).unwrap_or_default();
        kept_wide(&TEXT, || entries.iter().filter_map(|entry| entry.downcast_ref::<Str>()).map(Str::to_string_lossy).collect::<Vec<_>>().join(":"))
    }

    fn Py_GetPythonHome(th) -> *mut abi::wchar_t {
        static TEXT: OnceLock<Vec<abi::wchar_t>> = OnceLock::new();
        let _ = th;
        match super::init::programs::home() {
            Some(home) => kept_wide(&TEXT, || String::from_utf8_lossy(&home).into_owned()),
            None => core::ptr::null_mut(),
        }
    }

    fn Py_GetArgcArgv(th, count: *mut c_int, texts: *mut *mut *mut abi::wchar_t) {
        static TEXTS: OnceLock<(Vec<Vec<abi::wchar_t>>, Vec<usize>)> = OnceLock::new();
        let _ = th;
        let (_, pointers) = TEXTS.get_or_init(|| {
            let wide = |arg: &Vec<u8>| String::from_utf8_lossy(arg).chars().map(|c| u32::from(c).cast_signed()).chain([0]).collect();
            let texts: Vec<Vec<abi::wchar_t>> = interp::config::get().orig_argv.iter().map(wide).collect();
            let pointers = texts.iter().map(|text| text.as_ptr() as usize).chain([0]).collect();
            (texts, pointers)
        });
        // SAFETY: R4: the function's contract; nobody writes to the texts.
        unsafe {
            count.write(c_int::try_from(pointers.len() - 1).unwrap_or(0));
            texts.write(pointers.as_ptr().cast_mut().cast());
        }
    }
}

/// The parts of a version as one number.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PACK_FULL_VERSION(major: c_int, minor: c_int, micro: c_int, level: c_int, serial: c_int) -> u32 {
    let part = |value: c_int, bits: u32, at: u32| (value.cast_unsigned() & ((1 << bits) - 1)) << at;
    part(major, 8, 24) | part(minor, 8, 16) | part(micro, 8, 8) | part(level, 4, 4) | part(serial, 4, 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PACK_VERSION(major: c_int, minor: c_int) -> u32 {
    // SAFETY: no preconditions.
    unsafe { Py_PACK_FULL_VERSION(major, minor, 0, 0, 0) }
}

/// Whether the runtime was built with its assertions.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_GetBuiltWithAssert() -> c_int {
    0
}
