//! Finding, setting and removing entries by key.
//!
//! `*_str` functions take exact `str` keys and run no code: keys of other types that claim to equal a `str` are not asked. All others
//! ask `__eq__` where the hash is the same and the types do not tell.

use heap::Contended;

use super::keys::{Found, Probe, Table, Verdict};
use super::storage::DictGuard;
use super::{Dict, NoMemory, watch};
use crate::glue::*;
use crate::quick::{Key, is_tuple_of, name_verdict};
use crate::{Int, Str, exceptions, ops, raise};

/// An entry under a guard, and the probe that found it.
pub(crate) type Place = (usize, Probe);

/// Like [`name_verdict`], but what would have to be asked is different.
#[inline(always)]
fn str_only(name: &Str, hash: isize, other: &Object) -> Verdict {
    match name_verdict(name, hash, other) {
        Verdict::Ask if other.downcast::<Str>().is_some_and(|other| name.eq_str(other)) => Verdict::Same,
        Verdict::Ask => Verdict::Different,
        verdict => verdict,
    }
}

#[inline(always)]
fn find_name(table: Table<'_>, name: &Str) -> Option<Place> {
    let hash = name.hash();
    match table.find(hash, name.as_object(), |other| str_only(name, hash, other)) {
        (Found::Entry(entry), probe) => Some((entry, probe)),
        _ => None,
    }
}

#[inline(always)]
fn find_tuple_of(table: Table<'_>, items: &[&Object], hash: isize) -> Option<Place> {
    // No key is at the address of the items.
    match table.find(hash, items.as_ptr().cast(), |key| if is_tuple_of(key, items) { Verdict::Same } else { Verdict::Different }) {
        (Found::Entry(entry), probe) => Some((entry, probe)),
        _ => None,
    }
}

impl DictGuard<'_> {
    /// Where the tuple of these items is, if that can be told without calls.
    pub(super) fn find_tuple_of(&self, items: &[&Object], hash: isize) -> Option<Place> {
        find_tuple_of(self.table(), items, hash)
    }

    /// Where an exact `str` is.
    #[inline(always)]
    pub fn find_name(&self, name: &Str) -> Option<Place> {
        find_name(self.table(), name)
    }
}

/// The hash of a key: exact strings have theirs at hand.
#[inline(always)]
pub fn hash_of(th: &mut Thread, key: &Object) -> Result<isize, Raised> {
    hash_for(th, key, "dict key")
}

/// The hash of a dict key or set element; what it is used as stands in the error.
#[inline(always)]
pub(crate) fn hash_for(th: &mut Thread, key: &Object, purpose: &str) -> Result<isize, Raised> {
    if let Some(name) = key.downcast_exact::<Str>() {
        return Ok(name.hash());
    }
    if let Some(number) = key.downcast_exact::<Int>() {
        return Ok(number.hash());
    }
    ops::hash(th, key).or_else(|raised| Err(unhashable(th, raised, key, purpose)))
}

/// Says what an unhashable object cannot be used as.
#[cold]
#[inline(never)]
fn unhashable(th: &mut Thread, raised: Raised, key: &Object, purpose: &str) -> Raised {
    let type_error = exceptions::type_error_type();
    let Some(error) = th.exception().filter(|error| core::ptr::eq(error.ty(), type_error)).map(Object::to_owned) else { return raised };
    let text = match ops::str_(th, &error) {
        Ok(text) => text.to_string_lossy(),
        Err(raised) => return raised,
    };
    drop(th.take_exception());
    let name = ops::qualified_type_name(th, key.ty());
    let name = name.strip_prefix("__main__.").unwrap_or(&name);
    raise::type_error(th, format_args!("cannot use '{name}' as a {purpose} ({text})"))
}

impl Dict {
    /// The value of an exact `str` key. No code runs.
    #[inline]
    pub fn get_str(&self, th: &Thread, name: &Str) -> Option<Ref<Object>> {
        let mine = th.is_mine(self);
        loop {
            let table = self.table(th);
            let (entry, _) = find_name(table, name)?;
            // An entry that went meanwhile may have moved: look again.
            if let Ok(Some(value)) = table.value_ref(th, mine, entry) {
                return Some(value);
            }
        }
    }

