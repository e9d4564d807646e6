//! The slots of `float`.

use core::cmp::Ordering;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::{Float, arith, parse};
use crate::glue::*;
use crate::int::{self, Int};
use crate::{Str, Tuple, not_implemented_ref, raise};

/// Unwraps both operands, or leaves with `NotImplemented`.
macro_rules! floats {
    ($th:ident, $a:ident, $b:ident) => {
        let Some($a) = arith::operand($th, $a)? else { return Ok(not_implemented_ref()) };
        let Some($b) = arith::operand($th, $b)? else { return Ok(not_implemented_ref()) };
    };
}

/// A NaN's hash is its object's, so that a set may hold many.
pub(crate) fn hash_address(object: &Object) -> isize {
    let address = core::ptr::from_ref(object) as usize;
    address.rotate_right(4) as isize
}

#[pymethods(part = "slots")]
impl Float {
    #[slot(tp_new, tp_vectorcall, sig = "(x=0, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, x: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let exact = core::ptr::eq(cls, Float::type_object());
        let value = match x {
            Some(x) if exact && x.is_exactly::<Float>() => return Ok(th.retain(x)),
            Some(x) => parse::from_object(th, x)?,
            None => 0.0,
        };
        Ok(if exact { Float::new(th, value) } else { Float::new_in(th, cls, value) }.up())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        Str::from_latin1(th, algos::float::repr(self.value()).as_bytes())
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        algos::float::hash(self.value()).map_or_else(|| hash_address(self.as_object()), |hash| hash as isize)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Ref<Object> {
        let order = if let Some(other) = Float::of(other) {
            self.value().partial_cmp(&other.value())
        } else if let Some(other) = Int::of(other) {
            algos::int::cmp_f64(other.view(), self.value()).map(Ordering::reverse)
        } else {
            return not_implemented_ref();
        };
        crate::bool_ref(match order {
            Some(order) => op.holds(order),
            None => op == CompareOp::Ne,
        })
    }

    #[slot(nb_float, nb_positive)]
    pub(super) fn exact(&self, th: &mut Thread) -> Ref<Float> {
        if self.as_object().is_exactly::<Float>() { th.retain(self) } else { Float::new(th, self.value()) }
    }

    #[slot(nb_int)]
    fn int(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        int::parse::from_f64(th, self.value())
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        self.value() != 0.0
    }

    #[slot(nb_negative)]
    fn negative(&self, th: &mut Thread) -> Ref<Float> {
        Float::new(th, -self.value())
    }

    #[slot(nb_absolute)]
    fn absolute(&self, th: &mut Thread) -> Ref<Float> {
        Float::new(th, self.value().abs())
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        Ok(Float::new(th, a + b).up())
    }

    #[slot(nb_subtract)]
    fn subtract(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        Ok(Float::new(th, a - b).up())
    }

    #[slot(nb_multiply)]
    fn multiply(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        Ok(Float::new(th, a * b).up())
    }

    #[slot(nb_true_divide)]
    fn true_divide(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        let quotient = arith::div(th, a, b)?;
        Ok(Float::new(th, quotient).up())
    }

    #[slot(nb_floor_divide)]
    fn floor_divide(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        let quotient = arith::floordiv(th, a, b)?;
        Ok(Float::new(th, quotient).up())
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        let rest = arith::modulo(th, a, b)?;
        Ok(Float::new(th, rest).up())
    }

    #[slot(nb_divmod)]
    fn divmod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        floats!(th, a, b);
        let (quotient, rest) = arith::divmod(th, a, b)?;
        let (quotient, rest) = (Float::new(th, quotient), Float::new(th, rest));
        Ok(Tuple::from_array(th, [quotient.up(), rest.up()]).up())
    }

    #[slot(nb_power)]
    fn power(th: &mut Thread, a: &Object, b: &Object, m: &Object) -> Result<Ref<Object>, Raised> {
        if !m.is(crate::none()) {
            return Err(raise::type_error(th, format_args!("pow() 3rd argument not allowed unless all arguments are integers")));
        }
        floats!(th, a, b);
        arith::pow(th, a, b)
    }
}
