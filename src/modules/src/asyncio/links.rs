//! Whom a future tells when it is done, and who is known to wait for it.
//!
//! Invariant: [`Links`] is touched only while its future is *mine* or its lock is held (R9), never across a call-out. What is put in has
//! passed the store barrier of the future (R6).
#![allow(unsafe_code, reason = "the links are reached through a cell under the future's lock")]

use core::cell::UnsafeCell;
use std::collections::HashMap;

use heap::{Heaped, Object, Ref, Thread, Visitor};
use objects::glue::HeapField;

/// A function to call with the future, and the context to call it in.
#[derive(Clone)]
pub struct Callback {
    pub function: Ref<Object>,
    pub context: Ref<Object>,
}

/// Callbacks in the order in which they were added. Most futures have one: it needs no vector.
#[derive(Clone, Default)]
pub struct Callbacks {
    first: Option<Callback>,
    more: Vec<Callback>,
}

impl Callbacks {
    pub fn push(&mut self, callback: Callback) {
        if self.first.is_none() && self.more.is_empty() { self.first = Some(callback) } else { self.more.push(callback) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Callback> {
        self.first.iter().chain(&self.more)
    }

    /// Takes the callbacks out for which `unwanted` says so.
    pub fn remove_where(&mut self, mut unwanted: impl FnMut(&Callback) -> bool) -> Vec<Callback> {
        let mut removed = Vec::new();
        removed.extend(self.first.take_if(|first| unwanted(first)));
        removed.extend(self.more.extract_if(.., |callback| unwanted(callback)));
        removed
    }
}

impl IntoIterator for Callbacks {
    type Item = Callback;
    type IntoIter = core::iter::Chain<core::option::IntoIter<Callback>, std::vec::IntoIter<Callback>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.more)
    }
}

/// The tasks and futures that wait for a future, for those who draw call graphs.
#[derive(Default)]
pub enum Waiters {
    #[default]
    Nobody,
    One(Ref<Object>),
    /// By address.
    Many(Box<HashMap<usize, Ref<Object>>>),
}

fn address(object: &Object) -> usize {
    core::ptr::from_ref(object).addr()
}

impl Waiters {
    pub fn add(&mut self, waiter: Ref<Object>) {
        *self = match core::mem::take(self) {
            Waiters::Nobody => Waiters::One(waiter),
            Waiters::One(one) if one.is(&*waiter) => Waiters::One(one),
            Waiters::One(one) => Waiters::Many(Box::new(HashMap::from([(address(&one), one), (address(&waiter), waiter)]))),
            Waiters::Many(mut many) => {
                many.entry(address(&waiter)).or_insert(waiter);
                Waiters::Many(many)
            }
        };
    }

    pub fn remove(&mut self, waiter: &Object) -> Option<Ref<Object>> {
        match core::mem::take(self) {
            Waiters::Nobody => None,
            Waiters::One(one) if one.is(waiter) => Some(one),
            Waiters::One(one) => {
                *self = Waiters::One(one);
                None
            }
            Waiters::Many(mut many) => {
                let removed = many.remove(&address(waiter));
                // A set that becomes empty is shown as one.
                *self = Waiters::Many(many);
                removed
            }
        }
    }

    pub fn is_nobody(&self) -> bool {
        matches!(self, Waiters::Nobody)
    }

    pub fn snapshot(&self) -> Vec<Ref<Object>> {
        match self {
            Waiters::Nobody => Vec::new(),
            Waiters::One(one) => vec![one.clone()],
            Waiters::Many(many) => many.values().cloned().collect(),
        }
    }
}

/// Both.
#[derive(Default)]
pub struct Inner {
    pub callbacks: Callbacks,
    pub waiters: Waiters,
}

/// Both, in their future.
#[derive(Default)]
pub struct Links(UnsafeCell<Inner>);

impl Links {
    /// One stretch under the lock of `holder`, whose field this is; nothing in it calls out or allocates objects.
    #[inline(always)]
    pub fn with<R>(&self, th: &mut Thread, holder: &Object, body: impl FnOnce(&mut Inner, &Thread) -> R) -> R {
        let guard = th.lock(holder);
        // SAFETY: R9: the holder is *mine* or locked by the guard, which outlives the use.
        let inner = unsafe { &mut *self.0.get() };
        body(inner, &guard)
    }
}

impl HeapField for Links {
    fn visit(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        let inner = unsafe { &*self.0.get() };
        for callback in inner.callbacks.iter() {
            visitor.reference(&callback.function);
            visitor.reference(&callback.context);
        }
        match &inner.waiters {
            Waiters::Nobody => {}
            Waiters::One(one) => visitor.reference(one),
            Waiters::Many(many) => many.values().for_each(|waiter| visitor.reference(waiter)),
        }
    }

    fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
        let old = self.with(th, holder.as_object(), |inner, _| core::mem::take(inner));
        drop(old);
    }
}
