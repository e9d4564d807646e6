//! `_zoneinfo`: time zones of the IANA database.
//!
//! [`data`] is what a zone knows, [`rules`] what a file says of the time behind its last transition. The library's Python half finds and reads
//! the files. Zones are remembered by their keys: all that live, weakly, and the last eight.

mod data;
mod rules;

use heap::{Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::{upward, *};
use objects::str::Name;
use objects::{Dict, Int, Str, Tuple, none, none_ref, ops, raise};

use crate::datetime::delta::Delta;
use crate::datetime::moment::DateTime;
use crate::datetime::zone::TzInfo;
use data::{Data, Info};

/// How many zones are kept although nobody uses them.
const KEPT: usize = 8;
const EPOCH: i64 = 719_163;

static FIND_FILE: Global<Object> = Global::EMPTY;
static OPEN: Global<Object> = Global::EMPTY;
static COMMON: Global<Object> = Global::EMPTY;
static WEAK: Global<Object> = Global::EMPTY;
static STRONG: Global<Dict> = Global::EMPTY;

static CLOSE: Name = Name::new("close");
static GET: Name = Name::new("get");
static SET_DEFAULT: Name = Name::new("setdefault");
static POP: Name = Name::new("pop");
static CLEAR: Name = Name::new("clear");
static LOAD_DATA: Name = Name::new("load_data");
static LOAD_TZDATA: Name = Name::new("load_tzdata");
static REPLACE: Name = Name::new("replace");
static WEAK_CACHE: Name = Name::new("_weak_cache");

/// Where a zone came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    NoCache,
    Cache,
    File,
}

/// Create a new ZoneInfo instance.
#[pytype(name = "ZoneInfo", module = "zoneinfo", base = TzInfo, sig = "(key)", flags(BASETYPE, IMMUTABLETYPE), weakref)]
#[repr(C)]
pub struct ZoneInfo {
    base: TzInfo,
    #[member(name = "key", readonly)]
    key: Slot,
    file: Slot<Str>,
    #[traverse]
    data: Data,
    source: Source,
}

/// What the module imported.
fn imported(th: &mut Thread, global: &Global<Object>) -> Result<Ref<Object>, Raised> {
    match global.get(th) {
        Some(object) => Ok(object),
        None => Err(raise::system_error(th, format_args!("_zoneinfo is not imported"))),
    }
}

fn new_weak_cache(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let weakref = interp::import::import_module(th, "weakref")?;
    let class = ops::getattr_str(th, &weakref, "WeakValueDictionary")?;
    ops::call0(th, &class)
}

fn is_base(cls: &Type) -> bool {
    core::ptr::eq(cls, ZoneInfo::type_object())
}

fn weak_cache(th: &mut Thread, cls: &Type) -> Result<Ref<Object>, Raised> {
    if is_base(cls) { imported(th, &WEAK) } else { ops::getattr(th, cls, &WEAK_CACHE) }
}

fn strong_cache(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    STRONG.get_or_init(th, |th| Ok(Dict::new(th)))
}

/// Reads a file and closes it.
fn load(th: &mut Thread, file: &Object) -> Result<Data, Raised> {
    let common = imported(th, &COMMON)?;
    let loaded = ops::call_method(th, &common, &LOAD_DATA, &[file])?;
    Data::new(th, &loaded)
}

impl ZoneInfo {
    fn around(th: &mut Thread, cls: &Type, key: &Object, file: Option<Ref<Str>>, data: Data, source: Source) -> Ref<ZoneInfo> {
        let key = Slot::new(key.to_ref());
        th.new_instance(cls, ZoneInfo { base: TzInfo::INIT, key, file: Slot::from_option(file), data, source })
    }

