//! Making values by a format: `Py_BuildValue`, and calls whose arguments are made so.
//!
//! Invariant: every value of the format is taken even when an earlier one fails: what `N` hands over would leak else.

use core::ffi::{CStr, c_char, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Complex, Dict, Float, Int, List, Str, Tuple, ops, raise};

use super::args::Format;
use super::args::values::Values;
use super::unicode::{from_utf8, wide};
use crate::api;

/// A function for `O&`.
type Converter = unsafe extern "C-unwind" fn(*mut c_void) -> *mut abi::PyObject;

struct Build<'a> {
    format: Format<'a>,
    values: Values,
}

/// How many values stand before `end`.
fn count(th: &mut Thread, mut format: Format<'_>, end: u8) -> Result<usize, Raised> {
    let (mut level, mut count) = (0, 0);
    loop {
        let unit = format.next();
        match unit {
            _ if level == 0 && unit == end => return Ok(count),
            0 => return Err(raise::system_error(th, format_args!("unmatched paren in format"))),
            b'(' | b'[' | b'{' => {
                count += usize::from(level == 0);
                level += 1;
            }
            b')' | b']' | b'}' => level -= 1,
            b'#' | b'&' | b',' | b':' | b' ' | b'\t' => {}
            _ => count += usize::from(level == 0),
        }
    }
}

impl Build<'_> {
    /// Passes what ends a group.
    fn close(&mut self, th: &mut Thread, end: u8) -> Result<(), Raised> {
        while matches!(self.format.peek(), b' ' | b'\t' | b',' | b':') && self.format.peek() != end {
            self.format.next();
        }
        if self.format.peek() != end {
            return Err(raise::system_error(th, format_args!("Unmatched paren in format")));
        }
        self.format.next();
        Ok(())
    }

    /// Takes the values that are left of a group, which failed.
    fn ignore(&mut self, th: &mut Thread, end: u8, count: usize, raised: Raised) -> Raised {
        let mut raised = raised;
        for _ in 0..count {
            let exception = th.take_exception();
            if let Ok(value) = self.value(th) {
                th.release(value);
            }
            drop(th.take_exception());
            if let Some(exception) = exception {
                raised = th.set_exception(exception);
            }
        }
        match self.close(th, end) {
            Ok(()) => raised,
            Err(raised) => raised,
        }
    }

    /// The values of a group.
    fn items(&mut self, th: &mut Thread, end: u8, count: usize) -> Result<Vec<Ref<Object>>, Raised> {
        let mut items = Vec::with_capacity(count);
        for done in 0..count {
            match self.value(th) {
                Ok(item) => items.push(item),
                Err(raised) => return Err(self.ignore(th, end, count - done - 1, raised)),
            }
        }
        self.close(th, end)?;
        Ok(items)
    }

    fn tuple(&mut self, th: &mut Thread, end: u8, count: usize) -> Result<Ref<Object>, Raised> {
        let items = self.items(th, end, count)?;
        Ok(Tuple::new(th, items).up())
    }

    fn dict(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let count = count(th, self.format, b'}')?;
        if count % 2 != 0 {
            let raised = raise::system_error(th, format_args!("Bad dict format"));
            return Err(self.ignore(th, b'}', count, raised));
        }
        let dict = Dict::new(th);
        for done in (0..count).step_by(2) {
            let key = match self.value(th) {
                Ok(key) => key,
                Err(raised) => return Err(self.ignore(th, b'}', count - done - 1, raised)),
            };
            let stored = self.value(th).and_then(|value| dict.set(th, &key, value));
            if let Err(raised) = stored {
                return Err(self.ignore(th, b'}', count - done - 2, raised));
            }
        }
        self.close(th, b'}')?;
        Ok(dict.up())
    }

    /// The length behind `#`.
    fn length(&mut self) -> Option<usize> {
        if self.format.accept(b'#') { usize::try_from(self.values.long()).ok() } else { None }
    }

    /// What a text or bytes unit takes; `None` for null.
    fn bytes<'b>(&mut self) -> Option<&'b [u8]> {
        let start: *const c_char = self.values.pointer();
        let len = self.length();
        if start.is_null() {
            return None;
        }
        // SAFETY: R4: so many bytes, or a C string.
        Some(unsafe { core::slice::from_raw_parts(start.cast(), len.unwrap_or_else(|| libc::strlen(start))) })
    }

    /// The next value.
    fn value(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        loop {
            let unit = self.format.next();
            return Ok(match unit {
                b'(' => {
                    let count = count(th, self.format, b')')?;
                    self.tuple(th, b')', count)?
                }
                b'[' => {
                    let count = count(th, self.format, b']')?;
                    let items = self.items(th, b']', count)?;
                    List::try_new(th, items).map_err(|e| e.raise(th))?.up()
                }
                b'{' => self.dict(th)?,
                b'b' | b'B' | b'h' | b'i' => Int::from_i64(th, self.values.int().into()).up(),
                b'H' | b'I' => Int::from_i64(th, self.values.int().cast_unsigned().into()).up(),
                b'n' | b'l' | b'L' => Int::from_i64(th, self.values.long()).up(),
                b'k' | b'K' => Int::from_u64(th, self.values.long().cast_unsigned()).up(),
                b'u' => self.wide(th)?,
                b'f' | b'd' => Float::new(th, self.values.double()).up(),
                b'D' => {
                    let value: *const [f64; 2] = self.values.pointer();
                    // SAFETY: R4: the unit takes a complex number's place.
                    let [re, im] = unsafe { *value };
                    Complex::new(th, algos::complex::new(re, im)).up()
                }
                b'c' => Bytes::new(th, &[self.values.int() as u8]).up(),
                b'C' => super::unicode::character(th, self.values.int())?.up(),
                b'p' => objects::bool_ref(self.values.int() != 0),
                b's' | b'z' | b'U' => match self.bytes() {
                    Some(text) => from_utf8(th, text)?.up(),
                    None => objects::none_ref(),
                },
                b'y' => match self.bytes() {
                    Some(bytes) => Bytes::try_new(th, bytes).ok_or(()).or_else(|()| Err(raise::memory_error(th)))?.up(),
                    None => objects::none_ref(),
                },
                b'N' | b'S' | b'O' => self.object(th, unit)?,
                b':' | b',' | b' ' | b'\t' => continue,
                _ => return Err(raise::system_error(th, format_args!("bad format char passed to Py_BuildValue"))),
            });
        }
    }

    fn wide(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let start: *const u32 = self.values.pointer();
        let len = self.length();
        if start.is_null() {
            return Ok(objects::none_ref());
        }
        // SAFETY: R4: so many characters, or a wide C string.
        let points = unsafe { core::slice::from_raw_parts(start, len.unwrap_or_else(|| wide::length(start))) };
        Ok(wide::from_wide(th, points)?.up())
    }

    fn object(&mut self, th: &mut Thread, unit: u8) -> Result<Ref<Object>, Raised> {
        if self.format.accept(b'&') {
            // SAFETY: R4: the unit takes a converter.
            let convert: Converter = unsafe { core::mem::transmute::<*mut c_void, Converter>(self.values.pointer()) };
            let arg: *mut c_void = self.values.pointer();
            // SAFETY: R4: the converter takes the argument.
            let made = heap::foreign::call(th, convert as *const (), |_| {}, || unsafe { convert(arg) });
            return ops::cslot::object(th, made);
        }
        let ptr: *mut abi::PyObject = self.values.pointer();
        // SAFETY: R2: the count of `N` is handed over; of the others the caller holds one.
        let object = unsafe {
            match unit {
                b'N' => Ref::from_raw_nullable(ptr),
                _ => objects::glue::borrow_nullable(ptr).map(|object| th.retain(object)),
            }
        };
        match object {
            Some(object) => Ok(object),
            // The call that should have made it says why it did not.
            None if th.exception().is_some() => Err(th.already_raised()),
            None => Err(raise::system_error(th, format_args!("NULL object passed to Py_BuildValue"))),
        }
    }
}

