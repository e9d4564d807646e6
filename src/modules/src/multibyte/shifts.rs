//! Codecs as streams: the plain sets, and those whose bytes mean what escape sequences or shifts before them say (ISO 2022, HZ).
//!
//! The state is eight bytes that programs can see: for ISO 2022 the sets designated as G0, G1 and G2, and flags; for HZ which of its two sets is on.

use algos::cjk::{Charset, Decoded, Encoded, charset};

pub type State = [u8; 8];

/// What was decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decoding {
    /// As `Decoded`.
    Chars([u32; 2], usize),
    /// So many bytes that are no characters.
    Nothing(usize),
    Incomplete,
    Wrong(usize),
}

/// What was encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// So many code points.
    Done(usize),
    Incomplete,
    Wrong,
}

#[derive(Clone, Copy)]
pub struct Codec {
    pub name: &'static str,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Plain(&'static Charset),
    Escapes(&'static Escapes),
    Tildes,
}

/// The sets of a codec of ISO 2022, in the order in which they are tried.
struct Escapes {
    sets: &'static [Set],
    /// SO and SI switch between G0 and G1; else G2 may be designated.
    shifts: bool,
    second: bool,
}

/// A set that an escape sequence designates; the last letter of the sequence, with the upper bit for two bytes a character, is its mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Jis0208,
    /// The edition of 1978.
    Jis0208Old,
    Jis0212,
    Roman,
    Katakana,
    /// The first plane of JIS X 0213 in the editions of 2000 and 2004; only its pairs; the second plane.
    First2000,
    First2004,
    Pairs2000,
    Pairs2004,
    Second,
    Korean,
    /// As G1.
    KoreanShifted,
    Chinese,
    Latin,
    Greek,
}

const ASCII: u8 = b'B';
const DOUBLE: u8 = 0x80;
const ESC: u8 = 0x1b;
const SO: u8 = 0x0e;
const SI: u8 = 0x0f;
/// The flags' byte, and the flags: shifted, and within an escape sequence that is passed on.
const FLAGS: usize = 4;
const SHIFTED: u8 = 1;
const PASSING: u8 = 2;
/// Longer escape sequences are none.
const MOST_ESCAPE: usize = 16;

impl Set {
    fn mark(self) -> u8 {
        match self {
            Set::Jis0208 => b'B' | DOUBLE,
            Set::Jis0208Old => b'@' | DOUBLE,
            Set::Jis0212 => b'D' | DOUBLE,
            Set::Roman => b'J',
            Set::Katakana => b'I',
            Set::First2000 | Set::Pairs2000 => b'O' | DOUBLE,
            Set::First2004 | Set::Pairs2004 => b'Q' | DOUBLE,
            Set::Second => b'P' | DOUBLE,
            Set::Korean | Set::KoreanShifted => b'C' | DOUBLE,
            Set::Chinese => b'A' | DOUBLE,
            Set::Latin => b'A',
            Set::Greek => b'F',
        }
    }

