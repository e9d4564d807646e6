//! Conversions between Python's arguments and results and Rust's types.
//!
//! Owns: [`FromArg`] and [`ToPy`], which authors may implement for types of their own, and at the end of the file the one list of what
//! conversions need from the types (`upward`).
//!
//! Invariant: a failed conversion has raised CPython's message.

use core::fmt;

use super::args::{At, ParamSpec};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};

pub use super::upward::{Error, dict_items, is_none, raise};

/// A parameter type.
pub trait FromArg<'a>: Sized {
    /// Converts one argument; `at` says where it stood.
    fn from_arg(th: &mut Thread, arg: &'a Object, at: At) -> Result<Self, Raised>;
}

impl<'a, T: PyType> FromArg<'a> for &'a T {
    #[inline(always)]
    fn from_arg(th: &mut Thread, arg: &'a Object, at: At) -> Result<Self, Raised> {
        match arg.downcast::<T>() {
            Some(value) => Ok(value),
            None => Err(at.bad_argument(th, T::NAME, arg)),
        }
    }
}

impl<'a, T: PyType> FromArg<'a> for Ref<T> {
    #[inline(always)]
    fn from_arg(th: &mut Thread, arg: &'a Object, at: At) -> Result<Self, Raised> {
        <&T>::from_arg(th, arg, at).map(Heaped::to_ref)
    }
}

impl FromArg<'_> for bool {
    /// Truth, of any object.
    #[inline(always)]
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        super::upward::is_true(th, arg)
    }
}

impl FromArg<'_> for f64 {
    #[inline(always)]
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        super::upward::as_f64(th, arg)
    }
}

impl<'a> FromArg<'a> for &'a str {
    /// The text of a `str` as UTF-8: an error if it has lone surrogates, or NUL characters, as C's `const char *` parameters are.
    fn from_arg(th: &mut Thread, arg: &'a Object, at: At) -> Result<Self, Raised> {
        if !is_str(arg) {
            return Err(at.bad_argument(th, "str", arg));
        }
        let text = super::upward::str_utf8(th, arg)?;
        if text.as_bytes().contains(&0) {
            return Err(raise(th, Error::Value, format_args!("embedded null character")));
        }
        Ok(text)
    }
}

impl FromArg<'_> for char {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        if !is_str(arg) {
            return Err(at.bad_argument(th, "a unicode character", arg));
        }
        match only_char(arg) {
            Ok(c) => char::from_u32(c).ok_or(()).or_else(|()| Err(at.bad_argument(th, "a unicode character", arg))),
            Err(length) => {
                // CPython sets this message off from the others by a colon.
                let at = at.to_string().replacen("() argument", "(): argument", 1);
                let message = format_args!("{at} must be a unicode character, not a string of length {length}");
                Err(raise(th, Error::Type, message))
            }
        }
    }
}

/// What an int (or an object with `__index__`) amounts to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntValue {
    Small(i128),
    /// Beyond 64 bits on either side.
    Huge {
        negative: bool,
    },
}

macro_rules! integers {
    ($($ty:ty => $c:literal;)*) => {$(
        impl FromArg<'_> for $ty {
            #[inline]
            fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
                if let Some(Ok(small)) = super::upward::exact_i64(arg).map(<$ty>::try_from) {
                    return Ok(small);
                }
                let value = super::upward::index(th, arg)?;
                match value {
                    IntValue::Small(small) => <$ty>::try_from(small).map_err(|_| value),
                    IntValue::Huge { .. } => Err(value),
                }
                .map_err(|value| raise_out_of_range(th, value, <$ty>::MIN == 0, $c))
            }
        }
    )*};
}

integers! {
    isize => "C ssize_t";
    i32 => "C int";
    i64 => "C long";
    usize => "C size_t";
    u64 => "C unsigned long";
    u32 => "C unsigned int";
}

macro_rules! small_integers {
    ($($ty:ty => $name:literal;)*) => {$(
        impl FromArg<'_> for $ty {
            fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
                let (message, value) = match super::upward::index(th, arg)? {
                    IntValue::Small(small) => (if small < 0 { "less than minimum" } else { "greater than maximum" }, <$ty>::try_from(small).ok()),
                    IntValue::Huge { negative } => (if negative { "less than minimum" } else { "greater than maximum" }, None),
                };
                value.ok_or_else(|| raise(th, Error::Overflow, format_args!("{} is {message}", $name)))
            }
        }
    )*};
}

