//! `PyArg_ParseTupleAndKeywords`: the names of the parameters are C strings.

use std::borrow::Cow;

use core::ffi::{CStr, c_char};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::suggest;
use objects::text::Text;
use objects::{Dict, Str, ops, raise};

use super::convert::skip;
use super::{Format, Labels, Parse, plural, raise_wrong};

/// A list of names that ends with null; those of positional-only parameters, which come first, are empty.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    names: &'a [*const c_char],
    /// How many are positional-only.
    pub positional: usize,
}

impl<'a> Names<'a> {
    /// # Safety
    /// R4: such a list, live for the call.
    pub unsafe fn new(names: *const *const c_char) -> Names<'a> {
        let mut len = 0;
        // SAFETY: the caller's promise.
        let names = unsafe {
            while !(*names.add(len)).is_null() {
                len += 1;
            }
            core::slice::from_raw_parts(names, len)
        };
        let mut this = Names { names, positional: 0 };
        this.positional = (0..len).take_while(|&at| this.bytes(at).is_empty()).count();
        this
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    fn bytes(&self, at: usize) -> &'a [u8] {
        // SAFETY: R4: `new`'s promise.
        unsafe { CStr::from_ptr(self.names[at]) }.to_bytes()
    }

    /// A name for messages.
    pub fn shown(&self, at: usize) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes(at))
    }

    /// The argument of a name.
    fn find(&self, th: &mut Thread, kwargs: &Dict, at: usize) -> Result<Option<Ref<Object>>, Raised> {
        // Not by its characters alone: keys may be of subclasses that compare otherwise.
        let name = crate::api::unicode::from_utf8(th, self.bytes(at))?;
        kwargs.get(th, &name)
    }

    /// The names of all that are not positional-only.
    pub fn keywords(self) -> impl Iterator<Item = Cow<'a, str>> {
        (self.positional..self.len()).map(move |at| self.shown(at))
    }

    /// Raises unless all names behind the positional-only ones say something.
    pub fn check(&self, th: &mut Thread) -> Result<(), Raised> {
        match (self.positional..self.len()).any(|at| self.bytes(at).is_empty()) {
            true => Err(raise::system_error(th, format_args!("Empty keyword parameter name"))),
            false => Ok(()),
        }
    }
}

/// Where a format's optional and keyword-only parameters begin.
#[derive(Default)]
pub(super) struct Bounds {
    pub min: Option<usize>,
    pub max: Option<usize>,
}

impl Bounds {
    /// Passes `|` before parameter `i`, if it stands there.
    pub fn bar(&mut self, th: &mut Thread, format: &mut Format<'_>, i: usize) -> Result<(), Raised> {
        if !format.accept(b'|') {
            return Ok(());
        }
        if self.min.is_some() {
            return Err(raise::system_error(th, format_args!("Invalid format string (| specified twice)")));
        }
        self.min = Some(i);
        if self.max.is_some() {
            return Err(raise::system_error(th, format_args!("Invalid format string ($ before |)")));
        }
        Ok(())
    }

    /// Passes `$` before parameter `i`: whether it stood there.
    pub fn dollar(&mut self, th: &mut Thread, format: &mut Format<'_>, i: usize, positional: usize) -> Result<bool, Raised> {
        if !format.accept(b'$') {
            return Ok(false);
        }
        if self.max.is_some() {
            return Err(raise::system_error(th, format_args!("Invalid format string ($ specified twice)")));
        }
        self.max = Some(i);
        if i < positional {
            return Err(raise::system_error(th, format_args!("Empty parameter name after $")));
        }
        Ok(true)
    }
}

#[cold]
pub(super) fn too_few_units(th: &mut Thread, names: usize, units: usize) -> Raised {
    raise::system_error(th, format_args!("More keyword list entries ({names}) than format specifiers ({units})"))
}

#[cold]
pub(super) fn too_many_units(th: &mut Thread, format: &Format<'_>) -> Raised {
    let rest = String::from_utf8_lossy(format.rest());
    raise::system_error(th, format_args!("more argument specifiers than keyword list entries (remaining format:'{rest}')"))
}

#[cold]
pub(super) fn bad_unit(th: &mut Thread, reason: &str, at: &Format<'_>) -> Raised {
    let rest = String::from_utf8_lossy(at.rest());
    raise::system_error(th, format_args!("{reason}: '{rest}'"))
}

#[cold]
pub(super) fn too_many(th: &mut Thread, function: &str, len: usize, args: usize, given: usize) -> Raised {
    // "keyword" where none is positional: else some messages would be wrong.
    let kind = if args == 0 { "keyword " } else { "" };
    raise::type_error(th, format_args!("{function} takes at most {len} {kind}argument{} ({given} given)", plural(len)))
}

#[cold]
pub(super) fn too_many_positional(th: &mut Thread, function: &str, max: usize, is_exact: bool, given: usize) -> Raised {
    if max == 0 {
        return raise::type_error(th, format_args!("{function} takes no positional arguments"));
    }
    let bound = if is_exact { "exactly" } else { "at most" };
    raise::type_error(th, format_args!("{function} takes {bound} {max} positional argument{} ({given} given)", plural(max)))
}

