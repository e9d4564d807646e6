//! `tell` and `seek` of text: a position is one number that says where the bytes are, how the decoder was, and what to skip from there.
//!
//! The number's parts are CPython's: eight bytes of position, then four of decoder flags, bytes to feed, characters to skip, one whether
//! the end was fed. Where the decoder holds nothing, the number is the position.

use heap::{Object, Raised, Thread};
use objects::{Bytes, Int, ops, raise};

use super::TextIoWrapper;
use super::codec::DecoderState;
use crate::io::base;
use crate::io::names as n;

#[derive(Clone, Copy, Default)]
pub struct Cookie {
    pub position: u64,
    pub flags: u32,
    pub feed: u32,
    pub skip: u32,
    pub end: bool,
}

impl Cookie {
    pub fn pack(self, th: &Thread) -> heap::Ref<Int> {
        let low = u128::from(self.position) | u128::from(self.flags) << 64 | u128::from(self.feed) << 96;
        let high = u64::from(self.skip) | u64::from(self.end) << 32;
        let digits: Vec<u32> = (0..6)
            .map(|i| {
                let bit = i * 30;
                let piece = if bit < 128 { low >> bit } else { 0 };
                let upper = if bit >= 128 {
                    u128::from(high) >> (bit - 128)
                } else if bit + 30 > 128 {
                    u128::from(high) << (128 - bit)
                } else {
                    0
                };
                ((piece | upper) & 0x3fff_ffff) as u32
            })
            .collect();
        let used = digits.iter().rposition(|digit| *digit != 0).map_or(0, |at| at + 1);
        Int::from_digits(th, false, &digits[..used])
    }

    pub fn unpack(number: &Int) -> Option<Cookie> {
        let (mut low, mut high) = (0u128, 0u64);
        for (i, digit) in number.digit_slice().iter().enumerate() {
            let bit = i * 30;
            if bit < 128 {
                low |= u128::from(*digit) << bit;
                if bit + 30 > 128 {
                    high |= u64::from(*digit) >> (128 - bit);
                }
            } else {
                let shift = bit - 128;
                if shift >= 40 && *digit != 0 {
                    return None;
                }
                high |= u64::from(*digit) << shift;
            }
        }
        Some(Cookie {
            position: low as u64,
            flags: (low >> 64) as u32,
            feed: (low >> 96) as u32,
            skip: high as u32,
            end: high >> 32 & 0xff != 0,
        })
    }
}

