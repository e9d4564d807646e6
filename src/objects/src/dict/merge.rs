//! Bringing entries of other objects into a dict: `update`, `|`, `dict(…)`, `**` in calls.
//!
//! Invariant: an exact dict, or a subclass that iterates as `dict` does, is read at one moment; if all keys are `str` the whole update is
//! one step for other threads.


use super::keys::{Found, Table};
use super::lookup::hash_of;
use super::storage::DictGuard;
use super::watch::Event;
use super::{Dict, NoMemory, watch};
use crate::glue::*;
use crate::quick::Key;
use crate::{List, Str, Tuple, exceptions, names, ops, raise};

/// What happens to a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Existing {
    /// The new value wins.
    Replace,
    /// The old value stays.
    Keep,
    /// `KeyError(key)`.
    Refuse,
}

/// Hash, key and value.
type Entry = (isize, Ref<Object>, Ref<Object>);

/// What merging under the guards came to.
enum Step {
    Done(Vec<Ref<Object>>),
    /// Keys must be asked: these entries (hash, key, value) are to be set one by one. What the entries before them replaced comes first.
    Entries(Vec<Ref<Object>>, std::vec::IntoIter<Entry>),
    Refused(Ref<Object>),
    NoMemory,
}

impl From<NoMemory> for Step {
    fn from(_: NoMemory) -> Step {
        Step::NoMemory
    }
}

/// The dict whose table may be read instead of asking the mapping for its keys.
pub(super) fn as_plain_dict(other: &Object) -> Option<&Dict> {
    let dict = other.downcast::<Dict>()?;
    let own = Dict::type_object().tp_iter().map(|f| f as usize);
    (dict.is_exactly::<Dict>() || dict.is_exactly::<super::ordered::OrderedDict>() || dict.ty().tp_iter().map(|f| f as usize) == own).then_some(dict)
}

impl Dict {
    /// Brings the entries of a mapping in.
    pub fn merge(&self, th: &mut Thread, other: &Object, existing: Existing) -> Result<(), Raised> {
        match as_plain_dict(other) {
            Some(other) => self.merge_dict(th, other, existing),
            None => self.merge_mapping(th, other, existing),
        }
    }

    /// [`Dict::merge`] of another dict.
    pub fn merge_dict(&self, th: &mut Thread, other: &Dict, existing: Existing) -> Result<(), Raised> {
        if Thread::same(self, other) || other.is_empty() {
            return match existing {
                Existing::Refuse if !other.is_empty() => {
                    let first = other.next(th, &mut 0);
                    first.map_or(Ok(()), |(key, _)| Err(raise::key_error(th, &key)))
                }
                _ => Ok(()),
            };
        }
        if self.is_watched() {
            if !self.is_empty() {
                let entries = self.entries_of(th, other)?;
                return self.merge_entries(th, other, existing, entries.into_iter());
            }
            watch::tell(th, self, Event::Cloned, Some(other), None);
        }
        let step = {
            let mut guard = self.lock_with(other, th);
            merge_locked(&mut guard, other, existing)
        };
        match step {
            Step::Done(old) => {
                old.into_iter().for_each(|value| th.release(value));
                Ok(())
            }
            Step::NoMemory => Err(NoMemory.raise(th)),
            Step::Refused(key) => Err(raise::key_error(th, &key)),
            Step::Entries(old, entries) => {
                old.into_iter().for_each(|value| th.release(value));
                self.merge_entries(th, other, existing, entries)
            }
        }
    }

    /// The entries of another dict, taken at one moment, with their hashes.
    fn entries_of(&self, th: &mut Thread, other: &Dict) -> Result<Vec<Entry>, Raised> {
        let entries = other.snapshot(th);
        entries.into_iter().map(|(key, value)| Ok((hash_of(th, &key)?, key, value))).collect()
    }

    /// Sets entries of another dict one by one.
    fn merge_entries(&self, th: &mut Thread, other: &Dict, existing: Existing, entries: std::vec::IntoIter<Entry>) -> Result<(), Raised> {
        let stamp = other.stamp();
        for (hash, key, value) in entries {
            match existing {
                Existing::Replace => self.set_hashed(th, &key, hash, value)?,
                _ => {
                    let (now, added) = self.set_default_hashed(th, &key, hash, &value)?;
                    th.release(now);
                    if !added && existing == Existing::Refuse {
                        return Err(raise::key_error(th, &key));
                    }
                }
            }
            th.release(key);
            // Of a common dict the entries were taken at one moment; that another thread changes it is nobody's mistake.
            if th.is_mine(other) && other.stamp() != stamp {
                return Err(raise::runtime_error(th, format_args!("dict mutated during update")));
            }
        }
        Ok(())
    }

