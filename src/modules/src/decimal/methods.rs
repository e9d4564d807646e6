//! The operations of `Decimal` as methods, with a context as their last argument.

use algos::decimal::{self as alg, Number, Status};
use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::none;

use super::context::{Context, rounding};
use super::convert::operand;
use super::current::chosen;
use super::number::Decimal;

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $operation:path;)*) => {
        #[pymethods(part = "functions")]
        impl Decimal {
            $($(#[$doc])*
            #[method(sig = "($self, /, context=None)")]
            fn $name(&self, th: &mut Thread, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
                let context = chosen(th, context)?;
                context.compute(th, |context, status| $operation(self.number(), context, status))
            })*
        }
    };
}

functions! {
    /// Return e**self, rounded half even.
    exp alg::exp;
    /// Return the natural logarithm, rounded half even.
    ln alg::ln;
    /// Return the logarithm to base ten, rounded half even.
    log10 alg::log10;
    /// Return the adjusted exponent as a Decimal; of zero, -Infinity.
    logb alg::logb;
    /// Invert all digits of a number that has only zeros and ones.
    logical_invert alg::invert;
    /// Return the largest number that is smaller.
    next_minus alg::next_minus;
    /// Return the smallest number that is larger.
    next_plus alg::next_plus;
    /// Strip trailing zeros; any zero becomes Decimal('0').
    normalize alg::reduce;
    /// Return the square root, rounded half even.
    sqrt alg::sqrt;
}

/// Comparisons of representations, in the form of the others.
fn compare_total(a: &Number, b: &Number, _: &alg::Context, _: &mut Status) -> Number {
    alg::compare_total(a, b, false)
}

fn compare_total_mag(a: &Number, b: &Number, _: &alg::Context, _: &mut Status) -> Number {
    alg::compare_total(a, b, true)
}

fn copy_sign(a: &Number, b: &Number, _: &alg::Context, _: &mut Status) -> Number {
    a.clone().with_sign(b.negative)
}

fn max(a: &Number, b: &Number, context: &alg::Context, status: &mut Status) -> Number {
    alg::max(a, b, false, context, status)
}

fn max_mag(a: &Number, b: &Number, context: &alg::Context, status: &mut Status) -> Number {
    alg::max(a, b, true, context, status)
}

fn min(a: &Number, b: &Number, context: &alg::Context, status: &mut Status) -> Number {
    alg::min(a, b, false, context, status)
}

fn min_mag(a: &Number, b: &Number, context: &alg::Context, status: &mut Status) -> Number {
    alg::min(a, b, true, context, status)
}

macro_rules! pairs {
    ($($(#[$doc:meta])* $name:ident $operation:path;)*) => {
        #[pymethods(part = "pairs")]
        impl Decimal {
            $($(#[$doc])*
            #[method(sig = "($self, /, other, context=None)")]
            fn $name(&self, th: &mut Thread, other: &Object, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
                let context = chosen(th, context)?;
                let other = operand(th, other)?;
                context.compute(th, |context, status| $operation(self.number(), &other, context, status))
            })*
        }
        #[pymethods(part = "binary")]
        impl Context {
            $($(#[$doc])*
            #[method(sig = "($self, x, y, /)")]
            fn $name(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                let (x, y) = (operand(th, x)?, operand(th, y)?);
                self.compute(th, |context, status| $operation(&x, &y, context, status))
            })*

            /// Return the sum of x and y.
            #[method(sig = "($self, x, y, /)")]
            fn add(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::add)
            }

            /// Return the difference between x and y.
            #[method(sig = "($self, x, y, /)")]
            fn subtract(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::sub)
            }

            /// Return the product of x and y.
            #[method(sig = "($self, x, y, /)")]
            fn multiply(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::mul)
            }

            /// Return x divided by y.
            #[method(sig = "($self, x, y, /)")]
            fn divide(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::div)
            }

            /// Return x divided by y, truncated to an integer.
            #[method(sig = "($self, x, y, /)")]
            fn divide_int(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::div_int)
            }

            /// Return the remainder from integer division, with the sign of x.
            #[method(sig = "($self, x, y, /)")]
            fn remainder(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::rem)
            }

            /// Return a value equal to x (rounded), having the exponent of y.
            #[method(sig = "($self, x, y, /)")]
            fn quantize(&self, th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Decimal>, Raised> {
                self.two(th, x, y, alg::quantize)
            }
        }
    };
}

