//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: which part of which text or bytes could not be converted.
//!
//! Invariant: attributes may be set to anything; whoever reads them tests what they are.

use heap::Slot;
use heap::sync::{AtomicIsize, Ordering::Relaxed};
use macros::{pymethods, pytype};

use super::base::{init_args, refuse_keywords};
use super::{BaseException, Exception, UnicodeError, ValueError};
use crate::glue::*;
use crate::text::Text;
use crate::{Bytes, Str, Tuple, ops, raise};

macro_rules! unicode_errors {
    ($($name:ident $python:tt $doc:tt;)*) => {$(
        #[doc = $doc]
        #[pytype(name = $python, base = UnicodeError, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyUnicodeErrorObject, parts(new))]
        #[repr(C)]
        pub struct $name {
            base: UnicodeError,
            #[member(none, doc = "exception encoding")]
            encoding: Slot,
            #[member(none, doc = "exception object")]
            object: Slot,
            #[member(doc = "exception start", kind = Py_T_PYSSIZET)]
            start: AtomicIsize,
            #[member(doc = "exception end", kind = Py_T_PYSSIZET)]
            end: AtomicIsize,
            #[member(none, doc = "exception reason")]
            reason: Slot,
        }

        impl $name {
            /// What could not be converted.
            pub fn object(&self, th: &Thread) -> Option<Ref<Object>> {
                self.object.get(th, self)
            }

            /// The encoding's name.
            pub fn encoding(&self, th: &Thread) -> Option<Ref<Object>> {
                self.encoding.get(th, self)
            }

            /// Why.
            pub fn reason(&self, th: &Thread) -> Option<Ref<Object>> {
                self.reason.get(th, self)
            }

            /// Replaces the reason.
            pub fn set_reason(&self, th: &mut Thread, reason: Ref<Object>) {
                self.reason.set(th, self, Some(reason));
            }

            /// Where it begins and ends, as it was set: perhaps outside the object.
            pub fn range(&self) -> (isize, isize) {
                (self.start.load(Relaxed), self.end.load(Relaxed))
            }

            /// Replaces the range.
            pub fn set_range(&self, start: isize, end: isize) {
                self.start.store(start, Relaxed);
                self.end.store(end, Relaxed);
            }

            fn set(&self, th: &mut Thread, encoding: Option<&Object>, object: Ref<Object>, range: (isize, isize), reason: &Object) {
                self.encoding.set(th, self, encoding.map(Heaped::to_ref));
                self.object.set(th, self, Some(object));
                self.set_range(range.0, range.1);
                self.reason.set(th, self, Some(reason.to_ref()));
            }

            /// The exception with these arguments, which are of the right types.
            pub fn create(th: &mut Thread, encoding: Option<&str>, object: &Object, range: (isize, isize), reason: &str) -> Ref<$name> {
                let encoding = encoding.map(|encoding| Str::new(th, encoding).up());
                let reason = Str::new(th, reason).up();
                let start = crate::Int::from_i64(th, range.0 as i64);
                let end = crate::Int::from_i64(th, range.1 as i64);
                let mut args: Vec<&Object> = Vec::with_capacity(5);
                args.extend(encoding.as_deref());
                args.extend([object, &start, &end, &*reason]);
                let args = Tuple::from_slice(th, &args);
                th.new_object($name {
                    base: UnicodeError { base: ValueError { base: Exception::with_args(args) } },
                    encoding: Slot::from_option(encoding),
                    object: Slot::new(object.to_ref()),
                    start: AtomicIsize::new(range.0),
                    end: AtomicIsize::new(range.1),
                    reason: Slot::new(reason),
                })
            }
        }

        #[allow(non_upper_case_globals, reason = "the name of a part")]
        impl $name {
            /// These types have a `__new__` of their own, as CPython's have.
            pub(crate) const PY_PART_new: Part = BaseException::OWN_NEW;
        }
    )*};
}

unicode_errors! {
    UnicodeEncodeError "UnicodeEncodeError" "Unicode encoding error.";
    UnicodeDecodeError "UnicodeDecodeError" "Unicode decoding error.";
    UnicodeTranslateError "UnicodeTranslateError" "Unicode translation error.";
}

/// The arguments of one of the constructors, counted.
fn exactly<'a, const N: usize>(th: &mut Thread, args: Args<'a>) -> Result<[&'a Object; N], Raised> {
    match args.as_slice().try_into() {
        Ok(args) => Ok(args),
        Err(_) => Err(raise::type_error(th, format_args!("function takes exactly {N} arguments ({} given)", args.len()))),
    }
}

fn str_argument(th: &mut Thread, value: &Object, number: usize) -> Result<(), Raised> {
    if value.is_a::<Str>() {
        return Ok(());
    }
    let name = if value.is(crate::none()) { "None".to_owned() } else { ops::type_name(value) };
    Err(raise::type_error(th, format_args!("argument {number} must be str, not {name}")))
}

fn range_arguments(th: &mut Thread, start: &Object, end: &Object) -> Result<(isize, isize), Raised> {
    Ok((ops::index_isize(th, start)?, ops::index_isize(th, end)?))
}

