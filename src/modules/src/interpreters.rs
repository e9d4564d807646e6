//! `_interpreters`: the interpreters of this process, of which there is one; what crosses between interpreters is [`crossing`], queues of
//! such data are [`queues`], channels [`channels`].
//!
//! There are no sub-interpreters in this runtime: `create` says so, and what may be asked about the main one is answered.

pub mod channels;
pub mod crossing;
pub mod queues;

use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::function::Function;
use macros::pymodule;
use objects::glue::*;
use objects::namespace::{Namespace, simple_namespace};
use objects::{Bool, Dict, Str, Tuple, exceptions, none, ops, raise};

use crate::errors::ErrorClass;
use crate::os::{int, list};
use crossing::BufferView;

pub(crate) static INTERPRETER_ERROR: ErrorClass = ErrorClass::new("concurrent.interpreters", "InterpreterError", exceptions::exception_type);
static NOT_FOUND: ErrorClass = ErrorClass::under("concurrent.interpreters", "InterpreterNotFoundError", &INTERPRETER_ERROR);

/// The main interpreter's.
pub(crate) const MAIN_ID: i64 = 0;

/// An identifier of an interpreter, or of something else that `what` names.
pub fn id_of(th: &mut Thread, id: &Object) -> Result<i64, Raised> {
    if !ops::has_index(id) {
        let got = ops::type_name(id);
        return Err(raise::type_error(th, format_args!("interpreter ID must be an int, got {got}")));
    }
    let number = ops::index(th, id)?;
    match number.to_i64() {
        Some(number) if number >= 0 => Ok(number),
        _ if number.is_negative() => {
            let shown = ops::repr(th, id)?.to_string_lossy();
            Err(raise::value_error(th, format_args!("interpreter ID must be a non-negative int, got {shown}")))
        }
        _ => Err(raise::overflow_error(th, format_args!("int too big to convert"))),
    }
}

/// The interpreter that `id` names, which can only be the main one. That was not made by this module: whoever is restricted to what was may
/// not `act` on it.
pub fn find(th: &mut Thread, id: &Object, restrict: bool, act: &str) -> Result<(), Raised> {
    let id = id_of(th, id)?;
    if id != MAIN_ID {
        return Err(NOT_FOUND.raise(th, format_args!("unrecognized interpreter ID {id}")));
    }
    if restrict {
        return Err(INTERPRETER_ERROR.raise(th, format_args!("cannot {act} unrecognized interpreter {id}")));
    }
    Ok(())
}

/// The main interpreter runs `__main__`, and whoever asks is within it.
#[cold]
fn already_running(th: &mut Thread) -> Raised {
    INTERPRETER_ERROR.raise(th, format_args!("interpreter already running"))
}

/// The settings of an interpreter: their names and the values of the named configurations.
struct Config {
    flags: [bool; 6],
    gil: &'static str,
}

const FLAGS: [&str; 6] =
    ["use_main_obmalloc", "allow_fork", "allow_exec", "allow_threads", "allow_daemon_threads", "check_multi_interp_extensions"];

const ISOLATED: Config = Config { flags: [false, false, false, true, false, true], gil: "own" };
const LEGACY: Config = Config { flags: [true, true, true, true, true, false], gil: "shared" };
const EMPTY: Config = Config { flags: [false; 6], gil: "default" };
const MAIN: Config = Config { flags: LEGACY.flags, gil: "own" };

impl Config {
    fn named(th: &mut Thread, name: &str) -> Result<Config, Raised> {
        Ok(match name {
            "" | "default" | "isolated" => ISOLATED,
            "legacy" => LEGACY,
            "empty" => EMPTY,
            _ => return Err(raise::value_error(th, format_args!("unsupported config name '{name}'"))),
        })
    }

    fn fields(&self, th: &mut Thread) -> Ref<Dict> {
        let fields = Dict::new(th);
        for (name, flag) in FLAGS.into_iter().zip(self.flags) {
            fields.set_by_name(th, name, objects::bool_ref(flag));
        }
        let gil = Str::new(th, self.gil);
        fields.set_by_name(th, "gil", gil.up());
        fields
    }
}

