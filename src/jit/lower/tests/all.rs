//! The back end as the runtime uses it: units go through the library's door, objects into a code region, and what runs is compared with
//! the interpreter on the same inputs.
#![allow(unsafe_code, reason = "calls code that was made a moment ago, and is called by it")]
#[path = "all/calls.rs"]
mod calls;
#[path = "all/door.rs"]
mod door;
#[path = "all/flow.rs"]
mod flow;
#[path = "all/fuzz.rs"]
mod fuzz;
#[path = "all/harness.rs"]
mod harness;
#[path = "all/kinds.rs"]
mod kinds;
#[path = "all/memory.rs"]
mod memory;
#[path = "all/profile.rs"]
mod profile;
#[path = "all/region.rs"]
mod region;