    /// A zone by its key, without any cache.
    fn read(th: &mut Thread, cls: &Type, key: &Object, source: Source) -> Result<Ref<ZoneInfo>, Raised> {
        let find = imported(th, &FIND_FILE)?;
        let path = ops::call1(th, &find, key)?;
        let file = if path.is(none()) {
            let common = imported(th, &COMMON)?;
            ops::call_method(th, &common, &LOAD_TZDATA, &[key])?
        } else {
            let (open, mode) = (imported(th, &OPEN)?, Str::new(th, "rb"));
            ops::call(th, &open, &[&path, &mode])?
        };
        let data = load(th, &file);
        let failed = data.is_err().then(|| th.take_exception()).flatten();
        let closed = ops::call_method(th, &file, &CLOSE, &[]);
        if let Some(failed) = failed {
            return Err(raise::chain(th, failed));
        }
        closed?;
        data.map(|data| ZoneInfo::around(th, cls, key, None, data, source))
    }

    /// A zone by its key: the one that is known, if there is one.
    fn known(th: &mut Thread, cls: &Type, key: &Object) -> Result<Ref<Object>, Raised> {
        if is_base(cls)
            && let Some(zone) = strong_cache(th)?.get(th, key)?
        {
            strong_cache(th)?.move_to_end(th, key, true)?;
            return Ok(zone);
        }
        let cache = weak_cache(th, cls)?;
        let mut zone = ops::call_method(th, &cache, &GET, &[key, none()])?;
        if zone.is(none()) {
            let fresh = ZoneInfo::read(th, cls, key, Source::Cache)?;
            // Another thread may have made one meanwhile.
            zone = ops::call_method(th, &cache, &SET_DEFAULT, &[key, &fresh])?;
        }
        if !heap::is_subtype(zone.ty(), cls) {
            let (got, shown) = (ops::full_type_name(th, zone.ty()), ops::repr(th, key)?.to_string_lossy());
            let name = objects::typing::short_name(cls);
            return Err(raise::runtime_error(
                th,
                format_args!("Unexpected instance of {got} in {name} weak cache for key {shown}"),
            ));
        }
        if is_base(cls) {
            let strong = strong_cache(th)?;
            strong.set(th, key, zone.clone())?;
            while strong.len() > KEPT {
                strong.pop_first(th);
            }
        }
        Ok(zone)
    }

    /// What holds at a time; nothing, if the time is `None` and it depends on it.
    fn info(&self, th: &mut Thread, time: &Object) -> Result<Option<&Info>, Raised> {
        if time.is(none()) {
            return Ok(self.data.only());
        }
        let (seconds, year) = local_seconds(th, time)?;
        let fold = match time.downcast_ref::<DateTime>() {
            Some(time) => time.is_fold(),
            None => number(th, time, "fold")? != 0,
        };
        Ok(Some(self.data.at(seconds, fold, year)))
    }

    fn shown(&self, th: &mut Thread) -> Result<String, Raised> {
        let class = ops::full_type_name(th, self.as_object().ty());
        let key = self.key.get(th, self).unwrap_or_else(none_ref);
        if key.is(none()) {
            let file = self.file.get(th, self).map_or(String::new(), |file| file.to_string_lossy());
            return Ok(format!("{class}.from_file({file})"));
        }
        let key = ops::repr(th, &key)?.to_string_lossy();
        Ok(format!("{class}(key={key})"))
    }
}

/// An int attribute.
fn number(th: &mut Thread, object: &Object, name: &str) -> Result<i64, Raised> {
    let value = ops::getattr_str(th, object, name)?;
    whole(th, &value)
}

fn whole(th: &mut Thread, value: &Object) -> Result<i64, Raised> {
    let number = value.downcast_ref::<Int>().and_then(Int::to_i64);
    number.ok_or_else(|| raise::type_error(th, format_args!("an integer is required")))
}

