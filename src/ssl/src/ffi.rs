//! Functions of OpenSSL's that `openssl-sys` does not declare.

use core::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};

use openssl_sys::*;

/// What a message callback is: direction, version, content type, bytes, connection, argument.
pub type MessageCallback = unsafe extern "C" fn(c_int, c_int, c_int, *const c_void, usize, *mut SSL, *mut c_void);

/// What asks for the password of a key.
pub type PasswordCallback = unsafe extern "C" fn(*mut c_char, c_int, c_int, *mut c_void) -> c_int;

pub type PskClientCallback = unsafe extern "C" fn(*mut SSL, *const c_char, *mut c_char, c_uint, *mut c_uchar, c_uint) -> c_uint;
pub type PskServerCallback = unsafe extern "C" fn(*mut SSL, *const c_char, *mut c_uchar, c_uint) -> c_uint;
pub type KeylogCallback = unsafe extern "C" fn(*const SSL, *const c_char);
pub type AlpnCallback =
    unsafe extern "C" fn(*mut SSL, *mut *const c_uchar, *mut c_uchar, *const c_uchar, c_uint, *mut c_void) -> c_int;
pub type ServerNameCallback = unsafe extern "C" fn(*mut SSL, *mut c_int, *mut c_void) -> c_int;

/// `OPENSSL_init_ssl`: no clean-up as the process ends, when other threads may still be at work.
pub const INIT_NO_ATEXIT: u64 = 0x0008_0000;
pub const INIT_STRINGS: u64 = 0x0020_0000 | 0x0000_0002;

pub const ERR_LIB_SYS: c_int = 2;
pub const ERR_LIB_PEM: c_int = 9;
pub const ERR_LIB_X509: c_int = 11;
pub const ERR_LIB_SSL: c_int = 20;

pub const SSL_CTRL_SET_TMP_DH: c_int = 3;
pub const SSL_CTRL_SESS_NUMBER: c_int = 20;
pub const SSL_CTRL_SET_READ_AHEAD: c_int = 41;
pub const SSL_CTRL_MODE: c_int = 33;
pub const SSL_CTRL_SET_TLSEXT_HOSTNAME: c_int = 55;
pub const SSL_CTRL_SET_TLSEXT_SERVERNAME_CB: c_int = 53;
pub const SSL_CTRL_SET_GROUPS: c_int = 91;
pub const SSL_CTRL_SET_MIN_PROTO_VERSION: c_int = 123;
pub const SSL_CTRL_SET_MAX_PROTO_VERSION: c_int = 124;
pub const SSL_CTRL_GET_MIN_PROTO_VERSION: c_int = 130;
pub const SSL_CTRL_GET_MAX_PROTO_VERSION: c_int = 131;
pub const SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER: c_long = 0x2;
pub const SSL_MODE_AUTO_RETRY: c_long = 0x4;
pub const SSL_MODE_RELEASE_BUFFERS: c_long = 0x10;
pub const SSL_VERIFY_POST_HANDSHAKE: c_int = 0x08;

