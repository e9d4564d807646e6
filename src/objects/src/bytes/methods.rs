//! The methods of `bytes` that have words of their own.

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::like::{self, BytesLike};
use super::{Bytes, same_methods};
use crate::glue::Buffer;
use crate::str::search::SliceIndex;
use crate::{List, Str, Tuple, codecs};

same_methods!(Bytes);

#[pymethods(part = "methods")]
impl Bytes {
    /// find($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = none)]
    fn find(&self, th: &mut Thread, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<isize, Raised> {
        Ok(like::find(th, self, sub, start, end)?.map_or(-1, usize::cast_signed))
    }

    /// rfind($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = none)]
    fn rfind(&self, th: &mut Thread, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<isize, Raised> {
        Ok(like::rfind(th, self, sub, start, end)?.map_or(-1, usize::cast_signed))
    }

    /// index($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = none)]
    fn index(&self, th: &mut Thread, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
        like::find(th, self, sub, start, end)?.ok_or_else(|| like::not_found(th))
    }

    /// rindex($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = none)]
    fn rindex(&self, th: &mut Thread, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
        like::rfind(th, self, sub, start, end)?.ok_or_else(|| like::not_found(th))
    }

    /// startswith($self, prefix[, start[, end]], /)
    /// --
    ///
    /// Return True if the bytes starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = none)]
    fn startswith(&self, th: &mut Thread, prefix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        like::has_affix(th, self, prefix, start, end, false)
    }

    /// endswith($self, suffix[, start[, end]], /)
    /// --
    ///
    /// Return True if the bytes ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = none)]
    fn endswith(&self, th: &mut Thread, suffix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        like::has_affix(th, self, suffix, start, end, true)
    }

    /// Decode the bytes using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding with which to decode the bytes.
    ///   errors
    ///     The error handling scheme to use for the handling of decoding
    ///     errors.  The default is 'strict' meaning that decoding errors
    ///     raise a UnicodeDecodeError.  Other possible values are 'ignore'
    ///     and 'replace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeDecodeErrors.
    #[method(sig = "($self, /, encoding='utf-8', errors='strict')")]
    fn decode(&self, th: &mut Thread, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>, Raised> {
        let held = self.hold(th);
        codecs::decode(th, self.as_object(), &held, encoding, errors)
    }

    /// Create a bytes object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
    #[classmethod]
    fn fromhex(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let contents = like::from_hex(th, string)?;
        like::in_class::<Bytes>(th, cls, &contents)
    }

    /// Create a string of hexadecimal numbers from a bytes object.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = b'\xb9\x01\xef'
    /// >>> value.hex()
    /// 'b901ef'
    /// >>> value.hex(':')
    /// 'b9:01:ef'
    /// >>> value.hex(':', 2)
    /// 'b9:01ef'
    /// >>> value.hex(':', -2)
    /// 'b901:ef'
    #[method(sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, th: &mut Thread, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Str>, Raised> {
        let held = self.hold(th);
        like::hex(th, &held, sep, bytes_per_sep)
    }

    /// Concatenate any number of bytes objects.
    ///
    /// The bytes whose method is called is inserted in between each pair.
    ///
    /// The result is returned as a new bytes object.
    ///
    /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
    #[method]
    fn join(&self, th: &mut Thread, iterable_of_bytes: &Object) -> Result<Ref<Object>, Raised> {
        like::join(th, self, iterable_of_bytes)
    }

    /// Strip leading bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading  ASCII whitespace.
    #[method(sig = "($self, bytes=None, /)")]
    fn lstrip(&self, th: &mut Thread, bytes: Option<&Object>) -> Result<Ref<Object>, Raised> {
        like::strip(th, self, bytes, true, false)
    }

    /// Partition the bytes into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytes.  If the
    /// separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing the
    /// original bytes object and two empty bytes objects.
    #[method]
    fn partition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        like::partition(th, self, sep, false)
    }

    /// Partition the bytes into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytes, starting at the
    /// end.  If the separator is found, returns a 3-tuple containing the
    /// part before the separator, the separator itself, and the part after
    /// it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty bytes objects and the original bytes object.
    #[method]
    fn rpartition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        like::partition(th, self, sep, true)
    }

    /// Return a bytes object with the given prefix string removed if present.
    ///
    /// If the bytes starts with the prefix string, return
    /// bytes[len(prefix):].  Otherwise, return a copy of the original
    /// bytes.
    #[method]
    fn removeprefix(&self, th: &mut Thread, prefix: Buffer) -> Result<Ref<Object>, Raised> {
        like::without_affix(th, self, &prefix, false)
    }

    /// Return a bytes object with the given suffix string removed if present.
    ///
    /// If the bytes ends with the suffix string and that suffix is not
    /// empty, return bytes[:-len(prefix)].  Otherwise, return a copy of the
    /// original bytes.
    #[method]
    fn removesuffix(&self, th: &mut Thread, suffix: Buffer) -> Result<Ref<Object>, Raised> {
        like::without_affix(th, self, &suffix, true)
    }

    /// Return a list of the sections in the bytes, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytes.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn split(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        like::split(th, self, sep, maxsplit, false)
    }

    /// Return a list of the sections in the bytes, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytes.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting is done starting at the end of the bytes and working to
    /// the front.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        like::split(th, self, sep, maxsplit, true)
    }

    /// Return a list of the lines in the bytes, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "($self, /, keepends=False)")]
    fn splitlines(&self, th: &mut Thread, keepends: bool) -> Result<Ref<List>, Raised> {
        like::splitlines(th, self, keepends)
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        let copy = Bytes::new(th, self.as_slice());
        Tuple::from_array(th, [copy.up()])
    }

    /// Convert this value to exact type bytes.
    #[method]
    fn __bytes__(&self, th: &mut Thread) -> Ref<Bytes> {
        self.exact(th)
    }
}
