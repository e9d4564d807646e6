//! Async generators: `__anext__`, `asend`, `athrow`, `aclose`, and the awaitables that they return.
//!
//! What an async generator yields comes wrapped in a [`WrappedValue`], so that its driver tells it from what an inner await hands out.

use heap::sync::{AtomicU8, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Tuple, exceptions, ops, raise};

use super::{AsyncGenerator, Gen, protocol};

/// A value that an async generator yields.
#[pytype(name = "async_generator_wrapped_value", doc = none, export = "_PyAsyncGenWrappedValue_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct WrappedValue {
    head: Head,
    value: Slot,
}

#[pymethods]
impl WrappedValue {}

/// Wraps a yielded value.
pub fn wrap_value(th: &Thread, value: &Object) -> Ref<Object> {
    th.new_object(WrappedValue { head: Head::INIT, value: Slot::new(th.retain(value)) }).up()
}

/// Life of an awaitable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Init,
    Iter,
    Closed,
}

/// Where an awaitable is in its life, which several threads may try to begin.
struct Life(AtomicU8);

impl Life {
    fn new() -> Life {
        Life(AtomicU8::new(State::Init as u8))
    }

    fn get(&self) -> State {
        match self.0.load(Acquire) {
            0 => State::Init,
            1 => State::Iter,
            _ => State::Closed,
        }
    }

    fn close(&self) {
        self.0.store(State::Closed as u8, Release);
    }

    /// Begins it; false: somebody else has.
    fn begin(&self) -> bool {
        self.0.compare_exchange(State::Init as u8, State::Iter as u8, AcqRel, Acquire).is_ok()
    }
}

/// What `__anext__` and `asend` return.
#[pytype(name = "async_generator_asend", doc = none, export = "_PyAsyncGenASend_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct AsyncSend {
    head: Head,
    generator: Slot<AsyncGenerator>,
    value: Slot,
    state: Life,
}

/// What `athrow` and `aclose` return; `args` is empty for `aclose`.
#[pytype(name = "async_generator_athrow", doc = none, export = "_PyAsyncGenAThrow_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct AsyncThrow {
    head: Head,
    generator: Slot<AsyncGenerator>,
    args: Slot<Tuple>,
    state: Life,
}

/// Looks the hooks of `sys.set_asyncgen_hooks` up once per generator.
fn init_hooks(th: &mut Thread, generator: &AsyncGenerator) -> Result<(), Raised> {
    let body = generator.body();
    if body.hooks_done.swap(true, AcqRel) {
        return Ok(());
    }
    let (first, finalizer) = hooks(th);
    if let Some(finalizer) = finalizer {
        body.extra.set(th, generator, Some(finalizer));
    }
    if let Some(first) = first {
        let value = ops::call1(th, &first, body.object())?;
        th.release(value);
    }
    Ok(())
}

/// `sys.get_asyncgen_hooks()`: firstiter and finalizer of this thread.
pub fn hooks(th: &Thread) -> (Option<Ref<Object>>, Option<Ref<Object>>) {
    // SAFETY: R10: this thread's own fields: null or counted.
    let (first, finalizer) = unsafe { ((*th.abi()).async_gen_firstiter, (*th.abi()).async_gen_finalizer) };
    let get = |ptr: *mut abi::PyObject| {
        // SAFETY: R10: the field holds a count.
        (!ptr.is_null()).then(|| th.retain(unsafe { Object::borrow(ptr) }))
    };
    (get(first), get(finalizer))
}

/// `sys.set_asyncgen_hooks()`: `None` leaves a hook as it is, `Some(None)` removes it.
pub fn set_hooks(th: &mut Thread, first: Option<Option<Ref<Object>>>, finalizer: Option<Option<Ref<Object>>>) {
    let abi = th.abi();
    // SAFETY: R10: this thread's own field.
    let fields = unsafe { [&raw mut (*abi).async_gen_firstiter, &raw mut (*abi).async_gen_finalizer] };
    for (field, new) in fields.into_iter().zip([first, finalizer]) {
        if let Some(new) = new {
            let new = new.map_or(core::ptr::null_mut(), Ref::into_raw);
            // SAFETY: R2: the field's count goes to the reference, the new one to the field.
            drop(unsafe { Ref::<Object>::from_raw_nullable(core::mem::replace(&mut *field, new)) });
        }
    }
}

