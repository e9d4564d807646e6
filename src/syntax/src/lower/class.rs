//! Classes.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst, Value};
use crate::code::{Code, Const, flags};
use crate::errors::Result;
use crate::opcodes::{self as ops, Cell, Imm, In, Intrinsic1Kind, Out, insn};
use crate::scope::{Part, is_docstring};
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, s: &'a ast::StmtClassDef) -> Result<()> {
        let range = self.locator.without_decorators(s.range(), s.decorator_list.last().map(|d| d.range().end()));
        for decorator in &s.decorator_list {
            self.expr_temp(&decorator.expression)?;
        }
        let first_line = self.locator.position(s.decorator_list.first().map_or(range, |d| d.expression.range())).line;
        let class = match &s.type_params {
            None => {
                let code = self.class_code(s, range, first_line)?;
                self.class_call(s, code, None, range)?
            }
            Some(params) => self.generic_class(s, params, range, first_line)?,
        };
        let value = self.decorate(class, &s.decorator_list);
        self.check_name(&s.name, range, false)?;
        let sym = self.mangle(&s.name);
        self.loc(range);
        self.store_name(sym, Value::Reg(value));
        Ok(())
    }

    /// `__build_class__(function, name, *bases, **keywords)`.
    fn class_call(
        &mut self,
        s: &'a ast::StmtClassDef,
        code: Arc<Code>,
        generic_base: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        self.loc(range);
        let base = self.emit(insn::LoadBuildClass { dst: Out(NEXT.0) });
        let func = self.make_function(code, range)?;
        let name = Const::Str(s.name.as_bytes().into());
        if !s.arguments.as_deref().is_some_and(super::call::is_spread) {
            self.load_const(name, Dst::Temp);
            let (args, keywords) = match &s.arguments {
                Some(arguments) => (&*arguments.args, &*arguments.keywords),
                None => (&[][..], &[][..]),
            };
            self.check_keywords(keywords)?;
            let extra = 2 + usize::from(generic_base.is_some());
            for arg in args {
                self.expr_temp(arg)?;
            }
            if let Some(generic) = generic_base {
                self.emit(insn::Move { dst: Out(NEXT.0), src: In(generic.0) });
            }
            return self.class_call_row(base, args.len() + extra, keywords, range);
        }
        let Some(arguments) = s.arguments.as_deref() else { return super::broken("a spread call without arguments") };
        self.check_keywords(&arguments.keywords)?;
        // The function, name and generic base go around the class's own bases.
        let kept_func = self.hidden();
        self.settle(Value::Reg(func), Dst::Local(kept_func));
        let kept_name = self.hidden();
        self.load_const(name, Dst::Local(kept_name));
        let reg = self.class_call_ex(base, arguments, [kept_func, kept_name], generic_base, range)?;
        self.release(kept_name);
        self.release(kept_func);
        self.free_hidden(2);
        Ok(reg)
    }

    fn class_call_row(&mut self, base: Reg, nargs: usize, keywords: &'a [ast::Keyword], range: TextRange) -> Result<Reg> {
        if keywords.is_empty() {
            self.loc(range);
            return Ok(self.call_plain(base, 1, nargs as i32, Dst::Temp));
        }
        let mut names = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            self.expr_temp(&keyword.value)?;
            if let Some(arg) = &keyword.arg {
                names.push(self.keyword_const(arg));
            }
        }
        let names = ops::Const(self.const_index(Const::Tuple(names.into())));
        let nargs = Imm((nargs + keywords.len()) as i32);
        self.loc(range);
        Ok(self.emit(insn::CallKw { base: ops::InOut(base.0), nargs, names }))
    }

    fn class_call_ex(
        &mut self,
        callee: Reg,
        arguments: &'a ast::Arguments,
        before: [Reg; 2],
        after: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        self.call_ex(callee, arguments, Some((&before, after)), range, Dst::Temp)
    }

    fn generic_class(
        &mut self,
        s: &'a ast::StmtClassDef,
        params: &'a ast::TypeParams,
        range: TextRange,
        first_line: u32,
    ) -> Result<Reg> {
        let id = self.scope_of(s, Part::TypeParams)?;
        self.enter_unit(id, &format!("<generic parameters of {}>", s.name), first_line);
        let private = self.private.replace(Rc::from(s.name.as_str()));
        let only = params.iter().map(|p| self.names.intern(p.name())).collect();
        let mangle_only = self.mangle_only.replace(Rc::new(only));
        self.start_body(None);
        self.loc(range);
        let kept = self.hidden();
        self.type_params(params, kept)?;
        let name = self.names.intern(".type_params");
        self.loc(range);
        self.store_name(name, Value::Reg(kept));
        self.release(kept);
        self.free_hidden(1);
        let code = self.class_code(s, range, first_line)?;
        let params_value = self.load_name(name, Dst::Temp);
        let src = In(self.reg(params_value).0);
        let which = Imm(Intrinsic1Kind::SubscriptGeneric as i32);
        let generic = self.names.intern(".generic_base");
        let base = match self.store_dst(generic) {
            Dst::Local(local) => self.emit(insn::Intrinsic1 { dst: Out(local.0), src, which }),
            _ => return super::broken("the generic base is no variable"),
        };
        let class = self.class_call(s, code, Some(base), range)?;
        self.return_value(Value::Reg(class));
        self.private = private;
        self.mangle_only = mangle_only;
        let code = self.leave_unit()?;
        let wrapper = self.make_function(code, range)?;
        Ok(self.call_plain(wrapper, 1, 0, Dst::Temp))
    }

    fn class_code(&mut self, s: &'a ast::StmtClassDef, range: TextRange, first_line: u32) -> Result<Arc<Code>> {
        let id = self.scope_of(s, Part::Body)?;
        self.enter_unit(id, &s.name, first_line);
        let private = self.private.replace(Rc::from(s.name.as_str()));
        let mangle_only = self.mangle_only.take();
        let start = TextRange::empty(s.decorator_list.first().map_or(range, |d| d.expression.range()).start());
        self.start_body(None);
        self.loc(start);
        let scope = self.scope();
        let intern = |c: &mut Self, name: &str| c.names.intern(name);
        let module = intern(self, "__name__");
        let value = self.load_name(module, Dst::Any);
        let name = intern(self, "__module__");
        self.store_name(name, value);
        let qualname = Const::Str(self.unit_ref().qualname.as_bytes().into());
        let name = intern(self, "__qualname__");
        self.store_name(name, Value::Const(qualname));
        let name = intern(self, "__firstlineno__");
        self.store_name(name, Value::Const(Const::Int(i64::from(first_line))));
        if s.type_params.is_some() {
            let params = intern(self, ".type_params");
            let value = self.load_name(params, Dst::Any);
            let name = intern(self, "__type_params__");
            self.store_name(name, value);
        }
        if scope.needs_classdict {
            let map = self.emit(insn::LoadLocals { dst: Out(NEXT.0) });
            self.store_cell("__classdict__", map)?;
        }
        if scope.has_conditional_annotations || scope.needs_conditional_annotations_cell {
            let set = self.empty_set();
            self.store_cell("__conditional_annotations__", set)?;
        }
        let future = self.options.future & flags::FUTURE_ANNOTATIONS != 0;
        if future && super::stmt::has_annotations(&s.body) {
            self.emit(insn::SetupAnnotations {});
        }
        let mut body = &*s.body;
        if is_docstring(&s.body)
            && let Some((Stmt::Expr(doc), rest)) = s.body.split_first()
        {
            body = rest;
            if self.options.optimize < 2
                && let Some(text) = self.docstring(&doc.value)
            {
                self.loc(doc.range());
                let name = intern(self, "__doc__");
                self.store_name(name, Value::Const(text));
            }
        }
        self.suite(body)?;
        // The end of the body is in the line of its last statement.
        if self.unit_ref().cursor.loc == super::asm::no_location() {
            self.loc(start);
        }
        let end = self.unit_ref().cursor.loc;
        if !self.unit_ref().deferred.is_empty() {
            let annotations = self.scope().annotations;
            let deferred = std::mem::take(&mut self.unit().deferred);
            if let Some(id) = annotations {
                let func = self.annotate_function(id, deferred, start)?;
                let name = intern(self, "__annotate_func__");
                self.store_name(name, Value::Reg(func));
            }
        }
        self.loc(end);
        let attributes = std::mem::take(&mut self.unit().static_attributes);
        let attributes: Vec<Const> = attributes.iter().map(|name| Const::Str(name.as_bytes().into())).collect();
        let name = intern(self, "__static_attributes__");
        self.store_name(name, Value::Const(Const::Tuple(attributes.into())));
        if scope.needs_classdict {
            let cell = self.special_cell("__classdict__")?;
            let name = intern(self, "__classdictcell__");
            self.store_name(name, Value::Reg(cell));
        }
        if scope.needs_class_closure {
            let cell = self.special_cell("__class__")?;
            let name = intern(self, "__classcell__");
            self.store_name(name, Value::Reg(cell));
            self.return_value(Value::Reg(cell));
        } else {
            self.return_value(Value::Const(Const::None));
        }
        self.private = private;
        self.mangle_only = mangle_only;
        self.leave_unit()
    }

    fn special_cell(&mut self, name: &str) -> Result<Reg> {
        let sym = self.names.intern(name);
        match self.closure_cell(sym) {
            Some(reg) => Ok(reg),
            None => super::broken("a class has no cell for a name that needs one"),
        }
    }

    /// Stores to one of the class's own cells.
    fn store_cell(&mut self, name: &str, value: Reg) -> Result<()> {
        let cell = self.special_cell(name)?;
        self.emit(insn::StoreDeref { cell: Cell(cell.0), src: In(value.0) });
        Ok(())
    }

    /// `__conditional_annotations__` of the class or module, in the next temp.
    pub(super) fn load_conditional_annotations(&mut self) -> Reg {
        let sym = self.names.intern("__conditional_annotations__");
        if let Some(cell) = (self.unit_ref().kind == crate::scope::ScopeKind::Class).then(|| self.closure_cell(sym)).flatten() {
            return self.emit(insn::LoadDeref { dst: Out(NEXT.0), cell: Cell(cell.0) });
        }
        let value = self.load_name(sym, Dst::Temp);
        self.reg(value)
    }
}
