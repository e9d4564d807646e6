//! Changing the order of a dict's entries: what `OrderedDict` is made of.
//!
//! Invariant: each change is one step under the dict's guard; the entry is known there, so nothing calls out.

use super::keys::{Found, Verdict};
use super::lookup::{Place, hash_of};
use super::storage::DictGuard;
use super::watch::Event;
use super::{Dict, NoMemory, watch};
use crate::Int;
use crate::glue::*;

impl DictGuard<'_> {
    /// Makes an entry the last one.
    pub fn move_last(&mut self, place: Place) -> Result<(), NoMemory> {
        if self.table().last() == Some(place.0) {
            return Ok(());
        }
        let hash = self.hash_at(place.0);
        let (entry, probe) = self.with_room(place, hash)?;
        if self.table().usable() > 0 {
            self.move_entry_last(probe, entry);
        }
        Ok(())
    }

    /// Makes room for one more entry; says where the given one is afterwards.
    fn with_room(&mut self, place: Place, hash: isize) -> Result<Place, NoMemory> {
        if self.table().usable() > 0 {
            return Ok(place);
        }
        let (key, names) = (self.table().key_address(place.0), self.table().names());
        self.grow(names)?;
        match self.table().find(hash, key, |_| Verdict::Different) {
            (Found::Entry(entry), probe) => Ok((entry, probe)),
            _ => Ok(place),
        }
    }

    /// Makes an entry the first one. A table without room in front is copied; that of a *mine* dict gets some.
    pub fn move_first(&mut self, (entry, probe): Place) -> Result<(), NoMemory> {
        let first = self.table().first().unwrap_or(entry);
        if first == entry {
            return Ok(());
        }
        if !self.mine() {
            return self.reorder(entry, 0);
        }
        if first == 0 || self.table().usable() == 0 {
            let room = self.table().filled() / 2 + 2;
            return self.reorder(entry, room);
        }
        let hash = self.hash_at(entry);
        let (key, value) = self.remove(probe, entry);
        match self.insert_first(hash, key, value) {
            Ok(()) => Ok(()),
            // There is room; without it the entry would come last, which is better than to lose it.
            Err((key, value)) => self.insert(hash, key, value).map(|_| ()),
        }
    }

    /// Takes the first entry out.
    pub fn remove_first(&mut self) -> Option<(Ref<Object>, Ref<Object>)> {
        let entry = self.table().first()?;
        let probe = self.table().probe_of(entry, self.hash_at(entry));
        Some(self.remove(probe, entry))
    }
}

impl Dict {
    /// Makes a key the last or the first one; false if there is none.
    pub fn move_to_end(&self, th: &mut Thread, key: &Object, last: bool) -> Result<bool, Raised> {
        let hash = hash_of(th, key)?;
        let done = self.with_place(th, key, hash, |guard, place| match place {
            None => Ok(false),
            Some(place) if last => guard.move_last(place).map(|()| true),
            Some(place) => guard.move_first(place).map(|()| true),
        })?;
        done.map_err(|error: NoMemory| error.raise(th))
    }

    /// Removes the first entry.
    pub fn pop_first(&self, th: &mut Thread) -> Option<(Ref<Object>, Ref<Object>)> {
        if self.is_watched()
            && let Some((key, _)) = self.next(th, &mut 0)
        {
            watch::tell(th, self, Event::Deleted, Some(&key), None);
        }
        self.lock(th).remove_first()
    }
}

impl Dict {
    /// `dict[key] = dict.get(key, 0) + 1` in one step, where the count is an exact small int; false otherwise.
    pub fn count_up(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        if self.is_watched() {
            return Ok(false);
        }
        let hash = hash_of(th, key)?;
        th.barrier(self, key);
        let done = self.with_place(th, key, hash, |guard, place| {
            let Some((entry, _)) = place else {
                let (key, one) = (guard.th().retain(key), Int::from_i64(guard.th(), 1).up());
                return guard.insert(hash, key, one).map(|_| (None, true));
            };
            let now = guard.table().value(entry).and_then(|value| value.downcast_exact::<Int>()).and_then(Int::to_i64);
            match now.and_then(|now| now.checked_add(1)) {
                Some(next) => {
                    let next = Int::from_i64(guard.th(), next).up();
                    Ok((Some(guard.set_value(entry, next)), true))
                }
                None => Ok((None, false)),
            }
        })?;
        match done {
            Ok((old, counted)) => {
                if let Some(old) = old {
                    th.release(old);
                }
                Ok(counted)
            }
            Err(error) => Err(NoMemory::raise(error, th)),
        }
    }
}
