//! `try` in all its forms.

use super::asm::{NEXT, Reg};
use super::{Block, Compiler, Value};
use crate::errors::{Result, error};
use crate::opcodes::{Base, Imm, In, InOut, Jump32, Kill, Out, Peek, insn};
use ruff_python_ast::{self as ast, ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        self.unit().in_conditional += 1;
        if s.finalbody.is_empty() {
            self.try_except(s)?;
        } else {
            self.try_finally(s)?;
        }
        self.unit().in_conditional -= 1;
        Ok(())
    }

    fn try_finally(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        let (label, end) = (self.label(), self.label());
        self.loc(TextRange::empty(s.range().start()));
        self.emit(insn::Nop {});
        let handler = self.handler(label);
        let outer = self.set_handler(handler);
        self.push_block(Block::Finally { body: &s.finalbody, outer }, s.range())?;
        if s.handlers.is_empty() {
            self.suite(&s.body)?;
            self.suite(&s.orelse)?;
        } else {
            self.try_except(s)?;
        }
        self.unit().blocks.pop();
        self.set_handler(outer);
        self.suite(&s.finalbody)?;
        self.loc(super::asm::no_location());
        self.jump(end);

        self.bind_handler(handler, outer);
        let cleanup = self.enter_handler(outer);
        self.push_block(Block::FinallyHandler { h: cleanup.h, outer }, s.range())?;
        self.suite(&s.finalbody)?;
        self.unit().blocks.pop();
        self.set_handler(outer);
        self.loc(super::asm::no_location());
        self.emit(insn::Reraise { h: Kill(cleanup.h.0) });
        self.leave_cleanup(cleanup, outer);
        self.bind(end);
        Ok(())
    }

    /// `EnterHandler` with a cleanup handler for what follows, which becomes the innermost one.
    pub(super) fn enter_handler(&mut self, outer: super::HandlerId) -> Cleanup {
        let h = self.hidden();
        let label = self.label();
        let id = self.handler(label);
        self.loc(super::asm::no_location());
        self.set_handler(outer);
        self.emit(insn::EnterHandler { h: Out(h.0) });
        self.set_handler(id);
        Cleanup { h, id }
    }

    /// The cleanup handler's code; the hidden local is given back.
    pub(super) fn leave_cleanup(&mut self, cleanup: Cleanup, outer: super::HandlerId) {
        let depth = self.depth();
        self.bind_handler(cleanup.id, outer);
        self.loc(super::asm::no_location());
        self.emit(insn::UnwindHandler { h: Kill(cleanup.h.0) });
        self.free_hidden(1);
        self.set_depth(depth);
    }

    fn try_except(&mut self, s: &'a ast::StmtTry) -> Result<()> {
        let (label, end) = (self.label(), self.label());
        self.loc(TextRange::empty(s.range().start()));
        self.emit(insn::Nop {});
        let handler = self.handler(label);
        let outer = self.set_handler(handler);
        self.push_block(Block::Region { outer }, s.range())?;
        self.suite(&s.body)?;
        self.unit().blocks.pop();
        self.set_handler(outer);
        self.suite(&s.orelse)?;
        self.loc(super::asm::no_location());
        self.jump(end);

        self.bind_handler(handler, outer);
        let cleanup = self.enter_handler(outer);
        if s.is_star {
            self.except_star(s, &cleanup, outer, end)?;
        } else {
            self.except_clauses(&s.handlers, &cleanup, outer, end)?;
        }
        self.leave_cleanup(cleanup, outer);
        self.bind(end);
        Ok(())
    }

    fn except_clauses(
        &mut self,
        handlers: &'a [ExceptHandler],
        cleanup: &Cleanup,
        outer: super::HandlerId,
        end: super::Label,
    ) -> Result<()> {
        let h = cleanup.h;
        for (i, ExceptHandler::ExceptHandler(clause)) in handlers.iter().enumerate() {
            let next = self.label();
            self.set_handler(cleanup.id);
            match &clause.type_ {
                Some(kind) => {
                    let kind_reg = In(self.expr_reg(kind)?.0);
                    self.loc(kind.range());
                    self.emit(insn::JumpUnlessMatch { kind: kind_reg, to: Jump32(next.0 as i32) });
                }
                None if i + 1 < handlers.len() => {
                    return error(clause.range(), "default 'except:' must be last");
                }
                None => {
                    self.loc(clause.range());
                    self.emit(insn::Nop {});
                }
            }
            self.push_block(Block::Except { h, outer }, clause.range())?;
            match &clause.name {
                Some(name) => {
                    self.check_name(name, clause.range(), false)?;
                    let name = self.mangle(name);
                    self.named_clause(name, &clause.body, clause.range(), Some(h), cleanup.id)?;
                }
                None => {
                    self.suite(&clause.body)?;
                    self.loc(super::asm::no_location());
                    self.emit(insn::LeaveHandler { h: Kill(h.0) });
                }
            }
            self.unit().blocks.pop();
            self.set_handler(outer);
            self.loc(super::asm::no_location());
            self.jump(end);
            self.bind(next);
        }
        self.set_handler(outer);
        self.loc(super::asm::no_location());
        self.emit(insn::Reraise { h: Kill(h.0) });
        Ok(())
    }

    /// A clause's body with its exception under a name, which ends with it. `leave` is the handler to leave before the name is cleared.
    fn named_clause(
        &mut self,
        name: crate::intern::Sym,
        body: &'a [Stmt],
        range: TextRange,
        leave: Option<Reg>,
        around: super::HandlerId,
    ) -> Result<()> {
        self.loc(range);
        let dst = self.store_dst(name);
        let dst = if dst == super::Dst::Any { super::Dst::Temp } else { dst };
        let exc = self.emit(insn::LoadHandled { dst: dst.out() });
        self.store_name(name, Value::Reg(exc));
        let label = self.label();
        let handler = self.handler(label);
        self.set_handler(handler);
        self.push_block(Block::ExceptName { name, outer: around }, range)?;
        self.suite(body)?;
        self.unit().blocks.pop();
        self.set_handler(around);
        self.loc(super::asm::no_location());
        let after = self.label();
        match leave {
            Some(h) => {
                // The name is cleared outside of the handler.
                let outer = match self.unit_ref().blocks.last() {
                    Some(Block::Except { outer, .. }) => *outer,
                    _ => around,
                };
                self.set_handler(outer);
                self.emit(insn::LeaveHandler { h: Kill(h.0) });
                self.clear_name(name)?;
                self.set_handler(around);
            }
            None => self.clear_name(name)?,
        }
        self.loc(super::asm::no_location());
        self.jump(after);

        // The body raised: the name goes, the exception goes on.
        self.bind_handler(handler, around);
        if let super::names::Place::Var(reg) = self.place(name) {
            self.release(reg);
            self.emit(insn::Unwind {});
            self.bind(after);
            return Ok(());
        }
        let inner = self.enter_handler(around);
        self.clear_name(name)?;
        self.set_handler(around);
        self.loc(super::asm::no_location());
        self.emit(insn::ReraiseThere { h: Kill(inner.h.0) });
        self.leave_cleanup(inner, around);
        self.bind(after);
        Ok(())
    }

    /// `except*`: each clause takes its part of the group; what clauses raise and what is left is raised together at the end.
    fn except_star(
        &mut self,
        s: &'a ast::StmtTry,
        cleanup: &Cleanup,
        outer: super::HandlerId,
        end: super::Label,
    ) -> Result<()> {
        let (orig, rest, raised) = (self.hidden(), self.hidden(), self.hidden());
        // Until here nothing can have raised with these locals alive.
        let label = self.label();
        let star_cleanup = self.handler(label);
        self.loc(super::asm::no_location());
        self.emit(insn::LoadHandled { dst: Out(orig.0) });
        self.emit(insn::Move { dst: Out(rest.0), src: In(orig.0) });
        let base = Base(self.next_temp().0);
        self.emit(insn::BuildList { dst: Out(raised.0), base, n: Imm(0) });
        self.set_handler(star_cleanup);
        for ExceptHandler::ExceptHandler(clause) in &s.handlers {
            let (next, joined) = (self.label(), self.label());
            let Some(kind) = &clause.type_ else { return error(clause.range(), "expected one or more exception types") };
            let kind_reg = In(self.expr_reg(kind)?.0);
            // The group that stands for a naked exception starts its traceback here.
            self.loc(clause.range());
            let part = self.emit(insn::MatchExcGroup { dst: Out(NEXT.0), rest: InOut(rest.0), kind: kind_reg });
            let matched = self.hidden();
            self.emit(insn::Move { dst: Out(matched.0), src: In(part.0) });
            self.emit(insn::JumpIfNone { a: In(matched.0), to: Jump32(next.0 as i32) });

            let label = self.label();
            let clause_handler = self.handler(label);
            self.set_handler(clause_handler);
            self.push_block(Block::ExceptStar, s.range())?;
            match &clause.name {
                Some(name) => {
                    self.check_name(name, clause.range(), false)?;
                    let name = self.mangle(name);
                    self.named_clause(name, &clause.body, clause.range(), None, clause_handler)?;
                }
                None => self.suite(&clause.body)?,
            }
            self.unit().blocks.pop();
            self.set_handler(star_cleanup);
            self.loc(super::asm::no_location());
            self.jump(joined);

            self.bind_handler(clause_handler, star_cleanup);
            let exc = self.emit(insn::TakeRaised { dst: Out(NEXT.0) });
            self.emit(insn::ListAppend { list: Peek(raised.0), value: In(exc.0) });
            self.bind(joined);
            self.bind(next);
            self.loc(super::asm::no_location());
            self.release(matched);
            self.free_hidden(1);
        }
        self.loc(super::asm::no_location());
        self.emit(insn::ListAppend { list: Peek(raised.0), value: In(rest.0) });
        let exc = self.emit(insn::PrepReraiseStar { dst: Out(NEXT.0), orig: In(orig.0), list: In(raised.0) });
        self.set_handler(outer);
        for reg in [raised, rest, orig] {
            self.release(reg);
        }
        self.free_hidden(3);
        // The outcome outlives the handler.
        let kept = self.hidden();
        self.emit(insn::Move { dst: Out(kept.0), src: In(exc.0) });
        self.emit(insn::LeaveHandler { h: Kill(cleanup.h.0) });
        let raise = self.label();
        self.emit(insn::JumpIfNotNone { a: In(kept.0), to: Jump32(raise.0 as i32) });
        self.release(kept);
        self.jump(end);
        self.bind(raise);
        self.emit(insn::ReraiseValue { value: In(kept.0) });
        self.free_hidden(1);

        // An exception of the machinery itself (a wrong type in a clause) leaves the handler as any other.
        self.bind_handler(star_cleanup, outer);
        self.emit(insn::UnwindHandler { h: Kill(cleanup.h.0) });
        Ok(())
    }
}

/// What `enter_handler` sets up.
pub(super) struct Cleanup {
    pub(super) h: Reg,
    pub(super) id: super::HandlerId,
}
