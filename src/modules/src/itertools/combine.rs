//! Products, permutations and combinations: pools of items and indices that step like an odometer.

use heap::sync::Mutex;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Str, Tuple, none, ops, raise};

type Step = Result<Option<Ref<Object>>, Raised>;

/// Where an odometer stands.
struct Position {
    indices: Vec<usize>,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing was shown yet.
    Start,
    /// The indices were shown last.
    Running,
    /// All were shown.
    End,
}

impl Position {
    /// Before the first of them; `None` if there are none at all.
    fn start(indices: Option<Vec<usize>>) -> Mutex<Position> {
        let phase = if indices.is_some() { Phase::Start } else { Phase::End };
        Mutex::new(Position { indices: indices.unwrap_or_default(), phase })
    }
}

/// Steps and shows under the mutex; nothing calls out or ends objects there.
fn advance<R>(position: &Mutex<Position>, step: impl FnOnce(&mut Vec<usize>) -> bool, show: impl FnOnce(&[usize]) -> R) -> Option<R> {
    let mut position = position.lock();
    match position.phase {
        Phase::End => return None,
        Phase::Start => position.phase = Phase::Running,
        Phase::Running => {
            if !step(&mut position.indices) {
                position.phase = Phase::End;
                return None;
            }
        }
    }
    Some(show(&position.indices))
}

/// A vector of zeros, if there is memory for it.
fn zeros(th: &mut Thread, length: usize) -> Result<Vec<usize>, Raised> {
    let mut all = Vec::new();
    if all.try_reserve_exact(length).is_err() {
        return Err(raise::memory_error(th));
    }
    all.resize(length, 0);
    Ok(all)
}

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// product(*iterables, repeat=1)
#[pytype(name = "product", sig = "(*iterables, repeat=1)", module = "itertools", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Product {
    head: Head,
    pools: Slot<Tuple>,
    #[untraversed]
    position: Mutex<Position>,
}