unsafe extern "C" {
    pub fn ERR_peek_last_error() -> c_ulong;
    pub fn ERR_reason_error_string(error: c_ulong) -> *const c_char;

    pub fn SSL_CTX_set_post_handshake_auth(ctx: *mut SSL_CTX, on: c_int);
    pub fn SSL_set_post_handshake_auth(ssl: *mut SSL, on: c_int);
    pub fn SSL_verify_client_post_handshake(ssl: *mut SSL) -> c_int;
    pub fn SSL_CTX_set_msg_callback(ctx: *mut SSL_CTX, callback: Option<MessageCallback>);
    pub fn SSL_set_msg_callback(ssl: *mut SSL, callback: Option<MessageCallback>);
    #[link_name = "SSL_CTX_set_keylog_callback"]
    pub fn SSL_CTX_set_keylog(ctx: *mut SSL_CTX, callback: Option<KeylogCallback>);
    #[link_name = "SSL_CTX_set_psk_client_callback"]
    pub fn SSL_CTX_set_psk_client(ctx: *mut SSL_CTX, callback: Option<PskClientCallback>);
    #[link_name = "SSL_CTX_set_psk_server_callback"]
    pub fn SSL_CTX_set_psk_server(ctx: *mut SSL_CTX, callback: Option<PskServerCallback>);
    #[link_name = "SSL_CTX_set_alpn_select_cb"]
    pub fn SSL_CTX_set_alpn_select(ctx: *mut SSL_CTX, callback: Option<AlpnCallback>, argument: *mut c_void);
    #[link_name = "SSL_CTX_callback_ctrl"]
    pub fn SSL_CTX_callback_ctrl_any(ctx: *mut SSL_CTX, command: c_int, callback: Option<ServerNameCallback>) -> c_long;
    pub fn SSL_CTX_use_psk_identity_hint(ctx: *mut SSL_CTX, hint: *const c_char) -> c_int;
    pub fn SSL_CTX_set_default_passwd_cb(ctx: *mut SSL_CTX, callback: Option<PasswordCallback>);
    pub fn SSL_CTX_set_default_passwd_cb_userdata(ctx: *mut SSL_CTX, data: *mut c_void);
    pub fn SSL_CTX_get_security_level(ctx: *const SSL_CTX) -> c_int;
    pub fn SSL_CTX_set_num_tickets(ctx: *mut SSL_CTX, count: usize) -> c_int;
    pub fn SSL_CTX_get_num_tickets(ctx: *const SSL_CTX) -> usize;
    pub fn SSL_set_session_id_context(ssl: *mut SSL, context: *const c_uchar, size: c_uint) -> c_int;
    pub fn SSL_get_ciphers(ssl: *const SSL) -> *mut stack_st_SSL_CIPHER;
    pub fn SSL_get_client_ciphers(ssl: *const SSL) -> *mut stack_st_SSL_CIPHER;
    pub fn SSL_CIPHER_is_aead(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_id(cipher: *const SSL_CIPHER) -> u32;
    pub fn SSL_CIPHER_get_kx_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_auth_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_cipher_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_digest_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_get1_session(ssl: *mut SSL) -> *mut SSL_SESSION;
    pub fn SSL_SESSION_has_ticket(session: *const SSL_SESSION) -> c_int;
    pub fn SSL_SESSION_get_ticket_lifetime_hint(session: *const SSL_SESSION) -> c_ulong;

    pub fn X509_VERIFY_PARAM_get_hostflags(param: *const X509_VERIFY_PARAM) -> c_uint;
    pub fn X509_STORE_lock(store: *mut X509_STORE) -> c_int;
    pub fn X509_STORE_unlock(store: *mut X509_STORE) -> c_int;
    pub fn X509_OBJECT_get_type(object: *const X509_OBJECT) -> c_int;
    pub fn X509_check_ca(cert: *mut X509) -> c_int;
    pub fn X509_cmp(a: *const X509, b: *const X509) -> c_int;
    pub fn X509_subject_name_hash(cert: *mut X509) -> c_ulong;
    pub fn X509_NAME_ENTRY_set(entry: *const X509_NAME_ENTRY) -> c_int;
    pub fn X509_NAME_print_ex(bio: *mut BIO, name: *const X509_NAME, indent: c_int, flags: c_ulong) -> c_int;
    pub fn X509_get_default_cert_file_env() -> *const c_char;
    pub fn X509_get_default_cert_file() -> *const c_char;
    pub fn X509_get_default_cert_dir_env() -> *const c_char;
    pub fn X509_get_default_cert_dir() -> *const c_char;
    pub fn GENERAL_NAME_print(bio: *mut BIO, name: *mut GENERAL_NAME) -> c_int;
    pub fn i2a_ASN1_INTEGER(bio: *mut BIO, number: *const ASN1_INTEGER) -> c_int;
    pub fn PEM_write_bio_X509_AUX(bio: *mut BIO, cert: *mut X509) -> c_int;
    pub fn X509_get_X509_PUBKEY(cert: *const X509) -> *mut c_void;
    pub fn i2d_X509_PUBKEY(key: *const c_void, out: *mut *mut c_uchar) -> c_int;
    pub fn SHA256(data: *const c_uchar, size: usize, out: *mut c_uchar) -> *mut c_uchar;
    pub fn a2i_IPADDRESS(text: *const c_char) -> *mut ASN1_OCTET_STRING;
    pub fn BIO_get_new_index() -> c_int;
    pub fn OPENSSL_init_ssl(options: u64, settings: *const c_void) -> c_int;
    pub fn COMP_get_type(method: *const c_void) -> c_int;
    #[link_name = "SSL_get_current_compression"]
    pub fn SSL_get_compression(ssl: *const SSL) -> *const c_void;
    pub fn OBJ_sn2nid(name: *const c_char) -> c_int;
    pub fn RAND_add(buffer: *const c_void, size: c_int, entropy: f64);
    pub fn RAND_status() -> c_int;
}
