//! The command line and the environment, as CPython reads them.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use interp::config::Config;

/// What is to be run.
#[derive(Debug)]
pub enum Program {
    /// Nothing was named: the prompt, or standard input.
    Interactive,
    /// `-c`
    Command(Vec<u8>),
    /// `-m`
    Module(String),
    /// A path (a script, a folder or a zip file).
    File(Vec<u8>),
    /// `-`
    Stdin,
}

/// The command line, read.
pub struct Options {
    /// How the interpreter is set up.
    pub config: Config,
    /// What it runs.
    pub program: Program,
}

/// A command line that ends at once: what to print, and the exit code.
pub struct Stop {
    /// Text for standard output.
    pub out: String,
    /// Text for standard error.
    pub err: String,
    /// Exit code.
    pub code: i32,
}

const USAGE: &str = "usage: pyston [option] ... [-c cmd | -m mod | file | -] [arg] ...";

fn usage_error(message: &str) -> Stop {
    Stop { out: String::new(), err: format!("{message}\n{USAGE}\nTry 'pyston -h' for more information.\n"), code: 2 }
}

const HELP: &str = "Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int; also -bb to issue errors
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; also PYTHONINSPECT=x
-I     : isolate Python from the user's environment (implies -E -P -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
-V     : print the Python version number and exit (also --version)
-W arg : warning control; also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

/// The version line of `-V`.
pub fn version() -> String {
    let v = interp::sys::info::VERSION;
    let p = interp::sys::info::PYSTON_VERSION;
    format!("Python {}.{}.{} (Pyston {}.{}.{})", v.0, v.1, v.2, p.0, p.1, p.2)
}

/// Reads arguments and environment.
pub fn read(args: Vec<OsString>) -> Result<Options, Stop> {
    let raw: Vec<Vec<u8>> = args.into_iter().map(OsString::into_vec).collect();
    let mut config = Config { int_max_str_digits: 4300, hash_randomization: true, orig_argv: raw.clone(), ..Config::default() };
    let mut program = Program::Interactive;
    let mut rest = raw.get(1..).unwrap_or_default().to_vec();
    let mut dev = false;
    rest.reverse();
    let mut head: Vec<u8> = Vec::new();
    'options: while let Some(arg) = rest.pop() {
        if arg == b"-" {
            program = Program::Stdin;
            head = arg;
            break;
        }
        if !arg.starts_with(b"-") {
            head = arg.clone();
            program = Program::File(arg);
            break;
        }
        match arg.as_slice() {
            b"--help" => return Err(Stop { out: format!("{USAGE}\n{HELP}"), err: String::new(), code: 0 }),
            b"--version" => return Err(Stop { out: format!("{}\n", version()), err: String::new(), code: 0 }),
            b"--" => continue,
            _ if arg.starts_with(b"--") => {
                let text = String::from_utf8_lossy(&arg).into_owned();
                return Err(usage_error(&format!("unknown option {text}")));
            }
            _ => {}
        }
        let mut at = 1;
        while at < arg.len() {
            let letter = arg[at];
            at += 1;
            let mut value = |what: &str| -> Result<Vec<u8>, Stop> {
                let value = if at < arg.len() { arg[at..].to_vec() } else { rest.pop().ok_or_else(|| usage_error(&format!("Argument expected for the -{what} option")))? };
                at = arg.len();
                Ok(value)
            };
            match letter {
                b'b' => config.bytes_warning += 1,
                b'B' => config.dont_write_bytecode = true,
                b'c' => {
                    let mut command = value("c")?;
                    command.push(b'\n');
                    program = Program::Command(command);
                    head = b"-c".to_vec();
                    break 'options;
                }
                b'd' => config.debug += 1,
                b'E' => config.ignore_environment = true,
                b'h' | b'?' => return Err(Stop { out: format!("{USAGE}\n{HELP}"), err: String::new(), code: 0 }),
                b'i' => {
                    config.inspect = 1;
                    config.interactive = 1;
                }
                b'I' => {
                    config.isolated = true;
                    config.ignore_environment = true;
                    config.no_user_site = true;
                    config.safe_path = true;
                }
                b'm' => {
                    program = Program::Module(String::from_utf8_lossy(&value("m")?).into_owned());
                    head = b"-m".to_vec();
                    break 'options;
                }
                b'O' => config.optimize = (config.optimize + 1).min(2),
                b'P' => config.safe_path = true,
                b'q' => config.quiet = true,
                b'R' => config.hash_randomization = true,
                b's' => config.no_user_site = true,
                b'S' => config.no_site = true,
                b'u' => config.unbuffered = true,
                b'v' => config.verbose += 1,
                b'V' => return Err(Stop { out: format!("{}\n", version()), err: String::new(), code: 0 }),
                b'W' => config.warn_options.push(String::from_utf8_lossy(&value("W")?).into_owned()),
                b'x' => {}
                b'X' => {
                    let option = String::from_utf8_lossy(&value("X")?).into_owned();
                    let (name, value) = match option.split_once('=') {
                        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                        None => (option, None),
                    };
                    dev |= name == "dev";
                    config.x_options.push((name, value));
                }
                other => return Err(usage_error(&format!("Unknown option: -{}", char::from(other)))),
            }
        }
    }
    rest.reverse();
    config.argv = vec![head];
    config.argv.extend(rest);
    config.dev_mode = dev;
    environment(&mut config)?;
    paths(&mut config, raw.first());
    Ok(Options { config, program })
}

