//! Lists, dicts and sets against models that are obviously right, one thread.

use std::collections::HashSet;

use heap::Heaped;
use heap::world::{WORLD, WorldSlot};
use heap::{Object, Ref, Thread};
use objects::dict::merge::Existing;
use objects::slice::Bounds;
use objects::{Dict, Int, List, Range, Set, Slice, Str, Tuple, ops};

#[allow(unsafe_code, reason = "the test registers its thread")]
fn with_runtime(body: impl FnOnce(&mut Thread)) {
    let id = WORLD.allocate_id().expect("ids are free");
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process (the test's).
    unsafe { th.register() };
    th.enter();
    th.attach();
    objects::start::start(&mut th).expect("the builtin types are consistent");
    body(&mut th);
    std::mem::forget(th);
}

/// A small generator of numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn int(th: &Thread, value: i64) -> Ref<Object> {
    Int::from_i64(th, value).up()
}

fn value(object: &Object) -> i64 {
    object.downcast::<Int>().and_then(Int::to_i64).expect("a small int")
}

/// Whether the key is the int 1, the first of three that are equal.
fn is_first(key: &Object) -> bool {
    key.is_exactly::<Int>()
}

fn values(th: &mut Thread, list: &List) -> Vec<i64> {
    list.snapshot(th).iter().map(|item| value(item)).collect()
}

fn repr(th: &mut Thread, object: &Object) -> String {
    ops::repr(th, object).expect("repr works").to_string_lossy()
}

/// A key of one of two types that the test can tell apart: even numbers are ints, odd ones strings.
fn key(th: &Thread, number: u64) -> Ref<Object> {
    if number.is_multiple_of(2) { int(th, number as i64 - 40) } else { Str::new(th, &format!("key {number}")).up() }
}

#[test]
fn containers() {
    with_runtime(|th| {
        lists(th);
        slices(th);
        sorting(th);
        dicts(th, false);
        dicts(th, true);
        dict_order(th);
        merging(th);
        sets(th);
        iterators(th);
        tuples(th);
        ranges(th);
        errors(th);
        let before = th.collect(heap::collect::Generation::Full);
        let _ = before;
        cycles(th);
    });
}

fn lists(th: &mut Thread) {
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1);
    let list = List::empty(th);
    let mut model: Vec<i64> = Vec::new();
    for step in 0..60_000_i64 {
        let len = model.len() as u64;
        match numbers.below(12) {
            0..=4 => {
                let item = int(th, step);
                list.append(th, item).expect("memory");
                model.push(step);
            }
            5 if len > 0 => assert_eq!(list.pop(th).map(|item| value(&item)), model.pop()),
            6 if len > 0 => {
                let at = numbers.below(len);
                let item = int(th, -step);
                assert!(list.set(th, at as usize, item));
                model[at as usize] = -step;
            }
            7 => {
                let at = numbers.below(len + 1);
                let item = int(th, step);
                list.insert(th, at as usize, item).expect("memory");
                model.insert(at as usize, step);
            }
            8 if len > 0 => {
                let at = numbers.below(len) as usize;
                list.set_signed(th, at as isize - len as isize, None).expect("the index is right");
                model.remove(at);
            }
            9 => {
                let (a, b) = (numbers.below(len + 1) as usize, numbers.below(len + 1) as usize);
                let (low, high) = (a.min(b), a.max(b));
                let new: Vec<i64> = (0..numbers.below(9) as i64).map(|i| step * 10 + i).collect();
                let source = new.iter().map(|&i| int(th, i)).collect();
                let source = List::new(th, source);
                list.set_slice(th, Bounds { start: low as isize, stop: high as isize, step: 1 }, &source).expect("the slice is right");
                model.splice(low..high, new);
            }
            10 if numbers.below(20) == 0 => {
                let step = numbers.below(4) as isize + 2;
                list.delete_slice(th, Bounds { start: 0, stop: isize::MAX, step }).expect("the slice is right");
                let mut index = 0;
                model.retain(|_| {
                    index += 1;
                    (index - 1) % step != 0
                });
            }
            11 if numbers.below(300) == 0 => {
                list.clear_items(th);
                model.clear();
            }
            _ => {}
        }
        assert_eq!(list.len(), model.len());
        if step % 97 == 0 {
            assert_eq!(values(th, &list), model);
        }
        if len > 0 {
            let at = numbers.below(len.max(1)) as usize;
            assert_eq!(list.get(th, at).map(|item| value(&item)), model.get(at).copied());
        }
    }
    let wanted = int(th, *model.last().expect("the list is not empty at the end"));
    assert_eq!(list.find(th, &wanted, 0, usize::MAX).expect("ints compare"), model.iter().position(|&i| i == value(&wanted)));
    assert!(list.remove(th, &wanted).expect("ints compare"));
}

