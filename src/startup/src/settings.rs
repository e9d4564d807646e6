//! What the environment, the locale and `-X` options decide, and where the library is.

use core::ffi::CStr;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use capi::embed::{Stop, Wanted};
use interp::compiled;
use interp::config::Config;

/// The longest traceback that `tracemalloc` keeps.
const MAX_FRAMES: u32 = 65535;

/// Fills in all that the command line's letters do not say. The hash seed, if it is fixed.
pub fn complete(config: &mut Config, wanted: &Wanted) -> Result<Option<u32>, Stop> {
    environment(config, wanted);
    locale(config, wanted)?;
    numbers(config, wanted)?;
    let seed = hash_seed(config, wanted)?;
    timeline(config)?;
    config.jit = jit(config)?;
    given(config, wanted);
    warnings(config, wanted);
    paths(config, wanted);
    Ok(seed)
}

/// What the program that embeds us decides goes before environment and `-X` options.
fn given(config: &mut Config, wanted: &Wanted) {
    fn set<T: Clone>(place: &mut T, value: &Option<T>) {
        if let Some(value) = value {
            place.clone_from(value);
        }
    }
    set(&mut config.faulthandler, &wanted.faulthandler);
    set(&mut config.tracemalloc, &wanted.tracemalloc);
    set(&mut config.import_time, &wanted.import_time);
    set(&mut config.no_remote_debug, &wanted.remote_debug.map(|on| !on));
    set(&mut config.warn_default_encoding, &wanted.warn_default_encoding);
    set(&mut config.int_max_str_digits, &wanted.int_max_str_digits);
    set(&mut config.cpu_count, &wanted.cpu_count);
    set(&mut config.stdio_encoding, &wanted.stdio_encoding);
    set(&mut config.stdio_errors, &wanted.stdio_errors);
    if wanted.base.pycache_prefix.is_some() {
        config.pycache_prefix.clone_from(&wanted.base.pycache_prefix);
    }
}

fn timeline(config: &mut Config) -> Result<(), Stop> {
    config.timeline = match x_option(config, "timeline") {
        Some(Some(path)) if !path.is_empty() => Some(path.to_vec()),
        Some(_) => return Err(Stop::fatal("config_read_complex_options", "-X timeline needs a file: -X timeline=FILE")),
        None => variable(config, "PYSTON_TIMELINE"),
    };
    Ok(())
}

/// What of the JIT is wanted: `-X jit` and what belongs to it.
fn jit(config: &Config) -> Result<Option<compiled::Config>, Stop> {
    let bad = |message: &str| Err(Stop::fatal("config_read_complex_options", message));
    let value = |option: &str, name: &str| match x_option(config, option) {
        Some(value) => Some(value.unwrap_or_default().to_vec()),
        None => variable(config, name),
    };
    let (mode, tier) = match value("jit", "PYSTON_JIT").or_else(|| jit_of_cpython(config)).as_deref() {
        None | Some(b"off") => return Ok(None),
        Some(b"on" | b"") => (compiled::Mode::On, compiled::Tier::Two),
        Some(b"tier1") => (compiled::Mode::On, compiled::Tier::One),
        Some(b"eager") => (compiled::Mode::Eager, compiled::Tier::Two),
        Some(_) => return bad("-X jit is one of: off, on, eager, tier1"),
    };
    let (back_end, tier) = match value("jit-backend", "PYSTON_JIT_BACKEND").as_deref() {
        None | Some(b"llvm") => (compiled::BackEnd::Library, tier),
        Some(b"cranelift") => (compiled::BackEnd::Library, compiled::Tier::One),
        Some(b"trivial") => (compiled::BackEnd::Trivial, tier),
        Some(_) => return bad("-X jit-backend is one of: llvm, cranelift, trivial"),
    };
    let log = value("jit-log", "PYSTON_JIT_LOG").filter(|path| !path.is_empty()).map(|path| OsStr::from_bytes(&path).into());
    let stress = match value("jit-stress", "PYSTON_JIT_STRESS").map(|often| str::from_utf8(&often).map(str::parse)) {
        None => None,
        Some(Ok(Ok(often))) => Some(often),
        Some(_) => return bad("-X jit-stress needs a number: -X jit-stress=N"),
    };
    let stress_gc = value("jit-stress-gc", "PYSTON_JIT_STRESS_GC").is_some_and(|on| on != b"0");
    let gdb = switch(config, "jit-gdb", "PYSTON_JIT_GDB");
    Ok(Some(compiled::Config { mode, back_end, tier, log, perf: perf(config), gdb, stress, stress_gc }))
}

