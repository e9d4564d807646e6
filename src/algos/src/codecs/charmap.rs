//! Codecs by a table of 256 characters. Mappings that are dictionaries are the caller's.

use super::Step;
use crate::text::{Builder, Unit};

const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes by a table, whose U+FFFE stands for undefined, as does what is beyond its end.
pub fn decode_charmap<U: Unit>(input: &[u8], at: usize, table: &[U], out: &mut Builder) -> Step {
    for (i, &b) in input[at..].iter().enumerate() {
        match table.get(usize::from(b)).map(|u| u.code_point()).filter(|&cp| cp != 0xfffe) {
            Some(cp) => out.push(cp),
            None => return Step::Error { start: at + i, end: at + i + 1, reason: UNDEFINED },
        }
    }
    Step::Done(input.len())
}

/// The inverse of a decoding table (`codecs.charmap_build`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodingMap {
    low: [Option<u8>; 256],
    /// Sorted by character.
    high: Vec<(u32, u8)>,
}

impl EncodingMap {
    /// The last of equal characters wins, as in a dictionary that is filled in order.
    #[must_use]
    pub fn new<U: Unit>(table: &[U]) -> Self {
        let mut map = EncodingMap { low: [None; 256], high: Vec::new() };
        for (byte, cp) in (0..=255u8).zip(table.iter().map(|u| u.code_point())) {
            match cp {
                0xfffe => {}
                0..256 => map.low[cp as usize] = Some(byte),
                _ => match map.high.binary_search_by_key(&cp, |&(c, _)| c) {
                    Ok(i) => map.high[i].1 = byte,
                    Err(i) => map.high.insert(i, (cp, byte)),
                },
            }
        }
        map
    }

    #[inline]
    #[must_use]
    pub fn get(&self, cp: u32) -> Option<u8> {
        if cp < 256 {
            return self.low[cp as usize];
        }
        self.high.binary_search_by_key(&cp, |&(c, _)| c).ok().map(|i| self.high[i].1)
    }
}

/// A run of characters that the map lacks is one error.
pub fn encode_charmap<U: Unit>(text: &[U], at: usize, map: &EncodingMap, out: &mut Vec<u8>) -> Step {
    for (i, u) in text[at..].iter().enumerate() {
        let Some(b) = map.get(u.code_point()) else {
            let start = at + i;
            let run = text[start..].iter().take_while(|u| map.get(u.code_point()).is_none()).count();
            return Step::Error { start, end: start + run, reason: UNDEFINED };
        };
        out.push(b);
    }
    Step::Done(text.len())
}
