//! `float(…)`: from numbers (`__float__`, `__index__`) and from text; what counts as a real number.

use algos::text;
use heap::{Heaped, Object, Raised, Ref, Thread};

use super::Float;
use crate::glue::{Buffer, has_buffer};
use crate::int::{self, Int};
use crate::str::with_units;
use crate::typing::places::SlotId;
use crate::{Str, ops, raise, warn};

/// `float(x)` of any object, as a number.
pub fn from_object(th: &mut Thread, x: &Object) -> Result<f64, Raised> {
    if let Some(x) = x.downcast_exact::<Float>() {
        return Ok(x.value());
    }
    if let Some(s) = x.downcast_exact::<Str>() {
        return from_str(th, s);
    }
    if let Some(value) = by_number(th, x)? {
        return Ok(value);
    }
    if let Some(s) = x.downcast::<Str>() {
        return from_str(th, s);
    }
    if has_buffer(x) {
        return match Buffer::new(th, x) {
            Ok(buffer) => {
                let parsed = algos::float::parse(&buffer);
                drop(buffer);
                parsed.ok_or(()).or_else(|()| Err(malformed(th, x)))
            }
            Err(_) => {
                th.take_exception();
                Err(not_convertible(th, x))
            }
        };
    }
    Err(not_convertible(th, x))
}

#[cold]
fn not_convertible(th: &mut Thread, x: &Object) -> Raised {
    let got = ops::type_name(x);
    raise::type_error(th, format_args!("float() argument must be a string or a real number, not '{got}'"))
}

/// What `__float__` or `__index__` says, if the object has one of them.
fn by_number(th: &mut Thread, x: &Object) -> Result<Option<f64>, Raised> {
    if let Some(n) = x.downcast_exact::<Int>() {
        return int::to_f64(th, n).map(Some);
    }
    if let Some(result) = ops::number::call_unary_slot(th, SlotId::nb_float, x) {
        let result = result?;
        return checked_result(th, x, &result).map(Some);
    }
    if ops::has_index(x) {
        let n = ops::index(th, x)?;
        return int::to_f64(th, &n).map(Some);
    }
    Ok(Float::of(x).map(Float::value))
}

fn checked_result(th: &mut Thread, x: &Object, result: &Object) -> Result<f64, Raised> {
    if let Some(value) = result.downcast_exact::<Float>() {
        return Ok(value.value());
    }
    let (owner, got) = (ops::type_name(x), ops::type_name(result));
    let Some(value) = Float::of(result) else {
        return Err(raise::type_error(th, format_args!("{owner}.__float__ returned non-float (type {got})")));
    };
    warn::deprecated(
        th,
        format_args!(
            "{owner}.__float__ returned non-float (type {got}).  The ability to return an instance of a strict subclass of float is \
             deprecated, and may be removed in a future version of Python."
        ),
    )?;
    Ok(value.value())
}

/// The value of a real number: `must be real number, not str`. Text is none.
pub fn as_f64(th: &mut Thread, x: &Object) -> Result<f64, Raised> {
    if let Some(x) = Float::of(x) {
        return Ok(x.value());
    }
    match by_number(th, x)? {
        Some(value) => Ok(value),
        None => {
            let got = ops::type_name(x);
            Err(raise::type_error(th, format_args!("must be real number, not {got}")))
        }
    }
}

fn from_str(th: &mut Thread, s: &Str) -> Result<f64, Raised> {
    let parsed = match s.as_ascii() {
        Some(text) => algos::float::parse(text.as_bytes()),
        None => algos::float::parse(&with_units!(s, |units| text::ascii_numerals(units))),
    };
    match parsed {
        Some(value) => Ok(value),
        None => Err(malformed(th, s.as_object())),
    }
}

#[cold]
fn malformed(th: &mut Thread, x: &Object) -> Raised {
    let mut message = crate::text::Text::new("could not convert string to float: ");
    match message.push_repr(th, x) {
        Ok(_) => {
            let message: Ref<Str> = message.finish(th);
            raise::with_value(th, crate::exceptions::value_error_type(), message.up())
        }
        Err(raised) => raised,
    }
}
