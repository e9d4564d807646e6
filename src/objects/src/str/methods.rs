//! The methods of `str`: searching, predicates and small ones here; the others by what they do.

mod cut;
mod shape;
mod table;

pub use cut::join;
pub use table::translate;

use algos::text;
use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymethods;

use super::search::{self, SliceIndex, part};
use super::{Str, template, with_units};
use crate::glue::*;
use crate::{Tuple, codecs, fmt, raise};

/// Generic code over the units of a string that gives an `algos` text.
macro_rules! mapped {
    ($th:ident, $s:expr, $function:path) => {{
        let made = with_units!($s, |units| $function(units));
        Str::from_text($th, &made).ok_or_else(|| raise::memory_error($th))
    }};
}

#[cold]
fn not_found(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("substring not found"))
}

#[pymethods(part = "methods")]
impl Str {
    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
    ///     and 'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "($self, /, encoding='utf-8', errors='strict')")]
    fn encode(&self, th: &mut Thread, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
        codecs::encode(th, self, encoding, errors)
    }

    /// find($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(sig = none)]
    fn find(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> isize {
        part(start, end, self.len()).and_then(|part| search::find(self, sub, part)).map_or(-1, usize::cast_signed)
    }

    /// rfind($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(sig = none)]
    fn rfind(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> isize {
        part(start, end, self.len()).and_then(|part| search::rfind(self, sub, part)).map_or(-1, usize::cast_signed)
    }

    /// index($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = none)]
    fn index(&self, th: &mut Thread, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
        let found = part(start, end, self.len()).and_then(|part| search::find(self, sub, part));
        found.ok_or_else(|| not_found(th))
    }

    /// rindex($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = none)]
    fn rindex(&self, th: &mut Thread, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
        let found = part(start, end, self.len()).and_then(|part| search::rfind(self, sub, part));
        found.ok_or_else(|| not_found(th))
    }

    /// count($self, sub[, start[, end]], /)
    /// --
    ///
    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.
    #[method(sig = none)]
    fn count(&self, sub: &Str, start: Option<SliceIndex>, end: Option<SliceIndex>) -> usize {
        part(start, end, self.len()).map_or(0, |part| search::count(self, sub, part))
    }

    /// startswith($self, prefix[, start[, end]], /)
    /// --
    ///
    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(sig = none)]
    fn startswith(&self, th: &mut Thread, prefix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        let part = part(start, end, self.len());
        search::any_of(th, "startswith", prefix, |prefix| part.clone().is_some_and(|part| search::starts_with(self, prefix, part)))
    }

    /// endswith($self, suffix[, start[, end]], /)
    /// --
    ///
    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(sig = none)]
    fn endswith(&self, th: &mut Thread, suffix: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<bool, Raised> {
        let part = part(start, end, self.len());
        search::any_of(th, "endswith", suffix, |suffix| part.clone().is_some_and(|part| search::ends_with(self, suffix, part)))
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the
    /// rest lower case.
    #[method]
    fn capitalize(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        mapped!(th, self, text::capitalize)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method]
    fn casefold(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if let Some(text) = self.as_ascii() {
            return Ok(Str::from_latin1(th, text.to_ascii_lowercase().as_bytes()));
        }
        mapped!(th, self, text::casefold)
    }

    /// Return a copy of the string converted to lowercase.
    #[method]
    fn lower(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if let Some(text) = self.as_ascii() {
            return Ok(Str::from_latin1(th, text.to_ascii_lowercase().as_bytes()));
        }
        mapped!(th, self, text::lower)
    }

    /// Return a copy of the string converted to uppercase.
    #[method]
    fn upper(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        if let Some(text) = self.as_ascii() {
            return Ok(Str::from_latin1(th, text.to_ascii_uppercase().as_bytes()));
        }
        mapped!(th, self, text::upper)
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all
    /// remaining cased characters have lower case.
    #[method]
    fn title(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        mapped!(th, self, text::title)
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method]
    fn swapcase(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        mapped!(th, self, text::swapcase)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[method]
    fn isascii(&self) -> bool {
        self.is_ascii()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are
    /// lowercase and there is at least one cased character in the string.
    #[method]
    fn islower(&self) -> bool {
        with_units!(self, |units| text::is_lower(units))
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are
    /// uppercase and there is at least one cased character in the string.
    #[method]
    fn isupper(&self) -> bool {
        with_units!(self, |units| text::is_upper(units))
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[method]
    fn istitle(&self) -> bool {
        with_units!(self, |units| text::is_title(units))
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are
    /// whitespace and there is at least one character in the string.
    #[method]
    fn isspace(&self) -> bool {
        with_units!(self, |units| text::is_space(units))
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are
    /// decimal and there is at least one character in the string.
    #[method]
    fn isdecimal(&self) -> bool {
        with_units!(self, |units| text::is_decimal(units))
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are
    /// digits and there is at least one character in the string.
    #[method]
    fn isdigit(&self) -> bool {
        with_units!(self, |units| text::is_digit(units))
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and
    /// there is at least one character in the string.
    #[method]
    fn isnumeric(&self) -> bool {
        with_units!(self, |units| text::is_numeric(units))
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are
    /// alphabetic and there is at least one character in the string.
    #[method]
    fn isalpha(&self) -> bool {
        with_units!(self, |units| text::is_alpha(units))
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are
    /// alpha-numeric and there is at least one character in the string.
    #[method]
    fn isalnum(&self) -> bool {
        with_units!(self, |units| text::is_alnum(units))
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved
    /// identifier, such as "def" or "class".
    #[method]
    fn isidentifier(&self) -> bool {
        self.is_identifier()
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[method]
    fn isprintable(&self) -> bool {
        with_units!(self, |units| text::is_printable(units))
    }

    /// Return a formatted version of the string, using substitutions from args and kwargs.
    /// The substitutions are identified by braces ('{' and '}').
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn format(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Str>, Raised> {
        template::format(th, self, args.as_slice(), kwargs)
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    /// The substitutions are identified by braces ('{' and '}').
    #[method]
    fn format_map(&self, th: &mut Thread, mapping: &Object) -> Result<Ref<Str>, Raised> {
        template::format_map(th, self, mapping)
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method]
    fn __format__(&self, th: &mut Thread, format_spec: &Str) -> Result<Ref<Str>, Raised> {
        if format_spec.is_empty() {
            return crate::ops::str_(th, self.as_object());
        }
        let name = crate::ops::type_name(self.as_object());
        let spec = fmt::spec(th, format_spec, algos::format::Kind::Str, &name)?;
        let fitted = algos::format::format_str(&spec, self.len(), &name).map_err(|e| fmt::error(th, e))?;
        let mut out = super::StrBuilder::with_capacity(fitted.take);
        fmt::push_fitted(&mut out, fitted, self);
        out.finish(th)
    }

    /// Return the size of the string in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        self.memory()
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        let copy = Str::copy_exact(th, self);
        Tuple::from_array(th, [copy.up()])
    }
}

impl Str {
    /// Whether it may be a name.
    pub fn is_identifier(&self) -> bool {
        with_units!(self, |units| text::is_identifier(units))
    }
}

