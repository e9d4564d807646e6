//! Awaitables: `await`, `async for`, and the wrapper that `coroutine.__await__` returns.

use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Str, names, ops, raise};
use syntax::code::flags;

use super::{GenKind, gen_of, protocol};

fn async_slots(ty: &Type) -> Option<&abi::PyAsyncMethods> {
    let table = ty.tp_as_async();
    // SAFETY: R4: null or the type's table, which lives as long as the type.
    unsafe { table.as_ref() }
}

fn am_await(ty: &Type) -> Option<abi::unaryfunc> {
    async_slots(ty)?.am_await
}

fn am_aiter(ty: &Type) -> Option<abi::unaryfunc> {
    async_slots(ty)?.am_aiter
}

fn am_anext(ty: &Type) -> Option<abi::unaryfunc> {
    async_slots(ty)?.am_anext
}

/// The type's `am_send`.
pub fn send_slot(ty: &Type) -> Option<abi::sendfunc> {
    async_slots(ty)?.am_send
}

/// The type's `am_await`.
pub fn await_slot(object: &Object) -> Option<abi::unaryfunc> {
    am_await(object.ty())
}

/// Whether a generator was made by `types.coroutine`.
pub fn is_iterable_coroutine(object: &Object) -> bool {
    gen_of(object).is_some_and(|g| {
        g.kind == GenKind::Generator && g.code.peek().is_some_and(|code| code.flags & flags::ITERABLE_COROUTINE != 0)
    })
}

/// The iterator that `await object` delegates to.
pub fn awaitable_iter(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    if gen_of(object).is_some_and(|g| g.kind == GenKind::Coroutine) || is_iterable_coroutine(object) {
        return Ok(th.retain(object));
    }
    let Some(slot) = await_slot(object) else {
        let ty = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("'{ty}' object can't be awaited")));
    };
    let iter = ops::cslot::unary(th, slot, object)?;
    if gen_of(&iter).is_some_and(|g| g.kind == GenKind::Coroutine) || is_iterable_coroutine(&iter) {
        th.release(iter);
        return Err(raise::type_error(th, format_args!("__await__() returned a coroutine")));
    }
    if !ops::is_iterator(&iter) {
        let (ty, got) = (ops::type_name(object), ops::type_name(&iter));
        let _ = ty;
        return Err(raise::type_error(th, format_args!("__await__() returned non-iterator of type '{got}'")));
    }
    Ok(iter)
}

/// `aiter(object)`, checked to have `__anext__`.
pub fn get_aiter(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    let Some(slot) = am_aiter(object.ty()) else {
        let ty = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("'async for' requires an object with __aiter__ method, got {ty}")));
    };
    let iter = ops::cslot::unary(th, slot, object)?;
    if am_anext(iter.ty()).is_none() {
        let ty = ops::type_name(&iter);
        return Err(raise::type_error(th, format_args!("'async for' received an object from __aiter__ that does not implement __anext__: {ty}")));
    }
    Ok(iter)
}

/// The awaitable's iterator of `iter.__anext__()`.
pub fn get_anext(th: &mut Thread, iter: &Object) -> Result<Ref<Object>, Raised> {
    let Some(slot) = am_anext(iter.ty()) else {
        let ty = ops::type_name(iter);
        return Err(raise::type_error(th, format_args!("'async for' requires an iterator with __anext__ method, got {ty}")));
    };
    let next = ops::cslot::unary(th, slot, iter)?;
    if gen_of(&next).is_some_and(|g| g.kind == GenKind::Coroutine) || next.is_a::<super::async_gen::AsyncSend>() {
        return awaitable_iter(th, &next);
    }
    match awaitable_iter(th, &next) {
        Ok(iter) => {
            th.release(next);
            Ok(iter)
        }
        Err(_) => {
            let ty = ops::type_name(&next);
            Err(raise::from_cause(th, objects::exceptions::type_error_type(), format_args!("'async for' received an invalid object from __anext__: {ty}")))
        }
    }
}

/// What `anext(iterator, default)` returns.
#[pytype(name = "anext_awaitable", doc = none, export = "_PyAnextAwaitable_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct AnextAwaitable {
    head: Head,
    awaitable: Slot,
    default: Slot,
}

