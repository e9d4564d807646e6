//! The slots of `array`.

use core::cmp::Ordering;
use core::ffi::c_int;
use std::borrow::Cow;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymethods;
use objects::glue::*;
use objects::slice::{Bounds, Slice};
use objects::{ByteArray, Bytes, List, Str, Tuple, exceptions, not_implemented_ref, ops, raise, warn};

use super::iter::ArrayIter;
use super::kind::{Kind, Raw};
use super::storage::place;
use super::{Array, methods};

#[cold]
fn out_of_range(th: &mut Thread) -> Raised {
    raise::index_error(th, format_args!("array index out of range"))
}

#[cold]
fn assignment_out_of_range(th: &mut Thread) -> Raised {
    raise::index_error(th, format_args!("array assignment index out of range"))
}

#[cold]
fn bad_index(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("array indices must be integers"))
}

#[cold]
fn bad_kind(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("bad argument type for built-in operation"))
}

/// The items of an initializer, one after the other, are appended.
pub(super) fn append_all(th: &mut Thread, array: &Array, items: &Object) -> Result<(), Raised> {
    // Into an array that other threads have they come in one step, if no code runs for it.
    if !th.is_mine(array)
        && let Some(items) = ops::quiet_items(th, items)
    {
        let (mut made, mut all) = (Vec::new(), Ok(()));
        for item in &items {
            match array.kind().from_object(th, item) {
                Ok(raw) => made.extend_from_slice(&raw[..array.kind().size()]),
                Err(raised) => {
                    all = Err(raised);
                    break;
                }
            }
        }
        let error = all.err().and_then(|_| th.take_exception());
        array.splice(th, usize::MAX..usize::MAX, &made)?;
        return match error {
            Some(error) => Err(th.set_exception(error)),
            None => Ok(()),
        };
    }
    ops::for_each(th, items, |th, item| {
        let raw = array.kind().from_object(th, &item)?;
        th.release(item);
        array.push(th, raw)?;
        Ok(core::ops::ControlFlow::Continue(()))
    })
}

/// The bytes of a text as items of an array of characters.
pub(super) fn text_bytes(text: &Str) -> Vec<u8> {
    text.chars().iter().flat_map(u32::to_le_bytes).collect()
}

/// The kind that a constructor's first argument names.
fn kind_argument(th: &mut Thread, code: &Object) -> Result<(u32, Option<&'static Kind>), Raised> {
    let Some(text) = Str::of(code) else {
        let got = ops::type_name(code);
        return Err(raise::type_error(th, format_args!("array() argument 1 must be a unicode character, not {got}")));
    };
    if text.len() != 1 {
        let length = text.len();
        return Err(raise::type_error(th, format_args!("array() argument 1 must be a unicode character, not a string of length {length}")));
    }
    let code = text.char_at(0);
    Ok((code, Kind::of(code)))
}

/// Refuses texts as the contents of numbers.
fn check_initializer(th: &mut Thread, code: u32, initial: &Object) -> Result<(), Raised> {
    let shown = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    if Str::of(initial).is_some() {
        return Err(raise::type_error(th, format_args!("cannot use a str to initialize an array with typecode '{shown}'")));
    }
    if initial.downcast::<Array>().is_some_and(|other| other.kind().is_text()) {
        return Err(raise::type_error(th, format_args!("cannot use a unicode array to initialize an array with typecode '{shown}'")));
    }
    Ok(())
}

fn fill(th: &mut Thread, array: &Array, initial: &Object) -> Result<(), Raised> {
    if initial.is_a::<Bytes>() || initial.is_a::<ByteArray>() {
        return methods::append_bytes(th, array, initial);
    }
    if let Some(text) = Str::of(initial)
        && array.kind().is_text()
    {
        return array.fill(th, &text_bytes(text));
    }
    if let Some(other) = initial.downcast::<Array>()
        && other.kind().is(array.kind())
    {
        let bytes = other.to_vec(th);
        return array.fill(th, &bytes);
    }
    if initial.is_a::<List>() || initial.is_a::<Tuple>() {
        let mut made = Vec::new();
        if !th.is_mine(initial)
            && let Some(items) = ops::at_one_moment(th, initial)
        {
            for item in items {
                let raw = array.kind().from_object(th, &item)?;
                made.extend_from_slice(&raw[..array.kind().size()]);
                th.release(item);
            }
            return array.fill(th, &made);
        }
        for index in 0..ops::len(th, initial)? {
            let item = ops::item::sequence_getitem(th, initial, index.cast_signed())?;
            let raw = array.kind().from_object(th, &item)?;
            made.extend_from_slice(&raw[..array.kind().size()]);
        }
        return array.fill(th, &made);
    }
    append_all(th, array, initial)
}

