//! `str.format` and `str.format_map`. The parser is `algos::format::template`.

use algos::format::template::{AutoNumber, Field, First, Parser, Step, split_name};
use heap::{Object, Raised, Ref, Thread};

use super::{Str, StrBuilder, StrUnit, with_units};
use crate::glue::KwArgs;
use crate::{Int, exceptions, fmt, ops, raise};

/// How deep specifications may hold fields.
const DEPTH: usize = 2;

/// Where fields find their values.
enum Source<'a> {
    Call { args: &'a [&'a Object], kwargs: KwArgs<'a> },
    Mapping(&'a Object),
}

/// `template.format(*args, **kwargs)`
pub fn format(th: &mut Thread, template: &Str, args: &[&Object], kwargs: KwArgs<'_>) -> Result<Ref<Str>, Raised> {
    render(th, template, &Source::Call { args, kwargs })
}

/// `template.format_map(mapping)`
pub fn format_map(th: &mut Thread, template: &Str, mapping: &Object) -> Result<Ref<Str>, Raised> {
    render(th, template, &Source::Mapping(mapping))
}

fn render(th: &mut Thread, template: &Str, source: &Source<'_>) -> Result<Ref<Str>, Raised> {
    if with_units!(template, |units| !units.iter().any(|&u| matches!(algos::text::Unit::code_point(u), 0x7b | 0x7d))) {
        return Ok(th.retain(template));
    }
    let mut out = StrBuilder::with_capacity(template.len() + 100);
    let mut numbers = AutoNumber::default();
    with_units!(template, |units| expand(th, units, source, &mut numbers, DEPTH, &mut out))?;
    out.finish(th)
}

fn expand<U: StrUnit>(
    th: &mut Thread,
    template: &[U],
    source: &Source<'_>,
    numbers: &mut AutoNumber,
    depth: usize,
    out: &mut StrBuilder,
) -> Result<(), Raised> {
    if depth == 0 {
        return Err(raise::value_error(th, format_args!("Max string recursion exceeded")));
    }
    for segment in Parser::new(template) {
        let segment = segment.map_err(|e| fmt::error(th, e))?;
        out.push_units(segment.literal);
        if let Some(field) = segment.field {
            render_field(th, &field, source, numbers, depth, out)?;
        }
    }
    Ok(())
}

fn render_field<U: StrUnit>(
    th: &mut Thread,
    field: &Field<'_, U>,
    source: &Source<'_>,
    numbers: &mut AutoNumber,
    depth: usize,
    out: &mut StrBuilder,
) -> Result<(), Raised> {
    let value = field_value(th, field.name, source, numbers)?;
    let value = match field.conversion {
        None => value,
        Some(conversion) => convert(th, &value, conversion)?,
    };
    let spec = if field.nested {
        let mut spec = StrBuilder::new();
        expand(th, field.spec, source, numbers, depth - 1, &mut spec)?;
        spec.finish(th)?
    } else {
        Str::from_units(th, field.spec).ok_or_else(|| raise::memory_error(th))?
    };
    let text = ops::format(th, &value, &spec)?;
    out.push_str(&text);
    th.release(text);
    th.release(value);
    Ok(())
}

fn convert(th: &mut Thread, value: &Object, conversion: u32) -> Result<Ref<Object>, Raised> {
    match char::from_u32(conversion) {
        Some('r') => ops::repr(th, value).map(Ref::up),
        Some('s') => ops::str_(th, value).map(Ref::up),
        Some('a') => ops::ascii(th, value).map(Ref::up),
        Some(c @ '!'..='\x7e') => Err(raise::value_error(th, format_args!("Unknown conversion specifier {c}"))),
        _ => Err(raise::value_error(th, format_args!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

fn string<U: StrUnit>(th: &mut Thread, units: &[U]) -> Result<Ref<Str>, Raised> {
    Str::from_units(th, units).ok_or_else(|| raise::memory_error(th))
}

fn field_value<U: StrUnit>(th: &mut Thread, name: &[U], source: &Source<'_>, numbers: &mut AutoNumber) -> Result<Ref<Object>, Raised> {
    let (first, steps) = split_name(name).map_err(|e| fmt::error(th, e))?;
    let first = numbers.resolve(first).map_err(|e| fmt::error(th, e))?;
    let mut value = match first {
        First::Name(name) => {
            let name = string(th, name)?;
            named(th, &name, source)?
        }
        First::Index(index) => numbered(th, index, source)?,
        // `resolve` numbers it.
        First::Next => numbered(th, 0, source)?,
    };
    for step in steps {
        value = match step.map_err(|e| fmt::error(th, e))? {
            Step::Attribute(name) => {
                let name = string(th, name)?;
                ops::getattr(th, &value, &name)?
            }
            Step::Index(index) => {
                let index = Int::from_usize(th, index);
                ops::getitem(th, &value, &index)?
            }
            Step::Key(key) => {
                let key = string(th, key)?;
                ops::getitem(th, &value, &key)?
            }
        };
    }
    Ok(value)
}

fn named(th: &mut Thread, name: &Str, source: &Source<'_>) -> Result<Ref<Object>, Raised> {
    match source {
        Source::Mapping(mapping) => ops::getitem(th, mapping, name),
        Source::Call { kwargs, .. } => {
            let found = kwargs.iter().find(|(key, _)| Str::of(key).is_some_and(|key| key.eq_str(name)));
            match found {
                Some((_, value)) => Ok(th.retain(value)),
                None => Err(raise::key_error(th, name)),
            }
        }
    }
}

fn numbered(th: &mut Thread, index: usize, source: &Source<'_>) -> Result<Ref<Object>, Raised> {
    match source {
        Source::Mapping(_) => Err(raise::value_error(th, format_args!("Format string contains positional fields"))),
        Source::Call { args, .. } => match args.get(index) {
            Some(value) => Ok(th.retain(*value)),
            None => Err(raise::new(
                th,
                exceptions::index_error_type(),
                format_args!("Replacement index {index} out of range for positional args tuple"),
            )),
        },
    }
}
