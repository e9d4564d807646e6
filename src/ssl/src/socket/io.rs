//! Handshake, reading, writing, shutting down.
//!
//! An operation is tried with the turn, and never waits there. What it lacks is waited for in `poll`, without the turn, as long as the socket's
//! timeout says; then it is tried again.

use core::ffi::c_int;

use heap::sync::{MutexGuard, Ordering::*};
use heap::{Raised, Ref, Thread};
use macros::pymethods;
use modules::os::{self, Deadline};
use modules::socket::object::Socket;
use objects::glue::*;
use objects::{Bytes, exceptions, raise};
use openssl_sys as o;

use super::SslSocket;
use crate::{errors, ffi, tools};

const WANT_READ: c_int = 2;
const WANT_WRITE: c_int = 3;
const ZERO_RETURN: c_int = 6;

/// How one try ended: what the function returned, what `SSL_get_error` says (0: it worked), `errno`.
#[derive(Clone, Copy)]
struct Tried {
    result: c_int,
    code: c_int,
    number: i32,
}

/// How long an operation may wait.
#[derive(Clone, Copy)]
enum Patience {
    /// The socket does not block, or there is none: who lacks something is told so.
    None,
    Until(Deadline),
    Endless,
}

/// What an operation lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ready {
    Now,
    /// It is not waited for.
    NotNow,
    TimedOut,
    Closed,
}

const GONE: &str = "Underlying socket connection gone";
const CLOSED: &str = "Underlying socket has been closed.";

impl SslSocket {
    /// The socket below, if the connection has one; its state is taken over for the operation.
    fn below(&self, th: &mut Thread) -> Result<Option<Ref<Socket>>, Raised> {
        let Some(reference) = self.socket.get(th, self) else { return Ok(None) };
        let socket = reference.upgrade(th).and_then(|object| object.downcast::<Socket>().ok());
        let Some(socket) = socket else { return Err(errors::raise_text(th, GONE)) };
        self.follow(&socket);
        Ok(Some(socket))
    }

    /// The descriptor may have been closed, or detached, since.
    fn follow(&self, socket: &Socket) {
        if let Some(wire) = &self.wire {
            wire.fd.store(socket.fd(), Release);
        }
    }

    fn patience(socket: Option<&Ref<Socket>>) -> Patience {
        match socket.map(|socket| socket.timeout_nanos()) {
            None | Some(0) => Patience::None,
            Some(nanos @ 1..) => Patience::Until(Deadline::in_nanos(nanos)),
            Some(_) => Patience::Endless,
        }
    }

    /// Tries an operation once. `works` says which results mean that it worked.
    fn attempt(
        &self,
        th: &mut Thread,
        works: fn(c_int) -> bool,
        call: impl FnOnce(*mut o::SSL) -> c_int,
    ) -> Result<Tried, Raised> {
        let tried = th.detached(|| {
            let _held = self.turn.hold();
            errors::clear();
            tools::forget_errno();
            let result = call(self.ssl.0);
            let number = os::errno();
            // SAFETY: the object's connection, and this thread's turn.
            let code = if works(result) { 0 } else { unsafe { o::SSL_get_error(self.ssl.0, result) } };
            Tried { result, code, number }
        });
        modules::signal::run_handlers(th)?;
        Ok(tried)
    }

    /// Waits for what the operation lacks.
    fn wait(&self, th: &mut Thread, socket: Option<&Ref<Socket>>, code: c_int, patience: Patience) -> Result<Ready, Raised> {
        let events = match code {
            WANT_READ => libc::POLLIN,
            WANT_WRITE => libc::POLLOUT,
            _ => return Ok(Ready::Now),
        };
        let (Some(socket), deadline) = (
            socket,
            match patience {
                Patience::None => return Ok(Ready::NotNow),
                Patience::Until(deadline) => deadline,
                Patience::Endless => Deadline::NEVER,
            },
        ) else {
            return Ok(Ready::NotNow);
        };
        self.follow(socket);
        if socket.fd() < 0 {
            return Ok(Ready::Closed);
        }
        if deadline.left() == Some(0) {
            return Ok(Ready::TimedOut);
        }
        let mut poll = libc::pollfd { fd: socket.fd(), events, revents: 0 };
        // SAFETY: one record of ours.
        match os::attempt(th, || unsafe { libc::poll(&raw mut poll, 1, deadline.poll_ms()) })? {
            Ok(0) => Ok(Ready::TimedOut),
            // What is wrong with the descriptor the next try tells.
            _ => Ok(Ready::Now),
        }
    }

