//! The namespace of the `builtins` module, which iterators' `__reduce__` looks into: pickles name `iter` and `reversed` as they are there.

use heap::sync::{AtomicPtr, Ordering::*};
use heap::{Heaped, Raised, Ref, Thread};

use crate::glue::Object;
use crate::{Dict, Str, raise};

static NAMESPACE: AtomicPtr<Dict> = AtomicPtr::new(core::ptr::null_mut());

/// Makes the namespace known; it becomes immortal. Only the first call counts.
pub fn install(namespace: &Dict) {
    namespace.as_object().make_immortal();
    let _ = NAMESPACE.compare_exchange(core::ptr::null_mut(), core::ptr::from_ref(namespace).cast_mut(), AcqRel, Acquire);
}

/// The namespace, once `builtins` exists.
#[allow(unsafe_code, reason = "an immortal object behind an atomic pointer")]
pub fn namespace() -> Option<&'static Dict> {
    // SAFETY: R2: null or an immortal dict.
    unsafe { NAMESPACE.load(Acquire).as_ref() }
}

/// The name in the builtins of the running code, which may be a mapping of its own.
pub fn current(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
    let found = match (crate::hooks::get().current_builtins)(th) {
        None => return lookup(th, name),
        Some(builtins) => crate::ops::item::getitem_opt(th, &builtins, name)?,
    };
    found.ok_or(()).or_else(|()| Err(raise::with_value(th, crate::exceptions::attribute_error_type(), name.to_ref().up())))
}

/// `builtins.name`. A key of a class of its own may be in the way, so Python code may run: what it may change is read afterwards.
pub fn lookup(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
    let found = match namespace() {
        Some(namespace) => namespace.get(th, name)?,
        None => None,
    };
    match found {
        Some(found) => Ok(found),
        None => Err(raise::with_value(th, crate::exceptions::attribute_error_type(), name.to_ref().up())),
    }
}
