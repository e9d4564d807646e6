//! `set` and `frozenset`: the structs and what Rust code does with them. The table is in [`table`], algebra in [`algebra`], Python's methods
//! in [`methods`], the iterator in [`iter`].
//!
//! Invariant: looking for a key needs no lock (R8); a comparison that calls out runs without one, and the look-up begins again if the set changed
//! meanwhile. A frozenset changes only before anybody else can see it.

pub mod algebra;
pub mod iter;
pub mod methods;
pub mod table;

use heap::{Contended, Head, Heaped, Locked};
use macros::pytype;

use crate::dict::lookup::hash_for;
use crate::glue::*;
use crate::quick::Key;
use crate::{NoMemory, exceptions, ops, raise};
use table::{Found, Places, Probe, OneStep, SetTable};

/// Build an unordered collection of unique elements.
#[pytype(
    name = "set",
    export = "PySet_Type",
    sig = "(iterable=(), /)",
    flags(BASETYPE, MATCH_SELF),
    layout = PySetObject,
    lock = instance,
    gc = custom,
    weakref = weakrefs,
    parts(common)
)]
#[repr(C)]
pub struct Set {
    head: Head,
    table: SetTable,
    weakrefs: usize,
}

/// Build an immutable unordered collection of unique elements.
#[pytype(
    name = "frozenset",
    export = "PyFrozenSet_Type",
    sig = "(iterable=(), /)",
    flags(BASETYPE, MATCH_SELF),
    layout = PySetObject,
    lock = instance,
    gc = custom,
    weakref = weakrefs,
    parts(common)
)]
#[repr(C)]
pub struct FrozenSet {
    head: Head,
    table: SetTable,
    weakrefs: usize,
}

const _: () = assert!(core::mem::offset_of!(Set, table) + 8 == core::mem::offset_of!(abi::PySetObject, used));

/// What becomes of keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
    /// Those that are there go, the others come.
    Toggle,
}

/// Where keys come from.
enum Keys<'a> {
    Given(Vec<(isize, Ref<Object>)>),
    Of(AnySet<'a>),
}

/// Keys with their hashes, and whether that was all.
type HashedKeys = (Vec<(isize, Ref<Object>)>, Result<(), Raised>);

/// A `set` or `frozenset`, or an instance of a subclass.
#[derive(Clone, Copy)]
pub struct AnySet<'a> {
    object: &'a Object,
    table: &'a SetTable,
}

macro_rules! both {
    ($($ty:ident)*) => {$(
        impl Traverse for $ty {
            fn traverse(&self, visitor: &mut Visitor) {
                self.table.visit(visitor);
            }
        }

        impl Clear for $ty {
            fn clear(&self, th: &mut Thread) {
                self.any().clear(th);
            }
        }

        impl $ty {
            /// An empty one.
            pub fn new(th: &Thread) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, table: SetTable::EMPTY, weakrefs: 0 })
            }

            /// An empty instance of `cls`.
            pub(crate) fn new_in(th: &Thread, cls: &Type) -> Ref<$ty> {
                th.new_instance(cls, $ty { head: Head::INIT, table: SetTable::EMPTY, weakrefs: 0 })
            }

            /// The keys that an iterable yields.
            pub fn from_iterable(th: &mut Thread, iterable: &Object) -> Result<Ref<$ty>, Raised> {
                let set = $ty::new(th);
                set.any().update(th, iterable)?;
                Ok(set)
            }

            /// What both kinds of sets can do.
            #[inline(always)]
            pub fn any(&self) -> AnySet<'_> {
                AnySet { object: self.as_object(), table: &self.table }
            }

            /// How many keys.
            #[inline(always)]
            pub fn len(&self) -> usize {
                self.table.used()
            }

            /// Whether there are none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Whether there is such a key.
            pub fn contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
                self.any().contains(th, key)
            }

            /// New references to all keys, taken at one moment.
            pub fn snapshot(&self, th: &mut Thread) -> Vec<Ref<Object>> {
                self.any().snapshot_hashed(th).into_iter().map(|(_, key)| key).collect()
            }

            /// [`Self::snapshot`] with the keys' hashes.
            pub fn snapshot_hashed(&self, th: &mut Thread) -> Vec<(isize, Ref<Object>)> {
                self.any().snapshot_hashed(th)
            }
        }
    )*};
}

