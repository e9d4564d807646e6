//! Sets of characters: a bit map for the first 256, and the set's items for the rest.

use super::ascii_lower;
use crate::ucd;

/// A part of a set, tested in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// Turns the answers of what follows around.
    Negate,
    Is(u32),
    Range(u32, u32),
    /// The character or its upper case.
    RangeIgnoringCase(u32, u32),
    Category(u32),
    /// The first 256 characters.
    Map([u32; 8]),
    /// 256 numbers of blocks, and the blocks, of 256 bits each; for the basic plane.
    BigMap(Box<[u8; 256]>, Box<[u32]>),
}

/// What happens to a character before it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Exact,
    /// In lower case, ASCII's or Unicode's.
    LowerAscii,
    LowerUnicode,
    /// As it is, in lower and in upper case of the locale, which is ASCII's.
    Locale,
}

#[derive(Debug, Clone)]
pub(super) struct Class {
    low: [u64; 4],
    high: High,
}

#[derive(Debug, Clone)]
enum High {
    /// All characters from 256 on get the same answer.
    Constant(bool),
    /// A category alone, perhaps negated.
    Category(u32, bool),
    Items(Box<[Item]>, Case),
}

/// A category by its number in `re._constants`.
pub(super) fn in_category(category: u32, cp: u32) -> bool {
    let ascii_word = |cp: u32| cp < 128 && ((cp as u8).is_ascii_alphanumeric() || cp == 0x5f);
    // Odd numbers negate the even ones before them, but for locale words.
    match category {
        0 => matches!(cp, 0x30..=0x39),
        1 => !matches!(cp, 0x30..=0x39),
        2 => matches!(cp, 0x20 | 9..=13),
        3 => !matches!(cp, 0x20 | 9..=13),
        // The locale's words are ASCII's: in UTF-8 locales no other byte is a letter.
        4 | 8 => ascii_word(cp),
        5 | 9 => !ascii_word(cp),
        6 => cp == 0x0a,
        7 => cp != 0x0a,
        10 => ucd::is_decimal(cp),
        11 => !ucd::is_decimal(cp),
        12 => ucd::is_space(cp),
        13 => !ucd::is_space(cp),
        14 => is_word(cp),
        15 => !is_word(cp),
        16 => ucd::is_linebreak(cp),
        _ => !ucd::is_linebreak(cp),
    }
}

/// Whether two categories surely have nothing in common.
fn disjoint(a: u32, b: u32) -> bool {
    const DIGIT: u32 = 10;
    const SPACE: u32 = 12;
    const WORD: u32 = 14;
    a ^ 1 == b || matches!((a, b), (DIGIT | WORD, SPACE) | (SPACE, DIGIT | WORD))
}

/// The number of categories.
pub(super) const CATEGORIES: u32 = 18;

#[inline]
pub(super) fn is_word(cp: u32) -> bool {
    ucd::is_alnum(cp) || cp == 0x5f
}

/// Whether the items pick the character, or its `other` form: each item looks at both.
fn in_items(items: &[Item], cp: u32, other: u32) -> bool {
    let mut answer = true;
    for item in items {
        if *item == Item::Negate {
            answer = !answer;
        } else if item.picks(cp) || (other != cp && item.picks(other)) {
            return answer;
        }
    }
    !answer
}

impl Item {
    fn picks(&self, cp: u32) -> bool {
        match self {
            Item::Negate => false,
            Item::Is(c) => cp == *c,
            Item::Range(low, high) => (*low..=*high).contains(&cp),
            Item::RangeIgnoringCase(low, high) => {
                (*low..=*high).contains(&cp) || (*low..=*high).contains(&ucd::to_upper_simple(cp))
            }
            Item::Category(category) => in_category(*category, cp),
            Item::Map(map) => cp < 256 && map[(cp / 32) as usize] >> (cp % 32) & 1 == 1,
            Item::BigMap(index, blocks) => {
                cp < 0x1_0000 && {
                    let block = usize::from(index[(cp / 256) as usize]);
                    blocks[block * 8 + (cp % 256 / 32) as usize] >> (cp % 32) & 1 == 1
                }
            }
        }
    }
}

fn decide(items: &[Item], case: Case, cp: u32) -> bool {
    match case {
        Case::Exact => in_items(items, cp, cp),
        Case::LowerAscii => in_items(items, ascii_lower(cp), ascii_lower(cp)),
        Case::LowerUnicode => in_items(items, ucd::to_lower_simple(cp), ucd::to_lower_simple(cp)),
        Case::Locale => {
            let lower = ascii_lower(cp);
            let upper = if cp < 128 { u32::from((cp as u8).to_ascii_uppercase()) } else { cp };
            in_items(items, lower, upper)
        }
    }
}

impl Class {
    pub(super) fn new(items: Vec<Item>, case: Case) -> Self {
        let mut low = [0; 4];
        for cp in 0..256u32 {
            if decide(&items, case, cp) {
                low[(cp / 64) as usize] |= 1 << (cp % 64);
            }
        }
        let negated = items.iter().filter(|i| **i == Item::Negate).count() % 2 == 1;
        // Unicode's lower case takes a few characters into the first 256.
        let only_low = case != Case::LowerUnicode
            && items.iter().all(|item| match item {
                Item::Negate | Item::Map(_) => true,
                Item::Is(c) => *c < 256,
                Item::Range(_, high) => *high < 256,
                _ => false,
            });
        let high = match &items[..] {
            _ if only_low => High::Constant(negated),
            [Item::Category(category)] if case != Case::LowerUnicode => High::Category(*category, false),
            [Item::Negate, Item::Category(category)] if case != Case::LowerUnicode => High::Category(*category, true),
            _ => High::Items(items.into(), case),
        };
        Class { low, high }
    }

    /// Whether two classes have nothing in common from 256 on; false when that is hard to tell.
    pub(super) fn high_disjoint(&self, other: &Class) -> bool {
        match (&self.high, &other.high) {
            (High::Constant(false), _) | (_, High::Constant(false)) => true,
            (High::Category(a, false), High::Category(b, false)) => disjoint(*a, *b),
            (High::Category(a, x), High::Category(b, y)) => a == b && x != y,
            _ => false,
        }
    }

    /// Whether the class has no character from 256 on; false when that is hard to tell.
    pub(super) fn high_empty(&self) -> bool {
        matches!(self.high, High::Constant(false))
    }

    #[inline]
    pub(super) fn contains(&self, cp: u32) -> bool {
        if cp < 256 { self.low[(cp >> 6) as usize] >> (cp & 63) & 1 == 1 } else { self.contains_high(cp) }
    }

    fn contains_high(&self, cp: u32) -> bool {
        match &self.high {
            High::Constant(answer) => *answer,
            High::Category(category, negated) => in_category(*category, cp) != *negated,
            High::Items(items, case) => decide(items, *case, cp),
        }
    }
}
