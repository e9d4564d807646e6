//! Which passes each tier runs.
//!
//! Invariant: tier 1 costs time in proportion to the unit's length.
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::TargetMachine;
use lir::door::Tier;

/// What is common to all code that was made from bytecode: what was loaded is loaded again, what was tested is tested again.
const TIER_ONE: &str = "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,gvn,loop-mssa(licm),simplifycfg)";
const TIER_TWO: &str = "default<O2>";

pub(crate) fn run(module: &Module<'_>, machine: &TargetMachine, tier: Tier) -> Result<(), String> {
    let options = PassBuilderOptions::create();
    options.set_loop_vectorization(true);
    options.set_loop_slp_vectorization(true);
    options.set_loop_interleaving(true);
    options.set_loop_unrolling(true);
    let passes = match tier {
        Tier::One => TIER_ONE,
        Tier::Two => TIER_TWO,
    };
    module.run_passes(passes, machine, options).map_err(|error| error.to_string())
}
