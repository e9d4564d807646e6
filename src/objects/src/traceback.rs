//! Tracebacks: one record for each frame that an exception came through.
//!
//! Invariant: the chain of `tb_next` has no cycle; the setter sees to it.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::{List, Str, hooks, names, none, raise};

/// TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)
#[pytype(
    name = "traceback",
    export = "PyTraceBack_Type",
    sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)",
    doc = "Create a new traceback object.",
    layout = PyTracebackObject
)]
#[repr(C)]
pub struct Traceback {
    head: Head,
    next: Slot<Traceback>,
    #[member(none, name = "tb_frame", readonly, doc = none)]
    frame: Slot,
    #[member(name = "tb_lasti", readonly, doc = none)]
    lasti: i32,
    /// -1: to be found from the frame's code when somebody asks.
    line: i32,
}

impl Traceback {
    /// A record in front of `next`; `line` may be left for later (-1).
    pub fn new(th: &mut Thread, next: Option<Ref<Traceback>>, frame: Ref<Object>, lasti: i32, line: i32) -> Ref<Traceback> {
        th.new_object(Traceback { head: Head::INIT, next: Slot::from_option(next), frame: Slot::new(frame), lasti, line })
    }

    /// The record of the frame that was called.
    pub fn next(&self, th: &Thread) -> Option<Ref<Traceback>> {
        self.next.get(th, self)
    }

    /// The frame.
    pub fn frame(&self) -> &Object {
        // Set when the record is made and never after.
        self.frame.peek().unwrap_or(none())
    }

    /// The instruction in the frame's code.
    pub fn lasti(&self) -> i32 {
        self.lasti
    }

    /// The line, if it is known.
    pub fn line(&self, th: &mut Thread) -> Option<i32> {
        match self.line {
            -1 => (hooks::get().frame_line)(th, self.frame(), self.lasti),
            line => Some(line),
        }
    }

    fn check_cycle(&self, th: &mut Thread, next: &Traceback) -> Result<(), Raised> {
        let mut at = Some(next.to_ref());
        while let Some(traceback) = at {
            if Thread::same(&*traceback, self) {
                return Err(raise::value_error(th, format_args!("traceback loop detected")));
            }
            at = traceback.next(th);
        }
        Ok(())
    }
}

/// A traceback, or `None`: `expected` says what message that is missed in.
fn next_argument(th: &mut Thread, value: &Object, expected: &str) -> Result<Option<Ref<Traceback>>, Raised> {
    if value.is(none()) {
        return Ok(None);
    }
    match value.downcast::<Traceback>() {
        Some(next) => Ok(Some(next.to_ref())),
        None => {
            let name = crate::ops::type_name(value);
            Err(raise::type_error(th, format_args!("expected {expected}, got '{name}'")))
        }
    }
}

#[pymethods]
impl Traceback {
    #[slot(tp_new, sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn py_new(
        th: &mut Thread,
        _cls: &Type,
        tb_next: &Object,
        tb_frame: &Object,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> Result<Ref<Traceback>, Raised> {
        if !(hooks::get().is_frame)(tb_frame) {
            let name = crate::ops::type_name(tb_frame);
            let name = if tb_frame.is(none()) { "None" } else { &name };
            return Err(raise::type_error(th, format_args!("traceback() argument 'tb_frame' must be frame, not {name}")));
        }
        let next = next_argument(th, tb_next, "traceback object or None")?;
        Ok(Traceback::new(th, next, tb_frame.to_ref(), tb_lasti, tb_lineno))
    }

    #[getter]
    fn tb_next(&self, th: &mut Thread) -> Option<Ref<Traceback>> {
        self.next(th)
    }

    #[setter]
    fn set_tb_next(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("can't delete tb_next attribute")));
        };
        let next = next_argument(th, value, "traceback object")?;
        if let Some(next) = &next {
            self.check_cycle(th, next)?;
        }
        self.next.set(th, self, next);
        Ok(())
    }

    #[getter]
    fn tb_lineno(&self, th: &mut Thread) -> Option<i32> {
        self.line(th)
    }

    #[method(sig = none)]
    fn __dir__(&self, th: &mut Thread) -> Ref<List> {
        let names = [&names::tb_frame, &names::tb_next, &names::tb_lasti, &names::tb_lineno];
        let names: Vec<Ref<Object>> = names.iter().map(|name| Str::to_ref(name).up()).collect();
        List::new(th, names)
    }
}
