//! The one list of native modules of this crate.

use objects::glue::ModuleDef;

/// Every native module but `sys`, `builtins` and `_imp`, which are the interpreter's own.
pub const ALL: &[&ModuleDef] = &[&crate::thread::thread::MODULE];
