//! `BaseException`: the fields that every exception begins with, and its links to others.
//!
//! Invariant: each field is one slot, replaced as a whole, so no lock guards an exception (R9).
#![allow(unsafe_code, reason = "tp_new, tp_init and tp_vectorcall keep the argument tuple that C passes, which the declared form cannot")]

use core::ffi::c_int;

use heap::sync::{AtomicU8, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::{self, *};
use crate::text::Text;
use crate::typing::instance;
use crate::{Dict, List, Str, Traceback, Tuple, names, ops, raise};

/// Common base class for all exceptions
#[pytype(name = "BaseException", flags(BASETYPE, BASE_EXC_SUBCLASS), dict, layout = PyBaseExceptionObject, parts(by_hand))]
#[repr(C)]
pub struct BaseException {
    head: Head,
    dict: Slot<Dict>,
    args: Slot<Tuple>,
    /// Unused, as in CPython: notes live in the dict.
    notes: Slot,
    traceback: Slot<Traceback>,
    context: Slot,
    cause: Slot,
    #[member(name = "__suppress_context__", doc = none, kind = Py_T_BOOL)]
    suppress_context: AtomicU8,
}

const _: () = assert!(core::mem::offset_of!(BaseException, args) == 24 && core::mem::offset_of!(BaseException, suppress_context) == 64);

impl BaseException {
    /// The fields of a new exception with these arguments.
    pub fn with_args(args: Ref<Tuple>) -> BaseException {
        BaseException {
            head: Head::INIT,
            dict: Slot::NULL,
            args: Slot::new(args),
            notes: Slot::NULL,
            traceback: Slot::NULL,
            context: Slot::NULL,
            cause: Slot::NULL,
            suppress_context: AtomicU8::new(0),
        }
    }

    /// A new instance of `cls`, with `args` and whatever follows in the struct empty.
    pub fn make(th: &Thread, cls: &Type, args: Ref<Tuple>) -> Ref<BaseException> {
        th.new_instance(cls, BaseException::with_args(args))
    }

    /// The arguments.
    pub fn args(&self, th: &Thread) -> Ref<Tuple> {
        self.args.get(th, self).unwrap_or_else(|| Tuple::empty().to_ref())
    }

    /// Replaces the arguments.
    pub fn set_args(&self, th: &mut Thread, args: Ref<Tuple>) {
        self.args.set(th, self, Some(args));
    }

    /// `__traceback__`
    pub fn traceback(&self, th: &Thread) -> Option<Ref<Traceback>> {
        self.traceback.get(th, self)
    }

    /// Replaces `__traceback__`.
    pub fn set_traceback(&self, th: &mut Thread, traceback: Option<Ref<Traceback>>) {
        self.traceback.set(th, self, traceback);
    }

    /// `__context__`
    pub fn context(&self, th: &Thread) -> Option<Ref<Object>> {
        self.context.get(th, self)
    }

    /// Replaces `__context__`; the caller has tested that it is an exception.
    pub fn set_context(&self, th: &mut Thread, context: Option<Ref<Object>>) {
        self.context.set(th, self, context);
    }

    /// Whether `__context__` is empty; asked before the chain is walked.
    pub fn has_context(&self) -> bool {
        !self.context.is_null()
    }

    /// `__cause__`
    pub fn cause(&self, th: &Thread) -> Option<Ref<Object>> {
        self.cause.get(th, self)
    }

    /// `raise … from cause`; the caller has tested that it is an exception.
    pub fn set_cause(&self, th: &mut Thread, cause: Option<Ref<Object>>) {
        self.suppress_context.store(1, Relaxed);
        self.cause.set(th, self, cause);
    }

    /// `__suppress_context__`
    pub fn suppress_context(&self) -> bool {
        self.suppress_context.load(Relaxed) != 0
    }

    /// Sets `__suppress_context__`.
    pub fn set_suppress_context(&self, suppress: bool) {
        self.suppress_context.store(suppress.into(), Relaxed);
    }

    /// The instance's attributes as a dict, if it has any.
    pub fn attributes(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        Ok(instance::instance_dict(th, self)?.filter(|dict| dict.len() > 0))
    }
}

#[pymethods]
impl BaseException {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let args = self.args(th);
        let mut text = Text::new(&crate::typing::short_name(self.ty()));
        if args.len() == 1 {
            text.push("(").push_repr(th, args.get(0))?.push(")");
        } else {
            text.push_repr(th, &args)?;
        }
        Ok(text.finish(th))
    }

    #[slot(tp_str)]
    pub(super) fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let args = self.args(th);
        match args.len() {
            0 => Ok(Str::new(th, "")),
            1 => ops::str_(th, args.get(0)),
            _ => ops::str_(th, &args),
        }
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let args = self.args(th);
        Ok(match self.attributes(th)? {
            Some(dict) => Tuple::from_slice(th, &[self.ty(), &args, &dict]),
            None => Tuple::from_slice(th, &[self.ty(), &args]),
        })
    }

    #[method]
    fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        if state.is(crate::none()) {
            return Ok(());
        }
        let Some(state) = state.downcast::<Dict>() else {
            return Err(raise::type_error(th, format_args!("state is not a dictionary")));
        };
        for (key, value) in state.snapshot(th) {
            let name = instance::attribute_name(th, &key)?;
            ops::setattr(th, self, name, &value)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method]
    fn with_traceback(&self, th: &mut Thread, tb: &Object) -> Result<Ref<BaseException>, Raised> {
        self.set_traceback_checked(th, Some(tb))?;
        Ok(self.to_ref())
    }

    /// Add a note to the exception
    #[method]
    fn add_note(&self, th: &mut Thread, note: &Object) -> Result<(), Raised> {
        if !note.is_a::<Str>() {
            let name = ops::type_name(note);
            return Err(raise::type_error(th, format_args!("add_note() argument must be str, not {name}")));
        }
        match ops::getattr_opt(th, self, &names::__notes__)? {
            None => {
                let notes = List::new(th, vec![note.to_ref()]);
                // Where other threads have the exception the first list stays.
                let dict = if th.is_mine(self) { None } else { instance::instance_dict(th, self)? };
                let Some(dict) = dict else { return ops::setattr(th, self, &names::__notes__, &notes) };
                let (kept, added) = dict.set_default(th, &names::__notes__, &notes)?;
                if !added && let Ok(kept) = kept.downcast::<List>() {
                    kept.append(th, note.to_ref())?;
                }
                Ok(())
            }
            Some(notes) => match notes.downcast::<List>() {
                Ok(notes) => {
                    notes.append(th, note.to_ref())?;
                    Ok(())
                }
                Err(_) => Err(raise::type_error(th, format_args!("Cannot add note: __notes__ is not a list"))),
            },
        }
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        instance::instance_dict(th, self)
    }

    #[setter(__dict__)]
    fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        super::set_dict_attribute(th, self, value)
    }

    #[getter(args)]
    fn get_args(&self, th: &mut Thread) -> Option<Ref<Tuple>> {
        self.args.get(th, self)
    }

    #[setter(args)]
    fn put_args(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else { return Err(raise::type_error(th, format_args!("args may not be deleted"))) };
        let args = ops::to_tuple(th, value)?;
        self.set_args(th, args);
        Ok(())
    }

    #[getter(__traceback__)]
    fn get_traceback(&self, th: &mut Thread) -> Option<Ref<Traceback>> {
        self.traceback(th)
    }

    #[setter(__traceback__)]
    fn set_traceback_checked(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("__traceback__ may not be deleted")));
        };
        let traceback = match value.downcast::<Traceback>() {
            Some(traceback) => Some(traceback.to_ref()),
            None if value.is(crate::none()) => None,
            None => return Err(raise::type_error(th, format_args!("__traceback__ must be a traceback or None"))),
        };
        self.set_traceback(th, traceback);
        Ok(())
    }

    #[getter(__context__)]
    fn get_context(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.context(th)
    }

    #[setter(__context__)]
    fn put_context(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let context = exception_or_none(th, value, "__context__", "exception context must be None or derive from BaseException")?;
        self.set_context(th, context);
        Ok(())
    }

    #[getter(__cause__)]
    fn get_cause(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.cause(th)
    }

    #[setter(__cause__)]
    fn put_cause(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let cause = exception_or_none(th, value, "__cause__", "exception cause must be None or derive from BaseException")?;
        self.set_cause(th, cause);
        Ok(())
    }
}

