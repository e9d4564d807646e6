//! Huge pages for the arena: which were asked for, and whether to ask for the next.
//!
//! Nothing here decides about what memory holds, only about how it is backed: all words are relaxed, and a race costs a page of the other size.

use core::ffi::c_void;

use super::{ARENA, LARGE_FROM};
use crate::sync::{self, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Bytes of a huge page.
pub const PAGE: usize = 2 << 20;
/// A huge page that takes longer than the ordinary pages in its place would: 512 faults.
const SLOW_NS: u64 = 700_000;

/// The arena's huge pages of which some part was in use before.
pub static PAGES: Pages = Pages { start: AtomicUsize::new(0), entered: [const { AtomicU64::new(0) }; ARENA / PAGE / 64] };
/// How often to ask.
pub static PACE: Pace = Pace { again_at: AtomicUsize::new(0), pause: AtomicUsize::new(LARGE_FROM) };

pub struct Pages {
    start: AtomicUsize,
    entered: [AtomicU64; ARENA / PAGE / 64],
}

impl Pages {
    /// The arena lies at this address, of which nothing is in use yet.
    pub fn begin(&self, start: usize) {
        self.start.store(start, Relaxed);
    }

    /// A range of the arena is taken into use. The address of its huge page, if nothing of that was in use before and the range lies in one.
    pub fn enter(&self, address: usize, size: usize) -> Option<usize> {
        let start = self.start.load(Relaxed);
        let offset = address.wrapping_sub(start);
        if start == 0 || offset >= ARENA || size == 0 {
            return None;
        }
        let (first, last) = (offset / PAGE, (offset + size - 1).min(ARENA - 1) / PAGE);
        let mut fresh = false;
        for page in first..=last {
            let bit = 1 << (page % 64);
            fresh = self.entered[page / 64].fetch_or(bit, Relaxed) & bit == 0;
        }
        (fresh && first == last).then_some(start + first * PAGE)
    }
}

pub struct Pace {
    /// With how much in use to ask the next time.
    again_at: AtomicUsize,
    /// How much more is to be in use before the next time, if this one is slow.
    pause: AtomicUsize,
}

impl Pace {
    /// Asks for a huge page of which nothing is in use, unless the last one came slowly; whether it came. `used` bytes of the arena are in use.
    pub fn ask(&self, page: *mut c_void, used: usize) -> bool {
        if used < self.again_at.load(Relaxed) {
            return false;
        }
        let before = sync::now();
        // SAFETY: a huge page of the arena, of which nothing changes but how it is backed.
        let came =
            unsafe { libc::madvise(page, PAGE, libc::MADV_HUGEPAGE) == 0 && libc::madvise(page, PAGE, libc::MADV_POPULATE_WRITE) == 0 };
        if came && sync::now().saturating_sub(before) <= SLOW_NS {
            self.pause.store(LARGE_FROM, Relaxed);
        } else {
            let pause = self.pause.load(Relaxed);
            self.again_at.store(used + pause, Relaxed);
            self.pause.store(pause.saturating_mul(4), Relaxed);
        }
        came
    }
}
