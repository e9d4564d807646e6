//! `Decimal`: construction, conversions and operators.

use std::borrow::Cow;

use algos::complex::Complex as Pair;
use algos::decimal::{self as alg, Kind, Number, Rounding, Status};
use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Complex, Float, Int, Str, Tuple, none, not_implemented_ref, ops, raise};

use super::context::Context;
use super::convert::{self, Operand};
use super::current::{chosen, current};

/// Construct a new Decimal object. 'value' can be an integer, string, tuple,
/// or another Decimal object. If no value is given, return Decimal('0'). The
/// context does not affect the conversion and is only passed to determine if
/// the InvalidOperation trap is active.
///
#[pytype(
    name = "Decimal",
    module = "decimal",
    flags(BASETYPE),
    sig = "(value=\"0\", context=None)",
    parts(functions, methods, pairs, tests, rest)
)]
#[repr(C)]
pub struct Decimal {
    head: Head,
    /// The hash, or -1 before it was asked for.
    hash: AtomicIsize,
    #[untraversed]
    number: Number,
}

/// The class of `as_tuple`'s results, and that of rational numbers.
pub static TUPLE: Global = Global::EMPTY;
pub static RATIONAL: Global = Global::EMPTY;

impl Decimal {
    #[inline]
    pub fn new(th: &Thread, number: Number) -> Ref<Decimal> {
        th.new_object(Decimal { head: Head::INIT, hash: AtomicIsize::new(-1), number })
    }

    pub fn new_in(th: &Thread, cls: &Type, number: Number) -> Ref<Decimal> {
        th.new_instance(cls, Decimal { head: Head::INIT, hash: AtomicIsize::new(-1), number })
    }

    #[inline]
    pub fn number(&self) -> &Number {
        &self.number
    }

    /// The text, as the current context writes exponents.
    pub fn text(&self, th: &mut Thread) -> Result<String, Raised> {
        let capital = current(th)?.is_capital();
        Ok(alg::to_scientific(&self.number, capital))
    }

    /// The integer to which the number is rounded.
    pub fn to_int(&self, th: &mut Thread, rounding: Rounding) -> Result<Ref<Int>, Raised> {
        match self.number.kind {
            Kind::Finite => {}
            Kind::Infinite => return Err(raise::overflow_error(th, format_args!("cannot convert Infinity to integer"))),
            _ => return Err(raise::value_error(th, format_args!("cannot convert NaN to integer"))),
        }
        let context = current(th)?;
        let mut status = Status::NONE;
        let whole = alg::to_integral_value(&self.number, &context.arithmetic().rounded(rounding), &mut status);
        context.report(th, status)?;
        match alg::to_int(&whole) {
            Some(int) => Ok(Int::from_alg(th, &int)),
            None => Err(raise::memory_error(th)),
        }
    }

    pub fn to_float(&self, th: &mut Thread) -> Result<f64, Raised> {
        let sign = if self.number.negative { -1.0 } else { 1.0_f64 };
        match self.number.kind {
            Kind::Signaling => Err(raise::value_error(th, format_args!("cannot convert signaling NaN to float"))),
            Kind::Quiet => Ok(f64::NAN.copysign(sign)),
            Kind::Infinite => Ok(f64::INFINITY.copysign(sign)),
            Kind::Finite => Ok(alg::to_scientific(&self.number, true).parse().unwrap_or(0.0)),
        }
    }
}

/// The modulus of numeric hashes.
const MODULUS: u64 = algos::int::HASH_MODULUS;

fn hash_power(base: u64, mut n: u64) -> u64 {
    let multiply = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(MODULUS)) as u64;
    let (mut result, mut square) = (1, base);
    while n > 0 {
        if n & 1 == 1 {
            result = multiply(result, square);
        }
        square = multiply(square, square);
        n >>= 1;
    }
    result
}

/// The hash of a finite number: that of an equal int, float or fraction.
fn hash_finite(number: &Number) -> isize {
    // The inverse of 10.
    const INVERSE: u64 = 2_075_258_708_292_324_556;
    let base = if number.exp >= 0 { 10 } else { INVERSE };
    let power = hash_power(base, number.exp.unsigned_abs());
    let residue = &number.coeff % MODULUS;
    let hash = (u128::from(residue) * u128::from(power) % u128::from(MODULUS)) as isize;
    match if number.negative { -hash } else { hash } {
        -1 => -2,
        hash => hash,
    }
}

fn infinite_or(th: &mut Thread, number: &Number) -> Result<(), Raised> {
    match number.kind {
        Kind::Finite => Ok(()),
        Kind::Infinite => Err(raise::overflow_error(th, format_args!("cannot convert Infinity to integer ratio"))),
        _ => Err(raise::value_error(th, format_args!("cannot convert NaN to integer ratio"))),
    }
}

