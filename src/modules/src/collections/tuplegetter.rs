//! `_tuplegetter`: the attributes of named tuples.

use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::text::Text;
use objects::{Int, Str, Tuple, exceptions, none, ops, raise, typing};

/// The descriptor of an item of tuples, under a name.
#[pytype(name = "_tuplegetter", module = "collections", doc = none, lock = instance)]
#[repr(C)]
pub struct TupleGetter {
    head: Head,
    index: isize,
    #[member(none, name = "__doc__", doc = none)]
    doc: Slot,
}

#[pymethods]
impl TupleGetter {
    #[slot(tp_new, sig = "(index, doc, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, index: isize, doc: &Object) -> Ref<TupleGetter> {
        let doc = Slot::new(th.retain(doc));
        th.new_instance(cls, TupleGetter { head: Head::INIT, index, doc })
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance.filter(|instance| !instance.is(none())) else { return Ok(self.to_ref().up()) };
        let Some(tuple) = instance.downcast::<Tuple>() else {
            let (index, got) = (self.index, ops::type_name(instance));
            let message = format_args!("descriptor for index '{index}' for tuple subclasses doesn't apply to '{got}' object");
            return Err(raise::type_error(th, message));
        };
        match usize::try_from(self.index).ok().and_then(|index| tuple.as_slice().get(index)) {
            Some(&item) => Ok(th.retain(item)),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    #[slot(tp_descr_set)]
    fn descr_set(&self, th: &mut Thread, _instance: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let what = if value.is_some() { "set" } else { "delete" };
        Err(raise::new(th, exceptions::attribute_error_type(), format_args!("can't {what} attribute")))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new(&typing::short_name(self.as_object().ty()));
        let doc = self.doc.get(th, self).unwrap_or_else(objects::none_ref);
        text.push("(").push(&self.index.to_string()).push(", ").push_repr(th, &doc)?.push(")");
        Ok(text.finish(th))
    }

    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        let index = Int::from_i64(th, self.index as i64);
        let doc = self.doc.get(th, self).unwrap_or_else(objects::none_ref);
        let args = Tuple::from_slice(th, &[&index, &doc]);
        Tuple::from_slice(th, &[self.as_object().ty(), &args])
    }
}
