//! `atexit`: functions that run when the interpreter ends, last registered first.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, List, Tuple, ops, raise};

static FUNCTIONS: Global<List> = Global::EMPTY;

fn functions(th: &mut Thread) -> Result<Ref<List>, Raised> {
    FUNCTIONS.get_or_init(th, |th| Ok(List::new(th, Vec::new())))
}

#[pymodule(name = "atexit")]
pub mod atexit {
    //! allow programmer to define multiple exit functions to be executed
    //! upon normal program termination.
    //!
    //! Two public functions, register and unregister, are defined.
    use super::*;

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[function(sig = "(func, /, *args, **kwargs)")]
    fn register(th: &mut Thread, func: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !ops::is_callable(func) {
            return Err(raise::type_error(th, format_args!("the first argument must be callable")));
        }
        let dict = Dict::new(th);
        for (key, value) in kwargs.iter() {
            dict.set(th, key, value)?;
        }
        let args = Tuple::from_slice(th, args.as_slice());
        let entry = Tuple::from_slice(th, &[func, &args, &dict]);
        functions(th)?.append(th, entry.up())?;
        Ok(func.to_owned())
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear(th: &mut Thread) {
        if let Some(all) = FUNCTIONS.get(th) {
            for entry in all.remove_where(th, |_| true) {
                th.release(entry);
            }
        }
    }

    /// Unregister an exit function which was previously registered using
    /// atexit.register
    #[function(sig = "(func, /)")]
    fn unregister(th: &mut Thread, func: &Object) -> Result<(), Raised> {
        let all = functions(th)?;
        // Comparing may register and unregister, too: what is found equal goes if it is still there.
        for entry in all.snapshot(th).into_iter().rev() {
            let same = match entry.downcast_ref::<Tuple>() {
                Some(parts) => ops::eq(th, parts.get(0), func)?,
                None => false,
            };
            if same {
                for removed in all.remove_where(th, |other| other.is(&*entry)) {
                    th.release(removed);
                }
            }
        }
        Ok(())
    }

    /// Return the number of registered exit functions.
    #[function]
    fn _ncallbacks(th: &mut Thread) -> Result<usize, Raised> {
        Ok(functions(th)?.len())
    }

    /// Run all registered exit functions.
    #[function]
    fn _run_exitfuncs(th: &mut Thread) -> Result<(), Raised> {
        loop {
            let list = functions(th)?;
            let Some(entry) = list.pop(th) else { return Ok(()) };
            let Some(entry) = entry.downcast_ref::<Tuple>() else { continue };
            let (Some(args), kwargs) = (entry.get(1).downcast::<Tuple>(), entry.get(2).downcast::<Dict>()) else { continue };
            if ops::call_ex(th, entry.get(0), args, kwargs).is_err() {
                raise::unraisable(th, "Exception ignored in atexit callback", Some(entry.get(0)));
            }
        }
    }
}
