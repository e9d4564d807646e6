//! `BaseExceptionGroup` and `ExceptionGroup`: construction, splitting, and what `except*` does with groups.
//!
//! Invariant: `excs` is a non-empty tuple of exceptions and never changes.

use std::collections::HashSet;

use heap::Slot;
use macros::{pymethods, pytype};

use super::BaseException;
use crate::glue::*;
use crate::text::Text;
use crate::{Dict, List, Str, Tuple, exceptions, names, none, ops, raise, typing};

/// A combination of multiple unrelated exceptions.
#[pytype(name = "BaseExceptionGroup", base = BaseException, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyBaseExceptionGroupObject)]
#[repr(C)]
pub struct BaseExceptionGroup {
    base: BaseException,
    #[member(none, name = "message", readonly, doc = "exception message")]
    msg: Slot,
    #[member(none, name = "exceptions", readonly, doc = "nested exceptions")]
    excs: Slot<Tuple>,
    /// How a sequence that is no list or tuple showed itself when the group was made.
    excs_str: Slot,
}

/// The class `ExceptionGroup(BaseExceptionGroup, Exception)`.
pub(super) fn make_exception_group(th: &mut Thread) -> Result<&'static Type, Raised> {
    let name = Str::new(th, "ExceptionGroup");
    let bases = Tuple::from_slice(th, &[exceptions::base_exception_group_type(), exceptions::exception_type()]);
    let namespace = Dict::new(th);
    let module = Str::new(th, "builtins");
    namespace.set(th, &names::__module__, &module)?;
    let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
    class.make_immortal();
    match leak(&class) {
        Some(class) => Ok(class),
        None => Err(raise::system_error(th, format_args!("type() made no class"))),
    }
}

#[allow(unsafe_code, reason = "the class was just made immortal")]
fn leak(class: &Object) -> Option<&'static Type> {
    // SAFETY: R2: an immortal object is never freed.
    as_type(class).map(|class| unsafe { &*core::ptr::from_ref(class) })
}

/// `ExceptionGroup(message, exceptions)`
pub fn create(th: &mut Thread, message: &str, exceptions: &Object) -> Result<Ref<Object>, Raised> {
    let message = Str::new(th, message);
    ops::call(th, super::exception_group_type(), &[&message, exceptions])
}

impl BaseExceptionGroup {
    /// The exceptions in the group.
    pub fn exceptions(&self) -> &Tuple {
        // Set when the group is made, before anybody sees it.
        self.excs.peek().unwrap_or_else(|| Tuple::empty_static())
    }

    /// A group with some of this one's exceptions and all of its metadata; `None` for none.
    fn subset(&self, th: &mut Thread, exceptions: Vec<Ref<Object>>) -> Result<Option<Ref<Object>>, Raised> {
        if exceptions.is_empty() {
            return Ok(None);
        }
        let exceptions = List::new(th, exceptions);
        let made = ops::call_method(th, self, &names::derive, &[&exceptions])?;
        let Ok(group) = made.downcast::<BaseExceptionGroup>() else {
            return Err(raise::type_error(th, format_args!("derive must return an instance of BaseExceptionGroup")));
        };
        let (traceback, context, cause) = (self.traceback(th), self.context(th), self.cause(th));
        group.set_traceback(th, traceback);
        group.set_context(th, context);
        group.set_cause(th, cause);
        if let Some(notes) = ops::getattr_opt(th, self, &names::__notes__)?
            && ops::is_sequence(&notes)
        {
            // A list of its own, so that notes added to one part do not show up in the other.
            let notes = ops::to_list(th, &notes)?;
            ops::setattr(th, &group, &names::__notes__, &notes)?;
        }
        Ok(Some(group.up()))
    }
}

