//! Builds the extensions of `ext-tests/c` against `include/` and runs each with its program: under Pyston and, when there is one, under CPython 3.14,
//! with the very same file. CPython is the oracle: it, too, must pass.
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::libtest_mimic::{self, Arguments, Failed, Trial};
use testkit::scripts::Python;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ext-tests");
    let mut pythons = vec![("pyston", PathBuf::from(env!("CARGO_BIN_EXE_pyston")))];
    if let Some(peer) = Python::peer() {
        pythons.push(("cpython", peer.program().to_owned()));
    }
    let mut names: Vec<String> = testkit::files_below(&folder.join("c"), "c").iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    let mut trials = Vec::new();
    for name in names {
        for (kind, python) in &pythons {
            let (folder, name, python) = (folder.clone(), name.clone(), python.clone());
            trials.push(Trial::test(format!("{kind}::{name}"), move || run(&folder, &name, &python)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Builds one extension in a folder of its own and runs its program: `NAME.py`, or the functions of the module itself by `run.py`.
fn run(folder: &Path, name: &str, python: &Path) -> Result<(), Failed> {
    let out = tempfile::tempdir()?;
    finish(Command::new("sh").arg(folder.join("build.sh")).arg(name).env("OUTDIR", out.path()))?;
    let own = folder.join("c").join(format!("{name}.py"));
    let mut command = Command::new(python);
    if own.exists() {
        command.arg(own).arg(out.path());
    } else {
        command.arg(folder.join("c/run.py")).arg(name).arg(out.path());
    }
    finish(command.env("PYTHONPATH", out.path()).env("PYTHONDONTWRITEBYTECODE", "1"))
}

fn finish(command: &mut Command) -> Result<(), Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(Failed::from(format!("{command:?}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))))
}
