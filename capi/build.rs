//! Compiles the shim: functions with variable arguments, which can only be defined in C.

fn main() {
    println!("cargo:rerun-if-changed=csrc");
    let mut build = cc::Build::new();
    build.flag("-std=c11").flag("-fvisibility=default").flag("-fexceptions").opt_level(2).warnings(true);
    let folder = std::fs::read_dir("csrc").expect("the folder is part of the crate");
    let mut files: Vec<_> = folder.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some_and(|e| e == "c")).collect();
    files.sort();
    if files.is_empty() {
        return;
    }
    // Extensions alone call these functions: nothing in the binary does.
    build.files(files).link_lib_modifier("+whole-archive").compile("pyston_capi_shim");
}
