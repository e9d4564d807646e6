//! What older versions of Python did not know (`ast.parse(…, feature_version=…)`).
//!
//! CPython's parser looks at a construct when it has read all of it: the parts come before the whole, and the token that it has read last is
//! to blame.

use super::tokens::{Tok, Tokens, tokenize};
use crate::errors::{Error, ErrorKind, RawPlace, Result};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Refuses what a version of Python 3 before `version` did not know.
pub(crate) fn check_version(source: &str, root: &ast::Mod, version: u32) -> Result<()> {
    const NEWEST: u32 = 14;
    if version >= NEWEST {
        return Ok(());
    }
    let mut check = Check { source, tokens: tokenize(source), version, error: None };
    match root {
        ast::Mod::Module(module) => check.visit_body(&module.body),
        ast::Mod::Expression(e) => check.visit_expr(&e.body),
    }
    check.error.map_or(Ok(()), Err)
}

struct Check<'s> {
    source: &'s str,
    tokens: Tokens,
    version: u32,
    error: Option<Box<Error>>,
}

impl Check<'_> {
    fn refuse(&mut self, since: u32, what: &str, raw: Option<RawPlace>, range: Option<TextRange>) {
        if self.error.is_none() {
            let msg = format!("{what} only supported in Python 3.{since} and greater");
            self.error = Some(Box::new(Error { kind: ErrorKind::Syntax, msg, range, raw }));
        }
    }

    fn is_new(&self, since: u32) -> bool {
        self.version < since && self.error.is_none()
    }

    fn column(&self, at: usize) -> i64 {
        let start = self.source[..at].rfind('\n').map_or(0, |nl| nl + 1);
        self.source[start..at].chars().count() as i64 + 1
    }

    fn at_token(&mut self, since: u32, what: &str, index: usize) {
        let Some(token) = self.tokens.list.get(index) else { return self.refuse(since, what, None, None) };
        let (start, end) = (token.start, token.end);
        if token.kind == Tok::Newline {
            let col = self.column(start);
            return self.refuse(since, what, Some(RawPlace { at: start, col, end_col: col + 1 }), None);
        }
        if matches!(token.kind, Tok::End | Tok::Dedent) {
            let at = self.source.strip_suffix('\n').unwrap_or(self.source).len();
            let col = self.column(at);
            return self.refuse(since, what, Some(RawPlace { at, col, end_col: -1 }), None);
        }
        let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
        self.refuse(since, what, None, Some(TextRange::new(size(start), size(end))));
    }

    /// The first token behind an offset.
    fn behind(&self, end: usize) -> usize {
        self.tokens.list.partition_point(|token| token.start < end)
    }

    fn next(&mut self, since: u32, what: &str, node: TextRange) {
        if self.is_new(since) {
            let index = self.behind(node.end().to_usize());
            self.at_token(since, what, index);
        }
    }

    /// A construct that could have gone on behind its block.
    fn behind_block(&mut self, since: u32, what: &str, node: TextRange) {
        if self.is_new(since) {
            let mut index = self.behind(node.end().to_usize());
            while self.tokens.list.get(index).is_some_and(|token| token.kind == Tok::Newline) {
                index += 1;
            }
            self.at_token(since, what, index);
        }
    }

    fn last_token(&mut self, since: u32, what: &str, node: TextRange) {
        if self.is_new(since) {
            let index = self.behind(node.end().to_usize());
            self.at_token(since, what, index.saturating_sub(1));
        }
    }
}

impl<'a> Visitor<'a> for Check<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.error.is_some() {
            return;
        }
        visitor::walk_stmt(self, stmt);
        let range = stmt.range();
        match stmt {
            Stmt::FunctionDef(s) if s.is_async => self.next(5, "Async functions are", range),
            Stmt::For(s) if s.is_async => self.behind_block(5, "Async for loops are", range),
            Stmt::With(s) if s.is_async => self.next(5, "Async with statements are", range),
            Stmt::AugAssign(s) if s.op == Operator::MatMult => self.next(5, "The '@' operator is", s.target.range()),
            Stmt::AnnAssign(s) if s.simple => self.next(6, "Variable annotation syntax is", range),
            Stmt::AnnAssign(_) => self.next(6, "Variable annotations syntax is", range),
            Stmt::Match(_) => self.behind_block(10, "Pattern matching is", range),
            Stmt::TypeAlias(_) => self.next(12, "Type statement is", range),
            Stmt::Try(s) if s.is_star => {
                if let Some(handler) = s.handlers.last() {
                    self.behind_block(11, "Exception groups are", handler.range());
                }
            }
            _ => {}
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        visitor::walk_except_handler(self, handler);
        let ast::ExceptHandler::ExceptHandler(h) = handler;
        if let Some(Expr::Tuple(types)) = h.type_.as_deref()
            && !types.parenthesized
        {
            self.next(14, "except expressions without parentheses are", h.range());
        }
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        if self.error.is_some() {
            return;
        }
        visitor::walk_expr(self, e);
        let range = e.range();
        match e {
            Expr::Await(_) => self.next(5, "Await expressions are", range),
            Expr::BinOp(b) if b.op == Operator::MatMult => self.next(5, "The '@' operator is", range),
            Expr::NumberLiteral(_) if self.source[range].contains('_') && self.is_new(6) => {
                self.refuse(6, "Underscores in numeric literals are", None, Some(range));
            }
            Expr::Named(_) => self.next(8, "Assignment expressions are", range),
            Expr::TString(_) if self.is_new(14) => {
                // The quotes at the end are a token.
                let quotes = if self.source[range].ends_with("\"\"\"") || self.source[range].ends_with("'''") { 3 } else { 1 };
                let end = TextRange::new(range.end() - TextSize::new(quotes), range.end());
                self.refuse(14, "t-strings are", None, Some(end));
            }
            _ => {}
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        visitor::walk_comprehension(self, comprehension);
        if comprehension.is_async {
            self.next(6, "Async comprehensions are", comprehension.range());
        }
    }

    fn visit_parameters(&mut self, parameters: &'a ast::Parameters) {
        visitor::walk_parameters(self, parameters);
        if let Some(last) = parameters.posonlyargs.last()
            && self.is_new(8)
        {
            let from = self.behind(last.range().end().to_usize());
            let slash = self.tokens.list[from..].iter().position(|token| &self.source[token.start..token.end] == "/");
            self.at_token(8, "Positional-only parameters are", from + slash.map_or(0, |n| n + 1));
        }
    }

    fn visit_type_params(&mut self, params: &'a ast::TypeParams) {
        visitor::walk_type_params(self, params);
        self.last_token(12, "Type parameter lists are", params.range());
    }

    fn visit_type_param(&mut self, param: &'a ast::TypeParam) {
        visitor::walk_type_param(self, param);
        let default = match param {
            ast::TypeParam::TypeVar(p) => p.default.as_deref(),
            ast::TypeParam::ParamSpec(p) => p.default.as_deref(),
            ast::TypeParam::TypeVarTuple(p) => p.default.as_deref(),
        };
        if let Some(default) = default {
            self.next(13, "Type parameter defaults are", default.range());
        }
    }
}
