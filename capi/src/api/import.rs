//! Importing: `PyImport_*`.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::ffi::CString;
use std::sync::OnceLock;

use heap::sync::AtomicPtr;
use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::Code;
use objects::{Dict, List, Module, Str, names, none, ops, raise};

use super::errors::os_name;
use crate::api;
use crate::entry::{Lent, c_text};

/// The module of a name, made if there is none.
fn add_module(th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
    let modules = interp::sys::modules_object(th)?;
    if let Some(found) = ops::item::getitem_opt(th, &modules, name)?
        && found.is_a::<Module>()
    {
        return Ok(found);
    }
    let module = super::module::with_name(th, name).up();
    ops::setitem(th, &modules, name, &module)?;
    Ok(module)
}

/// The module `__main__`, made if there is none.
pub fn main_module(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let name = Str::new(th, "__main__");
    add_module(th, &name)
}

/// The module `builtins`, or the namespace that the running code takes for it.
pub fn builtins_module(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let modules = interp::sys::modules(th)?;
    match modules.get_by_name(th, "builtins") {
        Some(module) => Ok(module),
        None => super::ceval::builtins(th),
    }
}

fn remove_module(th: &mut Thread, name: &Object) {
    let before = th.take_exception();
    let removed = interp::sys::modules_object(th).and_then(|modules| ops::delitem(th, &modules, name));
    if removed.is_err() {
        drop(th.take_exception());
    }
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
}

/// `__import__` as the running code has it, called for the module itself.
fn import(th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
    let current = interp::frame::stack::current(th);
    let globals = match current {
        Some(frame) => th.retain(frame.globals()),
        None => Dict::new(th).up(),
    };
    let builtins = match current {
        Some(_) => ops::getitem(th, &globals, &names::__builtins__)?,
        None => interp::run::builtins_of(th, &globals)?,
    };
    let function = match builtins.downcast_ref::<Dict>() {
        Some(builtins) => match builtins.get_str(th, &names::__import__) {
            Some(function) => function,
            None => return Err(raise::key_error(th, &names::__import__)),
        },
        None => ops::getattr(th, &builtins, &names::__import__)?,
    };
    let (from, level) = (List::new(th, Vec::new()), objects::Int::from_i64(th, 0));
    let top = ops::call(th, &function, &[name, &globals, &globals, &from, &level])?;
    th.release(top);
    let modules = interp::sys::modules_object(th)?;
    match ops::item::getitem_opt(th, &modules, name)? {
        Some(module) => Ok(module),
        None => Err(raise::key_error(th, name)),
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
fn import_level(th: &mut Thread, name: Option<&Object>, globals: Option<&Object>, from: Option<&Object>, level: c_int) -> Result<Ref<Object>, Raised> {
    let Some(name) = name else { return Err(raise::value_error(th, format_args!("Empty module name"))) };
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("module name must be a string")));
    };
    interp::import::import(th, name, globals.unwrap_or(none()), from.unwrap_or(none()), level as isize)
}

/// The half of the import system that knows files.
fn external(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    interp::import::import_module(th, "_frozen_importlib_external")
}

/// The namespace of the module in which code is about to run.
fn namespace_for(th: &mut Thread, name: &Object) -> Result<Ref<Dict>, Raised> {
    let module = add_module(th, name)?;
    let Some(dict) = module.downcast_ref::<Module>().and_then(Module::dict) else { return Err(raise::bad_internal_call(th)) };
    if !dict.contains_str(th, &names::__builtins__) {
        let builtins = super::ceval::builtins(th)?;
        dict.set_str(th, &names::__builtins__, builtins);
    }
    Ok(dict.to_ref())
}

/// Runs code in the module of that name; what the module table has under the name afterwards.
fn run_in(th: &mut Thread, name: &Object, dict: &Dict, code: &Object) -> Result<Ref<Object>, Raised> {
    let ended = match code.downcast::<Code>() {
        Some(code) => interp::run::run_code(th, code, dict, dict),
        None => Err(raise::bad_internal_call(th)),
    };
    match ended {
        Ok(result) => th.release(result),
        Err(raised) => {
            remove_module(th, name);
            return Err(raised);
        }
    }
    let modules = interp::sys::modules_object(th)?;
    match ops::item::getitem_opt(th, &modules, name)? {
        Some(module) => Ok(module),
        None => {
            let shown = ops::repr(th, name)?;
            Err(raise::new(th, objects::exceptions::import_error_type(), format_args!("Loaded module {} not found in sys.modules", *shown)))
        }
    }
}

