//! Imports.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::Result;
use crate::opcodes::{self as ops, Base, Imm, In, Name, Out, Peek, insn};
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    /// `ImportName` into `dst`.
    fn import_name(&mut self, level: u32, fromlist: Const, module: &str, range: TextRange, dst: Dst) -> Reg {
        self.loc(range);
        let base = self.load_const(Const::Int(i64::from(level)), Dst::Temp);
        self.load_const(fromlist, Dst::Temp);
        let sym = self.names.intern(module);
        let name = Name(self.name_index(sym));
        self.emit(insn::ImportName { dst: dst.out(), base: Base(base.0), name })
    }

    pub(super) fn import(&mut self, s: &'a ast::StmtImport) -> Result<()> {
        for alias in &s.names {
            let path = alias.name.as_str();
            match &alias.asname {
                None => {
                    let top = path.split('.').next().unwrap_or(path);
                    self.check_name(top, alias.range(), false)?;
                    let sym = self.mangle(top);
                    let dst = self.store_dst(sym);
                    let module = self.import_name(0, Const::None, path, s.range(), dst);
                    self.store_name(sym, Value::Reg(module));
                }
                Some(name) => {
                    self.check_name(name, alias.range(), false)?;
                    let mut module = self.import_name(0, Const::None, path, s.range(), Dst::Temp);
                    // `import a.b.c as d` walks down from the top.
                    for part in path.split('.').skip(1) {
                        let sym = self.names.intern(part);
                        let part = Name(self.name_index(sym));
                        let kept = self.hidden();
                        self.settle(Value::Reg(module), Dst::Local(kept));
                        module = self.emit(insn::ImportFrom { dst: Out(NEXT.0), module: Peek(kept.0), name: part });
                        self.release(kept);
                        self.free_hidden(1);
                    }
                    let sym = self.mangle(name);
                    self.store_name(sym, Value::Reg(module));
                }
            }
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, s: &'a ast::StmtImportFrom) -> Result<()> {
        let module = s.module.as_ref().map_or("", |m| m.as_str());
        let list: Vec<Const> = s.names.iter().map(|a| Const::Str(a.name.as_bytes().into())).collect();
        let fromlist = Const::Tuple(list.into());
        if let [alias] = &*s.names
            && alias.name.as_str() == "*"
        {
            let module = self.import_name(s.level, fromlist, module, s.range(), Dst::Temp);
            let which = Imm(ops::Intrinsic1Kind::ImportStar as i32);
            let none = self.emit(insn::Intrinsic1 { dst: Out(NEXT.0), src: In(module.0), which });
            self.release(none);
            return Ok(());
        }
        let module = self.import_name(s.level, fromlist, module, s.range(), Dst::Temp);
        for alias in &s.names {
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            self.check_name(target, alias.range(), false)?;
            let sym = self.names.intern(&alias.name);
            let name = Name(self.name_index(sym));
            let target = self.mangle(target);
            self.loc(s.range());
            let dst = self.store_dst(target);
            let dst = if dst == Dst::Any { Dst::Temp } else { dst };
            let value = self.emit(insn::ImportFrom { dst: dst.out(), module: Peek(module.0), name });
            self.store_name(target, Value::Reg(value));
        }
        self.release(module);
        Ok(())
    }
}