both! { Set FrozenSet }

impl Set {
    /// Adds a key; false if it was there.
    pub fn add(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        self.any().add(th, key)
    }

    /// Removes a key; false if it was not there.
    pub fn discard(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        self.any().discard(th, key)
    }

    /// Adds the keys that an iterable yields.
    pub fn update(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        self.any().update(th, iterable)
    }

    /// Removes the keys that an iterable yields.
    pub fn difference_update_with(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        self.any().difference_update(th, iterable)
    }

    /// Removes the keys that an iterable yields, and adds those that were not there.
    pub fn symmetric_difference_update_with(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        self.any().symmetric_difference_update(th, iterable)
    }

    /// Takes some key.
    pub fn pop(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let locked = th.lock(self);
        let place = self.table.pop_place()?;
        Some(self.table.remove_at(&locked, self, place))
    }
}

/// The hash of a set's key.
#[inline]
pub fn hash_of(th: &mut Thread, key: &Object) -> Result<isize, Raised> {
    hash_for(th, key, "set element")
}

impl FrozenSet {
    /// A frozenset of these keys; for constants.
    pub fn from_keys(th: &mut Thread, keys: &[&Object]) -> Result<Ref<FrozenSet>, Raised> {
        let set = FrozenSet::new(th);
        for key in keys {
            set.any().add(th, key)?;
        }
        Ok(set)
    }
}

impl<'a> AnySet<'a> {
    /// The set, if the object is one (subclasses count).
    #[inline]
    pub fn of(object: &'a Object) -> Option<AnySet<'a>> {
        match object.downcast::<Set>() {
            Some(set) => Some(set.any()),
            None => object.downcast::<FrozenSet>().map(FrozenSet::any),
        }
    }

    /// The set, if the object's type is exactly `set` or `frozenset`.
    pub fn of_exact(object: &'a Object) -> Option<AnySet<'a>> {
        match object.downcast_exact::<Set>() {
            Some(set) => Some(set.any()),
            None => object.downcast_exact::<FrozenSet>().map(FrozenSet::any),
        }
    }

    /// The object.
    pub fn object(self) -> &'a Object {
        self.object
    }

    /// How many keys.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.table.used()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether both are one object.
    pub fn is_same(self, other: AnySet<'_>) -> bool {
        core::ptr::eq(self.object, other.object)
    }

    fn lock<'t>(self, th: &'t mut Thread) -> Locked<'t>
    where
        'a: 't,
    {
        th.lock(self.object)
    }

