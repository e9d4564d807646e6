//! Texts by `PyUnicode_FromFormat`'s language, and everything that is said in it: exceptions, warnings, what goes to `sys.stdout`.
//!
//! Start at [`from_format`]. The functions with variable arguments are in the shim (`csrc/format.c`), which calls the `pyston_…` ones here.

mod bytes;
mod say;

use std::borrow::Cow;

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use objects::str::StrBuilder;
use objects::{Str, codecs, ops, raise};

use super::args::Format;
use super::args::values::Values;
use crate::api;

/// A C string's characters; what is no UTF-8 becomes U+FFFD. With a limit, a character that the limit cuts is left away.
pub fn text_of(bytes: &[u8], limit: Option<usize>) -> Cow<'_, str> {
    let Some(limit) = limit.filter(|&limit| limit < bytes.len()) else { return String::from_utf8_lossy(bytes) };
    let bytes = &bytes[..limit];
    // A cut character is at the very end, so few beginnings have to be tried.
    let whole = (0..4.min(bytes.len())).find_map(|cut| {
        let (head, tail) = bytes.split_at(bytes.len() - cut);
        let is_cut = core::str::from_utf8(tail).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none());
        is_cut.then_some(head)
    });
    String::from_utf8_lossy(whole.unwrap_or(bytes))
}

/// The first bytes of a C string, as text (`%.200s`).
pub fn clip(bytes: &[u8], limit: usize) -> Cow<'_, str> {
    text_of(bytes, Some(limit))
}

/// What stands between `%` and the conversion.
#[derive(Default)]
struct Directive {
    left: bool,
    zero: bool,
    alternative: bool,
    width: Option<usize>,
    /// -1: none; -2: a negative one was passed.
    precision: isize,
    size: Size,
}

/// The size of an argument that is an integer.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Size {
    #[default]
    Int,
    Long,
    /// `ll`, `z`, `t`, `j`: on this machine as long as a `long`.
    Other,
}

impl Directive {
    fn cut(&self) -> Option<usize> {
        usize::try_from(self.precision).ok()
    }
}

#[cold]
fn too_big(th: &mut Thread, what: &str) -> Raised {
    raise::value_error(th, format_args!("{what} too big"))
}

/// Digits; `None`: there are none.
fn number(th: &mut Thread, format: &mut Format<'_>, what: &str) -> Result<Option<usize>, Raised> {
    let mut value = None;
    while format.peek().is_ascii_digit() {
        let digit = usize::from(format.next() - b'0');
        let grown = value.unwrap_or(0usize).checked_mul(10).and_then(|value| value.checked_add(digit));
        match grown.filter(|&value| value <= isize::MAX as usize) {
            Some(grown) => value = Some(grown),
            None => return Err(too_big(th, what)),
        }
    }
    Ok(value)
}

fn directive(th: &mut Thread, format: &mut Format<'_>, values: &mut Values) -> Result<Directive, Raised> {
    let mut d = Directive { precision: -1, ..Directive::default() };
    loop {
        match format.peek() {
            b'-' => d.left = true,
            b'0' => d.zero = true,
            b'#' => d.alternative = true,
            _ => break,
        }
        format.next();
    }
    if format.accept(b'*') {
        let width = values.int();
        d.left |= width < 0;
        d.width = Some(width.unsigned_abs() as usize);
    } else {
        d.width = number(th, format, "width")?;
    }
    if format.accept(b'.') {
        if format.accept(b'*') {
            let precision = values.int();
            d.precision = if precision < 0 { -2 } else { precision as isize };
        } else if let Some(precision) = number(th, format, "precision")? {
            d.precision = precision.cast_signed();
        }
    }
    d.size = match format.peek() {
        b'l' | b'z' | b't' | b'j' => match (format.next(), format.accept(b'l')) {
            (b'l', false) => Size::Long,
            (b'l', true) => Size::Other,
            (_, doubled) => {
                // An `l` behind another size belongs to the conversion, where it is wrong.
                if doubled {
                    format.back();
                }
                Size::Other
            }
        },
        _ => Size::Int,
    };
    Ok(d)
}

/// Adds a text, cut and padded.
fn push_text(out: &mut StrBuilder, text: &Str, d: &Directive, cut: Option<usize>) {
    let len = cut.map_or(text.len(), |cut| cut.min(text.len()));
    let fill = d.width.unwrap_or(0).saturating_sub(len);
    if !d.left {
        out.push_repeated(' '.into(), fill);
    }
    match len == text.len() {
        true => out.push_str(text),
        false => out.push_slice(text, 0..len),
    }
    if d.left {
        out.push_repeated(' '.into(), fill);
    }
}

/// The bytes of a C string, at most so many.
///
/// # Safety
/// R4: so many bytes or a zero before stand there; nothing need be there for none.
unsafe fn c_bytes<'a>(text: *const c_char, limit: Option<usize>) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        let len = match limit {
            Some(0) => return &[],
            Some(limit) => libc::strnlen(text, limit),
            None => libc::strlen(text),
        };
        core::slice::from_raw_parts(text.cast(), len)
    }
}

