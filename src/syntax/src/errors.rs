//! Errors and warnings of compilation: inside as a message at a source range, outside as CPython's `SyntaxError` attributes.

use ruff_text_size::TextRange;

/// The exception type to raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// `_IncompleteInputError`, for `codeop` and the REPL (only with the flag that allows it).
    IncompleteInput,
    /// ValueError: NUL bytes.
    Value,
    Memory,
    Recursion,
    Overflow,
    /// An invariant of the compiler itself is broken.
    System,
}

/// What `SyntaxError` carries. `offset`s count code points from 1 (CPython also gives 0 and -1 here and there).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxErrorData {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: Option<u32>,
    pub offset: Option<i32>,
    pub text: Option<String>,
    pub end_lineno: Option<u32>,
    pub end_offset: Option<i32>,
    /// Line and column of the last compound statement before it, and the text if it was not read from a file: where a misspelled keyword
    /// may be.
    pub metadata: Option<(u32, u32, Option<String>)>,
}

impl core::fmt::Display for SyntaxErrorData {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}Error: {}", self.kind, self.msg)?;
        if let Some(line) = self.lineno {
            write!(f, " (line {line})")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxErrorData {}

/// An error inside the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) kind: ErrorKind,
    pub(crate) msg: String,
    pub(crate) range: Option<TextRange>,
    /// A place with columns of its own, instead of a range.
    pub(crate) raw: Option<RawPlace>,
}

/// A place on the line of byte `at`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawPlace {
    pub(crate) at: usize,
    pub(crate) col: i64,
    pub(crate) end_col: i64,
}

/// Boxed: the error path is cold and `Ok` should stay small.
pub(crate) type Result<T> = core::result::Result<T, Box<Error>>;

/// A `SyntaxError` at `range`.
#[cold]
pub(crate) fn error<T>(range: TextRange, msg: impl Into<String>) -> Result<T> {
    Err(Box::new(Error { kind: ErrorKind::Syntax, msg: msg.into(), range: Some(range), raw: None }))
}

/// A `SyntaxError` without a place.
#[cold]
pub(crate) fn error_at_none<T>(msg: &str) -> Result<T> {
    fail(ErrorKind::Syntax, msg)
}

/// An error of another kind without a place.
#[cold]
pub(crate) fn fail<T>(kind: ErrorKind, msg: impl Into<String>) -> Result<T> {
    Err(Box::new(Error { kind, msg: msg.into(), range: None, raw: None }))
}

/// Which warning category to use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningKind {
    Syntax,
    Deprecation,
}

/// A warning to issue with `warn_explicit` at `lineno` of the file; if it becomes an error, the error is a `SyntaxError` there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    pub kind: WarningKind,
    pub msg: String,
    pub lineno: u32,
    pub offset: u32,
    pub end_lineno: u32,
    pub end_offset: u32,
}

/// What CPython calls an expression in messages like "cannot assign to …".
pub(crate) fn describe(e: &ruff_python_ast::Expr) -> &'static str {
    use ruff_python_ast::Expr;
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::BooleanLiteral(b) if b.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) => "slice",
        Expr::IpyEscapeCommand(_) => "expression",
    }
}
