//! The slots of `bytearray`.

use heap::{Heaped, Locked, Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::ByteArray;
use crate::bytes::iter::ByteArrayIterator;
use crate::bytes::like::{self, BytesLike};
use crate::bytes::slots::{Source, source};
use crate::bytes::{convert, percent, warning};
use crate::glue::*;
use crate::slice::Slice;
use crate::{Int, Refusal, Str, not_implemented_ref, ops, raise};

#[cold]
fn out_of_range(th: &mut Thread) -> Raised {
    raise::index_error(th, format_args!("bytearray index out of range"))
}

/// A position that may count from the end.
fn place(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len.cast_signed() } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

impl ByteArray {
    /// Replaces the bytes of a range that is cut to the length; `BufferError` if the length changes while there are views.
    pub(super) fn replace_range(&self, th: &mut Thread, start: usize, end: usize, with: &[u8]) -> Result<(), Raised> {
        self.replace_where(th, with, |bytes| {
            let start = start.min(bytes.len());
            Some((start..end.min(bytes.len()).max(start), ()))
        })
        .map(|_| ())
    }

    /// Replaces the range that `choose` finds, in one step for other threads. `None` if it finds none.
    pub(super) fn replace_where<T>(
        &self,
        th: &mut Thread,
        with: &[u8],
        choose: impl FnOnce(&[u8]) -> Option<(core::ops::Range<usize>, T)>,
    ) -> Result<Option<T>, Raised> {
        let locked = th.lock(self.as_object());
        let done = self.replace_locked(&locked, with, choose);
        drop(locked);
        done.map_err(|refusal| refusal.raise(th, super::storage::exported))
    }

    /// Adds the bytes that another one has (or this one) at the end, in one step for other threads.
    pub(super) fn extend_from(&self, th: &mut Thread, other: &ByteArray) -> Result<(), Raised> {
        let locked = th.lock2(self.as_object(), other.as_object());
        let with = other.slice(&locked).to_vec();
        let done = self.replace_locked(&locked, &with, |bytes| Some((bytes.len()..bytes.len(), ())));
        drop(locked);
        done.map(|_| ()).map_err(|refusal| refusal.raise(th, super::storage::exported))
    }

    fn replace_locked<T>(
        &self,
        locked: &Locked<'_>,
        with: &[u8],
        choose: impl FnOnce(&[u8]) -> Option<(core::ops::Range<usize>, T)>,
    ) -> Result<Option<T>, Refusal> {
        let Some((range, found)) = choose(self.slice(locked)) else { return Ok(None) };
        if with.len() == range.len() {
            self.slice_mut(locked)[range].copy_from_slice(with);
            return Ok(Some(found));
        }
        if self.is_exported() {
            return Err(Refusal::Exported);
        }
        self.splice(locked, range, with).map_err(Refusal::NoMemory)?;
        Ok(Some(found))
    }

    /// Adds bytes at the end.
    pub fn extend_from_slice(&self, th: &mut Thread, bytes: &[u8]) -> Result<(), Raised> {
        self.replace_range(th, usize::MAX, usize::MAX, bytes)
    }

    fn set_at(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let byte = value.map(|value| like::byte_of(th, value)).transpose()?;
        let with: &[u8] = byte.as_slice();
        match self.replace_where(th, with, |bytes| place(index, bytes.len()).map(|at| (at..at + 1, ())))? {
            Some(()) => Ok(()),
            None => Err(out_of_range(th)),
        }
    }

    fn set_slice(&self, th: &mut Thread, slice: &Slice, values: Option<&Object>) -> Result<(), Raised> {
        let contents = match values {
            None => Vec::new(),
            Some(values) => assigned(th, values)?,
        };
        let bounds = slice.unpack(th)?;
        if bounds.step == 1 {
            let chosen = self.replace_where(th, &contents, |bytes| {
                let positions = bounds.adjust(bytes.len());
                let start = positions.start.max(0).cast_unsigned().min(bytes.len());
                Some((start..start + positions.count, ()))
            });
            return chosen.map(|_| ());
        }
        let locked = th.lock(self.as_object());
        let positions = bounds.adjust(self.len());
        if contents.is_empty() {
            if positions.count == 0 {
                return Ok(());
            }
            if self.is_exported() {
                drop(locked);
                return Err(super::storage::exported(th));
            }
            let kept = without(self.slice(&locked), positions.ascending());
            let done = self.set_size(&locked, kept.len());
            if done.is_ok() {
                self.slice_mut(&locked).copy_from_slice(&kept);
            }
            drop(locked);
            return done.map_err(|e| e.raise(th));
        }
        if contents.len() != positions.count {
            drop(locked);
            let (given, count) = (contents.len(), positions.count);
            return Err(raise::value_error(th, format_args!("attempt to assign bytes of size {given} to extended slice of size {count}")));
        }
        let own = self.slice_mut(&locked);
        for (at, byte) in positions.iter().zip(contents) {
            if let Some(place) = own.get_mut(at) {
                *place = byte;
            }
        }
        Ok(())
    }
}

/// The bytes without `count` of them, every `step`-th from `first` on.
fn without(bytes: &[u8], (first, step, count): (usize, usize, usize)) -> Vec<u8> {
    let stays = |at: usize| at < first || (at - first) % step != 0 || (at - first) / step >= count;
    bytes.iter().enumerate().filter(|(at, _)| stays(*at)).map(|(_, byte)| *byte).collect()
}

/// `repr` of the contents: unlike that of `bytes` it escapes every single quote.
fn quoted(bytes: &[u8]) -> String {
    let text = algos::text::bytes::repr(bytes);
    let text = String::from_utf8_lossy(&text);
    match text.strip_prefix("b\"") {
        Some(inner) => format!("b\"{}", inner.replace('\'', "\\'")),
        None => text.into_owned(),
    }
}

/// The bytes that are assigned to a slice.
fn assigned(th: &mut Thread, values: &Object) -> Result<Vec<u8>, Raised> {
    if has_buffer(values) {
        return convert::copy_buffer(th, values);
    }
    if crate::str::percent::is_number(values) || Str::of(values).is_some() {
        let message = format_args!("can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return Err(raise::type_error(th, message));
    }
    convert::items(th, values, "bytearray")
}

#[pymethods(part = "slots")]
impl ByteArray {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<ByteArray>, Raised> {
        ByteArray::new_in(th, cls, &[])
    }

    #[slot(tp_init, sig = "(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn init(&self, th: &mut Thread, source: Option<&Object>, encoding: Option<&str>, errors: Option<&str>) -> Result<(), Raised> {
        if !self.is_empty() {
            self.replace_range(th, 0, usize::MAX, &[])?;
        }
        match self::source(th, source, encoding, errors, false)? {
            Source::Empty => Ok(()),
            Source::Zeros(count) => {
                let locked = th.lock(self.as_object());
                let done = self.set_size(&locked, count);
                if done.is_ok() {
                    self.slice_mut(&locked).fill(0);
                }
                drop(locked);
                done.map_err(|e| e.raise(th))
            }
            Source::Text(bytes) => self.extend_from_slice(th, bytes.as_slice()),
            Source::Content(object) => {
                let known = object.is_exactly::<crate::List>() || object.is_exactly::<crate::Tuple>();
                if known {
                    let contents = convert::items(th, object, "bytearray")?;
                    return self.extend_from_slice(th, &contents);
                }
                if !has_buffer(object) {
                    // Who yields them may look at what there is so far.
                    return convert::each_item(th, object, "bytearray", |th, byte| self.extend_from_slice(th, &[byte]));
                }
                let contents = convert::copy_buffer(th, object)?;
                self.extend_from_slice(th, &contents)
            }
        }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let quoted = self.read(th, quoted);
        let name = ops::type_name(self.as_object());
        Str::new(th, &format!("{name}({quoted})"))
    }

    #[slot(tp_str)]
    fn text(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        warning::conversion(th, "bytearray")?;
        Ok(self.repr(th))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        if !has_buffer(other) {
            warning::comparison(th, "bytearray", other, op)?;
            return Ok(not_implemented_ref());
        }
        let Ok(buffer) = Buffer::new(th, other) else {
            th.take_exception();
            return Ok(not_implemented_ref());
        };
        let held = self.hold(th);
        let order = held[..].cmp(&buffer[..]);
        drop(held);
        drop(buffer);
        Ok(crate::bool_ref(op.holds(order)))
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<ByteArrayIterator> {
        ByteArrayIterator::over(th, self)
    }

    #[slot(sq_length, mp_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<ByteArray>, Raised> {
        let Ok(buffer) = Buffer::new(th, other) else {
            th.take_exception();
            return Err(cannot_concat(th, other, self));
        };
        let held = self.hold(th);
        let mut made = Vec::with_capacity(held.len() + buffer.len());
        made.extend_from_slice(&held);
        made.extend_from_slice(&buffer);
        drop(held);
        drop(buffer);
        ByteArray::new(th, &made)
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        let Ok(buffer) = Buffer::new(th, other) else {
            th.take_exception();
            return Err(cannot_concat(th, other, self));
        };
        // A view of this very object would keep it from growing.
        let added = buffer.to_vec();
        drop(buffer);
        self.extend_from_slice(th, &added)?;
        Ok(th.retain(self.as_object()))
    }

    #[slot(sq_repeat)]
    fn repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<ByteArray>, Raised> {
        match self.read(th, |bytes| like::repeated(bytes, count)) {
            Some(made) => ByteArray::new(th, &made),
            None => Err(raise::memory_error(th)),
        }
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Object>, Raised> {
        let locked = th.lock(self.as_object());
        let (len, made) = (self.len(), like::repeated(self.slice(&locked), count));
        let Some(made) = made else {
            drop(locked);
            return Err(raise::memory_error(th));
        };
        if made.len() != len {
            if self.is_exported() {
                drop(locked);
                return Err(super::storage::exported(th));
            }
            let done = self.splice(&locked, 0..len, &made);
            drop(locked);
            done.map_err(|e| e.raise(th))?;
        } else {
            drop(locked);
        }
        Ok(th.retain(self.as_object()))
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Int>, Raised> {
        match self.read(th, |bytes| usize::try_from(index).ok().and_then(|at| bytes.get(at).copied())) {
            Some(byte) => Ok(Int::from_i64(th, i64::from(byte))),
            None => Err(out_of_range(th)),
        }
    }

    #[slot(sq_ass_item)]
    fn ass_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        if index < 0 {
            return Err(out_of_range(th));
        }
        self.set_at(th, index, value)
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, item: &Object) -> Result<bool, Raised> {
        like::contains(th, self, item)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let bounds = slice.unpack(th)?;
            let picked = self.read(th, |bytes| {
                let positions = bounds.adjust(bytes.len());
                match positions.step {
                    1 => bytes[positions.first()..positions.first() + positions.count].to_vec(),
                    _ => positions.iter().map(|at| bytes[at]).collect(),
                }
            });
            return Self::make(th, &picked);
        }
        if !ops::has_index(key) {
            return Err(wrong_index(th, key));
        }
        let index = ops::number::index_subscript(th, key)?;
        match self.read(th, |bytes| place(index, bytes.len()).map(|at| bytes[at])) {
            Some(byte) => Ok(Int::from_i64(th, i64::from(byte)).up()),
            None => Err(out_of_range(th)),
        }
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return self.set_slice(th, slice, value);
        }
        if !ops::has_index(key) {
            return Err(wrong_index(th, key));
        }
        let index = ops::number::index_subscript(th, key)?;
        self.set_at(th, index, value)
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match a.downcast::<ByteArray>() {
            Some(format) => {
                // It keeps its size while the arguments' own code runs.
                let exported = Buffer::new(th, a)?;
                let contents = format.to_vec(th);
                let made = percent::format(th, &contents, b);
                drop(exported);
                Self::make(th, &made?)
            }
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: core::ffi::c_int) -> Result<(), Raised> {
        let locked = th.lock(self.as_object());
        self.add_export(1);
        let (start, len) = (self.start(), self.len());
        drop(locked);
        fill_view(th, view, self, start, len, false, flags)
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, _view: &mut Py_buffer) {
        self.add_export(-1);
    }
}

#[cold]
fn wrong_index(th: &mut Thread, key: &Object) -> Raised {
    let got = ops::type_name(key);
    raise::type_error(th, format_args!("bytearray indices must be integers or slices, not {got}"))
}

#[cold]
fn cannot_concat(th: &mut Thread, other: &Object, own: &ByteArray) -> Raised {
    let (got, own) = (ops::type_name(other), ops::type_name(own.as_object()));
    raise::type_error(th, format_args!("can't concat {got} to {own}"))
}
