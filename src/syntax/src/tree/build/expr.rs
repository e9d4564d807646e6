//! Expressions.

use super::{Builder, Built, Missing, NONE, missing};
use crate::code::Const;
use crate::tree::Kind;
use crate::tree::node::{Node, Value};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, ConversionFlag, Expr, ExprContext, InterpolatedStringElement, Operator, UnaryOp};
use ruff_text_size::TextRange;

impl Builder {
    pub(super) fn expr(&mut self, value: &Value, field: &str, owner: Kind) -> Built<Expr> {
        match value.node() {
            Some(node) => self.any_expr(node),
            None => Err(missing(field, owner)),
        }
    }

    pub(super) fn boxed(&mut self, value: &Value, field: &str, owner: Kind) -> Built<Box<Expr>> {
        self.expr(value, field, owner).map(Box::new)
    }

    pub(super) fn opt_box(&mut self, value: &Value) -> Built<Option<Box<Expr>>> {
        value.node().map(|node| self.any_expr(node).map(Box::new)).transpose()
    }

    pub(super) fn exprs(&mut self, list: &Value) -> Built<Vec<Expr>> {
        list.nodes().map(|node| self.any_expr(node)).collect()
    }

    pub(super) fn any_expr(&mut self, node: &Node) -> Built<Expr> {
        stacker::maybe_grow(128 << 10, 2 << 20, || self.expr_node(node))
    }

    fn expr_node(&mut self, node: &Node) -> Built<Expr> {
        let range = self.of(node);
        let kind = node.kind;
        let f = |at: usize| node.field(at);
        let name = |at: usize| kind.fields().get(at).map_or("", |f| f.name);
        Ok(match kind {
            Kind::BoolOp => {
                let op = if f(0).node().is_some_and(|op| op.kind == Kind::Or) { BoolOp::Or } else { BoolOp::And };
                ast::ExprBoolOp { node_index: NONE, range, op, values: self.exprs(f(1))? }.into()
            }
            Kind::NamedExpr => {
                let target = self.boxed(f(0), name(0), kind)?;
                ast::ExprNamed { node_index: NONE, range, target, value: self.boxed(f(1), name(1), kind)? }.into()
            }
            Kind::BinOp => {
                let left = self.boxed(f(0), name(0), kind)?;
                ast::ExprBinOp { node_index: NONE, range, left, op: operator(f(1)), right: self.boxed(f(2), name(2), kind)? }.into()
            }
            Kind::UnaryOp => ast::ExprUnaryOp { node_index: NONE, range, op: unary(f(0)), operand: self.boxed(f(1), name(1), kind)? }.into(),
            Kind::Lambda => {
                let Some(args) = f(0).node() else { return Err(missing(name(0), kind)) };
                let parameters = self.parameters(args, range)?;
                let body = self.boxed(f(1), name(1), kind)?;
                ast::ExprLambda { node_index: NONE, range, parameters: Some(Box::new(parameters)), body }.into()
            }
            Kind::IfExp => {
                let test = self.boxed(f(0), name(0), kind)?;
                let body = self.boxed(f(1), name(1), kind)?;
                ast::ExprIf { node_index: NONE, range, test, body, orelse: self.boxed(f(2), name(2), kind)? }.into()
            }
            Kind::Dict => {
                let items = f(0).items().iter().zip(f(1).nodes());
                let items = items
                    .map(|(key, value)| {
                        let key = key.node().map(|key| self.any_expr(key)).transpose()?;
                        Ok(ast::DictItem { key, value: self.any_expr(value)? })
                    })
                    .collect::<Built<_>>()?;
                ast::ExprDict { node_index: NONE, range, items }.into()
            }
            Kind::Set => ast::ExprSet { node_index: NONE, range, elts: self.exprs(f(0))? }.into(),
            Kind::ListComp | Kind::SetComp | Kind::GeneratorExp | Kind::DictComp => self.comprehension(node, range)?,
            Kind::Await => ast::ExprAwait { node_index: NONE, range, value: self.boxed(f(0), name(0), kind)? }.into(),
            Kind::Yield => ast::ExprYield { node_index: NONE, range, value: self.opt_box(f(0))? }.into(),
            Kind::YieldFrom => ast::ExprYieldFrom { node_index: NONE, range, value: self.boxed(f(0), name(0), kind)? }.into(),
            Kind::Compare => {
                let left = self.boxed(f(0), name(0), kind)?;
                let ops = f(1).nodes().map(|op| comparison(op.kind)).collect();
                ast::ExprCompare { node_index: NONE, range, left, ops, comparators: self.exprs(f(2))?.into() }.into()
            }
            Kind::Call => {
                let func = self.boxed(f(0), name(0), kind)?;
                let arguments = self.call_arguments(f(1), f(2), range)?;
                ast::ExprCall { node_index: NONE, range_start: range.start(), func, arguments }.into()
            }
            Kind::FormattedValue | Kind::JoinedStr => self.fstring(node, range)?,
            Kind::TemplateStr => self.tstring(node.field(0).items(), range)?,
            Kind::Interpolation => self.interpolation_alone(node, range)?,
            Kind::Constant => self.constant(f(0), range)?,
            Kind::Attribute => {
                let value = self.boxed(f(0), name(0), kind)?;
                let attr = self.identifier(f(1), range);
                ast::ExprAttribute { node_index: NONE, range, value, attr, ctx: context(f(2)) }.into()
            }
            Kind::Subscript => {
                let value = self.boxed(f(0), name(0), kind)?;
                let slice = self.boxed(f(1), name(1), kind)?;
                ast::ExprSubscript { node_index: NONE, range, value, slice, ctx: context(f(2)) }.into()
            }
            Kind::Starred => {
                let value = self.boxed(f(0), name(0), kind)?;
                ast::ExprStarred { node_index: NONE, range, value, ctx: context(f(1)) }.into()
            }
            Kind::Name => {
                let id = ast::name::Name::new(f(0).text().unwrap_or_default());
                ast::ExprName { node_index: NONE, range, id, ctx: context(f(1)) }.into()
            }
            Kind::List => ast::ExprList { node_index: NONE, range, elts: self.exprs(f(0))?, ctx: context(f(1)) }.into(),
            Kind::Tuple => ast::ExprTuple { node_index: NONE, range, elts: self.exprs(f(0))?, ctx: context(f(1)), parenthesized: true }.into(),
            Kind::Slice => {
                let (lower, upper) = (self.opt_box(f(0))?, self.opt_box(f(1))?);
                ast::ExprSlice { node_index: NONE, range, lower, upper, step: self.opt_box(f(2))? }.into()
            }
            _ => return Err(Missing(format!("{} is no expression", kind.name()))),
        })
    }

