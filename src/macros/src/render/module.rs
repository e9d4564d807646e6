//! The expansion of `#[pymodule]`: the module itself with `MODULE`, a `glue::ModuleDef`, or `PART`, a `glue::ModulePart`, in it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::entry::Owner;
use super::methods::{method_def, method_entry};
use super::{allowances, c_string, doc_pointer};
use crate::model::{Module, SlotBody};

pub fn render(module: &Module) -> TokenStream {
    let mut item = module.item.clone();
    let (outer, inner): (Vec<_>, Vec<_>) = item.attrs.iter().partition(|attr| matches!(attr.style, syn::AttrStyle::Outer));
    let vis = &item.vis;
    let ident = &item.ident;
    let content = item.content.take().map(|(_, items)| items).unwrap_or_default();
    let part = part(module);
    let definition = module.name.as_ref().map(|name| definition(module, name));
    quote! {
        #(#outer)*
        #vis mod #ident {
            #(#inner)*
            #(#content)*
            #part
            #definition
        }
    }
}

fn part(module: &Module) -> TokenStream {
    let allow = allowances();
    let entries = module.functions.iter().map(|(method, cfg)| {
        let entry = method_entry(method, Owner::Module);
        quote!(#(#cfg)* #entry)
    });
    let defs = module.functions.iter().map(|(method, cfg)| {
        let def = method_def(method);
        quote!(#(#cfg)* #def)
    });
    let constants = module.constants.iter().map(constant);
    let attrs = module.attrs.iter().map(|(name, body, func)| {
        let SlotBody::Call(callable) = body else { return TokenStream::new() };
        let thread = callable.inputs.iter().map(|input| match input {
            crate::model::Input::Thread { mutable: false } => quote!(&*th),
            _ => quote!(&mut *th),
        });
        quote!((#name, |th| { let result = #func(#(#thread),*); glue::to_object(th, result) }))
    });
    let types = module.types.iter().map(|path| quote!(<#path as glue::PyType>::type_object));
    let hidden = module.hidden.iter().map(|path| quote!(<#path as glue::PyType>::type_object));
    let exec = match &module.exec {
        Some(exec) => quote!(Some(#exec)),
        None => quote!(None),
    };
    quote! {
        /// What this part of the module declares.
        #[doc(hidden)]
        #allow
        pub static PART: ::objects::glue::ModulePart = {
            use ::objects::glue;
            #(#entries)*
            static METHODS: glue::Static<[glue::PyMethodDef; DEFS.len() + 1]> = glue::Static::new(glue::method_table(&[DEFS]));
            const DEFS: &[glue::PyMethodDef] = &[#(#defs),*];
            glue::ModulePart {
                methods: glue::MethodDefs::new(METHODS.get().cast(), DEFS.len()),
                constants: &[#(#constants),*],
                attrs: &[#(#attrs),*],
                types: &[#(#types),*],
                hidden: &[#(#hidden),*],
                exec: #exec,
            }
        };
    }
}

fn constant(constant: &crate::model::Constant) -> TokenStream {
    let (name, ident, cfg) = (&constant.name, &constant.ident, &constant.cfg);
    let kind = format_ident!("{}", constant.kind);
    let cast = match constant.kind {
        "Int" => quote!(as i128),
        _ => TokenStream::new(),
    };
    quote!(#(#cfg)* (#name, glue::Constant::#kind(#ident #cast)))
}

fn definition(module: &Module, name: &str) -> TokenStream {
    let allow = allowances();
    let c_name = c_string(name);
    let doc = doc_pointer(module.doc.as_deref());
    let parts = module.parts.iter().map(|path| quote!(&#path::PART));
    quote! {
        /// The module's definition.
        #allow
        pub static MODULE: ::objects::glue::ModuleDef =
            ::objects::glue::ModuleDef::new(#name, #c_name, #doc, &[&PART, #(#parts),*]);
    }
}