/// Both operands of an operator, if they are decimals or ints.
macro_rules! operands {
    ($a:ident, $b:ident) => {
        let (Some($a), Some($b)) = (convert::number($a), convert::number($b)) else { return Ok(not_implemented_ref()) };
    };
}

/// An operator of two decimals.
#[inline]
fn operator(
    th: &mut Thread,
    a: &Object,
    b: &Object,
    operation: fn(&Number, &Number, &alg::Context, &mut Status) -> Number,
) -> Result<Ref<Object>, Raised> {
    operands!(a, b);
    let context = current(th)?;
    Ok(context.compute(th, |context, status| operation(&a, &b, context, status))?.up())
}

/// What a decimal is compared with, and the decimal multiplied so that both have one denominator.
fn comparable<'a>(
    th: &mut Thread,
    a: &'a Number,
    other: &'a Object,
    op: CompareOp,
    context: &Context,
) -> Result<Option<(Operand<'a>, Operand<'a>)>, Raised> {
    if let Some(b) = convert::number(other) {
        return Ok(Some((Cow::Borrowed(a), b)));
    }
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let float = match (Float::of(other), other.downcast::<Complex>()) {
        (Some(float), _) => float.value(),
        (None, Some(complex)) if equality => {
            let value = complex.value();
            if value.imag != 0.0 {
                return Ok(None);
            }
            value.real
        }
        _ => return rational(th, a, other),
    };
    if equality {
        context.note(Status::FLOAT_OPERATION);
    } else {
        context.report(th, Status::FLOAT_OPERATION)?;
    }
    Ok(Some((Cow::Borrowed(a), Cow::Owned(alg::from_float(float)))))
}

fn rational<'a>(th: &mut Thread, a: &Number, other: &Object) -> Result<Option<(Operand<'a>, Operand<'a>)>, Raised> {
    let Some(class) = RATIONAL.get(th) else { return Ok(None) };
    if !ops::isinstance(th, other, &class)? {
        return Ok(None);
    }
    let mut parts = [Number::ZERO, Number::ZERO];
    for (part, name) in parts.iter_mut().zip(["numerator", "denominator"]) {
        let value = ops::getattr_str(th, other, name)?;
        let Some(int) = value.downcast_ref::<Int>() else {
            let kind = if name == "numerator" { "numerator" } else { "denominator" };
            return Err(raise::type_error(th, format_args!("Rational.{kind} must be an int")));
        };
        *part = alg::from_int(int.view());
    }
    let [numerator, denominator] = parts;
    let mut status = Status::NONE;
    let mut scaled = a.clone();
    if a.is_finite() {
        scaled.exp = 0;
        scaled = alg::mul(&scaled, &denominator, &alg::Context::MAX, &mut status);
        scaled.exp += a.exp;
    }
    if status.has(Status::MALLOC) {
        return Err(raise::memory_error(th));
    }
    Ok(Some((Cow::Owned(scaled), Cow::Owned(numerator))))
}

