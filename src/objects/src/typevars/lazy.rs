//! A value that may still have to be computed: by a function that syntax made, called once with the format "value".
//!
//! Invariant: at most one of the slots is empty for ever: a value that was passed has no function, one from syntax gets its value when
//! somebody asks.

use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Visitor};

use super::ConstEvaluator;
use crate::glue::HeapField;
use crate::{Int, none, ops};

/// The argument that asks an evaluation function for the value itself.
const FORMAT_VALUE: i64 = 1;

/// See the head of the file.
#[repr(C)]
pub struct LazySlot {
    value: Slot,
    evaluate: Slot,
}

impl LazySlot {
    pub const EMPTY: LazySlot = LazySlot { value: Slot::NULL, evaluate: Slot::NULL };

    /// A known value.
    pub fn value(value: Ref<Object>) -> LazySlot {
        LazySlot { value: Slot::new(value), evaluate: Slot::NULL }
    }

    /// A value to be computed.
    pub fn function(evaluate: &Object) -> LazySlot {
        LazySlot { value: Slot::NULL, evaluate: Slot::new(evaluate.to_ref()) }
    }

    /// Whether the value is (or was) computed.
    pub fn has_function(&self) -> bool {
        !self.evaluate.is_null()
    }

    /// The function, if the value is computed.
    pub fn evaluate_function(&self, th: &Thread, holder: &impl Heaped) -> Option<Ref<Object>> {
        self.evaluate.get(th, holder)
    }

    /// The value as far as it is known, without computing it.
    pub fn known(&self, th: &Thread, holder: &impl Heaped) -> Option<Ref<Object>> {
        self.value.get(th, holder)
    }

    /// The value.
    pub fn get(&self, th: &mut Thread, holder: &impl Heaped) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(value) = self.value.get(th, holder) {
            return Ok(Some(value));
        }
        let Some(evaluate) = self.evaluate.get(th, holder) else { return Ok(None) };
        let format = Int::from_i64(th, FORMAT_VALUE);
        let value = ops::call1(th, &evaluate, &format)?;
        // Another thread may have been faster: all see the same value.
        match self.value.set_if_null(th, holder, value.clone()) {
            Ok(()) => Ok(Some(value)),
            Err(_) => Ok(Some(self.value.get(th, holder).unwrap_or(value))),
        }
    }

    /// A function that computes the value: the one from syntax, or one that returns what is known; `None` without either.
    pub fn evaluator(&self, th: &mut Thread, holder: &impl Heaped) -> Ref<Object> {
        if let Some(evaluate) = self.evaluate.get(th, holder) {
            return evaluate;
        }
        match self.value.get(th, holder) {
            Some(value) => ConstEvaluator::new(th, value).up(),
            None => none().to_ref(),
        }
    }

    /// Sets the function.
    pub fn set_function(&self, th: &mut Thread, holder: &impl Heaped, evaluate: &Object) {
        self.evaluate.set(th, holder, Some(evaluate.to_ref()));
    }
}

impl HeapField for LazySlot {
    fn visit(&self, visitor: &mut Visitor) {
        visitor.slot(&self.value);
        visitor.slot(&self.evaluate);
    }

    fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
        self.value.set(th, holder, None);
        self.evaluate.set(th, holder, None);
    }
}
