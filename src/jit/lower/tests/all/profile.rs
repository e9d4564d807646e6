//! What debuggers and profilers are told.
use crate::harness::{back_end, function, region};
use code::perf::{JitDump, PerfMap};
use code::{Loaded, gdb};
use lir::door::{Options, Tier};
use lir::{Func, Index, Position, Type, Unit};

fn loaded() -> Loaded {
    let mut unit = Unit::new("work.py");
    function(&mut unit, &[Type::I64], Type::I64, |b| {
        b.at(Position(7));
        b.mul(b.param(0), b.param(0))
    });
    let options = Options { lines: true, ..Options::tier(Tier::One) };
    let object = back_end().compile(&unit, options).expect("it compiles").object;
    region().load(&object, |_| None).expect("it loads")
}

#[test]
fn perf_map() {
    let folder = tempfile::tempdir().expect("there is room");
    let map = PerfMap::new(folder.path()).expect("it can be made");
    let code = loaded().code(Func::new(0));
    map.add(&code, "square\n[tier 1]").expect("it can be written");
    let text = std::fs::read_to_string(folder.path().join(format!("perf-{}.map", std::process::id()))).expect("it is there");
    assert_eq!(text, format!("{:x} {:x} square [tier 1]\n", code.start, code.len()));
}

fn half(bytes: &[u8], place: usize) -> usize {
    u32::from_le_bytes(bytes[place..place + 4].try_into().expect("four bytes")) as usize
}

fn word(bytes: &[u8], place: usize) -> usize {
    u64::from_le_bytes(bytes[place..place + 8].try_into().expect("eight bytes")) as usize
}

#[test]
fn jitdump() {
    let folder = tempfile::tempdir().expect("there is room");
    let dump = JitDump::new(folder.path()).expect("it can be made");
    let loaded = loaded();
    let (code, lines) = (loaded.code(Func::new(0)), loaded.lines().expect("there is a table"));
    // SAFETY: the code is loaded until the end of this test.
    unsafe { dump.add(&code, "square", "work.py", &lines) }.expect("it can be written");
    let bytes = std::fs::read(folder.path().join(format!("jit-{}.dump", std::process::id()))).expect("it is there");
    assert_eq!((&bytes[..4], half(&bytes, 4), half(&bytes, 8), half(&bytes, 12)), (&b"DTiJ"[..], 1, 40, 62));
    // First the lines, then the code that they are of.
    let (first, len) = (half(&bytes, 40), half(&bytes, 44));
    assert_eq!((first, word(&bytes, 56), word(&bytes, 64)), (2, code.start, lines.len()));
    assert_eq!((word(&bytes, 72), half(&bytes, 80), &bytes[88..96]), (lines[0].0, lines[0].1 as usize, &b"work.py\0"[..]));
    let second = 40 + len;
    assert_eq!((half(&bytes, second), half(&bytes, second + 16)), (0, std::process::id() as usize));
    assert_eq!((word(&bytes, second + 32), word(&bytes, second + 40), word(&bytes, second + 48)), (code.start, code.len(), 1));
    assert_eq!((&bytes[second + 56..second + 63], bytes.len()), (&b"square\0"[..], second + 63 + code.len()));
    assert_eq!(bytes.len(), second + half(&bytes, second + 4));
}

#[test]
fn gdb_is_told_and_told_again() {
    let (first, second) = (loaded(), loaded());
    let object = |loaded: &Loaded| gdb::register(loaded.debug_object().expect("there is a table"));
    let (one, two) = (object(&first), object(&second));
    drop(one);
    let three = object(&first);
    drop(two);
    drop(three);
}
