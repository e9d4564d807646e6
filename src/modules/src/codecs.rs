//! `_codecs`: the registry of codecs and error handlers, and the builtin codecs one by one.

use algos::codecs::ByteOrder;
use algos::text::bytes::{self as escapes, OnError};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::codecs::decoding::{self, Input};
use objects::codecs::{charmap, encoding as encoders, registry};
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, raise};

type Pair = Result<Ref<Tuple>, Raised>;

fn pair(th: &Thread, made: Ref<Object>, consumed: usize) -> Ref<Tuple> {
    Tuple::from_array(th, [made, Int::from_usize(th, consumed).up()])
}

fn encoded(th: &mut Thread, text: &Str, made: Result<Ref<Bytes>, Raised>) -> Pair {
    made.map(|made| pair(th, made.up(), text.len()))
}

fn decoded(th: &mut Thread, made: Result<(Ref<Str>, usize), Raised>) -> Pair {
    made.map(|(text, consumed)| pair(th, text.up(), consumed))
}

fn order(byteorder: i32) -> Option<ByteOrder> {
    match byteorder {
        0 => None,
        1.. => Some(ByteOrder::Big),
        _ => Some(ByteOrder::Little),
    }
}

fn order_number(order: Option<ByteOrder>) -> i64 {
    match order {
        None => 0,
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
    }
}

/// The bytes of a text or of a bytes-like object.
fn source(th: &mut Thread, data: &Object) -> Result<Vec<u8>, Raised> {
    match data.downcast::<Str>() {
        Some(text) => match text.to_utf8() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(raise::unicode_surrogates(th, text)),
        },
        None => Ok(Buffer::new(th, data)?.as_slice().to_vec()),
    }
}

