//! What `-h`, its relatives and `-V` print.

use interp::sys::info::{PYSTON_VERSION, VERSION, build};

/// The usage line.
pub fn usage(program: &str) -> String {
    format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n")
}

const OPTIONS: &str = "Options (and the environment variables that do the same):
-b     : warn where bytes or bytearray become str, or are compared with str or
         int; -bb makes errors of the warnings
-B     : write no .pyc files on import; PYTHONDONTWRITEBYTECODE=x
-c cmd : run the program text cmd (ends the list of options)
-d     : debug output of the parser, which has none here; PYTHONDEBUG=x
-E     : ignore all PYTHON* environment variables
-h     : print this help and exit (-? and --help, too)
-i     : prompt after the program has run, even if stdin is no terminal;
         PYTHONINSPECT=x
-I     : isolated from the user's environment (implies -E, -P and -s)
-m mod : run a module of the library or of sys.path (ends the list of options)
-O     : leave out assert and code that depends on __debug__; PYTHONOPTIMIZE=x
-OO    : as -O, and leave out docstrings
-P     : do not put a path in front of sys.path that may be unsafe;
         PYTHONSAFEPATH
-q     : no version and copyright at the prompt
-s     : leave the user's site directory out of sys.path; PYTHONNOUSERSITE=x
-S     : do not import site at the start
-u     : do not buffer stdout and stderr; PYTHONUNBUFFERED=x
-v     : tell of every import, more with more v; PYTHONVERBOSE=x
-V     : print the version and exit (also --version); twice for more of it
-W arg : what becomes of warnings: action:message:category:module:lineno;
         PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : an option of the implementation, see --help-xoptions
--check-hash-based-pycs always|default|never:
         when .pyc files with the hash of their source are checked against it
--help-env: print help on environment variables and exit
--help-xoptions: print help on -X options and exit
--help-all: print all help and exit

Arguments:
file   : a program in a file, a folder or a zip file
-      : a program from standard input (without any: this, or the prompt)
arg ...: what the program finds in sys.argv[1:]
";

const ENVIRONMENT: &str = "Environment variables:
PYTHONASYNCIODEBUG: switch on the debug mode of asyncio
PYTHON_BASIC_REPL: prompt without editing of whole blocks and without colours
PYTHONBREAKPOINT: what breakpoint() calls; 0 for nothing
PYTHONCOERCECLOCALE: 0 keeps the C locale as it is, \"warn\" tells of a change
PYTHON_COLORS   : 1 for coloured output, 0 for plain
PYTHONHASHSEED  : 'random', or the seed of hashes: 0 to 4294967295
PYTHON_HISTORY  : where the prompt keeps its history
PYTHONHOME      : another prefix for the library
PYTHONIOENCODING: encoding[:errors] of stdin, stdout and stderr
PYTHONPATH      : folders, separated by ':', in front of the library's
PYTHONSTARTUP   : a file that is run before the prompt
PYTHONUSERBASE  : the user's base directory (site.USER_BASE)