#[pymethods]
impl Decimal {
    #[slot(tp_new, tp_vectorcall)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Decimal>, Raised> {
        let [value, context] = super::bind(th, ["value", "context"], args, kwargs)?;
        let context = chosen(th, context)?;
        let number = match value {
            None => Number::ZERO,
            Some(value) => {
                if let Some(same) = value.downcast_exact::<Decimal>()
                    && core::ptr::eq(cls, Decimal::type_object())
                {
                    return Ok(same.to_ref());
                }
                convert::exact(th, value, &context)?
            }
        };
        Ok(Decimal::new_in(th, cls, number))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        Ok(format!("Decimal('{}')", self.text(th)?))
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<String, Raised> {
        self.text(th)
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let known = self.hash.load(Relaxed);
        if known != -1 {
            return Ok(known);
        }
        let hash = match self.number.kind {
            Kind::Signaling => return Err(raise::type_error(th, format_args!("Cannot hash a signaling NaN value"))),
            Kind::Quiet => (core::ptr::from_ref(self) as usize).rotate_right(4) as isize,
            Kind::Infinite => if self.number.negative { -314_159 } else { 314_159 },
            Kind::Finite => hash_finite(&self.number),
        };
        self.hash.store(hash, Relaxed);
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        // Two numbers of one exponent and sign are compared most.
        if let Some(b) = other.downcast_exact::<Decimal>() {
            let (a, b) = (&self.number, &b.number);
            if a.is_finite() && b.is_finite() && a.exp == b.exp && !a.negative && !b.negative {
                return Ok(objects::bool_ref(op.holds(a.coeff.cmp(&b.coeff))));
            }
        }
        let context = current(th)?;
        let Some((a, b)) = comparable(th, &self.number, other, op, &context)? else { return Ok(not_implemented_ref()) };
        if let Some(order) = alg::numeric_cmp(&a, &b) {
            return Ok(objects::bool_ref(op.holds(order)));
        }
        if a.is_signaling() || b.is_signaling() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            context.report(th, Status::INVALID_OPERATION)?;
        }
        Ok(objects::bool_ref(op == CompareOp::Ne))
    }

    #[slot(nb_bool)]
    fn bool(&self) -> bool {
        !self.number.is_zero()
    }

    #[slot(nb_int)]
    fn int(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        self.to_int(th, Rounding::Down)
    }

    #[slot(nb_float)]
    fn float(&self, th: &mut Thread) -> Result<Ref<Float>, Raised> {
        let value = self.to_float(th)?;
        Ok(Float::new(th, value))
    }

    #[slot(nb_negative)]
    fn neg(&self, th: &mut Thread) -> Result<Ref<Decimal>, Raised> {
        let context = current(th)?;
        context.compute(th, |context, status| alg::minus(&self.number, context, status))
    }

    #[slot(nb_positive)]
    fn pos(&self, th: &mut Thread) -> Result<Ref<Decimal>, Raised> {
        let context = current(th)?;
        context.compute(th, |context, status| alg::plus(&self.number, context, status))
    }

    #[slot(nb_absolute)]
    fn abs(&self, th: &mut Thread) -> Result<Ref<Decimal>, Raised> {
        let context = current(th)?;
        context.compute(th, |context, status| alg::abs(&self.number, context, status))
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::add)
    }

    #[slot(nb_subtract)]
    fn sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::sub)
    }

    #[slot(nb_multiply)]
    fn mul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::mul)
    }

    #[slot(nb_true_divide)]
    fn truediv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::div)
    }

    #[slot(nb_floor_divide)]
    fn floordiv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::div_int)
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operator(th, a, b, alg::rem)
    }

    #[slot(nb_divmod)]
    fn divmod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operands!(a, b);
        let context = current(th)?;
        Ok(div_mod(th, &context, &a, &b)?.up())
    }

    #[slot(nb_power)]
    fn pow(th: &mut Thread, a: &Object, b: &Object, m: &Object) -> Result<Ref<Object>, Raised> {
        operands!(a, b);
        let context = current(th)?;
        if m.is(none()) {
            return Ok(context.compute(th, |context, status| alg::pow(&a, &b, context, status))?.up());
        }
        let Some(m) = convert::number(m) else { return Ok(not_implemented_ref()) };
        Ok(context.compute(th, |context, status| alg::pow_mod(&a, &b, &m, context, status))?.up())
    }
}

/// Quotient and remainder as a tuple.
pub fn div_mod(th: &mut Thread, context: &Context, a: &Number, b: &Number) -> Result<Ref<Tuple>, Raised> {
    let mut status = Status::NONE;
    let (quotient, rest) = alg::div_mod(a, b, &context.arithmetic(), &mut status);
    context.report(th, status)?;
    let (quotient, rest) = (Decimal::new(th, quotient), Decimal::new(th, rest));
    Ok(Tuple::from_array(th, [quotient.up(), rest.up()]))
}

/// The number that `from_float` and its like make of an int or a float.
fn from_real(th: &mut Thread, value: &Object) -> Result<Number, Raised> {
    match (value.downcast::<Int>(), Float::of(value)) {
        (Some(int), _) => Ok(alg::from_int(int.view())),
        (None, Some(float)) => Ok(alg::from_float(float.value())),
        _ => Err(raise::type_error(th, format_args!("argument must be int or float"))),
    }
}

/// The same for a context's method: rounded.
pub fn from_real_rounded(th: &mut Thread, value: &Object, context: &Context) -> Result<Ref<Decimal>, Raised> {
    let number = from_real(th, value)?;
    context.compute(th, |context, status| alg::finalize(number, context, status))
}

/// An instance of the class on which a constructor was called.
fn of_class(th: &mut Thread, cls: &Type, number: Number) -> Result<Ref<Object>, Raised> {
    let made = Decimal::new(th, number);
    if core::ptr::eq(cls, Decimal::type_object()) { Ok(made.up()) } else { ops::call1(th, cls, &made) }
}

