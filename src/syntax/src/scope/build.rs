//! The walk that fills the symbol table, with the errors CPython finds in its own such walk.

use super::{Part, Scope, ScopeId, ScopeKind, SymbolTable, analyze, flags, key};
use crate::errors::{ErrorKind, Result, error, fail};
use crate::intern::{Interner, Sym};
use ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// How deep expressions, statements and patterns may nest before it is a `RecursionError`.
const MAX_DEPTH: u32 = 12_000;

/// What `build` is to walk.
pub(crate) enum Root<'a> {
    Suite(&'a [Stmt]),
    Expr(&'a Expr),
}

/// Settings that the walk depends on.
#[derive(Clone, Copy, Default)]
pub(crate) struct BuildOptions {
    pub(crate) future_annotations: bool,
    pub(crate) top_level_await: bool,
}

/// A finished table and how deep the tree is.
pub(crate) struct Built {
    pub(crate) table: SymbolTable,
    pub(crate) max_depth: u32,
}

/// Builds and resolves the symbol table of a program. `depth_out` tells how deep the tree was found to be, also on error.
pub(crate) fn build(names: &mut Interner, root: Root<'_>, options: BuildOptions, depth_out: &mut u32) -> Result<Built> {
    let top = names.intern("top");
    let mut builder = Builder {
        names,
        table: SymbolTable::default(),
        cur: ScopeId(0),
        options,
        private: None,
        mangle_only: None,
        in_conditional: false,
        comp_iter_expr: 0,
        comp_target: false,
        depth: 0,
        max_depth: 0,
    };
    builder.table.scopes.push(new_scope(ScopeKind::Module, top, None, TextRange::default()));
    let walked = match root {
        Root::Suite(body) => builder.suite(body),
        Root::Expr(e) => builder.expr(e),
    };
    *depth_out = builder.max_depth;
    walked?;
    let Builder { mut table, max_depth, .. } = builder;
    analyze::analyze(&mut table, names)?;
    Ok(Built { table, max_depth })
}

fn new_scope(kind: ScopeKind, name: Sym, parent: Option<ScopeId>, range: TextRange) -> Scope {
    Scope {
        kind,
        name,
        parent,
        children: Vec::new(),
        symbols: Vec::new(),
        index: FxHashMap::default(),
        params: Vec::new(),
        range,
        nested: false,
        is_generator: false,
        is_coroutine: false,
        is_async_def: false,
        inlined: false,
        needs_class_closure: false,
        needs_classdict: false,
        has_conditional_annotations: false,
        needs_conditional_annotations_cell: false,
        can_see_class_scope: false,
        annotations: None,
        has_walrus: false,
        docstring: false,
        place: None,
    }
}

struct Builder<'a> {
    names: &'a mut Interner,
    table: SymbolTable,
    cur: ScopeId,
    options: BuildOptions,
    private: Option<Rc<str>>,
    /// In the type parameter scope of a class only these names are mangled.
    mangle_only: Option<Rc<FxHashSet<Sym>>>,
    in_conditional: bool,
    comp_iter_expr: u32,
    comp_target: bool,
    depth: u32,
    max_depth: u32,
}

/// What `enter` saves.
struct Saved {
    cur: ScopeId,
    in_conditional: bool,
    comp_target: bool,
}

