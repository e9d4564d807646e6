//! The one table of slots: which special method fills which slot, how Python calls the slot, and where it lies.
//!
//! Readers: `inherit` (copies), `update` (special methods → slots), `wrapper` (slots → special methods).
#![allow(unsafe_code, reason = "slots are read and written as words of the type's tables")]

use heap::Type;

/// How a slot function is called from Python through its wrapper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after the C signatures they adapt")]
pub enum Wrap {
    Unary,
    Bool,
    BinaryLeft,
    BinaryRight,
    TernaryLeft,
    TernaryRight,
    Inplace,
    InplaceTernary,
    Len,
    Hash,
    Call,
    /// `__lt__` … by comparison number.
    Compare(u8),
    Next,
    DescrGet,
    DescrSet,
    DescrDelete,
    GetAttr,
    SetAttr,
    DelAttr,
    Init,
    /// `sq_item`: the index wraps around by the length.
    SeqItem,
    SeqSetItem,
    SeqDelItem,
    /// `sq_repeat` and the like: an index argument.
    IndexArg,
    Contains,
    SetItem,
    DelItem,
    Finalize,
    Buffer,
    ReleaseBuffer,
    /// As an extension's own `wrapperfunc` says (`function`), which may want keywords.
    Foreign {
        function: usize,
        keywords: bool,
    },
    /// No wrapper: only special methods of Python classes fill the slot.
    Never,
}

/// Where a slot lies: the table, as the offset of its pointer in the type (0: in the type itself), and the offset in it.
#[derive(Clone, Copy)]
struct Place {
    table: u16,
    offset: u16,
}

macro_rules! places {
    ($( $table:ident: $struct:ident { $($slot:ident)* } )*) => {
        /// A slot of a type.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[allow(non_camel_case_types, reason = "the ABI's names")]
        #[repr(u8)]
        pub enum SlotId { $($($slot,)*)* }

        static PLACES: &[Place] = &[$($(Place {
            table: places!(@table $table),
            offset: core::mem::offset_of!(abi::$struct, $slot) as u16,
        },)*)*];

        impl SlotId {
            /// All slots.
            pub const ALL: &'static [SlotId] = &[$($(SlotId::$slot,)*)*];
        }
    };
    (@table type_) => { 0 };
    (@table $table:ident) => { core::mem::offset_of!(abi::PyTypeObject, $table) as u16 };
}

places! {
    type_: PyTypeObject { tp_repr tp_hash tp_call tp_str tp_getattro tp_setattro tp_richcompare tp_iter tp_iternext tp_descr_get tp_descr_set tp_init tp_new tp_finalize tp_del tp_traverse tp_clear tp_free tp_alloc tp_dealloc tp_is_gc tp_getattr tp_setattr }
    tp_as_async: PyAsyncMethods { am_await am_aiter am_anext am_send }
    tp_as_number: PyNumberMethods {
        nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_power nb_negative nb_positive nb_absolute nb_bool nb_invert
        nb_lshift nb_rshift nb_and nb_xor nb_or nb_int nb_float
        nb_inplace_add nb_inplace_subtract nb_inplace_multiply nb_inplace_remainder nb_inplace_power nb_inplace_lshift
        nb_inplace_rshift nb_inplace_and nb_inplace_xor nb_inplace_or nb_floor_divide nb_true_divide
        nb_inplace_floor_divide nb_inplace_true_divide nb_index nb_matrix_multiply nb_inplace_matrix_multiply
    }
    tp_as_mapping: PyMappingMethods { mp_length mp_subscript mp_ass_subscript }
    tp_as_sequence: PySequenceMethods { sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains sq_inplace_concat sq_inplace_repeat }
    tp_as_buffer: PyBufferProcs { bf_getbuffer bf_releasebuffer }
}

