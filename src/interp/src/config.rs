//! How this process was started: what the command line and the environment decided. Set once by `cli`, before anything runs.

use std::sync::OnceLock;

use heap::sync::{AtomicBool, Ordering::*};
use heap::{Ref, Thread};
use objects::Str;

/// `sys.flags`, `sys.argv` and what `sys.path` is made from.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The program's own path (`sys.executable`).
    pub executable: Vec<u8>,
    /// What the program was called as (`argv[0]`), for messages.
    pub program: Vec<u8>,
    /// `sys.argv`, as bytes of the command line.
    pub argv: Vec<Vec<u8>>,
    /// `sys.orig_argv`.
    pub orig_argv: Vec<Vec<u8>>,
    /// `-W` options and `PYTHONWARNINGS`.
    pub warn_options: Vec<Vec<u8>>,
    /// `-X` options.
    pub x_options: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// `sys.path` entries before the library's own.
    pub module_search_paths: Vec<Vec<u8>>,
    /// `sys.prefix`.
    pub prefix: String,
    /// `sys.base_prefix`: another one than the prefix in a virtual environment.
    pub base_prefix: String,
    /// `sys._base_executable`
    pub base_executable: Vec<u8>,
    /// `-d`
    pub debug: u8,
    /// `-i`, `PYTHONINSPECT`
    pub inspect: u8,
    /// `-i`
    pub interactive: u8,
    /// `-O`, `-OO`
    pub optimize: u8,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-v`
    pub verbose: u8,
    /// `-b`
    pub bytes_warning: u8,
    /// `-q`
    pub quiet: bool,
    /// `-X importtime`: 1 for modules that are loaded, 2 for all imports.
    pub import_time: u8,
    /// Random hash secrets.
    pub hash_randomization: bool,
    /// `-I`
    pub isolated: bool,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-X utf8`
    pub utf8_mode: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-X warn_default_encoding`
    pub warn_default_encoding: bool,
    /// `-X no_debug_ranges`
    pub no_debug_ranges: bool,
    /// `-X faulthandler`
    pub faulthandler: bool,
    /// `-X timeline=FILE`
    pub timeline: Option<Vec<u8>>,
    /// `-X jit`; nothing: no code is compiled.
    pub jit: Option<crate::compiled::Config>,
    /// `-X world-report`
    pub world_report: bool,
    /// `-X tracemalloc`: how many frames are kept; 0 is off.
    pub tracemalloc: u32,
    /// `-X cpu_count`; 0 is none.
    pub cpu_count: u32,
    /// `-X thread_inherit_context`
    pub thread_inherit_context: bool,
    /// `-X context_aware_warnings`
    pub context_aware_warnings: bool,
    /// `-X disable-remote-debug`
    pub no_remote_debug: bool,
    /// `-X pycache_prefix`
    pub pycache_prefix: Option<Vec<u8>>,
    /// `--check-hash-based-pycs`
    pub check_hash_pycs: String,
    /// Encoding of the standard streams.
    pub stdio_encoding: String,
    /// Error handler of `sys.stdin` and `sys.stdout`.
    pub stdio_errors: String,
    /// `-X int_max_str_digits`
    pub int_max_str_digits: i32,
}

static CONFIG: OnceLock<Config> = OnceLock::new();
/// What stands in its place since C changed it: the last of these.
static CHANGED: heap::sync::Mutex<Option<&'static Config>> = heap::sync::Mutex::new(None);
static IS_CHANGED: AtomicBool = AtomicBool::new(false);

/// Sets the configuration; only the first call counts.
pub fn set(config: Config) {
    let _ = CONFIG.set(config);
}

/// The configuration.
pub fn get() -> &'static Config {
    match IS_CHANGED.load(Acquire).then(|| *CHANGED.lock()) {
        Some(Some(changed)) => changed,
        _ => CONFIG.get_or_init(Config::default),
    }
}

/// Changes the configuration of the interpreter that runs (`PyConfig_Set`). Those who have read the one before keep it, so it is never freed.
pub fn change(change: impl FnOnce(&mut Config)) {
    let mut config = get().clone();
    change(&mut config);
    *CHANGED.lock() = Some(Box::leak(Box::new(config)));
    IS_CHANGED.store(true, Release);
}

/// Text from the operating system: UTF-8, other bytes as lone surrogates (`surrogateescape`).
pub fn decode_os(th: &Thread, bytes: &[u8]) -> Ref<Str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Str::new(th, text),
        Err(_) => {
            let mut points = Vec::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                points.extend(chunk.valid().chars().map(u32::from));
                points.extend(chunk.invalid().iter().map(|b| 0xdc00 + u32::from(*b)));
            }
            Str::from_code_points(th, &points)
        }
    }
}

/// Text for the operating system: the reverse of [`decode_os`]; `None` for text that it cannot hold.
pub fn encode_os(text: &Str) -> Option<Vec<u8>> {
    if let Some(ascii) = text.as_ascii() {
        return Some(ascii.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(text.len());
    for point in text.chars().iter() {
        match char::from_u32(point) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..0xdd00).contains(&point) => out.push((point - 0xdc00) as u8),
            None => return None,
        }
    }
    Some(out)
}