/// CPython's variable: 0 or another number.
fn jit_of_cpython(config: &Config) -> Option<Vec<u8>> {
    let value = variable(config, "PYTHON_JIT")?;
    Some(if value == b"0" { b"off".to_vec() } else { b"on".to_vec() })
}

/// What `perf` is to be told, as CPython's options say it: `-X perf_jit` goes before `-X perf`.
fn perf(config: &Config) -> Option<compiled::Perf> {
    let is_on = |option: &str, name: &str| x_option(config, option).is_some() || variable(config, name).is_some_and(|value| number::<i64>(&value).unwrap_or(0) != 0);
    if is_on("perf_jit", "PYTHON_PERF_JIT_SUPPORT") {
        return Some(compiled::Perf::Dump);
    }
    is_on("perf", "PYTHONPERFSUPPORT").then_some(compiled::Perf::Map)
}

/// A variable that is set and not empty, unless `-E`.
fn variable(config: &Config, name: &str) -> Option<Vec<u8>> {
    if config.ignore_environment {
        return None;
    }
    let value = std::env::var_os(name)?.into_vec();
    (!value.is_empty()).then_some(value)
}

/// The last `-X` of this name: its value, if it has one.
fn x_option<'a>(config: &'a Config, name: &str) -> Option<Option<&'a [u8]>> {
    config.x_options.iter().rev().find(|(key, _)| key == name.as_bytes()).map(|(_, value)| value.as_deref())
}

fn number<T: core::str::FromStr>(text: &[u8]) -> Option<T> {
    core::str::from_utf8(text).ok()?.trim_start().parse().ok()
}

/// A switch: the option without a value, or the variable.
fn switch(config: &Config, option: &str, name: &str) -> bool {
    x_option(config, option).is_some() || variable(config, name).is_some()
}

fn environment(config: &mut Config, wanted: &Wanted) {
    let level = |config: &Config, name: &str, now: u8| match variable(config, name) {
        // What is no number counts as 1.
        Some(value) => number::<i64>(&value).filter(|n| *n >= 0).map_or(1, |n| n.min(255) as u8).max(now),
        None => now,
    };
    config.optimize = level(config, "PYTHONOPTIMIZE", config.optimize);
    config.debug = level(config, "PYTHONDEBUG", config.debug);
    config.verbose = level(config, "PYTHONVERBOSE", config.verbose);
    config.inspect = level(config, "PYTHONINSPECT", config.inspect);
    config.dont_write_bytecode |= level(config, "PYTHONDONTWRITEBYTECODE", 0) > 0;
    config.no_user_site |= level(config, "PYTHONNOUSERSITE", 0) > 0;
    config.unbuffered |= level(config, "PYTHONUNBUFFERED", 0) > 0;
    config.safe_path |= variable(config, "PYTHONSAFEPATH").is_some();
    config.dev_mode = wanted.dev_mode.unwrap_or_else(|| switch(config, "dev", "PYTHONDEVMODE"));
    objects::codecs::check_all_names(config.dev_mode);
    let malloc = variable(config, "PYTHONMALLOC").and_then(|name| String::from_utf8(name).ok());
    capi::api::memory::debug::setup(malloc.as_deref().unwrap_or(if config.dev_mode { "debug" } else { "default" }));
    config.faulthandler = config.dev_mode || switch(config, "faulthandler", "PYTHONFAULTHANDLER");
    config.warn_default_encoding = switch(config, "warn_default_encoding", "PYTHONWARNDEFAULTENCODING");
    config.no_debug_ranges |= switch(config, "no_debug_ranges", "PYTHONNODEBUGRANGES");
    config.no_remote_debug = switch(config, "disable-remote-debug", "PYTHON_DISABLE_REMOTE_DEBUG");
    config.world_report = switch(config, "world-report", "PYSTON_WORLD_REPORT");
    config.pycache_prefix = match x_option(config, "pycache_prefix") {
        Some(Some(path)) if !path.is_empty() => Some(path.to_vec()),
        Some(_) => None,
        None => variable(config, "PYTHONPYCACHEPREFIX"),
    };
}

