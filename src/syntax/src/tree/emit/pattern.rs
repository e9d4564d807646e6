//! Patterns and cases.

use super::{Emitter, Made};
use crate::code::Const;
use crate::tree::{Kind, Maker};
use ruff_python_ast::{self as ast, Pattern, Singleton};
use ruff_text_size::Ranged;

impl<M: Maker> Emitter<'_, M> {
    pub(super) fn match_case(&mut self, case: &ast::MatchCase) -> Made<M> {
        let pattern = self.pattern(&case.pattern)?;
        let guard = self.opt_expr(case.guard.as_deref())?;
        let body = self.suite(&case.body)?;
        self.maker.node(Kind::MatchCase, None, [pattern, guard, body])
    }

    fn pattern(&mut self, pattern: &Pattern) -> Made<M> {
        self.nested(|s| s.any_pattern(pattern))
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Made<M> {
        self.list(patterns.iter(), Self::pattern)
    }

    fn any_pattern(&mut self, pattern: &Pattern) -> Made<M> {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(p) => {
                let value = self.expr(&p.value)?;
                self.node(Kind::MatchValue, range, [value])
            }
            Pattern::MatchSingleton(p) => {
                let value = self.maker.constant(&match p.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::Bool(true),
                    Singleton::False => Const::Bool(false),
                });
                self.node(Kind::MatchSingleton, range, [value])
            }
            Pattern::MatchSequence(p) => {
                let patterns = self.patterns(&p.patterns)?;
                self.node(Kind::MatchSequence, range, [patterns])
            }
            Pattern::MatchMapping(p) => {
                let keys = self.exprs(&p.keys)?;
                let patterns = self.patterns(&p.patterns)?;
                let rest = self.opt_identifier(p.rest.as_ref());
                self.node(Kind::MatchMapping, range, [keys, patterns, rest])
            }
            Pattern::MatchClass(p) => {
                let cls = self.expr(&p.cls)?;
                let patterns = self.patterns(&p.arguments.patterns)?;
                let attrs = self.list(p.arguments.keywords.iter(), |s, k| Ok(s.maker.identifier(&k.attr)))?;
                let kwd = self.list(p.arguments.keywords.iter(), |s, k| s.pattern(&k.pattern))?;
                self.node(Kind::MatchClass, range, [cls, patterns, attrs, kwd])
            }
            Pattern::MatchStar(p) => {
                let name = self.opt_identifier(p.name.as_ref());
                self.node(Kind::MatchStar, range, [name])
            }
            Pattern::MatchAs(p) => {
                let inner = match &p.pattern {
                    Some(inner) => self.pattern(inner)?,
                    None => self.maker.none(),
                };
                let name = self.opt_identifier(p.name.as_ref());
                self.node(Kind::MatchAs, range, [inner, name])
            }
            Pattern::MatchOr(p) => {
                let patterns = self.patterns(&p.patterns)?;
                self.node(Kind::MatchOr, range, [patterns])
            }
        }
    }
}
