//! What `functools.lru_cache` wraps a function in.
//!
//! Invariant: a bounded cache's dict is in the order of use, the oldest first, but for what `uses` knows. A hit takes no lock where threads
//! share the cache; a new entry, which puts the oldest out, is one step under the dict's lock. The function runs without any lock, so
//! threads (or recursive calls) may compute the same value twice, of which the first to arrive stays.

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::dict::uses::Uses;
use objects::glue::*;
use objects::{Dict, Int, Method, Str, Tuple, none, ops, raise};

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pytype(name = "_lru_cache_wrapper", module = "functools", flags(METHOD_DESCRIPTOR), dict, weakref, vectorcall, lock = instance)]
#[repr(C)]
pub struct LruCache {
    head: Head,
    function: Slot,
    cache: Slot<Dict>,
    cache_info_type: Slot,
    dict: Slot<Dict>,
    limit: Limit,
    typed: bool,
    uses: Uses,
    /// Those that `uses` has not counted: of a cache that only one thread can reach.
    hits: AtomicUsize,
    misses: AtomicUsize,
    vectorcall: Option<vectorcallfunc>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Uncached,
    Unbounded,
    Entries(usize),
}

/// Stands between positional and keyword arguments in keys.
static MARK: Global = Global::EMPTY;

fn mark(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    MARK.get_or_init(th, |th| ops::call0(th, objects::typing::object_type()))
}

/// The only argument of a call, if it is its own key: numbers and strings, whose types tell them apart.
fn only_key<'a>(args: &[&'a Object]) -> Option<&'a Object> {
    match *args {
        [only] if only.is_exactly::<Str>() || only.is_exactly::<Int>() => Some(only),
        _ => None,
    }
}

/// The key of a call: its only argument, or a tuple of all.
fn make_key(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>, typed: bool) -> Result<Ref<Object>, Raised> {
    if !typed && kwargs.is_empty() {
        return Ok(match only_key(args.as_slice()) {
            Some(only) => th.retain(only),
            None => Tuple::from_slice(th, args.as_slice()).up(),
        });
    }
    let mark = mark(th)?;
    let mut all: Vec<&Object> = args.as_slice().to_vec();
    if !kwargs.is_empty() {
        all.push(&mark);
        for (name, value) in kwargs.iter() {
            all.push(name);
            all.push(value);
        }
    }
    if typed {
        all.extend(args.iter().map(|arg| arg.ty().as_object()));
        all.extend(kwargs.iter().map(|(_, value)| value.ty().as_object()));
    }
    Ok(Tuple::from_slice(th, &all).up())
}

impl LruCache {
    fn run(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        match self.function.peek() {
            Some(function) => objects::classmethod::call_with(th, function, args.as_slice(), kwargs),
            None => Err(raise::system_error(th, format_args!("cache without a function"))),
        }
    }

    /// Counts one up, without an atomic, where nobody else counts; false elsewhere.
    fn count_alone(&self, th: &Thread, counter: &AtomicUsize) -> bool {
        let alone = th.is_mine(self.as_object());
        if alone {
            counter.store(counter.load(Relaxed).wrapping_add(1), Relaxed);
        }
        alone
    }

    fn count_hit(&self, th: &Thread) {
        if !self.count_alone(th, &self.hits) {
            self.uses.count_up(th);
        }
    }

