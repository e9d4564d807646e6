//! What an object wants: its sections' places, its symbols, its relocations.
//!
//! Invariant: the plan of an object says where each of its bytes goes, relative to the start of its piece, before the piece exists. Code
//! comes first, then constants, then words with addresses that code reads (the table that relocations call `GOT`), then jumps to what a
//! call does not reach.
use crate::LoadError;
use object::elf;
use object::read::elf::ElfFile64;
use object::{
    Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget, SectionFlags, SectionIndex, SectionKind, SymbolIndex,
};
use std::collections::HashMap;

/// `jmp *0(%rip)`, and the address behind it.
pub(crate) const STUB: usize = 16;
const STUB_CODE: [u8; 6] = [0xff, 0x25, 0, 0, 0, 0];
const WORD: usize = 8;

pub(crate) type File<'a> = ElfFile64<'a, object::Endianness>;

/// Something outside of the object.
#[derive(Clone, Copy, Debug, Default)]
struct Outside {
    address: usize,
    /// Places of its word and its stub, if it has them.
    word: Option<usize>,
    stub: Option<usize>,
}

pub(crate) struct Plan<'a> {
    file: File<'a>,
    /// Where the sections go that are loaded.
    places: HashMap<SectionIndex, usize>,
    outside: HashMap<SymbolIndex, Outside>,
    len: usize,
}

fn malformed(error: object::Error) -> LoadError {
    LoadError::Malformed(error.to_string())
}

/// What is done at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A word: symbol + addend.
    Absolute64,
    /// Half of one, unsigned or signed.
    Absolute32,
    Absolute32S,
    /// symbol + addend - place.
    Relative32,
    Relative64,
    /// The same, of a function that may be called through a stub.
    Call32,
    /// word + addend - place, of the word with the symbol's address; whether the instruction may do without the word.
    Word32(bool),
    Nothing,
}

fn kind(flags: RelocationFlags) -> Result<Kind, LoadError> {
    let RelocationFlags::Elf { r_type } = flags else { return Err(LoadError::Malformed("no ELF relocation".to_owned())) };
    Ok(match r_type {
        elf::R_X86_64_NONE => Kind::Nothing,
        elf::R_X86_64_64 => Kind::Absolute64,
        elf::R_X86_64_32 => Kind::Absolute32,
        elf::R_X86_64_32S => Kind::Absolute32S,
        elf::R_X86_64_PC32 => Kind::Relative32,
        elf::R_X86_64_PC64 => Kind::Relative64,
        elf::R_X86_64_PLT32 => Kind::Call32,
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX => Kind::Word32(false),
        elf::R_X86_64_REX_GOTPCRELX => Kind::Word32(true),
        other => return Err(LoadError::Relocation(other)),
    })
}