    /// Tries and waits until it works, fails, or may not wait any longer. `what` is the operation's name in messages.
    fn run(
        &self,
        th: &mut Thread,
        socket: Option<&Ref<Socket>>,
        what: &str,
        works: fn(c_int) -> bool,
        mut call: impl FnMut(*mut o::SSL) -> c_int,
    ) -> Result<Tried, Raised> {
        let patience = SslSocket::patience(socket);
        loop {
            let tried = self.attempt(th, works, &mut call)?;
            match self.wait(th, socket, tried.code, patience)? {
                Ready::Now if matches!(tried.code, WANT_READ | WANT_WRITE) => {}
                Ready::Now | Ready::NotNow => return Ok(tried),
                Ready::TimedOut => {
                    errors::clear();
                    return Err(raise::new(th, exceptions::timeout_error_type(), format_args!("{what} operation timed out")));
                }
                Ready::Closed => return Err(errors::raise_plain(th, CLOSED)),
            }
        }
    }

    /// Ends an operation: what callbacks raised meanwhile goes out with it.
    fn ended<R>(&self, th: &mut Thread, result: Result<R, Raised>) -> Result<R, Raised> {
        match self.exception.replace(th, self, None) {
            Some(exception) => Err(raise::chain(th, exception)),
            None => result,
        }
    }

    #[track_caller]
    fn fail(&self, th: &mut Thread, tried: Tried) -> Raised {
        let verified = self.verified(th);
        errors::raise_failed(th, tried.code, tried.number, || verified)
    }

    /// Waits until nobody else reads (or writes). Who does not wait for the peer does not wait for those who do, either.
    fn alone<'a>(th: &mut Thread, lock: &'a heap::sync::Mutex<()>, socket: Option<&Ref<Socket>>) -> Option<MutexGuard<'a, ()>> {
        match SslSocket::patience(socket) {
            Patience::None => None,
            _ => Some(lock.try_lock().unwrap_or_else(|| th.detached(|| lock.lock()))),
        }
    }

    fn shake_hands(&self, th: &mut Thread) -> Result<(), Raised> {
        let socket = self.below(th)?;
        // SAFETY: the object's connection; `run` has the turn.
        let tried = self.run(
            th,
            socket.as_ref(),
            concat!("_ssl.c:", line!(), ": The handshake"),
            |result| result > 0,
            |ssl| unsafe { o::SSL_do_handshake(ssl) },
        )?;
        if tried.code == 0 { Ok(()) } else { Err(self.fail(th, tried)) }
    }

    fn write_all(&self, th: &mut Thread, bytes: &[u8]) -> Result<usize, Raised> {
        let socket = self.below(th)?;
        if let Some(socket) = &socket
            && socket.fd() < 0
            && matches!(SslSocket::patience(Some(socket)), Patience::Until(_))
        {
            return Err(errors::raise_plain(th, CLOSED));
        }
        let _alone = SslSocket::alone(th, &self.writing, socket.as_ref());
        let mut written = 0usize;
        // SAFETY: the object's connection; `run` has the turn; the bytes are lent for the call.
        let tried = self.run(
            th,
            socket.as_ref(),
            "The write",
            |result| result > 0,
            |ssl| unsafe { o::SSL_write_ex(ssl, bytes.as_ptr().cast(), bytes.len(), &raw mut written) },
        )?;
        if tried.code == 0 { Ok(written) } else { Err(self.fail(th, tried)) }
    }

    /// Reads into `start`, which has room for `size` bytes; 0 at the end.
    fn read_into(&self, th: &mut Thread, start: *mut u8, size: usize) -> Result<usize, Raised> {
        const RECEIVED: c_int = 2;
        let socket = self.below(th)?;
        let _alone = SslSocket::alone(th, &self.reading, socket.as_ref());
        let mut got = 0usize;
        // SAFETY: the object's connection; `run` has the turn; the room is the caller's for the call.
        let tried = self.run(
            th,
            socket.as_ref(),
            "The read",
            |result| result > 0,
            |ssl| unsafe { o::SSL_read_ex(ssl, start.cast(), size, &raw mut got) },
        )?;
        if tried.code == 0 {
            return Ok(got);
        }
        // SAFETY: the object's connection, and this thread's turn.
        if tried.code == ZERO_RETURN && self.look(th, |ssl| unsafe { o::SSL_get_shutdown(ssl) }) == RECEIVED {
            errors::clear();
            return Ok(0);
        }
        Err(self.fail(th, tried))
    }

    /// Says goodbye, and hears the peer's.
    fn say_goodbye(&self, th: &mut Thread) -> Result<Option<Ref<Socket>>, Raised> {
        let socket = self.below(th)?;
        if socket.as_ref().is_some_and(|socket| socket.fd() < 0) {
            return Err(errors::raise_text(th, GONE));
        }
        let patience = SslSocket::patience(socket.as_ref());
        let mut zeros = 0;
        loop {
            let seen_zero = self.seen_zero.load(Relaxed);
            let tried = self.attempt(
                th,
                |result| result >= 0,
                |ssl| {
                    // SAFETY: the object's connection, and this thread's turn. What follows the peer's goodbye is not TLS: none of it may be read here.
                    unsafe {
                        if seen_zero {
                            o::SSL_ctrl(ssl, ffi::SSL_CTRL_SET_READ_AHEAD, 0, core::ptr::null_mut());
                        }
                        o::SSL_shutdown(ssl)
                    }
                },
            )?;
            if tried.result > 0 {
                return Ok(socket);
            }
            if tried.result == 0 {
                // The goodbye is sent; the peer's is asked for once.
                zeros += 1;
                if zeros > 1 {
                    return Ok(socket);
                }
                self.seen_zero.store(true, Relaxed);
                continue;
            }
            if !matches!(tried.code, WANT_READ | WANT_WRITE) {
                return Err(self.fail(th, tried));
            }
            match self.wait(th, socket.as_ref(), tried.code, patience)? {
                Ready::Now => {}
                Ready::TimedOut => {
                    errors::clear();
                    let what = if tried.code == WANT_READ { "read" } else { "write" };
                    return Err(raise::new(th, exceptions::timeout_error_type(), format_args!("The {what} operation timed out")));
                }
                Ready::NotNow | Ready::Closed => return Err(self.fail(th, tried)),
            }
        }
    }
}

