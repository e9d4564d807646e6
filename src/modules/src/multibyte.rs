//! `_multibytecodec` and the modules that hand out its codecs: text in the character sets of East Asia. Tables and rules are in `algos::cjk`, what
//! shifts mean is in [`shifts`].
//!
//! What an incremental codec keeps between two calls is behind a mutex that is held for moments: a call takes it out and puts the new rest in.

pub mod shifts;

use heap::sync::{Mutex, MutexGuard};

use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::codecs::handlers::{self, Replacement};
use objects::codecs::registry;
use objects::exceptions::{UnicodeDecodeError, UnicodeEncodeError};
use objects::glue::*;
use objects::str::StrBuilder;
use objects::str::Name;
use objects::{Bytes, Int, List, Str, Tuple, exceptions, none, ops, raise, typing};
use shifts::{Codec, Decoding, Encoding, State};

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
    mutex.lock()
}

// --- the two directions ---

/// Encodes; how many characters were left because the next one decides about them. Where nothing follows, the state ends as it began.
fn encode(th: &mut Thread, codec: Codec, state: &mut State, text: &Str, errors: &str, last: bool) -> Result<(Vec<u8>, usize), Raised> {
    let chars: Vec<u32> = text.chars().iter().collect();
    let mut out = Vec::with_capacity(chars.len() * 2);
    let mut at = 0;
    while at < chars.len() {
        match codec.encode(state, chars[at], chars.get(at + 1).copied(), last, &mut out) {
            Encoding::Done(taken) => at += taken,
            Encoding::Incomplete => break,
            Encoding::Wrong => at = not_encoded(th, codec, state, text, at, errors, &mut out)?,
        }
    }
    if last {
        codec.finish(state, &mut out);
    }
    Ok((out, chars.len() - at))
}

#[cold]
fn not_encoded(
    th: &mut Thread,
    codec: Codec,
    state: &mut State,
    text: &Str,
    at: usize,
    errors: &str,
    out: &mut Vec<u8>,
) -> Result<usize, Raised> {
    match errors {
        "strict" => return Err(raise::unicode_encode_error(th, codec.name, text, at, at + 1, ILLEGAL)),
        "ignore" => return Ok(at + 1),
        "replace" => {
            codec.encode(state, '?'.into(), None, true, out);
            return Ok(at + 1);
        }
        _ => {}
    }
    let handler = registry::lookup_error(th, errors)?;
    let error = UnicodeEncodeError::create(th, Some(codec.name), text.as_object(), (at as isize, at as isize + 1), ILLEGAL);
    let (replacement, at) = within(th, |th| handlers::ask_encode(th, &handler, &error, text.len()))?;
    match replacement {
        Replacement::Bytes(bytes) => out.extend_from_slice(bytes.as_slice()),
        Replacement::Text(text) => {
            let chars: Vec<u32> = text.chars().iter().collect();
            let mut place = 0;
            while place < chars.len() {
                match codec.encode(state, chars[place], chars.get(place + 1).copied(), true, out) {
                    Encoding::Done(taken) => place += taken,
                    _ => return Err(raise::unicode_encode_error(th, codec.name, &text, place, place + 1, ILLEGAL)),
                }
            }
        }
    }
    Ok(at)
}

/// A handler's position that is no machine word is out of bounds like any other.
fn within<T>(th: &mut Thread, ask: impl FnOnce(&mut Thread) -> Result<T, Raised>) -> Result<T, Raised> {
    ask(th).or_else(|raised| match raise::catch(th, exceptions::overflow_error_type()) {
        Some(_) => Err(raise::index_error(th, format_args!("position from error handler out of bounds"))),
        None => Err(raised),
    })
}

/// Decodes; how many bytes were left because more are wanted.
fn decode(th: &mut Thread, codec: Codec, state: &mut State, bytes: &[u8], errors: &str, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    let mut out = StrBuilder::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match codec.decode(state, &bytes[at..]) {
            Decoding::Chars([first, second], len) => {
                out.push(first);
                if second != 0 {
                    out.push(second);
                }
                at += len;
            }
            Decoding::Nothing(len) => at += len,
            Decoding::Incomplete if !last => break,
            Decoding::Incomplete => at = not_decoded(th, codec, bytes, (at, bytes.len()), INCOMPLETE, errors, &mut out)?,
            Decoding::Wrong(len) => at = not_decoded(th, codec, bytes, (at, (at + len).min(bytes.len())), ILLEGAL, errors, &mut out)?,
        }
    }
    Ok((out.finish(th)?, bytes.len() - at))
}

