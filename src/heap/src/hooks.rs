//! What the heap needs from the layers above, set once at start (`cli/wire.rs`; style, "Direction").
//!
//! The defaults do nothing, so that this crate's tests run alone.

use std::sync::OnceLock;

use crate::{Object, Ref, Thread, Type, Visitor};

/// Upward calls of the heap.
pub trait Hooks: Sync + Send {
    /// Runs the finalizer of an object whose count is zero (the hook's caller holds one temporary count).
    fn finalize(&self, th: &mut Thread, object: &Object);
    /// Clears the weak references to a dying object and calls their callbacks.
    fn clear_weakrefs(&self, th: &mut Thread, object: &Object);
    /// Clears the weak references to garbage, without callbacks; the references that have one are handed back.
    fn detach_weakrefs(&self, object: &Object) -> Vec<Ref<Object>>;
    /// Calls the callbacks of detached weak references.
    fn call_weakref_callbacks(&self, th: &mut Thread, refs: Vec<Ref<Object>>);
    /// Visits the weak references to an object, and their callbacks.
    fn visit_weakrefs(&self, object: &Object, visit: &mut dyn FnMut(&Object));
    /// Visits the referent of a weak reference, which does not hold it.
    fn visit_referent(&self, reference: &Object, visit: &mut dyn FnMut(&Object)) {
        let _ = (reference, visit);
    }
    /// Shows what the registers of the thread's frames name without a count (R12). The world is held.
    ///
    /// `count` says whether it took a count for the register, which holds it from then on. It may do so, or look at the object, only where
    /// it is told `true`: other registers may be left from something that has ended, and what they name with it.
    fn count_registers(&self, of: &Thread, count: &mut dyn FnMut(*const Object, bool) -> bool);
    /// Counts every leaf that a register of this thread names without a count (R8b), except the clean frames' (watermark): the thread
    /// is about to take a safepoint, after which the leaf may be freed.
    fn count_leaves(&self, _th: &Thread) {}
    /// Where the thread's Python code is: the instruction of its innermost frame. Neither a safepoint nor a call-out.
    fn site(&self, _th: &Thread) -> Option<crate::contention::Site> {
        None
    }
    /// Ends the process: the message, and where the program is.
    fn fatal(&self, message: &str) -> ! {
        stop(message)
    }
    /// Writes the thread's Python frames to standard error. From a signal handler of that thread.
    fn tell_frames(&self, _th: &Thread) {}
    /// Ends an object of an extension's type by its `tp_dealloc`, behind the gate.
    fn foreign_dealloc(&self, th: &mut Thread, object: &Object);
    /// Ends what a base of ours declares of an object that an extension's destructor is ending; false if none is.
    fn end_base(&self, _th: &mut Thread, _object: &Object) -> bool {
        false
    }
    /// Bytes of an instance of `ty` with `items` items, without the prefix.
    fn instance_bytes(&self, ty: &Type, items: usize) -> usize;
    /// Whether the object is `None`.
    fn is_none(&self, object: &Object) -> bool;
    /// A collection begins or ends (`gc.callbacks`, statistics).
    fn collection(&self, th: &mut Thread, event: CollectionEvent);
    /// Garbage that is not to be cleared (`gc.DEBUG_SAVEALL`).
    fn keep_garbage(&self, th: &mut Thread, objects: Vec<Ref<Object>>);
    /// An exception that nobody can receive.
    fn unraisable(&self, th: &mut Thread, context: &str, object: Option<&Object>);
}

/// What `gc.callbacks` hear.
#[derive(Clone, Copy, Debug)]
pub enum CollectionEvent {
    /// It begins.
    Start { generation: u32 },
    /// It ended.
    Stop { generation: u32, collected: usize, uncollectable: usize },
}

fn stop(message: &str) -> ! {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("Fatal Python error: {message}\n"));
    std::process::abort()
}

struct Nothing;

impl Hooks for Nothing {
    fn finalize(&self, _: &mut Thread, _: &Object) {}
    fn clear_weakrefs(&self, _: &mut Thread, _: &Object) {}
    fn detach_weakrefs(&self, _: &Object) -> Vec<Ref<Object>> {
        Vec::new()
    }
    fn call_weakref_callbacks(&self, _: &mut Thread, _: Vec<Ref<Object>>) {}
    fn visit_weakrefs(&self, _: &Object, _: &mut dyn FnMut(&Object)) {}
    fn count_registers(&self, _: &Thread, _: &mut dyn FnMut(*const Object, bool) -> bool) {}
    fn foreign_dealloc(&self, _: &mut Thread, _: &Object) {}
    fn instance_bytes(&self, ty: &Type, items: usize) -> usize {
        ty.instance_size(items)
    }
    fn is_none(&self, _: &Object) -> bool {
        false
    }
    fn collection(&self, _: &mut Thread, _: CollectionEvent) {}
    fn keep_garbage(&self, th: &mut Thread, objects: Vec<Ref<Object>>) {
        for object in objects {
            th.release(object);
        }
    }
    fn unraisable(&self, _: &mut Thread, _: &str, _: Option<&Object>) {}
}

static HOOKS: OnceLock<&'static dyn Hooks> = OnceLock::new();

/// Installs the hooks; only the first call counts.
pub fn set_hooks(hooks: &'static dyn Hooks) {
    let _ = HOOKS.set(hooks);
}

/// The installed hooks.
#[inline]
pub fn hooks() -> &'static dyn Hooks {
    HOOKS.get().copied().unwrap_or(&Nothing)
}

/// Keeps [`Visitor`] part of this module's vocabulary for implementors.
pub type Visit<'a> = Visitor<'a>;