    fn comprehension(&mut self, node: &Node, range: TextRange) -> Built<Expr> {
        let first = self.boxed(node.field(0), "elt", node.kind)?;
        let second = if node.kind == Kind::DictComp { Some(self.boxed(node.field(1), "value", node.kind)?) } else { None };
        let list = node.field(if second.is_some() { 2 } else { 1 });
        let generators: Vec<ast::Comprehension> = list
            .nodes()
            .map(|c| {
                let target = self.expr(c.field(0), "target", c.kind)?;
                let iter = self.expr(c.field(1), "iter", c.kind)?;
                let ifs = self.exprs(c.field(2))?;
                Ok(ast::Comprehension { range, node_index: NONE, target, iter, ifs, is_async: c.field(3).int() != 0 })
            })
            .collect::<Built<_>>()?;
        Ok(match (node.kind, second) {
            (_, Some(value)) => ast::ExprDictComp { node_index: NONE, range, key: Some(first), value, generators }.into(),
            (Kind::ListComp, _) => ast::ExprListComp { node_index: NONE, range, elt: first, generators }.into(),
            (Kind::SetComp, _) => ast::ExprSetComp { node_index: NONE, range, elt: first, generators }.into(),
            _ => ast::ExprGenerator { node_index: NONE, range, elt: first, generators, parenthesized: true }.into(),
        })
    }

    // ---- constants

