//! The slots of `bytes`, and `bytes(…)`.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::iter::BytesIterator;
use super::{Bytes, convert, like, percent, warning};
use crate::glue::*;
use crate::slice::Slice;
use crate::{Int, Str, codecs, exceptions, not_implemented_ref, ops, raise};

impl Bytes {
    /// This object, or an exact one with the same contents.
    pub fn exact(&self, th: &Thread) -> Ref<Bytes> {
        if self.as_object().is_exactly::<Bytes>() { th.retain(self) } else { Bytes::new(th, self.as_slice()) }
    }
}

/// What `bytes(source, encoding, errors)` and `bytearray(…)` are asked for.
pub(crate) enum Source<'a> {
    /// Nothing.
    Empty,
    /// So many zeros.
    Zeros(usize),
    /// Encoded text.
    Text(Ref<Bytes>),
    /// Whatever the object holds.
    Content(&'a Object),
}

/// Sorts the constructor's arguments out. `__bytes__` is asked first where the type does so.
pub(crate) fn source<'a>(
    th: &mut Thread,
    source: Option<&'a Object>,
    encoding: Option<&str>,
    errors: Option<&str>,
    ask: bool,
) -> Result<Source<'a>, Raised> {
    let without_text = |th: &mut Thread| match encoding {
        Some(_) => raise::type_error(th, format_args!("encoding without a string argument")),
        None => raise::type_error(th, format_args!("errors without a string argument")),
    };
    let given = encoding.is_some() || errors.is_some();
    let Some(source) = source else { return if given { Err(without_text(th)) } else { Ok(Source::Empty) } };
    if let Some(text) = Str::of(source)
        && (encoding.is_some() || errors.is_some() || !ask)
    {
        return encoded(th, text, encoding, errors);
    }
    if given {
        return Err(without_text(th));
    }
    if ask && !source.is_exactly::<Bytes>() {
        if let Some(bytes) = convert::by_method(th, source)? {
            return Ok(Source::Text(bytes));
        }
        if let Some(text) = Str::of(source) {
            return encoded(th, text, None, None);
        }
    }
    if ops::has_index(source) {
        match ops::index_isize(th, source) {
            Ok(count) => match usize::try_from(count) {
                Ok(count) => return Ok(Source::Zeros(count)),
                Err(_) => return Err(raise::value_error(th, format_args!("negative count"))),
            },
            Err(_) if raise::matches(th, exceptions::type_error_type()) => {
                th.take_exception();
            }
            Err(raised) => return Err(raised),
        }
    }
    Ok(Source::Content(source))
}

fn encoded<'a>(th: &mut Thread, text: &Str, encoding: Option<&str>, errors: Option<&str>) -> Result<Source<'a>, Raised> {
    let Some(encoding) = encoding else {
        return Err(raise::type_error(th, format_args!("string argument without an encoding")));
    };
    match codecs::encode(th, text, Some(encoding), errors)?.downcast::<Bytes>() {
        Ok(bytes) => Ok(Source::Text(bytes)),
        Err(_) => Err(raise::system_error(th, format_args!("an encoder's result is no bytes"))),
    }
}

