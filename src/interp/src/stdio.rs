//! `sys.stdin`, `sys.stdout` and `sys.stderr`, and the builtin `open`: made by the `io` module once import works.

use std::io::Write;

use heap::{Head, Object, PyType, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::{Int, Str, Tuple, ops, raise};

/// What stands for `sys.stderr` until the `io` module is there.
#[pytype(name = "stderrprinter")]
#[repr(C)]
pub struct StderrPrinter {
    head: Head,
}

#[pymethods]
impl StderrPrinter {
    #[method(sig = "($self, text, /)")]
    fn write(&self, th: &mut Thread, text: &Str) -> Result<usize, Raised> {
        let bytes = text.to_wtf8();
        match th.detached(|| std::io::stderr().write_all(&bytes)) {
            Ok(()) => Ok(text.len()),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    #[method]
    fn flush(&self) {}

    #[method]
    fn close(&self) {}

    #[method]
    fn fileno(&self) -> i32 {
        2
    }

    #[method]
    fn isatty(&self) -> bool {
        use std::io::IsTerminal;
        std::io::stderr().is_terminal()
    }

    #[getter]
    fn closed(&self) -> bool {
        false
    }

    #[getter]
    fn encoding(&self) -> Option<&'static str> {
        None
    }

    #[getter]
    fn mode(&self) -> &'static str {
        "w"
    }
}

/// Makes the first `sys.stderr`.
pub fn preliminary(th: &mut Thread) -> Result<(), Raised> {
    objects::typing::ready(th, StderrPrinter::type_object())?;
    let printer: Ref<Object> = th.new_object(StderrPrinter { head: Head::INIT }).up();
    for name in ["stderr", "__stderr__"] {
        crate::sys::set_attribute(th, name, printer.clone());
    }
    Ok(())
}

/// Makes the three streams, their `__stdin__` twins, and `builtins.open`.
pub fn start(th: &mut Thread) -> Result<(), Raised> {
    // The library's `io` is not needed for this: who does not import it starts without it.
    let io = crate::import::import_module(th, "_io")?;
    let open = ops::getattr_str(th, &io, "open")?;
    let modules = crate::sys::modules(th)?;
    if let Some(builtins) = modules.get_by_name(th, "builtins") {
        let name = objects::intern(th, "open");
        ops::setattr(th, &builtins, name, &open)?;
    }
    for (descriptor, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let stream = stream(th, &io, &open, descriptor, name)?;
        crate::sys::set_attribute(th, name, stream.clone());
        crate::sys::set_attribute(th, &format!("__{name}__"), stream);
    }
    Ok(())
}

/// Calls with keyword arguments only after the first `args.len() - keywords.len()`.
fn call(th: &mut Thread, callable: &Object, args: &[&Object], keywords: &[&str]) -> Result<Ref<Object>, Raised> {
    let keywords: Vec<&Object> = keywords.iter().map(|name| objects::intern(th, name) as &Object).collect();
    let keywords = Tuple::from_slice(th, &keywords);
    ops::call_kw(th, callable, args, Some(&keywords))
}

/// A text stream over a standard descriptor, buffered by lines where it is a terminal; `None` where the descriptor is closed.
fn stream(th: &mut Thread, io: &Object, open: &Object, descriptor: i32, name: &str) -> Result<Ref<Object>, Raised> {
    let config = crate::config::get();
    let writes = descriptor != 0;
    let unbuffered = config.unbuffered && writes;
    let (number, mode) = (Int::from_i64(th, i64::from(descriptor)), Str::new(th, if writes { "wb" } else { "rb" }));
    let buffering = Int::from_i64(th, if unbuffered { 0 } else { -1 });
    let buffer = match call(th, open, &[&number, &mode, &buffering, objects::false_()], &["buffering", "closefd"]) {
        Ok(buffer) => buffer,
        Err(raised) => {
            return match raise::catch(th, objects::exceptions::os_error_type()) {
                Some(error) if is_bad_descriptor(th, &error) => Ok(objects::none_ref()),
                Some(error) => Err(raise::again(th, error)),
                None => Err(raised),
            };
        }
    };
    let raw = if unbuffered { buffer.clone() } else { ops::getattr_str(th, &buffer, "raw")? };
    let shown = Str::new(th, &format!("<{name}>"));
    let key = objects::intern(th, "name");
    ops::setattr(th, &raw, key, &shown)?;
    let isatty = objects::intern(th, "isatty");
    let terminal = ops::call_method(th, &raw, isatty, &[])?;
    let terminal = ops::is_true(th, &terminal)?;
    let by_lines = !unbuffered && (terminal || descriptor == 2);
    let encoding = encoding(th)?;
    let errors = match descriptor {
        2 => "backslashreplace",
        _ if config.stdio_errors.is_empty() => "strict",
        _ => &config.stdio_errors,
    };
    let errors = Str::new(th, errors);
    let newline = Str::new(th, "\n");
    let wrapper = ops::getattr_str(th, io, "TextIOWrapper")?;
    let args: [&Object; 6] = [&buffer, &encoding, &errors, &newline, objects::bool_(by_lines), objects::bool_(unbuffered)];
    let stream = call(th, &wrapper, &args, &["encoding", "errors", "newline", "line_buffering", "write_through"])?;
    let mode = Str::new(th, if writes { "w" } else { "r" });
    let key = objects::intern(th, "mode");
    ops::setattr(th, &stream, key, &mode)?;
    Ok(stream)
}

fn is_bad_descriptor(th: &mut Thread, error: &Object) -> bool {
    let errno = error.downcast_ref::<objects::exceptions::OsError>().and_then(|error| error.errno(th));
    errno.and_then(|errno| errno.downcast_ref::<Int>().and_then(Int::to_i64)) == Some(i64::from(libc::EBADF))
}

/// The encoding of the streams by its own name.
fn encoding(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let wanted = &crate::config::get().stdio_encoding;
    if wanted.is_empty() || matches!(wanted.to_ascii_lowercase().as_str(), "utf-8" | "utf8") {
        return Ok(Str::new(th, "utf-8").up());
    }
    let codecs = crate::import::import_module(th, "codecs")?;
    let lookup = ops::getattr_str(th, &codecs, "lookup")?;
    let wanted = Str::new(th, wanted);
    let codec = ops::call(th, &lookup, &[&wanted])?;
    ops::getattr_str(th, &codec, "name")
}
