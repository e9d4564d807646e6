//! A context's settings: versions, options, verification, ciphers.

use core::ffi::{c_int, c_long};
use std::ffi::CString;

use heap::sync::Ordering::Relaxed;
use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Dict, Int, List, Str, ops, raise};
use openssl_sys as o;

use super::{CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, SslContext, deprecated, ffi_options, protocol};
use crate::tools::{self, c_int_of, c_str, given, put, text_or_none};
use crate::{cert, errors, ffi};

pub const OP_NO_SSLV3: u64 = 1 << 25;
const OP_CIPHER_SERVER_PREFERENCE: u64 = 1 << 22;
const OP_NO_COMPRESSION: u64 = 1 << 17;
/// All work-arounds but the one that would leave a hole.
pub const OP_ALL: u64 = 0x8000_0050;
pub const OP_DEFAULT: u64 = OP_ALL | OP_NO_SSLV3 | OP_NO_COMPRESSION | OP_CIPHER_SERVER_PREFERENCE;
/// `OP_NO_…` of every version.
const OP_NO_VERSIONS: u64 = OP_NO_SSLV3 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 29;

const MINIMUM_SUPPORTED: i32 = -2;
const MAXIMUM_SUPPORTED: i32 = -1;
const TLS1: i32 = 0x301;
const TLS1_3: i32 = 0x304;

/// Which end of the range of versions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
}

impl SslContext {
    fn version(&self, th: &mut Thread, end: End) -> i32 {
        let (command, all) = match end {
            End::Least => (ffi::SSL_CTRL_GET_MIN_PROTO_VERSION, MINIMUM_SUPPORTED),
            End::Most => (ffi::SSL_CTRL_GET_MAX_PROTO_VERSION, MAXIMUM_SUPPORTED),
        };
        match self.control(th, command, 0) {
            0 => all,
            version => version as i32,
        }
    }

    fn limit_version(&self, th: &mut Thread, value: Option<&Object>, end: End) -> Result<(), Raised> {
        let name = if end == End::Least { "minimum_version" } else { "maximum_version" };
        let value = given(th, self.as_object(), name, value)?;
        let version = c_int_of(th, value)?;
        if !matches!(self.protocol, protocol::TLS | protocol::TLS_CLIENT | protocol::TLS_SERVER) {
            let message = "The context's protocol doesn't support modification of highest and lowest version.";
            return Err(raise::value_error(th, format_args!("{message}")));
        }
        match version {
            0x300 => deprecated(th, "ssl.TLSVersion.SSLv3 is deprecated")?,
            0x301 => deprecated(th, "ssl.TLSVersion.TLSv1 is deprecated")?,
            0x302 => deprecated(th, "ssl.TLSVersion.TLSv1_1 is deprecated")?,
            MINIMUM_SUPPORTED | MAXIMUM_SUPPORTED | 0x303 | 0x304 => {}
            _ => return Err(raise::value_error(th, format_args!("Unsupported TLS/SSL version 0x{version:x}"))),
        }
        // OpenSSL's word for no limit is 0; for the limit at the other end there is none.
        let (command, number) = match (end, version) {
            (End::Least, MINIMUM_SUPPORTED) => (ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, 0),
            (End::Least, MAXIMUM_SUPPORTED) => (ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3),
            (End::Least, version) => (ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, version),
            (End::Most, MAXIMUM_SUPPORTED) => (ffi::SSL_CTRL_SET_MAX_PROTO_VERSION, 0),
            (End::Most, MINIMUM_SUPPORTED) => (ffi::SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1),
            (End::Most, version) => (ffi::SSL_CTRL_SET_MAX_PROTO_VERSION, version),
        };
        if self.control(th, command, number.into()) == 0 {
            errors::clear();
            return Err(raise::value_error(th, format_args!("Unsupported protocol version 0x{number:x}")));
        }
        Ok(())
    }

