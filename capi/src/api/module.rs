//! Modules: `PyModule_*`, `PyState_*`; the two ways in which an extension module comes to be, which the loader goes.
//!
//! Invariant: a module's memory (`md_state`) is C's `calloc`; the module frees it when it ends (`objects::module`).

use core::ffi::{c_char, c_int, c_long, c_void};

use heap::sync::{AtomicIsize, Mutex, Ordering::Relaxed};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type, foreign};
use objects::glue::Global;
use objects::module::Definition;
use objects::typing::descr::{MethodDef, method_defs};
use objects::{Builtin, Dict, Int, Module, Str, exceptions, names, ops, raise};

use crate::api;
use crate::entry::{Lent, c_text, fatal};

const API_VERSION: c_int = 1013;
const ABI_VERSION: c_int = 3;

// --- making modules ---

/// The full name of the module whose function `PyInit_…` runs now: a module of a package that calls itself by its last name gets it.
static PACKAGE_CONTEXT: Mutex<Option<String>> = Mutex::new(None);

/// Runs the function `PyInit_…` of the module with this full name.
pub fn with_package_context<R>(full_name: &str, run: impl FnOnce() -> R) -> R {
    let before = PACKAGE_CONTEXT.lock().replace(full_name.to_owned());
    let result = run();
    *PACKAGE_CONTEXT.lock() = before;
    result
}

fn in_package(name: &str) -> String {
    let context = PACKAGE_CONTEXT.lock();
    match context.as_deref() {
        Some(full) if full.rsplit_once('.').is_some_and(|(_, last)| last == name) => full.to_owned(),
        _ => name.to_owned(),
    }
}

static LAST_INDEX: AtomicIsize = AtomicIsize::new(0);

/// Makes an object of a definition, at its first use.
///
/// # Safety
/// R4: `def` is a module definition of an extension.
pub unsafe fn init_def(def: *mut abi::PyModuleDef) {
    // SAFETY: the caller's promise.
    let base = unsafe { &mut (*def).m_base };
    if base.m_index == 0 {
        if base.ob_base.count.cast_signed() >= 0 {
            base.ob_base.count = 1;
        }
        base.ob_base.ob_type = Definition::type_object().raw();
        base.m_index = LAST_INDEX.fetch_add(1, Relaxed) + 1;
    }
}

/// Warns of a module that was compiled for something else.
fn check_version(th: &mut Thread, name: &str, version: c_int) -> Result<(), Raised> {
    if version == API_VERSION || version == ABI_VERSION {
        return Ok(());
    }
    let message = format_args!(
        "Python C API version mismatch for module {name:.100}: This Python has API version {API_VERSION}, module {name:.100} has version {version}."
    );
    objects::warn::warn(th, exceptions::runtime_warning_type(), message, 1)
}

/// A module in one phase (`PyModule_Create`).
///
/// # Safety
/// R4: `def` is a module definition of an extension.
pub unsafe fn create(th: &mut Thread, def: *mut abi::PyModuleDef) -> Result<Ref<Module>, Raised> {
    // SAFETY: the caller's promise.
    unsafe { create_for(th, def, API_VERSION) }
}

/// [`create`] for an extension that was compiled for some version of the API.
///
/// # Safety
/// As [`create`].
unsafe fn create_for(th: &mut Thread, def: *mut abi::PyModuleDef, version: c_int) -> Result<Ref<Module>, Raised> {
    // SAFETY: the caller's promise.
    let fields = unsafe {
        init_def(def);
        *def_fields(def)
    };
    // SAFETY: R4: a definition has a name.
    let name = unsafe { c_text(th, fields.m_name) }?;
    check_version(th, name, version)?;
    if !fields.m_slots.is_null() {
        return Err(raise::system_error(th, format_args!("module {name}: PyModule_Create is incompatible with m_slots")));
    }
    let module = Module::new(th, &in_package(name));
    if fields.m_size > 0 {
        module.set_state(zeroed(th, fields.m_size)?);
    }
    let shown = module_name(th, &module)?;
    // SAFETY: the caller's promise.
    unsafe {
        add_methods(th, &module, &shown, fields.m_methods)?;
        set_doc(th, &module, fields.m_doc)?;
    }
    module.set_definition(def);
    Ok(module)
}

