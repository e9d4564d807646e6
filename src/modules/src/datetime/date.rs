//! `date`, and the tuple that `isocalendar` returns.

use algos::calendar::{self, IsoError};
use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, not_implemented_ref, ops, raise};

use super::clock;
use super::delta::Delta;
use super::fields::{self, Clock, DAY, Day, MAX_ORDINAL, MAX_YEAR, MIN_YEAR, Moment, Signature};
use super::moment::DateTime;
use super::{iso, text};

/// date(year, month, day) --> date object
#[pytype(name = "date", module = "datetime", flags(BASETYPE), layout = PyDateTime_Date)]
#[repr(C)]
pub struct Date {
    pub(super) head: Head,
    pub(super) hash: AtomicIsize,
    pub(super) has_zone: i8,
    pub(super) data: [u8; 4],
}

const SIGNATURE: Signature<3> = Signature { label: "function", names: ["year", "month", "day"], required: 3, positional: 3 };
const REPLACE: Signature<3> = Signature { label: "replace()", names: ["year", "month", "day"], required: 0, positional: 3 };
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The bytes of a pickled state, if the only or first argument is one: `sane` says by a byte whether it can be.
pub(super) fn pickled<const N: usize>(th: &mut Thread, state: &Object, at: usize, sane: impl Fn(u8) -> bool) -> Result<Option<[u8; N]>, Raised> {
    if let Some(bytes) = state.downcast::<Bytes>() {
        return Ok(<[u8; N]>::try_from(bytes.as_slice()).ok().filter(|bytes| sane(bytes[at])));
    }
    // Python 2 pickled them as strings.
    let Some(text) = state.downcast::<Str>().filter(|text| text.len() == N) else { return Ok(None) };
    if !u8::try_from(text.char_at(at)).is_ok_and(&sane) {
        return Ok(None);
    }
    let mut bytes = [0; N];
    for (byte, c) in bytes.iter_mut().zip(text.chars().iter()) {
        let Ok(c) = u8::try_from(c) else {
            let advice = "pickle.load(data, encoding='latin1') is assumed.";
            return Err(raise::value_error(th, format_args!("Failed to encode latin1 string when unpickling a datetime object. {advice}")));
        };
        *byte = c;
    }
    Ok(Some(bytes))
}

/// `Www Mmm dd hh:mm:ss yyyy`
pub(super) fn ctime(moment: Moment) -> String {
    let Moment { day, clock } = moment;
    let (weekday, month) = (WEEKDAYS[day.weekday() as usize], MONTHS[(day.month - 1).clamp(0, 11) as usize]);
    format!("{weekday} {month} {:2} {:02}:{:02}:{:02} {:04}", day.day, clock.hour, clock.minute, clock.second, day.year)
}

/// `time.struct_time` of a moment.
pub(super) fn struct_time(th: &mut Thread, moment: Moment, dst: i32) -> Result<Ref<Object>, Raised> {
    let Moment { day, clock } = moment;
    let year_day = calendar::days_before_month(day.year, day.month) + day.day;
    let numbers = [day.year, day.month, day.day, clock.hour, clock.minute, clock.second, day.weekday(), year_day, dst];
    let tuple = Tuple::build(th, 9, |i| Int::from_i64(th, numbers[i].into()).up());
    let time = interp::import::import_module(th, "time")?;
    let make = ops::getattr_str(th, &time, "struct_time")?;
    ops::call(th, &make, &[&tuple])
}

impl Date {
    pub fn day(&self) -> Day {
        Day::of_bytes(self.data)
    }

    fn allocate(th: &Thread, cls: &Type, day: Day) -> Ref<Date> {
        th.new_instance(cls, Date { head: Head::INIT, hash: AtomicIsize::new(-1), has_zone: 0, data: day.to_bytes() })
    }

    /// An exact `date`.
    pub fn new(th: &Thread, day: Day) -> Ref<Date> {
        Date::allocate(th, Date::type_object(), day)
    }

