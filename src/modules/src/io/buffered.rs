//! Buffers over raw streams: what `BufferedReader`, `BufferedWriter` and `BufferedRandom` share. The classes are in [`super::classes`].
//!
//! Invariant: an operation takes the stream's lock, then takes its [`State`] out of the mutex and puts it back at the end. The mutex is
//! held for these two moments only; whoever comes again on the same thread meets the lock and gets `RuntimeError`, as in CPython.

use heap::sync::{AtomicBool, AtomicUsize, Ordering::*};
use heap::sync::{Mutex, MutexGuard};

use heap::contention::Kind;
use heap::locks::{Acquired, Patience, PyRLock};
use heap::{Heaped, Object, Raised, Ref, Slot, Thread};
use objects::{ByteArray, Bytes, Int, exceptions, none, ops, raise};

use super::base::{self, would_block, zeros};
use super::fileio::FileIo;
use super::names as n;

/// What a buffered stream holds.
#[derive(Default)]
pub struct State {
    /// Bytes that were read; those before `at` are consumed.
    read: Vec<u8>,
    at: usize,
    /// Bytes to be written.
    write: Vec<u8>,
    size: usize,
    /// Where the raw stream is, if that is known.
    raw_at: Option<i64>,
}

/// What a buffered stream has besides its raw stream.
pub struct Core {
    lock: PyRLock,
    state: Mutex<State>,
    ready: AtomicBool,
    detached: AtomicBool,
    /// How large the buffer is; nothing once the stream is closed.
    capacity: AtomicUsize,
}

/// A class of buffered streams.
pub trait Buffered: Heaped {
    fn core(&self) -> &Core;
    fn slot(&self) -> &Slot;
    fn finalizing(&self) -> bool;
    const READS: bool;
    const WRITES: bool;
}

