//! The `frame` object: what Python sees of a frame, made when somebody asks.
//!
//! Invariant: while the frame runs (or waits in its generator) the object points at it; when the frame ends, the object takes its registers over, so
//! that `f_locals` of a traceback stays readable. What several threads know may run in one of them: the others look at it with the world
//! stopped (R13), and share what they take (R6).
#![allow(unsafe_code, reason = "takes over the registers of frames that end")]

use core::cell::{Cell, UnsafeCell};

use heap::sync::{AtomicBool, AtomicI32, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Traverse, Visitor};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Dict, Str, raise};
use syntax::code::flags;

use super::locals::LocalsProxy;
use super::regs::Reg;
use super::stack::{self, Fp};
use crate::code::Code;
use crate::generator::Gen;

/// A frame.
#[pytype(name = "frame", export = "PyFrame_Type", doc = none, gc = custom, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct FrameObject {
    head: Head,
    back: Slot<FrameObject>,
    /// Null once the frame is gone and cleared.
    frame: Cell<Option<Fp>>,
    pub trace: Slot,
    /// Line set by the tracer, or 0.
    pub line: AtomicI32,
    pub trace_lines: AtomicBool,
    pub trace_opcodes: AtomicBool,
    code: Slot<Code>,
    /// Names that `f_locals` has besides the variables.
    pub extra_locals: Slot<Dict>,
    locals_cache: Slot,
    overwritten: Slot,
    /// The registers, once they are this object's own.
    owned: UnsafeCell<Option<Box<[u64]>>>,
    /// Whether the code still runs or may run again. Cleared (release) when everything else is as it stays; read (acquire) by others.
    alive: AtomicBool,
    owned_temps: Cell<usize>,
}

const _: () = {
    assert!(core::mem::offset_of!(FrameObject, back) == core::mem::offset_of!(abi::PyFrameObject, f_back));
    assert!(core::mem::offset_of!(FrameObject, frame) == core::mem::offset_of!(abi::PyFrameObject, f_frame));
    assert!(core::mem::offset_of!(FrameObject, trace) == core::mem::offset_of!(abi::PyFrameObject, f_trace));
    assert!(core::mem::offset_of!(FrameObject, line) == core::mem::offset_of!(abi::PyFrameObject, f_lineno));
};

impl Traverse for FrameObject {
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.back);
        visitor.slot(&self.trace);
        visitor.slot(&self.code);
        visitor.slot(&self.extra_locals);
        visitor.slot(&self.locals_cache);
        visitor.slot(&self.overwritten);
        if self.is_owner()
            && let Some(frame) = self.frame.get()
        {
            stack::visit_counted(frame, self.owned_temps.get(), visitor);
        }
    }
}

impl Clear for FrameObject {
    fn clear(&self, th: &mut Thread) {
        self.trace.set(th, self, None);
        self.extra_locals.set(th, self, None);
        let held = self.look(th, |th, frame| match frame {
            Some(frame) if self.is_owner() => stack::take_registers(th, frame, self.owned_temps.replace(0)),
            _ => Vec::new(),
        });
        for value in held {
            th.release(value);
        }
    }
}

impl Drop for FrameObject {
    fn drop(&mut self) {
        if self.is_owner()
            && let Some(frame) = self.frame.get()
        {
            // SAFETY: R10: an object ends on a thread that Python knows.
            let th = unsafe { Thread::from_tls() };
            frame.clear_registers(th, self.owned_temps.replace(0));
            frame.locals.get().release(th);
            frame.func.get().release(th);
        }
    }
}

/// The `frame` object of a live frame, made on first use.
pub fn frame_object(th: &Thread, frame: Fp) -> Ref<FrameObject> {
    if let Some(object) = frame.object() {
        return th.retain(object);
    }
    let object = th.new_object(FrameObject {
        head: Head::INIT,
        back: Slot::NULL,
        frame: Cell::new(Some(frame)),
        trace: Slot::NULL,
        line: AtomicI32::new(0),
        trace_lines: AtomicBool::new(true),
        trace_opcodes: AtomicBool::new(false),
        code: Slot::new(th.retain(frame.code())),
        extra_locals: Slot::NULL,
        locals_cache: Slot::NULL,
        overwritten: Slot::NULL,
        owned: UnsafeCell::new(None),
        alive: AtomicBool::new(true),
        owned_temps: Cell::new(0),
    });
    if frame.generator().is_some_and(|generator| generator.object().owner() == 0) {
        // R6: the frame is part of a common generator, which another thread may run next.
        th.share(object.as_object());
    }
    frame.set_object(th.retain(&*object));
    object
}

