//! What a connection tells about itself and its peer.

use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::{Bytes, Dict, List, Str, raise};
use openssl_sys as o;

use super::SslSocket;
use crate::cert::{self, Certificate};
use crate::context::settings::cipher_tuple;
use crate::{ffi, tools};

impl SslSocket {
    /// Reads something of OpenSSL's connection, in this thread's turn; nothing in `read` calls out.
    pub(super) fn look<R>(&self, th: &mut Thread, read: impl FnOnce(*mut o::SSL) -> R) -> R {
        let _held = self.take(th);
        read(self.ssl.0)
    }

    fn is_ready(&self, th: &mut Thread) -> bool {
        // SAFETY: the object's connection.
        self.look(th, |ssl| unsafe { o::SSL_is_init_finished(ssl) != 0 })
    }

    /// The peer's certificate with a count for the caller; null if it sent none.
    fn peer(&self, th: &mut Thread) -> *mut o::X509 {
        // SAFETY: the object's connection.
        self.look(th, |ssl| unsafe { o::SSL_get1_peer_certificate(ssl) })
    }
}

#[pymethods(part = "facts")]
impl SslSocket {
    /// Returns the certificate for the peer.
    ///
    /// If no certificate was provided, returns None.  If a certificate was
    /// provided, but not validated, returns an empty dictionary.  Otherwise
    /// returns a dict containing information about the peer certificate.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// peer certificate, or None if no certificate was provided.  This will
    /// return the certificate even if it wasn't validated.
    #[method(sig = "($self, der=False, /)")]
    fn getpeercert(&self, th: &mut Thread, der: bool) -> Result<Ref<Object>, Raised> {
        if !self.is_ready(th) {
            return Err(raise::value_error(th, format_args!("handshake not done yet")));
        }
        let peer = self.peer(th);
        if peer.is_null() {
            return Ok(objects::none_ref());
        }
        // SAFETY: the object's connection; a number is read.
        let mode = self.look(th, |ssl| unsafe { o::SSL_CTX_get_verify_mode(o::SSL_get_SSL_CTX(ssl)) });
        // SAFETY: the certificate is ours until it is freed.
        unsafe {
            let told = match (der, mode & o::SSL_VERIFY_PEER) {
                (true, _) => cert::to_der(th, peer),
                (false, 0) => Ok(Dict::new(th).up()),
                (false, _) => cert::decode(th, peer),
            };
            o::X509_free(peer);
            told
        }
    }

    #[method(sig = "($self, /)")]
    fn get_verified_chain(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let _held = self.take(th);
        // SAFETY: the object's connection, and this thread's turn: the chain stays.
        unsafe {
            let chain = o::SSL_get0_verified_chain(self.ssl.0);
            if chain.is_null() {
                return None;
            }
            let all = cert::list(th, chain.cast_const().cast());
            Some(List::new(th, all).up())
        }
    }

    #[method(sig = "($self, /)")]
    fn get_unverified_chain(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let _held = self.take(th);
        // SAFETY: as above.
        let mut all = unsafe { cert::list(th, o::SSL_get_peer_cert_chain(self.ssl.0).cast_const().cast()) };
        // A server's chain lacks the peer's own certificate. A session that goes on has no more than that.
        if self.server {
            let peer = self.peer(th);
            if !peer.is_null() {
                all.insert(0, Certificate::owning(th, peer).up());
            }
        }
        (!all.is_empty()).then(|| List::new(th, all).up())
    }

