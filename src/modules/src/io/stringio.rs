//! `StringIO`: a text stream in memory, as code points.

use heap::sync::{Mutex, MutexGuard};

use heap::{Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, Str, Tuple, none, ops, raise};

use super::base::{self, TextIoBase, offset_argument, size_argument};
use super::newline::{LineEnd, Mode, Newlines, replace_lf};

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[pytype(name = "StringIO", module = "_io", base = TextIoBase, sig = "(initial_value='', newline='\\n')", flags(BASETYPE))]
#[repr(C)]
pub struct StringIo {
    base: TextIoBase,
    state: Mutex<State>,
}

struct State {
    text: Vec<u32>,
    at: usize,
    closed: bool,
    ready: bool,
    mode: Mode,
    newlines: Newlines,
}

impl Default for State {
    fn default() -> State {
        State { text: Vec::new(), at: 0, closed: false, ready: false, mode: Mode { given: Some("\n") }, newlines: Newlines::default() }
    }
}

impl State {
    fn take(&mut self, wanted: usize) -> &[u32] {
        let from = self.at.min(self.text.len());
        let end = from.saturating_add(wanted).min(self.text.len());
        if end > from {
            self.at = end;
        }
        &self.text[from..end]
    }

    fn line(&self) -> usize {
        let rest = &self.text[self.at.min(self.text.len())..];
        let ends = self.mode.ends();
        let after = |at: usize| rest.get(at + 1) == Some(&10);
        let found = rest.iter().enumerate().position(|(at, c)| match ends {
            LineEnd::One(byte) => *c == u32::from(byte),
            LineEnd::Any => *c == 10 || *c == 13,
            LineEnd::CrLf => *c == 13 && after(at),
        });
        match found {
            None => usize::MAX,
            Some(at) if ends == LineEnd::CrLf || (ends == LineEnd::Any && rest[at] == 13 && after(at)) => at + 2,
            Some(at) => at + 1,
        }
    }
}

impl StringIo {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn check(&self, th: &mut Thread) -> Result<(), Raised> {
        let (ready, closed) = {
            let state = self.state();
            (state.ready, state.closed)
        };
        match (ready, closed) {
            (_, true) => Err(raise::value_error(th, format_args!("I/O operation on closed file"))),
            (false, _) => Err(raise::value_error(th, format_args!("I/O operation on uninitialized object"))),
            _ => Ok(()),
        }
    }

    fn put(&self, th: &mut Thread, text: &Str) -> Result<(), Raised> {
        let (mode, mut newlines) = {
            let state = self.state();
            (state.mode, state.newlines)
        };
        let mut text = objects::Str::exact(text, th);
        if mode.universal() {
            text = newlines.feed(th, text, true)?;
        }
        if let Some(end) = mode.written() {
            text = replace_lf(th, &text, end)?;
        }
        let mut state = self.state();
        state.newlines = newlines;
        if text.is_empty() {
            return Ok(());
        }
        let (at, end) = (state.at, state.at.saturating_add(text.len()));
        let more = end.saturating_sub(state.text.len());
        if state.text.try_reserve(more).is_err() {
            drop(state);
            return Err(raise::memory_error(th));
        }
        if more > 0 {
            state.text.resize(end, 0);
        }
        for (place, c) in state.text[at..end].iter_mut().zip(text.chars().iter()) {
            *place = c;
        }
        state.at = end;
        Ok(())
    }
}

#[pymethods]
impl StringIo {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<StringIo>, Raised> {
        Ok(th.new_instance(cls, StringIo { base: TextIoBase::new(), state: Mutex::new(State::default()) }))
    }

    #[slot(tp_init, sig = "(initial_value='', newline='\\n')")]
    fn init(&self, th: &mut Thread, initial_value: Option<&Object>, newline: Option<&Object>) -> Result<(), Raised> {
        let mode = match newline {
            None => Mode { given: Some("\n") },
            some => Mode::parse(th, some, true)?,
        };
        let initial = match initial_value {
            Some(value) if !value.is(none()) => match value.downcast::<Str>() {
                Some(text) => Some(text),
                None => {
                    let got = ops::type_name(value);
                    return Err(raise::type_error(th, format_args!("initial_value must be str or None, not {got}")));
                }
            },
            _ => None,
        };
        {
            let mut state = self.state();
            *state = State { mode, ready: true, ..State::default() };
            state.newlines.translate = mode.translates();
        }
        if let Some(text) = initial {
            self.put(th, text)?;
            self.state().at = 0;
        }
        Ok(())
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check(th)?;
        let (text, at, mode) = {
            let state = self.state();
            (state.text.clone(), state.at, state.mode)
        };
        let (text, at) = (Str::from_code_points(th, &text), Int::from_usize(th, at));
        let newline: Ref<Object> = mode.given.map_or_else(objects::none_ref, |newline| Str::new(th, newline).up());
        let dict = base::state_dict(th, self.as_object())?;
        Ok(Tuple::from_slice(th, &[text.as_object(), &newline, at.as_object(), &dict]).up())
    }

