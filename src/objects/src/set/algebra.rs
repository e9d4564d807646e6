//! Union, difference, intersection and comparison of sets.
//!
//! Invariant: another set is read at one moment; keys come in the order in which CPython adds them.

use core::ops::ControlFlow;

use heap::Locked;

use super::table::Found;
use super::{AnySet, Change, FrozenSet, Keys, Set, hash_of};
use crate::dict::Dict;
use crate::dict::keys::Verdict;
use crate::glue::*;
use crate::quick::Key;
use crate::{NoMemory, ops};

/// Keys that change the set when they are compared would change it for ever.
const MOST_ROUNDS: u32 = 100;

impl<'a> AnySet<'a> {
    /// Adds the keys that an iterable yields.
    pub fn update(self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        if let Some(other) = AnySet::of(iterable) {
            return self.update_from_set(th, other);
        }
        if let Some(dict) = iterable.downcast_exact::<Dict>() {
            let keys = dict.snapshot_hashed(th);
            self.reserve(th, keys.len())?;
            return self.add_all(th, keys);
        }
        if let Some((keys, all)) = self.quiet_keys(th, iterable) {
            self.add_all(th, keys)?;
            return all;
        }
        ops::for_each(th, iterable, |th, key| {
            self.add(th, &key)?;
            th.release(key);
            Ok(ControlFlow::Continue(()))
        })
    }

    fn update_from_set(self, th: &mut Thread, other: AnySet<'_>) -> Result<(), Raised> {
        if self.is_same(other) || other.is_empty() {
            return Ok(());
        }
        if self.table.fill() == 0 && th.is_mine(self.object) {
            let locked = th.lock2(self.object, other.object);
            let copied = self.table.copy_from(&locked, self.object, other.table);
            drop(locked);
            return copied.map_err(|error| error.raise(th));
        }
        self.reserve(th, other.len())?;
        self.change_all(th, Keys::Of(other), Change::Add)
    }

    /// A set of the kind of `kind` with our keys, and the keys of another set, both read in one step.
    fn copy_with(self, th: &mut Thread, kind: AnySet<'_>, other: AnySet<'_>) -> Result<(Ref<Object>, Vec<(isize, Ref<Object>)>), Raised> {
        let result = kind.new_alike(th);
        let locked = th.lock2(self.object, other.object);
        let copied = if self.is_empty() { Ok(()) } else { made(&result).table.copy_from(&locked, &result, self.table) };
        let keys = other.places(&locked).iter().map(|(_, hash, key)| (hash, locked.retain(key))).collect();
        drop(locked);
        copied.map_err(|error| error.raise(th))?;
        Ok((result, keys))
    }

