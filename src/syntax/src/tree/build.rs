//! From checked nodes to the parser's tree, which the compiler takes.
//!
//! A node's range is its number in a table of places. What the parser's tree cannot hold (negative numbers, tuples, strings with
//! lone surrogates as constants) stands in the table, too, and the tree has a placeholder: an escape command, which no source can have.

mod expr;
mod pattern;

use super::node::{Node, Place, Value};
use super::Kind;
use crate::code::Position;
use crate::location::{Locator, Table};
use crate::parse::{CompileOptions, Compiled, Mode, Tree};
use ruff_python_ast::{self as ast, AtomicNodeIndex, ExceptHandler, Expr, Identifier, Stmt, TypeParam};
use ruff_text_size::{TextRange, TextSize};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

/// A node that is missing where there must be one.
pub(crate) struct Missing(pub(crate) String);

type Built<T> = Result<T, Missing>;

struct Builder {
    table: Table,
}

/// Compiles a tree of nodes that `check` has passed.
pub fn compile_nodes(root: &Node, filename: &str, mode: Mode, options: CompileOptions) -> Compiled<crate::Code> {
    with_tree(root, |tree, locator| crate::parse::compile_tree(tree, locator, filename, mode, options))
        .unwrap_or_else(|Missing(msg)| crate::parse::failed(crate::ErrorKind::Value, &msg))
}

fn with_tree<R>(root: &Node, then: impl FnOnce(Tree<'_>, &Locator<'_>) -> R) -> Built<R> {
    let mut builder = Builder { table: Table::default() };
    let depth = depth(root, 0);
    // The parser's tree is dropped natively, level by level.
    let run = || match root.kind {
        Kind::Expression => {
            let e = builder.expr(root.field(0), "body", root.kind)?;
            let locator = Locator::Table(std::mem::take(&mut builder.table));
            Ok(then(Tree::Expression(&e), &locator))
        }
        _ => {
            let body: Vec<Stmt> = builder.stmts(root.field(0))?;
            let locator = Locator::Table(std::mem::take(&mut builder.table));
            Ok(then(Tree::Module(&body), &locator))
        }
    };
    stacker::maybe_grow((depth * 2048).min(1 << 30), (depth * 4096).min(1 << 30) + (4 << 20), run)
}

/// How deep the nodes nest.
fn depth(node: &Node, above: usize) -> usize {
    let mut deepest = 0;
    let mut work = vec![(node, above)];
    while let Some((node, level)) = work.pop() {
        deepest = deepest.max(level);
        for field in &node.fields {
            match field {
                Value::Node(inner) => work.push((inner, level + 1)),
                Value::List(items) => work.extend(items.iter().filter_map(Value::node).map(|inner| (inner, level + 1))),
                _ => {}
            }
        }
    }
    deepest
}

fn unsigned(n: i32) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

impl Builder {
    /// A range that stands for a place.
    fn range(&mut self, place: Place) -> TextRange {
        let at = TextSize::try_from(self.table.positions.len()).unwrap_or_default();
        self.table.positions.push(Position {
            line: unsigned(place.line),
            end_line: unsigned(place.end_line),
            col: unsigned(place.col),
            end_col: unsigned(place.end_col),
        });
        TextRange::empty(at)
    }

    fn of(&mut self, node: &Node) -> TextRange {
        self.range(node.place)
    }

    fn identifier(&mut self, value: &Value, range: TextRange) -> Identifier {
        Identifier::new(value.text().unwrap_or_default().as_ref(), range)
    }

    fn opt_identifier(&mut self, value: &Value, range: TextRange) -> Option<Identifier> {
        (!value.is_none()).then(|| self.identifier(value, range))
    }

    fn identifiers(&mut self, list: &Value, range: TextRange) -> Vec<Identifier> {
        list.items().iter().map(|name| self.identifier(name, range)).collect()
    }

    fn stmts<C: FromIterator<Stmt>>(&mut self, list: &Value) -> Built<C> {
        list.nodes().map(|node| stacker::maybe_grow(128 << 10, 2 << 20, || self.stmt(node))).collect()
    }

