//! `#[pymethods] impl T { … }`.

use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl};

use super::attrs::{self, Opts, Value};
use super::callable::{self, SigOption};
use super::sig;
use crate::model::{Accessor, Binding, Callable, GetSet, Method, MethodsPart, Receiver, SlotBody, SlotInput, SlotUse, Wants};
use crate::slots::{CArg, Slot};

const OURS: [&str; 6] = ["slot", "method", "classmethod", "staticmethod", "getter", "setter"];

pub fn parse(args: TokenStream, item: TokenStream) -> syn::Result<MethodsPart> {
    let mut opts = Opts::parse(args)?;
    let part = match opts.expr("part")? {
        None => None,
        Some(expr) => match attrs::string(&expr) {
            Ok((text, span)) => Some(Ident::new(&text, span)),
            Err(_) => Some(attrs::ident(&expr)?),
        },
    };
    opts.finish()?;
    let mut block: ItemImpl = syn::parse2(item)?;
    if let Some((_, path, _)) = &block.trait_ {
        return Err(syn::Error::new(path.span(), "expected an inherent `impl`"));
    }
    let mut model = MethodsPart {
        ty: (*block.self_ty).clone(),
        block: block.clone(),
        part,
        slots: Vec::new(),
        methods: Vec::new(),
        getset: Vec::new(),
    };
    for item in block.items.iter_mut() {
        if let ImplItem::Fn(func) = item {
            parse_fn(func, &mut model)?;
        }
    }
    check_unique(&model)?;
    model.block = block;
    Ok(model)
}

fn parse_fn(func: &mut ImplItemFn, model: &mut MethodsPart) -> syn::Result<()> {
    let ours = attrs::extract(&mut func.attrs, |attr| OURS.iter().any(|name| attrs::is(attr, name)));
    // Several declarations may share a function; each reads the parameters' attributes anew.
    let pristine = func.sig.clone();
    strip_params(func);
    for attr in &ours {
        let mut opts = Opts::of(attr)?;
        let mut sig = pristine.clone();
        if attrs::is(attr, "slot") {
            parse_slots(attr, &mut opts, &mut sig, model)?;
        } else if attrs::is(attr, "getter") || attrs::is(attr, "setter") {
            parse_accessor(attr, &mut opts, func, model)?;
        } else {
            let binding = if attrs::is(attr, "classmethod") || opts.flag("class")? {
                Binding::Class
            } else if attrs::is(attr, "staticmethod") || opts.flag("static")? {
                Binding::Static
            } else {
                Binding::Instance
            };
            model.methods.push(method(&mut opts, &mut sig, &func.attrs, binding)?);
        }
        opts.finish()?;
    }
    Ok(())
}

fn strip_params(func: &mut ImplItemFn) {
    for arg in func.sig.inputs.iter_mut() {
        if let FnArg::Typed(arg) = arg {
            attrs::extract(&mut arg.attrs, |attr| attrs::is(attr, "default") || attrs::is(attr, "module"));
        }
    }
}

/// A method, or a function of a module.
pub fn method(opts: &mut Opts, sig: &mut syn::Signature, fn_attrs: &[Attribute], binding: Binding) -> syn::Result<Method> {
    let (wanted, receiver) = match binding {
        Binding::Instance => (Receiver::This, Some("self")),
        Binding::Class => (Receiver::Class, Some("type")),
        Binding::Static => (Receiver::None, None),
        Binding::Module => (Receiver::None, Some("module")),
    };
    let name = match opts.string("name")? {
        Some((name, _)) => name,
        None => attrs::python_name(&sig.ident),
    };
    let doc = attrs::doc(opts, fn_attrs)?;
    let coexist = opts.flag("coexist")?;
    let varargs = opts.flag("varargs")?;
    let (callable, shown) = callable::parse(sig, wanted, sig_option(opts)?)?;
    let shows = opts.expr("shows")?;
    let doc = match shown {
        _ if shows.as_ref().is_some_and(attrs::is_none) => doc,
        _ if shows.is_some() => {
            let (text, _) = attrs::string(shows.as_ref().expect("there is one"))?;
            Some(format!("{name}{text}\n--\n\n{}", doc.unwrap_or_default()))
        }
        Some(params) => Some(format!("{name}{}\n--\n\n{}", sig::render(receiver, &params), doc.unwrap_or_default())),
        None => doc,
    };
    Ok(Method { name, callable, binding, coexist, varargs, doc })
}

fn sig_option(opts: &mut Opts) -> syn::Result<SigOption> {
    Ok(match opts.expr("sig")? {
        None => SigOption::Derived,
        Some(expr) if attrs::is_none(&expr) => SigOption::Hidden,
        Some(expr) => {
            let (text, span) = attrs::string(&expr)?;
            SigOption::Text(text, span)
        }
    })
}

