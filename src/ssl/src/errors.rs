//! `SSLError` and its subclasses, made of what OpenSSL's queue of errors says.

use core::ffi::{c_int, c_long, c_ulong};
use std::panic::Location;

use heap::{Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::exceptions::OsError;
use objects::glue::*;
use objects::{Dict, Int, Str, Tuple, exceptions, intern, ops, raise, typing};
use openssl_sys as o;

use crate::{ffi, tools};

/// An error occurred in the SSL implementation.
#[pytype(name = "SSLError", module = "ssl", base = OsError, flags(BASETYPE, BASE_EXC_SUBCLASS))]
#[repr(C)]
pub struct SslError {
    base: OsError,
}

#[pymethods]
impl SslError {
    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let strerror = ops::getattr_str(th, self.as_object(), "strerror")?;
        if let Some(text) = strerror.downcast_ref::<Str>() {
            return Ok(text.to_ref());
        }
        let args = ops::getattr_str(th, self.as_object(), "args")?;
        ops::str_(th, &args)
    }
}

/// The classes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Error,
    CertVerification,
    ZeroReturn,
    WantWrite,
    WantRead,
    Syscall,
    Eof,
}

/// A subclass: its name, its docstring, and whether it is a `ValueError`, too.
struct Row(Kind, &'static str, &'static str, bool);

const SUBCLASSES: [Row; 6] = [
    Row(Kind::CertVerification, "SSLCertVerificationError", "A certificate could not be verified.", true),
    Row(Kind::ZeroReturn, "SSLZeroReturnError", "SSL/TLS session closed cleanly.", false),
    Row(
        Kind::WantWrite,
        "SSLWantWriteError",
        "Non-blocking SSL socket needs to write more data\nbefore the requested operation can be completed.",
        false,
    ),
    Row(
        Kind::WantRead,
        "SSLWantReadError",
        "Non-blocking SSL socket needs to read more data\nbefore the requested operation can be completed.",
        false,
    ),
    Row(Kind::Syscall, "SSLSyscallError", "System error when attempting SSL operation.", false),
    Row(Kind::Eof, "SSLEOFError", "SSL/TLS connection terminated abruptly.", false),
];

static MADE: [Global<Type>; 6] = [const { Global::EMPTY }; 6];

fn make(th: &mut Thread, row: &Row) -> Result<Ref<Type>, Raised> {
    let namespace = Dict::new(th);
    for (key, value) in [("__module__", "ssl"), ("__doc__", row.2)] {
        let value = Str::new(th, value).up();
        namespace.set_by_name(th, key, value);
    }
    let bases = match row.3 {
        true => Tuple::from_slice(th, &[SslError::type_object(), exceptions::value_error_type()]),
        false => Tuple::from_slice(th, &[SslError::type_object()]),
    };
    let name = Str::new(th, row.1);
    let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
    match as_type(&class) {
        Some(class) => Ok(class.to_ref()),
        None => Err(raise::system_error(th, format_args!("type() made no class"))),
    }
}

/// The class of that kind.
pub fn class(th: &mut Thread, kind: Kind) -> Result<Ref<Type>, Raised> {
    for (row, made) in SUBCLASSES.iter().zip(&MADE) {
        if row.0 == kind {
            return made.get_or_init(th, |th| make(th, row));
        }
    }
    Ok(SslError::type_object().to_ref())
}

/// All classes under their names.
pub fn classes(th: &mut Thread) -> Result<Vec<(&'static str, Ref<Type>)>, Raised> {
    let mut all = vec![("SSLError", SslError::type_object().to_ref())];
    for row in &SUBCLASSES {
        all.push((row.1, class(th, row.0)?));
    }
    Ok(all)
}

/// The two halves of an error's number.
fn library_of(error: c_ulong) -> c_int {
    const SYSTEM: c_ulong = 0x8000_0000;
    if error & SYSTEM != 0 { ffi::ERR_LIB_SYS } else { ((error >> 23) & 0xff) as c_int }
}