    #[method(sig = "($self, state, /)")]
    fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        if self.state().closed {
            return self.check(th);
        }
        let Some(parts) = state.downcast::<Tuple>().filter(|parts| parts.len() >= 4) else {
            let (whose, got) = (ops::type_name(self.as_object()), ops::type_name(state));
            return Err(raise::type_error(th, format_args!("{whose}.__setstate__ argument should be 4-tuple, got {got}")));
        };
        // The text is as it was kept: its line ends are translated already.
        self.init(th, None, Some(parts.get(1)))?;
        let text = match parts.get(0).downcast::<Str>() {
            Some(text) => text.to_ref(),
            None if parts.get(0).is(none()) => Str::empty(),
            None => {
                let got = ops::type_name(parts.get(0));
                return Err(raise::type_error(th, format_args!("initial_value must be str or None, not {got}")));
            }
        };
        let at = base::state_position(th, parts.get(2), "third")?;
        base::set_state_dict(th, self.as_object(), parts.get(3), "fourth")?;
        let text: Vec<u32> = text.chars().iter().collect();
        let mut own = self.state();
        (own.text, own.at) = (text, at);
        Ok(())
    }

    #[method(sig = "($self, s, /)")]
    fn write(&self, th: &mut Thread, s: &Object) -> Result<usize, Raised> {
        let Some(text) = s.downcast::<Str>() else {
            let got = ops::type_name(s);
            return Err(raise::type_error(th, format_args!("string argument expected, got '{got}'")));
        };
        self.check(th)?;
        self.put(th, text)?;
        Ok(text.len())
    }

    #[method]
    fn getvalue(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        self.check(th)?;
        Ok(Str::from_code_points(th, &self.state().text))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Str>, Raised> {
        self.check(th)?;
        let size = size_argument(th, size)?.unwrap_or(usize::MAX);
        Ok(Str::from_code_points(th, self.state().take(size)))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Str>, Raised> {
        self.check(th)?;
        let size = size_argument(th, size)?.unwrap_or(usize::MAX);
        let mut state = self.state();
        let line = state.line().min(size);
        Ok(Str::from_code_points(th, state.take(line)))
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Str>>, Raised> {
        let line = self.readline(th, None)?;
        Ok(if line.is_empty() { None } else { Some(line) })
    }

    #[method]
    fn tell(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.check(th)?;
        Ok(self.state().at)
    }

    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(&self, th: &mut Thread, pos: isize, whence: i32) -> Result<usize, Raised> {
        self.check(th)?;
        if !(0..=2).contains(&whence) {
            return Err(raise::value_error(th, format_args!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if whence == 0 && pos < 0 {
            return Err(raise::value_error(th, format_args!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("Can't do nonzero cur-relative seeks")));
        }
        let mut state = self.state();
        match whence {
            0 => state.at = pos as usize,
            2 => state.at = state.text.len(),
            _ => {}
        }
        Ok(state.at)
    }

    #[method(sig = "($self, pos=None, /)")]
    fn truncate(&self, th: &mut Thread, pos: Option<&Object>) -> Result<usize, Raised> {
        self.check(th)?;
        let pos = match pos {
            Some(pos) if !pos.is(none()) => offset_argument(th, pos)?,
            _ => self.state().at as i64,
        };
        let Ok(len) = usize::try_from(pos) else {
            return Err(raise::value_error(th, format_args!("Negative size value {pos}")));
        };
        self.state().text.truncate(len);
        Ok(len)
    }

    #[method]
    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.text = Vec::new();
    }

    #[method]
    fn readable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[method]
    fn writable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[method]
    fn seekable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.state().closed
    }

    #[getter]
    fn line_buffering(&self) -> bool {
        false
    }

    #[getter]
    fn newlines(&self, th: &mut Thread) -> Ref<Object> {
        let newlines = self.state().newlines;
        newlines.seen(th)
    }
}
