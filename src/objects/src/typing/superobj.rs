//! `super`: attribute look-up that starts behind a class in the MRO of an instance's (or class's) type.

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};

use super::{as_type, lookup, short_name};
use crate::glue::{Args, KwArgs};
use crate::ops::cslot;
use crate::{Str, names, ops, raise};

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[pytype(name = "super", export = "PySuper_Type", flags(BASETYPE))]
#[repr(C)]
pub struct Super {
    head: Head,
    #[member(none, name = "__thisclass__", readonly, doc = "the class invoking super()")]
    this_class: Slot,
    #[member(none, name = "__self__", readonly, doc = "the instance invoking super(); may be None")]
    instance: Slot,
    #[member(none, name = "__self_class__", readonly, doc = "the type of the instance invoking super(); may be None")]
    self_class: Slot,
}

/// The class whose MRO `super(cls, obj)` walks: `obj` itself if it is a subclass of `cls`, else its type.
fn start_class(th: &mut Thread, cls: &Type, obj: &Object) -> Result<Ref<Object>, Raised> {
    if let Some(given) = as_type(obj)
        && heap::is_subtype(given, cls)
    {
        return Ok(obj.to_owned());
    }
    if heap::is_subtype(obj.ty(), cls) {
        return Ok(obj.ty().to_owned());
    }
    if let Some(claimed) = ops::getattr_opt(th, obj, &names::__class__)?
        && let Some(claimed_ty) = as_type(&claimed)
        && !core::ptr::eq(claimed_ty, obj.ty())
        && heap::is_subtype(claimed_ty, cls)
    {
        return Ok(claimed);
    }
    let (what, name) = match as_type(obj) {
        Some(ty) => ("type", short_name(ty)),
        None => ("instance of", ops::type_name(obj)),
    };
    let of = short_name(cls);
    Err(raise::type_error(th, format_args!("super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({of}).")))
}

/// What the MRO of `start` has behind `cls`, as it stands there. `super` has a `__class__` of its own.
pub fn lookup_behind(th: &mut Thread, cls: &Type, start: &Type, name: &Str) -> Option<Ref<Object>> {
    if core::ptr::eq(name, names::__class__.get()) {
        return None;
    }
    let mro = lookup::mro(th, start)?;
    let at = mro.iter().position(|c| c.is(cls))?;
    (at + 1..mro.len()).find_map(|i| as_type(mro.get(i)).and_then(lookup::own_dict)?.get_str(th, name))
}

/// What the MRO of `start` has behind `cls`, bound to `obj`; `method`: a plain method stays unbound (true in the result).
fn find(th: &mut Thread, cls: &Type, obj: &Object, start: &Type, name: &Str, method: bool) -> Result<Option<(Ref<Object>, bool)>, Raised> {
    let Some(found) = lookup_behind(th, cls, start, name) else { return Ok(None) };
    if method && !obj.is(start) && found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        return Ok(Some((found, true)));
    }
    match found.ty().tp_descr_get() {
        Some(get) => {
            let instance = if obj.is(start) { None } else { Some(obj) };
            Ok(Some((cslot::descr_get(th, get, &found, instance, Some(start))?, false)))
        }
        None => Ok(Some((found, false))),
    }
}

/// `super(cls, obj).name` without the object in between: the value, and whether it is still to be called with `obj`.
pub fn getattr(th: &mut Thread, cls: &Object, obj: &Object, name: &Str, method: bool) -> Result<(Ref<Object>, bool), Raised> {
    let Some(cls) = as_type(cls) else {
        let got = ops::type_name(cls);
        return Err(raise::type_error(th, format_args!("super() argument 1 must be a type, not {got}")));
    };
    let start = start_class(th, cls, obj)?;
    if let Some(start) = as_type(&start)
        && let Some(found) = find(th, cls, obj, start, name, method)?
    {
        return Ok(found);
    }
    let made = th.new_object(Super {
        head: Head::INIT,
        this_class: Slot::new(cls.to_owned()),
        instance: Slot::new(th.retain(obj)),
        self_class: Slot::new(start),
    });
    super::instance::generic_getattr(th, &made, name).map(|value| (value, false))
}

#[pymethods]
impl Super {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Super>, Raised> {
        Ok(th.new_instance(cls, Super { head: Head::INIT, this_class: Slot::NULL, instance: Slot::NULL, self_class: Slot::NULL }))
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("super() takes no keyword arguments")));
        }
        let found;
        let (cls, obj): (&Object, Option<&Object>) = match *args.as_slice() {
            [] => {
                found = (crate::hooks::get().super_arguments)(th)?;
                (&found.0, Some(&found.1))
            }
            [cls] => (cls, None),
            [cls, obj] => (cls, Some(obj)),
            ref more => {
                let n = more.len();
                return Err(raise::type_error(th, format_args!("super() expected at most 2 arguments, got {n}")));
            }
        };
        let Some(ty) = as_type(cls) else {
            let got = ops::type_name(cls);
            return Err(raise::type_error(th, format_args!("super() argument 1 must be a type, not {got}")));
        };
        let obj = obj.filter(|o| !o.is(crate::none()));
        let start = match obj {
            Some(obj) => Some(start_class(th, ty, obj)?),
            None => None,
        };
        self.this_class.set(th, self, Some(cls.to_owned()));
        self.instance.set(th, self, obj.map(|o| o.to_owned()));
        self.self_class.set(th, self, start);
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        let class = self.this_class.get(th, self);
        let name = class.as_ref().and_then(|c| as_type(c)).map_or_else(|| "NULL".to_owned(), short_name);
        match self.self_class.get(th, self).as_ref().and_then(|c| as_type(c)) {
            Some(own) => format!("<super: <class '{name}'>, <{} object>>", short_name(own)),
            None => format!("<super: <class '{name}'>, NULL>"),
        }
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = super::instance::attribute_name(th, name)?;
        if !name.eq_str(&names::__class__)
            && let (Some(cls), Some(obj), Some(start)) = (self.this_class.get(th, self), self.instance.get(th, self), self.self_class.get(th, self))
            && let (Some(cls), Some(start)) = (as_type(&cls), as_type(&start))
            && let Some((value, _)) = find(th, cls, &obj, start, name, false)?
        {
            return Ok(value);
        }
        super::instance::generic_getattr(th, self.as_object(), name)
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance.filter(|o| !o.is(crate::none())) else { return Ok(self.as_object().to_owned()) };
        if !self.instance.is_null() {
            return Ok(self.as_object().to_owned());
        }
        let Some(class) = self.this_class.get(th, self) else { return Ok(self.as_object().to_owned()) };
        if !self.as_object().is_exactly::<Super>() {
            return ops::call(th, self.as_object().ty(), &[&class, instance]);
        }
        let Some(ty) = as_type(&class) else { return Ok(self.as_object().to_owned()) };
        let start = start_class(th, ty, instance)?;
        let made = Super { head: Head::INIT, this_class: Slot::new(class.clone()), instance: Slot::new(th.retain(instance)), self_class: Slot::new(start) };
        Ok(th.new_object(made).up())
    }
}
