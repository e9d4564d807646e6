//! `list` as Python sees it: slots and methods, but for subscripts and `sort`.
//!
//! Invariant: items are compared in stretches: as long as no code can run under the guard, one by one where `__eq__` must be asked.


use macros::pymethods;

use super::iter::{ListIter, ListReverseIter};
use super::watched::Found;
use super::{List, NoMemory};
use crate::glue::*;
use crate::quick::{first_difference, quick_eq};
use crate::repr_guard::ReprGuard;
use crate::slice::Bound;
use crate::text::Text;
use crate::{Str, Tuple, not_implemented_ref, ops, raise};

impl List {
    /// The first index from `start` and below `stop` whose item is or equals `value`.
    pub fn find(&self, th: &mut Thread, value: &Object, start: usize, stop: usize) -> Result<Option<usize>, Raised> {
        let mut index = start;
        if self.is_empty() {
            return Ok(None);
        }
        loop {
            let watched = if th.is_mine(self) { None } else { self.watched(th).and_then(|items| items.find(th, value, index, stop)) };
            let (at, item) = match watched.unwrap_or_else(|| self.find_locked(th, value, index, stop)) {
                Found::At(at) => return Ok(Some(at)),
                Found::Absent => return Ok(None),
                Found::Ask(at, item) => (at, item),
            };
            let same = ops::eq(th, &item, value);
            th.release(item);
            if same? {
                return Ok(Some(at));
            }
            index = at + 1;
        }
    }

    fn find_locked(&self, th: &mut Thread, value: &Object, start: usize, stop: usize) -> Found {
        let guard = self.lock(th);
        guard.watch();
        let items = guard.items();
        let end = stop.min(items.len());
        for (index, item) in items[start.min(end)..end].iter().enumerate() {
            match quick_eq(item, value) {
                Some(false) => {}
                Some(true) => return Found::At(start + index),
                None => return Found::Ask(start + index, guard.th().retain(*item)),
            }
        }
        Found::Absent
    }

