//! Audit hooks (`sys.addaudithook`): kept for the life of the process, called with every event.
#![allow(unsafe_code, reason = "hooks that C gave are called")]

use core::ffi::{CStr, c_void};
use std::ffi::CString;

use heap::sync::{AtomicBool, Mutex, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread, foreign};
use objects::glue::Global;
use objects::{List, Str, Tuple, ops, raise};

static HOOKS: Global<List> = Global::EMPTY;
static ANY: AtomicBool = AtomicBool::new(false);
/// Hooks that C gave (`PySys_AddAuditHook`), each with the address that it is called with.
static NATIVE: Mutex<Vec<(abi::Py_AuditHookFunction, usize)>> = Mutex::new(Vec::new());

/// Whether anybody is told: what an event would tell need not be made otherwise.
#[inline]
pub fn is_on() -> bool {
    ANY.load(Relaxed)
}

/// Tells the hooks of an event.
#[inline]
pub fn event(th: &mut Thread, event: &str, args: &[&Object]) -> Result<(), Raised> {
    if ANY.load(Relaxed) { call(th, event, args) } else { Ok(()) }
}

#[cold]
fn call(th: &mut Thread, event: &str, args: &[&Object]) -> Result<(), Raised> {
    let args = Tuple::from_slice(th, args);
    let native = NATIVE.lock().clone();
    if !native.is_empty() {
        let event = CString::new(event).unwrap_or_default();
        for (hook, data) in native {
            call_native(th, hook, data as *mut c_void, &event, &args)?;
        }
    }
    let Some(hooks) = HOOKS.get(th) else { return Ok(()) };
    let event = Str::new(th, event);
    for hook in hooks.snapshot(th) {
        let result = ops::call(th, &hook, &[&event, &args])?;
        th.release(result);
    }
    Ok(())
}

fn call_native(th: &mut Thread, hook: abi::Py_AuditHookFunction, data: *mut c_void, event: &CStr, args: &Tuple) -> Result<(), Raised> {
    // SAFETY: R4: the hook was given for this.
    let status = foreign::call(th, hook as *const (), |th| foreign::show(th, args), || unsafe { hook(event.as_ptr(), args.as_ptr(), data) });
    match (status, th.exception().is_some()) {
        (0, _) => Ok(()),
        (_, true) => Err(th.already_raised()),
        (_, false) => Err(raise::system_error(th, format_args!("an audit hook failed without setting an exception"))),
    }
}

/// Adds a hook that C gave; it is asked before those of Python.
pub fn add_native(hook: abi::Py_AuditHookFunction, data: *mut c_void) {
    NATIVE.lock().push((hook, data as usize));
    ANY.store(true, Relaxed);
}

/// Adds a hook; those that are there already are asked first, and a `RuntimeError` of theirs quietly refuses it.
pub fn add(th: &mut Thread, hook: &Object) -> Result<(), Raised> {
    if event(th, "sys.addaudithook", &[]).is_err() {
        return match raise::catch(th, objects::exceptions::exception_type()) {
            Some(e) if e.is_a::<objects::exceptions::RuntimeError>() => Ok(()),
            Some(e) => Err(th.set_exception(e)),
            None => Err(th.already_raised()),
        };
    }
    let hooks: Ref<List> = HOOKS.get_or_init(th, |th| Ok::<_, Raised>(List::new(th, Vec::new())))?;
    hooks.append(th, hook.to_owned())?;
    ANY.store(true, Relaxed);
    Ok(())
}
