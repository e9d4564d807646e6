//! Certificates: the `Certificate` object, and the dict that tells what a certificate says.

use core::ffi::{c_int, c_ulong, c_void};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use heap::{Head, Object, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Dict, Int, List, Str, Tuple, raise};
use openssl_sys as o;

use crate::tools::{self, asn1_bytes, printed, put, utf8};
use crate::{errors, ffi};

pub const ENCODING_PEM: i32 = 1;
pub const ENCODING_DER: i32 = 2;
const ENCODING_PEM_AUX: i32 = 0x101;

/// A certificate, of which this holds a count.
struct X509(*mut o::X509);

// SAFETY: OpenSSL counts certificates atomically and does not change them after they were read.
unsafe impl Send for X509 {}
// SAFETY: as above.
unsafe impl Sync for X509 {}

#[pytype(name = "Certificate", module = "_ssl", doc = none, flags(DISALLOW_INSTANTIATION), gc = none)]
#[repr(C)]
pub struct Certificate {
    head: Head,
    #[untraversed]
    cert: X509,
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: the object's own count.
        unsafe { o::X509_free(self.cert.0) };
    }
}

impl Certificate {
    /// Takes a count of a certificate over.
    pub fn owning(th: &Thread, cert: *mut o::X509) -> Ref<Certificate> {
        th.new_object(Certificate { head: Head::INIT, cert: X509(cert) })
    }
}

/// A stack of OpenSSL's, as its items.
///
/// # Safety
/// `stack` is null or a stack, which nobody changes while the result is used.
pub unsafe fn items<T>(stack: *const c_void) -> Vec<*mut T> {
    let stack = stack.cast::<o::OPENSSL_STACK>();
    if stack.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise; the indices are in range.
    unsafe { (0..o::OPENSSL_sk_num(stack)).map(|at| o::OPENSSL_sk_value(stack, at).cast()).collect() }
}

/// A list of `Certificate`s.
///
/// # Safety
/// As [`items`], and they are certificates.
pub unsafe fn list(th: &mut Thread, stack: *const c_void) -> Vec<Ref<Object>> {
    let mut all = Vec::new();
    // SAFETY: the caller's promise.
    for cert in unsafe { items::<o::X509>(stack) } {
        // SAFETY: a live certificate, of which the object takes a count of its own.
        unsafe { o::X509_up_ref(cert) };
        all.push(Certificate::owning(th, cert).up());
    }
    all
}

/// The bytes of a certificate (DER).
///
/// # Safety
/// `cert` is live.
pub unsafe fn to_der(th: &mut Thread, cert: *mut o::X509) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let bytes = printed(|bio| unsafe { o::i2d_X509_bio(bio, cert) } == 1);
    match bytes {
        Some(bytes) => Ok(Bytes::new(th, &bytes).up()),
        None => Err(errors::raise_last(th)),
    }
}

/// The dotted or long name of an object of ASN.1's.
///
/// # Safety
/// `object` is live.
pub unsafe fn object_name(th: &mut Thread, object: *const o::ASN1_OBJECT, dotted: bool) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise; a null buffer asks for the length.
    let length = unsafe { o::OBJ_obj2txt(core::ptr::null_mut(), 0, object, dotted.into()) };
    let Ok(length) = usize::try_from(length) else { return Err(errors::raise_last(th)) };
    if length == 0 && dotted {
        return Ok(objects::none_ref());
    }
    let mut text = vec![0u8; length + 1];
    // SAFETY: room for the text and its end.
    unsafe { o::OBJ_obj2txt(text.as_mut_ptr().cast(), text.len() as c_int, object, dotted.into()) };
    utf8(th, &text[..length])
}

