//! `for`, `while`, and the await loop.

use super::asm::{NEXT, Reg};
use super::{Block, Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::{Result, error};
use crate::opcodes::{Imm, In, InOut, Jump16, Out, Peek, insn};
use crate::scope::ScopeKind;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(super) fn while_stmt(&mut self, s: &'a ast::StmtWhile) -> Result<()> {
        let (top, exhausted, end) = (self.label(), self.label(), self.label());
        let truth = self.constant_truth(&s.test);
        if truth == Some(false) {
            self.loc(s.test.range());
            self.emit(insn::Nop {});
            self.jump(exhausted);
        }
        self.bind(top);
        match truth {
            Some(_) => {
                self.loc(s.test.range());
                self.emit(insn::Nop {});
            }
            None => self.jump_if(&s.test, exhausted, false)?,
        }
        self.push_block(Block::Loop { brk: end, cont: top }, s.range())?;
        self.conditional_suite(&s.body)?;
        self.loc(super::asm::no_location());
        self.jump_back(top);
        self.unit().blocks.pop();
        self.bind(exhausted);
        self.conditional_suite(&s.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, s: &'a ast::StmtFor) -> Result<()> {
        if s.is_async {
            return self.async_for(s);
        }
        let (top, brk, exhausted, end) = (self.label(), self.label(), self.label(), self.label());
        let iter = self.hidden();
        self.iterator(&s.iter, iter)?;
        self.bind(top);
        self.for_iter(&s.target, iter, exhausted)?;
        self.push_block(Block::For { brk, cont: top, iter }, s.range())?;
        self.conditional_suite(&s.body)?;
        self.loc(super::asm::no_location());
        self.jump_back(top);
        self.unit().blocks.pop();
        if s.orelse.is_empty() {
            self.bind(brk);
            self.bind(exhausted);
            self.loc(super::asm::no_location());
            self.release(iter);
        } else {
            self.bind(brk);
            self.loc(super::asm::no_location());
            self.release(iter);
            self.jump(end);
            self.bind(exhausted);
            self.loc(s.iter.range());
            self.release(iter);
            self.free_hidden(1);
            self.conditional_suite(&s.orelse)?;
            self.bind(end);
            return Ok(());
        }
        self.free_hidden(1);
        Ok(())
    }

    /// iter(e) in a hidden local; a display of constants is a tuple.
    pub(super) fn iterator(&mut self, e: &'a Expr, iter: Reg) -> Result<()> {
        let value = match self.constant_container(e)? {
            Some(tuple @ Const::Tuple(_)) => Value::Const(tuple),
            _ => self.expr(e, Dst::Any)?,
        };
        self.loc(e.range());
        let src = In(self.reg(value).0);
        self.emit(insn::GetIter { dst: Out(iter.0), src });
        Ok(())
    }

    /// `ForIter` and the store of its value.
    pub(super) fn for_iter(&mut self, target: &'a Expr, iter: Reg, exhausted: super::asm::Label) -> Result<()> {
        let dst = match target {
            Expr::Name(name) => {
                self.check_name(&name.id, name.range(), false)?;
                let sym = self.mangle(&name.id);
                self.store_dst(sym)
            }
            _ => Dst::Temp,
        };
        let to = Jump16(exhausted.0 as i32);
        let reg = self.emit(insn::ForIter { dst: dst.out(), iter: Peek(iter.0), to });
        self.loc(target.range());
        if let Dst::Local(_) = dst {
            return Ok(());
        }
        self.store(target, Value::Reg(reg))
    }

    fn async_for(&mut self, s: &'a ast::StmtFor) -> Result<()> {
        self.check_async("async for", s.range())?;
        let (top, brk, end) = (self.label(), self.label(), self.label());
        let iter = self.hidden();
        self.async_iterator(&s.iter, iter)?;
        self.bind(top);
        let (handler, outer) = self.async_next(&s.target, iter, s.iter.range())?;
        self.push_block(Block::For { brk, cont: top, iter }, s.range())?;
        self.conditional_suite(&s.body)?;
        self.loc(super::asm::no_location());
        self.jump_back(top);
        self.unit().blocks.pop();
        self.bind(brk);
        self.release(iter);
        self.jump(end);
        self.bind_handler(handler, outer);
        self.loc(s.iter.range());
        self.emit(insn::EndAsyncFor {});
        self.release(iter);
        self.free_hidden(1);
        self.conditional_suite(&s.orelse)?;
        self.bind(end);
        Ok(())
    }

    /// aiter(e) in a hidden local.
    pub(super) fn async_iterator(&mut self, e: &'a Expr, iter: Reg) -> Result<()> {
        let src = In(self.expr_reg(e)?.0);
        self.emit(insn::GetAiter { dst: Out(iter.0), src });
        Ok(())
    }

    /// The next value of an asynchronous iterator, stored to the target. Returns the handler for the end and the one around it.
    pub(super) fn async_next(
        &mut self,
        target: &'a Expr,
        iter: Reg,
        range: TextRange,
    ) -> Result<(super::asm::HandlerId, super::asm::HandlerId)> {
        let label = self.label();
        let handler = self.handler(label);
        let outer = self.set_handler(handler);
        self.loc(range);
        let awaitable = self.hidden();
        self.emit(insn::GetAnext { dst: Out(awaitable.0), iter: Peek(iter.0) });
        let value = self.send_loop(awaitable);
        self.free_hidden(1);
        self.set_handler(outer);
        self.store(target, Value::Reg(value))?;
        Ok((handler, outer))
    }

    /// Runs the awaitable in hidden local `awaitable` to its end; its value is in the next temp, the local is released.
    pub(super) fn send_loop(&mut self, awaitable: Reg) -> Reg {
        let (top, done) = (self.label(), self.label());
        let value = self.load_none();
        self.bind(top);
        let (iter, to) = (Peek(awaitable.0), Jump16(done.0 as i32));
        self.emit(insn::Send { value: InOut(value.0), iter, to });
        // What is thrown in at the yield goes to the awaitable; if that ends, its StopIteration has the value.
        let label = self.label();
        self.set_depth(self.depth() - 1);
        let handler = self.handler(label);
        self.set_depth(self.depth() + 1);
        let outer = self.set_handler(handler);
        self.emit(insn::YieldDelegated { value: InOut(value.0), iter });
        self.set_handler(outer);
        self.jump_back(top);
        self.bind_handler(handler, outer);
        self.emit(insn::CleanupThrow { dst: Out(NEXT.0) });
        self.bind(done);
        self.release(awaitable);
        value
    }

    /// Awaits what is in the topmost temp; the result replaces it. `context` as for `GetAwaitable`.
    pub(super) fn await_top(&mut self, context: i32) -> Reg {
        let awaitable = self.hidden();
        let src = In(self.top().0);
        self.emit(insn::GetAwaitable { dst: Out(awaitable.0), src, context: Imm(context) });
        let value = self.send_loop(awaitable);
        self.free_hidden(1);
        value
    }

    pub(super) fn await_expr(&mut self, e: &'a ast::ExprAwait, dst: Dst) -> Result<Reg> {
        let awaitable = self.hidden();
        let src = In(self.expr_reg(&e.value)?.0);
        self.loc(e.range());
        self.emit(insn::GetAwaitable { dst: Out(awaitable.0), src, context: Imm(0) });
        let value = self.send_loop(awaitable);
        self.free_hidden(1);
        Ok(self.settled_reg(value, dst))
    }

    pub(super) fn yield_expr(&mut self, e: &'a ast::ExprYield, dst: Dst) -> Result<Reg> {
        if !self.unit_ref().kind.is_function_like() {
            return error(e.range(), "'yield' outside function");
        }
        let mut value = match &e.value {
            Some(value) => self.expr(value, Dst::Any)?,
            None => Value::Const(Const::None),
        };
        self.loc(e.range());
        if self.unit_ref().flags & crate::code::flags::ASYNC_GENERATOR != 0 {
            value = Value::Reg(self.async_gen_wrap(value));
        }
        let value = In(self.reg(value).0);
        Ok(self.emit_yield(dst.out(), value))
    }

    /// `Yield` with its mark.
    pub(super) fn emit_yield(&mut self, dst: Out, value: In) -> Reg {
        let sent = self.emit(insn::Yield { dst, value });
        self.emit(insn::Resumed {});
        sent
    }

    pub(super) fn async_gen_wrap(&mut self, value: Value) -> Reg {
        let src = In(self.reg(value).0);
        let which = Imm(crate::opcodes::Intrinsic1Kind::AsyncGenWrap as i32);
        self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src, which })
    }

    pub(super) fn yield_from(&mut self, e: &'a ast::ExprYieldFrom, dst: Dst) -> Result<Reg> {
        if !self.unit_ref().kind.is_function_like() {
            return error(e.range(), "'yield from' outside function");
        }
        if self.scope().is_async_def {
            return error(e.range(), "'yield from' inside async function");
        }
        let iter = self.hidden();
        let src = In(self.expr_reg(&e.value)?.0);
        self.loc(e.range());
        self.emit(insn::GetYieldFromIter { dst: Out(iter.0), src });
        let value = self.send_loop(iter);
        self.free_hidden(1);
        Ok(self.settled_reg(value, dst))
    }

    pub(super) fn check_async(&self, what: &str, range: TextRange) -> Result<()> {
        let scope = self.scope();
        let top_level = self.options.top_level_await && scope.kind == ScopeKind::Module;
        if scope.is_async_def || top_level {
            return Ok(());
        }
        error(range, format!("'{what}' outside async function"))
    }
}
