//! `_operator`: the operators as functions here, `itemgetter` and its like in [`getters`].

pub mod getters;

use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Str, none, ops, raise};

/// Compares without a branch that depends on the contents.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let mut differences = u8::from(a.len() != b.len());
    for (a, b) in a.iter().zip(b) {
        differences |= core::hint::black_box(a ^ b);
    }
    core::hint::black_box(differences) == 0
}

#[pymodule(name = "_operator", types(getters::ItemGetter, getters::AttrGetter, getters::MethodCaller))]
pub mod operator {
    //! Operator interface.
    //!
    //! This module exports a set of functions corresponding to the intrinsic
    //! operators of Python.  For example, operator.add(x, y) is equivalent to
    //! the expression x+y.
    use super::*;

    /// Same as a + b.
    #[function]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::add(th, a, b)
    }

    /// Same as a - b.
    #[function]
    fn sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::sub(th, a, b)
    }

    /// Same as a * b.
    #[function]
    fn mul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::mul(th, a, b)
    }

    /// Same as a @ b.
    #[function]
    fn matmul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::matmul(th, a, b)
    }

    /// Same as a / b.
    #[function]
    fn truediv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::truediv(th, a, b)
    }

    /// Same as a // b.
    #[function]
    fn floordiv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::floordiv(th, a, b)
    }

    /// Same as a % b.
    #[function(name = "mod")]
    fn mod_(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::mod_(th, a, b)
    }

    /// Same as a << b.
    #[function]
    fn lshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::lshift(th, a, b)
    }

    /// Same as a >> b.
    #[function]
    fn rshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::rshift(th, a, b)
    }

    /// Same as a & b.
    #[function]
    fn and_(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::and(th, a, b)
    }

    /// Same as a ^ b.
    #[function]
    fn xor(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::xor(th, a, b)
    }

    /// Same as a | b.
    #[function]
    fn or_(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::or(th, a, b)
    }

    /// Same as a + b, for a and b sequences.
    #[function]
    fn concat(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::concat(th, a, b)
    }

    /// Same as a += b.
    #[function]
    fn iadd(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_add(th, a, b)
    }

    /// Same as a -= b.
    #[function]
    fn isub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_sub(th, a, b)
    }

    /// Same as a *= b.
    #[function]
    fn imul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_mul(th, a, b)
    }

    /// Same as a @= b.
    #[function]
    fn imatmul(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_matmul(th, a, b)
    }

    /// Same as a /= b.
    #[function]
    fn itruediv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_truediv(th, a, b)
    }

    /// Same as a //= b.
    #[function]
    fn ifloordiv(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_floordiv(th, a, b)
    }

    /// Same as a %= b.
    #[function]
    fn imod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_mod(th, a, b)
    }

    /// Same as a <<= b.
    #[function]
    fn ilshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_lshift(th, a, b)
    }

    /// Same as a >>= b.
    #[function]
    fn irshift(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_rshift(th, a, b)
    }

    /// Same as a &= b.
    #[function]
    fn iand(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_and(th, a, b)
    }

    /// Same as a ^= b.
    #[function]
    fn ixor(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_xor(th, a, b)
    }

    /// Same as a |= b.
    #[function]
    fn ior(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_or(th, a, b)
    }

    /// Same as a **= b.
    #[function]
    fn ipow(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_pow(th, a, b)
    }

    /// Same as a += b, for a and b sequences.
    #[function]
    fn iconcat(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::inplace_concat(th, a, b)
    }

    /// Same as a[b].
    #[function]
    fn getitem(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::getitem(th, a, b)
    }

    /// Same as a ** b.
    #[function]
    fn pow(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::pow(th, a, b, None)
    }

    /// Same as -a.
    #[function]
    fn neg(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
        ops::neg(th, a)
    }

    /// Same as +a.
    #[function]
    fn pos(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
        ops::pos(th, a)
    }

    /// Same as abs(a).
    #[function]
    fn abs(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
        ops::abs(th, a)
    }

    /// Same as ~a.
    #[function]
    fn inv(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
        ops::invert(th, a)
    }

    /// Same as ~a.
    #[function]
    fn invert(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
        ops::invert(th, a)
    }

    /// Same as a.__index__()
    #[function]
    fn index(th: &mut Thread, a: &Object) -> Result<Ref<Int>, Raised> {
        let number = ops::index(th, a)?;
        if number.is_exactly::<Int>() {
            return Ok(number);
        }
        Ok(Int::from_digits(th, number.is_negative(), number.digit_slice()))
    }

    /// Same as a < b.
    #[function]
    fn lt(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Lt)
    }

    /// Same as a <= b.
    #[function]
    fn le(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Le)
    }

    /// Same as a == b.
    #[function]
    fn eq(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Eq)
    }

    /// Same as a != b.
    #[function]
    fn ne(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Ne)
    }

    /// Same as a > b.
    #[function]
    fn gt(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Gt)
    }

    /// Same as a >= b.
    #[function]
    fn ge(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, a, b, CompareOp::Ge)
    }

    /// Return True if a is true, False otherwise.
    #[function]
    fn truth(th: &mut Thread, a: &Object) -> Result<bool, Raised> {
        ops::is_true(th, a)
    }

    /// Same as not a.
    #[function]
    fn not_(th: &mut Thread, a: &Object) -> Result<bool, Raised> {
        Ok(!ops::is_true(th, a)?)
    }

    /// Same as a is b.
    #[function]
    fn is_(a: &Object, b: &Object) -> bool {
        a.is(b)
    }

    /// Same as a is not b.
    #[function]
    fn is_not(a: &Object, b: &Object) -> bool {
        !a.is(b)
    }

    /// Same as a is None.
    #[function]
    fn is_none(a: &Object) -> bool {
        a.is(none())
    }

    /// Same as a is not None.
    #[function]
    fn is_not_none(a: &Object) -> bool {
        !a.is(none())
    }

    /// Same as b in a (note reversed operands).
    #[function]
    fn contains(th: &mut Thread, a: &Object, b: &Object) -> Result<bool, Raised> {
        ops::contains(th, a, b)
    }

    /// Same as a[b] = c.
    #[function]
    fn setitem(th: &mut Thread, a: &Object, b: &Object, c: &Object) -> Result<(), Raised> {
        ops::setitem(th, a, b, c)
    }

    /// Same as del a[b].
    #[function]
    fn delitem(th: &mut Thread, a: &Object, b: &Object) -> Result<(), Raised> {
        ops::delitem(th, a, b)
    }

    /// Return the number of items in a which are, or which equal, b.
    #[function(name = "countOf")]
    fn count_of(th: &mut Thread, a: &Object, b: &Object) -> Result<usize, Raised> {
        let mut count = 0_usize;
        ops::look_through(th, a, "is not iterable", |th, item| {
            count += usize::from(ops::eq(th, &item, b)?);
            th.release(item);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }

    /// Return the first index of b in a.
    #[function(name = "indexOf")]
    fn index_of(th: &mut Thread, a: &Object, b: &Object) -> Result<usize, Raised> {
        let (mut index, mut found) = (0_usize, false);
        ops::look_through(th, a, "is not iterable", |th, item| {
            found = ops::eq(th, &item, b)?;
            th.release(item);
            index += usize::from(!found);
            Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if found {
            return Ok(index);
        }
        Err(raise::value_error(th, format_args!("sequence.index(x): x not in sequence")))
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(th: &mut Thread, obj: &Object, default: isize) -> Result<isize, Raised> {
        // A negative default comes back as it is.
        Ok(ops::length_hint(th, obj, default.cast_unsigned())?.cast_signed())
    }

    /// Same as obj(*args, **kwargs).
    #[function(sig = "(obj, /, *args, **kwargs)")]
    fn call(th: &mut Thread, obj: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        objects::classmethod::call_with(th, obj, args.as_slice(), kwargs)
    }

    /// Return 'a == b'.
    ///
    /// The time this takes does not tell where the two differ, which makes it
    /// fit for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function]
    fn _compare_digest(th: &mut Thread, a: &Object, b: &Object) -> Result<bool, Raised> {
        if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            return match (a.as_ascii(), b.as_ascii()) {
                (Some(a), Some(b)) => Ok(same_bytes(a.as_bytes(), b.as_bytes())),
                _ => Err(raise::type_error(th, format_args!("comparing strings with non-ASCII characters is not supported"))),
            };
        }
        if !has_buffer(a) && !has_buffer(b) {
            let (a, b) = (ops::type_name(a), ops::type_name(b));
            return Err(raise::type_error(th, format_args!("unsupported operand types(s) or combination of types: '{a}' and '{b}'")));
        }
        let (a, b) = (Buffer::new(th, a)?, Buffer::new(th, b)?);
        Ok(same_bytes(&a, &b))
    }
}