    /// Another set, if we and it must be read in one step because other threads have one of them.
    fn shared_with<'b>(self, th: &Thread, other: &'b Object) -> Option<AnySet<'b>> {
        AnySet::of(other).filter(|_| !th.is_mine(self.object) || !th.is_mine(other))
    }

    /// Makes room for so many further keys, if they would crowd the table.
    fn reserve(self, th: &mut Thread, more: usize) -> Result<(), Raised> {
        let locked = self.lock(th);
        let done = if (self.table.fill() + more) * 5 >= self.table.mask() * 3 {
            self.table.resize(&locked, self.object, (self.len() + more) * 2)
        } else {
            Ok(())
        };
        drop(locked);
        done.map_err(|error| error.raise(th))
    }

    /// A new set, or frozenset if this is one, never of a subclass.
    fn new_alike(self, th: &Thread) -> Ref<Object> {
        if self.object.is_a::<Set>() { Set::new(th).up() } else { FrozenSet::new(th).up() }
    }

    /// A copy of the exact kind.
    pub fn copy(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let new = self.new_alike(th);
        made(&new).update_from_set(th, self)?;
        Ok(new)
    }

    /// The keys of this set and of all the iterables.
    pub fn union(self, th: &mut Thread, others: &[&Object]) -> Result<Ref<Object>, Raised> {
        if let [other] = others
            && let Some(other) = self.shared_with(th, other)
        {
            let (result, keys) = self.copy_with(th, self, other)?;
            made(&result).add_all(th, keys)?;
            return Ok(result);
        }
        let result = self.copy(th)?;
        for other in others {
            if !core::ptr::eq(*other, self.object) {
                made(&result).update(th, other)?;
            }
        }
        Ok(result)
    }

    /// Goes through our keys and says of each whether another set has it, as long as no key must be asked: both sets are locked, no code runs.
    /// False: a key must be asked, and what `each` did is to be done anew.
    fn look_up_quietly(self, th: &mut Thread, other: AnySet<'_>, each: impl FnMut(&Locked<'_>, isize, &Object, bool) -> ControlFlow<()>) -> bool {
        let locked = th.lock2(self.object, other.object);
        self.look_up_locked(&locked, other, each)
    }

    fn look_up_locked(
        self,
        locked: &Locked<'_>,
        other: AnySet<'_>,
        mut each: impl FnMut(&Locked<'_>, isize, &Object, bool) -> ControlFlow<()>,
    ) -> bool {
        let theirs = other.places(locked);
        for (_, hash, key) in self.places(locked).iter() {
            let wanted = Key::new(key, hash);
            let inside = match theirs.find(hash, key, |other| wanted.verdict(other)).0 {
                Found::Place(_) => true,
                Found::Absent(_) => false,
                Found::Ask(_) => return false,
            };
            if each(locked, hash, key, inside).is_break() {
                break;
            }
        }
        true
    }

    /// Our length, another set's, and whether that has all our keys, at one moment; `None`: keys must be asked.
    fn relate_quietly(self, th: &mut Thread, other: AnySet<'_>) -> Option<(usize, usize, bool)> {
        let locked = th.lock2(self.object, other.object);
        let (ours, theirs) = (self.len(), other.len());
        let mut all = ours <= theirs;
        let quiet = !all
            || self.look_up_locked(&locked, other, |_, _, _, inside| {
                all = inside;
                if inside { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        quiet.then_some((ours, theirs, all))
    }

    /// The keys of ours that another set has, or those that it has not, in a new set of this kind; `None`: keys must be asked.
    fn chosen_quietly(self, th: &mut Thread, kind: AnySet<'_>, other: AnySet<'_>, wanted: bool) -> Option<Result<Ref<Object>, Raised>> {
        let result = kind.new_alike(th);
        let to = made(&result);
        let mut failed = None;
        let done = self.look_up_quietly(th, other, |locked, hash, key, inside| {
            if inside == wanted
                && let Err(error) = to.add_new(locked, hash, key)
            {
                failed = Some(error);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        match failed {
            Some(error) => Some(Err(error.raise(th))),
            None => done.then_some(Ok(result)),
        }
    }

    /// Adds a key that is known to be absent to a set that nobody else knows.
    fn add_new(self, locked: &Locked<'_>, hash: isize, key: &Object) -> Result<(), NoMemory> {
        match self.places(locked).find(hash, key, |_| Verdict::Different) {
            (Found::Absent(free), _) => self.add_locked(locked, free, hash, locked.retain(key)),
            _ => Ok(()),
        }
    }

    /// This set, or a copy if other threads may change it while an iterable is gone through.
    fn at_one_moment(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if th.is_mine(self.object) || self.object.is_a::<FrozenSet>() { Ok(self.object.to_owned()) } else { self.copy(th) }
    }

    /// The keys that an iterable has, too.
    pub fn intersection(self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(other, self.object) {
            return self.copy(th);
        }
        if let Some(other) = AnySet::of(other) {
            let (small, large) = if other.len() > self.len() { (self, other) } else { (other, self) };
            if let Some(result) = small.chosen_quietly(th, self, large, true) {
                return result;
            }
            let result = self.new_alike(th);
            for (hash, key) in small.snapshot_hashed(th) {
                if large.contains_hashed(th, &key, hash)? {
                    made(&result).add_hashed(th, &key, hash)?;
                }
                th.release(key);
            }
            return Ok(result);
        }
        let (result, own) = (self.new_alike(th), self.at_one_moment(th)?);
        let own = made(&own);
        ops::for_some(th, other, |th, key| {
            let hash = ops::hash(th, &key)?;
            if own.contains_hashed(th, &key, hash)? {
                made(&result).add_hashed(th, &key, hash)?;
                // All of this set is in it: no other key can come.
                if made(&result).len() == own.len() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            th.release(key);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(result)
    }

    /// The keys that all the iterables have, too.
    pub fn intersection_all(self, th: &mut Thread, others: &[&Object]) -> Result<Ref<Object>, Raised> {
        let Some((first, rest)) = others.split_first() else { return self.copy(th) };
        let mut result = self.intersection(th, first)?;
        for other in rest {
            let next = made(&result).intersection(th, other)?;
            th.release(result);
            result = next;
        }
        Ok(result)
    }

    /// Keeps the keys that all the iterables have, too.
    pub fn intersection_update(self, th: &mut Thread, others: &[&Object]) -> Result<(), Raised> {
        if let [other] = others
            && !th.is_mine(self.object)
        {
            let made;
            let other = match AnySet::of(other) {
                Some(other) => other,
                None => {
                    made = Set::from_iterable(th, other)?;
                    made.any()
                }
            };
            if let Some(done) = self.keep_quietly(th, other) {
                return done;
            }
        }
        // Sets can be gone through again: then what another thread did meanwhile is not undone.
        let mut rounds = if others.iter().all(|other| AnySet::of(other).is_some()) { MOST_ROUNDS } else { 0 };
        loop {
            let before = self.table.stamp();
            let result = self.intersection_all(th, others)?;
            let locked = self.lock(th);
            if self.table.stamp() != before && rounds > 0 {
                drop(locked);
                th.release(result);
                rounds -= 1;
                continue;
            }
            let old = self.table.become_like(&locked, self.object, made(&result).table);
            drop(locked);
            match old {
                Ok(old) => old.into_iter().for_each(|key| th.release(key)),
                Err(error) => return Err(error.raise(th)),
            }
            th.release(result);
            return Ok(());
        }
    }

    /// Keeps the keys that another set has, too, in one step for other threads; `None`: keys must be asked, and nothing is done.
    fn keep_quietly(self, th: &mut Thread, other: AnySet<'_>) -> Option<Result<(), Raised>> {
        let result = self.new_alike(th);
        let to = made(&result);
        let locked = th.lock2(self.object, other.object);
        let (small, large) = if other.len() > self.len() { (self, other) } else { (other, self) };
        let mut failed = None;
        for (_, hash, key) in small.places(&locked).iter() {
            let wanted = Key::new(key, hash);
            match large.places(&locked).find(hash, key, |other| wanted.verdict(other)).0 {
                Found::Place(_) => failed = failed.or(to.add_new(&locked, hash, key).err()),
                Found::Absent(_) => {}
                Found::Ask(_) => return None,
            }
        }
        let old = match failed {
            None => self.table.become_like(&locked, self.object, to.table),
            Some(error) => Err(error),
        };
        drop(locked);
        Some(match old {
            Ok(old) => {
                old.into_iter().for_each(|key| th.release(key));
                Ok(())
            }
            Err(error) => Err(error.raise(th)),
        })
    }

    /// Removes the keys that an iterable yields.
    pub fn difference_update(self, th: &mut Thread, other: &Object) -> Result<(), Raised> {
        if core::ptr::eq(other, self.object) {
            self.clear(th);
            return Ok(());
        }
        if let Some(other) = AnySet::of(other).filter(|_| !th.is_mine(self.object)) {
            self.change_all(th, Keys::Of(other), Change::Remove)?;
        } else if let Some((keys, all)) = self.quiet_keys(th, other) {
            self.change_all(th, Keys::Given(keys), Change::Remove)?;
            all?;
        } else if let Some(set) = AnySet::of(other) {
            // A much larger set is asked for what we have, instead of being gone through.
            let common;
            let set = if set.len() >> 3 > self.len() {
                common = self.intersection(th, other)?;
                made(&common)
            } else {
                set
            };
            let keys = set.snapshot_hashed(th);
            self.change_all(th, Keys::Given(keys), Change::Remove)?;
        } else {
            ops::for_each(th, other, |th, key| {
                let hash = hash_of(th, &key)?;
                self.discard_hashed(th, &key, hash)?;
                th.release(key);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        self.tidy(th)
    }

    /// Rebuilds a table in which more than a quarter of the places are gone.
    fn tidy(self, th: &mut Thread) -> Result<(), Raised> {
        let locked = self.lock(th);
        let done = match self.table.fill() - self.len() > self.table.mask() / 4 {
            true => self.table.resize(&locked, self.object, self.table.wanted()),
            false => Ok(()),
        };
        drop(locked);
        done.map_err(|error: NoMemory| error.raise(th))
    }

    /// The keys that an iterable does not have.
    pub fn difference(self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        let dict = other.downcast_exact::<Dict>();
        let others = match (AnySet::of(other), dict) {
            (Some(set), _) => Some(set.len()),
            (None, Some(dict)) => Some(dict.len()),
            (None, None) => None,
        };
        // Going through our keys pays unless the other has far fewer.
        if others.is_none_or(|others| self.len() >> 2 > others) {
            if let Some(other) = self.shared_with(th, other) {
                let (result, keys) = self.copy_with(th, self, other)?;
                made(&result).change_all(th, Keys::Given(keys), Change::Remove)?;
                made(&result).tidy(th)?;
                return Ok(result);
            }
            let result = self.copy(th)?;
            made(&result).difference_update(th, other)?;
            return Ok(result);
        }
        if let Some(set) = AnySet::of(other)
            && let Some(result) = self.chosen_quietly(th, self, set, false)
        {
            return result;
        }
        let result = self.new_alike(th);
        for (hash, key) in self.snapshot_hashed(th) {
            let inside = match (AnySet::of(other), dict) {
                (Some(set), _) => set.contains_hashed(th, &key, hash)?,
                (None, Some(dict)) => dict.contains_hashed(th, &key, hash)?,
                (None, None) => false,
            };
            if !inside {
                made(&result).add_hashed(th, &key, hash)?;
            }
            th.release(key);
        }
        Ok(result)
    }

    /// The keys that none of the iterables has.
    pub fn difference_all(self, th: &mut Thread, others: &[&Object]) -> Result<Ref<Object>, Raised> {
        let Some((first, rest)) = others.split_first() else { return self.copy(th) };
        let result = self.difference(th, first)?;
        for other in rest {
            made(&result).difference_update(th, other)?;
        }
        Ok(result)
    }

    /// Removes the keys that an iterable yields, and adds those that were not there.
    pub fn symmetric_difference_update(self, th: &mut Thread, other: &Object) -> Result<(), Raised> {
        if core::ptr::eq(other, self.object) {
            self.clear(th);
            return Ok(());
        }
        let keys = if let Some(set) = AnySet::of(other) {
            Keys::Of(set)
        } else if let Some(dict) = other.downcast_exact::<Dict>() {
            Keys::Given(dict.snapshot_hashed(th))
        } else {
            // A key that comes twice counts once.
            Keys::Given(Set::from_iterable(th, other)?.snapshot_hashed(th))
        };
        self.change_all(th, keys, Change::Toggle)
    }

    /// The keys that either this set or the iterable has, but not both.
    pub fn symmetric_difference(self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(other) = self.shared_with(th, other) {
            let (result, keys) = other.copy_with(th, self, self)?;
            made(&result).change_all(th, Keys::Given(keys), Change::Toggle)?;
            return Ok(result);
        }
        let result = self.new_alike(th);
        made(&result).update(th, other)?;
        made(&result).symmetric_difference_update(th, self.object)?;
        Ok(result)
    }

    /// Whether another set has all our keys.
    pub fn is_subset_of(self, th: &mut Thread, other: AnySet<'_>) -> Result<bool, Raised> {
        if let Some((_, _, all)) = self.relate_quietly(th, other) {
            return Ok(all);
        }
        self.is_subset_by_asking(th, other)
    }

    fn is_subset_by_asking(self, th: &mut Thread, other: AnySet<'_>) -> Result<bool, Raised> {
        for (hash, key) in self.snapshot_hashed(th) {
            if !other.contains_hashed(th, &key, hash)? {
                return Ok(false);
            }
            th.release(key);
        }
        Ok(true)
    }

    /// Whether an iterable yields all our keys.
    pub fn is_subset(self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
        match AnySet::of(other) {
            Some(other) => self.is_subset_of(th, other),
            None => {
                let own = self.at_one_moment(th)?;
                let common = made(&own).intersection(th, other)?;
                Ok(made(&common).len() == made(&own).len())
            }
        }
    }

    /// Whether we have all keys that an iterable yields.
    pub fn is_superset(self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
        if let Some(other) = AnySet::of(other) {
            return other.is_subset_of(th, self);
        }
        self.all(th, other, true)
    }

    /// Whether no key that an iterable yields is ours.
    pub fn is_disjoint(self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
        if core::ptr::eq(other, self.object) {
            return Ok(self.is_empty());
        }
        let Some(set) = AnySet::of_exact(other) else { return self.all(th, other, false) };
        let (small, large) = if set.len() > self.len() { (self, set) } else { (set, self) };
        let mut common = false;
        let quiet = small.look_up_quietly(th, large, |_, _, _, inside| {
            common = inside;
            if inside { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if quiet {
            return Ok(!common);
        }
        for (hash, key) in small.snapshot_hashed(th) {
            if large.contains_hashed(th, &key, hash)? {
                return Ok(false);
            }
            th.release(key);
        }
        Ok(true)
    }

    /// Whether all that an iterable yields is ours, or none of it.
    fn all(self, th: &mut Thread, other: &Object, ours: bool) -> Result<bool, Raised> {
        let (mut all, own) = (true, self.at_one_moment(th)?);
        ops::for_some(th, other, |th, key| {
            all = made(&own).contains(th, &key)? == ours;
            th.release(key);
            Ok(if all { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(all)
    }

    /// `self op other`
    pub fn compare(self, th: &mut Thread, other: AnySet<'_>, op: CompareOp) -> Result<bool, Raised> {
        let for_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if for_equality
            && let (Some(a), Some(b)) = (self.known_hash(), other.known_hash())
            && a != b
        {
            return Ok(op == CompareOp::Ne);
        }
        let (small, large) = if matches!(op, CompareOp::Gt | CompareOp::Ge) { (other, self) } else { (self, other) };
        let (few, many, all) = match small.relate_quietly(th, large) {
            Some(found) => found,
            None => {
                let (few, many) = (small.len(), large.len());
                let possible = if for_equality { few == many } else { few <= many };
                (few, many, possible && small.is_subset_by_asking(th, large)?)
            }
        };
        Ok(match op {
            CompareOp::Eq => all && few == many,
            CompareOp::Ne => !(all && few == many),
            CompareOp::Le | CompareOp::Ge => all,
            CompareOp::Lt | CompareOp::Gt => all && few < many,
        })
    }
}

/// A set that was made here.
fn made(object: &Object) -> AnySet<'_> {
    match AnySet::of(object) {
        Some(set) => set,
        None => unreachable!("`new_alike` makes sets"),
    }
}