impl SlotId {
    /// The slot's word in the type; `None` if the type has no such table.
    #[inline(always)]
    fn address(self, ty: &Type) -> Option<*mut usize> {
        let place = PLACES[self as usize];
        let ty: *mut u8 = ty.raw().cast();
        let table = if place.table == 0 {
            ty
        } else {
            // SAFETY: R9: an aligned word of the type object.
            unsafe { heap::load_word(ty.add(usize::from(place.table)).cast::<*mut u8>()) }
        };
        // SAFETY: R4: the table belongs to the type and lives as long as it does.
        (!table.is_null()).then(|| unsafe { table.add(usize::from(place.offset)).cast() })
    }

    /// The function in the slot, as a word; 0 if empty.
    #[inline]
    pub fn read(self, ty: &Type) -> usize {
        // SAFETY: R9: an aligned word of the type's tables.
        self.address(ty).map_or(0, |p| unsafe { heap::load_word(p) })
    }

    /// Fills the slot (under the type lock, or before the type is published). Types without the table cannot be filled.
    pub fn write(self, ty: &Type, function: usize) {
        if let Some(p) = self.address(ty) {
            // SAFETY: R9: an aligned word of the type's tables.
            unsafe { heap::store_word(p, function) }
        }
    }
}

/// A special method and the slot it stands for.
pub struct SlotDef {
    /// `__add__`.
    pub name: &'static crate::str::Name,
    /// The slot.
    pub slot: SlotId,
    /// How Python calls what is in the slot.
    pub wrap: Wrap,
    /// Docstring of the wrapper, with its signature.
    pub doc: &'static str,
}

macro_rules! defs {
    ($( $name:ident $slot:ident $wrap:expr, $doc:literal; )*) => {
        /// Special methods in the order in which they are added to a type and looked up for a slot.
        pub static SLOT_DEFS: &[SlotDef] = &[$( SlotDef { name: &crate::names::$name, slot: SlotId::$slot, wrap: { use Wrap::*; $wrap }, doc: $doc } ),*];
    };
}

