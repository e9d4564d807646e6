//! CPython's tokenizer as `_tokenize` shows it: fed line by line, every token with its text, its place and its line.
//!
//! It is as lax as CPython's is there: identifiers are not checked, brackets need not match. Names of the state are those of the
//! behaviour that shows: where the text of a line starts, where a string's first line starts. `code` has tokens outside of strings,
//! `strings` those in f-strings. Offsets are bytes of `buf`, which holds the lines that a token in the making spans.

mod code;
mod strings;

use crate::errors::{ErrorKind, WarningKind};

/// Token numbers of the module `token`.
pub mod kinds {
    pub const ENDMARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const DOT: u8 = 23;
    pub const ELLIPSIS: u8 = 52;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const TSTRING_START: u8 = 62;
    pub const TSTRING_MIDDLE: u8 = 63;
    pub const TSTRING_END: u8 = 64;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
}

/// Operators and their numbers.
pub const OPERATORS: &[(&str, u8)] = &[
    ("(", 7), (")", 8), ("[", 9), ("]", 10), (":", 11), (",", 12), (";", 13), ("+", 14), ("-", 15), ("*", 16), ("/", 17), ("|", 18),
    ("&", 19), ("<", 20), (">", 21), ("=", 22), (".", 23), ("%", 24), ("{", 25), ("}", 26), ("==", 27), ("!=", 28), ("<=", 29), (">=", 30), ("~", 31), ("^", 32), ("<<", 33), (">>", 34), ("**", 35), ("+=", 36), ("-=", 37), ("*=", 38), ("/=", 39),
    ("%=", 40), ("&=", 41), ("|=", 42), ("^=", 43), ("<<=", 44), (">>=", 45), ("**=", 46), ("//", 47), ("//=", 48), ("@", 49),
    ("@=", 50), ("->", 51), ("...", 52), (":=", 53), ("!", 54),
];

/// A token. Rows count from 1, columns are code points from 0 (-1: it has none).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: u8,
    pub text: String,
    pub start: (u32, i64),
    pub end: (u32, i64),
    /// A new line since the token before; otherwise that one's line is this one's.
    pub line: Option<String>,
}

/// Why there is no token.
#[derive(Debug)]
pub enum Stop<E> {
    /// The reader failed.
    Reader(E),
    Error(Box<Problem>),
}

/// A syntax error at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub kind: ErrorKind,
    pub msg: String,
    pub line: u32,
    pub offset: i64,
    pub text: Option<String>,
    /// End column, where the error has one.
    pub end: Option<i64>,
}

/// A warning at a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineWarning {
    pub kind: WarningKind,
    pub msg: String,
    pub line: u32,
}

/// Where lines come from.
pub trait Reader {
    type Error;
    /// The next line with its end; `None` at the end.
    fn line(&mut self) -> Result<Option<String>, Self::Error>;
}

/// Why the text has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Done {
    No,
    Eof,
    Continuation,
    TabSpace,
    TooDeep,
    Dedent,
}

/// A string with expressions in it.
#[derive(Clone, Debug)]
struct Interpolated {
    template: bool,
    raw: bool,
    quote: u8,
    quote_size: usize,
    start: usize,
    multi_line_start: usize,
    first_line: u32,
    /// Brackets open within it, and how many of its own braces.
    depth: i32,
    expr_depth: i32,
    in_spec: bool,
    in_debug: bool,
    /// In literal text, rather than in an expression.
    literal: bool,
}

impl Interpolated {
    fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }
}

/// The tokenizer's state.
#[derive(Debug)]
pub struct Tokenizer {
    /// Comments, line ends that mean nothing; operators are all `OP`.
    extra: bool,
    buf: Vec<u8>,
    cur: usize,
    inp: usize,
    start: Option<usize>,
    line_start: usize,
    multi_line_start: usize,
    lineno: u32,
    first_lineno: u32,
    done: Done,
    implicit_newline: bool,
    at_bol: bool,
    pending: i32,
    indents: Vec<(usize, usize)>,
    parens: Vec<(u8, u32)>,
    strings: Vec<Interpolated>,
    comment_newline: bool,
    last_lineno: u32,
    finished: bool,
    problem: Option<Box<Problem>>,
    pub warnings: Vec<LineWarning>,
    /// A place on the current line whose column is known: bytes and code points from the line's start.
    known: (usize, usize, usize),
}

