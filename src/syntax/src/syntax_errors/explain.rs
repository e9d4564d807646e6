//! What CPython says about a source that the parser refuses.
//!
//! The parser tells where it stopped and what it expected; the words around that place tell which of CPython's `invalid_…` rules
//! would have matched. Where none does it is "invalid syntax" at the token.

use super::tokens::{Tok, Token, Tokens};
use crate::errors::{Error, ErrorKind, RawPlace, describe};
use crate::parse::Mode;
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Stmt};
use ruff_python_parser::ParseError;
use ruff_text_size::{Ranged, TextRange, TextSize};

mod quotes;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

pub(super) fn explain(source: &str, tokens: &Tokens, error: &ParseError, mode: Mode) -> Box<Error> {
    let place = Place { source, list: &tokens.list, enclosing: enclosing(source, &tokens.list), mode };
    let range = error.location;
    place.explain(&error.error.to_string().replace('`', "'"), range)
}

fn syntax(range: TextRange, msg: impl Into<String>) -> Box<Error> {
    Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: Some(range), raw: None })
}

struct Place<'a> {
    source: &'a str,
    list: &'a [Token],
    /// For each token the innermost bracket that is open before it.
    enclosing: Vec<Option<usize>>,
    mode: Mode,
}

/// The innermost bracket open before each token, within its line; found in one pass, because rules ask for it over and over.
fn enclosing(source: &str, list: &[Token]) -> Vec<Option<usize>> {
    let mut open = Vec::new();
    let mut out = Vec::with_capacity(list.len());
    for (at, token) in list.iter().enumerate() {
        out.push(open.last().copied());
        match token.kind {
            Tok::Newline => open.clear(),
            Tok::Op => match source.get(token.start..token.end) {
                Some("(" | "[" | "{") => open.push(at),
                Some(")" | "]" | "}") => {
                    open.pop();
                }
                _ => {}
            },
            _ => {}
        }
    }
    out
}