    /// An instance of `cls`, made by its own constructor where it is a subclass.
    pub fn make(th: &mut Thread, cls: &Type, day: Day) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(cls, Date::type_object()) {
            return Ok(Date::new(th, day).up());
        }
        if core::ptr::eq(cls, DateTime::type_object()) {
            return Ok(DateTime::new(th, Moment { day, clock: Clock::MIDNIGHT }, None, false).up());
        }
        let number = |n: i32| Int::from_i64(th, n.into());
        let (year, month, day) = (number(day.year), number(day.month), number(day.day));
        ops::call(th, cls, &[&year, &month, &day])
    }

    fn shifted(&self, th: &mut Thread, delta: &Delta, negate: bool) -> Result<Ref<Object>, Raised> {
        // The days alone count, rounded down before the sign is applied.
        let days = delta.micros().div_euclid(DAY.into());
        let ordinal = i128::from(self.day().ordinal()) + if negate { -days } else { days };
        match i32::try_from(ordinal).ok().filter(|ordinal| (1..=MAX_ORDINAL).contains(ordinal)) {
            Some(ordinal) => Date::make(th, self.as_object().ty(), Day::of_ordinal(ordinal)),
            None => Err(fields::out_of_range(th)),
        }
    }

    fn replaced(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let [year, month, day] = REPLACE.bind(th, args, kwargs)?;
        let now = self.day();
        let (year, month, day) = (fields::int_or(th, year, now.year)?, fields::int_or(th, month, now.month)?, fields::int_or(th, day, now.day)?);
        let cls = self.as_object().ty();
        if core::ptr::eq(cls, Date::type_object()) {
            let day = Day::checked(th, year, month, day)?;
            return Date::make(th, cls, day);
        }
        // The class's own constructor checks.
        Date::make_unchecked(th, cls, year, month, day)
    }

    fn make_unchecked(th: &mut Thread, cls: &Type, year: i32, month: i32, day: i32) -> Result<Ref<Object>, Raised> {
        let number = |n: i32| Int::from_i64(th, n.into());
        let (year, month, day) = (number(year), number(month), number(day));
        ops::call(th, cls, &[&year, &month, &day])
    }
}

