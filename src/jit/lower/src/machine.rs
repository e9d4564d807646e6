//! The machine that code is made for: this one, with all that it can.
//!
//! Invariant: LLVM is set up once, before its first use; what is set there never changes.
use inkwell::OptimizationLevel;
use inkwell::llvm_sys::target_machine::LLVMSetTargetMachineFastISel;
use inkwell::support::error_handling::install_fatal_error_handler;
use inkwell::targets::{CodeModel, InitializationConfig, RelocMode, Target, TargetMachine, TargetMachineOptions};
use lir::door::Tier;
use std::ffi::{CStr, c_char};
use std::io::Write;
use std::sync::{Once, OnceLock};

static SET_UP: Once = Once::new();

/// Sets LLVM up, if nobody has yet.
fn set_up() {
    SET_UP.call_once(|| {
        // SAFETY: the handler is a function of this library, and it does not return.
        unsafe { install_fatal_error_handler(fatal) };
        Target::initialize_x86(&InitializationConfig {
            asm_parser: false,
            asm_printer: true,
            base: true,
            disassembler: false,
            info: true,
            machine_code: true,
        });
    });
}

/// LLVM found itself broken, or is out of memory. It would end the process with exit status 1 when this returned; nobody could unwind
/// through it.
extern "C" fn fatal(reason: *const c_char) {
    // SAFETY: LLVM hands in a text.
    let reason = unsafe { CStr::from_ptr(reason) };
    let _ = writeln!(std::io::stderr(), "Fatal Python error: LLVM: {}", reason.to_string_lossy());
    #[expect(clippy::disallowed_methods, reason = "what happened has just been said")]
    std::process::abort();
}

/// The names of this machine and of what it can, which are asked for once.
fn host() -> &'static (String, String) {
    static HOST: OnceLock<(String, String)> = OnceLock::new();
    HOST.get_or_init(|| (TargetMachine::get_host_cpu_name().to_string(), TargetMachine::get_host_cpu_features().to_string()))
}

/// A machine of one request's own.
pub(crate) fn machine(tier: Tier) -> Result<TargetMachine, String> {
    set_up();
    let triple = TargetMachine::get_default_triple();
    let target = Target::from_triple(&triple).map_err(|error| error.to_string())?;
    let (cpu, features) = host();
    let options = TargetMachineOptions::new()
        .set_cpu(cpu)
        .set_features(features)
        .set_level(match tier {
            Tier::One => OptimizationLevel::Less,
            Tier::Two => OptimizationLevel::Default,
        })
        // Position-independent, and small: all of a unit is one piece, and what is further away is reached through the loader's stubs.
        .set_reloc_mode(RelocMode::PIC)
        .set_code_model(CodeModel::Small);
    let machine = target.create_target_machine_from_options(&triple, options);
    let machine = machine.ok_or_else(|| format!("no code generator for {}", triple.as_str().to_string_lossy()))?;
    if tier == Tier::One {
        // A selector that looks at one instruction at a time: the other one takes more time than all else of code generation. The allocator of
        // registers stays the greedy one, which takes a tenth; without it code is four times as long (docs/performance.md).
        // SAFETY: the machine is there, and nobody else has it.
        unsafe { LLVMSetTargetMachineFastISel(machine.as_mut_ptr(), 1) };
    }
    Ok(machine)
}
