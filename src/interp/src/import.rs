//! Import: `__import__`, the bootstrap of `importlib`, and where the embedded library comes from.
//!
//! `importlib`'s own code finds and loads modules; this file starts it and gives it `_imp` ([`imp`]).

pub mod imp;
mod timing;

use std::sync::OnceLock;

use heap::{Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::{Dict, Module, Str, names, ops, raise};

use crate::Code;

/// A module of the embedded library.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// Whether it is a package.
    pub is_package: bool,
    /// Its path below the library's root.
    pub path: &'static str,
    /// Its compiled code, by its name and for a file name, and whether `-O` does not concern it; or why there is none.
    pub code: fn(&str, &str, bool) -> Result<syntax::Code, String>,
    /// Its source.
    pub source: fn(&str) -> Option<Vec<u8>>,
}

/// The embedded library, as the layer above has it.
pub struct Library {
    /// A module by its full name.
    pub find: fn(&str) -> Option<Embedded>,
    /// All names.
    pub names: fn() -> Vec<&'static str>,
    /// The paths of all files, modules' sources and others.
    pub files: fn() -> Vec<&'static str>,
    /// A file by its path below the library's root.
    pub file: fn(&str) -> Option<Vec<u8>>,
}

static LIBRARY: OnceLock<Library> = OnceLock::new();

/// Installs the embedded library; only the first call counts.
pub fn set_library(library: Library) {
    let _ = LIBRARY.set(library);
}

/// The embedded library.
pub fn library() -> Option<&'static Library> {
    LIBRARY.get()
}

static BOOTSTRAP: Global<Module> = Global::EMPTY;

/// `__import__`
pub fn import(th: &mut Thread, name: &Str, globals: &Object, fromlist: &Object, level: isize) -> Result<Ref<Object>, Raised> {
    let result = import_level(th, name, globals, fromlist, level);
    if result.is_err() {
        remove_importlib_frames(th);
    }
    result
}

fn import_level(th: &mut Thread, name: &Str, globals: &Object, fromlist: &Object, level: isize) -> Result<Ref<Object>, Raised> {
    if level < 0 {
        return Err(raise::value_error(th, format_args!("level must be >= 0")));
    }
    let absolute: Ref<Str> = if level > 0 {
        resolve(th, name, globals, level)?
    } else {
        if name.is_empty() {
            return Err(raise::value_error(th, format_args!("Empty module name")));
        }
        heap::Heaped::to_ref(name)
    };
    let module = get_or_load(th, &absolute)?;
    if ops::is_true(th, fromlist)? {
        if ops::hasattr(th, &module, &names::__path__)? {
            let bootstrap = bootstrap(th)?;
            let handle = objects::intern(th, "_handle_fromlist");
            let import = objects::builtins_ref::lookup(th, &names::__import__)?;
            return ops::call_method(th, &bootstrap, handle, &[&module, fromlist, &import]);
        }
        return Ok(module);
    }
    let text = name.to_string_lossy();
    let Some(dot) = text.find('.') else { return Ok(module) };
    if level == 0 {
        let top = objects::intern(th, &text[..dot]);
        return get_or_load(th, top);
    }
    // A relative import binds the first part of the name that was written.
    let full = absolute.to_string_lossy();
    let cut = text.len() - dot;
    let top = objects::intern(th, &full[..full.len() - cut]);
    match crate::sys::modules(th)?.get(th, top)? {
        Some(found) => Ok(found),
        None => Err(raise::key_error(th, top)),
    }
}

fn bootstrap(th: &mut Thread) -> Result<Ref<Module>, Raised> {
    match BOOTSTRAP.get(th) {
        Some(bootstrap) => Ok(bootstrap),
        None => Err(raise::import_error(th, format_args!("the import system is not started"), None, None)),
    }
}

/// What `sys.modules` has under the name.
fn find_loaded(th: &mut Thread, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let modules = crate::sys::modules_object(th)?;
    match modules.downcast_exact_ref::<Dict>() {
        Some(modules) => Ok(modules.get_str(th, name)),
        None => ops::item::getitem_opt(th, &modules, name),
    }
}

