//! CPython's messages for what the parser refuses, and what is checked on the text itself.

mod explain;
mod tokens;
mod version;

pub(crate) use version::check_version;

use crate::code::flags;
use crate::errors::{Error, ErrorKind, RawPlace, Result, SyntaxErrorData, Warning, WarningKind, error};
use crate::location::{LineIndex, Locator};
use crate::parse::{CompileOptions, Mode};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Stmt, StringFlags};
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::ParseError;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Checks what the parser would not mind: NUL bytes, brackets nested too deeply.
pub(crate) fn check_tokens(source: &str, mode: Mode, options: &CompileOptions) -> Result<()> {
    if source.contains('\0') {
        return crate::errors::error_at_none("source code string cannot contain null bytes");
    }
    // The parser would skip a byte order mark; the one that may be there was taken off before.
    if (source.starts_with('\u{feff}') || tokens::may_nest_deeply(source))
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

/// More than one line of statements at the prompt: the end of the first, which starts at an offset, is to blame, one column wide.
pub(crate) fn several_statements(source: &str, first: usize) -> Box<Error> {
    let tokens = tokens::tokenize(source);
    let at = tokens.list.iter().find(|t| t.kind == tokens::Tok::Newline && t.start >= first).map_or(first, |t| t.start);
    let start = source[..at].rfind('\n').map_or(0, |nl| nl + 1);
    let col = source[start..at].chars().count() as i64 + 1;
    let msg = "multiple statements found while compiling a single statement".into();
    Box::new(Error { kind: ErrorKind::Syntax, msg, range: None, raw: Some(RawPlace { at, col, end_col: col + 1 }) })
}

/// Where a source that has no token at all goes wrong when there should be some.
pub(crate) fn nothing(source: &str) -> Box<Error> {
    let last = source.rsplit('\n').next().unwrap_or_default();
    if !last.is_empty() && last.trim_matches([' ', '\t', '\x0c']).is_empty() {
        let col = last.len() as i64;
        let raw = RawPlace { at: source.len(), col, end_col: -1 };
        return Box::new(Error { kind: ErrorKind::Indentation, msg: "unexpected indent".into(), range: None, raw: Some(raw) });
    }
    let raw = RawPlace { at: source.strip_suffix('\n').unwrap_or(source).len(), col: 0, end_col: 0 };
    Box::new(Error { kind: ErrorKind::Syntax, msg: "invalid syntax".into(), range: None, raw: Some(raw) })
}

/// Puts the details of places and texts right that depend on how far CPython had read. `end` is where the error's range ends.
pub(crate) fn complete(source: &str, data: &mut SyntaxErrorData, end: Option<usize>, mode: Mode, options: &CompileOptions) {
    let at_end = data.msg.starts_with("expected an indented block") || data.msg.starts_with("expected 'except'");
    if source.is_empty() && data.kind == ErrorKind::Syntax {
        (data.lineno, data.end_lineno) = (Some(0), Some(0));
    }
    if options.from_file && at_end && data.end_offset == Some(-1) {
        // Nothing is left of the line when the file has come to its end.
        data.offset = Some(0);
    }
    if data.kind != ErrorKind::IncompleteInput && !data.msg.starts_with("multiple statements found") && data.lineno.is_some() {
        let before = last_statement(source, data);
        let text = || match mode {
            Mode::Exec if !source.ends_with('\n') => format!("{source}\n"),
            _ => source.to_string(),
        };
        data.metadata = Some((before.0, before.1, (!options.from_file).then(text)));
    }
    let (Some(line), Some(text)) = (data.lineno, &mut data.text) else { return };
    if options.from_file {
        return;
    }
    let more_lines = || source.matches('\n').count() > line as usize - 1 + usize::from(source.ends_with('\n'));
    let single = data.offset == data.end_offset && data.kind == ErrorKind::Syntax && !data.msg.starts_with("Expected one or more names");
    // The tokenizer's errors have the line alone, those of the parser what was read of the text: the line's end is part of it if nothing
    // behind it was read yet.
    let alone = if data.msg.ends_with("was never closed") {
        more_lines()
    } else if data.end_lineno != data.lineno {
        true
    } else if data.kind != ErrorKind::Syntax || data.msg == "invalid syntax" || data.msg.starts_with("unexpected EOF") {
        false
    } else if single && end.is_none() || data.msg.starts_with("leading zeros") {
        true
    } else {
        end.is_some_and(|end| read_on(source, end))
    };
    if alone {
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
    } else if mode == Mode::Exec && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Line and column of the compound statement before an error that starts last, 0 where there is none.
fn last_statement(source: &str, data: &SyntaxErrorData) -> (u32, u32) {
    struct Last<'s> {
        lines: LineIndex<'s>,
        before: u32,
        found: (u32, u32),
    }
    impl<'a> Visitor<'a> for Last<'_> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            if self.lines.line_col(stmt.range().start()).0 >= self.before {
                return;
            }
            ruff_python_ast::visitor::walk_stmt(self, stmt);
            let compound = crate::parse::is_compound(stmt) && !stmt.is_function_def_stmt();
            if compound && self.lines.line_col(stmt.range().end()).0 < self.before {
                let place = self.lines.line_col(stmt.range().start());
                if place.0 >= self.found.0 {
                    self.found = place;
                }
            }
        }

        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    // Only these are looked through for misspelled keywords; and what the tokenizer refuses is not for the parser.
    if data.kind != ErrorKind::Syntax || !(data.msg == "invalid syntax" || data.msg.contains("forgot a comma")) {
        return (0, 0);
    }
    let options = ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module);
    let parsed = ruff_python_parser::parse_unchecked(source, options);
    let ruff_python_ast::Mod::Module(module) = parsed.syntax() else { return (0, 0) };
    let mut last = Last { lines: LineIndex::new(source), before: data.lineno.unwrap_or(0), found: (0, 0) };
    last.visit_body(&module.body);
    last.found
}

