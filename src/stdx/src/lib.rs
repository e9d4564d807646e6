//! Small tools that the standard library could have had.

use std::fmt;
use std::io::Write;

/// Writes to the process's standard error. Where that is closed or full nobody can be told.
pub fn tell(text: fmt::Arguments<'_>) {
    let _ = std::io::stderr().write_fmt(text);
}
