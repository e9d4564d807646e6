//! The module `sys.monitoring`.

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Int, Module, Str, raise};

use super::{BRANCHES, EVENTS, Event, LOCAL_EVENTS, NAMES, NATIVE, TOOLS};
use crate::code::Code;
use crate::monitor as all;

/// Makes the module, for `sys` to have as an attribute.
pub fn make(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    let module = Module::new(th, "sys.monitoring");
    monitoring::MODULE.fill(th, &module)?;
    Ok(module.up())
}

fn valid(th: &mut Thread, tool: i64) -> Result<usize, Raised> {
    match usize::try_from(tool) {
        Ok(tool) if tool < TOOLS => Ok(tool),
        _ => Err(raise::value_error(th, format_args!("invalid tool {tool} (must be between 0 and 5)"))),
    }
}

fn in_use(th: &mut Thread, tool: usize) -> Result<(), Raised> {
    match all::tool_name(th, tool) {
        Some(_) => Ok(()),
        None => Err(raise::value_error(th, format_args!("tool {tool} is not in use"))),
    }
}

fn code_of(th: &mut Thread, object: &Object) -> Result<Ref<Code>, Raised> {
    match object.downcast::<Code>() {
        Some(code) => Ok(code.to_ref()),
        None => Err(raise::type_error(th, format_args!("code must be a code object"))),
    }
}

/// A set of events as it is kept: the old `BRANCH` is the two new ones, what native calls come to goes with the calls.
fn kept(th: &mut Thread, events: i64) -> Result<u32, Raised> {
    let native = i64::from(NATIVE);
    let calls = native | i64::from(Event::Call.bit());
    if events & native != 0 && events & calls != calls {
        return Err(raise::value_error(th, format_args!("cannot set C_RETURN or C_RAISE events independently")));
    }
    let set = events as u32 & !NATIVE;
    Ok(if set & Event::Branch.bit() != 0 { set & !Event::Branch.bit() | BRANCHES } else { set })
}

#[pymodule(name = "sys.monitoring")]
pub mod monitoring {
    use super::*;

    #[constant]
    const DEBUGGER_ID: i64 = 0;
    #[constant]
    const COVERAGE_ID: i64 = 1;
    #[constant]
    const PROFILER_ID: i64 = 2;
    #[constant]
    const OPTIMIZER_ID: i64 = 5;

    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(th: &mut Thread, tool_id: i64, name: &Object) -> Result<(), Raised> {
        let tool = valid(th, tool_id)?;
        if !name.is_a::<Str>() {
            return Err(raise::value_error(th, format_args!("tool name must be a str")));
        }
        if all::tool_name(th, tool).is_some() {
            return Err(raise::value_error(th, format_args!("tool {tool} is already in use")));
        }
        all::set_tool_name(th, tool, Some(name.to_owned()));
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(th: &mut Thread, tool_id: i64) -> Result<(), Raised> {
        let tool = valid(th, tool_id)?;
        if all::tool_name(th, tool).is_some() {
            all::clear_tool(th, tool);
        }
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(th: &mut Thread, tool_id: i64) -> Result<(), Raised> {
        let tool = valid(th, tool_id)?;
        if all::tool_name(th, tool).is_some() {
            all::clear_tool(th, tool);
            all::set_tool_name(th, tool, None);
        }
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn get_tool(th: &mut Thread, tool_id: i64) -> Result<Ref<Object>, Raised> {
        let tool = valid(th, tool_id)?;
        Ok(all::tool_name(th, tool).unwrap_or_else(objects::none_ref))
    }

    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(th: &mut Thread, tool_id: i64, event: i64, func: &Object) -> Result<Ref<Object>, Raised> {
        let tool = valid(th, tool_id)?;
        if event < 0 || event.count_ones() != 1 {
            return Err(raise::value_error(th, format_args!("The callback can only be set for one event at a time")));
        }
        let number = event.trailing_zeros() as usize;
        if number >= EVENTS {
            return Err(raise::value_error(th, format_args!("invalid event {event}")));
        }
        crate::audit::event(th, "sys.monitoring.register_callback", &[func])?;
        let callback = (!func.is(objects::none())).then(|| func.to_owned());
        Ok(all::replace_callback(th, tool, number, callback).unwrap_or_else(objects::none_ref))
    }

    #[function(sig = "(tool_id, /)")]
    fn get_events(th: &mut Thread, tool_id: i64) -> Result<u32, Raised> {
        let tool = valid(th, tool_id)?;
        Ok(all::events(tool))
    }

    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(th: &mut Thread, tool_id: i64, event_set: i64) -> Result<(), Raised> {
        let tool = valid(th, tool_id)?;
        if !(0..1 << EVENTS).contains(&event_set) {
            return Err(raise::value_error(th, format_args!("invalid event set 0x{event_set:x}")));
        }
        let set = kept(th, event_set)?;
        in_use(th, tool)?;
        all::set_events(th, tool, set);
        Ok(())
    }

    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(th: &mut Thread, tool_id: i64, code: &Object) -> Result<u32, Raised> {
        let code = code_of(th, code)?;
        let tool = valid(th, tool_id)?;
        Ok(all::local_events(tool, &code))
    }

    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(th: &mut Thread, tool_id: i64, code: &Object, event_set: i64) -> Result<(), Raised> {
        let code = code_of(th, code)?;
        let tool = valid(th, tool_id)?;
        let allowed = (1 << LOCAL_EVENTS) - 1 | i64::from(NATIVE | Event::Branch.bit());
        if event_set < 0 || event_set & !allowed != 0 {
            return Err(raise::value_error(th, format_args!("invalid local event set 0x{event_set:x}")));
        }
        let set = kept(th, event_set)?;
        in_use(th, tool)?;
        all::set_local_events(th, tool, &code, set);
        Ok(())
    }

    #[function]
    fn restart_events() {
        all::restart();
    }

    #[function]
    fn _all_events(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        for (number, name) in NAMES.iter().enumerate() {
            let tools: i64 = (0..TOOLS).filter(|tool| all::events(*tool) >> number & 1 != 0).map(|tool| 1 << tool).sum();
            if tools != 0 {
                let tools = Int::from_i64(th, tools);
                dict.set_by_name(th, name, tools.up());
            }
        }
        Ok(dict)
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let Some(dict) = module.downcast::<Module>().and_then(Module::dict) else { return Ok(()) };
        let disable = all::disable(th)?;
        dict.set_by_name(th, "DISABLE", disable);
        let missing = all::missing(th)?;
        dict.set_by_name(th, "MISSING", missing);
        let events = Dict::new(th);
        for (number, name) in NAMES.iter().enumerate() {
            let bit = Int::from_i64(th, 1 << number);
            events.set_by_name(th, name, bit.up());
        }
        let none = Int::from_i64(th, 0);
        events.set_by_name(th, "NO_EVENTS", none.up());
        let events = objects::namespace::Namespace::new(th, events);
        dict.set_by_name(th, "events", events.up());
        Ok(())
    }
}
