//! From source bytes to a compiled module: decoding, parsing, symbol tables, lowering.

use crate::code::{Code, flags};
use crate::errors::{self, Error, ErrorKind, SyntaxErrorData, Warning};
use crate::intern::Interner;
use crate::location::{LineIndex, Locator};
use crate::lower::{Body, LowerOptions, RawWarning, compile_root};
use crate::scope::build::{BuildOptions, Root};
use crate::scope::{SymbolTable, build};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::ParseOptions;
use ruff_text_size::{Ranged, TextRange};
use std::borrow::Cow;
use std::sync::Arc;

/// What kind of source it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    #[default]
    Exec,
    Eval,
    Single,
    FuncType,
}

/// Settings of `compile`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CompileOptions {
    /// `co_flags` bits of `from __future__` imports to inherit.
    pub flags: u32,
    /// 0, 1 (`-O`) or 2 (`-OO`).
    pub optimize: u8,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`, for the REPL.
    pub dont_imply_dedent: bool,
    /// `PyCF_TYPE_COMMENTS`.
    pub type_comments: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`: an error at the end of input is `ErrorKind::IncompleteInput`.
    pub allow_incomplete_input: bool,
    /// CPython would read it from a file line by line, which shows in the places of errors at its end.
    pub from_file: bool,
    /// What Python 3 before this minor version did not know is refused.
    pub feature_version: Option<u32>,
}

/// A result with the warnings on the way to it. The caller issues the warnings first: one may be turned into an error.
pub struct Compiled<T> {
    pub result: Result<T, Box<SyntaxErrorData>>,
    pub warnings: Vec<Warning>,
}

/// Compiles a file's bytes, decoded by their cookie; `codec` decodes what `decode` does not know.
pub fn compile_bytes(
    bytes: &[u8],
    codec: crate::decode::Codec<'_>,
    filename: &str,
    mode: Mode,
    options: CompileOptions,
) -> Compiled<Code> {
    match crate::decode::decode(bytes, codec) {
        Ok(source) => compile(&source, filename, mode, options),
        Err(error) => Compiled { result: Err(error), warnings: Vec::new() },
    }
}

/// Compiles source text.
pub fn compile(source: &str, filename: &str, mode: Mode, options: CompileOptions) -> Compiled<Code> {
    if mode == Mode::FuncType {
        return failed(ErrorKind::Value, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    }
    let Compiled { result, mut warnings } = parse(source, mode, options);
    let parsed = match result {
        Ok(parsed) => parsed,
        Err(error) => return Compiled { result: Err(error), warnings },
    };
    let locator = Locator::Source(LineIndex::new(&parsed.source));
    let mut depth = 0;
    let mut compiled = compile_located(parsed.tree(), &locator, filename, mode, options, &mut depth);
    drop_tree(parsed.root, depth);
    warnings.append(&mut compiled.warnings);
    Compiled { result: compiled.result, warnings }
}

/// Source text that was found to be grammatical, with its tree.
pub struct Parsed<'a> {
    pub(crate) source: Cow<'a, str>,
    pub(crate) root: ast::Mod,
    /// The argument types of a function type; its result is the root.
    pub(crate) arguments: Vec<Expr>,
    /// Type comments in order, if they were asked for.
    pub(crate) comments: Vec<TextRange>,
}

impl Parsed<'_> {
    /// The tree.
    pub(crate) fn tree(&self) -> Tree<'_> {
        match &self.root {
            ast::Mod::Module(module) => Tree::Module(&module.body),
            ast::Mod::Expression(e) => Tree::Expression(&e.body),
        }
    }
}

impl Parsed<'_> {
    /// Builds the symbol table, for the `symtable` module.
    pub fn with_symbols<R>(&self, options: CompileOptions, then: impl FnOnce(&SymbolTable, &Interner, &Locator<'_>) -> R) -> Result<R, Box<SyntaxErrorData>> {
        let locator = Locator::Source(LineIndex::new(&self.source));
        let mut options = options;
        if let Tree::Module(body) = self.tree() {
            match crate::syntax_errors::future_flags(body) {
                Ok(future) => options.flags |= future,
                Err(error) => return Err(Box::new(place_in_bytes(*error, &locator))),
            }
        }
        let (table, names) = symbol_table(self.tree(), &locator, options)?;
        Ok(then(&table, &names, &locator))
    }
}

