//! `_collections`: `deque` in [`deque`], `defaultdict` in [`defaultdict`], named tuples' attributes in [`tuplegetter`].
//! `OrderedDict` is `objects::dict::ordered`.

pub mod defaultdict;
pub mod deque;
pub mod tuplegetter;

use macros::pymodule;

#[pymodule(
    name = "_collections",
    types(
        deque::Deque, deque::DequeIter, deque::DequeReverseIter, defaultdict::DefaultDict, objects::dict::ordered::OrderedDict,
        tuplegetter::TupleGetter
    )
)]
pub mod collections {
    //! High performance data structures.
    //! - deque:        ordered collection accessible from endpoints only
    //! - defaultdict:  dict subclass with a default value factory
    use heap::{Object, PyType, Raised, Thread, Type};
    use objects::typing::lookup;
    use objects::{Dict, Int, names, ops};

    use super::{defaultdict, deque, tuplegetter};

    /// Whether the type's methods that counting uses are those of `dict`.
    fn counts_as_dict(th: &mut Thread, ty: &Type) -> bool {
        let dict = <Dict as PyType>::type_object();
        [objects::intern(th, "get"), &names::__setitem__].into_iter().all(|name| {
            let (own, plain) = (lookup::lookup(th, ty, name), lookup::lookup(th, dict, name));
            matches!((own, plain), (Some(own), Some(plain)) if own.is(&*plain))
        })
    }

    /// Count elements in the iterable, updating the mapping
    #[function(sig = "(mapping, iterable, /)")]
    fn _count_elements(th: &mut Thread, mapping: &Object, iterable: &Object) -> Result<(), Raised> {
        let iterator = ops::iter_all(th, iterable)?;
        let dict = mapping.downcast::<Dict>().filter(|_| counts_as_dict(th, mapping.ty()));
        let get = ops::getattr_str(th, mapping, "get")?;
        let (zero, one) = (Int::from_i64(th, 0), Int::from_i64(th, 1));
        while let Some(key) = ops::next(th, &iterator)? {
            let counted = match dict {
                Some(dict) => dict.count_up(th, &key)?,
                None => false,
            };
            if !counted {
                let old = ops::call(th, &get, &[&key, &zero])?;
                let new = ops::add(th, &old, &one)?;
                ops::setitem(th, mapping, &key, &new)?;
            }
            th.release(key);
        }
        Ok(())
    }
}