/// What the driver of an async generator does with a result: yielded values end the awaitable as StopIteration's value.
fn unwrap_value(th: &mut Thread, generator: &Gen, result: Result<Ref<Object>, Raised>) -> Result<Ref<Object>, Raised> {
    match result {
        Ok(value) => match value.downcast::<WrappedValue>() {
            Ok(wrapped) => {
                let value = wrapped.value.get(th, &*wrapped).unwrap_or_else(objects::none_ref);
                th.release(wrapped);
                generator.running_async.store(false, Release);
                Err(raise::stop_iteration(th, Some(value)))
            }
            Err(value) => Ok(value),
        },
        Err(raised) => {
            if raise::matches(th, exceptions::stop_async_iteration_type()) || raise::matches(th, exceptions::generator_exit_type()) {
                generator.closed.store(true, Release);
            }
            generator.running_async.store(false, Release);
            Err(raised)
        }
    }
}

fn is_wrapped(result: &Result<Ref<Object>, Raised>) -> bool {
    result.as_ref().is_ok_and(|value| value.is_a::<WrappedValue>())
}

#[pymethods]
impl AsyncGenerator {
    #[slot(am_aiter)]
    fn aiter(&self) -> &Self {
        self
    }

    #[slot(am_anext)]
    fn anext(&self, th: &mut Thread) -> Result<Ref<AsyncSend>, Raised> {
        init_hooks(th, self)?;
        Ok(AsyncSend::new(th, self, None))
    }

    /// asend(v) -> send 'v' in generator.
    #[method]
    fn asend(&self, th: &mut Thread, value: &Object) -> Result<Ref<AsyncSend>, Raised> {
        init_hooks(th, self)?;
        let value = th.retain(value);
        Ok(AsyncSend::new(th, self, Some(value)))
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method(sig = none)]
    fn athrow(&self, th: &mut Thread, args: Args<'_>) -> Result<Ref<AsyncThrow>, Raised> {
        if args.len() > 1 {
            objects::warn::deprecated(th, format_args!("the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead."))?;
        }
        init_hooks(th, self)?;
        let args = Tuple::from_slice(th, args.as_slice());
        Ok(AsyncThrow::new(th, self, Some(args)))
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[method]
    fn aclose(&self, th: &mut Thread) -> Result<Ref<AsyncThrow>, Raised> {
        init_hooks(th, self)?;
        Ok(AsyncThrow::new(th, self, None))
    }

    /// See PEP 585
    #[method(class, sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

const REUSED_SEND: &str = "cannot reuse already awaited __anext__()/asend()";
const REUSED_THROW: &str = "cannot reuse already awaited aclose()/athrow()";

impl AsyncSend {
    fn new(th: &Thread, generator: &AsyncGenerator, value: Option<Ref<Object>>) -> Ref<AsyncSend> {
        th.new_object(AsyncSend {
            head: Head::INIT,
            generator: Slot::new(th.retain(generator)),
            value: Slot::from_option(value),
            state: Life::new(),
        })
    }

    fn owner(&self, th: &mut Thread) -> Result<Ref<AsyncGenerator>, Raised> {
        match self.generator.get(th, self) {
            Some(generator) => Ok(generator),
            None => Err(raise::runtime_error(th, format_args!("{REUSED_SEND}"))),
        }
    }

    /// The first use claims the generator for this awaitable; whether this is the first.
    fn start(&self, th: &mut Thread, generator: &Gen) -> Result<bool, Raised> {
        if self.state.begin() {
            if generator.running_async.swap(true, AcqRel) {
                self.state.close();
                return Err(raise::runtime_error(th, format_args!("anext(): asynchronous generator is already running")));
            }
            return Ok(true);
        }
        if self.state.get() == State::Closed {
            return Err(raise::runtime_error(th, format_args!("{REUSED_SEND}")));
        }
        generator.running_async.store(true, Release);
        Ok(false)
    }
}

#[pymethods]
impl AsyncSend {
    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) {
        if self.state.get() == State::Init {
            let generator = self.generator.get(th, self);
            warn_unawaited(th, generator, "asend");
        }
    }

    #[slot(am_await, tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.send(th, objects::none()).map(Some)
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        let owner = self.owner(th)?;
        let generator = owner.body();
        let first = self.start(th, generator)?;
        let own = if first && value.is(objects::none()) { self.value.get(th, self) } else { None };
        let sent = own.as_deref().unwrap_or(value);
        let result = protocol::send_method(th, generator, sent);
        let result = unwrap_value(th, generator, result);
        if result.is_err() {
            self.state.close();
        }
        result
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let owner = self.owner(th)?;
        let generator = owner.body();
        self.start(th, generator)?;
        let result = super::attributes::throw_method(th, generator, kind, value, traceback);
        let result = unwrap_value(th, generator, result);
        if result.is_err() {
            self.state.close();
        }
        result
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.state.get() == State::Closed {
            return Ok(());
        }
        let result = self.throw(th, exceptions::generator_exit_type(), None, None);
        closed_result(th, result)
    }
}

