//! Values to bytes.

use std::collections::{HashMap, HashSet};

use algos::float;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use objects::glue::{Buffer, has_buffer};
use objects::set::AnySet;
use objects::{Bytes, Complex, Dict, Float, FrozenSet, Int, List, Slice, Str, Tuple, ellipsis, exceptions, false_, none, raise, true_};

use super::{DEPTH, FLAG, tag};

/// From this version on values are numbered and floats are binary.
const REFERENCES: i32 = 3;

struct Writer {
    out: Vec<u8>,
    version: i32,
    allow_code: bool,
    depth: usize,
    /// What was written, by address; it is held, so that no other value takes the address.
    known: HashMap<usize, (u32, Ref<Object>)>,
    /// What is being written and cannot be named before it is complete.
    open: HashSet<usize>,
}

/// The bytes of a value.
pub fn write(th: &mut Thread, value: &Object, version: i32, allow_code: bool) -> Result<Vec<u8>, Raised> {
    let mut writer = Writer { out: Vec::new(), version, allow_code, depth: 0, known: HashMap::new(), open: HashSet::new() };
    writer.value(th, value, 0)?;
    Ok(writer.out)
}

#[cold]
fn unmarshallable(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("unmarshallable object"))
}

/// As C's `%.17g`.
fn float_text(x: f64) -> String {
    float::format(x, b'g', 17, float::Flags::default())
}

impl Writer {
    /// `held`: how many counts on the value are ours.
    fn value(&mut self, th: &mut Thread, value: &Object, held: u32) -> Result<(), Raised> {
        if self.depth >= DEPTH || th.stack_is_low() {
            return Err(raise::value_error(th, format_args!("object too deeply nested to marshal")));
        }
        let constants = [
            (none(), tag::NONE),
            (true_(), tag::TRUE),
            (false_(), tag::FALSE),
            (ellipsis(), tag::ELLIPSIS),
            (exceptions::stop_iteration_type().as_object(), tag::STOP_ITERATION),
        ];
        if let Some((_, tag)) = constants.into_iter().find(|(constant, _)| value.is(*constant)) {
            self.out.push(tag);
            return Ok(());
        }
        let Some(flag) = self.reference(th, value, held)? else { return Ok(()) };
        self.depth += 1;
        let address = core::ptr::from_ref(value).addr();
        let opened = [Slice::type_object(), FrozenSet::type_object(), interp::Code::type_object()].iter().any(|ty| core::ptr::eq(*ty, value.ty()));
        if opened {
            self.open.insert(address);
        }
        self.complex_value(th, value, flag)?;
        if opened {
            self.open.remove(&address);
        }
        self.depth -= 1;
        Ok(())
    }

    /// Writes a reference if the value was written before; else tells the flag with which it is to be written.
    fn reference(&mut self, th: &mut Thread, value: &Object, held: u32) -> Result<Option<u8>, Raised> {
        if self.version < REFERENCES {
            return Ok(Some(0));
        }
        // What occurs twice is held twice. Interned strings are held by their table.
        if value.count() == 1 + held && !value.downcast_exact::<Str>().is_some_and(Str::is_interned) {
            return Ok(Some(0));
        }
        let address = core::ptr::from_ref(value).addr();
        if let Some((number, _)) = self.known.get(&address) {
            if self.open.contains(&address) {
                return Err(unmarshallable(th));
            }
            let number = *number;
            self.out.push(tag::REF);
            self.out.extend_from_slice(&number.to_le_bytes());
            return Ok(None);
        }
        let Ok(number) = u32::try_from(self.known.len()) else {
            return Err(raise::value_error(th, format_args!("too many objects")));
        };
        self.known.insert(address, (number, th.retain(value)));
        Ok(Some(FLAG))
    }

    fn size(&mut self, th: &mut Thread, size: usize) -> Result<(), Raised> {
        match i32::try_from(size) {
            Ok(size) => {
                self.out.extend_from_slice(&size.to_le_bytes());
                Ok(())
            }
            Err(_) => Err(unmarshallable(th)),
        }
    }

