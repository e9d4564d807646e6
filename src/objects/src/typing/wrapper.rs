//! Slots seen from Python: `wrapper_descriptor` on the type and `method-wrapper` bound to an instance.
#![allow(unsafe_code, reason = "a wrapper calls the slot that it wraps")]

use heap::sync::AtomicUsize;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};

use super::places::{SlotDef, Wrap};
use crate::glue::{Args, CompareOp, KwArgs};
use crate::ops::{self, cslot, number};
use crate::{Int, Str, Tuple, not_implemented, raise};

/// A special method that calls a slot.
#[pytype(name = "wrapper_descriptor", export = "PyWrapperDescr_Type", flags(METHOD_DESCRIPTOR, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct WrapperDescr {
    head: Head,
    owner: Slot,
    name: Slot<Str>,
    qualname: Slot,
    def: &'static SlotDef,
    wrapped: AtomicUsize,
}

/// A slot's special method bound to an instance.
#[pytype(name = "method-wrapper", export = "_PyMethodWrapper_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct MethodWrapper {
    head: Head,
    descr: Slot<WrapperDescr>,
    instance: Slot,
}

impl WrapperDescr {
    /// The wrapper of what stands in `owner`'s slot.
    pub fn new(th: &Thread, owner: &Type, def: &'static SlotDef, wrapped: usize) -> Ref<WrapperDescr> {
        th.new_object(WrapperDescr {
            head: Head::INIT,
            owner: Slot::new(owner.to_owned()),
            name: Slot::new(th.retain(def.name.get())),
            qualname: Slot::NULL,
            def,
            wrapped: AtomicUsize::new(wrapped),
        })
    }

    /// As an extension declares it. What is made of the declaration lives as long as the program, as the declaration does.
    ///
    /// # Safety
    /// R4: `base` is an extension's static, whose function calls `wrapped`.
    pub unsafe fn of_c(th: &Thread, owner: &Type, base: &abi::wrapperbase, wrapped: usize) -> Ref<WrapperDescr> {
        let text = |text| -> &'static str { super::descr::c_text(text).unwrap_or_default() };
        let keywords = base.flags & abi::PyWrapperFlag_KEYWORDS != 0;
        let wrap = base.wrapper.map_or(Wrap::Never, |function| Wrap::Foreign { function: function as usize, keywords });
        let name = Box::leak(Box::new(crate::str::Name::new(text(base.name))));
        let def = Box::leak(Box::new(SlotDef { name, slot: super::places::SlotId::tp_call, wrap, doc: text(base.doc) }));
        WrapperDescr::new(th, owner, def, wrapped)
    }

    /// What is wrapped: the slot's function and how it is called.
    pub fn wrapped(&self) -> (usize, Wrap) {
        (self.wrapped.load(heap::sync::Ordering::Relaxed), self.def.wrap)
    }

    /// The class whose slot it wraps.
    pub fn owner(&self) -> Option<&Type> {
        self.owner.peek().and_then(super::as_type)
    }

    fn owner_name(&self) -> String {
        self.owner().map_or_else(String::new, super::short_name)
    }

    fn check_self(&self, th: &mut Thread, obj: &Object) -> Result<(), Raised> {
        if self.owner().is_some_and(|owner| heap::is_subtype(obj.ty(), owner)) {
            return Ok(());
        }
        let (name, owner, got) = (self.def.name.text(), self.owner_name(), ops::type_name(obj));
        Err(raise::type_error(th, format_args!("descriptor '{name}' requires a '{owner}' object but received a '{got}'")))
    }
}

/// Whether the object is a wrapper around this slot function.
pub fn wraps(obj: &Object, function: usize) -> bool {
    obj.downcast_exact::<WrapperDescr>().is_some_and(|w| w.wrapped().0 == function)
}

