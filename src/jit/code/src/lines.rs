//! Reads the table of lines of what was loaded, for jitdump.
//!
//! Invariant: the object has the addresses of its sections in their headers ([`crate::Loaded::debug_object`]), so that they need not be
//! known here.
use gimli::{DebugLine, DebugLineOffset, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget};

/// From which address on which line is meant, in order of addresses within each function; line 0 is none.
pub(crate) fn lines(debug_object: &[u8]) -> Result<Vec<(usize, u32)>, String> {
    let file = crate::elf::File::parse(debug_object).map_err(|error| error.to_string())?;
    let Some(table) = table(&file)? else { return Ok(Vec::new()) };
    let section = DebugLine::new(&table, LittleEndian);
    let mut found = Vec::new();
    let program = section.program(DebugLineOffset(0), size_of::<usize>() as u8, None, None).map_err(|error| error.to_string())?;
    let mut rows = program.rows();
    while let Some((_, row)) = rows.next_row().map_err(|error| error.to_string())? {
        if !row.end_sequence() {
            found.push((row.address() as usize, row.line().map_or(0, |line| line.get() as u32)));
        }
    }
    Ok(found)
}

/// The table with the addresses that it speaks of.
fn table(file: &crate::elf::File<'_>) -> Result<Option<Vec<u8>>, String> {
    let Some(section) = file.section_by_name(".debug_line") else { return Ok(None) };
    let mut bytes = section.data().map_err(|error| error.to_string())?.to_vec();
    for (place, relocation) in section.relocations() {
        let RelocationTarget::Symbol(symbol) = relocation.target() else { continue };
        // The others are places in tables of names.
        if relocation.flags() != (RelocationFlags::Elf { r_type: object::elf::R_X86_64_64 }) {
            continue;
        }
        let symbol = file.symbol_by_index(symbol).map_err(|error| error.to_string())?;
        let home = symbol.section_index().and_then(|index| file.section_by_index(index).ok()).map_or(0, |home| home.address());
        let address = (home + symbol.address()).wrapping_add_signed(relocation.addend());
        let place = place as usize;
        bytes.get_mut(place..place + 8).ok_or("an address outside of the table")?.copy_from_slice(&address.to_le_bytes());
    }
    Ok(Some(bytes))
}
