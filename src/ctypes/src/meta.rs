//! The metaclasses: what a new class of each kind is made to know, and the class methods that all C types have.
#![allow(unsafe_code, reason = "symbols of libraries, memory of buffers")]

use std::ffi::CString;
use std::sync::Arc;

use heap::sync::Mutex;
use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::class::{set_in_namespace, type_setattr};
use objects::typing::descr::{GetSetDef, GetSetDescr, MethodDef, from_method_def};
use objects::typing::{base, lookup};
use objects::{Dict, Int, MemoryView, Str, Tuple, intern, none, ops, raise};

use crate::argument::{self, CArg};
use crate::cdata::{CData, Memory, cdata};
use crate::codes::{LETTERS, Simple};
use crate::ffi::Ffi;
use crate::info::{self, CType, Info, Kind, flags};
use crate::{layout, names};

/// A text that has no zero in it as a C string.
fn c_string(text: &str) -> Option<CString> {
    CString::new(text).ok()
}

/// An attribute of a class's own namespace.
fn own(th: &mut Thread, ty: &Type, name: &Str) -> Option<Ref<Object>> {
    lookup::own_dict(ty).and_then(|dict| dict.get_str(th, name))
}

/// The namespace that a class is made with, the third argument of its metaclass.
fn namespace_of<'a>(th: &mut Thread, args: &[&'a Object]) -> Result<&'a Dict, Raised> {
    match args.get(2).and_then(|namespace| namespace.downcast::<Dict>()) {
        Some(namespace) => Ok(namespace),
        None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
    }
}

// --- class methods of all C types ---

/// A symbol of a library that an object like `CDLL` stands for.
pub fn symbol_in(th: &mut Thread, dll: &Object, name: &CString, missing: &Type) -> Result<*mut u8, Raised> {
    let handle = ops::getattr(th, dll, intern(th, "_handle"))?;
    let Some(handle) = handle.downcast_ref::<Int>() else {
        return Err(raise::type_error(th, format_args!("the _handle attribute of the second argument must be an integer")));
    };
    let Some(handle) = handle.to_u64().or_else(|| handle.to_i64().map(i64::cast_unsigned)) else {
        return Err(raise::value_error(th, format_args!("could not convert the _handle attribute to a pointer")));
    };
    crate::module::find_symbol(th, handle as usize, name, missing)
}

/// What `from_buffer` and `from_buffer_copy` ask of a buffer.
fn check_room(th: &mut Thread, size: usize, len: usize, offset: isize) -> Result<usize, Raised> {
    let Ok(offset) = usize::try_from(offset) else {
        return Err(raise::value_error(th, format_args!("offset cannot be negative")));
    };
    if len.checked_sub(offset).is_none_or(|rest| size > rest) {
        let wanted = size.saturating_add(offset);
        return Err(raise::value_error(th, format_args!("Buffer size too small ({len} instead of at least {wanted} bytes)")));
    }
    Ok(offset)
}

fn audit_buffer(th: &mut Thread, at: usize, len: usize, offset: usize) -> Result<(), Raised> {
    let (at, len, offset) = (Int::from_usize(th, at), Int::from_usize(th, len), Int::from_usize(th, offset));
    interp::audit::event(th, "ctypes.cdata/buffer", &[&at, &len, &offset])
}

/// `cls.from_param(value)` of types that have no way of their own.
pub fn from_param(th: &mut Thread, cls: &Type, value: &Object) -> Result<Ref<Object>, Raised> {
    if ops::isinstance(th, value, cls)? {
        return Ok(value.to_owned());
    }
    let wanted = ops::message_name(cls);
    if let Some(argument) = value.downcast_exact::<CArg>() {
        let wrapped = argument.wrapped(th);
        if let Some(wrapped) = &wrapped
            && let Some(proto) = info::of_class(cls).and_then(|info| info.proto(th))
            && ops::isinstance(th, wrapped, &proto)?
        {
            return Ok(value.to_owned());
        }
        let got = wrapped.map_or_else(|| "???".to_owned(), |wrapped| ops::type_name(&wrapped));
        return Err(raise::type_error(th, format_args!("expected {wanted} instance instead of pointer to {got}")));
    }
    if let Some(parameter) = argument::as_parameter(th, value)? {
        return from_param(th, cls, &parameter);
    }
    let got = ops::type_name(value);
    Err(raise::type_error(th, format_args!("expected {wanted} instance instead of {got}")))
}

