//! `sys._contention`, and the same as text for `-X world-report`: what threads waited for and shared, and where (`heap::contention` measures).

use std::fmt::Write;

use heap::contention::{self as measured, Row, Snapshot, Tally, Wish};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Float, Int, List, Str, Tuple, ops, structseq};

/// A class of named tuples: its name, what it is, its fields.
struct Kind {
    class: Global<Object>,
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

impl Kind {
    const fn new(name: &'static str, doc: &'static str, fields: &'static [(&'static str, &'static str)]) -> Kind {
        Kind { class: Global::EMPTY, name, doc, fields }
    }

    fn make(&self, th: &mut Thread, values: &[Ref<Object>]) -> Result<Ref<Object>, Raised> {
        let class = self.class.get_or_init(th, |th| structseq::new_type(th, "sys", self.name, self.doc, self.fields, self.fields.len()))?;
        let values: Vec<&Object> = values.iter().map(|value| &**value).collect();
        structseq::new(th, &class, &values)
    }
}

static ALL: Kind = Kind::new(
    "_contention_info",
    "What sys._contention() returns. Times are in seconds; lists begin with the largest total.",
    &[
        ("on", "whether measuring goes on"),
        ("seconds", "how long it was measured"),
        ("threads", "where the time of each thread went"),
        ("waits", "waits for locks of objects: contention"),
        ("locks", "waits for locks, queues and threads of the program"),
        ("stops", "how often, and why, one thread stopped all others"),
        ("joined", "how often a thread that was alone was joined by another"),
        ("pauses", "collections of garbage"),
        ("shared", "what threads made reachable to others"),
        ("hot", "objects that threads came to count each for itself, because many use them"),
        ("foreign", "functions of extensions: what they cost, and who waited for them"),
        ("shown", "what was made reachable to others because extensions' functions were about to see it"),
    ],
);
static THREAD: Kind = Kind::new(
    "_contention_thread",
    "Where the time of a thread went, in seconds.",
    &[
        ("name", "as threading knows it; empty if it does not"),
        ("ident", "threading.get_ident()"),
        ("alive", "whether it still runs"),
        ("attached", "it ran Python, or was ready to"),
        ("detached", "it waited for something outside, or ran native code that touches no objects"),
        ("objects", "it waited for locks of objects"),
        ("locks", "it waited for locks, queues and threads of the program"),
        ("world", "it waited for the other threads to stop, or because one had stopped it"),
    ],
);
static WAIT: Kind = Kind::new(
    "_contention_wait",
    "Waits for objects of a type at a place.",
    &[
        ("type", "what was waited for"),
        ("file", "the file of the code that waited; None if no Python code ran"),
        ("line", "its line"),
        ("function", "its qualified name"),
        ("count", "how often"),
        ("total", "how long in all, in seconds"),
        ("longest", "how long at most, in seconds"),
    ],
);
static STOP: Kind = Kind::new(
    "_contention_stop",
    "Stops of all other threads, for one reason.",
    &[
        ("reason", "what for"),
        ("count", "how often"),
        ("waited", "how long, in all, until the others stood still, in seconds"),
        ("longest_wait", "the longest of these"),
        ("held", "how long, in all, they stood still, in seconds"),
        ("longest_hold", "the longest of these"),
    ],
);
static PAUSE: Kind = Kind::new(
    "_contention_pause",
    "Collections of one kind. Young and full ones stop all threads, private ones only their own.",
    &[("kind", "young, full or private"), ("count", "how many"), ("total", "how long in all, in seconds"), ("longest", "how long at most, in seconds")],
);
static SHARE: Kind = Kind::new(
    "_contention_share",
    "Objects of a type that became common at a place, with all that they reach.",
    &[
        ("type", "the type of what was stored where others find it"),
        ("file", "the file of the code that did it; None if no Python code ran"),
        ("line", "its line"),
        ("function", "its qualified name"),
        ("count", "how often"),
        ("objects", "how many objects became common, in all"),
        ("largest", "how many at most at once"),
    ],
);
static FOREIGN: Kind = Kind::new(
    "_contention_foreign",
    "A function of an extension. Without the time of what it calls: other extensions' functions, and Python code.",
    &[
        ("function", "its library and name"),
        ("calls", "how often it was called"),
        ("held", "how long it ran, in all, in seconds; unless its module runs in parallel it held the world"),
        ("longest_hold", "the longest stretch of this"),
        ("waited", "how long it waited for the world, in all, in seconds"),
        ("longest_wait", "the longest of these waits"),
        ("blocked", "how long other threads waited for it, in all, in seconds"),
        ("longest_block", "the longest of these waits"),
        ("who", "which threads these were: pairs of a name and seconds"),
    ],
);
static HOT: Kind = Kind::new(
    "_contention_hot",
    "Objects of a type that threads count each for itself.",
    &[
        ("type", "their type"),
        ("file", "the file of the code that used one when that was found out; None if no Python code ran"),
        ("line", "its line"),
        ("function", "its qualified name"),
        ("count", "how many"),
    ],
);

#[pymodule(part)]
pub mod contention {
    use super::*;