    fn merge_mapping(&self, th: &mut Thread, other: &Object, existing: Existing) -> Result<(), Raised> {
        let keys = mapping_keys(th, other)?;
        for key in keys.snapshot(th) {
            if existing != Existing::Replace && self.contains(th, &key)? {
                match existing {
                    Existing::Refuse => return Err(raise::key_error(th, &key)),
                    _ => continue,
                }
            }
            let value = ops::getitem(th, other, &key)?;
            self.set(th, &key, value)?;
            th.release(key);
        }
        Ok(())
    }

    /// Sets entries from an iterable of pairs.
    pub fn merge_pairs(&self, th: &mut Thread, pairs: &Object, existing: Existing) -> Result<(), Raised> {
        // Into a dict that other threads have they come in one step, if no code runs for them.
        if !th.is_mine(self)
            && let Some(items) = ops::quiet_items(th, pairs)
        {
            let gathered = Dict::new(th);
            let items = List::new(th, items);
            let all = gathered.merge_pairs(th, &items, existing);
            return self.merge_gathered(th, &gathered, existing, all);
        }
        let iterator = ops::iter_all(th, pairs)?;
        let mut number = 0;
        while let Some(item) = ops::next(th, &iterator)? {
            let (key, value) = pair_of(th, &item, number)?;
            match existing {
                Existing::Replace => self.set(th, &key, value)?,
                _ => {
                    let (now, _) = self.set_default(th, &key, &value)?;
                    th.release(now);
                }
            }
            th.release(key);
            th.release(item);
            number += 1;
        }
        th.release(iterator);
        Ok(())
    }

    /// Brings in what was gathered, and tells the error that ended the gathering, if there was one.
    pub(super) fn merge_gathered(&self, th: &mut Thread, gathered: &Dict, existing: Existing, all: Result<(), Raised>) -> Result<(), Raised> {
        let error = all.err().and_then(|_| th.take_exception());
        self.merge_dict(th, gathered, existing)?;
        match error {
            Some(error) => Err(th.set_exception(error)),
            None => Ok(()),
        }
    }

    /// `dict.update(other)`: a mapping (it has `keys`) or an iterable of pairs.
    pub fn update(&self, th: &mut Thread, other: &Object) -> Result<(), Raised> {
        if let Some(other) = other.downcast_exact::<Dict>() {
            return self.merge_dict(th, other, Existing::Replace);
        }
        match ops::getattr_opt(th, other, &names::keys)? {
            Some(method) => {
                th.release(method);
                self.merge(th, other, Existing::Replace)
            }
            None => self.merge_pairs(th, other, Existing::Replace),
        }
    }

    /// `dict.update(*args, **kwargs)`; `name` is the function's.
    pub(super) fn update_from_call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>, name: &str) -> Result<(), Raised> {
        if !th.is_mine(self) && !kwargs.is_empty() && args.len() < 2 {
            // In one step for other threads, if no code runs for it.
            let gathered = Dict::new(th);
            let all = match *args {
                [other] if as_plain_dict(other).is_none() && !other.is_exactly::<List>() && !other.is_exactly::<Tuple>() => self.update(th, other),
                _ => Ok(()),
            };
            all?;
            let first = match *args {
                [other] if as_plain_dict(other).is_some() || other.is_exactly::<List>() || other.is_exactly::<Tuple>() => args,
                _ => Args::new(&[]),
            };
            let all = gathered.update_from_call(th, first, kwargs, name);
            return self.merge_gathered(th, &gathered, Existing::Replace, all);
        }
        match &*args {
            [] => {}
            [other] => self.update(th, other)?,
            many => return Err(raise::type_error(th, format_args!("{name} expected at most 1 argument, got {}", many.len()))),
        }
        for (key, value) in kwargs.iter() {
            match key.downcast_exact::<Str>() {
                Some(name) => self.set_str(th, name, value.to_owned()),
                None if key.is_a::<Str>() => self.set(th, key, value.to_owned())?,
                None => return Err(raise::type_error(th, format_args!("keywords must be strings"))),
            }
        }
        Ok(())
    }
}

/// Merges under both guards, as far as no key must be asked.
fn merge_locked(guard: &mut DictGuard<'_>, other: &Dict, existing: Existing) -> Step {
    if !guard.mine() && other.owner() != 0 {
        let th: &Thread = guard.th();
        for (_, key, value) in other.table(th).iter() {
            th.barrier(guard.dict(), key);
            th.barrier(guard.dict(), value);
        }
    }
    guard.in_one_step(|guard| merge_hidden(guard, other, existing))
}

