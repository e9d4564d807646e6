//! `method`: a function and the instance that it is called on.
//!
//! Invariant: both fields are set when the method is made, and never change.
#![allow(unsafe_code, reason = "a vectorcall puts the instance in front of the arguments where the caller left room for it")]

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::text::Text;
use crate::typing::{descr, lookup};
use crate::{Str, names, none, not_implemented_ref, ops, raise};

/// Create a bound instance method object.
#[pytype(
    name = "method",
    export = "PyMethod_Type",
    sig = "(function, instance, /)",
    layout = PyMethodObject,
    weakref = weakrefs,
    vectorcall
)]
#[repr(C)]
pub struct Method {
    head: Head,
    #[member(none, name = "__func__", readonly, doc = "the function (or other callable) implementing a method")]
    function: Slot,
    #[member(none, name = "__self__", readonly, doc = "the instance to which a method is bound")]
    instance: Slot,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    vectorcall: Option<vectorcallfunc>,
}

impl Method {
    /// Binds `function` to `instance`.
    #[inline]
    pub fn new(th: &Thread, function: &Object, instance: &Object) -> Ref<Method> {
        th.new_object(Method {
            head: Head::INIT,
            function: Slot::new(th.retain(function)),
            instance: Slot::new(th.retain(instance)),
            weakrefs: 0,
            vectorcall: Some(vectorcall),
        })
    }

    /// The function.
    #[inline(always)]
    pub fn function(&self) -> &Object {
        self.function.peek().unwrap_or(none())
    }

    /// What the function is called on.
    #[inline(always)]
    pub fn instance(&self) -> &Object {
        self.instance.peek().unwrap_or(none())
    }
}

/// # Safety
/// As C's `vectorcallfunc`.
unsafe extern "C-unwind" fn vectorcall(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    const OFFSET: usize = abi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: R4: called through an instance's own field.
    let method: &Method = unsafe { glue::this(slf) };
    let positional = nargsf & !OFFSET;
    let function = method.function();
    let Some(target) = ops::cslot::vectorcall_of(function) else {
        // SAFETY: R10: a C entry; R4: the protocol's arguments.
        return unsafe {
            glue::entry_object(|th| {
                let names: Option<&crate::Tuple> = glue::borrow_nullable(kwnames).map(|names| names.cast_unchecked());
                let count = positional + names.map_or(0, crate::Tuple::len);
                let mut all = Vec::with_capacity(count + 1);
                all.push(method.instance());
                all.extend_from_slice(glue::argument_slice(args, count as isize));
                ops::call_kw(th, function, &all, names)
            })
        };
    };
    if nargsf & OFFSET != 0 {
        // SAFETY: R4: the flag lends us the place in front of the arguments; it is put back as it was.
        unsafe {
            let place = args.cast_mut().sub(1);
            let saved = place.replace(method.instance().as_ptr());
            let result = target(function.as_ptr(), place, positional + 1, kwnames);
            place.write(saved);
            return result;
        }
    }
    // SAFETY: R4: `kwnames` is null or a tuple, and the array holds a value for each of its names.
    unsafe {
        let count = positional + glue::tuple_slice(kwnames).len();
        let mut few = [core::ptr::null_mut(); 8];
        let mut many = Vec::new();
        let all: &mut [*mut abi::PyObject] = if count < few.len() {
            &mut few[..=count]
        } else {
            many.resize(count + 1, core::ptr::null_mut());
            &mut many
        };
        all[0] = method.instance().as_ptr();
        core::ptr::copy_nonoverlapping(args, all.as_mut_ptr().add(1), count);
        target(function.as_ptr(), all.as_ptr(), positional + 1, kwnames)
    }
}

#[pymethods]
impl Method {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Method>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("method() takes no keyword arguments")));
        }
        let [function, instance] = *args.as_slice() else {
            return Err(raise::type_error(th, format_args!("method expected 2 arguments, got {}", args.len())));
        };
        if !ops::is_callable(function) {
            return Err(raise::type_error(th, format_args!("first argument must be callable")));
        }
        if instance.is(none()) {
            return Err(raise::type_error(th, format_args!("instance must not be None")));
        }
        Ok(Method::new(th, function, instance))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut name = ops::getattr_opt(th, self.function(), &names::__qualname__)?;
        if name.is_none() {
            name = ops::getattr_opt(th, self.function(), &names::__name__)?;
        }
        let mut text = Text::new("<bound method ");
        match name.as_ref().and_then(|name| (**name).downcast::<Str>()) {
            Some(name) => text.push_str(name),
            None => text.push("?"),
        };
        text.push(" of ").push_repr(th, self.instance())?.push(">");
        Ok(text.finish(th))
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let function = ops::hash(th, self.function())?;
        let instance = core::ptr::from_ref(self.instance()) as usize;
        Ok(instance.rotate_right(4) as isize ^ function)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: glue::CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Method>().filter(|_| matches!(op, glue::CompareOp::Eq | glue::CompareOp::Ne)) else {
            return Ok(not_implemented_ref());
        };
        let equal = ops::eq(th, self.function(), other.function())? && Thread::same(self.instance(), other.instance());
        Ok(crate::bool_ref(equal == (op == glue::CompareOp::Eq)))
    }

    /// What the type does not have is an attribute of the function.
    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = crate::typing::instance::attribute_name(th, name)?;
        match lookup::lookup(th, self.ty(), name) {
            Some(found) => ops::bind(th, found, self),
            None => ops::getattr(th, self.function(), name),
        }
    }

    /// A method is bound for good.
    #[slot(tp_descr_get)]
    fn descr_get(&self, _instance: Option<&Object>, _owner: Option<&Object>) -> &Self {
        self
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let name = ops::getattr(th, self.function(), &names::__name__)?;
        let name = (*name).downcast::<Str>().map(Str::to_string_lossy).unwrap_or_default();
        descr::reduce_getattr(th, self.instance(), &name)
    }

    #[getter]
    fn __doc__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::getattr(th, self.function(), &names::__doc__)
    }
}
