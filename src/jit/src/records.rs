//! What became of each place that was to be compiled: for `sys._jit`, the log, and whoever wants to know why something is slow.
//!
//! Invariant: every reason is a value of [`Refusal`] or [`Reason`], and counted. A unit's record has its counters, which it shares with the
//! unit; it goes when the unit's code ends. Of what ended and of what was refused only the last records stay: all that grows has a limit here.
#![allow(unsafe_code, reason = "its lock is held over a fork")]

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use heap::sync::{AtomicU64, Mutex, Ordering::Relaxed};
use interp::Code;
use interp::compiled::report::{self, Totals, UnitReport};

use crate::build::{Entry, Refused};
use crate::coverage;
use crate::hir::{ExitData, Function, Reason};
use crate::snapshot::Snapshot;

/// So many records of what ended stay, and so many of what was refused.
const MOST_RECORDS: usize = 256;
/// Of so many places in units that ended it is known how often they were left there.
const MOST_SITES: usize = 2048;

/// Why a place was not compiled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Refusal {
    NoBackEnd,
    TooLarge,
    /// The words are no code.
    Undecodable,
    /// What the builder assumed did not settle.
    Unsettled,
    /// The builder made something that the verifier refuses.
    Broken,
    /// The interpreter takes no longer.
    NoGain,
    /// No memory for code is left.
    NoRoom,
    /// The back end could not make code of it.
    NotMade,
}

/// The same with what there is to say of it.
#[derive(Clone, Debug)]
pub struct Failure {
    pub why: Refusal,
    pub what: String,
}

impl Failure {
    pub fn new(why: Refusal, what: impl ToString) -> Failure {
        Failure { why, what: what.to_string() }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        let why = match refused {
            Refused::TooLarge => Refusal::TooLarge,
            Refused::Undecodable => Refusal::Undecodable,
            Refused::Unsettled => Refusal::Unsettled,
            Refused::Broken(_) => Refusal::Broken,
        };
        Failure { why, what: format!("{refused:?}") }
    }
}

/// The name of a reason as people read it: `NotCompiled` is `not compiled`.
pub fn words(name: &impl core::fmt::Debug) -> String {
    let mut words = String::new();
    for letter in format!("{name:?}").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Where code comes from.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: Arc<str>,
    pub file: Arc<str>,
    pub first_line: u32,
    /// By words; 0: none.
    lines: Arc<[u32]>,
}

impl Source {
    pub fn of(code: &Code) -> Source {
        let made_of = code.source();
        let mut lines = vec![0; made_of.words.len()];
        for run in made_of.positions.iter() {
            let end = (run.end as usize).min(lines.len());
            lines[(run.start as usize).min(end)..end].fill(run.position.map_or(0, |position| position.line));
        }
        Source { name: code.qualname().to_string_lossy().into(), file: code.filename().to_string_lossy().into(), first_line: made_of.first_line, lines: lines.into() }
    }

    #[cfg(test)]
    pub fn with_lines(name: &str, file: &str, lines: &[u32]) -> Source {
        Source { name: name.into(), file: file.into(), first_line: 1, lines: lines.into() }
    }

    /// The line of the instruction at a word.
    pub fn line(&self, pc: u32) -> Option<u32> {
        self.lines.get(pc as usize).copied().filter(|line| *line != 0)
    }
}

/// How a unit's exits are counted: by the unit itself. The first word is whoever compiles' own.
pub type Counters = Arc<[AtomicU64]>;

/// A way out, by the number that it has in its unit.
#[derive(Clone, Copy, Debug)]
struct Exit {
    /// Which of the unit's codes is left.
    code: usize,
    pc: u32,
    line: Option<u32>,
    reason: Reason,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Live,
    GivenUp(Reason),
    Ended,
    Refused(Refusal),
}

/// How long a place waited, and how long compiling took.
#[derive(Clone, Copy, Default, Debug)]
pub struct Times {
    pub waited: Duration,
    pub took: Duration,
}

/// What was made.
#[derive(Clone, Default, Debug)]
pub struct Product {
    pub tier: u8,
    /// Where its code lies.
    pub code: Range<usize>,
    pub instructions: usize,
}

struct Record {
    name: Arc<str>,
    file: Arc<str>,
    /// Its own code first, then those that it runs as parts of itself.
    parts: Box<[Part]>,
    first_line: u32,
    entry: Entry,
    line: Option<u32>,
    times: Times,
    product: Product,
    fate: Fate,
    exits: Box<[Exit]>,
    counters: Counters,
}

