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
            && (error.msg.starts_with("unterminated triple-quoted") || error.msg.starts_with("unexpected EOF"));
        let mut error = from_token(source, error);
        if incomplete {
            error.kind = ErrorKind::IncompleteInput;
            error.msg = "incomplete input".into();
        }
        return error;
    }
    let at_end = error.location.start().to_usize() >= source.trim_end().len();
    if options.allow_incomplete_input && (!tokens.open.is_empty() || at_end) {
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

/// Warnings for escape sequences that mean nothing.
pub(crate) fn escape_warnings(source: &str, tokens: &Tokens, locator: &Locator<'_>) -> Vec<Warning> {
    let mut out = Vec::new();
    for token in tokens.iter() {
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
