//! Bytecode goldens: each file in `tests/bytecode` carries its expected listing as comments below the source.
//!
//! `UPDATE_GOLDEN=1` rewrites them.

use syntax::{CompileOptions, Mode, compile, print, verify};

const MARK: &str = "# ---- bytecode\n";

#[test]
fn bytecode_is_as_expected() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bytecode");
    let mut paths: Vec<_> =
        std::fs::read_dir(dir).expect("the goldens are there").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut failures = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a golden can be read");
        let (source, expected) = text.split_once(MARK).unwrap_or((&text, ""));
        let compiled = compile(source, "golden.py", Mode::Exec, CompileOptions::default());
        let mut listing: String =
            compiled.warnings.iter().map(|w| format!("# warning: line {}: {}\n", w.lineno, w.msg)).collect();
        match compiled.result {
            Ok(code) => {
                verify(&code).expect("compiled code verifies");
                for line in print::listing_all(&code).lines() {
                    listing.push_str(&format!("# {line}").replace("# \n", "#\n"));
                    listing.push('\n');
                }
            }
            Err(error) => listing.push_str(&format!("# {error}\n")),
        }
        let listing: String = listing.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        if listing == expected {
            continue;
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, format!("{source}{MARK}{listing}")).expect("a golden can be written");
        } else {
            failures.push_str(&format!("{}: is now\n{listing}\n", path.display()));
        }
    }
    assert!(failures.is_empty(), "{failures}\nUPDATE_GOLDEN=1 rewrites the goldens");
}
