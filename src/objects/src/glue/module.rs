//! Native modules: what `#[pymodule]` makes, and how it fills a module object.
//!
//! Invariant: a definition is plain static data; filling a module is the only thing that runs, at its first import.

use core::ffi::{CStr, c_char};

use super::convert::ToPy;
use super::upward;
use heap::{Heaped, Object, Raised, Ref, Thread, Type};

/// A constant of a module.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    Int(i128),
    Float(f64),
    Bool(bool),
    Str(&'static str),
}

impl ToPy for Constant {
    fn to_py(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self {
            Constant::Int(value) => value.to_py(th),
            Constant::Float(value) => value.to_py(th),
            Constant::Bool(value) => value.to_py(th),
            Constant::Str(value) => value.to_py(th),
        }
    }
}

/// A table of `PyMethodDef`.
pub struct MethodDefs {
    first: *mut abi::PyMethodDef,
    len: usize,
}

// SAFETY: R4: the rows are static and nobody writes them.
unsafe impl Sync for MethodDefs {}

impl MethodDefs {
    pub const fn new(first: *mut abi::PyMethodDef, len: usize) -> MethodDefs {
        MethodDefs { first, len }
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = *mut abi::PyMethodDef> {
        // SAFETY: within the table, which has `len` rows.
        (0..self.len).map(|row| unsafe { self.first.add(row) })
    }
}

/// A function that computes an attribute when the module is made.
pub type MakeAttribute = fn(&mut Thread) -> Result<Ref<Object>, Raised>;

/// What one Rust module contributes to a Python module.
pub struct ModulePart {
    pub methods: MethodDefs,
    pub constants: &'static [(&'static str, Constant)],
    pub attrs: &'static [(&'static str, MakeAttribute)],
    pub types: &'static [fn() -> &'static Type],
    /// Made ready, but no attributes.
    pub hidden: &'static [fn() -> &'static Type],
    pub exec: Option<fn(&mut Thread, &Object) -> Result<(), Raised>>,
}

/// A native module.
pub struct ModuleDef {
    pub name: &'static str,
    pub c_name: &'static CStr,
    doc: *const c_char,
    pub parts: &'static [&'static ModulePart],
}

// SAFETY: R4: static data that nobody writes.
unsafe impl Sync for ModuleDef {}

impl ModuleDef {
    pub const fn new(name: &'static str, c_name: &'static CStr, doc: *const c_char, parts: &'static [&'static ModulePart]) -> ModuleDef {
        ModuleDef { name, c_name, doc, parts }
    }

    /// The docstring.
    pub fn doc(&self) -> Option<&'static str> {
        // SAFETY: null or a C string literal made from a `str`.
        let doc = (!self.doc.is_null()).then(|| unsafe { CStr::from_ptr(self.doc) })?;
        doc.to_str().ok()
    }

    /// Puts everything into `module`, a new module object that has its name already, and runs the `#[exec]` functions.
    pub fn fill(&'static self, th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let doc = self.doc().to_py(th)?;
        upward::set_module_attribute(th, module, "__doc__", doc)?;
        for part in self.parts {
            for method in part.methods.iter() {
                let function = upward::builtin_function(th, method, module, self.name)?;
                // SAFETY: the name of a static row is a C string literal.
                let name = unsafe { CStr::from_ptr((*method).ml_name) }.to_str().unwrap_or_default();
                upward::set_module_attribute(th, module, name, function)?;
            }
            for &(name, constant) in part.constants {
                let value = constant.to_py(th)?;
                upward::set_module_attribute(th, module, name, value)?;
            }
            for ty in part.hidden {
                upward::type_ready(th, ty())?;
                self.mark(ty());
            }
            for ty in part.types {
                self.add_type(th, module, ty())?;
            }
            for &(name, make) in part.attrs {
                let value = make(th)?;
                upward::set_module_attribute(th, module, name, value)?;
            }
        }
        for exec in self.parts.iter().filter_map(|part| part.exec) {
            exec(th, module)?;
        }
        Ok(())
    }

    /// Says of a type that it is its module's, where CPython has it so: few modules have static types, as the builtins are.
    fn mark(&self, ty: &'static Type) {
        let fixed = matches!(self.name, "builtins" | "sys" | "_contextvars" | "_datetime" | "_weakref" | "_types" | "_typing" | "_abc");
        let name = ty.tp_name_bytes();
        if !fixed && name != b"collections.OrderedDict" && name != b"pickle.PickleBuffer" {
            ty.set_flags(heap::flags::MADE_BY_MODULE);
        }
    }

    /// Adds a type under its own name.
    fn add_type(&self, th: &mut Thread, module: &Object, ty: &'static Type) -> Result<(), Raised> {
        upward::type_ready(th, ty)?;
        self.mark(ty);
        let name = String::from_utf8_lossy(ty.tp_name_bytes());
        let name = name.rsplit('.').next().unwrap_or_default();
        let value = ty.to_ref().up();
        upward::set_module_attribute(th, module, name, value)
    }
}
