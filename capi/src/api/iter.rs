//! `PyIter_*`, iterators of sequences and of callables, asynchronous iterators.

use core::ffi::c_int;

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::{self, StopIteration};
use objects::glue::SendResult;
use objects::ops::cslot;
use objects::seqiter::{CallIter, SeqIter};
use objects::typing::places::SlotId;
use objects::{names, none, none_ref, ops, raise};

use super::mapping::hand_out;
use crate::api;

type Made = Result<Ref<Object>, Raised>;

/// A slot of the asynchronous table that takes the object alone.
fn async_slot(object: &Object, slot: SlotId) -> Option<abi::unaryfunc> {
    // SAFETY: R4: what stands in the slot has the slot's signature; 0 is `None`.
    unsafe { core::mem::transmute::<usize, Option<abi::unaryfunc>>(slot.read(object.ty())) }
}

fn is_async_iterator(object: &Object) -> bool {
    async_slot(object, SlotId::am_anext).is_some()
}

/// Sends a value to a generator, or to what is like one.
fn send(th: &mut Thread, iterator: &Object, value: &Object) -> Result<SendResult, Raised> {
    // SAFETY: R4: as in `async_slot`.
    let am_send = unsafe { core::mem::transmute::<usize, Option<abi::sendfunc>>(SlotId::am_send.read(iterator.ty())) };
    if let Some(f) = am_send {
        return cslot::send(th, f, iterator, value);
    }
    let next = iterator.ty().tp_iternext().filter(|_| value.is(none()));
    let given = match next {
        Some(f) => cslot::next_raw(th, f, iterator),
        None => ops::call_method(th, iterator, &names::send, &[value]).ok(),
    };
    if let Some(given) = given {
        return Ok(SendResult::Next(given));
    }
    if th.exception().is_none() {
        return Ok(SendResult::Return(none_ref()));
    }
    let Some(stop) = raise::catch(th, exceptions::stop_iteration_type()) else { return Err(th.already_raised()) };
    let value = stop.downcast_ref::<StopIteration>().map_or_else(none_ref, |stop| stop.value(th));
    th.release(stop);
    Ok(SendResult::Return(value))
}

api! {
    /// `iter(object)`
    fn PyObject_GetIter(th, object: &Object) -> Made {
        ops::iter(th, object)
    }

    /// `aiter(object)`
    fn PyObject_GetAIter(th, object: &Object) -> Made {
        let Some(f) = async_slot(object, SlotId::am_aiter) else {
            let name = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("'{name}' object is not an async iterable")));
        };
        let iterator = cslot::unary(th, f, object)?;
        if is_async_iterator(&iterator) {
            return Ok(iterator);
        }
        let name = ops::type_name(&iterator);
        th.release(iterator);
        Err(raise::type_error(th, format_args!("aiter() returned not an async iterator of type '{name}'")))
    }

    /// Whether the object has `__next__`.
    fn PyIter_Check(_th, object: &Object) -> i32 {
        i32::from(ops::is_iterator(object))
    }

    /// Whether the object has `__anext__`.
    fn PyAIter_Check(_th, object: &Object) -> i32 {
        i32::from(is_async_iterator(object))
    }

    /// The next item; null at the end, and where that raises.
    fn PyIter_Next(th, iterator: &Object) -> Result<Option<Ref<Object>>, Raised> {
        ops::next(th, iterator)
    }

    /// The next item through `item`: 1, or 0 at the end.
    fn PyIter_NextItem(th, iterator: &Object, item: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        let found = if ops::is_iterator(iterator) {
            ops::next(th, iterator)
        } else {
            let name = ops::full_type_name(th, iterator.ty());
            Err(raise::type_error(th, format_args!("expected an iterator, got '{name}'")))
        };
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { hand_out(th, item, found) }
    }

    /// Sends a value: what is yielded or returned comes through `result`, and which of the two it was is the result.
    fn PyIter_Send(th, iterator: &Object, value: &Object, result: *mut *mut abi::PyObject) -> c_int {
        let (object, code) = match send(th, iterator, value) {
            Ok(SendResult::Next(object)) => (Some(object), abi::PYGEN_NEXT),
            Ok(SendResult::Return(object)) => (Some(object), abi::PYGEN_RETURN),
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                (None, abi::PYGEN_ERROR)
            }
        };
        let pointer = object.map_or(core::ptr::null_mut(), |object| objects::glue::leave_c(th, object));
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { result.write(pointer) };
        code
    }

    /// An iterator that asks a sequence for its items by number.
    fn PySeqIter_New(th, sequence: &Object) -> Result<Ref<SeqIter>, Raised> {
        if ops::is_sequence(sequence) { Ok(SeqIter::new(th, sequence)) } else { Err(raise::bad_internal_call(th)) }
    }

    /// An iterator that calls until the sentinel comes.
    fn PyCallIter_New(th, callable: &Object, sentinel: &Object) -> Result<Ref<CallIter>, Raised> {
        Ok(CallIter::new(th, callable, sentinel))
    }

    /// `tp_iter` of iterators.
    fn PyObject_SelfIter(th, iterator: &Object) -> Made {
        Ok(th.retain(iterator))
    }
}