/// Puts what overrides a setting in its place.
fn set_field(th: &mut Thread, fields: &Dict, name: &str, value: &Object) -> Result<(), Raised> {
    if name == "gil" {
        let Some(text) = value.downcast::<Str>() else { return Err(bad_type(th, name)) };
        let text = text.to_string_lossy();
        if !["default", "shared", "own"].contains(&text.as_str()) {
            return Err(raise::value_error(th, format_args!("unsupported interpreter config .gil value '{text}'")));
        }
    } else if value.downcast::<Bool>().is_none() {
        return Err(bad_type(th, name));
    }
    fields.set_by_name(th, name, value.to_ref());
    Ok(())
}

#[cold]
fn bad_type(th: &mut Thread, name: &str) -> Raised {
    raise::type_error(th, format_args!("invalid config type: {name}"))
}

/// A configuration that somebody wrote down must have all settings and no other.
fn check_config(th: &mut Thread, config: &Object) -> Result<(), Raised> {
    if let Some(name) = config.downcast::<Str>() {
        let name = name.to_string_lossy();
        return Config::named(th, &name).map(|_| ());
    }
    if config.downcast::<Namespace>().is_none() {
        let shown = ops::repr(th, config)?.to_string_lossy();
        return Err(raise::type_error(th, format_args!("bad config {shown}")));
    }
    let scratch = Dict::new(th);
    for name in FLAGS.into_iter().chain(["gil"]) {
        let key = objects::intern(th, name);
        let Some(value) = ops::getattr_opt(th, config, key)? else {
            return Err(raise::value_error(th, format_args!("missing config key: {name}")));
        };
        set_field(th, &scratch, name, &value)?;
    }
    Ok(())
}

/// Whether a code object may run as a script: it takes nothing from outside.
fn check_script_code(th: &mut Thread, code: &Object) -> Result<(), Raised> {
    for name in ["co_argcount", "co_kwonlyargcount"] {
        let count = ops::getattr_str(th, code, name)?;
        if ops::is_true(th, &count)? {
            return Err(raise::value_error(th, format_args!("code with args not supported")));
        }
    }
    let free = ops::getattr_str(th, code, "co_freevars")?;
    if ops::is_true(th, &free)? {
        return Err(raise::value_error(th, format_args!("closures not supported")));
    }
    Ok(())
}

/// Whether something may run in another interpreter's `__main__`.
fn check_script(th: &mut Thread, script: &Object) -> Result<(), Raised> {
    if let Some(function) = script.downcast::<Function>() {
        return check_script_code(th, function.code().as_object());
    }
    if script.downcast::<interp::code::Code>().is_some() {
        return check_script_code(th, script);
    }
    if script.downcast::<Str>().is_none() && !has_buffer(script) {
        let shown = ops::repr(th, script)?.to_string_lossy();
        return Err(raise::type_error(th, format_args!("unsupported script {shown}")));
    }
    let name = Str::new(th, "<script>");
    let mode = syntax::Mode::Exec;
    let code = interp::compile::compile_text(th, "exec", script, &name, mode, 0, false)?;
    th.release(code);
    Ok(())
}

/// What is to be bound in another interpreter's `__main__` must be able to cross.
fn check_shared(th: &mut Thread, shared: Option<&Dict>) -> Result<(), Raised> {
    let Some(shared) = shared else { return Ok(()) };
    for (name, value) in shared.snapshot(th) {
        if name.downcast_ref::<Str>().is_none() {
            return Err(raise::type_error(th, format_args!("bad argument type for built-in operation")));
        }
        let data = crossing::Data::of(th, &value, crossing::Fallback::Refuse)?;
        data.release(th);
    }
    Ok(())
}

fn pair(th: &mut Thread) -> Ref<Object> {
    let (id, whence) = (int(th, MAIN_ID), int(th, interpreters::WHENCE_RUNTIME));
    Tuple::from_array(th, [id, whence]).up()
}

/// `types.SimpleNamespace` of these attributes.
fn namespace<const N: usize>(th: &mut Thread, fields: [(&str, Ref<Object>); N]) -> Result<Ref<Object>, Raised> {
    let dict = Dict::new(th);
    for (name, value) in fields {
        dict.set_by_name(th, name, value);
    }
    simple_namespace(th, &dict)
}

