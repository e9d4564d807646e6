//! `#[pytype(name = "list", …)] struct List { … }`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Fields, ItemStruct, Path, Type};

use super::attrs::{self, Opt, Opts, Value};
use super::sig::Sig;
use crate::model::{Gc, Member, PyType};

pub fn parse(args: TokenStream, item: TokenStream) -> syn::Result<PyType> {
    let mut opts = Opts::parse(args)?;
    let mut item: ItemStruct = syn::parse2(item)?;
    let span = item.ident.span();
    if !item.generics.params.is_empty() {
        return Err(syn::Error::new(item.generics.span(), "an object's struct has no parameters"));
    }
    if !item.attrs.iter().any(|attr| attrs::is(attr, "repr") && attr.to_token_stream().to_string().contains('C')) {
        return Err(syn::Error::new(span, "an object's struct is `#[repr(C)]`"));
    }
    if item.fields.is_empty() {
        return Err(syn::Error::new(span, "the first field is `Head`, `VarHead`, or the base's struct"));
    }
    let members = parse_members(&mut item)?;
    let name = match opts.string("name")? {
        Some((name, _)) => name,
        None => return Err(syn::Error::new(Span::call_site(), "the Python name is missing: `name = \"…\"`")),
    };
    let (gc, traversed) = parse_gc(&mut opts, &mut item)?;
    let base = match opts.expr("base")?.map(attrs::type_path).transpose()? {
        Some(Type::Path(path)) if path.path.is_ident("Object") => None,
        base => base,
    };
    let mut doc = attrs::doc(&mut opts, &item.attrs)?;
    if let Some((text, span)) = opts.string("sig")? {
        let sig = Sig::parse(&text).map_err(|message| syn::Error::new(span, message))?;
        doc = Some(format!("{name}{}\n--\n\n{}", super::sig::render(None, &sig.params), doc.unwrap_or_default()));
    }
    let model = PyType {
        name,
        module: opts.string("module")?.map(|(text, _)| text).filter(|module| module != "builtins"),
        export: opts.string("export")?.map(|(text, _)| text),
        base,
        metaclass: opts.expr("metaclass")?.map(attrs::type_path).transpose()?,
        flags: idents(opts.list("flags")?)?,
        doc,
        layout: opts.ident("layout")?,
        dict: field_option(&mut opts, "dict", "dict")?,
        weakref: match opts.take("weakref") {
            None => None,
            Some(Opt { value: Value::Flag, .. }) => Some(None),
            Some(Opt { value: Value::Expr(expr), .. }) => Some(Some(attrs::ident(&expr)?)),
            Some(opt) => return Err(syn::Error::new(opt.name.span(), "write `weakref` or `weakref = field`")),
        },
        vectorcall: field_option(&mut opts, "vectorcall", "vectorcall")?,
        gc,
        traversed,
        lock: parse_lock(&mut opts)?,
        prefix: match opts.ident("prefix")? {
            None => None,
            Some(word) if word == "yes" => Some(true),
            Some(word) if word == "no" => Some(false),
            Some(word) => return Err(syn::Error::new(word.span(), "`yes` or `no`")),
        },
        basicsize: opts.expr("basicsize")?,
        itemsize: opts.expr("itemsize")?,
        size: opts.expr("size")?,
        parts: idents(opts.list("parts")?)?,
        members,
        item,
    };
    opts.finish()?;
    Ok(model)
}

fn idents(paths: Vec<Path>) -> syn::Result<Vec<Ident>> {
    paths.into_iter().map(|path| path.require_ident().cloned()).collect()
}

/// `dict` (the field of that name) or `dict = field`.
fn field_option(opts: &mut Opts, name: &str, default: &str) -> syn::Result<Option<Ident>> {
    match opts.take(name) {
        None => Ok(None),
        Some(Opt { name, value: Value::Flag }) => Ok(Some(Ident::new(default, name.span()))),
        Some(Opt { value: Value::Expr(expr), .. }) => Ok(Some(attrs::ident(&expr)?)),
        Some(opt) => Err(syn::Error::new(opt.name.span(), format!("write `{name}` or `{name} = field`"))),
    }
}

