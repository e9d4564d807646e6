//! `_SSLSocket`: one connection. How it is made is here; reading and writing in [`io`], what it tells about itself in [`facts`].
//!
//! Invariant: OpenSSL's connection is used by who has the turn, and no call with the turn waits for the peer. OpenSSL has the address of this
//! object for its callbacks, and is told to forget the connection before the object ends.

mod facts;
mod io;

use core::ffi::{c_int, c_void};
use std::ffi::{CStr, CString};
use std::sync::Arc;

use heap::sync::{AtomicBool, Mutex, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use modules::socket::object::Socket;
use objects::glue::*;
use objects::weakref::WeakRef;
use objects::{Str, none, raise};
use openssl_sys as o;

use crate::context::SslContext;
use crate::errors::Verified;
use crate::session::SslSession;
use crate::transport::{self, MemoryBio, Wire};
use crate::turn::{Held, Turn};
use crate::{callbacks, errors, ffi, tools};

/// OpenSSL's connection, which this owns.
struct Ssl(*mut o::SSL);

// SAFETY: it may be used by any thread; who uses it has the turn.
unsafe impl Send for Ssl {}
// SAFETY: as above.
unsafe impl Sync for Ssl {}

#[pytype(name = "_SSLSocket", module = "_ssl", doc = none, flags(DISALLOW_INSTANTIATION), parts(io, facts))]
#[repr(C)]
pub struct SslSocket {
    head: Head,
    /// A weak reference to the socket; null over memory.
    socket: Slot<WeakRef>,
    context: Slot<SslContext>,
    /// The context that the connection was made from, weakly, once it has another.
    first: Slot<WeakRef>,
    switched: AtomicBool,
    owner: Slot<WeakRef>,
    hostname: Slot<Str>,
    /// What a callback raised during an operation.
    exception: Slot,
    #[untraversed]
    ssl: Ssl,
    #[untraversed]
    turn: Turn,
    /// Who reads, and who writes: the next waits until that is done, so that parts of two writes do not mix.
    #[untraversed]
    reading: Mutex<()>,
    #[untraversed]
    writing: Mutex<()>,
    #[untraversed]
    wire: Option<Arc<Wire>>,
    server: bool,
    /// Our end of the connection is shut down; the peer's is waited for.
    seen_zero: AtomicBool,
}

impl Drop for SslSocket {
    fn drop(&mut self) {
        const SENT: c_int = 1;
        // SAFETY: the object's own connection. One that was not shut down in order counts as if it had been, so that its session stays good.
        unsafe {
            o::SSL_set_ex_data(self.ssl.0, 0, core::ptr::null_mut());
            o::SSL_set_shutdown(self.ssl.0, SENT | o::SSL_get_shutdown(self.ssl.0));
            o::SSL_free(self.ssl.0);
        }
    }
}

/// What a new connection is to be.
pub struct Request<'a> {
    pub context: &'a SslContext,
    pub server: bool,
    pub hostname: Option<CString>,
    pub owner: Option<&'a Object>,
    pub session: Option<&'a Object>,
}

impl SslSocket {
    pub fn over_socket(th: &mut Thread, socket: &Socket, request: Request<'_>) -> Result<Ref<SslSocket>, Raised> {
        let wire = Arc::new(Wire::default());
        wire.fd.store(socket.fd(), Release);
        let (read, write) = (transport::over_socket(wire.clone()), transport::over_socket(wire.clone()));
        let made = SslSocket::make(th, request, read, write, Some(wire), Some(socket))?;
        Ok(made)
    }

    pub fn over_memory(
        th: &mut Thread,
        incoming: &MemoryBio,
        outgoing: &MemoryBio,
        request: Request<'_>,
    ) -> Result<Ref<SslSocket>, Raised> {
        let (read, write) = (transport::over_memory(incoming.buffer()), transport::over_memory(outgoing.buffer()));
        SslSocket::make(th, request, read, write, None, None)
    }