/// The finalizer of an awaitable that nobody awaited.
fn warn_unawaited(th: &mut Thread, generator: Option<Ref<AsyncGenerator>>, method: &str) {
    let Some(generator) = generator else { return };
    let saved = th.take_exception();
    let name = generator.body().qualname(th).map_or_else(objects::none_ref, Ref::up);
    let name = ops::repr(th, &name).map_or_else(|_| String::new(), |name| name.to_string_lossy());
    let message = format_args!("coroutine method '{method}' of {name} was never awaited");
    if objects::warn::warn(th, exceptions::runtime_warning_type(), message, 1).is_err() {
        raise::unraisable(th, "Exception ignored while finalizing async generator", Some(generator.body().object()));
    }
    if let Some(saved) = saved {
        let _ = th.set_exception(saved);
    }
}

/// What `close` makes of the result of throwing GeneratorExit.
fn closed_result(th: &mut Thread, result: Result<Ref<Object>, Raised>) -> Result<(), Raised> {
    match result {
        Ok(value) => {
            th.release(value);
            Err(raise::runtime_error(th, format_args!("coroutine ignored GeneratorExit")))
        }
        Err(raised) => {
            for ty in [exceptions::stop_iteration_type(), exceptions::stop_async_iteration_type(), exceptions::generator_exit_type()] {
                if let Some(exception) = raise::catch(th, ty) {
                    th.release(exception);
                    return Ok(());
                }
            }
            Err(raised)
        }
    }
}

impl AsyncThrow {
    fn new(th: &Thread, generator: &AsyncGenerator, args: Option<Ref<Tuple>>) -> Ref<AsyncThrow> {
        th.new_object(AsyncThrow {
            head: Head::INIT,
            generator: Slot::new(th.retain(generator)),
            args: Slot::from_option(args),
            state: Life::new(),
        })
    }

    fn owner(&self, th: &mut Thread) -> Result<Ref<AsyncGenerator>, Raised> {
        match self.generator.get(th, self) {
            Some(generator) => Ok(generator),
            None => Err(raise::runtime_error(th, format_args!("{REUSED_THROW}"))),
        }
    }

    fn already_running(&self, th: &mut Thread) -> Raised {
        self.state.close();
        let what = if self.args.is_null() { "aclose" } else { "athrow" };
        raise::runtime_error(th, format_args!("{what}(): asynchronous generator is already running"))
    }

