//! From source objects to code objects: decoding, the compiler, its warnings and errors as Python's.

use std::sync::Arc;

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::syntax::SyntaxErrorData as Position;
use objects::{Bytes, Str, exceptions, ops, raise};
pub use syntax::Mode;
use syntax::{CompileOptions, ErrorKind};

use crate::Code;

/// `PyCF_*` flags of `compile` that are not `from __future__` flags.
pub mod flags {
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    pub const ONLY_AST: u32 = 0x400;
    pub const TYPE_COMMENTS: u32 = 0x1000;
    pub const TOP_LEVEL_AWAIT: u32 = 0x2000;
    pub const ALLOW_INCOMPLETE: u32 = 0x4000;
    pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
    pub const ALL: u32 = DONT_IMPLY_DEDENT | OPTIMIZED_AST | TYPE_COMMENTS | TOP_LEVEL_AWAIT | ALLOW_INCOMPLETE | 0x100;
}

/// `compile(source, …)`: source text or an `ast` node.
pub fn compile_object(
    th: &mut Thread,
    source: &Object,
    filename: &Str,
    mode: Mode,
    compile_flags: u32,
    optimize: i32,
    feature_version: Option<u32>,
) -> Result<Ref<Object>, Raised> {
    if compile_flags & !(flags::ALL | syntax::code::flags::FUTURES) != 0 {
        return Err(raise::value_error(th, format_args!("compile(): unrecognised flags")));
    }
    if compile_flags & flags::ONLY_AST != 0 || is_ast(source) {
        return (crate::hooks::hooks()).compile_ast(th, source, filename, mode, compile_flags, optimize, feature_version);
    }
    let text = source_text(th, "compile", source, filename, false)?;
    let code = compile_source(th, &text, filename, mode, compile_flags, optimize)?;
    Ok(code.up())
}

/// Whether the object is an instance of `ast.AST`, which `_ast` names so whoever made the class.
pub fn is_ast(source: &Object) -> bool {
    let mut ty = Some(source.ty());
    while let Some(t) = ty {
        if t.tp_name_bytes() == b"ast.AST" {
            return true;
        }
        ty = objects::typing::base(t);
    }
    false
}

/// Source text for `eval` and `exec`.
pub fn compile_text(th: &mut Thread, function: &str, source: &Object, filename: &Str, mode: Mode, inherited: u32, strip: bool) -> Result<Ref<Code>, Raised> {
    let text = source_text(th, function, source, filename, true)?;
    let text = if strip { text.trim_start_matches([' ', '\t']).to_owned() } else { text };
    compile_source(th, &text, filename, mode, inherited, -1)
}

/// The text of a source argument: a str, or bytes with an encoding declaration.
pub fn source_text(th: &mut Thread, function: &str, source: &Object, filename: &Str, code_too: bool) -> Result<String, Raised> {
    if let Some(text) = source.downcast::<Str>() {
        return match text.to_utf8() {
            Some(utf8) if utf8.contains('\0') => Err(raise::new(th, exceptions::syntax_error_type(), format_args!("source code string cannot contain null bytes"))),
            Some(utf8) => Ok(utf8.to_owned()),
            None => Err(raise::unicode_surrogates(th, text)),
        };
    }
    let bytes = if let Some(bytes) = source.downcast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if objects::typing::places::SlotId::bf_getbuffer.read(source.ty()) != 0 {
        let bytes = ops::call(th, <Bytes as heap::PyType>::type_object(), &[source])?;
        bytes.downcast_ref::<Bytes>().map_or_else(Vec::new, |b| b.as_slice().to_vec())
    } else {
        let kinds = if code_too { "string, bytes or code" } else { "string, bytes or AST" };
        let _ = ops::type_name(source);
        return Err(raise::type_error(th, format_args!("{function}() arg 1 must be a {kinds} object")));
    };
    decode(th, &bytes, filename, false)
}

/// Decodes a script: UTF-8 with or without a byte order mark, or what its declaration says (PEP 263).
pub fn decode_file(th: &mut Thread, bytes: &[u8], filename: &Str) -> Result<String, Raised> {
    decode(th, bytes, filename, true)
}

