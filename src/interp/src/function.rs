//! The function object, in the ABI's layout.
//!
//! Invariant: `globals` and `builtins` never change once the function can be reached; a replaced `code` or `closure` lives as long as the function
//! (`replaced`), because frames that run it hold only that.

mod attributes;
mod entry;
mod replaced;
pub mod watch;

use heap::sync::{AtomicU32, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Dict, Str, Tuple, names};
use syntax::code::flags;

use crate::args::Slice;
pub use replaced::Replaced;
use watch::Event;
use crate::code::Code;
use crate::frame::{Kind, Reg};

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[pytype(
    name = "function",
    export = "PyFunction_Type",
    sig = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
    layout = PyFunctionObject,
    flags(METHOD_DESCRIPTOR),
    dict = dict,
    weakref = weakreflist,
    vectorcall = vectorcall,
    lock = instance,
    parts(attributes)
)]
#[repr(C)]
pub struct Function {
    head: Head,
    #[member(none, name = "__globals__", readonly, doc = none)]
    globals: Slot,
    #[member(none, name = "__builtins__", readonly, doc = none)]
    builtins: Slot,
    name: Slot<Str>,
    qualname: Slot<Str>,
    code: Slot<Code>,
    defaults: Slot,
    kwdefaults: Slot,
    #[member(none, name = "__closure__", readonly, doc = none)]
    closure: Slot<Tuple>,
    doc: Slot,
    dict: Slot,
    weakreflist: Slot,
    module: Slot,
    annotations: Slot,
    annotate: Slot,
    /// Or a [`Replaced`].
    typeparams: Slot,
    vectorcall: Option<abi::vectorcallfunc>,
    version: AtomicU32,
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

impl Drop for Function {
    fn drop(&mut self) {
        if watch::WATCHERS.any() {
            watch::tell_end(self);
        }
    }
}

impl Function {
    /// Where compiled code finds what a function runs, and what its closure is.
    pub const CODE_OFFSET: usize = core::mem::offset_of!(Function, code);
    pub const GLOBALS_OFFSET: usize = core::mem::offset_of!(Function, globals);
    pub const BUILTINS_OFFSET: usize = core::mem::offset_of!(Function, builtins);
    pub const CLOSURE_OFFSET: usize = core::mem::offset_of!(Function, closure);
    pub const DEFAULTS_OFFSET: usize = core::mem::offset_of!(Function, defaults);

    /// The function that a `def` makes.
    pub fn new(th: &Thread, code: &Code, globals: &Object, builtins: &Object) -> Ref<Function> {
        let module = match globals.downcast::<Dict>() {
            Some(globals) => globals.get_str(th, &names::__name__),
            None => None,
        };
        let doc = match code.flags & flags::HAS_DOCSTRING != 0 {
            // Empty: asked of the code when somebody wants it.
            true if code.is_deferred() => None,
            true => code.docstring().map(|doc| th.retain(doc)),
            false => Some(objects::none_ref()),
        };
        th.new_object(Function {
            head: Head::INIT,
            globals: Slot::new(th.retain(globals)),
            builtins: Slot::new(th.retain(builtins)),
            name: Slot::new(th.retain(code.name())),
            qualname: Slot::new(th.retain(code.qualname())),
            code: Slot::new(th.retain(code)),
            defaults: Slot::NULL,
            kwdefaults: Slot::NULL,
            closure: Slot::NULL,
            doc: Slot::from_option(doc),
            dict: Slot::NULL,
            weakreflist: Slot::NULL,
            module: Slot::from_option(module),
            annotations: Slot::NULL,
            annotate: Slot::NULL,
            typeparams: Slot::NULL,
            vectorcall: Some(entry::vectorcall),
            version: AtomicU32::new(0),
        })
    }

