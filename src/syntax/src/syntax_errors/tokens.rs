//! A tokenizer for sources that do not parse: it finds what CPython's tokenizer complains about, with its messages and places.
//!
//! In CPython an error of the tokenizer anywhere in the file beats one of the parser, so this runs over the whole text.

use crate::errors::ErrorKind;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tok {
    Name,
    Number,
    /// A string literal, an f-string with everything in it.
    String,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
}

/// A token with its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Tok,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// An error with CPython's own idea of columns: code points from 1, an end of its own.
#[derive(Clone, Debug)]
pub(super) struct TokenError {
    pub(super) kind: ErrorKind,
    pub(super) msg: String,
    pub(super) line: u32,
    pub(super) col: i64,
    pub(super) end_col: i64,
}

/// All tokens up to the first error.
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    pub(super) error: Option<TokenError>,
    /// Brackets still open at the end: the character and where it is.
    pub(super) open: Vec<(u8, usize)>,
}

const MAX_PARENS: usize = 200;
const MAX_INDENTS: usize = 100;
const MAX_STRINGS: usize = 150;
const MAX_SPECS: usize = 3;

/// Tokenizes a whole source.
pub(super) fn tokenize(source: &str) -> Tokens {
    let mut t = Tokenizer { source, bytes: source.as_bytes(), at: 0, list: Vec::new(), open: Vec::new(), strings: 0, specs: 0, indents: vec![(0, 0)] };
    let error = t.run().err();
    Tokens { list: t.list, error, open: t.open }
}

