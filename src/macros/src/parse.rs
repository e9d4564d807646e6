//! From tokens to [`crate::model`]. Every error points at the token that causes it.

pub mod attrs;
pub mod callable;
pub mod methods;
pub mod module;
pub mod pytype;
pub mod sig;
