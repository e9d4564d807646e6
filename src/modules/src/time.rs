//! `time`: clocks, sleeping, and calendar times by libc's zone.
#![allow(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use heap::sync::Mutex;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Module, Str, Tuple, ops, raise};

use crate::os::{self, Deadline, Round, c, float, int};
use crate::posix::classes::Class;

static STRUCT_TIME: Class = Class::new(
    "time",
    "struct_time",
    "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.",
    &[
        ("tm_year", "year, for example, 1993"),
        ("tm_mon", "month of year, range [1, 12]"),
        ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"),
        ("tm_min", "minutes, range [0, 59]"),
        ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"),
        ("tm_yday", "day of year, range [1, 366]"),
        ("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
        ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ],
    9,
);

/// libc's zone is one for all threads: who reads the environment for it holds this.
static ZONE: Mutex<()> = Mutex::new(());

unsafe extern "C" {
    fn tzset();
}

fn clock(th: &mut Thread, id: libc::clockid_t) -> Result<libc::timespec, Raised> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    os::quick(th, c!(clock_gettime(id, &raw mut now)))?;
    Ok(now)
}

fn seconds(th: &mut Thread, id: libc::clockid_t) -> Result<f64, Raised> {
    let now = clock(th, id)?;
    Ok(nanos_of(&now) as f64 / 1e9)
}

fn nanos_of(time: &libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

fn nanos(th: &mut Thread, id: libc::clockid_t) -> Result<i64, Raised> {
    let now = clock(th, id)?;
    Ok(nanos_of(&now))
}

/// An empty `struct tm`.
fn empty() -> libc::tm {
    // SAFETY: plain numbers and a pointer that may be null.
    unsafe { core::mem::zeroed() }
}

/// The seconds of an optional argument, rounded down; now if it is absent or `None`.
fn moment(th: &mut Thread, given: Option<&Object>) -> Result<i64, Raised> {
    let Some(given) = given.filter(|g| !g.is(objects::none())) else {
        return Ok(clock(th, libc::CLOCK_REALTIME)?.tv_sec);
    };
    if let Some(value) = given.downcast::<objects::Float>() {
        let value = value.value();
        if value.is_nan() {
            return Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)")));
        }
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&value) {
            return Err(raise::overflow_error(th, format_args!("timestamp out of range for platform time_t")));
        }
        return Ok(value.floor() as i64);
    }
    match ops::index(th, given)?.to_i64() {
        Some(value) => Ok(value),
        None => Err(raise::overflow_error(th, format_args!("timestamp out of range for platform time_t"))),
    }
}

pub(crate) fn broken_down(th: &mut Thread, at: i64, local: bool) -> Result<libc::tm, Raised> {
    let mut tm = empty();
    let done = if local { c!(localtime_r(&raw const at, &raw mut tm)) } else { c!(gmtime_r(&raw const at, &raw mut tm)) };
    if done.is_null() {
        return Err(os::last_error(th));
    }
    Ok(tm)
}

fn to_struct(th: &mut Thread, tm: &libc::tm) -> Result<Ref<Object>, Raised> {
    let numbers = [
        i64::from(tm.tm_year) + 1900,
        i64::from(tm.tm_mon) + 1,
        tm.tm_mday.into(),
        tm.tm_hour.into(),
        tm.tm_min.into(),
        tm.tm_sec.into(),
        (i64::from(tm.tm_wday) + 6) % 7,
        i64::from(tm.tm_yday) + 1,
        tm.tm_isdst.into(),
    ];
    let mut values: Vec<Ref<Object>> = numbers.iter().map(|n| int(th, *n)).collect();
    values.push(os::c_text(th, tm.tm_zone));
    values.push(int(th, tm.tm_gmtoff));
    STRUCT_TIME.make(th, &values)
}

