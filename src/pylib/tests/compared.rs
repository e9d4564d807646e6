//! Compares the names of the embedded modules with a CPython 3.14 installation, when `PYSTON_CPYTHON_TESTS` (its `test` folder) tells of one.
//!
//! Invariant: what CPython has and we have not is written here with the reason.
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Modules of CPython that are not embedded: (name or prefix with a dot, why).
const MISSING: &[(&str, &str)] = &[
    ("test.", "CPython's tests"),
    ("idlelib.", "an editor"),
    ("turtledemo.", "demonstrations"),
    ("cProfile", "to be written, with `_lsprof`"),
    ("curses.", "to be written, with `_curses`"),
    ("_sysconfigdata_", "made by the build of a CPython"),
    ("_distutils_system_mod", "Debian's"),
    ("sitecustomize", "Debian's"),
    ("config-", "made by the build of a CPython"),
];

#[test]
fn every_module_of_cpython_is_embedded_or_excused() {
    let Some(tests) = std::env::var_os("PYSTON_CPYTHON_TESTS").map(PathBuf::from).filter(|path| path.is_dir()) else { return };
    let library = tests.parent().expect("the tests lie in a library");
    let names: BTreeSet<_> = testkit::files_below(library, "py")
        .iter()
        .map(|path| testkit::test_name(library, path).replace('/', "."))
        .map(|name| name.strip_suffix(".__init__").unwrap_or(&name).to_owned())
        .filter(|name| !name.starts_with("lib-dynload"))
        .collect();
    assert!(names.contains("json.decoder"), "{} is no library", library.display());
    let excused = |name: &str| MISSING.iter().any(|(missing, _)| format!("{name}.").starts_with(missing));
    let missing: Vec<_> = names.iter().filter(|name| pylib::find(name).is_none() && !excused(name)).collect();
    assert!(missing.is_empty(), "not embedded and not excused: {missing:?}");
}
