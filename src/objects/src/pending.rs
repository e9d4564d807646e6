//! What is not built yet, by the name that its callers use: each raises an error that says what is missing. Entries leave
//! this file as the real thing arrives.

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::pytype;

use crate::{Dict, Tuple, hooks, raise};

fn missing(th: &mut Thread, what: &str) -> Raised {
    raise::new(th, crate::exceptions::not_implemented_error_type(), format_args!("{what} is not built yet"))
}

/// `X[key]` of a builtin generic.
pub fn generic_alias(th: &mut Thread, _origin: &Object, _args: &Object) -> Result<Ref<Object>, Raised> {
    Err(missing(th, "types.GenericAlias"))
}

/// `X | Y` of classes.
pub fn union_or(th: &mut Thread, _a: &Object, _b: &Object) -> Result<Ref<Object>, Raised> {
    Err(missing(th, "types.UnionType"))
}

/// The members of a union; `None` for anything else.
pub fn union_args(_obj: &Object) -> Option<Ref<Tuple>> {
    None
}

/// A read-only view of a dict.
pub fn mapping_proxy(_th: &Thread, dict: &Dict) -> Ref<Object> {
    dict.to_ref().up()
}

/// A function of the module `builtins`.
pub fn builtin_function(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let name = crate::str::intern(th, name);
    crate::builtins_ref::lookup(th, name)
}

/// `__name__` of the globals of the calling Python code.
pub fn current_module_name(th: &mut Thread) -> Option<Ref<Object>> {
    (hooks::get().caller_module)(th, 0)
}

/// Whether the object is a function written in Python.
pub fn is_python_function(obj: &Object) -> bool {
    (hooks::get().is_function)(obj)
}

/// Whether both are subclasses of the module type.
pub fn module_subclasses(a: &Type, b: &Type) -> bool {
    let module = <Module as heap::PyType>::type_object();
    heap::is_subtype(a, module) && heap::is_subtype(b, module)
}

/// A module.
#[pytype(name = "module", export = "PyModule_Type", flags(BASETYPE), dict, weakref)]
#[repr(C)]
pub struct Module {
    head: Head,
    dict: Slot<Dict>,
}

impl Module {
    /// A module with an empty namespace but for `__name__`.
    pub fn new(th: &mut Thread, name: &str) -> Ref<Module> {
        let dict = Dict::new(th);
        let value = crate::Str::new(th, name);
        dict.set_str(th, &crate::names::__name__, value.up());
        th.new_object(Module { head: Head::INIT, dict: Slot::new(dict) })
    }

    /// Its namespace.
    pub fn dict(&self) -> Option<&Dict> {
        self.dict.peek()
    }
}

/// `__name__` of a module.
pub fn module_name(module: &Object) -> Option<String> {
    let module = module.downcast::<Module>()?;
    #[allow(unsafe_code, reason = "the calling thread's record")]
    // SAFETY: R10: called by a thread that Python knows; `&Thread` only reads.
    let th = unsafe { Thread::from_tls() };
    let name = module.dict()?.get_str(th, &crate::names::__name__)?;
    name.downcast_ref::<crate::Str>().map(|s| s.to_string_lossy())
}

macro_rules! wrappers {
    ($($(#[$doc:meta])* $ty:ident $name:literal $export:literal;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, flags(BASETYPE))]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            callable: Slot,
        }

        impl $ty {
            /// Wraps a callable.
            pub fn new(th: &Thread, callable: &Object) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, callable: Slot::new(th.retain(callable)) })
            }
        }
    )*};
}

wrappers! {
    /// Convert a function to be a static method.
    StaticMethod "staticmethod" "PyStaticMethod_Type";
    /// Convert a function to be a class method.
    ClassMethod "classmethod" "PyClassMethod_Type";
}

/// A cell of a closure.
#[pytype(name = "cell", export = "PyCell_Type", lock = instance)]
#[repr(C)]
pub struct Cell {
    head: Head,
    value: Slot,
}

impl Cell {
    /// A cell.
    pub fn new(th: &Thread, value: Option<Ref<Object>>) -> Ref<Cell> {
        th.new_object(Cell { head: Head::INIT, value: Slot::from_option(value) })
    }

    /// What it holds.
    pub fn get(&self, th: &Thread) -> Option<Ref<Object>> {
        self.value.get(th, self)
    }

    /// Puts something else in.
    pub fn set(&self, th: &mut Thread, value: Option<Ref<Object>>) {
        self.value.set(th, self, value);
    }
}

/// Weak references.
pub mod weakref {
    use heap::{Object, Ref, Thread};

    /// The first weak reference to an object (`__weakref__`).
    pub fn first(_th: &Thread, _obj: &Object) -> Option<Ref<Object>> {
        None
    }
}

/// The buffer protocol of Python classes (PEP 688).
#[allow(unsafe_code, reason = "slots are C functions")]
pub mod buffer {
    use heap::{Object, Raised, Ref, Thread};

    /// # Safety
    /// As C's `getbufferproc`.
    pub unsafe extern "C-unwind" fn slot_getbuffer(slf: *mut abi::PyObject, _view: *mut abi::Py_buffer, _flags: core::ffi::c_int) -> core::ffi::c_int {
        let _ = slf;
        // SAFETY: R10: a C entry.
        unsafe { crate::glue::entry_status(|th| Err(super::missing(th, "__buffer__"))) }
    }

    /// # Safety
    /// As C's `releasebufferproc`.
    pub unsafe extern "C-unwind" fn slot_releasebuffer(_slf: *mut abi::PyObject, _view: *mut abi::Py_buffer) {}

    /// `obj.__buffer__(flags)`
    pub fn wrap_getbuffer(th: &mut Thread, _obj: &Object, _flags: &Object) -> Result<Ref<Object>, Raised> {
        Err(super::missing(th, "__buffer__"))
    }

    /// `obj.__release_buffer__(view)`
    pub fn wrap_releasebuffer(th: &mut Thread, _obj: &Object, _view: &Object) -> Result<Ref<Object>, Raised> {
        Err(super::missing(th, "__release_buffer__"))
    }
}

/// `types.SimpleNamespace(**attributes)`.
pub fn simple_namespace(th: &mut Thread, attributes: &Dict) -> Result<Ref<Object>, Raised> {
    let name = crate::Str::new(th, "SimpleNamespace");
    let (bases, namespace) = (Tuple::from_slice(th, &[]), Dict::new(th));
    let class = crate::typing::new_class::new_class(th, crate::typing::type_type(), &name, &bases, &namespace, crate::glue::KwArgs::new(&[], &[]))?;
    let made = crate::ops::call0(th, &class)?;
    for (key, value) in attributes.snapshot(th) {
        if let Some(key) = key.downcast_ref::<crate::Str>() {
            crate::ops::setattr(th, &made, key, &value)?;
        }
    }
    Ok(made)
}