/// A `struct tm` from nine numbers; `zone` keeps the zone's name alive.
fn from_tuple(th: &mut Thread, function: &str, given: &Object, zone: &mut Option<CString>) -> Result<libc::tm, Raised> {
    let Some(items) = given.downcast::<Tuple>() else {
        return Err(raise::type_error(th, format_args!("Tuple or struct_time argument required")));
    };
    if items.len() != 9 {
        return Err(raise::type_error(th, format_args!("{function}(): illegal time tuple argument")));
    }
    let mut numbers = [0_i32; 9];
    for (place, item) in numbers.iter_mut().zip(items.iter()) {
        let number = ops::index(th, item)?.to_i64().and_then(|n| i32::try_from(n).ok());
        let Some(number) = number else {
            return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int")));
        };
        *place = number;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = numbers;
    let Some(year) = year.checked_sub(1900) else {
        return Err(raise::overflow_error(th, format_args!("year out of range")));
    };
    let mut tm = empty();
    tm.tm_year = year;
    tm.tm_mon = month.wrapping_sub(1);
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    tm.tm_wday = weekday.wrapping_add(1) % 7;
    tm.tm_yday = yearday.wrapping_sub(1);
    tm.tm_isdst = dst;
    if given.ty().is(&*STRUCT_TIME.get(th)?) {
        let name = ops::getattr_str(th, given, "tm_zone")?;
        if let Some(name) = name.downcast_ref::<Str>() {
            let name = os::encode(th, name)?;
            *zone = CString::new(name).ok();
            tm.tm_zone = zone.as_ref().map_or(core::ptr::null(), |z| z.as_ptr());
        }
        let offset = ops::getattr_str(th, given, "tm_gmtoff")?;
        if let Some(offset) = offset.downcast_ref::<Int>().and_then(Int::to_i64) {
            tm.tm_gmtoff = offset;
        }
    }
    Ok(tm)
}

/// Fields that the calendar knows; a month and a day of 0 are taken for 1, as ever.
fn check(th: &mut Thread, tm: &mut libc::tm) -> Result<(), Raised> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let wrong = if !(0..12).contains(&tm.tm_mon) {
        "month out of range"
    } else if !(0..32).contains(&tm.tm_mday) {
        "day of month out of range"
    } else if !(0..24).contains(&tm.tm_hour) {
        "hour out of range"
    } else if !(0..60).contains(&tm.tm_min) {
        "minute out of range"
    } else if !(0..62).contains(&tm.tm_sec) {
        "seconds out of range"
    } else if tm.tm_wday < 0 {
        "day of week out of range"
    } else if !(0..366).contains(&tm.tm_yday) {
        "day of year out of range"
    } else {
        return Ok(());
    };
    Err(raise::value_error(th, format_args!("{wrong}")))
}

fn as_text(th: &Thread, tm: &libc::tm) -> Ref<Str> {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = DAYS[tm.tm_wday.rem_euclid(7) as usize];
    let month = MONTHS[tm.tm_mon.rem_euclid(12) as usize];
    let year = i64::from(tm.tm_year) + 1900;
    Str::new(th, &format!("{day} {month}{:3} {:02}:{:02}:{:02} {year}", tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec))
}

fn format(th: &mut Thread, pattern: &[u8], tm: &libc::tm) -> Result<Vec<u8>, Raised> {
    // A leading character tells an empty result from one that did not fit.
    let mut text = vec![b'x'];
    text.extend_from_slice(pattern);
    let Ok(text) = CString::new(text) else {
        return Err(raise::value_error(th, format_args!("embedded null character")));
    };
    let mut room = vec![0_u8; 1024.max(pattern.len() * 4)];
    loop {
        let n = c!(strftime(room.as_mut_ptr().cast(), room.len(), text.as_ptr(), core::ptr::from_ref(tm)));
        if n > 0 {
            return Ok(room[1..n].to_vec());
        }
        if room.len() > 256 * pattern.len().max(1024) {
            return Ok(Vec::new());
        }
        let more = room.len() * 2;
        room.resize(more, 0);
    }
}

