//! Patterns and cases.

use super::{Builder, Built, Missing, NONE, missing};
use crate::code::Const;
use crate::tree::Kind;
use crate::tree::node::{Node, Value};
use ruff_python_ast::{self as ast, Pattern, Singleton};
use ruff_text_size::TextRange;

impl Builder {
    pub(super) fn match_case(&mut self, node: &Node, range: TextRange) -> Built<ast::MatchCase> {
        let pattern = self.pattern(node.field(0), node.kind)?;
        let guard = self.opt_box(node.field(1))?;
        Ok(ast::MatchCase { range, node_index: NONE, pattern, guard, body: self.stmts(node.field(2))? })
    }

    fn pattern(&mut self, value: &Value, owner: Kind) -> Built<Pattern> {
        match value.node() {
            Some(node) => stacker::maybe_grow(128 << 10, 2 << 20, || self.any_pattern(node)),
            None => Err(missing("pattern", owner)),
        }
    }

    fn patterns<C: FromIterator<Pattern>>(&mut self, list: &Value, owner: Kind) -> Built<C> {
        list.items().iter().map(|p| self.pattern(p, owner)).collect()
    }

    fn any_pattern(&mut self, node: &Node) -> Built<Pattern> {
        let range = self.of(node);
        let kind = node.kind;
        let f = |at: usize| node.field(at);
        Ok(match kind {
            Kind::MatchValue => Pattern::MatchValue(ast::PatternMatchValue { node_index: NONE, range, value: self.boxed(f(0), "value", kind)? }),
            Kind::MatchSingleton => {
                let value = match f(0) {
                    Value::Constant(Const::Bool(true)) => Singleton::True,
                    Value::Constant(Const::Bool(false)) => Singleton::False,
                    _ => Singleton::None,
                };
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index: NONE, range, value })
            }
            Kind::MatchSequence => Pattern::MatchSequence(ast::PatternMatchSequence { node_index: NONE, range, patterns: self.patterns(f(0), kind)? }),
            Kind::MatchMapping => {
                let keys = self.exprs(f(0))?.into_iter().collect();
                let patterns = self.patterns(f(1), kind)?;
                let rest = self.opt_identifier(f(2), range);
                Pattern::MatchMapping(ast::PatternMatchMapping { node_index: NONE, range, keys, patterns, rest })
            }
            Kind::MatchClass => {
                let cls = self.boxed(f(0), "cls", kind)?;
                let patterns = self.patterns(f(1), kind)?;
                let keywords = f(2).items().iter().zip(f(3).items());
                let keywords = keywords
                    .map(|(attr, pattern)| {
                        let attr = self.identifier(attr, range);
                        Ok(ast::PatternKeyword { range, node_index: NONE, attr, pattern: self.pattern(pattern, kind)? })
                    })
                    .collect::<Built<_>>()?;
                let arguments = ast::PatternArguments { range, node_index: NONE, patterns, keywords };
                Pattern::MatchClass(ast::PatternMatchClass { node_index: NONE, range, cls, arguments })
            }
            Kind::MatchStar => {
                let name = self.opt_identifier(f(0), range);
                Pattern::MatchStar(ast::PatternMatchStar { node_index: NONE, range, name })
            }
            Kind::MatchAs => {
                let pattern = if f(0).is_none() { None } else { Some(Box::new(self.pattern(f(0), kind)?)) };
                let name = self.opt_identifier(f(1), range);
                Pattern::MatchAs(ast::PatternMatchAs { node_index: NONE, range, pattern, name })
            }
            Kind::MatchOr => Pattern::MatchOr(ast::PatternMatchOr { node_index: NONE, range, patterns: self.patterns(f(0), kind)? }),
            _ => return Err(Missing(format!("{} is no pattern", kind.name()))),
        })
    }
}
