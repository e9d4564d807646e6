//! What a function had before: code and closures that were replaced.
//!
//! Calls that run hold only the function, so what they run must live as long as it does; then it ends, too. It stands with the type parameters, the
//! rarest part of a function, for the struct's size is the ABI's: in a [`Replaced`], which never changes and which no program can change.

use heap::{Head, Object, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::Tuple;

use super::Function;

/// The type parameters of a function, and what of it was replaced.
#[pytype(name = "function_parts", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Replaced {
    head: Head,
    type_params: Slot,
    before: Slot<Tuple>,
}

#[pymethods]
impl Replaced {}

impl Replaced {
    fn new(th: &Thread, type_params: Option<Ref<Object>>, before: Ref<Tuple>) -> Ref<Object> {
        th.new_object(Replaced { head: Head::INIT, type_params: Slot::from_option(type_params), before: Slot::new(before) }).up()
    }
}

impl Function {
    /// The type parameters, and what was replaced.
    fn parts(&self, th: &Thread, now: Option<&Object>) -> (Option<Ref<Object>>, Option<Ref<Tuple>>) {
        match now.and_then(|now| now.downcast_exact::<Replaced>()) {
            Some(parts) => (parts.type_params.get(th, parts), parts.before.get(th, parts)),
            None => (now.map(|now| th.retain(now)), None),
        }
    }

    /// Puts what `make` makes of the slot's contents there.
    fn change_parts(&self, th: &mut Thread, make: impl Fn(&Thread, Option<Ref<Object>>, Option<Ref<Tuple>>) -> Option<Ref<Object>>) {
        loop {
            let now = self.typeparams.get(th, self);
            let (type_params, before) = self.parts(th, now.as_deref());
            let Some(fresh) = make(th, type_params, before) else { return };
            let done = match &now {
                None => self.typeparams.set_if_null(th, self, fresh),
                Some(now) => self.typeparams.replace_if(th, self, now, fresh).map(|old| th.release(old)),
            };
            match done {
                Ok(()) => return,
                Err(refused) => th.release(refused),
            }
        }
    }

    /// `__type_params__`, if there are any.
    pub(super) fn type_params(&self, th: &Thread) -> Option<Ref<Object>> {
        let now = self.typeparams.get(th, self);
        self.parts(th, now.as_deref()).0
    }

    pub(super) fn replace_type_params(&self, th: &mut Thread, value: &Object) {
        self.change_parts(th, |th, _, before| {
            let value = th.retain(value);
            Some(match before {
                Some(before) => Replaced::new(th, Some(value), before),
                None => value,
            })
        });
    }

    /// Keeps what was replaced until the function ends. Each object once: programs go back and forth between two.
    pub(super) fn keep_replaced(&self, th: &mut Thread, old: &Object) {
        self.change_parts(th, |th, type_params, before| {
            let before: &[&Object] = before.as_deref().map_or(&[], |before| before.as_slice());
            if before.iter().any(|part| part.is(old)) {
                return None;
            }
            let all = [before, &[old]].concat();
            Some(Replaced::new(th, type_params, Tuple::from_slice(th, &all)))
        });
    }
}
