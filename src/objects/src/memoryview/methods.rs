//! The methods and attributes of `memoryview`.

use core::ops::ControlFlow;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::item::{constant_format, native, size_of_code};
use super::slots::fortran_bytes;
use super::storage::{MAX_DIMENSIONS, MemoryView, ViewFlag, too_many_dimensions};
use crate::buffer::{Dimension, dimensions, to_contiguous};
use crate::bytes::like;
use crate::glue::*;
use crate::slice::Bound;
use crate::{Bytes, Int, List, Str, Tuple, generic_alias, ops, raise};

/// One number per dimension as a tuple.
fn numbers(th: &mut Thread, dims: &[Dimension], pick: fn(&Dimension) -> isize) -> Ref<Tuple> {
    let items = dims.iter().map(|dim| Int::from_i64(th, pick(dim) as i64).up()).collect();
    Tuple::new(th, items)
}

/// What stands in the shape of a cast.
fn shape_items(th: &mut Thread, shape: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    let items = if shape.is_a::<List>() || shape.is_a::<Tuple>() {
        ops::to_vec(th, shape)?
    } else {
        return Err(raise::type_error(th, format_args!("shape must be a list or a tuple")));
    };
    if items.len() > MAX_DIMENSIONS {
        return Err(too_many_dimensions(th));
    }
    Ok(items)
}

/// The shape of a cast: integers above 0 whose product is a size.
fn shape_of(th: &mut Thread, items: Vec<Ref<Object>>) -> Result<Vec<isize>, Raised> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let Some(n) = Int::of(&item) else {
            return Err(raise::type_error(th, format_args!("memoryview.cast(): elements of shape must be integers")));
        };
        match ops::index_isize(th, n)? {
            n @ 1.. => out.push(n),
            _ => return Err(raise::value_error(th, format_args!("memoryview.cast(): elements of shape must be integers > 0"))),
        }
    }
    Ok(out)
}

