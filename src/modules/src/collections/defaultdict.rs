//! `collections.defaultdict`.

use heap::{Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::serial::{self, Serial};
use objects::{Dict, Str, Tuple, none, ops, raise};

/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[pytype(name = "defaultdict", module = "collections", base = Dict, flags(BASETYPE, DICT_SUBCLASS, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct DefaultDict {
    #[untraversed]
    base: Dict,
    #[member(none, doc = "Factory for default value called by __missing__().")]
    default_factory: Slot,
    #[untraversed]
    serial: Serial,
}

impl DefaultDict {
    /// The factory; Python may have set it to `None`.
    fn factory(&self, th: &Thread) -> Option<Ref<Object>> {
        self.default_factory.get(th, self).filter(|factory| !factory.is(none()))
    }

    /// What the factory makes, unless somebody put a value in meanwhile: the first stays.
    fn add(&self, th: &mut Thread, key: &Object, factory: &Object) -> Result<Ref<Object>, Raised> {
        let value = ops::call0(th, factory)?;
        self.base.set_default(th, key, &value).map(|(kept, _)| kept)
    }
}

#[pymethods]
impl DefaultDict {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let mut rest = args.as_slice();
        let mut factory = None;
        if let Some((first, others)) = rest.split_first() {
            if !first.is(none()) && !ops::is_callable(first) {
                return Err(raise::type_error(th, format_args!("first argument must be callable or None")));
            }
            factory = (!first.is(none())).then(|| first.to_ref());
            rest = others;
        }
        self.default_factory.set(th, self, factory);
        let Some(init) = <Dict as PyType>::type_object().tp_init() else { return Ok(()) };
        let tuple = Tuple::from_slice(th, rest);
        let dict = Dict::new(th);
        for (key, value) in kwargs.iter() {
            dict.set(th, key, value)?;
        }
        ops::cslot::init(th, init, self.as_object(), &tuple, Some(&dict))
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[method(sig = none)]
    fn __missing__(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        let Some(factory) = self.factory(th) else { return Err(raise::key_error(th, key)) };
        if th.is_mine(self) || !serial::is_native(&factory) {
            return self.add(th, key, &factory);
        }
        // `count().__next__` gives each number to some key.
        self.serial.native_step(th, self.as_object(), |th| match self.base.get(th, key)? {
            Some(value) => Ok(value),
            None => self.add(th, key, &factory),
        })
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let base = match <Dict as PyType>::type_object().tp_repr() {
            Some(repr) => ops::cslot::unary(th, repr, self.as_object())?,
            None => return Err(raise::system_error(th, format_args!("dict has no repr"))),
        };
        let factory = match self.factory(th) {
            None => "None".to_owned(),
            // A factory that shows the dict shows it once.
            Some(factory) => match ReprGuard::enter(&factory) {
                Some(_guard) => ops::repr(th, &factory)?.to_string_lossy(),
                None => "...".to_owned(),
            },
        };
        let name = objects::typing::short_name(self.as_object().ty());
        let base = base.downcast_ref::<Str>().map_or_else(String::new, |s| s.to_string_lossy());
        Ok(Str::new(th, &format!("{name}({factory}, {base})")).up())
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let factory = self.factory(th).unwrap_or_else(objects::none_ref);
        ops::call(th, self.as_object().ty(), &[&factory, self.as_object()])
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.copy(th)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let args = match self.factory(th) {
            Some(factory) => Tuple::from_slice(th, &[&factory]),
            None => Tuple::empty(),
        };
        let items = objects::intern(th, "items");
        let view = ops::call_method(th, self.as_object(), items, &[])?;
        let iterator = objects::dict::views::iter_items(th, &view)?;
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &args, none(), none(), &iterator]).up())
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let own = match (a.downcast::<DefaultDict>(), b.downcast::<DefaultDict>()) {
            (Some(own), _) if b.is_a::<Dict>() => own,
            (_, Some(own)) if a.is_a::<Dict>() => own,
            _ => return Ok(objects::not_implemented_ref()),
        };
        let factory = own.factory(th).unwrap_or_else(objects::none_ref);
        let made = ops::call(th, own.as_object().ty(), &[&factory, a])?;
        let update = objects::intern(th, "update");
        ops::call_method(th, &made, update, &[b])?;
        Ok(made)
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}