#[pymethods]
impl Date {
    #[slot(tp_new, tp_vectorcall)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Date>, Raised> {
        if let [state] = *args.as_slice()
            && let Some(bytes) = pickled::<4>(th, state, 2, |month| (1..=12).contains(&month))?
        {
            return Ok(Date::allocate(th, cls, Day::of_bytes(bytes)));
        }
        let [year, month, day] = SIGNATURE.bind(th, args, kwargs)?;
        let (year, month, day) = (fields::int_or(th, year, 0)?, fields::int_or(th, month, 0)?, fields::int_or(th, day, 0)?);
        let day = Day::checked(th, year, month, day)?;
        Ok(Date::allocate(th, cls, day))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let day = self.day();
        format!("{}({}, {}, {})", ops::type_name(self), day.year, day.month, day.day)
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        let known = self.hash.load(Relaxed);
        if known != -1 {
            return known;
        }
        let hash = objects::hash::hash_bytes(&self.data);
        self.hash.store(hash, Relaxed);
        hash
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let name = objects::intern(th, "isoformat");
        ops::call_method(th, self, name, &[])
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Object, op: CompareOp) -> Ref<Object> {
        match other.downcast::<Date>() {
            Some(other) if !other.is_a::<DateTime>() => objects::bool_ref(op.holds(self.data.cmp(&other.data))),
            _ => not_implemented_ref(),
        }
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        if a.is_a::<DateTime>() || b.is_a::<DateTime>() {
            return Ok(not_implemented_ref());
        }
        match (a.downcast::<Date>(), b.downcast::<Date>()) {
            (Some(date), None) if b.is_a::<Delta>() => b.downcast::<Delta>().map_or_else(|| Ok(not_implemented_ref()), |delta| date.shifted(th, delta, false)),
            (None, Some(date)) if a.is_a::<Delta>() => a.downcast::<Delta>().map_or_else(|| Ok(not_implemented_ref()), |delta| date.shifted(th, delta, false)),
            _ => Ok(not_implemented_ref()),
        }
    }

    #[slot(nb_subtract)]
    fn sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        if a.is_a::<DateTime>() || b.is_a::<DateTime>() {
            return Ok(not_implemented_ref());
        }
        let Some(date) = a.downcast::<Date>() else { return Ok(not_implemented_ref()) };
        if let Some(other) = b.downcast::<Date>() {
            let days = date.day().ordinal() - other.day().ordinal();
            return Ok(Delta::of_micros(th, i128::from(days) * i128::from(DAY))?.up());
        }
        match b.downcast::<Delta>() {
            Some(delta) => date.shifted(th, delta, true),
            None => Ok(not_implemented_ref()),
        }
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[classmethod(sig = "(timestamp, /)")]
    fn fromtimestamp(cls: &Type, th: &mut Thread, timestamp: &Object) -> Result<Ref<Object>, Raised> {
        let timestamp = clock::timestamp_floor(th, timestamp)?;
        let (moment, _) = clock::from_timestamp(th, timestamp, 0, true)?;
        Date::make(th, cls, moment.day)
    }

    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod(sig = none)]
    fn fromordinal(cls: &Type, th: &mut Thread, ordinal: &Object) -> Result<Ref<Object>, Raised> {
        let ordinal = fields::int(th, ordinal)?;
        if ordinal < 1 {
            return Err(raise::value_error(th, format_args!("ordinal must be >= 1")));
        }
        let (year, ..) = calendar::from_ordinal(ordinal);
        fields::check_year(th, year)?;
        Date::make(th, cls, Day::of_ordinal(ordinal))
    }

    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let text = iso::argument(th, string)?;
        let day = iso::date(th, text)?;
        Date::make(th, cls, day)
    }

    #[classmethod(
        sig = "(year, week, day)",
        shows = none,
        doc = "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\nThis is the inverse of the date.isocalendar() function"
    )]
    fn fromisocalendar(cls: &Type, th: &mut Thread, year: &Object, week: &Object, day: &Object) -> Result<Ref<Object>, Raised> {
        let mut numbers = [0; 3];
        for (number, object) in numbers.iter_mut().zip([year, week, day]) {
            *number = match ops::index(th, object)?.to_i64().and_then(|n| i32::try_from(n).ok()) {
                Some(n) => n,
                None => return Err(raise::value_error(th, format_args!("ISO calendar component out of range"))),
            };
        }
        let day = iso_day(th, numbers[0], numbers[1], numbers[2])?;
        Date::make(th, cls, day)
    }

    /// string, format -> new date parsed from a string (like time.strptime()).
    #[classmethod(sig = none)]
    fn strptime(cls: &Type, th: &mut Thread, string: &Str, format: &Str) -> Result<Ref<Object>, Raised> {
        text::strptime(th, "_strptime_datetime_date", cls, string, format)
    }

    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[classmethod]
    fn today(cls: &Type, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(cls, Date::type_object()) {
            let (now, _) = clock::now();
            let (moment, _) = clock::from_timestamp(th, now, 0, true)?;
            return Date::make(th, cls, moment.day);
        }
        let time = interp::import::import_module(th, "time")?;
        let now = ops::getattr_str(th, &time, "time")?;
        let now = ops::call0(th, &now)?;
        let name = objects::intern(th, "fromtimestamp");
        ops::call_method(th, cls, name, &[&now])
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self) -> String {
        ctime(Moment { day: self.day(), clock: Clock::MIDNIGHT })
    }

    /// format -> strftime() style string.
    #[method(sig = none)]
    fn strftime(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let format = text::format_argument(th, args, kwargs)?;
        let name = objects::intern(th, "timetuple");
        let tuple = ops::call_method(th, self, name, &[])?;
        let (micro, zone) = match self.as_object().downcast::<DateTime>() {
            Some(moment) => (moment.moment().clock.micro, moment.zone()),
            None => (0, None),
        };
        text::strftime(th, format, &tuple, micro, zone, self)
    }

    /// Formats self with strftime.
    #[method(sig = none)]
    fn __format__(&self, th: &mut Thread, format: &Object) -> Result<Ref<Object>, Raised> {
        let format = text::string(th, "__format__", format)?;
        text::format(th, self, format)
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        struct_time(th, Moment { day: self.day(), clock: Clock::MIDNIGHT }, -1)
    }

    /// Return a named tuple containing ISO year, week number, and weekday.
    #[method]
    fn isocalendar(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let day = self.day();
        let (year, week, weekday) = calendar::iso_calendar(day.year, day.month, day.day);
        let number = |n: i32| Int::from_i64(th, n.into());
        let (year, week, weekday) = (number(year), number(week), number(weekday));
        IsoCalendar::make(th, &year, &week, &weekday)
    }

    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[method]
    fn isoformat(&self) -> String {
        text::iso_date(self.day())
    }

    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[method]
    fn isoweekday(&self) -> i32 {
        self.day().weekday() + 1
    }

    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[method]
    fn toordinal(&self) -> i32 {
        self.day().ordinal()
    }

    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[method]
    fn weekday(&self) -> i32 {
        self.day().weekday()
    }

    #[method(
        sig = none,
        doc = "replace($self, /, year=unchanged, month=unchanged, day=unchanged)\n--\n\nReturn date with new specified fields."
    )]
    fn replace(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, kwargs)
    }

    #[method(sig = none, doc = "__replace__($self, /, **changes)\n--\n\nThe same as replace().")]
    fn __replace__(&self, th: &mut Thread, args: Args<'_>, changes: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        self.replaced(th, args, changes)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        let state = Bytes::new(th, &self.data);
        let args = Tuple::from_slice(th, &[&state]);
        Tuple::from_slice(th, &[self.as_object().ty(), &args])
    }

    #[getter]
    fn year(&self) -> i32 {
        self.day().year
    }

    #[getter]
    fn month(&self) -> i32 {
        self.day().month
    }

    #[getter(day)]
    fn day_of_month(&self) -> i32 {
        self.day().day
    }
}