    /// The character set whose table has it, with the upper bits set.
    fn table(self) -> Option<&'static Charset> {
        charset(match self {
            Set::Jis0208 | Set::Jis0208Old | Set::Jis0212 => "euc_jp",
            Set::First2000 | Set::Pairs2000 => "euc_jisx0213",
            Set::First2004 | Set::Pairs2004 | Set::Second => "euc_jis_2004",
            // Its upper quarter is KS X 1001; EUC-KR has a use of its own for the filler.
            Set::Korean | Set::KoreanShifted => "cp949",
            Set::Chinese => "gb2312",
            Set::Roman | Set::Katakana | Set::Latin | Set::Greek => return None,
        })
    }

    /// Whether the set's characters have three bytes in its table.
    fn deep(self) -> bool {
        matches!(self, Set::Jis0212 | Set::Second)
    }

    /// Whether a row is the set's: the second plane of JIS X 0213 has those that JIS X 0212, in the same table, leaves free.
    fn has_row(self, first: u8) -> bool {
        let second = matches!(first & 0x7f, 0x21 | 0x23..=0x25 | 0x28 | 0x2c..=0x2f | 0x6e..=0x7e);
        !self.deep() || second == (self == Set::Second)
    }

    /// The seven-bit bytes of a code point; the second is 0 where there is one.
    fn encode(self, value: u32, next: Option<u32>, last: bool) -> Encoded {
        let one = |byte: u32| Encoded::Bytes([byte as u8, 0, 0, 0, 0, 0, 0, 0], 1, 1);
        match self {
            Set::Roman => match value {
                0xa5 => one(0x5c),
                0x203e => one(0x7e),
                _ => Encoded::Wrong,
            },
            Set::Katakana if (0xff61..=0xff9f).contains(&value) => one(value - 0xff61 + 0x21),
            Set::Katakana | Set::Latin | Set::Greek => Encoded::Wrong,
            _ => {
                let Some(table) = self.table() else { return Encoded::Wrong };
                let pairs_only = matches!(self, Set::Pairs2000 | Set::Pairs2004);
                // A pair is tried where only pairs count; elsewhere the code point stands alone.
                let found = if pairs_only { table.encode(value, next, last) } else { table.encode(value, None, true) };
                match found {
                    Encoded::Bytes(bytes, 2, taken) if !self.deep() && bytes[0] >= 0xa1 && bytes[1] >= 0xa1 && (taken == 2 || !pairs_only) => {
                        Encoded::Bytes([bytes[0] & 0x7f, bytes[1] & 0x7f, 0, 0, 0, 0, 0, 0], 2, taken)
                    }
                    Encoded::Bytes(bytes, 3, 1) if self.deep() && self.has_row(bytes[1]) => Encoded::Bytes([bytes[1] & 0x7f, bytes[2] & 0x7f, 0, 0, 0, 0, 0, 0], 2, 1),
                    Encoded::Incomplete => Encoded::Incomplete,
                    _ => Encoded::Wrong,
                }
            }
        }
    }

    /// The character of seven-bit bytes.
    fn decode(self, first: u8, second: u8) -> Option<[u32; 2]> {
        match self {
            Set::Roman => Some([
                match first {
                    0x5c => 0xa5,
                    0x7e => 0x203e,
                    byte => byte.into(),
                },
                0,
            ]),
            Set::Katakana => (0x21..=0x5f).contains(&first).then(|| [u32::from(first) - 0x21 + 0xff61, 0]),
            Set::Latin | Set::Greek => None,
            _ => {
                let table = self.table().filter(|_| self.has_row(first))?;
                let (bytes, len) = if self.deep() {
                    ([0x8f, first | 0x80, second | 0x80], 3)
                } else {
                    ([first | 0x80, second | 0x80, 0], 2)
                };
                match table.decode(&bytes[..len]) {
                    Decoded::Chars(chars, taken) if taken == len => Some(chars),
                    _ => None,
                }
            }
        }
    }
}

/// The upper half of ISO 8859-7 as it was in 1987; 0 where there is no character.
const GREEK: [u16; 96] = [
    0xa0, 0x2018, 0x2019, 0xa3, 0, 0, 0xa6, 0xa7, 0xa8, 0xa9, 0, 0xab, 0xac, 0xad, 0, 0x2015, 0xb0, 0xb1, 0xb2, 0xb3, 0x384, 0x385, 0x386,
    0xb7, 0x388, 0x389, 0x38a, 0xbb, 0x38c, 0xbd, 0x38e, 0x38f, 0x390, 0x391, 0x392, 0x393, 0x394, 0x395, 0x396, 0x397, 0x398, 0x399, 0x39a, 0x39b,
    0x39c, 0x39d, 0x39e, 0x39f, 0x3a0, 0x3a1, 0, 0x3a3, 0x3a4, 0x3a5, 0x3a6, 0x3a7, 0x3a8, 0x3a9, 0x3aa, 0x3ab, 0x3ac, 0x3ad, 0x3ae, 0x3af, 0x3b0,
    0x3b1, 0x3b2, 0x3b3, 0x3b4, 0x3b5, 0x3b6, 0x3b7, 0x3b8, 0x3b9, 0x3ba, 0x3bb, 0x3bc, 0x3bd, 0x3be, 0x3bf, 0x3c0, 0x3c1, 0x3c2, 0x3c3, 0x3c4,
    0x3c5, 0x3c6, 0x3c7, 0x3c8, 0x3c9, 0x3ca, 0x3cb, 0x3cc, 0x3cd, 0x3ce, 0,
];

