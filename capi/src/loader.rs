//! Loading extension modules: `PyInit_*` of a shared object, in one phase or in several (PEP 489).
//!
//! Invariant: libraries are opened once and never closed. `PyInit_*` and all that it names run behind the gate.

use core::ffi::c_int;
use std::collections::HashMap;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;

use heap::sync::Mutex;
use heap::{Heaped, Object, Raised, Ref, Thread, foreign};
use libloading::os::unix::Library;
use objects::module::Definition;
use objects::{Dict, Module, Str, raise};

use crate::api::module as api;

/// Suffixes of the names of extension modules' files, in the order in which they are tried.
pub const SUFFIXES: [&str; 4] = [".pyston-314-x86_64-linux-gnu.so", ".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so"];

/// The module that a file defines (`_imp.create_dynamic`); not executed yet if it has several phases.
pub fn create(th: &mut Thread, spec: &Object, name: &Str, path: &Str) -> Result<Ref<Object>, Raised> {
    let key = (path.to_string_lossy(), name.to_string_lossy());
    if let Some(module) = made_before(th, &key, name)? {
        return Ok(module);
    }
    let (file, short) = (os_path(th, path)?, key.1.rsplit('.').next().unwrap_or_default().to_owned());
    let library = open(th, name, path, file)?;
    let init = init_function(th, name, path, &library, &short)?;
    declare_flavour(&library, init as usize);
    crate::api::misc::publish_flags();
    // Its functions and types are named from everywhere.
    core::mem::forget(library);
    // SAFETY: R4: a function of this name takes nothing and returns a count.
    let result = api::with_package_context(&key.1, || foreign::call(th, init as *const (), |_| {}, || unsafe { init() }));
    let result = initialised(th, &short, result)?;
    if result.is_exactly::<Definition>() {
        // A static of the extension: no count was given on it.
        let result = core::mem::ManuallyDrop::new(result);
        // SAFETY: R4: the object is the beginning of the static definition.
        return unsafe { api::from_def_and_spec(th, result.as_ptr().cast(), spec) };
    }
    finish_single_phase(th, key, name, path, init, result)
}

/// Executes a module that was created from a definition with slots (`_imp.exec_dynamic`).
pub fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let Some(module) = module.downcast::<Module>() else { return Ok(()) };
    let definition = module.definition();
    // A state means that it has been executed.
    if definition.is_null() || !module.state().is_null() {
        return Ok(());
    }
    // SAFETY: R4: a definition lives as long as its library, which is never closed.
    unsafe { api::exec_def(th, module.as_object(), definition) }
}

fn os_path(th: &mut Thread, path: &Str) -> Result<OsString, Raised> {
    Ok(OsString::from_vec(modules::os::encode(th, path)?))
}

fn open(th: &mut Thread, name: &Str, path: &Str, file: OsString) -> Result<Library, Raised> {
    let refused = refused(&name.to_string_lossy()).map(str::to_owned);
    let reason = refused.or_else(|| refusal(&file.to_string_lossy())).or_else(|| other_machine(std::path::Path::new(&file)));
    if let Some(reason) = reason {
        return Err(raise::import_error(th, format_args!("{reason}"), Some(name), Some(path)));
    }
    // Opening runs the library's constructors: foreign code.
    let entered = foreign::enter(th, foreign::Mode::Exclusive);
    // SAFETY: R4: loading an extension module is what the caller asks for.
    let opened = unsafe { Library::open(Some(&file), interp::sys::debugging::dlopen_flags()) };
    foreign::leave(th, entered);
    opened.map_err(|error| {
        let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        raise::import_error(th, format_args!("{reason}"), Some(name), Some(path))
    })
}

/// Modules that cannot run here, by their names or the packages that they lie in, and why.
const REFUSED: [(&str, &str); 2] = [
    (
        "greenlet",
        "Pyston refuses to load greenlet: it switches C stacks beneath CPython's private frames and thread state, which do not exist here; \
         threads run Python in parallel, asyncio runs as it does elsewhere",
    ),
    (
        "numba",
        "Pyston refuses to load numba: it compiles functions from CPython's bytecode, which does not exist here; \
         llvmlite, which it builds upon, runs",
    ),
];

/// Why a module is not loaded, if it is one of those.
fn refused(name: &str) -> Option<&'static str> {
    let package = name.split('.').next().unwrap_or(name);
    REFUSED.iter().find(|(refused, _)| *refused == package).map(|(_, reason)| *reason)
}

