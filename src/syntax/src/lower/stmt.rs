//! Statements.

use super::{Block, Compiler, Dst, Value};
use crate::code::{Const, flags};
use crate::errors::{Result, error};
use crate::opcodes::{self as ops, Imm, In, insn};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    /// A module's statements, with what comes before and after them.
    pub(super) fn module_body(&mut self, suite: &'a [Stmt], first: TextRange) -> Result<()> {
        let scope = self.scope();
        let future = self.options.future & flags::FUTURE_ANNOTATIONS != 0;
        self.loc(first);
        let has_annotations = future && has_annotations(suite);
        if has_annotations {
            self.emit(insn::SetupAnnotations {});
        }
        // `__annotate__` exists before the body runs; what it evaluates is known only afterwards, so its place is kept.
        let deferred = scope.has_conditional_annotations && !future;
        let mut body = suite;
        let docstring = !self.options.interactive && crate::scope::is_docstring(suite);
        if deferred {
            self.module_annotate(suite, first)?;
            self.loc(first);
            let set = self.empty_set();
            let name = self.names.intern("__conditional_annotations__");
            self.store_name(name, Value::Reg(set));
        }
        if docstring && let Some((Stmt::Expr(doc), rest)) = suite.split_first() {
            body = rest;
            if self.options.optimize < 2
                && let Some(text) = self.docstring(&doc.value)
            {
                self.loc(doc.range());
                let name = self.names.intern("__doc__");
                self.store_name(name, Value::Const(text));
            }
        }
        self.suite(body)?;
        self.implicit_return();
        Ok(())
    }

    pub(super) fn suite(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.nested(|c| c.stmt(stmt)))
    }

    /// A suite that may run or not: annotations in it are conditional.
    pub(super) fn conditional_suite(&mut self, body: &'a [Stmt]) -> Result<()> {
        self.unit().in_conditional += 1;
        self.suite(body)?;
        self.unit().in_conditional -= 1;
        Ok(())
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        let depth = self.depth();
        self.stmt_inner(stmt)?;
        debug_assert!(self.depth() == depth, "a statement leaves temps");
        Ok(())
    }

    fn stmt_inner(&mut self, stmt: &'a Stmt) -> Result<()> {
        match stmt {
            Stmt::FunctionDef(s) => self.function_def(s),
            Stmt::ClassDef(s) => self.class_def(s),
            Stmt::Return(s) => self.return_stmt(s),
            Stmt::Delete(s) => s.targets.iter().try_for_each(|target| self.delete(target)),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => self.assign(s),
            Stmt::AugAssign(s) => self.aug_assign(s),
            Stmt::AnnAssign(s) => self.ann_assign(s),
            Stmt::For(s) => self.for_stmt(s),
            Stmt::While(s) => self.while_stmt(s),
            Stmt::If(s) => self.if_stmt(s),
            Stmt::With(s) => self.with_stmt(s),
            Stmt::Match(s) => self.match_stmt(s),
            Stmt::Raise(s) => self.raise_stmt(s),
            Stmt::Try(s) => self.try_stmt(s),
            Stmt::Assert(s) => self.assert_stmt(s),
            Stmt::Import(s) => self.import(s),
            Stmt::ImportFrom(s) => self.import_from(s),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(s) => self.expr_stmt(s),
            Stmt::Pass(s) => {
                self.loc(s.range());
                self.emit(insn::Nop {});
                Ok(())
            }
            Stmt::Break(s) => self.break_stmt(s.range()),
            Stmt::Continue(s) => self.continue_stmt(s.range()),
            Stmt::IpyEscapeCommand(s) => error(s.range(), "invalid syntax"),
        }
    }

    fn expr_stmt(&mut self, s: &'a ast::StmtExpr) -> Result<()> {
        if self.options.interactive && self.units.len() == 1 {
            let src = In(self.expr_reg(&s.value)?.0);
            self.loc(s.range());
            let which = Imm(ops::Intrinsic1Kind::Print as i32);
            let reg = self.emit(insn::Intrinsic1 { dst: Dst::Temp.out(), src, which });
            self.release(reg);
            return Ok(());
        }
        if super::expr::is_literal(&s.value) {
            // A constant does nothing, but its line is one where a tracer stops.
            self.literal(&s.value)?;
            self.loc(s.range());
            self.emit(insn::Nop {});
            return Ok(());
        }
        match self.expr(&s.value, Dst::Any)? {
            Value::Reg(reg) if reg.is_temp() => self.release(reg),
            _ => {
                self.loc(s.range());
                self.emit(insn::Nop {});
            }
        }
        Ok(())
    }

    fn if_stmt(&mut self, s: &'a ast::StmtIf) -> Result<()> {
        let end = self.label();
        let mut clauses = s.elif_else_clauses.iter().peekable();
        let mut test = Some((&*s.test, &s.body));
        while let Some((condition, body)) = test {
            let next_clause = clauses.next();
            let truth = self.constant_truth(condition);
            let next = self.label();
            match truth {
                Some(true) => {
                    self.loc(condition.range());
                    self.emit(insn::Nop {});
                }
                Some(false) => {
                    self.loc(condition.range());
                    self.emit(insn::Nop {});
                    self.jump(next);
                }
                None => self.jump_if(condition, next, false)?,
            }
            self.conditional_suite(body)?;
            if next_clause.is_some() {
                self.loc(super::asm::no_location());
                self.jump(end);
            }
            self.bind(next);
            test = None;
            if let Some(clause) = next_clause {
                match &clause.test {
                    Some(condition) => test = Some((condition, &clause.body)),
                    None => self.conditional_suite(&clause.body)?,
                }
            }
        }
        self.bind(end);
        Ok(())
    }

    fn raise_stmt(&mut self, s: &'a ast::StmtRaise) -> Result<()> {
        match (&s.exc, &s.cause) {
            (Some(exc), Some(cause)) => {
                let exc = In(self.expr_reg(exc)?.0);
                let cause = In(self.expr_reg(cause)?.0);
                self.loc(s.range());
                self.emit(insn::RaiseFrom { exc, cause });
            }
            (Some(exc), None) => {
                let exc = In(self.expr_reg(exc)?.0);
                self.loc(s.range());
                self.emit(insn::Raise { exc });
            }
            _ => {
                self.loc(s.range());
                self.emit(insn::RaiseBare {});
            }
        }
        Ok(())
    }

    fn assert_stmt(&mut self, s: &'a ast::StmtAssert) -> Result<()> {
        if matches!(&*s.test, Expr::Tuple(t) if !t.elts.is_empty()) {
            self.warn(s.range(), "assertion is always true, perhaps remove parentheses?");
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        self.jump_if(&s.test, end, true)?;
        self.loc(s.range());
        let which = Imm(ops::CommonConst::AssertionError as i32);
        let class = self.emit(insn::LoadCommon { dst: Dst::Temp.out(), which });
        let exc = match &s.msg {
            Some(msg) => {
                self.expr_temp(msg)?;
                self.loc(s.range());
                self.call_plain(class, 1, 1, Dst::Temp)
            }
            None => class,
        };
        self.loc(s.test.range());
        self.emit(insn::Raise { exc: In(exc.0) });
        self.bind(end);
        Ok(())
    }

    // ---- leaving

    fn return_stmt(&mut self, s: &'a ast::StmtReturn) -> Result<()> {
        let kind = self.unit_ref().kind;
        if !kind.is_function_like() {
            return error(s.range(), "'return' outside function");
        }
        self.check_finally_exit("return", s.range());
        let scope = self.scope();
        if s.value.is_some() && scope.is_async_def && scope.is_generator {
            return error(s.range(), "'return' with value in async generator");
        }
        if self.in_except_star() {
            let range = s.value.as_ref().map_or(s.range(), |value| value.range());
            return error(range, "'break', 'continue' and 'return' cannot appear in an except* block");
        }
        let depth = self.depth();
        let value = match &s.value {
            Some(value) => {
                let runs_code = self.unit_ref().blocks.iter().any(|b| !matches!(b, Block::For { .. } | Block::Loop { .. }));
                let value = self.expr(value, Dst::Any)?;
                // What runs on the way out may change the variable.
                match value {
                    Value::Reg(reg) if runs_code && !reg.is_temp() => {
                        self.loc(s.range());
                        self.settle(Value::Reg(reg), Dst::Temp)
                    }
                    value => value,
                }
            }
            None => Value::Const(Const::None),
        };
        let handler = self.unit_ref().cursor.handler;
        let held = matches!(value, Value::Reg(reg) if reg.is_temp());
        let before = std::mem::replace(&mut self.unit().return_held, held);
        let mut place = Some(s.range());
        self.unwind(0, true, &mut place)?;
        self.unit().return_held = before;
        self.loc_unless_left(place);
        self.return_value(value);
        // What follows is another path.
        self.set_depth(depth);
        self.set_handler(handler);
        Ok(())
    }

    fn break_stmt(&mut self, range: TextRange) -> Result<()> {
        let Some(at) = self.innermost_loop() else { return self.no_loop(range, "'break' outside loop") };
        self.leave_to_loop("break", at, range, true)
    }

    fn continue_stmt(&mut self, range: TextRange) -> Result<()> {
        let Some(at) = self.innermost_loop() else { return self.no_loop(range, "'continue' not properly in loop") };
        self.leave_to_loop("continue", at, range, false)
    }

    fn no_loop(&self, range: TextRange, msg: &str) -> Result<()> {
        if self.in_except_star() {
            return error(range, "'break', 'continue' and 'return' cannot appear in an except* block");
        }
        error(range, msg)
    }

    fn leave_to_loop(&mut self, what: &str, at: usize, range: TextRange, is_break: bool) -> Result<()> {
        self.check_finally_exit(what, range);
        if self.unit_ref().blocks[at..].iter().any(|b| matches!(b, Block::ExceptStar)) {
            return error(range, "'break', 'continue' and 'return' cannot appear in an except* block");
        }
        let (brk, cont) = match self.unit_ref().blocks[at] {
            Block::Loop { brk, cont } | Block::For { brk, cont, .. } => (brk, cont),
            _ => return super::broken("a loop block is no loop"),
        };
        let (depth, handler) = (self.depth(), self.unit_ref().cursor.handler);
        self.loc(range);
        self.emit(insn::Nop {});
        let mut place = Some(range);
        self.unwind(at + 1, false, &mut place)?;
        self.loc_unless_left(place);
        if is_break {
            self.jump(brk);
        } else {
            self.jump_back(cont);
        }
        self.set_depth(depth);
        self.set_handler(handler);
        Ok(())
    }

    fn innermost_loop(&self) -> Option<usize> {
        self.unit_ref().blocks.iter().rposition(|b| matches!(b, Block::Loop { .. } | Block::For { .. }))
    }

    pub(super) fn in_except_star(&self) -> bool {
        self.unit_ref().blocks.iter().any(|b| matches!(b, Block::ExceptStar))
    }

    /// Goes on at the place of a leaving statement; after code of a `finally` or `with` that ran on the way, in the line of that.
    fn loc_unless_left(&mut self, place: Option<TextRange>) {
        if let Some(range) = place {
            self.loc(range);
        }
    }

    /// Emits what leaving the blocks from the innermost down to number `down_to` does. They stay open for the code that follows.
    /// `place`: see [`Self::loc_unless_left`].
    fn unwind(&mut self, down_to: usize, returning: bool, place: &mut Option<TextRange>) -> Result<()> {
        if self.unit_ref().blocks.len() <= down_to {
            return Ok(());
        }
        let Some(block) = self.unit().blocks.pop() else { return Ok(()) };
        let result = self.unwind_block(&block, returning, place);
        let result = result.and_then(|()| self.unwind(down_to, returning, place));
        self.unit().blocks.push(block);
        result
    }

    fn unwind_block(&mut self, block: &Block<'a>, returning: bool, place: &mut Option<TextRange>) -> Result<()> {
        self.loc_unless_left(*place);
        match *block {
            Block::Loop { .. } | Block::ExceptStar => {}
            Block::For { iter, .. } => {
                // A returning frame drops its locals anyway.
                if !returning {
                    self.release(iter);
                }
            }
            Block::Region { outer } => {
                self.set_handler(outer);
            }
            Block::Finally { body, outer } => {
                self.set_handler(outer);
                let held = returning && self.unit_ref().return_held;
                if held {
                    self.unit().blocks.push(Block::ReturnValue);
                }
                self.suite(body)?;
                *place = None;
                if held {
                    self.unit().blocks.pop();
                }
            }
            Block::ReturnValue => {
                // A loop goes on instead: the value is not returned after all.
                if !returning {
                    let value = self.top();
                    self.release(value);
                }
            }
            Block::FinallyHandler { h, outer } | Block::Except { h, outer } => {
                self.emit(insn::LeaveHandler { h: ops::Kill(h.0) });
                self.set_handler(outer);
            }
            Block::ExceptName { name, outer } => {
                self.set_handler(outer);
                self.clear_name(name)?;
            }
            Block::With { exit, is_async, outer, loc } => {
                self.set_handler(outer);
                self.loc(loc);
                self.call_exit(exit, is_async)?;
                *place = None;
            }
        }
        Ok(())
    }

    /// PEP 765.
    fn check_finally_exit(&mut self, what: &str, range: TextRange) {
        let blocks = &self.unit_ref().blocks;
        let mut inside = false;
        for block in blocks.iter().rev() {
            match block {
                Block::FinallyHandler { .. } => inside = true,
                Block::Loop { .. } | Block::For { .. } if what != "return" => break,
                _ => {}
            }
        }
        if inside {
            self.warn(range, format!("'{what}' in a 'finally' block"));
        }
    }

    /// Compiles the text of a docstring: indentation is removed as `inspect.cleandoc` does.
    pub(super) fn docstring(&self, e: &'a Expr) -> Option<Const> {
        let Expr::StringLiteral(s) = e else { return None };
        Some(Const::Str(clean_doc(&super::literal::string(self.locator, s)).into()))
    }
}

