//! `marshal`: values as bytes, in CPython's format of versions 0 to 5, but for code objects, which are in our own format.
//!
//! Invariant: bytes that nobody wrote raise; nothing is allocated for a size before the input is seen to hold it.

mod reader;
mod writer;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, Int, names, ops, raise};

use reader::{Reader, Source};

/// The newest version.
const VERSION: i32 = 5;
/// Values may be nested so deep.
const DEPTH: usize = 2000;
/// With it, a value is numbered, so that references may name it.
const FLAG: u8 = 0x80;

mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const STRING: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
}

/// The value at the front of the bytes, and how many of them it took (`PyMarshal_ReadObjectFromFile`).
pub fn read_front(th: &mut Thread, bytes: &[u8]) -> Result<(Ref<Object>, usize), Raised> {
    let mut reader = Reader::new(Source::Bytes(bytes), true);
    let value = reader.read(th)?;
    Ok((value, bytes.len() - reader.left()))
}

/// A value as bytes of a version of the format.
pub fn write_value(th: &mut Thread, value: &Object, version: i32) -> Result<Vec<u8>, Raised> {
    let number = Int::from_i64(th, version.into());
    interp::audit::event(th, "marshal.dumps", &[value, &number])?;
    writer::write(th, value, version, true)
}

#[pymodule(name = "marshal")]
pub mod marshal {
    //! This module contains functions that can read and write Python values in
    //! a binary format. The format is specific to Python, but independent of
    //! machine architecture issues.
    use super::*;

    #[attr]
    fn version(th: &mut Thread) -> Ref<Int> {
        Int::from_i64(th, VERSION.into())
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that
    /// has) an unsupported type.
    #[function(sig = "(value, version=version, /, *, allow_code=True)")]
    fn dumps(th: &mut Thread, value: &Object, #[default(VERSION)] version: i32, allow_code: bool) -> Result<Ref<Bytes>, Raised> {
        let number = Int::from_i64(th, version.into());
        interp::audit::event(th, "marshal.dumps", &[value, &number])?;
        let data = writer::write(th, value, version, allow_code)?;
        Bytes::try_new(th, &data).ok_or_else(|| raise::memory_error(th))
    }

    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.
    /// Extra bytes in the input are ignored.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(th: &mut Thread, bytes: &Object, allow_code: bool) -> Result<Ref<Object>, Raised> {
        interp::audit::event(th, "marshal.loads", &[bytes])?;
        if let Some(bytes) = bytes.downcast::<Bytes>() {
            return Reader::new(Source::Bytes(bytes.as_slice()), allow_code).read(th);
        }
        // Others may write into the buffer meanwhile.
        let copy = Buffer::new(th, bytes)?.as_slice().to_vec();
        Reader::new(Source::Bytes(&copy), allow_code).read(th)
    }

    /// Write the value on the open file.
    ///
    ///   value
    ///     Must be a supported type.
    ///   file
    ///     Must be a writeable binary file.
    ///   version
    ///     Indicates the data format that dump should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// If the value has (or contains an object that has) an unsupported type, a
    /// ValueError exception is raised.
    #[function(sig = "(value, file, version=version, /, *, allow_code=True)")]
    fn dump(th: &mut Thread, value: &Object, file: &Object, #[default(VERSION)] version: i32, allow_code: bool) -> Result<Ref<Object>, Raised> {
        let data = dumps(th, value, version, allow_code)?;
        ops::call_method(th, file, names::write.get(), &[&data])
    }

    /// Read one value from the open file and return it.
    ///
    ///   file
    ///     Must be readable binary file.
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is read (e.g. because the data has a different Python
    /// version's incompatible marshal format), raise EOFError, ValueError or
    /// TypeError.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(th: &mut Thread, file: &Object, allow_code: bool) -> Result<Ref<Object>, Raised> {
        // Whether it is a file at all, and a binary one, shows when nothing is read from it.
        let nothing = Int::from_i64(th, 0);
        let data = ops::call_method(th, file, names::read.get(), &[&nothing])?;
        if !data.is_a::<Bytes>() {
            let got = ops::type_name(&data);
            return Err(raise::type_error(th, format_args!("file.read() returned not bytes but {got}")));
        }
        interp::audit::event(th, "marshal.load", &[])?;
        Reader::new(Source::File(file), allow_code).read(th)
    }
}
