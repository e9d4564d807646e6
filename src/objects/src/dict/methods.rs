//! `dict` as Python sees it: slots and methods.

use heap::Head;
use macros::pymethods;

use super::iter::{DictKeyIter, DictReverseKeyIter};
use super::keys::Found;
use super::merge::as_plain_dict;
use super::storage::Storage;
use super::views::{DictItems, DictKeys, DictValues};
use super::Dict;
use crate::glue::*;
use crate::quick::{Key, quick_eq};
use crate::repr_guard::ReprGuard;
use crate::set::{FrozenSet, Set};
use crate::text::Text;
use crate::{Str, Tuple, names, none_ref, not_implemented_ref, ops, raise};

/// A key's hash, the key, the value.
type Entry = (isize, Ref<Object>, Ref<Object>);

impl Dict {
    /// `dict[key]`, as the interpreter's fast path for exact dicts: no `__missing__`.
    #[inline]
    pub fn getitem_exact(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        match self.get(th, key)? {
            Some(value) => Ok(value),
            None => Err(raise::key_error(th, key)),
        }
    }

    /// The entry at `*pos` or behind it with its hash, counted, and where to go on; without a lock.
    pub(crate) fn next_hashed(&self, th: &Thread, pos: &mut usize) -> Option<(isize, Ref<Object>, Ref<Object>)> {
        let mine = th.is_mine(self);
        loop {
            let table = self.table(th);
            let entry = table.next(*pos)?;
            if let (Ok(Some(key)), Ok(Some(value))) = (table.key_ref(th, mine, entry), table.value_ref(th, mine, entry)) {
                *pos = entry + 1;
                let hash = table.key_hash(entry, &key);
                return Some((hash, key, value));
            }
        }
    }

    /// All keys with their hashes in order, taken at one moment.
    pub fn snapshot_hashed(&self, th: &mut Thread) -> Vec<(isize, Ref<Object>)> {
        let guard = self.lock(th);
        let (table, th) = (guard.table(), guard.th());
        table.iter().map(|(entry, key, _)| (table.key_hash(entry, key), th.retain(key))).collect()
    }