/// Seconds since 1970 as local clocks count them, and the year.
fn local_seconds(th: &mut Thread, time: &Object) -> Result<(i64, i32), Raised> {
    if let Some(time) = time.downcast_exact::<DateTime>() {
        let moment = time.moment();
        let clock = moment.clock;
        let seconds = clock.hour * 3600 + clock.minute * 60 + clock.second;
        return Ok(((i64::from(moment.day.ordinal()) - EPOCH) * 86_400 + i64::from(seconds), moment.day.year));
    }
    // Classes below may say something else than they hold.
    let name = Str::new(th, "toordinal");
    let ordinal = ops::call_method(th, time, &name, &[])?;
    let ordinal = whole(th, &ordinal)?;
    let (hour, minute, second) = (number(th, time, "hour")?, number(th, time, "minute")?, number(th, time, "second")?);
    let year = match time.downcast_ref::<DateTime>() {
        Some(time) => time.moment().day.year,
        None => number(th, time, "year")?.clamp(1, 9999) as i32,
    };
    let seconds = hour.wrapping_mul(3600).wrapping_add(minute.wrapping_mul(60)).wrapping_add(second);
    Ok((ordinal.wrapping_sub(EPOCH).wrapping_mul(86_400).wrapping_add(seconds), year))
}

/// The same moment, the second time that clocks show it.
fn folded(th: &mut Thread, time: &Object) -> Result<Ref<Object>, Raised> {
    if let Some(time) = time.downcast_exact::<DateTime>() {
        return Ok(DateTime::new(th, time.moment(), time.zone(), true).up());
    }
    let replace = ops::getattr(th, time, &REPLACE)?;
    let (name, one) = (Str::new(th, "fold").up(), Int::from_i64(th, 1));
    let names = Tuple::from_array(th, [name]);
    ops::call_kw(th, &replace, &[&one], Some(&names))
}

#[pymethods]
impl ZoneInfo {
    #[slot(tp_new, sig = "(key)")]
    fn tp_new(th: &mut Thread, cls: &Type, key: &Object) -> Result<Ref<Object>, Raised> {
        ZoneInfo::known(th, cls, key)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        self.shown(th)
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.key.get(th, self).filter(|key| !key.is(none())) {
            Some(key) => Ok(key),
            None => self.shown(th)?.to_py(th),
        }
    }

    /// Clear the ZoneInfo cache.
    #[classmethod(sig = "($type, /, *, only_keys=None)")]
    fn clear_cache(cls: &Type, th: &mut Thread, only_keys: Option<&Object>) -> Result<(), Raised> {
        let cache = weak_cache(th, cls)?;
        let Some(keys) = only_keys.filter(|keys| !keys.is(none())) else {
            ops::call_method(th, &cache, &CLEAR, &[])?;
            if is_base(cls) {
                strong_cache(th)?.clear_entries(th);
            }
            return Ok(());
        };
        let keys = ops::iter(th, keys)?;
        while let Some(key) = ops::next(th, &keys)? {
            if is_base(cls) {
                strong_cache(th)?.pop(th, &key)?;
            }
            ops::call_method(th, &cache, &POP, &[&key, none()])?;
        }
        Ok(())
    }

    /// Get a new instance of ZoneInfo, bypassing the cache.
    #[classmethod(sig = "($type, /, key)")]
    fn no_cache(cls: &Type, th: &mut Thread, key: &Object) -> Result<Ref<ZoneInfo>, Raised> {
        ZoneInfo::read(th, cls, key, Source::NoCache)
    }

    /// Create a ZoneInfo file from a file object.
    #[classmethod(sig = "($type, file_obj, /, key=None)")]
    fn from_file(cls: &Type, th: &mut Thread, file_obj: &Object, key: Option<&Object>) -> Result<Ref<ZoneInfo>, Raised> {
        let shown = ops::repr(th, file_obj)?;
        let data = load(th, file_obj)?;
        Ok(ZoneInfo::around(th, cls, key.unwrap_or(none()), Some(shown), data, Source::File))
    }

    /// Retrieve a timedelta representing the UTC offset in a zone at the given datetime.
    #[method(sig = "($self, dt, /)")]
    fn utcoffset(&self, th: &mut Thread, dt: &Object) -> Result<Option<Ref<Delta>>, Raised> {
        Ok(self.info(th, dt)?.map(|info| info.offset.clone()))
    }