#[pymethods]
impl WrapperDescr {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<slot wrapper '{}' of '{}' objects>", self.def.name.text(), self.owner_name())
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance else { return Ok(self.as_object_ref()) };
        self.check_self(th, instance)?;
        Ok(th
            .new_object(MethodWrapper { head: Head::INIT, descr: Slot::new(self.to_typed_ref()), instance: Slot::new(th.retain(instance)) })
            .up())
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let args = args.as_slice();
        let Some((&instance, rest)) = args.split_first() else {
            let (name, owner) = (self.def.name.text(), self.owner_name());
            return Err(raise::type_error(th, format_args!("descriptor '{name}' of '{owner}' object needs an argument")));
        };
        self.check_self(th, instance)?;
        call_wrapped(th, self, instance, rest, kwargs)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name.text()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let owner = self.owner().map_or_else(String::new, |o| super::qualname(th, o));
        Ok(Str::new(th, &format!("{owner}.{}", self.def.name.text())).up())
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> &'static str {
        super::descr::doc_without_signature(self.def.doc)
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        super::descr::signature_of_doc(self.def.doc)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        super::descr::reduce(th, self.owner(), self.def.name.text())
    }
}

impl WrapperDescr {
    fn as_object_ref(&self) -> Ref<Object> {
        heap::Heaped::as_object(self).to_owned()
    }

    fn to_typed_ref(&self) -> Ref<WrapperDescr> {
        heap::Heaped::to_ref(self)
    }
}

#[pymethods]
impl MethodWrapper {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let (name, instance) = self.parts();
        format!("<method-wrapper '{name}' of {} object at {:p}>", instance.map_or_else(String::new, ops::type_name), self)
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        let (_, instance) = self.parts();
        let a = instance.map_or(0, |i| core::ptr::from_ref(i) as usize);
        (a.rotate_right(4) ^ self.descr.raw() as usize) as isize
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<MethodWrapper>() else { return Ok(not_implemented().to_owned()) };
        let same = self.descr.raw() == other.descr.raw() && self.instance.raw() == other.instance.raw();
        Ok(match op {
            CompareOp::Eq => crate::bool_ref(same),
            CompareOp::Ne => crate::bool_ref(!same),
            _ => not_implemented().to_owned(),
        })
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let (Some(descr), Some(instance)) = (self.descr.get(th, self), self.instance.get(th, self)) else {
            return Err(raise::runtime_error(th, format_args!("method-wrapper was cleared")));
        };
        call_wrapped(th, &descr, &instance, args.as_slice(), kwargs)
    }

    #[getter]
    fn __self__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.instance.get(th, self)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.parts().0
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.descr.get(th, self) {
            Some(descr) => descr.__qualname__(th),
            None => Ok(Str::new(th, "").up()),
        }
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.descr.get(th, self)?.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.descr.peek().map(WrapperDescr::__doc__)
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        self.descr.peek().and_then(WrapperDescr::__text_signature__)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (name, instance) = self.parts();
        let instance = instance.map(|i| th.retain(i)).unwrap_or_else(crate::none_ref);
        super::descr::reduce_getattr(th, &instance, name)
    }
}

impl MethodWrapper {
    /// What it is bound to.
    pub fn receiver(&self) -> Option<&Object> {
        self.parts().1
    }

    fn parts(&self) -> (&'static str, Option<&Object>) {
        (self.descr.peek().map_or("", |d| d.def.name.text()), self.instance.peek())
    }
}

