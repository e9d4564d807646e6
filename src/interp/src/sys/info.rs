//! `sys` attributes that say what this build, machine and start are.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::Global;
use objects::{Dict, Float, Int, List, Str, Tuple, ops, structseq};

/// The Python version that is implemented.
pub const VERSION: (i64, i64, i64, &str, i64) =
    (abi::PY_MAJOR_VERSION as i64, abi::PY_MINOR_VERSION as i64, abi::PY_MICRO_VERSION as i64, "final", 0);
/// The version of this runtime.
pub const PYSTON_VERSION: (i64, i64, i64) = (0, 1, 0);

#[pymodule(part)]
pub mod info {
    use super::*;

    #[constant]
    const byteorder: &str = "little";
    #[constant]
    const platform: &str = "linux";
    #[constant]
    const maxsize: i64 = i64::MAX;
    #[constant]
    const maxunicode: i64 = 0x10_ffff;
    #[constant]
    const hexversion: i64 = abi::PY_VERSION_HEX as i64;
    #[constant]
    const api_version: i64 = 1013;
    #[constant]
    const copyright: &str = "Copyright (c) the Pyston developers.\nPython is a trademark of the Python Software Foundation.";
    #[constant]
    const float_repr_style: &str = "short";
    #[constant]
    const platlibdir: &str = "lib";
    #[constant]
    const abiflags: &str = "";

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        fill(th, module)?;
        if let Some(dict) = module.downcast::<objects::Module>().and_then(objects::Module::dict) {
            let monitoring = crate::monitor::module::make(th)?;
            dict.set_by_name(th, "monitoring", monitoring);
        }
        Ok(())
    }
}

fn text(th: &Thread, text: &str) -> Ref<Object> {
    Str::new(th, text).up()
}

fn int(th: &Thread, n: i64) -> Ref<Object> {
    Int::from_i64(th, n).up()
}

/// `sys.version`: what the version is, and of what build.
pub fn build() -> String {
    let (v, p) = (VERSION, PYSTON_VERSION);
    format!("{}.{}.{} (main, Nov 21 2026, 00:00:00) [Pyston {}.{}.{}]", v.0, v.1, v.2, p.0, p.1, p.2)
}

/// A struct sequence of which the last `hidden` fields are attributes only.
fn sequence_hiding(th: &mut Thread, name: &str, doc: &str, fields: &[(&str, Ref<Object>)], hidden: usize) -> Result<Ref<Object>, Raised> {
    let declared: Vec<(&str, &str)> = fields.iter().map(|(name, _)| (*name, "")).collect();
    let class = structseq::new_type(th, "sys", name, doc, &declared, fields.len() - hidden)?;
    let values: Vec<&Object> = fields.iter().map(|(_, value)| &**value).collect();
    let made = structseq::new(th, &class, &values)?;
    // There is one of each of these.
    if ["flags", "version_info"].contains(&name) {
        structseq::forbid_instances(&class);
    }
    Ok(made)
}

fn sequence(th: &mut Thread, name: &str, doc: &str, fields: &[(&str, Ref<Object>)]) -> Result<Ref<Object>, Raised> {
    sequence_hiding(th, name, doc, fields, 0)
}

/// `sys.int_info`, which C asks for as often as it likes: its class is made once.
pub fn int_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    static MADE: Global<Object> = Global::EMPTY;
    MADE.get_or_init(th, make_int_info)
}

fn make_int_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let fields = [
        ("bits_per_digit", int(th, 30)),
        ("sizeof_digit", int(th, 4)),
        ("default_max_str_digits", int(th, 4300)),
        ("str_digits_check_threshold", int(th, 640)),
    ];
    sequence(th, "int_info", "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.", &fields)
}

/// `sys.float_info`, in the same way.
pub fn float_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    static MADE: Global<Object> = Global::EMPTY;
    MADE.get_or_init(th, make_float_info)
}

fn make_float_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let float = |x: f64| Float::new(th, x).up();
    let fields = [
        ("max", float(f64::MAX)),
        ("max_exp", int(th, 1024)),
        ("max_10_exp", int(th, 308)),
        ("min", float(f64::MIN_POSITIVE)),
        ("min_exp", int(th, -1021)),
        ("min_10_exp", int(th, -307)),
        ("dig", int(th, 15)),
        ("mant_dig", int(th, 53)),
        ("epsilon", float(f64::EPSILON)),
        ("radix", int(th, 2)),
        ("rounds", int(th, 1)),
    ];
    sequence(th, "float_info", "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information.", &fields)
}

