//! What the modules over the operating system share: calls into libc that may block, paths and descriptors as arguments, results.
//!
//! Invariant: whatever may block runs detached, and a call that a signal interrupts runs the handlers and starts again (PEP 475).
#![allow(unsafe_code, reason = "reading C strings that libc returned")]

use std::ffi::{CStr, CString, c_char};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::{At, FromArg};
use objects::{Bytes, Float, Int, List, Str, Tuple, exceptions, intern, ops, raise};

/// A call into libc whose arguments are numbers, terminated strings, and memory of the caller's.
macro_rules! c {
    ($name:ident ( $($arg:expr),* $(,)? )) => {{
        // SAFETY: the arguments are numbers, terminated strings, or memory that the caller keeps for the whole call.
        unsafe { libc::$name($($arg),*) }
    }};
}
pub(crate) use c;

/// What a call into libc returns, where one value means failure.
pub trait Outcome: Copy {
    /// Whether `errno` says why it failed.
    fn failed(self) -> bool;
}

impl Outcome for i32 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Outcome for i64 {
    fn failed(self) -> bool {
        self == -1
    }
}

impl Outcome for isize {
    fn failed(self) -> bool {
        self == -1
    }
}

impl<T> Outcome for *mut T {
    fn failed(self) -> bool {
        self.is_null()
    }
}

/// `errno` of this thread.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Calls `f` detached until no signal interrupts it. The inner error is an `errno`.
pub fn attempt<T: Outcome>(th: &mut Thread, mut f: impl FnMut() -> T) -> Result<Result<T, i32>, Raised> {
    // A signal that came since the last safepoint would not interrupt the call.
    crate::signal::run_handlers(th)?;
    loop {
        let (result, number) = th.detached(|| {
            let result = f();
            (result, if result.failed() { errno() } else { 0 })
        });
        if !result.failed() {
            return Ok(Ok(result));
        }
        if number != libc::EINTR {
            return Ok(Err(number));
        }
        crate::signal::run_handlers(th)?;
    }
}

/// Runs `body` attached, in the middle of a call into a library that calls back: for the call the thread was detached, most likely.
///
/// # Safety
/// R10: called by the library on the thread that called it; the frames above lent their `&mut Thread` to the detached call and do not use it.
pub unsafe fn called_back<R>(body: impl FnOnce(&mut Thread) -> R) -> R {
    // SAFETY: the caller's promise.
    let th = unsafe { Thread::from_tls() };
    let was = th.world.is_attached();
    if !was {
        th.attach();
    }
    let result = body(th);
    if !was {
        th.detach();
    }
    result
}

/// [`attempt`], and an `OSError` if it failed.
pub fn call<T: Outcome>(th: &mut Thread, f: impl FnMut() -> T) -> Result<T, Raised> {
    match attempt(th, f)? {
        Ok(result) => Ok(result),
        Err(number) => Err(raise::os_error(th, number, None, None)),
    }
}

/// [`call`] about a file.
pub fn call_on<T: Outcome>(th: &mut Thread, name: &Object, f: impl FnMut() -> T) -> Result<T, Raised> {
    match attempt(th, f)? {
        Ok(result) => Ok(result),
        Err(number) => Err(raise::os_error(th, number, Some(name), None)),
    }
}

/// [`call`] about two files.
pub fn call_two<T: Outcome>(th: &mut Thread, a: &Object, b: &Object, f: impl FnMut() -> T) -> Result<T, Raised> {
    match attempt(th, f)? {
        Ok(result) => Ok(result),
        Err(number) => Err(raise::os_error(th, number, Some(a), Some(b))),
    }
}

/// The result of a call that does not block, or the `OSError`.
pub fn quick<T: Outcome>(th: &mut Thread, result: T) -> Result<T, Raised> {
    if result.failed() { Err(last_error(th)) } else { Ok(result) }
}

/// The `OSError` for `errno`.
pub fn last_error(th: &mut Thread) -> Raised {
    let number = errno();
    raise::os_error(th, number, None, None)
}

