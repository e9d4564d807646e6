//! Classes, exceptions, iterators, threads and buffers with PyO3: once for this version of Python, once for the limited API.
use pyo3::create_exception;
use pyo3::exceptions::{PyIndexError, PyKeyError, PyOSError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple, PyType};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

static ALIVE: AtomicI64 = AtomicI64::new(0);

create_exception!(crabs, Pinched, PyOSError, "Of a crab.");

/// An error of Rust that becomes one of Python's.
#[derive(Debug)]
enum Trouble {
    Odd(i64),
    Lost,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<Trouble> for PyErr {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Odd(n) => Pinched::new_err(("odd", n)),
            Trouble::Lost => PyKeyError::new_err("lost"),
        }
    }
}

/// A class that others derive from.
#[pyclass(subclass, dict, weakref)]
struct Crab {
    #[pyo3(get, set)]
    name: String,
    legs: u32,
}

impl Drop for Crab {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

#[pymethods]
impl Crab {
    #[classattr]
    const KIND: &'static str = "crustacean";

    #[new]
    #[pyo3(signature = (name = "crab", *, legs = 10))]
    fn new(name: &str, legs: u32) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self { name: name.to_owned(), legs }
    }

    #[getter]
    fn legs(&self) -> u32 {
        self.legs
    }

    #[setter]
    fn set_legs(&mut self, legs: u32) -> PyResult<()> {
        if legs % 2 == 1 {
            return Err(PyValueError::new_err("odd legs"));
        }
        self.legs = legs;
        Ok(())
    }

    fn sound(&self) -> String {
        format!("{} clicks", self.name)
    }

    /// Calls what a class of Python may have overridden.
    fn speak(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<{}>", slf.call_method0("sound")?.extract::<String>()?))
    }

    /// Holds the object while Python runs.
    fn hold(&mut self, f: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Ok(f.call0()?.unbind())
    }

    #[classmethod]
    fn make(cls: &Bound<'_, PyType>, name: &str) -> PyResult<Py<PyAny>> {
        Ok(cls.call1((name,))?.unbind())
    }

    #[staticmethod]
    #[pyo3(signature = (a, b = 2, *args, c = None, **named))]
    fn keywords<'py>(a: i32, b: i32, args: &Bound<'py, PyTuple>, c: Option<i32>, named: Option<&Bound<'py, PyDict>>) -> (i32, i32, Vec<i32>, Option<i32>, usize) {
        (a, b, args.extract().unwrap_or_default(), c, named.map_or(0, |named| named.len()))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type().qualname()?;
        Ok(format!("{class}({:?})", slf.borrow().name))
    }
}

#[pyclass(extends = Crab)]
struct Lobster {
    items: Vec<Py<PyAny>>,
}

#[pymethods]
impl Lobster {
    #[new]
    fn new() -> PyClassInitializer<Self> {
        PyClassInitializer::from(Crab::new("lobster", 8)).add_subclass(Self { items: Vec::new() })
    }

    fn sound(slf: PyRef<'_, Self>) -> String {
        format!("{} snaps", slf.as_super().name)
    }

