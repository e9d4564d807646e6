//! `stderrprinter`: a file that writes to a descriptor of the process and needs nothing else, for C that reports before there are streams
//! (`PyFile_NewStdPrinter`).
#![allow(unsafe_code, reason = "functions of the operating system")]

use heap::Head;
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::{Bytes, Str, codecs, none_ref, raise};

#[pytype(name = "stderrprinter", export = "PyStdPrinter_Type", doc = none, gc = none, lock = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct StdPrinter {
    head: Head,
    fd: i32,
    _pad: u32,
}

impl StdPrinter {
    /// A printer to this descriptor.
    pub fn new(th: &Thread, fd: i32) -> Ref<StdPrinter> {
        th.new_object(StdPrinter { head: Head::INIT, fd, _pad: 0 })
    }
}

#[pymethods]
impl StdPrinter {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<stdprinter(fd={}) object at {self:p}>", self.fd)
    }

    #[method(doc = none)]
    fn close(&self) {}

    #[method(doc = none)]
    fn flush(&self) {}

    #[method(doc = none)]
    fn fileno(&self) -> i64 {
        i64::from(self.fd)
    }

    #[method(doc = none)]
    fn isatty(&self) -> bool {
        // SAFETY: no preconditions.
        self.fd >= 0 && unsafe { libc::isatty(self.fd) } == 1
    }

    /// Writes a text with what is no Unicode escaped; how many bytes.
    #[method(doc = none)]
    fn write(&self, th: &mut Thread, text: &Str) -> Result<Option<i64>, Raised> {
        if self.fd < 0 {
            return Ok(None);
        }
        let encoded = codecs::encode(th, text, Some("utf-8"), Some("backslashreplace"))?;
        let Some(bytes) = encoded.downcast_ref::<Bytes>() else { return Ok(None) };
        let bytes = bytes.as_slice().to_vec();
        th.release(encoded);
        let fd = self.fd;
        // SAFETY: the bytes live for the call.
        let (written, errno) = th.detached(|| unsafe { (libc::write(fd, bytes.as_ptr().cast(), bytes.len()), *libc::__errno_location()) });
        match (written, errno) {
            (0.., _) => Ok(Some(written as i64)),
            (_, libc::EAGAIN) => Ok(None),
            _ => Err(raise::os_error(th, errno, None, None)),
        }
    }

    /// Whether the file is closed
    #[getter]
    fn closed(&self) -> bool {
        false
    }

    /// Encoding of the file
    #[getter]
    fn encoding(&self) -> Ref<Object> {
        none_ref()
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self, th: &mut Thread) -> Ref<Str> {
        Str::new(th, "w")
    }
}
