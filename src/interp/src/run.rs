//! Ways in: running code objects, calling functions from native code.

use std::sync::Arc;

use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, names};

use crate::args::Slice;
use crate::code::Code;
use crate::frame::{Kind, Reg};
use crate::function::Function;

/// The namespace of builtins that code with these globals sees: `globals["__builtins__"]` (a module or its dict), else those of the running code.
pub fn builtins_of(th: &mut Thread, globals: &Object) -> Result<Ref<Object>, Raised> {
    let found = match globals.downcast::<Dict>() {
        Some(globals) => globals.get_str(th, &names::__builtins__),
        None => None,
    };
    let Some(builtins) = found else {
        return match crate::frame::stack::current(th) {
            Some(frame) => Ok(th.retain(frame.builtins())),
            None => crate::hooks::builtins(th),
        };
    };
    if let Some(dict) = builtins.downcast_ref::<objects::Module>().and_then(objects::Module::dict) {
        return Ok(heap::Heaped::to_ref(dict).up());
    }
    Ok(builtins)
}

/// Runs code in the given namespaces (`exec`, `eval`, module bodies).
pub fn run_code(th: &mut Thread, code: &Code, globals: &Object, locals: &Object) -> Result<Ref<Object>, Raised> {
    let builtins = builtins_of(th, globals)?;
    let function = Function::new(th, code, globals, &builtins);
    run_function_in(th, &function, Some(locals), Slice { args: &[], positional: 0, names: &[] })
}

/// Runs a function whose names live in `locals` (class bodies).
pub fn run_function_in(th: &mut Thread, function: &Function, locals: Option<&Object>, args: Slice<'_>) -> Result<Ref<Object>, Raised> {
    let frame = crate::ops::call::enter(th, function, &args)?;
    frame.func.set(Reg::counted(th.retain(function)));
    if let Some(locals) = locals {
        frame.locals.set(Reg::counted(th.retain(locals)));
    }
    frame.kind.set(Kind::Entry);
    crate::dispatch::run(th, frame, false)
}

/// Calls a Python function with positional arguments.
pub fn call_function(th: &mut Thread, function: &Function, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    crate::function::run_function(th, function, Slice { args, positional: args.len(), names: &[] })
}

/// What `compile` compiles to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Exec,
    Eval,
    Single,
}

/// A code object of compiled code.
pub fn code_object(th: &mut Thread, code: Arc<syntax::Code>) -> Ref<Code> {
    Code::new(th, code)
}

