//! `builtin_function_or_method`: a C function and the object it was bound to; how C functions are called by their METH flags.
//!
//! Invariant: `vectorcall` is the function for the declaration's flags, so that a call needs no look at them.
#![allow(unsafe_code, reason = "C functions of six signatures are called here")]

use core::ffi::{CStr, c_int};

use heap::{Head, Slot, foreign};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::typing::descr::{self, MethodDef};
use crate::typing::{as_type, qualname};
use crate::{Dict, Module, Str, Tuple, none, not_implemented_ref, ops, raise};

#[pytype(
    name = "builtin_function_or_method",
    export = "PyCFunction_Type",
    flags(DISALLOW_INSTANTIATION),
    layout = PyCFunctionObject,
    weakref = weakrefs,
    vectorcall
)]
#[repr(C)]
pub struct Builtin {
    head: Head,
    def: MethodDef,
    /// The module of a function, the instance or class of a method.
    receiver: Slot,
    #[member(none, name = "__module__", doc = none)]
    module: Slot,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    vectorcall: Option<vectorcallfunc>,
}

/// A method that is told its class (`METH_METHOD`).
#[pytype(name = "builtin_method", export = "PyCMethod_Type", base = Builtin, flags(DISALLOW_INSTANTIATION), layout = PyCMethodObject)]
#[repr(C)]
pub struct BuiltinMethod {
    base: Builtin,
    class: Slot,
}

const SIGNATURE: c_int =
    abi::METH_VARARGS | abi::METH_FASTCALL | abi::METH_NOARGS | abi::METH_O | abi::METH_KEYWORDS | abi::METH_METHOD;
const FAST_KEYWORDS: c_int = abi::METH_FASTCALL | abi::METH_KEYWORDS;
const VAR_KEYWORDS: c_int = abi::METH_VARARGS | abi::METH_KEYWORDS;
const METHOD: c_int = abi::METH_METHOD | FAST_KEYWORDS;

impl Builtin {
    /// The function, bound to `receiver`; `module` is its `__module__`.
    pub fn new(th: &Thread, def: MethodDef, receiver: Option<&Object>, module: Option<&Object>) -> Ref<Builtin> {
        th.new_object(Builtin::fields(th, def, receiver, module))
    }

    /// The same for a declaration with `METH_METHOD`, whose class is `class`.
    pub fn new_method(th: &Thread, def: MethodDef, receiver: Option<&Object>, module: Option<&Object>, class: &Type) -> Ref<Builtin> {
        let base = Builtin::fields(th, def, receiver, module);
        let method = th.new_object(BuiltinMethod { base, class: Slot::new(class.to_ref().up()) });
        // SAFETY: the struct begins with a `Builtin`.
        unsafe { method.cast_unchecked() }
    }

    fn fields(th: &Thread, def: MethodDef, receiver: Option<&Object>, module: Option<&Object>) -> Builtin {
        let slot = |object: Option<&Object>| Slot::from_option(object.map(|object| th.retain(object)));
        let vectorcall: vectorcallfunc = match def.def().ml_flags & SIGNATURE {
            abi::METH_NOARGS => call_no_args,
            abi::METH_O => call_o,
            abi::METH_FASTCALL => call_fast,
            FAST_KEYWORDS => call_fast_keywords,
            _ => call_slow,
        };
        Builtin { head: Head::INIT, def, receiver: slot(receiver), module: slot(module), weakrefs: 0, vectorcall: Some(vectorcall) }
    }

    /// The declaration.
    #[inline(always)]
    pub fn method_def(&self) -> MethodDef {
        self.def
    }

    /// What the function was bound to; also for static methods, which do not show it.
    #[inline(always)]
    pub fn receiver(&self) -> Option<&Object> {
        self.receiver.peek()
    }

    /// The class of a `METH_METHOD` function.
    pub fn class(&self) -> Option<&Type> {
        self.downcast::<BuiltinMethod>().and_then(|method| method.class.peek()).and_then(as_type)
    }

    /// Calls it with positional arguments; `None` where that takes more than a direct call.
    #[inline(always)]
    pub fn call_direct(&self, th: &mut Thread, args: &[&Object]) -> Option<Outcome> {
        // SAFETY: R4: the receiver is what the declaration's function expects.
        unsafe { call_positional(th, self.def, receiver_pointer(self), args) }
    }

    /// Whether it is the function of this declaration.
    pub fn is_declared_by(&self, def: *mut abi::PyMethodDef) -> bool {
        core::ptr::eq(self.def.as_ptr(), def)
    }

