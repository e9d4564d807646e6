//! The embedded code: all of it is there, verifies, and is that of its source.
#![allow(clippy::unwrap_used, reason = "a failed test")]

#[test]
fn every_module_is_embedded_as_code_that_verifies() {
    for entry in pylib::modules() {
        let code = syntax::format::read(entry.code()).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        assert_eq!(&*code.filename, entry.path);
        assert_eq!(&*code.name, "<module>");
    }
}

#[test]
fn embedded_code_is_what_the_compiler_makes_of_the_source() {
    for name in ["abc", "os", "json.decoder", "dataclasses", "asyncio.tasks"] {
        let entry = pylib::find(name).unwrap();
        let source = String::from_utf8(entry.source().into_owned()).unwrap();
        let code = syntax::compile(&source, entry.path, syntax::Mode::Exec, syntax::CompileOptions::default()).result.unwrap();
        assert!(syntax::format::write(&code) == entry.code(), "{name}");
        let elsewhere = syntax::format::read_embedded(entry.code(), "/somewhere/else.py").unwrap();
        assert_eq!(&*elsewhere.filename, "/somewhere/else.py");
    }
}
