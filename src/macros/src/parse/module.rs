//! `#[pymodule(name = "math")] mod math { … }`, and parts of modules: `#[pymodule(part)] mod trig { … }`.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Item, ItemMod};

use super::attrs::{self, Opts};
use super::methods;
use crate::model::{Binding, Constant, Module, SlotBody};

pub fn parse(args: TokenStream, item: TokenStream) -> syn::Result<Module> {
    let mut opts = Opts::parse(args)?;
    let mut item: ItemMod = syn::parse2(item)?;
    let part = opts.flag("part")?;
    let name = methods::name_option(&mut opts, "name")?;
    if part == name.is_some() {
        return Err(syn::Error::new(Span::call_site(), "expected `name = \"…\"`, or `part` for a part of another module"));
    }
    let inner_docs: Vec<syn::Attribute> = item.attrs.clone();
    let mut model = Module {
        name,
        doc: attrs::doc(&mut opts, &inner_docs)?,
        functions: Vec::new(),
        constants: Vec::new(),
        attrs: Vec::new(),
        types: opts.list("types")?,
        hidden: opts.list("hidden")?,
        exec: None,
        parts: opts.list("parts")?,
        item: item.clone(),
    };
    opts.finish()?;
    let span = item.span();
    let Some((_, items)) = &mut item.content else {
        return Err(syn::Error::new(span, "the module's body must stand here"));
    };
    for item in items.iter_mut() {
        match item {
            Item::Fn(func) => parse_fn(func, &mut model)?,
            Item::Const(constant) => {
                for attr in attrs::extract(&mut constant.attrs, |attr| attrs::is(attr, "constant")) {
                    let mut opts = Opts::of(&attr)?;
                    let name = opts.string("name")?.map_or_else(|| attrs::python_name(&constant.ident), |(name, _)| name);
                    opts.finish()?;
                    let kind = constant_kind(&constant.ty)?;
                    model.constants.push(Constant { name, kind, ident: constant.ident.clone(), cfg: cfgs(&constant.attrs) });
                }
            }
            _ => {}
        }
    }
    model.item = item;
    Ok(model)
}

fn constant_kind(ty: &syn::Type) -> syn::Result<&'static str> {
    let text = quote::ToTokens::to_token_stream(ty).to_string();
    Ok(match text.rsplit([':', ' ']).next().unwrap_or_default() {
        "f64" => "Float",
        "bool" => "Bool",
        "str" => "Str",
        "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "isize" | "usize" | "c_int" | "c_uint" | "c_long" | "c_ulong" => "Int",
        _ => return Err(syn::Error::new(ty.span(), "a constant is an integer, `f64`, `bool` or `&str`; compute others with `#[attr]`")),
    })
}

fn cfgs(attributes: &[syn::Attribute]) -> Vec<syn::Attribute> {
    attributes.iter().filter(|attr| attrs::is(attr, "cfg")).cloned().collect()
}

fn parse_fn(func: &mut syn::ItemFn, model: &mut Module) -> syn::Result<()> {
    let ours = attrs::extract(&mut func.attrs, |attr| ["function", "attr", "exec"].iter().any(|name| attrs::is(attr, name)));
    let pristine = func.sig.clone();
    if !ours.is_empty() {
        for arg in func.sig.inputs.iter_mut() {
            if let syn::FnArg::Typed(arg) = arg {
                attrs::extract(&mut arg.attrs, |attr| attrs::is(attr, "default") || attrs::is(attr, "module"));
            }
        }
    }
    for attr in &ours {
        let mut opts = Opts::of(attr)?;
        let mut sig = pristine.clone();
        if attrs::is(attr, "function") {
            let method = methods::method(&mut opts, &mut sig, &func.attrs, Binding::Module)?;
            model.functions.push((method, cfgs(&func.attrs)));
        } else if attrs::is(attr, "attr") {
            let name = opts.string("name")?.map_or_else(|| attrs::python_name(&sig.ident), |(name, _)| name);
            let callable = methods::attribute_callable(&mut sig)?;
            model.attrs.push((name, SlotBody::Call(callable), sig.ident.clone()));
        } else if model.exec.replace(sig.ident.clone()).is_some() {
            return Err(syn::Error::new(sig.ident.span(), "a second `#[exec]`"));
        }
        opts.finish()?;
    }
    Ok(())
}