#[pymethods(part = "rest")]
impl Decimal {
    /// Convert a float or int to a decimal number, exactly: from_float(0.1) is
    /// not the same as Decimal('0.1').
    #[classmethod(sig = "(f, /)")]
    fn from_float(cls: &Type, th: &mut Thread, f: &Object) -> Result<Ref<Object>, Raised> {
        let number = from_real(th, f)?;
        of_class(th, cls, number)
    }

    /// Convert a real number to a decimal number, exactly.
    #[classmethod(sig = "(number, /)")]
    fn from_number(cls: &Type, th: &mut Thread, number: &Object) -> Result<Ref<Object>, Raised> {
        let number = match (convert::number(number), Float::of(number)) {
            (Some(number), _) => number.into_owned(),
            (None, Some(float)) => alg::from_float(float.value()),
            _ => convert::operand(th, number)?.into_owned(),
        };
        of_class(th, cls, number)
    }

    /// Return the adjusted exponent: exp + digits - 1.
    #[method]
    fn adjusted(&self) -> i64 {
        if self.number.is_finite() { self.number.adjusted() } else { 0 }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the number.
    #[method]
    fn as_integer_ratio(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        infinite_or(th, &self.number)?;
        let Some((numerator, denominator)) = alg::ratio(&self.number) else { return Err(raise::memory_error(th)) };
        let (numerator, denominator) = (Int::from_alg(th, &numerator), Int::from_alg(th, &denominator));
        Ok(Tuple::from_array(th, [numerator.up(), denominator.up()]))
    }

    /// Return a tuple representation of the number.
    #[method]
    fn as_tuple(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let number = &self.number;
        let text = if number.is_nan() && number.coeff.is_zero() { String::new() } else { number.digit_text() };
        let digits = text.bytes().map(|digit| Int::from_i64(th, i64::from(digit - b'0')).up()).collect();
        let digits = Tuple::new(th, digits);
        let exponent = match number.kind {
            Kind::Finite => Int::from_i64(th, number.exp).up(),
            Kind::Infinite => Str::new(th, "F").up(),
            Kind::Quiet => Str::new(th, "n").up(),
            Kind::Signaling => Str::new(th, "N").up(),
        };
        let sign = Int::from_i64(th, i64::from(number.negative));
        match TUPLE.get(th) {
            Some(class) => ops::call(th, &class, &[&sign, &digits, &exponent]),
            None => Err(raise::runtime_error(th, format_args!("DecimalTuple is not there yet"))),
        }
    }

    #[method]
    fn __copy__(&self) -> &Decimal {
        self
    }

    #[method(sig = "($self, object, /)")]
    fn __deepcopy__(&self, object: &Object) -> &Decimal {
        let _ = object;
        self
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let text = self.text(th)?;
        let text = Str::new(th, &text);
        let args = Tuple::from_array(th, [text.up()]);
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &args]))
    }

    /// As much as CPython's object takes, whose coefficient has 19 digits per word.
    #[method]
    fn __sizeof__(&self) -> i64 {
        let words = (self.number.digits() + 18) / 19;
        104 + if words > 4 { 8 * words } else { 0 }
    }

    #[method]
    fn __complex__(&self, th: &mut Thread) -> Result<Ref<Complex>, Raised> {
        let real = self.to_float(th)?;
        Ok(Complex::new(th, Pair { real, imag: 0.0 }))
    }

    #[method]
    fn __trunc__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        self.to_int(th, Rounding::Down)
    }

    #[method]
    fn __floor__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        self.to_int(th, Rounding::Floor)
    }

    #[method]
    fn __ceil__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        self.to_int(th, Rounding::Ceiling)
    }

    #[method(sig = none)]
    fn __round__(&self, th: &mut Thread, ndigits: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(ndigits) = ndigits.filter(|n| !n.is(none())) else {
            return Ok(self.to_int(th, Rounding::HalfEven)?.up());
        };
        let Some(digits) = ndigits.downcast::<Int>() else {
            return Err(raise::type_error(th, format_args!("optional arg must be an integer")));
        };
        let Some(digits) = digits.to_i64() else {
            return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t")));
        };
        let pattern = Number::small(false, 1, digits.checked_neg().unwrap_or(i64::MAX));
        let context = current(th)?;
        Ok(context.compute(th, |context, status| alg::quantize(&self.number, &pattern, context, status))?.up())
    }

    #[method(sig = none)]
    fn __format__(&self, th: &mut Thread, fmtarg: &Object, r#override: Option<&Object>) -> Result<String, Raised> {
        super::format::format(th, self, fmtarg, r#override)
    }

    #[getter]
    fn real(&self) -> &Decimal {
        self
    }

    #[getter]
    fn imag(&self, th: &mut Thread) -> Ref<Decimal> {
        Decimal::new(th, Number::ZERO)
    }
}
