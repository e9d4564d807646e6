//! Links LLVM statically: the passes and the generator for x86-64 alone, with what they need of C++'s library, so that the library depends
//! on nothing but the C library and no other LLVM in the process is met. The libraries stand at the end of the linker's command line, as a
//! group: who uses them, a Rust crate, comes before.
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's folder, unless somebody says another (`.cargo/config.toml` does for `llvm-sys`).
const PREFIX: &str = "LLVM_SYS_191_PREFIX";

fn main() {
    println!("cargo:rerun-if-env-changed={PREFIX}");
    println!("cargo:rerun-if-changed=build.rs");
    let prefix = PathBuf::from(std::env::var_os(PREFIX).unwrap_or_else(|| "/usr/lib/llvm-19".into()));
    let config = prefix.join("bin/llvm-config");
    let folder = PathBuf::from(ask(&config, &["--libdir"]).trim());
    // Not all of it is used; but `inkwell` names its assembler, and its modules might have an engine that runs them.
    let names = ask(&config, &["--link-static", "--libnames", "x86", "passes", "executionengine"]);
    let argument = |text: &str| println!("cargo:rustc-cdylib-link-arg={text}");
    argument("-Wl,--start-group");
    for name in names.split_whitespace() {
        argument(&folder.join(name).display().to_string());
    }
    argument("-Wl,--end-group");
    // LLVM's own needs (compressed sections), and C++'s library.
    for library in ["-l:libz.a", "-l:libzstd.a", "-l:libstdc++.a", "-lm"] {
        argument(library);
    }
    // No destructors at the end of the process: see `__wrap___cxa_atexit`.
    argument("-Wl,--wrap=__cxa_atexit");
    // Without its own copy's names in the way of others'.
    argument("-Wl,--exclude-libs,ALL");
    // A release of it is a fifth smaller without names that only debuggers of LLVM want.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        argument("-Wl,-s");
    }
    // What is missing is found here, not when the library is opened.
    argument("-Wl,-z,defs");
}

fn ask(config: &Path, arguments: &[&str]) -> String {
    let output = Command::new(config).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error} (Debian's package llvm-19-dev has it)", config.display()));
    assert!(output.status.success(), "{} {arguments:?}: {}", config.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("names of libraries are text")
}
