//! Taking arguments apart: `PyArg_*`, and what Argument Clinic's code calls.
//!
//! Start at [`Parse`], which walks a format over arguments; `convert` has a format unit each, `keywords` the forms with keywords, `parser` those
//! with a prepared `_PyArg_Parser`. The messages are CPython's word for word, the order of checks, too.

mod convert;
mod keywords;
mod numbers;
mod parser;
pub mod values;

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::leave_raised;
use objects::{Dict, Tuple, ops, raise};

use self::values::Values;
use super::format::{clip, text_of};
use crate::api;
use crate::entry::fatal;

/// A format that is walked; at its end it gives zeros.
#[derive(Clone, Copy)]
pub struct Format<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Format<'a> {
    /// From its start.
    pub fn new(format: &'a CStr) -> Format<'a> {
        Format { bytes: format.to_bytes(), at: 0 }
    }

    /// The next character.
    pub fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// The next character, which is passed (the end is not).
    pub fn next(&mut self) -> u8 {
        let next = self.peek();
        self.at += usize::from(next != 0);
        next
    }

    /// Passes the next character if it is this one.
    pub fn accept(&mut self, c: u8) -> bool {
        let is_it = self.peek() == c;
        self.at += usize::from(is_it);
        is_it
    }

    /// Passes the character before it again.
    pub fn back(&mut self) {
        self.at -= 1;
    }

    /// Passes so many characters.
    pub fn pass(&mut self, count: usize) {
        self.at += count;
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn is_at_end(&self) -> bool {
        matches!(self.peek(), 0 | b':' | b';')
    }

    /// The function's name behind `:`, or else the message behind `;`.
    fn labels(&self) -> Labels<'a> {
        let behind = |c: u8| self.bytes.iter().position(|&b| b == c).map(|at| &self.bytes[at + 1..]);
        match behind(b':') {
            Some(name) => Labels { name: Some(name), message: None },
            None => Labels { name: None, message: behind(b';') },
        }
    }
}

/// What messages call the function, or what they are instead.
#[derive(Clone, Copy, Default)]
struct Labels<'a> {
    name: Option<&'a [u8]>,
    message: Option<&'a [u8]>,
}

impl Labels<'_> {
    /// `name()`, or `function`.
    fn function(&self) -> String {
        self.called("function", 200)
    }

    fn called(&self, nameless: &str, limit: usize) -> String {
        self.name.map_or_else(|| nameless.to_owned(), |name| format!("{}()", clip(name, limit)))
    }
}

/// Why an argument does not fit. An exception that is raised already counts more than a message.
enum Misfit {
    Raised,
    Message(String),
}

impl From<Raised> for Misfit {
    fn from(_: Raised) -> Misfit {
        Misfit::Raised
    }
}

/// A misfit with the way to it: the item's number at each level of nested tuples, innermost first.
struct Wrong {
    path: Vec<usize>,
    misfit: Misfit,
}

impl<T: Into<Misfit>> From<T> for Wrong {
    fn from(misfit: T) -> Wrong {
        Wrong { path: Vec::new(), misfit: misfit.into() }
    }
}

/// What must be undone if a later argument does not fit.
enum Undo {
    Memory(*mut *mut c_void),
    Buffer(*mut abi::Py_buffer),
    Converter(Converter, *mut c_void),
}

/// A function for `O&`.
type Converter = unsafe extern "C-unwind" fn(*mut abi::PyObject, *mut c_void) -> c_int;

unsafe extern "C-unwind" {
    fn PyMem_Free(memory: *mut c_void);
    fn PyBuffer_Release(view: *mut abi::Py_buffer);
}

/// Arguments being taken apart.
struct Parse {
    values: Values,
    undo: Vec<Undo>,
}

impl Parse {
    /// # Safety
    /// As [`Values::new`].
    unsafe fn new(values: *mut c_void) -> Parse {
        // SAFETY: the caller's promise.
        Parse { values: unsafe { Values::new(values) }, undo: Vec::new() }
    }

