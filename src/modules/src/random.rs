//! `_random`: the Mersenne twister as a base class.

use algos::int as alg;
use algos::random::Twister;
use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Int, Tuple, none, ops, raise};

/// Random() -> create a random number generator with its own internal state.
#[pytype(name = "Random", module = "_random", flags(BASETYPE))]
#[repr(C)]
pub struct Random {
    head: Head,
    #[untraversed]
    twister: Mutex<Box<Twister>>,
}

/// The words of a seed: of a number's magnitude, else of a hash; without one, of the system's entropy.
fn key(th: &mut Thread, n: Option<&Object>) -> Result<Vec<u32>, Raised> {
    let Some(n) = n.filter(|n| !n.is(none())) else {
        // The state of a new hasher is random; it is all that is portable and cannot fail.
        let word = || core::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), 0u8);
        return Ok((0..312).flat_map(|_| [word() as u32, (word() >> 32) as u32]).collect());
    };
    let magnitude = match n.downcast::<Int>() {
        Some(n) => n.view().abs().to_owned(),
        None => alg::Int::from_u64(ops::hash(th, n)? as u64),
    };
    let bytes = (alg::bit_length(magnitude.view()) as usize).div_ceil(32) * 4;
    let mut out = vec![0; bytes];
    // The buffer is as long as the number.
    let _ = alg::to_bytes(magnitude.view(), &mut out, true, false);
    Ok(out.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
}

#[pymethods]
impl Random {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Random>, Raised> {
        if core::ptr::eq(cls, <Random as heap::PyType>::type_object()) && !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("Random() takes no keyword arguments")));
        }
        let key = key(th, args.first().copied())?;
        Ok(th.new_instance(cls, Random { head: Head::INIT, twister: Mutex::new(Box::new(Twister::new(&key))) }))
    }

    /// random() -> x in the interval [0, 1).
    #[method]
    fn random(&self) -> f64 {
        self.twister.lock().next_f64()
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method(sig = "($self, n=None, /)")]
    fn seed(&self, th: &mut Thread, n: Option<&Object>) -> Result<(), Raised> {
        let key = key(th, n)?;
        self.twister.lock().seed(&key);
        Ok(())
    }

    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method(sig = "($self, k, /)")]
    fn getrandbits(&self, th: &mut Thread, k: &Object) -> Result<Ref<Int>, Raised> {
        let k = ops::index(th, k)?;
        if k.view().is_negative() {
            return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
        }
        let Some(bits) = k.to_i64().filter(|&k| k < 1 << 40) else {
            return Err(raise::memory_error(th));
        };
        if bits <= 64 {
            let value = self.twister.lock().bits_u64(bits as u32);
            return Ok(Int::from_u64(th, value));
        }
        let words = self.twister.lock().bits(bits as usize);
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Ok(Int::from_alg(th, &alg::from_bytes(&bytes, true, false)))
    }

    /// getstate() -> tuple containing the current state.
    #[method]
    fn getstate(&self, th: &mut Thread) -> Ref<Tuple> {
        let (words, index) = {
            let twister = self.twister.lock();
            let (words, index) = twister.state();
            (words.to_vec(), index)
        };
        Tuple::build(th, words.len() + 1, |i| Int::from_usize(th, words.get(i).map_or(index, |&word| word as usize)).up())
    }

    /// setstate(state) -> None.  Restores generator state.
    #[method(sig = "($self, state, /)")]
    fn setstate(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        let Some(state) = state.downcast::<Tuple>() else {
            return Err(raise::type_error(th, format_args!("state vector must be a tuple")));
        };
        if state.len() != 625 {
            return Err(raise::value_error(th, format_args!("state vector is the wrong size")));
        }
        let mut words = [0; 624];
        for (i, word) in words.iter_mut().enumerate() {
            // What is above 32 bits is cut off.
            *word = ops::index(th, state.get(i))?.view().wrapping_u64() as u32;
        }
        let index = ops::index(th, state.get(624))?.to_i64().and_then(|index| usize::try_from(index).ok());
        match index.and_then(|index| Twister::from_state(words, index)) {
            Some(twister) => {
                **self.twister.lock() = twister;
                Ok(())
            }
            None => Err(raise::value_error(th, format_args!("invalid state"))),
        }
    }
}

#[pymodule(name = "_random", types(Random))]
pub mod random {
    //! Module implements the Mersenne Twister random number generator.
    use super::*;
}