#[pymethods]
impl BaseExceptionGroup {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<BaseExceptionGroup>, Raised> {
        let [message, given] = *args.as_slice() else {
            let count = args.len();
            return Err(raise::type_error(th, format_args!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({count} given)")));
        };
        if !message.is_a::<Str>() {
            let name = if message.is(none()) { "None".to_owned() } else { ops::type_name(message) };
            return Err(raise::type_error(th, format_args!("BaseExceptionGroup.__new__() argument 1 must be str, not {name}")));
        }
        if !ops::is_sequence(given) {
            return Err(raise::type_error(th, format_args!("second argument (exceptions) must be a sequence")));
        }
        let excs_str = match given.is_a::<List>() || given.is_a::<Tuple>() {
            true => None,
            false => Some(ops::repr(th, given)?.up()),
        };
        let excs = ops::to_tuple(th, given)?;
        let class = check_members(th, cls, &excs)?;
        let args = Tuple::from_slice(th, &args);
        let fields = BaseExceptionGroup {
            base: BaseException::with_args(args),
            msg: Slot::new(message.to_ref()),
            excs: Slot::new(excs),
            excs_str: Slot::from_option(excs_str),
        };
        Ok(th.new_instance(class, fields))
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("BaseExceptionGroup() takes no keyword arguments")));
        }
        super::base::init_args(th, self, args);
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let message = self.msg.get(th, self).unwrap_or_else(|| none().to_ref());
        let mut text = Text::new(&typing::short_name(self.ty()));
        text.push("(").push_repr(th, &message)?.push(", ");
        let args = self.args(th);
        match self.excs_str.get(th, self) {
            Some(shown) => text.push_display(th, &shown)?,
            // The list that was passed may have changed since.
            None if args.len() == 2 && args.get(1).is_a::<List>() => {
                let list = ops::to_list(th, self.exceptions())?;
                text.push_repr(th, &list)?
            }
            None => text.push_repr(th, self.exceptions())?,
        };
        Ok(text.push(")").finish(th))
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let message = self.msg.get(th, self).unwrap_or_else(|| none().to_ref());
        let count = self.exceptions().len();
        let mut text = Text::default();
        text.push_display(th, &message)?.push(&format!(" ({count} sub-exception{})", if count == 1 { "" } else { "s" }));
        Ok(text.finish(th))
    }

    #[method]
    fn derive(&self, th: &mut Thread, excs: &Object) -> Result<Ref<Object>, Raised> {
        let message = self.msg.get(th, self).unwrap_or_else(|| none().to_ref());
        ops::call(th, exceptions::base_exception_group_type(), &[&message, excs])
    }

    #[method]
    fn split(&self, th: &mut Thread, matcher_value: &Object) -> Result<Ref<Tuple>, Raised> {
        let matcher = Matcher::from_object(th, matcher_value)?;
        let parts = split(th, self, &matcher, true)?;
        let or_none = |part: &Option<Ref<Object>>| part.clone().unwrap_or_else(|| none().to_ref());
        let (matching, rest) = (or_none(&parts.matching), or_none(&parts.rest));
        Ok(Tuple::from_slice(th, &[&*matching, &*rest]))
    }

    #[method]
    fn subgroup(&self, th: &mut Thread, matcher_value: &Object) -> Result<Option<Ref<Object>>, Raised> {
        let matcher = Matcher::from_object(th, matcher_value)?;
        Ok(split(th, self, &matcher, false)?.matching)
    }

    /// Exception groups are generic over the type of their contained exceptions
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}

/// The class that the group really gets: one that may hold all its members.
fn check_members<'a>(th: &mut Thread, cls: &'a Type, excs: &Tuple) -> Result<&'a Type, Raised> {
    if excs.len() == 0 {
        return Err(raise::value_error(th, format_args!("second argument (exceptions) must be a non-empty sequence")));
    }
    let mut nested_base = false;
    for (index, exc) in excs.iter().enumerate() {
        if super::as_exception(exc).is_none() {
            return Err(raise::value_error(th, format_args!("Item {index} of second argument (exceptions) is not an exception")));
        }
        nested_base |= !heap::is_subtype(exc.ty(), super::exception_type());
    }
    if core::ptr::eq(cls, super::base_exception_group_type()) {
        return Ok(if nested_base { cls } else { super::exception_group_type() });
    }
    if nested_base && core::ptr::eq(cls, super::exception_group_type()) {
        return Err(raise::type_error(th, format_args!("Cannot nest BaseExceptions in an ExceptionGroup")));
    }
    if nested_base && heap::is_subtype(cls, super::exception_type()) {
        let name = ops::message_name(cls);
        return Err(raise::type_error(th, format_args!("Cannot nest BaseExceptions in '{name}'")));
    }
    Ok(cls)
}

