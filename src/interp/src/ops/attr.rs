//! Attributes: load, store, delete, method loads, `super()`, and special methods.
//!
//! Their inline caches are in `attr_cache`.

use heap::{Object, Raised, Ref, Thread};
use objects::{Str, names, ops, raise};
use syntax::opcodes::Special;

use super::Done;
use crate::frame::{Fp, Reg};

/// dst = obj.name
#[inline(never)]
pub fn op_load_attr(th: &mut Thread, f: Fp, dst: i32, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    let value = ops::getattr(th, regs.get(obj), f.code().name_at(name))?;
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = the method, which the type of obj has, bound to it
#[inline(never)]
pub fn op_bind(th: &mut Thread, f: Fp, dst: i32, obj: i32, method: Ref<Object>) -> Done {
    let regs = f.regs();
    let bound = ops::attr::bind(th, method, regs.get(obj))?;
    regs.consume(th, obj);
    regs.set(th, dst, bound);
    Ok(())
}

/// obj.name = value
#[inline(never)]
pub fn op_store_attr(th: &mut Thread, f: Fp, obj: i32, name: i32, value: i32) -> Done {
    let regs = f.regs();
    ops::setattr(th, regs.get(obj), f.code().name_at(name), regs.get(value))?;
    regs.consume(th, value);
    regs.consume(th, obj);
    Ok(())
}

/// del obj.name
#[inline(never)]
pub fn op_delete_attr(th: &mut Thread, f: Fp, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    ops::delattr(th, regs.get(obj), f.code().name_at(name))?;
    regs.consume(th, obj);
    Ok(())
}

/// (base, base+1) = (unbound method, obj) or (obj.name, null)
#[inline(never)]
pub fn op_load_method(th: &mut Thread, f: Fp, base: i32, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(obj);
    match ops::get_method(th, object, f.code().name_at(name))? {
        (method, false) => {
            let this = regs.move_in(th, obj);
            regs.put(base, Reg::counted(method));
            regs.put(base + 1, this);
        }
        (value, true) => {
            regs.consume(th, obj);
            regs.put(base, Reg::counted(value));
            regs.put(base + 1, Reg::NULL);
        }
    }
    Ok(())
}

/// What `super(cls, this).name` finds: the value, and whether it is still to be called with `this`.
fn load_super(th: &mut Thread, f: Fp, base: i32, name: &Str, zero_args: bool, method: bool) -> Result<(Ref<Object>, bool), Raised> {
    let regs = f.regs();
    let (global, cls, this) = (regs.get(base), regs.get(base + 1), regs.get(base + 2));
    if crate::lent::is_super(global) && objects::typing::as_type(cls).is_some() {
        return crate::lent::super_getattr(th, cls, this, name, method);
    }
    // Somebody gave the name `super` another meaning: call it as it was written.
    let object = if zero_args { ops::call0(th, global)? } else { ops::call(th, global, &[cls, this])? };
    let value = ops::getattr(th, &object, name)?;
    th.release(object);
    Ok((value, false))
}

/// base = super(cls, self).name
#[inline(never)]
pub fn op_load_super_attr(th: &mut Thread, f: Fp, base: i32, name: i32, form: i32) -> Done {
    let regs = f.regs();
    let (value, _) = load_super(th, f, base, f.code().name_at(name), form == 0, false)?;
    regs.release_range(th, base, 3);
    regs.put(base, Reg::counted(value));
    Ok(())
}

/// (base, base+1) as `LoadMethod` leaves it
#[inline(never)]
pub fn op_load_super_method(th: &mut Thread, f: Fp, base: i32, name: i32, form: i32) -> Done {
    let regs = f.regs();
    let (value, unbound) = load_super(th, f, base, f.code().name_at(name), form == 0, true)?;
    let this = regs.take(base + 2).escaping(th);
    regs.release_range(th, base, 2);
    regs.put(base, Reg::counted(value));
    if unbound {
        regs.put(base + 1, this);
    } else {
        regs.put(base + 1, Reg::NULL);
        this.release(th);
    }
    Ok(())
}

/// The name of a special method.
pub fn special_name(which: Special) -> &'static Str {
    match which {
        Special::Enter => &names::__enter__,
        Special::Exit => &names::__exit__,
        Special::Aenter => &names::__aenter__,
        Special::Aexit => &names::__aexit__,
    }
}

/// (base, base+1) = (callable, self or null) of a special method
#[inline(never)]
pub fn op_load_special(th: &mut Thread, f: Fp, base: i32, obj: i32, which: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(obj);
    let Some(which) = Special::from_imm(which) else { return Err(raise::system_error(th, format_args!("unknown special method"))) };
    let name = special_name(which);
    let Some((callable, bound)) = ops::lookup_special_method(th, object, name)? else {
        return Err(no_context_manager(th, object, which, &name.to_string_lossy()));
    };
    let this = if !bound { regs.move_in(th, obj) } else { regs.consume(th, obj); Reg::NULL };
    regs.put(base, Reg::counted(callable));
    regs.put(base + 1, this);
    Ok(())
}

#[cold]
fn no_context_manager(th: &mut Thread, object: &Object, which: Special, name: &str) -> Raised {
    let (asynchronous, other) = match which {
        Special::Enter => ("", "__aenter__"),
        Special::Exit => ("", "__aexit__"),
        Special::Aenter => ("asynchronous ", "__enter__"),
        Special::Aexit => ("asynchronous ", "__exit__"),
    };
    let ty = ops::type_name(object);
    let other = objects::str::intern(th, other);
    let hint = match ops::lookup_type_attr(th, object.ty(), other).is_some() {
        false => "",
        true if asynchronous.is_empty() => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
        true => " but it supports the context manager protocol. Did you mean to use 'with'?",
    };
    raise::type_error(th, format_args!("'{ty}' object does not support the {asynchronous}context manager protocol (missed {name} method){hint}"))
}
