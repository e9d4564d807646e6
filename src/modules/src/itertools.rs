//! `itertools`: iterators over iterators in [`streams`], over combinations in [`combine`], and those with shared or grouped state in [`shared`].

pub mod combine;
pub mod shared;
pub mod streams;

use heap::{PyType, Raised, Thread, Type};
use macros::pymodule;
use objects::glue::KwArgs;
use objects::raise;

/// Refuses keyword arguments, but not those that a subclass's `__init__` may be for.
fn no_keywords<T: PyType>(th: &mut Thread, cls: &Type, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let own = T::type_object();
    let init = |ty: &Type| ty.tp_init().map(|f| f as usize);
    if kwargs.is_empty() || !core::ptr::eq(cls, own) && init(cls) != init(own) {
        return Ok(());
    }
    Err(raise::type_error(th, format_args!("{}() takes no keyword arguments", T::NAME)))
}

#[pymodule(
    name = "itertools",
    types(
        streams::Count, streams::Cycle, streams::Repeat, streams::Chain, streams::Compress, streams::DropWhile, streams::TakeWhile,
        streams::FilterFalse, streams::StarMap, streams::ISlice, streams::Accumulate, streams::Pairwise, streams::Batched, streams::ZipLongest,
        combine::Product, combine::Permutations, combine::Combinations, combine::CombinationsWithReplacement, shared::GroupBy, shared::Grouper,
        shared::Tee, shared::TeeLink
    )
)]
pub mod itertools {
    //! Functional tools for creating and using iterators.
    use heap::{Object, Raised, Ref, Thread};
    use objects::glue::*;
    use objects::{Tuple, raise};

    use super::{combine, shared, streams};

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(th: &mut Thread, iterable: &Object, #[default(2)] n: isize) -> Result<Ref<Tuple>, Raised> {
        if n < 0 {
            return Err(raise::value_error(th, format_args!("n must be >= 0")));
        }
        shared::tee(th, iterable, n as usize)
    }

    const _: fn(&Object) -> bool = is_none;
}
