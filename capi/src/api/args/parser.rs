//! Prepared parsers (`_PyArg_Parser`), which Argument Clinic's code declares as statics and hands in at each call.
//!
//! Invariant: a parser whose `once` says so is filled in for good; of two threads that meet a new one, one fills it in.

use core::ffi::{CStr, c_char, c_int};

use heap::sync::{AtomicU8, Mutex, Ordering::*};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::leave_raised;
use objects::{Dict, Str, Tuple, ops, raise};

use super::convert::skip;
use super::keywords::{Bounds, Names, bad_unit, given_twice, missing, too_few_positional, too_few_units, too_many, too_many_positional, too_many_units, unexpected};
use super::{Format, Labels, Parse, optional, raise_wrong};
use crate::api;

/// `struct _PyArg_Parser`.
#[repr(C)]
pub struct Parser {
    format: *const c_char,
    keywords: *const *const c_char,
    fname: *const c_char,
    custom_msg: *const c_char,
    once: AtomicU8,
    is_kwtuple_owned: c_int,
    /// How many parameters are positional-only.
    pos: c_int,
    /// How many arguments are required.
    min: c_int,
    /// How many may be positional.
    max: c_int,
    kwtuple: *mut abi::PyObject,
    next: *mut Parser,
}

const _: () = assert!(size_of::<Parser>() == 72);

/// What CPython's flag is when its function has run.
const FILLED: u8 = 4;

static FILLING: Mutex<()> = Mutex::new(());

/// A parser that is filled in.
struct Prepared<'a> {
    names: &'a Tuple,
    positional: usize,
    min: usize,
    max: usize,
    format: Option<Format<'a>>,
    labels: Labels<'a>,
}

impl Prepared<'_> {
    fn len(&self) -> usize {
        self.positional + self.names.len()
    }

    /// The name of a parameter that is not positional-only.
    fn name(&self, at: usize) -> &Object {
        self.names.get(at - self.positional)
    }

    fn shown(&self, at: usize) -> String {
        Str::of(self.name(at)).map_or_else(String::new, Str::to_string_lossy)
    }
}

/// The parser, filled in at its first use.
fn prepare<'a>(th: &mut Thread, parser: *mut Parser) -> Result<Prepared<'a>, Raised> {
    // SAFETY: R4: null, or the caller's parser, a static.
    let Some(this) = (unsafe { parser.as_ref() }) else { return Err(raise::bad_internal_call(th)) };
    if this.once.load(Acquire) != FILLED {
        fill(th, parser)?;
    }
    // SAFETY: R4: what was filled in lives as long as the static: a tuple and C strings.
    unsafe {
        let labels = Labels { name: optional(this.fname).map(CStr::to_bytes), message: optional(this.custom_msg).map(CStr::to_bytes) };
        let Some(names) = Object::borrow(this.kwtuple).downcast::<Tuple>() else { return Err(raise::bad_internal_call(th)) };
        Ok(Prepared {
            names,
            positional: this.pos as usize,
            min: this.min as usize,
            max: this.max as usize,
            format: optional(this.format).map(Format::new),
            labels,
        })
    }
}

#[cold]
fn fill(th: &mut Thread, parser: *mut Parser) -> Result<(), Raised> {
    // SAFETY: R4: the caller's parser, whose declaration is complete.
    let (names, format, given) = unsafe { (Names::new((*parser).keywords), optional((*parser).format), (*parser).kwtuple) };
    names.check(th)?;
    let mut bounds = Bounds::default();
    let mut labels = Labels::default();
    if let Some(format) = format {
        labels = Format::new(format).labels();
        check(th, Format::new(format), names, &mut bounds)?;
    }
    let made: Option<Ref<Tuple>> = given.is_null().then(|| {
        let items = names.keywords().map(|name| objects::intern(th, &name).to_ref().up()).collect();
        let tuple = Tuple::new(th, items);
        heap::foreign::show(th, tuple.as_object());
        tuple
    });
    let len = names.len();
    let _filling = FILLING.lock();
    // SAFETY: R4: the lock makes this thread the only one that writes it, and nobody reads it before `once` says so.
    unsafe {
        if (*parser).once.load(Acquire) == FILLED {
            return Ok(());
        }
        let at = |text: Option<&[u8]>| text.map_or(core::ptr::null(), |text| text.as_ptr().cast());
        (*parser).pos = names.positional as c_int;
        if format.is_some() {
            (*parser).fname = at(labels.name);
            (*parser).custom_msg = at(labels.message);
            (*parser).min = bounds.min.map_or(len, |min| min.min(len)) as c_int;
            (*parser).max = bounds.max.map_or(len, |max| max.min(len)) as c_int;
        }
        if let Some(made) = made {
            (*parser).kwtuple = made.into_raw();
            (*parser).is_kwtuple_owned = 1;
        }
        (*parser).once.store(FILLED, Release);
    }
    Ok(())
}

