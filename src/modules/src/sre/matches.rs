//! `re.Match`, scanners and compiled replacement templates.

use algos::sre::{Matcher, Mode, Request};
use heap::sync::Mutex;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::StrBuilder;
use objects::{Bytes, Dict, Int, MemoryView, Str, Tuple, none, none_ref, ops, raise};

use super::pattern::{Pattern, compile_template};
use super::subject::Subject;

/// The result of re.match() and re.search().
///
/// Match objects always have a boolean value of True.
#[pytype(name = "Match", module = "re", flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE))]
#[repr(C)]
pub struct Match {
    head: Head,
    /// The regular expression object.
    #[member(name = "re", readonly)]
    pattern: Slot<Pattern>,
    /// The string passed to match() or search().
    #[member(name = "string", readonly)]
    string: Slot,
    /// The whole match's span and the groups'; unset ones are -1.
    #[untraversed]
    spans: Box<[(isize, isize)]>,
    last: usize,
    /// The index into the string at which the RE engine started looking for a match.
    #[member(name = "pos", readonly)]
    pos: isize,
    /// The index into the string beyond which the RE engine will not go.
    #[member(name = "endpos", readonly)]
    endpos: isize,
}

impl Match {
    pub fn new(
        th: &Thread,
        pattern: &Pattern,
        string: &Object,
        bounds: (usize, usize),
        span: (usize, usize),
        matcher: &Matcher,
    ) -> Ref<Match> {
        let signed = |(start, end): (usize, usize)| (start as isize, end as isize);
        let spans = core::iter::once(signed(span))
            .chain((1..=pattern.group_count()).map(|group| matcher.group(group).map_or((-1, -1), signed)))
            .collect();
        th.new_object(Match {
            head: Head::INIT,
            pattern: Slot::new(pattern.to_ref()),
            string: Slot::new(string.to_ref()),
            spans,
            last: matcher.last_index().unwrap_or(0),
            pos: bounds.0 as isize,
            endpos: bounds.1 as isize,
        })
    }

    fn the_string(&self, th: &Thread) -> Ref<Object> {
        self.string.get(th, self).unwrap_or_else(none_ref)
    }

    /// The number of a group given by number or name.
    fn index(&self, th: &mut Thread, group: &Object) -> Result<usize, Raised> {
        let mut number = None;
        if ops::has_index(group) {
            number = Some(ops::index_clip(th, group)?);
        } else if let Some(found) =
            self.pattern.peek().and_then(Pattern::names).map(|names| names.get(th, group)).transpose()?.flatten()
        {
            number = found.downcast_ref::<Int>().and_then(Int::to_i64).map(|n| n as isize);
        }
        match number.and_then(|n| usize::try_from(n).ok()).filter(|&n| n < self.spans.len()) {
            Some(number) => Ok(number),
            None => Err(raise::index_error(th, format_args!("no such group"))),
        }
    }

    fn span_of(&self, th: &mut Thread, group: &Object) -> Result<(isize, isize), Raised> {
        let index = self.index(th, group)?;
        Ok(self.spans[index])
    }

