//! Installs every hook: each layer is given what it needs from those above it. Called once, before anything runs.

use heap::{Object, Raised, Ref, Thread};
use interp::import::{Embedded, Library};
use objects::{Str, ops};

static OBJECT_HOOKS: objects::hooks::Hooks = objects::hooks::Hooks {
    unraisable: interp::report::unraisable,
    import: interp::import::import_module,
    sys_module,
    sys_attribute: interp::sys::attribute,
    snapshot: modules::array::snapshot,
    at_one_moment: modules::at_one_moment,
    settle: modules::collections::deque::settle,
    signals: modules::signal::run_handlers,
    collection: modules::gc::notify,
    keep_garbage: modules::gc::keep,
    fatal,
    tell_frames,
    ..interp::start::object_hooks(objects::hooks::DEFAULT)
};

fn fatal(message: &str) -> ! {
    capi::api::errors::report::fatal_error(None, message)
}

fn tell_frames(th: &Thread) {
    modules::faulthandler::dump::frames(&mut |bytes| modules::faulthandler::dump::write(2, bytes), th);
}

fn sys_module(th: &mut Thread, name: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let modules = interp::sys::modules(th)?;
    modules.get(th, name)
}

struct InterpHooks;

impl interp::hooks::Hooks for InterpHooks {
    fn signals(&self, th: &mut Thread, bits: u32) -> Result<(), Raised> {
        if bits & heap::world::poll::ASYNC_EXC != 0 {
            capi::api::state::raise_asynchronous(th)?;
        }
        if bits & heap::world::poll::SIGNALS != 0 {
            modules::signal::run_handlers(th)?;
            capi::pending::run(th)?;
        }
        Ok(())
    }

    fn can_compile(&self) -> bool {
        jit::can_compile()
    }

    fn native_module_made(&self, th: &mut Thread, name: &str, module: &objects::Module) -> Result<(), Raised> {
        match name {
            "_datetime" => capi::api::datetime::extend(th, module),
            "_socket" => capi::api::socket::extend(th, module),
            "_signal" => modules::signal::take_interrupts(th, module),
            _ => Ok(()),
        }
    }

    fn extension_suffixes(&self) -> &'static [&'static str] {
        &capi::loader::SUFFIXES
    }

    fn create_extension(&self, th: &mut Thread, spec: &Object, name: &Str, path: &Str) -> Result<Ref<Object>, Raised> {
        capi::loader::create(th, spec, name, path)
    }

    fn execute_extension(&self, th: &mut Thread, module: &Object) -> Result<(), Raised> {
        capi::loader::exec(th, module)
    }

    fn added_modules(&self) -> Vec<String> {
        capi::inittab::names()
    }

    fn create_added(&self, th: &mut Thread, spec: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
        capi::inittab::create(th, spec, name)
    }

    fn end_signals(&self, th: &mut Thread) {
        modules::signal::finalize(th);
    }

    fn display(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        match interp::sys::attribute(th, "displayhook") {
            Some(hook) => ops::call(th, &hook, &[value]),
            None => Err(objects::raise::runtime_error(th, format_args!("lost sys.displayhook"))),
        }
    }

    fn import_from_fallback(&self, th: &mut Thread, module: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
        interp::import::import_from_fallback(th, module, name)
    }

    fn compile_ast(
        &self,
        th: &mut Thread,
        source: &Object,
        filename: &Str,
        mode: syntax::Mode,
        flags: u32,
        optimize: i32,
        feature_version: Option<u32>,
    ) -> Result<Ref<Object>, Raised> {
        modules::ast::compile(th, source, filename, mode, flags, optimize, feature_version)
    }

    fn base_prompt(&self, th: &mut Thread) -> Result<(), Raised> {
        match crate::prompt::run(th) {
            Ok(()) => Ok(()),
            Err(crate::program::Failure::Left(code) | crate::program::Failure::Exit(code)) => {
                let code = objects::Int::from_i64(th, i64::from(code));
                Err(objects::raise::with_value(th, objects::exceptions::system_exit_type(), code.up()))
            }
            Err(crate::program::Failure::Raised) => Err(th.already_raised()),
        }
    }

    fn syntax_warning(&self, th: &mut Thread, filename: &Str, warning: &syntax::Warning) -> Result<(), Raised> {
        interp::compile::issue_warning(th, filename, warning)
    }
}

fn find(name: &str) -> Option<Embedded> {
    let entry = pylib::find(name)?;
    Some(Embedded { is_package: entry.is_package, path: entry.path, code: compile, source })
}

fn source(name: &str) -> Option<Vec<u8>> {
    Some(pylib::find(name)?.source().into_owned())
}

/// The compiled form of an embedded module, for the given file name. The library is compiled as without `-O`, and what is frozen stays so; for
/// the rest, and where a module did not compile when it was embedded, the source is compiled now.
fn compile(name: &str, filename: &str, frozen: bool) -> Result<syntax::Code, String> {
    let Some(entry) = pylib::find(name) else { return Err("there is no such module".to_owned()) };
    let optimize = if frozen { 0 } else { interp::config::get().optimize };
    if optimize == 0 && !entry.code().is_empty() {
        return syntax::format::read_embedded(entry.code(), filename).map_err(|error| error.to_string());
    }
    let source = entry.source();
    let text = core::str::from_utf8(&source).map_err(|error| error.to_string())?;
    let options = syntax::CompileOptions { optimize, ..Default::default() };
    syntax::compile(text, filename, syntax::Mode::Exec, options).result.map_err(|error| error.to_string())
}

fn names() -> Vec<&'static str> {
    pylib::modules().iter().map(|entry| entry.name).collect()
}

fn files() -> Vec<&'static str> {
    pylib::modules().iter().map(|entry| entry.path).chain(pylib::resources().iter().map(|resource| resource.path)).collect()
}

fn file(path: &str) -> Option<Vec<u8>> {
    match pylib::resource(path) {
        Some(resource) => Some(resource.data().into_owned()),
        None => Some(pylib::modules().iter().find(|entry| entry.path == path)?.source().into_owned()),
    }
}

/// Installs the hooks.
pub fn install() {
    objects::hooks::set(&OBJECT_HOOKS);
    interp::hooks::set_hooks(&InterpHooks);
    interp::import::set_library(Library { find, names, files, file });
    interp::native::register(interp::start::MODULES);
    interp::native::register(compress::ALL);
    interp::native::register(modules::table::ALL);
    interp::native::register(ctypes_::ALL);
    interp::native::register(ssl_::ALL);
    interp::native::register(sqlite::ALL);
    interp::native::register(xml_::ALL);
}