#[pymethods(part = "slots")]
impl Bytes {
    #[slot(tp_new, tp_vectorcall, sig = "(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn tp_new(th: &mut Thread, cls: &Type, source: Option<&Object>, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
        let made = match self::source(th, source, encoding, errors, true)? {
            Source::Empty => Bytes::from_slice(th, &[]),
            Source::Zeros(count) => Bytes::try_build(th, count, |_| {}),
            Source::Text(bytes) => Some(bytes),
            Source::Content(object) => Some(convert::from_content(th, object)?),
        };
        let made = match made {
            Some(made) if core::ptr::eq(cls, Bytes::type_object()) => Some(made),
            Some(made) => Bytes::new_in(th, cls, made.as_slice()),
            None => None,
        };
        made.ok_or_else(|| raise::memory_error(th))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        Str::from_latin1(th, &algos::text::bytes::repr(self.as_slice()))
    }

    #[slot(tp_str)]
    fn text(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        warning::conversion(th, "bytes")?;
        Ok(Str::from_latin1(th, &algos::text::bytes::repr(self.as_slice())))
    }

    #[slot(tp_hash)]
    fn tp_hash(&self) -> isize {
        self.hash()
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        match other.downcast::<Bytes>() {
            Some(other) => Ok(crate::bool_ref(op.holds(self.as_slice().cmp(other.as_slice())))),
            None => {
                warning::comparison(th, "bytes", other, op)?;
                Ok(not_implemented_ref())
            }
        }
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<BytesIterator> {
        BytesIterator::over(th, self)
    }

    #[slot(sq_length, mp_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Bytes>, Raised> {
        let Ok(buffer) = Buffer::new(th, other) else {
            th.take_exception();
            let (got, own) = (ops::type_name(other), ops::type_name(self.as_object()));
            return Err(raise::type_error(th, format_args!("can't concat {got} to {own}")));
        };
        if self.is_empty()
            && let Some(other) = other.downcast_exact::<Bytes>()
        {
            return Ok(th.retain(other));
        }
        if buffer.is_empty() && self.as_object().is_exactly::<Bytes>() {
            return Ok(th.retain(self));
        }
        let own = self.as_slice();
        let made = Bytes::try_build(th, own.len().saturating_add(buffer.len()), |out| {
            let (left, right) = out.split_at_mut(own.len());
            left.copy_from_slice(own);
            right.copy_from_slice(&buffer);
        });
        drop(buffer);
        made.ok_or_else(|| raise::memory_error(th))
    }

    #[slot(sq_repeat)]
    fn repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Bytes>, Raised> {
        if count == 1 && self.as_object().is_exactly::<Bytes>() {
            return Ok(th.retain(self));
        }
        if self.len().checked_mul(usize::try_from(count).unwrap_or(0)).is_none_or(|len| len > isize::MAX as usize) {
            return Err(raise::overflow_error(th, format_args!("repeated bytes are too long")));
        }
        match like::repeated(self.as_slice(), count).and_then(|made| Bytes::from_slice(th, &made)) {
            Some(made) => Ok(made),
            None => Err(raise::memory_error(th)),
        }
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Int>, Raised> {
        match usize::try_from(index).ok().and_then(|at| self.as_slice().get(at)) {
            Some(&byte) => Ok(Int::from_i64(th, i64::from(byte))),
            None => Err(raise::index_error(th, format_args!("index out of range"))),
        }
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, item: &Object) -> Result<bool, Raised> {
        like::contains(th, self, item)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let positions = slice.unpack(th)?.adjust(self.len());
            if positions.count == self.len() && positions.step == 1 && self.as_object().is_exactly::<Bytes>() {
                return Ok(th.retain(self).up());
            }
            let own = self.as_slice();
            let made = match positions.step {
                1 => Bytes::from_slice(th, &own[positions.first()..positions.first() + positions.count]),
                _ => {
                    let picked: Vec<u8> = positions.iter().map(|at| own[at]).collect();
                    Bytes::from_slice(th, &picked)
                }
            };
            return made.map(Ref::up).ok_or_else(|| raise::memory_error(th));
        }
        if ops::has_index(key) {
            let index = ops::number::index_subscript(th, key)?;
            let at = if index < 0 { index + self.len().cast_signed() } else { index };
            return self.item(th, at).map(Ref::up);
        }
        let got = ops::type_name(key);
        Err(raise::type_error(th, format_args!("byte indices must be integers or slices, not {got}")))
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match a.downcast::<Bytes>() {
            Some(format) => {
                let made = percent::format(th, format.as_slice(), b)?;
                Bytes::from_slice(th, &made).map(Ref::up).ok_or_else(|| raise::memory_error(th))
            }
            None => Ok(not_implemented_ref()),
        }
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: core::ffi::c_int) -> Result<(), Raised> {
        fill_view(th, view, self, self.as_slice().as_ptr().cast_mut(), self.len(), true, flags)
    }
}
