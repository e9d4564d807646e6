//! CPython's messages, for the signatures that produce them.

use super::*;
use heap::{Head, PyType};
use macros::{pymethods, pytype};

#[pytype(name = "str", flags(UNICODE_SUBCLASS))]
#[repr(C)]
struct Text {
    head: Head,
    length: isize,
    hash: isize,
    state: abi::PyUnicodeState,
    padding: u32,
    bytes: [u8; 24],
}

#[pymethods]
impl Text {}

#[pytype(name = "thing")]
#[repr(C)]
struct Thing {
    head: Head,
}

fn text(text: &str) -> Text {
    let mut bytes = [0; 24];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    // Compact ASCII, one byte per character.
    let state = abi::PyUnicodeState(abi::PyUnicode_1BYTE_KIND << 2 | 1 << 5 | 1 << 6);
    Text { head: Head::immortal(Text::type_object()), length: text.len() as isize, hash: -1, state, padding: 0, bytes }
}

const fn spec(func: &'static str, names: &'static [&'static str], positional_only: u8, positional: u8, required: u8) -> ParamSpec {
    ParamSpec { func, names, positional_only, positional, required, required_keywords: 0, var_args: false, var_keywords: false }
}

static POP: ParamSpec = spec("pop", &["index"], 1, 1, 0);
static INDEX: ParamSpec = spec("index", &["value", "start", "stop"], 3, 3, 1);
static DIST: ParamSpec = spec("dist", &["p", "q"], 2, 2, 2);
static SPLIT: ParamSpec = spec("split", &["sep", "maxsplit"], 0, 2, 0);
static SORT: ParamSpec = spec("sort", &["key", "reverse"], 0, 0, 0);
static REPLACE: ParamSpec = spec("replace", &["old", "new", "count"], 2, 3, 2);
static FROM_BYTES: ParamSpec = spec("from_bytes", &["bytes", "byteorder", "signed"], 0, 2, 1);
static PROD: ParamSpec = spec("prod", &["iterable", "start"], 1, 1, 1);
static ROUND: ParamSpec = spec("round", &["number", "ndigits"], 0, 2, 1);
static POW: ParamSpec = spec("pow", &["base", "exp", "mod"], 0, 3, 2);
static ZIP: ParamSpec = ParamSpec { var_args: true, ..spec("zip", &["strict"], 0, 0, 0) };
static GETATTR: ParamSpec = spec("getattr", &["object", "name", "default"], 3, 3, 2);
static MAX: ParamSpec = ParamSpec { var_args: true, ..spec("max", &["first"], 1, 1, 1) };
static UPDATE: ParamSpec = ParamSpec { var_keywords: true, ..spec("update", &["self"], 0, 1, 1) };

/// What binding `args` positional arguments and these keywords says: the places that are filled, or the message.
fn check(spec: &'static ParamSpec, args: usize, keywords: &[&str]) -> String {
    let thing = Thing { head: Head::immortal(Thing::type_object()) };
    let texts: Vec<Text> = keywords.iter().map(|keyword| text(keyword)).collect();
    let names: Vec<&Object> = texts.iter().map(|text| &**text).collect();
    let args: Vec<&Object> = vec![&thing; args];
    let values: Vec<&Object> = vec![&thing; names.len()];
    let mut bound = vec![None; spec.names.len()];
    match bind(spec, &args, &names, &values, &mut bound) {
        Ok((rest, left_over)) => {
            let places: Vec<&str> = spec.names.iter().zip(&bound).filter(|(_, place)| place.is_some()).map(|(name, _)| *name).collect();
            format!("{} +{} +{}", places.join(" "), rest.len(), left_over.len())
        }
        Err(misfit) => misfit.to_string(),
    }
}

#[test]
fn arguments_find_their_places() {
    assert_eq!(check(&POP, 0, &[]), " +0 +0");
    assert_eq!(check(&SPLIT, 1, &["maxsplit"]), "sep maxsplit +0 +0");
    assert_eq!(check(&REPLACE, 2, &["count"]), "old new count +0 +0");
    assert_eq!(check(&ZIP, 3, &["strict"]), "strict +3 +0");
    assert_eq!(check(&MAX, 3, &[]), "first +2 +0");
    assert_eq!(check(&UPDATE, 1, &["a", "b"]), "self +0 +2");
    assert_eq!(check(&UPDATE, 0, &["a", "self"]), "self +0 +1");
}

#[test]
fn functions_without_keywords() {
    assert_eq!(check(&POP, 2, &[]), "pop expected at most 1 argument, got 2");
    assert_eq!(check(&POP, 0, &["x"]), "pop() takes no keyword arguments");
    assert_eq!(check(&INDEX, 0, &[]), "index expected at least 1 argument, got 0");
    assert_eq!(check(&INDEX, 4, &[]), "index expected at most 3 arguments, got 4");
    assert_eq!(check(&DIST, 1, &[]), "dist expected 2 arguments, got 1");
    assert_eq!(check(&GETATTR, 0, &[]), "getattr expected at least 2 arguments, got 0");
    assert_eq!(check(&MAX, 0, &[]), "max expected at least 1 argument, got 0");
}

#[test]
fn functions_with_keywords() {
    assert_eq!(check(&SPLIT, 3, &[]), "split() takes at most 2 arguments (3 given)");
    assert_eq!(check(&SPLIT, 2, &["sep"]), "split() takes at most 2 arguments (3 given)");
    assert_eq!(check(&SPLIT, 0, &["a", "b", "c"]), "split() takes at most 2 keyword arguments (3 given)");
    assert_eq!(check(&SPLIT, 0, &["sepp"]), "split() got an unexpected keyword argument 'sepp'. Did you mean 'sep'?");
    assert_eq!(check(&SORT, 1, &[]), "sort() takes no positional arguments");
    assert_eq!(check(&SORT, 0, &["kye"]), "sort() got an unexpected keyword argument 'kye'");
    assert_eq!(check(&REPLACE, 0, &[]), "replace() takes at least 2 positional arguments (0 given)");
    assert_eq!(check(&REPLACE, 2, &["count", "x"]), "replace() takes at most 3 arguments (4 given)");
    assert_eq!(check(&FROM_BYTES, 0, &[]), "from_bytes() missing required argument 'bytes' (pos 1)");
    assert_eq!(check(&FROM_BYTES, 1, &["foo"]), "from_bytes() got an unexpected keyword argument 'foo'");
    assert_eq!(check(&FROM_BYTES, 3, &[]), "from_bytes() takes at most 2 positional arguments (3 given)");
    assert_eq!(check(&PROD, 0, &[]), "prod() takes exactly 1 positional argument (0 given)");
    assert_eq!(check(&PROD, 0, &["foo"]), "prod() takes exactly 1 positional argument (0 given)");
    assert_eq!(check(&PROD, 2, &[]), "prod() takes exactly 1 positional argument (2 given)");
    assert_eq!(check(&ROUND, 1, &["number"]), "argument for round() given by name ('number') and position (1)");
    assert_eq!(check(&POW, 1, &[]), "pow() missing required argument 'exp' (pos 2)");
    assert_eq!(check(&POW, 2, &["mode"]), "pow() got an unexpected keyword argument 'mode'. Did you mean 'mod'?");
    assert_eq!(check(&UPDATE, 1, &["self"]), "argument for update() given by name ('self') and position (1)");
    let at = |spec: &'static ParamSpec, index| At { spec, index, or_none: false }.to_string();
    assert_eq!(at(&REPLACE, 1), "replace() argument 2");
    assert_eq!(at(&FROM_BYTES, 1), "from_bytes() argument 'byteorder'");
    assert_eq!(at(&POP, 0), "pop() argument 1");
}
