//! `xxsubtype`: builtin types with subtypes that a native module makes. Programs have no use for it; CPython's tests of classes do.

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Dict, List, Str, Tuple, none, ops};

#[pytype(name = "spamlist", module = "xxsubtype", doc = none, base = List, flags(BASETYPE, LIST_SUBCLASS), lock = instance)]
#[repr(C)]
pub struct SpamList {
    #[untraversed]
    base: List,
    state: AtomicI32,
}

#[pytype(name = "spamdict", module = "xxsubtype", doc = none, base = Dict, flags(BASETYPE, DICT_SUBCLASS), lock = instance)]
#[repr(C)]
pub struct SpamDict {
    #[untraversed]
    base: Dict,
    #[member(doc = "an int variable for demonstration purposes", kind = Py_T_INT, readonly)]
    state: AtomicI32,
}

/// What `bench` measures: `getattr`, so many times.
fn repeat(th: &mut Thread, object: &Object, name: &Str, count: i32) -> Result<(), Raised> {
    for _ in 0..count {
        let value = ops::getattr(th, object, name)?;
        th.release(value);
    }
    Ok(())
}

/// `(first, args, kwargs)`
fn told(th: &mut Thread, first: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Tuple>, Raised> {
    let args = Tuple::from_slice(th, args.as_slice());
    let kwargs: Ref<Object> = if kwargs.is_empty() {
        objects::none_ref()
    } else {
        keywords(th, kwargs)?.up()
    };
    Ok(Tuple::from_slice(th, &[first, &args, &kwargs]))
}

#[pymethods]
impl SpamList {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        init_base::<List>(th, self.as_object(), args, kwargs)?;
        self.state.store(0, Relaxed);
        Ok(())
    }

    /// getstate() -> state
    #[method]
    fn getstate(&self) -> i32 {
        self.state.load(Relaxed)
    }

    /// setstate(state)
    #[method(sig = "(state, /)")]
    fn setstate(&self, state: i32) {
        self.state.store(state, Relaxed);
    }

    /// classmeth(*args, **kw)
    #[classmethod(sig = "($type, *args, **kwargs)")]
    fn classmeth(cls: &Type, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Tuple>, Raised> {
        told(th, cls, args, kwargs)
    }

    /// staticmeth(*args, **kw)
    #[staticmethod(sig = "(*args, **kwargs)")]
    fn staticmeth(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Tuple>, Raised> {
        told(th, none(), args, kwargs)
    }

    /// an int variable for demonstration purposes
    #[getter]
    fn state(&self) -> i32 {
        self.state.load(Relaxed)
    }
}

#[pymethods]
impl SpamDict {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        init_base::<Dict>(th, self.as_object(), args, kwargs)?;
        self.state.store(0, Relaxed);
        Ok(())
    }

    /// getstate() -> state
    #[method]
    fn getstate(&self) -> i32 {
        self.state.load(Relaxed)
    }

    /// setstate(state)
    #[method(sig = "(state, /)")]
    fn setstate(&self, state: i32) {
        self.state.store(state, Relaxed);
    }
}

/// `Base.__init__(object, *args, **kwargs)`
fn init_base<Base: PyType>(th: &mut Thread, object: &Object, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    let kwargs = if kwargs.is_empty() { None } else { Some(keywords(th, kwargs)?) };
    let args = Tuple::from_slice(th, args.as_slice());
    match Base::type_object().tp_init() {
        Some(init) => ops::cslot::init(th, init, object, &args, kwargs.as_deref().map(|dict| dict.as_object())),
        None => Ok(()),
    }
}

fn keywords(th: &mut Thread, kwargs: KwArgs<'_>) -> Result<Ref<Dict>, Raised> {
    let dict = Dict::new(th);
    for (key, value) in kwargs.iter() {
        dict.set(th, key, value)?;
    }
    Ok(dict)
}

#[pymodule(name = "xxsubtype", types(SpamList, SpamDict))]
pub mod xxsubtype {
    //! xxsubtype is an example module showing how to subtype builtin types from C.
    //! test_descr.py in the standard test suite requires it in order to complete.
    use super::*;

    /// The seconds that so many look-ups of an attribute take.
    #[function(sig = "(object, name, count=1000, /)")]
    fn bench(th: &mut Thread, object: &Object, name: &Str, #[default(1000)] count: i32) -> Result<f64, Raised> {
        let start = std::time::Instant::now();
        repeat(th, object, name, count)?;
        Ok(start.elapsed().as_secs_f64())
    }
}
