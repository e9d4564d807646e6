//! `builtins` functions that look at the caller's frame: `dir globals locals vars`, and `__build_class__`, `__import__`, `input`.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, List, Str, Tuple, names, ops, raise};

use crate::frame::stack;

#[pymodule(part)]
pub mod scope {
    use super::*;

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[function(sig = none)]
    fn __build_class__(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let [body, name, bases @ ..] = args.as_slice() else {
            return Err(raise::type_error(th, format_args!("__build_class__: not enough arguments")));
        };
        let keywords: Vec<(&Object, &Object)> = kwargs.iter().collect();
        crate::class::build_class(th, body, name, bases, &keywords)
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    ///
    /// The globals argument is only used to determine the context;
    /// they are not modified.  The locals argument is unused.  The fromlist
    /// should be a list of names to emulate ``from name import ...``, or an
    /// empty list to emulate ``import name``.
    /// When importing a module from a package, note that __import__('A.B', ...)
    /// returns package A when fromlist is empty, but its submodule B when
    /// fromlist is not empty.  The level argument is used to determine whether to
    /// perform absolute or relative imports: 0 is absolute, while a positive number
    /// is the number of parent directories to search relative to the current module.
    #[function(sig = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        th: &mut Thread,
        name: &Object,
        #[default(objects::none())] globals: &Object,
        #[default(objects::none())] locals: &Object,
        #[default(Tuple::empty_static())] fromlist: &Object,
        level: isize,
    ) -> Result<Ref<Object>, Raised> {
        let _ = locals;
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("module name must be a string")));
        };
        crate::import::import(th, name, globals, fromlist, level)
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function]
    fn globals(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match stack::current(th) {
            Some(frame) => Ok(frame.globals().to_owned()),
            None => Err(raise::system_error(th, format_args!("globals(): no frame"))),
        }
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function]
    fn locals(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        super::current_locals(th)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(sig = none)]
    fn vars(th: &mut Thread, object: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(object) = object else { return super::current_locals(th) };
        match ops::getattr_opt(th, object, &names::__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(raise::type_error(th, format_args!("vars() argument must have __dict__ attribute"))),
        }
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[function(sig = none)]
    fn dir(th: &mut Thread, object: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let names_of = match object {
            None => {
                let locals = super::current_locals(th)?;
                ops::call_method(th, &locals, names::keys.get(), &[])?
            }
            Some(object) => match ops::call_special(th, object, &names::__dir__, &[])? {
                Some(list) => list,
                None => return Err(raise::type_error(th, format_args!("object does not provide __dir__"))),
            },
        };
        let list: Ref<List> = ops::to_list(th, &names_of)?;
        let result = ops::call_method(th, &list, names::sort.get(), &[])?;
        th.release(result);
        Ok(list.up())
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(sig = "(*args, **kws)")]
    fn breakpoint(th: &mut Thread, args: Args<'_>, kws: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let Some(hook) = crate::sys::attribute(th, "breakpointhook") else {
            return Err(raise::runtime_error(th, format_args!("lost sys.breakpointhook")));
        };
        let tuple = Tuple::from_slice(th, args.as_slice());
        let dict = Dict::new(th);
        for (key, value) in kws.iter() {
            dict.set(th, key, value)?;
        }
        ops::call_ex(th, &hook, &tuple, Some(&dict))
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[function(sig = "(prompt='', /)")]
    fn input(th: &mut Thread, prompt: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let stream = |th: &mut Thread, name: &str| -> Result<Ref<Object>, Raised> {
            match crate::sys::attribute(th, name) {
                Some(stream) if !stream.is(objects::none()) => Ok(stream),
                _ => Err(raise::runtime_error(th, format_args!("lost sys.{name}"))),
            }
        };
        let (stdin, stdout, stderr) = (stream(th, "stdin")?, stream(th, "stdout")?, stream(th, "stderr")?);
        crate::audit::event(th, "builtins.input", &[prompt.unwrap_or(objects::none())])?;
        if ops::call_method(th, &stderr, names::flush.get(), &[]).is_err() {
            th.take_exception();
        }
        if let Some(prompt) = prompt {
            let text = ops::str_(th, prompt)?;
            ops::call_method(th, &stdout, names::write.get(), &[&text])?;
        }
        if ops::call_method(th, &stdout, names::flush.get(), &[]).is_err() {
            th.take_exception();
        }
        let line = ops::call_method(th, &stdin, names::readline.get(), &[])?;
        let Some(line) = line.downcast_ref::<Str>() else {
            return Err(raise::type_error(th, format_args!("object.readline() returned non-string")));
        };
        if line.is_empty() {
            return Err(raise::new(th, objects::exceptions::eof_error_type(), format_args!("EOF when reading a line")));
        }
        let mut points: Vec<u32> = line.chars().iter().collect();
        if points.last() == Some(&u32::from(b'\n')) {
            points.pop();
        }
        Ok(Str::from_code_points(th, &points).up())
    }
}

/// `locals()` of the frame that called.
pub fn current_locals(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let Some(frame) = stack::current(th) else {
        return Err(raise::system_error(th, format_args!("frame does not exist")));
    };
    if let Some(locals) = frame.namespace().filter(|_| !crate::frame::locals::in_comprehension(frame)) {
        return Ok(locals.to_owned());
    }
    // The locals of a function, or of a comprehension in a module or class, are a snapshot (PEP 667).
    let object = crate::frame::object::frame_object(th, frame);
    let proxy = crate::frame::locals::LocalsProxy::new(th, &object);
    Ok(proxy.to_dict(th)?.up())
}
