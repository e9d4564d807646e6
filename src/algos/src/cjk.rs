//! The multibyte character sets of East Asia: which bytes are which characters.
//!
//! The tables are data that `cjk/make.py` wrote, one file for each set, unpacked when the set is first used. What follows a rule is computed: the
//! four bytes of GB 18030, and the eight that EUC-KR has for a syllable that KS X 1001 lacks.

use std::collections::HashMap;
use std::sync::OnceLock;

/// No character, or no bytes.
const NONE: u32 = u32::MAX;
/// In a row of characters: the rest is the index of a pair.
const PAIR: u32 = 1 << 31;

type Row = Box<[u32; 256]>;

/// A character set, by the name of its codec.
pub struct Charset {
    pub name: &'static str,
    /// Characters by their only byte, by their second one, and by their third one.
    singles: Row,
    rows: HashMap<u8, Row>,
    deep: HashMap<u16, Row>,
    /// Characters that are two code points.
    pairs: Vec<([u32; 2], u32)>,
    /// Bytes by code point, 256 in a row: their number in the upper byte.
    encoded: HashMap<u32, Row>,
    /// Bytes, and pairs of them, that more must follow.
    beginnings: HashMap<u32, ()>,
    /// Pairs of bytes that are wrong together.
    wrong: Vec<u32>,
    /// The code points that GB 18030 numbers, as runs: the first, and its number.
    runs: Vec<(u32, u32)>,
}

/// What bytes begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decoded {
    /// One or two code points (the second is 0 where there is none), and how many bytes they are.
    Chars([u32; 2], usize),
    /// More bytes are wanted.
    Incomplete,
    /// So many bytes are wrong.
    Wrong(usize),
}

/// What code points begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoded {
    /// Bytes, how many, and how many code points they stand for.
    Bytes([u8; 8], usize, usize),
    /// The next code point decides.
    Incomplete,
    Wrong,
}

macro_rules! sets {
    ($($name:literal)*) => {
        const SETS: &[(&str, &[u8])] = &[$(($name, include_bytes!(concat!("cjk/", $name, ".bin")))),*];
    };
}

sets! {
    "big5" "big5hkscs" "cp932" "cp949" "cp950" "euc_jis_2004" "euc_jisx0213" "euc_jp" "euc_kr" "gb18030" "gb2312" "gbk" "johab" "shift_jis"
    "shift_jis_2004" "shift_jisx0213"
}

/// The set of a codec, unpacked at its first use.
pub fn charset(name: &str) -> Option<&'static Charset> {
    static LOADED: [OnceLock<Charset>; SETS.len()] = [const { OnceLock::new() }; SETS.len()];
    let index = SETS.iter().position(|(known, _)| *known == name)?;
    let (name, data) = SETS[index];
    Some(LOADED[index].get_or_init(|| Charset::unpack(name, data)))
}

/// Reads the numbers of a table.
struct Numbers {
    data: Vec<u8>,
    at: usize,
}

impl Numbers {
    fn next(&mut self) -> u32 {
        let (mut value, mut shift) = (0, 0);
        while let Some(&byte) = self.data.get(self.at) {
            self.at += 1;
            value |= u32::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 || shift > 28 {
                break;
            }
        }
        value
    }
}

fn fresh() -> Row {
    Box::new([NONE; 256])
}

/// The bytes of a number, with their count in front.
fn counted(key: u32) -> u32 {
    let len = match key {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 3,
    };
    len << 24 | key
}

