//! The vectors of `tools/vectors_text.py` for codecs, with the handlers `replace` and `backslashreplace` run by the test.

use super::*;
use crate::text::{Builder, Text, Unit, widen};

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

fn cp1252() -> Vec<u16> {
    let mut table: Vec<u16> = (0..256).collect();
    let high = "€\u{fffe}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffe}Ž\u{fffe}\u{fffe}‘’“”•–—˜™š›œ\u{fffe}žŸ";
    for (slot, c) in table[0x80..].iter_mut().zip(high.chars()) {
        *slot = u32::from(c) as u16;
    }
    table
}

fn order(name: &str) -> ByteOrder {
    if name.ends_with("be") { ByteOrder::Big } else { ByteOrder::Little }
}

fn decode(name: &str, input: &[u8], at: usize, last: bool, out: &mut Builder) -> Step {
    match name {
        "utf-8" => decode_utf8(input, at, last, out),
        "utf-16-le" | "utf-16-be" => decode_utf16(input, at, order(name), last, out),
        "utf-32-le" | "utf-32-be" => decode_utf32(input, at, order(name), last, out),
        "unicode-escape" => decode_unicode_escape(input, at, last, out, &mut Escapes::default()),
        "raw-unicode-escape" => decode_raw_unicode_escape(input, at, last, out),
        "utf-7" => decode_utf7(input, at, last, out),
        "ascii" => decode_ascii(input, at, out),
        _ => decode_charmap(input, at, &cp1252(), out),
    }
}

fn encode<U: Unit>(name: &str, text: &[U], at: usize, out: &mut Vec<u8>) -> Step {
    let mut all = |bytes: Vec<u8>| {
        out.extend_from_slice(&bytes);
        Step::Done(text.len())
    };
    match name {
        "utf-8" => encode_utf8(text, at, out),
        "utf-16-le" | "utf-16-be" => encode_utf16(text, at, order(name), out),
        "utf-32-le" | "utf-32-be" => encode_utf32(text, at, order(name), out),
        "latin-1" => encode_latin1(text, at, out),
        "ascii" => encode_ascii(text, at, out),
        "unicode-escape" => all(encode_unicode_escape(text)),
        "raw-unicode-escape" => all(encode_raw_unicode_escape(text)),
        "utf-7" => all(encode_utf7(text)),
        _ => encode_charmap(text, at, &EncodingMap::new(&cp1252()), out),
    }
}

fn wrong(start: usize, end: usize, reason: &str) -> String {
    format!("!{start}-{end}-{}", reason.replace(' ', "_"))
}

fn run(fields: &[&str]) -> String {
    match fields[..] {
        ["decode", name, input, ..] => {
            let input: Vec<u8> = widen(&read(input));
            let mut out = Builder::default();
            let mut first = None;
            let mut at = 0;
            loop {
                match decode(name, &input, at, true, &mut out) {
                    Step::Done(end) => {
                        assert_eq!(end, input.len());
                        break;
                    }
                    Step::Error { start, end, reason } => {
                        first.get_or_insert_with(|| wrong(start, end, reason));
                        out.push(0xfffd);
                        at = end;
                    }
                }
            }
            let out = show(&out.finish().code_points());
            format!("{} {out}", first.as_ref().unwrap_or(&out))
        }
        ["partial", name, input, ..] => {
            let input: Vec<u8> = widen(&read(input));
            let mut out = Builder::default();
            match decode(name, &input, 0, false, &mut out) {
                Step::Done(end) => format!("{} {end}", show(&out.finish().code_points())),
                Step::Error { start, end, reason } => format!("{} 0", wrong(start, end, reason)),
            }
        }
        ["encode", name, text, ..] => {
            let text = read(text);
            let mut out = Vec::new();
            let mut first = None;
            let mut at = 0;
            while let Step::Error { start, end, reason } = encode(name, &text, at, &mut out) {
                first.get_or_insert_with(|| wrong(start, end, reason));
                let replacement: Vec<u32> = backslash_chars(&text[start..end]).chars().map(u32::from).collect();
                assert_eq!(encode(name, &replacement, 0, &mut out), Step::Done(replacement.len()));
                at = end;
            }
            let out = show(&out);
            format!("{} {out}", first.as_ref().unwrap_or(&out))
        }
        ["handler", name, text, ..] => {
            let text = read(text);
            let out = match name {
                "xmlcharrefreplace" => xml_chars(&text),
                "namereplace" => name_chars(&text),
                _ => backslash_chars(&text),
            };
            show(&out.chars().map(u32::from).collect::<Vec<_>>())
        }
        _ => panic!("unknown operation {}", fields[0]),
    }
}

#[test]
fn vectors() {
    let mut bad = Vec::new();
    for line in include_str!("../../tests/vectors/codecs.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let got = run(&fields);
        if got != fields[3..].join(" ") {
            bad.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(bad.is_empty(), "{} wrong\n{}", bad.len(), bad[..bad.len().min(15)].join("\n"));
}

#[test]
fn valid_utf8_in_least_width() {
    assert_eq!(decode_utf8_valid("abc"), Text::One(b"abc".to_vec()));
    assert_eq!(decode_utf8_valid("é"), Text::One(vec![0xe9]));
    assert_eq!(decode_utf8_valid("é€"), Text::Two(vec![0xe9, 0x20ac]));
    assert_eq!(decode_utf8_valid("é😀"), Text::Four(vec![0xe9, 0x1_f600]));
}

#[test]
fn surrogate_handlers() {
    assert_eq!(surrogateescape_chars(&[0xff, 0x80, 0x41]), [0xdcff, 0xdc80]);
    assert_eq!(surrogateescape_bytes(&[0xdcffu16, 0xdc80]), Some(vec![0xff, 0x80]));
    assert_eq!(surrogateescape_bytes(&[0xdc7fu16]), None);
    assert_eq!(surrogatepass_chars(b"\xed\xa0\x80x", Utf::Utf8), Some((0xd800, 3)));
    assert_eq!(surrogatepass_chars(b"\xe2\x82\xac", Utf::Utf8), None);
    assert_eq!(surrogatepass_bytes(&[0xd800u16], Utf::Utf8), Some(b"\xed\xa0\x80".to_vec()));
    assert_eq!(surrogatepass_bytes(&[0xdfffu16], Utf::Utf16(ByteOrder::Big)), Some(vec![0xdf, 0xff]));
}
