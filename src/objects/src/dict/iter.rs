//! The iterators of dicts and their views: keys, values, items, forwards and backwards.
//!
//! Invariant: an iterator notices if the dict's size is another than when it began, and stays broken; one that is exhausted lets go of the dict.

use heap::sync::{AtomicIsize, AtomicU32, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Slot};
use macros::{pymethods, pytype};

use super::Dict;
use super::keys::Table;
use crate::glue::*;
use crate::ops::whole::Copies;
use crate::{List, Tuple, builtins_ref, names, raise};

/// Where an iterator stands.
pub struct Cursor {
    dict: Slot<Dict>,
    /// The dict's size when the iterator was made; -1 once it was seen to have changed.
    size: AtomicIsize,
    /// The next entry; backwards, the one behind it.
    entry: AtomicUsize,
    /// How many entries are to come.
    left: AtomicIsize,
    /// [`Thread::locks_taken`] when the iterator was made.
    made: AtomicU32,
}

impl HeapField for Cursor {
    fn visit(&self, visitor: &mut Visitor) {
        visitor.slot(&self.dict);
    }

    fn clear(&self, th: &mut Thread, holder: &impl Heaped) {
        self.dict.set(th, holder, None);
    }
}

/// What a step of an iterator found.
enum Step {
    Entry(Ref<Object>, Option<Ref<Object>>),
    Exhausted(Option<Ref<Dict>>),
    SizeChanged,
    KeysChanged(Option<Ref<Dict>>),
}

/// Which parts of an entry an iterator yields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
    Both,
}

impl Cursor {
    fn new(th: &Thread, dict: &Dict, backwards: bool) -> Cursor {
        let size = dict.len().cast_signed();
        let entry = if backwards { dict.table(th).filled() } else { 0 };
        let (size, left) = (AtomicIsize::new(size), AtomicIsize::new(size));
        let made = AtomicU32::new(th.locks_taken());
        Cursor { dict: Slot::new(th.retain(dict)), size, entry: AtomicUsize::new(entry), left, made }
    }

    /// See [`crate::ops::whole`].
    fn settle(&self, th: &mut Thread, holder: &impl Heaped, backwards: bool, copies: &mut Copies) {
        let (size, left) = (self.size.load(Relaxed), self.left.load(Relaxed));
        let Some(dict) = self.dict.get(th, holder).filter(|dict| left == size && !th.is_mine(&**dict)) else { return };
        let others = copies.only_others_changed(self.made.load(Relaxed));
        let Some(copy) = copies.of::<Dict>(th, &dict, |th| Ok(dict.copy_entries(th)?.up())) else { return };
        let found = copy.len().cast_signed();
        if found == size || others {
            self.size.store(found, Relaxed);
            self.left.store(found, Relaxed);
            self.entry.store(if backwards { copy.table(th).filled() } else { 0 }, Relaxed);
            self.dict.set(th, holder, Some(copy));
        }
    }

    #[inline(always)]
    fn step<T: Heaped>(&self, th: &mut Thread, holder: &T, backwards: bool, part: Part) -> Step {
        if !backwards
            && th.is_mine(holder.as_object())
            && let Some(dict) = self.dict.peek()
            && th.is_mine(dict)
        {
            // Nobody writes the iterator or the dict meanwhile.
            let left = self.left.load(Relaxed);
            if self.size.load(Relaxed) == dict.len().cast_signed()
                && left != 0
                && let Some((entry, key, value)) = dict.table(th).entry_from(self.entry.load(Relaxed))
            {
                self.entry.store(entry + 1, Relaxed);
                self.left.store(left - 1, Relaxed);
                return match part {
                    Part::Key => Step::Entry(th.retain(key), None),
                    Part::Value => Step::Entry(th.retain(value), None),
                    Part::Both => Step::Entry(th.retain(key), Some(th.retain(value))),
                };
            }
        }
        self.step_locked(th, holder, backwards, part)
    }

    /// A step where others may write, backwards, or at the end.
    #[inline(never)]
    fn step_locked<T: Heaped>(&self, th: &mut Thread, holder: &T, backwards: bool, part: Part) -> Step {
        let locked = th.lock(holder.as_object());
        let Some(dict) = self.dict.peek() else { return Step::Exhausted(None) };
        if self.size.load(Relaxed) != dict.len().cast_signed() {
            self.size.store(-1, Relaxed);
            return Step::SizeChanged;
        }
        let mine = locked.is_mine(dict);
        loop {
            let table = dict.table(&locked);
            let Some(entry) = find(table, self.entry.load(Relaxed), backwards) else {
                return Step::Exhausted(self.dict.take(&locked, holder));
            };
            if self.left.load(Relaxed) == 0 {
                return Step::KeysChanged(self.dict.take(&locked, holder));
            }
            let found = match part {
                Part::Key => table.key_ref(&locked, mine, entry).map(|key| key.map(|key| (key, None))),
                Part::Value => table.value_ref(&locked, mine, entry).map(|value| value.map(|value| (value, None))),
                Part::Both => match (table.key_ref(&locked, mine, entry), table.value_ref(&locked, mine, entry)) {
                    (Ok(Some(key)), Ok(value)) => Ok(value.map(|value| (key, Some(value)))),
                    (Ok(None), _) => Ok(None),
                    (Err(error), _) | (_, Err(error)) => Err(error),
                },
            };
            // An entry that went away meanwhile, or a table that did: look again.
            if let Ok(Some((first, second))) = found {
                self.entry.store(if backwards { entry } else { entry + 1 }, Relaxed);
                self.left.store(self.left.load(Relaxed) - 1, Relaxed);
                return Step::Entry(first, second);
            }
        }
    }

