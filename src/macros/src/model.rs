//! What a declaration says, freed of its syntax.
//!
//! Invariant: a model is complete and consistent; `render` cannot fail.

use proc_macro2::{Span, TokenStream};
use syn::{Ident, Type};

/// How a Python parameter may be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    PositionalOnly,
    Positional,
    KeywordOnly,
    VarArgs,
    VarKeywords,
}

/// What the Rust side of a parameter asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wants {
    /// `&Object`: whatever comes.
    Object,
    /// `Ref<Object>`
    Owned,
    /// `Option<&Object>`: `None` when absent; Python's `None` is a value like others.
    MaybeObject,
    /// `&Type`: a class.
    Class,
    /// `Option<&Type>`
    MaybeClass,
    /// `Option<T>` for any other `T: FromArg`.
    Maybe,
    /// `T: FromArg`
    Value,
    /// `Args<'_>`
    Args,
    /// `KwArgs<'_>`
    KwArgs,
}

/// One Python parameter.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub wants: Wants,
    /// Python's default, as the text signature shows it.
    pub shown_default: Option<String>,
    /// What Rust receives when the argument is absent (for [`Wants::Value`] and its like).
    pub default: Option<TokenStream>,
    /// Where errors of this parameter belong.
    pub span: Span,
}

impl Param {
    pub fn is_required(&self) -> bool {
        self.shown_default.is_none() && !matches!(self.kind, Kind::VarArgs | Kind::VarKeywords)
    }

    /// Whether Python's `None` means "absent" for a [`Wants::Maybe`]: if that is its default, or it has none.
    pub fn none_is_absent(&self) -> bool {
        self.shown_default.as_deref().is_none_or(|text| text == "None")
    }
}

/// What stands in the Rust function's parameter list behind its receiver, in order.
#[derive(Clone, Debug)]
pub enum Input {
    /// The thread; `&mut` or `&`.
    Thread { mutable: bool },
    /// The Python parameter of that index.
    Param(usize),
    /// The module object of a function of a module.
    Module,
    /// The class that a class method is called on.
    Class,
}

/// What the function is called on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    None,
    /// `&self`
    This,
    /// `cls: &Type`, the first of its parameters that is not the thread
    Class,
}

/// A Rust function that Python calls with arguments.
#[derive(Clone, Debug)]
pub struct Callable {
    pub func: Ident,
    pub receiver: Receiver,
    pub inputs: Vec<Input>,
    pub params: Vec<Param>,
}

/// How C passes arguments to an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    NoArgs,
    O,
    Fast,
    FastKeywords,
    /// A tuple.
    Tuple,
    /// A tuple and a dict or null: `tp_new`, `tp_init`, `tp_call`.
    TupleDict,
    /// `tp_vectorcall` and the field that `tp_vectorcall_offset` names.
    Vectorcall,
}

impl Callable {
    /// The cheapest convention of `PyMethodDef` that carries these parameters.
    pub fn method_convention(&self) -> Convention {
        let keywords = |p: &Param| matches!(p.kind, Kind::Positional | Kind::KeywordOnly | Kind::VarKeywords);
        match &self.params[..] {
            [] => Convention::NoArgs,
            params if params.iter().any(keywords) => Convention::FastKeywords,
            [one] if one.is_required() && one.kind == Kind::PositionalOnly => Convention::O,
            _ => Convention::Fast,
        }
    }
}

/// How a method is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    Instance,
    Class,
    Static,
    /// A function of a module.
    Module,
}

/// One `PyMethodDef`.
#[derive(Clone, Debug)]
pub struct Method {
    pub name: String,
    pub callable: Callable,
    pub binding: Binding,
    pub coexist: bool,
    /// CPython declares it with `METH_VARARGS`, and extensions put functions of theirs in its place (time-machine).
    pub varargs: bool,
    /// Docstring with the text signature in front.
    pub doc: Option<String>,
}

impl Method {
    /// How C calls its entry.
    pub fn convention(&self) -> Convention {
        match self.callable.method_convention() {
            Convention::FastKeywords => Convention::FastKeywords,
            _ if self.varargs => Convention::Tuple,
            cheapest => cheapest,
        }
    }
}