#[pymethods(part = "shared")]
impl CType {
    /// Convert a Python object into a function call parameter.
    #[method(sig = "($self, value, /)")]
    fn from_param(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        from_param(th, self.ty(), value)
    }

    /// C.from_address(integer) -> C instance
    ///
    /// Access a C instance at the specified address.
    #[method(sig = "($self, value, /)")]
    fn from_address(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        if !value.is_a::<Int>() {
            return Err(raise::type_error(th, format_args!("integer expected")));
        }
        let address = crate::module::address(th, value)?;
        CData::at_address(th, self.ty(), address)
    }

    /// C.from_buffer(object, offset=0) -> C instance
    ///
    /// Create a C instance from a writeable buffer.
    #[method(sig = "($self, obj, offset=0, /)")]
    fn from_buffer(&self, th: &mut Thread, obj: &Object, offset: isize) -> Result<Ref<Object>, Raised> {
        let info = info::required(th, self.ty())?;
        let memory = MemoryView::new(th, obj)?;
        let view = memory.open(th)?;
        let (at, len, readonly, contiguous) =
            (view.buf.cast::<u8>(), view.len.max(0).cast_unsigned(), view.readonly != 0, objects::buffer::is_c_contiguous(view));
        if readonly {
            return Err(raise::type_error(th, format_args!("underlying buffer is not writable")));
        }
        if !contiguous {
            return Err(raise::type_error(th, format_args!("underlying buffer is not C contiguous")));
        }
        let offset = check_room(th, info.size, len, offset)?;
        audit_buffer(th, at.addr(), len, offset)?;
        let made = CData::at_address(th, self.ty(), at.wrapping_add(offset))?;
        if let Some(made) = cdata(&made) {
            made.keep(th, usize::MAX, Some(memory.up()))?;
        }
        Ok(made)
    }

    /// C.from_buffer_copy(object, offset=0) -> C instance
    ///
    /// Create a C instance from a readable buffer.
    #[method(sig = "($self, buffer, offset=0, /)")]
    fn from_buffer_copy(&self, th: &mut Thread, buffer: Buffer, offset: isize) -> Result<Ref<Object>, Raised> {
        let info = info::required(th, self.ty())?;
        let offset = check_room(th, info.size, buffer.len(), offset)?;
        audit_buffer(th, buffer.as_ptr().addr(), buffer.len(), offset)?;
        // There is room for an instance behind the offset.
        CData::make(th, self.ty(), info, Memory::Copy(buffer[offset..].as_ptr()))
    }

    /// C.in_dll(dll, name) -> C instance
    ///
    /// Access a C instance in a dll.
    #[method(sig = "($self, dll, name, /)")]
    fn in_dll(&self, th: &mut Thread, dll: &Object, name: &str) -> Result<Ref<Object>, Raised> {
        let shown = Str::new(th, name);
        interp::audit::event(th, "ctypes.dlsym", &[dll, &shown])?;
        let Some(name) = c_string(name) else { return Err(raise::value_error(th, format_args!("embedded null character"))) };
        let at = symbol_in(th, dll, &name, objects::exceptions::value_error_type())?;
        CData::at_address(th, self.ty(), at)
    }
}

// --- structures and unions ---

/// metatype for the CData Objects
#[pytype(name = "PyCStructType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CStructType {
    base: CType,
}

/// metatype for the Union Objects
#[pytype(name = "UnionType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CUnionType {
    base: CType,
}

