//! `-b`: warnings where bytes meet text, which is hardly ever meant.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Object, Raised, Thread};

use crate::glue::CompareOp;
use crate::{Int, Str, exceptions, warn};

static ON: AtomicBool = AtomicBool::new(false);

/// From now on there are warnings.
pub fn enable() {
    ON.store(true, Relaxed);
}

/// `this` (`bytes` or `bytearray`) is compared with something that is neither.
#[inline]
pub(crate) fn comparison(th: &mut Thread, this: &str, other: &Object, op: CompareOp) -> Result<(), Raised> {
    if ON.load(Relaxed) && matches!(op, CompareOp::Eq | CompareOp::Ne) { compared(th, this, other) } else { Ok(()) }
}

#[cold]
fn compared(th: &mut Thread, this: &str, other: &Object) -> Result<(), Raised> {
    if other.is_a::<Str>() {
        warn::warn(th, exceptions::bytes_warning_type(), format_args!("Comparison between {this} and string"), 1)?;
    }
    if this == "bytes" && other.is_a::<Int>() {
        warn::warn(th, exceptions::bytes_warning_type(), format_args!("Comparison between bytes and int"), 1)?;
    }
    Ok(())
}

/// `str(this)`
#[inline]
pub(crate) fn conversion(th: &mut Thread, this: &str) -> Result<(), Raised> {
    if ON.load(Relaxed) { warn::warn(th, exceptions::bytes_warning_type(), format_args!("str() on a {this} instance"), 1) } else { Ok(()) }
}
