//! Subscripts and slices.

use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Int, List, Str, Tuple, ops, raise, slice};
use syntax::opcodes::Op;

use super::arith::adopt;
use super::{Done, special};
use crate::fast;
use crate::frame::{Fp, Pc, Reg};

/// `mapping[key]`, a missing key as `None`.
pub fn getitem_opt(th: &mut Thread, mapping: &Object, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        return dict.get(th, key);
    }
    match ops::getitem(th, mapping, key) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => match raise::catch(th, objects::exceptions::key_error_type()) {
            Some(missing) => {
                th.release(missing);
                Ok(None)
            }
            None => Err(raised),
        },
    }
}

/// dst = obj[index]
#[inline(never)]
pub fn op_subscript(th: &mut Thread, f: Fp, dst: i32, obj: i32, index: i32) -> Done {
    let regs = f.regs();
    let value = ops::getitem(th, regs.get(obj), regs.get(index))?;
    regs.consume(th, index);
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = obj[n]
#[inline(never)]
pub fn op_subscript_imm(th: &mut Thread, f: Fp, dst: i32, obj: i32, n: i32) -> Done {
    let regs = f.regs();
    let n = Int::from_i64(th, i64::from(n));
    let value = ops::getitem(th, regs.get(obj), &n)?;
    th.release(n);
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = obj[start:stop]
#[inline(never)]
pub fn op_subscript_slice(th: &mut Thread, f: Fp, dst: i32, obj: i32, base: i32) -> Done {
    let regs = f.regs();
    let value = match slice_of(th, regs.get(obj), regs.get(base), regs.get(base + 1)) {
        Some(value) => value?,
        None => {
            let slice = crate::lent::new_slice(th, regs.get(base), regs.get(base + 1), objects::none())?;
            let value = ops::getitem(th, regs.get(obj), &slice)?;
            th.release(slice);
            value
        }
    };
    regs.release_range(th, base, 2);
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
}

/// object[start:stop] of the types that are sliced most, without a slice object.
fn slice_of(th: &mut Thread, object: &Object, start: &Object, stop: &Object) -> Option<Result<Ref<Object>, Raised>> {
    if let Some(list) = object.downcast_exact::<List>() {
        return Some(slice::bounds(th, start, stop).and_then(|bounds| list.slice(th, bounds)).map(Ref::up));
    }
    if let Some(text) = object.downcast_exact::<Str>() {
        return Some(slice::bounds(th, start, stop).and_then(|bounds| text.slice_between(th, bounds)).map(Ref::up));
    }
    let tuple = object.downcast_exact::<Tuple>()?;
    Some(slice::bounds(th, start, stop).and_then(|bounds| {
        let range = bounds.adjust(tuple.len());
        tuple.slice(th, range.first(), range.step, range.count).map(Ref::up)
    }))
}

/// obj[index] = value
#[inline(never)]
pub fn op_store_subscript(th: &mut Thread, f: Fp, obj: i32, index: i32, value: i32) -> Done {
    let regs = f.regs();
    ops::setitem(th, regs.get(obj), regs.get(index), regs.get(value))?;
    regs.consume(th, value);
    regs.consume(th, index);
    regs.consume(th, obj);
    Ok(())
}

/// del obj[index]
#[inline(never)]
pub fn op_delete_subscript(th: &mut Thread, f: Fp, obj: i32, index: i32) -> Done {
    let regs = f.regs();
    ops::delitem(th, regs.get(obj), regs.get(index))?;
    regs.consume(th, index);
    regs.consume(th, obj);
    Ok(())
}

/// Chooses a form for `Subscript`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize(th: &mut Thread, f: Fp, pc: Pc, object: &Object, index: &Object) -> bool {
    let by_int = index.is_exactly::<Int>();
    let form = if object.is_exactly::<List>() && by_int {
        Op::SubscriptListInt
    } else if object.is_exactly::<Tuple>() && by_int {
        Op::SubscriptTupleInt
    } else if object.is_exactly::<Dict>() {
        Op::SubscriptDict
    } else if object.is_exactly::<Str>() && by_int {
        Op::SubscriptStrInt
    } else if special::note(th, f, pc, object, objects::names::__getitem__.get(), 2, special::METHOD) {
        Op::SubscriptPy
    } else {
        Op::Subscript
    };
    adopt(pc, Op::Subscript, form)
}

/// Chooses a form for `SubscriptImm`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_imm(pc: Pc, object: &Object) -> bool {
    let form = if object.is_exactly::<List>() {
        Op::SubscriptImmList
    } else if object.is_exactly::<Tuple>() {
        Op::SubscriptImmTuple
    } else if object.is_exactly::<Str>() {
        Op::SubscriptImmStr
    } else {
        Op::SubscriptImm
    };
    adopt(pc, Op::SubscriptImm, form)
}