/// UTF-8 mode, the C locale, and what follows for the standard streams.
fn locale(config: &mut Config, wanted: &Wanted) -> Result<(), Stop> {
    let bad = |message: &str| Err(Stop::fatal("preconfig_init_utf8_mode", message));
    let mut mode = match x_option(config, "utf8") {
        Some(None) | Some(Some(b"1")) => Some(true),
        Some(Some(b"0")) => Some(false),
        Some(Some(_)) => return bad("invalid -X utf8 option value"),
        None => None,
    };
    if mode.is_none() {
        mode = match variable(config, "PYTHONUTF8").as_deref() {
            Some(b"1") => Some(true),
            Some(b"0") => Some(false),
            Some(_) => return bad("invalid PYTHONUTF8 environment variable value"),
            None => None,
        };
    }
    let mode = wanted.utf8_mode.or(mode);
    let variable_says = variable(config, "PYTHONCOERCECLOCALE");
    let coerce = wanted.coerce_locale.unwrap_or(variable_says.as_deref() != Some(b"0"));
    let found = modules::locale::start(wanted.configure_locale, coerce, wanted.coerce_locale_warn || variable_says.as_deref() == Some(b"warn"));
    config.utf8_mode = mode.unwrap_or(found.is_c);
    config.stdio_encoding = if config.utf8_mode { "utf-8".to_owned() } else { found.encoding };
    let lenient = config.utf8_mode || found.is_c || found.is_target;
    config.stdio_errors = if lenient { "surrogateescape" } else { "strict" }.to_owned();
    if let Some(wanted) = variable(config, "PYTHONIOENCODING") {
        let wanted = String::from_utf8_lossy(&wanted).into_owned();
        let (encoding, errors) = match wanted.split_once(':') {
            Some((encoding, errors)) => (encoding, errors),
            None => (wanted.as_str(), ""),
        };
        if !errors.is_empty() {
            config.stdio_errors = errors.to_owned();
        } else if !encoding.is_empty() {
            config.stdio_errors = "strict".to_owned();
        }
        if !encoding.is_empty() {
            config.stdio_encoding = encoding.to_owned();
        }
    }
    Ok(())
}

fn numbers(config: &mut Config, wanted: &Wanted) -> Result<(), Stop> {
    let digits = |text: &[u8]| number::<i32>(text).filter(|n| *n == 0 || *n >= 640);
    let limit = "invalid limit; must be >= 640 or 0 for unlimited.";
    config.int_max_str_digits = 4300;
    if wanted.int_max_str_digits.is_some_and(|n| n != 0 && n < 640) {
        return Err(Stop::fatal("config_init_int_max_str_digits", "invalid value: must be >= 640 or 0 for unlimited."));
    }
    if let Some(value) = x_option(config, "int_max_str_digits") {
        match value.and_then(digits) {
            Some(n) => config.int_max_str_digits = n,
            None => return Err(Stop::fatal("config_init_int_max_str_digits", &format!("-X int_max_str_digits: {limit}"))),
        }
    } else if let Some(value) = variable(config, "PYTHONINTMAXSTRDIGITS") {
        match digits(&value) {
            Some(n) => config.int_max_str_digits = n,
            None => return Err(Stop::fatal("config_init_int_max_str_digits", &format!("PYTHONINTMAXSTRDIGITS: {limit}"))),
        }
    }
    frames(config)?;
    import_time(config)?;
    cpu_count(config)?;
    config.thread_inherit_context = zero_or_one(config, "thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT", wanted.thread_inherit_context)?;
    config.context_aware_warnings = zero_or_one(config, "context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS", wanted.context_aware_warnings)?;
    match x_option(config, "gil") {
        None | Some(Some(b"0")) => {}
        Some(Some(b"1")) => return Err(Stop::fatal("config_read_gil", "Enabling the GIL is not supported by this build")),
        Some(_) => return Err(Stop::fatal("config_read_gil", "PYTHON_GIL / -X gil must be \"0\" or \"1\"")),
    }
    match x_option(config, "frozen_modules") {
        None | Some(None) | Some(Some(b"" | b"on" | b"off")) => Ok(()),
        Some(Some(_)) => {
Err(Stop::fatal("", "bad value for option -X frozen_modules (expected \"on\" or \"off\")"))
        }
    }
}