impl Array {
    /// The items as objects.
    pub(super) fn objects(&self, th: &mut Thread) -> Result<Vec<Ref<Object>>, Raised> {
        let bytes = self.to_vec(th);
        raws(&bytes, self.kind().size()).map(|raw| self.kind().to_object(th, raw)).collect()
    }

    fn assign_slice(&self, th: &mut Thread, bounds: Bounds, with: &[u8]) -> Result<(), Raised> {
        let size = self.kind().size();
        if bounds.step == 1 {
            let spliced = self.splice_where(th, |bytes| {
                let positions = bounds.adjust(bytes.len() / size);
                let start = positions.start.max(0).cast_unsigned();
                Some((start..start + positions.count, Cow::Borrowed(with), ()))
            });
            return spliced.map(|_| ());
        }
        let (given, mut count) = (with.len() / size, 0);
        self.change(th, |bytes| {
            let positions = bounds.adjust(bytes.len() / size);
            count = positions.count;
            if count == given {
                for (at, item) in positions.iter().zip(with.chunks_exact(size)) {
                    bytes[at * size..(at + 1) * size].copy_from_slice(item);
                }
            }
        });
        if given == count {
            return Ok(());
        }
        Err(raise::value_error(th, format_args!("attempt to assign array of size {given} to extended slice of size {count}")))
    }

    fn delete_slice(&self, th: &mut Thread, bounds: Bounds) -> Result<(), Raised> {
        let size = self.kind().size();
        let spliced = self.splice_where(th, |bytes| {
            let (first, step, count) = bounds.adjust(bytes.len() / size).ascending();
            if count == 0 {
                return None;
            }
            let end = first + (count - 1) * step + 1;
            let items = bytes.chunks_exact(size).enumerate().skip(first).take(end - first);
            let kept = items.filter(|(at, _)| (at - first) % step != 0).flat_map(|(_, item)| item.iter().copied()).collect();
            Some((first..end, Cow::Owned(kept), ()))
        });
        spliced.map(|_| ())
    }

    /// The text of an array of characters.
    pub(super) fn text(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let bytes = self.to_vec(th);
        if self.kind().code() == b'u' {
            let points: Vec<u32> = raws(&bytes, 4).map(|raw| u64::from_le_bytes(raw) as u32).collect();
            if let Some(&bad) = points.iter().find(|&&c| c >= 0x11_0000) {
                return Err(super::kind::not_in_range(th, bad));
            }
            return Ok(Str::from_code_points(th, &points));
        }
        let source = Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))?;
        let input = objects::codecs::decoding::Input::new(&source, &bytes);
        objects::codecs::decoding::utf32(th, input, None, None, true).map(|decoded| decoded.0)
    }
}

/// The bytes `count` times; `None`: there is no memory for them.
fn repeated(bytes: &[u8], count: isize) -> Option<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let len = bytes.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize)?;
    let mut made = Vec::new();
    made.try_reserve_exact(len).ok()?;
    for _ in 0..if bytes.is_empty() { 0 } else { count } {
        made.extend_from_slice(bytes);
    }
    Some(made)
}

/// Items of `size` bytes each.
pub(super) fn raws(bytes: &[u8], size: usize) -> impl Iterator<Item = Raw> {
    bytes.chunks_exact(size).map(move |item| {
        let mut raw = [0; 8];
        raw[..size].copy_from_slice(item);
        raw
    })
}

/// Compares two arrays of one kind, as sequences of numbers; `None`: a number that is not equal to itself decides.
fn compare_same(kind: &Kind, a: &[u8], b: &[u8], op: CompareOp) -> bool {
    let size = kind.size();
    for (x, y) in raws(a, size).zip(raws(b, size)) {
        match kind.compare(x, y) {
            Some(Ordering::Equal) => {}
            Some(order) => return op.holds(order),
            None => return op == CompareOp::Ne,
        }
    }
    op.holds(a.len().cmp(&b.len()))
}

