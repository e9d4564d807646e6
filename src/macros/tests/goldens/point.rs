/// A point.
#[pytype(name = "point", module = "example", export = "Point_Type", sig = "(x, y=None, /)", flags(BASETYPE), dict = attributes)]
#[repr(C)]
pub struct Point {
    head: Head,
    #[member(readonly)]
    x: Slot,
    attributes: Slot<Dict>,
    seen: Cell<bool>,
}

#[pymethods]
impl Point {
    #[slot(tp_new, sig = "(x, y=None, /)")]
    fn new(th: &mut Thread, cls: &Type, x: &Object, y: Option<&Object>) -> Result<Ref<Point>, Raised> {
        th.make(cls, x, y)
    }

    #[slot(sq_length)]
    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        Ok(2)
    }

    /// Move by some steps.
    #[method(sig = "($self, /, steps=1, *, name='up')")]
    fn go(&self, th: &mut Thread, steps: isize, name: &str) -> Result<(), Raised> {
        Ok(())
    }

    #[method]
    fn join(&self, other: &Point) -> bool {
        true
    }

    /// The length.
    #[getter]
    fn norm(&self) -> f64 {
        1.0
    }
}
