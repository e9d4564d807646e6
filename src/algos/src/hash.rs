//! Hashes of texts and containers. Those of numbers are with the numbers (`int`, `float`, `complex`).
//!
//! No hash is -1, which is an error in the C API.

/// Texts and bytes are hashed with a key chosen at start-up, so that nobody can prepare collisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Key {
    pub k0: u64,
    pub k1: u64,
}

impl Key {
    /// The key for `PYTHONHASHSEED`; 0 is the zero key, which turns randomization off.
    #[must_use]
    pub fn from_seed(seed: u32) -> Key {
        if seed == 0 {
            return Key::default();
        }
        let mut state = seed;
        let mut bytes = [0; 16];
        for b in &mut bytes {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            *b = (state >> 16) as u8;
        }
        Key::from_bytes(bytes)
    }

    /// From random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Key {
        let word = |i: usize| u64::from_le_bytes(core::array::from_fn(|j| bytes[i + j]));
        Key { k0: word(0), k1: word(8) }
    }

    /// `hash` of bytes, or of the storage of a string. Nothing hashes to 0.
    #[inline]
    #[must_use]
    pub fn hash(self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() { 0 } else { never_error(siphash13(self, bytes).cast_signed()) }
    }

    /// `hash` of a string of two-byte units: that of its storage.
    #[must_use]
    pub fn hash_u16(self, units: &[u16]) -> i64 {
        let mut words = units.chunks_exact(4);
        let tail = join(words.remainder(), 16);
        never_error(siphash13_words(self, words.by_ref().map(|w| join(w, 16)), tail, units.len() * 2).cast_signed())
    }

    /// `hash` of a string of four-byte units: that of its storage.
    #[must_use]
    pub fn hash_u32(self, units: &[u32]) -> i64 {
        let mut words = units.chunks_exact(2);
        let tail = join(words.remainder(), 32);
        never_error(siphash13_words(self, words.by_ref().map(|w| join(w, 32)), tail, units.len() * 4).cast_signed())
    }
}

/// Units as they lie in memory on a little-endian machine.
fn join<T: Copy + Into<u64>>(units: &[T], bits: u32) -> u64 {
    units.iter().rev().fold(0, |acc, &u| acc << bits | u.into())
}

#[inline]
fn never_error(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

#[inline]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

/// SipHash with one compression and three finalization rounds.
#[must_use]
pub fn siphash13(key: Key, bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    let tail = join(words.remainder(), 8);
    let words = words.by_ref().map(|word| u64::from_le_bytes(core::array::from_fn(|i| word[i])));
    siphash13_words(key, words, tail, bytes.len())
}

/// Whole words, the bytes behind them, and the length of all in bytes.
#[inline]
fn siphash13_words(key: Key, words: impl Iterator<Item = u64>, tail: u64, len: usize) -> u64 {
    let mut v = [
        key.k0 ^ 0x736f_6d65_7073_6575,
        key.k1 ^ 0x646f_7261_6e64_6f6d,
        key.k0 ^ 0x6c79_6765_6e65_7261,
        key.k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut absorb = |m: u64| {
        v[3] ^= m;
        round(&mut v);
        v[0] ^= m;
    };
    words.for_each(&mut absorb);
    absorb((len as u64) << 56 | tail);
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// Hashes a sequence of hashes, as tuples and slices do (xxHash with one lane).
#[derive(Debug, Clone, Copy)]
pub struct SequenceHasher {
    acc: u64,
    len: u64,
}

impl Default for SequenceHasher {
    fn default() -> Self {
        SequenceHasher { acc: PRIME_5, len: 0 }
    }
}

impl SequenceHasher {
    #[inline]
    pub fn push(&mut self, hash: i64) {
        self.acc = self.acc.wrapping_add(hash.cast_unsigned().wrapping_mul(PRIME_2));
        self.acc = self.acc.rotate_left(31).wrapping_mul(PRIME_1);
        self.len += 1;
    }

    /// The hash of a tuple.
    #[inline]
    #[must_use]
    pub fn tuple(self) -> i64 {
        let acc = self.acc.wrapping_add(self.len ^ PRIME_5 ^ 3_527_539);
        if acc == u64::MAX { 1_546_275_796 } else { acc.cast_signed() }
    }

    /// The hash of a slice, from start, stop and step.
    #[must_use]
    pub fn slice(self) -> i64 {
        if self.acc == u64::MAX { 1_546_275_796 } else { self.acc.cast_signed() }
    }
}

/// Hashes a set of hashes, in whatever order they come.
#[derive(Debug, Clone, Copy, Default)]
pub struct SetHasher {
    acc: u64,
    len: u64,
}

impl SetHasher {
    #[inline]
    pub fn push(&mut self, hash: i64) {
        let h = hash.cast_unsigned();
        self.acc ^= ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
        self.len += 1;
    }

    /// The hash of a frozenset.
    #[must_use]
    pub fn frozenset(self) -> i64 {
        let mut hash = self.acc ^ (self.len + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX { 590_923_713 } else { hash.cast_signed() }
    }
}

/// The hash of an object by its address.
#[inline]
#[must_use]
pub fn address(address: u64) -> i64 {
    never_error(address.rotate_right(4).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_cpython() {
        // PYTHONHASHSEED=0 and 42.
        assert_eq!(Key::from_seed(0).hash(b"abc"), -4594863902769663758);
        assert_eq!(Key::from_seed(42).hash(b"abc"), 3869580338025362921);
        assert_eq!(Key::from_seed(42).hash(b"0123456789abcdef01"), 3125110289993958651);
        assert_eq!(Key::from_seed(42).hash_u16(&[0x20ac]), -9193319877017669544);
        assert_eq!(Key::from_seed(42).hash_u32(&[0x1_f600]), 6601963133753205906);
        let tuple = |hashes: &[i64]| {
            let mut hasher = SequenceHasher::default();
            hashes.iter().for_each(|&h| hasher.push(h));
            hasher
        };
        assert_eq!(tuple(&[]).tuple(), 5740354900026072187);
        assert_eq!(tuple(&[1, -2, 3]).tuple(), -7250808254517930442);
        assert_eq!(tuple(&[1, 2, 3]).slice(), -2340833382717974474);
        let set = |hashes: &[i64]| {
            let mut hasher = SetHasher::default();
            hashes.iter().for_each(|&h| hasher.push(h));
            hasher.frozenset()
        };
        assert_eq!(set(&[]), 133146708735736);
        assert_eq!(set(&[3, 1, 2]), -272375401224217160);
    }
}
