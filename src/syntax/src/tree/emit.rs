//! The parser's tree as nodes, with CPython's places: statements here, the rest in the files below.
//!
//! The parser's ranges are CPython's but for a few nodes, which say so where they are made.

mod args;
mod expr;
mod pattern;
mod strings;

use super::{Kind, Maker, TypeComment};
use crate::code::Position;
use crate::errors::{Error, ErrorKind};
use crate::location::Locator;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// How deep nodes may nest before it is a `RecursionError`.
const MAX_DEPTH: u32 = 12_000;

type Made<M> = Result<<M as Maker>::Value, <M as Maker>::Error>;

pub(crate) struct Emitter<'a, M> {
    maker: &'a mut M,
    locator: &'a Locator<'a>,
    /// Type comments in order.
    comments: &'a [TextRange],
    depth: u32,
    pub(crate) max_depth: u32,
}

impl<'a, M: Maker> Emitter<'a, M> {
    pub(crate) fn new(maker: &'a mut M, locator: &'a Locator<'a>, comments: &'a [TextRange]) -> Emitter<'a, M> {
        Emitter { maker, locator, comments, depth: 0, max_depth: 0 }
    }

    /// A module or interactive input.
    pub(crate) fn module(&mut self, body: &[Stmt], interactive: bool) -> Made<M> {
        let body = self.suite(body)?;
        if interactive {
            return self.maker.node(Kind::Interactive, None, [body]);
        }
        let mut ignores = Vec::new();
        for comment in self.comments {
            let text = self.locator.text(*comment).unwrap_or_default();
            if let Some(TypeComment::Ignore(tag)) = crate::tree::type_comment(text) {
                let line = i64::from(self.locator.position(*comment).line);
                let fields = [self.maker.int(line), self.maker.text(tag)];
                ignores.push(self.maker.node(Kind::TypeIgnore, None, fields)?);
            }
        }
        let ignores = self.maker.list(ignores)?;
        self.maker.node(Kind::Module, None, [body, ignores])
    }

    /// An expression as a whole.
    pub(crate) fn expression(&mut self, e: &Expr) -> Made<M> {
        let body = self.expr(e)?;
        self.maker.node(Kind::Expression, None, [body])
    }

    /// Types of a function's comment.
    pub(crate) fn function_type(&mut self, arguments: &[Expr], returns: &Expr) -> Made<M> {
        let arguments = self.exprs(arguments)?;
        let returns = self.expr(returns)?;
        self.maker.node(Kind::FunctionType, None, [arguments, returns])
    }

    /// The type comment between two places.
    fn comment(&mut self, from: TextSize, to: TextSize) -> M::Value {
        let at = self.comments.partition_point(|c| c.start() < from);
        for comment in self.comments[at..].iter().take_while(|c| c.start() < to) {
            if let Some(TypeComment::Type(text)) = crate::tree::type_comment(self.locator.text(*comment).unwrap_or_default()) {
                return self.maker.text(text);
            }
        }
        self.maker.none()
    }

    /// The end of the line of a place.
    fn line_end(&self, at: TextSize) -> TextSize {
        let rest = self.locator.source().and_then(|source| source.get(at.to_usize()..)).unwrap_or_default();
        at + TextSize::try_from(rest.find('\n').unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The type comment between the head of a compound statement and its first statement.
    fn head_comment(&mut self, head_end: TextSize, body: &[Stmt]) -> M::Value {
        if self.comments.is_empty() {
            return self.maker.none();
        }
        let to = body.first().map_or(head_end, |first| first.start());
        self.comment(head_end, to)
    }

    fn at(&self, range: TextRange) -> Option<Position> {
        Some(self.locator.position(range))
    }

    fn node<const N: usize>(&mut self, kind: Kind, range: TextRange, fields: [M::Value; N]) -> Made<M> {
        let at = self.at(range);
        self.maker.node(kind, at, fields)
    }

    fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut one: impl FnMut(&mut Self, T) -> Made<M>) -> Made<M> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            out.push(one(self, item)?);
        }
        self.maker.list(out)
    }

    fn exprs(&mut self, items: &[Expr]) -> Made<M> {
        self.list(items.iter(), Self::expr)
    }

    fn opt_expr(&mut self, e: Option<&Expr>) -> Made<M> {
        match e {
            Some(e) => self.expr(e),
            None => Ok(self.maker.none()),
        }
    }

    fn identifiers(&mut self, names: &[ast::Identifier]) -> Made<M> {
        self.list(names.iter(), |s, name| Ok(s.maker.identifier(name)))
    }

    fn opt_identifier(&mut self, name: Option<&ast::Identifier>) -> M::Value {
        match name {
            Some(name) => self.maker.identifier(name),
            None => self.maker.none(),
        }
    }

    #[cold]
    fn fail(&mut self, error: Error) -> M::Error {
        let error = crate::parse::place(error, self.locator);
        self.maker.error(Box::new(error))
    }

    /// Runs `f` one level deeper, with room on the native stack.
    fn nested(&mut self, f: impl FnOnce(&mut Self) -> Made<M>) -> Made<M> {
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
        if self.depth > MAX_DEPTH {
            self.max_depth = u32::MAX;
            let msg = "maximum recursion depth exceeded during ast construction".to_string();
            return Err(self.fail(Error { kind: ErrorKind::Recursion, msg, range: None, raw: None }));
        }
        let result = if self.depth % 16 == 0 { stacker::maybe_grow(256 << 10, 4 << 20, || f(self)) } else { f(self) };
        self.depth -= 1;
        result
    }

    fn suite(&mut self, body: &[Stmt]) -> Made<M> {
        self.list(body.iter(), Self::stmt)
    }

    /// The range of a compound statement: a semicolon behind its last statement belongs to it.
    fn block_range(&self, range: TextRange) -> TextRange {
        let source = self.locator.source().unwrap_or_default().as_bytes();
        let mut at = range.end().to_usize();
        while let Some(b' ' | b'\t' | b'\x0c') = source.get(at) {
            at += 1;
        }
        match source.get(at) {
            Some(b';') => TextRange::new(range.start(), TextSize::try_from(at + 1).unwrap_or(range.end())),
            _ => range,
        }
    }

    fn stmt(&mut self, stmt: &Stmt) -> Made<M> {
        self.nested(|s| s.any_stmt(stmt))
    }

    fn any_stmt(&mut self, stmt: &Stmt) -> Made<M> {
        let range = stmt.range();
        match stmt {
            Stmt::FunctionDef(s) => self.function(s),
            Stmt::ClassDef(s) => self.class(s),
            Stmt::Return(s) => {
                let value = self.opt_expr(s.value.as_deref())?;
                self.node(Kind::Return, range, [value])
            }
            Stmt::Delete(s) => {
                let targets = self.exprs(&s.targets)?;
                self.node(Kind::Delete, range, [targets])
            }
            Stmt::TypeAlias(s) => {
                let (name, params) = (self.expr(&s.name)?, self.type_params(s.type_params.as_deref())?);
                let value = self.expr(&s.value)?;
                self.node(Kind::TypeAlias, range, [name, params, value])
            }
            Stmt::Assign(s) => {
                let (targets, value) = (self.exprs(&s.targets)?, self.expr(&s.value)?);
                let comment = if self.comments.is_empty() { self.maker.none() } else { self.comment(range.end(), self.line_end(range.end())) };
                self.node(Kind::Assign, range, [targets, value, comment])
            }
            Stmt::AugAssign(s) => {
                let target = self.expr(&s.target)?;
                let op = self.maker.bare(expr::operator(s.op));
                let value = self.expr(&s.value)?;
                self.node(Kind::AugAssign, range, [target, op, value])
            }
            Stmt::AnnAssign(s) => {
                let (target, annotation) = (self.expr(&s.target)?, self.expr(&s.annotation)?);
                let value = self.opt_expr(s.value.as_deref())?;
                let simple = self.maker.int(i64::from(s.simple));
                self.node(Kind::AnnAssign, range, [target, annotation, value, simple])
            }
            Stmt::For(s) => {
                let kind = if s.is_async { Kind::AsyncFor } else { Kind::For };
                let (target, iter) = (self.expr(&s.target)?, self.expr(&s.iter)?);
                let (body, orelse) = (self.suite(&s.body)?, self.suite(&s.orelse)?);
                let comment = self.head_comment(s.iter.end(), &s.body);
                self.node(kind, self.block_range(range), [target, iter, body, orelse, comment])
            }
            Stmt::While(s) => {
                let test = self.expr(&s.test)?;
                let (body, orelse) = (self.suite(&s.body)?, self.suite(&s.orelse)?);
                self.node(Kind::While, self.block_range(range), [test, body, orelse])
            }
            Stmt::If(s) => self.if_stmt(s),
            Stmt::With(s) => {
                let kind = if s.is_async { Kind::AsyncWith } else { Kind::With };
                let items = self.list(s.items.iter(), |s, item| {
                    let expr = s.expr(&item.context_expr)?;
                    let vars = s.opt_expr(item.optional_vars.as_deref())?;
                    s.maker.node(Kind::Withitem, None, [expr, vars])
                })?;
                let body = self.suite(&s.body)?;
                let comment = self.head_comment(s.items.last().map_or(range.start(), |item| item.range.end()), &s.body);
                self.node(kind, self.block_range(range), [items, body, comment])
            }
            Stmt::Match(s) => {
                let subject = self.expr(&s.subject)?;
                let cases = self.list(s.cases.iter(), Self::match_case)?;
                self.node(Kind::Match, self.block_range(range), [subject, cases])
            }
            Stmt::Raise(s) => {
                let (exc, cause) = (self.opt_expr(s.exc.as_deref())?, self.opt_expr(s.cause.as_deref())?);
                self.node(Kind::Raise, range, [exc, cause])
            }
            Stmt::Try(s) => {
                let kind = if s.is_star { Kind::TryStar } else { Kind::Try };
                let body = self.suite(&s.body)?;
                let handlers = self.list(s.handlers.iter(), Self::handler)?;
                let (orelse, last) = (self.suite(&s.orelse)?, self.suite(&s.finalbody)?);
                self.node(kind, self.block_range(range), [body, handlers, orelse, last])
            }
            Stmt::Assert(s) => {
                let (test, msg) = (self.expr(&s.test)?, self.opt_expr(s.msg.as_deref())?);
                self.node(Kind::Assert, range, [test, msg])
            }
            Stmt::Import(s) => {
                let names = self.list(s.names.iter(), Self::alias)?;
                self.node(Kind::Import, range, [names])
            }
            Stmt::ImportFrom(s) => {
                let module = self.opt_identifier(s.module.as_ref());
                let names = self.list(s.names.iter(), Self::alias)?;
                let level = self.maker.int(i64::from(s.level));
                self.node(Kind::ImportFrom, range, [module, names, level])
            }
            Stmt::Global(s) => {
                let names = self.identifiers(&s.names)?;
                self.node(Kind::Global, range, [names])
            }
            Stmt::Nonlocal(s) => {
                let names = self.identifiers(&s.names)?;
                self.node(Kind::Nonlocal, range, [names])
            }
            Stmt::Expr(s) => {
                let value = self.expr(&s.value)?;
                self.node(Kind::Expr, range, [value])
            }
            Stmt::Pass(_) => self.node(Kind::Pass, range, []),
            Stmt::Break(_) => self.node(Kind::Break, range, []),
            Stmt::Continue(_) => self.node(Kind::Continue, range, []),
            Stmt::IpyEscapeCommand(_) => Err(self.invalid(range)),
        }
    }

    #[cold]
    fn invalid(&mut self, range: TextRange) -> M::Error {
        self.fail(Error { kind: ErrorKind::Syntax, msg: "invalid syntax".into(), range: Some(range), raw: None })
    }

    fn function(&mut self, s: &ast::StmtFunctionDef) -> Made<M> {
        let kind = if s.is_async { Kind::AsyncFunctionDef } else { Kind::FunctionDef };
        let name = self.maker.identifier(&s.name);
        let args = self.arguments(Some(&s.parameters))?;
        let body = self.suite(&s.body)?;
        let decorators = self.list(s.decorator_list.iter(), |s, d| s.expr(&d.expression))?;
        let returns = self.opt_expr(s.returns.as_deref())?;
        let comment = self.head_comment(s.parameters.range.end(), &s.body);
        let params = self.type_params(s.type_params.as_deref())?;
        let range = self.locator.without_decorators(self.block_range(s.range), s.decorator_list.last().map(Ranged::end));
        self.node(kind, range, [name, args, body, decorators, returns, comment, params])
    }

    fn class(&mut self, s: &ast::StmtClassDef) -> Made<M> {
        let name = self.maker.identifier(&s.name);
        let bases = self.exprs(s.bases())?;
        let keywords = self.list(s.keywords().iter(), Self::keyword)?;
        let body = self.suite(&s.body)?;
        let decorators = self.list(s.decorator_list.iter(), |s, d| s.expr(&d.expression))?;
        let params = self.type_params(s.type_params.as_deref())?;
        let range = self.locator.without_decorators(self.block_range(s.range), s.decorator_list.last().map(Ranged::end));
        self.node(Kind::ClassDef, range, [name, bases, keywords, body, decorators, params])
    }

    /// `elif` is an `if` alone in the branch before; each ends where the whole ends.
    fn if_stmt(&mut self, s: &ast::StmtIf) -> Made<M> {
        let range = self.block_range(s.range);
        let end = range.end();
        let test = self.expr(&s.test)?;
        let body = self.suite(&s.body)?;
        let mut heads = Vec::new();
        let mut last = None;
        for clause in &s.elif_else_clauses {
            match &clause.test {
                Some(test) => heads.push((clause.range.start(), self.expr(test)?, self.suite(&clause.body)?)),
                None => last = Some(self.suite(&clause.body)?),
            }
        }
        let mut orelse = match last {
            Some(last) => last,
            None => self.maker.list(Vec::new())?,
        };
        for (start, test, body) in heads.into_iter().rev() {
            let inner = self.node(Kind::If, TextRange::new(start, end), [test, body, orelse])?;
            orelse = self.maker.list(vec![inner])?;
        }
        self.node(Kind::If, range, [test, body, orelse])
    }

    fn handler(&mut self, handler: &ast::ExceptHandler) -> Made<M> {
        let ast::ExceptHandler::ExceptHandler(h) = handler;
        let ty = self.opt_expr(h.type_.as_deref())?;
        let name = self.opt_identifier(h.name.as_ref());
        let body = self.suite(&h.body)?;
        self.node(Kind::ExceptHandler, self.block_range(h.range), [ty, name, body])
    }

    fn alias(&mut self, alias: &ast::Alias) -> Made<M> {
        let name = self.maker.identifier(&alias.name);
        let asname = self.opt_identifier(alias.asname.as_ref());
        self.node(Kind::Alias, alias.range, [name, asname])
    }
}