/// The fields of a definition that follow its head.
#[derive(Clone, Copy)]
#[repr(C)]
struct DefFields {
    m_name: *const c_char,
    m_doc: *const c_char,
    m_size: isize,
    m_methods: *mut abi::PyMethodDef,
    m_slots: *mut abi::PyModuleDef_Slot,
    m_traverse: Option<abi::traverseproc>,
    m_clear: Option<abi::inquiry>,
    m_free: Option<abi::freefunc>,
}

const _: () = assert!(size_of::<DefFields>() + core::mem::offset_of!(abi::PyModuleDef, m_name) == size_of::<abi::PyModuleDef>());

fn def_fields(def: *mut abi::PyModuleDef) -> *const DefFields {
    def.wrapping_byte_add(core::mem::offset_of!(abi::PyModuleDef, m_name)).cast()
}

/// Memory for a module, all zeros.
fn zeroed(th: &mut Thread, size: isize) -> Result<*mut c_void, Raised> {
    let size = usize::try_from(size).unwrap_or(0).max(1);
    // SAFETY: R4: C's allocator.
    let state = unsafe { libc::calloc(1, size) };
    if state.is_null() { Err(raise::memory_error(th)) } else { Ok(state) }
}

/// What a definition's slots say.
struct Slots {
    create: *mut c_void,
    runs: bool,
}

/// Reads the slots of a definition.
///
/// # Safety
/// R4: `slot` is null or a table that ends with slot 0.
unsafe fn read_slots(th: &mut Thread, name: &str, mut slot: *mut abi::PyModuleDef_Slot) -> Result<Slots, Raised> {
    let mut found = Slots { create: core::ptr::null_mut(), runs: false };
    let (mut interpreters, mut gil) = (false, false);
    // SAFETY: the caller's promise.
    while let Some(&abi::PyModuleDef_Slot { slot: id, value }) = unsafe { slot.as_ref() }.filter(|row| row.slot != 0) {
        match id {
            abi::Py_mod_create if !found.create.is_null() => {
                return Err(raise::system_error(th, format_args!("module {name} has multiple create slots")));
            }
            abi::Py_mod_create => found.create = value,
            abi::Py_mod_exec => found.runs = true,
            abi::Py_mod_multiple_interpreters if core::mem::replace(&mut interpreters, true) => {
                return Err(raise::system_error(th, format_args!("module {name} has more than one 'multiple interpreters' slots")));
            }
            abi::Py_mod_gil if core::mem::replace(&mut gil, true) => {
                return Err(raise::system_error(th, format_args!("module {name} has more than one 'gil' slot")));
            }
            abi::Py_mod_multiple_interpreters | abi::Py_mod_gil => {}
            _ => return Err(raise::system_error(th, format_args!("module {name} uses unknown slot ID {id}"))),
        }
        // SAFETY: not the last row.
        slot = unsafe { slot.add(1) };
    }
    Ok(found)
}

/// Calls the function of a slot `Py_mod_create`.
fn call_create(th: &mut Thread, create: *mut c_void, spec: &Object, def: *mut abi::PyModuleDef, name: &str) -> Result<Ref<Object>, Raised> {
    type Create = unsafe extern "C-unwind" fn(*mut abi::PyObject, *mut abi::PyModuleDef) -> *mut abi::PyObject;
    // SAFETY: R4: the slot holds such a function.
    let create = unsafe { core::mem::transmute::<*mut c_void, Create>(create) };
    // SAFETY: R4: the function's contract.
    let made = foreign::call(th, create as *const (), |th| foreign::show(th, spec), || unsafe { create(spec.as_ptr(), def) });
    // SAFETY: R2: the function hands over a count, or null.
    let made = unsafe { Ref::<Object>::from_raw_nullable(made) };
    match made {
        None if th.exception().is_none() => {
            Err(raise::system_error(th, format_args!("creation of module {name} failed without setting an exception")))
        }
        None => Err(th.already_raised()),
        Some(made) if th.exception().is_some() => {
            let raised =
                raise::from_cause(th, exceptions::system_error_type(), format_args!("creation of module {name} raised unreported exception"));
            th.release(made);
            Err(raised)
        }
        Some(made) => Ok(made),
    }
}