    #[cold]
    fn end(&self, th: &mut Thread, step: Step) -> Result<(), Raised> {
        match step {
            Step::Exhausted(dict) => {
                if let Some(dict) = dict {
                    th.release(dict);
                }
                Ok(())
            }
            Step::KeysChanged(dict) => {
                drop(dict);
                Err(raise::runtime_error(th, format_args!("dictionary keys changed during iteration")))
            }
            _ => Err(raise::runtime_error(th, format_args!("dictionary changed size during iteration"))),
        }
    }

    fn length_hint<T: Heaped>(&self, th: &Thread, holder: &T) -> usize {
        match self.dict.get(th, holder) {
            Some(dict) if self.size.load(Relaxed) == dict.len().cast_signed() => self.left.load(Relaxed).max(0).cast_unsigned(),
            _ => 0,
        }
    }

    fn copy<T: Heaped>(&self, th: &Thread, holder: &T) -> Cursor {
        let copy = |field: &AtomicIsize| AtomicIsize::new(field.load(Relaxed));
        Cursor {
            dict: Slot::from_option(self.dict.get(th, holder)),
            size: copy(&self.size),
            entry: AtomicUsize::new(self.entry.load(Relaxed)),
            left: copy(&self.left),
            made: AtomicU32::new(self.made.load(Relaxed)),
        }
    }
}

#[inline(always)]
pub(super) fn find(table: Table<'_>, from: usize, backwards: bool) -> Option<usize> {
    if !backwards {
        return table.next(from);
    }
    // The entries where it stood are gone: the dict was emptied meanwhile, and holds others now.
    if from > table.filled() {
        return None;
    }
    (0..from).rev().find(|&entry| !table.key_address(entry).is_null())
}

/// What an iterator is pickled as: what it would still yield.
pub(super) fn reduced(th: &mut Thread, copy: Ref<Object>) -> Result<Ref<Tuple>, Raised> {
    let iter = builtins_ref::current(th, &names::iter)?;
    let rest = List::from_iterable(th, &copy)?.up();
    let args = Tuple::from_array(th, [rest]).up();
    Ok(Tuple::from_array(th, [iter, args]))
}

macro_rules! iterators {
    ($($(#[$doc:meta])* $ty:ident, $name:literal, $export:literal, $backwards:literal, $part:ident;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            #[traverse]
            cursor: Cursor,
            pair: Slot<Tuple>,
        }

        impl $ty {
            /// An iterator over the whole dict.
            #[inline]
            pub fn new(th: &Thread, dict: &Dict) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, cursor: Cursor::new(th, dict, $backwards), pair: Slot::NULL })
            }

            /// What comes next. The interpreter calls this for the exact type.
            #[inline]
            pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
                match self.cursor.step(th, self, $backwards, Part::$part) {
                    Step::Entry(one, None) => Ok(Some(one)),
                    Step::Entry(key, Some(value)) => Ok(Some(crate::enumerate::pair(th, self, &self.pair, key, value).up())),
                    end => self.cursor.end(th, end).map(|()| None),
                }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn py_iter(&self) -> &Self {
                self
            }

            #[slot(tp_iternext)]
            fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
                self.next(th)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method(name = "__length_hint__")]
            fn length_hint(&self, th: &mut Thread) -> usize {
                self.cursor.length_hint(th, self)
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
                let copy = th.new_object($ty { head: Head::INIT, cursor: self.cursor.copy(th, self), pair: Slot::NULL });
                reduced(th, copy.up())
            }
        }
    )*

        /// Whether the object is an iterator over a dict.
        pub(crate) fn is_iterator(object: &Object) -> bool {
            $(object.is_exactly::<$ty>())||*
        }

        /// Lets an iterator over a dict go through a copy ([`crate::ops::whole`]); false for other objects.
        pub(crate) fn settle(th: &mut Thread, object: &Object, copies: &mut Copies) -> bool {
            $(if let Some(iterator) = object.downcast_exact::<$ty>() {
                iterator.cursor.settle(th, iterator, $backwards, copies);
                return true;
            })*
            false
        }
    };
}

iterators! {
    /// `iter(dict)`
    DictKeyIter, "dict_keyiterator", "PyDictIterKey_Type", false, Key;
    /// `iter(dict.values())`
    DictValueIter, "dict_valueiterator", "PyDictIterValue_Type", false, Value;
    /// `iter(dict.items())`
    DictItemIter, "dict_itemiterator", "PyDictIterItem_Type", false, Both;
    /// `reversed(dict)`
    DictReverseKeyIter, "dict_reversekeyiterator", "PyDictRevIterKey_Type", true, Key;
    /// `reversed(dict.values())`
    DictReverseValueIter, "dict_reversevalueiterator", "PyDictRevIterValue_Type", true, Value;
    /// `reversed(dict.items())`
    DictReverseItemIter, "dict_reverseitemiterator", "PyDictRevIterItem_Type", true, Both;
}

impl DictItemIter {
    /// The next key and value, without a tuple. The interpreter calls this when it unpacks them at once.
    #[inline]
    pub fn next_pair(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<Object>)>, Raised> {
        match self.cursor.step(th, self, false, Part::Both) {
            Step::Entry(key, Some(value)) => Ok(Some((key, value))),
            end => self.cursor.end(th, end).map(|()| None),
        }
    }
}