/// The module that is loaded under a name, once its import has ended (`PyImport_GetModule`).
pub fn loaded_module(th: &mut Thread, name: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let modules = crate::sys::modules_object(th)?;
    let Some(module) = ops::item::getitem_opt(th, &modules, name)? else { return Ok(None) };
    let Some(name) = name.downcast::<Str>().filter(|_| !module.is(objects::none())) else { return Ok(Some(module)) };
    if let Err(raised) = ensure_initialized(th, &module, name) {
        remove_importlib_frames(th);
        return Err(raised);
    }
    Ok(find_loaded(th, name)?.filter(|now| now.is(&*module)))
}

fn get_or_load(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
    if let Some(module) = find_loaded(th, name)?
        && !module.is(objects::none())
    {
        timing::cached(name);
        // If the thread that imported it failed meanwhile, the module is gone again: then this thread tries.
        if !ensure_initialized(th, &module, name)? || find_loaded(th, name)?.is_some_and(|now| now.is(&*module)) {
            return Ok(module);
        }
    }
    let bootstrap = bootstrap(th)?;
    let find = objects::intern(th, "_find_and_load");
    let import = objects::builtins_ref::lookup(th, &names::__import__)?;
    let running = timing::begin();
    let result = ops::call_method(th, &bootstrap, find, &[name, &import]);
    timing::end(th, running, name);
    result
}

/// Another thread may be importing the module at this moment: its lock is waited for. Whether it was.
fn ensure_initialized(th: &mut Thread, module: &Object, name: &Str) -> Result<bool, Raised> {
    let Some(spec) = ops::getattr_opt(th, module, &names::__spec__)? else { return Ok(false) };
    let initializing = objects::intern(th, "_initializing");
    let Some(busy) = ops::getattr_opt(th, &spec, initializing)? else { return Ok(false) };
    if !ops::is_true(th, &busy)? {
        return Ok(false);
    }
    let bootstrap = bootstrap(th)?;
    let wait = objects::intern(th, "_lock_unlock_module");
    ops::call_method(th, &bootstrap, wait, &[name])?;
    Ok(true)
}

/// Tracebacks of failed imports leave out the import system's own frames (unless `-v`): all of them for an ImportError, for other exceptions
/// those around the module's own code.
fn remove_importlib_frames(th: &mut Thread) {
    if crate::config::get().verbose > 0 {
        return;
    }
    let Some(exception) = th.take_exception() else { return };
    if let Some(raised) = objects::exceptions::as_exception(&exception) {
        let mut kept = Vec::new();
        let mut next = raised.traceback(th);
        let mut dropped = false;
        let always = exception.is_a::<objects::exceptions::ImportError>();
        // How many were kept when the run of such frames began that this one belongs to.
        let mut chunk = None;
        while let Some(entry) = next {
            next = entry.next(th);
            let Some(function) = importlib_function(entry.frame()) else {
                chunk = None;
                kept.push(entry);
                continue;
            };
            let start = *chunk.get_or_insert(kept.len());
            if always || function == "_call_with_frames_removed" {
                kept.truncate(start);
                dropped = true;
            } else {
                kept.push(entry);
            }
        }
        if dropped {
            let mut chain = None;
            for entry in kept.into_iter().rev() {
                let line = entry.line(th).unwrap_or(0);
                chain = Some(objects::Traceback::new(th, chain, entry.frame().to_owned(), entry.lasti(), line));
            }
            raised.set_traceback(th, chain);
        }
    }
    let _ = th.set_exception(exception);
}

/// The name of a function of the import system that a frame runs.
fn importlib_function(frame: &Object) -> Option<String> {
    let code = frame.downcast::<crate::FrameObject>()?.code()?;
    let name = code.filename().to_string_lossy();
    let ours = matches!(name.as_str(), "<frozen importlib._bootstrap>" | "<frozen importlib._bootstrap_external>" | "<frozen _pyston_library>");
    ours.then(|| code.name().to_string_lossy())
}

/// The absolute name of a relative import.
fn resolve(th: &mut Thread, name: &Str, globals: &Object, level: isize) -> Result<Ref<Str>, Raised> {
    if globals.is(objects::none()) {
        return Err(no_name(th));
    }
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(raise::type_error(th, format_args!("globals must be a dict")));
    };
    let package = package_of(th, globals)?;
    let package = package.to_string_lossy();
    if package.is_empty() {
        return Err(raise::import_error(th, format_args!("attempted relative import with no known parent package"), None, None));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => return Err(raise::import_error(th, format_args!("attempted relative import beyond top-level package"), None, None)),
        }
    }
    let full = if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") };
    Ok(heap::Heaped::to_ref(objects::intern(th, &full)))
}

