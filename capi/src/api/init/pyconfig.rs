//! `PyConfig`: what a program that embeds us fills in, and what reading it comes to (PEP 587).

use core::ffi::{c_char, c_int};

use abi::{PyConfig, PyStatus, PyWideStringList, wchar_t};

use super::preconfig;
use super::table::CONFIG;
use super::text::{bytes, characters, clear_list, copy, list_bytes, replace, replace_list, string, wide};
use super::{good, no_memory, of_stop};
use crate::embed::{Options, Program, Stop, Wanted, startup};

/// Which kind of configuration it is (`_PyConfigInitEnum`).
pub const COMPATIBLE: c_int = 1;
pub const PYTHON: c_int = 2;
pub const ISOLATED: c_int = 3;

/// CPython's own default, for `int`'s text.
const DIGITS: c_int = 4300;

/// All is as environment and defaults say.
fn unset() -> PyConfig {
    let mut config = PyConfig::ZERO;
    for place in [
        &mut config.import_time,
        &mut config.isolated,
        &mut config.use_environment,
        &mut config.dev_mode,
        &mut config.use_hash_seed,
        &mut config.faulthandler,
        &mut config.tracemalloc,
        &mut config.perf_profiling,
        &mut config.remote_debug,
        &mut config.site_import,
        &mut config.bytes_warning,
        &mut config.inspect,
        &mut config.interactive,
        &mut config.optimization_level,
        &mut config.parser_debug,
        &mut config.write_bytecode,
        &mut config.verbose,
        &mut config.quiet,
        &mut config.user_site_directory,
        &mut config.buffered_stdio,
        &mut config.pathconfig_warnings,
        &mut config.int_max_str_digits,
        &mut config.cpu_count,
    ] {
        *place = -1;
    }
    config._config_init = COMPATIBLE;
    config.install_signal_handlers = 1;
    config._install_importlib = 1;
    config._init_main = 1;
    config.use_frozen_modules = 1;
    config.code_debug_ranges = 1;
    // As in a CPython that runs threads in parallel.
    config.thread_inherit_context = 1;
    config.context_aware_warnings = 1;
    config
}

/// A configuration as `python` has it, but for the command line.
pub fn defaults() -> PyConfig {
    let mut config = unset();
    config.isolated = 0;
    config.use_environment = 1;
    config.site_import = 1;
    config.bytes_warning = 0;
    config.inspect = 0;
    config.interactive = 0;
    config.optimization_level = 0;
    config.parser_debug = 0;
    config.write_bytecode = 1;
    config.verbose = 0;
    config.quiet = 0;
    config.user_site_directory = 1;
    config.buffered_stdio = 1;
    config.pathconfig_warnings = 1;
    config
}

/// A configuration that looks at nothing outside of the program.
pub fn isolated() -> PyConfig {
    let mut config = defaults();
    config._config_init = ISOLATED;
    config.isolated = 1;
    config.use_environment = 0;
    config.user_site_directory = 0;
    config.dev_mode = 0;
    config.install_signal_handlers = 0;
    config.use_hash_seed = 0;
    config.tracemalloc = 0;
    config.perf_profiling = 0;
    config.int_max_str_digits = DIGITS;
    config.safe_path = 1;
    config.pathconfig_warnings = 0;
    config
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_InitPythonConfig(config: *mut PyConfig) {
    let python = PyConfig { _config_init: PYTHON, configure_c_stdio: 1, parse_argv: 1, ..defaults() };
    // SAFETY: R4: the function's contract.
    unsafe { config.write(python) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) {
    // SAFETY: R4: the function's contract.
    unsafe { config.write(isolated()) };
}

/// Frees all texts.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_Clear(config: *mut PyConfig) {
    for field in CONFIG {
        // SAFETY: R4: the function's contract; the table is that of the struct.
        unsafe {
            if let Some(place) = field.text(config.cast()) {
                replace(place, core::ptr::null_mut());
            }
            if let Some(list) = field.texts(config.cast()) {
                clear_list(&mut *list);
            }
        }
    }
}

/// Sets a text to a copy of another, or to nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_SetString(_config: *mut PyConfig, place: *mut *mut wchar_t, text: *const wchar_t) -> PyStatus {
    // SAFETY: R4: the function's contract.
    unsafe {
        let fresh = characters(text).map_or(core::ptr::null_mut(), copy);
        if fresh.is_null() && !text.is_null() {
            return no_memory();
        }
        replace(place, fresh);
    }
    good()
}

