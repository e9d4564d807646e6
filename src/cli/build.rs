//! How the binary is linked: at a fixed address, and with what runs together lying together.
//!
//! Position independence would cost tens of thousands of relocations at every start, and an indirection at every test of a type. Order saves
//! memory: the kernel maps 64 KB around whatever is read, so that nearly all of an unordered binary is resident when a few functions have run.

use std::fmt::Write;
use std::path::{Path, PathBuf};

#[path = "../../capi/exports.rs"]
mod exports;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=order.txt");
    println!("cargo:rerun-if-changed=../../capi/api.tsv");
    println!("cargo:rustc-link-arg-bins=-no-pie");
    // OpenSSL is not to run before `_ssl` is imported: `src/ssl/src/start.rs`.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64") {
        println!("cargo:rustc-link-arg-bins=-Wl,--wrap=OPENSSL_cpuid_setup");
    }
    link_what_openssl_needs();
    export_api();
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let list = std::fs::read_to_string("order.txt").expect("order.txt is made by benches/order.py");
        let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
        let script = Path::new(&out).join("order.ld");
        std::fs::write(&script, linker_script(&list)).expect("OUT_DIR is writable");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
}

/// What a static OpenSSL was compiled with (compression, on newer systems) is named in its description for `pkg-config`. Behind everything else: what
/// needs it comes earlier.
fn link_what_openssl_needs() {
    let target = std::env::var("TARGET").unwrap_or_default().to_uppercase().replace('-', "_");
    let folder = [format!("{target}_OPENSSL_LIB_DIR"), "OPENSSL_LIB_DIR".to_owned()];
    let Some(folder) = folder.iter().find_map(|name| std::env::var(name).ok()) else { return };
    let description = Path::new(&folder).join("pkgconfig/libcrypto.pc");
    println!("cargo:rerun-if-changed={}", description.display());
    let text = std::fs::read_to_string(description).unwrap_or_default();
    let needs = text.lines().find_map(|line| line.strip_prefix("Libs.private:")).unwrap_or_default();
    for name in needs.split_whitespace().filter_map(|word| word.strip_prefix("-l")) {
        // Parts of the C library.
        if matches!(name, "c" | "dl" | "pthread") {
            continue;
        }
        match Path::new(&folder).join(format!("lib{name}.a")).exists() {
            true => println!("cargo:rustc-link-arg-bins=-l:lib{name}.a"),
            false => println!("cargo:rustc-link-arg-bins=-l{name}"),
        }
    }
}

/// Exports the C API, and nothing else: extensions bring libraries of their own, whose names ours must not take. Who declares a function or datum for C
/// does so in one of three ways, by which its name is found in the sources.
fn export_api() {
    let names = exports::with_missing(Path::new("../.."));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut list = String::from("{\n");
    let mut wanted = String::new();
    for name in &names {
        let _ = writeln!(list, "  {name};");
        let _ = writeln!(wanted, "EXTERN({name})");
    }
    if std::env::var_os("CARGO_CFG_PYSTON_SANITIZER").is_some() {
        // Extensions that are built with the sanitizer, too, use the binary's runtime of it (`ext-tests/build.py`).
        list.push_str("  __asan_*;\n  __tsan_*;\n");
    }
    let (list_file, wanted_file) = (out.join("api.list"), out.join("api.ld"));
    std::fs::write(&list_file, list + "};\n").expect("OUT_DIR is writable");
    // Nothing in the binary calls these functions: the linker is told to keep them.
    std::fs::write(&wanted_file, wanted).expect("OUT_DIR is writable");
    println!("cargo:rustc-link-arg-bins=-Wl,--dynamic-list={}", list_file.display());
    println!("cargo:rustc-link-arg-bins={}", wanted_file.display());
}

/// A script that puts the listed functions in front of the others, group by group (behind a `-` each): those of every start, then those of
/// ordinary programs. `INSERT` leaves the rest to the linker's own layout.
fn linker_script(list: &str) -> String {
    let mut script = String::from("SECTIONS {\n");
    for (group, rows) in list.split("-\n").enumerate() {
        let _ = writeln!(script, ".text.order{group} : {{");
        for (parent, names) in rows.lines().filter_map(|row| row.split_once(": ")).filter(|(parent, _)| !parent.starts_with('#')) {
            for name in names.split(' ') {
                script.push_str("  *(");
                for section in sections(parent, name) {
                    let _ = write!(script, " {section}");
                }
                script.push_str(")\n");
            }
        }
        script.push_str("}\n");
    }
    // What never ran while the profile was made comes last.
    script + "} INSERT BEFORE .text;\nSECTIONS { .text.cold : { *(.text.split.*) *(.text.unlikely.*) } } INSERT AFTER .text;\n"
}

/// The sections in which a function may stand: what a profile says is hot or cold is in sections of other names, and so is the cold half that
/// the compiler splits off.
fn sections(parent: &str, name: &str) -> Vec<String> {
    let (function, kinds) = match name.strip_suffix(".cold") {
        Some(function) => (function, &[".text.split", ".text.unlikely"][..]),
        None => (name, &[".text", ".text.hot", ".text.unlikely"][..]),
    };
    // What the optimiser made global, or cut in two, has a suffix.
    let symbols = match parent {
        "C" => vec![function.to_owned(), format!("{function}.*")],
        _ => vec![mangled(parent, function)],
    };
    kinds.iter().flat_map(|kind| symbols.iter().map(move |symbol| format!("{kind}.{symbol}"))).collect()
}

/// The symbol of a path, with any hash.
fn mangled(parent: &str, name: &str) -> String {
    let parts = parent.split('/').filter(|part| !part.is_empty()).chain([name]);
    let path: String = parts.map(|part| format!("{}{part}", part.len())).collect();
    format!("_ZN{path}17h*")
}
