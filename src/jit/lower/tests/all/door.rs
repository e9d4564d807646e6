//! The library's door: what it refuses, what it says, threads.
use crate::harness::{back_end, compile, function, region};
use code::BackEnd;
use lir::door::{Options, Text, Tier};
use lir::eval::call_address;
use lir::{Builder, Func, Index, Position, Results, Type, Unit};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn square(name: &str) -> Unit {
    let mut unit = Unit::new(name);
    function(&mut unit, &[Type::I64], Type::I64, |b| {
        b.at(Position(41));
        let square = b.mul(b.param(0), b.param(0));
        b.at(Position(42));
        let one = b.i64(1);
        b.add(square, one)
    });
    unit
}

#[test]
fn what_is_wrong_is_said() {
    let options = Options { verify: true, ..Options::tier(Tier::One) };
    assert_eq!(back_end().compile_bytes(&[], options), Err("not a unit of version 1".to_owned()));
    let mut unit = Unit::new("test");
    let func = unit.function("f", &[Type::I64], Results::None);
    let mut b = Builder::new(&mut unit, func);
    b.ret(&[b.param(0)]);
    assert_eq!(back_end().compile(&unit, options), Err("f0, b0, `return v0`: the function returns [], not [I64]".to_owned()));
    // Without the check something else notices, or nothing does; the process lives on.
    unit.functions[func].blocks[lir::Block::new(0)].terminator = None;
    assert!(back_end().compile(&unit, Options { verify: false, ..options }).is_err());
}

#[test]
fn other_libraries_are_refused() {
    let error = |path: &str| BackEnd::open(Path::new(path)).err().map(|error| error.to_string()).expect("it is refused");
    assert!(error("/nowhere/libpyston_lower.so").starts_with("/nowhere/libpyston_lower.so: "));
    assert!(error("libc.so.6").contains("pyston_lower_version"));
}

/// The same unit gives the same bytes, so that what differs has a reason.
#[test]
fn the_same_again() {
    for tier in [Tier::One, Tier::Two] {
        for unit in [square("test"), crate::fuzz::sample()] {
            let first = compile(&unit, tier);
            assert!((0..3).all(|_| compile(&unit, tier) == first), "{tier:?}");
        }
    }
}

#[test]
fn texts() {
    let text =
        |text| back_end().compile(&square("test"), Options { text, ..Options::tier(Tier::Two) }).expect("it compiles").text;
    assert_eq!(text(Text::None), "");
    assert!(text(Text::Ir).contains("mul i64"));
    assert!(text(Text::OptimizedIr).contains("define hidden"));
    let assembly = text(Text::Assembly);
    assert!(assembly.contains("imulq") && assembly.contains("pushq\t%rbp"), "{assembly}");
}

#[test]
fn lines() {
    let options = Options { lines: true, verify: true, ..Options::tier(Tier::Two) };
    let compiled = back_end().compile(&square("work.py:square"), options).expect("it compiles");
    let loaded = region().load(&compiled.object, |_| None).expect("it loads");
    assert!(loaded.debug_object().is_some());
    let lines = loaded.lines().expect("the table can be read");
    let numbers: Vec<u32> = lines.iter().map(|&(_, line)| line).collect();
    assert!(numbers.contains(&41) && numbers.contains(&42), "{lines:x?}");
    assert!(lines.iter().all(|(address, _)| loaded.range().contains(address)), "{lines:x?} {:x?}", loaded.range());
    let without = back_end().compile(&square("test"), Options::tier(Tier::Two)).expect("it compiles");
    let loaded = region().load(&without.object, |_| None).expect("it loads");
    assert_eq!((loaded.debug_object(), loaded.lines().expect("nothing to read")), (None, Vec::new()));
}

#[test]
fn threads_compile_at_once() {
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            scope.spawn(move || {
                for turn in 0..12 {
                    let number = thread * 100 + turn;
                    let mut unit = Unit::new("test");
                    function(&mut unit, &[Type::I64], Type::I64, |b| {
                        let own = b.i64(number as i64);
                        b.mul(b.param(0), own)
                    });
                    let tier = if turn % 2 == 0 { Tier::One } else { Tier::Two };
                    let loaded = region().load(&compile(&unit, tier), |_| None).expect("it loads");
                    let entry = loaded.entry(Func::new(0)) as u64;
                    // SAFETY: the code was made of this function a moment ago.
                    let found = unsafe { call_address(entry, [(Type::I64, 3)].into_iter(), Results::One(Type::I64)) };
                    assert_eq!(found[0], number * 3);
                }
            });
        }
    });
}

static FAILED: AtomicBool = AtomicBool::new(false);

/// Runs behind whatever the library would do at the end of the process, since it was registered before the library was opened.
extern "C" fn at_the_end() {
    std::thread::sleep(Duration::from_millis(200));
    if FAILED.load(Ordering::Relaxed) {
        // SAFETY: ends the process with another status.
        unsafe { libc::_exit(7) };
    }
}

/// A process may end while its threads compile.
#[test]
fn the_process_ends_first() {
    // SAFETY: the child does what a program does: it starts threads and ends.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: a function of this program.
        unsafe { libc::atexit(at_the_end) };
        let back_end: &'static BackEnd = back_end();
        std::thread::spawn(move || {
            let unit = crate::fuzz::sample();
            while back_end.compile(&unit, Options::tier(Tier::Two)).is_ok() {}
            FAILED.store(true, Ordering::Relaxed);
        });
        std::thread::sleep(Duration::from_millis(50));
        // SAFETY: ends the child as `main` would.
        unsafe { libc::exit(0) };
    }
    let mut status = 0;
    // SAFETY: waits for the child and leaves its status.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0);
}