/// Decodes source. What is wrong with a script is said with its place, as the reader of files does in CPython.
fn decode(th: &mut Thread, bytes: &[u8], filename: &Str, script: bool) -> Result<String, Raised> {
    if let Some(at) = memchr::memchr(0, bytes) {
        if !script {
            return Err(raise::new(th, exceptions::syntax_error_type(), format_args!("source code string cannot contain null bytes")));
        }
        // The reader of files goes line by line: what is wrong earlier is found earlier.
        if declared_encoding(bytes).is_none()
            && !bytes.starts_with(&[0xef, 0xbb, 0xbf])
            && let Err(error) = core::str::from_utf8(&bytes[..at])
        {
            return Err(no_utf8(th, &bytes[..at], error.valid_up_to(), filename, script, false));
        }
        let mut place = line_of(bytes, at);
        place.text.truncate(place.column);
        return Err(bad_source(th, filename, "source code cannot contain null bytes", Some((place.line, 0, &place.text))));
    }
    let (bytes, marked) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (rest, true),
        _ => (bytes, false),
    };
    let declared = declared_encoding(bytes);
    let (encoding, declared_end) = declared.clone().unwrap_or_else(|| ("utf-8".to_owned(), 0));
    let normal = encoding.to_ascii_lowercase().replace('_', "-");
    let is_utf8 = normal == "utf-8" || normal.starts_with("utf-8-");
    let latin = matches!(normal.as_str(), "latin-1" | "iso-8859-1" | "iso-latin-1") || normal.starts_with("latin-1-") || normal.starts_with("iso-8859-1-");
    if marked && !is_utf8 {
        let encoding = if latin { "iso-8859-1" } else { &encoding };
        let first = line_of(bytes, 0);
        return Err(bad_source(th, filename, &format!("encoding problem: {encoding} with BOM"), Some((1, 0, &first.text))));
    }
    if is_utf8 || normal == "utf8" {
        return match core::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(no_utf8(th, bytes, error.valid_up_to(), filename, script, declared.is_some() || marked)),
        };
    }
    if latin {
        return Ok(bytes.iter().map(|&b| char::from(b)).collect());
    }
    // The reader of files decodes from the end of the line with the declaration on, which shows in positions.
    let skipped = if script { declared_end.min(bytes.len()) } else { 0 };
    match decode_by_codec(th, &bytes[skipped..], &encoding) {
        Ok(text) => Ok(bytes[..skipped].iter().map(|&b| char::from(b)).chain(text.chars()).collect()),
        Err(raised) => Err(match raise::catch(th, exceptions::lookup_error_type()) {
            Some(error) => {
                let message = ops::str_(th, &error)?.to_string_lossy();
                let message = message.split("; use codecs.").next().unwrap_or_default().to_owned();
                let message = if message.starts_with("unknown encoding") { format!("unknown encoding: {encoding}") } else { message };
                bad_source(th, filename, &message, None)
            }
            None => match raise::catch(th, exceptions::unicode_error_type()) {
                Some(error) => {
                    let message = ops::str_(th, &error)?.to_string_lossy();
                    bad_source(th, filename, &message, None)
                }
                None => raised,
            },
        }),
    }
}

/// A byte of a source and its line.
struct Place {
    line: usize,
    column: usize,
    text: Vec<u8>,
}

fn line_of(bytes: &[u8], at: usize) -> Place {
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |end| at + end);
    Place { line: bytes[..at].iter().filter(|b| **b == b'\n').count() + 1, column: at - start, text: bytes[start..end].to_vec() }
}

/// `SyntaxError` about the form of a source: line, column (0: none) and text, or line 0.
#[cold]
fn bad_source(th: &mut Thread, filename: &Str, message: &str, place: Option<(usize, usize, &[u8])>) -> Raised {
    let (line, column) = place.map_or((0, 0), |(line, column, _)| (line as i64, column as i64));
    let data = Position {
        message: message.to_owned(),
        filename: Some(filename.to_string_lossy()),
        line,
        column,
        end_line: line,
        end_column: column,
        text: place.map(|(_, _, text)| String::from_utf8_lossy(text).into_owned()),
        metadata: None,
    };
    raise::syntax_error(th, exceptions::syntax_error_type(), &data)
}

#[cold]
fn no_utf8(th: &mut Thread, bytes: &[u8], at: usize, filename: &Str, script: bool, declared: bool) -> Raised {
    let mut place = line_of(bytes, at);
    let byte = bytes[at];
    if script && declared {
        let message = format!("(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {}: invalid start byte", place.column);
        return bad_source(th, filename, &message, Some((place.line, 0, &place.text)));
    }
    // CPython's reader has not counted the second line yet when the first was code.
    let first_is_code = || {
        let first = line_of(bytes, 0).text;
        let first = first.trim_ascii();
        !first.is_empty() && !first.starts_with(b"#")
    };
    if script && place.line == 2 && first_is_code() {
        place.line = 1;
    }
    let file = if script { format!(" in file {}", filename.to_string_lossy()) } else { String::new() };
    let line = place.line;
    let message = format!("Non-UTF-8 code starting with '\\x{byte:02x}'{file} on line {line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details");
    let column = String::from_utf8_lossy(&place.text[..place.column]).chars().count() + 1;
    bad_source(th, filename, &message, Some((line, column, &place.text)))
}

