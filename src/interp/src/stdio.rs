//! `sys.stdin`, `sys.stdout` and `sys.stderr`: made by the `io` module where it is there, plain streams over the descriptors otherwise.

use std::io::Write;

use heap::{Head, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::{Str, ops, raise};

/// A stream over a descriptor, for a start without `io`.
#[pytype(name = "StandardStream", module = "_pyston")]
#[repr(C)]
pub struct StandardStream {
    head: Head,
    descriptor: i32,
}

#[pymethods]
impl StandardStream {
    #[method(sig = "($self, text, /)")]
    fn write(&self, th: &mut Thread, text: &Str) -> Result<usize, Raised> {
        let bytes = text.to_wtf8();
        let descriptor = self.descriptor;
        let done = th.detached(|| match descriptor {
            1 => std::io::stdout().write_all(&bytes),
            _ => std::io::stderr().write_all(&bytes),
        });
        match done {
            Ok(()) => Ok(text.len()),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    #[method]
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        match th.detached(|| std::io::stdout().flush()) {
            Ok(()) => Ok(()),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    #[method]
    fn fileno(&self) -> i32 {
        self.descriptor
    }

    #[method]
    fn isatty(&self) -> bool {
        false
    }

    #[getter]
    fn encoding(&self) -> &'static str {
        "utf-8"
    }

    #[getter]
    fn errors(&self) -> &'static str {
        "strict"
    }
}

/// Makes the three streams, and their `__stdin__` twins.
pub fn start(th: &mut Thread) -> Result<(), Raised> {
    let with_io = crate::native::find("_io").is_some();
    if !with_io {
        objects::typing::ready(th, <StandardStream as heap::PyType>::type_object())?;
    }
    for (descriptor, name, mode, errors) in [(0, "stdin", "r", "strict"), (1, "stdout", "w", "strict"), (2, "stderr", "w", "backslashreplace")] {
        let stream: Ref<heap::Object> = if with_io {
            open(th, descriptor, mode, errors)?
        } else if descriptor == 0 {
            objects::none_ref()
        } else {
            th.new_object(StandardStream { head: Head::INIT, descriptor }).up()
        };
        crate::sys::set_attribute(th, name, stream.clone());
        crate::sys::set_attribute(th, &format!("__{name}__"), stream);
    }
    Ok(())
}

/// A text stream over a standard descriptor, buffered by lines where it is a terminal.
fn open(th: &mut Thread, descriptor: i32, mode: &str, errors: &str) -> Result<Ref<heap::Object>, Raised> {
    use std::io::IsTerminal;
    let io = crate::import::import_module(th, "io")?;
    let binary = ops::getattr_str(th, &io, "open")?;
    let (number, raw_mode) = (objects::Int::from_i64(th, i64::from(descriptor)), Str::new(th, &format!("{mode}b")));
    let unbuffered = crate::config::get().unbuffered && descriptor != 0;
    let buffering = objects::Int::from_i64(th, if unbuffered { 0 } else { -1 });
    let names = ["buffering", "closefd"].map(|n| objects::intern(th, n));
    let kwnames = objects::Tuple::from_slice(th, &[names[0], names[1]]);
    let buffer = match ops::call_kw(th, &binary, &[&number, &raw_mode, &buffering, objects::false_()], Some(&kwnames)) {
        Ok(buffer) => buffer,
        // A closed descriptor: the stream is None, as in CPython.
        Err(_) if raise::catch(th, objects::exceptions::os_error_type()).is_some() => return Ok(objects::none_ref()),
        Err(raised) => return Err(raised),
    };
    let terminal = match descriptor {
        0 => std::io::stdin().is_terminal(),
        1 => std::io::stdout().is_terminal(),
        _ => true,
    };
    let wrapper = ops::getattr_str(th, &io, "TextIOWrapper")?;
    let (encoding, errors) = (Str::new(th, "utf-8"), Str::new(th, errors));
    let kw = ["encoding", "errors", "newline", "line_buffering", "write_through"].map(|n| objects::intern(th, n));
    let kwnames = objects::Tuple::from_slice(th, &[kw[0], kw[1], kw[2], kw[3], kw[4]]);
    let newline = Str::new(th, "\n");
    let newline: &heap::Object = if descriptor == 0 { objects::none() } else { &newline };
    let stream = ops::call_kw(
        th,
        &wrapper,
        &[&buffer, &encoding, &errors, newline, objects::bool_(terminal), objects::bool_(unbuffered)],
        Some(&kwnames),
    )?;
    let shown = Str::new(th, ["<stdin>", "<stdout>", "<stderr>"][descriptor as usize]);
    let raw = ops::getattr_str(th, &buffer, "raw").unwrap_or_else(|_| buffer.clone());
    th.take_exception();
    let key = objects::intern(th, "name");
    if ops::setattr(th, &raw, key, &shown).is_err() {
        th.take_exception();
    }
    let key = objects::intern(th, "mode");
    let mode = Str::new(th, mode);
    ops::setattr(th, &stream, key, &mode)?;
    Ok(stream)
}