/// The first of the two phases (`PyModule_FromDefAndSpec`).
///
/// # Safety
/// R4: `def` is a module definition of an extension.
pub unsafe fn from_def_and_spec(th: &mut Thread, def: *mut abi::PyModuleDef, spec: &Object) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    unsafe { from_def_and_spec_for(th, def, spec, API_VERSION) }
}

/// [`from_def_and_spec`] for an extension that was compiled for some version of the API.
///
/// # Safety
/// As [`from_def_and_spec`].
unsafe fn from_def_and_spec_for(
    th: &mut Thread,
    def: *mut abi::PyModuleDef,
    spec: &Object,
    version: c_int,
) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let fields = unsafe {
        init_def(def);
        *def_fields(def)
    };
    let shown = ops::getattr_str(th, spec, "name")?;
    let name = objects::glue::upward::str_utf8(th, &shown)?;
    check_version(th, name, version)?;
    if fields.m_size < 0 {
        return Err(raise::system_error(th, format_args!("module {name}: m_size may not be negative for multi-phase initialization")));
    }
    // SAFETY: the caller's promise.
    let slots = unsafe { read_slots(th, name, fields.m_slots) }?;
    let module = if slots.create.is_null() {
        match shown.downcast_ref::<Str>() {
            Some(name) => Module::from_name(th, name).up(),
            None => return Err(raise::bad_internal_call(th)),
        }
    } else {
        call_create(th, slots.create, spec, def, name)?
    };
    if let Some(module) = module.downcast_ref::<Module>() {
        module.set_state(core::ptr::null_mut());
        module.set_definition(def);
    } else if fields.m_size > 0 || fields.m_traverse.is_some() || fields.m_clear.is_some() || fields.m_free.is_some() {
        return Err(raise::system_error(th, format_args!("module {name} is not a module object, but requests module state")));
    } else if slots.runs {
        let message = format_args!("module {name} specifies execution slots, but did not create a ModuleType instance");
        return Err(raise::system_error(th, message));
    }
    // SAFETY: the caller's promise.
    unsafe {
        add_methods(th, &module, &shown, fields.m_methods)?;
        set_doc(th, &module, fields.m_doc)?;
    }
    Ok(module)
}

/// The second phase (`PyModule_ExecDef`).
///
/// # Safety
/// R4: `def` is a module definition of an extension.
pub unsafe fn exec_def(th: &mut Thread, module: &Object, def: *mut abi::PyModuleDef) -> Result<(), Raised> {
    let shown = module_name(th, module)?;
    let name = objects::glue::upward::str_utf8(th, &shown)?;
    // SAFETY: the caller's promise.
    let fields = unsafe { *def_fields(def) };
    if fields.m_size >= 0
        && let Some(own) = module.downcast::<Module>()
        && own.state().is_null()
    {
        // Even an empty state says that the module has run.
        own.set_state(zeroed(th, fields.m_size)?);
    }
    let mut slot = fields.m_slots;
    // SAFETY: R4: null, or a table that ends with slot 0.
    while let Some(&abi::PyModuleDef_Slot { slot: id, value }) = unsafe { slot.as_ref() }.filter(|row| row.slot != 0) {
        match id {
            abi::Py_mod_exec => run_exec(th, module, value, name)?,
            abi::Py_mod_create | abi::Py_mod_multiple_interpreters | abi::Py_mod_gil => {}
            _ => return Err(raise::system_error(th, format_args!("module {name} initialized with unknown slot {id}"))),
        }
        // SAFETY: not the last row.
        slot = unsafe { slot.add(1) };
    }
    Ok(())
}

