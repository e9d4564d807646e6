//! Bringing the interpreter up: its types, and what it gives to the layers below.
#![allow(unsafe_code, reason = "the world holder walks the records of other threads")]

use heap::{Object, PyType, Raised, Ref, Thread, Type};
use objects::hooks::Hooks;
use objects::{Dict, names, typing};

use crate::frame::stack;
use crate::{Code, FrameObject, Function};

macro_rules! list {
    ($($ty:ty,)*) => {
        /// The types of this crate, bases first.
        pub const ALL: &[fn() -> &'static Type] = &[$(<$ty as PyType>::type_object),*];
    };
}

list! {
    Code,
    Function,
    FrameObject,
    crate::frame::locals::LocalsProxy,
    crate::Generator,
    crate::Coroutine,
    crate::AsyncGenerator,
    crate::generator::CoroutineWrapper,
    crate::generator::async_gen::AsyncSend,
    crate::generator::async_gen::AsyncThrow,
    crate::generator::async_gen::WrappedValue,
}

/// The modules of this crate.
pub const MODULES: &[&objects::glue::ModuleDef] =
    &[&crate::builtins::builtins::MODULE, &crate::sys::sys::MODULE, &crate::import::imp::imp::MODULE];

/// Readies the types. Once, by the first thread, after `objects::start`.
pub fn start(th: &mut Thread) -> Result<(), Raised> {
    for ty in ALL {
        typing::ready(th, ty())?;
    }
    stack::attach(th);
    Ok(())
}

/// What the object layer gets from here: `base` with this crate's part filled in.
pub const fn object_hooks(base: Hooks) -> Hooks {
    Hooks { is_frame, frame_line, is_function, caller_module, visit_uncounted, ..base }
}

fn is_frame(object: &Object) -> bool {
    object.is_exactly::<FrameObject>()
}

fn is_function(object: &Object) -> bool {
    object.is_exactly::<Function>()
}

fn frame_line(_: &mut Thread, frame: &Object, lasti: i32) -> Option<i32> {
    let code = frame.downcast::<FrameObject>()?.code()?;
    code.source().line(usize::try_from(lasti).ok()? / 2).map(|line| line as i32)
}

fn caller_module(th: &mut Thread, depth: usize) -> Option<Ref<Object>> {
    let frame = stack::frames(th).nth(depth)?;
    frame.globals().downcast::<Dict>()?.get_str(th, &names::__name__)
}

fn visit_uncounted(visit: &mut dyn FnMut(&Object)) {
    // SAFETY: R10: called by a thread that Python knows, which holds the world; the records are only read.
    let th = unsafe { Thread::from_tls() };
    heap::world::for_each_thread(th, &mut |other| stack::visit_uncounted(other, visit));
}
