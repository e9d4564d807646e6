//! Certificates that nobody is to trust, although they are valid: those with the public keys that CPython lists, of authorities gone wrong.

use core::ffi::c_int;

use openssl_sys as o;

use crate::ffi;

/// SHA-256 of the public keys as certificates have them, in hexadecimal digits.
const KEYS: [&str; 8] = [
    "43bffa19d6ef651451f6841e019931e96f6f2eaeff28ab4b6f1ce4576de2717b",
    "49dd353dc2b919a3770645117d0e60c16115e7d1bc259eefe734b00ea434fe5f",
    "5c0660a2b164910d8ff589c18e14552e9e0ec237dcefe2cb736d41a4811f81a0",
    "63ecefee431d49523bc1136c4e72d0206a477086caf606cd5cf025686c109cf8",
    "92c063d67e8f14db71d288e11266ffdaf69cbf115f7bab14f3bc2f68d25e0e30",
    "e0254c7fcdc265e2f0f8a428dabb75ab4ae039b4872d62f5ee57f0877d5a8a41",
    "ebed6475c2c2d80fcb199f3fe8dd6e6b3ce60b77eb15d4e42c3dec0c6f5b5105",
    "ec4ffa1ad0ac88081314b7aaffef6a91f97cd57291bb5ba686c5415f5eb4f6b6",
];

/// Whether the certificate has one of the keys.
///
/// # Safety
/// `cert` is live.
unsafe fn is_listed(cert: *mut o::X509) -> bool {
    let mut der: *mut u8 = core::ptr::null_mut();
    let mut hash = [0u8; 32];
    // SAFETY: the caller's promise; the bytes are ours until they are freed, the hash has room for its 32.
    unsafe {
        let size = ffi::i2d_X509_PUBKEY(ffi::X509_get_X509_PUBKEY(cert), &raw mut der);
        let Ok(size) = usize::try_from(size) else { return false };
        ffi::SHA256(der, size, hash.as_mut_ptr());
        o::OPENSSL_free(der.cast());
    }
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    KEYS.contains(&digits.as_str())
}

/// What OpenSSL asks about each certificate of a chain that is good so far.
pub extern "C" fn verify(is_good: c_int, chain: *mut o::X509_STORE_CTX) -> c_int {
    const CERT_REJECTED: c_int = 28;
    if is_good == 0 {
        return 0;
    }
    // SAFETY: OpenSSL's contract: a chain that is being verified.
    unsafe {
        let cert = o::X509_STORE_CTX_get_current_cert(chain);
        if !cert.is_null() && is_listed(cert) {
            o::X509_STORE_CTX_set_error(chain, CERT_REJECTED);
            return 0;
        }
    }
    1
}
