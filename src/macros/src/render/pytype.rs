//! The expansion of `#[pytype]`: the struct, its traits, and the static type object with its tables.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::methods::part_name;
use super::{allowances, c_string, doc_pointer};
use crate::model::{Gc, Member, PyType};

pub fn render(ty: &PyType) -> TokenStream {
    let item = &ty.item;
    let allow = allowances();
    let traits = traits(ty);
    let object = type_object(ty);
    quote! {
        #item

        #object

        #allow
        const _: () = {
            use ::objects::glue;
            #traits
        };
    }
}

/// `ListIterator` → `LIST_ITERATOR_TYPE`.
fn static_name(ident: &Ident) -> Ident {
    let mut name = String::new();
    for c in ident.to_string().chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_uppercase());
    }
    Ident::new(&format!("{name}_TYPE"), ident.span())
}

fn traits(ty: &PyType) -> TokenStream {
    let ident = &ty.item.ident;
    let statik = static_name(ident);
    let name = &ty.name;
    let first = ty.item.fields.members().next();
    let base = match &ty.base {
        Some(base) => quote!(#base),
        None => quote!(glue::Object),
    };
    let first_is = match &ty.base {
        Some(base) => quote!(&#base),
        None => quote!(&impl glue::Header),
    };
    let first_check = quote! {
        #[allow(dead_code, reason = "checks the first field's type")]
        fn first_field(object: &#ident) -> #first_is {
            &object.#first
        }
    };
    let layout = ty.layout.as_ref().map(|layout| {
        quote! {
            const _: () = assert!(
                ::core::mem::size_of::<#ident>() == ::core::mem::size_of::<glue::abi::#layout>(),
                "the struct has not the size that the ABI gives it"
            );
        }
    });
    let gc = match ty.gc {
        Gc::Auto | Gc::None if !ty.traversed.is_empty() => {
            let fields = &ty.traversed;
            quote! {
                impl glue::Traverse for #ident {
                    fn traverse(&self, visitor: &mut glue::Visitor) {
                        #(glue::HeapField::visit(&self.#fields, visitor);)*
                    }
                }
                impl glue::Clear for #ident {
                    fn clear(&self, th: &mut glue::Thread) {
                        #(glue::HeapField::clear(&self.#fields, th, self);)*
                    }
                }
            }
        }
        _ => TokenStream::new(),
    };
    quote! {
        unsafe impl glue::Heaped for #ident {}
        unsafe impl glue::PyType for #ident {
            const NAME: &'static str = #name;
            #[inline(always)]
            fn type_object() -> &'static glue::Type {
                &#statik
            }
        }
        unsafe impl glue::StaticType for #ident {
            const TYPE: *const glue::Type = &raw const #statik;
        }
        impl ::core::ops::Deref for #ident {
            type Target = #base;
            #[inline(always)]
            fn deref(&self) -> &#base {
                unsafe { &*::core::ptr::from_ref(self).cast() }
            }
        }
        #first_check
        #layout
        #gc
    }
}

