//! `sys._counted`, in a counted build alone: what this thread has written that others may be writing (`heap::counted`).

use heap::{Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Int, Str, Tuple};

#[pymodule(part)]
pub mod counted {
    use super::*;

    /// Return how often this thread changed the count of a common object
    /// atomically, and how often it took a lock: a dict of numbers by
    /// (what, name of the type).  Only in a counted build.
    #[function]
    fn _counted(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        for (what, name, count) in heap::counted::of_this_thread() {
            let key = Tuple::new(th, vec![Str::new(th, what.name()).up(), Str::new(th, &name).up()]);
            // Classes that ended may have had the name before.
            let before = dict.get(th, &key)?.and_then(|n| n.downcast_ref::<Int>().and_then(Int::to_i64)).unwrap_or(0);
            let count = Int::from_u64(th, count + before as u64);
            dict.set(th, &key, count.up())?;
        }
        Ok(dict)
    }
}