/// `OSError`, by another name.
pub fn error_class() -> Ref<Object> {
    exceptions::os_error_type().to_owned()
}

/// The bytes of a terminated string.
pub fn c_bytes<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: libc's strings are terminated; callers copy them before the next call that may change them.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// A terminated string as text.
pub fn c_text(th: &Thread, text: *const c_char) -> Ref<Object> {
    interp::config::decode_os(th, c_bytes(text)).up()
}

pub fn int(th: &Thread, value: i64) -> Ref<Object> {
    Int::from_i64(th, value).up()
}

pub fn float(th: &Thread, value: f64) -> Ref<Object> {
    Float::new(th, value).up()
}

pub fn tuple(th: &Thread, items: Vec<Ref<Object>>) -> Ref<Object> {
    Tuple::new(th, items).up()
}

pub fn list(th: &Thread, items: Vec<Ref<Object>>) -> Ref<Object> {
    List::new(th, items).up()
}

/// Text for the operating system, with an error for what it cannot hold.
pub fn encode(th: &mut Thread, text: &Str) -> Result<Vec<u8>, Raised> {
    interp::config::encode_os(text).ok_or(()).or_else(|()| Err(raise::unicode_surrogates(th, text)))
}

/// `os.fspath`: the path as `str` or `bytes`.
pub fn fspath(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    match fspath_opt(th, path)? {
        Some(found) => Ok(found),
        None => Err(raise::type_error(th, format_args!("expected str, bytes or os.PathLike object, not {}", ops::type_name(path)))),
    }
}

/// [`fspath`]; `None` for what is no path.
pub fn fspath_opt(th: &mut Thread, path: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if path.downcast::<Str>().is_some() || path.downcast::<Bytes>().is_some() {
        return Ok(Some(path.to_owned()));
    }
    let name = intern(th, "__fspath__");
    let Some(method) = ops::lookup_special(th, path, name)? else { return Ok(None) };
    if method.is(objects::none()) {
        return Ok(None);
    }
    let result = ops::call0(th, &method)?;
    if result.downcast_ref::<Str>().is_some() || result.downcast_ref::<Bytes>().is_some() {
        return Ok(Some(result));
    }
    let (ty, got) = (ops::type_name(path), ops::type_name(&result));
    Err(raise::type_error(th, format_args!("expected {ty}.__fspath__() to return str or bytes, not {got}")))
}

/// The bytes of a path that [`fspath`] made.
pub fn path_bytes(th: &mut Thread, path: &Object) -> Result<Vec<u8>, Raised> {
    if let Some(bytes) = path.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match path.downcast::<Str>() {
        Some(text) => encode(th, text),
        None => Err(raise::type_error(th, format_args!("expected str, bytes or os.PathLike object, not {}", ops::type_name(path)))),
    }
}

/// Anything that names a file, as a terminated string (`PyUnicode_FSConverter`).
pub fn fs_string(th: &mut Thread, path: &Object) -> Result<CString, Raised> {
    let path = fspath(th, path)?;
    let bytes = path_bytes(th, &path)?;
    CString::new(bytes).or_else(|_| Err(raise::value_error(th, format_args!("embedded null byte"))))
}

/// A file's name as an argument.
pub struct Path {
    /// The `str` or `bytes` (or the descriptor's `int`) for messages.
    pub object: Ref<Object>,
    text: CString,
    /// Whether results are `bytes`, too.
    pub bytes: bool,
    /// The descriptor, where one was given.
    pub fd: Option<i32>,
}

