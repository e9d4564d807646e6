//! Builds the extensions of `ext-tests` against `include/` and runs each with its program: under Pyston and, when there is one, under CPython 3.14,
//! with the very same file. CPython is the oracle: it, too, must pass, and what the programs print must be the same.
//!
//! Those in C are built by `build.sh`; the others by `build.py`, in each flavour that their tool knows. Where a tool is missing (`.ci/tools` installs
//! them) the test is listed as ignored, and the reason is printed.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
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
    let peer = pythons.get(1).map(|(_, program)| program.clone());
    trials.extend(others(&folder).into_iter().map(|other| other.trial(&folder, peer.clone())));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Builds one extension of C in a folder of its own and runs its program: `NAME.py`, or the functions of the module itself by `run.py`.
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
    finish(command.env("PYTHONPATH", out.path()).env("PYTHONDONTWRITEBYTECODE", "1")).map(drop)
}

/// An extension that a tool makes, in one flavour.
struct Other {
    tool: String,
    name: String,
    flavour: String,
    /// Which tool the machine lacks.
    lacks: String,
}

/// What `build.py --list` knows. Without a Python that runs it there is nothing to list, and one test that says so.
fn others(folder: &Path) -> Vec<Other> {
    let listed = Command::new("python3").arg(folder.join("build.py")).arg("--list").output();
    let text = match listed {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => "every\ttool\tdefault\tpython3 (3.11 or newer) does not run ext-tests/build.py".to_owned(),
    };
    let other = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        Some(Other { tool: fields.next()?, name: fields.next()?, flavour: fields.next()?, lacks: fields.next()? })
    };
    text.lines().filter_map(other).collect()
}

impl Other {
    fn trial(self, folder: &Path, peer: Option<PathBuf>) -> Trial {
        let label = format!("{}::{}::{}", self.tool, self.name, self.flavour);
        let skipped = !self.lacks.is_empty();
        if skipped {
            eprintln!("skipped: {label}: {}", self.lacks);
        }
        let folder = folder.to_owned();
        Trial::test(label, move || self.run(&folder, peer.as_deref())).with_ignored_flag(skipped)
    }

    /// Under Pyston in this flavour, and under CPython: no file in the shared flavour is CPython's to load, so it prints what the default one does.
    fn run(&self, folder: &Path, peer: Option<&Path>) -> Result<(), Failed> {
        let ours = self.outcome(folder, &self.flavour, Path::new(env!("CARGO_BIN_EXE_pyston")))?;
        let Some(peer) = peer else { return Ok(()) };
        let theirs = self.outcome(folder, if self.flavour == "shared" { "default" } else { &self.flavour }, peer)?;
        if ours == theirs {
            return Ok(());
        }
        Err(Failed::from(format!("Pyston prints\n{ours}\nand CPython\n{theirs}")))
    }

    /// What the program prints that belongs to the extension. A test of the shared flavour fails where its module has not come up in it.
    fn outcome(&self, folder: &Path, flavour: &str, python: &Path) -> Result<String, Failed> {
        let built = finish(Command::new("python3").arg(folder.join("build.py")).args([&self.tool, &self.name, "--flavour", flavour]))?;
        let place = String::from_utf8_lossy(&built.stdout).trim_end().lines().last().unwrap_or_default().to_owned();
        let runtime = finish(Command::new("python3").arg(folder.join("tools.py")).arg("--runtime"))?;
        let path = format!("{place}:{}", String::from_utf8_lossy(&runtime.stdout).trim_end());
        // `-P`: the folder of the program holds sources of the same name.
        let mut command = Command::new(python);
        command.arg("-P").arg(folder.join(&self.tool).join(format!("test_{}.py", self.name)));
        command.env("PYTHONPATH", path).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("PYSTON_EXT_FLAVOUR", flavour);
        Ok(String::from_utf8_lossy(&finish(&mut command)?.stdout).into_owned())
    }
}

fn finish(command: &mut Command) -> Result<Output, Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(Failed::from(format!("{command:?}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))))
}
