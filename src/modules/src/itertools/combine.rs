//! Products, permutations and combinations: pools of items and indices that step like an odometer.

use heap::sync::Mutex;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{List, Str, Tuple, none, ops, raise};

type Step = Result<Option<Ref<Object>>, Raised>;

/// Where an odometer stands: nothing is shown yet, these indices were shown last, or all were.
enum Position {
    Start(Vec<usize>),
    At(Vec<usize>),
    End,
}

/// Steps under the mutex; no object is touched there.
fn advance(position: &Mutex<Position>, step: impl FnOnce(&mut Vec<usize>) -> bool) -> Option<Vec<usize>> {
    let mut position = position.lock();
    match core::mem::replace(&mut *position, Position::End) {
        Position::End => None,
        Position::Start(indices) => {
            *position = Position::At(indices.clone());
            Some(indices)
        }
        Position::At(mut indices) => {
            if !step(&mut indices) {
                return None;
            }
            *position = Position::At(indices.clone());
            Some(indices)
        }
    }
}

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// product(*iterables, repeat=1)
#[pytype(name = "product", module = "itertools", flags(BASETYPE), lock = instance)]
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
        for _ in 1..repeat {
            for i in 0..once {
                let again = pools[i].clone();
                pools.push(again);
            }
        }
        if repeat == 0 {
            pools.truncate(0);
        }
        let empty = pools.iter().any(|p| p.downcast_ref::<Tuple>().is_some_and(Tuple::is_empty));
        let position = if empty { Position::End } else { Position::Start(vec![0; pools.len()]) };
        let pools = Tuple::new(th, pools);
        Ok(th.new_instance(cls, Product { head: Head::INIT, pools: Slot::new(pools), position: Mutex::new(position) }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Product> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        let Some(pools) = self.pools.get(th, self) else { return Ok(None) };
        let sizes: Vec<usize> = pools.iter().map(|p| p.downcast::<Tuple>().map_or(0, Tuple::len)).collect();
        let indices = advance(&self.position, |indices| {
            for at in (0..indices.len()).rev() {
                indices[at] += 1;
                if indices[at] < sizes[at] {
                    return true;
                }
                indices[at] = 0;
            }
            false
        });
        let Some(indices) = indices else { return Ok(None) };
        let items: Vec<Ref<Object>> =
            indices.iter().zip(pools.iter()).filter_map(|(&i, pool)| pool.downcast::<Tuple>().map(|p| p.get(i).to_owned())).collect();
        Ok(Some(Tuple::new(th, items).up()))
    }
}

macro_rules! pickers {
    ($($(#[$doc:meta])* $ty:ident $name:literal $sig:literal {$(#[$default:meta])?} $start:expr, $step:expr;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, module = "itertools", sig = $sig, flags(BASETYPE), lock = instance)]
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
                let start: fn(usize, usize) -> Option<Vec<usize>> = $start;
                let position = start(n, length).map_or(Position::End, Position::Start);
                Ok(th.new_instance(cls, $ty { head: Head::INIT, pool: Slot::new(pool), length, position: Mutex::new(position) }))
            }

            #[slot(tp_iter)]
            fn iter(&self) -> Ref<$ty> {
                self.to_ref()
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Step {
                let Some(pool) = self.pool.get(th, self) else { return Ok(None) };
                let step: fn(&mut Vec<usize>, usize, usize) -> bool = $step;
                let Some(indices) = advance(&self.position, |indices| step(indices, pool.len(), self.length)) else { return Ok(None) };
                let items: Vec<Ref<Object>> = indices[..self.length].iter().map(|&i| pool.get(i).to_owned()).collect();
                Ok(Some(Tuple::new(th, items).up()))
            }
        }
    )*};
}

pickers! {
    /// Return successive r-length permutations of elements in the iterable.
    ///
    /// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
    Permutations "permutations" "(iterable, r=None)" {#[default(objects::none())]}
        |n, r| (r <= n).then(|| (0..n).chain((0..r).map(|i| n - i)).collect()),
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
        |n, r| (r <= n).then(|| (0..r).collect()),
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
        |n, r| (n > 0 || r == 0).then(|| vec![0; r]),
        |indices, n, r| {
            let Some(at) = (0..r).rev().find(|&i| indices[i] != n - 1) else { return false };
            let value = indices[at] + 1;
            indices[at..].fill(value);
            true
        };
}

const _: fn(&List) -> usize = List::len;
