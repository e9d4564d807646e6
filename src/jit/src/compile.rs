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

/// A back end that is ready.
pub struct Back {
    region: Arc<Region>,
    /// Without one units are interpreted.
    library: Option<code::BackEnd>,
    lines: bool,
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
        let library = match config.back_end {
            BackEnd::Trivial => None,
            BackEnd::Library => Some(code::BackEnd::find().map_err(|error| missing(&error))?),
        };
        Ok(Back { region, library, lines })
    }

    /// The number of the tier that a unit is of which is made for this one; 0: it is interpreted.
    pub fn tier_of(&self, tier: Tier) -> u8 {
        self.library.as_ref().map_or(0, |_| tier_for(tier) as u8)
    }

    /// Makes code of a unit, and says what took how long in the back end.
    pub fn make(&self, unit: Unit, tier: Tier) -> Result<(Made, Times), Failure> {
        let resolve = |symbol: Symbol| Helper::ALL.get(symbol.index()).map(|helper| helper.address());
        match &self.library {
            None => {
                let evaluator = Evaluator::new(unit, |symbol, _| resolve(symbol).map(|address| address as u64)).map_err(|error| Failure::new(Refusal::NotMade, error))?;
                self.region.enter(evaluator).map(|made| (Made::Evaluated(made), Times::default())).map_err(not_loaded)
            }
            Some(library) => {
                let options = Options { lines: self.lines, ..Options::tier(tier_for(tier)) };
                let compiled = library.compile(&unit, options).map_err(|error| Failure::new(Refusal::NotMade, error))?;
                self.region.load(&compiled.object, resolve).map(|made| (Made::Machine(made), compiled.times)).map_err(not_loaded)
            }
        }
    }
}

fn tier_for(tier: Tier) -> lir::door::Tier {
    match tier {
        Tier::One => lir::door::Tier::One,
        Tier::Two => lir::door::Tier::Two,
    }
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

/// Lets others go first: those who compile well let those who compile fast.
pub fn be_nice(tier: Tier) {
    let nice = match tier {
        Tier::One => 5,
        Tier::Two => 15,
    };
    // SAFETY: this thread's own priority.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, nice) };
}
