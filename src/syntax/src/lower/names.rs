//! Loading, storing and deleting names, wherever they live.

use super::asm::{Reg, RegClass};
use super::{Compiler, Dst, Value};
use crate::code::{Const, LocalKind};
use crate::errors::Result;
use crate::intern::Sym;
use crate::opcodes::{Cell, In, Name, Peek, insn};
use crate::scope::{Resolution, ScopeKind, flags};

/// Where a name lives at this point of the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Var(Reg),
    Cell(Reg),
    /// A free variable seen from a class body: the namespace goes first.
    ClassCell(Reg),
    /// As `ClassCell` with the mapping in `__classdict__`.
    ClassdictCell(Reg),
    ClassdictGlobal,
    Global,
    /// The frame's namespace, then globals.
    Name,
}

impl<'a> Compiler<'a> {
    /// The variable register of a name in the current unit.
    pub(super) fn var(&mut self, name: Sym) -> Reg {
        let unit = self.unit();
        let kind = if unit.kind.is_function_like() { LocalKind::Plain } else { LocalKind::Private };
        let next = unit.vars.len() as u32;
        let index = *unit.var_index.entry(name).or_insert(next);
        if index == next {
            unit.vars.push((name, kind));
        }
        Reg::new(RegClass::Var, index)
    }

    fn cell(&self, name: Sym) -> Option<Reg> {
        self.unit_ref().cell_index.get(&name).map(|&i| Reg::new(RegClass::Cell, i))
    }

    fn free(&self, name: Sym) -> Option<Reg> {
        self.unit_ref().free_index.get(&name).map(|&i| Reg::new(RegClass::Free, i))
    }

    fn variable(&mut self, name: Sym) -> Place {
        match self.cell(name) {
            Some(reg) => Place::Cell(reg),
            None => Place::Var(self.var(name)),
        }
    }

    /// Where `name` (mangled) lives.
    pub(super) fn place(&mut self, name: Sym) -> Place {
        // A name has one register, which holds a cell if any scope in this unit needs one: that of a comprehension that is part of it, too.
        let table = self.table;
        let mut unbound = None;
        for at in (0..self.unit_ref().inlined.len()).rev() {
            let scope = table.scope(self.unit_ref().inlined[at].scope);
            let Some(symbol) = scope.symbol(name) else { continue };
            let bound = symbol.flags & flags::BOUND != 0 && symbol.flags & (flags::NONLOCAL | flags::GLOBAL) == 0;
            if bound {
                return match symbol.resolution {
                    Resolution::Cell => self.cell(name).map_or(Place::Global, Place::Cell),
                    _ => self.variable(name),
                };
            }
            unbound = unbound.or(Some(symbol.resolution));
        }
        if let Some(resolution) = unbound
            && self.unit_ref().kind == ScopeKind::Class
        {
            // Comprehensions, however deep, do not see the names of the class around them.
            return match self.free(name) {
                Some(reg) if resolution == Resolution::Free => Place::Cell(reg),
                _ => Place::Global,
            };
        }
        let scope = self.scope();
        let resolution = scope.symbol(name).map_or(Resolution::GlobalImplicit, |s| s.resolution);
        match scope.kind {
            ScopeKind::Module => match resolution {
                Resolution::GlobalExplicit => Place::Global,
                _ => Place::Name,
            },
            ScopeKind::Class => match resolution {
                Resolution::GlobalExplicit => Place::Global,
                Resolution::Free => self.free(name).map_or(Place::Name, Place::ClassCell),
                _ => Place::Name,
            },
            _ => match resolution {
                Resolution::Local => self.variable(name),
                Resolution::Cell => self.cell(name).map_or(Place::Global, Place::Cell),
                Resolution::Free => match self.free(name) {
                    Some(reg) if scope.can_see_class_scope && &**self.names.name(name) != "__classdict__" => {
                        Place::ClassdictCell(reg)
                    }
                    Some(reg) => Place::Cell(reg),
                    None => Place::Global,
                },
                Resolution::GlobalImplicit if scope.can_see_class_scope => Place::ClassdictGlobal,
                _ => Place::Global,
            },
        }
    }