/// `bytes` as it is, a copy of any other buffer.
fn bytes_argument(th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
    if value.is_a::<Bytes>() {
        return Ok(value.to_ref());
    }
    if value.ty().tp_as_buffer().is_null() {
        let name = ops::type_name(value);
        return Err(raise::type_error(th, format_args!("a bytes-like object is required, not '{name}'")));
    }
    ops::call1(th, Bytes::type_object(), value)
}

/// `str(value)`, and what C prints for an attribute that was deleted.
fn text_of(th: &mut Thread, value: Option<Ref<Object>>) -> Result<Ref<Str>, Raised> {
    match value {
        Some(value) => ops::str_(th, &value),
        None => Ok(Str::new(th, "<NULL>")),
    }
}

fn wrong_object(th: &mut Thread, expected: &str) -> Raised {
    raise::type_error(th, format_args!("UnicodeError 'object' attribute must be a {expected}"))
}

/// The only unit in the range, if the range is one unit long and lies inside.
fn only((start, end): (isize, isize), len: usize) -> Option<usize> {
    let index = usize::try_from(start).ok()?;
    (index < len && end == start + 1).then_some(index)
}

fn character(code: u32) -> String {
    match code {
        0..=0xff => format!("'\\x{code:02x}'"),
        0x100..=0xffff => format!("'\\u{code:04x}'"),
        _ => format!("'\\U{code:08x}'"),
    }
}

fn position((start, end): (isize, isize)) -> String {
    format!("in position {start}-{}: ", end.wrapping_sub(1))
}

#[pymethods]
impl UnicodeEncodeError {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        let [encoding, object, start, end, reason] = exactly::<5>(th, args)?;
        str_argument(th, encoding, 1)?;
        str_argument(th, object, 2)?;
        let range = range_arguments(th, start, end)?;
        str_argument(th, reason, 5)?;
        self.set(th, Some(encoding), object.to_ref(), range, reason);
        Ok(())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.object(th).is_none() {
            return Ok(Str::new(th, ""));
        }
        let (encoding, reason) = (self.encoding(th), self.reason(th));
        let (encoding, reason) = (text_of(th, encoding)?, text_of(th, reason)?);
        // `__str__` of the two may have changed it.
        let Some(object) = self.object(th) else { return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute is not set"))) };
        let Some(object) = (*object).downcast::<Str>() else { return Err(wrong_object(th, "string")) };
        let mut text = Text::new("'");
        text.push_str(&encoding).push("' codec can't encode ");
        match only(self.range(), object.len()) {
            Some(index) => {
                text.push(&format!("character {} in position {index}: ", character(object.char_at(index))));
            }
            None => {
                text.push("characters ").push(&position(self.range()));
            }
        }
        Ok(text.push_str(&reason).finish(th))
    }
}

#[pymethods]
impl UnicodeDecodeError {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        let [encoding, object, start, end, reason] = exactly::<5>(th, args)?;
        str_argument(th, encoding, 1)?;
        let range = range_arguments(th, start, end)?;
        str_argument(th, reason, 5)?;
        let object = bytes_argument(th, object)?;
        self.set(th, Some(encoding), object, range, reason);
        Ok(())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.object(th).is_none() {
            return Ok(Str::new(th, ""));
        }
        let (encoding, reason) = (self.encoding(th), self.reason(th));
        let (encoding, reason) = (text_of(th, encoding)?, text_of(th, reason)?);
        // `__str__` of the two may have changed it.
        let Some(object) = self.object(th) else { return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute is not set"))) };
        let Some(object) = (*object).downcast::<Bytes>() else { return Err(wrong_object(th, "bytes")) };
        let mut text = Text::new("'");
        text.push_str(&encoding).push("' codec can't decode ");
        let bytes = object.as_slice();
        match only(self.range(), bytes.len()) {
            Some(index) => {
                text.push(&format!("byte 0x{:02x} in position {index}: ", bytes[index]));
            }
            None => {
                text.push("bytes ").push(&position(self.range()));
            }
        }
        Ok(text.push_str(&reason).finish(th))
    }
}

#[pymethods]
impl UnicodeTranslateError {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        let [object, start, end, reason] = exactly::<4>(th, args)?;
        str_argument(th, object, 1)?;
        let range = range_arguments(th, start, end)?;
        str_argument(th, reason, 4)?;
        self.set(th, None, object.to_ref(), range, reason);
        Ok(())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if self.object(th).is_none() {
            return Ok(Str::new(th, ""));
        }
        let reason = self.reason(th);
        let reason = text_of(th, reason)?;
        let Some(object) = self.object(th) else { return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute is not set"))) };
        let Some(object) = (*object).downcast::<Str>() else { return Err(wrong_object(th, "string")) };
        let mut text = Text::new("can't translate ");
        match only(self.range(), object.len()) {
            Some(index) => {
                text.push(&format!("character {} in position {index}: ", character(object.char_at(index))));
            }
            None => {
                text.push("characters ").push(&position(self.range()));
            }
        }
        Ok(text.push_str(&reason).finish(th))
    }
}