/// Calls the slot function behind a wrapper with Python's arguments.
pub fn call_wrapped(th: &mut Thread, descr: &WrapperDescr, slf: &Object, args: &[&Object], kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let (function, wrap) = descr.wrapped();
    let name = descr.def.name.text();
    if !kwargs.is_empty() && !matches!(wrap, Wrap::Call | Wrap::Init | Wrap::Foreign { keywords: true, .. }) {
        return Err(raise::type_error(th, format_args!("wrapper {name}() takes no keyword arguments")));
    }
    macro_rules! function {
        ($ty:ident) => {
            // SAFETY: R4: the wrapper's kind says which signature the slot has.
            unsafe { core::mem::transmute::<usize, abi::$ty>(function) }
        };
    }
    let expect = |th: &mut Thread, n: usize| expected(th, args, n);
    let none = || Ok(crate::none_ref());
    match wrap {
        Wrap::Unary => {
            expect(th, 0)?;
            cslot::unary(th, function!(unaryfunc), slf)
        }
        Wrap::Bool => {
            expect(th, 0)?;
            cslot::inquiry(th, function!(inquiry), slf).map(crate::bool_ref)
        }
        Wrap::BinaryLeft | Wrap::Inplace | Wrap::GetAttr => {
            expect(th, 1)?;
            cslot::binary(th, function!(binaryfunc), slf, args[0])
        }
        Wrap::BinaryRight => {
            expect(th, 1)?;
            cslot::binary(th, function!(binaryfunc), args[0], slf)
        }
        Wrap::TernaryLeft | Wrap::TernaryRight => {
            between(th, args, 1, 2)?;
            let third = args.get(1).copied().unwrap_or(crate::none());
            let (a, b) = if wrap == Wrap::TernaryLeft { (slf, args[0]) } else { (args[0], slf) };
            cslot::ternary(th, function!(ternaryfunc), a, b, Some(third))
        }
        Wrap::InplaceTernary => {
            between(th, args, 1, 2)?;
            let third = args.get(1).copied().unwrap_or(crate::none());
            cslot::ternary(th, function!(ternaryfunc), slf, args[0], Some(third))
        }
        Wrap::Len => {
            expect(th, 0)?;
            let n = cslot::length(th, function!(lenfunc), slf)?;
            Ok(Int::from_i64(th, n as i64).up())
        }
        Wrap::Hash => {
            expect(th, 0)?;
            let n = cslot::hash(th, function!(hashfunc), slf)?;
            Ok(Int::from_i64(th, n as i64).up())
        }
        Wrap::Call => {
            let tuple = Tuple::from_slice(th, args);
            let dict = kwargs_dict(th, kwargs)?;
            cslot::ternary(th, function!(ternaryfunc), slf, &tuple, dict.as_ref().map(|d| &***d))
        }
        Wrap::Init => {
            let tuple = Tuple::from_slice(th, args);
            let dict = kwargs_dict(th, kwargs)?;
            cslot::init(th, function!(initproc), slf, &tuple, dict.as_ref().map(|d| &***d))?;
            none()
        }
        Wrap::Compare(op) => {
            expect(th, 1)?;
            cslot::compare(th, function!(richcmpfunc), slf, args[0], i32::from(op))
        }
        Wrap::Next => {
            expect(th, 0)?;
            match cslot::next_raw(th, function!(iternextfunc), slf) {
                Some(value) => Ok(value),
                None if th.exception().is_some() => Err(th.already_raised()),
                None => Err(raise::stop_iteration(th, None)),
            }
        }
        Wrap::DescrGet => {
            between(th, args, 1, 2)?;
            let instance = Some(args[0]).filter(|o| !o.is(crate::none()));
            let owner = args.get(1).copied().filter(|o| !o.is(crate::none()));
            if instance.is_none() && owner.is_none() {
                return Err(raise::type_error(th, format_args!("__get__(None, None) is invalid")));
            }
            cslot::descr_get(th, function!(descrgetfunc), slf, instance, owner)
        }
        Wrap::DescrSet => {
            expect(th, 2)?;
            cslot::descr_set(th, function!(descrsetfunc), slf, args[0], Some(args[1]))?;
            none()
        }
        Wrap::DescrDelete => {
            expect(th, 1)?;
            cslot::descr_set(th, function!(descrsetfunc), slf, args[0], None)?;
            none()
        }
        Wrap::SetAttr | Wrap::DelAttr => {
            expect(th, if wrap == Wrap::SetAttr { 2 } else { 1 })?;
            super::class::check_setattr_hack(th, slf, function, name)?;
            cslot::set_attr(th, function!(setattrofunc), slf, args[0], args.get(1).copied())?;
            none()
        }
        Wrap::SeqItem => {
            expect(th, 1)?;
            let i = sequence_index(th, slf, args[0])?;
            cslot::index(th, function!(ssizeargfunc), slf, i)
        }
        Wrap::SeqSetItem | Wrap::SeqDelItem => {
            expect(th, if wrap == Wrap::SeqSetItem { 2 } else { 1 })?;
            let i = sequence_index(th, slf, args[0])?;
            cslot::set_index(th, function!(ssizeobjargproc), slf, i, args.get(1).copied())?;
            none()
        }
        Wrap::IndexArg => {
            expect(th, 1)?;
            let n = number::index_isize(th, args[0])?;
            cslot::index(th, function!(ssizeargfunc), slf, n)
        }
        Wrap::Contains => {
            expect(th, 1)?;
            cslot::contains(th, function!(objobjproc), slf, args[0]).map(crate::bool_ref)
        }
        Wrap::SetItem | Wrap::DelItem => {
            expect(th, if wrap == Wrap::SetItem { 2 } else { 1 })?;
            cslot::set_item(th, function!(objobjargproc), slf, args[0], args.get(1).copied())?;
            none()
        }
        Wrap::Finalize => {
            expect(th, 0)?;
            let finalize = function!(destructor);
            // SAFETY: R4: a finalizer takes the object alone.
            heap::foreign::call(th, finalize as *const (), |th| heap::foreign::show(th, slf), || unsafe { finalize(slf.as_ptr()) });
            none()
        }
        Wrap::Buffer => {
            expect(th, 1)?;
            crate::buffer::wrap_getbuffer(th, slf, args[0], function!(getbufferproc))
        }
        Wrap::ReleaseBuffer => {
            expect(th, 1)?;
            crate::buffer::wrap_releasebuffer(th, slf, args[0])
        }
        Wrap::Foreign { function: wrapper, keywords } => {
            let tuple = Tuple::from_slice(th, args);
            let dict = kwargs_dict(th, kwargs)?;
            let dict = dict.as_ref().map(|dict| dict.as_object());
            call_foreign(th, (wrapper, keywords), slf, &tuple, dict, function)
        }
        Wrap::Never => Err(raise::system_error(th, format_args!("slot wrapper {name} has no slot"))),
    }
}

