//! How the library is linked: it exports the C API, under the name by which programs ask for it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

#[path = "../../capi/exports.rs"]
mod exports;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../capi/api.tsv");
    // OpenSSL is not to run before `_ssl` is imported: `src/ssl/src/start.rs`.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,--wrap=OPENSSL_cpuid_setup");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut list = String::from("{ global:\n");
    let mut wanted = String::new();
    for name in exports::with_missing(Path::new("../..")) {
        let _ = writeln!(list, "  {name};");
        let _ = writeln!(wanted, "EXTERN({name})");
    }
    let (list_file, wanted_file) = (out.join("api.map"), out.join("api.ld"));
    std::fs::write(&list_file, list + "local: *; };\n").expect("OUT_DIR is writable");
    // Nothing in the library calls most of these functions: the linker is told to keep them.
    std::fs::write(&wanted_file, wanted).expect("OUT_DIR is writable");
    // Beside the compiler's own list, which knows nothing of the functions that are written in C.
    println!("cargo:rustc-cdylib-link-arg=-Wl,--version-script={}", list_file.display());
    println!("cargo:rustc-cdylib-link-arg={}", wanted_file.display());
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpyston3.14.so.1.0");
}