impl<'a> Plan<'a> {
    /// Plans an object; `resolve` says where its outside symbols are, `reaches` what a call from the region reaches.
    pub(crate) fn new(
        bytes: &'a [u8],
        mut resolve: impl FnMut(&str) -> Option<usize>,
        reaches: impl Fn(usize) -> bool,
    ) -> Result<Self, LoadError> {
        let file = File::parse(bytes).map_err(malformed)?;
        let mut plan = Self { file, places: HashMap::new(), outside: HashMap::new(), len: 0 };
        plan.place_sections()?;
        for symbol in plan.file.symbols().filter(|symbol| symbol.is_undefined()) {
            let name = symbol.name().map_err(malformed)?;
            if !name.is_empty() {
                let address = resolve(name).ok_or_else(|| LoadError::Unresolved(name.to_owned()))?;
                plan.outside.insert(symbol.index(), Outside { address, ..Outside::default() });
            }
        }
        plan.place_words(reaches)?;
        Ok(plan)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    fn place_sections(&mut self) -> Result<(), LoadError> {
        let mut loaded = Vec::new();
        for section in self.file.sections() {
            let SectionFlags::Elf { sh_flags } = section.flags() else { continue };
            if sh_flags & u64::from(elf::SHF_ALLOC) == 0 || section.size() == 0 {
                continue;
            }
            let name = section.name().map_err(malformed)?;
            // Constants that hold addresses are written by nobody but the loader.
            if sh_flags & u64::from(elf::SHF_WRITE) != 0 && !name.starts_with(".data.rel.ro")
                || section.kind() == SectionKind::UninitializedData
            {
                return Err(LoadError::Section(name.to_owned()));
            }
            loaded.push((sh_flags & u64::from(elf::SHF_EXECINSTR) == 0, section.index(), section.size(), section.align()));
        }
        // Stable: within each of the two kinds in the object's order.
        loaded.sort_by_key(|&(constants, ..)| constants);
        for (_, index, size, align) in loaded {
            let too_large = || LoadError::Malformed("a section is too large".to_owned());
            let (size, align) =
                (usize::try_from(size).map_err(|_| too_large())?, usize::try_from(align).map_err(|_| too_large())?);
            let place = self.len.checked_next_multiple_of(align.max(1)).ok_or_else(too_large)?;
            self.places.insert(index, place);
            self.len = place.checked_add(size).ok_or_else(too_large)?;
        }
        Ok(())
    }

    /// The largest alignment that a section asks for.
    pub(crate) fn align(&self) -> usize {
        let aligns =
            self.file.sections().filter(|section| self.places.contains_key(&section.index())).map(|section| section.align());
        aligns.max().map_or(1, |align| align as usize)
    }

    /// Makes room for words and stubs.
    fn place_words(&mut self, reaches: impl Fn(usize) -> bool) -> Result<(), LoadError> {
        let mut wanted = Vec::new();
        self.each_relocation(|relocation| {
            wanted.push((relocation.symbol, relocation.kind));
            Ok(())
        })?;
        self.len = self.len.next_multiple_of(WORD);
        for &(symbol, _) in wanted.iter().filter(|(_, kind)| matches!(kind, Kind::Word32(_))) {
            let outside = self.outside.entry(symbol).or_default();
            if outside.word.is_none() {
                outside.word = Some(self.len);
                self.len += WORD;
            }
        }
        self.len = self.len.next_multiple_of(STUB);
        for &(symbol, _) in wanted.iter().filter(|&&(_, kind)| kind == Kind::Call32) {
            if let Some(outside) = self.outside.get_mut(&symbol)
                && outside.stub.is_none()
                && outside.address != 0
                && !reaches(outside.address)
            {
                outside.stub = Some(self.len);
                self.len += STUB;
            }
        }
        Ok(())
    }

    fn each_relocation(&self, mut each: impl FnMut(Relocation) -> Result<(), LoadError>) -> Result<(), LoadError> {
        for section in self.file.sections() {
            let Some(&place) = self.places.get(&section.index()) else { continue };
            for (offset, relocation) in section.relocations() {
                let RelocationTarget::Symbol(symbol) = relocation.target() else {
                    return Err(LoadError::Malformed("a relocation without a symbol".to_owned()));
                };
                let kind = kind(relocation.flags())?;
                each(Relocation { place: place + offset as usize, symbol, kind, addend: relocation.addend() })?;
            }
        }
        Ok(())
    }

    /// Where a symbol is once the object lies at `base`.
    fn address(&self, symbol: SymbolIndex, base: usize) -> Result<usize, LoadError> {
        let found = self.file.symbol_by_index(symbol).map_err(malformed)?;
        if found.is_undefined() {
            return Ok(self.outside.get(&symbol).map_or(0, |outside| outside.address));
        }
        let section = found.section_index().ok_or_else(|| LoadError::Malformed("a symbol without a section".to_owned()))?;
        let place = self.places.get(&section).ok_or_else(|| LoadError::Malformed("a symbol in no loaded section".to_owned()))?;
        Ok(base + place + found.address() as usize)
    }

    /// The object's bytes as they are to lie at `base`.
    pub(crate) fn image(&self, base: usize) -> Result<Vec<u8>, LoadError> {
        let mut image = vec![0; self.len];
        for section in self.file.sections() {
            if let Some(&place) = self.places.get(&section.index()) {
                let data = section.data().map_err(malformed)?;
                image.get_mut(place..place + data.len()).ok_or_else(outside_of_piece)?.copy_from_slice(data);
            }
        }
        for (&symbol, outside) in &self.outside {
            if let Some(place) = outside.word {
                put(&mut image, place, &self.address(symbol, base)?.to_le_bytes())?;
            }
            if let Some(place) = outside.stub {
                put(&mut image, place, &STUB_CODE)?;
                put(&mut image, place + STUB_CODE.len(), &outside.address.to_le_bytes())?;
            }
        }
        self.each_relocation(|relocation| self.apply(&mut image, base, relocation))?;
        Ok(image)
    }

    fn apply(&self, image: &mut [u8], base: usize, relocation: Relocation) -> Result<(), LoadError> {
        let Relocation { place, symbol, kind, addend } = relocation;
        let outside = self.outside.get(&symbol).copied().unwrap_or_default();
        let target = self.address(symbol, base)?;
        let plus = |address: usize| address.wrapping_add_signed(addend as isize);
        let here = base + place;
        match kind {
            Kind::Nothing => Ok(()),
            Kind::Absolute64 => put(image, place, &plus(target).to_le_bytes()),
            Kind::Absolute32 => put(image, place, &u32::try_from(plus(target)).map_err(|_| LoadError::TooFar)?.to_le_bytes()),
            Kind::Absolute32S => {
                put(image, place, &i32::try_from(plus(target).cast_signed()).map_err(|_| LoadError::TooFar)?.to_le_bytes())
            }
            Kind::Relative64 => put(image, place, &plus(target).wrapping_sub(here).to_le_bytes()),
            Kind::Relative32 => relative(image, place, plus(target), here),
            Kind::Call32 => relative(image, place, plus(outside.stub.map_or(target, |stub| base + stub)), here),
            Kind::Word32(replaceable) => {
                if replaceable && without_word(image, place, plus(target), here) {
                    return Ok(());
                }
                let word = outside.word.ok_or_else(|| LoadError::Malformed("a word without a place".to_owned()))?;
                relative(image, place, plus(base + word), here)
            }
        }
    }

    /// Start and length of the unit's functions, by their numbers.
    pub(crate) fn functions(&self, base: usize) -> Result<Vec<(usize, usize)>, LoadError> {
        let mut found = Vec::new();
        for symbol in self.file.symbols().filter(|symbol| symbol.is_definition()) {
            let name = symbol.name().map_err(malformed)?;
            if let Some(number) = name.strip_prefix('f').and_then(|number| number.parse::<usize>().ok()) {
                found.push((number, self.address(symbol.index(), base)?, symbol.size() as usize));
            }
        }
        found.sort_unstable();
        let complete = found.iter().enumerate().all(|(place, &(number, ..))| place == number);
        if !complete {
            return Err(LoadError::Malformed("a function is missing".to_owned()));
        }
        Ok(found.into_iter().map(|(_, start, len)| (start, len)).collect())
    }

    /// The object as a debugger wants it: with the addresses of its sections in their headers.
    pub(crate) fn with_addresses(&self, bytes: &[u8], base: usize) -> Result<Vec<u8>, LoadError> {
        let word = |place: usize| bytes.get(place..place + WORD).and_then(|word| word.try_into().ok()).map(u64::from_le_bytes);
        let half = |place: usize| bytes.get(place..place + 2).and_then(|half| half.try_into().ok()).map(u16::from_le_bytes);
        let table = word(SECTION_TABLE).ok_or_else(outside_of_piece)? as usize;
        let size = usize::from(half(SECTION_SIZE).ok_or_else(outside_of_piece)?);
        let mut copy = bytes.to_vec();
        for (index, place) in &self.places {
            put(&mut copy, table + index.0 * size + SECTION_ADDRESS, &(base + place).to_le_bytes())?;
        }
        Ok(copy)
    }
}

/// Places in the file's header, and one in a section's.
const SECTION_TABLE: usize = 0x28;
const SECTION_SIZE: usize = 0x3a;
const SECTION_ADDRESS: usize = 0x10;

#[derive(Clone, Copy)]
struct Relocation {
    /// From the start of the piece.
    place: usize,
    symbol: SymbolIndex,
    kind: Kind,
    addend: i64,
}

fn outside_of_piece() -> LoadError {
    LoadError::Malformed("a place outside of its section".to_owned())
}

fn put(image: &mut [u8], place: usize, bytes: &[u8]) -> Result<(), LoadError> {
    image.get_mut(place..place + bytes.len()).ok_or_else(outside_of_piece)?.copy_from_slice(bytes);
    Ok(())
}

fn relative(image: &mut [u8], place: usize, target: usize, here: usize) -> Result<(), LoadError> {
    let distance = i32::try_from(target.wrapping_sub(here).cast_signed()).map_err(|_| LoadError::TooFar)?;
    put(image, place, &distance.to_le_bytes())
}

/// Makes `mov word(%rip), reg` a `lea` of what the word would hold, if that is near enough.
fn without_word(image: &mut [u8], place: usize, target: usize, here: usize) -> bool {
    const MOV: u8 = 0x8b;
    const LEA: u8 = 0x8d;
    let is_move = place >= 2 && image.get(place - 2) == Some(&MOV);
    if !is_move || relative(image, place, target, here).is_err() {
        return false;
    }
    image[place - 2] = LEA;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_relocations_are_named() {
        let error = kind(RelocationFlags::Elf { r_type: elf::R_X86_64_TLSGD }).expect_err("it is not known");
        assert_eq!(error.to_string(), "unknown relocation 19");
    }

    #[test]
    fn words_that_are_near_are_not_read() {
        // mov 0(%rip), %rax and cmp 0(%rip), %rax
        let (mut load, mut compare) = ([0x48, 0x8b, 0x05, 0, 0, 0, 0], [0x48, 0x3b, 0x05, 0, 0, 0, 0]);
        assert!(without_word(&mut load, 3, 0x2000, 0x1000));
        assert_eq!(load, [0x48, 0x8d, 0x05, 0, 0x10, 0, 0]);
        assert!(!without_word(&mut compare, 3, 0x2000, 0x1000));
        let mut far = [0x48, 0x8b, 0x05, 0, 0, 0, 0];
        assert!(!without_word(&mut far, 3, 1 << 40, 0x1000));
        assert_eq!(far[1], 0x8b);
    }
}
