//! `_ast`: the node classes, and `compile` to and from their instances.
//!
//! `node` is the base class, `classes` makes the others from the grammar's table (`syntax::tree`), `maker` makes instances of a parsed
//! source.

pub mod classes;
mod maker;
pub mod node;

use heap::{Object, Raised, Ref, Thread};
use interp::compile::flags;
use macros::pymodule;
use objects::{Str, raise};

#[pymodule(name = "_ast", types(node::Ast))]
#[allow(non_upper_case_globals, reason = "Python's names")]
pub mod ast {
    #![doc = ""]
    use super::*;

    #[constant]
    const PyCF_ALLOW_TOP_LEVEL_AWAIT: u32 = flags::TOP_LEVEL_AWAIT;
    #[constant]
    const PyCF_ONLY_AST: u32 = flags::ONLY_AST;
    #[constant]
    const PyCF_TYPE_COMMENTS: u32 = flags::TYPE_COMMENTS;
    #[constant]
    const PyCF_OPTIMIZED_AST: u32 = flags::OPTIMIZED_AST;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let classes = classes::get(th)?;
        for (name, class) in classes.all() {
            objects::ops::setattr(th, module, name, class)?;
        }
        Ok(())
    }
}

/// `compile` with nodes: of a source text to nodes, or of nodes to code.
pub fn compile(th: &mut Thread, source: &Object, filename: &Str, mode: syntax::Mode, compile_flags: u32, optimize: i32) -> Result<Ref<Object>, Raised> {
    if interp::compile::is_ast(source) {
        return Err(raise::not_implemented(th, format_args!("compile() of ast nodes is not available")));
    }
    let text = interp::compile::source_text(th, "compile", source, false)?;
    let _ = optimize;
    let parsed = interp::compile::parse(th, &text, filename, mode, compile_flags, optimize)?;
    let classes = classes::get(th)?;
    maker::make(th, classes, filename, parsed, mode)
}
