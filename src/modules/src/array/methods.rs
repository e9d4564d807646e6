//! The methods of `array`.

use std::borrow::Cow;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;
use objects::glue::*;
use objects::slice::Bound;
use objects::{Bytes, Float, Int, List, Str, Tuple, names, none_ref, ops, raise};

use super::Array;
use super::kind::{Class, Value};
use super::slots::{append_all, raws, text_bytes};

/// How many bytes are written to a file at a time.
const BLOCK: usize = 64 * 1024;

/// Appends the bytes of a bytes-like object.
pub(super) fn append_bytes(th: &mut Thread, array: &Array, source: &Object) -> Result<(), Raised> {
    let buffer = Buffer::new(th, source)?;
    if buffer.view().itemsize != 1 {
        return Err(raise::type_error(th, format_args!("a bytes-like object is required")));
    }
    if buffer.len() % array.kind().size() != 0 {
        return Err(raise::value_error(th, format_args!("bytes length not a multiple of item size")));
    }
    array.splice(th, usize::MAX..usize::MAX, &buffer)
}

/// Appends the items of another array, or of any iterable.
pub(super) fn extend_by(th: &mut Thread, array: &Array, items: &Object) -> Result<(), Raised> {
    let Some(other) = items.downcast::<Array>() else { return append_all(th, array, items) };
    if !array.kind().is(other.kind()) {
        return Err(raise::type_error(th, format_args!("can only extend with array of same kind")));
    }
    array.extend_from(th, other)
}

/// The value that an object without code of its own stands for, in an array of this class.
fn plain(class: Class, value: &Object) -> Option<Value> {
    match class {
        Class::Signed | Class::Unsigned => value.downcast_exact::<Int>()?.to_i128().map(Value::Int),
        Class::Float => value.downcast_exact::<Float>().map(|x| Value::Float(x.value())),
        Class::Char => value.downcast_exact::<Str>().filter(|text| text.len() == 1).map(|text| Value::Char(text.char_at(0))),
    }
}

