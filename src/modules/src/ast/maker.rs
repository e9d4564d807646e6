//! Nodes as objects, made bottom-up from a parsed source.
//!
//! Nothing here calls out: it runs on stacks of its own when the source is nested deeply.

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::{Int, List, Str, none};
use syntax::code::Position;
use syntax::tree::{Kind, Maker};
use syntax::{Const, Mode, SyntaxErrorData};

use super::classes::Classes;
use super::node::Ast;

struct Objects<'a> {
    th: &'a mut Thread,
    classes: &'static Classes,
    filename: &'a Str,
    /// The numbers of the line that nodes were made for last: neighbours share them.
    line: Option<(u32, Ref<Object>)>,
}

/// The nodes of a parsed source.
pub fn make(th: &mut Thread, classes: &'static Classes, filename: &Str, parsed: syntax::Parsed<'_>, mode: Mode) -> Result<Ref<Object>, Raised> {
    parsed.emit(mode, &mut Objects { th, classes, filename, line: None })
}

impl Objects<'_> {
    fn line(&mut self, line: u32) -> Ref<Object> {
        if let Some((last, number)) = &self.line
            && *last == line
        {
            return number.clone();
        }
        let number: Ref<Object> = Int::from_i64(self.th, i64::from(line)).up();
        self.line = Some((line, number.clone()));
        number
    }

    fn number(&mut self, n: u32) -> Ref<Object> {
        Int::from_i64(self.th, i64::from(n)).up()
    }
}

impl Maker for Objects<'_> {
    type Value = Ref<Object>;
    type Error = Raised;

    fn node<const N: usize>(&mut self, kind: Kind, at: Option<Position>, fields: [Ref<Object>; N]) -> Result<Ref<Object>, Raised> {
        let (class, template) = self.classes.of(kind);
        let place = at.map(|p| [self.line(p.line), self.number(p.col), self.line(p.end_line), self.number(p.end_col)]);
        let node = self.th.new_instance(class, Ast::empty());
        template.fill(self.th, &node, fields.into_iter().chain(place.into_iter().flatten()));
        Ok(node.up())
    }

    fn bare(&mut self, kind: Kind) -> Ref<Object> {
        self.classes.singleton(kind).to_ref()
    }

    fn list(&mut self, items: Vec<Ref<Object>>) -> Result<Ref<Object>, Raised> {
        Ok(List::new(self.th, items).up())
    }

    fn none(&mut self) -> Ref<Object> {
        none().to_ref()
    }

    fn identifier(&mut self, name: &str) -> Ref<Object> {
        objects::intern(self.th, name).to_ref().up()
    }

    fn text(&mut self, text: &str) -> Ref<Object> {
        Str::new(self.th, text).up()
    }

    fn int(&mut self, value: i64) -> Ref<Object> {
        Int::from_i64(self.th, value).up()
    }

    fn constant(&mut self, value: &Const) -> Ref<Object> {
        interp::code::constants::object(self.th, value, &mut Default::default())
    }

    fn error(&mut self, error: Box<SyntaxErrorData>) -> Raised {
        interp::compile::raise_syntax_error(self.th, self.filename, &error)
    }
}
