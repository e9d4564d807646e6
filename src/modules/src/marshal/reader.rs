//! Bytes to values.

use std::borrow::Cow;
use std::sync::Arc;

use algos::complex;
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::codecs::decoding::{self, Input};
use objects::{
    ByteArray, Bytes, Complex, Dict, Float, FrozenSet, Int, List, MemoryView, Set, Slice, Str, Tuple, bool_ref, ellipsis_ref, exceptions,
    none_ref, ops, raise,
};

use super::{DEPTH, FLAG, tag};

/// A container of more items is not made before they are read.
const LARGE: usize = 1 << 16;

/// Where bytes come from.
pub enum Source<'a> {
    /// What is left of them.
    Bytes(&'a [u8]),
    /// From its `readinto`.
    File(&'a Object),
}

pub struct Reader<'a> {
    source: Source<'a>,
    allow_code: bool,
    depth: usize,
    /// The values that references name; `None`: not finished yet.
    known: Vec<Option<Ref<Object>>>,
}

type Value = Result<Ref<Object>, Raised>;

#[cold]
fn bad(th: &mut Thread, what: &str) -> Raised {
    raise::value_error(th, format_args!("bad marshal data ({what})"))
}

#[cold]
fn too_short(th: &mut Thread) -> Raised {
    raise::eof_error(th, format_args!("marshal data too short"))
}

impl<'a> Reader<'a> {
    pub fn new(source: Source<'a>, allow_code: bool) -> Reader<'a> {
        Reader { source, allow_code, depth: 0, known: Vec::new() }
    }

    /// How many bytes are left; of a file nobody knows.
    pub fn left(&self) -> usize {
        match self.source {
            Source::Bytes(bytes) => bytes.len(),
            Source::File(_) => 0,
        }
    }

    /// The value at the front.
    pub fn read(&mut self, th: &mut Thread) -> Value {
        self.item(th, "object")
    }

    /// A value that must be there.
    fn item(&mut self, th: &mut Thread, container: &str) -> Value {
        match self.value(th)? {
            Some(value) => Ok(value),
            None => Err(raise::type_error(th, format_args!("NULL object in marshal data for {container}"))),
        }
    }

    fn take(&mut self, th: &mut Thread, len: usize) -> Result<Cow<'a, [u8]>, Raised> {
        match &mut self.source {
            Source::Bytes(bytes) => match bytes.split_at_checked(len) {
                Some((taken, rest)) => {
                    *bytes = rest;
                    Ok(Cow::Borrowed(taken))
                }
                None => Err(too_short(th)),
            },
            Source::File(file) => read_file(th, file, len).map(Cow::Owned),
        }
    }

    fn array<const N: usize>(&mut self, th: &mut Thread) -> Result<[u8; N], Raised> {
        let bytes = self.take(th, N)?;
        let mut out = [0; N];
        out.copy_from_slice(&bytes);
        Ok(out)
    }

    fn byte(&mut self, th: &mut Thread) -> Result<u8, Raised> {
        self.array::<1>(th).map(|[byte]| byte)
    }

    fn i32(&mut self, th: &mut Thread) -> Result<i32, Raised> {
        self.array(th).map(i32::from_le_bytes)
    }

    fn f64(&mut self, th: &mut Thread) -> Result<f64, Raised> {
        self.array(th).map(f64::from_le_bytes)
    }

    fn size(&mut self, th: &mut Thread, what: &str) -> Result<usize, Raised> {
        let size = self.i32(th)?;
        usize::try_from(size).or_else(|_| Err(bad(th, &format!("{what} size out of range"))))
    }

    /// Whether so many items can be expected: each takes a byte at least.
    fn plausible(&self, items: usize) -> bool {
        match self.source {
            Source::Bytes(bytes) => items <= bytes.len(),
            Source::File(_) => items <= LARGE,
        }
    }

    fn float_text(&mut self, th: &mut Thread) -> Result<f64, Raised> {
        let len = self.byte(th)?;
        let text = self.take(th, len.into())?;
        match algos::float::parse(&text).filter(|_| !text.iter().any(|b| b.is_ascii_whitespace() || *b == b'_')) {
            Some(value) => Ok(value),
            None => {
                let shown = String::from_utf8_lossy(&text).into_owned();
                Err(raise::value_error(th, format_args!("could not convert string to float: '{shown}'")))
            }
        }
    }

    /// Numbers a value.
    fn numbered(&mut self, flag: bool, value: Ref<Object>) -> Ref<Object> {
        if flag {
            self.known.push(Some(value.clone()));
        }
        value
    }