fn frames(config: &mut Config) -> Result<(), Stop> {
    let fatal = |what: &str| Stop::fatal("config_init_tracemalloc", &format!("{what}: invalid number of frames"));
    let valid = |text: &[u8]| number::<u32>(text).filter(|n| *n <= MAX_FRAMES);
    if let Some(value) = x_option(config, "tracemalloc") {
        config.tracemalloc = match value {
            None => 1,
            Some(value) => valid(value).ok_or_else(|| fatal("-X tracemalloc=NFRAME"))?,
        };
    } else if let Some(value) = variable(config, "PYTHONTRACEMALLOC") {
        config.tracemalloc = valid(&value).ok_or_else(|| fatal("PYTHONTRACEMALLOC"))?;
    }
    Ok(())
}

fn import_time(config: &mut Config) -> Result<(), Stop> {
    let value = match x_option(config, "importtime") {
        Some(value) => value.map(<[u8]>::to_vec),
        None => match variable(config, "PYTHONPROFILEIMPORTTIME") {
            Some(value) => Some(value),
            None => return Ok(()),
        },
    };
    config.import_time = match value.as_deref() {
        None | Some(b"" | b"1") => 1,
        Some(b"0") => 0,
        Some(b"2") => 2,
        Some(_) => {
            let what = if x_option(config, "importtime").is_some() { "-X importtime" } else { "PYTHONPROFILEIMPORTTIME" };
            return Err(Stop::fatal("config_init_import_time", &format!("{what}: values other than 1 and 2 are reserved for future use.")));
        }
    };
    Ok(())
}

fn cpu_count(config: &mut Config) -> Result<(), Stop> {
    let value = match x_option(config, "cpu_count") {
        Some(value) => value.map(<[u8]>::to_vec),
        None => match variable(config, "PYTHON_CPU_COUNT") {
            Some(value) => Some(value),
            None => return Ok(()),
        },
    };
    let count = match value.as_deref() {
        Some(b"default") => Some(0),
        Some(value) => number::<u32>(value).filter(|n| (1..=i32::MAX as u32).contains(n)),
        None => None,
    };
    match count {
        Some(count) => config.cpu_count = count,
        None => {
            let what = if x_option(config, "cpu_count").is_some() { "-X cpu_count=n option" } else { "PYTHON_CPU_COUNT" };
            return Err(Stop::fatal("config_init_cpu_count", &format!("{what}: n is missing or an invalid number, n must be greater than 0")));
        }
    }
    Ok(())
}

fn zero_or_one(config: &Config, option: &str, name: &str, otherwise: Option<bool>) -> Result<bool, Stop> {
    let (value, what) = match x_option(config, option) {
        Some(value) => (value.unwrap_or_default().to_vec(), format!("-X {option}=n")),
        None => match variable(config, name) {
            Some(value) => (value, format!("{name}=N")),
            None => return Ok(otherwise.unwrap_or(true)),
        },
    };
    match value.as_slice() {
        b"0" => Ok(false),
        b"1" => Ok(true),
        _ => Err(Stop::fatal(&format!("config_init_{option}"), &format!("{what}: {} is missing or invalid", if what.starts_with('-') { "n" } else { "N" }))),
    }
}

fn hash_seed(config: &mut Config, wanted: &Wanted) -> Result<Option<u32>, Stop> {
    config.hash_randomization = true;
    let given = wanted.hash_seed.map(|seed| seed.map_or_else(|| b"random".to_vec(), |seed| seed.to_string().into_bytes()));
    match given.or_else(|| variable(config, "PYTHONHASHSEED")).as_deref() {
        None | Some(b"random") => {
            objects::hash::set_secret(secret());
            Ok(None)
        }
        Some(seed) => match number::<u32>(seed) {
            Some(seed) => {
                config.hash_randomization = seed != 0;
                objects::hash::set_seed(seed);
                Ok(Some(seed))
            }
            None => Err(Stop::fatal("config_init_hash_seed", "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]")),
        },
    }
}

/// Sixteen bytes that nobody can guess: the standard library keys its own hashes from the system's randomness.
fn secret() -> [u8; 16] {
    use std::hash::BuildHasher;
    let random = std::hash::RandomState::new();
    let (low, high) = (random.hash_one(0_u64).to_le_bytes(), random.hash_one(1_u64).to_le_bytes());
    core::array::from_fn(|i| if i < 8 { low[i] } else { high[i - 8] })
}

