//! Entries of interpreted units: code in the region that leads into the interpreter.
//!
//! Invariant: what is called through an entry looks to its caller like compiled code, so that a unit may be interpreted wherever it may be
//! compiled.
use crate::{LoadError, Piece, Region};
use lir::eval::{Bound, Evaluator, entry_point};
use lir::{Func, Index};
use std::ops::Range;
use std::sync::Arc;

/// `movabs $bound, %r10; movabs $entry, %r11; jmp *%r11`, and what fills it up.
const LEN: usize = 32;

/// An interpreted unit with an address for each function, which are gone when this is dropped (rule C2).
pub struct Evaluated {
    evaluator: Arc<Evaluator>,
    piece: Piece,
    /// What the entries point at.
    _bound: Box<[Bound]>,
}

impl Evaluated {
    pub fn evaluator(&self) -> &Evaluator {
        &self.evaluator
    }

    /// The address of a function, to be called by C's convention.
    pub fn entry(&self, func: Func) -> usize {
        assert!(func.index() < self.evaluator.unit().functions.len(), "the unit has the function");
        self.piece.address() + func.index() * LEN
    }

    /// The addresses of what leads there.
    pub fn code(&self, func: Func) -> Range<usize> {
        let entry = self.entry(func);
        entry..entry + LEN
    }
}

impl Region {
    /// Makes entries for a unit that is interpreted, and tells the evaluator their addresses. It is taken whole, because it has one set of
    /// entries and may name them.
    ///
    /// # Errors
    /// If there is no room, or the interpreter cannot be entered on this machine.
    pub fn enter(self: &Arc<Self>, evaluator: Evaluator) -> Result<Evaluated, LoadError> {
        let evaluator = Arc::new(evaluator);
        let entry = entry_point().ok_or_else(|| LoadError::Unresolved("the interpreter's entry".to_owned()))?;
        let bind = |func| Bound { evaluator: Arc::clone(&evaluator), func };
        let bound: Box<[Bound]> = evaluator.unit().functions.indices().map(bind).collect();
        let code: Vec<u8> = bound.iter().flat_map(|bound| thunk((&raw const *bound).expose_provenance() as u64, entry)).collect();
        let mut piece = self.allot(code.len())?;
        piece.write(&code)?;
        let entries = (0..bound.len()).map(|number| (piece.address() + number * LEN) as u64).collect();
        evaluator.bind(entries);
        Ok(Evaluated { evaluator, piece, _bound: bound })
    }
}

fn thunk(bound: u64, entry: u64) -> [u8; LEN] {
    let mut code = [0xcc; LEN];
    code[..2].copy_from_slice(&[0x49, 0xba]);
    code[2..10].copy_from_slice(&bound.to_le_bytes());
    code[10..12].copy_from_slice(&[0x49, 0xbb]);
    code[12..20].copy_from_slice(&entry.to_le_bytes());
    code[20..23].copy_from_slice(&[0x41, 0xff, 0xe3]);
    code
}
