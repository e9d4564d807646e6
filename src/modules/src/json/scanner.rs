//! `make_scanner`: from JSON text to objects.

use std::collections::HashMap;

use algos::json::{self as alg, Contents};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::str::{Chars, StrUnit, with_units};
use objects::{Dict, Float, Int, List, Str, Tuple, bool_ref, none, none_ref, ops, raise};

use super::{Spread, decode_error};

/// JSON scanner object
#[pytype(name = "Scanner", module = "_json")]
#[repr(C)]
pub struct Scanner {
    head: Head,
    /// strict
    #[member(name = "strict", readonly)]
    strict: bool,
    /// object_hook
    #[member(name = "object_hook", readonly)]
    object_hook: Slot,
    #[member(name = "object_pairs_hook", readonly)]
    object_pairs_hook: Slot,
    /// parse_float
    #[member(name = "parse_float", readonly)]
    parse_float: Slot,
    /// parse_int
    #[member(name = "parse_int", readonly)]
    parse_int: Slot,
    /// parse_constant
    #[member(name = "parse_constant", readonly)]
    parse_constant: Slot,
}

#[pymethods]
impl Scanner {
    #[slot(tp_new, sig = "(context)", name = "make_scanner")]
    fn tp_new(th: &mut Thread, cls: &Type, context: &Object) -> Result<Ref<Scanner>, Raised> {
        let strict = ops::getattr_str(th, context, "strict")?;
        let strict = ops::is_true(th, &strict)?;
        let object_hook = ops::getattr_str(th, context, "object_hook")?;
        let object_pairs_hook = ops::getattr_str(th, context, "object_pairs_hook")?;
        let parse_float = ops::getattr_str(th, context, "parse_float")?;
        let parse_int = ops::getattr_str(th, context, "parse_int")?;
        let parse_constant = ops::getattr_str(th, context, "parse_constant")?;
        Ok(th.new_instance(
            cls,
            Scanner {
                head: Head::INIT,
                strict,
                object_hook: Slot::new(object_hook),
                object_pairs_hook: Slot::new(object_pairs_hook),
                parse_float: Slot::new(parse_float),
                parse_int: Slot::new(parse_int),
                parse_constant: Slot::new(parse_constant),
            },
        ))
    }

    #[slot(tp_call, sig = "(string, idx)", name = "scan_once")]
    fn call(&self, th: &mut Thread, string: &Object, idx: isize) -> Result<Ref<Tuple>, Raised> {
        let text = super::first_string(th, string)?;
        let Ok(at) = usize::try_from(idx) else {
            return Err(raise::value_error(th, format_args!("idx cannot be negative")));
        };
        let (value, end) = with_units!(text, |units| Scan::new(self, text, units).value(th, at))?;
        let end = Int::from_usize(th, end);
        Ok(Tuple::from_array(th, [value, end.up()]))
    }
}

/// One call of a scanner. Names of members are made once per call: by their hash, first come, first kept.
struct Scan<'a, U> {
    source: &'a Str,
    text: &'a [U],
    strict: bool,
    object_hook: Option<&'a Object>,
    object_pairs_hook: Option<&'a Object>,
    /// `None`: as `float` and `int` do.
    parse_float: Option<&'a Object>,
    parse_int: Option<&'a Object>,
    parse_constant: &'a Object,
    names: HashMap<usize, Ref<Str>, Spread>,
}

type Scanned = Result<(Ref<Object>, usize), Raised>;

/// A string from behind its quote.
pub fn string<U: StrUnit>(th: &mut Thread, source: &Str, text: &[U], begin: usize, strict: bool) -> Result<(Ref<Str>, usize), Raised> {
    let (contents, end) = alg::scan_string(text, begin, strict).map_err(|error| decode_error(th, error, source))?;
    let made = match contents {
        Contents::Plain(units) => Str::from_units(th, units),
        Contents::Made(text) => Str::from_text(th, &text),
    };
    Ok((made.ok_or_else(|| raise::memory_error(th))?, end))
}