    fn bytes(&mut self, th: &mut Thread, bytes: &[u8]) -> Result<(), Raised> {
        self.size(th, bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn short_text(&mut self, text: &str) {
        // Digits of a float are few.
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn complex_value(&mut self, th: &mut Thread, value: &Object, flag: u8) -> Result<(), Raised> {
        if let Some(n) = value.downcast_exact::<Int>() {
            self.int(th, n, flag)
        } else if let Some(x) = value.downcast_exact::<Float>() {
            if self.version > 1 {
                self.out.push(tag::BINARY_FLOAT | flag);
                self.out.extend_from_slice(&x.value().to_le_bytes());
            } else {
                self.out.push(tag::FLOAT | flag);
                self.short_text(&float_text(x.value()));
            }
            Ok(())
        } else if let Some(z) = value.downcast_exact::<Complex>() {
            let z = z.value();
            self.out.push(flag | if self.version > 1 { tag::BINARY_COMPLEX } else { tag::COMPLEX });
            for part in [z.real, z.imag] {
                if self.version > 1 {
                    self.out.extend_from_slice(&part.to_le_bytes());
                } else {
                    self.short_text(&float_text(part));
                }
            }
            Ok(())
        } else if let Some(bytes) = value.downcast_exact::<Bytes>() {
            self.out.push(tag::STRING | flag);
            self.bytes(th, bytes.as_slice())
        } else if let Some(text) = value.downcast_exact::<Str>() {
            self.text(th, text, flag)
        } else if let Some(tuple) = value.downcast_exact::<Tuple>() {
            match u8::try_from(tuple.len()) {
                Ok(len) if self.version >= 4 => self.out.extend_from_slice(&[tag::SMALL_TUPLE | flag, len]),
                _ => {
                    self.out.push(tag::TUPLE | flag);
                    self.size(th, tuple.len())?;
                }
            }
            tuple.as_slice().iter().try_for_each(|item| self.value(th, item, 0))
        } else if let Some(list) = value.downcast_exact::<List>() {
            let items = list.snapshot(th);
            self.out.push(tag::LIST | flag);
            self.size(th, items.len())?;
            items.iter().try_for_each(|item| self.value(th, item, 1))
        } else if let Some(dict) = value.downcast_exact::<Dict>() {
            self.out.push(tag::DICT | flag);
            for (key, value) in dict.snapshot(th) {
                self.value(th, &key, 1)?;
                self.value(th, &value, 1)?;
            }
            self.out.push(tag::NULL);
            Ok(())
        } else if let Some(set) = AnySet::of_exact(value) {
            self.set(th, set, flag)
        } else if let Some(code) = value.downcast_exact::<interp::Code>() {
            if !self.allow_code {
                return Err(raise::value_error(th, format_args!("marshalling code objects is disallowed")));
            }
            self.out.push(tag::CODE | flag);
            self.bytes(th, &syntax::format::write(code.source()))?;
            // Constants that `replace` put in may be any values.
            self.out.push(u8::from(code.has_other_consts()));
            if code.has_other_consts() {
                self.size(th, code.consts().count())?;
                for constant in code.consts() {
                    self.value(th, constant, 0)?;
                }
            }
            Ok(())
        } else if let Some(slice) = value.downcast_exact::<Slice>().filter(|_| self.version >= 5) {
            self.out.push(tag::SLICE | flag);
            [slice.start(), slice.stop(), slice.step()].into_iter().try_for_each(|part| self.value(th, part, 0))
        } else if has_buffer(value) {
            self.out.push(tag::STRING | flag);
            match Buffer::new(th, value) {
                Ok(buffer) => self.bytes(th, buffer.as_slice()),
                Err(_) => {
                    drop(th.take_exception());
                    Err(unmarshallable(th))
                }
            }
        } else {
            Err(unmarshallable(th))
        }
    }

    fn int(&mut self, th: &mut Thread, n: &Int, flag: u8) -> Result<(), Raised> {
        if let Some(small) = n.to_i64().and_then(|n| i32::try_from(n).ok()) {
            self.out.push(tag::INT | flag);
            self.out.extend_from_slice(&small.to_le_bytes());
            return Ok(());
        }
        // Digits of 15 bits, the least first; the count has the number's sign.
        let mut digits: Vec<u16> = n.digit_slice().iter().flat_map(|d| [(d & 0x7fff) as u16, (d >> 15) as u16]).collect();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let Ok(count) = i32::try_from(digits.len()) else { return Err(unmarshallable(th)) };
        self.out.push(tag::LONG | flag);
        self.out.extend_from_slice(&(if n.is_negative() { -count } else { count }).to_le_bytes());
        self.out.extend(digits.iter().flat_map(|d| d.to_le_bytes()));
        Ok(())
    }

    fn text(&mut self, th: &mut Thread, text: &Str, flag: u8) -> Result<(), Raised> {
        let interned = text.is_interned_somehow();
        if self.version >= 4
            && let Some(ascii) = text.as_ascii()
        {
            if let Ok(len) = u8::try_from(ascii.len()) {
                let tag = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
                self.out.extend_from_slice(&[tag | flag, len]);
                self.out.extend_from_slice(ascii.as_bytes());
                return Ok(());
            }
            self.out.push(flag | if interned { tag::ASCII_INTERNED } else { tag::ASCII });
            return self.bytes(th, ascii.as_bytes());
        }
        let bytes = objects::codecs::encoding::utf8(th, text, Some("surrogatepass"))?;
        self.out.push(flag | if interned && self.version >= REFERENCES { tag::INTERNED } else { tag::UNICODE });
        self.bytes(th, bytes.as_slice())
    }

    /// Items in the order of their bytes, so that equal sets are written the same.
    fn set(&mut self, th: &mut Thread, set: AnySet<'_>, flag: u8) -> Result<(), Raised> {
        let frozen = set.object().is_a::<FrozenSet>();
        let count = set.len();
        let mut items = Vec::new();
        for (_, item) in set.snapshot_hashed(th) {
            items.push((write(th, &item, self.version, self.allow_code)?, item));
        }
        if set.len() != count {
            return Err(raise::runtime_error(th, format_args!("set changed size during iteration")));
        }
        items.sort_by(|a, b| a.0.cmp(&b.0));
        self.out.push(flag | if frozen { tag::FROZENSET } else { tag::SET });
        self.size(th, items.len())?;
        items.iter().try_for_each(|(_, item)| self.value(th, item, 1))
    }
}
