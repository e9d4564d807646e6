//! Type variables in the arguments of a generic type: finding them, and putting other types in their places.

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::GenericAlias;
use crate::typing::as_type;
use crate::{List, Tuple, ellipsis, names, none, ops, raise};

/// The type variables in `args` (a tuple or list), each once, in order of appearance.
pub fn collect_parameters(th: &mut Thread, args: &Object) -> Result<Ref<Tuple>, Raised> {
    let mut found = Vec::new();
    collect_into(th, args, &mut found)?;
    Ok(Tuple::new(th, found))
}

fn add(found: &mut Vec<Ref<Object>>, parameter: Ref<Object>) {
    if !found.iter().any(|known| Thread::same(&**known, &*parameter)) {
        found.push(parameter);
    }
}

fn collect_into(th: &mut Thread, args: &Object, found: &mut Vec<Ref<Object>>) -> Result<(), Raised> {
    ops::native_recursion(th, " in __parameter__ calculation")?;
    for arg in ops::to_vec(th, args)? {
        // `__parameters__` of a class is about its own parameters, which are not free here.
        if as_type(&arg).is_some() {
            continue;
        }
        if ops::hasattr(th, &arg, &names::__typing_subst__)? {
            add(found, arg);
            continue;
        }
        match ops::getattr_opt(th, &arg, &names::__parameters__)? {
            Some(parameters) => {
                if let Some(parameters) = parameters.downcast_ref::<Tuple>() {
                    parameters.iter().for_each(|parameter| add(found, parameter.to_ref()));
                }
            }
            None if arg.is_a::<Tuple>() || arg.is_a::<List>() => collect_into(th, &arg, found)?,
            None => {}
        }
    }
    Ok(())
}

/// The arguments of an unpacked tuple type: `*tuple[int, str]`.
fn unpacked_args(th: &mut Thread, arg: &Object) -> Result<Option<Ref<Tuple>>, Raised> {
    if let Some(alias) = arg.downcast_exact::<GenericAlias>() {
        return Ok((alias.is_starred() && alias.is_tuple()).then(|| alias.args().to_ref()));
    }
    let found = ops::getattr_opt(th, arg, &names::__typing_unpacked_tuple_args__)?;
    Ok(found.and_then(|found| found.downcast::<Tuple>().ok()))
}

/// What was subscripted, with unpacked tuples of known length in line.
fn flatten(th: &mut Thread, item: &Object) -> Result<Ref<Tuple>, Raised> {
    let items: Vec<&Object> = match item.downcast::<Tuple>() {
        Some(items) => items.iter().collect(),
        None => vec![item],
    };
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        if as_type(item).is_none()
            && let Some(inner) = unpacked_args(th, item)?
            && !inner.iter().next_back().is_some_and(|last| last.is(ellipsis()))
        {
            flat.extend(inner.iter().map(Heaped::to_ref));
            continue;
        }
        flat.push(item.to_ref());
    }
    Ok(Tuple::new(th, flat))
}

/// `args` (a tuple or list) with `parameters` replaced by what `item` holds; `whole` is what messages show.
pub fn substitute(th: &mut Thread, whole: &Object, args: &Object, parameters: &Tuple, item: &Object) -> Result<Ref<Tuple>, Raised> {
    let wanted = parameters.len();
    if wanted == 0 {
        let shown = ops::repr(th, whole)?;
        return Err(raise::type_error(th, format_args!("{shown} is not a generic class")));
    }
    let mut item: Ref<Object> = flatten(th, item)?.up();
    for parameter in parameters.iter() {
        let prepare = ops::getattr_opt(th, parameter, &names::__typing_prepare_subst__)?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is(none())) {
            let given = as_tuple(th, item);
            item = ops::call(th, &prepare, &[whole, &given])?;
        }
    }
    let given = as_tuple(th, item);
    if given.len() != wanted {
        let (shown, actual) = (ops::repr(th, whole)?, given.len());
        let what = if actual > wanted { "many" } else { "few" };
        return Err(raise::type_error(th, format_args!("Too {what} arguments for {shown}; actual {actual}, expected {wanted}")));
    }
    Pairs { whole, parameters, given: &given }.replace_all(th, args)
}

fn as_tuple(th: &Thread, item: Ref<Object>) -> Ref<Tuple> {
    match item.downcast::<Tuple>() {
        Ok(tuple) => tuple,
        Err(item) => Tuple::new(th, vec![item]),
    }
}

/// Type variables, and what replaces each.
struct Pairs<'a> {
    whole: &'a Object,
    parameters: &'a Tuple,
    given: &'a Tuple,
}

impl Pairs<'_> {
    fn index_of(&self, parameter: &Object) -> Option<usize> {
        self.parameters.iter().position(|known| Thread::same(known, parameter))
    }

    fn replace_all(&self, th: &mut Thread, args: &Object) -> Result<Ref<Tuple>, Raised> {
        ops::native_recursion(th, " while substituting type variables")?;
        let mut out = Vec::new();
        for arg in ops::to_vec(th, args)? {
            if as_type(&arg).is_some() {
                out.push(arg);
                continue;
            }
            if arg.is_a::<Tuple>() || arg.is_a::<List>() {
                let inner = substitute(th, self.whole, &arg, self.parameters, self.given)?;
                out.push(if arg.is_a::<Tuple>() { inner.up() } else { ops::to_list(th, &inner)?.up() });
                continue;
            }
            let unpack = match ops::getattr_opt(th, &arg, &names::__typing_is_unpacked_typevartuple__)? {
                Some(says) => ops::is_true(th, &says)?,
                None => false,
            };
            let replaced = match ops::getattr_opt(th, &arg, &names::__typing_subst__)? {
                Some(subst) => match self.index_of(&arg) {
                    Some(index) => ops::call1(th, &subst, self.given.get(index))?,
                    None => {
                        let shown = ops::repr(th, &arg)?;
                        return Err(raise::type_error(th, format_args!("argument {shown} with __typing_subst__ was not found in __parameters__")));
                    }
                },
                None => self.replace_in(th, &arg)?,
            };
            if !unpack {
                out.push(replaced);
                continue;
            }
            match replaced.downcast::<Tuple>() {
                Ok(several) => out.extend(several.iter().map(Heaped::to_ref)),
                Err(other) => {
                    let (of, got) = (ops::type_name(&arg), ops::type_name(&other));
                    let message = format_args!("expected __typing_subst__ of {of} objects to return a tuple, not {got}");
                    return Err(raise::type_error(th, message));
                }
            }
        }
        Ok(Tuple::new(th, out))
    }

    /// A generic type among the arguments: it is subscripted with what replaces its own variables.
    fn replace_in(&self, th: &mut Thread, arg: &Object) -> Result<Ref<Object>, Raised> {
        let inner = ops::getattr_opt(th, arg, &names::__parameters__)?;
        let Some(inner) = inner.as_ref().and_then(|inner| inner.downcast_ref::<Tuple>()).filter(|inner| !inner.is_empty()) else {
            return Ok(arg.to_ref());
        };
        let mut key = Vec::with_capacity(inner.len());
        for parameter in inner.iter() {
            let Some(index) = self.index_of(parameter) else {
                key.push(parameter.to_ref());
                continue;
            };
            let given = self.given.get(index);
            match given.downcast::<Tuple>() {
                // A type variable that stands for several types.
                Some(several) if parameter.ty().tp_iter().is_some() => key.extend(several.iter().map(Heaped::to_ref)),
                _ => key.push(given.to_ref()),
            }
        }
        let key = Tuple::new(th, key);
        ops::getitem(th, arg, &key)
    }
}