    fn set_option_bits(&self, th: &mut Thread, wanted: u64) -> Result<(), Raised> {
        // SAFETY: the object's context; it is read in one step.
        let now = unsafe { ffi_options::SSL_CTX_get_options(self.ctx.0) };
        let (clear, set) = (now & !wanted, !now & wanted);
        if set & OP_NO_VERSIONS != 0 {
            deprecated(th, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated")?;
        }
        let _held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        unsafe {
            if clear != 0 {
                ffi_options::SSL_CTX_clear_options(self.ctx.0, clear);
            }
            if set != 0 {
                ffi_options::SSL_CTX_set_options(self.ctx.0, set);
            }
        }
        Ok(())
    }

    fn verify_bits(&self) -> c_int {
        // SAFETY: the object's context; a number is read.
        unsafe { o::SSL_CTX_get_verify_mode(self.ctx.0) }
    }
}

/// A cipher in the form of `SSLSocket.cipher`.
///
/// # Safety
/// `cipher` is OpenSSL's.
pub unsafe fn cipher_tuple(th: &mut Thread, cipher: *const o::SSL_CIPHER) -> Ref<Object> {
    // SAFETY: the caller's promise; ciphers are static.
    let (name, version, bits) = unsafe {
        (o::SSL_CIPHER_get_name(cipher), o::SSL_CIPHER_get_version(cipher), o::SSL_CIPHER_get_bits(cipher, core::ptr::null_mut()))
    };
    let parts = [text_or_none(th, name), text_or_none(th, version), Int::from_i64(th, bits.into()).up()];
    objects::Tuple::from_array(th, parts).up()
}

/// A cipher in the form of `SSLContext.get_ciphers`.
///
/// # Safety
/// `cipher` is OpenSSL's.
unsafe fn cipher_dict(th: &mut Thread, cipher: *const o::SSL_CIPHER) -> Ref<Object> {
    let mut description = [0u8; 512];
    let mut algorithm_bits: c_int = 0;
    let long_name = |nid: c_int| {
        if nid == 0 {
            core::ptr::null()
        } else {
            // SAFETY: a number of OpenSSL's; its names are static.
            unsafe { o::OBJ_nid2ln(nid) }
        }
    };
    let told = Dict::new(th);
    // SAFETY: the caller's promise; ciphers are static, and the buffer is as long as is said.
    unsafe {
        let id = Int::from_i64(th, ffi::SSL_CIPHER_get_id(cipher).into()).up();
        put(th, &told, "id", id);
        for (key, text) in [("name", o::SSL_CIPHER_get_name(cipher)), ("protocol", o::SSL_CIPHER_get_version(cipher))] {
            let value = text_or_none(th, text);
            put(th, &told, key, value);
        }
        let text = o::SSL_CIPHER_description(cipher, description.as_mut_ptr().cast(), description.len() as c_int);
        let text = c_str(text).to_string_lossy();
        let value = Str::new(th, text.strip_suffix('\n').unwrap_or(&text)).up();
        put(th, &told, "description", value);
        let strength = o::SSL_CIPHER_get_bits(cipher, &raw mut algorithm_bits);
        for (key, bits) in [("strength_bits", strength), ("alg_bits", algorithm_bits)] {
            let value = Int::from_i64(th, bits.into()).up();
            put(th, &told, key, value);
        }
        put(th, &told, "aead", objects::bool_ref(ffi::SSL_CIPHER_is_aead(cipher) != 0));
        let names = [
            ("symmetric", ffi::SSL_CIPHER_get_cipher_nid(cipher)),
            ("digest", ffi::SSL_CIPHER_get_digest_nid(cipher)),
            ("kea", ffi::SSL_CIPHER_get_kx_nid(cipher)),
            ("auth", ffi::SSL_CIPHER_get_auth_nid(cipher)),
        ];
        for (key, nid) in names {
            let value = text_or_none(th, long_name(nid));
            put(th, &told, key, value);
        }
    }
    told.up()
}

#[pymethods(part = "settings")]
impl SslContext {
    #[method(sig = "($self, cipherlist, /)")]
    fn set_ciphers(&self, th: &mut Thread, cipherlist: &str) -> Result<(), Raised> {
        let list = CString::new(cipherlist).unwrap_or_default();
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        let done = unsafe { o::SSL_CTX_set_cipher_list(self.ctx.0, list.as_ptr()) };
        drop(held);
        if done == 0 { Err(errors::raise_plain(th, "No cipher can be selected.")) } else { Ok(()) }
    }

