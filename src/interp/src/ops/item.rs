//! Subscripts and slices.

use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Int, ops, raise};

use super::Done;
use crate::frame::Fp;

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
    let slice = crate::lent::new_slice(th, regs.get(base), regs.get(base + 1), objects::none())?;
    let value = ops::getitem(th, regs.get(obj), &slice)?;
    th.release(slice);
    regs.release_range(th, base, 2);
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
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
