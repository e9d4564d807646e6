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
