//! A timeline of the threads (`-X timeline=FILE`): what each did, when, and what it waited for; as trace events, which Perfetto and Chrome show.
//!
//! Invariant: each thread writes its own events, under the rules of its record ([`super`]); nothing is written to the file before the program ends. A
//! thread keeps its last [`MOST`] events, and counts those that it had to give up.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::{Kind, Pause, Record, Site, State, TIMELINE, switch, with};
use crate::foreign::{self, names};
use crate::sync::{AtomicU64, Mutex, Ordering::Relaxed, now};
use crate::{Thread, world};

/// So many events of a thread are kept.
const MOST: usize = 1 << 20;
/// So many events of all ended threads together.
const MOST_ENDED: usize = 4 << 20;

/// When the timeline began; 0: there is none.
static BEGAN: AtomicU64 = AtomicU64::new(0);
/// The lines of threads that have ended.
static ENDED: Mutex<Ended> = Mutex::new(Ended { lines: Vec::new(), events: 0, dropped: 0 });

struct Ended {
    lines: Vec<Named>,
    events: usize,
    dropped: u64,
}

/// A line and its thread.
struct Named {
    thread: String,
    line: Box<Line>,
}

/// What an event shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum What {
    Attached,
    Detached,
    Object,
    Lock,
    World,
    Exclusive,
    Shared,
    Holds,
    Young,
    Full,
    Private,
}

impl What {
    const ALL: [What; 11] = [
        What::Attached,
        What::Detached,
        What::Object,
        What::Lock,
        What::World,
        What::Exclusive,
        What::Shared,
        What::Holds,
        What::Young,
        What::Full,
        What::Private,
    ];

    /// Which of a thread's tracks shows it: events of one track never overlap, or lie one inside the other.
    fn track(self) -> usize {
        match self {
            What::Attached | What::Detached | What::Object | What::Lock | What::World => 0,
            What::Exclusive | What::Shared => 1,
            What::Holds => 2,
            What::Young | What::Full | What::Private => 3,
        }
    }

    fn category(self) -> &'static str {
        ["state", "foreign", "world", "collector"][self.track()]
    }
}

/// What the tracks of a thread are called behind its name.
const TRACKS: [&str; 4] = ["", ": foreign code", ": holds the world", ": collector"];

#[derive(Clone, Copy)]
struct Event {
    start: u64,
    /// How long it took, and in the low byte what it was.
    length: u64,
    /// A foreign function, or an index of names.
    about: usize,
}

const _: () = assert!(size_of::<Event>() == 24);

/// The events of one thread.
pub(super) struct Line {
    events: Vec<Event>,
    /// Where the next one goes, once there is no more room.
    next: usize,
    dropped: u64,
    /// What was waited for.
    names: Vec<String>,
    known: HashMap<String, usize>,
    /// Since when the thread is in its state, and what for.
    since: u64,
    about: usize,
    /// Since when it holds the world.
    pub(super) holds_since: u64,
}

impl Line {
    /// A line, if there is a timeline.
    pub(super) fn new_if_on() -> Option<Box<Line>> {
        (BEGAN.load(Relaxed) != 0).then(|| Box::new(Line::new()))
    }

    fn new() -> Line {
        Line { events: Vec::new(), next: 0, dropped: 0, names: vec![String::new()], known: HashMap::new(), since: now(), about: 0, holds_since: 0 }
    }

    fn push(&mut self, what: What, start: u64, end: u64, about: usize) {
        if BEGAN.load(Relaxed) == 0 {
            return;
        }
        let event = Event { start, length: end.saturating_sub(start) << 8 | what as u64, about };
        if self.events.len() < MOST {
            self.events.push(event);
        } else {
            self.events[self.next] = event;
            self.next = (self.next + 1) % MOST;
            self.dropped += 1;
        }
    }

    /// The state has ended.
    pub(super) fn turn(&mut self, state: State) {
        self.close_state(state, now());
    }

