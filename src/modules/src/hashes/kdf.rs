//! `_pyston_kdf`: keys from passwords, for `hashlib`, which CPython takes from OpenSSL.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, none, ops, raise};

/// PBKDF2 over HMAC of a hash function; `None`: of which nothing is known.
fn derive(hash: &str, password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) -> Option<()> {
    use pbkdf2::pbkdf2_hmac as derive;
    match hash {
        "md5" => derive::<md5::Md5>(password, salt, rounds, out),
        "sha1" => derive::<sha1::Sha1>(password, salt, rounds, out),
        "sha224" => derive::<sha2::Sha224>(password, salt, rounds, out),
        "sha256" => derive::<sha2::Sha256>(password, salt, rounds, out),
        "sha384" => derive::<sha2::Sha384>(password, salt, rounds, out),
        "sha512" => derive::<sha2::Sha512>(password, salt, rounds, out),
        "sha3_224" => derive::<sha3::Sha3_224>(password, salt, rounds, out),
        "sha3_256" => derive::<sha3::Sha3_256>(password, salt, rounds, out),
        "sha3_384" => derive::<sha3::Sha3_384>(password, salt, rounds, out),
        "sha3_512" => derive::<sha3::Sha3_512>(password, salt, rounds, out),
        _ => return None,
    }
    Some(())
}

/// The length of a hash function's digest.
fn digest_size(hash: &str) -> Option<usize> {
    Some(match hash {
        "md5" => 16,
        "sha1" => 20,
        "sha224" | "sha3_224" => 28,
        "sha256" | "sha3_256" => 32,
        "sha384" | "sha3_384" => 48,
        "sha512" | "sha3_512" => 64,
        _ => return None,
    })
}

fn room(th: &mut Thread, len: usize) -> Result<Vec<u8>, Raised> {
    let mut out = Vec::new();
    if out.try_reserve_exact(len).is_err() {
        return Err(raise::memory_error(th));
    }
    out.resize(len, 0);
    Ok(out)
}

fn key_length(th: &mut Thread, dklen: &Object) -> Result<usize, Raised> {
    match ops::index_isize(th, dklen)? {
        ..1 => Err(raise::value_error(th, format_args!("key length must be greater than 0."))),
        len if len > i32::MAX as isize => Err(raise::overflow_error(th, format_args!("key length is too great."))),
        len => Ok(len.unsigned_abs()),
    }
}

#[pymodule(name = "_pyston_kdf")]
pub mod kdf_ {
    use super::*;

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[function(sig = "(hash_name, password, salt, iterations, dklen=None)")]
    fn pbkdf2_hmac(
        th: &mut Thread,
        hash_name: &str,
        password: Exported,
        salt: Exported,
        iterations: i64,
        #[default(none())] dklen: &Object,
    ) -> Result<Ref<Bytes>, Raised> {
        let name = hash_name.to_ascii_lowercase().replace('-', "_").replace("sha_", "sha");
        let Some(size) = digest_size(&name) else {
            return Err(raise::value_error(th, format_args!("unsupported hash type {hash_name}")));
        };
        if iterations < 1 {
            return Err(raise::value_error(th, format_args!("iteration value must be greater than 0.")));
        }
        let Ok(rounds) = u32::try_from(iterations) else {
            return Err(raise::overflow_error(th, format_args!("iteration value is too great.")));
        };
        let len = if dklen.is(none()) { size } else { key_length(th, dklen)? };
        let mut out = room(th, len)?;
        let (password, salt) = (password.as_slice(), salt.as_slice());
        th.detached(|| derive(&name, password, salt, rounds, &mut out));
        Bytes::try_new(th, &out).ok_or_else(|| raise::memory_error(th))
    }

    /// scrypt password-based key derivation function.
    #[function(sig = "(password, *, salt, n, r, p, maxmem=0, dklen=64)")]
    fn scrypt(th: &mut Thread, password: Exported, salt: Exported, n: u64, r: u32, p: u32, maxmem: i64, dklen: i64) -> Result<Ref<Bytes>, Raised> {
        if n < 2 || !n.is_power_of_two() {
            return Err(raise::value_error(th, format_args!("n must be a power of 2.")));
        }
        if maxmem < 0 || maxmem > i32::MAX.into() {
            return Err(raise::value_error(th, format_args!("maxmem must be positive and smaller than {}", i32::MAX)));
        }
        if dklen < 1 || dklen > i32::MAX.into() {
            return Err(raise::value_error(th, format_args!("dklen must be greater than 0 and smaller than {}", i32::MAX)));
        }
        // What OpenSSL allows when nothing is said.
        let allowed = if maxmem == 0 { 32 << 20 } else { maxmem.unsigned_abs() };
        let needed = u128::from(n) * u128::from(r) * 128 + u128::from(r) * u128::from(p) * 128;
        let params = scrypt::Params::new(n.trailing_zeros() as u8, r, p, 32);
        let (Ok(params), true) = (params, needed <= u128::from(allowed)) else {
            return Err(raise::value_error(th, format_args!("Invalid parameter combination for n, r, p, maxmem.")));
        };
        let mut out = room(th, dklen.unsigned_abs() as usize)?;
        let (password, salt) = (password.as_slice(), salt.as_slice());
        match th.detached(|| scrypt::scrypt(password, salt, &params, &mut out)) {
            Ok(()) => Bytes::try_new(th, &out).ok_or_else(|| raise::memory_error(th)),
            Err(_) => Err(raise::value_error(th, format_args!("Invalid parameter combination for n, r, p, maxmem."))),
        }
    }
}
