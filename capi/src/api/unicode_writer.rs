//! Strings that are written piece by piece: `PyUnicodeWriter_*`, and the older struct with the same contents, into which C's macros write directly.
//!
//! Invariant: `buffer` is null, or (`readonly`) a finished string that is all there is so far, or a string that nobody else has, filled in up to
//! `pos`; `data`, `kind`, `maxchar` and `size` say what C's macros need to know of it.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::codecs::decoding;
use objects::str::Chars;
use objects::{Str, ops, raise};

use super::unicode::{put, put_all, resized, unfilled, wide, widest};
use crate::api;
use crate::entry::expect;

/// The struct that C declares.
type Writer = abi::_PyUnicodeWriter;

unsafe extern "C-unwind" {
    fn PyMem_Malloc(size: usize) -> *mut c_void;
    fn PyMem_Free(memory: *mut c_void);
}

const EMPTY: Writer = Writer {
    buffer: core::ptr::null_mut(),
    data: core::ptr::null_mut(),
    kind: 0,
    maxchar: 0,
    size: 0,
    pos: 0,
    min_length: 0,
    min_char: 127,
    overallocate: 0,
    readonly: 0,
};

/// Moves the count of a writer's string out.
fn take_buffer(w: &mut Writer) -> Option<Ref<Str>> {
    let buffer = core::mem::replace(&mut w.buffer, core::ptr::null_mut());
    // SAFETY: R2: the module's invariant: a string of which the writer holds a count.
    unsafe { Ref::from_raw_nullable(buffer) }
}

/// Stores a string, and what the macros need to know of it.
fn put_buffer(th: &Thread, w: &mut Writer, buffer: Ref<Str>) {
    // C reads its header.
    heap::foreign::show(th, buffer.as_object());
    w.maxchar = buffer.widest();
    w.data = buffer.start().cast();
    // A finished string is copied at the next write: nothing has room in it.
    (w.kind, w.size) = match w.readonly {
        0 => (buffer.unit_size() as c_int, buffer.len().cast_signed()),
        _ => (0, 0),
    };
    w.buffer = buffer.into_raw();
}

/// Makes room for so many characters, none wider than this.
fn prepare(th: &mut Thread, w: &mut Writer, len: usize, widest: u32) -> Result<(), Raised> {
    if len == 0 || (widest <= w.maxchar && len.cast_signed() <= w.size - w.pos) {
        return Ok(());
    }
    grow(th, w, len, widest)
}

#[inline(never)]
fn grow(th: &mut Thread, w: &mut Writer, len: usize, widest: u32) -> Result<(), Raised> {
    let pos = w.pos.cast_unsigned();
    let Some(needed) = pos.checked_add(len).filter(|&needed| needed <= isize::MAX as usize) else { return Err(raise::memory_error(th)) };
    let widest = widest.max(w.min_char);
    // A quarter more than asked for: few moves.
    let roomy = if w.overallocate != 0 { needed.saturating_add(needed / 4) } else { needed };
    let roomy = roomy.max(w.min_length.max(0).cast_unsigned());
    let size = w.size.cast_unsigned();
    let Some(old) = take_buffer(w) else {
        let made = unfilled(th, roomy, widest)?;
        put_buffer(th, w, made);
        return Ok(());
    };
    let must_copy = widest > w.maxchar || w.readonly != 0;
    if needed > size && !must_copy {
        return match resized(th, old, roomy) {
            Ok(buffer) => {
                put_buffer(th, w, buffer);
                Ok(())
            }
            Err((old, raised)) => {
                put_buffer(th, w, old);
                Err(raised)
            }
        };
    }
    let made = match unfilled(th, if needed > size { roomy } else { size }, widest.max(w.maxchar)) {
        Ok(made) => made,
        Err(raised) => {
            put_buffer(th, w, old);
            return Err(raised);
        }
    };
    // SAFETY: R13: the string is new, at least as wide as the old one, and longer than what was written.
    unsafe { put_all(made.start(), made.unit_size(), 0, old.chars(), 0..pos) };
    th.release(old);
    w.readonly = 0;
    put_buffer(th, w, made);
    Ok(())
}

/// Adds characters of which none is wider than `widest`.
fn write(th: &mut Thread, w: &mut Writer, chars: Chars<'_>, widest: u32) -> Result<(), Raised> {
    prepare(th, w, chars.len(), widest)?;
    if !chars.is_empty() {
        // SAFETY: R13: the module's invariant; `prepare` made room.
        unsafe { put_all(w.data.cast(), w.kind as usize, w.pos.cast_unsigned(), chars, 0..chars.len()) };
        w.pos += chars.len().cast_signed();
    }
    Ok(())
}

