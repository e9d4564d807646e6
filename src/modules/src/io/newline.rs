//! Line ends: their kinds, finding them, and `IncrementalNewlineDecoder`.

use heap::sync::{Mutex, MutexGuard};

use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::StrBuilder;
use objects::{Bytes, Int, Str, Tuple, none, ops, raise};

use super::names as n;

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// What is known of the line ends of a text that comes in pieces.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Newlines {
    pub translate: bool,
    /// A carriage return was the last character, and is held back: a line feed may follow.
    pub pending_cr: bool,
    seen: u8,
}

impl Newlines {
    /// The next piece.
    pub fn feed(&mut self, th: &mut Thread, text: Ref<Str>, last: bool) -> Result<Ref<Str>, Raised> {
        let plain = text.unit_size() == 1 && memchr::memchr(b'\r', text.raw_bytes()).is_none();
        if plain && !self.pending_cr {
            if self.seen & LF == 0 && memchr::memchr(b'\n', text.raw_bytes()).is_some() {
                self.seen |= LF;
            }
            return Ok(text);
        }
        if text.is_empty() && !(self.pending_cr && last) {
            return Ok(text);
        }
        let mut out = StrBuilder::with_capacity(text.len() + 1);
        let mut cr = self.pending_cr;
        for c in text.chars().iter() {
            if cr {
                cr = false;
                if c == 10 {
                    self.seen |= CRLF;
                    if !self.translate {
                        out.push(13);
                    }
                    out.push(10);
                    continue;
                }
                self.seen |= CR;
                out.push(if self.translate { 10 } else { 13 });
            }
            match c {
                13 => cr = true,
                10 => {
                    self.seen |= LF;
                    out.push(10);
                }
                c => out.push(c),
            }
        }
        if cr && last {
            cr = false;
            self.seen |= CR;
            out.push(if self.translate { 10 } else { 13 });
        }
        self.pending_cr = cr;
        out.finish(th)
    }

    /// The `newlines` attribute.
    pub fn seen(&self, th: &mut Thread) -> Ref<Object> {
        let names: Vec<Ref<Str>> =
            [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")].iter().filter(|(bit, _)| self.seen & bit != 0).map(|(_, text)| Str::new(th, text)).collect();
        match names.as_slice() {
            [] => objects::none_ref(),
            [one] => one.clone().up(),
            _ => Tuple::new(th, names.into_iter().map(Ref::up).collect()).up(),
        }
    }

    /// Nothing was seen yet.
    pub fn reset(&mut self) {
        self.seen = 0;
        self.pending_cr = false;
    }
}

/// Where lines end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`, `\r` and `\r\n`.
    Any,
    One(u8),
    CrLf,
}

/// Where the line that begins at `from` ends.
pub fn line_end(text: &Str, from: usize, end: LineEnd) -> Option<usize> {
    if text.unit_size() == 1 {
        let bytes = text.raw_bytes();
        let rest = &bytes[from..];
        let at = match end {
            LineEnd::One(byte) => memchr::memchr(byte, rest)? + 1,
            LineEnd::Any => {
                let at = memchr::memchr2(b'\r', b'\n', rest)?;
                if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }
            }
            LineEnd::CrLf => memchr::memmem::find(rest, b"\r\n")? + 2,
        };
        return Some(from + at);
    }
    let chars = text.chars();
    for at in from..chars.len() {
        let c = chars.at(at);
        let next_is_lf = || at + 1 < chars.len() && chars.at(at + 1) == 10;
        match end {
            LineEnd::One(byte) if c == u32::from(byte) => return Some(at + 1),
            LineEnd::Any if c == 10 => return Some(at + 1),
            LineEnd::Any if c == 13 => return Some(if next_is_lf() { at + 2 } else { at + 1 }),
            LineEnd::CrLf if c == 13 && next_is_lf() => return Some(at + 2),
            _ => {}
        }
    }
    None
}

/// The part `range` of a text.
pub fn part(th: &mut Thread, text: &Str, range: core::ops::Range<usize>) -> Result<Ref<Str>, Raised> {
    text.slice(th, range).ok_or(()).or_else(|()| Err(raise::memory_error(th)))
}

/// What the `newline` argument of a text stream says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// `None`, or the argument's text.
    pub given: Option<&'static str>,
}

impl Mode {
    /// `StringIO` says what it was given as its repr, other streams as text.
    pub fn parse(th: &mut Thread, newline: Option<&Object>, as_repr: bool) -> Result<Mode, Raised> {
        let Some(newline) = newline.filter(|newline| !newline.is(none())) else { return Ok(Mode { given: None }) };
        let Some(text) = newline.downcast::<Str>() else {
            let got = ops::type_name(newline);
            return Err(raise::type_error(th, format_args!("newline must be str or None, not {got}")));
        };
        match ["", "\n", "\r", "\r\n"].into_iter().find(|known| text.eq_text(known)) {
            Some(known) => Ok(Mode { given: Some(known) }),
            None => {
                let shown = if as_repr { ops::repr(th, newline)? } else { text.to_ref() };
                Err(raise::value_error(th, format_args!("illegal newline value: {shown}")))
            }
        }
    }