    /// Loads a name; a variable's register is lent if `dst` allows it.
    pub(super) fn load_name(&mut self, name: Sym, dst: Dst) -> Value {
        let out = dst.out();
        let reg = match self.place(name) {
            Place::Var(reg) => {
                self.check_bound(reg);
                // What a later assignment expression may change is copied.
                if dst == Dst::Any && !self.unit_ref().has_walrus {
                    return Value::Reg(reg);
                }
                return self.settle(Value::Reg(reg), if dst == Dst::Any { Dst::Temp } else { dst });
            }
            Place::Cell(cell) => self.emit(insn::LoadDeref { dst: out, cell: Cell(cell.0) }),
            Place::ClassCell(cell) => {
                let map = self.emit(insn::LoadLocals { dst: Dst::Temp.out() });
                self.emit(insn::LoadFromDictOrDeref { dst: out, map: In(map.0), cell: Cell(cell.0) })
            }
            Place::ClassdictCell(cell) => {
                let map = self.load_classdict();
                self.emit(insn::LoadFromDictOrDeref { dst: out, map: In(map.0), cell: Cell(cell.0) })
            }
            Place::ClassdictGlobal => {
                let map = self.load_classdict();
                let name = self.name_index(name);
                self.emit(insn::LoadFromDictOrGlobals { dst: out, map: In(map.0), name: Name(name) })
            }
            Place::Global => {
                let name = self.name_index(name);
                self.emit(insn::LoadGlobal { dst: out, name: Name(name) })
            }
            Place::Name => {
                let name = self.name_index(name);
                self.emit(insn::LoadName { dst: out, name: Name(name) })
            }
        };
        Value::Reg(reg)
    }

    fn load_classdict(&mut self) -> Reg {
        let name = self.names.intern("__classdict__");
        match self.free(name) {
            Some(cell) => self.emit(insn::LoadDeref { dst: Dst::Temp.out(), cell: Cell(cell.0) }),
            None => self.emit(insn::LoadLocals { dst: Dst::Temp.out() }),
        }
    }

    /// A check that goes away where the variable is surely bound.
    pub(super) fn check_bound(&mut self, reg: Reg) {
        let unit = self.unit_ref();
        if reg.index() < unit.params {
            let name = unit.vars[reg.index() as usize].0;
            if self.scope().symbol(name).is_some_and(|s| s.flags & flags::DELETED == 0) {
                return;
            }
        }
        self.emit(insn::CheckBound { r: Peek(reg.0) });
    }

    /// Where a store of `name` can have its value computed directly.
    pub(super) fn store_dst(&mut self, name: Sym) -> Dst {
        match self.place(name) {
            Place::Var(reg) => Dst::Local(reg),
            _ => Dst::Any,
        }
    }

    /// Stores a value under a name.
    pub(super) fn store_name(&mut self, name: Sym, value: Value) {
        match self.place(name) {
            Place::Var(reg) => {
                self.settle(value, Dst::Local(reg));
            }
            Place::Cell(cell) | Place::ClassCell(cell) | Place::ClassdictCell(cell) => {
                let src = self.reg(value);
                self.emit(insn::StoreDeref { cell: Cell(cell.0), src: In(src.0) });
            }
            Place::Global | Place::ClassdictGlobal => {
                let src = self.reg(value);
                let name = self.name_index(name);
                self.emit(insn::StoreGlobal { name: Name(name), src: In(src.0) });
            }
            Place::Name => {
                let src = self.reg(value);
                let name = self.name_index(name);
                self.emit(insn::StoreName { name: Name(name), src: In(src.0) });
            }
        }
    }

    /// `del name`.
    pub(super) fn delete_name(&mut self, name: Sym) -> Result<()> {
        match self.place(name) {
            Place::Var(reg) => {
                self.emit(insn::CheckBound { r: Peek(reg.0) });
                self.release(reg);
            }
            Place::Cell(cell) | Place::ClassCell(cell) | Place::ClassdictCell(cell) => {
                self.emit(insn::DeleteDeref { cell: Cell(cell.0) });
            }
            Place::Global | Place::ClassdictGlobal => {
                let name = self.name_index(name);
                self.emit(insn::DeleteGlobal { name: Name(name) });
            }
            Place::Name => {
                let name = self.name_index(name);
                self.emit(insn::DeleteName { name: Name(name) });
            }
        }
        Ok(())
    }

    /// `name = None; del name` at the end of an `except` clause.
    pub(super) fn clear_name(&mut self, name: Sym) -> Result<()> {
        if let Place::Var(reg) = self.place(name) {
            self.release(reg);
            return Ok(());
        }
        self.store_name(name, Value::Const(Const::None));
        self.delete_name(name)
    }

    /// The cell that a closure takes for the free variable `name` of an inner function.
    pub(super) fn closure_cell(&mut self, name: Sym) -> Option<Reg> {
        match self.place(name) {
            Place::Cell(reg) | Place::ClassCell(reg) | Place::ClassdictCell(reg) => Some(reg),
            // The class's own special cells, and free variables that the class body shadows.
            _ if self.unit_ref().kind == ScopeKind::Class => match self.cell(name) {
                Some(reg) => Some(reg),
                None => self.free(name),
            },
            _ => None,
        }
    }
}