These variables have equivalent options (see --help):
PYTHON_CONTEXT_AWARE_WARNINGS: -X context_aware_warnings
PYTHON_CPU_COUNT: -X cpu_count
PYTHONDEBUG     : -d
PYTHONDEVMODE   : -X dev
PYTHON_DISABLE_REMOTE_DEBUG: -X disable-remote-debug
PYTHONDONTWRITEBYTECODE: -B
PYTHONFAULTHANDLER: -X faulthandler
PYTHON_FROZEN_MODULES: -X frozen_modules
PYTHONINSPECT   : -i
PYTHONINTMAXSTRDIGITS: -X int_max_str_digits
PYTHON_JIT      : -X jit, by 0 or 1
PYTHONNODEBUGRANGES: -X no_debug_ranges
PYTHONNOUSERSITE: -s
PYTHONOPTIMIZE  : -O
PYTHON_PERF_JIT_SUPPORT: -X perf_jit
PYTHONPERFSUPPORT: -X perf
PYTHONPROFILEIMPORTTIME: -X importtime
PYTHONPYCACHEPREFIX: -X pycache_prefix
PYTHONSAFEPATH  : -P
PYTHON_THREAD_INHERIT_CONTEXT: -X thread_inherit_context
PYTHONTRACEMALLOC: -X tracemalloc
PYTHONUNBUFFERED: -u
PYTHONUTF8      : -X utf8
PYTHONVERBOSE   : -v
PYTHONWARNDEFAULTENCODING: -X warn_default_encoding
PYTHONWARNINGS  : -W
PYSTON_JIT      : -X jit
PYSTON_JIT_BACKEND: -X jit-backend
PYSTON_JIT_GDB  : -X jit-gdb
PYSTON_JIT_LOG  : -X jit-log
PYSTON_JIT_STRESS: -X jit-stress
PYSTON_JIT_STRESS_GC: -X jit-stress-gc
PYSTON_TIMELINE : -X timeline
PYSTON_WORLD_REPORT: -X world-report
";

const X_OPTIONS: &str = "Options of the implementation:
-X context_aware_warnings=[0|1]: whether catch_warnings works per context;
         it does by default
-X cpu_count=N: what os.cpu_count() says; \"default\" asks the system
-X dev : development mode: more checks and warnings
-X disable-remote-debug: no code of other processes
-X faulthandler: a traceback on fatal errors
-X frozen_modules=[on|off]: accepted; the library is embedded either way
-X importtime[=2]: how long each import takes; 2 also names repeated ones
-X int_max_str_digits=N: how many digits int and str convert; 0 for any number
-X jit=[off|on|eager|tier1]: whether hot code is compiled; it is not by
         default. eager: as soon as it has run twice; tier1: with little effort
-X jit-backend=[llvm|cranelift|trivial]: who makes the code; cranelift: tier 1
         alone; trivial: an interpreter of what would be compiled, for tests
-X jit-gdb: tell gdb of compiled code
-X jit-log=FILE: write what was compiled, and what was given up
-X jit-stress=N: compiled code is left at one of N guards, on average, that
         hold; for tests
-X jit-stress-gc: the collector runs where that happened
-X no_debug_ranges: code without columns: tracebacks without carets
-X perf: tell perf the names of compiled functions, in /tmp/perf-PID.map
-X perf_jit: tell perf of their code and lines, too, in /tmp/jit-PID.dump
-X pycache_prefix=PATH: a tree of its own for .pyc files
-X thread_inherit_context=[0|1]: whether threads start with a copy of their
         starter's context variables; they do by default
-X timeline=FILE: write what each thread did and waited for, and when; for
         Perfetto
-X tracemalloc[=N]: trace memory with N frames each (default: 1)
-X utf8[=0|1]: UTF-8 mode on or off
-X warn_default_encoding: warn where text files are opened without an encoding
-X world-report: print at the end what threads have waited for, and where
";

/// `-h`
pub fn usage_and_options(program: &str) -> String {
    format!("{}{OPTIONS}", usage(program))
}

/// `--help-env`
pub fn environment() -> String {
    ENVIRONMENT.to_owned()
}

/// `--help-xoptions`
pub fn x_options() -> String {
    X_OPTIONS.to_owned()
}

/// `--help-all`
pub fn all(program: &str) -> String {
    format!("{}{OPTIONS}\n{ENVIRONMENT}\n{X_OPTIONS}", usage(program))
}

/// The version line of `-V`, or the longer one of `-VV`.
pub fn version(times: u32) -> String {
    if times > 1 {
        return format!("Python {}", build());
    }
    let (v, p) = (VERSION, PYSTON_VERSION);
    format!("Python {}.{}.{} (Pyston {}.{}.{})", v.0, v.1, v.2, p.0, p.1, p.2)
}