    #[method(sig = "($self, /)")]
    fn shared_ciphers(&self, th: &mut Thread) -> Option<Ref<Object>> {
        // SAFETY: the object's connection; the stacks are read in this thread's turn, the ciphers are static.
        let shared = self.look(th, |ssl| unsafe {
            let (ours, theirs) = (ffi::SSL_get_ciphers(ssl), ffi::SSL_get_client_ciphers(ssl));
            if ours.is_null() || theirs.is_null() {
                return None;
            }
            let theirs = cert::items::<o::SSL_CIPHER>(theirs.cast_const().cast());
            let ours = cert::items::<o::SSL_CIPHER>(ours.cast_const().cast());
            Some(ours.into_iter().filter(|cipher| theirs.contains(cipher)).collect::<Vec<_>>())
        })?;
        let mut all = Vec::new();
        for cipher in shared {
            // SAFETY: a cipher of OpenSSL's.
            all.push(unsafe { cipher_tuple(th, cipher) });
        }
        Some(List::new(th, all).up())
    }

    #[method(sig = "($self, /)")]
    fn cipher(&self, th: &mut Thread) -> Option<Ref<Object>> {
        // SAFETY: the object's connection.
        let cipher = self.look(th, |ssl| unsafe { o::SSL_get_current_cipher(ssl) });
        // SAFETY: a cipher of OpenSSL's.
        (!cipher.is_null()).then(|| unsafe { cipher_tuple(th, cipher) })
    }

    #[method(sig = "($self, /)")]
    fn version(&self, th: &mut Thread) -> Option<Ref<Object>> {
        if !self.is_ready(th) {
            return None;
        }
        // SAFETY: the object's connection; the text is static.
        let name = self.look(th, |ssl| tools::c_str(unsafe { o::SSL_get_version(ssl) }).to_string_lossy());
        (name != "unknown").then(|| Str::new(th, &name).up())
    }

    #[method(sig = "($self, /)")]
    fn selected_alpn_protocol(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: the object's connection; the name is copied in this thread's turn.
        let name = self.look(th, |ssl| unsafe {
            let (mut start, mut size) = (core::ptr::null(), 0);
            o::SSL_get0_alpn_selected(ssl, &raw mut start, &raw mut size);
            (!start.is_null()).then(|| core::slice::from_raw_parts(start, size as usize).to_vec())
        });
        match name {
            Some(name) => tools::utf8(th, &name),
            None => Ok(objects::none_ref()),
        }
    }

    #[method(sig = "($self, /)")]
    fn compression(&self, th: &mut Thread) -> Option<Ref<Object>> {
        // SAFETY: the object's connection; the name is static.
        let name = self.look(th, |ssl| unsafe {
            let method = ffi::SSL_get_compression(ssl);
            if method.is_null() {
                return core::ptr::null();
            }
            match ffi::COMP_get_type(method) {
                0 => core::ptr::null(),
                nid => o::OBJ_nid2sn(nid),
            }
        });
        (!name.is_null()).then(|| tools::text_or_none(th, name))
    }

    /// Get channel binding data for current connection.
    ///
    /// Raise ValueError if the requested `cb_type` is not supported.
    /// Return bytes of the data or None if the data is not available (e.g.
    /// before the handshake).
    /// Only 'tls-unique' channel binding data from RFC 5929 is supported.
    #[method(sig = "($self, /, cb_type='tls-unique')")]
    fn get_channel_binding(&self, th: &mut Thread, cb_type: &str) -> Result<Option<Ref<Bytes>>, Raised> {
        if cb_type != "tls-unique" {
            return Err(raise::value_error(th, format_args!("'{cb_type}' channel binding type not implemented")));
        }
        let mut room = [0u8; 128];
        let server = self.server;
        // SAFETY: the object's connection; the room is as long as is said.
        let size = self.look(th, |ssl| unsafe {
            // The first of the two messages counts: the server's where a session goes on, else the client's.
            if (o::SSL_session_reused(ssl) != 0) == server {
                o::SSL_get_finished(ssl, room.as_mut_ptr().cast(), room.len())
            } else {
                o::SSL_get_peer_finished(ssl, room.as_mut_ptr().cast(), room.len())
            }
        });
        Ok((size > 0).then(|| Bytes::new(th, &room[..size.min(room.len())])))
    }
}
