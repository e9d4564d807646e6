//! The operations of `Context` as methods.

use algos::decimal::{self as alg, Number, Status};
use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::{Tuple, none, raise};

use super::context::Context;
use super::convert::{self, operand};
use super::number::{self, Decimal};

impl Context {
    /// An operation of two operands.
    pub(super) fn two(
        &self,
        th: &mut Thread,
        x: &Object,
        y: &Object,
        operation: fn(&Number, &Number, &alg::Context, &mut Status) -> Number,
    ) -> Result<Ref<Decimal>, Raised> {
        let (x, y) = (operand(th, x)?, operand(th, y)?);
        self.compute(th, |context, status| operation(&x, &y, context, status))
    }
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $operation:path;)*) => {
        #[pymethods(part = "unary")]
        impl Context {
            $($(#[$doc])*
            #[method(sig = "($self, x, /)")]
            fn $name(&self, th: &mut Thread, x: &Object) -> Result<Ref<Decimal>, Raised> {
                let x = operand(th, x)?;
                self.compute(th, |context, status| $operation(&x, context, status))
            })*
        }
    };
}

unary! {
    /// Return the absolute value of x.
    abs alg::abs;
    /// Return e ** x.
    exp alg::exp;
    /// Return the natural (base e) logarithm of x.
    ln alg::ln;
    /// Return the base 10 logarithm of x.
    log10 alg::log10;
    /// Return the exponent of the magnitude of the operand's MSD.
    logb alg::logb;
    /// Invert all the digits in the operand.
    logical_invert alg::invert;
    /// Apply the context to -x.
    minus alg::minus;
    /// Return the largest representable number smaller than x.
    next_minus alg::next_minus;
    /// Return the smallest representable number larger than x.
    next_plus alg::next_plus;
    /// Reduce x to its simplest form.
    normalize alg::reduce;
    /// Apply the context to +x.
    plus alg::plus;
    /// Square root of a non-negative number to context precision.
    sqrt alg::sqrt;
    /// Identical to to_integral_value(x).
    to_integral alg::to_integral_value;
    /// Round to an integer. Signal if the result is rounded or inexact.
    to_integral_exact alg::to_integral_exact;
    /// Round to an integer.
    to_integral_value alg::to_integral_value;
}

/// An argument that must be a decimal.
fn decimal<'a>(th: &mut Thread, x: &'a Object) -> Result<&'a Decimal, Raised> {
    x.downcast::<Decimal>().ok_or_else(|| raise::type_error(th, format_args!("argument must be a Decimal")))
}

#[pymethods(part = "rest")]
impl Context {
    /// Return x rounded by the context.
    #[method(sig = "($self, object, /)")]
    fn _apply(&self, th: &mut Thread, object: &Object) -> Result<Ref<Decimal>, Raised> {
        let x = operand(th, object)?;
        self.compute(th, |context, status| alg::finalize(x.into_owned(), context, status))
    }

    /// Return a new instance of x.
    #[method(sig = "($self, x, /)")]
    fn canonical(&self, th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        decimal(th, x)?;
        Ok(x.to_owned())
    }

    /// Return True if x is canonical, False otherwise.
    #[method(sig = "($self, x, /)")]
    fn is_canonical(&self, th: &mut Thread, x: &Object) -> Result<bool, Raised> {
        decimal(th, x).map(|_| true)
    }

    /// Return a copy of x with the sign set to 0.
    #[method(sig = "($self, x, /)")]
    fn copy_abs(&self, th: &mut Thread, x: &Object) -> Result<Ref<Decimal>, Raised> {
        let number = operand(th, x)?.abs();
        Ok(Decimal::new(th, number))
    }

    /// Return a copy of Decimal x.
    #[method(sig = "($self, x, /)")]
    fn copy_decimal(&self, th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        if x.downcast::<Decimal>().is_some() {
            return Ok(x.to_owned());
        }
        let number = operand(th, x)?.into_owned();
        Ok(Decimal::new(th, number).up())
    }

