//! The vectors of `tools/vectors_text.py`, each run in every width that holds its texts.

use super::*;
use crate::ucd;
use core::ops::Range;

fn read(field: &str) -> Vec<u32> {
    if field == "-" {
        return Vec::new();
    }
    field.split('.').map(|c| u32::from_str_radix(c, 16).expect("vectors are well formed")).collect()
}

fn show<U: Unit>(text: &[U]) -> String {
    if text.is_empty() {
        return "-".into();
    }
    text.iter().map(|c| format!("{:x}", c.code_point())).collect::<Vec<_>>().join(".")
}

/// The result has the least width.
fn done(text: Text) -> String {
    let points = text.code_points();
    match &text {
        Text::One(_) => {}
        Text::Two(_) => assert!(widest(&points) >= 0x100),
        Text::Four(_) => assert!(widest(&points) >= 0x1_0000),
    }
    show(&points)
}

fn parts<U: Unit>(text: &[U], ranges: impl Iterator<Item = Range<usize>>, reverse: bool) -> String {
    let mut shown: Vec<String> = ranges.map(|r| show(&text[r])).collect();
    if reverse {
        shown.reverse();
    }
    if shown.is_empty() { "none".into() } else { shown.join(",") }
}

fn position(found: Option<usize>) -> String {
    found.map_or("-1".into(), |at| at.to_string())
}

fn bits(flags: &[bool]) -> String {
    flags.iter().map(|&f| if f { '1' } else { '0' }).collect()
}