macro_rules! escapes {
    ($($name:literal $shifts:literal $second:literal: $($set:ident)*;)*) => {
        const ESCAPES: &[(&str, Escapes)] = &[$(($name, Escapes { sets: &[$(Set::$set),*], shifts: $shifts, second: $second })),*];
    };
}

escapes! {
    "iso2022_kr" true false: KoreanShifted;
    "iso2022_jp" false false: Jis0208 Roman Jis0208Old;
    "iso2022_jp_1" false false: Jis0208 Jis0212 Roman Jis0208Old;
    "iso2022_jp_2" false true: Jis0208 Jis0212 Korean Chinese Roman Jis0208Old Latin Greek;
    "iso2022_jp_2004" false false: Pairs2004 Jis0208 First2004 Second;
    "iso2022_jp_3" false false: Pairs2000 Jis0208 First2000 Second;
    "iso2022_jp_ext" false false: Jis0208 Jis0212 Roman Katakana Jis0208Old;
}

/// A codec by its name.
pub fn codec(name: &str) -> Option<Codec> {
    if name == "hz" {
        return Some(Codec { name: "hz", form: Form::Tildes });
    }
    if let Some((name, escapes)) = ESCAPES.iter().find(|(known, _)| *known == name) {
        return Some(Codec { name, form: Form::Escapes(escapes) });
    }
    let set = charset(name)?;
    Some(Codec { name: set.name, form: Form::Plain(set) })
}

impl Codec {
    /// The state of an encoder that begins.
    pub fn encoder(self) -> State {
        match self.form {
            Form::Escapes(_) => [ASCII, ASCII, 0, 0, 0, 0, 0, 0],
            _ => [0; 8],
        }
    }

    /// The state of a decoder that begins.
    pub fn decoder(self) -> State {
        match self.form {
            Form::Escapes(_) => [ASCII, ASCII, ASCII, 0, 0, 0, 0, 0],
            _ => [0; 8],
        }
    }

    /// Writes a code point, or a pair of them.
    pub fn encode(self, state: &mut State, value: u32, next: Option<u32>, last: bool, out: &mut Vec<u8>) -> Encoding {
        match self.form {
            Form::Plain(set) => match set.encode(value, next, last) {
                Encoded::Bytes(bytes, len, taken) => {
                    out.extend_from_slice(&bytes[..len]);
                    Encoding::Done(taken)
                }
                Encoded::Incomplete => Encoding::Incomplete,
                Encoded::Wrong => Encoding::Wrong,
            },
            Form::Escapes(escapes) => escapes.encode(state, value, next, last, out),
            Form::Tildes => tildes_of(state, value, out),
        }
    }

    /// Leaves an encoder's state as it began.
    pub fn finish(self, state: &mut State, out: &mut Vec<u8>) {
        match self.form {
            Form::Plain(_) => {}
            Form::Escapes(_) => to_ascii(state, out),
            Form::Tildes => {
                if state[0] != 0 {
                    out.extend_from_slice(b"~}");
                    state[0] = 0;
                }
            }
        }
    }

    /// Reads a character; `bytes` are not empty.
    pub fn decode(self, state: &mut State, bytes: &[u8]) -> Decoding {
        match self.form {
            Form::Plain(set) => match set.decode(bytes) {
                Decoded::Chars(chars, len) => Decoding::Chars(chars, len),
                Decoded::Incomplete => Decoding::Incomplete,
                Decoded::Wrong(len) => Decoding::Wrong(len),
            },
            Form::Escapes(escapes) => escapes.decode(state, bytes),
            Form::Tildes => tildes(state, bytes),
        }
    }
}

