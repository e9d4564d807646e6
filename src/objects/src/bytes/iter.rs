//! Iterators over the bytes of `bytes` and `bytearray`.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};

use super::Bytes;
use crate::{ByteArray, Int, Tuple, ops, raise};

macro_rules! iterators {
    ($($(#[$doc:meta])* $ty:ident of $over:ident $name:literal $export:literal |$th:ident, $s:ident, $at:ident| $byte:expr;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, doc = none, flags(DISALLOW_INSTANTIATION))]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            index: AtomicIsize,
            bytes: Slot<$over>,
        }

        impl $ty {
            /// `iter(bytes)`
            pub fn over(th: &Thread, bytes: &$over) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, index: AtomicIsize::new(0), bytes: Slot::new(th.retain(bytes)) })
            }

            /// Goes on to the next index, unless another thread has.
            fn take(&self, th: &Thread, index: isize) -> bool {
                if th.is_mine(self) {
                    self.index.store(index + 1, Relaxed);
                    return true;
                }
                self.index.compare_exchange(index, index + 1, Relaxed, Relaxed).is_ok()
            }

            fn byte($th: &mut Thread, $s: &$over, $at: usize) -> Option<u8> {
                $byte
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_iter)]
            fn iter(&self) -> &Self {
                self
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Option<Ref<Int>> {
                let bytes = self.bytes.get(th, self)?;
                loop {
                    let index = self.index.load(Relaxed);
                    match $ty::byte(th, &bytes, index.cast_unsigned()) {
                        // Each byte is one thread's.
                        Some(byte) if self.take(th, index) => {
                            th.release(bytes);
                            return Some(Int::from_i64(th, i64::from(byte)));
                        }
                        Some(_) => {}
                        None => {
                            self.bytes.set(th, self, None);
                            return None;
                        }
                    }
                }
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(&self, th: &mut Thread) -> isize {
                match self.bytes.get(th, self) {
                    Some(bytes) => (bytes.len().cast_signed() - self.index.load(Relaxed)).max(0),
                    None => 0,
                }
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
                let iter = crate::builtin_function(th, "iter")?;
                match self.bytes.get(th, self) {
                    Some(bytes) => {
                        let args = Tuple::from_array(th, [bytes.up()]);
                        let index = Int::from_i64(th, self.index.load(Relaxed) as i64);
                        Ok(Tuple::from_array(th, [iter, args.up(), index.up()]))
                    }
                    None => {
                        let args = Tuple::from_array(th, [Tuple::empty().up()]);
                        Ok(Tuple::from_array(th, [iter, args.up()]))
                    }
                }
            }

            /// Set state information for unpickling.
            #[method(sig = none)]
            fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
                if !ops::has_index(state) {
                    return Err(raise::type_error(th, format_args!("an integer is required")));
                }
                let index = ops::index_isize(th, state)?;
                if let Some(bytes) = self.bytes.get(th, self) {
                    self.index.store(index.clamp(0, bytes.len().cast_signed()), Relaxed);
                }
                Ok(())
            }
        }
    )*};
}

iterators! {
    /// The iterator of `bytes`.
    BytesIterator of Bytes "bytes_iterator" "PyBytesIter_Type" |_th, s, at| s.as_slice().get(at).copied();
    /// The iterator of `bytearray`.
    ByteArrayIterator of ByteArray "bytearray_iterator" "PyByteArrayIter_Type" |th, s, at| s.read(th, |bytes| bytes.get(at).copied());
}