pairs! {
    /// Compare numerically: -1, 0, 1 or NaN.
    compare alg::compare;
    /// Compare numerically.  All NaNs signal.
    compare_signal alg::compare_signal;
    /// Compare the abstract representations.
    compare_total compare_total;
    /// Compare the abstract representations, ignoring signs.
    compare_total_mag compare_total_mag;
    /// Return the first operand with the sign of the second.
    copy_sign copy_sign;
    /// Apply 'and' to the digits, which must be zeros and ones.
    logical_and alg::and;
    /// Apply 'or' to the digits, which must be zeros and ones.
    logical_or alg::or;
    /// Apply 'xor' to the digits, which must be zeros and ones.
    logical_xor alg::xor;
    /// Return the larger number; a quiet NaN gives way to a number.
    max max;
    /// Return the number with the larger magnitude.
    max_mag max_mag;
    /// Return the smaller number; a quiet NaN gives way to a number.
    min min;
    /// Return the number with the smaller magnitude.
    min_mag min_mag;
    /// Return the number closest to the first operand in the direction of the second.
    next_toward alg::next_toward;
    /// Return the remainder of the division whose quotient is the nearest integer.
    remainder_near alg::rem_near;
    /// Rotate the digits by the amount that the second operand says.
    rotate alg::rotate;
    /// Add the second operand to the exponent.
    scaleb alg::scaleb;
    /// Shift the digits by the amount that the second operand says.
    shift alg::shift;
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident $test:expr;)*) => {
        #[pymethods(part = "tests")]
        impl Decimal {
            $($(#[$doc])*
            #[method]
            fn $name(&self) -> bool {
                let test: fn(&Number) -> bool = $test;
                test(self.number())
            })*
        }
        #[pymethods(part = "tests")]
        impl Context {
            $($(#[$doc])*
            #[method(sig = "($self, x, /)")]
            fn $name(&self, th: &mut Thread, x: &Object) -> Result<bool, Raised> {
                let test: fn(&Number) -> bool = $test;
                Ok(test(&*operand(th, x)?))
            })*
        }
    };
}

tests! {
    /// Return True if the number is finite, False otherwise.
    is_finite |x| x.is_finite();
    /// Return True if the number is infinite, False otherwise.
    is_infinite |x| x.is_infinite();
    /// Return True if the number is a quiet or signaling NaN, False otherwise.
    is_nan |x| x.is_nan();
    /// Return True if the number is a quiet NaN, False otherwise.
    is_qnan |x| x.is_nan() && !x.is_signaling();
    /// Return True if the number is a signaling NaN, False otherwise.
    is_snan |x| x.is_signaling();
    /// Return True if the sign is negative, False otherwise.
    is_signed |x| x.negative;
    /// Return True if the number is a zero, False otherwise.
    is_zero |x| x.is_zero();
}

impl Decimal {
    /// An operation that rounds to what is given, or as its context does.
    fn rounding_to(
        &self,
        th: &mut Thread,
        mode: Option<&Object>,
        context: Option<&Object>,
        operation: impl FnOnce(&Number, &alg::Context, &mut Status) -> Number,
    ) -> Result<Ref<Decimal>, Raised> {
        let context = chosen(th, context)?;
        let mode = match mode.filter(|mode| !mode.is(none())) {
            Some(mode) => rounding(th, mode)?,
            None => context.arithmetic().rounding,
        };
        context.compute(th, |context, status| operation(self.number(), &context.rounded(mode), status))
    }
}

#[pymethods(part = "methods")]
impl Decimal {
    /// Return True; every Decimal is canonical.
    #[method]
    fn is_canonical(&self) -> bool {
        true
    }

    /// Return True for a finite, non-zero number that is not subnormal.
    #[method(sig = "($self, /, context=None)")]
    fn is_normal(&self, th: &mut Thread, context: Option<&Object>) -> Result<bool, Raised> {
        let context = chosen(th, context)?.arithmetic();
        Ok(self.number().is_normal(&context))
    }

    /// Return True for a non-zero number whose adjusted exponent is less than Emin.
    #[method(sig = "($self, /, context=None)")]
    fn is_subnormal(&self, th: &mut Thread, context: Option<&Object>) -> Result<bool, Raised> {
        let context = chosen(th, context)?.arithmetic();
        Ok(self.number().is_subnormal(&context))
    }

    /// Return self.
    #[method]
    fn canonical(&self) -> &Decimal {
        self
    }

    /// Return self.
    #[method]
    fn conjugate(&self) -> &Decimal {
        self
    }

    /// Return Decimal(10), the base of all arithmetic.
    #[method]
    fn radix(&self, th: &mut Thread) -> Ref<Decimal> {
        Decimal::new(th, Number::small(false, 10, 0))
    }

    /// Return the absolute value, unaffected by any context.
    #[method]
    fn copy_abs(&self, th: &mut Thread) -> Ref<Decimal> {
        Decimal::new(th, self.number().abs())
    }

    /// Return the negation, unaffected by any context.
    #[method]
    fn copy_negate(&self, th: &mut Thread) -> Ref<Decimal> {
        Decimal::new(th, self.number().negated())
    }

    /// Return self*other+third with no rounding of the intermediate product.
    #[method(sig = "($self, /, other, third, context=None)")]
    fn fma(&self, th: &mut Thread, other: &Object, third: &Object, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        let context = chosen(th, context)?;
        let (other, third) = (operand(th, other)?, operand(th, third)?);
        context.compute(th, |context, status| alg::fma(self.number(), &other, &third, context, status))
    }

    /// Return a string that names the class of the number.
    #[method(sig = "($self, /, context=None)")]
    fn number_class(&self, th: &mut Thread, context: Option<&Object>) -> Result<&'static str, Raised> {
        let context = chosen(th, context)?.arithmetic();
        Ok(self.number().class(&context))
    }

    /// Return the number rounded to the exponent of the argument.
    #[method(sig = "($self, /, exp, rounding=None, context=None)")]
    fn quantize(&self, th: &mut Thread, exp: &Object, rounding: Option<&Object>, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        let pattern = operand(th, exp)?;
        self.rounding_to(th, rounding, context, |number, context, status| alg::quantize(number, &pattern, context, status))
    }

    /// Return True if both numbers have the same exponent or both are NaN.
    #[method(sig = "($self, /, other, context=None)")]
    fn same_quantum(&self, th: &mut Thread, other: &Object, context: Option<&Object>) -> Result<bool, Raised> {
        chosen(th, context)?;
        Ok(alg::same_quantum(self.number(), &*operand(th, other)?))
    }

    /// Convert to a string with an exponent that is a multiple of three.
    #[method(sig = "($self, /, context=None)")]
    fn to_eng_string(&self, th: &mut Thread, context: Option<&Object>) -> Result<String, Raised> {
        let capital = chosen(th, context)?.is_capital();
        Ok(alg::to_engineering(self.number(), capital))
    }

    /// Identical to to_integral_value().
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral(&self, th: &mut Thread, rounding: Option<&Object>, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        self.rounding_to(th, rounding, context, alg::to_integral_value)
    }

    /// Round to the nearest integer without signaling Inexact or Rounded.
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_value(&self, th: &mut Thread, rounding: Option<&Object>, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        self.rounding_to(th, rounding, context, alg::to_integral_value)
    }

    /// Round to the nearest integer, signaling Inexact or Rounded as appropriate.
    #[method(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_exact(&self, th: &mut Thread, rounding: Option<&Object>, context: Option<&Object>) -> Result<Ref<Decimal>, Raised> {
        self.rounding_to(th, rounding, context, alg::to_integral_exact)
    }
}
