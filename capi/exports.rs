//! Which functions and data the binary exports for C: found in the sources, for the build scripts of this crate, of `src/cli` and of `src/embed`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where C's functions and data are declared, below the project's folder.
const FOLDERS: [(&str, &str); 5] = [("capi/src", "rs"), ("capi/csrc", "c"), ("src/objects/src", "rs"), ("src/modules/src", "rs"), ("src/interp/src", "rs")];

/// All names that are declared for C. Who declares one does so in one of three ways, by which it is found here.
pub fn names(project: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (folder, suffix) in FOLDERS {
        let folder = project.join(folder);
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        sources(&folder, suffix, &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).expect("sources are text");
            names.extend(text.lines().filter_map(exported).map(str::to_owned));
            // The exceptions' pointers and the singletons are declared by lists of names.
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            names.extend(words.filter(|word| is_listed_datum(word)).map(str::to_owned));
            // So are families of types: `"PyDictKeys_Type"`.
            names.extend(text.split('"').filter(|word| is_type(word)).map(str::to_owned));
        }
    }
    names
}

/// All names that are exported: those that are missing are there to say so.
#[allow(dead_code, reason = "only those who link need it")]
pub fn with_missing(project: &Path) -> BTreeSet<String> {
    let mut names = names(project);
    let table = std::fs::read_to_string(project.join("capi/api.tsv")).expect("the table is part of the project");
    names.extend(table.lines().filter_map(|row| row.split_once("\tfunc\t")).map(|(name, _)| name.to_owned()));
    names
}

fn sources(folder: &Path, suffix: &str, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            sources(&path, suffix, files);
        } else if path.extension().is_some_and(|extension| extension == suffix) {
            files.push(path);
        }
    }
}

fn is_type(word: &str) -> bool {
    word.strip_suffix("_Type").and_then(|word| word.strip_prefix("Py")).is_some_and(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn is_listed_datum(word: &str) -> bool {
    let is_exception = word.strip_prefix("PyExc_").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    is_exception || matches!(word, "_Py_NoneStruct" | "_Py_NotImplementedStruct" | "_Py_EllipsisObject")
}

/// The name that a line exports: a function in `api!`, a datum with `export = "…"` or `export_name = "…"`, a function of the shim (`EXPORT(type) name(`).
fn exported(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let name = if let Some(at) = line.find("export = \"").map(|at| at + 10).or_else(|| line.find("export_name = \"").map(|at| at + 15)) {
        line[at..].split('"').next()?
    } else if let Some((_, rest)) = line.strip_prefix("EXPORT(").and_then(|rest| rest.split_once(") ")) {
        rest.split('(').next()?
    } else {
        let rest = line.strip_prefix("pub unsafe extern \"C-unwind\" ").or_else(|| line.strip_prefix("pub unsafe extern \"C\" ")).unwrap_or(line);
        rest.strip_prefix("fn ")?.split_once('(')?.0
    };
    let name = name.trim();
    let is_api = (name.trim_start_matches('_').starts_with("Py") || name.starts_with("PY_")) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_api.then_some(name)
}
