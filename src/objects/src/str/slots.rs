//! The slots of `str`.

use core::cmp::Ordering;

use algos::text;
use heap::{Object, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::iter::StrIterator;
use super::{Str, construct, percent, search, with_units};
use crate::glue::*;
use crate::slice::{Bounds, Slice};
use crate::{not_implemented_ref, ops, raise};

impl Str {
    /// The object as a string, subclasses included.
    #[inline(always)]
    pub fn of(object: &Object) -> Option<&Str> {
        match object.downcast_exact::<Str>() {
            None if is_str(object) => object.downcast::<Str>(),
            exact => exact,
        }
    }

    /// Compares by code points.
    pub fn compare(&self, other: &Str) -> Ordering {
        with_units!(self, |a| with_units!(other, |b| text::compare(a, b)))
    }

    /// `a + b`
    #[inline]
    pub fn join_two(th: &mut Thread, a: &Str, b: &Str) -> Result<Ref<Str>, Raised> {
        if a.is_empty() {
            return Ok(b.exact(th));
        }
        if b.is_empty() {
            return Ok(a.exact(th));
        }
        Str::concat(th, a, b).ok_or_else(|| raise::memory_error(th))
    }

    /// `s * count`
    pub fn repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Str>, Raised> {
        let count = count.max(0).cast_unsigned();
        if count == 0 || self.is_empty() {
            return Ok(Str::empty());
        }
        if count == 1 {
            return Ok(self.exact(th));
        }
        let Some(len) = self.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize) else {
            return Err(raise::overflow_error(th, format_args!("repeated string is too long")));
        };
        let unit = self.raw_bytes();
        let made = Str::build(th, len, self.unit_size(), self.is_ascii(), |out| match unit {
            [byte] => out.fill(*byte),
            _ => {
                // Doubling copies: few large moves instead of many small ones.
                out[..unit.len()].copy_from_slice(unit);
                let mut done = unit.len();
                while done < out.len() {
                    let step = done.min(out.len() - done);
                    out.copy_within(..step, done);
                    done += step;
                }
            }
        });
        made.ok_or_else(|| raise::memory_error(th))
    }

    /// The character at an index that may count from the end.
    pub fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Str>, Raised> {
        let at = if index < 0 { index + self.len().cast_signed() } else { index };
        match usize::try_from(at) {
            Ok(at) if at < self.len() => Ok(Str::from_char(th, self.chars().at(at))),
            _ => Err(raise::index_error(th, format_args!("string index out of range"))),
        }
    }

    fn subscript_slice(&self, th: &mut Thread, slice: &Slice) -> Result<Ref<Str>, Raised> {
        let bounds = slice.unpack(th)?;
        self.slice_between(th, bounds)
    }

    /// The characters between bounds.
    pub fn slice_between(&self, th: &mut Thread, bounds: Bounds) -> Result<Ref<Str>, Raised> {
        let positions = bounds.adjust(self.len());
        if positions.count == 0 {
            return Ok(Str::empty());
        }
        let made = if positions.step == 1 {
            let first = positions.first();
            self.slice(th, first..first + positions.count)
        } else {
            with_units!(self, |units| {
                let picked: Vec<_> = positions.iter().map(|at| units[at]).collect();
                Str::from_units(th, &picked)
            })
        };
        made.ok_or_else(|| raise::memory_error(th))
    }
}

#[pymethods(part = "slots")]
impl Str {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Str>, Raised> {
        construct::construct(th, cls, args.as_slice(), kwargs, false)
    }

    #[slot(tp_vectorcall)]
    fn tp_vectorcall(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Str>, Raised> {
        construct::construct(th, cls, args.as_slice(), kwargs, true)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let quoted = with_units!(self, |units| text::repr(units));
        Str::from_text(th, &quoted).ok_or_else(|| raise::memory_error(th))
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Ref<Str> {
        self.exact(th)
    }

    #[slot(tp_hash)]
    fn tp_hash(&self) -> isize {
        self.hash()
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Ref<Object> {
        let Some(other) = Str::of(other) else { return not_implemented_ref() };
        crate::bool_ref(match op {
            CompareOp::Eq => self.eq_str(other),
            CompareOp::Ne => !self.eq_str(other),
            _ => op.holds(self.compare(other)),
        })
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<Object> {
        StrIterator::over(th, self)
    }

    #[slot(sq_length, mp_length)]
    fn length(&self) -> usize {
        self.len()
    }

    #[slot(sq_concat)]
    fn sq_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Str>, Raised> {
        match Str::of(other) {
            Some(other) => Str::join_two(th, self, other),
            None => {
                let got = ops::type_name(other);
                Err(raise::type_error(th, format_args!("can only concatenate str (not \"{got}\") to str")))
            }
        }
    }

    #[slot(sq_repeat)]
    fn sq_repeat(&self, th: &mut Thread, count: isize) -> Result<Ref<Str>, Raised> {
        self.repeat(th, count)
    }

    #[slot(sq_item)]
    fn sq_item(&self, th: &mut Thread, index: isize) -> Result<Ref<Str>, Raised> {
        // The caller has added the length to negative ones.
        if index < 0 {
            return Err(raise::index_error(th, format_args!("string index out of range")));
        }
        self.item(th, index)
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, item: &Object) -> Result<bool, Raised> {
        match Str::of(item) {
            Some(item) => Ok(search::find(self, item, 0..self.len()).is_some()),
            None => {
                let got = ops::type_name(item);
                Err(raise::type_error(th, format_args!("'in <string>' requires string as left operand, not {got}")))
            }
        }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Str>, Raised> {
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return self.subscript_slice(th, slice);
        }
        if ops::has_index(key) {
            let index = ops::number::index_subscript(th, key)?;
            return self.item(th, index);
        }
        let got = ops::type_name(key);
        Err(raise::type_error(th, format_args!("string indices must be integers, not '{got}'")))
    }

    #[slot(nb_remainder)]
    fn remainder(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        match Str::of(a) {
            Some(format) => percent::format(th, format, b).map(Ref::up),
            None => Ok(not_implemented_ref()),
        }
    }
}

