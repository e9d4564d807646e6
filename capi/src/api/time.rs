//! Times in nanoseconds and what C makes of them: `_PyTime_*`. Clocks are in [`super::misc`].

use core::ffi::{c_int, c_long};

use heap::{Object, Raised, Thread};
use objects::{Float, Int, ops, raise};

use crate::api;

const SECOND: i64 = 1_000_000_000;
const MILLISECOND: i64 = 1_000_000;
const MICROSECOND: i64 = 1_000;

/// `_PyTime_round_t`
const FLOOR: c_int = 0;
const CEILING: c_int = 1;
const HALF_EVEN: c_int = 2;

/// A quotient as a way of rounding makes it whole; any other number rounds away from zero.
fn divide(time: i64, by: i64, round: c_int) -> i64 {
    let (down, rest) = (time.div_euclid(by), time.rem_euclid(by));
    let up = match round {
        FLOOR => false,
        CEILING => rest > 0,
        HALF_EVEN => 2 * rest > by || 2 * rest == by && down % 2 != 0,
        _ => rest > 0 && time > 0,
    };
    down + i64::from(up)
}

/// The same of a number with a fraction.
fn whole(value: f64, round: c_int) -> f64 {
    match round {
        FLOOR => value.floor(),
        CEILING => value.ceil(),
        HALF_EVEN => value.round_ties_even(),
        _ => if value >= 0.0 { value.ceil() } else { value.floor() },
    }
}

fn too_large(th: &mut Thread, of: &str) -> Raised {
    raise::overflow_error(th, format_args!("timestamp {of}"))
}

const NO_TIME_T: &str = "out of range for platform time_t";
const NO_TIME: &str = "out of range for C PyTime_t";

/// A float that is not NaN, or else the number that the object is; `message` says of which type it is that is neither.
fn number(th: &mut Thread, object: &Object, message: fn(&str) -> String) -> Result<Result<f64, Option<i64>>, Raised> {
    match object.downcast::<Float>() {
        Some(float) if float.value().is_nan() => Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)"))),
        Some(float) => Ok(Ok(float.value())),
        None if !ops::has_index(object) => {
            let got = ops::type_name(object);
            Err(raise::type_error(th, format_args!("{}", message(&got))))
        }
        None => {
            let number = ops::index(th, object)?;
            Ok(Err(number.to_i64()))
        }
    }
}

/// Whether a whole number fits.
fn fits(value: f64) -> bool {
    // 2^63 is the first that does not.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value)
}

/// Seconds, and the rest in parts of which a second has `parts`.
fn split(th: &mut Thread, object: &Object, parts: f64, round: c_int) -> Result<(i64, c_long), Raised> {
    let seconds = match number(th, object, |got| format!("argument must be int or float, not {got}"))? {
        Ok(seconds) => seconds,
        Err(Some(seconds)) => return Ok((seconds, 0)),
        Err(None) => return Err(too_large(th, NO_TIME_T)),
    };
    let (mut rest, mut seconds) = (whole((seconds % 1.0) * parts, round), seconds.trunc());
    if rest >= parts {
        rest -= parts;
        seconds += 1.0;
    } else if rest < 0.0 {
        rest += parts;
        seconds -= 1.0;
    }
    if !fits(seconds) {
        return Err(too_large(th, NO_TIME_T));
    }
    Ok((seconds as i64, rest as c_long))
}

fn timeval(time: i64, round: c_int) -> libc::timeval {
    let micros = divide(time, MICROSECOND, round);
    libc::timeval { tv_sec: micros.div_euclid(SECOND / MICROSECOND), tv_usec: micros.rem_euclid(SECOND / MICROSECOND) }
}

fn timespec(time: i64) -> libc::timespec {
    libc::timespec { tv_sec: time.div_euclid(SECOND), tv_nsec: time.rem_euclid(SECOND) }
}

api! {
    /// Nanoseconds from an `int`.
    fn _PyTime_FromLong(th, out: *mut i64, object: &Object) -> Result<(), Raised> {
        let Some(number) = object.downcast::<Int>() else {
            let got = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("expect int, got {got}")));
        };
        let Some(time) = number.to_i64() else { return Err(too_large(th, NO_TIME)) };
        // SAFETY: R4: the caller's place.
        unsafe { out.write(time) };
        Ok(())
    }

    /// Nanoseconds from a number of seconds.
    fn _PyTime_FromSecondsObject(th, out: *mut i64, object: &Object, round: c_int) -> Result<(), Raised> {
        let time = match number(th, object, |got| format!("'{got}' object cannot be interpreted as an integer or float"))? {
            Ok(seconds) => {
                let time = whole(seconds * SECOND as f64, round);
                fits(time).then_some(time as i64)
            }
            Err(seconds) => seconds.and_then(|seconds| seconds.checked_mul(SECOND)),
        };
        let Some(time) = time else { return Err(too_large(th, NO_TIME)) };
        // SAFETY: R4: the caller's place.
        unsafe { out.write(time) };
        Ok(())
    }

    /// Whole seconds.
    fn _PyTime_ObjectToTime_t(th, object: &Object, out: *mut libc::time_t, round: c_int) -> Result<(), Raised> {
        let seconds = match number(th, object, |got| format!("'{got}' object cannot be interpreted as an integer"))? {
            Ok(seconds) => Some(whole(seconds, round)).filter(|&seconds| fits(seconds)).map(|seconds| seconds as i64),
            Err(seconds) => seconds,
        };
        let Some(seconds) = seconds else { return Err(too_large(th, NO_TIME_T)) };
        // SAFETY: R4: the caller's place.
        unsafe { out.write(seconds) };
        Ok(())
    }

    /// Seconds and microseconds.
    fn _PyTime_ObjectToTimeval(th, object: &Object, seconds: *mut libc::time_t, micros: *mut c_long, round: c_int) -> Result<(), Raised> {
        let found = split(th, object, 1e6, round)?;
        // SAFETY: R4: the caller's places.
        unsafe {
            seconds.write(found.0);
            micros.write(found.1);
        }
        Ok(())
    }

    /// Seconds and nanoseconds.
    fn _PyTime_ObjectToTimespec(th, object: &Object, seconds: *mut libc::time_t, nanos: *mut c_long, round: c_int) -> Result<(), Raised> {
        let found = split(th, object, 1e9, round)?;
        // SAFETY: R4: the caller's places.
        unsafe {
            seconds.write(found.0);
            nanos.write(found.1);
        }
        Ok(())
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsMilliseconds(time: i64, round: c_int) -> i64 {
    divide(time, MILLISECOND, round)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsMicroseconds(time: i64, round: c_int) -> i64 {
    divide(time, MICROSECOND, round)
}

/// Seconds and microseconds: all times fit.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsTimeval(time: i64, out: *mut libc::timeval, round: c_int) -> c_int {
    // SAFETY: R4: the caller's struct.
    unsafe { out.write(timeval(time, round)) };
    0
}

/// The same.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsTimeval_clamp(time: i64, out: *mut libc::timeval, round: c_int) {
    // SAFETY: R4: the caller's struct.
    unsafe { out.write(timeval(time, round)) };
}

/// Seconds and nanoseconds: all times fit.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsTimespec(time: i64, out: *mut libc::timespec) -> c_int {
    // SAFETY: R4: the caller's struct.
    unsafe { out.write(timespec(time)) };
    0
}

/// The same.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyTime_AsTimespec_clamp(time: i64, out: *mut libc::timespec) {
    // SAFETY: R4: the caller's struct.
    unsafe { out.write(timespec(time)) };
}