/// Parses source text; what the symbol table and the compiler check is not checked.
pub fn parse<'a>(source: &'a str, mode: Mode, options: CompileOptions) -> Compiled<Parsed<'a>> {
    // A tree may be as deep as its source is long, and the tree of a source that is refused is dropped level by level.
    const LEVEL: usize = 512;
    const MOST: usize = 1 << 30;
    let room = source.len().saturating_mul(LEVEL).min(MOST) + (256 << 10);
    stacker::maybe_grow(room, room + (1 << 20), || parse_here(source, mode, options))
}

fn parse_here<'a>(source: &'a str, mode: Mode, options: CompileOptions) -> Compiled<Parsed<'a>> {
    let source = crate::decode::unix_lines(source);
    if source.len() >= u32::MAX as usize {
        return failed(ErrorKind::Memory, "source is too large");
    }
    let mut warnings = Vec::new();
    let mut arguments = Vec::new();
    let mut comments = Vec::new();
    let mut source = source;
    if source.contains("barry_as_FLUFL") || options.flags & flags::FUTURE_BARRY_AS_BDFL != 0 {
        match crate::syntax_errors::barry(&source, &options) {
            Ok(replaced) => source = std::borrow::Cow::Owned(replaced),
            Err(error) => {
                let error = place(*error, &Locator::Source(LineIndex::new(&source)));
                return Compiled { result: Err(Box::new(error)), warnings };
            }
        }
    }
    let locator = Locator::Source(LineIndex::new(&source));
    let outcome = crate::syntax_errors::check_tokens(&source, mode, &options).and_then(|()| {
        if mode == Mode::FuncType {
            return function_type(&source, &mut arguments);
        }
        let parsed = match ruff_python_parser::parse(&source, parse_options(mode)) {
            Ok(parsed) => parsed,
            Err(error) => {
                // What stands before the error is warned about all the same.
                let tokens = ruff_python_parser::parse_unchecked(&source, parse_options(mode));
                warnings = crate::syntax_errors::warnings_before(&source, tokens.tokens(), &locator, error.location.start());
                return Err(crate::syntax_errors::from_parser(&source, &error, mode, &options));
            }
        };
        crate::syntax_errors::check_nesting(&source, parsed.tokens())?;
        warnings = crate::syntax_errors::escape_warnings(&source, parsed.tokens(), &locator);
        crate::syntax_errors::check_keywords(parsed.tokens())?;
        if options.type_comments {
            comments = parsed.tokens().iter().filter(|t| t.kind() == TokenKind::Comment).map(Ranged::range).collect();
            comments.retain(|range| crate::tree::type_comment(&source[*range]).is_some());
        }
        let root = parsed.into_syntax();
        if let ast::Mod::Module(module) = &root
            && let Err(error) = check_single(&source, &module.body, mode, &options)
        {
            warnings.clear();
            return Err(error);
        }
        if let Some(version) = options.feature_version {
            crate::syntax_errors::check_version(&source, &root, version)?;
        }
        Ok(root)
    });
    let result = outcome.map_err(|error| {
        let end = error.range.map(|range| range.end().to_usize());
        let mut data = place(*error, &locator);
        crate::syntax_errors::complete(&source, &mut data, end, mode, &options);
        Box::new(data)
    });
    drop(locator);
    Compiled { result: result.map(|root| Parsed { source, root, arguments, comments }), warnings }
}

/// `(argument types) -> result`, of a function's type comment.
fn function_type(source: &str, arguments: &mut Vec<Expr>) -> errors::Result<ast::Mod> {
    let (ranges, result) = crate::syntax_errors::function_type(source)?;
    let expression = |range: TextRange| match ruff_python_parser::parse_expression_range(source, range) {
        Ok(parsed) => Ok(parsed.into_syntax()),
        Err(error) => errors::error(error.location, "invalid syntax"),
    };
    for range in ranges {
        arguments.push(*expression(range)?.body);
    }
    Ok(ast::Mod::Expression(expression(result)?))
}

