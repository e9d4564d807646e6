//! Subscripts and slices.

use heap::Thread;
use objects::{Int, Slice, ops};

use super::Done;
use crate::frame::Fp;

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
    let slice = Slice::new(th, regs.get(base).to_owned(), regs.get(base + 1).to_owned(), objects::none_ref());
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