    /// A group's text, if it matched; the number is a valid one.
    fn part(&self, th: &mut Thread, subject: &Subject<'_>, group: usize) -> Result<Option<Ref<Object>>, Raised> {
        match self.spans.get(group) {
            Some(&(start, end)) if start >= 0 && end >= 0 => {
                subject.slice(th, start.unsigned_abs(), end.unsigned_abs()).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn value(&self, th: &mut Thread, group: usize, default: &Object) -> Result<Ref<Object>, Raised> {
        let string = self.the_string(th);
        let subject = Subject::new(th, &string, None)?;
        Ok(self.part(th, &subject, group)?.unwrap_or_else(|| default.to_ref()))
    }
}

/// The number of the whole match.
fn whole() -> &'static Object {
    Int::small_cached(0).map_or(none(), |n| n)
}

fn pair(th: &Thread, (start, end): (isize, isize)) -> Ref<Tuple> {
    Tuple::from_array(th, [Int::from_i64(th, start as i64).up(), Int::from_i64(th, end as i64).up()])
}

#[pymethods]
impl Match {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let whole = self.value(th, 0, none())?;
        let (start, end) = self.spans[0];
        let shown = ops::repr(th, &whole)?;
        let mut text = StrBuilder::new();
        text.push_text(&format!("<re.Match object; span=({start}, {end}), match="));
        text.push_str(&shown);
        text.push_text(">");
        text.finish(th)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        let group = self.index(th, key)?;
        self.value(th, group, none())
    }

    /// group([group1, ...]) -> str or tuple.
    ///
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[method(sig = none)]
    fn group(&self, th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        match args.as_slice() {
            [] => self.value(th, 0, none()),
            [only] => self.subscript(th, only),
            several => {
                let mut items = Vec::with_capacity(several.len());
                for group in several {
                    items.push(self.subscript(th, group)?);
                }
                Ok(Tuple::new(th, items).up())
            }
        }
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[method(sig = "($self, /, default=None)")]
    fn groups(&self, th: &mut Thread, #[default(none())] default: &Object) -> Result<Ref<Tuple>, Raised> {
        let string = self.the_string(th);
        let subject = Subject::new(th, &string, None)?;
        let mut items = Vec::with_capacity(self.spans.len() - 1);
        for group in 1..self.spans.len() {
            items.push(self.part(th, &subject, group)?.unwrap_or_else(|| default.to_ref()));
        }
        Ok(Tuple::new(th, items))
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[method(sig = "($self, /, default=None)")]
    fn groupdict(&self, th: &mut Thread, #[default(none())] default: &Object) -> Result<Ref<Dict>, Raised> {
        let made = Dict::new(th);
        if let Some(names) = self.pattern.peek().and_then(Pattern::names) {
            for name in names.snapshot_keys(th) {
                let group = self.index(th, &name)?;
                let value = self.value(th, group, default)?;
                made.set(th, &name, value)?;
            }
        }
        Ok(made)
    }

    /// Return index of the start of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn start(&self, th: &mut Thread, #[default(whole())] group: &Object) -> Result<isize, Raised> {
        self.span_of(th, group).map(|span| span.0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn end(&self, th: &mut Thread, #[default(whole())] group: &Object) -> Result<isize, Raised> {
        self.span_of(th, group).map(|span| span.1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(sig = "($self, group=0, /)")]
    fn span(&self, th: &mut Thread, #[default(whole())] group: &Object) -> Result<Ref<Tuple>, Raised> {
        self.span_of(th, group).map(|span| pair(th, span))
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(sig = "($self, /, template)")]
    fn expand(&self, th: &mut Thread, template: &Object) -> Result<Ref<Object>, Raised> {
        let Some(pattern) = self.pattern.get(th, self) else { return Ok(template.to_ref()) };
        let compiled = compile_template(th, &pattern, template)?;
        match compiled.downcast::<Template>() {
            Ok(template) => {
                let string = self.the_string(th);
                let subject = Subject::new(th, &string, None)?;
                template.expand(th, self, &subject)
            }
            Err(other) => Ok(other),
        }
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(&self) -> Option<usize> {
        Some(self.last).filter(|&last| last > 0)
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(&self) -> Option<Ref<Object>> {
        let pattern = self.pattern.peek().filter(|_| self.last > 0)?;
        pattern.name_of(self.last).map(Heaped::to_ref)
    }

    #[getter]
    fn regs(&self, th: &mut Thread) -> Ref<Tuple> {
        let spans = self.spans.iter().map(|&span| pair(th, span).up()).collect();
        Tuple::new(th, spans)
    }

    #[method]
    fn __copy__(&self) -> &Self {
        self
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(&self, _memo: &Object) -> &Self {
        self
    }

    /// See PEP 585
    #[method(name = "__class_getitem__", class, sig = "($type, object, /)")]
    fn class_getitem(cls: &Type, th: &mut Thread, item: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, item)
    }
}

/// Where a scanner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    next: usize,
    must_advance: bool,
    done: bool,
}

/// Finds one match after another.
#[pytype(name = "SRE_Scanner", module = "_sre", doc = none, flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE))]
#[repr(C)]
pub struct Scanner {
    head: Head,
    #[member(name = "pattern", readonly)]
    pattern: Slot<Pattern>,
    string: Slot,
    /// Keeps a buffer from being resized.
    view: Slot<MemoryView>,
    bounds: (usize, usize),
    #[untraversed]
    place: Mutex<Place>,
}

impl Scanner {
    pub fn new(th: &mut Thread, pattern: &Pattern, string: &Object, bounds: (usize, usize)) -> Result<Ref<Scanner>, Raised> {
        let fixed = string.is_a::<Str>() || string.is_exactly::<Bytes>();
        let view = if fixed { None } else { Some(MemoryView::new(th, string)?) };
        Ok(th.new_object(Scanner {
            head: Head::INIT,
            pattern: Slot::new(pattern.to_ref()),
            string: Slot::new(string.to_ref()),
            view: Slot::from_option(view),
            bounds,
            place: Mutex::new(Place { next: bounds.0, must_advance: false, done: false }),
        }))
    }

    fn step(&self, th: &mut Thread, mode: Mode) -> Result<Option<Ref<Match>>, Raised> {
        loop {
            let place = *self.place.lock();
            let (next, found) = self.step_from(th, mode, place)?;
            let mut now = self.place.lock();
            // Another thread may have taken the step meanwhile: each match is one thread's.
            if *now == place {
                *now = next;
                return Ok(found);
            }
        }
    }

    /// Where a step from `place` leads, and the match.
    fn step_from(&self, th: &mut Thread, mode: Mode, place: Place) -> Result<(Place, Option<Ref<Match>>), Raised> {
        let (Some(pattern), Some(string)) = (self.pattern.get(th, self), self.string.get(th, self)) else { return Ok((place, None)) };
        if place.done {
            return Ok((place, None));
        }
        let subject = pattern.subject(th, &string)?;
        let mut matcher = Matcher::default();
        let end = self.bounds.1.min(subject.len());
        let request = Request { mode, start: place.next, end, must_advance: place.must_advance };
        let found = subject.run(th, &mut matcher, pattern.program(), request)?;
        let next = match found {
            Some((start, end)) => Place { next: end, must_advance: start == end, done: false },
            None => Place { done: true, ..place },
        };
        Ok((next, found.map(|span| Match::new(th, &pattern, &string, self.bounds, span, &matcher))))
    }
}

#[pymethods]
impl Scanner {
    #[method]
    fn r#match(&self, th: &mut Thread) -> Result<Option<Ref<Match>>, Raised> {
        self.step(th, Mode::Match)
    }

    #[method]
    fn search(&self, th: &mut Thread) -> Result<Option<Ref<Match>>, Raised> {
        self.step(th, Mode::Search)
    }

}

/// A replacement with groups: a literal, then groups, each with the literal behind it.
#[pytype(name = "SRE_Template", module = "_sre", doc = none, flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE))]
#[repr(C)]
pub struct Template {
    pub(super) head: Head,
    pub(super) literals: Slot<Tuple>,
    #[untraversed]
    pub(super) groups: Vec<usize>,
}

#[pymethods]
impl Template {}

impl Template {
    /// The text, if there are no groups in it.
    pub fn only_literal(&self) -> Option<&Object> {
        self.literals.peek().filter(|_| self.groups.is_empty()).map(|literals| literals.get(0))
    }

    /// The text with a match's groups in it.
    pub fn expand(&self, th: &mut Thread, found: &Match, subject: &Subject<'_>) -> Result<Ref<Object>, Raised> {
        let Some(literals) = self.literals.get(th, self) else { return Ok(none_ref()) };
        let mut pieces = vec![th.retain(literals.get(0))];
        for (at, &group) in self.groups.iter().enumerate() {
            if group >= found.spans.len() {
                return Err(raise::index_error(th, format_args!("no such group")));
            }
            if let Some(part) = found.part(th, subject, group)? {
                pieces.push(part);
            }
            pieces.push(th.retain(literals.get(at + 1)));
        }
        subject.join(th, pieces)
    }
}
