//! Finding text in text. Bytes go to `memchr`; wide units have a scan for the needle's first unit that gives way to the two-way
//! algorithm when its candidates disappoint, so that no input takes quadratic time.

use super::Unit;

/// The needle of a search over wide units.
#[derive(Debug, Clone, Copy)]
pub struct WideFinder<'n, U> {
    pub(super) needle: &'n [U],
}

/// How many units are looked at in one step of vector code.
const LANES: usize = 16;

pub(super) fn find_unit_wide<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    let mut at = 0;
    for chunk in text.chunks_exact(LANES) {
        if chunk.iter().fold(false, |any, &u| any | (u == unit)) {
            break;
        }
        at += LANES;
    }
    text[at..].iter().position(|&u| u == unit).map(|i| at + i)
}

pub(super) fn rfind_unit_wide<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    let mut end = text.len();
    for chunk in text.rchunks_exact(LANES) {
        if chunk.iter().fold(false, |any, &u| any | (u == unit)) {
            break;
        }
        end -= LANES;
    }
    text[..end].iter().rposition(|&u| u == unit)
}

pub(super) fn find_wide<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else {
        return Some(0);
    };
    let last_start = text.len().checked_sub(needle.len())?;
    let mut at = 0;
    let mut work = 0;
    while at <= last_start {
        at += find_unit_wide(&text[at..=last_start], first)?;
        let candidate = &text[at + 1..at + needle.len()];
        let same = candidate.iter().zip(rest).take_while(|(a, b)| a == b).count();
        if same == rest.len() {
            return Some(at);
        }
        at += 1;
        work += same + 4;
        if work > 8 * at + 256 {
            return TwoWay::new(needle).find(&text[at..]).map(|i| at + i);
        }
    }
    None
}

pub(super) fn rfind_wide<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else {
        return Some(text.len());
    };
    let mut starts = text.len().checked_sub(needle.len())? + 1;
    let total = starts;
    let mut work = 0;
    while let Some(at) = rfind_unit_wide(&text[..starts], first) {
        let candidate = &text[at + 1..at + needle.len()];
        let same = candidate.iter().zip(rest).take_while(|(a, b)| a == b).count();
        if same == rest.len() {
            return Some(at);
        }
        starts = at;
        work += same + 4;
        if work > 8 * (total - starts) + 256 {
            // Rare: turn both around and search forwards.
            let end = starts + needle.len() - 1;
            let reversed: Vec<U> = text[..end].iter().rev().copied().collect();
            let needle: Vec<U> = needle.iter().rev().copied().collect();
            return TwoWay::new(&needle).find(&reversed).map(|i| end - i - needle.len());
        }
    }
    None
}

/// The two-way algorithm of Crochemore and Perrin: linear time, constant space.
struct TwoWay<'n, U> {
    needle: &'n [U],
    /// The critical position.
    cut: usize,
    /// A period of the needle, exact when `periodic`.
    period: usize,
    periodic: bool,
}

impl<'n, U: Unit> TwoWay<'n, U> {
    fn new(needle: &'n [U]) -> Self {
        let (cut_a, period_a) = maximal_suffix(needle, |a, b| a < b);
        let (cut_b, period_b) = maximal_suffix(needle, |a, b| a > b);
        let (cut, period) = if cut_a > cut_b { (cut_a, period_a) } else { (cut_b, period_b) };
        let periodic = needle.len() >= period + cut && needle[..cut] == needle[period..period + cut];
        let period = if periodic { period } else { cut.max(needle.len() - cut) + 1 };
        TwoWay { needle, cut, period, periodic }
    }

