//! A unit's way: bytes, LIR, LLVM's IR, its passes, an object.
//!
//! Invariant: a request has a context, a module and a machine of its own.
use crate::kinds::Kinds;
use crate::lines::Lines;
use crate::{Clock, Compiled, function, machine, passes};
use inkwell::attributes::AttributeLoc;
use inkwell::builder::BuilderError;
use inkwell::context::Context;
use inkwell::intrinsics::Intrinsic;
use inkwell::llvm_sys::LLVMDiagnosticSeverity;
use inkwell::llvm_sys::core::{
    LLVMContextSetDiagnosticHandler, LLVMDisposeMessage, LLVMGetDiagInfoDescription, LLVMGetDiagInfoSeverity,
};
use inkwell::llvm_sys::prelude::LLVMDiagnosticInfoRef;
use inkwell::module::{Linkage, Module};
use inkwell::targets::{FileType, TargetMachine};
use inkwell::types::BasicTypeEnum;
use inkwell::values::{FunctionValue, GlobalValue, PointerValue, UnnamedAddress};
use inkwell::{AddressSpace, GlobalVisibility};
use lir::door::{Options, Text, Times};
use lir::{Callee, Data, Func, Index, Op, Results, Symbol, Type, Unit};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_void};

/// Something of LLVM's that cannot be made: a bug of ours, which the verifier should have found.
pub(crate) fn broken(error: BuilderError) -> String {
    format!("LLVM's builder: {error}")
}

pub(crate) fn compile(bytes: &[u8], options: Options) -> Result<Compiled, String> {
    let mut clock = Clock::start();
    let unit = crate::read(bytes, options)?;
    let machine = machine::machine(options.tier)?;
    let context = Context::create();
    let complaints = Complaints::of(&context);
    let module = build(&context, &unit, &machine, options)?;
    let mut text = if options.text == Text::Ir { module.print_to_string().to_string() } else { String::new() };
    let mut times = Times { build: clock.lap(), ..Times::default() };
    passes::run(&module, &machine, options.tier)?;
    check(&module, options)?;
    times.passes = clock.lap();
    match options.text {
        Text::OptimizedIr => text = module.print_to_string().to_string(),
        Text::Assembly => text = String::from_utf8_lossy(&generate(&module.clone(), &machine, FileType::Assembly)?).into_owned(),
        Text::None | Text::Ir => {}
    }
    clock.lap();
    let object = generate(&module, &machine, FileType::Object)?;
    complaints.none()?;
    times.generate = clock.lap();
    Ok(Compiled { object, text, times })
}

/// What LLVM says of a unit that it cannot compile. Without somebody who listens it would end the process.
struct Complaints {
    texts: Box<RefCell<Vec<String>>>,
}

impl Complaints {
    fn of(context: &Context) -> Self {
        let texts = Box::new(RefCell::new(Vec::new()));
        let place = (&raw const *texts).cast_mut().cast();
        // SAFETY: what listens gets the place of the texts, which is there until the context has its last unit compiled.
        unsafe { LLVMContextSetDiagnosticHandler(context.raw(), Some(listen), place) };
        Self { texts }
    }

    fn none(&self) -> Result<(), String> {
        let texts = self.texts.borrow();
        if texts.is_empty() { Ok(()) } else { Err(texts.join("\n")) }
    }
}

extern "C" fn listen(said: LLVMDiagnosticInfoRef, texts: *mut c_void) {
    // SAFETY: LLVM hands in what it says, for this call.
    if unsafe { LLVMGetDiagInfoSeverity(said) } != LLVMDiagnosticSeverity::LLVMDSError {
        return;
    }
    // SAFETY: as above.
    let description = unsafe { LLVMGetDiagInfoDescription(said) };
    // SAFETY: it is a text of LLVM's.
    let text = unsafe { CStr::from_ptr(description) }.to_string_lossy().into_owned();
    // SAFETY: which is ours to give back.
    unsafe { LLVMDisposeMessage(description) };
    // SAFETY: `Complaints::of` has handed in this place.
    let texts = unsafe { &*texts.cast::<RefCell<Vec<String>>>() };
    texts.borrow_mut().push(text);
}

fn generate(module: &Module<'_>, machine: &TargetMachine, kind: FileType) -> Result<Vec<u8>, String> {
    let buffer = machine.write_to_memory_buffer(module, kind).map_err(|error| error.to_string())?;
    // What assemblers want behind a text is no part of it.
    let bytes = buffer.as_slice();
    Ok(bytes.to_vec())
}

fn check(module: &Module<'_>, options: Options) -> Result<(), String> {
    if options.verify { module.verify().map_err(|error| error.to_string()) } else { Ok(()) }
}

fn build<'c>(context: &'c Context, unit: &Unit, machine: &TargetMachine, options: Options) -> Result<Module<'c>, String> {
    let module = context.create_module(&unit.name);
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    let kinds = Kinds::new(context);
    let lines = options.lines.then(|| Lines::new(context, &module, &unit.name));
    let shared = Shared::new(unit, &module, &kinds, lines);
    for func in unit.functions.indices() {
        function::lower(&shared, func)?;
    }
    if let Some(lines) = &shared.lines {
        lines.finish();
    }
    drop(shared);
    check(&module, options)?;
    Ok(module)
}

/// What the functions of a unit share.
pub(crate) struct Shared<'c, 'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) kinds: &'a Kinds<'c>,
    pub(crate) lines: Option<Lines<'c>>,
    module: &'a Module<'c>,
    functions: Vec<FunctionValue<'c>>,
    data: Vec<GlobalValue<'c>>,
    symbols: RefCell<HashMap<Symbol, Declarations<'c>>>,
    intrinsics: RefCell<HashMap<(&'static str, Type), FunctionValue<'c>>>,
}

