//! The vectors of `tools/vectors_sre.py`, each in every width that holds the text, and once in many small runs.

use super::*;
use crate::text::{Unit, widen};

fn read(field: &str) -> Vec<u32> {
    if field == "-" {
        return Vec::new();
    }
    field.split('.').map(|c| u32::from_str_radix(c, 16).expect("vectors are well formed")).collect()
}

fn show(matcher: &Matcher, program: &Program, outcome: Outcome) -> String {
    let Outcome::Match { start, end } = outcome else {
        return "none".into();
    };
    let mut out = format!("{start},{end}");
    for group in 1..=program.groups() {
        match matcher.group(group) {
            Some((a, b)) => out.push_str(&format!("|{a},{b}")),
            None => out.push_str("|-1,-1"),
        }
    }
    out + &format!("|{}", matcher.last_index().unwrap_or(0))
}

fn finish<U: Unit>(matcher: &mut Matcher, program: &Program, text: &[U], steps: usize) -> Outcome {
    loop {
        match matcher.run(program, text, steps) {
            Outcome::Paused => {}
            outcome => return outcome,
        }
    }
}

fn run<U: Unit>(program: &Program, fields: &[&str], steps: usize) -> Option<String> {
    let points = read(fields[1]);
    if points.iter().any(|&c| c > U::MAX) {
        return None;
    }
    let text: Vec<U> = widen(&points);
    let mut request = Request { mode: Mode::Search, start: 0, end: text.len(), must_advance: false };
    match fields[0] {
        "m" => request.mode = Mode::Match,
        "f" => request.mode = Mode::Full,
        "r" => (request.start, request.end) = (1, text.len() - 1),
        "i" => {
            let mut found = Vec::new();
            let mut matcher = Matcher::new(program, request);
            while let outcome @ Outcome::Match { start, end } = finish(&mut matcher, program, &text, steps) {
                found.push(show(&matcher, program, outcome));
                (request.start, request.must_advance) = (end, start == end);
                matcher.reset(program, request);
            }
            return Some(if found.is_empty() { "none".into() } else { found.join(";") });
        }
        _ => {}
    }
    let mut matcher = Matcher::new(program, request);
    let outcome = finish(&mut matcher, program, &text, steps);
    Some(show(&matcher, program, outcome))
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    let mut program = Program::new(&[1], 0).expect("the empty pattern");
    let mut pattern = "";
    for line in include_str!("../../tests/vectors/sre.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        if fields[0] == "p" {
            let code: Vec<u32> =
                fields[2].split(',').map(|w| u32::from_str_radix(w, 16).expect("vectors are well formed")).collect();
            pattern = line;
            match Program::new(&code, fields[1].parse().expect("a number")) {
                Ok(lowered) => program = lowered,
                Err(InvalidCode) => wrong.push(format!("refused: {line}")),
            }
            continue;
        }
        let expected = fields[fields.len() - 1];
        let results = [
            run::<u8>(&program, &fields, usize::MAX),
            run::<u16>(&program, &fields, usize::MAX),
            run::<u32>(&program, &fields, usize::MAX),
            run::<u32>(&program, &fields, 1),
        ];
        for got in results.into_iter().flatten() {
            if got != expected {
                wrong.push(format!("{pattern}\n  {line}\n  got {got}"));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(15)].join("\n"));
}

#[test]
fn broken_code_is_refused() {
    // Every prefix of a real program, and the program with each word changed, must be refused or run without a panic.
    let mut checked = 0;
    for line in include_str!("../../tests/vectors/sre.txt").lines().filter(|l| l.starts_with("p ")).take(60) {
        let fields: Vec<&str> = line.split(' ').collect();
        let groups = fields[1].parse().expect("a number");
        let code: Vec<u32> = fields[2].split(',').map(|w| u32::from_str_radix(w, 16).expect("vectors are well formed")).collect();
        if code.len() > 120 {
            continue;
        }
        for len in 0..code.len() {
            assert!(Program::new(&code[..len], groups).is_err(), "{line}");
        }
        for at in 0..code.len() {
            for word in [0, 1, 2, code[at].wrapping_add(1), code[at].wrapping_sub(1), u32::MAX] {
                let mut changed = code.clone();
                changed[at] = word;
                if let Ok(program) = Program::new(&changed, groups) {
                    checked += 1;
                    let request = Request { mode: Mode::Search, start: 0, end: 4, must_advance: false };
                    Matcher::new(&program, request).run(&program, b"abca", 500);
                }
            }
        }
    }
    assert!(checked > 100);
}
