//! From the tree to instructions: one `Unit` per code object, a `Compiler` for the whole program.
//!
//! Start at `compile_root`; statements are in `stmt`, expressions in `expr`. Expressions give a `Value`: a register (a local is
//! lent, a temp is owned) or a constant that nobody has loaded yet, which is how constant folding works without a pass of its own.

mod annotations;
mod asm;
mod assemble;
mod assign;
mod bound;
mod call;
mod check;
mod class;
mod comprehension;
mod cond;
mod consume;
mod expr;
mod fold;
mod fstring;
mod function;
mod import;
mod lines;
mod literal;
mod loops;
mod names;
mod pattern;
mod stmt;
mod try_;
mod with;

use crate::code::{Code, Const, Local, LocalKind, Position, flags};
use crate::errors::{Error, ErrorKind, Result, WarningKind, error};
use crate::intern::{Interner, Sym};
use crate::location::Locator;
use crate::opcodes::{In, Insn, Out, insn};
use crate::scope::{Part, Resolution, ScopeId, ScopeKind, SymbolTable};
use asm::{Asm, Cursor, HandlerDef, HandlerId, Label, NEXT, NO_HANDLER, Reg, RegClass, no_location};
use assemble::{Assembled, Registers, assemble};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use fstring::{expression_text, without_comments};
pub(crate) use literal::{interpolated_text, literal, string_part};

/// What the lowering must know beside the tree.
#[derive(Clone, Copy, Default)]
pub(crate) struct LowerOptions {
    /// `co_flags` that come from `from __future__` and the caller.
    pub(crate) future: u32,
    pub(crate) optimize: u8,
    pub(crate) top_level_await: bool,
    /// `single` mode: expression statements are printed.
    pub(crate) interactive: bool,
}

/// What to lower.
pub(crate) enum Body<'a> {
    Module(&'a [Stmt]),
    Expression(&'a Expr),
}

/// A warning at a range, before it has lines.
pub(crate) struct RawWarning {
    pub(crate) kind: WarningKind,
    pub(crate) msg: String,
    pub(crate) range: TextRange,
}

/// Lowers a whole program.
pub(crate) fn compile_root<'a>(
    body: Body<'a>,
    table: &'a SymbolTable,
    names: &'a mut Interner,
    locator: &'a Locator<'a>,
    filename: Arc<str>,
    options: LowerOptions,
    warnings: &'a mut Vec<RawWarning>,
) -> Result<Code> {
    let mut compiler = Compiler {
        table,
        names,
        locator,
        filename,
        options,
        warnings,
        units: Vec::new(),
        private: None,
        mangle_only: None,
        nesting: 0,
        bare_generators: FxHashMap::default(),
    };
    compiler.root(body)
}

/// A result of an expression.
#[derive(Clone, Debug)]
enum Value {
    Reg(Reg),
    Const(Const),
}

/// Where an expression's result should go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Dst {
    /// Anywhere: a local may be lent, a constant be left unloaded.
    Any,
    /// The next temp.
    Temp,
    /// This local.
    Local(Reg),
}

impl Dst {
    fn out(self) -> Out {
        match self {
            Dst::Any | Dst::Temp => Out(NEXT.0),
            Dst::Local(reg) => Out(reg.0),
        }
    }
}

/// What `break`, `continue` and `return` have to leave.
enum Block<'a> {
    Loop { brk: Label, cont: Label },
    /// `for`: the iterator is dropped by the code at `brk`, or here when `return` … needs no more.
    For { brk: Label, cont: Label, iter: Reg },
    /// Body of `try … finally`.
    Finally { body: &'a [Stmt], outer: HandlerId },
    /// The copy of a `finally` body that runs with an exception.
    FinallyHandler { h: Reg, outer: HandlerId },
    /// Body of an `except` clause.
    Except { h: Reg, outer: HandlerId },
    /// Within it, where the exception has a name.
    ExceptName { name: Sym, outer: HandlerId },
    With { exit: Reg, is_async: bool, outer: HandlerId, loc: TextRange },
    /// `except*` clauses: nothing may leave them.
    ExceptStar,
    /// A `finally` body on the way of a `return` whose value is the topmost temp.
    ReturnValue,
    /// Region with a handler and nothing to do on the way out.
    Region { outer: HandlerId },
}

