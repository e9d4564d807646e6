//! Tokens outside of strings' literal text.

use super::{Char, Done, Failure, MAX_INDENTS, MAX_PARENS, OPERATORS, Raw, Reader, Step, TAB, Tokenizer, kinds};

fn may_start_name(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 128
}

fn may_go_on_name(c: u8) -> bool {
    may_start_name(c) || c.is_ascii_digit()
}

/// The letters of a string's prefix that were seen.
#[derive(Default)]
struct Prefix {
    b: bool,
    r: bool,
    u: bool,
    f: bool,
    t: bool,
}

impl Prefix {
    /// Whether the letter adds to the prefix.
    fn add(&mut self, c: Char) -> bool {
        let seen = match c {
            Some(b'b' | b'B') => &mut self.b,
            Some(b'u' | b'U') => &mut self.u,
            Some(b'r' | b'R') => &mut self.r,
            Some(b'f' | b'F') => &mut self.f,
            Some(b't' | b'T') => &mut self.t,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }

    /// Two letters that do not go together.
    fn clash(&self) -> Option<(char, char)> {
        let pairs = [
            (self.u && self.b, 'u', 'b'),
            (self.u && self.r, 'u', 'r'),
            (self.u && self.f, 'u', 'f'),
            (self.u && self.t, 'u', 't'),
            (self.b && self.f, 'b', 'f'),
            (self.b && self.t, 'b', 't'),
            (self.f && self.t, 'f', 't'),
        ];
        pairs.into_iter().find(|(both, ..)| *both).map(|(_, a, b)| (a, b))
    }
}

impl Tokenizer {
    fn made(&self, kind: u8) -> Raw {
        Raw { kind, span: self.start.map(|start| (start, self.cur)) }
    }

    pub(super) fn code<R: Reader>(&mut self, reader: &mut R) -> Step<Raw, R::Error> {
        loop {
            if let Some(raw) = self.line_or_token(reader)? {
                return Ok(raw);
            }
        }
    }

    /// A token, or nothing if the line was empty or went on.
    fn line_or_token<R: Reader>(&mut self, reader: &mut R) -> Step<Option<Raw>, R::Error> {
        self.start = None;
        let mut blank = false;
        if self.at_bol {
            self.at_bol = false;
            blank = self.indentation(reader)?;
        }
        self.start = Some(self.cur);
        if self.pending < 0 {
            self.pending += 1;
            return Ok(Some(Raw { kind: kinds::DEDENT, span: self.extra.then_some((self.cur, self.cur)) }));
        }
        if self.pending > 0 {
            self.pending -= 1;
            let start = if self.strings.is_empty() { 0 } else { self.line_start };
            return Ok(Some(Raw { kind: kinds::INDENT, span: self.extra.then_some((start, self.cur)) }));
        }
        // A line is read now, if one is needed, while the start is still that of an empty token.
        let c = self.next_char(reader)?;
        self.back(c);
        loop {
            self.start = None;
            let mut c = self.next_char(reader)?;
            while matches!(c, Some(b' ' | b'\t' | b'\x0c')) {
                c = self.next_char(reader)?;
            }
            self.start = Some(self.cur - usize::from(c.is_some()));
            if c == Some(b'\\') {
                self.continuation(reader)?;
                continue;
            }
            if c == Some(b'#') {
                while !matches!(c, None | Some(b'\n' | b'\r')) {
                    c = self.next_char(reader)?;
                }
                if self.extra {
                    self.back(c);
                    self.comment_newline = blank;
                    return Ok(Some(self.made(kinds::COMMENT)));
                }
            }
            return self.token(reader, c, blank);
        }
    }

    /// The spaces at the start of a line; true if there is nothing else on it.
    fn indentation<R: Reader>(&mut self, reader: &mut R) -> Step<bool, R::Error> {
        let (mut col, mut alt, mut continued) = (0, 0, 0);
        let c = loop {
            match self.next_char(reader)? {
                Some(b' ') => {
                    col += 1;
                    alt += 1;
                }
                Some(b'\t') => {
                    col = (col / TAB + 1) * TAB;
                    alt += 1;
                }
                Some(b'\x0c') => (col, alt) = (0, 0),
                Some(b'\\') => {
                    // The first part of a split indentation is what counts.
                    continued = if continued != 0 { continued } else { col };
                    self.continuation(reader)?;
                }
                c => break c,
            }
        };
        self.back(c);
        if matches!(c, Some(b'#' | b'\n' | b'\r')) {
            return Ok(true);
        }
        if self.parens.is_empty() {
            if continued != 0 {
                (col, alt) = (continued, continued);
            }
            self.indent_to(col, alt)?;
        }
        Ok(false)
    }