    fn close_state(&mut self, state: State, now: u64) {
        let (since, about) = (self.since, core::mem::take(&mut self.about));
        if now > since {
            self.push(what(state), since, now, about);
        }
        self.since = now;
    }

    /// The thread has begun to wait for something of this name.
    pub(super) fn waits_for(&mut self, name: &str, site: Option<&Site>) {
        let text = match site {
            Some(site) => format!("{name} at {}:{} in {}", site.file, site.line, site.function),
            None => name.to_owned(),
        };
        let names = &mut self.names;
        self.about = *self.known.entry(text).or_insert_with_key(|text| {
            names.push(text.clone());
            names.len() - 1
        });
    }

    /// It has waited for the world, while it was in a state.
    pub(super) fn waited(&mut self, state: State, activation: usize, since: u64, now: u64) {
        let about = self.about;
        self.close_state(state, since.max(self.since));
        self.push(What::World, since, now, activation);
        (self.since, self.about) = (now, about);
    }

    /// A foreign function was called.
    pub(super) fn foreign(&mut self, activation: usize, start: u64, end: u64) {
        self.push(if foreign::is_shared_in(activation) { What::Shared } else { What::Exclusive }, start, end, activation);
    }

    /// It has held the world.
    pub(super) fn held(&mut self, activation: usize, now: u64) {
        let since = core::mem::take(&mut self.holds_since);
        if since != 0 {
            self.push(What::Holds, since, now, activation);
        }
    }

    /// It has collected garbage.
    pub(super) fn paused(&mut self, kind: Pause, start: u64, end: u64) {
        let what = match kind {
            Pause::Young => What::Young,
            Pause::Full => What::Full,
            Pause::Private => What::Private,
        };
        self.push(what, start, end, 0);
    }
}

fn what(state: State) -> What {
    match state {
        State::Attached => What::Attached,
        State::Detached => What::Detached,
        State::Waiting(Kind::Object) => What::Object,
        State::Waiting(Kind::Lock) => What::Lock,
    }
}

/// The timeline begins.
pub fn begin(th: &mut Thread) {
    let stopped = world::stop_unmeasured(th);
    BEGAN.store(now(), Relaxed);
    switch(TIMELINE, true);
    world::for_each_thread(th, &mut |other| {
        with(other, |record| {
            if record.line.is_none() {
                record.line = Line::new_if_on();
            }
            if !super::measures() {
                record.begin(other);
            }
        });
    });
    drop(stopped);
}

/// Whether there is one: not in a forked child of a process that has one.
pub fn is_on() -> bool {
    BEGAN.load(Relaxed) != 0
}

/// A thread has ended. Under the world's latch.
pub(super) fn ended(record: &mut Record) {
    let Some(mut line) = record.line.take() else { return };
    line.turn(record.state);
    let mut ended = ENDED.lock();
    ended.events += line.events.len();
    ended.lines.push(Named { thread: record.shown_name(), line });
    while ended.events > MOST_ENDED && ended.lines.len() > 1 {
        let oldest = ended.lines.remove(0).line;
        ended.events -= oldest.events.len();
        ended.dropped += oldest.events.len() as u64 + oldest.dropped;
    }
}

/// A forked child writes none: the file is its parent's.
pub(super) fn after_fork_child(th: &Thread) {
    BEGAN.store(0, Relaxed);
    switch(TIMELINE, false);
    *ENDED.lock() = Ended { lines: Vec::new(), events: 0, dropped: 0 };
    with(th, |record| record.line = None);
}

/// Ends the timeline and writes it.
pub fn write(th: &mut Thread, path: &Path) -> std::io::Result<()> {
    let began = BEGAN.load(Relaxed);
    let stopped = world::stop_unmeasured(th);
    let mut ended = core::mem::replace(&mut *ENDED.lock(), Ended { lines: Vec::new(), events: 0, dropped: 0 });
    world::for_each_thread(th, &mut |other| {
        with(other, |record| {
            record.ident = super::ident(other);
            if let Some(mut line) = record.line.take() {
                line.turn(record.state);
                ended.lines.push(Named { thread: record.shown_name(), line });
            }
        });
    });
    BEGAN.store(0, Relaxed);
    switch(TIMELINE, false);
    drop(stopped);
    let mut out = BufWriter::new(File::create(path)?);
    write_all(&mut out, began, &ended)?;
    out.flush()
}

