//! What OpenSSL calls in the middle of its work, on the thread that works: server names, messages, keys, passwords, protocols.
//!
//! The thread is detached then, and attaches for the callback. An exception of a callback that OpenSSL cannot take waits in the connection
//! until the operation ends, or goes to `sys.unraisablehook`.

use core::ffi::{c_char, c_int, c_uchar, c_uint, c_void};
use std::io::Write;

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::{Bytes, Int, Str, Tuple, exceptions, none, ops, raise};
use openssl_sys as o;

use crate::socket::SslSocket;
use crate::tools;

const NOACK: c_int = 3;
const OK: c_int = 0;
const ALERT_FATAL: c_int = 2;
const HANDSHAKE_FAILURE: c_int = 40;
const INTERNAL_ERROR: c_int = 80;

/// Runs `body` attached, with the connection that works. `None`: there is none.
///
/// # Safety
/// R10: called by OpenSSL, below an operation of this thread that lent it `ssl`.
unsafe fn attached<R>(ssl: *const o::SSL, body: impl FnOnce(&mut Thread, &SslSocket) -> R) -> Option<R> {
    // SAFETY: the connection's object is its first datum; it runs the operation and lives.
    let socket = unsafe { o::SSL_get_ex_data(ssl, 0).cast::<SslSocket>().as_ref() }?;
    // SAFETY: the caller's promise.
    Some(unsafe { modules::os::called_back(|th| body(th, socket)) })
}

/// What Python's callbacks get for the connection: its owner, else its socket, else itself. `None`: that is gone.
fn shown(th: &mut Thread, socket: &SslSocket) -> Option<Ref<Object>> {
    match socket.owner_or_socket(th) {
        Some(reference) => reference.upgrade(th),
        None => Some(socket.as_object().to_ref()),
    }
}

/// Chooses the protocol: the server's first that the client knows, too.
pub unsafe extern "C" fn alpn(
    ssl: *mut o::SSL,
    out: *mut *const c_uchar,
    out_size: *mut c_uchar,
    offered: *const c_uchar,
    offered_size: c_uint,
    _: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL's contract: the client's list, for the call.
    let offered = unsafe { core::slice::from_raw_parts(offered, offered_size as usize) };
    // SAFETY: called by OpenSSL for an operation of this thread.
    let wanted = unsafe { attached(ssl, |th, socket| socket.context(th).map(|context| context.alpn())) };
    let wanted = wanted.flatten().unwrap_or_default();
    let chosen = protocols(&wanted).find_map(|name| protocols(offered).find(|other| *other == name));
    match chosen {
        Some(name) if !name.is_empty() => {
            // SAFETY: both point to room for one value; the name is part of the client's list, which outlives the callback.
            unsafe { (*out, *out_size) = (name.as_ptr(), name.len() as c_uchar) };
            OK
        }
        _ => NOACK,
    }
}

/// The names of a list in which a byte says how long the next is.
fn protocols(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        let (size, rest) = list.split_first()?;
        let name = rest.get(..usize::from(*size))?;
        list = &rest[name.len()..];
        Some(name)
    })
}

pub unsafe extern "C" fn server_name(ssl: *mut o::SSL, alert: *mut c_int, _: *mut c_void) -> c_int {
    const HOST_NAME: c_int = 0;
    // SAFETY: OpenSSL's contract.
    let name = unsafe { o::SSL_get_servername(ssl, HOST_NAME) };
    let name = (!name.is_null()).then(|| tools::c_str(name).to_bytes().to_vec());
    // SAFETY: called by OpenSSL for an operation of this thread.
    let result = unsafe { attached(ssl, |th, socket| ask_about_name(th, socket, name.as_deref())) };
    match result {
        Some(Err(number)) => {
            // SAFETY: OpenSSL's contract: room for the alert.
            unsafe { *alert = number };
            ALERT_FATAL
        }
        _ => OK,
    }
}

