//! Methods that pad: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`.

use algos::text;
use heap::{Object, Raised, Ref, Thread};
use macros::pymethods;

use crate::glue::*;
use crate::str::{Str, StrBuilder, with_units};
use crate::{ops, raise};

/// The character that fills: a string of length 1.
struct Fill(u32);

impl Default for Fill {
    fn default() -> Self {
        Fill(u32::from(' '))
    }
}

impl FromArg<'_> for Fill {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        match Str::of(arg) {
            Some(s) if s.len() == 1 => Ok(Fill(s.chars().at(0))),
            Some(_) => Err(raise::type_error(th, format_args!("The fill character must be exactly one character long"))),
            None => {
                let got = ops::type_name(arg);
                Err(raise::type_error(th, format_args!("The fill character must be a unicode character, not {got}")))
            }
        }
    }
}

fn padded(th: &mut Thread, s: &Str, left: usize, right: usize, fill: Fill) -> Result<Ref<Str>, Raised> {
    if left == 0 && right == 0 {
        return Ok(s.exact(th));
    }
    let mut out = StrBuilder::with_capacity(left.saturating_add(s.len()).saturating_add(right));
    out.push_repeated(fill.0, left);
    out.push_str(s);
    out.push_repeated(fill.0, right);
    out.finish(th)
}

/// How many characters are missing.
fn missing(s: &Str, width: isize) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(s.len())
}

#[pymethods(part = "shape")]
impl Str {
    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn center(&self, th: &mut Thread, width: isize, fillchar: Option<Fill>) -> Result<Ref<Str>, Raised> {
        let (left, right) = match missing(self, width) {
            0 => (0, 0),
            _ => text::center(self.len(), width.cast_unsigned()),
        };
        padded(th, self, left, right, fillchar.unwrap_or_default())
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn ljust(&self, th: &mut Thread, width: isize, fillchar: Option<Fill>) -> Result<Ref<Str>, Raised> {
        padded(th, self, 0, missing(self, width), fillchar.unwrap_or_default())
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn rjust(&self, th: &mut Thread, width: isize, fillchar: Option<Fill>) -> Result<Ref<Str>, Raised> {
        padded(th, self, missing(self, width), 0, fillchar.unwrap_or_default())
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method]
    fn zfill(&self, th: &mut Thread, width: isize) -> Result<Ref<Str>, Raised> {
        let zeros = missing(self, width);
        if zeros == 0 {
            return Ok(self.exact(th));
        }
        let (sign, zeros) = with_units!(self, |units| text::zfill(units, self.len() + zeros));
        let mut out = StrBuilder::with_capacity(self.len().saturating_add(zeros));
        out.push_slice(self, 0..sign);
        out.push_repeated(u32::from('0'), zeros);
        out.push_slice(self, sign..self.len());
        out.finish(th)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "($self, /, tabsize=8)")]
    fn expandtabs(&self, th: &mut Thread, tabsize: i32) -> Result<Ref<Str>, Raised> {
        let size = usize::try_from(tabsize).unwrap_or(0);
        let tabs = crate::str::search::count_char(self, '\t');
        if tabs == 0 {
            return Ok(self.exact(th));
        }
        if !crate::str::builder::can_allocate(self.len().saturating_add(tabs.saturating_mul(size)).saturating_mul(self.unit_size())) {
            return Err(raise::memory_error(th));
        }
        with_units!(self, |units| match text::expand_tabs(units, size) {
            Some(units) => Str::from_units(th, &units).ok_or_else(|| raise::memory_error(th)),
            None => Err(raise::overflow_error(th, format_args!("new string is too long"))),
        })
    }
}
