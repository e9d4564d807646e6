//! Links the system's `libexpat.a` and says which of its newer functions are there.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CC");
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let version = version(&cc).expect("expat.h is missing: install Debian's libexpat1-dev");
    assert!(version >= [2, 4, 0], "libexpat {version:?} is too old: 2.4.0 or newer is needed");
    let archive = said(&cc, &["-print-file-name=libexpat.a"]).unwrap_or_default();
    let folder = std::path::Path::new(archive.trim()).parent().filter(|folder| folder.is_absolute());
    let folder = folder.expect("libexpat.a is missing: install Debian's libexpat1-dev");
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=expat");
    for (cfg, since) in [("expat_reparse_deferral", [2, 6, 0]), ("expat_alloc_tracker", [2, 7, 2])] {
        println!("cargo:rustc-check-cfg=cfg({cfg})");
        if version >= since {
            println!("cargo:rustc-cfg={cfg}");
        }
    }
}

/// What the header's macros say.
fn version(cc: &str) -> Option<[u32; 3]> {
    let macros = said(cc, &["-E", "-dM", "-include", "expat.h", "-x", "c", "/dev/null"])?;
    let value =
        |name: &str| macros.lines().find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name)?.trim().parse().ok());
    Some([value("XML_MAJOR_VERSION ")?, value("XML_MINOR_VERSION ")?, value("XML_MICRO_VERSION ")?])
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