/// Why a file is not opened: what it was built for has another layout of objects, or it walks what does not exist here.
fn refusal(file: &str) -> Option<String> {
    let base = file.rsplit('/').next().unwrap_or(file);
    let tag = base.split('.').find(|part| part.starts_with("cpython-") || part.starts_with("pypy"))?;
    let version = tag.strip_prefix("cpython-").and_then(|rest| rest.split('-').next());
    match version {
        Some("314") => None,
        Some("314t") => Some(format!("{base} was built for the free-threaded ABI of CPython; install the wheel tagged cp314-cp314 (or abi3) instead: it runs without a GIL here, too")),
        _ => Some(format!("{base} was built for another version of Python ({tag}); install a wheel tagged cp314-cp314 or abi3")),
    }
}

/// Why a file is not opened: it holds code for another processor. The system's own message would be that there is no such file.
fn other_machine(file: &std::path::Path) -> Option<String> {
    const X86_64: u16 = 62;
    let mut header = [0; 20];
    std::io::Read::read_exact(&mut std::fs::File::open(file).ok()?, &mut header).ok()?;
    let machine = u16::from_le_bytes([header[18], header[19]]);
    if &header[..4] != b"\x7fELF" || machine == X86_64 {
        return None;
    }
    let name = match machine {
        3 => "x86".to_owned(),
        40 => "arm".to_owned(),
        183 => "aarch64".to_owned(),
        243 => "riscv".to_owned(),
        other => format!("ELF machine {other}"),
    };
    let base = file.file_name().unwrap_or_default().to_string_lossy();
    Some(format!("{base} was built for another processor ({name}); this Python runs on x86_64: install the wheel for that"))
}

/// The symbol of a module's function: names that are not ASCII are in Punycode.
fn init_symbol(th: &mut Thread, short: &str) -> Result<String, Raised> {
    if short.is_ascii() {
        return Ok(format!("PyInit_{short}"));
    }
    let text = Str::new(th, short);
    let encoded = objects::codecs::encode(th, &text, Some("punycode"), None)?;
    let encoded = encoded.downcast_ref::<objects::Bytes>().map_or_else(String::new, |bytes| String::from_utf8_lossy(bytes.as_slice()).replace('-', "_"));
    Ok(format!("PyInitU_{encoded}"))
}

fn init_function(th: &mut Thread, name: &Str, path: &Str, library: &Library, short: &str) -> Result<abi::PyInit, Raised> {
    let symbol = init_symbol(th, short)?;
    let c_symbol = CString::new(symbol.as_bytes()).unwrap_or_default();
    // SAFETY: R4: a function of this name has this signature.
    match unsafe { library.get::<abi::PyInit>(c_symbol.as_bytes_with_nul()) } {
        Ok(init) => Ok(*init),
        Err(_) => {
            let message = format_args!("dynamic module does not define module export function ({symbol})");
            Err(raise::import_error(th, message, Some(name), Some(path)))
        }
    }
}

/// A library that was compiled against our headers in the shared flavour says so by a symbol: its functions run in parallel.
fn declare_flavour(library: &Library, inside: usize) {
    // SAFETY: only the address is taken.
    let marker = unsafe { library.get::<*const u8>(b"_Py_PystonSharedFlavour\0") };
    if marker.is_err() {
        return;
    }
    if let Some((start, end)) = mapped_around(inside) {
        foreign::declare_shared(start, end);
    }
}

/// The bounds of the loaded object around an address.
fn mapped_around(address: usize) -> Option<(usize, usize)> {
    struct Search {
        address: usize,
        found: Option<(usize, usize)>,
    }
    unsafe extern "C" fn look(info: *mut libc::dl_phdr_info, _: usize, data: *mut libc::c_void) -> c_int {
        // SAFETY: as `dl_iterate_phdr` promises; `data` is the search below.
        unsafe {
            let (info, search) = (&*info, &mut *data.cast::<Search>());
            let headers = core::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum));
            let loaded = headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
            let bounds = loaded.map(|h| ((info.dlpi_addr + h.p_vaddr) as usize, (info.dlpi_addr + h.p_vaddr + h.p_memsz) as usize));
            if let Some((start, end)) = bounds.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
                && (start..end).contains(&search.address)
            {
                search.found = Some((start, end));
                return 1;
            }
            0
        }
    }
    let mut search = Search { address, found: None };
    // SAFETY: the callback has this signature, and the search outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
    search.found
}

