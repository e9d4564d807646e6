//! `_multibytecodec` and the modules that hand out its codecs: text in the character sets of East Asia (tables and rules are in `algos::cjk`).
//!
//! What an incremental codec keeps between two calls is behind a mutex that is held for moments: a call takes it out and puts the new rest in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use algos::cjk::{self, Charset, Decoded, Encoded};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::codecs::handlers::{self, Replacement};
use objects::codecs::registry;
use objects::exceptions::{UnicodeDecodeError, UnicodeEncodeError};
use objects::glue::*;
use objects::str::StrBuilder;
use objects::str::Name;
use objects::{Bytes, Int, List, Str, Tuple, exceptions, none, ops, raise, typing};

const ILLEGAL: &str = "illegal multibyte sequence";
const INCOMPLETE: &str = "incomplete multibyte sequence";
/// The most characters and bytes that a codec keeps for later.
const MOST_TEXT: usize = 2;
const MOST_BYTES: usize = 8;

static CODEC: Name = Name::new("codec");
static READ: Name = Name::new("read");
static READLINE: Name = Name::new("readline");
static WRITE: Name = Name::new("write");

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is called while it is held: what is inside is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// --- the two directions ---

/// Encodes; how many characters were left because the next one decides about them.
fn encode(th: &mut Thread, set: &Charset, text: &Str, errors: &str, last: bool) -> Result<(Vec<u8>, usize), Raised> {
    let chars: Vec<u32> = text.chars().iter().collect();
    let mut out = Vec::with_capacity(chars.len() * 2);
    let mut at = 0;
    while at < chars.len() {
        match set.encode(chars[at], chars.get(at + 1).copied(), last) {
            Encoded::Bytes(bytes, len, taken) => {
                out.extend_from_slice(&bytes[..len]);
                at += taken;
            }
            Encoded::Incomplete => break,
            Encoded::Wrong => at = not_encoded(th, set, text, at, errors, &mut out)?,
        }
    }
    Ok((out, chars.len() - at))
}

#[cold]
fn not_encoded(th: &mut Thread, set: &Charset, text: &Str, at: usize, errors: &str, out: &mut Vec<u8>) -> Result<usize, Raised> {
    match errors {
        "strict" => return Err(raise::unicode_encode_error(th, set.name, text, at, at + 1, ILLEGAL)),
        "ignore" => return Ok(at + 1),
        "replace" => {
            out.push(b'?');
            return Ok(at + 1);
        }
        _ => {}
    }
    let handler = registry::lookup_error(th, errors)?;
    let error = UnicodeEncodeError::create(th, Some(set.name), text.as_object(), (at as isize, at as isize + 1), ILLEGAL);
    let (replacement, at) = handlers::ask_encode(th, &handler, &error, text.len())?;
    match replacement {
        Replacement::Bytes(bytes) => out.extend_from_slice(bytes.as_slice()),
        Replacement::Text(text) => out.extend(encode(th, set, &text, "strict", true)?.0),
    }
    Ok(at)
}

/// Decodes; how many bytes were left because more are wanted.
fn decode(th: &mut Thread, set: &Charset, bytes: &[u8], errors: &str, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    let mut out = StrBuilder::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match set.decode(&bytes[at..]) {
            Decoded::Chars([first, second], len) => {
                out.push(first);
                if second != 0 {
                    out.push(second);
                }
                at += len;
            }
            Decoded::Incomplete if !last => break,
            Decoded::Incomplete => at = not_decoded(th, set, bytes, (at, bytes.len()), INCOMPLETE, errors, &mut out)?,
            Decoded::Wrong(len) => at = not_decoded(th, set, bytes, (at, at + len), ILLEGAL, errors, &mut out)?,
        }
    }
    Ok((out.finish(th)?, bytes.len() - at))
}

#[cold]
fn not_decoded(
    th: &mut Thread,
    set: &Charset,
    bytes: &[u8],
    (start, end): (usize, usize),
    reason: &str,
    errors: &str,
    out: &mut StrBuilder,
) -> Result<usize, Raised> {
    match errors {
        "ignore" => return Ok(end),
        "replace" => {
            out.push(0xfffd);
            return Ok(end);
        }
        _ => {}
    }
    let object = Bytes::new(th, bytes);
    let error = UnicodeDecodeError::create(th, Some(set.name), object.as_object(), (start as isize, end as isize), reason);
    if errors == "strict" {
        return Err(raise::set(th, error.up()));
    }
    let handler = registry::lookup_error(th, errors)?;
    let (text, _, at) = handlers::ask_decode(th, &handler, &error)?;
    out.push_str(&text);
    if at > bytes.len() {
        return Err(raise::index_error(th, format_args!("position {at} from error handler out of bounds")));
    }
    Ok(at)
}

