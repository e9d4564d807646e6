//! `format % args` for `str`. The parser and the numbers are `algos::format::percent`; [`Operands`] and the conversions of numbers also
//! serve `bytes`.

use algos::format::percent::{self, Count, Directive, Parser, Piece, Resolved};
use algos::format::Formatted;
use heap::{Heaped, Object, Raised, Ref, Thread};

use super::{Str, StrBuilder, StrUnit, with_units};
use crate::int::{self, Int, limit};
use crate::typing::places::SlotId;
use crate::{Float, Tuple, exceptions, float, fmt, ops, raise};

/// The right operand: a tuple of arguments, one argument, or a mapping.
pub(crate) struct Operands<'a> {
    args: &'a Object,
    tuple: Option<&'a Tuple>,
    next: usize,
    /// What a key selected, while a directive with a key is read.
    selected: Option<Ref<Object>>,
    is_mapping: bool,
}

impl<'a> Operands<'a> {
    /// `text` is what counts as text, which is no mapping.
    pub(crate) fn new(args: &'a Object, text: fn(&Object) -> bool) -> Operands<'a> {
        let tuple = args.downcast::<Tuple>();
        let is_mapping = tuple.is_none() && SlotId::mp_subscript.read(args.ty()) != 0 && !text(args);
        Operands { args, tuple, next: 0, selected: None, is_mapping }
    }

    /// The next argument.
    pub(crate) fn next(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if let Some(selected) = self.selected.take() {
            // It answers once; behind it there is nothing.
            self.next = usize::MAX;
            return Ok(selected);
        }
        let found = match self.tuple {
            Some(tuple) if self.next < tuple.len() => Some(tuple.get(self.next)),
            None if self.next == 0 => Some(self.args),
            _ => None,
        };
        let Some(found) = found else {
            return Err(raise::type_error(th, format_args!("not enough arguments for format string")));
        };
        self.next += 1;
        Ok(th.retain(found))
    }

    /// Goes to the value of a key.
    pub(crate) fn select(&mut self, th: &mut Thread, key: Option<Ref<Object>>) -> Result<(), Raised> {
        if !self.is_mapping {
            return Err(raise::type_error(th, format_args!("format requires a mapping")));
        }
        if let Some(key) = key {
            self.selected = Some(ops::getitem(th, self.args, &key)?);
        }
        Ok(())
    }

    /// Nothing may be left over. `what` is what was formatted.
    pub(crate) fn finish(&self, th: &mut Thread, what: &str) -> Result<(), Raised> {
        let left = match self.tuple {
            Some(tuple) => self.next < tuple.len(),
            None => self.next == 0,
        };
        if left && !self.is_mapping {
            return Err(raise::type_error(th, format_args!("not all arguments converted during {what} formatting")));
        }
        Ok(())
    }

    /// The values of `*`.
    pub(crate) fn counts<U>(&mut self, th: &mut Thread, directive: &Directive<'_, U>) -> Result<Resolved, Raised> {
        let width = if directive.width == Count::Argument { self.star(th, "ssize_t", i64::MIN, i64::MAX)? } else { 0 };
        let precision = if directive.precision == Count::Argument { self.star(th, "int", i32::MIN.into(), i32::MAX.into())? } else { 0 };
        Ok(directive.resolve(width, precision))
    }

    fn star(&mut self, th: &mut Thread, c: &str, low: i64, high: i64) -> Result<i64, Raised> {
        let value = self.next(th)?;
        let Some(n) = Int::of(&value) else { return Err(raise::type_error(th, format_args!("* wants int"))) };
        match n.to_i64().filter(|n| (low..=high).contains(n)) {
            // A negative width is turned around.
            Some(i64::MIN) => Err(raise::overflow_error(th, format_args!("width too big"))),
            Some(n) => Ok(n),
            None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C {c}"))),
        }
    }
}

/// `%d` and its like.
pub(crate) fn format_int(th: &mut Thread, d: &Resolved, value: &Object) -> Result<Formatted, Raised> {
    let number = match Int::of(value) {
        Some(n) => n.to_ref(),
        None => {
            let converted = match d.code {
                b'o' | b'x' | b'X' if ops::has_index(value) => Some(ops::index(th, value)),
                b'd' | b'i' | b'u' if is_number(value) => Some(int::from_object(th, value)),
                _ => None,
            };
            match converted {
                Some(Ok(n)) => n,
                Some(Err(raised)) if !raise::matches(th, exceptions::type_error_type()) => return Err(raised),
                _ => {
                    th.take_exception();
                    let name = ops::type_name(value);
                    return Err(fmt::error(th, percent::not_a_number(d.code, &name)));
                }
            }
        }
    };
    percent::format_int(d, number.view(), limit::max_str_digits()).map_err(|e| fmt::error(th, e))
}

/// Whether an object counts as a number (`PyNumber_Check`).
pub(crate) fn is_number(value: &Object) -> bool {
    let ty = value.ty();
    [SlotId::nb_int, SlotId::nb_float, SlotId::nb_index].iter().any(|slot| slot.read(ty) != 0) || value.is_a::<crate::Complex>()
}

/// `%e`, `%f`, `%g`.
pub(crate) fn format_float(th: &mut Thread, d: &Resolved, value: &Object) -> Result<Formatted, Raised> {
    let x = match value.downcast_exact::<Float>() {
        Some(x) => x.value(),
        None => float::as_f64(th, value)?,
    };
    percent::format_float(d, x).map_err(|e| fmt::error(th, e))
}

/// The character of `%c`.
fn character(th: &mut Thread, value: &Object) -> Result<u32, Raised> {
    if let Some(s) = Str::of(value) {
        if s.len() == 1 {
            return Ok(s.chars().at(0));
        }
        let len = s.len();
        return Err(raise::type_error(th, format_args!("%c requires an int or a unicode character, not a string of length {len}")));
    }
    if !ops::has_index(value) {
        let got = ops::full_type_name(th, value.ty());
        return Err(raise::type_error(th, format_args!("%c requires an int or a unicode character, not {got}")));
    }
    let n = ops::index(th, value)?;
    match n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|&c| c <= algos::ucd::MAX) {
        Some(c) => Ok(c),
        None => Err(raise::overflow_error(th, format_args!("%c arg not in range(0x110000)"))),
    }
}

