//! `_contextvars`: context variables. A context's values are an immutable [`map`] that is replaced at each change, so copying one is free.
//!
//! Each thread has a current context; `Context.run` makes another one current for a call (PEP 567).

mod map;

use core::cell::{Cell, RefCell};

use heap::sync::{AtomicBool, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Dict, Str, Tuple, none, ops, raise};

use map::Map;

thread_local! {
    static CURRENT: RefCell<Option<Ref<Context>>> = const { RefCell::new(None) };
    /// How often another context became current here, or the current one changed.
    static CHANGES: Cell<u64> = const { Cell::new(0) };
}

/// Values of context variables.
#[pytype(name = "Context", module = "_contextvars", export = "PyContext_Type", lock = instance, weakref)]
#[repr(C)]
pub struct Context {
    head: Head,
    values: Slot<Map>,
    /// The context that was current before this one was entered.
    outer: Slot<Context>,
    entered: AtomicBool,
}

/// A context variable.
#[pytype(name = "ContextVar", module = "_contextvars", export = "PyContextVar_Type", lock = instance)]
#[repr(C)]
pub struct ContextVar {
    head: Head,
    #[member(readonly)]
    name: Slot<Str>,
    default: Slot,
}

/// What `ContextVar.set` returns.
#[pytype(name = "Token", module = "_contextvars", export = "PyContextToken_Type", lock = instance, flags(UNHASHABLE))]
#[repr(C)]
pub struct Token {
    head: Head,
    context: Slot<Context>,
    #[member(readonly)]
    var: Slot<ContextVar>,
    old: Slot,
    used: AtomicBool,
}

/// `Token.MISSING`.
#[pytype(name = "Token.MISSING", module = "_contextvars")]
#[repr(C)]
pub struct Missing {
    head: Head,
}

static MISSING: Global<Missing> = Global::EMPTY;

fn missing(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    Ok(MISSING.get_or_init(th, |th| Ok::<_, Raised>(th.new_object(Missing { head: Head::INIT })))?.up())
}

/// The calling thread's context, made on first use.
pub fn current(th: &mut Thread) -> Ref<Context> {
    let found = CURRENT.with_borrow(|current| current.clone());
    if let Some(found) = found {
        return found;
    }
    let made = Context::empty(th);
    made.entered.store(true, Release);
    make_current(Some(made.clone()));
    made
}

fn make_current(context: Option<Ref<Context>>) -> Option<Ref<Context>> {
    CHANGES.set(CHANGES.get() + 1);
    CURRENT.replace(context)
}

/// A copy of the calling thread's context.
pub fn copy_current(th: &mut Thread) -> Ref<Context> {
    let current = current(th);
    let copy = current.copy(th);
    th.release(current);
    copy
}

/// Runs `body` in a context.
pub fn run_in<R>(th: &mut Thread, context: &Object, body: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
    match context.downcast::<Context>() {
        Some(context) => context.during(th, body),
        None => Err(raise::type_error(th, format_args!("an instance of Context was expected"))),
    }
}

impl Context {
    /// Without any variable.
    pub fn empty(th: &Thread) -> Ref<Context> {
        Context::holding(th, Map::empty(th))
    }

    fn holding(th: &Thread, values: Ref<Map>) -> Ref<Context> {
        th.new_object(Context { head: Head::INIT, values: Slot::new(values), outer: Slot::NULL, entered: AtomicBool::new(false) })
    }

