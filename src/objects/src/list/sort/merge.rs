//! A stable, adaptive merge sort whose comparisons may fail: runs that are there already are found and merged, in the order in which
//! Munro and Wild's powersort merges them; where one run wins often, the merge gallops.
//!
//! Comparisons ask only "is `a` less than `b`", and nothing is assumed of the answers: an order that contradicts itself gives some
//! permutation. Invariant: at each return, also of an error, the slice is a permutation of what it was.

/// Wins in a row that start a gallop.
const MIN_GALLOP: usize = 7;

/// Sorts `v`. The error is the comparison's.
pub fn sort<T: Copy, E>(v: &mut [T], less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    let len = v.len();
    if len < 2 {
        return Ok(());
    }
    let min_run = min_run(len);
    let mut sorter = Sorter { min_gallop: MIN_GALLOP, kept: Vec::new() };
    // Runs not merged yet: start, length, and the power of the boundary behind them.
    let mut pending: Vec<(usize, usize, u32)> = Vec::new();
    let mut start = 0;
    while start < len {
        let mut run = natural_run(&mut v[start..], less)?;
        if run < min_run {
            let forced = min_run.min(len - start);
            insertion_sort(&mut v[start..start + forced], run, less)?;
            run = forced;
        }
        if let Some(&(last_start, last_len, _)) = pending.last() {
            let power = power(last_start, last_len, run, len);
            while pending.len() > 1 && pending[pending.len() - 2].2 > power {
                sorter.merge_top(v, &mut pending, less)?;
            }
            if let Some(last) = pending.last_mut() {
                last.2 = power;
            }
        }
        pending.push((start, run, 0));
        start += run;
    }
    while pending.len() > 1 {
        sorter.merge_top(v, &mut pending, less)?;
    }
    Ok(())
}

/// The length to which short runs are extended: `len` over a power of two, or a little less than one, between 32 and 64.
fn min_run(mut len: usize) -> usize {
    let mut rest = 0;
    while len >= 64 {
        rest |= len & 1;
        len >>= 1;
    }
    len + rest
}

