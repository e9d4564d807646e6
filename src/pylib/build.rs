//! Packs the pure-Python standard library: modules of `rustpython-pylib` under our overlay, as one blob and one sorted index.
//!
//! Invariant: the index is sorted by module name; every range of it lies in the blob; an edit that no longer finds its place fails the build.
//!
//! Output in `OUT_DIR`: `pylib.bin` (code and packed sources) and `index.rs` (two array literals of `Entry` and `Resource`).
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Folders that stay out: CPython's tests, an editor and demonstrations.
const LEFT_OUT: &[&str] = &["test", "idlelib", "turtledemo"];

/// Read at the least cost of space: 10 is the slowest of the packer.
const PACKING: u8 = 10;

/// The modules that every start loads, in about that order: their code lies together, so that few pages of the binary are read.
const FIRST: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "zipimport",
    "_pyston_library",
    "abc",
    "stat",
    "_collections_abc",
    "genericpath",
    "posixpath",
    "os",
    "_sitebuiltins",
    "site",
    "linecache",
];

/// The modules that many programs load, the most usual first (what `benches/order.py` runs loads them).
#[rustfmt::skip]
const OFTEN: &[&str] = &[
    "operator", "types", "collections.abc", "keyword", "reprlib", "collections", "functools", "copyreg", "enum", "re._constants",
    "re._parser", "re._casefix", "re._compiler", "re", "codecs", "_weakrefset", "weakref", "io", "copy", "_py_warnings",
    "warnings", "contextlib", "heapq", "bisect", "threading", "string", "random", "struct", "json.scanner", "json.decoder",
    "json.encoder", "json", "_colorize", "traceback", "textwrap", "__future__", "codeop", "token", "tokenize", "ast",
    "annotationlib", "_opcode_metadata", "opcode", "dis", "importlib", "importlib.machinery", "inspect", "dataclasses", "typing",
    "datetime", "fnmatch", "encodings.aliases", "encodings", "locale", "logging", "signal", "selectors",
];

struct File {
    /// Below the library's root, with `/`.
    path: String,
    bytes: Vec<u8>,
}

struct Packed {
    code: Vec<u8>,
    source: Vec<u8>,
}

fn main() {
    let overlay = Path::new("overlay");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=overlay");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));

    let mut files = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), &mut files);
    let before = files.clone();
    apply_edits(&overlay.join("edits.toml"), &mut files);
    let mut ours = BTreeMap::new();
    collect(overlay, &mut ours);
    for own in ["README.md", "edits.toml"] {
        ours.remove(own);
    }
    for path in ours.keys() {
        if before.get(path) != files.get(path) {
            panic!("overlay/{path} replaces the module that overlay/edits.toml edits");
        }
    }
    files.extend(ours);

    let files: Vec<_> = files.into_iter().map(|(path, bytes)| File { path, bytes }).collect();
    let packed = pack_all(&files);
    write(&out, &files, &packed);
}

/// Every file below `root`, but for those left out.
fn collect(root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("a folder that can be listed").path();
            let below =
                path.strip_prefix(root).expect("a path below its root").to_str().expect("a name in UTF-8").replace('\\', "/");
            let top = below.split('/').next().unwrap_or_default();
            if path.is_dir() {
                if !below.ends_with("__pycache__") && !LEFT_OUT.contains(&top) {
                    folders.push(path);
                }
            } else if !below.ends_with(".pyc") {
                let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                files.insert(below, bytes);
            }
        }
    }
}

/// Small changes to modules of the library: `[[edit]]` with `path`, `why`, `find` (occurs once) and `replace`.
fn apply_edits(list: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(text) = std::fs::read_to_string(list) else { return };
    let table: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    for edit in table.get("edit").and_then(toml::Value::as_array).into_iter().flatten() {
        let field = |name: &str| {
            edit.get(name).and_then(toml::Value::as_str).unwrap_or_else(|| panic!("an edit without `{name}`: {edit}"))
        };
        let (path, find, replace, _) = (field("path"), field("find"), field("replace"), field("why"));
        let bytes = files.get_mut(path).unwrap_or_else(|| panic!("edits.toml: the library has no {path}"));
        let source = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("edits.toml: {path} is not UTF-8"));
        let count = source.matches(find).count();
        assert!(count == 1, "edits.toml: {path} has {count} places like: {find}");
        *bytes = source.replace(find, replace).into_bytes();
    }
}