/// The arguments of a call: those of a format that makes one tuple are its items.
fn call(th: &mut Thread, callable: &Object, format: *const c_char, values: *mut c_void) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a C string or null.
    let format = if format.is_null() { c"" } else { unsafe { CStr::from_ptr(format) } };
    if format.is_empty() {
        return ops::call0(th, callable);
    }
    // SAFETY: R4: the shim passes the values that the format describes.
    let mut build = Build { format: Format::new(format), values: unsafe { Values::new(values) } };
    let count = count(th, build.format, 0)?;
    if count == 0 {
        return ops::call0(th, callable);
    }
    let items = build.items(th, 0, count)?;
    let result = match items.as_slice() {
        [only] if only.is_a::<Tuple>() => match only.downcast_ref::<Tuple>() {
            Some(args) => ops::call(th, callable, args.as_slice()),
            None => Err(raise::bad_internal_call(th)),
        },
        items => {
            let args: Vec<&Object> = items.iter().map(|item| &**item).collect();
            ops::call(th, callable, &args)
        }
    };
    for item in items {
        th.release(item);
    }
    result
}

/// What a format makes: one value, a tuple of several, or `None`.
///
/// # Safety
/// R4: a C string and the values that it describes.
unsafe fn built(th: &mut Thread, format: *const c_char, values: *mut c_void) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise.
    let mut build = unsafe { Build { format: Format::new(CStr::from_ptr(format)), values: Values::new(values) } };
    match count(th, build.format, 0)? {
        0 => Ok(objects::none_ref()),
        1 => build.value(th),
        count => build.tuple(th, 0, count),
    }
}

api! {
    /// `Py_BuildValue`.
    fn pyston_build_value(th, format: *const c_char, values: *mut c_void) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the shim passes the format and the values that its caller gave.
        unsafe { built(th, format, values) }
    }

    /// `PyObject_CallFunction`.
    fn pyston_call_function(th, callable: &Object, format: *const c_char, values: *mut c_void) -> Result<Ref<Object>, Raised> {
        call(th, callable, format, values)
    }

    /// `PyObject_CallMethod`.
    fn pyston_call_method(th, object: &Object, name: *const c_char, format: *const c_char, values: *mut c_void) -> Result<Ref<Object>, Raised> {
        if name.is_null() {
            return Err(raise::system_error(th, format_args!("null argument to internal routine")));
        }
        // SAFETY: R4: a C string.
        let name = unsafe { crate::entry::c_text(th, name) }?;
        let name: &Str = objects::intern(th, name);
        let callable = ops::getattr(th, object, name)?;
        if !ops::is_callable(&callable) {
            let got = super::format::clip(callable.ty().tp_name_bytes(), 200);
            return Err(raise::type_error(th, format_args!("attribute of type '{got}' is not callable")));
        }
        let result = call(th, &callable, format, values);
        th.release(callable);
        result
    }
}