fn exception_or_none(th: &mut Thread, value: Option<&Object>, name: &str, message: &str) -> Result<Option<Ref<Object>>, Raised> {
    match value {
        None => Err(raise::type_error(th, format_args!("{name} may not be deleted"))),
        Some(value) if value.is(crate::none()) => Ok(None),
        Some(value) if value.is_a::<BaseException>() => Ok(Some(value.to_ref())),
        Some(_) => Err(raise::type_error(th, format_args!("{message}"))),
    }
}

#[allow(non_upper_case_globals, reason = "the name of a part")]
impl BaseException {
    /// The slots that take C's argument tuple as it is; exception types that make plain instances share them.
    pub(crate) const PY_PART_by_hand: glue::Part = {
        let mut slots = glue::Slots::EMPTY;
        slots.ty.tp_new = Some(base_new);
        slots.ty.tp_init = Some(base_init);
        slots.ty.tp_vectorcall = Some(base_vectorcall);
        glue::Part { slots, methods: &[], getset: &[] }
    };

    /// What types with an `__init__` of their own declare for the same reason as [`BaseException::SIMPLE`].
    pub(crate) const OWN_NEW: glue::Part = {
        let mut slots = glue::Slots::EMPTY;
        slots.ty.tp_new = Some(base_new);
        glue::Part { slots, methods: &[], getset: &[] }
    };

