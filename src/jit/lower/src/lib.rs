//! Makes machine code of LIR, with LLVM or, for tier 1, with Cranelift: a library with one door (`lir::door`) and no memory of what went
//! through it.
//!
//! Owns LLVM and Cranelift. Knows nothing of who builds units, nor of where code goes. Invariant: a request changes nothing but its answer, so that any
//! number of threads may be inside; whatever goes wrong becomes the answer's text, but for LLVM's fatal errors, which end the process with
//! their text. Start at [`pyston_lower_compile`], then `unit.rs`.
#![allow(unsafe_code, reason = "functions that are called across the library's border")]
mod call;
mod clif;
mod function;
mod inst;
mod kinds;
mod lines;
mod machine;
mod passes;
mod unit;

use lir::door::{Answer, Buffer, Options, Request, Tier, Times, VERSION};
use lir::Unit;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

/// What both sides of the door have to agree on.
#[unsafe(no_mangle)]
pub extern "C" fn pyston_lower_version() -> u32 {
    VERSION
}

/// Compiles a unit.
///
/// # Safety
/// The request is complete and stays while the call lasts; the answer may be written, and holds nothing that has to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pyston_lower_compile(request: *const Request, answer: *mut Answer) {
    // SAFETY: the caller hands in a request that stays.
    let request = unsafe { &*request };
    // SAFETY: its bytes stay, too.
    let bytes = unsafe { std::slice::from_raw_parts(request.unit, request.len) };
    let compiled = std::panic::catch_unwind(AssertUnwindSafe(|| compile(bytes, request.options)));
    let made = match compiled {
        Ok(Ok(Compiled { object, text, times })) => {
            Answer { failed: false, object: buffer(object), text: buffer(text.into_bytes()), times }
        }
        Ok(Err(error)) => Answer { failed: true, object: buffer(error.into_bytes()), ..Answer::EMPTY },
        Err(panic) => Answer { failed: true, object: buffer(message(&*panic).into_bytes()), ..Answer::EMPTY },
    };
    // SAFETY: the caller lets the answer be written.
    unsafe { answer.write(made) };
}

fn compile(bytes: &[u8], options: Options) -> Result<Compiled, String> {
    match options.tier {
        // Tables of lines are LLVM's.
        Tier::One if !options.lines => clif::compile(bytes, options),
        _ => unit::compile(bytes, options),
    }
}

/// Frees what is in an answer, and leaves it empty.
///
/// # Safety
/// The answer was filled by [`pyston_lower_compile`], or is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pyston_lower_free(answer: *mut Answer) {
    // SAFETY: the caller's answer may be read and written.
    let answer = unsafe { answer.replace(Answer::EMPTY) };
    for Buffer { start, len, capacity } in [answer.object, answer.text] {
        if !start.is_null() {
            // SAFETY: `buffer` has taken these three from a vector.
            drop(unsafe { Vec::from_raw_parts(start, len, capacity) });
        }
    }
}

/// Takes the place of C's function of this name for all that is linked in here (`build.rs`): nothing of LLVM is torn down when the process
/// ends, for other threads may still be inside. The process's memory ends with it.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___cxa_atexit(_destructor: *const (), _object: *const (), _library: *const ()) -> i32 {
    0
}

/// The unit of a request.
fn read(bytes: &[u8], options: Options) -> Result<Unit, String> {
    let unit = Unit::from_bytes(bytes).map_err(|error| error.to_string())?;
    if options.verify {
        unit.verify().map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(unit)
}

/// Tells how long each stage takes.
struct Clock {
    last: Instant,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now() }
    }

    /// Nanoseconds since the last lap.
    fn lap(&mut self) -> u64 {
        let now = Instant::now();
        u64::try_from(now.duration_since(std::mem::replace(&mut self.last, now)).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// What became of a unit.
struct Compiled {
    object: Vec<u8>,
    /// The text that was asked for.
    text: String,
    times: Times,
}

fn buffer(bytes: Vec<u8>) -> Buffer {
    let mut bytes = std::mem::ManuallyDrop::new(bytes);
    Buffer { start: bytes.as_mut_ptr(), len: bytes.len(), capacity: bytes.capacity() }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the back end panicked: {}", text.unwrap_or("without a text"))
}
