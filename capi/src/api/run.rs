//! Compiling and running text and files: `Py_CompileString*`, `PyRun_*`.

use core::ffi::{c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use interp::Code;
use interp::compile::Mode;
use objects::{Bytes, Dict, Module, Str, names, ops, raise};

use super::errors::{os_name, print};
use super::file::{File, read_line, read_rest};
use crate::api;

type Flags = *mut abi::PyCompilerFlags;

/// C's start symbols.
const SINGLE_INPUT: c_int = 256;
const FILE_INPUT: c_int = 257;
const EVAL_INPUT: c_int = 258;
const FUNCTION_TYPE_INPUT: c_int = 345;

/// The source is UTF-8, whatever it declares.
const IGNORE_COOKIE: u32 = 0x800;

/// What C's flags say: those of `compile`, whether a declared encoding is ignored, the feature version.
///
/// # Safety
/// R4: `flags` is null or names flags.
unsafe fn read_flags(flags: Flags) -> (u32, bool, Option<u32>) {
    use interp::compile::flags::{ALL, ONLY_AST};
    // SAFETY: the caller's promise.
    let Some(flags) = (unsafe { flags.as_ref() }) else { return (0, false, None) };
    let bits = flags.cf_flags.cast_unsigned();
    let futures = super::ceval::FUTURES;
    let version = (bits & ONLY_AST != 0).then(|| u32::try_from(flags.cf_feature_version).ok()).flatten();
    (bits & (ALL | futures), bits & IGNORE_COOKIE != 0, version.filter(|version| *version < 14))
}

fn mode_of(th: &mut Thread, start: c_int) -> Result<Mode, Raised> {
    match start {
        SINGLE_INPUT => Ok(Mode::Single),
        FILE_INPUT => Ok(Mode::Exec),
        EVAL_INPUT => Ok(Mode::Eval),
        FUNCTION_TYPE_INPUT => Err(raise::system_error(th, format_args!("Py_func_type_input is for ast.parse"))),
        _ => Err(raise::value_error(th, format_args!("invalid start symbol: {start}"))),
    }
}

/// Compiles C's text.
///
/// # Safety
/// R4: `flags` is null or names flags.
unsafe fn compile(th: &mut Thread, text: &[u8], file: &Object, start: c_int, flags: Flags, optimize: c_int) -> Result<Ref<Object>, Raised> {
    let mode = mode_of(th, start)?;
    // SAFETY: the caller's promise.
    let (flags, plain, version) = unsafe { read_flags(flags) };
    let file = crate::entry::expect::<Str>(th, file)?;
    let source: Ref<Object> = match core::str::from_utf8(text) {
        Ok(text) if plain => Str::new(th, text).up(),
        _ => Bytes::new(th, text).up(),
    };
    interp::compile::compile_object(th, &source, file, mode, flags, optimize, version)
}

/// Runs code, whose globals get their builtins.
fn run_code(th: &mut Thread, code: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let Some(dict) = globals.and_then(|globals| globals.downcast::<Dict>()) else {
        return Err(raise::system_error(th, format_args!("globals must be a real dict")));
    };
    if !dict.contains_str(th, &names::__builtins__) {
        let builtins = super::import::builtins_module(th)?;
        dict.set_str(th, &names::__builtins__, builtins);
    }
    let Some(code) = code.downcast::<Code>() else { return Err(raise::bad_internal_call(th)) };
    let locals = locals.unwrap_or(dict);
    if !locals.is_a::<Dict>() && !ops::item::is_mapping(locals) {
        let got = ops::type_name(locals);
        return Err(raise::type_error(th, format_args!("locals must be a mapping, not {got}")));
    }
    interp::run::run_code(th, code, dict, locals)
}

/// The text of a C string, without its end.
///
/// # Safety
/// R4: `text` is a C string.
unsafe fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes()
}

/// Compiles and runs C's text.
///
/// # Safety
/// R4: `text` is a C string, `flags` null or flags.
unsafe fn run_string(th: &mut Thread, text: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>, flags: Flags) -> Result<Ref<Object>, Raised> {
    let file = Str::new(th, "<string>");
    // SAFETY: the caller's promise.
    let code = unsafe { compile(th, bytes_of(text), &file, start, flags, -1) }?;
    run_code(th, &code, globals, locals)
}

