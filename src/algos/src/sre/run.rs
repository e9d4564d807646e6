//! Runs a program. Everything that a failure must undo, and every place where another way is left, is an entry of one trail.

use super::class::{Class, is_word};
use super::{At, Fold, MAX_REPEAT, Op, Program, Seek, Test};
use crate::text::{Unit, find_unit};

/// What kind of match is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At the start.
    Match,
    /// From the start to the end.
    Full,
    /// At the start or behind it.
    Search,
}

/// Where and how to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub mode: Mode,
    /// Where to begin; assertions look before it.
    pub start: usize,
    /// Where the text ends, at most its length.
    pub end: usize,
    /// Refuse an empty match at the start, as iteration does behind an empty match.
    pub must_advance: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Groups are with the matcher.
    Match {
        start: usize,
        end: usize,
    },
    NoMatch,
    /// The steps are used up; `run` goes on.
    Paused,
}

const NONE: usize = usize::MAX;

/// A repeat that is under way.
#[derive(Debug, Clone, Copy)]
struct Repeat {
    /// The repeat around it.
    outer: usize,
    /// Bodies that matched, less one; starts at -1.
    count: i64,
    /// Where the last body that was not needed began; another one must begin elsewhere.
    last: usize,
}

/// A sub-match that is entered: an assertion, an atomic group, one round of a possessive repeat.
#[derive(Debug, Clone, Copy)]
struct Barrier {
    /// The trail's length before it.
    trail: usize,
    at: usize,
    /// Of a possessive repeat: rounds before this one, and where the last round that was not needed began.
    count: u32,
    last: usize,
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    // Ways that are left.
    Branch {
        pc: u32,
        next: u32,
        at: usize,
    },
    Greedy {
        pc: u32,
        low: usize,
        high: usize,
    },
    Lazy {
        pc: u32,
        at: usize,
        left: u32,
    },
    /// Go on behind a repeat.
    Tail {
        pc: u32,
        at: usize,
    },
    /// One body more of a lazy repeat.
    More {
        pc: u32,
        at: usize,
    },
    Barrier {
        pc: u32,
    },
    // What to undo.
    Mark {
        mark: u32,
        old: usize,
        last_index: u32,
    },
    Count {
        repeat: usize,
        old: i64,
    },
    Last {
        repeat: usize,
        old: usize,
    },
    Current {
        old: usize,
    },
    Pushed,
}

impl Entry {
    fn is_way(&self) -> bool {
        !matches!(self, Entry::Mark { .. } | Entry::Count { .. } | Entry::Last { .. } | Entry::Current { .. } | Entry::Pushed)
    }
}

/// The state of a match; can be used again for another one.
#[derive(Debug, Clone)]
pub struct Matcher {
    request: Request,
    /// Where the attempt under way began.
    start: usize,
    pc: usize,
    at: usize,
    /// No attempt is under way: look for a start.
    seeking: bool,
    marks: Vec<usize>,
    /// The last group that was closed, counted from one.
    last_index: u32,
    current: usize,
    repeats: Vec<Repeat>,
    barriers: Vec<Barrier>,
    trail: Vec<Entry>,
}

impl Default for Matcher {
    /// Without room for anything: `reset` comes first.
    fn default() -> Self {
        Matcher {
            request: Request { mode: Mode::Search, start: 0, end: 0, must_advance: false },
            start: 0,
            pc: 0,
            at: 0,
            seeking: true,
            marks: Vec::new(),
            last_index: 0,
            current: NONE,
            repeats: Vec::new(),
            barriers: Vec::new(),
            trail: Vec::new(),
        }
    }
}

impl Matcher {
    #[must_use]
    pub fn new(program: &Program, request: Request) -> Self {
        let mut matcher = Matcher::default();
        matcher.reset(program, request);
        matcher
    }