const MAX_INDENTS: usize = 100;
const MAX_PARENS: usize = 200;
const MAX_STRINGS: usize = 150;
const MAX_EXPRS: i32 = 3;
const TAB: usize = 8;

/// A character, or the end.
type Char = Option<u8>;

/// A token's number with its bytes, or an error that was noted.
struct Raw {
    kind: u8,
    span: Option<(usize, usize)>,
}

enum Failure<E> {
    Reader(E),
    /// `problem` or `done` says what.
    Noted,
}

type Step<T, E> = Result<T, Failure<E>>;

impl Tokenizer {
    /// A tokenizer at the start of a text.
    pub fn new(extra: bool) -> Tokenizer {
        Tokenizer {
            extra,
            buf: Vec::new(),
            cur: 0,
            inp: 0,
            start: None,
            line_start: 0,
            multi_line_start: 0,
            lineno: 0,
            first_lineno: 0,
            done: Done::No,
            implicit_newline: false,
            at_bol: true,
            pending: 0,
            indents: vec![(0, 0)],
            parens: Vec::new(),
            strings: Vec::new(),
            comment_newline: false,
            last_lineno: 0,
            finished: false,
            problem: None,
            warnings: Vec::new(),
            known: (0, 0, 0),
        }
    }

    /// The next token; `None` behind the last.
    pub fn next<R: Reader>(&mut self, reader: &mut R) -> Result<Option<Token>, Stop<R::Error>> {
        if self.finished {
            return Ok(None);
        }
        let raw = match self.strings.last() {
            Some(string) if string.literal => self.literal(reader),
            _ => self.code(reader),
        };
        match raw {
            Ok(raw) => Ok(Some(self.finish(raw))),
            Err(Failure::Reader(error)) => Err(Stop::Reader(error)),
            Err(Failure::Noted) => Err(Stop::Error(self.describe())),
        }
    }

    // ---- characters

    fn next_char<R: Reader>(&mut self, reader: &mut R) -> Step<Char, R::Error> {
        if self.cur == self.inp {
            if self.done != Done::No {
                return Ok(None);
            }
            if !self.fill(reader)? {
                self.cur = self.inp;
                return Ok(None);
            }
            self.line_start = self.cur;
            if self.buf[self.cur..self.inp].contains(&0) {
                return self.fail("source code cannot contain null bytes");
            }
        }
        let byte = self.buf[self.cur];
        self.cur += 1;
        Ok(Some(byte))
    }

    fn back(&mut self, c: Char) {
        if c.is_some() {
            self.cur -= 1;
        }
    }

    /// Reads a line. Lines before it are forgotten unless a token or a string in the making needs them.
    fn fill<R: Reader>(&mut self, reader: &mut R) -> Step<bool, R::Error> {
        if self.start.is_none() && self.strings.is_empty() {
            self.buf.clear();
            self.cur = 0;
            self.inp = 0;
            self.known = (0, 0, 0);
        }
        let line = match reader.line() {
            Ok(line) => line,
            Err(error) => return Err(Failure::Reader(error)),
        };
        let Some(line) = line.filter(|line| !line.is_empty()) else {
            self.done = Done::Eof;
            return Ok(false);
        };
        self.buf.truncate(self.inp);
        self.buf.extend_from_slice(line.as_bytes());
        self.implicit_newline = !line.ends_with('\n');
        if self.implicit_newline {
            self.buf.push(b'\n');
        }
        self.inp = self.buf.len();
        self.lineno += 1;
        Ok(true)
    }

    // ---- errors

    fn text(&self, from: usize, to: usize) -> String {
        String::from_utf8_lossy(self.buf.get(from..to).unwrap_or_default()).into_owned()
    }

    /// Notes an error at the last character read.
    #[cold]
    fn fail<T, E>(&mut self, msg: impl Into<String>) -> Step<T, E> {
        let col = self.text(self.line_start, self.cur).chars().count() as i64;
        self.fail_at(msg, col, None)
    }