fn compare_mixed(th: &mut Thread, a: &Array, b: &Array, op: CompareOp) -> Result<Ref<Object>, Raised> {
    let (xs, ys) = (a.objects(th)?, b.objects(th)?);
    for (x, y) in xs.iter().zip(&ys) {
        if !ops::eq(th, x, y)? {
            return match op {
                CompareOp::Eq => Ok(objects::bool_ref(false)),
                CompareOp::Ne => Ok(objects::bool_ref(true)),
                _ => ops::richcompare(th, x, y, op),
            };
        }
    }
    Ok(objects::bool_ref(op.holds(xs.len().cmp(&ys.len()))))
}

impl Array {
    /// Stores an item at an index that may count from the end.
    fn assign(&self, th: &mut Thread, index: isize, value: &Object) -> Result<(), Raised> {
        if place(index, self.len()).is_none() {
            return Err(assignment_out_of_range(th));
        }
        let raw = self.kind().from_object(th, value)?;
        // The conversion may have made the array shorter.
        if self.set(th, index, raw) { Ok(()) } else { Err(assignment_out_of_range(th)) }
    }
}

#[pymethods(part = "slots")]
impl Array {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Array>, Raised> {
        let own = Array::type_object();
        if !kwargs.is_empty() && (core::ptr::eq(cls, own) || cls.tp_init().map(|f| f as usize) == own.tp_init().map(|f| f as usize)) {
            return Err(raise::type_error(th, format_args!("array.array() takes no keyword arguments")));
        }
        let (code, initial) = match *args.as_slice() {
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            [] => return Err(raise::type_error(th, format_args!("array() takes at least 1 argument (0 given)"))),
            ref more => {
                let given = more.len();
                return Err(raise::type_error(th, format_args!("array() takes at most 2 arguments ({given} given)")));
            }
        };
        let (code, kind) = kind_argument(th, code)?;
        if code == u32::from(b'u') {
            let message = format_args!("The 'u' type code is deprecated and will be removed in Python 3.16");
            warn::warn(th, exceptions::deprecation_warning_type(), message, 1)?;
        }
        if let Some(initial) = initial
            && !kind.is_some_and(Kind::is_text)
        {
            check_initializer(th, code, initial)?;
        }
        let Some(kind) = kind else {
            let iterable = initial.filter(|initial| !initial.is_a::<List>() && !initial.is_a::<Tuple>() && !has_buffer(initial));
            if let Some(iterable) = iterable {
                let iterator = ops::iter(th, iterable)?;
                th.release(iterator);
            }
            return Err(raise::value_error(th, format_args!("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")));
        };
        let array = Array::new_in(th, cls, kind);
        if let Some(initial) = initial {
            fill(th, &array, initial)?;
        }
        Ok(array)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let name = ops::message_name(self.as_object().ty());
        let name = name.rsplit('.').next().unwrap_or_default();
        let code = char::from(self.kind().code());
        // Read once, and then looked at: another thread may take the last item.
        let content: Option<Ref<Object>> = if self.kind().is_text() {
            let text = self.text(th)?;
            (!text.is_empty()).then(|| text.up())
        } else {
            let items = self.objects(th)?;
            (!items.is_empty()).then(|| List::new(th, items).up())
        };
        let Some(content) = content else { return Ok(format!("{name}('{code}')")) };
        let content = ops::repr(th, &content)?;
        Ok(format!("{name}('{code}', {content})"))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let x = self;
        let Some(y) = other.downcast::<Array>() else { return Ok(not_implemented_ref()) };
        if x.len() != y.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(objects::bool_ref(op == CompareOp::Ne));
        }
        if !x.kind().is(y.kind()) {
            return compare_mixed(th, x, y, op);
        }
        let kind = x.kind();
        let result = x.read_both(th, y, |a, b| compare_same(kind, a, b, op));
        Ok(objects::bool_ref(result))
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<ArrayIter> {
        ArrayIter::new(th, self)
    }