    pub(super) fn constant(&mut self, value: &Value, range: TextRange) -> Built<Expr> {
        let Value::Constant(value) = value else { return Err(missing("value", Kind::Constant)) };
        Ok(match value {
            Const::None => ast::ExprNoneLiteral { node_index: NONE, range }.into(),
            Const::Ellipsis => ast::ExprEllipsisLiteral { node_index: NONE, range }.into(),
            Const::Bool(value) => ast::ExprBooleanLiteral { node_index: NONE, range, value: *value }.into(),
            Const::Int(n) if *n >= 0 => number(range, ast::Number::Int(ast::Int::from(n.unsigned_abs()))),
            Const::Float(x) => number(range, ast::Number::Float(*x)),
            Const::Complex(real, imag) => number(range, ast::Number::Complex { real: *real, imag: *imag }),
            Const::Str(text) => match core::str::from_utf8(text) {
                Ok(text) => string(range, text),
                Err(_) => self.placeholder(value, range),
            },
            Const::Bytes(bytes) => {
                let literal = ast::BytesLiteral { range, node_index: NONE, value: (&**bytes).into(), flags: ast::BytesLiteralFlags::empty() };
                ast::ExprBytesLiteral { node_index: NONE, range, value: ast::BytesLiteralValue::single(literal) }.into()
            }
            _ => self.placeholder(value, range),
        })
    }

    /// Stands for a constant of the table.
    fn placeholder(&mut self, value: &Const, range: TextRange) -> Expr {
        self.table.constants.insert(range.start().to_u32(), value.clone());
        ast::ExprIpyEscapeCommand { node_index: NONE, range, kind: ast::IpyEscapeKind::Shell, value: "".into() }.into()
    }

    // ---- strings with expressions

    fn fstring(&mut self, node: &Node, range: TextRange) -> Built<Expr> {
        let elements = match node.kind {
            Kind::JoinedStr => self.elements(node.field(0).items())?,
            _ => vec![self.element(node)?],
        };
        let f = ast::FString { range, node_index: NONE, elements: elements.into(), flags: ast::FStringFlags::empty() };
        Ok(ast::ExprFString { node_index: NONE, range, value: ast::FStringValue::single(f) }.into())
    }

    fn tstring(&mut self, values: &[Value], range: TextRange) -> Built<Expr> {
        let elements = self.elements(values)?;
        let t = ast::TString { range, node_index: NONE, elements: elements.into(), flags: ast::TStringFlags::empty() };
        Ok(ast::ExprTString { node_index: NONE, range, value: ast::TStringValue::single(t) }.into())
    }

    /// An interpolation outside of a template: the first of a template that has no other.
    fn interpolation_alone(&mut self, node: &Node, range: TextRange) -> Built<Expr> {
        let template = self.tstring(&[Value::Node(Box::new(node.clone()))], range)?;
        let attr = ast::Identifier::new("interpolations", range);
        let row: Expr = ast::ExprAttribute { node_index: NONE, range, value: Box::new(template), attr, ctx: ExprContext::Load }.into();
        let first = number(range, ast::Number::Int(ast::Int::ZERO));
        Ok(ast::ExprSubscript { node_index: NONE, range, value: Box::new(row), slice: Box::new(first), ctx: ExprContext::Load }.into())
    }

    fn elements(&mut self, values: &[Value]) -> Built<Vec<InterpolatedStringElement>> {
        values.iter().filter_map(Value::node).map(|node| self.element(node)).collect()
    }

