//! A Rust function's parameters, matched with its text signature.
//!
//! Invariant: Rust parameters correspond to Python's in order; the thread, the receiver and the module are not Python's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, FnArg, Lit, PatType, Signature, Type, UnOp};

use super::attrs::{extract, is, python_name};
use super::sig::{Sig, SigParam};
use crate::model::{Callable, Input, Kind, Param, Receiver, SlotInput, Wants};

/// What the declaration says about the signature.
pub enum SigOption {
    /// `sig = "…"`
    Text(String, Span),
    /// `sig = none`: positional-only, and no `__text_signature__`.
    Hidden,
    /// Nothing: positional-only, derived.
    Derived,
}

/// The function and its text signature, without receiver (`None`: not shown).
pub fn parse(func: &mut Signature, wanted: Receiver, sig: SigOption) -> syn::Result<(Callable, Option<Vec<SigParam>>)> {
    let mut receiver = Receiver::None;
    let mut inputs = Vec::new();
    let mut rust: Vec<RustParam> = Vec::new();
    if let Some(self_arg) = func.receiver() {
        check_receiver(self_arg)?;
        if wanted != Receiver::This {
            return Err(syn::Error::new(self_arg.span(), "there is no instance here"));
        }
        receiver = Receiver::This;
    } else if wanted == Receiver::This {
        return Err(syn::Error::new(func.ident.span(), "expected `&self`"));
    }
    for arg in func.inputs.iter_mut() {
        let FnArg::Typed(arg) = arg else { continue };
        let default = take_default(arg)?;
        if !extract(&mut arg.attrs, |attr| is(attr, "module")).is_empty() {
            inputs.push(Input::Module);
        } else if let Some(mutable) = thread(&arg.ty) {
            inputs.push(Input::Thread { mutable });
        } else if wanted == Receiver::Class && receiver == Receiver::None {
            if wants(&arg.ty) != Wants::Class {
                return Err(syn::Error::new(arg.ty.span(), "expected the class: `cls: &Type`"));
            }
            receiver = Receiver::Class;
            inputs.push(Input::Class);
        } else {
            inputs.push(Input::Param(rust.len()));
            rust.push(RustParam { name: pattern_name(arg)?, wants: wants(&arg.ty), default, span: arg.ty.span() });
        }
    }
    if wanted == Receiver::Class && receiver == Receiver::None {
        return Err(syn::Error::new(func.ident.span(), "expected the class: `cls: &Type`"));
    }
    let (shown, sig) = match sig {
        SigOption::Text(text, span) => {
            let sig = Sig::parse(&text).map_err(|message| syn::Error::new(span, message))?;
            if sig.params.len() != rust.len() {
                let message = format!("{} parameters here, {} in the function", sig.params.len(), rust.len());
                return Err(syn::Error::new(span, message));
            }
            (true, sig.params)
        }
        SigOption::Derived => (true, derive(&rust)),
        SigOption::Hidden => (false, derive(&rust)),
    };
    let params = rust.into_iter().zip(&sig).map(|(rust, sig)| merge(rust, sig)).collect::<syn::Result<Vec<_>>>()?;
    check_order(&params)?;
    Ok((Callable { func: func.ident.clone(), receiver, inputs, params }, shown.then_some(sig)))
}

/// The parameters of a function that C calls with fixed arguments: all but the receiver.
pub fn parse_fixed(func: &Signature, wanted: Receiver) -> syn::Result<(Receiver, Vec<SlotInput>)> {
    let mut receiver = Receiver::None;
    if let Some(self_arg) = func.receiver() {
        check_receiver(self_arg)?;
        receiver = Receiver::This;
    }
    if wanted != receiver {
        let message = match wanted {
            Receiver::This => "this is called on an instance: expected `&self`",
            _ => "either operand may be the instance here: take both as `&Object`, not `&self`",
        };
        return Err(syn::Error::new(func.receiver().map_or(func.ident.span(), |r| r.span()), message));
    }
    let mut inputs = Vec::new();
    let mut index = 0;
    for arg in func.inputs.iter() {
        let FnArg::Typed(arg) = arg else { continue };
        inputs.push(match thread(&arg.ty) {
            Some(mutable) => SlotInput::Thread { mutable },
            None => {
                index += 1;
                SlotInput::Arg { index: index - 1, wants: wants(&arg.ty), span: arg.ty.span() }
            }
        });
    }
    Ok((receiver, inputs))
}

struct RustParam {
    name: String,
    wants: Wants,
    default: Option<Expr>,
    span: Span,
}

fn check_receiver(arg: &syn::Receiver) -> syn::Result<()> {
    if arg.reference.is_some() && arg.mutability.is_none() {
        Ok(())
    } else {
        Err(syn::Error::new(arg.span(), "objects are shared: expected `&self`"))
    }
}

fn pattern_name(arg: &PatType) -> syn::Result<String> {
    match &*arg.pat {
        // An argument that the function ignores still has its Python name.
        syn::Pat::Ident(pat) => Ok(python_name(&pat.ident).trim_start_matches('_').to_owned()),
        syn::Pat::Wild(_) => Ok("arg".to_owned()),
        other => Err(syn::Error::new(other.span(), "expected a name")),
    }
}

fn take_default(arg: &mut PatType) -> syn::Result<Option<Expr>> {
    let attrs = extract(&mut arg.attrs, |attr| is(attr, "default"));
    attrs.first().map(|attr| attr.parse_args::<Expr>()).transpose()
}