/// `sys.flags`, made anew.
pub fn flags(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let config = crate::config::get();
    let flag = |b: bool| int(th, i64::from(b));
    let flags = [
        ("debug", int(th, i64::from(config.debug))),
        ("inspect", int(th, i64::from(config.inspect))),
        ("interactive", int(th, i64::from(config.interactive))),
        ("optimize", int(th, i64::from(config.optimize))),
        ("dont_write_bytecode", flag(config.dont_write_bytecode)),
        ("no_user_site", flag(config.no_user_site)),
        ("no_site", flag(config.no_site)),
        ("ignore_environment", flag(config.ignore_environment)),
        ("verbose", int(th, i64::from(config.verbose))),
        ("bytes_warning", int(th, i64::from(config.bytes_warning))),
        ("quiet", flag(config.quiet)),
        ("hash_randomization", flag(config.hash_randomization)),
        ("isolated", flag(config.isolated)),
        ("dev_mode", objects::bool_ref(config.dev_mode)),
        ("utf8_mode", flag(config.utf8_mode)),
        ("warn_default_encoding", flag(config.warn_default_encoding)),
        ("safe_path", objects::bool_ref(config.safe_path)),
        ("int_max_str_digits", int(th, i64::from(config.int_max_str_digits))),
        ("gil", int(th, 0)),
        ("thread_inherit_context", flag(config.thread_inherit_context)),
        ("context_aware_warnings", flag(config.context_aware_warnings)),
    ];
    sequence_hiding(th, "flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.", &flags, 3)
}

fn fill(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let Some(dict) = module.downcast::<objects::Module>().and_then(objects::Module::dict) else { return Ok(()) };
    dict.set_by_name(th, "version", text(th, &build()));
    let flags = flags(th)?;
    dict.set_by_name(th, "flags", flags);
    let fields = [
        ("major", int(th, VERSION.0)),
        ("minor", int(th, VERSION.1)),
        ("micro", int(th, VERSION.2)),
        ("releaselevel", text(th, VERSION.3)),
        ("serial", int(th, VERSION.4)),
    ];
    let info = sequence(th, "version_info", "sys.version_info\n\nVersion information as a named tuple.", &fields)?;
    dict.set_by_name(th, "version_info", info.clone());
    let value = int_info(th)?;
    dict.set_by_name(th, "int_info", value);
    let value = float_info(th)?;
    dict.set_by_name(th, "float_info", value);
    let fields = [
        ("width", int(th, 64)),
        ("modulus", int(th, (1 << 61) - 1)),
        ("inf", int(th, 314_159)),
        ("nan", int(th, 0)),
        ("imag", int(th, 1_000_003)),
        ("algorithm", text(th, "siphash13")),
        ("hash_bits", int(th, 64)),
        ("seed_bits", int(th, 128)),
        ("cutoff", int(th, 0)),
    ];
    let value = sequence(th, "hash_info", "hash_info\n\nA named tuple providing parameters used for computing hashes.", &fields)?;
    dict.set_by_name(th, "hash_info", value);
    let fields = [("name", text(th, "pthread")), ("lock", objects::none_ref()), ("version", objects::none_ref())];
    let value = sequence(th, "thread_info", "sys.thread_info\n\nA named tuple holding information about the thread implementation.", &fields)?;
    dict.set_by_name(th, "thread_info", value);
    let pyston = Tuple::from_array(th, [int(th, PYSTON_VERSION.0), int(th, PYSTON_VERSION.1), int(th, PYSTON_VERSION.2)]);
    dict.set_by_name(th, "pyston_version_info", pyston.up());
    let namespace = Dict::new(th);
    namespace.set_by_name(th, "name", text(th, "cpython"));
    namespace.set_by_name(th, "cache_tag", text(th, "pyston-314"));
    namespace.set_by_name(th, "version", info);
    namespace.set_by_name(th, "hexversion", int(th, i64::from(abi::PY_VERSION_HEX)));
    namespace.set_by_name(th, "_multiarch", text(th, "x86_64-linux-gnu"));
    namespace.set_by_name(th, "supports_isolated_interpreters", objects::bool_ref(false));
    let implementation = objects::simple_namespace(th, &namespace)?;
    dict.set_by_name(th, "implementation", implementation);
    let git = Tuple::from_array(th, [text(th, "Pyston"), text(th, ""), text(th, "")]);
    dict.set_by_name(th, "_git", git.up());
    paths(th, dict)?;
    let mut names: Vec<String> = crate::native::names().into_iter().map(str::to_owned).collect();
    names.extend(crate::hooks::hooks().added_modules());
    names.sort_unstable();
    names.dedup();
    let names: Vec<Ref<Object>> = names.into_iter().map(|name| text(th, &name)).collect();
    let names = Tuple::new(th, names);
    dict.set_by_name(th, "builtin_module_names", names.up());
    let mut all: Vec<&str> = crate::import::library().map_or_else(Vec::new, |l| (l.names)());
    all.extend(crate::native::names());
    all.retain(|name| !name.contains('.'));
    all.sort_unstable();
    all.dedup();
    let set: Vec<Ref<Object>> = all.into_iter().map(|name| text(th, name)).collect();
    let list = List::new(th, set);
    let builtins = crate::hooks::builtins(th)?;
    let frozenset = objects::intern(th, "frozenset");
    if let Ok(frozenset) = ops::getitem(th, &builtins, frozenset) {
        let set = ops::call(th, &frozenset, &[&list])?;
        dict.set_by_name(th, "stdlib_module_names", set);
    } else {
        th.take_exception();
    }
    for (alias, name) in [("__displayhook__", "displayhook"), ("__excepthook__", "excepthook"), ("__unraisablehook__", "unraisablehook"), ("__breakpointhook__", "breakpointhook")] {
        if let Some(function) = dict.get_by_name(th, name) {
            dict.set_by_name(th, alias, function);
        }
    }
    Ok(())
}

