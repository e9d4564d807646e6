//! Static type objects and their tables, built by const evaluation.
//!
//! Invariant: nothing here runs at run time but `type_object`-like reads; what C sees is exactly the ABI's data.

use core::ffi::{CStr, c_char, c_int};

use abi::{
    PyAsyncMethods, PyBufferProcs, PyGetSetDef, PyMappingMethods, PyMemberDef, PyMethodDef, PyNumberMethods, PySequenceMethods, PyTypeObject,
};
use heap::{Object, Type, TypeInfo};

/// The slots that one or more parts of a type fill.
pub struct Slots {
    /// Only the slot fields are used.
    pub ty: PyTypeObject,
    pub number: PyNumberMethods,
    pub sequence: PySequenceMethods,
    pub mapping: PyMappingMethods,
    pub async_: PyAsyncMethods,
    pub buffer: PyBufferProcs,
    /// What instances' vectorcall fields hold.
    pub instance_vectorcall: Option<abi::vectorcallfunc>,
    /// Whether one function is `tp_new` and `tp_vectorcall`.
    pub new_is_vectorcall: bool,
}

macro_rules! merge {
    ($a:ident, $b:ident, $($table:ident: $($field:ident)*;)*) => {
        $($( if $a.$table.$field.is_none() { $a.$table.$field = $b.$table.$field; } )*)*
    };
}

macro_rules! any {
    ($table:expr, $($field:ident)*) => { $($table.$field.is_some())||* };
}

impl Slots {
    pub const EMPTY: Slots = Slots {
        ty: PyTypeObject::ZERO,
        number: PyNumberMethods::ZERO,
        sequence: PySequenceMethods::ZERO,
        mapping: PyMappingMethods::ZERO,
        async_: PyAsyncMethods::ZERO,
        buffer: PyBufferProcs::ZERO,
        instance_vectorcall: None,
        new_is_vectorcall: false,
    };

    /// Fills what is empty from `other`.
    pub const fn or(self, other: Slots) -> Slots {
        let mut slots = self;
        merge! { slots, other,
            ty: tp_repr tp_hash tp_call tp_str tp_getattro tp_setattro tp_richcompare tp_iter tp_iternext tp_descr_get tp_descr_set tp_init
                tp_new tp_del tp_finalize tp_vectorcall;
            number: nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_power nb_negative nb_positive nb_absolute nb_bool nb_invert
                nb_lshift nb_rshift nb_and nb_xor nb_or nb_int nb_float nb_inplace_add nb_inplace_subtract nb_inplace_multiply
                nb_inplace_remainder nb_inplace_power nb_inplace_lshift nb_inplace_rshift nb_inplace_and nb_inplace_xor nb_inplace_or
                nb_floor_divide nb_true_divide nb_inplace_floor_divide nb_inplace_true_divide nb_index nb_matrix_multiply
                nb_inplace_matrix_multiply;
            sequence: sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains sq_inplace_concat sq_inplace_repeat;
            mapping: mp_length mp_subscript mp_ass_subscript;
            async_: am_await am_aiter am_anext am_send;
            buffer: bf_getbuffer bf_releasebuffer;
        }
        if slots.instance_vectorcall.is_none() {
            slots.instance_vectorcall = other.instance_vectorcall;
        }
        slots.new_is_vectorcall |= other.new_is_vectorcall;
        slots
    }

    pub const fn has_number(&self) -> bool {
        any!(
            self.number,
            nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_power nb_negative nb_positive nb_absolute nb_bool nb_invert
            nb_lshift nb_rshift nb_and nb_xor nb_or nb_int nb_float nb_inplace_add nb_inplace_subtract nb_inplace_multiply
            nb_inplace_remainder nb_inplace_power nb_inplace_lshift nb_inplace_rshift nb_inplace_and nb_inplace_xor nb_inplace_or
            nb_floor_divide nb_true_divide nb_inplace_floor_divide nb_inplace_true_divide nb_index nb_matrix_multiply
            nb_inplace_matrix_multiply
        )
    }

    pub const fn has_sequence(&self) -> bool {
        any!(self.sequence, sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains sq_inplace_concat sq_inplace_repeat)
    }

    pub const fn has_mapping(&self) -> bool {
        any!(self.mapping, mp_length mp_subscript mp_ass_subscript)
    }

    pub const fn has_async(&self) -> bool {
        any!(self.async_, am_await am_aiter am_anext am_send)
    }

    pub const fn has_buffer(&self) -> bool {
        any!(self.buffer, bf_getbuffer bf_releasebuffer)
    }
}

/// What one `#[pymethods]` block declares.
pub struct Part {
    pub slots: Slots,
    pub methods: &'static [PyMethodDef],
    pub getset: &'static [PyGetSetDef],
}

