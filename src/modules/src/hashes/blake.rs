//! BLAKE2b and BLAKE2s with all their parameters.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, Str, raise};

use super::common;

/// What the two variants allow.
struct Limits {
    name: &'static str,
    digest: usize,
    key: usize,
    salt: usize,
    /// One more than the largest offset; 0: all 64 bits.
    node_offset: u64,
}

/// Parameters that fit.
struct Parameters {
    digest_size: usize,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
}

/// What was given: numbers as objects where their range has a message of its own.
struct Given<'a> {
    digest_size: i32,
    salt: usize,
    person: usize,
    key: usize,
    fanout: i32,
    depth: i32,
    leaf_size: Option<&'a Object>,
    node_offset: Option<&'a Object>,
    node_depth: i32,
    inner_size: i32,
}

fn invalid<T>(th: &mut Thread, message: core::fmt::Arguments<'_>) -> Result<T, Raised> {
    Err(raise::value_error(th, message))
}

impl Limits {
    fn check(&self, th: &mut Thread, given: &Given<'_>) -> Result<Parameters, Raised> {
        let Limits { name, digest, key, salt, .. } = *self;
        let digest_size = match usize::try_from(given.digest_size) {
            Ok(size @ 1..) if size <= digest => size,
            _ => {
                let size = given.digest_size;
                return invalid(th, format_args!("digest_size for {name} must be between 1 and {digest} bytes, here it is {size}"));
            }
        };
        if given.salt > salt {
            return invalid(th, format_args!("maximum salt length is {salt} bytes"));
        }
        if given.person > salt {
            return invalid(th, format_args!("maximum person length is {salt} bytes"));
        }
        let Ok(fanout) = u8::try_from(given.fanout) else {
            return invalid(th, format_args!("fanout must be between 0 and 255"));
        };
        let Some(depth) = u8::try_from(given.depth).ok().filter(|&depth| depth > 0) else {
            return invalid(th, format_args!("depth must be between 1 and 255"));
        };
        let leaf_size = match given.leaf_size {
            Some(size) => common::natural(th, size, "unsigned long")?,
            None => 0,
        };
        let Ok(leaf_size) = u32::try_from(leaf_size) else {
            return Err(raise::overflow_error(th, format_args!("leaf_size is too large")));
        };
        let node_offset = match given.node_offset {
            Some(offset) => common::natural(th, offset, "unsigned long long")?,
            None => 0,
        };
        if self.node_offset != 0 && node_offset >= self.node_offset {
            return Err(raise::overflow_error(th, format_args!("node_offset is too large")));
        }
        let Ok(node_depth) = u8::try_from(given.node_depth) else {
            return invalid(th, format_args!("node_depth must be between 0 and 255"));
        };
        let Some(inner_size) = usize::try_from(given.inner_size).ok().filter(|&size| size <= digest) else {
            return invalid(th, format_args!("inner_size must be between 0 and is {digest}"));
        };
        if given.key > key {
            return invalid(th, format_args!("maximum key length is {key} bytes"));
        }
        Ok(Parameters { digest_size, fanout, depth, leaf_size, node_offset, node_depth, inner_size })
    }
}

fn bytes(buffer: &Option<Buffer>) -> &[u8] {
    buffer.as_deref().unwrap_or_default()
}

