//! Locking an object for a plain stretch of reads and writes (R9, R10).
//!
//! Invariant: while a [`Locked`] lives nobody else writes the object, and no safepoint can be taken: it holds the borrow of `&mut Thread`
//! that a safepoint needs. On a *mine* object it is nothing but that borrow.

use core::ops::Deref;

use crate::contention::{self, Kind};
use crate::counted;
use crate::locks::{STRIPES, raw_lock, raw_try_lock, raw_unlock};
use crate::park::TABLE;
use crate::sync::AtomicU8;
use crate::{Object, Thread};

/// The thread, and the promise that the locked object stays as it is. Calls of functions that take `&mut Thread` wait until it is gone.
#[must_use = "the object is unlocked when this is dropped"]
pub struct Locked<'a> {
    th: &'a Thread,
    first: Lock<'a>,
    second: Lock<'a>,
}

#[derive(Clone, Copy)]
enum Lock<'a> {
    /// The object is *mine*.
    Nothing,
    Byte(&'a AtomicU8),
    /// The object at this address has no prefix (R3).
    Stripe(usize),
    /// A lock of the runtime that nothing but holding the world makes needless; here it is needless.
    Alone,
}

/// What a lock guards, for those who measure waits.
#[derive(Clone, Copy)]
enum What<'a> {
    Object(&'a Object),
    /// No object: the name under which users see it.
    Runtime(&'static str),
}

/// The only lock of the runtime that is waited for: that of all classes.
const CLASSES: What<'static> = What::Runtime("type");

impl<'a> Lock<'a> {
    #[inline(always)]
    fn of(th: &Thread, object: &'a Object) -> Lock<'a> {
        if th.is_mine(object) { Lock::Nothing } else { Lock::of_common(object) }
    }

    fn of_common(object: &'a Object) -> Lock<'a> {
        match object.prefix() {
            Some(prefix) => Lock::Byte(&prefix.lock),
            None => Lock::Stripe(core::ptr::from_ref(object).addr()),
        }
    }

    /// A lock that belongs to no object: nobody else takes it while this thread is the only one that is attached.
    fn of_byte(th: &Thread, byte: &'a AtomicU8) -> Lock<'a> {
        if th.is_alone() { Lock::Alone } else { Lock::Byte(byte) }
    }

    /// Whether the object still needs no other lock than this.
    #[inline(always)]
    fn still_right(self, th: &Thread, object: &Object) -> bool {
        match self {
            Lock::Nothing => th.is_mine(object),
            Lock::Alone => th.is_alone(),
            Lock::Byte(_) | Lock::Stripe(_) => true,
        }
    }

    /// Waits if it must, detached (a taken safepoint). What is locked is told to those who measure waits.
    fn take(self, th: &Thread, what: What<'_>) {
        if !self.try_take(th, what) {
            self.wait(th, what);
        }
    }

    #[cold]
    #[inline(never)]
    fn wait(self, th: &Thread, what: What<'_>) {
        let measured = contention::is_on().then(|| match what {
            What::Object(object) => contention::begin_for(th, Kind::Object, object),
            What::Runtime(name) => contention::begin(th, Kind::Object, name),
        });
        match self {
            Lock::Nothing | Lock::Alone => {}
            Lock::Byte(byte) => raw_lock(&TABLE, th, byte),
            Lock::Stripe(address) => STRIPES.enter(&TABLE, th, th.id(), address),
        }
        if let Some(measured) = measured {
            contention::end(th, measured);
        }
    }

    fn try_take(self, th: &Thread, what: What<'_>) -> bool {
        if matches!(self, Lock::Byte(_) | Lock::Stripe(_)) {
            th.locks.set(th.locks.get().wrapping_add(1));
            match what {
                What::Object(object) => counted::object(counted::What::ObjectLock, object),
                What::Runtime(name) => counted::other(counted::What::ObjectLock, name),
            }
        }
        match self {
            Lock::Nothing | Lock::Alone => true,
            Lock::Byte(byte) => raw_try_lock(byte),
            Lock::Stripe(address) => STRIPES.try_enter(th.id(), address),
        }
    }

    #[inline(always)]
    fn give(self, th: &Thread) {
        if !matches!(self, Lock::Nothing) {
            self.give_slow(th);
        }
    }

    fn give_slow(self, th: &Thread) {
        match self {
            Lock::Nothing | Lock::Alone => {}
            Lock::Byte(byte) => raw_unlock(&TABLE, byte),
            Lock::Stripe(address) => STRIPES.leave(&TABLE, th.id(), address),
        }
    }
}

impl Thread {
    /// Locks `object`: nothing for a *mine* object, its lock byte for a common one. Waiting is a safepoint, hence `&mut`.
    #[inline(always)]
    pub fn lock<'a>(&'a mut self, object: &'a Object) -> Locked<'a> {
        let first = Lock::of(self, object);
        if !matches!(first, Lock::Nothing) {
            first.take(self, What::Object(object));
        }
        Locked { th: self, first, second: Lock::Nothing }
    }

    /// As [`Thread::lock`], without waiting: for code that has another way if somebody else has the object.
    #[inline]
    pub fn try_lock<'a>(&'a self, object: &'a Object) -> Option<Locked<'a>> {
        let first = Lock::of(self, object);
        first.try_take(self, What::Object(object)).then(|| Locked { th: self, first, second: Lock::Nothing })
    }

    /// Locks two objects.
    pub fn lock2<'a>(&'a mut self, a: &'a Object, b: &'a Object) -> Locked<'a> {
        let th: &Thread = self;
        if core::ptr::eq(a, b) {
            let first = Lock::of(th, a);
            first.take(th, What::Object(a));
            return Locked { th, first, second: Lock::Nothing };
        }
        Locked::both(th, a, b, What::Object(a), || (Lock::of(th, a), Lock::of(th, b)))
    }

    /// Takes a lock of the runtime that belongs to no object (the lock of all classes).
    pub fn lock_byte<'a>(&'a mut self, byte: &'a AtomicU8) -> Locked<'a> {
        let th: &Thread = self;
        let first = Lock::of_byte(th, byte);
        // No object is concerned, so it does not matter who becomes alone meanwhile: the byte is taken or the thread is alone.
        first.take(th, CLASSES);
        Locked { th, first, second: Lock::Nothing }
    }

    /// As [`Thread::lock_byte`], without waiting: for code that has no way to take a safepoint and can do without.
    pub fn try_lock_byte<'a>(&'a self, byte: &'a AtomicU8) -> Option<Locked<'a>> {
        let first = Lock::of_byte(self, byte);
        first.try_take(self, CLASSES).then(|| Locked { th: self, first, second: Lock::Nothing })
    }

    /// Locks an object together with a lock of the runtime.
    pub fn lock_with_byte<'a>(&'a mut self, byte: &'a AtomicU8, object: &'a Object) -> Locked<'a> {
        let th: &Thread = self;
        Locked::both(th, object, object, CLASSES, || (Lock::of_byte(th, byte), Lock::of(th, object)))
    }
}

