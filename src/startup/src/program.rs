//! Running what the command line names: a file, a command, a module, standard input, the prompt.

use std::ffi::OsStr;
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use capi::embed::{Options, Program, Wanted};
use heap::{Object, Raised, Ref, Thread};
use interp::config;
use interp::report::{self, Ended};
use objects::{Dict, Module, Str, names, ops, raise};

use crate::prompt;

static OPTIONS: OnceLock<Options> = OnceLock::new();

/// Notes what is to be run.
pub fn note(options: Options) {
    let _ = OPTIONS.set(options);
}

/// Runs what was noted; the process's exit code.
pub fn run_options(th: &mut Thread) -> i32 {
    OPTIONS.get().map_or(1, |options| run(th, options))
}

/// Where `sys` says that things lie, as far as a program that embeds us says it otherwise.
pub fn set_paths(th: &mut Thread, wanted: &Wanted) {
    for (name, value) in [
        ("exec_prefix", &wanted.exec_prefix),
        ("base_exec_prefix", &wanted.base_exec_prefix),
        ("platlibdir", &wanted.platlibdir),
        ("_stdlib_dir", &wanted.stdlib_dir),
    ] {
        if let Some(value) = value {
            let value = config::decode_os(th, value);
            interp::sys::set_attribute(th, name, value.up());
        }
    }
    if let Some(paths) = &wanted.search_paths {
        let paths = paths.iter().map(|path| config::decode_os(th, path).up()).collect();
        let paths = objects::List::new(th, paths);
        interp::sys::set_attribute(th, "path", paths.up());
    }
}

/// What is done before any program: standard streams, `__main__`, `site`.
pub fn prepare(th: &mut Thread, handle_signals: bool) -> Result<(), Raised> {
    let main = Module::new(th, "__main__");
    let modules = interp::sys::modules(th)?;
    modules.set_by_name(th, "__main__", main.clone().up());
    let external = modules.get_by_name(th, "_frozen_importlib");
    if let Some(dict) = main.dict() {
        if let Some(builtins) = modules.get_by_name(th, "builtins") {
            dict.set_str(th, &names::__builtins__, builtins);
        }
        for name in ["__doc__", "__package__", "__loader__", "__spec__"] {
            if dict.get_by_name(th, name).is_none() {
                dict.set_by_name(th, name, objects::none_ref());
            }
        }
        if let Some(bootstrap) = external {
            let loader = ops::getattr_str(th, &bootstrap, "BuiltinImporter")?;
            dict.set_str(th, &names::__loader__, loader);
        }
    }
    interp::stdio::start(th)?;
    if handle_signals {
        modules::signal::install_defaults(th)?;
    }
    if config::get().faulthandler {
        modules::faulthandler::enable_at_start(th)?;
    }
    if config::get().tracemalloc > 0 {
        let module = interp::import::import_module(th, "_tracemalloc")?;
        let start = ops::getattr_str(th, &module, "start")?;
        let frames = objects::Int::from_i64(th, i64::from(config::get().tracemalloc));
        let result = ops::call(th, &start, &[&frames])?;
        th.release(result);
    }
    if !config::get().warn_options.is_empty() {
        interp::import::import_module(th, "warnings")?;
    }
    if !config::get().no_site {
        let site = interp::import::import_module(th, "site")?;
        let main = ops::getattr_str(th, &site, "main")?;
        let result = ops::call0(th, &main)?;
        th.release(result);
    }
    Ok(())
}

/// Runs the program; the process's exit code.
pub fn run(th: &mut Thread, options: &Options) -> i32 {
    let status = match first_path(th, &options.program) {
        Ok(archive) => {
            if !matches!(options.program, Program::Stdin) && config::get().inspect > 0 {
                import_readline(th);
            }
            header(&options.program);
            let result = match &options.program {
                Program::Command(source) => run_command(th, source),
                Program::Module(name) => {
                    let name = config::decode_os(th, name);
                    run_as_main(th, &name, true).map_err(Failure::from)
                }
                Program::File(_) if archive => {
                    let name = Str::new(th, "__main__");
                    run_as_main(th, &name, false).map_err(Failure::from)
                }
                Program::File(path) => run_file(th, &absolute(path), options.skip_first_line),
                Program::Stdin => run_stdin(th),
            };
            finish(th, result, config::get().inspect > 0)
        }
        Err(_) => finish(th, Err(Failure::Raised), config::get().inspect > 0),
    };
    let Status::Done(code) = status else { return status.code() };
    if matches!(options.program, Program::Stdin) || !wants_prompt() {
        return code;
    }
    report::forget_interrupt();
    let result = if use_new_prompt() { new_prompt(th, false) } else { prompt::run(th) };
    // What came of the program before counts no more.
    finish(th, result, false).code()
}

