//! The tree as `ast` shows it: its grammar as one table, what walks the parser's tree and makes nodes of any kind, and the way back.
//!
//! `grammar` has every node class with its fields. `emit` reads the parser's tree and calls a [`Maker`] bottom-up, so that whoever
//! wants nodes (the `_ast` module wants objects) makes them without a copy between.

mod build;
pub mod check;
mod emit;
pub mod grammar;
pub mod node;

use crate::code::{Const, Position};
use crate::errors::SyntaxErrorData;
use crate::location::{LineIndex, Locator};
use crate::parse::{Mode, Parsed, Tree};
pub use build::compile_nodes;
pub use grammar::{Attributes, Field, FieldType, Kind, Quantity, Sum};

/// Makes nodes. Values are what fields hold: nodes, lists, identifiers, constants.
pub trait Maker {
    type Value;
    type Error;
    /// A node with its fields in the order of the grammar.
    fn node<const N: usize>(&mut self, kind: Kind, at: Option<Position>, fields: [Self::Value; N]) -> Result<Self::Value, Self::Error>;
    /// A node without fields and place: an operator, a context.
    fn bare(&mut self, kind: Kind) -> Self::Value;
    /// A list field.
    fn list(&mut self, items: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// What an absent optional field holds.
    fn none(&mut self) -> Self::Value;
    /// A name.
    fn identifier(&mut self, name: &str) -> Self::Value;
    /// Text that is no name.
    fn text(&mut self, text: &str) -> Self::Value;
    /// A number of the grammar itself: a level, a conversion, a flag.
    fn int(&mut self, value: i64) -> Self::Value;
    /// The value of a literal.
    fn constant(&mut self, value: &Const) -> Self::Value;
    /// An error on the way.
    fn error(&mut self, error: Box<SyntaxErrorData>) -> Self::Error;
}

/// The type that a comment gives, or whether it says that the line's type errors are ignored.
pub(crate) enum TypeComment<'a> {
    Type(&'a str),
    /// With what follows the word.
    Ignore(&'a str),
}

/// The meaning of a comment to type checkers, if it has one.
pub(crate) fn type_comment(comment: &str) -> Option<TypeComment<'_>> {
    let blanks = [' ', '\t'];
    let rest = comment.strip_prefix('#')?.trim_start_matches(blanks).strip_prefix("type:")?.trim_start_matches(blanks);
    match rest.strip_prefix("ignore") {
        Some(tag) if !tag.starts_with(|c: char| !c.is_ascii() || c.is_ascii_alphanumeric()) => Some(TypeComment::Ignore(tag)),
        _ => Some(TypeComment::Type(rest)),
    }
}

impl Parsed<'_> {
    /// Makes nodes of the tree.
    pub fn emit<M: Maker>(self, mode: Mode, maker: &mut M) -> Result<M::Value, M::Error> {
        let locator = Locator::Source(LineIndex::new(&self.source));
        let mut emitter = emit::Emitter::new(maker, &locator, &self.comments);
        let made = match self.tree() {
            Tree::Expression(e) if mode == Mode::FuncType => emitter.function_type(&self.arguments, e),
            Tree::Module(body) => emitter.module(body, mode == Mode::Single),
            Tree::Expression(e) => emitter.expression(e),
        };
        let depth = emitter.max_depth;
        drop(locator);
        crate::parse::drop_tree(self.root, depth);
        made
    }
}