    /// The code it runs now.
    #[inline(always)]
    pub fn code<'a>(&self) -> &'a Code {
        match self.code.peek() {
            // A replaced code object is kept, so the borrow holds as long as the function.
            Some(code) => match Reg::uncounted(code).full().downcast_exact::<Code>() {
                Some(code) => code,
                None => unreachable!("a function's code is code"),
            },
            None => unreachable!("a function has code"),
        }
    }

    /// [`Function::code`] without a call.
    #[inline(always)]
    pub fn code_plainly(&self) -> Option<&Code> {
        self.code.peek()?.downcast_exact::<Code>()
    }

    /// What `__doc__` is where nobody set it.
    fn docstring(&self, th: &Thread) -> Ref<Object> {
        self.code().docstring().map_or_else(objects::none_ref, |doc| th.retain(doc))
    }

    /// The module namespace.
    #[inline(always)]
    pub fn globals(&self) -> &Object {
        self.globals.peek().unwrap_or(objects::none())
    }

    /// The namespace of builtins.
    #[inline(always)]
    pub fn builtins(&self) -> &Object {
        self.builtins.peek().unwrap_or(objects::none())
    }

    /// The cells of its free variables.
    #[inline(always)]
    pub fn closure(&self) -> Option<&Tuple> {
        self.closure.peek()
    }

    /// `__defaults__`.
    pub fn defaults(&self, th: &Thread) -> Option<Ref<Tuple>> {
        self.defaults.get(th, self)?.downcast().ok()
    }

    /// The last `count` of the defaults, if there are so many. Those of a common function were there just now: their memory stays until the
    /// next safepoint (R8), and whether one can be held is asked of itself ([`Reg::held`](crate::frame::Reg::held)).
    #[inline(always)]
    pub fn last_defaults(&self, count: usize) -> Option<&[&Object]> {
        let defaults = self.defaults.peek()?.downcast_exact::<Tuple>()?.as_slice();
        defaults.get(defaults.len().checked_sub(count)?..)
    }

    /// How many values there are in a plain tuple of defaults.
    pub fn default_count(&self) -> usize {
        self.defaults.peek().and_then(|defaults| defaults.downcast_exact::<Tuple>()).map_or(0, Tuple::len)
    }

    /// `__kwdefaults__`.
    pub fn kwdefaults(&self, th: &Thread) -> Option<Ref<Dict>> {
        self.kwdefaults.get(th, self)?.downcast().ok()
    }

    /// Whether its names are those of `code`.
    #[inline(always)]
    pub fn is_named_as(&self, code: &Code) -> bool {
        core::ptr::eq(self.name.raw(), code.name().as_ptr()) && core::ptr::eq(self.qualname.raw(), code.qualname().as_ptr())
    }

    /// `__name__`.
    pub fn name(&self, th: &Thread) -> Option<Ref<Str>> {
        self.name.get(th, self)
    }

    /// `__qualname__`.
    pub fn qualname(&self, th: &Thread) -> Option<Ref<Str>> {
        self.qualname.get(th, self)
    }

    /// A number that changes with code and defaults; 0 never, and never twice the same for two functions.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.load(Acquire)
    }

    /// As [`Function::version`], given one if it has none. 0 when the numbers are used up.
    pub fn assign_version(&self) -> u32 {
        let now = self.version();
        if now != 0 {
            return now;
        }
        let fresh = NEXT_VERSION.fetch_update(Relaxed, Relaxed, |n| n.checked_add(1)).unwrap_or(0);
        match self.version.compare_exchange(0, fresh, AcqRel, Acquire) {
            Ok(_) => fresh,
            Err(other) => other,
        }
    }

    fn changed(&self) {
        self.version.store(0, Release);
    }

    /// `SetFunctionAttr`: defaults of a fresh function.
    pub fn set_defaults_raw(&self, th: &mut Thread, value: Ref<Object>) {
        self.changed();
        self.defaults.set(th, self, Some(value));
    }