/// Calls the function of a slot `Py_mod_exec`.
fn run_exec(th: &mut Thread, module: &Object, exec: *mut c_void, name: &str) -> Result<(), Raised> {
    // SAFETY: R4: the slot holds such a function.
    let exec = unsafe { core::mem::transmute::<*mut c_void, abi::inquiry>(exec) };
    // SAFETY: R4: the function's contract.
    let status = foreign::call(th, exec as *const (), |th| foreign::show(th, module), || unsafe { exec(module.as_ptr()) });
    match (status, th.exception().is_some()) {
        (0, false) => Ok(()),
        (0, true) => {
            let message = format_args!("execution of module {name} raised unreported exception");
            Err(raise::from_cause(th, exceptions::system_error_type(), message))
        }
        (_, false) => Err(raise::system_error(th, format_args!("execution of module {name} failed without setting an exception"))),
        (_, true) => Err(th.already_raised()),
    }
}

/// Adds the functions of a table to a module (or to what its `Py_mod_create` made).
///
/// # Safety
/// R4: `table` is null or a table of methods that lives for ever.
unsafe fn add_methods(th: &mut Thread, module: &Object, name: &Object, table: *mut abi::PyMethodDef) -> Result<(), Raised> {
    for def in method_defs(table) {
        if def.def().ml_flags & (abi::METH_CLASS | abi::METH_STATIC) != 0 {
            return Err(raise::value_error(th, format_args!("module functions cannot set METH_CLASS or METH_STATIC")));
        }
        let function = new_function(th, def, module, name)?;
        if let Some(address) = def.def().ml_meth {
            heap::foreign::names::declare(address as *const (), || def.name().to_owned());
        }
        // SAFETY: R4: a row of the table has a name.
        let attribute = unsafe { c_text(th, (*def.as_ptr()).ml_name) }?;
        let attribute = objects::str::intern(th, attribute);
        ops::setattr(th, module, attribute, &function)?;
    }
    Ok(())
}

/// A function of a module.
fn new_function(th: &mut Thread, def: MethodDef, module: &Object, name: &Object) -> Result<Ref<Builtin>, Raised> {
    const CALL: c_int = abi::METH_VARARGS | abi::METH_FASTCALL | abi::METH_NOARGS | abi::METH_O | abi::METH_KEYWORDS | abi::METH_METHOD;
    const VAR_KEYWORDS: c_int = abi::METH_VARARGS | abi::METH_KEYWORDS;
    const FAST_KEYWORDS: c_int = abi::METH_FASTCALL | abi::METH_KEYWORDS;
    match def.def().ml_flags & CALL {
        abi::METH_VARARGS | VAR_KEYWORDS | abi::METH_NOARGS | abi::METH_O | abi::METH_FASTCALL | FAST_KEYWORDS => {}
        flags if flags == FAST_KEYWORDS | abi::METH_METHOD => {
            return Err(raise::system_error(th, format_args!("attempting to create PyCMethod with a METH_METHOD flag but no class")));
        }
        _ => return Err(raise::system_error(th, format_args!("{}() method: bad call flags", def.name()))),
    }
    Ok(Builtin::new(th, def, Some(module), Some(name)))
}

/// Sets `__doc__` unless `doc` is null.
///
/// # Safety
/// R4: `doc` is null or a C string.
unsafe fn set_doc(th: &mut Thread, module: &Object, doc: *const c_char) -> Result<(), Raised> {
    if doc.is_null() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(th, doc) }?;
    let text = Str::new(th, text);
    ops::setattr(th, module, &names::__doc__, &text)
}

// --- what a module knows ---

