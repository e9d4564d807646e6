//! `int`: layout and construction in [`storage`]; slots and methods in `methods`.

pub mod storage;

pub use storage::Int;

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymethods;

use crate::glue::*;
use crate::str::Str;

#[pymethods]
impl Int {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        Str::new(th, &algos::int::to_decimal(self.view()))
    }

    #[slot(tp_hash)]
    fn tp_hash(&self) -> isize {
        self.hash()
    }

    #[slot(nb_index, nb_int)]
    fn index(&self, th: &mut Thread) -> Ref<Int> {
        if self.is_exactly::<Int>() { self.to_ref() } else { Int::from_digits(th, self.is_negative(), self.digit_slice()) }
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        !self.is_zero()
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let (Some(a), Some(b)) = (a.downcast::<Int>(), b.downcast::<Int>()) else { return Ok(crate::not_implemented().to_owned()) };
        Ok(Int::from_alg(th, &algos::int::add(a.view(), b.view())).up())
    }
}
