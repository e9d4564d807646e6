//! Descriptors that declarations become: methods, class methods, computed attributes, members.
#![allow(unsafe_code, reason = "declarations are C structs, members are fields at an offset")]

use core::ffi::CStr;

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};

use super::{as_type, qualname, short_name};
use crate::glue::{self, Args, KwArgs};
use crate::{Builtin, Float, Int, Str, ops, raise};

macro_rules! defs {
    ($($(#[$doc:meta])* $name:ident $iter:ident $c:ident $field:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(*mut abi::$c);

        impl $name {
            /// The declaration.
            #[inline(always)]
            pub fn def(self) -> &'static abi::$c {
                // SAFETY: declarations live as long as the program, or as the extension that is never unloaded.
                unsafe { &*self.0 }
            }

            /// Its name.
            pub fn name(self) -> &'static str {
                // SAFETY: a declared name is a C string.
                unsafe { CStr::from_ptr(self.def().$field) }.to_str().unwrap_or("?")
            }

            /// From a pointer to a declaration that lives for ever.
            ///
            /// # Safety
            /// As said.
            pub unsafe fn from_ptr(ptr: *mut abi::$c) -> $name {
                $name(ptr)
            }

            /// The pointer.
            pub fn as_ptr(self) -> *mut abi::$c {
                self.0
            }
        }

        /// The declarations of a null-terminated table.
        pub fn $iter(table: *mut abi::$c) -> impl Iterator<Item = $name> {
            let mut at = table;
            core::iter::from_fn(move || {
                // SAFETY: the table is null or ends with a row without a name.
                if at.is_null() || unsafe { (*at).$field.is_null() } {
                    return None;
                }
                let row = $name(at);
                // SAFETY: not the last row.
                at = unsafe { at.add(1) };
                Some(row)
            })
        }
    )*};
}

defs! {
    /// A declared method.
    MethodDef method_defs PyMethodDef ml_name;
    /// A declared member.
    MemberDef member_defs PyMemberDef name;
    /// A declared computed attribute.
    GetSetDef getset_defs PyGetSetDef name;
}

pub(super) fn c_text(ptr: *const core::ffi::c_char) -> Option<&'static str> {
    // SAFETY: docstrings are C strings of declarations.
    (!ptr.is_null()).then(|| unsafe { CStr::from_ptr(ptr) }.to_str().unwrap_or(""))
}

/// What ends the signature line that C puts in front of a docstring.
const SIGNATURE_END: &str = ")\n--\n\n";

/// Where the signature of such a docstring begins and where its last bracket is; what has an empty line before that is no signature.
fn signature_in(doc: &str) -> Option<(usize, usize)> {
    let start = doc.find('(').filter(|&start| !doc[..start].contains(char::is_whitespace))?;
    let end = doc[start..].find(SIGNATURE_END)?;
    (!doc[start..start + end].contains("\n\n")).then_some((start, start + end))
}

/// A docstring without the signature line that C puts in front (`name(sig)\n--\n\n`).
pub fn doc_without_signature(doc: &'static str) -> &'static str {
    signature_in(doc).map_or(doc, |(_, end)| &doc[end + SIGNATURE_END.len()..])
}

/// The text signature of a function whose docstring has none, where its calling convention says what it takes.
pub fn plain_signature(flags: core::ffi::c_int) -> Option<&'static str> {
    let convention = flags & !(abi::METH_COEXIST | abi::METH_CLASS);
    match (convention, flags & abi::METH_CLASS != 0) {
        (abi::METH_NOARGS, false) => Some("($self, /)"),
        (abi::METH_NOARGS, true) => Some("($type, /)"),
        (abi::METH_O, false) => Some("($self, object, /)"),
        (abi::METH_O, true) => Some("($type, object, /)"),
        _ => None,
    }
}

