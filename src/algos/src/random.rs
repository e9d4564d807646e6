//! The Mersenne twister of the `random` module (MT19937).

const N: usize = 624;
const M: usize = 397;

/// The generator; its state is what `getstate` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twister {
    state: [u32; N],
    index: usize,
}

impl Twister {
    /// Seeded by the 32-bit words of a number, least first; an empty key counts as one zero.
    #[must_use]
    pub fn new(key: &[u32]) -> Self {
        let mut twister = Twister { state: [0; N], index: N };
        twister.seed(key);
        twister
    }

    pub fn seed(&mut self, key: &[u32]) {
        let key = if key.is_empty() { &[0] } else { key };
        let s = &mut self.state;
        s[0] = 19_650_218;
        for i in 1..N {
            // The index is below 624.
            s[i] = 1_812_433_253u32.wrapping_mul(s[i - 1] ^ (s[i - 1] >> 30)).wrapping_add(i as u32);
        }
        let mut i = 1;
        let mut j = 0;
        let wrap = |s: &mut [u32; N], i: usize| {
            if i < N {
                return i;
            }
            s[0] = s[N - 1];
            1
        };
        for _ in 0..N.max(key.len()) {
            let mixed = s[i] ^ (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1_664_525);
            s[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            i = wrap(s, i + 1);
            j = (j + 1) % key.len();
        }
        for _ in 0..N - 1 {
            let mixed = s[i] ^ (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1_566_083_941);
            s[i] = mixed.wrapping_sub(i as u32);
            i = wrap(s, i + 1);
        }
        s[0] = 0x8000_0000;
        self.index = N;
    }

    fn refill(&mut self) {
        let s = &mut self.state;
        for i in 0..N {
            let y = s[i] & 0x8000_0000 | s[(i + 1) % N] & 0x7fff_ffff;
            let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            s[i] = s[(i + M) % N] ^ y >> 1 ^ twist;
        }
        self.index = 0;
    }

    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// `random()`: 53 bits in [0, 1).
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `getrandbits(bits)` as 32-bit words, least first.
    pub fn bits(&mut self, bits: usize) -> Vec<u32> {
        let mut left = bits;
        let mut words = Vec::with_capacity(bits.div_ceil(32));
        while left > 0 {
            let word = self.next_u32();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        words
    }

    /// `getrandbits` of at most 64 bits.
    pub fn bits_u64(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - bits)),
            _ => {
                let low = u64::from(self.next_u32());
                low | u64::from(self.next_u32() >> (64 - bits.min(64))) << 32
            }
        }
    }

    #[must_use]
    pub fn state(&self) -> (&[u32; 624], usize) {
        (&self.state, self.index)
    }

    /// `None` when the index is out of range (`ValueError: invalid state`).
    #[must_use]
    pub fn from_state(state: [u32; 624], index: usize) -> Option<Self> {
        (index <= N).then_some(Twister { state, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_cpython() {
        // random.seed(42), random.seed(0), random.seed(2**70 + 3).
        let mut twister = Twister::new(&[42]);
        assert_eq!([twister.next_f64(), twister.next_f64()], [0.639_426_798_457_883_8, 0.025_010_755_222_666_936]);
        assert_eq!(twister.bits(100), [1181241943, 1051802512, 958682846, 2]);
        assert_eq!(twister.bits_u64(40), 114832269481);
        for _ in 0..1000 {
            twister.next_u32();
        }
        assert_eq!(twister.next_f64(), 0.6427496480093358);
        assert_eq!(Twister::new(&[]).next_f64(), 0.844_421_851_525_048_1);
        assert_eq!(Twister::new(&[3, 0, 64]).next_f64(), 0.16339507200642456);
        let (state, index) = twister.state();
        let mut copy = Twister::from_state(*state, index).expect("a valid state");
        assert_eq!(copy.next_u32(), twister.next_u32());
        assert_eq!(Twister::from_state([0; 624], 625), None);
    }
}
