//! What an operation writes that other threads may be writing: atomic changes of common objects' counts, and locks taken, by thread and
//! type. Only in a counted build (`--features counted` of `pyston-cli`); elsewhere all of this is nothing.
//!
//! Not counted: the runtime's own `Mutex`es, and atomics that are no counts (slots, flags, the marks of generators).

use crate::Object;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// An atomic read-modify-write of a common object's count.
    Count,
    /// The lock of an object (or that of all classes) was taken.
    ObjectLock,
    /// Another lock was: the world, a latch of the protocols, a lock of the program.
    OtherLock,
}

impl What {
    /// As users read it.
    pub fn name(self) -> &'static str {
        match self {
            What::Count => "count",
            What::ObjectLock => "object lock",
            What::OtherLock => "other lock",
        }
    }
}

#[cfg(feature = "counted")]
mod on {
    use super::*;
    use core::cell::RefCell;

    /// One row: what, the name, the address of the name (types have few, and keep them), how often.
    type Row = (What, String, usize, u64);

    std::thread_local! {
        static COUNTS: RefCell<Vec<Row>> = const { RefCell::new(Vec::new()) };
    }

    fn add(what: What, name: &[u8]) {
        let _ = COUNTS.try_with(|rows| {
            // What is allocated here may free, and be counted, itself; that is not the program's.
            let Ok(mut rows) = rows.try_borrow_mut() else { return };
            let address = name.as_ptr().addr();
            match rows.iter_mut().find(|row| row.0 == what && row.2 == address) {
                Some(row) => row.3 += 1,
                None => rows.push((what, String::from_utf8_lossy(name).into_owned(), address, 1)),
            }
        });
    }

    pub fn object(what: What, object: &Object) {
        add(what, object.ty().tp_name_bytes());
    }

    pub fn other(what: What, name: &'static str) {
        add(what, name.as_bytes());
    }

    /// The calling thread's numbers.
    pub fn of_this_thread() -> Vec<(What, String, u64)> {
        COUNTS.with(|rows| rows.borrow().iter().map(|(what, name, _, count)| (*what, name.clone(), *count)).collect())
    }
}

#[cfg(feature = "counted")]
pub use on::of_this_thread;

/// Something was done to an object.
#[inline(always)]
pub(crate) fn object(what: What, object: &Object) {
    #[cfg(feature = "counted")]
    on::object(what, object);
    let _ = (what, object);
}

/// Something was done that concerns no object.
#[inline(always)]
pub(crate) fn other(what: What, name: &'static str) {
    #[cfg(feature = "counted")]
    on::other(what, name);
    let _ = (what, name);
}
