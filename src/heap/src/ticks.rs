//! A clock that orders what all threads do, in a unit of its own: where the processor's counter can be read, for less than the system's clock.
//!
//! Invariant: all of a process's ticks come from one source, the one that the first call chose.

use crate::sync::{self, AtomicU8, Ordering::Relaxed};

const UNKNOWN: u8 = 0;
const COUNTER: u8 = 1;
const CLOCK: u8 = 2;

static SOURCE: AtomicU8 = AtomicU8::new(UNKNOWN);

/// The time, later for what happens later, whichever thread it is that asks, as long as the two are some hundred instructions apart.
#[inline]
pub fn ticks() -> u64 {
    match SOURCE.load(Relaxed) {
        COUNTER => counter::read(),
        CLOCK => sync::now(),
        _ => ticks_of_chosen(),
    }
}

#[cold]
fn ticks_of_chosen() -> u64 {
    let found = if counter::is_trusted() { COUNTER } else { CLOCK };
    let chosen = SOURCE.compare_exchange(UNKNOWN, found, Relaxed, Relaxed).err().unwrap_or(found);
    if chosen == COUNTER { counter::read() } else { sync::now() }
}

/// The time-stamp counter: that all cores have the same is what the kernel makes sure of before its own clock reads it.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod counter {
    pub fn is_trusted() -> bool {
        let source = std::fs::read("/sys/devices/system/clocksource/clocksource0/current_clocksource");
        source.is_ok_and(|name| name.trim_ascii() == b"tsc")
    }

    /// Neither waits for what stands before it nor holds up what stands behind: the order of what is some hundred instructions apart.
    #[inline(always)]
    pub fn read() -> u64 {
        // SAFETY: every such processor has the instruction, and the kernel lets its programs use it.
        unsafe { core::arch::x86_64::_rdtsc() }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod counter {
    pub fn is_trusted() -> bool {
        false
    }

    pub fn read() -> u64 {
        unreachable!("no counter is trusted here")
    }
}

#[cfg(test)]
mod tests {
    use super::ticks;
    use std::sync::mpsc;

    #[test]
    fn what_happens_later_has_later_ticks_in_whichever_thread() {
        let (to_other, from_first) = mpsc::channel();
        let (to_first, from_other) = mpsc::channel();
        let other = std::thread::spawn(move || {
            for earlier in from_first {
                let here = ticks();
                assert!(earlier < here);
                let _ = to_first.send(here);
            }
        });
        for _ in 0..10_000 {
            let _ = to_other.send(ticks());
            let between = from_other.recv();
            assert!(between.is_ok_and(|between| between < ticks()));
        }
        drop(to_other);
        assert!(other.join().is_ok());
    }
}
