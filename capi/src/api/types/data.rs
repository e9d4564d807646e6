//! Data that types append to the instances of their bases.

use core::ffi::c_void;

use heap::{Object, Raised, Type};
use objects::typing::{base, foreign_ready, from_spec};
use objects::raise;

use crate::api;

api! {
    /// Where the data lie that a type made with a negative `basicsize` appends to its base's.
    fn PyObject_GetTypeData(_th, object: &Object, ty: &Type) -> *mut c_void {
        let offset = from_spec::align_up(base(ty).map_or(0, Type::tp_basicsize));
        object.as_ptr().cast::<u8>().wrapping_offset(offset).cast()
    }

    /// How many bytes those are.
    fn PyType_GetTypeDataSize(_th, ty: &Type) -> isize {
        (ty.tp_basicsize() - from_spec::align_up(base(ty).map_or(0, Type::tp_basicsize))).max(0)
    }

    /// Where the items begin of an object that has them behind everything else.
    fn PyObject_GetItemData(th, object: &Object) -> Result<*mut c_void, Raised> {
        let ty = object.ty();
        if !ty.has_flag(abi::Py_TPFLAGS_ITEMS_AT_END as u64) {
            let name = foreign_ready::raw_name(ty);
            return Err(raise::type_error(th, format_args!("type '{name}' does not have Py_TPFLAGS_ITEMS_AT_END")));
        }
        Ok(object.as_ptr().cast::<u8>().wrapping_offset(ty.tp_basicsize()).cast())
    }
}
