//! What a zone knows: its transitions, the kinds of time between them, and the rule behind them. It never changes.

use heap::{Heaped, Object, Raised, Ref, Thread, Visitor};
use objects::exceptions::exception_type;
use objects::glue::{HeapField, IntValue, upward};
use objects::{Bytes, Str, Tuple, none_ref, ops, raise};

use super::rules::{self, Bad, When};
use crate::datetime::delta::Delta;

const SECOND: i128 = 1_000_000;
/// What summer time is ahead where the file does not tell.
const HOUR: i64 = 3600;

/// A kind of time: standard or summer time, by one offset.
pub struct Info {
    pub offset: Ref<Delta>,
    pub dst: Ref<Delta>,
    pub name: Ref<Object>,
    /// The offset again.
    pub seconds: i64,
    dst_seconds: i64,
}

impl Info {
    fn new(th: &mut Thread, seconds: i64, dst_seconds: i64, name: Ref<Object>) -> Result<Info, Raised> {
        let offset = Delta::of_micros(th, i128::from(seconds) * SECOND)?;
        let dst = Delta::of_micros(th, i128::from(dst_seconds) * SECOND)?;
        Ok(Info { offset, dst, name, seconds, dst_seconds })
    }

    fn equals(&self, th: &mut Thread, other: &Info) -> Result<bool, Raised> {
        if (self.seconds, self.dst_seconds) != (other.seconds, other.dst_seconds) {
            return Ok(false);
        }
        ops::eq(th, &self.name, &other.name)
    }
}

/// The rule behind the last transition.
struct After {
    std: Info,
    summer: Option<Summer>,
}

struct Summer {
    info: Info,
    /// How far it is ahead; behind, if negative.
    ahead: i64,
    start: When,
    end: When,
}

impl Summer {
    /// At a local time that the fold makes unambiguous.
    fn is_on(&self, time: i64, fold: bool, year: i32) -> bool {
        let (mut start, mut end) = (self.start.in_year(year), self.end.in_year(year));
        // The time with the smaller offset lasts from the end of the gap to the end of the fold; with the fold, from and to the beginnings.
        if fold == (self.ahead >= 0) {
            end -= self.ahead;
        } else {
            start += self.ahead;
        }
        between(time, start, end)
    }

    /// At a time in UTC; and whether the local time is one that comes twice, for the second time.
    fn is_on_in_utc(&self, time: i64, std_seconds: i64, year: i32) -> (bool, bool) {
        let start = self.start.in_year(year) - std_seconds;
        let end = self.end.in_year(year) - self.info.seconds;
        let fold = if self.ahead > 0 { end..end + self.ahead } else { start..start - self.ahead };
        (between(time, start, end), fold.contains(&time))
    }
}

/// Summer may contain the turn of the year.
fn between(time: i64, start: i64, end: i64) -> bool {
    if start < end { (start..end).contains(&time) } else { time < end || time >= start }
}

pub struct Data {
    infos: Vec<Info>,
    /// When the clocks change, in seconds since 1970.
    utc: Vec<i64>,
    /// The same as local clocks count, without and with fold.
    local: [Vec<i64>; 2],
    /// The kind of time from each transition on.
    from: Vec<usize>,
    /// The kind of time before the first one.
    before: usize,
    after: After,
    /// All is one kind of time.
    fixed: bool,
}

impl HeapField for Info {
    fn visit(&self, visitor: &mut Visitor) {
        self.offset.visit(visitor);
        self.dst.visit(visitor);
        self.name.visit(visitor);
    }

    fn clear(&self, _: &mut Thread, _: &impl Heaped) {}
}

impl HeapField for Data {
    fn visit(&self, visitor: &mut Visitor) {
        self.infos.visit(visitor);
        self.after.std.visit(visitor);
        if let Some(summer) = &self.after.summer {
            summer.info.visit(visitor);
        }
    }

    fn clear(&self, _: &mut Thread, _: &impl Heaped) {}
}