/// The deepest nesting of brackets, if strings and comments are not looked at: a quick upper estimate.
pub(super) fn may_nest_deeply(source: &str) -> bool {
    let mut depth = 0usize;
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_PARENS {
                    return true;
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

struct Tokenizer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    list: Vec<Token>,
    open: Vec<(u8, usize)>,
    /// Strings with expressions that the place is in, and the format specifications of the innermost.
    strings: usize,
    specs: usize,
    /// Columns with tabs to 8 and tabs to 1.
    indents: Vec<(usize, usize)>,
}

type Step<T = ()> = Result<T, TokenError>;

impl<'a> Tokenizer<'a> {
    fn peek(&self, n: usize) -> u8 {
        self.bytes.get(self.at + n).copied().unwrap_or(0)
    }

    fn char(&self) -> Option<char> {
        self.source.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn line_start(&self, at: usize) -> usize {
        self.bytes[..at].iter().rposition(|b| *b == b'\n' || *b == b'\r').map_or(0, |nl| nl + 1)
    }

    fn line(&self, at: usize) -> u32 {
        let mut line = 1;
        for (i, byte) in self.bytes[..at].iter().enumerate() {
            line += u32::from(*byte == b'\n' || *byte == b'\r' && self.bytes.get(i + 1) != Some(&b'\n'));
        }
        line
    }

    /// An error at the last of the characters read so far.
    fn error_at<T>(&self, cur: usize, msg: impl Into<String>) -> Step<T> {
        let start = self.line_start(cur);
        let col = self.source.get(start..cur).map_or(0, |s| s.chars().count()) as i64;
        Err(TokenError { kind: ErrorKind::Syntax, msg: msg.into(), line: self.line(cur), col, end_col: col })
    }

    fn characters(&self, from: usize, to: usize) -> i64 {
        self.source.get(from..to).map_or(to - from, |text| text.chars().count()) as i64
    }

    fn push(&mut self, kind: Tok, start: usize) {
        self.list.push(Token { kind, start, end: self.at });
    }

    fn newline_len(&self) -> usize {
        match (self.peek(0), self.peek(1)) {
            (b'\r', b'\n') => 2,
            (b'\n' | b'\r', _) => 1,
            _ => 0,
        }
    }

    fn run(&mut self) -> Step {
        let mut line_begin = true;
        loop {
            if line_begin && self.open.is_empty() {
                if self.indentation()? {
                    break;
                }
                line_begin = false;
            }
            match self.peek(0) {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'#' => self.comment(),
                b'\n' | b'\r' => {
                    let start = self.at;
                    self.at += self.newline_len();
                    if self.open.is_empty() {
                        self.push(Tok::Newline, start);
                        line_begin = true;
                    }
                }
                b'\\' => self.continuation()?,
                0 if self.at >= self.bytes.len() => break,
                _ => self.token()?,
            }
        }
        let end = self.at;
        if self.open.is_empty() {
            if self.list.last().is_some_and(|t| !matches!(t.kind, Tok::Newline | Tok::Dedent)) {
                self.push(Tok::Newline, end);
            }
            for _ in 1..self.indents.len() {
                self.push(Tok::Dedent, end);
            }
        }
        self.push(Tok::End, end);
        Ok(())
    }

    fn comment(&mut self) {
        while self.at < self.bytes.len() && self.newline_len() == 0 {
            self.at += 1;
        }
    }

    fn continuation(&mut self) -> Step {
        self.at += 1;
        let n = self.newline_len();
        if n == 0 {
            if self.at >= self.bytes.len() {
                return self.eof_error();
            }
            let start = self.line_start(self.at);
            let col = (self.at - start) as i64 + 1;
            return Err(TokenError {
                kind: ErrorKind::Syntax,
                msg: "unexpected character after line continuation character".into(),
                line: self.line(self.at),
                col,
                end_col: 0,
            });
        }
        self.at += n;
        if self.at >= self.bytes.len() {
            return self.eof_error();
        }
        Ok(())
    }

    fn eof_error(&self) -> Step {
        if let Some(&(open, at)) = self.open.last() {
            return Err(never_closed(self.source, open, at));
        }
        let last = self.source.trim_end_matches(['\n', '\r']).len();
        let start = self.line_start(last);
        let col = self.source.get(start..last).map_or(0, |s| s.chars().count()) as i64 + 1;
        let line = self.line(last);
        Err(TokenError { kind: ErrorKind::Syntax, msg: "unexpected EOF while parsing".into(), line, col, end_col: -1 })
    }

    /// Indentation of a line that is not blank. True at the end of the source.
    fn indentation(&mut self) -> Step<bool> {
        loop {
            let start = self.at;
            let (mut col, mut alt) = (0, 0);
            loop {
                match self.peek(0) {
                    b' ' => {
                        col += 1;
                        alt += 1;
                    }
                    b'\t' => {
                        col = (col / 8 + 1) * 8;
                        alt += 1;
                    }
                    b'\x0c' => {
                        col = 0;
                        alt = 0;
                    }
                    _ => break,
                }
                self.at += 1;
            }
            if self.at >= self.bytes.len() {
                return Ok(true);
            }
            if self.peek(0) == b'#' {
                self.comment();
            }
            let n = self.newline_len();
            if n > 0 {
                self.at += n;
                continue;
            }
            if self.at >= self.bytes.len() {
                return Ok(true);
            }
            self.change_indent(start, col, alt)?;
            return Ok(false);
        }
    }

    fn change_indent(&mut self, start: usize, col: usize, alt: usize) -> Step {
        let (top, alt_top) = self.indents.last().copied().unwrap_or((0, 0));
        let tab_error = |t: &Self| TokenError {
            kind: ErrorKind::Tab,
            msg: "inconsistent use of tabs and spaces in indentation".into(),
            line: t.line(start),
            col: 1,
            end_col: 0,
        };
        if col == top {
            if alt != alt_top {
                return Err(tab_error(self));
            }
            return Ok(());
        }
        if col > top {
            if alt <= alt_top {
                return Err(tab_error(self));
            }
            if self.indents.len() >= MAX_INDENTS {
                let msg = "too many levels of indentation".into();
                let line = self.line(start);
                return Err(TokenError { kind: ErrorKind::Indentation, msg, line, col: 1, end_col: 0 });
            }
            self.indents.push((col, alt));
            self.push(Tok::Indent, start);
            return Ok(());
        }
        while let Some(&(level, alt_level)) = self.indents.last() {
            if level < col {
                break;
            }
            if level == col {
                if alt != alt_level {
                    return Err(tab_error(self));
                }
                return Ok(());
            }
            self.indents.pop();
            self.list.push(Token { kind: Tok::Dedent, start: self.at, end: self.at });
        }
        let line_end = self.source[start..].find(['\n', '\r']).map_or(self.bytes.len(), |n| start + n);
        let col = self.source.get(start..line_end).map_or(0, |s| s.chars().count()) as i64 + 1;
        Err(TokenError {
            kind: ErrorKind::Indentation,
            msg: "unindent does not match any outer indentation level".into(),
            line: self.line(start),
            col,
            end_col: -1,
        })
    }

    fn token(&mut self) -> Step {
        let start = self.at;
        let byte = self.peek(0);
        match byte {
            b'0'..=b'9' => {
                self.number()?;
                self.push(Tok::Number, start);
            }
            b'.' if self.peek(1).is_ascii_digit() => {
                self.at += 1;
                self.fraction()?;
                self.push(Tok::Number, start);
            }
            b'"' | b'\'' => self.string(start)?,
            _ if byte == b'_' || byte.is_ascii_alphabetic() || byte >= 0x80 => {
                while let Some(c) = self.char() {
                    if !(c == '_' || c.is_alphanumeric() || !c.is_ascii() && is_identifier_part(c)) {
                        break;
                    }
                    self.at += c.len_utf8();
                    if matches!(self.peek(0), b'"' | b'\'') && is_prefix(&self.source[start..self.at]) {
                        return self.string(start);
                    }
                }
                if self.at == start {
                    return self.bad_character();
                }
                if self.char().is_some_and(|c| !c.is_ascii()) {
                    return self.bad_character();
                }
                self.push(Tok::Name, start);
            }
            b'(' | b'[' | b'{' => {
                if self.open.len() >= MAX_PARENS {
                    return self.error_at(self.at + 1, "too many nested parentheses");
                }
                self.open.push((byte, self.at));
                self.at += 1;
                self.push(Tok::Op, start);
            }
            b')' | b']' | b'}' => {
                self.close(byte)?;
                self.push(Tok::Op, start);
            }
            _ => {
                const LONG: [&str; 24] = [
                    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "<>", "->", ":=", "+=",
                    "-=", "*=", "/=", "%=", "&=", "|=", "^=",
                ];
                let rest = &self.source[self.at..];
                let len = LONG.iter().find(|op| rest.starts_with(**op)).map_or(1, |op| op.len());
                self.at += if len == 1 && rest.starts_with("@=") { 2 } else { len };
                if byte < 32 || byte == 127 {
                    return self.error_at(self.at, format!("invalid non-printable character U+{byte:04X}"));
                }
                self.push(Tok::Op, start);
            }
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Step {
        let closer = char::from(byte);
        let here = self.at + 1;
        let Some((open, at)) = self.open.pop() else { return self.error_at(here, format!("unmatched '{closer}'")) };
        if !matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            let open = char::from(open);
            let line = self.line(at);
            let place = if line == self.line(self.at) { String::new() } else { format!(" on line {line}") };
            let msg = format!("closing parenthesis '{closer}' does not match opening parenthesis '{open}'{place}");
            return self.error_at(here, msg);
        }
        self.at = here;
        Ok(())
    }

    fn bad_character(&self) -> Step {
        let Some(c) = self.char() else { return Ok(()) };
        let cur = self.at + c.len_utf8();
        let code = c as u32;
        if c.is_control() || c.is_whitespace() || matches!(code, 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff) {
            return self.error_at(cur, format!("invalid non-printable character U+{code:04X}"));
        }
        self.error_at(cur, format!("invalid character '{c}' (U+{code:04X})"))
    }

    // ---- numbers

    fn number(&mut self) -> Step {
        if self.peek(0) == b'0' {
            let radix = match self.peek(1) | 0x20 {
                b'x' => Some((16, "hexadecimal")),
                b'o' => Some((8, "octal")),
                b'b' => Some((2, "binary")),
                _ => None,
            };
            if let Some((radix, name)) = radix {
                self.at += 2;
                return self.digits_of(radix, name);
            }
            let start = self.at;
            while self.peek(0) == b'0' || self.peek(0) == b'_' && self.peek(1) == b'0' {
                self.at += 1;
            }
            let zeros_end = self.at + 1;
            let nonzero = self.peek(0).is_ascii_digit() || self.peek(0) == b'_';
            if nonzero {
                self.decimal()?;
            }
            if matches!(self.peek(0), b'.' | b'e' | b'E' | b'j' | b'J') {
                return self.after_integer();
            }
            if nonzero {
                let line_start = self.line_start(start);
                return Err(TokenError {
                    kind: ErrorKind::Syntax,
                    msg: "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers".into(),
                    line: self.line(start),
                    col: self.characters(line_start, start) + 1,
                    end_col: self.characters(line_start, zeros_end),
                });
            }
            return self.end_of_number("decimal");
        }
        self.decimal()?;
        self.after_integer()
    }

    fn digits_of(&mut self, radix: u32, name: &str) -> Step {
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            let c = char::from(self.peek(0));
            if !c.is_digit(radix) {
                if c.is_ascii_digit() {
                    return self.error_at(self.at + 1, format!("invalid digit '{c}' in {name} literal"));
                }
                return self.error_at(self.at, format!("invalid {name} literal"));
            }
            while char::from(self.peek(0)).is_digit(radix) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        let c = char::from(self.peek(0));
        if c.is_ascii_digit() {
            return self.error_at(self.at + 1, format!("invalid digit '{c}' in {name} literal"));
        }
        self.end_of_number(name)
    }

    fn decimal(&mut self) -> Step {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return self.error_at(self.at, "invalid decimal literal");
            }
        }
    }

    fn after_integer(&mut self) -> Step {
        match self.peek(0) {
            b'.' => {
                self.at += 1;
                self.fraction()
            }
            b'e' | b'E' => self.exponent(),
            b'j' | b'J' => self.imaginary(),
            _ => self.end_of_number("decimal"),
        }
    }

    fn fraction(&mut self) -> Step {
        if self.peek(0).is_ascii_digit() {
            self.decimal()?;
        }
        match self.peek(0) {
            b'e' | b'E' => self.exponent(),
            b'j' | b'J' => self.imaginary(),
            _ => self.end_of_number("decimal"),
        }
    }

    fn exponent(&mut self) -> Step {
        let e = self.at;
        self.at += 1;
        if matches!(self.peek(0), b'+' | b'-') {
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return self.error_at(self.at, "invalid decimal literal");
            }
        }
        if !self.peek(0).is_ascii_digit() {
            self.at = e;
            return self.end_of_number("decimal");
        }
        self.decimal()?;
        if matches!(self.peek(0), b'j' | b'J') {
            return self.imaginary();
        }
        self.end_of_number("decimal")
    }

    fn imaginary(&mut self) -> Step {
        self.at += 1;
        self.end_of_number("imaginary")
    }

    fn end_of_number(&mut self, name: &str) -> Step {
        let rest = &self.source[self.at..];
        if ["and", "else", "for", "if", "in", "is", "or", "not"].iter().any(|word| rest.starts_with(word)) {
            return Ok(());
        }
        if self.peek(0) == b'_' || self.peek(0).is_ascii_alphanumeric() {
            return self.error_at(self.at, format!("invalid {name} literal"));
        }
        Ok(())
    }

    // ---- strings

    fn string(&mut self, start: usize) -> Step {
        let prefix = self.source[start..self.at].to_ascii_lowercase();
        let (is_f, is_t) = (prefix.contains('f'), prefix.contains('t'));
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        if is_f || is_t {
            if self.strings + 1 >= MAX_STRINGS {
                return self.error_at(self.at, "too many nested f-strings or t-strings");
            }
            self.strings += 1;
            let specs = std::mem::take(&mut self.specs);
            self.interpolated(start, quote, triple, prefix.contains('r'), if is_t { "t" } else { "f" })?;
            self.strings -= 1;
            self.specs = specs;
        } else {
            self.plain_string(start, quote, triple)?;
        }
        self.push(Tok::String, start);
        Ok(())
    }

    fn unterminated(&self, start: usize, triple: bool, what: &str, escaped: bool) -> Step {
        let kind = if triple { format!("triple-quoted {what}") } else { what.to_string() };
        let hint = if escaped && !triple { "; perhaps you escaped the end quote?" } else { "" };
        let line = self.line(self.at.min(self.bytes.len()));
        // A last line that ends does not count.
        let line = if triple && self.bytes.last().is_some_and(|b| *b == b'\n') { line - 1 } else { line };
        let msg = format!("unterminated {kind} (detected at line {line}){hint}");
        let mut error = match self.error_at::<()>(start + 1, msg) {
            Err(error) => error,
            Ok(()) => return Ok(()),
        };
        error.line = self.line(start);
        Err(error)
    }

    fn plain_string(&mut self, start: usize, quote: u8, triple: bool) -> Step {
        let mut escaped = false;
        loop {
            if self.at >= self.bytes.len() || !triple && self.newline_len() > 0 {
                return self.unterminated(start, triple, "string literal", escaped);
            }
            let byte = self.peek(0);
            if byte == b'\\' {
                self.at += 1;
                escaped |= self.peek(0) == quote;
                self.at += self.newline_len().max(self.char().map_or(1, char::len_utf8));
                continue;
            }
            if byte == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote) {
                self.at += if triple { 3 } else { 1 };
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn interpolated(&mut self, start: usize, quote: u8, triple: bool, raw: bool, letter: &str) -> Step {
        let what = format!("{letter}-string literal");
        loop {
            if self.at >= self.bytes.len() || !triple && self.newline_len() > 0 {
                return self.unterminated(start, triple, &what, false);
            }
            let byte = self.peek(0);
            match byte {
                b'\\' if raw => self.at += if self.peek(1) == quote || self.peek(1) == b'\\' { 2 } else { 1 },
                b'\\' => {
                    self.at += 1;
                    if self.peek(0) == b'N' && self.peek(1) == b'{' {
                        self.at += 2;
                        while self.at < self.bytes.len() && !matches!(self.peek(0), b'}' | b'\n') && self.peek(0) != quote {
                            self.at += 1;
                        }
                    } else if !matches!(self.peek(0), b'{' | b'}') {
                        self.at += self.newline_len().max(self.char().map_or(1, char::len_utf8));
                    }
                }
                b'{' if self.peek(1) == b'{' => self.at += 2,
                b'}' if self.peek(1) == b'}' => self.at += 2,
                b'}' => return self.error_at(self.at + 1, format!("{letter}-string: single '}}' is not allowed")),
                b'{' => self.replacement(start, quote, triple, letter)?,
                _ if byte == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote) => {
                    self.at += if triple { 3 } else { 1 };
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// `{expression!c:spec}`: its tokens are dropped, their errors count.
    fn replacement(&mut self, start: usize, quote: u8, triple: bool, letter: &str) -> Step {
        let brace = self.at;
        self.at += 1;
        let outer_open = std::mem::take(&mut self.open);
        let kept = self.list.len();
        loop {
            if self.at >= self.bytes.len() {
                self.at = self.bytes.len();
                self.open = outer_open;
                let mut error = match self.error_at::<()>(brace + 1, "'{' was never closed") {
                    Err(error) => error,
                    Ok(()) => return Ok(()),
                };
                error.end_col = 0;
                return Err(error);
            }
            let byte = self.peek(0);
            if self.open.is_empty() {
                match byte {
                    b'}' => {
                        self.at += 1;
                        break;
                    }
                    b'!' if self.peek(1) != b'=' => {
                        self.at += 1;
                        continue;
                    }
                    b':' => {
                        self.at += 1;
                        self.specs += 1;
                        self.spec(start, quote, triple, letter)?;
                        self.specs -= 1;
                        break;
                    }
                    _ if byte == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote) => {
                        return self.error_at(self.at + 1, format!("{letter}-string: expecting '}}'"));
                    }
                    _ => {}
                }
            }
            match byte {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'\n' | b'\r' => self.at += self.newline_len(),
                b'#' => self.comment(),
                b'\\' => self.continuation()?,
                b')' | b']' if self.open.is_empty() => {
                    return self.error_at(self.at + 1, format!("{letter}-string: unmatched '{}'", char::from(byte)));
                }
                _ => self.token()?,
            }
        }
        self.list.truncate(kept);
        self.open = outer_open;
        Ok(())
    }

    fn spec(&mut self, start: usize, quote: u8, triple: bool, letter: &str) -> Step {
        loop {
            if self.at >= self.bytes.len() {
                return self.unterminated(start, triple, &format!("{letter}-string literal"), false);
            }
            if !triple && self.newline_len() > 0 {
                let msg = format!("{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings");
                let mut error = match self.error_at::<()>(self.at, msg) {
                    Err(error) => error,
                    Ok(()) => return Ok(()),
                };
                // The line end is the last character read.
                error.col += 1;
                error.end_col += 1;
                return Err(error);
            }
            match self.peek(0) {
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                b'{' if self.specs >= MAX_SPECS => {
                    return self.error_at(self.at, format!("{letter}-string: expressions nested too deeply"));
                }
                b'{' => self.replacement(start, quote, triple, letter)?,
                byte if byte == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote) => {
                    let mut error = match self.error_at::<()>(self.at + 1, format!("{letter}-string: expecting '}}', or format specs")) {
                        Err(error) => error,
                        Ok(()) => return Ok(()),
                    };
                    error.end_col = error.col + if triple { 3 } else { 1 };
                    return Err(error);
                }
                _ => self.at += 1,
            }
        }
    }
}

/// "'(' was never closed".
pub(super) fn never_closed(source: &str, open: u8, at: usize) -> TokenError {
    let bytes = source.as_bytes();
    let start = bytes[..at].iter().rposition(|b| *b == b'\n' || *b == b'\r').map_or(0, |nl| nl + 1);
    let line = bytes[..at].iter().filter(|b| **b == b'\n').count() as u32 + 1;
    let col = source.get(start..at).map_or(0, |s| s.chars().count()) as i64 + 1;
    let msg = format!("'{}' was never closed", char::from(open));
    TokenError { kind: ErrorKind::Syntax, msg, line, col, end_col: 0 }
}

fn is_prefix(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "r" | "u" | "b" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt"
    )
}

fn is_identifier_part(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}
