//! `_warnings`: what the import system needs before the library's `warnings` is there.
//!
//! The filters and their state live in the library's pure-Python half (`_py_warnings`), so that there is one home for them: this
//! module leaves out the names that would make `warnings` prefer it.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Tuple, ops};

#[pymodule(name = "_warnings")]
pub mod warnings {
    //! _warnings provides basic warning filtering support.
    //! It is a helper module to speed up interpreter start-up.
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())")]
    fn warn(
        th: &mut Thread,
        message: &Object,
        #[default(objects::none())] category: &Object,
        stacklevel: isize,
        #[default(objects::none())] source: &Object,
        #[default(Tuple::empty_static())] skip_file_prefixes: &Object,
    ) -> Result<Ref<Object>, Raised> {
        let warnings = interp::import::import_module(th, "warnings")?;
        let function = ops::getattr_str(th, &warnings, "warn")?;
        let level = Int::from_i64(th, stacklevel as i64);
        let names = ["skip_file_prefixes"].map(|n| objects::intern(th, n));
        let names = Tuple::from_slice(th, &[names[0]]);
        ops::call_kw(th, &function, &[message, category, &level, source, skip_file_prefixes], Some(&names))
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn_explicit(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let warnings = interp::import::import_module(th, "warnings")?;
        let function = ops::getattr_str(th, &warnings, "warn_explicit")?;
        let mut all = args.as_slice().to_vec();
        let mut names = Vec::new();
        for (name, value) in kwargs.iter() {
            names.push(name);
            all.push(value);
        }
        let names = Tuple::from_slice(th, &names);
        ops::call_kw(th, &function, &all, Some(&names))
    }
}
