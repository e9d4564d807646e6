//! The `pyston` binary: options, startup, wiring.

fn main() {}
