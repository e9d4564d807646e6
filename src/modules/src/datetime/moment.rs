//! `datetime`: a day and a time of day, with a zone perhaps.
#![allow(unsafe_code, reason = "a datetime begins as a date does, but goes on in the bytes behind its day")]

use heap::sync::{AtomicIsize, AtomicU8, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::text::Text;
use objects::{Bytes, Float, Int, Str, Tuple, none, not_implemented_ref, ops, raise};

use super::date::{self, Date, pickled};
use super::delta::Delta;
use super::fields::{self, Clock, Day, Moment, SECOND, Signature};
use super::time::Time;
use super::zone::{self, DST, TzInfo, UTCOFFSET};
use super::{clock, iso, text};

/// The first fields: those of a date, but for its day, which has a time behind it.
#[repr(C)]
pub struct Start {
    head: Head,
    hash: AtomicIsize,
    has_zone: i8,
    data: [u8; 10],
    fold: AtomicU8,
}

impl core::ops::Deref for Start {
    type Target = Date;
    #[inline(always)]
    fn deref(&self) -> &Date {
        const { assert!(core::mem::offset_of!(Start, data) == core::mem::offset_of!(Date, data) && size_of::<Start>() >= size_of::<Date>()) };
        // SAFETY: R4: the ABI's structs begin alike: head, hash, flag, and the day's four bytes.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }
}

/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
#[pytype(name = "datetime", module = "datetime", base = Date, flags(BASETYPE), layout = PyDateTime_DateTime, gc = none)]
#[repr(C)]
pub struct DateTime {
    start: Start,
    zone: Slot,
}

const _: () = assert!(core::mem::offset_of!(DateTime, zone) == 40);

const NAMES: [&str; 9] = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
const SIGNATURE: Signature<9> = Signature { label: "function", names: NAMES, required: 3, positional: 8 };
const REPLACE: Signature<9> = Signature { label: "replace()", names: NAMES, required: 0, positional: 8 };

/// Whether two zones are the same object, or both absent.
fn same_zone(a: Option<&Object>, b: Option<&Object>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    }
}

#[cold]
fn mixed(th: &mut Thread, what: &str) -> Raised {
    raise::type_error(th, format_args!("can't {what} offset-naive and offset-aware datetimes"))
}

/// The pickled bytes, the fold in the top bit of the month.
fn from_state(th: &mut Thread, cls: &Type, mut bytes: [u8; 10], zone: Option<&Object>) -> Result<Ref<DateTime>, Raised> {
    if zone.is_some_and(|zone| !zone.is(none()) && !zone.is_a::<TzInfo>()) {
        return Err(raise::type_error(th, format_args!("bad tzinfo state arg")));
    }
    let fold = bytes[2] & 0x80 != 0;
    bytes[2] &= 0x7f;
    Ok(DateTime::allocate(th, cls, Moment::of_bytes(bytes), zone.filter(|zone| !zone.is(none())), fold))
}

impl DateTime {
    pub fn moment(&self) -> Moment {
        Moment::of_bytes(self.start.data)
    }

    pub fn zone(&self) -> Option<&Object> {
        self.zone.peek()
    }

    pub fn is_fold(&self) -> bool {
        self.start.fold.load(Relaxed) != 0
    }

    fn class(&self) -> &Type {
        self.as_object().ty()
    }

    fn allocate(th: &Thread, cls: &Type, moment: Moment, zone: Option<&Object>, fold: bool) -> Ref<DateTime> {
        let start = Start {
            head: Head::INIT,
            hash: AtomicIsize::new(-1),
            has_zone: i8::from(zone.is_some()),
            data: moment.to_bytes(),
            fold: AtomicU8::new(fold.into()),
        };
        th.new_instance(cls, DateTime { start, zone: Slot::from_option(zone.map(|zone| th.retain(zone))) })
    }

    /// An exact `datetime`.
    pub fn new(th: &Thread, moment: Moment, zone: Option<&Object>, fold: bool) -> Ref<DateTime> {
        DateTime::allocate(th, DateTime::type_object(), moment, zone, fold)
    }

    /// An instance of `cls`, made by its own constructor where it is a subclass.
    pub fn make(th: &mut Thread, cls: &Type, moment: Moment, zone: Option<&Object>, fold: bool) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(cls, DateTime::type_object()) {
            return Ok(DateTime::new(th, moment, zone, fold).up());
        }
        let Moment { day, clock } = moment;
        let numbers = [day.year, day.month, day.day, clock.hour, clock.minute, clock.second, clock.micro];
        let numbers = numbers.map(|n| Int::from_i64(th, n.into()));
        let mut args: Vec<&Object> = numbers.iter().map(|n| n.as_object()).collect();
        args.push(zone.unwrap_or(none()));
        let made = ops::call(th, cls, &args)?;
        if let Some(made) = made.downcast_ref::<DateTime>() {
            made.start.fold.store(fold.into(), Relaxed);
        }
        Ok(made)
    }

    pub fn utc_offset(&self, th: &mut Thread) -> Result<Option<i64>, Raised> {
        zone::offset(th, self.zone(), &UTCOFFSET, self)
    }

    pub fn dst_offset(&self, th: &mut Thread) -> Result<Option<i64>, Raised> {
        zone::offset(th, self.zone(), &DST, self)
    }

    /// So many microseconds later, of the same class and zone.
    pub fn shifted(&self, th: &mut Thread, micros: i128) -> Result<Ref<Object>, Raised> {
        match Moment::of_micros(i128::from(self.moment().micros()) + micros) {
            Some(moment) => DateTime::make(th, self.class(), moment, self.zone(), false),
            None => Err(fields::out_of_range(th)),
        }
    }

    /// The offset with the other fold.
    fn flipped_offset(&self, th: &mut Thread) -> Result<Option<i64>, Raised> {
        let flipped = DateTime::allocate(th, self.class(), self.moment(), self.zone(), !self.is_fold());
        flipped.utc_offset(th)
    }

    /// Whether a time is one of those that PEP 495 makes unequal to all of other zones: its offset depends on its fold.
    fn is_problematic(&self, th: &mut Thread, other: &DateTime, offsets: (Option<i64>, Option<i64>)) -> Result<bool, Raised> {
        Ok(self.flipped_offset(th)? != offsets.0 || other.flipped_offset(th)? != offsets.1)
    }

    /// Microseconds between two moments; the zones' offsets count if the zones differ.
    fn minus(&self, th: &mut Thread, other: &DateTime) -> Result<i64, Raised> {
        let naive = self.moment().micros() - other.moment().micros();
        if same_zone(self.zone(), other.zone()) {
            return Ok(naive);
        }
        match (self.utc_offset(th)?, other.utc_offset(th)?) {
            (None, None) => Ok(naive),
            (Some(a), Some(b)) => Ok(naive - (a - b)),
            _ => Err(mixed(th, "subtract")),
        }
    }

    fn replaced(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let [year, month, day, hour, minute, second, micro, zone, fold] = REPLACE.bind(th, args, kwargs)?;
        let now = self.moment();
        let year = fields::int_or(th, year, now.day.year)?;
        let month = fields::int_or(th, month, now.day.month)?;
        let day = fields::int_or(th, day, now.day.day)?;
        let clock = Clock {
            hour: fields::int_or(th, hour, now.clock.hour)?,
            minute: fields::int_or(th, minute, now.clock.minute)?,
            second: fields::int_or(th, second, now.clock.second)?,
            micro: fields::int_or(th, micro, now.clock.micro)?,
        };
        let zone = match zone {
            Some(zone) => zone::checked(th, Some(zone))?,
            None => self.zone(),
        };
        let fold = fields::int_or(th, fold, self.is_fold().into())?;
        let day = Day::checked(th, year, month, day)?;
        let clock = Clock::checked(th, clock, fold)?;
        DateTime::make(th, self.class(), Moment { day, clock }, zone, fold == 1)
    }

    fn state(&self, th: &mut Thread, protocol: isize) -> Ref<Tuple> {
        let mut bytes = self.start.data;
        if protocol > 3 && self.is_fold() {
            bytes[2] |= 0x80;
        }
        let state = Bytes::new(th, &bytes);
        let args = match self.zone() {
            Some(zone) => Tuple::from_slice(th, &[&state, zone]),
            None => Tuple::from_slice(th, &[&state]),
        };
        Tuple::from_slice(th, &[self.class(), &args])
    }

    /// The timestamp of a time without zone, which is local.
    fn local_timestamp(&self, th: &mut Thread) -> Result<i64, Raised> {
        let seconds = clock::seconds(self.moment());
        Ok(clock::local_to_utc(th, seconds, self.is_fold())? - clock::EPOCH)
    }

    /// `cls.fromtimestamp`: local time, or that of a zone.
    fn at(th: &mut Thread, cls: &Type, timestamp: i64, micro: i32, zone: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let (moment, fold) = clock::from_timestamp(th, timestamp, micro, zone.is_none())?;
        let made = DateTime::make(th, cls, moment, zone, fold)?;
        match zone {
            Some(zone) => zone::from_utc(th, zone, &made),
            None => Ok(made),
        }
    }

    fn naive_utc_at(th: &mut Thread, cls: &Type, timestamp: i64, micro: i32) -> Result<Ref<Object>, Raised> {
        let (moment, _) = clock::from_timestamp(th, timestamp, micro, false)?;
        DateTime::make(th, cls, moment, None, false)
    }
}

