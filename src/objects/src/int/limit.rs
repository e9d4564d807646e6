//! How many decimal digits a conversion between int and text may have (`sys.set_int_max_str_digits`).

use heap::sync::{AtomicUsize, Ordering::Relaxed};

/// The limit at start.
pub const DEFAULT: usize = 4300;
/// The lowest limit that may be set.
pub const LOWEST: usize = 640;

static LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT);

/// The limit; 0 is none.
#[inline]
pub fn max_str_digits() -> usize {
    LIMIT.load(Relaxed)
}

/// Sets the limit, which the caller has checked: 0 or at least [`LOWEST`].
pub fn set_max_str_digits(limit: usize) {
    debug_assert!(limit == 0 || limit >= LOWEST);
    LIMIT.store(limit, Relaxed);
}