/// A module of that name: any object will do, it is what `__name__` says.
pub fn with_name(th: &mut Thread, name: &Object) -> Ref<Module> {
    if let Some(name) = name.downcast::<Str>() {
        return Module::from_name(th, name);
    }
    let module = Module::new(th, "");
    if let Some(dict) = module.dict() {
        dict.set_str(th, &names::__name__, name.to_ref());
    }
    module
}

/// The object as a module; `TypeError` for anything else.
fn module<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Module, Raised> {
    match object.downcast::<Module>() {
        Some(module) => Ok(module),
        None => Err(raise::type_error(th, format_args!("bad argument type for built-in operation"))),
    }
}

/// A string in a module's namespace.
fn text_of(th: &mut Thread, object: &Object, name: &Str) -> Result<Option<Ref<Str>>, Raised> {
    let module = module(th, object)?;
    let Some(dict) = module.dict() else { return Ok(None) };
    Ok(dict.get(th, name)?.and_then(|value| value.downcast::<Str>().ok()))
}

/// `__name__`, which must be a string.
fn module_name(th: &mut Thread, object: &Object) -> Result<Ref<Str>, Raised> {
    match text_of(th, object, &names::__name__)? {
        Some(name) => Ok(name),
        None => Err(raise::system_error(th, format_args!("nameless module"))),
    }
}

/// `__file__`, which must be a string.
fn file_name(th: &mut Thread, object: &Object) -> Result<Ref<Str>, Raised> {
    match text_of(th, object, &names::__file__)? {
        Some(name) => Ok(name),
        None => Err(raise::system_error(th, format_args!("module filename missing"))),
    }
}

/// The UTF-8 of a string that the module's namespace holds, too: C borrows it.
fn lend_text(th: &mut Thread, text: Ref<Str>) -> Result<*const c_char, Raised> {
    let utf8 = objects::glue::upward::str_utf8(th, &text)?.as_ptr().cast();
    // In shared mode the namespace may change meanwhile.
    let _ = Lent::some(text).lend(th);
    Ok(utf8)
}

/// Sets a name in a module's namespace.
///
/// # Safety
/// R4: `name` is a C string.
unsafe fn add(th: &mut Thread, object: &Object, name: *const c_char, value: Option<&Object>) -> Result<(), Raised> {
    let Some(module) = object.downcast::<Module>() else {
        return Err(raise::type_error(th, format_args!("PyModule_AddObjectRef() first argument must be a module")));
    };
    let Some(value) = value else {
        if th.exception().is_some() {
            return Err(th.already_raised());
        }
        let message = format_args!("PyModule_AddObjectRef() must be called with an exception raised if value is NULL");
        return Err(raise::system_error(th, message));
    };
    // SAFETY: the caller's promise.
    let name = unsafe { c_text(th, name) }?;
    let Some(dict) = module.dict() else {
        let shown = module_name(th, object)?;
        return Err(raise::system_error(th, format_args!("module '{}' has no __dict__", *shown)));
    };
    dict.set_by_name(th, name, value.to_ref());
    Ok(())
}