/// The day of an ISO calendar date from outside.
pub(super) fn iso_day(th: &mut Thread, year: i32, week: i32, weekday: i32) -> Result<Day, Raised> {
    let ordinal = match calendar::from_iso_calendar(year, week, weekday) {
        Ok(ordinal) => ordinal,
        Err(IsoError::Year) => {
            return Err(raise::value_error(th, format_args!("year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")));
        }
        Err(IsoError::Week) => return Err(raise::value_error(th, format_args!("Invalid week: {week}"))),
        Err(IsoError::Weekday) => {
            return Err(raise::value_error(th, format_args!("Invalid weekday: {weekday} (range is [1, 7])")));
        }
    };
    let (year, month, day) = calendar::from_ordinal(ordinal);
    fields::check_year(th, year)?;
    Ok(Day { year, month, day })
}

/// The result of date.isocalendar() or datetime.isocalendar()
///
/// This object may be accessed either as a tuple of
///   ((year, week, weekday))
/// or via the object attributes as named in the above tuple.
#[pytype(name = "IsoCalendarDate", module = "datetime", base = Tuple, flags(TUPLE_SUBCLASS), gc = none, prefix = yes, basicsize = 32, itemsize = 8)]
#[repr(C)]
pub struct IsoCalendar {
    base: Tuple,
}

impl IsoCalendar {
    fn make(th: &mut Thread, year: &Object, week: &Object, weekday: &Object) -> Result<Ref<Object>, Raised> {
        match Tuple::new_in(th, IsoCalendar::type_object(), &[year, week, weekday]) {
            Some(made) => Ok(made.up()),
            None => Err(raise::memory_error(th)),
        }
    }
}

#[pymethods]
impl IsoCalendar {
    #[slot(tp_new, sig = "(year, week, weekday)")]
    fn tp_new(th: &mut Thread, _cls: &Type, year: &Object, week: &Object, weekday: &Object) -> Result<Ref<Object>, Raised> {
        IsoCalendar::make(th, year, week, weekday)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let mut parts = Vec::new();
        for (name, item) in ["year", "week", "weekday"].into_iter().zip(self.base.as_slice()) {
            parts.push(format!("{name}={}", ops::str_(th, item)?));
        }
        Ok(format!("{}({})", ops::type_name(self), parts.join(", ")))
    }

    #[getter]
    fn year(&self) -> Ref<Object> {
        self.base.get(0).to_owned()
    }

    #[getter]
    fn week(&self) -> Ref<Object> {
        self.base.get(1).to_owned()
    }

    #[getter]
    fn weekday(&self) -> Ref<Object> {
        self.base.get(2).to_owned()
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        let plain = Tuple::from_slice(th, self.base.as_slice());
        let args = Tuple::from_slice(th, &[&plain]);
        Tuple::from_slice(th, &[<Tuple as PyType>::type_object(), &args])
    }
}

