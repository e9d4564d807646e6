//! The current context of a thread: the value of a context variable, which a thread remembers until a variable changes.

use core::cell::RefCell;
use core::ops::Deref;

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{none, raise};

use super::context::{Context, TEMPLATES, template};
use crate::contextvars::{self, ContextVar};

static VARIABLE: Global<ContextVar> = Global::EMPTY;

thread_local! {
    static KNOWN: RefCell<Option<(u64, Ref<Context>)>> = const { RefCell::new(None) };
}

fn variable(th: &mut Thread) -> Result<Ref<ContextVar>, Raised> {
    VARIABLE.get_or_init(th, |th| Ok::<_, Raised>(ContextVar::named(th, "decimal_context")))
}

/// A context for one operation. What the thread remembers is taken from there for as long, and put back: no count changes.
pub enum InUse {
    Held(Ref<Context>),
    /// As of when it is remembered; `None` only while this is dropped.
    Remembered(Option<(u64, Ref<Context>)>),
}

impl Deref for InUse {
    type Target = Context;
    #[inline]
    fn deref(&self) -> &Context {
        match self {
            InUse::Held(context) | InUse::Remembered(Some((_, context))) => context,
            InUse::Remembered(None) => unreachable!("it was put back"),
        }
    }
}

impl Drop for InUse {
    #[inline]
    fn drop(&mut self) {
        if let InUse::Remembered(known) = self {
            // An operation within this one may have looked the context up again.
            drop(KNOWN.replace(known.take()));
        }
    }
}

/// The context that operations of the calling thread go by.
#[inline]
pub fn current(th: &mut Thread) -> Result<InUse, Raised> {
    match KNOWN.take() {
        Some(known) if known.0 == contextvars::changes() => Ok(InUse::Remembered(Some(known))),
        old => {
            drop(old);
            look_up(th).map(InUse::Held)
        }
    }
}

#[cold]
fn look_up(th: &mut Thread) -> Result<Ref<Context>, Raised> {
    let variable = variable(th)?;
    let context = match contextvars::look_up(th, &variable)? {
        Some(value) => match value.downcast_ref::<Context>() {
            Some(context) => context.to_ref(),
            None => return Err(raise::type_error(th, format_args!("argument must be a context"))),
        },
        None => {
            let fresh = template(th, 0)?.duplicate(th, false);
            contextvars::assign(th, &variable, &fresh)?;
            fresh
        }
    };
    remember(th, Some((contextvars::changes(), context.clone())));
    Ok(context)
}

fn remember(th: &mut Thread, known: Option<(u64, Ref<Context>)>) {
    if let Some((_, context)) = KNOWN.replace(known) {
        th.release(context);
    }
}

/// Makes another context the current one; of a template, a copy.
pub fn set_current(th: &mut Thread, context: &Context) -> Result<(), Raised> {
    let is_template = TEMPLATES.iter().any(|known| known.get(th).is_some_and(|known| known.is(context)));
    let context = if is_template { context.duplicate(th, false) } else { context.to_ref() };
    let variable = variable(th)?;
    contextvars::assign(th, &variable, &context)
}

/// Lets go of what the calling thread remembers.
pub fn end_thread(th: &mut Thread) {
    remember(th, None);
}

/// An optional argument: a context, or the current one.
pub fn chosen(th: &mut Thread, context: Option<&Object>) -> Result<InUse, Raised> {
    match context {
        Some(context) if !context.is(none()) => match context.downcast::<Context>() {
            Some(context) => Ok(InUse::Held(context.to_ref())),
            None => Err(raise::type_error(th, format_args!("optional argument must be a context"))),
        },
        _ => current(th),
    }
}

/// What `localcontext` returns.
#[pytype(name = "ContextManager", module = "decimal", flags(DISALLOW_INSTANTIATION), doc = none)]
#[repr(C)]
pub struct Manager {
    head: heap::Head,
    inner: heap::Slot<Context>,
    outer: heap::Slot<Context>,
}

impl Manager {
    /// A manager that makes `inner` current, and afterwards `outer`.
    pub fn new(th: &Thread, inner: Ref<Context>, outer: Ref<Context>) -> Ref<Manager> {
        th.new_object(Manager { head: heap::Head::INIT, inner: heap::Slot::new(inner), outer: heap::Slot::new(outer) })
    }
}

#[pymethods]
impl Manager {
    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<Option<Ref<Context>>, Raised> {
        let inner = self.inner.get(th, self);
        if let Some(inner) = &inner {
            set_current(th, inner)?;
        }
        Ok(inner)
    }

    #[method(sig = none)]
    fn __exit__(&self, th: &mut Thread, _args: Args<'_>) -> Result<bool, Raised> {
        if let Some(outer) = self.outer.get(th, self) {
            set_current(th, &outer)?;
        }
        Ok(false)
    }
}
