//! Small questions about objects of the layers above, by the name that their callers use.

use heap::{Object, Raised, Ref, Thread, Type};
use crate::hooks;

/// A function of the module `builtins`.
pub fn builtin_function(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let name = crate::str::intern(th, name);
    crate::builtins_ref::current(th, name)
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
    let module = <crate::Module as heap::PyType>::type_object();
    heap::is_subtype(a, module) && heap::is_subtype(b, module)
}