    /// Numbers a value that is finished later: its number.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.known.push(None);
            self.known.len() - 1
        })
    }

    fn finish(&mut self, number: Option<usize>, value: Ref<Object>) -> Ref<Object> {
        if let Some(place) = number.and_then(|number| self.known.get_mut(number)) {
            *place = Some(value.clone());
        }
        value
    }

    fn value(&mut self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let code = match self.byte(th) {
            Ok(code) => code,
            Err(_) if raise::matches(th, exceptions::eof_error_type()) => {
                drop(th.take_exception());
                return Err(raise::eof_error(th, format_args!("EOF read where object expected")));
            }
            Err(raised) => return Err(raised),
        };
        if self.depth >= DEPTH || th.stack_is_low() {
            return Err(raise::value_error(th, format_args!("recursion limit exceeded")));
        }
        self.depth += 1;
        let value = self.tagged(th, code & !FLAG, code & FLAG != 0)?;
        self.depth -= 1;
        Ok(value)
    }

    fn tagged(&mut self, th: &mut Thread, tag: u8, flag: bool) -> Result<Option<Ref<Object>>, Raised> {
        let value = match tag {
            tag::NULL => return Ok(None),
            tag::NONE => none_ref(),
            tag::FALSE => bool_ref(false),
            tag::TRUE => bool_ref(true),
            tag::ELLIPSIS => ellipsis_ref(),
            tag::STOP_ITERATION => exceptions::stop_iteration_type().as_object().to_owned(),
            tag::REF => self.reference(th)?,
            tag::TUPLE => {
                let len = self.size(th, "tuple")?;
                self.tuple(th, len, flag)?
            }
            tag::SMALL_TUPLE => {
                let len = self.byte(th)?;
                self.tuple(th, len.into(), flag)?
            }
            tag::LIST => self.list(th, flag)?,
            tag::DICT => self.dict(th, flag)?,
            tag::SET => self.set(th, flag)?,
            tag::FROZENSET => self.frozenset(th, flag)?,
            tag::SLICE => {
                let number = self.reserve(flag);
                let start = self.item(th, "slice")?;
                let stop = self.item(th, "slice")?;
                let step = self.item(th, "slice")?;
                self.finish(number, Slice::new(th, start, stop, step).up())
            }
            tag::CODE => self.code(th, flag)?,
            _ => {
                let leaf = self.leaf(th, tag)?;
                self.numbered(flag, leaf)
            }
        };
        Ok(Some(value))
    }

    /// A value without parts.
    fn leaf(&mut self, th: &mut Thread, tag: u8) -> Value {
        Ok(match tag {
            tag::INT => {
                let n = self.i32(th)?;
                Int::from_i64(th, n.into()).up()
            }
            tag::INT64 => {
                let n = self.array(th).map(i64::from_le_bytes)?;
                Int::from_i64(th, n).up()
            }
            tag::LONG => self.long(th)?,
            tag::FLOAT => {
                let x = self.float_text(th)?;
                Float::new(th, x).up()
            }
            tag::BINARY_FLOAT => {
                let x = self.f64(th)?;
                Float::new(th, x).up()
            }
            tag::COMPLEX => {
                let (real, imag) = (self.float_text(th)?, self.float_text(th)?);
                Complex::new(th, complex::Complex { real, imag }).up()
            }
            tag::BINARY_COMPLEX => {
                let (real, imag) = (self.f64(th)?, self.f64(th)?);
                Complex::new(th, complex::Complex { real, imag }).up()
            }
            tag::STRING => {
                let len = self.size(th, "bytes object")?;
                let bytes = self.take(th, len)?;
                Bytes::from_slice(th, &bytes).ok_or_else(|| raise::memory_error(th))?.up()
            }
            tag::INTERNED | tag::UNICODE => {
                let len = self.size(th, "string")?;
                let bytes = self.take(th, len)?;
                let holder = Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))?;
                let (text, _) = decoding::utf8(th, Input::new(&holder, holder.as_slice()), Some("surrogatepass"), true)?;
                interned(th, text, tag == tag::INTERNED)
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let len = self.size(th, "string")?;
                self.latin1(th, len, tag == tag::ASCII_INTERNED)?
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let len = self.byte(th)?;
                self.latin1(th, len.into(), tag == tag::SHORT_ASCII_INTERNED)?
            }
            _ => return Err(bad(th, "unknown type code")),
        })
    }

    fn latin1(&mut self, th: &mut Thread, len: usize, intern: bool) -> Value {
        let bytes = self.take(th, len)?;
        let text = Str::from_units(th, &*bytes).ok_or_else(|| raise::memory_error(th))?;
        Ok(interned(th, text, intern))
    }

    fn long(&mut self, th: &mut Thread) -> Value {
        let count = self.i32(th)?;
        if count == i32::MIN {
            return Err(bad(th, "long size out of range"));
        }
        let bytes = self.take(th, count.unsigned_abs() as usize * 2)?;
        let digits: Vec<u32> = bytes.as_chunks::<2>().0.iter().map(|d| u16::from_le_bytes(*d).into()).collect();
        if digits.iter().any(|d| *d > 0x7fff) {
            return Err(bad(th, "digit out of range in long"));
        }
        if digits.last() == Some(&0) {
            return Err(bad(th, "unnormalized long data"));
        }
        let wide: Vec<u32> = digits.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 15).collect();
        Ok(Int::from_digits(th, count < 0, &wide).up())
    }

    fn reference(&mut self, th: &mut Thread) -> Value {
        let number = self.i32(th)?;
        let found = usize::try_from(number).ok().and_then(|number| self.known.get(number).cloned().flatten());
        found.ok_or_else(|| bad(th, "invalid reference"))
    }

    /// Items of a container that is too large to be believed.
    fn items(&mut self, th: &mut Thread, len: usize, container: &str) -> Result<Vec<Ref<Object>>, Raised> {
        let mut items = Vec::new();
        for _ in 0..len {
            items.push(self.item(th, container)?);
        }
        Ok(items)
    }

    fn tuple(&mut self, th: &mut Thread, len: usize, flag: bool) -> Value {
        if !self.plausible(len) {
            let number = self.reserve(flag);
            let items = self.items(th, len, "tuple")?;
            return Ok(self.finish(number, Tuple::new(th, items).up()));
        }
        if len == 0 || !flag {
            let items = self.items(th, len, "tuple")?;
            return Ok(self.numbered(flag, Tuple::new(th, items).up()));
        }
        // References among its items may name it, so it is there before them.
        let tuple = Tuple::try_build(th, len, |_| none_ref()).ok_or_else(|| raise::memory_error(th))?;
        self.known.push(Some(tuple.clone().up()));
        for place in 0..len {
            let item = self.item(th, "tuple")?;
            tuple.slots()[place].set(th, &*tuple, Some(item));
        }
        Ok(tuple.up())
    }

    fn list(&mut self, th: &mut Thread, flag: bool) -> Value {
        let len = self.size(th, "list")?;
        let list = List::empty(th);
        self.numbered(flag, list.clone().up());
        for _ in 0..len {
            let item = self.item(th, "list")?;
            list.append(th, item)?;
        }
        Ok(list.up())
    }

    fn dict(&mut self, th: &mut Thread, flag: bool) -> Value {
        let dict = Dict::new(th);
        self.numbered(flag, dict.clone().up());
        while let Some(key) = self.value(th)? {
            let Some(value) = self.value(th)? else { break };
            dict.set(th, &key, value)?;
        }
        Ok(dict.up())
    }

    fn set(&mut self, th: &mut Thread, flag: bool) -> Value {
        let len = self.size(th, "set")?;
        let set = Set::new(th);
        self.numbered(flag, set.clone().up());
        for _ in 0..len {
            let item = self.item(th, "set")?;
            set.add(th, &item)?;
        }
        Ok(set.up())
    }

    fn frozenset(&mut self, th: &mut Thread, flag: bool) -> Value {
        let len = self.size(th, "set")?;
        let number = self.reserve(flag);
        let items = self.items(th, len, "set")?;
        let keys: Vec<&Object> = items.iter().map(|item| &**item).collect();
        let set = FrozenSet::from_keys(th, &keys)?;
        Ok(self.finish(number, set.up()))
    }

    fn code(&mut self, th: &mut Thread, flag: bool) -> Value {
        if !self.allow_code {
            return Err(raise::value_error(th, format_args!("unmarshalling code objects is disallowed")));
        }
        let number = self.reserve(flag);
        let len = self.size(th, "code object")?;
        let bytes = self.take(th, len)?;
        let source = match syntax::format::read(&bytes) {
            Ok(source) => Arc::new(source),
            Err(syntax::format::FormatError::Truncated) => return Err(too_short(th)),
            Err(error) => return Err(bad(th, &error.to_string())),
        };
        let code = interp::Code::new(th, source);
        let code = match self.byte(th)? {
            0 => code,
            _ => {
                let count = self.size(th, "constants")?;
                let consts = self.items(th, count, "code")?;
                code.with_consts(th, consts).ok_or_else(|| bad(th, "constants are missing"))?
            }
        };
        Ok(self.finish(number, code.up()))
    }
}

fn interned(th: &mut Thread, text: Ref<Str>, intern: bool) -> Ref<Object> {
    if intern { objects::str::intern_ref(th, text).to_ref().up() } else { text.up() }
}

/// Exactly so many bytes of a file.
fn read_file(th: &mut Thread, file: &Object, len: usize) -> Result<Vec<u8>, Raised> {
    let name = objects::intern(th, "readinto");
    let mut out = Vec::new();
    while out.len() < len {
        let wanted = (len - out.len()).min(LARGE);
        let room = ByteArray::new(th, &vec![0; wanted])?;
        let view = MemoryView::new(th, &room)?;
        let count = ops::call_method(th, file, name, &[&view])?;
        let count = ops::index_isize(th, &count)?;
        let Some(read) = usize::try_from(count).ok().filter(|read| *read <= wanted) else {
            let message = format_args!("read() returned too much data: {wanted} bytes requested, {count} returned");
            return Err(raise::value_error(th, message));
        };
        if read < wanted {
            return Err(too_short(th));
        }
        out.extend(room.to_vec(th));
    }
    Ok(out)
}
