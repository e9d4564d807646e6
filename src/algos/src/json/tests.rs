//! Tests of the JSON scanner and writer.

use super::*;

fn quoted(text: &str, ascii: bool) -> String {
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    let mut out = Builder::default();
    quote(&points, ascii, &mut out);
    out.finish().lossy()
}

#[test]
fn quoting() {
    assert_eq!(quoted("", true), "\"\"");
    assert_eq!(quoted("a\"\\/\u{8}\u{c}\n\r\t\u{1f}\u{7f}é\u{1f600}", true), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\\u007f\\u00e9\\ud83d\\ude00\"");
    assert_eq!(quoted("a\u{1f}\u{7f}é\u{1f600}", false), "\"a\\u001f\u{7f}é\u{1f600}\"");
    assert_eq!(quoted("0123456789abcdef0123456789abcde\"f", true), "\"0123456789abcdef0123456789abcde\\\"f\"");
}

fn scanned(text: &str) -> Result<(String, usize), Error> {
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    scan_string(&points, 1, true).map(|(contents, end)| match contents {
        Contents::Plain(units) => (crate::text::lossy(units), end),
        Contents::Made(text) => (text.lossy(), end),
    })
}

#[test]
fn strings() {
    let wrong = |message, at| Err(Error { message, at });
    assert_eq!(scanned("\"abc\" x"), Ok(("abc".into(), 5)));
    assert_eq!(scanned("\"a\\n\\u00e9\\ud83d\\ude00\""), Ok(("a\né\u{1f600}".into(), 23)));
    assert_eq!(scanned("\"abc"), wrong("Unterminated string starting at", 0));
    assert_eq!(scanned("\"abc\\"), wrong("Unterminated string starting at", 0));
    assert_eq!(scanned("\"a\\x\""), wrong("Invalid \\escape", 2));
    assert_eq!(scanned("\"a\\u12\""), wrong("Invalid \\uXXXX escape", 3));
    assert_eq!(scanned("\"a\\ud800\\u12zz\""), wrong("Invalid \\uXXXX escape", 9));
    assert_eq!(scanned("\"a\u{1}\""), wrong("Invalid control character at", 2));
}

#[test]
fn numbers() {
    let number = |text: &str| scan_number(text.as_bytes(), 0).map(|n| (n.end, n.real));
    assert_eq!(number("0"), Some((1, false)));
    assert_eq!(number("-12x"), Some((3, false)));
    assert_eq!(number("012"), Some((1, false)));
    assert_eq!(number("1."), Some((1, false)));
    assert_eq!(number("1.5e+"), Some((3, true)));
    assert_eq!(number("1e-5]"), Some((4, true)));
    assert_eq!(number("-"), None);
    assert_eq!(number(".5"), None);
}
