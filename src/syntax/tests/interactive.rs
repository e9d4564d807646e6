//! Interactive input: what is complete, what wants more lines, what is wrong. As CPython 3.14 has it.

use syntax::{CompileOptions, ErrorKind, Mode, compile};

/// Source; outcome with the flag that allows incomplete input; outcome with dedents not implied, too.
const CASES: &[(&str, &str, &str)] = &[
    ("if 1:", "incomplete", "incomplete"),
    ("if 1:\n", "incomplete", "incomplete"),
    ("x=(", "incomplete", "incomplete"),
    ("x=(\n", "incomplete", "incomplete"),
    ("def f():\n  x", "ok", "incomplete"),
    ("def f():\n  x\n", "ok", "ok"),
    ("x", "ok", "ok"),
    ("x\n", "ok", "ok"),
    ("\"\"\"a", "incomplete", "incomplete"),
    ("\"\"\"a\n", "incomplete", "incomplete"),
    ("x = \\", "error", "error"),
    ("x = \\\n", "incomplete", "incomplete"),
    ("for", "incomplete", "incomplete"),
    ("for\n", "error", "error"),
    ("a b", "incomplete", "incomplete"),
    ("a b\n", "error", "error"),
    ("if 1:\n  pass", "ok", "incomplete"),
    ("if 1:\n  pass\n", "ok", "ok"),
    ("try:\n  x", "incomplete", "incomplete"),
    ("try:\n  x\n", "incomplete", "incomplete"),
    ("class A:", "incomplete", "incomplete"),
    ("class A:\n", "incomplete", "incomplete"),
    ("@f", "incomplete", "incomplete"),
    ("@f\n", "incomplete", "incomplete"),
    ("f(", "incomplete", "incomplete"),
    ("f(\n", "incomplete", "incomplete"),
    ("[1,2", "incomplete", "incomplete"),
    ("[1,2\n", "incomplete", "incomplete"),
    ("else", "incomplete", "incomplete"),
    ("else\n", "error", "error"),
    ("{", "incomplete", "incomplete"),
    ("{\n", "incomplete", "incomplete"),
    ("x=1\n", "ok", "ok"),
    ("x=1\n\n", "ok", "ok"),
    ("1+", "incomplete", "incomplete"),
    ("1+\n", "error", "error"),
    ("'abc", "incomplete", "incomplete"),
    ("'abc\n", "error", "error"),
    ("lambda", "incomplete", "incomplete"),
    ("lambda\n", "error", "error"),
    ("if 1:\n pass\nelse", "incomplete", "incomplete"),
    ("if 1:\n pass\nelse\n", "error", "error"),
    ("if 1:\n pass\nelse:", "incomplete", "incomplete"),
    ("if 1:\n pass\nelse:\n", "incomplete", "incomplete"),
    ("f(a b", "incomplete", "incomplete"),
    ("f(a b\n", "error", "error"),
    ("f(a\nb", "incomplete", "incomplete"),
    ("f(a\nb\n", "error", "error"),
    ("a b\nc", "error", "error"),
    ("a b\nc\n", "error", "error"),
    ("x=1\na b", "error", "error"),
    ("x=1\na b\n", "error", "error"),
    ("\"\"\"a\n b", "incomplete", "incomplete"),
    ("\"\"\"a\n b\n", "incomplete", "incomplete"),
    ("def f():\n x y", "incomplete", "incomplete"),
    ("def f():\n x y\n", "error", "error"),
    ("f\"{a", "incomplete", "incomplete"),
    ("f\"{a\n", "incomplete", "incomplete"),
    ("(]", "error", "error"),
    ("(]\n", "error", "error"),
    ("x = = 1", "error", "error"),
    ("x = = 1\n", "error", "error"),
    ("x=1\ny=2", "error", "error"),
    ("x=1\ny=2\n", "error", "error"),
    ("if 1: pass\nx=1", "error", "error"),
    ("if 1: pass\nx=1\n", "error", "error"),
    ("1;2", "ok", "ok"),
    ("1;2\n", "ok", "ok"),
    ("def f():\n  pass\nx", "incomplete", "incomplete"),
    ("def f():\n  pass\nx\n", "error", "error"),
    ("# c\n", "incomplete", "incomplete"),
    ("# c\n\n", "incomplete", "incomplete"),
    ("pass\n\n\n", "ok", "ok"),
    ("pass\n\n\n\n", "ok", "ok"),
    ("@f\ndef g(): pass\n\n# c\n", "ok", "ok"),
    ("@f\ndef g(): pass\n\n# c\n\n", "ok", "ok")
,
];

fn outcome(source: &str, dont_imply_dedent: bool) -> &'static str {
    let options = CompileOptions { allow_incomplete_input: true, dont_imply_dedent, ..CompileOptions::default() };
    match compile(source, "<s>", Mode::Single, options).result {
        Ok(_) => "ok",
        Err(error) if error.kind == ErrorKind::IncompleteInput => "incomplete",
        Err(_) => "error",
    }
}

#[test]
fn completeness_is_that_of_cpython() {
    let mut failures = String::new();
    for (source, plain, strict) in CASES {
        for (dont_imply, expected) in [(false, plain), (true, strict)] {
            let got = outcome(source, dont_imply);
            if got != *expected {
                failures.push_str(&format!("{source:?} (dedents not implied: {dont_imply}): {got}, expected {expected}\n"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
