//! `property`: attributes that are computed.
//!
//! Invariant: `__doc__` of a subclass instance lives in the instance, where the subclass's own `__doc__` cannot hide it.

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::text::Text;
use crate::{exceptions, names, none, ops, raise};

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[pytype(
    name = "property",
    export = "PyProperty_Type",
    sig = "(fget=None, fset=None, fdel=None, doc=None)",
    flags(BASETYPE),
    layout = propertyobject
)]
#[repr(C)]
pub struct Property {
    head: Head,
    #[member(none, name = "fget", readonly, doc = none)]
    get: Slot,
    #[member(none, name = "fset", readonly, doc = none)]
    set: Slot,
    #[member(none, name = "fdel", readonly, doc = none)]
    del: Slot,
    #[member(none, name = "__doc__", doc = none)]
    doc: Slot,
    name: Slot,
    /// Whether the docstring came from the getter.
    getter_doc: AtomicI32,
}

/// Which of the three functions.
#[derive(Clone, Copy)]
enum Part {
    Get,
    Set,
    Del,
}

impl Property {
    /// Where compiled code finds the getter.
    pub const GETTER_OFFSET: usize = core::mem::offset_of!(Property, get);

    /// The getter: the interpreter calls it directly.
    pub fn getter_function(&self, th: &Thread) -> Option<Ref<Object>> {
        self.get.get(th, self)
    }

    fn known_name(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(name) = self.name.get(th, self) {
            return Ok(Some(name));
        }
        match self.get.get(th, self) {
            Some(get) if !get.is(none()) => ops::getattr_opt(th, &get, &names::__name__),
            _ => Ok(None),
        }
    }

    #[cold]
    fn missing(&self, th: &mut Thread, obj: &Object, part: Part) -> Raised {
        match self.missing_text(th, obj, part) {
            Ok(text) => {
                let text = text.finish(th);
                raise::with_value(th, exceptions::attribute_error_type(), text.up())
            }
            Err(raised) => raised,
        }
    }

    fn missing_text(&self, th: &mut Thread, obj: &Object, part: Part) -> Result<Text, Raised> {
        let mut text = Text::new("property");
        if let Some(name) = self.known_name(th)? {
            text.push(" ").push_repr(th, &name)?;
        }
        let cls = obj.ty().to_ref();
        if let Some(qualname) = ops::getattr_opt(th, &cls, &names::__qualname__)? {
            text.push(" of ").push_repr(th, &qualname)?.push(" object");
        }
        text.push(match part {
            Part::Get => " has no getter",
            Part::Set => " has no setter",
            Part::Del => " has no deleter",
        });
        Ok(text)
    }

    /// A property of the same class with one function replaced.
    fn copy(&self, th: &mut Thread, part: Part, function: &Object) -> Result<Ref<Object>, Raised> {
        let pick = |th: &Thread, which: bool, slot: &Slot| match which && !function.is(none()) {
            true => function.to_ref(),
            false => slot.get(th, self).unwrap_or_else(crate::none_ref),
        };
        let get = pick(th, matches!(part, Part::Get), &self.get);
        let set = pick(th, matches!(part, Part::Set), &self.set);
        let del = pick(th, matches!(part, Part::Del), &self.del);
        let doc = match self.getter_doc.load(Relaxed) != 0 && !get.is(none()) {
            // The new getter's docstring takes its place.
            true => crate::none_ref(),
            false => self.doc.get(th, self).unwrap_or_else(crate::none_ref),
        };
        let cls = self.ty().to_ref();
        let made = ops::call(th, &cls, &[&*get, &*set, &*del, &*doc])?;
        if let Some(made) = (*made).downcast::<Property>() {
            let name = self.name.get(th, self);
            made.name.set(th, made, name);
        }
        Ok(made)
    }

