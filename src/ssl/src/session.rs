//! `SSLSession`: what a later connection to the same peer may go on from.

use core::ffi::c_uint;

use heap::{Head, Object, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::Bytes;
use objects::glue::*;
use openssl_sys as o;

use crate::context::SslContext;
use crate::ffi;

/// A session, of which this holds a count.
struct Session(*mut o::SSL_SESSION);

// SAFETY: OpenSSL counts sessions atomically; what is read here does not change after the session was made.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

#[pytype(name = "SSLSession", module = "_ssl", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct SslSession {
    head: Head,
    context: Slot<SslContext>,
    #[untraversed]
    session: Session,
}

impl Drop for SslSession {
    fn drop(&mut self) {
        // SAFETY: the object's own count.
        unsafe { o::SSL_SESSION_free(self.session.0) };
    }
}

impl SslSession {
    /// Takes a count of a session over.
    pub fn owning(th: &Thread, session: *mut o::SSL_SESSION, context: Option<Ref<SslContext>>) -> Ref<SslSession> {
        th.new_object(SslSession { head: Head::INIT, context: Slot::from_option(context), session: Session(session) })
    }

    pub fn raw(&self) -> *mut o::SSL_SESSION {
        self.session.0
    }

    pub fn context(&self, th: &Thread) -> Option<Ref<SslContext>> {
        self.context.get(th, self)
    }

    fn identifier(&self) -> &[u8] {
        let mut size: c_uint = 0;
        // SAFETY: the object's session; its identifier lives as long.
        unsafe {
            let start = o::SSL_SESSION_get_id(self.session.0, &raw mut size);
            if start.is_null() { &[] } else { core::slice::from_raw_parts(start, size as usize) }
        }
    }
}

#[pymethods]
impl SslSession {
    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: CompareOp) -> Ref<Object> {
        let wanted = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let Some(other) = other.downcast::<SslSession>().filter(|_| wanted) else { return objects::not_implemented_ref() };
        objects::bool_ref((self.identifier() == other.identifier()) == matches!(op, CompareOp::Eq))
    }

    /// Does the session contain a ticket?
    #[getter]
    fn has_ticket(&self) -> bool {
        // SAFETY: the object's session.
        unsafe { ffi::SSL_SESSION_has_ticket(self.session.0) != 0 }
    }

    /// Session ID.
    #[getter]
    fn id(&self, th: &mut Thread) -> Ref<Bytes> {
        Bytes::new(th, self.identifier())
    }

    /// Ticket life time hint.
    #[getter]
    fn ticket_lifetime_hint(&self) -> u64 {
        // SAFETY: the object's session.
        unsafe { ffi::SSL_SESSION_get_ticket_lifetime_hint(self.session.0) }
    }

    /// Session creation time (seconds since epoch).
    #[getter]
    fn time(&self) -> i64 {
        // SAFETY: the object's session.
        unsafe { o::SSL_SESSION_get_time(self.session.0) }
    }

    /// Session timeout (delta in seconds).
    #[getter]
    fn timeout(&self) -> i64 {
        // SAFETY: the object's session.
        unsafe { o::SSL_SESSION_get_timeout(self.session.0) }
    }
}
