//! Names of characters: words in a dictionary, phrases of word numbers, and an order for searching.
//!
//! Word numbers below `NAME_SHORT` take one byte, others two. Names are numbered: those of characters by code point, then
//! aliases, then named sequences. Hangul syllables and names that end in their code point are computed.

use super::facts::{self, Version};
use super::sizes::*;

static WORDS: &[u8] = include_bytes!("data/name_words.bin");
static PHRASES: &[u8] = include_bytes!("data/name_phrases.bin");
table!(WORD_STARTS: u32, NAME_WORD_STARTS, "name_word_starts");
table!(PHRASE_STARTS: u32, NAME_PHRASE_STARTS, "name_phrase_starts");
table!(RUNS: u32, NAME_RUNS, "name_runs");
table!(ORDER: u16, NAME_ORDER, "name_order");
table!(RANGES: u32, NAME_RANGES, "name_ranges");
table!(ALIAS: u32, ALIAS_TARGETS, "alias_targets");
table!(SEQUENCE_S: u16, SEQUENCE_STARTS, "sequence_starts");
table!(SEQUENCE_T: u32, SEQUENCE_TARGETS, "sequence_targets");

static LEADS: [&str; 19] = ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
static VOWELS: [&str; 21] =
    ["A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"];
static TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG",
    "J", "C", "K", "T", "P", "H",
];
const HANGUL: &str = "HANGUL SYLLABLE ";

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Character(u32),
    /// A named sequence, which `\N{…}` does not accept.
    Sequence(&'static [u32]),
}

/// A word of the dictionary; the last byte of each has its top bit set.
fn push_word(number: usize, out: &mut Vec<u8>) {
    let mut at = WORD_STARTS[number / 16] as usize;
    let mut skip = number % 16;
    while skip > 0 {
        skip -= usize::from(WORDS[at] >= 0x80);
        at += 1;
    }
    loop {
        let b = WORDS[at];
        out.push(b & 0x7f);
        if b >= 0x80 {
            break;
        }
        at += 1;
    }
}

/// Writes the name of a number.
fn spell(number: usize, out: &mut Vec<u8>) {
    out.clear();
    let mut at = PHRASE_STARTS[number / 8] as usize;
    for _ in 0..number % 8 {
        at += usize::from(PHRASES[at]) + 1;
    }
    let mut codes = PHRASES[at + 1..=at + usize::from(PHRASES[at])].iter().map(|&b| usize::from(b));
    while let Some(code) = codes.next() {
        if !out.is_empty() {
            out.push(b' ');
        }
        let word = if code < NAME_SHORT { code } else { NAME_SHORT + ((code - NAME_SHORT) << 8) + codes.next().unwrap_or(0) };
        push_word(word, out);
    }
}

/// `unicodedata.name`; `None` is `ValueError: no such name`.
#[must_use]
pub fn name(cp: u32, version: Version) -> Option<String> {
    if version == Version::Old && !facts::is_assigned(cp, version) {
        return None;
    }
    if let Some(s) = cp.checked_sub(0xac00).filter(|&s| s < 11172) {
        let s = s as usize;
        return Some([HANGUL, LEADS[s / 588], VOWELS[s % 588 / 28], TAILS[s % 28]].concat());
    }
    let mut ranges = RANGES.chunks_exact(2).zip(NAME_RANGE_PREFIXES).take(NAME_RANGES_BOTH_WAYS);
    if let Some((_, prefix)) = ranges.find(|(range, _)| (range[0]..=range[1]).contains(&cp)) {
        return Some(format!("{prefix}{cp:04X}"));
    }
    // Runs are pairs of a first code point and its number; the last that begins at or before this one.
    let (mut low, mut high) = (0, RUNS.len() / 2);
    while low < high {
        let middle = low.midpoint(high);
        if RUNS[2 * middle] <= cp {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let run = low.checked_sub(1)?;
    let number = RUNS[2 * run + 1] + (cp - RUNS[2 * run]);
    let end = RUNS.get(2 * run + 3).map_or(NAMED as u32, |&n| n);
    if number >= end {
        return None;
    }
    let mut out = Vec::with_capacity(40);
    spell(number as usize, &mut out);
    // The dictionary is ASCII.
    String::from_utf8(out).ok()
}

fn hangul(rest: &str) -> Option<u32> {
    // The longest match of each part, as the parts of one syllable are not ambiguous that way.
    let longest =
        |table: &[&str], rest: &str| (0..table.len()).filter(|&i| rest.starts_with(table[i])).max_by_key(|&i| table[i].len());
    let lead = longest(&LEADS, rest)?;
    let rest = &rest[LEADS[lead].len()..];
    let vowel = longest(&VOWELS, rest)?;
    let rest = &rest[VOWELS[vowel].len()..];
    let tail = longest(&TAILS, rest)?;
    let syllable = 0xac00 + (lead * 21 + vowel) * 28 + tail;
    (rest.len() == TAILS[tail].len()).then_some(syllable as u32)
}

/// The character or sequence of a name or alias, in any case of letters; `None` is `KeyError: "undefined character name '…'"`.
#[must_use]
pub fn lookup(name: &str) -> Option<Found> {
    if !name.is_ascii() || name.len() > 256 {
        return None;
    }
    let name = name.to_ascii_uppercase();
    if let Some(rest) = name.strip_prefix(HANGUL) {
        return hangul(rest).map(Found::Character);
    }
    for (range, prefix) in RANGES.chunks_exact(2).zip(NAME_RANGE_PREFIXES) {
        if let Some(digits) = name.strip_prefix(prefix)
            && matches!(digits.len(), 4 | 5)
            && digits.bytes().all(|b| b.is_ascii_hexdigit())
            && !(digits.len() == 5 && digits.starts_with('0'))
            && let Ok(cp) = u32::from_str_radix(digits, 16)
            && (range[0]..=range[1]).contains(&cp)
        {
            return Some(Found::Character(cp));
        }
    }
    let mut buffer = Vec::with_capacity(64);
    let at = ORDER
        .binary_search_by(|&number| {
            spell(usize::from(number), &mut buffer);
            buffer.as_slice().cmp(name.as_bytes())
        })
        .ok()?;
    let number = usize::from(ORDER[at]);
    if let Some(number) = number.checked_sub(NAMED) {
        return Some(match number.checked_sub(ALIASES) {
            None => Found::Character(ALIAS[number]),
            Some(s) => Found::Sequence(&SEQUENCE_T[usize::from(SEQUENCE_S[s])..usize::from(SEQUENCE_S[s + 1])]),
        });
    }
    // The last run that begins at or before the number.
    let (mut low, mut high) = (0, RUNS.len() / 2);
    while low < high {
        let middle = low.midpoint(high);
        if RUNS[2 * middle + 1] as usize <= number {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let run = low.checked_sub(1)?;
    Some(Found::Character(RUNS[2 * run] + (number as u32 - RUNS[2 * run + 1])))
}
