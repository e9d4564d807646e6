//! Dates and times as text: ISO 8601, and what `strftime` leaves to us.

use heap::{Object, Raised, Ref, Thread, Type};
use objects::glue::{Args, KwArgs};
use objects::{Int, Str, none, ops, raise};

use super::fields::{Clock, Day, Signature};
use super::zone::{self, UTCOFFSET};

/// `YYYY-MM-DD`
pub fn iso_date(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

/// The time to the precision that is asked for.
pub fn iso_time(th: &mut Thread, clock: Clock, timespec: Option<&str>) -> Result<String, Raised> {
    let Clock { hour, minute, second, micro } = clock;
    let spec = match timespec {
        None | Some("auto") if micro == 0 => "seconds",
        None | Some("auto") => "microseconds",
        Some(spec) => spec,
    };
    Ok(match spec {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", micro / 1000),
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{micro:06}"),
        _ => return Err(raise::value_error(th, format_args!("Unknown timespec value"))),
    })
}

/// The argument `timespec`, parameter `place` of `isoformat`.
pub fn timespec(th: &mut Thread, given: Option<&Object>, place: usize) -> Result<Option<String>, Raised> {
    let Some(given) = given else { return Ok(None) };
    match given.downcast::<Str>() {
        Some(text) => Ok(Some(text.to_string_lossy())),
        None => {
            let got = ops::type_name(given);
            Err(raise::type_error(th, format_args!("isoformat() argument {place} must be str, not {got}")))
        }
    }
}

/// The argument of `strftime`.
pub fn format_argument<'a>(th: &mut Thread, args: Args<'a>, kwargs: KwArgs<'a>) -> Result<&'a Str, Raised> {
    const STRFTIME: Signature<1> = Signature { label: "strftime()", names: ["format"], required: 1, positional: 1 };
    let [format] = STRFTIME.bind(th, args, kwargs)?;
    string(th, "strftime", format.unwrap_or(none()))
}

/// The only argument of a function, which must be a string.
pub fn string<'a>(th: &mut Thread, function: &str, given: &'a Object) -> Result<&'a Str, Raised> {
    given.downcast::<Str>().ok_or_else(|| {
        let got = ops::type_name(given);
        raise::type_error(th, format_args!("{function}() argument 1 must be str, not {got}"))
    })
}

/// `cls.strptime(string, format)`, by the library's parser.
pub fn strptime(th: &mut Thread, function: &str, cls: &Type, string: &Str, format: &Str) -> Result<Ref<Object>, Raised> {
    let module = interp::import::import_module(th, "_strptime")?;
    let function = ops::getattr_str(th, &module, function)?;
    ops::call(th, &function, &[cls, string, format])
}

/// `object.__format__(format)`
pub fn format(th: &mut Thread, object: &Object, format: &Str) -> Result<Ref<Object>, Raised> {
    if format.is_empty() {
        return Ok(ops::str_(th, object)?.up());
    }
    let name = objects::intern(th, "strftime");
    ops::call_method(th, object, name, &[format])
}

/// What `%Y` and its like are to become for a year of less than four digits, which the C library does not pad.
fn padded_year(th: &mut Thread, code: char, tuple: &Object) -> Result<Option<String>, Raised> {
    let zero = Int::from_i64(th, 0);
    let year = ops::getitem(th, tuple, &zero)?;
    let year = ops::index(th, &year)?.to_i64().unwrap_or(0);
    if year >= 1000 {
        return Ok(None);
    }
    let year = match code {
        'G' => {
            let format = Str::new(th, "%G");
            let text = call_strftime(th, &format, tuple)?;
            text.downcast_ref::<Str>().and_then(|text| text.to_string_lossy().parse().ok()).unwrap_or(year)
        }
        _ => year,
    };
    Ok(Some(match code {
        'F' => format!("{year:04}-%m-%d"),
        'C' => format!("{:02}", year / 100),
        _ => format!("{year:04}"),
    }))
}

fn call_strftime(th: &mut Thread, format: &Str, tuple: &Object) -> Result<Ref<Object>, Raised> {
    let time = interp::import::import_module(th, "time")?;
    let strftime = ops::getattr_str(th, &time, "strftime")?;
    ops::call(th, &strftime, &[format, tuple])
}

/// `time.strftime` with what it does not know filled in: `%f`, `%z`, `%:z`, `%Z`, and years before 1000. `argument` is what the zone is
/// asked about.
pub fn strftime(th: &mut Thread, format: &Str, tuple: &Object, micro: i32, zone: Option<&Object>, argument: &Object) -> Result<Ref<Object>, Raised> {
    let points: Vec<u32> = format.chars().iter().collect();
    let mut out: Vec<u32> = Vec::with_capacity(points.len());
    let mut at = 0;
    while at < points.len() {
        let c = points[at];
        at += 1;
        let Some(&code) = points.get(at).filter(|_| c == u32::from('%')) else {
            out.push(c);
            continue;
        };
        at += 1;
        let replacement = match char::from_u32(code) {
            Some('f') => Some(format!("{micro:06}").chars().map(u32::from).collect()),
            Some('z') => Some(offset_points(th, zone, argument, "")?),
            Some(':') if points.get(at) == Some(&u32::from('z')) => {
                at += 1;
                Some(offset_points(th, zone, argument, ":")?)
            }
            Some('Z') => Some(name_points(th, zone, argument)?),
            Some(code @ ('Y' | 'G' | 'F' | 'C')) => padded_year(th, code, tuple)?.map(|text| text.chars().map(u32::from).collect()),
            _ => None,
        };
        match replacement {
            Some(points) => out.extend::<Vec<u32>>(points),
            None => out.extend([c, code]),
        }
    }
    let format = Str::from_code_points(th, &out);
    call_strftime(th, &format, tuple)
}

fn offset_points(th: &mut Thread, zone: Option<&Object>, argument: &Object, separator: &str) -> Result<Vec<u32>, Raised> {
    let offset = zone::offset(th, zone, &UTCOFFSET, argument)?;
    Ok(offset.map_or_else(Vec::new, |offset| zone::offset_text(offset, separator).chars().map(u32::from).collect()))
}

/// The zone's name, its percent signs doubled: by its own `replace`, as it may be of a class.
fn name_points(th: &mut Thread, zone: Option<&Object>, argument: &Object) -> Result<Vec<u32>, Raised> {
    let Some(name) = zone::name_of(th, zone, argument)? else { return Ok(Vec::new()) };
    let (one, two, replace) = (Str::new(th, "%"), Str::new(th, "%%"), objects::intern(th, "replace"));
    let doubled = ops::call_method(th, &name, replace, &[&one, &two])?;
    match doubled.downcast_ref::<Str>() {
        Some(doubled) => Ok(doubled.chars().iter().collect()),
        None => Err(raise::type_error(th, format_args!("tzname.replace() did not return a string"))),
    }
}
