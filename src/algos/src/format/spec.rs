//! The format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use super::{Error, read_number, value_error};
use crate::float::Sign;
use crate::text::{self, Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Padding between sign and digits (`=`).
    AfterSign,
}

/// Separators between groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    #[default]
    None,
    Comma,
    Underscore,
}

impl Grouping {
    pub(super) fn separator(self) -> &'static str {
        match self {
            Grouping::None => "",
            Grouping::Comma => ",",
            Grouping::Underscore => "_",
        }
    }
}

/// What is to be formatted; it decides defaults and what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Str,
    Int,
    Float,
    Complex,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub fill: u32,
    pub align: Align,
    pub sign: Sign,
    /// `z`: zero without a minus.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    pub width: usize,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    pub fraction_grouping: Grouping,
    /// The type character, 0 when there is none and the kind has no default.
    pub code: u32,
    /// A sign option was written, be it the default `-`.
    pub(super) sign_given: bool,
}

fn align(unit: u32) -> Option<Align> {
    Some(match char::from_u32(unit)? {
        '<' => Align::Left,
        '>' => Align::Right,
        '^' => Align::Center,
        '=' => Align::AfterSign,
        _ => return None,
    })
}

/// A type code as messages show it.
pub(super) fn show_code(code: u32) -> String {
    match char::from_u32(code) {
        Some(c @ '!'..='\x7f') => c.to_string(),
        _ => format!("\\x{code:x}"),
    }
}

pub(super) fn unknown_code(code: u32, type_name: &str) -> Error {
    value_error(format!("Unknown format code '{}' for object of type '{type_name}'", show_code(code)))
}

impl Spec {
    /// Parses a specification for an object of the kind; the type's name is for messages.
    ///
    /// # Errors
    /// `ValueError`, with the message.
    pub fn parse<U: Unit>(text: &[U], kind: Kind, type_name: &str) -> Result<Spec, Error> {
        let default_align = if kind == Kind::Str { Align::Left } else { Align::Right };
        let default_code = match kind {
            Kind::Str => u32::from('s'),
            Kind::Int => u32::from('d'),
            Kind::Float | Kind::Complex => 0,
        };
        let mut spec = Spec {
            fill: u32::from(' '),
            align: default_align,
            sign: Sign::OnlyMinus,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: Grouping::None,
            precision: None,
            fraction_grouping: Grouping::None,
            code: default_code,
            sign_given: false,
        };
        let at = |i: usize| text.get(i).map_or(0, |u| u.code_point());
        let is = |i: usize, c: char| i < text.len() && at(i) == u32::from(c);
        let mut pos = 0;
        let mut fill_given = false;
        let mut align_given = false;
        if text.len() >= 2
            && let Some(found) = align(at(1))
        {
            spec.fill = at(0);
            spec.align = found;
            (fill_given, align_given) = (true, true);
            pos = 2;
        } else if let Some(found) = align(at(0)) {
            spec.align = found;
            align_given = true;
            pos = 1;
        }
        for (c, sign) in [('+', Sign::Plus), (' ', Sign::Space), ('-', Sign::OnlyMinus)] {
            if is(pos, c) {
                spec.sign = sign;
                spec.sign_given = true;
                pos += 1;
                break;
            }
        }
        if is(pos, 'z') {
            spec.no_negative_zero = true;
            pos += 1;
        }
        if is(pos, '#') {
            spec.alternate = true;
            pos += 1;
        }
        if !fill_given && is(pos, '0') {
            spec.fill = u32::from('0');
            if !align_given && default_align == Align::Right {
                spec.align = Align::AfterSign;
            }
            pos += 1;
        }
        let (width, count) = read_number(&text[pos..])?;
        spec.width = width;
        pos += count;
        let grouping = |pos: &mut usize| -> Result<Grouping, Error> {
            let mut found = Grouping::None;
            if is(*pos, ',') {
                found = Grouping::Comma;
                *pos += 1;
            }
            let both = || value_error("Cannot specify both ',' and '_'.");
            if is(*pos, '_') {
                if found != Grouping::None {
                    return Err(both());
                }
                found = Grouping::Underscore;
                *pos += 1;
            }
            if is(*pos, ',') && found == Grouping::Underscore {
                return Err(both());
            }
            Ok(found)
        };
        spec.grouping = grouping(&mut pos)?;
        if is(pos, '.') {
            let start = pos + 1;
            let (precision, count) = read_number(&text[start..])?;
            pos = start + count;
            spec.precision = (count > 0).then_some(precision);
            spec.fraction_grouping = grouping(&mut pos)?;
            if pos == start {
                return Err(value_error("Format specifier missing precision"));
            }
        }
        match &text[pos..] {
            [] => {}
            [code] => spec.code = code.code_point(),
            _ => {
                let shown = text::lossy(text);
                return Err(value_error(format!("Invalid format specifier '{shown}' for object of type '{type_name}'")));
            }
        }
        let refuse = |grouping: Grouping| {
            value_error(format!("Cannot specify '{}' with '{}'.", grouping.separator(), show_code(spec.code)))
        };
        if spec.grouping != Grouping::None {
            let allowed = match char::from_u32(spec.code) {
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => true,
                Some('b' | 'o' | 'x' | 'X') => spec.grouping == Grouping::Underscore,
                _ => false,
            };
            if !allowed {
                return Err(refuse(spec.grouping));
            }
        }
        if spec.fraction_grouping != Grouping::None && spec.code == u32::from('n') {
            return Err(refuse(spec.fraction_grouping));
        }
        Ok(spec)
    }
}
