//! Exception classes that native modules define: `struct.error`, `binascii.Error`.

use core::fmt;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use objects::glue::{Global, as_type};
use objects::{Dict, Str, Tuple, names, ops, raise, typing};

/// What an exception class is derived from.
enum Base {
    Builtin(fn() -> &'static Type),
    Module(&'static ErrorClass),
}

/// An exception class of a module, made when it is first wanted.
pub struct ErrorClass {
    module: &'static str,
    name: &'static str,
    base: Base,
    made: Global<Type>,
}

impl ErrorClass {
    /// The class `module.name`, which has one base.
    pub const fn new(module: &'static str, name: &'static str, base: fn() -> &'static Type) -> ErrorClass {
        ErrorClass { module, name, base: Base::Builtin(base), made: Global::EMPTY }
    }

    /// A class derived from another of the module.
    pub const fn under(module: &'static str, name: &'static str, base: &'static ErrorClass) -> ErrorClass {
        ErrorClass { module, name, base: Base::Module(base), made: Global::EMPTY }
    }

    /// The class.
    pub fn get(&self, th: &mut Thread) -> Result<Ref<Type>, Raised> {
        self.made.get_or_init(th, |th| self.make(th))
    }

    /// The class as a module's attribute.
    pub fn object(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.get(th).map(Ref::up)
    }

    /// Raises `class(message)`.
    #[cold]
    pub fn raise(&self, th: &mut Thread, message: fmt::Arguments<'_>) -> Raised {
        match self.get(th) {
            Ok(class) => raise::new(th, &class, message),
            Err(raised) => raised,
        }
    }

    fn make(&self, th: &mut Thread) -> Result<Ref<Type>, Raised> {
        let name = Str::new(th, self.name);
        let bases = match &self.base {
            Base::Builtin(base) => Tuple::from_slice(th, &[base()]),
            Base::Module(base) => {
                let base = base.get(th)?;
                Tuple::from_array(th, [base.up()])
            }
        };
        let namespace = Dict::new(th);
        let module = Str::new(th, self.module);
        namespace.set(th, &names::__module__, &module)?;
        let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
        match as_type(&class) {
            Some(class) => Ok(class.to_ref()),
            None => Err(raise::system_error(th, format_args!("type() made no class"))),
        }
    }
}