#[pymethods(part = "methods")]
impl MemoryView {
    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "release")]
    fn py_release(&self, th: &mut Thread) -> Result<(), Raised> {
        self.release(th)
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}.  When order is 'C' or 'F', the data of
    /// the original array is converted to C or Fortran order.  For
    /// contiguous views, 'A' returns an exact copy of the physical memory.
    /// In particular, in-memory Fortran order is preserved.  For
    /// non-contiguous views, the data is converted to C first.  order=None
    /// is the same as order='C'.
    #[method(sig = "($self, /, order='C')")]
    fn tobytes(&self, th: &mut Thread, order: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        let order = match order.filter(|order| !order.is(crate::none())) {
            None => b'C',
            Some(order) => match Str::of(order) {
                Some(order) if order.eq_text("C") => b'C',
                Some(order) if order.eq_text("F") => b'F',
                Some(order) if order.eq_text("A") => b'A',
                Some(_) => {
                    self.check_open(th)?;
                    return Err(raise::value_error(th, format_args!("order must be 'C', 'F' or 'A'")));
                }
                None => {
                    let got = ops::type_name(order);
                    return Err(raise::type_error(th, format_args!("tobytes() argument 'order' must be str or None, not {got}")));
                }
            },
        };
        let view = self.open(th)?;
        let bytes = match order {
            b'F' => fortran_bytes(view),
            // The memory as it lies there.
            b'A' if self.has_flag(ViewFlag::Fortran) && !self.has_flag(ViewFlag::C) => fortran_bytes(view),
            _ => to_contiguous(view),
        };
        Bytes::from_slice(th, &bytes).ok_or_else(|| raise::memory_error(th))
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = memoryview(b'\xb9\x01\xef')
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
        let bytes = to_contiguous(self.open(th)?);
        // The separator's length may be Python code: as in other methods, it finds the view in use.
        self.add_export(1);
        let text = like::hex(th, &bytes, sep, bytes_per_sep);
        self.add_export(-1);
        text
    }

    /// Return the data in the buffer as a list of elements.
    #[method]
    fn tolist(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.nested(th)
    }

    /// Cast a memoryview to a new format or shape.
    #[method(sig = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(&self, th: &mut Thread, format: &Str, shape: Option<&Object>) -> Result<Ref<MemoryView>, Raised> {
        let view = self.open(th)?;
        self.check_unrestricted(th)?;
        let fail = |th: &mut Thread, why: &str| Err(raise::type_error(th, format_args!("memoryview: {why}")));
        if !self.has_flag(ViewFlag::C) {
            return fail(th, "casts are restricted to C-contiguous views");
        }
        let dims = dimensions(view);
        if (shape.is_some() || dims.len() != 1) && dims.iter().any(|dim| dim.shape == 0 || dim.stride == 0) {
            return fail(th, "cannot cast view with zeros in shape or strides");
        }
        let shape = match shape {
            None => None,
            Some(shape) => Some(shape_items(th, shape)?),
        };
        if dims.len() != 1 && shape.as_ref().is_some_and(|shape| shape.len() != 1) {
            return fail(th, "cast must be 1D -> ND or ND -> 1D");
        }
        let target = format.as_ascii().and_then(|text| constant_format(text.as_bytes()));
        let Some((target, code)) = target.and_then(|target| native(target).map(|code| (target, code))) else {
            let message =
                format_args!("memoryview: destination format must be a native single character format prefixed with an optional '@'");
            return Err(raise::value_error(th, message));
        };
        let is_byte = |code: Option<u8>| matches!(code, Some(b'b' | b'B' | b'c'));
        if !is_byte(native(self.format())) && !is_byte(Some(code)) {
            return fail(th, "cannot cast between two non-byte formats");
        }
        let size = size_of_code(code).unwrap_or(1).cast_signed();
        // Converting the shape may have run code.
        let len = self.open(th)?.len;
        if len % size != 0 {
            return fail(th, "length is not a multiple of itemsize");
        }
        let shape = match shape {
            Some(items) => shape_of(th, items)?,
            None => vec![len / size],
        };
        let mut product = size;
        for n in &shape {
            product = match product.checked_mul(*n) {
                Some(product) => product,
                None => return Err(raise::value_error(th, format_args!("memoryview.cast(): product(shape) > SSIZE_MAX"))),
            };
        }
        if product != len {
            return fail(th, "product(shape) * itemsize != buffer size");
        }
        let mut form = self.form();
        form.itemsize = size;
        form.format = target.as_ptr().cast_mut();
        form.dimensions = shape.iter().map(|&shape| Dimension { shape, stride: 0, suboffset: -1 }).collect();
        let mut stride = size;
        for dim in form.dimensions.iter_mut().rev() {
            dim.stride = stride;
            stride *= dim.shape;
        }
        self.sibling(th, form)
    }

    /// Return a readonly version of the memoryview.
    #[method]
    fn toreadonly(&self, th: &mut Thread) -> Result<Ref<MemoryView>, Raised> {
        self.check_open(th)?;
        self.check_unrestricted(th)?;
        let mut form = self.form();
        form.readonly = true;
        self.sibling(th, form)
    }

    /// Create a new memoryview object which references the given object.
    #[classmethod(sig = "($type, /, object, flags)")]
    fn _from_flags(_cls: &Type, th: &mut Thread, object: &Object, flags: i32) -> Result<Ref<MemoryView>, Raised> {
        MemoryView::with_flags(th, object, flags)
    }

    /// Count the number of occurrences of a value.
    #[method]
    fn count(&self, th: &mut Thread, value: &Object) -> Result<usize, Raised> {
        let mut count = 0;
        ops::for_each(th, self.as_object(), |th, item| {
            count += usize::from(ops::eq(th, &item, value)?);
            th.release(item);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, th: &mut Thread, value: &Object, start: Option<Bound>, stop: Option<Bound>) -> Result<isize, Raised> {
        let view = self.open(th)?;
        match view.ndim {
            0 => return Err(raise::type_error(th, format_args!("invalid lookup on 0-dim memory"))),
            1 => {}
            _ => return Err(raise::not_implemented(th, format_args!("multi-dimensional lookup is not implemented"))),
        }
        let len = dimensions(view)[0].shape.max(0).cast_unsigned();
        let from = start.map_or(0, |start| start.from_end(len));
        let to = stop.map_or(len, |stop| stop.from_end(len)).min(len);
        for at in from..to {
            let item = self.item(th, at.cast_signed())?;
            if ops::eq(th, &item, value)? {
                return Ok(at.cast_signed());
            }
            th.release(item);
        }
        Err(raise::value_error(th, format_args!("memoryview.index(x): x not found")))
    }

    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<Ref<MemoryView>, Raised> {
        self.check_open(th)?;
        Ok(th.retain(self))
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(&self, th: &mut Thread, _exc_info: Args<'_>) -> Result<(), Raised> {
        self.release(th)
    }

    /// memoryviews are generic over the type of their underlying data
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        generic_alias(th, cls, object)
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check_open(th)?;
        Ok(self.exporter().map_or_else(crate::none_ref, |exporter| th.retain(exporter)))
    }

    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[getter]
    fn nbytes(&self, th: &mut Thread) -> Result<isize, Raised> {
        Ok(self.open(th)?.len)
    }

    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(&self, th: &mut Thread) -> Result<bool, Raised> {
        Ok(self.open(th)?.readonly != 0)
    }

    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(&self, th: &mut Thread) -> Result<isize, Raised> {
        Ok(self.open(th)?.itemsize)
    }

    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[getter(format)]
    fn format_text(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        self.check_open(th)?;
        Ok(Str::new(th, &self.format().to_string_lossy()))
    }

    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[getter]
    fn ndim(&self, th: &mut Thread) -> Result<i32, Raised> {
        Ok(self.open(th)?.ndim)
    }

    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[getter]
    fn shape(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let dims = dimensions(self.open(th)?);
        Ok(numbers(th, &dims, |dim| dim.shape))
    }

    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[getter]
    fn strides(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let dims = dimensions(self.open(th)?);
        Ok(numbers(th, &dims, |dim| dim.stride))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let view = self.open(th)?;
        if view.suboffsets.is_null() {
            return Ok(Tuple::empty());
        }
        let dims = dimensions(view);
        Ok(numbers(th, &dims, |dim| dim.suboffset))
    }

    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check_open(th)?;
        Ok(self.has_flag(ViewFlag::C))
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check_open(th)?;
        Ok(self.has_flag(ViewFlag::Fortran))
    }

    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check_open(th)?;
        Ok(self.has_flag(ViewFlag::Any))
    }
}