/// Runs code as a module of that name, from that file.
fn exec_code(th: &mut Thread, name: &Object, code: &Object, path: Option<&Object>, compiled: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let dict = namespace_for(th, name)?;
    let own = code.downcast::<Code>().map(|code| code.filename().to_ref().up());
    let path = match (path, &own) {
        (Some(path), _) => path,
        (None, Some(own)) => own,
        (None, None) => return Err(raise::bad_internal_call(th)),
    };
    let external = external(th)?;
    let fix = objects::intern(th, "_fix_up_module");
    let mut args: Vec<&Object> = vec![&dict, name, path];
    args.extend(compiled);
    let result = ops::call_method(th, &external, fix, &args)?;
    th.release(result);
    run_in(th, name, &dict, code)
}

/// The same with names as C has them.
///
/// # Safety
/// R4: C strings; `path` and `compiled` may be null.
unsafe fn exec_named(th: &mut Thread, name: *const c_char, code: &Object, path: *const c_char, compiled: *const c_char) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let (name, mut path, compiled) = unsafe { (c_text(th, name)?, os_name(th, path), os_name(th, compiled)) };
    let name = Str::new(th, name);
    if path.is_none()
        && let Some(compiled) = &compiled
    {
        let external = external(th)?;
        let source = objects::intern(th, "_get_sourcefile");
        match ops::call_method(th, &external, source, &[compiled]) {
            Ok(found) => path = found.downcast::<Str>().ok(),
            Err(_) => drop(th.take_exception()),
        }
    }
    let as_object = |text: &Option<Ref<Str>>| text.as_ref().map(|text| text.clone().up());
    let (path, compiled) = (as_object(&path), as_object(&compiled));
    exec_code(th, &name, code, path.as_deref(), compiled.as_deref())
}

/// Imports a frozen module; whether there is one.
fn import_frozen(th: &mut Thread, name: &Object) -> Result<bool, Raised> {
    let Some(text) = name.downcast::<Str>() else { return Ok(false) };
    let imp = interp::import::import_module(th, "_imp")?;
    let ask = |th: &mut Thread, function: &str| {
        let function = objects::intern(th, function);
        ops::call_method(th, &imp, function, &[text])
    };
    let known = ask(th, "is_frozen")?;
    if !ops::is_true(th, &known)? {
        return Ok(false);
    }
    let code = ask(th, "get_frozen_object")?;
    let package = ask(th, "is_frozen_package")?;
    let dict = namespace_for(th, name)?;
    if ops::is_true(th, &package)? {
        let path = List::new(th, Vec::new());
        dict.set_str(th, &names::__path__, path.up());
    }
    let module = run_in(th, name, &dict, &code)?;
    th.release(module);
    let about = ask(th, "find_frozen")?;
    let origin = match about.downcast_ref::<objects::Tuple>().and_then(|about| about.item(2)) {
        Some(origin) => origin.to_ref(),
        None => objects::none_ref(),
    };
    dict.set_by_name(th, "__origname__", origin);
    Ok(true)
}

/// What finds modules in a folder (or another entry of a path): remembered, or asked of `sys.path_hooks`.
fn importer(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    let required = |th: &mut Thread, name: &str| match interp::sys::attribute(th, name) {
        Some(value) => Ok(value),
        None => Err(raise::runtime_error(th, format_args!("lost sys.{name}"))),
    };
    let cache = required(th, "path_importer_cache")?;
    let hooks = required(th, "path_hooks")?;
    if let Some(known) = ops::item::getitem_opt(th, &cache, path)? {
        return Ok(known);
    }
    ops::setitem(th, &cache, path, none())?;
    let hooks = crate::entry::expect::<List>(th, &hooks)?.to_ref();
    for hook in hooks.snapshot(th) {
        match ops::call1(th, &hook, path) {
            Ok(importer) => {
                ops::setitem(th, &cache, path, &importer)?;
                return Ok(importer);
            }
            Err(_) if raise::catch(th, objects::exceptions::import_error_type()).is_some() => {}
            Err(raised) => return Err(raised),
        }
    }
    Ok(objects::none_ref())
}

/// `sys.implementation.cache_tag`, which does not change.
fn magic_tag(th: &mut Thread) -> Option<&'static CStr> {
    static TAG: OnceLock<CString> = OnceLock::new();
    if let Some(tag) = TAG.get() {
        return Some(tag);
    }
    let implementation = interp::sys::attribute(th, "implementation")?;
    let tag = ops::getattr_str(th, &implementation, "cache_tag").ok()?;
    let tag = CString::new(tag.downcast_ref::<Str>()?.to_string_lossy()).ok()?;
    Some(TAG.get_or_init(|| tag))
}

/// A C string as a string object.
///
/// # Safety
/// R4: `text` is a C string.
unsafe fn string(th: &mut Thread, text: *const c_char) -> Result<Ref<Str>, Raised> {
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(th, text) }?;
    Ok(Str::new(th, text))
}