    #[slot(sq_length, mp_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        match usize::try_from(index).ok().and_then(|at| self.get(th, at)) {
            Some(raw) => self.kind().to_object(th, raw),
            None => Err(out_of_range(th)),
        }
    }

    #[slot(sq_ass_item)]
    fn ass_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let Some(at) = usize::try_from(index).ok().filter(|&at| at < self.len()) else {
            return Err(assignment_out_of_range(th));
        };
        let Some(value) = value else { return self.splice(th, at..at + 1, &[]) };
        self.assign(th, at.cast_signed(), value)
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        Ok(methods::find(th, self, value, 0, usize::MAX)?.is_some())
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Array>, Raised> {
        let Some(other) = other.downcast::<Array>() else {
            let got = ops::type_name(other);
            return Err(raise::type_error(th, format_args!("can only append array (not \"{got}\") to array")));
        };
        if !self.kind().is(other.kind()) {
            return Err(bad_kind(th));
        }
        let bytes = self.read_both(th, other, |a, b| [a, b].concat());
        Array::from_bytes(th, self.kind(), &bytes)
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if !other.is_a::<Array>() {
            let got = ops::type_name(other);
            return Err(raise::type_error(th, format_args!("can only extend array with array (not \"{got}\")")));
        }
        methods::extend_by(th, self, other)?;
        Ok(th.retain(self.as_object()))
    }

    #[slot(sq_repeat)]
    fn repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Array>, Raised> {
        let Some(bytes) = self.read(th, |bytes| repeated(bytes, count)) else { return Err(raise::memory_error(th)) };
        Array::from_bytes(th, self.kind(), &bytes)
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Object>, Raised> {
        let mut no_memory = false;
        self.splice_where(th, |bytes| {
            if count == 1 || bytes.is_empty() {
                return None;
            }
            let made = repeated(bytes, count);
            no_memory = made.is_none();
            made.map(|made| (0..usize::MAX, Cow::Owned(made), ()))
        })?;
        if no_memory { Err(raise::memory_error(th)) } else { Ok(th.retain(self.as_object())) }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let bounds = slice.unpack(th)?;
            let size = self.kind().size();
            let picked: Vec<u8> = self.read(th, |bytes| {
                let positions = bounds.adjust(bytes.len() / size);
                match positions.step {
                    1 => bytes[positions.first() * size..(positions.first() + positions.count) * size].to_vec(),
                    _ => positions.iter().flat_map(|at| bytes[at * size..(at + 1) * size].to_vec()).collect(),
                }
            });
            return Array::from_bytes(th, self.kind(), &picked).map(Ref::up);
        }
        if !ops::has_index(key) {
            return Err(bad_index(th));
        }
        let index = ops::index_subscript(th, key)?;
        match self.get_from_end(th, index) {
            Some(raw) => self.kind().to_object(th, raw),
            None => Err(out_of_range(th)),
        }
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let Some(slice) = key.downcast_exact::<Slice>() else {
            if !ops::has_index(key) {
                return Err(bad_index(th));
            }
            let index = ops::index_subscript(th, key)?;
            let Some(value) = value else {
                let size = self.kind().size();
                let deleted = self.splice_where(th, |bytes| place(index, bytes.len() / size).map(|at| (at..at + 1, Cow::Borrowed(&[][..]), ())))?;
                return deleted.ok_or_else(|| assignment_out_of_range(th));
            };
            return self.assign(th, index, value);
        };
        let bounds = slice.unpack(th)?;
        let Some(value) = value else { return self.delete_slice(th, bounds) };
        let Some(other) = value.downcast::<Array>() else {
            let got = ops::type_name(value);
            return Err(raise::type_error(th, format_args!("can only assign array (not \"{got}\") to array slice")));
        };
        if !self.kind().is(other.kind()) {
            return Err(bad_kind(th));
        }
        let bytes = other.to_vec(th);
        self.assign_slice(th, bounds, &bytes)
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let locked = th.lock(self.as_object());
        self.add_export(1);
        let (start, len) = (self.start(), self.len() * self.kind().size());
        drop(locked);
        fill_view(th, view, self, start, len, false, flags)?;
        view.itemsize = self.kind().size().cast_signed();
        if flags & abi::PyBUF_ND == abi::PyBUF_ND {
            view.shape = self.size_field();
        }
        if flags & abi::PyBUF_FORMAT == abi::PyBUF_FORMAT {
            view.format = self.kind().format.as_ptr().cast_mut();
        }
        Ok(())
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, _view: &mut Py_buffer) {
        self.add_export(-1);
    }
}