    /// What simple subclasses declare themselves, so that their namespaces have a `__new__`, as CPython's do.
    pub(crate) const SIMPLE: glue::Part = {
        let mut slots = glue::Slots::EMPTY;
        slots.ty.tp_new = Some(base_new);
        slots.ty.tp_vectorcall = Some(base_vectorcall);
        glue::Part { slots, methods: &[], getset: &[] }
    };
}

/// Whether instances of `cls` are complete once `args` is set: neither `__new__` nor `__init__` is overridden.
pub(crate) fn is_plain(cls: &Type) -> bool {
    cls.tp_new().is_some_and(|f| core::ptr::fn_addr_eq(f, base_new as abi::newfunc))
        && cls.tp_init().is_some_and(|f| core::ptr::fn_addr_eq(f, base_init as abi::initproc))
}

/// The tuple that C passed; a null one is empty.
///
/// # Safety
/// `args` is null or a tuple.
unsafe fn given_args(args: *mut abi::PyObject) -> Ref<Tuple> {
    match args.is_null() {
        true => Tuple::empty().to_ref(),
        // SAFETY: R4: the caller's promise.
        false => unsafe { Object::borrow(args).cast_unchecked::<Tuple>() }.to_ref(),
    }
}

/// `BaseException.__new__`: keywords are `__init__`'s business.
pub(super) unsafe extern "C-unwind" fn base_new(cls: *mut abi::PyTypeObject, args: *mut abi::PyObject, _: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let args = given_args(args);
            Ok(BaseException::make(th, Type::borrow(cls), args).up())
        })
    }
}

/// `BaseException.__init__`
pub(super) unsafe extern "C-unwind" fn base_init(slf: *mut abi::PyObject, args: *mut abi::PyObject, kwargs: *mut abi::PyObject) -> c_int {
    // SAFETY: R10: a C entry; R4: the slot's arguments.
    unsafe {
        glue::entry_status(|th| {
            let this = Object::borrow(slf).cast_unchecked::<BaseException>();
            if let Some(kwargs) = glue::borrow_nullable(kwargs) {
                no_keywords(th, this.ty(), kwargs.cast_unchecked::<Dict>().len())?;
            }
            set_init_args(th, this, args);
            Ok(())
        })
    }
}

/// Sets `args` to what `__init__` got, which is mostly what `__new__` has set already.
///
/// # Safety
/// `args` is null or a tuple.
pub(super) unsafe fn set_init_args(th: &mut Thread, this: &BaseException, args: *mut abi::PyObject) {
    if this.args.raw() != args {
        // SAFETY: the caller's promise.
        let args = unsafe { given_args(args) };
        this.set_args(th, args);
    }
}

fn no_keywords(th: &mut Thread, cls: &Type, keywords: usize) -> Result<(), Raised> {
    if keywords == 0 {
        return Ok(());
    }
    let name = ops::message_name(cls);
    Err(raise::type_error(th, format_args!("{name}() takes no keyword arguments")))
}

unsafe extern "C-unwind" fn base_vectorcall(
    cls: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: a vectorcall's arguments.
    unsafe {
        glue::entry_object(|th| {
            let cls = Object::borrow(cls).cast_unchecked::<Type>();
            no_keywords(th, cls, glue::tuple_slice(kwnames).len())?;
            let args = glue::argument_slice(args, (nargsf & !abi::PY_VECTORCALL_ARGUMENTS_OFFSET) as isize);
            let args = Tuple::from_slice(th, args);
            Ok(BaseException::make(th, cls, args).up())
        })
    }
}

impl super::Exception {
    /// See [`BaseException::with_args`].
    pub fn with_args(args: Ref<Tuple>) -> super::Exception {
        super::Exception { base: BaseException::with_args(args) }
    }
}

/// What the `__init__` of types with fields of their own does first: `args` is what was passed by position.
pub(super) fn init_args(th: &mut Thread, this: &BaseException, args: Args<'_>) {
    let old = this.args(th);
    if old.len() == args.len() && old.iter().zip(args.iter()).all(|(a, b)| a.is(*b)) {
        return;
    }
    let args = Tuple::from_slice(th, &args);
    this.set_args(th, args);
}

/// Refuses keywords in the name of the instance's class.
pub(super) fn refuse_keywords(th: &mut Thread, cls: &Type, kwargs: KwArgs<'_>) -> Result<(), Raised> {
    no_keywords(th, cls, kwargs.len())
}

impl BaseException {
    /// Whether this was split off `other`, and not raised anew by a handler: traceback, cause and context are the same.
    pub(super) fn same_origin(&self, other: &BaseException) -> bool {
        self.notes.raw() == other.notes.raw()
            && self.traceback.raw() == other.traceback.raw()
            && self.cause.raw() == other.cause.raw()
            && self.context.raw() == other.context.raw()
    }
}
