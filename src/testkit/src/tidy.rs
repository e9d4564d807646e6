//! What the style asks of the tree and no compiler checks: lengths, headers, layers, words that must not stay, notes that tell the truth.
//!
//! Invariant: each check returns every finding as `path: what`, so that one run shows all of them. Start at [`findings`].
use crate::files_below;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// No file is longer: nobody ever finds the day to split it.
const MOST_LINES: usize = 1_500;

/// Which crates of ours a crate may use. Everything else of ours is above it, or beside it on purpose.
const LAYERS: &[(&str, &[&str])] = &[
    ("abi", &[]),
    ("macros", &[]),
    ("stdx", &[]),
    ("testkit", &[]),
    ("algos", &["stdx"]),
    ("syntax", &["stdx"]),
    ("heap", &["abi", "stdx"]),
    ("objects", &["algos", "heap", "macros", "abi", "stdx"]),
    ("pylib", &["stdx"]),
    ("interp", &["algos", "objects", "heap", "syntax", "pylib", "macros", "abi", "stdx"]),
    ("lir", &[]),
    ("lower", &["lir"]),
    ("code", &["lir"]),
    ("jit", &["lir", "code", "interp", "objects", "heap", "syntax", "macros", "abi", "stdx"]),
    ("modules", &["algos", "interp", "objects", "heap", "syntax", "pylib", "macros", "abi", "stdx"]),
    ("ssl", &["modules", "interp", "objects", "heap", "macros", "abi", "stdx"]),
    ("sqlite", &["modules", "interp", "objects", "heap", "macros", "abi", "stdx"]),
    ("capi", &["algos", "modules", "interp", "objects", "heap", "syntax", "macros", "abi", "stdx"]),
    ("ctypes", &["capi", "modules", "interp", "objects", "heap", "macros", "abi", "stdx"]),
    ("compress", &["modules", "interp", "objects", "heap", "macros", "abi", "stdx"]),
    ("xml", &["modules", "interp", "objects", "heap", "macros", "abi", "stdx"]),
    (
        "startup",
        &[
            "ctypes", "capi", "jit", "ssl", "sqlite", "compress", "xml", "modules", "interp", "objects", "heap", "syntax", "pylib", "algos", "macros", "abi", "stdx",
        ],
    ),
    ("cli", &["startup"]),
    ("embed", &["startup"]),
];

/// Packages that are not part of the runtime and may use what they measure or test.
const OUTSIDE: &[&str] = &["benches", "ext-tests"];

/// Everything untidy below `root`, the repository.
pub fn findings(root: &Path) -> Vec<String> {
    let crates = members(root);
    let mut found = Vec::new();
    for member in &crates {
        found.extend(layers(member));
        let inner: Vec<&Path> = crates.iter().map(|other| &*other.folder).filter(|other| *other != member.folder && other.starts_with(&member.folder)).collect();
        for path in files_below(&member.folder, "rs") {
            if inner.iter().any(|folder| path.starts_with(folder)) {
                continue; // A crate within this one's folder is looked at for itself.
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                found.push(format!("{}: not UTF-8", path.display()));
                continue;
            };
            let relative = path.strip_prefix(root).unwrap_or(&path);
            found.extend(source(member, relative, &text));
        }
    }
    found.extend(notes(root, &crates));
    found
}

/// A package of the workspace.
struct Member {
    /// Its last name: `heap` of `src/heap`.
    name: String,
    /// As the manifest has it: `src/heap`.
    place: String,
    folder: PathBuf,
}

fn members(root: &Path) -> Vec<Member> {
    let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = toml::from_str(&text).unwrap_or_default();
    let places = manifest.get("workspace").and_then(|table| table.get("members")).and_then(toml::Value::as_array);
    let place = |value: &toml::Value| {
        let place = value.as_str()?.to_owned();
        let name = place.rsplit('/').next().unwrap_or(&place).to_owned();
        Some(Member { name, folder: root.join(&place), place })
    };
    places.into_iter().flatten().filter_map(place).collect()
}

/// Dependencies on crates that are not below this one. Imports need no check of their own: what the manifest does not name does not compile.
fn layers(member: &Member) -> Vec<String> {
    if OUTSIDE.iter().any(|outside| member.place.starts_with(outside)) {
        return Vec::new();
    }
    let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == member.name) else {
        return vec![format!("{}: no layer in testkit's list", member.place)];
    };
    let text = std::fs::read_to_string(member.folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = toml::from_str(&text).unwrap_or_default();
    let used = manifest.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys());
    let ours = used.filter_map(|name| name.strip_prefix("pyston-"));
    ours.filter(|name| !below.contains(name))
        .map(|name| format!("{}: uses {name}, which is not below it", member.place))
        .collect()
}

