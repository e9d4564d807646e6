//! Where the system keeps the certificates of the authorities that it trusts.
//!
//! OpenSSL knows the place of the system that it was compiled on. The binary runs on others, too: where there is nothing at that place, those
//! of other distributions are looked at.

use std::ffi::{CStr, CString};
use std::path::Path;

use crate::{ffi, tools};

const FILES: &[&CStr] = &[
    c"/etc/ssl/certs/ca-certificates.crt",
    c"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    c"/etc/pki/tls/certs/ca-bundle.crt",
    c"/etc/ssl/ca-bundle.pem",
    c"/etc/ssl/cert.pem",
];

const FOLDERS: &[&CStr] = &[c"/etc/ssl/certs", c"/etc/pki/tls/certs"];

/// A file and a folder.
pub struct Places {
    pub file: CString,
    pub folder: CString,
    /// Neither is OpenSSL's own.
    pub found: bool,
}

fn exists(place: &CStr) -> bool {
    place.to_str().is_ok_and(|place| Path::new(place).exists())
}

/// OpenSSL's own places, or others that exist where neither of those does.
pub fn places() -> Places {
    // SAFETY: no preconditions; the texts are static.
    let (file, folder) =
        unsafe { (tools::c_str(ffi::X509_get_default_cert_file()), tools::c_str(ffi::X509_get_default_cert_dir())) };
    let own = Places { file: file.to_owned(), folder: folder.to_owned(), found: false };
    if exists(file) || exists(folder) {
        return own;
    }
    let first = |all: &[&CStr]| all.iter().find(|place| exists(place)).map(|place| (*place).to_owned());
    match (first(FILES), first(FOLDERS)) {
        (None, None) => own,
        (file, folder) => Places { file: file.unwrap_or(own.file), folder: folder.unwrap_or(own.folder), found: true },
    }
}

/// What OpenSSL would not find by itself, if the environment does not name a place.
pub fn missed() -> Option<Places> {
    // SAFETY: no preconditions; the texts are static.
    let names =
        unsafe { [tools::c_str(ffi::X509_get_default_cert_file_env()), tools::c_str(ffi::X509_get_default_cert_dir_env())] };
    if names.iter().any(|name| name.to_str().is_ok_and(|name| std::env::var_os(name).is_some())) {
        return None;
    }
    Some(places()).filter(|places| places.found)
}
