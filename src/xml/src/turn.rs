//! Who may touch a parser of the library's, and its relatives: one thread at a time, which may come back.

use heap::contention::Kind;
use heap::locks::{Acquired, Patience, PyRLock};
use heap::sync::now;
use heap::world::WORLD;
use heap::{Object, Raised, Thread};
use objects::raise;

/// So long a thread waits before it looks whether there is anybody to wait for.
const LOOK_NS: u64 = 100_000_000;

/// The right to touch a family of parsers.
pub struct Turn(PyRLock);

impl Turn {
    pub fn new() -> Turn {
        Turn(PyRLock::new())
    }

    /// Runs something that touches a parser of the family; others wait, detached. `holder` is what they are said to wait for.
    pub fn take<R>(
        &self,
        th: &mut Thread,
        holder: &Object,
        body: impl FnOnce(&mut Thread) -> Result<R, Raised>,
    ) -> Result<R, Raised> {
        let me = u64::from(th.id());
        let mut patience = Patience::None;
        loop {
            match th.waiting(Kind::Object, holder, |th| self.0.acquire(th, me, patience)) {
                Some(Acquired::Yes) => break,
                Some(Acquired::Interrupted) => (objects::hooks::get().signals)(th)?,
                Some(Acquired::TimedOut) => {
                    // In a forked child: whoever holds it exists no more.
                    if WORLD.threads() == 1 && self.0.locked() {
                        self.0.reset();
                    }
                    patience = Patience::Until(now().saturating_add(LOOK_NS));
                }
                None => return Err(raise::runtime_error(th, format_args!("handlers of a parser are nested too deeply"))),
            }
        }
        let result = body(th);
        let _ = self.0.release(me);
        result
    }
}
