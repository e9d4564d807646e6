//! Which bytes of the region are free.
//!
//! Invariant: free ranges do not touch each other; every length is a multiple of [`GRAIN`].
use std::collections::BTreeMap;

/// A cache line: what is loaded by one thread shares none with what another runs.
pub(crate) const GRAIN: usize = 64;

pub(crate) struct Allotment {
    /// Lengths by their starts.
    free: BTreeMap<usize, usize>,
    size: usize,
    used: usize,
    most_used: usize,
}

impl Allotment {
    pub(crate) fn new(size: usize) -> Self {
        Self { free: BTreeMap::from([(0, size)]), size, used: 0, most_used: 0 }
    }

    pub(crate) fn used(&self) -> usize {
        self.used
    }

    pub(crate) fn most_used(&self) -> usize {
        self.most_used
    }

    /// What a piece of `len` bytes takes.
    pub(crate) fn rounded(len: usize) -> usize {
        len.max(1).next_multiple_of(GRAIN)
    }

    /// Takes the first free range that is long enough, so that what is used stays together.
    pub(crate) fn take(&mut self, len: usize) -> Option<usize> {
        let len = Self::rounded(len);
        let (&start, &room) = self.free.iter().find(|&(_, &room)| room >= len)?;
        self.free.remove(&start);
        if room > len {
            self.free.insert(start + len, room - len);
        }
        self.used += len;
        self.most_used = self.most_used.max(self.used);
        Some(start)
    }

    pub(crate) fn give_back(&mut self, mut start: usize, len: usize) {
        let mut len = Self::rounded(len);
        self.used -= len;
        if let Some(next) = self.free.remove(&(start + len)) {
            len += next;
        }
        if let Some((&before, &room)) = self.free.range(..start).next_back()
            && before + room == start
        {
            start = before;
            len += room;
        }
        self.free.insert(start, len);
    }

    /// The ranges that are used, in order.
    pub(crate) fn used_ranges(&self) -> Vec<(usize, usize)> {
        let mut ranges = Vec::new();
        let mut at = 0;
        for (&start, &len) in &self.free {
            if start > at {
                ranges.push((at, start - at));
            }
            at = start + len;
        }
        if at < self.size {
            ranges.push((at, self.size - at));
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_together() {
        let mut allotment = Allotment::new(4 * GRAIN);
        let places: Vec<_> = (0..4).map(|_| allotment.take(GRAIN - 1)).collect();
        assert_eq!(places, [Some(0), Some(64), Some(128), Some(192)]);
        assert_eq!((allotment.take(1), allotment.used()), (None, 4 * GRAIN));
        for start in [64, 192, 128] {
            allotment.give_back(start, GRAIN);
        }
        assert_eq!(allotment.used_ranges(), [(0, 64)]);
        assert_eq!(allotment.take(3 * GRAIN), Some(64));
        allotment.give_back(0, 1);
        allotment.give_back(64, 3 * GRAIN);
        assert_eq!((allotment.used(), allotment.most_used(), allotment.used_ranges()), (0, 4 * GRAIN, Vec::new()));
        assert_eq!(allotment.take(4 * GRAIN), Some(0));
    }
}