fn decode_by_codec(th: &mut Thread, bytes: &[u8], encoding: &str) -> Result<String, Raised> {
    let object = Bytes::new(th, bytes);
    let name = Str::new(th, encoding);
    let decode = objects::intern(th, "decode");
    let text = ops::call_method(th, &object, decode, &[&name])?;
    match text.downcast_ref::<Str>().and_then(Str::to_utf8) {
        Some(text) => Ok(text.to_owned()),
        None => Err(raise::new(th, exceptions::syntax_error_type(), format_args!("encoding problem: {encoding}"))),
    }
}

/// The encoding that one of the first two lines declares, and where that line ends.
fn declared_encoding(bytes: &[u8]) -> Option<(String, usize)> {
    let mut end = 0;
    for line in bytes.split(|b| *b == b'\n').take(2) {
        end += line.len() + 1;
        let text: String = line.iter().map(|&b| char::from(b)).collect();
        let text = text.trim_start_matches([' ', '\t', '\x0c']);
        let Some(comment) = text.strip_prefix('#') else {
            if text.trim().is_empty() {
                continue;
            }
            return None;
        };
        if let Some(at) = comment.find("coding")
            && let Some(rest) = comment[at + 6..].strip_prefix([':', '='])
        {
            let name: String = rest.trim_start_matches([' ', '\t']).chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
            if !name.is_empty() {
                return Some((name, end.saturating_sub(1)));
            }
        }
    }
    None
}

fn options(compile_flags: u32, optimize: i32) -> CompileOptions {
    CompileOptions {
        flags: compile_flags & syntax::code::flags::FUTURES,
        optimize: u8::try_from(optimize).unwrap_or(crate::config::get().optimize),
        top_level_await: compile_flags & flags::TOP_LEVEL_AWAIT != 0,
        type_comments: compile_flags & flags::TYPE_COMMENTS != 0,
        dont_imply_dedent: compile_flags & flags::DONT_IMPLY_DEDENT != 0,
        allow_incomplete_input: compile_flags & flags::ALLOW_INCOMPLETE != 0,
        from_file: false,
        feature_version: None,
    }
}

/// Parses text for its tree.
pub fn parse<'a>(
    th: &mut Thread,
    text: &'a str,
    filename: &Str,
    mode: Mode,
    compile_flags: u32,
    optimize: i32,
    feature_version: Option<u32>,
) -> Result<syntax::Parsed<'a>, Raised> {
    let options = CompileOptions { feature_version, ..options(compile_flags, optimize) };
    let parsed = th.detached(|| syntax::parse(text, mode, options));
    for warning in &parsed.warnings {
        crate::hooks::hooks().syntax_warning(th, filename, warning)?;
    }
    parsed.result.map_err(|error| raise_syntax_error(th, filename, &error))
}

/// Compiles a program read from a file, which shows in places of errors.
pub fn compile_script(th: &mut Thread, text: &str, filename: &Str) -> Result<Ref<Code>, Raised> {
    compile_with(th, text, filename, Mode::Exec, CompileOptions { from_file: true, ..options(0, -1) })
}

/// Compiles text.
pub fn compile_source(th: &mut Thread, text: &str, filename: &Str, mode: Mode, compile_flags: u32, optimize: i32) -> Result<Ref<Code>, Raised> {
    compile_with(th, text, filename, mode, options(compile_flags, optimize))
}

fn compile_with(th: &mut Thread, text: &str, filename: &Str, mode: Mode, options: CompileOptions) -> Result<Ref<Code>, Raised> {
    let name = filename.to_string_lossy();
    let compiled = th.detached(|| syntax::compile(text, &name, mode, options));
    for warning in &compiled.warnings {
        crate::hooks::hooks().syntax_warning(th, filename, warning)?;
    }
    match compiled.result {
        Ok(code) => Ok(Code::new(th, Arc::new(code))),
        Err(error) => Err(raise_syntax_error(th, filename, &error)),
    }
}

/// Whether nothing is missing from what was typed: the text compiles, or no further line could make it compile.
pub fn is_whole(text: &str) -> bool {
    let options = CompileOptions { dont_imply_dedent: true, allow_incomplete_input: true, ..Default::default() };
    let is_open = |text: &str| matches!(syntax::compile(text, "<stdin>", Mode::Single, options).result, Err(error) if error.kind == ErrorKind::IncompleteInput);
    !is_open(text)
}