    /// Retrieve a timedelta representing the amount of DST applied in a zone at the given datetime.
    #[method(sig = "($self, dt, /)")]
    fn dst(&self, th: &mut Thread, dt: &Object) -> Result<Option<Ref<Delta>>, Raised> {
        Ok(self.info(th, dt)?.map(|info| info.dst.clone()))
    }

    /// Retrieve a string containing the abbreviation for the time zone that applies in a zone at a given datetime.
    #[method(sig = "($self, dt, /)")]
    fn tzname(&self, th: &mut Thread, dt: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(self.info(th, dt)?.map(|info| info.name.clone()))
    }

    /// Given a datetime with local time in UTC, retrieve an adjusted datetime in local time.
    #[method(sig = none)]
    fn fromutc(&self, th: &mut Thread, dt: &Object) -> Result<Ref<Object>, Raised> {
        let Some(time) = dt.downcast_ref::<DateTime>() else {
            return Err(raise::type_error(th, format_args!("fromutc: argument must be a datetime")));
        };
        if !time.zone().is_some_and(|zone| zone.is(self.as_object())) {
            return Err(raise::value_error(th, format_args!("fromutc: dt.tzinfo is not self")));
        }
        let (seconds, year) = local_seconds(th, dt)?;
        let (info, fold) = self.data.at_utc(seconds, year);
        let local = ops::add(th, dt, &info.offset)?;
        if fold { folded(th, &local) } else { Ok(local) }
    }

    /// Function for serialization with the pickle protocol.
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        if self.source == Source::File {
            return Err(data::pickling_error(th, "Cannot pickle a ZoneInfo file from a file stream."));
        }
        let make = ops::getattr_str(th, self.as_object(), "_unpickle")?;
        let key = self.key.get(th, self).unwrap_or_else(none_ref);
        let from_cache = upward::from_i64(th, (self.source == Source::Cache).into());
        let arguments = Tuple::from_array(th, [key, from_cache]);
        Ok(Tuple::from_array(th, [make, arguments.up()]))
    }

    /// Private method used in unpickling.
    #[classmethod(sig = "($type, key, from_cache, /)")]
    fn _unpickle(cls: &Type, th: &mut Thread, key: &Object, from_cache: i64) -> Result<Ref<Object>, Raised> {
        if from_cache as u8 != 0 {
            ZoneInfo::known(th, cls, key)
        } else {
            ZoneInfo::read(th, cls, key, Source::NoCache).map(Ref::up)
        }
    }

    /// Function to initialize subclasses.
    #[classmethod(sig = none)]
    fn __init_subclass__(cls: &Type, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let cache = new_weak_cache(th)?;
        ops::setattr(th, cls, &WEAK_CACHE, &cache)
    }
}

#[pymodule(name = "_zoneinfo", doc = "C implementation of the zoneinfo module", hidden(ZoneInfo))]
pub mod zoneinfo_ {
    use super::*;

    #[attr(name = "ZoneInfo")]
    fn zone_info() -> Ref<Object> {
        ZoneInfo::type_object().as_object().to_owned()
    }

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        // Where it is kept from being imported, the library's Python half is for the datetime that is there.
        interp::import::import_module(th, "_datetime")?;
        upward::type_ready(th, ZoneInfo::type_object())?;
        for (module, name, global) in [("zoneinfo._tzpath", "find_tzfile", &FIND_FILE), ("io", "open", &OPEN)] {
            let module = interp::import::import_module(th, module)?;
            let object = ops::getattr_str(th, &module, name)?;
            global.set(th, Some(object));
        }
        let common = interp::import::import_module(th, "zoneinfo._common")?;
        COMMON.set(th, Some(common));
        let cache = new_weak_cache(th)?;
        WEAK.set(th, Some(cache));
        strong_cache(th)?.clear_entries(th);
        Ok(())
    }
}