fn parse_slots(attr: &Attribute, opts: &mut Opts, sig: &mut syn::Signature, model: &mut MethodsPart) -> syn::Result<()> {
    let text = opts.string("sig")?;
    let called = opts.string("name")?.map(|(name, _)| name);
    let names = opts.flags();
    if names.is_empty() {
        return Err(syn::Error::new(attr.span(), "which slot? `#[slot(tp_repr)]`"));
    }
    for name in names {
        let slot = Slot::named(&name.to_string()).ok_or_else(|| syn::Error::new(name.span(), format!("there is no slot `{name}`")))?;
        let python_call = slot.args.iter().any(|arg| matches!(arg, CArg::TupleDict | CArg::Vector));
        let receiver = match slot.args[0] {
            CArg::This => Receiver::This,
            CArg::Class => Receiver::Class,
            _ => Receiver::None,
        };
        let body = if python_call {
            let option = match &text {
                Some((text, span)) => SigOption::Text(text.clone(), *span),
                None => SigOption::Derived,
            };
            SlotBody::Call(callable::parse(&mut sig.clone(), receiver, option)?.0)
        } else if let Some((_, span)) = &text {
            return Err(syn::Error::new(*span, format!("`{name}` takes no Python arguments")));
        } else {
            let (receiver, inputs) = callable::parse_fixed(sig, receiver)?;
            check_inputs(sig, slot.name, &slot.args[usize::from(receiver == Receiver::This)..], &inputs)?;
            SlotBody::Fixed { receiver, inputs }
        };
        model.slots.push(SlotUse { slot, func: sig.ident.clone(), name: called.clone(), body });
    }
    Ok(())
}

/// The Rust parameters must be those that C passes.
fn check_inputs(sig: &syn::Signature, name: &str, args: &[CArg], inputs: &[SlotInput]) -> syn::Result<()> {
    let given = inputs.iter().filter(|input| matches!(input, SlotInput::Arg { .. })).count();
    if given != args.len() {
        let message = format!("`{name}` takes {} parameters besides the instance and the thread, this has {given}", args.len());
        return Err(syn::Error::new(sig.ident.span(), message));
    }
    for input in inputs {
        let SlotInput::Arg { index, wants, span } = input else { continue };
        let maybe = matches!(wants, Wants::MaybeObject | Wants::MaybeClass | Wants::Maybe);
        match args[*index] {
            CArg::MaybeObj if !maybe => return Err(syn::Error::new(*span, "this may be absent here: take an `Option<…>`")),
            CArg::Obj if maybe => return Err(syn::Error::new(*span, "this is never absent here: take no `Option`")),
            _ => {}
        }
    }
    Ok(())
}

fn parse_accessor(attr: &Attribute, opts: &mut Opts, func: &ImplItemFn, model: &mut MethodsPart) -> syn::Result<()> {
    let setter = attrs::is(attr, "setter");
    let rust_name = attrs::python_name(&func.sig.ident);
    // `#[setter(real)]` names the attribute; so does `name = "__dict__"`.
    let named = opts.flags().into_iter().next().map(|ident| attrs::python_name(&ident));
    let name = match (opts.string("name")?, named) {
        (Some((name, _)), _) => name,
        (None, Some(name)) => name,
        (None, None) if setter => rust_name.strip_prefix("set_").map(str::to_owned).ok_or_else(|| {
            syn::Error::new(func.sig.ident.span(), "name the attribute: `#[setter(real)]`, or call the function `set_real`")
        })?,
        (None, None) => rust_name,
    };
    let doc = attrs::doc(opts, &func.attrs)?;
    let (_, inputs) = callable::parse_fixed(&func.sig, Receiver::This)?;
    check_inputs(&func.sig, if setter { "a setter" } else { "a getter" }, if setter { &[CArg::MaybeObj] } else { &[] }, &inputs)?;
    let accessor = Accessor { func: func.sig.ident.clone(), inputs };
    let entry = match model.getset.iter_mut().find(|entry| entry.name == name) {
        Some(entry) => entry,
        None => {
            model.getset.push(GetSet { name: name.clone(), get: None, set: None, doc: None });
            model.getset.last_mut().expect("it was pushed in the line before")
        }
    };
    let place = if setter { &mut entry.set } else { &mut entry.get };
    if place.is_some() {
        return Err(syn::Error::new(func.sig.ident.span(), format!("`{name}` has one already")));
    }
    *place = Some(accessor);
    // The docstring is the getter's; a setter's doc comment is for its reader.
    if !setter || entry.doc.is_none() && entry.get.is_none() {
        entry.doc = doc;
    }
    Ok(())
}

fn check_unique(model: &MethodsPart) -> syn::Result<()> {
    for (index, method) in model.methods.iter().enumerate() {
        if model.methods[..index].iter().any(|other| other.name == method.name) {
            return Err(syn::Error::new(method.callable.func.span(), format!("a second method `{}`", method.name)));
        }
    }
    for (index, used) in model.slots.iter().enumerate() {
        if model.slots[..index].iter().any(|other| other.slot.name == used.slot.name) {
            return Err(syn::Error::new(used.func.span(), format!("a second `{}`", used.slot.name)));
        }
    }
    Ok(())
}

/// A name that an option gives as identifier or string.
pub fn name_option(opts: &mut Opts, name: &str) -> syn::Result<Option<String>> {
    Ok(match opts.take(name) {
        None => None,
        Some(attrs::Opt { value: Value::Expr(expr), .. }) => Some(attrs::string(&expr)?.0),
        Some(opt) => return Err(syn::Error::new(opt.name.span(), "expected a string")),
    })
}

/// What a module's attribute function is called with.
pub fn attribute_callable(sig: &mut syn::Signature) -> syn::Result<Callable> {
    let (callable, _) = callable::parse(sig, Receiver::None, SigOption::Derived)?;
    match callable.params.first() {
        None => Ok(callable),
        Some(param) => Err(syn::Error::new(param.span, "takes nothing but the thread")),
    }
}
