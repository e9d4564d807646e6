//! Which code a warning is about: so many callers up, where the import system's own frames do not count.

use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::frame::stack;
use objects::{Dict, Str, Tuple, names, none, raise};

/// A place in a program.
pub struct Origin {
    pub filename: Ref<Str>,
    pub line: i64,
    pub module: Ref<Object>,
    pub registry: Ref<Dict>,
}

fn is_internal(filename: &str) -> bool {
    filename.contains("importlib") && filename.contains("_bootstrap") || filename == "<frozen _pyston_library>"
}

/// The name of a module by its file.
pub fn module_of_file(th: &Thread, filename: &Str) -> Ref<Str> {
    let text = filename.to_string_lossy();
    match text.strip_suffix(".py") {
        _ if text.is_empty() => Str::new(th, "<unknown>"),
        Some(stem) => Str::new(th, stem),
        None => filename.to_ref(),
    }
}

/// The place `level` callers up; 1 is the caller of `warn`.
pub fn find(th: &mut Thread, level: isize, prefixes: &Tuple) -> Result<Origin, Raised> {
    let prefixes: Vec<String> = prefixes.iter().filter_map(|prefix| prefix.downcast::<Str>()).map(Str::to_string_lossy).collect();
    let found = {
        let mut frames = stack::frames(th).map(|frame| (frame, frame.code().filename().to_string_lossy()));
        let first = frames.next();
        let plain = level <= 0 || first.as_ref().is_some_and(|(_, name)| is_internal(name));
        let mut left = level;
        let mut at = first;
        while left > 1 && at.is_some() {
            at = frames.find(|(_, name)| plain || !is_internal(name) && !prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())));
            left -= 1;
        }
        at.map(|(frame, _)| (th.retain(frame.globals()), frame.code().filename().to_ref(), frame.line()))
    };
    let (globals, filename, line) = match found {
        Some((globals, filename, line)) => (globals, filename, line.map_or(0, i64::from)),
        None => {
            let sys = interp::import::import_module(th, "sys")?;
            let globals = objects::ops::getattr(th, &sys, &names::__dict__)?;
            (globals, Str::new(th, "<sys>"), 0)
        }
    };
    let Some(globals) = globals.downcast_ref::<Dict>() else {
        return Err(raise::system_error(th, format_args!("the globals of a frame are no dict")));
    };
    let registry = match globals.get_str(th, &names::__warningregistry__).and_then(|registry| registry.downcast::<Dict>().ok()) {
        Some(registry) => registry,
        None => {
            let registry = Dict::new(th);
            globals.set_str(th, &names::__warningregistry__, registry.clone().up());
            registry
        }
    };
    let module = globals.get_str(th, &names::__name__).filter(|name| name.is(none()) || name.is_a::<Str>());
    let module = module.unwrap_or_else(|| Str::new(th, "<string>").up());
    Ok(Origin { filename, line, module, registry })
}