fn init_aggregate(th: &mut Thread, cls: &Type) -> Result<(), Raised> {
    if own(th, cls, names::_abstract_.get()).is_some() {
        return Ok(());
    }
    let fields = own(th, cls, names::_fields_.get());
    let inherited = base(cls).and_then(info::of_class);
    let mut info = match inherited.filter(|_| fields.is_none()) {
        Some(inherited) => {
            inherited.make_final();
            inherited.copy(th)
        }
        None => Info { format: Some(c"B".to_owned()), ..Info::of(Kind::Aggregate, Ffi::incomplete()) },
    };
    info.kind = Kind::Aggregate;
    info::attach(th, cls, info)?;
    match fields {
        Some(fields) => ops::setattr(th, cls, names::_fields_.get(), &fields),
        None => Ok(()),
    }
}

fn set_aggregate_attribute(
    th: &mut Thread,
    cls: &Type,
    name: &Object,
    value: Option<&Object>,
    is_struct: bool,
) -> Result<(), Raised> {
    let name = objects::typing::instance::attribute_name(th, name)?;
    if let Some(fields) = value
        && name.eq_str(&names::_fields_)
    {
        layout::set_fields(th, cls, fields, is_struct)?;
    }
    type_setattr(th, cls, name, value)
}

#[pymethods]
impl CStructType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        init_aggregate(th, self.ty())
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        set_aggregate_attribute(th, self.ty(), name, value, true)
    }
}

#[pymethods]
impl CUnionType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        init_aggregate(th, self.ty())
    }

    #[slot(tp_setattro)]
    fn setattro(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        set_aggregate_attribute(th, self.ty(), name, value, false)
    }
}

// --- pointers ---

/// metatype for the Pointer Objects
#[pytype(name = "PyCPointerType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CPointerType {
    base: CType,
}

/// What is known of a type that a pointer points at.
fn target<'a>(th: &mut Thread, proto: &'a Object) -> Result<&'a Info, Raised> {
    if as_type(proto).is_none() {
        return Err(raise::type_error(th, format_args!("_type_ must be a type")));
    }
    match info::of_type(proto) {
        Some(info) => Ok(info),
        None => {
            let shown = ops::repr(th, proto)?;
            Err(raise::type_error(th, format_args!("{shown} must have storage info")))
        }
    }
}

/// The format of a pointer at a type.
fn pointer_format(item: &Info) -> CString {
    let mut format = b"&".to_vec();
    if !item.shape.is_empty() {
        let lengths: Vec<String> = item.shape.iter().map(isize::to_string).collect();
        format.extend_from_slice(format!("({})", lengths.join(",")).as_bytes());
    }
    format.extend_from_slice(item.format.as_ref().map_or(b"B", |format| format.to_bytes()));
    CString::new(format).unwrap_or_default()
}