fn deprecated(th: &mut Thread, name: &str, instead: &str) -> Result<(), Raised> {
    objects::warn::deprecated(
        th,
        format_args!(
            "datetime.datetime.{name}() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to \
             represent datetimes in UTC: datetime.datetime.{instead}."
        ),
    )
}

#[pymethods]
impl DateTime {
    #[slot(tp_new, tp_vectorcall)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<DateTime>, Raised> {
        if let [state] | [state, _] = *args.as_slice()
            && let Some(bytes) = pickled::<10>(th, state, 2, |month| (1..=12).contains(&(month & 0x7f)))?
        {
            return from_state(th, cls, bytes, args.get(1).copied());
        }
        let [year, month, day, hour, minute, second, micro, zone, fold] = SIGNATURE.bind(th, args, kwargs)?;
        let (year, month, day) = (fields::int_or(th, year, 0)?, fields::int_or(th, month, 0)?, fields::int_or(th, day, 0)?);
        let clock = Clock {
            hour: fields::int_or(th, hour, 0)?,
            minute: fields::int_or(th, minute, 0)?,
            second: fields::int_or(th, second, 0)?,
            micro: fields::int_or(th, micro, 0)?,
        };
        let fold = fields::int_or(th, fold, 0)?;
        let day = Day::checked(th, year, month, day)?;
        let clock = Clock::checked(th, clock, fold)?;
        let zone = zone::checked(th, zone)?;
        Ok(DateTime::allocate(th, cls, Moment { day, clock }, zone, fold == 1))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let Moment { day, clock } = self.moment();
        let name = ops::type_name(self);
        let shown = Text::new(&format!("{name}({}, {}, {}, {}, {}", day.year, day.month, day.day, clock.hour, clock.minute));
        clock.finish_repr(th, shown, self.is_fold(), self.zone())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (name, space) = (objects::intern(th, "isoformat"), Str::new(th, " "));
        ops::call_method(th, self, name, &[&space])
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let known = self.start.hash.load(Relaxed);
        if known != -1 {
            return Ok(known);
        }
        // Moments that are equal may differ in their fold.
        let offset = if self.is_fold() {
            let unfolded = DateTime::allocate(th, self.class(), self.moment(), self.zone(), false);
            unfolded.utc_offset(th)?
        } else {
            self.utc_offset(th)?
        };
        let hash = match offset {
            None => objects::hash::hash_bytes(&self.start.data),
            Some(offset) => {
                let utc = Delta::of_micros(th, (self.moment().micros() - offset).into())?;
                ops::hash(th, &utc)?
            }
        };
        self.start.hash.store(hash, Relaxed);
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<DateTime>() else { return Ok(not_implemented_ref()) };
        let naive = self.start.data.cmp(&other.start.data);
        if same_zone(self.zone(), other.zone()) {
            return Ok(objects::bool_ref(op.holds(naive)));
        }
        let offsets = (self.utc_offset(th)?, other.utc_offset(th)?);
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let order = match offsets {
            (a, b) if a == b => naive,
            (Some(a), Some(b)) => (self.moment().micros() - a).cmp(&(other.moment().micros() - b)),
            _ if equality => core::cmp::Ordering::Less,
            _ => return Err(mixed(th, "compare")),
        };
        if equality && order.is_eq() && self.is_problematic(th, other, offsets)? {
            return Ok(objects::bool_ref(op == CompareOp::Ne));
        }
        Ok(objects::bool_ref(op.holds(order)))
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match (a.downcast::<DateTime>(), b.downcast::<Delta>(), a.downcast::<Delta>(), b.downcast::<DateTime>()) {
            (Some(moment), Some(delta), ..) | (_, _, Some(delta), Some(moment)) => moment.shifted(th, delta.micros()),
            _ => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_subtract)]
    fn sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let Some(moment) = a.downcast::<DateTime>() else { return Ok(not_implemented_ref()) };
        if let Some(other) = b.downcast::<DateTime>() {
            let micros = moment.minus(th, other)?;
            return Ok(Delta::of_micros(th, micros.into())?.up());
        }
        match b.downcast::<Delta>() {
            Some(delta) => moment.shifted(th, -delta.micros()),
            None => Ok(not_implemented_ref()),
        }
    }

    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod(sig = "($type, /, tz=None)")]
    fn now(cls: &Type, th: &mut Thread, tz: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let zone = zone::checked(th, tz)?;
        let (timestamp, micro) = clock::now();
        DateTime::at(th, cls, timestamp, micro, zone)
    }

    /// Return a new datetime representing UTC day and time.
    #[classmethod]
    fn utcnow(cls: &Type, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        deprecated(th, "utcnow", "now(datetime.UTC)")?;
        let (timestamp, micro) = clock::now();
        DateTime::naive_utc_at(th, cls, timestamp, micro)
    }

    #[classmethod(sig = none, doc = "timestamp[, tz] -> tz's local time from POSIX timestamp.")]
    fn fromtimestamp(cls: &Type, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        const FROM: Signature<2> = Signature { label: "fromtimestamp()", names: ["timestamp", "tz"], required: 1, positional: 2 };
        let [timestamp, zone] = FROM.bind(th, args, kwargs)?;
        let zone = zone::checked(th, zone)?;
        let (timestamp, micro) = clock::timestamp(th, timestamp.unwrap_or(none()))?;
        DateTime::at(th, cls, timestamp, micro, zone)
    }

    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[classmethod(sig = none)]
    fn utcfromtimestamp(cls: &Type, th: &mut Thread, timestamp: &Object) -> Result<Ref<Object>, Raised> {
        deprecated(th, "utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
        let (timestamp, micro) = clock::timestamp(th, timestamp)?;
        DateTime::naive_utc_at(th, cls, timestamp, micro)
    }

    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[classmethod(sig = none)]
    fn strptime(cls: &Type, th: &mut Thread, string: &Str, format: &Str) -> Result<Ref<Object>, Raised> {
        text::strptime(th, "_strptime_datetime_datetime", cls, string, format)
    }

    #[classmethod(sig = none, doc = "date, time -> datetime with same date and time fields")]
    fn combine(cls: &Type, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        const COMBINE: Signature<3> = Signature { label: "combine()", names: ["date", "time", "tzinfo"], required: 2, positional: 3 };
        let [day, time, zone] = COMBINE.bind(th, args, kwargs)?;
        let (day, time) = (day.unwrap_or(none()), time.unwrap_or(none()));
        let Some(day) = day.downcast::<Date>() else {
            let got = ops::type_name(day);
            return Err(raise::type_error(th, format_args!("combine() argument 1 must be datetime.date, not {got}")));
        };
        let Some(time) = time.downcast::<Time>() else {
            let got = ops::type_name(time);
            return Err(raise::type_error(th, format_args!("combine() argument 2 must be datetime.time, not {got}")));
        };
        let zone = match zone {
            Some(zone) => zone::checked(th, Some(zone))?,
            None => time.zone(),
        };
        DateTime::make(th, cls, Moment { day: day.day(), clock: time.clock() }, zone, time.is_fold())
    }

    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let shown = iso::argument(th, string)?;
        let (moment, zone) = iso::datetime(th, shown)?;
        DateTime::make(th, cls, moment, zone.as_deref(), false)
    }

    /// Return date object with same year, month and day.
    #[method]
    fn date(&self, th: &mut Thread) -> Ref<Date> {
        Date::new(th, self.moment().day)
    }

    /// Return time object with same time but with tzinfo=None.
    #[method]
    fn time(&self, th: &mut Thread) -> Ref<Time> {
        Time::new(th, self.moment().clock, None, self.is_fold())
    }

    /// Return time object with same time and tzinfo.
    #[method]
    fn timetz(&self, th: &mut Thread) -> Ref<Time> {
        Time::new(th, self.moment().clock, self.zone(), self.is_fold())
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self) -> String {
        date::ctime(self.moment())
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let dst = self.dst_offset(th)?.map_or(-1, |dst| i32::from(dst != 0));
        date::struct_time(th, self.moment(), dst)
    }

    /// Return POSIX timestamp as float.
    #[method]
    fn timestamp(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if self.zone().is_none() {
            let seconds = self.local_timestamp(th)?;
            let micro = f64::from(self.moment().clock.micro);
            return Ok(Float::new(th, seconds as f64 + micro / 1e6).up());
        }
        let epoch = Moment { day: Day { year: 1970, month: 1, day: 1 }, clock: Clock::MIDNIGHT };
        let utc = zone::utc(th)?;
        let epoch = DateTime::new(th, epoch, Some(&utc), false);
        let micros = self.minus(th, &epoch)?;
        let (micros, second) = (Int::from_i64(th, micros), Int::from_i64(th, SECOND));
        ops::truediv(th, &micros, &second)
    }

    /// Return UTC time tuple, compatible with time.localtime().
    #[method]
    fn utctimetuple(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let offset = self.utc_offset(th)?.unwrap_or(0);
        match Moment::of_micros(i128::from(self.moment().micros()) - i128::from(offset)) {
            Some(moment) => date::struct_time(th, moment, 0),
            None => Err(fields::out_of_range(th)),
        }
    }

    #[method(
        sig = none,
        doc = "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\nsep is used to separate the year from the time, and defaults to 'T'.\nThe optional argument timespec specifies the number of additional terms\nof the time to include. Valid options are 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' and 'microseconds'.\n"
    )]
    fn isoformat(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Str>, Raised> {
        const ISO: Signature<2> = Signature { label: "isoformat()", names: ["sep", "timespec"], required: 0, positional: 2 };
        let [separator, timespec] = ISO.bind(th, args, kwargs)?;
        let separator = separator_of(th, separator)?;
        let timespec = text::timespec(th, timespec, 2)?;
        let Moment { day, clock } = self.moment();
        let time = text::iso_time(th, clock, timespec.as_deref())?;
        let mut shown = Text::new(&text::iso_date(day));
        shown.push_char(separator).push(&time);
        if let Some(offset) = self.utc_offset(th)? {
            shown.push(&zone::offset_text(offset, ":"));
        }
        Ok(shown.finish(th))
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
        zone::name_of(th, self.zone(), self)
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let offset = self.dst_offset(th)?;
        zone::offset_object(th, offset)
    }

    #[method(
        sig = none,
        doc = "replace($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)\n--\n\nReturn datetime with new specified fields."
    )]
    fn replace(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, kwargs)
    }

    #[method(sig = none, doc = "__replace__($self, /, **changes)\n--\n\nThe same as replace().")]
    fn __replace__(&self, th: &mut Thread, args: Args<'_>, changes: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, changes)
    }

    #[method(sig = none, doc = "tz -> convert to local time in new timezone tz\n")]
    fn astimezone(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        const AS: Signature<1> = Signature { label: "astimezone()", names: ["tz"], required: 0, positional: 1 };
        let [zone] = AS.bind(th, args, kwargs)?;
        let zone = zone::checked(th, zone)?;
        if let (Some(own), Some(wanted)) = (self.zone(), zone)
            && own.is(wanted)
        {
            return Ok(self.as_object().to_owned());
        }
        let offset = match self.utc_offset(th)? {
            Some(offset) => offset,
            None => {
                // Without an offset the time is local.
                let timestamp = self.local_timestamp(th)?;
                let seconds = clock::seconds(self.moment());
                let other = clock::local_to_utc(th, seconds, !self.is_fold())? - clock::EPOCH;
                // In a gap the zone is the one on the other side of it.
                let timestamp = if other != timestamp && (other > timestamp) == self.is_fold() { other } else { timestamp };
                let local = zone::local(th, timestamp)?;
                if zone.is_some_and(|wanted| wanted.is(&*local)) {
                    return Ok(self.as_object().to_owned());
                }
                zone::offset(th, Some(&local), &UTCOFFSET, self)?.unwrap_or(0)
            }
        };
        let Some(utc) = Moment::of_micros(i128::from(self.moment().micros()) - i128::from(offset)) else {
            return Err(fields::out_of_range(th));
        };
        let local;
        let zone = match zone {
            Some(zone) => zone,
            None => {
                local = zone::local(th, clock::seconds(utc) - clock::EPOCH)?;
                local.as_object()
            }
        };
        let utc = DateTime::make(th, self.class(), utc, Some(zone), false)?;
        zone::from_utc(th, zone, &utc)
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
        self.moment().clock.hour
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.moment().clock.minute
    }

    #[getter]
    fn second(&self) -> i32 {
        self.moment().clock.second
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.moment().clock.micro
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

/// The argument `sep` of `isoformat`: one character.
fn separator_of(th: &mut Thread, given: Option<&Object>) -> Result<u32, Raised> {
    let Some(given) = given else { return Ok(u32::from('T')) };
    match given.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.char_at(0)),
        Some(text) => {
            let length = text.len();
            let message = format_args!("isoformat() argument 1 must be a unicode character, not a string of length {length}");
            Err(raise::type_error(th, message))
        }
        None => {
            let got = ops::type_name(given);
            Err(raise::type_error(th, format_args!("isoformat() argument 1 must be a unicode character, not {got}")))
        }
    }
}