    /// Return what threads have waited for, and where.
    ///
    /// With True measuring begins, with False it ends; what was measured
    /// until now is returned, too.  With reset it is forgotten afterwards.
    /// As long as nothing is measured it costs nothing.
    ///
    ///     sys._contention(True, reset=True)
    ///     work()
    ///     found = sys._contention(False)
    ///     for wait in found.waits:
    ///         print(wait.type, wait.file, wait.line, wait.count, wait.total)
    ///
    /// The result is a named tuple; help() of its type, and of those of the
    /// items in its lists, says what each field is.  With text=True it is the
    /// text that -X world-report prints at the end of a program.
    #[function(sig = "(on=None, /, *, reset=False, text=False)")]
    fn _contention(th: &mut Thread, #[default(objects::none())] on: &Object, reset: bool, text: bool) -> Result<Ref<Object>, Raised> {
        let on = if on.is(objects::none()) { None } else { Some(ops::is_true(th, on)?) };
        let begins = on == Some(true) && !measured::is_on();
        let snapshot = measured::snapshot(th, Wish { on, reset });
        if begins {
            name_threads(th);
        }
        if text { Ok(Str::new(th, &describe(&snapshot)).up()) } else { as_data(th, &snapshot) }
    }
}

/// Measuring begins with the process.
pub fn begin(th: &mut Thread) {
    measured::snapshot(th, Wish { on: Some(true), reset: false });
    measured::set_name(th, "MainThread");
}

/// The program has ended: what is measured is its own.
pub fn end(th: &mut Thread) {
    if measured::is_on() {
        measured::snapshot(th, Wish { on: Some(false), reset: false });
    }
}

/// The report, as text.
pub fn report(th: &mut Thread) -> String {
    describe(&measured::snapshot(th, Wish::default()))
}

/// Threads that began before measuring did told nobody their names: the module `threading` knows them, if it is there.
fn name_threads(th: &mut Thread) {
    let mut known: Vec<(u64, String)> = Vec::new();
    if collect_names(th, &mut known).is_err() {
        th.take_exception();
    }
    measured::name_threads(th, &|ident| known.iter().find(|(known, _)| *known == ident).map(|(_, name)| name.clone()));
}

fn collect_names(th: &mut Thread, known: &mut Vec<(u64, String)>) -> Result<(), Raised> {
    let Some(threading) = super::modules(th)?.get_by_name(th, "threading") else { return Ok(()) };
    let active = ops::getattr_str(th, &threading, "_active")?;
    let Some(active) = active.downcast_ref::<Dict>() else { return Ok(()) };
    for (ident, thread) in active.snapshot(th) {
        let name = ops::getattr_str(th, &thread, "_name")?;
        if let (Some(ident), Some(name)) = (ident.downcast_ref::<Int>().and_then(Int::to_i64), name.downcast_ref::<Str>()) {
            known.push((ident as u64, name.to_string_lossy()));
        }
    }
    Ok(())
}

// --- as data ---

fn seconds(th: &Thread, ns: u64) -> Ref<Object> {
    Float::new(th, ns as f64 / 1e9).up()
}

fn number(th: &Thread, n: u64) -> Ref<Object> {
    Int::from_u64(th, n).up()
}

fn text(th: &Thread, text: &str) -> Ref<Object> {
    Str::new(th, text).up()
}

/// The type, file, line and function of a row.
fn place(th: &Thread, row: &Row) -> Vec<Ref<Object>> {
    let mut values = vec![text(th, &row.what)];
    match &row.site {
        Some(site) => values.extend([text(th, &site.file), number(th, site.line.into()), text(th, &site.function)]),
        None => values.extend(core::iter::repeat_with(objects::none_ref).take(3)),
    }
    values
}

fn list<T>(th: &mut Thread, items: &[T], make: impl Fn(&mut Thread, &T) -> Result<Ref<Object>, Raised>) -> Result<Ref<Object>, Raised> {
    let items = items.iter().map(|item| make(th, item)).collect::<Result<Vec<_>, Raised>>()?;
    Ok(List::new(th, items).up())
}

fn as_data(th: &mut Thread, all: &Snapshot) -> Result<Ref<Object>, Raised> {
    let threads = list(th, &all.threads, |th, thread| {
        let mut values = vec![text(th, &thread.name), number(th, thread.ident), objects::bool_ref(thread.alive)];
        let times = &thread.times;
        values.extend([times.attached, times.detached, times.objects, times.locks, times.world].map(|ns| seconds(th, ns)));
        THREAD.make(th, &values)
    })?;
    let wait = |th: &mut Thread, row: &Row| {
        let mut values = place(th, row);
        values.extend([number(th, row.tally.count), seconds(th, row.tally.total), seconds(th, row.tally.longest)]);
        WAIT.make(th, &values)
    };
    let waits = list(th, &all.objects, wait)?;
    let locks = list(th, &all.locks, wait)?;
    let stops = list(th, &all.stops, |th, stops| {
        let times = [stops.waited.total, stops.waited.longest, stops.held.total, stops.held.longest].map(|ns| seconds(th, ns));
        let mut values = vec![text(th, stops.reason.name()), number(th, stops.waited.count)];
        values.extend(times);
        STOP.make(th, &values)
    })?;
    let pauses = list(th, &all.pauses, |th, (pause, tally)| {
        let values = [text(th, pause.name()), number(th, tally.count), seconds(th, tally.total), seconds(th, tally.longest)];
        PAUSE.make(th, &values)
    })?;
    let share = |th: &mut Thread, row: &Row| {
        let mut values = place(th, row);
        values.extend([row.tally.count, row.tally.total, row.tally.longest].map(|n| number(th, n)));
        SHARE.make(th, &values)
    };
    let shared = list(th, &all.shared, share)?;
    let hot = list(th, &all.hot, |th, row| {
        let mut values = place(th, row);
        values.push(number(th, row.tally.count));
        HOT.make(th, &values)
    })?;
    let foreign = list(th, &all.foreign, |th, function| {
        let mut values = vec![text(th, &function.name), number(th, function.calls)];
        let (held, waited, blocked) = (&function.held, &function.waited, &function.blocked);
        let times = [held.total, held.longest, waited.total, waited.longest, blocked.total, blocked.longest];
        values.extend(times.map(|ns| seconds(th, ns)));
        let who = list(th, &function.who, |th, (name, tally)| {
            let pair = vec![text(th, name), seconds(th, tally.total)];
            Ok(Tuple::new(th, pair).up())
        })?;
        values.push(who);
        FOREIGN.make(th, &values)
    })?;
    let shown = list(th, &all.shown, share)?;
    let (span, joined) = (seconds(th, all.span), number(th, all.joined));
    ALL.make(th, &[objects::bool_ref(all.on), span, threads, waits, locks, stops, joined, pauses, shared, hot, foreign, shown])
}

// --- as text ---

/// Longer lists are cut in the text.
const MOST_ROWS: usize = 20;

/// Lines of columns: the first and the last are text, the others numbers.
struct Columns(Vec<Vec<String>>);

impl Columns {
    fn new(title: &str, numbers: &[&str], last: &str) -> Columns {
        let mut head = vec![title.to_owned()];
        head.extend(numbers.iter().map(|&name| name.to_owned()));
        head.push(last.to_owned());
        Columns(vec![head])
    }

