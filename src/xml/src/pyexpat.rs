//! `pyexpat`: the module, with its two tables `errors` and `model`.
#![allow(unsafe_code, non_snake_case, non_upper_case_globals, reason = "calls of a C library; names that Python sees")]

use core::ffi::{CStr, c_int};

use heap::{Object, Raised, Ref, Thread};
use interp::FrameObject;
use interp::code::parts::{Changes, without_body};
use macros::pymodule;
use modules::errors::ErrorClass;
use objects::exceptions::{as_exception, exception_type};
use objects::glue::{upward, *};
use objects::{Dict, List, Module, Str, Traceback, Tuple, none, raise};

use crate::expat;
use crate::handlers::Handler;
use crate::parser::XmlParser;

pub static ERROR: ErrorClass = ErrorClass::new("xml.parsers.expat", "ExpatError", exception_type);

/// The names of the library's errors, from 1 on, and what is said of those that it is too old to know.
const ERRORS: [(&str, &str); 44] = [
    ("XML_ERROR_NO_MEMORY", "out of memory"),
    ("XML_ERROR_SYNTAX", "syntax error"),
    ("XML_ERROR_NO_ELEMENTS", "no element found"),
    ("XML_ERROR_INVALID_TOKEN", "not well-formed (invalid token)"),
    ("XML_ERROR_UNCLOSED_TOKEN", "unclosed token"),
    ("XML_ERROR_PARTIAL_CHAR", "partial character"),
    ("XML_ERROR_TAG_MISMATCH", "mismatched tag"),
    ("XML_ERROR_DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    ("XML_ERROR_JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    ("XML_ERROR_PARAM_ENTITY_REF", "illegal parameter entity reference"),
    ("XML_ERROR_UNDEFINED_ENTITY", "undefined entity"),
    ("XML_ERROR_RECURSIVE_ENTITY_REF", "recursive entity reference"),
    ("XML_ERROR_ASYNC_ENTITY", "asynchronous entity"),
    ("XML_ERROR_BAD_CHAR_REF", "reference to invalid character number"),
    ("XML_ERROR_BINARY_ENTITY_REF", "reference to binary entity"),
    ("XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF", "reference to external entity in attribute"),
    ("XML_ERROR_MISPLACED_XML_PI", "XML or text declaration not at start of entity"),
    ("XML_ERROR_UNKNOWN_ENCODING", "unknown encoding"),
    ("XML_ERROR_INCORRECT_ENCODING", "encoding specified in XML declaration is incorrect"),
    ("XML_ERROR_UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    ("XML_ERROR_EXTERNAL_ENTITY_HANDLING", "error in processing external entity reference"),
    ("XML_ERROR_NOT_STANDALONE", "document is not standalone"),
    ("XML_ERROR_UNEXPECTED_STATE", "unexpected parser state - please send a bug report"),
    ("XML_ERROR_ENTITY_DECLARED_IN_PE", "entity declared in parameter entity"),
    ("XML_ERROR_FEATURE_REQUIRES_XML_DTD", "requested feature requires XML_DTD support in Expat"),
    ("XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING", "cannot change setting once parsing has begun"),
    ("XML_ERROR_UNBOUND_PREFIX", "unbound prefix"),
    ("XML_ERROR_UNDECLARING_PREFIX", "must not undeclare prefix"),
    ("XML_ERROR_INCOMPLETE_PE", "incomplete markup in parameter entity"),
    ("XML_ERROR_XML_DECL", "XML declaration not well-formed"),
    ("XML_ERROR_TEXT_DECL", "text declaration not well-formed"),
    ("XML_ERROR_PUBLICID", "illegal character(s) in public id"),
    ("XML_ERROR_SUSPENDED", "parser suspended"),
    ("XML_ERROR_NOT_SUSPENDED", "parser not suspended"),
    ("XML_ERROR_ABORTED", "parsing aborted"),
    ("XML_ERROR_FINISHED", "parsing finished"),
    ("XML_ERROR_SUSPEND_PE", "cannot suspend in external parameter entity"),
    ("XML_ERROR_RESERVED_PREFIX_XML", "reserved prefix (xml) must not be undeclared or bound to another namespace name"),
    ("XML_ERROR_RESERVED_PREFIX_XMLNS", "reserved prefix (xmlns) must not be declared or undeclared"),
    ("XML_ERROR_RESERVED_NAMESPACE_URI", "prefix must not be bound to one of the reserved namespace names"),
    ("XML_ERROR_INVALID_ARGUMENT", "invalid argument"),
    ("XML_ERROR_NO_BUFFER", "a successful prior call to function XML_GetBuffer is required"),
    ("XML_ERROR_AMPLIFICATION_LIMIT_BREACH", "limit on input amplification factor (from DTD and entities) breached"),
    ("XML_ERROR_NOT_STARTED", "parser not started"),
];

/// What content models are made of.
const MODEL: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

/// The library's description of an error.
pub fn error_string(code: c_int) -> Option<&'static str> {
    // SAFETY: R4: any number may be asked for.
    let text = unsafe { expat::XML_ErrorString(code) };
    if text.is_null() {
        return None;
    }
    // SAFETY: R4: a C string that is always there.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// Puts the caller of a handler that failed into the traceback, as if it were a function of Python's.
#[cold]
pub fn trace(th: &mut Thread, kind: Handler) {
    let Some(exception) = th.take_exception() else { return };
    if let Ok(frame) = caller(th, kind)
        && let Some(fields) = as_exception(&exception)
    {
        let next = fields.traceback(th);
        let traceback = Traceback::new(th, next, frame, -1, -1);
        fields.set_traceback(th, Some(traceback));
    }
    // Whatever kept the frame from being made, the handler's exception counts.
    th.take_exception();
    let _ = th.set_exception(exception);
}

/// A frame that never ran. The file has the name that tools know from CPython.
fn caller(th: &mut Thread, kind: Handler) -> Result<Ref<Object>, Raised> {
    let (file, name, globals) = (Str::new(th, "pyexpat.c"), Str::new(th, kind.name()), Dict::new(th));
    let changes =
        Changes { filename: Some(&file), name: Some(&name), qualname: Some(&name), first_line: Some(1), ..Changes::default() };
    let code = without_body(th, changes)?;
    FrameObject::apart(th, &code, &globals, None).map(Ref::up)
}

/// A module below this one.
fn submodule(th: &mut Thread, module: &Object, name: &str, doc: &str) -> Result<Ref<Object>, Raised> {
    let full = format!("pyexpat.{name}");
    let made = Module::new(th, &full).up();
    let key = Str::new(th, &full);
    interp::sys::modules(th)?.set(th, &key, made.clone())?;
    let doc = Str::new(th, doc).up();
    upward::set_module_attribute(th, &made, "__doc__", doc)?;
    upward::set_module_attribute(th, module, name, made.clone())?;
    Ok(made)
}

fn add_errors(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let errors = submodule(th, module, "errors", "Constants used to describe error conditions.")?;
    let (codes, messages) = (Dict::new(th), Dict::new(th));
    for (index, (name, fallback)) in ERRORS.into_iter().enumerate() {
        let code = index as c_int + 1;
        let text = Str::new(th, error_string(code).unwrap_or(fallback));
        let number = upward::from_i64(th, code.into());
        upward::set_module_attribute(th, &errors, name, text.clone().up())?;
        codes.set(th, &text, number.clone())?;
        messages.set(th, &number, text.up())?;
    }
    upward::set_module_attribute(th, &errors, "codes", codes.up())?;
    upward::set_module_attribute(th, &errors, "messages", messages.up())
}

fn add_model(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let model = submodule(th, module, "model", "Constants used to interpret content model information.")?;
    for (name, value) in MODEL {
        let value = upward::from_i64(th, value);
        upward::set_module_attribute(th, &model, name, value)?;
    }
    Ok(())
}

#[pymodule(name = "pyexpat", doc = "Python wrapper for Expat parser.", hidden(XmlParser))]
pub mod pyexpat {
    use super::*;

    #[constant]
    const XML_PARAM_ENTITY_PARSING_NEVER: i64 = 0;
    #[constant]
    const XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE: i64 = 1;
    #[constant]
    const XML_PARAM_ENTITY_PARSING_ALWAYS: i64 = 2;
    #[constant]
    const native_encoding: &str = "UTF-8";

    #[attr]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    #[attr]
    fn ExpatError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    #[attr]
    fn XMLParserType() -> Ref<Object> {
        XmlParser::type_object().as_object().to_owned()
    }

    #[attr]
    fn EXPAT_VERSION(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: a C string that is always there.
        let version = unsafe { CStr::from_ptr(expat::XML_ExpatVersion()) };
        version.to_string_lossy().into_owned().to_py(th)
    }

    #[attr]
    fn version_info(th: &mut Thread) -> Ref<Tuple> {
        // SAFETY: R4: three numbers.
        let version = unsafe { expat::XML_ExpatVersionInfo() };
        let items = [version.major, version.minor, version.micro].map(|part| upward::from_i64(th, part.into()));
        Tuple::from_array(th, items)
    }

    #[attr]
    fn features(th: &mut Thread) -> Result<Ref<List>, Raised> {
        let list = List::empty(th);
        // SAFETY: R4: a table that is always there, ended by a row with the number 0.
        let mut at = unsafe { expat::XML_GetFeatureList() };
        loop {
            // SAFETY: R4: the end was not reached.
            let row = unsafe { &*at };
            if row.number == 0 {
                return Ok(list);
            }
            // SAFETY: R4: a C string.
            let name = unsafe { CStr::from_ptr(row.name) }.to_string_lossy().into_owned().to_py(th)?;
            let value = upward::from_i64(th, row.value);
            let pair = Tuple::from_array(th, [name, value]);
            list.append(th, pair.up())?;
            // SAFETY: R4: this was not the last row.
            at = unsafe { at.add(1) };
        }
    }

    #[exec]
    fn prepare(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, XmlParser::type_object())?;
        add_errors(th, module)?;
        add_model(th, module)
    }

    /// Return a new XML parser object.
    #[function(sig = "(encoding=None, namespace_separator=None, intern=<unrepresentable>)")]
    fn ParserCreate(
        th: &mut Thread,
        encoding: Option<&str>,
        namespace_separator: Option<&str>,
        intern: Option<&Object>,
    ) -> Result<Ref<XmlParser>, Raised> {
        if namespace_separator.is_some_and(|separator| separator.len() > 1) {
            let message = format_args!("namespace_separator must be at most one character, omitted, or None");
            return Err(raise::value_error(th, message));
        }
        let intern = match intern {
            None => Some(Dict::new(th)),
            Some(intern) if intern.is(none()) => None,
            Some(intern) => match intern.downcast_ref::<Dict>() {
                Some(dict) => Some(dict.to_ref()),
                None => return Err(raise::type_error(th, format_args!("intern must be a dictionary"))),
            },
        };
        XmlParser::create(th, encoding, namespace_separator, intern)
    }

    /// Returns string error for given number.
    #[function(sig = "(code, /)")]
    fn ErrorString(code: i64) -> Option<&'static str> {
        error_string(code as c_int)
    }
}