/// `timezone`, `altzone`, `daylight` and `tzname`.
fn set_zone(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let zone_of = |at: i64| {
        let mut tm = empty();
        c!(localtime_r(&raw const at, &raw mut tm));
        (tm.tm_gmtoff, os::c_bytes(tm.tm_zone).to_vec())
    };
    let (january, july) = {
        let _reading = ZONE.lock();
        // SAFETY: reads the environment; changes of ours are rare and libc locks its own.
        unsafe { tzset() };
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        let now = clock(th, libc::CLOCK_REALTIME)?.tv_sec;
        let start = now / YEAR * YEAR;
        (zone_of(start), zone_of(start + YEAR / 2))
    };
    let (january_zone, july_zone) = (-january.0, -july.0);
    let (standard, alternative) = if january_zone < july_zone { (&july, &january) } else { (&january, &july) };
    let (zone, other) = (january_zone.max(july_zone), january_zone.min(july_zone));
    os::add_constants(th, module, &[("timezone", zone), ("altzone", other), ("daylight", i64::from(january_zone != july_zone))]);
    let names = vec![interp::config::decode_os(th, &standard.1).up(), interp::config::decode_os(th, &alternative.1).up()];
    let names = os::tuple(th, names);
    if let Some(dict) = module.downcast::<Module>().and_then(Module::dict) {
        dict.set_by_name(th, "tzname", names);
    }
    Ok(())
}

#[pymodule(name = "time")]
pub mod time {
    //! This module provides various functions to manipulate time values.
    use super::*;

    /// Fields of `struct_time`, attributes only included.
    #[constant]
    const _STRUCT_TM_ITEMS: i32 = 11;

    #[attr]
    fn struct_time(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        STRUCT_TIME.get(th)
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let clocks = os::constants! {
            CLOCK_REALTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID CLOCK_BOOTTIME CLOCK_TAI
        };
        os::add_constants(th, module, clocks);
        set_zone(th, module)
    }

    /// time() -> floating-point number
    ///
    /// Return the current time in seconds since the Epoch.
    /// Fractions of a second may be present if the system clock provides them.
    #[function(sig = none)]
    fn time(th: &mut Thread) -> Result<f64, Raised> {
        seconds(th, libc::CLOCK_REALTIME)
    }

    /// time_ns() -> int
    ///
    /// Return the current time in nanoseconds since the Epoch.
    #[function(sig = none)]
    fn time_ns(th: &mut Thread) -> Result<i64, Raised> {
        nanos(th, libc::CLOCK_REALTIME)
    }

    /// monotonic() -> float
    ///
    /// Monotonic clock, cannot go backward.
    #[function(sig = none)]
    fn monotonic(th: &mut Thread) -> Result<f64, Raised> {
        seconds(th, libc::CLOCK_MONOTONIC)
    }

