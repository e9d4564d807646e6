//! What the compiler says of instructions: `PyCompile_OpcodeStackEffect*`.

use core::ffi::c_int;

use heap::{Object, Thread};
use objects::bool::bool_;
use objects::{Int, Str, none, ops, raise};

use crate::api;

/// `PY_INVALID_STACK_EFFECT`: there is no such instruction.
const INVALID: c_int = c_int::MAX;

fn effect(th: &mut Thread, opcode: c_int, operand: c_int, jump: &Object) -> c_int {
    let found = raise::protect(th, |th| {
        let module = interp::import::import_module(th, "_opcode")?;
        let function = ops::getattr_str(th, &module, "stack_effect")?;
        let (opcode, operand, names) = (Int::from_i64(th, opcode.into()), Int::from_i64(th, operand.into()), Str::new(th, "jump"));
        let names = objects::Tuple::from_slice(th, &[&names]);
        match ops::call_kw(th, &function, &[&opcode, &operand, jump], Some(&names)) {
            Ok(effect) => Ok(effect.downcast_ref::<Int>().and_then(Int::to_i64)),
            // A number that is no instruction's is no error here.
            Err(_) if raise::catch(th, objects::exceptions::value_error_type()).is_some() => Ok(None),
            Err(raised) => Err(raised),
        }
    });
    found.flatten().and_then(|effect| c_int::try_from(effect).ok()).unwrap_or(INVALID)
}

api! {
    /// By how much an instruction changes the height of the stack, at most.
    fn PyCompile_OpcodeStackEffect(th, opcode: c_int, operand: c_int) -> c_int {
        effect(th, opcode, operand, none())
    }

    /// The same where it jumps, or where it does not; a negative number: whichever is more.
    fn PyCompile_OpcodeStackEffectWithJump(th, opcode: c_int, operand: c_int, jump: c_int) -> c_int {
        match jump {
            0 => effect(th, opcode, operand, bool_(false)),
            1.. => effect(th, opcode, operand, bool_(true)),
            _ => effect(th, opcode, operand, none()),
        }
    }
}