    /// Whether the function is called so.
    pub fn name_is(&self, name: &str) -> bool {
        self.def.name() == name
    }

    fn is_function(&self) -> bool {
        self.receiver().is_none_or(|receiver| receiver.is_a::<Module>())
    }

    fn qualified(&self, th: &Thread) -> String {
        let name = self.def.name();
        match self.receiver().filter(|_| !self.is_function()) {
            Some(receiver) => format!("{}.{name}", qualname(th, as_type(receiver).unwrap_or(receiver.ty()))),
            None => name.to_owned(),
        }
    }

    /// The function as messages about its arguments show it: `module.name()`.
    fn described(&self, th: &Thread) -> String {
        let module = self.module.get(th, self);
        let name = self.qualified(th);
        match module.as_ref().and_then(|module| (**module).downcast::<Str>()) {
            Some(module) if !module.eq_text("builtins") => format!("{module}.{name}"),
            _ => name,
        }
    }
}

/// What a C function that returned this has raised, or what it returned.
type Outcome = Result<Ref<Object>, Raised>;

/// Calls a declared method on `receiver`. Wrong counts of arguments are reported in the name of `owner`'s method.
///
/// # Safety
/// R4: `args` holds `count` positional arguments and one for each of `kwnames` (null or a tuple of strings), and `receiver` is what
/// the declaration's function expects.
pub unsafe fn call_def(
    th: &mut Thread,
    def: MethodDef,
    receiver: &Object,
    args: *const *mut abi::PyObject,
    count: usize,
    kwnames: *mut abi::PyObject,
    owner: Option<&Type>,
) -> Outcome {
    let call = Call { def, receiver: receiver.as_ptr(), args, count, kwnames, class: owner };
    // SAFETY: the caller's promise.
    let result = unsafe { call.run(th) };
    result.unwrap_or_else(|misfit| {
        let name = match owner {
            Some(owner) => format!("{}.{}", qualname(th, owner), def.name()),
            None => def.name().to_owned(),
        };
        Err(misfit.raise(th, &name))
    })
}

/// Calls a declared method on `receiver` with positional arguments, where its flags and their count allow it at once.
///
/// # Safety
/// R4: `receiver` is what the declaration's function expects.
#[inline(always)]
pub unsafe fn call_positional(th: &mut Thread, def: MethodDef, receiver: *mut abi::PyObject, args: &[&Object]) -> Option<Outcome> {
    let def = def.def();
    let function = def.ml_meth?;
    if ops::native_recursion(th, " while calling a Python object").is_err() {
        return Some(Err(th.already_raised()));
    }
    if foreign::is_foreign(function as *const ()) {
        // SAFETY: the caller's promise.
        return unsafe { call_foreign(th, def, function, receiver, args) };
    }
    let (first, count) = (args.as_ptr().cast(), args.len() as isize);
    // SAFETY: R4: `ml_flags` says which signature the function has; the arguments are alive for the call.
    let result = unsafe {
        match def.ml_flags & SIGNATURE {
            abi::METH_NOARGS if args.is_empty() => function(receiver, core::ptr::null_mut()),
            abi::METH_O if args.len() == 1 => function(receiver, args[0].as_ptr()),
            abi::METH_FASTCALL => as_fast(function)(receiver, first, count),
            FAST_KEYWORDS => as_fast_keywords(function)(receiver, first, count, core::ptr::null_mut()),
            _ => return None,
        }
    };
    Some(ops::cslot::object(th, result))
}

/// [`call_positional`] of an extension's function. The flags are looked at before the gate: it is not passed for a call that is not made.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn call_foreign(th: &mut Thread, def: &abi::PyMethodDef, function: abi::PyCFunction, this: *mut abi::PyObject, args: &[&Object]) -> Option<Outcome> {
    let signature = def.ml_flags & SIGNATURE;
    let fits = match signature {
        abi::METH_FASTCALL | FAST_KEYWORDS => true,
        abi::METH_NOARGS => args.is_empty(),
        abi::METH_O => args.len() == 1,
        _ => false,
    };
    if !fits {
        return None;
    }
    let (place, first, count) = (function as *const (), args.as_ptr().cast(), args.len() as isize);
    // SAFETY: the caller's promise.
    let share = |th: &Thread| unsafe { show_all(th, this, args) };
    // One gate for all signatures: it is long.
    // SAFETY: R4: `ml_flags` says which signature the function has; the arguments are alive for the call.
    let result = foreign::call(th, place, share, || unsafe {
        match signature {
            abi::METH_FASTCALL => as_fast(function)(this, first, count),
            FAST_KEYWORDS => as_fast_keywords(function)(this, first, count, core::ptr::null_mut()),
            _ => function(this, args.first().map_or(core::ptr::null_mut(), |arg| arg.as_ptr())),
        }
    });
    #[cfg(debug_assertions)]
    foreign::fail::check_arguments(place, args.iter().copied());
    Some(checked(th, def, result))
}

