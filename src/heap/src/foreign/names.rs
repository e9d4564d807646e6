//! The names of foreign functions: most are static in C, so that the dynamic linker does not know them.
//!
//! They are looked for, in this order, among the declarations of methods that were seen, in the library's dynamic symbols, and in its symbol table,
//! if it was not stripped. All of it happens when somebody asks: for a report, or because the program ends.

use core::ffi::{CStr, c_char, c_void};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::sync::Mutex;

/// Functions of methods' declarations, and their names.
static DECLARED: Mutex<Option<HashMap<usize, Box<str>>>> = Mutex::new(None);

/// A method's declaration names this function so. Called once for each declaration: as a module or a type is made of it.
pub fn declare(function: *const (), name: impl FnOnce() -> String) {
    if super::is_foreign(function) {
        DECLARED.lock().get_or_insert_default().entry(function.addr()).or_insert_with(|| name().into());
    }
}

/// Where an address lies.
#[derive(Clone, Debug)]
pub struct Place {
    /// The library's path; empty if the address lies in none.
    pub library: String,
    /// The function around it.
    pub function: String,
}

impl Place {
    /// The library's name without its folder.
    pub fn file(&self) -> &str {
        self.library.rsplit('/').next().unwrap_or_default()
    }
}

impl core::fmt::Display for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.library.is_empty() { f.write_str(&self.function) } else { write!(f, "{}: {}", self.file(), self.function) }
    }
}

/// The function at (or around) an address, and its library.
pub fn place(address: usize) -> Place {
    let declared = DECLARED.lock().as_ref().and_then(|known| known.get(&address).map(ToString::to_string));
    // SAFETY: zeros are a record, and the call fills it.
    let mut info: libc::Dl_info = unsafe { core::mem::zeroed() };
    // SAFETY: the record is ours; any address may be asked for.
    let known = unsafe { libc::dladdr(address as *const c_void, &raw mut info) } != 0;
    if !known || info.dli_fname.is_null() {
        return Place { library: String::new(), function: declared.unwrap_or_else(|| format!("{address:#x}")) };
    }
    let library = text(info.dli_fname);
    let offset = address.wrapping_sub(info.dli_fbase.addr());
    let dynamic = || (!info.dli_sname.is_null()).then(|| text(info.dli_sname));
    let function = declared.or_else(dynamic).or_else(|| in_symbol_table(&library, offset as u64)).unwrap_or_else(|| format!("+{offset:#x}"));
    Place { library, function }
}

/// The function's name if that is known without looking for it, else its address.
#[cfg(debug_assertions)]
pub(crate) fn quick(function: usize) -> String {
    let declared = DECLARED.lock().as_ref().and_then(|known| known.get(&function).map(ToString::to_string));
    declared.unwrap_or_else(|| format!("the foreign function at {function:#x}"))
}

/// What an activation's word names, as reports show it.
pub fn of_activation(activation: usize) -> String {
    match super::function_in(activation) {
        Some(function) => place(function).to_string(),
        None if activation == 0 => "(no foreign function)".to_owned(),
        None => "(C code that took the GIL itself)".to_owned(),
    }
}

/// The innermost foreign function on the calling thread's native stack: who called a function of ours.
pub fn caller() -> Option<Place> {
    let mut addresses = [core::ptr::null_mut::<c_void>(); 64];
    // SAFETY: the array has this length.
    let found = unsafe { libc::backtrace(addresses.as_mut_ptr(), addresses.len() as i32) };
    let frames = &addresses[..usize::try_from(found).unwrap_or(0)];
    // A return address may be the first one behind the function.
    frames.iter().find(|address| super::is_foreign(address.cast::<()>())).map(|address| place(address.addr() - 1))
}

fn text(c: *const c_char) -> String {
    // SAFETY: the dynamic linker's own strings.
    unsafe { CStr::from_ptr(c) }.to_string_lossy().into_owned()
}

/// The function at an offset, from the symbol table of an ELF file; `None` if it was stripped.
fn in_symbol_table(library: &str, offset: u64) -> Option<String> {
    const SECTION: usize = 64;
    const SYMBOL: usize = 24;
    const SYMTAB: u64 = 2;
    const FUNCTION: u8 = 2;
    let file = File::open(library).ok()?;
    let read = |at: u64, len: u64| {
        let mut bytes = vec![0; usize::try_from(len).ok().filter(|len| *len < 1 << 30)?];
        file.read_exact_at(&mut bytes, at).ok().map(|()| bytes)
    };
    let header = read(0, 64)?;
    if &header[..5] != b"\x7fELF\x02" || number(&header, 58, 2) != SECTION as u64 {
        return None;
    }
    let sections = read(number(&header, 40, 8), number(&header, 60, 2) * SECTION as u64)?;
    let section = |index: usize| sections.get(index * SECTION..(index + 1) * SECTION);
    let symbols = sections.chunks_exact(SECTION).find(|section| number(section, 4, 4) == SYMTAB)?;
    let names = section(number(symbols, 40, 4) as usize)?;
    let table = read(number(symbols, 24, 8), number(symbols, 32, 8))?;
    let is_around = |symbol: &&[u8]| {
        let (start, size) = (number(symbol, 8, 8), number(symbol, 16, 8));
        symbol[4] & 15 == FUNCTION && start != 0 && (start..start + size.max(1)).contains(&offset)
    };
    let found = table.chunks_exact(SYMBOL).find(is_around)?;
    let name = read(number(names, 24, 8) + number(found, 0, 4), 200.min(number(names, 32, 8).saturating_sub(number(found, 0, 4))))?;
    Some(CStr::from_bytes_until_nul(&name).ok()?.to_string_lossy().into_owned())
}

/// A number of the file's format: little-endian.
fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    bytes[at..at + len].iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_function_of_the_c_library_has_a_name() {
        let place = place(libc::getppid as *const () as usize);
        assert!(place.file().starts_with("libc.so"), "{place}");
        assert!(place.function.contains("getppid"), "{place}");
    }

    #[test]
    fn a_static_function_is_found_in_the_symbol_table() {
        fn unexported() {}
        let address = core::hint::black_box(unexported as *const () as usize);
        assert!(place(address).function.contains("unexported"), "{}", place(address));
    }

    #[test]
    fn an_address_in_no_library_is_a_number() {
        assert_eq!(place(4096).to_string(), "0x1000");
    }
}
