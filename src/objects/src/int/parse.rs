//! `int(…)`: from numbers (`__int__`, `__index__`) and from text.

use algos::int::ParseError;
use algos::text;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};

use super::{Int, limit};
use crate::glue::{Buffer, KwArgs, has_buffer, str_equals};
use crate::typing::places::SlotId;
use crate::{ByteArray, Bytes, Float, Str, ops, raise, warn};

/// `int(x)`, `int(x, base)`. `direct` calls count too many arguments in other words than `int.__new__`.
pub(super) fn construct(th: &mut Thread, cls: &Type, args: &[&Object], kwargs: KwArgs<'_>, direct: bool) -> Result<Ref<Object>, Raised> {
    let mut base = args.get(1).copied();
    if !kwargs.is_empty() {
        check_keywords(th, args, kwargs)?;
        base = kwargs.get("base");
    } else if args.len() > 2 {
        let given = args.len();
        return Err(match direct {
            true => raise::type_error(th, format_args!("int expected at most 2 arguments, got {given}")),
            false => raise::type_error(th, format_args!("int() takes at most 2 arguments ({given} given)")),
        });
    }
    let number = match (args.first().copied(), base) {
        (None, None) => Int::from_i64(th, 0),
        (None, Some(_)) => return Err(raise::type_error(th, format_args!("int() missing string argument"))),
        (Some(x), None) => from_object(th, x)?,
        (Some(x), Some(base)) => from_text(th, x, base)?,
    };
    in_class(th, cls, number)
}

#[cold]
fn check_keywords(th: &mut Thread, args: &[&Object], kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let given = args.len() + kwargs.len();
    if given > 2 {
        let kind = if args.is_empty() { "keyword " } else { "" };
        return Err(raise::type_error(th, format_args!("int() takes at most 2 {kind}arguments ({given} given)")));
    }
    for (name, _) in kwargs.iter() {
        if !str_equals(name, "base") {
            let name = crate::glue::str_text(name).unwrap_or_default();
            let hint = crate::glue::suggest::closest(&name, ["base"]).map_or("", |_| ". Did you mean 'base'?");
            return Err(raise::type_error(th, format_args!("int() got an unexpected keyword argument '{name}'{hint}")));
        }
    }
    if args.len() > 1 {
        return Err(raise::type_error(th, format_args!("argument for int() given by name ('base') and position (2)")));
    }
    Ok(())
}

/// The number as an instance of `cls`, `int` or a subclass.
pub(super) fn in_class(th: &mut Thread, cls: &Type, number: Ref<Int>) -> Result<Ref<Object>, Raised> {
    if core::ptr::eq(cls, Int::type_object()) {
        return Ok(number.up());
    }
    match Int::new_in(th, cls, &number) {
        Some(made) => Ok(made.up()),
        None => Err(raise::memory_error(th)),
    }
}

/// `int(x)` of any object, an exact int.
pub fn from_object(th: &mut Thread, x: &Object) -> Result<Ref<Int>, Raised> {
    if let Some(n) = x.downcast_exact::<Int>() {
        return Ok(th.retain(n));
    }
    if let Some(x) = x.downcast_exact::<Float>() {
        return from_f64(th, x.value());
    }
    if let Some(s) = x.downcast_exact::<Str>() {
        return from_str(th, s, 10);
    }
    for (slot, method) in [(SlotId::nb_int, "__int__"), (SlotId::nb_index, "__index__")] {
        if let Some(result) = ops::number::call_unary_slot(th, slot, x) {
            return checked_result(th, result?, method);
        }
    }
    if let Some(s) = x.downcast::<Str>() {
        return from_str(th, s, 10);
    }
    if has_buffer(x) {
        let Ok(buffer) = Buffer::new(th, x) else {
            // Whatever the exporter said, the caller learns what is wanted.
            th.take_exception();
            return Err(not_convertible(th, x));
        };
        let bytes = buffer.to_vec();
        drop(buffer);
        return from_bytes(th, &bytes, 10);
    }
    Err(not_convertible(th, x))
}