impl Charset {
    fn unpack(name: &'static str, packed: &[u8]) -> Charset {
        // The data are part of the program: they unpack, or nothing of the set is there.
        let data = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
        let mut numbers = Numbers { data, at: 0 };
        let mut set = Charset {
            name,
            singles: fresh(),
            rows: HashMap::new(),
            deep: HashMap::new(),
            pairs: Vec::new(),
            encoded: HashMap::new(),
            beginnings: HashMap::new(),
            wrong: Vec::new(),
            runs: Vec::new(),
        };
        let (mut key, mut value) = (0, 0u32);
        for _ in 0..numbers.next() {
            key += numbers.next();
            let mixed = numbers.next();
            let (is_pair, decode_only, distance) = (mixed & 1 != 0, mixed & 2 != 0, mixed >> 2);
            value = if distance & 1 != 0 { value.wrapping_sub(distance >> 1) } else { value.wrapping_add(distance >> 1) };
            let mut shown = value;
            if is_pair {
                shown = PAIR | set.pairs.len() as u32;
                let second = numbers.next();
                set.pairs.push(([value, second], counted(key)));
            } else if !decode_only {
                set.put(value, counted(key));
            }
            let row = match key {
                0..=0xff => &mut set.singles,
                0x100..=0xffff => set.rows.entry((key >> 8) as u8).or_insert_with(fresh),
                _ => set.deep.entry((key >> 8) as u16).or_insert_with(fresh),
            };
            row[(key & 0xff) as usize] = shown;
        }
        let mut value = 0;
        for _ in 0..numbers.next() {
            value += numbers.next();
            let key = numbers.next();
            set.put(value, counted(key));
        }
        for _ in 0..numbers.next() {
            set.beginnings.insert(numbers.next(), ());
        }
        for _ in 0..numbers.next() {
            set.wrong.push(numbers.next());
        }
        if name == "gb18030" {
            set.number();
        }
        set
    }

    fn put(&mut self, value: u32, bytes: u32) {
        self.encoded.entry(value >> 8).or_insert_with(fresh)[(value & 0xff) as usize] = bytes;
    }

    fn bytes_of(&self, value: u32) -> Option<u32> {
        self.encoded.get(&(value >> 8)).map(|row| row[(value & 0xff) as usize]).filter(|bytes| *bytes != NONE)
    }

    /// Four bytes of GB 18030 number, in order, the code points that have no two.
    fn number(&mut self) {
        let (mut number, mut open) = (0, false);
        for value in (0x80..0xd800).chain(0xe000..0x10000) {
            let missing = self.bytes_of(value).is_none();
            if missing {
                if !open || value == 0xe000 {
                    self.runs.push((value, number));
                }
                number += 1;
            }
            open = missing;
        }
    }

    /// What `bytes` begin with; they are not empty.
    pub fn decode(&self, bytes: &[u8]) -> Decoded {
        let first = bytes[0];
        match self.singles[first as usize] {
            NONE => {}
            value => return Decoded::Chars([value, 0], 1),
        }
        if !self.beginnings.contains_key(&(1 << 16 | u32::from(first))) {
            return Decoded::Wrong(1);
        }
        let Some(&second) = bytes.get(1) else { return Decoded::Incomplete };
        match self.rows.get(&first).map_or(NONE, |row| row[second as usize]) {
            NONE => {}
            value => return self.shown(value, 2),
        }
        let two = u32::from(first) << 8 | u32::from(second);
        if !self.beginnings.contains_key(&(2 << 16 | two)) {
            return Decoded::Wrong(if self.wrong.contains(&two) { 2 } else { 1 });
        }
        match self.name {
            "gb18030" => return gb18030(bytes, &self.runs),
            "euc_kr" => return syllable(bytes),
            _ => {}
        }
        let Some(&third) = bytes.get(2) else { return Decoded::Incomplete };
        match self.deep.get(&(two as u16)).map_or(NONE, |row| row[third as usize]) {
            NONE => Decoded::Wrong(1),
            value => self.shown(value, 3),
        }
    }

    fn shown(&self, value: u32, len: usize) -> Decoded {
        match value & PAIR {
            0 => Decoded::Chars([value, 0], len),
            _ => Decoded::Chars(self.pairs[(value & !PAIR) as usize].0, len),
        }
    }

    /// The bytes of a code point, which `next` follows; `last`: nothing will follow where there is no next.
    pub fn encode(&self, value: u32, next: Option<u32>, last: bool) -> Encoded {
        let begins = self.pairs.iter().any(|(pair, _)| pair[0] == value);
        match next {
            _ if !begins => {}
            Some(next) => {
                if let Some((_, bytes)) = self.pairs.iter().find(|(pair, _)| *pair == [value, next]) {
                    return spread(*bytes, 2);
                }
            }
            None if !last => return Encoded::Incomplete,
            None => {}
        }
        match (self.bytes_of(value), self.name) {
            (Some(bytes), _) => spread(bytes, 1),
            (None, "gb18030") => gb18030_bytes(value, &self.runs),
            (None, "euc_kr") => syllable_bytes(value),
            _ => Encoded::Wrong,
        }
    }
}

