//! `tzinfo` and `timezone`, and what dates and times ask of any time zone.

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::Name;
use objects::text::Text;
use objects::{Str, Tuple, none, not_implemented_ref, ops, raise, typing};

use super::delta::Delta;
use super::fields::DAY;
use super::moment::DateTime;

pub static UTCOFFSET: Name = Name::new("utcoffset");
pub static DST: Name = Name::new("dst");
static TZNAME: Name = Name::new("tzname");
static FROMUTC: Name = Name::new("fromutc");

/// Abstract base class for time zone info objects.
#[pytype(name = "tzinfo", module = "datetime", flags(BASETYPE), layout = PyDateTime_TZInfo)]
#[repr(C)]
pub struct TzInfo {
    head: Head,
}

impl TzInfo {
    /// What objects of classes below it begin with.
    pub const INIT: TzInfo = TzInfo { head: Head::INIT };
}

/// Fixed offset from UTC implementation of tzinfo.
#[pytype(name = "timezone", module = "datetime", base = TzInfo, gc = none)]
#[repr(C)]
pub struct TimeZone {
    base: TzInfo,
    offset: Slot<Delta>,
    name: Slot<Str>,
}

static UTC: Global<TimeZone> = Global::EMPTY;

/// `timezone.utc`
pub fn utc(th: &mut Thread) -> Result<Ref<TimeZone>, Raised> {
    UTC.get_or_init(th, |th| {
        let offset = Delta::of_micros(th, 0)?;
        Ok(TimeZone::allocate(th, offset, None))
    })
}

/// The argument as a time zone: `None` for Python's `None`.
pub fn checked<'a>(th: &mut Thread, zone: Option<&'a Object>) -> Result<Option<&'a Object>, Raised> {
    match zone.filter(|zone| !zone.is(none())) {
        None => Ok(None),
        Some(zone) if zone.is_a::<TzInfo>() => Ok(Some(zone)),
        Some(zone) => {
            let got = ops::type_name(zone);
            Err(raise::type_error(th, format_args!("tzinfo argument must be None or of a tzinfo subclass, not type '{got}'")))
        }
    }
}

#[cold]
fn bad_offset(th: &mut Thread, offset: &Object) -> Raised {
    match ops::repr(th, offset) {
        Ok(text) => {
            let range = "strictly between -timedelta(hours=24) and timedelta(hours=24)";
            raise::value_error(th, format_args!("offset must be a timedelta {range}, not {text}"))
        }
        Err(raised) => raised,
    }
}

/// `zone.utcoffset(argument)` or `zone.dst(argument)`, in microseconds; `None` if it says so or there is no zone.
pub fn offset(th: &mut Thread, zone: Option<&Object>, method: &'static Name, argument: &Object) -> Result<Option<i64>, Raised> {
    let Some(zone) = zone else { return Ok(None) };
    if let Some(zone) = zone.downcast_exact::<TimeZone>()
        && core::ptr::eq(method, &UTCOFFSET)
    {
        return Ok(zone.offset.peek().map(|offset| offset.micros() as i64));
    }
    let result = ops::call_method(th, zone, method, &[argument])?;
    if result.is(none()) {
        return Ok(None);
    }
    let Some(delta) = result.downcast_ref::<Delta>() else {
        let (method, got) = (method.text(), ops::type_name(&result));
        return Err(raise::type_error(th, format_args!("tzinfo.{method}() must return None or timedelta, not '{got}'")));
    };
    if delta.micros().abs() >= i128::from(DAY) {
        return Err(bad_offset(th, &result));
    }
    Ok(Some(delta.micros() as i64))
}

/// What an offset is to Python.
pub fn offset_object(th: &mut Thread, offset: Option<i64>) -> Result<Ref<Object>, Raised> {
    match offset {
        None => Ok(objects::none_ref()),
        Some(micros) => Ok(Delta::of_micros(th, micros.into())?.up()),
    }
}

/// `zone.tzname(argument)`, `None` without a zone.
pub fn name_of(th: &mut Thread, zone: Option<&Object>, argument: &Object) -> Result<Option<Ref<Str>>, Raised> {
    let Some(zone) = zone else { return Ok(None) };
    let result = ops::call_method(th, zone, &TZNAME, &[argument])?;
    if result.is(none()) {
        return Ok(None);
    }
    match result.downcast::<Str>() {
        Ok(name) => Ok(Some(name)),
        Err(other) => {
            let got = ops::type_name(&other);
            Err(raise::type_error(th, format_args!("tzinfo.tzname() must return None or a string, not '{got}'")))
        }
    }
}

