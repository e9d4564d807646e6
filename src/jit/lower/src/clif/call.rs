//! Calls: of the unit's functions, of symbols, of addresses.
use super::function::Lowering;
use super::kinds;
use cranelift_codegen::ir::{self, InstBuilder};
use cranelift_module::{FuncId, Module};
use lir::{Callee, Inst, List, Type};

impl Lowering<'_, '_, '_> {
    /// A function that is called or named: all of a unit is one piece, and what is further away is reached through the loader's stubs.
    pub(super) fn callee(&mut self, id: FuncId) -> ir::FuncRef {
        if let Some(known) = self.callees.get(&id) {
            return *known;
        }
        let callee = self.shared.module.declare_func_in_func(id, self.to.func);
        self.to.func.dfg.ext_funcs[callee].colocated = true;
        self.callees.insert(id, callee);
        callee
    }

    pub(super) fn call(&mut self, inst: Inst, callee: Callee, args: List) -> Result<(), String> {
        let function = self.function;
        let params: Vec<Type> = function.list(args).iter().map(|&value| function.ty(value)).collect();
        let results = function.results_of(inst);
        let args = self.list(args)?;
        let made = match callee {
            Callee::Pointer(pointer) => {
                let pointer = self.get(pointer)?;
                let signature = self.to.func.import_signature(kinds::signature(self.shared.conv, &params, results));
                self.to.ins().call_indirect(signature, pointer, &args)
            }
            Callee::Func(func) => {
                let callee = self.callee(self.shared.function(func));
                self.to.ins().call(callee, &args)
            }
            Callee::Symbol(symbol) => {
                let id = self.shared.symbol(symbol, Some((params, results)))?;
                let callee = self.callee(id);
                self.to.ins().call(callee, &args)
            }
        };
        let values: Vec<ir::Value> = self.to.func.dfg.inst_results(made).to_vec();
        self.set_all(inst, &values);
        Ok(())
    }
}
