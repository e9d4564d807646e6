//! `bytearray`: layout and storage in [`storage`], slots in `slots`, methods in `methods`; what it shares with `bytes` is `bytes::like`.

mod methods;
mod slots;
pub mod storage;

pub use storage::ByteArray;
pub(crate) use storage::Held;