fn write_all(out: &mut impl Write, began: u64, all: &Ended) -> std::io::Result<()> {
    let process = std::process::id();
    let dropped = all.dropped + all.lines.iter().map(|named| named.line.dropped).sum::<u64>();
    writeln!(out, "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"dropped_events\":\"{dropped}\"}},\"traceEvents\":[")?;
    write!(out, "{{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{process},\"args\":{{\"name\":\"pyston\"}}}}")?;
    let mut functions: HashMap<usize, String> = HashMap::new();
    for (i, named) in all.lines.iter().enumerate() {
        let track = |number: usize| i * TRACKS.len() + number + 1;
        let mut used = [false; TRACKS.len()];
        for event in named.line.events.iter() {
            let what = What::ALL[(event.length & 0xff) as usize];
            used[what.track()] = true;
            let name = event_name(what, event, &named.line, &mut functions);
            let (start, length) = (event.start.saturating_sub(began), event.length >> 8);
            write!(out, ",\n{{\"ph\":\"X\",\"pid\":{process},\"tid\":{},\"cat\":\"{}\",\"name\":{name}", track(what.track()), what.category())?;
            write!(out, ",\"ts\":{}.{:03},\"dur\":{}.{:03}}}", start / 1000, start % 1000, length / 1000, length % 1000)?;
        }
        for (number, suffix) in TRACKS.iter().enumerate().filter(|(number, _)| used[*number]) {
            let (track, mut name) = (track(number), format!("{}{suffix}", named.thread));
            if number == 0 && named.line.dropped > 0 {
                name.push_str(&format!(" (its first {} events were dropped)", named.line.dropped));
            }
            write!(out, ",\n{{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":{process},\"tid\":{track},\"args\":{{\"name\":{}}}}}", json(&name))?;
            write!(out, ",\n{{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":{process},\"tid\":{track},\"args\":{{\"sort_index\":{track}}}}}")?;
        }
    }
    writeln!(out, "\n]}}")
}

/// The event's name, as JSON.
fn event_name(what: What, event: &Event, line: &Line, functions: &mut HashMap<usize, String>) -> String {
    let mut function = || functions.entry(event.about).or_insert_with(|| names::of_activation(event.about)).clone();
    let waited = |kind: &str| match line.names.get(event.about).map(String::as_str) {
        None | Some("") => format!("waits for {kind}"),
        Some(name) => format!("waits for {kind}: {name}"),
    };
    let text = match what {
        What::Attached => "attached".to_owned(),
        What::Detached => "detached".to_owned(),
        What::Object => waited("an object"),
        What::Lock => waited("a lock"),
        What::World if event.about == 0 => "waits for the world".to_owned(),
        What::World => format!("waits for the world: {}", function()),
        What::Holds if event.about == 0 => "holds the world".to_owned(),
        What::Holds => format!("holds the world: {}", function()),
        What::Exclusive | What::Shared => function(),
        What::Young => "young collection".to_owned(),
        What::Full => "full collection".to_owned(),
        What::Private => "private collection".to_owned(),
    };
    json(&text)
}

/// A string of JSON.
fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_line_keeps_the_last_events_and_counts_the_others() {
        BEGAN.store(1, Relaxed);
        let mut line = Line::new();
        for i in 0..MOST + 10 {
            line.push(What::Attached, i as u64, i as u64 + 1, 0);
        }
        BEGAN.store(0, Relaxed);
        assert_eq!((line.events.len(), line.dropped), (MOST, 10));
        assert_eq!(line.events.iter().map(|event| event.start).min(), Some(10));
    }

    #[test]
    fn strings_are_json() {
        assert_eq!(json("a\"b\\c\nd"), "\"a\\\"b\\\\c\\u000ad\"");
    }
}
