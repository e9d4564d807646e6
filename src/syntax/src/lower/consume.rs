//! `any`, `all`, `tuple`, `list` and `set` of a generator expression: while the name means the builtin, the generator is driven by a loop right here
//! instead of being resumed by native code.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst};
use crate::code::Const;
use crate::errors::Result;
use crate::opcodes::{Base, CommonConst, Imm, In, Intrinsic1Kind, Jump16, Jump32, Kill, Out, Peek, insn};
use crate::scope::Part;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

/// The builtin that the call may be of, if its only argument is a generator expression.
fn consumer(e: &ast::ExprCall) -> Option<(CommonConst, &Expr)> {
    let Expr::Name(name) = &*e.func else { return None };
    let ([argument @ Expr::Generator(_)], []) = (&*e.arguments.args, &*e.arguments.keywords) else { return None };
    let which = match name.id.as_str() {
        "all" => CommonConst::All,
        "any" => CommonConst::Any,
        "tuple" => CommonConst::Tuple,
        "list" => CommonConst::List,
        "set" => CommonConst::Set,
        _ => return None,
    };
    Some((which, argument))
}

impl<'a> Compiler<'a> {
    /// The call as a loop, and as a call for when the name means something else; `None`: it is not such a call.
    pub(super) fn consumed_generator(&mut self, e: &'a ast::ExprCall, dst: Dst) -> Result<Option<Reg>> {
        let Some((which, argument)) = consumer(e) else { return Ok(None) };
        let scope = self.scope_of(argument, Part::Body)?;
        if self.table.scope(scope).is_coroutine {
            return Ok(None);
        }
        let (slow, end) = (self.label(), self.label());
        let (callee, iter) = (self.hidden(), self.hidden());
        let function = self.expr(&e.func, Dst::Any)?;
        self.settle(function, Dst::Local(callee));
        let made = self.expr_temp(argument)?;
        self.emit(insn::Move { dst: Out(iter.0), src: In(made.0) });
        self.loc(e.func.range());
        let builtin = self.emit(insn::LoadCommon { dst: Out(NEXT.0), which: Imm(which as i32) });
        self.emit(insn::JumpIfIsNot { a: In(callee.0), b: In(builtin.0), to: Jump16(slow.0 as i32) });
        let depth = self.depth();
        let wanted = if dst == Dst::Any { Dst::Temp } else { dst };
        match which {
            CommonConst::Any | CommonConst::All => self.search(which == CommonConst::Any, iter, wanted),
            _ => self.collect(which, iter, wanted),
        }
        self.release(callee);
        self.jump(end);
        self.bind(slow);
        self.set_depth(depth);
        self.loc(e.range());
        let base = self.emit(insn::Take { dst: Out(NEXT.0), src: Kill(callee.0) });
        self.emit(insn::Take { dst: Out(NEXT.0), src: Kill(iter.0) });
        let result = self.call_plain(base, 1, 1, wanted);
        self.bind(end);
        self.free_hidden(2);
        Ok(Some(result))
    }

    /// Whether an item has the truth `wanted`.
    fn search(&mut self, wanted: bool, iter: Reg, dst: Dst) {
        let (top, found, exhausted, done) = (self.label(), self.label(), self.label(), self.label());
        let depth = self.depth();
        self.bind(top);
        let item = self.emit(insn::ForIter { dst: Out(NEXT.0), iter: Peek(iter.0), to: Jump16(exhausted.0 as i32) });
        let (a, to) = (In(item.0), Jump32(found.0 as i32));
        if wanted {
            self.emit(insn::JumpIfTrue { a, to });
        } else {
            self.emit(insn::JumpIfFalse { a, to });
        }
        self.jump_back(top);
        self.bind(found);
        self.release(iter);
        self.load_const(Const::Bool(wanted), dst);
        self.jump(done);
        self.bind(exhausted);
        self.set_depth(depth);
        self.release(iter);
        self.load_const(Const::Bool(!wanted), dst);
        self.bind(done);
    }

    /// All items in a container.
    fn collect(&mut self, which: CommonConst, iter: Reg, dst: Dst) {
        let (top, exhausted) = (self.label(), self.label());
        let (out, base, n) = (Out(NEXT.0), Base(self.next_temp().0), Imm(0));
        let made = match which {
            CommonConst::Set => self.emit(insn::BuildSet { dst: out, base, n }),
            _ => self.emit(insn::BuildList { dst: out, base, n }),
        };
        self.bind(top);
        let value = In(self.emit(insn::ForIter { dst: Out(NEXT.0), iter: Peek(iter.0), to: Jump16(exhausted.0 as i32) }).0);
        match which {
            CommonConst::Set => self.emit(insn::SetAdd { set: Peek(made.0), value }),
            _ => self.emit(insn::ListAppend { list: Peek(made.0), value }),
        };
        self.jump_back(top);
        self.bind(exhausted);
        self.release(iter);
        if which == CommonConst::Tuple {
            let which = Imm(Intrinsic1Kind::ListToTuple as i32);
            self.emit(insn::Intrinsic1 { dst: dst.out(), src: In(made.0), which });
        } else {
            self.settled_reg(made, dst);
        }
    }
}
