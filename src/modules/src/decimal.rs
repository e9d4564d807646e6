//! `_decimal`: decimal numbers over [`algos::decimal`].
//!
//! `Decimal` is in [`number`] (construction, conversions, operators) and [`methods`], `Context` in [`context`] and [`operations`], signals
//! in [`signals`], the context of a thread in [`current`], what becomes a decimal in [`convert`].
//!
//! Invariant: a decimal never changes, but for a hash that is computed late. A context's fields are atomics.
#![allow(non_upper_case_globals, non_snake_case, reason = "names that Python sees")]

pub mod context;
mod convert;
pub mod current;
mod format;
mod methods;
pub mod number;
mod operations;
pub mod signals;

use algos::decimal::{self as alg, Rounding};
use heap::{Object, PyType, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{ops, raise};

use context::Context;
use current::{Manager, chosen};
use number::Decimal;

/// Puts each argument into its place.
fn bind<'a, const N: usize>(
    th: &mut Thread,
    names: [&'static str; N],
    args: Args<'a>,
    kwargs: KwArgs<'a>,
) -> Result<[Option<&'a Object>; N], Raised> {
    let signature = crate::datetime::fields::Signature { label: "function", names, required: 0, positional: N };
    signature.bind(th, args, kwargs)
}

/// Widths of the interchange formats.
const MAX_BITS: i64 = 512;

#[pymodule(name = "_decimal", types(Decimal, Context), hidden(Manager, signals::SignalDict))]
pub mod decimal_ {
    //! C decimal arithmetic module
    use super::*;

    #[constant]
    const MAX_PREC: i64 = alg::MAX_PREC;
    #[constant]
    const MAX_EMAX: i64 = alg::MAX_EMAX;
    #[constant]
    const MIN_EMIN: i64 = alg::MIN_EMIN;
    #[constant]
    const MIN_ETINY: i64 = alg::MIN_ETINY;
    #[constant]
    const IEEE_CONTEXT_MAX_BITS: i64 = MAX_BITS;
    #[constant]
    const HAVE_THREADS: bool = true;
    #[constant]
    const HAVE_CONTEXTVAR: bool = true;
    #[constant]
    const __version__: &str = "1.70";
    #[constant]
    const __libmpdec_version__: &str = "2.5.1";

    #[attr]
    fn DefaultContext(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        context::template(th, 0).map(Ref::up)
    }

    #[attr]
    fn BasicContext(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        context::template(th, 1).map(Ref::up)
    }

    #[attr]
    fn ExtendedContext(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        context::template(th, 2).map(Ref::up)
    }

    /// Get the current default context.
    #[function]
    fn getcontext(th: &mut Thread) -> Result<Ref<Context>, Raised> {
        Ok(current::current(th)?.to_ref())
    }

    /// Set a new default context.
    #[function(sig = "(context, /)")]
    fn setcontext(th: &mut Thread, context: &Object) -> Result<(), Raised> {
        match context.downcast::<Context>() {
            Some(context) => current::set_current(th, context),
            None => Err(raise::type_error(th, format_args!("argument must be a context"))),
        }
    }

    /// Return a context manager that makes a copy of ctx, or of the current context, the current one
    /// in a with statement, changed by the keyword arguments, and afterwards restores the current one.
    #[function(sig = "(ctx=None, **kwargs)")]
    fn localcontext(th: &mut Thread, ctx: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Ref<Manager>, Raised> {
        let outer = current::current(th)?.to_ref();
        let inner = chosen(th, ctx)?.duplicate(th, true);
        let values = bind(th, context::NAMES, Args::new(&[]), kwargs)?;
        inner.assign(th, values)?;
        Ok(Manager::new(th, inner, outer))
    }

    /// Return a context with the values of an IEEE interchange format: bits must be a multiple of 32
    /// and at most IEEE_CONTEXT_MAX_BITS.
    #[function(sig = "(bits, /)")]
    fn IEEEContext(th: &mut Thread, bits: &Object) -> Result<Ref<Context>, Raised> {
        let bits = context::integer(th, bits)?;
        if !(1..=MAX_BITS).contains(&bits) || bits % 32 != 0 {
            return Err(raise::value_error(th, format_args!("argument must be a multiple of 32, with a maximum of {MAX_BITS}")));
        }
        let words = bits / 32;
        Ok(Context::ieee(th, 9 * words - 2, 3 << (2 * words + 3)))
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        signals::prepare(th)?;
        for class in signals::ALL {
            let (made, name) = (class.get(th)?, objects::intern(th, class.name));
            ops::setattr(th, module, name, &made)?;
        }
        for mode in Rounding::ALL {
            let name = objects::intern(th, mode.name());
            ops::setattr(th, module, name, name)?;
        }
        prepare_numbers(th, module)
    }
}

/// What other modules have to do with decimals: the named tuple, and the tower of numbers.
fn prepare_numbers(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let numbers = interp::import::import_module(th, "numbers")?;
    let number = ops::getattr_str(th, &numbers, "Number")?;
    let register = objects::intern(th, "register");
    ops::call_method(th, &number, register, &[Decimal::type_object()])?;
    let rational = ops::getattr_str(th, &numbers, "Rational")?;
    number::RATIONAL.set(th, Some(rational));
    let class = match number::TUPLE.get(th) {
        Some(class) => class,
        None => {
            let collections = interp::import::import_module(th, "collections")?;
            let namedtuple = objects::intern(th, "namedtuple");
            let (name, fields) = (objects::Str::new(th, "DecimalTuple"), objects::Str::new(th, "sign digits exponent"));
            let class = ops::call_method(th, &collections, namedtuple, &[&name, &fields])?;
            let module_name = objects::Str::new(th, "decimal");
            ops::setattr(th, &class, &objects::names::__module__, &module_name)?;
            number::TUPLE.set(th, Some(class.clone()));
            class
        }
    };
    let name = objects::intern(th, "DecimalTuple");
    ops::setattr(th, module, name, &class)
}