fn reason_of(error: c_ulong) -> c_int {
    const SYSTEM: c_ulong = 0x8000_0000;
    (if error & SYSTEM != 0 { error & 0x7fff_ffff } else { error & 0x7f_ffff }) as c_int
}

/// The last error of the calling thread's queue, as library and reason.
pub fn last() -> (c_int, c_int) {
    // SAFETY: no preconditions.
    let error = unsafe { ffi::ERR_peek_last_error() };
    (library_of(error), reason_of(error))
}

/// Empties the calling thread's queue.
pub fn clear() {
    // SAFETY: no preconditions.
    unsafe { o::ERR_clear_error() };
}

const LIBRARIES: &[(c_int, &str)] = &[
    (1, "NONE"),
    (2, "SYS"),
    (3, "BN"),
    (4, "RSA"),
    (5, "DH"),
    (6, "EVP"),
    (7, "BUF"),
    (8, "OBJ"),
    (9, "PEM"),
    (10, "DSA"),
    (11, "X509"),
    (13, "ASN1"),
    (14, "CONF"),
    (15, "CRYPTO"),
    (16, "EC"),
    (20, "SSL"),
    (32, "BIO"),
    (33, "PKCS7"),
    (34, "X509V3"),
    (35, "PKCS12"),
    (36, "RAND"),
    (37, "DSO"),
    (38, "ENGINE"),
    (39, "OCSP"),
    (40, "UI"),
    (41, "COMP"),
    (42, "ECDSA"),
    (43, "ECDH"),
    (44, "OSSL_STORE"),
    (45, "FIPS"),
    (46, "CMS"),
    (47, "TS"),
    (48, "HMAC"),
    (50, "CT"),
    (51, "ASYNC"),
    (52, "KDF"),
    (53, "SM2"),
    (54, "ESS"),
    (55, "PROP"),
    (56, "CRMF"),
    (57, "PROV"),
    (58, "CMP"),
    (59, "OSSL_ENCODER"),
    (60, "OSSL_DECODER"),
    (61, "HTTP"),
    (128, "USER"),
];