    fn set_doc(&self, th: &mut Thread, doc: Option<Ref<Object>>) -> Result<(), Raised> {
        if self.is_exactly::<Property>() {
            self.doc.set(th, self, doc);
            return Ok(());
        }
        let doc = doc.unwrap_or_else(crate::none_ref);
        match ops::setattr(th, self, &names::__doc__, &doc) {
            Ok(()) => Ok(()),
            // A subclass without a place for it: a docstring that was passed is dropped, as it always was.
            Err(_) if self.getter_doc.load(Relaxed) == 0 && raise::catch(th, exceptions::attribute_error_type()).is_some() => Ok(()),
            Err(raised) => Err(raised),
        }
    }
}

/// Whether a function says that it is abstract.
pub(crate) fn is_abstract(th: &mut Thread, object: Option<Ref<Object>>) -> Result<bool, Raised> {
    let Some(object) = object else { return Ok(false) };
    match ops::getattr_opt(th, &object, &names::__isabstractmethod__)? {
        Some(value) => ops::is_true(th, &value),
        None => Ok(false),
    }
}

#[pymethods]
impl Property {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Property> {
        th.new_instance(
            cls,
            Property {
                head: Head::INIT,
                get: Slot::NULL,
                set: Slot::NULL,
                del: Slot::NULL,
                doc: Slot::NULL,
                name: Slot::NULL,
                getter_doc: AtomicI32::new(0),
            },
        )
    }

    #[slot(tp_init, sig = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        &self,
        th: &mut Thread,
        fget: Option<&Object>,
        fset: Option<&Object>,
        fdel: Option<&Object>,
        doc: Option<&Object>,
    ) -> Result<(), Raised> {
        let given = |value: Option<&Object>| value.filter(|value| !value.is(none())).map(Heaped::to_ref);
        self.get.set(th, self, given(fget));
        self.set.set(th, self, given(fset));
        self.del.set(th, self, given(fdel));
        self.doc.set(th, self, None);
        self.name.set(th, self, None);
        self.getter_doc.store(0, Relaxed);
        let mut doc = given(doc);
        if doc.is_none()
            && let Some(get) = given(fget)
            && let Some(found) = ops::getattr_opt(th, &get, &names::__doc__)?
            && !found.is(none())
        {
            self.getter_doc.store(1, Relaxed);
            doc = Some(found);
        }
        self.set_doc(th, doc)
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance.filter(|instance| !instance.is(none())) else { return Ok(self.to_ref().up()) };
        match self.get.get(th, self) {
            Some(get) => {
                let result = ops::call1(th, &get, instance);
                th.release(get);
                result
            }
            None => Err(self.missing(th, instance, Part::Get)),
        }
    }

    #[slot(tp_descr_set)]
    fn descr_set(&self, th: &mut Thread, instance: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let (part, slot) = if value.is_some() { (Part::Set, &self.set) } else { (Part::Del, &self.del) };
        let Some(function) = slot.get(th, self) else { return Err(self.missing(th, instance, part)) };
        match value {
            Some(value) => ops::call(th, &function, &[instance, value])?,
            None => ops::call1(th, &function, instance)?,
        };
        Ok(())
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method]
    fn getter(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        self.copy(th, Part::Get, object)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method]
    fn setter(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        self.copy(th, Part::Set, object)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method]
    fn deleter(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        self.copy(th, Part::Del, object)
    }

    /// Method to set name of a property.
    #[method(sig = none, doc = "__set_name__($self, owner, name, /)\n--\n\nMethod to set name of a property.")]
    fn __set_name__(&self, th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let [_, name] = *args.as_slice() else {
            let count = args.len();
            return Err(raise::type_error(th, format_args!("__set_name__() takes 2 positional arguments but {count} were given")));
        };
        self.name.set(th, self, Some(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __name__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.known_name(th)? {
            Some(name) => Ok(name),
            None => Err(raise::no_attribute(th, self, &names::__name__)),
        }
    }

    #[setter(__name__)]
    fn set_name(&self, th: &mut Thread, value: Option<&Object>) {
        self.name.set(th, self, value.map(Heaped::to_ref));
    }

    #[getter]
    fn __isabstractmethod__(&self, th: &mut Thread) -> Result<bool, Raised> {
        for slot in [&self.get, &self.set, &self.del] {
            let function = slot.get(th, self);
            if is_abstract(th, function)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