    /// `SetFunctionAttr`: keyword defaults of a fresh function.
    pub fn set_kwdefaults_raw(&self, th: &mut Thread, value: Ref<Object>) {
        self.changed();
        self.kwdefaults.set(th, self, Some(value));
    }

    /// Replaces the defaults.
    pub fn replace_defaults(&self, th: &mut Thread, value: Option<Ref<Object>>) {
        watch::tell(th, self, Event::Defaults, value.as_deref());
        self.changed();
        self.defaults.set(th, self, value);
    }

    /// Replaces the keyword defaults.
    pub fn replace_kwdefaults(&self, th: &mut Thread, value: Option<Ref<Object>>) {
        watch::tell(th, self, Event::KwDefaults, value.as_deref());
        self.changed();
        self.kwdefaults.set(th, self, value);
    }

    /// Replaces the closure. Calls that run hold only the function, so the old one is kept; calls that come must find cells for all free
    /// variables of the code.
    pub fn replace_closure(&self, th: &mut Thread, value: Option<Ref<Tuple>>) {
        self.changed();
        if let Some(old) = self.closure.replace(th, self, value) {
            self.keep_replaced(th, &old);
            th.release(old);
        }
    }

    /// Replaces the annotations, which nothing computes any more.
    pub fn replace_annotations(&self, th: &mut Thread, value: Option<Ref<Object>>) {
        self.annotations.set(th, self, value);
        self.annotate.set(th, self, None);
    }

    /// Whether there are annotations, or something that computes them.
    pub fn has_annotations(&self) -> bool {
        !self.annotations.is_null() || self.annotate.peek().is_some_and(objects::ops::is_callable)
    }

    /// `__module__`.
    pub fn module(&self, th: &Thread) -> Option<Ref<Object>> {
        self.module.get(th, self)
    }

    /// `__qualname__` of a fresh function.
    pub fn set_qualname_raw(&self, th: &mut Thread, value: Ref<Str>) {
        self.qualname.set(th, self, Some(value));
    }

    /// `SetFunctionAttr`: annotations of a fresh function.
    pub fn set_annotations_raw(&self, th: &mut Thread, value: Ref<Object>) {
        self.annotations.set(th, self, Some(value));
    }

    /// `SetFunctionAttr`: closure of a fresh function.
    pub fn set_closure_raw(&self, th: &mut Thread, value: Ref<Object>) {
        if let Ok(cells) = value.downcast::<Tuple>() {
            self.closure.set(th, self, Some(cells));
        }
    }

    /// `SetFunctionAttr`: `__annotate__` of a fresh function.
    pub fn set_annotate_raw(&self, th: &mut Thread, value: Ref<Object>) {
        self.annotate.set(th, self, Some(value));
    }

    /// `__type_params__` of a fresh function.
    pub fn set_type_params(&self, th: &mut Thread, value: Ref<Object>) {
        self.typeparams.set(th, self, Some(value));
    }
}

#[pymethods]
impl Function {
    #[slot(tp_descr_get)]
    fn bind(&self, th: &mut Thread, object: Option<&Object>, _class: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match object.filter(|object| !object.is(objects::none())) {
            Some(object) => crate::lent::bound_method(th, self.as_object(), object),
            None => Ok(th.retain(self.as_object())),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let name = self.qualname(th).map_or_else(String::new, |n| n.to_string_lossy());
        Str::new(th, &format!("<function {name} at {:p}>", self))
    }
}

/// Runs a Python function in a loop of its own, for native callers.
pub fn run_function(th: &mut Thread, function: &Function, args: Slice<'_>) -> Result<Ref<Object>, Raised> {
    let frame = crate::ops::call::enter(th, function, &args)?;
    // The native caller holds the function, but a generator's frame may outlive the call.
    frame.func.set(Reg::counted(th.retain(function)));
    frame.kind.set(Kind::Entry);
    crate::dispatch::run(th, frame, false)
}
