//! What tells constants of code apart that compare equal (`_PyCode_ConstantKey`): `0` and `False`, `0.0` and `-0.0`, also inside tuples.

use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::Code;
use objects::{Bool, Bytes, Complex, Float, FrozenSet, Int, Slice, Str, Tuple, ops};

use crate::api;

fn pack(th: &Thread, items: &[&Object]) -> Ref<Object> {
    Tuple::from_slice(th, items).up()
}

fn keys(th: &mut Thread, items: &[Ref<Object>]) -> Result<Ref<Tuple>, Raised> {
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        found.push(key(th, item)?);
    }
    Ok(Tuple::new(th, found))
}

fn is_negative_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

fn key_of_complex(th: &Thread, object: &Object, number: &Complex) -> Ref<Object> {
    let value = number.value();
    let ty = object.ty().as_object();
    let mark = match (is_negative_zero(value.real), is_negative_zero(value.imag)) {
        (false, false) => return pack(th, &[ty, object]),
        (true, true) => objects::bool_ref(true),
        (false, true) => objects::bool_ref(false),
        (true, false) => objects::none_ref(),
    };
    pack(th, &[ty, object, &mark])
}

/// The items' keys, in a container of the same kind.
fn key_of_items(th: &mut Thread, object: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if let Some(tuple) = object.downcast_exact::<Tuple>() {
        let items: Vec<_> = tuple.iter().map(|item| th.retain(item)).collect();
        return keys(th, &items).map(|keys| Some(keys.up()));
    }
    if object.is_exactly::<FrozenSet>() {
        let items = ops::iter::to_vec(th, object)?;
        let keys = keys(th, &items)?;
        return ops::call(th, object.ty().as_object(), &[keys.as_object()]).map(Some);
    }
    if let Some(slice) = object.downcast_exact::<Slice>() {
        let items = [th.retain(slice.start()), th.retain(slice.stop()), th.retain(slice.step())];
        return keys(th, &items).map(|keys| Some(keys.up()));
    }
    Ok(None)
}

fn key(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    let ty = object.ty().as_object();
    let is_plain = object.is_exactly::<Int>() || object.is_exactly::<Str>() || object.is_exactly::<Code>();
    if is_plain || object.is(objects::none()) || object.is(objects::ellipsis()) {
        return Ok(th.retain(object));
    }
    if object.is_exactly::<Bool>() || object.is_exactly::<Bytes>() {
        return Ok(pack(th, &[ty, object]));
    }
    if let Some(number) = object.downcast_exact::<Float>() {
        let mut items = vec![ty, object];
        items.extend(is_negative_zero(number.value()).then(objects::none));
        return Ok(pack(th, &items));
    }
    if let Some(number) = object.downcast_exact::<Complex>() {
        return Ok(key_of_complex(th, object, number));
    }
    let first = match key_of_items(th, object)? {
        Some(keys) => keys,
        // Others are told apart by where they are.
        None => Int::from_u64(th, object.as_ptr().addr() as u64).up(),
    };
    Ok(pack(th, &[&first, object]))
}

api! {
    /// An object that is equal to another one's if the two are the same constant.
    fn _PyCode_ConstantKey(th, object: &Object) -> Result<Ref<Object>, Raised> {
        key(th, object)
    }
}
