//! f-strings and t-strings.

use super::asm::{NEXT, Reg};
use super::{Compiler, Dst, Value};
use crate::code::Const;
use crate::errors::Result;
use crate::location::Locator;
use crate::opcodes::{Base, Imm, In, Out, insn};
use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};
use std::borrow::Cow;

/// A string in the making: literal text gathers until something else comes.
enum Piece<'a> {
    Text(Vec<u8>),
    Value(&'a ast::InterpolatedElement),
}

/// Appends text to the last piece if that is text.
fn push_text(pieces: &mut Vec<Piece<'_>>, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.extend_from_slice(text),
        _ => pieces.push(Piece::Text(text.to_vec())),
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn fstring(&mut self, e: &'a ast::ExprFString, dst: Dst) -> Result<Value> {
        let mut pieces = Vec::new();
        for part in e.value.iter() {
            match part {
                FStringPart::Literal(literal) => push_text(&mut pieces, &self.string_part(literal)),
                FStringPart::FString(f) => self.pieces(&f.elements, f.flags.prefix().is_raw(), &mut pieces),
            }
        }
        self.joined(pieces, e.range(), dst)
    }

    fn pieces(&self, elements: &'a ast::InterpolatedStringElements, raw: bool, out: &mut Vec<Piece<'a>>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    push_text(out, &self.interpolated_text(&text.value, text.range(), raw));
                }
                InterpolatedStringElement::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        push_text(out, without_comments(debug.as_str()).as_bytes());
                    }
                    out.push(Piece::Value(value));
                }
            }
        }
    }

    fn joined(&mut self, mut pieces: Vec<Piece<'a>>, range: TextRange, dst: Dst) -> Result<Value> {
        match &mut pieces[..] {
            [] => {
                self.loc(range);
                return Ok(self.settle(Value::Const(Const::Str([].into())), dst));
            }
            [Piece::Text(text)] => {
                self.loc(range);
                let text = std::mem::take(text);
                return Ok(self.settle(Value::Const(Const::Str(text.into())), dst));
            }
            [Piece::Value(value)] => return Ok(Value::Reg(self.formatted(value, dst)?)),
            _ => {}
        }
        // Very many pieces are joined in several steps, so that the frame stays small.
        const ROW: usize = 512;
        let base = self.next_temp();
        let mut n = 0;
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    self.loc(range);
                    self.load_const(Const::Str(text.into()), Dst::Temp);
                }
                Piece::Value(value) => {
                    self.formatted(value, Dst::Temp)?;
                }
            }
            n += 1;
            if n == ROW {
                self.loc(range);
                self.emit(insn::BuildString { dst: Out(NEXT.0), base: Base(base.0), n: Imm(n as i32) });
                n = 1;
            }
        }
        self.loc(range);
        Ok(Value::Reg(self.emit(insn::BuildString { dst: dst.out(), base: Base(base.0), n: Imm(n as i32) })))
    }

    /// One `{value!c:spec}`.
    fn formatted(&mut self, e: &'a ast::InterpolatedElement, dst: Dst) -> Result<Reg> {
        let mut value = self.expr_reg(&e.expression)?;
        let how = conversion(e);
        self.loc(e.range());
        if how != 0 {
            value = self.emit(insn::Convert { dst: Out(NEXT.0), src: In(value.0), how: Imm(how) });
        }
        match &e.format_spec {
            None => Ok(self.emit(insn::FormatSimple { dst: dst.out(), src: In(value.0) })),
            Some(spec) => {
                let spec = self.spec(spec)?;
                let spec = self.reg(spec);
                self.loc(e.range());
                Ok(self.emit(insn::FormatSpec { dst: dst.out(), src: In(value.0), spec: In(spec.0) }))
            }
        }
    }

    fn spec(&mut self, spec: &'a ast::InterpolatedStringFormatSpec) -> Result<Value> {
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, false, &mut pieces);
        self.nested(|c| c.joined(pieces, spec.range(), Dst::Any))
    }

    pub(super) fn tstring(&mut self, e: &'a ast::ExprTString, dst: Dst) -> Result<Reg> {
        let mut strings: Vec<Vec<u8>> = vec![Vec::new()];
        let mut values = Vec::new();
        for part in e.value.iter() {
            let mut pieces = Vec::new();
            self.pieces(&part.elements, part.flags.prefix().is_raw(), &mut pieces);
            for piece in pieces {
                match piece {
                    Piece::Text(text) => {
                        if let Some(last) = strings.last_mut() {
                            last.extend_from_slice(&text);
                        }
                    }
                    Piece::Value(value) => {
                        values.push(value);
                        strings.push(Vec::new());
                    }
                }
            }
        }
        let strings: Vec<Const> = strings.into_iter().map(|text| Const::Str(text.into())).collect();
        self.loc(e.range());
        let base = self.load_const(Const::Tuple(strings.into()), Dst::Temp);
        if values.is_empty() {
            self.load_const(Const::Tuple([].into()), Dst::Temp);
        } else {
            let row = Base(self.next_temp().0);
            for value in &values {
                self.interpolation(value)?;
            }
            self.loc(e.range());
            self.emit(insn::BuildTuple { dst: Out(NEXT.0), base: row, n: Imm(values.len() as i32) });
        }
        Ok(self.emit(insn::BuildTemplate { dst: dst.out(), base: Base(base.0) }))
    }

    fn interpolation(&mut self, e: &'a ast::InterpolatedElement) -> Result<()> {
        let base = self.expr_temp(&e.expression)?;
        self.loc(e.range());
        let text = expression_text(self.locator, e);
        self.load_const(Const::Str(text.as_bytes().into()), Dst::Temp);
        let mut form = conversion(e) << 2;
        if let Some(spec) = &e.format_spec {
            let spec = self.spec(spec)?;
            self.settle(spec, Dst::Temp);
            form |= 1;
        }
        self.loc(e.range());
        self.emit(insn::BuildInterpolation { dst: Out(NEXT.0), base: Base(base.0), form: Imm(form) });
        Ok(())
    }
}

