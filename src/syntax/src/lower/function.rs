//! Functions and lambdas.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst, Value};
use crate::code::{Code, Const, flags};
use crate::errors::Result;
use crate::intern::Sym;
use crate::opcodes::{self as ops, Base, FunctionAttr, Imm, In, Intrinsic2Kind, Out, Peek, insn};
use crate::scope::{Part, ScopeId, positional};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;

impl<'a> Compiler<'a> {
    /// Makes a function of finished code, closing over what its free variables name; in the next temp.
    pub(super) fn make_function(&mut self, code: Arc<Code>, range: TextRange) -> Result<Reg> {
        self.make_function_to(code, range, Dst::Temp)
    }

    fn make_function_to(&mut self, code: Arc<Code>, range: TextRange, dst: Dst) -> Result<Reg> {
        self.loc(range);
        let frees: Vec<Sym> = code.freevars().map(|name| self.names.intern(name)).collect();
        let k = ops::Const(self.const_index(Const::Code(code)));
        if frees.is_empty() {
            return Ok(self.emit(insn::MakeFunction { dst: dst.out(), code: k }));
        }
        let func = self.emit(insn::MakeFunction { dst: Out(NEXT.0), code: k });
        let base = Base(self.next_temp().0);
        for name in &frees {
            let Some(cell) = self.closure_cell(*name) else {
                let name = self.names.name(*name).clone();
                return super::broken(&format!("no cell for free variable {name}"));
            };
            self.emit(insn::Move { dst: Out(NEXT.0), src: In(cell.0) });
        }
        let closure = self.emit(insn::BuildTuple { dst: Out(NEXT.0), base, n: Imm(frees.len() as i32) });
        self.set_function_attr(func, closure, FunctionAttr::Closure);
        Ok(func)
    }

    pub(super) fn set_function_attr(&mut self, func: Reg, value: Reg, which: FunctionAttr) {
        self.emit(insn::SetFunctionAttr { func: Peek(func.0), value: In(value.0), which: Imm(which as i32) });
    }

    /// Evaluates default values into hidden locals: positional ones as a tuple, keyword ones as a dict.
    fn defaults(&mut self, params: &'a ast::Parameters, range: TextRange) -> Result<[Option<Reg>; 2]> {
        let mut out = [None, None];
        let values: Vec<&Expr> = positional(params).filter_map(|p| p.default.as_deref()).collect();
        if !values.is_empty() {
            let kept = self.hidden();
            let mut constants = Vec::with_capacity(values.len());
            for value in &values {
                match self.try_const(value)? {
                    Some(value) => constants.push(value),
                    None => break,
                }
            }
            if constants.len() == values.len() {
                self.loc(range);
                self.load_const(Const::Tuple(constants.into()), Dst::Local(kept));
            } else {
                let base = Base(self.next_temp().0);
                for value in &values {
                    self.expr_temp(value)?;
                }
                self.loc(range);
                self.emit(insn::BuildTuple { dst: Out(kept.0), base, n: Imm(values.len() as i32) });
            }
            out[0] = Some(kept);
        }
        if params.kwonlyargs.iter().any(|p| p.default.is_some()) {
            let kept = self.hidden();
            let base = Base(self.next_temp().0);
            let mut n = 0;
            for p in &params.kwonlyargs {
                let Some(value) = &p.default else { continue };
                let sym = self.mangle(&p.parameter.name);
                let name = self.str_const(sym);
                self.loc(range);
                self.load_const(name, Dst::Temp);
                self.expr_temp(value)?;
                n += 1;
            }
            self.loc(range);
            self.emit(insn::BuildMap { dst: Out(kept.0), base, n: Imm(n) });
            out[1] = Some(kept);
        }
        Ok(out)
    }

    fn attach_defaults(&mut self, func: Reg, defaults: [Option<Reg>; 2]) {
        for (kept, which) in defaults.into_iter().zip([FunctionAttr::Defaults, FunctionAttr::KwDefaults]) {
            if let Some(kept) = kept {
                self.set_function_attr(func, kept, which);
            }
        }
    }

    /// Gives the locals of `defaults` back.
    fn drop_defaults(&mut self, defaults: [Option<Reg>; 2]) {
        for kept in defaults.into_iter().rev().flatten() {
            self.release(kept);
            self.free_hidden(1);
        }
    }

    pub(super) fn function_def(&mut self, s: &'a ast::StmtFunctionDef) -> Result<()> {
        self.check_params(&s.parameters)?;
        let range = self.locator.without_decorators(s.range(), s.decorator_list.last().map(|d| d.range().end()));
        for decorator in &s.decorator_list {
            self.expr_temp(&decorator.expression)?;
        }
        let defaults = self.defaults(&s.parameters, range)?;
        let first_line = self.locator.position(s.decorator_list.first().map_or(range, |d| d.expression.range())).line;
        let func = match &s.type_params {
            None => {
                let func = self.function_object(s, range, first_line)?;
                self.attach_defaults(func, defaults);
                func
            }
            Some(params) => self.generic_function(s, params, defaults, range, first_line)?,
        };
        self.drop_defaults(defaults);
        let value = self.decorate(func, &s.decorator_list);
        let sym = self.mangle(&s.name);
        self.check_name(&s.name, range, false)?;
        self.loc(range);
        self.store_name(sym, Value::Reg(value));
        Ok(())
    }

    /// Calls the decorators, which lie below the object, the last one first.
    pub(super) fn decorate(&mut self, object: Reg, decorators: &'a [ast::Decorator]) -> Reg {
        let mut value = object;
        for decorator in decorators.iter().rev() {
            self.loc(decorator.expression.range());
            let base = Reg::new(super::asm::RegClass::Temp, value.index() - 1);
            value = self.call_plain(base, 1, 1, Dst::Temp);
        }
        value
    }