/// The signature of such a docstring: `(sig)`.
pub fn signature_of_doc(doc: &'static str) -> Option<&'static str> {
    signature_in(doc).map(|(start, end)| &doc[start..=end])
}

/// `(getattr, (owner, name))`, how descriptors pickle.
pub fn reduce(th: &mut Thread, owner: Option<&Type>, name: &str) -> Result<Ref<Object>, Raised> {
    let owner = owner.map_or_else(crate::none_ref, |o| o.to_owned());
    reduce_getattr(th, &owner, name)
}

/// `(getattr, (object, name))`.
pub fn reduce_getattr(th: &mut Thread, object: &Object, name: &str) -> Result<Ref<Object>, Raised> {
    let getattr = crate::builtin_function(th, "getattr")?;
    let name = Str::new(th, name);
    let args = crate::Tuple::from_slice(th, &[object, &name]);
    Ok(crate::Tuple::from_slice(th, &[&getattr, &args]).up())
}

macro_rules! common {
    ($($ty:ident $what:literal;)*) => {$(
        impl $ty {
            /// The class that declares it.
            #[inline(always)]
            pub fn owner(&self) -> Option<&Type> {
                self.owner.peek().and_then(as_type)
            }

            fn owner_name(&self) -> String {
                self.owner().map_or_else(String::new, ops::message_name)
            }

            fn describe(&self) -> String {
                format!("<{} '{}' of '{}' objects>", $what, self.def.name(), self.owner_name())
            }

            fn qualified(&self, th: &Thread) -> String {
                format!("{}.{}", self.owner().map_or_else(String::new, |o| qualname(th, o)), self.def.name())
            }
        }
    )*};
}

common! {
    MethodDescr "method";
    ClassMethodDescr "method";
    GetSetDescr "attribute";
    MemberDescr "member";
}

/// A method of a builtin type.
#[pytype(name = "method_descriptor", export = "PyMethodDescr_Type", flags(METHOD_DESCRIPTOR, DISALLOW_INSTANTIATION), vectorcall)]
#[repr(C)]
pub struct MethodDescr {
    head: Head,
    owner: Slot,
    name: Slot<Str>,
    qualname: Slot,
    def: MethodDef,
    vectorcall: Option<abi::vectorcallfunc>,
}

/// A class method of a builtin type.
#[pytype(name = "classmethod_descriptor", export = "PyClassMethodDescr_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ClassMethodDescr {
    head: Head,
    owner: Slot,
    name: Slot<Str>,
    qualname: Slot,
    def: MethodDef,
}

/// A computed attribute of a builtin type.
#[pytype(name = "getset_descriptor", export = "PyGetSetDescr_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct GetSetDescr {
    head: Head,
    owner: Slot,
    name: Slot<Str>,
    qualname: Slot,
    def: GetSetDef,
}

/// A member: a field at an offset (`__slots__`, and C's members).
#[pytype(name = "member_descriptor", export = "PyMemberDescr_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct MemberDescr {
    head: Head,
    owner: Slot,
    name: Slot<Str>,
    qualname: Slot,
    def: MemberDef,
}

/// The descriptor of a declared method: of an instance, a class, or a static one.
pub fn from_method_def(th: &mut Thread, ty: &Type, def: MethodDef) -> Ref<Object> {
    let flags = def.def().ml_flags;
    if let Some(function) = def.def().ml_meth {
        heap::foreign::names::declare(function as *const (), || format!("{}.{}", super::qualname(th, ty), def.name()));
    }
    if flags & abi::METH_CLASS != 0 {
        return ClassMethodDescr::new(th, ty, def).up();
    }
    if flags & abi::METH_STATIC != 0 {
        let function = Builtin::new(th, def, Some(ty), None);
        return crate::StaticMethod::new(th, &function).up();
    }
    MethodDescr::new(th, ty, def).up()
}

impl ClassMethodDescr {
    /// The descriptor of a declared class method.
    pub fn new(th: &Thread, ty: &Type, def: MethodDef) -> Ref<ClassMethodDescr> {
        let (owner, name) = (Slot::new(ty.to_owned()), Slot::new(th.retain(crate::str::intern(th, def.name()))));
        th.new_object(ClassMethodDescr { head: Head::INIT, owner, name, qualname: Slot::NULL, def })
    }
}