/// Reads a file to its end, and perhaps closes it.
///
/// # Safety
/// R4: `file` is an open file.
unsafe fn take_file(file: File, close: c_int) -> Vec<u8> {
    // SAFETY: the caller's promise.
    unsafe {
        let text = read_rest(file);
        if close != 0 {
            libc::fclose(file);
        }
        text
    }
}

/// What a function that runs a file is told.
struct Script {
    file: File,
    name: *const c_char,
    close: c_int,
    flags: Flags,
}

/// Compiles and runs a file.
///
/// # Safety
/// R4: `script` names an open file, and flags or null.
unsafe fn run_file(th: &mut Thread, script: &Script, start: c_int, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let (text, name) = unsafe { (take_file(script.file, script.close), os_name(th, script.name)) };
    let name = name.unwrap_or_else(|| Str::new(th, "???"));
    // SAFETY: the caller's promise.
    let code = unsafe { compile(th, &text, &name, start, script.flags, -1) }?;
    run_code(th, &code, globals, locals)
}

/// The namespace of `__main__`.
fn main_dict(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    let main = super::import::main_module(th)?;
    match main.downcast_ref::<Module>().and_then(Module::dict) {
        Some(dict) => Ok(heap::Heaped::to_ref(dict)),
        None => Err(raise::bad_internal_call(th)),
    }
}

/// Reports what is raised; what C gets for it.
fn reported(th: &mut Thread, result: Result<Ref<Object>, Raised>) -> c_int {
    match result {
        Ok(value) => {
            th.release(value);
            0
        }
        Err(_) => {
            print(th, true);
            -1
        }
    }
}

/// Runs a file in `__main__`, which knows its name meanwhile.
///
/// # Safety
/// As [`run_file`].
unsafe fn run_script(th: &mut Thread, script: &Script) -> Result<Ref<Object>, Raised> {
    let dict = main_dict(th)?;
    // SAFETY: the caller's promise.
    let name = unsafe { os_name(th, script.name) }.unwrap_or_else(|| Str::new(th, "???"));
    let names_file = !dict.contains_str(th, &names::__file__);
    if names_file {
        dict.set_str(th, &names::__file__, name.clone().up());
    }
    if !name.eq_text("<stdin>") {
        let external = interp::import::import_module(th, "_frozen_importlib_external")?;
        let loader = ops::getattr_str(th, &external, "SourceFileLoader")?;
        let main = Str::new(th, "__main__");
        let loader = ops::call(th, &loader, &[&main, &name])?;
        dict.set_str(th, &names::__loader__, loader);
    }
    // SAFETY: the caller's promise.
    let result = unsafe { run_file(th, script, FILE_INPUT, Some(&dict), Some(&dict)) };
    interp::finalize::flush_quietly(th);
    if names_file {
        drop(dict.pop_str(th, &names::__file__));
    }
    result
}

/// Whether a file is a terminal, or is to be treated as one.
///
/// # Safety
/// As [`run_file`].
unsafe fn is_interactive(script: &Script) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if libc::isatty(libc::fileno(script.file)) == 1 {
            return true;
        }
        interp::config::get().interactive > 0 && (script.name.is_null() || matches!(bytes_of(script.name), b"<stdin>" | b"???"))
    }
}

/// Runs a file; a terminal is asked for one statement after the other.
///
/// # Safety
/// As [`run_file`].
unsafe fn run_any(th: &mut Thread, script: &Script) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        if !is_interactive(script) {
            let result = run_script(th, script);
            return reported(th, result);
        }
        let name = os_name(th, script.name).unwrap_or_else(|| Str::new(th, "???"));
        let ended = run_loop(th, script, &name);
        if script.close != 0 {
            libc::fclose(script.file);
        }
        ended
    }
}

// --- one statement after the other ---

/// What one turn came to.
enum Turn {
    Went,
    End,
}

