//! Whole programs (`Py_Main`, `Py_BytesMain`, `Py_RunMain`), and what older functions and variables ask for before `Py_Initialize`.

use core::ffi::{CStr, c_char, c_int};

use abi::wchar_t;
use heap::Thread;
use heap::sync::Mutex;

use super::preconfig;
use super::text::bytes;
use crate::api::misc::set_before;
use crate::embed::{Stage, Wanted, run_main, stage, tell};
use crate::entry::fatal;

/// `Py_SetProgramName`
static PROGRAM_NAME: Mutex<Option<Vec<u8>>> = Mutex::new(None);
/// `Py_SetPythonHome`
static HOME: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// `Py_SetPath`
static PATH: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// What older functions and variables ask for. The environment is looked at; command lines are not.
pub fn by_global_variables() -> Wanted {
    let set = |name: &str| set_before(name) > 0;
    let level = |name: &str| u8::try_from(set_before(name).clamp(0, 255)).unwrap_or(0);
    let mut wanted = Wanted { program_name: PROGRAM_NAME.lock().clone(), home: HOME.lock().clone(), ..Wanted::default() };
    wanted.search_paths = PATH.lock().as_ref().map(|path| path.split(|&byte| byte == b':').map(<[u8]>::to_vec).collect());
    let base = &mut wanted.base;
    base.isolated = set("ISOLATED");
    base.ignore_environment = base.isolated || set("IGNORE_ENVIRONMENT");
    base.no_user_site = base.isolated || set("NO_USER_SITE");
    base.safe_path = base.isolated;
    base.debug = level("DEBUG");
    base.verbose = level("VERBOSE");
    base.quiet = set("QUIET");
    base.interactive = level("INTERACTIVE");
    base.inspect = level("INSPECT");
    base.optimize = level("OPTIMIZE");
    base.no_site = set("NO_SITE");
    base.bytes_warning = level("BYTES_WARNING");
    base.dont_write_bytecode = set("DONT_WRITE_BYTECODE");
    base.unbuffered = set("UNBUFFERED");
    preconfig::apply(preconfig::OLDER, &mut wanted, true, true);
    wanted
}

/// Notes a text, or that there is none.
///
/// # Safety
/// R4: null or a wide string.
unsafe fn note(place: &Mutex<Option<Vec<u8>>>, text: *const wchar_t) {
    // SAFETY: the caller's promise.
    *place.lock() = unsafe { bytes(text) }.filter(|text| !text.is_empty());
}

/// What the program is called, which decides `sys.executable`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_SetProgramName(name: *const wchar_t) {
    // SAFETY: R4: the function's contract.
    unsafe { note(&PROGRAM_NAME, name) };
}

/// Where the library stands in `sys.path`, and what `sys.prefix` is.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_SetPythonHome(home: *const wchar_t) {
    // SAFETY: R4: the function's contract.
    unsafe { note(&HOME, home) };
}

/// The whole of `sys.path`, with colons between its places.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_SetPath(path: *const wchar_t) {
    // SAFETY: R4: the function's contract.
    unsafe { note(&PATH, path) };
}

/// The home that was set; nothing before the interpreter runs.
pub fn home() -> Option<Vec<u8>> {
    HOME.lock().clone()
}

/// Notes the home of a configuration.
pub fn note_home(home: Option<Vec<u8>>) {
    if home.is_some() {
        *HOME.lock() = home;
    }
}

/// Runs a command line as the `pyston` binary does: the exit code.
fn main(args: Vec<Vec<u8>>) -> c_int {
    let mut wanted = Wanted { parse_argv: true, argv: args, ..by_global_variables() };
    preconfig::apply(super::pyconfig::PYTHON, &mut wanted, true, true);
    match super::initialize(wanted) {
        // SAFETY: as the function: the calling thread is the main thread.
        Ok(()) => unsafe { Py_RunMain() },
        Err(stop) => tell(&stop),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_Main(count: c_int, args: *mut *mut wchar_t) -> c_int {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    main((0..count).filter_map(|at| unsafe { bytes(*args.add(at)) }).collect())
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_BytesMain(count: c_int, args: *mut *mut c_char) -> c_int {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    main((0..count).map(|at| unsafe { CStr::from_ptr(*args.add(at)) }.to_bytes().to_vec()).collect())
}

/// Runs what the configuration names, and ends the interpreter: the exit code.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_RunMain() -> c_int {
    if stage() != Stage::Runs || !Thread::is_known() {
        fatal("Py_RunMain", "the interpreter is not initialized in this thread");
    }
    // SAFETY: R10: the outermost Rust frame of this activation.
    run_main(unsafe { Thread::from_tls() })
}
