//! `itemgetter`, `attrgetter` and `methodcaller`.
//!
//! Invariant: none of them changes after it was made.

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::text::Text;
use objects::{Dict, Int, List, Str, Tuple, none, ops, raise, typing};

/// Return a callable object that fetches the given item(s) from its operand.
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[pytype(name = "itemgetter", module = "operator", sig = "(item, /, *items)", vectorcall, flags(OWN_GETATTR))]
#[repr(C)]
pub struct ItemGetter {
    head: Head,
    items: Slot<Tuple>,
    /// The index, where there is one item and it is a small number.
    index: usize,
    vectorcall: Option<vectorcallfunc>,
}

/// Return a callable object that fetches the given attribute(s) from its operand.
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[pytype(name = "attrgetter", module = "operator", sig = "(attr, /, *attrs)", vectorcall, flags(OWN_GETATTR))]
#[repr(C)]
pub struct AttrGetter {
    head: Head,
    /// As they were given.
    attrs: Slot<Tuple>,
    /// For each a name, or a tuple of the names between its dots. All are interned.
    paths: Slot<Tuple>,
    vectorcall: Option<vectorcallfunc>,
}

/// Return a callable object that calls the given method on its operand.
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[pytype(name = "methodcaller", module = "operator", sig = "(name, /, *args, **kwargs)", vectorcall, flags(OWN_GETATTR))]
#[repr(C)]
pub struct MethodCaller {
    head: Head,
    name: Slot<Str>,
    args: Slot<Tuple>,
    /// The keywords' names and values.
    names: Slot<Tuple>,
    values: Slot<Tuple>,
    vectorcall: Option<vectorcallfunc>,
}

/// The only argument of a call.
#[inline]
fn only<'a>(th: &mut Thread, name: &str, args: Args<'a>, kwargs: KwArgs<'_>) -> Result<&'a Object, Raised> {
    match *args.as_slice() {
        [object] if kwargs.is_empty() => Ok(object),
        _ => Err(not_one(th, name, args.len(), kwargs)),
    }
}

#[cold]
fn not_one(th: &mut Thread, name: &str, given: usize, kwargs: KwArgs<'_>) -> Raised {
    if !kwargs.is_empty() {
        return raise::type_error(th, format_args!("{name}() takes no keyword arguments"));
    }
    raise::type_error(th, format_args!("{name} expected 1 argument, got {given}"))
}

#[cold]
fn too_few(th: &mut Thread, name: &str) -> Raised {
    raise::type_error(th, format_args!("{name} expected 1 argument, got 0"))
}

fn tuple_of(slot: &Slot<Tuple>) -> &Tuple {
    slot.peek().unwrap_or_else(|| Tuple::empty_static())
}

/// `module.qualname(` of an object's type.
fn opening(th: &mut Thread, object: &Object) -> Result<Text, Raised> {
    let mut text = Text::default();
    if let Some(module) = typing::module_of(th, object.ty()) {
        text.push_display(th, &module)?.push(".");
    }
    text.push(&typing::qualname(th, object.ty())).push("(");
    Ok(text)
}

/// What stands for an object inside of its own text.
fn within_itself(th: &mut Thread, object: &Object) -> Ref<Str> {
    let name = typing::qualname(th, object.ty());
    Str::new(th, &format!("{name}(...)"))
}

fn repr_of(th: &mut Thread, object: &Object, args: &Tuple) -> Result<Ref<Str>, Raised> {
    let Some(_guard) = ReprGuard::enter(object) else { return Ok(within_itself(th, object)) };
    let mut text = opening(th, object)?;
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            text.push(", ");
        }
        text.push_repr(th, arg)?;
    }
    Ok(text.push(")").finish(th))
}

const NO_INDEX: usize = usize::MAX;

#[pymethods]
impl ItemGetter {
    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<ItemGetter>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("itemgetter() takes no keyword arguments")));
        }
        let index = match args.as_slice() {
            [] => return Err(too_few(th, "itemgetter")),
            [only] => only.downcast_exact::<Int>().and_then(Int::to_i64).and_then(|n| usize::try_from(n).ok()).unwrap_or(NO_INDEX),
            _ => NO_INDEX,
        };
        let items = Tuple::from_slice(th, args.as_slice());
        Ok(th.new_instance(cls, ItemGetter { head: Head::INIT, items: Slot::new(items), index, vectorcall: ItemGetter::VECTORCALL }))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let object = only(th, "itemgetter", args, kwargs)?;
        let items = tuple_of(&self.items);
        if let [item] = items.as_slice() {
            if self.index != NO_INDEX {
                if let Some(tuple) = object.downcast_exact::<Tuple>() {
                    if let Some(&found) = tuple.as_slice().get(self.index) {
                        return Ok(th.retain(found));
                    }
                } else if let Some(list) = object.downcast_exact::<List>()
                    && let Some(found) = list.get(th, self.index)
                {
                    return Ok(found);
                }
            }
            return ops::getitem(th, object, item);
        }
        let mut found = Vec::with_capacity(items.len());
        for item in items.iter() {
            found.push(ops::getitem(th, object, item)?);
        }
        Ok(Tuple::new(th, found).up())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        repr_of(th, self, tuple_of(&self.items))
    }

    /// Return state information for pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        Tuple::from_slice(th, &[self.as_object().ty(), tuple_of(&self.items)])
    }
}

