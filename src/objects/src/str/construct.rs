//! `str(…)`: of any object, or decoded from a buffer.

use heap::{Object, Raised, Ref, Thread, Type};

use super::Str;
use crate::glue::{Buffer, KwArgs, has_buffer, str_text};
use crate::{codecs, ops, raise};

const NAMES: [&str; 3] = ["object", "encoding", "errors"];

/// `str(object='', encoding='utf-8', errors='strict')`. `direct` calls count too many arguments in other words than `str.__new__`.
pub(super) fn construct(th: &mut Thread, cls: &Type, args: &[&Object], kwargs: KwArgs<'_>, direct: bool) -> Result<Ref<Str>, Raised> {
    let made = match (args, kwargs.is_empty()) {
        ([object], true) => ops::str_(th, object)?,
        ([], true) => Str::empty(),
        _ => from_arguments(th, args, kwargs, direct)?,
    };
    match Str::new_in(th, cls, made) {
        Some(made) => Ok(made),
        None => Err(raise::memory_error(th)),
    }
}

fn from_arguments(th: &mut Thread, args: &[&Object], kwargs: KwArgs<'_>, direct: bool) -> Result<Ref<Str>, Raised> {
    let given = args.len() + kwargs.len();
    if given > 3 {
        return Err(match direct && kwargs.is_empty() {
            true => raise::type_error(th, format_args!("str expected at most 3 arguments, got {given}")),
            false => {
                let kind = if args.is_empty() { "keyword " } else { "" };
                raise::type_error(th, format_args!("str() takes at most 3 {kind}arguments ({given} given)"))
            }
        });
    }
    let mut bound = [None; 3];
    for (place, arg) in bound.iter_mut().zip(args) {
        *place = Some(*arg);
    }
    for (name, value) in kwargs.iter() {
        let name = str_text(name).unwrap_or_default();
        let Some(index) = NAMES.iter().position(|known| *known == name) else {
            return Err(raise::type_error(th, format_args!("str() got an unexpected keyword argument '{name}'")));
        };
        if bound[index].is_some() {
            let number = index + 1;
            return Err(raise::type_error(th, format_args!("argument for str() given by name ('{name}') and position ({number})")));
        }
        bound[index] = Some(value);
    }
    let encoding = text_argument(th, bound[1], "str", "encoding")?;
    let errors = text_argument(th, bound[2], "str", "errors")?;
    match bound[0] {
        None => Ok(Str::empty()),
        Some(object) if encoding.is_none() && errors.is_none() => ops::str_(th, object),
        Some(object) => decode_object(th, object, encoding, errors),
    }
}

/// An encoding or error handler that a constructor was given.
fn text_argument<'a>(th: &mut Thread, arg: Option<&'a Object>, func: &str, name: &str) -> Result<Option<&'a str>, Raised> {
    let Some(arg) = arg else { return Ok(None) };
    let Some(text) = Str::of(arg) else {
        let got = ops::type_name(arg);
        let got = if arg.is(crate::none()) { "None" } else { &got };
        return Err(raise::type_error(th, format_args!("{func}() argument '{name}' must be str, not {got}")));
    };
    match text.to_utf8() {
        Some(text) if text.as_bytes().contains(&0) => Err(raise::value_error(th, format_args!("embedded null character"))),
        Some(text) => Ok(Some(text)),
        None => Err(raise::unicode_surrogates(th, text)),
    }
}

/// The text of a bytes-like object (`PyUnicode_FromEncodedObject`).
pub fn decode_object(th: &mut Thread, object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>, Raised> {
    if Str::of(object).is_some() {
        return Err(raise::type_error(th, format_args!("decoding str is not supported")));
    }
    if let Some(bytes) = object.downcast::<crate::Bytes>() {
        return codecs::decode(th, object, bytes.as_slice(), encoding, errors);
    }
    if !has_buffer(object) {
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("decoding to str: need a bytes-like object, {got} found")));
    }
    let buffer = Buffer::new(th, object)?;
    codecs::decode(th, object, buffer.as_slice(), encoding, errors)
}