impl Builder<'_> {
    fn scope(&mut self) -> &mut Scope {
        self.table.scope_mut(self.cur)
    }

    fn kind(&self) -> ScopeKind {
        self.table.scope(self.cur).kind
    }

    fn enter(&mut self, kind: ScopeKind, name: Sym, node: Option<super::NodeKey>, range: TextRange) -> Saved {
        let id = ScopeId(self.table.scopes.len() as u32);
        let parent = self.table.scope(self.cur);
        let mut scope = new_scope(kind, name, Some(self.cur), range);
        scope.nested = parent.nested || parent.kind.is_function_like();
        self.table.scopes.push(scope);
        self.scope().children.push(id);
        if let Some(node) = node {
            self.table.by_node.insert(node, id);
        }
        let saved = Saved { cur: self.cur, in_conditional: self.in_conditional, comp_target: self.comp_target };
        self.cur = id;
        self.in_conditional = false;
        self.comp_target = false;
        saved
    }

    fn leave(&mut self, saved: Saved) {
        self.cur = saved.cur;
        self.in_conditional = saved.in_conditional;
        self.comp_target = saved.comp_target;
    }

    fn mangle(&mut self, name: &str) -> Sym {
        let plain = self.names.intern(name);
        if let Some(only) = &self.mangle_only
            && !only.contains(&plain)
        {
            return plain;
        }
        self.names.mangle(self.private.as_deref(), name)
    }

    fn add(&mut self, name: &str, flag: u16, range: TextRange) -> Result<()> {
        let sym = self.mangle(name);
        self.add_sym(sym, flag, range)
    }

    fn add_sym(&mut self, sym: Sym, mut flag: u16, range: TextRange) -> Result<()> {
        if self.comp_target && flag & flags::LOCAL != 0 {
            flag |= flags::COMP_ITER;
        }
        let comp_target = self.comp_target;
        let symbol = self.scope().entry(sym, range);
        let old = symbol.flags;
        symbol.flags |= flag;
        if flag & flags::PARAM != 0 {
            if old & flags::PARAM != 0 {
                return error(range, format!("duplicate argument '{}' in function definition", self.names.name(sym)));
            }
            self.scope().params.push(sym);
        }
        if flag & flags::TYPE_PARAM != 0 && old & flags::TYPE_PARAM != 0 {
            return error(range, format!("duplicate type parameter '{}'", self.names.name(sym)));
        }
        if comp_target && old & (flags::GLOBAL | flags::NONLOCAL) != 0 {
            let msg = format!("comprehension inner loop cannot rebind assignment expression target '{}'", self.names.name(sym));
            return error(range, msg);
        }
        Ok(())
    }

    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
        if self.depth > MAX_DEPTH {
            // The tree is at least this deep; whoever drops it must know that it may be far deeper.
            self.max_depth = u32::MAX;
            return fail(ErrorKind::Recursion, "maximum recursion depth exceeded during compilation");
        }
        let result = if self.depth % 16 == 0 { stacker::maybe_grow(128 << 10, 4 << 20, || f(self)) } else { f(self) };
        self.depth -= 1;
        result
    }

    // ---- statements

    fn suite(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.nested(|b| b.stmt(stmt)))
    }

    fn conditional(&mut self, body: &[Stmt]) -> Result<()> {
        let saved = std::mem::replace(&mut self.in_conditional, true);
        self.suite(body)?;
        self.in_conditional = saved;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::Return(s) => self.opt_expr(s.value.as_deref()),
            Stmt::Delete(s) => self.exprs(&s.targets),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => {
                self.exprs(&s.targets)?;
                self.expr(&s.value)
            }
            Stmt::AugAssign(s) => {
                self.expr(&s.target)?;
                self.expr(&s.value)
            }
            Stmt::AnnAssign(s) => self.ann_assign(s),
            Stmt::For(s) => {
                self.async_statement(s.is_async);
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.conditional(&s.body)?;
                self.conditional(&s.orelse)
            }
            Stmt::While(s) => {
                self.expr(&s.test)?;
                self.conditional(&s.body)?;
                self.conditional(&s.orelse)
            }
            Stmt::If(s) => {
                self.expr(&s.test)?;
                self.conditional(&s.body)?;
                for clause in &s.elif_else_clauses {
                    self.opt_expr(clause.test.as_ref())?;
                    self.conditional(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(s) => {
                self.async_statement(s.is_async);
                let saved = std::mem::replace(&mut self.in_conditional, true);
                for item in &s.items {
                    self.expr(&item.context_expr)?;
                    self.opt_expr(item.optional_vars.as_deref())?;
                }
                self.suite(&s.body)?;
                self.in_conditional = saved;
                Ok(())
            }
            Stmt::Match(s) => {
                self.expr(&s.subject)?;
                let saved = std::mem::replace(&mut self.in_conditional, true);
                for case in &s.cases {
                    self.pattern(&case.pattern)?;
                    self.opt_expr(case.guard.as_deref())?;
                    self.suite(&case.body)?;
                }
                self.in_conditional = saved;
                Ok(())
            }
            Stmt::Raise(s) => {
                self.opt_expr(s.exc.as_deref())?;
                self.opt_expr(s.cause.as_deref())
            }
            Stmt::Try(s) => {
                self.conditional(&s.body)?;
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    self.opt_expr(handler.type_.as_deref())?;
                    if let Some(name) = &handler.name {
                        self.add(name, flags::LOCAL | flags::DELETED, name.range())?;
                    }
                    self.conditional(&handler.body)?;
                }
                self.conditional(&s.orelse)?;
                self.conditional(&s.finalbody)
            }
            Stmt::Assert(s) => {
                self.expr(&s.test)?;
                self.opt_expr(s.msg.as_deref())
            }
            Stmt::Import(s) => s.names.iter().try_for_each(|alias| {
                let name = match &alias.asname {
                    Some(name) => name.as_str(),
                    None => alias.name.split('.').next().unwrap_or_default(),
                };
                self.add(name, flags::IMPORT, alias.range())
            }),
            Stmt::ImportFrom(s) => s.names.iter().try_for_each(|alias| {
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                if name.as_str() == "*" {
                    if self.kind() != ScopeKind::Module {
                        return error(alias.range(), "import * only allowed at module level");
                    }
                    return Ok(());
                }
                self.add(name, flags::IMPORT, alias.range())
            }),
            Stmt::Global(s) => self.declare(&s.names, flags::GLOBAL, s.range()),
            Stmt::Nonlocal(s) => {
                if self.kind() == ScopeKind::Module {
                    return error(s.range(), "nonlocal declaration not allowed at module level");
                }
                self.declare(&s.names, flags::NONLOCAL, s.range())
            }
            Stmt::Expr(s) => self.expr(&s.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
            Stmt::IpyEscapeCommand(s) => error(s.range(), "invalid syntax"),
        }
    }

    fn declare(&mut self, names: &[ast::Identifier], flag: u16, range: TextRange) -> Result<()> {
        let what = if flag == flags::GLOBAL { "global" } else { "nonlocal" };
        for name in names {
            let sym = self.mangle(name);
            let old = self.scope().symbol(sym).map_or(0, |s| s.flags);
            let how = if old & flags::PARAM != 0 {
                Some(format!("name '{name}' is parameter and {what}"))
            } else if old & flags::USE != 0 && old & flags::LOCAL == 0 {
                Some(format!("name '{name}' is used prior to {what} declaration"))
            } else if old & flags::ANNOT != 0 {
                Some(format!("annotated name '{name}' can't be {what}"))
            } else if old & flags::LOCAL != 0 {
                Some(format!("name '{name}' is assigned to before {what} declaration"))
            } else if old & flags::USE != 0 {
                Some(format!("name '{name}' is used prior to {what} declaration"))
            } else {
                None
            };
            if let Some(msg) = how {
                return error(range, msg);
            }
            if flag == flags::GLOBAL {
                // The module's own assignments go to the globals, too, even where its code runs with other locals.
                self.table.scope_mut(ScopeId(0)).entry(sym, range).flags |= flags::GLOBAL;
            }
            self.add_sym(sym, flag, range)?;
        }
        Ok(())
    }

    fn ann_assign(&mut self, s: &ast::StmtAnnAssign) -> Result<()> {
        if let Expr::Name(name) = &*s.target {
            let sym = self.mangle(&name.id);
            let old = self.scope().symbol(sym).map_or(0, |s| s.flags);
            if s.simple && old & (flags::GLOBAL | flags::NONLOCAL) != 0 && self.cur != ScopeId(0) {
                let what = if old & flags::GLOBAL != 0 { "global" } else { "nonlocal" };
                return error(s.range(), format!("annotated name '{}' can't be {what}", name.id));
            }
            let flag = if s.simple { flags::ANNOT | flags::LOCAL } else { flags::LOCAL };
            if s.simple || s.value.is_some() {
                self.add_sym(sym, flag, name.range())?;
            }
        } else {
            self.expr(&s.target)?;
        }
        self.annotation(&s.annotation)?;
        self.opt_expr(s.value.as_deref())
    }

    /// A variable's annotation: evaluated in the block's annotation scope, in functions not at all.
    fn annotation(&mut self, annotation: &Expr) -> Result<()> {
        let kind = self.kind();
        if (kind == ScopeKind::Class && self.in_conditional || kind == ScopeKind::Module)
            && !self.table.scope(self.cur).has_conditional_annotations
            && !self.options.future_annotations
        {
            self.scope().has_conditional_annotations = true;
            self.add("__conditional_annotations__", flags::USE, annotation.range())?;
        }
        let unevaluated = kind.is_function_like() || self.options.future_annotations;
        let saved = match self.table.scope(self.cur).annotations {
            Some(id) if !unevaluated => {
                let saved = Saved { cur: self.cur, in_conditional: self.in_conditional, comp_target: self.comp_target };
                self.cur = id;
                self.in_conditional = false;
                saved
            }
            _ => {
                let parent = self.cur;
                let name = self.names.intern("__annotate__");
                let saved = self.enter(ScopeKind::Annotation, name, None, annotation.range());
                self.enter_annotation_scope(kind == ScopeKind::Class)?;
                if !unevaluated {
                    let id = self.cur;
                    self.table.scope_mut(parent).annotations = Some(id);
                }
                saved
            }
        };
        let scopes = self.table.scopes.len();
        if kind == ScopeKind::Class && self.table.scope(saved.cur).has_conditional_annotations {
            // Which annotations there are is asked where they are evaluated.
            self.add("__conditional_annotations__", flags::USE, annotation.range())?;
        }
        self.expr(annotation)?;
        let id = self.cur;
        self.leave(saved);
        if unevaluated {
            self.forget(id, scopes);
        }
        Ok(())
    }

    /// Forgets the names of an annotation scope, all but its argument, and of the scopes in it: it was walked for its errors only.
    fn forget(&mut self, id: ScopeId, first_inner: usize) {
        let scope = self.table.scope_mut(id);
        scope.symbols.truncate(1);
        scope.index.retain(|_, at| *at == 0);
        for scope in &mut self.table.scopes[first_inner..] {
            scope.symbols.clear();
            scope.index.clear();
        }
    }

    fn enter_annotation_scope(&mut self, sees_class: bool) -> Result<()> {
        let range = self.table.scope(self.cur).range;
        let format = self.names.intern(".format");
        self.add_sym(format, flags::PARAM, range)?;
        self.see_class(sees_class, range)
    }

    fn see_class(&mut self, sees_class: bool, range: TextRange) -> Result<()> {
        if sees_class {
            self.scope().can_see_class_scope = true;
            self.add("__classdict__", flags::USE, range)?;
        }
        Ok(())
    }

    fn sees_class(&self) -> bool {
        let scope = self.table.scope(self.cur);
        scope.kind == ScopeKind::Class || scope.can_see_class_scope
    }

    fn function(&mut self, def: &ast::StmtFunctionDef) -> Result<()> {
        self.add(&def.name, flags::LOCAL, def.range())?;
        self.defaults(&def.parameters)?;
        def.decorator_list.iter().try_for_each(|d| self.expr(&d.expression))?;
        let generic = match &def.type_params {
            Some(params) => {
                let has_defaults = positional(&def.parameters).any(|p| p.default.is_some());
                let has_kwdefaults = def.parameters.kwonlyargs.iter().any(|p| p.default.is_some());
                let name = self.names.intern(&format!("<generic parameters of {}>", def.name));
                let sees_class = self.sees_class();
                let saved = self.enter(ScopeKind::TypeParams, name, Some(key(def, Part::TypeParams)), def.range());
                self.see_class(sees_class, def.range())?;
                for (has, name) in [(has_defaults, ".defaults"), (has_kwdefaults, ".kwdefaults")] {
                    if has {
                        let name = self.names.intern(name);
                        self.add_sym(name, flags::PARAM, def.range())?;
                    }
                }
                self.type_params(params)?;
                Some(saved)
            }
            None => None,
        };
        self.function_annotations(def)?;
        let name = self.names.intern(&def.name);
        let saved = self.enter(ScopeKind::Function, name, Some(key(def, Part::Body)), def.range());
        if def.is_async {
            self.scope().is_coroutine = true;
            self.scope().is_async_def = true;
        }
        self.scope().docstring = is_docstring(&def.body);
        self.params(&def.parameters)?;
        self.suite(&def.body)?;
        self.leave(saved);
        if let Some(saved) = generic {
            self.leave(saved);
        }
        Ok(())
    }

    fn defaults(&mut self, params: &ast::Parameters) -> Result<()> {
        for p in positional(params).chain(&params.kwonlyargs) {
            self.opt_expr(p.default.as_deref())?;
        }
        Ok(())
    }

    fn params(&mut self, params: &ast::Parameters) -> Result<()> {
        for p in positional(params).chain(&params.kwonlyargs) {
            self.add(&p.parameter.name, flags::PARAM, p.parameter.name.range())?;
        }
        for p in params.vararg.iter().chain(&params.kwarg) {
            self.add(&p.name, flags::PARAM, p.name.range())?;
        }
        Ok(())
    }

    fn function_annotations(&mut self, def: &ast::StmtFunctionDef) -> Result<()> {
        if annotations(def).next().is_none() {
            return Ok(());
        }
        let sees_class = self.sees_class();
        let name = self.names.intern("__annotate__");
        let future = self.options.future_annotations;
        let node = Some(key(def, Part::Annotations));
        let saved = self.enter(ScopeKind::Annotation, name, node, def.range());
        self.enter_annotation_scope(sees_class && !future)?;
        let scopes = self.table.scopes.len();
        annotations(def).try_for_each(|(_, annotation, _)| self.expr(annotation))?;
        let id = self.cur;
        self.leave(saved);
        if future {
            self.forget(id, scopes);
        }
        Ok(())
    }

    fn class(&mut self, def: &ast::StmtClassDef) -> Result<()> {
        self.add(&def.name, flags::LOCAL, def.range())?;
        def.decorator_list.iter().try_for_each(|d| self.expr(&d.expression))?;
        let outer_private = self.private.clone();
        let outer_only = self.mangle_only.clone();
        let generic = match &def.type_params {
            Some(params) => {
                let name = self.names.intern(&format!("<generic parameters of {}>", def.name));
                let sees_class = self.sees_class();
                let saved = self.enter(ScopeKind::TypeParams, name, Some(key(def, Part::TypeParams)), def.range());
                self.see_class(sees_class, def.range())?;
                for name in [".type_params", ".generic_base"] {
                    let name = self.names.intern(name);
                    self.add_sym(name, flags::LOCAL | flags::USE, def.range())?;
                }
                self.private = Some(def.name.as_str().into());
                self.mangle_only = Some(Rc::new(params.iter().map(|p| self.names.intern(p.name())).collect()));
                self.type_params(params)?;
                Some(saved)
            }
            None => None,
        };
        if let Some(arguments) = &def.arguments {
            self.exprs(&arguments.args)?;
            arguments.keywords.iter().try_for_each(|k| self.expr(&k.value))?;
        }
        let name = self.names.intern(&def.name);
        let saved = self.enter(ScopeKind::Class, name, Some(key(def, Part::Body)), def.range());
        self.private = Some(def.name.as_str().into());
        self.mangle_only = None;
        if def.type_params.is_some() {
            self.add("__type_params__", flags::LOCAL, def.range())?;
            let name = self.names.intern(".type_params");
            self.add_sym(name, flags::USE, def.range())?;
        }
        self.suite(&def.body)?;
        self.leave(saved);
        self.private = outer_private;
        self.mangle_only = outer_only;
        if let Some(saved) = generic {
            self.leave(saved);
        }
        Ok(())
    }

    fn type_params(&mut self, params: &ast::TypeParams) -> Result<()> {
        for param in params.iter() {
            if ["__classdict__", "__conditional_annotations__"].contains(&param.name().as_str()) {
                return error(param.range(), format!("reserved name '{}' cannot be used for type parameter", param.name()));
            }
            self.add(param.name(), flags::TYPE_PARAM | flags::LOCAL, param.range())?;
            let bound = match param {
                ast::TypeParam::TypeVar(p) => p.bound.as_deref(),
                _ => None,
            };
            for (part, value) in [(Part::Bound, bound), (Part::Default, param.default())] {
                let Some(value) = value else { continue };
                let name = self.names.intern(param.name());
                let sees_class = self.table.scope(self.cur).can_see_class_scope;
                let saved = self.enter(ScopeKind::TypeVariable, name, Some(key(param, part)), value.range());
                self.enter_annotation_scope(sees_class)?;
                self.scope().place = Some(match (part, param) {
                    (Part::Default, ast::TypeParam::TypeVar(_)) => "a TypeVar default",
                    (Part::Default, ast::TypeParam::ParamSpec(_)) => "a ParamSpec default",
                    (Part::Default, ast::TypeParam::TypeVarTuple(_)) => "a TypeVarTuple default",
                    _ if value.is_tuple_expr() => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                });
                self.expr(value)?;
                self.leave(saved);
            }
        }
        Ok(())
    }

    fn type_alias(&mut self, s: &ast::StmtTypeAlias) -> Result<()> {
        self.expr(&s.name)?;
        let name = s.name.as_name_expr().map_or("", |n| n.id.as_str());
        let sees_class = self.sees_class();
        let generic = match &s.type_params {
            Some(params) => {
                let scope_name = self.names.intern(&format!("<generic parameters of {name}>"));
                let saved = self.enter(ScopeKind::TypeParams, scope_name, Some(key(s, Part::TypeParams)), s.range());
                self.see_class(sees_class, s.range())?;
                self.type_params(params)?;
                Some(saved)
            }
            None => None,
        };
        let name = self.names.intern(name);
        let saved = self.enter(ScopeKind::TypeAlias, name, Some(key(s, Part::Body)), s.range());
        self.enter_annotation_scope(sees_class)?;
        self.expr(&s.value)?;
        self.leave(saved);
        if let Some(saved) = generic {
            self.leave(saved);
        }
        Ok(())
    }

    // ---- expressions

    fn exprs(&mut self, list: &[Expr]) -> Result<()> {
        list.iter().try_for_each(|e| self.expr(e))
    }

    fn opt_expr(&mut self, e: Option<&Expr>) -> Result<()> {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn expr(&mut self, e: &Expr) -> Result<()> {
        match e {
            Expr::Name(name) => self.name(name),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Ok(()),
            _ => {
                let deepest = self.depth == MAX_DEPTH;
                let result = self.nested(|b| b.compound(e));
                if deepest && matches!(e, Expr::UnaryOp(_) | Expr::Lambda(_) | Expr::If(_)) {
                    // These nest to the right: CPython's parser is the first to give up.
                    return fail(ErrorKind::Memory, "Parser stack overflowed - Python source too complex to parse");
                }
                result
            }
        }
    }

    fn name(&mut self, name: &ast::ExprName) -> Result<()> {
        let flag = match name.ctx {
            ExprContext::Load => flags::USE,
            ExprContext::Del => flags::LOCAL | flags::DELETED,
            _ => flags::LOCAL,
        };
        self.add(&name.id, flag, name.range())?;
        if name.ctx == ExprContext::Load && name.id.as_str() == "super" && self.kind().is_function_like() {
            self.add("__class__", flags::USE, name.range())?;
        }
        Ok(())
    }

    fn compound(&mut self, e: &Expr) -> Result<()> {
        match e {
            Expr::BoolOp(e) => self.exprs(&e.values),
            Expr::Named(e) => self.named(e),
            Expr::BinOp(e) => {
                self.expr(&e.left)?;
                self.expr(&e.right)
            }
            Expr::UnaryOp(e) => self.expr(&e.operand),
            Expr::Lambda(e) => self.lambda(e),
            Expr::If(e) => {
                self.expr(&e.test)?;
                self.expr(&e.body)?;
                self.expr(&e.orelse)
            }
            Expr::Dict(e) => e.items.iter().try_for_each(|item| {
                self.opt_expr(item.key.as_ref())?;
                self.expr(&item.value)
            }),
            Expr::Set(e) => self.exprs(&e.elts),
            Expr::ListComp(c) => self.comprehension(e, ScopeKind::ListComp, &c.elt, None, &c.generators),
            Expr::SetComp(c) => self.comprehension(e, ScopeKind::SetComp, &c.elt, None, &c.generators),
            Expr::DictComp(c) => match &c.key {
                Some(key) => self.comprehension(e, ScopeKind::DictComp, key, Some(&c.value), &c.generators),
                None => {
                    let at = c.range().start() + TextSize::new(1);
                    let range = TextRange::new(at, at + TextSize::new(2));
                    error(range, "dict unpacking cannot be used in dict comprehension")
                }
            },
            Expr::Generator(c) => self.comprehension(e, ScopeKind::Generator, &c.elt, None, &c.generators),
            Expr::Await(a) => self.await_expr(a),
            Expr::Yield(y) => {
                self.opt_expr(y.value.as_deref())?;
                self.yield_expr(e.range())
            }
            Expr::YieldFrom(y) => {
                self.expr(&y.value)?;
                self.yield_expr(e.range())
            }
            Expr::Compare(e) => {
                self.expr(&e.left)?;
                self.exprs(&e.comparators)
            }
            Expr::Call(e) => {
                self.expr(&e.func)?;
                self.exprs(&e.arguments.args)?;
                e.arguments.keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            Expr::FString(e) => e.value.iter().try_for_each(|part| match part {
                ast::FStringPart::FString(f) => self.interpolated(&f.elements),
                ast::FStringPart::Literal(_) => Ok(()),
            }),
            Expr::TString(e) => e.value.iter().try_for_each(|part| self.interpolated(&part.elements)),
            Expr::Attribute(e) => self.expr(&e.value),
            Expr::Subscript(e) => {
                self.expr(&e.value)?;
                self.expr(&e.slice)
            }
            Expr::Starred(e) => self.expr(&e.value),
            Expr::List(e) => self.exprs(&e.elts),
            Expr::Tuple(e) => self.exprs(&e.elts),
            Expr::Slice(e) => {
                self.opt_expr(e.lower.as_deref())?;
                self.opt_expr(e.upper.as_deref())?;
                self.opt_expr(e.step.as_deref())
            }
            // A constant that the parser's tree cannot hold (`tree::build`).
            Expr::IpyEscapeCommand(_) => Ok(()),
            // Leaves, handled by `expr`.
            Expr::Name(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Ok(()),
        }
    }

    fn interpolated(&mut self, elements: &ast::InterpolatedStringElements) -> Result<()> {
        for element in elements.interpolations() {
            self.expr(&element.expression)?;
            if let Some(spec) = &element.format_spec {
                self.nested(|b| b.interpolated(&spec.elements))?;
            }
        }
        Ok(())
    }

    fn forbid_in_annotation(&mut self, what: &str, range: TextRange) -> Result<()> {
        let place = match self.kind() {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeParams => "the definition of a generic",
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeVariable => {
                let scope = self.table.scope(self.cur);
                scope.place.unwrap_or("a TypeVar bound")
            }
            _ => return Ok(()),
        };
        error(range, format!("{what} expression cannot be used within {place}"))
    }

    /// A module that waits at its top level is a coroutine, even if the compiler leaves the waiting out.
    fn async_statement(&mut self, is_async: bool) {
        if is_async && self.options.top_level_await && self.kind() == ScopeKind::Module {
            self.scope().is_coroutine = true;
        }
    }

    fn await_expr(&mut self, e: &ast::ExprAwait) -> Result<()> {
        self.forbid_in_annotation("await", e.range())?;
        let kind = self.kind();
        let scope = self.table.scope(self.cur);
        let top_level = self.options.top_level_await && kind == ScopeKind::Module;
        if !top_level {
            if !kind.is_function_like() {
                return error(e.range(), "'await' outside function");
            }
            if !scope.is_async_def && !kind.is_comprehension() {
                return error(e.range(), "'await' outside async function");
            }
        }
        self.expr(&e.value)?;
        self.scope().is_coroutine = true;
        Ok(())
    }

    fn yield_expr(&mut self, range: TextRange) -> Result<()> {
        self.forbid_in_annotation("yield", range)?;
        let what = match self.kind() {
            ScopeKind::ListComp => "list comprehension",
            ScopeKind::SetComp => "set comprehension",
            ScopeKind::DictComp => "dict comprehension",
            ScopeKind::Generator => "generator expression",
            ScopeKind::Module | ScopeKind::Class => return Ok(()), // The lowering complains.
            _ => {
                self.scope().is_generator = true;
                return Ok(());
            }
        };
        error(range, format!("'yield' inside {what}"))
    }

    fn named(&mut self, e: &ast::ExprNamed) -> Result<()> {
        self.forbid_in_annotation("named", e.range())?;
        if self.comp_iter_expr > 0 {
            return error(e.range(), "assignment expression cannot be used in a comprehension iterable expression");
        }
        let Expr::Name(target) = &*e.target else {
            return error(e.target.range(), "cannot use assignment expressions with this target");
        };
        if self.kind().is_comprehension() {
            self.extend_named_scope(target)?;
        } else {
            self.scope().has_walrus = true;
        }
        self.expr(&e.value)?;
        self.expr(&e.target)
    }

    /// An assignment expression in a comprehension binds in the block around the comprehension.
    fn extend_named_scope(&mut self, target: &ast::ExprName) -> Result<()> {
        let sym = self.mangle(&target.id);
        let range = target.range();
        let mut at = self.cur;
        loop {
            let scope = self.table.scope(at);
            let place = match scope.kind {
                kind if kind.is_comprehension() => {
                    if scope.symbol(sym).is_some_and(|s| s.flags & flags::COMP_ITER != 0) {
                        let msg = "assignment expression cannot rebind comprehension iteration variable";
                        return error(range, format!("{msg} '{}'", target.id));
                    }
                    let Some(parent) = scope.parent else { return Ok(()) };
                    at = parent;
                    continue;
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let global = scope.symbol(sym).is_some_and(|s| s.flags & flags::GLOBAL != 0);
                    let nonlocal = scope.symbol(sym).is_some_and(|s| s.flags & flags::NONLOCAL != 0);
                    self.add_sym(sym, if global { flags::GLOBAL } else { flags::NONLOCAL }, range)?;
                    let definer = self.table.scope_mut(at);
                    definer.has_walrus = true;
                    definer.entry(sym, range).flags |= if global || nonlocal { 0 } else { flags::LOCAL };
                    return Ok(());
                }
                ScopeKind::Module => {
                    self.add_sym(sym, flags::GLOBAL, range)?;
                    self.table.scope_mut(at).entry(sym, range).flags |= flags::GLOBAL;
                    return Ok(());
                }
                ScopeKind::Class => "class body",
                ScopeKind::TypeAlias => "type alias",
                ScopeKind::TypeParams => "type parameter",
                ScopeKind::TypeVariable => "TypeVar bound",
                _ => "annotation",
            };
            return error(range, format!("assignment expression within a comprehension cannot be used in a {place}"));
        }
    }

    fn lambda(&mut self, e: &ast::ExprLambda) -> Result<()> {
        if let Some(params) = &e.parameters {
            self.defaults(params)?;
        }
        let name = self.names.intern("lambda");
        let saved = self.enter(ScopeKind::Lambda, name, Some(key(e, Part::Body)), e.range());
        if let Some(params) = &e.parameters {
            self.params(params)?;
        }
        self.expr(&e.body)?;
        self.leave(saved);
        Ok(())
    }

    fn comprehension(
        &mut self,
        node: &Expr,
        kind: ScopeKind,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[ast::Comprehension],
    ) -> Result<()> {
        if elt.is_starred_expr() {
            return error(elt.range(), "iterable unpacking cannot be used in comprehension");
        }
        let Some((first, rest)) = generators.split_first() else { return error(node.range(), "comprehension with no generators") };
        self.comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.comp_iter_expr -= 1;
        let name = self.names.intern(match kind {
            ScopeKind::ListComp => "<listcomp>",
            ScopeKind::SetComp => "<setcomp>",
            ScopeKind::DictComp => "<dictcomp>",
            _ => "<genexpr>",
        });
        let saved = self.enter(kind, name, Some(key(node, Part::Body)), node.range());
        let iter = self.names.intern(".0");
        self.add_sym(iter, flags::PARAM, node.range())?;
        self.generator_target(first)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.comp_iter_expr -= 1;
            self.generator_target(generator)?;
            self.exprs(&generator.ifs)?;
        }
        self.opt_expr(value)?;
        self.expr(elt)?;
        let is_async = self.table.scope(self.cur).is_coroutine && kind != ScopeKind::Generator;
        if kind == ScopeKind::Generator {
            self.scope().is_generator = true;
        }
        self.leave(saved);
        if is_async {
            let outer = self.table.scope(self.cur);
            let top_level = self.options.top_level_await && outer.kind == ScopeKind::Module;
            if !outer.is_async_def && !outer.kind.is_comprehension() && !top_level {
                return error(node.range(), "asynchronous comprehension outside of an asynchronous function");
            }
            self.scope().is_coroutine = true;
        }
        Ok(())
    }

    fn generator_target(&mut self, generator: &ast::Comprehension) -> Result<()> {
        self.comp_target = true;
        self.expr(&generator.target)?;
        self.comp_target = false;
        if generator.is_async {
            self.scope().is_coroutine = true;
        }
        Ok(())
    }

    // ---- patterns

    fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        self.nested(|b| b.pattern_inner(pattern))
    }

    fn pattern_inner(&mut self, pattern: &Pattern) -> Result<()> {
        let bind = |s: &mut Self, name: &Option<ast::Identifier>, range| match name {
            Some(name) => s.add(name, flags::LOCAL, range),
            None => Ok(()),
        };
        match pattern {
            Pattern::MatchValue(p) => self.expr(&p.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(p) => {
                self.exprs(&p.keys)?;
                p.patterns.iter().try_for_each(|p| self.pattern(p))?;
                bind(self, &p.rest, p.range())
            }
            Pattern::MatchClass(p) => {
                self.expr(&p.cls)?;
                p.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                p.arguments.keywords.iter().try_for_each(|k| self.pattern(&k.pattern))
            }
            Pattern::MatchStar(p) => bind(self, &p.name, p.range()),
            Pattern::MatchAs(p) => {
                p.pattern.as_deref().map_or(Ok(()), |p| self.pattern(p))?;
                bind(self, &p.name, p.range())
            }
            Pattern::MatchOr(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }
}

/// Positional parameters.
pub(crate) fn positional(params: &ast::Parameters) -> impl Iterator<Item = &ast::ParameterWithDefault> {
    params.posonlyargs.iter().chain(&params.args)
}

/// A function's annotations in the order of evaluation: name, expression, whether it is `*args: *T`.
pub(crate) fn annotations(def: &ast::StmtFunctionDef) -> impl Iterator<Item = (&str, &Expr, bool)> {
    let params = &def.parameters;
    positional(params)
        .map(|p| (&p.parameter, false))
        .chain(params.vararg.iter().map(|p| (&**p, true)))
        .chain(params.kwonlyargs.iter().map(|p| (&p.parameter, false)))
        .chain(params.kwarg.iter().map(|p| (&**p, false)))
        .filter_map(|(p, star)| Some((p.name.as_str(), p.annotation.as_deref()?, star)))
        .chain(def.returns.iter().map(|e| ("return", &**e, false)))
}

/// Whether the suite starts with a string expression.
pub(crate) fn is_docstring(body: &[Stmt]) -> bool {
    matches!(body.first(), Some(Stmt::Expr(s)) if s.value.is_string_literal_expr())
}
