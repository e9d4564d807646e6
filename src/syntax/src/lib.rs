//! Source text to register bytecode: parser adapter, symbol tables, lowering, verifier.
//!
//! Owns the opcode table (`opcodes`) and the compiled form (`code`). It must never know of the heap or of any object: constants
//! leave it as plain data. Start reading at `opcodes`, then `code`.

pub mod code;
pub mod opcodes;

pub use code::{Code, Const};
pub use opcodes::Op;
