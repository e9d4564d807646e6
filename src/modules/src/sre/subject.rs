//! The text in which a pattern is looked for: a string, or the bytes of a buffer that is held meanwhile.

use algos::sre::{Matcher, Outcome, Program, Request};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::*;
use objects::str::Chars;
use objects::{Bytes, List, Str, ops, raise};

/// How many steps the engine takes between looks at signals.
const STEPS: usize = 1 << 20;

/// A subject under search.
pub enum Subject<'a> {
    Text(&'a Str),
    /// The object the bytes are from, and they.
    Bytes(&'a Object, Buffer),
}

impl<'a> Subject<'a> {
    /// What `object` has; `bytes` says which kind the pattern is for, if it is for one.
    pub fn new(th: &mut Thread, object: &'a Object, bytes: Option<bool>) -> Result<Subject<'a>, Raised> {
        if let Some(text) = object.downcast::<Str>() {
            return match bytes {
                Some(true) => Err(raise::type_error(th, format_args!("cannot use a bytes pattern on a string-like object"))),
                _ => Ok(Subject::Text(text)),
            };
        }
        if !objects::glue::has_buffer(object) {
            let got = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("expected string or bytes-like object, got '{got}'")));
        }
        let buffer = Buffer::new(th, object)?;
        if bytes == Some(false) {
            return Err(raise::type_error(th, format_args!("cannot use a string pattern on a bytes-like object")));
        }
        Ok(Subject::Bytes(object, buffer))
    }

    /// Characters or bytes.
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(text) => text.len(),
            Subject::Bytes(_, buffer) => buffer.as_slice().len(),
        }
    }

    /// `pos` and `endpos` as places in the text.
    pub fn bounds(&self, pos: isize, endpos: isize) -> (usize, usize) {
        let place = |at: isize| usize::try_from(at).unwrap_or(0).min(self.len());
        (place(pos), place(endpos))
    }

    /// A part; the places are cut to the text's length, as a buffer may have shrunk since.
    pub fn slice(&self, th: &mut Thread, start: usize, end: usize) -> Result<Ref<Object>, Raised> {
        let end = end.min(self.len());
        let start = start.min(end);
        match self {
            Subject::Text(text) => text.slice(th, start..end).map(Ref::up).ok_or_else(|| raise::memory_error(th)),
            Subject::Bytes(object, _) if start == 0 && end == self.len() && object.is_exactly::<Bytes>() => Ok(object.to_ref()),
            Subject::Bytes(_, buffer) => Ok(Bytes::new(th, &buffer.as_slice()[start..end]).up()),
        }
    }

    /// Runs the engine to its end.
    pub fn run(
        &self,
        th: &mut Thread,
        matcher: &mut Matcher,
        program: &Program,
        request: Request,
    ) -> Result<Option<(usize, usize)>, Raised> {
        if request.start > request.end {
            return Ok(None);
        }
        matcher.reset(program, request);
        loop {
            let outcome = match self {
                Subject::Text(text) => match text.chars() {
                    Chars::Ascii(units) | Chars::One(units) => matcher.run(program, units, STEPS),
                    Chars::Two(units) => matcher.run(program, units, STEPS),
                    Chars::Four(units) => matcher.run(program, units, STEPS),
                },
                Subject::Bytes(_, buffer) => matcher.run(program, buffer.as_slice(), STEPS),
            };
            match outcome {
                Outcome::Match { start, end } => return Ok(Some((start, end))),
                Outcome::NoMatch => return Ok(None),
                Outcome::Paused => crate::signal::run_handlers(th)?,
            }
        }
    }

    /// The pieces, all of the subject's kind, as one.
    pub fn join(&self, th: &mut Thread, pieces: Vec<Ref<Object>>) -> Result<Ref<Object>, Raised> {
        let whole = |piece: &Object| match self {
            Subject::Text(_) => piece.is_exactly::<Str>(),
            Subject::Bytes(..) => piece.is_exactly::<Bytes>(),
        };
        let pieces = match <[Ref<Object>; 1]>::try_from(pieces) {
            Ok([piece]) if whole(&piece) => return Ok(piece),
            Ok(pieces) => pieces.to_vec(),
            Err(pieces) => pieces,
        };
        let pieces = List::new(th, pieces);
        let name = objects::intern(th, "join");
        let empty = match self {
            Subject::Text(_) => Str::empty().up(),
            Subject::Bytes(..) => Bytes::new(th, b"").up(),
        };
        ops::call_method(th, &empty, name, &[&pieces])
    }
}