impl<'a, U: StrUnit> Scan<'a, U> {
    fn new(scanner: &'a Scanner, source: &'a Str, text: &'a [U]) -> Self {
        let set = |slot: &'a Slot| slot.peek().filter(|hook| !hook.is(none()));
        let custom = |slot: &'a Slot, builtin: &Type| slot.peek().filter(|parse| !parse.is(builtin.as_object()));
        Scan {
            source,
            text,
            strict: scanner.strict,
            object_hook: set(&scanner.object_hook),
            object_pairs_hook: set(&scanner.object_pairs_hook),
            parse_float: custom(&scanner.parse_float, Float::type_object()),
            parse_int: custom(&scanner.parse_int, Int::type_object()),
            parse_constant: scanner.parse_constant.peek().unwrap_or(none()),
            names: HashMap::default(),
        }
    }

    fn unit(&self, at: usize) -> Option<u8> {
        self.text.get(at).and_then(|u| u8::try_from(u.code_point()).ok())
    }

    #[cold]
    fn error(&self, th: &mut Thread, message: &'static str, at: usize) -> Raised {
        decode_error(th, alg::Error { message, at }, self.source)
    }

    #[cold]
    fn no_value(th: &mut Thread, at: usize) -> Raised {
        let at = Int::from_usize(th, at);
        raise::stop_iteration(th, Some(at.up()))
    }

    fn blanks(&self, at: usize) -> usize {
        alg::skip_blanks(self.text, at)
    }

    fn word(&self, at: usize, word: &str) -> bool {
        let text = self.text.get(at..at + word.len());
        text.is_some_and(|text| text.iter().zip(word.bytes()).all(|(u, b)| u.code_point() == u32::from(b)))
    }

    /// The value that begins at a place, and where it ends.
    fn value(&mut self, th: &mut Thread, at: usize) -> Scanned {
        match self.unit(at) {
            Some(b'"') => string(th, self.source, self.text, at + 1, self.strict).map(|(made, end)| (made.up(), end)),
            Some(b'{') => {
                ops::native_recursion(th, " while decoding a JSON object from a unicode string")?;
                self.object(th, at + 1)
            }
            Some(b'[') => {
                ops::native_recursion(th, " while decoding a JSON array from a unicode string")?;
                self.array(th, at + 1)
            }
            Some(b'n') if self.word(at, "null") => Ok((none_ref(), at + 4)),
            Some(b't') if self.word(at, "true") => Ok((bool_ref(true), at + 4)),
            Some(b'f') if self.word(at, "false") => Ok((bool_ref(false), at + 5)),
            Some(b'N') if self.word(at, "NaN") => self.constant(th, at, "NaN"),
            Some(b'I') if self.word(at, "Infinity") => self.constant(th, at, "Infinity"),
            Some(b'-') if self.word(at, "-Infinity") => self.constant(th, at, "-Infinity"),
            Some(b'-' | b'0'..=b'9') => self.number(th, at),
            _ => Err(Self::no_value(th, at)),
        }
    }

    fn constant(&self, th: &mut Thread, at: usize, name: &str) -> Scanned {
        let text = Str::new(th, name);
        Ok((ops::call1(th, self.parse_constant, &text)?, at + name.len()))
    }

    fn number(&self, th: &mut Thread, at: usize) -> Scanned {
        let Some(number) = alg::scan_number(self.text, at) else { return Err(Self::no_value(th, at)) };
        let units = &self.text[at..number.end];
        let custom = if number.real { self.parse_float } else { self.parse_int };
        if let Some(parse) = custom {
            let text = Str::from_units(th, units).ok_or_else(|| raise::memory_error(th))?;
            return Ok((ops::call1(th, parse, &text)?, number.end));
        }
        let mut short = [0; 64];
        let long: Vec<u8>;
        let digits = match short.get_mut(..units.len()) {
            Some(short) => {
                for (to, u) in short.iter_mut().zip(units) {
                    *to = u.code_point() as u8;
                }
                &*short
            }
            None => {
                long = units.iter().map(|u| u.code_point() as u8).collect();
                &long
            }
        };
        let value = match number.real {
            // A number's grammar is narrower than that of `float`.
            true => Float::new(th, algos::float::parse(digits).unwrap_or(f64::NAN)).up(),
            false => objects::int::parse::from_bytes(th, digits, 10)?.up(),
        };
        Ok((value, number.end))
    }