    /// Entries that it has room for: whether it is worth keeping for the next match.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.trail.capacity() + self.repeats.capacity() + self.barriers.capacity() + self.marks.capacity()
    }

    /// Prepares another match.
    pub fn reset(&mut self, program: &Program, request: Request) {
        self.request = request;
        self.start = request.start;
        self.seeking = true;
        self.marks.clear();
        self.marks.resize(program.groups * 2, NONE);
        self.last_index = 0;
        self.current = NONE;
        self.repeats.clear();
        self.barriers.clear();
        self.trail.clear();
    }

    /// The span of a group, counted from one.
    #[must_use]
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        let at = group.checked_sub(1)? * 2;
        match self.marks.get(at..at + 2) {
            Some(&[start, end]) if start != NONE && end != NONE => Some((start, end)),
            _ => None,
        }
    }

    /// The last group that was closed, counted from one.
    #[must_use]
    pub fn last_index(&self) -> Option<usize> {
        (self.last_index > 0).then_some(self.last_index as usize)
    }

    /// Matches for at most so many steps. Program and text are those that the match was begun with.
    pub fn run<U: Unit>(&mut self, program: &Program, text: &[U], steps: usize) -> Outcome {
        let text = &text[..self.request.end.min(text.len())];
        let mut steps = steps;
        loop {
            if self.seeking {
                if !self.seek(program, text) {
                    return Outcome::NoMatch;
                }
                self.begin();
            }
            match self.attempt(program, text, &mut steps) {
                Attempt::Success => return Outcome::Match { start: self.start, end: self.at },
                Attempt::Paused => return Outcome::Paused,
                Attempt::Failure => {
                    if self.request.mode != Mode::Search || self.start >= text.len() {
                        return Outcome::NoMatch;
                    }
                    self.start += 1;
                    self.seeking = true;
                }
            }
        }
    }

    /// A failed attempt has undone all that it did, so nothing is left to clear.
    fn begin(&mut self) {
        debug_assert!(
            self.trail.is_empty() && self.repeats.is_empty() && self.barriers.is_empty(),
            "the trail undoes everything"
        );
        self.seeking = false;
        self.pc = 0;
        self.at = self.start;
    }

    /// Moves the start to the next place where a match may begin.
    fn seek<U: Unit>(&mut self, program: &Program, text: &[U]) -> bool {
        let start = self.start;
        if start > text.len() || text.len() - start < program.min_width {
            return false;
        }
        if self.request.mode != Mode::Search {
            return true;
        }
        let found = match &program.seek {
            Seek::All => Some(0),
            Seek::Beginning => (start == 0).then_some(0),
            &Seek::Literal { start: from, len } => {
                let literal = &program.literals[from as usize..(from + len) as usize];
                find_literal(&text[start..], literal)
            }
            Seek::Test(test) => find_test(program, *test, &text[start..]),
            Seek::Any { low, high } => text[start..].iter().position(|u| match u.code_point() {
                cp @ 0..256 => low[(cp >> 6) as usize] >> (cp & 63) & 1 == 1,
                cp => high.iter().any(|&test| passes(program, test, cp)),
            }),
        };
        match found {
            Some(skip) => {
                self.start = start + skip;
                true
            }
            None => false,
        }
    }

    fn save_current(&mut self, new: usize) {
        self.trail.push(Entry::Current { old: self.current });
        self.current = new;
    }

    fn set_count(&mut self, repeat: usize, count: i64) {
        let old = core::mem::replace(&mut self.repeats[repeat].count, count);
        self.trail.push(Entry::Count { repeat, old });
    }

    fn set_last(&mut self, repeat: usize, last: usize) {
        let old = core::mem::replace(&mut self.repeats[repeat].last, last);
        self.trail.push(Entry::Last { repeat, old });
    }

    fn enter(&mut self, pc: usize, at: usize, count: u32, last: usize) {
        self.barriers.push(Barrier { trail: self.trail.len(), at, count, last });
        self.trail.push(Entry::Barrier { pc: pc as u32 });
    }

    /// Leaves a sub-match that succeeded: drops its ways, keeps what is to be undone.
    fn leave(&mut self) -> Option<Barrier> {
        let barrier = self.barriers.pop()?;
        let mut kept = barrier.trail;
        for i in barrier.trail..self.trail.len() {
            let entry = self.trail[i];
            if !entry.is_way() {
                self.trail[kept] = entry;
                kept += 1;
            }
        }
        self.trail.truncate(kept);
        Some(barrier)
    }

    #[inline(always)]
    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { mark, old, last_index } => {
                self.marks[mark as usize] = old;
                self.last_index = last_index;
            }
            Entry::Count { repeat, old } => self.repeats[repeat].count = old,
            Entry::Last { repeat, old } => self.repeats[repeat].last = old,
            Entry::Current { old } => self.current = old,
            Entry::Pushed => {
                self.repeats.pop();
            }
            _ => {}
        }
    }

    /// The current repeat; the program has none of its ends outside of one.
    fn repeat(&self) -> Option<Repeat> {
        self.repeats.get(self.current).copied()
    }

    fn attempt<U: Unit>(&mut self, program: &Program, text: &[U], steps: &mut usize) -> Attempt {
        let (mut pc, mut at) = (self.pc, self.at);
        loop {
            if *steps == 0 {
                (self.pc, self.at) = (pc, at);
                return Attempt::Paused;
            }
            *steps -= 1;
            match self.step(program, text, pc, at) {
                Next::On(next) => (pc, at) = (pc + 1, next),
                Next::To(target, next) => (pc, at) = (target, next),
                Next::Success => {
                    self.at = at;
                    return Attempt::Success;
                }
                Next::Back => match self.back(program, text) {
                    Some((target, next)) => (pc, at) = (target, next),
                    None => return Attempt::Failure,
                },
            }
        }
    }

    #[inline]
    fn step<U: Unit>(&mut self, program: &Program, text: &[U], pc: usize, at: usize) -> Next {
        match program.ops[pc] {
            Op::Success => {
                let refused = (self.request.mode == Mode::Full && at != text.len())
                    || (self.request.must_advance && at == self.request.start);
                if refused { Next::Back } else { Next::Success }
            }
            Op::Fail => Next::Back,
            Op::Jump(target) => Next::To(target as usize, at),
            Op::Test(test) => match text.get(at) {
                Some(u) if passes(program, test, u.code_point()) => Next::On(at + 1),
                _ => Next::Back,
            },
            Op::Literal { start, len } => {
                let literal = &program.literals[start as usize..(start + len) as usize];
                let end = at + literal.len();
                match text.get(at..end) {
                    Some(part) if part.iter().zip(literal).all(|(u, &c)| u.code_point() == c) => Next::On(end),
                    _ => Next::Back,
                }
            }
            Op::At(position) => {
                if holds(position, text, at) {
                    Next::On(at)
                } else {
                    Next::Back
                }
            }
            Op::Mark(mark) => {
                let old = core::mem::replace(&mut self.marks[mark as usize], at);
                self.trail.push(Entry::Mark { mark, old, last_index: self.last_index });
                if mark & 1 == 1 {
                    self.last_index = mark / 2 + 1;
                }
                Next::On(at)
            }
            Op::Branch { .. } => self.branch(program, text, pc, 0, at),
            Op::Greedy { test, min, max, hint } => {
                let count = count(program, test, &text[at..], max);
                if count < min as usize {
                    return Next::Back;
                }
                let (low, high) = (at + min as usize, at + count);
                if high > low {
                    let hint = &program.hints[hint as usize];
                    if if U::MAX < 256 { hint.settled_low } else { hint.settled } {
                        return Next::On(high);
                    }
                    self.trail.push(Entry::Greedy { pc: pc as u32, low, high });
                    // What follows is tried at once only where it can begin.
                    if let Some(next) = hint.next
                        && text.get(high).is_none_or(|u| u.code_point() != next)
                    {
                        return Next::Back;
                    }
                }
                Next::On(high)
            }
            Op::Lazy { test, min, max, .. } => {
                let count = count(program, test, &text[at..], min);
                if count < min as usize {
                    return Next::Back;
                }
                let at = at + count;
                if max > min {
                    let left = if max == MAX_REPEAT { MAX_REPEAT } else { max - min };
                    self.trail.push(Entry::Lazy { pc: pc as u32, at, left });
                }
                Next::On(at)
            }
            Op::Possessive { test, min, max } => {
                let count = count(program, test, &text[at..], max);
                if count < min as usize { Next::Back } else { Next::On(at + count) }
            }
            Op::Repeat { until } => {
                let outer = self.current;
                self.repeats.push(Repeat { outer, count: -1, last: NONE });
                self.trail.push(Entry::Pushed);
                self.save_current(self.repeats.len() - 1);
                Next::To(until as usize, at)
            }
            Op::MaxUntil { body, min, max } => {
                let Some(repeat) = self.repeat() else {
                    return Next::Back;
                };
                let current = self.current;
                let count = repeat.count + 1;
                if count < i64::from(min) {
                    self.set_count(current, count);
                    return Next::To(body as usize, at);
                }
                if (max == MAX_REPEAT || count < i64::from(max)) && at != repeat.last {
                    self.trail.push(Entry::Tail { pc: pc as u32, at });
                    self.set_count(current, count);
                    self.set_last(current, at);
                    return Next::To(body as usize, at);
                }
                self.save_current(repeat.outer);
                Next::On(at)
            }
            Op::MinUntil { body, min, .. } => {
                let Some(repeat) = self.repeat() else {
                    return Next::Back;
                };
                if repeat.count + 1 < i64::from(min) {
                    self.set_count(self.current, repeat.count + 1);
                    return Next::To(body as usize, at);
                }
                self.trail.push(Entry::More { pc: pc as u32, at });
                self.save_current(repeat.outer);
                Next::On(at)
            }
            Op::PossessiveRepeat { min, max, tail } => {
                if max == 0 {
                    return Next::To(tail as usize, at);
                }
                // A round that is not needed remembers where it began.
                self.enter(pc, at, 0, if min == 0 { at } else { NONE });
                Next::On(at)
            }
            Op::PossessiveEnd { start } => self.end_of_round(program, start as usize, at),
            Op::Atomic => {
                self.enter(pc, at, 0, NONE);
                Next::On(at)
            }
            Op::AtomicEnd => {
                self.leave();
                Next::On(at)
            }
            Op::Assert { back } => match at.checked_sub(back as usize) {
                Some(from) => {
                    self.enter(pc, at, 0, NONE);
                    Next::On(from)
                }
                None => Next::Back,
            },
            Op::AssertEnd => match self.leave() {
                Some(barrier) => Next::On(barrier.at),
                None => Next::Back,
            },
            Op::AssertNot { back, next } => match at.checked_sub(back as usize) {
                Some(from) => {
                    self.enter(pc, at, 0, NONE);
                    Next::On(from)
                }
                None => Next::To(next as usize, at),
            },
            Op::AssertNotEnd => {
                if let Some(barrier) = self.barriers.pop() {
                    while self.trail.len() > barrier.trail
                        && let Some(entry) = self.trail.pop()
                    {
                        self.undo(entry);
                    }
                }
                Next::Back
            }
            Op::GroupRef { group, fold } => match self.group(group as usize + 1) {
                Some((start, end)) if start <= end => {
                    let behind = at + (end - start);
                    match text.get(at..behind) {
                        Some(part) if same(part, &text[start..end], fold) => Next::On(behind),
                        _ => Next::Back,
                    }
                }
                _ => Next::Back,
            },
            Op::GroupExists { group, otherwise } => match self.group(group as usize + 1) {
                Some((start, end)) if start <= end => Next::On(at),
                _ => Next::To(otherwise as usize, at),
            },
        }
    }

    /// A round of a possessive repeat has matched.
    fn end_of_round(&mut self, program: &Program, start: usize, at: usize) -> Next {
        let (Some(barrier), Op::PossessiveRepeat { min, max, tail }) = (self.leave(), program.ops[start]) else {
            return Next::Back;
        };
        let count = barrier.count + 1;
        if count < min {
            self.enter(start, at, count, barrier.last);
            return Next::To(start + 1, at);
        }
        if (max == MAX_REPEAT || count < max) && at != barrier.last {
            self.enter(start, at, count, at);
            return Next::To(start + 1, at);
        }
        Next::To(tail as usize, at)
    }

    /// Takes the first way from `next` on that its first character allows.
    fn branch<U: Unit>(&mut self, program: &Program, text: &[U], pc: usize, next: u32, at: usize) -> Next {
        let Op::Branch { start, len } = program.ops[pc] else {
            return Next::Back;
        };
        let ways = &program.branches[start as usize..(start + len) as usize];
        let here = text.get(at).map(|u| u.code_point());
        for (i, way) in ways.iter().enumerate().skip(next as usize) {
            let possible = match way.first {
                Some(test) => here.is_some_and(|cp| passes(program, test, cp)),
                None => true,
            };
            if possible {
                // The last way needs no return.
                if i + 1 < ways.len() {
                    self.trail.push(Entry::Branch { pc: pc as u32, next: i as u32 + 1, at });
                }
                return Next::To(way.target as usize, at);
            }
        }
        Next::Back
    }

    /// Undoes down to the last way that is left, and takes it.
    fn back<U: Unit>(&mut self, program: &Program, text: &[U]) -> Option<(usize, usize)> {
        loop {
            let entry = self.trail.pop()?;
            match entry {
                Entry::Branch { pc, next, at } => {
                    if let Next::To(target, at) = self.branch(program, text, pc as usize, next, at) {
                        return Some((target, at));
                    }
                }
                Entry::Greedy { pc, low, mut high } => {
                    let Op::Greedy { hint, .. } = program.ops[pc as usize] else {
                        continue;
                    };
                    // `high` was tried; go back to the next place where what follows can begin.
                    high = match program.hints[hint as usize].next {
                        Some(next) => match rfind_char(&text[low..high], next) {
                            Some(offset) => low + offset,
                            None => continue,
                        },
                        None => high - 1,
                    };
                    if high > low {
                        self.trail.push(Entry::Greedy { pc, low, high });
                    }
                    return Some((pc as usize + 1, high));
                }
                Entry::Lazy { pc, at, left } => {
                    let Op::Lazy { test, hint, .. } = program.ops[pc as usize] else {
                        continue;
                    };
                    // One more, or as many as it takes to where what follows can begin.
                    let more = match program.hints[hint as usize].next {
                        Some(next) => match find_char(text.get(at + 1..).unwrap_or_default(), next) {
                            Some(skip) => skip + 1,
                            None => continue,
                        },
                        None => 1,
                    };
                    if (left != MAX_REPEAT && more > left as usize) || text.len() - at < more {
                        continue;
                    }
                    let at = at + more;
                    if count(program, test, &text[at - more..at], MAX_REPEAT) < more {
                        continue;
                    }
                    let left = if left == MAX_REPEAT { left } else { left - more as u32 };
                    if left > 0 {
                        self.trail.push(Entry::Lazy { pc, at, left });
                    }
                    return Some((pc as usize + 1, at));
                }
                Entry::Tail { pc, at } => {
                    let Some(repeat) = self.repeat() else {
                        continue;
                    };
                    self.save_current(repeat.outer);
                    return Some((pc as usize + 1, at));
                }
                Entry::More { pc, at } => {
                    let (Op::MinUntil { body, max, .. }, Some(repeat)) = (program.ops[pc as usize], self.repeat()) else {
                        continue;
                    };
                    let count = repeat.count + 1;
                    if (count >= i64::from(max) && max != MAX_REPEAT) || at == repeat.last {
                        continue;
                    }
                    self.set_count(self.current, count);
                    self.set_last(self.current, at);
                    return Some((body as usize, at));
                }
                Entry::Barrier { pc } => {
                    // The sub-match has failed.
                    let Some(barrier) = self.barriers.pop() else {
                        continue;
                    };
                    match program.ops[pc as usize] {
                        Op::AssertNot { next, .. } => return Some((next as usize, barrier.at)),
                        Op::PossessiveRepeat { min, tail, .. } if barrier.count >= min => {
                            return Some((tail as usize, barrier.at));
                        }
                        _ => {}
                    }
                }
                undo => self.undo(undo),
            }
        }
    }
}