fn to_ascii(state: &mut State, out: &mut Vec<u8>) {
    if state[FLAGS] & SHIFTED != 0 {
        out.push(SI);
        state[FLAGS] &= !SHIFTED;
    }
    if state[0] != ASCII {
        out.extend_from_slice(b"\x1b(B");
        state[0] = ASCII;
    }
}

impl Escapes {
    fn encode(&self, state: &mut State, value: u32, next: Option<u32>, last: bool, out: &mut Vec<u8>) -> Encoding {
        if value < 0x80 {
            to_ascii(state, out);
            out.push(value as u8);
            return Encoding::Done(1);
        }
        for set in self.sets {
            let (bytes, len, taken) = match set.encode(value, next, last) {
                Encoded::Bytes(bytes, len, taken) => (bytes, len, taken),
                Encoded::Incomplete => return Encoding::Incomplete,
                Encoded::Wrong => continue,
            };
            let mark = set.mark();
            let shifted = *set == Set::KoreanShifted;
            let place = usize::from(shifted);
            if !shifted && state[FLAGS] & SHIFTED != 0 {
                out.push(SI);
                state[FLAGS] &= !SHIFTED;
            }
            if state[place] != mark {
                let start: &[u8] = match (shifted, len) {
                    (true, 1) => b"\x1b)",
                    (true, _) => b"\x1b$)",
                    (false, 1) => b"\x1b(",
                    // The oldest of these sequences has no bracket.
                    (false, _) if *set == Set::Jis0208 => b"\x1b$",
                    (false, _) => b"\x1b$(",
                };
                out.extend_from_slice(start);
                out.push(mark & !DOUBLE);
                state[place] = mark;
            }
            if shifted && state[FLAGS] & SHIFTED == 0 {
                out.push(SO);
                state[FLAGS] |= SHIFTED;
            }
            out.extend_from_slice(&bytes[..len]);
            return Encoding::Done(taken);
        }
        Encoding::Wrong
    }

    fn decode(&self, state: &mut State, bytes: &[u8]) -> Decoding {
        let byte = bytes[0];
        let itself = Decoding::Chars([byte.into(), 0], 1);
        if state[FLAGS] & PASSING != 0 {
            if ends_escape(byte) {
                state[FLAGS] &= !PASSING;
            }
            return itself;
        }
        match byte {
            ESC => {
                let Some(&second) = bytes.get(1) else { return Decoding::Incomplete };
                if matches!(second, b'(' | b')' | b'$' | b'.' | b'&') {
                    return self.designate(state, bytes);
                }
                if self.second && second == b'N' {
                    let Some(&third) = bytes.get(2) else { return Decoding::Incomplete };
                    return second_set(state[2], third);
                }
                state[FLAGS] |= PASSING;
                itself
            }
            SI if self.shifts => {
                state[FLAGS] &= !SHIFTED;
                Decoding::Nothing(1)
            }
            SO if self.shifts => {
                state[FLAGS] |= SHIFTED;
                Decoding::Nothing(1)
            }
            b'\n' => {
                state[FLAGS] &= !SHIFTED;
                itself
            }
            0..0x20 => itself,
            0x80.. => Decoding::Wrong(1),
            _ => {
                let mark = state[usize::from(state[FLAGS] & SHIFTED != 0)];
                if mark == ASCII {
                    return itself;
                }
                let Some(set) = self.sets.iter().find(|set| set.mark() == mark && !matches!(set, Set::Pairs2000 | Set::Pairs2004)) else {
                    return Decoding::Wrong(1);
                };
                let width = if mark & DOUBLE != 0 { 2 } else { 1 };
                if bytes.len() < width {
                    return Decoding::Incomplete;
                }
                let second = if width == 2 { bytes[1] } else { 0 };
                match set.decode(byte, second).filter(|_| second < 0x80) {
                    Some(chars) => Decoding::Chars(chars, width),
                    None => Decoding::Wrong(width),
                }
            }
        }
    }

