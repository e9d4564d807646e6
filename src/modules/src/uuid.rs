//! `_uuid`: universally unique identifiers by time.
//!
//! Invariant: no two identifiers of this process are alike: time and sequence move on under one mutex. Nothing is agreed upon with other
//! processes, and the answer says so; what tells them apart is the sequence, which is random in each process.
#![allow(unsafe_code, non_upper_case_globals, reason = "system calls; names that Python sees")]

use heap::sync::Mutex;
use heap::{Raised, Ref, Thread};
use macros::pymodule;
use objects::{Bytes, Tuple};

use crate::os::{self, c};

/// From the beginning of the Gregorian calendar to the epoch, in steps of 100 ns.
const GREGORIAN: u64 = 0x01B2_1DD2_1381_4000;
/// What was made in one burst may run ahead of the clock by a second.
const AHEAD: u64 = 10_000_000;
/// The status of an identifier that was not agreed upon with other processes.
const UNSAFE: i64 = -1;

struct Clock {
    /// The process that this was set up in; a child gets a sequence of its own.
    process: i32,
    last: u64,
    sequence: u16,
    node: [u8; 6],
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock { process: 0, last: 0, sequence: 0, node: [0; 6] });

impl Clock {
    fn next(&mut self) -> [u8; 16] {
        let process = c!(getpid());
        if self.process != process {
            let random: [u8; 8] = random();
            self.process = process;
            self.last = 0;
            self.sequence = u16::from_be_bytes([random[6], random[7]]);
            self.node = hardware_address().unwrap_or_else(|| {
                // The bit of a group's address, which no hardware has.
                [random[0] | 1, random[1], random[2], random[3], random[4], random[5]]
            });
        }
        let now = now();
        self.last = if now > self.last {
            now
        } else if self.last - now < AHEAD {
            self.last + 1
        } else {
            // The clock was set back.
            self.sequence = self.sequence.wrapping_add(1);
            now
        };
        let time = self.last;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&(time as u32).to_be_bytes());
        id[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
        id[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0FFF | 0x1000).to_be_bytes());
        id[8..10].copy_from_slice(&(self.sequence & 0x3FFF | 0x8000).to_be_bytes());
        id[10..].copy_from_slice(&self.node);
        id
    }
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    GREGORIAN + since.as_secs() * 10_000_000 + u64::from(since.subsec_nanos()) / 100
}

fn random() -> [u8; 8] {
    let mut bytes = [0_u8; 8];
    c!(getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0));
    bytes
}

/// The address of the first network interface that has one.
fn hardware_address() -> Option<[u8; 6]> {
    let mut list = core::ptr::null_mut();
    if c!(getifaddrs(&raw mut list)) != 0 {
        return None;
    }
    let mut found = None;
    let mut at = list;
    // SAFETY: a list of libc's, ended by null.
    while let Some(interface) = unsafe { at.as_ref() } {
        // SAFETY: null or an address of the family that it names.
        if let Some(address) = unsafe { interface.ifa_addr.as_ref() }
            && i32::from(address.sa_family) == libc::AF_PACKET
        {
            // SAFETY: its family says so.
            let address = unsafe { &*interface.ifa_addr.cast::<libc::sockaddr_ll>() };
            let [a, b, c, d, e, f, _, _] = address.sll_addr;
            let bytes = [a, b, c, d, e, f];
            if address.sll_halen == 6 && bytes != [0; 6] {
                found = Some(bytes);
                break;
            }
        }
        at = interface.ifa_next;
    }
    c!(freeifaddrs(list));
    found
}

#[pymodule(name = "_uuid")]
pub mod uuid_ {
    use super::*;

    #[constant]
    const has_stable_extractable_node: i64 = 0;
    #[constant]
    const has_uuid_generate_time_safe: i64 = 1;

    #[function]
    fn generate_time_safe(th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let id = CLOCK.lock().next();
        let items = [Bytes::new(th, &id).up(), os::int(th, UNSAFE)];
        Ok(Tuple::from_array(th, items))
    }
}