defs! {
    __getattribute__ tp_getattro GetAttr, "__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name).";
    __getattr__ tp_getattro Never, "__getattr__($self, name, /)\n--\n\nImplement getattr(self, name).";
    __setattr__ tp_setattro SetAttr, "__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value).";
    __delattr__ tp_setattro DelAttr, "__delattr__($self, name, /)\n--\n\nImplement delattr(self, name).";
    __repr__ tp_repr Unary, "__repr__($self, /)\n--\n\nReturn repr(self).";
    __hash__ tp_hash Hash, "__hash__($self, /)\n--\n\nReturn hash(self).";
    __call__ tp_call Call, "__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function.";
    __str__ tp_str Unary, "__str__($self, /)\n--\n\nReturn str(self).";
    __lt__ tp_richcompare Compare(0), "__lt__($self, value, /)\n--\n\nReturn self<value.";
    __le__ tp_richcompare Compare(1), "__le__($self, value, /)\n--\n\nReturn self<=value.";
    __eq__ tp_richcompare Compare(2), "__eq__($self, value, /)\n--\n\nReturn self==value.";
    __ne__ tp_richcompare Compare(3), "__ne__($self, value, /)\n--\n\nReturn self!=value.";
    __gt__ tp_richcompare Compare(4), "__gt__($self, value, /)\n--\n\nReturn self>value.";
    __ge__ tp_richcompare Compare(5), "__ge__($self, value, /)\n--\n\nReturn self>=value.";
    __iter__ tp_iter Unary, "__iter__($self, /)\n--\n\nImplement iter(self).";
    __next__ tp_iternext Next, "__next__($self, /)\n--\n\nImplement next(self).";
    __get__ tp_descr_get DescrGet, "__get__($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner.";
    __set__ tp_descr_set DescrSet, "__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value.";
    __delete__ tp_descr_set DescrDelete, "__delete__($self, instance, /)\n--\n\nDelete an attribute of instance.";
    __init__ tp_init Init, "__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature.";
    __new__ tp_new Never, "__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature.";
    __del__ tp_finalize Finalize, "__del__($self, /)\n--\n\nCalled when the instance is about to be destroyed.";
    __buffer__ bf_getbuffer Buffer, "__buffer__($self, flags, /)\n--\n\nReturn a buffer object that exposes the underlying memory of the object.";
    __release_buffer__ bf_releasebuffer ReleaseBuffer, "__release_buffer__($self, buffer, /)\n--\n\nRelease the buffer object that exposes the underlying memory of the object.";
    __await__ am_await Unary, "__await__($self, /)\n--\n\nReturn an iterator to be used in await expression.";
    __aiter__ am_aiter Unary, "__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator.";
    __anext__ am_anext Unary, "__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration.";
    __add__ nb_add BinaryLeft, "__add__($self, value, /)\n--\n\nReturn self+value.";
    __radd__ nb_add BinaryRight, "__radd__($self, value, /)\n--\n\nReturn value+self.";
    __sub__ nb_subtract BinaryLeft, "__sub__($self, value, /)\n--\n\nReturn self-value.";
    __rsub__ nb_subtract BinaryRight, "__rsub__($self, value, /)\n--\n\nReturn value-self.";
    __mul__ nb_multiply BinaryLeft, "__mul__($self, value, /)\n--\n\nReturn self*value.";
    __rmul__ nb_multiply BinaryRight, "__rmul__($self, value, /)\n--\n\nReturn value*self.";
    __mod__ nb_remainder BinaryLeft, "__mod__($self, value, /)\n--\n\nReturn self%value.";
    __rmod__ nb_remainder BinaryRight, "__rmod__($self, value, /)\n--\n\nReturn value%self.";
    __divmod__ nb_divmod BinaryLeft, "__divmod__($self, value, /)\n--\n\nReturn divmod(self, value).";
    __rdivmod__ nb_divmod BinaryRight, "__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self).";
    __pow__ nb_power TernaryLeft, "__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod).";
    __rpow__ nb_power TernaryRight, "__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod).";
    __neg__ nb_negative Unary, "__neg__($self, /)\n--\n\n-self";
    __pos__ nb_positive Unary, "__pos__($self, /)\n--\n\n+self";
    __abs__ nb_absolute Unary, "__abs__($self, /)\n--\n\nabs(self)";
    __bool__ nb_bool Bool, "__bool__($self, /)\n--\n\nTrue if self else False";
    __invert__ nb_invert Unary, "__invert__($self, /)\n--\n\n~self";
    __lshift__ nb_lshift BinaryLeft, "__lshift__($self, value, /)\n--\n\nReturn self<<value.";
    __rlshift__ nb_lshift BinaryRight, "__rlshift__($self, value, /)\n--\n\nReturn value<<self.";
    __rshift__ nb_rshift BinaryLeft, "__rshift__($self, value, /)\n--\n\nReturn self>>value.";
    __rrshift__ nb_rshift BinaryRight, "__rrshift__($self, value, /)\n--\n\nReturn value>>self.";
    __and__ nb_and BinaryLeft, "__and__($self, value, /)\n--\n\nReturn self&value.";
    __rand__ nb_and BinaryRight, "__rand__($self, value, /)\n--\n\nReturn value&self.";
    __xor__ nb_xor BinaryLeft, "__xor__($self, value, /)\n--\n\nReturn self^value.";
    __rxor__ nb_xor BinaryRight, "__rxor__($self, value, /)\n--\n\nReturn value^self.";
    __or__ nb_or BinaryLeft, "__or__($self, value, /)\n--\n\nReturn self|value.";
    __ror__ nb_or BinaryRight, "__ror__($self, value, /)\n--\n\nReturn value|self.";
    __int__ nb_int Unary, "__int__($self, /)\n--\n\nint(self)";
    __float__ nb_float Unary, "__float__($self, /)\n--\n\nfloat(self)";
    __iadd__ nb_inplace_add Inplace, "__iadd__($self, value, /)\n--\n\nReturn self+=value.";
    __isub__ nb_inplace_subtract Inplace, "__isub__($self, value, /)\n--\n\nReturn self-=value.";
    __imul__ nb_inplace_multiply Inplace, "__imul__($self, value, /)\n--\n\nReturn self*=value.";
    __imod__ nb_inplace_remainder Inplace, "__imod__($self, value, /)\n--\n\nReturn self%=value.";
    __ipow__ nb_inplace_power InplaceTernary, "__ipow__($self, value, /)\n--\n\nReturn self**=value.";
    __ilshift__ nb_inplace_lshift Inplace, "__ilshift__($self, value, /)\n--\n\nReturn self<<=value.";
    __irshift__ nb_inplace_rshift Inplace, "__irshift__($self, value, /)\n--\n\nReturn self>>=value.";
    __iand__ nb_inplace_and Inplace, "__iand__($self, value, /)\n--\n\nReturn self&=value.";
    __ixor__ nb_inplace_xor Inplace, "__ixor__($self, value, /)\n--\n\nReturn self^=value.";
    __ior__ nb_inplace_or Inplace, "__ior__($self, value, /)\n--\n\nReturn self|=value.";
    __floordiv__ nb_floor_divide BinaryLeft, "__floordiv__($self, value, /)\n--\n\nReturn self//value.";
    __rfloordiv__ nb_floor_divide BinaryRight, "__rfloordiv__($self, value, /)\n--\n\nReturn value//self.";
    __truediv__ nb_true_divide BinaryLeft, "__truediv__($self, value, /)\n--\n\nReturn self/value.";
    __rtruediv__ nb_true_divide BinaryRight, "__rtruediv__($self, value, /)\n--\n\nReturn value/self.";
    __ifloordiv__ nb_inplace_floor_divide Inplace, "__ifloordiv__($self, value, /)\n--\n\nReturn self//=value.";
    __itruediv__ nb_inplace_true_divide Inplace, "__itruediv__($self, value, /)\n--\n\nReturn self/=value.";
    __index__ nb_index Unary, "__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list.";
    __matmul__ nb_matrix_multiply BinaryLeft, "__matmul__($self, value, /)\n--\n\nReturn self@value.";
    __rmatmul__ nb_matrix_multiply BinaryRight, "__rmatmul__($self, value, /)\n--\n\nReturn value@self.";
    __imatmul__ nb_inplace_matrix_multiply Inplace, "__imatmul__($self, value, /)\n--\n\nReturn self@=value.";
    __len__ mp_length Len, "__len__($self, /)\n--\n\nReturn len(self).";
    __getitem__ mp_subscript BinaryLeft, "__getitem__($self, key, /)\n--\n\nReturn self[key].";
    __setitem__ mp_ass_subscript SetItem, "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    __delitem__ mp_ass_subscript DelItem, "__delitem__($self, key, /)\n--\n\nDelete self[key].";
    __len__ sq_length Len, "__len__($self, /)\n--\n\nReturn len(self).";
    __add__ sq_concat Inplace, "__add__($self, value, /)\n--\n\nReturn self+value.";
    __mul__ sq_repeat IndexArg, "__mul__($self, value, /)\n--\n\nReturn self*value.";
    __rmul__ sq_repeat IndexArg, "__rmul__($self, value, /)\n--\n\nReturn value*self.";
    __getitem__ sq_item SeqItem, "__getitem__($self, key, /)\n--\n\nReturn self[key].";
    __setitem__ sq_ass_item SeqSetItem, "__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    __delitem__ sq_ass_item SeqDelItem, "__delitem__($self, key, /)\n--\n\nDelete self[key].";
    __contains__ sq_contains Contains, "__contains__($self, key, /)\n--\n\nReturn bool(key in self).";
    __iadd__ sq_inplace_concat Inplace, "__iadd__($self, value, /)\n--\n\nImplement self+=value.";
    __imul__ sq_inplace_repeat IndexArg, "__imul__($self, value, /)\n--\n\nImplement self*=value.";
}