/// Sets a text to what the system's bytes mean.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_SetBytesString(_config: *mut PyConfig, place: *mut *mut wchar_t, text: *const c_char) -> PyStatus {
    // SAFETY: R4: the function's contract.
    unsafe {
        let fresh = if text.is_null() { core::ptr::null_mut() } else { wide(core::ffi::CStr::from_ptr(text).to_bytes()) };
        if fresh.is_null() && !text.is_null() {
            return no_memory();
        }
        replace(place, fresh);
    }
    good()
}

/// Sets a list to copies of strings.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_SetWideStringList(
    _config: *mut PyConfig,
    list: *mut PyWideStringList,
    count: isize,
    texts: *mut *mut wchar_t,
) -> PyStatus {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    unsafe {
        let fresh = (0..count).map(|at| copy(characters(*texts.add(at)).unwrap_or_default())).collect();
        if replace_list(&mut *list, fresh) { good() } else { no_memory() }
    }
}

/// Sets the command line.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_SetArgv(config: *mut PyConfig, count: isize, texts: *const *mut wchar_t) -> PyStatus {
    // SAFETY: as this function.
    unsafe { PyConfig_SetWideStringList(config, &raw mut (*config).argv, count, texts.cast_mut()) }
}

/// Sets the command line, of the system's bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_SetBytesArgv(config: *mut PyConfig, count: isize, texts: *const *mut c_char) -> PyStatus {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    unsafe {
        let fresh = (0..count).map(|at| wide(core::ffi::CStr::from_ptr(*texts.add(at)).to_bytes())).collect();
        if replace_list(&mut (*config).argv, fresh) { good() } else { no_memory() }
    }
}

/// A number that is not negative, if one was given.
fn number<T: TryFrom<c_int>>(value: c_int) -> Option<T> {
    if value < 0 { None } else { T::try_from(value).ok() }
}

fn flag(value: c_int) -> Option<bool> {
    number::<c_int>(value).map(|value| value != 0)
}

/// How often an option was given.
fn level(value: c_int) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(0)
}

/// The options that the struct has before the command line is read.
///
/// # Safety
/// R4: the struct's texts are wide strings or null.
unsafe fn base(c: &PyConfig) -> interp::config::Config {
    let isolated = c.isolated > 0;
    // SAFETY: the caller's promise.
    let (check, pycache, options) = unsafe { (string(c.check_hash_pycs_mode), bytes(c.pycache_prefix), list_bytes(&c.xoptions)) };
    interp::config::Config {
        isolated,
        ignore_environment: isolated || c.use_environment == 0,
        no_user_site: isolated || c.user_site_directory == 0,
        safe_path: isolated || c.safe_path > 0,
        debug: level(c.parser_debug),
        inspect: level(c.inspect),
        interactive: level(c.interactive),
        optimize: level(c.optimization_level),
        verbose: level(c.verbose),
        bytes_warning: level(c.bytes_warning),
        quiet: c.quiet > 0,
        dont_write_bytecode: c.write_bytecode == 0,
        no_site: c.site_import == 0,
        unbuffered: c.buffered_stdio == 0,
        no_debug_ranges: c.code_debug_ranges == 0,
        check_hash_pycs: check.unwrap_or_else(|| "default".to_owned()),
        pycache_prefix: pycache,
        x_options: options.into_iter().map(split_option).collect(),
        int_max_str_digits: -1,
        ..interp::config::Config::default()
    }
}

/// An `-X` option in its parts.
fn split_option(option: Vec<u8>) -> (Vec<u8>, Option<Vec<u8>>) {
    match option.iter().position(|c| *c == b'=') {
        Some(equal) => (option[..equal].to_vec(), Some(option[equal + 1..].to_vec())),
        None => (option, None),
    }
}

