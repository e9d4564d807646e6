//! `match`.
//!
//! The subject and everything taken out of it are kept in hidden locals; names are bound when the whole pattern has matched. A failing
//! test jumps to the fail label of the number of hidden locals that are live there, and the labels run down to the next case.

use super::asm::{Label, NEXT, Reg, RegClass};
use super::{Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::{Result, error};
use crate::intern::Sym;
use crate::opcodes::{Base, Imm, In, Jump32, Kill, Out, OutBase, Peek, insn};
use ruff_python_ast::{self as ast, CmpOp, Expr, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

/// A case (or alternative) being matched.
struct Attempt {
    /// Hidden locals live before it.
    base: u32,
    /// Where to go on failure, by the number of hidden locals above `base`.
    fails: Vec<Option<Label>>,
    /// Names to bind, with the hidden locals that hold their values.
    captures: Vec<(Sym, Reg)>,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, s: &'a ast::StmtMatch) -> Result<()> {
        let subject = self.hidden();
        self.expr_into(&s.subject, subject)?;
        let end = self.label();
        self.unit().in_conditional += 1;
        for (i, case) in s.cases.iter().enumerate() {
            let last = i + 1 == s.cases.len();
            if !last && case.guard.is_none() {
                check_irrefutable(&case.pattern)?;
            }
            let mut attempt = self.attempt();
            if is_wildcard(&case.pattern) {
                self.loc(case.pattern.range());
                self.emit(insn::Nop {});
            }
            self.pattern(&case.pattern, subject, &mut attempt)?;
            self.bind_captures(&mut attempt, case.pattern.range());
            let next = self.label();
            if let Some(guard) = &case.guard {
                self.jump_if(guard, next, false)?;
            }
            self.suite(&case.body)?;
            self.loc(super::asm::no_location());
            self.jump(end);
            self.run_down(attempt);
            self.bind(next);
        }
        self.bind(end);
        self.unit().in_conditional -= 1;
        self.loc(super::asm::no_location());
        self.release(subject);
        self.free_hidden(1);
        Ok(())
    }

    fn attempt(&self) -> Attempt {
        Attempt { base: self.unit_ref().cursor.hidden, fails: Vec::new(), captures: Vec::new() }
    }

    /// The label to jump to from here when the pattern does not match.
    fn fail(&mut self, attempt: &mut Attempt) -> Label {
        let level = (self.unit_ref().cursor.hidden - attempt.base) as usize;
        if attempt.fails.len() <= level {
            attempt.fails.resize(level + 1, None);
        }
        match attempt.fails[level] {
            Some(label) => label,
            None => *attempt.fails[level].insert(self.label()),
        }
    }

    /// The pattern matched: binds the names and drops everything else. The hidden locals are given back.
    fn bind_captures(&mut self, attempt: &mut Attempt, range: TextRange) {
        self.loc(range);
        for (name, reg) in &attempt.captures {
            let dst = match self.store_dst(*name) {
                Dst::Local(local) => local,
                _ => NEXT,
            };
            let value = self.emit(insn::Take { dst: Out(dst.0), src: Kill(reg.0) });
            self.store_name(*name, Value::Reg(value));
        }
        let now = self.unit_ref().cursor.hidden;
        for index in (attempt.base..now).rev() {
            let reg = Reg::new(RegClass::Hidden, index);
            if !attempt.captures.iter().any(|(_, captured)| *captured == reg) {
                self.release(reg);
            }
        }
        self.free_hidden(now - attempt.base);
    }

    /// The fail labels, from the one with the most to drop.
    fn run_down(&mut self, attempt: Attempt) {
        self.loc(super::asm::no_location());
        for (level, label) in attempt.fails.iter().enumerate().rev() {
            if let Some(label) = label {
                self.bind(*label);
            }
            if level > 0 {
                self.release(Reg::new(RegClass::Hidden, attempt.base + level as u32 - 1));
            }
        }
    }

    fn capture(&mut self, name: &ast::Identifier, reg: Reg, range: TextRange, attempt: &mut Attempt) -> Result<()> {
        self.check_name(name, range, false)?;
        let sym = self.mangle(name);
        if attempt.captures.iter().any(|(other, _)| *other == sym) {
            return error(name.range(), format!("multiple assignments to name '{name}' in pattern"));
        }
        attempt.captures.push((sym, reg));
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern, subject: Reg, attempt: &mut Attempt) -> Result<()> {
        self.nested(|c| c.pattern_inner(pattern, subject, attempt))
    }

    fn pattern_inner(&mut self, pattern: &'a Pattern, subject: Reg, attempt: &mut Attempt) -> Result<()> {
        self.loc(pattern.range());
        match pattern {
            Pattern::MatchValue(p) if matches!(*p.value, Expr::FString(_) | Expr::TString(_)) => {
                error(p.range(), "patterns may only match literals and attribute lookups")
            }
            Pattern::MatchValue(p) => {
                let value = self.expr_reg(&p.value)?;
                let fail = self.fail(attempt);
                self.loc(p.range());
                self.jump_compare(CmpOp::Eq, subject, value, fail, false);
                Ok(())
            }
            Pattern::MatchSingleton(p) => {
                let fail = self.fail(attempt);
                let value = match p.value {
                    Singleton::None => {
                        self.emit(insn::JumpIfNotNone { a: In(subject.0), to: Jump32(fail.0 as i32) });
                        return Ok(());
                    }
                    Singleton::True => true,
                    Singleton::False => false,
                };
                let value = self.load_const(Const::Bool(value), Dst::Temp);
                self.jump_compare(CmpOp::Is, subject, value, fail, false);
                Ok(())
            }
            Pattern::MatchSequence(p) => self.sequence_pattern(p, subject, attempt),
            Pattern::MatchMapping(p) => self.mapping_pattern(p, subject, attempt),
            Pattern::MatchClass(p) => self.class_pattern(p, subject, attempt),
            Pattern::MatchStar(p) => error(p.range(), "star pattern is not in a sequence"),
            Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner, subject, attempt)?;
                }
                if let Some(name) = &p.name {
                    self.loc(p.range());
                    let kept = self.hidden();
                    self.emit(insn::Move { dst: Out(kept.0), src: In(subject.0) });
                    self.capture(name, kept, p.range(), attempt)?;
                }
                Ok(())
            }
            Pattern::MatchOr(p) => self.or_pattern(p, subject, attempt),
        }
    }

    /// Matches a value in a temp that has just been taken out of the subject.
    fn part(&mut self, pattern: &'a Pattern, value: Reg) -> Option<(&'a Pattern, Reg)> {
        if is_wildcard(pattern) {
            self.release(value);
            return None;
        }
        let kept = self.hidden();
        self.emit(insn::Move { dst: Out(kept.0), src: In(value.0) });
        Some((pattern, kept))
    }

    /// Matches parts that were kept. A plain name takes the kept value itself.
    fn parts(&mut self, parts: Vec<Option<(&'a Pattern, Reg)>>, attempt: &mut Attempt) -> Result<()> {
        for (pattern, kept) in parts.into_iter().flatten() {
            match pattern {
                Pattern::MatchAs(ast::PatternMatchAs { pattern: None, name: Some(name), .. })
                | Pattern::MatchStar(ast::PatternMatchStar { name: Some(name), .. }) => self.capture(name, kept, pattern.range(), attempt)?,
                pattern => self.pattern(pattern, kept, attempt)?,
            }
        }
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        p: &'a ast::PatternMatchSequence,
        subject: Reg,
        attempt: &mut Attempt,
    ) -> Result<()> {
        let n = p.patterns.len();
        let star = p.patterns.iter().position(Pattern::is_match_star);
        if p.patterns.iter().filter(|p| p.is_match_star()).count() > 1 {
            return error(p.range(), "multiple starred names in sequence pattern");
        }
        if star.is_some_and(|at| at >= 256) {
            return error(p.range(), "too many expressions in star-unpacking sequence pattern");
        }
        let fail = self.fail(attempt);
        let is_sequence = self.emit(insn::MatchSequence { dst: Out(NEXT.0), src: Peek(subject.0) });
        self.emit(insn::JumpIfFalse { a: In(is_sequence.0), to: Jump32(fail.0 as i32) });
        let needed = n - usize::from(star.is_some());
        if star.is_none() || needed > 0 {
            let len = self.emit(insn::GetLen { dst: Out(NEXT.0), src: Peek(subject.0) });
            let op = if star.is_some() { CmpOp::GtE } else { CmpOp::Eq };
            self.jump_unless_count(op, len, needed, fail);
        }
        if p.patterns.iter().all(is_wildcard) {
            return Ok(());
        }
        let mut parts = Vec::with_capacity(n);
        match star {
            Some(at) if is_wildcard(&p.patterns[at]) => {
                // What the star skips is not looked at.
                for (i, pattern) in p.patterns.iter().enumerate() {
                    if i == at || is_wildcard(pattern) {
                        continue;
                    }
                    let value = if i < at {
                        self.emit(insn::SubscriptImm { dst: Out(NEXT.0), obj: In(subject.0), n: Imm(i as i32) })
                    } else {
                        let len = self.emit(insn::GetLen { dst: Out(NEXT.0), src: Peek(subject.0) });
                        let back = Imm((n - i) as i32);
                        let index = self.emit(insn::SubImm { dst: Out(NEXT.0), a: In(len.0), n: back });
                        self.emit(insn::Subscript { dst: Out(NEXT.0), obj: In(subject.0), index: In(index.0) })
                    };
                    parts.push(self.part(pattern, value));
                }
                return self.parts(parts, attempt);
            }
            Some(at) => {
                let counts = Imm((at | (n - at - 1) << 8) as i32);
                self.emit(insn::UnpackEx { base: OutBase(NEXT.0), src: In(subject.0), counts });
            }
            None => {
                self.emit(insn::UnpackSequence { base: OutBase(NEXT.0), src: In(subject.0), n: Imm(n as i32) });
            }
        }
        for pattern in &p.patterns {
            let value = self.top();
            parts.push(self.part(pattern, value));
        }
        self.parts(parts, attempt)
    }

    fn jump_unless_count(&mut self, op: CmpOp, len: Reg, needed: usize, fail: Label) {
        let needed = self.load_const(Const::Int(needed as i64), Dst::Temp);
        self.jump_compare(op, len, needed, fail, false);
    }

    fn mapping_pattern(&mut self, p: &'a ast::PatternMatchMapping, subject: Reg, attempt: &mut Attempt) -> Result<()> {
        let fail = self.fail(attempt);
        let is_mapping = self.emit(insn::MatchMapping { dst: Out(NEXT.0), src: Peek(subject.0) });
        self.emit(insn::JumpIfFalse { a: In(is_mapping.0), to: Jump32(fail.0 as i32) });
        let n = p.keys.len();
        if n == 0 && p.rest.is_none() {
            return Ok(());
        }
        if n > 0 {
            let len = self.emit(insn::GetLen { dst: Out(NEXT.0), src: Peek(subject.0) });
            self.jump_unless_count(CmpOp::GtE, len, n, fail);
        }
        self.check_keys(p)?;
        // The tuple of keys, and the tuple of their values.
        let keys = self.hidden();
        match self.constants(&p.keys)? {
            Some(constants) => {
                self.loc(p.range());
                self.load_const(Const::Tuple(constants.into()), Dst::Local(keys));
            }
            None => {
                let (base, n) = self.row(&p.keys)?;
                self.loc(p.range());
                self.emit(insn::BuildTuple { dst: Out(keys.0), base, n });
            }
        }
        let values = self.hidden();
        self.emit(insn::MatchKeys { dst: Out(values.0), src: Peek(subject.0), keys: Peek(keys.0) });
        let fail = self.fail(attempt);
        self.emit(insn::JumpIfNone { a: In(values.0), to: Jump32(fail.0 as i32) });
        let mut parts = Vec::with_capacity(n);
        if n > 0 {
            self.emit(insn::UnpackSequence { base: OutBase(NEXT.0), src: In(values.0), n: Imm(n as i32) });
            for pattern in &p.patterns {
                let value = self.top();
                parts.push(self.part(pattern, value));
            }
        }
        self.parts(parts, attempt)?;
        if let Some(rest) = &p.rest {
            self.loc(p.range());
            let map = self.hidden();
            let base = Base(self.next_temp().0);
            self.emit(insn::BuildMap { dst: Out(map.0), base, n: Imm(0) });
            self.emit(insn::DictUpdate { map: Peek(map.0), mapping: In(subject.0) });
            for i in 0..n {
                let key = self.emit(insn::SubscriptImm { dst: Out(NEXT.0), obj: In(keys.0), n: Imm(i as i32) });
                self.emit(insn::DeleteSubscript { obj: In(map.0), index: In(key.0) });
            }
            self.capture(rest, map, p.range(), attempt)?;
        }
        Ok(())
    }

    fn check_keys(&mut self, p: &'a ast::PatternMatchMapping) -> Result<()> {
        let mut seen = FxHashSet::default();
        for key in &p.keys {
            if key.is_attribute_expr() {
                continue;
            }
            let Some(value) = self.try_const(key)? else {
                return error(key.range(), "mapping pattern keys may only match literals and attribute lookups");
            };
            if !seen.insert(normal_key(&value)) {
                let shown = self.locator.text(key.range()).unwrap_or("…");
                return error(p.range(), format!("mapping pattern checks duplicate key ({shown})").replace('"', "'"));
            }
        }
        Ok(())
    }

    fn class_pattern(&mut self, p: &'a ast::PatternMatchClass, subject: Reg, attempt: &mut Attempt) -> Result<()> {
        let (positional, keywords) = (&p.arguments.patterns, &p.arguments.keywords);
        let mut seen = FxHashSet::default();
        for keyword in keywords {
            self.check_name(&keyword.attr, keyword.pattern.range(), false)?;
            if !seen.insert(keyword.attr.as_str()) {
                let msg = format!("attribute name repeated in class pattern: {}", keyword.attr);
                return error(keyword.pattern.range(), msg);
            }
        }
        let base = self.emit(insn::Move { dst: Out(NEXT.0), src: In(subject.0) });
        self.expr_temp(&p.cls)?;
        let names: Vec<Const> = keywords.iter().map(|k| Const::Str(k.attr.as_bytes().into())).collect();
        self.loc(p.range());
        self.load_const(Const::Tuple(names.into()), Dst::Temp);
        let attrs = self.hidden();
        let npos = Imm(positional.len() as i32);
        self.emit(insn::MatchClass { dst: Out(attrs.0), base: Base(base.0), npos });
        let fail = self.fail(attempt);
        self.emit(insn::JumpIfNone { a: In(attrs.0), to: Jump32(fail.0 as i32) });
        let n = positional.len() + keywords.len();
        let patterns = || positional.iter().chain(keywords.iter().map(|k| &k.pattern));
        if patterns().all(is_wildcard) {
            return Ok(());
        }
        self.emit(insn::UnpackSequence { base: OutBase(NEXT.0), src: In(attrs.0), n: Imm(n as i32) });
        let mut parts = Vec::with_capacity(n);
        for pattern in patterns() {
            let value = self.top();
            parts.push(self.part(pattern, value));
        }
        self.parts(parts, attempt)
    }

    fn or_pattern(&mut self, p: &'a ast::PatternMatchOr, subject: Reg, attempt: &mut Attempt) -> Result<()> {
        let matched = self.label();
        let mut names: Option<Vec<(Sym, Reg)>> = None;
        for (i, alternative) in p.patterns.iter().enumerate() {
            if i + 1 < p.patterns.len() {
                check_irrefutable(alternative)?;
            }
            // All alternatives leave their captures in the same hidden locals, which the first one's names lay out.
            if names.is_none() {
                let mut bound = Vec::new();
                self.bound_names(alternative, &mut bound);
                let list = bound.into_iter().map(|name| (name, self.hidden())).collect();
                names = Some(list);
            }
            let mut inner = self.attempt();
            self.pattern(alternative, subject, &mut inner)?;
            let Some(list) = &names else { continue };
            if list.len() != inner.captures.len() {
                return error(p.range(), "alternative patterns bind different names");
            }
            for (name, to) in list {
                let Some((_, from)) = inner.captures.iter().find(|(other, _)| other == name) else {
                    return error(p.range(), "alternative patterns bind different names");
                };
                self.emit(insn::Take { dst: Out(to.0), src: Kill(from.0) });
            }
            let now = self.unit_ref().cursor.hidden;
            for index in (inner.base..now).rev() {
                let reg = Reg::new(RegClass::Hidden, index);
                if !inner.captures.iter().any(|(_, captured)| *captured == reg) {
                    self.release(reg);
                }
            }
            self.free_hidden(now - inner.base);
            self.jump(matched);
            self.run_down(inner);
        }
        let fail = self.fail(attempt);
        self.jump(fail);
        self.bind(matched);
        for (name, reg) in names.unwrap_or_default() {
            if attempt.captures.iter().any(|(other, _)| *other == name) {
                let name = self.names.name(name);
                return error(p.range(), format!("multiple assignments to name '{name}' in pattern"));
            }
            attempt.captures.push((name, reg));
        }
        Ok(())
    }

    /// The names that a pattern binds.
    fn bound_names(&mut self, pattern: &'a Pattern, out: &mut Vec<Sym>) {
        let mut add = |c: &mut Self, name: &Option<ast::Identifier>| {
            if let Some(name) = name {
                let sym = c.mangle(name);
                if !out.contains(&sym) {
                    out.push(sym);
                }
            }
        };
        match pattern {
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            Pattern::MatchStar(p) => add(self, &p.name),
            Pattern::MatchAs(p) => {
                add(self, &p.name);
                if let Some(inner) = &p.pattern {
                    self.bound_names(inner, out);
                }
            }
            Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| self.bound_names(p, out)),
            Pattern::MatchMapping(p) => {
                add(self, &p.rest);
                p.patterns.iter().for_each(|p| self.bound_names(p, out));
            }
            Pattern::MatchClass(p) => {
                p.arguments.patterns.iter().for_each(|p| self.bound_names(p, out));
                p.arguments.keywords.iter().for_each(|k| self.bound_names(&k.pattern, out));
            }
            Pattern::MatchOr(p) => {
                if let Some(first) = p.patterns.first() {
                    self.bound_names(first, out);
                }
            }
        }
    }
}

