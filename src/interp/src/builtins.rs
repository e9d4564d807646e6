//! The module `builtins`.

use std::io::Write;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Module, Str, ops, raise};

/// The module's functions.
#[pymodule(name = "builtins")]
pub mod functions {
    //! Built-in functions, types, exceptions, and other objects.
    use super::*;

    /// Internal helper function used by the class statement.
    #[function(sig = none)]
    fn __build_class__(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let [body, name, bases @ ..] = args.as_slice() else {
            return Err(raise::type_error(th, format_args!("__build_class__: not enough arguments")));
        };
        let keywords: Vec<(&Object, &Object)> = kwargs.iter().collect();
        crate::class::build_class(th, body, name, bases, &keywords)
    }

    /// Prints the values to standard output.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(th: &mut Thread, args: Args<'_>, sep: Option<&Object>, end: Option<&Object>, file: Option<&Object>, _flush: bool) -> Result<(), Raised> {
        let _ = file;
        let text = |th: &mut Thread, o: Option<&Object>, default: &str| -> Result<String, Raised> {
            match o.filter(|o| !o.is(objects::none())) {
                Some(o) => Ok(ops::str_(th, o)?.to_string_lossy()),
                None => Ok(default.to_owned()),
            }
        };
        let sep = text(th, sep, " ")?;
        let end = text(th, end, "\n")?;
        let mut line = String::new();
        for (i, arg) in args.as_slice().iter().enumerate() {
            if i > 0 {
                line.push_str(&sep);
            }
            line.push_str(&ops::str_(th, arg)?.to_string_lossy());
        }
        line.push_str(&end);
        match std::io::stdout().write_all(line.as_bytes()) {
            Ok(()) => Ok(()),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    /// Return the number of items in a container.
    #[function(sig = "(obj, /)")]
    fn len(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
        ops::len(th, obj)
    }

    /// Return the canonical string representation of the object.
    #[function(sig = "(obj, /)")]
    fn repr(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
        ops::repr(th, obj)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(th: &mut Thread, obj: &Object, class_or_tuple: &Object) -> Result<bool, Raised> {
        ops::isinstance(th, obj, class_or_tuple)
    }
}

/// Makes the module and its namespace, and makes them known.
pub fn install(th: &mut Thread) -> Result<Ref<Module>, Raised> {
    let module = Module::new(th, "builtins");
    functions::MODULE.fill(th, &module)?;
    if let Some(dict) = module.dict() {
        for ty in objects::types::ALL {
            let ty = ty();
            add(th, dict, &ops::message_name(ty), ty);
        }
        for (name, ty) in objects::exceptions::builtin_names() {
            add(th, dict, &name, ty);
        }
        objects::builtins_ref::install(dict);
    }
    Ok(module)
}

fn add(th: &mut Thread, dict: &Dict, name: &str, ty: &heap::Type) {
    let value = th.retain::<Object>(ty);
    let name = objects::str::intern(th, name);
    dict.set_str(th, name, value);
}