    #[method(sig = "($self, /)")]
    fn get_ciphers(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        let ssl = unsafe { o::SSL_new(self.ctx.0) };
        drop(held);
        if ssl.is_null() {
            return Err(errors::raise_last(th));
        }
        let mut all = Vec::new();
        // SAFETY: a connection of ours, which is freed below; its ciphers are static.
        unsafe {
            for cipher in cert::items::<o::SSL_CIPHER>(ffi::SSL_get_ciphers(ssl).cast_const().cast()) {
                all.push(cipher_dict(th, cipher));
            }
            o::SSL_free(ssl);
        }
        Ok(List::new(th, all).up())
    }

    #[method(sig = "($self, protos, /)")]
    fn _set_alpn_protocols(&self, th: &mut Thread, protos: Buffer) -> Result<(), Raised> {
        let list = protos.as_slice().to_vec();
        let Ok(size) = u32::try_from(list.len()) else {
            return Err(raise::overflow_error(th, format_args!("protocols longer than {} bytes", u32::MAX)));
        };
        self.alpn.lock().clone_from(&list);
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn; OpenSSL copies the list.
        let failed = unsafe {
            ffi::SSL_CTX_set_alpn_select(self.ctx.0, Some(crate::callbacks::alpn), core::ptr::null_mut());
            o::SSL_CTX_set_alpn_protos(self.ctx.0, list.as_ptr(), size)
        };
        drop(held);
        if failed != 0 {
            errors::clear();
            return Err(raise::memory_error(th));
        }
        Ok(())
    }

    #[getter]
    fn check_hostname(&self) -> bool {
        self.checks_hostname()
    }

    #[setter(check_hostname)]
    fn set_check_hostname(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "check_hostname", value)?;
        let check = ops::is_true(th, value)?;
        if check && self.verify_bits() == o::SSL_VERIFY_NONE {
            self.set_verify(th, CERT_REQUIRED)?;
        }
        self.check_hostname.store(check, Relaxed);
        Ok(())
    }

    #[getter(name = "_host_flags")]
    fn host_flags(&self) -> u32 {
        // SAFETY: the object's context; a number is read.
        unsafe { ffi::X509_VERIFY_PARAM_get_hostflags(o::SSL_CTX_get0_param(self.ctx.0)) }
    }