/// The text to encode: of anything else than a string its `str()`.
fn text_of(th: &mut Thread, input: &Object) -> Result<Ref<Str>, Raised> {
    match input.downcast::<Str>() {
        Some(text) => Ok(text.to_ref()),
        None => match ops::str_(th, input) {
            Ok(text) => Ok(text),
            Err(_) => Err(raise::type_error(th, format_args!("couldn't convert the object to str."))),
        },
    }
}

// --- the codec ---

/// A codec: its two functions without state.
#[pytype(name = "MultibyteCodec", module = "_multibytecodec", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct MultibyteCodec {
    head: Head,
    #[untraversed]
    set: &'static Charset,
}

#[pymethods]
impl MultibyteCodec {
    /// Return an encoded string version of 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme. Default is
    /// 'strict' meaning that encoding errors raise a UnicodeEncodeError. Other possible
    /// values are 'ignore', 'replace' and 'xmlcharrefreplace' as well as any other name
    /// registered with codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "($self, /, input, errors=None)")]
    fn encode(&self, th: &mut Thread, input: &Object, errors: Option<&str>) -> Result<Ref<Tuple>, Raised> {
        let text = text_of(th, input)?;
        let (bytes, _) = encode(th, self.set, &text, errors.unwrap_or("strict"), true)?;
        let (bytes, len) = (Bytes::new(th, &bytes), Int::from_usize(th, text.len()));
        Ok(Tuple::from_slice(th, &[bytes.as_object(), len.as_object()]))
    }

    /// Decodes 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme. Default is
    /// 'strict' meaning that encoding errors raise a UnicodeDecodeError. Other possible
    /// values are 'ignore' and 'replace' as well as any other name registered with
    /// codecs.register_error that is able to handle UnicodeDecodeErrors."
    #[method(sig = "($self, /, input, errors=None)")]
    fn decode(&self, th: &mut Thread, input: Buffer, errors: Option<&str>) -> Result<Ref<Tuple>, Raised> {
        let bytes = input.as_slice().to_vec();
        let (text, _) = decode(th, self.set, &bytes, errors.unwrap_or("strict"), true)?;
        let len = Int::from_usize(th, bytes.len());
        Ok(Tuple::from_slice(th, &[text.as_object(), len.as_object()]))
    }
}

/// A codec by its name, of those that a module has.
fn get_codec(th: &mut Thread, name: &Object, known: &[&str]) -> Result<Ref<Object>, Raised> {
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("encoding name must be a string.")));
    };
    let name = name.to_string_lossy();
    match cjk::charset(&name).filter(|_| known.contains(&&*name)) {
        Some(set) => Ok(th.new_object(MultibyteCodec { head: Head::INIT, set }).up()),
        None => Err(raise::new(th, exceptions::lookup_error_type(), format_args!("no such codec is supported."))),
    }
}

// --- incremental codecs and streams ---

/// The set of the codec that a class has as its attribute.
fn set_of(th: &mut Thread, cls: &Type) -> Result<&'static Charset, Raised> {
    let codec = ops::getattr(th, cls, &CODEC)?;
    match codec.downcast_ref::<MultibyteCodec>() {
        Some(codec) => Ok(codec.set),
        None => Err(raise::type_error(th, format_args!("codec is unexpected type"))),
    }
}

/// What the four classes share: the set, and how errors are dealt with.
struct Common {
    set: &'static Charset,
    errors: Mutex<String>,
}

impl Common {
    fn new(th: &mut Thread, cls: &Type, errors: Option<&str>) -> Result<Common, Raised> {
        Ok(Common { set: set_of(th, cls)?, errors: Mutex::new(errors.unwrap_or("strict").to_owned()) })
    }

    fn errors(&self) -> String {
        held(&self.errors).clone()
    }

    fn set_errors(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("cannot delete attribute")));
        };
        let Some(text) = value.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("errors must be a string")));
        };
        *held(&self.errors) = text.to_string_lossy();
        Ok(())
    }
}

