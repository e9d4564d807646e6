//! The module `sys._jit`: what CPython's has, and what our compiler tells of itself.

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Float, Int, List, Str, ops, raise};

use crate::compiled::report::{Counts, Exit, Part, State, Totals, UnitReport};
use crate::compiled::{compiler, seen};

/// Whether units can be made at all: somebody makes them, or could.
fn can_compile() -> bool {
    match compiler() {
        Some(compiler) => compiler.is_able(),
        None => crate::hooks::hooks().can_compile(),
    }
}

#[pymodule(name = "sys._jit")]
pub mod jit {
    //! Utilities for observing just-in-time compilation.
    use super::*;

    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[function]
    fn is_available() -> bool {
        can_compile()
    }

    /// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.
    #[function]
    fn is_enabled() -> bool {
        compiler().is_some_and(|compiler| compiler.is_able())
    }

    /// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.
    // A unit hands the instruction that calls this to the interpreter, so no unit's code runs then.
    #[function]
    fn is_active() -> bool {
        false
    }

    /// Return a dict of what the compiler has done so far.
    ///
    /// compiled, live, ended: units that were made, that are entered now, that ended with their code
    /// refused: places that were not compiled, counted by reason
    /// given_up: units that are not entered any more, counted by the reason for which they were left too often
    /// exits: how often units were left, by reason
    /// code_bytes: what the code of units takes now
    /// compile_seconds: how long compiling has taken
    /// queued: places that wait to be compiled
    #[function]
    fn stats(th: &mut Thread) -> Ref<Object> {
        let totals = compiler().map_or_else(Totals::default, |compiler| compiler.totals());
        totals_dict(th, &totals)
    }

    /// Return a list of dicts, one for each unit and for each place that was not compiled.
    ///
    /// name, file, first_line: of the code
    /// kind, pc, line: 'function' or 'loop', the word of its bytecode at which it is entered, the line of that
    /// state: 'live', 'given up', 'ended' (with its code) or 'refused'; reason: why it was given up or refused
    /// tier: 1 or 2; 0 where an interpreter stands in for the machine
    /// seconds, waited: how long compiling took, and waiting for it
    /// code_bytes, instructions: the size of its code, and of what that was made of
    /// lines: which lines of its code it contains
    /// parts: dicts of the other functions that it runs as parts of itself: name, file, lines
    /// exits: dicts of where it may be left: line, pc, and name and file of the code; reason; count: how often that happened
    ///
    /// Of units that ended with their code, and of places that were not compiled, the last 256 are listed.
    #[function]
    fn units(th: &mut Thread) -> Ref<Object> {
        let units = compiler().map_or_else(Vec::new, |compiler| compiler.units());
        let units = units.iter().map(|unit| unit_dict(th, unit)).collect();
        List::new(th, units).up()
    }

    /// Return a list of the lines of a code object that the interpreter is known to have run.
    ///
    /// What has run seldom may leave no trace.
    #[function(sig = "(code, /)")]
    fn lines_seen(th: &mut Thread, code: &Object) -> Result<Ref<Object>, Raised> {
        let Some(code) = code.downcast::<crate::Code>() else {
            let got = ops::type_name(code);
            return Err(raise::type_error(th, format_args!("lines_seen() argument must be code, not {got}")));
        };
        let code = code.to_ref();
        Ok(numbers(th, seen::lines(&code)))
    }
}

fn number(th: &Thread, n: impl Into<u64>) -> Ref<Object> {
    Int::from_u64(th, n.into()).up()
}

fn text(th: &Thread, text: &str) -> Ref<Object> {
    Str::new(th, text).up()
}

fn numbers(th: &mut Thread, numbers: impl IntoIterator<Item = u32>) -> Ref<Object> {
    let numbers = numbers.into_iter().map(|n| number(th, n)).collect();
    List::new(th, numbers).up()
}

fn line(th: &Thread, line: Option<u32>) -> Ref<Object> {
    line.map_or_else(objects::none_ref, |line| number(th, line))
}

/// A dict with these names as keys, in this order.
fn dict(th: &mut Thread, entries: impl IntoIterator<Item = (impl AsRef<str>, Ref<Object>)>) -> Ref<Object> {
    let dict = Dict::new(th);
    for (name, value) in entries {
        dict.set_by_name(th, name.as_ref(), value);
    }
    dict.up()
}

fn counts_dict(th: &mut Thread, counts: &Counts) -> Ref<Object> {
    let entries: Vec<_> = counts.iter().map(|(name, count)| (name, number(th, *count))).collect();
    dict(th, entries)
}

fn totals_dict(th: &mut Thread, totals: &Totals) -> Ref<Object> {
    let entries = [
        ("compiled", number(th, totals.compiled)),
        ("live", number(th, totals.live)),
        ("ended", number(th, totals.ended)),
        ("refused", counts_dict(th, &totals.refused)),
        ("given_up", counts_dict(th, &totals.given_up)),
        ("exits", counts_dict(th, &totals.exits)),
        ("code_bytes", number(th, totals.code_bytes)),
        ("compile_seconds", Float::new(th, totals.compile_seconds).up()),
        ("queued", number(th, totals.queued)),
    ];
    dict(th, entries)
}

fn unit_dict(th: &mut Thread, unit: &UnitReport) -> Ref<Object> {
    let (state, reason) = match &unit.state {
        State::Live => ("live", None),
        State::GivenUp(reason) => ("given up", Some(reason)),
        State::Ended => ("ended", None),
        State::Refused(reason) => ("refused", Some(reason)),
    };
    let parts = unit.parts.iter().map(|part| part_dict(th, part)).collect();
    let exits = unit.exits.iter().map(|exit| exit_dict(th, exit)).collect();
    let entries = [
        ("name", text(th, &unit.name)),
        ("file", text(th, &unit.file)),
        ("first_line", number(th, unit.first_line)),
        ("kind", text(th, if unit.is_loop { "loop" } else { "function" })),
        ("pc", number(th, unit.pc)),
        ("line", line(th, unit.line)),
        ("state", text(th, state)),
        ("reason", reason.map_or_else(objects::none_ref, |reason| text(th, reason))),
        ("tier", number(th, unit.tier)),
        ("seconds", Float::new(th, unit.seconds).up()),
        ("waited", Float::new(th, unit.waited).up()),
        ("code_bytes", number(th, unit.code_bytes)),
        ("instructions", number(th, unit.instructions)),
        ("lines", numbers(th, unit.lines.iter().copied())),
        ("parts", List::new(th, parts).up()),
        ("exits", List::new(th, exits).up()),
    ];
    dict(th, entries)
}

fn exit_dict(th: &mut Thread, exit: &Exit) -> Ref<Object> {
    let entries = [
        ("line", line(th, exit.line)),
        ("pc", number(th, exit.pc)),
        ("name", text(th, &exit.name)),
        ("file", text(th, &exit.file)),
        ("reason", text(th, &exit.reason)),
        ("count", number(th, exit.count)),
    ];
    dict(th, entries)
}

fn part_dict(th: &mut Thread, part: &Part) -> Ref<Object> {
    let entries = [("name", text(th, &part.name)), ("file", text(th, &part.file)), ("lines", numbers(th, part.lines.iter().copied()))];
    dict(th, entries)
}
