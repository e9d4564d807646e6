//! `ZstdDict`: a dictionary, and what was prepared of it.
//!
//! Invariant: the bytes never change, and what was prepared stays until the object ends: contexts refer to both.
#![allow(unsafe_code, reason = "contexts of the library refer to dictionaries")]

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::{upward, *};
use objects::{Bytes, Int, Tuple, raise};

use super::sys::{self, Compress, CompressDict, Decompress, DecompressDict, Failure};
use super::{ERROR, raise_failure, with};
use crate::flow::made;

/// Represents a Zstandard dictionary.
///
///   dict_content
///     The content of a Zstandard dictionary as a bytes-like object.
///   is_raw
///     If true, perform no checks on *dict_content*, useful for some
///     advanced cases. Otherwise, check that the content represents
///     a Zstandard dictionary created by the zstd library or CLI.
///
/// The dictionary can be used for compression or decompression, and can be
/// shared by multiple ZstdCompressor or ZstdDecompressor objects.
#[pytype(
    name = "ZstdDict",
    module = "compression.zstd",
    sig = "(dict_content, /, *, is_raw=False)",
    flags(IMMUTABLETYPE),
    gc = none
)]
#[repr(C)]
pub struct ZstdDict {
    head: Head,
    id: u32,
    #[untraversed]
    prepared: Mutex<Prepared>,
    #[untraversed]
    bytes: Box<[u8]>,
}

#[derive(Default)]
struct Prepared {
    /// By level.
    compress: Vec<(i32, CompressDict)>,
    decompress: Option<DecompressDict>,
}

/// How a dictionary is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Digested = 0,
    Undigested = 1,
    Prefix = 2,
}

/// What a `zstd_dict` argument means: a dictionary, or a pair of one and how it is to be used.
pub fn parse(th: &mut Thread, argument: &Object) -> Result<(Ref<ZstdDict>, Option<Use>), Raised> {
    if let Some(dict) = argument.downcast::<ZstdDict>() {
        return Ok((dict.to_ref(), None));
    }
    if let Some(pair) = argument.downcast_exact::<Tuple>()
        && let [dict, kind] = *pair.as_slice()
        && let (Some(dict), Some(kind)) = (dict.downcast::<ZstdDict>(), kind.downcast_ref::<Int>())
    {
        match super::parameters::int(th, kind)? {
            0 => return Ok((dict.to_ref(), Some(Use::Digested))),
            1 => return Ok((dict.to_ref(), Some(Use::Undigested))),
            2 => return Ok((dict.to_ref(), Some(Use::Prefix))),
            _ => {}
        }
    }
    Err(raise::type_error(th, format_args!("zstd_dict argument should be a ZstdDict object.")))
}

#[cold]
fn raise_unprepared(th: &mut Thread, what: &str) -> Raised {
    ERROR.raise(th, format_args!("Failed to create a {what} instance from Zstandard dictionary content."))
}

impl ZstdDict {
    /// Loads the dictionary into a compressor, whose object holds it.
    pub fn load_to_compress(&self, th: &mut Thread, context: &mut Compress, kind: Use, level: i32) -> Result<(), Raised> {
        let loaded: Option<Result<(), Failure>> = with(th, &self.prepared, true, |prepared| match kind {
            Use::Digested => {
                if !prepared.compress.iter().any(|(known, _)| *known == level) {
                    prepared.compress.push((level, CompressDict::new(&self.bytes, level)?));
                }
                let (_, dict) = prepared.compress.iter().find(|(known, _)| *known == level)?;
                // SAFETY: the compressor's object holds this one for as long as it has the context.
                Some(unsafe { context.refer(dict) })
            }
            Use::Undigested => Some(context.load(&self.bytes)),
            // SAFETY: as above.
            Use::Prefix => Some(unsafe { context.refer_prefix(&self.bytes) }),
        });
        match loaded {
            Some(Ok(())) => Ok(()),
            Some(Err(failure)) => Err(raise_failure(th, failure, "load Zstandard dictionary or prefix for compression")),
            None => Err(raise_unprepared(th, "ZSTD_CDict")),
        }
    }

