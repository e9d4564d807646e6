//! Files: `PyFile_*`, descriptors, C's own files (`FILE *`) as far as the API takes them.

use core::ffi::{c_char, c_int, c_void};

use heap::sync::Mutex;
use heap::{Heaped, Object, Raised, Ref, Thread, foreign};
use objects::exceptions::{eof_error_type, runtime_warning_type};
use objects::stdprinter::StdPrinter;
use objects::{Bool, Bytes, Int, Str, none, ops, raise};

use super::errors::os_name;
use crate::api;
use crate::entry::c_text;

/// C's `FILE *`.
pub type File = *mut libc::FILE;

/// Whether the text is to be `str(…)` and not `repr(…)`.
const PRINT_RAW: c_int = 1;

// --- C's files ---

/// Fills the buffer; false if the file ends before.
///
/// # Safety
/// R4: `file` is an open file.
pub unsafe fn read_exact(file: File, buffer: &mut [u8]) -> bool {
    // SAFETY: the caller's promise; the buffer is as long as said.
    unsafe { libc::fread(buffer.as_mut_ptr().cast(), 1, buffer.len(), file) == buffer.len() }
}

/// All that is left of the file.
///
/// # Safety
/// R4: `file` is an open file.
pub unsafe fn read_rest(file: File) -> Vec<u8> {
    let (mut all, mut block) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        // SAFETY: as in `read_exact`.
        let got = unsafe { libc::fread(block.as_mut_ptr().cast(), 1, block.len(), file) };
        if got == 0 {
            return all;
        }
        all.extend_from_slice(&block[..got]);
    }
}

/// The next line with its end; nothing at the end of the file.
///
/// # Safety
/// R4: `file` is an open file.
pub unsafe fn read_line(file: File) -> Vec<u8> {
    let mut line = Vec::new();
    loop {
        // SAFETY: the caller's promise.
        match u8::try_from(unsafe { libc::fgetc(file) }) {
            Ok(byte) => line.push(byte),
            Err(_) => return line,
        }
        if line.ends_with(b"\n") {
            return line;
        }
    }
}

