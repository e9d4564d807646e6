//! Symbol tables: every block of a program with its names and where each name lives.
//!
//! `build` walks the tree once and records what is defined and used where, with CPython's errors; `analyze` resolves each name
//! to local, cell, free or global and decides which comprehensions are inlined. The lowering and the `_symtable` module read it.

mod analyze;
pub(crate) mod build;

use crate::intern::Sym;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

pub(crate) use build::{build, is_docstring, positional};

/// Index of a scope in its table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ScopeId(pub u32);

/// What a name does in a scope (CPython's `DEF_*` bits).
pub mod flags {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 16;
    pub const FREE_CLASS: u16 = 64;
    pub const IMPORT: u16 = 128;
    pub const ANNOT: u16 = 256;
    pub const COMP_ITER: u16 = 512;
    pub const TYPE_PARAM: u16 = 1024;
    pub const COMP_CELL: u16 = 2048;
    /// Something may unbind it: `del`, the end of `except … as name`.
    pub const DELETED: u16 = 4096;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// Where a name lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

/// A name in a scope.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    pub name: Sym,
    pub flags: u16,
    pub resolution: Resolution,
    /// First mention.
    pub range: TextRange,
}

/// The kind of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    ListComp,
    SetComp,
    DictComp,
    Generator,
    Annotation,
    TypeParams,
    TypeAlias,
    TypeVariable,
}

impl ScopeKind {
    /// Whether its names live in registers.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    /// Whether it is a comprehension or generator expression.
    pub fn is_comprehension(self) -> bool {
        matches!(self, ScopeKind::ListComp | ScopeKind::SetComp | ScopeKind::DictComp | ScopeKind::Generator)
    }

    /// Whether it evaluates annotations, type parameters or aliases.
    pub fn is_annotation_like(self) -> bool {
        matches!(self, ScopeKind::Annotation | ScopeKind::TypeParams | ScopeKind::TypeAlias | ScopeKind::TypeVariable)
    }
}

/// A block.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub name: Sym,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: Vec<Symbol>,
    index: FxHashMap<Sym, u32>,
    /// Arguments in order.
    pub params: Vec<Sym>,
    pub range: TextRange,
    /// Some enclosing block is function-like.
    pub nested: bool,
    pub is_generator: bool,
    pub is_coroutine: bool,
    pub is_async_def: bool,
    /// A comprehension that is part of the enclosing code object.
    pub inlined: bool,
    /// A class whose methods use `__class__`.
    pub needs_class_closure: bool,
    /// A class whose annotation scopes look names up in its namespace.
    pub needs_classdict: bool,
    /// Annotations that run conditionally are recorded in `__conditional_annotations__`.
    pub has_conditional_annotations: bool,
    pub needs_conditional_annotations_cell: bool,
    pub can_see_class_scope: bool,
    /// The scope that the annotations of this block (module, class) evaluate in.
    pub annotations: Option<ScopeId>,
    /// An assignment expression somewhere in this block (or a comprehension inlined into it) assigns a name of it.
    pub has_walrus: bool,
    pub docstring: bool,
    /// What a type variable's scope evaluates, for messages.
    pub place: Option<&'static str>,
}

impl Scope {
    /// The symbol of `name`.
    pub fn symbol(&self, name: Sym) -> Option<&Symbol> {
        self.index.get(&name).map(|&at| &self.symbols[at as usize])
    }

    fn symbol_mut(&mut self, name: Sym) -> Option<&mut Symbol> {
        self.index.get(&name).map(|&at| &mut self.symbols[at as usize])
    }

    /// The symbol of `name`, made if it is not there.
    fn entry(&mut self, name: Sym, range: TextRange) -> &mut Symbol {
        let at = *self.index.entry(name).or_insert_with(|| {
            self.symbols.push(Symbol { name, flags: 0, resolution: Resolution::GlobalImplicit, range });
            self.symbols.len() as u32 - 1
        });
        &mut self.symbols[at as usize]
    }
}

/// Which block of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

/// The address of a node and which of its blocks; addresses are only compared, and the tree outlives the table.
pub(crate) type NodeKey = (usize, Part);

/// The key of a node's block.
pub(crate) fn key<T>(node: &T, part: Part) -> NodeKey {
    (std::ptr::from_ref(node) as usize, part)
}

/// All scopes of a program; the first is the module's.
#[derive(Debug, Default)]
pub struct SymbolTable {
    pub scopes: Vec<Scope>,
    by_node: FxHashMap<NodeKey, ScopeId>,
}

impl SymbolTable {
    /// A scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope of a node's block.
    pub(crate) fn of<T>(&self, node: &T, part: Part) -> Option<ScopeId> {
        self.by_node.get(&key(node, part)).copied()
    }
}