/// Whether any statement of the block (not of inner ones) annotates a variable.
pub(super) fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::AnnAssign(_) => true,
        Stmt::For(s) => has_annotations(&s.body) || has_annotations(&s.orelse),
        Stmt::While(s) => has_annotations(&s.body) || has_annotations(&s.orelse),
        Stmt::If(s) => has_annotations(&s.body) || s.elif_else_clauses.iter().any(|c| has_annotations(&c.body)),
        Stmt::With(s) => has_annotations(&s.body),
        Stmt::Match(s) => s.cases.iter().any(|c| has_annotations(&c.body)),
        Stmt::Try(s) => {
            has_annotations(&s.body)
                || s.handlers.iter().any(|ast::ExceptHandler::ExceptHandler(h)| has_annotations(&h.body))
                || has_annotations(&s.orelse)
                || has_annotations(&s.finalbody)
        }
        _ => false,
    })
}

/// Removes the common indentation of all lines but the first, and the first line's own.
fn clean_doc(text: &[u8]) -> Vec<u8> {
    let expanded = expand_tabs(text);
    let lines: Vec<&[u8]> = expanded.split(|b| *b == b'\n').collect();
    let indent_of = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let margin = lines.iter().skip(1).filter(|l| indent_of(l) < l.len()).map(|l| indent_of(l)).min().unwrap_or(0);
    let mut out = Vec::with_capacity(expanded.len());
    for (i, line) in lines.iter().enumerate() {
        let skip = if i == 0 { indent_of(line) } else { margin.min(indent_of(line)) };
        if i > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(&line[skip..]);
    }
    out
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\t') {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut col = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let n = 8 - col % 8;
                out.resize(out.len() + n, b' ');
                col += n;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                col = 0;
            }
            byte => {
                out.push(byte);
                // Continuation bytes of a character take no column.
                col += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
    out
}
