//! The registry of codecs and of error handlers: `PyCodec_*`.

use core::ffi::{c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use objects::codecs::registry;
use objects::{Str, exceptions, ops};

use super::unicode::coded::optional;
use crate::api;

/// A C string that must be there.
///
/// # Safety
/// R4: it lives for the call.
unsafe fn c_text<'a>(th: &mut Thread, text: *const c_char) -> Result<&'a str, Raised> {
    // SAFETY: the caller's promise.
    if text.is_null() { Err(super::unicode::bad_argument(th)) } else { unsafe { crate::entry::c_text(th, text) } }
}

/// Encodes any object by a codec's name.
pub fn encode(th: &mut Thread, object: &Object, encoding: &str, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    let codec = registry::lookup(th, encoding)?;
    registry::run_encoder(th, &codec, object, encoding, errors)
}

/// Decodes any object by a codec's name.
pub fn decode(th: &mut Thread, object: &Object, encoding: &str, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    let codec = registry::lookup(th, encoding)?;
    registry::run_decoder(th, &codec, object, encoding, errors)
}

/// One of the four functions that a codec is.
fn function(th: &mut Thread, encoding: *const c_char, index: usize) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a C string.
    let encoding = unsafe { c_text(th, encoding) }?;
    let codec = registry::lookup(th, encoding)?;
    Ok(th.retain(codec.get(index)))
}

/// Calls one of a codec's factories.
fn make(th: &mut Thread, factory: &Object, stream: Option<&Object>, errors: *const c_char) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a C string or null.
    let errors = unsafe { optional(th, errors) }?.map(|errors| Str::new(th, errors));
    let mut args: Vec<&Object> = Vec::with_capacity(2);
    args.extend(stream);
    if let Some(errors) = &errors {
        args.push(errors);
    }
    ops::call(th, factory, &args)
}

fn incremental(th: &mut Thread, encoding: *const c_char, errors: *const c_char, attribute: &str) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a C string.
    let encoding = unsafe { c_text(th, encoding) }?;
    let codec = registry::lookup(th, encoding)?;
    let factory = ops::getattr_str(th, &codec, attribute)?;
    make(th, &factory, None, errors)
}

/// What a builtin error handler answers.
fn handle(th: &mut Thread, name: &str, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let error = error.unwrap_or_else(|| objects::none());
    let handler = registry::lookup_error(th, name)?;
    ops::call1(th, &handler, error)
}

api! {
    /// Adds a function that finds codecs.
    fn PyCodec_Register(th, search: Option<&Object>) -> Result<(), Raised> {
        match search {
            Some(search) => registry::register(th, search),
            None => Err(super::unicode::bad_argument(th)),
        }
    }

    /// Removes a function that finds codecs.
    fn PyCodec_Unregister(th, search: &Object) -> Result<(), Raised> {
        registry::unregister(th, search)
    }

    /// Whether there is a codec of this name; it raises nothing.
    fn PyCodec_KnownEncoding(th, encoding: *const c_char) -> c_int {
        // SAFETY: R4: a C string.
        let found = unsafe { c_text(th, encoding) }.and_then(|encoding| registry::lookup(th, encoding));
        if found.is_err() {
            drop(th.take_exception());
        }
        found.is_ok().into()
    }

    /// Encodes any object.
    fn PyCodec_Encode(th, object: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: C strings, the second may be null.
        let (encoding, errors) = unsafe { (c_text(th, encoding)?, optional(th, errors)?) };
        encode(th, object, encoding, errors)
    }

    /// Decodes any object.
    fn PyCodec_Decode(th, object: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: C strings, the second may be null.
        let (encoding, errors) = unsafe { (c_text(th, encoding)?, optional(th, errors)?) };
        decode(th, object, encoding, errors)
    }

    /// A codec's encoding function.
    fn PyCodec_Encoder(th, encoding: *const c_char) -> Result<Ref<Object>, Raised> {
        function(th, encoding, 0)
    }

    /// A codec's decoding function.
    fn PyCodec_Decoder(th, encoding: *const c_char) -> Result<Ref<Object>, Raised> {
        function(th, encoding, 1)
    }

    /// A codec's reader of a stream.
    fn PyCodec_StreamReader(th, encoding: *const c_char, stream: &Object, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        let factory = function(th, encoding, 2)?;
        make(th, &factory, Some(stream), errors)
    }

    /// A codec's writer to a stream.
    fn PyCodec_StreamWriter(th, encoding: *const c_char, stream: &Object, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        let factory = function(th, encoding, 3)?;
        make(th, &factory, Some(stream), errors)
    }

    /// A codec's encoder for text that comes in pieces.
    fn PyCodec_IncrementalEncoder(th, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        incremental(th, encoding, errors, "incrementalencoder")
    }

    /// A codec's decoder for bytes that come in pieces.
    fn PyCodec_IncrementalDecoder(th, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        incremental(th, encoding, errors, "incrementaldecoder")
    }

    /// Sets the error handler of a name.
    fn PyCodec_RegisterError(th, name: *const c_char, handler: &Object) -> Result<(), Raised> {
        // SAFETY: R4: a C string.
        let name = unsafe { c_text(th, name) }?;
        registry::register_error(th, name, handler)
    }

    /// The error handler of a name; null: `strict`.
    fn PyCodec_LookupError(th, name: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: a C string or null.
        let name = unsafe { optional(th, name) }?.unwrap_or("strict");
        registry::lookup_error(th, name)
    }

    /// Raises the error.
    fn PyCodec_StrictErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match error.and_then(|error| exceptions::as_exception(error).map(|_| error)) {
            Some(error) => Err(objects::raise::set(th, th.retain(error))),
            None => Err(objects::raise::type_error(th, format_args!("codec must pass exception instance"))),
        }
    }

    /// Leaves away what is wrong.
    fn PyCodec_IgnoreErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        handle(th, "ignore", error)
    }

    /// Question marks, or U+FFFD.
    fn PyCodec_ReplaceErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        handle(th, "replace", error)
    }

    /// References to characters, as XML writes them.
    fn PyCodec_XMLCharRefReplaceErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        handle(th, "xmlcharrefreplace", error)
    }

    /// Escapes with backslashes.
    fn PyCodec_BackslashReplaceErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        handle(th, "backslashreplace", error)
    }

    /// Escapes with names of characters.
    fn PyCodec_NameReplaceErrors(th, error: Option<&Object>) -> Result<Ref<Object>, Raised> {
        handle(th, "namereplace", error)
    }
}