#[cold]
fn not_decoded(
    th: &mut Thread,
    codec: Codec,
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
    let error = UnicodeDecodeError::create(th, Some(codec.name), object.as_object(), (start as isize, end as isize), reason);
    if errors == "strict" {
        return Err(raise::set(th, error.up()));
    }
    let handler = registry::lookup_error(th, errors)?;
    let (text, _, at) = within(th, |th| handlers::ask_decode(th, &handler, &error))?;
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
    codec: Codec,
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
        let (bytes, _) = encode(th, self.codec, &mut self.codec.encoder(), &text, errors.unwrap_or("strict"), true)?;
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
        let (text, _) = decode(th, self.codec, &mut self.codec.decoder(), &bytes, errors.unwrap_or("strict"), true)?;
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
    match shifts::codec(&name).filter(|_| known.contains(&&*name)) {
        Some(codec) => Ok(th.new_object(MultibyteCodec { head: Head::INIT, codec }).up()),
        None => Err(raise::new(th, exceptions::lookup_error_type(), format_args!("no such codec is supported."))),
    }
}

// --- incremental codecs and streams ---

/// The codec that a class has as its attribute.
fn codec_of(th: &mut Thread, cls: &Type) -> Result<Codec, Raised> {
    let codec = ops::getattr(th, cls, &CODEC)?;
    match codec.downcast_ref::<MultibyteCodec>() {
        Some(codec) => Ok(codec.codec),
        None => Err(raise::type_error(th, format_args!("codec is unexpected type"))),
    }
}

/// What the four classes share: the codec, its state, and how errors are dealt with.
struct Common {
    codec: Codec,
    state: Mutex<State>,
    errors: Mutex<String>,
}

