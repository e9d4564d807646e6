//! `_weakref`: the weak reference types under their names, and questions about an object's weak references.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::weakref::{self as weak, WeakRef};
use objects::{Dict, List, ops};

#[pymodule(name = "_weakref")]
pub mod weakref {
    //! Weak-reference support module.
    use super::*;

    #[attr]
    fn ReferenceType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<WeakRef as heap::PyType>::type_object().to_owned())
    }

    #[attr]
    fn r#ref(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<WeakRef as heap::PyType>::type_object().to_owned())
    }

    #[attr]
    fn ProxyType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<weak::proxy::Proxy as heap::PyType>::type_object().to_owned())
    }

    #[attr]
    fn CallableProxyType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<weak::proxy::CallableProxy as heap::PyType>::type_object().to_owned())
    }

    /// Return the number of weak references to 'object'.
    #[function(sig = "(object, /)")]
    fn getweakrefcount(object: &Object) -> usize {
        weak::count(object)
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function(sig = "(object, /)")]
    fn getweakrefs(th: &mut Thread, object: &Object) -> Ref<List> {
        let all = weak::all(th, object);
        List::new(th, all)
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function(sig = "(object, callback=None, /)")]
    fn proxy(th: &mut Thread, object: &Object, #[default(objects::none())] callback: &Object) -> Result<Ref<Object>, Raised> {
        weak::proxy::create(th, object, Some(callback).filter(|c| !c.is(objects::none())))
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function(sig = "(dct, key, /)")]
    fn _remove_dead_weakref(th: &mut Thread, dct: &Dict, key: &Object) -> Result<(), Raised> {
        if let Some(value) = dct.get(th, key)?
            && let Some(reference) = value.downcast_ref::<WeakRef>()
            && reference.upgrade(th).is_none()
        {
            dct.del(th, key)?;
        }
        Ok(())
    }
}

const _: fn(&Object) -> String = ops::type_name;
