//! Reading ISO 8601: what `fromisoformat` accepts.

use algos::calendar;
use heap::{Object, Raised, Ref, Thread};
use objects::{Str, ops, raise};

use super::fields::{Clock, Day, MAX_ORDINAL, Moment};
use super::zone::{self, TimeZone};

/// Why a text is none.
enum Bad {
    /// It does not read as ISO 8601.
    Text,
    /// It does, but the numbers are wrong: an exception is raised.
    Raised(Raised),
}

impl From<Raised> for Bad {
    fn from(raised: Raised) -> Bad {
        Bad::Raised(raised)
    }
}

/// The argument of `fromisoformat`.
pub fn argument<'a>(th: &mut Thread, string: &'a Object) -> Result<&'a Str, Raised> {
    string.downcast::<Str>().ok_or_else(|| raise::type_error(th, format_args!("fromisoformat: argument must be str")))
}

fn report<T>(th: &mut Thread, text: &Str, result: Result<T, Bad>) -> Result<T, Raised> {
    match result {
        Ok(value) => Ok(value),
        Err(Bad::Raised(raised)) => Err(raised),
        Err(Bad::Text) => {
            let text = ops::repr(th, text)?;
            Err(raise::value_error(th, format_args!("Invalid isoformat string: {text}")))
        }
    }
}

/// The characters; those outside of ASCII as 0, which is no part of any format.
fn bytes(text: &Str) -> Vec<u8> {
    text.chars().iter().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(0)).collect()
}

