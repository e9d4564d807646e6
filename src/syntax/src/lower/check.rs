//! Warnings about code that cannot mean what it says.

use super::Compiler;
use ruff_python_ast::{self as ast, CmpOp, Expr, Number};
use ruff_text_size::Ranged;

/// The type of a literal as CPython's messages name it.
fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::FString(_) | Expr::StringLiteral(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::NumberLiteral(n) => match n.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        },
        _ => return None,
    })
}

impl Compiler<'_> {
    /// `"a" (b)`: a comma is missing.
    pub(super) fn check_caller(&mut self, callee: &Expr) {
        if let Some(name) = type_name(callee)
            && !matches!(callee, Expr::Lambda(_))
        {
            self.warn(callee.range(), format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
    }

    /// `1 [2]`, `[1, 2] ["a"]`.
    pub(super) fn check_subscripter(&mut self, value: &Expr, index: &Expr) {
        match value {
            Expr::Generator(_) | Expr::Set(_) | Expr::SetComp(_) | Expr::Lambda(_) | Expr::TString(_) => {}
            Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) | Expr::BooleanLiteral(_) | Expr::NumberLiteral(_) => {}
            Expr::Tuple(_) | Expr::List(_) | Expr::ListComp(_) | Expr::StringLiteral(_) | Expr::FString(_)
            | Expr::BytesLiteral(_) => {
                if let (Some(name), Some(index_name)) = (type_name(value), type_name(index))
                    && !matches!(index_name, "int" | "bool")
                {
                    let msg = format!(
                        "{name} indices must be integers or slices, not {index_name}; perhaps you missed a comma?"
                    );
                    self.warn(value.range(), msg);
                }
                return;
            }
            _ => return,
        }
        if let Some(name) = type_name(value) {
            self.warn(value.range(), format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
        }
    }

    /// `x is 1`.
    pub(super) fn check_compare(&mut self, e: &ast::ExprCompare) {
        let mut left = &*e.left;
        for (op, right) in e.ops.iter().zip(&e.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                for side in [left, right] {
                    let literal = match side {
                        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) | Expr::Tuple(_) => type_name(side),
                        _ => None,
                    };
                    if let Some(name) = literal {
                        let (what, instead) = match op {
                            CmpOp::Is => ("is", "=="),
                            _ => ("is not", "!="),
                        };
                        let msg = format!("\"{what}\" with '{name}' literal. Did you mean \"{instead}\"?");
                        self.warn(e.range(), msg);
                        break;
                    }
                }
            }
            left = right;
        }
    }
}
