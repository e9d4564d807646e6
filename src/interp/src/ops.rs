//! What instructions do, one file per family: generic form, specialised forms, and the function that chooses between them.
//!
//! Every function takes the thread, the frame and the instruction's operands; the frame's `pc` names the instruction. On an error nothing was
//! written, and the inputs still are (or have become null) in their registers, as `syntax::opcodes` demands.

pub mod arith;
pub mod attr;
pub mod attr_cache;
pub mod build;
pub mod call;
pub mod compare;
pub mod control;
pub mod except;
pub mod format;
pub mod r#gen;
pub mod global;
pub mod import;
pub mod item;
pub mod iter;
pub mod r#match;
pub mod special;
pub mod type_params;

use heap::{Object, Raised, Ref, Thread};

/// What an instruction comes to.
pub type Done = Result<(), Raised>;
/// An abstract operation of two operands.
pub type Binary = fn(&mut Thread, &Object, &Object) -> Result<Ref<Object>, Raised>;
/// An abstract operation of one operand.
pub type Unary = fn(&mut Thread, &Object) -> Result<Ref<Object>, Raised>;
