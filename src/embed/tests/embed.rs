//! Builds the programs of `ext-tests/embed` against an installation of the library and runs them. What they print is compared with `NAME.expected`,
//! which CPython's own library printed; with `PYSTON_EMBED_PEER=1` and a `python3.14-config` that can `--embed`, they are run with CPython's again.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};

use testkit::libtest_mimic::{self, Arguments, Failed, Trial};

/// The arguments of a program; `{library}` is the standard library's folder, `{modules}` one with a module of the test, `{script}` a script.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("again", &[]),
    ("configured", &[]),
    ("defaults", &[]),
    ("errors", &[]),
    ("modules", &[]),
    ("named", &[]),
    ("older", &["{script}"]),
    ("own_thread", &[]),
    ("paths", &["{library}", "{modules}"]),
    ("threads", &[]),
];

/// What only one runtime in a process can do otherwise.
const OURS_ALONE: &[&str] = &["again"];

/// Extensions of `ext-tests/c` that are loaded into an embedding program.
const EXTENSIONS: &[&str] = &["calls", "ctype_kinds", "modules"];

/// A folder laid out as an installation, and what the programs read.
struct Place {
    _folder: tempfile::TempDir,
    root: PathBuf,
    sources: PathBuf,
    built: OnceLock<Result<PathBuf, String>>,
}

impl Place {
    fn new() -> std::io::Result<Place> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().canonicalize()?;
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let library = std::env::current_exe()?.with_file_name("libpyston_embed.so");
        let installed = Command::new(sources.join("capi/tools/install")).args(["--link".as_ref(), root.as_os_str(), "-".as_ref(), library.as_os_str()]).status()?;
        assert!(installed.success(), "the library cannot be installed");
        std::fs::create_dir(root.join("modules"))?;
        std::fs::write(root.join("modules/of_mine.py"), "answer = 42\n")?;
        std::fs::write(root.join("script.py"), "import sys; print('script', sys.argv[1:], __name__); answer = 1\n")?;
        Ok(Place { _folder: folder, root, sources, built: OnceLock::new() })
    }

    fn source(&self, name: &str) -> PathBuf {
        self.sources.join("ext-tests/embed").join(name)
    }

    /// What a tool says of how to build: words of a command line.
    fn flags(&self, tool: &mut Command) -> Result<Vec<String>, Failed> {
        let said = succeed(tool)?;
        Ok(String::from_utf8_lossy(&said.stdout).split_whitespace().map(str::to_owned).collect())
    }

    fn build(&self, name: &str, extra: &[&str]) -> Result<PathBuf, Failed> {
        let flags = self.flags(Command::new("sh").arg(self.root.join("bin/pyston-config")).args(["--embed", "--cflags", "--ldflags"]))?;
        self.compile(name, &flags, extra, name)
    }

    fn compile(&self, name: &str, flags: &[String], extra: &[&str], to: &str) -> Result<PathBuf, Failed> {
        let program = self.root.join("bin").join(to);
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-g", "-Wall", "-Werror", "-pthread"]).args(extra).arg(self.source(&format!("{name}.c"))).arg("-o").arg(&program);
        succeed(cc.args(flags))?;
        Ok(program)
    }

    /// The program that is `python` itself: built once.
    fn python(&self) -> Result<PathBuf, Failed> {
        self.built.get_or_init(|| self.build("program", &[]).map_err(|failed| format!("{failed:?}"))).clone().map_err(Failed::from)
    }

    /// A command that finds the library, and nothing of this test's surroundings.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("LD_LIBRARY_PATH", self.root.join("lib")).env("LC_ALL", "C.UTF-8");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command
    }

    fn argument(&self, argument: &str) -> String {
        let root = self.root.to_string_lossy();
        argument
            .replace("{library}", &format!("{root}/lib/python3.14"))
            .replace("{modules}", &format!("{root}/modules"))
            .replace("{script}", &format!("{root}/script.py"))
    }
}

fn succeed(command: &mut Command) -> Result<Output, Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    Err(told(command, &output))
}

