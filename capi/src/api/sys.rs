//! The module `sys`: `PySys_*`; options in [`options`].

pub mod options;

use core::ffi::{c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::{Dict, List, Str, Tuple, ops, raise};

use crate::api;
use crate::entry::{Lent, c_text};

/// C's wide characters as text.
///
/// # Safety
/// R4: `text` ends with a null character.
pub unsafe fn wide_text(th: &Thread, text: *const abi::wchar_t) -> Ref<Str> {
    // SAFETY: the caller's promise.
    let len = (0..).take_while(|&at| unsafe { *text.add(at) } != 0).count();
    // SAFETY: the characters in front of the null character.
    let points: Vec<u32> = unsafe { core::slice::from_raw_parts(text, len) }.iter().map(|point| point.cast_unsigned()).collect();
    Str::from_code_points(th, &points)
}

/// Sets `sys.argv`, and in front of `sys.path` the folder of the program.
///
/// # Safety
/// R4: `argv` has `argc` texts.
unsafe fn set_argv(th: &mut Thread, argc: c_int, argv: *mut *mut abi::wchar_t, update: bool) {
    let count = if argv.is_null() { 0 } else { usize::try_from(argc).unwrap_or(0) };
    // SAFETY: the caller's promise.
    let mut items: Vec<Ref<Object>> = (0..count).map(|at| unsafe { wide_text(th, *argv.add(at)) }.up()).collect();
    let first = items.first().and_then(|first| first.downcast_ref::<Str>()).map(Str::to_string_lossy).unwrap_or_default();
    if items.is_empty() {
        items.push(Str::new(th, "").up());
    }
    let list = List::new(th, items);
    interp::sys::set_attribute(th, "argv", list.up());
    if update {
        let folder = match std::fs::canonicalize(&first).ok().as_deref().and_then(std::path::Path::parent) {
            Some(folder) if first != "-c" && first != "-m" => folder.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        let folder = Str::new(th, &folder).up();
        if let Some(path) = interp::sys::attribute(th, "path").as_ref().and_then(|path| path.downcast_ref::<List>()) {
            let mut entries = path.snapshot(th);
            entries.insert(0, folder);
            let entries = List::new(th, entries);
            interp::sys::set_attribute(th, "path", entries.up());
        }
    }
}

api! {
    fn PySys_GetObject(th, name: *const c_char) -> Result<Lent, Raised> {
        let before = th.take_exception();
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) };
        let found = match name {
            Ok(name) => Ok(Lent::from(interp::sys::attribute(th, name))),
            Err(_) => {
                raise::unraisable(th, "Exception ignored in PySys_GetObject()", None);
                Ok(Lent::NOTHING)
            }
        };
        if let Some(before) = before {
            let _ = th.set_exception(before);
        }
        found
    }

    fn PySys_SetObject(th, name: *const c_char, value: Option<&Object>) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        let sys = interp::sys::module(th)?;
        let Some(dict) = sys.dict() else { return Err(raise::runtime_error(th, format_args!("lost sys"))) };
        let name = objects::intern(th, name);
        match value {
            Some(value) => dict.set_str(th, name, value.to_ref()),
            None => drop(dict.pop_str(th, name)),
        }
        Ok(())
    }

    fn PySys_GetXOptions(th) -> Result<Lent, Raised> {
        match interp::sys::attribute(th, "_xoptions").filter(|options| options.is_a::<Dict>()) {
            Some(options) => Ok(Lent::some(options)),
            None => {
                let options = Dict::new(th);
                interp::sys::set_attribute(th, "_xoptions", options.clone().up());
                Ok(Lent::some(options))
            }
        }
    }

    fn PySys_ResetWarnOptions(th) {
        if let Some(options) = interp::sys::attribute(th, "warnoptions").as_ref().and_then(|options| options.downcast_ref::<List>()) {
            options.clear_items(th);
        }
    }

    fn PySys_SetArgvEx(th, argc: c_int, argv: *mut *mut abi::wchar_t, update: c_int) {
        // SAFETY: R4: the function's contract.
        unsafe { set_argv(th, argc, argv, update != 0) };
    }

    fn PySys_SetArgv(th, argc: c_int, argv: *mut *mut abi::wchar_t) {
        let update = !interp::config::get().isolated;
        // SAFETY: R4: the function's contract.
        unsafe { set_argv(th, argc, argv, update) };
    }

    fn PySys_AuditTuple(th, event: *const c_char, args: Option<&Object>) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let event = unsafe { c_text(th, event) }?;
        let args = match args {
            None => Tuple::empty(),
            Some(args) => match args.downcast::<Tuple>() {
                Some(args) => args.to_ref(),
                None => {
                    let got = ops::type_name(args);
                    return Err(raise::type_error(th, format_args!("expected tuple, got {got}")));
                }
            },
        };
        interp::audit::event(th, event, args.as_slice())
    }
}

/// Adds a hook that C gave; it may be added before there is an interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PySys_AddAuditHook(hook: abi::Py_AuditHookFunction, data: *mut c_void) -> c_int {
    if heap::Thread::is_known() {
        // SAFETY: R10: a C entry is the outermost Rust frame of its activation.
        let th = unsafe { Thread::from_tls() };
        if interp::audit::event(th, "sys.addaudithook", &[]).is_err() {
            // A RuntimeError of an earlier hook refuses this one quietly.
            if raise::catch(th, objects::exceptions::runtime_error_type()).is_some() {
                return 0;
            }
            return -1;
        }
    }
    interp::audit::add_native(hook, data);
    0
}

/// Whether an object is a tuple, for the shim.
///
/// # Safety
/// R4: `object` is an object.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn pyston_is_tuple(object: *mut abi::PyObject) -> c_int {
    // SAFETY: the caller's promise.
    c_int::from(unsafe { Object::borrow(object) }.is_a::<Tuple>())
}