    fn find(&self, text: &[U]) -> Option<usize> {
        let needle = self.needle;
        let mut at = 0;
        // How much of the needle's start is known to match, when it is periodic.
        let mut memory = 0;
        while at + needle.len() <= text.len() {
            let window = &text[at..at + needle.len()];
            let start = self.cut.max(memory);
            if let Some(i) = (start..needle.len()).find(|&i| needle[i] != window[i]) {
                at += i - self.cut + 1;
                memory = 0;
                continue;
            }
            if (memory..self.cut).rev().all(|i| needle[i] == window[i]) {
                return Some(at);
            }
            at += self.period;
            memory = if self.periodic { needle.len() - self.period } else { 0 };
        }
        None
    }
}

/// Start and period of the greatest suffix in an order.
fn maximal_suffix<U: Unit>(needle: &[U], less: impl Fn(&U, &U) -> bool) -> (usize, usize) {
    let (mut left, mut right, mut offset, mut period) = (0, 1, 0, 1);
    while right + offset < needle.len() {
        let (a, b) = (&needle[right + offset], &needle[left + offset]);
        if less(a, b) {
            right += offset + 1;
            offset = 0;
            period = right - left;
        } else if a == b {
            if offset + 1 == period {
                right += period;
                offset = 0;
            } else {
                offset += 1;
            }
        } else {
            left = right;
            right += 1;
            (offset, period) = (0, 1);
        }
    }
    (left, period)
}

#[inline]
#[must_use]
pub fn find_unit<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    U::find_unit(text, unit)
}

#[inline]
#[must_use]
pub fn rfind_unit<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    U::rfind_unit(text, unit)
}

/// The first position of `needle`; an empty one is at 0.
#[must_use]
pub fn find<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [unit] => U::find_unit(text, *unit),
        _ if needle.len() > text.len() => None,
        _ => U::find_with(&U::finder(needle), text),
    }
}

/// The last position of `needle`; an empty one is at the end.
#[must_use]
pub fn rfind<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        [unit] => U::rfind_unit(text, *unit),
        _ if needle.len() > text.len() => None,
        _ => U::rfind_with(&U::rfinder(needle), text),
    }
}

/// Occurrences that do not overlap, up to a limit; an empty needle is between all units and at both ends.
#[must_use]
pub fn count<U: Unit>(text: &[U], needle: &[U], limit: usize) -> usize {
    if needle.is_empty() {
        return limit.min(text.len() + 1);
    }
    matches(text, needle).take(limit).count()
}

/// Positions of a needle that is not empty, from the left, without overlaps.
pub struct Matches<'a, 'n, U: Unit> {
    text: &'a [U],
    at: usize,
    needle: &'n [U],
    finder: Option<U::Finder<'n>>,
}

/// See [`Matches`]. An empty needle never matches.
#[must_use]
pub fn matches<'a, 'n, U: Unit>(text: &'a [U], needle: &'n [U]) -> Matches<'a, 'n, U> {
    let finder = (needle.len() > 1).then(|| U::finder(needle));
    Matches { text, at: 0, needle, finder }
}

impl<U: Unit> Iterator for Matches<'_, '_, U> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let found = match &self.finder {
            Some(finder) => U::find_with(finder, rest)?,
            None => U::find_unit(rest, *self.needle.first()?)?,
        };
        let at = self.at + found;
        self.at = at + self.needle.len();
        Some(at)
    }
}

/// Positions of a needle that is not empty, from the right, without overlaps.
pub struct RMatches<'a, 'n, U: Unit> {
    text: &'a [U],
    needle: &'n [U],
    finder: Option<U::RFinder<'n>>,
}

/// See [`RMatches`]. An empty needle never matches.
#[must_use]
pub fn rmatches<'a, 'n, U: Unit>(text: &'a [U], needle: &'n [U]) -> RMatches<'a, 'n, U> {
    let finder = (needle.len() > 1).then(|| U::rfinder(needle));
    RMatches { text, needle, finder }
}

impl<U: Unit> Iterator for RMatches<'_, '_, U> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = match &self.finder {
            Some(finder) => U::rfind_with(finder, self.text)?,
            None => U::rfind_unit(self.text, *self.needle.first()?)?,
        };
        self.text = &self.text[..at];
        Some(at)
    }
}