/// Adds a C string: the precision counts bytes.
fn push_c_text(th: &mut Thread, out: &mut StrBuilder, text: *const c_char, d: &Directive) -> Result<(), Raised> {
    // SAFETY: R4: what `%s` takes.
    let bytes = unsafe { c_bytes(text, d.cut()) };
    let is_cut = d.cut().is_some_and(|limit| limit == bytes.len());
    if d.width.is_none() && bytes.is_ascii() {
        out.push_units(bytes);
        return Ok(());
    }
    let input = codecs::decoding::Input::new(objects::none(), bytes);
    let (text, _) = codecs::decoding::utf8(th, input, Some("replace"), !is_cut)?;
    push_text(out, &text, d, None);
    Ok(())
}

/// Adds a wide C string: the precision counts characters.
fn push_wide_text(th: &mut Thread, out: &mut StrBuilder, text: *const u32, d: &Directive) -> Result<(), Raised> {
    let limit = d.cut().unwrap_or(usize::MAX);
    let mut len = 0;
    // SAFETY: R4: `%ls` takes a wide C string, or with a precision at least so many characters.
    let points = unsafe {
        while len < limit && *text.add(len) != 0 {
            len += 1;
        }
        core::slice::from_raw_parts(text, len)
    };
    let text = super::unicode::wide::from_wide(th, points)?;
    push_text(out, &text, d, None);
    Ok(())
}

/// An integer's sign and digits.
fn digits(values: &mut Values, conversion: u8, size: Size) -> (bool, String) {
    let value = match size {
        Size::Int => i64::from(values.int()),
        _ => values.long(),
    };
    // What is not signed is as wide as its type.
    let unsigned = if size == Size::Int { u64::from(value as u32) } else { value.cast_unsigned() };
    match conversion {
        b'o' => (false, format!("{unsigned:o}")),
        b'u' => (false, unsigned.to_string()),
        b'x' => (false, format!("{unsigned:x}")),
        b'X' => (false, format!("{unsigned:X}")),
        _ => (value < 0, value.unsigned_abs().to_string()),
    }
}

fn push_integer(out: &mut StrBuilder, values: &mut Values, conversion: u8, d: &Directive) {
    let (negative, digits) = digits(values, conversion, d.size);
    let sign = usize::from(negative);
    let mut precision = d.cut().unwrap_or(0).max(digits.len());
    let width = d.width.unwrap_or(0).max(precision.saturating_add(sign));
    if d.zero && !d.left {
        precision = width - sign;
    }
    let (spaces, zeros) = (width - precision - sign, precision - digits.len());
    if !d.left {
        out.push_repeated(' '.into(), spaces);
    }
    if negative {
        out.push('-'.into());
    }
    out.push_repeated('0'.into(), zeros);
    out.push_text(&digits);
    if d.left {
        out.push_repeated(' '.into(), spaces);
    }
}

/// An object that a conversion takes.
fn object<'a>(th: &mut Thread, values: &mut Values) -> Result<&'a Object, Raised> {
    // SAFETY: R4: the conversion takes an object, which the caller holds.
    match unsafe { objects::glue::borrow_nullable(values.pointer()) } {
        Some(object) => Ok(object),
        None => Err(raise::system_error(th, format_args!("null argument to internal routine"))),
    }
}

fn string<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Str, Raised> {
    Str::of(object).ok_or_else(|| raise::bad_internal_call(th))
}

/// A class's full name; `alternative`: with a colon behind the module.
fn class_name(th: &mut Thread, ty: &Type, alternative: bool) -> Ref<Str> {
    let name = if ty.flags() & abi::Py_TPFLAGS_HEAPTYPE == 0 && ty.info().is_none() {
        ops::message_name(ty)
    } else if alternative {
        let qualname = objects::typing::qualname(th, ty);
        match objects::typing::module_of(th, ty).and_then(|module| module.downcast::<Str>().ok()) {
            Some(module) if !module.eq_text("builtins") && !module.eq_text("__main__") => format!("{module}:{qualname}"),
            _ => qualname,
        }
    } else {
        ops::full_type_name(th, ty)
    };
    Str::new(th, &name)
}

