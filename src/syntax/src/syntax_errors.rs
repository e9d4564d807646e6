//! CPython's messages for what the parser refuses, and what is checked on the text itself.

mod explain;
mod tokens;

use crate::code::flags;
use crate::errors::{Error, ErrorKind, RawPlace, Result, Warning, WarningKind, error};
use crate::location::Locator;
use crate::parse::{CompileOptions, Mode};
use ruff_python_ast::{Stmt, StringFlags};
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::ParseError;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Checks what the parser would not mind: NUL bytes, brackets nested too deeply.
pub(crate) fn check_tokens(source: &str, mode: Mode, options: &CompileOptions) -> Result<()> {
    if source.contains('\0') {
        return crate::errors::error_at_none("source code string cannot contain null bytes");
    }
    if tokens::may_nest_deeply(source)
        && let Some(error) = tokenize(source, mode, options).error
    {
        return Err(from_token(source, error));
    }
    Ok(())
}

fn tokenize(source: &str, _mode: Mode, _options: &CompileOptions) -> tokens::Tokens {
    tokens::tokenize(source)
}

/// The ranges of a function type's argument types and of its result.
pub(crate) fn function_type(source: &str) -> Result<(Vec<TextRange>, TextRange)> {
    use tokens::Tok;
    let tokens = tokens::tokenize(source);
    if let Some(error) = tokens.error {
        return Err(from_token(source, error));
    }
    let list: Vec<_> = tokens.list.iter().filter(|t| !matches!(t.kind, Tok::Newline | Tok::Indent | Tok::Dedent | Tok::End)).collect();
    let text = |at: usize| list.get(at).map_or("", |t| &source[t.start..t.end]);
    let range = |from: usize, to: usize| {
        let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
        let start = list.get(from).map_or(source.len(), |t| t.start);
        let end = to.checked_sub(1).and_then(|last| list.get(last)).map_or(start, |t| t.end);
        TextRange::new(size(start), size(end.max(start)))
    };
    if text(0) != "(" {
        return error(range(0, 1), "invalid syntax");
    }
    let (mut depth, mut from, mut out) = (0, 1, Vec::new());
    for at in 0..list.len() {
        match text(at) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 1 => {}
            _ => continue,
        }
        let closed = depth == 0;
        if !closed && !(text(at) == "," && depth == 1) {
            continue;
        }
        from += usize::from(matches!(text(from), "*" | "**"));
        if from < at || text(at) == "," {
            out.push(range(from, at));
        }
        from = at + 1;
        if closed {
            if text(at + 1) != "->" || at + 2 >= list.len() {
                return error(range(at + 1, at + 2), "invalid syntax");
            }
            return Ok((out, range(at + 2, list.len())));
        }
    }
    error(range(list.len(), list.len()), "invalid syntax")
}

fn from_token(source: &str, error: tokens::TokenError) -> Box<Error> {
    let tokens::TokenError { kind, msg, line, col, end_col } = error;
    let at = line_offset(source, line);
    Box::new(Error { kind, msg, range: None, raw: Some(RawPlace { at, col, end_col }) })
}

/// Offset of the start of a line.
fn line_offset(source: &str, line: u32) -> usize {
    let mut rest = line.saturating_sub(1);
    let bytes = source.as_bytes();
    let mut at = 0;
    while rest > 0 && at < bytes.len() {
        if bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
            rest -= 1;
        }
        at += 1;
    }
    at
}

/// The error for a parser's error.
pub(crate) fn from_parser(source: &str, error: &ParseError, mode: Mode, options: &CompileOptions) -> Box<Error> {
    let tokens = tokenize(source, mode, options);
    if let Some(error) = tokens.error {
        let incomplete = options.allow_incomplete_input
            && (error.msg.starts_with("unterminated triple-quoted")
                || error.msg.starts_with("unexpected EOF") && source.ends_with('\n')
                || error.msg.contains("was never closed")
                || error.msg.starts_with("unterminated string")
                    && (mode == Mode::Single && !source.ends_with('\n') || source.ends_with("\\\n")));
        let mut error = from_token(source, error);
        if incomplete {
            error.kind = ErrorKind::IncompleteInput;
            error.msg = "incomplete input".into();
        }
        return error;
    }
    if mode == Mode::Single && behind_simple_line(source, &tokens, error) {
        let msg = "multiple statements found while compiling a single statement".into();
        let first = tokens.list.first().map_or(0, |t| t.start);
        let range = TextRange::empty(TextSize::try_from(first).unwrap_or_default());
        return Box::new(Error { kind: ErrorKind::Syntax, msg, range: Some(range), raw: None });
    }
    let at_end = error.location.start().to_usize() >= source.trim_end().len();
    if options.allow_incomplete_input && reached_end(source, &tokens, error) {
        let end = TextRange::empty(TextSize::try_from(source.len()).unwrap_or_default());
        let msg = "incomplete input".into();
        return Box::new(Error { kind: ErrorKind::IncompleteInput, msg, range: Some(end), raw: None });
    }
    if let Some(&(open, at)) = tokens.open.last() {
        // The bracket is to blame if the parser gave up on a later line, or at the end.
        let line = |at: usize| source[..at].matches('\n').count();
        let stopped = error.location.start().to_usize().min(source.len());
        if at_end || line(stopped) > line(at) {
            return from_token(source, tokens::never_closed(source, open, at));
        }
    }
    explain::explain(source, &tokens, error)
}

