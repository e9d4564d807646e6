//! `translate` and `maketrans`.

use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;

use crate::str::{Str, StrBuilder};
use crate::{Dict, Int, exceptions, ops, raise};

/// What a table says of a character.
enum Mapping {
    Same,
    Delete,
    Char(u32),
    Text(Ref<Str>),
}

fn look_up(th: &mut Thread, table: &Object, c: u32) -> Result<Mapping, Raised> {
    let key = Int::from_i64(th, i64::from(c));
    let found = match ops::getitem(th, table, &key) {
        Ok(found) => found,
        Err(raised) => {
            return match raise::catch(th, exceptions::lookup_error_type()) {
                Some(error) => {
                    th.release(error);
                    Ok(Mapping::Same)
                }
                None => Err(raised),
            };
        }
    };
    if found.is(crate::none()) {
        return Ok(Mapping::Delete);
    }
    if let Some(n) = Int::of(&found) {
        return match n.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|&c| c <= algos::ucd::MAX) {
            Some(c) => Ok(Mapping::Char(c)),
            None => Err(raise::value_error(th, format_args!("character mapping must be in range(0x110000)"))),
        };
    }
    match found.downcast::<Str>() {
        Ok(text) => Ok(Mapping::Text(text)),
        Err(_) => Err(raise::type_error(th, format_args!("character mapping must return integer, None or str"))),
    }
}

/// `s.translate(table)`
pub fn translate(th: &mut Thread, s: &Str, table: &Object) -> Result<Ref<Str>, Raised> {
    let mut out = StrBuilder::with_capacity(s.len());
    // What the table said of ASCII characters: a table that changes meanwhile is asked once, as in CPython's own shortcut.
    let mut known: [Option<Option<u8>>; 128] = [None; 128];
    for at in 0..s.len() {
        let c = s.chars().at(at);
        if let Some(Some(mapped)) = known.get(c as usize) {
            if let Some(mapped) = mapped {
                out.push(u32::from(*mapped));
            }
            continue;
        }
        let mapped = match look_up(th, table, c)? {
            Mapping::Same => Some(c),
            Mapping::Delete => None,
            Mapping::Char(c) => Some(c),
            Mapping::Text(text) if text.len() == 1 => Some(text.chars().at(0)),
            Mapping::Text(text) => {
                out.push_str(&text);
                continue;
            }
        };
        if let Some(mapped) = mapped {
            out.push(mapped);
        }
        if s.is_ascii()
            && let Some(place) = known.get_mut(c as usize)
        {
            *place = match mapped {
                None => Some(None),
                Some(c @ 0..128) => Some(Some(c as u8)),
                Some(_) => None,
            };
        }
    }
    out.finish(th)
}

/// `str.maketrans(dict)`
fn table_of_dict(th: &mut Thread, x: &Object) -> Result<Ref<Dict>, Raised> {
    let Some(dict) = x.downcast::<Dict>() else {
        return Err(raise::type_error(th, format_args!("if you give only one argument to maketrans it must be a dict")));
    };
    let table = Dict::new(th);
    for (key, value) in dict.snapshot(th) {
        let key = if let Some(s) = Str::of(&key) {
            if s.len() != 1 {
                return Err(raise::value_error(th, format_args!("string keys in translatetable must be of length 1")));
            }
            Int::from_i64(th, i64::from(s.chars().at(0))).up()
        } else if Int::of(&key).is_some() {
            key
        } else {
            return Err(raise::type_error(th, format_args!("keys in translate table mustbe strings or integers")));
        };
        table.set(th, &key, &value)?;
    }
    Ok(table)
}

#[pymethods(part = "table")]
impl Str {
    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals
    ///     to Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for
    /// instance a dictionary or list.  If this operation raises
    /// LookupError, the character is left untouched.  Characters mapped to
    /// None are deleted.
    #[method]
    fn translate(&self, th: &mut Thread, table: &Object) -> Result<Ref<Str>, Raised> {
        translate(th, self, table)
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping
    /// Unicode ordinals (integers) or characters to Unicode ordinals,
    /// strings or None.  Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length,
    /// and in the resulting dictionary, each character in x will be mapped
    /// to the character at the same position in y.  If there is a third
    /// argument, it must be a string, whose characters will be mapped to
    /// None in the result.
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(th: &mut Thread, x: &Object, y: Option<&Str>, z: Option<&Str>) -> Result<Ref<Dict>, Raised> {
        let Some(y) = y else { return table_of_dict(th, x) };
        let Some(x) = Str::of(x) else {
            return Err(raise::type_error(th, format_args!("first maketrans argument must be a string if there is a second argument")));
        };
        if x.len() != y.len() {
            return Err(raise::value_error(th, format_args!("the first two maketrans arguments must have equal length")));
        }
        let table = Dict::new(th);
        for (from, to) in x.chars().iter().zip(y.chars().iter()) {
            let (from, to) = (Int::from_i64(th, i64::from(from)), Int::from_i64(th, i64::from(to)));
            table.set(th, &from, &to)?;
        }
        for from in z.iter().flat_map(|z| z.chars().iter()) {
            let from = Int::from_i64(th, i64::from(from));
            table.set(th, &from, crate::none())?;
        }
        Ok(table)
    }
}
