//! `_imp`: what `importlib` asks of the runtime.

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, List, Str, Tuple, ops, raise};

use crate::import::{embedded_code, library};

/// A frozen module: found before `sys.path` is looked at.
struct Frozen {
    name: &'static str,
    /// The module of the library whose code it has.
    source: &'static str,
    /// What importing it says it was made from.
    origin: Option<&'static str>,
    is_package: bool,
}

impl Frozen {
    const fn of(name: &'static str) -> Frozen {
        Frozen { name, source: name, origin: Some(name), is_package: false }
    }

    const fn test(name: &'static str, source: &'static str, origin: Option<&'static str>, is_package: bool) -> Frozen {
        Frozen { name, source, origin, is_package }
    }
}

/// Frozen even where `-X frozen_modules=off` asks for none: without them nothing is found.
const BOOTSTRAP_MODULES: &[Frozen] = &[
    Frozen::test("_frozen_importlib", "importlib._bootstrap", Some("importlib._bootstrap"), false),
    Frozen::test("_frozen_importlib_external", "importlib._bootstrap_external", Some("importlib._bootstrap_external"), false),
    Frozen::of("zipimport"),
    Frozen::of("_pyston_library"),
];

/// What CPython freezes of its library. The rest is found on `sys.path`.
const FROZEN: &[Frozen] = &[
    Frozen::of("abc"),
    Frozen::of("codecs"),
    Frozen::of("io"),
    Frozen::of("_collections_abc"),
    Frozen::of("_sitebuiltins"),
    Frozen::of("genericpath"),
    Frozen::of("ntpath"),
    Frozen::of("posixpath"),
    Frozen::of("os"),
    Frozen::of("site"),
    Frozen::of("stat"),
    Frozen::of("importlib.util"),
    Frozen::of("importlib.machinery"),
    Frozen::of("runpy"),
    Frozen::of("__hello__"),
    Frozen::test("__hello_alias__", "__hello__", Some("__hello__"), false),
    Frozen::test("__hello_only__", "__hello__", None, false),
    Frozen::test("__phello__", "__phello__", Some("__phello__"), true),
    Frozen::test("__phello__.__init__", "__phello__", Some("<__phello__"), false),
    Frozen::test("__phello__.ham", "__phello__.ham", Some("__phello__.ham"), true),
    Frozen::test("__phello__.ham.__init__", "__phello__.ham", Some("<__phello__.ham"), false),
    Frozen::of("__phello__.ham.eggs"),
    Frozen::of("__phello__.spam"),
    Frozen::test("__phello_alias__", "__hello__", Some("__hello__"), true),
    Frozen::test("__phello_alias__.spam", "__hello__", Some("__hello__"), false),
];

/// The number in the head of our own `.pyc` files: 16 bits that change with the compiler, and a line end as a mark of text mode.
pub const PYC_MAGIC: u32 = {
    // The factor tells how `marshal` wraps code objects.
    let mark = syntax::format::FINGERPRINT.wrapping_mul(3);
    (((mark >> 48) ^ (mark >> 32) ^ (mark >> 16) ^ mark) & 0xffff) as u32 | 0x0a0d_0000
};

static OVERRIDE: AtomicI32 = AtomicI32::new(0);

/// The frozen module of a name.
fn frozen(name: &str) -> Option<Frozen> {
    let wanted = match OVERRIDE.load(Relaxed) {
        0 => crate::config::get().x_options.iter().rfind(|(name, _)| name == b"frozen_modules").is_none_or(|(_, value)| value.as_deref() != Some(b"off")),
        choice => choice > 0,
    };
    let lists = [BOOTSTRAP_MODULES, if wanted { FROZEN } else { &[] }];
    if let Some(found) = lists.iter().flat_map(|list| list.iter()).find(|module| module.name == name) {
        return Some(Frozen { ..*found });
    }
    if WHOLE_LIBRARY.load(Relaxed) {
        let name = (library()?.names)().into_iter().find(|n| *n == name)?;
        let is_package = (library()?.find)(name)?.is_package;
        return Some(Frozen { is_package, ..Frozen::of(name) });
    }
    None
}