/// Encodes what waits and what comes; what waits then is in `waiting`, and stays as it was where that fails.
fn encode_more(th: &mut Thread, common: &Common, waiting: &Mutex<Vec<u32>>, input: &Object, last: bool) -> Result<Ref<Bytes>, Raised> {
    let text = text_of(th, input)?;
    let mut chars = held(waiting).clone();
    chars.extend(text.chars().iter());
    let text = Str::from_code_points(th, &chars);
    let errors = common.errors();
    let (bytes, left) = encode(th, common.set, &text, &errors, last)?;
    if left > MOST_TEXT {
        return Err(raise::unicode_encode_error(th, common.set.name, &text, chars.len() - left, chars.len(), "pending buffer overflow"));
    }
    *held(waiting) = chars[chars.len() - left..].to_vec();
    Ok(Bytes::new(th, &bytes))
}

/// The same of bytes.
fn decode_more(th: &mut Thread, common: &Common, waiting: &Mutex<Vec<u8>>, input: &[u8], last: bool) -> Result<Ref<Str>, Raised> {
    let before = core::mem::take(&mut *held(waiting));
    let mut bytes = before.clone();
    bytes.extend_from_slice(input);
    let errors = common.errors();
    match decode(th, common.set, &bytes, &errors, last) {
        Ok((text, left)) => {
            *held(waiting) = bytes[bytes.len() - left..].to_vec();
            Ok(text)
        }
        Err(raised) => {
            if last {
                *held(waiting) = before;
            }
            Err(raised)
        }
    }
}

#[pytype(name = "MultibyteIncrementalEncoder", module = "_multibytecodec", doc = none, sig = "(errors='strict')", flags(BASETYPE))]
#[repr(C)]
pub struct IncrementalEncoder {
    head: Head,
    #[untraversed]
    common: Common,
    #[untraversed]
    waiting: Mutex<Vec<u32>>,
}

#[pymethods]
impl IncrementalEncoder {
    #[slot(tp_new, sig = "(errors='strict')")]
    fn tp_new(th: &mut Thread, cls: &Type, errors: Option<&str>) -> Result<Ref<IncrementalEncoder>, Raised> {
        let common = Common::new(th, cls, errors)?;
        Ok(th.new_instance(cls, IncrementalEncoder { head: Head::INIT, common, waiting: Mutex::default() }))
    }

    #[slot(tp_init)]
    fn init(&self, _args: Args<'_>, _kwargs: KwArgs<'_>) {}