api! {
    /// Makes an object of a module definition, for the second way of making modules.
    fn PyModuleDef_Init(th, def: *mut abi::PyModuleDef) -> *mut abi::PyObject {
        let _ = th;
        // SAFETY: R4: the function's contract.
        unsafe { init_def(def) };
        def.cast()
    }

    fn PyModule_Create2(th, def: *mut abi::PyModuleDef, version: c_int) -> Result<Ref<Module>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { create_for(th, def, version) }
    }

    fn PyModule_FromDefAndSpec2(th, def: *mut abi::PyModuleDef, spec: &Object, version: c_int) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { from_def_and_spec_for(th, def, spec, version) }
    }

    fn PyModule_ExecDef(th, module: &Object, def: *mut abi::PyModuleDef) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { exec_def(th, module, def) }
    }

    fn PyModule_NewObject(th, name: &Object) -> Result<Ref<Module>, Raised> {
        Ok(with_name(th, name))
    }

    fn PyModule_New(th, name: *const c_char) -> Result<Ref<Module>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        Ok(Module::new(th, name))
    }

    fn PyModule_AddFunctions(th, module: &Object, functions: *mut abi::PyMethodDef) -> Result<(), Raised> {
        let name = module_name(th, module)?;
        // SAFETY: R4: the function's contract.
        unsafe { add_methods(th, module, &name, functions) }
    }

    fn PyModule_SetDocString(th, module: &Object, doc: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { set_doc(th, module, doc) }
    }

    fn PyModule_GetDict(th, object: &Object) -> Result<Lent, Raised> {
        match object.downcast::<Module>() {
            Some(module) => Ok(Lent::from(module.dict().map(|dict| dict.to_ref()))),
            None => Err(raise::bad_internal_call(th)),
        }
    }

    fn PyModule_GetNameObject(th, object: &Object) -> Result<Ref<Str>, Raised> {
        module_name(th, object)
    }

    fn PyModule_GetName(th, object: &Object) -> Result<*const c_char, Raised> {
        let name = module_name(th, object)?;
        lend_text(th, name)
    }

    fn PyModule_GetFilenameObject(th, object: &Object) -> Result<Ref<Str>, Raised> {
        file_name(th, object)
    }

    fn PyModule_GetFilename(th, object: &Object) -> Result<*const c_char, Raised> {
        let name = file_name(th, object)?;
        lend_text(th, name)
    }

    fn PyModule_GetDef(th, object: &Object) -> Result<*mut abi::PyModuleDef, Raised> {
        Ok(module(th, object)?.definition())
    }

    fn PyModule_GetState(th, object: &Object) -> Result<*mut c_void, Raised> {
        Ok(module(th, object)?.state())
    }

    fn PyModule_AddObjectRef(th, module: &Object, name: *const c_char, value: Option<&Object>) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { add(th, module, name, value) }
    }

    /// Takes over the count on `value`, whatever comes of it.
    fn PyModule_Add(th, module: &Object, name: *const c_char, value: *mut abi::PyObject) -> Result<(), Raised> {
        // SAFETY: R2: the function's contract.
        let value = unsafe { Ref::<Object>::from_raw_nullable(value) };
        // SAFETY: R4: the function's contract.
        unsafe { add(th, module, name, value.as_deref()) }
    }

    /// Takes over the count on `value`, unless it fails.
    fn PyModule_AddObject(th, module: &Object, name: *const c_char, value: *mut abi::PyObject) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe {
            add(th, module, name, objects::glue::borrow_nullable(value))?;
            drop(Ref::<Object>::from_raw_nullable(value));
        }
        Ok(())
    }

    fn PyModule_AddIntConstant(th, module: &Object, name: *const c_char, value: c_long) -> Result<(), Raised> {
        let value = Int::from_i64(th, value);
        // SAFETY: R4: the function's contract.
        unsafe { add(th, module, name, Some(&value)) }
    }

    fn PyModule_AddStringConstant(th, module: &Object, name: *const c_char, value: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let value = unsafe { c_text(th, value) }?;
        let value = Str::new(th, value);
        // SAFETY: R4: the function's contract.
        unsafe { add(th, module, name, Some(&value)) }
    }

    fn PyModule_AddType(th, module: &Object, ty: &Type) -> Result<(), Raised> {
        if !ty.has_flag(abi::Py_TPFLAGS_READY as u64) {
            // SAFETY: R4: extensions' types are statics, or came from a `tp_alloc`.
            unsafe { objects::typing::foreign_ready::ready_any(th, ty)? };
        }
        let name = ty.tp_name_bytes();
        let name = name.rsplit(|&c| c == b'.').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        let Some(own) = module.downcast::<Module>().and_then(Module::dict) else {
            return Err(raise::type_error(th, format_args!("PyModule_AddObjectRef() first argument must be a module")));
        };
        own.set_by_name(th, &name, ty.to_ref().up());
        Ok(())
    }

    /// Whether a module runs under a GIL is for its slots to say, and for the loader to hear.
    fn PyUnstable_Module_SetGIL(th, module: &Object, _gil: *mut c_void) -> Result<(), Raised> {
        match module.is_a::<Module>() {
            true => Ok(()),
            false => Err(raise::bad_internal_call(th)),
        }
    }
}

