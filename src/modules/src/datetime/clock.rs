//! Between points in time and local or UTC fields, by the system's time zone.
//!
//! Seconds are counted from the day before day 1, as ordinals are, unless they are called timestamps.

use heap::{Object, Raised, Thread};
use objects::{Float, ops, raise};

use super::fields::{Clock, Day, Moment, SECOND, check_year};

/// The seconds at the epoch.
pub const EPOCH: i64 = 719_163 * 86_400;
/// The longest time that clocks are set back at once.
const MAX_FOLD: i64 = 24 * 3600;

/// Seconds of a moment, its microseconds left out.
pub fn seconds(moment: Moment) -> i64 {
    moment.micros().div_euclid(SECOND)
}

fn fields(th: &mut Thread, timestamp: i64, local: bool) -> Result<Moment, Raised> {
    let tm = crate::time::broken_down(th, timestamp, local)?;
    let year = tm.tm_year.saturating_add(1900);
    check_year(th, year)?;
    let day = Day { year, month: tm.tm_mon + 1, day: tm.tm_mday };
    // Leap seconds are left out.
    Ok(Moment { day, clock: Clock { hour: tm.tm_hour, minute: tm.tm_min, second: tm.tm_sec.min(59), micro: 0 } })
}

/// The local time at a UTC one.
fn local(th: &mut Thread, utc: i64) -> Result<i64, Raised> {
    Ok(seconds(fields(th, utc - EPOCH, true)?))
}

/// The UTC time of a local one, the later or earlier of two if there are two.
pub fn local_to_utc(th: &mut Thread, wanted: i64, fold: bool) -> Result<i64, Raised> {
    let before = local(th, wanted)? - wanted;
    let first = wanted - before;
    let there = local(th, first)?;
    let other = if there == wanted {
        // One solution: is there another on the side that was asked for?
        let probe = if fold { first + MAX_FOLD } else { first - MAX_FOLD };
        let other = local(th, probe)? - probe;
        if other == before {
            return Ok(first);
        }
        other
    } else {
        there - first
    };
    let second = wanted - other;
    if local(th, second)? == wanted {
        return Ok(second);
    }
    if there == wanted {
        return Ok(first);
    }
    // A local time that never was: clocks were set forward over it.
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// Fields and fold of a timestamp.
pub fn from_timestamp(th: &mut Thread, timestamp: i64, micro: i32, in_local: bool) -> Result<(Moment, bool), Raised> {
    let mut moment = fields(th, timestamp, in_local)?;
    moment.clock.micro = micro;
    if !in_local {
        return Ok((moment, false));
    }
    // A day earlier clocks may have been ahead by so much: then this time may be there for the second time.
    let now = seconds(moment);
    // Before the first day there are no such changes.
    if now - MAX_FOLD < 2 * 86_400 {
        return Ok((moment, false));
    }
    let earlier = local(th, EPOCH + timestamp - MAX_FOLD)?;
    let transition = now - earlier - MAX_FOLD;
    let fold = transition < 0 && local(th, EPOCH + timestamp + transition)? == now;
    Ok((moment, fold))
}

/// Offset (in seconds) and name of the system's zone at a timestamp.
pub fn zone_at(th: &mut Thread, timestamp: i64) -> Result<(i64, String), Raised> {
    let tm = crate::time::broken_down(th, timestamp, true)?;
    let name = crate::os::c_bytes(tm.tm_zone).to_vec();
    Ok((tm.tm_gmtoff, String::from_utf8_lossy(&name).into_owned()))
}

/// The time now: timestamp and microseconds.
pub fn now() -> (i64, i32) {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    match since {
        Ok(since) => (since.as_secs() as i64, since.subsec_micros() as i32),
        Err(before) => {
            let micros = -(before.duration().as_micros() as i64);
            (micros.div_euclid(SECOND), micros.rem_euclid(SECOND) as i32)
        }
    }
}

#[cold]
fn out_of_range(th: &mut Thread) -> Raised {
    raise::overflow_error(th, format_args!("timestamp out of range for platform time_t"))
}

/// A timestamp from outside, rounded to microseconds (half to even).
pub fn timestamp(th: &mut Thread, object: &Object) -> Result<(i64, i32), Raised> {
    let Some(float) = float(th, object)? else { return Ok((whole(th, object)?, 0)) };
    let (mut seconds, mut micros) = (float.trunc(), round_half_even(float.fract() * 1e6));
    if micros >= 1e6 {
        (seconds, micros) = (seconds + 1.0, micros - 1e6);
    } else if micros < 0.0 {
        (seconds, micros) = (seconds - 1.0, micros + 1e6);
    }
    Ok((in_range(th, seconds)?, micros as i32))
}

/// A timestamp from outside, rounded down to seconds.
pub fn timestamp_floor(th: &mut Thread, object: &Object) -> Result<i64, Raised> {
    match float(th, object)? {
        Some(float) => in_range(th, float.floor()),
        None => whole(th, object),
    }
}

fn float(th: &mut Thread, object: &Object) -> Result<Option<f64>, Raised> {
    match Float::of(object).map(Float::value) {
        Some(value) if value.is_nan() => Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)"))),
        value => Ok(value),
    }
}

fn whole(th: &mut Thread, object: &Object) -> Result<i64, Raised> {
    if !ops::has_index(object) {
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("argument must be int or float, not {got}")));
    }
    ops::index(th, object)?.to_i64().ok_or_else(|| out_of_range(th))
}

fn in_range(th: &mut Thread, seconds: f64) -> Result<i64, Raised> {
    // 2^63 is exact as a float.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&seconds) { Ok(seconds as i64) } else { Err(out_of_range(th)) }
}

fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}