/// All files packed, on all cores: a build waits for this.
fn pack_all(files: &[File]) -> Vec<Packed> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, file)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|index| Some((index, files.get(index)?)))
        {
            done.push((
                index,
                Packed { code: compile(file), source: miniz_oxide::deflate::compress_to_vec(&file.bytes, PACKING) },
            ));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a file that cannot be packed ends the build"))
            .collect::<Vec<_>>()
    });
    done.sort_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, packed)| packed).collect()
}

/// The module's code in `syntax`'s format; empty for what is no module, or does not compile (then importing it says why). The compiler is the
/// very crate that the runtime is linked with: cargo runs this script again when it changes.
fn compile(file: &File) -> Vec<u8> {
    if module_of(&file.path).is_none() {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(&file.bytes) else { return Vec::new() };
    // The importer puts the place of installation in front of the name.
    let compiled = syntax::compile(text, &file.path, syntax::Mode::Exec, syntax::CompileOptions::default());
    let Ok(code) = compiled.result else {
        println!("cargo:warning=the library's {} is embedded as source only: it does not compile", file.path);
        return Vec::new();
    };
    if let Err(problem) = syntax::verify(&code) {
        panic!("{}: {problem}", file.path);
    }
    syntax::format::write(&code)
}

/// `json/decoder.py` is the module `json.decoder`, `json/__init__.py` the package `json`; anything else is a resource.
fn module_of(path: &str) -> Option<(String, bool)> {
    let stem = path.strip_suffix(".py")?;
    let (name, package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    let is_name = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    name.split('/').all(is_name).then(|| (name.replace('/', "."), package))
}

fn write(out: &Path, files: &[File], packed: &[Packed]) {
    let mut blob = Vec::new();
    let mut range = |bytes: &[u8]| {
        let start = blob.len();
        blob.extend_from_slice(bytes);
        format!("{start}..{}", blob.len())
    };
    // Code before sources, which few programs ask for, and what starts first, then what many load, before the rest.
    let mut order: Vec<usize> = (0..files.len()).collect();
    let place = |path: &str| module_of(path).and_then(|(name, _)| FIRST.iter().chain(OFTEN).position(|front| *front == name));
    order.sort_by_key(|&index| place(&files[index].path).unwrap_or(usize::MAX));
    let mut code_ranges = vec![String::new(); files.len()];
    for index in order {
        code_ranges[index] = range(&packed[index].code);
    }
    let mut modules = BTreeMap::new();
    let mut resources = String::new();
    for ((file, packed), code) in files.iter().zip(packed).zip(code_ranges) {
        let (path, length) = (&file.path, file.bytes.len());
        if let Some((name, package)) = module_of(path) {
            let source = range(&packed.source);
            let entry = format!(
                "Entry {{ name: {name:?}, path: {path:?}, is_package: {package}, code_range: {code}, source_range: {source}, source_length: {length} }}"
            );
            let old = modules.insert(name, entry);
            assert!(old.is_none(), "two files for the module of {path}");
        } else {
            let data = range(&packed.source);
            let _ = writeln!(resources, "Resource {{ path: {path:?}, range: {data}, length: {length} }},");
        }
    }
    let modules: Vec<_> = modules.into_values().collect();
    let index = format!(
        "static MODULES: &[Entry] = &[\n{},\n];\nstatic RESOURCES: &[Resource] = &[\n{resources}];\n",
        modules.join(",\n")
    );
    std::fs::write(out.join("index.rs"), index).expect("OUT_DIR is writable");
    std::fs::write(out.join("pylib.bin"), blob).expect("OUT_DIR is writable");
}
