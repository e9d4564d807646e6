//! `_zstd`: compression by libzstd.
//!
//! [`sys`] declares the library; [`dictionary`] has dictionaries, which compressors and decompressors share. The objects' states are behind
//! mutexes, and work is done detached.

mod compressor;
mod decompressor;
mod dictionary;
mod parameters;
mod sys;

use heap::{Object, Raised, Ref, Thread, Type};
use macros::pymodule;
use modules::errors::ErrorClass;
use modules::hashes::common::with;
use objects::exceptions::exception_type;
use objects::glue::{upward, *};
use objects::{Bytes, Int, Str, Tuple, none_ref, ops, raise, typing};

use crate::flow::made;
use compressor::Compressor;
use decompressor::Decompressor;
use dictionary::ZstdDict;
use sys::Failure;

static ERROR: ErrorClass = ErrorClass::new("compression.zstd", "ZstdError", exception_type);

/// Raises `ZstdError`; `doing` says what was tried.
#[cold]
fn raise_failure(th: &mut Thread, failure: Failure, doing: &str) -> Raised {
    if failure.is_memory() {
        return raise::memory_error(th);
    }
    ERROR.raise(th, format_args!("Unable to {doing}: {}", failure.name()))
}

/// The sizes of samples that stand one behind the other.
fn sample_sizes(th: &mut Thread, samples: &Bytes, sizes: &Tuple) -> Result<Vec<usize>, Raised> {
    let wrong =
        |th: &mut Thread| raise::value_error(th, format_args!("The samples size tuple doesn't match the concatenation's size."));
    if u32::try_from(sizes.len()).is_err() {
        return Err(raise::value_error(th, format_args!("The number of samples should be <= {}.", u32::MAX)));
    }
    let mut left = samples.len();
    let mut all = Vec::with_capacity(sizes.len());
    for size in sizes.iter() {
        let Some(size) = size.downcast_ref::<Int>() else {
            return Err(raise::type_error(th, format_args!("an integer is required")));
        };
        let size = size.to_u64().and_then(|size| usize::try_from(size).ok());
        let Some(size) = size.filter(|&size| size <= left) else { return Err(wrong(th)) };
        left -= size;
        all.push(size);
    }
    if left == 0 { Ok(all) } else { Err(wrong(th)) }
}

/// Room for a dictionary.
fn dictionary_room(th: &mut Thread, size: isize) -> Result<Vec<u8>, Raised> {
    let Some(size) = usize::try_from(size).ok().filter(|&size| size > 0) else {
        return Err(raise::value_error(th, format_args!("dict_size argument should be positive number.")));
    };
    let mut room = Vec::new();
    if room.try_reserve_exact(size).is_err() {
        return Err(raise::memory_error(th));
    }
    room.resize(size, 0);
    Ok(room)
}

/// A number as an attribute of the class, once: the module may be made again, the class may not.
fn class_constant(th: &mut Thread, class: &'static Type, name: &str, value: i64) {
    if let Some(dict) = typing::lookup::own_dict(class) {
        let (name, value) = (objects::intern(th, name), upward::from_i64(th, value));
        dict.set_str(th, name, value);
    }
}

#[pymodule(name = "_zstd", doc = "Implementation module for Zstandard compression.", types(Compressor, Decompressor, ZstdDict))]
pub mod zstd_ {
    use super::*;

    #[constant]
    const ZSTD_c_compressionLevel: i64 = sys::C_LEVEL as i64;
    #[constant]
    const ZSTD_c_windowLog: i64 = 101;
    #[constant]
    const ZSTD_c_hashLog: i64 = 102;
    #[constant]
    const ZSTD_c_chainLog: i64 = 103;
    #[constant]
    const ZSTD_c_searchLog: i64 = 104;
    #[constant]
    const ZSTD_c_minMatch: i64 = 105;
    #[constant]
    const ZSTD_c_targetLength: i64 = 106;
    #[constant]
    const ZSTD_c_strategy: i64 = 107;
    #[constant]
    const ZSTD_c_enableLongDistanceMatching: i64 = 160;
    #[constant]
    const ZSTD_c_ldmHashLog: i64 = 161;
    #[constant]
    const ZSTD_c_ldmMinMatch: i64 = 162;
    #[constant]
    const ZSTD_c_ldmBucketSizeLog: i64 = 163;
    #[constant]
    const ZSTD_c_ldmHashRateLog: i64 = 164;
    #[constant]
    const ZSTD_c_contentSizeFlag: i64 = 200;
    #[constant]
    const ZSTD_c_checksumFlag: i64 = 201;
    #[constant]
    const ZSTD_c_dictIDFlag: i64 = 202;
    #[constant]
    const ZSTD_c_nbWorkers: i64 = sys::C_WORKERS as i64;
    #[constant]
    const ZSTD_c_jobSize: i64 = 401;
    #[constant]
    const ZSTD_c_overlapLog: i64 = 402;
    #[constant]
    const ZSTD_d_windowLogMax: i64 = 100;
    #[constant]
    const ZSTD_fast: i64 = 1;
    #[constant]
    const ZSTD_dfast: i64 = 2;
    #[constant]
    const ZSTD_greedy: i64 = 3;
    #[constant]
    const ZSTD_lazy: i64 = 4;
    #[constant]
    const ZSTD_lazy2: i64 = 5;
    #[constant]
    const ZSTD_btlazy2: i64 = 6;
    #[constant]
    const ZSTD_btopt: i64 = 7;
    #[constant]
    const ZSTD_btultra: i64 = 8;
    #[constant]
    const ZSTD_btultra2: i64 = 9;

