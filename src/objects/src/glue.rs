//! Declaring types and modules: what `#[pytype]`, `#[pymethods]` and `#[pymodule]` take, and what their expansions call at run time.
//!
//! Each method, slot and accessor is one Rust function and one C entry with the ABI's flags (R4). The entry fetches the thread, borrows and
//! converts the arguments, and shares the result if foreign code sees it (R7). Type objects, method tables and module definitions are
//! static data; nothing runs before `main`. Authors' files need no `unsafe`.
//!
//! Start here; then `convert` (which Rust types arguments and results may have), `args` (how arguments are parsed), `upward` (what the
//! glue needs from the types).
//!
//! # A type
//!
//! ```text
//! use crate::glue::*;                       // in `modules`: objects::glue::*
//! use heap::{Head, Slot};
//! use macros::{pymethods, pytype};
//!
//! /// enumerate's docstring. Doc comments become docstrings; `doc = "…"` replaces them, `doc = none` drops them.
//! #[pytype(name = "enumerate", export = "PyEnum_Type", sig = "(iterable, start=0)", flags(BASETYPE))]
//! #[repr(C)]
//! pub struct Enumerate {
//!     head: Head,                           // or VarHead, or the base's struct
//!     iterator: Slot,                       // visited and cleared by the collector, because its type mentions `Slot` (or `Ref`)
//!     #[member(name = "count", readonly)]   // a PyMemberDef; `none`: an empty slot reads as None
//!     count: isize,
//! }
//!
//! #[pymethods]
//! impl Enumerate {
//!     #[slot(tp_new, tp_vectorcall, sig = "(iterable, start=0)")]    // one function may fill several slots
//!     fn new(th: &mut Thread, cls: &Type, iterable: &Object, start: isize) -> Result<Ref<Enumerate>, Raised> {
//!         let iterator = ops::iter(th, iterable)?;
//!         Ok(th.new_instance(cls, Enumerate { head: Head::INIT, iterator: Slot::new(iterator), count: start }))
//!     }
//!     #[slot(tp_iter)]
//!     fn iter(&self) -> &Self { self }
//!     #[slot(tp_iternext)]
//!     fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> { … }      // Ok(None): exhausted
//!     #[slot(nb_add)]                                                  // number slots: either operand may be the instance
//!     fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> { … }
//!     #[slot(mp_ass_subscript)]
//!     fn set(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> { … }   // None: delete
//!     /// Return state information for pickling.
//!     #[method]                                                        // no sig: positional-only, derived from the parameters
//!     fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> { … }
//!     #[method(sig = "(key, default=None, /, *, reverse=False)")]
//!     fn get(&self, th: &mut Thread, key: &Object, default: Option<&Object>, reverse: bool) -> Result<Ref<Object>, Raised> { … }
//!     #[method(name = "__class_getitem__", class)]                     // or #[classmethod(name = …)]
//!     fn class_getitem(cls: &Type, th: &mut Thread, item: &Object) -> Result<Ref<Object>, Raised> { … }
//!     #[getter] fn real(&self, th: &mut Thread) -> f64 { … }
//!     #[setter(real)] fn set_real(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> { … }
//! }
//! ```
//!
//! This makes `static ENUMERATE_TYPE: Type` (exported as `PyEnum_Type`), `Enumerate::type_object()`, `Deref` to the base, `Traverse`.
//!
//! `#[pytype]`: `name`, `module` (unless `builtins`), `export`, `base = Struct` (unless `object`), `metaclass = Struct`, `sig`, `doc`,
//! `flags(…)` (see [`type_flags`]; `HAVE_GC`, `PREFIX`, `WEAKREF`, `HAVE_VECTORCALL`, `FINALIZER` follow from the rest),
//! `layout = PyListObject` (asserts the size), `dict` or `dict = field`, `weakref` or `weakref = field`, `vectorcall` or
//! `vectorcall = field` (the field holds `Self::VECTORCALL`, the function is `#[slot(vectorcall)]`, `tp_call` follows),
//! `gc = auto|custom|none` (custom: implement [`Traverse`] and [`Clear`]; none: cannot
//! form cycles, but sharing still goes by the fields (R6); fields: `#[traverse]`, `#[untraversed]`),
//! `lock = none|instance|shared` (R9), `prefix = yes|no`, `itemsize = N`, `basicsize = N`, `size = fn(&Self) -> usize` (bytes of an
//! instance, where not `basicsize + |ob_size| * itemsize`), `parts(a, b)`. What must happen at an object's end is an `impl Drop`.
//!
//! Methods in several blocks or files: `#[pymethods(part = "strings")] impl Str { … }` and `#[pytype(…, parts(strings))]`; the unnamed
//! block counts, too.
//!
//! # Parameters
//!
//! A text signature (`sig`) says how arguments may be given; Rust parameters correspond in order. The receiver (`$self`) need not be
//! written. `sig = none`: positional-only, and no `__text_signature__`. `#[slot(tp_call, name = "…")]`: what messages call it. `th: &mut Thread` (or `&Thread`) may stand anywhere, or not at all.
//!
//! | Rust | Python |
//! |---|---|
//! | `&Object`, `Ref<Object>` | anything |
//! | `Option<&Object>` | `None` (Rust's) if absent; Python's `None` arrives as an object |
//! | `&T`, `Ref<T>` of a `PyType` | an instance, else `f() argument 1 must be T, not U` |
//! | `&Type`, `Option<&Type>` | a class |
//! | `Option<X>` | absent: `None`; Python's `None` is the same if the signature's default is `None`, or there is none |
//! | `isize i32 i64 u32 u64 usize u16 i16 u8` | `__index__`, with CPython's `OverflowError` |
//! | `f64`, `bool`, `char`, `&str` | a real number; truth of anything; a string of length 1; a string without surrogates or NULs |
//! | `Buffer`, `WritableBuffer` | the bytes of a bytes-like object |
//! | `Args<'_>`, `KwArgs<'_>` | `*args`, `**kwargs` |
//!
//! Defaults: literals of the signature (`-1`, `False`, `'strict'`) are taken over; others: `#[default(expr)] index: isize`. Without a `sig`
//! a default makes the parameter optional and is shown. In slots with fixed arguments, Rust parameters are C's, in order.
//!
//! Results: `()`, `bool`, integers, `f64`, `char`, `&str`, `String`, `Ref<T>`, `&T`, `Option` of them (`None`), and `Result<…, Raised>` of
//! all. Own types may implement [`FromArg`] and [`ToPy`]. Beware: `x.to_owned()` on a `&&Object` copies the reference; `x.to_ref()` counts.
//!
//! # A module
//!
//! ```text
//! #[pymodule(name = "math", types(Foo, Bar), hidden(Baz), parts(super::trig))]   // parts: other files' `#[pymodule(part)] mod trig { … }`
//! pub mod math {
//!     //! The docstring.
//!     use super::*;
//!     #[constant] const pi: f64 = core::f64::consts::PI;               // integers, f64, bool, &str
//!     /// Return the square root of x.
//!     #[function(sig = "(x, /)")]
//!     fn sqrt(th: &mut Thread, x: f64) -> Result<f64, Raised> { … }
//!     #[function] fn where_am_i(#[module] module: &Object) -> Ref<Object> { … }
//!     #[attr] fn table(th: &mut Thread) -> Result<Ref<Object>, Raised> { … }      // computed when the module is made
//!     #[exec] fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> { … }
//! }
//! ```
//!
//! Objects that a module keeps for itself stand in statics: `static CACHE: Global<Dict> = Global::EMPTY` ([`Global`]).
//!
//! This makes `math::MODULE`, a [`ModuleDef`], for the list in `modules::table`; [`ModuleDef::fill`] fills a new module object.
#![allow(unsafe_code, reason = "C entries: raw pointers of the ABI become borrowed objects here, and results become raw pointers")]

pub mod args;
pub mod buffer;
pub mod call;
pub mod convert;
pub mod entry;
pub mod gc;
pub mod global;
pub mod module;
pub mod suggest;
pub mod tables;
pub mod upward;

pub use abi;
pub use abi::{
    METH_CLASS, METH_COEXIST, METH_STATIC, Py_buffer, PyAsyncMethods, PyBufferProcs, PyGetSetDef, PyMappingMethods, PyMemberDef, PyMethodDef,
    PyNumberMethods, PyObject, PySequenceMethods, PyTypeObject, Static, vectorcallfunc,
};
pub use args::*;
pub use buffer::*;
pub use call::*;
pub use convert::*;
pub use entry::*;
pub use gc::*;
pub use global::*;
pub use heap::{Heaped, LockKind, Object, PyType, Raised, Ref, Thread, Traverse, Type, TypeInfo, Visitor};
pub use module::*;
pub use tables::*;

#[cfg(test)]
mod tests;