impl FrameObject {
    /// A frame that never runs, for tracebacks of code that is not Python's (`PyFrame_New`).
    pub fn apart(th: &mut Thread, code: &Code, globals: &Object, locals: Option<&Object>) -> Result<Ref<FrameObject>, Raised> {
        let builtins = crate::run::builtins_of(th, globals)?;
        code.complete();
        // It holds what the frame's header names.
        let function = crate::Function::new(th, code, globals, &builtins);
        let mut memory: Box<[u64]> = vec![0; code.frame_words()].into_boxed_slice();
        // SAFETY: so many fresh words, which live as long as the object's `owned`.
        let frame = unsafe { stack::init(memory.as_mut_ptr(), stack::Start { code, globals, builtins: &builtins }) };
        frame.func.set(Reg::counted(function));
        frame.locals.set(locals.map_or(Reg::NULL, |locals| Reg::counted(th.retain(locals))));
        let object = th.new_object(FrameObject {
            head: Head::INIT,
            back: Slot::NULL,
            frame: Cell::new(Some(frame)),
            trace: Slot::NULL,
            line: AtomicI32::new(0),
            trace_lines: AtomicBool::new(true),
            trace_opcodes: AtomicBool::new(false),
            code: Slot::new(th.retain(code)),
            extra_locals: Slot::NULL,
            locals_cache: Slot::NULL,
            overwritten: Slot::NULL,
            owned: UnsafeCell::new(Some(memory)),
            alive: AtomicBool::new(false),
            owned_temps: Cell::new(0),
        });
        Ok(object)
    }

    /// `f_lasti`, in bytes; -1 for a frame that is gone.
    pub fn last_instruction(&self, th: &mut Thread) -> i64 {
        self.look_at_rest(th, |_, frame| frame.map_or(-1, |frame| frame.lasti() as i64 * 2))
    }

    /// The value of a variable.
    pub fn variable(&self, th: &mut Thread, name: &Str) -> Option<Ref<Object>> {
        self.look_at_rest(th, |th, frame| {
            let found = super::locals::variables(th, frame?).into_iter().find(|(known, _)| known.eq_str(name));
            found.map(|(_, value)| FrameObject::take_out(th, &*value))
        })
    }

    /// The locals as something that the frame keeps, which C may borrow: a copy of the variables of a function, made anew at each call.
    pub fn kept_locals(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some(locals) = locals_of(th, self) else { return Ok(None) };
        let Some(proxy) = locals.downcast_ref::<LocalsProxy>() else { return Ok(Some(locals)) };
        let fresh = proxy.to_dict(th)?;
        match self.locals_cache.get(th, self).and_then(|kept| kept.downcast::<Dict>().ok()) {
            Some(kept) => {
                // Names that were added by C stay.
                kept.update(th, &fresh)?;
                Ok(Some(kept.up()))
            }
            None => {
                self.locals_cache.set(th, self, Some(fresh.clone().up()));
                Ok(Some(fresh.up()))
            }
        }
    }

    fn is_owner(&self) -> bool {
        // SAFETY: R9: the field changes once, when the frame ends, under the frame's own thread.
        unsafe { (*self.owned.get()).is_some() }
    }

    /// The frame, with its registers wherever they are; for the thread that runs it.
    pub fn frame(&self) -> Option<Fp> {
        self.frame.get()
    }

    /// Whether the code still runs or may run again.
    pub fn is_alive(&self) -> bool {
        // Acquire: pairs with `take_over`.
        self.alive.load(Acquire)
    }

    /// Looks at the frame. What another thread may run is looked at with the world stopped: `f` runs no code, and takes what it wants by
    /// [`FrameObject::take_out`].
    pub fn look<R>(&self, th: &mut Thread, f: impl FnOnce(&Thread, Option<Fp>) -> R) -> R {
        if th.is_mine(self) {
            return f(th, self.frame.get());
        }
        let _stopped = heap::world::stop(th);
        f(th, self.frame.get())
    }

    /// [`FrameObject::look`] at what does not change any more once the code has ended.
    fn look_at_rest<R>(&self, th: &mut Thread, f: impl FnOnce(&Thread, Option<Fp>) -> R) -> R {
        if self.is_alive() { self.look(th, f) } else { f(th, self.frame.get()) }
    }

    /// A value of the frame, which may be private to the thread that runs it.
    pub fn take_out<T: Heaped>(th: &Thread, value: &T) -> Ref<T> {
        if !th.is_mine(value.as_object()) {
            // R6: what another thread reaches from now on is common. The world is stopped, or the value is common already.
            th.share(value.as_object());
        }
        th.retain(value)
    }