impl Core {
    pub fn new() -> Core {
        let (ready, detached) = (AtomicBool::new(false), AtomicBool::new(false));
        Core { lock: PyRLock::new(), state: Mutex::default(), ready, detached, capacity: AtomicUsize::new(0) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nobody panics while it is held; if somebody did, the state is whole anyway.
        self.state.lock()
    }
}

/// Takes a stream's lock. A thread that has it already is told so.
pub fn enter(th: &mut Thread, stream: &Object, lock: &PyRLock) -> Result<(), Raised> {
    let me = crate::thread::ident() as u64;
    loop {
        let taken = match lock.acquire(th, me, Patience::None) {
            // A daemon was stopped in the middle of its output: what it was about to write is lost, the stream is not.
            Some(Acquired::TimedOut) if interp::finalize::is_last(th) => {
                lock.reset();
                continue;
            }
            Some(Acquired::TimedOut) => th.waiting(Kind::Object, stream, |th| lock.acquire(th, me, Patience::Forever)),
            taken => taken,
        };
        match taken {
            Some(Acquired::Yes) => return Ok(()),
            Some(_) => crate::signal::run_handlers(th)?,
            None => return Err(raise::runtime_error(th, format_args!("a stream's lock is taken too often"))),
        }
    }
}

/// Gives a stream's lock back.
pub fn leave(lock: &PyRLock) {
    // It is held: `enter` came before.
    let _ = lock.release(crate::thread::ident() as u64);
}

/// In a forked child: frees a lock whose holder is not there.
pub fn reset_in_child(lock: &PyRLock) {
    if !lock.owned_by(crate::thread::ident() as u64) {
        lock.reset();
    }
}

/// The same, for a buffered stream.
pub fn reset_stream_in_child<B: Buffered>(me: &B) {
    reset_in_child(&me.core().lock);
}

/// The raw stream, or what is wrong.
pub fn raw<B: Buffered>(th: &mut Thread, me: &B) -> Result<Ref<Object>, Raised> {
    let core = me.core();
    match me.slot().get(th, me) {
        Some(raw) if core.ready.load(Acquire) => Ok(raw),
        _ if core.detached.load(Acquire) => Err(raise::value_error(th, format_args!("raw stream has been detached"))),
        _ => Err(raise::value_error(th, format_args!("I/O operation on uninitialized object"))),
    }
}

/// Runs something under the stream's lock, which this thread must not have yet.
fn exclusively<B: Buffered, T>(th: &mut Thread, me: &B, body: impl FnOnce(&mut Thread) -> Result<T, Raised>) -> Result<T, Raised> {
    let core = me.core();
    if core.lock.owned_by(crate::thread::ident() as u64) {
        let shown = ops::repr(th, me.as_object())?;
        return Err(raise::runtime_error(th, format_args!("reentrant call inside {shown}")));
    }
    enter(th, me.as_object(), &core.lock)?;
    let result = body(th);
    leave(&core.lock);
    result
}

fn with<B: Buffered, T>(
    th: &mut Thread,
    me: &B,
    body: impl FnOnce(&mut Thread, &Object, &mut State) -> Result<T, Raised>,
) -> Result<T, Raised> {
    let raw = raw(th, me)?;
    exclusively(th, me, |th| {
        let mut state = core::mem::take(&mut *me.core().state());
        let result = body(th, &raw, &mut state);
        *me.core().state() = state;
        result
    })
}

/// Raises unless the stream is open; `action` is what is being done.
fn open<B: Buffered>(th: &mut Thread, me: &B, action: &str) -> Result<(), Raised> {
    let raw = raw(th, me)?;
    let closed = match raw.downcast_exact_ref::<FileIo>() {
        Some(file) => file.is_closed(),
        None => base::is_closed(th, &raw)?,
    };
    if closed { Err(raise::value_error(th, format_args!("{action} of closed file"))) } else { Ok(()) }
}

fn raw_read(th: &mut Thread, raw: &Object, buffer: &mut [u8]) -> Result<Option<usize>, Raised> {
    if let Some(file) = raw.downcast_exact::<FileIo>() {
        return file.read_into(th, buffer);
    }
    let array = ByteArray::new(th, buffer)?;
    let got = ops::call_method(th, raw, &n::readinto, &[&array])?;
    if got.is(none()) {
        return Ok(None);
    }
    let number = match ops::index(th, &got).map(|number| number.to_i64()) {
        Ok(Some(number)) => number,
        Ok(None) => {
            let _ = raise::value_error(th, format_args!("cannot fit 'int' into an index-sized integer"));
            return Err(raise::from_cause(th, exceptions::os_error_type(), format_args!("raw readinto() failed")));
        }
        Err(_) => return Err(raise::from_cause(th, exceptions::os_error_type(), format_args!("raw readinto() failed"))),
    };
    let len = buffer.len();
    let fits = match usize::try_from(number) {
        Ok(got) if got <= len => array.read(th, |bytes| {
            let got = got.min(bytes.len());
            buffer[..got].copy_from_slice(&bytes[..got]);
            Some(got)
        }),
        _ => None,
    };
    match fits {
        Some(got) => Ok(Some(got)),
        None => {
            let message = format_args!("raw readinto() returned invalid length {number} (should have been between 0 and {len})");
            Err(raise::new(th, exceptions::os_error_type(), message))
        }
    }
}

fn raw_write(th: &mut Thread, raw: &Object, bytes: &[u8]) -> Result<Option<usize>, Raised> {
    if let Some(file) = raw.downcast_exact::<FileIo>() {
        return file.write_from(th, bytes);
    }
    let data = Bytes::new(th, bytes);
    let done = ops::call_method(th, raw, &n::write, &[&data])?;
    if done.is(none()) {
        return Ok(None);
    }
    let number = ops::index_isize(th, &done)?;
    let len = bytes.len();
    match usize::try_from(number) {
        Ok(done) if done <= len => Ok(Some(done)),
        _ => {
            let message = format_args!("raw write() returned invalid length {number} (should have been between 0 and {len})");
            Err(raise::new(th, exceptions::os_error_type(), message))
        }
    }
}

fn position(th: &mut Thread, at: &Object, what: &str) -> Result<i64, Raised> {
    let at = base::offset_argument(th, at)?;
    if at < 0 {
        return Err(raise::new(th, exceptions::os_error_type(), format_args!("Raw stream returned invalid position {at}{what}")));
    }
    Ok(at)
}

fn raw_tell(th: &mut Thread, raw: &Object, state: &mut State) -> Result<i64, Raised> {
    state.raw_at = None;
    let at = match raw.downcast_exact::<FileIo>() {
        Some(file) => file.seek_to(th, 0, libc::SEEK_CUR)?,
        None => {
            let at = ops::call_method(th, raw, &n::tell, &[])?;
            position(th, &at, "")?
        }
    };
    state.raw_at = Some(at);
    Ok(at)
}

fn raw_seek(th: &mut Thread, raw: &Object, state: &mut State, offset: i64, whence: i32) -> Result<i64, Raised> {
    state.raw_at = None;
    let at = match raw.downcast_exact::<FileIo>() {
        Some(file) => file.seek_to(th, offset, whence)?,
        None => {
            let (offset, whence) = (Int::from_i64(th, offset), Int::from_i64(th, whence.into()));
            let at = ops::call_method(th, raw, &n::seek, &[&offset, &whence])?;
            position(th, &at, "")?
        }
    };
    state.raw_at = Some(at);
    Ok(at)
}

impl State {
    fn ahead(&self) -> usize {
        self.read.len() - self.at
    }