/// How a part of the run ended.
enum Status {
    /// `SystemExit`: nothing follows.
    Exit(i32),
    /// It came to its end, or its exception was printed.
    Done(i32),
}

impl Status {
    fn code(&self) -> i32 {
        match self {
            Status::Exit(code) | Status::Done(code) => *code,
        }
    }
}

/// Why a program did not run to its end.
pub enum Failure {
    /// An exception reached the top; it is in the thread.
    Raised,
    /// It could not be started; the message is printed.
    Exit(i32),
    /// The prompt was left by `SystemExit`.
    Left(i32),
}

impl From<Raised> for Failure {
    fn from(_: Raised) -> Failure {
        Failure::Raised
    }
}

fn finish(th: &mut Thread, result: Result<(), Failure>, inspect: bool) -> Status {
    match result {
        Ok(()) => Status::Done(0),
        Err(Failure::Exit(code)) => Status::Done(code),
        Err(Failure::Left(code)) => Status::Exit(code),
        Err(Failure::Raised) => match report::print(th, inspect) {
            Ended::Exit(code) => Status::Exit(code),
            Ended::Printed => Status::Done(1),
        },
    }
}

/// Whether a prompt follows a program: `-i` or `PYTHONINSPECT`, which the program itself may have set.
fn wants_prompt() -> bool {
    let config = config::get();
    let asked = || !config.ignore_environment && std::env::var_os("PYTHONINSPECT").is_some_and(|value| !value.is_empty());
    (config.inspect > 0 || asked()) && is_interactive()
}

fn is_interactive() -> bool {
    config::get().interactive > 0 || std::io::stdin().is_terminal()
}

fn use_new_prompt() -> bool {
    let config = config::get();
    let basic = !config.ignore_environment && std::env::var_os("PYTHON_BASIC_REPL").is_some_and(|value| !value.is_empty());
    !basic && std::io::stdin().is_terminal()
}

/// The module `readline`, if there is one.
fn import_readline(th: &mut Thread) {
    if config::get().isolated {
        return;
    }
    for name in ["readline", "rlcompleter"] {
        if interp::import::import_module(th, name).is_err() {
            th.take_exception();
        }
    }
}

/// What is printed before a prompt.
fn header(program: &Program) {
    let config = config::get();
    let starts_prompt = matches!(program, Program::Stdin) && is_interactive();
    if config.quiet || (config.verbose == 0 && !starts_prompt) {
        return;
    }
    stdx::tell(format_args!("Python {} on linux\n", interp::sys::info::build()));
    if !config.no_site {
        stdx::tell(format_args!("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n"));
    }
}

/// Sets `sys.path[0]`. Whether the program is a folder or an archive with a `__main__` of its own.
fn first_path(th: &mut Thread, program: &Program) -> Result<bool, Raised> {
    let config = config::get();
    if let Program::File(path) = program {
        let path = absolute(path);
        let shown = config::decode_os(th, &path);
        if has_importer(th, &shown)? {
            insert_path(th, &shown);
            return Ok(true);
        }
    }
    if config.safe_path {
        return Ok(false);
    }
    let folder = match program {
        Program::Module(_) => match std::env::current_dir() {
            Ok(folder) => folder.into_os_string().into_vec(),
            Err(_) => return Ok(false),
        },
        Program::File(path) => script_folder(path),
        Program::Command(_) | Program::Stdin => Vec::new(),
    };
    let folder = config::decode_os(th, &folder);
    objects::module::set_script_folder(&folder.to_string_lossy());
    insert_path(th, &folder);
    Ok(false)
}

