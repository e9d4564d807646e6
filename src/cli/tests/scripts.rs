//! Runs every program of `py/` under Pyston and, when there is one, under CPython 3.14; see `py/README.md`. And random programs, which
//! `fuzz/units.py` makes of fixed seeds, by the interpreter and as units of the JIT.
//!
//! Invariant: what fails is listed with its reason in `scripts.toml`; a listed test that passes fails.
use std::path::Path;
use testkit::expected::Expected;
use std::time::Duration;
use testkit::libtest_mimic::{self, Arguments, Failed, Trial};
use testkit::scripts::{self, Python};

/// Seeds of random programs, a test for each few.
const SEEDS: [&str; 5] = ["31-45", "46-60", "61-75", "91-105", "106-120"];

fn main() {
    let arguments = Arguments::from_args();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut pythons = vec![Python::new("pyston", env!("CARGO_BIN_EXE_pyston"))];
    // All code as units, interpreted: the state contract, without LLVM.
    let jit = Python::new("jit", env!("CARGO_BIN_EXE_pyston")).with_env("PYSTON_JIT", "eager").with_env("PYSTON_JIT_BACKEND", "trivial");
    pythons.push(jit.slower(3).only(&["basic/", "lang/", "types/", "errors/", "threads/"]));
    pythons.extend(Python::peer());
    let mut trials = Vec::new();
    // Asked once, while the tests are listed: a binary that cannot run a program would fail them all for one reason.
    if arguments.list && !pythons[0].answers() {
        pythons.remove(0);
        trials.push(Trial::test("pyston::runs_no_program_yet", || Ok(())));
    } else if arguments.exact && arguments.filter.as_deref() == Some("pyston::runs_no_program_yet") {
        let pyston = pythons.remove(0);
        trials.push(Trial::test("pyston::runs_no_program_yet", move || {
            if pyston.answers() { Err(Failed::from("it does: list the tests again")) } else { Ok(()) }
        }));
    }
    match Expected::read(&here.join("scripts.toml")) {
        Ok(expected) => {
            trials.extend(scripts::trials(&here.join("py"), &pythons, &expected));
            trials.extend(SEEDS.iter().map(|seeds| random_programs(&here.join("fuzz/units.py"), seeds, &expected)));
        }
        Err(error) => trials.push(Trial::test("scripts_toml", move || Err(Failed::from(error)))),
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Random programs, whose output must be the same whether they are interpreted, run as units, or as units whose guards fail at times.
fn random_programs(driver: &Path, seeds: &'static str, expected: &Expected) -> Trial {
    let (name, driver, expected) = (format!("random::{seeds}"), driver.to_string_lossy().into_owned(), expected.clone());
    Trial::test(name.clone(), move || {
        let pyston = Python::new("random", env!("CARGO_BIN_EXE_pyston"));
        let args = [&*driver, "--pyston", env!("CARGO_BIN_EXE_pyston"), "--ways", "off,trivial,stress", "--seeds", seeds];
        let outcome = pyston.run(&args, Duration::from_secs(120))?;
        let result = if outcome.succeeded() { Ok(()) } else { Err(outcome.describe()) };
        expected.judge(&name, result).map_err(Failed::from)
    })
}