/// An annotation to be evaluated in the block's `__annotate__`.
struct Deferred<'a> {
    name: Sym,
    annotation: &'a Expr,
    /// Its number in `__conditional_annotations__`.
    conditional: Option<u32>,
}

/// A comprehension being lowered into its host.
struct Inlined {
    scope: ScopeId,
}

/// A code object in the making.
struct Unit<'a> {
    scope: ScopeId,
    kind: ScopeKind,
    name: Arc<str>,
    qualname: Arc<str>,
    first_line: u32,
    flags: u32,
    arg_count: u32,
    posonly_count: u32,
    kwonly_count: u32,
    params: u32,
    asm: Asm,
    cursor: Cursor,
    consts: Vec<Const>,
    const_index: FxHashMap<Const, u32>,
    name_list: Vec<Sym>,
    name_index: FxHashMap<Sym, u32>,
    vars: Vec<(Sym, LocalKind)>,
    var_index: FxHashMap<Sym, u32>,
    cells: Vec<Sym>,
    cell_index: FxHashMap<Sym, u32>,
    frees: Vec<Sym>,
    free_index: FxHashMap<Sym, u32>,
    blocks: Vec<Block<'a>>,
    inlined: Vec<Inlined>,
    deferred: Vec<Deferred<'a>>,
    in_conditional: u32,
    /// The value of the `return` under way is a temp.
    return_held: bool,
    /// Numbers of the annotations met so far, by the address of their statement: `finally` bodies are lowered more than once.
    conditional_index: FxHashMap<usize, u32>,
    static_attributes: BTreeSet<Arc<str>>,
    has_walrus: bool,
}

struct Compiler<'a> {
    table: &'a SymbolTable,
    names: &'a mut Interner,
    locator: &'a Locator<'a>,
    filename: Arc<str>,
    options: LowerOptions,
    warnings: &'a mut Vec<RawWarning>,
    units: Vec<Unit<'a>>,
    private: Option<Rc<str>>,
    mangle_only: Option<Rc<FxHashSet<Sym>>>,
    nesting: u32,
    /// Generator expressions that are a call's only argument: their range has the call's parentheses.
    bare_generators: FxHashMap<TextRange, TextRange>,
}

/// The constants that are used, in the order of their old numbers.
fn take_consts(consts: Vec<Const>, used: &[bool]) -> Box<[Const]> {
    consts.into_iter().zip(used).filter(|(_, used)| **used).map(|(value, _)| value).collect()
}

/// An invariant of the compiler is broken: an error that says so instead of a panic.
#[cold]
fn broken<T>(what: &str) -> Result<T> {
    Err(Box::new(Error { kind: ErrorKind::System, msg: format!("compiler: {what}"), range: None, raw: None }))
}

impl<'a> Compiler<'a> {
    fn root(&mut self, body: Body<'a>) -> Result<Code> {
        self.enter_unit(ScopeId(0), "<module>", 1);
        match body {
            Body::Module(suite) => {
                let scope = self.table.scope(ScopeId(0));
                if scope.is_coroutine && self.options.top_level_await {
                    self.unit().flags |= flags::COROUTINE;
                }
                let first = suite.first().map_or(TextRange::default(), Ranged::range);
                self.start_body(None);
                self.module_body(suite, first)?;
            }
            Body::Expression(e) => {
                let scope = self.table.scope(ScopeId(0));
                if scope.is_coroutine && self.options.top_level_await {
                    self.unit().flags |= flags::COROUTINE;
                }
                self.start_body(None);
                let value = self.expr(e, Dst::Any)?;
                self.loc(e.range());
                self.return_value(value);
            }
        }
        let code = self.leave_unit()?;
        Ok(Arc::try_unwrap(code).unwrap_or_else(|shared| (*shared).clone()))
    }

    // ---- units