    /// Runs `body` while this is the thread's context.
    fn during<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        self.enter(th)?;
        let result = body(th);
        match self.exit(th) {
            Ok(()) => result,
            Err(raised) => Err(raised),
        }
    }

    /// Makes this the thread's context.
    pub fn enter(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.entered.swap(true, AcqRel) {
            let text = ops::repr(th, self)?;
            return Err(raise::runtime_error(th, format_args!("cannot enter context: {text} is already entered")));
        }
        let outer = make_current(Some(self.to_ref()));
        self.outer.set(th, self, outer);
        switched(th);
        Ok(())
    }

    /// Makes the context that was current before this one was entered the thread's again.
    pub fn exit(&self, th: &mut Thread) -> Result<(), Raised> {
        if !self.entered.load(Acquire) {
            let text = ops::repr(th, self)?;
            return Err(raise::runtime_error(th, format_args!("cannot exit context: {text} has not been entered")));
        }
        if !CURRENT.with_borrow(|current| current.as_ref().is_some_and(|current| Thread::same(&**current, self))) {
            return Err(raise::runtime_error(th, format_args!("cannot exit context: thread state references a different context object")));
        }
        let outer = self.outer.take(th, self);
        if let Some(this) = make_current(outer) {
            th.release(this);
        }
        self.entered.store(false, Release);
        switched(th);
        Ok(())
    }

    fn values(&self, th: &Thread) -> Ref<Map> {
        self.values.get(th, self).unwrap_or_else(|| Map::empty(th))
    }

    /// A variable's value.
    fn value(&self, th: &mut Thread, var: &ContextVar) -> Option<Ref<Object>> {
        let values = self.values(th);
        let found = values.get(th, var);
        th.release(values);
        found
    }

    fn dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        self.values(th).to_dict(th)
    }

    /// Replaces the values by those with `var` changed. Only the thread whose context it is does that.
    fn change(&self, th: &mut Thread, var: &ContextVar, value: Option<&Object>) {
        let values = self.values(th);
        let fresh = match value {
            Some(value) => values.with(th, var, value),
            None => values.without(th, var),
        };
        th.release(values);
        self.values.set(th, self, Some(fresh));
        CHANGES.set(CHANGES.get() + 1);
    }
}

fn variable<'a>(th: &mut Thread, key: &'a Object) -> Result<&'a ContextVar, Raised> {
    match key.downcast::<ContextVar>() {
        Some(var) => Ok(var),
        None => {
            let text = ops::repr(th, key)?;
            Err(raise::type_error(th, format_args!("a ContextVar key was expected, got {text}")))
        }
    }
}

#[pymethods]
impl Context {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Context>, Raised> {
        if !args.is_empty() || !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("Context() does not accept any arguments")));
        }
        Ok(Context::empty(th))
    }

    #[method(sig = none)]
    fn run(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let Some((&callable, args)) = args.as_slice().split_first() else {
            return Err(raise::type_error(th, format_args!("run() missing 1 required positional argument")));
        };
        self.during(th, |th| {
            if kwargs.is_empty() {
                return ops::call(th, callable, args);
            }
            let mut all = args.to_vec();
            let mut names = Vec::new();
            for (name, value) in kwargs.iter() {
                names.push(name);
                all.push(value);
            }
            let names = Tuple::from_slice(th, &names);
            ops::call_kw(th, callable, &all, Some(&names))
        })
    }

    /// Return a shallow copy of the context object.
    #[method]
    pub fn copy(&self, th: &mut Thread) -> Ref<Context> {
        let values = self.values(th);
        Context::holding(th, values)
    }

    /// Return the value for `key` if `key` has the value in the context object.
    #[method(sig = "($self, key, default=None, /)")]
    fn get(&self, th: &mut Thread, key: &Object, #[default(objects::none())] default: &Object) -> Result<Ref<Object>, Raised> {
        let var = variable(th, key)?;
        Ok(self.value(th, var).unwrap_or_else(|| default.to_owned()))
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        let var = variable(th, key)?;
        match self.value(th, var) {
            Some(value) => Ok(value),
            None => Err(raise::key_error(th, key)),
        }
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let var = variable(th, key)?;
        Ok(self.values(th).contains(var))
    }

    #[slot(mp_length)]
    fn len(&self, th: &mut Thread) -> usize {
        self.values(th).len()
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let values = self.dict(th)?;
        ops::iter(th, &values)
    }

    /// Return all variables in the context object.
    #[method]
    fn keys(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let values = self.dict(th)?;
        ops::call_method(th, &values, objects::names::keys.get(), &[])
    }

    /// Return a list of all variables' values in the context object.
    #[method]
    fn values_(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let values = self.dict(th)?;
        ops::call_method(th, &values, objects::names::values.get(), &[])
    }

    /// Return all variables and their values in the context object.
    #[method]
    fn items(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let values = self.dict(th)?;
        let items = objects::intern(th, "items");
        ops::call_method(th, &values, items, &[])
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Context>() else { return Ok(objects::not_implemented_ref()) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(objects::not_implemented_ref());
        }
        let (a, b) = (self.dict(th)?, other.dict(th)?);
        ops::richcompare(th, &a, &b, op)
    }
}

