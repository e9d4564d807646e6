//! Memory as the interpreter sees it: addresses, widths in bytes, bits.
//!
//! Invariant: widths are 1, 2, 4 or 8; every function here is as sound as the unit that asks for it (rule E1).
#![expect(unsafe_code, reason = "accesses the memory that a unit names")]
#![expect(clippy::useless_conversion, reason = "one body serves all widths")]
use crate::Order;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};

/// The machine's largest vector wants this; no constant or slot may want more than a page.
const CHUNK: usize = 16;

#[repr(align(16))]
struct Chunk(#[expect(dead_code, reason = "read by address")] [u8; CHUNK]);

/// Bytes at an address that stays, aligned as wished.
pub(super) struct Bytes {
    memory: Box<[UnsafeCell<Chunk>]>,
    start: usize,
}

// SAFETY: rule E1: who reads and writes these bytes is the unit, through their address.
unsafe impl Send for Bytes {}
// SAFETY: as above; nothing here reads them.
unsafe impl Sync for Bytes {}

impl Bytes {
    pub(super) fn zeroed(len: usize, align: u32) -> Self {
        let align = (align as usize).max(CHUNK);
        let chunks = (len + align).div_ceil(CHUNK);
        let memory: Box<[UnsafeCell<Chunk>]> = (0..chunks).map(|_| UnsafeCell::new(Chunk([0; CHUNK]))).collect();
        let address = memory.as_ptr().addr();
        Self { start: address.next_multiple_of(align) - address, memory }
    }

    pub(super) fn new(bytes: &[u8], align: u32) -> Self {
        let made = Self::zeroed(bytes.len(), align);
        // SAFETY: `zeroed` made room for as many bytes behind `start`, and nobody else knows them yet.
        unsafe {
            std::ptr::copy_nonoverlapping(
                bytes.as_ptr(),
                std::ptr::with_exposed_provenance_mut(made.address() as usize),
                bytes.len(),
            )
        };
        made
    }

    pub(super) fn address(&self) -> u64 {
        (self.memory.as_ptr().expose_provenance() + self.start) as u64
    }
}

fn at<T>(address: u64) -> *mut T {
    std::ptr::with_exposed_provenance_mut(address as usize)
}

/// # Safety
/// Rule E1: the unit may read there.
pub(super) unsafe fn load(address: u64, bytes: u8) -> u64 {
    // SAFETY: rule E1.
    unsafe {
        match bytes {
            1 => u64::from(at::<u8>(address).read_unaligned()),
            2 => u64::from(at::<u16>(address).read_unaligned()),
            4 => u64::from(at::<u32>(address).read_unaligned()),
            _ => at::<u64>(address).read_unaligned(),
        }
    }
}

/// # Safety
/// Rule E1: the unit may write there.
pub(super) unsafe fn store(address: u64, bytes: u8, bits: u64) {
    // SAFETY: rule E1.
    unsafe {
        match bytes {
            1 => at::<u8>(address).write_unaligned(bits as u8),
            2 => at::<u16>(address).write_unaligned(bits as u16),
            4 => at::<u32>(address).write_unaligned(bits as u32),
            _ => at::<u64>(address).write_unaligned(bits),
        }
    }
}

fn ordering(order: Order) -> Ordering {
    match order {
        Order::Relaxed => Ordering::Relaxed,
        Order::Acquire => Ordering::Acquire,
        Order::Release => Ordering::Release,
        Order::AcqRel => Ordering::AcqRel,
        Order::SeqCst => Ordering::SeqCst,
    }
}

/// An exchange that fails is a load.
fn failure(order: Order) -> Ordering {
    match order {
        Order::Relaxed | Order::Release => Ordering::Relaxed,
        Order::Acquire | Order::AcqRel => Ordering::Acquire,
        Order::SeqCst => Ordering::SeqCst,
    }
}

/// Does something with the atomic of so many bytes at an address.
macro_rules! atomic {
    ($address:expr, $bytes:expr, |$atomic:ident: $integer:ident| $body:expr) => {
        match $bytes {
            1 => atomic!(@ AtomicU8, u8, $address, $atomic, $integer, $body),
            2 => atomic!(@ AtomicU16, u16, $address, $atomic, $integer, $body),
            4 => atomic!(@ AtomicU32, u32, $address, $atomic, $integer, $body),
            _ => atomic!(@ AtomicU64, u64, $address, $atomic, $integer, $body),
        }
    };
    (@ $kind:ident, $width:ident, $address:expr, $atomic:ident, $integer:ident, $body:expr) => {{
        type $integer = $width;
        // SAFETY: rule E1: an atomic access is naturally aligned, and its memory is accessed by nothing but such meanwhile.
        let $atomic = unsafe { $kind::from_ptr(at($address)) };
        $body
    }};
}

/// # Safety
/// Rule E1: the unit may read there.
pub(super) unsafe fn atomic_load(address: u64, bytes: u8, order: Order) -> u64 {
    atomic!(address, bytes, |atomic: Integer| {
        let bits: Integer = atomic.load(ordering(order));
        u64::from(bits)
    })
}

/// # Safety
/// Rule E1: the unit may write there.
pub(super) unsafe fn atomic_store(address: u64, bytes: u8, bits: u64, order: Order) {
    atomic!(address, bytes, |atomic: Integer| atomic.store(bits as Integer, ordering(order)));
}

/// # Safety
/// Rule E1: the unit may write there.
pub(super) unsafe fn atomic_add(address: u64, bytes: u8, bits: u64, order: Order) -> u64 {
    atomic!(address, bytes, |atomic: Integer| u64::from(atomic.fetch_add(bits as Integer, ordering(order))))
}

/// # Safety
/// Rule E1: the unit may write there.
pub(super) unsafe fn compare_exchange(address: u64, bytes: u8, expected: u64, new: u64, order: Order) -> [u64; 2] {
    atomic!(address, bytes, |atomic: Integer| {
        match atomic.compare_exchange(expected as Integer, new as Integer, ordering(order), failure(order)) {
            Ok(old) => [u64::from(old), 1],
            Err(old) => [u64::from(old), 0],
        }
    })
}