    fn make(
        th: &mut Thread,
        request: Request<'_>,
        read: *mut o::BIO,
        write: *mut o::BIO,
        wire: Option<Arc<Wire>>,
        socket: Option<&Socket>,
    ) -> Result<Ref<SslSocket>, Raised> {
        let free = || {
            // SAFETY: nobody else has them yet.
            unsafe {
                o::BIO_free_all(read);
                o::BIO_free_all(write);
            }
        };
        let context = request.context;
        let refused = match request.server {
            true if context.is_for_clients_alone() => Some("Cannot create a server socket with a PROTOCOL_TLS_CLIENT context"),
            false if context.is_for_servers_alone() => Some("Cannot create a client socket with a PROTOCOL_TLS_SERVER context"),
            _ => None,
        };
        if let Some(text) = refused {
            free();
            return Err(errors::raise_text(th, text));
        }
        errors::clear();
        let held = context.take(th);
        // SAFETY: the context lives, and this thread has its turn.
        let ssl = unsafe { o::SSL_new(context.raw()) };
        drop(held);
        if ssl.is_null() {
            free();
            return Err(errors::raise_last(th));
        }
        // SAFETY: a new connection, which takes both over.
        unsafe { o::SSL_set_bio(ssl, read, write) };
        let made = th.new_object(SslSocket {
            head: Head::INIT,
            socket: Slot::NULL,
            context: Slot::new(context.to_ref()),
            first: Slot::NULL,
            switched: AtomicBool::new(false),
            owner: Slot::NULL,
            hostname: Slot::NULL,
            exception: Slot::NULL,
            ssl: Ssl(ssl),
            turn: Turn::new(),
            reading: Mutex::new(()),
            writing: Mutex::new(()),
            wire,
            server: request.server,
            seen_zero: AtomicBool::new(false),
        });
        made.prepare(th, context, socket, &request)?;
        Ok(made)
    }

    /// The second half of [`SslSocket::make`]: OpenSSL's connection is this object's.
    fn prepare(
        &self,
        th: &mut Thread,
        context: &SslContext,
        socket: Option<&Socket>,
        request: &Request<'_>,
    ) -> Result<(), Raised> {
        const SESSION_CONTEXT: &CStr = c"Python";
        let ssl = self.ssl.0;
        // SAFETY: the object's new connection; its callbacks get the object, which outlives it.
        unsafe {
            o::SSL_set_ex_data(ssl, 0, core::ptr::from_ref(self).cast_mut().cast::<c_void>());
            let modes = ffi::SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | ffi::SSL_MODE_AUTO_RETRY;
            o::SSL_ctrl(ssl, ffi::SSL_CTRL_MODE, modes, core::ptr::null_mut());
            if self.server {
                let name = SESSION_CONTEXT.to_bytes_with_nul();
                ffi::SSL_set_session_id_context(ssl, name.as_ptr(), name.len() as u32);
            }
        }
        if context.asks_after_handshake() {
            self.ask_after_handshake();
        }
        if let Some(name) = &request.hostname {
            self.set_hostname(th, context, name)?;
        }
        // SAFETY: as above.
        unsafe {
            if self.server {
                o::SSL_set_accept_state(ssl);
            } else {
                o::SSL_set_connect_state(ssl);
            }
        }
        if let Some(socket) = socket {
            let reference = WeakRef::new(th, socket.as_object(), None)?;
            self.socket.set(th, self, Some(reference));
        }
        if let Some(owner) = request.owner.filter(|owner| !owner.is(none())) {
            self.set_owner_to(th, owner)?;
        }
        if let Some(session) = request.session.filter(|session| !session.is(none())) {
            self.set_session_to(th, session)?;
        }
        Ok(())
    }

    /// A server asks the peer for a certificate later, a client is ready to be asked.
    fn ask_after_handshake(&self) {
        let ssl = self.ssl.0;
        // SAFETY: the object's connection.
        unsafe {
            if !self.server {
                ffi::SSL_set_post_handshake_auth(ssl, 1);
                return;
            }
            let mode = o::SSL_get_verify_mode(ssl);
            // OpenSSL does not leave the flag alone where nobody is verified.
            if mode & o::SSL_VERIFY_PEER != 0 {
                o::SSL_set_verify(ssl, mode | ffi::SSL_VERIFY_POST_HANDSHAKE, None);
            }
        }
    }