/// What an exception looks like from another interpreter.
fn snapshot(th: &mut Thread, exception: &Object) -> Result<Ref<Object>, Raised> {
    let class = exception.ty().as_object().to_ref();
    let mut names = [none().to_ref(), none().to_ref(), none().to_ref()];
    for (slot, name) in names.iter_mut().zip(["__name__", "__qualname__", "__module__"]) {
        *slot = ops::getattr_str(th, &class, name)?;
    }
    let name = ops::str_(th, &names[0])?.to_string_lossy();
    let [a, b, c] = names;
    let class = namespace(th, [("__name__", a), ("__qualname__", b), ("__module__", c)])?;
    let message = ops::str_(th, exception)?;
    let formatted = Str::new(th, &format!("{name}: {}", message.to_string_lossy()));
    let traceback = interp::import::import_module(th, "traceback")?;
    let format = ops::getattr_str(th, &traceback, "format_exception")?;
    let lines = ops::call1(th, &format, exception)?;
    let nothing = Str::new(th, "");
    let text = ops::call_method(th, &nothing, objects::intern(th, "join"), &[&lines])?;
    let newline = Str::new(th, "\n");
    let display = ops::call_method(th, &text, objects::intern(th, "rstrip"), &[&newline])?;
    namespace(th, [("type", class), ("msg", message.up()), ("formatted", formatted.up()), ("errdisplay", display)])
}

#[pymodule(name = "_interpreters", types(BufferView))]
pub mod interpreters {
    //! This module provides primitive operations to manage Python interpreters.
    //! The 'interpreters' module provides a more convenient interface.
    use super::*;

    #[constant]
    pub const WHENCE_UNKNOWN: i64 = 0;
    #[constant]
    pub const WHENCE_RUNTIME: i64 = 1;
    #[constant]
    pub const WHENCE_LEGACY_CAPI: i64 = 2;
    #[constant]
    pub const WHENCE_CAPI: i64 = 3;
    #[constant]
    pub const WHENCE_XI: i64 = 4;
    #[constant]
    pub const WHENCE_STDLIB: i64 = 5;