/// One slot and what fills it.
#[derive(Clone, Debug)]
pub struct SlotUse {
    pub slot: &'static crate::slots::Slot,
    pub func: Ident,
    /// What messages call it, if not by the type's name.
    pub name: Option<String>,
    pub body: SlotBody,
}

#[derive(Clone, Debug)]
pub enum SlotBody {
    /// C's arguments, one to one: for each Rust parameter behind the receiver the thread or C's argument of that index.
    Fixed { receiver: Receiver, inputs: Vec<SlotInput> },
    /// Python's arguments.
    Call(Callable),
}

#[derive(Clone, Debug)]
pub enum SlotInput {
    Thread { mutable: bool },
    Arg { index: usize, wants: Wants, span: Span },
}

/// One `PyGetSetDef`.
#[derive(Clone, Debug)]
pub struct GetSet {
    pub name: String,
    pub get: Option<Accessor>,
    pub set: Option<Accessor>,
    pub doc: Option<String>,
}

/// A getter, or a setter.
#[derive(Clone, Debug)]
pub struct Accessor {
    pub func: Ident,
    pub inputs: Vec<SlotInput>,
}

/// One `#[pymethods]` block.
pub struct MethodsPart {
    /// The block as the author wrote it, our attributes removed.
    pub block: syn::ItemImpl,
    pub ty: Type,
    pub part: Option<Ident>,
    pub slots: Vec<SlotUse>,
    pub methods: Vec<Method>,
    pub getset: Vec<GetSet>,
}

/// How the collector learns what instances hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gc {
    /// From the fields that mention `Slot` or `Ref`.
    Auto,
    /// From the author's `impl Traverse`.
    Custom,
    /// Instances cannot form cycles. Their fields are traversed all the same: sharing goes by them (R6).
    None,
}

/// One `PyMemberDef`.
pub struct Member {
    pub field: Ident,
    pub name: String,
    pub kind: String,
    pub readonly: bool,
    pub doc: Option<String>,
}

/// What a `#[pytype]` declares.
pub struct PyType {
    /// The struct as the author wrote it, our attributes removed.
    pub item: syn::ItemStruct,
    pub name: String,
    pub module: Option<String>,
    pub export: Option<String>,
    /// The Rust struct of the base type; none: `object`.
    pub base: Option<Type>,
    pub metaclass: Option<Type>,
    pub flags: Vec<Ident>,
    pub doc: Option<String>,
    pub dict: Option<Ident>,
    /// Outer: weak references are allowed. Inner: the ABI's field of them.
    pub weakref: Option<Option<Ident>>,
    pub vectorcall: Option<Ident>,
    pub gc: Gc,
    /// The fields that [`Gc::Auto`] visits.
    pub traversed: Vec<syn::Member>,
    /// The ABI's struct that instances are laid out as.
    pub layout: Option<Ident>,
    /// `LockKind`'s variant.
    pub lock: Ident,
    pub prefix: Option<bool>,
    pub basicsize: Option<syn::Expr>,
    pub itemsize: Option<syn::Expr>,
    pub size: Option<syn::Expr>,
    pub parts: Vec<Ident>,
    pub members: Vec<Member>,
}

/// One constant of a module.
pub struct Constant {
    pub name: String,
    /// `glue::Constant`'s variant.
    pub kind: &'static str,
    pub ident: Ident,
    pub cfg: Vec<syn::Attribute>,
}

/// What a `#[pymodule]` declares.
pub struct Module {
    pub item: syn::ItemMod,
    /// Absent in a part of a module.
    pub name: Option<String>,
    pub doc: Option<String>,
    pub functions: Vec<(Method, Vec<syn::Attribute>)>,
    pub constants: Vec<Constant>,
    pub attrs: Vec<(String, SlotBody, Ident)>,
    pub types: Vec<syn::Path>,
    /// Types that are made ready with the module but are not attributes of it.
    pub hidden: Vec<syn::Path>,
    pub exec: Option<Ident>,
    pub parts: Vec<syn::Path>,
}
