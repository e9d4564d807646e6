//! The format units that take one argument each.

use core::ffi::{c_char, c_int, c_void};

use heap::{Object, Thread, Type};
use objects::{ByteArray, Bytes, Float, Str, codecs, complex, float, ops, raise};

use super::values::Values;
use super::{Converter, Format, Misfit, Parse, Undo, name_of, numbers};
use crate::api::format::clip;

unsafe extern "C-unwind" {
    fn PyMem_Malloc(size: usize) -> *mut c_void;
    fn PyObject_GetBuffer(object: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int;
    fn PyBuffer_Release(view: *mut abi::Py_buffer);
    fn PyBuffer_FillInfo(
        view: *mut abi::Py_buffer,
        object: *mut abi::PyObject,
        memory: *mut c_void,
        len: isize,
        readonly: c_int,
        flags: c_int,
    ) -> c_int;
}

/// What a converter returns that can be undone.
const CLEANUP_SUPPORTED: c_int = 0x20000;

type Done = Result<(), Misfit>;

fn internal(message: &str) -> Misfit {
    Misfit::Message(format!("({message})"))
}

#[cold]
fn must_be(expected: &str, arg: &Object) -> Misfit {
    Misfit::Message(format!("must be {}, not {}", clip(expected.as_bytes(), 50), name_of(arg, 50)))
}

#[cold]
fn wrong_length(expected: &str, what: &str, len: usize) -> Misfit {
    Misfit::Message(format!("must be {expected}, not {what} of length {len}"))
}

impl Parse {
    /// Converts an argument by the next unit, which is no tuple.
    pub(super) fn simple(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Done {
        let unit = format.next();
        match unit {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'n' | b'l' | b'k' | b'L' | b'K' => self.integer(th, arg, unit),
            b'f' => {
                let value = real(th, arg)?;
                self.values.store(value as f32);
                Ok(())
            }
            b'd' => {
                let value = real(th, arg)?;
                self.values.store(value);
                Ok(())
            }
            b'D' => {
                let value = match arg.downcast::<objects::Complex>() {
                    Some(complex) => complex.value(),
                    None => complex::as_complex(th, arg)?,
                };
                self.values.store([value.real, value.imag]);
                Ok(())
            }
            b'c' => self.byte(th, arg),
            b'C' => self.character(arg),
            b'p' => {
                let value = ops::is_true(th, arg)?;
                self.values.store(c_int::from(value));
                Ok(())
            }
            b'y' => self.bytes(th, arg, format),
            b's' | b'z' => self.text(th, arg, format, unit == b'z'),
            b'e' => self.encoded(th, arg, format),
            b'S' => self.instance(arg, arg.is_a::<Bytes>(), "bytes"),
            b'Y' => self.instance(arg, arg.is_a::<ByteArray>(), "bytearray"),
            b'U' => self.instance(arg, Str::of(arg).is_some(), "str"),
            b'O' => self.object(th, arg, format),
            b'w' => self.writable(th, arg, format),
            _ => Err(internal("impossible<bad format char>")),
        }
    }

    fn integer(&mut self, th: &mut Thread, arg: &Object, unit: u8) -> Done {
        if matches!(unit, b'k' | b'K') && !ops::has_index(arg) {
            return Err(must_be("int", arg));
        }
        match unit {
            b'b' => {
                let value = numbers::bounded(th, arg, "unsigned byte", 0, u8::MAX.into())?;
                self.values.store(value as u8);
            }
            b'B' => {
                let value = numbers::mask(th, arg)?;
                self.values.store(value as u8);
            }
            b'h' => {
                let value = numbers::bounded(th, arg, "signed short", i16::MIN.into(), i16::MAX.into())?;
                self.values.store(value as i16);
            }
            b'H' => {
                let value = numbers::mask(th, arg)?;
                self.values.store(value as u16);
            }
            b'i' => {
                let value = numbers::bounded(th, arg, "signed", i32::MIN.into(), i32::MAX.into())?;
                self.values.store(value as i32);
            }
            b'I' => {
                let value = numbers::mask(th, arg)?;
                self.values.store(value as u32);
            }
            b'n' => {
                let value = numbers::signed(th, arg, "ssize_t")?;
                self.values.store(value);
            }
            b'l' => {
                let value = numbers::signed(th, arg, "long")?;
                self.values.store(value);
            }
            b'L' => {
                let value = numbers::long_long(th, arg)?;
                self.values.store(value);
            }
            _ => {
                let value = numbers::mask(th, arg)?;
                self.values.store(value);
            }
        }
        Ok(())
    }

    fn byte(&mut self, th: &mut Thread, arg: &Object) -> Done {
        const EXPECTED: &str = "a byte string of length 1";
        let (first, len, what) = if let Some(bytes) = arg.downcast::<Bytes>() {
            (bytes.as_slice().first().copied(), bytes.len(), "a bytes object")
        } else if let Some(array) = arg.downcast::<ByteArray>() {
            let bytes = array.to_vec(th);
            (bytes.first().copied(), bytes.len(), "a bytearray object")
        } else {
            return Err(must_be(EXPECTED, arg));
        };
        match first {
            Some(byte) if len == 1 => {
                self.values.store(byte);
                Ok(())
            }
            _ => Err(wrong_length(EXPECTED, what, len)),
        }
    }

    fn character(&mut self, arg: &Object) -> Done {
        const EXPECTED: &str = "a unicode character";
        let Some(text) = Str::of(arg) else { return Err(must_be(EXPECTED, arg)) };
        if text.len() != 1 {
            return Err(wrong_length(EXPECTED, "a string", text.len()));
        }
        self.values.store(text.char_at(0).cast_signed());
        Ok(())
    }

    fn instance(&mut self, arg: &Object, fits: bool, expected: &str) -> Done {
        if !fits {
            return Err(must_be(expected, arg));
        }
        self.values.store(arg.as_ptr());
        Ok(())
    }

    fn object(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Done {
        if format.accept(b'!') {
            // SAFETY: R4: the unit takes a type.
            let class = unsafe { Type::borrow(self.values.pointer()) };
            let fits = heap::is_subtype(arg.ty(), class);
            let expected = clip(class.tp_name_bytes(), 50);
            return self.instance(arg, fits, &expected);
        }
        if format.accept(b'&') {
            // SAFETY: R4: the unit takes a converter.
            let convert: Converter = unsafe { core::mem::transmute::<*mut c_void, Converter>(self.values.pointer()) };
            let place: *mut c_void = self.values.pointer();
            let share = |th: &Thread| heap::foreign::show(th, arg);
            // SAFETY: R4: the converter takes the argument and the variable.
            return match heap::foreign::call(th, convert as *const (), share, || unsafe { convert(arg.as_ptr(), place) }) {
                0 => Err(internal("unspecified")),
                result => {
                    if result == CLEANUP_SUPPORTED {
                        self.undo.push(Undo::Converter(convert, place));
                    }
                    Ok(())
                }
            };
        }
        self.values.store(arg.as_ptr());
        Ok(())
    }

    /// `w*`
    fn writable(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Done {
        let view = self.values.pointer();
        if !format.accept(b'*') {
            return Err(internal("invalid use of 'w' format character"));
        }
        // SAFETY: R4: the unit takes a view.
        if unsafe { PyObject_GetBuffer(arg.as_ptr(), view, abi::PyBUF_WRITABLE) } < 0 {
            drop(th.take_exception());
            return Err(must_be("read-write bytes-like object", arg));
        }
        self.undo.push(Undo::Buffer(view));
        Ok(())
    }

    /// `y`, `y*`, `y#`
    fn bytes(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Done {
        if format.accept(b'*') {
            return self.view(arg);
        }
        let place: *mut *const u8 = self.values.pointer();
        let (start, len) = contents(arg, place)?;
        if format.accept(b'#') {
            self.values.store(len.cast_signed());
            return Ok(());
        }
        // SAFETY: R4: the object's bytes, which it keeps.
        if len != 0 && unsafe { core::slice::from_raw_parts(start, len) }.contains(&0) {
            return Err(raise::value_error(th, format_args!("embedded null byte")).into());
        }
        Ok(())
    }

    /// Fills the caller's view of a bytes-like object.
    fn view(&mut self, arg: &Object) -> Done {
        let view = self.values.pointer();
        // SAFETY: R4: the unit takes a view.
        if unsafe { PyObject_GetBuffer(arg.as_ptr(), view, abi::PyBUF_SIMPLE) } != 0 {
            return Err(must_be("bytes-like object", arg));
        }
        self.undo.push(Undo::Buffer(view));
        Ok(())
    }

    /// `s` and `z`, alone, with `*` and with `#`
    fn text(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>, or_none: bool) -> Done {
        let nothing = or_none && arg.is(objects::none());
        let text = Str::of(arg);
        if format.accept(b'*') {
            return self.text_view(th, arg, text, nothing);
        }
        if format.accept(b'#') {
            return self.text_and_size(th, arg, text, nothing);
        }
        let place: *mut *const u8 = self.values.pointer();
        let start = match text {
            _ if nothing => core::ptr::null(),
            Some(text) => {
                let text = utf8(th, text)?;
                if text.as_bytes().contains(&0) {
                    return Err(raise::value_error(th, format_args!("embedded null character")).into());
                }
                text.as_ptr()
            }
            None => return Err(must_be(if or_none { "str or None" } else { "str" }, arg)),
        };
        // SAFETY: R4: the unit takes a pointer's place.
        unsafe { place.write(start) };
        Ok(())
    }

    fn text_view(&mut self, th: &mut Thread, arg: &Object, text: Option<&Str>, nothing: bool) -> Done {
        if text.is_none() && !nothing {
            return self.view(arg);
        }
        let view: *mut abi::Py_buffer = self.values.pointer();
        let (owner, start, len) = match text {
            Some(text) => {
                let utf8 = utf8(th, text)?;
                (arg.as_ptr(), utf8.as_ptr(), utf8.len())
            }
            None => (core::ptr::null_mut(), core::ptr::null(), 0),
        };
        // SAFETY: R4: the unit takes a view; the object keeps its UTF-8 form. Asking for a simple view of read-only memory cannot fail.
        unsafe { PyBuffer_FillInfo(view, owner, start.cast_mut().cast(), len.cast_signed(), 1, 0) };
        self.undo.push(Undo::Buffer(view));
        Ok(())
    }

    fn text_and_size(&mut self, th: &mut Thread, arg: &Object, text: Option<&Str>, nothing: bool) -> Done {
        let place: *mut *const u8 = self.values.pointer();
        let size: *mut isize = self.values.pointer();
        let (start, len) = match text {
            _ if nothing => (core::ptr::null(), 0),
            Some(text) => {
                let text = utf8(th, text)?;
                (text.as_ptr(), text.len())
            }
            None => contents(arg, place)?,
        };
        // SAFETY: R4: the unit takes places for a pointer and a size.
        unsafe {
            place.write(start);
            size.write(len.cast_signed());
        }
        Ok(())
    }

    /// `es`, `et`, `es#`, `et#`
    fn encoded(&mut self, th: &mut Thread, arg: &Object, format: &mut Format<'_>) -> Done {
        let encoding = self.values.text().map_or_else(|| "utf-8".into(), |encoding| encoding.to_string_lossy());
        let recode = match format.peek() {
            b's' => true,
            b't' => false,
            _ => return Err(internal("unknown parser marker combination")),
        };
        format.next();
        let place: *mut *mut c_void = self.values.pointer();
        if place.is_null() {
            return Err(internal("buffer is NULL"));
        }
        let encoded;
        let contents: &[u8] = if let Some(bytes) = arg.downcast::<Bytes>().filter(|_| !recode) {
            bytes.as_slice()
        } else if let Some(array) = arg.downcast::<ByteArray>().filter(|_| !recode) {
            let bytes = array.to_vec(th);
            encoded = Bytes::new(th, &bytes);
            encoded.as_slice()
        } else if let Some(text) = Str::of(arg) {
            let made = codecs::encode(th, text, Some(&encoding), None)?;
            let Ok(bytes) = made.downcast::<Bytes>() else { return Err(internal("encoding failed")) };
            encoded = bytes;
            encoded.as_slice()
        } else {
            return Err(must_be(if recode { "str" } else { "str, bytes or bytearray" }, arg));
        };
        if format.accept(b'#') {
            return self.encoded_and_size(th, contents, place);
        }
        if contents.contains(&0) {
            return Err(must_be("encoded string without null bytes", arg));
        }
        self.copy_out(th, contents, place)
    }

    fn encoded_and_size(&mut self, th: &mut Thread, contents: &[u8], place: *mut *mut c_void) -> Done {
        let size: *mut isize = self.values.pointer();
        if size.is_null() {
            return Err(internal("buffer_len is NULL"));
        }
        // SAFETY: R4: the unit takes places for a buffer, which the caller may have filled in, and for its size.
        let (buffer, room) = unsafe { (*place, *size) };
        if buffer.is_null() {
            self.copy_out(th, contents, place)?;
        } else {
            if contents.len().cast_signed() + 1 > room {
                let (len, limit) = (contents.len(), room - 1);
                return Err(raise::value_error(th, format_args!("encoded string too long ({len}, maximum length {limit})")).into());
            }
            // SAFETY: R4: the caller's buffer has room for them and a zero.
            unsafe { copy(contents, buffer) };
        }
        // SAFETY: R4: as above.
        unsafe { size.write(contents.len().cast_signed()) };
        Ok(())
    }

    /// Copies into memory that the caller will free.
    fn copy_out(&mut self, th: &mut Thread, contents: &[u8], place: *mut *mut c_void) -> Done {
        // SAFETY: R10: the allocator of the API may be called attached.
        let memory = unsafe { PyMem_Malloc(contents.len() + 1) };
        if memory.is_null() {
            return Err(raise::memory_error(th).into());
        }
        // SAFETY: R4: fresh memory with room for a zero, and the caller's place for it.
        unsafe {
            copy(contents, memory);
            place.write(memory);
        }
        self.undo.push(Undo::Memory(place));
        Ok(())
    }
}

/// # Safety
/// R4: `to` has room for the bytes and a zero.
unsafe fn copy(contents: &[u8], to: *mut c_void) {
    let to: *mut u8 = to.cast();
    // SAFETY: the caller's promise.
    unsafe {
        to.copy_from_nonoverlapping(contents.as_ptr(), contents.len());
        to.add(contents.len()).write(0);
    }
}

fn real(th: &mut Thread, arg: &Object) -> Result<f64, Misfit> {
    match Float::of(arg) {
        Some(float) => Ok(float.value()),
        None => Ok(float::as_f64(th, arg)?),
    }
}

/// The UTF-8 form that the string keeps.
fn utf8<'a>(th: &mut Thread, text: &'a Str) -> Result<&'a str, Misfit> {
    match text.to_utf8() {
        Some(utf8) => Ok(utf8),
        None => Err(raise::unicode_surrogates(th, text).into()),
    }
}

/// Start and length of what a read-only object holds (`place` is null until it is known): it lives as long as the object, for nothing would
/// release a view.
fn contents(arg: &Object, place: *mut *const u8) -> Result<(*const u8, usize), Misfit> {
    // SAFETY: R4: the unit takes a pointer's place.
    unsafe { place.write(core::ptr::null()) };
    if objects::buffer::releaser(arg).is_some() {
        return Err(must_be("read-only bytes-like object", arg));
    }
    let mut view = core::mem::MaybeUninit::<abi::Py_buffer>::zeroed();
    // SAFETY: R4: our view; it is read after it was filled.
    unsafe {
        if PyObject_GetBuffer(arg.as_ptr(), view.as_mut_ptr(), abi::PyBUF_SIMPLE) != 0 {
            return Err(must_be("bytes-like object", arg));
        }
        let (start, len) = ((*view.as_ptr()).buf.cast_const().cast::<u8>(), (*view.as_ptr()).len);
        PyBuffer_Release(view.as_mut_ptr());
        place.write(start);
        Ok((start, len.cast_unsigned()))
    }
}

/// Passes the values of a unit that no argument is for; the error is what is wrong with the format. `values` is absent where only the format
/// is checked.
pub(super) fn skip(format: &mut Format<'_>, values: &mut Option<&mut Values>) -> Result<(), &'static str> {
    const BAD: &str = "impossible<bad format char>";
    let mut pass = |count: usize| {
        if let Some(values) = values {
            for _ in 0..count {
                let _: *mut c_char = values.pointer();
            }
        }
    };
    let unit = format.next();
    match unit {
        b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f' | b'd' | b'D' | b'c' | b'C' | b'p' | b'S' | b'Y'
        | b'U' => pass(1),
        b'e' => {
            if !matches!(format.next(), b's' | b't') {
                return Err(BAD);
            }
            pass(2);
            if format.accept(b'#') {
                pass(1);
            }
        }
        b's' | b'z' | b'y' | b'w' => {
            pass(1);
            if unit == b'w' && format.peek() != b'*' {
                return Err(BAD);
            }
            if format.accept(b'#') {
                pass(1);
            } else {
                format.accept(b'*');
            }
        }
        b'O' if matches!(format.peek(), b'!' | b'&') => {
            format.next();
            pass(2);
        }
        b'O' => pass(1),
        b'(' => {
            while format.peek() != b')' {
                if format.is_at_end() {
                    return Err("Unmatched left paren in format string");
                }
                skip(format, values)?;
            }
            format.next();
        }
        b')' => return Err("Unmatched right paren in format string"),
        _ => return Err(BAD),
    }
    Ok(())
}
