//! `with`.

use super::asm::{NEXT, Reg};
use super::{Block, Compiler, Value};
use crate::errors::Result;
use crate::opcodes::{Imm, In, Jump32, Kill, OutBase, Peek, Special, insn};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

impl<'a> Compiler<'a> {
    pub(super) fn with_stmt(&mut self, s: &'a ast::StmtWith) -> Result<()> {
        if s.is_async {
            self.check_async("async with", s.range())?;
        }
        self.unit().in_conditional += 1;
        self.with_items(s, &s.items)?;
        self.unit().in_conditional -= 1;
        Ok(())
    }

    fn with_items(&mut self, s: &'a ast::StmtWith, items: &'a [ast::WithItem]) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.suite(&s.body) };
        let range = item.context_expr.range();
        let exit = self.hidden();
        self.hidden();
        let (manager, kept) = self.keep(&item.context_expr)?;
        self.loc(range);
        let (enter_special, exit_special) =
            if s.is_async { (Special::Aenter, Special::Aexit) } else { (Special::Enter, Special::Exit) };
        self.emit(insn::LoadSpecial { base: OutBase(exit.0), obj: In(manager.0), which: Imm(exit_special as i32) });
        let which = Imm(enter_special as i32);
        let enter = self.emit(insn::LoadSpecial { base: OutBase(NEXT.0), obj: In(manager.0), which });
        self.unkeep(kept);
        let mut value = self.call_plain(enter, 2, 0, super::Dst::Temp);
        if s.is_async {
            value = self.await_top(1);
        }
        // From here on the exit method is called whatever happens; the entered value is still to be stored.
        let (label, end) = (self.label(), self.label());
        self.set_depth(self.depth() - 1);
        let handler = self.handler(label);
        self.set_depth(self.depth() + 1);
        let outer = self.set_handler(handler);
        self.push_block(Block::With { exit, is_async: s.is_async, outer, loc: range }, s.range())?;
        match &item.optional_vars {
            Some(target) => self.store(target, Value::Reg(value))?,
            None => self.release(value),
        }
        self.nested(|c| c.with_items(s, rest))?;
        self.unit().blocks.pop();
        self.set_handler(outer);
        self.loc(range);
        self.call_exit(exit, s.is_async)?;
        self.loc(range);
        self.jump(end);

        self.bind_handler(handler, outer);
        let cleanup = self.enter_handler(outer);
        self.loc(range);
        let base = self.emit(insn::PrepareExitExc { base: OutBase(NEXT.0), h: Peek(exit.0) });
        let mut verdict = self.call_plain(base, 2, 3, super::Dst::Temp);
        if s.is_async {
            verdict = self.await_top(2);
        }
        let suppress = self.label();
        self.emit(insn::JumpIfTrue { a: In(verdict.0), to: Jump32(suppress.0 as i32) });
        self.set_handler(outer);
        self.emit(insn::ReraiseThere { h: Kill(cleanup.h.0) });
        self.bind(suppress);
        self.emit(insn::LeaveHandler { h: Kill(cleanup.h.0) });
        self.release_exit(exit);
        self.loc(super::asm::no_location());
        self.jump(end);
        self.leave_cleanup(cleanup, outer);
        self.bind(end);
        self.free_hidden(2);
        Ok(())
    }

    fn release_exit(&mut self, exit: Reg) {
        self.release(exit);
        self.release(exit.offset(1));
    }

    /// exit(None, None, None), on the way out without an exception.
    pub(super) fn call_exit(&mut self, exit: Reg, is_async: bool) -> Result<()> {
        let base = self.emit(insn::PrepareExit { base: OutBase(NEXT.0), h: Peek(exit.0) });
        let mut result = self.call_plain(base, 2, 3, super::Dst::Temp);
        if is_async {
            result = self.await_top(2);
        }
        self.release(result);
        self.release_exit(exit);
        Ok(())
    }
}