#[cold]
fn not_convertible(th: &mut Thread, x: &Object) -> Raised {
    let got = ops::type_name(x);
    raise::type_error(th, format_args!("int() argument must be a string, a bytes-like object or a real number, not '{got}'"))
}

/// What `__int__` or `__index__` returned, as an exact int.
pub(crate) fn checked_result(th: &mut Thread, result: Ref<Object>, method: &str) -> Result<Ref<Int>, Raised> {
    let result = match result.downcast_exact::<Int>() {
        Ok(n) => return Ok(n),
        Err(result) => result,
    };
    let Some(n) = Int::of(&result) else {
        let got = ops::type_name(&result);
        return Err(raise::type_error(th, format_args!("{method} returned non-int (type {got})")));
    };
    warn_subclass(th, &result, method)?;
    Ok(n.exact(th))
}

/// Warns of a strict subclass of int as the result of a conversion.
pub(crate) fn warn_subclass(th: &mut Thread, result: &Object, method: &str) -> Result<(), Raised> {
    let got = ops::type_name(result);
    warn::deprecated(
        th,
        format_args!(
            "{method} returned non-int (type {got}).  The ability to return an instance of a strict subclass of int is deprecated, and \
             may be removed in a future version of Python."
        ),
    )
}

/// `int(x)` of a float.
pub fn from_f64(th: &mut Thread, x: f64) -> Result<Ref<Int>, Raised> {
    match algos::int::from_f64(x) {
        Ok(n) => Ok(Int::from_alg(th, &n)),
        Err(algos::int::FromFloatError::Nan) => Err(raise::value_error(th, format_args!("cannot convert float NaN to integer"))),
        Err(algos::int::FromFloatError::Infinity) => Err(raise::overflow_error(th, format_args!("cannot convert float infinity to integer"))),
    }
}

fn from_text(th: &mut Thread, x: &Object, base: &Object) -> Result<Ref<Int>, Raised> {
    let base = ops::index_clip(th, base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(raise::value_error(th, format_args!("int() base must be >= 2 and <= 36, or 0")));
    }
    let base = base as u32;
    if let Some(s) = x.downcast::<Str>() {
        return from_str(th, s, base);
    }
    if x.is_a::<Bytes>() || x.is_a::<ByteArray>() {
        let bytes = Buffer::new(th, x)?.to_vec();
        return from_bytes(th, &bytes, base);
    }
    Err(raise::type_error(th, format_args!("int() can't convert non-string with explicit base")))
}

/// `int(s, base)`; base 0 reads the prefix.
pub fn from_str(th: &mut Thread, s: &Str, base: u32) -> Result<Ref<Int>, Raised> {
    match s.as_ascii() {
        Some(text) => from_ascii(th, text.as_bytes(), base, s.as_object()),
        None => {
            let text = crate::str::with_units!(s, |units| text::ascii_numerals(units));
            from_ascii(th, &text, base, s.as_object())
        }
    }
}

/// `int(bytes, base)`
pub fn from_bytes(th: &mut Thread, bytes: &[u8], base: u32) -> Result<Ref<Int>, Raised> {
    // Messages show bytes, whatever they came from.
    let shown = Bytes::new(th, &bytes[..bytes.len().min(200)]);
    from_ascii(th, bytes, base, &shown)
}

/// From digits; `shown` is what messages show.
fn from_ascii(th: &mut Thread, text: &[u8], base: u32, shown: &Object) -> Result<Ref<Int>, Raised> {
    if base == 10
        && let Some(n) = short_decimal(text)
    {
        return Ok(Int::from_i64(th, n));
    }
    match algos::int::parse(text, base, limit::max_str_digits()) {
        Ok(n) => Ok(Int::from_alg(th, &n)),
        Err(error @ ParseError::TooManyDigits { .. }) => Err(raise::value_error(th, format_args!("{error}"))),
        Err(ParseError::Invalid) => {
            let shown = ops::repr(th, shown)?;
            let mut message = crate::text::Text::new(&format!("invalid literal for int() with base {base}: "));
            message.push_str_limited(&shown, 200);
            Err(raise::with_value(th, crate::exceptions::value_error_type(), message.finish(th).up()))
        }
    }
}

/// Up to 18 digits and nothing else.
fn short_decimal(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))
}