    fn stmt(&mut self, node: &Node) -> Built<Stmt> {
        let range = self.of(node);
        let kind = node.kind;
        let f = |at: usize| node.field(at);
        let name = |at: usize| kind.fields().get(at).map_or("", |f| f.name);
        Ok(match kind {
            Kind::FunctionDef | Kind::AsyncFunctionDef => self.function(node, range)?,
            Kind::ClassDef => self.class(node, range)?,
            Kind::Return => ast::StmtReturn { node_index: NONE, range, value: self.opt_box(f(0))? }.into(),
            Kind::Delete => ast::StmtDelete { node_index: NONE, range, targets: self.exprs(f(0))? }.into(),
            Kind::Assign => {
                let targets = self.exprs(f(0))?;
                ast::StmtAssign { node_index: NONE, range, targets, value: self.boxed(f(1), name(1), kind)? }.into()
            }
            Kind::TypeAlias => {
                let target = self.boxed(f(0), name(0), kind)?;
                let type_params = self.type_params(f(1), range)?;
                ast::StmtTypeAlias { node_index: NONE, range, name: target, type_params, value: self.boxed(f(2), name(2), kind)? }.into()
            }
            Kind::AugAssign => {
                let target = self.boxed(f(0), name(0), kind)?;
                let op = expr::operator(f(1));
                ast::StmtAugAssign { node_index: NONE, range, target, op, value: self.boxed(f(2), name(2), kind)? }.into()
            }
            Kind::AnnAssign => {
                let target = self.boxed(f(0), name(0), kind)?;
                let annotation = self.boxed(f(1), name(1), kind)?;
                let value = self.opt_box(f(2))?;
                ast::StmtAnnAssign { node_index: NONE, range, target, annotation, value, simple: f(3).int() != 0 }.into()
            }
            Kind::For | Kind::AsyncFor => {
                let target = self.boxed(f(0), name(0), kind)?;
                let iter = self.boxed(f(1), name(1), kind)?;
                let (body, orelse) = (self.stmts(f(2))?, self.stmts(f(3))?);
                ast::StmtFor { node_index: NONE, range, is_async: kind == Kind::AsyncFor, target, iter, body, orelse }.into()
            }
            Kind::While => {
                let test = self.boxed(f(0), name(0), kind)?;
                ast::StmtWhile { node_index: NONE, range, test, body: self.stmts(f(1))?, orelse: self.stmts(f(2))? }.into()
            }
            Kind::If => self.if_stmt(node, range)?,
            Kind::With | Kind::AsyncWith => {
                let items = f(0).nodes().map(|item| self.with_item(item, range)).collect::<Built<_>>()?;
                ast::StmtWith { node_index: NONE, range, is_async: kind == Kind::AsyncWith, items, body: self.stmts(f(1))? }.into()
            }
            Kind::Match => {
                let subject = self.boxed(f(0), name(0), kind)?;
                let cases = f(1).nodes().map(|case| self.match_case(case, range)).collect::<Built<_>>()?;
                ast::StmtMatch { node_index: NONE, range, subject, cases }.into()
            }
            Kind::Raise => ast::StmtRaise { node_index: NONE, range, exc: self.opt_box(f(0))?, cause: self.opt_box(f(1))? }.into(),
            Kind::Try | Kind::TryStar => {
                let body = self.stmts(f(0))?;
                let handlers = f(1).nodes().map(|handler| self.handler(handler)).collect::<Built<_>>()?;
                let (orelse, finalbody) = (self.stmts(f(2))?, self.stmts(f(3))?);
                ast::StmtTry { node_index: NONE, range, body, handlers, orelse, finalbody, is_star: kind == Kind::TryStar }.into()
            }
            Kind::Assert => ast::StmtAssert { node_index: NONE, range, test: self.boxed(f(0), name(0), kind)?, msg: self.opt_box(f(1))? }.into(),
            Kind::Import => ast::StmtImport { node_index: NONE, range, names: self.aliases(f(0)), is_lazy: false }.into(),
            Kind::ImportFrom => {
                let module = self.opt_identifier(f(0), range);
                let names = self.aliases(f(1));
                ast::StmtImportFrom { node_index: NONE, range, module, names, level: unsigned(f(2).int()), is_lazy: false }.into()
            }
            Kind::Global => ast::StmtGlobal { node_index: NONE, range, names: self.identifiers(f(0), range) }.into(),
            Kind::Nonlocal => ast::StmtNonlocal { node_index: NONE, range, names: self.identifiers(f(0), range) }.into(),
            Kind::Expr => ast::StmtExpr { node_index: NONE, range, value: self.boxed(f(0), name(0), kind)? }.into(),
            Kind::Break => ast::StmtBreak { node_index: NONE, range }.into(),
            Kind::Continue => ast::StmtContinue { node_index: NONE, range }.into(),
            _ => ast::StmtPass { node_index: NONE, range }.into(),
        })
    }