#[pymethods]
impl CPointerType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let namespace = namespace_of(th, &args)?;
        let known = Info::pointer(Kind::Pointer);
        let Some(proto) = namespace.get_str(th, names::_type_.get()) else {
            return info::attach(th, self.ty(), known).map(|_| ());
        };
        let item = target(th, &proto)?;
        let known = Info { format: Some(pointer_format(item)), proto: Slot::new(proto.clone()), ..known };
        info::attach(th, self.ty(), known)?;
        if let Some(proto) = as_type(&proto) {
            info::set_pointer_type_if_none(th, proto, self.as_object());
        }
        Ok(())
    }

    #[method(sig = "($self, type, /)")]
    fn set_type(&self, th: &mut Thread, target_type: &Object) -> Result<(), Raised> {
        let item = target(th, target_type)?;
        let format = pointer_format(item);
        loop {
            let old = info::required(th, self.ty())?;
            // CPython leaves the format as it is: that of a pointer at nothing in particular.
            let format = old.format.clone().unwrap_or_else(|| format.clone());
            let new = old.with_proto(th, target_type, format);
            if info::replace(th, self.ty(), old, new) {
                break;
            }
        }
        if let Some(proto) = as_type(target_type) {
            info::set_pointer_type_if_none(th, proto, self.as_object());
        }
        ops::setattr(th, self.as_object(), names::_type_.get(), target_type)
    }

    /// Convert a Python object into a function call parameter.
    #[method(sig = "($self, value, /)")]
    fn from_param(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        if value.is(none()) {
            return Ok(value.to_owned());
        }
        let info = info::required(th, self.ty())?;
        let Some(proto) = info.proto(th) else {
            return Err(raise::type_error(th, format_args!("cannot convert argument: POINTER _type_ type is not set")));
        };
        // An instance of the target is passed by its address.
        if ops::isinstance(th, value, &proto)? {
            return argument::by_reference(th, value, 0);
        }
        // Arrays of the target are pointers to their first item.
        if let Some(of_value) = info::of_instance(value)
            .filter(|of_value| cdata(value).is_some() && matches!(of_value.kind, Kind::Pointer | Kind::Array))
            && let Some(item) = of_value.proto(th)
            && ops::issubclass(th, &item, &proto)?
        {
            return Ok(value.to_owned());
        }
        from_param(th, self.ty(), value)
    }
}

// --- arrays ---

/// metatype for the Array Objects
#[pytype(name = "PyCArrayType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CArrayType {
    base: CType,
}

/// `_length_` of a class of arrays.
fn array_length(th: &mut Thread, cls: &Type) -> Result<usize, Raised> {
    let Some(length) = ops::getattr_opt(th, cls, names::_length_.get())? else {
        return Err(raise::new(
            th,
            objects::exceptions::attribute_error_type(),
            format_args!("class must define a '_length_' attribute"),
        ));
    };
    let Some(length) = length.downcast_ref::<Int>() else {
        return Err(raise::type_error(th, format_args!("The '_length_' attribute must be an integer")));
    };
    if length.is_negative() {
        return Err(raise::value_error(th, format_args!("The '_length_' attribute must not be negative")));
    }
    match length.to_i64() {
        // No negative number comes here.
        Some(length) => Ok(length.cast_unsigned() as usize),
        None => Err(raise::overflow_error(th, format_args!("The '_length_' attribute is too large"))),
    }
}

#[pymethods]
impl CArrayType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let cls = self.ty();
        let length = array_length(th, cls)?;
        let Some(proto) = ops::getattr_opt(th, cls, names::_type_.get())? else {
            return Err(raise::new(
                th,
                objects::exceptions::attribute_error_type(),
                format_args!("class must define a '_type_' attribute"),
            ));
        };
        let Some(item) = info::of_type(&proto) else {
            return Err(raise::type_error(th, format_args!("_type_ must have storage info")));
        };
        let size = match item.size.checked_mul(length) {
            Some(size) if size <= isize::MAX as usize => size,
            _ => return Err(raise::overflow_error(th, format_args!("array too large"))),
        };
        let shape = core::iter::once(length.cast_signed()).chain(item.shape.iter().copied()).collect();
        let known = Info {
            size,
            align: item.align,
            length,
            flags: if item.is_pointer_or_has_one() { flags::HAS_POINTER } else { 0 },
            format: item.format.clone(),
            shape,
            proto: Slot::new(proto.clone()),
            ..Info::pointer(Kind::Array)
        };
        info::attach(th, cls, known)?;
        match item.simple() {
            Some(simple) if simple.is(b'c') => add_attributes(th, cls, &crate::array::CHARACTERS),
            Some(simple) if simple.is(b'u') => add_attributes(th, cls, &crate::array::WIDE_CHARACTERS),
            _ => Ok(()),
        }
    }
}

