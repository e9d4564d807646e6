//! Syntax errors against those of CPython 3.14: `errors.txt` has, per case, the source and what CPython says of it.
//!
//! Cases that differ are listed in `errors_known.txt`; a case that no longer differs must leave the list.

use std::collections::BTreeSet;
use syntax::{CompileOptions, ErrorKind, Mode, compile};

fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Syntax => "SyntaxError",
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        ErrorKind::IncompleteInput => "_IncompleteInputError",
        ErrorKind::Value => "ValueError",
        ErrorKind::Memory => "MemoryError",
        ErrorKind::Recursion => "RecursionError",
        ErrorKind::Overflow => "OverflowError",
        ErrorKind::System => "SystemError",
    }
}

fn outcome(source: &str) -> String {
    match compile(source, "<s>", Mode::Exec, CompileOptions::default()).result {
        Ok(_) => "ok".to_string(),
        Err(e) => {
            let line = |n: Option<u32>| n.map_or("None".to_string(), |n| n.to_string());
            let col = |n: Option<i32>| n.map_or("None".to_string(), |n| n.to_string());
            format!(
                "{}: {} {}:{}-{}:{}",
                kind_name(e.kind),
                e.msg.replace('\n', "\\n"),
                line(e.lineno),
                col(e.offset),
                line(e.end_lineno),
                col(e.end_offset)
            )
        }
    }
}

#[test]
fn errors_are_those_of_cpython() {
    let all = include_str!("errors.txt");
    let known_file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/errors_known.txt");
    let known: BTreeSet<String> =
        std::fs::read_to_string(known_file).unwrap_or_default().lines().map(str::to_string).collect();
    let mut differing = BTreeSet::new();
    let mut report = String::new();
    for (number, case) in all.split("\u{1e}\n").filter(|c| !c.is_empty()).enumerate() {
        let Some((source, expected)) = case.split_once("\u{1f}\n") else { panic!("case {number} has no expectation") };
        let got = outcome(source);
        if got != expected.trim_end_matches('\n') {
            let key = format!("{source:?}");
            if !known.contains(&key) {
                report.push_str(&format!("{key}\n  expected {expected}\n  got      {got}\n"));
            }
            differing.insert(key);
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let text: String = differing.iter().map(|key| format!("{key}\n")).collect();
        std::fs::write(known_file, text).expect("the list of known differences can be written");
        return;
    }
    assert!(report.is_empty(), "new differences:\n{report}");
    let gone: Vec<&String> = known.difference(&differing).collect();
    assert!(gone.is_empty(), "these are right now, remove them from errors_known.txt: {gone:#?}");
}