    /// The generator yielded although it was told to end.
    fn ignored(&self, th: &mut Thread, generator: &Gen, value: Result<Ref<Object>, Raised>) -> Raised {
        if let Ok(value) = value {
            th.release(value);
        }
        generator.running_async.store(false, Release);
        self.state.close();
        raise::runtime_error(th, format_args!("async generator ignored GeneratorExit"))
    }

    /// The generator raised: the end that `aclose` waits for is no error.
    fn ended(&self, th: &mut Thread, generator: &Gen, raised: Raised) -> Raised {
        generator.running_async.store(false, Release);
        self.state.close();
        if self.args.is_null() {
            for ty in [exceptions::stop_async_iteration_type(), exceptions::generator_exit_type()] {
                if let Some(exception) = raise::catch(th, ty) {
                    th.release(exception);
                    return raise::stop_iteration(th, None);
                }
            }
        }
        raised
    }

    /// A result on the way to the driver.
    fn finish(&self, th: &mut Thread, generator: &Gen, result: Result<Ref<Object>, Raised>) -> Result<Ref<Object>, Raised> {
        if self.args.is_null() {
            if is_wrapped(&result) {
                return Err(self.ignored(th, generator, result));
            }
        } else {
            let result = unwrap_value(th, generator, result);
            if result.is_err() {
                self.state.close();
            }
            return result;
        }
        result.map_err(|raised| self.ended(th, generator, raised))
    }
}

#[pymethods]
impl AsyncThrow {
    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) {
        if self.state.get() == State::Init {
            let method = if self.args.is_null() { "aclose" } else { "athrow" };
            let generator = self.generator.get(th, self);
            warn_unawaited(th, generator, method);
        }
    }

    #[slot(am_await, tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.send(th, objects::none()).map(Some)
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        let owner = self.owner(th)?;
        let generator = owner.body();
        if self.state.get() == State::Closed {
            return Err(raise::runtime_error(th, format_args!("{REUSED_THROW}")));
        }
        if generator.is_finished() {
            self.state.close();
            return Err(raise::stop_iteration(th, None));
        }
        if self.state.get() == State::Init {
            if generator.running_async.load(Acquire) {
                return Err(self.already_running(th));
            }
            if generator.closed.load(Acquire) {
                self.state.close();
                return Err(raise::empty(th, exceptions::stop_async_iteration_type()));
            }
            if !value.is(objects::none()) {
                return Err(raise::runtime_error(th, format_args!("can't send non-None value to a just-started coroutine")));
            }
        }
        if self.state.begin() {
            if generator.running_async.swap(true, AcqRel) {
                return Err(self.already_running(th));
            }
            let thrown = match self.args.get(th, self) {
                None => {
                    generator.closed.store(true, Release);
                    protocol::throw_maybe_closing(th, generator, false, exceptions::generator_exit_type(), None, None)
                }
                Some(args) => {
                    let at = |i: usize| (args.len() > i).then(|| args.get(i));
                    match at(0) {
                        Some(kind) => protocol::throw_maybe_closing(th, generator, false, kind, at(1), at(2)),
                        None => Err(raise::type_error(th, format_args!("athrow expected at least 1 argument, got 0"))),
                    }
                }
            };
            let result = match thrown {
                Ok(result) => protocol::method_result(th, generator, result),
                Err(raised) => Err(raised),
            };
            return self.finish(th, generator, result);
        }
        let result = protocol::send_method(th, generator, value);
        self.finish(th, generator, result)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let owner = self.owner(th)?;
        let generator = owner.body();
        match self.state.get() {
            State::Closed => return Err(raise::runtime_error(th, format_args!("{REUSED_THROW}"))),
            State::Init if self.state.begin() && generator.running_async.swap(true, AcqRel) => return Err(self.already_running(th)),
            State::Init | State::Iter => {}
        }
        let result = super::attributes::throw_method(th, generator, kind, value, traceback);
        self.finish(th, generator, result)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.state.get() == State::Closed {
            return Ok(());
        }
        let result = self.throw(th, exceptions::generator_exit_type(), None, None);
        closed_result(th, result)
    }
}
