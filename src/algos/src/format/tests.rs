//! The vectors of `tools/vectors_format.py`.

use super::percent::{self, Piece};
use super::template::{self, AutoNumber, First, Step};
use super::*;
use crate::{complex, float, int, text};

fn wide(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

fn unescape(field: &str) -> String {
    field.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
}

fn hexfloat(text: &str) -> f64 {
    float::from_hex(text.as_bytes()).expect("vectors are well formed")
}

fn hexint(text: &str) -> int::Int {
    int::parse(text.as_bytes(), 16, 0).expect("vectors are well formed")
}

fn show(result: Result<String, Error>) -> String {
    match result {
        Ok(text) => format!("={text}"),
        Err(e) => {
            let class = match e.class {
                Class::Value => "ValueError",
                Class::Overflow => "OverflowError",
                Class::Type => "TypeError",
                Class::Memory => "MemoryError",
            };
            format!("{class}: {e}")
        }
    }
}

fn fitted(text: &str, fit: Fitted) -> String {
    let fill = |n| core::iter::repeat_n(char::from_u32(fit.fill).expect("not a surrogate"), n);
    fill(fit.left).chain(text.chars().take(fit.take)).chain(fill(fit.right)).collect()
}

fn run_spec(kind: &str, value: &str, spec: &str) -> Result<String, Error> {
    let spec = wide(spec);
    let locale = Locale::default();
    match kind {
        "str" => format_str(&Spec::parse(&spec, Kind::Str, kind)?, value.chars().count(), kind).map(|f| fitted(value, f)),
        "int" => {
            let formatted = format_int(&Spec::parse(&spec, Kind::Int, kind)?, hexint(value).view(), &locale, 4300, kind)?;
            assert_eq!(formatted.len(), formatted.chars().count());
            Ok(formatted.chars().map(|c| char::from_u32(c).unwrap_or('?')).collect())
        }
        "float" => format_float(&Spec::parse(&spec, Kind::Float, kind)?, hexfloat(value), &locale, kind).map(|f| f.to_text()),
        _ => {
            let (real, imag) = value.split_once(',').expect("two parts");
            let z = complex::new(hexfloat(real), hexfloat(imag));
            format_complex(&Spec::parse(&spec, Kind::Complex, kind)?, z, &locale, kind).map(|f| f.to_text())
        }
    }
}

fn run_percent<U: text::Unit>(parser: percent::Parser<'_, U>, kind: &str, value: &str) -> Result<String, Error> {
    let mut out = String::new();
    for piece in parser {
        match piece.map_err(|broken| broken.error)? {
            Piece::Literal(text) => out.push_str(&text::lossy(text)),
            Piece::Directive(d) => {
                let d = d.resolve(0, 0);
                out.push_str(&match kind {
                    "int" => percent::format_int(&d, hexint(value).view(), 4300)?.to_text(),
                    "float" => percent::format_float(&d, hexfloat(value))?.to_text(),
                    _ => fitted(value, percent::fit(&d, value.chars().count())),
                });
            }
        }
    }
    Ok(out)
}

fn run_template(text: &str) -> Result<String, Error> {
    let units = wide(text);
    let mut out = String::new();
    for segment in template::Parser::new(&units) {
        let segment = segment?;
        out.push_str(&format!("<{}>", text::lossy(segment.literal)));
        let Some(field) = segment.field else {
            continue;
        };
        let conversion = field.conversion.map_or(String::new(), |c| text::lossy(&[c]));
        out.push_str(&format!("({}|{}|{conversion})", text::lossy(field.name), text::lossy(field.spec)));
        let (first, steps) = template::split_name(field.name)?;
        let quote = |t: &[u32]| format!("'{}'", text::lossy(t));
        let mut part = match first {
            First::Next => "[''".into(),
            First::Index(i) => format!("[{i}"),
            First::Name(n) => format!("[{}", quote(n)),
        };
        let steps: Result<String, Error> = steps
            .map(|step| {
                Ok(match step? {
                    Step::Attribute(n) => format!(" .{}", quote(n)),
                    Step::Index(i) => format!(" {i}"),
                    Step::Key(n) => format!(" {}", quote(n)),
                })
            })
            .collect();
        match steps {
            Ok(steps) => part.push_str(&format!("{steps}]")),
            Err(e) => part = format!("!{e}"),
        }
        out.push_str(&part);
    }
    Ok(out)
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/format.txt").lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let (got, expected) = match fields[..] {
            ["spec", kind, value, spec, expected] => (run_spec(kind, value, spec), expected),
            ["percent", kind, value, spec, expected] => (run_percent(percent::Parser::new(&wide(spec)), kind, value), expected),
            ["bpercent", kind, value, spec, expected] => {
                (run_percent(percent::Parser::for_bytes(spec.as_bytes()), kind, value), expected)
            }
            ["template", text, expected] => (run_template(text), expected),
            _ => panic!("a malformed line: {line}"),
        };
        let got = show(got);
        if got != expected {
            wrong.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

#[test]
fn star_arguments_and_keys() {
    let pieces: Vec<_> = percent::Parser::for_bytes(b"%-*.*f%(a(b))s").collect();
    let [Ok(Piece::Directive(star)), Ok(Piece::Directive(key))] = pieces[..] else { panic!("{pieces:?}") };
    let resolved = star.resolve(-9, -1);
    assert_eq!((resolved.left, resolved.width, resolved.precision), (true, 9, Some(0)));
    assert_eq!(key.key, Some(&b"a(b)"[..]));
    let mut broken = percent::Parser::for_bytes(b"%(a").map(|p| p.expect_err("it is broken"));
    let first = broken.next().expect("one piece");
    assert!(first.before.mapped && first.before.key.is_none());
    assert_eq!(first.error.message, "incomplete format key");
}

#[test]
fn locale_grouping() {
    let locale = Locale { decimal_point: ",".into(), thousands_sep: "\u{a0}".into(), grouping: vec![3, 2] };
    let spec = Spec::parse(b"020n", Kind::Int, "int").expect("valid");
    let text = format_int(&spec, int::Int::from_i64(-123_456_789).view(), &locale, 0, "int").expect("valid").to_text();
    assert_eq!(text, "-0\u{a0}00\u{a0}00\u{a0}12\u{a0}34\u{a0}56\u{a0}789");
    let spec = Spec::parse(b"n", Kind::Float, "float").expect("valid");
    assert_eq!(format_float(&spec, 1234.5, &locale, "float").expect("valid").to_text(), "1\u{a0}234,5");
}

#[test]
fn absurd_widths() {
    let run = |text: &[u8]| {
        let spec = Spec::parse(text, Kind::Int, "int").expect("valid");
        format_int(&spec, int::Int::from_i64(-5).view(), &Locale::default(), 0, "int")
    };
    assert_eq!(
        run(b"09223372036854775807d").map(|f| (f.head, f.middle, f.body)),
        Ok(("-".into(), 9_223_372_036_854_775_805, "5".into()))
    );
    assert_eq!(run(b"09223372036854775807,d").map_err(|e| e.class), Err(Class::Memory));
}

#[test]
fn automatic_numbers() {
    let mut numbers = AutoNumber::default();
    assert_eq!(numbers.resolve::<u8>(First::Next), Ok(First::Index(0)));
    assert_eq!(numbers.resolve::<u8>(First::Name(b"x")), Ok(First::Name(b"x")));
    assert_eq!(numbers.resolve::<u8>(First::Next), Ok(First::Index(1)));
    assert!(numbers.resolve::<u8>(First::Index(0)).is_err());
}