    fn unit(&mut self) -> &mut Unit<'a> {
        // There is a unit from `root`'s first line to its last.
        self.units.last_mut().expect("a unit is open while anything is lowered")
    }

    fn unit_ref(&self) -> &Unit<'a> {
        self.units.last().expect("a unit is open while anything is lowered")
    }

    fn scope(&self) -> &'a crate::scope::Scope {
        self.table.scope(self.unit_ref().scope)
    }

    fn scope_of<T>(&self, node: &T, part: Part) -> Result<ScopeId> {
        match self.table.of(node, part) {
            Some(id) => Ok(id),
            None => broken("a node has no scope"),
        }
    }

    fn enter_unit(&mut self, id: ScopeId, name: &str, first_line: u32) {
        let table = self.table;
        let scope = table.scope(id);
        let kind = scope.kind;
        let qualname = self.qualname(id, name);
        let mut unit = Unit {
            scope: id,
            kind,
            name: name.into(),
            qualname,
            first_line,
            flags: self.options.future & flags::FUTURES,
            arg_count: 0,
            posonly_count: 0,
            kwonly_count: 0,
            params: scope.params.len() as u32,
            asm: Asm::default(),
            cursor: Cursor { depth: 0, hidden: 0, handler: NO_HANDLER, loc: no_location() },
            consts: Vec::new(),
            const_index: FxHashMap::default(),
            name_list: Vec::new(),
            name_index: FxHashMap::default(),
            vars: Vec::new(),
            var_index: FxHashMap::default(),
            cells: Vec::new(),
            cell_index: FxHashMap::default(),
            frees: Vec::new(),
            free_index: FxHashMap::default(),
            blocks: Vec::new(),
            inlined: Vec::new(),
            deferred: Vec::new(),
            in_conditional: 0,
            return_held: false,
            conditional_index: FxHashMap::default(),
            static_attributes: BTreeSet::new(),
            has_walrus: scope.has_walrus,
        };
        if kind.is_function_like() {
            unit.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
            if scope.nested {
                unit.flags |= flags::NESTED;
            }
            let in_class = scope.parent.is_some_and(|parent| table.scope(parent).kind == ScopeKind::Class);
            if in_class && !kind.is_annotation_like() {
                unit.flags |= flags::METHOD;
            }
            for &param in &scope.params {
                unit.var_index.insert(param, unit.vars.len() as u32);
                unit.vars.push((param, LocalKind::Plain));
            }
        }
        let mut cells: Vec<Sym> = Vec::new();
        let mut frees: Vec<Sym> = Vec::new();
        for symbol in &scope.symbols {
            match symbol.resolution {
                Resolution::Cell if kind.is_function_like() => cells.push(symbol.name),
                Resolution::Free => frees.push(symbol.name),
                _ if symbol.flags & crate::scope::flags::FREE_CLASS != 0 => frees.push(symbol.name),
                _ => {}
            }
        }
        // Cells of comprehensions that are inlined here.
        self.inlined_cells(id, &mut cells);
        if kind == ScopeKind::Class {
            let special = [
                (scope.needs_class_closure, "__class__"),
                (scope.needs_classdict, "__classdict__"),
                (scope.has_conditional_annotations || scope.needs_conditional_annotations_cell, "__conditional_annotations__"),
            ];
            for (_, name) in special.iter().filter(|(needed, _)| *needed) {
                cells.push(self.names.intern(name));
            }
        }
        for list in [&mut cells, &mut frees] {
            list.sort_by(|a, b| self.names.name(*a).cmp(self.names.name(*b)));
            list.dedup();
        }
        // Captured arguments first: they are cells in place.
        cells.sort_by_key(|name| unit.var_index.get(name).copied().unwrap_or(u32::MAX));
        unit.cell_index = cells.iter().enumerate().map(|(i, name)| (*name, i as u32)).collect();
        unit.free_index = frees.iter().enumerate().map(|(i, name)| (*name, i as u32)).collect();
        unit.cells = cells;
        unit.frees = frees;
        self.units.push(unit);
    }

    fn inlined_cells(&self, id: ScopeId, cells: &mut Vec<Sym>) {
        for &child in &self.table.scope(id).children {
            let scope = self.table.scope(child);
            if scope.inlined {
                cells.extend(scope.symbols.iter().filter(|s| s.resolution == Resolution::Cell).map(|s| s.name));
                self.inlined_cells(child, cells);
            }
        }
    }

    /// `f.<locals>.g`.
    fn qualname(&self, id: ScopeId, name: &str) -> Arc<str> {
        let Some(mut parent) = self.units.len().checked_sub(1) else { return name.into() };
        // An annotation scope shows the scope around it instead of itself.
        if self.units[parent].kind.is_annotation_like() {
            parent = parent.saturating_sub(1);
        }
        let unit = &self.units[parent];
        if unit.kind == ScopeKind::Module {
            return name.into();
        }
        let scope = self.table.scope(id);
        if matches!(scope.kind, ScopeKind::Function | ScopeKind::Class) {
            // A definition of a name declared global is known by that name alone.
            let declared = self.table.scope(unit.scope).symbol(scope.name).map(|s| s.resolution);
            if declared == Some(Resolution::GlobalExplicit) {
                return name.into();
            }
        }
        let link = if matches!(unit.kind, ScopeKind::Function | ScopeKind::Lambda) { ".<locals>." } else { "." };
        format!("{}{link}{name}", unit.qualname).into()
    }

    /// `MakeCell`s, `ReturnGenerator`, `Resume`, at the start of the block's node or at `at`.
    fn start_body(&mut self, at: Option<TextRange>) {
        let count = self.unit().cells.len() as u32;
        self.loc(no_location());
        for index in 0..count {
            self.emit(insn::MakeCell { r: crate::opcodes::InOut(Reg::new(RegClass::Cell, index).0) });
        }
        match at {
            Some(range) => self.loc(TextRange::empty(range.start())),
            None => self.loc_line(),
        }
        let generator = self.unit().flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        if generator {
            // What is thrown into a generator that has not begun is raised at its line, at no column.
            let line = asm::line_only(self.unit_ref().cursor.loc);
            self.loc(line);
            self.emit(insn::ReturnGenerator {});
            let label = self.label();
            let handler = self.handler(label);
            self.unit().cursor.handler = handler;
            self.emit(insn::Resume {});
        } else {
            self.emit(insn::Resume {});
        }
    }

    /// Handler that turns StopIteration into RuntimeError; last code of a generator.
    fn end_body(&mut self) {
        let unit = self.unit();
        let handler = unit.cursor.handler;
        if handler == NO_HANDLER {
            return;
        }
        let label = unit.asm.handlers[handler.0 as usize].label;
        unit.cursor.handler = NO_HANDLER;
        self.loc(no_location());
        self.bind(label);
        self.emit(insn::StopIterationError {});
    }

    /// Sets the location to the first line, column 0.
    fn loc_line(&mut self) {
        // A range that starts at the unit's scope has its first line.
        let range = match self.unit_ref().kind {
            ScopeKind::Module => asm::line_zero(),
            _ => {
                let range = self.scope().range;
                TextRange::empty(range.start())
            }
        };
        self.loc(range);
    }

    fn leave_unit(&mut self) -> Result<Arc<Code>> {
        self.end_body();
        let Some(mut unit) = self.units.pop() else { return broken("no unit to leave") };
        debug_assert!(unit.cursor.depth == 0, "temps left over in {}", unit.name);
        debug_assert!(unit.cursor.hidden == 0, "hidden locals left over in {}", unit.name);
        let mut locals: Vec<Local> = Vec::with_capacity(unit.vars.len() + unit.cells.len() + unit.frees.len());
        let var_order = unit.asm.var_order(unit.params, unit.vars.len() as u32);
        let mut var_numbers = vec![0; unit.vars.len()];
        for &index in &var_order {
            let (name, kind) = &unit.vars[index as usize];
            var_numbers[index as usize] = locals.len() as u32;
            let is_arg = index < unit.params;
            let kind = if is_arg && unit.cell_index.contains_key(name) { LocalKind::Cell } else { *kind };
            locals.push(Local { name: self.names.name(*name).clone(), kind, is_arg });
        }
        let mut cell_numbers = Vec::with_capacity(unit.cells.len());
        for name in &unit.cells {
            match unit.var_index.get(name) {
                Some(&arg) if arg < unit.params => cell_numbers.push(arg),
                _ => {
                    cell_numbers.push(locals.len() as u32);
                    locals.push(Local { name: self.names.name(*name).clone(), kind: LocalKind::Cell, is_arg: false });
                }
            }
        }
        let own_cells = (locals.len() - unit.vars.len()) as u32;
        for name in &unit.frees {
            locals.push(Local { name: self.names.name(*name).clone(), kind: LocalKind::Free, is_arg: false });
        }
        if unit.kind == ScopeKind::Annotation
            && let Some(first) = locals.first_mut()
        {
            first.name = "format".into();
        }
        let registers = Registers {
            vars: unit.vars.len() as u32,
            var_numbers,
            cell_numbers,
            own_cells,
            frees: unit.frees.len() as u32,
            params: unit.params,
        };
        let locator = self.locator;
        let nowhere = no_location();
        unit.asm.pin_first_const = unit.flags & flags::HAS_DOCSTRING != 0;
        let Assembled { words, handlers, depths, positions, consts } =
            assemble(&mut unit.asm, &registers, unit.first_line, |range| match range {
                range if range == nowhere => None,
                range if range == asm::line_zero() => Some(Position { line: 0, end_line: 0, col: 0, end_col: 0 }),
                range if asm::is_line_only(range) => {
                    let line = locator.position(TextRange::empty(range.start())).line;
                    Some(Position { line, end_line: line, col: Position::NO_COLUMN, end_col: Position::NO_COLUMN })
                }
                range => Some(locator.position(range)),
            })?;
        let names = self.names.clone_names(&unit.name_list);
        let code = Code {
            name: unit.name,
            qualname: unit.qualname,
            filename: self.filename.clone(),
            flags: unit.flags,
            arg_count: unit.arg_count,
            posonly_count: unit.posonly_count,
            kwonly_count: unit.kwonly_count,
            first_line: unit.first_line,
            locals: locals.into(),
            hidden_count: unit.asm.max_hidden,
            temp_count: unit.asm.max_depth,
            words,
            consts: take_consts(unit.consts, &consts),
            names,
            handlers,
            depths,
            positions,
            deferred: None,
        };
        #[cfg(debug_assertions)]
        if let Err(problem) = crate::verify::verify_one(&code) {
            return broken(&format!("{problem} in {}\n{}", code.qualname, crate::print::listing(&code)));
        }
        Ok(Arc::new(code))
    }

    // ---- emitting

    fn emit<I: Insn>(&mut self, insn: I) -> Reg {
        let unit = self.unit();
        unit.asm.emit(&mut unit.cursor, insn)
    }

    fn label(&mut self) -> Label {
        self.unit().asm.label()
    }

    fn bind(&mut self, label: Label) {
        self.unit().asm.bind(label);
    }

    /// Location of the instructions that follow.
    fn loc(&mut self, range: TextRange) {
        self.unit().cursor.loc = range;
    }

    fn depth(&self) -> u32 {
        self.unit_ref().cursor.depth
    }

    /// Control comes from elsewhere: so many temps are live here.
    fn set_depth(&mut self, depth: u32) {
        self.unit().cursor.depth = depth;
    }

    /// The topmost live temp.
    fn top(&self) -> Reg {
        Reg::new(RegClass::Temp, self.depth().saturating_sub(1))
    }

    fn hidden(&mut self) -> Reg {
        let unit = self.unit();
        let reg = Reg::new(RegClass::Hidden, unit.cursor.hidden);
        unit.cursor.hidden += 1;
        unit.asm.max_hidden = unit.asm.max_hidden.max(unit.cursor.hidden);
        reg
    }

    /// Gives back the last `n` hidden locals.
    fn free_hidden(&mut self, n: u32) {
        self.unit().cursor.hidden -= n;
    }

    /// A handler at `label` that keeps what is live now.
    fn handler(&mut self, label: Label) -> HandlerId {
        let unit = self.unit();
        unit.asm.handlers.push(HandlerDef {
            label,
            temp_depth: unit.cursor.depth,
            hidden_depth: unit.cursor.hidden,
        });
        HandlerId(unit.asm.handlers.len() as u32 - 1)
    }

    /// Makes `handler` the innermost one and returns the one before.
    fn set_handler(&mut self, handler: HandlerId) -> HandlerId {
        std::mem::replace(&mut self.unit().cursor.handler, handler)
    }

    /// Starts the code of `handler`: its label, and the depths there. The code itself is outside of the handler's range.
    fn bind_handler(&mut self, handler: HandlerId, outer: HandlerId) {
        let def = self.unit().asm.handlers[handler.0 as usize];
        self.bind(def.label);
        let unit = self.unit();
        unit.cursor.depth = def.temp_depth;
        unit.cursor.handler = outer;
    }

    fn jump(&mut self, to: Label) {
        self.emit(insn::Jump { to: crate::opcodes::Jump32(to.0 as i32) });
    }

    fn jump_back(&mut self, to: Label) {
        self.emit(insn::JumpBack { to: crate::opcodes::Jump32(to.0 as i32) });
    }

    fn release(&mut self, reg: Reg) {
        self.emit(insn::Release { r: crate::opcodes::Kill(reg.0) });
    }

    fn const_index(&mut self, value: Const) -> i32 {
        let unit = self.unit();
        let next = unit.consts.len() as u32;
        let index = *unit.const_index.entry(value.clone()).or_insert(next);
        if index == next {
            unit.consts.push(value);
        }
        index as i32
    }

    fn name_index(&mut self, name: Sym) -> i32 {
        let unit = self.unit();
        let next = unit.name_list.len() as u32;
        let index = *unit.name_index.entry(name).or_insert(next);
        if index == next {
            unit.name_list.push(name);
        }
        index as i32
    }

    fn load_const(&mut self, value: Const, dst: Dst) -> Reg {
        if let Const::Int(n @ -5..=256) = value {
            return self.emit(insn::LoadSmallInt { dst: dst.out(), n: crate::opcodes::Imm(n as i32) });
        }
        let k = self.const_index(value);
        self.emit(insn::LoadConst { dst: dst.out(), k: crate::opcodes::Const(k) })
    }

    fn load_none(&mut self) -> Reg {
        self.load_const(Const::None, Dst::Temp)
    }

    fn str_const(&self, sym: Sym) -> Const {
        Const::Str(self.names.name(sym).as_bytes().into())
    }

    /// The register of a value, loading a constant.
    fn reg(&mut self, value: Value) -> Reg {
        match value {
            Value::Reg(reg) => reg,
            Value::Const(value) => self.load_const(value, Dst::Temp),
        }
    }

    /// Puts a value where `dst` wants it.
    fn settle(&mut self, value: Value, dst: Dst) -> Value {
        match (value, dst) {
            (value, Dst::Any) => value,
            (Value::Const(value), dst) => Value::Reg(self.load_const(value, dst)),
            (Value::Reg(reg), Dst::Temp) if reg.is_temp() => Value::Reg(reg),
            (Value::Reg(reg), Dst::Local(to)) if reg == to => Value::Reg(reg),
            (Value::Reg(reg), dst) => Value::Reg(self.emit(insn::Move { dst: dst.out(), src: In(reg.0) })),
        }
    }

    fn return_value(&mut self, value: Value) {
        match value {
            Value::Const(value) => {
                let k = self.const_index(value);
                self.emit(insn::ReturnConst { k: crate::opcodes::Const(k) });
            }
            Value::Reg(reg) => {
                self.emit(insn::Return { src: In(reg.0) });
            }
        }
    }

    /// Opens a block. CPython's limit on nested ones is kept: `finally` bodies are copied, so that code would grow with every level.
    fn push_block(&mut self, block: Block<'a>, range: TextRange) -> Result<()> {
        self.check_blocks(range)?;
        self.unit().blocks.push(block);
        Ok(())
    }

    /// CPython has room for so many blocks: a generator's own is one, and each comprehension that was inlined.
    fn check_blocks(&mut self, range: TextRange) -> Result<()> {
        const MAX_BLOCKS: usize = 21;
        let unit = self.unit_ref();
        let generator = unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        if unit.blocks.len() + unit.inlined.len() + usize::from(generator) >= MAX_BLOCKS {
            return error(range, "too many statically nested blocks");
        }
        Ok(())
    }

    fn warn(&mut self, range: TextRange, msg: impl Into<String>) {
        self.warnings.push(RawWarning { kind: WarningKind::Syntax, msg: msg.into(), range });
    }

    /// Runs `f` with room on the native stack.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.nesting += 1;
        let result = if self.nesting % 16 == 0 { stacker::maybe_grow(256 << 10, 4 << 20, || f(self)) } else { f(self) };
        self.nesting -= 1;
        result
    }

    fn mangle(&mut self, name: &str) -> Sym {
        let plain = self.names.intern(name);
        if let Some(only) = &self.mangle_only
            && !only.contains(&plain)
        {
            return plain;
        }
        self.names.mangle(self.private.as_deref(), name)
    }

    /// `__debug__` may not be assigned to.
    fn check_name(&self, name: &str, range: TextRange, deleting: bool) -> Result<()> {
        if name == "__debug__" {
            return error(range, if deleting { "cannot delete __debug__" } else { "cannot assign to __debug__" });
        }
        Ok(())
    }
}
