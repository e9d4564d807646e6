//! `_csv.Dialect`: options of readers and writers; it never changes.

use algos::csv as alg;
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::with_units;
use objects::{Int, Str, none, none_ref, ops, raise};

/// CSV dialect
///
/// The Dialect type records CSV parsing and generation options.
///
#[pytype(name = "Dialect", module = "_csv", flags(BASETYPE, IMMUTABLETYPE))]
#[repr(C)]
pub struct Dialect {
    head: Head,
    #[member(name = "skipinitialspace", readonly)]
    skip_initial_space: bool,
    #[member(name = "doublequote", readonly)]
    double_quote: bool,
    #[member(name = "strict", readonly)]
    strict: bool,
    #[untraversed]
    options: alg::Dialect,
}

const NAMES: [&str; 8] =
    ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];

/// The options as they were given; `None` stands for the default.
type Given = [Option<Ref<Object>>; NAMES.len()];

impl Dialect {
    pub fn options(&self) -> &alg::Dialect {
        &self.options
    }
}

/// `Dialect(dialect, **kwargs)`
pub fn make(th: &mut Thread, cls: &Type, dialect: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    match dialect {
        Some(dialect) => construct(th, cls, &[dialect], kwargs),
        None => construct(th, cls, &[], kwargs),
    }
}