    /// The frame went into a generator.
    pub fn moved(&self, to: Fp) {
        self.frame.set(Some(to));
    }

    /// The frame ends: if somebody else knows this object, it takes the registers over. The frame's own count on it is `self`'s.
    pub fn take_over(&self, th: &mut Thread, frame: Fp, temps: usize) {
        // A generator's frame that has ended was called by nobody in particular.
        if let Some(back) = frame.prev.get().filter(|_| frame.generator().is_none()) {
            let back = frame_object(th, back);
            self.back.set(th, self, Some(back));
        }
        let words = frame.code().frame_words();
        let mut memory: Box<[u64]> = vec![0; words].into_boxed_slice();
        // SAFETY: `words` fresh words, which live as long as this object's `owned`.
        let moved = unsafe { stack::relocate(th, frame, memory.as_mut_ptr(), temps) };
        if self.owner() == 0 {
            // R6: a common frame object's locals are common.
            share_registers(th, self.as_object(), moved, temps);
        }
        self.owned_temps.set(temps);
        // SAFETY: R9: as in `is_owner`.
        unsafe { *self.owned.get() = Some(memory) };
        self.frame.set(Some(moved));
        // Release: who sees it sees all of the above.
        self.alive.store(false, Release);
    }

    /// The generator whose frame this is, unless it is ending.
    fn generator(&self, th: &mut Thread) -> Option<HeldGenerator> {
        self.look(th, |th, frame| {
            let body = frame?.generator()?;
            let object = body.object();
            if object.owner() != 0 && !th.is_mine(object) {
                th.share(object);
            }
            // SAFETY: R2: the count was taken; one that is ending is not revived.
            heap::try_incref(object).then(|| HeldGenerator { object: unsafe { Ref::from_raw(object.as_ptr()) }, body })
        })
    }

    fn owner(&self) -> u16 {
        self.as_object().owner()
    }

    /// The code.
    pub fn code<'a>(&self) -> Option<&'a Code> {
        // SAFETY: R13: the field is set once, and holds a count as long as this object lives, which the caller's borrow outlives.
        self.code.peek().map(|code| unsafe { &*core::ptr::from_ref(code) })
    }

    /// `f_lineno`.
    pub fn line_number(&self, th: &mut Thread) -> Option<u32> {
        let set = self.line.load(Relaxed);
        if set != 0 {
            return Some(set as u32);
        }
        self.look_at_rest(th, |_, frame| {
            let frame = frame?;
            if frame.fresh.get() { Some(frame.code().source().first_line) } else { frame.line() }
        })
    }
}

/// A generator that is held.
struct HeldGenerator {
    object: Ref<Object>,
    body: *const Gen,
}

impl core::ops::Deref for HeldGenerator {
    type Target = Gen;
    fn deref(&self) -> &Gen {
        // SAFETY: R2: the body is part of the object, on which a count is held.
        unsafe { &*self.body }
    }
}

fn share_registers(th: &Thread, holder: &Object, frame: Fp, temps: usize) {
    if !heap::multi_threaded_ever() {
        return;
    }
    let regs = frame.regs();
    for r in frame.live_registers(temps) {
        let reg = regs.reg(r);
        if reg.is_counted() {
            th.barrier(holder, reg.full());
        }
    }
    // The function holds the globals.
    for reg in [frame.func.get(), frame.locals.get()] {
        if reg.is_counted() {
            th.barrier(holder, reg.full());
        }
    }
}

/// What a frame does with its `frame` object as it ends.
pub trait FrameEnds {
    /// Hands the registers over if somebody else holds the object, releases them otherwise.
    fn frame_ends(self, th: &mut Thread, frame: Fp, temps: usize);
}

impl FrameEnds for Ref<FrameObject> {
    fn frame_ends(self, th: &mut Thread, frame: Fp, temps: usize) {
        if self.as_object().is_unique(th) {
            self.frame.set(None);
            self.alive.store(false, Release);
            frame.clear_registers(th, temps);
        } else {
            self.take_over(th, frame, temps);
        }
        th.release(self);
    }
}

#[pymethods]
impl FrameObject {
    #[getter]
    pub fn f_back(&self, th: &mut Thread) -> Option<Ref<FrameObject>> {
        let running = self.look_at_rest(th, |th, frame| {
            let back = frame_object(th, frame?.prev.get()?);
            if self.owner() == 0 {
                // R6: whoever knows this frame now knows that one.
                th.share(back.as_object());
            }
            Some(back)
        });
        running.or_else(|| self.back.get(th, self))
    }

    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(&self, th: &mut Thread) -> Option<Ref<Code>> {
        self.code().map(|code| th.retain(code))
    }