    #[setter(_host_flags)]
    fn set_host_flags(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "_host_flags", value)?;
        let flags = tools::bits_of(th, value)? as u32;
        let _held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        unsafe { o::X509_VERIFY_PARAM_set_hostflags(o::SSL_CTX_get0_param(self.ctx.0), flags) };
        Ok(())
    }

    #[getter]
    fn minimum_version(&self, th: &mut Thread) -> i32 {
        self.version(th, End::Least)
    }

    #[setter(minimum_version)]
    fn set_minimum_version(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.limit_version(th, value, End::Least)
    }

    #[getter]
    fn maximum_version(&self, th: &mut Thread) -> i32 {
        self.version(th, End::Most)
    }

    #[setter(maximum_version)]
    fn set_maximum_version(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.limit_version(th, value, End::Most)
    }

    /// Control the number of TLSv1.3 session tickets.
    #[getter]
    fn num_tickets(&self) -> usize {
        // SAFETY: the object's context; a number is read.
        unsafe { ffi::SSL_CTX_get_num_tickets(self.ctx.0) }
    }

    #[setter(num_tickets)]
    fn set_num_tickets(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "num_tickets", value)?;
        let number = ops::index(th, value)?;
        let Some(number) = number.to_i64() else {
            return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long")));
        };
        let Ok(number) = usize::try_from(number) else {
            return Err(raise::value_error(th, format_args!("value must be non-negative")));
        };
        if !self.is_for_servers_alone() {
            return Err(raise::value_error(th, format_args!("SSLContext is not a server context.")));
        }
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        let done = unsafe { ffi::SSL_CTX_set_num_tickets(self.ctx.0, number) };
        drop(held);
        if done != 1 { Err(raise::value_error(th, format_args!("failed to set num tickets."))) } else { Ok(()) }
    }

    #[getter]
    fn options(&self) -> u64 {
        // SAFETY: the object's context; a number is read.
        unsafe { ffi_options::SSL_CTX_get_options(self.ctx.0) }
    }

    #[setter(options)]
    fn set_options(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "options", value)?;
        let number = ops::index(th, value)?;
        if number.is_negative() {
            return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
        }
        match number.to_u64() {
            Some(bits) => self.set_option_bits(th, bits),
            None => Err(raise::overflow_error(th, format_args!("Python int too large for C unsigned long long"))),
        }
    }

    #[getter]
    fn post_handshake_auth(&self) -> bool {
        self.asks_after_handshake()
    }

    #[setter(post_handshake_auth)]
    fn set_post_handshake_auth(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = tools::given_plainly(th, value)?;
        let asks = ops::is_true(th, value)?;
        self.post_handshake_auth.store(asks, Relaxed);
        Ok(())
    }

    #[getter]
    fn protocol(&self) -> i32 {
        self.protocol
    }

    /// The current security level.
    #[getter]
    fn security_level(&self) -> i32 {
        // SAFETY: the object's context; a number is read.
        unsafe { ffi::SSL_CTX_get_security_level(self.ctx.0) }
    }

    #[getter]
    fn verify_flags(&self) -> u64 {
        // SAFETY: the object's context; a number is read.
        unsafe { o::X509_VERIFY_PARAM_get_flags(o::SSL_CTX_get0_param(self.ctx.0)) }
    }

    #[setter(verify_flags)]
    fn set_verify_flags(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "verify_flags", value)?;
        let wanted = tools::bits_of(th, value)?;
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn.
        let done = unsafe {
            let param = o::SSL_CTX_get0_param(self.ctx.0);
            let now = o::X509_VERIFY_PARAM_get_flags(param);
            let (clear, set) = (now & !wanted, !now & wanted);
            (clear == 0 || o::X509_VERIFY_PARAM_clear_flags(param, clear) != 0)
                && (set == 0 || o::X509_VERIFY_PARAM_set_flags(param, set) != 0)
        };
        drop(held);
        if done { Ok(()) } else { Err(errors::raise_last(th)) }
    }

    #[getter]
    fn verify_mode(&self, th: &mut Thread) -> Result<i32, Raised> {
        const BOTH: c_int = o::SSL_VERIFY_PEER | o::SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        match self.verify_bits() & BOTH {
            o::SSL_VERIFY_NONE => Ok(CERT_NONE),
            o::SSL_VERIFY_PEER => Ok(CERT_OPTIONAL),
            BOTH => Ok(CERT_REQUIRED),
            _ => Err(errors::raise_plain(th, "invalid return value from SSL_CTX_get_verify_mode")),
        }
    }

    #[setter(verify_mode)]
    fn set_verify_mode(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, self.as_object(), "verify_mode", value)?;
        let mode = c_int_of(th, value)?;
        if mode == CERT_NONE && self.checks_hostname() {
            let message = "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.";
            return Err(raise::value_error(th, format_args!("{message}")));
        }
        self.set_verify(th, mode)
    }

    #[method(sig = "($self, /)")]
    fn session_stats(&self, th: &mut Thread) -> Ref<Object> {
        // Their commands follow one another; the one between the hits and the misses counts what callbacks found.
        const NAMES: &[(&str, c_int)] = &[
            ("number", 0),
            ("connect", 1),
            ("connect_good", 2),
            ("connect_renegotiate", 3),
            ("accept", 4),
            ("accept_good", 5),
            ("accept_renegotiate", 6),
            ("hits", 7),
            ("misses", 9),
            ("timeouts", 10),
            ("cache_full", 11),
        ];
        let told = Dict::new(th);
        for (name, offset) in NAMES {
            let number: c_long = self.control(th, ffi::SSL_CTRL_SESS_NUMBER + offset, 0);
            let value = Int::from_i64(th, number).up();
            put(th, &told, name, value);
        }
        told.up()
    }
}
