//! `re.Pattern`. What it is made of never changes, so threads share it freely; each search has its own matcher.

use core::cell::Cell;
use std::fmt::Write as _;

use algos::sre::{Matcher, Mode, Program, Request};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::seqiter::CallIter;
use objects::str::StrBuilder;
use objects::{Dict, Int, List, Str, Tuple, none, none_ref, ops, raise};

use super::matches::{Match, Scanner, Template};
use super::subject::Subject;

thread_local! {
    /// The state of this thread's last match, for the next one: most are short, and its room costs more than they do.
    static SPARE: Cell<Option<Box<Matcher>>> = const { Cell::new(None) };
}
/// Room that is not kept.
const MOST_KEPT: usize = 4096;

const LOCALE: i32 = 4;
const UNICODE: i32 = 32;
const ASCII: i32 = 256;
const FLAGS: [(i32, &str); 8] = [
    (2, "IGNORECASE"),
    (LOCALE, "LOCALE"),
    (8, "MULTILINE"),
    (16, "DOTALL"),
    (UNICODE, "UNICODE"),
    (64, "VERBOSE"),
    (128, "DEBUG"),
    (ASCII, "ASCII"),
];

/// Compiled regular expression object.
#[pytype(name = "Pattern", module = "re", flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE), weakref)]
#[repr(C)]
pub struct Pattern {
    head: Head,
    /// The pattern string from which the RE object was compiled.
    #[member(name = "pattern", readonly)]
    pattern: Slot,
    groupindex: Slot<Dict>,
    indexgroup: Slot<Tuple>,
    #[untraversed]
    code: Vec<u32>,
    #[untraversed]
    program: Program,
    /// Whether it is for bytes, if it is for one kind of text.
    bytes: Option<bool>,
    /// The regex matching flags.
    #[member(name = "flags", readonly)]
    flags: i32,
    /// The number of capturing groups in the pattern.
    #[member(name = "groups", readonly)]
    groups: isize,
}

/// What a replacement is made by.
enum Filter {
    Literal(Ref<Object>),
    Template(Ref<Template>),
    Call(Ref<Object>),
}

