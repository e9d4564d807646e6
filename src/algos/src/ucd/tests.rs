//! The vectors of `tools/vectors_ucd.py`: digests over all code points, normalization of texts, lookups.

use super::*;

/// FNV-1a over texts in UTF-8 (surrogates encoded like other characters), each ended by 0xff.
struct Digest(u64);

impl Digest {
    fn byte(&mut self, b: u8) {
        self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }

    fn char(&mut self, cp: u32) {
        let low = |shift: u32| 0x80 | (cp >> shift & 0x3f) as u8;
        match cp {
            0..0x80 => self.byte(cp as u8),
            0x80..0x800 => [0xc0 | (cp >> 6) as u8, low(0)].into_iter().for_each(|b| self.byte(b)),
            0x800..0x1_0000 => [0xe0 | (cp >> 12) as u8, low(6), low(0)].into_iter().for_each(|b| self.byte(b)),
            _ => [0xf0 | (cp >> 18) as u8, low(12), low(6), low(0)].into_iter().for_each(|b| self.byte(b)),
        }
    }
}

fn digest(f: impl Fn(u32, &mut Digest)) -> String {
    let mut d = Digest(0xcbf2_9ce4_8422_2325);
    for cp in 0..=MAX {
        f(cp, &mut d);
        d.byte(0xff);
    }
    format!("{:x}", d.0)
}

fn flags(test: impl Fn(u32) -> bool) -> String {
    digest(|cp, d| d.byte(b'0' + u8::from(test(cp))))
}

fn chars(map: impl Fn(u32) -> Mapped) -> String {
    digest(|cp, d| map(cp).iter().for_each(|&c| d.char(c)))
}

fn texts(f: impl Fn(u32) -> String) -> String {
    digest(|cp, d| f(cp).bytes().for_each(|b| d.byte(b)))
}

fn hexes(text: &str) -> Vec<u32> {
    text.split(' ').map(|c| u32::from_str_radix(c, 16).expect("vectors are well formed")).collect()
}

fn show(text: &[u32]) -> String {
    text.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(" ")
}

fn run(line: &str) -> (String, String) {
    if let Some(rest) = line.strip_prefix("lookup ") {
        let (name, right) = rest.split_once(" = ").expect("an equation");
        let got = match lookup(name) {
            None => "none".into(),
            Some(Found::Character(cp)) => show(&[cp]),
            Some(Found::Sequence(s)) => show(s),
        };
        return (got, right.into());
    }
    let words: Vec<&str> = line.split(' ').collect();
    let version = if words[1] == "old" { Version::Old } else { Version::Current };
    if words[0] == "text" {
        let (left, right) = line.split_once(" = ").expect("an equation");
        let left = hexes(left.splitn(4, ' ').nth(3).expect("four words"));
        let form = Form::from_name(words[2]).expect("a form");
        let got = normalize(&left, form, version);
        assert!(is_normalized(&got, form, version) || version == Version::Old);
        return (show(&got), right.into());
    }
    let number = |d: Option<u8>| d.map_or(String::new(), |d| d.to_string());
    let got = match words[0] {
        "isalpha" => flags(is_alpha),
        "isdecimal" => flags(is_decimal),
        "isdigit" => flags(is_digit),
        "isnumeric" => flags(is_numeric),
        "isalnum" => flags(is_alnum),
        "islower" => flags(is_lower),
        "isupper" => flags(is_upper),
        "isspace" => flags(is_space),
        "isprintable" => flags(is_printable),
        "isidentifier" => flags(is_xid_start),
        "isxidcontinue" => flags(is_xid_continue),
        "linebreak" => flags(is_linebreak),
        "cased" => flags(is_cased),
        "lower" => chars(to_lower),
        "upper" => chars(to_upper),
        "title" => chars(to_title),
        "casefold" => chars(to_folded),
        "simplelower" => digest(|cp, d| d.char(to_lower_simple(cp))),
        "iscased" => flags(crate::sre::unicode_is_cased),
        "category" => texts(|cp| category(cp, version).into()),
        "bidirectional" => texts(|cp| bidirectional(cp, version).into()),
        "combining" => texts(|cp| combining(cp, version).to_string()),
        "mirrored" => texts(|cp| u8::from(mirrored(cp, version)).to_string()),
        "east_asian_width" => texts(|cp| east_asian_width(cp, version).into()),
        "decomposition" => texts(|cp| decomposition(cp, version)),
        "decimal" => texts(|cp| number(decimal_in(cp, version))),
        "digit" => texts(|cp| number(digit(cp))),
        "numeric" => texts(|cp| numeric_in(cp, version).map_or(String::new(), crate::float::to_hex)),
        "name" => texts(|cp| name(cp, version).unwrap_or_default()),
        "normalize" => {
            let form = Form::from_name(words[2]).expect("a form");
            digest(|cp, d| normalize(&[cp], form, version).iter().for_each(|&c| d.char(c)))
        }
        "isnormalized" => {
            let form = Form::from_name(words[2]).expect("a form");
            flags(|cp| is_normalized(&[cp], form, version))
        }
        word => panic!("unknown fact {word}"),
    };
    (got, words.last().expect("a digest").to_string())
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/ucd.txt").lines() {
        let (got, expected) = run(line);
        if got != expected {
            wrong.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}

#[test]
fn every_name_is_found() {
    for cp in 0..=MAX {
        if let Some(name) = name(cp, Version::Current) {
            assert_eq!(lookup(&name), Some(Found::Character(cp)), "{name}");
        }
    }
}

#[test]
fn simple_case() {
    assert_eq!(to_upper_simple(0xdf), 0x53);
    assert_eq!(to_upper_simple(0x1f80), 0x1f08);
    assert_eq!(to_title_simple(0x1c4), 0x1c5);
    assert_eq!(to_lower_simple(0x130), 0x69);
}