    #[attr]
    fn ZSTD_CLEVEL_DEFAULT() -> i32 {
        sys::default_level()
    }

    #[attr]
    fn ZSTD_DStreamOutSize() -> usize {
        sys::output_size()
    }

    #[attr]
    fn zstd_version_number() -> u32 {
        sys::version_number()
    }

    #[attr]
    fn zstd_version() -> String {
        sys::version()
    }

    #[attr(name = "ZstdError")]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = ERROR.object(th)?;
        let (name, doc) = (Str::new(th, "__doc__"), Str::new(th, "An error occurred in the zstd library."));
        ops::setattr(th, &class, &name, &doc)?;
        Ok(class)
    }

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        for class in [Compressor::type_object(), Decompressor::type_object(), ZstdDict::type_object()] {
            upward::type_ready(th, class)?;
        }
        for (name, mode) in [("CONTINUE", sys::CONTINUE), ("FLUSH_BLOCK", sys::FLUSH_BLOCK), ("FLUSH_FRAME", sys::FLUSH_FRAME)] {
            class_constant(th, Compressor::type_object(), name, mode.into());
        }
        Ok(())
    }

    /// Train a Zstandard dictionary on sample data.
    ///
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    #[function(sig = "(samples_bytes, samples_sizes, dict_size, /)")]
    fn train_dict(th: &mut Thread, samples_bytes: &Bytes, samples_sizes: &Tuple, dict_size: isize) -> Result<Ref<Bytes>, Raised> {
        let mut room = dictionary_room(th, dict_size)?;
        let sizes = sample_sizes(th, samples_bytes, samples_sizes)?;
        match th.detached(|| sys::train(&mut room, samples_bytes.as_slice(), &sizes)) {
            Ok(len) => made(th, &room[..len]),
            Err(failure) => Err(raise_failure(th, failure, "train the Zstandard dictionary")),
        }
    }

    /// Finalize a Zstandard dictionary.
    ///
    ///   custom_dict_bytes
    ///     Custom dictionary content.
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    ///   compression_level
    ///     Optimize for a specific Zstandard compression level, 0 means default.
    #[function(sig = "(custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)")]
    fn finalize_dict(
        th: &mut Thread,
        custom_dict_bytes: &Bytes,
        samples_bytes: &Bytes,
        samples_sizes: &Tuple,
        dict_size: isize,
        compression_level: i32,
    ) -> Result<Ref<Bytes>, Raised> {
        let mut room = dictionary_room(th, dict_size)?;
        let sizes = sample_sizes(th, samples_bytes, samples_sizes)?;
        let (content, samples) = (custom_dict_bytes.as_slice(), samples_bytes.as_slice());
        match th.detached(|| sys::finalize(&mut room, content, samples, &sizes, compression_level)) {
            Ok(len) => made(th, &room[..len]),
            Err(failure) => Err(raise_failure(th, failure, "finalize the Zstandard dictionary")),
        }
    }

    /// Get CompressionParameter/DecompressionParameter bounds.
    ///
    ///   parameter
    ///     The parameter to get bounds.
    ///   is_compress
    ///     True for CompressionParameter, False for DecompressionParameter.
    #[function(sig = "(parameter, is_compress)")]
    fn get_param_bounds(th: &mut Thread, parameter: i32, is_compress: bool) -> Result<Ref<Tuple>, Raised> {
        match sys::bounds(parameter, is_compress) {
            Ok((lower, upper)) => {
                let bounds = [lower, upper].map(|bound| upward::from_i64(th, bound.into()));
                Ok(Tuple::from_array(th, bounds))
            }
            Err(failure) => {
                let kind = if is_compress { "compression" } else { "decompression" };
                Err(raise_failure(th, failure, &format!("get zstd {kind} parameter bounds")))
            }
        }
    }

    /// Get the size of a Zstandard frame, including the header and optional checksum.
    ///
    ///   frame_buffer
    ///     A bytes-like object, it should start from the beginning of a frame,
    ///     and contains at least one complete frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_size(th: &mut Thread, frame_buffer: Buffer) -> Result<usize, Raised> {
        sys::frame_size(&frame_buffer).map_err(|failure| {
            let message = format_args!(
                "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts from the beginning of \
                 a frame, and its length is not less than this complete frame. Zstd error message: {}.",
                failure.name()
            );
            ERROR.raise(th, message)
        })
    }

    /// Get Zstandard frame infomation from a frame header.
    ///
    ///   frame_buffer
    ///     A bytes-like object, containing the header of a Zstandard frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_info(th: &mut Thread, frame_buffer: Buffer) -> Result<Ref<Tuple>, Raised> {
        let size = match sys::content_size(&frame_buffer) {
            sys::SIZE_ERROR => {
                let message = format_args!(
                    "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument starts from the \
                     beginning of a frame, and its length is not less than the frame header (6~18 bytes)."
                );
                return Err(ERROR.raise(th, message));
            }
            sys::SIZE_UNKNOWN => none_ref(),
            size => upward::from_i128(th, size.into()),
        };
        let id = upward::from_i64(th, sys::dictionary_of_frame(&frame_buffer).into());
        Ok(Tuple::from_array(th, [size, id]))
    }

    /// Set CompressionParameter and DecompressionParameter types for validity check.
    ///
    ///   c_parameter_type
    ///     CompressionParameter IntEnum type object
    ///   d_parameter_type
    ///     DecompressionParameter IntEnum type object
    #[function(sig = "(c_parameter_type, d_parameter_type)")]
    fn set_parameter_types(th: &mut Thread, c_parameter_type: &Type, d_parameter_type: &Type) {
        parameters::set_types(th, c_parameter_type, d_parameter_type);
    }
}
