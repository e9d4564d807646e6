//! Pattern matching.

use heap::{Object, Raised, Ref, Thread, Type};
use objects::{Dict, Int, Str, Tuple, ops, raise};

use super::Done;
use crate::frame::{Fp, Reg};

/// dst = len(src)
#[inline(never)]
pub fn op_get_len(th: &mut Thread, f: Fp, dst: i32, src: i32) -> Done {
    let regs = f.regs();
    let len = ops::len(th, regs.get(src))?;
    let value = Int::from_i64(th, len as i64);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = tuple of src's values for the keys, or None
#[inline(never)]
pub fn op_match_keys(th: &mut Thread, f: Fp, dst: i32, src: i32, keys: i32) -> Done {
    let regs = f.regs();
    let Some(keys) = regs.get(keys).downcast::<Tuple>() else {
        return Err(raise::system_error(th, format_args!("the keys of a mapping pattern are no tuple")));
    };
    let value = match_keys(th, regs.get(src), keys)?;
    regs.out(th, dst, value);
    Ok(())
}

fn match_keys(th: &mut Thread, map: &Object, keys: &Tuple) -> Result<Reg, Raised> {
    if keys.len() == 0 {
        return Ok(Reg::counted(Tuple::new(th, Vec::new())));
    }
    let get = ops::getattr_str(th, map, "get")?;
    let seen = Dict::new(th);
    // Any object that no mapping can hold: nobody else has a reference to it.
    let marker = Dict::new(th);
    let mut values = Vec::with_capacity(keys.len());
    for key in keys.iter() {
        if seen.get(th, key)?.is_some() {
            let text = ops::repr(th, key)?.to_string_lossy();
            return Err(raise::value_error(th, format_args!("mapping pattern checks duplicate key ({text})")));
        }
        seen.set(th, key, objects::none_ref())?;
        let value = ops::call(th, &get, &[key, &marker])?;
        if value.is(&*marker) {
            return Ok(Reg::none());
        }
        values.push(value);
    }
    Ok(Reg::counted(Tuple::new(th, values)))
}

/// Class pattern: dst = tuple of attributes or None
#[inline(never)]
pub fn op_match_class(th: &mut Thread, f: Fp, dst: i32, base: i32, npos: i32) -> Done {
    let regs = f.regs();
    let Some(names) = regs.get(base + 2).downcast::<Tuple>() else {
        return Err(raise::system_error(th, format_args!("the names of a class pattern are no tuple")));
    };
    let value = match_class(th, regs.get(base), regs.get(base + 1), npos as usize, names)?;
    regs.release_range(th, base, 3);
    regs.out(th, dst, value);
    Ok(())
}

fn match_class(th: &mut Thread, subject: &Object, cls: &Object, npos: usize, names: &Tuple) -> Result<Reg, Raised> {
    let Some(ty) = objects::typing::as_type(cls) else {
        return Err(raise::type_error(th, format_args!("called match pattern must be a class")));
    };
    if !ops::isinstance(th, subject, cls)? {
        return Ok(Reg::none());
    }
    let seen = Dict::new(th);
    let mut attributes: Vec<Ref<Object>> = Vec::with_capacity(npos + names.len());
    if npos > 0 {
        let mut allowed = 0;
        let mut self_match = false;
        let mut match_args: Option<Ref<Tuple>> = None;
        let args_name = objects::str::intern(th, "__match_args__");
        match ops::getattr_opt(th, cls, args_name)? {
            Some(args) => match args.downcast_exact::<Tuple>() {
                Ok(args) => {
                    allowed = args.len();
                    match_args = Some(args);
                }
                Err(args) => {
                    let (name, got) = (ops::message_name(ty), ops::type_name(&args));
                    return Err(raise::type_error(th, format_args!("{name}.__match_args__ must be a tuple (got {got})")));
                }
            },
            None => {
                if ty.has_flag(abi::_Py_TPFLAGS_MATCH_SELF as u64) {
                    self_match = true;
                    allowed = 1;
                }
            }
        }
        if allowed < npos {
            let name = ops::message_name(ty);
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(raise::type_error(th, format_args!("{name}() accepts {allowed} positional sub-pattern{plural} ({npos} given)")));
        }
        if self_match {
            attributes.push(th.retain(subject));
        } else if let Some(match_args) = match_args {
            for i in 0..npos {
                let Some(name) = match_args.get(i).downcast_exact::<Str>() else {
                    let got = ops::type_name(match_args.get(i));
                    return Err(raise::type_error(th, format_args!("__match_args__ elements must be strings (got {got})")));
                };
                match match_attribute(th, subject, ty, name, &seen)? {
                    Some(value) => attributes.push(value),
                    None => return Ok(Reg::none()),
                }
            }
        }
    }
    for name in names.iter() {
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise::system_error(th, format_args!("a name of a class pattern is no str")));
        };
        match match_attribute(th, subject, ty, name, &seen)? {
            Some(value) => attributes.push(value),
            None => return Ok(Reg::none()),
        }
    }
    Ok(Reg::counted(Tuple::new(th, attributes)))
}

fn match_attribute(th: &mut Thread, subject: &Object, ty: &Type, name: &Str, seen: &Dict) -> Result<Option<Ref<Object>>, Raised> {
    if seen.get(th, name)?.is_some() {
        let cls = ops::message_name(ty);
        let text = ops::repr(th, name)?.to_string_lossy();
        return Err(raise::type_error(th, format_args!("{cls}() got multiple sub-patterns for attribute {text}")));
    }
    seen.set(th, name, objects::none_ref())?;
    ops::getattr_opt(th, subject, name)
}

/// Whether the type of src has a flag of pattern matching
#[inline(always)]
pub fn has_pattern_flag(object: &Object, mapping: bool) -> Reg {
    let flag = if mapping { abi::Py_TPFLAGS_MAPPING } else { abi::Py_TPFLAGS_SEQUENCE };
    Reg::bool(object.ty().has_flag(flag as u64))
}

