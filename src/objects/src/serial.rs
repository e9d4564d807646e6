//! Iterators that several threads share: one step at a time.
//!
//! A step may call out, so no Rust lock can guard it (R15): a lock of the kind that programs use does, and only for common objects.
//! What a step calls may wait for another thread's step; a circle of such waits, which no program can see, is broken by not waiting.

use heap::contention::Kind;
use heap::locks::{Acquired, Patience, PyRLock};
use heap::sync::{Mutex, now};
use heap::world::WORLD;
use heap::{Object, Raised, Thread};

use crate::builtin::Builtin;
use crate::typing::wrapper::MethodWrapper;

/// Serialises the steps of one object.
pub struct Serial(PyRLock);

/// For so long, the interval after which a GIL changes hands, a step is waited for without a question.
const SLICE_NS: u64 = 5_000_000;

/// Who has waited longer, and for whom.
static WAITERS: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

impl Serial {
    /// Free.
    pub fn new() -> Serial {
        Serial(PyRLock::new())
    }

    /// Runs one step; other threads wait, detached.
    #[inline]
    pub fn step<R>(&self, th: &mut Thread, holder: &Object, step: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        self.step_unless(th, holder, |_| Ok(()), step)
    }

    /// As [`Serial::step`], for steps that call native code and nothing else. One that waits for something outside, as a GIL lets others
    /// run meanwhile, does not hold them up.
    #[inline]
    pub fn native_step<R>(&self, th: &mut Thread, holder: &Object, step: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        if th.is_mine(holder) { step(th) } else { self.step_common(th, holder, &|_| Ok(()), true, step) }
    }

    /// As [`Serial::step`]; who has waited for a while asks `refuse` whether it should go on waiting.
    #[inline]
    pub fn step_unless<R>(
        &self,
        th: &mut Thread,
        holder: &Object,
        refuse: impl Fn(&mut Thread) -> Result<(), Raised>,
        step: impl FnOnce(&mut Thread) -> Result<R, Raised>,
    ) -> Result<R, Raised> {
        if th.is_mine(holder) { step(th) } else { self.step_common(th, holder, &refuse, false, step) }
    }

    fn step_common<R>(
        &self,
        th: &mut Thread,
        holder: &Object,
        refuse: &dyn Fn(&mut Thread) -> Result<(), Raised>,
        overtakes: bool,
        step: impl FnOnce(&mut Thread) -> Result<R, Raised>,
    ) -> Result<R, Raised> {
        let me = u64::from(th.id());
        if self.0.owned_by(me) {
            // What an iterator calls may come back to it, as it may without threads.
            return step(th);
        }
        if self.0.acquire(th, me, Patience::None) != Some(Acquired::Yes) && !self.wait(th, holder, me, refuse, overtakes)? {
            return step(th);
        }
        let result = step(th);
        let _ = self.0.release(me);
        result
    }

    /// Waits for the lock; false: in vain. `overtakes`: not for who waits itself.
    #[cold]
    fn wait(
        &self,
        th: &mut Thread,
        holder: &Object,
        me: u64,
        refuse: &dyn Fn(&mut Thread) -> Result<(), Raised>,
        overtakes: bool,
    ) -> Result<bool, Raised> {
        let waiter = Waiter(me);
        let mut circles = 0;
        let mut absence = Absence::default();
        loop {
            let until = Patience::Until(now().saturating_add(SLICE_NS));
            match th.waiting(Kind::Object, holder, |th| self.0.acquire(th, me, until)) {
                Some(Acquired::Yes) => return Ok(true),
                Some(Acquired::Interrupted) => (crate::hooks::get().signals)(th)?,
                Some(Acquired::TimedOut) | None => {
                    refuse(th)?;
                    if WORLD.threads() == 1 {
                        // In a forked child: its holder exists no more.
                        self.0.reset();
                    }
                    // Twice: what the others noted may have just changed.
                    circles = if waiter.closes_circle(self.0.owner()) { circles + 1 } else { 0 };
                    if circles == 2 || overtakes && absence.goes_on(self.0.owner()) {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

/// How long a thread has been detached without a break, in looks at it.
#[derive(Default)]
struct Absence {
    owner: u64,
    attaches: u32,
    looks: u32,
}

impl Absence {
    /// Longer than the wait for the lock of some object takes: so many slices.
    const LONG: u32 = 8;

    /// Whether the thread waits for something outside, as far as one can tell.
    fn goes_on(&mut self, owner: u64) -> bool {
        let attaches = u16::try_from(owner).ok().and_then(|id| WORLD.absent(id));
        match attaches {
            Some(attaches) if (self.owner, self.attaches) == (owner, attaches) => self.looks += 1,
            Some(attaches) => *self = Absence { owner, attaches, looks: 1 },
            None => self.looks = 0,
        }
        self.looks > Absence::LONG
    }
}

/// A thread that waits, as long as this lives.
struct Waiter(u64);

impl Waiter {
    /// Notes for whom it waits; whether that one waits for it, itself or through others.
    fn closes_circle(&self, owner: u64) -> bool {
        let mut waiters = WAITERS.lock();
        waiters.retain(|&(waiter, _)| waiter != self.0);
        waiters.push((self.0, owner));
        let mut at = owner;
        for _ in 0..waiters.len() {
            match waiters.iter().find(|&&(waiter, _)| waiter == at) {
                Some(&(_, next)) if next == self.0 => return true,
                Some(&(_, next)) => at = next,
                None => return false,
            }
        }
        false
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        WAITERS.lock().retain(|&(waiter, _)| waiter != self.0);
    }
}

/// Whether a call runs native code, between whose parts a GIL lets nobody come: builtin functions, `__next__` of builtin iterators.
pub fn is_native(callable: &Object) -> bool {
    let iterates = |wrapper: &MethodWrapper| wrapper.receiver().is_some_and(|object| object.ty().tp_iternext().is_some());
    callable.is_a::<Builtin>() || callable.downcast_ref::<MethodWrapper>().is_some_and(iterates)
}
