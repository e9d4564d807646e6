//! Templates of `str.format`: literal text and fields, and the names of fields (`_string.formatter_parser` and
//! `_string.formatter_field_name_split`).

use super::{Error, read_number, value_error};
use crate::text::Unit;

/// `{name!conversion:spec}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a, U> {
    pub name: &'a [U],
    pub conversion: Option<u32>,
    pub spec: &'a [U],
    /// The specification has fields of its own.
    pub nested: bool,
}

/// Text to copy, and the field behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a, U> {
    pub literal: &'a [U],
    pub field: Option<Field<'a, U>>,
}

/// Reads a template segment by segment; ends at the first error.
#[derive(Debug, Clone)]
pub struct Parser<'a, U> {
    text: &'a [U],
    at: usize,
}

impl<'a, U: Unit> Parser<'a, U> {
    #[must_use]
    pub fn new(text: &'a [U]) -> Self {
        Parser::resume(text, 0)
    }

    /// From where another parser of the same text stood.
    #[must_use]
    pub fn resume(text: &'a [U], at: usize) -> Self {
        Parser { text, at }
    }

    /// How much of the text is read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    fn bump(&mut self) -> Option<u32> {
        let unit = self.text.get(self.at)?.code_point();
        self.at += 1;
        Some(unit)
    }

    fn segment(&mut self) -> Result<Segment<'a, U>, Error> {
        const OPEN: u32 = '{' as u32;
        const CLOSE: u32 = '}' as u32;
        let start = self.at;
        let found = loop {
            match self.bump() {
                Some(c @ (OPEN | CLOSE)) => break c,
                Some(_) => {}
                None => return Ok(Segment { literal: &self.text[start..], field: None }),
            }
        };
        let next = self.text.get(self.at).map(|u| u.code_point());
        if next == Some(found) {
            // A doubled bracket stands for one, which ends the literal.
            self.at += 1;
            return Ok(Segment { literal: &self.text[start..self.at - 1], field: None });
        }
        if found == CLOSE {
            return Err(value_error("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(value_error("Single '{' encountered in format string"));
        }
        let literal = &self.text[start..self.at - 1];
        Ok(Segment { literal, field: Some(self.field()?) })
    }

    fn field(&mut self) -> Result<Field<'a, U>, Error> {
        let start = self.at;
        let incomplete = || value_error("expected '}' before end of string");
        let end = loop {
            match self.bump().and_then(char::from_u32) {
                Some('{') => return Err(value_error("unexpected '{' in field name")),
                Some('[') => {
                    // Anything may stand between square brackets.
                    while self.text.get(self.at).is_some_and(|u| u.code_point() != u32::from(']')) {
                        self.at += 1;
                    }
                }
                Some(c @ ('}' | ':' | '!')) => break c,
                None if self.at >= self.text.len() => {
                    // A surrogate in the last place is text like any other, so the end was reached either way.
                    return Err(incomplete());
                }
                _ => {}
            }
        };
        let name = &self.text[start..self.at - 1];
        let mut field = Field { name, conversion: None, spec: &[], nested: false };
        if end == '}' {
            return Ok(field);
        }
        if end == '!' {
            let missing = || value_error("end of string while looking for conversion specifier");
            field.conversion = Some(self.bump().ok_or_else(missing)?);
            if let Some(c) = self.bump() {
                if c == u32::from('}') {
                    return Ok(field);
                }
                if c != u32::from(':') {
                    return Err(value_error("expected ':' after conversion specifier"));
                }
            }
        }
        let start = self.at;
        let mut depth = 1;
        while let Some(c) = self.bump() {
            if c == u32::from('{') {
                field.nested = true;
                depth += 1;
            } else if c == u32::from('}') {
                depth -= 1;
                if depth == 0 {
                    field.spec = &self.text[start..self.at - 1];
                    return Ok(field);
                }
            }
        }
        Err(value_error("unmatched '{' in format spec"))
    }
}

impl<'a, U: Unit> Iterator for Parser<'a, U> {
    type Item = Result<Segment<'a, U>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let segment = self.segment();
        if segment.is_err() {
            self.at = self.text.len();
        }
        Some(segment)
    }
}