    fn indent_to<E>(&mut self, col: usize, alt: usize) -> Step<(), E> {
        let (top, alt_top) = self.indents.last().copied().unwrap_or_default();
        if col == top {
            return if alt == alt_top { Ok(()) } else { self.tabs() };
        }
        if col > top {
            if self.indents.len() >= MAX_INDENTS {
                self.cur = self.inp;
                return self.stop(Done::TooDeep);
            }
            if alt <= alt_top {
                return self.tabs();
            }
            self.pending += 1;
            self.indents.push((col, alt));
            return Ok(());
        }
        while self.indents.len() > 1 && self.indents.last().is_some_and(|(level, _)| col < *level) {
            self.pending -= 1;
            self.indents.pop();
        }
        match self.indents.last() {
            Some(&(level, alt_level)) if level == col => if alt == alt_level { Ok(()) } else { self.tabs() },
            _ => {
                self.cur = self.inp;
                self.stop(Done::Dedent)
            }
        }
    }

    #[cold]
    fn tabs<E>(&mut self) -> Step<(), E> {
        self.cur = self.inp;
        self.stop(Done::TabSpace)
    }

    /// Behind a backslash: the line must end, and there must be another.
    fn continuation<R: Reader>(&mut self, reader: &mut R) -> Step<(), R::Error> {
        let mut c = self.next_char(reader)?;
        if c == Some(b'\r') {
            c = self.next_char(reader)?;
        }
        if c != Some(b'\n') {
            return self.stop(Done::Continuation);
        }
        c = self.next_char(reader)?;
        if c.is_none() {
            self.cur = self.inp;
            return self.stop(Done::Eof);
        }
        self.back(c);
        Ok(())
    }

    fn token<R: Reader>(&mut self, reader: &mut R, c: Char, blank: bool) -> Step<Option<Raw>, R::Error> {
        let Some(mut byte) = c else {
            if !self.parens.is_empty() || self.done != Done::Eof {
                return Err(Failure::Noted);
            }
            return Ok(Some(Raw { kind: kinds::ENDMARKER, span: None }));
        };
        if may_start_name(byte) {
            return self.name(reader, c).map(Some);
        }
        if byte == b'\r' {
            let next = self.next_char(reader)?;
            match next {
                Some(next) => byte = next,
                None => return Ok(Some(Raw { kind: kinds::ENDMARKER, span: None })),
            }
        }
        if byte == b'\n' {
            self.at_bol = true;
            if blank || !self.parens.is_empty() {
                self.comment_newline = false;
                return Ok(self.extra.then(|| self.made(kinds::NL)));
            }
            if self.comment_newline && self.extra {
                self.comment_newline = false;
                return Ok(Some(self.made(kinds::NL)));
            }
            let start = self.start.unwrap_or(self.cur);
            return Ok(Some(Raw { kind: kinds::NEWLINE, span: Some((start, self.cur - 1)) }));
        }
        if byte == b'.' {
            return self.dot(reader).map(Some);
        }
        if byte.is_ascii_digit() {
            return self.number(reader, byte).map(Some);
        }
        if matches!(byte, b'\'' | b'"') {
            return self.plain_string(reader, byte).map(Some);
        }
        self.operator(reader, byte).map(Some)
    }

    fn name<R: Reader>(&mut self, reader: &mut R, first: Char) -> Step<Raw, R::Error> {
        let mut prefix = Prefix::default();
        let mut c = first;
        while prefix.add(c) {
            c = self.next_char(reader)?;
            let Some(quote @ (b'"' | b'\'')) = c else { continue };
            if let Some((a, b)) = prefix.clash() {
                let start = self.start.unwrap_or(self.cur);
                let col = self.text(self.line_start, start).chars().count() as i64 + 1;
                self.back(c);
                return self.fail_at(format!("'{a}' and '{b}' prefixes are incompatible"), col, None);
            }
            if prefix.f || prefix.t {
                return self.start_interpolated(reader, quote, prefix.t, prefix.r);
            }
            return self.plain_string(reader, quote);
        }
        while c.is_some_and(may_go_on_name) {
            c = self.next_char(reader)?;
        }
        self.back(c);
        Ok(self.made(kinds::NAME))
    }