fn type_object(ty: &PyType) -> TokenStream {
    let ident = &ty.item.ident;
    let vis = &ty.item.vis;
    let allow = allowances();
    let statik = static_name(ident);
    let export = ty.export.as_ref().map(|name| quote!(#[unsafe(export_name = #name)]));
    let full_name = match &ty.module {
        Some(module) => format!("{module}.{}", ty.name),
        None => ty.name.clone(),
    };
    let c_name = c_string(&full_name);
    let parts: Vec<Ident> = match ty.parts.is_empty() {
        true => vec![part_name(None)],
        // The unnamed block counts beside the named ones, if there is one.
        false => std::iter::once(part_name(None)).chain(ty.parts.iter().map(|part| part_name(Some(part)))).collect(),
    };
    let basicsize = match &ty.basicsize {
        Some(expr) => quote!((#expr) as isize),
        None => quote!(::core::mem::size_of::<#ident>() as isize),
    };
    let itemsize = match &ty.itemsize {
        Some(expr) => quote!((#expr) as isize),
        None => quote!(0),
    };
    let flags = flags(ty);
    let doc = doc_pointer(ty.doc.as_deref());
    let base = pointer(ty.base.as_ref());
    let metaclass = pointer(ty.metaclass.as_ref());
    let dict_offset = offset(ident, ty.dict.as_ref());
    let weakref_offset = offset(ident, ty.weakref.as_ref().and_then(Option::as_ref));
    let vectorcall_offset = offset(ident, ty.vectorcall.as_ref());
    let (traverse, clear) = match ty.gc {
        Gc::None if ty.traversed.is_empty() => (quote!(None), quote!(None)),
        Gc::None => (quote!(Some(glue::traverse_entry::<#ident>)), quote!(None)),
        Gc::Auto | Gc::Custom => (quote!(Some(glue::traverse_entry::<#ident>)), quote!(Some(glue::clear_entry::<#ident>))),
    };
    let members = ty.members.iter().map(|member| member_def(ident, member));
    let lock = &ty.lock;
    let size = size_function(ty);
    let call = ty.vectorcall.as_ref().map(|_| quote!(Some(glue::call_by_vectorcall))).unwrap_or(quote!(None));
    let type_doc = format!("The type object of `{full_name}`.");
    let vectorcall = ty.vectorcall.as_ref().map(|_| {
        quote! {
            #allow
            impl #ident {
                /// What each instance's vectorcall field holds.
                pub(crate) const VECTORCALL: Option<::objects::glue::vectorcallfunc> = {
                    use ::objects::glue::NoPart as _;
                    ::objects::glue::Slots::EMPTY #(.or(<#ident>::#parts.slots))*.instance_vectorcall
                };
            }
        }
    });
    quote! {
        #[doc = #type_doc]
        #allow
        #export
        #vis static #statik: ::objects::glue::Type = {
            use ::objects::glue;
            #[allow(unused_imports, reason = "for types without methods")]
            use ::objects::glue::NoPart as _;
            const SLOTS: glue::Slots = glue::Slots::EMPTY #(.or(<#ident>::#parts.slots))*;
            const METHODS: &[&[glue::PyMethodDef]] = &[#(<#ident>::#parts.methods),*];
            const GETSET: &[&[glue::PyGetSetDef]] = &[#(<#ident>::#parts.getset),*];
            const MEMBERS: &[glue::PyMemberDef] = &[#(#members),*];
            static METHOD_TABLE: glue::Static<[glue::PyMethodDef; glue::total(METHODS) + 1]> = glue::Static::new(glue::method_table(METHODS));
            static GETSET_TABLE: glue::Static<[glue::PyGetSetDef; glue::total(GETSET) + 1]> = glue::Static::new(glue::getset_table(GETSET));
            static MEMBER_TABLE: glue::Static<[glue::PyMemberDef; MEMBERS.len() + 1]> = glue::Static::new(glue::member_table(&[MEMBERS]));
            static NUMBER: glue::Static<glue::PyNumberMethods> = glue::Static::new(SLOTS.number);
            static SEQUENCE: glue::Static<glue::PySequenceMethods> = glue::Static::new(SLOTS.sequence);
            static MAPPING: glue::Static<glue::PyMappingMethods> = glue::Static::new(SLOTS.mapping);
            static ASYNC: glue::Static<glue::PyAsyncMethods> = glue::Static::new(SLOTS.async_);
            static BUFFER: glue::Static<glue::PyBufferProcs> = glue::Static::new(SLOTS.buffer);
            #size
            glue::Type::new_static(
                glue::TypeFacts {
                    name: #c_name.as_ptr(),
                    doc: #doc,
                    basicsize: #basicsize,
                    itemsize: #itemsize,
                    flags: #flags,
                    base: #base,
                    metaclass: #metaclass,
                    dict_offset: #dict_offset,
                    weakref_offset: #weakref_offset,
                    vectorcall_offset: #vectorcall_offset,
                    traverse: #traverse,
                    clear: #clear,
                    call: #call,
                    methods: if glue::total(METHODS) == 0 { ::core::ptr::null_mut() } else { METHOD_TABLE.get().cast() },
                    getset: if glue::total(GETSET) == 0 { ::core::ptr::null_mut() } else { GETSET_TABLE.get().cast() },
                    members: if MEMBERS.is_empty() { ::core::ptr::null_mut() } else { MEMBER_TABLE.get().cast() },
                    number: if SLOTS.has_number() { NUMBER.get() } else { ::core::ptr::null_mut() },
                    sequence: if SLOTS.has_sequence() { SEQUENCE.get() } else { ::core::ptr::null_mut() },
                    mapping: if SLOTS.has_mapping() { MAPPING.get() } else { ::core::ptr::null_mut() },
                    async_: if SLOTS.has_async() { ASYNC.get() } else { ::core::ptr::null_mut() },
                    buffer: if SLOTS.has_buffer() { BUFFER.get() } else { ::core::ptr::null_mut() },
                    info: {
                        static INFO: glue::TypeInfo = SIZED(glue::TypeInfo::of::<#ident>(glue::LockKind::#lock));
                        &raw const INFO
                    },
                }
                .build(SLOTS),
            )
        };

        #vectorcall
    }
}

/// `const fn SIZED`, which adds the function that tells an instance's size where its type does not.
fn size_function(ty: &PyType) -> TokenStream {
    let ident = &ty.item.ident;
    let with = match (&ty.size, &ty.itemsize) {
        (Some(expr), _) => quote! {
            unsafe fn instance_size(object: *const glue::Object) -> usize {
                let size: fn(&#ident) -> usize = #expr;
                unsafe { size(&*object.cast()) }
            }
            info.with_size(instance_size)
        },
        (None, Some(_)) => quote!(info.with_size(glue::var_size)),
        (None, None) => quote!(info),
    };
    quote! {
        const fn SIZED(info: glue::TypeInfo) -> glue::TypeInfo {
            #with
        }
    }
}

fn flags(ty: &PyType) -> TokenStream {
    let named = ty.flags.iter().map(|flag| quote!(glue::type_flags::#flag));
    let mut flags = quote!(0 #(| #named)*);
    let mut add = |name: &str| {
        let name = Ident::new(name, Span::call_site());
        flags.extend(quote!(| glue::type_flags::#name));
    };
    if ty.gc != Gc::None {
        add("HAVE_GC");
    }
    if ty.weakref.is_some() {
        add("WEAKREF");
    }
    if ty.vectorcall.is_some() {
        add("HAVE_VECTORCALL");
    }
    if ty.prefix.unwrap_or(ty.gc != Gc::None || ty.weakref.is_some() || ty.lock == "Instance") {
        add("PREFIX");
    }
    flags
}

fn pointer(ty: Option<&syn::Type>) -> TokenStream {
    match ty {
        Some(ty) => quote!(<#ty as glue::StaticType>::TYPE),
        None => quote!(::core::ptr::null()),
    }
}

fn offset(ident: &Ident, field: Option<&Ident>) -> TokenStream {
    match field {
        Some(field) => quote!(::core::mem::offset_of!(#ident, #field) as isize),
        None => quote!(0),
    }
}

fn member_def(ident: &Ident, member: &Member) -> TokenStream {
    let name = c_string(&member.name);
    let field = &member.field;
    let kind = format_ident!("{}", member.kind);
    let flags = if member.readonly { quote!(glue::abi::Py_READONLY) } else { quote!(0) };
    let doc = doc_pointer(member.doc.as_deref());
    quote!(glue::member(#name, glue::abi::#kind, ::core::mem::offset_of!(#ident, #field), #flags, #doc))
}
