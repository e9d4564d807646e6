//! The slots of `memoryview`: subscripts, buffers, comparison.
#![allow(unsafe_code, reason = "items lie in exported memory")]

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::compare;
use super::item::{self, code_of};
use super::iter::MemoryIterator;
use super::storage::{MemoryView, ViewFlag};
use crate::buffer::{Dimension, dimensions, for_each_item_in_order, step, to_contiguous};
use crate::glue::*;
use crate::slice::Slice;
use crate::{List, Tuple, exceptions, not_implemented_ref, ops, raise};

#[cold]
fn not_implemented(th: &mut Thread, what: &str) -> Raised {
    raise::not_implemented(th, format_args!("{what}"))
}

#[cold]
fn invalid_key(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("memoryview: invalid slice key"))
}

/// What a subscript asks for.
enum Key<'a> {
    Index(isize),
    Slice(&'a Slice),
    /// One index per dimension.
    Indices(Vec<isize>),
    /// Slices per dimension.
    Slices,
    Ellipsis,
    Other,
}

impl<'a> Key<'a> {
    fn of(th: &mut Thread, key: &'a Object) -> Result<Key<'a>, Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return Ok(Key::Slice(slice));
        }
        if ops::has_index(key) {
            return ops::number::index_subscript(th, key).map(Key::Index);
        }
        if let Some(tuple) = key.downcast::<Tuple>() {
            if tuple.iter().all(ops::has_index) {
                let indices = tuple.iter().map(|index| ops::number::index_subscript(th, index)).collect::<Result<_, _>>()?;
                return Ok(Key::Indices(indices));
            }
            if tuple.iter().all(|item| item.is_exactly::<Slice>()) {
                return Ok(Key::Slices);
            }
        }
        Ok(if key.is(crate::ellipsis()) { Key::Ellipsis } else { Key::Other })
    }
}

/// The item at an index of a dimension, which may count from the end.
fn advance(th: &mut Thread, at: *mut u8, dim: &Dimension, number: usize, index: isize) -> Result<*mut u8, Raised> {
    let wrapped = if index < 0 { index + dim.shape } else { index };
    if !(0..dim.shape).contains(&wrapped) {
        return Err(raise::index_error(th, format_args!("index out of bounds on dimension {number}")));
    }
    // SAFETY: the view is open, the index in range.
    Ok(unsafe { step(at, dim, wrapped) })
}