/// The text between the brace and what follows the expression, without comments.
pub(crate) fn expression_text(locator: &Locator<'_>, e: &ast::InterpolatedElement) -> String {
    let source = match locator {
        Locator::Source(lines) => lines.source,
        Locator::Table(table) => {
            let text = table.texts.get(&e.range().start().to_u32());
            return text.cloned().unwrap_or_else(|| crate::unparse::expr(&e.expression));
        }
    };
    let start = e.range().start().to_usize() + 1;
    let mut end = e.expression.range().end().to_usize();
    // Closing parentheses and spaces belong to it.
    let rest = source.get(end..e.range().end().to_usize()).unwrap_or_default();
    let mut in_comment = false;
    for c in rest.chars() {
        match c {
            '\n' => in_comment = false,
            '#' => in_comment = true,
            ')' | '\\' => {}
            c if in_comment || c.is_whitespace() => {}
            _ => break,
        }
        end += c.len_utf8();
    }
    without_comments(source.get(start..end).unwrap_or_default()).into_owned()
}

/// An expression's text as it is shown: without comments.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            // Triple quotes are an odd number of them, so that counting them singly is enough.
            '"' | '\'' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            '#' if quote.is_none() => {
                if chars.by_ref().any(|c| c == '\n') {
                    out.push('\n');
                }
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// The operand of `Convert`, or 0. A `=` without conversion and spec means repr.
fn conversion(e: &ast::InterpolatedElement) -> i32 {
    match e.conversion {
        ConversionFlag::Str => 1,
        ConversionFlag::Repr => 2,
        ConversionFlag::Ascii => 3,
        ConversionFlag::None if e.debug_text.is_some() && e.format_spec.is_none() => 2,
        ConversionFlag::None => 0,
    }
}