fn merge_hidden(guard: &mut DictGuard<'_>, other: &Dict, existing: Existing) -> Step {
    if guard.is_empty() {
        return match guard.copy_from(other) {
            Ok(()) => Step::Done(Vec::new()),
            Err(error) => error.into(),
        };
    }
    let th: &Thread = guard.th();
    let from: Table<'_> = other.table(th);
    // With the lock, or *mine*, the entries cannot change; counted here, they may be set while the table of `to` changes.
    let names = from.names() && guard.table().names();
    let entries: Vec<_> = from.iter().map(|(entry, key, value)| (from.key_hash(entry, key), th.retain(key), th.retain(value))).collect();
    // CPython makes room once, too, unless the entries would fit anyway.
    if guard.table().usable() < entries.len()
        && let Err(error) = guard.reserve(entries.len(), names)
    {
        return error.into();
    }
    let mut old = Vec::with_capacity(entries.len());
    let mut entries = entries.into_iter();
    while let Some((hash, key, value)) = entries.next() {
        let place = match (names, (*key).downcast_exact::<Str>()) {
            (true, Some(name)) => guard.find_name(name).map(|(entry, _)| entry),
            _ => {
                let wanted = Key::new(&key, hash);
                match guard.table().find(hash, &raw const *key, |other| wanted.verdict(other)).0 {
                    Found::Absent => None,
                    Found::Entry(entry) => Some(entry),
                    Found::Ask(_) => {
                        let mut rest = vec![(hash, key, value)];
                        rest.extend(entries);
                        return Step::Entries(old, rest.into_iter());
                    }
                }
            }
        };
        match (place, existing) {
            (Some(entry), Existing::Replace) => {
                old.push(guard.set_value(entry, value));
                old.push(key);
            }
            (Some(_), Existing::Keep) => old.extend([key, value]),
            (Some(_), Existing::Refuse) => return Step::Refused(key),
            (None, _) => {
                if let Err(error) = guard.insert(hash, key, value) {
                    return error.into();
                }
            }
        }
    }
    Step::Done(old)
}

/// `list(mapping.keys())`
pub(crate) fn mapping_keys(th: &mut Thread, mapping: &Object) -> Result<Ref<List>, Raised> {
    method_list(th, mapping, &names::keys)
}

/// `list(mapping.method())`, for `keys`, `values`, `items`.
pub(crate) fn method_list(th: &mut Thread, mapping: &Object, method: &Str) -> Result<Ref<List>, Raised> {
    let result = ops::call_method(th, mapping, method, &[])?;
    let iterator = match ops::iter(th, &result) {
        Ok(iterator) => iterator,
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            drop(th.take_exception());
            let (of, got, method) = (ops::type_name(mapping), ops::type_name(&result), method.to_string_lossy());
            return Err(raise::type_error(th, format_args!("{of}.{method}() returned a non-iterable (type {got})")));
        }
        Err(raised) => return Err(raised),
    };
    th.release(result);
    List::from_iterable(th, &iterator)
}

/// The two items of element `number` of an update sequence.
fn pair_of(th: &mut Thread, item: &Object, number: usize) -> Result<(Ref<Object>, Ref<Object>), Raised> {
    if let Some(pair) = item.downcast_exact::<Tuple>()
        && let [key, value] = pair.as_slice()
    {
        return Ok((th.retain(*key), th.retain(*value)));
    }
    let items = match items_of(th, item) {
        Ok(items) => items,
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            let note = format!("Cannot convert dictionary update sequence element #{number} to a sequence");
            return Err(raise::add_note_to_raised(th, &note));
        }
        Err(raised) => return Err(raised),
    };
    match <[Ref<Object>; 2]>::try_from(items) {
        Ok([key, value]) => Ok((key, value)),
        Err(items) => {
            let len = items.len();
            Err(raise::value_error(th, format_args!("dictionary update sequence element #{number} has length {len}; 2 is required")))
        }
    }
}

fn items_of(th: &mut Thread, item: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    if let Some(list) = item.downcast_exact::<List>() {
        return Ok(list.snapshot(th));
    }
    match ops::iter(th, item) {
        Ok(iterator) => ops::to_vec(th, &iterator),
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            drop(th.take_exception());
            Err(raise::type_error(th, format_args!("object is not iterable")))
        }
        Err(raised) => Err(raised),
    }
}
