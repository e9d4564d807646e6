//! The methods of `TextIOWrapper`.

use heap::sync::Ordering::*;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;
use objects::glue::*;
use objects::{Str, none, ops, raise};

use super::{State, TextIoWrapper};
use crate::io::base::{self, size_argument};
use crate::io::names as n;
use crate::io::newline::Mode;

/// A text or None for `function`'s argument `name`; the constructor wants no null characters in it.
fn text_argument(th: &mut Thread, value: Option<&Object>, function: &str, name: &str) -> Result<Option<String>, Raised> {
    match value {
        None => Ok(None),
        Some(value) if value.is(none()) => Ok(None),
        Some(value) => match value.downcast::<Str>() {
            Some(text) => match text.to_utf8() {
                Some(text) if function == "TextIOWrapper" && text.contains('\0') => Err(raise::value_error(th, format_args!("embedded null character"))),
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(raise::unicode_surrogates(th, text)),
            },
            None => {
                let got = ops::type_name(value);
                Err(raise::type_error(th, format_args!("{function}() argument '{name}' must be str or None, not {got}")))
            }
        },
    }
}

fn flag(th: &mut Thread, value: Option<&Object>, now: bool) -> Result<bool, Raised> {
    let Some(value) = value.filter(|value| !value.is(none())) else { return Ok(now) };
    match ops::index(th, value)?.to_i64() {
        Some(number) => Ok(number != 0),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

/// What a codec is looked for by: C code ends a name at its first null character.
fn codec_name(text: &str) -> &str {
    text.split('\0').next().unwrap_or_default()
}

/// In development mode the names of codecs and error handlers are checked at once.
fn check_names(th: &mut Thread, encoding: &str, errors: &str) -> Result<(), Raised> {
    if !interp::config::get().dev_mode {
        return Ok(());
    }
    objects::codecs::registry::lookup_text(th, encoding, "codecs.open()")?;
    objects::codecs::registry::lookup_error(th, errors).map(|_| ())
}

impl TextIoWrapper {
    fn ask(&self, th: &mut Thread, method: &Str) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        ops::call_method(th, &below, method, &[])
    }

    fn fix_encoder(&self, th: &mut Thread, below: &Object) -> Result<(), Raised> {
        let (seekable, can_write) = {
            let state = self.state();
            (state.seekable, state.can_write)
        };
        if !seekable || !can_write || self.encoder.is_null() {
            return Ok(());
        }
        let at = ops::call_method(th, below, &n::tell, &[])?;
        if ops::is_true(th, &at)? { self.restart_encoder(th, false) } else { Ok(()) }
    }
}

#[pymethods(part = "methods")]
impl TextIoWrapper {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<TextIoWrapper>, Raised> {
        Ok(th.new_instance(cls, TextIoWrapper::new()))
    }

    #[slot(tp_init, sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
    #[allow(clippy::too_many_arguments, reason = "the class has so many")]
    fn init(
        &self,
        th: &mut Thread,
        buffer: &Object,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: bool,
        write_through: bool,
    ) -> Result<(), Raised> {
        self.ready.store(false, Release);
        self.detached.store(false, Release);
        let encoding = text_argument(th, encoding, "TextIOWrapper", "encoding")?;
        if encoding.is_none() && interp::config::get().warn_default_encoding {
            objects::warn::warn(th, objects::exceptions::encoding_warning_type(), format_args!("'encoding' argument not specified"), 1)?;
        }
        let encoding = match encoding {
            Some(encoding) if encoding != "locale" => encoding,
            _ => "UTF-8".to_owned(),
        };
        let errors = text_argument(th, errors, "TextIOWrapper", "errors")?.unwrap_or_else(|| "strict".to_owned());
        check_names(th, &encoding, &errors)?;
        let mode = Mode::parse(th, newline, false)?;
        let mut state = State { mode, line_buffering, write_through, ..State::default() };
        state.newlines.translate = mode.translates();
        let yes = |th: &mut Thread, method: &Str| {
            let answer = ops::call_method(th, buffer, method, &[])?;
            ops::is_true(th, &answer)
        };
        state.can_read = yes(th, &n::readable)?;
        state.can_write = yes(th, &n::writable)?;
        self.set_codec(th, &encoding, &errors, &mut state)?;
        state.seekable = yes(th, &n::seekable)?;
        state.telling = state.seekable;
        state.read1 = ops::hasattr(th, buffer, &n::read1)?;
        let (encoding, errors) = (Str::new(th, &encoding), Str::new(th, &errors));
        self.encoding.set(th, self, Some(encoding));
        self.errors.set(th, self, Some(errors));
        self.decoded.set(th, self, None);
        self.buffer.set(th, self, Some(buffer.to_ref()));
        *self.state() = state;
        self.fix_encoder(th, buffer)?;
        self.ready.store(true, Release);
        Ok(())
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(sig = "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)")]
    fn reconfigure(
        &self,
        th: &mut Thread,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: Option<&Object>,
        write_through: Option<&Object>,
    ) -> Result<(), Raised> {
        let encoding = text_argument(th, encoding, "reconfigure", "encoding")?;
        let errors = text_argument(th, errors, "reconfigure", "errors")?;
        // None is a value here: only what is not said stays.
        let newline_given = newline.is_some();
        if let Some(newline) = newline.filter(|newline| !newline.is(none()) && !newline.is_a::<Str>()) {
            let got = ops::type_name(newline);
            return Err(raise::type_error(th, format_args!("reconfigure() argument 'newline' must be str or None, not {got}")));
        }
        if self.state().has_read && !self.decoded.is_null() && (encoding.is_some() || errors.is_some() || newline_given) {
            return Err(base::unsupported(th, "It is not possible to set the encoding or newline of stream after the first read"));
        }
        let mode = if newline_given { Some(Mode::parse(th, newline, false)?) } else { None };
        let (line_now, through_now) = {
            let state = self.state();
            (state.line_buffering, state.write_through)
        };
        let line_buffering = flag(th, line_buffering, line_now)?;
        let write_through = flag(th, write_through, through_now)?;
        ops::call_method(th, self.as_object(), &n::flush, &[])?;
        self.locked(th, |th| {
            let below = self.below(th)?;
            if encoding.is_some() || errors.is_some() {
                let errors = match (&errors, &encoding) {
                    (Some(errors), _) => errors.clone(),
                    // A new encoding starts strictly.
                    (None, Some(_)) => "strict".to_owned(),
                    (None, None) => self.state().errors.clone(),
                };
                let encoding = match encoding {
                    Some(encoding) if encoding == "locale" => "UTF-8".to_owned(),
                    Some(encoding) => encoding,
                    None => self.encoding.get(th, self).map_or_else(|| "UTF-8".to_owned(), |text| text.to_string_lossy()),
                };
                let mut state = self.state().clone();
                self.set_codec(th, codec_name(&encoding), codec_name(&errors), &mut state)?;
                let (encoding, errors) = (Str::new(th, &encoding), Str::new(th, &errors));
                self.encoding.set(th, self, Some(encoding));
                self.errors.set(th, self, Some(errors));
                *self.state() = state;
                self.fix_encoder(th, &below)?;
            }
            let mut state = self.state();
            if let Some(mode) = mode {
                state.mode = mode;
                state.newlines.translate = mode.translates();
            }
            state.line_buffering = line_buffering;
            state.write_through = write_through;
            Ok(())
        })
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        // One that was detached still says what it was.
        if !self.detached.load(Acquire) {
            self.below(th)?;
        }
        let mut out = format!("<_io.{}", objects::typing::short_name(self.as_object().ty()));
        if let Some(name) = base::shown_name(th, self.as_object())? {
            out += &format!(" name={name}");
        }
        if let Some(mode) = ops::getattr_opt(th, self.as_object(), &n::mode)? {
            let mode = ops::repr(th, &mode)?;
            out += &format!(" mode={mode}");
        }
        let encoding = self.encoding.get(th, self).map_or_else(String::new, |text| text.to_string_lossy());
        Ok(format!("{out} encoding='{encoding}'>"))
    }

    #[method]
    fn detach(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        ops::call_method(th, self.as_object(), &n::flush, &[])?;
        self.detached.store(true, Release);
        self.ready.store(false, Release);
        self.buffer.set(th, self, None);
        Ok(below)
    }

    #[method(sig = "($self, text, /)")]
    fn write(&self, th: &mut Thread, text: &Object) -> Result<usize, Raised> {
        let Some(text) = text.downcast::<Str>() else {
            let got = ops::type_name(text);
            return Err(raise::type_error(th, format_args!("write() argument must be str, not {got}")));
        };
        self.locked(th, |th| self.put(th, text))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let size = size_argument(th, size)?;
        self.locked(th, |th| self.take(th, size))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(&self, th: &mut Thread, #[default(-1)] size: isize) -> Result<Ref<Str>, Raised> {
        self.locked(th, |th| self.take_line(th, usize::try_from(size).ok()))
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.below(th)?;
        self.state().telling = false;
        let me = self.as_object();
        let line = if core::ptr::eq(me.ty(), <TextIoWrapper as heap::PyType>::type_object()) {
            self.locked(th, |th| self.take_line(th, None))?.up()
        } else {
            let line = ops::call_method(th, me, &n::readline, &[])?;
            if !line.is_a::<Str>() {
                let got = ops::type_name(&line);
                return Err(raise::new(
                    th,
                    objects::exceptions::os_error_type(),
                    format_args!("readline() should have returned a str object, not '{got}'"),
                ));
            }
            line
        };
        if ops::len(th, &line)? != 0 {
            return Ok(Some(line));
        }
        let mut state = self.state();
        state.telling = state.seekable;
        state.snapshot = None;
        Ok(None)
    }

    #[method]
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        let below = self.open_below(th)?;
        self.locked(th, |th| {
            {
                let mut state = self.state();
                state.telling = state.seekable;
            }
            self.write_flush(th, &below)
        })?;
        ops::call_method(th, &below, &n::flush, &[])?;
        Ok(())
    }

    #[method]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        self.mark_closed();
        let below = self.below(th)?;
        // Saying whether it is closed may have detached it.
        if base::is_closed(th, &below)? || self.detached.load(Acquire) {
            return Ok(());
        }
        if self.is_finalizing() {
            base::warn_below(th, &below, self.as_object());
        }
        base::flush_and_close(th, self.as_object(), &below)
    }

    #[method]
    fn fileno(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.ask(th, &n::fileno)
    }

    #[method]
    fn seekable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.ask(th, &n::seekable)
    }

    #[method]
    fn readable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.ask(th, &n::readable)
    }

    #[method]
    fn writable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.ask(th, &n::writable)
    }

    #[method]
    fn isatty(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.ask(th, &n::isatty)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[method]
    fn tell(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.locked(th, |th| self.cookie(th))
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position;
    ///   'cookie' must be a number returned by tell().
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[method(sig = "($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(&self, th: &mut Thread, cookie: &Object, #[default(0)] whence: i32) -> Result<Ref<Object>, Raised> {
        self.locked(th, |th| self.seek_cookie(th, cookie, whence))
    }

    #[method(sig = "($self, pos=None, /)")]
    fn truncate(&self, th: &mut Thread, pos: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        ops::call_method(th, self.as_object(), &n::flush, &[])?;
        ops::call_method(th, &below, &n::truncate, pos.as_slice())
    }

    #[getter]
    fn _finalizing(&self) -> bool {
        self.is_finalizing()
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<(), Raised> {
        Err(crate::io::no_pickle(th, self.as_object()))
    }

    #[getter]
    fn buffer(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.below(th)
    }

    #[getter]
    fn encoding(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.encoding.get(th, self)
    }

    #[getter]
    fn errors(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.errors.get(th, self)
    }

    #[getter]
    fn newlines(&self, th: &mut Thread) -> Ref<Object> {
        let state = self.state().newlines;
        state.seen(th)
    }

    #[getter]
    fn line_buffering(&self) -> bool {
        self.state().line_buffering
    }

    #[getter]
    fn write_through(&self) -> bool {
        self.state().write_through
    }

    #[getter]
    fn name(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        ops::getattr(th, &below, &n::name)
    }

    #[getter]
    fn closed(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let below = self.below(th)?;
        ops::getattr(th, &below, &n::closed)
    }

    #[getter]
    fn _CHUNK_SIZE(&self) -> usize {
        self.state().chunk
    }

    #[setter(_CHUNK_SIZE)]
    fn set_chunk_size(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            let message = format_args!("attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted");
            return Err(raise::new(th, objects::exceptions::attribute_error_type(), message));
        };
        let Some(size) = ops::index(th, value)?.to_i64() else {
            return Err(raise::value_error(th, format_args!("cannot fit 'int' into an index-sized integer")));
        };
        match usize::try_from(size) {
            Ok(size) if size > 0 => {
                self.state().chunk = size;
                Ok(())
            }
            _ => Err(raise::value_error(th, format_args!("a strictly positive integer is required"))),
        }
    }
}