#[pymethods]
impl Product {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Product>, Raised> {
        let mut repeat = 1;
        for (name, value) in kwargs.iter() {
            if name.downcast::<Str>().is_none_or(|n| !n.eq_text("repeat")) {
                return Err(raise::type_error(th, format_args!("product() got an unexpected keyword argument")));
            }
            repeat = ops::index_isize(th, value)?;
            if repeat < 0 {
                return Err(raise::value_error(th, format_args!("repeat argument cannot be negative")));
            }
        }
        let mut pools: Vec<Ref<Object>> = Vec::new();
        for iterable in args.as_slice() {
            pools.push(ops::to_tuple(th, iterable)?.up());
        }
        let once = pools.len();
        let Some(total) = once.checked_mul(repeat.cast_unsigned()).filter(|&total| total <= isize::MAX.cast_unsigned() / size_of::<usize>()) else {
            return Err(raise::overflow_error(th, format_args!("repeat argument too large")));
        };
        let indices = zeros(th, total)?;
        if pools.try_reserve_exact(total.saturating_sub(once)).is_err() {
            return Err(raise::memory_error(th));
        }
        for i in once..total {
            let again = pools[i - once].clone();
            pools.push(again);
        }
        pools.truncate(total);
        let empty = pools.iter().any(|p| p.downcast_ref::<Tuple>().is_some_and(Tuple::is_empty));
        let position = Position::start((!empty).then_some(indices));
        let pools = Tuple::new(th, pools);
        Ok(th.new_instance(cls, Product { head: Head::INIT, pools: Slot::new(pools), position }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Product> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        let Some(pools) = self.pools.get(th, self) else { return Ok(None) };
        let pool = |at: usize| pools.get(at).downcast::<Tuple>().unwrap_or_else(|| Tuple::empty_static());
        let step = |indices: &mut Vec<usize>| {
            for at in (0..indices.len()).rev() {
                indices[at] += 1;
                if indices[at] < pool(at).len() {
                    return true;
                }
                indices[at] = 0;
            }
            false
        };
        let thread: &Thread = th;
        let shown = advance(&self.position, step, |indices| {
            Tuple::try_build(thread, indices.len(), |at| thread.retain(pool(at).get(indices[at])))
        });
        match shown {
            None => Ok(None),
            Some(Some(items)) => Ok(Some(items.up())),
            Some(None) => Err(raise::memory_error(th)),
        }
    }
}

macro_rules! pickers {
    ($($(#[$doc:meta])* $ty:ident $name:literal $sig:literal {$(#[$default:meta])?} $start:expr, $step:expr;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, module = "itertools", sig = $sig, flags(BASETYPE, OWN_GETATTR), lock = instance)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            pool: Slot<Tuple>,
            length: usize,
            #[untraversed]
            position: Mutex<Position>,
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = $sig)]
            fn tp_new(th: &mut Thread, cls: &Type, iterable: &Object, $(#[$default])? r: &Object) -> Result<Ref<$ty>, Raised> {
                let pool = ops::to_tuple(th, iterable)?;
                let n = pool.len();
                let length = if r.is(none()) { n as isize } else { ops::index_isize(th, r)? };
                if length < 0 {
                    return Err(raise::value_error(th, format_args!("r must be non-negative")));
                }
                let length = length as usize;
                let start: fn(&mut Thread, usize, usize) -> Result<Option<Vec<usize>>, Raised> = $start;
                let position = Position::start(start(th, n, length)?);
                Ok(th.new_instance(cls, $ty { head: Head::INIT, pool: Slot::new(pool), length, position }))
            }

            #[slot(tp_iter)]
            fn iter(&self) -> Ref<$ty> {
                self.to_ref()
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Step {
                let Some(pool) = self.pool.get(th, self) else { return Ok(None) };
                let step: fn(&mut Vec<usize>, usize, usize) -> bool = $step;
                let thread: &Thread = th;
                let shown = advance(
                    &self.position,
                    |indices| step(indices, pool.len(), self.length),
                    |indices| Tuple::try_build(thread, self.length, |at| thread.retain(pool.get(indices[at]))),
                );
                match shown {
                    None => Ok(None),
                    Some(Some(items)) => Ok(Some(items.up())),
                    Some(None) => Err(raise::memory_error(th)),
                }
            }
        }
    )*};
}

pickers! {
    /// Return successive r-length permutations of elements in the iterable.
    ///
    /// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
    Permutations "permutations" "(iterable, r=None)" {#[default(objects::none())]}
        |_, n, r| Ok((r <= n).then(|| (0..n).chain((0..r).map(|i| n - i)).collect())),
        |state, n, r| {
            // The first n are indices, the last r are the cycles that count down.
            for at in (0..r).rev() {
                state[n + at] -= 1;
                if state[n + at] == 0 {
                    state[at..n].rotate_left(1);
                    state[n + at] = n - at;
                } else {
                    let other = n - state[n + at];
                    state.swap(at, other);
                    return true;
                }
            }
            false
        };
    /// Return successive r-length combinations of elements in the iterable.
    ///
    /// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
    Combinations "combinations" "(iterable, r)" {}
        |_, n, r| Ok((r <= n).then(|| (0..r).collect())),
        |indices, n, r| {
            let Some(at) = (0..r).rev().find(|&i| indices[i] != i + n - r) else { return false };
            indices[at] += 1;
            for i in at + 1..r {
                indices[i] = indices[i - 1] + 1;
            }
            true
        };
    /// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
    ///
    /// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
    CombinationsWithReplacement "combinations_with_replacement" "(iterable, r)" {}
        |th, n, r| if n > 0 || r == 0 { zeros(th, r).map(Some) } else { Ok(None) },
        |indices, n, r| {
            let Some(at) = (0..r).rev().find(|&i| indices[i] != n - 1) else { return false };
            let value = indices[at] + 1;
            indices[at..].fill(value);
            true
        };
}
