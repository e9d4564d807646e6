//! Containers that several threads use at once: nothing is lost, nothing comes from nowhere, every count is right at the end.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use heap::world::{WORLD, WorldSlot};
use heap::{Heaped, Object, Ref, Thread};
use objects::slice::Bounds;
use objects::{Dict, Int, List, Set, Str, Tuple, ops};

#[allow(unsafe_code, reason = "the test registers its thread")]
fn with_thread<T>(body: impl FnOnce(&mut Thread) -> T) -> T {
    let id = WORLD.allocate_id().expect("ids are free");
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process (the test's).
    unsafe { th.register() };
    th.enter();
    th.attach();
    let result = body(&mut th);
    th.drain_zero();
    th.detach();
    std::mem::forget(th);
    result
}

/// What all threads share; the first thread made it and is detached while they run.
struct Shared<'a> {
    list: &'a List,
    dict: &'a Dict,
    set: &'a Set,
}

// SAFETY: R6: common objects; each thread counts them atomically.
#[allow(unsafe_code, reason = "objects are shared on purpose")]
unsafe impl Sync for Shared<'_> {}

fn int(th: &Thread, value: i64) -> Ref<Object> {
    Int::from_i64(th, value).up()
}

fn value(object: &Object) -> i64 {
    object.downcast::<Int>().and_then(Int::to_i64).expect("a small int")
}

const THREADS: usize = 4;
const STEPS: i64 = 20_000;

#[test]
fn many_threads() {
    with_thread(|th| {
        objects::start::start(th).expect("the builtin types are consistent");
        let (list, dict, set) = (List::empty(th), Dict::new(th), Set::new(th));
        let shared = Shared { list: &list, dict: &dict, set: &set };
        run(th, &shared, appending);
        assert_eq!(list.len(), THREADS * STEPS as usize, "no append is lost");
        let mut seen: Vec<i64> = list.snapshot(th).iter().map(|item| value(item)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), THREADS * STEPS as usize, "and none is there twice");
        run(th, &shared, popping);
        assert_eq!(list.len(), 0);

        run(th, &shared, counting);
        for name in 0..50 {
            let name = objects::str::intern(th, &format!("name {name}"));
            assert!(dict.get_str(th, name).is_some());
        }
        assert_eq!(dict.len(), 50 + THREADS * 500);

        run(th, &shared, churning);
        run(th, &shared, splicing);
        run(th, &shared, mixed_keys);
        list.clear_items(th);
        dict.clear_entries(th);
        set.any().clear(th);
        assert_eq!((list.as_object().count(), dict.as_object().count(), set.as_object().count()), (1, 1, 1));
    });
}

fn run(th: &mut Thread, shared: &Shared<'_>, body: fn(&mut Thread, &Shared<'_>, usize)) {
    let barrier = Barrier::new(THREADS);
    th.detached(|| {
        std::thread::scope(|scope| {
            for number in 0..THREADS {
                let barrier = &barrier;
                scope.spawn(move || {
                    with_thread(|th| {
                        th.detached(|| barrier.wait());
                        body(th, shared, number);
                    })
                });
            }
        });
    });
}

fn appending(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    for step in 0..STEPS {
        let item = int(th, 1_000_000 * (number as i64 + 1) + step);
        shared.list.append(th, item).expect("memory");
        // What is below the length can be read.
        let len = shared.list.len();
        assert!(len > 0);
        let seen = shared.list.get(th, step as usize % len).expect("nothing is removed");
        assert!(value(&seen) >= 1_000_000);
        th.release(seen);
        th.safepoint();
    }
}

fn popping(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    let mut count = 0;
    while let Some(item) = shared.list.pop(th) {
        assert!(value(&item) >= 1_000_000);
        th.release(item);
        if let Some(seen) = shared.list.get(th, number) {
            assert!(value(&seen) >= 1_000_000);
            th.release(seen);
        }
        count += 1;
        th.safepoint();
    }
    let _ = count;
}

/// Values change, keys stay or come.
fn counting(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    let names: Vec<&'static Str> = (0..50).map(|name| objects::str::intern(th, &format!("name {name}"))).collect();
    for step in 0..STEPS {
        let name = names[step as usize % names.len()];
        let new = int(th, 1_000_000 + step);
        shared.dict.set_str(th, name, new);
        if let Some(seen) = shared.dict.get_str(th, names[(step as usize * 7) % names.len()]) {
            assert!(value(&seen) >= 1_000_000);
            th.release(seen);
        }
        if step % 40 == 0 {
            let own = Str::new(th, &format!("thread {number} step {step}"));
            let new = int(th, 2_000_000);
            shared.dict.set(th, &own, new).expect("strings hash");
        }
        th.safepoint();
    }
}