fn write_whole(th: &mut Thread, w: &mut Writer, text: &Str) -> Result<(), Raised> {
    if text.is_empty() {
        return Ok(());
    }
    if w.buffer.is_null() && w.overallocate == 0 {
        // Nothing is copied if nothing follows.
        w.readonly = 1;
        w.pos += text.len().cast_signed();
        let text = th.retain(text);
        put_buffer(th, w, text);
        return Ok(());
    }
    write(th, w, text.chars(), text.widest())
}

fn write_part(th: &mut Thread, w: &mut Writer, text: &Str, start: usize, end: usize) -> Result<(), Raised> {
    if start == 0 && end == text.len() {
        return write_whole(th, w, text);
    }
    let chars = match text.chars() {
        Chars::Ascii(units) => Chars::Ascii(&units[start..end]),
        Chars::One(units) => Chars::One(&units[start..end]),
        Chars::Two(units) => Chars::Two(&units[start..end]),
        Chars::Four(units) => Chars::Four(&units[start..end]),
    };
    write(th, w, chars, widest(text.chars(), start..end))
}

fn write_char(th: &mut Thread, w: &mut Writer, c: u32) -> Result<(), Raised> {
    prepare(th, w, 1, c)?;
    // SAFETY: R13: the module's invariant; `prepare` made room.
    unsafe { put(w.data.cast(), w.kind as usize, w.pos.cast_unsigned(), c) };
    w.pos += 1;
    Ok(())
}

/// Adds bytes of which each is a character.
fn write_latin1(th: &mut Thread, w: &mut Writer, bytes: &[u8]) -> Result<(), Raised> {
    let (chars, widest) = if bytes.is_ascii() { (Chars::Ascii(bytes), 0x7f) } else { (Chars::One(bytes), 0xff) };
    write(th, w, chars, widest)
}

/// Adds code points, which are in range.
fn write_points(th: &mut Thread, w: &mut Writer, points: &[u32]) -> Result<(), Raised> {
    let chars = Chars::Four(points);
    write(th, w, chars, widest(chars, 0..points.len()))
}

fn finish(th: &mut Thread, w: &mut Writer) -> Result<Ref<Str>, Raised> {
    let Some(buffer) = take_buffer(w) else { return Ok(Str::empty()) };
    let len = core::mem::take(&mut w.pos).cast_unsigned();
    if len == 0 {
        th.release(buffer);
        return Ok(Str::empty());
    }
    if w.readonly != 0 {
        return Ok(buffer);
    }
    if len == 1 && buffer.char_at(0) < 0x100 {
        let made = Str::from_char(th, buffer.char_at(0));
        th.release(buffer);
        return Ok(made);
    }
    resized(th, buffer, len).map_err(|(_, raised)| raised)
}

fn discard(th: &mut Thread, w: &mut Writer) {
    if let Some(buffer) = take_buffer(w) {
        th.release(buffer);
    }
}

/// Adds a string to a writer of C's.
///
/// # Safety
/// R4: `writer` is one, and nobody else uses it meanwhile.
pub unsafe fn write_str(th: &mut Thread, writer: *mut Writer, text: &Str) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    write_whole(th, unsafe { &mut *writer }, text)
}

/// So many bytes that C passed; a negative length: a C string.
///
/// # Safety
/// R4: they are there for the call.
unsafe fn given<'a>(bytes: *const c_char, len: isize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        match usize::try_from(len) {
            Ok(0) => &[],
            Ok(len) => core::slice::from_raw_parts(bytes.cast(), len),
            Err(_) => CStr::from_ptr(bytes).to_bytes(),
        }
    }
}

/// The text of an object, which is added.
fn write_object(th: &mut Thread, w: *mut Writer, text: Result<Ref<Str>, Raised>) -> Result<(), Raised> {
    let text = text?;
    // SAFETY: R4: the caller's writer; no Python code runs while it is borrowed.
    let result = unsafe { write_str(th, w, &text) };
    th.release(text);
    result
}