/// The lines of a code that a unit contains.
struct Part {
    name: Arc<str>,
    file: Arc<str>,
    lines: Box<[u32]>,
}

impl Part {
    fn new(source: &Source, words: BTreeSet<u32>) -> Part {
        let lines: BTreeSet<u32> = words.into_iter().filter_map(|pc| source.line(pc)).collect();
        Part { name: source.name.clone(), file: source.file.clone(), lines: lines.into_iter().collect() }
    }

    fn report(&self) -> report::Part {
        report::Part { name: self.name.to_string(), file: self.file.to_string(), lines: self.lines.to_vec() }
    }
}

/// What a unit was made of: its own code first, then those that it runs as parts of itself.
pub struct Origin<'a> {
    pub sources: &'a [Source],
    pub codes: &'a [Snapshot],
    pub function: &'a Function,
}

impl Origin<'_> {
    fn parts(&self) -> Box<[Part]> {
        self.sources.iter().zip(coverage::words(self.codes, self.function)).map(|(source, words)| Part::new(source, words)).collect()
    }

    fn exits(&self) -> Box<[Exit]> {
        let exit = |exit: &ExitData| {
            let (code, pc) = coverage::place(self.function, exit.pc);
            Exit { code, pc, line: self.sources[code].line(pc), reason: exit.reason }
        };
        self.function.exits.iter().map(exit).collect()
    }
}

/// A place where units were left, for one reason.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Site {
    pub name: Arc<str>,
    pub file: Arc<str>,
    pub line: Option<u32>,
    pub reason: Reason,
}

/// How often units were left, by site.
#[derive(Clone, Default, Debug)]
pub struct Sites {
    pub counts: HashMap<Site, u64>,
    /// At places that nobody remembers.
    pub others: u64,
}

impl Sites {
    fn add(&mut self, site: Site, count: u64) {
        match self.counts.get_mut(&site) {
            Some(known) => *known += count,
            None => drop(self.counts.insert(site, count)),
        }
    }

    /// The same, if there is room for another site.
    fn add_within_limit(&mut self, site: Site, count: u64) {
        if self.counts.len() < MOST_SITES || self.counts.contains_key(&site) {
            self.add(site, count);
        } else {
            self.others += count;
        }
    }
}

impl Record {
    fn new(source: &Source, entry: Entry, times: Times, fate: Fate) -> Record {
        Record {
            name: source.name.clone(),
            file: source.file.clone(),
            first_line: source.first_line,
            entry,
            line: source.line(entry.pc()),
            times,
            product: Product::default(),
            fate,
            parts: Box::default(),
            exits: Box::default(),
            counters: Arc::default(),
        }
    }

    /// The exits that were taken, with their counts.
    fn taken(&self) -> impl Iterator<Item = (&Exit, u64)> {
        let counts = self.counters.iter().skip(1).map(|count| count.load(Relaxed));
        self.exits.iter().zip(counts).filter(|(_, count)| *count > 0)
    }

    fn sites(&self) -> impl Iterator<Item = (Site, u64)> {
        self.taken().map(|(exit, count)| {
            let part = &self.parts[exit.code];
            (Site { name: part.name.clone(), file: part.file.clone(), line: exit.line, reason: exit.reason }, count)
        })
    }

    fn report(&self) -> UnitReport {
        UnitReport {
            name: self.name.to_string(),
            file: self.file.to_string(),
            first_line: self.first_line,
            pc: self.entry.pc(),
            line: self.line,
            is_loop: matches!(self.entry, Entry::Loop(_)),
            tier: self.product.tier,
            state: match self.fate {
                Fate::Live => report::State::Live,
                Fate::GivenUp(reason) => report::State::GivenUp(words(&reason)),
                Fate::Ended => report::State::Ended,
                Fate::Refused(why) => report::State::Refused(words(&why)),
            },
            seconds: self.times.took.as_secs_f64(),
            waited: self.times.waited.as_secs_f64(),
            code_bytes: self.product.code.len() as u64,
            instructions: self.product.instructions as u64,
            lines: self.parts.first().map_or_else(Vec::new, |own| own.lines.to_vec()),
            parts: self.parts.iter().skip(1).filter(|part| !part.lines.is_empty()).map(Part::report).collect(),
            exits: self.exits_report(),
        }
    }