/// `sys.warnoptions`: the weakest first.
fn warnings(config: &mut Config, wanted: &Wanted) {
    let own = core::mem::take(&mut config.warn_options);
    let mut all = Vec::new();
    if config.dev_mode {
        all.push(b"default".to_vec());
    }
    if let Some(given) = variable(config, "PYTHONWARNINGS") {
        all.extend(given.split(|c| *c == b',').filter(|w| !w.is_empty()).map(<[u8]>::to_vec));
    }
    all.extend(own);
    match config.bytes_warning {
        0 => {}
        1 => all.push(b"default::BytesWarning".to_vec()),
        _ => all.push(b"error::BytesWarning".to_vec()),
    }
    // What was read before is not read again.
    all.retain(|option| !wanted.warn_options.contains(option));
    all.extend(wanted.warn_options.iter().cloned());
    config.warn_options = all;
}

/// `sys.executable`, `sys.prefix`, and the front of `sys.path`.
fn paths(config: &mut Config, wanted: &Wanted) {
    let called = PathBuf::from(OsStr::from_bytes(&config.program));
    config.executable = match &wanted.executable {
        Some(executable) => executable.clone(),
        None => executable(&called).map(|path| path.into_os_string().into_vec()).unwrap_or_default(),
    };
    config.base_executable = wanted.base_executable.clone().unwrap_or_else(|| config.executable.clone());
    let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    let home = wanted.home.clone().or_else(|| variable(config, "PYTHONHOME"));
    config.base_prefix = match (&wanted.base_prefix, home) {
        (Some(prefix), _) => text(prefix),
        (None, Some(home)) => text(&home).split(':').next().unwrap_or_default().to_owned(),
        (None, None) => {
            let folder = image().and_then(|image| Some(image.parent()?.parent()?.to_owned()));
            folder.map_or_else(|| "/usr/local".to_owned(), |folder| text(folder.as_os_str().as_bytes()))
        }
    };
    config.prefix.clone_from(&config.base_prefix);
    virtual_environment(config);
    if let Some(prefix) = &wanted.prefix {
        config.prefix = text(prefix);
    }
    if let Some(path) = wanted.pythonpath.clone().or_else(|| variable(config, "PYTHONPATH")) {
        config.module_search_paths.extend(path.split(|c| *c == b':').map(<[u8]>::to_vec));
    }
}

/// The file that holds the runtime: the binary, or the library that a program embeds.
fn image() -> Option<PathBuf> {
    let mut found = libc::Dl_info { dli_fname: core::ptr::null(), dli_fbase: core::ptr::null_mut(), dli_sname: core::ptr::null(), dli_saddr: core::ptr::null_mut() };
    let here = image as fn() -> Option<PathBuf>;
    // SAFETY: the struct may be written; the name is a C string that lives as long as the image.
    let name = unsafe {
        match libc::dladdr(here as *const _, &raw mut found) {
            0 => return std::env::current_exe().ok(),
            _ => CStr::from_ptr(found.dli_fname).to_bytes(),
        }
    };
    let is_library = name.contains(&b'/') && Path::new(OsStr::from_bytes(name)).file_name().is_some_and(|name| name.as_bytes().starts_with(b"lib"));
    if is_library { std::fs::canonicalize(OsStr::from_bytes(name)).ok() } else { std::env::current_exe().ok() }
}

/// The full path of what was called: a path as it is, a name by `PATH`.
fn executable(called: &Path) -> Option<PathBuf> {
    if called.as_os_str().as_bytes().contains(&b'/') {
        return Some(if called.is_absolute() { called.to_owned() } else { std::env::current_dir().ok()?.join(called.strip_prefix("./").unwrap_or(called)) });
    }
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path).map(|folder| folder.join(called)).find(|file| {
            use std::os::unix::fs::PermissionsExt;
            file.metadata().is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
        })
    });
    found.or_else(|| std::env::current_exe().ok())
}

/// `pyvenv.cfg` beside the program or above it makes its folder the prefix.
fn virtual_environment(config: &mut Config) {
    let executable = PathBuf::from(OsStr::from_bytes(&config.executable));
    let Some(folder) = executable.parent() else { return };
    for root in [Some(folder), folder.parent()].into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(root.join("pyvenv.cfg")) else { continue };
        let home = text.lines().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("home"));
        let Some((_, home)) = home else { continue };
        config.prefix = root.to_string_lossy().into_owned();
        let name = executable.file_name().unwrap_or_default();
        let base = Path::new(home.trim()).join(name);
        let base = if base.exists() { base } else { std::env::current_exe().unwrap_or(base) };
        config.base_executable = base.into_os_string().into_vec();
        return;
    }
}
