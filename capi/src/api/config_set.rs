//! Changing how the interpreter was started while it runs (`PyConfig_Set`): the numbers and switches that `sys.flags` shows.

use heap::{Object, Raised, Thread};
use interp::config::Config;
use objects::{Int, bool_ref, raise};

use super::misc::publish_flag;

/// The value of an option; raises for what is no number, or negative.
pub fn number(th: &mut Thread, value: &Object) -> Result<u32, Raised> {
    let Some(number) = value.downcast::<Int>() else {
        let got = objects::ops::type_name(value);
        return Err(raise::type_error(th, format_args!("expected int or bool, got {got}")));
    };
    match number.to_i64().and_then(|number| i32::try_from(number).ok()) {
        Some(number) => u32::try_from(number).or_else(|_| Err(raise::value_error(th, format_args!("value must be positive")))),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
    }
}

/// `sys.flags` as it is now.
pub fn renew_flags(th: &mut Thread) -> Result<(), Raised> {
    let digits = i32::try_from(objects::int::limit::max_str_digits()).unwrap_or(i32::MAX);
    interp::config::change(|config| config.int_max_str_digits = digits);
    let flags = interp::sys::info::flags(th)?;
    interp::sys::set_attribute(th, "flags", flags);
    Ok(())
}

/// Sets `write_bytecode`.
pub fn write_bytecode(th: &mut Thread, write: bool) -> Result<(), Raised> {
    interp::config::change(|config| config.dont_write_bytecode = !write);
    publish_flag("DONT_WRITE_BYTECODE", i32::from(!write));
    interp::sys::set_attribute(th, "dont_write_bytecode", bool_ref(!write));
    renew_flags(th)
}

/// The variable that C reads has the number itself, also where only zero and others are told apart.
fn publish(name: &str, number: u32) {
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    let (variable, value) = match name {
        "bytes_warning" => ("BYTES_WARNING", number),
        "inspect" => ("INSPECT", number),
        "interactive" => ("INTERACTIVE", number),
        "optimization_level" => ("OPTIMIZE", number),
        "parser_debug" => ("DEBUG", number),
        "quiet" => ("QUIET", number),
        "use_environment" => ("IGNORE_ENVIRONMENT", i32::from(number == 0)),
        "verbose" => ("VERBOSE", number),
        _ => return,
    };
    publish_flag(variable, value);
}

/// Sets an option of `sys.flags`, or `cpu_count`.
pub fn set(th: &mut Thread, name: &str, value: &Object) -> Result<(), Raised> {
    if name == "cpu_count" {
        // -1: as many as the system says.
        let given = value.downcast::<Int>().and_then(Int::to_i64);
        let count = if given == Some(-1) { 0 } else { number(th, value)? };
        interp::config::change(|config| config.cpu_count = count);
        return Ok(());
    }
    let number = number(th, value)?;
    let (level, on) = (u8::try_from(number).unwrap_or(u8::MAX), number != 0);
    interp::config::change(|config: &mut Config| match name {
        "bytes_warning" => config.bytes_warning = level,
        "inspect" => config.inspect = u8::from(on),
        "interactive" => config.interactive = u8::from(on),
        "optimization_level" => config.optimize = level,
        "parser_debug" => config.debug = u8::from(on),
        "quiet" => config.quiet = on,
        "use_environment" => config.ignore_environment = !on,
        "verbose" => config.verbose = level,
        _ => {}
    });
    publish(name, number);
    renew_flags(th)
}
