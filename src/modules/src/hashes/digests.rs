//! Hash functions whose digests have a fixed length.

use digest::Digest;
use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::{Bytes, Str};

use super::common;

macro_rules! digests {
    ($($ty:ident $algorithm:ty, $class:literal, $module:literal, $name:literal, {$($options:tt)*}, $update:literal;)*) => {$(
        #[pytype(name = $class, module = $module, gc = none, $($options)*)]
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

            /// A new state that has taken in the data of the constructor.
            pub fn create(th: &mut Thread, data: Option<&Object>, string: Option<&Object>) -> Result<Ref<$ty>, Raised> {
                let data = common::initial(th, data, string)?;
                let made = $ty::around(th, <$algorithm>::new());
                if let Some(data) = data {
                    made.update(th, data)?;
                }
                Ok(made)
            }

            fn finish(&self, th: &mut Thread) -> impl AsRef<[u8]> + use<> {
                let state = common::with(th, &self.state, false, |state| state.clone());
                state.finalize()
            }
        }

        #[pymethods]
        impl $ty {
            /// Return a copy of the hash object.
            #[method]
            fn copy(&self, th: &mut Thread) -> Ref<$ty> {
                let state = common::with(th, &self.state, false, |state| state.clone());
                $ty::around(th, state)
            }

            /// Return the digest value as a bytes object.
            #[method]
            fn digest(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
                let digest = self.finish(th);
                common::bytes(th, digest.as_ref())
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(&self, th: &mut Thread) -> Ref<Str> {
                let digest = self.finish(th);
                common::hex(th, digest.as_ref())
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = $update)]
            fn update(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
                common::update(th, &self.state, data, |state, bytes| Digest::update(state, bytes))
            }

            #[getter]
            fn block_size(&self) -> usize {
                <$algorithm as digest::core_api::BlockSizeUser>::block_size()
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn digest_size(&self) -> usize {
                <$algorithm as Digest>::output_size()
            }
        }
    )*};
}

digests! {
    Md5 md5::Md5, "md5", "_md5", "md5", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha1 sha1::Sha1, "sha1", "_sha1", "sha1", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha224 sha2::Sha224, "SHA224Type", "_sha2", "sha224", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha256 sha2::Sha256, "SHA256Type", "_sha2", "sha256", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha384 sha2::Sha384, "SHA384Type", "_sha2", "sha384", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha512 sha2::Sha512, "SHA512Type", "_sha2", "sha512", {doc = none, flags(DISALLOW_INSTANTIATION)}, "($self, obj, /)";
    Sha3_224 sha3::Sha3_224, "sha3_224", "_sha3", "sha3_224", {doc = "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes.", parts(new)}, "($self, data, /)";
    Sha3_256 sha3::Sha3_256, "sha3_256", "_sha3", "sha3_256", {doc = "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes.", parts(new)}, "($self, data, /)";
    Sha3_384 sha3::Sha3_384, "sha3_384", "_sha3", "sha3_384", {doc = "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes.", parts(new)}, "($self, data, /)";
    Sha3_512 sha3::Sha3_512, "sha3_512", "_sha3", "sha3_512", {doc = "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes.", parts(new)}, "($self, data, /)";
}

macro_rules! sponges {
    ($($ty:ident)*) => {$(
        #[pymethods(part = "new")]
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
                $ty::create(th, data, string)
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                1600 - 8 * self.block_size()
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                8 * self.block_size()
            }

            #[getter]
            fn _suffix(&self, th: &mut Thread) -> Ref<Bytes> {
                Bytes::new(th, &[6])
            }
        }
    )*};
}

sponges! { Sha3_224 Sha3_256 Sha3_384 Sha3_512 }

