//! Text of a width that is found while it is built.

use super::Unit;

/// Finished text in the least width that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// ASCII or Latin-1.
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Text {
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Text::One(text) => text.len(),
            Text::Two(text) => text.len(),
            Text::Four(text) => text.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As code points.
    #[must_use]
    pub fn code_points(&self) -> Vec<u32> {
        match self {
            Text::One(text) => super::widen(text),
            Text::Two(text) => super::widen(text),
            Text::Four(text) => text.clone(),
        }
    }

    #[must_use]
    pub fn lossy(&self) -> String {
        match self {
            Text::One(text) => super::lossy(text),
            Text::Two(text) => super::lossy(text),
            Text::Four(text) => super::lossy(text),
        }
    }
}

/// Appends the characters of UTF-8 that the caller knows to fit.
pub(crate) fn extend<U: Unit>(string: &str, out: &mut Vec<U>) {
    let bytes = string.as_bytes();
    let start = out.len();
    out.resize(start + string.chars().count(), U::from_code_point(0));
    decode(bytes, &mut out[start..]);
}

/// Decodes valid UTF-8 of as many characters as there are places.
fn decode<U: Unit>(bytes: &[u8], out: &mut [U]) {
    let (mut at, mut done) = (0, 0);
    while done < out.len() {
        if let (Some(eight), Some(places)) = (bytes[at..].first_chunk::<8>(), out[done..].first_chunk_mut::<8>())
            && eight.is_ascii()
        {
            *places = eight.map(|b| U::from_code_point(u32::from(b)));
            at += 8;
            done += 8;
            continue;
        }
        // Up to the next multibyte character and including it.
        loop {
            let Some(&b) = bytes.get(at) else {
                return;
            };
            let low = |i: usize| bytes.get(at + i).map_or(0, |&b| u32::from(b & 0x3f));
            let (cp, len) = match b {
                0..0x80 => (u32::from(b), 1),
                0x80..0xe0 => (u32::from(b & 0x1f) << 6 | low(1), 2),
                0xe0..0xf0 => (u32::from(b & 0x0f) << 12 | low(1) << 6 | low(2), 3),
                _ => (u32::from(b & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4),
            };
            out[done] = U::from_code_point(cp);
            done += 1;
            at += len;
            if len > 1 || done == out.len() {
                break;
            }
        }
    }
}

/// Grows wider as wider characters come.
#[derive(Debug, Clone)]
pub struct Builder {
    text: Text,
}

impl Default for Builder {
    fn default() -> Self {
        Builder::with_capacity(0)
    }
}

impl Builder {
    /// Room for so many characters of one byte.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Builder { text: Text::One(Vec::with_capacity(capacity)) }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    #[inline]
    pub fn push(&mut self, cp: u32) {
        match &mut self.text {
            Text::One(text) if cp < 0x100 => text.push(cp as u8),
            Text::Two(text) if cp < 0x1_0000 => text.push(cp as u16),
            Text::Four(text) => text.push(cp),
            _ => self.push_wider(cp),
        }
    }

    #[cold]
    fn push_wider(&mut self, cp: u32) {
        self.make_room(cp);
        self.push(cp);
    }

    /// Makes the text wide enough for a code point, or for all with its bits.
    fn make_room(&mut self, bits: u32) {
        fn again<A: Unit, B: Unit>(text: &[A]) -> Vec<B> {
            let mut wide = Vec::with_capacity(text.len() * 3 / 2 + 16);
            wide.extend(text.iter().map(|u| B::from_code_point(u.code_point())));
            wide
        }
        self.text = match (&self.text, bits) {
            (Text::One(text), 0x100..0x1_0000) => Text::Two(again(text)),
            (Text::One(text), 0x1_0000..) => Text::Four(again(text)),
            (Text::Two(text), 0x1_0000..) => Text::Four(again(text)),
            _ => return,
        };
    }

    pub fn push_units<U: Unit>(&mut self, units: &[U]) {
        self.make_room(super::widest(units));
        match &mut self.text {
            Text::One(text) => text.extend(units.iter().map(|u| u.code_point() as u8)),
            Text::Two(text) => text.extend(units.iter().map(|u| u.code_point() as u16)),
            Text::Four(text) => text.extend(units.iter().map(|u| u.code_point())),
        }
    }

    pub fn push_str(&mut self, string: &str) {
        let bytes = string.as_bytes();
        if string.is_ascii() {
            return match &mut self.text {
                Text::One(text) => text.extend_from_slice(bytes),
                Text::Two(text) => text.extend(bytes.iter().map(|&b| u16::from(b))),
                Text::Four(text) => text.extend(bytes.iter().map(|&b| u32::from(b))),
            };
        }
        // The greatest byte is a leading one and tells the width.
        self.make_room(match bytes.iter().fold(0, |max, &b| max.max(b)) {
            0..0xc4 => 0,
            0xc4..0xf0 => 0x100,
            _ => 0x1_0000,
        });
        match &mut self.text {
            Text::One(text) => extend(string, text),
            Text::Two(text) => extend(string, text),
            Text::Four(text) => extend(string, text),
        }
    }

    pub fn push_repeated(&mut self, cp: u32, count: usize) {
        self.make_room(cp);
        match &mut self.text {
            Text::One(text) => text.resize(text.len() + count, cp as u8),
            Text::Two(text) => text.resize(text.len() + count, cp as u16),
            Text::Four(text) => text.resize(text.len() + count, cp),
        }
    }

    /// Drops what is behind a length, and makes the text narrower where that is enough for the rest.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.text {
            Text::One(text) => text.truncate(len),
            Text::Two(text) => text.truncate(len),
            Text::Four(text) => text.truncate(len),
        }
        let bits = match &self.text {
            Text::One(_) => return,
            Text::Two(text) => super::widest(text),
            Text::Four(text) => super::widest(text),
        };
        let narrower = match &self.text {
            Text::Two(text) if bits < 0x100 => Text::One(super::widen(text)),
            Text::Four(text) if bits < 0x100 => Text::One(super::widen(text)),
            Text::Four(text) if bits < 0x1_0000 => Text::Two(super::widen(text)),
            _ => return,
        };
        self.text = narrower;
    }

    #[must_use]
    pub fn finish(self) -> Text {
        self.text
    }
}