/// Where the library stands on `sys.path`.
pub fn stdlib_dir() -> String {
    format!("{}/lib/python3.14", crate::config::get().base_prefix.trim_end_matches('/'))
}

fn paths(th: &mut Thread, dict: &Dict) -> Result<(), Raised> {
    let config = crate::config::get();
    let os_list = |th: &mut Thread, items: &[Vec<u8>]| -> Ref<Object> {
        let items = items.iter().map(|b| crate::config::decode_os(th, b).up()).collect();
        List::new(th, items).up()
    };
    let argv = os_list(th, &config.argv);
    dict.set_by_name(th, "argv", argv);
    let orig = os_list(th, &config.orig_argv);
    dict.set_by_name(th, "orig_argv", orig);
    let os_text = |th: &mut Thread, bytes: &[u8]| -> Ref<Object> { crate::config::decode_os(th, bytes).up() };
    let value = os_text(th, &config.executable);
    dict.set_by_name(th, "executable", value);
    let value = os_text(th, &config.base_executable);
    dict.set_by_name(th, "_base_executable", value);
    for name in ["prefix", "exec_prefix"] {
        dict.set_by_name(th, name, text(th, &config.prefix));
    }
    for name in ["base_prefix", "base_exec_prefix"] {
        dict.set_by_name(th, name, text(th, &config.base_prefix));
    }
    let library = stdlib_dir();
    dict.set_by_name(th, "_stdlib_dir", text(th, &library));
    let mut path: Vec<Ref<Object>> = config.module_search_paths.iter().map(|p| os_text(th, p)).collect();
    path.push(text(th, &library));
    let path = List::new(th, path);
    dict.set_by_name(th, "path", path.up());
    for name in ["meta_path", "path_hooks"] {
        let list = List::new(th, Vec::new());
        dict.set_by_name(th, name, list.up());
    }
    let cache = Dict::new(th);
    dict.set_by_name(th, "path_importer_cache", cache.up());
    dict.set_by_name(th, "dont_write_bytecode", objects::bool_ref(config.dont_write_bytecode));
    let prefix = config.pycache_prefix.as_ref().map_or_else(objects::none_ref, |path| os_text(th, path));
    dict.set_by_name(th, "pycache_prefix", prefix);
    let warnings = os_list(th, &config.warn_options);
    dict.set_by_name(th, "warnoptions", warnings);
    let options = Dict::new(th);
    for (name, value) in &config.x_options {
        let value = value.as_ref().map_or_else(|| objects::bool_ref(true), |v| os_text(th, v));
        let name = os_text(th, name);
        options.set(th, &name, value)?;
    }
    dict.set_by_name(th, "_xoptions", options.up());
    Ok(())
}
