//! Dates and times as plain numbers, their ranges, and arguments that give them.

use algos::calendar;
use heap::{Object, Raised, Ref, Thread};
use objects::glue::*;
use objects::text::Text;
use objects::{Str, ops, raise};

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// The number of the last day.
pub const MAX_ORDINAL: i32 = 3_652_059;
pub const DAY: i64 = 86_400_000_000;
pub const SECOND: i64 = 1_000_000;

/// A day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day {
    pub year: i32,
    pub month: i32,
    pub day: i32,
}

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Clock {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub micro: i32,
}

/// Both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    pub day: Day,
    pub clock: Clock,
}

impl Day {
    /// A day from outside, checked.
    pub fn checked(th: &mut Thread, year: i32, month: i32, day: i32) -> Result<Day, Raised> {
        check_year(th, year)?;
        check(th, "month", month, 1, 12)?;
        let days = calendar::days_in_month(year, month);
        if !(1..=days).contains(&day) {
            let message = format_args!("day {day} must be in range 1..{days} for month {month} in year {year}");
            return Err(raise::value_error(th, message));
        }
        Ok(Day { year, month, day })
    }

    pub fn ordinal(self) -> i32 {
        calendar::to_ordinal(self.year, self.month, self.day)
    }

    /// The day of a number that is in range.
    pub fn of_ordinal(ordinal: i32) -> Day {
        let (year, month, day) = calendar::from_ordinal(ordinal);
        Day { year, month, day }
    }

    pub fn weekday(self) -> i32 {
        calendar::weekday(self.year, self.month, self.day)
    }

    pub fn to_bytes(self) -> [u8; 4] {
        [(self.year >> 8) as u8, self.year as u8, self.month as u8, self.day as u8]
    }

    pub fn of_bytes(b: [u8; 4]) -> Day {
        Day { year: i32::from(b[0]) << 8 | i32::from(b[1]), month: i32::from(b[2]), day: i32::from(b[3]) }
    }
}

impl Clock {
    pub const MIDNIGHT: Clock = Clock { hour: 0, minute: 0, second: 0, micro: 0 };

    /// A time from outside, checked.
    pub fn checked(th: &mut Thread, clock: Clock, fold: i32) -> Result<Clock, Raised> {
        check(th, "hour", clock.hour, 0, 23)?;
        check(th, "minute", clock.minute, 0, 59)?;
        check(th, "second", clock.second, 0, 59)?;
        check(th, "microsecond", clock.micro, 0, 999_999)?;
        check_fold(th, fold)?;
        Ok(clock)
    }

    /// The end of a repr that shows hour and minute already: what is not zero, the fold and the zone.
    pub fn finish_repr(self, th: &mut Thread, mut shown: Text, fold: bool, zone: Option<&Object>) -> Result<Ref<Str>, Raised> {
        if self.second != 0 || self.micro != 0 {
            shown.push(&format!(", {}", self.second));
        }
        if self.micro != 0 {
            shown.push(&format!(", {}", self.micro));
        }
        if fold {
            shown.push(", fold=1");
        }
        if let Some(zone) = zone {
            shown.push(", tzinfo=").push_repr(th, zone)?;
        }
        Ok(shown.push(")").finish(th))
    }

