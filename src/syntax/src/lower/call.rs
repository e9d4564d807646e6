//! Calls.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::{Result, error};
use crate::opcodes::{self as ops, Base, Imm, In, InOut, Name, Out, OutBase, Peek, insn};
use crate::scope::{Resolution, ScopeKind};
use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

/// More arguments than this go through a tuple, so that frames stay small.
const MAX_DIRECT: usize = 1000;

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, e: &'a ast::ExprCall, dst: Dst) -> Result<Reg> {
        self.check_keywords(&e.arguments.keywords)?;
        let arguments = &e.arguments;
        if let ([Expr::Generator(g)], []) = (&*arguments.args, &*arguments.keywords)
            && !g.parenthesized
        {
            self.bare_generators.insert(g.range(), arguments.range());
        }
        if is_spread(arguments) {
            self.check_caller(&e.func);
            let callee = self.expr_temp(&e.func)?;
            return self.call_ex(callee, arguments, None, e.range(), dst);
        }
        if let Expr::Attribute(attribute) = &*e.func {
            let range = self.attribute_range(attribute, e.range());
            let base = self.method(attribute)?;
            return self.call_row(base, 2, &arguments.args, &arguments.keywords, range, dst);
        }
        self.check_caller(&e.func);
        if let Some(result) = self.consumed_generator(e, dst)? {
            return Ok(result);
        }
        let base = self.expr_temp(&e.func)?;
        self.call_row(base, 1, &arguments.args, &arguments.keywords, e.range(), dst)
    }

    /// Loads a method and its self into two temps.
    fn method(&mut self, attribute: &'a ast::ExprAttribute) -> Result<Reg> {
        let sym = self.mangle(&attribute.attr);
        if let Some(form) = self.super_call(&attribute.value) {
            let base = self.load_super_operands(&attribute.value)?;
            let name = Name(self.name_index(sym));
            self.loc(attribute.range());
            return Ok(self.emit(insn::LoadSuperMethod { base: InOut(base.0), name, form: Imm(form) }));
        }
        let obj = In(self.expr_reg(&attribute.value)?.0);
        let name = Name(self.name_index(sym));
        self.loc(self.attribute_range(attribute, attribute.range()));
        Ok(self.emit(insn::LoadMethod { base: OutBase(NEXT.0), obj, name }))
    }

    /// Arguments behind a loaded callee, and the call. `head` is 2 for a method.
    pub(super) fn call_row(
        &mut self,
        base: Reg,
        head: i32,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        range: TextRange,
        dst: Dst,
    ) -> Result<Reg> {
        for arg in args {
            self.expr_temp(arg)?;
        }
        for keyword in keywords {
            self.expr_temp(&keyword.value)?;
        }
        let nargs = Imm((args.len() + keywords.len()) as i32);
        if keywords.is_empty() {
            self.loc(range);
            return Ok(self.call_plain(base, head, nargs.0, dst));
        }
        let names = self.keyword_names(keywords);
        let names = ops::Const(self.const_index(names));
        self.loc(range);
        let base = InOut(base.0);
        let reg = if head == 2 {
            self.emit(insn::CallMethodKw { base, nargs, names })
        } else {
            self.emit(insn::CallKw { base, nargs, names })
        };
        Ok(self.settled_reg(reg, dst))
    }

    /// The call of what is loaded from `base` on.
    pub(super) fn call_plain(&mut self, base: Reg, head: i32, nargs: i32, dst: Dst) -> Reg {
        let (dst, base, nargs) = (dst.out(), Base(base.0), Imm(nargs));
        if head == 2 { self.emit(insn::CallMethod { dst, base, nargs }) } else { self.emit(insn::Call { dst, base, nargs }) }
    }

    /// The name of a keyword argument, which is not mangled in a class, unlike the parameter's.
    pub(super) fn keyword_const(&mut self, name: &ast::Identifier) -> Const {
        let sym = self.names.intern(name);
        self.str_const(sym)
    }

    fn keyword_names(&mut self, keywords: &[Keyword]) -> Const {
        let names: Vec<Const> = keywords
            .iter()
            .filter_map(|k| k.arg.as_ref())
            .map(|arg| self.keyword_const(arg))
            .collect();
        Const::Tuple(names.into())
    }

    /// `callee(*args, **kwargs)`; `extra` are positional arguments before and after, in locals.
    pub(super) fn call_ex(
        &mut self,
        callee: Reg,
        arguments: &'a ast::Arguments,
        extra: Option<(&[Reg], Option<Reg>)>,
        range: TextRange,
        dst: Dst,
    ) -> Result<Reg> {
        let which = Imm(ops::Intrinsic1Kind::ListToTuple as i32);
        match (&*arguments.args, extra) {
            ([Expr::Starred(starred)], None) => {
                self.expr_temp(&starred.value)?;
            }
            (args, None) if !args.iter().any(Expr::is_starred_expr) && args.len() <= MAX_DIRECT => {
                let (base, n) = self.row(args)?;
                self.loc(range);
                if args.is_empty() {
                    self.load_const(Const::Tuple([].into()), Dst::Temp);
                } else {
                    self.emit(insn::BuildTuple { dst: Out(NEXT.0), base, n });
                }
            }
            (args, extra) => {
                let list = match extra {
                    None => self.sequence(args, range)?,
                    Some((before, after)) => self.sequence_between(before, args, after, range)?,
                };
                self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(list.0), which });
            }
        }
        let kw = self.keyword_dict(callee, &arguments.keywords, range)?;
        self.loc(range);
        Ok(self.emit(insn::CallEx { dst: dst.out(), base: Base(callee.0), kw: Imm(i32::from(kw)) }))
    }

    fn sequence_between(&mut self, before: &[Reg], args: &'a [Expr], after: Option<Reg>, range: TextRange) -> Result<Reg> {
        let base = Base(self.next_temp().0);
        for reg in before {
            self.emit(insn::Move { dst: Out(NEXT.0), src: In(reg.0) });
        }
        let list = self.emit(insn::BuildList { dst: Out(NEXT.0), base, n: Imm(before.len() as i32) });
        for arg in args {
            match arg {
                Expr::Starred(starred) => {
                    let iterable = In(self.expr_reg(&starred.value)?.0);
                    self.loc(range);
                    self.emit(insn::ListExtend { list: Peek(list.0), iterable });
                }
                arg => {
                    let value = In(self.expr_reg(arg)?.0);
                    self.loc(range);
                    self.emit(insn::ListAppend { list: Peek(list.0), value });
                }
            }
        }
        if let Some(after) = after {
            self.emit(insn::ListAppend { list: Peek(list.0), value: In(after.0) });
        }
        Ok(list)
    }

    /// Keyword arguments as a dict in the next temp; false if there are none.
    fn keyword_dict(&mut self, callee: Reg, keywords: &'a [Keyword], range: TextRange) -> Result<bool> {
        if keywords.is_empty() {
            return Ok(false);
        }
        let mut map: Option<Reg> = None;
        let mut at = 0;
        while at < keywords.len() {
            let named = keywords[at..].iter().take_while(|k| k.arg.is_some()).count();
            if named == 0 {
                let map = match map {
                    Some(map) => map,
                    None => *map.insert(self.empty_map(range)),
                };
                let mapping = In(self.expr_reg(&keywords[at].value)?.0);
                self.loc(range);
                self.emit(insn::DictMerge { map: Peek(map.0), mapping, callee: Peek(callee.0) });
                at += 1;
                continue;
            }
            let base = Base(self.next_temp().0);
            let row = named.min(16);
            for keyword in &keywords[at..at + row] {
                if let Some(arg) = &keyword.arg {
                    let name = self.keyword_const(arg);
                    self.loc(range);
                    self.load_const(name, Dst::Temp);
                }
                self.expr_temp(&keyword.value)?;
            }
            self.loc(range);
            let part = self.emit(insn::BuildMap { dst: Out(NEXT.0), base, n: Imm(row as i32) });
            match map {
                None => map = Some(part),
                Some(map) => {
                    self.emit(insn::DictMerge { map: Peek(map.0), mapping: In(part.0), callee: Peek(callee.0) });
                }
            }
            at += row;
        }
        Ok(true)
    }

    fn empty_map(&mut self, range: TextRange) -> Reg {
        self.loc(range);
        let base = Base(self.next_temp().0);
        self.emit(insn::BuildMap { dst: Out(NEXT.0), base, n: Imm(0) })
    }

    pub(super) fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        let mut seen = FxHashSet::default();
        for keyword in keywords {
            let Some(arg) = &keyword.arg else { continue };
            self.check_name(arg, keyword.range(), false)?;
            if !seen.insert(arg.as_str()) {
                return error(keyword.range(), format!("keyword argument repeated: {arg}"));
            }
        }
        Ok(())
    }

    // ---- super

    /// Whether `e` is a call of the builtin `super` whose attributes can be loaded without making the object.
    pub(super) fn super_call(&mut self, e: &Expr) -> Option<i32> {
        let Expr::Call(call) = e else { return None };
        let Expr::Name(func) = &*call.func else { return None };
        if func.id.as_str() != "super" || !call.arguments.keywords.is_empty() {
            return None;
        }
        if !matches!(self.unit_ref().kind, ScopeKind::Function | ScopeKind::Lambda) {
            return None;
        }
        let sym = self.names.intern("super");
        if self.scope().symbol(sym).is_some_and(|s| s.resolution != Resolution::GlobalImplicit)
            || self.place(sym) != super::names::Place::Global
        {
            return None;
        }
        match &*call.arguments.args {
            [a, b] if !a.is_starred_expr() && !b.is_starred_expr() => Some(1),
            [] => {
                let class = self.names.intern("__class__");
                let free = self.scope().symbol(class).is_some_and(|s| s.resolution == Resolution::Free);
                (free && self.unit_ref().arg_count > 0).then_some(0)
            }
            _ => None,
        }
    }

    /// `super`, class and self in three temps.
    pub(super) fn load_super_operands(&mut self, e: &'a Expr) -> Result<Reg> {
        let Expr::Call(call) = e else { return super::broken("no super call") };
        let base = self.expr_temp(&call.func)?;
        self.loc(call.range());
        match &*call.arguments.args {
            [class, object] => {
                self.expr_temp(class)?;
                self.expr_temp(object)?;
            }
            _ => {
                let class = self.names.intern("__class__");
                self.load_name(class, Dst::Temp);
                let first = self.unit_ref().vars[0].0;
                match self.load_name(first, Dst::Temp) {
                    Value::Reg(_) => {}
                    value => {
                        self.reg(value);
                    }
                }
            }
        }
        Ok(base)
    }
}

/// Whether the arguments need a tuple or dict built at run time.
pub(super) fn is_spread(arguments: &ast::Arguments) -> bool {
    arguments.args.len() + arguments.keywords.len() > MAX_DIRECT
        || arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|k| k.arg.is_none())
}
