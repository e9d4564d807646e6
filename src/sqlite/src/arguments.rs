//! Arguments of functions whose old ways to be called are going away: they still work, with a warning.

use heap::{Object, Raised, Thread};
use objects::glue::*;
use objects::{exceptions, raise, warn};

/// A function's parameters: `names` in order, of which `required` must be given; those from `keyword_only` on have no place.
pub struct Parameters {
    pub function: &'static str,
    pub names: &'static [&'static str],
    pub required: usize,
    pub keyword_only: usize,
}

impl Parameters {
    /// The arguments in the parameters' order.
    pub fn bind<'a>(&self, th: &mut Thread, args: Args<'a>, kwargs: KwArgs<'a>) -> Result<Vec<Option<&'a Object>>, Raised> {
        let (function, positional) = (self.function, args.as_slice());
        if positional.len() > self.keyword_only {
            let (most, given) = (self.keyword_only, positional.len());
            let exactly = if self.required == self.keyword_only { "exactly" } else { "at most" };
            let s = if most == 1 { "" } else { "s" };
            return Err(raise::type_error(
                th,
                format_args!("{function}() takes {exactly} {most} positional argument{s} ({given} given)"),
            ));
        }
        let mut found: Vec<Option<&Object>> = vec![None; self.names.len()];
        for (place, value) in found.iter_mut().zip(positional) {
            *place = Some(value);
        }
        for (key, value) in kwargs.iter() {
            let Some(at) = self.names.iter().position(|name| str_equals(key, name)) else {
                let key = objects::ops::str_(th, key)?.to_string_lossy();
                return Err(raise::type_error(th, format_args!("{function}() got an unexpected keyword argument '{key}'")));
            };
            if found[at].is_some() {
                let (name, at) = (self.names[at], at + 1);
                return Err(raise::type_error(
                    th,
                    format_args!("argument for {function}() given by name ('{name}') and position ({at})"),
                ));
            }
            found[at] = Some(value);
        }
        if let Some(at) = found[..self.required].iter().position(Option::is_none) {
            let (name, at) = (self.names[at], at + 1);
            return Err(raise::type_error(th, format_args!("{function}() missing required argument '{name}' (pos {at})")));
        }
        Ok(found)
    }
}

/// A `DeprecationWarning` at the caller.
pub fn deprecated(th: &mut Thread, message: &str) -> Result<(), Raised> {
    warn::warn(th, exceptions::deprecation_warning_type(), format_args!("{message}"), 1)
}

/// A text without an end inside.
pub fn text<'a>(th: &mut Thread, function: &str, name: &str, value: &'a Object) -> Result<&'a str, Raised> {
    let Some(text) = value.downcast::<objects::Str>() else {
        let got = objects::ops::type_name(value);
        return Err(raise::type_error(th, format_args!("{function}() argument '{name}' must be str, not {got}")));
    };
    match text.to_utf8() {
        Some(utf8) if utf8.contains('\0') => Err(raise::value_error(th, format_args!("embedded null character"))),
        Some(utf8) => Ok(utf8),
        None => Err(raise::unicode_surrogates(th, text)),
    }
}

/// A C `int`.
pub fn int(th: &mut Thread, value: &Object) -> Result<i32, Raised> {
    let number = objects::ops::index(th, value)?;
    match number.to_i64().map(i32::try_from) {
        Some(Ok(number)) => Ok(number),
        _ if number.is_negative() => Err(raise::overflow_error(th, format_args!("signed integer is less than minimum"))),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
    }
}