    /// Loads the dictionary into a decompressor, whose object holds it.
    pub fn load_to_decompress(&self, th: &mut Thread, context: &mut Decompress, kind: Use) -> Result<(), Raised> {
        let loaded: Option<Result<(), Failure>> = with(th, &self.prepared, true, |prepared| match kind {
            Use::Digested => {
                if prepared.decompress.is_none() {
                    prepared.decompress = DecompressDict::new(&self.bytes);
                }
                // SAFETY: the decompressor's object holds this one for as long as it has the context.
                prepared.decompress.as_ref().map(|dict| unsafe { context.refer(dict) })
            }
            Use::Undigested => Some(context.load(&self.bytes)),
            // SAFETY: as above.
            Use::Prefix => Some(unsafe { context.refer_prefix(&self.bytes) }),
        });
        match loaded {
            Some(Ok(())) => Ok(()),
            Some(Err(failure)) => Err(raise_failure(th, failure, "load Zstandard dictionary or prefix for decompression")),
            None => Err(raise_unprepared(th, "ZSTD_DDict")),
        }
    }

    fn pair(&self, th: &mut Thread, kind: Use) -> Ref<Tuple> {
        let kind = upward::from_i64(th, kind as i64);
        Tuple::from_array(th, [self.to_ref().up(), kind])
    }
}

#[pymethods]
impl ZstdDict {
    #[slot(tp_new, sig = "(dict_content, /, *, is_raw=False)")]
    fn tp_new(th: &mut Thread, cls: &Type, dict_content: Buffer, is_raw: bool) -> Result<Ref<ZstdDict>, Raised> {
        if dict_content.len() < 8 {
            return Err(raise::value_error(
                th,
                format_args!("Zstandard dictionary content too short (must have at least eight bytes)"),
            ));
        }
        let Some(bytes) = try_copy(&dict_content) else { return Err(raise::memory_error(th)) };
        let id = sys::dictionary_id(&bytes);
        if !is_raw && id == 0 {
            return Err(raise::value_error(th, format_args!("invalid Zstandard dictionary")));
        }
        let dict = ZstdDict { head: Head::INIT, id, prepared: Mutex::default(), bytes: bytes.into_boxed_slice() };
        Ok(th.new_instance(cls, dict))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<ZstdDict dict_id={} dict_size={}>", self.id, self.bytes.len())
    }

    #[slot(sq_length)]
    fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The Zstandard dictionary, an int between 0 and 2**32.
    ///
    /// A non-zero value represents an ordinary Zstandard dictionary,
    /// conforming to the standardised format.
    ///
    /// A value of zero indicates a 'raw content' dictionary,
    /// without any restrictions on format or content.
    #[getter]
    fn dict_id(&self) -> u32 {
        self.id
    }

    /// The content of a Zstandard dictionary, as a bytes object.
    #[getter]
    fn dict_content(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        made(th, &self.bytes)
    }

    /// Load as a digested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_digested_dict)
    ///
    /// 1. Some advanced compression parameters of compressor may be
    ///    overridden by parameters of digested dictionary.
    /// 2. ZstdDict has a digested dictionaries cache for each compression
    ///    level.  It's faster when loading again a digested dictionary with
    ///    the same compression level.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_digested_dict(&self, th: &mut Thread) -> Ref<Tuple> {
        self.pair(th, Use::Digested)
    }

    /// Load as an undigested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_undigested_dict)
    ///
    /// 1. The advanced compression parameters of compressor will not be
    ///    overridden.
    /// 2. Loading an undigested dictionary is costly. If load an undigested
    ///    dictionary multiple times, consider reusing a compressor object.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_undigested_dict(&self, th: &mut Thread) -> Ref<Tuple> {
        self.pair(th, Use::Undigested)
    }

    /// Load as a prefix to compressor/decompressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_prefix)
    ///
    /// 1. Prefix is compatible with long distance matching, while
    ///    dictionary is not.
    /// 2. It only works for the first frame, then the
    ///    compressor/decompressor will return to no prefix state.
    /// 3. When decompressing, must use the same prefix as when compressing.
    #[getter]
    fn as_prefix(&self, th: &mut Thread) -> Ref<Tuple> {
        self.pair(th, Use::Prefix)
    }
}
