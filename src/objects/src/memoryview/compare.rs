//! Equality of views: same shape and equal items, whatever their formats.
#![allow(unsafe_code, reason = "items lie in exported memory")]

use core::ffi::CStr;

use abi::Py_buffer;
use heap::{Object, Raised, Thread};

use super::MemoryView;
use super::item::{self, Unpacker};
use crate::buffer::{Dimension, dimensions, step};
use crate::glue::{Buffer, has_buffer};
use crate::ops;

/// How items of the two sides are compared.
enum Items {
    Native(u8),
    Unpacked(Unpacker, Unpacker),
}

fn format(view: &Py_buffer) -> &CStr {
    // SAFETY: null or a C string that lives as long as the view.
    if view.format.is_null() { c"B" } else { unsafe { CStr::from_ptr(view.format) } }
}

/// Whether a view shows the same as another object; `None`: the other has no buffer.
pub(super) fn equal(th: &mut Thread, a: &MemoryView, other: &Object) -> Result<Option<bool>, Raised> {
    if a.is_released() {
        return Ok(Some(Thread::same(a, other)));
    }
    if let Some(b) = other.downcast::<MemoryView>() {
        if b.is_released() {
            return Ok(Some(false));
        }
        return same_contents(th, a.view(), b.view()).map(Some);
    }
    if !has_buffer(other) {
        return Ok(None);
    }
    match Buffer::reading(th, other, abi::PyBUF_FULL_RO) {
        Ok(buffer) => same_contents(th, a.view(), buffer.view()).map(Some),
        Err(_) => {
            th.take_exception();
            Ok(None)
        }
    }
}

fn same_contents(th: &mut Thread, a: &Py_buffer, b: &Py_buffer) -> Result<bool, Raised> {
    let (a_dims, b_dims) = (dimensions(a), dimensions(b));
    if a_dims.len() != b_dims.len() {
        return Ok(false);
    }
    for (a, b) in a_dims.iter().zip(&b_dims) {
        if a.shape != b.shape {
            return Ok(false);
        }
        if a.shape == 0 {
            break;
        }
    }
    let items = match (item::native(format(a)), item::native(format(b))) {
        (Some(a), Some(b)) if a == b => Items::Native(a),
        _ => match (Unpacker::new(format(a), a.itemsize), Unpacker::new(format(b), b.itemsize)) {
            (Some(a), Some(b)) => Items::Unpacked(a, b),
            // What cannot be read is not equal to anything.
            _ => return Ok(false),
        },
    };
    // SAFETY: both exporters hold their memory while the callers hold the views.
    unsafe { same_items(th, &items, (a.buf.cast(), &a_dims), (b.buf.cast(), &b_dims)) }
}

type Part<'a> = (*mut u8, &'a [Dimension]);

/// # Safety
/// Both parts describe memory that exporters show now, with the same shape and the formats of `items`.
unsafe fn same_items(th: &mut Thread, items: &Items, (a, a_dims): Part<'_>, (b, b_dims): Part<'_>) -> Result<bool, Raised> {
    let ([a_dim, a_inner @ ..], [b_dim, b_inner @ ..]) = (a_dims, b_dims) else {
        return match items {
            // SAFETY: the caller's promise.
            Items::Native(code) => Ok(unsafe { item::same(*code, a, b) }),
            Items::Unpacked(left, right) => {
                // SAFETY: the caller's promise.
                let (a, b) = unsafe { (left.unpack(th, a)?, right.unpack(th, b)?) };
                ops::eq(th, &a, &b)
            }
        };
    };
    for index in 0..a_dim.shape {
        // SAFETY: the caller's promise; the index is in range on both sides.
        let same = unsafe { same_items(th, items, (step(a, a_dim, index), a_inner), (step(b, b_dim, index), b_inner))? };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}