#[pymodule(name = "_codecs")]
pub mod codecs {
    use super::*;

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding name in
    /// all lower case letters, and either return None, or a tuple of functions
    /// (encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).
    #[function(sig = "(search_function, /)")]
    fn register(th: &mut Thread, search_function: &Object) -> Result<(), Raised> {
        registry::register(th, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[function(sig = "(search_function, /)")]
    fn unregister(th: &mut Thread, search_function: &Object) -> Result<(), Raised> {
        registry::unregister(th, search_function)
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function(sig = "(encoding, /)")]
    fn lookup(th: &mut Thread, encoding: &str) -> Pair {
        registry::lookup(th, encoding)
    }

    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.  Other possible values are 'ignore', 'replace'
    /// and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(
        th: &mut Thread,
        obj: &Object,
        #[default("utf-8")] encoding: &str,
        #[default("")] errors: &str,
    ) -> Result<Ref<Object>, Raised> {
        let errors = Some(errors).filter(|errors| !errors.is_empty());
        let codec = registry::lookup(th, encoding)?;
        registry::run_encoder(th, &codec, obj, encoding, errors)
    }

    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.  Other possible values are 'ignore', 'replace'
    /// and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(
        th: &mut Thread,
        obj: &Object,
        #[default("utf-8")] encoding: &str,
        #[default("")] errors: &str,
    ) -> Result<Ref<Object>, Raised> {
        let errors = Some(errors).filter(|errors| !errors.is_empty());
        let codec = registry::lookup(th, encoding)?;
        registry::run_decoder(th, &codec, obj, encoding, errors)
    }

    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that
    /// will be called with an exception instance containing
    /// information about the location of the encoding/decoding
    /// error and must return a (replacement, new position) tuple.
    #[function(sig = "(errors, handler, /)")]
    fn register_error(th: &mut Thread, errors: &str, handler: &Object) -> Result<(), Raised> {
        registry::register_error(th, errors, handler)
    }

    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised
    /// if the error handling is a built-in one (e.g., 'strict'), or if an error
    /// occurs.
    ///
    /// Otherwise, this returns True if a custom handler has been successfully
    /// un-registered, and False if no custom handler for the specified error
    /// handling exists.
    #[function(sig = "(errors, /)")]
    fn _unregister_error(th: &mut Thread, errors: &str) -> Result<bool, Raised> {
        registry::unregister_error(th, errors)
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise a
    /// LookupError, if no handler exists under this name.
    #[function(sig = "(name, /)")]
    fn lookup_error(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
        registry::lookup_error(th, name)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(th: &mut Thread, data: &Bytes, _errors: Option<&str>) -> Ref<Tuple> {
        let made = Bytes::new(th, &escapes::escape(data.as_slice()));
        pair(th, made.up(), data.len())
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(th: &mut Thread, data: &Object, errors: Option<&str>) -> Pair {
        let data = source(th, data)?;
        // What errors say matters only to a broken escape.
        let (on_error, known) = match errors {
            None | Some("strict") => (OnError::Strict, true),
            Some("replace") => (OnError::Replace, true),
            Some("ignore") => (OnError::Ignore, true),
            Some(_) => (OnError::Strict, false),
        };
        match escapes::unescape(&data, on_error) {
            Ok((made, bad)) => {
                if let Some(bad) = bad {
                    decoding::warn_of_escape(th, &data, bad, "b")?;
                }
                let made = Bytes::new(th, &made);
                Ok(pair(th, made.up(), data.len()))
            }
            Err(escapes::UnescapeError::BadHex { .. }) if !known => {
                let errors = errors.unwrap_or_default();
                Err(raise::value_error(th, format_args!("decoding error; unknown error handling code: {errors}")))
            }
            Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
        }
    }

    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(th: &mut Thread, data: &Object, _errors: Option<&str>) -> Pair {
        let data = source(th, data)?;
        let made = Bytes::new(th, &data);
        Ok(pair(th, made.up(), data.len()))
    }

    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(th: &mut Thread, str: &Str, errors: Option<&str>, mapping: Option<&Object>) -> Pair {
        let made = charmap::encode(th, str, errors, mapping.filter(|m| !m.is(objects::none())));
        encoded(th, str, made)
    }

    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(th: &mut Thread, data: &Object, errors: Option<&str>, mapping: Option<&Object>) -> Pair {
        let buffer = Buffer::new(th, data)?;
        let made = charmap::decode(th, Input::new(data, buffer.as_slice()), errors, mapping.filter(|m| !m.is(objects::none())));
        decoded(th, made)
    }

    #[function(sig = "(map, /)")]
    fn charmap_build(th: &mut Thread, map: &Str) -> Result<Ref<Object>, Raised> {
        charmap::build(th, map)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_7_encode(th: &mut Thread, str: &Str, _errors: Option<&str>) -> Pair {
        let made = encoders::utf7(th, str);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::utf8(th, str, errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::ascii(th, str, errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::latin1(th, str, errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(th: &mut Thread, str: &Str, _errors: Option<&str>) -> Pair {
        let made = encoders::unicode_escape(th, str);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(th: &mut Thread, str: &Str, _errors: Option<&str>) -> Pair {
        let made = encoders::raw_unicode_escape(th, str);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(th: &mut Thread, str: &Str, errors: Option<&str>, byteorder: i32) -> Pair {
        let made = encoders::utf16(th, str, order(byteorder), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::utf16(th, str, Some(ByteOrder::Little), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::utf16(th, str, Some(ByteOrder::Big), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(th: &mut Thread, str: &Str, errors: Option<&str>, byteorder: i32) -> Pair {
        let made = encoders::utf32(th, str, order(byteorder), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::utf32(th, str, Some(ByteOrder::Little), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(th: &mut Thread, str: &Str, errors: Option<&str>) -> Pair {
        let made = encoders::utf32(th, str, Some(ByteOrder::Big), errors);
        encoded(th, str, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf7(th, Input::new(data, bytes.as_slice()), errors, r#final);
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf8(th, Input::new(data, bytes.as_slice()), errors, r#final);
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(th: &mut Thread, data: &Object, errors: Option<&str>) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::ascii(th, Input::new(data, bytes.as_slice()), errors);
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = source(th, data)?;
        let made = decoding::unicode_escape(th, Input::new(data, &bytes), errors, r#final);
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = source(th, data)?;
        let made = decoding::raw_unicode_escape(th, Input::new(data, &bytes), errors, r#final);
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(th: &mut Thread, data: Buffer, _errors: Option<&str>) -> Pair {
        let made = decoding::latin1(th, data.as_slice())?;
        Ok(pair(th, made.up(), data.as_slice().len()))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf16(th, Input::new(data, bytes.as_slice()), None, errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf16(th, Input::new(data, bytes.as_slice()), Some(ByteOrder::Little), errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf16(th, Input::new(data, bytes.as_slice()), Some(ByteOrder::Big), errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(th: &mut Thread, data: &Object, errors: Option<&str>, byteorder: i32, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let (text, consumed, found) = decoding::utf16(th, Input::new(data, bytes.as_slice()), order(byteorder), errors, r#final)?;
        let (consumed, found) = (Int::from_usize(th, consumed), Int::from_i64(th, order_number(found)));
        Ok(Tuple::from_array(th, [text.up(), consumed.up(), found.up()]))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf32(th, Input::new(data, bytes.as_slice()), None, errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf32(th, Input::new(data, bytes.as_slice()), Some(ByteOrder::Little), errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(th: &mut Thread, data: &Object, errors: Option<&str>, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let made = decoding::utf32(th, Input::new(data, bytes.as_slice()), Some(ByteOrder::Big), errors, r#final)
            .map(|(text, consumed, _)| (text, consumed));
        decoded(th, made)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(th: &mut Thread, data: &Object, errors: Option<&str>, byteorder: i32, r#final: bool) -> Pair {
        let bytes = Buffer::new(th, data)?;
        let (text, consumed, found) = decoding::utf32(th, Input::new(data, bytes.as_slice()), order(byteorder), errors, r#final)?;
        let (consumed, found) = (Int::from_usize(th, consumed), Int::from_i64(th, order_number(found)));
        Ok(Tuple::from_array(th, [text.up(), consumed.up(), found.up()]))
    }
}