/// Which exceptions of a group are wanted.
enum Matcher<'a> {
    /// A class or a tuple of classes.
    Type(&'a Object),
    /// Those for which a call returns something true.
    Predicate(&'a Object),
    /// These very leaves, by address.
    Leaves(HashSet<usize>),
}

impl<'a> Matcher<'a> {
    fn from_object(th: &mut Thread, value: &'a Object) -> Result<Matcher<'a>, Raised> {
        if as_type(value).is_none() && ops::is_callable(value) {
            return Ok(Matcher::Predicate(value));
        }
        let is_class = |object: &Object| super::as_exception_class(object).is_some();
        if is_class(value) || value.downcast_exact::<Tuple>().is_some_and(|classes| classes.iter().all(is_class)) {
            return Ok(Matcher::Type(value));
        }
        let message = "expected an exception type, a tuple of exception types, or a callable (other than a class)";
        Err(raise::type_error(th, format_args!("{message}")))
    }

    fn wants(&self, th: &mut Thread, exception: &Object) -> Result<bool, Raised> {
        match self {
            Matcher::Type(class) => Ok(raise::matches_class(exception, class)),
            Matcher::Predicate(callable) => {
                let result = ops::call1(th, callable, exception)?;
                ops::is_true(th, &result)
            }
            Matcher::Leaves(leaves) => Ok(leaves.contains(&address(exception))),
        }
    }
}

fn address(object: &Object) -> usize {
    core::ptr::from_ref(object) as usize
}

#[derive(Default)]
struct Parts {
    matching: Option<Ref<Object>>,
    rest: Option<Ref<Object>>,
}

fn split(th: &mut Thread, exception: &Object, matcher: &Matcher<'_>, with_rest: bool) -> Result<Parts, Raised> {
    if matcher.wants(th, exception)? {
        return Ok(Parts { matching: Some(exception.to_ref()), rest: None });
    }
    let Some(group) = exception.downcast::<BaseExceptionGroup>() else {
        return Ok(Parts { matching: None, rest: with_rest.then(|| exception.to_ref()) });
    };
    ops::native_recursion(th, " in exceptiongroup_split_recursive")?;
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for member in group.exceptions().iter() {
        let parts = split(th, member, matcher, with_rest)?;
        matching.extend(parts.matching);
        rest.extend(parts.rest);
    }
    let matching = group.subset(th, matching)?;
    let rest = group.subset(th, rest)?;
    Ok(Parts { matching, rest })
}

/// What an `except* class:` clause gets of `exception`, and what is left for the next: `(matching, rest)`.
///
/// `naked` links a traceback to the group that is wrapped around an exception that is none.
pub fn match_star(
    th: &mut Thread,
    exception: &Object,
    class: &Object,
    naked: impl FnOnce(&mut Thread, &BaseException),
) -> Result<(Option<Ref<Object>>, Option<Ref<Object>>), Raised> {
    if exception.is(none()) {
        return Ok((None, None));
    }
    let is_group = exception.is_a::<BaseExceptionGroup>();
    if raise::matches_class(exception, class) {
        if is_group {
            return Ok((Some(exception.to_ref()), None));
        }
        let members = Tuple::from_slice(th, &[exception]);
        let group = create(th, "", &members)?;
        if let Some(group) = super::as_exception(&group) {
            naked(th, group);
        }
        return Ok((Some(group), None));
    }
    if !is_group {
        return Ok((None, Some(exception.to_ref())));
    }
    let pair = ops::call_method(th, exception, &names::split, &[class])?;
    let name = ops::type_name(exception);
    let Some(pair) = (*pair).downcast::<Tuple>() else {
        let got = ops::type_name(&pair);
        return Err(raise::type_error(th, format_args!("{name}.split must return a tuple, not {got}")));
    };
    if pair.len() < 2 {
        let size = pair.len();
        return Err(raise::type_error(th, format_args!("{name}.split must return a 2-tuple, got tuple of size {size}")));
    }
    let some = |part: &Object| (!part.is(none())).then(|| part.to_ref());
    Ok((some(pair.get(0)), some(pair.get(1))))
}

/// What is raised at the end of a `try` with `except*` clauses: what the clauses raised, and what nobody handled, regrouped as in
/// `original`. `exceptions` holds one exception or `None` for each clause, and the unhandled rest.
pub fn prepare_reraise_star(th: &mut Thread, original: &Object, exceptions: &List) -> Result<Option<Ref<Object>>, Raised> {
    let all: Vec<Ref<Object>> = exceptions.snapshot(th);
    let Some(first) = all.first() else { return Ok(None) };
    let Some(group) = original.downcast::<BaseExceptionGroup>() else {
        // The exception was wrapped for one clause only; so at most one exception came out.
        return Ok((!first.is(none())).then(|| first.clone()));
    };
    let (mut raised, mut leaves) = (Vec::new(), HashSet::new());
    for exception in all {
        match super::as_exception(&exception) {
            None => {}
            Some(part) if part.same_origin(group) => collect_leaves(&exception, &mut leaves),
            Some(_) => raised.push(exception),
        }
    }
    let unhandled = split(th, group, &Matcher::Leaves(leaves), false)?.matching;
    if raised.is_empty() {
        return Ok(unhandled);
    }
    raised.extend(unhandled);
    if raised.len() == 1 {
        return Ok(raised.pop());
    }
    let raised = List::new(th, raised);
    create(th, "", &raised).map(Some)
}

fn collect_leaves(exception: &Object, leaves: &mut HashSet<usize>) {
    match exception.downcast::<BaseExceptionGroup>() {
        Some(group) => group.exceptions().iter().for_each(|member| collect_leaves(member, leaves)),
        None => {
            leaves.insert(address(exception));
        }
    }
}