    fn function(&mut self, node: &Node, range: TextRange) -> Built<Stmt> {
        let decorator_list = self.decorators(node.field(3))?;
        let type_params = self.type_params(node.field(6), range)?;
        let Some(args) = node.field(1).node() else { return Err(missing("args", node.kind)) };
        let parameters = Box::new(self.parameters(args, range)?);
        let returns = self.opt_box(node.field(4))?;
        let name = self.identifier(node.field(0), range);
        let body = self.stmts(node.field(2))?;
        let is_async = node.kind == Kind::AsyncFunctionDef;
        Ok(ast::StmtFunctionDef { node_index: NONE, range, is_async, decorator_list: decorator_list.into_iter().collect(), name, type_params, parameters, returns, body }.into())
    }

    fn class(&mut self, node: &Node, range: TextRange) -> Built<Stmt> {
        let decorator_list = self.decorators(node.field(4))?;
        let type_params = self.type_params(node.field(5), range)?;
        let arguments = self.call_arguments(node.field(1), node.field(2), range)?;
        let name = self.identifier(node.field(0), range);
        let body = self.stmts(node.field(3))?;
        Ok(ast::StmtClassDef {
            node_index: NONE,
            range,
            decorator_list: decorator_list.into_iter().collect(),
            name,
            type_params,
            arguments: Some(Box::new(arguments)),
            body,
        }
        .into())
    }

    fn decorators(&mut self, list: &Value) -> Built<Vec<ast::Decorator>> {
        list.nodes()
            .map(|node| {
                let range = self.of(node);
                Ok(ast::Decorator { range, node_index: NONE, expression: self.any_expr(node)? })
            })
            .collect()
    }

    fn if_stmt(&mut self, node: &Node, range: TextRange) -> Built<Stmt> {
        let test = self.boxed(node.field(0), "test", node.kind)?;
        let body = self.stmts(node.field(1))?;
        let mut clauses = Vec::new();
        // A chain of `elif` nests in the tree and is flat in the parser's.
        let mut rest = node.field(2);
        loop {
            match rest.items() {
                [] => break,
                [Value::Node(inner)] if inner.kind == Kind::If => {
                    let range = self.of(inner);
                    let test = Some(self.expr(inner.field(0), "test", inner.kind)?);
                    clauses.push(ast::ElifElseClause { range, node_index: NONE, test, body: self.stmts(inner.field(1))? });
                    rest = inner.field(2);
                }
                _ => {
                    clauses.push(ast::ElifElseClause { range, node_index: NONE, test: None, body: self.stmts(rest)? });
                    break;
                }
            }
        }
        Ok(ast::StmtIf { node_index: NONE, range, test, body, elif_else_clauses: clauses }.into())
    }

    fn with_item(&mut self, item: &Node, range: TextRange) -> Built<ast::WithItem> {
        let context_expr = self.expr(item.field(0), "context_expr", item.kind)?;
        Ok(ast::WithItem { range, node_index: NONE, context_expr, optional_vars: self.opt_box(item.field(1))? })
    }