/// Stands in for the unnamed block of a type that has none: an inherent constant of the same name hides this one.
pub trait NoPart {
    const PY_PART: Part = Part { slots: Slots::EMPTY, methods: &[], getset: &[] };
}

impl<T> NoPart for T {}

/// What a `#[pytype]` says, beside its slots.
pub struct TypeFacts {
    pub name: *const c_char,
    pub doc: *const c_char,
    pub basicsize: isize,
    pub itemsize: isize,
    pub flags: u64,
    pub base: *const Type,
    pub metaclass: *const Type,
    pub dict_offset: isize,
    pub weakref_offset: isize,
    pub vectorcall_offset: isize,
    pub traverse: Option<abi::traverseproc>,
    pub clear: Option<abi::inquiry>,
    pub call: Option<abi::ternaryfunc>,
    pub methods: *mut PyMethodDef,
    pub getset: *mut PyGetSetDef,
    pub members: *mut PyMemberDef,
    pub number: *mut PyNumberMethods,
    pub sequence: *mut PySequenceMethods,
    pub mapping: *mut PyMappingMethods,
    pub async_: *mut PyAsyncMethods,
    pub buffer: *mut PyBufferProcs,
    pub info: *const TypeInfo,
}

impl TypeFacts {
    /// The type object. What is null or zero in it is inherited by `type_ready`: so is the metaclass.
    pub const fn build(self, slots: Slots) -> PyTypeObject {
        let mut ty = slots.ty;
        ty.ob_base.ob_base.count = heap::header::IMMORTAL_COUNT;
        ty.ob_base.ob_base.ob_type = self.metaclass.cast_mut().cast();
        ty.tp_name = self.name;
        ty.tp_doc = self.doc;
        ty.tp_basicsize = self.basicsize;
        ty.tp_itemsize = self.itemsize;
        let finalizer = ty.tp_finalize.is_some() || ty.tp_del.is_some();
        let constructor = if slots.new_is_vectorcall { heap::flags::NEW_IS_VECTORCALL } else { 0 };
        ty.tp_flags = self.flags | constructor | if finalizer { heap::flags::FINALIZER } else { 0 };
        ty.tp_base = self.base.cast_mut().cast();
        ty.tp_dictoffset = self.dict_offset;
        ty.tp_weaklistoffset = self.weakref_offset;
        ty.tp_vectorcall_offset = self.vectorcall_offset;
        ty.tp_dealloc = Some(heap::dealloc_entry);
        ty.tp_traverse = self.traverse;
        ty.tp_clear = self.clear;
        if ty.tp_call.is_none() {
            ty.tp_call = self.call;
        }
        ty.tp_methods = self.methods;
        ty.tp_getset = self.getset;
        ty.tp_members = self.members;
        ty.tp_as_number = self.number;
        ty.tp_as_sequence = self.sequence;
        ty.tp_as_mapping = self.mapping;
        ty.tp_as_async = self.async_;
        ty.tp_as_buffer = self.buffer;
        ty.tp_cache = self.info.cast_mut().cast();
        ty
    }
}

/// The names of `flags(…)`.
pub mod type_flags {
    macro_rules! names {
        ($($name:ident = $value:expr;)*) => { $(pub const $name: u64 = $value as u64;)* };
    }
    names! {
        BASETYPE = abi::Py_TPFLAGS_BASETYPE;
        SEQUENCE = abi::Py_TPFLAGS_SEQUENCE;
        MAPPING = abi::Py_TPFLAGS_MAPPING;
        DISALLOW_INSTANTIATION = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
        IMMUTABLETYPE = abi::Py_TPFLAGS_IMMUTABLETYPE;
        HAVE_VECTORCALL = abi::Py_TPFLAGS_HAVE_VECTORCALL;
        HAVE_GC = abi::Py_TPFLAGS_HAVE_GC;
        METHOD_DESCRIPTOR = abi::Py_TPFLAGS_METHOD_DESCRIPTOR;
        IS_ABSTRACT = abi::Py_TPFLAGS_IS_ABSTRACT;
        MATCH_SELF = abi::_Py_TPFLAGS_MATCH_SELF;
        ITEMS_AT_END = abi::Py_TPFLAGS_ITEMS_AT_END;
        LONG_SUBCLASS = abi::Py_TPFLAGS_LONG_SUBCLASS;
        LIST_SUBCLASS = abi::Py_TPFLAGS_LIST_SUBCLASS;
        TUPLE_SUBCLASS = abi::Py_TPFLAGS_TUPLE_SUBCLASS;
        BYTES_SUBCLASS = abi::Py_TPFLAGS_BYTES_SUBCLASS;
        UNICODE_SUBCLASS = abi::Py_TPFLAGS_UNICODE_SUBCLASS;
        DICT_SUBCLASS = abi::Py_TPFLAGS_DICT_SUBCLASS;
        BASE_EXC_SUBCLASS = abi::Py_TPFLAGS_BASE_EXC_SUBCLASS;
        TYPE_SUBCLASS = abi::Py_TPFLAGS_TYPE_SUBCLASS;
        PREFIX = heap::flags::PREFIX;
        LEAF = heap::flags::LEAF;
        SHAPED = heap::flags::SHAPED;
        WEAKREF = heap::flags::WEAKREF;
        WEAK_REFERENCE = heap::flags::WEAK_REFERENCE;
        FINALIZER = heap::flags::FINALIZER;
        PLAIN_NEW = heap::flags::PLAIN_NEW;
        OWN_GETATTR = heap::flags::OWN_GETATTR;
        OWN_SETATTR = heap::flags::OWN_SETATTR;
        UNHASHABLE = heap::flags::UNHASHABLE;
        INDEX_FROM_END = heap::flags::INDEX_FROM_END;
        GC_WORD = heap::flags::GC_WORD;
    }
}

