//! `_SSLContext`: what connections are made from. Settings are here, certificates and keys in [`load`], callbacks in [`hooks`].
//!
//! Invariant: OpenSSL's context is changed by who has the turn. Connections have counts of their own of it, and of this object.

mod hooks;
mod load;
pub mod settings;

use core::ffi::{c_int, c_long};
use std::fs::File;
use std::sync::Arc;

use heap::sync::{AtomicBool, Mutex, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::Buffer;
use objects::{Str, exceptions, none, raise, warn};
use openssl_sys as o;

use crate::socket::{Request, SslSocket};
use crate::transport::MemoryBio;
use crate::turn::{Held, Turn};
use crate::{errors, ffi};

pub const DEFAULT_CIPHERS: &core::ffi::CStr =
    c"@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM";

/// `PROTOCOL_…`
pub mod protocol {
    pub const TLS: i32 = 2;
    pub const TLS1: i32 = 3;
    pub const TLS1_1: i32 = 4;
    pub const TLS1_2: i32 = 5;
    pub const TLS_CLIENT: i32 = 16;
    pub const TLS_SERVER: i32 = 17;
}

const CERT_NONE: i32 = 0;
const CERT_OPTIONAL: i32 = 1;
const CERT_REQUIRED: i32 = 2;

/// OpenSSL's context, of which this holds a count.
struct Ctx(*mut o::SSL_CTX);

// SAFETY: it may be used by any thread; who changes it has the turn.
unsafe impl Send for Ctx {}
// SAFETY: as above.
unsafe impl Sync for Ctx {}

#[pytype(name = "_SSLContext", module = "_ssl", doc = none, flags(BASETYPE), parts(settings, load, hooks))]
#[repr(C)]
pub struct SslContext {
    head: Head,
    server_name: Slot,
    message: Slot,
    keylog_name: Slot,
    psk_client: Slot,
    psk_server: Slot,
    #[untraversed]
    ctx: Ctx,
    #[untraversed]
    turn: Turn,
    #[untraversed]
    alpn: Mutex<Vec<u8>>,
    #[untraversed]
    keylog: Mutex<Option<Arc<Mutex<File>>>>,
    protocol: i32,
    check_hostname: AtomicBool,
    post_handshake_auth: AtomicBool,
}

impl Drop for SslContext {
    fn drop(&mut self) {
        // SAFETY: the object's own count.
        unsafe { o::SSL_CTX_free(self.ctx.0) };
    }
}

impl SslContext {
    pub fn raw(&self) -> *mut o::SSL_CTX {
        self.ctx.0
    }

    /// The turn to use OpenSSL's context.
    pub fn take(&self, th: &mut Thread) -> Held<'_> {
        self.turn.take(th)
    }

    pub fn is_for_servers_alone(&self) -> bool {
        self.protocol == protocol::TLS_SERVER
    }

    pub fn is_for_clients_alone(&self) -> bool {
        self.protocol == protocol::TLS_CLIENT
    }

    pub fn checks_hostname(&self) -> bool {
        self.check_hostname.load(Relaxed)
    }

    pub fn asks_after_handshake(&self) -> bool {
        self.post_handshake_auth.load(Relaxed)
    }

    pub fn alpn(&self) -> Vec<u8> {
        self.alpn.lock().clone()
    }

    pub fn server_name_callback(&self, th: &Thread) -> Option<Ref<Object>> {
        self.server_name.get(th, self)
    }

    pub fn message_callback(&self, th: &Thread) -> Option<Ref<Object>> {
        self.message.get(th, self)
    }

    pub fn psk_client(&self, th: &Thread) -> Option<Ref<Object>> {
        self.psk_client.get(th, self)
    }

    pub fn psk_server(&self, th: &Thread) -> Option<Ref<Object>> {
        self.psk_server.get(th, self)
    }

    pub fn keylog_name(&self, th: &Thread) -> Option<Ref<Object>> {
        self.keylog_name.get(th, self)
    }

    pub fn keylog_file(&self) -> Option<Arc<Mutex<File>>> {
        self.keylog.lock().clone()
    }

    /// A command of OpenSSL's; its meaning depends on the command.
    fn control(&self, th: &mut Thread, command: c_int, number: c_long) -> c_long {
        let _held = self.take(th);
        // SAFETY: the callers' commands take a number and no pointer.
        unsafe { o::SSL_CTX_ctrl(self.ctx.0, command, number, core::ptr::null_mut()) }
    }

    fn set_verify(&self, th: &mut Thread, mode: i32) -> Result<(), Raised> {
        let bits = match mode {
            CERT_NONE => o::SSL_VERIFY_NONE,
            CERT_OPTIONAL => o::SSL_VERIFY_PEER,
            CERT_REQUIRED => o::SSL_VERIFY_PEER | o::SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
            _ => return Err(raise::value_error(th, format_args!("invalid value for verify_mode"))),
        };
        let _held = self.take(th);
        // SAFETY: the object's context.
        unsafe { o::SSL_CTX_set_verify(self.ctx.0, bits, Some(crate::distrusted::verify)) };
        Ok(())
    }

    /// What every new context has, beyond OpenSSL's own defaults.
    fn set_defaults(&self, th: &mut Thread) -> Result<(), Raised> {
        const TLS1_2_VERSION: c_long = 0x303;
        let client = self.protocol == protocol::TLS_CLIENT;
        self.set_verify(th, if client { CERT_REQUIRED } else { CERT_NONE })?;
        let ctx = self.ctx.0;
        // SAFETY: the object's new context, which nobody else has yet.
        unsafe {
            ffi_options::SSL_CTX_set_options(ctx, settings::OP_DEFAULT);
            if o::SSL_CTX_set_cipher_list(ctx, DEFAULT_CIPHERS.as_ptr()) == 0 {
                return Err(errors::raise_plain(th, "No cipher can be selected."));
            }
            let any = matches!(self.protocol, protocol::TLS | protocol::TLS_CLIENT | protocol::TLS_SERVER);
            if any && o::SSL_CTX_ctrl(ctx, ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, core::ptr::null_mut()) == 0 {
                return Err(raise::value_error(th, format_args!("Failed to set minimum protocol 0x{TLS1_2_VERSION:x}")));
            }
            o::SSL_CTX_ctrl(ctx, ffi::SSL_CTRL_MODE, ffi::SSL_MODE_RELEASE_BUFFERS, core::ptr::null_mut());
            let param = o::SSL_CTX_get0_param(ctx);
            o::X509_VERIFY_PARAM_set_flags(param, o::X509_V_FLAG_TRUSTED_FIRST);
            o::X509_VERIFY_PARAM_set_hostflags(param, o::X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            ffi::SSL_CTX_set_post_handshake_auth(ctx, 0);
        }
        Ok(())
    }
}

/// The options are 64 bits wide, whatever a binding says.
pub mod ffi_options {
    use openssl_sys::SSL_CTX;
    unsafe extern "C" {
        pub fn SSL_CTX_set_options(ctx: *mut SSL_CTX, options: u64) -> u64;
        pub fn SSL_CTX_clear_options(ctx: *mut SSL_CTX, options: u64) -> u64;
        pub fn SSL_CTX_get_options(ctx: *const SSL_CTX) -> u64;
    }
}

unsafe extern "C" {
    fn TLSv1_method() -> *const o::SSL_METHOD;
    fn TLSv1_1_method() -> *const o::SSL_METHOD;
    fn TLSv1_2_method() -> *const o::SSL_METHOD;
    fn TLS_client_method() -> *const o::SSL_METHOD;
    fn TLS_server_method() -> *const o::SSL_METHOD;
}

/// OpenSSL's name for a protocol; old ones are deprecated.
fn method(th: &mut Thread, number: i32) -> Result<*const o::SSL_METHOD, Raised> {
    // SAFETY: no preconditions.
    let (method, old) = unsafe {
        match number {
            protocol::TLS => (o::TLS_method(), Some("TLS")),
            protocol::TLS1 => (TLSv1_method(), Some("TLSv1")),
            protocol::TLS1_1 => (TLSv1_1_method(), Some("TLSv1_1")),
            protocol::TLS1_2 => (TLSv1_2_method(), Some("TLSv1_2")),
            protocol::TLS_CLIENT => (TLS_client_method(), None),
            protocol::TLS_SERVER => (TLS_server_method(), None),
            _ => return Err(raise::value_error(th, format_args!("invalid or unsupported protocol version {number}"))),
        }
    };
    if let Some(name) = old {
        deprecated(th, &format!("ssl.PROTOCOL_{name} is deprecated"))?;
    }
    Ok(method)
}

fn deprecated(th: &mut Thread, message: &str) -> Result<(), Raised> {
    warn::warn(th, exceptions::deprecation_warning_type(), format_args!("{message}"), 2)
}

/// A host's name for OpenSSL: ASCII, without an end inside.
fn host_name(th: &mut Thread, name: &Object) -> Result<Option<std::ffi::CString>, Raised> {
    if name.is(none()) {
        return Ok(None);
    }
    let Some(text) = name.downcast::<Str>() else {
        let got = objects::ops::type_name(name);
        return Err(raise::type_error(th, format_args!("argument must be str, not {got}")));
    };
    let ascii = objects::codecs::encode(th, text, Some("ascii"), None)?;
    let bytes = Buffer::new(th, &ascii)?.as_slice().to_vec();
    match std::ffi::CString::new(bytes) {
        Ok(name) => Ok(Some(name)),
        Err(_) => Err(raise::value_error(th, format_args!("embedded null byte"))),
    }
}

#[pymethods]
impl SslContext {
    #[slot(tp_new, name = "_SSLContext", sig = "(protocol, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, protocol: i32) -> Result<Ref<SslContext>, Raised> {
        let method = method(th, protocol)?;
        // SAFETY: a method of OpenSSL's. The first context may read the system's configuration.
        let ctx = th.detached(|| Ctx(unsafe { o::SSL_CTX_new(method) }));
        if ctx.0.is_null() {
            return Err(errors::raise_last(th));
        }
        let made = SslContext {
            head: Head::INIT,
            server_name: Slot::NULL,
            message: Slot::NULL,
            keylog_name: Slot::NULL,
            psk_client: Slot::NULL,
            psk_server: Slot::NULL,
            ctx,
            turn: Turn::new(),
            alpn: Mutex::new(Vec::new()),
            keylog: Mutex::new(None),
            protocol,
            check_hostname: AtomicBool::new(protocol == protocol::TLS_CLIENT),
            post_handshake_auth: AtomicBool::new(false),
        };
        let made = th.new_instance(cls, made);
        made.set_defaults(th)?;
        Ok(made)
    }

    #[method(sig = "($self, /, sock, server_side, server_hostname=None, *, owner=None, session=None)")]
    fn _wrap_socket(
        &self,
        th: &mut Thread,
        sock: &modules::socket::object::Socket,
        server_side: bool,
        server_hostname: Option<&Object>,
        owner: Option<&Object>,
        session: Option<&Object>,
    ) -> Result<Ref<SslSocket>, Raised> {
        let hostname = host_name(th, server_hostname.unwrap_or(none()))?;
        SslSocket::over_socket(th, sock, Request { context: self, server: server_side, hostname, owner, session })
    }

    #[allow(clippy::too_many_arguments, reason = "the parameters of the Python method")]
    #[method(sig = "($self, /, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)")]
    fn _wrap_bio(
        &self,
        th: &mut Thread,
        incoming: &MemoryBio,
        outgoing: &MemoryBio,
        server_side: bool,
        server_hostname: Option<&Object>,
        owner: Option<&Object>,
        session: Option<&Object>,
    ) -> Result<Ref<SslSocket>, Raised> {
        let hostname = host_name(th, server_hostname.unwrap_or(none()))?;
        SslSocket::over_memory(th, incoming, outgoing, Request { context: self, server: server_side, hostname, owner, session })
    }
}
