//! `builtin_function_or_method`: a declared C function, bound to its module, instance or class.
#![allow(unsafe_code, reason = "C functions are called by the signature that their flags name")]

use core::ffi::CStr;

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};

use crate::glue::{self, CompareOp};
use crate::typing::descr::{MethodDef, doc_without_signature, signature_of_doc};
use crate::{Dict, Str, Tuple, not_implemented, ops, raise};

/// A builtin function or a bound builtin method.
#[pytype(name = "builtin_function_or_method", export = "PyCFunction_Type", flags(DISALLOW_INSTANTIATION), vectorcall, weakref)]
#[repr(C)]
pub struct Builtin {
    head: Head,
    #[untraversed]
    def: MethodDef,
    receiver: Slot,
    module: Slot,
    weaklist: usize,
    vectorcall: Option<abi::vectorcallfunc>,
    /// The class that defines it, for `METH_METHOD`.
    owner: Slot,
}

impl Builtin {
    /// A function bound to `receiver` (`__self__`: the instance, class or module).
    pub fn new(th: &Thread, def: MethodDef, receiver: Option<&Object>, module: Option<&Object>) -> Ref<Builtin> {
        th.new_object(Builtin {
            head: Head::INIT,
            def,
            receiver: Slot::from_option(receiver.map(|r| th.retain(r))),
            module: Slot::from_option(module.map(|m| th.retain(m))),
            weaklist: 0,
            vectorcall: Some(vectorcall),
            owner: Slot::NULL,
        })
    }

    /// Its declaration.
    pub fn method_def(&self) -> MethodDef {
        self.def
    }

    /// What it is bound to.
    pub fn receiver(&self) -> Option<&Object> {
        self.receiver.peek()
    }

    /// Whether it is called so.
    pub fn name_is(&self, name: &str) -> bool {
        self.def.name() == name
    }

    fn doc(&self) -> Option<&'static str> {
        let doc = self.def.def().ml_doc;
        // SAFETY: docstrings are C strings of declarations.
        (!doc.is_null()).then(|| unsafe { CStr::from_ptr(doc) }.to_str().unwrap_or(""))
    }
}

/// # Safety
/// As C's `vectorcallfunc`.
unsafe extern "C-unwind" fn vectorcall(slf: *mut abi::PyObject, args: *const *mut abi::PyObject, nargsf: usize, kwnames: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; the protocol's arguments.
    unsafe {
        glue::entry_object(|th| {
            let f: &Builtin = glue::this(slf);
            let n = nargsf & !(1 << (usize::BITS - 1));
            // Static methods are declared with the class at hand, but are not given it.
            let receiver = if f.def.def().ml_flags & abi::METH_STATIC != 0 { None } else { f.receiver.peek() };
            call_raw(th, f.def, receiver.map_or(core::ptr::null_mut(), Object::as_ptr), args, n, kwnames, f.owner.peek().and_then(crate::typing::as_type))
        })
    }
}

/// Calls a declared method of `receiver` with vectorcall arguments.
///
/// # Safety
/// `args` names `n` positional arguments and the values of `kwnames`, all alive.
pub unsafe fn call_def(
    th: &mut Thread,
    def: MethodDef,
    receiver: &Object,
    args: *const *mut abi::PyObject,
    n: usize,
    kwnames: *mut abi::PyObject,
    owner: Option<&Type>,
) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    unsafe { call_raw(th, def, receiver.as_ptr(), args, n, kwnames, owner) }
}

const CALL_FLAGS: i32 = abi::METH_VARARGS | abi::METH_FASTCALL | abi::METH_NOARGS | abi::METH_O | abi::METH_KEYWORDS | abi::METH_METHOD;
const FAST: i32 = abi::METH_FASTCALL;
const FAST_KEYWORDS: i32 = abi::METH_FASTCALL | abi::METH_KEYWORDS;
const VARARGS: i32 = abi::METH_VARARGS;
const VARARGS_KEYWORDS: i32 = abi::METH_VARARGS | abi::METH_KEYWORDS;
const METHOD: i32 = abi::METH_METHOD | abi::METH_FASTCALL | abi::METH_KEYWORDS;

/// # Safety
/// As [`call_def`]; `receiver` is an object or null.
unsafe fn call_raw(
    th: &mut Thread,
    def: MethodDef,
    receiver: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    n: usize,
    kwnames: *mut abi::PyObject,
    owner: Option<&Type>,
) -> Result<Ref<Object>, Raised> {
    let row = def.def();
    let Some(f) = row.ml_meth else { return Err(raise::system_error(th, format_args!("{}() has no function", def.name()))) };
    let kind = row.ml_flags & CALL_FLAGS;
    // SAFETY: a vectorcall's keyword names are a tuple.
    let keywords = unsafe { kwnames.cast::<Object>().as_ref().map(|k| k.cast_unchecked::<Tuple>()) }.filter(|k| !k.is_empty());
    if keywords.is_some() && kind & abi::METH_KEYWORDS == 0 {
        let name = qualified(def, receiver, owner);
        return Err(raise::type_error(th, format_args!("{name}() takes no keyword arguments")));
    }
    if th.stack_is_low() {
        return Err(raise::recursion_error(th, " while calling a Python object"));
    }
    macro_rules! cast {
        ($to:ident) => {
            // SAFETY: R4: the flags name the signature.
            unsafe { core::mem::transmute::<abi::PyCFunction, abi::$to>(f) }
        };
    }
    // SAFETY: R4: arguments are alive for the call, by the caller's promise.
    let result = unsafe {
        match kind {
            abi::METH_NOARGS if n == 0 => f(receiver, core::ptr::null_mut()),
            abi::METH_O if n == 1 => f(receiver, *args),
            FAST => cast!(PyCFunctionFast)(receiver, args, n as isize),
            FAST_KEYWORDS => cast!(PyCFunctionFastWithKeywords)(receiver, args, n as isize, kwnames),
            METHOD => {
                let cls = owner.map_or(core::ptr::null_mut(), Type::raw);
                cast!(PyCMethod)(receiver, cls, args, n as isize, kwnames)
            }
            VARARGS | VARARGS_KEYWORDS => return call_varargs(th, def, f, receiver, args, n, keywords),
            _ => return Err(wrong_count(th, def, receiver, owner, kind, n)),
        }
    };
    ops::cslot::object(th, result)
}

