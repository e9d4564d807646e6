//! Compiles the shim: functions with variable arguments, which can only be defined in C, and one for each function that is not there yet.

use std::fmt::Write;
use std::path::{Path, PathBuf};

#[path = "exports.rs"]
mod exports;

fn main() {
    println!("cargo:rerun-if-changed=csrc");
    println!("cargo:rerun-if-changed=api.tsv");
    let mut build = cc::Build::new();
    build.flag("-std=c11").flag("-fvisibility=default").flag("-fexceptions").opt_level(2).warnings(true);
    let folder = std::fs::read_dir("csrc").expect("the folder is part of the crate");
    let mut files: Vec<_> = folder.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some_and(|e| e == "c")).collect();
    files.sort();
    files.push(missing());
    // Extensions alone call these functions: nothing in the binary does.
    build.files(files).link_lib_modifier("+whole-archive").compile("pyston_capi_shim");
}

/// What an extension may name and nobody has written yet raises an error that says so. It must be there all the same: a missing symbol would
/// keep the whole extension from being loaded.
fn missing() -> PathBuf {
    let there = exports::names(Path::new(".."));
    let table = std::fs::read_to_string("api.tsv").expect("the table is part of the crate");
    let mut text = String::from("extern void *pyston_capi_missing(const char *);\n");
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(name), Some("func"), Some(prototype)) = (cells.next(), cells.next(), cells.nth(2)) else { continue };
        if there.contains(name) {
            continue;
        }
        let result = prototype.split(name).next().unwrap_or_default().trim();
        let _ = match result {
            _ if result.ends_with('*') => writeln!(text, "void *{name}(void) {{ return pyston_capi_missing(\"{name}\"); }}"),
            "void" => writeln!(text, "void {name}(void) {{ pyston_capi_missing(\"{name}\"); }}"),
            "double" => writeln!(text, "double {name}(void) {{ pyston_capi_missing(\"{name}\"); return -1.0; }}"),
            _ => writeln!(text, "long {name}(void) {{ pyston_capi_missing(\"{name}\"); return -1; }}"),
        };
    }
    let file = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("missing.c");
    std::fs::write(&file, text).expect("OUT_DIR is writable");
    file
}
