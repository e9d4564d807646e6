//! Who knows codecs and error handlers by name: `codecs.register`, `codecs.lookup`, `codecs.register_error`, `codecs.lookup_error`.

use heap::{Object, Raised, Ref, Thread};

use super::{handlers, normalize};
use crate::glue::Global;
use crate::{Dict, List, Str, Tuple, exceptions, hooks, ops, raise};

/// Functions from an encoding's name to its codec or `None`.
static SEARCHERS: Global<List> = Global::EMPTY;
/// Codecs found so far, by normalized name.
static FOUND: Global<Dict> = Global::EMPTY;
/// Error handlers by name.
static HANDLERS: Global<Dict> = Global::EMPTY;

fn searchers(th: &mut Thread) -> Result<Ref<List>, Raised> {
    SEARCHERS.get_or_init(th, |th| Ok(List::empty(th)))
}

fn found(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    FOUND.get_or_init(th, |th| Ok(Dict::new(th)))
}

/// `codecs.register(search_function)`
pub fn register(th: &mut Thread, search: &Object) -> Result<(), Raised> {
    if !ops::is_callable(search) {
        return Err(raise::type_error(th, format_args!("argument must be callable")));
    }
    let list = searchers(th)?;
    let search = th.retain(search);
    list.append(th, search)
}

/// `codecs.unregister(search_function)`
pub fn unregister(th: &mut Thread, search: &Object) -> Result<(), Raised> {
    let list = searchers(th)?;
    let mut kept = list.snapshot(th);
    let Some(at) = kept.iter().position(|item| Thread::same(&**item, search)) else { return Ok(()) };
    kept.remove(at);
    let kept = List::new(th, kept);
    SEARCHERS.set(th, Some(kept));
    let cache = found(th)?;
    cache.clear_entries(th);
    Ok(())
}

#[cold]
fn unknown(th: &mut Thread, encoding: &str) -> Raised {
    raise::lookup_error(th, format_args!("unknown encoding: {encoding}"))
}

/// `codecs.lookup(encoding)`: a tuple of encoder, decoder, stream reader, stream writer.
pub fn lookup(th: &mut Thread, encoding: &str) -> Result<Ref<Tuple>, Raised> {
    let key = normalize(encoding);
    let key = Str::new(th, &key);
    let cache = found(th)?;
    if let Some(codec) = cache.get(th, &key)?
        && let Ok(codec) = codec.downcast::<Tuple>()
    {
        return Ok(codec);
    }
    let list = searchers(th)?;
    if list.len() == 0 {
        // The package registers its search function.
        (hooks::get().import)(th, "encodings")?;
    }
    let list = searchers(th)?;
    if list.len() == 0 {
        return Err(raise::lookup_error(th, format_args!("no codec search functions registered: can't find encoding")));
    }
    let mut index = 0;
    while let Some(search) = list.get(th, index) {
        index += 1;
        let result = ops::call1(th, &search, &key)?;
        if result.is(crate::none()) {
            continue;
        }
        return match result.downcast::<Tuple>() {
            Ok(codec) if codec.len() == 4 => {
                cache.set(th, &key, &codec)?;
                Ok(codec)
            }
            _ => Err(raise::type_error(th, format_args!("codec search functions must return 4-tuples"))),
        };
    }
    Err(unknown(th, encoding))
}

/// A codec between text and bytes; others are refused with a pointer to `instead`.
pub fn lookup_text(th: &mut Thread, encoding: &str, instead: &str) -> Result<Ref<Tuple>, Raised> {
    let codec = lookup(th, encoding)?;
    if !codec.is_exactly::<Tuple>() {
        let name = crate::str::intern(th, "_is_text_encoding");
        if let Some(flag) = ops::getattr_opt(th, &codec, name)?
            && !ops::is_true(th, &flag)?
        {
            return Err(raise::lookup_error(
                th,
                format_args!("'{encoding}' is not a text encoding; use {instead} to handle arbitrary codecs"),
            ));
        }
    }
    Ok(codec)
}

fn run(th: &mut Thread, function: &Object, object: &Object, encoding: &str, errors: Option<&str>, operation: &str) -> Result<Ref<Object>, Raised> {
    let result = match errors {
        Some(errors) => {
            let errors = Str::new(th, errors);
            ops::call(th, function, &[object, &errors])
        }
        None => ops::call1(th, function, object),
    };
    result.map_err(|raised| {
        add_note(th, &format!("{operation} with '{encoding}' codec failed"));
        raised
    })
}

/// Adds a note to the raised exception; failing to is no error of its own.
fn add_note(th: &mut Thread, note: &str) {
    let Some(exception) = th.take_exception() else { return };
    let note = Str::new(th, note);
    let name = crate::str::intern(th, "add_note");
    if ops::call_method(th, &exception, name, &[&note]).is_err() {
        th.take_exception();
    }
    let _ = th.set_exception(exception);
}

/// Calls a codec's encoder.
pub fn run_encoder(th: &mut Thread, codec: &Tuple, object: &Object, encoding: &str, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    let result = run(th, codec.get(0), object, encoding, errors, "encoding")?;
    match result.downcast_ref::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(th.retain(pair.get(0))),
        _ => Err(raise::type_error(th, format_args!("encoder must return a tuple (object, integer)"))),
    }
}

/// Calls a codec's decoder.
pub fn run_decoder(th: &mut Thread, codec: &Tuple, object: &Object, encoding: &str, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    let result = run(th, codec.get(1), object, encoding, errors, "decoding")?;
    match result.downcast_ref::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(th.retain(pair.get(0))),
        _ => Err(raise::type_error(th, format_args!("decoder must return a tuple (object,integer)"))),
    }
}

fn error_handlers(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    HANDLERS.get_or_init(th, |th| {
        let dict = Dict::new(th);
        for (name, handler) in handlers::builtin_functions(th) {
            let name = Str::new(th, name);
            dict.set(th, &name, &handler)?;
        }
        Ok(dict)
    })
}

/// `codecs.register_error(name, handler)`
pub fn register_error(th: &mut Thread, name: &str, handler: &Object) -> Result<(), Raised> {
    if !ops::is_callable(handler) {
        return Err(raise::type_error(th, format_args!("handler must be callable")));
    }
    let dict = error_handlers(th)?;
    let name = Str::new(th, name);
    dict.set(th, &name, handler)
}

/// `codecs._unregister_error(name)`: whether there was one. The builtin ones stay.
pub fn unregister_error(th: &mut Thread, name: &str) -> Result<bool, Raised> {
    if handlers::NAMES.contains(&name) {
        return Err(raise::value_error(th, format_args!("cannot un-register built-in error handler '{name}'")));
    }
    let dict = error_handlers(th)?;
    let name = Str::new(th, name);
    match dict.get(th, &name)? {
        Some(_) => {
            ops::delitem(th, &dict, &name)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// `codecs.lookup_error(name)`
pub fn lookup_error(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let dict = error_handlers(th)?;
    let key = Str::new(th, name);
    match dict.get(th, &key)? {
        Some(handler) => Ok(handler),
        None => Err(raise::new(th, exceptions::lookup_error_type(), format_args!("unknown error handler name '{name}'"))),
    }
}