/// What the struct asks for.
///
/// # Safety
/// R4: the struct's texts are wide strings or null.
pub unsafe fn wanted(c: &PyConfig) -> Wanted {
    // SAFETY: the caller's promise, for all of this function.
    unsafe {
        let program = match (bytes(c.run_command), bytes(c.run_module), bytes(c.run_filename)) {
            (Some(command), _, _) => Some(Program::Command(command)),
            (None, Some(module), _) => Some(Program::Module(module)),
            (None, None, file) => file.map(Program::File),
        };
        let mut wanted = Wanted {
            parse_argv: c.parse_argv == 1,
            argv: list_bytes(&c.argv),
            orig_argv: list_bytes(&c.orig_argv),
            base: base(c),
            program,
            skip_first_line: c.skip_source_first_line > 0,
            install_signal_handlers: c.install_signal_handlers != 0,
            dev_mode: flag(c.dev_mode),
            faulthandler: flag(c.faulthandler),
            tracemalloc: number(c.tracemalloc),
            hash_seed: flag(c.use_hash_seed).map(|fixed| fixed.then_some(c.hash_seed as u32)),
            import_time: number(c.import_time),
            remote_debug: flag(c.remote_debug),
            warn_default_encoding: (c.warn_default_encoding > 0).then_some(true),
            int_max_str_digits: number(c.int_max_str_digits),
            cpu_count: number(c.cpu_count),
            thread_inherit_context: flag(c.thread_inherit_context),
            context_aware_warnings: flag(c.context_aware_warnings),
            stdio_encoding: string(c.stdio_encoding),
            stdio_errors: string(c.stdio_errors),
            warn_options: list_bytes(&c.warnoptions),
            search_paths: (c.module_search_paths_set != 0).then(|| list_bytes(&c.module_search_paths)),
            ..Wanted::default()
        };
        paths(c, &mut wanted);
        preconfig::apply(c._config_init, &mut wanted, c.isolated < 0, c.use_environment < 0);
        wanted
    }
}

/// Where the struct says that things lie.
///
/// # Safety
/// As [`wanted`].
unsafe fn paths(c: &PyConfig, wanted: &mut Wanted) {
    // SAFETY: the caller's promise.
    unsafe {
        wanted.program_name = bytes(c.program_name);
        wanted.pythonpath = bytes(c.pythonpath_env);
        wanted.home = bytes(c.home);
        wanted.executable = bytes(c.executable);
        wanted.base_executable = bytes(c.base_executable);
        wanted.prefix = bytes(c.prefix);
        wanted.base_prefix = bytes(c.base_prefix);
        wanted.exec_prefix = bytes(c.exec_prefix);
        wanted.base_exec_prefix = bytes(c.base_exec_prefix);
        wanted.platlibdir = bytes(c.platlibdir);
        wanted.stdlib_dir = bytes(c.stdlib_dir);
    }
}

/// Reads a configuration as [`PyConfig_Read`] does.
///
/// # Safety
/// As [`wanted`].
pub unsafe fn read(c: &PyConfig) -> Result<Options, Stop> {
    let Some(startup) = startup() else { return Err(Stop::fatal("PyConfig_Read", "the runtime is not whole")) };
    // SAFETY: the caller's promise.
    let options = (startup.read)(unsafe { wanted(c) })?;
    preconfig::follow(c._config_init, &options);
    Ok(options)
}

