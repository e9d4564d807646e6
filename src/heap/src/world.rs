//! Temporary.
use crate::{Thread};
pub struct WorldSlot { pub poll: crate::sync::AtomicU32 }
impl WorldSlot {
    pub unsafe fn retire(&self, block: *mut u8, _bytes: usize, free: unsafe fn(*mut u8)) { unsafe { free(block) } }
    pub fn request_collection(&self) { self.poll.fetch_or(2, crate::sync::Ordering::Relaxed); }
}
pub fn for_each_thread(th: &Thread, f: &mut dyn FnMut(&Thread)) { f(th) }
pub fn stop(_th: &Thread) -> () { }