/// One method that takes nothing.
pub const fn method_no_args(name: &'static CStr, entry: abi::PyCFunction, flags: c_int, doc: *const c_char) -> PyMethodDef {
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: Some(entry), ml_flags: abi::METH_NOARGS | flags, ml_doc: doc }
}

/// One method that takes one object.
pub const fn method_o(name: &'static CStr, entry: abi::PyCFunction, flags: c_int, doc: *const c_char) -> PyMethodDef {
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: Some(entry), ml_flags: abi::METH_O | flags, ml_doc: doc }
}

/// One method that takes positional arguments.
pub const fn method_fast(name: &'static CStr, entry: abi::PyCFunctionFast, flags: c_int, doc: *const c_char) -> PyMethodDef {
    // SAFETY: R4: `ml_flags` says which signature the function has.
    let entry = unsafe { core::mem::transmute::<abi::PyCFunctionFast, abi::PyCFunction>(entry) };
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: Some(entry), ml_flags: abi::METH_FASTCALL | flags, ml_doc: doc }
}

/// One method that takes a tuple of positional arguments.
pub const fn method_varargs(name: &'static CStr, entry: abi::PyCFunction, flags: c_int, doc: *const c_char) -> PyMethodDef {
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: Some(entry), ml_flags: abi::METH_VARARGS | flags, ml_doc: doc }
}

/// One method that takes positional and keyword arguments.
pub const fn method_fast_keywords(name: &'static CStr, entry: abi::PyCFunctionFastWithKeywords, flags: c_int, doc: *const c_char) -> PyMethodDef {
    // SAFETY: R4: `ml_flags` says which signature the function has.
    let entry = unsafe { core::mem::transmute::<abi::PyCFunctionFastWithKeywords, abi::PyCFunction>(entry) };
    PyMethodDef { ml_name: name.as_ptr(), ml_meth: Some(entry), ml_flags: abi::METH_FASTCALL | abi::METH_KEYWORDS | flags, ml_doc: doc }
}

/// One computed attribute.
pub const fn attribute(name: &'static CStr, get: Option<abi::getter>, set: Option<abi::setter>, doc: *const c_char) -> PyGetSetDef {
    PyGetSetDef { name: name.as_ptr(), get, set, doc, closure: core::ptr::null_mut() }
}

/// One attribute that is a field.
pub const fn member(name: &'static CStr, kind: c_int, offset: usize, flags: c_int, doc: *const c_char) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), kind, offset: offset as isize, flags, doc }
}

/// How many rows the parts have together.
pub const fn total<T>(parts: &[&[T]]) -> usize {
    let (mut sum, mut at) = (0, 0);
    while at < parts.len() {
        sum += parts[at].len();
        at += 1;
    }
    sum
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident: $row:ty) => {
        $(#[$doc])*
        pub const fn $name<const N: usize>(parts: &[&[$row]]) -> [$row; N] {
            let mut rows = [<$row>::ZERO; N];
            let (mut at, mut part) = (0, 0);
            while part < parts.len() {
                let mut row = 0;
                while row < parts[part].len() {
                    rows[at] = parts[part][row];
                    (row, at) = (row + 1, at + 1);
                }
                part += 1;
            }
            rows
        }
    };
}

table! {
    /// The parts' rows, and a row of zeros as C ends its tables.
    method_table: PyMethodDef
}
table! {
    /// See [`method_table`].
    getset_table: PyGetSetDef
}
table! {
    /// See [`method_table`].
    member_table: PyMemberDef
}

/// Bytes of an instance that has `ob_size` items.
///
/// # Safety
/// `object` is a live instance of a variable-sized type.
pub unsafe fn var_size(object: *const Object) -> usize {
    // SAFETY: the caller's promise: the object begins with the ABI's `PyVarObject`.
    let (ty, items) = unsafe { ((*object).ty(), (*object.cast::<abi::PyVarObject>()).ob_size) };
    ty.instance_size(items.unsigned_abs())
}
