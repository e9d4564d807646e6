//! The `pyston` binary.
#![allow(unsafe_code, reason = "registers the main thread with the world")]

use heap::world::{WORLD, WorldSlot};
use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Str, names, ops};

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: pyston script.py");
        std::process::exit(2);
    };
    let source = match std::fs::read_to_string(&path) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("pyston: can't open file '{path}': {error}");
            std::process::exit(2);
        }
    };
    let Ok(id) = WORLD.allocate_id() else { std::process::exit(3) };
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process.
    unsafe { th.register() };
    th.enter();
    th.attach();
    let here = 0u8;
    // The main thread's stack has 8 MB unless it was limited; what is left below this frame, less a reserve.
    th.stack_limit.set((&raw const here as usize).saturating_sub(7 << 20));
    objects::hooks::set(&HOOKS);
    let status = match start(&mut th).and_then(|()| run(&mut th, &source, &path)) {
        Ok(_) => 0,
        Err(_) => {
            report(&mut th);
            1
        }
    };
    std::mem::forget(th);
    std::process::exit(status);
}

static HOOKS: objects::hooks::Hooks = interp::start::object_hooks(objects::hooks::DEFAULT);

fn start(th: &mut Thread) -> Result<(), Raised> {
    objects::start::start(th)?;
    interp::start::start(th)?;
    let module = interp::builtins::install(th)?;
    std::mem::forget(module);
    Ok(())
}

fn run(th: &mut Thread, source: &str, path: &str) -> Result<Ref<Object>, Raised> {
    let compiled = syntax::compile(source, path, syntax::Mode::Exec, syntax::CompileOptions::default());
    let code = match compiled.result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let code = interp::Code::new(th, std::sync::Arc::new(code));
    let globals = Dict::new(th);
    let name = Str::new(th, "__main__");
    globals.set_str(th, &names::__name__, name.up());
    interp::run::run_code(th, &code, &globals, &globals)
}

/// Prints the traceback of the raised exception.
fn report(th: &mut Thread) {
    let Some(exception) = th.take_exception() else { return };
    if let Some(raised) = objects::exceptions::as_exception(&exception) {
        let mut next = raised.traceback(th);
        if next.is_some() {
            eprintln!("Traceback (most recent call last):");
        }
        while let Some(entry) = next {
            let (file, name) = match entry.frame().downcast::<interp::FrameObject>().and_then(|f| f.code()) {
                Some(code) => (code.filename().to_string_lossy(), code.qualname().to_string_lossy()),
                None => ("?".to_owned(), "?".to_owned()),
            };
            let line = entry.line(th).unwrap_or(0);
            eprintln!("  File \"{file}\", line {line}, in {name}");
            next = entry.next(th);
        }
    }
    let text = ops::str_(th, &exception).map_or_else(|_| "<exception str() failed>".to_owned(), |text| text.to_string_lossy());
    let name = ops::type_name(&exception);
    if text.is_empty() { eprintln!("{name}") } else { eprintln!("{name}: {text}") }
}