    #[attr(name = "InterpreterError")]
    fn interpreter_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = INTERPRETER_ERROR.object(th)?;
        crossing::describe(th, &class, "A cross-interpreter operation failed")?;
        Ok(class)
    }

    #[attr(name = "InterpreterNotFoundError")]
    fn not_found_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = NOT_FOUND.object(th)?;
        crossing::describe(th, &class, "An interpreter was not found")?;
        Ok(class)
    }

    #[attr(name = "NotShareableError")]
    fn not_shareable_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        crossing::NOT_SHAREABLE.object(th)
    }

    /// new_config(name='isolated', /, **overrides) -> type.SimpleNamespace
    ///
    /// Return a representation of a new PyInterpreterConfig.
    ///
    /// The name determines the initial values of the config.  Supported named
    /// configs are: default, isolated, legacy, and empty.
    ///
    /// Any keyword arguments are set on the corresponding config fields,
    /// overriding the initial values.
    #[function(sig = "(name='isolated', /, **overrides)")]
    fn new_config(th: &mut Thread, name: &str, overrides: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let fields = Config::named(th, name)?.fields(th);
        let extra = Dict::new(th);
        for (name, value) in overrides.iter() {
            let name = ops::str_(th, name)?.to_string_lossy();
            if name == "gil" || FLAGS.contains(&name.as_str()) {
                set_field(th, &fields, &name, value)?;
            } else {
                extra.set_by_name(th, &name, value.to_ref());
            }
        }
        let n = extra.len();
        if n > 0 {
            let (shown, plural) = (ops::repr(th, &*extra)?.to_string_lossy(), if n == 1 { "" } else { "s" });
            return Err(raise::value_error(th, format_args!("config dict has {n} extra item{plural} ({shown})")));
        }
        simple_namespace(th, &fields)
    }

    /// create([config], *, reqrefs=False) -> ID
    ///
    /// Create a new interpreter and return a unique generated ID.
    ///
    /// The caller is responsible for destroying the interpreter before exiting,
    /// typically by using _interpreters.destroy().  This can be managed
    /// automatically by passing "reqrefs=True" and then using _incref() and
    /// _decref() appropriately.
    ///
    /// "config" must be a valid interpreter config or the name of a
    /// predefined config ("isolated" or "legacy").  The default
    /// is "isolated".
    #[function(sig = "(config=None, *, reqrefs=False)")]
    fn create(th: &mut Thread, #[default(none())] config: &Object, reqrefs: bool) -> Result<Ref<Object>, Raised> {
        let _ = reqrefs;
        if !config.is(none()) {
            check_config(th, config)?;
        }
        Err(INTERPRETER_ERROR.raise(th, format_args!("sub-interpreters are not built in this runtime yet")))
    }

    /// destroy(id, *, restrict=False)
    ///
    /// Destroy the identified interpreter.
    ///
    /// Attempting to destroy the current interpreter raises InterpreterError.
    /// So does an unrecognized ID.
    #[function(sig = "(id, *, restrict=False)")]
    fn destroy(th: &mut Thread, id: &Object, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "destroy")?;
        Err(INTERPRETER_ERROR.raise(th, format_args!("cannot destroy the current interpreter")))
    }

    /// list_all() -> [(ID, whence)]
    ///
    /// Return a list containing the ID of every existing interpreter.
    #[function(sig = "(*, require_ready=False)")]
    fn list_all(th: &mut Thread, require_ready: bool) -> Ref<Object> {
        let _ = require_ready;
        let main = pair(th);
        list(th, vec![main])
    }

    /// get_current() -> (ID, whence)
    ///
    /// Return the ID of current interpreter.
    #[function]
    fn get_current(th: &mut Thread) -> Ref<Object> {
        pair(th)
    }

    /// get_main() -> (ID, whence)
    ///
    /// Return the ID of main interpreter.
    #[function]
    fn get_main(th: &mut Thread) -> Ref<Object> {
        pair(th)
    }

    /// set___main___attrs(id, ns, *, restrict=False)
    ///
    /// Bind the given attributes in the interpreter's __main__ module.
    #[function(name = "set___main___attrs", sig = "(id, updates, *, restrict=False)")]
    fn set_main_attrs(th: &mut Thread, id: &Object, updates: &Dict, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "update __main__ for")?;
        if updates.is_empty() {
            return Err(raise::value_error(th, format_args!("arg 2 must be a non-empty dict")));
        }
        check_shared(th, Some(updates))?;
        Err(already_running(th))
    }

    /// exec(id, code, shared=None, *, restrict=False)
    ///
    /// Execute the provided code in the identified interpreter.
    /// This is equivalent to running the builtin exec() under the target
    /// interpreter, using the __dict__ of its __main__ module as both
    /// globals and locals.
    ///
    /// "code" may be a string containing the text of a Python script.
    ///
    /// Functions (and code objects) are also supported, with some restrictions.
    /// The code/function must not take any arguments or be a closure
    /// (i.e. have cell vars).  Methods and other callables are not supported.
    ///
    /// If a function is provided, its code object is used and all its state
    /// is ignored, including its __globals__ dict.
    #[function(name = "exec", sig = "(id, code, shared={}, *, restrict=False)")]
    fn exec_(th: &mut Thread, id: &Object, code: &Object, shared: Option<&Dict>, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "exec code for")?;
        check_script(th, code)?;
        check_shared(th, shared)?;
        Err(already_running(th))
    }

    /// run_string(id, script, shared=None, *, restrict=False)
    ///
    /// Execute the provided string in the identified interpreter.
    ///
    /// (See _interpreters.exec().
    #[function(sig = "(id, script, shared={}, *, restrict=False)")]
    fn run_string(th: &mut Thread, id: &Object, script: &Str, shared: Option<&Dict>, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "run a string in")?;
        check_script(th, script.as_object())?;
        check_shared(th, shared)?;
        Err(already_running(th))
    }

    /// run_func(id, func, shared=None, *, restrict=False)
    ///
    /// Execute the body of the provided function in the identified interpreter.
    /// Code objects are also supported.  In both cases, closures and args
    /// are not supported.  Methods and other callables are not supported either.
    ///
    /// (See _interpreters.exec().
    #[function(sig = "(id, func, shared={}, *, restrict=False)")]
    fn run_func(th: &mut Thread, id: &Object, func: &Object, shared: Option<&Dict>, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "run a function in")?;
        if func.downcast::<Function>().is_none() && func.downcast::<interp::code::Code>().is_none() {
            let got = ops::type_name(func);
            return Err(raise::type_error(th, format_args!("_interpreters.run_func() argument 2 must be a function, not {got}")));
        }
        check_script(th, func)?;
        check_shared(th, shared)?;
        Err(already_running(th))
    }

    /// call(id, callable, args=None, kwargs=None, *, restrict=False)
    ///
    /// Call the provided object in the identified interpreter.
    /// Pass the given args and kwargs, if possible.
    #[function(sig = "(id, callable, args=(), kwargs={}, *, restrict=False)")]
    fn call(
        th: &mut Thread,
        id: &Object,
        callable: &Object,
        #[default(Tuple::empty_static())] args: &Tuple,
        kwargs: Option<&Dict>,
        restrict: bool,
    ) -> Result<(), Raised> {
        find(th, id, restrict, "make a call in")?;
        if !ops::is_callable(callable) {
            let shown = ops::repr(th, callable)?.to_string_lossy();
            return Err(raise::type_error(th, format_args!("expected a callable, got {shown}")));
        }
        let data = crossing::Data::of(th, args.as_object(), crossing::Fallback::Pickle)?;
        data.release(th);
        if let Some(kwargs) = kwargs {
            let data = crossing::Data::of(th, kwargs.as_object(), crossing::Fallback::Pickle)?;
            data.release(th);
        }
        Err(already_running(th))
    }

    /// is_shareable(obj) -> bool
    ///
    /// Return True if the object's data may be shared between interpreters and
    /// False otherwise.
    #[function(sig = "(obj)")]
    fn is_shareable(th: &mut Thread, obj: &Object) -> bool {
        crossing::is_shareable(th, obj)
    }

    /// is_running(id, *, restrict=False) -> bool
    ///
    /// Return whether or not the identified interpreter is running.
    #[function(sig = "(id, *, restrict=False)")]
    fn is_running(th: &mut Thread, id: &Object, restrict: bool) -> Result<bool, Raised> {
        find(th, id, restrict, "check if running for")?;
        Ok(true)
    }

    /// get_config(id, *, restrict=False) -> types.SimpleNamespace
    ///
    /// Return a representation of the config used to initialize the interpreter.
    #[function(sig = "(id, *, restrict=False)")]
    fn get_config(th: &mut Thread, id: &Object, restrict: bool) -> Result<Ref<Object>, Raised> {
        find(th, id, restrict, "get the config of")?;
        let fields = MAIN.fields(th);
        simple_namespace(th, &fields)
    }

    /// whence(id) -> int
    ///
    /// Return an identifier for where the interpreter was created.
    #[function(sig = "(id)")]
    fn whence(th: &mut Thread, id: &Object) -> Result<i64, Raised> {
        find(th, id, false, "")?;
        Ok(WHENCE_RUNTIME)
    }

    #[function(sig = "(id, *, implieslink=False, restrict=False)")]
    fn incref(th: &mut Thread, id: &Object, implieslink: bool, restrict: bool) -> Result<(), Raised> {
        let _ = implieslink;
        find(th, id, restrict, "incref")
    }

    #[function(sig = "(id, *, restrict=False)")]
    fn decref(th: &mut Thread, id: &Object, restrict: bool) -> Result<(), Raised> {
        find(th, id, restrict, "decref")
    }

    /// capture_exception(exc=None) -> types.SimpleNamespace
    ///
    /// Return a snapshot of an exception.  If "exc" is None
    /// then the current exception, if any, is used (but not cleared).
    ///
    /// The returned snapshot is the same as what _interpreters.exec() returns.
    #[function(sig = "(exc=None)")]
    fn capture_exception(th: &mut Thread, #[default(none())] exc: &Object) -> Result<Ref<Object>, Raised> {
        // No exception is on its way while a function runs.
        if exc.is(none()) {
            return Ok(none().to_ref());
        }
        if exceptions::as_exception(exc).is_none() {
            let shown = ops::repr(th, exc)?.to_string_lossy();
            return Err(raise::type_error(th, format_args!("expected exception, got {shown}")));
        }
        snapshot(th, exc)
    }
}
