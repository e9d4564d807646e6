//! Tier 1: machine code by Cranelift, in a tenth of the time that LLVM takes, for code that is a little slower.
//!
//! Owns what Cranelift is told. LIR and Cranelift's IR are alike: both are in SSA form with parameters of blocks, so that a unit is told in
//! one walk. Invariant: as with LLVM, a request has all of it to itself. Start at [`compile`].
mod call;
mod function;
mod inst;
mod kinds;

use crate::{Clock, Compiled};
use cranelift_codegen::Context;
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_module::{DataDescription, DataId, FuncId, Linkage, Module};
use cranelift_object::{ObjectBuilder, ObjectModule};
use lir::door::{Options, Text, Times};
use lir::{Callee, Data, Func, Index, Op, Results, Symbol, Type, Unit};
use std::collections::HashMap;

/// Something of Cranelift's that cannot be made: a bug of ours, or a limit of its.
fn broken(error: impl std::fmt::Display) -> String {
    format!("Cranelift: {error}")
}

pub(crate) fn compile(bytes: &[u8], options: Options) -> Result<Compiled, String> {
    let mut clock = Clock::start();
    let unit = crate::read(bytes, options)?;
    let isa = machine(options.verify)?;
    let builder = ObjectBuilder::new(isa, unit.name.as_bytes(), cranelift_module::default_libcall_names()).map_err(broken)?;
    let mut shared = Shared::new(&unit, ObjectModule::new(builder))?;
    let mut context = shared.module.make_context();
    let (mut text, mut times) = (String::new(), Times { build: clock.lap(), ..Times::default() });
    for func in unit.functions.indices() {
        function::lower(&mut shared, func, &mut context)?;
        if options.text == Text::Ir {
            text.push_str(&context.func.to_string());
        }
        times.build += clock.lap();
        context.want_disasm = options.text == Text::Assembly;
        shared.module.define_function(shared.function(func), &mut context).map_err(|error| shared.failed(error, &context))?;
        match options.text {
            Text::OptimizedIr => text.push_str(&context.func.to_string()),
            Text::Assembly => text.push_str(context.compiled_code().and_then(|code| code.vcode.as_deref()).unwrap_or_default()),
            Text::None | Text::Ir => {}
        }
        shared.module.clear_context(&mut context);
        times.generate += clock.lap();
    }
    let object = shared.module.finish().emit().map_err(broken)?;
    times.generate += clock.lap();
    Ok(Compiled { object, text, times })
}

/// The machine that code is made for: this one, with all that it can.
fn machine(verify: bool) -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let wanted = [
        ("opt_level", "speed"),
        ("enable_verifier", if verify { "true" } else { "false" }),
        // As LLVM's code: profilers walk frames, and a large frame touches each of its pages.
        ("preserve_frame_pointers", "true"),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("is_pic", "true"),
        ("unwind_info", "false"),
        ("enable_heap_access_spectre_mitigation", "false"),
        ("enable_table_access_spectre_mitigation", "false"),
    ];
    for (name, value) in wanted {
        flags.set(name, value).map_err(broken)?;
    }
    let host = cranelift_native::builder().map_err(broken)?;
    host.finish(settings::Flags::new(flags)).map_err(broken)
}

/// What the functions of a unit share.
struct Shared<'a> {
    unit: &'a Unit,
    module: ObjectModule,
    functions: Vec<FuncId>,
    data: Vec<DataId>,
    /// Of a symbol: one for each of the ways that it is called.
    symbols: HashMap<Symbol, Vec<(Signature, FuncId)>>,
    conv: CallConv,
}

type Signature = (Vec<Type>, Results);

impl<'a> Shared<'a> {
    fn new(unit: &'a Unit, module: ObjectModule) -> Result<Self, String> {
        let conv = module.isa().default_call_conv();
        let mut shared = Self { unit, module, functions: Vec::new(), data: Vec::new(), symbols: HashMap::new(), conv };
        for (func, function) in unit.functions.iter() {
            let signature = kinds::signature(shared.conv, &function.params, function.results);
            // Found by the loader, but by no one else, so that calls within the unit are direct.
            let id = shared.module.declare_function(&func.to_string(), Linkage::Hidden, &signature).map_err(broken)?;
            shared.functions.push(id);
        }
        for (data, block) in unit.data.iter() {
            let id = shared.module.declare_data(&data.to_string(), Linkage::Local, false, false).map_err(broken)?;
            let mut description = DataDescription::new();
            description.define(block.bytes.clone().into());
            description.set_align(u64::from(block.align));
            shared.module.define_data(id, &description).map_err(broken)?;
            shared.data.push(id);
        }
        shared.called_symbols()?;
        Ok(shared)
    }

    /// Declares all symbols as what they are called as, before any is only named.
    fn called_symbols(&mut self) -> Result<(), String> {
        for (_, function) in self.unit.functions.iter() {
            for (inst, data) in function.insts.iter() {
                if let Op::Call { callee: Callee::Symbol(symbol), args, .. } = data.op {
                    let params = function.list(args).iter().map(|&value| function.ty(value)).collect();
                    self.symbol(symbol, Some((params, function.results_of(inst))))?;
                }
            }
        }
        Ok(())
    }

    /// A symbol as a function of these types, or of any.
    fn symbol(&mut self, symbol: Symbol, signature: Option<Signature>) -> Result<FuncId, String> {
        let known = self.symbols.entry(symbol).or_default();
        let fits = |(other, _): &&(Signature, FuncId)| signature.as_ref().is_none_or(|signature| signature == other);
        if let Some((_, id)) = known.iter().find(fits) {
            return Ok(*id);
        }
        let name = if known.is_empty() { symbol.to_string() } else { format!("{symbol}.{}", known.len()) };
        let signature = signature.unwrap_or((Vec::new(), Results::None));
        let told = kinds::signature(self.conv, &signature.0, signature.1);
        let id = self.module.declare_function(&name, Linkage::Import, &told).map_err(broken)?;
        known.push((signature, id));
        Ok(id)
    }

    fn function(&self, func: Func) -> FuncId {
        self.functions[func.index()]
    }

    fn data(&self, data: Data) -> DataId {
        self.data[data.index()]
    }

    /// What Cranelift says, with the function that it says it of if it does not like that.
    fn failed(&self, error: cranelift_module::ModuleError, context: &Context) -> String {
        match error {
            cranelift_module::ModuleError::Compilation(error) => {
                cranelift_codegen::print_errors::pretty_error(&context.func, error)
            }
            other => broken(other),
        }
    }
}
