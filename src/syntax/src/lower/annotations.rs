//! Annotations (PEP 649/749), type parameters and type aliases (PEP 695/696).

use super::asm::{NEXT, Reg};
use super::{Compiler, Deferred, Dst, Value};
use crate::code::{Const, flags};
use crate::errors::{Result, error};
use crate::opcodes::{
    self as ops, Base, CommonConst, FunctionAttr, Imm, In, Intrinsic1Kind, Intrinsic2Kind, Jump16, Jump32, Kill, Out, OutBase, Peek,
    insn,
};
use crate::scope::build::annotations;
use crate::scope::{Part, ScopeId};
use ruff_python_ast::{self as ast, CmpOp, Expr, ExceptHandler, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;

impl<'a> Compiler<'a> {
    // ---- annotation scopes

    /// Opens a function that evaluates something lazily: it takes a format and refuses those that it does not know.
    fn enter_lazy(&mut self, id: ScopeId, name: &str, range: TextRange) {
        let line = self.locator.position(range).line;
        self.enter_unit(id, name, line);
        let unit = self.unit();
        unit.arg_count = 1;
        unit.posonly_count = 1;
        self.start_body(Some(range));
        self.loc(TextRange::empty(range.start()));
        let format = self.names.intern(".format");
        let value = self.load_name(format, Dst::Any);
        let a = In(self.reg(value).0);
        let known = self.label();
        // 2 is VALUE_WITH_FAKE_GLOBALS.
        self.emit(insn::JumpUnlessGreaterImm { a, n: Imm(2), to: Jump16(known.0 as i32) });
        let which = Imm(CommonConst::NotImplementedError as i32);
        let exc = self.emit(insn::LoadCommon { dst: Out(NEXT.0), which });
        self.emit(insn::Raise { exc: In(exc.0) });
        self.bind(known);
    }

    /// A lazily evaluated expression as a function in the next temp.
    fn lazy(&mut self, id: ScopeId, name: &str, e: &'a Expr, range: TextRange) -> Result<Reg> {
        self.enter_lazy(id, name, range);
        let value = self.expr_annotation(e)?;
        self.loc(e.range());
        self.return_value(value);
        let code = self.leave_unit()?;
        let func = self.make_function(code, range)?;
        let defaults = self.load_const(Const::Tuple([Const::Int(1)].into()), Dst::Temp);
        self.set_function_attr(func, defaults, FunctionAttr::Defaults);
        Ok(func)
    }

    /// `*Ts` as the annotation of `*args` is the only item of the iterable.
    fn expr_annotation(&mut self, e: &'a Expr) -> Result<Value> {
        match e {
            Expr::Starred(starred) => {
                let src = In(self.expr_reg(&starred.value)?.0);
                self.loc(e.range());
                Ok(Value::Reg(self.emit(insn::UnpackSequence { base: OutBase(NEXT.0), src, n: Imm(1) })))
            }
            e => self.expr(e, Dst::Any),
        }
    }

    /// The `__annotate__` of a function, in a hidden local.
    pub(super) fn function_annotations(
        &mut self,
        s: &'a ast::StmtFunctionDef,
        range: TextRange,
    ) -> Result<Option<(Reg, FunctionAttr)>> {
        let list: Vec<_> = annotations(s).collect();
        if list.is_empty() {
            return Ok(None);
        }
        let kept = self.hidden();
        let future = self.options.future & flags::FUTURE_ANNOTATIONS != 0;
        let id = self.scope_of(s, Part::Annotations)?;
        // It is the function's, whose body is a scope beside it.
        let qualname = self.qualname(id, &format!("{}.__annotate__", s.name));
        self.enter_lazy(id, "__annotate__", range);
        self.unit().qualname = qualname;
        let base = Base(self.next_temp().0);
        let map = self.emit(insn::BuildMap { dst: Out(NEXT.0), base, n: Imm(0) });
        for (name, annotation, _) in list {
            let sym = self.mangle(name);
            let name = self.str_const(sym);
            self.loc(annotation.range());
            let key = self.load_const(name, Dst::Temp);
            let value = if future {
                self.annotation_text(annotation, Dst::Temp)?;
                self.top()
            } else {
                let value = self.expr_annotation(annotation)?;
                self.reg(value)
            };
            self.emit(insn::MapSet { map: Peek(map.0), key: In(key.0), value: In(value.0) });
        }
        self.loc(range);
        self.return_value(Value::Reg(map));
        let code = self.leave_unit()?;
        let func = self.make_function(code, range)?;
        self.settle(Value::Reg(func), Dst::Local(kept));
        Ok(Some((kept, FunctionAttr::Annotate)))
    }

    /// The text of an annotation under `from __future__ import annotations`.
    pub(super) fn annotation_text(&mut self, annotation: &Expr, dst: Dst) -> Result<()> {
        let text = crate::unparse::expr(annotation);
        self.loc(annotation.range());
        self.load_const(Const::Str(text.as_bytes().into()), dst);
        Ok(())
    }

    /// `__annotate__` of a module or class, in the next temp.
    pub(super) fn annotate_function(&mut self, id: ScopeId, list: Vec<Deferred<'a>>, range: TextRange) -> Result<Reg> {
        let start = TextRange::empty(range.start());
        self.enter_lazy(id, "__annotate__", start);
        let base = Base(self.next_temp().0);
        let map = self.emit(insn::BuildMap { dst: Out(NEXT.0), base, n: Imm(0) });
        for Deferred { name, annotation, conditional } in list {
            let skip = self.label();
            self.loc(annotation.range());
            if let Some(n) = conditional {
                let a = self.load_const(Const::Int(i64::from(n)), Dst::Temp);
                let set = self.names.intern("__conditional_annotations__");
                let b = match self.place(set) {
                    super::names::Place::Cell(cell) | super::names::Place::ClassdictCell(cell) => {
                        self.emit(insn::LoadDeref { dst: Out(NEXT.0), cell: ops::Cell(cell.0) })
                    }
                    _ => {
                        let name = ops::Name(self.name_index(set));
                        self.emit(insn::LoadGlobal { dst: Out(NEXT.0), name })
                    }
                };
                let found = self.compare_op(CmpOp::In, a, b, Dst::Temp);
                self.emit(insn::JumpIfFalse { a: In(found.0), to: Jump32(skip.0 as i32) });
            }
            let key = self.str_const(name);
            let key = self.load_const(key, Dst::Temp);
            let value = self.expr_annotation(annotation)?;
            let value = self.reg(value);
            self.loc(start);
            self.emit(insn::MapSet { map: Peek(map.0), key: In(key.0), value: In(value.0) });
            self.bind(skip);
        }
        self.loc(start);
        self.return_value(Value::Reg(map));
        let code = self.leave_unit()?;
        self.make_function(code, start)
    }

    /// Makes a module's `__annotate__` at its start; which annotations it has is found before the body is lowered.
    pub(super) fn module_annotate(&mut self, suite: &'a [Stmt], range: TextRange) -> Result<()> {
        let mut found = Vec::new();
        collect(suite, &mut found);
        let mut list = Vec::with_capacity(found.len());
        for (n, s) in found.into_iter().enumerate() {
            let Expr::Name(name) = &*s.target else { continue };
            let sym = self.mangle(&name.id);
            self.unit().conditional_index.insert(std::ptr::from_ref(s) as usize, n as u32);
            list.push(Deferred { name: sym, annotation: &s.annotation, conditional: Some(n as u32) });
        }
        let Some(id) = self.scope().annotations else { return Ok(()) };
        if list.is_empty() {
            return Ok(());
        }
        let func = self.annotate_function(id, list, range)?;
        let name = self.names.intern("__annotate__");
        self.store_name(name, Value::Reg(func));
        Ok(())
    }

    // ---- type parameters

    /// Makes type parameters, binds their names, and leaves the tuple of them in `tuple`.
    pub(super) fn type_params(&mut self, params: &'a ast::TypeParams, tuple: Reg) -> Result<()> {
        let base = Base(self.next_temp().0);
        let mut default_seen = false;
        for param in params.iter() {
            let name = param.name();
            self.check_name(name, param.range(), false)?;
            self.loc(param.range());
            let label = self.load_const(Const::Str(name.as_bytes().into()), Dst::Temp);
            let one = |which: Intrinsic1Kind| Imm(which as i32);
            let mut value = match param {
                TypeParam::TypeVar(p) => match &p.bound {
                    Some(bound) => {
                        let id = self.scope_of(param, Part::Bound)?;
                        self.lazy(id, name, bound, bound.range())?;
                        let which = if bound.is_tuple_expr() {
                            Intrinsic2Kind::TypeVarWithConstraints
                        } else {
                            Intrinsic2Kind::TypeVarWithBound
                        };
                        self.loc(param.range());
                        self.emit(insn::Intrinsic2 { dst: Out(NEXT.0), base: Base(label.0), which: Imm(which as i32) })
                    }
                    None => {
                        let which = one(Intrinsic1Kind::TypeVar);
                        self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(label.0), which })
                    }
                },
                TypeParam::TypeVarTuple(_) => {
                    let which = one(Intrinsic1Kind::TypeVarTuple);
                    self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(label.0), which })
                }
                TypeParam::ParamSpec(_) => {
                    let which = one(Intrinsic1Kind::ParamSpec);
                    self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(label.0), which })
                }
            };
            match param.default() {
                Some(default) => {
                    default_seen = true;
                    let id = self.scope_of(param, Part::Default)?;
                    self.lazy_default(id, name, default)?;
                    let which = Imm(Intrinsic2Kind::SetTypeParamDefault as i32);
                    self.loc(param.range());
                    value = self.emit(insn::Intrinsic2 { dst: Out(NEXT.0), base: Base(value.0), which });
                }
                None if default_seen => {
                    let msg = format!("non-default type parameter '{name}' follows default type parameter");
                    return error(param.range(), msg);
                }
                None => {}
            }
            let kept = self.hidden();
            self.settle(Value::Reg(value), Dst::Local(kept));
            let sym = self.mangle(name);
            self.store_name(sym, Value::Reg(kept));
            self.emit(insn::Take { dst: Out(NEXT.0), src: Kill(kept.0) });
            self.free_hidden(1);
        }
        self.emit(insn::BuildTuple { dst: Out(tuple.0), base, n: Imm(params.len() as i32) });
        Ok(())
    }

    fn lazy_default(&mut self, id: ScopeId, name: &str, default: &'a Expr) -> Result<Reg> {
        self.lazy(id, name, default, default.range())
    }

    // ---- type aliases

    pub(super) fn type_alias(&mut self, s: &'a ast::StmtTypeAlias) -> Result<()> {
        let Expr::Name(name) = &*s.name else { return error(s.name.range(), "invalid syntax") };
        self.check_name(&name.id, name.range(), false)?;
        let label = Const::Str(name.id.as_bytes().into());
        let range = s.range();
        let alias = match &s.type_params {
            None => {
                self.loc(range);
                let base = self.load_const(label, Dst::Temp);
                self.load_none();
                self.alias_value(s, &name.id, base, range)?
            }
            Some(params) => {
                let id = self.scope_of(s, Part::TypeParams)?;
                let line = self.locator.position(range).line;
                self.enter_unit(id, &format!("<generic parameters of {}>", name.id), line);
                self.start_body(None);
                self.loc(range);
                let kept = self.hidden();
                self.type_params(params, kept)?;
                self.loc(range);
                let base = self.load_const(label, Dst::Temp);
                self.emit(insn::Take { dst: Out(NEXT.0), src: Kill(kept.0) });
                self.free_hidden(1);
                let alias = self.alias_value(s, &name.id, base, range)?;
                self.return_value(Value::Reg(alias));
                let code: Arc<_> = self.leave_unit()?;
                let wrapper = self.make_function(code, range)?;
                self.call_plain(wrapper, 1, 0, Dst::Temp)
            }
        };
        let sym = self.mangle(&name.id);
        self.loc(name.range());
        self.store_name(sym, Value::Reg(alias));
        Ok(())
    }

    /// The alias from name and parameters, which are in temps from `base` on.
    fn alias_value(&mut self, s: &'a ast::StmtTypeAlias, name: &str, base: Reg, range: TextRange) -> Result<Reg> {
        let id = self.scope_of(s, Part::Body)?;
        self.lazy(id, name, &s.value, range)?;
        self.loc(range);
        let tuple = self.emit(insn::BuildTuple { dst: Out(NEXT.0), base: Base(base.0), n: Imm(3) });
        let which = Imm(Intrinsic1Kind::TypeAlias as i32);
        Ok(self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(tuple.0), which }))
    }
}

/// The annotated names of a block, in the order of lowering.
fn collect<'a>(body: &'a [Stmt], out: &mut Vec<&'a ast::StmtAnnAssign>) {
    for stmt in body {
        match stmt {
            Stmt::AnnAssign(s) if s.simple => out.push(s),
            Stmt::For(s) => [&s.body, &s.orelse].into_iter().for_each(|b| collect(b, out)),
            Stmt::While(s) => [&s.body, &s.orelse].into_iter().for_each(|b| collect(b, out)),
            Stmt::If(s) => {
                collect(&s.body, out);
                s.elif_else_clauses.iter().for_each(|c| collect(&c.body, out));
            }
            Stmt::With(s) => collect(&s.body, out),
            Stmt::Match(s) => s.cases.iter().for_each(|c| collect(&c.body, out)),
            Stmt::Try(s) => {
                collect(&s.body, out);
                for ExceptHandler::ExceptHandler(h) in &s.handlers {
                    collect(&h.body, out);
                }
                collect(&s.orelse, out);
                collect(&s.finalbody, out);
            }
            _ => {}
        }
    }
}
