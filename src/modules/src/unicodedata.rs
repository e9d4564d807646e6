//! `unicodedata`: the Unicode Character Database, of today and of version 3.2.0. The data are in `algos::ucd`.

use algos::ucd::{self, Form, Found, Version};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::str::with_units;
use objects::{Float, Int, Str, exceptions, raise};

const NOW: Version = Version::Current;
const OLD: Version = Version::Old;

/// Names are not longer than this.
const LONGEST_NAME: usize = 256;

type Answer = Result<Ref<Object>, Raised>;

/// A string of one character, which may be a surrogate.
struct Character(u32);

impl FromArg<'_> for Character {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        match arg.downcast::<Str>() {
            Some(text) if text.len() == 1 => Ok(Character(text.char_at(0))),
            // Fails, and says how.
            _ => char::from_arg(th, arg, at).map(|c| Character(c.into())),
        }
    }
}

/// An older version of the database; there is one instance, `ucd_3_2_0`.
#[pytype(name = "UCD", module = "unicodedata", doc = none, flags(DISALLOW_INSTANTIATION, OWN_GETATTR))]
#[repr(C)]
pub struct Ucd {
    head: Head,
    #[member(name = "unidata_version", readonly)]
    unidata_version: Slot,
}

fn or_default(th: &mut Thread, found: Option<Ref<Object>>, default: Option<&Object>, missing: &str) -> Answer {
    match (found, default) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(th.retain(default)),
        (None, None) => Err(raise::value_error(th, format_args!("{missing}"))),
    }
}

fn decimal(th: &mut Thread, c: u32, default: Option<&Object>, version: Version) -> Answer {
    let found = ucd::decimal_in(c, version).map(|digit| Int::from_i64(th, digit.into()).up());
    or_default(th, found, default, "not a decimal")
}

fn digit(th: &mut Thread, c: u32, default: Option<&Object>, _version: Version) -> Answer {
    let found = ucd::digit(c).map(|digit| Int::from_i64(th, digit.into()).up());
    or_default(th, found, default, "not a digit")
}

fn numeric(th: &mut Thread, c: u32, default: Option<&Object>, version: Version) -> Answer {
    let found = ucd::numeric_in(c, version).map(|value| Float::new(th, value).up());
    or_default(th, found, default, "not a numeric character")
}

fn name(th: &mut Thread, c: u32, default: Option<&Object>, version: Version) -> Answer {
    let found = ucd::name(c, version).map(|name| Str::new(th, &name).up());
    or_default(th, found, default, "no such name")
}

fn form_of(th: &mut Thread, form: &Str) -> Result<Form, Raised> {
    match form.as_ascii().and_then(Form::from_name) {
        Some(form) => Ok(form),
        None => Err(raise::value_error(th, format_args!("invalid normalization form"))),
    }
}

fn is_normalized(th: &mut Thread, form: &Str, text: &Str, version: Version) -> Result<bool, Raised> {
    if text.is_empty() {
        return Ok(true);
    }
    let form = form_of(th, form)?;
    Ok(text.is_ascii() || with_units!(text, |units| ucd::is_normalized(&algos::text::widen(units), form, version)))
}

fn normalize(th: &mut Thread, form: &Str, text: &Str, version: Version) -> Result<Ref<Str>, Raised> {
    if text.is_empty() {
        return Ok(text.exact(th));
    }
    let form = form_of(th, form)?;
    if text.is_ascii() {
        return Ok(text.exact(th));
    }
    let points: Vec<u32> = with_units!(text, |units| algos::text::widen(units));
    if ucd::is_normalized(&points, form, version) {
        return Ok(text.exact(th));
    }
    let made = ucd::normalize(&points, form, version);
    Str::from_units(th, &made).ok_or_else(|| raise::memory_error(th))
}

fn lookup(th: &mut Thread, name: &Object, version: Version) -> Result<Ref<Str>, Raised> {
    let bytes = match name.downcast::<Str>() {
        Some(text) => match text.to_utf8() {
            Some(text) => text.as_bytes().to_vec(),
            None => return Err(raise::unicode_surrogates(th, text)),
        },
        None => Buffer::new(th, name)?.as_slice().to_vec(),
    };
    if bytes.len() > LONGEST_NAME {
        return Err(raise::new(th, exceptions::key_error_type(), format_args!("name too long")));
    }
    let found = core::str::from_utf8(&bytes).ok().and_then(|name| match (ucd::lookup(name)?, version) {
        // The old database has neither aliases nor sequences.
        (Found::Sequence(_), OLD) => None,
        (Found::Character(c), OLD) if !ucd::name(c, version)?.eq_ignore_ascii_case(name) => None,
        (found, _) => Some(found),
    });
    match found {
        Some(Found::Character(c)) => Ok(Str::from_char(th, c)),
        Some(Found::Sequence(units)) => Str::from_units(th, units).ok_or_else(|| raise::memory_error(th)),
        None => {
            // As C shows it: a NUL ends it.
            let shown = bytes.split(|&b| b == 0).next().unwrap_or_default();
            let shown = String::from_utf8_lossy(shown);
            Err(raise::new(th, exceptions::key_error_type(), format_args!("undefined character name '{shown}'")))
        }
    }
}

