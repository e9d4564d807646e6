//! Method resolution order: C3 linearisation, and the best base for an instance's layout.

use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use super::{as_type, lookup, type_type};
use crate::{Tuple, names, ops, raise};

/// The MRO that C3 gives for the type's bases, without asking its metaclass.
pub fn linearize(th: &mut Thread, ty: &Type) -> Result<Vec<Ref<Object>>, Raised> {
    let bases = super::bases(th, ty);
    let mut sequences: Vec<Vec<Ref<Object>>> = Vec::with_capacity(bases.len() + 1);
    for i in 0..bases.len() {
        let Some(base) = as_type(bases.get(i)) else {
            return Err(raise::type_error(th, format_args!("bases must be types")));
        };
        match lookup::mro(th, base) {
            Some(mro) => sequences.push(mro.iter().map(|o| o.to_owned()).collect()),
            None => {
                let name = super::short_name(base);
                return Err(raise::type_error(th, format_args!("Cannot extend an incomplete type '{name}'")));
            }
        }
    }
    for i in 0..bases.len() {
        if (0..i).any(|j| core::ptr::eq(bases.get(j), bases.get(i))) {
            let name = as_type(bases.get(i)).map_or_else(String::new, super::short_name);
            return Err(raise::type_error(th, format_args!("duplicate base class {name}")));
        }
    }
    sequences.push(bases.iter().map(|o| o.to_owned()).collect());
    let mut heads = vec![0usize; sequences.len()];
    let mut result = vec![ty.to_owned()];
    loop {
        let mut remaining = false;
        let mut chosen: Option<Ref<Object>> = None;
        for (sequence, &head) in sequences.iter().zip(&heads) {
            let Some(candidate) = sequence.get(head) else { continue };
            remaining = true;
            let blocked = sequences.iter().zip(&heads).any(|(s, &h)| s.iter().skip(h + 1).any(|o| Thread::same(&**o, &**candidate)));
            if !blocked {
                chosen = Some(candidate.clone());
                break;
            }
        }
        let Some(chosen) = chosen else {
            if !remaining {
                return Ok(result);
            }
            let mut names_of: Vec<String> = Vec::new();
            for (sequence, &head) in sequences.iter().zip(&heads) {
                if let Some(ty) = sequence.get(head).and_then(|o| as_type(o)) {
                    let name = super::short_name(ty);
                    if !names_of.contains(&name) {
                        names_of.push(name);
                    }
                }
            }
            let list = names_of.join(", ");
            return Err(raise::type_error(th, format_args!("Cannot create a consistent method resolution order (MRO) for bases {list}")));
        };
        for (sequence, head) in sequences.iter().zip(&mut heads) {
            if sequence.get(*head).is_some_and(|o| Thread::same(&**o, &*chosen)) {
                *head += 1;
            }
        }
        result.push(chosen);
    }
}

/// The MRO as the type's metaclass wants it (`mro()` may be overridden).
pub fn compute(th: &mut Thread, ty: &Type) -> Result<Ref<Tuple>, Raised> {
    if core::ptr::eq(ty.ty(), type_type()) || ty.ty().tp_name().is_null() {
        let items = linearize(th, ty)?;
        return Ok(Tuple::new(th, items));
    }
    let custom = lookup::lookup(th, ty.ty(), &names::mro);
    let builtin = lookup::lookup(th, type_type(), &names::mro);
    if let (Some(custom), Some(builtin)) = (&custom, &builtin)
        && Thread::same(&**custom, &**builtin)
    {
        let items = linearize(th, ty)?;
        return Ok(Tuple::new(th, items));
    }
    let result = ops::call_method(th, ty, &names::mro, &[])?;
    let result = ops::to_tuple(th, &result)?;
    for i in 0..result.len() {
        let item = result.get(i);
        let Some(base) = as_type(item) else {
            let name = ops::type_name(item);
            return Err(raise::type_error(th, format_args!("mro() returned a non-class ('{name}')")));
        };
        if !heap::is_subtype(solid_base(ty), solid_base(base)) {
            let name = super::short_name(base);
            return Err(raise::type_error(th, format_args!("mro() returned base with unsuitable layout ('{name}')")));
        }
    }
    let bases = super::bases(th, ty);
    let known = |class: &Object| class.is(ty.as_object()) || bases.iter().filter_map(as_type).any(|base| as_type(class).is_some_and(|class| heap::is_subtype(base, class)));
    if !result.iter().all(known) {
        ty.set_flags(super::UNTAGGED);
        // The call of `mro()` may have looked at the class, which gave it one.
        lookup::forget_tag(ty);
    }
    Ok(result)
}

/// The nearest class in the chain of first bases whose instances have fields beyond their base's.
pub fn solid_base(ty: &Type) -> &Type {
    match base_of(ty) {
        Some(base) => {
            let solid = solid_base(base);
            if adds_fields(ty, solid) { ty } else { solid }
        }
        None => ty,
    }
}

fn base_of(ty: &Type) -> Option<&Type> {
    super::base(ty)
}

/// Whether instances of `ty` are laid out differently from those of `base`, dict word aside.
fn adds_fields(ty: &Type, base: &Type) -> bool {
    if ty.tp_itemsize() != base.tp_itemsize() {
        return true;
    }
    let mut size = ty.tp_basicsize();
    if ty.tp_dictoffset() > 0
        && base.tp_dictoffset() == 0
        && super::is_python_class(ty)
        && ty.tp_dictoffset() + 8 == size
    {
        size -= 8;
    }
    size != base.tp_basicsize()
}

/// Which base's layout the instances of a class with these bases have.
pub fn best_base<'a>(th: &mut Thread, bases: &'a Tuple) -> Result<&'a Type, Raised> {
    let mut winner: Option<(&Type, &Type)> = None;
    for base in bases.iter() {
        let Some(base) = as_type(base) else {
            return Err(raise::type_error(th, format_args!("bases must be types")));
        };
        if !base.has_flag(abi::Py_TPFLAGS_BASETYPE as u64) {
            let name = ops::message_name(base);
            return Err(raise::type_error(th, format_args!("type '{name}' is not an acceptable base type")));
        }
        let candidate = solid_base(base);
        winner = Some(match winner {
            None => (candidate, base),
            Some((solid, chosen)) if heap::is_subtype(solid, candidate) => (solid, chosen),
            Some((solid, _)) if heap::is_subtype(candidate, solid) => (candidate, base),
            Some(_) => return Err(raise::type_error(th, format_args!("multiple bases have instance lay-out conflict"))),
        });
    }
    match winner {
        Some((_, base)) => Ok(base),
        None => Err(raise::system_error(th, format_args!("a class needs a base"))),
    }
}
