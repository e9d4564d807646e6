//! Audit hooks (`sys.addaudithook`): kept for the life of the process, called with every event.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::{List, Str, Tuple, ops, raise};

static HOOKS: Global<List> = Global::EMPTY;
static ANY: AtomicBool = AtomicBool::new(false);

/// Tells the hooks of an event.
#[inline]
pub fn event(th: &mut Thread, event: &str, args: &[&Object]) -> Result<(), Raised> {
    if ANY.load(Relaxed) { call(th, event, args) } else { Ok(()) }
}

#[cold]
fn call(th: &mut Thread, event: &str, args: &[&Object]) -> Result<(), Raised> {
    let Some(hooks) = HOOKS.get(th) else { return Ok(()) };
    let event = Str::new(th, event);
    let args = Tuple::from_slice(th, args);
    for hook in hooks.snapshot(th) {
        let result = ops::call(th, &hook, &[&event, &args])?;
        th.release(result);
    }
    Ok(())
}

/// Adds a hook; those that are there already are asked first, and a `RuntimeError` of theirs quietly refuses it.
pub fn add(th: &mut Thread, hook: &Object) -> Result<(), Raised> {
    if event(th, "sys.addaudithook", &[]).is_err() {
        return match raise::catch(th, objects::exceptions::exception_type()) {
            Some(e) if e.is_a::<objects::exceptions::RuntimeError>() => Ok(()),
            Some(e) => Err(th.set_exception(e)),
            None => Err(th.already_raised()),
        };
    }
    let hooks: Ref<List> = HOOKS.get_or_init(th, |th| Ok::<_, Raised>(List::new(th, Vec::new())))?;
    hooks.append(th, hook.to_owned())?;
    ANY.store(true, Relaxed);
    Ok(())
}
