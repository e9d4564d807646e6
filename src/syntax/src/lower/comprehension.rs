//! Comprehensions (inlined, PEP 709) and generator expressions.

use super::asm::{HandlerId, NEXT, Reg, RegClass};
use super::names::Place;
use super::{Compiler, Dst, Inlined, Value};
use crate::code::{Const, flags};
use crate::errors::Result;
use crate::opcodes::{Base, Imm, In, InOut, Kill, Out, Peek, insn};
use crate::scope::{Part, Scope, ScopeId, ScopeKind, flags as sym};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

/// The parts of a comprehension of any kind.
#[derive(Clone, Copy)]
struct Parts<'a> {
    kind: ScopeKind,
    elt: &'a Expr,
    value: Option<&'a Expr>,
    generators: &'a [ast::Comprehension],
    range: TextRange,
}

/// A register that an inlined comprehension takes over: its old value, if it may have one, waits in a hidden local.
struct Taken {
    reg: Reg,
    saved: Option<Reg>,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, e: &'a Expr, dst: Dst) -> Result<Reg> {
        let range = e.range();
        let parts = match e {
            Expr::ListComp(c) => Parts { kind: ScopeKind::ListComp, elt: &c.elt, value: None, generators: &c.generators, range },
            Expr::SetComp(c) => Parts { kind: ScopeKind::SetComp, elt: &c.elt, value: None, generators: &c.generators, range },
            Expr::DictComp(c) => {
                let Some(key) = &c.key else { return super::broken("a dict comprehension without key") };
                Parts { kind: ScopeKind::DictComp, elt: key, value: Some(&c.value), generators: &c.generators, range }
            }
            Expr::Generator(c) => {
                let range = self.bare_generators.remove(&range).unwrap_or(range);
                Parts { kind: ScopeKind::Generator, elt: &c.elt, value: None, generators: &c.generators, range }
            }
            _ => return super::broken("no comprehension"),
        };
        let id = self.scope_of(e, Part::Body)?;
        if self.table.scope(id).inlined { self.inlined(id, parts, dst) } else { self.outlined(id, parts, dst) }
    }

    // ---- as a function of its own

    fn outlined(&mut self, id: ScopeId, parts: Parts<'a>, dst: Dst) -> Result<Reg> {
        let scope = self.table.scope(id);
        let Some(first) = parts.generators.first() else { return super::broken("a comprehension without generators") };
        let name = self.names.name(scope.name).clone();
        let line = self.locator.position(parts.range).line;
        // The code is made first: names must be found as they are outside.
        self.enter_unit(id, &name, line);
        let is_async = scope.is_coroutine;
        let unit = self.unit();
        unit.arg_count = 1;
        unit.flags |= match (parts.kind == ScopeKind::Generator, is_async) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::GENERATOR,
            (false, true) => flags::COROUTINE,
            (false, false) => 0,
        };
        self.start_body(None);
        self.loc(parts.range);
        let result = if parts.kind == ScopeKind::Generator { NEXT } else { self.empty_result(parts.kind) };
        let iter = Reg::new(RegClass::Var, 0);
        self.generators(parts, 0, Some(iter), result)?;
        self.loc(parts.range);
        let value = if parts.kind == ScopeKind::Generator { Value::Const(Const::None) } else { Value::Reg(result) };
        self.return_value(value);
        let code = self.leave_unit()?;

        let func = self.make_function(code, parts.range)?;
        let src = In(self.expr_reg(&first.iter)?.0);
        self.loc(first.iter.range());
        if first.is_async {
            self.emit(insn::GetAiter { dst: Out(NEXT.0), src });
        } else {
            self.emit(insn::GetIter { dst: Out(NEXT.0), src });
        }
        self.loc(parts.range);
        let awaited = is_async && parts.kind != ScopeKind::Generator;
        let reg = self.call_plain(func, 1, 1, if awaited { Dst::Temp } else { dst });
        if awaited {
            let reg = self.await_top(0);
            return Ok(self.settled_reg(reg, dst));
        }
        Ok(reg)
    }

    fn empty_result(&mut self, kind: ScopeKind) -> Reg {
        let (dst, base, n) = (Out(NEXT.0), Base(self.next_temp().0), Imm(0));
        match kind {
            ScopeKind::SetComp => self.emit(insn::BuildSet { dst, base, n }),
            ScopeKind::DictComp => self.emit(insn::BuildMap { dst, base, n }),
            _ => self.emit(insn::BuildList { dst, base, n }),
        }
    }

    // ---- within the enclosing code

    fn inlined(&mut self, id: ScopeId, parts: Parts<'a>, dst: Dst) -> Result<Reg> {
        let scope = self.table.scope(id);
        let Some(first) = parts.generators.first() else { return super::broken("a comprehension without generators") };
        let iter = self.hidden();
        if first.is_async {
            self.async_iterator(&first.iter, iter)?;
        } else {
            self.iterator(&first.iter, iter)?;
        }
        self.loc(parts.range);
        let taken = self.take_names(id, scope);
        let restore: Option<(HandlerId, HandlerId)> = (!taken.is_empty()).then(|| {
            let label = self.label();
            let handler = self.handler(label);
            let outer = self.set_handler(handler);
            (handler, outer)
        });
        let result = self.empty_result(parts.kind);
        self.check_blocks(parts.range)?;
        self.unit().inlined.push(Inlined { scope: id });
        self.generators(parts, 0, Some(iter), result)?;
        self.unit().inlined.pop();
        self.loc(parts.range);
        if let Some((_, outer)) = restore {
            self.set_handler(outer);
        }
        self.give_back(&taken);
        if let Some((handler, outer)) = restore {
            let end = self.label();
            let depth = self.depth();
            self.jump(end);
            self.bind_handler(handler, outer);
            self.loc(super::asm::no_location());
            self.give_back(&taken);
            self.emit(insn::Unwind {});
            self.bind(end);
            self.set_depth(depth);
        }
        self.loc(parts.range);
        let saved = taken.iter().filter(|t| t.saved.is_some()).count() as u32;
        self.free_hidden(1 + saved);
        Ok(self.settled_reg(result, dst))
    }

    /// Takes over the registers of the comprehension's own names, as they are outside of it.
    fn take_names(&mut self, id: ScopeId, scope: &Scope) -> Vec<Taken> {
        let mut taken = Vec::new();
        for symbol in &scope.symbols {
            let own = symbol.flags & sym::BOUND != 0
                && symbol.flags & (sym::NONLOCAL | sym::GLOBAL | sym::PARAM) == 0;
            if !own {
                continue;
            }
            let outside = self.place(symbol.name);
            self.unit().inlined.push(Inlined { scope: id });
            let inside = self.place(symbol.name);
            self.unit().inlined.pop();
            let (Place::Var(reg) | Place::Cell(reg)) = inside else { continue };
            let shared = outside == inside;
            let saved = shared.then(|| {
                let saved = self.hidden();
                self.emit(insn::Take { dst: Out(saved.0), src: Kill(reg.0) });
                saved
            });
            if let Place::Cell(reg) = inside {
                self.emit(insn::MakeCell { r: InOut(reg.0) });
            }
            taken.push(Taken { reg, saved });
        }
        taken
    }

    fn give_back(&mut self, taken: &[Taken]) {
        for Taken { reg, saved } in taken.iter().rev() {
            match saved {
                Some(saved) => {
                    self.emit(insn::Take { dst: Out(reg.0), src: Kill(saved.0) });
                }
                None => self.release(*reg),
            }
        }
    }

    // ---- loops

    /// The `at`th generator and everything inside it. The first one's iterator is in `iter` already.
    fn generators(&mut self, parts: Parts<'a>, at: usize, iter: Option<Reg>, result: Reg) -> Result<()> {
        self.nested(|c| c.generator(parts, at, iter, result))
    }

    fn generator(&mut self, parts: Parts<'a>, at: usize, ready: Option<Reg>, result: Reg) -> Result<()> {
        let Some(generator) = parts.generators.get(at) else { return self.element(parts, result) };
        if ready.is_none()
            && !generator.is_async
            && let Some(single) = single_value(&generator.iter)
        {
            // `for x in [value]` is an assignment.
            let skip = self.label();
            let value = self.expr(single, Dst::Any)?;
            self.store(&generator.target, value)?;
            for condition in &generator.ifs {
                self.jump_if(condition, skip, false)?;
            }
            self.generators(parts, at + 1, None, result)?;
            self.bind(skip);
            return Ok(());
        }
        let (top, exhausted) = (self.label(), self.label());
        let iter = match ready {
            Some(iter) => iter,
            None => {
                let iter = self.hidden();
                if generator.is_async {
                    self.async_iterator(&generator.iter, iter)?;
                } else {
                    self.iterator(&generator.iter, iter)?;
                }
                iter
            }
        };
        self.bind(top);
        self.loc(generator.iter.range());
        let mut handlers = None;
        if generator.is_async {
            handlers = Some(self.async_next(&generator.target, iter, generator.iter.range())?);
        } else {
            self.for_iter(&generator.target, iter, exhausted)?;
        }
        let next = self.label();
        for condition in &generator.ifs {
            self.jump_if(condition, next, false)?;
        }
        self.generators(parts, at + 1, None, result)?;
        self.bind(next);
        self.loc(parts.elt.range());
        self.jump_back(top);
        match handlers {
            Some((handler, outer)) => {
                self.bind_handler(handler, outer);
                self.loc(generator.iter.range());
                self.emit(insn::EndAsyncFor {});
            }
            None => self.bind(exhausted),
        }
        self.loc(generator.iter.range());
        if iter.class() == RegClass::Hidden {
            self.release(iter);
        }
        if ready.is_none() {
            self.free_hidden(1);
        }
        Ok(())
    }

    fn element(&mut self, parts: Parts<'a>, result: Reg) -> Result<()> {
        match (parts.kind, parts.value) {
            (ScopeKind::Generator, _) => {
                let mut value = self.expr(parts.elt, Dst::Any)?;
                self.loc(parts.elt.range());
                if self.unit_ref().flags & flags::ASYNC_GENERATOR != 0 {
                    value = Value::Reg(self.async_gen_wrap(value));
                }
                let value = In(self.reg(value).0);
                let sent = self.emit_yield(Out(NEXT.0), value);
                self.release(sent);
            }
            (ScopeKind::DictComp, Some(value)) => {
                let key = self.expr_reg(parts.elt)?;
                let value = self.expr_reg(value)?;
                self.loc(TextRange::new(parts.elt.range().start(), parts.elt.range().end()));
                self.emit(insn::MapSet { map: Peek(result.0), key: In(key.0), value: In(value.0) });
            }
            (ScopeKind::SetComp, _) => {
                let value = In(self.expr_reg(parts.elt)?.0);
                self.emit(insn::SetAdd { set: Peek(result.0), value });
            }
            _ => {
                let value = In(self.expr_reg(parts.elt)?.0);
                self.emit(insn::ListAppend { list: Peek(result.0), value });
            }
        }
        Ok(())
    }
}

/// The only element of a list or tuple display.
fn single_value(e: &Expr) -> Option<&Expr> {
    let (Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) = e else { return None };
    match &**elts {
        [single] if !single.is_starred_expr() => Some(single),
        _ => None,
    }
}