api! {
    fn PyImport_GetModuleDict(th) -> Result<Lent, Raised> {
        Ok(Lent::some(interp::sys::modules_object(th)?))
    }

    fn PyImport_GetModule(th, name: &Object) -> Result<Option<Ref<Object>>, Raised> {
        interp::import::loaded_module(th, name)
    }

    fn PyImport_AddModuleRef(th, name: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        add_module(th, &name)
    }

    fn PyImport_AddModuleObject(th, name: &Object) -> Result<Lent, Raised> {
        Ok(Lent::some(add_module(th, name)?))
    }

    fn PyImport_AddModule(th, name: *const c_char) -> Result<Lent, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        Ok(Lent::some(add_module(th, &name)?))
    }

    fn PyImport_Import(th, name: &Object) -> Result<Ref<Object>, Raised> {
        import(th, name)
    }

    fn PyImport_ImportModule(th, name: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        import(th, &name)
    }

    fn PyImport_ImportModuleNoBlock(th, name: *const c_char) -> Result<Ref<Object>, Raised> {
        objects::warn::deprecated(
            th,
            format_args!("PyImport_ImportModuleNoBlock() is deprecated and scheduled for removal in Python 3.15. Use PyImport_ImportModule() instead."),
        )?;
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        import(th, &name)
    }

    fn PyImport_ImportModuleLevelObject(
        th,
        name: Option<&Object>,
        globals: Option<&Object>,
        _locals: Option<&Object>,
        from: Option<&Object>,
        level: c_int,
    ) -> Result<Ref<Object>, Raised> {
        import_level(th, name, globals, from, level)
    }

    fn PyImport_ImportModuleLevel(
        th,
        name: *const c_char,
        globals: Option<&Object>,
        _locals: Option<&Object>,
        from: Option<&Object>,
        level: c_int,
    ) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        import_level(th, Some(&name), globals, from, level)
    }

    fn PyImport_ImportModuleAttr(th, module: &Object, attribute: &Object) -> Result<Ref<Object>, Raised> {
        let module = import(th, module)?;
        let attribute = objects::typing::instance::attribute_name(th, attribute)?;
        ops::getattr(th, &module, attribute)
    }

    fn PyImport_ImportModuleAttrString(th, module: *const c_char, attribute: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let (module, attribute) = unsafe { (string(th, module)?, string(th, attribute)?) };
        let module = import(th, &module)?;
        ops::getattr(th, &module, &attribute)
    }

    fn PyImport_ReloadModule(th, module: &Object) -> Result<Ref<Object>, Raised> {
        let importlib = interp::import::import_module(th, "importlib")?;
        let reload = objects::intern(th, "reload");
        ops::call_method(th, &importlib, reload, &[module])
    }

    fn PyImport_ExecCodeModule(th, name: *const c_char, code: &Object) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { exec_named(th, name, code, core::ptr::null(), core::ptr::null()) }
    }

    fn PyImport_ExecCodeModuleEx(th, name: *const c_char, code: &Object, path: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { exec_named(th, name, code, path, core::ptr::null()) }
    }

    fn PyImport_ExecCodeModuleWithPathnames(th, name: *const c_char, code: &Object, path: *const c_char, compiled: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { exec_named(th, name, code, path, compiled) }
    }

    fn PyImport_ExecCodeModuleObject(th, name: &Object, code: &Object, path: Option<&Object>, compiled: Option<&Object>) -> Result<Ref<Object>, Raised> {
        exec_code(th, name, code, path, compiled)
    }

    fn PyImport_ImportFrozenModuleObject(th, name: Option<&Object>) -> Result<bool, Raised> {
        match name {
            Some(name) => import_frozen(th, name),
            None => Ok(false),
        }
    }

    fn PyImport_ImportFrozenModule(th, name: *const c_char) -> Result<bool, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { string(th, name) }?;
        import_frozen(th, &name)
    }

    fn PyImport_GetImporter(th, path: &Object) -> Result<Ref<Object>, Raised> {
        importer(th, path)
    }

    fn PyImport_GetMagicNumber(th) -> c_long {
        let _ = th;
        c_long::from(interp::import::imp::PYC_MAGIC)
    }

    fn PyImport_GetMagicTag(th) -> *const c_char {
        magic_tag(th).map_or(core::ptr::null(), CStr::as_ptr)
    }
}

// --- tables of modules that a program brings, which must do so before it starts the interpreter ---

#[unsafe(export_name = "PyImport_FrozenModules")]
pub static FROZEN_MODULES: AtomicPtr<c_void> = AtomicPtr::new(core::ptr::null_mut());