/// Shows a foreign function what it is called with (R7).
///
/// # Safety
/// `receiver` is null or a live object.
#[inline(always)]
unsafe fn show_all(th: &Thread, receiver: *mut abi::PyObject, args: &[&Object]) {
    // SAFETY: the caller's promise.
    if let Some(receiver) = unsafe { glue::borrow_nullable(receiver) } {
        foreign::show(th, receiver);
    }
    args.iter().for_each(|arg| foreign::show(th, arg));
}

/// What a foreign function returned, if that and whether it raised agree.
#[inline(always)]
fn checked(th: &mut Thread, def: &abi::PyMethodDef, result: *mut abi::PyObject) -> Outcome {
    if result.is_null() == th.exception().is_some() {
        return ops::cslot::object(th, result);
    }
    contradiction(th, def, result)
}

#[cold]
#[inline(never)]
fn contradiction(th: &mut Thread, def: &abi::PyMethodDef, result: *mut abi::PyObject) -> Outcome {
    // SAFETY: R4: a declaration's name is a C string.
    let name = unsafe { CStr::from_ptr(def.ml_name) }.to_string_lossy().into_owned();
    // SAFETY: R4: the function gave a count.
    match unsafe { Ref::<Object>::from_raw_nullable(result) } {
        None => Err(raise::system_error(th, format_args!("<built-in function {name}> returned NULL without setting an exception"))),
        Some(result) => {
            th.release(result);
            let message = format_args!("<built-in function {name}> returned a result with an exception set");
            Err(raise::from_cause(th, crate::exceptions::system_error_type(), message))
        }
    }
}

/// Why a call's arguments do not suit the flags.
enum Misfit {
    Keywords,
    NoArguments { given: usize },
    OneArgument { given: usize },
    BadFlags,
}

impl Misfit {
    #[cold]
    fn raise(self, th: &mut Thread, name: &str) -> Raised {
        match self {
            Misfit::Keywords => raise::type_error(th, format_args!("{name}() takes no keyword arguments")),
            Misfit::NoArguments { given } => raise::type_error(th, format_args!("{name}() takes no arguments ({given} given)")),
            Misfit::OneArgument { given } => raise::type_error(th, format_args!("{name}() takes exactly one argument ({given} given)")),
            Misfit::BadFlags => raise::system_error(th, format_args!("{name}() method: bad call flags")),
        }
    }
}

/// One call of a C function.
struct Call<'a> {
    def: MethodDef,
    receiver: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    count: usize,
    kwnames: *mut abi::PyObject,
    class: Option<&'a Type>,
}