impl MethodDescr {
    /// The descriptor of a declared method.
    pub fn new(th: &Thread, ty: &Type, def: MethodDef) -> Ref<MethodDescr> {
        let (owner, name) = (Slot::new(ty.to_owned()), Slot::new(th.retain(crate::str::intern(th, def.name()))));
        th.new_object(MethodDescr { head: Head::INIT, owner, name, qualname: Slot::NULL, def, vectorcall: Some(method_vectorcall) })
    }

    /// The declaration: the interpreter calls it directly.
    pub fn method_def(&self) -> MethodDef {
        self.def
    }

    /// Calls it on an instance of its class, the first of `args`; `None` where that takes more than a direct call.
    #[inline(always)]
    pub fn call_direct(&self, th: &mut Thread, args: &[&Object]) -> Option<Result<Ref<Object>, Raised>> {
        let (this, rest) = args.split_first()?;
        if !self.accepts(this.ty()) {
            return None;
        }
        // SAFETY: R4: the type was just tested.
        unsafe { crate::builtin::call_positional(th, self.def, this.as_ptr(), rest) }
    }

    /// Whether an instance of `ty` may be its first argument.
    #[inline(always)]
    pub fn accepts(&self, ty: &Type) -> bool {
        self.owner().is_some_and(|owner| heap::is_subtype(ty, owner))
    }
}

/// # Safety
/// As C's `vectorcallfunc`.
unsafe extern "C-unwind" fn method_vectorcall(slf: *mut abi::PyObject, args: *const *mut abi::PyObject, nargsf: usize, kwnames: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; the protocol's arguments.
    unsafe {
        glue::entry_object(|th| {
            let descr: &MethodDescr = glue::this(slf);
            let n = nargsf & !(1 << (usize::BITS - 1));
            if n == 0 {
                let (name, owner) = (descr.def.name(), descr.owner_name());
                return Err(raise::type_error(th, format_args!("unbound method {owner}.{name}() needs an argument")));
            }
            let instance = glue::borrow(*args);
            check_instance(th, descr, instance)?;
            crate::builtin::call_def(th, descr.def, instance, args.add(1), n - 1, kwnames, descr.owner())
        })
    }
}

/// A declared method bound to its instance or class. Some are told which class declares them.
fn bound(th: &Thread, def: MethodDef, receiver: &Object, owner: Option<&Type>) -> Ref<Object> {
    match owner {
        Some(owner) if def.def().ml_flags & abi::METH_METHOD != 0 => Builtin::new_method(th, def, Some(receiver), None, owner).up(),
        _ => Builtin::new(th, def, Some(receiver), None).up(),
    }
}

fn check_instance(th: &mut Thread, descr: &MethodDescr, instance: &Object) -> Result<(), Raised> {
    if descr.accepts(instance.ty()) {
        return Ok(());
    }
    let (name, owner, got) = (descr.def.name(), descr.owner_name(), ops::type_name(instance));
    Err(raise::type_error(th, format_args!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object")))
}

#[pymethods]
impl MethodDescr {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        self.describe()
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance else { return Ok(self.as_object().to_owned()) };
        check_instance(th, self, instance)?;
        Ok(bound(th, self.def, instance, self.owner()))
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        self.qualified(th)
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        c_text(self.def.def().ml_doc).map(doc_without_signature).filter(|doc| !doc.is_empty())
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        c_text(self.def.def().ml_doc).and_then(signature_of_doc).or_else(|| plain_signature(self.def.def().ml_flags))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        reduce(th, self.owner(), self.def.name())
    }
}

#[pymethods]
impl ClassMethodDescr {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        self.describe()
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let cls = match (owner, instance) {
            (Some(owner), _) => owner,
            (None, Some(instance)) => instance.ty().as_object(),
            (None, None) => {
                let (name, ty) = (self.def.name(), self.owner_name());
                return Err(raise::type_error(th, format_args!("descriptor '{name}' for type '{ty}' needs either an object or a type")));
            }
        };
        let Some(cls) = as_type(cls) else {
            let (name, ty, got) = (self.def.name(), self.owner_name(), ops::type_name(cls));
            return Err(raise::type_error(th, format_args!("descriptor '{name}' for type '{ty}' needs a type, not a '{got}' as arg 2")));
        };
        if !self.owner().is_some_and(|owner| heap::is_subtype(cls, owner)) {
            let (name, ty, got) = (self.def.name(), self.owner_name(), short_name(cls));
            return Err(raise::type_error(th, format_args!("descriptor '{name}' requires a subtype of '{ty}' but received '{got}'")));
        }
        Ok(bound(th, self.def, cls.as_object(), self.owner()))
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let Some((&cls, rest)) = args.as_slice().split_first() else {
            let (name, owner) = (self.def.name(), self.owner_name());
            return Err(raise::type_error(th, format_args!("descriptor '{name}' of '{owner}' object needs an argument")));
        };
        let bound = self.get(th, None, Some(cls))?;
        let mut all = rest.to_vec();
        let mut kwnames = Vec::new();
        for (name, value) in kwargs.iter() {
            kwnames.push(name);
            all.push(value);
        }
        let names = crate::Tuple::from_slice(th, &kwnames);
        ops::call_kw(th, &bound, &all, Some(&names))
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        self.qualified(th)
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        c_text(self.def.def().ml_doc).map(doc_without_signature).filter(|doc| !doc.is_empty())
    }

    #[getter]
    fn __text_signature__(&self) -> Option<&'static str> {
        c_text(self.def.def().ml_doc).and_then(signature_of_doc).or_else(|| plain_signature(self.def.def().ml_flags))
    }
}

