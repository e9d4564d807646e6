//! `__build_class__`: what a class statement does around its body.

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::typing::places::SlotId;
use objects::typing::{as_type, new_class, type_type};
use objects::{Cell, Dict, Str, Tuple, names, ops, raise};

use crate::args::Slice;
use crate::function::Function;
use crate::run::run_function_in;

/// Makes the class whose body is `body`. `keywords` are those of the class statement, `metaclass` among them.
pub fn build_class(th: &mut Thread, body: &Object, name: &Object, bases: &[&Object], keywords: &[(&Object, &Object)]) -> Result<Ref<Object>, Raised> {
    let Some(body) = body.downcast::<Function>() else {
        return Err(raise::type_error(th, format_args!("__build_class__: func must be a function")));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("__build_class__: name is not a string")));
    };
    let orig_bases = Tuple::from_slice(th, bases);
    let bases = resolve_bases(th, &orig_bases)?;
    let given = keywords.iter().find(|(key, _)| is_named(key, "metaclass")).map(|(_, value)| *value);
    let rest: Vec<(&Object, &Object)> = keywords.iter().copied().filter(|(key, _)| !is_named(key, "metaclass")).collect();
    let (rest_names, rest_values): (Vec<&Object>, Vec<&Object>) = rest.iter().copied().unzip();

    let mut metaclass = match given {
        Some(metaclass) => th.retain(metaclass),
        None if bases.len() == 0 => th.retain(type_type().as_object()),
        None => th.retain(bases.get(0).ty().as_object()),
    };
    let is_class = as_type(&metaclass).is_some();
    if let Some(ty) = as_type(&metaclass) {
        let winner = new_class::calculate_metaclass(th, ty, &bases)?;
        metaclass = winner;
    }
    let namespace = prepare(th, &metaclass, is_class, name, &bases, &rest_names, &rest_values)?;
    let cell = run_function_in(th, body, Some(&namespace), Slice { args: &[], positional: 0, names: &[] })?;
    if !core::ptr::eq(&*bases, &*orig_bases) {
        ops::setitem(th, &namespace, &names::__orig_bases__, &orig_bases)?;
    }
    let mut args: Vec<&Object> = vec![name, &bases, &namespace];
    args.extend(&rest_values);
    let kwnames = (!rest_names.is_empty()).then(|| Tuple::from_slice(th, &rest_names));
    let class = ops::call_kw(th, &metaclass, &args, kwnames.as_deref())?;
    check_class_cell(th, &cell, &class, name)?;
    Ok(class)
}

fn is_named(key: &Object, name: &str) -> bool {
    key.downcast::<Str>().is_some_and(|key| key.eq_text(name))
}

/// Bases with `__mro_entries__` replaced; the same tuple if there are none.
fn resolve_bases(th: &mut Thread, bases: &Ref<Tuple>) -> Result<Ref<Tuple>, Raised> {
    let mut resolved: Option<Vec<Ref<Object>>> = None;
    for (i, base) in bases.iter().enumerate() {
        let entries = if as_type(base).is_some() { None } else { ops::getattr_opt(th, base, &names::__mro_entries__)? };
        match entries {
            None => {
                if let Some(list) = &mut resolved {
                    list.push(th.retain(base));
                }
            }
            Some(method) => {
                let entries = ops::call1(th, &method, bases)?;
                let Some(entries) = (*entries).downcast::<Tuple>() else {
                    return Err(raise::type_error(th, format_args!("__mro_entries__ must return a tuple")));
                };
                let list = resolved.get_or_insert_with(|| (0..i).map(|k| th.retain(bases.get(k))).collect());
                list.extend(entries.iter().map(|entry| th.retain(entry)));
            }
        }
    }
    Ok(match resolved {
        Some(list) => Tuple::new(th, list),
        None => bases.clone(),
    })
}

fn prepare(
    th: &mut Thread,
    metaclass: &Object,
    is_class: bool,
    name: &Str,
    bases: &Tuple,
    keywords: &[&Object],
    values: &[&Object],
) -> Result<Ref<Object>, Raised> {
    let Some(prepare) = ops::getattr_opt(th, metaclass, &names::__prepare__)? else { return Ok(Dict::new(th).up()) };
    let mut args: Vec<&Object> = vec![name, bases];
    args.extend(values);
    let kwnames = (!keywords.is_empty()).then(|| Tuple::from_slice(th, keywords));
    let namespace = ops::call_kw(th, &prepare, &args, kwnames.as_deref())?;
    let fine = namespace.is_a::<Dict>() || SlotId::mp_subscript.read(namespace.ty()) != 0;
    if !fine {
        let got = ops::type_name(&namespace);
        let who = match as_type(metaclass).filter(|_| is_class) {
            Some(ty) => ops::message_name(ty),
            None => "<metaclass>".to_owned(),
        };
        return Err(raise::type_error(th, format_args!("{who}.__prepare__() must return a mapping, not {got}")));
    }
    Ok(namespace)
}

/// The body returned its `__class__` cell, which `type.__new__` must have filled.
fn check_class_cell(th: &mut Thread, cell: &Object, class: &Object, name: &Str) -> Result<(), Raised> {
    let Some(cell) = cell.downcast_exact::<Cell>().filter(|_| as_type(class).is_some()) else { return Ok(()) };
    let content = cell.get(th);
    match content {
        Some(content) if content.is(class) => Ok(()),
        None => {
            let (name, class) = (name.to_string_lossy(), ops::repr(th, class)?.to_string_lossy());
            Err(raise::runtime_error(
                th,
                format_args!("__class__ not set defining '{name}' as {class}. Was __classcell__ propagated to type.__new__?"),
            ))
        }
        Some(content) => {
            let (name, class) = (name.to_string_lossy(), ops::repr(th, class)?.to_string_lossy());
            let content = ops::repr(th, &content)?.to_string_lossy();
            Err(raise::type_error(th, format_args!("__class__ set to {content} defining '{name}' as {class}")))
        }
    }
}