/// One attribute of a name: `(name, value)`.
///
/// # Safety
/// `entry` is live.
unsafe fn attribute(th: &mut Thread, entry: *mut o::X509_NAME_ENTRY) -> Result<Ref<Object>, Raised> {
    const BIT_STRING: c_int = 3;
    // SAFETY: the caller's promise: the entry owns both.
    let (object, value) = unsafe { (o::X509_NAME_ENTRY_get_object(entry), o::X509_NAME_ENTRY_get_data(entry)) };
    // SAFETY: as above.
    let name = unsafe { object_name(th, object, false) }?;
    // SAFETY: as above.
    let value = if unsafe { o::ASN1_STRING_type(value) } == BIT_STRING {
        // SAFETY: as above.
        Bytes::new(th, unsafe { asn1_bytes(value) }).up()
    } else {
        let mut text: *mut u8 = core::ptr::null_mut();
        // SAFETY: as above; the text is ours afterwards.
        let length = unsafe { o::ASN1_STRING_to_UTF8(&raw mut text, value) };
        let Ok(length) = usize::try_from(length) else { return Err(errors::raise_last(th)) };
        // SAFETY: so many bytes were allocated for us; they are copied and freed.
        let copy = unsafe {
            let copy = core::slice::from_raw_parts(text, length).to_vec();
            o::OPENSSL_free(text.cast());
            copy
        };
        utf8(th, &copy)?
    };
    Ok(Tuple::from_array(th, [name, value]).up())
}

/// A distinguished name: a tuple of sets of attributes.
///
/// # Safety
/// `name` is live.
unsafe fn name(th: &mut Thread, name: *const o::X509_NAME) -> Result<Ref<Object>, Raised> {
    let mut sets: Vec<Vec<Ref<Object>>> = Vec::new();
    let mut level = -1;
    // SAFETY: the caller's promise.
    let count = unsafe { o::X509_NAME_entry_count(name) };
    for at in 0..count {
        // SAFETY: the index is in range; the entry lives as long as the name.
        let (entry, set) = unsafe {
            let entry = o::X509_NAME_get_entry(name, at);
            (entry, ffi::X509_NAME_ENTRY_set(entry))
        };
        if set != level || sets.is_empty() {
            sets.push(Vec::new());
        }
        level = set;
        // SAFETY: as above.
        let pair = unsafe { attribute(th, entry) }?;
        if let Some(set) = sets.last_mut() {
            set.push(pair);
        }
    }
    let sets = sets.into_iter().map(|set| Tuple::new(th, set).up()).collect();
    Ok(Tuple::new(th, sets).up())
}

/// An internet address as text.
fn address(bytes: &[u8]) -> String {
    match bytes.len() {
        4 => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        16 => bytes.chunks(2).map(|pair| format!("{:X}", u16::from_be_bytes([pair[0], pair[1]]))).collect::<Vec<_>>().join(":"),
        _ => "<invalid>".to_owned(),
    }
}

/// One alternative name: `(kind, value)`.
///
/// # Safety
/// `general` is live.
unsafe fn general_name(th: &mut Thread, general: *mut o::GENERAL_NAME) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let (kind, inner) = unsafe { ((*general).type_, (*general).d) };
    let text = |th: &mut Thread, text: &str| Str::new(th, text).up();
    let (label, value) = match kind {
        // SAFETY: the type says which member the union has.
        o::GEN_DIRNAME => ("DirName", unsafe { name(th, inner.cast()) }?),
        // SAFETY: as above.
        o::GEN_EMAIL => ("email", utf8(th, unsafe { asn1_bytes(inner.cast()) })?),
        // SAFETY: as above.
        o::GEN_DNS => ("DNS", utf8(th, unsafe { asn1_bytes(inner.cast()) })?),
        // SAFETY: as above.
        o::GEN_URI => ("URI", utf8(th, unsafe { asn1_bytes(inner.cast()) })?),
        // SAFETY: as above.
        o::GEN_IPADD => ("IP Address", text(th, &address(unsafe { asn1_bytes(inner.cast()) }))),
        // SAFETY: as above.
        o::GEN_RID => ("Registered ID", unsafe { registered(th, inner.cast()) }?),
        _ => {
            const OTHERS: [c_int; 3] = [o::GEN_OTHERNAME, o::GEN_X400, o::GEN_EDIPARTY];
            if !OTHERS.contains(&kind) {
                let category = objects::exceptions::runtime_warning_type();
                objects::warn::warn(th, category, format_args!("Unknown general name type {kind}"), 1)?;
            }
            // SAFETY: the caller's promise.
            let shown = printed(|bio| unsafe { ffi::GENERAL_NAME_print(bio, general) } >= 0).unwrap_or_default();
            let line = shown.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let Some(colon) = line.iter().position(|byte| *byte == b':') else {
                let line = String::from_utf8_lossy(line).into_owned();
                return Err(raise::value_error(th, format_args!("Invalid value {line}")));
            };
            let (label, value) = (utf8(th, &line[..colon])?, utf8(th, &line[colon + 1..])?);
            return Ok(Tuple::from_array(th, [label, value]).up());
        }
    };
    let label = text(th, label);
    Ok(Tuple::from_array(th, [label, value]).up())
}

