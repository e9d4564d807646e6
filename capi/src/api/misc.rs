//! Locale, time, maps for profilers, and flags that C reads as variables.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::io::Write;

use heap::sync::{AtomicI32, AtomicPtr, AtomicU64, Mutex, Ordering::Relaxed};
use heap::{Object, Raised, Ref};

use crate::api;

// --- text of the system ---

// What C frees by `PyMem_RawFree`.
unsafe extern "C-unwind" {
    fn PyMem_RawMalloc(size: usize) -> *mut c_void;
}

/// Memory of so many items; null where there is none.
fn allocate<T>(count: usize) -> *mut T {
    // SAFETY: no preconditions.
    unsafe { PyMem_RawMalloc(count * size_of::<T>()).cast() }
}

/// Bytes as wide characters: UTF-8, other bytes as lone surrogates.
pub fn decode(bytes: &[u8]) -> Vec<abi::wchar_t> {
    let mut wide = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        wide.extend(chunk.valid().chars().map(|c| u32::from(c).cast_signed()));
        wide.extend(chunk.invalid().iter().map(|byte| 0xdc00 + abi::wchar_t::from(*byte)));
    }
    wide
}

/// The reverse of [`decode`]; the place of what cannot be encoded.
pub fn encode(wide: &[abi::wchar_t]) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(wide.len());
    for (at, point) in wide.iter().map(|point| point.cast_unsigned()).enumerate() {
        match char::from_u32(point) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..0xdd00).contains(&point) => bytes.push((point - 0xdc00) as u8),
            None => return Err(at),
        }
    }
    Ok(bytes)
}

/// May be called before there is an interpreter. The result is freed by `PyMem_RawFree`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_DecodeLocale(text: *const c_char, size: *mut usize) -> *mut abi::wchar_t {
    // SAFETY: R4: the function's contract.
    let wide = decode(unsafe { CStr::from_ptr(text) }.to_bytes());
    let out: *mut abi::wchar_t = allocate(wide.len() + 1);
    // SAFETY: so many characters and a null were allocated; `size` may be written unless it is null.
    unsafe {
        if !size.is_null() {
            size.write(if out.is_null() { usize::MAX } else { wide.len() });
        }
        if !out.is_null() {
            out.copy_from_nonoverlapping(wide.as_ptr(), wide.len());
            out.add(wide.len()).write(0);
        }
    }
    out
}

/// May be called before there is an interpreter. The result is freed by `PyMem_Free`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_EncodeLocale(text: *const abi::wchar_t, error: *mut usize) -> *mut c_char {
    // SAFETY: R4: the function's contract.
    let len = (0..).take_while(|&at| unsafe { *text.add(at) } != 0).count();
    // SAFETY: the characters in front of the null.
    let encoded = encode(unsafe { core::slice::from_raw_parts(text, len) });
    let (out, place) = match &encoded {
        Ok(bytes) => (allocate::<c_char>(bytes.len() + 1), usize::MAX),
        Err(place) => (core::ptr::null_mut(), *place),
    };
    // SAFETY: as in `Py_DecodeLocale`.
    unsafe {
        if !error.is_null() {
            error.write(place);
        }
        if let (Ok(bytes), false) = (&encoded, out.is_null()) {
            out.copy_from_nonoverlapping(bytes.as_ptr().cast(), bytes.len());
            out.add(bytes.len()).write(0);
        }
    }
    out
}

/// A text that C reads as a variable.
#[repr(transparent)]
pub struct TextVariable(*const c_char);

// SAFETY: the texts are literals that nobody writes.
unsafe impl Sync for TextVariable {}

#[unsafe(export_name = "Py_FileSystemDefaultEncoding")]
pub static FILE_SYSTEM_ENCODING: TextVariable = TextVariable(c"utf-8".as_ptr());

#[unsafe(export_name = "Py_FileSystemDefaultEncodeErrors")]
pub static FILE_SYSTEM_ERRORS: TextVariable = TextVariable(c"surrogateescape".as_ptr());

/// Whether the encoding was set by whoever embeds: it is not.
#[unsafe(export_name = "Py_HasFileSystemDefaultEncoding")]
pub static HAS_FILE_SYSTEM_ENCODING: c_int = 0;

// --- variables that tell how the process was started ---

/// A number that C reads, and that is set when the first extension is loaded.
#[repr(transparent)]
pub struct Flag(AtomicI32);