fn variable(config: &Config, name: &str) -> Option<String> {
    if config.ignore_environment {
        return None;
    }
    let value = std::env::var_os(name)?;
    (!value.is_empty()).then(|| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn environment(config: &mut Config) -> Result<(), Stop> {
    let number = |value: Option<String>, default: u8| value.map_or(default, |v| v.trim().parse::<u8>().unwrap_or(1).max(default));
    config.optimize = number(variable(config, "PYTHONOPTIMIZE"), config.optimize);
    config.debug = number(variable(config, "PYTHONDEBUG"), config.debug);
    config.verbose = number(variable(config, "PYTHONVERBOSE"), config.verbose);
    config.inspect = number(variable(config, "PYTHONINSPECT"), config.inspect);
    config.dont_write_bytecode |= variable(config, "PYTHONDONTWRITEBYTECODE").is_some();
    config.no_user_site |= variable(config, "PYTHONNOUSERSITE").is_some();
    config.unbuffered |= variable(config, "PYTHONUNBUFFERED").is_some();
    config.safe_path |= variable(config, "PYTHONSAFEPATH").is_some();
    config.dev_mode |= variable(config, "PYTHONDEVMODE").is_some();
    if let Some(warnings) = variable(config, "PYTHONWARNINGS") {
        let own = core::mem::take(&mut config.warn_options);
        config.warn_options = warnings.split(',').map(str::to_owned).chain(own).collect();
    }
    if config.dev_mode {
        config.warn_options.insert(0, "default".to_owned());
    }
    config.import_time = import_time(config)?;
    match variable(config, "PYTHONHASHSEED").as_deref() {
        None | Some("random") => {}
        Some(seed) => {
            if let Ok(seed) = seed.parse::<u32>() {
                config.hash_randomization = seed != 0;
                objects::hash::set_seed(seed);
            }
        }
    }
    if let Some(limit) = variable(config, "PYTHONINTMAXSTRDIGITS").and_then(|v| v.parse().ok()) {
        config.int_max_str_digits = limit;
    }
    Ok(())
}

/// `-X importtime`, or the variable that stands for it.
fn import_time(config: &Config) -> Result<u8, Stop> {
    let option = config.x_options.iter().find(|(name, _)| name == "importtime").map(|(_, value)| value.clone().unwrap_or_default());
    let (place, value) = match (option, variable(config, "PYTHONPROFILEIMPORTTIME")) {
        (Some(value), _) => ("-X importtime", value),
        (None, Some(value)) => ("PYTHONPROFILEIMPORTTIME", value),
        (None, None) => return Ok(0),
    };
    match value.as_str() {
        "0" => Ok(0),
        "" | "1" => Ok(1),
        "2" => Ok(2),
        _ => {
            let what = format!("{place}: values other than 1 and 2 are reserved for future use.");
            Err(Stop { out: String::new(), err: format!("Fatal Python error: config_init_import_time: {what}\nPython runtime state: preinitialized\n\n"), code: 1 })
        }
    }
}

/// `sys.executable`, `sys.prefix`, and the front of `sys.path`.
fn paths(config: &mut Config, program: Option<&Vec<u8>>) {
    let executable = std::env::current_exe().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    config.executable = if executable.is_empty() { program.map(|p| String::from_utf8_lossy(p).into_owned()).unwrap_or_default() } else { executable };
    config.prefix = match variable(config, "PYTHONHOME") {
        Some(home) => home,
        None => {
            let folder = std::path::Path::new(&config.executable).parent();
            folder.and_then(|f| f.parent()).map_or_else(|| "/usr/local".to_owned(), |p| p.to_string_lossy().into_owned())
        }
    };
    if let Some(path) = variable(config, "PYTHONPATH") {
        config.module_search_paths.extend(path.split(':').map(str::to_owned));
    }
}
