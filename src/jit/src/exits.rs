//! What happens where a unit is left, or where others look at its frames: as tables, which functions of the runtime read.
//!
//! A unit has hundreds of exits, and takes few of them: compiled code only puts the values that an exit names into memory, in the order of
//! [`ExitData::values`], and calls. What is written to registers, which frames are linked, and what is counted stands in the exit's table.
#![allow(unsafe_code, reason = "tables, values and frames are named by address")]

use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::{Object, Thread};
use interp::compiled::helpers::{duplicate, flush_float, flush_int, hold, new_float, new_int, release};
use interp::compiled::inlined::{self, Inlined};
use interp::compiled::{self, Next};
use interp::frame::{Fp, Pc, Reg, Regs};

use crate::build::header_of;
use crate::hir::{ExitData, Function, Kind, Reason, Word, Write};
use crate::lower::CodePlace;

/// After so many exits at one place whoever compiles hears of it.
const LEFT_OFTEN: u64 = 128;

/// What a register gets; numbers and objects are values of the unit, in their order.
#[derive(Clone, Copy, Debug)]
enum What {
    Number(Kind),
    /// If the value behind it says so.
    NumberIf(Kind),
    Hold,
    Same(i32),
    Word(u64),
}

/// A frame to link: the header of its caller's, if that is no unit's own, and its own, in words from register 0; and what the runtime knows of it.
#[derive(Clone, Copy, Debug)]
struct Link {
    caller: Option<i32>,
    header: i32,
    inlined: u64,
}

/// An exit.
#[derive(Debug)]
pub struct Table {
    /// Each register, whether it is a temp, and what it gets.
    writes: Box<[(i32, bool, What)]>,
    /// Outermost first.
    links: Box<[Link]>,
    /// The innermost frame's header, if that is no unit's own, and where the interpreter goes on.
    header: Option<i32>,
    pc: usize,
    /// The unit's counters, if this exit is counted, and its number among them.
    counters: u64,
    number: u32,
    /// The end of the registers of a room that is being left.
    dying: Option<i32>,
    /// The instruction before it was a call.
    is_after_call: bool,
    /// The collector is asked to run.
    asks_for_gc: bool,
}

/// What tables are made of, beside HIR.
pub struct Known<'a> {
    pub codes: &'a [CodePlace],
    pub consts: &'a [u64],
    /// Of each room but the first.
    pub rooms: &'a [Inlined],
    /// See [`crate::lower::Place`].
    pub counters: u64,
    /// Under stress exits are not counted.
    pub is_stressed: bool,
    pub stress_gc: bool,
}

impl Known<'_> {
    /// The tables of all exits.
    pub fn tables(&self, function: &Function) -> Box<[Table]> {
        function.exits.iter().enumerate().map(|(number, exit)| self.table(function, number, exit)).collect()
    }

    fn table(&self, function: &Function, number: usize, exit: &ExitData) -> Table {
        let header = |room: u32| (room != 0).then(|| header_of(&function.rooms[room as usize]));
        let (at, word) = function.place(exit.pc);
        let code = function.rooms.get(at).map_or(0, |room| room.code);
        let link = |room: u32| {
            let data = &function.rooms[room as usize];
            Link { caller: header(data.parent.unwrap_or(0)), header: header_of(data), inlined: core::ptr::from_ref(&self.rooms[room as usize - 1]) as u64 }
        };
        Table {
            writes: exit.writes.iter().map(|(r, write)| (*r, function.is_temp(exit.room, *r), self.what(function, *write))).collect(),
            links: function.unlinked(exit).into_iter().map(link).collect(),
            header: header(exit.room),
            pc: self.codes[code].words_at as usize + word as usize * 8,
            counters: if exit.reason.is_counted() && !self.is_stressed { self.counters } else { 0 },
            dying: exit.dying.map(|room| function.rooms[room as usize].first + function.rooms[room as usize].locals),
            is_after_call: exit.reason == Reason::Disturbed,
            number: number as u32,
            asks_for_gc: self.stress_gc,
        }
    }

    fn what(&self, function: &Function, write: Write) -> What {
        match write {
            Write::Value(value) => What::Number(function.kind(value)),
            Write::ValueIf(value, _) => What::NumberIf(function.kind(value)),
            Write::Hold(_) => What::Hold,
            Write::Same(other) => What::Same(other),
            Write::Word(Word::Const(k)) => What::Word(self.consts.get(k as usize).copied().unwrap_or_default()),
            Write::Word(word) => What::Word(crate::runtime::word(word)),
        }
    }
}

/// The values that a unit handed in, one after the other.
struct Values(*const u64);

impl Values {
    fn next(&mut self) -> u64 {
        // SAFETY: a unit hands in as many as its exit names, and the table asks for those.
        unsafe {
            let value = self.0.read();
            self.0 = self.0.add(1);
            value
        }
    }

