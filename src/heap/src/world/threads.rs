//! The world lock in terms of [`Thread`]: what the rest of the runtime calls.

use super::{WORLD, WorldSlot, poll};
use crate::Thread;
use crate::contention::{self, Reason};
use crate::park::{Blocking, Parker};
use core::marker::PhantomData;

impl WorldSlot {
    /// [`World::retire`](super::World::retire) in the one world.
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub unsafe fn retire(&self, memory: *mut u8, bytes: usize, free: unsafe fn(*mut u8)) {
        // SAFETY: R8, by the caller's promise.
        unsafe { WORLD.retire(self, memory, bytes, free) }
    }

    /// Ask this thread to collect at its next safepoint.
    pub fn request_collection(&self) {
        self.ask(poll::GC);
    }
}

impl Blocking for Thread {
    fn detach(&self) {
        crate::hooks::hooks().count_leaves(self);
        if contention::is_on() {
            contention::leaves(self);
        }
        if self.sections.get() != 0 {
            crate::locks::sections::suspend(self);
        }
        WORLD.detach(&self.world);
    }
    fn attach(&self) {
        WORLD.attach(&self.world);
        if contention::is_on() {
            contention::enters(self);
        }
        if crate::locks::sections::is_suspended(self) {
            crate::locks::sections::resume(self);
        }
        self.lower_late();
    }
    fn parker(&self) -> &Parker {
        &self.world.parker
    }
}

impl Thread {
    /// Make this thread known to the others; it is detached afterwards.
    ///
    /// # Safety
    /// R15: the record stays where it is until [`unregister`](Self::unregister).
    pub unsafe fn register(&self) {
        // SAFETY: the caller's promise; the id was allocated for this record.
        unsafe { WORLD.register(&raw const self.world, core::ptr::from_ref(self).cast()) };
    }

    /// Forget this thread, which is detached and never attaches again.
    pub fn unregister(&self) {
        WORLD.unregister_with(&self.world, || {
            crate::hot::bequeath(self);
            contention::ended(self);
        });
    }

    /// Touch objects from now on (waits while another thread holds the world).
    #[inline]
    pub fn attach(&mut self) {
        Blocking::attach(self);
    }

    /// Touch no objects from now on, so that nobody waits for this thread: before whatever may block.
    #[inline]
    pub fn detach(&mut self) {
        Blocking::detach(self);
    }

    /// Run `f`, which may block and touches no objects, detached.
    #[inline]
    pub fn detached<R>(&mut self, f: impl FnOnce() -> R) -> R {
        struct Again<'a>(&'a Thread);
        impl Drop for Again<'_> {
            fn drop(&mut self) {
                Blocking::attach(self.0);
            }
        }
        Blocking::detach(self);
        let _again = Again(self);
        f()
    }

    /// Take the safepoint if the poll word is set. Returns the bits that the caller must deal with.
    #[inline]
    pub fn safepoint(&mut self) -> u32 {
        if self.world.polled() == 0 {
            return 0;
        }
        crate::hooks::hooks().count_leaves(self);
        let bits = WORLD.safepoint(&self.world);
        if bits & poll::COUNTS == 0 && !(self.is_alone() && crate::hot::any()) {
            return bits;
        }
        let stopped = stop_for(self, Reason::Counts);
        // Alone, a thread counts in the objects alone: they end at once again.
        crate::hot::settle(self, bits & poll::COUNTS == 0);
        drop(stopped);
        bits & !poll::COUNTS | poll::DRAIN
    }
}

/// The world is stopped for as long as this lives.
#[derive(Debug)]
#[must_use = "the world runs again when this is dropped"]
pub struct Stopped {
    th: *const Thread,
    /// Since when and what for, if that is measured.
    measured: Option<(u64, Reason)>,
    not_send: PhantomData<*const ()>,
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // SAFETY: R15: made from the record of this thread, which is registered and does not end while it holds the world.
        let th = unsafe { &*self.th };
        if let Some((since, reason)) = self.measured {
            contention::resumed(th, reason, crate::sync::now().saturating_sub(since));
        }
        WORLD.leave_exclusive(&th.world);
    }
}

/// Enter exclusive mode, for a look at what other threads have: every other thread is detached or parked.
#[inline]
pub fn stop(th: &Thread) -> Stopped {
    stop_for(th, Reason::Inspection)
}

/// [`stop`], for another reason.
#[inline]
pub fn stop_for(th: &Thread, reason: Reason) -> Stopped {
    if !th.is_alone() && contention::is_on() {
        return stop_measured(th, reason);
    }
    stop_unmeasured(th)
}

/// [`stop`], by those who measure.
#[inline]
pub(crate) fn stop_unmeasured(th: &Thread) -> Stopped {
    if !th.is_alone() {
        crate::counted::other(crate::counted::What::OtherLock, "world");
        crate::hooks::hooks().count_leaves(th);
    }
    WORLD.enter_exclusive(&th.world);
    Stopped { th: core::ptr::from_ref(th), measured: None, not_send: PhantomData }
}

#[cold]
fn stop_measured(th: &Thread, reason: Reason) -> Stopped {
    let asked = crate::sync::now();
    let mut stopped = stop_unmeasured(th);
    let since = crate::sync::now();
    contention::stopped(th, reason, since.saturating_sub(asked));
    stopped.measured = Some((since, reason));
    stopped
}

/// Call `f` with the record of every known thread. The caller holds the world. `f` neither attaches, detaches nor registers.
pub fn for_each_thread(_th: &Thread, f: &mut dyn FnMut(&Thread)) {
    WORLD.for_each(&mut |record| {
        // SAFETY: R15: registered with the record's own address, which is in place while registered.
        f(unsafe { &*record.cast::<Thread>() });
    });
}