#[pymethods]
impl ContextVar {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<ContextVar>, Raised> {
        let [name] = *args.as_slice() else {
            let (given, bound) = (args.len(), if args.is_empty() { "exactly" } else { "at most" });
            return Err(raise::type_error(th, format_args!("ContextVar() takes {bound} 1 positional argument ({given} given)")));
        };
        for (key, _) in kwargs.iter() {
            if !str_equals(key, "default") {
                return Err(raise::type_error(th, format_args!("ContextVar() got an unexpected keyword argument '{}'", Text(key))));
            }
        }
        let default = kwargs.get("default");
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("context variable name must be a str")));
        };
        ops::hash(th, name)?;
        let made = ContextVar { head: Head::INIT, name: Slot::new(name.to_ref()), default: Slot::from_option(default.map(|d| d.to_owned())) };
        Ok(th.new_object(made))
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        (core::ptr::from_ref(self) as usize).rotate_right(4) as isize
    }

    /// Return a value for the context variable for the current context.
    #[method(sig = "($self, default=<unrepresentable>, /)")]
    fn get(&self, th: &mut Thread, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match self.find(th, default) {
            Some(value) => Ok(value),
            None => Err(raise::with_value(th, objects::exceptions::lookup_error_type(), self.as_object().to_owned())),
        }
    }

    /// Call to set a new value for the context variable in the current context.
    #[method(sig = "($self, value, /)")]
    pub fn set(&self, th: &mut Thread, value: &Object) -> Result<Ref<Token>, Raised> {
        let context = current(th);
        let old = context.value(th, self);
        context.change(th, self, Some(value));
        let made = Token { head: Head::INIT, context: Slot::new(context), var: Slot::new(self.to_ref()), old: Slot::from_option(old), used: AtomicBool::new(false) };
        Ok(th.new_object(made))
    }

    /// Reset the context variable.
    #[method(sig = "($self, token, /)")]
    pub fn reset(&self, th: &mut Thread, token: &Token) -> Result<(), Raised> {
        let text = ops::repr(th, token)?;
        if token.used.load(Acquire) {
            return Err(raise::runtime_error(th, format_args!("{text} has already been used once")));
        }
        if token.var.raw() != self.as_object().as_ptr() {
            return Err(raise::value_error(th, format_args!("{text} was created by a different ContextVar")));
        }
        let context = current(th);
        if token.context.raw() != context.as_ptr() {
            return Err(raise::value_error(th, format_args!("{text} was created in a different Context")));
        }
        token.used.store(true, Release);
        let old = token.old.get(th, token);
        context.change(th, self, old.as_deref());
        Ok(())
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let name = self.name.get(th, self).map_or_else(String::new, |n| n.to_string_lossy());
        let default = match self.default.get(th, self) {
            Some(default) => format!(" default={}", ops::repr(th, &default)?),
            None => String::new(),
        };
        Ok(format!("<ContextVar name='{name}'{default} at {:p}>", self))
    }
}

#[pymethods]
impl Token {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Token>, Raised> {
        Err(raise::runtime_error(th, format_args!("Tokens can only be created by ContextVars")))
    }

