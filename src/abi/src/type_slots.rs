//! The slot ids of `PyType_Spec`, and where in a heap type each of them goes.
//!
//! Invariant: ids run from 1 to 83 without a gap, and a slot's place is the field of the same name.
use crate::PyHeapTypeObject;
use core::ffi::c_int;
use core::mem::offset_of;

/// One slot id of `PyType_FromSpec`.
#[derive(Clone, Copy, Debug)]
pub struct TypeSlot {
    pub id: c_int,
    /// C's name of the field, `nb_add`.
    pub name: &'static str,
    /// Its offset in `PyHeapTypeObject`.
    pub offset: usize,
}

macro_rules! type_slots {
    ($( $name:ident = $id:literal at $($path:ident).+; )*) => {
        $( pub const $name: c_int = $id; )*

        /// Every slot, by id less one.
        pub static TYPE_SLOTS: &[TypeSlot] = &[
            $( TypeSlot { id: $id, name: stringify!($name).split_at(3).1, offset: offset_of!(PyHeapTypeObject, $($path).+) }, )*
        ];
    };
}

type_slots! {
    Py_bf_getbuffer = 1 at as_buffer.bf_getbuffer;
    Py_bf_releasebuffer = 2 at as_buffer.bf_releasebuffer;
    Py_mp_ass_subscript = 3 at as_mapping.mp_ass_subscript;
    Py_mp_length = 4 at as_mapping.mp_length;
    Py_mp_subscript = 5 at as_mapping.mp_subscript;
    Py_nb_absolute = 6 at as_number.nb_absolute;
    Py_nb_add = 7 at as_number.nb_add;
    Py_nb_and = 8 at as_number.nb_and;
    Py_nb_bool = 9 at as_number.nb_bool;
    Py_nb_divmod = 10 at as_number.nb_divmod;
    Py_nb_float = 11 at as_number.nb_float;
    Py_nb_floor_divide = 12 at as_number.nb_floor_divide;
    Py_nb_index = 13 at as_number.nb_index;
    Py_nb_inplace_add = 14 at as_number.nb_inplace_add;
    Py_nb_inplace_and = 15 at as_number.nb_inplace_and;
    Py_nb_inplace_floor_divide = 16 at as_number.nb_inplace_floor_divide;
    Py_nb_inplace_lshift = 17 at as_number.nb_inplace_lshift;
    Py_nb_inplace_multiply = 18 at as_number.nb_inplace_multiply;
    Py_nb_inplace_or = 19 at as_number.nb_inplace_or;
    Py_nb_inplace_power = 20 at as_number.nb_inplace_power;
    Py_nb_inplace_remainder = 21 at as_number.nb_inplace_remainder;
    Py_nb_inplace_rshift = 22 at as_number.nb_inplace_rshift;
    Py_nb_inplace_subtract = 23 at as_number.nb_inplace_subtract;
    Py_nb_inplace_true_divide = 24 at as_number.nb_inplace_true_divide;
    Py_nb_inplace_xor = 25 at as_number.nb_inplace_xor;
    Py_nb_int = 26 at as_number.nb_int;
    Py_nb_invert = 27 at as_number.nb_invert;
    Py_nb_lshift = 28 at as_number.nb_lshift;
    Py_nb_multiply = 29 at as_number.nb_multiply;
    Py_nb_negative = 30 at as_number.nb_negative;
    Py_nb_or = 31 at as_number.nb_or;
    Py_nb_positive = 32 at as_number.nb_positive;
    Py_nb_power = 33 at as_number.nb_power;
    Py_nb_remainder = 34 at as_number.nb_remainder;
    Py_nb_rshift = 35 at as_number.nb_rshift;
    Py_nb_subtract = 36 at as_number.nb_subtract;
    Py_nb_true_divide = 37 at as_number.nb_true_divide;
    Py_nb_xor = 38 at as_number.nb_xor;
    Py_sq_ass_item = 39 at as_sequence.sq_ass_item;
    Py_sq_concat = 40 at as_sequence.sq_concat;
    Py_sq_contains = 41 at as_sequence.sq_contains;
    Py_sq_inplace_concat = 42 at as_sequence.sq_inplace_concat;
    Py_sq_inplace_repeat = 43 at as_sequence.sq_inplace_repeat;
    Py_sq_item = 44 at as_sequence.sq_item;
    Py_sq_length = 45 at as_sequence.sq_length;
    Py_sq_repeat = 46 at as_sequence.sq_repeat;
    Py_tp_alloc = 47 at ht_type.tp_alloc;
    Py_tp_base = 48 at ht_type.tp_base;
    Py_tp_bases = 49 at ht_type.tp_bases;
    Py_tp_call = 50 at ht_type.tp_call;
    Py_tp_clear = 51 at ht_type.tp_clear;
    Py_tp_dealloc = 52 at ht_type.tp_dealloc;
    Py_tp_del = 53 at ht_type.tp_del;
    Py_tp_descr_get = 54 at ht_type.tp_descr_get;
    Py_tp_descr_set = 55 at ht_type.tp_descr_set;
    Py_tp_doc = 56 at ht_type.tp_doc;
    Py_tp_getattr = 57 at ht_type.tp_getattr;
    Py_tp_getattro = 58 at ht_type.tp_getattro;
    Py_tp_hash = 59 at ht_type.tp_hash;
    Py_tp_init = 60 at ht_type.tp_init;
    Py_tp_is_gc = 61 at ht_type.tp_is_gc;
    Py_tp_iter = 62 at ht_type.tp_iter;
    Py_tp_iternext = 63 at ht_type.tp_iternext;
    Py_tp_methods = 64 at ht_type.tp_methods;
    Py_tp_new = 65 at ht_type.tp_new;
    Py_tp_repr = 66 at ht_type.tp_repr;
    Py_tp_richcompare = 67 at ht_type.tp_richcompare;
    Py_tp_setattr = 68 at ht_type.tp_setattr;
    Py_tp_setattro = 69 at ht_type.tp_setattro;
    Py_tp_str = 70 at ht_type.tp_str;
    Py_tp_traverse = 71 at ht_type.tp_traverse;
    Py_tp_members = 72 at ht_type.tp_members;
    Py_tp_getset = 73 at ht_type.tp_getset;
    Py_tp_free = 74 at ht_type.tp_free;
    Py_nb_matrix_multiply = 75 at as_number.nb_matrix_multiply;
    Py_nb_inplace_matrix_multiply = 76 at as_number.nb_inplace_matrix_multiply;
    Py_am_await = 77 at as_async.am_await;
    Py_am_aiter = 78 at as_async.am_aiter;
    Py_am_anext = 79 at as_async.am_anext;
    Py_tp_finalize = 80 at ht_type.tp_finalize;
    Py_am_send = 81 at as_async.am_send;
    Py_tp_vectorcall = 82 at ht_type.tp_vectorcall;
    Py_tp_token = 83 at ht_token;
}

/// The slot with this id; ids come from extensions and may be any number.
pub fn type_slot(id: c_int) -> Option<&'static TypeSlot> {
    TYPE_SLOTS.get(usize::try_from(id.checked_sub(1)?).ok()?)
}
