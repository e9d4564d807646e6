//! `open`, `open_code` and `text_encoding`.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use objects::{Int, Str, exceptions, none, ops, raise};

use super::base::is_closed;
use super::classes::{BufferedRandom, BufferedReader, BufferedWriter};
use super::fileio::FileIo;
use super::text::TextIoWrapper;
use super::{DEFAULT_BUFFER_SIZE, names as n};

/// What `open` is asked for.
pub struct Request<'a> {
    pub file: &'a Object,
    pub mode: &'a str,
    pub buffering: i64,
    pub encoding: Option<&'a Object>,
    pub errors: Option<&'a Object>,
    pub newline: Option<&'a Object>,
    pub closefd: bool,
    pub opener: Option<&'a Object>,
}

/// The parts of a mode.
#[derive(Default)]
struct Mode {
    create: bool,
    read: bool,
    write: bool,
    append: bool,
    update: bool,
    text: bool,
    binary: bool,
}

fn parse(th: &mut Thread, mode: &str) -> Result<Mode, Raised> {
    let mut out = Mode::default();
    for c in mode.chars() {
        let place = match c {
            'x' => &mut out.create,
            'r' => &mut out.read,
            'w' => &mut out.write,
            'a' => &mut out.append,
            '+' => &mut out.update,
            't' => &mut out.text,
            'b' => &mut out.binary,
            _ => return Err(raise::value_error(th, format_args!("invalid mode: '{mode}'"))),
        };
        if core::mem::replace(place, true) {
            return Err(raise::value_error(th, format_args!("invalid mode: '{mode}'")));
        }
    }
    if out.text && out.binary {
        return Err(raise::value_error(th, format_args!("can't have text and binary mode at once")));
    }
    let kinds = [out.create, out.read, out.write, out.append].iter().filter(|kind| **kind).count();
    if kinds != 1 {
        return Err(raise::value_error(th, format_args!("must have exactly one of create/read/write/append mode")));
    }
    Ok(out)
}

fn given(value: Option<&Object>) -> bool {
    value.is_some_and(|value| !value.is(none()))
}

/// `open`.
pub fn open(th: &mut Thread, request: &Request<'_>) -> Result<Ref<Object>, Raised> {
    let Request { file, mode: mode_text, encoding, errors, newline, .. } = *request;
    if !file.is_a::<Int>() && !file.is_a::<Str>() && !file.is_a::<objects::Bytes>() {
        let message = |th: &mut Thread| {
            let got = ops::type_name(file);
            raise::type_error(th, format_args!("expected str, bytes or os.PathLike object, not {got}"))
        };
        return match ops::call_special(th, file, &n::__fspath__, &[])? {
            Some(path) if path.is_a::<Str>() || path.is_a::<objects::Bytes>() => open(th, &Request { file: &path, ..*request }),
            Some(path) => {
                let (whose, got) = (ops::type_name(file), ops::type_name(&path));
                Err(raise::type_error(th, format_args!("expected {whose}.__fspath__() to return str or bytes, not {got}")))
            }
            None if ops::has_index(file) => {
                let number = ops::index(th, file)?;
                open(th, &Request { file: &number, ..*request })
            }
            None => Err(message(th)),
        };
    }
    let mode = parse(th, mode_text)?;
    if mode.binary {
        for (value, name) in [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")] {
            if given(value) {
                return Err(raise::value_error(th, format_args!("binary mode doesn't take {name} argument")));
            }
        }
        if request.buffering == 1 {
            let message = format_args!("line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used");
            objects::warn::warn(th, exceptions::runtime_warning_type(), message, 1)?;
        }
    }
    let raw_mode: String = [(mode.create, 'x'), (mode.read, 'r'), (mode.write, 'w'), (mode.append, 'a'), (mode.update, '+')]
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, c)| *c)
        .collect();
    let raw_mode = Str::new(th, &raw_mode);
    let opener = request.opener.unwrap_or(none());
    let raw = ops::call(th, FileIo::type_object(), &[file, &raw_mode, objects::bool_(request.closefd), opener])?;
    match over(th, request, &mode, &raw) {
        Ok(stream) => Ok(stream),
        Err(raised) => {
            // The file would stay open until it is collected.
            let Some(exception) = th.take_exception() else { return Err(raised) };
            if !is_closed(th, &raw).unwrap_or(true) && ops::call_method(th, &raw, &n::close, &[]).is_err() {
                return Err(raise::chain(th, exception));
            }
            Err(raise::again(th, exception))
        }
    }
}

