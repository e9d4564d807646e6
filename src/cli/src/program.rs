//! Running what the command line names: a file, a command, a module, standard input, the prompt.

use std::io::{IsTerminal, Read};

use heap::{Raised, Ref, Thread};
use objects::{Dict, Module, Str, names, ops, raise};

use crate::options::Program;

/// What is done before any program: standard streams, `__main__`, `site`.
pub fn prepare(th: &mut Thread) -> Result<(), Raised> {
    let main = Module::new(th, "__main__");
    let modules = interp::sys::modules(th)?;
    modules.set_by_name(th, "__main__", main.clone().up());
    if let Some(dict) = main.dict() {
        if let Some(builtins) = modules.get_by_name(th, "builtins") {
            dict.set_str(th, &names::__builtins__, builtins);
        }
        for name in ["__doc__", "__package__", "__loader__", "__spec__"] {
            if dict.get_by_name(th, name).is_none() {
                dict.set_by_name(th, name, objects::none_ref());
            }
        }
    }
    interp::stdio::start(th)?;
    modules::signal::install_defaults(th)?;
    if !interp::config::get().no_site {
        let site = interp::import::import_module(th, "site")?;
        let main = ops::getattr_str(th, &site, "main")?;
        let result = ops::call0(th, &main)?;
        th.release(result);
    }
    Ok(())
}

/// Runs the program; the process's exit code.
pub fn run(th: &mut Thread, program: Program) -> i32 {
    let result = match program {
        Program::Command(source) => {
            put_first(th, "");
            run_source(th, &source, "<string>")
        }
        Program::Module(name) => {
            put_first(th, &std::env::current_dir().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default());
            run_module(th, &name)
        }
        Program::File(path) => run_file(th, &path),
        Program::Stdin => run_stdin(th),
        Program::Interactive if std::io::stdin().is_terminal() => {
            put_first(th, "");
            run_prompt(th)
        }
        Program::Interactive => run_stdin(th),
    };
    match result {
        Ok(()) => 0,
        Err(Failure::Raised(_)) => interp::report::handle(th),
        Err(Failure::Exit(code)) => code,
    }
}

/// Why a program did not run to its end.
enum Failure {
    /// An exception reached the top.
    Raised(#[allow(dead_code, reason = "the exception itself is in the thread")] Raised),
    /// It could not be started; the message is printed.
    Exit(i32),
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

/// `sys.path[0]`, unless `-P` or `-I`.
fn put_first(th: &mut Thread, folder: &str) {
    if interp::config::get().safe_path {
        return;
    }
    objects::module::set_script_folder(folder);
    if let Some(path) = interp::sys::attribute(th, "path")
        && let Some(list) = path.downcast_ref::<objects::List>()
    {
        let mut items = list.snapshot(th);
        items.insert(0, Str::new(th, folder).up());
        let fresh = objects::List::new(th, items);
        interp::sys::set_attribute(th, "path", fresh.up());
    }
}

fn main_dict(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    let modules = interp::sys::modules(th)?;
    let main = modules.get_by_name(th, "__main__");
    match main.as_ref().and_then(|m| m.downcast_ref::<Module>()).and_then(Module::dict) {
        Some(dict) => Ok(heap::Heaped::to_ref(dict)),
        None => Err(raise::runtime_error(th, format_args!("__main__ is gone"))),
    }
}

fn run_source(th: &mut Thread, source: &[u8], filename: &str) -> Result<(), Failure> {
    let text = interp::compile::decode_source(th, source, filename)?;
    let name = Str::new(th, filename);
    let code = interp::compile::compile_source(th, &text, &name, syntax::Mode::Exec, 0, -1)?;
    let globals = main_dict(th)?;
    let result = interp::run::run_code(th, &code, &globals, &globals)?;
    th.release(result);
    Ok(())
}

fn run_file(th: &mut Thread, path: &[u8]) -> Result<(), Failure> {
    use std::os::unix::ffi::OsStrExt;
    let os_path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
    let shown = os_path.to_string_lossy().into_owned();
    if os_path.is_dir() || is_zip(os_path) {
        put_first(th, &shown);
        return run_as_main(th, "__main__", false);
    }
    let source = match std::fs::read(os_path) {
        Ok(source) => source,
        Err(error) => {
            let program = interp::config::get().executable.clone();
            let number = error.raw_os_error().unwrap_or(2);
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or("").to_owned();
            interp::report::write_stderr(th, &format!("{program}: can't open file '{}': [Errno {number}] {text}\n", absolute(&shown)));
            return Err(Failure::Exit(2));
        }
    };
    let folder = std::fs::canonicalize(os_path).ok().and_then(|p| p.parent().map(|f| f.to_string_lossy().into_owned())).unwrap_or_default();
    put_first(th, &folder);
    let globals = main_dict(th)?;
    let file = Str::new(th, &absolute(&shown));
    globals.set_str(th, &names::__file__, file.up());
    globals.set_by_name(th, "__cached__", objects::none_ref());
    run_source(th, &source, &shown)
}

fn absolute(path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    match std::env::current_dir() {
        Ok(folder) => folder.join(path).to_string_lossy().into_owned(),
        Err(_) => path.to_owned(),
    }
}

fn is_zip(path: &std::path::Path) -> bool {
    let Ok(mut file) = std::fs::File::open(path) else { return false };
    let mut head = [0; 4];
    file.read_exact(&mut head).is_ok() && head == *b"PK\x03\x04"
}

fn run_module(th: &mut Thread, name: &str) -> Result<(), Failure> {
    run_as_main(th, name, true)
}

/// `runpy._run_module_as_main`
fn run_as_main(th: &mut Thread, name: &str, set_argv: bool) -> Result<(), Failure> {
    let runpy = interp::import::import_module(th, "runpy")?;
    let run = ops::getattr_str(th, &runpy, "_run_module_as_main")?;
    let name = Str::new(th, name);
    let result = ops::call(th, &run, &[&name, objects::bool_(set_argv)])?;
    th.release(result);
    Ok(())
}

fn run_stdin(th: &mut Thread) -> Result<(), Failure> {
    put_first(th, "");
    let mut source = Vec::new();
    let read = th.detached(|| std::io::stdin().read_to_end(&mut source));
    if let Err(error) = read {
        return Err(raise::io_error(th, &error, None).into());
    }
    run_source(th, &source, "<stdin>")
}

/// The interactive prompt: the library's own (`code` with history and multi-line editing).
fn run_prompt(th: &mut Thread) -> Result<(), Failure> {
    let code = interp::import::import_module(th, "code")?;
    let interact = ops::getattr_str(th, &code, "interact")?;
    let result = ops::call0(th, &interact)?;
    th.release(result);
    Ok(())
}
