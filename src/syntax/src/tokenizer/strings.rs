//! String literals, and the literal text of f-strings and t-strings.

use super::{Interpolated, LineWarning, MAX_EXPRS, MAX_STRINGS, Raw, Reader, Step, Tokenizer, kinds};
use crate::errors::WarningKind;

impl Tokenizer {
    pub(super) fn plain_string<R: Reader>(&mut self, reader: &mut R, quote: u8) -> Step<Raw, R::Error> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let start = self.start.unwrap_or(self.cur);
        let (mut size, mut ending, mut escaped) = (1, 0, false);
        let mut c = self.next_char(reader)?;
        if c == Some(quote) {
            c = self.next_char(reader)?;
            if c == Some(quote) { size = 3 } else { ending = 1 }
        }
        if c != Some(quote) {
            self.back(c);
        }
        while ending != size {
            c = self.next_char(reader)?;
            if c.is_none() || size == 1 && c == Some(b'\n') {
                return self.unterminated(start, quote, size, escaped);
            }
            if c == Some(quote) {
                ending += 1;
                continue;
            }
            ending = 0;
            if c == Some(b'\\') {
                c = self.next_char(reader)?;
                escaped |= c == Some(quote);
                if c == Some(b'\r') {
                    self.next_char(reader)?;
                }
            }
        }
        Ok(Raw { kind: kinds::STRING, span: Some((start, self.cur)) })
    }

    #[cold]
    fn unterminated<E>(&mut self, start: usize, quote: u8, size: usize, escaped: bool) -> Step<Raw, E> {
        self.cur = start + 1;
        self.line_start = self.multi_line_start;
        let line = self.lineno;
        self.lineno = self.first_lineno;
        if let Some(string) = self.strings.last()
            && string.quote == quote
            && string.quote_size == size
        {
            let letter = string.letter();
            return self.fail(format!("{letter}-string: expecting '}}'"));
        }
        if size == 3 {
            return self.fail(format!("unterminated triple-quoted string literal (detected at line {line})"));
        }
        let hint = if escaped { "; perhaps you escaped the end quote?" } else { "" };
        self.fail(format!("unterminated string literal (detected at line {line}){hint}"))
    }

    pub(super) fn start_interpolated<R: Reader>(&mut self, reader: &mut R, quote: u8, template: bool, raw: bool) -> Step<Raw, R::Error> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let mut quote_size = 1;
        let second = self.next_char(reader)?;
        if second == Some(quote) {
            let third = self.next_char(reader)?;
            if third == Some(quote) {
                quote_size = 3;
            } else {
                self.back(third);
                self.back(second);
            }
        } else {
            self.back(second);
        }
        let start = self.start.unwrap_or(self.cur);
        if self.strings.len() + 1 >= MAX_STRINGS {
            return self.fail("too many nested f-strings or t-strings");
        }
        self.strings.push(Interpolated {
            template,
            raw,
            quote,
            quote_size,
            start,
            multi_line_start: self.line_start,
            first_line: self.lineno,
            depth: 0,
            expr_depth: -1,
            in_spec: false,
            in_debug: false,
            literal: true,
        });
        let kind = if template { kinds::TSTRING_START } else { kinds::FSTRING_START };
        Ok(Raw { kind, span: Some((start, self.cur)) })
    }

    /// Punctuation of a replacement field: a colon that starts a format specification makes text of what follows.
    pub(super) fn ends_expression<E>(&mut self, c: u8) -> Step<Option<Raw>, E> {
        if c != b':' {
            return Ok(None);
        }
        let Some(string) = self.strings.last_mut() else { return Ok(None) };
        if string.expr_depth < 0 || string.depth - 1 != string.expr_depth {
            return Ok(None);
        }
        string.literal = true;
        string.in_spec = true;
        let start = self.start.unwrap_or(self.cur);
        Ok(Some(Raw { kind: 11, span: Some((start, self.cur)) }))
    }

    /// The next token of a string with expressions: literal text, its end, or the brace of an expression.
    pub(super) fn literal<R: Reader>(&mut self, reader: &mut R) -> Step<Raw, R::Error> {
        self.start = Some(self.cur);
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let first = self.next_char(reader)?;
        if first == Some(b'{') {
            let second = self.next_char(reader)?;
            self.back(second);
            self.back(first);
            if second != Some(b'{') {
                self.enter_expression()?;
                return self.code(reader);
            }
        } else {
            self.back(first);
        }
        let Some(string) = self.strings.last() else { return self.fail("no string") };
        let (quote, size, template) = (string.quote, string.quote_size, string.template);
        let start = self.cur;
        for _ in 0..size {
            let c = self.next_char(reader)?;
            if c != Some(quote) {
                self.back(c);
                return self.middle(reader, start);
            }
        }
        self.strings.pop();
        let kind = if template { kinds::TSTRING_END } else { kinds::FSTRING_END };
        Ok(Raw { kind, span: Some((start, self.cur)) })
    }

    fn in_spec(&self) -> bool {
        self.strings.last().is_some_and(|s| s.in_spec && s.expr_depth >= 0)
    }

    fn middle<R: Reader>(&mut self, reader: &mut R, start: usize) -> Step<Raw, R::Error> {
        let Some(string) = self.strings.last() else { return self.fail("no string") };
        let (quote, size, raw, letter) = (string.quote, string.quote_size, string.raw, string.letter());
        let kind = if string.template { kinds::TSTRING_MIDDLE } else { kinds::FSTRING_MIDDLE };
        let (mut ending, mut named) = (0, false);
        while ending != size {
            let c = self.next_char(reader)?;
            if c.is_none() || size == 1 && c == Some(b'\n') {
                if self.in_spec() && c == Some(b'\n') {
                    return self.fail(format!("{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"));
                }
                return self.unterminated_literal();
            }
            if c == Some(quote) {
                ending += 1;
                continue;
            }
            ending = 0;
            match c {
                Some(b'{') => {
                    let next = self.next_char(reader)?;
                    if next == Some(b'{') && !self.in_spec() {
                        return Ok(Raw { kind, span: Some((start, self.cur - 1)) });
                    }
                    self.back(next);
                    self.back(c);
                    self.enter_expression()?;
                    return Ok(Raw { kind, span: Some((start, self.cur)) });
                }
                Some(b'}') if named => return Ok(Raw { kind, span: Some((start, self.cur)) }),
                Some(b'}') => {
                    let next = self.next_char(reader)?;
                    let depth = self.strings.last().map_or(0, |s| s.depth);
                    if next == Some(b'}') && !self.in_spec() && depth == 0 {
                        return Ok(Raw { kind, span: Some((start, self.cur - 1)) });
                    }
                    self.back(next);
                    self.back(c);
                    if let Some(string) = self.strings.last_mut() {
                        string.literal = false;
                    }
                    return Ok(Raw { kind, span: Some((start, self.cur)) });
                }
                Some(b'\\') => {
                    let mut next = self.next_char(reader)?;
                    if next == Some(b'\r') {
                        next = self.next_char(reader)?;
                    }
                    if let Some(brace @ (b'{' | b'}')) = next {
                        if !raw {
                            self.warn_escape(char::from(brace));
                        }
                        self.back(next);
                    } else if next == Some(b'N') && !raw {
                        next = self.next_char(reader)?;
                        if next == Some(b'{') { named = true } else { self.back(next) }
                    }
                }
                _ => {}
            }
        }
        for _ in 0..size {
            self.back(Some(quote));
        }
        Ok(Raw { kind, span: Some((start, self.cur)) })
    }

    /// Before the brace of an expression.
    fn enter_expression<E>(&mut self) -> Step<(), E> {
        let Some(string) = self.strings.last_mut() else { return Ok(()) };
        string.expr_depth += 1;
        if string.expr_depth >= MAX_EXPRS {
            let letter = string.letter();
            return self.fail(format!("{letter}-string: expressions nested too deeply"));
        }
        string.literal = false;
        Ok(())
    }

    #[cold]
    fn unterminated_literal<E>(&mut self) -> Step<Raw, E> {
        let Some(string) = self.strings.last().cloned() else { return self.fail("no string") };
        self.cur = string.start + 1;
        self.line_start = string.multi_line_start;
        let line = self.lineno;
        self.lineno = string.first_line;
        let letter = string.letter();
        let triple = if string.quote_size == 3 { "triple-quoted " } else { "" };
        self.fail(format!("unterminated {triple}{letter}-string literal (detected at line {line})"))
    }

    fn warn_escape(&mut self, c: char) {
        let msg = format!(
            "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \"\\\\{c}\"? A raw \
             string is also an option."
        );
        self.warnings.push(LineWarning { kind: WarningKind::Syntax, msg, line: self.lineno });
    }
}

