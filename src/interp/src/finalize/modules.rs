//! The end of the modules: what they hold ends before the process does, so that finalizers run and streams are closed.
//!
//! Invariant: the world is held for good when this runs. `sys` and `builtins` stay whole: finalizers use them to the last.

use heap::collect::Generation;
use heap::{Ref, Thread};
use objects::weakref::WeakRef;
use objects::{Dict, Module, Str};

/// What `sys` forgets first: it may hold the program's objects.
const OF_SYS: &[&str] =
    &["path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback", "path_hooks", "path_importer_cache", "meta_path"];

/// Empties the modules. Those that nothing else holds die at once; those that live on lose their names, the newest first.
pub fn clear(th: &mut Thread) {
    let Ok(modules) = crate::sys::modules(th) else {
        th.take_exception();
        return;
    };
    objects::warn::prepare(th);
    for name in OF_SYS {
        if crate::sys::attribute(th, name).is_some() {
            crate::sys::set_attribute(th, name, objects::none_ref());
        }
    }
    for name in ["stdin", "stdout", "stderr"] {
        if let Some(stream) = crate::sys::attribute(th, &format!("__{name}__")) {
            crate::sys::set_attribute(th, name, stream);
        }
    }
    let mut known: Vec<Ref<WeakRef>> = Vec::new();
    for (name, module) in modules.snapshot(th) {
        let kept = (*name).downcast::<Str>().is_some_and(|name| name.eq_text("sys") || name.eq_text("builtins"));
        if kept || !module.is_a::<Module>() {
            continue;
        }
        match WeakRef::new(th, &module, None) {
            Ok(reference) => known.push(reference),
            Err(_) => drop(th.take_exception()),
        }
    }
    modules.clear_entries(th);
    th.release(modules);
    th.drain_zero();
    th.collect(Generation::Full);
    for reference in known.into_iter().rev() {
        if let Some(module) = reference.upgrade(th) {
            if let Some(dict) = module.downcast_ref::<Module>().and_then(Module::dict) {
                clear_names(th, dict);
            }
            th.release(module);
        }
    }
    th.drain_zero();
    th.collect(Generation::Full);
    th.drain_zero();
}

/// Sets the names of a module to `None`: private ones first, since what is public may need them less than they need it.
fn clear_names(th: &mut Thread, dict: &Dict) {
    for private in [true, false] {
        for name in dict.snapshot_keys(th) {
            let Some(name) = (*name).downcast_exact::<Str>() else { continue };
            let text = name.to_wtf8();
            let is_private = text.first() == Some(&b'_') && text.get(1) != Some(&b'_');
            if is_private == private && &*text != b"__builtins__" {
                dict.set_str(th, name, objects::none_ref());
            }
        }
    }
}

