//! What programs that embed Pyston need of the layers above: reading a configuration, bringing the interpreter up, running the program, the end.
//!
//! The functions of the C API that start the interpreter (`api/init.rs`, `api/init/`) turn C's structs into a [`Wanted`] and call [`Startup`], which
//! whoever stands on top sets before anything runs. Invariant: the interpreter comes up once in a process, in the thread that asks for it first.

use std::io::Write;
use std::sync::OnceLock;

use heap::Thread;
use heap::foreign::Mode;
use heap::world::WORLD;
use heap::sync::{AtomicU8, Mutex, Ordering};
use interp::config::Config;

use Ordering::{AcqRel, Acquire};

/// What is to be run.
#[derive(Clone, Debug, Default)]
pub enum Program {
    /// `-c`
    Command(Vec<u8>),
    /// `-m`
    Module(Vec<u8>),
    /// A path (a script, a folder or a zip file).
    File(Vec<u8>),
    /// Nothing was named, or `-`: standard input, with a prompt if it is a terminal.
    #[default]
    Stdin,
}

/// A configuration, read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the interpreter is set up.
    pub config: Config,
    /// What it runs.
    pub program: Program,
    /// `-x`
    pub skip_first_line: bool,
    /// The hash seed, if it is fixed.
    pub seed: Option<u32>,
    /// What only a program that embeds us can ask for.
    pub wanted: Wanted,
}

/// Start-up ends at once: what to print, and the exit code.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Text for standard output.
    pub out: String,
    /// Text for standard error: the whole of it, or of an error in `function` what is wrong.
    pub err: String,
    /// Which step of start-up failed; nothing if the program may end as it asked for (`--help`).
    pub function: Option<String>,
    /// How far start-up was.
    pub stage: &'static str,
    /// Exit code.
    pub code: i32,
}

impl Stop {
    /// The process ends as its command line asks for.
    pub fn say(out: String) -> Stop {
        Stop { out, err: String::new(), function: None, stage: "", code: 0 }
    }

    /// The process ends because its command line is wrong.
    pub fn usage(err: String) -> Stop {
        Stop { out: String::new(), err, function: None, stage: "", code: 2 }
    }

    /// A setting that cannot be.
    pub fn fatal(function: &str, message: &str) -> Stop {
        let stage = if function.starts_with("preconfig") { "preinitializing" } else { "preinitialized" };
        Stop { out: String::new(), err: message.to_owned(), function: Some(function.to_owned()), stage, code: 1 }
    }

    /// All of the text for standard error.
    pub fn message(&self) -> String {
        let Some(function) = &self.function else { return self.err.clone() };
        let stage = self.stage;
        let named = if function.is_empty() { String::new() } else { format!("{function}: ") };
        format!("Fatal Python error: {named}{}\nPython runtime state: {stage}\n\n", self.err)
    }
}

/// What an embedding program asks for. `None`: what the environment and the defaults say.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The interpreter's options are read from `argv`.
    pub parse_argv: bool,
    /// The command line, or what becomes `sys.argv`.
    pub argv: Vec<Vec<u8>>,
    /// `sys.orig_argv`
    pub orig_argv: Vec<Vec<u8>>,
    /// The options' levels and flags that are set before the command line is read.
    pub base: Config,
    /// `PyConfig.run_*`
    pub program: Option<Program>,
    pub skip_first_line: bool,
    pub install_signal_handlers: bool,
    pub utf8_mode: Option<bool>,
    pub configure_locale: bool,
    pub coerce_locale: Option<bool>,
    pub coerce_locale_warn: bool,
    pub dev_mode: Option<bool>,
    pub faulthandler: Option<bool>,
    pub tracemalloc: Option<u32>,
    /// `Some(None)`: random, whatever the environment says.
    pub hash_seed: Option<Option<u32>>,
    pub import_time: Option<u8>,
    pub remote_debug: Option<bool>,
    pub warn_default_encoding: Option<bool>,
    pub int_max_str_digits: Option<i32>,
    /// `Some(0)`: none.
    pub cpu_count: Option<u32>,
    pub thread_inherit_context: Option<bool>,
    pub context_aware_warnings: Option<bool>,
    pub stdio_encoding: Option<String>,
    pub stdio_errors: Option<String>,
    pub program_name: Option<Vec<u8>>,
    pub pythonpath: Option<Vec<u8>>,
    pub home: Option<Vec<u8>>,
    pub executable: Option<Vec<u8>>,
    pub base_executable: Option<Vec<u8>>,
    pub prefix: Option<Vec<u8>>,
    pub base_prefix: Option<Vec<u8>>,
    pub exec_prefix: Option<Vec<u8>>,
    pub base_exec_prefix: Option<Vec<u8>>,
    pub platlibdir: Option<Vec<u8>>,
    pub stdlib_dir: Option<Vec<u8>>,
    /// Behind all other options of warnings.
    pub warn_options: Vec<Vec<u8>>,
    /// The whole of `sys.path`.
    pub search_paths: Option<Vec<Vec<u8>>>,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted {
            parse_argv: false,
            argv: Vec::new(),
            orig_argv: Vec::new(),
            base: Config { int_max_str_digits: -1, check_hash_pycs: "default".to_owned(), ..Config::default() },
            program: None,
            skip_first_line: false,
            install_signal_handlers: true,
            utf8_mode: None,
            configure_locale: true,
            coerce_locale: None,
            coerce_locale_warn: false,
            dev_mode: None,
            faulthandler: None,
            tracemalloc: None,
            hash_seed: None,
            import_time: None,
            remote_debug: None,
            warn_default_encoding: None,
            int_max_str_digits: None,
            cpu_count: None,
            thread_inherit_context: None,
            context_aware_warnings: None,
            stdio_encoding: None,
            stdio_errors: None,
            program_name: None,
            pythonpath: None,
            home: None,
            executable: None,
            base_executable: None,
            prefix: None,
            base_prefix: None,
            exec_prefix: None,
            base_exec_prefix: None,
            platlibdir: None,
            stdlib_dir: None,
            warn_options: Vec::new(),
            search_paths: None,
        }
    }
}

