//! Thread ids: 16 bits, neither 0 nor 0xffff, used again only when nothing can carry them any more (R5).
//!
//! An id goes from *free* to *used* (registered), to *resting* (the thread has ended), to *drained* (its lists are empty), and back to
//! *free* when a full collection that began later has run: until then objects may still name it as their owner.

/// All 65,534 ids are used or resting: a full collection may free some.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfIds;

#[derive(Debug)]
pub(super) struct Ids {
    /// The first id that was never used, less one.
    fresh: u16,
    free: Vec<u16>,
    resting: Vec<u16>,
    /// With the mark that was current when they were drained.
    drained: Vec<(u16, u64)>,
    mark: u64,
}

impl Ids {
    pub(super) const fn new() -> Self {
        Self { fresh: 0, free: Vec::new(), resting: Vec::new(), drained: Vec::new(), mark: 0 }
    }

    pub(super) fn allocate(&mut self) -> Result<u16, OutOfIds> {
        if let Some(id) = self.free.pop() {
            return Ok(id);
        }
        // The last one stands for "nothing is mine".
        if self.fresh == u16::MAX - 1 {
            return Err(OutOfIds);
        }
        self.fresh += 1;
        Ok(self.fresh)
    }

    pub(super) fn rest(&mut self, id: u16) {
        self.resting.push(id);
    }

    pub(super) fn drained(&mut self, id: u16) {
        if let Some(at) = self.resting.iter().position(|&other| other == id) {
            self.resting.swap_remove(at);
            self.drained.push((id, self.mark));
        }
    }

    /// What is drained from now on waits for the next collection.
    pub(super) fn mark(&mut self) -> u64 {
        self.mark += 1;
        self.mark
    }

    pub(super) fn release(&mut self, token: u64) {
        let Self { free, drained, .. } = self;
        drained.retain(|&(id, mark)| {
            let over = mark < token;
            if over {
                free.push(id);
            }
            !over
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, OutOfIds};

    #[test]
    fn an_id_rests_until_a_collection_that_began_after_it_was_drained() {
        let mut ids = Ids::new();
        assert_eq!(ids.allocate(), Ok(1));
        assert_eq!(ids.allocate(), Ok(2));
        ids.rest(1);
        let early = ids.mark();
        ids.drained(1);
        ids.release(early);
        assert_eq!(ids.allocate(), Ok(3), "the collection began before the id was drained");
        let late = ids.mark();
        ids.release(late);
        assert_eq!(ids.allocate(), Ok(1));
    }

    #[test]
    fn ids_run_out_without_wrapping() {
        let mut ids = Ids::new();
        for id in 1..u16::MAX {
            assert_eq!(ids.allocate(), Ok(id));
        }
        assert_eq!(ids.allocate(), Err(OutOfIds));
        assert_eq!(ids.allocate(), Err(OutOfIds));
    }
}
