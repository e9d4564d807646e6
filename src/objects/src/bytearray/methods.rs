//! The methods of `bytearray` that change it, and those that have words of their own.

use core::ops::ControlFlow;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::ByteArray;
use crate::bytes::like::{self, BytesLike};
use crate::bytes::{convert, same_methods};
use crate::glue::{Buffer, has_buffer};
use crate::str::search::SliceIndex;
use crate::{Bytes, List, Str, Tuple, codecs, exceptions, ops, raise, typing};

same_methods!(ByteArray);

#[pymethods(part = "methods")]
impl ByteArray {
    /// find($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
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
    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
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
    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
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
    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
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
    /// Return True if the bytearray starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytearray.
    ///   end
    ///     Optional stop position. Default: end of the bytearray.
    #[method(sig = none)]
    fn startswith(&self, th: &mut Thread, prefix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        like::has_affix(th, self, prefix, start, end, false)
    }

    /// endswith($self, suffix[, start[, end]], /)
    /// --
    ///
    /// Return True if the bytearray ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytearray.
    ///   end
    ///     Optional stop position. Default: end of the bytearray.
    #[method(sig = none)]
    fn endswith(&self, th: &mut Thread, suffix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        like::has_affix(th, self, suffix, start, end, true)
    }

    /// Decode the bytearray using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding with which to decode the bytearray.
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

    /// Create a bytearray object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example:
    ///     bytearray.fromhex('B9 01EF') -> bytearray(b'\\xb9\\x01\\xef')
    #[classmethod]
    fn fromhex(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let contents = like::from_hex(th, string)?;
        like::in_class::<ByteArray>(th, cls, &contents)
    }

    /// Create a string of hexadecimal numbers from a bytearray object.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = bytearray([0xb9, 0x01, 0xef])
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

    /// Concatenate any number of bytes/bytearray objects.
    ///
    /// The bytearray whose method is called is inserted in between each
    /// pair.
    ///
    /// The result is returned as a new bytearray object.
    #[method]
    fn join(&self, th: &mut Thread, iterable_of_bytes: &Object) -> Result<Ref<Object>, Raised> {
        like::join(th, self, iterable_of_bytes)
    }

    /// Strip leading bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading ASCII whitespace.
    #[method(sig = "($self, bytes=None, /)")]
    fn lstrip(&self, th: &mut Thread, bytes: Option<&Object>) -> Result<Ref<Object>, Raised> {
        like::strip(th, self, bytes, true, false)
    }