impl Pattern {
    pub fn compile(
        th: &mut Thread,
        pattern: &Object,
        flags: i32,
        code: Vec<u32>,
        groups: usize,
        groupindex: &Dict,
        indexgroup: &Tuple,
    ) -> Result<Ref<Pattern>, Raised> {
        let bytes = match pattern {
            _ if pattern.is(none()) => None,
            _ if pattern.is_a::<Str>() => Some(false),
            _ => Subject::new(th, pattern, None).map(|_| Some(true))?,
        };
        let Ok(program) = Program::new(&code, groups) else {
            return Err(raise::runtime_error(th, format_args!("invalid SRE code")));
        };
        Ok(th.new_object(Pattern {
            head: Head::INIT,
            pattern: Slot::new(pattern.to_ref()),
            groupindex: Slot::new(groupindex.to_ref()),
            indexgroup: Slot::new(indexgroup.to_ref()),
            code,
            program,
            bytes,
            flags,
            groups: groups as isize,
        }))
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    pub fn group_count(&self) -> usize {
        self.program.groups()
    }

    pub fn names(&self) -> Option<&Dict> {
        self.groupindex.peek()
    }

    /// The name of a group.
    pub fn name_of(&self, group: usize) -> Option<&Object> {
        self.indexgroup.peek().filter(|names| group < names.len()).map(|names| names.get(group))
    }

    pub fn subject<'a>(&self, th: &mut Thread, string: &'a Object) -> Result<Subject<'a>, Raised> {
        Subject::new(th, string, self.bytes)
    }

    fn once(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        endpos: isize,
        mode: Mode,
    ) -> Result<Option<Ref<Match>>, Raised> {
        let subject = self.subject(th, string)?;
        let (start, end) = subject.bounds(pos, endpos);
        let mut matcher = SPARE.take().unwrap_or_default();
        let found = subject.run(th, &mut matcher, &self.program, Request { mode, start, end, must_advance: false })?;
        let found = found.map(|span| Match::new(th, self, string, (start, end), span, &matcher));
        if matcher.capacity() <= MOST_KEPT {
            SPARE.set(Some(matcher));
        }
        Ok(found)
    }

    /// Calls `each` with the spans of all matches, until it says `false`.
    fn all(
        &self,
        th: &mut Thread,
        subject: &Subject<'_>,
        (start, end): (usize, usize),
        mut each: impl FnMut(&mut Thread, (usize, usize), &Matcher) -> Result<bool, Raised>,
    ) -> Result<(), Raised> {
        let mut matcher = Matcher::default();
        let mut request = Request { mode: Mode::Search, start, end, must_advance: false };
        while let Some(span) = subject.run(th, &mut matcher, &self.program, request)? {
            if !each(th, span, &matcher)? {
                break;
            }
            request.must_advance = span.0 == span.1;
            request.start = span.1;
        }
        Ok(())
    }

    /// What `repl` means: a literal, a template with groups, or a function.
    fn filter(&self, th: &mut Thread, repl: &Object) -> Result<Filter, Raised> {
        if ops::is_callable(repl) {
            return Ok(Filter::Call(repl.to_ref()));
        }
        let literal = match repl.downcast::<Str>() {
            Some(text) => !text.to_wtf8().contains(&b'\\'),
            None if objects::glue::has_buffer(repl) => !Buffer::new(th, repl)?.as_slice().contains(&b'\\'),
            None => false,
        };
        if literal {
            return Ok(Filter::Literal(repl.to_ref()));
        }
        let compiled = compile_template(th, self, repl)?;
        match compiled.downcast::<Template>() {
            Ok(template) => match template.only_literal() {
                Some(literal) => Ok(Filter::Literal(literal.to_ref())),
                None => Ok(Filter::Template(template)),
            },
            Err(other) if ops::is_callable(&other) => Ok(Filter::Call(other)),
            Err(other) => Ok(Filter::Literal(other)),
        }
    }

    fn replace(&self, th: &mut Thread, repl: &Object, string: &Object, count: isize) -> Result<(Ref<Object>, usize), Raised> {
        let filter = self.filter(th, repl)?;
        let subject = self.subject(th, string)?;
        let whole = (0, subject.len());
        let mut pieces: Vec<Ref<Object>> = Vec::new();
        let (mut last, mut made) = (0, 0usize);
        self.all(th, &subject, whole, |th, span, matcher| {
            if count > 0 && made >= count.unsigned_abs() {
                return Ok(false);
            }
            if last < span.0 {
                let between = subject.slice(th, last, span.0)?;
                pieces.push(between);
            }
            match &filter {
                Filter::Literal(literal) => pieces.push(literal.clone()),
                Filter::Template(template) => {
                    let found = Match::new(th, self, string, whole, span, matcher);
                    let item = template.expand(th, &found, &subject)?;
                    pieces.push(item);
                }
                Filter::Call(function) => {
                    let found = Match::new(th, self, string, whole, span, matcher);
                    let item = ops::call1(th, function, &found)?;
                    if !item.is(none()) {
                        pieces.push(item);
                    }
                }
            }
            last = span.1;
            made += 1;
            Ok(true)
        })?;
        if last < whole.1 || pieces.is_empty() {
            let rest = subject.slice(th, last, whole.1)?;
            pieces.push(rest);
        }
        Ok((subject.join(th, pieces)?, made))
    }
}

/// `re._compile_template(pattern, repl)`.
pub fn compile_template(th: &mut Thread, pattern: &Pattern, repl: &Object) -> Result<Ref<Object>, Raised> {
    let re = interp::import::import_module(th, "re")?;
    let name = objects::intern(th, "_compile_template");
    ops::call_method(th, &re, name, &[pattern, repl])
}

