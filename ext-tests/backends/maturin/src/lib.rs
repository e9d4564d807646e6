//! The module of `one.c`, in PyO3.

use pyo3::prelude::*;

#[pymodule]
mod one {
    use pyo3::prelude::*;

    #[pyfunction]
    fn answer(py: Python<'_>) -> (i32, String) {
        let version = py.version_info();
        (42, format!("{}.{}.{}", version.major, version.minor, version.patch))
    }
}