    fn dot<R: Reader>(&mut self, reader: &mut R) -> Step<Raw, R::Error> {
        let c = self.next_char(reader)?;
        if c.is_some_and(|c| c.is_ascii_digit()) {
            let c = self.digits(reader)?;
            return self.after_fraction(reader, c);
        }
        if c == Some(b'.') {
            let c = self.next_char(reader)?;
            if c == Some(b'.') {
                return Ok(self.made(kinds::ELLIPSIS));
            }
            self.back(c);
            self.back(Some(b'.'));
        } else {
            self.back(c);
        }
        Ok(self.made(kinds::DOT))
    }

    // ---- numbers

    fn number<R: Reader>(&mut self, reader: &mut R, first: u8) -> Step<Raw, R::Error> {
        if first != b'0' {
            let c = self.digits(reader)?;
            return self.after_integer(reader, c);
        }
        let mut c = self.next_char(reader)?;
        match c {
            Some(b'x' | b'X') => return self.radix(reader, 16, "hexadecimal"),
            Some(b'o' | b'O') => return self.radix(reader, 8, "octal"),
            Some(b'b' | b'B') => return self.radix(reader, 2, "binary"),
            _ => {}
        }
        loop {
            if c == Some(b'_') {
                c = self.next_char(reader)?;
                if !c.is_some_and(|c| c.is_ascii_digit()) {
                    self.back(c);
                    return self.fail("invalid decimal literal");
                }
            }
            if c != Some(b'0') {
                break;
            }
            c = self.next_char(reader)?;
        }
        if c.is_some_and(|c| c.is_ascii_digit()) {
            c = self.digits(reader)?;
        }
        // Leading zeros are the parser's business.
        self.after_integer(reader, c)
    }

    fn radix<R: Reader>(&mut self, reader: &mut R, radix: u32, name: &str) -> Step<Raw, R::Error> {
        let is_digit = |c: Char| c.is_some_and(|c| char::from(c).is_digit(radix));
        let mut c = self.next_char(reader)?;
        loop {
            if c == Some(b'_') {
                c = self.next_char(reader)?;
            }
            if !is_digit(c) {
                if let Some(digit) = c.filter(u8::is_ascii_digit) {
                    return self.fail(format!("invalid digit '{}' in {name} literal", char::from(digit)));
                }
                self.back(c);
                return self.fail(format!("invalid {name} literal"));
            }
            while is_digit(c) {
                c = self.next_char(reader)?;
            }
            if c != Some(b'_') {
                break;
            }
        }
        if let Some(digit) = c.filter(u8::is_ascii_digit) {
            return self.fail(format!("invalid digit '{}' in {name} literal", char::from(digit)));
        }
        self.back(c);
        Ok(self.made(kinds::NUMBER))
    }

    /// Digits with single underscores between; the character behind them.
    fn digits<R: Reader>(&mut self, reader: &mut R) -> Step<Char, R::Error> {
        loop {
            let mut c = self.next_char(reader)?;
            while c.is_some_and(|c| c.is_ascii_digit()) {
                c = self.next_char(reader)?;
            }
            if c != Some(b'_') {
                return Ok(c);
            }
            c = self.next_char(reader)?;
            if !c.is_some_and(|c| c.is_ascii_digit()) {
                self.back(c);
                return self.fail("invalid decimal literal");
            }
        }
    }

    fn after_integer<R: Reader>(&mut self, reader: &mut R, c: Char) -> Step<Raw, R::Error> {
        if c != Some(b'.') {
            return self.after_fraction(reader, c);
        }
        let mut c = self.next_char(reader)?;
        if c.is_some_and(|c| c.is_ascii_digit()) {
            c = self.digits(reader)?;
        }
        self.after_fraction(reader, c)
    }

