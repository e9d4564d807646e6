//! `_string`: the grammar of format strings, for `string.Formatter`. The parser is `algos::format::template`.
//!
//! Invariant: an iterator's position never exceeds the length of its text, which never changes.

use algos::format::template::{First, Parser, Step, Steps, split_name};
use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pymodule, pytype};
use objects::str::{StrUnit, with_units};
use objects::{Int, Str, Tuple, fmt, none_ref, ops, raise};

/// The pieces of a format string.
#[pytype(name = "formatteriterator", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct FormatterIterator {
    head: Head,
    text: Slot<Str>,
    position: AtomicUsize,
}

/// The steps of a field's name behind its first part.
#[pytype(name = "fieldnameiterator", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct FieldNameIterator {
    head: Head,
    text: Slot<Str>,
    position: AtomicUsize,
}

fn string<U: StrUnit>(th: &mut Thread, units: &[U]) -> Result<Ref<Object>, Raised> {
    Str::from_units(th, units).map(Ref::up).ok_or_else(|| raise::memory_error(th))
}

fn text_argument<'a>(th: &mut Thread, arg: &'a Object) -> Result<&'a Str, Raised> {
    arg.downcast::<Str>().ok_or_else(|| {
        let got = ops::type_name(arg);
        raise::type_error(th, format_args!("expected str, got {got}"))
    })
}

/// The piece at a position, and where the next one begins.
fn piece<U: StrUnit>(th: &mut Thread, units: &[U], position: &AtomicUsize) -> Result<Option<Ref<Tuple>>, Raised> {
    let mut parser = Parser::resume(units, position.load(Relaxed));
    let segment = parser.next();
    position.store(parser.position(), Relaxed);
    let segment = match segment {
        None => return Ok(None),
        Some(segment) => segment.map_err(|e| fmt::error(th, e))?,
    };
    let literal = string(th, segment.literal)?;
    let (name, spec, conversion) = match segment.field {
        None => (none_ref(), none_ref(), none_ref()),
        Some(field) => {
            let conversion = field.conversion.map_or_else(none_ref, |c| Str::from_char(th, c).up());
            (string(th, field.name)?, string(th, field.spec)?, conversion)
        }
    };
    Ok(Some(Tuple::from_array(th, [literal, name, spec, conversion])))
}

/// The step at a position, and where the next one begins.
fn step<U: StrUnit>(th: &mut Thread, units: &[U], position: &AtomicUsize) -> Result<Option<Ref<Tuple>>, Raised> {
    let mut steps = Steps::resume(&units[position.load(Relaxed).min(units.len())..]);
    let step = steps.next();
    position.store(units.len() - steps.rest().len(), Relaxed);
    let (is_attribute, value) = match step {
        None => return Ok(None),
        Some(step) => match step.map_err(|e| fmt::error(th, e))? {
            Step::Attribute(name) => (true, string(th, name)?),
            Step::Index(index) => (false, Int::from_usize(th, index).up()),
            Step::Key(key) => (false, string(th, key)?),
        },
    };
    Ok(Some(Tuple::from_array(th, [objects::bool_ref(is_attribute), value])))
}

/// A name's first part, and where the steps behind it begin.
fn first<U: StrUnit>(th: &mut Thread, units: &[U]) -> Result<(Ref<Object>, usize), Raised> {
    let (first, steps) = split_name(units).map_err(|e| fmt::error(th, e))?;
    let value = match first {
        First::Next => Str::empty().up(),
        First::Index(index) => Int::from_usize(th, index).up(),
        First::Name(name) => string(th, name)?,
    };
    Ok((value, units.len() - steps.rest().len()))
}

#[pymethods]
impl FormatterIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Tuple>>, Raised> {
        let Some(text) = self.text.get(th, self) else { return Ok(None) };
        with_units!(text, |units| piece(th, units, &self.position))
    }
}

#[pymethods]
impl FieldNameIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Tuple>>, Raised> {
        let Some(text) = self.text.get(th, self) else { return Ok(None) };
        with_units!(text, |units| step(th, units, &self.position))
    }
}

#[pymodule(name = "_string", hidden(FormatterIterator, FieldNameIterator))]
pub mod string {
    //! string helper module
    use super::*;

    /// split the argument as a field name
    #[function(sig = none)]
    fn formatter_field_name_split(th: &mut Thread, object: &Object) -> Result<Ref<Tuple>, Raised> {
        let text = text_argument(th, object)?;
        let (first, rest) = with_units!(text, |units| super::first(th, units))?;
        let text = Slot::new(th.retain(text));
        let steps = th.new_object(FieldNameIterator { head: Head::INIT, text, position: AtomicUsize::new(rest) });
        Ok(Tuple::from_array(th, [first, steps.up()]))
    }

    /// parse the argument as a format string
    #[function(sig = none)]
    fn formatter_parser(th: &mut Thread, object: &Object) -> Result<Ref<FormatterIterator>, Raised> {
        let text = text_argument(th, object)?;
        let text = Slot::new(th.retain(text));
        Ok(th.new_object(FormatterIterator { head: Head::INIT, text, position: AtomicUsize::new(0) }))
    }
}
