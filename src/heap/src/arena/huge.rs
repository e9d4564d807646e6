//! How the arena's memory is asked for: in huge pages, of which it is noted which were entered and how quickly they come, or in ordinary ones.
//!
//! Nothing here decides about what memory holds, only about how it is backed: all words are relaxed, and a race costs a page of the other size.

use core::ffi::c_void;

use super::{ARENA, LARGE_FROM};
use crate::sync::{self, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Bytes of a huge page.
pub const PAGE: usize = 2 << 20;
/// A huge page that takes longer than the ordinary pages in its place would: 512 faults.
const SLOW_NS: u64 = 700_000;

/// So many bytes of ordinary pages are asked for at a time: each time costs as much as a page does.
const AHEAD: usize = 256 << 10;
/// So many bytes of ordinary pages tell what they cost.
const COMPARED: usize = PAGE / 2;
/// The longest pause: a huge page in vain, of some milliseconds, for each so many bytes costs a fiftieth of what the rest of them takes.
const LONGEST_PAUSE: usize = 16 * LARGE_FROM;

/// The arena's huge pages of which some part was in use before.
pub static PAGES: Pages = Pages { start: AtomicUsize::new(0), entered: [const { AtomicU64::new(0) }; ARENA / PAGE / 64] };
/// How often to ask.
pub static PACE: Pace = Pace::new();

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

/// Huge pages are asked for while they come quickly. After one that came slowly the next range is taken in ordinary pages, against the clock: where
/// the machine's host has to find the memory those are slow, too, and huge ones go on; where only a huge page takes the kernel long, which moves
/// memory to make one, they pause.
pub struct Pace {
    /// With how much in use to ask the next time.
    again_at: AtomicUsize,
    /// How much more is to be in use before the next time, if huge pages are slower than ordinary ones.
    pause: AtomicUsize,
    /// Nanoseconds that the last huge page took, if it was slow and ordinary ones are being compared with it; else 0.
    slow: AtomicU64,
    /// What those took, and how many bytes they are.
    spent: AtomicU64,
    bytes: AtomicUsize,
    /// The end of the range that was asked for last in ordinary pages.
    asked: AtomicUsize,
}

impl Pace {
    const fn new() -> Pace {
        Pace {
            again_at: AtomicUsize::new(0),
            pause: AtomicUsize::new(LARGE_FROM),
            slow: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            bytes: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
        }
    }

    /// Asks for a huge page of which nothing is in use, if it is time to; whether it came. `used` bytes of the arena are in use.
    pub fn ask(&self, page: *mut c_void, used: usize) -> bool {
        if used < self.again_at.load(Relaxed) || self.slow.load(Relaxed) != 0 {
            return false;
        }
        let before = sync::now();
        // SAFETY: a huge page of the arena, of which nothing changes but how it is backed.
        let came = unsafe { libc::madvise(page, PAGE, libc::MADV_HUGEPAGE) == 0 } && populate(page, PAGE);
        let took = sync::now().saturating_sub(before);
        if came && took <= SLOW_NS {
            self.pause.store(LARGE_FROM, Relaxed);
        } else {
            self.spent.store(0, Relaxed);
            self.bytes.store(0, Relaxed);
            self.slow.store(if came { took } else { u64::MAX }, Relaxed);
        }
        came
    }

    /// Asks for a range in ordinary pages, and for some behind it, for ranges are mostly taken in order. Not beyond the huge page that it lies in: the
    /// next one may come as such.
    pub fn take_ordinary(&self, start: *mut c_void, size: usize, used: usize) {
        if size >= AHEAD {
            return self.take_range(start, size, used);
        }
        let end = start.addr() + size;
        let asked = self.asked.load(Relaxed);
        if asked < end || asked - start.addr() > AHEAD {
            let size = AHEAD.min(PAGE - start.addr() % PAGE).max(size);
            self.asked.store(start.addr() + size, Relaxed);
            self.take_range(start, size, used);
        }
    }

    fn take_range(&self, start: *mut c_void, size: usize, used: usize) {
        let slow = self.slow.load(Relaxed);
        if slow == 0 {
            populate(start, size);
            return;
        }
        let before = sync::now();
        populate(start, size);
        let took = sync::now().saturating_sub(before);
        let spent = self.spent.fetch_add(took, Relaxed) + took;
        let bytes = self.bytes.fetch_add(size, Relaxed) + size;
        if bytes >= COMPARED {
            self.decide(slow, spent.saturating_mul(PAGE as u64) / bytes as u64, used);
        }
    }

    /// `huge` nanoseconds were too long for a huge page: ordinary ones in its place would have taken so many.
    fn decide(&self, huge: u64, ordinary: u64, used: usize) {
        if huge > ordinary.saturating_add(ordinary / 2) {
            let pause = self.pause.load(Relaxed);
            self.again_at.store(used.saturating_add(pause), Relaxed);
            self.pause.store((4 * pause).min(LONGEST_PAUSE), Relaxed);
        }
        self.slow.store(0, Relaxed);
    }
}

/// Has the kernel find memory for a range of the arena. Where that cannot be had, it comes when it is touched, or the process ends as others do.
fn populate(start: *mut c_void, size: usize) -> bool {
    // SAFETY: memory of the arena, of which nothing changes but that it is there.
    unsafe { libc::madvise(start, size, libc::MADV_POPULATE_WRITE) == 0 }
}
