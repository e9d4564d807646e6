//! CPython's own test suite, a module each, when `PYSTON_CPYTHON_TESTS` says where it is: `cpython/run.py` runs it and judges by `cpython.toml`.
//!
//! Invariant: without that variable, and as long as the binary runs no program, there is nothing here to run.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use testkit::libtest_mimic::{self, Arguments, Failed, Trial};
use testkit::process;
use testkit::scripts::Python;

/// The modules that `run.py` follows, read from its list: lines between `MODULES = """` and `"""`.
fn modules(runner: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(runner).unwrap_or_default();
    let list = text.split_once("MODULES = \"\"\"").and_then(|(_, rest)| rest.split_once("\"\"\"")).map_or("", |(list, _)| list);
    list.split_whitespace().map(str::to_owned).collect()
}

fn run(runner: &Path, pyston: &str, module: &str) -> Result<(), String> {
    let mut command = Command::new("python3");
    command.arg(runner).args(["--python", pyston, module]);
    let outcome = process::run(command, Duration::from_secs(900)).map_err(|error| format!("python3: {error}"))?;
    if outcome.succeeded() { Ok(()) } else { Err(outcome.describe()) }
}

fn main() {
    let arguments = Arguments::from_args();
    let pyston = env!("CARGO_BIN_EXE_pyston");
    let runner: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cpython/run.py");
    let wanted = std::env::var_os("PYSTON_CPYTHON_TESTS").is_some_and(|value| !value.is_empty());
    let mut trials = Vec::new();
    if wanted && (!arguments.list || Python::new("pyston", pyston).answers()) {
        for module in modules(&runner) {
            let runner = runner.clone();
            trials.push(Trial::test(format!("cpython_suite::{module}"), move || {
                run(&runner, pyston, &module).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