/// The streams over a raw file.
fn over(th: &mut Thread, request: &Request<'_>, mode: &Mode, raw: &Ref<Object>) -> Result<Ref<Object>, Raised> {
    let file = raw.downcast_ref::<FileIo>();
    let mut buffering = request.buffering;
    let terminal = buffering < 0 && file.is_some_and(FileIo::is_terminal);
    let line_buffering = !mode.binary && (buffering == 1 || terminal);
    if buffering == 1 || buffering < 0 {
        buffering = match file.map_or(0, FileIo::block) {
            block if block > 1 => block.max(DEFAULT_BUFFER_SIZE).min(8 << 20) as i64,
            _ => DEFAULT_BUFFER_SIZE as i64,
        };
    }
    if buffering == 0 {
        return if mode.binary { Ok(raw.clone()) } else { Err(raise::value_error(th, format_args!("can't have unbuffered text I/O"))) };
    }
    let class = if mode.update {
        BufferedRandom::type_object()
    } else if mode.read {
        BufferedReader::type_object()
    } else {
        BufferedWriter::type_object()
    };
    let size = Int::from_i64(th, buffering);
    let buffer = ops::call(th, class, &[raw, &size])?;
    if mode.binary {
        return Ok(buffer);
    }
    let absent = none();
    let (encoding, errors) = (request.encoding.unwrap_or(absent), request.errors.unwrap_or(absent));
    let newline = request.newline.unwrap_or(absent);
    let text = ops::call(th, TextIoWrapper::type_object(), &[&buffer, encoding, errors, newline, objects::bool_(line_buffering)])?;
    let shown = Str::new(th, request.mode);
    ops::setattr(th, &text, &n::mode, &shown)?;
    Ok(text)
}

/// `open_code`.
pub fn open_code(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    if !path.is_a::<Str>() {
        let got = ops::type_name(path);
        return Err(raise::type_error(th, format_args!("open_code() argument 'path' must be str, not {got}")));
    }
    let request =
        Request { file: path, mode: "rb", buffering: -1, encoding: None, errors: None, newline: None, closefd: true, opener: None };
    open(th, &request)
}

/// `text_encoding`: "locale" or "utf-8" where no encoding is given; `-X warn_default_encoding` wants to hear of it.
pub fn text_encoding(th: &mut Thread, encoding: &Object, stacklevel: i64) -> Result<Ref<Object>, Raised> {
    if !encoding.is(none()) {
        return Ok(encoding.to_ref());
    }
    let flags = (objects::hooks::get().sys_attribute)(th, "flags");
    let flag = |th: &mut Thread, name: &str| -> Result<bool, Raised> {
        let Some(flags) = &flags else { return Ok(false) };
        match ops::getattr_str(th, flags, name) {
            Ok(value) => ops::is_true(th, &value),
            Err(_) if raise::catch(th, exceptions::attribute_error_type()).is_some() => Ok(false),
            Err(raised) => Err(raised),
        }
    };
    if flag(th, "warn_default_encoding")? {
        objects::warn::warn(th, exceptions::encoding_warning_type(), format_args!("'encoding' argument not specified"), stacklevel)?;
    }
    let name = if flag(th, "utf8_mode")? { "utf-8" } else { "locale" };
    Ok(Str::new(th, name).up())
}

