//! `_ssl`: TLS, a cover of OpenSSL.
//!
//! Owns: contexts, connections, certificates, and how OpenSSL's errors and callbacks become Python's. Must never know: the JIT, the C API.
//! Invariant: an `SSL` or `SSL_CTX` is used by one thread at a time (`turn`). No call into OpenSSL blocks: sockets are read and written without
//! waiting (`transport`), and whoever must wait does so outside of the turn, so that one thread may write as another waits for data.
//! Nothing of OpenSSL runs before the module is imported. Start reading at `module`.
#![allow(unsafe_code, reason = "OpenSSL is C")]

mod authorities;
mod callbacks;
mod cert;
mod constants;
mod context;
mod distrusted;
mod errors;
mod ffi;
mod module;
mod session;
mod socket;
mod start;
mod tools;
mod transport;
mod turn;

/// The native modules of this crate.
pub const ALL: &[&objects::glue::ModuleDef] = &[&module::ssl::MODULE];