    fn drop_read(&mut self) {
        self.read.clear();
        self.at = 0;
    }

    fn moved(&mut self, by: usize) {
        self.raw_at = self.raw_at.and_then(|at| at.checked_add(by as i64));
    }

    /// One raw read into the buffer, which is empty. `None` where it would block.
    fn fill(&mut self, th: &mut Thread, raw: &Object) -> Result<Option<usize>, Raised> {
        self.drop_read();
        if self.read.try_reserve_exact(self.size).is_err() {
            return Err(raise::memory_error(th));
        }
        self.read.resize(self.size, 0);
        let got = raw_read(th, raw, &mut self.read);
        self.read.truncate(match got {
            Ok(Some(got)) => got,
            _ => 0,
        });
        self.moved(self.read.len());
        got
    }

    /// Writes everything that waits.
    fn flush(&mut self, th: &mut Thread, raw: &Object) -> Result<(), Raised> {
        let mut done = 0;
        let mut result = Ok(());
        while done < self.write.len() {
            match raw_write(th, raw, &self.write[done..]) {
                Ok(Some(written)) => {
                    done += written;
                    self.moved(written);
                    // A write that ends early may have been interrupted by a signal, whose handler may want to end this.
                    if done < self.write.len()
                        && let Err(raised) = crate::signal::run_handlers(th)
                    {
                        result = Err(raised);
                        break;
                    }
                }
                Ok(None) => {
                    result = Err(would_block(th, "write could not complete without blocking", 0));
                    break;
                }
                Err(raised) => {
                    result = Err(raised);
                    break;
                }
            }
        }
        self.write.drain(..done);
        result
    }

    /// Before writing: the raw stream goes back to where the reader is.
    fn rewind(&mut self, th: &mut Thread, raw: &Object) -> Result<(), Raised> {
        let ahead = self.ahead();
        self.drop_read();
        if ahead > 0 {
            raw_seek(th, raw, self, -(ahead as i64), libc::SEEK_CUR)?;
        }
        Ok(())
    }

