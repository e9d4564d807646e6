//! The pure-Python half of the standard library, embedded.
//!
//! Owns: which modules and files there are (the crate `rustpython-pylib` under `overlay/`), their precompiled code and their packed sources.
//!
//! Invariant: the index is one sorted constant. Finding a module is a binary search that allocates nothing, code is read in place, and a
//! source is unpacked only when somebody asks for it (a traceback, `inspect`, a resource).
//!
//! Must never know: code objects, modules, the importer. Names and bytes only.
//!
//! Start reading at [`find`]; `build.rs` makes what is searched.
use std::borrow::Cow;
use std::ops::Range;

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pylib.bin"));

include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// One module.
#[derive(Debug)]
pub struct Entry {
    /// `json.decoder`.
    pub name: &'static str,
    /// Below the library's root: `json/decoder.py`.
    pub path: &'static str,
    pub is_package: bool,
    code_range: Range<usize>,
    source_range: Range<usize>,
    source_length: usize,
}

impl Entry {
    /// The compiled module in `syntax`'s own format; empty if only the source is embedded.
    pub fn code(&self) -> &'static [u8] {
        &BLOB[self.code_range.clone()]
    }

    /// The source text, unpacked anew.
    pub fn source(&self) -> Cow<'static, [u8]> {
        unpack(&self.source_range, self.source_length)
    }
}

/// A file that is no module: a bundled wheel, a style sheet, a script.
#[derive(Debug)]
pub struct Resource {
    /// Below the library's root: `ensurepip/_bundled/…`.
    pub path: &'static str,
    range: Range<usize>,
    length: usize,
}

impl Resource {
    pub fn data(&self) -> Cow<'static, [u8]> {
        unpack(&self.range, self.length)
    }
}

fn unpack(range: &Range<usize>, length: usize) -> Cow<'static, [u8]> {
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(&BLOB[range.clone()], length);
    Cow::Owned(bytes.expect("the build packed these bytes with the same code, and noted their length"))
}

/// The module `name`, if it is in the library.
pub fn find(name: &str) -> Option<&'static Entry> {
    MODULES.binary_search_by(|entry| entry.name.cmp(name)).ok().map(|index| &MODULES[index])
}

/// Every module, sorted by name.
pub fn modules() -> &'static [Entry] {
    MODULES
}

/// The modules directly below the package `package` (all top-level ones for an empty name), sorted.
pub fn children(package: &str) -> impl Iterator<Item = &'static Entry> {
    let prefix = if package.is_empty() { String::new() } else { format!("{package}.") };
    let start = MODULES.partition_point(|entry| entry.name < prefix.as_str());
    let below = MODULES[start..].iter().map_while(move |entry| Some((entry, entry.name.strip_prefix(prefix.as_str())?)));
    below.filter(|(_, rest)| !rest.contains('.')).map(|(entry, _)| entry)
}

/// The file at `path` below the library's root that is no module.
pub fn resource(path: &str) -> Option<&'static Resource> {
    RESOURCES.binary_search_by(|resource| resource.path.cmp(path)).ok().map(|index| &RESOURCES[index])
}

/// Every file that is no module, sorted by path.
pub fn resources() -> &'static [Resource] {
    RESOURCES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_with_their_sources() {
        let decoder = find("json.decoder").unwrap();
        assert_eq!((decoder.path, decoder.is_package), ("json/decoder.py", false));
        assert!(find("json").unwrap().is_package);
        assert!(decoder.source().starts_with(b"\"\"\"Implementation of JSONDecoder"));
        assert!(find("json.nothing").is_none() && find("").is_none() && find("idlelib").is_none() && find("test").is_none());
    }

    #[test]
    fn the_index_is_sorted_and_every_source_unpacks() {
        assert!(MODULES.is_sorted_by(|a, b| a.name < b.name));
        assert!(RESOURCES.is_sorted_by(|a, b| a.path < b.path));
        for entry in modules() {
            assert_eq!(entry.source().len(), entry.source_length, "{}", entry.name);
        }
        for resource in resources() {
            assert_eq!(resource.data().len(), resource.length, "{}", resource.path);
        }
    }

    #[test]
    fn children_are_one_level() {
        let names: Vec<_> = children("json").map(|entry| entry.name).collect();
        assert!(names.contains(&"json.decoder") && names.iter().all(|name| name.matches('.').count() == 1));
        assert!(children("").any(|entry| entry.name == "os") && children("").all(|entry| !entry.name.contains('.')));
        assert_eq!(children("os").count(), 0);
    }

    #[test]
    fn bundled_files_are_resources() {
        assert!(resources().iter().any(|resource| resource.path.starts_with("ensurepip/_bundled/pip-")));
        assert!(resource("no/such/file").is_none());
    }
}