enum Attempt {
    Success,
    Failure,
    Paused,
}

enum Next {
    /// The next operation.
    On(usize),
    To(usize, usize),
    Back,
    Success,
}

#[inline]
pub(super) fn passes_in(classes: &[Class], test: Test, cp: u32) -> bool {
    match test {
        Test::Is(c) => cp == c,
        Test::IsNot(c) => cp != c,
        Test::Class(class) => classes[class as usize].contains(cp),
        Test::NotNewline => cp != 0x0a,
        Test::Anything => true,
    }
}

#[inline]
fn passes(program: &Program, test: Test, cp: u32) -> bool {
    passes_in(&program.classes, test, cp)
}

fn holds<U: Unit>(position: At, text: &[U], at: usize) -> bool {
    let newline = |i: usize| text.get(i).is_some_and(|u| u.code_point() == 0x0a);
    match position {
        At::Beginning => at == 0,
        At::BeginningLine => at == 0 || newline(at - 1),
        At::End => at == text.len() || (at + 1 == text.len() && newline(at)),
        At::EndLine => at == text.len() || newline(at),
        At::EndString => at == text.len(),
        At::Boundary { expected, unicode } => {
            let word = |i: usize| {
                text.get(i).map(|u| u.code_point()).is_some_and(|cp| if unicode { is_word(cp) } else { cp < 128 && is_word(cp) })
            };
            let before = at > 0 && word(at - 1);
            (before != word(at)) == expected
        }
    }
}

