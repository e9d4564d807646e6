//! What was pickled already: objects by identity, and their numbers.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;

use heap::{Heaped, Object, Ref};

/// Addresses are spread by one multiplication; their low bits say nothing.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// Addresses and numbers.
pub type Places = HashMap<usize, usize, BuildHasherDefault<AddressHasher>>;

/// The memo of one run. The objects are kept alive so that their addresses stay theirs.
#[derive(Default)]
pub struct Memo {
    pub places: Places,
    /// The objects that this run added.
    pub kept: Vec<Ref<Object>>,
}

fn address(object: &Object) -> usize {
    object.as_ptr().addr()
}

impl Memo {
    /// The number of an object.
    #[inline]
    pub fn get(&self, object: &Object) -> Option<usize> {
        if self.places.is_empty() {
            return None;
        }
        self.places.get(&address(object)).copied()
    }

    /// Adds an object and says its number.
    #[inline]
    pub fn add(&mut self, object: &Object) -> usize {
        let number = self.places.len();
        self.places.insert(address(object), number);
        self.kept.push(object.to_ref());
        number
    }
}
