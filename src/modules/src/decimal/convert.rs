//! Decimals from Python's objects.

use std::borrow::Cow;

use algos::decimal::{self as alg, Number, Status};
use heap::{Object, Raised, Thread};
use objects::{Float, Int, List, Str, Tuple, ops, raise};

use super::context::{Context, integer};
use super::number::Decimal;

/// An operand: the number of a decimal, or that of an int.
pub type Operand<'a> = Cow<'a, Number>;

/// The number of a decimal or an int.
#[inline]
pub fn number(object: &Object) -> Option<Operand<'_>> {
    // The questions that are answered at once come first: whether it is an instance of a subclass is not.
    if let Some(decimal) = object.downcast_exact::<Decimal>() {
        return Some(Cow::Borrowed(decimal.number()));
    }
    if let Some(int) = Int::of(object) {
        return Some(Cow::Owned(alg::from_int(int.view())));
    }
    object.downcast::<Decimal>().map(|decimal| Cow::Borrowed(decimal.number()))
}

#[cold]
fn unsupported(th: &mut Thread, object: &Object) -> Raised {
    let name = ops::type_name(object);
    raise::type_error(th, format_args!("conversion from {name} to Decimal is not supported"))
}

/// The number of an argument of an operation.
#[inline]
pub fn operand<'a>(th: &mut Thread, object: &'a Object) -> Result<Operand<'a>, Raised> {
    match number(object) {
        Some(number) => Ok(number),
        None => Err(unsupported(th, object)),
    }
}

/// The text in ASCII, or nothing that is a number. `lenient`: white space around it and underscores are dropped.
fn ascii(text: &Str, lenient: bool) -> Vec<u8> {
    let units: Vec<u32> = text.chars().iter().collect();
    let is_space = |c: &u32| algos::ucd::is_space(*c);
    let mut inner = &units[..];
    if lenient {
        let start = inner.iter().position(|c| !is_space(c)).unwrap_or(inner.len());
        let end = inner.iter().rposition(|c| !is_space(c)).map_or(start, |last| last + 1);
        inner = &inner[start..end];
    }
    let mut out: Vec<u8> = Vec::with_capacity(inner.len());
    for &c in inner {
        match u8::try_from(c) {
            Ok(b'_') if lenient => {}
            Ok(c) if c.is_ascii() => out.push(c),
            _ => match algos::ucd::decimal(c) {
                Some(digit) => out.push(b'0' + digit),
                None => return Vec::new(),
            },
        }
    }
    out
}

/// A text, exactly.
fn exact_text(th: &mut Thread, text: &[u8], context: &Context) -> Result<Number, Raised> {
    let mut status = Status::NONE;
    let mut number = alg::parse(text, &alg::Context::MAX, &mut status);
    if status.has(Status::INEXACT | Status::ROUNDED | Status::CLAMPED) {
        number = Number::NAN;
        status |= Status::INVALID_OPERATION;
    }
    context.report(th, status & Status::ERRORS)?;
    Ok(number)
}

/// Sign, digits and exponent as text.
fn tuple_text(th: &mut Thread, object: &Object) -> Result<Vec<u8>, Raised> {
    let items = match (object.downcast::<Tuple>(), object.downcast::<List>()) {
        (Some(tuple), _) => tuple.iter().map(heap::Heaped::to_ref).collect(),
        (None, Some(list)) => list.snapshot(th),
        (None, None) => Vec::new(),
    };
    let [sign, digits, exponent] = &items[..] else {
        return Err(raise::value_error(th, format_args!("argument must be a sequence of length 3")));
    };
    let sign = match sign.downcast_ref::<Int>() {
        Some(sign) if sign.to_i64().is_none() => {
            return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long")));
        }
        sign => sign.and_then(Int::to_i64),
    };
    let Some(sign @ (0 | 1)) = sign else {
        return Err(raise::value_error(th, format_args!("sign must be an integer with the value 0 or 1")));
    };
    let mut text = if sign == 1 { b"-".to_vec() } else { Vec::new() };
    let (mut special, mut power) = ("", 0);
    if let Some(word) = exponent.downcast_ref::<Str>() {
        special = match () {
            () if word.eq_text("F") => "Infinity",
            () if word.eq_text("n") => "NaN",
            () if word.eq_text("N") => "sNaN",
            () => return Err(raise::value_error(th, format_args!("string argument in the third position must be 'F', 'n' or 'N'"))),
        };
    } else if exponent.downcast_ref::<Int>().is_some() {
        power = integer(th, exponent)?;
    } else {
        return Err(raise::value_error(th, format_args!("exponent must be an integer")));
    }
    let digits = match (digits.downcast_ref::<Tuple>(), digits.downcast_ref::<List>()) {
        (Some(tuple), _) => tuple.iter().map(heap::Heaped::to_ref).collect(),
        (None, Some(list)) => list.snapshot(th),
        (None, None) => return Err(bad_digits(th)),
    };
    text.extend_from_slice(special.as_bytes());
    if digits.is_empty() && special.is_empty() {
        text.push(b'0');
    }
    for digit in &digits {
        let digit = digit.downcast_ref::<Int>().and_then(Int::to_i64).and_then(|digit| u8::try_from(digit).ok());
        match digit {
            // Looked at, but an infinity has no digits.
            Some(0..=9) if special == "Infinity" => {}
            Some(digit @ 0..=9) => text.push(b'0' + digit),
            _ => return Err(bad_digits(th)),
        }
    }
    if special.is_empty() {
        text.extend_from_slice(format!("E{power}").as_bytes());
    }
    Ok(text)
}

#[cold]
fn bad_digits(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("coefficient must be a tuple of digits"))
}

/// The number that `Decimal(value)` makes, without rounding.
pub fn exact(th: &mut Thread, value: &Object, context: &Context) -> Result<Number, Raised> {
    if let Some(text) = value.downcast_exact::<Str>() {
        return exact_text(th, &ascii(text, true), context);
    }
    if let Some(number) = number(value) {
        return Ok(number.into_owned());
    }
    if let Some(text) = value.downcast::<Str>() {
        return exact_text(th, &ascii(text, true), context);
    }
    if value.downcast::<Tuple>().is_some() || value.downcast::<List>().is_some() {
        let text = tuple_text(th, value)?;
        return exact_text(th, &text, context);
    }
    if let Some(float) = Float::of(value) {
        context.report(th, Status::FLOAT_OPERATION)?;
        return Ok(alg::from_float(float.value()));
    }
    Err(unsupported(th, value))
}

/// The number that `create_decimal` makes, rounded.
pub fn rounded(th: &mut Thread, value: &Object, context: &Context) -> Result<Number, Raised> {
    let arithmetic = context.arithmetic();
    let mut status = Status::NONE;
    let number = if let Some(decimal) = value.downcast::<Decimal>() {
        let number = decimal.number();
        if number.is_nan() && !number.coeff.is_zero() && number.digits() > arithmetic.prec - i64::from(arithmetic.clamp) {
            // A payload that does not fit.
            status |= Status::CONVERSION_SYNTAX;
            Number::NAN
        } else {
            alg::finalize(number.clone(), &arithmetic, &mut status)
        }
    } else if let Some(text) = value.downcast::<Str>() {
        alg::parse(&ascii(text, false), &arithmetic, &mut status)
    } else if value.downcast::<Tuple>().is_some() || value.downcast::<List>().is_some() {
        let text = tuple_text(th, value)?;
        alg::parse(&text, &arithmetic, &mut status)
    } else {
        alg::finalize(exact(th, value, context)?, &arithmetic, &mut status)
    };
    context.report(th, status)?;
    Ok(number)
}
