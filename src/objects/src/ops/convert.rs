//! `repr`, `str`, `format`, `hash`, truth and comparison.

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::cslot;
use crate::typing::places::SlotId;
use crate::{Int, Str, names, not_implemented, raise};

pub use crate::glue::CompareOp;

/// `a op b`, any object.
pub fn richcompare(th: &mut Thread, a: &Object, b: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
    super::call::native_recursion(th, " in comparison")?;
    let (left, right) = (a.ty().tp_richcompare(), b.ty().tp_richcompare());
    let mut right_tried = false;
    if let Some(g) = right
        && !core::ptr::eq(a.ty(), b.ty())
        && heap::is_subtype(b.ty(), a.ty())
    {
        right_tried = true;
        let result = cslot::compare(th, g, b, a, op.swapped() as i32)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    if let Some(f) = left {
        let result = cslot::compare(th, f, a, b, op as i32)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    if let Some(g) = right
        && !right_tried
    {
        let result = cslot::compare(th, g, b, a, op.swapped() as i32)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    match op {
        CompareOp::Eq => Ok(crate::bool_ref(Thread::same(a, b))),
        CompareOp::Ne => Ok(crate::bool_ref(!Thread::same(a, b))),
        _ => {
            let (left, right) = (super::type_name(a), super::type_name(b));
            let symbol = op.symbol();
            Err(raise::type_error(th, format_args!("'{symbol}' not supported between instances of '{left}' and '{right}'")))
        }
    }
}

/// The truth of `a op b`; identical objects are equal without being asked.
#[inline]
pub fn compare_bool(th: &mut Thread, a: &Object, b: &Object, op: CompareOp) -> Result<bool, Raised> {
    if Thread::same(a, b) {
        match op {
            CompareOp::Eq => return Ok(true),
            CompareOp::Ne => return Ok(false),
            _ => {}
        }
    }
    if op == CompareOp::Eq
        && let (Some(x), Some(y)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>())
    {
        return Ok(x.eq_str(y));
    }
    let result = richcompare(th, a, b, op)?;
    let truth = is_true(th, &result);
    th.release(result);
    truth
}

/// `a is b or a == b`
#[inline]
pub fn eq(th: &mut Thread, a: &Object, b: &Object) -> Result<bool, Raised> {
    compare_bool(th, a, b, CompareOp::Eq)
}

/// `bool(obj)`
#[inline]
pub fn is_true(th: &mut Thread, obj: &Object) -> Result<bool, Raised> {
    if obj.is(crate::true_()) {
        return Ok(true);
    }
    if obj.is(crate::false_()) || obj.is(crate::none()) {
        return Ok(false);
    }
    truth_by_slots(th, obj)
}

fn truth_by_slots(th: &mut Thread, obj: &Object) -> Result<bool, Raised> {
    if let Some(f) = nb_bool(obj.ty()) {
        return cslot::inquiry(th, f, obj);
    }
    if super::item::has_len(obj) {
        return Ok(super::item::len(th, obj)? != 0);
    }
    Ok(true)
}

#[allow(unsafe_code, reason = "the slot is read as a word")]
fn nb_bool(ty: &heap::Type) -> Option<abi::inquiry> {
    // SAFETY: R4: what stands in the slot has the slot's signature; 0 is `None`.
    unsafe { core::mem::transmute::<usize, Option<abi::inquiry>>(SlotId::nb_bool.read(ty)) }
}

/// `hash(obj)`
#[inline]
pub fn hash(th: &mut Thread, obj: &Object) -> Result<isize, Raised> {
    if let Some(s) = obj.downcast_exact::<Str>() {
        return Ok(s.hash());
    }
    super::call::native_recursion(th, "")?;
    match obj.ty().tp_hash() {
        Some(f) => {
            // Tuples in tuples.
            super::call::native_recursion(th, "")?;
            cslot::hash(th, f, obj)
        }
        None => hash_without_slot(th, obj),
    }
}

/// A static type that C never readied inherits its hash now.
#[cold]
#[allow(unsafe_code, reason = "a type is readied")]
fn hash_without_slot(th: &mut Thread, obj: &Object) -> Result<isize, Raised> {
    if !obj.ty().has_flag(abi::Py_TPFLAGS_READY as u64) {
        // SAFETY: R4: only statics of extensions have instances without being ready.
        unsafe { crate::typing::foreign_ready::ready_any(th, obj.ty())? };
        if let Some(f) = obj.ty().tp_hash() {
            return cslot::hash(th, f, obj);
        }
    }
    let name = super::type_name(obj);
    Err(raise::type_error(th, format_args!("unhashable type: '{name}'")))
}

/// `repr(obj)`
pub fn repr(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
    super::call::native_recursion(th, " while getting the repr of an object")?;
    match obj.ty().tp_repr() {
        Some(f) => {
            let result = cslot::unary(th, f, obj)?;
            as_str_result(th, result, "__repr__")
        }
        None => {
            let name = super::type_name(obj);
            Ok(Str::new(th, &format!("<{name} object at {:p}>", obj)))
        }
    }
}

/// `str(obj)`
pub fn str_(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
    if let Some(s) = obj.downcast_exact::<Str>() {
        return Ok(s.to_ref());
    }
    if let Some(n) = obj.downcast_exact::<Int>() {
        return n.to_decimal(th);
    }
    let Some(f) = obj.ty().tp_str() else { return repr(th, obj) };
    super::call::native_recursion(th, " while getting the str of an object")?;
    let result = cslot::unary(th, f, obj)?;
    as_str_result(th, result, "__str__")
}

#[inline]
fn as_str_result(th: &mut Thread, result: Ref<Object>, method: &str) -> Result<Ref<Str>, Raised> {
    match result.downcast_exact::<Str>() {
        Ok(s) => Ok(s),
        Err(other) => as_any_str_result(th, other, method),
    }
}

#[cold]
#[inline(never)]
fn as_any_str_result(th: &mut Thread, result: Ref<Object>, method: &str) -> Result<Ref<Str>, Raised> {
    match result.downcast::<Str>() {
        Ok(s) => Ok(s),
        Err(other) => {
            let name = super::type_name(&other);
            Err(raise::type_error(th, format_args!("{method} returned non-string (type {name})")))
        }
    }
}

/// `ascii(obj)`
pub fn ascii(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
    let text = repr(th, obj)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars().iter() {
        match c {
            0..0x80 => out.push(c as u8 as char),
            0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
            0x100..0x1_0000 => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(Str::new(th, &out))
}

/// `format(obj, spec)`
pub fn format(th: &mut Thread, obj: &Object, spec: &Str) -> Result<Ref<Str>, Raised> {
    if spec.is_empty() {
        if let Some(s) = obj.downcast_exact::<Str>() {
            return Ok(s.to_ref());
        }
        if obj.is_exactly::<Int>() {
            return str_(th, obj);
        }
    }
    let Some(result) = super::attr::call_special(th, obj, &names::__format__, &[spec])? else {
        let name = super::type_name(obj);
        return Err(raise::type_error(th, format_args!("Type {name} doesn't define __format__")));
    };
    match result.downcast::<Str>() {
        Ok(s) => Ok(s),
        Err(other) => {
            let name = super::type_name(&other);
            Err(raise::type_error(th, format_args!("__format__ must return a str, not {name}")))
        }
    }
}