    /// Exits of one instruction and reason are one here. Polls are no reason to worry, and nobody counts them.
    fn exits_report(&self) -> Vec<report::Exit> {
        let mut exits: BTreeMap<(usize, u32, Reason), (Option<u32>, u64)> = BTreeMap::new();
        let counts = self.counters.iter().skip(1).map(|count| count.load(Relaxed));
        for (exit, count) in self.exits.iter().zip(counts).filter(|(exit, _)| exit.reason.is_counted()) {
            exits.entry((exit.code, exit.pc, exit.reason)).or_insert((exit.line, 0)).1 += count;
        }
        let report = |((code, pc, reason), (line, count))| {
            let part: &Part = &self.parts[code];
            report::Exit { name: part.name.to_string(), file: part.file.to_string(), pc, line, reason: words(&reason), count }
        };
        exits.into_iter().map(report).collect()
    }
}

#[derive(Default)]
struct Inner {
    /// Units whose code lives, by their numbers.
    units: BTreeMap<u64, Record>,
    /// The last ones that ended, and places that were refused.
    ended: VecDeque<Record>,
    refused: VecDeque<Record>,
    /// What was counted of all, by reason.
    compiled: u64,
    ended_count: u64,
    seconds: f64,
    refusals: BTreeMap<Refusal, u64>,
    given_up: BTreeMap<Reason, u64>,
    /// Where units that ended were left.
    ended_exits: BTreeMap<Reason, u64>,
    ended_sites: Sites,
}

/// All records.
#[derive(Default)]
pub struct Records {
    inner: Mutex<Inner>,
    queued: AtomicU64,
}

fn keep_last(records: &mut VecDeque<Record>, record: Record) {
    if records.len() == MOST_RECORDS {
        records.pop_front();
    }
    records.push_back(record);
}

impl Records {
    /// A unit was made: its number.
    pub fn made(&self, origin: &Origin<'_>, entry: Entry, times: Times, product: Product, counters: Counters) -> u64 {
        let mut record = Record::new(&origin.sources[0], entry, times, Fate::Live);
        (record.parts, record.exits) = (origin.parts(), origin.exits());
        (record.product, record.counters) = (product, counters);
        let mut inner = self.inner.lock();
        inner.compiled += 1;
        inner.seconds += times.took.as_secs_f64();
        let number = inner.compiled;
        inner.units.insert(number, record);
        number
    }

    /// A place was not compiled.
    pub fn refused(&self, source: &Source, entry: Entry, times: Times, why: Refusal) {
        let record = Record::new(source, entry, times, Fate::Refused(why));
        let mut inner = self.inner.lock();
        inner.seconds += times.took.as_secs_f64();
        *inner.refusals.entry(why).or_default() += 1;
        keep_last(&mut inner.refused, record);
    }

    /// A unit was left too often for a reason: where it was left so far.
    pub fn given_up(&self, number: u64, reason: Reason) -> Sites {
        let mut inner = self.inner.lock();
        *inner.given_up.entry(reason).or_default() += 1;
        let mut sites = Sites::default();
        if let Some(record) = inner.units.get_mut(&number) {
            record.fate = Fate::GivenUp(reason);
            record.sites().for_each(|(site, count)| sites.add(site, count));
        }
        sites
    }

    /// A unit's code has ended.
    pub fn ended(&self, number: u64) {
        let mut inner = self.inner.lock();
        let Some(mut record) = inner.units.remove(&number) else { return };
        inner.ended_count += 1;
        for (exit, count) in record.taken() {
            *inner.ended_exits.entry(exit.reason).or_default() += count;
        }
        record.sites().for_each(|(site, count)| inner.ended_sites.add_within_limit(site, count));
        if record.fate == Fate::Live {
            record.fate = Fate::Ended;
        }
        keep_last(&mut inner.ended, record);
    }

    /// A place waits to be compiled, or does not any more.
    pub fn queued(&self) {
        self.queued.fetch_add(1, Relaxed);
    }

    pub fn taken(&self) {
        self.queued.fetch_sub(1, Relaxed);
    }

    /// What waited is lost: the process was forked, and this is the child.
    pub fn lost_queue(&self) {
        self.queued.store(0, Relaxed);
    }

    /// What was done so far.
    pub fn totals(&self) -> Totals {
        let inner = self.inner.lock();
        let mut exits = inner.ended_exits.clone();
        for (exit, count) in inner.units.values().flat_map(Record::taken) {
            *exits.entry(exit.reason).or_default() += count;
        }
        Totals {
            compiled: inner.compiled,
            live: inner.units.values().filter(|record| record.fate == Fate::Live).count() as u64,
            ended: inner.ended_count,
            refused: named(&inner.refusals),
            given_up: named(&inner.given_up),
            exits: named(&exits),
            code_bytes: inner.units.values().map(|record| record.product.code.len() as u64).sum(),
            compile_seconds: inner.seconds,
            queued: self.queued.load(Relaxed),
        }
    }

