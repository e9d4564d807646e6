//! The C API of `datetime`: a capsule in the module, whose struct C's macros read.
//!
//! Invariant: the functions make instances by the base's own `tp_new`, whatever a subclass overrides, as CPython's do.

use core::ffi::{c_int, c_void};
use std::sync::OnceLock;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use modules::datetime::{date::Date, delta::Delta, moment::DateTime, time::Time, zone::TimeZone, zone::TzInfo};
use objects::glue::{borrow, borrow_nullable, class, entry_object};
use objects::{Capsule, Dict, Int, Module, Tuple, ops};

type Pointer = *mut abi::PyObject;
type Class = *mut abi::PyTypeObject;

/// The struct, made with the module.
struct Table(abi::PyDateTime_CAPI);

// SAFETY: R2: the types and the zone are immortal statics, or kept for ever; nobody writes the struct.
unsafe impl Sync for Table {}
// SAFETY: as above.
unsafe impl Send for Table {}

static TABLE: OnceLock<Table> = OnceLock::new();

/// Puts the capsule into `_datetime`, as the module is made.
pub fn extend(th: &mut Thread, module: &Module) -> Result<(), Raised> {
    let utc = ops::getattr_str(th, TimeZone::type_object(), "utc")?;
    let utc = objects::glue::keep(th, utc).as_ptr() as usize;
    let table = TABLE.get_or_init(|| {
        Table(abi::PyDateTime_CAPI {
            DateType: Date::type_object().raw(),
            DateTimeType: DateTime::type_object().raw(),
            TimeType: Time::type_object().raw(),
            DeltaType: Delta::type_object().raw(),
            TZInfoType: TzInfo::type_object().raw(),
            TimeZone_UTC: utc as Pointer,
            Date_FromDate: Some(date),
            DateTime_FromDateAndTime: Some(datetime),
            Time_FromTime: Some(time),
            Delta_FromDelta: Some(delta),
            TimeZone_FromTimeZone: Some(timezone),
            DateTime_FromTimestamp: Some(datetime_from_timestamp),
            Date_FromTimestamp: Some(date_from_timestamp),
            DateTime_FromDateAndTimeAndFold: Some(datetime_with_fold),
            Time_FromTimeAndFold: Some(time_with_fold),
        })
    });
    let pointer = (&raw const table.0).cast_mut().cast::<c_void>();
    let capsule = Capsule::new(th, pointer, c"datetime.datetime_CAPI".as_ptr(), None);
    let name = objects::intern(th, "datetime_CAPI");
    if let Some(dict) = module.dict() {
        dict.set_str(th, name, capsule.up());
    }
    Ok(())
}

/// An instance of `cls`, made by the constructor of `base`.
fn make(th: &mut Thread, base: &Type, cls: &Type, numbers: &[c_int], tzinfo: Option<&Object>, fold: c_int) -> Result<Ref<Object>, Raised> {
    let mut args: Vec<Ref<Object>> = numbers.iter().map(|&number| Int::from_i64(th, i64::from(number)).up()).collect();
    args.extend(tzinfo.map(|tzinfo| th.retain(tzinfo)));
    let args = Tuple::new(th, args);
    let kwargs = match fold {
        0 => None,
        _ => {
            let kwargs = Dict::new(th);
            let (name, value) = (objects::intern(th, "fold"), Int::from_i64(th, i64::from(fold)));
            kwargs.set_str(th, name, value.up());
            Some(kwargs)
        }
    };
    match base.tp_new() {
        Some(new) => ops::cslot::new(th, new, cls, args.as_object(), kwargs.as_deref().map(Heaped::as_object)),
        None => Err(objects::raise::bad_internal_call(th)),
    }
}

macro_rules! functions {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $ty:ty),*) |$th:ident| $body:expr;)*) => {$(
        $(#[$meta])*
        unsafe extern "C-unwind" fn $name($($arg: $ty),*) -> Pointer {
            // SAFETY: R10: a C entry; R4: C's arguments live for the call.
            unsafe { entry_object(|$th| $body) }
        }
    )*};
}

functions! {
    date(year: c_int, month: c_int, day: c_int, cls: Class) |th| make(th, Date::type_object(), class(cls), &[year, month, day], None, 0);
    datetime(year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, micro: c_int, tzinfo: Pointer, cls: Class) |th| {
        make(th, DateTime::type_object(), class(cls), &[year, month, day, hour, minute, second, micro], borrow_nullable(tzinfo), 0)
    };
    datetime_with_fold(
        year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, micro: c_int, tzinfo: Pointer, fold: c_int, cls: Class
    ) |th| {
        make(th, DateTime::type_object(), class(cls), &[year, month, day, hour, minute, second, micro], borrow_nullable(tzinfo), fold)
    };
    time(hour: c_int, minute: c_int, second: c_int, micro: c_int, tzinfo: Pointer, cls: Class) |th| {
        make(th, Time::type_object(), class(cls), &[hour, minute, second, micro], borrow_nullable(tzinfo), 0)
    };
    time_with_fold(hour: c_int, minute: c_int, second: c_int, micro: c_int, tzinfo: Pointer, fold: c_int, cls: Class) |th| {
        make(th, Time::type_object(), class(cls), &[hour, minute, second, micro], borrow_nullable(tzinfo), fold)
    };
    delta(days: c_int, seconds: c_int, micro: c_int, _normalize: c_int, cls: Class) |th| {
        make(th, Delta::type_object(), class(cls), &[days, seconds, micro], None, 0)
    };
    timezone(offset: Pointer, name: Pointer) |th| {
        let zone = TimeZone::type_object();
        match borrow_nullable(name) {
            Some(name) => ops::call(th, zone, &[borrow(offset), name]),
            None => ops::call(th, zone, &[borrow(offset)]),
        }
    };
    datetime_from_timestamp(cls: Pointer, args: Pointer, kwargs: Pointer) |th| from_timestamp(th, borrow(cls), borrow(args), borrow_nullable(kwargs));
    date_from_timestamp(cls: Pointer, args: Pointer) |th| from_timestamp(th, borrow(cls), borrow(args), None);
}

fn from_timestamp(th: &mut Thread, cls: &Object, args: &Object, kwargs: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let method = ops::getattr_str(th, cls, "fromtimestamp")?;
    let args = crate::entry::expect::<Tuple>(th, args)?;
    ops::call_ex(th, &method, args, kwargs.and_then(|kwargs| kwargs.downcast::<Dict>()))
}