    fn row(&mut self, first: &str, numbers: impl IntoIterator<Item = String>, last: String) {
        let mut row = vec![first.to_owned()];
        row.extend(numbers);
        row.push(last);
        self.0.push(row);
    }

    fn write(&self, out: &mut String) {
        out.push('\n');
        let title = &self.0[0][0];
        if self.0.len() == 1 {
            let _ = writeln!(out, "{title}: none");
            return;
        }
        let count = self.0[0].len();
        let widths: Vec<usize> = (0..count).map(|at| self.0.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
        for row in &self.0 {
            let mut line = format!("{:1$}", row[0], widths[0].max(24));
            for at in 1..count - 1 {
                let _ = write!(line, "  {:>1$}", row[at], widths[at].max(9));
            }
            let _ = write!(line, "  {}", row[count - 1]);
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

/// Milliseconds, as far as they can be read.
fn milliseconds(ns: u64) -> String {
    match ns as f64 / 1e6 {
        many if many >= 1000.0 => format!("{many:.0} ms"),
        some if some >= 10.0 => format!("{some:.1} ms"),
        few => format!("{few:.3} ms"),
    }
}

fn times(tally: &Tally) -> [String; 3] {
    [tally.count.to_string(), milliseconds(tally.total), milliseconds(tally.longest)]
}

fn where_(row: &Row) -> String {
    match &row.site {
        Some(site) => format!("{}:{} in {}", site.file, site.line, site.function),
        None => "(no Python code)".to_owned(),
    }
}

fn rows(out: &mut String, title: &str, numbers: &[&str], rows: &[Row], show: impl Fn(&Tally) -> Vec<String>) {
    let mut columns = Columns::new(title, numbers, "where");
    for row in rows.iter().take(MOST_ROWS) {
        columns.row(&row.what, show(&row.tally), where_(row));
    }
    columns.write(out);
    if rows.len() > MOST_ROWS {
        let _ = writeln!(out, "... and {} more", rows.len() - MOST_ROWS);
    }
}

fn describe(all: &Snapshot) -> String {
    let mut out = format!("world report: measured {}, {} threads\n", milliseconds(all.span), all.threads.iter().map(|thread| thread.threads).sum::<u64>());
    let mut columns = Columns::new("time of threads", &["attached", "detached", "objects", "locks", "world"], "");
    for thread in all.threads.iter().take(MOST_ROWS) {
        let times = &thread.times;
        let name = match (thread.threads, &*thread.name) {
            (1, "") => format!("thread {}", thread.ident),
            (1, name) => name.to_owned(),
            (n, _) => format!("{n} threads that ended"),
        };
        columns.row(&name, [times.attached, times.detached, times.objects, times.locks, times.world].map(milliseconds), String::new());
    }
    columns.write(&mut out);
    if all.threads.len() > MOST_ROWS {
        let _ = writeln!(out, "... and {} more", all.threads.len() - MOST_ROWS);
    }
    let names = ["count", "total", "longest"];
    rows(&mut out, "waits for objects", &names, &all.objects, |tally| times(tally).to_vec());
    rows(&mut out, "waits for locks, queues", &names, &all.locks, |tally| times(tally).to_vec());
    let mut columns = Columns::new("stops of all threads", &["count", "waited", "longest", "held", "longest"], "");
    for stops in &all.stops {
        let values = [stops.waited.total, stops.waited.longest, stops.held.total, stops.held.longest].map(milliseconds);
        columns.row(stops.reason.name(), core::iter::once(stops.waited.count.to_string()).chain(values), String::new());
    }
    if all.joined > 0 {
        columns.row("second thread", [all.joined.to_string(), String::new(), String::new(), String::new(), String::new()], String::new());
    }
    columns.write(&mut out);
    let mut columns = Columns::new("collections", &names, "");
    for (pause, tally) in &all.pauses {
        columns.row(pause.name(), times(tally), String::new());
    }
    columns.write(&mut out);
    let shares = |tally: &Tally| [tally.count, tally.total, tally.longest].map(|n| n.to_string()).to_vec();
    rows(&mut out, "shared", &["count", "objects", "largest"], &all.shared, shares);
    rows(&mut out, "counted per thread", &["count"], &all.hot, |tally| vec![tally.count.to_string()]);
    describe_foreign(&mut out, all);
    rows(&mut out, "shown to extensions", &["count", "objects", "largest"], &all.shown, shares);
    out
}

/// What functions of extensions cost.
fn describe_foreign(out: &mut String, all: &Snapshot) {
    let mut columns = Columns::new("functions of extensions", &["calls", "held", "longest", "waited", "others waited"], "who");
    for function in all.foreign.iter().take(MOST_ROWS) {
        let times = [function.held.total, function.held.longest, function.waited.total, function.blocked.total].map(milliseconds);
        let who: Vec<String> = function.who.iter().take(3).map(|(name, tally)| format!("{name} {}", milliseconds(tally.total))).collect();
        let more = function.who.len().saturating_sub(who.len());
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        columns.row(&function.name, core::iter::once(function.calls.to_string()).chain(times), who.join(", ") + &more);
    }
    columns.write(out);
    if all.foreign.len() > MOST_ROWS {
        let _ = writeln!(out, "... and {} more", all.foreign.len() - MOST_ROWS);
    }
}