/// Whether the token behind an offset is on a later line.
fn read_on(source: &str, end: usize) -> bool {
    let tokens = tokens::tokenize(source);
    let next = tokens.list.iter().find(|token| token.start >= end);
    next.is_some_and(|token| source.get(end..token.start).is_some_and(|between| between.contains('\n')))
}

/// Format specifications with fields in fields: so deep, and no deeper.
const MAX_SPECS: usize = 3;

/// Blocks in blocks: so deep, and no deeper.
const MAX_INDENTS: usize = 99;

/// Checks how deeply blocks are nested, and fields in the format specifications of strings, which the parser would not mind.
pub(crate) fn check_nesting(source: &str, tokens: &Tokens) -> Result<()> {
    #[derive(PartialEq)]
    enum Open {
        String,
        Field,
        Spec,
        Bracket,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut indents = 0usize;
    for token in tokens {
        match token.kind() {
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Indent => {
                indents += 1;
                if indents > MAX_INDENTS
                    && let Some(error) = tokens::tokenize(source).error
                {
                    return Err(from_token(source, error));
                }
            }
            TokenKind::FStringStart | TokenKind::TStringStart => open.push(Open::String),
            _ if open.is_empty() => {}
            TokenKind::FStringEnd | TokenKind::TStringEnd | TokenKind::Rbrace | TokenKind::Rpar | TokenKind::Rsqb => {
                open.pop();
            }
            TokenKind::Lpar | TokenKind::Lsqb => open.push(Open::Bracket),
            TokenKind::Lbrace => {
                let field = open.last().is_some_and(|top| matches!(top, Open::String | Open::Spec));
                let specs = open.iter().rev().take_while(|open| **open != Open::String).filter(|open| **open == Open::Spec).count();
                if field && specs >= MAX_SPECS {
                    let at = token.range().start().to_usize();
                    let start = source[..at].rfind('\n').map_or(0, |nl| nl + 1);
                    let col = source[start..at].chars().count() as i64;
                    let letter = string_letter(tokens, token.range().start());
                    let msg = format!("{letter}-string: expressions nested too deeply");
                    return Err(Box::new(Error { kind: ErrorKind::Syntax, msg, range: None, raw: Some(RawPlace { at, col, end_col: col }) }));
                }
                open.push(if field { Open::Field } else { Open::Bracket });
            }
            TokenKind::Colon if open.last() == Some(&Open::Field) => {
                open.pop();
                open.push(Open::Spec);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The kind of the string with expressions that was opened last before an offset.
fn string_letter(tokens: &Tokens, before: TextSize) -> char {
    let last = tokens.iter().take_while(|token| token.range().start() < before).filter(|token| {
        matches!(token.kind(), TokenKind::FStringStart | TokenKind::TStringStart)
    });
    if last.last().is_some_and(|token| token.kind() == TokenKind::TStringStart) { 't' } else { 'f' }
}

/// `f((x)=1)`, which the parser takes for `f(x=1)`.
pub(crate) fn check_keywords(tokens: &Tokens) -> Result<()> {
    // For each open bracket where it is, and whether it holds the arguments of a call.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let kind = |at: usize| tokens.get(at).map(|token| token.kind());
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::Lpar => {
                let call = at > 0 && matches!(kind(at - 1), Some(TokenKind::Name | TokenKind::Rpar | TokenKind::Rsqb));
                open.push((at, call));
            }
            TokenKind::Lsqb | TokenKind::Lbrace => open.push((at, false)),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                let (start, call) = open.pop().unwrap_or_default();
                let argument = open.last().is_some_and(|(parent, call)| *call && (*parent + 1 == start || kind(start - 1) == Some(TokenKind::Comma)));
                let equals = if argument && !call && kind(at) == Some(TokenKind::Rpar) { tokens.get(at + 1) } else { None };
                if let (Some(equals), Some(first)) = (equals.filter(|token| token.kind() == TokenKind::Equal), tokens[start..].iter().find(|token| token.kind() != TokenKind::Lpar)) {
                    let range = TextRange::new(first.start(), equals.end());
                    return error(range, "expression cannot contain assignment, perhaps you meant \"==\"?");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// PEP 401: behind the import of `barry_as_FLUFL`, `<>` is what `!=` is elsewhere. The source with `!=` in its place.
pub(crate) fn barry(source: &str, options: &CompileOptions) -> Result<String> {
    let list = tokens::tokenize(source).list;
    let text = |at: usize| list.get(at).and_then(|t| source.get(t.start..t.end)).unwrap_or_default();
    let import = |at: &usize| text(*at) == "from" && text(at + 1) == "__future__" && text(at + 2) == "import";
    let named = (0..list.len()).filter(import).find_map(|from| {
        (from + 3..list.len()).take_while(|at| list[*at].kind != tokens::Tok::Newline).find(|at| text(*at) == "barry_as_FLUFL")
    });
    let first = if options.flags & flags::FUTURE_BARRY_AS_BDFL != 0 { Some(0) } else { named };
    let mut out = source.to_owned();
    let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
    for at in first.unwrap_or(list.len())..list.len() {
        let start = list[at].start;
        if text(at) == "<>" || text(at) == "<" && text(at + 1) == ">" && list[at + 1].start == start + 1 {
            out.replace_range(start..start + 2, "!=");
        } else if text(at) == "!=" {
            return error(TextRange::new(size(start), size(start + 2)), "with Barry as BDFL, use '<>' instead of '!='");
        }
    }
    Ok(out)
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
        let first = tokens.list.iter().find(|t| t.kind != tokens::Tok::Newline);
        return several_statements(source, first.map_or(0, |t| t.start));
    }
    use tokens::Tok;
    if mode == Mode::Eval && tokens.list.iter().all(|t| matches!(t.kind, Tok::Newline | Tok::End)) {
        return nothing(source);
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
        // These the parser finds out behind the tokens, which it then has read to the end.
        let said = error.error.to_string();
        let late = said.starts_with("Positional patterns cannot follow") || said.starts_with("Positional argument cannot follow");
        if at_end || late || line(stopped) > line(at) {
            return from_token(source, tokens::never_closed(source, open, at));
        }
    }
    explain::explain(source, &tokens, error, mode)
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