/// What `PyInit_*` returned, unless that and whether it raised contradict each other.
pub(crate) fn initialised(th: &mut Thread, short: &str, result: *mut abi::PyObject) -> Result<Ref<Object>, Raised> {
    let raised = th.exception().is_some();
    // SAFETY: R4: the function returned a count, or null; a definition is a static, whose count means nothing.
    match unsafe { Ref::<Object>::from_raw_nullable(result) } {
        None if raised => Err(th.already_raised()),
        None => Err(raise::system_error(th, format_args!("initialization of {short} failed without raising an exception"))),
        Some(module) if raised => {
            core::mem::forget(module);
            let message = format_args!("initialization of {short} raised unreported exception");
            Err(raise::from_cause(th, objects::exceptions::system_error_type(), message))
        }
        Some(module) => {
            // SAFETY: the field of a header that C may have left unset.
            if unsafe { (*result).ob_type.is_null() } {
                core::mem::forget(module);
                return Err(raise::system_error(th, format_args!("init function of {short} returned uninitialized object")));
            }
            Ok(module)
        }
    }
}

// --- modules of a single phase, which are made once ---

/// What is known of a module that was made: where it came from, and what its namespace held when it was made.
struct Made {
    init: usize,
    /// For modules without memory of their own: an uncounted pointer to a dict that is never given up.
    namespace: Option<usize>,
    definition: usize,
}

static MADE: Mutex<Option<HashMap<(String, String), Made>>> = Mutex::new(None);

fn finish_single_phase(th: &mut Thread, key: (String, String), name: &Str, path: &Str, init: abi::PyInit, result: Ref<Object>) -> Result<Ref<Object>, Raised> {
    let Some(module) = result.downcast_ref::<Module>().filter(|module| !module.definition().is_null()) else {
        let short = key.1.rsplit('.').next().unwrap_or_default();
        return Err(raise::system_error(th, format_args!("initialization of {short} did not return an extension module")));
    };
    let definition = module.definition();
    // SAFETY: R4: the definition is a static of the library.
    let keeps_namespace = unsafe {
        (*definition).m_base.m_init = Some(init);
        (*definition).m_size == -1
    };
    let file = objects::intern(th, "__file__");
    if let Some(dict) = module.dict() {
        dict.set_str(th, file, path.to_ref().up());
    }
    let namespace = match module.dict().filter(|_| keeps_namespace) {
        Some(dict) => {
            let copy = dict.copy(th)?;
            Some(core::ptr::from_ref(objects::glue::keep(th, copy)) as usize)
        }
        None => None,
    };
    interp::sys::modules(th)?.set(th, name, &result)?;
    // SAFETY: R4: the definition is a static of the library.
    unsafe { api::remember(th, definition, &result) }?;
    MADE.lock().get_or_insert_default().insert(key, Made { init: init as usize, namespace, definition: definition as usize });
    Ok(result)
}

/// A module that was made before: the same definition, its namespace as it was, or made anew by its function.
fn made_before(th: &mut Thread, key: &(String, String), name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let known = MADE.lock().as_ref().and_then(|made| made.get(key).map(|made| (made.init, made.namespace, made.definition)));
    let Some((init, namespace, definition)) = known else { return Ok(None) };
    let definition = definition as *mut abi::PyModuleDef;
    let module = match namespace {
        Some(namespace) => {
            // SAFETY: R2: the dict's count is never given up.
            let namespace = unsafe { &*(namespace as *const Dict) };
            let modules = interp::sys::modules(th)?;
            let module = match modules.get(th, name)? {
                Some(module) => module,
                None => {
                    let module = Module::from_name(th, name);
                    module.set_definition(definition);
                    module.up()
                }
            };
            if let Some(dict) = module.downcast_ref::<Module>().and_then(Module::dict) {
                for (key, value) in namespace.snapshot(th) {
                    dict.set(th, &key, &value)?;
                }
            }
            module
        }
        None => {
            // SAFETY: R4: the function that made it before.
            let init = unsafe { core::mem::transmute::<usize, abi::PyInit>(init) };
            // SAFETY: R4: as above.
            let result = api::with_package_context(&key.1, || foreign::call(th, init as *const (), |_| {}, || unsafe { init() }));
            initialised(th, key.1.rsplit('.').next().unwrap_or_default(), result)?
        }
    };
    interp::sys::modules(th)?.set(th, name, &module)?;
    // SAFETY: R4: the definition is a static of the library.
    unsafe { api::remember(th, definition, &module) }?;
    Ok(Some(module))
}