#[cold]
fn no_name(th: &mut Thread) -> Raised {
    let message = Str::new(th, "'__name__' not in globals");
    raise::key_error(th, &message)
}

fn package_of(th: &mut Thread, globals: &Dict) -> Result<Ref<Str>, Raised> {
    let package = globals.get_str(th, &names::__package__).filter(|p| !p.is(objects::none()));
    let spec = globals.get_str(th, &names::__spec__).filter(|s| !s.is(objects::none()));
    let parent = objects::intern(th, "parent");
    if let Some(package) = package {
        let Ok(package) = package.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("package must be a string")));
        };
        if let Some(spec) = spec {
            let parent = ops::getattr(th, &spec, parent)?;
            if !ops::eq(th, &package, &parent)? {
                objects::warn::deprecated(th, format_args!("__package__ != __spec__.parent"))?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        return match ops::getattr(th, &spec, parent)?.downcast::<Str>() {
            Ok(parent) => Ok(parent),
            Err(_) => Err(raise::type_error(th, format_args!("__spec__.parent must be a string"))),
        };
    }
    let message = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
    objects::warn::warn(th, objects::exceptions::import_warning_type(), format_args!("{message}"), 1)?;
    let Some(name) = globals.get_str(th, &names::__name__) else { return Err(no_name(th)) };
    let Ok(name) = name.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("__name__ must be a string")));
    };
    if globals.get_str(th, &names::__path__).is_some() {
        return Ok(name);
    }
    let text = name.to_string_lossy();
    Ok(match text.rfind('.') {
        Some(dot) => heap::Heaped::to_ref(objects::intern(th, &text[..dot])),
        None => heap::Heaped::to_ref(names::EMPTY.get()),
    })
}

/// Imports a module by its full name and returns that module (`importlib.import_module`).
pub fn import_module(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let name = objects::intern(th, name);
    let result = get_or_load(th, name);
    if result.is_err() {
        remove_importlib_frames(th);
    }
    result
}

/// The same by a string object. A module that another thread is importing is waited for.
pub fn import_named(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
    let result = get_or_load(th, name);
    if result.is_err() {
        remove_importlib_frames(th);
    }
    result
}

/// Runs the two halves of `importlib` and installs them; afterwards `import` works.
pub fn start(th: &mut Thread) -> Result<(), Raised> {
    let imp = crate::native::create(th, &imp::imp::MODULE)?;
    let modules = crate::sys::modules(th)?;
    modules.set_by_name(th, "_imp", imp.clone().up());
    let inner = run_embedded(th, "importlib._bootstrap", "_frozen_importlib")?;
    modules.set_by_name(th, "_frozen_importlib", inner.clone().up());
    BOOTSTRAP.set(th, Some(inner.clone()));
    let sys = crate::sys::module(th)?;
    let install = objects::intern(th, "_install");
    ops::call_method(th, &inner, install, &[&sys, &imp])?;
    let install_external = objects::intern(th, "_install_external_importers");
    if let Err(raised) = ops::call_method(th, &inner, install_external, &[]) {
        // Without files (`posix`, `_io`) only what is built in or embedded can be imported.
        if raise::catch(th, objects::exceptions::import_error_type()).is_none() {
            return Err(raised);
        }
        imp::serve_whole_library();
        return Ok(());
    }
    let zipimport = import_module(th, "zipimport")?;
    let zipimporter = ops::getattr_str(th, &zipimport, "zipimporter")?;
    let Some(hooks) = crate::sys::attribute(th, "path_hooks") else { return Err(raise::runtime_error(th, format_args!("lost sys.path_hooks"))) };
    let insert = objects::intern(th, "insert");
    let front = objects::Int::from_i64(th, 0);
    ops::call_method(th, &hooks, insert, &[&front, &zipimporter])?;
    let library = import_module(th, "_pyston_library")?;
    let install = objects::intern(th, "install");
    ops::call_method(th, &library, install, &[])?;
    Ok(())
}

