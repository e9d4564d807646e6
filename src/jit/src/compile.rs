//! Back ends, and the threads that use them.
#![allow(unsafe_code, reason = "signal masks and priorities are the system's")]

use std::sync::Arc;

use code::{Evaluated, Loaded, Region};
use lir::eval::Evaluator;
use lir::{Index, Symbol, Unit};
use lir::door::{Options, Tier};

use interp::compiled::BackEnd;

use crate::runtime::Helper;

/// Address space for code, and how much of it is used at most.
const REGION: usize = 256 << 20;
const MOST_CODE: usize = 64 << 20;

/// A back end that is ready.
pub struct Back {
    region: Arc<Region>,
    llvm: Option<code::BackEnd>,
}

/// A unit's code.
pub enum Made {
    Machine(Loaded),
    Evaluated(Evaluated),
}

impl Made {
    /// Where it is entered.
    pub fn entry(&self) -> usize {
        let first = lir::Func::new(0);
        match self {
            Made::Machine(loaded) => loaded.entry(first),
            Made::Evaluated(evaluated) => evaluated.entry(first),
        }
    }
}

impl Back {
    pub fn open(kind: BackEnd) -> Result<Back, String> {
        let region = Region::new(Helper::Step.address(), REGION, MOST_CODE).map_err(|error| error.to_string())?;
        let llvm = match kind {
            BackEnd::Trivial => None,
            BackEnd::Llvm => Some(code::BackEnd::find().map_err(|error| error.to_string())?),
        };
        Ok(Back { region, llvm })
    }

    /// Makes code of a unit.
    pub fn make(&self, unit: Unit) -> Result<Made, String> {
        let resolve = |symbol: Symbol| Helper::ALL.get(symbol.index()).map(|helper| helper.address());
        match &self.llvm {
            None => {
                let evaluator = Evaluator::new(unit, |symbol, _| resolve(symbol).map(|address| address as u64)).map_err(|error| error.to_string())?;
                self.region.enter(evaluator).map(Made::Evaluated).map_err(|error| error.to_string())
            }
            Some(llvm) => {
                let compiled = llvm.compile(&unit, Options::tier(Tier::Two))?;
                self.region.load(&compiled.object, resolve).map(Made::Machine).map_err(|error| error.to_string())
            }
        }
    }
}

/// A thread that no signal goes to.
pub fn spawn(name: &str, run: impl FnOnce() + Send + 'static) {
    // SAFETY: both sets are ours; the calls change this thread's mask only, and back.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        let mut old: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut old);
        // Without a thread nothing is compiled, which costs speed and nothing else.
        let _ = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const old, core::ptr::null_mut());
    }
}

/// Lets others go first.
pub fn be_nice() {
    // SAFETY: this thread's own priority.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 5) };
}