/// Runs an operation with its texts in one width; `None` when one does not fit.
fn run<U: Unit>(fields: &[&str]) -> Option<String> {
    let fits = |field: &str| {
        let points = read(field);
        points.iter().all(|&c| c <= U::MAX).then(|| widen::<u32, U>(&points))
    };
    let op = fields[0];
    let s = fits(fields[1])?;
    let limit = |field: &str| field.parse::<i64>().map_or(0, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let last = |ranges: [Range<usize>; 3]| ranges.map(|r| show(&s[r])).join(" ");
    Some(match op {
        "lower" => done(lower(&s)),
        "upper" => done(upper(&s)),
        "title" => done(title(&s)),
        "capitalize" => done(capitalize(&s)),
        "swapcase" => done(swapcase(&s)),
        "casefold" => done(casefold(&s)),
        "is" => bits(&[
            is_ascii(&s),
            is_alpha(&s),
            is_alnum(&s),
            is_decimal(&s),
            is_digit(&s),
            is_numeric(&s),
            is_space(&s),
            is_printable(&s),
            is_identifier(&s),
            is_lower(&s),
            is_upper(&s),
            is_title(&s),
        ]),
        "repr" => done(repr(&s)),
        "ascii" => done(ascii(&s)),
        "splitblank" => parts(&s, split_blank(&s, limit(fields[2]), ucd::is_space), false),
        "rsplitblank" => parts(&s, rsplit_blank(&s, limit(fields[2]), ucd::is_space), true),
        "lines" => parts(&s, lines(&s, fields[2] == "1", ucd::is_linebreak), false),
        "strip" => last([strip_blank(&s, true, true), strip_blank(&s, true, false), strip_blank(&s, false, true)]),
        "stripset" => {
            // The set is of another width on purpose.
            let set = read(fields[2]);
            last([strip_set(&s, true, true, &set), strip_set(&s, true, false, &set), strip_set(&s, false, true, &set)])
        }
        "tabs" => show(&expand_tabs(&s, limit(fields[2])).expect("short")),
        "zfill" => {
            let (sign, zeros) = zfill(&s, limit(fields[2]));
            let zeros = vec![U::from_code_point(0x30); zeros];
            show(&[&s[..sign], &zeros, &s[sign..]].concat())
        }
        "center" => {
            let (left, right) = center(s.len(), limit(fields[2]));
            let spaces = |n| vec![U::from_code_point(0x20); n];
            show(&[spaces(left), s.clone(), spaces(right)].concat())
        }
        "find" => {
            let n = fits(fields[2])?;
            format!("{} {} {}", position(find(&s, &n)), position(rfind(&s, &n)), count(&s, &n, usize::MAX))
        }
        "replace" => {
            let (old, new) = (fits(fields[2])?, fits(fields[3])?);
            show(&replace(&s, &old, &new, limit(fields[4])).unwrap_or_else(|| s.clone()))
        }
        "split" => parts(&s, split(&s, &fits(fields[2])?, limit(fields[3])), false),
        "rsplit" => parts(&s, rsplit(&s, &fits(fields[2])?, limit(fields[3])), true),
        "partition" | "rpartition" => {
            let n = fits(fields[2])?;
            let found = if op == "partition" { partition(&s, &n) } else { rpartition(&s, &n) };
            match found {
                Some((before, behind)) => [show(&s[before]), show(&n), show(&s[behind])].join(","),
                None if op == "partition" => [show(&s), "-".into(), "-".into()].join(","),
                None => ["-".into(), "-".into(), show(&s)].join(","),
            }
        }
        _ => panic!("unknown operation {op}"),
    })
}

fn run_bytes(fields: &[&str]) -> Option<String> {
    let b: Vec<u8> = widen(&read(fields[1]));
    Some(match fields[0] {
        "brepr" => show(&bytes::repr(&b)),
        "bcase" => [bytes::title(&b), bytes::capitalize(&b), bytes::swapcase(&b)].map(|r| show(&r)).join(" "),
        "bis" => bits(&[
            bytes::is_alpha(&b),
            bytes::is_alnum(&b),
            bytes::is_digit(&b),
            bytes::is_space(&b),
            bytes::is_lower(&b),
            bytes::is_upper(&b),
            bytes::is_title(&b),
        ]),
        "blines" => parts(&b, lines(&b, false, bytes::is_line_end), false),
        "bsplit" => parts(&b, split_blank(&b, usize::MAX, bytes::is_blank), false),
        "bhex" => show(&bytes::to_hex_grouped(&b, b':', fields[2].parse().expect("a number"))),
        "escape" => show(&bytes::escape(&b)),
        "fromhex" => bytes::from_hex(&read(fields[1])).map_or_else(|e| format!("!{e}"), |r| show(&r)),
        "unescape" => {
            let on_error = match fields[2] {
                "strict" => bytes::OnError::Strict,
                "replace" => bytes::OnError::Replace,
                _ => bytes::OnError::Ignore,
            };
            bytes::unescape(&b, on_error).map_or_else(|e| format!("!{e}"), |(r, _)| show(&r))
        }
        _ => return None,
    })
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/text.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let results = match run_bytes(&fields) {
            Some(result) => vec![result],
            None => [run::<u8>(&fields), run::<u16>(&fields), run::<u32>(&fields)].into_iter().flatten().collect(),
        };
        assert!(!results.is_empty());
        for got in results {
            if !line.ends_with(&format!(" {got}")) {
                wrong.push(format!("{line}\n  got {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(15)].join("\n"));
}

#[test]
fn hard_searches() {
    // Inputs on which the simple scan gives up; the answers are known by construction.
    let mut text = vec![u16::from(b'a'); 20_000];
    let mut needle = vec![u16::from(b'a'); 500];
    needle.push(u16::from(b'b'));
    assert_eq!(find(&text, &needle), None);
    text.push(u16::from(b'b'));
    text.extend(vec![u16::from(b'a'); 20_000]);
    assert_eq!(find(&text, &needle), Some(19_500));
    assert_eq!(rfind(&text, &needle), Some(19_500));
    needle.reverse();
    assert_eq!(rfind(&text, &needle), Some(20_000));
    assert_eq!(find(&text, &needle), Some(20_000));
    let periodic: Vec<u32> = (0..30_000).map(|i| if i % 3 == 0 { 0x1_f600 } else { 0x61 }).collect();
    let mut needle: Vec<u32> = periodic[..600].to_vec();
    assert_eq!(count(&periodic, &needle, usize::MAX), 50);
    needle.push(0x61);
    assert_eq!(find(&periodic, &needle), None);
}

#[test]
fn clipping() {
    assert_eq!(clip(0, i64::MAX, 5), Some(0..5));
    assert_eq!(clip(-2, -1, 5), Some(3..4));
    assert_eq!(clip(5, 9, 5), Some(5..5));
    assert_eq!(clip(6, 9, 5), None);
    assert_eq!(clip(3, 2, 5), None);
    assert_eq!(clip(i64::MIN, i64::MAX, 0), Some(0..0));
}

#[test]
fn comparing_widths() {
    assert_eq!(compare(b"abc", &[0x61u16, 0x62]), Ordering::Greater);
    assert_eq!(compare(b"ab", &[0x61u32, 0x1_f600]), Ordering::Less);
    assert!(equal(b"ab", &[0x61u32, 0x62]));
    assert_eq!(ascii_numerals(&[0x663u16, 0x2003, 0x31, 0x20ac]), b"3 1?");
}