    /// Whether an item is or equals `value`.
    pub fn contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        Ok(self.find(th, value, 0, usize::MAX)?.is_some())
    }

    /// Removes the first item that is or equals `value`; false if there is none.
    pub fn remove(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        let mut index = 0;
        loop {
            let mut guard = self.lock(th);
            let items = guard.items();
            let mut ask = None;
            while let Some(item) = items.get(index) {
                match quick_eq(item, value) {
                    Some(false) => index += 1,
                    Some(true) => {
                        let old = guard.remove(index);
                        drop(guard);
                        th.release(old);
                        return Ok(true);
                    }
                    None => {
                        ask = Some(guard.th().retain(*item));
                        break;
                    }
                }
            }
            drop(guard);
            let Some(item) = ask else { return Ok(false) };
            if ops::eq(th, &item, value)? {
                let mut guard = self.lock(th);
                // The comparison may have moved the item.
                let at = |index: usize| guard.item(index).is_some_and(|now| core::ptr::eq(now, &*item));
                let place = if at(index) { Some(index) } else { (0..guard.len()).find(|&index| at(index)) };
                let old = place.map(|place| guard.remove(place));
                drop(guard);
                th.release(item);
                let found = old.is_some();
                if let Some(old) = old {
                    th.release(old);
                }
                return Ok(found);
            }
            th.release(item);
            index += 1;
        }
    }

    /// Inserts before `index`, or at the end.
    pub fn insert(&self, th: &mut Thread, index: usize, value: Ref<Object>) -> Result<(), Raised> {
        th.barrier(self, &value);
        let mut guard = self.lock(th);
        let index = index.min(guard.len());
        let inserted = guard.insert(index, value);
        drop(guard);
        inserted.map_err(|error| error.raise(th))
    }

    /// Appends what an iterable yields.
    pub fn extend(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        // What becomes common with the items may be much: nobody waits for the list meanwhile.
        let done = if let Some(other) = iterable.downcast_exact::<List>().filter(|other| !th.is_mine(self) && th.is_mine(*other)) {
            let items = other.snapshot(th);
            items.iter().for_each(|item| th.barrier(self, item));
            self.lock(th).extend(items)
        } else if let Some(other) = iterable.downcast_exact::<List>() {
            let mut guard = self.lock_with(other, th);
            let items = guard.copy_of(other);
            guard.extend(items)
        } else if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
            tuple.iter().for_each(|item| th.barrier(self, item));
            let mut guard = self.lock(th);
            let items = tuple.iter().map(|item| guard.th().retain(item)).collect();
            guard.extend(items)
        } else if let Some(items) = if th.is_mine(self) { ops::at_one_moment(th, iterable) } else { ops::quiet_items(th, iterable) } {
            self.lock(th).extend(items)
        } else {
            return self.extend_by_iterator(th, iterable);
        };
        done.map_err(|error| error.raise(th))
    }

    fn extend_by_iterator(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        let iterator = ops::iter(th, iterable)?;
        let hint = ops::length_hint(th, iterable, 8)?;
        if hint > 8 {
            let mut guard = self.lock(th);
            let wanted = guard.len().saturating_add(hint);
            let wanted = if guard.is_empty() { wanted.saturating_add(1) & !1 } else { wanted };
            let reserved = guard.reserve_exact(wanted);
            drop(guard);
            reserved.map_err(|error| error.raise(th))?;
        }
        while let Some(item) = ops::next(th, &iterator)? {
            self.append(th, item)?;
        }
        th.release(iterator);
        self.lock(th).trim();
        Ok(())
    }

    /// A list of what an iterable yields.
    pub fn from_iterable(th: &mut Thread, iterable: &Object) -> Result<Ref<List>, Raised> {
        let made = if let Some(other) = iterable.downcast_exact::<List>() {
            let guard = other.lock(th);
            let items = guard.items();
            List::build(guard.th(), items.len(), |index| guard.th().retain(items[index]))
        } else if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
            let items = tuple.as_slice();
            List::build(th, items.len(), |index| th.retain(items[index]))
        } else {
            // Nobody else knows the list before it is complete.
            let items = ops::to_vec(th, iterable)?;
            List::try_new(th, items)
        };
        made.map_err(|error| error.raise(th))
    }

    /// A shallow copy of the items `start`, `start + step`, ….
    pub fn slice(&self, th: &mut Thread, bounds: crate::slice::Bounds) -> Result<Ref<List>, Raised> {
        if self.is_empty() {
            return List::try_new(th, Vec::new()).map_err(|error| error.raise(th));
        }
        let positions = |len| bounds.adjust(len);
        if let Some(copy) = self.copy_watched(th, positions) {
            return List::try_new(th, copy).map_err(|error| error.raise(th));
        }
        let guard = self.lock(th);
        let items = guard.items();
        let positions = positions(items.len());
        guard.watch();
        let new = List::build(guard.th(), positions.count, |index| {
            guard.th().retain(items[positions.place(index)])
        });
        drop(guard);
        new.map_err(|error| error.raise(th))
    }
}

#[pymethods]
impl List {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<List> {
        List::new_in(th, cls)
    }

    #[slot(tp_vectorcall, sig = "(iterable=(), /)")]
    fn py_call(th: &mut Thread, cls: &Type, iterable: Option<&Object>) -> Result<Ref<List>, Raised> {
        if let Some(iterable) = iterable.filter(|_| core::ptr::eq(cls, List::type_object())) {
            return List::from_iterable(th, iterable);
        }
        let list = List::new_in(th, cls);
        if let Some(iterable) = iterable {
            list.extend(th, iterable)?;
        }
        Ok(list)
    }

    #[slot(tp_init, sig = "(iterable=(), /)")]
    fn py_init(&self, th: &mut Thread, iterable: Option<&Object>) -> Result<(), Raised> {
        self.clear_items(th);
        match iterable {
            Some(iterable) => self.extend(th, iterable),
            None => Ok(()),
        }
    }