small_integers! {
    u8 => "unsigned byte integer";
    i16 => "signed short integer";
    u16 => "unsigned short integer";
}

#[cold]
#[inline(never)]
fn raise_out_of_range(th: &mut Thread, value: IntValue, unsigned: bool, c: &str) -> Raised {
    let negative = match value {
        IntValue::Small(small) => small < 0,
        IntValue::Huge { negative } => negative,
    };
    if unsigned && negative {
        return raise(th, Error::Overflow, format_args!("can't convert negative value to unsigned int"));
    }
    raise(th, Error::Overflow, format_args!("Python int too large to convert to {c}"))
}

// --- what entries call, one per way in which a parameter may be given ---

/// A required argument.
#[inline(always)]
pub fn required<'a, T: FromArg<'a>>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<T, Raised> {
    let at = At { spec, index, or_none: false };
    match arg {
        Some(arg) => T::from_arg(th, arg, at),
        None => Err(at.missing(th)),
    }
}

/// A required argument of any type.
#[inline(always)]
pub fn object<'a>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<&'a Object, Raised> {
    arg.ok_or(()).or_else(|()| Err(At { spec, index, or_none: false }.missing(th)))
}

/// An argument that may be absent.
#[inline(always)]
pub fn optional<'a, T: FromArg<'a>>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<Option<T>, Raised> {
    match arg {
        Some(arg) => T::from_arg(th, arg, At { spec, index, or_none: false }).map(Some),
        None => Ok(None),
    }
}

/// An argument that may be absent or `None`.
#[inline(always)]
pub fn nullable<'a, T: FromArg<'a>>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<Option<T>, Raised> {
    match arg {
        Some(arg) if !is_none(arg) => T::from_arg(th, arg, At { spec, index, or_none: true }).map(Some),
        _ => Ok(None),
    }
}

/// A class.
pub fn class_arg<'a>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<&'a Type, Raised> {
    let arg = object(th, arg, spec, index)?;
    match as_type(arg) {
        Some(ty) => Ok(ty),
        None => Err(At { spec, index, or_none: false }.bad_argument(th, "type", arg)),
    }
}

/// A class, absent, or `None`.
pub fn maybe_class<'a>(th: &mut Thread, arg: Option<&'a Object>, spec: &'static ParamSpec, index: u8) -> Result<Option<&'a Type>, Raised> {
    match arg {
        Some(arg) if !is_none(arg) => class_arg(th, Some(arg), spec, index).map(Some),
        _ => Ok(None),
    }
}

/// The object as a class, if it is one.
#[inline]
pub fn as_type(object: &Object) -> Option<&Type> {
    // SAFETY: R3: `TYPE_SUBCLASS` marks the types whose instances are type objects.
    object.ty().has_flag(abi::Py_TPFLAGS_TYPE_SUBCLASS).then(|| unsafe { object.cast_unchecked() })
}

// --- results ---

/// A result type.
pub trait ToPy {
    /// The result as a Python object.
    fn to_py(self, th: &mut Thread) -> Result<Ref<Object>, Raised>;
}

impl<T: ToPy> ToPy for Result<T, Raised> {
    #[inline(always)]
    fn to_py(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self?.to_py(th)
    }
}

impl<T: Heaped> ToPy for Ref<T> {
    #[inline(always)]
    fn to_py(self, _: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.up())
    }
}

impl<T: Heaped> ToPy for &T {
    #[inline(always)]
    fn to_py(self, _: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(self.as_object().to_owned())
    }
}

impl<T: ToPy> ToPy for Option<T> {
    /// `None` for `None`.
    #[inline(always)]
    fn to_py(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self {
            Some(value) => value.to_py(th),
            None => Ok(super::upward::none()),
        }
    }
}

macro_rules! results {
    ($($ty:ty: |$th:ident, $value:ident| $make:expr;)*) => {$(
        impl ToPy for $ty {
            #[inline(always)]
            fn to_py(self, $th: &mut Thread) -> Result<Ref<Object>, Raised> {
                let $value = self;
                $make
            }
        }
    )*};
}