    fn cached(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>, limit: Option<usize>) -> Result<Ref<Object>, Raised> {
        let Some(cache) = self.cache.peek() else { return self.run(th, args, kwargs) };
        // Most tuples are found without making them.
        let mut hash = None;
        if !self.typed && kwargs.is_empty() && only_key(args.as_slice()).is_none() {
            let known = *hash.insert(Tuple::hash_of(th, args.as_slice())?);
            let hit = match limit {
                Some(_) => cache.get_used_tuple_of(th, args.as_slice(), known, &self.uses)?,
                None => cache.get_tuple_of(th, args.as_slice(), known),
            };
            if let Some(result) = hit {
                self.count_hit(th);
                return Ok(result);
            }
        }
        let key = make_key(th, args, kwargs, self.typed)?;
        let hash = match hash {
            Some(hash) => hash,
            None => ops::hash(th, &key)?,
        };
        let hit = match limit {
            Some(_) => cache.get_used(th, &key, hash, &self.uses)?,
            None => cache.get_hashed(th, &key, hash)?,
        };
        if let Some(result) = hit {
            self.count_hit(th);
            th.release(key);
            return Ok(result);
        }
        if !self.count_alone(th, &self.misses) {
            self.misses.fetch_add(1, Relaxed);
        }
        let result = self.run(th, args, kwargs)?;
        match limit {
            None => cache.set_hashed(th, &key, hash, result.clone())?,
            Some(limit) => {
                let added = cache.add_within(th, &key, hash, &result, limit, &self.uses)?;
                if let Some((key, value)) = added.removed {
                    th.release(key);
                    th.release(value);
                }
                if let Some(present) = added.present {
                    th.release(present);
                }
            }
        }
        th.release(key);
        Ok(result)
    }
}

#[pymethods]
impl LruCache {
    #[slot(tp_new, sig = "(user_function, maxsize, typed, cache_info_type)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        user_function: &Object,
        maxsize: &Object,
        typed: bool,
        cache_info_type: &Object,
    ) -> Result<Ref<LruCache>, Raised> {
        if !ops::is_callable(user_function) {
            return Err(raise::type_error(th, format_args!("the first argument must be callable")));
        }
        let limit = if maxsize.is(none()) {
            Limit::Unbounded
        } else if ops::has_index(maxsize) {
            match ops::index_isize(th, maxsize)?.max(0) as usize {
                0 => Limit::Uncached,
                entries => Limit::Entries(entries),
            }
        } else {
            return Err(raise::type_error(th, format_args!("maxsize should be integer or None")));
        };
        let made = LruCache {
            head: Head::INIT,
            function: Slot::new(th.retain(user_function)),
            cache: Slot::new(Dict::new(th)),
            cache_info_type: Slot::new(th.retain(cache_info_type)),
            dict: Slot::NULL,
            limit,
            typed,
            uses: Uses::new(),
            hits: AtomicUsize::new(0),
            misses: AtomicUsize::new(0),
            vectorcall: LruCache::VECTORCALL,
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        match self.limit {
            Limit::Uncached => {
                self.misses.fetch_add(1, Relaxed);
                self.run(th, args, kwargs)
            }
            Limit::Unbounded => self.cached(th, args, kwargs, None),
            Limit::Entries(entries) => self.cached(th, args, kwargs, Some(entries)),
        }
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Ref<Object> {
        match instance.filter(|instance| !instance.is(none())) {
            Some(instance) => Method::new(th, self, instance).up(),
            None => self.to_ref().up(),
        }
    }

    /// Report cache statistics
    #[method]
    fn cache_info(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let hits = self.hits.load(Relaxed).wrapping_add(self.uses.count());
        let misses = self.misses.load(Relaxed);
        let size = self.cache.peek().map_or(0, Dict::len);
        let (hits, misses, size) = (Int::from_usize(th, hits), Int::from_usize(th, misses), Int::from_usize(th, size));
        let limit = match self.limit {
            Limit::Unbounded => objects::none_ref(),
            Limit::Uncached => Int::from_usize(th, 0).up(),
            Limit::Entries(entries) => Int::from_usize(th, entries).up(),
        };
        let make = self.cache_info_type.peek().unwrap_or(none());
        ops::call(th, make, &[&hits, &misses, &limit, &size])
    }

    /// Clear the cache and cache statistics
    #[method]
    fn cache_clear(&self, th: &mut Thread) {
        self.hits.store(0, Relaxed);
        self.uses.forget_count();
        self.misses.store(0, Relaxed);
        if let Some(cache) = self.cache.peek() {
            cache.clear_used(th, &self.uses);
        }
    }

    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        super::qualname(th, self)
    }

    #[method(sig = none)]
    fn __copy__(&self) -> &Self {
        self
    }

    #[method(sig = none)]
    fn __deepcopy__(&self, _memo: &Object) -> &Self {
        self
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        super::dict_attribute(th, self)
    }

    #[setter(__dict__)]
    fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        super::set_dict_attribute(th, self, value)
    }
}