fn told(command: &Command, output: &Output) -> Failed {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Failed::from(format!("{command:?}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

fn same(what: &str, got: &str, expected: &str) -> Result<(), Failed> {
    if got == expected { Ok(()) } else { Err(Failed::from(format!("{what}:\n{got}--- expected:\n{expected}"))) }
}

fn run(place: &Place, name: &str, arguments: &[&str], extra: &[&str]) -> Result<(), Failed> {
    let program = place.build(name, extra)?;
    let mut command = place.command(&program);
    command.args(arguments.iter().map(|argument| place.argument(argument)));
    let output = succeed(&mut command)?;
    let expected = std::fs::read_to_string(place.source(&format!("{name}.expected")))?;
    same(name, &String::from_utf8_lossy(&output.stdout), &expected)
}

/// The same with CPython's library, which must print the same.
fn run_peer(place: &Place, name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let flags = place.flags(Command::new("python3.14-config").args(["--embed", "--includes", "--ldflags"]))?;
    let program = place.compile(name, &flags, &[], &format!("{name}-peer"))?;
    let library = succeed(Command::new("python3.14").args(["-c", "import sysconfig; print(sysconfig.get_path('stdlib'), end='')"]))?;
    let library = String::from_utf8_lossy(&library.stdout).into_owned();
    let mut command = place.command(&program);
    command.args(arguments.iter().map(|argument| place.argument(&argument.replace("{library}", &library))));
    let output = succeed(&mut command)?;
    same(name, &String::from_utf8_lossy(&output.stdout), &std::fs::read_to_string(place.source(&format!("{name}.expected")))?)
}

/// A command line of `program`: what it prints, and its exit status.
fn python(place: &Place, arguments: &[&str], out: &str, err: &str, status: i32) -> Result<(), Failed> {
    let mut command = place.command(&place.python()?);
    command.args(arguments.iter().map(|argument| place.argument(argument)));
    let output = command.output()?;
    if output.status.code() != Some(status) || !String::from_utf8_lossy(&output.stderr).contains(err) {
        return Err(told(&command, &output));
    }
    same("output", &String::from_utf8_lossy(&output.stdout), &place.argument(out))
}

fn main_programs(place: &Place) -> Result<(), Failed> {
    python(place, &["-c", "import sys; print(sys.argv); sys.exit(3)", "a", "b"], "['-c', 'a', 'b']\n", "", 3)?;
    python(place, &["{script}", "x", "-v"], "script ['x', '-v'] __main__\n", "", 0)?;
    python(place, &["-c", "print('out'); raise ValueError('why')"], "out\n", "ValueError: why", 1)?;
    python(place, &["-Z"], "", "Unknown option: -Z", 2)?;
    python(place, &["-m", "of_mine"], "", "No module named of_mine", 1)?;
    python(place, &["-c", "import sys; print(sys.prefix, sys.orig_argv[1:2])"], &format!("{} ['-c']\n", place.root.display()), "", 0)?;
    python(place, &["-X", "int_max_str_digits=1", "-c", "1"], "", "Fatal Python error: config_init_int_max_str_digits: ", 1)
}

/// An extension, loaded into a program that embeds us.
fn extension(place: &Place, name: &str) -> Result<(), Failed> {
    let out = tempfile::tempdir()?;
    let folder = place.sources.join("ext-tests");
    succeed(Command::new("sh").arg(folder.join("build.sh")).arg(name).env("OUTDIR", out.path()))?;
    let mut command = place.command(&place.python()?);
    let own = folder.join("c").join(format!("{name}.py")).canonicalize();
    match own {
        Ok(own) => command.arg(own).arg(out.path()),
        Err(_) => command.arg(folder.join("c/run.py").canonicalize()?).arg(name).arg(out.path()),
    };
    succeed(command.env("PYTHONPATH", out.path()).env("PYTHONDONTWRITEBYTECODE", "1")).map(drop)
}

/// `pkg-config` says the same as `pyston-config`, where there is one.
fn package(place: &Place) -> Result<(), Failed> {
    let mut tool = Command::new("pkg-config");
    tool.args(["--cflags", "--libs", "python-3.14-embed"]).env("PKG_CONFIG_PATH", place.root.join("lib/pkgconfig"));
    let flags = match tool.output() {
        Ok(_) => place.flags(&mut tool)?,
        // Nothing to ask: the file's own words.
        Err(_) => {
            let text = std::fs::read_to_string(place.root.join("lib/pkgconfig/python-3.14-embed.pc"))?;
            let root = place.root.to_string_lossy();
            let words = text.lines().filter_map(|line| line.strip_prefix("Libs: ").or_else(|| line.strip_prefix("Cflags: ")));
            let words = words.map(|words| words.replace("${libdir}", &format!("{root}/lib")).replace("${includedir}", &format!("{root}/include")));
            words.flat_map(|words| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
        }
    };
    let program = place.compile("program", &flags, &[], "packaged")?;
    let output = succeed(place.command(&program).args(["-c", "print(6 * 7)"]))?;
    same("output", &String::from_utf8_lossy(&output.stdout), "42\n")
}

fn main() {
    let arguments = Arguments::from_args();
    let place = match Place::new() {
        Ok(place) => Arc::new(place),
        Err(error) => panic!("no place for the tests: {error}"),
    };
    let mut trials = Vec::new();
    let mut add = |name: String, test: Box<dyn Fn(&Place) -> Result<(), Failed> + Send>| {
        let place = place.clone();
        trials.push(Trial::test(name, move || test(&place)));
    };
    for &(name, arguments) in PROGRAMS {
        add(format!("pyston::{name}"), Box::new(move |place| run(place, name, arguments, &[])));
        if std::env::var_os("PYSTON_EMBED_PEER").is_some() && !OURS_ALONE.contains(&name) {
            add(format!("cpython::{name}"), Box::new(move |place| run_peer(place, name, arguments)));
        }
    }
    // At a fixed address, the program has the library's data for its own.
    add("pyston::modules::fixed".to_owned(), Box::new(|place| run(place, "modules", &[], &["-no-pie", "-fno-pie"])));
    add("pyston::program".to_owned(), Box::new(main_programs));
    add("pyston::pkg-config".to_owned(), Box::new(package));
    for name in EXTENSIONS {
        add(format!("pyston::extension::{name}"), Box::new(move |place| extension(place, name)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