/// The folder of a script, behind a symbolic link.
fn script_folder(path: &[u8]) -> Vec<u8> {
    let path = Path::new(OsStr::from_bytes(path));
    let real = match std::fs::canonicalize(path) {
        Ok(real) => real,
        Err(_) => path.to_owned(),
    };
    real.parent().map_or_else(Vec::new, |folder| folder.as_os_str().as_bytes().to_vec())
}

/// Whether a path entry finder takes the path: a folder, a zip file.
fn has_importer(th: &mut Thread, path: &Str) -> Result<bool, Raised> {
    let Some(hooks) = interp::sys::attribute(th, "path_hooks") else { return Ok(false) };
    let Some(hooks) = hooks.downcast_ref::<objects::List>() else { return Ok(false) };
    for hook in hooks.snapshot(th) {
        match ops::call(th, &hook, &[path]) {
            Ok(importer) => {
                th.release(importer);
                return Ok(true);
            }
            Err(_) if raise::catch(th, objects::exceptions::import_error_type()).is_some() => {}
            Err(raised) => return Err(raised),
        }
    }
    Ok(false)
}

fn insert_path(th: &mut Thread, folder: &Str) {
    if let Some(path) = interp::sys::attribute(th, "path")
        && let Some(list) = path.downcast_ref::<objects::List>()
    {
        let mut items = list.snapshot(th);
        items.insert(0, heap::Heaped::to_ref(folder).up());
        let fresh = objects::List::new(th, items);
        interp::sys::set_attribute(th, "path", fresh.up());
    }
}

/// The namespace of `__main__`.
pub fn main_dict(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    let modules = interp::sys::modules(th)?;
    let main = modules.get_by_name(th, "__main__");
    match main.as_ref().and_then(|m| m.downcast_ref::<Module>()).and_then(Module::dict) {
        Some(dict) => Ok(heap::Heaped::to_ref(dict)),
        None => Err(raise::runtime_error(th, format_args!("__main__ is gone"))),
    }
}

/// Tells `linecache` the source of code that is in no file.
pub fn remember_source(th: &mut Thread, code: &Object, source: &Str, filename: &Str) -> Result<(), Raised> {
    let linecache = interp::import::import_module(th, "linecache")?;
    let register = ops::getattr_str(th, &linecache, "_register_code")?;
    let result = ops::call(th, &register, &[code, source, filename])?;
    th.release(result);
    Ok(())
}

/// Runs code in `__main__`. An interrupt that comes through decides how the process ends.
pub fn run_in_main(th: &mut Thread, code: &interp::Code) -> Result<(), Raised> {
    let globals = main_dict(th)?;
    report::forget_interrupt();
    let ended = interp::run::run_code(th, code, &globals, &globals);
    end_of_main(th, ended)
}

/// The program ended: its value goes, an interrupt is noted.
fn end_of_main(th: &mut Thread, ended: Result<Ref<Object>, Raised>) -> Result<(), Raised> {
    match ended {
        Ok(result) => {
            th.release(result);
            Ok(())
        }
        Err(raised) => {
            report::note_interrupt(th);
            Err(raised)
        }
    }
}

/// `-c`
fn run_command(th: &mut Thread, source: &[u8]) -> Result<(), Failure> {
    let text = config::decode_os(th, source);
    let Some(utf8) = text.to_utf8() else {
        report::write_stderr(th, "Unable to decode the command from the command line:\n");
        let raised = raise::unicode_surrogates(th, &text);
        return Err(raised.into());
    };
    let source = dedent(utf8);
    let (text, name) = (Str::new(th, &source), Str::new(th, "<string>"));
    let code = interp::compile::compile_source(th, &source, &name, syntax::Mode::Exec, 0, -1)?;
    remember_source(th, &code, &text, &name)?;
    Ok(run_in_main(th, &code)?)
}