/// `_Py_HashSecret`: what code that is compiled at run time hashes with (numba). The two words of the key; the third is another hash's, which is not used.
#[unsafe(export_name = "_Py_HashSecret")]
pub static HASH_SECRET: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

fn publish_hash_secret() {
    let key = objects::hash::secret();
    HASH_SECRET[0].store(key.k0, Relaxed);
    HASH_SECRET[1].store(key.k1, Relaxed);
}

macro_rules! flags {
    ($($(#[$meta:meta])* $place:ident = $value:expr;)*) => {
        $($(#[$meta])* pub static $place: Flag = Flag(AtomicI32::new(0));)*

        /// The variables' values by name, before the interpreter is up: what the program that embeds us set them to.
        pub fn set_before(name: &str) -> i32 {
            match name {
                $(stringify!($place) => $place.0.load(Relaxed),)*
                _ => 0,
            }
        }

        /// Tells C of one that has changed.
        pub fn publish_flag(name: &str, value: i32) {
            match name {
                $(stringify!($place) => $place.0.store(value, Relaxed),)*
                _ => {}
            }
        }

        /// Tells C how the process was started.
        pub fn publish_flags() {
            let config = interp::config::get();
            $($place.0.store($value(config), Relaxed);)*
            publish_hash_secret();
        }
    };
}

type Config = interp::config::Config;

flags! {
    #[unsafe(export_name = "Py_UTF8Mode")]
    UTF8_MODE = |c: &Config| i32::from(c.utf8_mode);
    #[unsafe(export_name = "Py_DebugFlag")]
    DEBUG = |c: &Config| i32::from(c.debug);
    #[unsafe(export_name = "Py_VerboseFlag")]
    VERBOSE = |c: &Config| i32::from(c.verbose);
    #[unsafe(export_name = "Py_QuietFlag")]
    QUIET = |c: &Config| i32::from(c.quiet);
    #[unsafe(export_name = "Py_InteractiveFlag")]
    INTERACTIVE = |c: &Config| i32::from(c.interactive);
    #[unsafe(export_name = "Py_InspectFlag")]
    INSPECT = |c: &Config| i32::from(c.inspect);
    #[unsafe(export_name = "Py_OptimizeFlag")]
    OPTIMIZE = |c: &Config| i32::from(c.optimize);
    #[unsafe(export_name = "Py_NoSiteFlag")]
    NO_SITE = |c: &Config| i32::from(c.no_site);
    #[unsafe(export_name = "Py_BytesWarningFlag")]
    BYTES_WARNING = |c: &Config| i32::from(c.bytes_warning);
    #[unsafe(export_name = "Py_FrozenFlag")]
    FROZEN = |_: &Config| 0;
    #[unsafe(export_name = "Py_IgnoreEnvironmentFlag")]
    IGNORE_ENVIRONMENT = |c: &Config| i32::from(c.ignore_environment);
    #[unsafe(export_name = "Py_DontWriteBytecodeFlag")]
    DONT_WRITE_BYTECODE = |c: &Config| i32::from(c.dont_write_bytecode);
    #[unsafe(export_name = "Py_NoUserSiteDirectory")]
    NO_USER_SITE = |c: &Config| i32::from(c.no_user_site);
    #[unsafe(export_name = "Py_UnbufferedStdioFlag")]
    UNBUFFERED = |c: &Config| i32::from(c.unbuffered);
    #[unsafe(export_name = "Py_HashRandomizationFlag")]
    HASH_RANDOMIZATION = |c: &Config| i32::from(c.hash_randomization);
    #[unsafe(export_name = "Py_IsolatedFlag")]
    ISOLATED = |c: &Config| i32::from(c.isolated);
}

/// What runs while a terminal is waited for: extensions store a function, which nobody calls yet.
#[unsafe(export_name = "PyOS_InputHook")]
pub static INPUT_HOOK: AtomicPtr<c_void> = AtomicPtr::new(core::ptr::null_mut());

/// A variable of the environment, unless the environment is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_GETENV(name: *const c_char) -> *mut c_char {
    if interp::config::get().ignore_environment {
        return core::ptr::null_mut();
    }
    // SAFETY: R4: the function's contract.
    unsafe { libc::getenv(name) }
}

// --- time ---

/// A clock in nanoseconds.
fn clock(which: libc::clockid_t) -> i64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct may be written.
    unsafe { libc::clock_gettime(which, &raw mut now) };
    now.tv_sec.saturating_mul(1_000_000_000).saturating_add(now.tv_nsec)
}

/// Writes a clock's time.
///
/// # Safety
/// R4: `out` may be written.
unsafe fn tell(which: libc::clockid_t, out: *mut i64) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { out.write(clock(which)) };
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_Time(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_REALTIME, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_TimeRaw(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_REALTIME, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_Monotonic(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_MONOTONIC, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_MonotonicRaw(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_MONOTONIC, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_PerfCounter(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_MONOTONIC, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_PerfCounterRaw(out: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { tell(libc::CLOCK_MONOTONIC, out) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTime_AsSecondsDouble(time: i64) -> f64 {
    const SECOND: i64 = 1_000_000_000;
    // Whole seconds are exact where the quotient would be rounded twice.
    if time % SECOND == 0 { (time / SECOND) as f64 } else { time as f64 / 1e9 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_FromSeconds(seconds: c_int) -> i64 {
    i64::from(seconds) * 1_000_000_000
}

api! {
    fn _PyLong_FromTime_t(th, time: i64) -> Result<heap::Ref<objects::Int>, Raised> {
        Ok(objects::Int::from_i64(th, time))
    }

    fn _PyTime_AsLong(th, time: i64) -> Result<heap::Ref<objects::Int>, Raised> {
        Ok(objects::Int::from_i64(th, time))
    }
}

// --- which code is where, for profilers of the system ---

static PERF_MAP: Mutex<Option<std::fs::File>> = Mutex::new(None);

/// Opens the map, if it is not open.
fn open_perf_map(place: &mut Option<std::fs::File>) -> bool {
    if place.is_none() {
        let name = format!("/tmp/perf-{}.map", std::process::id());
        *place = std::fs::OpenOptions::new().append(true).create(true).open(name).ok();
    }
    place.is_some()
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_PerfMapState_Init() -> c_int {
    if open_perf_map(&mut PERF_MAP.lock()) { 0 } else { -1 }
}

/// A line of the map: 0, or -1 if it cannot be opened, -2 if it cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_WritePerfMapEntry(code: *const c_void, size: c_uint, name: *const c_char) -> c_int {
    let mut place = PERF_MAP.lock();
    if !open_perf_map(&mut place) {
        return -1;
    }
    let Some(file) = place.as_mut() else { return -1 };
    // SAFETY: R4: the function's contract.
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    if writeln!(file, "{:x} {size:x} {name}", code as usize).is_ok() { 0 } else { -2 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_PerfMapState_Fini() {
    drop(PERF_MAP.lock().take());
}

/// Adds the lines of another map.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_CopyPerfMapFile(parent: *const c_char) -> c_int {
    let mut place = PERF_MAP.lock();
    if !open_perf_map(&mut place) {
        return -1;
    }
    // SAFETY: R4: the function's contract.
    let name = unsafe { CStr::from_ptr(parent) }.to_string_lossy().into_owned();
    let Ok(lines) = std::fs::read(name) else { return 0 };
    match place.as_mut().map(|file| file.write_all(&lines)) {
        Some(Ok(())) => 0,
        _ => -1,
    }
}

/// There are no trampolines: code has names for `perf` in the map alone.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_PerfTrampoline_SetPersistAfterFork(_stay: c_int) -> c_int {
    0
}

/// As above: nothing has to be compiled.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyUnstable_PerfTrampoline_CompileCode(_code: *mut abi::PyObject) -> c_int {
    0
}

// --- signals and processes ---

api! {
    /// Whether Ctrl-C was pressed; it counts as handled then.
    fn PyOS_InterruptOccurred(th) -> c_int {
        let _ = th;
        c_int::from(modules::signal::take_interrupt())
    }
}

// --- memory that extensions allocate, for `tracemalloc` ---

/// What the functions return while nothing is traced.
const NOT_TRACING: c_int = -2;

/// Notes a block that an extension took: 0, or -2 if nothing is traced. Any thread may, attached or not.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTraceMalloc_Track(domain: c_uint, place: usize, size: usize) -> c_int {
    if modules::tracemalloc::track(domain, place, size) { 0 } else { NOT_TRACING }
}

/// Forgets it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyTraceMalloc_Untrack(domain: c_uint, place: usize) -> c_int {
    if modules::tracemalloc::untrack(domain, place) { 0 } else { NOT_TRACING }
}

api! {
    /// The frames in which a block was taken, or `None`.
    fn _PyTraceMalloc_GetTraceback(th, domain: c_uint, place: usize) -> Option<Ref<Object>> {
        Some(modules::tracemalloc::traceback_of(th, domain, place).map_or_else(objects::none_ref, Ref::up))
    }
}
