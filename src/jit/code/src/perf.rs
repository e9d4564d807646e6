//! What tells `perf` the names of code: its map, which is a text, and jitdump, which also keeps the code itself and its lines.
//!
//! Invariant: a record is written as a whole, whoever else writes; the formats are those of the kernel's `tools/perf/Documentation`.
#![allow(unsafe_code, reason = "maps a page of the file, by which perf finds it, and reads code")]
use parking_lot::Mutex;
use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Appends the names of code to a text: for `perf report` on the machine where the program ran.
pub struct PerfMap {
    file: Mutex<File>,
}

impl PerfMap {
    /// Starts this process's map, or goes on with it: extensions write there, too. perf looks for it in `/tmp`.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("perf-{}.map", std::process::id()));
        let file = File::options().append(true).create(true).custom_flags(libc::O_NOFOLLOW).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// # Errors
    /// If the file cannot be written to.
    pub fn add(&self, code: &Range<usize>, name: &str) -> io::Result<()> {
        let line = format!("{:x} {:x} {}\n", code.start, code.len(), name.replace('\n', " "));
        self.file.lock().write_all(line.as_bytes())
    }
}

const MAGIC: u32 = 0x4a69_5444;
const VERSION: u32 = 1;
const HEADER: u32 = 40;
const MACHINE: u32 = object::elf::EM_X86_64 as u32;
const CODE_LOAD: u32 = 0;
const CODE_DEBUG_INFO: u32 = 2;

/// Appends code with its names and lines to a file: for `perf record -k mono`, then `perf inject --jit`.
pub struct JitDump {
    state: Mutex<Dump>,
    /// perf knows the file by this mapping, which its record shows.
    marker: usize,
}

struct Dump {
    file: File,
    number: u64,
}

impl JitDump {
    /// Starts this process's dump.
    ///
    /// # Errors
    /// If the file cannot be made or mapped.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .custom_flags(libc::O_NOFOLLOW)
            .open(folder.join(format!("jit-{}.dump", std::process::id())))?;
        let mut header = Record::default();
        for word in [MAGIC, VERSION, HEADER, MACHINE, 0, std::process::id()] {
            header.half(word);
        }
        header.word(now());
        header.word(0);
        file.write_all(&header.bytes)?;
        // SAFETY: a new private mapping of a file of ours, which is never read through it.
        let marker = unsafe {
            libc::mmap(std::ptr::null_mut(), page(), libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE, file.as_raw_fd(), 0)
        };
        if marker == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { state: Mutex::new(Dump { file, number: 0 }), marker: marker as usize })
    }

    /// Adds a function: its code, its name, and from which address on which line of `source` is meant ([`crate::Loaded::lines`]; those of other
    /// functions are left out).
    ///
    /// # Errors
    /// If the file cannot be written to.
    ///
    /// # Safety
    /// There is code, which stays while this is called: of a [`crate::Loaded`] that lives.
    pub unsafe fn add(&self, code: &Range<usize>, name: &str, source: &str, lines: &[(usize, u32)]) -> io::Result<()> {
        let mut state = self.state.lock();
        state.number += 1;
        let mut bytes = Vec::new();
        let lines: Vec<(usize, u32)> = lines.iter().copied().filter(|(address, _)| code.contains(address)).collect();
        if !lines.is_empty() {
            let mut record = Record::default();
            record.word(code.start as u64);
            record.word(lines.len() as u64);
            for (address, line) in lines {
                record.word(address as u64);
                record.half(line);
                record.half(0);
                record.text(source);
            }
            bytes.extend(record.finish(CODE_DEBUG_INFO));
        }
        let mut record = Record::default();
        record.half(std::process::id());
        // SAFETY: asks for a number.
        record.half(unsafe { libc::gettid() }.cast_unsigned());
        for word in [code.start as u64, code.start as u64, code.len() as u64, state.number] {
            record.word(word);
        }
        record.text(name);
        // SAFETY: the caller vouches for the code.
        record.bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(code.start as *const u8, code.len()) });
        bytes.extend(record.finish(CODE_LOAD));
        state.file.write_all(&bytes)
    }
}

impl Drop for JitDump {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, and nobody reads it.
        unsafe { libc::munmap(self.marker as *mut libc::c_void, page()) };
    }
}

/// Bytes of a record behind its head.
#[derive(Default)]
struct Record {
    bytes: Vec<u8>,
}

impl Record {
    fn half(&mut self, half: u32) {
        self.bytes.extend(half.to_le_bytes());
    }

    fn word(&mut self, word: u64) {
        self.bytes.extend(word.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend(text.bytes().filter(|&byte| byte != 0));
        self.bytes.push(0);
    }

    fn finish(self, kind: u32) -> Vec<u8> {
        const HEAD: usize = 16;
        let mut whole = Record::default();
        whole.half(kind);
        whole.half((self.bytes.len() + HEAD) as u32);
        whole.word(now());
        whole.bytes.extend(self.bytes);
        whole.bytes
    }
}

/// Nanoseconds of the clock that perf is asked to use.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists, and the time may be written.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

fn page() -> usize {
    4096
}