    fn after_fraction<R: Reader>(&mut self, reader: &mut R, c: Char) -> Step<Raw, R::Error> {
        let mut c = c;
        if let Some(e @ (b'e' | b'E')) = c {
            c = self.next_char(reader)?;
            if let Some(sign @ (b'+' | b'-')) = c {
                c = self.next_char(reader)?;
                if !c.is_some_and(|c| c.is_ascii_digit()) {
                    let _ = sign;
                    self.back(c);
                    return self.fail("invalid decimal literal");
                }
            } else if !c.is_some_and(|c| c.is_ascii_digit()) {
                self.back(c);
                self.back(Some(e));
                return Ok(self.made(kinds::NUMBER));
            }
            c = self.digits(reader)?;
        }
        if !matches!(c, Some(b'j' | b'J')) {
            self.back(c);
        }
        Ok(self.made(kinds::NUMBER))
    }

    // ---- operators

    fn operator<R: Reader>(&mut self, reader: &mut R, c: u8) -> Step<Raw, R::Error> {
        if let Some(raw) = self.ends_expression(c)? {
            return Ok(raw);
        }
        let second = self.next_char(reader)?;
        if let Some(kind) = operator(&[Some(c), second]) {
            let third = self.next_char(reader)?;
            if let Some(longer) = operator(&[Some(c), second, third]) {
                return Ok(self.made(longer));
            }
            self.back(third);
            return Ok(self.made(kind));
        }
        self.back(second);
        match c {
            b'(' | b'[' | b'{' => {
                if self.parens.len() >= MAX_PARENS {
                    return self.fail("too many nested parentheses");
                }
                self.parens.push((c, self.lineno));
                if let Some(string) = self.strings.last_mut() {
                    string.depth += 1;
                }
            }
            b')' | b']' | b'}' => self.close(c)?,
            _ => {}
        }
        if !(b' '..=b'~').contains(&c) {
            return self.fail(format!("invalid non-printable character U+{c:04X}"));
        }
        if c == b'='
            && let Some(string) = self.strings.last_mut()
            && string.depth == string.expr_depth + 1
        {
            string.in_debug = true;
        }
        Ok(self.made(operator(&[Some(c)]).unwrap_or(kinds::OP)))
    }

    fn close<E>(&mut self, c: u8) -> Step<(), E> {
        let closer = char::from(c);
        if let Some(string) = self.strings.last()
            && string.depth == 0
            && c == b'}'
        {
            let letter = string.letter();
            return self.fail(format!("{letter}-string: single '}}' is not allowed"));
        }
        let opened = self.parens.pop();
        self.check_pair(c, opened)?;
        let Some(string) = self.strings.last_mut() else { return Ok(()) };
        string.depth -= 1;
        let letter = string.letter();
        if string.depth < 0 {
            return self.fail(format!("{letter}-string: unmatched '{closer}'"));
        }
        if c == b'}' && string.depth == string.expr_depth {
            string.expr_depth -= 1;
            string.literal = true;
            string.in_spec = false;
            string.in_debug = false;
        }
        Ok(())
    }

    fn check_pair<E>(&mut self, c: u8, opened: Option<(u8, u32)>) -> Step<(), E> {
        let closer = char::from(c);
        let Some((open, line)) = opened else {
            return if self.extra { Ok(()) } else { self.fail(format!("unmatched '{closer}'")) };
        };
        if matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            return Ok(());
        }
        if let Some(string) = self.strings.last()
            && open == b'{'
            && string.depth - 1 == string.expr_depth
        {
            let letter = string.letter();
            return self.fail(format!("{letter}-string: unmatched '{closer}'"));
        }
        if self.extra {
            return Ok(());
        }
        let open = char::from(open);
        let place = if line == self.lineno { String::new() } else { format!(" on line {line}") };
        self.fail(format!("closing parenthesis '{closer}' does not match opening parenthesis '{open}'{place}"))
    }
}

/// The number of an operator.
fn operator(chars: &[Char]) -> Option<u8> {
    OPERATORS.iter().find(|(text, _)| text.len() == chars.len() && text.bytes().zip(chars).all(|(a, b)| Some(a) == *b)).map(|(_, kind)| *kind)
}