macro_rules! blakes {
    ($($ty:ident $algorithm:ident, $name:literal, $limits:expr, $block:literal, $sig:literal, $doc:literal;)*) => {$(
        #[pytype(name = $name, module = "_blake2", doc = $doc, sig = $sig, gc = none)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            digest_size: usize,
            #[untraversed]
            state: Mutex<$algorithm::State>,
        }

        impl $ty {
            const LIMITS: Limits = $limits;

            fn finish(&self, th: &mut Thread) -> $algorithm::Hash {
                common::with(th, &self.state, false, |state| state.finalize())
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = $sig)]
            #[allow(clippy::too_many_arguments, reason = "the parameters of the hash function")]
            fn tp_new(
                th: &mut Thread,
                _cls: &Type,
                data: Option<&Object>,
                digest_size: Option<i32>,
                key: Option<Buffer>,
                salt: Option<Buffer>,
                person: Option<Buffer>,
                fanout: i32,
                depth: i32,
                leaf_size: Option<&Object>,
                node_offset: Option<&Object>,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                usedforsecurity: bool,
                string: Option<&Object>,
            ) -> Result<Ref<$ty>, Raised> {
                let _ = usedforsecurity;
                let data = common::initial(th, data, string)?;
                let limits = $ty::LIMITS;
                let given = Given {
                    digest_size: digest_size.unwrap_or(limits.digest as i32),
                    salt: bytes(&salt).len(),
                    person: bytes(&person).len(),
                    key: bytes(&key).len(),
                    fanout,
                    depth,
                    leaf_size,
                    node_offset,
                    node_depth,
                    inner_size,
                };
                let checked = limits.check(th, &given)?;
                let mut params = $algorithm::Params::new();
                params
                    .hash_length(checked.digest_size)
                    .key(bytes(&key))
                    .salt(bytes(&salt))
                    .personal(bytes(&person))
                    .fanout(checked.fanout)
                    .max_depth(checked.depth)
                    .max_leaf_length(checked.leaf_size)
                    .node_offset(checked.node_offset)
                    .node_depth(checked.node_depth)
                    .inner_hash_length(checked.inner_size)
                    .last_node(last_node);
                let state = Mutex::new(params.to_state());
                let made = th.new_object($ty { head: Head::INIT, digest_size: checked.digest_size, state });
                if let Some(data) = data {
                    made.update(th, data)?;
                }
                Ok(made)
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(&self, th: &mut Thread) -> Ref<$ty> {
                let state = common::with(th, &self.state, false, |state| state.clone());
                th.new_object($ty { head: Head::INIT, digest_size: self.digest_size, state: Mutex::new(state) })
            }

            /// Return the digest value as a bytes object.
            #[method]
            fn digest(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
                let digest = self.finish(th);
                common::bytes(th, digest.as_bytes())
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(&self, th: &mut Thread) -> Ref<Str> {
                let digest = self.finish(th);
                common::hex(th, digest.as_bytes())
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method(sig = "($self, data, /)")]
            fn update(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
                common::update(th, &self.state, data, |state, bytes| {
                    state.update(bytes);
                })
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn block_size(&self) -> usize {
                $block
            }

            #[getter]
            fn digest_size(&self) -> usize {
                self.digest_size
            }
        }
    )*};
}

blakes! {
    Blake2b blake2b_simd, "blake2b", Limits { name: "Blake2b", digest: 64, key: 64, salt: 16, node_offset: 0 }, 128,
        "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
        "Return a new BLAKE2b hash object.";
    Blake2s blake2s_simd, "blake2s", Limits { name: "Blake2s", digest: 32, key: 32, salt: 8, node_offset: 1 << 48 }, 64,
        "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
        "Return a new BLAKE2s hash object.";
}

/// Puts the limits into the classes, as numbers.
pub fn add_limits(th: &mut Thread) {
    for (class, limits) in [(<Blake2b as heap::PyType>::type_object(), Blake2b::LIMITS), (<Blake2s as heap::PyType>::type_object(), Blake2s::LIMITS)] {
        let Some(namespace) = objects::typing::lookup::own_dict(class) else { continue };
        for (name, value) in
            [("SALT_SIZE", limits.salt), ("PERSON_SIZE", limits.salt), ("MAX_KEY_SIZE", limits.key), ("MAX_DIGEST_SIZE", limits.digest)]
        {
            let value = Int::from_usize(th, value);
            namespace.set_by_name(th, name, value.up());
        }
    }
}