fn is_wildcard(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::MatchAs(p) => p.pattern.is_none() && p.name.is_none(),
        Pattern::MatchStar(p) => p.name.is_none(),
        _ => false,
    }
}

/// A pattern that always matches may only be the last.
fn check_irrefutable(pattern: &Pattern) -> Result<()> {
    match pattern {
        Pattern::MatchAs(ast::PatternMatchAs { pattern: None, name, range, .. }) => error(
            *range,
            match name {
                Some(name) => format!("name capture '{name}' makes remaining patterns unreachable"),
                None => "wildcard makes remaining patterns unreachable".to_string(),
            },
        ),
        Pattern::MatchAs(ast::PatternMatchAs { pattern: Some(inner), .. }) => check_irrefutable(inner),
        Pattern::MatchOr(p) => p.patterns.iter().try_for_each(check_irrefutable),
        _ => Ok(()),
    }
}

/// Keys that are equal in Python are equal here: `1`, `1.0`, `True`.
fn normal_key(value: &Const) -> Const {
    match value {
        Const::Bool(b) => Const::Int(i64::from(*b)),
        Const::Float(x) if x.fract() == 0.0 && x.abs() < 9e15 => Const::Int(*x as i64),
        Const::Complex(re, 0.0) => normal_key(&Const::Float(*re)),
        other => other.clone(),
    }
}