/// The depth, in the ideal merge tree over `len` items, of the boundary between two neighbouring runs.
fn power(start: usize, first: usize, second: usize, len: usize) -> u32 {
    // Twice the middles of the runs, as fractions of `2 * len`: the first bit in which they differ.
    let mut a = 2 * start + first;
    let mut b = a + first + second;
    let mut power = 0;
    loop {
        power += 1;
        if a >= len {
            a -= len;
            b -= len;
        } else if b >= len {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// The length of the run at the start; a strictly descending one is turned around. Equal neighbours at the end of a
/// descending run are taken along, as long as their order among themselves is kept.
fn natural_run<T: Copy, E>(v: &mut [T], less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<usize, E> {
    let len = v.len();
    if len < 2 {
        return Ok(len);
    }
    let mut run = 2;
    if less(&v[1], &v[0])? {
        while run < len && less(&v[run], &v[run - 1])? {
            run += 1;
        }
        v[..run].reverse();
        return Ok(run);
    }
    while run < len && !less(&v[run], &v[run - 1])? {
        run += 1;
    }
    Ok(run)
}

/// Sorts `v`, of which the first `sorted` items are in order, by binary insertion.
fn insertion_sort<T: Copy, E>(v: &mut [T], sorted: usize, less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    for index in sorted.max(1)..v.len() {
        let pivot = v[index];
        let (mut low, mut high) = (0, index);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(&pivot, &v[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        v.copy_within(low..index, low + 1);
        v[low] = pivot;
    }
    Ok(())
}

/// Looks outward from `hint` for the first index of `v` at which `is_right` holds; it holds from some index on.
fn gallop<T, E>(v: &[T], hint: usize, mut is_right: impl FnMut(&T) -> Result<bool, E>) -> Result<usize, E> {
    let len = v.len();
    // `low` is the end of what is known to be left, `high` the start of what is known to be right.
    let (mut low, mut high) = (0, len);
    let mut step = 1;
    if is_right(&v[hint])? {
        high = hint;
        while step <= hint {
            let at = hint - step;
            if !is_right(&v[at])? {
                low = at + 1;
                break;
            }
            high = at;
            step = step * 2 + 1;
        }
    } else {
        low = hint + 1;
        while step < len - hint {
            let at = hint + step;
            if is_right(&v[at])? {
                high = at;
                break;
            }
            low = at + 1;
            step = step * 2 + 1;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if is_right(&v[middle])? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

struct Sorter<T> {
    min_gallop: usize,
    /// A copy of the run whose place is merged into.
    kept: Vec<T>,
}

impl<T: Copy> Sorter<T> {
    /// Merges the two runs on top of the stack.
    fn merge_top<E>(
        &mut self,
        v: &mut [T],
        pending: &mut Vec<(usize, usize, u32)>,
        less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
    ) -> Result<(), E> {
        let Some((_, second, power)) = pending.pop() else { return Ok(()) };
        let Some(first) = pending.last_mut() else { return Ok(()) };
        let (start, middle) = (first.0, first.1);
        first.1 += second;
        first.2 = power;
        self.merge(&mut v[start..start + middle + second], middle, less)
    }

    /// Merges `v[..middle]` and `v[middle..]`.
    fn merge<E>(&mut self, v: &mut [T], middle: usize, less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
        // What is in its place already need not move: the start of the first run, and the end of the second.
        let right = v[middle];
        let skip = gallop(&v[..middle], 0, |item| less(&right, item))?;
        if skip == middle {
            return Ok(());
        }
        let (v, middle) = (&mut v[skip..], middle - skip);
        let left = v[middle - 1];
        let second = v.len() - middle;
        let end = gallop(&v[middle..], second - 1, |item| Ok(!less(item, &left)?))?;
        let v = &mut v[..middle + end];
        if end == 0 {
            return Ok(());
        }
        self.kept.clear();
        if middle <= end {
            self.kept.extend_from_slice(&v[..middle]);
            self.merge_up(v, middle, less)
        } else {
            self.kept.extend_from_slice(&v[middle..]);
            self.merge_down(v, middle, less)
        }
    }

    /// The first run is in `kept`: merges from the front.
    fn merge_up<E>(&mut self, v: &mut [T], middle: usize, less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
        let kept = &self.kept[..];
        // `v[to..b]` is free: as long as what is left of `kept`.
        let (mut a, mut b, mut to) = (0, middle, 0);
        let mut min_gallop = self.min_gallop;
        let result = 'merge: {
            macro_rules! attempt {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(error) => break 'merge Err(error),
                    }
                };
            }
            loop {
                let (mut a_wins, mut b_wins) = (0, 0);
                // One at a time, until one run wins often.
                while a_wins.max(b_wins) < min_gallop {
                    if a == kept.len() || b == v.len() {
                        break 'merge Ok(());
                    }
                    if attempt!(less(&v[b], &kept[a])) {
                        v[to] = v[b];
                        b += 1;
                        b_wins += 1;
                        a_wins = 0;
                    } else {
                        v[to] = kept[a];
                        a += 1;
                        a_wins += 1;
                        b_wins = 0;
                    }
                    to += 1;
                }
                // In stretches, as long as that pays.
                loop {
                    if a == kept.len() || b == v.len() {
                        break 'merge Ok(());
                    }
                    let next = v[b];
                    let from_a = attempt!(gallop(&kept[a..], 0, |item| less(&next, item)));
                    v[to..to + from_a].copy_from_slice(&kept[a..a + from_a]);
                    a += from_a;
                    to += from_a;
                    if a == kept.len() {
                        break 'merge Ok(());
                    }
                    let next = kept[a];
                    let from_b = attempt!(gallop(&v[b..], 0, |item| Ok(!less(item, &next)?)));
                    v.copy_within(b..b + from_b, to);
                    b += from_b;
                    to += from_b;
                    if from_a < MIN_GALLOP && from_b < MIN_GALLOP {
                        break;
                    }
                    min_gallop = min_gallop.saturating_sub(1).max(1);
                }
                // Galloping did not pay any more.
                min_gallop += 2;
            }
        };
        self.min_gallop = min_gallop;
        v[to..to + kept.len() - a].copy_from_slice(&kept[a..]);
        result
    }

    /// The second run is in `kept`: merges from the back.
    fn merge_down<E>(&mut self, v: &mut [T], middle: usize, less: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
        let kept = &self.kept[..];
        // `v[a..to]` is free: as long as what is left of `kept`. All three count what is in front of them.
        let (mut a, mut b, mut to) = (middle, kept.len(), v.len());
        let mut min_gallop = self.min_gallop;
        let result = 'merge: {
            macro_rules! attempt {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(error) => break 'merge Err(error),
                    }
                };
            }
            loop {
                let (mut a_wins, mut b_wins) = (0, 0);
                while a_wins.max(b_wins) < min_gallop {
                    if a == 0 || b == 0 {
                        break 'merge Ok(());
                    }
                    to -= 1;
                    match less(&kept[b - 1], &v[a - 1]) {
                        Ok(true) => {
                            v[to] = v[a - 1];
                            a -= 1;
                            a_wins += 1;
                            b_wins = 0;
                        }
                        Ok(false) => {
                            v[to] = kept[b - 1];
                            b -= 1;
                            b_wins += 1;
                            a_wins = 0;
                        }
                        Err(error) => {
                            to += 1;
                            break 'merge Err(error);
                        }
                    }
                }
                loop {
                    if a == 0 || b == 0 {
                        break 'merge Ok(());
                    }
                    let next = kept[b - 1];
                    let keep = attempt!(gallop(&v[..a], a - 1, |item| less(&next, item)));
                    let from_a = a - keep;
                    v.copy_within(keep..a, to - from_a);
                    a = keep;
                    to -= from_a;
                    if a == 0 {
                        break 'merge Ok(());
                    }
                    let next = v[a - 1];
                    let keep = attempt!(gallop(&kept[..b], b - 1, |item| Ok(!less(item, &next)?)));
                    let from_b = b - keep;
                    v[to - from_b..to].copy_from_slice(&kept[keep..b]);
                    b = keep;
                    to -= from_b;
                    if from_a < MIN_GALLOP && from_b < MIN_GALLOP {
                        break;
                    }
                    min_gallop = min_gallop.saturating_sub(1).max(1);
                }
                min_gallop += 2;
            }
        };
        self.min_gallop = min_gallop;
        v[to - b..to].copy_from_slice(&kept[..b]);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::sort;
    use core::convert::Infallible;

    /// A small generator of numbers that look random.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
    }

    fn inputs() -> Vec<Vec<(u64, usize)>> {
        let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
        let mut inputs = Vec::new();
        for len in (0..70).chain([100, 127, 500, 1000, 5000]) {
            for range in [1, 2, 5, 1000, u64::MAX] {
                let random: Vec<u64> = (0..len).map(|_| numbers.next() % range).collect();
                let mut nearly: Vec<u64> = (0..len).collect();
                for _ in 0..len / 10 {
                    let (a, b) = (numbers.next() % len, numbers.next() % len);
                    nearly.swap(a as usize, b as usize);
                }
                let saw: Vec<u64> = (0..len).map(|i| i % 17 * range.min(9)).collect();
                let falling: Vec<u64> = (0..len).rev().map(|i| i / range.min(9)).collect();
                for keys in [random, nearly, saw, falling] {
                    inputs.push(keys.into_iter().enumerate().map(|(index, key)| (key, index)).collect());
                }
            }
        }
        inputs
    }

    #[test]
    fn as_the_standard_library_sorts() {
        for input in inputs() {
            let mut expected = input.clone();
            expected.sort_by_key(|pair| pair.0);
            let mut sorted = input;
            let done: Result<(), Infallible> = sort(&mut sorted, &mut |a: &(u64, usize), b: &(u64, usize)| Ok(a.0 < b.0));
            assert!(done.is_ok());
            assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn comparisons_that_fail_lose_nothing() {
        for input in inputs().into_iter().step_by(7) {
            for fail_at in [0, 1, 5, 63, 200, 3000] {
                let mut count = 0;
                let mut sorted = input.clone();
                let _ = sort(&mut sorted, &mut |a: &(u64, usize), b: &(u64, usize)| {
                    count += 1;
                    if count > fail_at { Err(()) } else { Ok(a.0 < b.0) }
                });
                let mut indices: Vec<usize> = sorted.iter().map(|pair| pair.1).collect();
                indices.sort_unstable();
                assert!(indices.into_iter().eq(0..input.len()));
            }
        }
    }

    #[test]
    fn comparisons_that_lie_lose_nothing() {
        let mut numbers = Numbers(88_172_645_463_325_252);
        for input in inputs().into_iter().step_by(5) {
            let mut sorted = input.clone();
            let _: Result<(), Infallible> = sort(&mut sorted, &mut |_: &(u64, usize), _: &(u64, usize)| Ok(numbers.next() & 1 == 0));
            let mut indices: Vec<usize> = sorted.iter().map(|pair| pair.1).collect();
            indices.sort_unstable();
            assert!(indices.into_iter().eq(0..input.len()));
        }
    }

    #[test]
    fn sorted_input_costs_one_pass() {
        let mut count = 0;
        let mut v: Vec<u32> = (0..10_000).collect();
        let _: Result<(), Infallible> = sort(&mut v, &mut |a: &u32, b: &u32| {
            count += 1;
            Ok(a < b)
        });
        assert_eq!(count, 9_999);
    }
}
