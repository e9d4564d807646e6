//! The proleptic Gregorian calendar of the `datetime` module: days as numbers, weeks as ISO 8601 counts them.
//!
//! Day 1 is January 1 of year 1, a Monday. Functions take any year; callers see to the range 1..=9999.

/// Days before each month of a year that is not a leap year.
const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Whether a year has a February 29.
pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, which is in 1..=12.
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 => 28 + i32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of a year before the first of a month, which is in 1..=12.
pub fn days_before_month(year: i32, month: i32) -> i32 {
    BEFORE[(month.clamp(1, 12) - 1) as usize] + i32::from(month > 2 && is_leap(year))
}

/// Days before January 1 of a year.
pub fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

/// The number of a day.
pub fn to_ordinal(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// Year, month and day of a number.
pub fn from_ordinal(ordinal: i32) -> (i32, i32, i32) {
    // In periods of 400 years, which are all alike; the division is by their mean year, so the guess is at most one year late.
    const PERIOD: i32 = 146_097;
    let day = ordinal - 1;
    let (period, rest) = (day.div_euclid(PERIOD), day.rem_euclid(PERIOD));
    let mut year = period * 400 + rest / 365 + 1;
    while days_before_year(year) > day {
        year -= 1;
    }
    let rest = day - days_before_year(year);
    let mut month = rest / 29 + 1;
    while month > 12 || days_before_month(year, month) > rest {
        month -= 1;
    }
    (year, month, rest - days_before_month(year, month) + 1)
}

/// The day of the week: Monday is 0.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (to_ordinal(year, month, day) + 6).rem_euclid(7)
}

/// The number of the Monday with which the ISO year begins: that of the week with January 4.
pub fn iso_year_start(year: i32) -> i32 {
    let fourth = to_ordinal(year, 1, 4);
    fourth - (fourth + 6).rem_euclid(7)
}

/// ISO year, week and day of the week (Monday is 1).
pub fn iso_calendar(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let ordinal = to_ordinal(year, month, day);
    let iso_year = if ordinal < iso_year_start(year) {
        year - 1
    } else if ordinal >= iso_year_start(year + 1) {
        year + 1
    } else {
        year
    };
    let days = ordinal - iso_year_start(iso_year);
    (iso_year, days / 7 + 1, days % 7 + 1)
}

/// What is wrong with an ISO date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IsoError {
    Year,
    Week,
    Weekday,
}

/// The number of an ISO date's day. The year must be in 1..=9999; the day may lie in the next one.
pub fn from_iso_calendar(year: i32, week: i32, weekday: i32) -> Result<i32, IsoError> {
    if !(1..=9999).contains(&year) {
        return Err(IsoError::Year);
    }
    let weeks = (iso_year_start(year + 1) - iso_year_start(year)) / 7;
    if !(1..=weeks).contains(&week) {
        return Err(IsoError::Week);
    }
    if !(1..=7).contains(&weekday) {
        return Err(IsoError::Weekday);
    }
    Ok(iso_year_start(year) + (week - 1) * 7 + weekday - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_there_and_back() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        for ordinal in 1..=to_ordinal(9999, 12, 31) {
            assert_eq!(to_ordinal(year, month, day), ordinal);
            assert_eq!(from_ordinal(ordinal), (year, month, day));
            let (iso_year, week, iso_day) = iso_calendar(year, month, day);
            assert_eq!(iso_day, (ordinal - 1) % 7 + 1);
            if (1..=9999).contains(&iso_year) {
                assert_eq!(from_iso_calendar(iso_year, week, iso_day), Ok(ordinal));
            }
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(to_ordinal(1970, 1, 1), 719_163);
        assert_eq!(weekday(2020, 5, 5), 1);
        assert_eq!(iso_calendar(2020, 5, 5), (2020, 19, 2));
        assert_eq!(from_iso_calendar(2021, 53, 1), Err(IsoError::Week));
    }
}
