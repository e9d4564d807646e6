//! Nodes as plain data: what a tree of objects is read into before it is checked and compiled.

use super::Kind;
use crate::code::Const;

/// Where a node says it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Node(Box<Node>),
    List(Vec<Value>),
    /// An identifier or a string; UTF-8, generalised.
    Text(Box<[u8]>),
    Int(i32),
    Constant(Const),
    /// A constant that code cannot hold, by the name of its type.
    BadConstant(String),
}

/// A node; fields are in the grammar's order.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: Kind,
    pub place: Place,
    pub fields: Vec<Value>,
}

impl Value {
    /// The node in it.
    pub fn node(&self) -> Option<&Node> {
        match self {
            Value::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The nodes of a list; empty places are left out.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.items().iter().filter_map(Value::node)
    }

    /// Whether there is nothing.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// Text as UTF-8, lone surrogates replaced.
    pub fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Value::Text(text) => Some(String::from_utf8_lossy(text)),
            _ => None,
        }
    }

    /// A number.
    pub fn int(&self) -> i32 {
        match self {
            Value::Int(n) => *n,
            _ => 0,
        }
    }
}

impl Node {
    /// A field by its place in the grammar.
    pub fn field(&self, at: usize) -> &Value {
        self.fields.get(at).unwrap_or(&Value::None)
    }
}
