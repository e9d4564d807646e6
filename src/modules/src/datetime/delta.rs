//! `timedelta`: days, seconds and microseconds, reckoned with as one number of microseconds.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Float, Int, Tuple, not_implemented_ref, ops, raise};

use super::fields::{DAY, SECOND, Signature};

/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[pytype(name = "timedelta", module = "datetime", flags(BASETYPE), layout = PyDateTime_Delta)]
#[repr(C)]
pub struct Delta {
    head: Head,
    hash: AtomicIsize,
    #[member(readonly, doc = "Number of days.")]
    days: i32,
    #[member(readonly, doc = "Number of seconds (>= 0 and less than 1 day).")]
    seconds: i32,
    #[member(readonly, doc = "Number of microseconds (>= 0 and less than 1 second).")]
    microseconds: i32,
}

const MAX_DAYS: i32 = 999_999_999;

/// `UNITS[i]` are the microseconds of the constructor's parameter `i`.
const UNITS: [i64; 7] = [DAY, SECOND, 1, 1_000, 60 * SECOND, 3600 * SECOND, 7 * DAY];
const SIGNATURE: Signature<7> = Signature {
    label: "__new__()",
    names: ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
    required: 0,
    positional: 7,
};
/// The order in which CPython adds up (and complains): from small to large.
const ORDER: [usize; 7] = [2, 3, 1, 4, 5, 0, 6];

#[cold]
fn too_large(th: &mut Thread) -> Raised {
    raise::overflow_error(th, format_args!("Python int too large to convert to C int"))
}

/// The quotient, rounded to the nearest, to the even one if there are two. The divisor is not 0.
fn nearest(a: i128, b: i128) -> i128 {
    let (a, b) = if b < 0 { (-a, -b) } else { (a, b) };
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    let up = match rest.cmp(&(b - rest)) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Equal => quotient % 2 != 0,
        core::cmp::Ordering::Greater => true,
    };
    quotient + i128::from(up)
}

impl Delta {
    /// The microseconds.
    pub fn micros(&self) -> i128 {
        i128::from(self.days) * i128::from(DAY) + i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.microseconds)
    }

    pub fn is_zero(&self) -> bool {
        (self.days, self.seconds, self.microseconds) == (0, 0, 0)
    }

    /// A `timedelta` of so many microseconds.
    pub fn of_micros(th: &mut Thread, micros: i128) -> Result<Ref<Delta>, Raised> {
        Delta::make(th, Delta::type_object(), micros)
    }

    fn make(th: &mut Thread, cls: &Type, micros: i128) -> Result<Ref<Delta>, Raised> {
        let Ok(days) = i32::try_from(micros.div_euclid(DAY.into())) else { return Err(too_large(th)) };
        if days.unsigned_abs() > MAX_DAYS.unsigned_abs() {
            return Err(raise::overflow_error(th, format_args!("days={days}; must have magnitude <= {MAX_DAYS}")));
        }
        let rest = micros.rem_euclid(DAY.into()) as i64;
        let (seconds, microseconds) = ((rest / SECOND) as i32, (rest % SECOND) as i32);
        Ok(th.new_instance(cls, Delta { head: Head::INIT, hash: AtomicIsize::new(-1), days, seconds, microseconds }))
    }

    /// A `timedelta` of so many microseconds, an int of any size.
    fn of_int(th: &mut Thread, micros: &Int) -> Result<Ref<Delta>, Raised> {
        match micros.to_i128() {
            Some(micros) => Delta::of_micros(th, micros),
            None => Err(too_large(th)),
        }
    }
}