    fn take(&mut self, wanted: usize) -> &[u8] {
        let from = self.at;
        self.at = from + wanted.min(self.ahead());
        &self.read[from..self.at]
    }
}

/// `__init__`.
pub fn init<B: Buffered>(th: &mut Thread, me: &B, raw: &Object, size: isize) -> Result<(), Raised> {
    let core = me.core();
    core.ready.store(false, Release);
    core.detached.store(false, Release);
    if B::READS && B::WRITES {
        base::check_can(th, raw, &n::seekable, "File or stream is not seekable.")?;
    }
    if B::READS {
        base::check_can(th, raw, &n::readable, "File or stream is not readable.")?;
    }
    if B::WRITES {
        base::check_can(th, raw, &n::writable, "File or stream is not writable.")?;
    }
    if size <= 0 {
        return Err(raise::value_error(th, format_args!("buffer size must be strictly positive")));
    }
    let mut state = State { size: size as usize, ..State::default() };
    if raw_tell(th, raw, &mut state).is_err() {
        // Streams that cannot seek are fine.
        if raise::catch(th, exceptions::exception_type()).is_none() {
            return Err(th.already_raised());
        }
    }
    core.capacity.store(state.size, Relaxed);
    *core.state() = state;
    me.slot().set(th, me, Some(raw.to_ref()));
    core.ready.store(true, Release);
    Ok(())
}

/// `flush`.
pub fn flush<B: Buffered>(th: &mut Thread, me: &B) -> Result<(), Raised> {
    if !B::WRITES {
        // Nothing of ours waits, and no lock is needed: an operation below may flush in the middle of a read.
        let raw = raw(th, me)?;
        ops::call_method(th, &raw, &n::flush, &[])?;
        return Ok(());
    }
    open(th, me, "flush")?;
    with(th, me, |th, raw, state| {
        state.flush(th, raw)?;
        if B::READS { state.rewind(th, raw) } else { Ok(()) }
    })
}

/// `close`.
pub fn close<B: Buffered>(th: &mut Thread, me: &B) -> Result<(), Raised> {
    let raw = raw(th, me)?;
    if base::is_closed(th, &raw)? {
        return Ok(());
    }
    if me.finalizing() {
        base::warn_below(th, &raw, me.as_object());
    }
    let flushed = ops::call_method(th, me.as_object(), &n::flush, &[]);
    let earlier = if flushed.is_err() { th.take_exception() } else { None };
    // Whoever writes meanwhile waits, and then finds a closed stream.
    let closed = exclusively(th, me, |th| {
        let closed = ops::call_method(th, &raw, &n::close, &[]);
        let size = me.core().state().size;
        *me.core().state() = State { size, ..State::default() };
        me.core().capacity.store(0, Relaxed);
        closed
    });
    match (earlier, closed) {
        (None, Ok(_)) => Ok(()),
        (None, Err(raised)) => Err(raised),
        (Some(earlier), Ok(_)) => Err(raise::again(th, earlier)),
        (Some(earlier), Err(_)) => Err(raise::chain(th, earlier)),
    }
}

/// `__sizeof__`: the buffer counts while there is one.
pub fn size<B: Buffered>(me: &B) -> usize {
    me.as_object().ty().instance_size(0) + me.core().capacity.load(Relaxed)
}

/// `detach`.
pub fn detach<B: Buffered>(th: &mut Thread, me: &B) -> Result<Ref<Object>, Raised> {
    let raw = raw(th, me)?;
    ops::call_method(th, me.as_object(), &n::flush, &[])?;
    me.core().detached.store(true, Release);
    me.core().ready.store(false, Release);
    me.slot().set(th, me, None);
    Ok(raw)
}

/// A method without arguments of the raw stream.
pub fn forward<B: Buffered>(th: &mut Thread, me: &B, method: &objects::Str) -> Result<Ref<Object>, Raised> {
    let raw = raw(th, me)?;
    ops::call_method(th, &raw, method, &[])
}

/// An attribute of the raw stream.
pub fn attribute<B: Buffered>(th: &mut Thread, me: &B, name: &objects::Str) -> Result<Ref<Object>, Raised> {
    let raw = raw(th, me)?;
    ops::getattr(th, &raw, name)
}

/// `tell`.
pub fn tell<B: Buffered>(th: &mut Thread, me: &B) -> Result<i64, Raised> {
    with(th, me, |th, raw, state| {
        let at = raw_tell(th, raw, state)?;
        let at = at - state.ahead() as i64 + state.write.len() as i64;
        Ok(at.max(0))
    })
}

/// `seek`.
pub fn seek<B: Buffered>(th: &mut Thread, me: &B, offset: &Object, whence: i32) -> Result<i64, Raised> {
    if !(0..=2).contains(&whence) && whence != libc::SEEK_HOLE && whence != libc::SEEK_DATA {
        return Err(raise::value_error(th, format_args!("whence value {whence} unsupported")));
    }
    open(th, me, "seek")?;
    let raw = raw(th, me)?;
    base::check_can(th, &raw, &n::seekable, "File or stream is not seekable.")?;
    let offset = base::offset_argument(th, offset)?;
    with(th, me, |th, raw, state| {
        if B::READS && whence <= 1 && state.write.is_empty() && !state.read.is_empty() {
            // Within the buffer nothing has to move below.
            let at = raw_tell(th, raw, state)?;
            let now = at - state.ahead() as i64;
            let by = if whence == 0 { offset.checked_sub(now) } else { Some(offset) };
            if let Some(by) = by
                && by >= -(state.at as i64)
                && by <= state.ahead() as i64
            {
                state.at = (state.at as i64 + by) as usize;
                // A character device always says that it is at its start.
                return Ok((now + by).max(0));
            }
        }
        state.flush(th, raw)?;
        let offset = if whence == 1 { offset.saturating_sub(state.ahead() as i64) } else { offset };
        let at = raw_seek(th, raw, state, offset, whence)?;
        state.drop_read();
        Ok(at)
    })
}

/// `truncate`.
pub fn truncate<B: Buffered>(th: &mut Thread, me: &B, pos: Option<&Object>) -> Result<Ref<Object>, Raised> {
    open(th, me, "truncate")?;
    if !B::WRITES {
        return Err(base::unsupported(th, "truncate"));
    }
    with(th, me, |th, raw, state| {
        state.flush(th, raw)?;
        if B::READS {
            state.rewind(th, raw)?;
        }
        let result = match pos {
            Some(pos) if !pos.is(none()) => ops::call_method(th, raw, &n::truncate, &[pos]),
            _ => {
                let at = raw_tell(th, raw, state)?;
                let at = Int::from_i64(th, at);
                ops::call_method(th, raw, &n::truncate, &[&at])
            }
        };
        state.raw_at = None;
        result
    })
}

/// `write`.
pub fn write<B: Buffered>(th: &mut Thread, me: &B, data: &[u8]) -> Result<usize, Raised> {
    with(th, me, |th, raw, state| {
        // Only now: while this waited for the lock, another thread may have closed the stream.
        let closed = match raw.downcast_exact::<FileIo>() {
            Some(file) => file.is_closed(),
            None => base::is_closed(th, raw)?,
        };
        if closed {
            return Err(raise::value_error(th, format_args!("write to closed file")));
        }
        if B::READS {
            state.rewind(th, raw)?;
        }
        if state.write.len() + data.len() <= state.size {
            state.write.extend_from_slice(data);
            return Ok(data.len());
        }
        if state.flush(th, raw).is_err() {
            let Some(exception) = raise::catch(th, exceptions::blocking_io_error_type()) else { return Err(th.already_raised()) };
            let room = state.size.saturating_sub(state.write.len());
            if data.len() <= room {
                state.write.extend_from_slice(data);
                return Ok(data.len());
            }
            th.release(exception);
            state.write.extend_from_slice(&data[..room]);
            return Err(would_block(th, "write could not complete without blocking", room));
        }
        // What is left goes below directly while it is larger than the buffer.
        let mut done = 0;
        while data.len() - done > state.size {
            match raw_write(th, raw, &data[done..])? {
                Some(written) => {
                    done += written;
                    state.moved(written);
                    crate::signal::run_handlers(th)?;
                }
                None => {
                    let kept = state.size.min(data.len() - done);
                    state.write.extend_from_slice(&data[done..done + kept]);
                    return Err(would_block(th, "write could not complete without blocking", done + kept));
                }
            }
        }
        state.write.extend_from_slice(&data[done..]);
        Ok(data.len())
    })
}

/// `read`: `None` for all there is.
pub fn read<B: Buffered>(th: &mut Thread, me: &B, wanted: Option<usize>) -> Result<Ref<Object>, Raised> {
    open(th, me, "read")?;
    with(th, me, |th, raw, state| {
        if B::WRITES {
            state.flush(th, raw)?;
        }
        let Some(wanted) = wanted else { return read_all(th, raw, state) };
        if wanted <= state.ahead() {
            return Ok(Bytes::new(th, state.take(wanted)).up());
        }
        let mut out = state.take(usize::MAX).to_vec();
        while out.len() < wanted {
            let missing = wanted - out.len();
            let got = if missing >= state.size {
                let from = out.len();
                let step = missing - missing % state.size;
                if out.try_reserve_exact(step).is_err() {
                    return Err(raise::memory_error(th));
                }
                out.resize(from + step, 0);
                let got = raw_read(th, raw, &mut out[from..]);
                out.truncate(from + got.as_ref().ok().copied().flatten().unwrap_or(0));
                state.drop_read();
                let got = got?;
                state.moved(got.unwrap_or(0));
                got
            } else {
                let got = state.fill(th, raw)?;
                out.extend_from_slice(state.take(missing));
                got
            };
            match got {
                None if out.is_empty() => return Ok(objects::none_ref()),
                None | Some(0) => break,
                Some(_) => {}
            }
        }
        Ok(Bytes::new(th, &out).up())
    })
}

fn read_all(th: &mut Thread, raw: &Object, state: &mut State) -> Result<Ref<Object>, Raised> {
    let mut all = state.take(usize::MAX).to_vec();
    state.drop_read();
    state.raw_at = None;
    if let Some(file) = raw.downcast_exact::<FileIo>() {
        return Ok(match file.read_all(th)? {
            None if all.is_empty() => objects::none_ref(),
            Some(rest) if all.is_empty() => Bytes::new(th, &rest).up(),
            rest => {
                all.extend_from_slice(&rest.unwrap_or_default());
                Bytes::new(th, &all).up()
            }
        });
    }
    let Some(readall) = ops::getattr_opt(th, raw, &n::readall)? else { return base::read_to_end(th, raw, all) };
    let rest = ops::call0(th, &readall)?;
    if rest.is(none()) {
        return Ok(if all.is_empty() { rest } else { Bytes::new(th, &all).up() });
    }
    let Some(bytes) = rest.downcast_ref::<Bytes>() else {
        return Err(raise::type_error(th, format_args!("readall() should return bytes")));
    };
    all.extend_from_slice(bytes.as_slice());
    Ok(Bytes::new(th, &all).up())
}

/// `read1`.
pub fn read1<B: Buffered>(th: &mut Thread, me: &B, wanted: Option<usize>) -> Result<Ref<Object>, Raised> {
    open(th, me, "read")?;
    with(th, me, |th, raw, state| {
        if B::WRITES {
            state.flush(th, raw)?;
        }
        let wanted = wanted.unwrap_or(state.size);
        if state.ahead() > 0 || wanted == 0 {
            return Ok(Bytes::new(th, state.take(wanted)).up());
        }
        state.drop_read();
        let Ok(mut out) = zeros(wanted) else { return Err(raise::memory_error(th)) };
        let got = raw_read(th, raw, &mut out)?.unwrap_or(0);
        state.moved(got);
        Ok(Bytes::new(th, &out[..got]).up())
    })
}

/// `peek`.
pub fn peek<B: Buffered>(th: &mut Thread, me: &B) -> Result<Ref<Bytes>, Raised> {
    open(th, me, "peek")?;
    with(th, me, |th, raw, state| {
        if B::WRITES {
            state.flush(th, raw)?;
        }
        if state.ahead() == 0 {
            state.fill(th, raw)?;
        }
        Ok(Bytes::new(th, &state.read[state.at..]))
    })
}

/// `readinto` and `readinto1`.
pub fn read_into<B: Buffered>(th: &mut Thread, me: &B, buffer: &mut [u8], once: bool) -> Result<Option<usize>, Raised> {
    open(th, me, "readinto")?;
    with(th, me, |th, raw, state| {
        if B::WRITES {
            state.flush(th, raw)?;
        }
        let mut done = 0;
        while done < buffer.len() {
            let rest = &mut buffer[done..];
            if state.ahead() > 0 {
                let bytes = state.take(rest.len());
                rest[..bytes.len()].copy_from_slice(bytes);
                done += bytes.len();
                // One read below is allowed, straight into a large rest.
                if once && buffer.len() - done <= state.size {
                    break;
                }
                continue;
            }
            let got = if rest.len() >= state.size {
                state.drop_read();
                let got = raw_read(th, raw, rest)?;
                state.moved(got.unwrap_or(0));
                done += got.unwrap_or(0);
                got
            } else {
                let got = state.fill(th, raw)?;
                let bytes = state.take(rest.len());
                rest[..bytes.len()].copy_from_slice(bytes);
                done += bytes.len();
                got
            };
            match got {
                None if done == 0 => return Ok(None),
                None | Some(0) => break,
                Some(_) if once => break,
                Some(_) => {}
            }
        }
        Ok(Some(done))
    })
}

/// `readline`.
pub fn read_line<B: Buffered>(th: &mut Thread, me: &B, limit: Option<usize>) -> Result<Ref<Bytes>, Raised> {
    open(th, me, "readline")?;
    with(th, me, |th, raw, state| {
        if B::WRITES {
            state.flush(th, raw)?;
        }
        let mut line = Vec::new();
        let limit = limit.unwrap_or(usize::MAX);
        loop {
            let window = state.ahead().min(limit - line.len());
            if let Some(end) = memchr::memchr(b'\n', &state.read[state.at..state.at + window]) {
                if line.is_empty() {
                    return Ok(Bytes::new(th, state.take(end + 1)));
                }
                line.extend_from_slice(state.take(end + 1));
                break;
            }
            line.extend_from_slice(state.take(window));
            if line.len() >= limit || !matches!(state.fill(th, raw)?, Some(1..)) {
                break;
            }
        }
        Ok(Bytes::new(th, &line))
    })
}

/// `__repr__`.
pub fn repr<B: Buffered>(th: &mut Thread, me: &B) -> Result<String, Raised> {
    let class = objects::typing::short_name(me.as_object().ty());
    Ok(match base::shown_name(th, me.as_object())? {
        Some(name) => format!("<_io.{class} name={name}>"),
        None => format!("<_io.{class}>"),
    })
}
