//! The options in our attributes' parentheses, docstrings, and small questions about types.
//!
//! Invariant: an option that nobody asked for is an error at its name.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Path, Token};

/// `name`, `name = value`, or `name(list)`.
pub enum Value {
    Flag,
    Expr(Expr),
    List(Vec<Path>),
}

pub struct Opt {
    pub name: Ident,
    pub value: Value,
}

impl Parse for Opt {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = syn::ext::IdentExt::parse_any(input)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Expr(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inner;
            syn::parenthesized!(inner in input);
            Value::List(Punctuated::<Path, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
        } else {
            Value::Flag
        };
        Ok(Opt { name, value })
    }
}

/// The options of one attribute; each is taken once.
pub struct Opts(Vec<Opt>);

impl Opts {
    pub fn parse(tokens: proc_macro2::TokenStream) -> syn::Result<Opts> {
        let parser = Punctuated::<Opt, Token![,]>::parse_terminated;
        Ok(Opts(syn::parse::Parser::parse2(parser, tokens)?.into_iter().collect()))
    }

    /// The options of `#[name]`, `#[name(…)]`.
    pub fn of(attr: &Attribute) -> syn::Result<Opts> {
        match &attr.meta {
            syn::Meta::Path(_) => Ok(Opts(Vec::new())),
            syn::Meta::List(list) => Opts::parse(list.tokens.clone()),
            syn::Meta::NameValue(pair) => Err(syn::Error::new(pair.span(), "write `#[name(option = value)]`")),
        }
    }

    pub fn take(&mut self, name: &str) -> Option<Opt> {
        let at = self.0.iter().position(|opt| opt.name == name)?;
        Some(self.0.remove(at))
    }

    pub fn flag(&mut self, name: &str) -> syn::Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Opt { value: Value::Flag, .. }) => Ok(true),
            Some(opt) => Err(syn::Error::new(opt.name.span(), format!("`{name}` takes no value"))),
        }
    }

    pub fn expr(&mut self, name: &str) -> syn::Result<Option<Expr>> {
        match self.take(name) {
            None => Ok(None),
            Some(Opt { value: Value::Expr(expr), .. }) => Ok(Some(expr)),
            Some(opt) => Err(syn::Error::new(opt.name.span(), format!("write `{name} = …`"))),
        }
    }

    pub fn string(&mut self, name: &str) -> syn::Result<Option<(String, Span)>> {
        self.expr(name)?.map(|expr| string(&expr)).transpose()
    }

    pub fn ident(&mut self, name: &str) -> syn::Result<Option<Ident>> {
        self.expr(name)?.map(|expr| ident(&expr)).transpose()
    }

    pub fn list(&mut self, name: &str) -> syn::Result<Vec<Path>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Opt { value: Value::List(list), .. }) => Ok(list),
            Some(opt) => Err(syn::Error::new(opt.name.span(), format!("write `{name}(…)`"))),
        }
    }

    /// The names that are flags, in order: `#[slot(tp_repr, tp_str)]`.
    pub fn flags(&mut self) -> Vec<Ident> {
        let (flags, rest): (Vec<Opt>, Vec<Opt>) = std::mem::take(&mut self.0).into_iter().partition(|opt| matches!(opt.value, Value::Flag));
        self.0 = rest;
        flags.into_iter().map(|opt| opt.name).collect()
    }

    /// Nothing may be left.
    pub fn finish(self) -> syn::Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(opt) => Err(syn::Error::new(opt.name.span(), format!("unknown option `{}`", opt.name))),
        }
    }
}

/// A value that came through a `macro_rules!` stands in an invisible group.
fn ungroup(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungroup(&group.expr),
        other => other,
    }
}

pub fn string(expr: &Expr) -> syn::Result<(String, Span)> {
    match ungroup(expr) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok((text.value(), text.span())),
        other => Err(syn::Error::new(other.span(), "expected a string literal")),
    }
}

pub fn ident(expr: &Expr) -> syn::Result<Ident> {
    match ungroup(expr) {
        Expr::Path(path) if path.path.get_ident().is_some() => Ok(path.path.require_ident()?.clone()),
        other => Err(syn::Error::new(other.span(), "expected a name")),
    }
}

/// The expression's path, as a type.
pub fn type_path(expr: Expr) -> syn::Result<syn::Type> {
    match ungroup(&expr).clone() {
        Expr::Path(path) => Ok(syn::Type::Path(syn::TypePath { qself: path.qself, path: path.path })),
        other => Err(syn::Error::new(other.span(), "expected a type")),
    }
}

/// Whether the attribute is `#[name…]`.
pub fn is(attr: &Attribute, name: &str) -> bool {
    attr.path().is_ident(name)
}

/// Removes and returns the attributes that `pick` accepts.
pub fn extract(attrs: &mut Vec<Attribute>, pick: impl Fn(&Attribute) -> bool) -> Vec<Attribute> {
    let (ours, theirs) = std::mem::take(attrs).into_iter().partition(pick);
    *attrs = theirs;
    ours
}

/// The doc comments as a docstring: one leading blank per line removed.
pub fn docstring(attrs: &[Attribute]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attr in attrs.iter().filter(|attr| is(attr, "doc")) {
        if let syn::Meta::NameValue(pair) = &attr.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let text = text.value();
            lines.extend(text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
        }
    }
    let text = lines.join("\n");
    let text = text.trim_matches('\n');
    (!text.is_empty()).then(|| text.to_owned())
}

/// The `doc = …` option, else the doc comments. `doc = none` is none.
pub fn doc(opts: &mut Opts, attrs: &[Attribute]) -> syn::Result<Option<String>> {
    match opts.expr("doc")? {
        None => Ok(docstring(attrs)),
        Some(expr) if is_none(&expr) => Ok(None),
        Some(expr) => Ok(Some(string(&expr)?.0)),
    }
}

/// Whether the expression is the bare word `none`.
pub fn is_none(expr: &Expr) -> bool {
    matches!(ungroup(expr), Expr::Path(path) if path.path.is_ident("none"))
}

/// A Rust name as Python's: without `r#`.
pub fn python_name(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}
