//! Displays: tuples, lists, sets, dicts, strings, slices, and what is added to them.

use heap::{Object, Raised, Ref, Thread};
use objects::dict::merge::Existing;
use objects::{Dict, List, Str, Tuple, ops, raise};

use crate::lent;

use super::Done;
use crate::frame::{Fp, Reg, Regs};

/// dst = tuple of n temps
#[inline(never)]
pub fn op_build_tuple(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) {
    let regs = f.regs();
    let tuple = tuple_of(th, regs, base, n);
    regs.set(th, dst, tuple);
}

/// A tuple of n temps, which end.
pub fn tuple_of(th: &Thread, regs: Regs, base: i32, n: i32) -> Ref<Tuple> {
    let acyclic = (base..base + n).all(|r| Tuple::takes_uncollected(th, regs.get(r)));
    Tuple::build_known(th, n as usize, acyclic, |i| regs.take(base + i as i32).into_full(th))
}

/// dst = list of n temps
#[inline(never)]
pub fn op_build_list(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) {
    let regs = f.regs();
    let list = list_of(th, regs, base, n);
    regs.set(th, dst, list);
}

/// A list of n temps, which end.
pub fn list_of(th: &Thread, regs: Regs, base: i32, n: i32) -> Ref<List> {
    let list = List::build(th, n as usize, |i| regs.take(base + i as i32).into_full(th));
    // A display's items were registers: there is memory for as many pointers.
    list.unwrap_or_else(|_| heap::alloc::out_of_memory())
}

/// dst = set of n temps
#[inline(never)]
pub fn op_build_set(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) -> Done {
    let regs = f.regs();
    let items: Vec<&Object> = (base..base + n).map(|r| regs.get(r)).collect();
    let set = lent::new_set(th, &items)?;
    regs.release_range(th, base, n as usize);
    regs.set(th, dst, set);
    Ok(())
}

/// dst = dict of n pairs
#[inline(never)]
pub fn op_build_map(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) -> Done {
    let regs = f.regs();
    let names = n > 0 && regs.get(base).is_exactly::<Str>();
    let dict = Dict::with_capacity(th, n as usize, names);
    for i in 0..n {
        let value = th.retain(regs.get(base + 2 * i + 1));
        dict.set(th, regs.get(base + 2 * i), value)?;
    }
    regs.release_range(th, base, 2 * n as usize);
    regs.set(th, dst, dict);
    Ok(())
}

/// dst = concatenation of n strings
#[inline(never)]
pub fn op_build_string(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) -> Done {
    let regs = f.regs();
    let mut parts: Vec<&Str> = Vec::with_capacity(n as usize);
    for r in base..base + n {
        match regs.get(r).downcast::<Str>() {
            Some(part) => parts.push(part),
            None => return Err(raise::system_error(th, format_args!("a part of an f-string is no str"))),
        }
    }
    let text = concat(th, &parts)?;
    regs.release_range(th, base, n as usize);
    regs.set(th, dst, text);
    Ok(())
}

fn concat(th: &mut Thread, parts: &[&Str]) -> Result<Ref<Str>, Raised> {
    let mut points: Vec<u32> = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        points.extend(part.chars().iter());
    }
    Ok(Str::from_code_points(th, &points))
}

/// dst = slice of 2 or 3 temps
#[inline(never)]
pub fn op_build_slice(th: &mut Thread, f: Fp, dst: i32, base: i32, n: i32) -> Done {
    let regs = f.regs();
    let step = if n == 3 { regs.get(base + 2) } else { objects::none() };
    let slice = lent::new_slice(th, regs.get(base), regs.get(base + 1), step)?;
    regs.release_range(th, base, n as usize);
    regs.set(th, dst, slice);
    Ok(())
}

fn const_items<'a>(f: Fp, k: i32) -> &'a Tuple {
    match f.code().const_at(k).full().downcast_exact::<Tuple>() {
        Some(tuple) => tuple,
        None => unreachable!("verified code: the constant of a display is a tuple"),
    }
}

/// dst = [*k]
#[inline(never)]
pub fn op_build_const_list(th: &mut Thread, f: Fp, dst: i32, k: i32) {
    let items = const_items(f, k).iter().map(|item| th.retain(item)).collect();
    let list = List::new(th, items);
    f.regs().set(th, dst, list);
}

/// dst = {*k}
#[inline(never)]
pub fn op_build_const_set(th: &mut Thread, f: Fp, dst: i32, k: i32) -> Done {
    let items = const_items(f, k).as_slice();
    let mut set = lent::new_set(th, items)?;
    if items.len() > FITS_SMALL {
        // As CPython does it, from a constant set: what grows by one merger gets less room than what grows by items, and another order.
        set = {
            let merged = lent::new_set(th, &[])?;
            lent::set_update(th, &merged, &set)?;
            merged
        };
    }
    f.regs().set(th, dst, set);
    Ok(())
}

/// Items that a set's small table has room for.
const FITS_SMALL: usize = 4;

/// What a register that the compiler filled with a display holds.
fn display<'a, T: heap::PyType>(th: &mut Thread, f: Fp, r: i32) -> Result<&'a T, Raised> {
    match f.regs().get(r).downcast::<T>() {
        Some(object) => Ok(object),
        None => Err(raise::system_error(th, format_args!("expected a {} to add to", T::NAME))),
    }
}

/// list.append(value)
#[inline(never)]
pub fn op_list_append(th: &mut Thread, f: Fp, list: i32, value: i32) -> Done {
    let list = display::<List>(th, f, list)?;
    let value = f.regs().take_in(th, value);
    list.append(th, value)
}