/// A registered identifier as OpenSSL prints it: by its long name, or dotted.
///
/// # Safety
/// `object` is live.
unsafe fn registered(th: &mut Thread, object: *const o::ASN1_OBJECT) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    unsafe { object_name(th, object, false) }
}

/// The value of an extension, which is ours to free; null if the certificate has none.
///
/// # Safety
/// `cert` is live.
unsafe fn extension(cert: *const o::X509, nid: c_int) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { o::X509_get_ext_d2i(cert, nid, core::ptr::null_mut(), core::ptr::null_mut()) }
}

unsafe extern "C" fn free_general_name(name: *mut c_void) {
    // SAFETY: called by `free_stack` for each item.
    unsafe { o::GENERAL_NAME_free(name.cast()) };
}

unsafe extern "C" fn free_access(access: *mut c_void) {
    // SAFETY: as above.
    unsafe { o::ACCESS_DESCRIPTION_free(access.cast()) };
}

unsafe extern "C" fn free_point(point: *mut c_void) {
    // SAFETY: as above.
    unsafe { o::DIST_POINT_free(point.cast()) };
}

/// # Safety
/// `stack` is ours, and its items are what `free` frees.
unsafe fn free_stack(stack: *mut c_void, free: unsafe extern "C" fn(*mut c_void)) {
    // SAFETY: the caller's promise.
    unsafe { o::OPENSSL_sk_pop_free(stack.cast(), Some(free)) };
}