/// Whether the type is `&Thread` or `&mut Thread`.
fn thread(ty: &Type) -> Option<bool> {
    let Type::Reference(reference) = ty else { return None };
    (last_segment(&reference.elem)? == "Thread").then_some(reference.mutability.is_some())
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Paren(inner) => last_segment(&inner.elem),
        Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

/// What a Rust parameter type asks for. `Object` and `Type` belong to the heap and are recognised by name: they have no
/// conversion, because every object is an `Object`.
pub fn wants(ty: &Type) -> Wants {
    match ty {
        Type::Group(inner) => wants(&inner.elem),
        Type::Paren(inner) => wants(&inner.elem),
        Type::Reference(reference) => match last_segment(&reference.elem).as_deref() {
            Some("Object") => Wants::Object,
            Some("Type") => Wants::Class,
            _ => Wants::Value,
        },
        Type::Path(path) => {
            let Some(segment) = path.path.segments.last() else { return Wants::Value };
            let inner = match &segment.arguments {
                syn::PathArguments::AngleBracketed(args) => args.args.iter().find_map(|arg| match arg {
                    syn::GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                }),
                _ => None,
            };
            match (segment.ident.to_string().as_str(), inner) {
                ("Args", None) => Wants::Args,
                ("KwArgs", None) => Wants::KwArgs,
                ("Ref", None) => Wants::Owned,
                ("Ref", Some(inner)) if last_segment(inner).as_deref() == Some("Object") => Wants::Owned,
                ("Option", Some(inner)) => match wants(inner) {
                    Wants::Object => Wants::MaybeObject,
                    Wants::Class => Wants::MaybeClass,
                    _ => Wants::Maybe,
                },
                _ => Wants::Value,
            }
        }
        _ => Wants::Value,
    }
}

/// The signature of a function that does not show one: positional-only.
fn derive(rust: &[RustParam]) -> Vec<SigParam> {
    let derived = rust.iter().map(|param| {
        let kind = match param.wants {
            Wants::Args => Kind::VarArgs,
            Wants::KwArgs => Kind::VarKeywords,
            _ => Kind::PositionalOnly,
        };
        let default = match (&param.default, &param.wants) {
            (Some(expr), _) => Some(shown(expr)),
            (None, Wants::Maybe | Wants::MaybeClass) => Some("None".to_owned()),
            (None, Wants::MaybeObject) => Some("<unrepresentable>".to_owned()),
            _ => None,
        };
        SigParam { name: param.name.clone(), kind, default }
    });
    derived.collect()
}

/// A Rust default as Python would show it.
fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_digits().to_owned(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_digits().to_owned(),
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => if value.value { "True" } else { "False" }.to_owned(),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => quote_python(&text.value()),
        Expr::Lit(ExprLit { lit: Lit::Char(c), .. }) => quote_python(&c.value().to_string()),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => format!("-{}", shown(&unary.expr)),
        _ => "<unrepresentable>".to_owned(),
    }
}

fn quote_python(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}

fn merge(rust: RustParam, sig: &SigParam) -> syn::Result<Param> {
    let error = |message: &str| Err(syn::Error::new(rust.span, format!("`{}`: {message}", sig.name)));
    let var_args = matches!(rust.wants, Wants::Args);
    let var_keywords = matches!(rust.wants, Wants::KwArgs);
    if var_args != (sig.kind == Kind::VarArgs) {
        return error("`Args` is for `*args`, and it alone");
    }
    if var_keywords != (sig.kind == Kind::VarKeywords) {
        return error("`KwArgs` is for `**kwargs`, and it alone");
    }
    let maybe = matches!(rust.wants, Wants::Maybe | Wants::MaybeObject | Wants::MaybeClass);
    if rust.default.is_some() && maybe {
        return error("an `Option` has no other default than `None`");
    }
    if rust.default.is_some() && sig.default.is_none() {
        return error("has a default here, but none in the signature");
    }
    let mut default = rust.default.map(|expr| expr.into_token_stream());
    if let Some(text) = &sig.default
        && default.is_none()
        && !maybe
    {
        default = rust_default(text);
        if default.is_none() {
            return error("is optional: take an `Option<…>`, or say `#[default(…)]`");
        }
    }
    Ok(Param { name: sig.name.clone(), kind: sig.kind, wants: rust.wants, shown_default: sig.default.clone(), default, span: rust.span })
}

/// A literal of the text signature as Rust's.
fn rust_default(text: &str) -> Option<TokenStream> {
    match text {
        "True" => return Some(quote!(true)),
        "False" => return Some(quote!(false)),
        _ => {}
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''))
        && !inner.contains('\\')
    {
        return Some(quote!(#inner));
    }
    let number = text.strip_prefix('-').unwrap_or(text);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    text.parse::<TokenStream>().ok()
}

/// Required parameters come first, among those that are given by position and among those that are not.
fn check_order(params: &[Param]) -> syn::Result<()> {
    for keyword_only in [false, true] {
        let mut optional = false;
        for param in params.iter().filter(|p| (p.kind == Kind::KeywordOnly) == keyword_only) {
            if optional && param.is_required() {
                return Err(syn::Error::new(param.span, format!("`{}` is required but follows an optional one", param.name)));
            }
            optional |= !param.is_required() && !matches!(param.kind, Kind::VarArgs | Kind::VarKeywords);
        }
    }
    Ok(())
}