/// Asks the server name callback; the error is the alert to send.
fn ask_about_name(th: &mut Thread, socket: &SslSocket, name: Option<&[u8]>) -> Result<(), c_int> {
    let Some(context) = socket.first_context(th) else { return Ok(()) };
    let Some(callback) = context.server_name_callback(th) else { return Ok(()) };
    let Some(connection) = shown(th, socket) else { return Err(INTERNAL_ERROR) };
    let name = match name {
        None => objects::none_ref(),
        Some(bytes) => {
            let object = Bytes::new(th, bytes).up();
            match objects::codecs::decode(th, &object, bytes, Some("ascii"), None) {
                Ok(text) => text.up(),
                Err(_) => {
                    raise::unraisable(th, "Exception ignored in ssl servername callback while decoding name", Some(&object));
                    return Err(INTERNAL_ERROR);
                }
            }
        }
    };
    let Ok(result) = ops::call(th, &callback, &[&connection, &name, context.as_object()]) else {
        raise::unraisable(th, "Exception ignored in ssl servername callback while calling set SNI callback", Some(&callback));
        return Err(HANDSHAKE_FAILURE);
    };
    if result.is(none()) {
        return Ok(());
    }
    match tools::c_int_of(th, &result) {
        Ok(alert) => Err(alert),
        Err(_) => {
            let context = "Exception ignored in ssl servername callback while calling set SNI callback";
            raise::unraisable(th, context, Some(&result));
            Err(INTERNAL_ERROR)
        }
    }
}

pub unsafe extern "C" fn message(
    is_write: c_int,
    version: c_int,
    content_type: c_int,
    buffer: *const c_void,
    size: usize,
    ssl: *mut o::SSL,
    _: *mut c_void,
) {
    // SAFETY: OpenSSL's contract: the message, for the call.
    let bytes = if size == 0 { &[][..] } else { unsafe { core::slice::from_raw_parts(buffer.cast::<u8>(), size) } };
    // SAFETY: called by OpenSSL for an operation of this thread.
    unsafe {
        attached(ssl, |th, socket| {
            if let Err(_raised) = tell_message(th, socket, is_write != 0, version, content_type, bytes)
                && let Some(exception) = th.take_exception()
            {
                socket.keep_exception(th, exception);
            }
        });
    }
}

fn tell_message(
    th: &mut Thread,
    socket: &SslSocket,
    is_write: bool,
    version: c_int,
    content_type: c_int,
    bytes: &[u8],
) -> Result<(), Raised> {
    const CHANGE_CIPHER_SPEC: c_int = 20;
    const ALERT: c_int = 21;
    const HANDSHAKE: c_int = 22;
    const HEADER: c_int = 0x100;
    const INNER_CONTENT_TYPE: c_int = 0x101;
    let Some(callback) = socket.context(th).and_then(|context| context.message_callback(th)) else { return Ok(()) };
    let connection = shown(th, socket).unwrap_or_else(objects::none_ref);
    let at = |index: usize| bytes.get(index).copied().map_or(-1, c_int::from);
    let (version, kind) = match content_type {
        // Told as a message of a handshake.
        CHANGE_CIPHER_SPEC => (version, 0x0101),
        ALERT => (version, at(1)),
        HANDSHAKE | INNER_CONTENT_TYPE => (version, at(0)),
        HEADER => (at(1) << 8 | at(2), at(0)),
        _ => (version, -1),
    };
    let direction = Str::new(th, if is_write { "write" } else { "read" });
    let [version, content_type, kind] = [version, content_type, kind].map(|number| Int::from_i64(th, number.into()));
    let data = Bytes::new(th, bytes);
    let result = ops::call(th, &callback, &[&connection, &direction, &version, &content_type, &kind, &data])?;
    th.release(result);
    Ok(())
}

