//! `PyPreConfig`: locale and UTF-8 mode, which are settled before anything else is read.

use core::ffi::{CStr, c_char, c_int};

use abi::{PyPreConfig, PyStatus, wchar_t};
use heap::sync::Mutex;

use super::pyconfig::{COMPATIBLE, ISOLATED, PYTHON};
use super::text::bytes;
use super::{error, good, of_stop};
use crate::embed::{Options, Wanted, startup};

/// What was settled by `Py_PreInitialize`, or is settled by the kind of the configuration that follows.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    isolated: Option<bool>,
    use_environment: Option<bool>,
    dev_mode: Option<bool>,
    utf8_mode: Option<bool>,
    configure_locale: bool,
    coerce: Option<bool>,
    warn: bool,
}

static SETTLED: Mutex<Option<Settled>> = Mutex::new(None);

fn flag(value: c_int) -> Option<bool> {
    (value >= 0).then_some(value > 0)
}

impl Settled {
    fn of(c: &PyPreConfig) -> Settled {
        Settled {
            isolated: flag(c.isolated),
            use_environment: flag(c.use_environment),
            dev_mode: flag(c.dev_mode),
            utf8_mode: flag(c.utf8_mode),
            configure_locale: c.configure_locale != 0,
            coerce: flag(c.coerce_c_locale),
            warn: c.coerce_c_locale_warn > 0,
        }
    }

    /// With what reading command line and environment came to.
    fn read(self, options: &Options) -> Settled {
        let config = &options.config;
        let (isolated, use_environment) = (Some(config.isolated), Some(!config.ignore_environment));
        Settled { isolated, use_environment, dev_mode: Some(config.dev_mode), utf8_mode: Some(config.utf8_mode), ..self }
    }
}

/// A preconfiguration of some kind.
pub fn of_kind(kind: c_int) -> PyPreConfig {
    let mut config = PyPreConfig::ZERO;
    config._config_init = kind;
    config.isolated = -1;
    config.use_environment = -1;
    config.configure_locale = 1;
    config.dev_mode = -1;
    match kind {
        PYTHON => {
            config.isolated = 0;
            config.parse_argv = 1;
            config.use_environment = 1;
            config.coerce_c_locale = -1;
            config.coerce_c_locale_warn = -1;
            config.utf8_mode = -1;
        }
        ISOLATED => {
            config.configure_locale = 0;
            config.isolated = 1;
            config.use_environment = 0;
            config.dev_mode = 0;
        }
        _ => config.utf8_mode = c_int::from(crate::api::misc::set_before("UTF8_MODE") > 0),
    }
    config
}

/// Puts what was settled, or what goes with the kind of a configuration, into what is wanted.
pub fn apply(kind: c_int, wanted: &mut Wanted, isolated_is_open: bool, environment_is_open: bool) {
    let before = *SETTLED.lock();
    let settled = before.unwrap_or_else(|| Settled::of(&of_kind(kind)));
    if before.is_some() {
        let isolated = isolated_is_open && settled.isolated == Some(true);
        wanted.base.isolated |= isolated;
        wanted.base.no_user_site |= isolated;
        wanted.base.safe_path |= isolated;
        wanted.base.ignore_environment |= isolated || (environment_is_open && settled.use_environment == Some(false));
        wanted.dev_mode = wanted.dev_mode.or(settled.dev_mode);
    }
    wanted.utf8_mode = settled.utf8_mode;
    wanted.configure_locale = settled.configure_locale;
    wanted.coerce_locale = settled.coerce;
    wanted.coerce_locale_warn = settled.warn;
}

/// A configuration was read: what it says of the locale is settled for those that follow.
pub fn follow(kind: c_int, options: &Options) {
    SETTLED.lock().get_or_insert_with(|| Settled::of(&of_kind(kind)).read(options));
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) {
    // SAFETY: R4: the function's contract.
    unsafe { config.write(of_kind(PYTHON)) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) {
    // SAFETY: R4: the function's contract.
    unsafe { config.write(of_kind(ISOLATED)) };
}

/// The last of CPython's allocators (`PYMEM_ALLOCATOR_MIMALLOC_DEBUG`); memory comes from our own, whichever is named.
const LAST_ALLOCATOR: c_int = 8;

/// Settles locale and UTF-8 mode by the struct, the environment and these arguments; only the first call counts.
///
/// # Safety
/// R4: null or a preconfiguration.
unsafe fn settle(function: &'static CStr, config: *const PyPreConfig, args: Vec<Vec<u8>>) -> PyStatus {
    // SAFETY: the caller's promise.
    let Some(config) = (unsafe { config.as_ref() }) else { return error(function, c"preinitialization config is NULL") };
    if SETTLED.lock().is_some() {
        return good();
    }
    if !(0..=LAST_ALLOCATOR).contains(&config.allocator) {
        return error(function, c"unknown PYMEM_ALLOCATOR");
    }
    let Some(startup) = startup() else { return error(function, c"the runtime is not whole") };
    let mut settled = Settled::of(config);
    let mut wanted = Wanted { parse_argv: config.parse_argv != 0 && !args.is_empty(), argv: args, ..Wanted::default() };
    let isolated = config.isolated > 0;
    wanted.base.isolated = isolated;
    wanted.base.ignore_environment = isolated || config.use_environment == 0;
    wanted.dev_mode = settled.dev_mode;
    wanted.utf8_mode = settled.utf8_mode;
    wanted.configure_locale = settled.configure_locale;
    wanted.coerce_locale = settled.coerce;
    wanted.coerce_locale_warn = settled.warn;
    match (startup.read)(wanted) {
        Ok(options) => {
            settled = settled.read(&options);
        }
        Err(stop) if stop.stage == "preinitializing" => return of_stop(&stop),
        // What else is wrong is said when the configuration itself is read.
        Err(_) => {}
    }
    SETTLED.lock().get_or_insert(settled);
    good()
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitialize(config: *const PyPreConfig) -> PyStatus {
    // SAFETY: R4: the function's contract.
    unsafe { settle(c"Py_PreInitialize", config, Vec::new()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitializeFromArgs(config: *const PyPreConfig, count: isize, args: *mut *mut wchar_t) -> PyStatus {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    unsafe {
        let args = (0..count).filter_map(|at| bytes(*args.add(at))).collect();
        settle(c"Py_PreInitializeFromArgs", config, args)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitializeFromBytesArgs(config: *const PyPreConfig, count: isize, args: *mut *mut c_char) -> PyStatus {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: R4: the function's contract.
    unsafe {
        let args = (0..count).map(|at| CStr::from_ptr(*args.add(at)).to_bytes().to_vec()).collect();
        settle(c"Py_PreInitializeFromBytesArgs", config, args)
    }
}

/// The kind of the older functions' configuration.
pub const OLDER: c_int = COMPATIBLE;
