//! Certificates, keys and parameters that a context reads from files or takes from memory.

use core::ffi::{c_int, c_void};
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;

use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Str, exceptions, none, ops, raise};
use openssl_sys as o;

use super::SslContext;
use crate::callbacks::{self, Password};
use crate::{authorities, cert, errors, ffi, tools};

const FILETYPE_PEM: c_int = 1;

/// The name of a file, or a `TypeError` that says which argument is none.
fn file_name(th: &mut Thread, what: &str, path: &Object) -> Result<CString, Raised> {
    let name = modules::os::fs_string(th, path);
    if name.is_err() && raise::matches(th, exceptions::type_error_type()) {
        drop(th.take_exception());
        return Err(raise::type_error(th, format_args!("{what} should be a valid filesystem path")));
    }
    name
}

fn file_name_opt(th: &mut Thread, what: &str, path: Option<&Object>) -> Result<Option<CString>, Raised> {
    match path.filter(|path| !path.is(none())) {
        Some(path) => file_name(th, what, path).map(Some),
        None => Ok(None),
    }
}

/// The form of certificates in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Binary,
}

impl SslContext {
    /// Reads a file by a function of OpenSSL's: detached, in this thread's turn. The inner error is an `errno`, or 0.
    fn reads(&self, th: &mut Thread, read: impl FnOnce(*mut o::SSL_CTX) -> c_int) -> Result<(), i32> {
        let (done, number) = th.detached(|| {
            let _held = self.turn.hold();
            errors::clear();
            tools::forget_errno();
            let done = read(self.ctx.0);
            (done, modules::os::errno())
        });
        if done == 1 { Ok(()) } else { Err(number) }
    }

    fn load_chain(&self, th: &mut Thread, cert: &CString, key: &CString, password: &mut Password) -> Result<(), Raised> {
        let failed = |th: &mut Thread, password: &mut Password, number: i32| match password.failed.take() {
            Some(exception) => {
                errors::clear();
                th.set_exception(exception)
            }
            None => errors::raise_errno_or_last(th, number),
        };
        // SAFETY: terminated names; the password outlives the calls.
        if let Err(number) = self.reads(th, |ctx| unsafe { o::SSL_CTX_use_certificate_chain_file(ctx, cert.as_ptr()) }) {
            return Err(failed(th, password, number));
        }
        // SAFETY: as above.
        if let Err(number) = self.reads(th, |ctx| unsafe { o::SSL_CTX_use_PrivateKey_file(ctx, key.as_ptr(), FILETYPE_PEM) }) {
            return Err(failed(th, password, number));
        }
        // SAFETY: the object's context.
        match self.reads(th, |ctx| unsafe { o::SSL_CTX_check_private_key(ctx) }) {
            Ok(()) => Ok(()),
            Err(_) => Err(errors::raise_last(th)),
        }
    }

    /// Adds the certificates that `data` has.
    fn add_certificates(&self, th: &mut Thread, data: &[u8], form: Form) -> Result<(), Raised> {
        if data.is_empty() {
            return Err(raise::value_error(th, format_args!("Empty certificate data")));
        }
        let Ok(size) = c_int::try_from(data.len()) else {
            return Err(raise::overflow_error(th, format_args!("Certificate data is too long.")));
        };
        let held = self.take(th);
        errors::clear();
        // SAFETY: the data outlives the buffer over it; the store lives as long as the context, and this thread has the turn.
        let (loaded, at_end) = unsafe {
            let bio = o::BIO_new_mem_buf(data.as_ptr().cast(), size);
            let result = add_all(o::SSL_CTX_get_cert_store(self.ctx.0), bio, form);
            o::BIO_free_all(bio);
            result
        };
        drop(held);
        // What ends the text of the last certificate is a failure to find another.
        const NO_START_LINE: c_int = 108;
        let last = errors::last();
        let ended = match form {
            Form::Text => last == (ffi::ERR_LIB_PEM, NO_START_LINE),
            Form::Binary => at_end,
        };
        if loaded == 0 {
            let what = if form == Form::Text { "no start line" } else { "not enough data" };
            return Err(errors::raise_text(th, &format!("{what}: cadata does not contain a certificate")));
        }
        if !ended && last != (0, 0) {
            return Err(errors::raise_last(th));
        }
        errors::clear();
        Ok(())
    }