    /// Microseconds since midnight.
    pub fn micros(self) -> i64 {
        i64::from((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + i64::from(self.micro)
    }

    /// The time so many microseconds after midnight, less than a day.
    pub fn of_micros(micros: i64) -> Clock {
        let seconds = (micros / SECOND) as i32;
        Clock { hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, micro: (micros % SECOND) as i32 }
    }

    pub fn to_bytes(self) -> [u8; 6] {
        let us = self.micro;
        [self.hour as u8, self.minute as u8, self.second as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8]
    }

    pub fn of_bytes(b: [u8; 6]) -> Clock {
        let micro = i32::from(b[3]) << 16 | i32::from(b[4]) << 8 | i32::from(b[5]);
        Clock { hour: i32::from(b[0]), minute: i32::from(b[1]), second: i32::from(b[2]), micro }
    }
}

impl Moment {
    /// Microseconds since the day before the first.
    pub fn micros(self) -> i64 {
        i64::from(self.day.ordinal()) * DAY + self.clock.micros()
    }

    /// The moment of that number; `None` out of range.
    pub fn of_micros(micros: i128) -> Option<Moment> {
        let ordinal = i32::try_from(micros.div_euclid(DAY.into())).ok().filter(|ordinal| (1..=MAX_ORDINAL).contains(ordinal))?;
        Some(Moment { day: Day::of_ordinal(ordinal), clock: Clock::of_micros(micros.rem_euclid(DAY.into()) as i64) })
    }

    pub fn to_bytes(self) -> [u8; 10] {
        let (d, c) = (self.day.to_bytes(), self.clock.to_bytes());
        [d[0], d[1], d[2], d[3], c[0], c[1], c[2], c[3], c[4], c[5]]
    }

    pub fn of_bytes(b: [u8; 10]) -> Moment {
        Moment { day: Day::of_bytes([b[0], b[1], b[2], b[3]]), clock: Clock::of_bytes([b[4], b[5], b[6], b[7], b[8], b[9]]) }
    }
}

fn check(th: &mut Thread, what: &str, value: i32, min: i32, max: i32) -> Result<(), Raised> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(raise::value_error(th, format_args!("{what} must be in {min}..{max}, not {value}")))
}

pub fn check_year(th: &mut Thread, year: i32) -> Result<(), Raised> {
    check(th, "year", year, MIN_YEAR, MAX_YEAR)
}

pub fn check_fold(th: &mut Thread, fold: i32) -> Result<(), Raised> {
    if fold == 0 || fold == 1 {
        return Ok(());
    }
    Err(raise::value_error(th, format_args!("fold must be either 0 or 1, not {fold}")))
}

#[cold]
pub fn out_of_range(th: &mut Thread) -> Raised {
    raise::overflow_error(th, format_args!("date value out of range"))
}

/// A C int, with the messages of CPython's argument parser.
pub fn int(th: &mut Thread, object: &Object) -> Result<i32, Raised> {
    let number = ops::index(th, object)?;
    let Some(number) = number.to_i64() else {
        return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long")));
    };
    i32::try_from(number).map_err(|_| {
        let which = if number < 0 { "less than minimum" } else { "greater than maximum" };
        raise::overflow_error(th, format_args!("signed integer is {which}"))
    })
}

/// A C int, or what stands for it.
pub fn int_or(th: &mut Thread, object: Option<&Object>, default: i32) -> Result<i32, Raised> {
    object.map_or(Ok(default), |object| int(th, object))
}

/// How a function names itself and its parameters.
pub struct Signature<const N: usize> {
    /// `function`, or the name with parentheses.
    pub label: &'static str,
    pub names: [&'static str; N],
    pub required: usize,
    /// How many may be given by position.
    pub positional: usize,
}

impl<const N: usize> Signature<N> {
    /// Puts each argument into its place.
    pub fn bind<'a>(&self, th: &mut Thread, args: Args<'a>, kwargs: KwArgs<'a>) -> Result<[Option<&'a Object>; N], Raised> {
        let label = self.label;
        let given = args.len() + kwargs.len();
        if given > N {
            let kind = if args.is_empty() { "keyword " } else { "" };
            return Err(raise::type_error(th, format_args!("{label} takes at most {N} {kind}arguments ({given} given)")));
        }
        if args.len() > self.positional {
            let (most, given) = (self.positional, args.len());
            return Err(raise::type_error(th, format_args!("{label} takes at most {most} positional arguments ({given} given)")));
        }
        let mut bound = [None; N];
        for (place, &arg) in bound.iter_mut().zip(args.as_slice()) {
            *place = Some(arg);
        }
        let (mut unexpected, mut twice) = (None, None);
        for (name, value) in kwargs.iter() {
            match self.names.iter().position(|known| str_equals(name, known)) {
                None => unexpected = unexpected.or(Some(name)),
                Some(at) if at < args.len() => twice = twice.or(Some(at)),
                Some(at) => bound[at] = Some(value),
            }
        }
        if let Some(missing) = bound[..self.required].iter().position(Option::is_none) {
            // What constructors are given is looked at before what they are not.
            for given in bound[..missing].iter().flatten().filter(|_| label == "function") {
                int(th, given)?;
            }
            let (name, place) = (self.names[missing], missing + 1);
            return Err(raise::type_error(th, format_args!("{label} missing required argument '{name}' (pos {place})")));
        }
        if let Some(at) = twice {
            let (name, place) = (self.names[at], at + 1);
            return Err(raise::type_error(th, format_args!("argument for {label} given by name ('{name}') and position ({place})")));
        }
        if let Some(name) = unexpected {
            let name = name.downcast::<Str>().map_or_else(String::new, Str::to_string_lossy);
            let label = if label == "function" { "this function" } else { label };
            return Err(raise::type_error(th, format_args!("{label} got an unexpected keyword argument '{name}'")));
        }
        Ok(bound)
    }
}
