//! `types.SimpleNamespace`: an object that is its attributes.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::repr_guard::ReprGuard;
use crate::text::Text;
use crate::typing::instance;
use crate::{Dict, Str, Tuple, not_implemented_ref, ops, raise, typing};

/// A simple attribute-based namespace.
#[pytype(
    name = "SimpleNamespace",
    module = "types",
    export = "_PyNamespace_Type",
    sig = "(mapping_or_iterable=(), /, **kwargs)",
    flags(BASETYPE),
    dict
)]
#[repr(C)]
pub struct Namespace {
    head: Head,
    #[member(none, name = "__dict__", readonly, doc = none)]
    dict: Slot<Dict>,
}

/// `types.SimpleNamespace(**attributes)`; the dict becomes the namespace's own.
pub fn simple_namespace(th: &mut Thread, attributes: &Dict) -> Result<Ref<Object>, Raised> {
    Ok(Namespace::new(th, attributes.to_ref()).up())
}

impl Namespace {
    /// A namespace with these attributes.
    pub fn new(th: &Thread, dict: Ref<Dict>) -> Ref<Namespace> {
        th.new_object(Namespace { head: Head::INIT, dict: Slot::new(dict) })
    }

    fn dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        match instance::instance_dict(th, self)? {
            Some(dict) => Ok(dict),
            None => Err(raise::system_error(th, format_args!("a namespace without a dict"))),
        }
    }

    fn update(&self, th: &mut Thread, given: &Object) -> Result<(), Raised> {
        let own = self.dict(th)?;
        let all = match given.downcast_exact::<Dict>() {
            Some(dict) => dict.to_ref(),
            None => {
                let made = ops::call1(th, Dict::type_object(), given)?;
                match made.downcast::<Dict>() {
                    Ok(dict) => dict,
                    Err(_) => return Err(raise::system_error(th, format_args!("dict() made no dict"))),
                }
            }
        };
        let items = all.snapshot(th);
        if items.iter().any(|(name, _)| !name.is_a::<Str>()) {
            return Err(raise::type_error(th, format_args!("keywords must be strings")));
        }
        for (name, value) in items {
            own.set(th, &name, &value)?;
        }
        Ok(())
    }

    fn add(&self, th: &mut Thread, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let own = self.dict(th)?;
        for (name, value) in kwargs.iter() {
            own.set(th, name, value)?;
        }
        Ok(())
    }
}

#[pymethods]
impl Namespace {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Namespace> {
        let dict = Dict::new(th);
        let namespace = th.new_instance(cls, Namespace { head: Head::INIT, dict: Slot::new(dict) });
        instance::starts_in_dict(&namespace);
        namespace
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        match *args.as_slice() {
            [] => {}
            [given] => self.update(th, given)?,
            _ => {
                let (name, count) = (typing::short_name(self.ty()), args.len());
                return Err(raise::type_error(th, format_args!("{name} expected at most 1 argument, got {count}")));
            }
        }
        self.add(th, kwargs)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let name = match self.is_exactly::<Namespace>() {
            true => "namespace".to_owned(),
            false => typing::short_name(self.ty()),
        };
        let Some(_guard) = ReprGuard::enter(self) else { return Ok(Str::new(th, &format!("{name}(...)"))) };
        Ok(self.repr_items(th, &name)?.finish(th))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Namespace>() else { return Ok(not_implemented_ref()) };
        let (a, b) = (self.dict(th)?, other.dict(th)?);
        ops::richcompare(th, &a, &b, op)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let dict = self.dict(th)?;
        Ok(Tuple::from_slice(th, &[self.ty(), Tuple::empty_static(), &dict]))
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(sig = "($self, /, **changes)")]
    fn __replace__(&self, th: &mut Thread, changes: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let cls = self.ty().to_ref();
        let made = ops::call0(th, &cls)?;
        let Some(copy) = (*made).downcast::<Namespace>() else {
            let (want, own, got) = (ops::message_name(Namespace::type_object()), ops::qualified_type_name(th, self.ty()), ops::type_name(&made));
            let own = own.strip_prefix("__main__.").unwrap_or(&own);
            return Err(raise::type_error(th, format_args!("expect {want} type, but {own}() returned '{got}' object")));
        };
        let dict = self.dict(th)?;
        copy.update(th, &dict)?;
        copy.add(th, changes)?;
        Ok(made)
    }
}

impl Namespace {
    fn repr_items(&self, th: &mut Thread, name: &str) -> Result<Text, Raised> {
        let mut text = Text::new(name);
        text.push("(");
        let mut first = true;
        for (key, value) in self.dict(th)?.snapshot(th) {
            // Keys that are no strings, or empty, name no attribute.
            let Some(key) = (*key).downcast::<Str>().filter(|key| !key.is_empty()) else { continue };
            if !core::mem::take(&mut first) {
                text.push(", ");
            }
            text.push_str(key).push("=").push_repr(th, &value)?;
        }
        text.push(")");
        Ok(text)
    }
}