    /// Whether both have the same keys with equal values.
    pub fn equals(&self, th: &mut Thread, other: &Dict) -> Result<bool, Raised> {
        if !th.is_mine(self) || !th.is_mine(other) {
            if let Some(same) = self.equals_quietly(th, other) {
                return Ok(same);
            }
        } else if self.len() != other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((hash, key, value)) = self.next_hashed(th, &mut pos) {
            let Some(theirs) = other.get_hashed(th, &key, hash)? else { return Ok(false) };
            let same = ops::eq(th, &value, &theirs)?;
            th.release(key);
            th.release(value);
            th.release(theirs);
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// [`Dict::equals`] in one step for other threads; `None`: code must run for it.
    fn equals_quietly(&self, th: &mut Thread, other: &Dict) -> Option<bool> {
        let guard = self.lock_with(other, th);
        let (ours, theirs) = (guard.table(), other.table(guard.th()));
        if self.len() != other.len() {
            return Some(false);
        }
        for (entry, key, value) in ours.iter() {
            let hash = ours.key_hash(entry, key);
            let wanted = Key::new(key, hash);
            let same = match theirs.find(hash, key, |other| wanted.verdict(other)).0 {
                Found::Absent => return Some(false),
                Found::Entry(entry) => quick_eq(theirs.value(entry)?, value)?,
                Found::Ask(_) => return None,
            };
            if !same {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Our entries, with the keys' hashes, and those of another dict, read in one step.
    fn entries_with(&self, th: &mut Thread, other: &Dict) -> [Vec<Entry>; 2] {
        let guard = self.lock_with(other, th);
        let th = guard.th();
        [self, other].map(|dict| {
            let table = dict.table(th);
            table.iter().map(|(entry, key, value)| (table.key_hash(entry, key), th.retain(key), th.retain(value))).collect()
        })
    }

    fn from_entries(th: &mut Thread, entries: impl Iterator<Item = Entry>) -> Result<Ref<Dict>, Raised> {
        let new = Dict::new(th);
        for (hash, key, value) in entries {
            new.set_hashed(th, &key, hash, value)?;
        }
        Ok(new)
    }

    /// Copies of two dicts as they are at one moment.
    pub(super) fn copies_with(&self, th: &mut Thread, other: &Dict) -> Result<[Ref<Dict>; 2], Raised> {
        let [ours, theirs] = self.entries_with(th, other);
        Ok([Dict::from_entries(th, ours.into_iter())?, Dict::from_entries(th, theirs.into_iter())?])
    }

    /// `self | other` of two dicts: an exact dict.
    fn union(&self, th: &mut Thread, other: &Object) -> Result<Ref<Dict>, Raised> {
        // Two dicts that other threads have are read in one step.
        if let (Some(own), Some(other)) = (as_plain_dict(self), as_plain_dict(other))
            && !th.is_mine(own)
            && !th.is_mine(other)
        {
            let [ours, theirs] = own.entries_with(th, other);
            return Dict::from_entries(th, ours.into_iter().chain(theirs));
        }
        let new = self.copy(th)?;
        new.update(th, other)?;
        Ok(new)
    }
}

#[pymethods]
impl Dict {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Dict> {
        th.new_instance(cls, Dict { head: Head::INIT, storage: Storage::empty() })
    }

    #[slot(tp_vectorcall, sig = "(*args, **kwargs)")]
    fn py_call(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Dict>, Raised> {
        let dict = th.new_instance(cls, Dict { head: Head::INIT, storage: Storage::empty() });
        dict.update_from_call(th, args, kwargs, "dict")?;
        Ok(dict)
    }

    #[slot(tp_init, sig = "(*args, **kwargs)")]
    fn py_init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        self.update_from_call(th, args, kwargs, "dict")
    }

    #[slot(tp_repr)]
    fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.is_empty() {
            return Ok(Str::new(th, "{}"));
        }
        let Some(_guard) = ReprGuard::enter(self) else {
            return Ok(Str::new(th, "{...}"));
        };
        // What other threads may change meanwhile is shown as it was at one moment.
        let copy = if th.is_mine(self) || as_plain_dict(self).is_none() { None } else { Some(self.copy(th)?) };
        let shown = copy.as_deref().unwrap_or(self);
        let mut text = Text::new("{");
        let mut pos = 0;
        let mut first = true;
        while let Some((key, value)) = shown.next(th, &mut pos) {
            if !core::mem::take(&mut first) {
                text.push(", ");
            }
            text.push_repr(th, &key)?;
            text.push(": ");
            text.push_repr(th, &value)?;
            th.release(key);
            th.release(value);
        }
        text.push("}");
        Ok(text.finish(th))
    }

    #[slot(tp_richcompare)]
    fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Dict>(), op) else {
            return Ok(not_implemented_ref());
        };
        let same = self.equals(th, other)?;
        Ok(crate::bool_ref(same == (op == CompareOp::Eq)))
    }

    #[slot(tp_iter)]
    fn py_iter(&self, th: &mut Thread) -> Ref<DictKeyIter> {
        DictKeyIter::new(th, self)
    }

    #[slot(nb_or)]
    fn py_or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match (a.downcast::<Dict>(), b.downcast::<Dict>()) {
            (Some(a), Some(_)) => a.union(th, b).map(Ref::up),
            _ => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_inplace_or)]
    fn py_inplace_or(&self, th: &mut Thread, other: &Object) -> Result<&Self, Raised> {
        self.update(th, other)?;
        Ok(self)
    }

    #[slot(mp_length)]
    fn py_len(&self) -> usize {
        self.len()
    }

    /// Return self[key].
    #[slot(mp_subscript)]
    #[method(name = "__getitem__", coexist, sig = "($self, key, /)")]
    fn py_subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(value) = self.get(th, key)? {
            return Ok(value);
        }
        if !self.is_exactly::<Dict>()
            && let Some(missing) = ops::lookup_special(th, self, &names::__missing__)?
        {
            return ops::call1(th, &missing, key);
        }
        Err(raise::key_error(th, key))
    }