    /// An escape sequence that says what G0, G1 or G2 is from now on.
    fn designate(&self, state: &mut State, bytes: &[u8]) -> Decoding {
        let mut len = 0;
        for at in 1..MOST_ESCAPE {
            let Some(&byte) = bytes.get(at) else { return Decoding::Incomplete };
            if at == 1 && !self.shifts && byte == b'&' && bytes.get(2) == Some(&b'@') {
                // An announcement of the edition of 1990, which a designation follows.
                let rest = &bytes[3..];
                let wanted = [ESC, b'$', b'B'];
                if rest.len() < 3 && wanted.starts_with(rest) {
                    return Decoding::Incomplete;
                }
                len = 6;
                break;
            }
            if ends_escape(byte) {
                len = at + 1;
                break;
            }
        }
        let (place, mark) = match (len, bytes) {
            (3, [_, b'$', letter, ..]) => (0, letter | DOUBLE),
            (3, [_, b'(', letter, ..]) => (0, *letter),
            (3, [_, b')', letter, ..]) => (1, *letter),
            (3, [_, b'.', letter, ..]) if self.second => (2, *letter),
            (4, [_, b'$', b'(', letter, ..]) => (0, letter | DOUBLE),
            (4, [_, b'$', b')', letter, ..]) => (1, letter | DOUBLE),
            (6, [_, _, _, ESC, b'$', b'B', ..]) => (0, b'B' | DOUBLE),
            (0, _) => return Decoding::Wrong(1),
            _ => return Decoding::Wrong(len.min(bytes.len())),
        };
        if mark != ASCII && !self.sets.iter().any(|set| set.mark() == mark) {
            return Decoding::Wrong(len);
        }
        state[place] = mark;
        Decoding::Nothing(len)
    }
}

fn ends_escape(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte == b'@'
}

/// A character of G2, of which one stands behind its escape.
fn second_set(mark: u8, byte: u8) -> Decoding {
    let value = match (mark, byte) {
        (ASCII, ..0x80) => u32::from(byte),
        (b'A', ..0x80) => u32::from(byte) + 0x80,
        (b'F', 0x20..0x80) => match GREEK[usize::from(byte - 0x20)] {
            0 => return Decoding::Wrong(3),
            value => value.into(),
        },
        _ => return Decoding::Wrong(3),
    };
    Decoding::Chars([value, 0], 3)
}

fn tildes_of(state: &mut State, value: u32, out: &mut Vec<u8>) -> Encoding {
    if value < 0x80 {
        if state[0] != 0 {
            out.extend_from_slice(b"~}");
            state[0] = 0;
        }
        out.push(value as u8);
        if value == u32::from(b'~') {
            out.push(b'~');
        }
        return Encoding::Done(1);
    }
    let Encoded::Bytes(bytes, 2, _) = Set::Chinese.encode(value, None, true) else { return Encoding::Wrong };
    if state[0] == 0 {
        out.extend_from_slice(b"~{");
        state[0] = 1;
    }
    out.extend_from_slice(&bytes[..2]);
    Encoding::Done(1)
}

fn tildes(state: &mut State, bytes: &[u8]) -> Decoding {
    let byte = bytes[0];
    if byte == b'~' {
        return match (bytes.get(1), state[0]) {
            (None, _) => Decoding::Incomplete,
            (Some(b'~'), 0) => Decoding::Chars([byte.into(), 0], 2),
            (Some(b'{'), 0) => {
                state[0] = 1;
                Decoding::Nothing(2)
            }
            (Some(b'\n'), 0) => Decoding::Nothing(2),
            (Some(b'}'), 1) => {
                state[0] = 0;
                Decoding::Nothing(2)
            }
            _ => Decoding::Wrong(1),
        };
    }
    if byte >= 0x80 {
        return Decoding::Wrong(1);
    }
    if state[0] == 0 {
        return Decoding::Chars([byte.into(), 0], 1);
    }
    let Some(&second) = bytes.get(1) else { return Decoding::Incomplete };
    match Set::Chinese.decode(byte, second).filter(|_| second < 0x80) {
        Some(chars) => Decoding::Chars(chars, 2),
        None => Decoding::Wrong(1),
    }
}