impl MemoryView {
    /// The item of a one-dimensional view.
    pub(super) fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let view = self.open(th)?;
        let code = code_of(th, self.format())?;
        match view.ndim {
            0 => Err(raise::type_error(th, format_args!("invalid indexing of 0-dim memory"))),
            1 => {
                let at = advance(th, view.buf.cast(), &dimensions(view)[0], 1, index)?;
                // SAFETY: the view is open and `at` one of its items.
                unsafe { item::unpack(th, code, at) }
            }
            _ => Err(not_implemented(th, "multi-dimensional sub-views are not implemented")),
        }
    }

    /// The place of the item at one index per dimension.
    fn place(&self, th: &mut Thread, indices: &[isize]) -> Result<*mut u8, Raised> {
        let dims = dimensions(self.view());
        if indices.len() != dims.len() {
            let (n, given) = (dims.len(), indices.len());
            // Fewer would be a view of its own.
            return Err(match given < n {
                true => not_implemented(th, "sub-views are not implemented"),
                false => raise::type_error(th, format_args!("cannot index {n}-dimension view with {given}-element tuple")),
            });
        }
        let mut at: *mut u8 = self.view().buf.cast();
        for (number, (dim, index)) in dims.iter().zip(indices).enumerate() {
            at = advance(th, at, dim, number + 1, *index)?;
        }
        Ok(at)
    }

    /// A part of the first dimension as a view of its own.
    pub(super) fn part(&self, th: &mut Thread, slice: &Slice) -> Result<Ref<MemoryView>, Raised> {
        let simple = |bound: &Object| bound.is(crate::none()) || bound.is_exactly::<crate::Int>();
        if !(simple(slice.start()) && simple(slice.stop()) && simple(slice.step())) {
            // The bounds are Python code, which may release this view: the part is one of the memory all the same.
            let whole = self.sibling(th, self.form())?;
            let bounds = slice.unpack(th)?;
            return whole.part_within(th, bounds);
        }
        let bounds = slice.unpack(th)?;
        self.part_within(th, bounds)
    }

    fn part_within(&self, th: &mut Thread, bounds: crate::slice::Bounds) -> Result<Ref<MemoryView>, Raised> {
        self.check_open(th)?;
        let mut form = self.form();
        let dim = &mut form.dimensions[0];
        let positions = bounds.adjust(dim.shape.cast_unsigned());
        // The place of an empty part does not matter, but it must not point outside.
        let start = if positions.count == 0 { 0 } else { positions.start };
        form.base = form.base.wrapping_offset(dim.stride * start);
        dim.shape = positions.count.cast_signed();
        dim.stride *= positions.step;
        self.sibling(th, form)
    }

    /// All items, nested by dimension.
    pub(super) fn nested(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let view = self.open(th)?;
        let code = code_of(th, self.format())?;
        let dims = dimensions(view);
        // SAFETY: the view is open, and unpacking runs no other code.
        unsafe { nested_items(th, code, view.buf.cast(), &dims) }
    }

    /// The hash of what a read-only view shows.
    fn compute_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let view = self.open(th)?;
        if view.readonly == 0 {
            return Err(raise::value_error(th, format_args!("cannot hash writable memoryview object")));
        }
        if let Some(exporter) = self.exporter() {
            let exporter = th.retain(exporter);
            // Its hash may be Python code, which must not release what is hashed here.
            self.add_export(1);
            let hashed = ops::hash(th, &exporter);
            self.add_export(-1);
            hashed?;
        }
        if !matches!(item::native(self.format()), Some(b'B' | b'b' | b'c')) {
            return Err(raise::value_error(th, format_args!("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")));
        }
        let view = self.open(th)?;
        Ok(crate::hash::hash_bytes(&to_contiguous(view)))
    }

    fn assign(&self, th: &mut Thread, key: &Object, value: &Object) -> Result<(), Raised> {
        let format = self.format();
        let code = code_of(th, format)?;
        let ndim = self.view().ndim;
        let key = Key::of(th, key)?;
        let at = match (ndim, &key) {
            (0, Key::Ellipsis) => self.view().buf.cast(),
            (0, Key::Indices(indices)) if indices.is_empty() => self.view().buf.cast(),
            (0, _) => return Err(raise::type_error(th, format_args!("invalid indexing of 0-dim memory"))),
            (1, Key::Index(index)) => {
                self.check_open(th)?;
                self.place(th, &[*index])?
            }
            (_, Key::Index(_)) => return Err(not_implemented(th, "sub-views are not implemented")),
            (1, Key::Slice(slice)) => return self.assign_slice(th, slice, value),
            (_, Key::Indices(indices)) => {
                self.check_open(th)?;
                self.place(th, indices)?
            }
            (_, Key::Slice(_) | Key::Slices) => {
                return Err(not_implemented(th, "memoryview slice assignments are currently restricted to ndim = 1"));
            }
            (_, Key::Ellipsis | Key::Other) => return Err(invalid_key(th)),
        };
        let packed = item::pack(th, code, format, value)?;
        // The conversion may have run code that released the view.
        self.check_open(th)?;
        // SAFETY: the view is open and writable, `at` one of its items.
        unsafe { packed.write(at) };
        Ok(())
    }

    fn assign_slice(&self, th: &mut Thread, slice: &Slice, value: &Object) -> Result<(), Raised> {
        let source = Buffer::reading(th, value, abi::PyBUF_FULL_RO)?;
        let bounds = slice.unpack(th)?;
        self.check_open(th)?;
        let dim = dimensions(self.view())[0];
        let positions = bounds.adjust(dim.shape.cast_unsigned());
        let from = source.view();
        let from_dims = dimensions(from);
        let size = self.view().itemsize;
        let same_format = {
            // SAFETY: null or a C string that lives as long as the view.
            let format = if from.format.is_null() { c"B" } else { unsafe { core::ffi::CStr::from_ptr(from.format) } };
            let bare = |format: &core::ffi::CStr| format.to_bytes().strip_prefix(b"@").unwrap_or(format.to_bytes()).to_vec();
            bare(format) == bare(self.format())
        };
        let fits = same_format && from.itemsize == size && matches!(&from_dims[..], [only] if only.shape.cast_unsigned() == positions.count);
        if !fits {
            drop(source);
            let message = format_args!("memoryview assignment: lvalue and rvalue have different structures");
            return Err(raise::value_error(th, message));
        }
        // A copy in between: source and target may overlap.
        let bytes = to_contiguous(from);
        for (at, item) in positions.iter().zip(bytes.chunks_exact(size.cast_unsigned().max(1))) {
            // SAFETY: the view is open and writable, the position in range.
            unsafe {
                let to = step(self.view().buf.cast(), &dim, at.cast_signed());
                to.copy_from_nonoverlapping(item.as_ptr(), item.len());
            }
        }
        Ok(())
    }
}

