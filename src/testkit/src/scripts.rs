//! Python programs that assert for themselves, as tests: each file × each way to run it × each Python that there is.
//!
//! A test is named `python::mode::folder/file`. A file's head may say how it is run (`src/cli/tests/py/README.md` lists the directives).
//!
//! Invariant: a script passes if it exits with 0 and prints nothing to standard output; it runs in an empty folder of its own.
use crate::directives::Directives;
use crate::expected::Expected;
use crate::process::{self, Outcome};
use crate::{files_below, test_name};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// The directives that a script may have.
const KNOWN: &[&str] = &["modes", "needs", "timeout"];
/// How long a script may take, and longer if it says so: what hangs is found, on a busy machine nothing else is.
const PATIENCE: Duration = Duration::from_secs(60);
/// The driver that runs a script on eight threads at once.
const THREADS_DRIVER: &str = "threads8.py";

/// A Python to run scripts with.
#[derive(Clone, Debug)]
pub struct Python {
    /// First part of its tests' names; several entries may be one binary with different options.
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    /// Patience is multiplied by this: eager compilation and stress modes take their time.
    pub slowness: u32,
    /// Only as programs, and only those of these folders.
    pub folders: Option<&'static [&'static str]>,
}

impl Python {
    pub fn new(name: &str, program: impl Into<PathBuf>) -> Self {
        Self { name: name.to_owned(), program: program.into(), args: Vec::new(), env: Vec::new(), slowness: 1, folders: None }
    }

    pub fn with_args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn slower(mut self, times: u32) -> Self {
        self.slowness = times;
        self
    }

    /// Runs scripts of these folders alone, and those only as programs.
    pub fn only(mut self, folders: &'static [&'static str]) -> Self {
        self.folders = Some(folders);
        self
    }

    fn runs(&self, name: &str, mode: Mode) -> bool {
        self.folders.is_none_or(|folders| mode == Mode::One && folders.iter().any(|folder| name.starts_with(folder)))
    }

    /// CPython 3.14, to see that the scripts state Python and not only us: `PYSTON_PEER_PYTHON`, or `python3.14` on the search path.
    pub fn peer() -> Option<Self> {
        let named = std::env::var_os("PYSTON_PEER_PYTHON").filter(|value| !value.is_empty()).map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = || std::env::split_paths(&path).map(|folder| folder.join("python3.14")).find(|program| program.is_file());
        // Its threads take turns, so a script on eight of them may need far longer than ours.
        Some(Self::new("cpython", named.or_else(on_path)?).with_args(&["-W", "error"]).slower(3))
    }

    /// The interpreter's file.
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1");
        for inherited in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONHASHSEED"] {
            command.env_remove(inherited);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `python args…` in an empty folder.
    pub fn run(&self, args: &[&str], patience: Duration) -> Result<Outcome, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut command = self.command(folder.path());
        command.args(args);
        process::run(command, patience * self.slowness).map_err(|error| format!("{}: {error}", self.program.display()))
    }

    /// Whether it runs programs at all.
    pub fn answers(&self) -> bool {
        self.run(&["-c", "print('ready')"], PATIENCE).is_ok_and(|outcome| outcome.stdout == "ready\n")
    }
}

/// How a script is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As a program.
    One,
    /// By eight threads of one process at once, each in a module of its own.
    Threads8,
}

impl Mode {
    const ALL: [Self; 2] = [Self::One, Self::Threads8];

    fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Threads8 => "threads8",
        }
    }
}

/// What a script's head says.
struct Script {
    modes: Vec<Mode>,
    patience: Duration,
}

impl Script {
    fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let directives = Directives::read(&text, KNOWN)?;
        let mode = |name: &str| Mode::ALL.into_iter().find(|mode| mode.name() == name).ok_or(format!("unknown mode `{name}`"));
        let mut modes = directives.list("modes").into_iter().map(mode).collect::<Result<Vec<_>, _>>()?;
        if modes.is_empty() {
            modes = Mode::ALL.to_vec();
        }
        let patience = match directives.get("timeout") {
            None => PATIENCE,
            Some(seconds) => Duration::from_secs(seconds.parse().map_err(|_| format!("timeout `{seconds}` is no number"))?).max(PATIENCE),
        };
        Ok(Self { modes, patience })
    }
}

/// The tests of every script below `folder` under each of `pythons`. `expected` names those that fail, by their full names.
pub fn trials(folder: &Path, pythons: &[Python], expected: &Expected) -> Vec<Trial> {
    let expected = Arc::new(expected.clone());
    let mut trials = Vec::new();
    for path in files_below(folder, "py") {
        let name = test_name(folder, &path);
        if !name.contains('/') {
            continue; // Drivers and helpers stand in the folder itself.
        }
        let script = match Script::read(&path) {
            Ok(script) => script,
            Err(error) => {
                trials.push(Trial::test(format!("head::{name}"), move || Err(Failed::from(error))));
                continue;
            }
        };
        for python in pythons {
            for &mode in script.modes.iter().filter(|mode| python.runs(&name, **mode)) {
                let (full, python) = (format!("{}::{}::{name}", python.name, mode.name()), python.clone());
                let (path, driver) = (path.clone(), folder.join(THREADS_DRIVER));
                let (patience, expected) = (script.patience, Arc::clone(&expected));
                trials.push(Trial::test(full.clone(), move || {
                    expected.judge(&full, run(&python, mode, &path, &driver, patience)).map_err(Failed::from)
                }));
            }
        }
    }
    trials
}

fn run(python: &Python, mode: Mode, script: &Path, driver: &Path, patience: Duration) -> Result<(), String> {
    let (script, driver) = (script.to_string_lossy(), driver.to_string_lossy());
    let outcome = match mode {
        Mode::One => python.run(&[&script], patience)?,
        Mode::Threads8 => python.run(&[&driver, &script], patience * 2)?,
    };
    if !outcome.succeeded() {
        return Err(outcome.describe());
    }
    if !outcome.stdout.is_empty() {
        return Err(format!("a script that asserts for itself prints nothing\n{}", outcome.describe()));
    }
    Ok(())
}