/// The names between the dots of an attribute's path.
fn path(th: &mut Thread, attr: &Object) -> Result<Ref<Object>, Raised> {
    let Some(attr) = attr.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("attribute name must be a string")));
    };
    let points: Vec<u32> = attr.chars().iter().collect();
    let parts: Vec<_> = points.split(|&c| c == u32::from('.')).map(|part| Str::from_code_points(th, part)).collect();
    let mut names: Vec<_> = parts.into_iter().map(|part| objects::str::intern_ref(th, part).to_ref().up()).collect();
    match names.len() {
        1 => Ok(names.remove(0)),
        _ => Ok(Tuple::new(th, names).up()),
    }
}

fn follow(th: &mut Thread, object: &Object, path: &Object) -> Result<Ref<Object>, Raised> {
    if let Some(name) = path.downcast::<Str>() {
        return ops::getattr(th, object, name);
    }
    let mut at = th.retain(object);
    let names = path.downcast::<Tuple>().map_or(&[][..], Tuple::as_slice);
    for name in names.iter().filter_map(|name| name.downcast::<Str>()) {
        let next = ops::getattr(th, &at, name)?;
        th.release(core::mem::replace(&mut at, next));
    }
    Ok(at)
}

#[pymethods]
impl AttrGetter {
    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<AttrGetter>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("attrgetter() takes no keyword arguments")));
        }
        if args.is_empty() {
            return Err(too_few(th, "attrgetter"));
        }
        let mut paths = Vec::with_capacity(args.len());
        for attr in args.iter() {
            paths.push(path(th, attr)?);
        }
        let attrs = Tuple::from_slice(th, args.as_slice());
        let paths = Slot::new(Tuple::new(th, paths));
        Ok(th.new_instance(cls, AttrGetter { head: Head::INIT, attrs: Slot::new(attrs), paths, vectorcall: AttrGetter::VECTORCALL }))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let object = only(th, "attrgetter", args, kwargs)?;
        let paths = tuple_of(&self.paths);
        if let [path] = paths.as_slice() {
            return follow(th, object, path);
        }
        let mut found = Vec::with_capacity(paths.len());
        for path in paths.iter() {
            found.push(follow(th, object, path)?);
        }
        Ok(Tuple::new(th, found).up())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        repr_of(th, self, tuple_of(&self.attrs))
    }

    /// Return state information for pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        Tuple::from_slice(th, &[self.as_object().ty(), tuple_of(&self.attrs)])
    }
}

#[pymethods]
impl MethodCaller {
    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj, /)"
    }

    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<MethodCaller>, Raised> {
        let Some((&name, rest)) = args.as_slice().split_first() else {
            return Err(raise::type_error(th, format_args!("methodcaller needs at least one argument, the method name")));
        };
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("method name must be a string")));
        };
        let name = objects::str::intern_ref(th, name.to_ref()).to_ref();
        let (names, values): (Vec<_>, Vec<_>) = kwargs.iter().unzip();
        let made = MethodCaller {
            head: Head::INIT,
            name: Slot::new(name),
            args: Slot::new(Tuple::from_slice(th, rest)),
            names: Slot::new(Tuple::from_slice(th, &names)),
            values: Slot::new(Tuple::from_slice(th, &values)),
            vectorcall: MethodCaller::VECTORCALL,
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let object = only(th, "methodcaller", args, kwargs)?;
        let Some(name) = self.name.peek() else { return Err(raise::system_error(th, format_args!("methodcaller without a name"))) };
        let (args, names, values) = (tuple_of(&self.args), tuple_of(&self.names), tuple_of(&self.values));
        if names.is_empty() {
            return ops::call_method(th, object, name, args.as_slice());
        }
        let (method, bound) = ops::get_method(th, object, name)?;
        let mut all = Vec::with_capacity(1 + args.len() + values.len());
        if !bound {
            all.push(object);
        }
        all.extend(args.iter().chain(values.iter()));
        let result = ops::call_kw(th, &method, &all, Some(names));
        th.release(method);
        result
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let Some(_guard) = ReprGuard::enter(self) else { return Ok(within_itself(th, self)) };
        let mut text = opening(th, self)?;
        text.push_repr(th, self.name.peek().map_or(none(), |name| name.as_object()))?;
        for arg in tuple_of(&self.args).iter() {
            text.push(", ").push_repr(th, arg)?;
        }
        for (name, value) in tuple_of(&self.names).iter().zip(tuple_of(&self.values).iter()) {
            text.push(", ").push_display(th, name)?.push("=").push_repr(th, value)?;
        }
        Ok(text.push(")").finish(th))
    }

    /// Return state information for pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let cls = self.as_object().ty();
        let name = self.name.peek().map_or(none(), |name| name.as_object());
        let args = tuple_of(&self.args);
        if tuple_of(&self.names).is_empty() {
            let mut all = vec![name];
            all.extend(args.iter());
            let all = Tuple::from_slice(th, &all);
            return Ok(Tuple::from_slice(th, &[cls, &all]));
        }
        let functools = interp::import::import_module(th, "functools")?;
        let partial = ops::getattr_str(th, &functools, "partial")?;
        let keywords = Dict::new(th);
        for (name, value) in tuple_of(&self.names).iter().zip(tuple_of(&self.values).iter()) {
            keywords.set(th, name, value)?;
        }
        let first = Tuple::from_slice(th, &[cls, name]);
        let make = ops::call_ex(th, &partial, &first, Some(&keywords))?;
        Ok(Tuple::from_slice(th, &[&make, args]))
    }
}
