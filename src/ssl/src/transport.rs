//! What carries a connection's bytes: a socket, or a pair of buffers in memory (`MemoryBIO`).
//!
//! OpenSSL sees both through a kind of `BIO` of ours. It never waits: a socket that blocks is read with `MSG_DONTWAIT` all the same, and who wants
//! to wait does so by `poll` while it holds no lock.

use core::ffi::{c_char, c_int, c_long, c_void};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use heap::sync::{AtomicBool, AtomicI32, Mutex, Ordering::*};
use heap::{Head, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::{Bytes, raise};
use openssl_sys as o;

use crate::{errors, ffi};

/// Bytes in memory, from one end of a connection to the other.
#[derive(Default)]
pub struct Buffer {
    state: Mutex<BufferState>,
}

#[derive(Default)]
struct BufferState {
    bytes: VecDeque<u8>,
    /// Nothing follows.
    ended: bool,
}

impl Buffer {
    fn read(&self, into: &mut [u8]) -> usize {
        let mut state = self.state.lock();
        let size = into.len().min(state.bytes.len());
        let (front, back) = state.bytes.as_slices();
        let first = size.min(front.len());
        into[..first].copy_from_slice(&front[..first]);
        into[first..size].copy_from_slice(&back[..size - first]);
        state.bytes.drain(..size);
        size
    }

    fn write(&self, bytes: &[u8]) {
        self.state.lock().bytes.extend(bytes);
    }

    fn len(&self) -> usize {
        self.state.lock().bytes.len()
    }

    fn ended(&self) -> bool {
        self.state.lock().ended
    }
}

/// The descriptor that a connection reads and writes; -1 once its socket is closed.
#[derive(Default)]
pub struct Wire {
    pub fd: AtomicI32,
    /// The peer has closed its side.
    ended: AtomicBool,
}

enum Transport {
    Socket(Arc<Wire>),
    Memory(Arc<Buffer>),
}

/// A method table of OpenSSL's, made once and never freed.
struct Method(*mut o::BIO_METHOD);

// SAFETY: it is not changed after it was made.
unsafe impl Send for Method {}
// SAFETY: as above.
unsafe impl Sync for Method {}

fn method() -> *mut o::BIO_METHOD {
    static METHOD: OnceLock<Method> = OnceLock::new();
    const SOURCE_SINK: c_int = 0x0400;
    // SAFETY: a new table, which gets functions of the signatures that it asks for.
    let made = METHOD.get_or_init(|| unsafe {
        let method = o::BIO_meth_new(ffi::BIO_get_new_index() | SOURCE_SINK, c"Python".as_ptr());
        o::BIO_meth_set_write__fixed_rust(method, Some(write));
        o::BIO_meth_set_read__fixed_rust(method, Some(read));
        o::BIO_meth_set_puts__fixed_rust(method, Some(puts));
        o::BIO_meth_set_ctrl__fixed_rust(method, Some(ctrl));
        o::BIO_meth_set_destroy__fixed_rust(method, Some(destroy));
        Method(method)
    });
    made.0
}

fn made(transport: Transport) -> *mut o::BIO {
    // SAFETY: the new object owns the box, which `destroy` takes back.
    unsafe {
        let bio = o::BIO_new(method());
        if !bio.is_null() {
            o::BIO_set_data(bio, Box::into_raw(Box::new(transport)).cast());
            o::BIO_set_init(bio, 1);
        }
        bio
    }
}

/// A `BIO` over a descriptor; null if there is no memory.
pub fn over_socket(wire: Arc<Wire>) -> *mut o::BIO {
    made(Transport::Socket(wire))
}

/// A `BIO` over a buffer; null if there is no memory.
pub fn over_memory(buffer: Arc<Buffer>) -> *mut o::BIO {
    made(Transport::Memory(buffer))
}

/// # Safety
/// `bio` was made here and lives for the call.
unsafe fn transport<'a>(bio: *mut o::BIO) -> Option<&'a Transport> {
    // SAFETY: the caller's promise.
    unsafe { o::BIO_get_data(bio).cast::<Transport>().as_ref() }
}

const RETRY_FLAGS: c_int = 0x0f;
const RETRY_READ: c_int = 0x09;
const RETRY_WRITE: c_int = 0x0a;

/// Whether the kernel means that the call may succeed later.
fn is_later(number: i32) -> bool {
    matches!(number, libc::EAGAIN | libc::EINTR | libc::ENOTCONN | libc::EINPROGRESS | libc::EALREADY | libc::EPROTO)
}

unsafe extern "C" fn read(bio: *mut o::BIO, into: *mut c_char, size: c_int) -> c_int {
    // SAFETY: OpenSSL passes an object of ours and room for `size` bytes.
    unsafe {
        o::BIO_clear_flags(bio, RETRY_FLAGS);
        let (Some(transport), Ok(room)) = (transport(bio), usize::try_from(size)) else { return -1 };
        match transport {
            Transport::Socket(wire) => {
                crate::tools::forget_errno();
                let got = libc::recv(wire.fd.load(Acquire), into.cast(), room, libc::MSG_DONTWAIT);
                if got < 0 && is_later(modules::os::errno()) {
                    o::BIO_set_flags(bio, RETRY_READ);
                } else if got == 0 {
                    wire.ended.store(true, Relaxed);
                }
                got as c_int
            }
            Transport::Memory(buffer) => {
                let got = buffer.read(core::slice::from_raw_parts_mut(into.cast::<u8>(), room));
                if got == 0 && !buffer.ended() {
                    o::BIO_set_flags(bio, RETRY_READ);
                    return -1;
                }
                got as c_int
            }
        }
    }
}

unsafe extern "C" fn write(bio: *mut o::BIO, from: *const c_char, size: c_int) -> c_int {
    // SAFETY: OpenSSL passes an object of ours and `size` bytes.
    unsafe {
        o::BIO_clear_flags(bio, RETRY_FLAGS);
        let (Some(transport), Ok(len)) = (transport(bio), usize::try_from(size)) else { return -1 };
        match transport {
            Transport::Socket(wire) => {
                crate::tools::forget_errno();
                let sent = libc::send(wire.fd.load(Acquire), from.cast(), len, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL);
                if sent < 0 && is_later(modules::os::errno()) {
                    o::BIO_set_flags(bio, RETRY_WRITE);
                }
                sent as c_int
            }
            Transport::Memory(buffer) => {
                buffer.write(core::slice::from_raw_parts(from.cast::<u8>(), len));
                size
            }
        }
    }
}

unsafe extern "C" fn puts(bio: *mut o::BIO, text: *const c_char) -> c_int {
    // SAFETY: OpenSSL passes a terminated string.
    unsafe { write(bio, text, libc::strlen(text) as c_int) }
}

unsafe extern "C" fn ctrl(bio: *mut o::BIO, command: c_int, _number: c_long, _pointer: *mut c_void) -> c_long {
    const EOF: c_int = 2;
    const PENDING: c_int = 10;
    const FLUSH: c_int = 11;
    const DUP: c_int = 12;
    const WPENDING: c_int = 13;
    // SAFETY: OpenSSL passes an object of ours.
    let Some(transport) = (unsafe { transport(bio) }) else { return 0 };
    match (command, transport) {
        (FLUSH | DUP, _) => 1,
        (EOF, Transport::Socket(wire)) => wire.ended.load(Relaxed).into(),
        (EOF, Transport::Memory(buffer)) => (buffer.len() == 0).into(),
        (PENDING, Transport::Memory(buffer)) => buffer.len() as c_long,
        (WPENDING, _) => 0,
        _ => 0,
    }
}

unsafe extern "C" fn destroy(bio: *mut o::BIO) -> c_int {
    // SAFETY: the object owned the box and ends now.
    unsafe {
        let data = o::BIO_get_data(bio).cast::<Transport>();
        if !data.is_null() {
            o::BIO_set_data(bio, core::ptr::null_mut());
            drop(Box::from_raw(data));
        }
    }
    1
}

#[pytype(name = "MemoryBIO", module = "_ssl", doc = none)]
#[repr(C)]
pub struct MemoryBio {
    head: Head,
    #[untraversed]
    buffer: Arc<Buffer>,
}

impl MemoryBio {
    pub fn buffer(&self) -> Arc<Buffer> {
        self.buffer.clone()
    }
}

#[pymethods]
impl MemoryBio {
    #[slot(tp_new, sig = "()")]
    fn tp_new(th: &mut Thread, cls: &Type) -> Ref<MemoryBio> {
        th.new_instance(cls, MemoryBio { head: Head::INIT, buffer: Arc::default() })
    }

    /// The number of bytes pending in the memory BIO.
    #[getter]
    fn pending(&self) -> usize {
        self.buffer.len()
    }

    /// Whether the memory BIO is at EOF.
    #[getter]
    fn eof(&self) -> bool {
        let state = self.buffer.state.lock();
        state.ended && state.bytes.is_empty()
    }

    /// Read up to size bytes from the memory BIO.
    ///
    /// If size is not specified, read the entire buffer.
    /// If the return value is an empty bytes instance, this means either
    /// EOF or that no data is available. Use the "eof" property to
    /// distinguish between the two.
    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: i32) -> Result<Ref<Bytes>, Raised> {
        let there = self.buffer.len();
        let mut into = vec![0; usize::try_from(size).map_or(there, |size| size.min(there))];
        let got = self.buffer.read(&mut into);
        Bytes::try_new(th, &into[..got]).ok_or(()).map_err(|()| raise::memory_error(th))
    }

    /// Writes the bytes b into the memory BIO.
    ///
    /// Returns the number of bytes written.
    #[method(sig = "($self, b, /)")]
    fn write(&self, th: &mut Thread, b: objects::glue::Buffer) -> Result<usize, Raised> {
        if i32::try_from(b.len()).is_err() {
            return Err(raise::overflow_error(th, format_args!("string longer than {} bytes", i32::MAX)));
        }
        if self.buffer.ended() {
            return Err(errors::raise_plain(th, "cannot write() after write_eof()"));
        }
        self.buffer.write(&b);
        Ok(b.len())
    }

    /// Write an EOF marker to the memory BIO.
    ///
    /// When all data has been read, the "eof" property will be True.
    #[method(sig = "($self, /)")]
    fn write_eof(&self) {
        self.buffer.state.lock().ended = true;
    }
}