/// Writes the bytes; what goes wrong is the file's to remember (`ferror`).
///
/// # Safety
/// R4: `file` is an open file.
pub unsafe fn write_all(file: File, bytes: &[u8]) {
    // SAFETY: as in `read_exact`.
    unsafe { libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_UniversalNewlineFgets(buffer: *mut c_char, size: c_int, file: File, object: *mut abi::PyObject) -> *mut c_char {
    if !object.is_null() {
        // SAFETY: the calling thread's own.
        unsafe { *libc::__errno_location() = libc::ENXIO };
        return core::ptr::null_mut();
    }
    let room = usize::try_from(size - 1).unwrap_or(0);
    let mut at = 0;
    // SAFETY: R4: the function's contract: the buffer has `size` bytes, the file is open.
    unsafe {
        while at < room {
            let mut byte = libc::fgetc(file);
            if byte == libc::EOF {
                break;
            }
            if byte == c_int::from(b'\r') {
                byte = libc::fgetc(file);
                if byte != c_int::from(b'\n') {
                    libc::ungetc(byte, file);
                    byte = c_int::from(b'\n');
                }
            }
            buffer.add(at).write(byte as c_char);
            at += 1;
            if byte == c_int::from(b'\n') {
                break;
            }
        }
        buffer.add(at).write(0);
    }
    if at == 0 { core::ptr::null_mut() } else { buffer }
}

/// Opens a file of C's that children do not inherit.
fn open_native(th: &mut Thread, path: &Object, mode: *const c_char) -> Result<File, Raised> {
    // SAFETY: R4: the mode is a C string.
    let shown = unsafe { c_text(th, mode) }?;
    let (shown, flags) = (Str::new(th, shown), Int::from_i64(th, 0));
    interp::audit::event(th, "open", &[path, &shown, &flags])?;
    let name = modules::os::fs_string(th, path)?;
    // SAFETY: R4: both are C strings.
    let (file, errno) = th.detached(|| unsafe { (libc::fopen(name.as_ptr(), mode) as usize, *libc::__errno_location()) });
    if file == 0 {
        return Err(raise::os_error(th, errno, Some(path), None));
    }
    let file = file as File;
    // SAFETY: just opened.
    unsafe { libc::fcntl(libc::fileno(file), libc::F_SETFD, libc::FD_CLOEXEC) };
    Ok(file)
}

api! {
    /// A file that writes to standard output or standard error without the streams of `sys`.
    fn PyFile_NewStdPrinter(th, fd: c_int) -> Result<Ref<StdPrinter>, Raised> {
        if fd != libc::STDOUT_FILENO && fd != libc::STDERR_FILENO {
            return Err(raise::bad_internal_call(th));
        }
        Ok(StdPrinter::new(th, fd))
    }

    fn Py_fopen(th, path: &Object, mode: *const c_char) -> Result<*mut libc::FILE, Raised> {
        open_native(th, path, mode)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_fclose(file: File) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { libc::fclose(file) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_IsValidFD(fd: c_int) -> c_int {
    // SAFETY: no preconditions.
    c_int::from(fd >= 0 && unsafe { libc::fcntl(fd, libc::F_GETFD) } >= 0)
}

// --- file objects ---

/// Writes `str(value)` or `repr(value)` to a file object.
pub fn write_object(th: &mut Thread, value: &Object, file: &Object, raw: bool) -> Result<(), Raised> {
    let write = ops::getattr_str(th, file, "write")?;
    let text = if raw { ops::str_(th, value)? } else { ops::repr(th, value)? };
    let result = ops::call1(th, &write, &text)?;
    th.release(result);
    Ok(())
}

/// What `readline` returned, without its end; an empty one is the end of the file.
fn strip_line(th: &mut Thread, line: Ref<Object>) -> Result<Ref<Object>, Raised> {
    let ended = |th: &mut Thread| raise::new(th, eof_error_type(), format_args!("EOF when reading a line"));
    if let Some(bytes) = line.downcast_ref::<Bytes>() {
        return match bytes.as_slice() {
            [] => Err(ended(th)),
            [rest @ .., b'\n'] => Ok(Bytes::new(th, rest).up()),
            _ => Ok(line),
        };
    }
    let Some(text) = line.downcast_ref::<Str>() else { return Ok(line) };
    let points: Vec<u32> = text.chars().iter().collect();
    match points.as_slice() {
        [] => Err(ended(th)),
        [rest @ .., 10] => Ok(Str::from_code_points(th, rest).up()),
        _ => Ok(line),
    }
}

/// `file.readline()`: `limit` 0 for a whole line, more for so many characters, less for a line without its end.
fn get_line(th: &mut Thread, file: &Object, limit: c_int) -> Result<Ref<Object>, Raised> {
    let readline = objects::intern(th, "readline");
    let line = match limit {
        ..=0 => ops::call_method(th, file, readline, &[])?,
        _ => {
            let limit = Int::from_i64(th, limit.into());
            ops::call_method(th, file, readline, &[&limit])?
        }
    };
    if !line.is_a::<Bytes>() && !line.is_a::<Str>() {
        return Err(raise::type_error(th, format_args!("object.readline() returned non-string")));
    }
    if limit < 0 { strip_line(th, line) } else { Ok(line) }
}

/// The descriptor of an object: a number, or what its `fileno` returns.
pub fn descriptor(th: &mut Thread, object: &Object) -> Result<c_int, Raised> {
    let number = match object.downcast::<Int>() {
        Some(number) => {
            if object.is_a::<Bool>() {
                objects::warn::warn(th, runtime_warning_type(), format_args!("bool is used as a file descriptor"), 1)?;
            }
            number.to_ref()
        }
        None => {
            let fileno = objects::intern(th, "fileno");
            let Some(method) = ops::getattr_opt(th, object, fileno)? else {
                return Err(raise::type_error(th, format_args!("argument must be an int, or have a fileno() method.")));
            };
            match ops::call0(th, &method)?.downcast::<Int>() {
                Ok(number) => number,
                Err(_) => return Err(raise::type_error(th, format_args!("fileno() returned a non-integer"))),
            }
        }
    };
    let Some(fd) = number.to_i64().and_then(|number| c_int::try_from(number).ok()) else {
        return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int")));
    };
    if fd < 0 {
        return Err(raise::value_error(th, format_args!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}

/// The text of a C string, or `None` (Python's).
///
/// # Safety
/// R4: `text` is null or a C string.
unsafe fn or_none(th: &mut Thread, text: *const c_char) -> Result<Ref<Object>, Raised> {
    if text.is_null() {
        return Ok(objects::none_ref());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(th, text) }?;
    Ok(Str::new(th, text).up())
}

/// What `open_code` calls instead of opening the file, and the address that it is called with.
static OPEN_CODE: Mutex<Option<(abi::Py_OpenCodeHookFunction, usize)>> = Mutex::new(None);

/// Opens a file whose contents will be run.
fn open_code(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    if !path.is_a::<Str>() {
        let got = ops::type_name(path);
        return Err(raise::type_error(th, format_args!("'path' must be 'str', not '{got}'")));
    }
    let hook = *OPEN_CODE.lock();
    if let Some((hook, data)) = hook {
        // SAFETY: R4: the hook was given for this.
        let opened = foreign::call(th, hook as *const (), |th| foreign::show(th, path), || unsafe { hook(path.as_ptr(), data as *mut c_void) });
        return objects::ops::cslot::object(th, opened);
    }
    let io = interp::import::import_module(th, "_io")?;
    let open = ops::getattr_str(th, &io, "open")?;
    let mode = Str::new(th, "rb");
    ops::call(th, &open, &[path, &mode])
}

api! {
    fn PyFile_FromFd(
        th,
        fd: c_int,
        _name: *const c_char,
        mode: *const c_char,
        buffering: c_int,
        encoding: *const c_char,
        errors: *const c_char,
        newline: *const c_char,
        close: c_int,
    ) -> Result<Ref<Object>, Raised> {
        let io = interp::import::import_module(th, "_io")?;
        let open = ops::getattr_str(th, &io, "open")?;
        // SAFETY: R4: the function's contract.
        let (mode, encoding, errors, newline) = unsafe { (or_none(th, mode)?, or_none(th, encoding)?, or_none(th, errors)?, or_none(th, newline)?) };
        let (fd, buffering) = (Int::from_i64(th, fd.into()), Int::from_i64(th, buffering.into()));
        let mode = if mode.is(none()) { Str::new(th, "r").up() } else { mode };
        ops::call(th, &open, &[&fd, &mode, &buffering, &encoding, &errors, &newline, objects::bool_(close != 0)])
    }

    fn PyFile_GetLine(th, file: &Object, limit: c_int) -> Result<Ref<Object>, Raised> {
        get_line(th, file, limit)
    }

    fn PyFile_WriteObject(th, value: Option<&Object>, file: Option<&Object>, flags: c_int) -> Result<(), Raised> {
        let Some(file) = file else { return Err(raise::type_error(th, format_args!("writeobject with NULL file"))) };
        match value {
            Some(value) => write_object(th, value, file, flags & PRINT_RAW != 0),
            None => {
                let text = Str::new(th, "<NULL>");
                write_object(th, &text, file, true)
            }
        }
    }

    fn PyFile_WriteString(th, text: *const c_char, file: Option<&Object>) -> Result<(), Raised> {
        if th.exception().is_some() {
            return Err(th.already_raised());
        }
        let Some(file) = file else {
            return Err(raise::system_error(th, format_args!("null file for PyFile_WriteString")));
        };
        // SAFETY: R4: the function's contract.
        let text = unsafe { c_text(th, text) }?;
        let text = Str::new(th, text);
        write_object(th, &text, file, true)
    }

    fn PyObject_AsFileDescriptor(th, object: &Object) -> Result<c_int, Raised> {
        descriptor(th, object)
    }

    fn PyFile_OpenCodeObject(th, path: &Object) -> Result<Ref<Object>, Raised> {
        open_code(th, path)
    }

    fn PyFile_OpenCode(th, path: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        match unsafe { os_name(th, path) } {
            Some(path) => open_code(th, &path),
            None => Err(raise::bad_internal_call(th)),
        }
    }

    fn PyOS_FSPath(th, path: &Object) -> Result<Ref<Object>, Raised> {
        modules::os::fspath(th, path)
    }
}

/// Sets what opens files whose contents will be run; once, perhaps before there is an interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyFile_SetOpenCodeHook(hook: abi::Py_OpenCodeHookFunction, data: *mut c_void) -> c_int {
    let refused = {
        let mut place = OPEN_CODE.lock();
        let refused = place.is_some();
        if !refused {
            *place = Some((hook, data as usize));
        }
        refused
    };
    if refused && Thread::is_known() {
        // SAFETY: R10: a C entry is the outermost Rust frame of its activation.
        let th = unsafe { Thread::from_tls() };
        let raised = raise::system_error(th, format_args!("failed to change existing open_code hook"));
        super::errors::leave(th, raised);
    }
    if refused { -1 } else { 0 }
}