    fn array(&mut self, th: &mut Thread, begin: usize) -> Scanned {
        let mut items = Vec::new();
        let mut at = self.blanks(begin);
        if self.unit(at) != Some(b']') {
            loop {
                let (value, end) = self.value(th, at)?;
                items.push(value);
                at = self.blanks(end);
                match self.unit(at) {
                    Some(b']') => break,
                    Some(b',') => {}
                    _ => return Err(self.error(th, "Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.blanks(at + 1);
                if self.unit(at) == Some(b']') {
                    return Err(self.error(th, "Illegal trailing comma before end of array", comma));
                }
            }
        }
        let list = List::try_new(th, items).map_err(|e| e.raise(th))?;
        Ok((list.up(), at + 1))
    }

    /// The name of a member.
    fn name(&mut self, th: &mut Thread, begin: usize) -> Result<(Ref<Str>, usize), Raised> {
        let (contents, end) = match alg::scan_string(self.text, begin, self.strict) {
            Ok(scanned) => scanned,
            Err(error) => return Err(decode_error(th, error, self.source)),
        };
        let made = match contents {
            Contents::Plain(units) => {
                // Strings of one byte per character hash as their bytes do, so a name that was seen need not be made again.
                if let Chars::Ascii(bytes) | Chars::One(bytes) = self.source.chars() {
                    let bytes = &bytes[begin..begin + units.len()];
                    if let Some(known) = self.names.get(&objects::hash::hash_bytes(bytes).cast_unsigned())
                        && known.unit_size() == 1
                        && known.raw_bytes() == bytes
                    {
                        return Ok((known.clone(), end));
                    }
                }
                Str::from_units(th, units)
            }
            Contents::Made(text) => Str::from_text(th, &text),
        };
        let made = made.ok_or_else(|| raise::memory_error(th))?;
        let known = self.names.entry(made.hash().cast_unsigned()).or_insert_with(|| made.clone());
        Ok((if known.eq_str(&made) { known.clone() } else { made }, end))
    }

    fn object(&mut self, th: &mut Thread, begin: usize) -> Scanned {
        let dict = Dict::new(th);
        let mut pairs = Vec::new();
        let mut at = self.blanks(begin);
        if self.unit(at) != Some(b'}') {
            loop {
                if self.unit(at) != Some(b'"') {
                    return Err(self.error(th, "Expecting property name enclosed in double quotes", at));
                }
                let (name, end) = self.name(th, at + 1)?;
                at = self.blanks(end);
                if self.unit(at) != Some(b':') {
                    return Err(self.error(th, "Expecting ':' delimiter", at));
                }
                at = self.blanks(at + 1);
                let (value, end) = self.value(th, at)?;
                match self.object_pairs_hook {
                    Some(_) => pairs.push(Tuple::from_array(th, [name.up(), value]).up()),
                    None => dict.set_str(th, &name, value),
                }
                at = self.blanks(end);
                match self.unit(at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(self.error(th, "Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.blanks(at + 1);
                if self.unit(at) == Some(b'}') {
                    return Err(self.error(th, "Illegal trailing comma before end of object", comma));
                }
            }
        }
        let made = if let Some(hook) = self.object_pairs_hook {
            let pairs = List::try_new(th, pairs).map_err(|e| e.raise(th))?;
            ops::call1(th, hook, &pairs)?
        } else if let Some(hook) = self.object_hook {
            ops::call1(th, hook, &dict)?
        } else {
            dict.up()
        };
        Ok((made, at + 1))
    }
}