/// One conversion; the format is behind `%`.
fn convert(th: &mut Thread, out: &mut StrBuilder, format: &mut Format<'_>, values: &mut Values) -> Result<(), Raised> {
    let start = *format;
    if format.accept(b'%') {
        out.push('%'.into());
        return Ok(());
    }
    let d = directive(th, format, values)?;
    let conversion = format.next();
    let is_sized = d.size != Size::Int;
    let fits = match conversion {
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => true,
        b'c' | b'p' => !is_sized && d.width.is_none() && d.precision < 0,
        b's' | b'V' => matches!(d.size, Size::Int | Size::Long),
        b'U' | b'S' | b'R' | b'A' | b'T' | b'N' => !is_sized,
        _ => false,
    };
    if !fits {
        let rest = String::from_utf8_lossy(start.rest()).into_owned();
        return Err(raise::system_error(th, format_args!("invalid format string: %{rest}")));
    }
    match conversion {
        b'c' => match u32::try_from(values.int()) {
            Ok(c @ 0..0x11_0000) => out.push(c),
            _ => return Err(raise::overflow_error(th, format_args!("character argument not in range(0x110000)"))),
        },
        b'p' => {
            let address = values.pointer::<c_void>().addr();
            out.push_text(&format!("{address:#x}"));
        }
        b's' if is_sized => push_wide_text(th, out, values.pointer(), &d)?,
        b's' => push_c_text(th, out, values.pointer(), &d)?,
        b'V' => convert_either(th, out, values, &d)?,
        b'U' | b'S' | b'R' | b'A' => {
            let object = object(th, values)?;
            let text = match conversion {
                b'U' => string(th, object)?.to_ref(),
                b'S' => ops::str_(th, object)?,
                b'R' => ops::repr(th, object)?,
                _ => ops::ascii(th, object)?,
            };
            push_text(out, &text, &d, d.cut());
        }
        b'T' => {
            let object = object(th, values)?;
            let name = class_name(th, object.ty(), d.alternative);
            push_text(out, &name, &d, d.cut());
        }
        b'N' => {
            let object = object(th, values)?;
            let Some(class) = objects::glue::as_type(object) else {
                return Err(raise::type_error(th, format_args!("%N argument must be a type")));
            };
            let name = class_name(th, class, d.alternative);
            push_text(out, &name, &d, d.cut());
        }
        _ => push_integer(out, values, conversion, &d),
    }
    Ok(())
}

/// `%V`: a string, or if that is null a C string.
fn convert_either(th: &mut Thread, out: &mut StrBuilder, values: &mut Values, d: &Directive) -> Result<(), Raised> {
    let object: *mut abi::PyObject = values.pointer();
    let otherwise: *mut c_void = values.pointer();
    // SAFETY: R4: the conversion takes an object or null.
    match unsafe { objects::glue::borrow_nullable(object) } {
        Some(object) => {
            let text = string(th, object)?;
            push_text(out, text, d, d.cut());
            Ok(())
        }
        None if d.size == Size::Long => push_wide_text(th, out, otherwise.cast(), d),
        None => push_c_text(th, out, otherwise.cast(), d),
    }
}

/// The text of a format.
pub fn from_format(th: &mut Thread, format: &CStr, mut values: Values) -> Result<Ref<Str>, Raised> {
    if let Some(&byte) = format.to_bytes().iter().find(|byte| !byte.is_ascii()) {
        let message = "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte";
        return Err(raise::value_error(th, format_args!("{message}: 0x{byte:02x}")));
    }
    let mut format = Format::new(format);
    let mut out = StrBuilder::new();
    loop {
        let rest = format.rest();
        let len = rest.iter().position(|&c| c == b'%').unwrap_or(rest.len());
        out.push_units(&rest[..len]);
        format.pass(len);
        if format.next() == 0 {
            return out.finish(th);
        }
        convert(th, &mut out, &mut format, &mut values)?;
    }
}

/// [`from_format`] of what the shim handed over.
///
/// # Safety
/// R4: a C string and the values that it describes.
pub unsafe fn formatted(th: &mut Thread, format: *const c_char, values: *mut c_void) -> Result<Ref<Str>, Raised> {
    // SAFETY: the caller's promise.
    let (format, values) = unsafe { (CStr::from_ptr(format), Values::new(values)) };
    from_format(th, format, values)
}

api! {
    /// `PyUnicode_FromFormat`.
    fn pyston_from_format(th, format: *const c_char, values: *mut c_void) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: the shim passes what its caller gave.
        unsafe { formatted(th, format, values) }
    }

    /// `PyBytes_FromFormat`.
    fn pyston_bytes_from_format(th, format: *const c_char, values: *mut c_void) -> Result<Ref<objects::Bytes>, Raised> {
        // SAFETY: R4: the shim passes what its caller gave.
        let (format, values) = unsafe { (CStr::from_ptr(format), Values::new(values)) };
        bytes::from_format(th, format, values)
    }

    /// `PyUnicodeWriter_Format`.
    fn pyston_writer_format(th, writer: *mut abi::_PyUnicodeWriter, format: *const c_char, values: *mut c_void) -> c_int {
        // SAFETY: R4: the shim passes what its caller gave; the text is whole before any of it is written.
        let written = unsafe { formatted(th, format, values).and_then(|text| super::unicode_writer::write_str(th, writer, &text)) };
        crate::entry::ToC::to_c(written, th)
    }
}
