//! f-strings and t-strings: literal text gathers over all parts until a value comes.

use super::{Emitter, Made};
use crate::code::Const;
use crate::tree::{Kind, Maker};
use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};
use ruff_text_size::{TextRange, TextSize};

/// Literal text in the making.
struct Text {
    bytes: Vec<u8>,
    range: TextRange,
    unicode: bool,
}

/// The values of a string in the making.
struct Values<M: Maker> {
    out: Vec<M::Value>,
    text: Option<Text>,
}

impl<M: Maker> Emitter<'_, M> {
    pub(super) fn fstring(&mut self, e: &ast::ExprFString) -> Made<M> {
        let mut values = Values { out: Vec::new(), text: None };
        for part in e.value.iter() {
            match part {
                FStringPart::Literal(part) => {
                    let bytes = crate::lower::string_part(self.locator, part);
                    add_text(&mut values, &bytes, part.range, part.flags.prefix().is_unicode());
                }
                FStringPart::FString(f) => self.elements(&f.elements, f.flags.prefix().is_raw(), false, &mut values)?,
            }
        }
        self.joined(Kind::JoinedStr, values, e.range)
    }

    pub(super) fn tstring(&mut self, e: &ast::ExprTString) -> Made<M> {
        let mut values = Values { out: Vec::new(), text: None };
        for part in e.value.iter() {
            self.elements(&part.elements, part.flags.prefix().is_raw(), true, &mut values)?;
        }
        self.joined(Kind::TemplateStr, values, e.range)
    }

    fn joined(&mut self, kind: Kind, mut values: Values<M>, range: TextRange) -> Made<M> {
        self.end_text(&mut values)?;
        let list = self.maker.list(values.out)?;
        self.node(kind, range, [list])
    }

    fn end_text(&mut self, values: &mut Values<M>) -> Result<(), M::Error> {
        if let Some(text) = values.text.take()
            && !text.bytes.is_empty()
        {
            let value = self.maker.constant(&Const::Str(text.bytes.into()));
            let kind = if text.unicode { self.maker.text("u") } else { self.maker.none() };
            let node = self.node(Kind::Constant, text.range, [value, kind])?;
            values.out.push(node);
        }
        Ok(())
    }

    fn elements(&mut self, elements: &[InterpolatedStringElement], raw: bool, template: bool, values: &mut Values<M>) -> Result<(), M::Error> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let bytes = crate::lower::interpolated_text(self.locator, &literal.value, literal.range, raw);
                    add_text(values, &bytes, literal.range, false);
                }
                InterpolatedStringElement::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        let start = value.range.start() + TextSize::from(1);
                        let text = debug.as_str();
                        let end = start + TextSize::try_from(text.len()).unwrap_or_default();
                        add_text(values, crate::lower::without_comments(text).as_bytes(), TextRange::new(start, end.min(value.range.end())), false);
                    }
                    self.end_text(values)?;
                    let node = self.nested(|s| s.value(value, raw, template))?;
                    values.out.push(node);
                }
            }
        }
        Ok(())
    }

    /// One `{value!c:spec}`.
    fn value(&mut self, e: &ast::InterpolatedElement, raw: bool, template: bool) -> Made<M> {
        let value = self.expr(&e.expression)?;
        let conversion = match e.conversion {
            ConversionFlag::Str => i64::from(b's'),
            ConversionFlag::Repr => i64::from(b'r'),
            ConversionFlag::Ascii => i64::from(b'a'),
            ConversionFlag::None if e.debug_text.is_some() && e.format_spec.is_none() => i64::from(b'r'),
            ConversionFlag::None => -1,
        };
        let conversion = self.maker.int(conversion);
        let spec = match &e.format_spec {
            None => self.maker.none(),
            Some(spec) => {
                let mut values = Values { out: Vec::new(), text: None };
                self.elements(&spec.elements, raw, false, &mut values)?;
                // The colon belongs to it.
                let range = TextRange::new(spec.range.start() - TextSize::from(1), spec.range.end());
                self.joined(Kind::JoinedStr, values, range)?
            }
        };
        if !template {
            return self.node(Kind::FormattedValue, e.range, [value, conversion, spec]);
        }
        let text = crate::lower::expression_text(self.locator, e);
        let text = self.maker.text(&text);
        self.node(Kind::Interpolation, e.range, [value, text, conversion, spec])
    }
}

fn add_text<M: Maker>(values: &mut Values<M>, bytes: &[u8], range: TextRange, unicode: bool) {
    match &mut values.text {
        Some(text) => {
            text.bytes.extend_from_slice(bytes);
            text.range = TextRange::new(text.range.start(), range.end());
        }
        None => values.text = Some(Text { bytes: bytes.to_vec(), range, unicode }),
    }
}