/// The alternative names of the certificate's subject.
///
/// # Safety
/// `cert` is live.
unsafe fn alternative_names(th: &mut Thread, cert: *const o::X509) -> Result<Option<Ref<Object>>, Raised> {
    // SAFETY: the caller's promise.
    let names = unsafe { extension(cert, o::NID_subject_alt_name) };
    if names.is_null() {
        return Ok(None);
    }
    let mut all = Vec::new();
    let mut result = Ok(());
    // SAFETY: a stack of general names, ours.
    for general in unsafe { items(names) } {
        // SAFETY: as above.
        match unsafe { general_name(th, general) } {
            Ok(pair) => all.push(pair),
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
    }
    // SAFETY: as above; nothing uses it any more.
    unsafe { free_stack(names, free_general_name) };
    result.map(|()| Some(Tuple::new(th, all).up()))
}

/// The bytes of general names that are addresses of the web.
///
/// # Safety
/// They are live.
unsafe fn uris<'a>(names: &[*mut o::GENERAL_NAME]) -> Vec<&'a [u8]> {
    // SAFETY: the caller's promise; the type says which member the union has.
    names
        .iter()
        .filter(|name| unsafe { (***name).type_ == o::GEN_URI })
        .map(|name| unsafe { asn1_bytes((**name).d.cast()) })
        .collect()
}

/// A tuple of texts; `None` if there are none.
fn texts(th: &mut Thread, found: &[&[u8]]) -> Result<Option<Ref<Object>>, Raised> {
    let mut all = Vec::new();
    for bytes in found {
        all.push(utf8(th, bytes)?);
    }
    Ok((!all.is_empty()).then(|| Tuple::new(th, all).up()))
}

/// Where to ask about the certificate (`nid` says what).
///
/// # Safety
/// `cert` is live.
unsafe fn access(th: &mut Thread, cert: *const o::X509, nid: c_int) -> Result<Option<Ref<Object>>, Raised> {
    // SAFETY: the caller's promise.
    let stack = unsafe { extension(cert, o::NID_info_access) };
    if stack.is_null() {
        return Ok(None);
    }
    // SAFETY: a stack of descriptions, ours; it is freed when all is copied.
    unsafe {
        let places: Vec<*mut o::ACCESS_DESCRIPTION> = items(stack);
        let names: Vec<_> =
            places.iter().filter(|place| o::OBJ_obj2nid((***place).method) == nid).map(|place| (**place).location).collect();
        let result = texts(th, &uris(&names));
        free_stack(stack, free_access);
        result
    }
}

/// Where lists of revoked certificates are.
///
/// # Safety
/// `cert` is live.
unsafe fn revocation_lists(th: &mut Thread, cert: *const o::X509) -> Result<Option<Ref<Object>>, Raised> {
    // SAFETY: the caller's promise.
    let stack = unsafe { extension(cert, o::NID_crl_distribution_points) };
    if stack.is_null() {
        return Ok(None);
    }
    // SAFETY: a stack of points, ours; type 0 says that the union has full names; it is freed when all is copied.
    unsafe {
        let points: Vec<*mut o::DIST_POINT> = items(stack);
        let named = points.iter().filter(|point| !(***point).distpoint.is_null()).map(|point| (**point).distpoint);
        let names: Vec<_> =
            named.filter(|name| (**name).type_ == 0).flat_map(|name| items((*name).name.fullname.cast())).collect();
        let result = texts(th, &uris(&names));
        free_stack(stack, free_point);
        result
    }
}

/// What a certificate says, as `getpeercert` tells it.
///
/// # Safety
/// `cert` is live.
pub unsafe fn decode(th: &mut Thread, cert: *mut o::X509) -> Result<Ref<Object>, Raised> {
    let told = Dict::new(th);
    // SAFETY: the caller's promise: the certificate owns its names, its times and its number.
    unsafe {
        let subject = name(th, o::X509_get_subject_name(cert))?;
        put(th, &told, "subject", subject);
        let issuer = name(th, o::X509_get_issuer_name(cert))?;
        put(th, &told, "issuer", issuer);
        let version = Int::from_i64(th, o::X509_get_version(cert) + 1).up();
        put(th, &told, "version", version);
        let serial = printed(|bio| ffi::i2a_ASN1_INTEGER(bio, o::X509_get_serialNumber(cert)) >= 0);
        let before = printed(|bio| o::ASN1_TIME_print(bio, o::X509_getm_notBefore(cert)) >= 0);
        let after = printed(|bio| o::ASN1_TIME_print(bio, o::X509_getm_notAfter(cert)) >= 0);
        for (key, text) in [("serialNumber", serial), ("notBefore", before), ("notAfter", after)] {
            let Some(text) = text else { return Err(errors::raise_last(th)) };
            let value = utf8(th, &text)?;
            put(th, &told, key, value);
        }
        let rest = [
            ("subjectAltName", alternative_names(th, cert)?),
            ("OCSP", access(th, cert, o::NID_ad_OCSP)?),
            ("caIssuers", access(th, cert, o::NID_ad_ca_issuers)?),
            ("crlDistributionPoints", revocation_lists(th, cert)?),
        ];
        for (key, value) in rest {
            if let Some(value) = value {
                put(th, &told, key, value);
            }
        }
    }
    Ok(told.up())
}

#[pymethods]
impl Certificate {
    #[method(sig = "($self, /, format=Encoding.PEM)")]
    fn public_bytes(&self, th: &mut Thread, #[default(ENCODING_PEM)] format: i32) -> Result<Ref<Object>, Raised> {
        let cert = self.cert.0;
        // SAFETY: the object's certificate lives as long as the object.
        let bytes = unsafe {
            match format {
                ENCODING_PEM => printed(|bio| o::PEM_write_bio_X509(bio, cert) == 1),
                ENCODING_PEM_AUX => printed(|bio| ffi::PEM_write_bio_X509_AUX(bio, cert) == 1),
                ENCODING_DER => printed(|bio| o::i2d_X509_bio(bio, cert) == 1),
                _ => return Err(raise::value_error(th, format_args!("Unsupported format"))),
            }
        };
        match bytes {
            None => Err(errors::raise_last(th)),
            Some(bytes) if format == ENCODING_DER => Ok(Bytes::new(th, &bytes).up()),
            Some(bytes) => utf8(th, &bytes),
        }
    }

    #[method(sig = "($self, /)")]
    fn get_info(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: the object's certificate lives as long as the object.
        unsafe { decode(th, self.cert.0) }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        /// `XN_FLAG_RFC2253`
        const RFC2253: c_ulong = 0x0111_0317;
        // SAFETY: as above.
        let subject =
            printed(|bio| unsafe { ffi::X509_NAME_print_ex(bio, o::X509_get_subject_name(self.cert.0), 0, RFC2253) } > 0);
        match subject {
            Some(subject) => Ok(format!("<_ssl.Certificate '{}'>", String::from_utf8_lossy(&subject))),
            None => Err(errors::raise_last(th)),
        }
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        // SAFETY: as above.
        let hash = unsafe { ffi::X509_subject_name_hash(self.cert.0) } as isize;
        if hash == -1 { -2 } else { hash }
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: CompareOp) -> Ref<Object> {
        let wanted = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let Some(other) = other.downcast::<Certificate>().filter(|_| wanted) else { return objects::not_implemented_ref() };
        // SAFETY: as above.
        let same = unsafe { ffi::X509_cmp(self.cert.0, other.cert.0) } == 0;
        objects::bool_ref(same == matches!(op, CompareOp::Eq))
    }
}

/// Reads a certificate from a file; the tests of certificates ask for it.
pub fn decode_file(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    let path = modules::os::fs_string(th, path)?;
    let Ok(bytes) = th.detached(|| std::fs::read(OsStr::from_bytes(path.to_bytes()))) else {
        return Err(errors::raise_plain(th, "Can't open file"));
    };
    // SAFETY: the bytes outlive the buffer, which is freed here; the certificate is ours.
    let cert = unsafe {
        let bio = o::BIO_new_mem_buf(bytes.as_ptr().cast(), bytes.len() as c_int);
        let cert = o::PEM_read_bio_X509(bio, core::ptr::null_mut(), None, core::ptr::null_mut());
        o::BIO_free_all(bio);
        cert
    };
    if cert.is_null() {
        return Err(errors::raise_plain(th, "Error decoding PEM-encoded file"));
    }
    // SAFETY: the certificate is freed when it was told.
    unsafe {
        let told = decode(th, cert);
        o::X509_free(cert);
        told
    }
}

/// The certificates of authorities in a store: dicts, or bytes.
///
/// # Safety
/// `store` is live.
pub unsafe fn authorities(th: &mut Thread, store: *mut o::X509_STORE, binary: bool) -> Result<Ref<Object>, Raised> {
    let mut all = Vec::new();
    let mut failed = false;
    // SAFETY: the caller's promise; each certificate is ours until it is freed.
    unsafe {
        for cert in certificates(store).0 {
            let made = match ffi::X509_check_ca(cert) {
                _ if failed => None,
                0 => None,
                _ if binary => Some(to_der(th, cert)),
                _ => Some(decode(th, cert)),
            };
            o::X509_free(cert);
            failed |= matches!(made, Some(Err(_)));
            all.extend(made);
        }
    }
    let all = all.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(List::new(th, all).up())
}

/// The certificates of a store, each with a count for the caller, and how many revocation lists it has.
///
/// # Safety
/// `store` is live.
pub unsafe fn certificates(store: *mut o::X509_STORE) -> (Vec<*mut o::X509>, usize) {
    const CERT: c_int = 1;
    const CRL: c_int = 2;
    // SAFETY: the caller's promise; the store is locked while its objects are read.
    unsafe {
        ffi::X509_STORE_lock(store);
        let objects: Vec<*mut o::X509_OBJECT> = items(o::X509_STORE_get0_objects(store).cast_const().cast());
        let mut certs = Vec::new();
        let mut lists = 0;
        for object in objects {
            match ffi::X509_OBJECT_get_type(object) {
                CERT => {
                    let cert = o::X509_OBJECT_get0_X509(object);
                    o::X509_up_ref(cert);
                    certs.push(cert);
                }
                CRL => lists += 1,
                _ => {}
            }
        }
        ffi::X509_STORE_unlock(store);
        (certs, lists)
    }
}

/// `{'x509': …, 'crl': …, 'x509_ca': …}`
///
/// # Safety
/// `store` is live.
pub unsafe fn stats(th: &mut Thread, store: *mut o::X509_STORE) -> Ref<Object> {
    // SAFETY: the caller's promise; each certificate is ours until it is freed.
    let (certs, lists) = unsafe { certificates(store) };
    let mut authorities = 0;
    for cert in &certs {
        // SAFETY: as above.
        unsafe {
            authorities += i64::from(ffi::X509_check_ca(*cert) != 0);
            o::X509_free(*cert);
        }
    }
    let told = Dict::new(th);
    for (key, value) in [("x509", certs.len() as i64), ("crl", lists as i64), ("x509_ca", authorities)] {
        let value = Int::from_i64(th, value).up();
        tools::put(th, &told, key, value);
    }
    told.up()
}