impl Call<'_> {
    /// # Safety
    /// As [`call_def`].
    unsafe fn run(&self, th: &mut Thread) -> Result<Outcome, Misfit> {
        let def = self.def.def();
        let Some(function) = def.ml_meth else { return Err(Misfit::BadFlags) };
        let flags = def.ml_flags & SIGNATURE;
        // SAFETY: R4: null or a tuple.
        let has_keywords = !self.kwnames.is_null() && !unsafe { glue::tuple_slice(self.kwnames) }.is_empty();
        if has_keywords && flags & abi::METH_KEYWORDS == 0 {
            return Err(Misfit::Keywords);
        }
        if let Err(raised) = ops::native_recursion(th, " while calling a Python object") {
            return Ok(Err(raised));
        }
        let count = self.count as isize;
        match flags {
            abi::METH_NOARGS if self.count != 0 => return Err(Misfit::NoArguments { given: self.count }),
            abi::METH_O if self.count != 1 => return Err(Misfit::OneArgument { given: self.count }),
            VAR_KEYWORDS => {
                // SAFETY: as this function.
                return Ok(unsafe { self.run_var_keywords(th, function) });
            }
            abi::METH_NOARGS | abi::METH_O | abi::METH_FASTCALL | FAST_KEYWORDS | METHOD | abi::METH_VARARGS => {}
            _ => return Err(Misfit::BadFlags),
        }
        // SAFETY: R4: the arguments are alive for the call.
        let tuple = (flags == abi::METH_VARARGS).then(|| Tuple::from_slice(th, unsafe { glue::argument_slice(self.args, count) }));
        // SAFETY: R4: `ml_flags` says which signature the function has; the arguments are alive for the call.
        let run = || unsafe {
            match flags {
                abi::METH_NOARGS => function(self.receiver, core::ptr::null_mut()),
                abi::METH_O => function(self.receiver, *self.args),
                abi::METH_FASTCALL => as_fast(function)(self.receiver, self.args, count),
                FAST_KEYWORDS => as_fast_keywords(function)(self.receiver, self.args, count, self.kwnames),
                METHOD => {
                    let class = self.class.map_or(core::ptr::null_mut(), Type::raw);
                    as_method(function)(self.receiver, class, self.args, count, self.kwnames)
                }
                _ => function(self.receiver, tuple.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr)),
            }
        };
        if !foreign::is_foreign(function as *const ()) {
            return Ok(ops::cslot::object(th, run()));
        }
        // SAFETY: as this function.
        let share = |th: &Thread| unsafe { self.show(th, tuple.as_deref()) };
        let result = foreign::call(th, function as *const (), share, run);
        #[cfg(debug_assertions)]
        // SAFETY: as this function.
        foreign::fail::check_arguments(function as *const (), unsafe { glue::argument_slice(self.args, count) }.iter().copied());
        Ok(checked(th, def, result))
    }

    /// Shows a foreign function what it is called with (R7).
    ///
    /// # Safety
    /// As [`call_def`].
    unsafe fn show(&self, th: &Thread, tuple: Option<&Tuple>) {
        // SAFETY: the caller's promise.
        unsafe {
            let names = glue::borrow_nullable(self.kwnames);
            let values = if self.kwnames.is_null() { 0 } else { glue::tuple_slice(self.kwnames).len() };
            show_all(th, self.receiver, glue::argument_slice(self.args, (self.count + values) as isize));
            names.into_iter().chain(tuple.map(Heaped::as_object)).for_each(|object| foreign::show(th, object));
        }
    }

    /// # Safety
    /// As [`call_def`].
    unsafe fn run_var_keywords(&self, th: &mut Thread, function: abi::PyCFunction) -> Outcome {
        // SAFETY: R4: as the caller promises.
        let (args, names, values) = unsafe {
            let names = glue::tuple_slice(self.kwnames);
            let all = glue::argument_slice(self.args, (self.count + names.len()) as isize);
            let (args, values) = all.split_at(self.count);
            (Tuple::from_slice(th, args), names, values)
        };
        let kwargs = match names.is_empty() {
            true => None,
            false => {
                let kwargs = Dict::new(th);
                for (name, value) in names.iter().zip(values) {
                    kwargs.set(th, name, *value)?;
                }
                Some(kwargs)
            }
        };
        let kwargs = kwargs.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr);
        // SAFETY: R4: the flags say so.
        let run = || unsafe { as_keywords(function)(self.receiver, args.as_ptr(), kwargs) };
        if !foreign::is_foreign(function as *const ()) {
            return ops::cslot::object(th, run());
        }
        // SAFETY: as this function.
        let share = |th: &Thread| unsafe {
            let kwargs = glue::borrow_nullable(kwargs);
            show_all(th, self.receiver, &[args.as_object()]);
            kwargs.into_iter().for_each(|object| foreign::show(th, object));
        };
        let result = foreign::call(th, function as *const (), share, run);
        checked(th, self.def.def(), result)
    }
}

macro_rules! casts {
    ($($name:ident -> $ty:ident;)*) => {$(
        /// # Safety
        /// R4: the flags of the declaration say that the function has this signature.
        #[inline(always)]
        unsafe fn $name(function: abi::PyCFunction) -> abi::$ty {
            // SAFETY: the caller's promise.
            unsafe { core::mem::transmute::<abi::PyCFunction, abi::$ty>(function) }
        }
    )*};
}

casts! {
    as_fast -> PyCFunctionFast;
    as_fast_keywords -> PyCFunctionFastWithKeywords;
    as_keywords -> PyCFunctionWithKeywords;
    as_method -> PyCMethod;
}

/// What the C function is told: nothing, where it is a static method.
#[inline(always)]
fn receiver_pointer(function: &Builtin) -> *mut abi::PyObject {
    if function.def.def().ml_flags & abi::METH_STATIC != 0 { core::ptr::null_mut() } else { function.receiver.raw() }
}

