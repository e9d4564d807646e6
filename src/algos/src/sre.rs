//! The engine of regular expressions behind `_sre`: it runs the code that CPython 3.14's `re._compiler` writes.
//!
//! The code is checked and lowered once (`lower.rs`) to a [`Program`] with resolved jumps, character classes as bit maps and
//! literal runs as strings; a [`Matcher`] runs it (`run.rs`) by backtracking over an explicit trail. So nothing recurses, every
//! failure restores exactly what it saw before, and a long search can be paused after any number of steps.
//! Matches are found in CPython's order; the program does not depend on the width of the text.

mod class;
mod lower;
mod run;

#[cfg(test)]
mod tests;

pub use run::{Matcher, Mode, Outcome, Request};

use crate::ucd;
use class::Class;

/// `re._constants.MAGIC`.
pub const MAGIC: u32 = 20_230_612;
/// Bytes of a code word.
pub const CODE_SIZE: usize = 4;
/// A repeat without an upper end.
pub const MAX_REPEAT: u32 = u32::MAX;
/// The most groups.
pub const MAX_GROUPS: u32 = i32::MAX as u32 / 2;

/// `RuntimeError: invalid SRE code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCode;

/// A pattern, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    ops: Vec<Op>,
    classes: Vec<Class>,
    branches: Vec<Branch>,
    literals: Vec<u32>,
    hints: Vec<Hint>,
    groups: usize,
    seek: Seek,
    /// The shortest match.
    min_width: usize,
}

impl Program {
    /// Checks and lowers code for a pattern of so many groups.
    ///
    /// # Errors
    /// When the code is not what the compiler could have written.
    pub fn new(code: &[u32], groups: usize) -> Result<Program, InvalidCode> {
        lower::lower(code, groups)
    }

    /// Groups besides the whole match.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.groups
    }
}

/// How a search finds places where a match may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seek {
    /// Anywhere.
    All,
    /// Only at the beginning of the text.
    Beginning,
    /// Where this part of the literals is.
    Literal { start: u32, len: u32 },
    /// Where one character passes.
    Test(Test),
    /// Where one character passes one of several tests; those below 256 are in a bit map.
    Any { low: [u64; 4], high: Vec<Test> },
}

/// A test of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Is(u32),
    IsNot(u32),
    Class(u32),
    NotNewline,
    Anything,
}

/// A way through a branch: where it begins and what its first character must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Branch {
    target: u32,
    first: Option<Test>,
}

/// What is known of the operation behind a repeated character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Hint {
    /// It begins with this character.
    next: Option<u32>,
    /// It cannot begin with what is repeated, so giving back is in vain: below 256, and everywhere.
    settled_low: bool,
    settled: bool,
}

/// How characters are compared with those of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    None,
    Ascii,
    Unicode,
}

impl Fold {
    #[inline]
    fn apply(self, cp: u32) -> u32 {
        match self {
            Fold::None => cp,
            Fold::Ascii => ascii_lower(cp),
            Fold::Unicode => ucd::to_lower_simple(cp),
        }
    }
}

/// An assertion about a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    /// A word boundary, or none; words are Unicode's or ASCII's.
    Boundary {
        expected: bool,
        unicode: bool,
    },
}

/// One step. What does not say otherwise goes on with the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Success,
    Fail,
    Jump(u32),
    Test(Test),
    /// A part of `literals`.
    Literal {
        start: u32,
        len: u32,
    },
    At(At),
    Mark(u32),
    /// Tries a part of `branches` in order.
    Branch {
        start: u32,
        len: u32,
    },
    /// One character many times: as often as possible, giving back one at a time.
    Greedy {
        test: Test,
        min: u32,
        max: u32,
        hint: u32,
    },
    /// One character as few times as possible.
    Lazy {
        test: Test,
        min: u32,
        max: u32,
        hint: u32,
    },
    /// One character as often as possible, never giving back.
    Possessive {
        test: Test,
        min: u32,
        max: u32,
    },
    /// Begins a repeat whose `MaxUntil` or `MinUntil` is at `until`.
    Repeat {
        until: u32,
    },
    MaxUntil {
        body: u32,
        min: u32,
        max: u32,
    },
    MinUntil {
        body: u32,
        min: u32,
        max: u32,
    },
    /// Begins a repeat of an atomic body, which is next; goes on at `tail`.
    PossessiveRepeat {
        min: u32,
        max: u32,
        tail: u32,
    },
    /// Ends the body of the `PossessiveRepeat` at `start`.
    PossessiveEnd {
        start: u32,
    },
    Atomic,
    AtomicEnd,
    /// Looks at what is ahead, or ends here when it begins `back` characters before.
    Assert {
        back: u32,
    },
    AssertEnd,
    AssertNot {
        back: u32,
        next: u32,
    },
    AssertNotEnd,
    GroupRef {
        group: u32,
        fold: Fold,
    },
    /// Goes to `otherwise` when the group did not match.
    GroupExists {
        group: u32,
        otherwise: u32,
    },
}

#[inline]
fn ascii_lower(cp: u32) -> u32 {
    if cp < 128 { u32::from((cp as u8).to_ascii_lowercase()) } else { cp }
}

/// `_sre.ascii_tolower`.
#[must_use]
pub fn ascii_to_lower(cp: u32) -> u32 {
    ascii_lower(cp)
}

/// `_sre.unicode_tolower`.
#[must_use]
pub fn unicode_to_lower(cp: u32) -> u32 {
    ucd::to_lower_simple(cp)
}

/// `_sre.ascii_iscased`.
#[must_use]
pub fn ascii_is_cased(cp: u32) -> bool {
    cp < 128 && (cp as u8).is_ascii_alphabetic()
}

/// `_sre.unicode_iscased`.
#[must_use]
pub fn unicode_is_cased(cp: u32) -> bool {
    cp != ucd::to_lower_simple(cp) || cp != ucd::to_upper_simple(cp)
}