/// Whether the error is in a later line of interactive input that starts with a line of simple statements.
fn behind_simple_line(source: &str, tokens: &tokens::Tokens, error: &ParseError) -> bool {
    let mut list = tokens.list.iter().skip_while(|t| t.kind == tokens::Tok::Newline);
    let Some(first) = list.next() else { return false };
    let word = &source[first.start..first.end];
    let compound = ["if", "while", "for", "try", "with", "def", "class", "async", "match", "@"].contains(&word);
    let line_end = list.find(|t| t.kind == tokens::Tok::Newline);
    !compound && line_end.is_some_and(|t| t.end <= error.location.start().to_usize() && t.end < source.trim_end().len())
}

/// Whether the parser had read all tokens when it gave up: more input might save it.
fn reached_end(source: &str, tokens: &tokens::Tokens, error: &ParseError) -> bool {
    let stop = error.location.start().to_usize();
    let at = tokens.list.partition_point(|t| t.end <= stop && !(t.start == t.end && t.start == stop));
    use tokens::Tok;
    let mut rest = &tokens.list[at.min(tokens.list.len())..];
    if error.error.to_string().starts_with("Expected an indented block") {
        // That is known only behind the line end.
        rest = rest.split_first().filter(|(first, _)| first.kind == Tok::Newline).map_or(rest, |(_, rest)| rest);
    }
    let ending = |t: &tokens::Token| matches!(t.kind, Tok::Newline | Tok::Dedent | Tok::End);
    match rest.split_first() {
        None => true,
        Some((first, _)) if matches!(first.kind, Tok::Dedent | Tok::End) => true,
        // Without a line end behind it the last token is already the end of the input.
        Some((_, rest)) => !source.ends_with('\n') && rest.iter().all(ending),
    }
}

/// Warnings for escape sequences that mean nothing.
pub(crate) fn escape_warnings(source: &str, tokens: &Tokens, locator: &Locator<'_>) -> Vec<Warning> {
    warnings_before(source, tokens, locator, TextSize::try_from(source.len()).unwrap_or_default())
}

/// The same for a source that goes wrong at a place.
pub(crate) fn warnings_before(source: &str, tokens: &Tokens, locator: &Locator<'_>, end: TextSize) -> Vec<Warning> {
    let mut out = Vec::new();
    // The number that the token before was.
    let mut number: Option<TextRange> = None;
    for token in tokens.iter().take_while(|token| token.range().end() <= end) {
        if let Some(number) = number.filter(|n| n.end() == token.range().start() && token.kind().is_keyword()) {
            let what = number_kind(source.get(number.start().to_usize()..number.end().to_usize()).unwrap_or_default());
            out.push(crate::parse::at(WarningKind::Syntax, format!("invalid {what} literal"), number, locator));
        }
        number = matches!(token.kind(), TokenKind::Int | TokenKind::Float | TokenKind::Complex).then(|| token.range());
        let middle = matches!(token.kind(), TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        if !middle && token.kind() != TokenKind::String {
            continue;
        }
        let range = token.range();
        let text = source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        if !text.contains('\\') {
            continue;
        }
        let flags = token.string_flags();
        let (raw, bytes) = flags.map_or((false, false), |flags| (flags.prefix().is_raw(), flags.is_byte_string()));
        if !raw {
            invalid_escapes(text, range.start(), bytes, locator, &mut out);
        }
    }
    out
}

/// What a number is called in messages.
fn number_kind(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => "hexadecimal",
        [b'0', b'o' | b'O', ..] => "octal",
        [b'0', b'b' | b'B', ..] => "binary",
        [.., b'j' | b'J'] => "imaginary",
        _ => "decimal",
    }
}

fn invalid_escapes(text: &str, start: TextSize, bytes: bool, locator: &Locator<'_>, out: &mut Vec<Warning>) {
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let Some((_, escape)) = chars.next() else { break };
        let octal = text[i + 1..].bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
        let shown = match escape {
            '0'..='7' if octal == 3 && escape > '3' => text[i + 1..i + 4].to_string(),
            '\n' | '\r' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | '0'..='7' => continue,
            'N' | 'u' | 'U' if !bytes => continue,
            escape => escape.to_string(),
        };
        let octal = shown.len() == 3 && shown.bytes().all(|b| b.is_ascii_digit());
        let what = if octal { "octal escape sequence" } else { "escape sequence" };
        let msg = format!(
            "\"\\{shown}\" is an invalid {what}. Such sequences will not work in the future. Did you mean \"\\\\{shown}\"? A raw \
             string is also an option."
        );
        let at = start + TextSize::try_from(i).unwrap_or_default();
        let end = at + TextSize::try_from(1 + shown.len()).unwrap_or_default();
        out.push(crate::parse::at(WarningKind::Syntax, msg, TextRange::new(at, end), locator));
    }
}

/// Flags of the `from __future__` imports at the start of a module; elsewhere they are errors.
pub(crate) fn future_flags(body: &[Stmt]) -> Result<u32> {
    let mut out = 0;
    let mut allowed = true;
    for (i, stmt) in body.iter().enumerate() {
        let Stmt::ImportFrom(import) = stmt else {
            let docstring = i == 0 && matches!(stmt, Stmt::Expr(e) if e.value.is_string_literal_expr());
            allowed &= docstring;
            continue;
        };
        if import.level != 0 || import.module.as_ref().is_none_or(|m| m.as_str() != "__future__") {
            allowed = false;
            continue;
        }
        if !allowed {
            return error(import.range(), "from __future__ imports must occur at the beginning of the file");
        }
        for alias in &import.names {
            out |= match alias.name.as_str() {
                // Long since the rule.
                "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement" | "print_function"
                | "unicode_literals" | "generator_stop" => 0,
                "barry_as_FLUFL" => flags::FUTURE_BARRY_AS_BDFL,
                "annotations" => flags::FUTURE_ANNOTATIONS,
                "braces" => return error(alias.range(), "not a chance"),
                name => return error(alias.range(), format!("future feature {name} is not defined")),
            };
        }
    }
    Ok(out)
}