    /// All records, the units whose code lives last.
    pub fn units(&self) -> Vec<UnitReport> {
        let inner = self.inner.lock();
        inner.refused.iter().chain(&inner.ended).chain(inner.units.values()).map(Record::report).collect()
    }

    /// Name, file and code of each unit whose code lives.
    pub fn codes(&self) -> Vec<(Arc<str>, Arc<str>, Range<usize>)> {
        let inner = self.inner.lock();
        inner.units.values().map(|record| (record.name.clone(), record.file.clone(), record.product.code.clone())).collect()
    }

    /// Where units were left.
    pub fn sites(&self) -> Sites {
        let inner = self.inner.lock();
        let mut sites = inner.ended_sites.clone();
        inner.units.values().flat_map(Record::sites).for_each(|(site, count)| sites.add(site, count));
        sites
    }

    /// Nobody reads or writes until [`Records::unlock`].
    pub fn lock(&self) {
        core::mem::forget(self.inner.lock());
    }

    /// By the thread that locked it, after a fork in either process.
    pub fn unlock(&self) {
        // SAFETY: `lock` locked it.
        unsafe { self.inner.force_unlock() };
    }
}

/// Counts by the names of what is counted.
fn named<K: core::fmt::Debug>(counts: &BTreeMap<K, u64>) -> report::Counts {
    counts.iter().map(|(name, count)| (words(name), *count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source::with_lines("f", "f.py", &[1, 0, 2, 3])
    }

    /// A unit with an exit at line 2, taken five times, and a poll at line 3.
    fn add(records: &Records) -> u64 {
        let mut function = Function::new("f", 2);
        function.exit(ExitData { pc: 2, room: 0, linked: 0, dying: None, reason: Reason::Class, writes: Vec::new() });
        function.exit(ExitData { pc: 3, room: 0, linked: 0, dying: None, reason: Reason::Poll, writes: Vec::new() });
        let counters: Counters = (0..3).map(|_| AtomicU64::new(0)).collect();
        counters[1].store(5, Relaxed);
        let product = Product { tier: 1, code: 64..128, instructions: 7 };
        let origin = Origin { sources: &[source()], codes: &[Snapshot::default()], function: &function };
        records.made(&origin, Entry::Loop(2), Times::default(), product, counters)
    }

    #[test]
    fn reasons_have_words() {
        assert_eq!([words(&Refusal::NoBackEnd), words(&Reason::Class)], ["no back end", "class"]);
    }

    #[test]
    fn what_ends_is_counted_on() {
        let records = Records::default();
        let number = add(&records);
        let unit = &records.units()[0];
        assert_eq!((unit.state.clone(), unit.line, unit.exits.len(), unit.exits[0].count), (report::State::Live, Some(2), 1, 5));
        assert_eq!(records.given_up(number, Reason::Class).counts.len(), 1);
        records.ended(number);
        let totals = records.totals();
        assert_eq!((totals.compiled, totals.live, totals.ended, totals.code_bytes), (1, 0, 1, 0));
        assert_eq!(totals.given_up, [("class".to_owned(), 1)]);
        assert_eq!(totals.exits, [("class".to_owned(), 5)]);
        assert_eq!(records.units()[0].state, report::State::GivenUp("class".to_owned()));
    }

    #[test]
    fn records_do_not_pile_up() {
        let records = Records::default();
        for _ in 0..3 * MOST_RECORDS {
            let number = add(&records);
            records.ended(number);
            records.refused(&source(), Entry::Function(0), Times::default(), Refusal::TooLarge);
        }
        assert_eq!(records.units().len(), 2 * MOST_RECORDS);
        assert_eq!(records.totals().refused, [("too large".to_owned(), 3 * MOST_RECORDS as u64)]);
        assert_eq!(records.sites().counts.values().sum::<u64>(), 15 * MOST_RECORDS as u64);
        let mut sites = Sites::default();
        for line in 0..2 * MOST_SITES as u32 {
            sites.add_within_limit(Site { name: "f".into(), file: "f.py".into(), line: Some(line), reason: Reason::Class }, 1);
        }
        assert_eq!((sites.counts.len(), sites.others), (MOST_SITES, MOST_SITES as u64));
    }
}
