//! Back ends, and the threads that use them.
#![allow(unsafe_code, reason = "signal masks and priorities are the system's")]

use std::sync::Arc;

use core::ops::Range;

use code::{Evaluated, LoadError, Loaded, Region, RegionError};
use lir::eval::Evaluator;
use lir::{Func, Index, Symbol, Unit};
use lir::door::{Options, Times};

use interp::compiled::{BackEnd, Config, Tier};

use crate::records::{Failure, Refusal};
use crate::runtime::Helper;

/// Address space for code, and how much of it is used at most.
const REGION: usize = 256 << 20;
const MOST_CODE: usize = 64 << 20;

/// Units with more instructions are compiled with little effort.
const MOST_FOR_TIER_TWO: usize = 4000;

/// A back end that is ready.
pub struct Back {
    region: Arc<Region>,
    llvm: Option<(code::BackEnd, Options)>,
}

/// The one function of a unit.
fn first() -> Func {
    Func::new(0)
}

/// A unit's code.
pub enum Made {
    Machine(Loaded),
    Evaluated(Evaluated),
}

impl Made {
    /// Where it is entered.
    pub fn entry(&self) -> usize {
        match self {
            Made::Machine(loaded) => loaded.entry(first()),
            Made::Evaluated(evaluated) => evaluated.entry(first()),
        }
    }

    /// Where its code lies; of one that is interpreted, what leads there.
    pub fn code(&self) -> Range<usize> {
        match self {
            Made::Machine(loaded) => loaded.code(first()),
            Made::Evaluated(evaluated) => evaluated.code(first()),
        }
    }
}

impl Back {
    /// With a table of lines for each unit, if debuggers or profilers are to have one.
    pub fn open(config: &Config, lines: bool) -> Result<Back, Failure> {
        let missing = |error: &dyn core::fmt::Display| Failure::new(Refusal::NoBackEnd, error);
        let region = Region::new(Helper::FinishStep.address(), REGION, MOST_CODE).map_err(|error| missing(&error))?;
        let llvm = match config.back_end {
            BackEnd::Trivial => None,
            BackEnd::Llvm => {
                let tier = match config.tier {
                    Tier::One => lir::door::Tier::One,
                    Tier::Two => lir::door::Tier::Two,
                };
                let library = code::BackEnd::find().map_err(|error| missing(&error))?;
                Some((library, Options { lines, ..Options::tier(tier) }))
            }
        };
        Ok(Back { region, llvm })
    }

    /// How much is spent on a unit of so many instructions; 0: it is interpreted.
    pub fn tier_of(&self, instructions: usize) -> u8 {
        self.llvm.as_ref().map_or(0, |(_, options)| options_for(*options, instructions).tier as u8)
    }

    /// Makes code of a unit, and says what took how long in the back end.
    pub fn make(&self, unit: Unit) -> Result<(Made, Times), Failure> {
        let resolve = |symbol: Symbol| Helper::ALL.get(symbol.index()).map(|helper| helper.address());
        match &self.llvm {
            None => {
                let evaluator = Evaluator::new(unit, |symbol, _| resolve(symbol).map(|address| address as u64)).map_err(|error| Failure::new(Refusal::NotMade, error))?;
                self.region.enter(evaluator).map(|made| (Made::Evaluated(made), Times::default())).map_err(not_loaded)
            }
            Some((library, options)) => {
                let compiled = library.compile(&unit, options_for(*options, unit.instructions())).map_err(|error| Failure::new(Refusal::NotMade, error))?;
                self.region.load(&compiled.object, resolve).map(|made| (Made::Machine(made), compiled.times)).map_err(not_loaded)
            }
        }
    }
}

/// The full pipeline takes far more than twice the time for twice the code.
fn options_for(options: Options, instructions: usize) -> Options {
    if instructions > MOST_FOR_TIER_TWO { Options { lines: options.lines, ..Options::tier(lir::door::Tier::One) } } else { options }
}

fn not_loaded(error: LoadError) -> Failure {
    let is_full = matches!(error, LoadError::Region(RegionError::Full));
    Failure::new(if is_full { Refusal::NoRoom } else { Refusal::NotMade }, error)
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
