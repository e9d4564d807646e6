//! `charmap`: codecs by a mapping, any object with `__getitem__`, or a table.

use algos::codecs::{self as alg, Step};
use algos::text::Builder;
use heap::{Head, Object, Raised, Ref, Thread};
use macros::{pymethods, pytype};

use super::decoding::{self, Decoder, Input};
use super::encoding::{self, Encoder};
use crate::str::with_units;
use crate::{Bytes, Dict, Int, Str, exceptions, ops, raise};

const UNDEFINED: &str = "character maps to <undefined>";

/// What `charmap_build` makes of a code page.
#[pytype(name = "EncodingMap", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct EncodingMap {
    head: Head,
    map: Box<alg::EncodingMap>,
    blocks: (usize, usize),
}

#[pymethods]
impl EncodingMap {
    /// Return the size (in bytes) of this object.
    #[method]
    fn size(&self) -> usize {
        // What a map of two levels of blocks takes.
        63 + 16 * self.blocks.0 + 128 * self.blocks.1
    }
}

/// `codecs.charmap_build(table)`: a map, or a dict where the table is no common code page.
pub fn build(th: &mut Thread, table: &Str) -> Result<Ref<Object>, Raised> {
    let chars: Vec<u32> = table.chars().iter().take(256).collect();
    let usual = chars.first() == Some(&0) && chars[1..].iter().all(|&c| c != 0 && c <= 0xffff);
    if !usual {
        let dict = Dict::new(th);
        for (byte, &c) in (0..256).zip(&chars) {
            let (key, value) = (Int::from_i64(th, i64::from(c)), Int::from_i64(th, byte));
            dict.set(th, &key, &value)?;
        }
        return Ok(dict.up());
    }
    let count = |shift: u32| {
        let mut blocks: Vec<u32> = chars.iter().filter(|&&c| c != 0xfffe).map(|c| c >> shift).collect();
        blocks.sort_unstable();
        blocks.dedup();
        blocks.len()
    };
    let blocks = (count(11), count(7));
    let map = Box::new(with_units!(table, |units| alg::EncodingMap::new(units)));
    Ok(th.new_object(EncodingMap { head: Head::INIT, map, blocks }).up())
}

/// What a mapping says of a character or byte; `LookupError` says nothing.
fn look_up(th: &mut Thread, mapping: &Object, key: u32) -> Result<Option<Ref<Object>>, Raised> {
    let key = Int::from_i64(th, i64::from(key));
    match ops::getitem(th, mapping, &key) {
        Ok(found) if found.is(crate::none()) => Ok(None),
        Ok(found) => Ok(Some(found)),
        Err(raised) => match raise::catch(th, exceptions::lookup_error_type()) {
            Some(error) => {
                th.release(error);
                Ok(None)
            }
            None => Err(raised),
        },
    }
}

/// Writes what a mapping says of a character; false: nothing.
fn encode_char(th: &mut Thread, mapping: &Object, c: u32, out: &mut Vec<u8>) -> Result<bool, Raised> {
    let Some(found) = look_up(th, mapping, c)? else { return Ok(false) };
    if let Some(n) = Int::of(&found) {
        return match n.to_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => {
                out.push(byte);
                Ok(true)
            }
            None => Err(raise::type_error(th, format_args!("character mapping must be in range(256)"))),
        };
    }
    if let Some(bytes) = found.downcast_ref::<Bytes>() {
        out.extend_from_slice(bytes.as_slice());
        return Ok(true);
    }
    let got = ops::type_name(&found);
    Err(raise::type_error(th, format_args!("character mapping must return integer, bytes or None, not {got}")))
}

/// `codecs.charmap_encode(text, errors, mapping)`; without a mapping it is Latin-1.
pub fn encode(th: &mut Thread, text: &Str, errors: Option<&str>, mapping: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
    let Some(mapping) = mapping.filter(|mapping| !mapping.is(crate::none())) else { return encoding::latin1(th, text, errors) };
    if let Some(map) = mapping.downcast_exact::<EncodingMap>() {
        let step = |_: &mut Thread, text: &Str, at: usize, out: &mut Vec<u8>| Ok(with_units!(text, |units| alg::encode_charmap(units, at, &map.map, out)));
        let encoder = Encoder { name: "charmap", step: &step, ascii_only: false, unit: 1, utf: None };
        return encoding::run(th, &encoder, text, errors, Vec::with_capacity(text.len()));
    }
    let step = |th: &mut Thread, text: &Str, at: usize, out: &mut Vec<u8>| {
        let len = text.len();
        let mut scratch = Vec::new();
        for start in at..len {
            if encode_char(th, mapping, text.chars().at(start), out)? {
                continue;
            }
            // A run of characters without a place is one error.
            let mut end = start + 1;
            while end < len && !encode_char(th, mapping, text.chars().at(end), &mut scratch)? {
                end += 1;
            }
            return Ok(Step::Error { start, end, reason: UNDEFINED });
        }
        Ok(Step::Done(len))
    };
    let encoder = Encoder { name: "charmap", step: &step, ascii_only: false, unit: 1, utf: None };
    encoding::run(th, &encoder, text, errors, Vec::with_capacity(text.len()))
}

/// Writes what a mapping says of a byte; false: nothing.
fn decode_byte(th: &mut Thread, mapping: &Object, byte: u8, out: &mut Builder) -> Result<bool, Raised> {
    let Some(found) = look_up(th, mapping, u32::from(byte))? else { return Ok(false) };
    if let Some(n) = Int::of(&found) {
        return match n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|&c| c <= algos::ucd::MAX) {
            Some(0xfffe) => Ok(false),
            Some(c) => {
                out.push(c);
                Ok(true)
            }
            None => Err(raise::type_error(th, format_args!("character mapping must be in range(0x110000)"))),
        };
    }
    let Some(text) = Str::of(&found) else {
        return Err(raise::type_error(th, format_args!("character mapping must return integer, None or str")));
    };
    if text.len() == 1 && text.chars().at(0) == 0xfffe {
        return Ok(false);
    }
    with_units!(text, |units| out.push_units(units));
    Ok(true)
}

/// `codecs.charmap_decode(bytes, errors, mapping)`; without a mapping it is Latin-1.
pub fn decode(th: &mut Thread, input: Input<'_>, errors: Option<&str>, mapping: Option<&Object>) -> Result<(Ref<Str>, usize), Raised> {
    let Some(mapping) = mapping.filter(|mapping| !mapping.is(crate::none())) else {
        return Ok((decoding::latin1(th, input.bytes())?, input.bytes().len()));
    };
    if let Some(table) = mapping.downcast_exact::<Str>() {
        return decoding::table(th, input, table, errors);
    }
    let mut step = |th: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| {
        for start in at..bytes.len() {
            if !decode_byte(th, mapping, bytes[start], out)? {
                return Ok(Step::Error { start, end: start + 1, reason: UNDEFINED });
            }
        }
        Ok(Step::Done(bytes.len()))
    };
    decoding::run(th, Decoder { name: "charmap", step: &mut step, utf: None }, input, 0, errors)
}