pub unsafe extern "C" fn keylog(ssl: *const o::SSL, line: *const c_char) {
    let line = [tools::c_str(line).to_bytes(), b"\n"].concat();
    // SAFETY: called by OpenSSL for an operation of this thread.
    unsafe {
        attached(ssl, |th, socket| {
            let Some(context) = socket.context(th) else { return };
            let Some(file) = context.keylog_file() else { return };
            let Err(error) = th.detached(|| file.lock().write_all(&line)) else { return };
            let name = context.keylog_name(th);
            let _: Raised = raise::os_error(th, error.raw_os_error().unwrap_or(libc::EIO), name.as_deref(), None);
            if let Some(exception) = th.take_exception() {
                socket.keep_exception(th, exception);
            }
        });
    }
}

/// Text for a callback about keys: `None` for nothing. What is not UTF-8 breaks the standard: then there is no key.
fn hint(th: &mut Thread, text: *const c_char) -> Option<Ref<Object>> {
    let bytes = tools::c_str(text).to_bytes();
    if bytes.is_empty() {
        return Some(objects::none_ref());
    }
    core::str::from_utf8(bytes).ok().map(|text| Str::new(th, text).up())
}

pub unsafe extern "C" fn psk_client(
    ssl: *mut o::SSL,
    text: *const c_char,
    identity: *mut c_char,
    identity_room: c_uint,
    key: *mut c_uchar,
    key_room: c_uint,
) -> c_uint {
    // SAFETY: called by OpenSSL for an operation of this thread.
    let found = unsafe {
        attached(ssl, |th, socket| {
            let callback = socket.context(th).and_then(|context| context.psk_client(th))?;
            let hint = hint(th, text)?;
            match client_key(th, &callback, &hint) {
                Ok(pair) => Some(pair),
                Err(_) => {
                    raise::unraisable(th, "Exception ignored in ssl PSK client callback while calling callback", Some(&callback));
                    None
                }
            }
        })
    };
    let Some((name, secret)) = found.flatten() else { return 0 };
    if name.len() + 1 > identity_room as usize || secret.len() > key_room as usize {
        return 0;
    }
    // SAFETY: OpenSSL's contract: room for as much as was just compared.
    unsafe {
        core::ptr::copy_nonoverlapping(secret.as_ptr(), key, secret.len());
        core::ptr::copy_nonoverlapping(name.as_ptr(), identity.cast(), name.len());
        *identity.add(name.len()) = 0;
    }
    secret.len() as c_uint
}

/// Identity and key that a client's callback gives.
fn client_key(th: &mut Thread, callback: &Object, hint: &Object) -> Result<(Vec<u8>, Vec<u8>), Raised> {
    let result = ops::call1(th, callback, hint)?;
    let Some(pair) = result.downcast_ref::<Tuple>().filter(|tuple| tuple.len() == 2) else {
        return Err(match result.downcast_ref::<Tuple>() {
            Some(tuple) => raise::type_error(th, format_args!("function takes exactly 2 arguments ({} given)", tuple.len())),
            None => raise::new(
                th,
                exceptions::system_error_type(),
                format_args!("new style getargs format but argument is not a tuple"),
            ),
        });
    };
    let identity = if pair.get(0).is(none()) { Vec::new() } else { bytes_or_text(th, pair.get(0))? };
    let key = objects::glue::Buffer::new(th, pair.get(1))?.as_slice().to_vec();
    Ok((identity, key))
}

fn bytes_or_text(th: &mut Thread, value: &Object) -> Result<Vec<u8>, Raised> {
    match value.downcast::<Str>() {
        Some(text) => match text.to_utf8() {
            Some(utf8) => Ok(utf8.as_bytes().to_vec()),
            None => Err(raise::unicode_surrogates(th, text)),
        },
        None => Ok(objects::glue::Buffer::new(th, value)?.as_slice().to_vec()),
    }
}

