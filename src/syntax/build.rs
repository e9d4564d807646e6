//! A number that changes with this crate's sources: code that an older compiler wrote is known by it and never run.

use std::path::Path;

fn main() {
    let mut files = vec!["Cargo.toml".to_owned()];
    collect(Path::new("src"), &mut files);
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for file in &files {
        println!("cargo:rerun-if-changed={file}");
        let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        for byte in file.bytes().chain([0]).chain(bytes) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo:rerun-if-changed=src");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("sources.rs"), format!("{hash:#x}")).expect("OUT_DIR is writable");
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    for entry in folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder that can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else if let Some(name) = path.to_str() {
            files.push(name.replace('\\', "/"));
        }
    }
}