/// Chooses a form for `StoreSubscript`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_store(th: &mut Thread, f: Fp, pc: Pc, object: &Object, index: &Object) -> bool {
    let form = if object.is_exactly::<List>() && index.is_exactly::<Int>() {
        Op::StoreSubscriptListInt
    } else if object.is_exactly::<Dict>() {
        Op::StoreSubscriptDict
    } else if special::note(th, f, pc, object, objects::names::__setitem__.get(), 3, special::METHOD) {
        Op::StoreSubscriptPy
    } else {
        Op::StoreSubscript
    };
    adopt(pc, Op::StoreSubscript, form)
}

#[inline(always)]
fn position(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index + len as i64 } else { index };
    usize::try_from(index).ok().filter(|i| *i < len)
}

/// list[index], if it is there.
#[inline(always)]
pub fn list_at(th: &Thread, object: &Object, index: i64) -> Option<Reg> {
    let list = object.downcast_exact::<List>()?;
    // Of a list that other threads change, the length and the item belong together.
    if index < 0 && !th.is_mine(list) {
        return None;
    }
    list.get(th, position(index, list.len())?).map(Reg::counted)
}

/// tuple[index], if it is there.
#[inline(always)]
pub fn tuple_at(th: &Thread, object: &Object, index: i64) -> Option<Reg> {
    let tuple = object.downcast_exact::<Tuple>()?;
    Some(Reg::counted(th.retain(tuple.get(position(index, tuple.len())?))))
}

/// str[index], if it is there: a string of one character.
#[inline(always)]
pub fn char_at(th: &Thread, object: &Object, index: i64) -> Option<Reg> {
    let text = object.downcast_exact::<Str>()?;
    let code = text.chars().at(position(index, text.len())?);
    Some(Reg::counted(Str::from_char(th, code)))
}

/// The value of an index register that holds an exact int.
#[inline(always)]
pub fn index_of(reg: Reg) -> Option<i64> {
    fast::int(reg)
}

/// `SubscriptDict`: dst = dict[key]; `None` if the object is no exact dict.
#[inline(never)]
pub fn op_subscript_dict(th: &mut Thread, f: Fp, dst: i32, obj: i32, key: i32) -> Option<Done> {
    let regs = f.regs();
    let dict = regs.get(obj).downcast_exact::<Dict>()?;
    let value = match dict.get(th, regs.get(key)) {
        Ok(Some(value)) => value,
        Ok(None) => return Some(Err(raise::key_error(th, regs.get(key)))),
        Err(raised) => return Some(Err(raised)),
    };
    regs.consume(th, key);
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Some(Ok(()))
}

/// `StoreSubscriptDict`: dict[key] = value; `None` if the object is no exact dict.
#[inline(never)]
pub fn op_store_dict(th: &mut Thread, f: Fp, obj: i32, key: i32, value: i32) -> Option<Done> {
    let regs = f.regs();
    let dict = regs.get(obj).downcast_exact::<Dict>()?;
    let item = th.retain(regs.get(value));
    if let Err(raised) = dict.set(th, regs.get(key), item) {
        return Some(Err(raised));
    }
    regs.consume(th, value);
    regs.consume(th, key);
    regs.consume(th, obj);
    Some(Ok(()))
}

/// `StoreSubscriptListInt`: list[index] = value; false if that is not what it is.
#[inline(always)]
pub fn store_list(th: &mut Thread, f: Fp, obj: i32, index: i32, value: i32) -> bool {
    let regs = f.regs();
    let Some(list) = regs.get(obj).downcast_exact::<List>() else { return false };
    let Some(position) = fast::int(regs.reg(index)).filter(|i| *i >= 0 || th.is_mine(list)).and_then(|i| position(i, list.len())) else { return false };
    let item = th.retain(regs.get(value));
    if !list.set(th, position, item) {
        return false;
    }
    regs.consume(th, value);
    regs.consume(th, index);
    regs.consume(th, obj);
    true
}