/// Keys come and go; each thread knows its own.
fn churning(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    let own: Vec<Ref<Str>> = (0..20).map(|name| Str::new(th, &format!("churn {number} {name}"))).collect();
    let others: Vec<Ref<Str>> = (0..20).map(|name| Str::new(th, &format!("churn {} {name}", (number + 1) % THREADS))).collect();
    for step in 0..STEPS {
        let name = &own[step as usize % own.len()];
        let new = int(th, 3_000_000 + number as i64);
        shared.dict.set(th, name, new).expect("strings hash");
        shared.set.add(th, name).expect("strings hash");
        let seen = shared.dict.get(th, name).expect("strings hash").expect("only this thread removes it");
        assert_eq!(value(&seen), 3_000_000 + number as i64);
        th.release(seen);
        assert!(shared.set.contains(th, name).expect("strings hash"));
        let theirs = &others[step as usize * 3 % others.len()];
        if let Some(seen) = shared.dict.get(th, theirs).expect("strings hash") {
            assert_eq!(value(&seen), 3_000_000 + ((number + 1) % THREADS) as i64);
            th.release(seen);
        }
        shared.set.contains(th, theirs).expect("strings hash");
        if step % 3 != 0 {
            assert!(shared.dict.del(th, name).expect("strings hash"));
            assert!(shared.set.discard(th, name).expect("strings hash"));
        }
        if step % 500 == 0 {
            let snapshot = shared.dict.snapshot(th);
            assert!(snapshot.len() >= 50);
            snapshot.into_iter().for_each(|(key, value)| {
                th.release(key);
                th.release(value);
            });
        }
        th.safepoint();
    }
}

/// The list is always one of two: readers see no mixture, even across operations.
fn splicing(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    static STOP: AtomicBool = AtomicBool::new(false);
    static DONE: AtomicUsize = AtomicUsize::new(0);
    if number < 2 {
        for step in 0..4000_i64 {
            let len = 8 + step % 30;
            let items = (0..len).map(|at| int(th, 10_000 + len * 100 + at)).collect();
            let items = List::new(th, items);
            shared.list.set_slice(th, Bounds { start: 0, stop: isize::MAX, step: 1 }, &items).expect("memory");
            th.safepoint();
        }
        if DONE.fetch_add(1, Relaxed) == 1 {
            STOP.store(true, Relaxed);
        }
        return;
    }
    while !STOP.load(Relaxed) {
        let snapshot: Vec<i64> = shared.list.snapshot(th).iter().map(|item| value(item)).collect();
        if let Some(first) = snapshot.first() {
            let len = (first - 10_000) / 100;
            assert_eq!(snapshot.len() as i64, len);
            assert!(snapshot.iter().enumerate().all(|(at, item)| *item == 10_000 + len * 100 + at as i64));
        }
        for index in 0..8 {
            if let Some(seen) = shared.list.get(th, index) {
                assert_eq!((value(&seen) - 10_000) % 100, index as i64, "an item is found at its own index only");
                th.release(seen);
            }
        }
        th.safepoint();
    }
}

/// General tables: ints and tuples, whose equality calls out.
fn mixed_keys(th: &mut Thread, shared: &Shared<'_>, number: usize) {
    for step in 0..STEPS / 4 {
        let (a, b) = (int(th, step % 31), int(th, step % 7));
        let key = Tuple::from_array(th, [a, b]);
        let new = int(th, 5_000_000);
        shared.dict.set(th, &key, new).expect("tuples hash");
        if let Some(seen) = shared.dict.get(th, &key).expect("tuples hash") {
            assert_eq!(value(&seen), 5_000_000);
            th.release(seen);
        }
        if (step + number as i64) % 5 == 0 {
            shared.dict.pop(th, &key).expect("tuples hash");
        }
        shared.set.add(th, &key).expect("tuples hash");
        if step % 11 == 0 {
            shared.set.discard(th, &key).expect("tuples hash");
        }
        if step % 1000 == 0 {
            let iterator = ops::iter(th, shared.dict).expect("it is iterable");
            loop {
                match ops::next(th, &iterator) {
                    Ok(Some(key)) => th.release(key),
                    Ok(None) => break,
                    Err(_) => {
                        th.take_exception();
                        break;
                    }
                }
            }
        }
        th.safepoint();
    }
}