    fn add_data(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
        let wrong = "cadata should be an ASCII string or a bytes-like object";
        if let Some(text) = data.downcast::<Str>() {
            return match text.to_utf8().filter(|utf8| utf8.is_ascii()) {
                Some(ascii) => self.add_certificates(th, ascii.as_bytes(), Form::Text),
                None => Err(raise::type_error(th, format_args!("{wrong}"))),
            };
        }
        if !has_buffer(data) {
            return Err(raise::type_error(th, format_args!("{wrong}")));
        }
        let bytes = Buffer::new(th, data)?;
        self.add_certificates(th, &bytes, Form::Binary)
    }
}

/// How many certificates of a buffer are in the store now, and whether the buffer was read to its end.
///
/// # Safety
/// Both are live, and nobody else uses them.
unsafe fn add_all(store: *mut o::X509_STORE, bio: *mut o::BIO, form: Form) -> (usize, bool) {
    const ALREADY_THERE: c_int = 101;
    const EOF: c_int = 2;
    let mut loaded = 0;
    loop {
        // SAFETY: the caller's promise.
        unsafe {
            if form == Form::Binary && o::BIO_ctrl(bio, EOF, 0, core::ptr::null_mut::<c_void>()) != 0 {
                return (loaded, true);
            }
            let cert = match form {
                Form::Text => o::PEM_read_bio_X509(bio, core::ptr::null_mut(), None, core::ptr::null_mut()),
                Form::Binary => o::d2i_X509_bio(bio, core::ptr::null_mut()),
            };
            if cert.is_null() {
                return (loaded, false);
            }
            let added = o::X509_STORE_add_cert(store, cert);
            o::X509_free(cert);
            if added == 0 {
                if errors::last() != (ffi::ERR_LIB_X509, ALREADY_THERE) {
                    return (loaded, false);
                }
                errors::clear();
            }
        }
        loaded += 1;
    }
}

#[pymethods(part = "load")]
impl SslContext {
    #[method(sig = "($self, /, certfile, keyfile=None, password=None)")]
    fn load_cert_chain(
        &self,
        th: &mut Thread,
        certfile: &Object,
        keyfile: Option<&Object>,
        password: Option<&Object>,
    ) -> Result<(), Raised> {
        let cert = file_name(th, "certfile", certfile)?;
        let key = file_name_opt(th, "keyfile", keyfile)?;
        let mut known = Password::default();
        let password = password.filter(|password| !password.is(none()));
        match password {
            Some(callable) if ops::is_callable(callable) => known.callable = Some(callable.to_ref()),
            Some(password) => known.set(th, password, "password should be a string or callable")?,
            None => {}
        }
        // A thread that loads another chain at the same time would be asked for this password.
        let held = self.take(th);
        if password.is_some() {
            // SAFETY: the object's context, and this thread's turn; the record stays until the callback is taken away below.
            unsafe {
                ffi::SSL_CTX_set_default_passwd_cb(self.ctx.0, Some(callbacks::password));
                ffi::SSL_CTX_set_default_passwd_cb_userdata(self.ctx.0, (&raw mut known).cast());
            }
        }
        let result = self.load_chain(th, &cert, key.as_ref().unwrap_or(&cert), &mut known);
        // SAFETY: as above.
        unsafe {
            ffi::SSL_CTX_set_default_passwd_cb(self.ctx.0, None);
            ffi::SSL_CTX_set_default_passwd_cb_userdata(self.ctx.0, core::ptr::null_mut());
        }
        drop(held);
        result
    }

    #[method(sig = "($self, /, cafile=None, capath=None, cadata=None)")]
    fn load_verify_locations(
        &self,
        th: &mut Thread,
        cafile: Option<&Object>,
        capath: Option<&Object>,
        cadata: Option<&Object>,
    ) -> Result<(), Raised> {
        let cadata = cadata.filter(|data| !data.is(none()));
        let some = |path: Option<&Object>| path.is_some_and(|path| !path.is(none()));
        if cadata.is_none() && !some(cafile) && !some(capath) {
            return Err(raise::type_error(th, format_args!("cafile, capath and cadata cannot be all omitted")));
        }
        let (file, folder) = (file_name_opt(th, "cafile", cafile)?, file_name_opt(th, "capath", capath)?);
        if let Some(data) = cadata {
            self.add_data(th, data)?;
        }
        if file.is_none() && folder.is_none() {
            return Ok(());
        }
        let pointer = |name: &Option<CString>| name.as_ref().map_or(core::ptr::null(), |name| name.as_ptr());
        // SAFETY: terminated names, or null.
        match self.reads(th, |ctx| unsafe { o::SSL_CTX_load_verify_locations(ctx, pointer(&file), pointer(&folder)) }) {
            Ok(()) => Ok(()),
            Err(number) => Err(errors::raise_errno_or_last(th, number)),
        }
    }

