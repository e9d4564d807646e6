//! What debuggers and profilers are told of units: `perf` their names, and with `-X perf_jit` their code and its lines; gdb the same.
//!
//! Invariant: nothing is told, and no table of lines is made, unless the program was started so.
#![allow(unsafe_code, reason = "perf is given code to read")]

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use code::gdb::{self, Registered};
use code::perf::{JitDump, PerfMap};
use heap::sync::RwLock;
use interp::compiled::{Config, Perf};
use lir::{Position, Unit};

use crate::compile::Made;
use crate::coverage;
use crate::hir::Function;
use crate::records::Source;

/// Where perf looks.
const FOLDER: &str = "/tmp";

/// Who is told.
pub struct Told {
    perf: RwLock<Files>,
    wanted: Option<Perf>,
    gdb: bool,
}

/// perf's files of this process.
enum Files {
    None,
    Map(PerfMap),
    Dump(JitDump),
}

impl Files {
    fn open(wanted: Option<Perf>) -> io::Result<Files> {
        let folder = Path::new(FOLDER);
        Ok(match wanted {
            None => Files::None,
            Some(Perf::Map) => Files::Map(PerfMap::new(folder)?),
            Some(Perf::Dump) => Files::Dump(JitDump::new(folder)?),
        })
    }
}

/// A unit's name as CPython tells it to perf.
fn name_of(name: &str, file: &str) -> String {
    format!("py::{name}:{file}")
}

impl Told {
    /// # Errors
    /// If perf's files cannot be made.
    pub fn open(config: &Config) -> io::Result<Told> {
        Ok(Told { perf: RwLock::new(Files::open(config.perf)?), wanted: config.perf, gdb: config.gdb })
    }

    /// Whether units are to have tables of lines.
    pub fn wants_lines(&self) -> bool {
        self.gdb || self.wanted == Some(Perf::Dump)
    }

    /// Gives a unit the names and lines of its source, if somebody wants them; its positions are words of bytecode, counted from 1.
    pub fn name(&self, unit: &mut Unit, hir: &Function, sources: &[Source]) {
        if !self.wants_lines() {
            return;
        }
        let source = &sources[0];
        let line = |position: Position| line_of(position, hir, sources);
        unit.name = source.file.to_string();
        for func in unit.functions.indices() {
            let function = &mut unit.functions[func];
            function.name = name_of(&source.name, &source.file);
            for inst in function.insts.indices() {
                function.insts[inst].position = line(function.insts[inst].position);
            }
            for block in function.blocks.indices() {
                function.blocks[block].position = line(function.blocks[block].position);
            }
        }
    }

    /// Tells of a unit that was made. gdb knows it as long as the answer is kept, which the code must outlive.
    pub fn tell(&self, made: &Made, source: &Source) -> Option<Registered> {
        let lines = match made {
            Made::Machine(loaded) if self.wants_lines() => loaded.lines().unwrap_or_default(),
            _ => Vec::new(),
        };
        // A file that cannot be written to is no reason to stop.
        let _ = match &*self.perf.read() {
            Files::None => Ok(()),
            Files::Map(map) => map.add(&made.code(), &name_of(&source.name, &source.file)),
            // SAFETY: C2: the caller has the unit's code.
            Files::Dump(dump) => unsafe { dump.add(&made.code(), &name_of(&source.name, &source.file), &source.file, &lines) },
        };
        match made {
            Made::Machine(loaded) if self.gdb => loaded.debug_object().map(gdb::register),
            _ => None,
        }
    }

    /// The process was forked, and this is the child: it has files of its own, in which the units stand that it has.
    pub fn begin_again(&self, units: &[(Arc<str>, Arc<str>, Range<usize>)]) {
        let Ok(files) = Files::open(self.wanted) else { return };
        for (name, file, code) in units {
            let _ = match &files {
                Files::None => Ok(()),
                Files::Map(map) => map.add(code, &name_of(name, file)),
                // SAFETY: C2: the units live, and nobody else runs who could end them.
                Files::Dump(dump) => unsafe { dump.add(code, &name_of(name, file), file, &[]) },
            };
        }
        *self.perf.write() = files;
    }
}

/// The line in the unit's own file; what belongs to others has none.
fn line_of(position: Position, hir: &Function, sources: &[Source]) -> Position {
    let place = position.0.checked_sub(1).map(|pc| coverage::place(hir, pc));
    let line = place.filter(|(code, _)| sources[*code].file == sources[0].file).and_then(|(code, pc)| sources[code].line(pc));
    Position(line.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use interp::compiled::{BackEnd, Mode, Tier};

    #[test]
    fn units_are_named_where_lines_are_wanted() {
        let mut config = Config { mode: Mode::On, back_end: BackEnd::Trivial, tier: Tier::Two, log: None, perf: None, gdb: false, stress: None, stress_gc: false };
        let (hir, sources) = (Function::new("f", 0), [Source::with_lines("f", "f.py", &[0, 7])]);
        let mut unit = Unit::new("f");
        let func = unit.function("f", &[], lir::Results::None);
        let mut b = lir::Builder::new(&mut unit, func);
        b.at(Position(2));
        b.ret(&[]);
        Told::open(&config).expect("nothing is opened").name(&mut unit, &hir, &sources);
        assert_eq!(unit.name, "f");
        config.gdb = true;
        Told::open(&config).expect("nothing is opened").name(&mut unit, &hir, &sources);
        assert_eq!((&*unit.name, &*unit.functions[func].name), ("f.py", "py::f:f.py"));
        let positions: Vec<u32> = unit.functions[func].blocks.iter().map(|(_, block)| block.position.0).collect();
        assert_eq!(positions, [7]);
    }
}