impl Path {
    /// The terminated name.
    pub fn ptr(&self) -> *const c_char {
        self.text.as_ptr()
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// A path of our own.
    pub fn of(th: &Thread, text: &str) -> Path {
        Path { object: Str::new(th, text).up(), text: CString::new(text).unwrap_or_default(), bytes: false, fd: None }
    }

    /// A name in the type that the argument had.
    pub fn like(&self, th: &Thread, name: &[u8]) -> Ref<Object> {
        if self.bytes { Bytes::new(th, name).up() } else { interp::config::decode_os(th, name).up() }
    }

    fn from(th: &mut Thread, arg: &Object, at: At, allow_fd: bool) -> Result<Path, Raised> {
        if allow_fd && ops::has_index(arg) {
            return Ok(Path { object: arg.to_owned(), text: CString::default(), bytes: false, fd: Some(descriptor(th, arg)?) });
        }
        let function = at.spec.func;
        let name = at.spec.names.get(usize::from(at.index)).copied().unwrap_or("path");
        let Some(object) = fspath_opt(th, arg)? else {
            let kinds = match (allow_fd, at.or_none) {
                (true, true) => "string, bytes, os.PathLike, integer or None",
                (true, false) => "string, bytes, os.PathLike or integer",
                (false, true) => "string, bytes, os.PathLike or None",
                (false, false) => "string, bytes or os.PathLike",
            };
            return Err(raise::type_error(th, format_args!("{function}: {name} should be {kinds}, not {}", ops::type_name(arg))));
        };
        let bytes = path_bytes(th, &object)?;
        match CString::new(bytes) {
            Ok(text) => Ok(Path { bytes: object.downcast_ref::<Bytes>().is_some(), object, text, fd: None }),
            Err(_) => Err(raise::value_error(th, format_args!("{function}: embedded null character in {name}"))),
        }
    }
}

impl FromArg<'_> for Path {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        Path::from(th, arg, at, false)
    }
}

/// A file's name or its descriptor as an argument.
pub struct PathOrFd(pub Path);

impl core::ops::Deref for PathOrFd {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl FromArg<'_> for PathOrFd {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        Path::from(th, arg, at, true).map(PathOrFd)
    }
}

fn descriptor(th: &mut Thread, arg: &Object) -> Result<i32, Raised> {
    let value = ops::index(th, arg)?;
    let negative = value.to_i128().is_none_or(|v| v < 0);
    match value.to_i64().and_then(|v| i32::try_from(v).ok()) {
        Some(fd) => Ok(fd),
        None if negative && value.to_i64().is_some() => Err(raise::overflow_error(th, format_args!("fd is less than minimum"))),
        None => Err(raise::overflow_error(th, format_args!("fd is greater than maximum"))),
    }
}

/// A directory that relative names start from: an `int`; [`DirFd::HERE`] if absent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DirFd(pub i32);

impl DirFd {
    pub const HERE: DirFd = DirFd(libc::AT_FDCWD);
}

impl FromArg<'_> for DirFd {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        if arg.is(objects::none()) {
            return Ok(DirFd::HERE);
        }
        if !ops::has_index(arg) {
            return Err(raise::type_error(th, format_args!("argument should be integer or None, not {}", ops::type_name(arg))));
        }
        descriptor(th, arg).map(DirFd)
    }
}

/// A descriptor: an `int`, or what its `fileno` says.
#[derive(Clone, Copy)]
pub struct Fd(pub i32);

impl FromArg<'_> for Fd {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        fileno(th, arg).map(Fd)
    }
}

/// The descriptor of an `int` or of an object with `fileno`.
pub fn fileno(th: &mut Thread, arg: &Object) -> Result<i32, Raised> {
    let fd = if let Some(number) = arg.downcast::<Int>() {
        number.to_i64()
    } else {
        let name = intern(th, "fileno");
        let Some(method) = ops::getattr_opt(th, arg, name)? else {
            return Err(raise::type_error(th, format_args!("argument must be an int, or have a fileno() method.")));
        };
        let result = ops::call0(th, &method)?;
        match result.downcast_ref::<Int>() {
            Some(number) => number.to_i64(),
            None => return Err(raise::type_error(th, format_args!("fileno() returned a non-integer"))),
        }
    };
    match fd.map(i32::try_from) {
        Some(Ok(fd)) if fd >= 0 => Ok(fd),
        Some(Ok(fd)) => Err(raise::value_error(th, format_args!("file descriptor cannot be a negative integer ({fd})"))),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
    }
}