    /// The value of an exact `str` key, and its entry. First the entry `hint` is looked at, where a like dict had it.
    #[inline]
    pub fn get_str_near(&self, th: &Thread, name: &Str, hint: usize) -> Option<(Ref<Object>, usize)> {
        let mine = th.is_mine(self);
        if mine {
            let table = self.table(th);
            if hint < table.filled()
                && core::ptr::eq(table.key_address(hint), name.as_object())
                && let Some(value) = table.value(hint)
            {
                return Some((th.retain(value), hint));
            }
        }
        loop {
            let table = self.table(th);
            let (entry, _) = find_name(table, name)?;
            // As in `get_str`.
            if let Ok(Some(value)) = table.value_ref(th, mine, entry) {
                return Some((value, entry));
            }
        }
    }

    /// The value of an exact `str` key in a common dict if it is a leaf or immortal, uncounted (R8b): it stays until this thread's next
    /// safepoint.
    #[inline]
    pub fn get_str_leaf<'t>(&'t self, th: &'t Thread, name: &Str) -> Option<&'t Object> {
        if th.is_mine(self) {
            return None;
        }
        let table = self.table(th);
        let (entry, _) = find_name(table, name)?;
        table.value(entry).filter(|value| value.is_immortal() || value.ty().has_flag(heap::flags::LEAF))
    }

    /// The value of an exact `str` that knows its hash, or of an `int` of one digit, borrowed as by [`Dict::peek_at`]. It may miss what is there.
    #[inline(always)]
    pub fn peek<'a>(&'a self, th: &'a Thread, key: &Object) -> Option<&'a Object> {
        let table = self.table(th);
        let slot = match key.downcast_exact::<Str>() {
            Some(name) => {
                let hash = name.cached_hash()?;
                table.value_near(hash, key, |found| {
                    found.downcast_exact::<Str>().is_some_and(|found| found.cached_hash() == Some(hash) && name.is_same_short(found))
                })
            }
            None => {
                // The hash of -1 is another.
                let number = key.downcast_exact::<Int>()?.compact().filter(|&number| number != -1)?;
                table.value_near(number as isize, key, |found| found.downcast_exact::<Int>().is_some_and(|found| found.compact() == Some(number)))
            }
        };
        slot?.peek()
    }

    /// Whether all keys are exact `str`: then looking for one runs no code.
    #[inline]
    pub fn has_only_names(&self, th: &Thread) -> bool {
        self.table(th).names()
    }

    /// The value of the key that is this text.
    pub fn get_by_name(&self, th: &Thread, name: &str) -> Option<Ref<Object>> {
        let name = Str::new(th, name);
        self.get_str(th, &name)
    }

    /// Whether an exact `str` is a key.
    pub fn contains_str(&self, th: &Thread, name: &Str) -> bool {
        find_name(self.table(th), name).is_some()
    }

    /// Sets the value of an exact `str` key. Running out of memory ends the process.
    pub fn set_str(&self, th: &mut Thread, name: &Str, value: Ref<Object>) {
        th.barrier(self, &value);
        th.barrier(self, name);
        if self.is_watched() {
            watch::tell_name(th, self, name, Some(&value));
        }
        if th.is_mine(self) {
            let (hash, table) = (name.hash(), self.table(th));
            match table.find(hash, name.as_object(), |other| str_only(name, hash, other)) {
                (Found::Entry(entry), _) => {
                    let old = table.set_value(true, entry, value);
                    th.release(old);
                    return;
                }
                (Found::Absent, probe) if table.usable() > 0 => {
                    table.add_found(probe, hash, th.retain(name.as_object()), value);
                    self.note_added(table);
                    return;
                }
                _ => {}
            }
        }
        let mut guard = self.lock(th);
        let old = match guard.find_name(name) {
            Some((entry, _)) => Some(guard.set_value(entry, value)),
            None => {
                let key = guard.th().retain(name.as_object());
                match guard.insert(name.hash(), key, value) {
                    Ok(_) => None,
                    Err(NoMemory) => heap::alloc::out_of_memory(),
                }
            }
        };
        drop(guard);
        if let Some(old) = old {
            th.release(old);
        }
    }

