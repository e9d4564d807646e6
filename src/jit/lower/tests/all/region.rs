//! The code region under load: memory comes back, limits hold, forks do not meet.
use crate::harness::{compile, function};
use code::{LoadError, Region, RegionError};
use lir::door::Tier;
use lir::eval::call_address;
use lir::{Access, Func, Index, Results, Type, Unit};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn constant(number: i64) -> Vec<u8> {
    let mut unit = Unit::new("test");
    let table = unit.data([3; 40], 16);
    function(&mut unit, &[], Type::I64, |b| {
        let (own, table) = (b.i64(number), b.data_address(table));
        let loaded = b.load(Type::I64, table, 8, Access::default());
        b.add(own, loaded)
    });
    compile(&unit, Tier::One)
}

fn new_region(cap: usize) -> Arc<Region> {
    Region::new(new_region as *const () as usize, 4 << 20, cap).expect("there is room")
}

fn run(region: &Arc<Region>, object: &[u8]) -> u64 {
    let loaded = region.load(object, |_| None).expect("it loads");
    call(loaded.entry(Func::new(0)))
}

fn call(entry: usize) -> u64 {
    // SAFETY: the code was made a moment ago, of a function of this type, and is still loaded.
    let results = unsafe { call_address(entry as u64, [].into_iter(), Results::One(Type::I64)) };
    results[0]
}

const THREES: u64 = 0x0303_0303_0303_0303;

#[test]
fn memory_comes_back() {
    let region = new_region(1 << 20);
    let objects = [1, 2, 3].map(constant);
    let mut kept = Vec::new();
    let mut most = 0;
    for turn in 0..20_000 {
        kept.push(region.load(&objects[turn % 3], |_| None).expect("it loads"));
        if kept.len() > 10 {
            drop(kept.swap_remove(turn * 7 % 10));
        }
        if turn == 1_000 {
            most = region.usage().most_used;
        }
    }
    assert_eq!(region.usage().most_used, most);
    assert_eq!(run(&region, &objects[1]), 2 + THREES);
    drop(kept);
    assert_eq!(region.usage().used, 0);
}

#[test]
fn no_more_than_the_cap() {
    let region = new_region(4096);
    let object = constant(1);
    let mut kept = Vec::new();
    let error = loop {
        match region.load(&object, |_| None) {
            Ok(loaded) => kept.push(loaded),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LoadError::Region(RegionError::Full)), "{error}");
    assert!(!kept.is_empty() && region.usage().used <= 4096);
    kept.pop();
    assert_eq!(run(&region, &object), 1 + THREES);
}

#[test]
fn no_view_is_written_and_executed() {
    let region = new_region(1 << 20);
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the system has it");
    let own = format!("{:x}-{:x} ", region.range().start, region.range().end);
    // The name of nameless memory that is shared.
    let views: Vec<&str> = maps.lines().filter(|line| line.contains("/dev/zero")).collect();
    assert!(views.iter().any(|line| line.starts_with(&own) && line.contains(" r-xs ")), "{views:?}");
    assert!(views.iter().all(|line| !line.contains("wx")), "{views:?}");
}

#[test]
fn threads_load_and_free() {
    let region = new_region(1 << 20);
    let objects = [5, 6, 7, 8].map(constant);
    std::thread::scope(|scope| {
        for (number, object) in objects.iter().enumerate() {
            let region = &region;
            scope.spawn(move || {
                for _ in 0..2_000 {
                    assert_eq!(run(region, object), 5 + number as u64 + THREES);
                }
            });
        }
    });
    assert_eq!(region.usage().used, 0);
}

/// After a fork both processes load code at the same address, and each runs its own.
#[test]
fn forks_do_not_meet() {
    let region = new_region(1 << 20);
    let (parents, childs) = (constant(100), constant(200));
    let before = region.load(&parents, |_| None).expect("it loads");
    let mut pipe = [0; 2];
    // SAFETY: room for two descriptors.
    assert_eq!(unsafe { libc::pipe(pipe.as_mut_ptr()) }, 0);
    // SAFETY: the child does nothing but load, call, and end.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let mut byte = [0u8];
        // SAFETY: one byte fits; the parent writes it when it has loaded its code.
        unsafe { libc::read(pipe[0], byte.as_mut_ptr().cast(), 1) };
        let own = region.load(&childs, |_| None);
        let fine = own.is_ok_and(|own| call(own.entry(Func::new(0))) == 200 + THREES)
            && call(before.entry(Func::new(0))) == 100 + THREES;
        // SAFETY: ends the child.
        unsafe { libc::_exit(i32::from(!fine)) };
    }
    let own = region.load(&constant(300), |_| None).expect("it loads");
    // SAFETY: one byte, of ours.
    assert_eq!(unsafe { libc::write(pipe[1], c"x".as_ptr().cast(), 1) }, 1);
    let mut status = 0;
    // SAFETY: waits for the child and leaves its status.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0);
    assert_eq!((call(own.entry(Func::new(0))), call(before.entry(Func::new(0)))), (300 + THREES, 100 + THREES));
}

/// Code runs on while its neighbours come and go.
#[test]
fn code_runs_while_others_load() {
    let region = new_region(1 << 20);
    let (stays, goes) = (constant(40), constant(50));
    let loaded = region.load(&stays, |_| None).expect("it loads");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(call(loaded.entry(Func::new(0))), 40 + THREES);
                }
            });
        }
        for _ in 0..2_000 {
            assert_eq!(run(&region, &goes), 50 + THREES);
        }
        stop.store(true, Ordering::Relaxed);
    });
}

/// What is loaded belongs to no thread.
#[test]
fn any_thread_may_have_it() {
    fn any_thread<T: Send + Sync>() {}
    any_thread::<code::BackEnd>();
    any_thread::<Region>();
    any_thread::<code::Loaded>();
    any_thread::<code::Evaluated>();
    any_thread::<lir::eval::Evaluator>();
    any_thread::<Unit>();
}
