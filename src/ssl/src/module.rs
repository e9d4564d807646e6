//! The module `_ssl`: functions about the library as a whole, and all names.
#![allow(non_snake_case, reason = "names that Python sees")]

use core::ffi::{c_int, c_ulong};
use std::ffi::CString;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, Int, Module, Str, Tuple, raise};
use openssl_sys as o;

use crate::cert::Certificate;
use crate::context::{DEFAULT_CIPHERS, SslContext};
use crate::errors::SslError;
use crate::session::SslSession;
use crate::socket::SslSocket;
use crate::transport::MemoryBio;
use crate::{authorities, cert, constants, errors, ffi, start, tools};

/// The five numbers of a version.
fn version_tuple(th: &mut Thread, version: c_ulong) -> Ref<Object> {
    let parts = [(version >> 28) & 0xff, (version >> 20) & 0xff, (version >> 12) & 0xff, (version >> 4) & 0xff, version & 0xf];
    let parts = parts.map(|part| Int::from_i64(th, part as i64).up());
    Tuple::from_array(th, parts).up()
}

/// What `txt2obj` and `nid2obj` tell: number, short name, long name, dotted name.
///
/// # Safety
/// `object` is live.
unsafe fn describe(th: &mut Thread, object: *const o::ASN1_OBJECT) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise; the names are static.
    unsafe {
        let nid = o::OBJ_obj2nid(object);
        if nid == 0 {
            return Err(raise::value_error(th, format_args!("Unknown object")));
        }
        let number = Int::from_i64(th, nid.into()).up();
        let (short, long) = (tools::text_or_none(th, o::OBJ_nid2sn(nid)), tools::text_or_none(th, o::OBJ_nid2ln(nid)));
        let dotted = cert::object_name(th, object, true)?;
        Ok(Tuple::from_array(th, [number, short, long, dotted]).up())
    }
}

#[pymodule(name = "_ssl", types(SslContext, SslSocket, MemoryBio, SslSession, Certificate, SslError))]
pub mod ssl {
    //! Implementation module for SSL socket operations.  See the socket module
    //! for documentation.
    use super::*;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        start::run();
        // SAFETY: no preconditions.
        let version = unsafe { o::OpenSSL_version_num() };
        let Some(dict) = module.downcast::<Module>().and_then(Module::dict) else { return Ok(()) };
        modules::os::add_constants(th, module, constants::NAMES);
        for (name, able) in constants::ABILITIES {
            dict.set_by_name(th, name, objects::bool_ref(*able));
        }
        for (name, class) in errors::classes(th)? {
            dict.set_by_name(th, name, class.up());
        }
        let number = Int::from_i64(th, version as i64).up();
        dict.set_by_name(th, "OPENSSL_VERSION_NUMBER", number);
        for name in ["OPENSSL_VERSION_INFO", "_OPENSSL_API_VERSION"] {
            let parts = version_tuple(th, version);
            dict.set_by_name(th, name, parts);
        }
        // SAFETY: no preconditions; the text is static.
        let text = tools::text_or_none(th, unsafe { o::OpenSSL_version(0) });
        dict.set_by_name(th, "OPENSSL_VERSION", text);
        let ciphers = Str::new(th, &DEFAULT_CIPHERS.to_string_lossy()).up();
        dict.set_by_name(th, "_DEFAULT_CIPHERS", ciphers);
        Ok(())
    }

    #[function(sig = "(path, /)")]
    fn _test_decode_cert(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
        cert::decode_file(th, path)
    }

    /// Mix string into the OpenSSL PRNG state.
    ///
    /// entropy (a float) is a lower bound on the entropy contained in
    /// string.  See RFC 4086.
    #[function(sig = "(string, entropy, /)")]
    fn RAND_add(th: &mut Thread, string: &Object, entropy: f64) -> Result<(), Raised> {
        let bytes = match string.downcast::<Str>() {
            Some(text) => match text.to_utf8() {
                Some(utf8) => utf8.as_bytes().to_vec(),
                None => return Err(raise::unicode_surrogates(th, text)),
            },
            None => Buffer::new(th, string)?.as_slice().to_vec(),
        };
        for part in bytes.chunks(1 << 30) {
            // SAFETY: so many bytes.
            unsafe { ffi::RAND_add(part.as_ptr().cast(), part.len() as c_int, entropy) };
        }
        Ok(())
    }

    /// Generate n cryptographically strong pseudo-random bytes.
    #[function(sig = "(n, /)")]
    fn RAND_bytes(th: &mut Thread, n: i32) -> Result<Ref<Bytes>, Raised> {
        let Ok(size) = usize::try_from(n) else {
            return Err(raise::value_error(th, format_args!("num must be positive")));
        };
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(size).is_err() {
            return Err(raise::memory_error(th));
        }
        bytes.resize(size, 0u8);
        // SAFETY: so much room.
        if unsafe { o::RAND_bytes(bytes.as_mut_ptr(), n) } != 1 {
            return Err(errors::raise_last(th));
        }
        Bytes::try_new(th, &bytes).ok_or(()).map_err(|()| raise::memory_error(th))
    }

    /// Returns True if the OpenSSL PRNG has been seeded with enough data and False if not.
    ///
    /// It is necessary to seed the PRNG with RAND_add() on some platforms
    /// before using the ssl() function.
    #[function(sig = "()")]
    fn RAND_status() -> bool {
        // SAFETY: no preconditions.
        unsafe { ffi::RAND_status() != 0 }
    }

    /// Return search paths and environment vars that are used by SSLContext's set_default_verify_paths() to load default CAs.
    ///
    /// The values are 'cert_file_env', 'cert_file', 'cert_dir_env', 'cert_dir'.
    #[function(sig = "()")]
    fn get_default_verify_paths(th: &mut Thread) -> Ref<Object> {
        let places = authorities::places();
        // SAFETY: no preconditions; the texts are static.
        let variables = unsafe { (ffi::X509_get_default_cert_file_env(), ffi::X509_get_default_cert_dir_env()) };
        let names = [variables.0, places.file.as_ptr(), variables.1, places.folder.as_ptr()];
        let parts = names.map(|name| modules::os::c_text(th, name));
        Tuple::from_array(th, parts).up()
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT.
    ///
    /// By default objects are looked up by OID. With name=True short and
    /// long name are also matched.
    #[function(sig = "(txt, name=False)")]
    fn txt2obj(th: &mut Thread, txt: &str, name: bool) -> Result<Ref<Object>, Raised> {
        let text = CString::new(txt).unwrap_or_default();
        // SAFETY: a terminated text; the object is ours until it is freed.
        unsafe {
            let object = o::OBJ_txt2obj(text.as_ptr(), (!name).into());
            if object.is_null() {
                errors::clear();
                let shown: String = txt.chars().take(100).collect();
                return Err(raise::value_error(th, format_args!("unknown object '{shown}'")));
            }
            let told = describe(th, object);
            o::ASN1_OBJECT_free(object);
            told
        }
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT by NID.
    #[function(sig = "(nid, /)")]
    fn nid2obj(th: &mut Thread, nid: i32) -> Result<Ref<Object>, Raised> {
        if nid < 0 {
            return Err(raise::value_error(th, format_args!("NID must be positive.")));
        }
        // SAFETY: a number; the object is ours until it is freed (most are static, which is no harm).
        unsafe {
            let object = o::OBJ_nid2obj(nid);
            if object.is_null() {
                errors::clear();
                return Err(raise::value_error(th, format_args!("unknown NID {nid}")));
            }
            let told = describe(th, object);
            o::ASN1_OBJECT_free(object);
            told
        }
    }
}
