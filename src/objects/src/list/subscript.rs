//! `list[…]`: reading, assigning and deleting by index and by slice.

use macros::pymethods;

use super::{List, NoMemory};
use crate::glue::*;
use crate::slice::{Bounds, Slice};
use crate::{Tuple, exceptions, ops, raise};

/// What is wrong with an assignment to a slice.
enum Problem {
    NoMemory,
    /// So many values for so many places.
    Count(usize, usize),
}

impl From<NoMemory> for Problem {
    fn from(_: NoMemory) -> Problem {
        Problem::NoMemory
    }
}

#[cold]
fn bad_key(th: &mut Thread, key: &Object) -> Raised {
    let name = ops::type_name(key);
    raise::type_error(th, format_args!("list indices must be integers or slices, not {name}"))
}

/// The index counted from the start; none if it is before it.
fn from_start(index: isize, len: usize) -> Option<usize> {
    usize::try_from(if index < 0 { index.wrapping_add_unsigned(len) } else { index }).ok()
}

impl List {
    /// `list[index]`, negative indices counted from the end.
    pub fn get_signed(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let found = match usize::try_from(index) {
            Ok(index) => self.get(th, index),
            Err(_) => {
                // The length and the item belong together.
                let guard = self.lock(th);
                from_start(index, guard.len()).and_then(|index| guard.item(index).map(|item| guard.th().retain(item)))
            }
        };
        found.ok_or(()).or_else(|()| Err(raise::index_error(th, format_args!("list index out of range"))))
    }

    /// `list[index] = value`, or `del list[index]`.
    pub fn set_signed(&self, th: &mut Thread, index: isize, value: Option<Ref<Object>>) -> Result<(), Raised> {
        let mut guard = self.lock(th);
        let Some(index) = from_start(index, guard.len()).filter(|&index| index < guard.len()) else {
            drop(guard);
            return Err(raise::index_error(th, format_args!("list assignment index out of range")));
        };
        let old = match value {
            Some(value) => guard.replace(index, value),
            None => guard.remove(index),
        };
        drop(guard);
        th.release(old);
        Ok(())
    }

    /// `list[bounds] = value`
    pub fn set_slice(&self, th: &mut Thread, bounds: Bounds, value: &Object) -> Result<(), Raised> {
        if let Some(source) = value.downcast_exact::<List>() {
            let mut guard = self.lock_with(source, th);
            let values = guard.copy_of(source);
            let done = guard.assign(bounds, values);
            drop(guard);
            return finish(th, done);
        }
        let values = match value.downcast_exact::<Tuple>() {
            Some(tuple) => tuple.iter().map(|item| th.retain(item)).collect(),
            None => values_of(th, value)?,
        };
        let done = self.lock(th).assign(bounds, values);
        finish(th, done)
    }

    /// `del list[bounds]`
    pub fn delete_slice(&self, th: &mut Thread, bounds: Bounds) -> Result<(), Raised> {
        let mut guard = self.lock(th);
        let positions = bounds.adjust(guard.len());
        let done = if positions.count == 0 {
            Ok(Vec::new())
        } else if positions.step.unsigned_abs() == 1 {
            let (first, _, count) = positions.ascending();
            guard.splice(first, first + count, Vec::new()).map_err(Problem::from)
        } else {
            let (first, distance, count) = positions.ascending();
            Ok(guard.remove_many((0..count).map(|index| first + index * distance)))
        };
        drop(guard);
        finish(th, done)
    }
}

impl super::storage::ListGuard<'_> {
    fn assign(&mut self, bounds: Bounds, values: Vec<Ref<Object>>) -> Result<Vec<Ref<Object>>, Problem> {
        let positions = bounds.adjust(self.len());
        if positions.step == 1 {
            let low = positions.start.cast_unsigned();
            return Ok(self.splice(low, low + positions.count, values)?);
        }
        if values.len() != positions.count {
            return Err(Problem::Count(values.len(), positions.count));
        }
        Ok(self.replace_many(positions.iter(), values))
    }
}

fn finish(th: &mut Thread, done: Result<Vec<Ref<Object>>, Problem>) -> Result<(), Raised> {
    match done {
        Ok(old) => {
            old.into_iter().rev().for_each(|item| th.release(item));
            Ok(())
        }
        Err(Problem::NoMemory) => Err(NoMemory.raise(th)),
        Err(Problem::Count(values, places)) => {
            Err(raise::value_error(th, format_args!("attempt to assign sequence of size {values} to extended slice of size {places}")))
        }
    }
}

/// The items of an iterable that is assigned to a slice.
fn values_of(th: &mut Thread, value: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    let iterator = match ops::iter_all(th, value) {
        Ok(iterator) => iterator,
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            drop(th.take_exception());
            return Err(raise::type_error(th, format_args!("must assign iterable to extended slice")));
        }
        Err(raised) => return Err(raised),
    };
    let mut values = Vec::new();
    while let Some(item) = ops::next(th, &iterator)? {
        values.push(item);
    }
    th.release(iterator);
    Ok(values)
}

#[pymethods(part = "subscript")]
impl List {
    #[slot(sq_item)]
    fn py_item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        match usize::try_from(index).ok().and_then(|index| self.get(th, index)) {
            Some(item) => Ok(item),
            None => Err(raise::index_error(th, format_args!("list index out of range"))),
        }
    }

    #[slot(sq_ass_item)]
    fn py_ass_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        if index < 0 {
            return Err(raise::index_error(th, format_args!("list assignment index out of range")));
        }
        self.set_signed(th, index, value.map(Object::to_owned))
    }

    /// Return self[index].
    #[slot(mp_subscript)]
    #[method(name = "__getitem__", coexist, sig = "($self, index, /)")]
    fn py_subscript(&self, th: &mut Thread, index: &Object) -> Result<Ref<Object>, Raised> {
        if ops::has_index(index) {
            let index = ops::index_subscript(th, index)?;
            return self.get_signed(th, index);
        }
        match index.downcast_exact::<Slice>() {
            Some(slice) => {
                let bounds = slice.unpack(th)?;
                self.slice(th, bounds).map(Ref::up)
            }
            None => Err(bad_key(th, index)),
        }
    }

    #[slot(mp_ass_subscript)]
    fn py_ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        if ops::has_index(key) {
            let index = ops::index_subscript(th, key)?;
            return self.set_signed(th, index, value.map(Object::to_owned));
        }
        let Some(slice) = key.downcast_exact::<Slice>() else {
            return Err(bad_key(th, key));
        };
        let bounds = slice.unpack(th)?;
        match value {
            Some(value) => self.set_slice(th, bounds, value),
            None => self.delete_slice(th, bounds),
        }
    }
}
