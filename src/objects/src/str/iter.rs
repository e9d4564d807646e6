//! Iterators over the characters of a string.
//!
//! Invariant: `index` never exceeds the string's length by more than the threads that share the iterator.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};

use super::Str;
use crate::{Int, Tuple, ops, raise};

macro_rules! iterators {
    ($($(#[$doc:meta])* $ty:ident $name:literal export = $export:literal;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, doc = none, flags(DISALLOW_INSTANTIATION))]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            index: AtomicIsize,
            string: Slot<Str>,
        }

        impl $ty {
            fn create(th: &Thread, string: &Str) -> Ref<Object> {
                th.new_object($ty { head: Head::INIT, index: AtomicIsize::new(0), string: Slot::new(th.retain(string)) }).up()
            }

            /// The next character; `None` at the end.
            #[inline]
            pub fn advance(&self, th: &mut Thread) -> Option<Ref<Str>> {
                let index = self.index.load(Relaxed);
                if th.is_mine(self)
                    && let Some(string) = self.string.peek()
                    && index.cast_unsigned() < string.len()
                {
                    self.index.store(index + 1, Relaxed);
                    return Some(Str::from_char(th, string.chars().at(index.cast_unsigned())));
                }
                let string = self.string.get(th, self)?;
                // Each character is one thread's.
                let taken = self.index.fetch_update(Relaxed, Relaxed, |index| (index.cast_unsigned() < string.len()).then(|| index + 1));
                if let Ok(index) = taken {
                    let c = Str::from_char(th, string.chars().at(index.cast_unsigned()));
                    th.release(string);
                    return Some(c);
                }
                self.string.set(th, self, None);
                None
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn iter(&self) -> &Self {
                self
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Result<Option<Ref<Str>>, Raised> {
                match self.advance(th) {
                    // C can make strings of what is no character.
                    Some(c) if c.char_at(0) > 0x10_ffff => Err(raise::system_error(th, format_args!("invalid maximum character passed to PyUnicode_New"))),
                    found => Ok(found),
                }
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(&self, th: &mut Thread) -> isize {
                match self.string.get(th, self) {
                    Some(string) => (string.len().cast_signed() - self.index.load(Relaxed)).max(0),
                    None => 0,
                }
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
                let iter = crate::builtin_function(th, "iter")?;
                match self.string.get(th, self) {
                    Some(string) => {
                        let args = Tuple::from_array(th, [string.up()]);
                        let index = Int::from_i64(th, self.index.load(Relaxed) as i64);
                        Ok(Tuple::from_array(th, [iter, args.up(), index.up()]))
                    }
                    None => {
                        let args = Tuple::from_array(th, [Str::empty().up()]);
                        Ok(Tuple::from_array(th, [iter, args.up()]))
                    }
                }
            }

            /// Set state information for unpickling.
            #[method(sig = none)]
            fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
                let Some(state) = Int::of(state) else { return Err(raise::type_error(th, format_args!("an integer is required"))) };
                let index = ops::index_isize(th, state)?;
                if let Some(string) = self.string.get(th, self) {
                    self.index.store(index.clamp(0, string.len().cast_signed()), Relaxed);
                }
                Ok(())
            }
        }
    )*};
}

iterators! {
    /// The iterator of strings that are not ASCII.
    StrIterator "str_iterator" export = "PyUnicodeIter_Type";
    /// The iterator of ASCII strings.
    StrAsciiIterator "str_ascii_iterator" export = "_PyUnicodeASCIIIter_Type";
}

impl StrIterator {
    /// `iter(string)`
    pub fn over(th: &Thread, string: &Str) -> Ref<Object> {
        if string.is_ascii() { StrAsciiIterator::create(th, string) } else { StrIterator::create(th, string) }
    }
}

