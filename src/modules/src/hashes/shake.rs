//! SHAKE: digests of any length.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Str, raise};
use sha3::digest::{ExtendableOutput, Update, XofReader};

use super::common;

/// A digest's length in bytes.
pub struct Length(usize);

impl FromArg<'_> for Length {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        let length = common::natural(th, arg, "unsigned long")?;
        if length >= 1 << 29 {
            return Err(raise::value_error(th, format_args!("length is too large")));
        }
        Ok(Length(length as usize))
    }
}

macro_rules! shakes {
    ($($ty:ident $algorithm:ty, $name:literal, $block:literal, $doc:literal;)*) => {$(
        #[pytype(name = $name, module = "_sha3", doc = $doc, gc = none)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            #[untraversed]
            state: Mutex<$algorithm>,
        }

        impl $ty {
            fn around(th: &Thread, state: $algorithm) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, state: Mutex::new(state) })
            }

            fn squeeze(&self, th: &mut Thread, length: usize) -> Vec<u8> {
                let state = common::with(th, &self.state, false, |state| state.clone());
                let squeeze = || {
                    let mut out = vec![0; length];
                    state.finalize_xof().read(&mut out);
                    out
                };
                if length < common::LONG { squeeze() } else { th.detached(squeeze) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(data=b'', *, usedforsecurity=True, string=None)")]
            fn tp_new(
                th: &mut Thread,
                _cls: &Type,
                data: Option<&Object>,
                usedforsecurity: bool,
                string: Option<&Object>,
            ) -> Result<Ref<$ty>, Raised> {
                let _ = usedforsecurity;
                let data = common::initial(th, data, string)?;
                let made = $ty::around(th, <$algorithm>::default());
                if let Some(data) = data {
                    made.update(th, data)?;
                }
                Ok(made)
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(&self, th: &mut Thread) -> Ref<$ty> {
                let state = common::with(th, &self.state, false, |state| state.clone());
                $ty::around(th, state)
            }

            /// Return the digest value as a bytes object.
            #[method(sig = "($self, /, length)")]
            fn digest(&self, th: &mut Thread, length: Length) -> Result<Ref<Bytes>, Raised> {
                let digest = self.squeeze(th, length.0);
                common::bytes(th, &digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "($self, /, length)")]
            fn hexdigest(&self, th: &mut Thread, length: Length) -> Ref<Str> {
                let digest = self.squeeze(th, length.0);
                common::hex(th, &digest)
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "($self, data, /)")]
            fn update(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
                common::update(th, &self.state, data, |state, bytes| Update::update(state, bytes))
            }

            #[getter]
            fn block_size(&self) -> usize {
                $block
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn digest_size(&self) -> usize {
                0
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                1600 - 8 * $block
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                8 * $block
            }

            #[getter]
            fn _suffix(&self, th: &mut Thread) -> Ref<Bytes> {
                Bytes::new(th, &[0x1f])
            }
        }
    )*};
}

shakes! {
    Shake128 sha3::Shake128, "shake_128", 168, "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object.";
    Shake256 sha3::Shake256, "shake_256", 136, "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object.";
}
