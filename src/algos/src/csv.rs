//! The `csv` reader and writer as state machines over characters.
//!
//! The reader is fed lines and says after each whether a record is complete. The writer is fed fields as text and says whether it was able to quote them.

use crate::float;
use crate::text::{self, Builder, Text, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

impl Quoting {
    #[must_use]
    pub fn from_number(number: i64) -> Option<Quoting> {
        Some(match number {
            0 => Quoting::Minimal,
            1 => Quoting::All,
            2 => Quoting::NonNumeric,
            3 => Quoting::None,
            4 => Quoting::Strings,
            5 => Quoting::NotNull,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub double_quote: bool,
    pub skip_initial_space: bool,
    pub line_terminator: Vec<u32>,
    pub quoting: Quoting,
    pub strict: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect {
            delimiter: u32::from(','),
            quote: Some(u32::from('"')),
            escape: None,
            double_quote: true,
            skip_initial_space: false,
            line_terminator: vec![0x0d, 0x0a],
            quoting: Quoting::Minimal,
            strict: false,
        }
    }
}

/// A field that was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    Str(Text),
    Float(f64),
    /// `None`
    Null,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// `csv.Error` with this message.
    Csv(String),
    /// `ValueError: could not convert string to float: …`, with the text's `repr`.
    Float(Text),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// Reads records from lines.
#[derive(Debug, Clone)]
pub struct Reader {
    dialect: Dialect,
    limit: isize,
    state: State,
    field: Builder,
    unquoted: bool,
    record: Vec<Field>,
}

const NEWLINE: u32 = 0x0a;

fn is_newline(c: u32) -> bool {
    matches!(c, 0x0a | 0x0d)
}

fn show(c: Option<u32>) -> char {
    c.and_then(char::from_u32).unwrap_or('\u{fffd}')
}

impl Reader {
    /// The limit is that of `csv.field_size_limit`.
    #[must_use]
    pub fn new(dialect: Dialect, limit: isize) -> Self {
        Reader { dialect, limit, state: State::StartRecord, field: Builder::default(), unquoted: false, record: Vec::new() }
    }

    /// How long fields may be from now on.
    pub fn set_limit(&mut self, limit: isize) {
        self.limit = limit;
    }

    /// Forgets an incomplete record; to be called before each one.
    pub fn start(&mut self) {
        self.state = State::StartRecord;
        self.field = Builder::default();
        self.unquoted = false;
        self.record.clear();
    }

    /// Reads a line; a complete record comes back, otherwise another line is wanted.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn feed<U: Unit>(&mut self, line: &[U]) -> Result<Option<Vec<Field>>, ReadError> {
        let mut rest = line;
        while let [first, behind @ ..] = rest {
            let plain = self.plain(rest);
            if plain > 0 {
                self.field.push_units(&rest[..plain]);
                rest = &rest[plain..];
            } else {
                self.character(Some(first.code_point()))?;
                rest = behind;
            }
        }
        self.character(None)?;
        Ok((self.state == State::StartRecord).then(|| core::mem::take(&mut self.record)))
    }

    /// The lines have ended: the record that was begun, if there is one.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn finish(&mut self) -> Result<Option<Vec<Field>>, ReadError> {
        if self.field.is_empty() && self.state != State::InQuoted {
            return Ok(None);
        }
        if self.dialect.strict {
            return Err(ReadError::Csv("unexpected end of data".into()));
        }
        self.save()?;
        Ok(Some(core::mem::take(&mut self.record)))
    }

    fn save(&mut self) -> Result<(), ReadError> {
        let text = core::mem::take(&mut self.field).finish();
        let quoting = self.dialect.quoting;
        let field = match (self.unquoted, text.is_empty()) {
            (true, true) if matches!(quoting, Quoting::NotNull | Quoting::Strings) => Field::Null,
            (true, false) if matches!(quoting, Quoting::NonNumeric | Quoting::Strings) => {
                match float::parse(&text::ascii_numerals(&text.code_points())) {
                    Some(x) => Field::Float(x),
                    None => return Err(ReadError::Float(text)),
                }
            }
            _ => Field::Str(text),
        };
        self.record.push(field);
        Ok(())
    }

    fn add(&mut self, c: u32) -> Result<(), ReadError> {
        if isize::try_from(self.field.len()).is_ok_and(|len| len >= self.limit) {
            return Err(ReadError::Csv(format!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }

    /// Ends a field at the end of a line.
    fn end_line(&mut self, c: Option<u32>) -> Result<(), ReadError> {
        self.save()?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline };
        Ok(())
    }

    /// How many units from here on only lengthen the field.
    fn plain<U: Unit>(&self, text: &[U]) -> usize {
        if !matches!(self.state, State::InField | State::InQuoted) {
            return 0;
        }
        let d = &self.dialect;
        let room = self.limit.saturating_sub_unsigned(self.field.len());
        let room = usize::try_from(room).unwrap_or(0).min(text.len());
        let special = |c: u32| c == d.delimiter || Some(c) == d.quote || Some(c) == d.escape || is_newline(c);
        text[..room].iter().position(|u| special(u.code_point())).unwrap_or(room)
    }

    /// One character, or the end of the line.
    fn character(&mut self, c: Option<u32>) -> Result<(), ReadError> {
        let d = &self.dialect;
        let at_end = c.is_none_or(is_newline);
        let delimiter = c == Some(d.delimiter);
        let escape = c.is_some() && c == d.escape;
        let quote = c.is_some() && c == d.quote && d.quoting != Quoting::None;
        match self.state {
            State::StartRecord | State::StartField => {
                if self.state == State::StartRecord {
                    match c {
                        None => return Ok(()),
                        Some(c) if is_newline(c) => {
                            self.state = State::EatNewline;
                            return Ok(());
                        }
                        Some(_) => self.state = State::StartField,
                    }
                }
                let skip = c == Some(u32::from(' ')) && d.skip_initial_space;
                self.unquoted = true;
                if at_end {
                    self.end_line(c)?;
                } else if quote {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if escape {
                    self.state = State::Escaped;
                } else if skip {
                } else if delimiter {
                    self.save()?;
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => match c {
                Some(c) if is_newline(c) => {
                    self.add(c)?;
                    self.state = State::AfterEscapedNewline;
                }
                _ => {
                    self.add(c.unwrap_or(NEWLINE))?;
                    self.state = State::InField;
                }
            },
            State::AfterEscapedNewline if c.is_none() => {}
            State::AfterEscapedNewline | State::InField => {
                if at_end {
                    self.end_line(c)?;
                } else if escape {
                    self.state = State::Escaped;
                } else if delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else if let Some(c) = c {
                    // The state stays what it is, so behind an escaped newline a line's end alone does not end the record.
                    self.add(c)?;
                }
            }
            State::InQuoted => {
                if escape {
                    self.state = State::EscapedInQuoted;
                } else if quote {
                    self.state = if d.double_quote { State::QuoteInQuoted } else { State::InField };
                } else if let Some(c) = c {
                    self.add(c)?;
                }
            }
            State::EscapedInQuoted => {
                self.add(c.unwrap_or(NEWLINE))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if let (true, Some(c)) = (quote, c) {
                    self.add(c)?;
                    self.state = State::InQuoted;
                } else if delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else if at_end {
                    self.end_line(c)?;
                } else if d.strict {
                    let message = format!("'{}' expected after '{}'", show(Some(d.delimiter)), show(d.quote));
                    return Err(ReadError::Csv(message));
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::EatNewline => match c {
                Some(c) if is_newline(c) => {}
                None => self.state = State::StartRecord,
                Some(_) => {
                    let message = "new-line character seen in unquoted field - do you need to open the file with newline=''?";
                    return Err(ReadError::Csv(message.into()));
                }
            },
        }
        Ok(())
    }
}

/// What the writer knows of a value besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Str,
    Number,
    /// `None`, written as nothing.
    Null,
    Other,
}

/// Writes one record.
#[derive(Debug)]
pub struct Writer<'d> {
    dialect: &'d Dialect,
    out: Builder,
    fields: usize,
    null: bool,
}

impl<'d> Writer<'d> {
    #[must_use]
    pub fn new(dialect: &'d Dialect) -> Self {
        Writer { dialect, out: Builder::default(), fields: 0, null: false }
    }

    /// # Errors
    /// `csv.Error` with the message.
    pub fn field<U: Unit>(&mut self, text: &[U], value: Value) -> Result<(), String> {
        let quoted = match self.dialect.quoting {
            Quoting::All => true,
            Quoting::NonNumeric => value != Value::Number,
            Quoting::Strings => value == Value::Str,
            Quoting::NotNull => value != Value::Null,
            Quoting::Minimal | Quoting::None => false,
        };
        self.null = value == Value::Null;
        self.append(text, quoted)
    }

    fn append<U: Unit>(&mut self, text: &[U], mut quoted: bool) -> Result<(), String> {
        let d = self.dialect;
        let unquotable = d.quoting == Quoting::None || (self.null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull));
        if text.is_empty() && d.delimiter == u32::from(' ') && d.skip_initial_space {
            if unquotable {
                return Err("empty field must be quoted if delimiter is a space and skipinitialspace is true".into());
            }
            quoted = true;
        }
        let mut body = Builder::with_capacity(text.len() + 2);
        for c in text.iter().map(|u| u.code_point()) {
            let special =
                c == d.delimiter || Some(c) == d.escape || Some(c) == d.quote || is_newline(c) || d.line_terminator.contains(&c);
            if special {
                let mut escape = d.quoting == Quoting::None;
                if !escape {
                    if Some(c) == d.quote {
                        if d.double_quote {
                            body.push(c);
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == d.escape {
                        escape = true;
                    }
                    quoted |= !escape;
                }
                if escape {
                    body.push(d.escape.ok_or("need to escape, but no escapechar set")?);
                }
            }
            body.push(c);
        }
        if self.fields > 0 {
            self.out.push(d.delimiter);
        }
        let quote = d.quote.filter(|_| quoted);
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        match body.finish() {
            Text::One(text) => self.out.push_units(&text),
            Text::Two(text) => self.out.push_units(&text),
            Text::Four(text) => self.out.push_units(&text),
        }
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        self.fields += 1;
        Ok(())
    }

    /// The record with its line terminator.
    ///
    /// # Errors
    /// `csv.Error` with the message.
    pub fn finish(mut self) -> Result<Text, String> {
        let d = self.dialect;
        if self.fields > 0 && self.out.is_empty() {
            if d.quoting == Quoting::None || (self.null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull)) {
                return Err("single empty field record must be quoted".into());
            }
            self.fields -= 1;
            self.append::<u8>(&[], true)?;
        }
        self.out.push_units(&d.line_terminator);
        Ok(self.out.finish())
    }
}

#[cfg(test)]
mod tests;
