//! Calls: of the unit's functions, of symbols, of addresses.
//!
//! Invariant: a call says all that LIR says of its effects, and that nothing unwinds out of it.
use crate::function::Lowering;
use crate::unit::{broken, is_narrow};
use inkwell::attributes::AttributeLoc;
use inkwell::values::CallSiteValue;
use lir::{Callee, Effects, Inst, List, Memory, Results, Type};

impl<'c> Lowering<'c, '_> {
    pub(crate) fn call(&mut self, inst: Inst, callee: Callee, args: List, effects: Effects) -> Result<(), String> {
        let function = self.function;
        let params: Vec<Type> = function.list(args).iter().map(|&value| function.ty(value)).collect();
        let results = function.results_of(inst);
        let values: Vec<_> = self.list(args)?.into_iter().map(Into::into).collect();
        let ty = self.shared.kinds.signature(&params, results);
        let call = match callee {
            Callee::Func(func) => self.builder.build_direct_call(self.shared.function(func), &values, ""),
            Callee::Symbol(symbol) => {
                let symbol = self.shared.called(symbol, (params.clone(), results));
                self.builder.build_indirect_call(ty, symbol, &values, "")
            }
            Callee::Pointer(pointer) => {
                let pointer = self.pointer(pointer)?;
                self.builder.build_indirect_call(ty, pointer, &values, "")
            }
        }
        .map_err(broken)?;
        self.attributes(call, &params, results, effects);
        match (results, call.try_as_basic_value().basic()) {
            (Results::None, _) => Ok(()),
            (Results::One(_), Some(value)) => {
                self.set(function.insts[inst].first, value);
                Ok(())
            }
            (Results::Pair(..), Some(pair)) => self.two(pair, function.insts[inst].values()),
            (_, None) => Err(format!("{inst} returns nothing")),
        }
    }

    fn attributes(&self, call: CallSiteValue<'c>, params: &[Type], results: Results, effects: Effects) {
        let kinds = self.shared.kinds;
        let add = |attribute| call.add_attribute(AttributeLoc::Function, attribute);
        add(kinds.nounwind);
        if effects.memory != Memory::Writes {
            add(kinds.willreturn);
        }
        kinds.memory(effects.memory).into_iter().for_each(add);
        if effects.cold {
            add(kinds.cold);
        }
        if effects.never_returns {
            add(kinds.noreturn);
        }
        for (number, &ty) in params.iter().enumerate() {
            if is_narrow(ty) {
                call.add_attribute(AttributeLoc::Param(number as u32), kinds.zeroext);
            }
        }
        if matches!(results, Results::One(ty) if is_narrow(ty)) {
            call.add_attribute(AttributeLoc::Return, kinds.zeroext);
        }
    }
}
