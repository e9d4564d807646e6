//! `cell`: a variable that closures share.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::{not_implemented_ref, ops, raise};

/// A variable that closures share.
#[pytype(
    name = "cell",
    export = "PyCell_Type",
    layout = PyCellObject,
    doc = "cell([contents])\n--\n\nCreate a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and further attempts to access its cell_contents attribute will\n    raise a ValueError."
)]
#[repr(C)]
pub struct Cell {
    head: Head,
    contents: Slot,
}

impl Cell {
    /// Where the contents are named, for compiled code.
    pub(crate) const CONTENTS: usize = core::mem::offset_of!(Cell, contents);

    /// A cell; `None`: empty.
    pub fn new(th: &Thread, contents: Option<Ref<Object>>) -> Ref<Cell> {
        th.new_object(Cell { head: Head::INIT, contents: Slot::from_option(contents) })
    }

    /// What is in the cell.
    #[inline(always)]
    pub fn get(&self, th: &Thread) -> Option<Ref<Object>> {
        self.contents.get(th, self)
    }

    /// What is in the cell, borrowed; in a common cell it was just now, and its memory stays until this thread's next safepoint (R8).
    #[inline(always)]
    pub fn peek<'a>(&'a self, _th: &'a Thread) -> Option<&'a Object> {
        self.contents.peek()
    }

    /// Whether nothing is in the cell.
    pub fn is_empty(&self) -> bool {
        self.contents.is_null()
    }

    /// Fills the cell, or empties it.
    #[inline(always)]
    pub fn set(&self, th: &mut Thread, contents: Option<Ref<Object>>) {
        self.contents.set(th, self, contents);
    }
}

#[pymethods]
impl Cell {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Cell>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("cell() takes no keyword arguments")));
        }
        match *args.as_slice() {
            [] => Ok(Cell::new(th, None)),
            [contents] => Ok(Cell::new(th, Some(contents.to_ref()))),
            _ => Err(raise::type_error(th, format_args!("cell expected at most 1 argument, got {}", args.len()))),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        match self.get(th) {
            None => format!("<cell at {self:p}: empty>"),
            Some(contents) => format!("<cell at {self:p}: {} object at {:p}>", ops::type_name(&contents), contents.as_ptr()),
        }
    }

    /// Cells are compared by their contents; an empty one comes before all others.
    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Cell>() else { return Ok(not_implemented_ref()) };
        match (self.get(th), other.get(th)) {
            (Some(a), Some(b)) => ops::richcompare(th, &a, &b, op),
            (a, b) => Ok(crate::bool_ref(op.holds(a.is_some().cmp(&b.is_some())))),
        }
    }

    #[getter]
    fn cell_contents(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.get(th) {
            Some(contents) => Ok(contents),
            None => Err(raise::value_error(th, format_args!("Cell is empty"))),
        }
    }

    #[setter]
    fn set_cell_contents(&self, th: &mut Thread, value: Option<&Object>) {
        self.set(th, value.map(Heaped::to_ref));
    }
}