/// Writes down what reading came to.
///
/// # Safety
/// R4: the struct's texts were allocated by `PyMem_RawMalloc`.
unsafe fn fill(c: &mut PyConfig, options: &Options) -> bool {
    let config = &options.config;
    numbers(c, options);
    // The command of `-c` is a line.
    let line_end: &[u8] = if options.wanted.parse_argv { b"\n" } else { b"" };
    // Where things lie is found out when the interpreter comes up: a program may still set some of it, and the rest follows from that.
    let texts: Vec<(&mut *mut wchar_t, Option<Vec<u8>>)> = vec![
        (&mut c.pycache_prefix, config.pycache_prefix.clone()),
        (&mut c.check_hash_pycs_mode, Some(config.check_hash_pycs.clone().into_bytes())),
        (&mut c.stdio_encoding, Some(config.stdio_encoding.clone().into_bytes())),
        (&mut c.stdio_errors, Some(config.stdio_errors.clone().into_bytes())),
        (&mut c.filesystem_encoding, Some(b"utf-8".to_vec())),
        (&mut c.filesystem_errors, Some(b"surrogateescape".to_vec())),
        (&mut c.run_command, if let Program::Command(text) = &options.program { Some([text.as_slice(), line_end].concat()) } else { None }),
        (&mut c.run_module, if let Program::Module(text) = &options.program { Some(text.clone()) } else { None }),
        (&mut c.run_filename, if let Program::File(text) = &options.program { Some(text.clone()) } else { None }),
    ];
    for (place, text) in texts {
        let fresh = text.as_deref().map_or(core::ptr::null_mut(), wide);
        if fresh.is_null() && text.is_some() {
            return false;
        }
        // SAFETY: the caller's promise.
        unsafe { replace(place, fresh) };
    }
    let joined = |(name, value): &(Vec<u8>, Option<Vec<u8>>)| match value {
        Some(value) => [name.as_slice(), b"=", value].concat(),
        None => name.clone(),
    };
    let lists: [(&mut PyWideStringList, Vec<Vec<u8>>); 4] = [
        (&mut c.argv, config.argv.clone()),
        (&mut c.orig_argv, config.orig_argv.clone()),
        (&mut c.warnoptions, config.warn_options.clone()),
        (&mut c.xoptions, config.x_options.iter().map(joined).collect()),
    ];
    // SAFETY: the caller's promise.
    lists.into_iter().all(|(list, texts)| unsafe { replace_list(list, texts.iter().map(|text| wide(text)).collect()) })
}

/// The numbers among [`fill`]'s fields.
fn numbers(c: &mut PyConfig, options: &Options) {
    let config = &options.config;
    c.isolated = config.isolated.into();
    c.use_environment = (!config.ignore_environment).into();
    c.user_site_directory = (!config.no_user_site).into();
    c.safe_path = config.safe_path.into();
    c.parser_debug = config.debug.into();
    c.inspect = config.inspect.into();
    c.interactive = config.interactive.into();
    c.optimization_level = config.optimize.into();
    c.verbose = config.verbose.into();
    c.bytes_warning = config.bytes_warning.into();
    c.quiet = config.quiet.into();
    c.write_bytecode = (!config.dont_write_bytecode).into();
    c.site_import = (!config.no_site).into();
    c.buffered_stdio = (!config.unbuffered).into();
    c.code_debug_ranges = (!config.no_debug_ranges).into();
    c.dev_mode = config.dev_mode.into();
    c.faulthandler = config.faulthandler.into();
    c.tracemalloc = c_int::try_from(config.tracemalloc).unwrap_or(c_int::MAX);
    c.import_time = config.import_time.into();
    c.remote_debug = (!config.no_remote_debug).into();
    c.warn_default_encoding = config.warn_default_encoding.into();
    c.int_max_str_digits = config.int_max_str_digits;
    c.cpu_count = if config.cpu_count == 0 { -1 } else { c_int::try_from(config.cpu_count).unwrap_or(c_int::MAX) };
    c.thread_inherit_context = config.thread_inherit_context.into();
    c.context_aware_warnings = config.context_aware_warnings.into();
    c.perf_profiling = c.perf_profiling.max(0);
    c.pathconfig_warnings = c.pathconfig_warnings.max(0);
    c.skip_source_first_line = options.skip_first_line.into();
    c.use_hash_seed = i32::from(options.seed.is_some());
    c.hash_seed = options.seed.unwrap_or(0).into();
    // The command line is read once.
    if c.parse_argv == 1 {
        c.parse_argv = 2;
    }
}

/// Reads command line, environment and defaults into the struct.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
    // SAFETY: R4: the function's contract.
    match unsafe { read(&*config) } {
        // SAFETY: as above.
        Ok(options) if unsafe { fill(&mut *config, &options) } => good(),
        Ok(_) => no_memory(),
        Err(stop) => of_stop(&stop),
    }
}
