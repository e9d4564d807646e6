//! What the decompressors and compressors share: room for output that grows, and input that waits.
//!
//! Invariant: output is written only into room that was made for it, and counted by what the library says it wrote.
#![allow(unsafe_code, reason = "C libraries write into the room of vectors")]

use heap::{Raised, Ref, Thread};
use objects::{Bytes, raise};

/// How much room for output is made at first.
const FIRST: usize = 32 * 1024;
/// More than this is never made at once.
const MOST: usize = 256 * 1024 * 1024;

/// There is no memory for more output.
#[derive(Debug)]
pub struct NoRoom;

/// How one call of a library ended.
pub struct Step<S> {
    pub status: S,
    /// The room is used up: there may be more output.
    pub full: bool,
}

/// One call of a library: with what is left of `input`, which is shortened by what it took, and with room in `out`, up to `limit` bytes in all.
///
/// # Safety
/// `call` gets the address and the length of the input and of the room; it says its status, how much of the input it used, and how many
/// bytes it wrote, from the beginning of the room on.
pub unsafe fn step<S>(
    input: &mut &[u8],
    out: &mut Vec<u8>,
    limit: usize,
    call: impl FnOnce(*const u8, usize, *mut u8, usize) -> (S, usize, usize),
) -> Result<Step<S>, NoRoom> {
    if out.len() == out.capacity() && out.len() < limit {
        let more = out.len().clamp(FIRST, MOST).min(limit - out.len());
        out.try_reserve_exact(more).map_err(|_| NoRoom)?;
    }
    // Their lengths are 32 bits wide in one of the libraries.
    let room = (out.capacity() - out.len()).min(limit - out.len()).min(u32::MAX as usize);
    let given = input.len().min(u32::MAX as usize);
    let (status, used, written) = call(input.as_ptr(), given, out.spare_capacity_mut().as_mut_ptr().cast(), room);
    debug_assert!(used <= given && written <= room);
    *input = &input[used..];
    // SAFETY: the caller's promise: so many bytes are written.
    unsafe { out.set_len(out.len() + written) };
    Ok(Step { status, full: written == room })
}

/// Output as Python's bytes.
pub fn made(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Bytes>, Raised> {
    Bytes::try_new(th, bytes).ok_or_else(|| raise::memory_error(th))
}

/// The input of a decompressor.
#[derive(Default)]
pub struct Feed {
    /// Input that was not used yet.
    pending: Vec<u8>,
    /// What came behind the end.
    pub unused: Vec<u8>,
    pub eof: bool,
    pub needs_input: bool,
}

/// What became of a piece of input.
pub struct Outcome {
    pub out: Vec<u8>,
    pub ended: bool,
    /// All input is used, but the library may hold output that there was no room for.
    pub holds_output: bool,
}

impl Feed {
    pub fn new() -> Feed {
        Feed { needs_input: true, ..Feed::default() }
    }

    /// Runs a decompressor over what waits and what is new. After a failure nothing waits.
    pub fn run<E>(&mut self, data: &[u8], work: impl FnOnce(&mut &[u8]) -> Result<Outcome, E>) -> Result<Vec<u8>, E> {
        let mut pending = core::mem::take(&mut self.pending);
        let mut input = data;
        if !pending.is_empty() {
            pending.extend_from_slice(data);
            input = &pending;
        }
        let outcome = work(&mut input)?;
        if outcome.ended {
            self.eof = true;
            self.needs_input = false;
            self.unused = input.to_vec();
        } else {
            self.needs_input = input.is_empty() && !outcome.holds_output;
            self.pending = input.to_vec();
        }
        Ok(outcome.out)
    }
}

/// The `max_length` argument as a limit.
pub fn limit(max_length: isize) -> usize {
    usize::try_from(max_length).unwrap_or(isize::MAX as usize)
}