    /// Partition the bytearray into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytearray.  If the
    /// separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it as new
    /// bytearray objects.
    ///
    /// If the separator is not found, returns a 3-tuple containing the copy
    /// of the original bytearray object and two empty bytearray objects.
    #[method]
    fn partition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        like::partition(th, self, sep, false)
    }

    /// Partition the bytearray into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytearray, starting at
    /// the end.  If the separator is found, returns a 3-tuple containing
    /// the part before the separator, the separator itself, and the part
    /// after it as new bytearray objects.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty bytearray objects and the copy of the original bytearray
    /// object.
    #[method]
    fn rpartition(&self, th: &mut Thread, sep: &Object) -> Result<Ref<Tuple>, Raised> {
        like::partition(th, self, sep, true)
    }

    /// Return a bytearray with the given prefix string removed if present.
    ///
    /// If the bytearray starts with the prefix string, return
    /// bytearray[len(prefix):].  Otherwise, return a copy of the original
    /// bytearray.
    #[method]
    fn removeprefix(&self, th: &mut Thread, prefix: Buffer) -> Result<Ref<Object>, Raised> {
        like::without_affix(th, self, &prefix, false)
    }

    /// Return a bytearray with the given suffix string removed if present.
    ///
    /// If the bytearray ends with the suffix string and that suffix is not
    /// empty, return bytearray[:-len(suffix)].  Otherwise, return a copy of
    /// the original bytearray.
    #[method]
    fn removesuffix(&self, th: &mut Thread, suffix: Buffer) -> Result<Ref<Object>, Raised> {
        like::without_affix(th, self, &suffix, true)
    }

    /// Return a list of the sections in the bytearray, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytearray.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn split(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        like::split(th, self, sep, maxsplit, false)
    }

    /// Return a list of the sections in the bytearray, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytearray.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting is done starting at the end of the bytearray and working
    /// to the front.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(&self, th: &mut Thread, sep: Option<&Object>, maxsplit: isize) -> Result<Ref<List>, Raised> {
        like::split(th, self, sep, maxsplit, true)
    }

    /// Return a list of the lines in the bytearray, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "($self, /, keepends=False)")]
    fn splitlines(&self, th: &mut Thread, keepends: bool) -> Result<Ref<List>, Raised> {
        like::splitlines(th, self, keepends)
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[method]
    fn append(&self, th: &mut Thread, item: &Object) -> Result<(), Raised> {
        let byte = like::byte_of(th, item)?;
        self.extend_from_slice(th, &[byte])
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[method]
    fn extend(&self, th: &mut Thread, iterable_of_ints: &Object) -> Result<(), Raised> {
        if let Some(other) = iterable_of_ints.downcast_exact::<ByteArray>() {
            return self.extend_from(th, other);
        }
        let end = self.len();
        let buffer = has_buffer(iterable_of_ints);
        let added = added(th, iterable_of_ints)?;
        // A buffer goes where the end was before its exporter's own code ran; where other threads add bytes, to where the end is.
        let at = if buffer && th.is_mine(self) { end } else { usize::MAX };
        self.replace_range(th, at, at, &added)
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[method]
    fn insert(&self, th: &mut Thread, index: isize, item: &Object) -> Result<(), Raised> {
        let byte = like::byte_of(th, item)?;
        self.replace_where(th, &[byte], |bytes| {
            let len = bytes.len();
            let at = if index < 0 { (index + len.cast_signed()).max(0) } else { index }.cast_unsigned().min(len);
            Some((at..at, ()))
        })
        .map(|_| ())
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(sig = "($self, index=-1, /)")]
    fn pop(&self, th: &mut Thread, index: isize) -> Result<u8, Raised> {
        let mut empty = false;
        let found = self.replace_where(th, &[], |bytes| {
            empty = bytes.is_empty();
            let at = if index < 0 { index + bytes.len().cast_signed() } else { index };
            let at = usize::try_from(at).ok()?;
            bytes.get(at).map(|byte| (at..at + 1, *byte))
        })?;
        match found {
            Some(byte) => Ok(byte),
            None if empty => Err(raise::index_error(th, format_args!("pop from empty bytearray"))),
            None => Err(raise::index_error(th, format_args!("pop index out of range"))),
        }
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[method]
    fn remove(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        let byte = like::byte_of(th, value)?;
        match self.replace_where(th, &[], |bytes| bytes.iter().position(|&at| at == byte).map(|at| (at..at + 1, ())))? {
            Some(()) => Ok(()),
            None => Err(raise::value_error(th, format_args!("value not found in bytearray"))),
        }
    }

    /// Reverse the order of the values in B in place.
    #[method]
    fn reverse(&self, th: &mut Thread) {
        let locked = th.lock(self.as_object());
        self.slice_mut(&locked).reverse();
    }

    /// Remove all items from the bytearray.
    #[method]
    fn clear(&self, th: &mut Thread) -> Result<(), Raised> {
        self.replace_range(th, 0, usize::MAX, &[])
    }

    /// Return a copy of B.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<ByteArray>, Raised> {
        let contents = self.to_vec(th);
        ByteArray::new(th, &contents)
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[method]
    pub fn resize(&self, th: &mut Thread, size: isize) -> Result<(), Raised> {
        let Ok(size) = usize::try_from(size) else {
            return Err(raise::value_error(th, format_args!("Can only resize to positive sizes, got {size}")));
        };
        let locked = th.lock(self.as_object());
        let before = self.len();
        if size == before {
            return Ok(());
        }
        if self.is_exported() {
            drop(locked);
            return Err(super::storage::exported(th));
        }
        let done = self.set_size(&locked, size);
        if done.is_ok() && size > before {
            self.slice_mut(&locked)[before..].fill(0);
        }
        drop(locked);
        done.map_err(|e| e.raise(th))
    }

    /// B.__alloc__() -> int
    ///
    /// Return the number of bytes actually allocated.
    #[method]
    fn __alloc__(&self) -> usize {
        self.capacity()
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        self.reduced(th, 2)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, proto=0, /)")]
    fn __reduce_ex__(&self, th: &mut Thread, proto: i32) -> Result<Ref<Tuple>, Raised> {
        self.reduced(th, proto)
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().tp_basicsize().cast_unsigned() + self.capacity()
    }
}

impl ByteArray {
    fn reduced(&self, th: &mut Thread, proto: i32) -> Result<Ref<Tuple>, Raised> {
        let state = typing::object_getstate(th, self.as_object(), false)?;
        let contents = self.to_vec(th);
        let args = if contents.is_empty() {
            Tuple::empty()
        } else if proto < 3 {
            let (text, encoding) = (Str::from_latin1(th, &contents), Str::new(th, "latin-1"));
            Tuple::from_array(th, [text.up(), encoding.up()])
        } else {
            let bytes = Bytes::new(th, &contents);
            Tuple::from_array(th, [bytes.up()])
        };
        let class = th.retain(self.as_object().ty().as_object());
        Ok(Tuple::from_array(th, [class, args.up(), state]))
    }
}

/// What `extend` adds.
fn added(th: &mut Thread, iterable: &Object) -> Result<Vec<u8>, Raised> {
    if has_buffer(iterable) {
        return convert::copy_buffer(th, iterable);
    }
    let iterator = match ops::iter_all(th, iterable) {
        Ok(iterator) => iterator,
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            th.take_exception();
            let got = ops::type_name(iterable);
            return Err(raise::type_error(th, format_args!("can't extend bytearray with {got}")));
        }
        Err(raised) => return Err(raised),
    };
    let mut out = Vec::with_capacity(ops::length_hint(th, iterable, 32)?.min(1 << 20));
    ops::for_each(th, &iterator, |th, item| {
        match like::byte_of(th, &item) {
            Ok(byte) => out.push(byte),
            Err(_) if Str::of(iterable).is_some() && raise::matches(th, exceptions::type_error_type()) => {
                th.take_exception();
                let got = ops::type_name(iterable);
                return Err(raise::type_error(th, format_args!("expected iterable of integers; got: '{got}'")));
            }
            Err(raised) => return Err(raised),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