/// A syntax tree to compile.
#[derive(Clone, Copy)]
pub enum Tree<'a> {
    Module(&'a [Stmt]),
    Expression(&'a Expr),
}

/// Compiles a tree whose ranges `locator` knows: from source, or made from `ast` objects.
pub fn compile_tree(
    tree: Tree<'_>,
    locator: &Locator<'_>,
    filename: &str,
    mode: Mode,
    options: CompileOptions,
) -> Compiled<Code> {
    compile_located(tree, locator, filename, mode, options, &mut 0)
}

/// Builds the symbol table of a tree, for the `symtable` module.
pub fn symbol_table(
    tree: Tree<'_>,
    locator: &Locator<'_>,
    options: CompileOptions,
) -> Result<(SymbolTable, Interner), Box<SyntaxErrorData>> {
    let mut names = Interner::default();
    let root = match tree {
        Tree::Module(body) => Root::Suite(body),
        Tree::Expression(e) => Root::Expr(e),
    };
    let build_options = BuildOptions {
        future_annotations: options.flags & flags::FUTURE_ANNOTATIONS != 0,
        top_level_await: options.top_level_await,
    };
    match build(&mut names, root, build_options, &mut 0) {
        Ok(built) => Ok((built.table, names)),
        Err(error) => Err(Box::new(place_in_bytes(*error, locator))),
    }
}

fn parse_options(mode: Mode) -> ParseOptions {
    let options = match mode {
        Mode::Exec | Mode::Single => ParseOptions::from(ruff_python_parser::Mode::Module),
        Mode::Eval | Mode::FuncType => ParseOptions::from(ruff_python_parser::Mode::Expression),
    };
    options.with_target_version(ast::PythonVersion::PY314)
}

pub(crate) fn failed<T>(kind: ErrorKind, msg: &str) -> Compiled<T> {
    let error = SyntaxErrorData {
        kind,
        msg: msg.to_string(),
        lineno: None,
        offset: None,
        text: None,
        end_lineno: None,
        end_offset: None,
        metadata: None,
    };
    Compiled { result: Err(Box::new(error)), warnings: Vec::new() }
}

/// Interactive input is one compound statement, or one line of simple ones.
fn check_single(source: &str, body: &[Stmt], mode: Mode, options: &CompileOptions) -> errors::Result<()> {
    if mode != Mode::Single {
        return Ok(());
    }
    let Some((first, rest)) = body.split_first() else {
        if options.allow_incomplete_input {
            return incomplete(TextRange::default());
        }
        return Err(crate::syntax_errors::nothing(source));
    };
    if is_compound(first) {
        if let Some(second) = rest.first() {
            // A single name without a line end could still become anything.
            let open = !source.ends_with('\n') && second.range().end().to_usize() == source.trim_end().len();
            if options.allow_incomplete_input && open && matches!(second, Stmt::Expr(e) if e.value.is_name_expr()) {
                return incomplete(second.range());
            }
            return errors::error(second.range(), "invalid syntax");
        }
        let open = options.dont_imply_dedent && options.allow_incomplete_input;
        if open && !source.ends_with('\n') && source[first.range()].contains('\n') {
            return incomplete(TextRange::empty(first.range().end()));
        }
        return Ok(());
    }
    let mut end = first.range().end();
    for stmt in rest {
        if source[TextRange::new(end, stmt.range().start())].contains('\n') {
            return Err(crate::syntax_errors::several_statements(source, first.range().start().to_usize()));
        }
        end = stmt.range().end();
    }
    Ok(())
}

#[cold]
fn incomplete(range: TextRange) -> errors::Result<()> {
    let msg = "incomplete input".to_string();
    Err(Box::new(Error { kind: ErrorKind::IncompleteInput, msg, range: Some(range), raw: None }))
}

pub(crate) fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_)
    )
}

/// Drops a tree without running out of native stack.
pub(crate) fn drop_tree(tree: ast::Mod, depth: u32) {
    match depth {
        0..=400 => drop(tree),
        // Deeper than the compiler goes: nobody knows how deep. It is left alone; the error path may leak.
        u32::MAX => std::mem::forget(tree),
        depth => stacker::grow(depth as usize * 2048 + (1 << 20), || drop(tree)),
    }
}

fn compile_located(
    tree: Tree<'_>,
    locator: &Locator<'_>,
    filename: &str,
    mode: Mode,
    options: CompileOptions,
    depth: &mut u32,
) -> Compiled<Code> {
    let mut raw = Vec::new();
    let result = compile_inner(tree, locator, filename, mode, options, depth, &mut raw);
    let warnings = raw.into_iter().map(|w| located(w, locator)).collect();
    Compiled { result: result.map_err(|error| Box::new(place_in_bytes(*error, locator))), warnings }
}