impl Common {
    fn new(th: &mut Thread, cls: &Type, errors: Option<&str>, begin: fn(Codec) -> State) -> Result<Common, Raised> {
        let codec = codec_of(th, cls)?;
        Ok(Common { codec, state: Mutex::new(begin(codec)), errors: Mutex::new(errors.unwrap_or("strict").to_owned()) })
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

/// A number whose bytes these are, the lowest first.
fn int_of(th: &Thread, bytes: &[u8]) -> Ref<Int> {
    let digits: Vec<u32> = (0..bytes.len() * 8)
        .step_by(30)
        .map(|from| (from..(from + 30).min(bytes.len() * 8)).fold(0, |digit, bit| digit | u32::from(bytes[bit / 8] >> (bit % 8) & 1) << (bit - from)))
        .collect();
    let used = digits.iter().rposition(|digit| *digit != 0).map_or(0, |at| at + 1);
    Int::from_digits(th, false, &digits[..used])
}

/// The bytes of a number, as many as a state may have; `None` for other numbers.
fn bytes_of(number: &Int) -> Option<[u8; 1 + 4 * MOST_TEXT + 8]> {
    let mut bytes = [0; 1 + 4 * MOST_TEXT + 8];
    for (place, digit) in number.digit_slice().iter().enumerate() {
        for bit in (0..30).filter(|bit| digit >> bit & 1 != 0) {
            let at = place * 30 + bit;
            *bytes.get_mut(at / 8)? |= 1 << (at % 8);
        }
    }
    (!number.is_negative()).then_some(bytes)
}

/// Encodes what waits and what comes; what waits then is in `waiting`, and stays as it was where that fails.
fn encode_more(th: &mut Thread, common: &Common, waiting: &Mutex<Vec<u32>>, input: &Object, last: bool) -> Result<Ref<Bytes>, Raised> {
    let text = text_of(th, input)?;
    let mut chars = held(waiting).clone();
    chars.extend(text.chars().iter());
    let text = Str::from_code_points(th, &chars);
    let errors = common.errors();
    let mut state = *held(&common.state);
    let encoded = encode(th, common.codec, &mut state, &text, &errors, last);
    *held(&common.state) = state;
    let (bytes, left) = encoded?;
    if left > MOST_TEXT {
        return Err(raise::unicode_encode_error(th, common.codec.name, &text, chars.len() - left, chars.len(), "pending buffer overflow"));
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
    let mut state = *held(&common.state);
    let decoded = decode(th, common.codec, &mut state, &bytes, &errors, last);
    *held(&common.state) = state;
    match decoded {
        Ok((_, left)) if left > MOST_BYTES => {
            let whole = Bytes::new(th, &bytes);
            let range = ((bytes.len() - left) as isize, bytes.len() as isize);
            let error = UnicodeDecodeError::create(th, Some(common.codec.name), whole.as_object(), range, "pending buffer overflow");
            Err(raise::set(th, error.up()))
        }
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
        let common = Common::new(th, cls, errors, Codec::encoder)?;
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
        // One byte says how long the text is, then comes the text, then the state.
        let mut bytes = vec![waiting.len() as u8];
        bytes.extend_from_slice(waiting.as_bytes());
        bytes.extend_from_slice(&*held(&self.common.state));
        int_of(th, &bytes)
    }

    #[method(sig = "($self, state, /)")]
    fn setstate(&self, th: &mut Thread, state: &Int) -> Result<(), Raised> {
        let Some(bytes) = bytes_of(state) else {
            return Err(raise::overflow_error(th, format_args!("int too big to convert")));
        };
        let len = bytes[0] as usize;
        if len > 4 * MOST_TEXT {
            return Err(raise::new(th, exceptions::unicode_error_type(), format_args!("pending buffer too large")));
        }
        let text = Bytes::new(th, &bytes[1..1 + len]);
        let input = objects::codecs::decoding::Input::new(text.as_object(), text.as_slice());
        let (text, _) = objects::codecs::decoding::utf8(th, input, Some("strict"), true)?;
        let mut own = State::default();
        own.copy_from_slice(&bytes[1 + len..9 + len]);
        *held(&self.waiting) = text.chars().iter().collect();
        *held(&self.common.state) = own;
        Ok(())
    }

    #[method]
    fn reset(&self) {
        held(&self.waiting).clear();
        *held(&self.common.state) = self.common.codec.encoder();
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
        let common = Common::new(th, cls, errors, Codec::decoder)?;
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
        let state = *held(&self.common.state);
        let (bytes, state) = (Bytes::new(th, &waiting), int_of(th, &state));
        Tuple::from_slice(th, &[bytes.as_object(), state.as_object()])
    }

    #[method(sig = "($self, state, /)")]
    fn setstate(&self, th: &mut Thread, state: &Tuple) -> Result<(), Raised> {
        let (Some(bytes), true) = (state.as_slice().first().and_then(|first| first.downcast::<Bytes>()), state.len() == 2) else {
            return Err(raise::type_error(th, format_args!("setstate(): illegal state argument")));
        };
        let Some(number) = state.get(1).downcast::<Int>() else {
            return Err(raise::type_error(th, format_args!("setstate(): illegal state argument")));
        };
        let Some(own) = bytes_of(number).filter(|own| own[8..].iter().all(|byte| *byte == 0)) else {
            return Err(raise::overflow_error(th, format_args!("int too big to convert")));
        };
        if bytes.len() > MOST_BYTES {
            let error = UnicodeDecodeError::create(th, Some(self.common.codec.name), bytes.as_object(), (0, bytes.len() as isize), "pending buffer too large");
            return Err(raise::set(th, error.up()));
        }
        *held(&self.waiting) = bytes.as_slice().to_vec();
        held(&self.common.state).copy_from_slice(&own[..8]);
        Ok(())
    }

    #[method]
    fn reset(&self) {
        held(&self.waiting).clear();
        *held(&self.common.state) = self.common.codec.decoder();
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
        let common = Common::new(th, cls, errors, Codec::decoder)?;
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
        *held(&self.common.state) = self.common.codec.decoder();
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
        let common = Common::new(th, cls, errors, Codec::encoder)?;
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
        let begun = *held(&self.common.state) != self.common.codec.encoder();
        if held(&self.waiting).is_empty() && !begun {
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
    codecs_cn "_codecs_cn": "gb2312" "gbk" "gb18030" "hz";
    codecs_hk "_codecs_hk": "big5hkscs";
    codecs_iso2022 "_codecs_iso2022":
        "iso2022_kr" "iso2022_jp" "iso2022_jp_1" "iso2022_jp_2" "iso2022_jp_2004" "iso2022_jp_3" "iso2022_jp_ext";
    codecs_jp "_codecs_jp": "shift_jis" "cp932" "euc_jp" "shift_jis_2004" "euc_jis_2004" "euc_jisx0213" "shift_jisx0213";
    codecs_kr "_codecs_kr": "euc_kr" "cp949" "johab";
    codecs_tw "_codecs_tw": "big5" "cp950";
}
