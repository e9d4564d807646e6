//! Source bytes to text: byte order mark, PEP 263 cookie, line ends.

use crate::errors::{ErrorKind, SyntaxErrorData};
use std::borrow::Cow;

/// Decodes what this module does not know itself: encoding name and bytes to text. `Ok(None)`: there is no such encoding;
/// `Err`: the bytes are not of it, with the codec's message.
pub type Codec<'a> = &'a mut dyn FnMut(&str, &[u8]) -> Result<Option<String>, String>;

/// Source text of a file's bytes. UTF-8, Latin-1 and ASCII are decoded here, other encodings by `codec`.
pub fn decode<'a>(bytes: &'a [u8], codec: Codec<'_>) -> Result<Cow<'a, str>, Box<SyntaxErrorData>> {
    let (bom, body) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    let cookie = cookie(body);
    let encoding = cookie.as_ref().map_or("utf-8", |(name, _)| name);
    let known = normal(encoding);
    if bom && known != "utf-8" {
        let line = cookie.as_ref().map_or(1, |(_, line)| *line);
        let mut error = plain(format!("encoding problem: {known} with BOM"));
        error.lineno = Some(line);
        error.offset = Some(0);
        return Err(error);
    }
    match known.as_ref() {
        "utf-8" => match core::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) if cookie.is_some() => Err(bad_utf8(body, error.valid_up_to())),
            Err(error) => Err(undeclared(body, error.valid_up_to())),
        },
        "iso-8859-1" => Ok(Cow::Owned(body.iter().map(|byte| char::from(*byte)).collect())),
        "ascii" => match body.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(String::from_utf8_lossy(body)),
            Some(at) => {
                let msg = format!("'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)", body[at]);
                Err(plain(msg))
            }
        },
        name => match codec(name, body) {
            Ok(Some(text)) => Ok(Cow::Owned(text)),
            Ok(None) => Err(plain(format!("unknown encoding: {encoding}"))),
            Err(msg) => Err(plain(msg)),
        },
    }
}

fn plain(msg: String) -> Box<SyntaxErrorData> {
    Box::new(SyntaxErrorData {
        kind: ErrorKind::Syntax,
        msg,
        lineno: Some(0),
        offset: Some(-1),
        text: None,
        end_lineno: None,
        end_offset: None,
        metadata: None,
    })
}

fn bad_utf8(body: &[u8], at: usize) -> Box<SyntaxErrorData> {
    let byte = body.get(at).copied().unwrap_or(0);
    let why = match byte {
        0x80..=0xc1 | 0xf5..=0xff => "invalid start byte",
        _ if at + 1 >= body.len() => "unexpected end of data",
        _ => "invalid continuation byte",
    };
    plain(format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {why}"))
}

fn undeclared(body: &[u8], at: usize) -> Box<SyntaxErrorData> {
    let line = body[..at].iter().filter(|b| **b == b'\n').count() as u32 + 1;
    let start = body[..at].iter().rposition(|b| *b == b'\n').map_or(0, |nl| nl + 1);
    let end = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |nl| at + nl);
    let byte = body.get(at).copied().unwrap_or(0);
    let mut error = plain(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; see \
         https://peps.python.org/pep-0263/ for details"
    ));
    let col = String::from_utf8_lossy(&body[start..at]).chars().count() as i32 + 1;
    error.lineno = Some(line);
    error.offset = Some(col);
    error.end_lineno = Some(line);
    error.end_offset = Some(col);
    error.text = Some(String::from_utf8_lossy(&body[start..end]).into_owned());
    error
}

/// The declared encoding and its line: a comment in the first line, or in the second if the first is blank or a comment.
fn cookie(body: &[u8]) -> Option<(String, u32)> {
    for (line, number) in body.split(|b| *b == b'\n').take(2).zip(1..) {
        let trimmed = line.trim_ascii_start();
        let comment = trimmed.strip_prefix(b"#");
        if let Some(comment) = comment
            && let Some(name) = declared(comment)
        {
            return Some((name, number));
        }
        if comment.is_none() && !trimmed.trim_ascii().is_empty() {
            return None;
        }
    }
    None
}

/// `coding[:=]\s*([-\w.]+)` anywhere in a comment.
fn declared(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    loop {
        let at = rest.windows(6).position(|w| w == b"coding")?;
        rest = &rest[at + 6..];
        let Some((b':' | b'=', after)) = rest.split_first().map(|(b, after)| (*b, after)) else { continue };
        let start = after.iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(after.len());
        let name: Vec<u8> = after[start..]
            .iter()
            .copied()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return Some(String::from_utf8_lossy(&name).into_owned());
        }
    }
}

/// The usual name of an encoding that is known here.
fn normal(name: &str) -> Cow<'_, str> {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is = |base: &str| lower == base || lower.strip_prefix(base).is_some_and(|rest| rest.starts_with('-'));
    if is("utf-8") || lower == "utf8" || lower == "u8" {
        Cow::Borrowed("utf-8")
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") || lower == "latin1" || lower == "l1" {
        Cow::Borrowed("iso-8859-1")
    } else if matches!(lower.as_str(), "ascii" | "us-ascii" | "646") {
        Cow::Borrowed("ascii")
    } else {
        Cow::Borrowed(name)
    }
}

/// Text with all lines ended by `\n`, as the tokenizer wants it.
pub(crate) fn unix_lines(source: &str) -> Cow<'_, str> {
    if source.contains('\r') { Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let got = decode(bytes, &mut |name, _| if name == "rot13" { Ok(Some("x".into())) } else { Ok(None) });
        match (got, expected) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected),
            (Err(error), Err(msg)) => assert!(error.msg.starts_with(msg), "{}", error.msg),
            (got, expected) => panic!("{got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn cookies_and_marks() {
        check(b"x", Ok("x"));
        check(b"\xef\xbb\xbfx", Ok("x"));
        check(b"# -*- coding: latin-1 -*-\n'\xe9'", Ok("# -*- coding: latin-1 -*-\n'\u{e9}'"));
        check(b"#!x\n# vim: set fileencoding=iso-8859-1 :\n\xe9", Ok("#!x\n# vim: set fileencoding=iso-8859-1 :\n\u{e9}"));
        check(b"x\n# coding: latin-1\n\xe9", Err("Non-UTF-8 code starting with '\\xe9' on line 3"));
        check(b"# coding: rot13\n", Ok("x"));
        check(b"# coding: foo\n", Err("unknown encoding: foo"));
        check(b"\xef\xbb\xbf# coding: latin-1\n", Err("encoding problem: iso-8859-1 with BOM"));
        check(b"# coding: utf8\nx=\"\xe9\"", Err("'utf-8' codec can't decode byte 0xe9 in position 18: invalid continuation byte"));
    }
}