/// Checks a format against the names.
fn check(th: &mut Thread, mut format: Format<'_>, names: Names<'_>, bounds: &mut Bounds) -> Result<(), Raised> {
    for i in 0..names.len() {
        bounds.bar(th, &mut format, i)?;
        bounds.dollar(th, &mut format, i, names.positional)?;
        if format.is_at_end() {
            return Err(too_few_units(th, names.len(), i));
        }
        let at = format;
        if let Err(reason) = skip(&mut format, &mut None) {
            return Err(bad_unit(th, reason, &at));
        }
    }
    match format.is_at_end() || matches!(format.peek(), b'|' | b'$') {
        true => Ok(()),
        false => Err(too_many_units(th, &format)),
    }
}

/// The keyword arguments of a call.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    Nothing,
    Dict(&'a Dict),
    /// Names, and their values behind the positional arguments.
    Stack(&'a Tuple, &'a [&'a Object]),
}

impl<'a> Given<'a> {
    /// Of a vectorcall; `None`: the names are no tuple.
    ///
    /// # Safety
    /// R4: behind `nargs` arguments stands one for each name.
    pub unsafe fn on_stack(args: *const *mut abi::PyObject, nargs: isize, names: Option<&'a Object>) -> Option<Given<'a>> {
        let Some(names) = names else { return Some(Given::Nothing) };
        let names = names.downcast::<Tuple>()?;
        // SAFETY: the caller's promise.
        let values = unsafe { super::stack(args.offset(if args.is_null() { 0 } else { nargs }), names.len().cast_signed()) };
        Some(Given::Stack(names, values))
    }

    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        match self {
            Given::Nothing => Ok(0),
            Given::Dict(dict) => ops::len(th, *dict),
            Given::Stack(names, _) => Ok(names.len()),
        }
    }

    fn find(&self, th: &mut Thread, name: &Object) -> Result<Option<Ref<Object>>, Raised> {
        match self {
            Given::Nothing => Ok(None),
            Given::Dict(dict) => dict.get(th, name),
            Given::Stack(names, values) => {
                let same = names.iter().position(|given| core::ptr::eq(given, name));
                let equal = || {
                    let name = Str::of(name)?;
                    names.iter().position(|given| Str::of(given).is_some_and(|given| given.eq_str(name)))
                };
                Ok(same.or_else(equal).map(|at| th.retain(values[at])))
            }
        }
    }

    fn names(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        match self {
            Given::Nothing => Vec::new(),
            Given::Dict(dict) => dict.snapshot_keys(th),
            Given::Stack(names, _) => names.iter().map(|name| th.retain(name)).collect(),
        }
    }
}

/// Raises what is wrong with keywords that no parameter took.
#[cold]
fn leftover(th: &mut Thread, prepared: &Prepared<'_>, nargs: usize, given: Given<'_>) -> Raised {
    for at in prepared.positional..nargs {
        match given.find(th, prepared.name(at)) {
            Ok(None) => {}
            Ok(Some(_)) => return given_twice(th, &prepared.labels.function(), &prepared.shown(at), at),
            Err(raised) => return raised,
        }
    }
    let names: Vec<String> = (prepared.positional..prepared.len()).map(|at| prepared.shown(at)).collect();
    let given = given.names(th);
    unexpected(th, &prepared.labels, given.into_iter(), names.iter().map(String::as_str))
}

pub(super) fn parse(th: &mut Thread, parse: &mut Parse, args: &[&Object], given: Given<'_>, parser: *mut Parser) -> Result<(), Raised> {
    let prepared = prepare(th, parser)?;
    let (len, labels) = (prepared.len(), prepared.labels);
    let mut unused = given.len(th)?;
    if args.len() + unused > len {
        return Err(too_many(th, &labels.function(), len, args.len(), args.len() + unused));
    }
    if prepared.max < args.len() {
        return Err(too_many_positional(th, &labels.function(), prepared.max, prepared.min >= prepared.max, args.len()));
    }
    let Some(mut format) = prepared.format else {
        return if len == 0 { Ok(()) } else { Err(raise::bad_internal_call(th)) };
    };
    for i in 0..len {
        format.accept(b'|');
        format.accept(b'$');
        let found = match args.get(i) {
            Some(arg) => Some(th.retain(*arg)),
            None if unused != 0 && i >= prepared.positional => {
                let found = given.find(th, prepared.name(i))?;
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
        if i < prepared.min {
            if i >= prepared.positional {
                return Err(missing(th, &labels.function(), &prepared.shown(i), i));
            }
            let min = prepared.positional.min(prepared.min);
            return Err(too_few_positional(th, &labels.function(), min, min >= prepared.max, args.len()));
        }
        if unused == 0 {
            return Ok(());
        }
        let at = format;
        if let Err(reason) = skip(&mut format, &mut Some(&mut parse.values)) {
            return Err(bad_unit(th, reason, &at));
        }
    }
    match unused {
        0 => Ok(()),
        _ => Err(leftover(th, &prepared, args.len(), given)),
    }
}

/// How many arguments a function takes.
struct Takes {
    min: usize,
    max: usize,
    min_keywords: usize,
    rest: bool,
}

/// Puts arguments into the order of the parameters.
fn unpack(
    th: &mut Thread,
    args: &[&Object],
    given: Given<'_>,
    parser: *mut Parser,
    takes: Takes,
    out: *mut *mut abi::PyObject,
) -> Result<bool, Raised> {
    let prepared = prepare(th, parser)?;
    let labels = prepared.labels;
    let required = if takes.min_keywords != 0 { takes.max + takes.min_keywords } else { takes.min };
    let least = prepared.positional.min(takes.min);
    let len = prepared.len();
    let mut unused = given.len(th)?;
    if unused == 0 && takes.min_keywords == 0 && takes.min <= args.len() && (takes.rest || args.len() <= takes.max) {
        return Ok(false);
    }
    if !takes.rest && args.len() + unused > len {
        return Err(too_many(th, &labels.function(), len, args.len(), args.len() + unused));
    }
    if !takes.rest && args.len() > takes.max {
        return Err(too_many_positional(th, &labels.function(), takes.max, takes.min >= takes.max, args.len()));
    }
    if args.len() < least {
        return Err(too_few_positional(th, &labels.function(), least, !takes.rest && least >= takes.max, args.len()));
    }
    let args = if takes.rest { &args[..args.len().min(takes.max)] } else { args };
    // SAFETY: R4: the caller's array has a place for each parameter. What is borrowed is kept by the arguments.
    let put = |at: usize, value: *mut abi::PyObject| unsafe { out.add(at).write(value) };
    for (at, arg) in args.iter().enumerate() {
        put(at, arg.as_ptr());
    }
    for i in args.len().max(prepared.positional)..len {
        if unused == 0 && i >= required {
            break;
        }
        let found = if unused != 0 { given.find(th, prepared.name(i))? } else { None };
        put(i, found.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr));
        if found.is_some() {
            unused -= 1;
        } else if i < takes.min || (takes.max <= i && i < required) {
            return Err(missing(th, &labels.function(), &prepared.shown(i), i));
        }
    }
    match unused {
        0 => Ok(true),
        _ => Err(leftover(th, &prepared, args.len(), given)),
    }
}

api! {
    /// The arguments in the order of the parameters: `args` itself if they are so already, else `out`.
    fn _PyArg_UnpackKeywords(
        th,
        args: *const *mut abi::PyObject,
        nargs: isize,
        kwargs: Option<&Object>,
        kwnames: Option<&Object>,
        parser: *mut Parser,
        min: c_int,
        max: c_int,
        min_keywords: c_int,
        rest: c_int,
        out: *mut *mut abi::PyObject,
    ) -> *const *mut abi::PyObject {
        let takes = Takes { min: min as usize, max: max as usize, min_keywords: min_keywords as usize, rest: rest != 0 };
        // SAFETY: R4: `nargs` arguments, then one for each name.
        let (given, positional) = unsafe { (Given::on_stack(args, nargs, kwnames), super::stack(args, nargs)) };
        let given = match (given, kwargs.map(|kwargs| kwargs.downcast::<Dict>())) {
            (Some(given), None) => Some(given),
            (Some(_), Some(Some(dict))) => Some(Given::Dict(dict)),
            _ => None,
        };
        let result = match given {
            Some(given) => unpack(th, positional, given, parser, takes, out),
            None => Err(raise::bad_internal_call(th)),
        };
        match result {
            Ok(false) if !args.is_null() => args,
            Ok(_) => out,
            Err(raised) => {
                leave_raised(th, raised);
                core::ptr::null()
            }
        }
    }
}
