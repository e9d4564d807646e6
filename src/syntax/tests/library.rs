//! Compiles the whole standard library: everything verifies, survives writing and reading, and nothing panics.

use std::path::{Path, PathBuf};
use syntax::{CompileOptions, Mode, compile, format, verify};

/// `$PYSTON_TEST_LIB`, or the library of the `rustpython-pylib` crate.
fn library() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PYSTON_TEST_LIB") {
        return Some(path.into());
    }
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))?;
    let sources = std::fs::read_dir(home.join("registry/src")).ok()?;
    sources.flatten().map(|dir| dir.path().join("rustpython-pylib-0.6.0/Lib")).find(|path| path.is_dir())
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "py") {
            out.push(path);
        }
    }
}

#[test]
fn the_whole_library_compiles() {
    let Some(library) = library() else {
        eprintln!("no library: set PYSTON_TEST_LIB");
        return;
    };
    let mut list = Vec::new();
    files(&library, &mut list);
    list.sort();
    let mut failures = String::new();
    for path in &list {
        let Ok(source) = std::fs::read_to_string(path) else { continue };
        // Files that are wrong on purpose are test data.
        let wrong = path.to_string_lossy().contains("bad");
        for optimize in [0, 2] {
            let options = CompileOptions { optimize, ..CompileOptions::default() };
            match compile(&source, &path.to_string_lossy(), Mode::Exec, options).result {
                Ok(code) => {
                    if let Err(problem) = verify(&code) {
                        failures.push_str(&format!("{}: {problem}\n", path.display()));
                    }
                    let bytes = format::write(&code);
                    match format::read(&bytes) {
                        Ok(again) if format::write(&again) == bytes => {}
                        Ok(_) => failures.push_str(&format!("{}: reads back differently\n", path.display())),
                        Err(error) => failures.push_str(&format!("{}: {error}\n", path.display())),
                    }
                }
                Err(error) if !wrong => failures.push_str(&format!("{}: {error}\n", path.display())),
                Err(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