/// `zone.fromutc(moment)`
pub fn from_utc(th: &mut Thread, zone: &Object, moment: &Object) -> Result<Ref<Object>, Raised> {
    ops::call_method(th, zone, &FROMUTC, &[moment])
}

/// `+HH:MM`, and seconds and microseconds where there are any.
pub fn offset_text(offset: i64, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let (seconds, micros) = (offset.abs() / 1_000_000, offset.abs() % 1_000_000);
    let mut text = format!("{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 || micros != 0 {
        text.push_str(&format!("{separator}{:02}", seconds % 60));
    }
    if micros != 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text
}

fn abstract_method(th: &mut Thread, name: &str) -> Raised {
    raise::not_implemented(th, format_args!("a tzinfo subclass must implement {name}()"))
}

/// The argument of `fromutc`: a datetime of this very zone.
fn own_moment<'a>(th: &mut Thread, zone: &Object, argument: &'a Object) -> Result<&'a DateTime, Raised> {
    let Some(moment) = argument.downcast::<DateTime>() else {
        return Err(raise::type_error(th, format_args!("fromutc: argument must be a datetime")));
    };
    if !moment.zone().is_some_and(|own| own.is(zone)) {
        return Err(raise::value_error(th, format_args!("fromutc: dt.tzinfo is not self")));
    }
    Ok(moment)
}

#[pymethods]
impl TzInfo {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<TzInfo> {
        th.new_instance(cls, TzInfo { head: Head::INIT })
    }

    /// datetime -> string name of time zone.
    #[method(sig = "(object, /)")]
    fn tzname(&self, th: &mut Thread, _object: &Object) -> Result<Ref<Object>, Raised> {
        Err(abstract_method(th, "tzname"))
    }

    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[method(sig = "(object, /)")]
    fn utcoffset(&self, th: &mut Thread, _object: &Object) -> Result<Ref<Object>, Raised> {
        Err(abstract_method(th, "utcoffset"))
    }

    /// datetime -> DST offset as timedelta positive east of UTC.
    #[method(sig = "(object, /)")]
    fn dst(&self, th: &mut Thread, _object: &Object) -> Result<Ref<Object>, Raised> {
        Err(abstract_method(th, "dst"))
    }

    /// datetime in UTC -> datetime in local time.
    #[method(sig = "(object, /)")]
    fn fromutc(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        let moment = own_moment(th, self, object)?;
        let Some(offset) = moment.utc_offset(th)? else {
            return Err(raise::value_error(th, format_args!("fromutc: non-None utcoffset() result required")));
        };
        let Some(dst) = moment.dst_offset(th)? else {
            return Err(raise::value_error(th, format_args!("fromutc: non-None dst() result required")));
        };
        // What a zone says about summer time is about local time: ask again once standard time is known.
        let standard = moment.shifted(th, (offset - dst).into())?;
        let summer = self::offset(th, moment.zone(), &DST, &standard)?;
        let Some(summer) = summer else {
            return Err(raise::value_error(th, format_args!("fromutc: tz.dst() gave inconsistent results; cannot convert")));
        };
        match standard.downcast_ref::<DateTime>() {
            Some(standard) if summer != 0 => standard.shifted(th, summer.into()),
            _ => Ok(standard),
        }
    }

    /// -> (cls, state)
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let name = objects::intern(th, "__getinitargs__");
        let args = match ops::getattr_opt(th, self, name)? {
            Some(method) => ops::call0(th, &method)?,
            None => Tuple::empty().up(),
        };
        let state = typing::object_getstate(th, self, false)?;
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &args, &state]))
    }
}

impl TimeZone {
    fn allocate(th: &Thread, offset: Ref<Delta>, name: Option<Ref<Str>>) -> Ref<TimeZone> {
        th.new_object(TimeZone { base: TzInfo { head: Head::INIT }, offset: Slot::new(offset), name: Slot::from_option(name) })
    }

    /// `timezone(offset, name)`
    pub fn new(th: &mut Thread, offset: &Delta, name: Option<&Str>) -> Result<Ref<TimeZone>, Raised> {
        if name.is_none() && offset.is_zero() {
            return utc(th);
        }
        if offset.micros().abs() >= i128::from(DAY) {
            return Err(bad_offset(th, offset));
        }
        let (offset, name) = (offset.to_ref(), name.map(Heaped::to_ref));
        Ok(TimeZone::allocate(th, offset, name))
    }