impl TextIoWrapper {
    /// `tell`.
    pub(in crate::io) fn cookie(&self, th: &mut Thread) -> Result<heap::Ref<Object>, Raised> {
        let below = self.open_below(th)?;
        let (seekable, telling) = {
            let state = self.state();
            (state.seekable, state.telling)
        };
        if !seekable {
            return Err(base::unsupported(th, "underlying stream is not seekable"));
        }
        if !telling {
            return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("telling position disabled by next() call")));
        }
        self.write_flush(th, &below)?;
        ops::call_method(th, &below, &n::flush, &[])?;
        let position = ops::call_method(th, &below, &n::tell, &[])?;
        let (snapshot, skip) = {
            let state = self.state();
            (state.snapshot.clone(), state.at.saturating_sub(state.carried))
        };
        let Some((before, input)) = snapshot else { return Ok(position) };
        let at = base::offset_argument(th, &position)? as u64;
        let start = at.saturating_sub(input.len() as u64);
        let now = self.decoder_state(th)?;
        let newlines = self.state().newlines;
        let found = self.search(th, &before, &input, skip, start);
        self.set_decoder_state(th, &now)?;
        self.state().newlines = newlines;
        Ok(found?.pack(th).up())
    }

    /// Decodes the chunk again until `skip` characters are there; the last place on the way where the decoder held nothing counts.
    fn search(&self, th: &mut Thread, before: &DecoderState, input: &[u8], skip: usize, start: u64) -> Result<Cookie, Raised> {
        let flags_of = |state: &DecoderState| (state.flags << 1 | i64::from(state.pending_cr)) as u32;
        // `input` begins with what the decoder held, so it starts without it.
        let first = DecoderState { held: Vec::new(), ..before.clone() };
        self.set_decoder_state(th, &first)?;
        let mut cookie = Cookie { position: start, flags: flags_of(&first), ..Cookie::default() };
        if skip == 0 {
            return Ok(cookie);
        }
        // `safe` characters lie before the last safe place, `fed` bytes behind it.
        let (mut chars, mut safe, mut fed) = (0, 0, 0u32);
        for (i, byte) in input.iter().enumerate() {
            let one = Bytes::new(th, &[*byte]);
            chars += self.decode(th, &one, false)?.len();
            fed += 1;
            let state = self.decoder_state(th)?;
            if state.held.is_empty() && !state.pending_cr && chars <= skip {
                cookie = Cookie { position: start + i as u64 + 1, flags: flags_of(&state), ..Cookie::default() };
                (safe, fed) = (chars, 0);
            }
            if chars >= skip {
                if safe < skip {
                    cookie.feed = fed;
                    cookie.skip = (skip - safe) as u32;
                }
                return Ok(cookie);
            }
        }
        let empty = Bytes::new(th, b"");
        chars += self.decode(th, &empty, true)?.len();
        cookie.feed = fed;
        cookie.skip = (skip - safe) as u32;
        cookie.end = true;
        if chars < skip {
            return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("can't reconstruct logical file position")));
        }
        Ok(cookie)
    }

    /// `seek`.
    pub(in crate::io) fn seek_cookie(&self, th: &mut Thread, cookie: &Object, whence: i32) -> Result<heap::Ref<Object>, Raised> {
        let below = self.open_below(th)?;
        if !self.state().seekable {
            return Err(base::unsupported(th, "underlying stream is not seekable"));
        }
        let number = ops::index(th, cookie)?;
        let mut target = number.clone();
        match whence {
            1 => {
                if !number.is_zero() {
                    return Err(base::unsupported(th, "can't do nonzero cur-relative seeks"));
                }
                let here = self.cookie(th)?;
                target = ops::index(th, &here)?;
            }
            2 => {
                if !number.is_zero() {
                    return Err(base::unsupported(th, "can't do nonzero end-relative seeks"));
                }
                self.write_flush(th, &below)?;
                ops::call_method(th, &below, &n::flush, &[])?;
                self.forget_text(th);
                self.set_decoder_state(th, &DecoderState::default())?;
                let (zero, two) = (Int::from_i64(th, 0), Int::from_i64(th, 2));
                let at = ops::call_method(th, &below, &n::seek, &[&zero, &two])?;
                let start = !ops::is_true(th, &at)?;
                self.restart_encoder(th, start)?;
                return Ok(at);
            }
            0 => {}
            other => {
                return Err(raise::value_error(th, format_args!("invalid whence ({other}, should be 0, 1 or 2)")));
            }
        }
        if target.is_negative() {
            let shown = ops::repr(th, &target)?;
            return Err(raise::value_error(th, format_args!("negative seek position {shown}")));
        }
        self.write_flush(th, &below)?;
        ops::call_method(th, &below, &n::flush, &[])?;
        let Some(parts) = Cookie::unpack(&target) else {
            return Err(raise::overflow_error(th, format_args!("int too big to convert")));
        };
        let position = Int::from_u64(th, parts.position);
        ops::call_method(th, &below, &n::seek, &[&position])?;
        self.forget_text(th);
        let decoder = DecoderState { held: Vec::new(), pending_cr: parts.flags & 1 != 0, flags: i64::from(parts.flags >> 1) };
        self.set_decoder_state(th, &decoder)?;
        if parts.skip > 0 || parts.feed > 0 {
            let size = Int::from_i64(th, parts.feed.into());
            let got = ops::call_method(th, &below, &n::read, &[&size])?;
            let Some(bytes) = got.downcast_ref::<Bytes>() else {
                let got = ops::type_name(&got);
                return Err(raise::type_error(th, format_args!("underlying read() should have returned a bytes object, not '{got}'")));
            };
            let text = self.decode(th, bytes, parts.end)?;
            if text.len() < parts.skip as usize {
                return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("can't restore logical file position")));
            }
            self.decoded.set(th, self, Some(text));
            let mut state = self.state();
            state.at = parts.skip as usize;
            state.snapshot = Some((decoder, bytes.as_slice().to_vec()));
        } else {
            self.state().snapshot = Some((decoder, Vec::new()));
        }
        self.restart_encoder(th, parts.position == 0 && parts.flags == 0)?;
        Ok(target.up())
    }

    /// At the start of a stream an encoder writes its mark, elsewhere not.
    pub(in crate::io) fn restart_encoder(&self, th: &mut Thread, start: bool) -> Result<(), Raised> {
        let Some(encoder) = self.encoder.get(th, self) else { return Ok(()) };
        if start {
            ops::call_method(th, &encoder, &n::reset, &[])?;
        } else {
            let zero = Int::from_i64(th, 0);
            ops::call_method(th, &encoder, &n::setstate, &[&zero])?;
        }
        Ok(())
    }
}
