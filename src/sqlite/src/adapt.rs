//! Adapters: what makes a value for SQLite of an object of any class. Converters: what makes an object of a column.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{ByteArray, Dict, Float, Int, Str, Tuple, exceptions, intern, none, ops, raise};

use crate::errors::{self, Kind};

/// `{(class, protocol): adapter}`
static ADAPTERS: Global<Dict> = Global::EMPTY;
/// `{'NAME': converter}`
static CONVERTERS: Global<Dict> = Global::EMPTY;
/// There is an adapter for a class that SQLite knows itself.
static BASE_ADAPTED: AtomicBool = AtomicBool::new(false);

/// PEP 246 style object adaption protocol type.
#[pytype(name = "PrepareProtocol", module = "sqlite3", gc = none)]
#[repr(C)]
pub struct PrepareProtocol {
    head: Head,
}

#[pymethods]
impl PrepareProtocol {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<PrepareProtocol> {
        th.new_instance(cls, PrepareProtocol { head: Head::INIT })
    }

    #[slot(tp_init)]
    fn init(&self, _args: Args<'_>, _kwargs: KwArgs<'_>) {}
}

pub fn adapters(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    ADAPTERS.get_or_init(th, |th| Ok(Dict::new(th)))
}

pub fn converters(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    CONVERTERS.get_or_init(th, |th| Ok(Dict::new(th)))
}

/// Adds an adapter for a class.
pub fn register(th: &mut Thread, class: &Object, adapter: &Object) -> Result<(), Raised> {
    let base: [&Type; 4] = [Int::type_object(), Float::type_object(), Str::type_object(), ByteArray::type_object()];
    if base.iter().any(|base| base.is(class)) {
        BASE_ADAPTED.store(true, Relaxed);
    }
    let key = Tuple::from_slice(th, &[class, PrepareProtocol::type_object()]);
    adapters(th)?.set(th, key.as_object(), adapter)
}

/// The converter of a name, in whatever case it is written.
pub fn converter(th: &mut Thread, name: &[u8]) -> Result<Option<Ref<Object>>, Raised> {
    let name = crate::value::text(th, name)?;
    let upper = intern(th, "upper");
    let key = ops::call_method(th, &name, upper, &[])?;
    converters(th)?.get(th, &key)
}

/// What a value is bound as.
pub fn for_binding(th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
    let exact = value.downcast_exact::<Int>().is_some()
        || value.downcast_exact::<Float>().is_some()
        || value.downcast_exact::<Str>().is_some()
        || value.downcast_exact::<ByteArray>().is_some();
    if exact && !BASE_ADAPTED.load(Relaxed) {
        return Ok(value.to_ref());
    }
    adapt(th, value, PrepareProtocol::type_object().as_object(), Some(value))
}

/// Asks one side to adapt; `None`: it does not.
fn ask(th: &mut Thread, side: &Object, method: &str, argument: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let method = intern(th, method);
    let Some(method) = ops::getattr_opt(th, side, method)? else { return Ok(None) };
    match ops::call1(th, &method, argument) {
        Ok(adapted) if adapted.is(none()) => Ok(None),
        Ok(adapted) => Ok(Some(adapted)),
        Err(_) if raise::matches(th, exceptions::type_error_type()) => {
            drop(th.take_exception());
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `adapt(value, protocol, alternative)`
pub fn adapt(th: &mut Thread, value: &Object, protocol: &Object, alternative: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let key = Tuple::from_slice(th, &[value.ty(), protocol]);
    if let Some(adapter) = adapters(th)?.get(th, key.as_object())? {
        return ops::call1(th, &adapter, value);
    }
    if let Some(adapted) = ask(th, protocol, "__adapt__", value)? {
        return Ok(adapted);
    }
    if let Some(adapted) = ask(th, value, "__conform__", protocol)? {
        return Ok(adapted);
    }
    match alternative {
        Some(alternative) => Ok(alternative.to_ref()),
        None => Err(errors::raise(th, Kind::Programming, format_args!("can't adapt"))),
    }
}