    /// `timezone(timedelta(microseconds=offset))`
    pub fn of_micros(th: &mut Thread, offset: i64) -> Result<Ref<TimeZone>, Raised> {
        let offset = Delta::of_micros(th, offset.into())?;
        TimeZone::new(th, &offset, None)
    }

    fn micros(&self) -> i64 {
        self.offset.peek().map_or(0, |offset| offset.micros() as i64)
    }

    fn is_utc(&self, th: &mut Thread) -> Result<bool, Raised> {
        Ok(utc(th)?.as_object().is(self))
    }

    fn check_argument(th: &mut Thread, method: &str, argument: &Object) -> Result<(), Raised> {
        if argument.is(none()) || argument.is_a::<DateTime>() {
            return Ok(());
        }
        let got = ops::type_name(argument);
        Err(raise::type_error(th, format_args!("{method}(dt) argument must be a datetime instance or None, not {got}")))
    }

    fn text(&self, th: &mut Thread) -> Ref<Str> {
        match self.name.peek() {
            Some(name) => name.to_ref(),
            None if self.micros() == 0 => Str::new(th, "UTC"),
            None => Str::new(th, &format!("UTC{}", offset_text(self.micros(), ":"))),
        }
    }
}

#[pymethods]
impl TimeZone {
    #[slot(tp_new, sig = "(offset, name=<unrepresentable>)")]
    fn tp_new(th: &mut Thread, _cls: &Type, offset: &Object, name: Option<&Object>) -> Result<Ref<TimeZone>, Raised> {
        let Some(offset) = offset.downcast::<Delta>() else {
            let got = ops::type_name(offset);
            return Err(raise::type_error(th, format_args!("timezone() argument 1 must be datetime.timedelta, not {got}")));
        };
        let name = match name {
            None => None,
            Some(name) => match name.downcast::<Str>() {
                Some(name) => Some(name),
                None => {
                    let got = ops::type_name(name);
                    return Err(raise::type_error(th, format_args!("timezone() argument 2 must be str, not {got}")));
                }
            },
        };
        TimeZone::new(th, offset, name)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.is_utc(th)? {
            return Ok(Str::new(th, "datetime.timezone.utc"));
        }
        let mut text = Text::new(&ops::type_name(self));
        text.push("(").push_repr(th, self.offset.peek().map_or(none(), |offset| offset.as_object()))?;
        if let Some(name) = self.name.peek() {
            text.push(", ").push_repr(th, name)?;
        }
        Ok(text.push(")").finish(th))
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Ref<Str> {
        self.text(th)
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        ops::hash(th, self.offset.peek().map_or(none(), |offset| offset.as_object()))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: CompareOp) -> Ref<Object> {
        match (other.downcast::<TimeZone>(), op) {
            (Some(other), CompareOp::Eq | CompareOp::Ne) => objects::bool_ref(op.holds(self.micros().cmp(&other.micros()))),
            _ => not_implemented_ref(),
        }
    }

    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[method(sig = "(object, /)")]
    fn tzname(&self, th: &mut Thread, object: &Object) -> Result<Ref<Str>, Raised> {
        TimeZone::check_argument(th, "tzname", object)?;
        Ok(self.text(th))
    }

    /// Return fixed offset.
    #[method(sig = "(object, /)")]
    fn utcoffset(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        TimeZone::check_argument(th, "utcoffset", object)?;
        Ok(self.offset.peek().map_or_else(objects::none_ref, |offset| offset.to_ref().up()))
    }

    /// Return None.
    #[method(sig = "(object, /)")]
    fn dst(&self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        TimeZone::check_argument(th, "dst", object)
    }

    /// datetime in UTC -> datetime in local time.
    #[method(sig = "(object, /)")]
    fn fromutc(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        let moment = own_moment(th, self, object)?;
        moment.shifted(th, self.micros().into())
    }

    /// pickle support
    #[method]
    fn __getinitargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        let offset = self.offset.peek().map_or(none(), |offset| offset.as_object());
        match self.name.peek() {
            Some(name) => Tuple::from_slice(th, &[offset, name]),
            None => Tuple::from_slice(th, &[offset]),
        }
    }
}

/// The zone of the system at a point in time: its offset and name then.
pub fn local(th: &mut Thread, timestamp: i64) -> Result<Ref<TimeZone>, Raised> {
    let (offset, name) = super::clock::zone_at(th, timestamp)?;
    let offset = Delta::of_micros(th, i128::from(offset) * 1_000_000)?;
    let name = Str::new(th, &name);
    TimeZone::new(th, &offset, Some(&name))
}