/// Compiles a tree of nodes.
pub fn compile_nodes(th: &mut Thread, root: &syntax::tree::node::Node, filename: &Str, mode: Mode, compile_flags: u32, optimize: i32) -> Result<Ref<Object>, Raised> {
    let options = options(compile_flags, optimize);
    let name = filename.to_string_lossy();
    let compiled = th.detached(|| syntax::tree::compile_nodes(root, &name, mode, options));
    for warning in &compiled.warnings {
        crate::hooks::hooks().syntax_warning(th, filename, warning)?;
    }
    match compiled.result {
        Ok(code) => Ok(Code::new(th, Arc::new(code)).up()),
        Err(error) => Err(raise_syntax_error(th, filename, &error)),
    }
}

/// Raises what the compiler found.
pub fn raise_syntax_error(th: &mut Thread, filename: &Str, error: &syntax::SyntaxErrorData) -> Raised {
    let cls = match error.kind {
        ErrorKind::Syntax => exceptions::syntax_error_type(),
        ErrorKind::Indentation => exceptions::indentation_error_type(),
        ErrorKind::Tab => exceptions::tab_error_type(),
        ErrorKind::IncompleteInput => exceptions::incomplete_input_error_type(),
        ErrorKind::Value => return raise::value_error(th, format_args!("{}", error.msg)),
        ErrorKind::Memory => return raise::new(th, exceptions::memory_error_type(), format_args!("{}", error.msg)),
        ErrorKind::Recursion => return raise::new(th, exceptions::recursion_error_type(), format_args!("{}", error.msg)),
        ErrorKind::Overflow => return raise::overflow_error(th, format_args!("{}", error.msg)),
        ErrorKind::System => return raise::system_error(th, format_args!("{}", error.msg)),
    };
    let name = filename.to_string_lossy();
    let mut data = position(error, &name);
    if data.text.is_none() && data.line > 0 {
        data.text = line_of_file(th, filename, data.line);
    }
    raise::syntax_error(th, cls, &data)
}

/// A line of the source file, if there is one of that name.
pub fn line_of_file(th: &mut Thread, filename: &Str, line: i64) -> Option<String> {
    let name = filename.to_string_lossy();
    let source = th.detached(|| std::fs::metadata(&name).is_ok_and(|file| file.is_file()).then(|| std::fs::read(&name).ok()).flatten())?;
    match decode(th, &source, filename, true) {
        Ok(text) => text.lines().nth(usize::try_from(line - 1).ok()?).map(|line| format!("{line}\n")),
        Err(_) => {
            drop(th.take_exception());
            None
        }
    }
}

fn position(error: &syntax::SyntaxErrorData, filename: &str) -> Position {
    Position {
        message: error.msg.clone(),
        filename: Some(filename.to_owned()),
        line: i64::from(error.lineno.unwrap_or(0)),
        column: i64::from(error.offset.unwrap_or(0)),
        end_line: i64::from(error.end_lineno.unwrap_or(0)),
        end_column: i64::from(error.end_offset.unwrap_or(0)),
        text: error.text.clone(),
        metadata: error.metadata.clone(),
    }
}

/// Issues a warning of the compiler; one that is turned into an error becomes a `SyntaxError` there.
pub fn issue_warning(th: &mut Thread, filename: &Str, warning: &syntax::Warning) -> Result<(), Raised> {
    // Without the module, early at the start, nobody could hear of it.
    let Ok(warnings) = crate::import::import_module(th, "_warnings") else {
        drop(th.take_exception());
        return Ok(());
    };
    let category = match warning.kind {
        syntax::WarningKind::Syntax => exceptions::syntax_warning_type(),
        syntax::WarningKind::Deprecation => exceptions::deprecation_warning_type(),
    };
    let (message, line) = (Str::new(th, &warning.msg), objects::Int::from_i64(th, i64::from(warning.lineno)));
    let explicit = objects::intern(th, "warn_explicit");
    match ops::call_method(th, &warnings, explicit, &[&message, category, filename, &line]) {
        Ok(result) => {
            th.release(result);
            Ok(())
        }
        Err(raised) => match raise::catch(th, category) {
            None => Err(raised),
            Some(_) => {
                let data = syntax::SyntaxErrorData {
                    kind: ErrorKind::Syntax,
                    msg: warning.msg.clone(),
                    lineno: Some(warning.lineno),
                    offset: Some(warning.offset as i32),
                    text: None,
                    end_lineno: Some(warning.end_lineno),
                    end_offset: Some(warning.end_offset as i32),
                    metadata: None,
                };
                Err(raise_syntax_error(th, filename, &data))
            }
        },
    }
}
