//! Runs a script with `builtins` alone: no import system, no `sys`. For looking at the loop without the start around it.
#![allow(unsafe_code, reason = "registers the main thread with the world")]

use heap::world::{WORLD, WorldSlot};
use heap::{Raised, Thread};
use objects::{Dict, Str, names, ops};

#[macros::pymodule(name = "out")]
mod out {
    use objects::glue::*;
    #[function(sig = "(object, callback=None, /)")]
    fn proxy(th: &mut Thread, object: &Object, callback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        objects::weakref::proxy::create(th, object, callback)
    }
    #[function(sig = "(object, /)")]
    fn weakrefs(th: &mut Thread, object: &Object) -> Ref<objects::List> {
        let all = objects::weakref::all(th, object);
        objects::List::new(th, all)
    }
    #[function(sig = "()")]
    fn collect(th: &mut Thread) { th.collect(heap::collect::Generation::Full); }
    #[function(sig = none)]
    fn print(th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let mut line = Vec::new();
        for arg in args.iter() { line.push(objects::ops::str_(th, arg)?.to_string_lossy()); }
        println!("{}", line.join(" "));
        Ok(())
    }
}

static HOOKS: objects::hooks::Hooks = interp::start::object_hooks(objects::hooks::DEFAULT);

fn main() {
    let Some(path) = std::env::args().nth(1) else { return };
    let Ok(source) = std::fs::read_to_string(&path) else { return };
    let Ok(id) = WORLD.allocate_id() else { return };
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process.
    unsafe { th.register() };
    th.enter();
    th.attach();
    let here = 0u8;
    th.stack_limit.set((&raw const here as usize).saturating_sub(7 << 20));
    objects::hooks::set(&HOOKS);
    let failed = run(&mut th, &source, &path).is_err();
    if failed {
        report(&mut th);
    }
    std::mem::forget(th);
    std::process::exit(i32::from(failed));
}

fn run(th: &mut Thread, source: &str, path: &str) -> Result<(), Raised> {
    objects::start::start(th)?;
    interp::start::start(th)?;
    std::mem::forget(interp::builtins::install(th)?);
    let compiled = syntax::compile(source, path, syntax::Mode::Exec, syntax::CompileOptions::default());
    let code = compiled.result.unwrap_or_else(|error| panic!("{error}"));
    let code = interp::Code::new(th, std::sync::Arc::new(code));
    let globals = Dict::new(th);
    let name = Str::new(th, "__main__");
    globals.set_str(th, &names::__name__, name.up());
    let module = objects::Module::new(th, "out");
    out::MODULE.fill(th, &module)?;
    for name in ["print", "proxy", "weakrefs", "collect"] {
        let print = ops::getattr_str(th, &module, name)?;
        let key = objects::str::intern(th, name);
        globals.set_str(th, key, print);
    }
    for ty in objects::types::ALL {
        let name = objects::typing::short_name(ty());
        let key = objects::str::intern(th, &format!("T_{name}"));
        globals.set_str(th, key, heap::Heaped::to_ref(ty()).up());
    }
    let value = interp::run::run_code(th, &code, &globals, &globals)?;
    th.release(value);
    Ok(())
}

fn report(th: &mut Thread) {
    let Some(exception) = th.take_exception() else { return };
    if let Some(raised) = objects::exceptions::as_exception(&exception) {
        let mut next = raised.traceback(th);
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
    let text = ops::str_(th, &exception).map_or_else(|_| String::new(), |text| text.to_string_lossy());
    eprintln!("{}: {text}", ops::type_name(&exception));
}