macro_rules! entries {
    ($($name:ident($function:ident, $meth:ident, $args:ident, $count:ident, $kwnames:ident) $condition:expr => $call:expr;)*) => {$(
        /// # Safety
        /// As C's `vectorcallfunc`, for a `Builtin` whose flags are those of the entry.
        unsafe extern "C-unwind" fn $name(
            slf: *mut abi::PyObject,
            $args: *const *mut abi::PyObject,
            nargsf: usize,
            $kwnames: *mut abi::PyObject,
        ) -> *mut abi::PyObject {
            // SAFETY: R4: called through the instance's own field.
            let $function: &Builtin = unsafe { glue::this(slf) };
            let $count = nargsf & !abi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            if let Some($meth) = $function.def.def().ml_meth
                && !foreign::is_foreign($meth as *const ())
                && $condition
            {
                // SAFETY: R4: the flags say which signature the function has, the arguments are alive for the call.
                return unsafe { $call };
            }
            // SAFETY: as this function.
            unsafe { call_slow(slf, $args, nargsf, $kwnames) }
        }
    )*};
}

entries! {
    call_no_args(function, meth, args, count, kwnames) count == 0 && kwnames.is_null() => meth(receiver_pointer(function), core::ptr::null_mut());
    call_o(function, meth, args, count, kwnames) count == 1 && kwnames.is_null() => meth(receiver_pointer(function), *args);
    call_fast(function, meth, args, count, kwnames) kwnames.is_null() => as_fast(meth)(receiver_pointer(function), args, count as isize);
    call_fast_keywords(function, meth, args, count, kwnames) true => as_fast_keywords(meth)(receiver_pointer(function), args, count as isize, kwnames);
}

/// Any flags; wrong arguments.
///
/// # Safety
/// As C's `vectorcallfunc`, for a `Builtin`.
unsafe extern "C-unwind" fn call_slow(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the protocol's arguments.
    unsafe {
        glue::entry_object(|th| {
            let function: &Builtin = glue::this(slf);
            let call = Call {
                def: function.def,
                receiver: receiver_pointer(function),
                args,
                count: nargsf & !abi::PY_VECTORCALL_ARGUMENTS_OFFSET,
                kwnames,
                class: function.class(),
            };
            call.run(th).unwrap_or_else(|misfit| {
                let name = function.described(th);
                Err(misfit.raise(th, &name))
            })
        })
    }
}

fn declared_doc(def: MethodDef) -> Option<&'static str> {
    let doc = def.def().ml_doc;
    // SAFETY: docstrings are C strings of declarations, which live for ever.
    (!doc.is_null()).then(|| unsafe { CStr::from_ptr(doc) }.to_str().unwrap_or(""))
}

#[pymethods]
impl Builtin {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let name = self.def.name();
        match self.receiver().filter(|_| !self.is_function()) {
            None => format!("<built-in function {name}>"),
            Some(receiver) => format!("<built-in method {name} of {} object at {receiver:p}>", ops::type_name(receiver)),
        }
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        let receiver = self.receiver.raw() as usize;
        let function = self.def.def().ml_meth.map_or(0, |f| f as usize);
        (receiver.rotate_right(4) ^ function.rotate_right(4)) as isize
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: glue::CompareOp) -> Ref<Object> {
        let Some(other) = other.downcast::<Builtin>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return not_implemented_ref();
        };
        let function = |f: &Builtin| f.def.def().ml_meth.map(|f| f as usize);
        let equal = self.receiver.raw() == other.receiver.raw() && function(self) == function(other);
        crate::bool_ref(equal == (op == glue::CompareOp::Eq))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.receiver().filter(|_| !self.is_function()) {
            None => Ok(Str::new(th, self.def.name()).up()),
            Some(receiver) => descr::reduce_getattr(th, receiver, self.def.name()),
        }
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        declared_doc(self.def).map(descr::doc_without_signature).filter(|doc| !doc.is_empty())
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        self.qualified(th)
    }

    #[getter]
    fn __self__(&self) -> Ref<Object> {
        match self.receiver() {
            Some(receiver) if self.def.def().ml_flags & abi::METH_STATIC == 0 => receiver.to_ref(),
            _ => none().to_ref(),
        }
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        declared_doc(self.def).and_then(descr::signature_of_doc).or_else(|| descr::plain_signature(self.def.def().ml_flags))
    }
}