api! {
    /// A writer with room for so many characters.
    fn PyUnicodeWriter_Create(th, len: isize) -> Result<*mut Writer, Raised> {
        let Ok(len) = usize::try_from(len) else {
            return Err(raise::value_error(th, format_args!("length must be positive")));
        };
        let mut made = EMPTY;
        prepare(th, &mut made, len, 127)?;
        made.overallocate = 1;
        // SAFETY: R10: the allocator of the API may be called attached.
        let writer: *mut Writer = unsafe { PyMem_Malloc(size_of::<Writer>()) }.cast();
        if writer.is_null() {
            discard(th, &mut made);
            return Err(raise::memory_error(th));
        }
        // SAFETY: R4: fresh memory of that size.
        unsafe { writer.write(made) };
        Ok(writer)
    }

    /// Ends a writer without a string.
    fn PyUnicodeWriter_Discard(th, writer: *mut Writer) {
        if writer.is_null() {
            return;
        }
        // SAFETY: R4: the caller gives its writer up.
        unsafe {
            discard(th, &mut *writer);
            PyMem_Free(writer.cast());
        }
    }

    /// Ends a writer: the string.
    fn PyUnicodeWriter_Finish(th, writer: *mut Writer) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: the caller gives its writer up.
        unsafe {
            let made = finish(th, &mut *writer);
            PyMem_Free(writer.cast());
            made
        }
    }

    /// Adds a character.
    fn PyUnicodeWriter_WriteChar(th, writer: *mut Writer, c: u32) -> Result<(), Raised> {
        if c > 0x10_ffff {
            return Err(raise::value_error(th, format_args!("character must be in range(0x110000)")));
        }
        // SAFETY: R4: the caller's writer.
        write_char(th, unsafe { &mut *writer }, c)
    }

    /// Adds UTF-8; a negative length: a C string.
    fn PyUnicodeWriter_WriteUTF8(th, writer: *mut Writer, bytes: *const c_char, len: isize) -> Result<(), Raised> {
        // SAFETY: R4: so many bytes.
        let bytes = unsafe { given(bytes, len) };
        if bytes.is_ascii() {
            // SAFETY: R4: the caller's writer.
            return write_latin1(th, unsafe { &mut *writer }, bytes);
        }
        let text = super::unicode::from_utf8(th, bytes);
        write_object(th, writer, text)
    }

    /// Adds ASCII; a negative length: a C string.
    fn PyUnicodeWriter_WriteASCII(th, writer: *mut Writer, bytes: *const c_char, len: isize) -> Result<(), Raised> {
        // SAFETY: R4: so many bytes, and the caller's writer.
        unsafe { write_latin1(th, &mut *writer, given(bytes, len)) }
    }

    /// Adds wide characters; a negative length: a wide C string.
    fn PyUnicodeWriter_WriteWideChar(th, writer: *mut Writer, text: *const u32, len: isize) -> Result<(), Raised> {
        if len == 0 {
            return Ok(());
        }
        // SAFETY: R4: so many characters.
        let points = unsafe { core::slice::from_raw_parts(text, if len < 0 { wide::length(text) } else { len.cast_unsigned() }) };
        if let Some(&c) = points.iter().find(|&&c| c > 0x10_ffff) {
            return Err(raise::value_error(th, format_args!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
        }
        // SAFETY: R4: the caller's writer.
        write_points(th, unsafe { &mut *writer }, points)
    }

    /// Adds code points.
    fn PyUnicodeWriter_WriteUCS4(th, writer: *mut Writer, points: *const u32, len: isize) -> Result<(), Raised> {
        match usize::try_from(len) {
            Err(_) => Err(raise::value_error(th, format_args!("size must be positive"))),
            Ok(0) => Ok(()),
            // SAFETY: R4: so many code points, and the caller's writer.
            Ok(len) => unsafe { write_points(th, &mut *writer, core::slice::from_raw_parts(points, len)) },
        }
    }

    /// Adds `str(object)`.
    fn PyUnicodeWriter_WriteStr(th, writer: *mut Writer, object: &Object) -> Result<(), Raised> {
        let text = ops::str_(th, object);
        write_object(th, writer, text)
    }

    /// Adds `repr(object)`; of null `<NULL>`.
    fn PyUnicodeWriter_WriteRepr(th, writer: *mut Writer, object: Option<&Object>) -> Result<(), Raised> {
        let text = match object {
            Some(object) => ops::repr(th, object),
            None => Ok(Str::new(th, "<NULL>")),
        };
        write_object(th, writer, text)
    }

    /// Adds a part of a string.
    fn PyUnicodeWriter_WriteSubstring(th, writer: *mut Writer, text: &Object, start: isize, end: isize) -> Result<(), Raised> {
        let Some(text) = Str::of(text) else {
            let got = ops::full_type_name(th, text.ty());
            return Err(raise::type_error(th, format_args!("expect str, not {got}")));
        };
        if start < 0 || start > end {
            return Err(raise::value_error(th, format_args!("invalid start argument")));
        }
        if end > text.len().cast_signed() {
            return Err(raise::value_error(th, format_args!("invalid end argument")));
        }
        // SAFETY: R4: the caller's writer.
        write_part(th, unsafe { &mut *writer }, text, start.cast_unsigned(), end.cast_unsigned())
    }

    /// Adds UTF-8 with an error handler; where C wants to know how much that was, an incomplete end is left.
    fn PyUnicodeWriter_DecodeUTF8Stateful(
        th,
        writer: *mut Writer,
        bytes: *const c_char,
        len: isize,
        errors: *const c_char,
        consumed: *mut isize,
    ) -> Result<(), Raised> {
        if !consumed.is_null() {
            // SAFETY: R4: the caller's variable.
            unsafe { consumed.write(0) };
        }
        // SAFETY: R4: so many bytes, and a C string or null.
        let (bytes, errors) = unsafe { (given(bytes, len), super::unicode::coded::optional(th, errors)?) };
        let input = decoding::Input::new(objects::none(), bytes);
        let (text, taken) = decoding::utf8(th, input, errors, consumed.is_null())?;
        write_object(th, writer, Ok(text))?;
        if !consumed.is_null() {
            // SAFETY: R4: the caller's variable.
            unsafe { consumed.write(taken.cast_signed()) };
        }
        Ok(())
    }

    /// Makes room: what the macro calls when there is none.
    fn _PyUnicodeWriter_PrepareInternal(th, writer: *mut Writer, len: isize, widest: u32) -> Result<(), Raised> {
        // SAFETY: R4: the caller's writer.
        grow(th, unsafe { &mut *writer }, len.max(0).cast_unsigned(), widest)
    }

    /// Makes units wide enough: what the macro calls when they are not.
    fn _PyUnicodeWriter_PrepareKindInternal(th, writer: *mut Writer, kind: c_int) -> Result<(), Raised> {
        let widest = match kind {
            1 => 0xff,
            2 => 0xffff,
            4 => 0x10_ffff,
            _ => return Err(raise::bad_internal_call(th)),
        };
        // SAFETY: R4: the caller's writer.
        grow(th, unsafe { &mut *writer }, 0, widest)
    }

    /// Adds a character.
    fn _PyUnicodeWriter_WriteChar(th, writer: *mut Writer, c: u32) -> Result<(), Raised> {
        // SAFETY: R4: the caller's writer.
        write_char(th, unsafe { &mut *writer }, c)
    }

    /// Adds a string.
    fn _PyUnicodeWriter_WriteStr(th, writer: *mut Writer, text: &Object) -> Result<(), Raised> {
        let text = expect::<Str>(th, text)?;
        // SAFETY: R4: the caller's writer.
        unsafe { write_str(th, writer, text) }
    }

    /// Adds a part of a string.
    fn _PyUnicodeWriter_WriteSubstring(th, writer: *mut Writer, text: &Object, start: isize, end: isize) -> Result<(), Raised> {
        let text = expect::<Str>(th, text)?;
        if start < 0 || start > end || end > text.len().cast_signed() {
            return Err(raise::bad_internal_call(th));
        }
        // SAFETY: R4: the caller's writer.
        write_part(th, unsafe { &mut *writer }, text, start.cast_unsigned(), end.cast_unsigned())
    }

    /// Adds ASCII; a length of -1: a C string.
    fn _PyUnicodeWriter_WriteASCIIString(th, writer: *mut Writer, bytes: *const c_char, len: isize) -> Result<(), Raised> {
        // SAFETY: R4: so many bytes, and the caller's writer.
        unsafe { write_latin1(th, &mut *writer, given(bytes, len)) }
    }

    /// Adds Latin-1.
    fn _PyUnicodeWriter_WriteLatin1String(th, writer: *mut Writer, bytes: *const c_char, len: isize) -> Result<(), Raised> {
        // SAFETY: R4: so many bytes, and the caller's writer.
        unsafe { write_latin1(th, &mut *writer, given(bytes, len)) }
    }

    /// Ends a writer that the caller keeps: the string.
    fn _PyUnicodeWriter_Finish(th, writer: *mut Writer) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: the caller's writer.
        finish(th, unsafe { &mut *writer })
    }

    /// Ends a writer that the caller keeps, without a string.
    fn _PyUnicodeWriter_Dealloc(th, writer: *mut Writer) {
        // SAFETY: R4: the caller's writer.
        discard(th, unsafe { &mut *writer });
    }
}

/// A new writer in the caller's memory.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyUnicodeWriter_Init(writer: *mut Writer) {
    // SAFETY: R4: the caller's memory.
    unsafe { writer.write(EMPTY) }
}