pub unsafe extern "C" fn psk_server(ssl: *mut o::SSL, identity: *const c_char, key: *mut c_uchar, key_room: c_uint) -> c_uint {
    // SAFETY: called by OpenSSL for an operation of this thread.
    let found = unsafe {
        attached(ssl, |th, socket| {
            let callback = socket.context(th).and_then(|context| context.psk_server(th))?;
            let identity = hint(th, identity)?;
            match server_key(th, &callback, &identity) {
                Ok(secret) => Some(secret),
                Err(_) => {
                    raise::unraisable(th, "Exception ignored in ssl PSK server callback while calling callback", Some(&callback));
                    None
                }
            }
        })
    };
    let Some(secret) = found.flatten().filter(|secret| secret.len() <= key_room as usize) else { return 0 };
    // SAFETY: OpenSSL's contract: room for as much as was just compared.
    unsafe { core::ptr::copy_nonoverlapping(secret.as_ptr(), key, secret.len()) };
    secret.len() as c_uint
}

fn server_key(th: &mut Thread, callback: &Object, identity: &Object) -> Result<Vec<u8>, Raised> {
    let result = ops::call1(th, callback, identity)?;
    match result.downcast_ref::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => {
            let got = ops::type_name(&result);
            Err(raise::type_error(th, format_args!("expected bytes, {got} found")))
        }
    }
}

/// The password of a key file, or who knows it.
#[derive(Default)]
pub struct Password {
    pub callable: Option<Ref<Object>>,
    pub bytes: Vec<u8>,
    /// What came of the call, where it failed. OpenSSL may ask again; it gets no other answer.
    pub failed: Option<Ref<Object>>,
}

impl Password {
    /// The password that an object is.
    pub fn set(&mut self, th: &mut Thread, password: &Object, otherwise: &str) -> Result<(), Raised> {
        self.bytes = if let Some(text) = password.downcast::<Str>() {
            match text.to_utf8() {
                Some(utf8) => utf8.as_bytes().to_vec(),
                None => return Err(raise::unicode_surrogates(th, text)),
            }
        } else if let Some(bytes) = password.downcast::<Bytes>() {
            bytes.as_slice().to_vec()
        } else if password.is_a::<objects::ByteArray>() {
            objects::glue::Buffer::new(th, password)?.as_slice().to_vec()
        } else {
            return Err(raise::type_error(th, format_args!("{otherwise}")));
        };
        if c_int::try_from(self.bytes.len()).is_err() {
            return Err(raise::value_error(th, format_args!("password cannot be longer than {} bytes", c_int::MAX)));
        }
        Ok(())
    }

    fn ask(&mut self, th: &mut Thread, room: usize) -> Result<(), Raised> {
        if let Some(callable) = self.callable.clone() {
            let answer = ops::call0(th, &callable)?;
            self.set(th, &answer, "password callback must return a string")?;
        }
        if self.bytes.len() > room {
            return Err(raise::value_error(th, format_args!("password cannot be longer than {room} bytes")));
        }
        Ok(())
    }
}

pub unsafe extern "C" fn password(buffer: *mut c_char, size: c_int, _is_write: c_int, data: *mut c_void) -> c_int {
    // SAFETY: the loader's record, which lives while it loads.
    let Some(password) = (unsafe { data.cast::<Password>().as_mut() }) else { return -1 };
    if password.failed.is_some() {
        return -1;
    }
    let room = usize::try_from(size).unwrap_or(0);
    // SAFETY: R10: called by OpenSSL for the loader, which lent its thread to the detached call.
    unsafe {
        modules::os::called_back(|th| {
            if password.ask(th, room).is_err() {
                password.failed = th.take_exception();
            }
        });
    }
    if password.failed.is_some() {
        return -1;
    }
    // SAFETY: OpenSSL's contract: room for as much as was just compared.
    unsafe { core::ptr::copy_nonoverlapping(password.bytes.as_ptr(), buffer.cast(), password.bytes.len()) };
    password.bytes.len() as c_int
}

#[cfg(test)]
mod tests {
    use super::protocols;

    #[test]
    fn lists_of_protocols() {
        assert_eq!(protocols(b"\x02h2\x08http/1.1").collect::<Vec<_>>(), [&b"h2"[..], b"http/1.1"]);
        // One that is cut off ends the list.
        assert_eq!(protocols(b"\x02h2\x09http/1.1").collect::<Vec<_>>(), [b"h2"]);
        assert_eq!(protocols(b"").count(), 0);
    }
}