/// What a field's name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First<'a, U> {
    /// Nothing: the next positional argument.
    Next,
    Index(usize),
    Name(&'a [U]),
}

/// What follows in a field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a, U> {
    /// `.name`
    Attribute(&'a [U]),
    /// `[number]`
    Index(usize),
    /// `[text]`
    Key(&'a [U]),
}

/// The steps behind a field's first part.
#[derive(Debug, Clone)]
pub struct Steps<'a, U> {
    text: &'a [U],
}

/// # Errors
/// A number that is too large.
pub fn split_name<U: Unit>(name: &[U]) -> Result<(First<'_, U>, Steps<'_, U>), Error> {
    let dot = |u: &U| matches!(char::from_u32(u.code_point()), Some('.' | '['));
    let (first, rest) = name.split_at(name.iter().position(dot).unwrap_or(name.len()));
    let first = if first.is_empty() {
        First::Next
    } else {
        match index(first)? {
            Some(index) => First::Index(index),
            None => First::Name(first),
        }
    };
    Ok((first, Steps { text: rest }))
}

fn index<U: Unit>(text: &[U]) -> Result<Option<usize>, Error> {
    // What is not all digits is a name, however many digits it begins with.
    if text.is_empty() || text.iter().any(|u| crate::ucd::decimal(u.code_point()).is_none()) {
        let digits = text.iter().take_while(|u| crate::ucd::decimal(u.code_point()).is_some()).count();
        return read_number(&text[..digits]).map(|_| None);
    }
    read_number(text).map(|(value, _)| Some(value))
}

impl<'a, U: Unit> Steps<'a, U> {
    /// From where other steps stood: what is left of the name.
    #[must_use]
    pub fn resume(text: &'a [U]) -> Self {
        Steps { text }
    }

    /// What is left of the name.
    #[must_use]
    pub fn rest(&self) -> &'a [U] {
        self.text
    }

    fn step(&mut self) -> Result<Step<'a, U>, Error> {
        let empty = || value_error("Empty attribute in format string");
        let is = |u: &U, c: char| u.code_point() == u32::from(c);
        match self.text {
            [dot, rest @ ..] if is(dot, '.') => {
                let end = rest.iter().position(|u| is(u, '.') || is(u, '[')).unwrap_or(rest.len());
                let (name, tail) = rest.split_at(end);
                self.text = tail;
                if name.is_empty() { Err(empty()) } else { Ok(Step::Attribute(name)) }
            }
            [bracket, rest @ ..] if is(bracket, '[') => {
                let end = rest.iter().position(|u| is(u, ']')).ok_or_else(|| value_error("Missing ']' in format string"))?;
                let key = &rest[..end];
                self.text = &rest[end + 1..];
                match index(key)? {
                    Some(index) => Ok(Step::Index(index)),
                    None if key.is_empty() => Err(empty()),
                    None => Ok(Step::Key(key)),
                }
            }
            _ => Err(value_error("Only '.' or '[' may follow ']' in format field specifier")),
        }
    }
}

impl<'a, U: Unit> Iterator for Steps<'a, U> {
    type Item = Result<Step<'a, U>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.text.is_empty() {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.text = &[];
        }
        Some(step)
    }
}

/// Numbers the fields without a name, and refuses to mix them with numbered ones.
#[derive(Debug, Clone, Default)]
pub struct AutoNumber {
    manual: Option<bool>,
    next: usize,
}

impl AutoNumber {
    /// Turns `Next` into an index.
    ///
    /// # Errors
    /// When both ways of numbering are used.
    pub fn resolve<'a, U>(&mut self, first: First<'a, U>) -> Result<First<'a, U>, Error> {
        let manual = match first {
            First::Name(_) => return Ok(first),
            First::Index(_) => true,
            First::Next => false,
        };
        match (*self.manual.get_or_insert(manual), manual) {
            (true, false) => Err(value_error("cannot switch from manual field specification to automatic field numbering")),
            (false, true) => Err(value_error("cannot switch from automatic field numbering to manual field specification")),
            (true, true) => Ok(first),
            (false, false) => {
                self.next += 1;
                Ok(First::Index(self.next - 1))
            }
        }
    }
}
