//! Source text to register bytecode: parser adapter, symbol tables, lowering, verifier.
//!
//! Owns the opcode table (`opcodes`) and the compiled form (`code`). It must never know of the heap or of any object: constants
//! leave it as plain data. Start reading at `opcodes`, then `code`; `parse::compile` is the way in.

pub mod code;
pub mod decode;
pub mod errors;
pub mod format;
mod intern;
pub mod location;
mod lower;
pub mod opcodes;
mod parse;
pub mod print;
pub mod scope;
mod syntax_errors;
pub mod tokenizer;
pub mod tree;
mod unparse;
pub mod verify;

pub use code::{Code, Const};
pub use errors::{ErrorKind, SyntaxErrorData, Warning, WarningKind};
pub use intern::{Interner, Sym};
pub use opcodes::Op;
pub use parse::{CompileOptions, Compiled, Mode, Parsed, Tree, compile, compile_bytes, compile_tree, parse, symbol_table};
pub use verify::verify;