fn is_text(object: &Object) -> bool {
    Str::of(object).is_some()
}

/// `format % args`
pub fn format(th: &mut Thread, format: &Str, args: &Object) -> Result<Ref<Str>, Raised> {
    let mut operands = Operands::new(args, is_text);
    if with_units!(format, |units| !units.iter().any(|&unit| algos::text::Unit::code_point(unit) == u32::from('%'))) {
        operands.finish(th, "string")?;
        return Ok(th.retain(format));
    }
    let mut out = StrBuilder::with_capacity(format.len() + 100);
    with_units!(format, |units| run(th, units, &mut operands, &mut out))?;
    operands.finish(th, "string")?;
    out.finish(th)
}

fn run<U: StrUnit>(th: &mut Thread, units: &[U], operands: &mut Operands<'_>, out: &mut StrBuilder) -> Result<(), Raised> {
    for piece in Parser::new(units) {
        match piece {
            Ok(Piece::Literal(text)) => out.push_units(text),
            Ok(Piece::Directive(directive)) => {
                select(th, operands, &directive)?;
                let resolved = operands.counts(th, &directive)?;
                let value = operands.next(th)?;
                apply(th, &resolved, &value, out)?;
                th.release(value);
            }
            Err(broken) => {
                select(th, operands, &broken.before)?;
                operands.counts(th, &broken.before)?;
                if broken.complete {
                    operands.next(th)?;
                }
                return Err(fmt::error(th, broken.error));
            }
        }
    }
    Ok(())
}

fn select<U: StrUnit>(th: &mut Thread, operands: &mut Operands<'_>, directive: &Directive<'_, U>) -> Result<(), Raised> {
    if !directive.mapped {
        return Ok(());
    }
    let key = match directive.key {
        Some(key) => Some(Str::from_units(th, key).ok_or(())),
        None => None,
    };
    match key {
        Some(Ok(key)) => operands.select(th, Some(key.up())),
        Some(Err(())) => Err(raise::memory_error(th)),
        None => operands.select(th, None),
    }
}

fn apply(th: &mut Thread, d: &Resolved, value: &Object, out: &mut StrBuilder) -> Result<(), Raised> {
    let text = match d.code {
        b's' => ops::str_(th, value)?,
        b'r' => ops::repr(th, value)?,
        b'a' => ops::ascii(th, value)?,
        b'c' => {
            let c = character(th, value)?;
            let fitted = percent::fit(d, 1);
            out.push_repeated(fitted.fill, fitted.left);
            out.push(c);
            out.push_repeated(fitted.fill, fitted.right);
            return Ok(());
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let formatted = format_int(th, d, value)?;
            fmt::push_formatted(out, &formatted);
            return Ok(());
        }
        _ => {
            let formatted = format_float(th, d, value)?;
            fmt::push_formatted(out, &formatted);
            return Ok(());
        }
    };
    fmt::push_fitted(out, percent::fit(d, text.len()), &text);
    th.release(text);
    Ok(())
}

