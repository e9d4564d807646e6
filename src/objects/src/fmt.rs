//! From `algos::format` to objects: errors are raised, formatted numbers become strings.

use algos::format::{Class, Error, Fitted, Formatted, Kind, Locale, Spec};
use heap::{Raised, Ref, Thread};

use crate::str::{StrBuilder, with_units};
use crate::{Str, locale, raise};

/// Raises what a formatting language objects to.
#[cold]
pub fn error(th: &mut Thread, error: Error) -> Raised {
    let message = format_args!("{}", error.message);
    match error.class {
        Class::Value => raise::value_error(th, message),
        Class::Overflow => raise::overflow_error(th, message),
        Class::Type => raise::type_error(th, message),
        Class::Memory => raise::memory_error(th),
    }
}

/// Parses a format specification for an object of a type.
pub fn spec(th: &mut Thread, text: &Str, kind: Kind, type_name: &str) -> Result<Spec, Raised> {
    with_units!(text, |units| Spec::parse(units, kind, type_name)).map_err(|e| error(th, e))
}

/// The locale that a specification asks for: only `n` does.
pub fn locale_of(spec: &Spec) -> Locale {
    if spec.code == u32::from('n') { locale::numeric() } else { Locale::default() }
}

/// A formatted number as a string.
pub fn number(th: &mut Thread, result: Result<Formatted, Error>) -> Result<Ref<Str>, Raised> {
    match result {
        Ok(formatted) if formatted.left + formatted.middle + formatted.right == 0 && formatted.character.is_none() => {
            let text = if formatted.head.is_empty() { formatted.body } else { formatted.head + &formatted.body };
            Str::try_from_utf8(th, &text).ok_or_else(|| raise::memory_error(th))
        }
        Ok(formatted) => {
            let mut out = StrBuilder::with_capacity(formatted.body.len() + formatted.left + formatted.right);
            push_formatted(&mut out, &formatted);
            out.finish(th)
        }
        Err(e) => Err(error(th, e)),
    }
}

/// Adds a formatted number to a string in the making.
pub fn push_formatted(out: &mut StrBuilder, formatted: &Formatted) {
    out.push_repeated(formatted.fill, formatted.left);
    out.push_text(&formatted.head);
    out.push_repeated(formatted.fill, formatted.middle);
    out.push_text(&formatted.body);
    if let Some(c) = formatted.character {
        out.push(c);
    }
    out.push_repeated(formatted.fill, formatted.right);
}

/// Adds a string, cut and padded.
pub fn push_fitted(out: &mut StrBuilder, fitted: Fitted, text: &Str) {
    out.push_repeated(fitted.fill, fitted.left);
    if fitted.take == text.len() {
        out.push_str(text);
    } else {
        out.push_slice(text, 0..fitted.take);
    }
    out.push_repeated(fitted.fill, fitted.right);
}
