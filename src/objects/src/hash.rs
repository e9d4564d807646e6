//! The process's hash secret and the hash of bytes (`str`, `bytes`, `memoryview`).

use core::hash::Hasher;
use std::sync::OnceLock;

static SECRET: OnceLock<[u8; 16]> = OnceLock::new();

/// Sets the secret (`PYTHONHASHSEED`); only the first call, before the first hash, counts.
pub fn set_secret(secret: [u8; 16]) {
    let _ = SECRET.set(secret);
}

/// Hash of bytes: never -1; 0 for none.
pub fn hash_bytes(bytes: &[u8]) -> isize {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = std::hash::DefaultHasher::new();
    if let Some(secret) = SECRET.get() {
        hasher.write(secret);
    }
    hasher.write(bytes);
    match hasher.finish() as isize {
        -1 => -2,
        hash => hash,
    }
}

/// Sets the secret from `PYTHONHASHSEED`.
pub fn set_seed(seed: u32) {
    let mut secret = [0; 16];
    let mut state = seed;
    for byte in secret.iter_mut().filter(|_| seed != 0) {
        state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
        *byte = (state >> 16) as u8;
    }
    set_secret(secret);
}
