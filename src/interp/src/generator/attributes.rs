//! Methods and attributes of generators, coroutines and async generators.

use heap::{Object, Raised, Ref, Slot, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Str, raise};

use super::{AsyncGenerator, Coroutine, Gen, Generator, protocol};
use crate::frame::object::frame_object;

/// `throw` of all kinds, with the deprecation of its old signature.
pub fn throw_method(th: &mut Thread, generator: &Gen, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
    if value.is_some() {
        objects::warn::deprecated(th, format_args!("the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead."))?;
    }
    let result = protocol::throw(th, generator, kind, value, traceback)?;
    protocol::method_result(th, generator, result)
}

fn repr(th: &mut Thread, generator: &Gen, kind: &str) -> Ref<Str> {
    let name = generator.qualname(th).map_or_else(String::new, |n| n.to_string_lossy());
    Str::new(th, &format!("<{kind} object {name} at {:p}>", generator.object()))
}

fn set_name(th: &mut Thread, generator: &Gen, slot: &Slot<Str>, value: Option<&Object>, name: &str) -> Result<(), Raised> {
    match value.and_then(|v| v.downcast::<Str>()) {
        Some(value) => {
            let value = th.retain(value);
            slot.set(th, generator.object(), Some(value));
            Ok(())
        }
        None => Err(raise::type_error(th, format_args!("{name} must be set to a string object"))),
    }
}

fn frame_of(th: &mut Thread, generator: &Gen) -> Option<Ref<Object>> {
    if th.is_mine(generator.object()) {
        return generator.frame().map(|frame| frame_object(th, frame).up());
    }
    // R13: another thread may run it now, or end it.
    let _stopped = heap::world::stop(th);
    let object = generator.frame().map(|frame| frame_object(th, frame).up())?;
    // R6: what another thread reaches from now on is common.
    th.share(&object);
    Some(object)
}

macro_rules! attributes {
    ($ty:ident, $name_doc:tt, $qualname_doc:tt, $delegate_doc:tt, $kind:literal, $running:literal, $suspended:literal, $frame:literal, $code:literal, $delegate:literal) => {
        #[pymethods(part = "attributes")]
        impl $ty {
            #[slot(tp_repr)]
            fn repr(&self, th: &mut Thread) -> Ref<Str> {
                repr(th, &self.body, $kind)
            }

            #[slot(tp_finalize)]
            fn finalize(&self, th: &mut Thread) {
                protocol::finalize(th, &self.body)
            }

            #[doc = $name_doc]
            #[getter(__name__)]
            fn name(&self, th: &mut Thread) -> Option<Ref<Str>> {
                self.body.name(th)
            }

            #[setter(__name__)]
            fn set_name(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                set_name(th, &self.body, &self.body.name, value, "__name__")
            }

            #[doc = $qualname_doc]
            #[getter(__qualname__)]
            fn qualname(&self, th: &mut Thread) -> Option<Ref<Str>> {
                self.body.qualname(th)
            }

            #[setter(__qualname__)]
            fn set_qualname(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                set_name(th, &self.body, &self.body.qualname, value, "__qualname__")
            }

            #[getter(name = $running)]
            fn running(&self) -> bool {
                self.body.is_running() || self.body.running_async.load(heap::sync::Ordering::Relaxed)
            }

            #[getter(name = $suspended)]
            fn suspended(&self) -> bool {
                self.body.is_suspended()
            }

            #[getter(name = $frame)]
            fn frame(&self, th: &mut Thread) -> Option<Ref<Object>> {
                frame_of(th, &self.body)
            }

            #[getter(name = $code)]
            fn code(&self, th: &mut Thread) -> Option<Ref<crate::code::Code>> {
                self.body.code.get(th, self)
            }

            #[doc = $delegate_doc]
            #[getter(name = $delegate)]
            fn delegate(&self, th: &mut Thread) -> Option<Ref<Object>> {
                super::delegate(th, &self.body)
            }

            /// gen.__sizeof__() -> size of gen in memory, in bytes
            #[method]
            fn __sizeof__(&self) -> usize {
                let words = self.body.code.peek().map_or(0, |code| code.frame_words());
                size_of::<$ty>() + words * 8
            }
        }
    };
}

attributes!(Generator, "name of the generator", "qualified name of the generator", "object being iterated by yield from, or None", "generator", "gi_running", "gi_suspended", "gi_frame", "gi_code", "gi_yieldfrom");
attributes!(Coroutine, "name of the coroutine", "qualified name of the coroutine", "object being awaited on, or None", "coroutine", "cr_running", "cr_suspended", "cr_frame", "cr_code", "cr_await");
attributes!(AsyncGenerator, "name of the async generator", "qualified name of the async generator", "object being awaited on, or None", "async_generator", "ag_running", "ag_suspended", "ag_frame", "ag_code", "ag_await");

#[pymethods]
impl Generator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        protocol::next(th, &self.body)
    }

    #[slot(am_send)]
    fn am_send(&self, th: &mut Thread, value: &Object) -> Result<SendResult, Raised> {
        protocol::send_ex(th, &self.body, value)
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = none)]
    fn send(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        protocol::send_method(th, &self.body, value)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        throw_method(th, &self.body, kind, value, traceback)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        protocol::close(th, &self.body)
    }

    /// See PEP 585
    #[method(class, sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[pymethods]
impl Coroutine {
    #[slot(am_await)]
    fn am_await(&self, th: &mut Thread) -> Ref<super::awaitable::CoroutineWrapper> {
        super::awaitable::CoroutineWrapper::new(th, self.body.object())
    }

    #[slot(am_send)]
    fn am_send(&self, th: &mut Thread, value: &Object) -> Result<SendResult, Raised> {
        protocol::send_ex(th, &self.body, value)
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method(sig = none)]
    fn send(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        protocol::send_method(th, &self.body, arg)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        throw_method(th, &self.body, kind, value, traceback)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        protocol::close(th, &self.body)
    }

    #[getter]
    fn cr_origin(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.body.extra.get(th, self)
    }

    /// See PEP 585
    #[method(class, sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}