    #[getter]
    fn old_value(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.old.get(th, self) {
            Some(old) => Ok(old),
            None => missing(th),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let var = match self.var.get(th, self) {
            Some(var) => ops::repr(th, &*var)?.to_string_lossy(),
            None => String::new(),
        };
        let used = if self.used.load(Acquire) { " used" } else { "" };
        Ok(format!("<Token{used} var={var} at {:p}>", self))
    }

    /// Enter into Token context manager.
    #[method]
    fn __enter__(&self) -> Ref<Token> {
        self.to_ref()
    }

    /// Exit from Token context manager, restore the linked ContextVar.
    #[method(sig = "($self, type, val, tb, /)")]
    fn __exit__(&self, th: &mut Thread, _type: &Object, _value: &Object, _traceback: &Object) -> Result<(), Raised> {
        match self.var.get(th, self) {
            Some(var) => var.reset(th, self),
            None => Ok(()),
        }
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[pymethods]
impl Missing {
    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "<Token.MISSING>"
    }
}

#[pymodule(name = "_contextvars", types(Context, ContextVar, Token))]
pub mod contextvars {
    //! Context Variables
    use super::*;

    #[function]
    fn copy_context(th: &mut Thread) -> Ref<Context> {
        current(th).copy(th)
    }

    #[exec]
    fn exec(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        objects::typing::ready(th, <Missing as PyType>::type_object())?;
        objects::typing::ready(th, <Map as PyType>::type_object())?;
        let missing = missing(th)?;
        // `Token.MISSING` and `Context.values` by the names that Rust cannot have.
        if let Some(dict) = objects::typing::lookup::own_dict(<Token as PyType>::type_object()) {
            dict.set_by_name(th, "MISSING", missing);
        }
        if let Some(dict) = objects::typing::lookup::own_dict(<Context as PyType>::type_object())
            && let Some(values) = dict.get_by_name(th, "values_")
        {
            dict.set_by_name(th, "values", values);
            let name = objects::intern(th, "values_");
            dict.del_str(th, name);
        }
        Ok(())
    }
}

impl ContextVar {
    /// A variable.
    pub fn make(th: &Thread, name: Ref<Str>, default: Option<Ref<Object>>) -> Ref<ContextVar> {
        th.new_object(ContextVar { head: Head::INIT, name: Slot::new(name), default: Slot::from_option(default) })
    }

    /// A variable without a default.
    pub fn named(th: &Thread, name: &str) -> Ref<ContextVar> {
        let name = Str::new(th, name);
        ContextVar::make(th, name, None)
    }

    /// The value in the calling thread's context, else `default`, else the variable's own.
    pub fn find(&self, th: &mut Thread, default: Option<&Object>) -> Option<Ref<Object>> {
        let context = current(th);
        let found = context.value(th, self);
        th.release(context);
        found.or_else(|| default.map(|default| default.to_owned())).or_else(|| self.default.get(th, self))
    }
}

/// Readies the types, for who makes instances without importing the module.
pub fn ready(th: &mut Thread) -> Result<(), Raised> {
    for ty in [<Map as PyType>::type_object(), Context::type_object(), ContextVar::type_object(), Token::type_object()] {
        objects::typing::ready(th, ty)?;
    }
    Ok(())
}

/// Is told which context is current now, or `None`, after each switch.
pub type Watcher = fn(&mut Thread, &Object);

static WATCHED: AtomicBool = AtomicBool::new(false);
static WATCHER: heap::sync::Mutex<Option<Watcher>> = heap::sync::Mutex::new(None);

/// Sets who is told of switches.
pub fn watch(watcher: Option<Watcher>) {
    WATCHED.store(watcher.is_some(), Release);
    *WATCHER.lock() = watcher;
}

fn switched(th: &mut Thread) {
    if WATCHED.load(Acquire) {
        tell(th);
    }
}

#[cold]
fn tell(th: &mut Thread) {
    let watcher = *WATCHER.lock();
    let now = CURRENT.with_borrow(|current| current.clone());
    if let Some(watcher) = watcher {
        let now = now.map_or_else(objects::none_ref, Ref::up);
        // What is raised already is nobody's business there.
        let raised = th.take_exception();
        watcher(th, &now);
        if let Some(raised) = raised {
            let _ = th.set_exception(raised);
        }
    }
}

/// What a variable is in the calling thread's context.
pub fn look_up(th: &mut Thread, variable: &ContextVar) -> Result<Option<Ref<Object>>, Raised> {
    Ok(current(th).value(th, variable))
}

/// Sets a variable in the calling thread's context.
pub fn assign(th: &mut Thread, variable: &ContextVar, value: &Object) -> Result<(), Raised> {
    current(th).change(th, variable, Some(value));
    Ok(())
}

/// A number that is another one when a variable may have another value in the calling thread.
#[inline]
pub fn changes() -> u64 {
    CHANGES.get()
}

/// Lets go of the calling thread's context.
pub fn end_thread(th: &mut Thread) {
    if let Some(context) = make_current(None) {
        th.release(context);
    }
}

const _: fn() -> &'static Object = none;
