//! `Decimal.__format__`.

use algos::decimal::{self as alg, Broken};
use algos::format::Locale;
use heap::{Object, Raised, Thread};
use objects::{Dict, Str, raise};

use super::current::current;
use super::number::Decimal;

/// A text of the dictionary that may stand for the locale.
fn entry(th: &mut Thread, dict: &Dict, name: &str) -> Result<String, Raised> {
    let value = dict.get_by_name(th, name);
    match value.as_ref().and_then(|value| value.downcast_ref::<Str>()) {
        Some(text) => Ok(text.to_string_lossy()),
        None => Err(raise::value_error(th, format_args!("invalid override dict"))),
    }
}

/// The number as the specification says.
pub fn format(th: &mut Thread, decimal: &Decimal, spec: &Object, custom: Option<&Object>) -> Result<String, Raised> {
    if spec.downcast::<Str>().is_none() {
        return Err(raise::type_error(th, format_args!("format arg must be str")));
    }
    let spec = objects::glue::upward::str_utf8(th, spec)?;
    let context = current(th)?;
    let mut code = spec.to_owned();
    if code.ends_with('N') {
        objects::warn::deprecated(th, format_args!("Format specifier 'N' is deprecated and slated for removal in Python 3.18"))?;
        code.pop();
        code.push('n');
    }
    let locale = match custom {
        Some(custom) => {
            let Some(dict) = custom.downcast::<Dict>() else {
                return Err(raise::type_error(th, format_args!("optional argument must be a dict")));
            };
            Locale {
                decimal_point: entry(th, dict, "decimal_point")?,
                thousands_sep: entry(th, dict, "thousands_sep")?,
                grouping: entry(th, dict, "grouping")?.chars().map(|size| u8::try_from(size).unwrap_or(127)).collect(),
            }
        }
        None if code.ends_with('n') => objects::locale::numeric(),
        None => Locale::default(),
    };
    let capital = context.is_capital() || spec.ends_with('N');
    alg::format(decimal.number(), &code, context.arithmetic().rounding, capital, &locale).map_err(|broken| match broken {
        Broken::Syntax => raise::value_error(th, format_args!("invalid format string")),
        Broken::Memory => raise::memory_error(th),
    })
}