    fn handler(&mut self, node: &Node) -> Built<ExceptHandler> {
        let range = self.of(node);
        let type_ = self.opt_box(node.field(0))?;
        let name = self.opt_identifier(node.field(1), range);
        let body = self.stmts(node.field(2))?;
        Ok(ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler { range, node_index: NONE, type_, name, body }))
    }

    fn aliases(&mut self, list: &Value) -> Vec<ast::Alias> {
        list.nodes()
            .map(|node| {
                let range = self.of(node);
                let name = self.identifier(node.field(0), range);
                ast::Alias { range, node_index: NONE, name, asname: self.opt_identifier(node.field(1), range) }
            })
            .collect()
    }

    // ---- parameters and arguments

    fn parameters(&mut self, node: &Node, range: TextRange) -> Built<ast::Parameters> {
        let (posonly, args) = (node.field(0), node.field(1));
        let defaults: Vec<Expr> = self.exprs(node.field(6))?;
        let count = posonly.items().len() + args.items().len();
        let mut defaults = std::iter::repeat_with(|| None).take(count.saturating_sub(defaults.len())).chain(defaults.into_iter().map(Some)).collect::<Vec<_>>().into_iter();
        let mut row = |builder: &mut Builder, list: &Value| {
            list.nodes().map(|arg| builder.parameter(arg, defaults.next().flatten())).collect::<Built<_>>()
        };
        let posonlyargs = row(self, posonly)?;
        let args = row(self, args)?;
        let vararg = node.field(2).node().map(|arg| self.plain_parameter(arg)).transpose()?.map(Box::new);
        let kw_defaults = node.field(4).items();
        let kwonlyargs = node
            .field(3)
            .nodes()
            .enumerate()
            .map(|(at, arg)| {
                let default = kw_defaults.get(at).and_then(Value::node).map(|e| self.any_expr(e)).transpose()?;
                self.parameter(arg, default)
            })
            .collect::<Built<_>>()?;
        let kwarg = node.field(5).node().map(|arg| self.plain_parameter(arg)).transpose()?.map(Box::new);
        Ok(ast::Parameters { range, node_index: NONE, posonlyargs, args, vararg, kwonlyargs, kwarg })
    }

    fn parameter(&mut self, arg: &Node, default: Option<Expr>) -> Built<ast::ParameterWithDefault> {
        let parameter = self.plain_parameter(arg)?;
        Ok(ast::ParameterWithDefault { range: parameter.range, node_index: NONE, parameter, default: default.map(Box::new) })
    }

    fn plain_parameter(&mut self, arg: &Node) -> Built<ast::Parameter> {
        let range = self.of(arg);
        let name = self.identifier(arg.field(0), range);
        Ok(ast::Parameter { range, node_index: NONE, name, annotation: self.opt_box(arg.field(1))? })
    }

    fn call_arguments(&mut self, args: &Value, keywords: &Value, range: TextRange) -> Built<ast::Arguments> {
        let args: Vec<Expr> = self.exprs(args)?;
        let keywords = keywords
            .nodes()
            .map(|node| {
                let range = self.of(node);
                let arg = self.opt_identifier(node.field(0), range);
                Ok(ast::Keyword { range, node_index: NONE, arg, value: self.expr(node.field(1), "value", node.kind)? })
            })
            .collect::<Built<_>>()?;
        Ok(ast::Arguments { range, node_index: NONE, args: args.into(), keywords })
    }

    fn type_params(&mut self, list: &Value, range: TextRange) -> Built<Option<Box<ast::TypeParams>>> {
        if list.items().is_empty() {
            return Ok(None);
        }
        let type_params = list.nodes().map(|node| self.type_param(node)).collect::<Built<_>>()?;
        Ok(Some(Box::new(ast::TypeParams { range, node_index: NONE, type_params })))
    }

    fn type_param(&mut self, node: &Node) -> Built<TypeParam> {
        let range = self.of(node);
        let name = self.identifier(node.field(0), range);
        let second = self.opt_box(node.field(1))?;
        Ok(match node.kind {
            Kind::TypeVar => {
                let default = self.opt_box(node.field(2))?;
                TypeParam::TypeVar(ast::TypeParamTypeVar { node_index: NONE, range, name, bound: second, default })
            }
            Kind::ParamSpec => TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index: NONE, range, name, default: second }),
            _ => TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple { node_index: NONE, range, name, default: second }),
        })
    }
}

#[cold]
fn missing(field: &str, kind: Kind) -> Missing {
    Missing(format!("field '{field}' is required for {}", kind.name()))
}