fn prompt(th: &mut Thread, name: &str) {
    let Some(value) = interp::sys::attribute(th, name) else { return };
    match ops::str_(th, &value) {
        Ok(text) => stdx::tell(format_args!("{}", text.to_string_lossy())),
        Err(_) => drop(th.take_exception()),
    }
}

/// Reads a statement and runs it in `__main__`.
///
/// # Safety
/// As [`run_file`].
unsafe fn turn(th: &mut Thread, script: &Script, name: &Object) -> Result<Turn, Raised> {
    if !name.is_a::<Str>() {
        let got = ops::type_name(name);
        return Err(raise::type_error(th, format_args!("expect str for filename, got {got}")));
    }
    let mut source = Vec::new();
    loop {
        prompt(th, if source.is_empty() { "ps1" } else { "ps2" });
        // SAFETY: the caller's promise.
        let line = unsafe { read_line(script.file) };
        if line.is_empty() {
            if source.is_empty() {
                return Ok(Turn::End);
            }
            break;
        }
        source.extend_from_slice(&line);
        let text = String::from_utf8_lossy(&source);
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            source.clear();
            continue;
        }
        if interp::compile::is_whole(&text) {
            break;
        }
    }
    // SAFETY: the caller's promise.
    let code = unsafe { compile(th, &source, name, SINGLE_INPUT, script.flags, -1) }?;
    let dict = main_dict(th)?;
    let result = run_code(th, &code, Some(&dict), Some(&dict))?;
    th.release(result);
    interp::finalize::flush_quietly(th);
    Ok(Turn::Went)
}

/// Runs one statement after the other, to the end of the file.
///
/// # Safety
/// As [`run_file`].
unsafe fn run_loop(th: &mut Thread, script: &Script, name: &Object) -> c_int {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if interp::sys::attribute(th, name).is_none() {
            let text = Str::new(th, text);
            interp::sys::set_attribute(th, name, text.up());
        }
    }
    loop {
        // SAFETY: the caller's promise.
        match unsafe { turn(th, script, name) } {
            Ok(Turn::Went) => {}
            Ok(Turn::End) => return 0,
            Err(_) => print(th, true),
        }
    }
}

/// E_EOF of CPython's tokenizer.
const END_OF_FILE: c_int = 11;

/// Runs one statement; what C gets for it.
///
/// # Safety
/// As [`run_file`].
unsafe fn run_one(th: &mut Thread, script: &Script, name: &Object) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { turn(th, script, name) } {
        Ok(Turn::Went) => 0,
        Ok(Turn::End) => END_OF_FILE,
        Err(_) => {
            print(th, true);
            -1
        }
    }
}

const NO_FLAGS: Flags = core::ptr::null_mut();