impl AnextAwaitable {
    /// Awaits `awaitable`; where that says that the iterator has ended, the value is `default`.
    pub fn new(th: &Thread, awaitable: &Object, default: &Object) -> Ref<AnextAwaitable> {
        th.new_object(AnextAwaitable { head: Head::INIT, awaitable: Slot::new(th.retain(awaitable)), default: Slot::new(th.retain(default)) })
    }

    /// The iterator that is driven: a coroutine's wrapper, or what `__await__` returns.
    fn iterator(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let Some(awaitable) = self.awaitable.get(th, self) else {
            return Err(raise::runtime_error(th, format_args!("the awaitable of this object is gone")));
        };
        let iter = awaitable_iter(th, &awaitable)?;
        th.release(awaitable);
        if gen_of(&iter).is_some_and(|g| g.kind == GenKind::Coroutine) {
            return Ok(CoroutineWrapper::new(th, &iter).up());
        }
        Ok(iter)
    }

    /// StopAsyncIteration becomes the end with the default.
    fn ended(&self, th: &mut Thread, raised: Raised) -> Raised {
        match raise::catch(th, objects::exceptions::stop_async_iteration_type()) {
            Some(stop) => {
                th.release(stop);
                let default = self.default.get(th, self);
                raise::stop_iteration(th, default)
            }
            None => raised,
        }
    }

    fn delegate(&self, th: &mut Thread, method: &Str, args: &[&Object]) -> Result<Ref<Object>, Raised> {
        let iter = self.iterator(th)?;
        let result = ops::call_method(th, &iter, method, args);
        th.release(iter);
        result.map_err(|raised| self.ended(th, raised))
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot(tp_iter, am_await)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let iter = self.iterator(th)?;
        let result = match iter.ty().tp_iternext() {
            Some(next) => ops::cslot::next_raw(th, next, &iter),
            None => None,
        };
        th.release(iter);
        match result {
            Some(value) => Ok(Some(value)),
            None if th.exception().is_some() => {
                let raised = th.already_raised();
                Err(self.ended(th, raised))
            }
            None => Ok(None),
        }
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = none)]
    fn send(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        self.delegate(th, &names::send, &[arg])
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        self.delegate(th, &names::throw, args.as_slice())
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(sig = none)]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.delegate(th, &names::close, &[])
    }
}

/// What `coroutine.__await__()` returns.
#[pytype(name = "coroutine_wrapper", doc = none, export = "_PyCoroWrapper_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct CoroutineWrapper {
    head: Head,
    coroutine: Slot,
}

impl CoroutineWrapper {
    /// A wrapper around a coroutine.
    pub fn new(th: &Thread, coroutine: &Object) -> Ref<CoroutineWrapper> {
        th.new_object(CoroutineWrapper { head: Head::INIT, coroutine: Slot::new(th.retain(coroutine)) })
    }

    fn inner(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.coroutine.get(th, self) {
            Some(coroutine) => Ok(coroutine),
            None => Err(raise::runtime_error(th, format_args!("the coroutine of this wrapper is gone"))),
        }
    }
}

#[pymethods]
impl CoroutineWrapper {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let coroutine = self.inner(th)?;
        match gen_of(&coroutine) {
            Some(generator) => protocol::next(th, generator),
            None => Ok(None),
        }
    }

    /// send(arg) -> send 'arg' into coroutine
    /// return next iterated value or raise StopIteration.
    #[method]
    fn send(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        let coroutine = self.inner(th)?;
        match gen_of(&coroutine) {
            Some(generator) => protocol::send_method(th, generator, arg),
            None => Ok(objects::none_ref()),
        }
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
        let coroutine = self.inner(th)?;
        match gen_of(&coroutine) {
            Some(generator) => super::attributes::throw_method(th, generator, kind, value, traceback),
            None => Ok(objects::none_ref()),
        }
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let coroutine = self.inner(th)?;
        match gen_of(&coroutine) {
            Some(generator) => protocol::close(th, generator),
            None => Ok(objects::none_ref()),
        }
    }
}
