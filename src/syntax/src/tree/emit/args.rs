//! Parameters, arguments, type parameters.

use super::{Emitter, Made};
use crate::tree::{Kind, Maker};
use ruff_python_ast::{self as ast, TypeParam};
use ruff_text_size::{Ranged, TextRange, TextSize};

impl<M: Maker> Emitter<'_, M> {
    pub(super) fn arguments(&mut self, parameters: Option<&ast::Parameters>) -> Made<M> {
        let nothing = ast::Parameters::default();
        let p = parameters.unwrap_or(&nothing);
        let limit = p.range.end();
        let parameter = |s: &mut Self, p: &ast::ParameterWithDefault| s.arg(&p.parameter, limit);
        let posonly = self.list(p.posonlyargs.iter(), parameter)?;
        let args = self.list(p.args.iter(), parameter)?;
        let vararg = self.opt_arg(p.vararg.as_deref(), limit)?;
        let kwonly = self.list(p.kwonlyargs.iter(), parameter)?;
        let kw_defaults = self.list(p.kwonlyargs.iter(), |s, p| s.opt_expr(p.default.as_deref()))?;
        let kwarg = self.opt_arg(p.kwarg.as_deref(), limit)?;
        let mut defaults = Vec::new();
        for default in p.posonlyargs.iter().chain(&p.args).filter_map(|p| p.default.as_deref()) {
            defaults.push(self.expr(default)?);
        }
        let defaults = self.maker.list(defaults)?;
        self.maker.node(Kind::Arguments, None, [posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults])
    }

    fn opt_arg(&mut self, parameter: Option<&ast::Parameter>, limit: TextSize) -> Made<M> {
        match parameter {
            Some(parameter) => self.arg(parameter, limit),
            None => Ok(self.maker.none()),
        }
    }

    /// A parameter; its type comment stands behind it on its line, before `limit`.
    fn arg(&mut self, parameter: &ast::Parameter, limit: TextSize) -> Made<M> {
        let name = self.maker.identifier(&parameter.name);
        let annotation = self.opt_expr(parameter.annotation.as_deref())?;
        let end = parameter.range.end();
        let comment = match self.comments.is_empty() {
            true => self.maker.none(),
            false => self.comment(end, self.line_end(end).min(limit)),
        };
        // Without the stars.
        let range = TextRange::new(parameter.name.start(), parameter.range.end());
        self.node(Kind::Arg, range, [name, annotation, comment])
    }

    pub(super) fn keyword(&mut self, keyword: &ast::Keyword) -> Made<M> {
        let arg = self.opt_identifier(keyword.arg.as_ref());
        let value = self.expr(&keyword.value)?;
        self.node(Kind::Keyword, keyword.range, [arg, value])
    }

    pub(super) fn type_params(&mut self, params: Option<&ast::TypeParams>) -> Made<M> {
        match params {
            Some(params) => self.list(params.type_params.iter(), Self::type_param),
            None => self.maker.list(Vec::new()),
        }
    }

    fn type_param(&mut self, param: &TypeParam) -> Made<M> {
        let range = param.range();
        match param {
            TypeParam::TypeVar(p) => {
                let name = self.maker.identifier(&p.name);
                let bound = self.opt_expr(p.bound.as_deref())?;
                let default = self.opt_expr(p.default.as_deref())?;
                self.node(Kind::TypeVar, range, [name, bound, default])
            }
            TypeParam::ParamSpec(p) => {
                let name = self.maker.identifier(&p.name);
                let default = self.opt_expr(p.default.as_deref())?;
                self.node(Kind::ParamSpec, range, [name, default])
            }
            TypeParam::TypeVarTuple(p) => {
                let name = self.maker.identifier(&p.name);
                let default = self.opt_expr(p.default.as_deref())?;
                self.node(Kind::TypeVarTuple, range, [name, default])
            }
        }
    }
}