results! {
    (): |_th, _value| Ok(super::upward::none());
    bool: |_th, value| Ok(super::upward::from_bool(value));
    f64: |th, value| Ok(super::upward::from_f64(th, value));
    u8: |th, value| Ok(super::upward::from_i64(th, value.into()));
    i8: |th, value| Ok(super::upward::from_i64(th, value.into()));
    u16: |th, value| Ok(super::upward::from_i64(th, value.into()));
    i16: |th, value| Ok(super::upward::from_i64(th, value.into()));
    u32: |th, value| Ok(super::upward::from_i64(th, value.into()));
    i32: |th, value| Ok(super::upward::from_i64(th, value.into()));
    i64: |th, value| Ok(super::upward::from_i64(th, value));
    isize: |th, value| Ok(super::upward::from_i64(th, value as i64));
    u64: |th, value| match i64::try_from(value) {
        Ok(small) => Ok(super::upward::from_i64(th, small)),
        Err(_) => Ok(super::upward::from_i128(th, value.into())),
    };
    usize: |th, value| (value as u64).to_py(th);
    i128: |th, value| Ok(super::upward::from_i128(th, value));
    &str: |th, value| super::upward::from_str(th, value);
    String: |th, value| super::upward::from_str(th, &value);
    char: |th, value| super::upward::from_str(th, value.encode_utf8(&mut [0; 4]));
}

// --- strings, read in the ABI's layout ---

/// Whether the object is a `str`.
#[inline]
pub fn is_str(object: &Object) -> bool {
    object.ty().has_flag(abi::Py_TPFLAGS_UNICODE_SUBCLASS)
}

/// The code points of a `str`, in the width it is stored in.
enum Chars<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

fn chars(object: &Object) -> Option<Chars<'_>> {
    if !is_str(object) {
        return None;
    }
    let head: *const abi::PyASCIIObject = object.as_ptr().cast();
    // SAFETY: a `str` begins with the ABI's struct; its characters follow the head or, in subclasses, are pointed at; they never change.
    unsafe {
        let length = (*head).length.max(0) as usize;
        let state = &(*head).state;
        let data: *const u8 = match (state.compact() != 0, state.ascii() != 0) {
            (true, true) => head.add(1).cast(),
            (true, false) => head.cast::<abi::PyCompactUnicodeObject>().add(1).cast(),
            (false, _) => (*head.cast::<abi::PyUnicodeObject>()).data.any.cast_const().cast(),
        };
        Some(match state.kind() {
            abi::PyUnicode_1BYTE_KIND => Chars::One(core::slice::from_raw_parts(data, length)),
            abi::PyUnicode_2BYTE_KIND => Chars::Two(core::slice::from_raw_parts(data.cast(), length)),
            _ => Chars::Four(core::slice::from_raw_parts(data.cast(), length)),
        })
    }
}

/// Whether the object is a `str` with this ASCII text.
#[inline]
pub fn str_equals(object: &Object, text: &str) -> bool {
    matches!(chars(object), Some(Chars::One(bytes)) if bytes == text.as_bytes() && text.is_ascii())
}

/// The text of a `str`, for messages: lone surrogates are replaced. `None`: no `str`.
pub fn str_text(object: &Object) -> Option<String> {
    let lossy = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(match chars(object)? {
        Chars::One(chars) => chars.iter().map(|&c| char::from(c)).collect(),
        Chars::Two(chars) => chars.iter().map(|&c| lossy(c.into())).collect(),
        Chars::Four(chars) => chars.iter().map(|&c| lossy(c)).collect(),
    })
}

/// The only code point of a `str`, else its length.
fn only_char(object: &Object) -> Result<u32, usize> {
    match chars(object) {
        Some(Chars::One(&[c])) => Ok(c.into()),
        Some(Chars::Two(&[c])) => Ok(c.into()),
        Some(Chars::Four(&[c])) => Ok(c),
        Some(Chars::One(all)) => Err(all.len()),
        Some(Chars::Two(all)) => Err(all.len()),
        Some(Chars::Four(all)) => Err(all.len()),
        None => Err(0),
    }
}

/// An object's text in messages.
pub struct Text<'a>(pub &'a Object);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&str_text(self.0).unwrap_or_default())
    }
}