    /// All line ends count when reading.
    pub fn universal(self) -> bool {
        matches!(self.given, None | Some(""))
    }

    /// They become `\n`.
    pub fn translates(self) -> bool {
        self.given.is_none()
    }

    /// What `\n` becomes in writing, if that is something else.
    pub fn written(self) -> Option<&'static str> {
        self.given.filter(|text| text.starts_with('\r'))
    }

    /// Where lines end in reading.
    pub fn ends(self) -> LineEnd {
        match self.given {
            None | Some("\n") => LineEnd::One(b'\n'),
            Some("\r") => LineEnd::One(b'\r'),
            Some("\r\n") => LineEnd::CrLf,
            Some(_) => LineEnd::Any,
        }
    }
}

/// `text` with `\n` replaced.
pub fn replace_lf(th: &mut Thread, text: &Str, with: &str) -> Result<Ref<Str>, Raised> {
    let mut out = StrBuilder::with_capacity(text.len() + 8);
    for c in text.chars().iter() {
        if c == 10 { out.push_text(with) } else { out.push(c) }
    }
    out.finish(th)
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[pytype(name = "IncrementalNewlineDecoder", module = "_io", sig = "(decoder, translate, errors='strict')", flags(BASETYPE, PLAIN_NEW))]
#[repr(C)]
pub struct IncrementalNewlineDecoder {
    head: Head,
    decoder: Slot,
    newlines: Mutex<Newlines>,
}

impl IncrementalNewlineDecoder {
    fn held(&self) -> MutexGuard<'_, Newlines> {
        self.newlines.lock()
    }

    fn decoder(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        match self.decoder.get(th, self) {
            None => Err(raise::value_error(th, format_args!("IncrementalNewlineDecoder.__init__() not called"))),
            Some(decoder) if decoder.is(none()) => Ok(None),
            some => Ok(some),
        }
    }
}

#[pymethods]
impl IncrementalNewlineDecoder {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<IncrementalNewlineDecoder>, Raised> {
        Ok(th.new_instance(cls, IncrementalNewlineDecoder { head: Head::INIT, decoder: Slot::NULL, newlines: Mutex::default() }))
    }

    #[slot(tp_init, sig = "(decoder, translate, errors='strict')")]
    fn init(&self, th: &mut Thread, decoder: &Object, translate: bool, _errors: Option<&Object>) -> Result<(), Raised> {
        *self.held() = Newlines { translate, ..Newlines::default() };
        self.decoder.set(th, self, Some(decoder.to_ref()));
        Ok(())
    }

    #[method(sig = "($self, /, input, final=False)")]
    fn decode(&self, th: &mut Thread, input: &Object, last: bool) -> Result<Ref<Str>, Raised> {
        let text = match self.decoder(th)? {
            Some(decoder) => ops::call_method(th, &decoder, &n::decode, &[input, objects::bool_(last)])?,
            None => input.to_ref(),
        };
        let text = match text.downcast::<Str>() {
            Ok(text) => text,
            Err(other) => {
                let got = ops::type_name(&other);
                return Err(raise::type_error(th, format_args!("decoder should return a string result, not '{got}'")));
            }
        };
        let mut newlines = *self.held();
        let result = newlines.feed(th, text, last);
        *self.held() = newlines;
        result
    }

    #[method]
    fn getstate(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (buffer, flag) = match self.decoder(th)? {
            None => (Bytes::new(th, b"").up(), 0),
            Some(decoder) => {
                let state = ops::call_method(th, &decoder, &n::getstate, &[])?;
                let Some(pair) = state.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2) else {
                    return Err(raise::type_error(th, format_args!("illegal decoder state")));
                };
                (pair.get(0).to_ref(), offset(th, pair.get(1))?)
            }
        };
        let flag = Int::from_i64(th, flag << 1 | i64::from(self.held().pending_cr));
        Ok(Tuple::from_slice(th, &[&*buffer, &*flag.up()]).up())
    }

    #[method]
    fn setstate(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        let decoder = self.decoder(th)?;
        let Some(pair) = state.downcast::<Tuple>() else {
            return Err(raise::type_error(th, format_args!("state argument must be a tuple")));
        };
        if pair.len() != 2 {
            return Err(raise::type_error(th, format_args!("illegal decoder state")));
        }
        let flag = offset(th, pair.get(1))?;
        self.held().pending_cr = flag & 1 != 0;
        if let Some(decoder) = decoder {
            let flag = Int::from_i64(th, flag >> 1).up();
            let state = Tuple::from_slice(th, &[pair.get(0), &*flag]);
            ops::call_method(th, &decoder, &n::setstate, &[&state])?;
        }
        Ok(())
    }

    #[method]
    fn reset(&self, th: &mut Thread) -> Result<(), Raised> {
        let decoder = self.decoder(th)?;
        self.held().reset();
        if let Some(decoder) = decoder {
            ops::call_method(th, &decoder, &n::reset, &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(&self, th: &mut Thread) -> Ref<Object> {
        let newlines = *self.newlines.lock();
        newlines.seen(th)
    }
}

fn offset(th: &mut Thread, flag: &Object) -> Result<i64, Raised> {
    super::base::offset_argument(th, flag)
}
