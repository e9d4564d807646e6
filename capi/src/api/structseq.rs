//! Struct sequences: `PyStructSequence_*`.

use core::ffi::{CStr, c_char, c_int};

use heap::{Object, Raised, Ref, Thread, Type};
use objects::{raise, structseq};

use crate::api;
use crate::entry::Lent;

/// A C string in memory of ours.
#[repr(transparent)]
pub struct Text(*const c_char);

// SAFETY: it points to a literal.
unsafe impl Sync for Text {}

/// The name of fields that have none, known by its address.
#[unsafe(export_name = "PyStructSequence_UnnamedField")]
pub static UNNAMED_FIELD: Text = Text(c"unnamed field".as_ptr());

api! {
    /// A class as a description says.
    fn PyStructSequence_NewType(th, description: *mut abi::PyStructSequence_Desc) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the caller's description.
        let wanted = unsafe { Wanted::read(&*description) };
        let (module, name) = wanted.name.rsplit_once('.').unwrap_or(("", &wanted.name));
        let fields: Vec<(&str, &str)> = wanted.fields.iter().map(|(name, doc)| (&**name, &**doc)).collect();
        structseq::new_type(th, module, name, &wanted.doc, &fields, wanted.visible)
    }

    /// An instance whose fields are to be set.
    fn PyStructSequence_New(th, ty: &Type) -> Result<Ref<Object>, Raised> {
        structseq::empty(th, ty)
    }

    /// Sets a field of an instance that nobody else knows yet; the value's count is taken over.
    fn PyStructSequence_SetItem(th, sequence: &Object, index: isize, value: *mut abi::PyObject) {
        // SAFETY: R2: the caller's count is given to us.
        let value = unsafe { Ref::from_raw_nullable(value) };
        let done = structseq::set_field(th, sequence, index.cast_unsigned(), value);
        debug_assert!(done.is_ok(), "C sets fields that the class has");
        if let Err(raised) = done {
            objects::glue::leave_raised(th, raised);
        }
    }

    /// A field, borrowed.
    fn PyStructSequence_GetItem(th, sequence: &Object, index: isize) -> Result<Lent, Raised> {
        structseq::field(th, sequence, index.cast_unsigned()).map(Lent::from)
    }

    /// Makes a class of a static type object.
    fn PyStructSequence_InitType2(th, ty: &Type, description: *mut abi::PyStructSequence_Desc) -> Result<(), Raised> {
        init(th, ty, description)
    }

    /// The same; whether it succeeded, the exception says.
    fn PyStructSequence_InitType(th, ty: &Type, description: *mut abi::PyStructSequence_Desc) {
        if let Err(raised) = init(th, ty, description) {
            objects::glue::leave_raised(th, raised);
        }
    }
}

/// A description in our terms.
struct Wanted {
    name: String,
    doc: String,
    fields: Vec<(String, String)>,
    visible: usize,
}

impl Wanted {
    /// # Safety
    /// The description is as C's documentation says.
    unsafe fn read(description: &abi::PyStructSequence_Desc) -> Wanted {
        let mut fields = Vec::new();
        let mut at = description.fields;
        // SAFETY: the caller's promise: the table ends with a row without a name.
        unsafe {
            while !(*at).name.is_null() {
                let unnamed = core::ptr::eq((*at).name, UNNAMED_FIELD.0);
                fields.push((if unnamed { String::new() } else { text((*at).name) }, text((*at).doc)));
                at = at.add(1);
            }
            Wanted { name: text(description.name), doc: text(description.doc), fields, visible: visible(description.n_in_sequence) }
        }
    }
}

fn visible(n: c_int) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// # Safety
/// Null, or a C string.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

fn init(th: &mut Thread, ty: &Type, description: *mut abi::PyStructSequence_Desc) -> Result<(), Raised> {
    if ty.count() != 0 {
        return Err(raise::bad_internal_call(th));
    }
    // SAFETY: R4: the caller's description.
    let wanted = unsafe { Wanted::read(&*description) };
    let fields: Vec<(&str, &str)> = wanted.fields.iter().map(|(name, doc)| (&**name, &**doc)).collect();
    // SAFETY: R4: a static type object, zeroed until now.
    unsafe { structseq::init_static(th, ty, (*description).name, &wanted.doc, &fields, wanted.visible) }
}
