//! `time`: a time of day, with a zone perhaps.

use heap::sync::{AtomicIsize, AtomicU8, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::text::Text;
use objects::{Bytes, Int, Str, Tuple, none, not_implemented_ref, ops, raise};

use super::date::pickled;
use super::delta::Delta;
use super::fields::{self, Clock, Signature};
use super::zone::{self, DST, TzInfo, UTCOFFSET};
use super::{iso, text};

/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
#[pytype(name = "time", module = "datetime", flags(BASETYPE), layout = PyDateTime_Time, gc = none)]
#[repr(C)]
pub struct Time {
    head: Head,
    hash: AtomicIsize,
    has_zone: i8,
    data: [u8; 6],
    fold: AtomicU8,
    zone: Slot,
}

const _: () = assert!(core::mem::offset_of!(Time, data) == 25 && core::mem::offset_of!(Time, zone) == 32);

const NAMES: [&str; 6] = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
const SIGNATURE: Signature<6> = Signature { label: "function", names: NAMES, required: 0, positional: 5 };
const REPLACE: Signature<6> = Signature { label: "replace()", names: NAMES, required: 0, positional: 5 };

/// The bytes that a pickle holds, the fold in the first byte's top bit.
fn from_state(th: &mut Thread, cls: &Type, mut bytes: [u8; 6], zone: Option<&Object>) -> Result<Ref<Time>, Raised> {
    if zone.is_some_and(|zone| !zone.is(none()) && !zone.is_a::<TzInfo>()) {
        return Err(raise::type_error(th, format_args!("bad tzinfo state arg")));
    }
    let fold = bytes[0] & 0x80 != 0;
    bytes[0] &= 0x7f;
    Ok(Time::allocate(th, cls, Clock::of_bytes(bytes), zone.filter(|zone| !zone.is(none())), fold))
}

impl Time {
    pub fn clock(&self) -> Clock {
        Clock::of_bytes(self.data)
    }

    pub fn zone(&self) -> Option<&Object> {
        self.zone.peek()
    }

    pub fn is_fold(&self) -> bool {
        self.fold.load(Relaxed) != 0
    }

    fn allocate(th: &Thread, cls: &Type, clock: Clock, zone: Option<&Object>, fold: bool) -> Ref<Time> {
        let made = Time {
            head: Head::INIT,
            hash: AtomicIsize::new(-1),
            has_zone: i8::from(zone.is_some()),
            data: clock.to_bytes(),
            fold: AtomicU8::new(fold.into()),
            zone: Slot::from_option(zone.map(|zone| th.retain(zone))),
        };
        th.new_instance(cls, made)
    }

    /// An exact `time`.
    pub fn new(th: &Thread, clock: Clock, zone: Option<&Object>, fold: bool) -> Ref<Time> {
        Time::allocate(th, Time::type_object(), clock, zone, fold)
    }

    /// An instance of `cls`, made by its own constructor where it is a subclass.
    pub fn make(th: &mut Thread, cls: &Type, clock: Clock, zone: Option<&Object>, fold: bool) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(cls, Time::type_object()) {
            return Ok(Time::new(th, clock, zone, fold).up());
        }
        let number = |n: i32| Int::from_i64(th, n.into());
        let (hour, minute, second, micro) = (number(clock.hour), number(clock.minute), number(clock.second), number(clock.micro));
        let made = ops::call(th, cls, &[&hour, &minute, &second, &micro, zone.unwrap_or(none())])?;
        if let Some(time) = made.downcast_ref::<Time>() {
            time.fold.store(fold.into(), Relaxed);
        }
        Ok(made)
    }

    fn utc_offset(&self, th: &mut Thread) -> Result<Option<i64>, Raised> {
        zone::offset(th, self.zone(), &UTCOFFSET, none())
    }

    fn iso(&self, th: &mut Thread, timespec: Option<&str>) -> Result<String, Raised> {
        let mut shown = text::iso_time(th, self.clock(), timespec)?;
        if let Some(offset) = self.utc_offset(th)? {
            shown.push_str(&zone::offset_text(offset, ":"));
        }
        Ok(shown)
    }

    fn replaced(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let [hour, minute, second, micro, zone, fold] = REPLACE.bind(th, args, kwargs)?;
        let now = self.clock();
        let clock = Clock {
            hour: fields::int_or(th, hour, now.hour)?,
            minute: fields::int_or(th, minute, now.minute)?,
            second: fields::int_or(th, second, now.second)?,
            micro: fields::int_or(th, micro, now.micro)?,
        };
        let fold = fields::int_or(th, fold, self.is_fold().into())?;
        let zone = match zone {
            Some(zone) => zone::checked(th, Some(zone))?,
            None => self.zone(),
        };
        let clock = Clock::checked(th, clock, fold)?;
        Time::make(th, self.as_object().ty(), clock, zone, fold == 1)
    }

    fn state(&self, th: &mut Thread, protocol: isize) -> Ref<Tuple> {
        let mut bytes = self.data;
        if protocol > 3 && self.is_fold() {
            bytes[0] |= 0x80;
        }
        let state = Bytes::new(th, &bytes);
        let args = match self.zone() {
            Some(zone) => Tuple::from_slice(th, &[&state, zone]),
            None => Tuple::from_slice(th, &[&state]),
        };
        Tuple::from_slice(th, &[self.as_object().ty(), &args])
    }
}

