//! What `*alias` in a subscript or call iterates over: the alias itself, once, starred.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::GenericAlias;
use crate::Tuple;
use crate::glue::*;

#[pytype(name = "generic_alias_iterator", export = "_Py_GenericAliasIterType", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct GenericAliasIterator {
    head: Head,
    /// Empty once it was handed out.
    alias: Slot<GenericAlias>,
}

impl GenericAliasIterator {
    pub(super) fn new(th: &mut Thread, alias: &GenericAlias) -> Ref<GenericAliasIterator> {
        th.new_object(GenericAliasIterator { head: Head::INIT, alias: Slot::new(alias.to_ref()) })
    }
}

#[pymethods]
impl GenericAliasIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Option<Ref<GenericAlias>> {
        let alias = self.alias.take(th, self)?;
        Some(GenericAlias::starred(th, alias.origin(), alias.args()))
    }

    /// Return state information for pickling.
    #[method(doc = none, sig = "($self, /)")]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = crate::builtin_function(th, "iter")?;
        let args = match self.alias.get(th, self) {
            Some(alias) => Tuple::from_slice(th, &[&alias]),
            None => Tuple::from_slice(th, &[Tuple::empty_static()]),
        };
        Ok(Tuple::from_slice(th, &[&*iter, &args]))
    }
}