/// # Safety
/// `dims` describes memory that an exporter shows now, of that format.
unsafe fn nested_items(th: &mut Thread, code: u8, at: *mut u8, dims: &[Dimension]) -> Result<Ref<Object>, Raised> {
    let Some((dim, inner)) = dims.split_first() else {
        // SAFETY: the caller's promise.
        return unsafe { item::unpack(th, code, at) };
    };
    let mut items = Vec::with_capacity(dim.shape.max(0).cast_unsigned());
    for index in 0..dim.shape {
        // SAFETY: the caller's promise; the index is in range.
        items.push(unsafe { nested_items(th, code, step(at, dim, index), inner)? });
    }
    List::try_new(th, items).map(Ref::up).map_err(|e| e.raise(th))
}

/// The bytes of a view in the order of Fortran.
pub(super) fn fortran_bytes(view: &Py_buffer) -> Vec<u8> {
    let mut out = Vec::with_capacity(view.len.max(0).cast_unsigned());
    let size = view.itemsize.max(0).cast_unsigned();
    // SAFETY: the caller holds the view.
    unsafe {
        for_each_item_in_order(view.buf.cast(), &dimensions(view), true, &mut |at| out.extend_from_slice(core::slice::from_raw_parts(at, size)));
    }
    out
}

#[pymethods(part = "slots")]
impl MemoryView {
    #[slot(tp_new, tp_vectorcall, sig = "(object)")]
    fn tp_new(th: &mut Thread, _cls: &Type, object: &Object) -> Result<Ref<MemoryView>, Raised> {
        MemoryView::new(th, object)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        if self.is_released() { format!("<released memory at {self:p}>") } else { format!("<memory at {self:p}>") }
    }