fn spread(bytes: u32, taken: usize) -> Encoded {
    let len = (bytes >> 24) as usize;
    let all = bytes.to_be_bytes();
    let mut out = [0; 8];
    out[..len].copy_from_slice(&all[4 - len..]);
    Encoded::Bytes(out, len, taken)
}

/// Where the code points beyond the first plane begin in the numbers of GB 18030.
const BEYOND: u32 = 189_000;

fn gb18030(bytes: &[u8], runs: &[(u32, u32)]) -> Decoded {
    let &[a, b, c, d, ..] = bytes else { return Decoded::Incomplete };
    if !(0x81..=0xfe).contains(&c) || !(0x30..=0x39).contains(&d) || a < 0x81 {
        return Decoded::Wrong(1);
    }
    let [a, b, c, d] = [a - 0x81, b - 0x30, c - 0x81, d - 0x30].map(u32::from);
    let number = ((a * 10 + b) * 126 + c) * 10 + d;
    if number >= BEYOND {
        let value = number - BEYOND + 0x10000;
        return if value <= 0x10_ffff { Decoded::Chars([value, 0], 4) } else { Decoded::Wrong(1) };
    }
    let run = runs.partition_point(|(_, first)| *first <= number);
    match run.checked_sub(1).map(|run| runs[run].0 + (number - runs[run].1)) {
        Some(value) if value < 0x10000 && (number < 39_420) => Decoded::Chars([value, 0], 4),
        _ => Decoded::Wrong(1),
    }
}

fn gb18030_bytes(value: u32, runs: &[(u32, u32)]) -> Encoded {
    let number = if value >= 0x10000 {
        value - 0x10000 + BEYOND
    } else {
        let run = runs.partition_point(|(first, _)| *first <= value);
        match run.checked_sub(1) {
            Some(run) if !(0xd800..0xe000).contains(&value) => runs[run].1 + (value - runs[run].0),
            _ => return Encoded::Wrong,
        }
    };
    let (rest, d) = (number / 10, number % 10);
    let (rest, c) = (rest / 126, rest % 126);
    let (a, b) = (rest / 10, rest % 10);
    Encoded::Bytes([a as u8 + 0x81, b as u8 + 0x30, c as u8 + 0x81, d as u8 + 0x30, 0, 0, 0, 0], 4, 1)
}

/// The letters of KS X 1001 that a syllable begins and ends with, as their second byte.
const LEADING: [u8; 19] =
    [0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe];
const TRAILING: [u8; 28] = [
    0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba,
    0xbb, 0xbc, 0xbd, 0xbe,
];
/// The row of the letters; the filler; the first vowel.
const LETTERS: u8 = 0xa4;
const FILLER: u8 = 0xd4;
const VOWEL: u8 = 0xbf;

/// A filler and three letters make a syllable.
fn syllable(bytes: &[u8]) -> Decoded {
    let &[_, _, row1, leading, row2, vowel, row3, trailing, ..] = bytes else { return Decoded::Incomplete };
    let place = |letters: &[u8], wanted: u8| letters.iter().position(|letter| *letter == wanted);
    let vowel = vowel.checked_sub(VOWEL).filter(|vowel| *vowel < 21).map(usize::from);
    match (place(&LEADING, leading), vowel, place(&TRAILING, trailing)) {
        (Some(leading), Some(vowel), Some(trailing)) if [row1, row2, row3] == [LETTERS; 3] => {
            Decoded::Chars([0xac00 + ((leading * 21 + vowel) * 28 + trailing) as u32, 0], 8)
        }
        _ => Decoded::Wrong(1),
    }
}

fn syllable_bytes(value: u32) -> Encoded {
    let Some(index) = value.checked_sub(0xac00).filter(|index| *index < 11_172) else { return Encoded::Wrong };
    let index = index as usize;
    let (leading, vowel, trailing) = (index / 28 / 21, index / 28 % 21, index % 28);
    let bytes = [LETTERS, FILLER, LETTERS, LEADING[leading], LETTERS, VOWEL + vowel as u8, LETTERS, TRAILING[trailing]];
    Encoded::Bytes(bytes, 8, 1)
}