impl GetSetDescr {
    /// The descriptor of a declared attribute.
    pub fn new(th: &Thread, ty: &Type, def: GetSetDef) -> Ref<GetSetDescr> {
        let name = Slot::new(th.retain(crate::str::intern(th, def.name())));
        th.new_object(GetSetDescr { head: Head::INIT, owner: Slot::new(ty.to_owned()), name, qualname: Slot::NULL, def })
    }
}

#[pymethods]
impl GetSetDescr {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        self.describe()
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance else { return Ok(self.as_object().to_owned()) };
        check_attribute(th, self.owner(), instance, || self.def.name())?;
        let Some(get) = self.def.def().get else {
            let (name, owner) = (self.def.name(), self.owner_name());
            return Err(raise::attribute_error(th, instance, self.name_str(), &format!("attribute '{name}' of '{owner}' objects is not readable")));
        };
        // SAFETY: R4: a declared getter.
        let run = || unsafe { get(instance.as_ptr(), self.def.def().closure) };
        let result = heap::foreign::call(th, get as *const (), |th| heap::foreign::show(th, instance), run);
        ops::cslot::object(th, result)
    }

    #[slot(tp_descr_set)]
    fn set(&self, th: &mut Thread, instance: &Object, value: Option<&Object>) -> Result<(), Raised> {
        check_attribute(th, self.owner(), instance, || self.def.name())?;
        let Some(set) = self.def.def().set else {
            let (name, owner) = (self.def.name(), self.owner_name());
            return Err(raise::attribute_error(th, instance, self.name_str(), &format!("attribute '{name}' of '{owner}' objects is not writable")));
        };
        // SAFETY: R4: a declared setter; null deletes.
        let run = || unsafe { set(instance.as_ptr(), value.map_or(core::ptr::null_mut(), Object::as_ptr), self.def.def().closure) };
        let share = |th: &Thread| [Some(instance), value].into_iter().flatten().for_each(|object| heap::foreign::show(th, object));
        let result = heap::foreign::call(th, set as *const (), share, run);
        ops::cslot::status(th, result)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        self.qualified(th)
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        c_text(self.def.def().doc)
    }
}

impl GetSetDescr {
    /// Whether this is the attribute `name`, an interned string, as `owner` declares it.
    pub fn is_declared_by(&self, owner: &Type, name: &Str) -> bool {
        self.owner().is_some_and(|own| core::ptr::eq(own, owner)) && self.name.peek().is_some_and(|own| core::ptr::eq(own, name))
    }

    fn name_str(&self) -> &Str {
        self.name.peek().unwrap_or(crate::names::EMPTY.get())
    }
}