fn same<U: Unit>(a: &[U], b: &[U], fold: Fold) -> bool {
    match fold {
        Fold::None => a == b,
        _ => a.iter().zip(b).all(|(x, y)| fold.apply(x.code_point()) == fold.apply(y.code_point())),
    }
}

fn find_char<U: Unit>(text: &[U], c: u32) -> Option<usize> {
    if c > U::MAX { None } else { U::find_unit(text, U::from_code_point(c)) }
}

fn rfind_char<U: Unit>(text: &[U], c: u32) -> Option<usize> {
    if c > U::MAX { None } else { U::rfind_unit(text, U::from_code_point(c)) }
}

/// How many characters pass in a row, up to a limit.
fn count<U: Unit>(program: &Program, test: Test, text: &[U], max: u32) -> usize {
    let most = if max == MAX_REPEAT { text.len() } else { text.len().min(max as usize) };
    let text = &text[..most];
    let run = |stop: Option<usize>| stop.unwrap_or(most);
    match test {
        Test::Anything => most,
        Test::NotNewline => run(find_unit(text, U::from_code_point(0x0a))),
        Test::Is(c) if c > U::MAX => 0,
        Test::IsNot(c) if c > U::MAX => most,
        Test::Is(c) => {
            let unit = U::from_code_point(c);
            run(text.iter().position(|&u| u != unit))
        }
        Test::IsNot(c) => run(find_unit(text, U::from_code_point(c))),
        Test::Class(class) => {
            let class = &program.classes[class as usize];
            run(text.iter().position(|u| !class.contains(u.code_point())))
        }
    }
}

fn find_test<U: Unit>(program: &Program, test: Test, text: &[U]) -> Option<usize> {
    match test {
        Test::Is(c) if c > U::MAX => None,
        Test::Is(c) => find_unit(text, U::from_code_point(c)),
        Test::Class(class) => {
            let class = &program.classes[class as usize];
            text.iter().position(|u| class.contains(u.code_point()))
        }
        _ => text.iter().position(|u| passes(program, test, u.code_point())),
    }
}

/// Where a literal may begin: its first character, and all of it when it is short enough to keep on the stack.
fn find_literal<U: Unit>(text: &[U], literal: &[u32]) -> Option<usize> {
    let mut units = [U::from_code_point(0); 16];
    let len = literal.len().min(units.len());
    if literal.iter().any(|&c| c > U::MAX) {
        return None;
    }
    for (u, &c) in units.iter_mut().zip(literal) {
        *u = U::from_code_point(c);
    }
    crate::text::find(text, &units[..len])
}