    fn object<'a>(&mut self) -> &'a Object {
        // SAFETY: R13: the value is an object that somebody holds while the unit has it.
        unsafe { &*(self.next() as *const Object) }
    }
}

impl Table {
    /// Makes the registers current that the exit names, and links all frames.
    fn show(&self, th: &mut Thread, frame: Fp, regs: Regs, values: *const u64) {
        let mut values = Values(values);
        for (r, is_temp, what) in &self.writes {
            self.write(th, regs, *r, *is_temp, *what, &mut values);
        }
        for link in &self.links {
            let caller = link.caller.map_or(frame, |header| inlined::frame_at(regs, header));
            // SAFETY: the unit keeps what it is told of its rooms.
            inlined::link(th, caller, inlined::place_at(regs, link.header), unsafe { &*(link.inlined as *const Inlined) });
        }
    }

    /// A temp holds nothing before; a local nothing, or what ends quietly.
    fn write(&self, th: &mut Thread, regs: Regs, r: i32, is_temp: bool, what: What, values: &mut Values) {
        let number = match what {
            What::Number(kind) => Some((kind, values.next())),
            What::NumberIf(kind) => match (values.next(), values.next()) {
                (number, 1) => Some((kind, number)),
                _ => return,
            },
            _ => None,
        };
        let mut old = if is_temp { Reg::NULL } else { regs.reg(r) };
        match number {
            // Over a number of the same kind in its place.
            Some((Kind::Float, bits)) if !is_temp => {
                flush_float(th, &mut old, f64::from_bits(bits));
                return regs.put(r, old);
            }
            Some((Kind::Int, bits)) if !is_temp => {
                flush_int(th, &mut old, bits.cast_signed());
                return regs.put(r, old);
            }
            _ => {}
        }
        let word = match (number, what) {
            (Some((Kind::Float, bits)), _) => new_float(th, f64::from_bits(bits)),
            (Some((Kind::Bool, bits)), _) => Reg::bool(bits != 0),
            (Some((_, bits)), _) => new_int(th, bits.cast_signed()),
            (None, What::Hold) => hold(th, values.object()),
            (None, What::Same(other)) => duplicate(th, regs.reg(other)),
            (None, What::Word(bits)) => Reg::of_bits(bits),
            (None, What::Number(_) | What::NumberIf(_)) => Reg::NULL,
        };
        regs.put(r, word);
        release(th, old);
    }

    /// Undoes what was made for others to see alone: nothing that the unit has.
    fn hide(&self, th: &mut Thread, regs: Regs) {
        for link in self.links.iter().rev() {
            inlined::hide(th, inlined::frame_at(regs, link.header));
        }
        for (r, is_temp, what) in &self.writes {
            if *is_temp || matches!(what, What::Hold) {
                let held = regs.take(*r);
                release(th, held);
            }
        }
    }

    fn innermost(&self, frame: Fp, regs: Regs) -> Fp {
        self.header.map_or(frame, |header| inlined::frame_at(regs, header))
    }

    fn count(&self, th: &Thread, frame: Fp) {
        if self.asks_for_gc {
            th.world.ask(heap::world::poll::GC);
        }
        if self.counters == 0 {
            return;
        }
        let counters = self.counters as *const AtomicU64;
        // SAFETY: the unit's own counters: a word that is whoever compiles' own, then one for each exit.
        let (site, counter) = unsafe { (&*counters, &*counters.add(self.number as usize + 1)) };
        // Threads that leave at once may lose a count.
        let count = counter.load(Relaxed) + 1;
        counter.store(count, Relaxed);
        if count % LEFT_OFTEN == 0 {
            crate::manager::left_often(th, frame, site.load(Relaxed) as usize, self.counters, self.number);
        }
    }
}

/// A unit is left: where the interpreter goes on.
pub extern "C" fn leave(th: &mut Thread, frame: Fp, regs: Regs, table: &Table, values: *const u64) -> Next {
    table.show(th, frame, regs, values);
    table.count(th, frame);
    let (frame, pc) = (table.innermost(frame, regs), Pc::at(table.pc));
    if table.is_after_call { compiled::go_on_after_call(th, frame, pc) } else { Next::at(frame, pc) }
}

/// Gives up a word, or what a quick half left over if it is empty: code that runs as its object ends finds the state of the exit, at the instruction
/// `pc`. Where none runs, that state is not made.
pub extern "C" fn observe(th: &mut Thread, frame: Fp, regs: Regs, table: &Table, values: *const u64, word: Reg) {
    let word = if word.is_null() { compiled::take_left_over(th) } else { word };
    let mut top = None;
    let was_shown = word.release_announced(th, |th| {
        table.show(th, frame, regs, values);
        table.innermost(frame, regs).pc.set(Pc::at(table.pc));
        top = table.dying.map(|end| inlined::reserve(th, regs, end));
    });
    if let Some(top) = top {
        inlined::free_reserved(th, top);
    }
    if was_shown {
        table.hide(th, regs);
    }
}
