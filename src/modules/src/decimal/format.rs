//! `Decimal.__format__`.

use algos::decimal::{self as alg, Broken, Separators};
use algos::format::Locale;
use heap::{Object, Raised, Thread};
use objects::{Dict, Str, raise};

use super::current::current;
use super::number::Decimal;

/// A text of the dictionary that may stand for the locale.
fn entry(th: &mut Thread, dict: &Dict, name: &str) -> Result<Option<String>, Raised> {
    let Some(value) = dict.get_by_name(th, name) else { return Ok(None) };
    match value.downcast_ref::<Str>() {
        Some(text) => Ok(Some(text.to_string_lossy())),
        None => Err(raise::type_error(th, format_args!("bad argument type for built-in operation"))),
    }
}

/// The separators that a dictionary gives.
fn separators(th: &mut Thread, custom: &Object) -> Result<Separators, Raised> {
    let Some(dict) = custom.downcast::<Dict>() else {
        return Err(raise::type_error(th, format_args!("optional argument must be a dict")));
    };
    let (point, thousands) = (entry(th, dict, "decimal_point")?, entry(th, dict, "thousands_sep")?);
    let grouping = entry(th, dict, "grouping")?.map(|sizes| sizes.chars().map(|size| u8::try_from(size).unwrap_or(255)).collect());
    Ok(Separators { point, thousands, grouping })
}

/// The number as the specification says.
pub fn format(th: &mut Thread, decimal: &Decimal, spec: &Object, custom: Option<&Object>) -> Result<String, Raised> {
    if spec.downcast::<Str>().is_none() {
        return Err(raise::type_error(th, format_args!("format arg must be str")));
    }
    let spec = objects::glue::upward::str_utf8(th, spec)?;
    let context = current(th)?;
    let custom = match custom {
        Some(custom) => Some(separators(th, custom)?),
        None => None,
    };
    let locale = if spec.ends_with(['n', 'N']) { objects::locale::numeric() } else { Locale::default() };
    let rounding = context.arithmetic().rounding;
    let text = alg::format(decimal.number(), spec, rounding, context.is_capital(), &locale, custom.as_ref()).map_err(|broken| match broken {
        Broken::Syntax => raise::value_error(th, format_args!("invalid format string")),
        Broken::Limits => raise::value_error(th, format_args!("format specification exceeds internal limits of _decimal")),
        Broken::Separators => raise::value_error(th, format_args!("invalid override dict")),
        Broken::Memory => raise::memory_error(th),
    })?;
    if spec.ends_with('N') {
        objects::warn::deprecated(th, format_args!("Format specifier 'N' is deprecated and slated for removal in Python 3.18"))?;
    }
    Ok(text)
}