    #[slot(tp_hash)]
    fn tp_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        if let Some(hash) = self.cached_hash() {
            return Ok(hash);
        }
        let hash = self.compute_hash(th)?;
        self.cache_hash(hash);
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let wanted = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(not_implemented_ref()),
        };
        Ok(match compare::equal(th, self, other)? {
            Some(equal) => crate::bool_ref(equal == wanted),
            None => not_implemented_ref(),
        })
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<MemoryIterator>, Raised> {
        let view = self.open(th)?;
        match view.ndim {
            0 => return Err(raise::type_error(th, format_args!("invalid indexing of 0-dim memory"))),
            1 => {}
            _ => return Err(not_implemented(th, "multi-dimensional sub-views are not implemented")),
        }
        code_of(th, self.format())?;
        let len = dimensions(view)[0].shape;
        Ok(MemoryIterator::over(th, self, len))
    }

    #[slot(sq_length, mp_length)]
    fn length(&self, th: &mut Thread) -> Result<isize, Raised> {
        let view = self.open(th)?;
        match dimensions(view).first() {
            Some(dim) => Ok(dim.shape),
            None => Err(raise::type_error(th, format_args!("0-dim memory has no length"))),
        }
    }

    #[slot(sq_item)]
    fn sq_item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        self.item(th, index)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        let ndim = self.open(th)?.ndim;
        let parsed = Key::of(th, key)?;
        if ndim == 0 {
            return match parsed {
                Key::Ellipsis => Ok(th.retain(self.as_object())),
                Key::Indices(indices) if indices.is_empty() => self.nested(th),
                _ => Err(raise::type_error(th, format_args!("invalid indexing of 0-dim memory"))),
            };
        }
        match parsed {
            Key::Index(index) => self.item(th, index),
            Key::Slice(slice) => {
                self.check_unrestricted(th)?;
                self.part(th, slice).map(Ref::up)
            }
            Key::Indices(indices) => {
                self.check_open(th)?;
                let code = code_of(th, self.format())?;
                let at = self.place(th, &indices)?;
                // SAFETY: the view is open and `at` one of its items.
                unsafe { item::unpack(th, code, at) }
            }
            Key::Slices => Err(not_implemented(th, "multi-dimensional slicing is not implemented")),
            Key::Ellipsis | Key::Other => Err(invalid_key(th)),
        }
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let view = self.open(th)?;
        code_of(th, self.format())?;
        if view.readonly != 0 {
            return Err(raise::type_error(th, format_args!("cannot modify read-only memory")));
        }
        match value {
            Some(value) => self.assign(th, key, value),
            None => Err(raise::type_error(th, format_args!("cannot delete memory"))),
        }
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let own = self.open(th)?;
        self.check_unrestricted(th)?;
        let wants = |flag: c_int| flags & flag == flag;
        let refused = |th: &mut Thread, why: &str| Err(raise::new(th, exceptions::buffer_error_type(), format_args!("memoryview: {why}")));
        if flags & abi::PyBUF_WRITABLE != 0 && own.readonly != 0 {
            return refused(th, "underlying buffer is not writable");
        }
        if wants(abi::PyBUF_C_CONTIGUOUS) && !self.has_flag(ViewFlag::C) {
            return refused(th, "underlying buffer is not C-contiguous");
        }
        if wants(abi::PyBUF_F_CONTIGUOUS) && !self.has_flag(ViewFlag::Fortran) {
            return refused(th, "underlying buffer is not Fortran contiguous");
        }
        if wants(abi::PyBUF_ANY_CONTIGUOUS) && !self.has_flag(ViewFlag::Any) {
            return refused(th, "underlying buffer is not contiguous");
        }
        if !wants(abi::PyBUF_INDIRECT) && self.has_flag(ViewFlag::Indirect) {
            return refused(th, "underlying buffer requires suboffsets");
        }
        if !wants(abi::PyBUF_STRIDES) && !self.has_flag(ViewFlag::C) {
            return refused(th, "underlying buffer is not C-contiguous");
        }
        if !wants(abi::PyBUF_ND) && wants(abi::PyBUF_FORMAT) {
            return refused(th, "cannot cast to unsigned bytes if the format flag is present");
        }
        *view = Py_buffer { ..*own };
        if !wants(abi::PyBUF_FORMAT) {
            view.format = core::ptr::null_mut();
        }
        if !wants(abi::PyBUF_STRIDES) {
            view.strides = core::ptr::null_mut();
        }
        if !wants(abi::PyBUF_ND) {
            view.ndim = 1;
            view.shape = core::ptr::null_mut();
        }
        view.obj = th.retain(self.as_object()).into_raw();
        self.add_export(1);
        Ok(())
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, _view: &mut Py_buffer) {
        self.add_export(-1);
    }
}