#[pymethods]
impl Ucd {
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method(sig = "($self, chr, /)")]
    fn bidirectional(&self, chr: Character) -> &'static str {
        ucd::bidirectional(chr.0, OLD)
    }

    /// Returns the general category assigned to the character chr as string.
    #[method(sig = "($self, chr, /)")]
    fn category(&self, chr: Character) -> &'static str {
        ucd::category(chr.0, OLD)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method(sig = "($self, chr, /)")]
    fn combining(&self, chr: Character) -> u8 {
        ucd::combining(chr.0, OLD)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method(sig = "($self, chr, /)")]
    fn decomposition(&self, chr: Character) -> String {
        ucd::decomposition(chr.0, OLD)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method(sig = "($self, chr, /)")]
    fn east_asian_width(&self, chr: Character) -> &'static str {
        ucd::east_asian_width(chr.0, OLD)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[method(sig = "($self, chr, /)")]
    fn mirrored(&self, chr: Character) -> u8 {
        u8::from(ucd::mirrored(chr.0, OLD))
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(&self, th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::decimal(th, chr.0, default, OLD)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(&self, th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::digit(th, chr.0, default, OLD)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(&self, th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::numeric(th, chr.0, default, OLD)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn name(&self, th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::name(th, chr.0, default, OLD)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "($self, form, unistr, /)")]
    fn is_normalized(&self, th: &mut Thread, form: &Str, unistr: &Str) -> Result<bool, Raised> {
        crate::unicodedata::is_normalized(th, form, unistr, OLD)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "($self, form, unistr, /)")]
    fn normalize(&self, th: &mut Thread, form: &Str, unistr: &Str) -> Result<Ref<Str>, Raised> {
        crate::unicodedata::normalize(th, form, unistr, OLD)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[method(sig = "($self, name, /)")]
    fn lookup(&self, th: &mut Thread, name: &Object) -> Result<Ref<Str>, Raised> {
        crate::unicodedata::lookup(th, name, OLD)
    }
}

#[pymodule(name = "unicodedata", types(Ucd))]
pub mod unicodedata {
    //! This module provides access to the Unicode Character Database which
    //! defines character properties for all Unicode characters. The data in
    //! this database is based on the UnicodeData.txt file version
    //! 16.0.0 which is publicly available from ftp://ftp.unicode.org/.
    //!
    //! The module uses the same names and symbols as defined by the
    //! UnicodeData File Format 16.0.0.
    use super::*;

    #[constant]
    const unidata_version: &str = ucd::VERSION;

    #[attr]
    fn ucd_3_2_0(th: &mut Thread) -> Ref<Ucd> {
        let version = Str::new(th, "3.2.0");
        th.new_object(Ucd { head: Head::INIT, unidata_version: Slot::new(version.up()) })
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn bidirectional(chr: Character) -> &'static str {
        ucd::bidirectional(chr.0, NOW)
    }

    /// Returns the general category assigned to the character chr as string.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn category(chr: Character) -> &'static str {
        ucd::category(chr.0, NOW)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn combining(chr: Character) -> u8 {
        ucd::combining(chr.0, NOW)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn decomposition(chr: Character) -> String {
        ucd::decomposition(chr.0, NOW)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn east_asian_width(chr: Character) -> &'static str {
        ucd::east_asian_width(chr.0, NOW)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function(sig = "(chr, /)", shows = "($self, chr, /)")]
    fn mirrored(chr: Character) -> u8 {
        u8::from(ucd::mirrored(chr.0, NOW))
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)", shows = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::decimal(th, chr.0, default, NOW)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)", shows = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::digit(th, chr.0, default, NOW)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)", shows = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::numeric(th, chr.0, default, NOW)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=<unrepresentable>, /)", shows = "($self, chr, default=<unrepresentable>, /)")]
    fn name(th: &mut Thread, chr: Character, default: Option<&Object>) -> Answer {
        crate::unicodedata::name(th, chr.0, default, NOW)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)", shows = "($self, form, unistr, /)")]
    fn is_normalized(th: &mut Thread, form: &Str, unistr: &Str) -> Result<bool, Raised> {
        crate::unicodedata::is_normalized(th, form, unistr, NOW)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)", shows = "($self, form, unistr, /)")]
    fn normalize(th: &mut Thread, form: &Str, unistr: &Str) -> Result<Ref<Str>, Raised> {
        crate::unicodedata::normalize(th, form, unistr, NOW)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function(sig = "(name, /)", shows = "($self, name, /)")]
    fn lookup(th: &mut Thread, name: &Object) -> Result<Ref<Str>, Raised> {
        crate::unicodedata::lookup(th, name, NOW)
    }
}