/// A user or group: `-1` leaves it as it is.
pub fn id_from(th: &mut Thread, arg: &Object, what: &str) -> Result<u32, Raised> {
    if !ops::has_index(arg) {
        return Err(raise::type_error(th, format_args!("{what} should be integer, not {}", ops::type_name(arg))));
    }
    let value = ops::index(th, arg)?;
    match value.to_i128() {
        Some(-1) => Ok(u32::MAX),
        Some(v) if (0..i128::from(u32::MAX)).contains(&v) => Ok(v as u32),
        Some(v) if v < 0 => Err(raise::overflow_error(th, format_args!("{what} is less than minimum"))),
        _ => Err(raise::overflow_error(th, format_args!("{what} is greater than maximum"))),
    }
}

macro_rules! ids {
    ($($ty:ident $what:literal)*) => {$(
        /// An identifier as an argument.
        #[derive(Clone, Copy)]
        pub struct $ty(pub u32);
        impl FromArg<'_> for $ty {
            fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
                id_from(th, arg, $what).map($ty)
            }
        }
    )*};
}
ids! { Uid "uid" Gid "gid" }

/// Seconds since the epoch as a float, from seconds and nanoseconds.
pub fn seconds(sec: i64, nsec: i64) -> f64 {
    sec as f64 + 1e-9 * nsec as f64
}

/// How a number of seconds with a fraction becomes whole nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Round {
    Floor,
    Ceiling,
    TowardsZero,
}

/// Nanoseconds from a number of seconds.
pub fn nanoseconds(th: &mut Thread, value: &Object, round: Round) -> Result<i64, Raised> {
    if let Some(float) = value.downcast::<Float>() {
        let value = float.value();
        if value.is_nan() {
            return Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)")));
        }
        let value = value * 1e9;
        let value = match round {
            Round::Floor => value.floor(),
            Round::Ceiling => value.ceil(),
            Round::TowardsZero => value.trunc(),
        };
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&value) {
            return Err(raise::overflow_error(th, format_args!("timestamp out of range for C PyTime_t")));
        }
        return Ok(value as i64);
    }
    if !ops::has_index(value) {
        let ty = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("'{ty}' object cannot be interpreted as an integer or float")));
    }
    let value = ops::index(th, value)?;
    match value.to_i64().and_then(|v| v.checked_mul(1_000_000_000)) {
        Some(nanos) => Ok(nanos),
        None => Err(raise::overflow_error(th, format_args!("timestamp too large to convert to C PyTime_t"))),
    }
}

/// A point of the monotonic clock: when a wait that signals interrupt ends.
#[derive(Clone, Copy)]
pub struct Deadline(Option<u64>);

impl Deadline {
    pub const NEVER: Deadline = Deadline(None);

    pub fn in_nanos(nanos: i64) -> Deadline {
        Deadline(Some(heap::sync::now().saturating_add(nanos.max(0) as u64)))
    }

    /// Nanoseconds left; `None`: for ever.
    pub fn left(self) -> Option<u64> {
        self.0.map(|at| at.saturating_sub(heap::sync::now()))
    }

    /// Milliseconds left, rounded up, as `poll` takes them.
    pub fn poll_ms(self) -> i32 {
        match self.left() {
            None => -1,
            Some(left) => i32::try_from(left.div_ceil(1_000_000)).unwrap_or(i32::MAX),
        }
    }
}

/// Adds integers to a module under their names.
pub fn add_constants(th: &mut Thread, module: &Object, table: &[(&str, i64)]) {
    if let Some(dict) = module.downcast::<objects::Module>().and_then(objects::Module::dict) {
        for (name, value) in table {
            let value = int(th, *value);
            dict.set_by_name(th, name, value);
        }
    }
}

/// A table of libc's constants by name.
macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
pub(crate) use constants;
