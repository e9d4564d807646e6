//! C entries: one `unsafe extern "C-unwind" fn` per method, slot and accessor.
//!
//! An entry's body runs inside `glue::entry_*`, which fetches the thread, and gives the result the shape that C expects (R7). Their
//! SAFETY, which tokens cannot carry as comments: C passes live objects, and an instance of the type where the ABI promises one (R4);
//! the entry is the outermost Rust frame of its activation (R10).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use crate::model::{Callable, Convention, Input, Kind, Param, Receiver, SlotInput, SlotUse, Wants};
use crate::slots::{CArg, CRet};

/// Which function stands behind an entry: a method of a type, or a function in scope.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    Type(&'a Type),
    Module,
}

impl Owner<'_> {
    fn call(&self, func: &Ident) -> TokenStream {
        match self {
            Owner::Type(ty) => quote!(<#ty>::#func),
            Owner::Module => quote!(#func),
        }
    }
}

/// The `fn` item of an entry that Python calls with arguments.
pub fn call_entry(
    name: &Ident,
    owner: Owner<'_>,
    callable: &Callable,
    convention: Convention,
    ret: CRet,
    python_name: TokenStream,
    strict: Strict,
) -> TokenStream {
    let (c_params, first) = match convention {
        Convention::NoArgs => (quote!(slf: *mut glue::PyObject, _: *mut glue::PyObject), quote!(slf)),
        Convention::O => (quote!(slf: *mut glue::PyObject, arg: *mut glue::PyObject), quote!(slf)),
        Convention::Tuple => (quote!(slf: *mut glue::PyObject, args: *mut glue::PyObject), quote!(slf)),
        Convention::Fast => (quote!(slf: *mut glue::PyObject, args: *const *mut glue::PyObject, nargs: isize), quote!(slf)),
        Convention::FastKeywords => {
            (quote!(slf: *mut glue::PyObject, args: *const *mut glue::PyObject, nargs: isize, names: *mut glue::PyObject), quote!(slf))
        }
        Convention::TupleDict => {
            let slf = match callable.receiver {
                Receiver::Class => quote!(*mut glue::PyTypeObject),
                _ => quote!(*mut glue::PyObject),
            };
            (quote!(slf: #slf, args: *mut glue::PyObject, kwargs: *mut glue::PyObject), quote!(slf))
        }
        Convention::Vectorcall => {
            (quote!(slf: *mut glue::PyObject, args: *const *mut glue::PyObject, nargsf: usize, names: *mut glue::PyObject), quote!(slf))
        }
    };
    let spec = spec(callable, &python_name);
    let needs_spec = match convention {
        Convention::NoArgs => false,
        Convention::O => !matches!(callable.params[0].wants, Wants::Object | Wants::Owned),
        Convention::Fast | Convention::Tuple => !placed_all_var(callable),
        Convention::FastKeywords | Convention::TupleDict | Convention::Vectorcall => true,
    };
    let spec = needs_spec.then_some(spec);
    let bind = bind(callable, convention, strict, owner);
    let conversions = callable.params.iter().enumerate().map(|(index, param)| convert(index, param, callable, convention));
    let receiver = receiver(callable.receiver, owner, &first);
    let inputs = callable.inputs.iter().map(|input| match input {
        Input::Thread { mutable: true } => quote!(&mut *th),
        Input::Thread { mutable: false } => quote!(&*th),
        Input::Param(index) => {
            let var = var(*index);
            quote!(#var)
        }
        Input::Module => quote!(glue::borrow(#first)),
        Input::Class => quote!(glue::class(#first.cast())),
    });
    let func = owner.call(&callable.func);
    let call = quote!(#func(#receiver #(#inputs),*));
    wrap(name, c_params, ret, quote!(#spec), quote!(#bind #(#conversions)*), call)
}

/// Whether keyword arguments are refused when the parameters allow none: a subclass's `__init__` or `__new__` may want them.
#[derive(Clone, Copy)]
pub enum Strict {
    Always,
    New,
    Init,
}

/// The `fn` item of an entry that C calls with fixed arguments.
pub fn fixed_entry(name: &Ident, ty: &Type, used: &SlotUse, receiver_kind: Receiver, inputs: &[SlotInput]) -> TokenStream {
    let (func, args, ret) = (&used.func, used.slot.args, used.slot.ret);
    let names: Vec<Ident> = (0..args.len()).map(|i| if i == 0 && args[0] == CArg::This { format_ident!("slf") } else { format_ident!("c{i}") }).collect();
    let params = args.iter().zip(&names).map(|(arg, name)| {
        let ty = match arg {
            CArg::This | CArg::Obj | CArg::MaybeObj | CArg::Class | CArg::TupleDict | CArg::Vector => quote!(*mut glue::PyObject),
            CArg::Size => quote!(isize),
            CArg::Op | CArg::Int => quote!(::core::ffi::c_int),
            CArg::View => quote!(*mut glue::Py_buffer),
        };
        quote!(#name: #ty)
    });
    // `am_send` has one more, the place of its result.
    let out = (ret == CRet::Send).then(|| quote!(, out: *mut *mut glue::PyObject));
    let behind = usize::from(receiver_kind == Receiver::This);
    let at = match used.slot.name {
        "tp_getattro" | "tp_setattro" => quote!(&glue::ATTRIBUTE_NAME),
        _ => quote!(&glue::SLOT_OPERAND),
    };
    let mut conversions = Vec::new();
    let mut values = Vec::new();
    for input in inputs {
        match input {
            SlotInput::Thread { mutable: true } => values.push(quote!(&mut *th)),
            SlotInput::Thread { mutable: false } => values.push(quote!(&*th)),
            SlotInput::Arg { index, wants, span } => {
                let c = &names[index + behind];
                let value = var(*index);
                conversions.push(fixed_value(&value, c, args[index + behind], wants, &at, *span));
                values.push(quote!(#value));
            }
        }
    }
    let receiver = receiver(receiver_kind, Owner::Type(ty), &quote!(slf));
    let call = quote!(<#ty>::#func(#receiver #(#values),*));
    wrap(name, quote!(#(#params),* #out), ret, TokenStream::new(), quote!(#(#conversions)*), call)
}

fn fixed_value(value: &Ident, c: &Ident, arg: CArg, wants: &Wants, at: &TokenStream, span: Span) -> TokenStream {
    let expr = match (arg, wants) {
        (CArg::Obj, Wants::Object) => quote!(glue::borrow(#c)),
        (CArg::Obj, Wants::Owned) => quote!(glue::borrow(#c).to_owned()),
        (CArg::Obj, Wants::Class) => quote_spanned!(span=> glue::class_arg(th, Some(glue::borrow(#c)), #at, 0)?),
        (CArg::Obj, _) => quote_spanned!(span=> glue::required(th, Some(glue::borrow(#c)), #at, 0)?),
        (CArg::MaybeObj, Wants::MaybeObject) => quote!(glue::borrow_nullable(#c)),
        (CArg::MaybeObj, Wants::MaybeClass) => quote_spanned!(span=> glue::maybe_class(th, glue::borrow_nullable(#c), #at, 0)?),
        (CArg::MaybeObj, _) => quote_spanned!(span=> glue::optional(th, glue::borrow_nullable(#c), #at, 0)?),
        (CArg::Op, _) => quote!(glue::CompareOp::from_c(#c)),
        (CArg::View, _) => quote!(&mut *#c),
        _ => quote!(#c),
    };
    quote!(let #value = #expr;)
}

/// A getter's or setter's entry.
pub fn accessor_entry(name: &Ident, ty: &Type, func: &Ident, inputs: &[SlotInput], setter: bool) -> TokenStream {
    let mut conversions = Vec::new();
    let values = inputs.iter().map(|input| match input {
        SlotInput::Thread { mutable: true } => quote!(&mut *th),
        SlotInput::Thread { mutable: false } => quote!(&*th),
        SlotInput::Arg { index, wants, span } => {
            let value = var(*index);
            conversions.push(fixed_value(&value, &format_ident!("value"), CArg::MaybeObj, wants, &quote!(&glue::SLOT_OPERAND), *span));
            quote!(#value)
        }
    });
    let values: Vec<TokenStream> = values.collect();
    let call = quote!(<#ty>::#func(glue::this::<#ty>(slf), #(#values),*));
    let (params, ret) = match setter {
        true => (quote!(slf: *mut glue::PyObject, value: *mut glue::PyObject, _: *mut ::core::ffi::c_void), CRet::Status),
        false => (quote!(slf: *mut glue::PyObject, _: *mut ::core::ffi::c_void), CRet::Object),
    };
    wrap(name, params, ret, TokenStream::new(), quote!(#(#conversions)*), call)
}

fn wrap(name: &Ident, params: TokenStream, ret: CRet, items: TokenStream, before: TokenStream, call: TokenStream) -> TokenStream {
    let c_int = quote!(::core::ffi::c_int);
    let (entry, c_ret, convert) = match ret {
        CRet::Object => ("entry_object", quote!(-> *mut glue::PyObject), "to_object"),
        CRet::Status => ("entry_status", quote!(-> #c_int), "to_status"),
        CRet::Bool => ("entry_bool", quote!(-> #c_int), "to_bool"),
        CRet::Len => ("entry_len", quote!(-> isize), "to_len"),
        CRet::Hash => ("entry_hash", quote!(-> isize), "to_hash"),
        CRet::Next => ("entry_next", quote!(-> *mut glue::PyObject), "to_next"),
        CRet::Send => ("entry_send", quote!(-> #c_int), "to_send"),
        CRet::Nothing => ("entry_nothing", TokenStream::new(), "to_status"),
    };
    let entry = Ident::new(entry, Span::call_site());
    let convert = Ident::new(convert, Span::call_site());
    let out = match ret {
        CRet::Send => quote!(out,),
        CRet::Nothing => quote!(slf,),
        _ => TokenStream::new(),
    };
    quote! {
        unsafe extern "C-unwind" fn #name(#params) #c_ret {
            #items
            unsafe {
                glue::#entry(#out |th| {
                    #before
                    let result = #call;
                    glue::#convert(th, result)
                })
            }
        }
    }
}

fn receiver(receiver: Receiver, owner: Owner<'_>, first: &TokenStream) -> TokenStream {
    match (receiver, owner) {
        (Receiver::This, Owner::Type(ty)) => quote!(glue::this::<#ty>(#first),),
        _ => TokenStream::new(),
    }
}

fn var(index: usize) -> Ident {
    format_ident!("a{index}")
}

/// The parameters that have a place in the argument array: all but `*args` and `**kwargs`.
fn placed(callable: &Callable) -> impl Iterator<Item = &Param> {
    callable.params.iter().filter(|p| !matches!(p.kind, Kind::VarArgs | Kind::VarKeywords))
}

/// Whether `*args` is all there is.
fn placed_all_var(callable: &Callable) -> bool {
    callable.params.iter().all(|p| p.kind == Kind::VarArgs)
}

fn spec(callable: &Callable, python_name: &TokenStream) -> TokenStream {
    let names = placed(callable).map(|p| &p.name);
    let count = |pick: &dyn Fn(&Param) -> bool| u8::try_from(callable.params.iter().filter(|p| pick(p)).count()).unwrap_or(u8::MAX);
    let positional_only = count(&|p| p.kind == Kind::PositionalOnly);
    let positional = count(&|p| matches!(p.kind, Kind::PositionalOnly | Kind::Positional));
    let required = count(&|p| matches!(p.kind, Kind::PositionalOnly | Kind::Positional) && p.is_required());
    let required_keywords = count(&|p| p.kind == Kind::KeywordOnly && p.is_required());
    let var_args = callable.params.iter().any(|p| p.kind == Kind::VarArgs);
    let var_keywords = callable.params.iter().any(|p| p.kind == Kind::VarKeywords);
    quote! {
        static SPEC: glue::ParamSpec = glue::ParamSpec {
            func: #python_name,
            names: &[#(#names),*],
            positional_only: #positional_only,
            positional: #positional,
            required: #required,
            required_keywords: #required_keywords,
            var_args: #var_args,
            var_keywords: #var_keywords,
        };
    }
}

fn bind(callable: &Callable, convention: Convention, strict: Strict, owner: Owner<'_>) -> TokenStream {
    let places = placed(callable).count();
    let var_args = callable.params.iter().any(|p| p.kind == Kind::VarArgs);
    let var_keywords = callable.params.iter().any(|p| p.kind == Kind::VarKeywords);
    let pass_through = var_args || var_keywords;
    let rest = if pass_through { quote!(let (rest, keywords) =) } else { TokenStream::new() };
    match convention {
        Convention::NoArgs | Convention::O => TokenStream::new(),
        Convention::Fast if placed_all_var(callable) => quote!(let args = glue::argument_slice(args, nargs);),
        Convention::Fast => quote!(let args = glue::positional(th, &SPEC, args, nargs)?;),
        Convention::Tuple if placed_all_var(callable) => quote!(let args = glue::tuple_slice(args);),
        Convention::Tuple => quote!(let args = glue::positional_tuple(th, &SPEC, args)?;),
        Convention::FastKeywords => quote! {
            let mut bound = [None; #places];
            #rest glue::keywords(th, &SPEC, args, nargs, names, &mut bound)?;
        },
        Convention::Vectorcall => quote! {
            let mut bound = [None; #places];
            #rest glue::vectorcall(th, &SPEC, args, nargsf, names, &mut bound)?;
        },
        Convention::TupleDict => {
            let strict = match (strict, owner) {
                (Strict::New, Owner::Type(ty)) => quote!(|| glue::new_is_strict(slf, <#ty as glue::PyType>::type_object())),
                (Strict::Init, Owner::Type(ty)) => quote!(|| glue::init_is_strict(slf, <#ty as glue::PyType>::type_object())),
                _ => quote!(|| true),
            };
            quote! {
                let mut bound = [None; #places];
                let mut buffer = glue::KwBuffer::new();
                #rest glue::tuple_dict(th, &SPEC, args, kwargs, #strict, &mut buffer, &mut bound)?;
            }
        }
    }
}

fn convert(index: usize, param: &Param, callable: &Callable, convention: Convention) -> TokenStream {
    let value = var(index);
    let place = callable.params[..index].iter().filter(|p| !matches!(p.kind, Kind::VarArgs | Kind::VarKeywords)).count();
    let at = u8::try_from(place).unwrap_or(u8::MAX);
    let given = match convention {
        Convention::NoArgs => quote!(None),
        Convention::O => quote!(Some(glue::borrow(arg))),
        Convention::Fast | Convention::Tuple => quote!(args.get(#place).copied()),
        _ => quote!(bound[#place]),
    };
    let span = param.span;
    let optional = !param.is_required();
    let expr = match &param.wants {
        Wants::Args if matches!(convention, Convention::Fast | Convention::Tuple) => {
            let positional = placed(callable).count();
            quote!(glue::Args::behind(args, #positional))
        }
        Wants::Args => quote!(rest),
        Wants::KwArgs => quote!(keywords),
        Wants::MaybeObject => given,
        Wants::MaybeClass => quote_spanned!(span=> glue::maybe_class(th, #given, &SPEC, #at)?),
        Wants::Maybe if param.none_is_absent() => quote_spanned!(span=> glue::nullable(th, #given, &SPEC, #at)?),
        Wants::Maybe => quote_spanned!(span=> glue::optional(th, #given, &SPEC, #at)?),
        Wants::Object | Wants::Owned | Wants::Class if optional => {
            let default = param.default.clone().unwrap_or_default();
            let some = match param.wants {
                Wants::Object => quote!(object),
                Wants::Owned => quote!(object.to_owned()),
                _ => quote_spanned!(span=> glue::class_arg(th, Some(object), &SPEC, #at)?),
            };
            quote!(match #given { Some(object) => #some, None => #default })
        }
        Wants::Object if convention == Convention::O => quote!(glue::borrow(arg)),
        Wants::Owned if convention == Convention::O => quote!(glue::borrow(arg).to_owned()),
        Wants::Object => quote!(glue::object(th, #given, &SPEC, #at)?),
        Wants::Owned => quote!(glue::object(th, #given, &SPEC, #at)?.to_owned()),
        Wants::Class => quote_spanned!(span=> glue::class_arg(th, #given, &SPEC, #at)?),
        Wants::Value if optional => {
            let default = param.default.clone().unwrap_or_default();
            quote_spanned!(span=> match glue::optional(th, #given, &SPEC, #at)? { Some(value) => value, None => #default })
        }
        Wants::Value => quote_spanned!(span=> glue::required(th, #given, &SPEC, #at)?),
    };
    quote!(let #value = #expr;)
}
