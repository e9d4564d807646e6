//! The slots of `int`.

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymethods;

use super::{Int, arith, limit};
use crate::glue::*;
use crate::{Bool, Float, Str, Tuple, not_implemented_ref, raise};

/// Unwraps both operands, or leaves with `NotImplemented`.
macro_rules! ints {
    ($a:ident, $b:ident) => {
        let (Some($a), Some($b)) = (Int::of($a), Int::of($b)) else { return Ok(not_implemented_ref()) };
    };
}

impl Int {
    /// The object as an int, subclasses included.
    #[inline(always)]
    pub fn of(object: &Object) -> Option<&Int> {
        match object.downcast_exact::<Int>() {
            None if object.ty().has_flag(abi::Py_TPFLAGS_LONG_SUBCLASS as u64) => object.downcast::<Int>(),
            exact => exact,
        }
    }

    /// This int, or an exact one of the same value.
    #[inline]
    pub fn exact(&self, th: &Thread) -> Ref<Int> {
        if self.as_object().is_exactly::<Int>() { th.retain(self) } else { Int::from_digits(th, self.is_negative(), self.digit_slice()) }
    }

    /// The number in decimal, as `str(n)`.
    pub fn to_decimal(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if let Some(n) = self.to_i64() {
            return Ok(decimal_i64(th, n));
        }
        match algos::int::checked_decimal(self.view(), limit::max_str_digits()) {
            Ok(text) => Str::try_from_utf8(th, &text).ok_or_else(|| raise::memory_error(th)),
            Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
        }
    }
}

/// `str(n)` of a machine integer, without an allocation of its own.
pub fn decimal_i64(th: &Thread, n: i64) -> Ref<Str> {
    if (0..10).contains(&n) {
        return Str::from_char(th, u32::from(b'0') + n as u32);
    }
    let mut buffer = [0u8; 20];
    let mut at = buffer.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    Str::from_latin1(th, &buffer[at..])
}

#[pymethods(part = "slots")]
impl Int {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        self.to_decimal(th)
    }

    #[slot(tp_hash)]
    fn tp_hash(&self) -> isize {
        self.hash()
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Ref<Object> {
        let Some(other) = Int::of(other) else { return not_implemented_ref() };
        let result = match op {
            CompareOp::Eq => arith::eq(self, other),
            CompareOp::Ne => !arith::eq(self, other),
            _ => op.holds(arith::cmp(self, other)),
        };
        crate::bool_ref(result)
    }

    #[slot(nb_index, nb_int, nb_positive)]
    fn index(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    #[slot(nb_float)]
    fn float(&self, th: &mut Thread) -> Result<Ref<Float>, Raised> {
        let x = arith::to_f64(th, self)?;
        Ok(Float::new(th, x))
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        !self.is_zero()
    }

    #[slot(nb_negative)]
    fn negative(&self, th: &mut Thread) -> Ref<Int> {
        arith::neg(th, self)
    }

    #[slot(nb_absolute)]
    fn absolute(&self, th: &mut Thread) -> Ref<Int> {
        arith::abs(th, self)
    }

    #[slot(nb_invert)]
    fn nb_invert(&self, th: &mut Thread) -> Ref<Int> {
        arith::invert(th, self)
    }

    #[slot(nb_add)]
    fn nb_add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::add(th, a, b).up())
    }

    #[slot(nb_subtract)]
    fn nb_subtract(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::sub(th, a, b).up())
    }

    #[slot(nb_multiply)]
    fn nb_multiply(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::mul(th, a, b).up())
    }

    #[slot(nb_floor_divide)]
    fn nb_floor_divide(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        arith::floordiv(th, a, b).map(Ref::up)
    }

    #[slot(nb_remainder)]
    fn nb_remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        arith::modulo(th, a, b).map(Ref::up)
    }

    #[slot(nb_divmod)]
    fn nb_divmod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        let (quotient, rest) = arith::divmod(th, a, b)?;
        Ok(Tuple::from_array(th, [quotient.up(), rest.up()]).up())
    }

    #[slot(nb_true_divide)]
    fn nb_true_divide(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        arith::truediv(th, a, b).map(Ref::up)
    }

    #[slot(nb_power)]
    fn nb_power(th: &mut Thread, a: &Object, b: &Object, m: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        if m.is(crate::none()) {
            if b.is_negative() {
                let (x, y) = (arith::to_f64(th, a)?, arith::to_f64(th, b)?);
                return crate::float::arith::pow(th, x, y);
            }
            return arith::pow(th, a, b).map(Ref::up);
        }
        let Some(m) = Int::of(m) else { return Ok(not_implemented_ref()) };
        arith::pow_mod(th, a, b, m).map(Ref::up)
    }

    #[slot(nb_lshift)]
    fn nb_lshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        arith::lshift(th, a, b).map(Ref::up)
    }

    #[slot(nb_rshift)]
    fn nb_rshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        arith::rshift(th, a, b).map(Ref::up)
    }

    #[slot(nb_and)]
    fn nb_and(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::and(th, a, b).up())
    }

    #[slot(nb_or)]
    fn nb_or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::or(th, a, b).up())
    }

    #[slot(nb_xor)]
    fn nb_xor(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ints!(a, b);
        Ok(arith::xor(th, a, b).up())
    }

    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        super::parse::construct(th, cls, args.as_slice(), kwargs, false)
    }

    #[slot(tp_vectorcall)]
    fn tp_vectorcall(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        super::parse::construct(th, cls, args.as_slice(), kwargs, true)
    }
}

const _: fn(&Bool) -> &Object = |b| b.as_object();
