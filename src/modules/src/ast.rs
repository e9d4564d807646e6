//! `_ast`: the node classes, and `compile` to and from their instances.
//!
//! `node` is the base class, `classes` makes the others from the grammar's table (`syntax::tree`), `maker` makes instances of a parsed
//! source.

pub mod classes;
mod maker;
pub mod node;
mod read;

use heap::{Object, Raised, Ref, Thread};
use interp::compile::flags;
use macros::pymodule;
use objects::{Str, raise};
use syntax::tree::check::InvalidKind;

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
pub fn compile(
    th: &mut Thread,
    source: &Object,
    filename: &Str,
    mode: syntax::Mode,
    compile_flags: u32,
    optimize: i32,
    feature_version: Option<u32>,
) -> Result<Ref<Object>, Raised> {
    if interp::compile::is_ast(source) {
        return compile_nodes(th, source, filename, mode, compile_flags, optimize);
    }
    let text = interp::compile::source_text(th, "compile", source, filename, false)?;
    let parsed = interp::compile::parse(th, &text, filename, mode, compile_flags, optimize, feature_version)?;
    let classes = classes::get(th)?;
    let tree = maker::make(th, classes, filename, parsed, mode)?;
    if compile_flags & flags::OPTIMIZED_AST == flags::OPTIMIZED_AST { optimized(th, &tree, optimize) } else { Ok(tree) }
}

/// The tree as CPython's compiler has it before it makes code of it.
fn optimized(th: &mut Thread, tree: &Object, optimize: i32) -> Result<Ref<Object>, Raised> {
    let level = u8::try_from(optimize).unwrap_or(interp::config::get().optimize);
    let module = interp::import::import_module(th, "_pyston_ast")?;
    let function = objects::ops::getattr_str(th, &module, "optimized")?;
    let level = objects::Int::from_i64(th, level.into());
    objects::ops::call(th, &function, &[tree, &level])
}

/// `compile` of nodes. Nodes that are asked for nodes are handed back as they are.
fn compile_nodes(th: &mut Thread, source: &Object, filename: &Str, mode: syntax::Mode, compile_flags: u32, optimize: i32) -> Result<Ref<Object>, Raised> {
    if compile_flags & flags::OPTIMIZED_AST == flags::ONLY_AST {
        return Ok(source.to_owned());
    }
    let classes = classes::get(th)?;
    let root = read::read(th, classes, source, mode)?;
    if let Err(invalid) = syntax::tree::check::check(&root) {
        let msg = &invalid.msg;
        return Err(match invalid.kind {
            InvalidKind::Value => raise::value_error(th, format_args!("{msg}")),
            InvalidKind::Type => raise::type_error(th, format_args!("{msg}")),
        });
    }
    if compile_flags & flags::ONLY_AST != 0 {
        return optimized(th, source, optimize);
    }
    interp::compile::compile_nodes(th, &root, filename, mode, compile_flags, optimize)
}