/// So many digits from `at` on.
fn digits(text: &[u8], at: &mut usize, count: usize) -> Result<i32, Bad> {
    let found = text.get(*at..*at + count).filter(|found| found.iter().all(u8::is_ascii_digit)).ok_or(Bad::Text)?;
    *at += count;
    Ok(found.iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0')))
}

fn take(text: &[u8], at: &mut usize, wanted: u8) -> bool {
    let there = text.get(*at) == Some(&wanted);
    *at += usize::from(there);
    there
}

/// `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www[-D]`, `YYYYWww[D]`; all of the text. The numbers are not checked, but for those of weeks.
fn parse_date(text: &[u8]) -> Result<(i32, i32, i32), Bad> {
    let mut at = 0;
    let year = digits(text, &mut at, 4)?;
    let separated = take(text, &mut at, b'-');
    if take(text, &mut at, b'W') {
        let week = digits(text, &mut at, 2)?;
        let mut weekday = 1;
        if at < text.len() {
            if separated && !take(text, &mut at, b'-') {
                return Err(Bad::Text);
            }
            weekday = digits(text, &mut at, 1)?;
        }
        let ordinal = calendar::from_iso_calendar(year, week, weekday).map_err(|_| Bad::Text)?;
        return if at == text.len() { Ok(calendar::from_ordinal(ordinal)) } else { Err(Bad::Text) };
    }
    let month = digits(text, &mut at, 2)?;
    if separated && !take(text, &mut at, b'-') {
        return Err(Bad::Text);
    }
    let day = digits(text, &mut at, 2)?;
    if at == text.len() { Ok((year, month, day)) } else { Err(Bad::Text) }
}

/// `date.fromisoformat`
pub fn date(th: &mut Thread, text: &Str) -> Result<Day, Raised> {
    let all = bytes(text);
    let result = if matches!(all.len(), 7 | 8 | 10) { parse_date(&all) } else { Err(Bad::Text) };
    let (year, month, day) = report(th, text, result)?;
    Day::checked(th, year, month, day)
}

/// `HH[:MM[:SS[.ffffff…]]]`, with colons or without. All of the text, unless a zone follows: CPython overlooks a character in front of its
/// sign.
fn parse_clock(text: &[u8], zone_follows: bool) -> Result<Clock, Bad> {
    let mut parts = [0; 3];
    let mut at = 0;
    let mut colons = false;
    let mut fraction = None;
    for (i, part) in parts.iter_mut().enumerate() {
        *part = digits(text, &mut at, 2)?;
        let Some(&next) = text.get(at) else { break };
        if i == 0 {
            colons = next == b':';
        }
        if at + 1 == text.len() {
            if zone_follows && !matches!(next, b'.' | b',') {
                break;
            }
            return Err(Bad::Text);
        }
        match next {
            b'.' | b',' if i == 2 => fraction = Some(at + 1),
            b':' if colons && i < 2 => at += 1,
            b'.' | b',' => return Err(Bad::Text),
            _ if !colons && i == 2 => fraction = Some(at),
            _ if !colons => {}
            _ => return Err(Bad::Text),
        }
    }
    let mut micro = 0;
    if let Some(start) = fraction {
        let rest = &text[start..];
        if !rest.iter().all(u8::is_ascii_digit) {
            return Err(Bad::Text);
        }
        // What is beyond microseconds is cut off.
        for i in 0..6 {
            micro = micro * 10 + rest.get(i).map_or(0, |digit| i32::from(digit - b'0'));
        }
    }
    Ok(Clock { hour: parts[0], minute: parts[1], second: parts[2], micro })
}

type Zone = Option<Ref<Object>>;

/// A time with its zone, if it has one. The hour may be 24.
fn parse_time(th: &mut Thread, text: &[u8]) -> Result<(Clock, Zone), Bad> {
    let Some(at) = text.iter().position(|c| matches!(c, b'+' | b'-' | b'Z')) else { return Ok((parse_clock(text, false)?, None)) };
    let clock = parse_clock(&text[..at], true)?;
    let (sign, rest) = (text[at], &text[at + 1..]);
    if sign == b'Z' {
        return if rest.is_empty() { Ok((clock, Some(zone::utc(th)?.up()))) } else { Err(Bad::Text) };
    }
    let offset = parse_clock(rest, false)?.micros();
    let zone = TimeZone::of_micros(th, if sign == b'-' { -offset } else { offset })?;
    Ok((clock, Some(zone.up())))
}

/// Whether the hour is 24, which with nothing behind it is midnight of the next day.
fn is_end_of_day(th: &mut Thread, clock: Clock) -> Result<bool, Bad> {
    if clock.hour != 24 {
        return Ok(false);
    }
    if (clock.minute, clock.second, clock.micro) != (0, 0, 0) {
        return Err(raise::value_error(th, format_args!("minute, second, and microsecond must be 0 when hour is 24")).into());
    }
    Ok(true)
}

/// `time.fromisoformat`
pub fn time(th: &mut Thread, text: &Str) -> Result<(Clock, Zone), Raised> {
    let all = bytes(text);
    let all = all.strip_prefix(b"T").unwrap_or(&all);
    let result = whole_time(th, all);
    report(th, text, result)
}

fn whole_time(th: &mut Thread, text: &[u8]) -> Result<(Clock, Zone), Bad> {
    let (clock, zone) = parse_time(th, text)?;
    if is_end_of_day(th, clock)? {
        return Ok((Clock::MIDNIGHT, zone));
    }
    Ok((Clock::checked(th, clock, 0)?, zone))
}

/// Where the date ends: any character may stand between it and the time, so the date's form decides.
fn date_length(text: &[u8]) -> Option<usize> {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let len = text.len();
    match (text.get(4)?, text.get(5)?) {
        _ if len < 7 => None,
        _ if len == 7 => Some(7),
        // YYYY-Www, and perhaps -D: a digit behind that would rather be the second one of an hour.
        (b'-', b'W') => match text.get(8) {
            Some(b'-') if len == 9 => None,
            Some(b'-') if len > 10 && digit(10) => Some(8),
            Some(b'-') => Some(10),
            _ => (len >= 8).then_some(8),
        },
        (b'-', _) => Some(10),
        // YYYYWww, and perhaps D: hours, minutes and seconds have two digits each, so an even number of all means that there is no D.
        (b'W', _) => {
            let end = (7..len).find(|&at| !digit(at)).unwrap_or(len);
            match end {
                0..9 => Some(end),
                end if end % 2 == 0 => Some(7),
                _ => Some(8),
            }
        }
        _ => Some(8),
    }
}

/// `datetime.fromisoformat`
pub fn datetime(th: &mut Thread, text: &Str) -> Result<(Moment, Zone), Raised> {
    let all = bytes(text);
    let result = parse_datetime(th, &all);
    report(th, text, result)
}

fn parse_datetime(th: &mut Thread, text: &[u8]) -> Result<(Moment, Zone), Bad> {
    let end = date_length(text).filter(|&end| end <= text.len()).ok_or(Bad::Text)?;
    // The form of all is looked at before the numbers.
    let (year, month, day) = parse_date(&text[..end])?;
    let (clock, zone) = match text.get(end + 1..) {
        Some(time) if end < text.len() && !time.is_empty() => parse_time(th, time)?,
        _ if end < text.len() => return Err(Bad::Text),
        _ => (Clock::MIDNIGHT, None),
    };
    let day = Day::checked(th, year, month, day)?;
    if is_end_of_day(th, clock)? {
        let next = day.ordinal() + 1;
        if next > MAX_ORDINAL {
            return Err(raise::value_error(th, format_args!("year must be in 1..9999, not 10000")).into());
        }
        return Ok((Moment { day: Day::of_ordinal(next), clock: Clock::MIDNIGHT }, zone));
    }
    let clock = Clock::checked(th, clock, 0)?;
    Ok((Moment { day, clock }, zone))
}
