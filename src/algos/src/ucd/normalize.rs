//! Normalization forms. Hangul is arithmetic, all else comes from the decomposition table and its inverse.

use super::facts::{self, Version, combining, decode, decomposition_row, quick_check};
use super::sizes::*;

table!(KEYS: u32, COMPOSE_KEY, "compose_key");
table!(VALUES: u32, COMPOSE_VALUE, "compose_value");
table!(ASTRAL: u32, COMPOSE_ASTRAL, "compose_astral");
table!(CORRECTIONS: u32, CORRECTIONS_OLD, "corrections_old");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Nfd,
    Nfkd,
    Nfc,
    Nfkc,
}

impl Form {
    /// By its name; anything else is `ValueError: invalid normalization form`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFD" => Form::Nfd,
            "NFKD" => Form::Nfkd,
            "NFC" => Form::Nfc,
            "NFKC" => Form::Nfkc,
            _ => return None,
        })
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn compatible(self) -> bool {
        matches!(self, Form::Nfkd | Form::Nfkc)
    }
}

const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/// `None` when the quick check cannot tell.
fn quick(text: impl Iterator<Item = u32>, form: Form) -> Option<bool> {
    let bit = 1u8 << form as u8;
    let maybe = if form.composes() { 16 } else { 0 };
    let mut previous = 0;
    let mut result = Some(true);
    for cp in text {
        if cp < 0xa0 {
            previous = 0;
            continue;
        }
        let class = combining(cp, Version::Current);
        if class != 0 && previous > class {
            return Some(false);
        }
        previous = class;
        let check = quick_check(cp);
        if check & bit != 0 {
            return Some(false);
        }
        if check & maybe != 0 {
            result = None;
        }
    }
    result
}

/// Whether `normalize` would leave the text as it is.
#[must_use]
pub fn is_normalized(text: &[u32], form: Form, version: Version) -> bool {
    if version == Version::Current
        && let Some(answer) = quick(text.iter().copied(), form)
    {
        return answer;
    }
    normalize(text, form, version) == text
}

fn push_decomposed(cp: u32, form: Form, version: Version, out: &mut Vec<u32>) {
    if cp < 0xa0 {
        out.push(cp);
        return;
    }
    if (S_BASE..S_BASE + S_COUNT).contains(&cp) {
        let s = cp - S_BASE;
        out.push(L_BASE + s / (V_COUNT * T_COUNT));
        out.push(V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT);
        if !s.is_multiple_of(T_COUNT) {
            out.push(T_BASE + s % T_COUNT);
        }
        return;
    }
    if version == Version::Old {
        if let Some(pair) = CORRECTIONS.chunks_exact(2).find(|p| p[0] == cp) {
            push_decomposed(pair[1], form, version, out);
            return;
        }
        if !facts::is_assigned(cp, version) {
            out.push(cp);
            return;
        }
    }
    match decomposition_row(cp) {
        // The table is one step deep and its steps end after a few.
        Some((tag, units)) if tag == 0 || form.compatible() => {
            for c in decode(units) {
                push_decomposed(c, form, version, out);
            }
        }
        _ => out.push(cp),
    }
}

#[must_use]
pub fn normalize(text: &[u32], form: Form, version: Version) -> Vec<u32> {
    if version == Version::Current && quick(text.iter().copied(), form) == Some(true) {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + text.len() / 4 + 8);
    for &cp in text {
        push_decomposed(cp, form, version, &mut out);
    }
    // Runs of combining characters in the order of their classes; equal ones keep theirs.
    let mut start = 0;
    while start < out.len() {
        if combining(out[start], Version::Current) == 0 {
            start += 1;
            continue;
        }
        let len = out[start..].iter().take_while(|&&c| combining(c, Version::Current) != 0).count();
        out[start..start + len].sort_by_key(|&c| combining(c, Version::Current));
        start += len;
    }
    if form.composes() {
        compose(&mut out);
    }
    out
}

fn pair(first: u32, second: u32) -> Option<u32> {
    if (L_BASE..L_BASE + L_COUNT).contains(&first) {
        return (V_BASE..V_BASE + V_COUNT)
            .contains(&second)
            .then(|| S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT);
    }
    if (S_BASE..S_BASE + S_COUNT).contains(&first) {
        let open = (first - S_BASE).is_multiple_of(T_COUNT);
        return (open && (T_BASE + 1..T_BASE + T_COUNT).contains(&second)).then(|| first + second - T_BASE);
    }
    if first >= 0x1_0000 {
        return ASTRAL.chunks_exact(3).find(|row| row[0] == first && row[1] == second).map(|row| row[2]);
    }
    if second >= 0x1_0000 {
        return None;
    }
    KEYS.binary_search(&(first << 16 | second)).ok().map(|at| VALUES[at])
}

fn compose(text: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    // The class of the last character kept after the starter, if there is one.
    let mut last: Option<u8> = None;
    let mut kept = 0;
    for i in 0..text.len() {
        let cp = text[i];
        let class = combining(cp, Version::Current);
        if let Some(at) = starter
            && last.is_none_or(|last| last != 0 && last < class)
            && let Some(composed) = pair(text[at], cp)
        {
            text[at] = composed;
            continue;
        }
        if class == 0 {
            starter = Some(kept);
            last = None;
        } else {
            last = Some(class);
        }
        text[kept] = cp;
        kept += 1;
    }
    text.truncate(kept);
}