    fn element(&mut self, node: &Node) -> Built<InterpolatedStringElement> {
        let range = self.of(node);
        if node.kind == Kind::Constant
            && let Value::Constant(Const::Str(text)) = node.field(0)
            && let Ok(text) = core::str::from_utf8(text)
        {
            let literal = ast::InterpolatedStringLiteralElement { range, node_index: NONE, value: text.into() };
            return Ok(InterpolatedStringElement::Literal(literal));
        }
        let (conversion, spec) = match node.kind {
            Kind::FormattedValue => (node.field(1).int(), node.field(2)),
            Kind::Interpolation => {
                if let Value::Constant(Const::Str(text)) = node.field(1) {
                    self.table.texts.insert(range.start().to_u32(), String::from_utf8_lossy(text).into_owned());
                }
                (node.field(2).int(), node.field(3))
            }
            // Whatever else: it is shown as it is.
            _ => {
                let expression = Box::new(self.any_expr(node)?);
                return Ok(interpolated(range, expression, ConversionFlag::None, None));
            }
        };
        let expression = self.boxed(node.field(0), "value", node.kind)?;
        let conversion = match u8::try_from(conversion) {
            Ok(b's') => ConversionFlag::Str,
            Ok(b'r') => ConversionFlag::Repr,
            Ok(b'a') => ConversionFlag::Ascii,
            Err(_) if conversion == -1 => ConversionFlag::None,
            _ => return Err(Missing(format!("Unrecognized conversion character {conversion}"))),
        };
        let spec = spec.node().map(|spec| self.format_spec(spec)).transpose()?.map(Box::new);
        Ok(interpolated(range, expression, conversion, spec))
    }

    fn format_spec(&mut self, node: &Node) -> Built<ast::InterpolatedStringFormatSpec> {
        let range = self.of(node);
        let elements = match node.kind {
            Kind::JoinedStr => self.elements(node.field(0).items())?,
            _ => vec![self.element(node)?],
        };
        Ok(ast::InterpolatedStringFormatSpec { range, node_index: NONE, elements: elements.into() })
    }
}

fn interpolated(
    range: TextRange,
    expression: Box<Expr>,
    conversion: ConversionFlag,
    format_spec: Option<Box<ast::InterpolatedStringFormatSpec>>,
) -> InterpolatedStringElement {
    let element = ast::InterpolatedElement { range, node_index: NONE, expression, debug_text: None, conversion, format_spec };
    InterpolatedStringElement::Interpolation(element)
}

fn number(range: TextRange, value: ast::Number) -> Expr {
    ast::ExprNumberLiteral { node_index: NONE, range, value }.into()
}

fn string(range: TextRange, text: &str) -> Expr {
    let literal = ast::StringLiteral { range, node_index: NONE, value: text.into(), flags: ast::StringLiteralFlags::empty() };
    ast::ExprStringLiteral { node_index: NONE, range, value: ast::StringLiteralValue::single(literal) }.into()
}

fn context(value: &Value) -> ExprContext {
    match value.node().map(|node| node.kind) {
        Some(Kind::Store) => ExprContext::Store,
        Some(Kind::Del) => ExprContext::Del,
        _ => ExprContext::Load,
    }
}

pub(super) fn operator(value: &Value) -> Operator {
    match value.node().map(|node| node.kind) {
        Some(Kind::Sub) => Operator::Sub,
        Some(Kind::Mult) => Operator::Mult,
        Some(Kind::MatMult) => Operator::MatMult,
        Some(Kind::Div) => Operator::Div,
        Some(Kind::Mod) => Operator::Mod,
        Some(Kind::Pow) => Operator::Pow,
        Some(Kind::LShift) => Operator::LShift,
        Some(Kind::RShift) => Operator::RShift,
        Some(Kind::BitOr) => Operator::BitOr,
        Some(Kind::BitXor) => Operator::BitXor,
        Some(Kind::BitAnd) => Operator::BitAnd,
        Some(Kind::FloorDiv) => Operator::FloorDiv,
        _ => Operator::Add,
    }
}

fn unary(value: &Value) -> UnaryOp {
    match value.node().map(|node| node.kind) {
        Some(Kind::Invert) => UnaryOp::Invert,
        Some(Kind::Not) => UnaryOp::Not,
        Some(Kind::UAdd) => UnaryOp::UAdd,
        _ => UnaryOp::USub,
    }
}

fn comparison(kind: Kind) -> CmpOp {
    match kind {
        Kind::NotEq => CmpOp::NotEq,
        Kind::Lt => CmpOp::Lt,
        Kind::LtE => CmpOp::LtE,
        Kind::Gt => CmpOp::Gt,
        Kind::GtE => CmpOp::GtE,
        Kind::Is => CmpOp::Is,
        Kind::IsNot => CmpOp::IsNot,
        Kind::In => CmpOp::In,
        Kind::NotIn => CmpOp::NotIn,
        _ => CmpOp::Eq,
    }
}
