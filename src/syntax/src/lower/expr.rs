//! Expressions.

use super::asm::{NEXT, Reg};
use super::fold;
use super::{Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::{Result, error};
use crate::opcodes::{self as ops, Base, Imm, In, Jump32, Kill, Name, Out, Peek, insn};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    /// Lowers an expression to where `dst` says. Only `Dst::Any` may give a lent local or an unloaded constant.
    pub(super) fn expr(&mut self, e: &'a Expr, dst: Dst) -> Result<Value> {
        match e {
            Expr::Name(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => self.leaf(e, dst),
            _ => self.nested(|c| c.compound(e, dst)),
        }
    }

    /// An expression in a register of any kind.
    pub(super) fn expr_reg(&mut self, e: &'a Expr) -> Result<Reg> {
        let value = self.expr(e, Dst::Any)?;
        self.loc(e.range());
        Ok(self.reg(value))
    }

    /// An expression in the next temp.
    pub(super) fn expr_temp(&mut self, e: &'a Expr) -> Result<Reg> {
        match self.expr(e, Dst::Temp)? {
            Value::Reg(reg) => Ok(reg),
            value => Ok(self.reg(value)),
        }
    }

    /// An expression in a local.
    pub(super) fn expr_into(&mut self, e: &'a Expr, local: Reg) -> Result<()> {
        let value = self.expr(e, Dst::Local(local))?;
        self.settle(value, Dst::Local(local));
        Ok(())
    }

    /// An expression for its effects only.
    pub(super) fn expr_discard(&mut self, e: &'a Expr) -> Result<()> {
        if let Value::Reg(reg) = self.expr(e, Dst::Any)?
            && reg.is_temp()
        {
            self.release(reg);
        }
        Ok(())
    }

    fn leaf(&mut self, e: &'a Expr, dst: Dst) -> Result<Value> {
        self.loc(e.range());
        let value = match e {
            Expr::Name(name) => {
                if name.id.as_str() == "__debug__" {
                    Value::Const(Const::Bool(self.options.optimize == 0))
                } else {
                    let sym = self.mangle(&name.id);
                    return Ok(self.load_name(sym, dst));
                }
            }
            _ => match self.literal(e)? {
                Some(value) => Value::Const(value),
                None => Value::Const(Const::None),
            },
        };
        Ok(self.settle(value, dst))
    }

    fn compound(&mut self, e: &'a Expr, dst: Dst) -> Result<Value> {
        let range = e.range();
        let reg = match e {
            Expr::BoolOp(e) => return self.bool_op(e, dst),
            Expr::Named(e) => return self.named(e, dst),
            Expr::BinOp(e) => return self.bin_op(e, dst),
            Expr::UnaryOp(e) => return self.unary_op(e, dst),
            Expr::Lambda(e) => self.lambda(e, dst)?,
            Expr::If(e) => return self.conditional_expr(e, dst),
            Expr::Dict(e) => self.dict(e, dst)?,
            Expr::Set(e) => self.set(e, dst)?,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => self.comprehension(e, dst)?,
            Expr::Await(e) => self.await_expr(e, dst)?,
            Expr::Yield(e) => self.yield_expr(e, dst)?,
            Expr::YieldFrom(e) => self.yield_from(e, dst)?,
            Expr::Compare(e) => self.compare(e, dst)?,
            Expr::Call(e) => self.call(e, dst)?,
            Expr::FString(e) => return self.fstring(e, dst),
            Expr::TString(e) => self.tstring(e, dst)?,
            Expr::Attribute(e) => self.attribute(e, dst)?,
            Expr::Subscript(e) => return self.subscript(e, dst),
            Expr::Starred(_) => return error(range, "can't use starred expression here"),
            Expr::List(e) => self.list(e, dst)?,
            Expr::Tuple(e) => return self.tuple(&e.elts, range, dst),
            Expr::Slice(e) => return self.slice(e, dst),
            _ => return error(range, "invalid syntax"),
        };
        Ok(Value::Reg(reg))
    }

    fn bool_op(&mut self, e: &'a ast::ExprBoolOp, dst: Dst) -> Result<Value> {
        let end = self.label();
        let depth = self.depth();
        let Some((last, firsts)) = e.values.split_last() else { return error(e.range(), "invalid syntax") };
        let is_and = e.op == BoolOp::And;
        let mut jumped = false;
        for operand in firsts {
            let value = self.expr(operand, Dst::Any)?;
            if let Value::Const(value) = &value {
                // A constant decides, or falls out.
                if fold::truth(value) == Some(!is_and) {
                    let value = Value::Const(value.clone());
                    if !jumped {
                        return Ok(self.settle(value, dst));
                    }
                    self.loc(operand.range());
                    self.settle(value, Dst::Temp);
                    self.bind(end);
                    return Ok(self.settle(Value::Reg(self.top()), dst));
                }
                if fold::truth(value).is_some() {
                    continue;
                }
            }
            self.loc(operand.range());
            self.settle(value, Dst::Temp);
            let a = Peek(self.top().0);
            self.loc(e.range());
            let to = Jump32(end.0 as i32);
            if is_and {
                self.emit(insn::JumpIfFalseOrPop { a, to });
            } else {
                self.emit(insn::JumpIfTrueOrPop { a, to });
            }
            jumped = true;
        }
        if !jumped {
            return self.expr(last, dst);
        }
        self.expr_temp(last)?;
        self.bind(end);
        self.set_depth(depth + 1);
        Ok(self.settle(Value::Reg(self.top()), dst))
    }

    fn named(&mut self, e: &'a ast::ExprNamed, dst: Dst) -> Result<Value> {
        let Expr::Name(target) = &*e.target else { return error(e.target.range(), "invalid syntax") };
        self.check_name(&target.id, target.range(), false)?;
        let sym = self.mangle(&target.id);
        if let Dst::Local(local) = self.store_dst(sym) {
            self.expr_into(&e.value, local)?;
            self.loc(e.range());
            let dst = if dst == Dst::Any { Dst::Temp } else { dst };
            return Ok(self.settle(Value::Reg(local), dst));
        }
        // Kept in a hidden local, stored from there.
        let kept = self.hidden();
        self.expr_into(&e.value, kept)?;
        self.loc(target.range());
        self.store_name(sym, Value::Reg(kept));
        let reg = self.emit(insn::Take { dst: dst.out(), src: Kill(kept.0) });
        self.free_hidden(1);
        Ok(Value::Reg(reg))
    }

    fn bin_op(&mut self, e: &'a ast::ExprBinOp, dst: Dst) -> Result<Value> {
        let left = self.expr(&e.left, Dst::Any)?;
        let right = self.expr(&e.right, Dst::Any)?;
        if let (Value::Const(a), Value::Const(b)) = (&left, &right)
            && let Some(value) = fold::binary(a, e.op, b)
        {
            self.loc(e.range());
            return Ok(self.settle(Value::Const(value), dst));
        }
        let left = {
            self.loc(e.left.range());
            self.reg(left)
        };
        Ok(Value::Reg(self.binary(e.op, left, right, dst, (e.right.range(), e.range()), false)))
    }

    /// `left op right` for loaded `left`.
    pub(super) fn binary(
        &mut self,
        op: Operator,
        left: Reg,
        right: Value,
        dst: Dst,
        (right_range, range): (TextRange, TextRange),
        inplace: bool,
    ) -> Reg {
        let (out, a) = (dst.out(), In(left.0));
        if let Value::Const(Const::Int(n)) = right
            && let Ok(n) = i16::try_from(n)
        {
            let n = Imm(i32::from(n));
            self.loc(range);
            match (op, inplace) {
                (Operator::Add, false) => return self.emit(insn::AddImm { dst: out, a, n }),
                (Operator::Sub, false) => return self.emit(insn::SubImm { dst: out, a, n }),
                (Operator::Mult, false) => return self.emit(insn::MulImm { dst: out, a, n }),
                (Operator::FloorDiv, false) => return self.emit(insn::FloorDivImm { dst: out, a, n }),
                (Operator::Mod, false) => return self.emit(insn::ModImm { dst: out, a, n }),
                (Operator::BitAnd, false) => return self.emit(insn::AndImm { dst: out, a, n }),
                (Operator::LShift, false) => return self.emit(insn::LshiftImm { dst: out, a, n }),
                (Operator::RShift, false) => return self.emit(insn::RshiftImm { dst: out, a, n }),
                (Operator::Add, true) => return self.emit(insn::InplaceAddImm { dst: out, a, n }),
                (Operator::Sub, true) => return self.emit(insn::InplaceSubImm { dst: out, a, n }),
                _ => {}
            }
        }
        self.loc(right_range);
        let b = In(self.reg(right).0);
        self.loc(range);
        macro_rules! by_operator {
            ($($variant:ident => $plain:ident, $inplace:ident;)*) => {
                match (op, inplace) {
                    $( (Operator::$variant, false) => self.emit(insn::$plain { dst: out, a, b }),
                       (Operator::$variant, true) => self.emit(insn::$inplace { dst: out, a, b }), )*
                }
            };
        }
        by_operator! {
            Add => BinaryAdd, InplaceAdd;
            Sub => BinarySub, InplaceSub;
            Mult => BinaryMul, InplaceMul;
            MatMult => BinaryMatMul, InplaceMatMul;
            Div => BinaryDiv, InplaceDiv;
            Mod => BinaryMod, InplaceMod;
            Pow => BinaryPow, InplacePow;
            LShift => BinaryLshift, InplaceLshift;
            RShift => BinaryRshift, InplaceRshift;
            BitOr => BinaryOr, InplaceOr;
            BitXor => BinaryXor, InplaceXor;
            BitAnd => BinaryAnd, InplaceAnd;
            FloorDiv => BinaryFloorDiv, InplaceFloorDiv;
        }
    }

    fn unary_op(&mut self, e: &'a ast::ExprUnaryOp, dst: Dst) -> Result<Value> {
        let value = self.expr(&e.operand, Dst::Any)?;
        if let Value::Const(operand) = &value
            && let Some(folded) = fold::unary(e.op, operand)
        {
            self.loc(e.range());
            return Ok(self.settle(Value::Const(folded), dst));
        }
        self.loc(e.operand.range());
        let a = In(self.reg(value).0);
        self.loc(e.range());
        let dst = dst.out();
        Ok(Value::Reg(match e.op {
            UnaryOp::Invert => self.emit(insn::UnaryInvert { dst, a }),
            UnaryOp::Not => self.emit(insn::UnaryNot { dst, a }),
            UnaryOp::UAdd => self.emit(insn::UnaryPositive { dst, a }),
            UnaryOp::USub => self.emit(insn::UnaryNegative { dst, a }),
        }))
    }

    fn conditional_expr(&mut self, e: &'a ast::ExprIf, dst: Dst) -> Result<Value> {
        if let Some(truth) = self.constant_truth(&e.test) {
            return self.expr(if truth { &e.body } else { &e.orelse }, dst);
        }
        let dst = if dst == Dst::Any { Dst::Temp } else { dst };
        let (other, end) = (self.label(), self.label());
        let depth = self.depth();
        self.jump_if(&e.test, other, false)?;
        let value = self.expr(&e.body, dst)?;
        self.settle(value, dst);
        self.loc(e.range());
        self.jump(end);
        self.bind(other);
        self.set_depth(depth);
        let value = self.expr(&e.orelse, dst)?;
        let value = self.settle(value, dst);
        self.bind(end);
        Ok(value)
    }

    fn attribute(&mut self, e: &'a ast::ExprAttribute, dst: Dst) -> Result<Reg> {
        if let Some(form) = self.super_call(&e.value) {
            let base = self.load_super_operands(&e.value)?;
            let sym = self.mangle(&e.attr);
            let name = self.name_index(sym);
            self.loc(e.range());
            let reg = self.emit(insn::LoadSuperAttr { base: ops::InOut(base.0), name: Name(name), form: Imm(form) });
            return Ok(self.settled_reg(reg, dst));
        }
        let obj = self.expr_reg(&e.value)?;
        let sym = self.mangle(&e.attr);
        let name = self.name_index(sym);
        self.loc(self.attribute_range(e, e.range()));
        Ok(self.emit(insn::LoadAttr { dst: dst.out(), obj: In(obj.0), name: Name(name) }))
    }

    /// A register moved to where `dst` wants it.
    pub(super) fn settled_reg(&mut self, reg: Reg, dst: Dst) -> Reg {
        match self.settle(Value::Reg(reg), dst) {
            Value::Reg(reg) => reg,
            Value::Const(_) => reg,
        }
    }

    /// In a chain over several lines an attribute's line is that of its name.
    pub(super) fn attribute_range(&self, e: &ast::ExprAttribute, whole: TextRange) -> TextRange {
        let (start, attr) = (self.locator.position(e.range()), e.attr.range());
        if start.line == start.end_line || self.locator.source().is_none() {
            return whole;
        }
        TextRange::new(attr.start().min(whole.end()), whole.end())
    }

    fn subscript(&mut self, e: &'a ast::ExprSubscript, dst: Dst) -> Result<Value> {
        let obj = self.expr(&e.value, Dst::Any)?;
        self.check_subscripter(&e.value, &e.slice);
        if let Expr::Slice(slice) = &*e.slice
            && slice.step.is_none()
        {
            let constant = |bound: &Option<Box<Expr>>| bound.as_ref().is_none_or(|b| is_literal(b));
            if !(constant(&slice.lower) && constant(&slice.upper)) {
                self.loc(e.value.range());
                let obj = self.reg(obj);
                let base = self.optional_temp(slice.lower.as_deref(), slice.range())?;
                self.optional_temp(slice.upper.as_deref(), slice.range())?;
                self.loc(e.range());
                let base = Base(base.0);
                return Ok(Value::Reg(self.emit(insn::SubscriptSlice { dst: dst.out(), obj: In(obj.0), base })));
            }
        }
        let index = self.expr(&e.slice, Dst::Any)?;
        if let (Value::Const(obj), Value::Const(index)) = (&obj, &index)
            && let Some(value) = fold::subscript(obj, index)
        {
            self.loc(e.range());
            return Ok(self.settle(Value::Const(value), dst));
        }
        self.loc(e.value.range());
        let obj = In(self.reg(obj).0);
        if let Value::Const(Const::Int(n)) = index
            && let Ok(n) = i16::try_from(n)
        {
            self.loc(e.range());
            return Ok(Value::Reg(self.emit(insn::SubscriptImm { dst: dst.out(), obj, n: Imm(i32::from(n)) })));
        }
        self.loc(e.slice.range());
        let index = In(self.reg(index).0);
        self.loc(e.range());
        Ok(Value::Reg(self.emit(insn::Subscript { dst: dst.out(), obj, index })))
    }

    fn optional_temp(&mut self, e: Option<&'a Expr>, range: TextRange) -> Result<Reg> {
        match e {
            Some(e) => self.expr_temp(e),
            None => {
                self.loc(range);
                Ok(self.load_none())
            }
        }
    }

    fn slice(&mut self, e: &'a ast::ExprSlice, dst: Dst) -> Result<Value> {
        let parts = [e.lower.as_deref(), e.upper.as_deref(), e.step.as_deref()];
        if parts.iter().all(|p| p.is_none_or(is_literal)) {
            let mut values = [Const::None, Const::None, Const::None];
            for (value, part) in values.iter_mut().zip(parts) {
                if let Some(Value::Const(constant)) = part.map(|e| self.expr(e, Dst::Any)).transpose()? {
                    *value = constant;
                }
            }
            self.loc(e.range());
            return Ok(self.settle(Value::Const(Const::Slice(Box::new(values))), dst));
        }
        let base = self.optional_temp(e.lower.as_deref(), e.range())?;
        self.optional_temp(e.upper.as_deref(), e.range())?;
        let mut n = 2;
        if let Some(step) = &e.step {
            self.expr_temp(step)?;
            n = 3;
        }
        self.loc(e.range());
        Ok(Value::Reg(self.emit(insn::BuildSlice { dst: dst.out(), base: Base(base.0), n: Imm(n) })))
    }

    // ---- displays

    /// All elements as constants, if they are. Nothing is emitted.
    pub(super) fn constants(&mut self, elts: &'a [Expr]) -> Result<Option<Vec<Const>>> {
        let mut values = Vec::new();
        for e in elts {
            match self.try_const(e)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }

    /// The value of a constant expression. Nothing is emitted.
    pub(super) fn try_const(&mut self, e: &'a Expr) -> Result<Option<Const>> {
        Ok(match e {
            Expr::Tuple(t) => self.constants(&t.elts)?.map(|values| Const::Tuple(values.into())),
            Expr::UnaryOp(u) => self.try_const(&u.operand)?.and_then(|value| fold::unary(u.op, &value)),
            Expr::BinOp(b) if !b.left.is_bin_op_expr() || b.right.is_number_literal_expr() => {
                let Some(left) = self.nested(|c| c.try_const(&b.left))? else { return Ok(None) };
                let Some(right) = self.try_const(&b.right)? else { return Ok(None) };
                fold::binary(&left, b.op, &right)
            }
            Expr::Name(name) if name.id.as_str() == "__debug__" => Some(Const::Bool(self.options.optimize == 0)),
            e => self.literal(e)?,
        })
    }

    pub(super) fn tuple(&mut self, elts: &'a [Expr], range: TextRange, dst: Dst) -> Result<Value> {
        if let Some(values) = self.constants(elts)? {
            self.loc(range);
            return Ok(self.settle(Value::Const(Const::Tuple(values.into())), dst));
        }
        if elts.iter().any(Expr::is_starred_expr) {
            let list = self.sequence(elts, range)?;
            self.loc(range);
            let which = Imm(ops::Intrinsic1Kind::ListToTuple as i32);
            return Ok(Value::Reg(self.emit(insn::Intrinsic1 { dst: dst.out(), src: In(list.0), which })));
        }
        let (base, n) = self.row(elts)?;
        self.loc(range);
        Ok(Value::Reg(self.emit(insn::BuildTuple { dst: dst.out(), base, n })))
    }

    /// Elements in consecutive temps.
    pub(super) fn row(&mut self, elts: &'a [Expr]) -> Result<(Base, Imm)> {
        let base = self.next_temp();
        for e in elts {
            self.expr_temp(e)?;
        }
        Ok((Base(base.0), Imm(elts.len() as i32)))
    }

    /// The temp that comes next.
    pub(super) fn next_temp(&self) -> Reg {
        Reg::new(super::asm::RegClass::Temp, self.depth())
    }

    /// A list of elements, some starred, in the next temp.
    pub(super) fn sequence(&mut self, elts: &'a [Expr], range: TextRange) -> Result<Reg> {
        let plain = elts.iter().position(Expr::is_starred_expr).unwrap_or(elts.len());
        let (base, n) = self.row(&elts[..plain])?;
        self.loc(range);
        let list = self.emit(insn::BuildList { dst: Out(NEXT.0), base, n });
        for e in &elts[plain..] {
            let list = Peek(list.0);
            match e {
                Expr::Starred(starred) => {
                    let iterable = In(self.expr_reg(&starred.value)?.0);
                    self.loc(range);
                    self.emit(insn::ListExtend { list, iterable });
                }
                e => {
                    let value = In(self.expr_reg(e)?.0);
                    self.loc(range);
                    self.emit(insn::ListAppend { list, value });
                }
            }
        }
        Ok(list)
    }

    fn list(&mut self, e: &'a ast::ExprList, dst: Dst) -> Result<Reg> {
        if e.elts.len() > 2
            && let Some(values) = self.constants(&e.elts)?
        {
            let k = ops::Const(self.const_index(Const::Tuple(values.into())));
            self.loc(e.range());
            return Ok(self.emit(insn::BuildConstList { dst: dst.out(), k }));
        }
        if e.elts.iter().any(Expr::is_starred_expr) {
            let list = self.sequence(&e.elts, e.range())?;
            return Ok(self.settled_reg(list, dst));
        }
        let (base, n) = self.row(&e.elts)?;
        self.loc(e.range());
        Ok(self.emit(insn::BuildList { dst: dst.out(), base, n }))
    }

    fn set(&mut self, e: &'a ast::ExprSet, dst: Dst) -> Result<Reg> {
        if e.elts.len() > 2
            && let Some(values) = self.constants(&e.elts)?
        {
            let k = ops::Const(self.const_index(Const::Tuple(values.into())));
            self.loc(e.range());
            return Ok(self.emit(insn::BuildConstSet { dst: dst.out(), k }));
        }
        let plain = e.elts.iter().position(Expr::is_starred_expr).unwrap_or(e.elts.len());
        let (base, n) = self.row(&e.elts[..plain])?;
        self.loc(e.range());
        if plain == e.elts.len() {
            return Ok(self.emit(insn::BuildSet { dst: dst.out(), base, n }));
        }
        let set = self.emit(insn::BuildSet { dst: Out(NEXT.0), base, n });
        for item in &e.elts[plain..] {
            match item {
                Expr::Starred(starred) => {
                    let iterable = In(self.expr_reg(&starred.value)?.0);
                    self.loc(e.range());
                    self.emit(insn::SetUpdate { set: Peek(set.0), iterable });
                }
                item => {
                    let value = In(self.expr_reg(item)?.0);
                    self.loc(e.range());
                    self.emit(insn::SetAdd { set: Peek(set.0), value });
                }
            }
        }
        Ok(self.settled_reg(set, dst))
    }

    fn dict(&mut self, e: &'a ast::ExprDict, dst: Dst) -> Result<Reg> {
        // As many pairs as fit a moderate number of temps, then item by item.
        const ROW: usize = 16;
        let plain = e.items.iter().position(|item| item.key.is_none()).unwrap_or(e.items.len());
        let row = if plain <= ROW { plain } else { 0 };
        let base = Base(self.next_temp().0);
        for item in &e.items[..row] {
            if let Some(key) = &item.key {
                self.expr_temp(key)?;
            }
            self.expr_temp(&item.value)?;
        }
        self.loc(e.range());
        if row == e.items.len() {
            return Ok(self.emit(insn::BuildMap { dst: dst.out(), base, n: Imm(row as i32) }));
        }
        let map = self.emit(insn::BuildMap { dst: Out(NEXT.0), base, n: Imm(row as i32) });
        for item in &e.items[row..] {
            match &item.key {
                Some(key) => {
                    let key = self.expr_reg(key)?;
                    let value = self.expr_reg(&item.value)?;
                    self.loc(e.range());
                    self.emit(insn::MapSet { map: Peek(map.0), key: In(key.0), value: In(value.0) });
                }
                None => {
                    let mapping = In(self.expr_reg(&item.value)?.0);
                    self.loc(e.range());
                    self.emit(insn::DictUpdate { map: Peek(map.0), mapping });
                }
            }
        }
        Ok(self.settled_reg(map, dst))
    }

    // ---- comparison

    fn compare(&mut self, e: &'a ast::ExprCompare, dst: Dst) -> Result<Reg> {
        self.check_compare(e);
        if let ([op], [right]) = (&*e.ops, &*e.comparators) {
            let (a, b) = self.compare_operands(&e.left, *op, right)?;
            self.loc(e.range());
            return Ok(self.compare_op(*op, a, b, dst));
        }
        let (end, depth) = (self.label(), self.depth());
        let mut chain = self.chain(e)?;
        for i in 0..e.ops.len() - 1 {
            let (left, next) = self.chain_link(e, &mut chain, i)?;
            self.compare_op(e.ops[i], left, next, Dst::Temp);
            let a = Peek(self.top().0);
            self.emit(insn::JumpIfFalseOrPop { a, to: Jump32(end.0 as i32) });
        }
        let (left, right) = self.chain_end(e, &chain)?;
        self.compare_op(e.ops[e.ops.len() - 1], left, right, Dst::Temp);
        self.bind(end);
        self.set_depth(depth + 1);
        self.chain_release(&chain);
        self.free_hidden(2);
        let top = self.top();
        Ok(self.settled_reg(top, dst))
    }

    /// Starts a chained comparison: its middle operands alternate between two hidden locals.
    pub(super) fn chain(&mut self, e: &'a ast::ExprCompare) -> Result<Chain> {
        let kept = [self.hidden(), self.hidden()];
        let left = self.expr_reg(&e.left)?;
        Ok(Chain { kept, used: [false; 2], left })
    }

    /// Operands of the `i`th comparison, which is not the last.
    pub(super) fn chain_link(&mut self, e: &'a ast::ExprCompare, chain: &mut Chain, i: usize) -> Result<(Reg, Reg)> {
        let right = &e.comparators[i];
        let lent = match right {
            Expr::Name(_) => match self.expr(right, Dst::Any)? {
                Value::Reg(reg) if !reg.is_temp() => Some(reg),
                value => {
                    self.settle(value, Dst::Local(chain.kept[i % 2]));
                    None
                }
            },
            right => {
                self.expr_into(right, chain.kept[i % 2])?;
                None
            }
        };
        let next = lent.unwrap_or(chain.kept[i % 2]);
        chain.used[i % 2] |= lent.is_none();
        self.loc(e.range());
        Ok((std::mem::replace(&mut chain.left, next), next))
    }

    /// Operands of the last comparison.
    pub(super) fn chain_end(&mut self, e: &'a ast::ExprCompare, chain: &Chain) -> Result<(Reg, Reg)> {
        let right = self.expr_reg(&e.comparators[e.comparators.len() - 1])?;
        self.loc(e.range());
        Ok((chain.left, right))
    }

    pub(super) fn chain_release(&mut self, chain: &Chain) {
        for (reg, used) in chain.kept.into_iter().zip(chain.used) {
            if used {
                self.release(reg);
            }
        }
    }

    /// Both operands of a single comparison; a constant list or set on the right of `in` becomes a tuple or frozenset.
    pub(super) fn compare_operands(&mut self, left: &'a Expr, op: CmpOp, right: &'a Expr) -> Result<(Reg, Reg)> {
        let left_value = self.expr(left, Dst::Any)?;
        let right_value = if matches!(op, CmpOp::In | CmpOp::NotIn) {
            self.constant_container(right)?
        } else {
            None
        };
        let right_value = match right_value {
            Some(value) => Value::Const(value),
            None => self.expr(right, Dst::Any)?,
        };
        self.loc(left.range());
        let a = self.reg(left_value);
        self.loc(right.range());
        let b = self.reg(right_value);
        Ok((a, b))
    }

    /// The tuple or frozenset of a display of constants that only is looked at.
    pub(super) fn constant_container(&mut self, e: &'a Expr) -> Result<Option<Const>> {
        Ok(match e {
            Expr::List(list) => self.constants(&list.elts)?.map(|values| Const::Tuple(values.into())),
            Expr::Set(set) => self.constants(&set.elts)?.map(|values| Const::FrozenSet(values.into())),
            _ => None,
        })
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, a: Reg, b: Reg, dst: Dst) -> Reg {
        let (dst, a, b) = (dst.out(), In(a.0), In(b.0));
        match op {
            CmpOp::Eq => self.emit(insn::CompareEqual { dst, a, b }),
            CmpOp::NotEq => self.emit(insn::CompareNotEqual { dst, a, b }),
            CmpOp::Lt => self.emit(insn::CompareLess { dst, a, b }),
            CmpOp::LtE => self.emit(insn::CompareLessEqual { dst, a, b }),
            CmpOp::Gt => self.emit(insn::CompareGreater { dst, a, b }),
            CmpOp::GtE => self.emit(insn::CompareGreaterEqual { dst, a, b }),
            CmpOp::Is => self.emit(insn::Is { dst, a, b }),
            CmpOp::IsNot => self.emit(insn::IsNot { dst, a, b }),
            CmpOp::In => self.emit(insn::Contains { dst, a, b }),
            CmpOp::NotIn => self.emit(insn::NotContains { dst, a, b }),
        }
    }
}

/// A chained comparison in progress.
pub(super) struct Chain {
    kept: [Reg; 2],
    pub(super) used: [bool; 2],
    left: Reg,
}

/// Literals of immutable values.
pub(super) fn is_literal(e: &Expr) -> bool {
    matches!(
        e,
        Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
    )
}