    /// Tells OpenSSL whom the client wants: the server gets the name, and the certificate must be for it.
    fn set_hostname(&self, th: &mut Thread, context: &SslContext, name: &CStr) -> Result<(), Raised> {
        const HOST_NAME: i64 = 0;
        let bytes = name.to_bytes();
        // A name that begins with a dot would mean all below it.
        if bytes.is_empty() || bytes[0] == b'.' {
            let message = "server_hostname cannot be an empty string or start with a leading dot.";
            return Err(raise::value_error(th, format_args!("{message}")));
        }
        let text = Str::new(th, &name.to_string_lossy());
        self.hostname.set(th, self, Some(text));
        // SAFETY: the object's connection; a terminated name; the address is ours until it is freed.
        let done = unsafe {
            let address = ffi::a2i_IPADDRESS(name.as_ptr());
            errors::clear();
            let mut done = true;
            if address.is_null() {
                let name = name.as_ptr().cast_mut().cast::<c_void>();
                done = o::SSL_ctrl(self.ssl.0, ffi::SSL_CTRL_SET_TLSEXT_HOSTNAME, HOST_NAME, name) != 0;
            }
            if done && context.checks_hostname() {
                let param = o::SSL_get0_param(self.ssl.0);
                done = match address.is_null() {
                    true => o::X509_VERIFY_PARAM_set1_host(param, name.as_ptr(), bytes.len()) != 0,
                    false => {
                        let bytes = tools::asn1_bytes(address.cast());
                        o::X509_VERIFY_PARAM_set1_ip(param, bytes.as_ptr(), bytes.len()) != 0
                    }
                };
            }
            if !address.is_null() {
                o::ASN1_STRING_free(address.cast());
            }
            done
        };
        if done { Ok(()) } else { Err(errors::raise_last(th)) }
    }

    fn set_owner_to(&self, th: &mut Thread, owner: &Object) -> Result<(), Raised> {
        let reference = WeakRef::new(th, owner, None)?;
        self.owner.set(th, self, Some(reference));
        Ok(())
    }

    fn set_session_to(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        let Some(session) = value.downcast::<SslSession>() else {
            return Err(raise::type_error(th, format_args!("Value is not a SSLSession.")));
        };
        let (mine, other) = (self.context(th), session.context(th));
        let same = matches!((mine, other), (Some(mine), Some(other)) if mine.is(&*other));
        if !same {
            return Err(raise::value_error(th, format_args!("Session refers to a different SSLContext.")));
        }
        if self.server {
            return Err(raise::value_error(th, format_args!("Cannot set session for server-side SSLSocket.")));
        }
        let held = self.take(th);
        // SAFETY: the object's connection, and this thread's turn.
        let done = unsafe {
            if o::SSL_is_init_finished(self.ssl.0) != 0 { None } else { Some(o::SSL_set_session(self.ssl.0, session.raw())) }
        };
        drop(held);
        match done {
            None => Err(raise::value_error(th, format_args!("Cannot set session after handshake."))),
            Some(0) => Err(errors::raise_last(th)),
            Some(_) => Ok(()),
        }
    }