    /// Sets the value of the key that is this text; the key is interned.
    pub fn set_by_name(&self, th: &mut Thread, name: &str, value: Ref<Object>) {
        let name = crate::str::intern(th, name);
        self.set_str(th, name, value);
    }

    /// Removes an exact `str` key; hands its value back.
    pub fn pop_str(&self, th: &mut Thread, name: &Str) -> Option<Ref<Object>> {
        if self.is_watched() {
            watch::tell_name(th, self, name, None);
        }
        let mut guard = self.lock(th);
        let (entry, probe) = guard.find_name(name)?;
        let (key, value) = guard.remove(probe, entry);
        drop(guard);
        th.release(key);
        Some(value)
    }

    /// Removes an exact `str` key; false if there is none.
    pub fn del_str(&self, th: &mut Thread, name: &Str) -> bool {
        match self.pop_str(th, name) {
            Some(value) => {
                th.release(value);
                true
            }
            None => false,
        }
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, th: &mut Thread, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(name) = key.downcast_exact::<Str>()
            && self.table(th).names()
        {
            return Ok(self.get_str(th, name));
        }
        let hash = hash_of(th, key)?;
        self.get_hashed(th, key, hash)
    }

    /// The value of a key whose hash is known.
    pub fn get_hashed(&self, th: &mut Thread, key: &Object, hash: isize) -> Result<Option<Ref<Object>>, Raised> {
        self.read(th, key, hash, |th, table, entry| table.value_ref(th, th.is_mine(self), entry))
    }

    /// The value of the tuple of these items, a key that need not be made to look for it. It may miss what only calls would find.
    pub fn get_tuple_of(&self, th: &Thread, items: &[&Object], hash: isize) -> Option<Ref<Object>> {
        self.get_placed_tuple_of(th, items, hash).map(|(value, ..)| value)
    }

    /// [`Dict::get_tuple_of`], and where it was, as [`Dict::get_placed`] says it.
    pub(super) fn get_placed_tuple_of(&self, th: &Thread, items: &[&Object], hash: isize) -> Option<(Ref<Object>, usize, usize)> {
        let table = self.table(th);
        let (entry, _) = find_tuple_of(table, items, hash)?;
        let value = table.value_ref(th, th.is_mine(self), entry).ok()??;
        Some((value, table.block().addr().get(), entry))
    }

    /// [`Dict::get_hashed`], and where it was: the address of the table and the number of the entry.
    pub(super) fn get_placed(&self, th: &mut Thread, key: &Object, hash: isize) -> Result<Option<(Ref<Object>, usize, usize)>, Raised> {
        self.read(th, key, hash, |th, table, entry| {
            let value = table.value_ref(th, th.is_mine(self), entry)?;
            Ok(value.map(|value| (value, table.block().addr().get(), entry)))
        })
    }

