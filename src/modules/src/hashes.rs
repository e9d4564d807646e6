//! `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`: hash functions, from crates.
//!
//! [`common`] has what all hash objects share; [`digests`] those of a fixed length, [`shake`] those of any length, [`blake`] those with
//! parameters.
#![allow(non_snake_case, non_upper_case_globals, reason = "names that Python sees")]

pub mod blake;
pub mod common;
pub mod digests;
pub mod kdf;
pub mod shake;

use blake::{Blake2b, Blake2s};
use digests::{Md5, Sha1, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{upward, *};
use shake::{Shake128, Shake256};

/// A class as an attribute under a name that is not its own.
fn class(th: &mut Thread, class: &'static Type) -> Result<Ref<Object>, Raised> {
    upward::type_ready(th, class)?;
    Ok(class.as_object().to_owned())
}

#[pymodule(name = "_md5")]
pub mod md5_ {
    use super::*;

    #[constant]
    const _GIL_MINSIZE: i64 = common::LONG as i64;

    #[attr]
    fn MD5Type(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        class(th, Md5::type_object())
    }

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Md5>, Raised> {
        let _ = usedforsecurity;
        Md5::create(th, data, string)
    }
}

#[pymodule(name = "_sha1")]
pub mod sha1_ {
    use super::*;

    #[constant]
    const _GIL_MINSIZE: i64 = common::LONG as i64;

    #[attr]
    fn SHA1Type(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        class(th, Sha1::type_object())
    }

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Sha1>, Raised> {
        let _ = usedforsecurity;
        Sha1::create(th, data, string)
    }
}

#[pymodule(name = "_sha2", types(Sha224, Sha256, Sha384, Sha512))]
pub mod sha2_ {
    use super::*;

    #[constant]
    const _GIL_MINSIZE: i64 = common::LONG as i64;

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Sha224>, Raised> {
        let _ = usedforsecurity;
        Sha224::create(th, data, string)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Sha256>, Raised> {
        let _ = usedforsecurity;
        Sha256::create(th, data, string)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Sha384>, Raised> {
        let _ = usedforsecurity;
        Sha384::create(th, data, string)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(th: &mut Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> Result<Ref<Sha512>, Raised> {
        let _ = usedforsecurity;
        Sha512::create(th, data, string)
    }
}

#[pymodule(name = "_sha3", types(Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256))]
pub mod sha3_ {
    use super::*;

    #[constant]
    const _GIL_MINSIZE: i64 = common::LONG as i64;

    #[constant]
    const implementation: &str = "RustCrypto";
}

#[pymodule(name = "_blake2", types(Blake2b, Blake2s))]
pub mod blake2_ {
    //! _blake2b provides BLAKE2b for hashlib
    use super::*;

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        blake::add_limits(th);
        Ok(())
    }

    #[constant]
    const _GIL_MINSIZE: i64 = common::LONG as i64;

    #[constant]
    const BLAKE2B_MAX_DIGEST_SIZE: i64 = 64;

    #[constant]
    const BLAKE2B_MAX_KEY_SIZE: i64 = 64;

    #[constant]
    const BLAKE2B_PERSON_SIZE: i64 = 16;

    #[constant]
    const BLAKE2B_SALT_SIZE: i64 = 16;

    #[constant]
    const BLAKE2S_MAX_DIGEST_SIZE: i64 = 32;

    #[constant]
    const BLAKE2S_MAX_KEY_SIZE: i64 = 32;

    #[constant]
    const BLAKE2S_PERSON_SIZE: i64 = 8;

    #[constant]
    const BLAKE2S_SALT_SIZE: i64 = 8;
}