// --- modules by their definitions ---

/// The modules that were made in one phase, by the indices of their definitions.
static BY_INDEX: Global<Dict> = Global::EMPTY;

/// Remembers a module as that of its definition: what the loader does with modules that were made in one phase.
///
/// # Safety
/// R4: `def` is a module definition of an extension.
pub unsafe fn remember(th: &mut Thread, def: *mut abi::PyModuleDef, module: &Object) -> Result<(), Raised> {
    let table = BY_INDEX.get_or_init(th, |th| Ok(Dict::new(th)))?;
    // SAFETY: the caller's promise.
    let index = Int::from_i64(th, unsafe { (*def).m_base.m_index } as i64);
    table.set(th, &index, module)
}

fn recall(th: &mut Thread, index: isize) -> Result<Option<Ref<Object>>, Raised> {
    let Some(table) = BY_INDEX.get(th) else { return Ok(None) };
    let index = Int::from_i64(th, index as i64);
    table.get(th, &index)
}

/// The slots and the index of a definition.
///
/// # Safety
/// R4: `def` is a module definition of an extension.
unsafe fn state_key(th: &mut Thread, def: *mut abi::PyModuleDef, function: &str) -> Result<isize, Raised> {
    // SAFETY: the caller's promise.
    let (slots, index) = unsafe { ((*def).m_slots, (*def).m_base.m_index) };
    match slots.is_null() {
        true => Ok(index),
        false => Err(raise::system_error(th, format_args!("{function} called on module with slots"))),
    }
}

api! {
    fn PyState_FindModule(th, def: *mut abi::PyModuleDef) -> Result<Lent, Raised> {
        // SAFETY: R4: the function's contract.
        let (slots, index) = unsafe { ((*def).m_slots, (*def).m_base.m_index) };
        if !slots.is_null() {
            return Ok(Lent::NOTHING);
        }
        Ok(Lent::from(recall(th, index)?))
    }

    fn PyState_AddModule(th, module: &Object, def: *mut abi::PyModuleDef) -> Result<(), Raised> {
        if def.is_null() {
            fatal("PyState_AddModule", "module definition is NULL");
        }
        // SAFETY: R4: the function's contract.
        let index = unsafe { state_key(th, def, "PyState_AddModule") }?;
        if recall(th, index)?.is_some_and(|known| known.is(module)) {
            fatal("PyState_AddModule", &format!("module {:p} already added", module.as_ptr()));
        }
        // SAFETY: R4: the function's contract.
        unsafe { remember(th, def, module) }
    }

    fn _PyState_AddModule(th, _state: *mut abi::PyThreadState, module: &Object, def: *mut abi::PyModuleDef) -> Result<(), Raised> {
        if def.is_null() {
            return Err(if th.exception().is_some() { th.already_raised() } else { raise::bad_internal_call(th) });
        }
        // SAFETY: R4: the function's contract.
        unsafe {
            state_key(th, def, "PyState_AddModule")?;
            remember(th, def, module)
        }
    }

    fn PyState_RemoveModule(th, def: *mut abi::PyModuleDef) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let index = unsafe { state_key(th, def, "PyState_RemoveModule") }?;
        if index == 0 {
            fatal("PyState_RemoveModule", "invalid module index");
        }
        let Some(table) = BY_INDEX.get(th) else { fatal("PyState_RemoveModule", "Interpreters module-list not accessible.") };
        let index = Int::from_i64(th, index as i64);
        if !table.del(th, &index)? {
            fatal("PyState_RemoveModule", "Module index out of bounds.");
        }
        Ok(())
    }
}