/// The first item from `start` up to `stop` that equals `value`.
pub(super) fn find(th: &mut Thread, array: &Array, value: &Object, start: usize, stop: usize) -> Result<Option<usize>, Raised> {
    let kind = array.kind();
    if let Some(wanted) = plain(kind.class, value) {
        return Ok(array.read(th, |bytes| {
            let mut items = raws(bytes, kind.size()).enumerate().take(stop).skip(start);
            items.find(|(_, raw)| kind.value(*raw) == wanted).map(|(at, _)| at)
        }));
    }
    let mut at = start;
    while at < stop {
        let Some(raw) = array.get(th, at) else { break };
        let item = kind.to_object(th, raw)?;
        if ops::eq(th, &item, value)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

fn check_text(th: &mut Thread, array: &Array, function: &str) -> Result<(), Raised> {
    if array.kind().is_text() {
        return Ok(());
    }
    Err(raise::value_error(th, format_args!("{function}() may only be called on unicode type arrays ('u' or 'w')")))
}

#[pymethods(part = "methods")]
impl Array {
    /// the typecode character used to create the array
    #[getter]
    fn typecode(&self) -> char {
        char::from(self.kind().code())
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(&self) -> usize {
        self.kind().size()
    }

    /// Append new value v to the end of the array.
    #[method(sig = "($self, v, /)")]
    fn append(&self, th: &mut Thread, v: &Object) -> Result<(), Raised> {
        let raw = self.kind().from_object(th, v)?;
        self.push(th, raw)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    #[method]
    fn buffer_info(&self, th: &mut Thread) -> Ref<Tuple> {
        let (address, len) = (Int::from_usize(th, self.address()), Int::from_usize(th, self.len()));
        Tuple::from_array(th, [address.up(), len.up()])
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    #[method]
    fn byteswap(&self, th: &mut Thread) {
        let size = self.kind().size();
        self.change(th, |bytes| bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse));
    }

    /// Remove all items from the array.
    #[method]
    fn clear(&self, th: &mut Thread) -> Result<(), Raised> {
        self.splice(th, 0..usize::MAX, &[])
    }

    /// Return number of occurrences of v in the array.
    #[method(sig = "($self, v, /)")]
    fn count(&self, th: &mut Thread, v: &Object) -> Result<usize, Raised> {
        let kind = self.kind();
        if let Some(wanted) = plain(kind.class, v) {
            return Ok(self.read(th, |bytes| raws(bytes, kind.size()).filter(|raw| kind.value(*raw) == wanted).count()));
        }
        let (mut at, mut count) = (0, 0);
        while let Some(found) = find(th, self, v, at, usize::MAX)? {
            at = found + 1;
            count += 1;
        }
        Ok(count)
    }

    /// Append items to the end of the array.
    #[method(sig = "($self, bb, /)")]
    fn extend(&self, th: &mut Thread, bb: &Object) -> Result<(), Raised> {
        extend_by(th, self, bb)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method(sig = "($self, buffer, /)")]
    fn frombytes(&self, th: &mut Thread, buffer: &Object) -> Result<(), Raised> {
        append_bytes(th, self, buffer)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method(sig = "($self, f, n, /)")]
    fn fromfile(&self, th: &mut Thread, f: &Object, n: isize) -> Result<(), Raised> {
        let Ok(n) = usize::try_from(n) else {
            return Err(raise::value_error(th, format_args!("negative count")));
        };
        let Some(wanted) = n.checked_mul(self.kind().size()).filter(|&bytes| isize::try_from(bytes).is_ok()) else {
            return Err(raise::memory_error(th));
        };
        let (read, count) = (objects::intern(th, "read"), Int::from_usize(th, wanted));
        let got = ops::call_method(th, f, read, &[&count])?;
        let Some(bytes) = got.downcast_ref::<Bytes>() else {
            return Err(raise::type_error(th, format_args!("read() didn't return bytes")));
        };
        append_bytes(th, self, &got)?;
        if bytes.len() != wanted {
            return Err(raise::eof_error(th, format_args!("read() didn't return enough bytes")));
        }
        Ok(())
    }

    /// Append items to array from list.
    #[method(sig = "($self, list, /)")]
    fn fromlist(&self, th: &mut Thread, list: &Object) -> Result<(), Raised> {
        let Some(list) = list.downcast::<List>() else {
            return Err(raise::type_error(th, format_args!("arg must be list")));
        };
        let count = list.len();
        let mut made = Vec::new();
        for index in 0..count {
            let Some(item) = list.get(th, index) else { break };
            let raw = self.kind().from_object(th, &item)?;
            made.extend_from_slice(&raw[..self.kind().size()]);
            if list.len() != count {
                return Err(raise::runtime_error(th, format_args!("list changed size during iteration")));
            }
        }
        self.splice(th, usize::MAX..usize::MAX, &made)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[method(sig = "($self, ustr, /)")]
    fn fromunicode(&self, th: &mut Thread, ustr: &Str) -> Result<(), Raised> {
        check_text(th, self, "fromunicode")?;
        self.splice(th, usize::MAX..usize::MAX, &text_bytes(ustr))
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        th: &mut Thread,
        v: &Object,
        #[default(Bound(0))] start: Bound,
        #[default(Bound(isize::MAX))] stop: Bound,
    ) -> Result<usize, Raised> {
        let len = self.len();
        match find(th, self, v, start.from_end(len), stop.from_end(len))? {
            Some(at) => Ok(at),
            None => Err(raise::value_error(th, format_args!("array.index(x): x not in array"))),
        }
    }

    /// Insert a new item v into the array before position i.
    #[method(sig = "($self, i, v, /)")]
    fn insert(&self, th: &mut Thread, i: isize, v: &Object) -> Result<(), Raised> {
        let raw = self.kind().from_object(th, v)?;
        let size = self.kind().size();
        let inserted = self.splice_where(th, |bytes| {
            let at = Bound(i).from_end(bytes.len() / size);
            Some((at..at, Cow::Borrowed(&raw[..size]), ()))
        });
        inserted.map(|_| ())
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "($self, i=-1, /)")]
    fn pop(&self, th: &mut Thread, i: isize) -> Result<Ref<Object>, Raised> {
        let (kind, mut empty) = (self.kind(), false);
        let popped = self.splice_where(th, |bytes| {
            let len = bytes.len() / kind.size();
            empty = len == 0;
            let at = if i < 0 { i.saturating_add(len.cast_signed()) } else { i };
            let at = usize::try_from(at).ok().filter(|&at| at < len)?;
            let raw = raws(&bytes[at * kind.size()..], kind.size()).next()?;
            // What is no character cannot be given out, and stays.
            let stays = kind.is_text() && u64::from_le_bytes(raw) >= 0x11_0000;
            Some((at..at + usize::from(!stays), Cow::Borrowed(&[][..]), raw))
        })?;
        match popped {
            Some(raw) => kind.to_object(th, raw),
            None if empty => Err(raise::index_error(th, format_args!("pop from empty array"))),
            None => Err(raise::index_error(th, format_args!("pop index out of range"))),
        }
    }

    /// Remove the first occurrence of v in the array.
    #[method(sig = "($self, v, /)")]
    fn remove(&self, th: &mut Thread, v: &Object) -> Result<(), Raised> {
        let kind = self.kind();
        let removed = match plain(kind.class, v) {
            Some(wanted) => self.splice_where(th, |bytes| {
                let at = raws(bytes, kind.size()).position(|raw| kind.value(raw) == wanted)?;
                Some((at..at + 1, Cow::Borrowed(&[][..]), ()))
            })?,
            // Code of the value's own runs.
            None => match find(th, self, v, 0, usize::MAX)? {
                Some(at) => Some(self.splice(th, at..at + 1, &[])?),
                None => None,
            },
        };
        match removed {
            Some(()) => Ok(()),
            None => Err(raise::value_error(th, format_args!("array.remove(x): x not in array"))),
        }
    }

    /// Reverse the order of the items in the array.
    #[method]
    fn reverse(&self, th: &mut Thread) {
        let size = self.kind().size();
        self.change(th, |bytes| {
            // Backwards as a whole, then each item forwards again.
            bytes.reverse();
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        });
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method]
    fn tobytes(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = self.to_vec(th);
        Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))
    }

    /// Write all items (as machine values) to the file object f.
    #[method(sig = "($self, f, /)")]
    fn tofile(&self, th: &mut Thread, f: &Object) -> Result<(), Raised> {
        let bytes = self.to_vec(th);
        let write = objects::intern(th, "write");
        for block in bytes.chunks(BLOCK) {
            let block = Bytes::new(th, block);
            let result = ops::call_method(th, f, write, &[&block])?;
            th.release(result);
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    #[method]
    fn tolist(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        let items = self.objects(th)?;
        Ok(List::new(th, items))
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    #[method]
    fn tounicode(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        check_text(th, self, "tounicode")?;
        self.text(th)
    }

    /// Return a copy of the array.
    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Array>, Raised> {
        let bytes = self.to_vec(th);
        Array::from_bytes(th, self.kind(), &bytes)
    }

    /// Return a copy of the array.
    #[method(sig = "($self, unused, /)")]
    fn __deepcopy__(&self, th: &mut Thread, _unused: &Object) -> Result<Ref<Array>, Raised> {
        self.__copy__(th)
    }

    /// Size of the array in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().instance_size(0) + self.allocated_bytes()
    }

    /// Return state information for pickling.
    #[method(sig = "($self, value, /)")]
    fn __reduce_ex__(&self, th: &mut Thread, value: &Object) -> Result<Ref<Tuple>, Raised> {
        let Some(protocol) = value.downcast::<Int>() else {
            return Err(raise::type_error(th, format_args!("__reduce_ex__ argument should be an integer")));
        };
        let by_bytes = protocol.view().saturating_i64() >= 3;
        let state = ops::getattr_opt(th, self.as_object(), &names::__dict__)?.unwrap_or_else(none_ref);
        let cls = th.retain(self.as_object().ty()).up();
        let code = Str::from_char(th, self.kind().code().into()).up();
        if by_bytes {
            let module = interp::import::import_module(th, "array")?;
            let rebuild = ops::getattr_str(th, &module, "_array_reconstructor")?;
            let machine = Int::from_i64(th, self.kind().machine.into()).up();
            let bytes = self.tobytes(th)?.up();
            let args = Tuple::from_array(th, [cls, code, machine, bytes]).up();
            return Ok(Tuple::from_array(th, [rebuild, args, state]));
        }
        let items = self.tolist(th)?.up();
        let args = Tuple::from_array(th, [code, items]).up();
        Ok(Tuple::from_array(th, [cls, args, state]))
    }

    /// Arrays are generic over the type of their elements
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}
