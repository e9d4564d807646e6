//! Brings an object into the region.
//!
//! Invariant: what comes back is complete, and nobody runs it before the caller says where it is (rule C2).
#![allow(unsafe_code, reason = "names functions of C's library")]
use crate::elf::Plan;
use crate::{Piece, Region, RegionError};
use lir::{Func, Index, Symbol};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Why an object could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    Region(RegionError),
    Malformed(String),
    /// A kind of relocation that the back end has not made so far, by its number in ELF for x86-64.
    Relocation(u32),
    /// A section that has no place here: code has no variables.
    Section(String),
    /// Nobody knows where this is.
    Unresolved(String),
    /// Something is further away than an instruction reaches.
    TooFar,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Region(error) => error.fmt(f),
            LoadError::Malformed(what) => write!(f, "malformed object: {what}"),
            LoadError::Relocation(number) => write!(f, "unknown relocation {number}"),
            LoadError::Section(name) => write!(f, "section {name} has no place in the code region"),
            LoadError::Unresolved(name) => write!(f, "no address for {name}"),
            LoadError::TooFar => f.write_str("something is further away than an instruction reaches"),
        }
    }
}

impl std::error::Error for LoadError {}

impl From<RegionError> for LoadError {
    fn from(error: RegionError) -> Self {
        LoadError::Region(error)
    }
}

/// Code in the region; it is gone when this is dropped (rule C2).
pub struct Loaded {
    piece: Piece,
    /// Start and length of each function.
    functions: Vec<(usize, usize)>,
    /// The object with its addresses, if it has a table of lines: what a debugger wants.
    debug: Option<Vec<u8>>,
}

impl Loaded {
    /// The address of a function, to be called by C's convention.
    pub fn entry(&self, func: Func) -> usize {
        self.functions[func.index()].0
    }

    /// The addresses of a function's code.
    pub fn code(&self, func: Func) -> Range<usize> {
        let (start, len) = self.functions[func.index()];
        start..start + len
    }

    /// All that it takes.
    pub fn range(&self) -> Range<usize> {
        self.piece.address()..self.piece.address() + self.piece.len()
    }

    /// From which address on which of the unit's positions is meant; nothing if it was compiled without lines.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn lines(&self) -> Result<Vec<(usize, u32)>, String> {
        self.debug.as_deref().map_or(Ok(Vec::new()), crate::lines::lines)
    }

    /// What `gdb::register` takes.
    pub fn debug_object(&self) -> Option<&[u8]> {
        self.debug.as_deref()
    }
}

impl Region {
    /// Loads an object of the back end's; `resolve` says where the unit's symbols are.
    ///
    /// # Errors
    /// If there is no room, a symbol without an address, or something in the object that the back end has not made so far.
    pub fn load(self: &Arc<Self>, object: &[u8], mut resolve: impl FnMut(Symbol) -> Option<usize>) -> Result<Loaded, LoadError> {
        let find = |name: &str| match unit_symbol(name) {
            Some(symbol) => resolve(symbol),
            None => library_function(name),
        };
        let plan = Plan::new(object, find, |address| self.reaches(address))?;
        // Pieces start cache lines; what wants more gets room to move.
        let slack = plan.align().saturating_sub(crate::allot::GRAIN);
        let mut piece = self.allot(plan.len() + slack)?;
        let base = piece.address().next_multiple_of(plan.align().max(1));
        let mut image = vec![0; base - piece.address()];
        image.extend(plan.image(base)?);
        image.resize(piece.len(), 0);
        piece.write(&image)?;
        let debug = has_lines(object).then(|| plan.with_addresses(object, base)).transpose()?;
        Ok(Loaded { functions: plan.functions(base)?, piece, debug })
    }
}

/// `s12`, or `s12.1` where a symbol is called in several ways.
fn unit_symbol(name: &str) -> Option<Symbol> {
    let number = name.strip_prefix('s')?;
    let number = number.split_once('.').map_or(number, |(number, _)| number);
    number.parse().ok().map(Symbol::new)
}

fn has_lines(object: &[u8]) -> bool {
    use object::Object;
    crate::elf::File::parse(object).is_ok_and(|file| file.section_by_name(".debug_line").is_some())
}

/// What LLVM calls of its own accord.
fn library_function(name: &str) -> Option<usize> {
    unsafe extern "C" {
        safe fn floor(value: f64) -> f64;
        safe fn ceil(value: f64) -> f64;
        safe fn trunc(value: f64) -> f64;
        safe fn rint(value: f64) -> f64;
    }
    let function = match name {
        "memcpy" => libc::memcpy as *const (),
        "memmove" => libc::memmove as *const (),
        "memset" => libc::memset as *const (),
        "memcmp" | "bcmp" => libc::memcmp as *const (),
        "floor" => floor as *const (),
        "ceil" => ceil as *const (),
        "trunc" => trunc as *const (),
        "rint" => rint as *const (),
        _ => return None,
    };
    Some(function.expose_provenance())
}
