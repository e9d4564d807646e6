//! `functools.partial` and the `Placeholder` that leaves a place in its arguments open.
//!
//! Invariant: `args` never ends with the placeholder; `placeholders` is how many there are.

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::text::Text;
use objects::{Dict, Method, Str, Tuple, none, ops, raise, typing};

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[pytype(name = "_PlaceholderType", module = "functools")]
#[repr(C)]
pub struct PlaceholderType {
    head: Head,
}

static PLACEHOLDER: PlaceholderType = PlaceholderType { head: Head::immortal(&PLACEHOLDER_TYPE_TYPE) };

/// `functools.Placeholder`
pub fn placeholder() -> &'static Object {
    PLACEHOLDER.as_object()
}

#[pymethods]
impl PlaceholderType {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        if !args.is_empty() || !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("PlaceholderType takes no arguments")));
        }
        Ok(placeholder().to_owned())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "Placeholder"
    }

    #[method]
    fn __reduce__(&self) -> &'static str {
        "Placeholder"
    }
}

/// Create a new function with partial application of the given arguments and keywords.
#[pytype(name = "partial", module = "functools", sig = "(func, /, *args, **keywords)", flags(BASETYPE, OWN_GETATTR, OWN_SETATTR), lock = instance, dict, weakref, vectorcall)]
#[repr(C)]
pub struct Partial {
    head: Head,
    #[member(none, name = "func", readonly, doc = "function object to use in future partial calls")]
    function: Slot,
    #[member(none, readonly, doc = "tuple of arguments to future partial calls")]
    args: Slot<Tuple>,
    #[member(none, readonly, doc = "dictionary of keyword arguments to future partial calls")]
    keywords: Slot<Dict>,
    dict: Slot<Dict>,
    placeholders: AtomicUsize,
    vectorcall: Option<vectorcallfunc>,
}

/// What a partial holds at one moment.
struct Parts {
    function: Ref<Object>,
    args: Ref<Tuple>,
    keywords: Ref<Dict>,
}

fn count_open(args: &[&Object]) -> usize {
    args.iter().filter(|arg| arg.is(placeholder())).count()
}

#[cold]
fn trailing(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("trailing Placeholders are not allowed"))
}

impl Partial {
    fn parts(&self, th: &mut Thread) -> Result<Parts, Raised> {
        match (self.function.get(th, self), self.args.get(th, self), self.keywords.get(th, self)) {
            (Some(function), Some(args), Some(keywords)) => Ok(Parts { function, args, keywords }),
            _ => Err(raise::system_error(th, format_args!("partial without a function"))),
        }
    }

    /// The partial whose function and arguments may be taken over: it is called as this type calls it, and has no attributes of its own.
    fn transparent<'a>(th: &Thread, function: &'a Object) -> Option<&'a Partial> {
        let partial = function.downcast::<Partial>()?;
        let own = <Partial as PyType>::type_object().tp_call().map(|f| f as usize);
        let as_ours = function.ty().tp_call().map(|f| f as usize) == own;
        let inline = typing::instance::layout(function.ty());
        let no_inline = inline.is_none_or(|layout| (0..layout.capacity()).all(|index| typing::instance::inline_slot(function, layout, index).is_null()));
        (as_ours && no_inline && partial.dict.get(th, partial).is_none()).then_some(partial)
    }
}

/// Puts new arguments into the open places of earlier ones, and behind them.
fn fill_in<'a>(earlier: &[&'a Object], new: &[&'a Object], all: &mut Vec<&'a Object>) {
    let mut new = new.iter();
    for &arg in earlier {
        let given = if arg.is(placeholder()) { new.next().copied() } else { None };
        all.push(given.unwrap_or(arg));
    }
    all.extend(new);
}

