//! `complex(…)`: from text, from one number (`__complex__`, `__float__`, `__index__`), from two real ones.

use algos::complex as alg;
use algos::text;
use heap::{Object, PyType, Raised, Ref, Thread, Type};

use super::Complex;
use crate::float;
use crate::glue::KwArgs;
use crate::str::with_units;
use crate::typing::places::SlotId;
use crate::{Float, Str, names, ops, raise, warn};

/// `complex(real=0, imag=0)`. A single argument that is given by position may be text.
pub(super) fn construct(th: &mut Thread, cls: &Type, args: &[&Object], kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    if let ([only], true) = (args, kwargs.is_empty()) {
        return from_one(th, cls, only);
    }
    let (real, imag) = arguments(th, args, kwargs)?;
    let value = from_parts(th, real, imag)?;
    Ok(in_class(th, cls, value))
}

fn in_class(th: &mut Thread, cls: &Type, value: alg::Complex) -> Ref<Object> {
    if core::ptr::eq(cls, Complex::type_object()) { Complex::new(th, value) } else { Complex::new_in(th, cls, value) }.up()
}

type Parts<'a> = (Option<&'a Object>, Option<&'a Object>);

fn arguments<'a>(th: &mut Thread, args: &[&'a Object], kwargs: KwArgs<'a>) -> Result<Parts<'a>, Raised> {
    let given = args.len() + kwargs.len();
    if given > 2 {
        let kind = if args.is_empty() { "keyword " } else { "" };
        return Err(raise::type_error(th, format_args!("complex() takes at most 2 {kind}arguments ({given} given)")));
    }
    let mut parts = (args.first().copied(), args.get(1).copied());
    for (name, value) in kwargs.iter() {
        let name = crate::glue::str_text(name).unwrap_or_default();
        let (place, number) = match name.as_str() {
            "real" => (&mut parts.0, 1),
            "imag" => (&mut parts.1, 2),
            _ => return Err(raise::type_error(th, format_args!("complex() got an unexpected keyword argument '{name}'"))),
        };
        if place.is_some() {
            return Err(raise::type_error(th, format_args!("argument for complex() given by name ('{name}') and position ({number})")));
        }
        *place = Some(value);
    }
    Ok(parts)
}

fn from_one(th: &mut Thread, cls: &Type, x: &Object) -> Result<Ref<Object>, Raised> {
    if x.is_exactly::<Complex>() && core::ptr::eq(cls, Complex::type_object()) {
        return Ok(th.retain(x));
    }
    let value = if let Some(s) = x.downcast::<Str>() {
        from_str(th, s)?
    } else if let Some(value) = by_method(th, x)? {
        value
    } else if let Some(z) = x.downcast::<Complex>() {
        z.value()
    } else if is_real(x) {
        alg::new(float::as_f64(th, x)?, 0.0)
    } else {
        let got = ops::full_type_name(th, x.ty());
        return Err(raise::type_error(th, format_args!("complex() argument must be a string or a number, not {got}")));
    };
    Ok(in_class(th, cls, value))
}

fn from_str(th: &mut Thread, s: &Str) -> Result<alg::Complex, Raised> {
    let parsed = match s.as_ascii() {
        Some(text) => alg::parse(text.as_bytes()),
        None => alg::parse(&with_units!(s, |units| text::ascii_numerals(units))),
    };
    parsed.ok_or(()).or_else(|()| Err(raise::value_error(th, format_args!("complex() arg is a malformed string"))))
}

fn is_real(x: &Object) -> bool {
    SlotId::nb_float.read(x.ty()) != 0 || ops::has_index(x)
}

/// What `__complex__` says, if the object has one.
fn by_method(th: &mut Thread, x: &Object) -> Result<Option<alg::Complex>, Raised> {
    if x.is_exactly::<Complex>() || x.is_exactly::<Float>() {
        return Ok(None);
    }
    let Some(result) = ops::call_special(th, x, &names::__complex__, &[])? else { return Ok(None) };
    let got = ops::type_name(&result);
    let Some(z) = result.downcast_ref::<Complex>() else {
        return Err(raise::type_error(th, format_args!("__complex__ returned non-complex (type {got})")));
    };
    if !result.is_exactly::<Complex>() {
        warn::deprecated(
            th,
            format_args!(
                "__complex__ returned non-complex (type {got}).  The ability to return an instance of a strict subclass of complex is \
                 deprecated, and may be removed in a future version of Python."
            ),
        )?;
    }
    Ok(Some(z.value()))
}

fn from_parts(th: &mut Thread, real: Option<&Object>, imag: Option<&Object>) -> Result<alg::Complex, Raised> {
    let (mut re, mut im) = (alg::new(0.0, 0.0), alg::new(0.0, 0.0));
    let (mut real_is_complex, mut imag_is_complex) = (false, false);
    let by_real = match real {
        Some(real) => by_method(th, real)?,
        None => None,
    };
    if let Some(real) = real
        && by_real.is_none()
        && !is_real(real)
        && !real.is_a::<Complex>()
    {
        return Err(not_real(th, "real", real));
    }
    if let Some(imag) = imag
        && !is_real(imag)
        && !imag.is_a::<Complex>()
    {
        return Err(not_real(th, "imag", imag));
    }
    if let Some(real) = real {
        if by_real.is_some() || real.is_a::<Complex>() {
            warn_not_real(th, "real", real)?;
        }
        if let Some(value) = by_real.or_else(|| real.downcast::<Complex>().map(Complex::value)) {
            re = value;
            real_is_complex = true;
        } else {
            re.real = float::as_f64(th, real)?;
        }
    }
    if let Some(imag) = imag {
        if let Some(z) = imag.downcast::<Complex>() {
            warn_not_real(th, "imag", imag)?;
            im = z.value();
            imag_is_complex = true;
        } else {
            im.real = float::as_f64(th, imag)?;
        }
    }
    // What is absent is not added, so that no signed zero is lost.
    if imag_is_complex {
        re.real -= im.imag;
    }
    if real_is_complex && imag.is_some() {
        im.real += re.imag;
    }
    Ok(alg::new(re.real, if real_is_complex && imag.is_none() { re.imag } else { im.real }))
}

#[cold]
fn not_real(th: &mut Thread, name: &str, x: &Object) -> Raised {
    let got = ops::full_type_name(th, x.ty());
    raise::type_error(th, format_args!("complex() argument '{name}' must be a real number, not {got}"))
}

#[cold]
fn warn_not_real(th: &mut Thread, name: &str, x: &Object) -> Result<(), Raised> {
    let got = ops::full_type_name(th, x.ty());
    warn::deprecated(th, format_args!("complex() argument '{name}' must be a real number, not {got}"))
}

/// The value of a number: `__complex__`, or a real one.
pub fn as_complex(th: &mut Thread, x: &Object) -> Result<alg::Complex, Raised> {
    if let Some(z) = x.downcast_exact::<Complex>() {
        return Ok(z.value());
    }
    if let Some(value) = by_method(th, x)? {
        return Ok(value);
    }
    if let Some(z) = x.downcast::<Complex>() {
        return Ok(z.value());
    }
    Ok(alg::new(float::as_f64(th, x)?, 0.0))
}