/// Gives a class attributes that only arrays of characters have.
fn add_attributes<const N: usize>(
    th: &mut Thread,
    cls: &Type,
    table: &'static abi::Static<[abi::PyGetSetDef; N]>,
) -> Result<(), Raised> {
    for at in 0..N {
        // SAFETY: within a static table.
        let def = unsafe { GetSetDef::from_ptr(table.get().cast::<abi::PyGetSetDef>().add(at)) };
        let name = intern(th, def.name());
        let descriptor = GetSetDescr::new(th, cls, def);
        set_in_namespace(th, cls, name, Some(descriptor.as_object()))?;
    }
    Ok(())
}

// --- simple types ---

/// metatype for the PyCSimpleType Objects
#[pytype(name = "PyCSimpleType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CSimpleType {
    base: CType,
}

/// The letter that a class has.
fn letter(th: &mut Thread, proto: &Object) -> Result<Simple, Raised> {
    let Some(text) = proto.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("class must define a '_type_' string attribute")));
    };
    let Some(text) = text.to_utf8() else { return Err(raise::unicode_surrogates(th, text)) };
    let [code] = text.as_bytes() else {
        return Err(raise::value_error(
            th,
            format_args!("class must define a '_type_' attribute which must be a string of length 1"),
        ));
    };
    match Simple::of(*code) {
        Some(simple) => Ok(simple),
        None => Err(raise::new(
            th,
            objects::exceptions::attribute_error_type(),
            format_args!(
                "class must define a '_type_' attribute which must be\na single character string containing one of the\nsupported types: '{LETTERS}'."
            ),
        )),
    }
}

/// How the builtin letters are passed: shared by all classes.
fn passed(simple: Simple) -> Arc<Ffi> {
    static MADE: Mutex<Vec<(u8, Arc<Ffi>)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock();
    if let Some((_, ffi)) = made.iter().find(|(code, _)| *code == simple.code) {
        return ffi.clone();
    }
    let ffi = Ffi::builtin(simple.ffi());
    made.push((simple.code, ffi.clone()));
    ffi
}

fn simple_info(simple: Simple, proto: &Ref<Object>, flags: u32) -> Info {
    let format = c_string(&simple.format());
    Info { format, proto: Slot::new(proto.clone()), flags, ..Info::of(Kind::Simple(simple), passed(simple)) }
}

#[pymethods]
impl CSimpleType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let cls = self.ty();
        let args = args.as_slice();
        if args.len() != 3 {
            return Err(raise::type_error(th, format_args!("type.__init__() takes 1 or 3 arguments")));
        }
        let Some(proto) = ops::getattr_opt(th, cls, names::_type_.get())? else {
            return Err(raise::new(
                th,
                objects::exceptions::attribute_error_type(),
                format_args!("class must define a '_type_' attribute"),
            ));
        };
        let simple = letter(th, &proto)?;
        let is_first =
            base(cls).is_some_and(|base| core::ptr::eq(base, <crate::simple::SimpleData as heap::PyType>::type_object()));
        let points = is_first && matches!(simple.code, b'z' | b'Z' | b'P' | b's' | b'O');
        info::attach(th, cls, simple_info(simple, &proto, if points { flags::IS_POINTER } else { 0 }))?;
        if is_first && let Some(table) = crate::argument::converter_of(simple.code) {
            // SAFETY: a static declaration.
            let def = unsafe { MethodDef::from_ptr(table.get().cast()) };
            let method = from_method_def(th, cls, def);
            set_in_namespace(th, cls, names::from_param.get(), Some(&method))?;
        }
        let metaclass = self.as_object().ty();
        if core::ptr::eq(metaclass, <CSimpleType as heap::PyType>::type_object())
            && let Some(other) = simple.other_order()
        {
            make_other_order(th, cls, other, &proto, args, kwargs)?;
        }
        Ok(())
    }

    /// Convert a Python object into a function call parameter.
    #[method(sig = "($self, value, /)")]
    fn from_param(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        argument::simple_from_param(th, self.ty(), value)
    }
}