    #[method(sig = "($self, path, /)")]
    fn load_dh_params(&self, th: &mut Thread, path: &Object) -> Result<(), Raised> {
        let name = modules::os::fs_string(th, path)?;
        let bytes = match th.detached(|| std::fs::read(OsStr::from_bytes(name.to_bytes()))) {
            Ok(bytes) => bytes,
            Err(error) => return Err(raise::io_error(th, &error, Some(path))),
        };
        let held = self.take(th);
        errors::clear();
        // SAFETY: the bytes outlive the buffer over them; OpenSSL copies the parameters, which are freed here.
        let done = unsafe {
            let bio = o::BIO_new_mem_buf(bytes.as_ptr().cast(), c_int::try_from(bytes.len()).unwrap_or(c_int::MAX));
            let params = o::PEM_read_bio_DHparams(bio, core::ptr::null_mut(), None, core::ptr::null_mut());
            o::BIO_free_all(bio);
            let done = !params.is_null() && o::SSL_CTX_ctrl(self.ctx.0, ffi::SSL_CTRL_SET_TMP_DH, 0, params.cast()) != 0;
            o::DH_free(params);
            done
        };
        drop(held);
        if done { Ok(()) } else { Err(errors::raise_last(th)) }
    }

    #[method(sig = "($self, /)")]
    fn set_default_verify_paths(&self, th: &mut Thread) -> Result<(), Raised> {
        // SAFETY: the object's context; terminated names.
        let done = self.reads(th, |ctx| unsafe {
            let done = o::SSL_CTX_set_default_verify_paths(ctx);
            if let Some(places) = authorities::missed() {
                o::SSL_CTX_load_verify_locations(ctx, places.file.as_ptr(), core::ptr::null());
                o::SSL_CTX_load_verify_locations(ctx, core::ptr::null(), places.folder.as_ptr());
                errors::clear();
            }
            done
        });
        match done {
            Ok(()) => Ok(()),
            Err(_) => Err(errors::raise_last(th)),
        }
    }

    #[method(sig = "($self, name, /)")]
    fn set_ecdh_curve(&self, th: &mut Thread, name: &Object) -> Result<(), Raised> {
        let curve = modules::os::fs_string(th, name)?;
        // SAFETY: a terminated name.
        let mut nid = unsafe { ffi::OBJ_sn2nid(curve.as_ptr()) };
        if nid == 0 {
            let shown = ops::repr(th, name)?.to_string_lossy();
            return Err(raise::value_error(th, format_args!("unknown elliptic curve name {shown}")));
        }
        let held = self.take(th);
        // SAFETY: the object's context, and this thread's turn; OpenSSL copies the list, which has one number.
        let done = unsafe { o::SSL_CTX_ctrl(self.ctx.0, ffi::SSL_CTRL_SET_GROUPS, 1, (&raw mut nid).cast()) };
        drop(held);
        if done != 0 { Ok(()) } else { Err(errors::raise_last(th)) }
    }

    /// Returns quantities of loaded X.509 certificates.
    ///
    /// X.509 certificates with a CA extension and certificate revocation
    /// lists inside the context's cert store.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method(sig = "($self, /)")]
    fn cert_store_stats(&self, th: &mut Thread) -> Ref<Object> {
        // SAFETY: the store lives as long as the context.
        unsafe { cert::stats(th, o::SSL_CTX_get_cert_store(self.ctx.0)) }
    }

    /// Returns a list of dicts with information of loaded CA certs.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// CA certificate.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method(sig = "($self, /, binary_form=False)")]
    fn get_ca_certs(&self, th: &mut Thread, binary_form: bool) -> Result<Ref<Object>, Raised> {
        // SAFETY: the store lives as long as the context.
        unsafe { cert::authorities(th, o::SSL_CTX_get_cert_store(self.ctx.0), binary_form) }
    }
}