    fn add<'py>(mut slf: PyRefMut<'py, Self>, item: Py<PyAny>) -> PyRefMut<'py, Self> {
        slf.items.push(item);
        slf
    }

    fn __len__(&self) -> usize {
        self.items.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: usize) -> PyResult<Py<PyAny>> {
        self.items.get(index).map(|item| item.clone_ref(py)).ok_or_else(|| PyIndexError::new_err(index))
    }

    fn __contains__(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        for each in &self.items {
            if each.bind(py).eq(item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.items.iter().try_for_each(|item| visit.call(item))
    }

    fn __clear__(&mut self) {
        self.items.clear();
    }
}

#[pyclass(frozen, eq, ord, hash, from_py_object)]
#[derive(Clone, PartialEq, PartialOrd, Hash)]
struct Vector {
    #[pyo3(get)]
    x: i64,
    #[pyo3(get)]
    y: i64,
}

#[pymethods]
impl Vector {
    #[new]
    fn new(x: i64, y: i64) -> Self {
        Self { x, y }
    }

    fn __add__(&self, other: &Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    fn __mul__(&self, k: i64) -> Self {
        Self::new(self.x * k, self.y * k)
    }

    fn __rmul__(&self, k: i64) -> Self {
        self.__mul__(k)
    }

    fn __neg__(&self) -> Self {
        Self::new(-self.x, -self.y)
    }

    fn __bool__(&self) -> bool {
        self.x != 0 || self.y != 0
    }

    fn __call__(&self, f: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Ok(f.call1((self.x, self.y))?.unbind())
    }
}

#[pyclass(eq, eq_int, from_py_object)]
#[derive(Clone, PartialEq)]
enum Colour {
    Red = 1,
    Green = 5,
}

#[pyclass]
enum Outcome {
    Good { value: i64 },
    Bad { why: String },
}

#[pyclass]
struct Countdown {
    left: u32,
}

#[pymethods]
impl Countdown {
    #[new]
    fn new(left: u32) -> Self {
        Self { left }
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self) -> PyResult<Option<u32>> {
        match self.left {
            0 => Ok(None),
            13 => Err(PyZeroDivisionError::new_err("thirteen")),
            _ => {
                self.left -= 1;
                Ok(Some(self.left))
            }
        }
    }
}

#[pyfunction]
fn alive() -> i64 {
    ALIVE.load(Ordering::Relaxed)
}

#[pyfunction]
fn trouble(n: i64) -> Result<i64, Trouble> {
    match n {
        0 => Err(Trouble::Lost),
        n if n % 2 == 1 => Err(Trouble::Odd(n)),
        n => Ok(n),
    }
}

#[pyfunction]
fn panics() {
    panic!("a panic of Rust");
}

#[pyfunction]
fn catches<'py>(py: Python<'py>, f: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match f.call0() {
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(error.value(py).clone().into_any()),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            let outer = Pinched::new_err("outer");
            outer.set_cause(py, Some(error));
            Err(outer)
        }
        other => other,
    }
}

/// Threads of Rust that call Python while this one has let go.
#[pyfunction]
fn from_threads(py: Python<'_>, call: Py<PyAny>, threads: usize, times: i64) -> PyResult<Vec<i64>> {
    let call = &call;
    py.detach(|| {
        std::thread::scope(|scope| {
            let work = move || (0..times).map(|i| Python::attach(|py| call.call1(py, (i,))?.extract::<i64>(py))).sum::<PyResult<i64>>();
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            running.into_iter().map(|thread| thread.join().expect("a thread of Rust")).collect()
        })
    })
}

#[pyfunction]
fn convert(a: Vec<f64>, b: HashMap<String, Option<i32>>, c: (u8, String), d: &[u8]) -> (f64, usize, String, usize) {
    (a.iter().sum(), b.len(), format!("{}{}", c.0, c.1), d.len())
}

#[pyfunction]
fn build<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("list", PyList::new(py, [1, 2, 3])?)?;
    dict.set_item("bytes", PyBytes::new(py, b"\x00\xff"))?;
    dict.set_item("text", PyString::new(py, "gr\u{fc}\u{df}e \u{1f980}"))?;
    dict.set_item("big", 1_u128 << 100)?;
    dict.set_item("tuple", (true, (), 1.5, Colour::Green))?;
    Ok(dict)
}

#[pyfunction]
fn consume(source: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    source.try_iter()?.map(|item| Ok(item?.str()?.to_string())).collect()
}

#[pyfunction]
fn judge(good: bool) -> Outcome {
    if good { Outcome::Good { value: 1 } } else { Outcome::Bad { why: "because".to_owned() } }
}

#[pymodule(gil_used = false)]
fn crabs(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Crab>()?;
    m.add_class::<Lobster>()?;
    m.add_class::<Vector>()?;
    m.add_class::<Colour>()?;
    m.add_class::<Outcome>()?;
    m.add_class::<Countdown>()?;
    m.add("Pinched", m.py().get_type::<Pinched>())?;
    for function in [
        wrap_pyfunction!(alive, m)?,
        wrap_pyfunction!(trouble, m)?,
        wrap_pyfunction!(panics, m)?,
        wrap_pyfunction!(catches, m)?,
        wrap_pyfunction!(from_threads, m)?,
        wrap_pyfunction!(convert, m)?,
        wrap_pyfunction!(build, m)?,
        wrap_pyfunction!(consume, m)?,
        wrap_pyfunction!(judge, m)?,
    ] {
        m.add_function(function)?;
    }
    Ok(())
}
