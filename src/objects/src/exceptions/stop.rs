//! `StopIteration`, `SystemExit` and `KeyError`: one field, or a text of their own.

use heap::Slot;
use macros::{pymethods, pytype};

use super::base::{init_args, refuse_keywords};
use super::{BaseException, Exception, LookupError};
use crate::glue::*;
use crate::{Str, Tuple, none, ops};

/// Signal the end from iterator.__next__().
#[pytype(name = "StopIteration", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyStopIterationObject)]
#[repr(C)]
pub struct StopIteration {
    base: Exception,
    #[member(none, doc = "generator return value")]
    value: Slot,
}

impl StopIteration {
    /// `StopIteration(value)`; without a value nothing but the exception itself is allocated.
    pub fn create(th: &mut Thread, value: Option<Ref<Object>>) -> Ref<StopIteration> {
        let (args, value) = match value {
            Some(value) => (Tuple::from_slice(th, &[&*value]), value),
            None => (Tuple::empty().to_ref(), none().to_ref()),
        };
        th.new_object(StopIteration { base: Exception::with_args(args), value: Slot::new(value) })
    }

    /// What the iterator returned.
    pub fn value(&self, th: &Thread) -> Ref<Object> {
        self.value.get(th, self).unwrap_or_else(|| none().to_ref())
    }
}

#[pymethods]
impl StopIteration {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        let value = args.first().copied().unwrap_or(none());
        self.value.set(th, self, Some(value.to_ref()));
        Ok(())
    }
}

/// Request to exit from the interpreter.
#[pytype(name = "SystemExit", base = BaseException, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PySystemExitObject)]
#[repr(C)]
pub struct SystemExit {
    base: BaseException,
    #[member(none, doc = "exception code")]
    code: Slot,
}

impl SystemExit {
    /// What the program exits with; `None` where none was given.
    pub fn code(&self, th: &Thread) -> Option<Ref<Object>> {
        self.code.get(th, self)
    }
}

#[pymethods]
impl SystemExit {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        match *args.as_slice() {
            [] => {}
            [code] => self.code.set(th, self, Some(code.to_ref())),
            _ => {
                let all = self.args(th);
                self.code.set(th, self, Some(all.up()));
            }
        }
        Ok(())
    }
}

/// Mapping key not found.
#[pytype(name = "KeyError", base = LookupError, flags(BASETYPE, BASE_EXC_SUBCLASS))]
#[repr(C)]
pub struct KeyError {
    base: LookupError,
}

#[pymethods]
impl KeyError {
    /// The repr of a single argument: `KeyError: ''` says more than `KeyError: `.
    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let args = self.args(th);
        match args.len() {
            1 => ops::repr(th, args.get(0)),
            _ => BaseException::str(self, th),
        }
    }
}