    #[method(sig = "($self, /, input, final=False)")]
    fn encode(&self, th: &mut Thread, input: &Object, r#final: bool) -> Result<Ref<Bytes>, Raised> {
        encode_more(th, &self.common, &self.waiting, input, r#final)
    }

    #[method]
    fn getstate(&self, th: &mut Thread) -> Ref<Int> {
        let waiting: String = held(&self.waiting).iter().filter_map(|c| char::from_u32(*c)).collect();
        // One byte says how long the text is, then comes the text.
        let bytes = waiting.bytes().enumerate().fold(waiting.len() as u128, |sum, (i, byte)| sum | u128::from(byte) << (8 * (i + 1)));
        Int::from_i128(th, bytes as i128)
    }

    #[method(sig = "($self, state, /)")]
    fn setstate(&self, th: &mut Thread, state: &Int) -> Result<(), Raised> {
        let digits = state.digit_slice();
        let number = digits.iter().enumerate().take(4).fold(0u128, |sum, (i, digit)| sum | u128::from(*digit) << (30 * i));
        let bytes = number.to_le_bytes();
        let len = bytes[0] as usize;
        let text = bytes.get(1..1 + len).filter(|_| len <= 4 * MOST_TEXT && !state.is_negative() && digits.len() <= 4);
        match text.and_then(|text| core::str::from_utf8(text).ok()) {
            Some(text) => {
                *held(&self.waiting) = text.chars().map(u32::from).collect();
                Ok(())
            }
            None => Err(raise::new(th, exceptions::unicode_error_type(), format_args!("pending buffer too large"))),
        }
    }

    #[method]
    fn reset(&self) {
        held(&self.waiting).clear();
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> String {
        self.common.errors()
    }

    #[setter(errors)]
    fn set_errors(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.common.set_errors(th, value)
    }
}

#[pytype(name = "MultibyteIncrementalDecoder", module = "_multibytecodec", doc = none, sig = "(errors='strict')", flags(BASETYPE))]
#[repr(C)]
pub struct IncrementalDecoder {
    head: Head,
    #[untraversed]
    common: Common,
    #[untraversed]
    waiting: Mutex<Vec<u8>>,
}

#[pymethods]
impl IncrementalDecoder {
    #[slot(tp_new, sig = "(errors='strict')")]
    fn tp_new(th: &mut Thread, cls: &Type, errors: Option<&str>) -> Result<Ref<IncrementalDecoder>, Raised> {
        let common = Common::new(th, cls, errors)?;
        Ok(th.new_instance(cls, IncrementalDecoder { head: Head::INIT, common, waiting: Mutex::default() }))
    }

    #[slot(tp_init)]
    fn init(&self, _args: Args<'_>, _kwargs: KwArgs<'_>) {}

    #[method(sig = "($self, /, input, final=False)")]
    fn decode(&self, th: &mut Thread, input: Buffer, r#final: bool) -> Result<Ref<Str>, Raised> {
        let bytes = input.as_slice().to_vec();
        decode_more(th, &self.common, &self.waiting, &bytes, r#final)
    }

    #[method]
    fn getstate(&self, th: &mut Thread) -> Ref<Tuple> {
        let waiting = held(&self.waiting).clone();
        let (bytes, state) = (Bytes::new(th, &waiting), Int::from_i64(th, 0));
        Tuple::from_slice(th, &[bytes.as_object(), state.as_object()])
    }

    #[method(sig = "($self, state, /)")]
    fn setstate(&self, th: &mut Thread, state: &Tuple) -> Result<(), Raised> {
        let (Some(bytes), true) = (state.as_slice().first().and_then(|first| first.downcast::<Bytes>()), state.len() == 2) else {
            return Err(raise::type_error(th, format_args!("setstate(): illegal state argument")));
        };
        ops::index(th, state.get(1))?;
        if bytes.len() > MOST_BYTES {
            let error = UnicodeDecodeError::create(th, Some(self.common.set.name), bytes.as_object(), (0, bytes.len() as isize), "pending buffer too large");
            return Err(raise::set(th, error.up()));
        }
        *held(&self.waiting) = bytes.as_slice().to_vec();
        Ok(())
    }

    #[method]
    fn reset(&self) {
        held(&self.waiting).clear();
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> String {
        self.common.errors()
    }

    #[setter(errors)]
    fn set_errors(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.common.set_errors(th, value)
    }
}

#[pytype(name = "MultibyteStreamReader", module = "_multibytecodec", doc = none, sig = "(stream, errors='strict')", flags(BASETYPE))]
#[repr(C)]
pub struct StreamReader {
    head: Head,
    stream: Slot,
    #[untraversed]
    common: Common,
    #[untraversed]
    waiting: Mutex<Vec<u8>>,
}

impl StreamReader {
    /// Reads by a method of the stream, until there is a character or the end; `None` is all.
    fn take(&self, th: &mut Thread, method: &Str, size: Option<usize>) -> Result<Ref<Str>, Raised> {
        if size == Some(0) {
            return Ok(Str::empty());
        }
        let mut size = size;
        loop {
            let Some(stream) = self.stream.get(th, self) else { return Ok(Str::empty()) };
            let got = match size {
                None => ops::call_method(th, &stream, method, &[])?,
                Some(size) => {
                    let size = Int::from_usize(th, size);
                    ops::call_method(th, &stream, method, &[&size])?
                }
            };
            let Some(bytes) = got.downcast_ref::<Bytes>() else {
                let name = ops::type_name(&got);
                return Err(raise::type_error(th, format_args!("stream function returned a non-bytes object ({name})")));
            };
            let end = bytes.is_empty();
            let text = decode_more(th, &self.common, &self.waiting, bytes.as_slice(), end || size.is_none())?;
            if end || size.is_none() || !text.is_empty() {
                return Ok(text);
            }
            // A character began: its rest is read byte by byte.
            size = Some(1);
        }
    }

    fn size(th: &mut Thread, size: Option<&Object>) -> Result<Option<usize>, Raised> {
        match size.filter(|size| !size.is(none())) {
            None => Ok(None),
            Some(size) if !size.is_a::<Int>() => Err(raise::type_error(th, format_args!("arg 1 must be an integer"))),
            Some(size) => Ok(usize::try_from(ops::index_isize(th, size)?).ok()),
        }
    }
}

#[pymethods]
impl StreamReader {
    #[slot(tp_new, sig = "(stream, errors='strict')")]
    fn tp_new(th: &mut Thread, cls: &Type, stream: &Object, errors: Option<&str>) -> Result<Ref<StreamReader>, Raised> {
        let common = Common::new(th, cls, errors)?;
        let stream = Slot::new(th.retain(stream));
        Ok(th.new_instance(cls, StreamReader { head: Head::INIT, stream, common, waiting: Mutex::default() }))
    }

    #[slot(tp_init)]
    fn init(&self, _args: Args<'_>, _kwargs: KwArgs<'_>) {}

    #[method(sig = "($self, sizeobj=None, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let size = StreamReader::size(th, size)?;
        self.take(th, &READ, size)
    }

    #[method(sig = "($self, sizeobj=None, /)")]
    fn readline(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let size = StreamReader::size(th, size)?;
        self.take(th, &READLINE, size)
    }

    #[method(sig = "($self, sizehintobj=None, /)")]
    fn readlines(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let size = StreamReader::size(th, size)?;
        let text = self.take(th, &READ, size)?;
        let splitlines = objects::intern(th, "splitlines");
        ops::call_method(th, &text, splitlines, &[objects::true_()])
    }

    #[method]
    fn reset(&self) {
        held(&self.waiting).clear();
    }

    #[getter]
    fn stream(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.stream.get(th, self)
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> String {
        self.common.errors()
    }

    #[setter(errors)]
    fn set_errors(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.common.set_errors(th, value)
    }
}

#[pytype(name = "MultibyteStreamWriter", module = "_multibytecodec", doc = none, sig = "(stream, errors='strict')", flags(BASETYPE))]
#[repr(C)]
pub struct StreamWriter {
    head: Head,
    stream: Slot,
    #[untraversed]
    common: Common,
    #[untraversed]
    waiting: Mutex<Vec<u32>>,
}

impl StreamWriter {
    fn put(&self, th: &mut Thread, text: &Object, last: bool) -> Result<(), Raised> {
        let bytes = encode_more(th, &self.common, &self.waiting, text, last)?;
        let Some(stream) = self.stream.get(th, self) else { return Ok(()) };
        ops::call_method(th, &stream, &WRITE, &[&bytes]).map(|_| ())
    }
}

#[pymethods]
impl StreamWriter {
    #[slot(tp_new, sig = "(stream, errors='strict')")]
    fn tp_new(th: &mut Thread, cls: &Type, stream: &Object, errors: Option<&str>) -> Result<Ref<StreamWriter>, Raised> {
        let common = Common::new(th, cls, errors)?;
        let stream = Slot::new(th.retain(stream));
        Ok(th.new_instance(cls, StreamWriter { head: Head::INIT, stream, common, waiting: Mutex::default() }))
    }

    #[slot(tp_init)]
    fn init(&self, _args: Args<'_>, _kwargs: KwArgs<'_>) {}

    #[method(sig = "($self, strobj, /)")]
    fn write(&self, th: &mut Thread, text: &Object) -> Result<(), Raised> {
        self.put(th, text, false)
    }

    #[method(sig = "($self, lines, /)")]
    fn writelines(&self, th: &mut Thread, lines: &Object) -> Result<(), Raised> {
        let lines = match lines.downcast::<List>() {
            Some(list) => list.snapshot(th),
            None => ops::to_vec(th, lines)?,
        };
        for line in lines {
            self.put(th, &line, false)?;
        }
        Ok(())
    }

    #[method]
    fn reset(&self, th: &mut Thread) -> Result<(), Raised> {
        if held(&self.waiting).is_empty() {
            return Ok(());
        }
        let empty = Str::empty();
        self.put(th, &empty, true)
    }

    #[getter]
    fn stream(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.stream.get(th, self)
    }

    /// how to treat errors
    #[getter]
    fn errors(&self) -> String {
        self.common.errors()
    }

    #[setter(errors)]
    fn set_errors(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.common.set_errors(th, value)
    }
}

// --- the modules ---

#[pymodule(name = "_multibytecodec", types(IncrementalEncoder, IncrementalDecoder, StreamReader, StreamWriter), hidden(MultibyteCodec))]
pub mod multibytecodec {
    use super::*;
}

macro_rules! holders {
    ($($module:ident $name:literal: $($codec:literal)*;)*) => {$(
        #[pymodule(name = $name)]
        pub mod $module {
            use super::*;

            #[function(sig = "(encoding, /)")]
            fn getcodec(th: &mut Thread, encoding: &Object) -> Result<Ref<Object>, Raised> {
                typing::ready(th, MultibyteCodec::type_object())?;
                get_codec(th, encoding, &[$($codec),*])
            }
        }
    )*};
}

holders! {
    codecs_cn "_codecs_cn": "gb2312" "gbk" "gb18030";
    codecs_hk "_codecs_hk": "big5hkscs";
    codecs_jp "_codecs_jp": "shift_jis" "cp932" "euc_jp" "shift_jis_2004" "euc_jis_2004" "euc_jisx0213" "shift_jisx0213";
    codecs_kr "_codecs_kr": "euc_kr" "cp949" "johab";
    codecs_tw "_codecs_tw": "big5" "cp950";
}
