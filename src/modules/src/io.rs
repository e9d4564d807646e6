//! `_io`: streams. The abstract classes are in [`base`], files in [`fileio`], buffers in [`buffered`], streams in memory in [`bytesio`] and
//! [`stringio`], text over bytes in [`text`], line ends in [`newline`], `open` in [`open`].
//!
//! Every stream is safe under threads: what it holds is in slots, atomics and mutexes (never held while Python code can run); streams with
//! a buffer also have a lock of their own, so that their operations happen one after the other.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod classes;
pub mod fileio;
pub mod names;
pub mod newline;
pub mod open;
pub mod stringio;
pub mod sys;
pub mod text;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{exceptions, ops, raise};

use base::{BufferedIoBase, IoBase, RawIoBase, TextIoBase};
use bytesio::{BytesIo, BytesIoBuffer};
use classes::{BufferedRandom, BufferedReader, BufferedRwPair, BufferedWriter};
use fileio::FileIo;
use newline::IncrementalNewlineDecoder;
use stringio::StringIo;
use text::TextIoWrapper;

/// How large buffers are unless somebody says otherwise.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// Raises what pickling a stream raises.
pub fn no_pickle(th: &mut Thread, stream: &Object) -> Raised {
    let name = ops::type_name(stream);
    raise::type_error(th, format_args!("cannot pickle '{name}' instances"))
}

/// In a forked child: the standard streams can be used, whatever threads that are gone were doing with them.
pub fn after_fork_in_child(th: &mut Thread) {
    for name in ["stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"] {
        let Some(stream) = interp::sys::attribute(th, name) else { continue };
        let Some(text) = stream.downcast_exact_ref::<TextIoWrapper>() else { continue };
        buffered::reset_in_child(&text.lock);
        let Ok(below) = text.below(th) else {
            th.take_exception();
            continue;
        };
        if let Some(writer) = below.downcast_exact_ref::<BufferedWriter>() {
            buffered::reset_stream_in_child(writer);
        } else if let Some(reader) = below.downcast_exact_ref::<BufferedReader>() {
            buffered::reset_stream_in_child(reader);
        }
    }
}

#[pymodule(name = "_io", types(
    IoBase, RawIoBase, BufferedIoBase, TextIoBase, FileIo, BufferedReader, BufferedWriter, BufferedRandom, BufferedRwPair,
    IncrementalNewlineDecoder, TextIoWrapper, BytesIo, BytesIoBuffer, StringIo
))]
pub mod io {
    //! The io module provides the Python interfaces to stream handling.
    use super::*;

    #[constant]
    const DEFAULT_BUFFER_SIZE: i64 = super::DEFAULT_BUFFER_SIZE as i64;

    #[attr]
    fn UnsupportedOperation(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        base::unsupported_class(th)
    }

    #[attr]
    fn BlockingIOError(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(exceptions::blocking_io_error_type().as_object().to_ref())
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is either a text or byte string giving the name (and the path
    /// if the file isn't in the current working directory) of the file to
    /// be opened or an integer file descriptor of the file to be
    /// wrapped. (If a file descriptor is given, it is closed when the
    /// returned I/O object is closed, unless closefd is set to False.)
    #[function(sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    #[allow(clippy::too_many_arguments, reason = "the function has so many")]
    fn open(
        th: &mut Thread,
        file: &Object,
        mode: &str,
        buffering: i32,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        let request = open::Request { file, mode, buffering: buffering.into(), encoding, errors, newline, closefd, opener };
        open::open(th, &request)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[function(sig = "(path)")]
    fn open_code(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
        open::open_code(th, path)
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    ///
    /// This function emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true.
    ///
    /// This can be used in APIs with an encoding=None parameter.
    /// However, please consider using encoding="utf-8" for new APIs.
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(th: &mut Thread, encoding: &Object, stacklevel: i64) -> Result<Ref<Object>, Raised> {
        open::text_encoding(th, encoding, stacklevel)
    }
}