impl<'a> Place<'a> {
    fn text(&self, t: &Token) -> &'a str {
        self.source.get(t.start..t.end).unwrap_or_default()
    }

    fn range(&self, from: usize, to: usize) -> TextRange {
        let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
        TextRange::new(size(from.min(to)), size(to.max(from)))
    }

    fn token_range(&self, i: usize) -> TextRange {
        self.list.get(i).map_or_else(TextRange::default, |t| self.range(t.start, t.end))
    }

    /// The token at or behind an offset.
    fn at(&self, offset: usize) -> usize {
        let i = self.list.partition_point(|t| t.end <= offset && !(t.start == t.end && t.start == offset));
        i.min(self.list.len().saturating_sub(1))
    }

    fn is(&self, i: usize, text: &str) -> bool {
        self.list.get(i).is_some_and(|t| matches!(t.kind, Tok::Op | Tok::Name) && self.text(t) == text)
    }

    fn kind(&self, i: usize) -> Tok {
        self.list.get(i).map_or(Tok::End, |t| t.kind)
    }

    fn is_keyword(&self, i: usize) -> bool {
        self.kind(i) == Tok::Name && KEYWORDS.contains(&self.text(&self.list[i]))
    }

    fn is_name(&self, i: usize) -> bool {
        self.kind(i) == Tok::Name && !self.is_keyword(i)
    }

    fn invalid(&self, i: usize) -> Box<Error> {
        self.token_error(i, "invalid syntax")
    }

    /// An error at a token. The end of a line is one column wide, whatever it is made of.
    fn token_error(&self, i: usize, msg: impl Into<String>) -> Box<Error> {
        if self.kind(i) != Tok::Newline {
            return syntax(self.token_range(i), msg);
        }
        let at = self.list[i].start;
        if at == self.source.len() && self.mode != Mode::Exec {
            // Where no line end is added to the text, the token has no column.
            return Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: None, raw: Some(RawPlace { at, col: 0, end_col: 0 }) });
        }
        let col = self.column(at);
        Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: None, raw: Some(RawPlace { at, col, end_col: col + 1 }) })
    }

    /// Column of an offset in code points, from 1.
    fn column(&self, at: usize) -> i64 {
        let start = self.source[..at].rfind('\n').map_or(0, |n| n + 1);
        self.source[start..at].chars().count() as i64 + 1
    }

    /// The end of the last line, its line end left out.
    fn last_line_end(&self) -> usize {
        self.source.strip_suffix('\n').unwrap_or(self.source).len()
    }

    /// First token of the statement that token `i` belongs to.
    fn statement(&self, i: usize) -> usize {
        let mut depth = 0;
        let mut at = i;
        while at > 0 {
            let before = &self.list[at - 1];
            match before.kind {
                Tok::Newline | Tok::Indent | Tok::Dedent => break,
                Tok::Op => match self.text(before) {
                    ")" | "]" | "}" => depth += 1,
                    "(" | "[" | "{" => depth -= 1,
                    ";" if depth <= 0 => break,
                    _ => {}
                },
                _ => {}
            }
            at -= 1;
        }
        at
    }

    /// Whether token `n` is the first of the statement that token `i` belongs to, perhaps behind the header of a compound one.
    fn starts_statement(&self, n: usize, i: usize) -> bool {
        const COMPOUND: [&str; 13] = ["if", "elif", "else", "for", "while", "with", "try", "except", "finally", "def", "class", "async", "case"];
        let head = self.statement(i);
        let behind_header = || {
            let colon = n - 1;
            self.is(colon, ":") && self.bracket(colon).is_none() && COMPOUND.iter().any(|k| self.is(head, k)) && !self.is_lambda_head(colon)
        };
        n == head || n > head && behind_header()
    }

    /// The innermost bracket open before token `i`.
    fn bracket(&self, i: usize) -> Option<usize> {
        self.enclosing.get(i).copied().flatten()
    }

    /// Whether the bracket at `i` starts the arguments of a call.
    fn is_call(&self, i: usize) -> bool {
        i > 0 && self.is(i, "(") && (self.is_name(i - 1) || self.is(i - 1, ")") || self.is(i - 1, "]"))
    }

    fn ends_operand(&self, i: usize) -> bool {
        match self.kind(i) {
            Tok::Name => !self.is_keyword(i) || ["True", "False", "None"].iter().any(|k| self.is(i, k)),
            Tok::Number | Tok::String => true,
            Tok::Op => [")", "]", "}", "..."].iter().any(|t| self.is(i, t)),
            _ => false,
        }
    }

    fn starts_operand(&self, i: usize) -> bool {
        match self.kind(i) {
            Tok::Name => {
                !self.is_keyword(i) || ["True", "False", "None", "not", "lambda", "await"].iter().any(|k| self.is(i, k))
            }
            Tok::Number | Tok::String => true,
            Tok::Op => ["(", "[", "{", "~", "..."].iter().any(|t| self.is(i, t)),
            _ => false,
        }
    }

    /// Whether token `i` is the `in` of a comprehension's `for`.
    fn is_loop(&self, i: usize) -> bool {
        let before = || (0..i).rev().take_while(|n| Some(*n) != self.bracket(i)).find(|n| self.bracket(*n) == self.bracket(i) && (self.is(*n, "for") || self.is(*n, "in")));
        self.is(i, "in") && self.bracket(i).is_some() && before().is_some_and(|n| self.is(n, "for"))
    }

    /// First token of the disjunction that ends with token `end`.
    fn operand_start(&self, end: usize) -> usize {
        let mut depth = 0;
        let mut at = end + 1;
        while at > 0 {
            let i = at - 1;
            match self.kind(i) {
                Tok::Newline | Tok::Indent | Tok::Dedent => break,
                Tok::Op => match self.text(&self.list[i]) {
                    ")" | "]" | "}" => depth += 1,
                    "(" | "[" | "{" if depth == 0 => break,
                    "(" | "[" | "{" => depth -= 1,
                    "," | "=" | ":" | ":=" | ";" | "->" if depth == 0 => break,
                    op if depth == 0 && op.len() >= 2 && op.ends_with('=') && !["==", "!=", "<=", ">="].contains(&op) => break,
                    _ => {}
                },
                Tok::Name if depth == 0 && self.is_keyword(i) => {
                    let inner = ["and", "or", "not", "in", "is", "await", "True", "False", "None"];
                    if self.is_loop(i) {
                        break;
                    }
                    if !inner.iter().any(|k| self.is(i, k)) {
                        break;
                    }
                }
                _ => {}
            }
            at -= 1;
        }
        at
    }

    /// Last token of the expression that starts with token `start`.
    fn operand_end(&self, start: usize, ternary: bool) -> usize {
        let mut depth = 0;
        let mut at = start;
        let mut last = start;
        while at < self.list.len() {
            match self.kind(at) {
                Tok::Newline | Tok::Indent | Tok::Dedent | Tok::End if depth == 0 => break,
                Tok::Op => match self.text(&self.list[at]) {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" if depth == 0 => break,
                    ")" | "]" | "}" => depth -= 1,
                    "," | "=" | ":" | ":=" | ";" if depth == 0 => break,
                    op if depth == 0 && op.len() >= 2 && op.ends_with('=') && !["==", "!=", "<=", ">="].contains(&op) => break,
                    _ => {}
                },
                Tok::Name if depth == 0 && self.is_keyword(at) => {
                    let inner = ["and", "or", "not", "in", "is", "await", "True", "False", "None", "lambda"];
                    let conditional = ternary && (self.is(at, "if") || self.is(at, "else"));
                    if !conditional && !inner.iter().any(|k| self.is(at, k)) {
                        break;
                    }
                }
                _ => {}
            }
            // Two operands side by side: the second is not part of the first.
            let adjacent = depth == 0 || depth == 1 && ["(", "[", "{"].iter().any(|t| self.is(at, t));
            if at > start && adjacent && self.ends_operand(at - 1) && self.starts_operand(at) && !self.is(at, "not") {
                let call = self.is(at, "(") || self.is(at, "[");
                let strings = self.kind(at) == Tok::String && self.kind(at - 1) == Tok::String;
                if !call && !strings {
                    break;
                }
            }
            last = at;
            at += 1;
        }
        last
    }

    /// The expression between two tokens, parsed.
    fn parsed(&self, from: usize, to: usize) -> Option<Expr> {
        let text = self.source.get(self.list.get(from)?.start..self.list.get(to)?.end)?;
        parse(text)
    }

    fn explain(&self, msg: &str, range: TextRange) -> Box<Error> {
        let error = self.explain_token(msg, range);
        match self.kept_quiet(&error) {
            Some(at) => self.invalid(at),
            None => error,
        }
    }

    fn explain_token(&self, msg: &str, range: TextRange) -> Box<Error> {
        let start = range.start().to_usize();
        let i = self.at(start);
        if let Some(error) = self.indentation(msg, i, start) {
            return error;
        }
        // A dedent is no place of an error, the word behind it is.
        let i = (i..self.list.len()).find(|n| self.kind(*n) != Tok::Dedent || self.list[*n].start != start).unwrap_or(i);
        if self.is(i, "elif") && self.block_before(i).is_some_and(|head| self.is(head, "else")) {
            return self.token_error(i, "'elif' block follows an 'else' block");
        }
        if let Some(error) = self.renamed(msg, range, i) {
            return error;
        }
        if let Some(error) = self.target(msg, range) {
            return error;
        }
        if let Some(error) = self.in_interpolated(msg, range, i) {
            return error;
        }
        if let Some(error) = self.statement_rules(msg, range, i) {
            return error;
        }
        if let Some(error) = self.literal(msg, range, i) {
            return error;
        }
        if let Some(error) = self.assignment_inside(i) {
            return error;
        }
        if let Some(error) = self.part_of_string(i) {
            return error;
        }
        if let Some(error) = self.missing_comma(i) {
            return error;
        }
        self.invalid(i)
    }

    /// The first token of the header of the block that ends before token `i`.
    fn block_before(&self, i: usize) -> Option<usize> {
        let mut depth = 0;
        for at in (0..i).rev() {
            match self.kind(at) {
                Tok::Dedent => depth += 1,
                Tok::Indent => depth -= 1,
                Tok::Newline => continue,
                _ if depth == 0 => return Some(self.statement(at)),
                _ => continue,
            }
            if depth == 0 {
                let newline = (0..at).rev().find(|n| self.kind(*n) != Tok::Newline)?;
                return Some(self.statement(newline));
            }
        }
        None
    }

    /// What is wrong in an f-string's braces.
    fn in_interpolated(&self, msg: &str, range: TextRange, i: usize) -> Option<Box<Error>> {
        let at = range.start().to_usize();
        let token = self.list.get(i).filter(|t| t.kind == Tok::String && t.start < at)?;
        let letter = if self.text(token)[..2.min(token.end - token.start)].to_ascii_lowercase().contains('t') { 't' } else { 'f' };
        let here = self.source[at..].chars().next()?;
        let one = self.range(at, at + lexeme_len(&self.source[at..]));
        let msg = &*msg.replace("when using single quotes", &format!("for single quoted {letter}-strings"));
        if msg.contains("must come right after the exclamation mark") {
            let spaces = self.source[..at].len() - self.source[..at].trim_end_matches('!').len();
            let rest = &self.source[at..];
            let word = rest.trim_start();
            let to = at + (rest.len() - word.len()) + lexeme_len(word);
            return Some(syntax(self.range(at - spaces, to), msg));
        }
        if let Some(error) = self.in_expression(token, at, letter) {
            return Some(error);
        }
        if msg == "Expected an expression" {
            if matches!(here, '}' | '!' | ':' | '=') {
                return Some(syntax(one, format!("{letter}-string: valid expression required before '{here}'")));
            }
            return Some(syntax(one, format!("{letter}-string: expecting a valid expression after '{{'")));
        }
        if msg.ends_with("invalid conversion character") {
            if here == '}' || here == ':' {
                return Some(syntax(one, format!("{letter}-string: missing conversion character")));
            }
            let name: String = self.source[at..].chars().take_while(|c| c.is_alphanumeric()).collect();
            let msg = format!("{letter}-string: invalid conversion character '{name}': expected 's', 'r', or 'a'");
            return Some(syntax(range, msg));
        }
        msg.starts_with(&format!("{letter}-string:")).then(|| syntax(range, msg))
    }

    /// What is wrong with the expression in an f-string's braces that ends or goes wrong at `at`.
    fn in_expression(&self, token: &Token, at: usize, letter: char) -> Option<Box<Error>> {
        let brace = open_brace(&self.source[token.start..at])? + token.start;
        let inner = self.source[brace + 1..at].trim_start();
        let start = at - inner.len();
        let rest = &self.source[at..token.end];
        let keyword = KEYWORDS.contains(&&rest[..lexeme_len(rest)]);
        if inner.trim_end().is_empty() {
            let msg = format!("{letter}-string: expecting a valid expression after '{{'");
            return keyword.then(|| syntax(self.range(at, at + lexeme_len(rest)), msg));
        }
        if inner.starts_with("lambda") && inner.contains(':') || inner.starts_with("lambda ") && rest.starts_with(':') {
            let colon = start + self.source[start..token.end].find(':')?;
            let msg = format!("{letter}-string: lambda expressions are not allowed without parentheses");
            return Some(syntax(self.range(start, colon + 1), msg));
        }
        let one = self.range(at, at + lexeme_len(rest));
        // Two operands side by side: the rules for brackets say what is missing.
        let end = at + rest.find(['}', '!', ':', '=']).unwrap_or(rest.len());
        let wrapped = format!("({})", &self.source[start..end]);
        if let Err(error) = ruff_python_parser::parse_expression(&wrapped) {
            let tokens = super::tokens::tokenize(&wrapped);
            if tokens.error.is_none() {
                let inner = explain(&wrapped, &tokens, &error, self.mode);
                if inner.msg.ends_with("forgot a comma?")
                    && let Some(range) = inner.range
                {
                    let shift = start - 1;
                    return Some(syntax(self.range(range.start().to_usize() + shift, range.end().to_usize() + shift), inner.msg));
                }
            }
        }
        if rest.starts_with(['}', '!', ':']) && inner.trim_end().is_empty() {
            return None;
        }
        let before = self.source[start..at].trim_end();
        let word = before.trim_end_matches(|c: char| c.is_alphanumeric());
        if word.ends_with('!') && word.len() < before.len() {
            return Some(syntax(one, format!("{letter}-string: expecting ':' or '}}'")));
        }
        let debug = before.ends_with('=') && !["==", "!=", "<=", ">="].iter().any(|op| before.ends_with(op));
        if debug {
            return Some(syntax(one, format!("{letter}-string: expecting '!', or ':', or '}}'")));
        }
        if parse(before).is_some() {
            return Some(syntax(one, format!("{letter}-string: expecting '=', or '!', or ':', or '}}'")));
        }
        self.behind_expression(start, at, letter)
    }

    /// What the parser took for the expression of a field ends where nothing more fits: an operator without its operand is not part of it.
    fn behind_expression(&self, start: usize, at: usize, letter: char) -> Option<Box<Error>> {
        const TRIES: usize = 100;
        let text = self.source.get(start..at)?;
        let tokens = super::tokens::tokenize(text);
        let list: Vec<_> = tokens.list.iter().filter(|t| matches!(t.kind, Tok::Name | Tok::Number | Tok::String | Tok::Op)).collect();
        let range = |t: &Token| self.range(start + t.start, start + t.end);
        for end in (1..list.len()).rev().take(TRIES) {
            if parse(&text[..list[end - 1].end]).is_some() {
                if matches!(&text[list[end].start..list[end].end], "!" | "=" | ":" | "}") {
                    return None;
                }
                return Some(syntax(range(list[end]), format!("{letter}-string: expecting '=', or '!', or ':', or '}}'")));
            }
        }
        let first = list.first()?;
        Some(syntax(range(first), format!("{letter}-string: expecting a valid expression after '{{'")))
    }

    fn indentation(&self, msg: &str, i: usize, start: usize) -> Option<Box<Error>> {
        let indentation = |msg: String, raw: RawPlace| {
            Box::new(Error { kind: ErrorKind::Indentation, msg, range: None, raw: Some(raw) })
        };
        if msg == "Unexpected indentation" {
            let line_start = self.source[..start].rfind('\n').map_or(0, |n| n + 1);
            let width = self.source[line_start..].bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c')).count();
            let raw = RawPlace { at: line_start, col: width as i64, end_col: -1 };
            return Some(indentation("unexpected indent".into(), raw));
        }
        let expected = msg.strip_prefix("Expected an indented block after ")?;
        let newline = self.list[..=i.min(self.list.len() - 1)]
            .iter()
            .rposition(|t| t.kind == Tok::Newline && t.start <= start)
            .or_else(|| self.list[i..].iter().position(|t| t.kind == Tok::Newline).map(|n| n + i))?;
        let mut head = self.statement(newline);
        if self.is(head, "async") {
            head += 1;
        }
        let line = self.source[..self.list[head].start].matches('\n').count() + 1;
        let what = match self.text(&self.list[head]) {
            "def" => "function definition".to_string(),
            "class" => "class definition".to_string(),
            "except" if self.is(head + 1, "*") => "'except*' statement".to_string(),
            word if expected.contains('\'') => format!("'{word}' statement"),
            _ => expected.to_string(),
        };
        let msg = format!("expected an indented block after {what} on line {line}");
        let next = self.list.get(newline + 1)?;
        if matches!(next.kind, Tok::Dedent | Tok::End) {
            let rest = self.list[newline + 1..].iter().all(|t| matches!(t.kind, Tok::Dedent | Tok::End | Tok::Newline));
            // At the end the last line is to blame, behind its last column.
            let at = if rest { self.last_line_end() } else { next.start };
            let line_start = self.source[..at].rfind('\n').map_or(0, |n| n + 1);
            return Some(indentation(msg, RawPlace { at, col: (at - line_start + usize::from(rest)) as i64, end_col: -1 }));
        }
        Some(Box::new(Error {
            kind: ErrorKind::Indentation,
            msg,
            range: Some(self.range(next.start, next.end)),
            raw: None,
        }))
    }

    /// Errors that both know, under another name.
    fn renamed(&self, msg: &str, range: TextRange, i: usize) -> Option<Box<Error>> {
        let token = self.token_range(i);
        let after = self.token_range(self.at(range.end().to_usize()));
        let (new, place) = match msg {
            "Parameter cannot follow var-keyword parameter" => ("arguments cannot follow var-keyword argument", token),
            "Only one '*' parameter allowed" => ("* argument may appear only once", token),
            "Only one '/' separator allowed" => ("/ may appear only once", token),
            "'/' parameter must appear before '*' parameter" => ("/ must be ahead of *", token),
            "Parameter without a default cannot follow a parameter with a default" => {
                ("parameter without a default follows parameter with a default", token)
            }
            "Expected one or more keyword parameter after '*' separator" => {
                let star = (0..=i).rev().find(|n| self.is(*n, "*"))?;
                let next = if self.is(star + 1, ",") { star + 2 } else { star + 1 };
                if self.is_keyword(next) {
                    return Some(self.invalid(next));
                }
                let at = if self.is_lambda_head(star) { star + 1 } else { star };
                ("named arguments must follow bare *", self.token_range(at))
            }
            "Position-only parameter separator not allowed as first parameter" => {
                ("at least one argument must precede /", token)
            }
            "Parameter with '*' or '**' cannot have default value" => {
                let equals = (i..self.list.len()).find(|n| self.is(*n, "="))?;
                let mut star = equals;
                while star > 0 && !self.is(star, "*") && !self.is(star, "**") {
                    star -= 1;
                }
                let what = if self.is(star, "**") { "var-keyword" } else { "var-positional" };
                return Some(syntax(self.token_range(equals), format!("{what} argument cannot have default value")));
            }
            "Positional argument cannot follow keyword argument" => ("positional argument follows keyword argument", after),
            "Positional argument cannot follow keyword argument unpacking" => {
                ("positional argument follows keyword argument unpacking", after)
            }
            "Iterable argument unpacking cannot follow keyword argument unpacking" => {
                let comma = (0..i).rev().find(|n| self.is(*n, ","))?;
                let whole = self.range(self.list[comma].start, range.end().to_usize());
                ("iterable argument unpacking follows keyword argument unpacking", whole)
            }
            "Unparenthesized generator expression cannot be used here" => {
                if self.is(self.statement(i), "class") {
                    let n = (i..self.list.len()).find(|n| self.is(*n, "for"))?;
                    return Some(self.invalid(n));
                }
                ("Generator expression must be parenthesized", range)
            }
            "Boolean 'not' expression cannot be used here" => ("'not' after an operator must be parenthesized", range),
            "Expected one or more symbol names after import" => {
                let msg = "Expected one or more names after 'import'";
                if self.kind(i) != Tok::Newline {
                    return Some(self.invalid(i));
                }
                let at = self.list[i].start;
                let col = self.column(at);
                let raw = RawPlace { at, col, end_col: col };
                return Some(Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: None, raw: Some(raw) }));
            }
            "Unparenthesized tuple expression cannot be used here" => {
                let comma = (i..self.list.len()).find(|n| self.is(*n, ","))?;
                return Some(self.invalid(comma));
            }
            "Star import must be the only import" => {
                let star = (i..self.list.len()).find(|n| self.is(*n, "*"))?;
                return Some(self.invalid(star + 1));
            }
            "Bytes literal cannot be mixed with non-bytes literals" => {
                return Some(self.token_error(after_strings(self, i), "cannot mix bytes and nonbytes literals"));
            }
            msg if msg.starts_with("Cannot mix t-string") || msg.contains("t-string literal") && msg.contains("mix") => {
                let last = after_strings(self, i) - 1;
                let whole = self.range(self.list[i].start, self.list[last].end);
                return Some(syntax(whole, "cannot mix t-string literals with string or bytes literals"));
            }
            "Trailing comma not allowed" => {
                let at = self.at(range.end().to_usize());
                let head = self.statement(i);
                if self.is(head, "global") || self.is(head, "nonlocal") {
                    return Some(self.invalid(at));
                }
                return Some(self.token_error(at, "trailing comma not allowed without surrounding parentheses"));
            }
            "Only single target (not tuple) can be annotated" => ("only single target (not tuple) can be annotated", range),
            "Only single target (not list) can be annotated" => ("only single target (not list) can be annotated", range),
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                let star = i + usize::from(self.is(i + 1, "*"));
                let whole = self.range(self.list[i].start, self.list[star].end);
                ("cannot have both 'except' and 'except*' on the same 'try'", whole)
            }
            "Multiple exception types must be parenthesized when using 'as'" => {
                let mut end = self.at(range.end().to_usize());
                if self.is(end, "as") {
                    end += 1;
                }
                let whole = self.range(range.start().to_usize(), self.list.get(end)?.end);
                ("multiple exception types must be parenthesized when using 'as'", whole)
            }
            "Expected one or more exception types" => ("expected one or more exception types", token),
            "Positional patterns cannot follow keyword patterns" => ("positional patterns follow keyword patterns", range),
            "Invalid annotated assignment target" => ("illegal target for annotation", range),
            "Iterable unpacking cannot be used in a comprehension" => ("iterable unpacking cannot be used in comprehension", range),
            "Assignment expression target must be an identifier" if self.bracket(i).is_some_and(|open| self.is_call(open)) => {
                return Some(self.invalid((i..self.list.len()).find(|n| self.is(*n, ":="))?));
            }
            "Assignment expression target must be an identifier" => {
                let e = parse(self.source.get(range.start().to_usize()..range.end().to_usize())?)?;
                return Some(syntax(range, format!("cannot use assignment expressions with {}", describe(&e))));
            }
            "Type parameter list cannot be empty" if self.is(self.statement(i), "def") && !self.is(i, "]") => {
                let open = (0..i).rev().find(|n| self.is(*n, "["))?;
                return Some(self.token_error(open, "expected '('"));
            }
            "Type parameter list cannot be empty" if !self.is(i, "]") && !self.is(i + 1, "]") => return Some(self.invalid(i)),
            "Type parameter list cannot be empty" => {
                let place = if self.is(self.statement(i), "type") {
                    let start = self.list[i].start;
                    self.range(start, self.list.get(i + 1)?.start)
                } else {
                    TextRange::empty(token.start())
                };
                ("Type parameter list cannot be empty", place)
            }
            "Expected 'except' or 'finally' after 'try' block" => {
                let msg = "expected 'except' or 'finally' block";
                let rest = &self.list[i..];
                let found = rest.iter().position(|t| !matches!(t.kind, Tok::Dedent | Tok::End | Tok::Newline));
                if let Some(n) = self.orphan_else(range.start().to_usize()) {
                    return Some(syntax(self.token_range(n), msg));
                } else if let Some(n) = found {
                    return Some(syntax(self.token_range(i + n), msg));
                } else {
                    let at = self.last_line_end();
                    let raw = RawPlace { at, col: self.column(at), end_col: -1 };
                    return Some(Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: None, raw: Some(raw) }));
                }
            }
            _ => return None,
        };
        Some(syntax(place, new))
    }

    /// The `else` behind the block of a `try` statement without `except` and `finally` that ends at an offset or before it.
    fn orphan_else(&self, end: usize) -> Option<usize> {
        let options = ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module);
        let parsed = ruff_python_parser::parse_unchecked(self.source, options);
        let ruff_python_ast::Mod::Module(module) = parsed.syntax() else { return None };
        let mut lone = LoneTry { end, found: None };
        lone.visit_body(&module.body);
        let body_end = lone.found?;
        let next = self.list.iter().position(|t| t.start >= body_end && !matches!(t.kind, Tok::Newline | Tok::Indent | Tok::Dedent))?;
        self.is(next, "else").then_some(next)
    }

    /// Things that cannot be assigned to or deleted.
    fn target(&self, msg: &str, range: TextRange) -> Option<Box<Error>> {
        let text = self.source.get(range.start().to_usize()..range.end().to_usize())?;
        match msg {
            "Invalid delete target" => {
                let (e, shift) = parse_shifted(text)?;
                let (e, range) = blamed(&e, range.start(), shift);
                Some(syntax(range, format!("cannot delete {}", describe(e))))
            }
            "Invalid augmented assignment target" => {
                let e = parse(text)?;
                Some(syntax(range, format!("'{}' is an illegal expression for augmented assignment", describe(&e))))
            }
            "Invalid assignment target" => {
                let e = parse(text)?;
                let what = describe(&e);
                let first = self.at(range.start().to_usize());
                if let Expr::Compare(compare) = &e
                    && first > 0
                    && self.is(first - 1, "for")
                    && compare.ops.first() != Some(&ruff_python_ast::CmpOp::In)
                {
                    // The target ends before the operator, where `in` is missing.
                    return Some(self.invalid(self.at((range.start() + compare.left.range().end()).to_usize())));
                }
                if what == "yield expression" && !(first > 0 && self.is(first - 1, "(")) {
                    return Some(syntax(range, "assignment to yield expression not possible"));
                }
                let next = self.at(range.end().to_usize());
                let mut equals = next;
                while self.is(equals, ")") {
                    equals += 1;
                }
                let mut head = first;
                while head > 0 && self.is(head - 1, "(") {
                    head -= 1;
                }
                let heads = self.starts_statement(head, first) || self.is(head.saturating_sub(1), "=");
                let operand = matches!(
                    e,
                    Expr::Attribute(_)
                        | Expr::Subscript(_)
                        | Expr::Call(_)
                        | Expr::BinOp(_)
                        | Expr::Await(_)
                        | Expr::Dict(_)
                        | Expr::Set(_)
                        | Expr::DictComp(_)
                        | Expr::SetComp(_)
                        | Expr::ListComp(_)
                        | Expr::FString(_)
                        | Expr::TString(_)
                        | Expr::StringLiteral(_)
                        | Expr::BytesLiteral(_)
                        | Expr::NumberLiteral(_)
                        | Expr::EllipsisLiteral(_)
                        | Expr::Named(_)
                ) || head < first
                    || matches!(&e, Expr::UnaryOp(u) if u.op != ruff_python_ast::UnaryOp::Not);
                if heads && operand && self.is(equals, "=") && !matches!(e, Expr::Generator(_)) && self.plain_value(equals + 1) {
                    return Some(syntax(range, format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?")));
                }
                Some(syntax(range, format!("cannot assign to {what}")))
            }
            _ => None,
        }
    }

    /// Whether a value of operators only starts at token `i` and is not itself assigned to.
    fn plain_value(&self, i: usize) -> bool {
        if ["lambda", "yield", "not", "*"].iter().any(|k| self.is(i, k)) {
            return false;
        }
        let end = self.operand_end(i, false);
        !self.is(end + 1, "=") && !self.is(end + 1, ":=")
    }

    fn statement_rules(&self, msg: &str, range: TextRange, i: usize) -> Option<Box<Error>> {
        let head = self.statement(i);
        let previous = i.checked_sub(1)?;
        if let Some(error) = self.small_rules(i, previous, head) {
            return Some(error);
        }
        if self.is(head, "import") || self.is(head, "from") {
            let alias = if self.is(previous, "as") { i } else { previous };
            if alias > 0 && self.is(alias - 1, "as") && (self.is(i, ".") || self.is(i, "(") || self.is(i, "[") || alias == i) {
                let end = self.operand_end(alias, false);
                let whole = self.range(self.list[alias].start, self.list[end].end);
                let e = self.parsed(alias, end)?;
                // Nothing at all reads as an empty tuple.
                if !e.is_name_expr() && !whole.is_empty() {
                    return Some(syntax(whole, format!("cannot use {} as import target", describe(&e))));
                }
            }
        }
        if msg.starts_with("Simple statements must be separated") {
            if let Some(error) = self.legacy_call(previous) {
                return Some(error);
            }
            if self.kind(i) == Tok::String && self.list[previous].end == self.list[i].start {
                return self.prefixes(previous);
            }
            if self.is(head, "import") && self.is(i, "from") {
                let end = self.operand_end(i + 1, false);
                let whole = self.range(self.list[head].start, self.list[end].end);
                return Some(syntax(whole, "Did you mean to use 'from ... import ...' instead?"));
            }
            return None;
        }
        if let Some(error) = self.odd_rules(i, previous, head) {
            return Some(error);
        }
        if self.is(i, ">") && self.is(previous, "<") || self.is(i, "<>") {
            let from = if self.is(i, "<>") { i } else { previous };
            return Some(syntax(
                self.range(self.list[from].start, self.list[i].end),
                "invalid syntax.  Maybe you meant '!=' instead of '<>'?",
            ));
        }
        if msg.starts_with("Expected 'else', found") {
            if self.is(previous, "else") {
                return Some(self.invalid(i));
            }
            let keyword = (0..i).rev().find(|n| self.is(*n, "if"))?;
            let opened = (0..keyword).rev().find(|n| self.is(*n, "for") && self.bracket(*n) == self.bracket(keyword));
            if opened.is_some_and(|n| self.bracket(n).is_some() && !(n..keyword).any(|n| self.is(n, "in"))) {
                return Some(syntax(self.token_range(keyword), "'in' expected after for-loop variables"));
            }
            if !self.is(i, ":") {
                let start = self.operand_start(keyword.checked_sub(1)?);
                let whole = self.range(self.list[start].start, self.list[previous].end);
                return Some(syntax(whole, "expected 'else' after 'if' expression"));
            }
        }
        if msg.starts_with("Expected ':', found") && !self.is(i, "(") {
            return self.missing_colon(head, i);
        }
        if msg.starts_with("Expected '(', found") && self.in_def_head(head) {
            return Some(self.token_error(i, "expected '('"));
        }
        if msg.starts_with("Expected 'in', found") {
            if self.bracket(i).is_some() {
                return Some(syntax(self.token_range(i), "'in' expected after for-loop variables"));
            }
            return None;
        }
        if msg == "Starred expression cannot be used here" {
            return self.starred(range, i);
        }
        if msg == "Expected an expression" || msg.starts_with("Expected an expression or") {
            return self.missing_expression(i, previous);
        }
        if self.is(i, "(") && (msg.contains("parameter") || self.in_def_head(head) || self.is_lambda_head(i)) {
            let close = self.closing(i)?;
            let whole = self.range(self.list[i].start, self.list[close].end);
            if self.is_lambda_head(i) {
                return Some(syntax(whole, "Lambda expression parameters cannot be parenthesized"));
            }
            if self.in_def_head(head) && !self.is(previous, "def") {
                return Some(syntax(whole, "Function parameters cannot be parenthesized"));
            }
        }
        if self.is(previous, "/") && self.is(i, "*") && (self.in_def_head(head) || self.is_lambda_head(i)) {
            return Some(syntax(self.token_range(i), "expected comma between / and *"));
        }
        if let Some(open) = self.bracket(i)
            && self.is(i, "for")
            && !self.is(open, "(")
        {
            let comma = (open + 1..i).any(|n| self.is(n, ",") && self.bracket(n) == Some(open));
            let pairs = (open + 1..i).any(|n| self.is(n, ":") && self.bracket(n) == Some(open));
            if comma && !pairs {
                let whole = self.range(self.list[open + 1].start, self.list[previous].end);
                return Some(syntax(whole, "did you forget parentheses around the comprehension target?"));
            }
        }
        None
    }

    /// Rules that a few words around the place decide.
    fn small_rules(&self, i: usize, previous: usize, head: usize) -> Option<Box<Error>> {
        let operand = |n: usize| self.starts_operand(n) || self.is(n, "-") || self.is(n, "+");
        if self.is(i, "not") && self.ends_operand(previous) && !self.is(i + 1, "in") {
            return Some(self.invalid(i + 1));
        }
        // `x if y else pass`; the statement that starts with `else` is another matter.
        if self.is(previous, "else") && previous != head && !operand(i) && !self.is(i, ":") {
            return Some(self.token_error(i, "expected expression after 'else', but statement is given"));
        }
        let words = ["pass", "break", "continue"];
        let statement = if self.is(i, "if") && previous == head { previous } else { i };
        if self.is(statement + 1, "if") && words.iter().any(|k| self.is(statement, k)) {
            return Some(syntax(self.token_range(statement), "expected expression before 'if', but statement is given"));
        }
        if self.is(head, "case") && self.bracket_or_header(i, head) {
            if let Some(error) = self.pattern_rules(i, previous) {
                return Some(error);
            }
        }
        if self.in_def_head(head) && self.is(i, ":") && self.is(previous, "->") {
            return Some(syntax(self.token_range(previous), "expected ':'"));
        }
        if let Some(open) = self.bracket(i)
            && self.is(open, "[")
            && self.is(i, ":")
            && self.is_name(previous)
            && previous >= 2
            && (self.is(previous - 1, "*") || self.is(previous - 1, "**"))
            && ["def", "class", "type"].iter().any(|k| self.is(head, k) || self.is(head + 1, k))
            && open <= head + 3
        {
            let end = self.operand_end(i + 1, true);
            let bound = if self.parsed(i + 1, end).is_some_and(|e| e.is_tuple_expr()) { "constraints" } else { "bound" };
            let what = if self.is(previous - 1, "*") { "TypeVarTuple" } else { "ParamSpec" };
            let whole = self.range(self.list[i].start, self.list[end].end);
            return Some(syntax(whole, format!("cannot use {bound} with {what}")));
        }
        if self.is(head, "type") && i == head + 1 && self.is_name(i) && !self.is(i + 1, "=") && !self.is(i + 1, "[") {
            return Some(self.invalid(i + 1));
        }
        if self.is(i, ":=") && self.bracket(i).is_none() {
            let start = self.operand_start(previous);
            let start = if start > 0 && self.is(start - 1, ":") && self.is_lambda_head(start - 1) { (0..start).rev().find(|n| self.is(*n, "lambda"))? } else { start };
            if start != head {
                return None;
            }
            let e = self.parsed(start, previous)?;
            if !e.is_name_expr() {
                let whole = self.range(self.list[start].start, self.list[previous].end);
                return Some(syntax(whole, format!("cannot use assignment expressions with {}", describe(&e))));
            }
        }
        // `f(a=x for x in y)`
        if self.is(i, "for")
            && let Some(open) = self.bracket(i)
            && self.is_call(open)
        {
            let start = (open + 1..i).rev().find(|n| self.is(*n, ",") && self.bracket(*n) == Some(open)).map_or(open + 1, |n| n + 1);
            if self.is_name(start) && self.is(start + 1, "=") {
                let whole = self.range(self.list[start].start, self.list[start + 1].end);
                return Some(syntax(whole, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"));
            }
        }
        None
    }

    /// Whether a token stands in the header of the statement at `head`.
    fn bracket_or_header(&self, i: usize, head: usize) -> bool {
        !(head..i).any(|n| self.is(n, ":") && self.bracket(n).is_none())
    }

    fn pattern_rules(&self, i: usize, previous: usize) -> Option<Box<Error>> {
        let imaginary = |n: usize| self.kind(n) == Tok::Number && self.text(&self.list[n]).ends_with(['j', 'J']);
        if (self.is(previous, "+") || self.is(previous, "-")) && self.kind(i) == Tok::Number && previous > 0 && self.kind(previous - 1) == Tok::Number {
            if imaginary(previous - 1) {
                return Some(syntax(self.token_range(previous - 1), "real number required in complex literal"));
            }
            if !imaginary(i) {
                return Some(syntax(self.token_range(i), "imaginary number required in complex literal"));
            }
        }
        if imaginary(i) && (self.is(i + 1, "+") || self.is(i + 1, "-")) && self.kind(i + 2) == Tok::Number {
            return Some(syntax(self.token_range(i), "real number required in complex literal"));
        }
        if self.is(i, "-") && self.is_name(i + 1) {
            return Some(self.invalid(i + 1));
        }
        if self.is(i, "*") && self.is(previous, "case") && self.is_name(i + 1) && !self.is(i + 2, ",") {
            return Some(self.invalid(i + 2));
        }
        if self.is_name(i) && self.bracket(i).is_some_and(|open| self.is(open, "{")) && self.is(i + 1, ":") {
            return Some(self.invalid(i + 1));
        }
        None
    }

    /// Targets of `as`, augmented assignment to a tuple, starred keyword arguments.
    fn odd_rules(&self, i: usize, previous: usize, head: usize) -> Option<Box<Error>> {
        let target = if self.is(previous, "as") { i } else { previous };
        if target > 0 && self.is(target - 1, "as") && (self.is(head, "except") || self.is(head, "case")) {
            if self.is(target, "_") {
                return Some(syntax(self.token_range(target), "cannot use '_' as a target"));
            }
            let end = self.operand_end(target, false);
            let e = self.parsed(target, end)?;
            if !e.is_name_expr() {
                let whole = e.range() + self.token_range(target).start();
                let msg = match self.is(head, "case") {
                    true => format!("cannot use {} as pattern target", describe(&e)),
                    false if self.is(head + 1, "*") => format!("cannot use except* statement with {}", describe(&e)),
                    false => format!("cannot use except statement with {}", describe(&e)),
                };
                return Some(syntax(whole, msg));
            }
        }
        let op = self.list.get(i).map_or("", |t| self.text(t));
        let augmented = op.len() >= 2 && op.ends_with('=') && !["==", "!=", "<=", ">=", ":="].contains(&op);
        if augmented && self.bracket(i).is_none() {
            let e = self.parsed(head, previous)?;
            let whole = self.range(self.list[head].start, self.list[previous].end);
            return Some(syntax(whole, format!("'{}' is an illegal expression for augmented assignment", describe(&e))));
        }
        let starred = self.is(i, "*") || self.is(i, "**");
        let behind = if starred { self.operand_end(i + 1, false) + 1 } else { i + 1 };
        if self.is(i, "=") || self.is(behind, "=") {
            let equals = if self.is(i, "=") { i } else { behind };
            let start = self.operand_start(equals - 1);
            let open = self.bracket(equals)?;
            let star = if self.is(start, "*") || self.is(start, "**") { start } else { start.checked_sub(1)? };
            if self.is_call(open) && (self.is(star, "*") || self.is(star, "**")) {
                let end = self.operand_end(equals + 1, true);
                let whole = self.range(self.list[star].start, self.list[end].end);
                let what = if self.is(star, "*") { "iterable" } else { "keyword" };
                return Some(syntax(whole, format!("cannot assign to {what} argument unpacking")));
            }
        }
        None
    }

    fn closing(&self, open: usize) -> Option<usize> {
        (open + 1..self.list.len()).find(|n| [")", "]", "}"].iter().any(|t| self.is(*n, t)) && self.bracket(*n) == Some(open))
    }

    fn in_def_head(&self, head: usize) -> bool {
        self.is(head, "def") || self.is(head, "async") && self.is(head + 1, "def")
    }

    fn is_lambda_head(&self, i: usize) -> bool {
        for at in (0..i).rev() {
            if self.is(at, "lambda") {
                return true;
            }
            if self.is(at, ":") || self.kind(at) == Tok::Newline {
                return false;
            }
        }
        false
    }

    /// `print x`.
    fn legacy_call(&self, name: usize) -> Option<Box<Error>> {
        if !(self.is(name, "print") || self.is(name, "exec")) || self.is(name + 1, "(") {
            return None;
        }
        if !self.starts_operand(name + 1) && !self.is(name + 1, "-") && !self.is(name + 1, "+") {
            return None;
        }
        let word = self.text(&self.list[name]);
        let mut end = self.operand_end(name + 1, true);
        while self.is(end + 1, ",") {
            end = if self.starts_operand(end + 2) { self.operand_end(end + 2, true) } else { end + 1 };
            if self.is(end, ",") {
                break;
            }
        }
        // What follows is an expression, or the error is another one.
        let last = if self.is(end, ",") { end - 1 } else { end };
        self.parsed(name + 1, last)?;
        let whole = self.range(self.list[name].start, self.list[end].end);
        Some(syntax(whole, format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?")))
    }

    /// `ub""`.
    fn prefixes(&self, name: usize) -> Option<Box<Error>> {
        let word = self.text(&self.list[name]).to_ascii_lowercase();
        if word.is_empty() || !word.bytes().all(|b| b"bfrtu".contains(&b)) {
            return None;
        }
        for (a, b) in [("u", "b"), ("u", "r"), ("u", "f"), ("u", "t"), ("b", "f"), ("b", "t"), ("f", "t")] {
            if word.contains(a) && word.contains(b) {
                return Some(syntax(self.token_range(name), format!("'{a}' and '{b}' prefixes are incompatible")));
            }
        }
        None
    }

    fn missing_colon(&self, mut head: usize, i: usize) -> Option<Box<Error>> {
        if i > 0 && self.is(i - 1, "lambda") {
            return Some(self.invalid(i));
        }
        if let Some(open) = self.bracket(i) {
            if self.is(open, "{") && !self.is_lambda_head(i) {
                let msg = "':' expected after dictionary key";
                let at = self.list[i - 1].start;
                let start = self.source[..at].rfind('\n').map_or(0, |n| n + 1);
                let col = self.source[start..at].chars().count() as i64 + 1;
                let raw = RawPlace { at, col, end_col: 0 };
                return Some(Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: None, raw: Some(raw) }));
            }
            return None;
        }
        if self.is(head, "async") {
            head += 1;
        }
        if self.is(i, "=") || self.is(i, ":=") {
            return None;
        }
        let forced = ["def", "else", "try", "finally"].iter().any(|k| self.is(head, k)) || self.is_lambda_head(i);
        if forced || self.kind(i) == Tok::Newline {
            return Some(self.token_error(i, "expected ':'"));
        }
        None
    }

    fn starred(&self, range: TextRange, i: usize) -> Option<Box<Error>> {
        let after = self.at(range.end().to_usize());
        if i > 0 && self.is(i - 1, ":") && !self.bracket(i).is_some_and(|open| self.is(open, "{")) {
            return Some(self.invalid(i));
        }
        let open = self.bracket(i)?;
        if self.is(open, "{") && i > 0 && self.is(i - 1, ":") {
            return Some(syntax(range, "cannot use a starred expression in a dictionary value"));
        }
        if self.is(open, "(") && open + 1 == i && self.is(after, ")") {
            return Some(syntax(range, "cannot use starred expression here"));
        }
        Some(self.invalid(after))
    }

    fn missing_expression(&self, i: usize, previous: usize) -> Option<Box<Error>> {
        let open = self.bracket(i);
        if self.is(i, ":") && open.is_some_and(|open| self.is(open, "(") && open > 0 && self.is(open - 1, "*")) {
            return Some(syntax(self.token_range(i), "Invalid star expression"));
        }
        if self.is(previous, "*") && open.is_some_and(|open| self.is_call(open) || self.is(open, "[")) && !self.is(previous - 1, ":") {
            return Some(syntax(self.token_range(i), "Invalid star expression"));
        }
        if self.is(previous, "=") {
            let head = self.statement(i);
            if (self.in_def_head(head) && open.is_some()) || self.is_lambda_head(previous) {
                return Some(syntax(self.token_range(previous), "expected default value expression"));
            }
            if open.is_some_and(|open| self.is_call(open)) && previous > 0 {
                let whole = self.range(self.list[previous - 1].start, self.list[previous].end);
                return Some(syntax(whole, "expected argument value expression"));
            }
        }
        if self.is(previous, ":") && open.is_some_and(|open| self.is(open, "{")) && !self.is_lambda_head(previous) {
            if self.is(i, "*") {
                let end = self.operand_end(i + 1, true);
                let whole = self.range(self.list[i].start, self.list[end].end);
                return Some(syntax(whole, "cannot use a starred expression in a dictionary value"));
            }
            return Some(syntax(self.token_range(previous), "expression expected after dictionary key and ':'"));
        }
        None
    }

    /// `=` where `==` or `:=` is meant, and arguments that are no names.
    fn assignment_inside(&self, i: usize) -> Option<Box<Error>> {
        let equals = if self.is(i, "=") {
            i
        } else {
            // The parser may stop at the expression before.
            let body = if self.is(i, "lambda") { (i..self.list.len()).find(|n| self.is(*n, ":"))? + 1 } else { i };
            let end = self.operand_end(body, false);
            if self.is(end + 1, "=") && self.starts_operand(i) { end + 1 } else { return None }
        };
        let last = equals.checked_sub(1)?;
        if !self.ends_operand(last) {
            return None;
        }
        let open = self.bracket(equals);
        let head = self.statement(equals);
        if self.in_def_head(head) && open.is_some_and(|open| self.bracket(open).is_none()) && !self.is(i, "lambda") {
            // A parameter's default.
            return None;
        }
        let header = ["if", "elif", "while", "assert"].iter().any(|k| self.is(head, k));
        if open.is_none() && !header {
            return None;
        }
        let start = if self.is(i, "lambda") { i } else { self.operand_start(last) };
        let e = self.parsed(start, last)?;
        if open.is_some_and(|open| self.is_call(open)) {
            let whole = self.range(self.list[start].start, self.list[equals].end);
            return match &e {
                Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => Some(syntax(whole, format!("cannot assign to {}", describe(&e)))),
                Expr::Name(_) if self.is(start, "(") => {
                    Some(syntax(whole, "expression cannot contain assignment, perhaps you meant \"==\"?"))
                }
                Expr::Name(_) => None,
                _ => Some(syntax(whole, "expression cannot contain assignment, perhaps you meant \"==\"?")),
            };
        }
        if !self.plain_value(equals + 1) || !self.starts_operand(equals + 1) && !self.is(equals + 1, "-") {
            return None;
        }
        if e.is_name_expr() && !self.is(start, "(") {
            let end = self.operand_end(equals + 1, false);
            let whole = self.range(self.list[start].start, self.list[end].end);
            return Some(syntax(whole, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"));
        }
        let excluded = matches!(
            e,
            Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::Compare(_)
                | Expr::BoolOp(_) | Expr::If(_) | Expr::Lambda(_)
        );
        if excluded {
            return None;
        }
        let whole = self.range(self.list[start].start, self.list[last].end);
        Some(syntax(whole, format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", describe(&e))))
    }

    /// Two expressions side by side in brackets.
    fn missing_comma(&self, i: usize) -> Option<Box<Error>> {
        let previous = i.checked_sub(1)?;
        self.bracket(i)?;
        if let Some(error) = self.legacy_call(previous) {
            return Some(error);
        }
        if !self.ends_operand(previous) || !self.starts_operand(i) || self.is(i, "(") || self.is(i, "[") || self.is(i, "not") {
            return None;
        }
        let head = self.statement(i);
        let start = self.operand_start(previous);
        // In the head of a function only annotations and defaults are expressions.
        if start > 0 && self.is_loop(start - 1) {
            return None;
        }
        let parameter = self.in_def_head(head) && !(start > 0 && (self.is(start - 1, ":") || self.is(start - 1, "=")));
        if parameter || self.is(head, "import") || self.is(head, "from") || self.is_lambda_head(i) {
            return None;
        }
        if self.is_name(start) && (start + 1 == i && self.kind(i) == Tok::String) {
            return None;
        }
        if ["match", "case", "type", "_"].iter().any(|k| self.is(start, k)) {
            return None;
        }
        let end = self.operand_end(i, true);
        let whole = self.range(self.list[start].start, self.list[end].end);
        Some(syntax(whole, "invalid syntax. Perhaps you forgot a comma?"))
    }

    /// Escapes that do not decode, bytes that are not ASCII.
    fn literal(&self, msg: &str, range: TextRange, i: usize) -> Option<Box<Error>> {
        if msg.starts_with("bytes can only contain ASCII") {
            return Some(syntax(self.token_range(i), "bytes can only contain ASCII literal characters"));
        }
        let unicode = msg.contains("unicode") || msg.contains("Unicode");
        if !unicode && self.kind(i) != Tok::String {
            return None;
        }
        let token = self.list.get(i).filter(|t| t.kind == Tok::String)?;
        let text = self.text(token);
        let quote = text.find(['\'', '"'])?;
        let body = text[quote..].trim_matches(|c| c == '\'' || c == '"');
        if text[..quote].to_ascii_lowercase().contains('b') {
            let at = bad_bytes_escape(body)?;
            return Some(syntax(self.token_range(i), format!("(value error) invalid \\x escape at position {at}")));
        }
        let (from, to, why) = bad_escape(body)?;
        let _ = range;
        Some(syntax(
            self.token_range(i),
            format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {from}-{to}: {why}"),
        ))
    }
}

/// The length of the word, number or operator at the start of a text.
fn lexeme_len(text: &str) -> usize {
    let word: usize = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    if word > 0 {
        return word;
    }
    match ["**", "//", ">>", "<<"].iter().any(|op| text.starts_with(op)) {
        true => 2,
        false => text.chars().next().map_or(0, char::len_utf8),
    }
}

/// Where the innermost brace that is still open was opened.
fn open_brace(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' if open.is_empty() && bytes.peek().is_some_and(|(_, next)| *next == b'{') => {
                bytes.next();
            }
            b'{' => open.push(at),
            b'}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// Finds the first `try` statement to end that has neither `except` nor `finally`: where its block ends.
struct LoneTry {
    end: usize,
    found: Option<usize>,
}

impl<'a> Visitor<'a> for LoneTry {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.found.is_some() || stmt.range().start().to_usize() > self.end {
            return;
        }
        ruff_python_ast::visitor::walk_stmt(self, stmt);
        if let Stmt::Try(s) = stmt
            && self.found.is_none()
            && s.handlers.is_empty()
            && s.finalbody.is_empty()
        {
            self.found = s.body.last().map(|last| last.range().end().to_usize());
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn parse(text: &str) -> Option<Expr> {
    parse_shifted(text).map(|(e, _)| e)
}

/// The first token behind the string literals at `i`.
fn after_strings(place: &Place<'_>, mut i: usize) -> usize {
    while place.kind(i) == Tok::String {
        i += 1;
    }
    i
}

/// An expression, and by how much its ranges are off.
fn parse_shifted(text: &str) -> Option<(Expr, u32)> {
    if let Ok(parsed) = ruff_python_parser::parse_expression(text.trim()) {
        return Some((*parsed.into_syntax().body, 0));
    }
    // A starred expression or one over several lines stands in parentheses.
    if let Ok(parsed) = ruff_python_parser::parse_expression(&format!("({},)", text.trim()))
        && let Expr::Tuple(mut tuple) = *parsed.into_syntax().body
        && tuple.elts.len() == 1
    {
        return tuple.elts.pop().map(|e| (e, 1));
    }
    let parsed = ruff_python_parser::parse_expression(&format!("({})", text.trim())).ok()?;
    Some((*parsed.into_syntax().body, 1))
}

/// The part of a target that is no target, and its range in the source.
fn blamed(e: &Expr, start: TextSize, shift: u32) -> (&Expr, TextRange) {
    let place = |e: &Expr| TextRange::new(e.range().start() + start - TextSize::new(shift), e.range().end() + start - TextSize::new(shift));
    if let Expr::Tuple(ruff_python_ast::ExprTuple { elts, .. }) | Expr::List(ruff_python_ast::ExprList { elts, .. }) = e {
        for item in elts {
            let fine = matches!(item, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Tuple(_) | Expr::List(_));
            if !fine {
                return (item, place(item));
            }
        }
    }
    (e, place(e))
}

/// First escape of a string literal's body that does not decode: positions in CPython's intermediate form, and why.
fn bad_escape(body: &str) -> Option<(usize, usize, &'static str)> {
    let mut at = 0;
    let mut chars = body.char_indices();
    while let Some((i, c)) = chars.next() {
        if c != '\\' {
            // What is not ASCII is escaped itself before decoding.
            at += if c.is_ascii() { 1 } else { 10 };
            continue;
        }
        let Some((_, kind)) = chars.next() else { return Some((at, at, "\\ at end of string")) };
        let rest = &body[i + 2..];
        let (need, why) = match kind {
            'x' => (2, "truncated \\xXX escape"),
            'u' => (4, "truncated \\uXXXX escape"),
            'U' => (8, "truncated \\UXXXXXXXX escape"),
            'N' => {
                let Some(close) = rest.find('}').filter(|_| rest.starts_with('{') && !rest.starts_with("{}")) else {
                    let len = if rest.starts_with("{}") { 3 } else if rest.starts_with('{') { rest.len() + 1 } else { 1 };
                    return Some((at, at + len, "malformed \\N character escape"));
                };
                let name = format!("\"\\N{}\"", &rest[..=close]);
                if ruff_python_parser::parse_expression(&name).is_err() {
                    return Some((at, at + close + 2, "unknown Unicode character name"));
                }
                at += 2;
                continue;
            }
            kind => {
                at += if kind.is_ascii() { 2 } else { 11 };
                continue;
            }
        };
        let digits = rest.bytes().take(need).take_while(u8::is_ascii_hexdigit).count();
        if digits < need {
            return Some((at, at + 1 + digits, why));
        }
        if kind == 'U' && u32::from_str_radix(&rest[..8], 16).is_ok_and(|n| n > 0x10ffff) {
            return Some((at, at + 9, "illegal Unicode character"));
        }
        at += 2;
    }
    None
}

fn bad_bytes_escape(body: &str) -> Option<usize> {
    let mut at = 0;
    let bytes = body.as_bytes();
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            if bytes.get(at + 1) == Some(&b'x') {
                let digits = bytes[at + 2..].iter().take(2).take_while(|b| b.is_ascii_hexdigit()).count();
                if digits < 2 {
                    return Some(at);
                }
            }
            at += 1;
        }
        at += 1;
    }
    None
}