    #[slot(mp_ass_subscript)]
    fn py_ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            Some(value) => self.set(th, key, value.to_owned()),
            None => match self.del(th, key)? {
                true => Ok(()),
                false => Err(raise::key_error(th, key)),
            },
        }
    }

    /// True if the dictionary has the specified key, else False.
    #[slot(sq_contains)]
    #[method(name = "__contains__", coexist, sig = "($self, key, /)")]
    fn py_contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        self.contains(th, key)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self, th: &mut Thread) -> isize {
        // CPython's tables have a header that is 8 bytes longer; programs that reckon with sizes know that one.
        let table = self.table_bytes(th);
        self.ty().tp_basicsize() + if table == 0 { 0 } else { (table + 8).cast_signed() }
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", sig = "($self, key, default=None, /)")]
    fn py_get(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match self.get(th, key)? {
            Some(value) => Ok(value),
            None => Ok(default.map_or_else(none_ref, Object::to_owned)),
        }
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn setdefault(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let (value, _) = self.set_default(th, key, default.unwrap_or(crate::none()))?;
        Ok(value)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(name = "pop", sig = "($self, key, default=<unrepresentable>, /)")]
    fn py_pop(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match (self.pop(th, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => Err(raise::key_error(th, key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method]
    fn popitem(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        match self.pop_item(th) {
            Some((key, value)) => Ok(Tuple::from_array(th, [key, value])),
            None => {
                let message = Str::new(th, "popitem(): dictionary is empty");
                Err(raise::key_error(th, &message))
            }
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method]
    fn keys(&self, th: &mut Thread) -> Ref<DictKeys> {
        DictKeys::new(th, self)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method]
    fn items(&self, th: &mut Thread) -> Ref<DictItems> {
        DictItems::new(th, self)
    }

    /// Return an object providing a view on the dict's values.
    #[method]
    fn values(&self, th: &mut Thread) -> Ref<DictValues> {
        DictValues::new(th, self)
    }

    // The signature is hidden, as CPython's.
    #[method(
        name = "update",
        doc = "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
        sig = none
    )]
    fn py_update(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        self.update_from_call(th, args, kwargs, "update")
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "($type, iterable, value=None, /)")]
    fn fromkeys(th: &mut Thread, cls: &Type, iterable: &Object, value: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let value = value.unwrap_or(crate::none());
        let made = ops::call0(th, cls)?;
        if let Some(dict) = (*made).downcast_exact::<Dict>() {
            if dict.is_empty()
                && let Some(source) = iterable.downcast_exact::<Dict>()
            {
                for (hash, key) in source.snapshot_hashed(th) {
                    dict.set_hashed(th, &key, hash, value.to_owned())?;
                }
                return Ok(made);
            }
            // The keys' hashes are known already.
            let keys = match (iterable.downcast_exact::<Set>(), iterable.downcast_exact::<FrozenSet>()) {
                _ if !dict.is_empty() => None,
                (Some(source), _) => Some(source.snapshot_hashed(th)),
                (_, Some(source)) => Some(source.snapshot_hashed(th)),
                _ => None,
            };
            if let Some(keys) = keys {
                for (hash, key) in keys {
                    dict.set_hashed(th, &key, hash, value.to_owned())?;
                }
                return Ok(made);
            }
        }
        ops::for_each(th, iterable, |th, key| {
            match (*made).downcast_exact::<Dict>() {
                Some(dict) => dict.set(th, &key, value.to_owned())?,
                None => ops::setitem(th, &made, &key, value)?,
            }
            th.release(key);
            Ok(core::ops::ControlFlow::Continue(()))
        })?;
        Ok(made)
    }

    /// Remove all items from the dict.
    #[method]
    fn clear(&self, th: &mut Thread) {
        self.clear_entries(th);
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy")]
    fn py_copy(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        self.copy(th)
    }

    /// Return a reverse iterator over the dict keys.
    #[method(name = "__reversed__")]
    fn reversed(&self, th: &mut Thread) -> Ref<DictReverseKeyIter> {
        DictReverseKeyIter::new(th, self)
    }

    /// dicts are generic over two types, signifying (respectively) the types of their keys and values
    #[classmethod(name = "__class_getitem__", sig = "($type, object, /)")]
    fn class_getitem(th: &mut Thread, cls: &Type, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}