/// Makes the class whose values have their bytes in the other order, and lets both know each other.
fn make_other_order(
    th: &mut Thread,
    cls: &Type,
    other: Simple,
    proto: &Ref<Object>,
    args: &[&Object],
    kwargs: KwArgs<'_>,
) -> Result<(), Raised> {
    let name = match args[0].downcast::<Str>() {
        Some(name) => format!("{}_be", name.to_string_lossy()),
        None => return Err(raise::type_error(th, format_args!("the name of a class is a string"))),
    };
    let name = Str::new(th, &name);
    let made = objects::typing::new_class::type_new(th, cls.ty(), Args::new(&[&name, args[1], args[2]]), kwargs)?;
    let Some(swapped) = as_type(&made) else { return Err(raise::system_error(th, format_args!("a new class is no type"))) };
    info::attach(th, swapped, simple_info(other, proto, 0))?;
    for (of, name, value) in [
        (cls, &names::__ctype_be__, swapped),
        (cls, &names::__ctype_le__, cls),
        (swapped, &names::__ctype_le__, cls),
        (swapped, &names::__ctype_be__, swapped),
    ] {
        ops::setattr(th, of, name.get(), value)?;
    }
    Ok(())
}

// --- functions ---

/// metatype for C function pointers
#[pytype(name = "PyCFuncPtrType", module = "_ctypes", base = CType, flags(BASETYPE, TYPE_SUBCLASS))]
#[repr(C)]
pub struct CFuncPtrType {
    base: CType,
}

/// What turns arguments into parameters: the `from_param` of each type.
pub fn converters(th: &mut Thread, types: &Object) -> Result<Ref<Tuple>, Raised> {
    let Ok(types) = ops::to_tuple(th, types) else {
        th.take_exception();
        return Err(raise::type_error(th, format_args!("_argtypes_ must be a sequence of types")));
    };
    let most = crate::call::MOST_ARGUMENTS;
    if types.len() > most {
        let count = types.len();
        return Err(crate::call::argument_error(
            th,
            format_args!("_argtypes_ has too many arguments ({count}), maximum is {most}"),
        ));
    }
    let mut found = Vec::with_capacity(types.len());
    for (at, ty) in types.iter().enumerate() {
        match ops::getattr_opt(th, ty, names::from_param.get())? {
            Some(converter) => found.push(converter),
            None => return Err(raise::type_error(th, format_args!("item {} in _argtypes_ has no from_param method", at + 1))),
        }
    }
    Ok(Tuple::new(th, found))
}

/// Checks a result type; its `_check_retval_`.
pub fn checker_of(th: &mut Thread, restype: &Object, name: &str) -> Result<Option<Ref<Object>>, Raised> {
    if !restype.is(none()) && info::of_type(restype).is_none() && !ops::is_callable(restype) {
        return Err(raise::type_error(th, format_args!("{name} must be a type, a callable, or None")));
    }
    ops::getattr_opt(th, restype, names::_check_retval_.get())
}

#[pymethods]
impl CFuncPtrType {
    #[slot(tp_init, sig = "($self, /, *args, **kwargs)")]
    fn init(&self, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let cls = self.ty();
        let mut known = Info { format: Some(c"X{}".to_owned()), ..Info::pointer(Kind::Function) };
        let wanted = own(th, cls, names::_flags_.get());
        let Some(wanted) = wanted.as_ref().and_then(|wanted| wanted.downcast_ref::<Int>()) else {
            return Err(raise::type_error(th, format_args!("class must define _flags_ which must be an integer")));
        };
        // Flags are small.
        known.flags = crate::codes::low_bits(wanted) as u32 | flags::IS_POINTER;
        if let Some(types) = own(th, cls, names::_argtypes_.get()) {
            let found = converters(th, &types)?;
            known.converters = Slot::new(found);
            known.argtypes = Slot::new(types);
        }
        if let Some(restype) = own(th, cls, names::_restype_.get()) {
            known.checker = Slot::from_option(checker_of(th, &restype, "_restype_")?);
            known.restype = Slot::new(restype);
        }
        info::attach(th, cls, known).map(|_| ())
    }
}
