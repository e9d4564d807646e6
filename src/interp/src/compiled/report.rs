//! What a compiler tells of itself: plain data, for `sys._jit`.

/// How often each of some things happened.
pub type Counts = Vec<(String, u64)>;

/// What was done so far.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Units that were made.
    pub compiled: u64,
    /// Those of them that are entered now.
    pub live: u64,
    /// Those that ended with their code.
    pub ended: u64,
    /// Places that were not compiled, by reason.
    pub refused: Counts,
    /// Units that were given up, by the reason of the exit that was taken too often.
    pub given_up: Counts,
    /// How often units were left, by reason.
    pub exits: Counts,
    /// What the code of units takes now.
    pub code_bytes: u64,
    /// How long compiling has taken, without waiting.
    pub compile_seconds: f64,
    /// Places that wait to be compiled.
    pub queued: u64,
}

/// What became of a place that was to be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// The unit is entered.
    Live,
    /// One exit was taken too often, for this reason.
    GivenUp(String),
    /// It ended with its code.
    Ended,
    /// There is no unit, for this reason.
    Refused(String),
}

/// A way out of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exit {
    /// The code that is left: the unit's own, or one that the unit runs as a part of itself.
    pub name: String,
    pub file: String,
    /// The word of the instruction where the interpreter goes on, and its line.
    pub pc: u32,
    pub line: Option<u32>,
    pub reason: String,
    /// How often it was taken.
    pub count: u64,
}

/// Other code that a unit runs as a part of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub name: String,
    pub file: String,
    pub lines: Vec<u32>,
}

/// A unit, or a place that was refused.
#[derive(Clone, Debug)]
pub struct UnitReport {
    pub name: String,
    pub file: String,
    /// Of the whole code.
    pub first_line: u32,
    /// The word where it is entered, and its line.
    pub pc: u32,
    pub line: Option<u32>,
    pub is_loop: bool,
    /// How much was spent on it; 0: it is interpreted.
    pub tier: u8,
    pub state: State,
    /// How long compiling took, and waiting before.
    pub seconds: f64,
    pub waited: f64,
    pub code_bytes: u64,
    /// Instructions close to the machine.
    pub instructions: u64,
    /// Which lines of its own code it contains, in order.
    pub lines: Vec<u32>,
    pub parts: Vec<Part>,
    /// Its ways out that are counted.
    pub exits: Vec<Exit>,
}
