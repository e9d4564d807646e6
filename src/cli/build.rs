//! How the binary is linked: at a fixed address, and with what runs together lying together.
//!
//! Position independence would cost tens of thousands of relocations at every start, and an indirection at every test of a type. Order saves
//! memory: the kernel maps 64 KB around whatever is read, so that nearly all of an unordered binary is resident when a few functions have run.

use std::fmt::Write;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=order.txt");
    println!("cargo:rustc-link-arg-bins=-no-pie");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let list = std::fs::read_to_string("order.txt").expect("order.txt is made by benches/order.py");
        let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
        let script = Path::new(&out).join("order.ld");
        std::fs::write(&script, linker_script(&list)).expect("OUT_DIR is writable");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
}

/// A script that puts the listed functions in front of the others: those of every start, then (behind a `-`) those of ordinary programs.
/// `INSERT` leaves all else to the linker's own layout.
fn linker_script(list: &str) -> String {
    let mut script = String::from("SECTIONS {\n");
    for (group, rows) in list.split("\n-\n").enumerate() {
        let _ = writeln!(script, ".text.order{group} : {{");
        for (parent, names) in rows.lines().filter_map(|row| row.split_once(": ")).filter(|(parent, _)| !parent.starts_with('#')) {
            for name in names.split(' ') {
                // What the optimiser made global, or cut in two, has a suffix; what a profile says is hot or cold stands in sections of other names.
                let symbol = if parent == "C" { name.to_owned() } else { mangled(parent, name) };
                let suffixes = if parent == "C" { &["", ".*"][..] } else { &[""] };
                script.push_str("  *(");
                for section in [".text", ".text.hot", ".text.unlikely"] {
                    suffixes.iter().for_each(|suffix| _ = write!(script, " {section}.{symbol}{suffix}"));
                }
                script.push_str(")\n");
            }
        }
        script.push_str("}\n");
    }
    script + "} INSERT BEFORE .text;\n"
}

/// The symbol of a path, with any hash.
fn mangled(parent: &str, name: &str) -> String {
    let parts = parent.split('/').filter(|part| !part.is_empty()).chain([name]);
    let path: String = parts.map(|part| format!("{}{part}", part.len())).collect();
    format!("_ZN{path}17h*")
}
