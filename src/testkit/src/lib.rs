//! What tests are run with: goldens, directives in the heads of test files, programs under this and other Pythons, tidiness of the source tree.
//!
//! Owns: how a test is found, named, run and judged. A test is data: a file with its expectation inside or an assertion of its own.
//!
//! Invariant: no test needs another, or an order; each program runs in a process and a working folder of its own.
//!
//! Must never know: the runtime. It is a dev-dependency and sees Pyston only as a binary that runs programs.
//!
//! Start reading at `scripts.rs` for programs and `golden.rs` for expectations.

pub mod directives;
pub mod expected;
pub mod golden;
pub mod process;
pub mod scripts;
pub mod tidy;

pub use libtest_mimic;

use std::path::{Path, PathBuf};

/// The root of the repository: the folder with the workspace's manifest, above any crate's own.
///
/// `manifest_dir` is the caller's `env!("CARGO_MANIFEST_DIR")`.
pub fn repository(manifest_dir: &str) -> PathBuf {
    Path::new(manifest_dir)
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists())
        .expect("a crate of the workspace lies below its lock file")
        .to_owned()
}

/// Every file below `folder` whose name ends with `.extension`, sorted, without hidden folders and `target`.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "__pycache__" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path` below `folder`, without its extension, with `/` between its parts: how tests that are files are named.
pub fn test_name(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    below.to_string_lossy().replace('\\', "/")
}
