//! `mappingproxy`: a mapping that can be read only; what `cls.__dict__` is.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::text::Text;
use crate::{Dict, List, Str, Tuple, names, none, ops, raise};

/// Read-only proxy of a mapping.
#[pytype(name = "mappingproxy", export = "PyDictProxy_Type", sig = "(mapping)", flags(MAPPING))]
#[repr(C)]
pub struct MappingProxy {
    head: Head,
    mapping: Slot,
}

impl MappingProxy {
    /// A proxy of a mapping.
    pub fn new(th: &Thread, mapping: &Object) -> Ref<MappingProxy> {
        th.new_object(MappingProxy { head: Head::INIT, mapping: Slot::new(mapping.to_ref()) })
    }

    /// A proxy of what must be a mapping.
    pub fn checked(th: &mut Thread, mapping: &Object) -> Result<Ref<MappingProxy>, Raised> {
        if !ops::is_mapping(mapping) || mapping.is_a::<List>() || mapping.is_a::<Tuple>() {
            let name = ops::type_name(mapping);
            return Err(raise::type_error(th, format_args!("mappingproxy() argument must be a mapping, not {name}")));
        }
        Ok(MappingProxy::new(th, mapping))
    }

    /// The mapping; set when the proxy is made and never after.
    pub(crate) fn mapping(&self) -> &Object {
        self.mapping.peek().unwrap_or(none())
    }
}

/// A read-only view of a dict.
pub fn mapping_proxy(th: &Thread, dict: &Dict) -> Ref<Object> {
    MappingProxy::new(th, dict).up()
}

/// The mapping behind a proxy, anything else as it is.
fn unwrapped(object: &Object) -> &Object {
    object.downcast::<MappingProxy>().map_or(object, MappingProxy::mapping)
}

#[pymethods]
impl MappingProxy {
    #[slot(tp_new, sig = "(mapping)")]
    fn py_new(th: &mut Thread, _cls: &Type, mapping: &Object) -> Result<Ref<MappingProxy>, Raised> {
        MappingProxy::checked(th, mapping)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new("mappingproxy(");
        text.push_repr(th, self.mapping())?.push(")");
        Ok(text.finish(th))
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        ops::str_(th, self.mapping())
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        ops::hash(th, self.mapping())
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        ops::richcompare(th, self.mapping(), other, op)
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::iter(th, self.mapping())
    }

    #[slot(mp_length)]
    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        ops::len(th, self.mapping())
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        ops::getitem(th, self.mapping(), key)
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        ops::contains(th, self.mapping(), key)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        ops::or(th, unwrapped(a), unwrapped(b))
    }

    #[slot(nb_inplace_or)]
    fn inplace_or(&self, th: &mut Thread, _other: &Object) -> Result<Ref<Object>, Raised> {
        let name = ops::type_name(self);
        Err(raise::type_error(th, format_args!("'|=' is not supported by {name}; use '|' instead")))
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn get(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::get, &[key, default.unwrap_or(none())])
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[method]
    fn keys(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::keys, &[])
    }

    /// D.values() -> an object providing a view on D's values
    #[method]
    fn values(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::values, &[])
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[method]
    fn items(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::items, &[])
    }

    /// D.copy() -> a shallow copy of D
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::copy, &[])
    }

    /// mappingproxy objects are generic over two types, signifying (respectively) the types of their keys and values
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }

    /// D.__reversed__() -> reverse iterator
    #[method]
    fn __reversed__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.mapping(), &names::__reversed__, &[])
    }
}