#[cold]
pub(super) fn too_few_positional(th: &mut Thread, function: &str, min: usize, is_exact: bool, given: usize) -> Raised {
    let bound = if is_exact { "exactly" } else { "at least" };
    raise::type_error(th, format_args!("{function} takes {bound} {min} positional argument{} ({given} given)", plural(min)))
}

#[cold]
pub(super) fn missing(th: &mut Thread, function: &str, name: &str, at: usize) -> Raised {
    raise::type_error(th, format_args!("{function} missing required argument '{name}' (pos {})", at + 1))
}

#[cold]
pub(super) fn given_twice(th: &mut Thread, function: &str, name: &str, at: usize) -> Raised {
    raise::type_error(th, format_args!("argument for {function} given by name ('{name}') and position ({})", at + 1))
}

/// Raises what is wrong with the first of the given names that is none of the parameters'.
#[cold]
pub(super) fn unexpected<'a>(
    th: &mut Thread,
    labels: &Labels<'_>,
    given: impl Iterator<Item = Ref<Object>>,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Raised {
    let function = labels.called("this function", 200);
    for key in given {
        let Some(text) = Str::of(&key) else {
            return raise::type_error(th, format_args!("keywords must be strings"));
        };
        if names.clone().any(|name| text.eq_text(name)) {
            continue;
        }
        let shown = match ops::str_(th, &key) {
            Ok(shown) => shown,
            Err(raised) => return raised,
        };
        let mut message = Text::new(&function);
        message.push(" got an unexpected keyword argument '").push_str(&shown).push("'");
        if let Some(other) = suggest::closest(&text.to_string_lossy(), names) {
            message.push(". Did you mean '").push(other).push("'?");
        }
        let message = message.finish(th);
        return raise::with_value(th, objects::exceptions::type_error_type(), message.up());
    }
    raise::type_error(th, format_args!("invalid keyword argument for {function}"))
}

pub(super) fn parse(
    th: &mut Thread,
    parse: &mut Parse,
    args: &[&Object],
    kwargs: Option<&Dict>,
    format: &CStr,
    names: Names<'_>,
) -> Result<(), Raised> {
    let mut format = Format::new(format);
    let labels = format.labels();
    let len = names.len();
    names.check(th)?;
    let mut unused = match kwargs {
        Some(kwargs) => ops::len(th, kwargs)?,
        None => 0,
    };
    if args.len() + unused > len {
        return Err(too_many(th, &labels.function(), len, args.len(), args.len() + unused));
    }
    let mut bounds = Bounds::default();
    // A positional-only argument is missing: how many there should be is known at the format's end.
    let mut too_few = false;
    let mut done = len;
    for i in 0..len {
        bounds.bar(th, &mut format, i)?;
        if bounds.dollar(th, &mut format, i, names.positional)? {
            if too_few {
                done = i;
                break;
            }
            if i < args.len() {
                return Err(too_many_positional(th, &labels.function(), i, bounds.min.is_none(), args.len()));
            }
        }
        if format.is_at_end() {
            return Err(too_few_units(th, len, i));
        }
        if !too_few {
            let found = match args.get(i) {
                Some(arg) => Some(th.retain(*arg)),
                None if unused != 0 && i >= names.positional => {
                    let found = match kwargs {
                        Some(kwargs) => names.find(th, kwargs, i)?,
                        None => None,
                    };
                    unused -= usize::from(found.is_some());
                    found
                }
                None => None,
            };
            if let Some(arg) = found {
                let converted = parse.item(th, &arg, &mut format);
                th.release(arg);
                if let Err(wrong) = converted {
                    return Err(raise_wrong(th, i + 1, wrong, labels));
                }
                continue;
            }
            if bounds.min.is_none() {
                if i >= names.positional {
                    return Err(missing(th, &labels.function(), &names.shown(i), i));
                }
                too_few = true;
            }
            // All that is required is there, and no keyword is left.
            if unused == 0 && !too_few {
                return Ok(());
            }
        }
        let at = format;
        if let Err(reason) = skip(&mut format, &mut Some(&mut parse.values)) {
            return Err(bad_unit(th, reason, &at));
        }
    }
    if too_few {
        let min = bounds.min.map_or(names.positional, |min| min.min(names.positional));
        return Err(too_few_positional(th, &labels.function(), min, min >= done, args.len()));
    }
    if !format.is_at_end() && !matches!(format.peek(), b'|' | b'$') {
        return Err(too_many_units(th, &format));
    }
    match kwargs {
        Some(kwargs) if unused > 0 => Err(leftover(th, args, kwargs, &labels, names)),
        _ => Ok(()),
    }
}

/// Raises what is wrong with keywords that no parameter took.
#[cold]
fn leftover(th: &mut Thread, args: &[&Object], kwargs: &Dict, labels: &Labels<'_>, names: Names<'_>) -> Raised {
    for at in names.positional..args.len() {
        match names.find(th, kwargs, at) {
            Ok(None) => {}
            Ok(Some(_)) => return given_twice(th, &labels.function(), &names.shown(at), at),
            Err(raised) => return raised,
        }
    }
    let given = kwargs.snapshot_keys(th);
    let keywords: Vec<Cow<'_, str>> = names.keywords().collect();
    unexpected(th, labels, given.into_iter(), keywords.iter().map(|name| &**name))
}
