//! Modules that a program which embeds us adds to the built-in ones, before the interpreter comes up: `PyImport_AppendInittab`, `PyImport_Inittab`.
//!
//! Invariant: `PyImport_Inittab` names rows of which the last has no name. C may set it to rows of its own; rows that we make are never freed.

use core::ffi::{CStr, c_char, c_int};

use heap::sync::{AtomicPtr, Mutex, Ordering};
use heap::{Object, Raised, Ref, Thread, foreign};
use objects::module::Definition;
use objects::{Module, Str, raise};

use crate::api::module as api;
use crate::embed::{Stage, stage};
use crate::entry::fatal;

use Ordering::{Acquire, Release};

/// A row of the table (`struct _inittab`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Row {
    name: *const c_char,
    init: Option<abi::PyInit>,
}

// SAFETY: a row is a C string and a function, which live as long as the process.
unsafe impl Sync for Row {}

static NO_ROWS: [Row; 1] = [Row { name: core::ptr::null(), init: None }];

#[unsafe(export_name = "PyImport_Inittab")]
pub static INITTAB: AtomicPtr<Row> = AtomicPtr::new((&raw const NO_ROWS).cast_mut().cast());

/// Held while the table grows.
static GROWS: Mutex<()> = Mutex::new(());

/// The rows behind a pointer.
///
/// # Safety
/// R4: `rows` is null or names rows of which the last has no name.
unsafe fn rows_at<'a>(rows: *const Row) -> &'a [Row] {
    if rows.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    let count = (0..).take_while(|&at| unsafe { !(*rows.add(at)).name.is_null() }).count();
    // SAFETY: counted above.
    unsafe { core::slice::from_raw_parts(rows, count) }
}

/// The table.
fn rows() -> &'static [Row] {
    // SAFETY: R4: whoever sets the variable sets it to rows that stay.
    unsafe { rows_at(INITTAB.load(Acquire)) }
}

fn name_of(row: &Row) -> String {
    // SAFETY: R4: a name of the table is a C string.
    unsafe { CStr::from_ptr(row.name) }.to_string_lossy().into_owned()
}

/// The names of all modules that were added.
pub fn names() -> Vec<String> {
    rows().iter().map(name_of).collect()
}

/// The module of that name, for its spec; not executed yet if it has several phases.
pub fn create(th: &mut Thread, spec: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let wanted = name.to_string_lossy();
    let Some(row) = rows().iter().find(|row| name_of(row) == wanted) else { return Ok(None) };
    let Some(init) = row.init else {
        return Err(raise::system_error(th, format_args!("built-in module {wanted} has no function that makes it")));
    };
    let short = wanted.rsplit('.').next().unwrap_or_default();
    // SAFETY: R4: the function of a row takes nothing and returns a count.
    let result = api::with_package_context(&wanted, || foreign::call(th, init as *const (), |_| {}, || unsafe { init() }));
    let result = crate::loader::initialised(th, short, result)?;
    if result.is_exactly::<Definition>() {
        // A static of the program: no count was given on it.
        let result = core::mem::ManuallyDrop::new(result);
        // SAFETY: R4: the object is the beginning of the static definition.
        return unsafe { api::from_def_and_spec(th, result.as_ptr().cast(), spec) }.map(Some);
    }
    let definition = result.downcast_ref::<Module>().map_or(core::ptr::null_mut(), Module::definition);
    if definition.is_null() {
        return Err(raise::system_error(th, format_args!("initialization of {short} did not return an extension module")));
    }
    // SAFETY: R4: a definition is a static of the program.
    unsafe { (*definition).m_base.m_init = Some(init) };
    interp::sys::modules(th)?.set(th, name, &result)?;
    // SAFETY: R4: as above.
    unsafe { api::remember(th, definition, &result) }?;
    Ok(Some(result))
}

/// Adds rows to the table.
fn extend(function: &str, more: &[Row]) {
    if stage() != Stage::Nothing {
        fatal(function, &format!("{function}() may not be called after Py_Initialize()"));
    }
    let _held = GROWS.lock();
    let all: Vec<Row> = rows().iter().chain(more).chain(&NO_ROWS).copied().collect();
    INITTAB.store(all.leak().as_mut_ptr(), Release);
}

/// Adds a module that the function makes.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyImport_AppendInittab(name: *const c_char, init: Option<abi::PyInit>) -> c_int {
    extend("PyImport_AppendInittab", &[Row { name, init }]);
    0
}

/// Adds rows, of which the last has no name.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyImport_ExtendInittab(rows: *mut Row) -> c_int {
    // SAFETY: R4: the function's contract.
    extend("PyImport_ExtendInittab", unsafe { rows_at(rows) });
    0
}