pub(crate) type Signature = (Vec<Type>, Results);

/// Of a symbol: one for each of the ways that it is called, since LLVM takes a declaration's types as the function's. If it is never called
/// there is one that is no function.
type Declarations<'c> = Vec<(Option<Signature>, PointerValue<'c>)>;

impl<'c, 'a> Shared<'c, 'a> {
    fn new(unit: &'a Unit, module: &'a Module<'c>, kinds: &'a Kinds<'c>, lines: Option<Lines<'c>>) -> Self {
        let mut shared = Self {
            unit,
            kinds,
            lines,
            module,
            functions: Vec::new(),
            data: Vec::new(),
            symbols: RefCell::default(),
            intrinsics: RefCell::default(),
        };
        shared.functions = unit.functions.indices().map(|func| shared.declare(func)).collect();
        shared.data = unit.data.indices().map(|data| shared.constant(data)).collect();
        shared.called_symbols();
        shared
    }

    pub(crate) fn function(&self, func: Func) -> FunctionValue<'c> {
        self.functions[func.index()]
    }

    pub(crate) fn data(&self, data: Data) -> PointerValue<'c> {
        self.data[data.index()].as_pointer_value()
    }

    fn declare(&self, func: Func) -> FunctionValue<'c> {
        let function = &self.unit.functions[func];
        let kinds = self.kinds;
        let value = self.module.add_function(
            &func.to_string(),
            kinds.signature(&function.params, function.results),
            Some(Linkage::External),
        );
        // Found by the loader, but by no one else, so that calls within the unit are direct.
        value.as_global_value().set_visibility(GlobalVisibility::Hidden);
        value.add_attribute(AttributeLoc::Function, kinds.nounwind);
        value.add_attribute(AttributeLoc::Function, kinds.frame_pointer);
        value.add_attribute(AttributeLoc::Function, kinds.probe_stack);
        if self.lines.is_some() {
            value.add_attribute(AttributeLoc::Function, kinds.uwtable);
        }
        for (number, &ty) in function.params.iter().enumerate() {
            if is_narrow(ty) {
                value.add_attribute(AttributeLoc::Param(number as u32), kinds.zeroext);
            }
        }
        if matches!(function.results, Results::One(ty) if is_narrow(ty)) {
            value.add_attribute(AttributeLoc::Return, kinds.zeroext);
        }
        value
    }

    fn constant(&self, data: Data) -> GlobalValue<'c> {
        let block = &self.unit.data[data];
        let initial = self.kinds.context.const_string(&block.bytes, false);
        let value = self.module.add_global(initial.get_type(), None, &data.to_string());
        value.set_initializer(&initial);
        value.set_constant(true);
        value.set_linkage(Linkage::Private);
        value.set_unnamed_address(UnnamedAddress::Global);
        value.set_alignment(block.align);
        value
    }

    /// Declares all symbols as what they are called as, before any is only named.
    fn called_symbols(&self) {
        for (_, function) in self.unit.functions.iter() {
            for (inst, data) in function.insts.iter() {
                if let Op::Call { callee: Callee::Symbol(symbol), args, .. } = data.op {
                    let params = function.list(args).iter().map(|&value| function.ty(value)).collect();
                    self.called(symbol, (params, function.results_of(inst)));
                }
            }
        }
    }

    /// A symbol as a function of these types.
    pub(crate) fn called(&self, symbol: Symbol, signature: Signature) -> PointerValue<'c> {
        let mut symbols = self.symbols.borrow_mut();
        let known = symbols.entry(symbol).or_default();
        if let Some((_, value)) = known.iter().find(|(other, _)| other.as_ref() == Some(&signature)) {
            return *value;
        }
        let name = if known.is_empty() { symbol.to_string() } else { format!("{symbol}.{}", known.len()) };
        let ty = self.kinds.signature(&signature.0, signature.1);
        let value = self.module.add_function(&name, ty, Some(Linkage::External));
        let value = value.as_global_value().as_pointer_value();
        known.push((Some(signature), value));
        value
    }

    /// A symbol's address.
    pub(crate) fn symbol(&self, symbol: Symbol) -> PointerValue<'c> {
        let mut symbols = self.symbols.borrow_mut();
        let known = symbols.entry(symbol).or_default();
        if let Some((_, value)) = known.first() {
            return *value;
        }
        let value = self.module.add_global(self.kinds.context.i8_type(), Some(AddressSpace::default()), &symbol.to_string());
        value.set_linkage(Linkage::External);
        known.push((None, value.as_pointer_value()));
        value.as_pointer_value()
    }

    /// One of LLVM's own functions, for a type.
    pub(crate) fn intrinsic(
        &self,
        name: &'static str,
        ty: Type,
        types: &[BasicTypeEnum<'c>],
    ) -> Result<FunctionValue<'c>, String> {
        if let Some(&known) = self.intrinsics.borrow().get(&(name, ty)) {
            return Ok(known);
        }
        let intrinsic = Intrinsic::find(name).ok_or_else(|| format!("LLVM has no {name}"))?;
        let function = intrinsic.get_declaration(self.module, types).ok_or_else(|| format!("LLVM has no {name} of {ty}"))?;
        self.intrinsics.borrow_mut().insert((name, ty), function);
        Ok(function)
    }
}

/// Whether a C call passes it with its upper bits cleared.
pub(crate) fn is_narrow(ty: Type) -> bool {
    matches!(ty, Type::I1 | Type::I8 | Type::I16)
}