/// Runs the code of an embedded module in a new module object of the given name.
fn run_embedded(th: &mut Thread, source_name: &str, name: &str) -> Result<Ref<Module>, Raised> {
    let code = embedded_code(th, source_name, true)?;
    let module = Module::new(th, name);
    let Some(dict) = module.dict() else { return Err(raise::system_error(th, format_args!("a new module has no namespace"))) };
    let builtins = crate::hooks::builtins(th)?;
    dict.set_str(th, &names::__builtins__, builtins);
    let origin = Str::new(th, source_name);
    dict.set_by_name(th, "__origname__", origin.up());
    let result = crate::run::run_code(th, &code, dict, dict)?;
    th.release(result);
    Ok(module)
}

/// The code object of an embedded module; a frozen one says so in place of a file name.
pub fn embedded_code(th: &mut Thread, name: &str, frozen: bool) -> Result<Ref<Code>, Raised> {
    let Some(found) = library().and_then(|l| (l.find)(name)) else {
        return Err(raise::import_error(th, format_args!("the embedded library has no module {name}"), None, None));
    };
    let filename = if frozen { format!("<frozen {name}>") } else { format!("{}/{}", crate::sys::info::stdlib_dir(), found.path) };
    match th.detached(|| (found.code)(name, &filename, frozen)) {
        Ok(code) => Ok(Code::new(th, std::sync::Arc::new(code))),
        Err(problem) => Err(raise::import_error(th, format_args!("the embedded module {name} has no code: {problem}"), None, None)),
    }
}

/// `from module import name` where the module has no such attribute: the submodule in `sys.modules`, or an error that says why.
pub fn import_from_fallback(th: &mut Thread, module: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
    let package = ops::getattr_opt(th, module, &names::__name__)?.and_then(|n| n.downcast::<Str>().ok());
    if let Some(package) = &package {
        let full = objects::intern(th, &format!("{package}.{name}"));
        if let Some(found) = crate::sys::modules(th)?.get(th, full)? {
            return Ok(found);
        }
    }
    let from = package.clone().unwrap_or_else(|| Str::new(th, "<unknown module name>"));
    let (name_shown, from_shown) = (ops::repr(th, name)?, ops::repr(th, &from)?);
    let spec = ops::getattr_opt(th, module, &names::__spec__)?.filter(|spec| !spec.is(objects::none()));
    let mut origin = match &spec {
        Some(spec) => objects::module::file_origin(th, spec)?,
        None => None,
    };
    let shadows = match &origin {
        Some(origin) => objects::module::may_shadow(th, origin)?,
        None => false,
    };
    let shown = match &origin {
        Some(origin) => ops::repr(th, origin)?.to_string_lossy(),
        None => String::new(),
    };
    if origin.is_none() && spec.is_some() && module.is_a::<Module>() {
        origin = ops::getattr_opt(th, module, &names::__file__)?.and_then(|file| file.downcast::<Str>().ok());
    }
    let place = origin.as_ref().map_or_else(|| "unknown location".to_owned(), |origin| origin.to_string_lossy());
    let message = if shadows && objects::module::is_stdlib_name(th, &from)? {
        format!(
            "cannot import name {name_shown} from {from_shown} (consider renaming {shown} since it has the same name as the standard library \
             module named {from_shown} and prevents importing that standard library module)"
        )
    } else if !objects::module::is_initializing(th, spec.as_deref())? {
        format!("cannot import name {name_shown} from {from_shown} ({place})")
    } else if shadows {
        format!("cannot import name {name_shown} from {from_shown} (consider renaming {shown} if it has the same name as a library you intended to import)")
    } else if origin.is_some() {
        format!("cannot import name {name_shown} from partially initialized module {from_shown} (most likely due to a circular import) ({place})")
    } else {
        format!("cannot import name {name_shown} from partially initialized module {from_shown} (most likely due to a circular import)")
    };
    let package: Ref<Object> = package.map_or_else(objects::none_ref, |p| p.up());
    let origin: Option<Ref<Object>> = origin.map(|origin| origin.up());
    Err(raise::import_error_of(th, objects::exceptions::import_error_type(), format_args!("{message}"), Some(&package), origin.as_deref(), Some(name)))
}