    /// The function itself with its annotations, without defaults.
    fn function_object(&mut self, s: &'a ast::StmtFunctionDef, range: TextRange, first_line: u32) -> Result<Reg> {
        let annotate = self.function_annotations(s, range)?;
        let code = self.function_code(s, first_line)?;
        let func = self.make_function(code, range)?;
        if let Some((kept, which)) = annotate {
            self.set_function_attr(func, kept, which);
            self.release(kept);
            self.free_hidden(1);
        }
        Ok(func)
    }

    /// A generic function: made inside a function that holds its type parameters.
    fn generic_function(
        &mut self,
        s: &'a ast::StmtFunctionDef,
        params: &'a ast::TypeParams,
        defaults: [Option<Reg>; 2],
        range: TextRange,
        first_line: u32,
    ) -> Result<Reg> {
        let id = self.scope_of(s, Part::TypeParams)?;
        self.enter_unit(id, &format!("<generic parameters of {}>", s.name), first_line);
        self.unit().arg_count = defaults.iter().flatten().count() as u32;
        self.start_body(None);
        self.loc(range);
        let kept = self.hidden();
        self.type_params(params, kept)?;
        let func = self.function_object(s, range, first_line)?;
        for (name, present, which) in [
            (".defaults", defaults[0], FunctionAttr::Defaults),
            (".kwdefaults", defaults[1], FunctionAttr::KwDefaults),
        ] {
            if present.is_some() {
                let name = self.names.intern(name);
                let value = self.load_name(name, Dst::Any);
                let value = self.reg(value);
                self.set_function_attr(func, value, which);
            }
        }
        self.loc(range);
        self.emit(insn::Take { dst: Out(NEXT.0), src: ops::Kill(kept.0) });
        self.free_hidden(1);
        let which = Imm(Intrinsic2Kind::SetFunctionTypeParams as i32);
        let func = self.emit(insn::Intrinsic2 { dst: Out(NEXT.0), base: Base(func.0), which });
        self.return_value(Value::Reg(func));
        let code = self.leave_unit()?;
        let wrapper = self.make_function(code, range)?;
        let mut n = 0;
        for kept in defaults.into_iter().flatten() {
            self.emit(insn::Move { dst: Out(NEXT.0), src: In(kept.0) });
            n += 1;
        }
        Ok(self.call_plain(wrapper, 1, n, Dst::Temp))
    }

    fn function_code(&mut self, s: &'a ast::StmtFunctionDef, first_line: u32) -> Result<Arc<Code>> {
        let id = self.scope_of(s, Part::Body)?;
        self.enter_function(id, &s.name, first_line, Some(&s.parameters));
        let scope = self.scope();
        let generator = scope.is_generator;
        let unit = self.unit();
        unit.flags |= match (s.is_async, generator) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::COROUTINE,
            (false, true) => flags::GENERATOR,
            (false, false) => 0,
        };
        let mut body = &*s.body;
        if let Some((Stmt::Expr(first), rest)) = s.body.split_first()
            && let Some(text) = self.docstring(&first.value)
        {
            body = rest;
            if self.options.optimize < 2 {
                self.unit().flags |= flags::HAS_DOCSTRING;
                // `__doc__` is the first constant.
                self.const_index(text);
            }
        }
        self.start_body(None);
        self.suite(body)?;
        self.implicit_return();
        self.leave_unit()
    }

    /// The `return None` at the end: it has the line of what comes before it, whatever that is.
    pub(super) fn implicit_return(&mut self) {
        self.loc(super::asm::no_location());
        self.return_value(Value::Const(Const::None));
    }

    /// Opens a function's unit with its argument counts.
    pub(super) fn enter_function(&mut self, id: ScopeId, name: &str, first_line: u32, params: Option<&ast::Parameters>) {
        self.enter_unit(id, name, first_line);
        let Some(params) = params else { return };
        let unit = self.unit();
        unit.posonly_count = params.posonlyargs.len() as u32;
        unit.arg_count = unit.posonly_count + params.args.len() as u32;
        unit.kwonly_count = params.kwonlyargs.len() as u32;
        if params.vararg.is_some() {
            unit.flags |= flags::VARARGS;
        }
        if params.kwarg.is_some() {
            unit.flags |= flags::VARKEYWORDS;
        }
    }

    pub(super) fn check_params(&self, params: &ast::Parameters) -> Result<()> {
        params.iter().try_for_each(|p| {
            let p = p.as_parameter();
            self.check_name(&p.name, p.name.range(), false)
        })
    }

    pub(super) fn lambda(&mut self, e: &'a ast::ExprLambda, dst: Dst) -> Result<Reg> {
        let defaults = match &e.parameters {
            Some(params) => {
                self.check_params(params)?;
                self.defaults(params, e.range())?
            }
            None => [None, None],
        };
        let id = self.scope_of(e, Part::Body)?;
        let line = self.locator.position(e.range()).line;
        self.enter_function(id, "<lambda>", line, e.parameters.as_deref());
        let generator = self.scope().is_generator;
        if generator {
            self.unit().flags |= flags::GENERATOR;
        }
        self.start_body(None);
        let value = self.expr(&e.body, Dst::Any)?;
        self.loc(e.body.range());
        self.return_value(value);
        let code = self.leave_unit()?;
        let plain = defaults == [None, None];
        let func = self.make_function_to(code, e.range(), if plain { dst } else { Dst::Temp })?;
        self.attach_defaults(func, defaults);
        self.drop_defaults(defaults);
        Ok(self.settled_reg(func, dst))
    }
}
