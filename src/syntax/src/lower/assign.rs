//! Assignment: plain, augmented, annotated; targets; deletion.

use super::asm::{NEXT, Reg};
use super::names::Place;
use super::{Compiler, Deferred, Dst, Value};
use crate::code::Const;
use crate::errors::{Result, error};
use crate::opcodes::{Base, Imm, In, Kill, Name, Out, OutBase, Peek, insn};
use crate::scope::ScopeKind;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, s: &'a ast::StmtAssign) -> Result<()> {
        if let [target] = &*s.targets {
            // One variable: computed in place.
            if let Expr::Name(name) = target {
                self.check_name(&name.id, name.range(), false)?;
                let sym = self.mangle(&name.id);
                let dst = self.store_dst(sym);
                let value = self.expr(&s.value, dst)?;
                let value = self.loaded(value, &s.value, dst);
                self.loc(target.range());
                self.store_name(sym, value);
                return Ok(());
            }
            if self.assign_pairwise(target, &s.value)? {
                return Ok(());
            }
            let value = self.expr(&s.value, Dst::Any)?;
            let value = self.loaded(value, &s.value, Dst::Any);
            return self.store(target, value);
        }
        // Several targets: the value is kept while all but the last are stored.
        let Some((last, firsts)) = s.targets.split_last() else { return Ok(()) };
        let value = self.expr(&s.value, Dst::Any)?;
        match value {
            Value::Const(value) => s.targets.iter().try_for_each(|t| self.store(t, Value::Const(value.clone()))),
            value => {
                let kept = self.hidden();
                self.loc(s.value.range());
                self.settle(value, Dst::Local(kept));
                for target in firsts {
                    self.store(target, Value::Reg(kept))?;
                }
                let temp = self.emit(insn::Take { dst: Out(NEXT.0), src: Kill(kept.0) });
                self.free_hidden(1);
                self.store(last, Value::Reg(temp))
            }
        }
    }

    /// A constant is loaded where it stands.
    fn loaded(&mut self, value: Value, e: &Expr, dst: Dst) -> Value {
        match value {
            Value::Const(value) => {
                self.loc(e.range());
                Value::Reg(self.load_const(value, dst))
            }
            value => value,
        }
    }

    /// `a, b = x, y` without a tuple: both sides the same length, nothing starred.
    fn assign_pairwise(&mut self, target: &'a Expr, value: &'a Expr) -> Result<bool> {
        let (Expr::Tuple(ast::ExprTuple { elts: targets, .. }) | Expr::List(ast::ExprList { elts: targets, .. })) = target
        else {
            return Ok(false);
        };
        let Expr::Tuple(values) = value else { return Ok(false) };
        let starred = |list: &[Expr]| list.iter().any(Expr::is_starred_expr);
        let n = targets.len();
        if n != values.elts.len() || !(2..=3).contains(&n) || starred(targets) || starred(&values.elts) {
            return Ok(false);
        }
        // Values are computed left to right and stored left to right, the first one last in, first out only for
        // plain variables; any other target could tell the difference.
        let mut places = Vec::with_capacity(n);
        for target in targets {
            let Expr::Name(name) = target else { return Ok(false) };
            self.check_name(&name.id, name.range(), false)?;
            let sym = self.mangle(&name.id);
            let Place::Var(reg) = self.place(sym) else { return Ok(false) };
            if places.contains(&reg) {
                return Ok(false);
            }
            places.push(reg);
        }
        for value in &values.elts {
            self.expr_temp(value)?;
        }
        for reg in &places {
            self.unit().asm.first_use(*reg);
        }
        for (target, reg) in targets.iter().zip(&places).rev() {
            self.loc(target.range());
            let temp = self.top();
            self.emit(insn::Move { dst: Out(reg.0), src: In(temp.0) });
        }
        Ok(true)
    }

    /// Stores a value to a target; a temp is consumed.
    pub(super) fn store(&mut self, target: &'a Expr, value: Value) -> Result<()> {
        match target {
            Expr::Name(name) => {
                self.check_name(&name.id, name.range(), false)?;
                let sym = self.mangle(&name.id);
                self.loc(name.range());
                self.store_name(sym, value);
            }
            Expr::Attribute(a) => {
                self.check_name(&a.attr, a.range(), false)?;
                let value = self.reg(value);
                let obj = self.expr_reg(&a.value)?;
                self.note_static_attribute(a);
                let sym = self.mangle(&a.attr);
                let name = self.name_index(sym);
                self.loc(self.attribute_range(a, a.range()));
                self.emit(insn::StoreAttr { obj: In(obj.0), name: Name(name), value: In(value.0) });
            }
            Expr::Subscript(s) => {
                let value = self.reg(value);
                let obj = self.expr_reg(&s.value)?;
                let index = self.expr_reg(&s.slice)?;
                self.loc(s.range());
                self.emit(insn::StoreSubscript { obj: In(obj.0), index: In(index.0), value: In(value.0) });
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.nested(|c| c.unpack(elts, value, target.range()))?;
            }
            Expr::Starred(s) => return error(s.range(), "starred assignment target must be in a list or tuple"),
            target => return error(target.range(), format!("cannot assign to {}", crate::errors::describe(target))),
        }
        Ok(())
    }

    fn unpack(&mut self, elts: &'a [Expr], value: Value, range: TextRange) -> Result<()> {
        self.loc(range);
        let src = In(self.reg(value).0);
        match elts.iter().position(Expr::is_starred_expr) {
            None => {
                self.emit(insn::UnpackSequence { base: OutBase(NEXT.0), src, n: Imm(elts.len() as i32) });
            }
            Some(before) => {
                let after = elts.len() - before - 1;
                if elts[before + 1..].iter().any(Expr::is_starred_expr) {
                    return error(range, "multiple starred expressions in assignment");
                }
                if before >= 256 || after >= 1 << 22 {
                    return error(range, "too many expressions in star-unpacking assignment");
                }
                let counts = Imm((before | after << 8) as i32);
                self.emit(insn::UnpackEx { base: OutBase(NEXT.0), src, counts });
            }
        }
        for target in elts {
            let temp = self.top();
            let target = match target {
                Expr::Starred(starred) => &starred.value,
                target => target,
            };
            self.store(target, Value::Reg(temp))?;
        }
        Ok(())
    }

    /// `self.x = …` in a method: the class lists it in `__static_attributes__`.
    fn note_static_attribute(&mut self, a: &ast::ExprAttribute) {
        if !matches!(&*a.value, Expr::Name(name) if name.id.as_str() == "self") {
            return;
        }
        let name: Arc<str> = a.attr.as_str().into();
        if let Some(class) = self.units.iter_mut().rev().find(|u| u.kind == ScopeKind::Class) {
            class.static_attributes.insert(name);
        }
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Result<()> {
        match target {
            Expr::Name(name) => {
                self.check_name(&name.id, name.range(), true)?;
                let sym = self.mangle(&name.id);
                self.loc(name.range());
                self.delete_name(sym)
            }
            Expr::Attribute(a) => {
                self.check_name(&a.attr, a.range(), true)?;
                let obj = In(self.expr_reg(&a.value)?.0);
                let sym = self.mangle(&a.attr);
                let name = Name(self.name_index(sym));
                self.loc(self.attribute_range(a, a.range()));
                self.emit(insn::DeleteAttr { obj, name });
                Ok(())
            }
            Expr::Subscript(s) => {
                let obj = In(self.expr_reg(&s.value)?.0);
                let index = In(self.expr_reg(&s.slice)?.0);
                self.loc(s.range());
                self.emit(insn::DeleteSubscript { obj, index });
                Ok(())
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().try_for_each(|e| self.nested(|c| c.delete(e)))
            }
            target => error(target.range(), format!("cannot delete {}", crate::errors::describe(target))),
        }
    }

    pub(super) fn aug_assign(&mut self, s: &'a ast::StmtAugAssign) -> Result<()> {
        let range = s.range();
        match &*s.target {
            Expr::Name(name) => {
                self.check_name(&name.id, name.range(), false)?;
                let sym = self.mangle(&name.id);
                let dst = self.store_dst(sym);
                self.loc(name.range());
                let left = self.load_name(sym, Dst::Any);
                let left = self.reg(left);
                let right = self.expr(&s.value, Dst::Any)?;
                let reg = self.binary(s.op, left, right, dst, (s.value.range(), range), true);
                self.loc(name.range());
                self.store_name(sym, Value::Reg(reg));
            }
            Expr::Attribute(a) => {
                self.check_name(&a.attr, a.range(), false)?;
                let (obj, kept) = self.keep(&a.value)?;
                let sym = self.mangle(&a.attr);
                let name = Name(self.name_index(sym));
                let at = self.attribute_range(a, a.range());
                self.loc(at);
                let left = self.emit(insn::LoadAttr { dst: Out(NEXT.0), obj: In(obj.0), name });
                let right = self.expr(&s.value, Dst::Any)?;
                let value = self.binary(s.op, left, right, Dst::Temp, (s.value.range(), range), true);
                self.note_static_attribute(a);
                self.loc(at);
                self.emit(insn::StoreAttr { obj: In(obj.0), name, value: In(value.0) });
                self.unkeep(kept);
            }
            Expr::Subscript(sub) => {
                let (obj, kept) = self.keep(&sub.value)?;
                let (index, kept_index) = self.keep(&sub.slice)?;
                self.loc(sub.range());
                let left = self.emit(insn::Subscript { dst: Out(NEXT.0), obj: In(obj.0), index: In(index.0) });
                let right = self.expr(&s.value, Dst::Any)?;
                let value = self.binary(s.op, left, right, Dst::Temp, (s.value.range(), range), true);
                self.loc(sub.range());
                self.emit(insn::StoreSubscript { obj: In(obj.0), index: In(index.0), value: In(value.0) });
                self.unkeep(kept_index);
                self.unkeep(kept);
            }
            target => {
                let what = crate::errors::describe(target);
                return error(target.range(), format!("'{what}' is an illegal expression for augmented assignment"));
            }
        }
        Ok(())
    }

    /// An operand that is used twice: a lent local, or kept in a hidden one.
    pub(super) fn keep(&mut self, e: &'a Expr) -> Result<(Reg, Option<Reg>)> {
        if let Expr::Name(_) = e
            && let Value::Reg(reg) = {
                let kept = self.hidden();
                let value = self.expr(e, Dst::Any)?;
                match value {
                    Value::Reg(reg) if !reg.is_temp() => {
                        self.free_hidden(1);
                        return Ok((reg, None));
                    }
                    value => {
                        self.settle(value, Dst::Local(kept));
                        Value::Reg(kept)
                    }
                }
            }
        {
            return Ok((reg, Some(reg)));
        }
        let kept = self.hidden();
        self.expr_into(e, kept)?;
        Ok((kept, Some(kept)))
    }

    pub(super) fn unkeep(&mut self, kept: Option<Reg>) {
        if let Some(kept) = kept {
            self.release(kept);
            self.free_hidden(1);
        }
    }

    pub(super) fn ann_assign(&mut self, s: &'a ast::StmtAnnAssign) -> Result<()> {
        let future = self.options.future & crate::code::flags::FUTURE_ANNOTATIONS != 0;
        if let Some(value) = &s.value {
            if let Expr::Name(name) = &*s.target {
                self.check_name(&name.id, name.range(), false)?;
                let sym = self.mangle(&name.id);
                let dst = self.store_dst(sym);
                let value = self.expr(value, dst)?;
                self.loc(name.range());
                self.store_name(sym, value);
            } else {
                let value = self.expr(value, Dst::Any)?;
                self.store(&s.target, value)?;
            }
        }
        match &*s.target {
            Expr::Name(name) => {
                self.check_name(&name.id, name.range(), false)?;
                let in_block = matches!(self.unit_ref().kind, ScopeKind::Module | ScopeKind::Class);
                if !s.simple || !in_block {
                    return Ok(());
                }
                let sym = self.mangle(&name.id);
                if future {
                    self.annotation_text(&s.annotation, Dst::Temp)?;
                    let value = self.top();
                    self.loc(s.range());
                    let annotations = self.names.intern("__annotations__");
                    let map = self.load_name(annotations, Dst::Temp);
                    let map = self.reg(map);
                    let key = self.str_const(sym);
                    let key = self.load_const(key, Dst::Temp);
                    self.emit(insn::StoreSubscript { obj: In(map.0), index: In(key.0), value: In(value.0) });
                    return Ok(());
                }
                self.defer_annotation(sym, s)
            }
            // The parts of a complex target are evaluated even if nothing is stored.
            Expr::Attribute(a) => {
                self.check_name(&a.attr, a.range(), false)?;
                if s.value.is_none() {
                    self.expr_discard(&a.value)?;
                }
                Ok(())
            }
            Expr::Subscript(sub) => {
                if s.value.is_none() {
                    self.expr_discard(&sub.value)?;
                    self.discard_index(&sub.slice)?;
                }
                Ok(())
            }
            target => {
                let what = if target.is_list_expr() { "list" } else { "tuple" };
                error(target.range(), format!("only single target (not {what}) can be annotated"))
            }
        }
    }

    fn discard_index(&mut self, index: &'a Expr) -> Result<()> {
        match index {
            Expr::Slice(s) => [&s.lower, &s.upper, &s.step]
                .into_iter()
                .flatten()
                .try_for_each(|part| self.expr_discard(part)),
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.discard_index(e)),
            e => self.expr_discard(e),
        }
    }

    fn defer_annotation(&mut self, name: crate::intern::Sym, s: &'a ast::StmtAnnAssign) -> Result<()> {
        let is_module = self.unit_ref().kind == ScopeKind::Module;
        let node = std::ptr::from_ref(s) as usize;
        let known = self.unit_ref().conditional_index.get(&node).copied();
        let conditional = match known {
            Some(n) => Some(n),
            None => {
                let is_conditional = is_module || self.unit_ref().in_conditional > 0;
                let unit = self.unit();
                let n = unit.conditional_index.len() as u32;
                if is_conditional {
                    unit.conditional_index.insert(node, n);
                }
                let conditional = is_conditional.then_some(n);
                unit.deferred.push(Deferred { name, annotation: &s.annotation, conditional });
                conditional
            }
        };
        if let Some(n) = conditional {
            self.loc(s.annotation.range());
            let set = self.load_conditional_annotations();
            let value = self.load_const(Const::Int(i64::from(n)), Dst::Temp);
            self.emit(insn::SetAdd { set: Peek(set.0), value: In(value.0) });
            self.release(set);
        }
        Ok(())
    }

    /// An empty set, for `__conditional_annotations__`.
    pub(super) fn empty_set(&mut self) -> Reg {
        let base = Base(self.next_temp().0);
        self.emit(insn::BuildSet { dst: Out(NEXT.0), base, n: Imm(0) })
    }
}