#[pymethods]
impl Partial {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Partial>, Raised> {
        let Some((&function, new)) = args.as_slice().split_first() else {
            return Err(raise::type_error(th, format_args!("type 'partial' takes at least one argument")));
        };
        if !ops::is_callable(function) {
            return Err(raise::type_error(th, format_args!("the first argument must be callable")));
        }
        if new.last().is_some_and(|last| last.is(placeholder())) {
            return Err(trailing(th));
        }
        if kwargs.iter().any(|(_, value)| value.is(placeholder())) {
            return Err(raise::type_error(th, format_args!("Placeholder cannot be passed as a keyword argument")));
        }
        let inner = match Partial::transparent(th, function) {
            Some(inner) => Some(inner.parts(th)?),
            None => None,
        };
        let mut all = Vec::new();
        let keywords = match &inner {
            Some(inner) => {
                fill_in(inner.args.as_slice(), new, &mut all);
                inner.keywords.copy(th)?
            }
            None => {
                all.extend_from_slice(new);
                Dict::new(th)
            }
        };
        for (name, value) in kwargs.iter() {
            keywords.set(th, name, value)?;
        }
        let function = inner.as_ref().map_or(function, |inner| &*inner.function);
        let made = Partial {
            head: Head::INIT,
            function: Slot::new(th.retain(function)),
            args: Slot::new(Tuple::from_slice(th, &all)),
            keywords: Slot::new(keywords),
            dict: Slot::NULL,
            placeholders: AtomicUsize::new(count_open(&all)),
            vectorcall: Partial::VECTORCALL,
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let Parts { function, args: earlier, keywords } = self.parts(th)?;
        let open = self.placeholders.load(Relaxed);
        if open > args.len() {
            let given = args.len();
            let message = format_args!("missing positional arguments in 'partial' call; expected at least {open}, got {given}");
            return Err(raise::type_error(th, message));
        }
        let result = if keywords.is_empty() && kwargs.is_empty() {
            if open == 0 && earlier.len() + args.len() <= 6 {
                // Without a vector on the heap.
                let mut few = [none(); 6];
                for (place, &arg) in few.iter_mut().zip(earlier.as_slice().iter().chain(args.as_slice())) {
                    *place = arg;
                }
                ops::call(th, &function, &few[..earlier.len() + args.len()])
            } else {
                let mut all = Vec::with_capacity(earlier.len() + args.len());
                fill_in(earlier.as_slice(), args.as_slice(), &mut all);
                ops::call(th, &function, &all)
            }
        } else {
            call_with_keywords(th, &function, earlier.as_slice(), &keywords, args, kwargs)
        };
        th.release(function);
        th.release(earlier);
        th.release(keywords);
        result
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Ref<Object> {
        match instance.filter(|instance| !instance.is(none())) {
            Some(instance) => Method::new(th, self, instance).up(),
            None => self.to_ref().up(),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let Some(_guard) = ReprGuard::enter(self) else { return Ok(Str::new(th, "...")) };
        let Parts { function, args, keywords } = self.parts(th)?;
        let ty = self.as_object().ty();
        let mut text = Text::default();
        if let Some(module) = typing::module_of(th, ty) {
            text.push_display(th, &module)?.push(".");
        }
        text.push(&typing::qualname(th, ty)).push("(").push_repr(th, &function)?;
        for arg in args.iter() {
            text.push(", ").push_repr(th, arg)?;
        }
        for (name, value) in keywords.snapshot(th) {
            text.push(", ").push_display(th, &name)?.push("=").push_repr(th, &value)?;
        }
        Ok(text.push(")").finish(th))
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        super::dict_attribute(th, self)
    }

    #[setter(__dict__)]
    fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        super::set_dict_attribute(th, self, value)
    }

    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let Parts { function, args, keywords } = self.parts(th)?;
        let dict = match self.dict.get(th, self) {
            Some(dict) => dict.up(),
            None if self.is_exactly::<Partial>() => objects::none_ref(),
            None => super::dict_attribute(th, self)?.filter(|dict| !dict.is_empty()).map_or_else(objects::none_ref, Ref::up),
        };
        let state = Tuple::from_slice(th, &[&function, &args, &keywords, &dict]);
        let call = Tuple::from_slice(th, &[&function]);
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &call, &state]))
    }

    #[method(sig = none)]
    fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        let Some([function, args, keywords, dict]) = state.downcast::<Tuple>().map(Tuple::as_slice).and_then(|s| <[&Object; 4]>::try_from(s).ok()) else {
            return Err(invalid_state(th));
        };
        let (Some(args), true) = (args.downcast::<Tuple>(), ops::is_callable(function)) else { return Err(invalid_state(th)) };
        if !keywords.is(none()) && !keywords.is_a::<Dict>() {
            return Err(invalid_state(th));
        }
        if args.as_slice().last().is_some_and(|last| last.is(placeholder())) {
            return Err(trailing(th));
        }
        let args = if args.is_exactly::<Tuple>() { args.to_ref() } else { Tuple::from_slice(th, args.as_slice()) };
        let keywords = match keywords.downcast::<Dict>() {
            None => Dict::new(th),
            Some(keywords) if keywords.is_exactly::<Dict>() => keywords.to_ref(),
            Some(keywords) => keywords.copy(th)?,
        };
        let dict = if dict.is(none()) { None } else { Some(dict) };
        self.placeholders.store(count_open(args.as_slice()), Relaxed);
        let function = th.retain(function);
        self.function.set(th, self, Some(function));
        self.args.set(th, self, Some(args));
        self.keywords.set(th, self, Some(keywords));
        match dict {
            Some(dict) => super::set_dict_attribute(th, self, Some(dict)),
            None if self.is_exactly::<Partial>() => {
                self.dict.set(th, self, None);
                Ok(())
            }
            None => typing::instance::set_instance_dict(th, self, None).map(|_| ()),
        }
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[cold]
fn invalid_state(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("invalid partial state"))
}

/// Keywords of the call win over those of the partial, in the places of these.
fn call_with_keywords(th: &mut Thread, function: &Object, earlier: &[&Object], own: &Dict, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let merged = own.snapshot(th);
    let mut names: Vec<&Object> = Vec::with_capacity(merged.len() + kwargs.len());
    let mut all = Vec::with_capacity(earlier.len() + args.len() + merged.len() + kwargs.len());
    fill_in(earlier, args.as_slice(), &mut all);
    let first = all.len();
    for (name, value) in &merged {
        if !name.is_a::<Str>() {
            return Err(raise::type_error(th, format_args!("keywords must be strings")));
        }
        names.push(name);
        all.push(value);
    }
    for (name, value) in kwargs.iter() {
        let same = |known: &&Object| match (known.downcast::<Str>(), name.downcast::<Str>()) {
            (Some(a), Some(b)) => a.eq_str(b),
            _ => false,
        };
        match names.iter().take(merged.len()).position(same) {
            Some(at) => all[first + at] = value,
            None => {
                names.push(name);
                all.push(value);
            }
        }
    }
    let names = Tuple::from_slice(th, &names);
    ops::call_kw(th, function, &all, Some(&names))
}
