//! The slots of the ABI's type struct: where each lives, what C passes and what it expects back.
//!
//! Invariant: the rows agree with `abi`'s signatures; a wrong row does not compile where it is used.

/// What C passes to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CArg {
    /// An instance of the type: `&self`.
    This,
    /// The class: `cls: &Type`.
    Class,
    /// An object, never null.
    Obj,
    /// An object or null.
    MaybeObj,
    /// A `Py_ssize_t`.
    Size,
    /// The operator of a rich comparison.
    Op,
    /// A `Py_buffer`.
    View,
    /// A C int.
    Int,
    /// Python arguments: tuple and dict.
    TupleDict,
    /// Python arguments: vectorcall.
    Vector,
}

/// What C expects back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CRet {
    Object,
    /// 0, or -1 for an exception.
    Status,
    /// 0 or 1, or -1 for an exception.
    Bool,
    /// A length, or -1 for an exception.
    Len,
    Hash,
    /// Null without an exception at the end.
    Next,
    Send,
    Nothing,
}

#[derive(Debug)]
pub struct Slot {
    pub name: &'static str,
    pub args: &'static [CArg],
    pub ret: CRet,
}

impl Slot {
    /// The field of `glue::Slots` that holds the table of this slot.
    pub fn table(&self) -> &'static str {
        match &self.name[..2] {
            "nb" => "number",
            "sq" => "sequence",
            "mp" => "mapping",
            "am" => "async_",
            "bf" => "buffer",
            _ => "ty",
        }
    }

    pub fn named(name: &str) -> Option<&'static Slot> {
        SLOTS.iter().find(|slot| slot.name == name)
    }
}

macro_rules! slots {
    ($( $args:tt -> $ret:ident: $($name:ident)*; )*) => {
        static SLOTS: &[Slot] = {
            use CArg::*;
            &[$( $( Slot { name: stringify!($name), args: &$args, ret: CRet::$ret }, )* )*]
        };
    };
}

slots! {
    [This] -> Object: tp_repr tp_str tp_iter nb_negative nb_positive nb_absolute nb_invert nb_int nb_float nb_index am_await am_aiter am_anext;
    [This] -> Next: tp_iternext;
    [This] -> Hash: tp_hash;
    [This] -> Len: sq_length mp_length;
    [This] -> Bool: nb_bool;
    [This] -> Nothing: tp_finalize tp_del;
    // Number slots are called with the instance on either side.
    [Obj, Obj] -> Object: nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_lshift nb_rshift nb_and nb_xor nb_or nb_floor_divide
        nb_true_divide nb_matrix_multiply;
    [Obj, Obj, Obj] -> Object: nb_power;
    [This, Obj] -> Object: nb_inplace_add nb_inplace_subtract nb_inplace_multiply nb_inplace_remainder nb_inplace_lshift nb_inplace_rshift
        nb_inplace_and nb_inplace_xor nb_inplace_or nb_inplace_floor_divide nb_inplace_true_divide nb_inplace_matrix_multiply
        tp_getattro sq_concat sq_inplace_concat mp_subscript;
    [This, Obj, Obj] -> Object: nb_inplace_power;
    [This, Size] -> Object: sq_item sq_repeat sq_inplace_repeat;
    [This, Size, MaybeObj] -> Status: sq_ass_item;
    [This, Obj] -> Bool: sq_contains;
    [This, Obj, MaybeObj] -> Status: tp_setattro mp_ass_subscript tp_descr_set;
    [This, MaybeObj, MaybeObj] -> Object: tp_descr_get;
    [This, Obj, Op] -> Object: tp_richcompare;
    [This, Obj] -> Send: am_send;
    [This, View, Int] -> Status: bf_getbuffer;
    [This, View] -> Nothing: bf_releasebuffer;
    [This, TupleDict] -> Object: tp_call;
    [This, TupleDict] -> Status: tp_init;
    [Class, TupleDict] -> Object: tp_new;
    [Class, Vector] -> Object: tp_vectorcall;
    // Not a field of the type: the function goes into each instance, where `tp_vectorcall_offset` says.
    [This, Vector] -> Object: vectorcall;
}