    /// Return the built-in variables in the frame.
    #[getter]
    pub fn f_builtins(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.look_at_rest(th, |th, frame| frame.map(|frame| FrameObject::take_out(th, frame.builtins())))
    }

    /// Return the global variables in the frame.
    #[getter]
    pub fn f_globals(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.look_at_rest(th, |th, frame| frame.map(|frame| FrameObject::take_out(th, frame.globals())))
    }

    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(&self, th: &mut Thread) -> Option<Ref<Object>> {
        locals_of(th, self)
    }

    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(&self, th: &mut Thread) -> Option<u32> {
        self.line_number(th)
    }

    #[setter]
    fn set_f_lineno(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        crate::trace::jump::set_line(th, self, value)
    }

    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(&self, th: &mut Thread) -> i64 {
        self.look_at_rest(th, |_, frame| match frame {
            Some(frame) => frame.lasti() as i64 * 2,
            None => -1,
        })
    }

    /// Return the trace function for this frame, or None if no trace function is set.
    #[getter]
    fn f_trace(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.trace.get(th, self)
    }

    #[setter]
    fn set_f_trace(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.filter(|v| !v.is(objects::none())).map(|v| th.retain(v));
        let on = value.is_some();
        self.trace.set(th, self, value);
        let frame = self.look(th, |_, frame| frame.inspect(|frame| frame.traced.set(on)));
        if frame.is_some() && on {
            crate::trace::notice(th);
        }
        Ok(())
    }

    #[getter]
    fn f_trace_lines(&self) -> bool {
        self.trace_lines.load(Relaxed)
    }

    #[setter]
    fn set_f_trace_lines(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        if value.is_none() {
            return Err(raise::type_error(th, format_args!("can't delete numeric/char attribute")));
        }
        self.trace_lines.store(flag(th, value)?, Relaxed);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        self.trace_opcodes.load(Relaxed)
    }

    #[setter]
    fn set_f_trace_opcodes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        if value.is_none() {
            return Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted")));
        }
        self.trace_opcodes.store(flag(th, value)?, Relaxed);
        Ok(())
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    pub fn f_generator(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.generator(th).map(|held| held.object)
    }

    /// Clear all references held by the frame.
    #[method]
    fn clear(&self, th: &mut Thread) -> Result<(), Raised> {
        if let Some(generator) = self.generator(th) {
            if generator.is_running() {
                return Err(raise::runtime_error(th, format_args!("cannot clear an executing frame")));
            }
            if generator.is_suspended() {
                return Err(raise::runtime_error(th, format_args!("cannot clear a suspended frame")));
            }
            if generator.is_created() {
                if generator.kind == crate::generator::GenKind::Coroutine {
                    crate::generator::origin::warn_unawaited(th, &generator);
                }
                let value = crate::generator::close(th, &generator)?;
                th.release(value);
            }
            return Ok(());
        }
        if self.alive.load(Acquire) {
            return Err(raise::runtime_error(th, format_args!("cannot clear an executing frame")));
        }
        Clear::clear(self, th);
        Ok(())
    }

    /// Return the size of the frame in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        size_of::<FrameObject>() + self.code().map_or(0, |code| code.frame_words() * 8)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let line = self.line_number(th).map_or_else(|| "None".to_owned(), |line| line.to_string());
        let (file, name) = match self.code() {
            Some(code) => (objects::ops::repr(th, code.filename()).map_or_else(|_| String::new(), |s| s.to_string_lossy()), code.name().to_string_lossy()),
            None => (String::new(), String::new()),
        };
        Str::new(th, &format!("<frame at {self:p}, file {file}, line {line}, code {name}>"))
    }
}

fn flag(th: &mut Thread, value: Option<&Object>) -> Result<bool, Raised> {
    match value {
        Some(value) if value.is(objects::true_()) => Ok(true),
        Some(value) if value.is(objects::false_()) => Ok(false),
        _ => Err(raise::type_error(th, format_args!("attribute value type must be bool"))),
    }
}

/// What `f_locals` and `locals()` are based on: the namespace of a module or class body outside of comprehensions, a write-through proxy
/// otherwise (PEP 667).
pub fn locals_of(th: &mut Thread, object: &FrameObject) -> Option<Ref<Object>> {
    let optimized = object.code()?.flags & flags::OPTIMIZED != 0;
    let namespace = object.look_at_rest(th, |th, frame| {
        let frame = frame?;
        Some(frame.namespace().filter(|_| !optimized && !super::locals::in_comprehension(frame)).map(|locals| FrameObject::take_out(th, locals)))
    })?;
    Some(namespace.unwrap_or_else(|| LocalsProxy::new(th, object).up()))
}