fn compile_inner(
    tree: Tree<'_>,
    locator: &Locator<'_>,
    filename: &str,
    mode: Mode,
    options: CompileOptions,
    depth: &mut u32,
    warnings: &mut Vec<RawWarning>,
) -> errors::Result<Code> {
    let mut names = Interner::default();
    let future = match tree {
        Tree::Module(body) => options.flags | crate::syntax_errors::future_flags(body)?,
        Tree::Expression(_) => options.flags,
    };
    let (root, body) = match tree {
        Tree::Module(body) => (Root::Suite(body), Body::Module(body)),
        Tree::Expression(e) => (Root::Expr(e), Body::Expression(e)),
    };
    let build_options = BuildOptions {
        future_annotations: future & flags::FUTURE_ANNOTATIONS != 0,
        top_level_await: options.top_level_await,
    };
    let built = build(&mut names, root, build_options, depth)?;
    *depth = built.max_depth;
    let lower_options = LowerOptions {
        future,
        optimize: options.optimize,
        top_level_await: options.top_level_await,
        interactive: mode == Mode::Single,
    };
    let filename: Arc<str> = filename.into();
    compile_root(body, &built.table, &mut names, locator, filename, lower_options, warnings)
}

/// The place of an error that the symbol table or the compiler found. They do not know the source: columns count bytes, and whoever shows the
/// error looks for its line in the file.
fn place_in_bytes(error: Error, locator: &Locator<'_>) -> SyntaxErrorData {
    let (range, raw) = (error.range, error.raw.is_some());
    let mut data = place(error, locator);
    if let Some(range) = range.filter(|_| !raw) {
        let p = locator.position(range);
        data.offset = Some(p.col as i32 + 1);
        data.end_offset = Some(p.end_col as i32 + 1);
        data.text = None;
    }
    data
}

/// Gives an error its lines and columns.
pub(crate) fn place(error: Error, locator: &Locator<'_>) -> SyntaxErrorData {
    let Error { kind, msg, range, raw } = error;
    let mut data = SyntaxErrorData { kind, msg, lineno: None, offset: None, text: None, end_lineno: None, end_offset: None, metadata: None };
    if let (Some(raw), Locator::Source(lines)) = (raw, locator) {
        let (line, _) = lines.line_col(ruff_text_size::TextSize::try_from(raw.at).unwrap_or_default());
        data.lineno = Some(line);
        data.end_lineno = Some(line);
        data.offset = Some(raw.col as i32);
        data.end_offset = Some(raw.end_col as i32);
        data.text = Some(lines.line_text(line).to_string());
        return data;
    }
    let Some(range) = range else { return data };
    let p = locator.position(range);
    data.lineno = Some(p.line);
    data.end_lineno = Some(p.end_line);
    match locator {
        Locator::Source(lines) => {
            data.offset = Some(chars(lines, p.line, p.col));
            data.end_offset = Some(chars(lines, p.end_line, p.end_col));
            data.text = Some(lines.line_text(p.line).to_string());
        }
        Locator::Table(_) => {
            data.offset = Some(p.col as i32 + 1);
            data.end_offset = Some(p.end_col as i32 + 1);
        }
    }
    data
}

/// A byte column as a count of code points from 1.
fn chars(lines: &LineIndex<'_>, line: u32, col: u32) -> i32 {
    let text = lines.line_text(line);
    let before = text.get(..(col as usize).min(text.len())).unwrap_or(text);
    before.chars().count() as i32 + 1
}

fn located(warning: RawWarning, locator: &Locator<'_>) -> Warning {
    let RawWarning { kind, msg, range } = warning;
    at(kind, msg, range, locator)
}

/// A warning with lines and columns.
pub(crate) fn at(kind: errors::WarningKind, msg: String, range: TextRange, locator: &Locator<'_>) -> Warning {
    let data = place(Error { kind: ErrorKind::Syntax, msg: String::new(), range: Some(range), raw: None }, locator);
    Warning {
        kind,
        msg,
        lineno: data.lineno.unwrap_or(1),
        offset: data.offset.unwrap_or(1).max(0) as u32,
        end_lineno: data.end_lineno.unwrap_or(1),
        end_offset: data.end_offset.unwrap_or(1).max(0) as u32,
    }
}