#[inline(always)]
fn check_attribute(th: &mut Thread, owner: Option<&Type>, instance: &Object, name: impl Fn() -> &'static str) -> Result<(), Raised> {
    match owner.is_some_and(|owner| heap::is_subtype(instance.ty(), owner)) {
        true => Ok(()),
        false => Err(foreign_attribute(th, owner, name(), instance)),
    }
}

#[cold]
#[inline(never)]
fn foreign_attribute(th: &mut Thread, owner: Option<&Type>, name: &str, instance: &Object) -> Raised {
    let (owner, got) = (owner.map_or_else(String::new, ops::message_name), ops::type_name(instance));
    raise::type_error(th, format_args!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"))
}

impl MemberDescr {
    /// The descriptor of a declared member.
    pub fn new(th: &Thread, ty: &Type, def: MemberDef) -> Ref<MemberDescr> {
        let name = Slot::new(th.retain(crate::str::intern(th, def.name())));
        th.new_object(MemberDescr { head: Head::INIT, owner: Slot::new(ty.to_owned()), name, qualname: Slot::NULL, def })
    }

    /// The offset of a member that is an object field (`__slots__`): the interpreter reads it directly.
    pub fn object_offset(&self) -> Option<usize> {
        (self.def.def().kind == abi::Py_T_OBJECT_EX).then_some(self.def.def().offset as usize)
    }

    /// The same, if it may be stored to.
    pub fn writable_object_offset(&self) -> Option<usize> {
        self.object_offset().filter(|_| self.def.def().flags & abi::Py_READONLY == 0)
    }
}

#[pymethods]
impl MemberDescr {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        self.describe()
    }

    #[slot(tp_descr_get)]
    fn get(&self, th: &mut Thread, instance: Option<&Object>, _owner: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(instance) = instance else { return Ok(self.as_object().to_owned()) };
        check_attribute(th, self.owner(), instance, || self.def.name())?;
        let def = self.def.def();
        // SAFETY: the instance was just checked: it has a field of that kind at the offset.
        unsafe { read_member(th, instance, def, self.name.peek()) }
    }

    #[slot(tp_descr_set)]
    fn set(&self, th: &mut Thread, instance: &Object, value: Option<&Object>) -> Result<(), Raised> {
        check_attribute(th, self.owner(), instance, || self.def.name())?;
        let def = self.def.def();
        // SAFETY: as in `get`.
        unsafe { write_member(th, instance, def, value, self.name.peek()) }
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.def.name()
    }

    #[getter]
    fn __qualname__(&self, th: &mut Thread) -> String {
        self.qualified(th)
    }

    #[getter]
    fn __objclass__(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.owner.get(th, self)
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        c_text(self.def.def().doc)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        reduce(th, self.owner(), self.def.name())
    }
}

