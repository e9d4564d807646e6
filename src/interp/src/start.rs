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
    crate::function::Replaced,
    crate::generator::AnextAwaitable,
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
    Hooks { is_frame, frame_line, is_function, caller_module, current_builtins, count_registers: stack::count_registers, site, super_arguments, ..base }
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

fn current_builtins(th: &mut Thread) -> Option<Ref<Object>> {
    stack::current(th).map(|frame| th.retain(frame.builtins()))
}

/// Where the innermost frame is.
fn site(th: &Thread) -> Option<heap::contention::Site> {
    let frame = stack::current(th)?;
    let source = frame.code().source();
    Some(heap::contention::Site { function: source.qualname.clone(), file: source.filename.clone(), line: frame.line().unwrap_or(0) })
}

/// What `super()` stands for: `__class__` of the calling function, and its first argument.
fn super_arguments(th: &mut Thread) -> Result<(Ref<Object>, Ref<Object>), Raised> {
    let Some(frame) = stack::current(th) else {
        return Err(objects::raise::runtime_error(th, format_args!("super(): no current frame")));
    };
    let source = frame.code().source();
    if source.arg_count == 0 {
        return Err(objects::raise::runtime_error(th, format_args!("super(): no arguments")));
    }
    let local = |th: &Thread, index: usize| crate::frame::locals::local_value(th, frame, index);
    let Some(first) = local(th, 0) else {
        return Err(objects::raise::runtime_error(th, format_args!("super(): arg[0] deleted")));
    };
    let Some(index) = source.locals.iter().position(|l| &*l.name == "__class__" && l.kind == syntax::code::LocalKind::Free) else {
        return Err(objects::raise::runtime_error(th, format_args!("super(): __class__ cell not found")));
    };
    match local(th, index) {
        Some(class) => Ok((class, first)),
        None => Err(objects::raise::runtime_error(th, format_args!("super(): empty __class__ cell"))),
    }
}