/// Names of reasons that are no more than their texts in capitals are not here.
const REASONS: &[(c_int, c_int, &str)] = &[
    (4, 135, "SLEN_RECOVERY_FAILED"),
    (4, 136, "SLEN_CHECK_FAILED"),
    (5, 102, "INVALID_PUBKEY"),
    (6, 142, "EXPECTING_A_EC_KEY"),
    (6, 162, "PARTIALLY_OVERLAPPING"),
    (6, 219, "EXPECTING_A_ECX_KEY"),
    (10, 110, "SEED_LEN_SMALL"),
    (11, 114, "CANT_CHECK_DH_KEY"),
    (20, 158, "AT_LEAST_TLS_1_2_NEEDED_IN_SUITEB_MODE"),
    (20, 330, "NO_GOST_CERTIFICATE_SENT_BY_PEER"),
    (20, 358, "MISSING_SRP_PARAM"),
    (20, 361, "SRP_A_CALC"),
    (20, 380, "ILLEGAL_SUITEB_DIGEST"),
    (20, 1010, "SSLV3_ALERT_UNEXPECTED_MESSAGE"),
    (20, 1020, "SSLV3_ALERT_BAD_RECORD_MAC"),
    (20, 1030, "SSLV3_ALERT_DECOMPRESSION_FAILURE"),
    (20, 1040, "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    (20, 1041, "SSLV3_ALERT_NO_CERTIFICATE"),
    (20, 1042, "SSLV3_ALERT_BAD_CERTIFICATE"),
    (20, 1043, "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"),
    (20, 1044, "SSLV3_ALERT_CERTIFICATE_REVOKED"),
    (20, 1045, "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
    (20, 1046, "SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
    (20, 1047, "SSLV3_ALERT_ILLEGAL_PARAMETER"),
    (35, 100, "CANT_PACK_STRUCTURE"),
    (36, 101, "FUNC_NOT_IMPLEMENTED"),
    (36, 123, "FWRITE_ERROR"),
    (38, 105, "ENGINE_IS_NOT_IN_LIST"),
    (38, 108, "ID_OR_NAME_MISSING"),
    (46, 182, "CIPHER_AEAD_IN_ENVELOPED_DATA"),
    (47, 136, "VAR_LOOKUP_FAILURE"),
    (47, 137, "CANNOT_LOAD_CERT"),
    (47, 138, "CANNOT_LOAD_KEY"),
];

/// The text of a reason.
fn reason_text(error: c_ulong) -> Option<String> {
    // SAFETY: no preconditions; the text is OpenSSL's, for good.
    let text = unsafe { ffi::ERR_reason_error_string(error) };
    (!text.is_null()).then(|| tools::c_str(text).to_string_lossy().into_owned())
}

/// The name of a reason, as OpenSSL's headers spell it.
fn mnemonic(error: c_ulong) -> Option<String> {
    let (library, reason) = (library_of(error), reason_of(error));
    if let Some(row) = REASONS.iter().find(|row| (row.0, row.1) == (library, reason)) {
        return Some(row.2.to_owned());
    }
    // The others are the texts of numbers that all libraries share, which have no name of this library's.
    const LEAST: c_int = 100;
    if reason < LEAST || library == ffi::ERR_LIB_SYS {
        return None;
    }
    let text = reason_text(error)?;
    Some(text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect())
}

/// What verification said: its number, and its message if there is one.
pub struct Verified {
    pub code: c_long,
    pub message: Option<String>,
}

/// What an exception is made of.
struct Parts<'a> {
    kind: Kind,
    /// `errno`
    number: c_int,
    text: Option<&'a str>,
    error: c_ulong,
    verified: Option<Verified>,
}

impl Parts<'_> {
    fn message(&self, names: &(Option<&str>, Option<String>), line: u32) -> String {
        let mut message = match names {
            (Some(library), Some(reason)) => format!("[{library}: {reason}] "),
            (Some(library), None) => format!("[{library}] "),
            _ => String::new(),
        };
        match self.text.map(str::to_owned).or_else(|| (self.error != 0).then(|| reason_text(self.error)).flatten()) {
            Some(text) => message.push_str(&text),
            None => message.push_str(&format!("unknown error (0x{:x})", self.error)),
        }
        if let Some(verified) = &self.verified {
            message.push_str(&format!(": {}", verified.message.as_deref().unwrap_or("None")));
        }
        // Programs know the shape of the end, which names a place in CPython's file; here it is one in ours.
        message.push_str(&format!(" (_ssl.c:{line})"));
        message
    }

    fn raise(self, th: &mut Thread, line: u32) -> Raised {
        let made = self.make(th, line);
        clear();
        match made {
            Ok(exception) => th.set_exception(exception),
            Err(raised) => raised,
        }
    }

    fn make(&self, th: &mut Thread, line: u32) -> Result<Ref<Object>, Raised> {
        let library = LIBRARIES.iter().find(|row| self.error != 0 && row.0 == library_of(self.error)).map(|row| row.1);
        let names = (library, if self.error != 0 { mnemonic(self.error) } else { None });
        let message = Str::new(th, &self.message(&names, line));
        let number = Int::from_i64(th, self.number.into());
        let class = class(th, self.kind)?;
        let made = ops::call(th, class.as_object(), &[&number, &message])?;
        let text = |th: &mut Thread, text: Option<&str>| text.map_or_else(objects::none_ref, |text| Str::new(th, text).up());
        let mut attributes = vec![("reason", text(th, names.1.as_deref())), ("library", text(th, library))];
        if let Some(verified) = &self.verified {
            attributes.push(("verify_code", Int::from_i64(th, verified.code).up()));
            attributes.push(("verify_message", text(th, verified.message.as_deref())));
        }
        for (name, value) in attributes {
            let name = intern(th, name);
            ops::setattr(th, &made, name, &value)?;
        }
        Ok(made)
    }
}

/// `SSLError(text)`, without what OpenSSL says.
pub fn raise_plain(th: &mut Thread, text: &str) -> Raised {
    clear();
    raise::new(th, SslError::type_object(), format_args!("{text}"))
}

/// An `SSLError` that says no more than this text.
#[track_caller]
pub fn raise_text(th: &mut Thread, text: &str) -> Raised {
    let line = Location::caller().line();
    Parts { kind: Kind::Error, number: 0, text: Some(text), error: 0, verified: None }.raise(th, line)
}

/// The `SSLError` for the last error of the queue.
#[track_caller]
pub fn raise_last(th: &mut Thread) -> Raised {
    let line = Location::caller().line();
    // SAFETY: no preconditions.
    let error = unsafe { ffi::ERR_peek_last_error() };
    Parts { kind: Kind::Error, number: reason_of(error), text: None, error, verified: None }.raise(th, line)
}

/// The `OSError` for an `errno`, or what the queue says where it is 0.
#[track_caller]
pub fn raise_errno_or_last(th: &mut Thread, number: i32) -> Raised {
    if number == 0 {
        return raise_last(th);
    }
    clear();
    raise::os_error(th, number, None, None)
}

/// The exception for a failed operation of a connection: `code` is what `SSL_get_error` says, `number` was `errno`. `verified` tells how the
/// peer's certificate fared.
#[track_caller]
pub fn raise_failed(th: &mut Thread, code: c_int, number: i32, verified: impl FnOnce() -> Verified) -> Raised {
    const SSL: c_int = 1;
    const SYSCALL: c_int = 5;
    const EOF: (c_int, &str) = (8, "EOF occurred in violation of protocol");
    const CERTIFICATE_VERIFY_FAILED: c_int = 134;
    const UNEXPECTED_EOF: c_int = 294;
    let line = Location::caller().line();
    // SAFETY: no preconditions.
    let error = unsafe { ffi::ERR_peek_last_error() };
    let of_tls = library_of(error) == ffi::ERR_LIB_SSL;
    let plain = |kind, number, text| Parts { kind, number, text: Some(text), error, verified: None };
    let parts = match code {
        6 => plain(Kind::ZeroReturn, 6, "TLS/SSL connection has been closed (EOF)"),
        2 => plain(Kind::WantRead, 2, "The operation did not complete (read)"),
        3 => plain(Kind::WantWrite, 3, "The operation did not complete (write)"),
        4 => plain(Kind::Error, 4, "The operation did not complete (X509 lookup)"),
        7 => plain(Kind::Error, 7, "The operation did not complete (connect)"),
        SYSCALL if error == 0 && number != 0 => {
            clear();
            return raise::os_error(th, number, None, None);
        }
        SYSCALL if error == 0 => plain(Kind::Eof, EOF.0, EOF.1),
        SSL if of_tls && reason_of(error) == UNEXPECTED_EOF => plain(Kind::Eof, EOF.0, EOF.1),
        SSL | SYSCALL if library_of(error) == ffi::ERR_LIB_SYS && error != 0 => {
            let number = reason_of(error);
            clear();
            return raise::os_error(th, number, None, None);
        }
        SSL | SYSCALL if of_tls && reason_of(error) == CERTIFICATE_VERIFY_FAILED => {
            Parts { kind: Kind::CertVerification, number: code, text: None, error, verified: Some(verified()) }
        }
        SSL if error == 0 => plain(Kind::Error, SSL, "A failure in the SSL library occurred"),
        SSL | SYSCALL => Parts { kind: Kind::Error, number: code, text: None, error, verified: None },
        _ => plain(Kind::Error, 10, "Invalid error code"),
    };
    parts.raise(th, line)
}