/// # Safety
/// As [`call_raw`].
unsafe fn call_varargs(
    th: &mut Thread,
    def: MethodDef,
    f: abi::PyCFunction,
    receiver: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    n: usize,
    keywords: Option<&Tuple>,
) -> Result<Ref<Object>, Raised> {
    let total = n + keywords.map_or(0, Tuple::len);
    // SAFETY: the caller's promise; `&Object` is a non-null `PyObject*`.
    let all: &[&Object] = if total == 0 { &[] } else { unsafe { core::slice::from_raw_parts(args.cast(), total) } };
    let tuple = Tuple::from_slice(th, &all[..n]);
    let dict = match keywords {
        Some(names) => {
            let dict = Dict::new(th);
            for (name, value) in names.iter().zip(&all[n..]) {
                dict.set(th, name, *value)?;
            }
            Some(dict)
        }
        None => None,
    };
    // SAFETY: R4: the flags name the signature.
    let result = unsafe {
        if def.def().ml_flags & abi::METH_KEYWORDS != 0 {
            let f = core::mem::transmute::<abi::PyCFunction, abi::PyCFunctionWithKeywords>(f);
            f(receiver, tuple.as_ptr(), dict.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr))
        } else {
            f(receiver, tuple.as_ptr())
        }
    };
    let result = ops::cslot::object(th, result);
    th.release(tuple);
    result
}

/// How messages call the function: `list.append`, `math.sqrt` is `math.sqrt`, `len`.
fn qualified(def: MethodDef, receiver: *mut abi::PyObject, owner: Option<&Type>) -> String {
    if let Some(owner) = owner {
        return format!("{}.{}", crate::typing::short_name(owner), def.name());
    }
    // SAFETY: null or a live object.
    let Some(receiver) = (unsafe { receiver.cast::<Object>().as_ref() }) else { return def.name().to_owned() };
    if receiver.is_a::<crate::Module>() {
        return match crate::module_name(receiver) {
            Some(module) if module != "builtins" => format!("{module}.{}", def.name()),
            _ => def.name().to_owned(),
        };
    }
    match crate::typing::as_type(receiver) {
        Some(cls) => format!("{}.{}", crate::typing::short_name(cls), def.name()),
        None => format!("{}.{}", crate::typing::short_name(receiver.ty()), def.name()),
    }
}

#[cold]
fn wrong_count(th: &mut Thread, def: MethodDef, receiver: *mut abi::PyObject, owner: Option<&Type>, kind: i32, n: usize) -> Raised {
    let name = qualified(def, receiver, owner);
    match kind {
        abi::METH_NOARGS => raise::type_error(th, format_args!("{name}() takes no arguments ({n} given)")),
        abi::METH_O => raise::type_error(th, format_args!("{name}() takes exactly one argument ({n} given)")),
        _ => raise::system_error(th, format_args!("{name}() method: bad call flags")),
    }
}

#[pymethods]
impl Builtin {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let name = self.def.name();
        match self.receiver.peek() {
            Some(receiver) if !receiver.is_a::<crate::Module>() => {
                format!("<built-in method {name} of {} object at {:p}>", ops::type_name(receiver), receiver)
            }
            _ => format!("<built-in function {name}>"),
        }
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        ((self.receiver.raw() as usize).rotate_right(4) ^ (self.def.as_ptr() as usize).rotate_right(4)) as isize
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Ref<Object> {
        let Some(other) = other.downcast::<Builtin>() else { return not_implemented().to_owned() };
        let same = self.receiver.raw() == other.receiver.raw() && self.def.as_ptr() == other.def.as_ptr();
        match op {
            CompareOp::Eq => crate::bool_ref(same),
            CompareOp::Ne => crate::bool_ref(!same),
            _ => not_implemented().to_owned(),
        }
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        let name = self.def.name();
        match self.receiver.peek() {
            Some(receiver) if receiver.is_a::<crate::Module>() => name.to_owned(),
            Some(receiver) => {
                let ty = crate::typing::as_type(receiver).unwrap_or(receiver.ty());
                format!("{}.{name}", crate::typing::qualname(th, ty))
            }
            None => name.to_owned(),
        }
    }

    #[getter]
    fn __self__(&self) -> Ref<Object> {
        match self.receiver.peek() {
            Some(receiver) if self.def.def().ml_flags & abi::METH_STATIC == 0 => receiver.to_owned(),
            _ => crate::none_ref(),
        }
    }

    #[getter]
    fn __module__(&self) -> Ref<Object> {
        self.module.peek().map_or_else(crate::none_ref, |m| m.to_owned())
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.doc().map(doc_without_signature)
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.doc().and_then(signature_of_doc)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.receiver.peek() {
            Some(receiver) if !receiver.is_a::<crate::Module>() => crate::typing::descr::reduce_getattr(th, receiver, self.def.name()),
            _ => Ok(Str::new(th, self.def.name()).up()),
        }
    }
}

const _: fn(&Builtin) -> &Object = |b| b.as_object();
