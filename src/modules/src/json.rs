//! `_json`: the scanner and the encoder behind `json`. What is about text alone is in `algos::json`.

mod encoder;
mod scanner;

use std::hash::{BuildHasherDefault, Hasher};

use algos::json as alg;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use macros::pymodule;
use objects::str::{StrBuilder, with_units};
use objects::{Builtin, Int, Str, Tuple, ops, raise};

pub use encoder::Encoder;
pub use scanner::Scanner;

/// Hashes of addresses and of hashes: their bits need no more than to be spread.
#[derive(Default)]
struct Spreader(u64);

type Spread = BuildHasherDefault<Spreader>;

impl Hasher for Spreader {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(byte.into());
        }
    }

    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0 ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

fn first_string<'a>(th: &mut Thread, arg: &'a Object) -> Result<&'a Str, Raised> {
    arg.downcast::<Str>().ok_or_else(|| {
        let got = ops::type_name(arg);
        raise::type_error(th, format_args!("first argument must be a string, not {got}"))
    })
}

/// Raises `json.JSONDecodeError`.
#[cold]
fn decode_error(th: &mut Thread, error: alg::Error, document: &Str) -> Raised {
    let module = match interp::import::import_module(th, "json.decoder") {
        Ok(module) => module,
        Err(raised) => return raised,
    };
    let class = match ops::getattr_str(th, &module, "JSONDecodeError") {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    let message = Str::new(th, error.message);
    let at = Int::from_usize(th, error.at);
    match ops::call(th, &class, &[&message, document, &at]) {
        Ok(exception) => raise::set(th, exception),
        Err(raised) => raised,
    }
}

/// Adds a string in quotes.
fn push_quoted(out: &mut StrBuilder, text: &Str, ascii: bool) {
    if out.has_room(text.len().saturating_mul(6)) {
        with_units!(text, |units| alg::quote(units, ascii, out.inner()));
    }
}

fn quoted(th: &mut Thread, string: &Object, ascii: bool) -> Result<Ref<Str>, Raised> {
    let text = first_string(th, string)?;
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    push_quoted(&mut out, text, ascii);
    out.finish(th)
}

#[pymodule(name = "_json", hidden(Scanner, Encoder))]
pub mod json {
    //! json speedups
    use super::*;

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function(sig = none)]
    pub fn encode_basestring_ascii(th: &mut Thread, object: &Object) -> Result<Ref<Str>, Raised> {
        quoted(th, object, true)
    }

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function(sig = none)]
    pub fn encode_basestring(th: &mut Thread, object: &Object) -> Result<Ref<Str>, Raised> {
        quoted(th, object, false)
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(sig = none)]
    fn scanstring(th: &mut Thread, string: &Object, end: isize, #[default(true)] strict: bool) -> Result<Ref<Tuple>, Raised> {
        let text = first_string(th, string)?;
        let Some(begin) = usize::try_from(end).ok().filter(|&end| end <= text.len()) else {
            return Err(raise::value_error(th, format_args!("end is out of bounds")));
        };
        let (made, end) = with_units!(text, |units| scanner::string(th, text, units, begin, strict))?;
        let end = Int::from_usize(th, end);
        Ok(Tuple::from_array(th, [made.up(), end.up()]))
    }

    #[attr]
    fn make_scanner() -> Ref<Object> {
        Scanner::type_object().as_object().to_owned()
    }

    #[attr]
    fn make_encoder() -> Ref<Object> {
        Encoder::type_object().as_object().to_owned()
    }
}

/// What quotes strings, if it is one of this module's functions: whether it keeps to ASCII.
fn quoting_of(encoder: &Object) -> Option<bool> {
    let function = encoder.downcast_exact::<Builtin>()?;
    json::PART.methods.iter().find(|&def| function.is_declared_by(def))?;
    match () {
        () if function.name_is("encode_basestring_ascii") => Some(true),
        () if function.name_is("encode_basestring") => Some(false),
        () => None,
    }
}
