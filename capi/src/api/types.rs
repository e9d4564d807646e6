//! Type objects: `PyType_*`.

mod data;
mod names;
mod spec;
mod watch;

use core::ffi::{c_int, c_uint, c_ulong, c_void};

use heap::{Object, Raised, Ref, Thread, Type};
use objects::typing::{self, foreign_ready, from_spec, lookup};
use objects::{Dict, Str, raise};

use crate::api;
use crate::entry::Lent;

api! {
    /// Makes a type usable that C declared or filled in.
    fn PyType_Ready(th, ty: &Type) -> Result<(), Raised> {
        // SAFETY: R4: extensions' types are statics, or came from a `tp_alloc`.
        unsafe { foreign_ready::ready_any(th, ty) }
    }

    /// Whether a type is another one or derives from it.
    fn PyType_IsSubtype(_th, ty: &Type, base: &Type) -> c_int {
        c_int::from(heap::is_subtype(ty, base))
    }

    /// `tp_flags` as the ABI knows them.
    fn PyType_GetFlags(_th, ty: &Type) -> c_ulong {
        ty.flags() & c_ulong::from(u32::MAX)
    }

    /// The type's namespace.
    fn PyType_GetDict(th, ty: &Type) -> Option<Ref<Dict>> {
        lookup::own_dict(ty).map(|dict| th.retain(dict))
    }

    /// C changed the type: what is known of it is forgotten, and of the types below it.
    fn PyType_Modified(th, ty: &Type) {
        modified(th, ty);
    }

    /// Gives the type a version tag: 0 if there is none left.
    fn PyUnstable_Type_AssignVersionTag(th, ty: &Type) -> c_int {
        c_int::from(lookup::assign_tag(th, ty) != 0)
    }

    /// Empties the calling thread's cache of methods; the version tag that was given out last.
    fn PyType_ClearCache(th) -> c_uint {
        objects::per_thread(th).methods.clear();
        lookup::last_tag()
    }

    /// The type cannot be changed from now on.
    fn PyType_Freeze(th, ty: &Type) -> Result<(), Raised> {
        let Some(order) = lookup::mro(th, ty) else {
            return Err(raise::type_error(th, format_args!("unable to get the type MRO")));
        };
        let name = foreign_ready::raw_name(ty);
        from_spec::check_immutable_bases(th, &name, &order, 1)?;
        ty.set_flags(abi::Py_TPFLAGS_IMMUTABLETYPE as u64);
        modified(th, ty);
        Ok(())
    }

    /// What the type's MRO has under a name; nothing raises.
    fn _PyType_Lookup(th, ty: &Type, name: &Object) -> Result<Lent, Raised> {
        Ok(Lent::from(look_up(th, ty, name)))
    }

    /// The same, as a new reference.
    fn _PyType_LookupRef(th, ty: &Type, name: &Object) -> Option<Ref<Object>> {
        look_up(th, ty, name)
    }

    /// An instance as `tp_alloc` makes it: the usual `tp_new`.
    fn PyType_GenericNew(th, ty: &Type, _args: Option<&Object>, _kwargs: Option<&Object>) -> Result<Ref<Object>, Raised> {
        typing::object::allocated(th, ty, 0)
    }

    /// A slot of the type, by the id that it has in specifications.
    fn PyType_GetSlot(th, ty: &Type, slot: c_int) -> Result<*mut c_void, Raised> {
        match abi::type_slot(slot) {
            Some(place) => Ok(read_slot(ty, place)),
            None => Err(raise::bad_internal_call(th)),
        }
    }
}

fn look_up(th: &Thread, ty: &Type, name: &Object) -> Option<Ref<Object>> {
    lookup::lookup(th, ty, name.downcast::<Str>()?)
}

fn modified(th: &mut Thread, ty: &Type) {
    if ty.version_tag() != 0 {
        typing::watch::tell(th, ty);
        let locked = lookup::lock_types_to_change(th, ty, lookup::Concerned::All);
        lookup::invalidate_locked(&locked, ty);
    }
}

/// Tables of slots are read where the type says that they are: statics have theirs anywhere.
fn read_slot(ty: &Type, place: &abi::TypeSlot) -> *mut c_void {
    macro_rules! table {
        ($field:ident, $part:ident, $struct:ident) => {{
            let start = core::mem::offset_of!(abi::PyHeapTypeObject, $part);
            if (start..start + size_of::<abi::$struct>()).contains(&place.offset) {
                let table: *mut u8 = ty.$field().cast();
                // SAFETY: R4: null, or a table of that struct.
                return if table.is_null() { core::ptr::null_mut() } else { unsafe { table.add(place.offset - start).cast::<*mut c_void>().read() } };
            }
        }};
    }
    table!(tp_as_async, as_async, PyAsyncMethods);
    table!(tp_as_number, as_number, PyNumberMethods);
    table!(tp_as_mapping, as_mapping, PyMappingMethods);
    table!(tp_as_sequence, as_sequence, PySequenceMethods);
    table!(tp_as_buffer, as_buffer, PyBufferProcs);
    if place.offset >= size_of::<abi::PyTypeObject>() && !ty.is_our_heaptype() {
        return core::ptr::null_mut();
    }
    // SAFETY: R9: a word of the type object, or of a heap type's.
    unsafe { heap::load_word(ty.raw().cast::<u8>().add(place.offset).cast::<*mut c_void>()) }
}
