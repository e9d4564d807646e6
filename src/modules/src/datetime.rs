//! `_datetime`: `timedelta` in [`delta`], `tzinfo` and `timezone` in [`zone`], `date`, `time` and `datetime` ([`moment`]) in files of their
//! own; numbers and their ranges in [`fields`], the system's clock and zone in [`clock`], text in [`text`] and [`iso`].
//!
//! Invariant: no instance changes, but for a hash that is computed late and the fold that `make` gives to a new one. The structs are the
//! ABI's, which C reads.

pub mod clock;
pub mod date;
pub mod delta;
pub mod fields;
pub mod iso;
pub mod moment;
pub mod text;
pub mod time;
pub mod zone;

use heap::{Object, PyType, Raised, Ref, Thread, Type};
use macros::pymodule;
use objects::{intern, typing};

use date::Date;
use delta::Delta;
use fields::{Clock, DAY, Day, Moment};
use moment::DateTime;
use time::Time;
use zone::TimeZone;

/// Gives a type an attribute, once: the module may be made again, the types may not.
fn set(th: &mut Thread, ty: &Type, name: &str, value: Ref<Object>) {
    if let Some(dict) = typing::lookup::own_dict(ty) {
        let name = intern(th, name);
        if !dict.contains_str(th, name) {
            dict.set_str(th, name, value);
        }
    }
}

const LAST_DAY: Day = Day { year: 9999, month: 12, day: 31 };
const FIRST_DAY: Day = Day { year: 1, month: 1, day: 1 };
const LAST_TIME: Clock = Clock { hour: 23, minute: 59, second: 59, micro: 999_999 };

#[pymodule(name = "_datetime", types(Delta, Date, Time, DateTime, zone::TzInfo, TimeZone), hidden(date::IsoCalendar))]
pub mod datetime {
    //! Fast implementation of the datetime module.
    use super::*;

    #[constant]
    const MINYEAR: i32 = fields::MIN_YEAR;
    #[constant]
    const MAXYEAR: i32 = fields::MAX_YEAR;

    #[attr]
    fn UTC(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(zone::utc(th)?.up())
    }

    #[exec]
    fn exec(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        let micro = Delta::of_micros(th, 1)?.up();
        let day = i128::from(DAY);
        let delta = Delta::type_object();
        let (min, max) = (Delta::of_micros(th, -999_999_999 * day)?, Delta::of_micros(th, 1_000_000_000 * day - 1)?);
        set(th, delta, "min", min.up());
        set(th, delta, "max", max.up());
        set(th, delta, "resolution", micro.clone());
        let date = Date::type_object();
        let (min, max, one) = (Date::new(th, FIRST_DAY), Date::new(th, LAST_DAY), Delta::of_micros(th, day)?);
        set(th, date, "min", min.up());
        set(th, date, "max", max.up());
        set(th, date, "resolution", one.up());
        let time = Time::type_object();
        let (min, max) = (Time::new(th, Clock::MIDNIGHT, None, false), Time::new(th, LAST_TIME, None, false));
        set(th, time, "min", min.up());
        set(th, time, "max", max.up());
        set(th, time, "resolution", micro.clone());
        let moment = DateTime::type_object();
        let min = DateTime::new(th, Moment { day: FIRST_DAY, clock: Clock::MIDNIGHT }, None, false);
        let max = DateTime::new(th, Moment { day: LAST_DAY, clock: LAST_TIME }, None, false);
        set(th, moment, "min", min.up());
        set(th, moment, "max", max.up());
        set(th, moment, "resolution", micro);
        let zone = TimeZone::type_object();
        let last = DAY - 60 * fields::SECOND;
        let (utc, min, max) = (zone::utc(th)?, TimeZone::of_micros(th, -last)?, TimeZone::of_micros(th, last)?);
        set(th, zone, "utc", utc.up());
        set(th, zone, "min", min.up());
        set(th, zone, "max", max.up());
        Ok(())
    }
}