/// list.extend(iterable)
#[inline(never)]
pub fn op_list_extend(th: &mut Thread, f: Fp, list: i32, iterable: i32) -> Done {
    let regs = f.regs();
    let list = display::<List>(th, f, list)?;
    let object = regs.get(iterable);
    if let Err(raised) = super::iter::extend_list(th, list, object) {
        if object.ty().tp_iter().is_none() && !ops::is_sequence(object) && raise::matches(th, objects::exceptions::type_error_type()) {
            drop(th.take_exception());
            let ty = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("Value after * must be an iterable, not {ty}")));
        }
        return Err(raised);
    }
    regs.consume(th, iterable);
    Ok(())
}

/// set.add(value)
#[inline(never)]
pub fn op_set_add(th: &mut Thread, f: Fp, set: i32, value: i32) -> Done {
    let regs = f.regs();
    lent::set_add(th, regs.get(set), regs.get(value))?;
    regs.consume(th, value);
    Ok(())
}

/// set.update(iterable)
#[inline(never)]
pub fn op_set_update(th: &mut Thread, f: Fp, set: i32, iterable: i32) -> Done {
    let regs = f.regs();
    lent::set_update(th, regs.get(set), regs.get(iterable))?;
    regs.consume(th, iterable);
    Ok(())
}

/// map[key] = value
#[inline(never)]
pub fn op_map_set(th: &mut Thread, f: Fp, map: i32, key: i32, value: i32) -> Done {
    let regs = f.regs();
    let item = th.retain(regs.get(value));
    display::<Dict>(th, f, map)?.set(th, regs.get(key), item)?;
    regs.consume(th, value);
    regs.consume(th, key);
    Ok(())
}

/// map.update(mapping)
#[inline(never)]
pub fn op_dict_update(th: &mut Thread, f: Fp, map: i32, mapping: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(mapping);
    let dict = display::<Dict>(th, f, map)?;
    if let Err(raised) = dict.merge(th, object, Existing::Replace) {
        if raise::matches(th, objects::exceptions::attribute_error_type()) {
            drop(th.take_exception());
            let ty = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("'{ty}' object is not a mapping")));
        }
        return Err(raised);
    }
    regs.consume(th, mapping);
    Ok(())
}

/// `f(**mapping)`: a key that is there already is an error
#[inline(never)]
pub fn op_dict_merge(th: &mut Thread, f: Fp, map: i32, mapping: i32, callee: i32) -> Done {
    let regs = f.regs();
    let dict = display::<Dict>(th, f, map)?;
    merge_keywords(th, dict, regs.get(mapping), regs.get(callee))?;
    regs.consume(th, mapping);
    Ok(())
}

/// Adds keyword arguments from a mapping. Whether they are strings is seen when they are bound.
pub fn merge_keywords(th: &mut Thread, dict: &Dict, mapping: &Object, callee: &Object) -> Done {
    let pairs = match keyword_pairs(th, mapping) {
        Ok(pairs) => pairs,
        Err(raised) => {
            if raise::matches(th, objects::exceptions::attribute_error_type()) {
                drop(th.take_exception());
                let name = crate::args::callee_name(th, callee);
                let ty = ops::type_name(mapping);
                return Err(raise::type_error(th, format_args!("{name} argument after ** must be a mapping, not {ty}")));
            }
            return Err(raised);
        }
    };
    for (key, value) in pairs {
        if dict.get(th, &key)?.is_some() {
            let name = crate::args::callee_name(th, callee);
            let text = ops::str_(th, &key)?.to_string_lossy();
            return Err(raise::type_error(th, format_args!("{name} got multiple values for keyword argument '{text}'")));
        }
        dict.set(th, &key, value)?;
    }
    Ok(())
}

/// The items of a mapping, by its `keys` method unless it is a dict.
pub fn keyword_pairs(th: &mut Thread, mapping: &Object) -> Result<Vec<(Ref<Object>, Ref<Object>)>, Raised> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        return Ok(dict.snapshot(th));
    }
    let keys = ops::call_method(th, mapping, &objects::names::keys, &[])?;
    let keys = ops::to_vec(th, &keys)?;
    let mut pairs = Vec::with_capacity(keys.len());
    for key in keys {
        let value = ops::getitem(th, mapping, &key)?;
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// dst = the common constant
#[inline(never)]
pub fn op_load_common(th: &mut Thread, f: Fp, dst: i32, which: i32) -> Done {
    use syntax::opcodes::CommonConst;
    let value: Reg = match CommonConst::from_imm(which) {
        Some(CommonConst::AssertionError) => Reg::uncounted(objects::exceptions::assertion_error_type()),
        Some(CommonConst::NotImplementedError) => Reg::uncounted(objects::exceptions::not_implemented_error_type()),
        Some(CommonConst::Tuple) => Reg::uncounted(<Tuple as heap::PyType>::type_object()),
        Some(CommonConst::List) => Reg::uncounted(<objects::List as heap::PyType>::type_object()),
        Some(CommonConst::Set) => Reg::uncounted(<objects::Set as heap::PyType>::type_object()),
        Some(which @ (CommonConst::All | CommonConst::Any)) => match crate::builtins::common(th, which == CommonConst::All) {
            Some(function) => Reg::counted(function),
            None => Reg::none(),
        },
        None => return Err(raise::system_error(th, format_args!("unknown common constant"))),
    };
    f.regs().out(th, dst, value);
    Ok(())
}