    #[cold]
    fn fail_at<T, E>(&mut self, msg: impl Into<String>, offset: i64, end: Option<i64>) -> Step<T, E> {
        let rest = self.buf.get(self.line_start..self.inp).unwrap_or_default();
        let len = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let text = Some(self.text(self.line_start, self.line_start + len));
        self.problem = Some(Box::new(Problem { kind: ErrorKind::Syntax, msg: msg.into(), line: self.lineno, offset, text, end }));
        Err(Failure::Noted)
    }

    #[cold]
    fn stop<T, E>(&mut self, done: Done) -> Step<T, E> {
        self.done = done;
        Err(Failure::Noted)
    }

    #[cold]
    fn describe(&mut self) -> Box<Problem> {
        if let Some(problem) = self.problem.take() {
            return problem;
        }
        let (kind, msg) = match self.done {
            Done::Dedent => (ErrorKind::Indentation, "unindent does not match any outer indentation level"),
            Done::TabSpace => (ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation"),
            Done::TooDeep => (ErrorKind::Indentation, "too many levels of indentation"),
            Done::Continuation => (ErrorKind::Syntax, "unexpected character after line continuation character"),
            Done::Eof | Done::No => (ErrorKind::Syntax, "unexpected EOF in multi-line statement"),
        };
        let size = self.inp;
        let offset = if self.done == Done::Eof { size } else { self.text(0, size).chars().count() } as i64;
        let text = (self.done != Done::Eof).then(|| self.text(0, size - usize::from(self.buf[..size].ends_with(b"\n"))));
        Box::new(Problem { kind, msg: msg.into(), line: self.lineno, offset, text, end: None })
    }

    // ---- finished tokens

    fn finish(&mut self, raw: Raw) -> Token {
        use kinds::*;
        let Raw { mut kind, span } = raw;
        let mut text = span.map_or_else(String::new, |(start, end)| self.text(start, end));
        let trailing = kind == ENDMARKER || kind == DEDENT && self.done == Done::Eof;
        let is_string = kind == STRING || (FSTRING_START..=TSTRING_END).contains(&kind);
        let line_start = if is_string { self.multi_line_start } else { self.line_start };
        let line = if self.extra && trailing {
            Some(String::new())
        } else if self.lineno != self.last_lineno {
            let mut end = self.inp;
            if end > line_start && self.implicit_newline {
                end -= 1;
            }
            Some(self.text(line_start, end))
        } else {
            None
        };
        let mut first = if is_string { self.first_lineno } else { self.lineno };
        let mut last = self.lineno;
        self.last_lineno = first;
        let (mut col, mut end_col) = (-1, -1);
        if let Some((start, end)) = span {
            if start >= line_start {
                col = self.column(line_start, start);
            }
            if end >= self.line_start {
                end_col = self.column(self.line_start, end);
            }
        }
        if self.extra {
            if trailing {
                (first, last) = (last + 1, last + 1);
                (col, end_col) = (0, 0);
            }
            if kind > DEDENT && kind < OP {
                kind = OP;
            } else if kind == NEWLINE {
                if !self.implicit_newline {
                    text = if self.start.is_some_and(|at| self.buf.get(at) == Some(&b'\r')) { "\r\n" } else { "\n" }.to_string();
                }
                end_col += 1;
            } else if kind == NL && self.implicit_newline {
                text.clear();
            }
        }
        self.finished = kind == ENDMARKER;
        Token { kind, text, start: (first, col), end: (last, end_col), line }
    }

    /// Code points from a line's start. Tokens of a line come in order, so that counting goes on from the last place.
    fn column(&mut self, line_start: usize, at: usize) -> i64 {
        let (known_line, known_at, known_col) = self.known;
        let (from, count) = if known_line == line_start && known_at >= line_start && known_at <= at { (known_at, known_col) } else { (line_start, 0) };
        let more = self.buf.get(from..at).unwrap_or_default().iter().filter(|b| **b & 0xc0 != 0x80).count();
        self.known = (line_start, at, count + more);
        (count + more) as i64
    }
}
