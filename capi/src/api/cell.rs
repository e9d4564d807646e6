//! Small objects: `PyCell_*`; capsules are in [`capsule`].

pub mod capsule;

use heap::{Object, Raised, Ref};
use objects::Cell;

use crate::api;
use crate::entry::expect;

api! {
    /// A cell; null: empty.
    fn PyCell_New(th, contents: Option<&Object>) -> Option<Ref<Cell>> {
        let contents = contents.map(|contents| th.retain(contents));
        Some(Cell::new(th, contents))
    }

    /// What is in a cell; null without an exception: nothing.
    fn PyCell_Get(th, cell: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(expect::<Cell>(th, cell)?.get(th))
    }

    /// Fills a cell, or empties it.
    fn PyCell_Set(th, cell: &Object, contents: Option<&Object>) -> Result<(), Raised> {
        let cell = expect::<Cell>(th, cell)?;
        let contents = contents.map(|contents| th.retain(contents));
        cell.set(th, contents);
        Ok(())
    }

    /// Whether an object is `True` itself.
    fn Py_IsTrue(th, object: Option<&Object>) -> i32 {
        let _ = &th;
        object.is_some_and(|object| object.is(objects::true_())).into()
    }

    /// Whether an object is `False` itself.
    fn Py_IsFalse(th, object: Option<&Object>) -> i32 {
        let _ = &th;
        object.is_some_and(|object| object.is(objects::false_())).into()
    }
}