#[pymethods(part = "io")]
impl SslSocket {
    #[method(sig = "($self, /)")]
    fn do_handshake(&self, th: &mut Thread) -> Result<(), Raised> {
        let result = self.shake_hands(th);
        self.ended(th, result)
    }

    /// Writes the bytes-like object b into the SSL object.
    ///
    /// Returns the number of bytes written.
    #[method(sig = "($self, b, /)")]
    fn write(&self, th: &mut Thread, b: Exported) -> Result<usize, Raised> {
        let result = self.write_all(th, b.as_slice());
        self.ended(th, result)
    }

    /// read(size, [buffer])
    /// Read up to size bytes from the SSL socket.
    #[method(sig = none)]
    fn read(&self, th: &mut Thread, size: isize, buffer: Option<WritableBuffer>) -> Result<Ref<heap::Object>, Raised> {
        if let Some(mut buffer) = buffer {
            let room = buffer.as_mut_slice();
            let wanted = usize::try_from(size).ok().filter(|size| (1..=room.len()).contains(size)).unwrap_or(room.len());
            if wanted == 0 {
                return Ok(os::int(th, 0));
            }
            let start = room.as_mut_ptr();
            let result = self.read_into(th, start, wanted);
            let got = self.ended(th, result)?;
            return Ok(os::int(th, got as i64));
        }
        let Ok(wanted) = usize::try_from(size) else {
            return Err(raise::value_error(th, format_args!("size should not be negative")));
        };
        let mut room: Vec<u8> = Vec::new();
        if room.try_reserve_exact(wanted).is_err() {
            return Err(raise::memory_error(th));
        }
        let mut got = 0;
        if wanted > 0 {
            let result = self.read_into(th, room.as_mut_ptr(), wanted);
            got = self.ended(th, result)?;
        }
        // SAFETY: OpenSSL filled that many bytes, at most the capacity.
        unsafe { room.set_len(got) };
        Ok(Bytes::new(th, &room).up())
    }

    /// Returns the number of already decrypted bytes available for read, pending on the connection.
    #[method(sig = "($self, /)")]
    fn pending(&self, th: &mut Thread) -> i32 {
        let _held = self.take(th);
        // SAFETY: the object's connection, and this thread's turn.
        unsafe { o::SSL_pending(self.ssl.0) }
    }

    /// Does the SSL shutdown handshake with the remote end.
    #[method(sig = "($self, /)")]
    fn shutdown(&self, th: &mut Thread) -> Result<Option<Ref<Socket>>, Raised> {
        let result = self.say_goodbye(th);
        self.ended(th, result)
    }

    /// Initiate TLS 1.3 post-handshake authentication
    #[method(sig = "($self, /)")]
    fn verify_client_post_handshake(&self, th: &mut Thread) -> Result<(), Raised> {
        let held = self.take(th);
        errors::clear();
        // SAFETY: the object's connection, and this thread's turn.
        let done = unsafe { ffi::SSL_verify_client_post_handshake(self.ssl.0) };
        drop(held);
        if done == 0 { Err(errors::raise_last(th)) } else { Ok(()) }
    }
}