fn parse_lock(opts: &mut Opts) -> syn::Result<Ident> {
    let Some(word) = opts.ident("lock")? else { return Ok(Ident::new("Immutable", Span::call_site())) };
    let variant = match word.to_string().as_str() {
        "none" => "Immutable",
        "instance" => "Instance",
        "shared" => "Type",
        _ => return Err(syn::Error::new(word.span(), "`none` (immutable), `instance` or `shared` (one lock for the type)")),
    };
    Ok(Ident::new(variant, word.span()))
}

fn parse_gc(opts: &mut Opts, item: &mut ItemStruct) -> syn::Result<(Gc, Vec<syn::Member>)> {
    let mut traversed = Vec::new();
    for (index, field) in item.fields.iter_mut().enumerate() {
        let forced = !attrs::extract(&mut field.attrs, |attr| attrs::is(attr, "traverse")).is_empty();
        let skipped = !attrs::extract(&mut field.attrs, |attr| attrs::is(attr, "untraversed")).is_empty();
        if forced || !skipped && mentions_objects(field.ty.to_token_stream()) {
            traversed.push(match &field.ident {
                Some(ident) => syn::Member::Named(ident.clone()),
                None => syn::Member::Unnamed(index.into()),
            });
        }
    }
    let gc = match opts.ident("gc")? {
        None if traversed.is_empty() => Gc::None,
        None => Gc::Auto,
        Some(word) => match word.to_string().as_str() {
            "auto" => Gc::Auto,
            "custom" => Gc::Custom,
            "none" => Gc::None,
            _ => return Err(syn::Error::new(word.span(), "`auto`, `custom` or `none`")),
        },
    };
    Ok((gc, traversed))
}

fn mentions_objects(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "Slot" || ident == "Ref",
        proc_macro2::TokenTree::Group(group) => mentions_objects(group.stream()),
        _ => false,
    })
}

fn parse_members(item: &mut ItemStruct) -> syn::Result<Vec<Member>> {
    let mut members = Vec::new();
    let Fields::Named(fields) = &mut item.fields else { return Ok(members) };
    for field in fields.named.iter_mut() {
        for attr in attrs::extract(&mut field.attrs, |attr| attrs::is(attr, "member")) {
            let mut opts = Opts::of(&attr)?;
            let ident = field.ident.clone().expect("the fields are named");
            let absent_is_none = opts.flag("none")?;
            let kind = opts.ident("kind")?;
            members.push(Member {
                name: opts.string("name")?.map_or_else(|| attrs::python_name(&ident), |(name, _)| name),
                readonly: opts.flag("readonly")?,
                doc: attrs::doc(&mut opts, &field.attrs)?,
                kind: kind.map_or_else(|| member_kind(&field.ty, absent_is_none).map(str::to_owned), |kind| Ok(kind.to_string()))?,
                field: ident,
            });
            opts.finish()?;
        }
    }
    Ok(members)
}

/// The ABI's code for a field of this type.
fn member_kind(ty: &Type, absent_is_none: bool) -> syn::Result<&'static str> {
    let text = ty.to_token_stream().to_string();
    let name = text.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default().trim();
    Ok(match name {
        "Slot" if absent_is_none => "_Py_T_OBJECT",
        "Slot" => "Py_T_OBJECT_EX",
        "bool" => "Py_T_BOOL",
        "i8" => "Py_T_BYTE",
        "u8" => "Py_T_UBYTE",
        "i16" => "Py_T_SHORT",
        "u16" => "Py_T_USHORT",
        "i32" | "c_int" => "Py_T_INT",
        "u32" | "c_uint" => "Py_T_UINT",
        "i64" => "Py_T_LONGLONG",
        "u64" => "Py_T_ULONGLONG",
        "isize" => "Py_T_PYSSIZET",
        "usize" => "Py_T_ULONG",
        "f32" => "Py_T_FLOAT",
        "f64" => "Py_T_DOUBLE",
        _ => return Err(syn::Error::new(ty.span(), "no member kind of the ABI fits this field: write a getter")),
    })
}
