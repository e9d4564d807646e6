//! The `frame` object: what Python sees of a frame, made when somebody asks.
//!
//! Invariant: while the frame runs (or waits in its generator) the object points at it; when the frame ends, the object takes its registers over, so
//! that `f_locals` of a traceback stays readable.
#![allow(unsafe_code, reason = "takes over the registers of frames that end")]

use core::cell::{Cell, UnsafeCell};

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Traverse, Visitor};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Dict, Str, raise};
use syntax::code::flags;

use super::locals::LocalsProxy;
use super::stack::{self, Fp};
use crate::code::Code;

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
    pub line: Cell<i32>,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// Names that `f_locals` has besides the variables.
    pub extra_locals: Slot<Dict>,
    locals_cache: Slot,
    overwritten: Slot,
    /// The registers, once they are this object's own.
    owned: UnsafeCell<Option<Box<[u64]>>>,
    /// Whether the code still runs or may run again.
    alive: Cell<bool>,
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
        if self.is_owner()
            && let Some(frame) = self.frame.get()
        {
            frame.clear_registers(th, self.owned_temps.replace(0));
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
        line: Cell::new(0),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        extra_locals: Slot::NULL,
        locals_cache: Slot::NULL,
        overwritten: Slot::NULL,
        owned: UnsafeCell::new(None),
        alive: Cell::new(true),
        owned_temps: Cell::new(0),
    });
    frame.set_object(th.retain(&*object));
    object
}

impl FrameObject {
    fn is_owner(&self) -> bool {
        // SAFETY: R9: the field changes once, when the frame ends, under the frame's own thread.
        unsafe { (*self.owned.get()).is_some() }
    }

    /// The frame, with its registers wherever they are.
    pub fn frame(&self) -> Option<Fp> {
        self.frame.get()
    }

    /// Whether the code still runs or may run again.
    pub fn is_alive(&self) -> bool {
        self.alive.get()
    }

    /// The frame went into a generator.
    pub fn moved(&self, to: Fp) {
        self.frame.set(Some(to));
    }

    /// The frame ends: if somebody else knows this object, it takes the registers over. The frame's own count on it is `self`'s.
    pub fn take_over(&self, th: &mut Thread, frame: Fp, temps: usize) {
        self.alive.set(false);
        if let Some(back) = frame.prev.get() {
            let back = frame_object(th, back);
            self.back.set(th, self, Some(back));
        }
        let words = frame.code().frame_words as usize;
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
    }

    fn owner(&self) -> u16 {
        self.as_object().owner()
    }

    /// The code.
    pub fn code<'a>(&self) -> Option<&'a Code> {
        self.frame.get().map(|f| f.code())
    }

    /// `f_lineno`.
    pub fn line_number(&self) -> Option<u32> {
        if self.line.get() != 0 {
            return Some(self.line.get() as u32);
        }
        let frame = self.frame.get()?;
        if frame.fresh.get() { Some(frame.code().source().first_line) } else { frame.line() }
    }
}

fn share_registers(th: &Thread, holder: &Object, frame: Fp, temps: usize) {
    if !heap::multi_threaded_ever() {
        return;
    }
    let regs = frame.regs();
    let lowest = -(frame.code().temp_count as i32);
    for r in (lowest..lowest + temps as i32).chain(0..frame.local_count() as i32) {
        let reg = regs.reg(r);
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
            self.alive.set(false);
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
    fn f_back(&self, th: &mut Thread) -> Option<Ref<FrameObject>> {
        if let Some(frame) = self.frame.get()
            && let Some(back) = frame.prev.get()
        {
            return Some(frame_object(th, back));
        }
        self.back.get(th, self)
    }

    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(&self, th: &mut Thread) -> Option<Ref<Code>> {
        self.code().map(|code| th.retain(code))
    }

    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.frame.get().map(|f| th.retain(f.builtins()))
    }

    /// Return the global variables in the frame.
    #[getter]
    fn f_globals(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.frame.get().map(|f| th.retain(f.globals()))
    }

    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let frame = self.frame.get()?;
        Some(locals_mapping(th, self, frame))
    }

    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(&self) -> Option<u32> {
        self.line_number()
    }

    #[setter]
    fn set_f_lineno(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        crate::trace::jump::set_line(th, self, value)
    }

    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(&self) -> i64 {
        match self.frame.get() {
            Some(frame) if !frame.fresh.get() => frame.lasti() as i64 * 2,
            _ => -1,
        }
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
        if let Some(frame) = self.frame.get() {
            frame.traced.set(on);
            if on {
                crate::trace::notice(th);
            }
        }
        Ok(())
    }

    #[getter]
    fn f_trace_lines(&self) -> bool {
        self.trace_lines.get()
    }

    #[setter]
    fn set_f_trace_lines(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.trace_lines.set(flag(th, value)?);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        self.trace_opcodes.get()
    }

    #[setter]
    fn set_f_trace_opcodes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.trace_opcodes.set(flag(th, value)?);
        Ok(())
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.frame.get()?.generator().map(|g| th.retain(g.object()))
    }

    /// Clear all references held by the frame.
    #[method]
    fn clear(&self, th: &mut Thread) -> Result<(), Raised> {
        let Some(frame) = self.frame.get() else { return Ok(()) };
        if let Some(generator) = frame.generator() {
            if generator.is_running() {
                return Err(raise::runtime_error(th, format_args!("cannot clear an executing frame")));
            }
            if generator.is_suspended() {
                return Err(raise::runtime_error(th, format_args!("cannot clear a suspended frame")));
            }
            if generator.is_created() {
                let value = crate::generator::close(th, generator)?;
                th.release(value);
            }
            return Ok(());
        }
        if self.alive.get() {
            return Err(raise::runtime_error(th, format_args!("cannot clear an executing frame")));
        }
        Clear::clear(self, th);
        Ok(())
    }

    /// Return the size of the frame in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        size_of::<FrameObject>() + self.code().map_or(0, |code| code.frame_words as usize * 8)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let line = self.line_number().map_or_else(|| "None".to_owned(), |line| line.to_string());
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

/// What `f_locals` and `locals()` are based on: the namespace of a module or class body, a write-through proxy otherwise (PEP 667).
pub fn locals_mapping(th: &mut Thread, object: &FrameObject, frame: Fp) -> Ref<Object> {
    match frame.locals.get().object() {
        Some(locals) if frame.code().flags & flags::OPTIMIZED == 0 => th.retain(locals),
        _ => LocalsProxy::new(th, object).up(),
    }
}