    /// Return a copy of x with the sign inverted.
    #[method(sig = "($self, x, /)")]
    fn copy_negate(&self, th: &mut Thread, x: &Object) -> Result<Ref<Decimal>, Raised> {
        let number = operand(th, x)?.negated();
        Ok(Decimal::new(th, number))
    }

    /// Create a new Decimal from num, rounded by the context.
    #[method(sig = "($self, num=\"0\", /)")]
    fn create_decimal(&self, th: &mut Thread, num: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(num) = num else { return Ok(Decimal::new(th, Number::ZERO).up()) };
        let number = convert::rounded(th, num, self)?;
        Ok(Decimal::new(th, number).up())
    }

    /// Create a new Decimal from float f, rounded by the context.
    #[method(sig = "($self, f, /)")]
    fn create_decimal_from_float(&self, th: &mut Thread, f: &Object) -> Result<Ref<Decimal>, Raised> {
        number::from_real_rounded(th, f, self)
    }

    /// Return quotient and remainder of the division x / y.
    #[method(sig = "($self, x, y, /)")]
    fn divmod(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Tuple>, Raised> {
        let (x, y) = (operand(th, x)?, operand(th, y)?);
        number::div_mod(th, self, &x, &y)
    }

    /// Return x multiplied by y, plus z.
    #[method(sig = "($self, x, y, z, /)")]
    fn fma(&self, th: &mut Thread, x: &Object, y: &Object, z: &Object) -> Result<Ref<Decimal>, Raised> {
        let (x, y, z) = (operand(th, x)?, operand(th, y)?, operand(th, z)?);
        self.compute(th, |context, status| alg::fma(&x, &y, &z, context, status))
    }

    /// Return True if x is a normal number, False otherwise.
    #[method(sig = "($self, x, /)")]
    fn is_normal(&self, th: &mut Thread, x: &Object) -> Result<bool, Raised> {
        Ok(operand(th, x)?.is_normal(&self.arithmetic()))
    }

    /// Return True if x is subnormal, False otherwise.
    #[method(sig = "($self, x, /)")]
    fn is_subnormal(&self, th: &mut Thread, x: &Object) -> Result<bool, Raised> {
        Ok(operand(th, x)?.is_subnormal(&self.arithmetic()))
    }

    /// Return an indication of the class of x.
    #[method(sig = "($self, x, /)")]
    fn number_class(&self, th: &mut Thread, x: &Object) -> Result<&'static str, Raised> {
        Ok(operand(th, x)?.class(&self.arithmetic()))
    }

    /// Compute a**b, or a**b % modulo, which takes integers only.
    #[method(sig = "($self, /, a, b, modulo=None)")]
    fn power(&self, th: &mut Thread, a: &Object, b: &Object, modulo: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        let (a, b) = (operand(th, a)?, operand(th, b)?);
        match modulo.filter(|modulo| !modulo.is(none())) {
            Some(modulo) => {
                let modulo = operand(th, modulo)?;
                self.compute(th, |context, status| alg::pow_mod(&a, &b, &modulo, context, status))
            }
            None => self.compute(th, |context, status| alg::pow(&a, &b, context, status)),
        }
    }

    /// Return 10.
    #[method]
    fn radix(&self, th: &mut Thread) -> Ref<Decimal> {
        Decimal::new(th, Number::small(false, 10, 0))
    }

    /// Return True if the two operands have the same exponent.
    #[method(sig = "($self, x, y, /)")]
    fn same_quantum(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<bool, Raised> {
        let (x, y) = (operand(th, x)?, operand(th, y)?);
        Ok(alg::same_quantum(&x, &y))
    }

    /// Convert a number to a string, using engineering notation.
    #[method(sig = "($self, x, /)")]
    fn to_eng_string(&self, th: &mut Thread, x: &Object) -> Result<String, Raised> {
        Ok(alg::to_engineering(&*operand(th, x)?, self.is_capital()))
    }

    /// Convert a number to a string using scientific notation.
    #[method(sig = "($self, x, /)")]
    fn to_sci_string(&self, th: &mut Thread, x: &Object) -> Result<String, Raised> {
        Ok(alg::to_scientific(&*operand(th, x)?, self.is_capital()))
    }
}