    /// What C is told: 1, or 0 with an exception, when all that was done is undone.
    fn finish(self, th: &mut Thread, result: Result<(), Raised>) -> c_int {
        match result {
            Ok(()) => 1,
            Err(raised) => {
                for undo in self.undo {
                    undo.run(th);
                }
                leave_raised(th, raised);
                0
            }
        }
    }

    /// One argument by the next unit of the format.
    fn item(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Result<(), Wrong> {
        if format.accept(b'(') {
            self.tuple(th, arg, format)?;
            format.next();
            return Ok(());
        }
        Ok(self.simple(th, arg, format)?)
    }

    /// A sequence by the units up to the closing parenthesis.
    fn tuple(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Result<(), Wrong> {
        let (n, borrows) = units_within(*format);
        let tuple = match arg.downcast::<Tuple>() {
            Some(tuple) => th.retain(tuple),
            None => tuple_of(th, arg, n, borrows)?,
        };
        if tuple.len() != n {
            return Err(Misfit::Message(format!("must be tuple of length {n}, not {}", tuple.len())).into());
        }
        for (index, item) in tuple.iter().enumerate() {
            if let Err(mut wrong) = self.item(th, item, format) {
                wrong.path.push(index);
                return Err(wrong);
            }
        }
        Ok(())
    }
}

impl Undo {
    fn run(self, th: &mut Thread) {
        match self {
            // SAFETY: R4: the caller's variable holds what was allocated for it.
            Undo::Memory(place) => unsafe {
                PyMem_Free(*place);
                *place = core::ptr::null_mut();
            },
            // SAFETY: R4: the caller's view was filled.
            Undo::Buffer(view) => unsafe { PyBuffer_Release(view) },
            Undo::Converter(convert, place) => {
                // SAFETY: R4: a converter that said it can be undone takes null for that.
                heap::foreign::call(th, convert as *const (), |_| {}, || unsafe { convert(core::ptr::null_mut(), place) });
            }
        }
    }
}

/// How many units stand before the closing parenthesis, and whether one of them hands out what only a tuple keeps alive.
fn units_within(mut format: Format<'_>) -> (usize, bool) {
    let (mut level, mut n, mut borrows) = (0, 0, false);
    loop {
        match format.next() {
            b'(' => {
                n += usize::from(level == 0);
                level += 1;
            }
            b')' if level == 0 => return (n, borrows),
            b')' => level -= 1,
            b':' | b';' | 0 => return (n, borrows),
            unit => {
                n += usize::from(level == 0 && unit.is_ascii_alphabetic());
                if unit == b'e' && matches!(format.peek(), b's' | b't') {
                    format.next();
                    continue;
                }
                borrows |= match unit {
                    b'y' | b's' | b'z' => format.peek() != b'*',
                    b'S' | b'Y' | b'U' => true,
                    b'O' => format.peek() != b'&',
                    _ => false,
                };
            }
        }
    }
}

/// A tuple of a sequence that is none.
fn tuple_of(th: &mut Thread, arg: &Object, n: usize, borrows: bool) -> Result<Ref<Tuple>, Misfit> {
    let is_text = objects::Str::of(arg).is_some() || arg.is_a::<objects::Bytes>() || arg.is_a::<objects::ByteArray>();
    if is_text || !ops::is_sequence(arg) {
        return Err(Misfit::Message(format!("must be {n}-item tuple, not {}", name_of(arg, 50))));
    }
    if borrows {
        let got = ops::full_type_name(th, arg.ty());
        let category = objects::exceptions::deprecation_warning_type();
        objects::warn::warn(th, category, format_args!("argument must be {n}-item tuple, not {got}"), 0)?;
    }
    let what = if borrows { "tuple" } else { "sequence" };
    let len = match ops::len(th, arg) {
        Ok(len) => len.cast_signed(),
        // The exception counts more than the message.
        Err(_) => -1,
    };
    if len != n.cast_signed() {
        return Err(Misfit::Message(format!("must be {what} of length {n}, not {len}")));
    }
    Ok(ops::to_tuple(th, arg)?)
}

/// The type of an argument in messages, at most `limit` bytes of it.
pub(super) fn name_of(arg: &Object, limit: usize) -> String {
    match arg.is(objects::none()) {
        true => "None".to_owned(),
        false => clip(arg.ty().tp_name_bytes(), limit).into_owned(),
    }
}

/// The least and the largest number of arguments that a format takes, and its labels.
fn extent<'a>(format: Format<'a>) -> (usize, usize, Labels<'a>) {
    const CALLER: &str = "vgetargs1_impl";
    let (mut level, mut min, mut max) = (0, None, 0);
    let mut walk = format;
    let mut labels = Labels::default();
    loop {
        match walk.next() {
            b'(' => {
                max += usize::from(level == 0);
                level += 1;
                if level >= 30 {
                    fatal(CALLER, "too many tuple nesting levels in argument format string");
                }
            }
            b')' if level == 0 => fatal(CALLER, "excess ')' in getargs format"),
            b')' => level -= 1,
            0 => break,
            b':' => {
                labels.name = Some(walk.rest());
                break;
            }
            b';' => {
                labels.message = Some(walk.rest());
                break;
            }
            b'|' if level == 0 => min = Some(max),
            // `e` is the first half of a unit.
            unit => max += usize::from(level == 0 && unit.is_ascii_alphabetic() && unit != b'e'),
        }
    }
    if level != 0 {
        fatal(CALLER, "missing ')' in getargs format");
    }
    (min.unwrap_or(max), max, labels)
}

/// Raises what is wrong with argument number `number` (0: the only one).
fn raise_wrong(th: &mut Thread, number: usize, wrong: Wrong, labels: Labels<'_>) -> Raised {
    if th.exception().is_some() {
        return th.already_raised();
    }
    let reason = match wrong.misfit {
        Misfit::Message(reason) => reason,
        Misfit::Raised => return raise::system_error(th, format_args!("an argument was refused without an exception")),
    };
    let is_internal = reason.starts_with('(');
    let message = match labels.message {
        Some(message) => text_of(message, None).into_owned(),
        None => {
            let mut message = labels.name.map_or_else(String::new, |name| format!("{}() ", clip(name, 200)));
            message += "argument";
            if number != 0 {
                message += &format!(" {number}");
                for index in wrong.path.iter().rev() {
                    if message.len() >= 220 {
                        break;
                    }
                    message += &format!(", item {index}");
                }
            }
            message + " " + &clip(reason.as_bytes(), 256)
        }
    };
    match is_internal {
        true => raise::system_error(th, format_args!("{message}")),
        false => raise::type_error(th, format_args!("{message}")),
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn wrong_count(th: &mut Thread, labels: Labels<'_>, min: usize, max: usize, given: usize) -> Raised {
    if let Some(message) = labels.message {
        let message = text_of(message, None);
        return raise::type_error(th, format_args!("{message}"));
    }
    let function = labels.called("function", 150);
    let (bound, limit) = if given < min { ("at least", min) } else { ("at most", max) };
    let bound = if min == max { "exactly" } else { bound };
    raise::type_error(th, format_args!("{function} takes {bound} {limit} argument{} ({given} given)", plural(limit)))
}

/// Positional arguments alone.
fn parse_positional(th: &mut Thread, parse: &mut Parse, args: &[&Object], format: &CStr) -> Result<(), Raised> {
    let mut walk = Format::new(format);
    let (min, max, labels) = extent(walk);
    if args.len() < min || max < args.len() {
        return Err(wrong_count(th, labels, min, max, args.len()));
    }
    for (index, arg) in args.iter().enumerate() {
        walk.accept(b'|');
        if let Err(wrong) = parse.item(th, arg, &mut walk) {
            return Err(raise_wrong(th, index + 1, wrong, labels));
        }
    }
    match walk.peek() {
        0 | b'(' | b'|' | b':' | b';' => Ok(()),
        c if c.is_ascii_alphabetic() => Ok(()),
        _ => Err(raise::system_error(th, format_args!("bad format string: {}", clip(format.to_bytes(), 200)))),
    }
}

/// The old form: one argument that is no tuple.
fn parse_only(th: &mut Thread, parse: &mut Parse, arg: Option<&Object>, format: &CStr) -> Result<(), Raised> {
    let mut walk = Format::new(format);
    let (min, max, labels) = extent(walk);
    match (min, max, arg) {
        (_, 0, None) => Ok(()),
        (_, 0, Some(_)) => Err(raise::type_error(th, format_args!("{} takes no arguments", labels.function()))),
        (1, 1, None) => Err(raise::type_error(th, format_args!("{} takes at least one argument", labels.function()))),
        (1, 1, Some(arg)) => match parse.item(th, arg, &mut walk) {
            Ok(()) => Ok(()),
            Err(wrong) => Err(raise_wrong(th, 0, wrong, labels)),
        },
        _ => Err(raise::system_error(th, format_args!("old style getargs format uses new features"))),
    }
}

/// A C array of objects.
///
/// # Safety
/// R4: `len` objects stand there, live for the call.
unsafe fn stack<'a>(items: *const *mut abi::PyObject, len: isize) -> &'a [&'a Object] {
    if items.is_null() || len <= 0 {
        return &[];
    }
    // SAFETY: R4: the caller's promise; a borrowed object is a pointer that is not null.
    unsafe { core::slice::from_raw_parts(items.cast(), len.cast_unsigned()) }
}

/// Whether a function got as many arguments as it takes; `name` is null where a tuple is unpacked.
fn check_positional(th: &mut Thread, name: Option<&CStr>, given: isize, min: isize, max: isize) -> Result<(), Raised> {
    let (bound, limit) = match () {
        () if given < min => ("at least ", min),
        () if given > max && given != 0 => ("at most ", max),
        () => return Ok(()),
    };
    let bound = if min == max { "" } else { bound };
    let s = if limit == 1 { "" } else { "s" };
    Err(match name {
        Some(name) => raise::type_error(th, format_args!("{} expected {bound}{limit} argument{s}, got {given}", clip(name.to_bytes(), 200))),
        None => raise::type_error(th, format_args!("unpacked tuple should have {bound}{limit} element{s}, but has {given}")),
    })
}

/// 1; 0: raised.
fn truth(th: &mut Thread, result: Result<(), Raised>) -> c_int {
    match result {
        Ok(()) => 1,
        Err(raised) => {
            leave_raised(th, raised);
            0
        }
    }
}

/// A C string that may be null.
///
/// # Safety
/// R4: it lives for the call.
unsafe fn optional<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

fn unpack(th: &mut Thread, args: &[&Object], name: *const c_char, min: isize, max: isize, values: *mut c_void) -> c_int {
    // SAFETY: R4: as `PyArg_UnpackTuple` promises: a name or null, and a place for each argument.
    let (name, mut values) = unsafe { (optional(name), Values::new(values)) };
    let checked = check_positional(th, name, args.len().cast_signed(), min, max);
    if checked.is_ok() {
        args.iter().for_each(|arg| values.store(arg.as_ptr()));
    }
    truth(th, checked)
}

api! {
    /// `PyArg_Parse`.
    fn pyston_parse_one(th, arg: Option<&Object>, format: *const c_char, values: *mut c_void) -> c_int {
        // SAFETY: R4: the shim passes the format and the values that its caller gave.
        let (mut parse, format) = unsafe { (Parse::new(values), CStr::from_ptr(format)) };
        let result = parse_only(th, &mut parse, arg, format);
        parse.finish(th, result)
    }

    /// `PyArg_ParseTuple`.
    fn pyston_parse_tuple(th, args: Option<&Object>, format: *const c_char, values: *mut c_void) -> c_int {
        // SAFETY: R4: as in `pyston_parse_one`.
        let (mut parse, format) = unsafe { (Parse::new(values), CStr::from_ptr(format)) };
        let result = match args.and_then(|args| args.downcast::<Tuple>()) {
            Some(args) => parse_positional(th, &mut parse, args.as_slice(), format),
            None => Err(raise::system_error(th, format_args!("new style getargs format but argument is not a tuple"))),
        };
        parse.finish(th, result)
    }

    /// `_PyArg_ParseStack`.
    fn pyston_parse_stack(th, args: *const *mut abi::PyObject, nargs: isize, format: *const c_char, values: *mut c_void) -> c_int {
        // SAFETY: R4: as in `pyston_parse_one`, and `nargs` arguments.
        let (mut parse, format, args) = unsafe { (Parse::new(values), CStr::from_ptr(format), stack(args, nargs)) };
        let result = parse_positional(th, &mut parse, args, format);
        parse.finish(th, result)
    }

    /// `PyArg_UnpackTuple`.
    fn pyston_unpack_tuple(th, args: Option<&Object>, name: *const c_char, min: isize, max: isize, values: *mut c_void) -> c_int {
        match args.and_then(|args| args.downcast::<Tuple>()) {
            Some(args) => unpack(th, args.as_slice(), name, min, max, values),
            None => {
                let raised = raise::system_error(th, format_args!("PyArg_UnpackTuple() argument list is not a tuple"));
                truth(th, Err(raised))
            }
        }
    }

    /// `_PyArg_UnpackStack`.
    fn pyston_unpack_stack(th, args: *const *mut abi::PyObject, nargs: isize, name: *const c_char, min: isize, max: isize, values: *mut c_void) -> c_int {
        // SAFETY: R4: `nargs` arguments.
        unpack(th, unsafe { stack(args, nargs) }, name, min, max, values)
    }

    /// Whether a function got as many positional arguments as it takes.
    fn _PyArg_CheckPositional(th, name: *const c_char, given: isize, min: isize, max: isize) -> c_int {
        // SAFETY: R4: a C string or null.
        let checked = check_positional(th, unsafe { optional(name) }, given, min, max);
        truth(th, checked)
    }

    /// Raises the `TypeError` for an argument of the wrong type.
    fn _PyArg_BadArgument(th, function: *const c_char, argument: *const c_char, expected: *const c_char, arg: &Object) {
        // SAFETY: R4: three C strings.
        let shown = |text: *const c_char, limit| clip(unsafe { CStr::from_ptr(text) }.to_bytes(), limit);
        let (function, argument, expected, got) = (shown(function, 200), shown(argument, 200), shown(expected, 50), name_of(arg, 50));
        let raised = raise::type_error(th, format_args!("{function}() {argument} must be {expected}, not {got}"));
        leave_raised(th, raised);
    }

    /// Whether a type's constructor got no keywords.
    fn _PyArg_NoKeywords(th, function: *const c_char, kwargs: Option<&Object>) -> c_int {
        let result = match kwargs.map(|kwargs| kwargs.downcast_exact::<Dict>()) {
            None => Ok(()),
            Some(None) => Err(raise::bad_internal_call(th)),
            Some(Some(kwargs)) if ops::len(th, kwargs).is_ok_and(|len| len == 0) => Ok(()),
            Some(Some(_)) => Err(refuse(th, function, "keyword")),
        };
        truth(th, result)
    }

    /// Whether a function got no names of keywords.
    fn _PyArg_NoKwnames(th, function: *const c_char, kwnames: Option<&Object>) -> c_int {
        let result = match kwnames.and_then(|names| names.downcast::<Tuple>()) {
            Some(names) if !names.is_empty() => Err(refuse(th, function, "keyword")),
            _ => Ok(()),
        };
        truth(th, result)
    }

    /// Whether a type's constructor got no positional arguments.
    fn _PyArg_NoPositional(th, function: *const c_char, args: Option<&Object>) -> c_int {
        let result = match args.map(|args| args.downcast_exact::<Tuple>()) {
            None => Ok(()),
            Some(None) => Err(raise::bad_internal_call(th)),
            Some(Some(args)) if args.is_empty() => Ok(()),
            Some(Some(_)) => Err(refuse(th, function, "positional")),
        };
        truth(th, result)
    }

    /// Whether a dict of keyword arguments has strings for keys.
    fn PyArg_ValidateKeywordArguments(th, kwargs: &Object) -> c_int {
        let result = match kwargs.downcast::<Dict>() {
            None => Err(raise::bad_internal_call(th)),
            Some(kwargs) if kwargs.snapshot_keys(th).iter().all(|key| objects::Str::of(key).is_some()) => Ok(()),
            Some(_) => Err(raise::type_error(th, format_args!("keywords must be strings"))),
        };
        truth(th, result)
    }

    /// `PyArg_ParseTupleAndKeywords`.
    fn pyston_parse_keywords(
        th,
        args: Option<&Object>,
        kwargs: Option<&Object>,
        format: *const c_char,
        names: *const *const c_char,
        values: *mut c_void,
    ) -> c_int {
        // SAFETY: R4: the shim passes the values that its caller gave.
        let mut parse = unsafe { Parse::new(values) };
        let args = args.and_then(|args| args.downcast::<Tuple>());
        let dict = kwargs.and_then(|kwargs| kwargs.downcast::<Dict>());
        let (Some(args), false) = (args, kwargs.is_some() != dict.is_some() || format.is_null() || names.is_null()) else {
            let raised = raise::bad_internal_call(th);
            return parse.finish(th, Err(raised));
        };
        // SAFETY: R4: a format and a list of names that ends with null.
        let (format, names) = unsafe { (CStr::from_ptr(format), keywords::Names::new(names)) };
        let result = keywords::parse(th, &mut parse, args.as_slice(), dict, format, names);
        parse.finish(th, result)
    }

    /// `_PyArg_ParseTupleAndKeywordsFast`.
    fn pyston_parse_prepared_tuple(th, args: Option<&Object>, kwargs: Option<&Object>, parser: *mut parser::Parser, values: *mut c_void) -> c_int {
        // SAFETY: R4: the shim passes the values that its caller gave.
        let mut parse = unsafe { Parse::new(values) };
        let args = args.and_then(|args| args.downcast::<Tuple>());
        let dict = kwargs.and_then(|kwargs| kwargs.downcast::<Dict>());
        let result = match args {
            Some(args) if kwargs.is_some() == dict.is_some() => {
                let given = dict.map_or(parser::Given::Nothing, parser::Given::Dict);
                parser::parse(th, &mut parse, args.as_slice(), given, parser)
            }
            _ => Err(raise::bad_internal_call(th)),
        };
        parse.finish(th, result)
    }

    /// `_PyArg_ParseStackAndKeywords`.
    fn pyston_parse_prepared_stack(
        th,
        args: *const *mut abi::PyObject,
        nargs: isize,
        kwnames: Option<&Object>,
        parser: *mut parser::Parser,
        values: *mut c_void,
    ) -> c_int {
        // SAFETY: R4: the shim passes the values that its caller gave.
        let mut parse = unsafe { Parse::new(values) };
        // SAFETY: R4: `nargs` arguments, then one for each name.
        let result = match unsafe { parser::Given::on_stack(args, nargs, kwnames) } {
            // SAFETY: R4: `nargs` arguments.
            Some(given) => parser::parse(th, &mut parse, unsafe { stack(args, nargs) }, given, parser),
            None => Err(raise::bad_internal_call(th)),
        };
        parse.finish(th, result)
    }
}

#[cold]
fn refuse(th: &mut Thread, function: *const c_char, kind: &str) -> Raised {
    // SAFETY: R4: the function's name.
    let name = unsafe { CStr::from_ptr(function) };
    raise::type_error(th, format_args!("{}() takes no {kind} arguments", clip(name.to_bytes(), 200)))
}