/// # Safety
/// The instance has a field of the member's kind at its offset.
unsafe fn read_member(th: &mut Thread, instance: &Object, def: &abi::PyMemberDef, name: Option<&Str>) -> Result<Ref<Object>, Raised> {
    let at: *const u8 = core::ptr::from_ref(instance).cast::<u8>().wrapping_offset(def.offset);
    macro_rules! int {
        ($ty:ty) => {
            // SAFETY: the caller's promise.
            Ok(Int::from_i128(th, i128::from(unsafe { at.cast::<$ty>().read() })).up())
        };
    }
    match def.kind {
        abi::Py_T_OBJECT_EX | abi::_Py_T_OBJECT => {
            // SAFETY: the caller's promise.
            let slot: &Slot = unsafe { &*at.cast() };
            match slot.get(th, instance) {
                Some(value) => Ok(value),
                None if def.kind == abi::Py_T_OBJECT_EX => {
                    let name = name.unwrap_or(crate::names::EMPTY.get());
                    let class = ops::qualified_type_name(th, instance.ty());
                    let class = class.strip_prefix("__main__.").unwrap_or(&class);
                    Err(raise::new(th, crate::exceptions::attribute_error_type(), format_args!("'{class}' object has no attribute '{name}'")))
                }
                None => Ok(crate::none_ref()),
            }
        }
        abi::Py_T_BYTE => int!(i8),
        abi::Py_T_UBYTE => int!(u8),
        abi::Py_T_SHORT => int!(i16),
        abi::Py_T_USHORT => int!(u16),
        abi::Py_T_INT => int!(i32),
        abi::Py_T_UINT => int!(u32),
        abi::Py_T_LONG | abi::Py_T_LONGLONG | abi::Py_T_PYSSIZET => int!(i64),
        abi::Py_T_ULONG | abi::Py_T_ULONGLONG => int!(u64),
        // SAFETY: the caller's promise.
        abi::Py_T_BOOL => Ok(crate::bool_ref(unsafe { at.read() } != 0)),
        // SAFETY: the caller's promise.
        abi::Py_T_FLOAT => Ok(Float::new(th, f64::from(unsafe { at.cast::<f32>().read() })).up()),
        // SAFETY: the caller's promise.
        abi::Py_T_DOUBLE => Ok(Float::new(th, unsafe { at.cast::<f64>().read() }).up()),
        abi::Py_T_STRING => {
            // SAFETY: the caller's promise.
            match c_text(unsafe { at.cast::<*const core::ffi::c_char>().read() }) {
                Some(text) => Ok(Str::new(th, text).up()),
                None => Ok(crate::none_ref()),
            }
        }
        abi::Py_T_STRING_INPLACE => {
            // SAFETY: the caller's promise: a C string lies in the object.
            let text = unsafe { CStr::from_ptr(at.cast()) }.to_string_lossy().into_owned();
            Ok(Str::new(th, &text).up())
        }
        // SAFETY: the caller's promise.
        abi::Py_T_CHAR => Ok(Str::from_latin1(th, &[unsafe { at.read() }]).up()),
        abi::_Py_T_NONE => Ok(crate::none_ref()),
        _ => Err(raise::system_error(th, format_args!("bad memberdescr type"))),
    }
}

/// A member's value, by its declaration alone.
///
/// # Safety
/// As [`read_member`].
pub unsafe fn get_member(th: &mut Thread, instance: &Object, def: &abi::PyMemberDef) -> Result<Ref<Object>, Raised> {
    let name = member_name(th, def);
    // SAFETY: the caller's promise.
    unsafe { read_member(th, instance, def, Some(name)) }
}

/// Sets a member by its declaration alone; `None` deletes.
///
/// # Safety
/// As [`read_member`].
pub unsafe fn set_member(th: &mut Thread, instance: &Object, def: &abi::PyMemberDef, value: Option<&Object>) -> Result<(), Raised> {
    let name = member_name(th, def);
    // SAFETY: the caller's promise.
    unsafe { write_member(th, instance, def, value, Some(name)) }
}

fn member_name(th: &Thread, def: &abi::PyMemberDef) -> &'static Str {
    crate::str::intern(th, c_text(def.name).unwrap_or("?"))
}

/// # Safety
/// As [`read_member`].
unsafe fn write_member(th: &mut Thread, instance: &Object, def: &abi::PyMemberDef, value: Option<&Object>, name: Option<&Str>) -> Result<(), Raised> {
    let at: *mut u8 = core::ptr::from_ref(instance).cast_mut().cast::<u8>().wrapping_offset(def.offset);
    if def.flags & abi::Py_READONLY != 0 {
        let name = name.unwrap_or(crate::names::EMPTY.get());
        return Err(raise::attribute_error(th, instance, name, "readonly attribute"));
    }
    if matches!(def.kind, abi::Py_T_OBJECT_EX | abi::_Py_T_OBJECT) {
        // SAFETY: the caller's promise.
        let slot: &Slot = unsafe { &*at.cast() };
        let deleted = value.is_none();
        return match slot.replace(th, instance, value.map(Object::to_owned)) {
            Some(old) => {
                th.release(old);
                Ok(())
            }
            None if deleted && def.kind == abi::Py_T_OBJECT_EX => {
                let name = name.unwrap_or(crate::names::EMPTY.get());
                Err(raise::with_value(th, crate::exceptions::attribute_error_type(), name.to_ref().up()))
            }
            None => Ok(()),
        };
    }
    let Some(value) = value else {
        return Err(raise::type_error(th, format_args!("can't delete numeric/char attribute")));
    };
    // SAFETY: the caller's promise.
    unsafe { write_plain(th, at, def.kind, value) }
}