/// What start-up does for the C API.
pub struct Startup {
    /// Reads command line, environment and defaults.
    pub read: fn(Wanted) -> Result<Options, Stop>,
    /// Brings the interpreter up in the calling thread, which stays attached as Rust code.
    pub begin: fn(Options) -> Result<(), Stop>,
    /// Runs what the options name: the process's exit code. The interpreter stays.
    pub run: fn(&mut Thread) -> i32,
    /// What is told after the end of the interpreter.
    pub report: fn(&mut Thread),
}

static STARTUP: OnceLock<&'static Startup> = OnceLock::new();

/// Sets the hook; only the first call counts.
pub fn set_startup(startup: &'static Startup) {
    let _ = STARTUP.set(startup);
}

/// The hook, if anybody stands above.
pub fn startup() -> Option<&'static Startup> {
    STARTUP.get().copied()
}

/// How far the interpreter is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Stage {
    /// Nothing was asked for.
    Nothing,
    /// A thread brings it up.
    Starting,
    /// It runs.
    Runs,
    /// It ended, or could not come up: it will not come again.
    Ended,
}

static STAGE: AtomicU8 = AtomicU8::new(Stage::Nothing as u8);

/// How far the interpreter is.
pub fn stage() -> Stage {
    match STAGE.load(Acquire) {
        0 => Stage::Nothing,
        1 => Stage::Starting,
        2 => Stage::Runs,
        _ => Stage::Ended,
    }
}

/// The first caller brings the interpreter up.
pub fn claim() -> bool {
    STAGE.compare_exchange(Stage::Nothing as u8, Stage::Starting as u8, AcqRel, Acquire).is_ok()
}

/// Notes how far the interpreter is.
pub fn reached(stage: Stage) {
    STAGE.store(stage as u8, Ordering::Release);
}

/// Brings the interpreter up, unless it was before.
pub fn start(options: Options) -> Result<(), Stop> {
    let Some(startup) = startup() else { return Err(Stop::fatal("Py_InitializeFromConfig", "the runtime is not whole")) };
    if !claim() {
        let why = match stage() {
            Stage::Ended => "Pyston runs once in a process: it cannot be initialized again after Py_Finalize",
            _ => "the interpreter runs already",
        };
        return Err(Stop::fatal("Py_InitializeFromConfig", why));
    }
    let result = (startup.begin)(options);
    reached(if result.is_ok() { Stage::Runs } else { Stage::Ended });
    result
}

/// Prints what start-up ended with: the exit code.
pub fn tell(stop: &Stop) -> i32 {
    let _ = std::io::stdout().write_all(stop.out.as_bytes()).and_then(|()| std::io::stdout().flush());
    let _ = std::io::stderr().write_all(stop.message().as_bytes());
    stop.code
}

/// Runs the program in the main thread and ends the interpreter: the process's exit code. It does not come back if the program was interrupted.
pub fn run_main(th: &mut Thread) -> i32 {
    let Some(startup) = startup() else { return 1 };
    if th.mode() == Mode::Exclusive {
        // Whoever called the function will not touch an object again.
        WORLD.leave_exclusive(&th.world);
        th.set_mode(Mode::Own);
    }
    let status = (startup.run)(th);
    let flushed = end(th);
    if interp::report::was_interrupted() {
        // Whoever waits for this process is to see what ended it.
        // SAFETY: no preconditions.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::kill(libc::getpid(), libc::SIGINT);
        }
        return 130;
    }
    if flushed { status } else { 120 }
}

/// How many functions there may be.
const MOST_AT_EXIT: usize = 32;
static AT_EXIT: Mutex<Vec<unsafe extern "C" fn()>> = Mutex::new(Vec::new());

/// Notes a function for the end of the interpreter; false if there are too many.
pub fn add_at_exit(function: unsafe extern "C" fn()) -> bool {
    let mut functions = AT_EXIT.lock();
    let there_is_room = functions.len() < MOST_AT_EXIT;
    if there_is_room {
        functions.push(function);
    }
    there_is_room
}

/// Ends the interpreter: false if a standard stream could not be flushed.
pub fn end(th: &mut Thread) -> bool {
    let flushed = interp::finalize::finalize(th);
    reached(Stage::Ended);
    if let Some(startup) = startup() {
        (startup.report)(th);
    }
    loop {
        let Some(function) = AT_EXIT.lock().pop() else { break };
        // SAFETY: R4: the function was given for this.
        unsafe { function() };
    }
    flushed
}