    /// monotonic_ns() -> int
    ///
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function(sig = none)]
    fn monotonic_ns(th: &mut Thread) -> Result<i64, Raised> {
        nanos(th, libc::CLOCK_MONOTONIC)
    }

    /// perf_counter() -> float
    ///
    /// Performance counter for benchmarking.
    #[function(sig = none)]
    fn perf_counter(th: &mut Thread) -> Result<f64, Raised> {
        seconds(th, libc::CLOCK_MONOTONIC)
    }

    /// perf_counter_ns() -> int
    ///
    /// Performance counter for benchmarking as nanoseconds.
    #[function(sig = none)]
    fn perf_counter_ns(th: &mut Thread) -> Result<i64, Raised> {
        nanos(th, libc::CLOCK_MONOTONIC)
    }

    /// process_time() -> float
    ///
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function(sig = none)]
    fn process_time(th: &mut Thread) -> Result<f64, Raised> {
        seconds(th, libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// process_time() -> int
    ///
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(sig = none)]
    fn process_time_ns(th: &mut Thread) -> Result<i64, Raised> {
        nanos(th, libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// thread_time() -> float
    ///
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function(sig = none)]
    fn thread_time(th: &mut Thread) -> Result<f64, Raised> {
        seconds(th, libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// thread_time() -> int
    ///
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(sig = none)]
    fn thread_time_ns(th: &mut Thread) -> Result<i64, Raised> {
        nanos(th, libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime(th: &mut Thread, clk_id: i32) -> Result<f64, Raised> {
        seconds(th, clk_id)
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime_ns(th: &mut Thread, clk_id: i32) -> Result<i64, Raised> {
        nanos(th, clk_id)
    }

    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[function(sig = none)]
    fn clock_settime(th: &mut Thread, clk_id: i32, time: &Object) -> Result<(), Raised> {
        let at = os::nanoseconds(th, time, Round::Floor)?;
        clock_set(th, clk_id, at)
    }

    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[function(sig = none)]
    fn clock_settime_ns(th: &mut Thread, clk_id: i32, time: i64) -> Result<(), Raised> {
        clock_set(th, clk_id, time)
    }

    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[function(sig = none)]
    fn clock_getres(th: &mut Thread, clk_id: i32) -> Result<f64, Raised> {
        let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        os::quick(th, c!(clock_getres(clk_id, &raw mut step)))?;
        Ok(os::seconds(step.tv_sec, step.tv_nsec))
    }

    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[function(sig = none)]
    fn pthread_getcpuclockid(th: &mut Thread, thread_id: usize) -> Result<i32, Raised> {
        let mut id = 0;
        match c!(pthread_getcpuclockid(thread_id as libc::pthread_t, &raw mut id)) {
            0 => Ok(id),
            number => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[function(sig = none)]
    fn sleep(th: &mut Thread, secs: &Object) -> Result<(), Raised> {
        let nanos = os::nanoseconds(th, secs, Round::Ceiling)?;
        if nanos < 0 {
            return Err(raise::value_error(th, format_args!("sleep length must be non-negative")));
        }
        let deadline = Deadline::in_nanos(nanos);
        // A signal that came since the last safepoint would not end the sleep.
        crate::signal::run_handlers(th)?;
        loop {
            let left = deadline.left().unwrap_or(0);
            let left = libc::timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as i64 };
            match th.detached(|| c!(clock_nanosleep(libc::CLOCK_MONOTONIC, 0, &raw const left, core::ptr::null_mut()))) {
                // What was asked of the main thread by another thread does not end the sleep, but it waits no longer than that.
                0 => return crate::signal::run_handlers(th),
                libc::EINTR => crate::signal::run_handlers(th)?,
                number => return Err(raise::os_error(th, number, None, None)),
            }
        }
    }

    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[function(sig = none, varargs)]
    fn gmtime(th: &mut Thread, secs: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let at = moment(th, secs)?;
        let tm = broken_down(th, at, false)?;
        to_struct(th, &tm)
    }

    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[function(sig = none, varargs)]
    fn localtime(th: &mut Thread, secs: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let at = moment(th, secs)?;
        let tm = broken_down(th, at, true)?;
        to_struct(th, &tm)
    }

    /// mktime(time_tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[function(sig = none)]
    fn mktime(th: &mut Thread, tuple: &Object) -> Result<f64, Raised> {
        let mut zone = None;
        let mut tm = from_tuple(th, "mktime", tuple, &mut zone)?;
        // Only success writes the day of the week: -1 seconds is a time, too.
        tm.tm_wday = -1;
        let at = c!(mktime(&raw mut tm));
        if at == -1 && tm.tm_wday == -1 {
            return Err(raise::overflow_error(th, format_args!("mktime argument out of range")));
        }
        Ok(at as f64)
    }

    /// asctime([time_tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[function(sig = none)]
    fn asctime(th: &mut Thread, tuple: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let tm = match tuple {
            Some(tuple) => {
                let mut tm = from_tuple(th, "asctime", tuple, &mut None)?;
                check(th, &mut tm)?;
                tm
            }
            None => {
                let at = moment(th, None)?;
                broken_down(th, at, true)?
            }
        };
        Ok(as_text(th, &tm))
    }

    /// ctime([seconds]) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
    /// passed in, convert the current time instead.
    #[function(sig = none)]
    fn ctime(th: &mut Thread, secs: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let at = moment(th, secs)?;
        let tm = broken_down(th, at, true)?;
        Ok(as_text(th, &tm))
    }

    /// strftime(format[, time_tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(sig = none, varargs)]
    fn strftime(th: &mut Thread, format: &Str, tuple: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let mut zone = None;
        let tm = match tuple {
            Some(tuple) => {
                let mut tm = from_tuple(th, "strftime", tuple, &mut zone)?;
                check(th, &mut tm)?;
                tm
            }
            None => {
                let at = moment(th, None)?;
                broken_down(th, at, true)?
            }
        };
        let mut tm = tm;
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        // Only directives go through libc: other text is nobody's business but ours, whatever it contains.
        let pattern = format.to_wtf8();
        let mut out = Vec::with_capacity(pattern.len());
        let mut rest = &pattern[..];
        while let Some(at) = rest.iter().position(|b| *b == b'%') {
            out.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            let mut end = 1;
            while rest.get(end).is_some_and(|b| matches!(b, b'E' | b'O' | b'_' | b'-' | b'0' | b'^' | b'#' | b'+') || b.is_ascii_digit()) {
                end += 1;
            }
            // A directive is one ASCII character; anything else stays as it is.
            if rest.get(end).is_some_and(u8::is_ascii) && rest[end] != 0 {
                end += 1;
                out.extend(super::format(th, &rest[..end], &tm)?);
            } else {
                out.extend_from_slice(&rest[..end]);
            }
            rest = &rest[end..];
        }
        out.extend_from_slice(rest);
        match core::str::from_utf8(&out) {
            Ok(text) => Ok(Str::new(th, text)),
            Err(_) => Ok(Str::from_wtf8(th, &out)),
        }
    }

    /// strptime(string[, format]) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(sig = none)]
    fn strptime(th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        let module = interp::import::import_module(th, "_strptime")?;
        let parse = ops::getattr_str(th, &module, "_strptime_time")?;
        ops::call(th, &parse, args.as_slice())
    }

    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ']. The TZ environment variable should be specified in
    /// standard Unix timezone format as documented in the tzset man page
    /// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
    /// fall back to UTC. If the TZ environment variable is not set, the local
    /// timezone is set to the systems best guess of wallclock time.
    /// Changing the TZ environment variable without calling tzset *may* change
    /// the local timezone used by methods such as localtime, but this behaviour
    /// should not be relied on.
    #[function(sig = none)]
    fn tzset(th: &mut Thread, #[module] module: &Object) -> Result<(), Raised> {
        set_zone(th, module)
    }

    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[function(sig = none)]
    fn get_clock_info(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
        let (id, implementation, monotonic, adjustable) = match name {
            "time" => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
            "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => return Err(raise::value_error(th, format_args!("unknown clock"))),
        };
        let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        os::quick(th, c!(clock_getres(id, &raw mut step)))?;
        let namespace = objects::Dict::new(th);
        let implementation = Str::new(th, implementation);
        let resolution = float(th, os::seconds(step.tv_sec, step.tv_nsec));
        let values: [(&str, &Object); 4] = [
            ("implementation", &implementation),
            ("monotonic", objects::bool_(monotonic)),
            ("adjustable", objects::bool_(adjustable)),
            ("resolution", &resolution),
        ];
        for (name, value) in values {
            namespace.set_by_name(th, name, value.to_owned());
        }
        objects::simple_namespace(th, &namespace)
    }
}

fn clock_set(th: &mut Thread, id: i32, at: i64) -> Result<(), Raised> {
    let at = libc::timespec { tv_sec: at.div_euclid(1_000_000_000), tv_nsec: at.rem_euclid(1_000_000_000) };
    os::quick(th, c!(clock_settime(id, &raw const at)))?;
    Ok(())
}
