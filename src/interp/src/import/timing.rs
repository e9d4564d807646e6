//! `-X importtime`: what each import takes, without and with what it imports itself.

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use heap::Thread;
use heap::sync::{AtomicBool, Ordering::Relaxed};
use objects::Str;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Level {
    Off,
    Loaded,
    /// `-X importtime=2`: also imports of what is loaded already.
    All,
}

static LEVEL: OnceLock<Level> = OnceLock::new();
static HEAD: AtomicBool = AtomicBool::new(true);

thread_local! {
    /// Time of the imports that the running one has made so far.
    static INNER: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn level() -> Level {
    *LEVEL.get_or_init(|| match crate::config::get().import_time {
        0 => Level::Off,
        1 => Level::Loaded,
        _ => Level::All,
    })
}

/// An import that is running.
pub struct Running {
    start: Instant,
    outer: Duration,
}

/// Called before a module is looked for; `None` if nobody wants to know.
#[inline]
pub fn begin() -> Option<Running> {
    if level() == Level::Off {
        return None;
    }
    if HEAD.swap(false, Relaxed) {
        stdx::tell(format_args!("import time: self [us] | cumulative | imported package\n"));
    }
    DEPTH.set(DEPTH.get() + 1);
    Some(Running { start: Instant::now(), outer: INNER.replace(Duration::ZERO) })
}

/// Called when the import that `begin` announced is over.
pub fn end(_: &Thread, running: Option<Running>, name: &Str) {
    let Some(Running { start, outer }) = running else { return };
    let whole = start.elapsed();
    let own = whole.saturating_sub(INNER.get());
    let depth = DEPTH.get().saturating_sub(1);
    DEPTH.set(depth);
    let (own, all) = (microseconds(own), microseconds(whole));
    stdx::tell(format_args!("import time: {own:9} | {all:10} | {:indent$}{name}\n", "", indent = depth * 2));
    INNER.set(outer + whole);
}

/// Called when a module was found in `sys.modules`.
#[inline]
pub fn cached(name: &Str) {
    if level() == Level::All {
        stdx::tell(format_args!("import time: {:9} | {:10} | {:indent$}{name}\n", "cached   ", "cached    ", "", indent = DEPTH.get()));
    }
}

fn microseconds(time: Duration) -> u128 {
    time.as_nanos().div_ceil(1000)
}
