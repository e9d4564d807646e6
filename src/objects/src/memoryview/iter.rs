//! The iterator over the items of a one-dimensional view.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};

use super::MemoryView;

/// The iterator of `memoryview`.
#[pytype(name = "memory_iterator", export = "_PyMemoryIter_Type", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct MemoryIterator {
    head: Head,
    index: AtomicIsize,
    len: isize,
    view: Slot<MemoryView>,
}

impl MemoryIterator {
    pub(super) fn over(th: &Thread, view: &MemoryView, len: isize) -> Ref<MemoryIterator> {
        th.new_object(MemoryIterator { head: Head::INIT, index: AtomicIsize::new(0), len, view: Slot::new(th.retain(view)) })
    }
}

#[pymethods]
impl MemoryIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some(view) = self.view.get(th, self) else { return Ok(None) };
        // Each item is one thread's.
        if let Ok(index) = self.index.fetch_update(Relaxed, Relaxed, |index| (index < self.len).then(|| index + 1)) {
            return view.item(th, index).map(Some);
        }
        self.view.set(th, self, None);
        Ok(None)
    }
}