static WHOLE_LIBRARY: heap::sync::AtomicBool = heap::sync::AtomicBool::new(false);

/// Every embedded module counts as frozen from now on: there is no `sys.path` to find it on.
pub fn serve_whole_library() {
    WHOLE_LIBRARY.store(true, Relaxed);
}

#[pymodule(name = "_imp")]
pub mod imp {
    //! (Extremely) low-level import machinery bits as used by importlib.
    use super::*;

    #[attr]
    fn check_hash_based_pycs(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mode = &crate::config::get().check_hash_pycs;
        Ok(Str::new(th, if mode.is_empty() { "default" } else { mode }).up())
    }

    #[constant]
    const pyc_magic_number_token: i64 = super::PYC_MAGIC as i64;

    /// Return True if the import lock is currently held.
    ///
    /// On platforms without threads, return False.
    #[function]
    fn lock_held() -> bool {
        false
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[function]
    fn acquire_lock(th: &mut Thread) {
        crate::import::imp::lock(th);
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[function]
    fn release_lock(th: &mut Thread) -> Result<(), Raised> {
        crate::import::imp::unlock(th)
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[function(sig = "(name, /)")]
    fn is_builtin(name: &Str) -> i32 {
        match name.to_string_lossy().as_str() {
            // They are there and cannot be made anew.
            "sys" | "builtins" => -1,
            name => i32::from(crate::native::find(name).is_some() || crate::hooks::hooks().added_modules().iter().any(|added| added == name)),
        }
    }

    /// Create an extension module.
    #[function(sig = "(spec, /)")]
    fn create_builtin(th: &mut Thread, spec: &Object) -> Result<Ref<Object>, Raised> {
        let name = ops::getattr_str(th, spec, "name")?;
        let Some(name) = name.downcast_ref::<Str>() else {
            return Err(raise::type_error(th, format_args!("name must be string, not {}", ops::type_name(&name))));
        };
        let modules = crate::sys::modules(th)?;
        if let Some(existing) = modules.get(th, name)?
            && matches!(name.to_string_lossy().as_str(), "sys" | "builtins")
        {
            return Ok(existing);
        }
        if let Some(module) = crate::hooks::hooks().create_added(th, spec, name)? {
            return Ok(module);
        }
        match crate::native::find(&name.to_string_lossy()) {
            Some(def) => Ok(crate::native::create(th, def)?.up()),
            None => Ok(objects::none_ref()),
        }
    }

    /// Initialize a built-in module.
    #[function(sig = "(mod, /)")]
    fn exec_builtin(th: &mut Thread, r#mod: &Object) -> Result<i32, Raised> {
        // Those of a program that embeds us may have been made of a definition with slots.
        crate::hooks::hooks().execute_extension(th, r#mod)?;
        Ok(0)
    }

    /// Create an extension module.
    #[function(sig = "(spec, file=<unrepresentable>, /)")]
    fn create_dynamic(th: &mut Thread, spec: &Object, _file: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let name = ops::getattr_str(th, spec, "name")?;
        let origin = ops::getattr_str(th, spec, "origin")?;
        let (Some(name), Some(origin)) = (name.downcast_ref::<Str>(), origin.downcast_ref::<Str>()) else {
            return Err(raise::type_error(th, format_args!("a module's name and origin must be strings")));
        };
        for text in [name, origin] {
            if text.chars().iter().any(|c| c == 0) {
                return Err(raise::value_error(th, format_args!("embedded null character")));
            }
        }
        crate::audit::event(th, "import", &[name.as_object(), origin.as_object(), objects::none(), objects::none(), objects::none()])?;
        crate::hooks::hooks().create_extension(th, spec, name, origin)
    }

    /// Initialize an extension module.
    #[function(sig = "(mod, /)")]
    fn exec_dynamic(th: &mut Thread, r#mod: &Object) -> Result<i32, Raised> {
        crate::hooks::hooks().execute_extension(th, r#mod)?;
        Ok(0)
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function]
    fn extension_suffixes(th: &mut Thread) -> Ref<List> {
        let suffixes = crate::hooks::hooks().extension_suffixes().iter().map(|suffix| Str::new(th, suffix).up()).collect();
        List::new(th, suffixes)
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function(sig = "(name, /)")]
    fn is_frozen(name: &Str) -> bool {
        frozen(&name.to_string_lossy()).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[function(sig = "(name, /)")]
    fn is_frozen_package(th: &mut Thread, name: &Str) -> Result<bool, Raised> {
        match frozen(&name.to_string_lossy()) {
            Some(found) => Ok(found.is_package),
            None => Err(no_frozen(th, name)),
        }
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    ///
    /// The returned info (a 2-tuple):
    ///
    ///  * data         the raw marshalled bytes
    ///  * is_package   whether or not it is a package
    ///  * origname     the originally frozen module's name, or None if not
    ///                 a stdlib module (this will usually be the same as
    ///                 the module's current name)
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(th: &mut Thread, name: &Str, withdata: bool) -> Result<Ref<Object>, Raised> {
        let Some(found) = frozen(&name.to_string_lossy()) else { return Ok(objects::none_ref()) };
        let data = if withdata {
            let code = embedded_code(th, found.source, true)?;
            let marshal = crate::import::import_module(th, "marshal")?;
            let dumps = objects::intern(th, "dumps");
            let bytes = ops::call_method(th, &marshal, dumps, &[&code])?;
            let view = objects::builtin_function(th, "memoryview")?;
            ops::call(th, &view, &[&bytes])?
        } else {
            objects::none_ref()
        };
        let origin: Ref<Object> = match found.origin {
            Some(origin) => Str::new(th, origin).up(),
            None => objects::none_ref(),
        };
        Ok(Tuple::from_slice(th, &[&data, objects::bool_(found.is_package), &origin]).up())
    }

    /// Create a code object for a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(th: &mut Thread, name: &Str, #[default(objects::none())] data: &Object) -> Result<Ref<Object>, Raised> {
        if data.is(objects::none()) {
            return match frozen(&name.to_string_lossy()) {
                Some(found) => Ok(embedded_code(th, found.source, true)?.up()),
                None => Err(no_frozen(th, name)),
            };
        }
        let marshal = crate::import::import_module(th, "marshal")?;
        let loads = objects::intern(th, "loads");
        match ops::call_method(th, &marshal, loads, &[data]) {
            Ok(code) if code.is_a::<crate::Code>() => Ok(code),
            outcome => {
                if outcome.is_err() {
                    th.take_exception();
                }
                let shown = ops::repr(th, name)?;
                Err(raise::import_error(th, format_args!("Frozen object named {shown} is invalid"), Some(name), None))
            }
        }
    }

    /// Initializes a frozen module.
    #[function(sig = "(name, /)")]
    fn init_frozen(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        crate::import::import_module(th, &name.to_string_lossy())
    }

    /// Returns the list of available frozen modules.
    #[function]
    fn _frozen_module_names(th: &mut Thread) -> Ref<List> {
        let names = BOOTSTRAP_MODULES.iter().chain(FROZEN).map(|module| Str::new(th, module.name).up()).collect();
        List::new(th, names)
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    ///
    /// (-1: "off", 1: "on", 0: no override)
    /// See frozen_modules() in Lib/test/support/import_helper.py.
    #[function(sig = "(override, /)")]
    fn _override_frozen_modules_for_tests(r#override: i32) {
        OVERRIDE.store(r#override, Relaxed);
    }

    /// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
    #[function(sig = "(override, /)")]
    fn _override_multi_interp_extensions_check(_override: i32) -> i32 {
        0
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[function(sig = "(code, path, /)")]
    fn _fix_co_filename(th: &mut Thread, code: &crate::Code, path: &Str) {
        code.set_filename(th, path);
    }

    #[function(sig = "(key, source)")]
    fn source_hash(th: &mut Thread, key: i64, source: Buffer) -> Ref<Bytes> {
        let hash = algos::hash::siphash13(algos::hash::Key { k0: key as u64, k1: 0 }, source.as_slice());
        Bytes::new(th, &hash.to_le_bytes())
    }

    /// What the embedded library has under a full name: (is_package, path below the library's root), or None.
    #[function(sig = "(name, /)")]
    fn _embedded_find(th: &mut Thread, name: &Str) -> Ref<Object> {
        match library().and_then(|l| (l.find)(&name.to_string_lossy())) {
            Some(found) => {
                let path = Str::new(th, found.path);
                Tuple::from_slice(th, &[objects::bool_(found.is_package), &path]).up()
            }
            None => objects::none_ref(),
        }
    }

    /// The code object of an embedded module.
    #[function(sig = "(name, /)")]
    fn _embedded_code(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        let text = name.to_string_lossy();
        match library().and_then(|l| (l.find)(&text)) {
            Some(_) => Ok(embedded_code(th, &text, false)?.up()),
            None => Err(no_frozen(th, name)),
        }
    }

    /// The source of an embedded module as bytes.
    #[function(sig = "(name, /)")]
    fn _embedded_source(th: &mut Thread, name: &Str) -> Result<Ref<Bytes>, Raised> {
        let text = name.to_string_lossy();
        match library().and_then(|l| (l.find)(&text)).and_then(|found| (found.source)(&text)) {
            Some(source) => Ok(Bytes::new(th, &source)),
            None => Err(no_frozen(th, name)),
        }
    }

    /// The names of all embedded modules.
    #[function]
    fn _embedded_names(th: &mut Thread) -> Ref<List> {
        let names = library().map_or_else(Vec::new, |l| (l.names)());
        let names = names.into_iter().map(|name| Str::new(th, name).up()).collect();
        List::new(th, names)
    }

    /// Messages name a class with its module, as they do classes that are made in C: where CPython's is one of those.
    #[function(sig = "(cls, /)")]
    fn _name_with_module(th: &mut Thread, cls: &Object) {
        if let Some(ty) = objects::typing::as_type(cls).filter(|ty| ty.is_our_heaptype()) {
            let name = ops::qualified_type_name(th, ty);
            let name = Str::new(th, &name);
            objects::typing::new_class::set_tp_name(ty, &name);
        }
    }

    /// The paths of all files of the embedded library, below its root.
    #[function]
    fn _embedded_files(th: &mut Thread) -> Ref<List> {
        let paths = library().map_or_else(Vec::new, |l| (l.files)());
        let paths = paths.into_iter().map(|path| Str::new(th, path).up()).collect();
        List::new(th, paths)
    }

    /// A file of the embedded library, or None.
    #[function(sig = "(path, /)")]
    fn _embedded_file(th: &mut Thread, path: &Str) -> Ref<Object> {
        match library().and_then(|l| (l.file)(&path.to_string_lossy())) {
            Some(data) => Bytes::new(th, &data).up(),
            None => objects::none_ref(),
        }
    }
}

fn no_frozen(th: &mut Thread, name: &Str) -> Raised {
    match ops::repr(th, name) {
        Ok(shown) => raise::import_error(th, format_args!("No such frozen object named {shown}"), Some(name), None),
        Err(raised) => raised,
    }
}

/// The import lock, which importlib takes around its table of module locks.
static IMPORT_LOCK: std::sync::LazyLock<heap::locks::PyRLock> = std::sync::LazyLock::new(heap::locks::PyRLock::new);

/// Waits for the import lock, detached.
pub fn lock(th: &mut Thread) {
    let me = u64::from(th.id());
    let _ = IMPORT_LOCK.acquire(th, me, heap::locks::Patience::Forever);
}

/// Gives the import lock back.
pub fn unlock(th: &mut Thread) -> Result<(), Raised> {
    match IMPORT_LOCK.release(u64::from(th.id())) {
        Ok(()) => Ok(()),
        Err(_) => Err(raise::runtime_error(th, format_args!("not holding the import lock"))),
    }
}