#[pymethods]
impl Pattern {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let pattern = self.pattern.get(th, self).unwrap_or_else(none_ref);
        let shown = ops::repr(th, &pattern)?;
        let mut text = StrBuilder::new();
        text.push_text("re.compile(");
        match shown.slice(th, 0..shown.len().min(200)) {
            Some(start) => text.push_str(&start),
            None => return Err(raise::memory_error(th)),
        }
        let mut flags = self.flags;
        if self.bytes == Some(false) && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
            flags &= !UNICODE;
        }
        let mut names: Vec<String> = Vec::new();
        for (bit, name) in FLAGS {
            if flags & bit != 0 {
                names.push(format!("re.{name}"));
                flags &= !bit;
            }
        }
        if flags != 0 {
            let mut rest = String::new();
            // Writing to a string cannot fail.
            let _ = write!(rest, "{flags:#x}");
            names.push(rest);
        }
        if !names.is_empty() {
            text.push_text(", ");
            text.push_text(&names.join("|"));
        }
        text.push_text(")");
        text.finish(th)
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let pattern = self.pattern.get(th, self).unwrap_or_else(none_ref);
        let mut hash = ops::hash(th, &pattern)?;
        for &word in &self.code {
            hash = hash.wrapping_mul(1_000_003) ^ word as isize;
        }
        hash ^= self.flags as isize ^ self.groups;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Pattern>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(objects::not_implemented_ref());
        };
        let same =
            self.flags == other.flags && self.bytes == other.bytes && self.groups == other.groups && self.code == other.code && {
                let (a, b) =
                    (self.pattern.get(th, self).unwrap_or_else(none_ref), other.pattern.get(th, other).unwrap_or_else(none_ref));
                ops::eq(th, &a, &b)?
            };
        Ok(objects::bool_ref(same == matches!(op, CompareOp::Eq)))
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.groupindex.get(th, self).map(|names| objects::mapping_proxy(th, &names))
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn r#match(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Option<Ref<Match>>, Raised> {
        self.once(th, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Option<Ref<Match>>, Raised> {
        self.once(th, string, pos, endpos, Mode::Full)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Option<Ref<Match>>, Raised> {
        self.once(th, string, pos, endpos, Mode::Search)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Ref<List>, Raised> {
        let subject = self.subject(th, string)?;
        let bounds = subject.bounds(pos, endpos);
        let mut items = Vec::new();
        self.all(th, &subject, bounds, |th, span, matcher| {
            let part = |th: &mut Thread, group: usize| {
                let (start, end) = matcher.group(group).unwrap_or((0, 0));
                subject.slice(th, start, end)
            };
            let item = match self.group_count() {
                0 => subject.slice(th, span.0, span.1)?,
                1 => part(th, 1)?,
                n => {
                    let mut parts = Vec::with_capacity(n);
                    for group in 1..=n {
                        parts.push(part(th, group)?);
                    }
                    Tuple::new(th, parts).up()
                }
            };
            items.push(item);
            Ok(true)
        })?;
        Ok(List::new(th, items))
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Ref<CallIter>, Raised> {
        let scanner = self.scanner(th, string, pos, endpos)?;
        let search = ops::getattr_str(th, &scanner, "search")?;
        Ok(CallIter::new(th, &search, none()))
    }

    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        &self,
        th: &mut Thread,
        string: &Object,
        pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> Result<Ref<Scanner>, Raised> {
        let bounds = self.subject(th, string)?.bounds(pos, endpos);
        Scanner::new(th, self, string, bounds)
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "($self, /, string, maxsplit=0)")]
    fn split(&self, th: &mut Thread, string: &Object, maxsplit: isize) -> Result<Ref<List>, Raised> {
        let subject = self.subject(th, string)?;
        let (mut items, mut last, mut cuts) = (Vec::new(), 0, 0isize);
        self.all(th, &subject, (0, subject.len()), |th, span, matcher| {
            if maxsplit != 0 && cuts >= maxsplit {
                return Ok(false);
            }
            let between = subject.slice(th, last, span.0)?;
            items.push(between);
            for group in 1..=self.group_count() {
                let part = match matcher.group(group) {
                    Some((start, end)) => subject.slice(th, start, end)?,
                    None => none_ref(),
                };
                items.push(part);
            }
            last = span.1;
            cuts += 1;
            Ok(true)
        })?;
        let rest = subject.slice(th, last, subject.len())?;
        items.push(rest);
        Ok(List::new(th, items))
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn sub(&self, th: &mut Thread, repl: &Object, string: &Object, count: isize) -> Result<Ref<Object>, Raised> {
        self.replace(th, repl, string, count).map(|(text, _)| text)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn subn(&self, th: &mut Thread, repl: &Object, string: &Object, count: isize) -> Result<Ref<Tuple>, Raised> {
        let (text, made) = self.replace(th, repl, string, count)?;
        let made = Int::from_usize(th, made).up();
        Ok(Tuple::from_array(th, [text, made]))
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