#[pymethods]
impl Time {
    #[slot(tp_new, tp_vectorcall)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Time>, Raised> {
        if let [state] | [state, _] = *args.as_slice()
            && let Some(bytes) = pickled::<6>(th, state, 0, |hour| hour & 0x7f < 24)?
        {
            return from_state(th, cls, bytes, args.get(1).copied());
        }
        let [hour, minute, second, micro, zone, fold] = SIGNATURE.bind(th, args, kwargs)?;
        let clock = Clock {
            hour: fields::int_or(th, hour, 0)?,
            minute: fields::int_or(th, minute, 0)?,
            second: fields::int_or(th, second, 0)?,
            micro: fields::int_or(th, micro, 0)?,
        };
        let fold = fields::int_or(th, fold, 0)?;
        let clock = Clock::checked(th, clock, fold)?;
        let zone = zone::checked(th, zone)?;
        Ok(Time::allocate(th, cls, clock, zone, fold == 1))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let clock = self.clock();
        let shown = Text::new(&format!("{}({}, {}", ops::type_name(self), clock.hour, clock.minute));
        clock.finish_repr(th, shown, self.is_fold(), self.zone())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let name = objects::intern(th, "isoformat");
        ops::call_method(th, self, name, &[])
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let known = self.hash.load(Relaxed);
        if known != -1 {
            return Ok(known);
        }
        // Times that are equal may differ in their fold.
        let offset = match self.zone() {
            Some(zone) if self.is_fold() => {
                let unfolded = Time::allocate(th, self.as_object().ty(), self.clock(), Some(zone), false);
                unfolded.utc_offset(th)?
            }
            _ => self.utc_offset(th)?,
        };
        let hash = match offset {
            None => objects::hash::hash_bytes(&self.data),
            Some(offset) => {
                let utc = Delta::of_micros(th, (self.clock().micros() - offset).into())?;
                ops::hash(th, &utc)?
            }
        };
        self.hash.store(hash, Relaxed);
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Time>() else { return Ok(not_implemented_ref()) };
        let same_zone = match (self.zone(), other.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(b),
            _ => false,
        };
        if same_zone {
            return Ok(objects::bool_ref(op.holds(self.data.cmp(&other.data))));
        }
        match (self.utc_offset(th)?, other.utc_offset(th)?) {
            (a, b) if a == b => Ok(objects::bool_ref(op.holds(self.data.cmp(&other.data)))),
            (Some(a), Some(b)) => Ok(objects::bool_ref(op.holds((self.clock().micros() - a).cmp(&(other.clock().micros() - b))))),
            _ => match op {
                CompareOp::Eq => Ok(objects::bool_ref(false)),
                CompareOp::Ne => Ok(objects::bool_ref(true)),
                _ => Err(raise::type_error(th, format_args!("can't compare offset-naive and offset-aware times"))),
            },
        }
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[classmethod(sig = none)]
    fn strptime(cls: &Type, th: &mut Thread, string: &Str, format: &Str) -> Result<Ref<Object>, Raised> {
        text::strptime(th, "_strptime_datetime_time", cls, string, format)
    }

    #[method(
        sig = none,
        doc = "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\nThe optional argument timespec specifies the number of additional terms\nof the time to include. Valid options are 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' and 'microseconds'.\n"
    )]
    fn isoformat(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<String, Raised> {
        const ISO: Signature<1> = Signature { label: "isoformat()", names: ["timespec"], required: 0, positional: 1 };
        let [timespec] = ISO.bind(th, args, kwargs)?;
        let timespec = text::timespec(th, timespec, 1)?;
        self.iso(th, timespec.as_deref())
    }

    /// format -> strftime() style string.
    #[method(sig = none)]
    fn strftime(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let format = text::format_argument(th, args, kwargs)?;
        let clock = self.clock();
        // The day is one that all systems know.
        let numbers = [1900, 1, 1, clock.hour, clock.minute, clock.second, 0, 1, -1];
        let tuple = Tuple::build(th, 9, |i| Int::from_i64(th, numbers[i].into()).up());
        text::strftime(th, format, &tuple, clock.micro, self.zone(), none())
    }

    /// Formats self with strftime.
    #[method(sig = none)]
    fn __format__(&self, th: &mut Thread, format: &Object) -> Result<Ref<Object>, Raised> {
        let format = text::string(th, "__format__", format)?;
        text::format(th, self, format)
    }

    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let offset = self.utc_offset(th)?;
        zone::offset_object(th, offset)
    }

    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(&self, th: &mut Thread) -> Result<Option<Ref<Str>>, Raised> {
        zone::name_of(th, self.zone(), none())
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let offset = zone::offset(th, self.zone(), &DST, none())?;
        zone::offset_object(th, offset)
    }

    #[method(
        sig = none,
        doc = "replace($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)\n--\n\nReturn time with new specified fields."
    )]
    fn replace(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, kwargs)
    }

    #[method(sig = none, doc = "__replace__($self, /, **changes)\n--\n\nThe same as replace().")]
    fn __replace__(&self, th: &mut Thread, args: Args<'_>, changes: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, changes)
    }

    /// string -> time from a string in ISO 8601 format
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let shown = iso::argument(th, string)?;
        let (clock, zone) = iso::time(th, shown)?;
        Time::make(th, cls, clock, zone.as_deref(), false)
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[method(sig = none)]
    fn __reduce_ex__(&self, th: &mut Thread, protocol: isize) -> Ref<Tuple> {
        self.state(th, protocol)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        self.state(th, 2)
    }

    #[getter]
    fn hour(&self) -> i32 {
        self.clock().hour
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.clock().minute
    }

    #[getter]
    fn second(&self) -> i32 {
        self.clock().second
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.clock().micro
    }

    #[getter]
    fn tzinfo(&self) -> Ref<Object> {
        self.zone().map_or_else(objects::none_ref, Object::to_owned)
    }

    #[getter(fold)]
    fn fold_number(&self) -> i32 {
        self.is_fold().into()
    }
}