/// The dialect of a reader or writer.
pub fn of(th: &mut Thread, dialect: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Ref<Dialect>, Raised> {
    let made = make(th, Dialect::type_object(), dialect, kwargs)?;
    made.downcast::<Dialect>().or_else(|_| Err(raise::bad_internal_call(th)))
}

fn construct(th: &mut Thread, cls: &Type, args: &[&Object], kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let mut given: Given = Default::default();
    let total = args.len() + kwargs.len();
    if total > NAMES.len() + 1 {
        return Err(raise::type_error(th, format_args!("function takes at most {} arguments ({total} given)", NAMES.len() + 1)));
    }
    let mut base = args.first().copied();
    for (place, arg) in given.iter_mut().zip(args.iter().skip(1)) {
        *place = Some(th.retain(*arg));
    }
    for (name, value) in kwargs.iter() {
        let name = Str::of(name).map(Str::to_string_lossy).unwrap_or_default();
        let taken = if name == "dialect" {
            base.replace(value).map(|_| 0)
        } else {
            let Some(place) = NAMES.iter().position(|known| *known == name) else {
                return Err(raise::type_error(th, format_args!("this function got an unexpected keyword argument '{name}'")));
            };
            given[place].replace(th.retain(value)).map(|_| place + 1)
        };
        if let Some(place) = taken {
            let message = format_args!("argument for function given by name ('{name}') and position ({})", place + 1);
            return Err(raise::type_error(th, message));
        }
    }
    if let Some(base) = base.filter(|base| !base.is(none())) {
        let base = if base.is_a::<Str>() { super::registered(th, base)? } else { th.retain(base) };
        if base.is_a::<Dialect>() && given.iter().all(Option::is_none) {
            return Ok(base);
        }
        for (place, name) in given.iter_mut().zip(NAMES) {
            if place.is_none() {
                // Whatever keeps the attribute from being read, the default does.
                *place = match ops::getattr_str(th, &base, name) {
                    Ok(value) => Some(value),
                    Err(_) => {
                        drop(th.take_exception());
                        None
                    }
                };
            }
        }
    }
    let options = options(th, &given)?;
    let made = Dialect {
        head: Head::INIT,
        skip_initial_space: options.skip_initial_space,
        double_quote: options.double_quote,
        strict: options.strict,
        options,
    };
    Ok(th.new_instance(cls, made).up())
}

fn options(th: &mut Thread, given: &Given) -> Result<alg::Dialect, Raised> {
    let [delimiter, double_quote, escape, line_terminator, quote, quoting, skip, strict] = given;
    let delimiter = character(th, "delimiter", delimiter.as_deref(), Some(u32::from(',')), false)?.unwrap_or_default();
    let double_quote = truth(th, double_quote.as_deref(), true)?;
    let escape = character(th, "escapechar", escape.as_deref(), None, true)?;
    let line_terminator = match line_terminator.as_deref() {
        None => vec![0x0d, 0x0a],
        Some(text) => match Str::of(text) {
            Some(text) => with_units!(text, |units| algos::text::widen(units)),
            None => {
                let got = ops::type_name(text);
                return Err(raise::type_error(th, format_args!("\"lineterminator\" must be a string, not {got}")));
            }
        },
    };
    let no_quote = quote.as_deref().is_some_and(|quote| quote.is(none()));
    let quote = character(th, "quotechar", quote.as_deref(), Some(u32::from('"')), true)?;
    let number = match quoting.as_deref() {
        // Without a quote character nothing is quoted, unless it was said to be.
        None => if no_quote { alg::Quoting::None as i64 } else { alg::Quoting::Minimal as i64 },
        Some(number) => match number.downcast_exact::<Int>() {
            Some(number) => i64::from(i32::try_from(ops::index_isize(th, number)?).unwrap_or(-1)),
            None => {
                let got = ops::type_name(number);
                return Err(raise::type_error(th, format_args!("\"quoting\" must be an integer, not {got}")));
            }
        },
    };
    let skip_initial_space = truth(th, skip.as_deref(), false)?;
    let strict = truth(th, strict.as_deref(), false)?;
    let Some(quoting) = alg::Quoting::from_number(number) else {
        return Err(raise::type_error(th, format_args!("bad \"quoting\" value")));
    };
    if quoting != alg::Quoting::None && quote.is_none() {
        return Err(raise::type_error(th, format_args!("quotechar must be set if quoting enabled")));
    }
    let made = alg::Dialect { delimiter, quote, escape, double_quote, skip_initial_space, line_terminator, quoting, strict };
    match conflict(&made) {
        Some(conflict) => Err(raise::value_error(th, format_args!("bad {conflict} value"))),
        None => Ok(made),
    }
}

/// Which characters cannot be what they are to be.
fn conflict(d: &alg::Dialect) -> Option<String> {
    let special = [("delimiter", Some(d.delimiter), true), ("escapechar", d.escape, false), ("quotechar", d.quote, false)];
    for (name, c, space) in special {
        let Some(c) = c else { continue };
        if matches!(c, 0x0a | 0x0d) || (c == 0x20 && d.skip_initial_space && !space) {
            return Some(name.to_owned());
        }
        if d.line_terminator.contains(&c) {
            return Some(format!("{name} or lineterminator"));
        }
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        if special[a].1.is_some() && special[a].1 == special[b].1 {
            return Some(format!("{} or {}", special[a].0, special[b].0));
        }
    }
    None
}

fn truth(th: &mut Thread, given: Option<&Object>, default: bool) -> Result<bool, Raised> {
    given.map_or(Ok(default), |given| ops::is_true(th, given))
}

fn character(th: &mut Thread, name: &str, given: Option<&Object>, default: Option<u32>, or_none: bool) -> Result<Option<u32>, Raised> {
    let Some(given) = given else { return Ok(default) };
    if or_none && given.is(none()) {
        return Ok(None);
    }
    let wanted = if or_none { "a unicode character or None" } else { "a unicode character" };
    let Some(text) = Str::of(given) else {
        let got = ops::type_name(given);
        return Err(raise::type_error(th, format_args!("\"{name}\" must be {wanted}, not {got}")));
    };
    if text.len() != 1 {
        let message = format_args!("\"{name}\" must be {wanted}, not a string of length {}", text.len());
        return Err(raise::type_error(th, message));
    }
    Ok(Some(text.char_at(0)))
}

#[cold]
fn no_pickle(th: &mut Thread, dialect: &Object) -> Raised {
    let name = objects::typing::short_name(dialect.ty());
    raise::type_error(th, format_args!("cannot pickle '{name}' instances"))
}

#[pymethods]
impl Dialect {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        construct(th, cls, args.as_slice(), kwargs)
    }

    #[getter]
    fn delimiter(&self, th: &Thread) -> Ref<Str> {
        Str::from_char(th, self.options.delimiter)
    }

    #[getter]
    fn escapechar(&self, th: &Thread) -> Ref<Object> {
        self.options.escape.map_or_else(none_ref, |c| Str::from_char(th, c).up())
    }

    #[getter]
    fn lineterminator(&self, th: &Thread) -> Ref<Str> {
        Str::from_code_points(th, &self.options.line_terminator)
    }

    #[getter]
    fn quotechar(&self, th: &Thread) -> Ref<Object> {
        self.options.quote.map_or_else(none_ref, |c| Str::from_char(th, c).up())
    }

    #[getter]
    fn quoting(&self) -> i32 {
        self.options.quoting as i32
    }

    /// raises an exception to avoid pickling
    #[method(sig = none)]
    fn __reduce__(&self, th: &mut Thread, _args: Args<'_>) -> Result<(), Raised> {
        Err(no_pickle(th, self))
    }

    /// raises an exception to avoid pickling
    #[method(sig = none)]
    fn __reduce_ex__(&self, th: &mut Thread, _args: Args<'_>) -> Result<(), Raised> {
        Err(no_pickle(th, self))
    }
}