api! {
    fn Py_CompileStringObject(th, text: *const c_char, file: &Object, start: c_int, flags: Flags, optimize: c_int) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { compile(th, bytes_of(text), file, start, flags, optimize) }
    }

    fn Py_CompileStringExFlags(th, text: *const c_char, file: *const c_char, start: c_int, flags: Flags, optimize: c_int) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe {
            let file = os_name(th, file).unwrap_or_else(|| Str::new(th, "???"));
            compile(th, bytes_of(text), &file, start, flags, optimize)
        }
    }

    fn Py_CompileStringFlags(th, text: *const c_char, file: *const c_char, start: c_int, flags: Flags) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe {
            let file = os_name(th, file).unwrap_or_else(|| Str::new(th, "???"));
            compile(th, bytes_of(text), &file, start, flags, -1)
        }
    }

    fn Py_CompileString(th, text: *const c_char, file: *const c_char, start: c_int) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe {
            let file = os_name(th, file).unwrap_or_else(|| Str::new(th, "???"));
            compile(th, bytes_of(text), &file, start, NO_FLAGS, -1)
        }
    }

    fn PyRun_StringFlags(th, text: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>, flags: Flags) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_string(th, text, start, globals, locals, flags) }
    }

    fn PyRun_String(th, text: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_string(th, text, start, globals, locals, NO_FLAGS) }
    }

    fn PyRun_SimpleStringFlags(th, text: *const c_char, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        let result = main_dict(th).and_then(|dict| unsafe { run_string(th, text, FILE_INPUT, Some(&dict), Some(&dict), flags) });
        reported(th, result)
    }

    fn PyRun_SimpleString(th, text: *const c_char) -> c_int {
        // SAFETY: R4: the function's contract.
        let result = main_dict(th).and_then(|dict| unsafe { run_string(th, text, FILE_INPUT, Some(&dict), Some(&dict), NO_FLAGS) });
        reported(th, result)
    }

    fn PyRun_FileExFlags(
        th,
        file: File,
        name: *const c_char,
        start: c_int,
        globals: Option<&Object>,
        locals: Option<&Object>,
        close: c_int,
        flags: Flags,
    ) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_file(th, &Script { file, name, close, flags }, start, globals, locals) }
    }

    fn PyRun_FileFlags(th, file: File, name: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>, flags: Flags) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_file(th, &Script { file, name, close: 0, flags }, start, globals, locals) }
    }

    fn PyRun_FileEx(th, file: File, name: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>, close: c_int) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_file(th, &Script { file, name, close, flags: NO_FLAGS }, start, globals, locals) }
    }

    fn PyRun_File(th, file: File, name: *const c_char, start: c_int, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { run_file(th, &Script { file, name, close: 0, flags: NO_FLAGS }, start, globals, locals) }
    }

    fn PyRun_SimpleFileExFlags(th, file: File, name: *const c_char, close: c_int, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        let result = unsafe { run_script(th, &Script { file, name, close, flags }) };
        reported(th, result)
    }

    fn PyRun_SimpleFileEx(th, file: File, name: *const c_char, close: c_int) -> c_int {
        // SAFETY: R4: the function's contract.
        let result = unsafe { run_script(th, &Script { file, name, close, flags: NO_FLAGS }) };
        reported(th, result)
    }

    fn PyRun_SimpleFile(th, file: File, name: *const c_char) -> c_int {
        // SAFETY: R4: the function's contract.
        let result = unsafe { run_script(th, &Script { file, name, close: 0, flags: NO_FLAGS }) };
        reported(th, result)
    }

    fn PyRun_AnyFileExFlags(th, file: File, name: *const c_char, close: c_int, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe { run_any(th, &Script { file, name, close, flags }) }
    }

    fn PyRun_AnyFileFlags(th, file: File, name: *const c_char, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe { run_any(th, &Script { file, name, close: 0, flags }) }
    }

    fn PyRun_AnyFileEx(th, file: File, name: *const c_char, close: c_int) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe { run_any(th, &Script { file, name, close, flags: NO_FLAGS }) }
    }

    fn PyRun_AnyFile(th, file: File, name: *const c_char) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe { run_any(th, &Script { file, name, close: 0, flags: NO_FLAGS }) }
    }

    fn PyRun_InteractiveOneObject(th, file: File, name: &Object, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe { run_one(th, &Script { file, name: core::ptr::null(), close: 0, flags }, name) }
    }

    fn PyRun_InteractiveOneFlags(th, file: File, name: *const c_char, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe {
            let shown = os_name(th, name).unwrap_or_else(|| Str::new(th, "???"));
            run_one(th, &Script { file, name, close: 0, flags }, &shown)
        }
    }

    fn PyRun_InteractiveOne(th, file: File, name: *const c_char) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe {
            let shown = os_name(th, name).unwrap_or_else(|| Str::new(th, "???"));
            run_one(th, &Script { file, name, close: 0, flags: NO_FLAGS }, &shown)
        }
    }

    fn PyRun_InteractiveLoopFlags(th, file: File, name: *const c_char, flags: Flags) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe {
            let shown = os_name(th, name).unwrap_or_else(|| Str::new(th, "???"));
            run_loop(th, &Script { file, name, close: 0, flags }, &shown)
        }
    }

    fn PyRun_InteractiveLoop(th, file: File, name: *const c_char) -> c_int {
        // SAFETY: R4: the function's contract.
        unsafe {
            let shown = os_name(th, name).unwrap_or_else(|| Str::new(th, "???"));
            run_loop(th, &Script { file, name, close: 0, flags: NO_FLAGS }, &shown)
        }
    }
}