    /// Finds a key without the lock and reads something of its entry.
    #[inline(always)]
    fn read<R>(
        &self,
        th: &mut Thread,
        key: &Object,
        hash: isize,
        read: impl Fn(&Thread, Table<'_>, usize) -> Result<Option<R>, Contended>,
    ) -> Result<Option<R>, Raised> {
        let wanted = Key::new(key, hash);
        let table = self.table(th);
        match table.find(hash, key, |other| wanted.verdict(other)).0 {
            Found::Absent => return Ok(None),
            Found::Entry(entry) => {
                if let Ok(Some(value)) = read(th, table, entry) {
                    return Ok(Some(value));
                }
            }
            Found::Ask(_) => {}
        }
        self.read_asking(th, key, hash, read)
    }

    /// [`Dict::read`] where keys must be asked, or others write meanwhile.
    #[inline(never)]
    fn read_asking<R>(
        &self,
        th: &mut Thread,
        key: &Object,
        hash: isize,
        read: impl Fn(&Thread, Table<'_>, usize) -> Result<Option<R>, Contended>,
    ) -> Result<Option<R>, Raised> {
        let wanted = Key::new(key, hash);
        let mut resume: Option<(Probe, u64, usize)> = None;
        loop {
            let stamp = self.stamp();
            let table = self.table(th);
            let mine = th.is_mine(self);
            let block = table.block().addr().get();
            let (found, probe) = match resume.take() {
                Some((probe, old_stamp, old_block)) if old_stamp == stamp && old_block == block => {
                    table.find_next(probe, hash, key, |other| wanted.verdict(other))
                }
                _ => table.find(hash, key, |other| wanted.verdict(other)),
            };
            match found {
                Found::Absent => return Ok(None),
                // An entry that went meanwhile may have moved: look again.
                Found::Entry(entry) => match read(th, table, entry) {
                    Ok(Some(value)) => return Ok(Some(value)),
                    Ok(None) | Err(Contended) => continue,
                },
                Found::Ask(entry) => {
                    let Ok(Some(other)) = table.key_ref(th, mine, entry) else { continue };
                    let same = ops::eq(th, &other, key);
                    th.release(other);
                    let same = same?;
                    let table = self.table(th);
                    if self.stamp() != stamp || table.block().addr().get() != block {
                        continue;
                    }
                    if !same {
                        resume = Some((probe, stamp, block));
                    } else if let Ok(Some(value)) = read(th, table, entry) {
                        return Ok(Some(value));
                    }
                }
            }
        }
    }

    /// Finds a key and runs `act` under the guard, with its place or without.
    #[inline(always)]
    pub(crate) fn with_place<R>(
        &self,
        th: &mut Thread,
        key: &Object,
        hash: isize,
        act: impl FnOnce(&mut DictGuard<'_>, Option<Place>) -> R,
    ) -> Result<R, Raised> {
        let wanted = Key::new(key, hash);
        let mut guard = self.lock(th);
        let place = match guard.table().find(hash, key, |other| wanted.verdict(other)) {
            (Found::Absent, _) => None,
            (Found::Entry(entry), probe) => Some((entry, probe)),
            (Found::Ask(_), _) => {
                drop(guard);
                return self.with_place_asking(th, key, hash, act);
            }
        };
        Ok(act(&mut guard, place))
    }

    /// [`Dict::with_place`] where keys must be asked.
    #[inline(never)]
    fn with_place_asking<R>(
        &self,
        th: &mut Thread,
        key: &Object,
        hash: isize,
        act: impl FnOnce(&mut DictGuard<'_>, Option<Place>) -> R,
    ) -> Result<R, Raised> {
        let wanted = Key::new(key, hash);
        let mut resume: Option<(Probe, u64)> = None;
        let mut same_at: Option<(Place, Ref<Object>, usize)> = None;
        loop {
            let mut guard = self.lock(th);
            let stamp = self.stamp();
            // What else changed while the keys were compared does not matter if this one stayed where it was.
            if let Some(((entry, probe), other, block)) = same_at.take()
                && guard.table().block().addr().get() == block
                && guard.table().is_at(probe, entry, &other)
            {
                return Ok(act(&mut guard, Some((entry, probe))));
            }
            let table = guard.table();
            let (found, probe) = match resume.take() {
                Some((probe, old)) if old == stamp => table.find_next(probe, hash, key, |other| wanted.verdict(other)),
                _ => table.find(hash, key, |other| wanted.verdict(other)),
            };
            let other = match found {
                Found::Absent => return Ok(act(&mut guard, None)),
                Found::Entry(entry) => return Ok(act(&mut guard, Some((entry, probe)))),
                Found::Ask(entry) => match table.key(entry) {
                    Some(other) => (guard.th().retain(other), entry),
                    None => continue,
                },
            };
            let block = table.block().addr().get();
            drop(guard);
            let (other, entry) = other;
            if ops::eq(th, &other, key)? {
                same_at = Some(((entry, probe), other, block));
            } else {
                th.release(other);
                resume = Some((probe, stamp));
            }
        }
    }

    /// Whether there is such a key.
    pub fn contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let hash = hash_of(th, key)?;
        self.contains_hashed(th, key, hash)
    }

    /// [`Dict::contains`], the key's hash known.
    pub fn contains_hashed(&self, th: &mut Thread, key: &Object, hash: isize) -> Result<bool, Raised> {
        let found = self.read(th, key, hash, |_, table, entry| Ok(table.key(entry).map(|_| ())))?;
        Ok(found.is_some())
    }

    /// `dict[key] = value`
    #[inline]
    pub fn set(&self, th: &mut Thread, key: &Object, value: impl heap::IntoRef) -> Result<(), Raised> {
        let value = value.into_ref();
        let hash = hash_of(th, key)?;
        self.set_hashed(th, key, hash, value)
    }

    /// `dict[key] = value`, the key's hash known.
    pub fn set_hashed(&self, th: &mut Thread, key: &Object, hash: isize, value: Ref<Object>) -> Result<(), Raised> {
        th.barrier(self, key);
        th.barrier(self, &value);
        if self.is_watched() {
            watch::tell_key(th, self, key, hash, Some(&value))?;
        }
        if th.is_mine(self) {
            let (wanted, table) = (Key::new(key, hash), self.table(th));
            match table.find(hash, key, |other| wanted.verdict(other)) {
                (Found::Entry(entry), _) => {
                    let old = table.set_value(true, entry, value);
                    th.release(old);
                    return Ok(());
                }
                (Found::Absent, probe) if table.usable() > 0 && (!table.names() || matches!(wanted, Key::Name(..))) => {
                    table.add_found(probe, hash, th.retain(key), value);
                    self.note_added(table);
                    return Ok(());
                }
                _ => {}
            }
        }
        self.set_locked(th, key, hash, value)
    }

    /// [`Dict::set_hashed`] where the table must grow, others may write, or keys must be asked.
    #[inline(never)]
    fn set_locked(&self, th: &mut Thread, key: &Object, hash: isize, value: Ref<Object>) -> Result<(), Raised> {
        let done = self.with_place(th, key, hash, |guard, place| match place {
            Some((entry, _)) => Ok(Some(guard.set_value(entry, value))),
            None => {
                let key = guard.th().retain(key);
                guard.insert(hash, key, value).map(|_| None)
            }
        })?;
        match done {
            Ok(Some(old)) => {
                th.release(old);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error.raise(th)),
        }
    }

    /// The value of a key, which becomes `default` if there is none; true if there was none.
    pub fn set_default(&self, th: &mut Thread, key: &Object, default: &Object) -> Result<(Ref<Object>, bool), Raised> {
        let hash = hash_of(th, key)?;
        self.set_default_hashed(th, key, hash, default)
    }

    /// [`Dict::set_default`], the key's hash known.
    pub fn set_default_hashed(&self, th: &mut Thread, key: &Object, hash: isize, default: &Object) -> Result<(Ref<Object>, bool), Raised> {
        th.barrier(self, key);
        th.barrier(self, default);
        if self.is_watched() && !self.contains_hashed(th, key, hash)? {
            watch::tell_key(th, self, key, hash, Some(default))?;
        }
        let done = self.with_place(th, key, hash, |guard, place| {
            if let Some((entry, _)) = place
                && let Some(value) = guard.table().value(entry)
            {
                return Ok((guard.th().retain(value), false));
            }
            let (key, value) = (guard.th().retain(key), guard.th().retain(default));
            guard.insert(hash, key, value)?;
            Ok((guard.th().retain(default), true))
        })?;
        done.map_err(|error: NoMemory| error.raise(th))
    }

    /// Removes a key; hands its value back.
    pub fn pop(&self, th: &mut Thread, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
        if self.is_empty() {
            return Ok(None);
        }
        let hash = hash_of(th, key)?;
        if self.is_watched() {
            watch::tell_key(th, self, key, hash, None)?;
        }
        let removed = self.with_place(th, key, hash, |guard, place| place.map(|(entry, probe)| guard.remove(probe, entry)))?;
        Ok(removed.map(|(key, value)| {
            th.release(key);
            value
        }))
    }

    /// Removes a key; false if there is none.
    pub fn del(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        if self.is_empty() {
            // What cannot be a key is none of an empty dict either.
            hash_of(th, key)?;
            return Ok(false);
        }
        match self.pop(th, key)? {
            Some(value) => {
                th.release(value);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Removes the last entry.
    pub fn pop_item(&self, th: &mut Thread) -> Option<(Ref<Object>, Ref<Object>)> {
        if self.is_watched() {
            watch::tell_last(th, self);
        }
        self.lock(th).remove_last()
    }
}