fn slices(th: &mut Thread) {
    let numbers: Vec<_> = (0..10).map(|i| int(th, i)).collect();
    let list = List::new(th, numbers);
    let slice = |th: &mut Thread, start, stop, step| {
        let new = list.slice(th, Bounds { start, stop, step }).expect("memory");
        values(th, &new)
    };
    assert_eq!(slice(th, 2, 5, 1), [2, 3, 4]);
    assert_eq!(slice(th, isize::MAX, isize::MIN, -3), [9, 6, 3, 0]);
    assert_eq!(slice(th, 100, 200, 1), []);
    let bounds = Bounds { start: isize::MAX, stop: isize::MIN, step: -1 };
    list.set_slice(th, bounds, &list).expect("the slice is right");
    assert_eq!(values(th, &list), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    let key = Slice::new(th, int(th, 1), objects::none_ref(), int(th, 4));
    let found = ops::getitem(th, &list, &key).expect("the slice is right");
    assert_eq!(repr(th, &found), "[8, 4, 0]");
    ops::delitem(th, &list, &key).expect("the slice is right");
    assert_eq!(repr(th, &list), "[9, 7, 6, 5, 3, 2, 1]");
    assert_eq!(repr(th, &key), "slice(1, None, 4)");
}

fn sorting(th: &mut Thread) {
    let mut numbers = Numbers(99);
    let random: Vec<i64> = (0..1000).map(|_| numbers.below(500) as i64 - 250).collect();
    let items = random.iter().map(|&i| int(th, i)).collect();
    let list = List::new(th, items);
    list.sort(th, None, false).expect("ints compare");
    let mut expected = random.clone();
    expected.sort_unstable();
    assert_eq!(values(th, &list), expected);
    list.sort(th, None, true).expect("ints compare");
    expected.reverse();
    assert_eq!(values(th, &list), expected);
    let mut words: Vec<String> = random.iter().map(|i| format!("{}{}", ["a", "é", "", "zz", "\u{1F600}"][(i.unsigned_abs() % 5) as usize], i)).collect();
    let items = words.iter().map(|word| Str::new(th, word).up()).collect();
    let list = List::new(th, items);
    list.sort(th, None, false).expect("strings compare");
    words.sort();
    let sorted: Vec<String> = list.snapshot(th).iter().map(|item| item.downcast_ref::<Str>().expect("a string").to_string_lossy()).collect();
    assert_eq!(sorted, words);
    // Tuples go through the merge sort.
    let items = random.iter().enumerate().map(|(at, &i)| Tuple::from_array(th, [int(th, i / 10), int(th, at as i64)]).up()).collect();
    let list = List::new(th, items);
    list.sort(th, None, false).expect("tuples compare");
    let mut expected: Vec<(i64, i64)> = random.iter().enumerate().map(|(at, &i)| (i / 10, at as i64)).collect();
    expected.sort_unstable();
    let sorted: Vec<(i64, i64)> = list.snapshot(th).iter().map(|item| item.downcast_ref::<Tuple>().map(|t| (value(t.get(0)), value(t.get(1)))).expect("a pair")).collect();
    assert_eq!(sorted, expected);
    let mixed = List::new(th, vec![int(th, 1), Str::new(th, "a").up(), int(th, 0)]);
    assert!(mixed.sort(th, None, false).is_err());
    th.take_exception();
    assert_eq!(mixed.len(), 3);
}

fn dicts(th: &mut Thread, names_only: bool) {
    let mut numbers = Numbers(0xDEAD_BEEF);
    let dict = Dict::new(th);
    let mut model: Vec<(u64, i64)> = Vec::new();
    for step in 0..60_000_i64 {
        let range = if step % 1000 < 500 { 40 } else { 400 };
        let number = numbers.below(range) | u64::from(names_only);
        let key = key(th, number);
        let place = model.iter().position(|entry| entry.0 == number);
        match numbers.below(10) {
            0..=3 => {
                let new = int(th, step);
                dict.set(th, &key, new).expect("keys hash");
                match place {
                    Some(place) => model[place].1 = step,
                    None => model.push((number, step)),
                }
            }
            4 | 5 => {
                let found = dict.pop(th, &key).expect("keys hash").map(|found| value(&found));
                assert_eq!(found, place.map(|place| model.remove(place).1));
            }
            6 => {
                let default = int(th, step);
                let (found, added) = dict.set_default(th, &key, &default).expect("keys hash");
                assert_eq!(added, place.is_none());
                match place {
                    Some(place) => assert_eq!(value(&found), model[place].1),
                    None => model.push((number, step)),
                }
            }
            7 if numbers.below(4) == 0 => {
                let found = dict.pop_item(th).map(|(_, found)| value(&found));
                assert_eq!(found, model.pop().map(|entry| entry.1));
            }
            8 if numbers.below(600) == 0 => {
                dict.clear_entries(th);
                model.clear();
            }
            9 if numbers.below(50) == 0 => {
                let copy = dict.copy(th).expect("memory");
                assert!(dict.equals(th, &copy).expect("ints compare"));
                if let Some(entry) = model.first() {
                    let first = self::key(th, entry.0);
                    let other = int(th, -1);
                    copy.set(th, &first, other).expect("keys hash");
                    assert!(!dict.equals(th, &copy).expect("ints compare"));
                }
            }
            _ => {
                let found = dict.get(th, &key).expect("keys hash").map(|found| value(&found));
                assert_eq!(found, place.map(|place| model[place].1));
            }
        }
        assert_eq!(dict.len(), model.len());
        if step % 101 == 0 {
            let order: Vec<i64> = dict.snapshot_values(th).iter().map(|found| value(found)).collect();
            assert_eq!(order, model.iter().map(|entry| entry.1).collect::<Vec<_>>());
        }
    }
}

fn dict_order(th: &mut Thread) {
    let dict = Dict::new(th);
    for number in 0..100_000 {
        let (key, entry) = (int(th, number * 7), int(th, number));
        dict.set(th, &key, entry).expect("ints hash");
    }
    for number in (0..100_000).step_by(3) {
        let key = int(th, number * 7);
        assert!(dict.del(th, &key).expect("ints hash"));
    }
    let left: Vec<i64> = dict.snapshot_values(th).iter().map(|found| value(found)).collect();
    assert!(left.iter().copied().eq((0..100_000).filter(|number| number % 3 != 0)));
    // Names, their versions and their places.
    let names = Dict::new(th);
    let (a, b) = (objects::str::intern(th, "a"), objects::str::intern(th, "b"));
    let one = int(th, 1);
    names.set_str(th, a, one);
    let (version, index) = names.index_of(th, a).expect("it is there");
    assert_eq!(names.slot_at(th, version, index).map(|found| value(&found)), Some(1));
    let two = int(th, 2);
    names.set_str(th, a, two);
    assert_eq!(names.slot_at(th, version, index).map(|found| value(&found)), Some(2), "values may change");
    let three = int(th, 3);
    names.set_str(th, b, three);
    assert!(names.slot_at(th, version, index).is_none(), "keys may not");
    assert_ne!(names.keys_version(th), version);
    assert_eq!(names.get_by_name(th, "b").map(|found| value(&found)), Some(3));
    // A key that is no string turns the table into a general one.
    let number = int(th, 5);
    names.set(th, &number, number.clone()).expect("ints hash");
    assert_eq!(names.snapshot_values(th).iter().map(|v| value(v)).collect::<Vec<_>>(), [2, 3, 5]);
    assert_eq!(names.get_str(th, b).map(|found| value(&found)), Some(3));
    assert!(names.del_str(th, a) && !names.del_str(th, a));
    // Keys of other types in tables of names and next to each other: 1, 1.0 and True are one key.
    let mixed = Dict::new(th);
    for text in ["x", "y", "z"] {
        let (key, entry) = (Str::new(th, text), int(th, 0));
        mixed.set(th, &key, entry).expect("strings hash");
    }
    let float = objects::Float::new(th, 1.0).up();
    for key in [int(th, 1), float, objects::bool_ref(true)] {
        assert_eq!(mixed.len(), if is_first(&key) { 3 } else { 4 });
        let entry = int(th, 7);
        mixed.set(th, &key, entry).expect("numbers hash");
    }
    let pair = |th: &mut Thread| Tuple::from_array(th, [int(th, 300), Str::new(th, "pair").up()]);
    let (one, other) = (pair(th), pair(th));
    let entry = int(th, 8);
    mixed.set(th, &one, entry).expect("tuples hash");
    assert_eq!(mixed.get(th, &other).expect("tuples hash").map(|found| value(&found)), Some(8));
    assert_eq!(repr(th, &mixed), "{'x': 0, 'y': 0, 'z': 0, 1: 7, (300, 'pair'): 8}");
}

fn merging(th: &mut Thread) {
    let make = |th: &mut Thread, keys: &[u64], entry: i64| {
        let dict = Dict::new(th);
        for &number in keys {
            let (key, entry) = (key(th, number), int(th, entry));
            dict.set(th, &key, entry).expect("keys hash");
        }
        dict
    };
    for keys in [[1, 3, 5, 7], [0, 1, 2, 3]] {
        let (a, b) = (make(th, &keys[..3], 1), make(th, &keys[1..], 2));
        a.merge(th, &b, Existing::Keep).expect("keys hash");
        assert_eq!(a.snapshot_values(th).iter().map(|v| value(v)).collect::<Vec<_>>(), [1, 1, 1, 2]);
        a.merge(th, &b, Existing::Replace).expect("keys hash");
        assert_eq!(a.snapshot_values(th).iter().map(|v| value(v)).collect::<Vec<_>>(), [1, 2, 2, 2]);
        assert!(a.merge(th, &b, Existing::Refuse).is_err());
        th.take_exception();
        let big: Vec<u64> = (0..1000).map(|i| i * 2 + 1).collect();
        let big = make(th, &big, 3);
        a.merge(th, &big, Existing::Replace).expect("keys hash");
        assert!(a.len() >= 1000);
    }
}

fn sets(th: &mut Thread) {
    let mut numbers = Numbers(77);
    let set = Set::new(th);
    let mut model: HashSet<u64> = HashSet::new();
    for step in 0..60_000 {
        let range = if step % 2000 < 1000 { 12 } else { 700 };
        let number = numbers.below(range);
        let key = key(th, number);
        match numbers.below(8) {
            0..=2 => assert_eq!(set.add(th, &key).expect("keys hash"), model.insert(number)),
            3 | 4 => assert_eq!(set.discard(th, &key).expect("keys hash"), model.remove(&number)),
            5 if numbers.below(500) == 0 => {
                set.any().clear(th);
                model.clear();
            }
            6 if numbers.below(60) == 0 => {
                let other = Set::new(th);
                let limit = numbers.below(range);
                let mut theirs = HashSet::new();
                for number in 0..limit {
                    let key = self::key(th, number);
                    other.add(th, &key).expect("keys hash");
                    theirs.insert(number);
                }
                let check = |th: &mut Thread, result: &Object, expected: HashSet<u64>| {
                    assert_eq!(ops::len(th, result).expect("a set"), expected.len());
                    for &number in &expected {
                        let key = self::key(th, number);
                        assert!(ops::contains(th, result, &key).expect("keys hash"));
                    }
                };
                let result = ops::or(th, &set, &other).expect("sets");
                check(th, &result, model.union(&theirs).copied().collect());
                let result = ops::and(th, &set, &other).expect("sets");
                check(th, &result, model.intersection(&theirs).copied().collect());
                let result = ops::sub(th, &set, &other).expect("sets");
                check(th, &result, model.difference(&theirs).copied().collect());
                let result = ops::xor(th, &set, &other).expect("sets");
                check(th, &result, model.symmetric_difference(&theirs).copied().collect());
                assert_eq!(set.any().is_subset(th, &other).expect("sets"), model.is_subset(&theirs));
                if limit % 3 == 0 {
                    set.any().intersection_update(th, &[&*other]).expect("sets");
                    model.retain(|number| theirs.contains(number));
                } else {
                    set.update(th, &other).expect("sets");
                    model.extend(theirs);
                }
            }
            7 if numbers.below(10) == 0 => assert_eq!(set.pop(th).is_some(), {
                let was = !model.is_empty();
                // The model does not know which: look what is missing.
                let missing = model.iter().copied().find(|&number| {
                    let key = self::key(th, number);
                    !set.contains(th, &key).expect("keys hash")
                });
                missing.map(|number| model.remove(&number));
                was
            }),
            _ => assert_eq!(set.contains(th, &key).expect("keys hash"), model.contains(&number)),
        }
        assert_eq!(set.len(), model.len());
    }
    let small = Set::new(th);
    for number in [3, 1, 2, 100, 50] {
        let key = int(th, number);
        small.add(th, &key).expect("ints hash");
    }
    assert_eq!(repr(th, &small), "{1, 2, 3, 100, 50}", "the order that CPython shows");
    let frozen = objects::FrozenSet::new(th);
    assert_eq!(repr(th, &frozen), "frozenset()");
    assert_eq!(ops::hash(th, &frozen).expect("it hashes"), 133_146_708_735_736);
    let keys = [int(th, 1), int(th, 2), int(th, 3)];
    let frozen = objects::FrozenSet::from_keys(th, &[&keys[0], &keys[1], &keys[2]]).expect("ints hash");
    assert_eq!(ops::hash(th, &frozen).expect("it hashes"), -272_375_401_224_217_160);
    small.add(th, &frozen).expect("it hashes");
    let plain = Set::from_iterable(th, &frozen).expect("it is iterable");
    assert!(small.contains(th, &plain).expect("a set is looked for as a frozenset"));
}

fn iterators(th: &mut Thread) {
    let items: Vec<_> = (0..5).map(|i| int(th, i)).collect();
    let list = List::new(th, items);
    let collect = |th: &mut Thread, iterable: &Object| {
        let list = List::from_iterable(th, iterable).expect("it is iterable");
        repr(th, &list)
    };
    assert_eq!(collect(th, &list), "[0, 1, 2, 3, 4]");
    let call = |th: &mut Thread, ty: &Object, args: &[&Object]| ops::call(th, ty, args).expect("it can be made");
    use heap::PyType;
    let made = call(th, objects::enumerate::Enumerate::type_object(), &[&*list]);
    assert_eq!(collect(th, &made), "[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]");
    let made = call(th, objects::zip::Zip::type_object(), &[&*list, &*list]);
    assert_eq!(collect(th, &made), "[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]");
    let made = call(th, objects::zip::Zip::type_object(), &[&*list, &*list, &*list]);
    let first = ops::next(th, &made).expect("zip").expect("an item");
    assert_eq!(repr(th, &first), "(0, 0, 0)");
    let nested = List::new(th, vec![list.clone().up()]);
    let made = call(th, objects::map::Map::type_object(), &[Tuple::type_object(), &*nested]);
    assert_eq!(collect(th, &made), "[(0, 1, 2, 3, 4)]");
    let made = call(th, objects::filter::Filter::type_object(), &[objects::none(), &*list]);
    assert_eq!(collect(th, &made), "[1, 2, 3, 4]");
    let made = call(th, objects::reversed::Reversed::type_object(), &[&*list]);
    assert_eq!(collect(th, &made), "[4, 3, 2, 1, 0]");
    let dict = Dict::new(th);
    for item in list.snapshot(th) {
        dict.set(th, &item, item.clone()).expect("ints hash");
    }
    let items = ops::call_method(th, &dict, objects::str::intern(th, "items"), &[]).expect("a view");
    assert_eq!(collect(th, &items), "[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]");
    assert_eq!(repr(th, &items), "dict_items([(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)])");
    let backwards = ops::call_method(th, &items, objects::str::intern(th, "__reversed__"), &[]).expect("an iterator");
    assert_eq!(collect(th, &backwards), "[(4, 4), (3, 3), (2, 2), (1, 1), (0, 0)]");
    let iterator = ops::iter(th, &dict).expect("it is iterable");
    ops::next(th, &iterator).expect("nothing changed yet");
    let (key, entry) = (int(th, 9), int(th, 9));
    dict.set(th, &key, entry).expect("ints hash");
    assert!(ops::next(th, &iterator).is_err());
    let error = th.take_exception().expect("it was raised");
    assert_eq!(ops::str_(th, &error).expect("it has a message").to_string_lossy(), "dictionary changed size during iteration");
}

fn tuples(th: &mut Thread) {
    let made = Tuple::from_array(th, [int(th, 1), int(th, 2), int(th, 3)]);
    assert_eq!(ops::hash(th, &made).expect("it hashes"), 529_344_067_295_497_451);
    let one = Tuple::from_array(th, [int(th, 1)]);
    assert_eq!(repr(th, &one), "(1,)");
    let sum = ops::add(th, &made, &one).expect("tuples add");
    assert_eq!(repr(th, &sum), "(1, 2, 3, 1)");
    let nested = Tuple::from_array(th, [sum, made.clone().up()]);
    assert_eq!(repr(th, &nested), "((1, 2, 3, 1), (1, 2, 3))");
    assert!(!th.is_tracked(&nested), "a tuple of tuples of ints is in no cycle");
    let list = List::empty(th);
    let holder = Tuple::from_array(th, [list.up()]);
    assert!(th.is_tracked(&holder));
    // What stands in front: nothing, the collector's word, a prefix.
    let list = List::empty(th);
    assert_eq!([nested.as_object().front(), holder.as_object().front(), list.as_object().front()], [0, 8, 16]);
    let pair = Tuple::trackable(th, [int(th, 1), int(th, 2)]);
    assert!(!th.is_tracked(&pair) && pair.as_object().front() == 8);
    let [one, two] = pair.reuse(th, [List::empty(th).up(), int(th, 3)]);
    assert_eq!((repr(th, &one), repr(th, &two)), ("1".to_owned(), "2".to_owned()));
    assert!(th.is_tracked(&pair), "it holds a list now");
    let slice = Slice::from_range(th, 0, 2);
    let stepped = Slice::new(th, int(th, 1), int(th, 2), int(th, 3));
    assert_eq!(ops::hash(th, &stepped).expect("it hashes"), -2_340_833_382_717_974_474);
    let part = ops::getitem(th, &made, &slice).expect("the slice is right");
    assert_eq!(repr(th, &part), "(1, 2)");
}

fn ranges(th: &mut Thread) {
    use heap::PyType;
    let make = |th: &mut Thread, args: &[i64]| {
        let args: Vec<_> = args.iter().map(|&arg| int(th, arg)).collect();
        let args: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
        ops::call(th, Range::type_object(), &args).expect("it can be made")
    };
    let range = make(th, &[2, 20, 5]);
    assert_eq!(repr(th, &range), "range(2, 20, 5)");
    assert_eq!(ops::len(th, &range).expect("it is short"), 4);
    let list = List::from_iterable(th, &range).expect("it is iterable");
    assert_eq!(values(th, &list), [2, 7, 12, 17]);
    let seven = int(th, 7);
    assert!(ops::contains(th, &range, &seven).expect("ints compare"));
    let minus_one = int(th, -1);
    let last = ops::getitem(th, &range, &minus_one).expect("there is one");
    assert_eq!(value(&last), 17);
}

fn errors(th: &mut Thread) {
    let message = |th: &mut Thread, result: Result<Ref<Object>, heap::Raised>| {
        assert!(result.is_err());
        let error = th.take_exception().expect("it was raised");
        let name = ops::type_name(&error);
        format!("{name}: {}", ops::str_(th, &error).expect("it has a message").to_string_lossy())
    };
    let list = List::empty(th);
    let dict = Dict::new(th);
    let one = int(th, 1);
    let result = ops::getitem(th, &list, &one);
    assert_eq!(message(th, result), "IndexError: list index out of range");
    let word = Str::new(th, "a");
    let result = ops::getitem(th, &list, &word);
    assert_eq!(message(th, result), "TypeError: list indices must be integers or slices, not str");
    let result = ops::getitem(th, &dict, &one);
    assert_eq!(message(th, result), "KeyError: 1");
    let result = ops::getitem(th, &dict, &list);
    assert_eq!(message(th, result), "TypeError: cannot use 'list' as a dict key (unhashable type: 'list')");
    use heap::PyType;
    let result = ops::call(th, Dict::type_object(), &[&*one]);
    assert_eq!(message(th, result), "TypeError: 'int' object is not iterable");
    let result = ops::call(th, List::type_object(), &[&*list, &*list]);
    assert_eq!(message(th, result), "TypeError: list expected at most 1 argument, got 2");
    let result = ops::call(th, Set::type_object(), &[&*{ List::new(th, vec![list.clone().up()]) }]);
    assert_eq!(message(th, result), "TypeError: cannot use 'list' as a set element (unhashable type: 'list')");
    // A container in itself.
    list.append(th, list.clone().up()).expect("memory");
    assert_eq!(repr(th, &list), "[[...]]");
    dict.set(th, &one, dict.clone().up()).expect("ints hash");
    assert_eq!(repr(th, &dict), "{1: {...}}");
    list.clear_items(th);
    dict.clear_entries(th);
}

fn cycles(th: &mut Thread) {
    th.drain_zero();
    th.collect(heap::collect::Generation::Full);
    for _ in 0..100 {
        let (list, dict, set) = (List::empty(th), Dict::new(th), Set::new(th));
        let tuple = Tuple::from_array(th, [list.clone().up(), dict.clone().up(), set.clone().up()]);
        list.append(th, tuple.up()).expect("memory");
        let one = int(th, 1);
        dict.set(th, &one, list.clone().up()).expect("ints hash");
        set.add(th, &one).expect("ints hash");
        th.release(list);
        th.release(dict);
        th.release(set);
    }
    let outcome = th.collect(heap::collect::Generation::Full);
    assert_eq!(outcome.collected, 400, "a list, a dict, a set and a tuple each");
}
