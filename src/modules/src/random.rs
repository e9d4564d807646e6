//! `_random`: the Mersenne twister as a base class.
#![allow(unsafe_code, reason = "system calls")]

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
    let Some(n) = n.filter(|n| !n.is(none())) else { return entropy(th) };
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

fn number<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Int, Raised> {
    object.downcast::<Int>().ok_or_else(|| raise::type_error(th, format_args!("an integer is required")))
}

/// A word of a saved state.
fn unsigned(th: &mut Thread, object: &Object) -> Result<u64, Raised> {
    let number = number(th, object)?;
    match number.to_u64() {
        Some(word) => Ok(word),
        None if number.is_negative() => Err(raise::overflow_error(th, format_args!("can't convert negative value to unsigned int"))),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
    }
}

/// As many words as the state has.
fn entropy(th: &mut Thread) -> Result<Vec<u32>, Raised> {
    let mut words = vec![0_u32; 624];
    let bytes = words.len() * size_of::<u32>();
    let mut filled = 0;
    while filled < bytes {
        // SAFETY: the words from `filled` on are `bytes - filled` bytes.
        let got = unsafe { libc::getrandom(words.as_mut_ptr().cast::<u8>().add(filled).cast(), bytes - filled, 0) };
        match usize::try_from(got) {
            Ok(got) => filled += got,
            Err(_) if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return Err(raise::io_error(th, &std::io::Error::last_os_error(), None)),
        }
    }
    Ok(words)
}

#[pymethods]
impl Random {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Random>, Raised> {
        let Some(twister) = Twister::from_state([0; 624], 0) else {
            return Err(raise::system_error(th, format_args!("a generator has no empty state")));
        };
        Ok(th.new_instance(cls, Random { head: Head::INIT, twister: Mutex::new(Box::new(twister)) }))
    }

    #[slot(tp_init, sig = "(seed=None, /)")]
    fn init(&self, th: &mut Thread, seed: Option<&Object>) -> Result<(), Raised> {
        self.seed(th, seed)
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
        let Some(bits) = k.to_u64() else {
            return Err(raise::overflow_error(th, format_args!("Python int too large for C uint64_t")));
        };
        if bits >= 1 << 40 {
            return Err(raise::memory_error(th));
        }
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
            *word = unsigned(th, state.get(i))? as u32;
        }
        let index = number(th, state.get(624))?.to_i64().and_then(|index| usize::try_from(index).ok());
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