fn integer(th: &mut Thread, object: &Object) -> Result<i64, Raised> {
    match upward::index(th, object)? {
        IntValue::Small(small) if i64::try_from(small).is_ok() => Ok(small as i64),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

/// The parts of what `zoneinfo._common.load_data` returns.
fn parts(th: &mut Thread, loaded: &Object) -> Result<[Vec<Ref<Object>>; 5], Raised> {
    let Some(tuple) = loaded.downcast_exact::<Tuple>().filter(|tuple| tuple.len() >= 6) else {
        let shown = ops::repr(th, loaded)?.to_string_lossy();
        return Err(raise::type_error(th, format_args!("Invalid data result type: {shown}")));
    };
    let mut parts: [Vec<Ref<Object>>; 5] = Default::default();
    for (part, items) in parts.iter_mut().zip(tuple.iter()) {
        *part = ops::to_vec(th, items)?;
    }
    let [from, utc, offsets, summers, names] = &parts;
    if from.len() < utc.len() || summers.len() < offsets.len() || names.len() < offsets.len() {
        return Err(raise::index_error(th, format_args!("tuple index out of range")));
    }
    Ok(parts)
}

#[cold]
fn raise_bad(th: &mut Thread, bad: Bad, text: &Object) -> Raised {
    let what = match bad {
        Bad::Std => "Invalid STD format in",
        Bad::StdOffset => "Invalid STD offset in",
        Bad::Dst => "Invalid DST format in",
        Bad::DstOffset => "Invalid DST offset in",
        Bad::Missing => "Missing transition rules in TZ string:",
        Bad::Malformed => "Malformed transition rule in TZ string:",
        Bad::Extra => "Extraneous characters at end of TZ string:",
    };
    match ops::repr(th, text) {
        Ok(shown) => raise::value_error(th, format_args!("{what} {}", shown.to_string_lossy())),
        Err(raised) => raised,
    }
}

impl Data {
    /// From what the library's Python half read of a file.
    pub fn new(th: &mut Thread, loaded: &Object) -> Result<Data, Raised> {
        let [from, utc, offsets, summers, names] = parts(th, loaded)?;
        let mut times = Vec::with_capacity(utc.len());
        let mut kinds = Vec::with_capacity(utc.len());
        for (time, kind) in utc.iter().zip(&from) {
            times.push(integer(th, time)?);
            let kind = integer(th, kind)?;
            match usize::try_from(kind).ok().filter(|&kind| kind < offsets.len()) {
                Some(kind) => kinds.push(kind),
                None => {
                    return Err(raise::value_error(th, format_args!("Invalid transition index found while reading TZif: {kind}")));
                }
            }
        }
        let (mut seconds, mut is_summer) = (Vec::new(), Vec::new());
        for (offset, summer) in offsets.iter().zip(&summers) {
            seconds.push(integer(th, offset)?);
            is_summer.push(ops::is_true(th, summer)?);
        }
        let ahead = summer_offsets(&kinds, &seconds, &is_summer);
        let mut infos = Vec::with_capacity(seconds.len());
        for ((&seconds, &ahead), name) in seconds.iter().zip(&ahead).zip(names) {
            infos.push(Info::new(th, seconds, ahead, name)?);
        }
        let text = loaded.downcast_exact::<Tuple>().map_or(none_ref(), |tuple| tuple.get(5).to_owned());
        let after = rule(th, &text, &infos, &kinds)?;
        let fixed = match (infos.as_slice(), &after.summer) {
            (_, Some(_)) => false,
            ([], None) => true,
            ([only], None) => only.equals(th, &after.std)?,
            _ => false,
        };
        let before = is_summer.iter().position(|summer| !summer).unwrap_or(0);
        let local = [false, true].map(|fold| local_times(&times, &kinds, &seconds, fold));
        Ok(Data { infos, utc: times, local, from: kinds, before, after, fixed })
    }

    /// The kind of time where all is one.
    pub fn only(&self) -> Option<&Info> {
        self.fixed.then_some(&self.after.std)
    }

    /// The kind of time at a local time.
    pub fn at(&self, time: i64, fold: bool, year: i32) -> &Info {
        let local = &self.local[usize::from(fold)];
        match (local.first(), local.last()) {
            (Some(&first), _) if time < first => &self.infos[self.before],
            (_, Some(&last)) if time <= last => &self.infos[self.from[local.partition_point(|&from| from <= time) - 1]],
            _ => match &self.after.summer {
                Some(summer) if summer.is_on(time, fold, year) => &summer.info,
                _ => &self.after.std,
            },
        }
    }

    /// The kind of time at a time in UTC, and the fold.
    pub fn at_utc(&self, time: i64, year: i32) -> (&Info, bool) {
        let count = self.utc.len();
        match (self.utc.first(), self.utc.last()) {
            (Some(&first), _) if time < first => (&self.infos[self.before], false),
            (_, Some(&last)) if time <= last => {
                let next = self.utc.partition_point(|&from| from <= time);
                let (info, earlier) = (&self.infos[self.from[next - 1]], self.kind_before(next - 1));
                (info, earlier.seconds - info.seconds > time - self.utc[next - 1])
            }
            _ => {
                let (info, mut fold) = match &self.after.summer {
                    None => (&self.after.std, false),
                    Some(summer) => {
                        let (on, fold) = summer.is_on_in_utc(time, self.after.std.seconds, year);
                        (if on { &summer.info } else { &self.after.std }, fold)
                    }
                };
                // Right behind the last transition it is that one which may have made the time come twice.
                if let Some(&last) = self.utc.last() {
                    let back = self.kind_before(count - 1).seconds - info.seconds;
                    fold |= back > 0 && time < last.saturating_add(back);
                }
                (info, fold)
            }
        }
    }

    /// The kind of time that ends with a transition.
    fn kind_before(&self, transition: usize) -> &Info {
        match transition.checked_sub(1) {
            Some(earlier) => &self.infos[self.from[earlier]],
            None => &self.infos[self.before],
        }
    }
}

/// The rule that a file gives; else what its last transition led to goes on.
fn rule(th: &mut Thread, text: &Object, infos: &[Info], kinds: &[usize]) -> Result<After, Raised> {
    if !ops::is_true(th, text)? {
        let Some(last) = kinds.last().map_or(infos.last(), |&kind| infos.get(kind)) else {
            return Err(raise::value_error(th, format_args!("No time zone information found.")));
        };
        let std = Info::new(th, last.seconds, last.dst_seconds, last.name.clone())?;
        return Ok(After { std, summer: None });
    }
    let Some(bytes) = text.downcast_ref::<Bytes>() else {
        let got = ops::type_name(text);
        return Err(raise::type_error(th, format_args!("expected bytes, {got} found")));
    };
    let rule = rules::parse(bytes.as_slice()).map_err(|bad| raise_bad(th, bad, text))?;
    let name = Str::new(th, &rule.name).up();
    let std = Info::new(th, rule.offset, 0, name)?;
    let Some(summer) = rule.summer else { return Ok(After { std, summer: None }) };
    let (name, ahead) = (Str::new(th, &summer.name).up(), summer.offset - rule.offset);
    let info = Info::new(th, summer.offset, ahead, name)?;
    Ok(After { std, summer: Some(Summer { info, ahead, start: summer.start, end: summer.end }) })
}

/// How far each kind of summer time is ahead: the file says only that it is. The time before it, or else behind it, tells.
fn summer_offsets(kinds: &[usize], seconds: &[i64], is_summer: &[bool]) -> Vec<i64> {
    let mut ahead = vec![0; seconds.len()];
    for (at, pair) in kinds.windows(2).enumerate() {
        let (earlier, kind) = (pair[0], pair[1]);
        if !is_summer[kind] || ahead[kind] != 0 {
            continue;
        }
        if !is_summer[earlier] {
            ahead[kind] = seconds[kind] - seconds[earlier];
        }
        if ahead[kind] == 0
            && kind + 1 < seconds.len()
            && let Some(&later) = kinds.get(at + 2)
            && !is_summer[later]
        {
            ahead[kind] = seconds[kind] - seconds[later];
        }
    }
    for (ahead, summer) in ahead.iter_mut().zip(is_summer) {
        if *summer && *ahead == 0 {
            *ahead = HOUR;
        }
    }
    ahead
}

/// When transitions happen as local clocks count: by the larger of the two offsets, with fold by the smaller.
fn local_times(times: &[i64], kinds: &[usize], seconds: &[i64], fold: bool) -> Vec<i64> {
    let mut before = seconds.first().copied().unwrap_or(0);
    let mut local = Vec::with_capacity(times.len());
    for (&time, &kind) in times.iter().zip(kinds) {
        let after = seconds[kind];
        let offset = if fold { before.min(after) } else { before.max(after) };
        local.push(time.wrapping_add(offset));
        before = after;
    }
    local
}

/// `pickle.PicklingError`, or the nearest that there is.
pub fn pickling_error(th: &mut Thread, message: &str) -> Raised {
    let class = interp::import::import_module(th, "pickle").and_then(|pickle| ops::getattr_str(th, &pickle, "PicklingError"));
    match class {
        Ok(class) => raise::new(th, objects::glue::as_type(&class).unwrap_or(exception_type()), format_args!("{message}")),
        Err(raised) => raised,
    }
}