/// Calls an extension's `wrapperfunc`, or `wrapperfunc_kwds`, for what it wraps.
fn call_foreign(
    th: &mut Thread,
    (wrapper, keywords): (usize, bool),
    slf: &Object,
    args: &Tuple,
    kwargs: Option<&Object>,
    wrapped: usize,
) -> Result<Ref<Object>, Raised> {
    let wrapped: *mut core::ffi::c_void = core::ptr::with_exposed_provenance_mut(wrapped);
    let share = |th: &Thread| {
        heap::foreign::show(th, slf);
        heap::foreign::show(th, args.as_object());
        if let Some(kwargs) = kwargs {
            heap::foreign::show(th, kwargs);
        }
    };
    let (slf, args) = (slf.as_ptr(), args.as_object().as_ptr());
    let kwargs = kwargs.map_or(core::ptr::null_mut(), Object::as_ptr);
    let result = heap::foreign::call(th, wrapper as *const (), share, || {
        if keywords {
            // SAFETY: R4: the declaration's flag says which signature the function has.
            let wrapper = unsafe { core::mem::transmute::<usize, abi::wrapperfunc_kwds>(wrapper) };
            // SAFETY: R4: the arguments live for the call.
            unsafe { wrapper(slf, args, wrapped, kwargs) }
        } else {
            // SAFETY: R4: as above.
            let wrapper = unsafe { core::mem::transmute::<usize, abi::wrapperfunc>(wrapper) };
            // SAFETY: R4: as above.
            unsafe { wrapper(slf, args, wrapped) }
        }
    });
    cslot::object(th, result)
}

fn expected(th: &mut Thread, args: &[&Object], n: usize) -> Result<(), Raised> {
    if args.len() == n {
        return Ok(());
    }
    let (got, plural) = (args.len(), if n == 1 { "" } else { "s" });
    Err(raise::type_error(th, format_args!("expected {n} argument{plural}, got {got}")))
}

fn between(th: &mut Thread, args: &[&Object], least: usize, most: usize) -> Result<(), Raised> {
    if (least..=most).contains(&args.len()) {
        return Ok(());
    }
    let got = args.len();
    Err(raise::type_error(th, format_args!("expected {least} or {most} arguments, got {got}")))
}

fn sequence_index(th: &mut Thread, slf: &Object, index: &Object) -> Result<isize, Raised> {
    let i = number::index_subscript(th, index)?;
    ops::slot_index(th, slf, i)
}

fn kwargs_dict(th: &mut Thread, kwargs: KwArgs<'_>) -> Result<Option<Ref<crate::Dict>>, Raised> {
    if kwargs.is_empty() {
        return Ok(None);
    }
    let dict = crate::Dict::new(th);
    for (name, value) in kwargs.iter() {
        dict.set(th, name, value)?;
    }
    Ok(Some(dict))
}