    /// The places, to be read without the lock (R8, R10).
    #[inline(always)]
    fn places<'t>(self, _th: &'t Thread) -> Places<'t>
    where
        'a: 't,
    {
        self.table.places()
    }

    /// All keys with their hashes, taken at one moment.
    pub fn snapshot_hashed(self, th: &mut Thread) -> Vec<(isize, Ref<Object>)> {
        let locked = self.lock(th);
        let mut keys = Vec::with_capacity(self.len());
        keys.extend(self.places(&locked).iter().map(|(_, hash, key)| (hash, locked.retain(key))));
        keys
    }

    /// The key at a place or behind it with its hash, and the place after it. The caller sees to changes meanwhile.
    pub fn next_hashed(self, th: &mut Thread, place: usize) -> Option<(usize, isize, Ref<Object>)> {
        let locked = self.lock(th);
        let places = self.places(&locked);
        let (found, key) = places.key_from(place)?;
        Some((found + 1, places.hash_at(found), locked.retain(key)))
    }

    /// Whether there is such a key. A set that is looked for is taken for the frozenset of its keys.
    pub fn contains(self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let hash = self.hash_to_find(th, key)?;
        self.contains_hashed(th, key, hash)
    }

    /// The hash under which to look for a key.
    fn hash_to_find(self, th: &mut Thread, key: &Object) -> Result<isize, Raised> {
        let Some(set) = key.downcast::<Set>() else { return hash_of(th, key) };
        match ops::hash(th, key) {
            Err(_) if raise::matches(th, exceptions::type_error_type()) => {
                drop(th.take_exception());
                Ok(set.any().content_hash(th))
            }
            result => result,
        }
    }

    /// [`AnySet::contains`], the key's hash known.
    pub fn contains_hashed(self, th: &mut Thread, key: &Object, hash: isize) -> Result<bool, Raised> {
        let wanted = Key::new(key, hash);
        match self.places(th).find(hash, key, |other| wanted.verdict(other)).0 {
            Found::Place(_) => Ok(true),
            Found::Absent(_) => Ok(false),
            Found::Ask(_) => self.contains_asking(th, key, hash),
        }
    }

    /// [`AnySet::contains_hashed`] where keys must be asked.
    #[inline(never)]
    fn contains_asking(self, th: &mut Thread, key: &Object, hash: isize) -> Result<bool, Raised> {
        let wanted = Key::new(key, hash);
        let mut resume: Option<(Probe, u32, usize)> = None;
        loop {
            let stamp = self.table.stamp();
            let places = self.places(th);
            let address = places.address().addr();
            let (found, probe) = match resume.take() {
                Some((probe, old_stamp, old_address)) if old_stamp == stamp && old_address == address => {
                    places.find_next(probe, hash, key, |other| wanted.verdict(other))
                }
                _ => places.find(hash, key, |other| wanted.verdict(other)),
            };
            let place = match found {
                Found::Place(_) => return Ok(true),
                Found::Absent(_) => return Ok(false),
                Found::Ask(place) => place,
            };
            let other = match places.key_ref(th, th.is_mine(self.object), place) {
                Ok(Some(other)) => other,
                Ok(None) | Err(Contended) => continue,
            };
            let same = ops::eq(th, &other, key);
            th.release(other);
            let same = same?;
            if self.table.stamp() == stamp && self.places(th).address().addr() == address {
                if same {
                    return Ok(true);
                }
                resume = Some((probe, stamp, address));
            }
        }
    }

    /// Finds a key and runs `act` under the lock.
    #[inline(always)]
    fn with_place<R>(self, th: &mut Thread, key: &Object, hash: isize, act: impl FnOnce(&Locked<'_>, Found) -> R) -> Result<R, Raised> {
        let wanted = Key::new(key, hash);
        let locked = self.lock(th);
        let found = match self.places(&locked).find(hash, key, |other| wanted.verdict(other)) {
            (Found::Absent(free), probe) => Found::Absent(probe.vacancy(free)),
            (Found::Ask(_), _) => {
                drop(locked);
                return self.with_place_asking(th, key, hash, act);
            }
            (found, _) => found,
        };
        Ok(act(&locked, found))
    }

    /// [`AnySet::with_place`] where keys must be asked.
    #[inline(never)]
    fn with_place_asking<R>(self, th: &mut Thread, key: &Object, hash: isize, act: impl FnOnce(&Locked<'_>, Found) -> R) -> Result<R, Raised> {
        let wanted = Key::new(key, hash);
        let mut resume: Option<(Probe, u32)> = None;
        let mut same_at: Option<(usize, u32)> = None;
        loop {
            let locked = self.lock(th);
            let stamp = self.table.stamp();
            if let Some((place, old)) = same_at.take()
                && old == stamp
            {
                return Ok(act(&locked, Found::Place(place)));
            }
            let places = self.places(&locked);
            let (found, probe) = match resume.take() {
                Some((probe, old)) if old == stamp => places.find_next(probe, hash, key, |other| wanted.verdict(other)),
                _ => places.find(hash, key, |other| wanted.verdict(other)),
            };
            let place = match found {
                Found::Ask(place) => place,
                Found::Absent(free) => {
                    let vacancy = probe.vacancy(free);
                    return Ok(act(&locked, Found::Absent(vacancy)));
                }
                Found::Place(_) => return Ok(act(&locked, found)),
            };
            let Some(other) = places.key_at(place).map(|other| locked.retain(other)) else { continue };
            drop(locked);
            let same = ops::eq(th, &other, key);
            th.release(other);
            if same? {
                same_at = Some((place, stamp));
            } else {
                resume = Some((probe, stamp));
            }
        }
    }

    /// Adds a key; false if it was there.
    pub fn add(self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let hash = hash_of(th, key)?;
        self.add_hashed(th, key, hash)
    }

    /// [`AnySet::add`], the key's hash known.
    pub fn add_hashed(self, th: &mut Thread, key: &Object, hash: isize) -> Result<bool, Raised> {
        th.barrier(self.object, key);
        if th.is_mine(self.object) {
            let wanted = Key::new(key, hash);
            match self.places(th).find(hash, key, |other| wanted.verdict(other)) {
                (Found::Place(_), _) => return Ok(false),
                (Found::Absent(free), probe) => {
                    // Nobody else reads or writes the set.
                    self.table.add_at(th, self.object, probe.vacancy(free), hash, th.retain(key));
                    return if self.table.is_crowded() { self.grow(th) } else { Ok(true) };
                }
                (Found::Ask(_), _) => {}
            }
        }
        let added = self.with_place(th, key, hash, |locked, found| match found {
            Found::Absent(place) => self.add_locked(locked, place, hash, locked.retain(key)).map(|()| true),
            _ => Ok(false),
        })?;
        added.map_err(|error: NoMemory| error.raise(th))
    }

    /// Makes room after a key was added to a full table: true.
    #[cold]
    #[inline(never)]
    fn grow(self, th: &mut Thread) -> Result<bool, Raised> {
        let grown = self.table.resize(&self.lock(th), self.object, self.table.wanted());
        grown.map(|()| true).map_err(|error| error.raise(th))
    }

    #[inline]
    fn add_locked(self, locked: &Locked<'_>, place: usize, hash: isize, key: Ref<Object>) -> Result<(), NoMemory> {
        self.table.add_at(locked, self.object, place, hash, key);
        if self.table.is_crowded() {
            self.table.resize(locked, self.object, self.table.wanted())?;
        }
        Ok(())
    }

    /// Adds keys whose hashes are known: in one step for other threads, as long as no key must be asked.
    fn add_all(self, th: &mut Thread, keys: Vec<(isize, Ref<Object>)>) -> Result<(), Raised> {
        self.change_all(th, Keys::Given(keys), Change::Add)
    }

    /// Adds or removes keys: in one step for other threads, as long as no key must be asked; keys of a set are read in the same step.
    fn change_all(self, th: &mut Thread, keys: Keys<'_>, change: Change) -> Result<(), Raised> {
        let mut over = Vec::new();
        let keys = match keys {
            // What becomes common with the keys may be much: nobody waits for the set meanwhile.
            Keys::Of(other) if th.is_mine(other.object) && !th.is_mine(self.object) => Keys::Given(other.snapshot_hashed(th)),
            keys => keys,
        };
        let (mut locked, keys) = match keys {
            Keys::Given(keys) => {
                if change != Change::Remove {
                    keys.iter().for_each(|(_, key)| th.barrier(self.object, key));
                }
                (self.lock(th), keys)
            }
            Keys::Of(other) => {
                let locked = th.lock2(self.object, other.object);
                let keys = other.places(&locked).iter().map(|(_, hash, key)| (hash, locked.retain(key))).collect();
                (locked, keys)
            }
        };
        let mut keys = keys.into_iter();
        loop {
            let mut ask = None;
            let mut done = Ok(());
            let step = if locked.is_mine(self.object) { None } else { Some(self.table.in_one_step(&locked, self.object)) };
            let step = match step.transpose() {
                Ok(step) => step,
                Err(error) => {
                    drop(locked);
                    return Err(error.raise(th));
                }
            };
            let set = AnySet { object: self.object, table: step.as_ref().map_or(self.table, OneStep::table) };
            while let Some((hash, key)) = keys.next() {
                let wanted = Key::new(&key, hash);
                match (set.places(&locked).find(hash, &*key, |other| wanted.verdict(other)), change) {
                    ((Found::Ask(_), _), _) => {
                        ask = Some((hash, key));
                        break;
                    }
                    ((Found::Absent(free), probe), Change::Add | Change::Toggle) => {
                        locked.barrier(self.object, &key);
                        done = set.add_locked(&locked, probe.vacancy(free), hash, key);
                    }
                    ((Found::Place(place), _), Change::Remove | Change::Toggle) => over.extend([key, set.table.remove_at(&locked, self.object, place)]),
                    _ => over.push(key),
                }
                if done.is_err() {
                    break;
                }
            }
            drop(step);
            drop(locked);
            done.map_err(|error| error.raise(th))?;
            over.drain(..).for_each(|key| th.release(key));
            let Some((hash, key)) = ask else { return Ok(()) };
            let removed = change != Change::Add && self.discard_hashed(th, &key, hash)?;
            if change == Change::Add || change == Change::Toggle && !removed {
                self.add_hashed(th, &key, hash)?;
            }
            th.release(key);
            locked = self.lock(th);
        }
    }

    /// The keys that an iterable of ours yields, with their hashes, if it runs no code and the set is one that other threads have: then they are
    /// put in in one step. A key without a hash comes last, as an error.
    fn quiet_keys(self, th: &mut Thread, iterable: &Object) -> Option<HashedKeys> {
        if th.is_mine(self.object) {
            return None;
        }
        let mut keys = Vec::new();
        for key in ops::quiet_items(th, iterable)? {
            match hash_of(th, &key) {
                Ok(hash) => keys.push((hash, key)),
                Err(raised) => return Some((keys, Err(raised))),
            }
        }
        Some((keys, Ok(())))
    }

    /// Removes a key; false if it was not there.
    pub fn discard(self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let hash = self.hash_to_find(th, key)?;
        self.discard_hashed(th, key, hash)
    }

    /// [`AnySet::discard`], the key's hash known.
    pub fn discard_hashed(self, th: &mut Thread, key: &Object, hash: isize) -> Result<bool, Raised> {
        let removed = self.with_place(th, key, hash, |locked, found| match found {
            Found::Place(place) => Some(self.table.remove_at(locked, self.object, place)),
            _ => None,
        })?;
        Ok(match removed {
            Some(key) => {
                th.release(key);
                true
            }
            None => false,
        })
    }

    /// Removes all keys.
    pub fn clear(self, th: &mut Thread) {
        let keys = self.table.take_all(&self.lock(th), self.object);
        keys.into_iter().for_each(|key| th.release(key));
    }

    /// The hash of the frozenset of the keys.
    fn content_hash(self, th: &mut Thread) -> isize {
        let locked = self.lock(th);
        let shuffle = |hash: usize| (hash ^ 89_869_747 ^ (hash << 16)).wrapping_mul(3_644_798_167);
        let places = self.places(&locked);
        let mut hash = places.iter().fold(0, |hash, (_, key_hash, _)| hash ^ shuffle(key_hash.cast_unsigned()));
        hash ^= (self.len() + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        match hash.wrapping_mul(69_069).wrapping_add(907_133_923).cast_signed() {
            -1 => 590_923_713,
            hash => hash,
        }
    }

    /// A frozenset's hash, computed once.
    pub fn frozen_hash(self, th: &mut Thread) -> isize {
        use heap::sync::Ordering::Relaxed;
        match self.table.hash.load(Relaxed) {
            -1 => {
                let hash = self.content_hash(th);
                self.table.hash.store(hash, Relaxed);
                hash
            }
            hash => hash,
        }
    }

    /// The hash that [`AnySet::frozen_hash`] computed, if it did.
    fn known_hash(self) -> Option<isize> {
        match self.table.hash.load(heap::sync::Ordering::Relaxed) {
            -1 => None,
            hash => Some(hash),
        }
    }
}