    #[slot(tp_repr)]
    fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.is_empty() {
            return Ok(Str::new(th, "[]"));
        }
        let Some(_guard) = ReprGuard::enter(self) else {
            return Ok(Str::new(th, "[...]"));
        };
        // What other threads may change meanwhile is shown as it was at one moment.
        let copy = if th.is_mine(self) { None } else { Some(self.copy(th)?) };
        let shown = copy.as_deref().unwrap_or(self);
        let mut text = Text::new("[");
        let mut index = 0;
        loop {
            // A slot that C has not filled yet.
            let is_empty = shown.slot_of_mine(th, index as i64).is_some_and(|slot| slot.is_null());
            let item = if is_empty { None } else { shown.get(th, index) };
            if item.is_none() && !is_empty {
                break;
            }
            if index > 0 {
                text.push(", ");
            }
            match item {
                Some(item) => {
                    text.push_repr(th, &item)?;
                    th.release(item);
                }
                None => {
                    text.push("<NULL>");
                }
            }
            index += 1;
        }
        text.push("]");
        Ok(text.finish(th))
    }

    #[slot(tp_richcompare)]
    fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<List>() else {
            return Ok(not_implemented_ref());
        };
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && self.len() != other.len() {
            return Ok(crate::bool_ref(op == CompareOp::Ne));
        }
        if matches!(op, CompareOp::Eq | CompareOp::Ne)
            && !(th.is_mine(self) && th.is_mine(other))
            && let Some(same) = self.quick_same(th, other)
        {
            return Ok(crate::bool_ref(same == (op == CompareOp::Eq)));
        }
        let mut index = 0_usize;
        loop {
            let guard = self.lock_with(other, th);
            guard.watch();
            guard.watch_other(other);
            let (left, right) = (guard.items(), guard.items_of(other));
            let end = left.len().min(right.len());
            let Some(offset) = first_difference(&left[index.min(end)..end], &right[index.min(end)..end]) else {
                let order = left.len().cmp(&right.len());
                drop(guard);
                return Ok(crate::bool_ref(op.holds(order)));
            };
            index += offset;
            let (a, b) = (guard.th().retain(left[index]), guard.th().retain(right[index]));
            drop(guard);
            let same = ops::eq(th, &a, &b);
            th.release(a);
            th.release(b);
            if same? {
                index += 1;
                continue;
            }
            // The comparison may have changed the lists: what is there now decides.
            return match (self.get(th, index), other.get(th, index), op) {
                (Some(_), Some(_), CompareOp::Eq) => Ok(crate::bool_ref(false)),
                (Some(_), Some(_), CompareOp::Ne) => Ok(crate::bool_ref(true)),
                (Some(a), Some(b), _) => ops::richcompare(th, &a, &b, op),
                _ => Ok(crate::bool_ref(op.holds(self.len().cmp(&other.len())))),
            };
        }
    }

    #[slot(sq_length, mp_length)]
    fn py_len(&self) -> usize {
        self.len()
    }

    #[slot(sq_concat)]
    fn py_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<List>, Raised> {
        let Some(other) = other.downcast::<List>() else {
            let name = ops::type_name(other);
            return Err(raise::type_error(th, format_args!("can only concatenate list (not \"{name}\") to list")));
        };
        let guard = self.lock_with(other, th);
        let (left, right) = (guard.items(), guard.items_of(other));
        let new = List::build(guard.th(), left.len() + right.len(), |index| {
            guard.th().retain(if index < left.len() { left[index] } else { right[index - left.len()] })
        });
        drop(guard);
        new.map_err(|error| error.raise(th))
    }

    #[slot(sq_repeat)]
    fn py_repeat(&self, th: &mut Thread, times: isize) -> Result<Ref<List>, Raised> {
        let guard = self.lock(th);
        let items = guard.items();
        let mut place = 0;
        let new = match items.len().checked_mul(times.max(0).cast_unsigned()) {
            Some(len) => List::build(guard.th(), len, |_| {
                let item = items[place];
                place = if place + 1 == items.len() { 0 } else { place + 1 };
                guard.th().retain(item)
            }),
            None => Err(NoMemory),
        };
        drop(guard);
        new.map_err(|error| error.raise(th))
    }

    #[slot(sq_contains)]
    fn py_contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        self.contains(th, value)
    }

    #[slot(sq_inplace_concat)]
    fn py_inplace_concat(&self, th: &mut Thread, other: &Object) -> Result<&Self, Raised> {
        self.extend(th, other)?;
        Ok(self)
    }

    #[slot(sq_inplace_repeat)]
    fn py_inplace_repeat(&self, th: &mut Thread, times: isize) -> Result<&Self, Raised> {
        if times <= 0 {
            self.clear_items(th);
            return Ok(self);
        }
        let mut guard = self.lock(th);
        let len = guard.len();
        let done = match len.checked_mul(times.cast_unsigned() - 1).filter(|&more| more <= super::storage::MAX_LEN) {
            Some(more) => match guard.reserve_exact(len + more) {
                Ok(()) => {
                    let copies = (0..more).map(|index| guard.th().retain(guard.items()[index % len])).collect();
                    guard.extend(copies)
                }
                Err(error) => Err(error),
            },
            None => Err(NoMemory),
        };
        drop(guard);
        done.map_err(|error| error.raise(th))?;
        Ok(self)
    }

    #[slot(tp_iter)]
    fn py_iter(&self, th: &mut Thread) -> Ref<ListIter> {
        ListIter::new(th, self)
    }

    /// Return a reverse iterator over the list.
    #[method(name = "__reversed__")]
    fn reversed(&self, th: &mut Thread) -> Ref<ListReverseIter> {
        ListReverseIter::new(th, self)
    }

    /// Return the size of the list in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> isize {
        self.ty().tp_basicsize() + self.allocated().max(0) * 8
    }

    /// Remove all items from list.
    #[method]
    fn clear(&self, th: &mut Thread) {
        self.clear_items(th);
    }

    /// Return a shallow copy of the list.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        self.slice(th, crate::slice::Bounds { start: 0, stop: isize::MAX, step: 1 })
    }

    /// Append object to the end of the list.
    #[method(name = "append", sig = "($self, object, /)")]
    fn py_append(&self, th: &mut Thread, object: Ref<Object>) -> Result<(), Raised> {
        self.append(th, object)
    }

    /// Insert object before index.
    #[method(name = "insert", sig = "($self, index, object, /)")]
    fn py_insert(&self, th: &mut Thread, index: isize, object: Ref<Object>) -> Result<(), Raised> {
        th.barrier(self, &object);
        let mut guard = self.lock(th);
        let len = guard.len();
        let index = if index < 0 { index.wrapping_add_unsigned(len).max(0) } else { index };
        let inserted = guard.insert(index.cast_unsigned().min(len), object);
        drop(guard);
        inserted.map_err(|error| error.raise(th))
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend", sig = "($self, iterable, /)")]
    fn py_extend(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        self.extend(th, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(name = "pop", sig = "($self, index=-1, /)")]
    fn py_pop(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let mut guard = self.lock(th);
        let len = guard.len();
        let place = if index < 0 { index.wrapping_add_unsigned(len) } else { index };
        if let Some(place) = usize::try_from(place).ok().filter(|&place| place < len) {
            return Ok(guard.remove(place));
        }
        drop(guard);
        Err(match len {
            0 => raise::index_error(th, format_args!("pop from empty list")),
            _ => raise::index_error(th, format_args!("pop index out of range")),
        })
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(name = "remove")]
    fn py_remove(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        match self.remove(th, value)? {
            true => Ok(()),
            false => Err(raise::value_error(th, format_args!("list.remove(x): x not in list"))),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, th: &mut Thread, value: &Object, #[default(Bound(0))] start: Bound, #[default(Bound(isize::MAX))] stop: Bound) -> Result<usize, Raised> {
        let len = self.len();
        match self.find(th, value, start.from_end(len), stop.from_end(len))? {
            Some(index) => Ok(index),
            None => Err(raise::value_error(th, format_args!("list.index(x): x not in list"))),
        }
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, th: &mut Thread, value: &Object) -> Result<usize, Raised> {
        let (mut count, mut index) = (0, 0);
        loop {
            let guard = self.lock(th);
            let mut ask = None;
            while let Some(item) = guard.items().get(index) {
                match quick_eq(item, value) {
                    Some(same) => count += usize::from(same),
                    None => {
                        ask = Some(guard.th().retain(*item));
                        break;
                    }
                }
                index += 1;
            }
            drop(guard);
            let Some(item) = ask else { return Ok(count) };
            let same = ops::eq(th, &item, value);
            th.release(item);
            count += usize::from(same?);
            index += 1;
        }
    }

    /// Reverse *IN PLACE*.
    #[method(name = "reverse")]
    fn py_reverse(&self, th: &mut Thread) {
        self.lock(th).reverse();
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable
    /// (i.e. the order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort
    /// them, ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(name = "sort", sig = "($self, /, *, key=None, reverse=False)")]
    fn py_sort(&self, th: &mut Thread, key: Option<&Object>, reverse: bool) -> Result<(), Raised> {
        self.sort(th, key.filter(|key| !key.is(crate::none())), reverse)
    }

    /// lists are generic over the type of their contents
    #[classmethod(name = "__class_getitem__", sig = "($type, object, /)")]
    fn class_getitem(th: &mut Thread, cls: &Type, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}