fn source(member: &Member, path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut report = |what: String| found.push(format!("{}: {what}", path.display()));
    let lines = text.lines().count();
    if lines > MOST_LINES {
        report(format!("{lines} lines; {MOST_LINES} is the wall"));
    }
    if path.file_name().is_some_and(|name| name == "mod.rs") {
        report("`mod.rs`; the module is called `foo.rs` beside `foo/`".to_owned());
    }
    let shown = path.to_string_lossy().replace('\\', "/");
    let expansion = shown.contains("/tests/") && member.name == "macros";
    if !expansion && !text.starts_with("//!") {
        report("does not open with `//!`: what it owns, its invariant, where to start".to_owned());
    }
    let runtime = shown.contains("/src/") && member.name != "testkit";
    // The JIT's back end stands beside the heap and knows nothing of it.
    let back_end = ["lir", "code", "lower"].contains(&member.name.as_str());
    let atomics = member.name == "abi" || back_end || shown == "src/heap/src/sync.rs";
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        for word in ["todo", "unimplemented"] {
            if code.contains(&format!("{word}!(")) {
                report(format!("line {}: `{word}!`; raise an error that names what is not built", number + 1));
            }
        }
        let imports = (code.starts_with("use ") || code.starts_with("pub use ")) && !code.contains("heap::sync");
        if runtime && imports && !atomics && (code.contains("sync::atomic") || code.contains("parking_lot")) {
            report(format!("line {}: atomics and locks come from `heap::sync`, where models replace them", number + 1));
        }
        if runtime && code.contains("inkwell::") && !shown.starts_with("src/jit/lower/src") {
            report(format!("line {}: only `src/jit/lower` sees LLVM", number + 1));
        }
    }
    found
}

/// `docs/architecture.md` has a section for each crate; paths that it and `README.md` name exist.
fn notes(root: &Path, crates: &[Member]) -> Vec<String> {
    let mut found = Vec::new();
    let architecture = std::fs::read_to_string(root.join("docs/architecture.md")).unwrap_or_default();
    for member in crates {
        if !architecture.contains(&format!("### `{}`", member.place)) && !OUTSIDE.contains(&member.place.as_str()) {
            found.push(format!("docs/architecture.md: no section `{}`", member.place));
        }
    }
    for name in ["docs/architecture.md", "README.md"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap_or_default();
        for path in named_paths(&text) {
            if !root.join(path).exists() {
                found.push(format!("{name}: `{path}` does not exist"));
            }
        }
    }
    found
}

/// What stands between backquotes and looks like a path of the repository: a known top folder, a slash, nothing but names.
fn named_paths(text: &str) -> BTreeSet<&str> {
    let tops = ["src/", "docs/", "capi/", "include/", "benches/", "ext-tests/", ".ci/", ".config/"];
    let is_name = |path: &str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|path| tops.iter().any(|top| path.starts_with(top)) && is_name(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, path: &str, text: &str) -> Vec<String> {
        let member = Member { name: name.to_owned(), place: format!("src/{name}"), folder: PathBuf::new() };
        source(&member, Path::new(path), text)
    }

    #[test]
    fn headers_lengths_and_words() {
        assert!(check("heap", "src/heap/src/a.rs", "//! Owns a.\nfn a() {}\n").is_empty());
        assert!(check("heap", "src/heap/src/a.rs", "fn a() {}\n")[0].contains("//!"));
        let macro_call = format!("//! A.\nfn a() {{ {}!() }}\n", "todo");
        assert!(check("heap", "src/heap/src/a.rs", &macro_call)[0].contains("line 2"));
        assert!(check("heap", "src/heap/src/a.rs", &("//! A.\n".to_owned() + &"\n".repeat(1_500)))[0].contains("1501 lines"));
    }

    #[test]
    fn atomics_have_one_home() {
        let text = "//! A.\nuse core::sync::atomic::AtomicU32;\n";
        assert!(check("heap", "src/heap/src/sync.rs", text).is_empty());
        assert_eq!(check("heap", "src/heap/src/world.rs", text).len(), 1);
        assert!(check("heap", "src/heap/tests/model.rs", text).is_empty());
    }

    #[test]
    fn paths_in_notes() {
        let text = "`src/heap` and `src/a/{b,c}.rs`, `heap::sync`, `docs/x.md`\n```\nsrc/z\n```\n";
        assert_eq!(named_paths(text).into_iter().collect::<Vec<_>>(), ["docs/x.md", "src/heap"]);
    }
}
