//! Encoding and decoding for a text stream: three codecs natively, the others through their incremental classes.

use heap::{Object, Raised, Ref, Thread};
use objects::codecs::{decoding, encoding, registry};
use objects::{Bytes, Int, Str, Tuple, ops, raise};

use super::{State, TextIoWrapper};
use crate::io::names as n;
use heap::Heaped;

/// Who encodes and decodes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Utf8,
    Ascii,
    Latin1,
    /// The objects in the stream's slots.
    Other,
}

impl Codec {
    pub fn named(encoding: &str) -> Codec {
        match objects::codecs::normalize(encoding).as_str() {
            "utf_8" | "utf8" => Codec::Utf8,
            "ascii" | "us_ascii" => Codec::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Codec::Latin1,
            _ => Codec::Other,
        }
    }
}

/// A decoder between two chunks.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DecoderState {
    pub held: Vec<u8>,
    pub pending_cr: bool,
    /// Another decoder's number.
    pub flags: i64,
}

impl TextIoWrapper {
    pub(in crate::io) fn encode(&self, th: &mut Thread, codec: Codec, text: &Str) -> Result<Vec<u8>, Raised> {
        let errors = self.state().errors.clone();
        let errors = Some(errors.as_str());
        let bytes = match codec {
            Codec::Utf8 => encoding::utf8(th, text, errors)?,
            Codec::Ascii => encoding::ascii(th, text, errors)?,
            Codec::Latin1 => encoding::latin1(th, text, errors)?,
            Codec::Other => {
                let Some(encoder) = self.encoder.get(th, self) else { return Err(crate::io::base::unsupported(th, "not writable")) };
                let made = ops::call_method(th, &encoder, &n::encode, &[text])?;
                match made.downcast::<Bytes>() {
                    Ok(bytes) => bytes,
                    Err(other) => {
                        let got = ops::type_name(&other);
                        return Err(raise::type_error(th, format_args!("encoder should return a bytes object, not '{got}'")));
                    }
                }
            }
        };
        Ok(bytes.as_slice().to_vec())
    }

    /// The text of the next bytes, line ends translated.
    pub(in crate::io) fn decode(&self, th: &mut Thread, bytes: &Bytes, last: bool) -> Result<Ref<Str>, Raised> {
        let (codec, errors, mut held) = {
            let mut state = self.state();
            (state.codec, state.errors.clone(), core::mem::take(&mut state.held))
        };
        let errors = Some(errors.as_str());
        let text = match codec {
            Codec::Other => {
                let Some(decoder) = self.decoder.get(th, self) else { return Err(crate::io::base::unsupported(th, "not readable")) };
                let text = ops::call_method(th, &decoder, &n::decode, &[bytes.as_object(), objects::bool_(last)])?;
                match text.downcast::<Str>() {
                    Ok(text) => text,
                    Err(other) => {
                        let got = ops::type_name(&other);
                        return Err(raise::type_error(th, format_args!("decoder should return a string result, not '{got}'")));
                    }
                }
            }
            Codec::Latin1 => decoding::latin1(th, bytes.as_slice())?,
            Codec::Ascii => decoding::ascii(th, decoding::Input::new(bytes.as_object(), bytes.as_slice()), errors)?.0,
            Codec::Utf8 => {
                let joined;
                let whole = if held.is_empty() {
                    bytes
                } else {
                    held.extend_from_slice(bytes.as_slice());
                    joined = Bytes::new(th, &held);
                    &*joined
                };
                let input = decoding::Input::new(whole.as_object(), whole.as_slice());
                let (text, consumed) = decoding::utf8(th, input, errors, last)?;
                self.state().held = whole.as_slice()[consumed.min(whole.len())..].to_vec();
                text
            }
        };
        let (universal, mut newlines) = {
            let state = self.state();
            (state.mode.universal(), state.newlines)
        };
        if !universal {
            return Ok(text);
        }
        let text = newlines.feed(th, text, last)?;
        self.state().newlines = newlines;
        Ok(text)
    }

    /// The decoder as it is now.
    pub(in crate::io) fn decoder_state(&self, th: &mut Thread) -> Result<DecoderState, Raised> {
        let (codec, held, pending_cr) = {
            let state = self.state();
            (state.codec, state.held.clone(), state.newlines.pending_cr)
        };
        let decoder = if codec == Codec::Other { self.decoder.get(th, self) } else { None };
        let Some(decoder) = decoder else { return Ok(DecoderState { held, pending_cr, flags: 0 }) };
        let state = ops::call_method(th, &decoder, &n::getstate, &[])?;
        let Some(pair) = state.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2) else {
            return Err(raise::type_error(th, format_args!("illegal decoder state")));
        };
        let Some(held) = pair.get(0).downcast::<Bytes>() else {
            let got = ops::type_name(pair.get(0));
            return Err(raise::type_error(th, format_args!("illegal decoder state: the first item should be a bytes object, not '{got}'")));
        };
        let flags = crate::io::base::offset_argument(th, pair.get(1))?;
        Ok(DecoderState { held: held.as_slice().to_vec(), pending_cr, flags })
    }

    /// Puts the decoder into a state.
    pub(in crate::io) fn set_decoder_state(&self, th: &mut Thread, to: &DecoderState) -> Result<(), Raised> {
        let codec = {
            let mut state = self.state();
            state.newlines.pending_cr = to.pending_cr;
            state.held = if state.codec == Codec::Other { Vec::new() } else { to.held.clone() };
            state.codec
        };
        let decoder = if codec == Codec::Other { self.decoder.get(th, self) } else { None };
        let Some(decoder) = decoder else { return Ok(()) };
        if *to == DecoderState::default() {
            ops::call_method(th, &decoder, &n::reset, &[])?;
            return Ok(());
        }
        let (held, flags) = (Bytes::new(th, &to.held), Int::from_i64(th, to.flags));
        let pair = Tuple::from_slice(th, &[held.as_object(), flags.as_object()]);
        ops::call_method(th, &decoder, &n::setstate, &[&pair])?;
        Ok(())
    }

    /// Finds the codec; the incremental ones are made where they are needed.
    pub(in crate::io) fn set_codec(&self, th: &mut Thread, encoding: &str, errors: &str, state: &mut State) -> Result<(), Raised> {
        state.codec = Codec::named(encoding);
        state.errors = errors.to_owned();
        if state.codec != Codec::Other {
            self.encoder.set(th, self, None);
            self.decoder.set(th, self, None);
            return Ok(());
        }
        let info = registry::lookup_text(th, encoding, "codecs.open()")?;
        let errors = Str::new(th, errors);
        for (wanted, slot, class) in [(state.can_read, &self.decoder, "incrementaldecoder"), (state.can_write, &self.encoder, "incrementalencoder")] {
            let made = if wanted {
                let class = ops::getattr_str(th, &info, class)?;
                let made: Ref<Object> = ops::call1(th, &class, &errors)?;
                Some(made)
            } else {
                None
            };
            slot.set(th, self, made);
        }
        Ok(())
    }
}
