//! Rules for the time behind the last transition that a file lists: POSIX's `TZ` strings, with the hours that RFC 8536 allows.

use algos::calendar;

/// The day 1970-01-01, counted from 0001-01-01 as 1.
const EPOCH: i64 = 719_163;
const DAY: i64 = 86_400;

/// What a string says: standard time, and summer time if there is any.
pub struct Rule {
    pub name: String,
    /// Seconds east of Greenwich.
    pub offset: i64,
    pub summer: Option<Summer>,
}

pub struct Summer {
    pub name: String,
    pub offset: i64,
    pub start: When,
    pub end: When,
}

/// A moment of each year, in local time.
#[derive(Clone, Copy)]
pub struct When {
    date: Date,
    /// Seconds from the beginning of the day; it may be another one.
    seconds: i64,
}

#[derive(Clone, Copy)]
enum Date {
    /// The day of the week, 0 is Sunday, in a week of a month; the fifth is the last.
    Week { month: i32, week: i32, day: i32 },
    /// A day of the year from 1 on, where February has no 29th.
    Julian(i64),
    /// A day of the year, counted with all days.
    Ordinal(i64),
}

/// What is wrong with a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bad {
    Std,
    StdOffset,
    Dst,
    DstOffset,
    Missing,
    Malformed,
    Extra,
}

impl When {
    /// Seconds since 1970 as local clocks count them.
    pub fn in_year(self, year: i32) -> i64 {
        let first = |month| i64::from(calendar::to_ordinal(year, month, 1));
        let leap = calendar::days_in_month(year, 2) == 29;
        let day = match self.date {
            Date::Week { month, week, day } => {
                let begins = first(month);
                // Day 1 was a Monday.
                let mut of_month = (i64::from(day) - begins).rem_euclid(7) + i64::from(week - 1) * 7;
                if of_month >= i64::from(calendar::days_in_month(year, month)) {
                    of_month -= 7;
                }
                begins + of_month
            }
            Date::Julian(day) => first(1) + day - 1 + i64::from(leap && day >= LEAP_AFTER),
            // POSIX counts from 0; CPython, whose answers these are to be, takes the first day to be number 1.
            Date::Ordinal(day) => first(1) + day - 1,
        };
        (day - EPOCH) * DAY + self.seconds
    }
}

/// From this day of the year on, a leap year is one day ahead.
const LEAP_AFTER: i64 = 60;

/// What is left of a string.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    /// A name, or `<name>` with digits and signs.
    fn name(&mut self) -> Option<String> {
        let quoted = self.eat(b'<');
        let fits = |byte: &u8| byte.is_ascii_alphabetic() || quoted && (byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
        let count = self.0.iter().take_while(|byte| fits(byte)).count();
        let (name, rest) = self.0.split_at(count);
        self.0 = rest;
        if count == 0 || quoted && !self.eat(b'>') {
            return None;
        }
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// Hours, minutes and seconds with one sign, and the hours alone.
    fn time(&mut self) -> Option<(i64, i64)> {
        let sign = if self.eat(b'-') {
            -1
        } else {
            self.eat(b'+');
            1
        };
        let hours = self.digits(1, 3)?;
        let mut seconds = hours * 3600;
        if self.eat(b':') {
            seconds += self.digits(2, 2)? * 60;
            if self.eat(b':') {
                seconds += self.digits(2, 2)?;
            }
        }
        Some((sign * seconds, hours))
    }

    fn offset(&mut self) -> Option<i64> {
        let (seconds, hours) = self.time()?;
        (hours <= 24).then_some(-seconds)
    }

    fn when(&mut self) -> Option<When> {
        let date = if self.eat(b'M') {
            let month = self.digits(1, 2)?;
            let week = self.eat(b'.').then(|| self.digits(1, 1))??;
            let day = self.eat(b'.').then(|| self.digits(1, 1))??;
            if !(1..=12).contains(&month) || !(1..=5).contains(&week) || !(0..=6).contains(&day) {
                return None;
            }
            Date::Week { month: month as i32, week: week as i32, day: day as i32 }
        } else if self.eat(b'J') {
            Date::Julian(self.digits(1, 3).filter(|day| (1..=365).contains(day))?)
        } else {
            Date::Ordinal(self.digits(1, 3).filter(|day| (0..=365).contains(day))?)
        };
        let mut seconds = 2 * 3600;
        if self.eat(b'/') {
            let (given, hours) = self.time()?;
            if hours > 167 {
                return None;
            }
            seconds = given;
        }
        Some(When { date, seconds })
    }
}

/// Reads a string.
pub fn parse(text: &[u8]) -> Result<Rule, Bad> {
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
    let mut rest = Rest(&text[..end]);
    let name = rest.name().ok_or(Bad::Std)?;
    let offset = rest.offset().ok_or(Bad::StdOffset)?;
    if rest.peek().is_none() {
        return Ok(Rule { name, offset, summer: None });
    }
    let summer_name = rest.name().ok_or(Bad::Dst)?;
    // An hour ahead, unless it says otherwise.
    let summer_offset = if rest.peek() == Some(b',') { offset + 3600 } else { rest.offset().ok_or(Bad::DstOffset)? };
    let mut date = || {
        if !rest.eat(b',') {
            return Err(Bad::Missing);
        }
        rest.when().ok_or(Bad::Malformed)
    };
    let (start, end) = (date()?, date()?);
    if rest.peek().is_some() {
        return Err(Bad::Extra);
    }
    Ok(Rule { name, offset, summer: Some(Summer { name: summer_name, offset: summer_offset, start, end }) })
}
