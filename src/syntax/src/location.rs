//! From byte ranges to lines and columns.

use crate::code::{Const, Position};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// How the ranges of a tree become positions.
pub enum Locator<'a> {
    /// The tree was parsed from this text.
    Source(LineIndex<'a>),
    /// The tree was made from `ast` objects: the start of a node's range is its index in this table.
    Table(Table),
}

/// What a tree made from `ast` objects cannot say itself, by the start of a node's range.
#[derive(Default)]
pub struct Table {
    pub positions: Vec<Position>,
    /// Constants for which the tree has a placeholder.
    pub constants: FxHashMap<u32, Const>,
    /// The texts of interpolations.
    pub texts: FxHashMap<u32, String>,
}

impl<'a> Locator<'a> {
    /// Position of a range.
    pub fn position(&self, range: TextRange) -> Position {
        match self {
            Locator::Source(lines) => {
                let (line, col) = lines.line_col(range.start());
                let (end_line, end_col) = lines.line_col(range.end());
                Position { line, end_line, col, end_col }
            }
            Locator::Table(table) => {
                table.positions.get(range.start().to_usize()).copied().unwrap_or(Position { line: 1, end_line: 1, col: 0, end_col: 0 })
            }
        }
    }

    /// The source text, if there is one.
    pub fn source(&self) -> Option<&'a str> {
        match self {
            Locator::Source(lines) => Some(lines.source),
            Locator::Table(_) => None,
        }
    }

    /// The constant that a placeholder stands for.
    pub fn constant(&self, range: TextRange) -> Option<&Const> {
        match self {
            Locator::Source(_) => None,
            Locator::Table(table) => table.constants.get(&range.start().to_u32()),
        }
    }

    /// The text of a range.
    pub fn text(&self, range: TextRange) -> Option<&'a str> {
        self.source()?.get(range.start().to_usize()..range.end().to_usize())
    }

    /// The range of a definition without its decorators, of which the last ends at `decorators_end`.
    pub fn without_decorators(&self, range: TextRange, decorators_end: Option<TextSize>) -> TextRange {
        let (Some(end), Some(source)) = (decorators_end, self.source()) else { return range };
        let mut at = end.to_usize();
        let bytes = source.as_bytes();
        // What may stand between: white space, line ends and comments.
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'#' => at += bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'\\' => at += 1,
                _ => break,
            }
        }
        let start = TextSize::try_from(at).unwrap_or(range.start());
        if start < range.end() { TextRange::new(start, range.end()) } else { range }
    }
}

/// Starts of all lines of a text.
pub struct LineIndex<'a> {
    pub source: &'a str,
    starts: Vec<u32>,
    /// The line found last: look-ups mostly come in order.
    last: Cell<usize>,
}

impl<'a> LineIndex<'a> {
    /// Indexes `source`; lines end with `\n`, `\r\n` or `\r`.
    pub fn new(source: &'a str) -> LineIndex<'a> {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        LineIndex { source, starts, last: Cell::new(0) }
    }

    /// Line (from 1) and column (from 0, bytes) of an offset.
    pub fn line_col(&self, offset: TextSize) -> (u32, u32) {
        let offset = offset.to_u32();
        let last = self.last.get();
        let covers = |line: usize| {
            self.starts[line] <= offset && self.starts.get(line + 1).is_none_or(|next| offset < *next)
        };
        let line = if covers(last) {
            last
        } else if last + 1 < self.starts.len() && covers(last + 1) {
            last + 1
        } else {
            self.starts.partition_point(|start| *start <= offset) - 1
        };
        self.last.set(line);
        (line as u32 + 1, offset - self.starts[line])
    }

    /// The text of a line (from 1) with its line end.
    pub fn line_text(&self, line: u32) -> &'a str {
        let start = self.starts.get(line.saturating_sub(1) as usize).copied().unwrap_or(self.source.len() as u32);
        let end = self.starts.get(line as usize).copied().unwrap_or(self.source.len() as u32);
        &self.source[start as usize..end as usize]
    }

    /// Number of lines.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }
}