/// `a / b`, rounded to the nearest, as a `timedelta`.
fn divided(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Delta>, Raised> {
    if b.is_zero() {
        return Err(raise::zero_division(th, format_args!("division by zero")));
    }
    if let (Some(a), Some(b)) = (a.to_i128(), b.to_i128()) {
        return Delta::of_micros(th, nearest(a, b));
    }
    let (a, b) = match b.is_negative() {
        true => (ops::neg(th, a)?, ops::neg(th, b)?),
        false => (a.to_ref().up(), b.to_ref().up()),
    };
    let (quotient, rest) = (ops::floordiv(th, &a, &b)?, ops::mod_(th, &a, &b)?);
    let twice = ops::add(th, &rest, &rest)?;
    let odd = quotient.downcast_ref::<Int>().is_some_and(|q| q.view().wrapping_u64() & 1 == 1);
    let up = ops::compare_bool(th, &twice, &b, CompareOp::Gt)? || odd && ops::compare_bool(th, &twice, &b, CompareOp::Eq)?;
    let one = Int::from_i64(th, i64::from(up));
    let rounded = ops::add(th, &quotient, &one)?;
    match rounded.downcast_ref::<Int>() {
        Some(micros) => Delta::of_int(th, micros),
        None => Err(too_large(th)),
    }
}

/// The float as a fraction.
fn ratio(th: &mut Thread, float: &Float) -> Result<(Ref<Int>, Ref<Int>), Raised> {
    let name = objects::intern(th, "as_integer_ratio");
    let pair = ops::call_method(th, float, name, &[])?;
    let parts = pair.downcast_ref::<Tuple>().map(Tuple::as_slice);
    match parts {
        Some([a, b]) => match (a.downcast::<Int>(), b.downcast::<Int>()) {
            (Some(a), Some(b)) => Ok((a.to_ref(), b.to_ref())),
            _ => Err(raise::type_error(th, format_args!("unexpected return type from as_integer_ratio(): expected tuple of ints"))),
        },
        Some(_) => Err(raise::value_error(th, format_args!("as_integer_ratio() must return a 2-tuple"))),
        None => {
            let got = ops::type_name(&pair);
            Err(raise::type_error(th, format_args!("unexpected return type from as_integer_ratio(): expected tuple, not '{got}'")))
        }
    }
}

/// `delta * a / b`.
fn scaled(th: &mut Thread, delta: &Delta, a: &Int, b: &Int) -> Result<Ref<Delta>, Raised> {
    let micros = Int::from_i128(th, delta.micros());
    let product = ops::mul(th, &micros, a)?;
    match product.downcast_ref::<Int>() {
        Some(product) => divided(th, product, b),
        None => Err(too_large(th)),
    }
}

/// Adds an argument of the constructor: what is not a whole number of microseconds goes to `leftover`.
fn add_up(th: &mut Thread, name: &str, value: &Object, unit: i64, sum: &mut i128, leftover: &mut f64) -> Result<(), Raised> {
    if let Some(number) = value.downcast::<Int>() {
        let Some(number) = number.to_i64() else { return Err(too_large(th)) };
        *sum += i128::from(number) * i128::from(unit);
        return Ok(());
    }
    let Some(float) = Float::of(value) else {
        let got = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("unsupported type for timedelta {name} component: {got}")));
    };
    let value = float.value();
    if value.is_nan() {
        return Err(raise::value_error(th, format_args!("cannot convert float NaN to integer")));
    }
    if value.is_infinite() {
        return Err(raise::overflow_error(th, format_args!("cannot convert float infinity to integer")));
    }
    let whole = value.trunc();
    // Far beyond the range, and within that of the sum.
    if whole.abs() > 1e19 {
        return Err(too_large(th));
    }
    *sum += whole as i128 * i128::from(unit);
    let fraction = (value - whole) * unit as f64;
    *sum += fraction.trunc() as i128;
    *leftover += fraction - fraction.trunc();
    Ok(())
}

/// What a binary operation gets: both operands, if they are deltas.
fn both<'a>(a: &'a Object, b: &'a Object) -> Option<(&'a Delta, &'a Delta)> {
    Some((a.downcast::<Delta>()?, b.downcast::<Delta>()?))
}

fn no_zero(th: &mut Thread, divisor: i128) -> Result<i128, Raised> {
    if divisor == 0 { Err(raise::zero_division(th, format_args!("division by zero"))) } else { Ok(divisor) }
}

fn floor_div(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }
}

