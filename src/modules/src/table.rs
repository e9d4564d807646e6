//! The one list of native modules of this crate.

use objects::glue::ModuleDef;

/// Every native module but `sys`, `builtins` and `_imp`, which are the interpreter's own.
pub const ALL: &[&ModuleDef] = &[
    &crate::atexit::atexit::MODULE,
    &crate::codecs::codecs::MODULE,
    &crate::collections::collections::MODULE,
    &crate::contextvars::contextvars::MODULE,
    &crate::errno::errno::MODULE,
    &crate::fcntl::fcntl::MODULE,
    &crate::gc::gc::MODULE,
    &crate::io::io::MODULE,
    &crate::itertools::itertools::MODULE,
    &crate::locale::locale::MODULE,
    &crate::marshal::marshal::MODULE,
    &crate::math::math::MODULE,
    &crate::posix::posix::MODULE,
    &crate::posixsubprocess::posixsubprocess::MODULE,
    &crate::pwd::grp::MODULE,
    &crate::pwd::pwd::MODULE,
    &crate::random::random::MODULE,
    &crate::resource::resource::MODULE,
    &crate::select::select::MODULE,
    &crate::signal::signal::MODULE,
    &crate::sre::sre::MODULE,
    &crate::stat::stat::MODULE,
    &crate::string::string::MODULE,
    &crate::thread::thread::MODULE,
    &crate::time::time::MODULE,
    &crate::types::types::MODULE,
    &crate::typing::typing::MODULE,
    &crate::warnings::warnings::MODULE,
    &crate::weakref::weakref::MODULE,
];
