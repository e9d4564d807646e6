//! The process's hash secret and the hash of bytes (`str`, `bytes`, `memoryview`).

use std::sync::OnceLock;

use algos::hash::Key;

static KEY: OnceLock<Key> = OnceLock::new();

/// Sets the secret; only the first call, before the first hash, counts.
pub fn set_secret(secret: [u8; 16]) {
    let _ = KEY.set(Key::from_bytes(secret));
}

/// Sets the secret from `PYTHONHASHSEED`; 0 turns randomization off.
pub fn set_seed(seed: u32) {
    let _ = KEY.set(Key::from_seed(seed));
}

/// The secret, for code that hashes as this process does.
pub fn secret() -> Key {
    *KEY.get_or_init(Key::default)
}

/// Hash of bytes: never -1; 0 for none. Without a secret the key is zero.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> isize {
    KEY.get_or_init(Key::default).hash(bytes) as isize
}