/// Takes away the blanks that all lines begin with, as `textwrap.dedent` does.
fn dedent(text: &str) -> String {
    let mut margin: Option<&str> = None;
    for line in text.split('\n') {
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() {
            continue;
        }
        let indent = &line[..line.len() - body.len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let common = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &margin[..common]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    if margin == 0 {
        return text.to_owned();
    }
    let lines = text.split('\n').map(|line| if line.trim_matches([' ', '\t']).is_empty() { "" } else { &line[margin..] });
    lines.collect::<Vec<&str>>().join("\n")
}

fn run_file(th: &mut Thread, path: &[u8], skip_first_line: bool) -> Result<(), Failure> {
    let os_path = Path::new(OsStr::from_bytes(path));
    let shown = config::decode_os(th, path);
    let source = match th.detached(|| read_script(os_path)) {
        Ok(source) => source,
        Err(error) => {
            let program = String::from_utf8_lossy(&config::get().program).into_owned();
            let path = ops::repr(th, &shown)?.to_string_lossy();
            if error.kind() == std::io::ErrorKind::IsADirectory {
                report::write_stderr(th, &format!("{program}: {path} is a directory, cannot continue\n"));
                return Err(Failure::Exit(1));
            }
            let number = error.raw_os_error().unwrap_or(2);
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or("").to_owned();
            report::write_stderr(th, &format!("{program}: can't open file {path}: [Errno {number}] {text}\n"));
            return Err(Failure::Exit(2));
        }
    };
    let globals = main_dict(th)?;
    globals.set_str(th, &names::__file__, shown.clone().up());
    globals.set_by_name(th, "__cached__", objects::none_ref());
    let compiled = path.ends_with(b".pyc") || source.starts_with(&pyc_magic()[..2]);
    set_loader(th, &globals, &shown, if compiled { "SourcelessFileLoader" } else { "SourceFileLoader" })?;
    let result = if compiled { run_compiled(th, &source) } else { run_script(th, &source, &shown, skip_first_line) };
    for name in ["__file__", "__cached__"] {
        let name = objects::intern(th, name);
        if result.is_ok() && ops::delitem(th, &globals, name).is_err() {
            th.take_exception();
        }
    }
    result
}

fn read_script(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let mut source = Vec::new();
    file.read_to_end(&mut source)?;
    Ok(source)
}

fn set_loader(th: &mut Thread, globals: &Dict, path: &Str, loader: &str) -> Result<(), Raised> {
    let modules = interp::sys::modules(th)?;
    let Some(external) = modules.get_by_name(th, "_frozen_importlib_external") else { return Ok(()) };
    let loader = ops::getattr_str(th, &external, loader)?;
    let main = Str::new(th, "__main__");
    let loader = ops::call(th, &loader, &[&main, path])?;
    globals.set_str(th, &names::__loader__, loader);
    Ok(())
}

fn run_script(th: &mut Thread, source: &[u8], filename: &Str, skip_first_line: bool) -> Result<(), Failure> {
    let source = match source.iter().position(|c| *c == b'\n') {
        // The end of the line stays, so that the others keep their numbers.
        Some(end) if skip_first_line => &source[end..],
        None if skip_first_line => &[],
        _ => source,
    };
    let text = interp::compile::decode_file(th, source, filename)?;
    let code = interp::compile::compile_script(th, &text, filename)?;
    Ok(run_in_main(th, &code)?)
}

/// What our compiled files begin with.
fn pyc_magic() -> [u8; 4] {
    interp::import::imp::PYC_MAGIC.to_le_bytes()
}

fn run_compiled(th: &mut Thread, data: &[u8]) -> Result<(), Failure> {
    if data.len() >= 4 && !data.starts_with(&pyc_magic()) {
        return Err(raise::runtime_error(th, format_args!("Bad magic number in .pyc file")).into());
    }
    let Some((_, body)) = data.split_at_checked(16) else {
        return Err(raise::new(th, objects::exceptions::eof_error_type(), format_args!("EOF read where not expected")).into());
    };
    let marshal = interp::import::import_module(th, "marshal")?;
    let loads = ops::getattr_str(th, &marshal, "loads")?;
    let body = objects::Bytes::new(th, body);
    match ops::call(th, &loads, &[&body]).map(|code| code.downcast::<interp::Code>()) {
        Ok(Ok(code)) => Ok(run_in_main(th, &code)?),
        _ => {
            // Whatever is wrong with the data.
            drop(th.take_exception());
            Err(raise::runtime_error(th, format_args!("Bad code object in .pyc file")).into())
        }
    }
}

/// A path in front of which the current folder stands if it is relative.
fn absolute(path: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") {
        return path.to_vec();
    }
    let Ok(folder) = std::env::current_dir() else { return path.to_vec() };
    if path.is_empty() || path == b"." {
        return folder.into_os_string().into_vec();
    }
    let mut whole = folder.into_os_string().into_vec();
    if !whole.ends_with(b"/") {
        whole.push(b'/');
    }
    whole.extend_from_slice(path);
    whole
}

/// `runpy._run_module_as_main`
fn run_as_main(th: &mut Thread, name: &Str, set_argv: bool) -> Result<(), Raised> {
    report::forget_interrupt();
    let runpy = interp::import::import_module(th, "runpy")?;
    let run = ops::getattr_str(th, &runpy, "_run_module_as_main")?;
    let ended = ops::call(th, &run, &[name, objects::bool_(set_argv)]);
    end_of_main(th, ended)
}

/// Standard input: the prompt, or a program that is read to its end first.
fn run_stdin(th: &mut Thread) -> Result<(), Failure> {
    if is_interactive() {
        import_readline(th);
        run_startup(th);
        run_interactive_hook(th);
    }
    if use_new_prompt() {
        return new_prompt(th, true);
    }
    if is_interactive() {
        return prompt::run(th);
    }
    let mut source = Vec::new();
    loop {
        let mut block = vec![0; 1 << 16];
        let got = match modules::io::sys::retry(th, || modules::io::sys::read(0, &mut block))? {
            Ok(got) => got,
            Err(error) => return Err(raise::io_error(th, &error, None).into()),
        };
        if got == 0 {
            break;
        }
        source.extend_from_slice(&block[..got]);
    }
    let name = Str::new(th, "<stdin>");
    let globals = main_dict(th)?;
    globals.set_str(th, &names::__file__, name.clone().up());
    globals.set_by_name(th, "__cached__", objects::none_ref());
    run_script(th, &source, &name, false)
}

/// `PYTHONSTARTUP`: what it raises is printed, and the prompt comes all the same.
fn run_startup(th: &mut Thread) {
    if config::get().ignore_environment {
        return;
    }
    let Some(path) = std::env::var_os("PYTHONSTARTUP").filter(|path| !path.is_empty()) else { return };
    let source = match std::fs::read(PathBuf::from(&path)) {
        Ok(source) => source,
        Err(error) => {
            report::write_stderr(th, "Could not open PYTHONSTARTUP\n");
            let name = config::decode_os(th, path.as_bytes());
            let _: Raised = raise::io_error(th, &error, Some(&name));
            report::print(th, true);
            return;
        }
    };
    let name = config::decode_os(th, path.as_bytes());
    if run_script(th, &source, &name, false).is_err() {
        report::print(th, true);
    }
}

/// `sys.__interactivehook__`, which `site` sets.
fn run_interactive_hook(th: &mut Thread) {
    let Some(hook) = interp::sys::attribute(th, "__interactivehook__") else { return };
    if ops::call0(th, &hook).is_err() {
        report::write_stderr(th, "Failed calling sys.__interactivehook__\n");
        report::print(th, true);
    }
}

/// The library's prompt with editing of blocks, history and colours.
fn new_prompt(th: &mut Thread, startup: bool) -> Result<(), Failure> {
    let module = interp::import::import_module(th, "_pyrepl.main")?;
    let console = ops::getattr_str(th, &module, "interactive_console")?;
    let modules = interp::sys::modules(th)?;
    let main = modules.get_by_name(th, "__main__").unwrap_or_else(objects::none_ref);
    let keywords: Vec<&Object> = ["mainmodule", "pythonstartup"].iter().map(|name| objects::intern(th, name) as &Object).collect();
    let keywords = objects::Tuple::from_slice(th, &keywords);
    let result = ops::call_kw(th, &console, &[&main, objects::bool_(startup)], Some(&keywords))?;
    th.release(result);
    Ok(())
}