impl<'a> Locked<'a> {
    /// Takes two locks, neither of which is waited for while the other is held (R15). The second is that of `b`.
    fn both(th: &'a Thread, a: &'a Object, b: &'a Object, what: What<'_>, choose: impl Fn() -> (Lock<'a>, Lock<'a>)) -> Locked<'a> {
        loop {
            // Asked anew each time: while we waited the thread may have become alone.
            let (first, second) = choose();
            // While we wait for one object, whoever holds the world may share the other, which was ours and needed no lock (R6).
            let settled = || first.still_right(th, a) && second.still_right(th, b);
            first.take(th, what);
            if second.try_take(th, What::Object(b)) {
                if settled() {
                    return Locked { th, first, second };
                }
                second.give(th);
            }
            // R15: nobody waits with a lock in its hands. Wait for the second alone, then begin again.
            first.give(th);
            second.take(th, What::Object(b));
            if first.try_take(th, what) {
                if settled() {
                    return Locked { th, first, second };
                }
                first.give(th);
            }
            second.give(th);
        }
    }
}

impl Deref for Locked<'_> {
    type Target = Thread;
    #[inline(always)]
    fn deref(&self) -> &Thread {
        self.th
    }
}

impl Drop for Locked<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.second.give(self.th);
        self.first.give(self.th);
    }
}