#[pymethods]
impl Delta {
    #[slot(tp_new, tp_vectorcall)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Delta>, Raised> {
        let bound = SIGNATURE.bind(th, args, kwargs)?;
        let (mut sum, mut leftover) = (0, 0.0);
        for at in ORDER {
            if let Some(value) = bound[at] {
                add_up(th, SIGNATURE.names[at], value, UNITS[at], &mut sum, &mut leftover)?;
            }
        }
        if leftover != 0.0 {
            let mut whole = leftover.round();
            if (whole - leftover).abs() == 0.5 {
                // Half-way: the sum is to become even.
                let odd = if sum % 2 == 0 { 0.0 } else { 1.0 };
                whole = 2.0 * ((leftover + odd) * 0.5).round() - odd;
            }
            sum += whole as i128;
        }
        Delta::make(th, cls, sum)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("days", self.days), ("seconds", self.seconds), ("microseconds", self.microseconds)] {
            if value != 0 {
                parts.push(format!("{name}={value}"));
            }
        }
        if parts.is_empty() {
            parts.push("0".to_owned());
        }
        format!("{}({})", ops::type_name(self), parts.join(", "))
    }

    #[slot(tp_str)]
    fn str(&self) -> String {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        let mut text = match self.days {
            0 => String::new(),
            days @ (1 | -1) => format!("{days} day, "),
            days => format!("{days} days, "),
        };
        text.push_str(&format!("{hours}:{minutes:02}:{seconds:02}"));
        if self.microseconds != 0 {
            text.push_str(&format!(".{:06}", self.microseconds));
        }
        text
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let known = self.hash.load(Relaxed);
        if known != -1 {
            return Ok(known);
        }
        let state = self.state(th);
        let hash = ops::hash(th, &state)?;
        self.hash.store(hash, Relaxed);
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: CompareOp) -> Ref<Object> {
        match other.downcast::<Delta>() {
            Some(other) => objects::bool_ref(op.holds(self.micros().cmp(&other.micros()))),
            None => not_implemented_ref(),
        }
    }

    #[slot(nb_bool)]
    fn bool(&self) -> bool {
        !self.is_zero()
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match both(a, b) {
            Some((a, b)) => Ok(Delta::of_micros(th, a.micros() + b.micros())?.up()),
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_subtract)]
    fn sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match both(a, b) {
            Some((a, b)) => Ok(Delta::of_micros(th, a.micros() - b.micros())?.up()),
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_multiply)]
    fn mul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let (delta, factor) = match (a.downcast::<Delta>(), b.downcast::<Delta>()) {
            (Some(delta), _) => (delta, b),
            (None, Some(delta)) => (delta, a),
            (None, None) => return Ok(not_implemented_ref()),
        };
        if let Some(factor) = factor.downcast::<Int>() {
            let product = factor.to_i64().and_then(|factor| delta.micros().checked_mul(factor.into()));
            return match product {
                Some(micros) => Ok(Delta::of_micros(th, micros)?.up()),
                None if delta.is_zero() => Ok(Delta::of_micros(th, 0)?.up()),
                None => Err(too_large(th)),
            };
        }
        match Float::of(factor) {
            Some(factor) => {
                let (a, b) = ratio(th, factor)?;
                Ok(scaled(th, delta, &a, &b)?.up())
            }
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_true_divide)]
    fn truediv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let Some(delta) = a.downcast::<Delta>() else { return Ok(not_implemented_ref()) };
        if let Some(other) = b.downcast::<Delta>() {
            let (a, b) = (Int::from_i128(th, delta.micros()), Int::from_i128(th, other.micros()));
            return ops::truediv(th, &a, &b);
        }
        if let Some(divisor) = b.downcast::<Int>() {
            let micros = Int::from_i128(th, delta.micros());
            return Ok(divided(th, &micros, divisor)?.up());
        }
        match Float::of(b) {
            Some(divisor) => {
                let (a, b) = ratio(th, divisor)?;
                Ok(scaled(th, delta, &b, &a)?.up())
            }
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_floor_divide)]
    fn floordiv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let Some(delta) = a.downcast::<Delta>() else { return Ok(not_implemented_ref()) };
        if let Some(other) = b.downcast::<Delta>() {
            let divisor = no_zero(th, other.micros())?;
            return Ok(Int::from_i128(th, floor_div(delta.micros(), divisor)).up());
        }
        let Some(divisor) = b.downcast::<Int>() else { return Ok(not_implemented_ref()) };
        let quotient = match divisor.to_i128() {
            Some(divisor) => floor_div(delta.micros(), no_zero(th, divisor)?),
            // Larger than any number of microseconds.
            None => -i128::from(delta.micros() != 0 && (delta.micros() < 0) != divisor.is_negative()),
        };
        Ok(Delta::of_micros(th, quotient)?.up())
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let Some((a, b)) = both(a, b) else { return Ok(not_implemented_ref()) };
        let divisor = no_zero(th, b.micros())?;
        Ok(Delta::of_micros(th, a.micros() - floor_div(a.micros(), divisor) * divisor)?.up())
    }

    #[slot(nb_divmod)]
    fn divmod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let Some((a, b)) = both(a, b) else { return Ok(not_implemented_ref()) };
        let divisor = no_zero(th, b.micros())?;
        let quotient = floor_div(a.micros(), divisor);
        let rest = Delta::of_micros(th, a.micros() - quotient * divisor)?;
        let quotient = Int::from_i128(th, quotient);
        Ok(Tuple::from_array(th, [quotient.up(), rest.up()]).up())
    }

    #[slot(nb_negative)]
    fn neg(&self, th: &mut Thread) -> Result<Ref<Delta>, Raised> {
        Delta::of_micros(th, -self.micros())
    }

    #[slot(nb_positive)]
    fn pos(&self, th: &mut Thread) -> Result<Ref<Delta>, Raised> {
        Delta::of_micros(th, self.micros())
    }

    #[slot(nb_absolute)]
    fn abs(&self, th: &mut Thread) -> Result<Ref<Delta>, Raised> {
        Delta::of_micros(th, self.micros().abs())
    }

    /// Total seconds in the duration.
    #[method]
    fn total_seconds(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (micros, second) = (Int::from_i128(th, self.micros()), Int::from_i64(th, SECOND));
        ops::truediv(th, &micros, &second)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        let state = self.state(th);
        Tuple::from_slice(th, &[self.as_object().ty(), &state])
    }
}

impl Delta {
    fn state(&self, th: &Thread) -> Ref<Tuple> {
        let number = |n: i32| Int::from_i64(th, n.into()).up();
        Tuple::from_array(th, [number(self.days), number(self.seconds), number(self.microseconds)])
    }
}