    pub fn take(&self, th: &mut Thread) -> Held<'_> {
        self.turn.take(th)
    }

    pub fn context(&self, th: &Thread) -> Option<Ref<SslContext>> {
        self.context.get(th, self)
    }

    /// The context that the connection was made from, whose server name callback is asked, if there still is one.
    pub fn first_context(&self, th: &Thread) -> Option<Ref<SslContext>> {
        if !self.switched.load(Acquire) {
            return self.context(th);
        }
        self.first.get(th, self)?.upgrade(th)?.downcast::<SslContext>().ok()
    }

    /// Remembers the first context before another comes; one that nobody can refer to weakly is forgotten.
    fn switch(&self, th: &mut Thread) {
        if self.switched.load(Acquire) {
            return;
        }
        if let Some(first) = self.context(th) {
            match WeakRef::new(th, first.as_object(), None) {
                Ok(reference) => self.first.set(th, self, Some(reference)),
                Err(_) => drop(th.take_exception()),
            }
        }
        self.switched.store(true, Release);
    }

    /// What callbacks get for the connection, if it has any.
    pub fn owner_or_socket(&self, th: &Thread) -> Option<Ref<WeakRef>> {
        self.owner.get(th, self).or_else(|| self.socket.get(th, self))
    }

    /// Keeps what a callback raised until the operation ends.
    pub fn keep_exception(&self, th: &mut Thread, exception: Ref<Object>) {
        self.exception.set(th, self, Some(exception));
    }

    /// How the peer's certificate fared.
    fn verified(&self, th: &Thread) -> Verified {
        const HOSTNAME_MISMATCH: i64 = 62;
        const IP_ADDRESS_MISMATCH: i64 = 64;
        // SAFETY: the object's connection; a number is read.
        let code = unsafe { o::SSL_get_verify_result(self.ssl.0) };
        let name = || self.hostname.get(th, self).map_or_else(|| "None".to_owned(), |name| name.to_string_lossy());
        let message = match code {
            HOSTNAME_MISMATCH => Some(format!("Hostname mismatch, certificate is not valid for '{}'.", name())),
            IP_ADDRESS_MISMATCH => Some(format!("IP address mismatch, certificate is not valid for '{}'.", name())),
            _ => {
                // SAFETY: a number; the text is OpenSSL's, for good.
                let text = unsafe { o::X509_verify_cert_error_string(code) };
                (!text.is_null()).then(|| tools::c_str(text).to_string_lossy().into_owned())
            }
        };
        Verified { code, message }
    }
}

#[pymethods]
impl SslSocket {
    /// This changes the context associated with the SSLSocket.
    ///
    /// This is typically used from within a callback function set by the
    /// sni_callback on the SSLContext to change the certificate information
    /// associated with the SSLSocket before the cryptographic exchange
    /// handshake messages.
    #[getter(name = "context")]
    fn py_context(&self, th: &mut Thread) -> Option<Ref<SslContext>> {
        self.context(th)
    }

    #[setter(context)]
    fn set_context(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = tools::given(th, self.as_object(), "context", value)?;
        let Some(context) = value.downcast::<SslContext>() else {
            return Err(raise::type_error(th, format_args!("The value must be a SSLContext")));
        };
        let tells = context.message_callback(th).is_some();
        let held = self.take(th);
        // SAFETY: the object's connection, and this thread's turn.
        unsafe {
            o::SSL_set_SSL_CTX(self.ssl.0, context.raw());
            ffi::SSL_set_msg_callback(self.ssl.0, if tells { Some(callbacks::message) } else { None });
        }
        drop(held);
        self.switch(th);
        self.context.set(th, self, Some(context.to_ref()));
        Ok(())
    }

    /// The Python-level owner of this object.
    ///
    /// Passed as "self" in servername callback.
    #[getter]
    fn owner(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self).and_then(|owner| owner.upgrade(th))
    }

    #[setter(owner)]
    fn set_owner(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = tools::given(th, self.as_object(), "owner", value)?;
        self.set_owner_to(th, value)
    }

    /// The currently set server hostname (for SNI).
    #[getter]
    fn server_hostname(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.hostname.get(th, self)
    }

    /// Whether this is a server-side socket.
    #[getter]
    fn server_side(&self) -> bool {
        self.server
    }

    /// The underlying SSLSession object.
    #[getter]
    fn session(&self, th: &mut Thread) -> Option<Ref<SslSession>> {
        let held = self.take(th);
        // SAFETY: the object's connection, and this thread's turn; the count is ours.
        let session = unsafe { ffi::SSL_get1_session(self.ssl.0) };
        drop(held);
        if session.is_null() {
            return None;
        }
        let context = self.context(th);
        Some(SslSession::owning(th, session, context))
    }

    #[setter(session)]
    fn set_session(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = tools::given(th, self.as_object(), "session", value)?;
        self.set_session_to(th, value)
    }

    /// Was the client session reused during handshake?
    #[getter]
    fn session_reused(&self) -> bool {
        // SAFETY: the object's connection; a flag is read.
        unsafe { o::SSL_session_reused(self.ssl.0) != 0 }
    }
}
