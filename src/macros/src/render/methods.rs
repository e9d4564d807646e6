//! The expansion of `#[pymethods]`: the block itself and one constant, a `glue::Part`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::entry::{self, Owner, Strict};
use super::{allowances, c_string, doc_pointer};
use crate::model::{Binding, Convention, GetSet, Method, MethodsPart, SlotBody, SlotUse};
use crate::slots::CArg;

/// The name of the constant of a part.
pub fn part_name(part: Option<&Ident>) -> Ident {
    match part {
        Some(part) => Ident::new(&format!("PY_PART_{part}"), part.span()),
        None => Ident::new("PY_PART", Span::call_site()),
    }
}

pub fn render(part: &MethodsPart) -> TokenStream {
    let ty = &part.ty;
    let block = &part.block;
    let allow = allowances();
    let name = part_name(part.part.as_ref());
    let slot_entries = part.slots.iter().map(|used| slot_entry(used, ty));
    let slot_fields = part.slots.iter().map(slot_field);
    let fills = |func: &Ident, name: &str| part.slots.iter().any(|used| used.slot.name == name && used.func == *func);
    let constructor = part.slots.iter().any(|used| used.slot.name == "tp_new" && fills(&used.func, "tp_vectorcall"));
    let constructor = constructor.then(|| quote!(slots.new_is_vectorcall = true;));
    let method_entries = part.methods.iter().map(|method| method_entry(method, Owner::Type(ty)));
    let methods = part.methods.iter().map(method_def);
    let getset_entries = part.getset.iter().map(|attribute| accessor_entries(attribute, ty));
    let getset = part.getset.iter().map(getset_def);
    let doc = format!("The slots, methods and attributes that this block declares: {} methods.", part.methods.len());
    quote! {
        #block

        #allow
        impl #ty {
            #[doc = #doc]
            #[doc(hidden)]
            pub(crate) const #name: ::objects::glue::Part = {
                use ::objects::glue;
                #(#slot_entries)*
                #(#method_entries)*
                #(#getset_entries)*
                glue::Part {
                    slots: {
                        #[allow(unused_mut, reason = "a part without slots")]
                        let mut slots = glue::Slots::EMPTY;
                        #(#slot_fields)*
                        #constructor
                        slots
                    },
                    methods: &[#(#methods),*],
                    getset: &[#(#getset),*],
                }
            };
        }
    }
}

fn slot_entry_name(used: &SlotUse) -> Ident {
    format_ident!("slot_{}", used.slot.name)
}

fn slot_entry(used: &SlotUse, ty: &syn::Type) -> TokenStream {
    let name = slot_entry_name(used);
    match &used.body {
        SlotBody::Fixed { receiver, inputs } => {
            entry::fixed_entry(&name, ty, used, *receiver, inputs)
        }
        SlotBody::Call(callable) => {
            let convention = match used.slot.args[1] {
                CArg::Vector => Convention::Vectorcall,
                _ => Convention::TupleDict,
            };
            let strict = match used.slot.name {
                "tp_new" => Strict::New,
                "tp_init" => Strict::Init,
                _ => Strict::Always,
            };
            let python_name = match &used.name {
                Some(name) => quote!(#name),
                None => quote!(<#ty as glue::PyType>::NAME),
            };
            entry::call_entry(&name, Owner::Type(ty), callable, convention, used.slot.ret, python_name, strict)
        }
    }
}

fn slot_field(used: &SlotUse) -> TokenStream {
    let entry = slot_entry_name(used);
    if used.slot.name == "vectorcall" {
        return quote!(slots.instance_vectorcall = Some(#entry););
    }
    let table = Ident::new(used.slot.table(), Span::call_site());
    let field = Ident::new(used.slot.name, Span::call_site());
    quote!(slots.#table.#field = Some(#entry);)
}

fn method_entry_name(method: &Method) -> Ident {
    format_ident!("method_{}", method.name)
}

/// The entry behind a `PyMethodDef`.
pub fn method_entry(method: &Method, owner: Owner<'_>) -> TokenStream {
    let name = method_entry_name(method);
    let python_name = &method.name;
    let callable = &method.callable;
    entry::call_entry(&name, owner, callable, method.convention(), crate::slots::CRet::Object, quote!(#python_name), Strict::Always)
}

/// One row of `tp_methods` or of a module's functions.
pub fn method_def(method: &Method) -> TokenStream {
    let name = c_string(&method.name);
    let entry = method_entry_name(method);
    let doc = doc_pointer(method.doc.as_deref());
    let constructor = match method.convention() {
        Convention::NoArgs => "method_no_args",
        Convention::O => "method_o",
        Convention::Fast => "method_fast",
        Convention::Tuple => "method_varargs",
        _ => "method_fast_keywords",
    };
    let constructor = Ident::new(constructor, Span::call_site());
    let mut flags = match method.binding {
        Binding::Class => quote!(glue::METH_CLASS),
        Binding::Static => quote!(glue::METH_STATIC),
        Binding::Instance | Binding::Module => quote!(0),
    };
    if method.coexist {
        flags = quote!(#flags | glue::METH_COEXIST);
    }
    quote!(glue::#constructor(#name, #entry, #flags, #doc))
}

fn accessor_entries(attribute: &GetSet, ty: &syn::Type) -> TokenStream {
    let get = attribute.get.as_ref().map(|get| entry::accessor_entry(&format_ident!("get_{}", attribute.name), ty, &get.func, &get.inputs, false));
    let set = attribute.set.as_ref().map(|set| entry::accessor_entry(&format_ident!("set_{}", attribute.name), ty, &set.func, &set.inputs, true));
    quote!(#get #set)
}

fn getset_def(attribute: &GetSet) -> TokenStream {
    let name = c_string(&attribute.name);
    let option = |present: bool, prefix: &str| match present {
        true => {
            let entry = format_ident!("{prefix}_{}", attribute.name);
            quote!(Some(#entry))
        }
        false => quote!(None),
    };
    let get = option(attribute.get.is_some(), "get");
    let set = option(attribute.set.is_some(), "set");
    let doc = doc_pointer(attribute.doc.as_deref());
    quote!(glue::attribute(#name, #get, #set, #doc))
}