/// Stores a value in a field that holds no object. What does not fit is cut off, with a warning, as long as it fits the largest type of C.
///
/// # Safety
/// The field is of that kind.
unsafe fn write_plain(th: &mut Thread, at: *mut u8, kind: core::ffi::c_int, value: &Object) -> Result<(), Raised> {
    macro_rules! small {
        ($ty:ty, $name:literal) => {{
            let n = signed(th, value)?;
            // SAFETY: the caller's promise.
            unsafe { at.cast::<$ty>().write(n as $ty) };
            if <$ty>::try_from(n).is_err() {
                warn(th, concat!("Truncation of value to ", $name))?;
            }
        }};
    }
    macro_rules! store {
        ($ty:ty, $value:expr) => {{
            let value: $ty = $value;
            // SAFETY: the caller's promise.
            unsafe { at.cast::<$ty>().write(value) };
        }};
    }
    match kind {
        abi::Py_T_BYTE => small!(i8, "char"),
        abi::Py_T_UBYTE => small!(u8, "unsigned char"),
        abi::Py_T_SHORT => small!(i16, "short"),
        abi::Py_T_USHORT => small!(u16, "unsigned short"),
        abi::Py_T_INT => small!(i32, "int"),
        abi::Py_T_UINT => {
            let (n, negative) = unsigned(th, value)?;
            store!(u32, n as u32);
            if negative {
                warn(th, "Writing negative value into unsigned field")?;
            } else if u32::try_from(n).is_err() {
                warn(th, "Truncation of value to unsigned int")?;
            }
        }
        abi::Py_T_ULONG | abi::Py_T_ULONGLONG => {
            let (n, negative) = unsigned(th, value)?;
            store!(u64, n);
            if negative {
                warn(th, "Writing negative value into unsigned field")?;
            }
        }
        abi::Py_T_PYSSIZET if !value.is_a::<Int>() => return Err(raise::type_error(th, format_args!("an integer is required"))),
        abi::Py_T_LONG | abi::Py_T_LONGLONG | abi::Py_T_PYSSIZET => store!(i64, signed(th, value)?),
        abi::Py_T_BOOL => {
            if !value.is(crate::true_()) && !value.is(crate::false_()) {
                return Err(raise::type_error(th, format_args!("attribute value type must be bool")));
            }
            store!(u8, u8::from(value.is(crate::true_())));
        }
        abi::Py_T_FLOAT => store!(f32, glue::upward::as_f64(th, value)? as f32),
        abi::Py_T_DOUBLE => store!(f64, glue::upward::as_f64(th, value)?),
        abi::Py_T_CHAR => match value.downcast::<Str>().and_then(Str::to_utf8).as_deref().map(str::as_bytes) {
            Some(&[byte]) => store!(u8, byte),
            _ => return Err(raise::type_error(th, format_args!("bad argument type for built-in operation"))),
        },
        abi::Py_T_STRING | abi::Py_T_STRING_INPLACE => return Err(raise::type_error(th, format_args!("readonly attribute"))),
        _ => return Err(raise::system_error(th, format_args!("bad memberdescr type for {kind}"))),
    }
    Ok(())
}

fn signed(th: &mut Thread, value: &Object) -> Result<i64, Raised> {
    let n = ops::index(th, value)?;
    match n.to_i64() {
        Some(n) => Ok(n),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

/// The number's bits, and whether it is negative.
fn unsigned(th: &mut Thread, value: &Object) -> Result<(u64, bool), Raised> {
    let n = ops::index(th, value)?;
    match n.to_i128() {
        Some(n) if n < 0 => match i64::try_from(n) {
            Ok(n) => Ok((n.cast_unsigned(), true)),
            Err(_) => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
        },
        Some(n) if u64::try_from(n).is_ok() => Ok((n as u64, false)),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
    }
}

fn warn(th: &mut Thread, message: &str) -> Result<(), Raised> {
    crate::warn::warn(th, crate::exceptions::runtime_warning_type(), format_args!("{message}"), 1)
}
