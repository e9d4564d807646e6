//! `TextIOWrapper`: text over a buffered stream.
//!
//! UTF-8, ASCII and Latin-1 are encoded and decoded here; other codecs are asked through their incremental classes. What was decoded and not
//! yet read is one string ([`TextIoWrapper::decoded`], from [`State::at`] on); what was written and not yet passed on are bytes
//! ([`State::pending`]). Positions are in [`cookie`].
//!
//! Invariant: an operation holds the stream's lock, which the same thread may take again. The mutex is held for moments only, so what a
//! nested operation does to the state is a whole step.

pub mod codec;
pub mod cookie;
pub mod methods;

use heap::sync::{AtomicBool, Ordering::*};
use heap::sync::{Mutex, MutexGuard};

use heap::locks::PyRLock;
use heap::{Heaped, Object, Raised, Ref, Slot, Thread};
use macros::pytype;
use objects::glue::*;
use objects::str::StrBuilder;
use objects::{Bytes, Int, Str, ops, raise};

use super::base::{self, Data, TextIoBase};
use super::buffered::{self, enter, leave};
use super::classes::BufferedWriter;
use super::names as n;
use super::newline::{self, Mode, Newlines};
use codec::{Codec, DecoderState};

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[pytype(name = "TextIOWrapper", module = "_io", base = TextIoBase, sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)", flags(BASETYPE, PLAIN_NEW), parts(methods))]
#[repr(C)]
pub struct TextIoWrapper {
    base: TextIoBase,
    pub(super) buffer: Slot,
    pub(super) encoding: Slot<Str>,
    pub(super) errors: Slot<Str>,
    /// Incremental codecs, where they are not ours.
    pub(super) encoder: Slot,
    pub(super) decoder: Slot,
    /// Text that was decoded; some of it is read already.
    pub(super) decoded: Slot<Str>,
    pub(super) lock: PyRLock,
    pub(super) state: Mutex<State>,
    pub(super) ready: AtomicBool,
    pub(super) detached: AtomicBool,
}

/// What a text stream holds besides objects.
#[derive(Clone)]
pub struct State {
    pub codec: Codec,
    pub errors: String,
    pub mode: Mode,
    pub line_buffering: bool,
    pub write_through: bool,
    pub chunk: usize,
    /// Encoded text on its way.
    pub pending: Vec<u8>,
    pub newlines: Newlines,
    /// The bytes of a character of which the rest was not read yet.
    pub held: Vec<u8>,
    /// How much of the decoded text was read.
    pub at: usize,
    /// Characters in front of the decoded text that do not come from the last chunk.
    pub carried: usize,
    /// The decoder before the last chunk, and the chunk: where `tell` starts from.
    pub snapshot: Option<(DecoderState, Vec<u8>)>,
    pub seekable: bool,
    pub telling: bool,
    pub read1: bool,
    pub can_read: bool,
    pub can_write: bool,
    pub has_read: bool,
}

impl Default for State {
    fn default() -> State {
        State {
            codec: Codec::Utf8,
            errors: String::new(),
            mode: Mode { given: None },
            line_buffering: false,
            write_through: false,
            chunk: 8192,
            pending: Vec::new(),
            newlines: Newlines::default(),
            held: Vec::new(),
            at: 0,
            carried: 0,
            snapshot: None,
            seekable: false,
            telling: false,
            read1: false,
            can_read: false,
            can_write: false,
            has_read: false,
        }
    }
}

impl TextIoWrapper {
    pub(super) fn new() -> TextIoWrapper {
        TextIoWrapper {
            base: TextIoBase::new(),
            buffer: Slot::NULL,
            encoding: Slot::NULL,
            errors: Slot::NULL,
            encoder: Slot::NULL,
            decoder: Slot::NULL,
            decoded: Slot::NULL,
            lock: PyRLock::new(),
            state: Mutex::new(State::default()),
            ready: AtomicBool::new(false),
            detached: AtomicBool::new(false),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Runs an operation under the lock.
    pub(super) fn locked<T>(&self, th: &mut Thread, body: impl FnOnce(&mut Thread) -> Result<T, Raised>) -> Result<T, Raised> {
        enter(th, self.as_object(), &self.lock)?;
        let result = body(th);
        leave(&self.lock);
        result
    }

    /// The stream below, or what is wrong.
    pub(super) fn below(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.buffer.get(th, self) {
            Some(buffer) if self.ready.load(Acquire) => Ok(buffer),
            _ if self.detached.load(Acquire) => Err(raise::value_error(th, format_args!("underlying buffer has been detached"))),
            _ => Err(raise::value_error(th, format_args!("I/O operation on uninitialized object"))),
        }
    }

    /// The stream below, if it is open.
    pub(super) fn open_below(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        if base::is_closed(th, &below)? { Err(base::closed_error(th)) } else { Ok(below) }
    }

    /// Passes on what was written.
    pub(super) fn write_flush(&self, th: &mut Thread, below: &Object) -> Result<(), Raised> {
        let pending = core::mem::take(&mut self.state().pending);
        if pending.is_empty() {
            return Ok(());
        }
        let done = match below.downcast_exact::<BufferedWriter>() {
            Some(writer) => buffered::write(th, writer, &pending).map(drop),
            None => {
                let bytes = Bytes::new(th, &pending);
                ops::call_method(th, below, &n::write, &[&bytes]).map(drop)
            }
        };
        // The buffer keeps its place for the next text.
        if done.is_ok() {
            let mut state = self.state();
            if state.pending.is_empty() && pending.capacity() <= 65536 {
                let mut pending = pending;
                pending.clear();
                state.pending = pending;
            }
        }
        done
    }

    /// `write`.
    pub(super) fn put(&self, th: &mut Thread, text: &Str) -> Result<usize, Raised> {
        let below = self.open_below(th)?;
        let (codec, mode, line_buffering, can_write) = {
            let state = self.state();
            (state.codec, state.mode, state.line_buffering, state.can_write)
        };
        if !can_write {
            return Err(base::unsupported(th, "not writable"));
        }
        let len = text.len();
        let has = |byte: u8| match text.unit_size() {
            1 => memchr::memchr(byte, text.raw_bytes()).is_some(),
            _ => text.chars().iter().any(|c| c == u32::from(byte)),
        };
        let lines = (line_buffering || mode.written().is_some()) && has(b'\n');
        let flush = line_buffering && (lines || has(b'\r'));
        let translated = match mode.written() {
            Some(end) if lines && text.as_object().is_exactly::<Str>() => Some(newline::replace_lf(th, text, end)?),
            Some(end) if lines => Some(self.replaced(th, text, end)?),
            _ => None,
        };
        let text = translated.as_deref().unwrap_or(text);
        let encoded;
        let bytes = match text.as_ascii() {
            Some(ascii) if codec != Codec::Other => ascii.as_bytes(),
            _ => {
                encoded = self.encode(th, codec, text)?;
                &encoded
            }
        };
        // What waits goes first where both together are more than a chunk; passing it on may bring more.
        while {
            let state = self.state();
            !state.pending.is_empty() && state.pending.len() + bytes.len() > state.chunk
        } {
            self.write_flush(th, &below)?;
        }
        let over = {
            let mut state = self.state();
            state.pending.extend_from_slice(bytes);
            state.write_through || state.pending.len() >= state.chunk
        };
        if over || flush {
            self.write_flush(th, &below)?;
        }
        if flush {
            ops::call_method(th, &below, &n::flush, &[])?;
        }
        // Without a snapshot nobody could tell where the text that was read ahead comes from, so it stays.
        if self.state().snapshot.is_some() {
            self.forget_text(th);
        }
        Ok(len)
    }

    /// The text of a class with a `replace` of its own, which may do anything to the stream.
    fn replaced(&self, th: &mut Thread, text: &Str, end: &str) -> Result<Ref<Str>, Raised> {
        let (lf, end) = (Str::new(th, "\n"), Str::new(th, end));
        let made = ops::call_method(th, text, &n::replace, &[&lf, &end])?;
        let made = match made.downcast::<Str>() {
            Ok(made) => made,
            Err(other) => {
                let got = ops::type_name(&other);
                return Err(raise::type_error(th, format_args!("replace() should return a str, not {got}")));
            }
        };
        self.open_below(th)?;
        if self.state().can_write { Ok(made) } else { Err(base::unsupported(th, "not writable")) }
    }

    /// What was read ahead no longer counts.
    pub(super) fn forget_text(&self, th: &mut Thread) {
        let stale = {
            let mut state = self.state();
            (state.at, state.carried) = (0, 0);
            state.snapshot.take().is_some() || !self.decoded.is_null()
        };
        if stale {
            self.decoded.set(th, self, None);
            self.state().held.clear();
            if let Some(decoder) = self.decoder.get(th, self)
                && ops::call_method(th, &decoder, &n::reset, &[]).is_err()
            {
                th.take_exception();
            }
        }
    }

    /// Reads and decodes one chunk, in front of which `carried` stays; whether there was any.
    pub(super) fn read_chunk(&self, th: &mut Thread, below: &Object, hint: usize, carried: Option<Ref<Str>>) -> Result<bool, Raised> {
        let (read1, chunk, telling) = {
            let state = self.state();
            if !state.can_read {
                drop(state);
                return Err(base::unsupported(th, "not readable"));
            }
            (state.read1, state.chunk.max(hint), state.telling && state.seekable)
        };
        let before = if telling { Some(self.decoder_state(th)?) } else { None };
        let size = Int::from_usize(th, chunk);
        let method = if read1 { &n::read1 } else { &n::read };
        let got = ops::call_method(th, below, method, &[&size])?;
        let plain = got.is_a::<Bytes>() || got.is_a::<objects::ByteArray>() || has_buffer(&got);
        if !plain {
            let (name, got) = (method.text(), ops::type_name(&got));
            return Err(raise::type_error(th, format_args!("underlying {name}() should have returned a bytes-like object, not '{got}'")));
        }
        let bytes = match got.downcast::<Bytes>() {
            Ok(bytes) => bytes,
            Err(other) => {
                let data = Data::new(th, &other)?;
                Bytes::new(th, &data)
            }
        };
        let end = bytes.is_empty();
        let fresh = self.decode(th, &bytes, end)?;
        let some = !fresh.is_empty();
        {
            let mut state = self.state();
            state.at = 0;
            state.has_read = true;
            state.carried = carried.as_ref().map_or(0, |text| text.len());
            if let Some(before) = before {
                let mut input = before.held.clone();
                input.extend_from_slice(bytes.as_slice());
                state.snapshot = Some((before, input));
            }
        }
        let whole = match carried {
            None => fresh,
            Some(carried) => match Str::concat(th, &carried, &fresh) {
                Some(whole) => whole,
                None => return Err(raise::memory_error(th)),
            },
        };
        self.decoded.set(th, self, Some(whole));
        Ok(!end || some)
    }

    /// The decoded text and how much of it was read.
    fn window(&self, th: &mut Thread) -> (Ref<Str>, usize) {
        let text = self.decoded.get(th, self).unwrap_or_else(Str::empty);
        let at = self.state().at.min(text.len());
        (text, at)
    }

    /// `read`.
    pub(super) fn take(&self, th: &mut Thread, wanted: Option<usize>) -> Result<Ref<Str>, Raised> {
        let below = self.open_below(th)?;
        if !self.state().can_read {
            return Err(base::unsupported(th, "not readable"));
        }
        self.write_flush(th, &below)?;
        let mut out = StrBuilder::new();
        let Some(wanted) = wanted else {
            let all = ops::call_method(th, &below, &n::read, &[])?;
            let all = match all.downcast::<Bytes>() {
                Ok(bytes) => bytes,
                Err(other) if other.is(objects::none()) => {
                    return Err(base::would_block(th, "Read returned None.", 0));
                }
                Err(other) => {
                    let data = Data::new(th, &other)?;
                    Bytes::new(th, &data)
                }
            };
            let rest = self.decode(th, &all, true)?;
            let (text, at) = self.window(th);
            {
                let mut state = self.state();
                (state.at, state.carried, state.has_read) = (0, 0, true);
                state.snapshot = None;
            }
            self.decoded.set(th, self, None);
            if at == text.len() {
                return Ok(rest);
            }
            out.push_slice(&text, at..text.len());
            out.push_str(&rest);
            return out.finish(th);
        };
        loop {
            let (text, at) = self.window(th);
            let count = (text.len() - at).min(wanted - out.len());
            self.state().at = at + count;
            if out.is_empty() && count == wanted {
                return newline::part(th, &text, at..at + count);
            }
            out.push_slice(&text, at..at + count);
            if out.len() == wanted || !self.read_chunk(th, &below, wanted - out.len(), None)? {
                return out.finish(th);
            }
        }
    }

    /// `readline`.
    pub(super) fn take_line(&self, th: &mut Thread, limit: Option<usize>) -> Result<Ref<Str>, Raised> {
        let below = self.open_below(th)?;
        self.write_flush(th, &below)?;
        let ends = self.state().mode.ends();
        let mut line = StrBuilder::new();
        let limit = limit.unwrap_or(usize::MAX);
        loop {
            let (text, at) = self.window(th);
            let room = limit - line.len();
            let end = newline::line_end(&text, at, ends);
            let mut carried = None;
            let stop = match end {
                Some(end) => end,
                None if ends == newline::LineEnd::CrLf && text.len() > at && text.char_at(text.len() - 1) == 13 => {
                    // The line feed may be the next chunk's first character.
                    carried = Some(Str::from_char(th, 13));
                    text.len() - 1
                }
                None => text.len(),
            };
            let cut = stop.min(at.saturating_add(room));
            self.state().at = cut;
            if line.is_empty() && end.is_some() {
                return newline::part(th, &text, at..cut);
            }
            line.push_slice(&text, at..cut);
            if end.is_some() || line.len() >= limit {
                return line.finish(th);
            }
            if !self.read_chunk(th, &below, 0, carried.clone())? {
                if carried.is_some() && line.len() < limit {
                    line.push(13);
                    self.state().at = usize::MAX;
                }
                // The end: nothing decoded is left, and the encoding may be set anew.
                self.decoded.set(th, self, None);
                {
                    let mut state = self.state();
                    (state.at, state.carried) = (0, 0);
                    state.snapshot = None;
                }
                return line.finish(th);
            }
        }
    }
}

const _: fn(&TextIoWrapper) -> &Object = |stream| stream.as_object();
