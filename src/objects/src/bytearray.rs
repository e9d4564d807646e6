//! `bytearray`: layout and storage in [`storage`]; slots and methods in `methods`.

pub mod storage;

pub use storage::ByteArray;
