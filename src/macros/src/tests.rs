//! Goldens of whole expansions, and what must not be accepted.

use proc_macro2::TokenStream;
use std::path::Path;

use crate::{parse, render};

/// Expands every item of a file that carries one of our attributes.
fn expand_file(text: &str) -> String {
    let file: syn::File = syn::parse_str(text).expect("the golden's source parses");
    let items = file.items.iter().map(expand_item).collect::<TokenStream>();
    prettyplease::unparse(&syn::parse2(items).expect("the expansion parses"))
}

fn expand_item(item: &syn::Item) -> TokenStream {
    let mut item = item.clone();
    let attrs = match &mut item {
        syn::Item::Struct(item) => &mut item.attrs,
        syn::Item::Impl(item) => &mut item.attrs,
        syn::Item::Mod(item) => &mut item.attrs,
        other => panic!("no declaration: {}", quote::quote!(#other)),
    };
    let at = attrs.iter().position(|attr| ["pytype", "pymethods", "pymodule"].iter().any(|name| attr.path().is_ident(name)));
    let attr = attrs.remove(at.expect("a golden's item has one of our attributes"));
    let args = match &attr.meta {
        syn::Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    expand(&attr.path().require_ident().expect("it was compared with names").to_string(), args, quote::quote!(#item))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn expand(name: &str, args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    match name {
        "pytype" => parse::pytype::parse(args, item).map(|ty| render::pytype::render(&ty)),
        "pymethods" => parse::methods::parse(args, item).map(|part| render::methods::render(&part)),
        _ => parse::module::parse(args, item).map(|module| render::module::render(&module)),
    }
}

#[test]
fn expansions_are_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    for name in ["point", "arith"] {
        let source = std::fs::read_to_string(folder.join(format!("{name}.rs"))).expect("the golden's source exists");
        let actual = expand_file(&source);
        if let Err(difference) = testkit::golden::check_file(&folder.join(format!("{name}.expanded.rs")), &actual) {
            panic!("{difference}");
        }
    }
}

/// The message of a declaration that is refused.
fn refusal(name: &str, args: &str, item: &str) -> String {
    let tokens = |text: &str| text.parse::<TokenStream>().expect("the case is tokens");
    match expand(name, tokens(args), tokens(item)) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_are_explained() {
    let method = |text: &str| refusal("pymethods", "", &format!("impl T {{ {text} }}"));
    assert_eq!(method("#[slot(tp_rper)] fn f(&self) {}"), "there is no slot `tp_rper`");
    assert_eq!(method("#[slot(tp_repr)] fn f(th: &mut Thread) {}"), "this is called on an instance: expected `&self`");
    assert_eq!(
        method("#[slot(nb_add)] fn f(&self, b: &Object) {}"),
        "either operand may be the instance here: take both as `&Object`, not `&self`"
    );
    assert_eq!(method("#[slot(mp_subscript)] fn f(&self) {}"), "`mp_subscript` takes 1 parameters besides the instance and the thread, this has 0");
    assert_eq!(
        method("#[slot(mp_ass_subscript)] fn f(&self, k: &Object, v: &Object) {}"),
        "this may be absent here: take an `Option<…>`"
    );
    assert_eq!(method("#[method(sig = \"(a, /)\")] fn f(&self) {}"), "1 parameters here, 0 in the function");
    assert_eq!(method("#[method(sig = \"(a=None, /)\")] fn f(&self, a: isize) {}"), "`a`: is optional: take an `Option<…>`, or say `#[default(…)]`");
    assert_eq!(method("#[method(sig = \"a\")] fn f(&self, a: isize) {}"), "a text signature stands in parentheses");
    assert_eq!(method("#[method(sgi = \"(a)\")] fn f(&self, a: isize) {}"), "unknown option `sgi`");
    assert_eq!(method("#[method] fn f(&mut self) {}"), "objects are shared: expected `&self`");
    assert_eq!(method("#[method] fn f(&self) {} #[method(name = \"f\")] fn g(&self) {}"), "a second method `f`");
    assert_eq!(method("#[classmethod] fn f(th: &mut Thread) {}"), "expected the class: `cls: &Type`");
    assert_eq!(method("#[setter] fn f(&self, v: Option<&Object>) {}"), "name the attribute: `#[setter(real)]`, or call the function `set_real`");
    assert_eq!(refusal("pytype", "name = \"t\"", "struct T { head: Head }"), "an object's struct is `#[repr(C)]`");
    assert_eq!(refusal("pytype", "nam = \"t\"", "#[repr(C)] struct T { head: Head }"), "the Python name is missing: `name = \"…\"`");
    assert_eq!(refusal("pymodule", "", "mod m {}"), "expected `name = \"…\"`, or `part` for a part of another module");
}

#[test]
fn signatures_survive_a_round_trip() {
    use parse::sig::{Sig, render};
    let round = |receiver, text: &str| render(receiver, &Sig::parse(text).expect("the signature parses").params);
    assert_eq!(round(Some("self"), "(index=-1, /)"), "($self, index=-1, /)");
    assert_eq!(round(Some("self"), "($self, /)"), "($self, /)");
    assert_eq!(round(Some("module"), "(a, b, *, rel_tol=1e-09)"), "($module, /, a, b, *, rel_tol=1e-09)");
    assert_eq!(round(Some("module"), "(*args, sep=' ', end='\\n', file=None)"), "($module, /, *args, sep=' ', end='\\n', file=None)");
    assert_eq!(round(None, "(x, y=<unrepresentable>, z=(1, ','), /)"), "(x, y=<unrepresentable>, z=(1, ','), /)");
    assert_eq!(round(Some("type"), "(iterable, value=None, /)"), "($type, iterable, value=None, /)");
    assert!(Sig::parse("(a, b").is_err() && Sig::parse("(*, *a)").is_err() && Sig::parse("(**k, a)").is_err());
}
