//! `_lzma`: compression by liblzma.
//!
//! [`filters`] reads and writes descriptions of filters, [`stream`] wraps the library; the objects' states are behind mutexes, and work is
//! done detached.

mod compressor;
mod decompressor;
mod filters;
mod stream;

use heap::{Object, Raised, Ref, Thread};
use liblzma_sys as xz;
use macros::pymodule;
use modules::errors::ErrorClass;
use objects::glue::{upward, *};
use objects::{Bytes, Dict, exceptions, raise};

use compressor::Compressor;
use decompressor::Decompressor;
use filters::Filter;
use stream::Failure;

static ERROR: ErrorClass = ErrorClass::new("_lzma", "LZMAError", exceptions::exception_type);

/// Container formats.
const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;

/// The check of a stream is not known (yet).
const CHECK_UNKNOWN: u32 = 16;

#[cold]
fn raise_failure(th: &mut Thread, Failure(code): Failure) -> Raised {
    let message = match code {
        xz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        xz::LZMA_MEM_ERROR => return raise::memory_error(th),
        xz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        xz::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        xz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        xz::LZMA_DATA_ERROR => "Corrupt input data",
        xz::LZMA_BUF_ERROR => "Insufficient buffer space",
        xz::LZMA_PROG_ERROR => "Internal error",
        _ => return ERROR.raise(th, format_args!("Unrecognized error from liblzma: {code}")),
    };
    ERROR.raise(th, format_args!("{message}"))
}

#[cold]
fn raise_preset(th: &mut Thread, preset: u32) -> Raised {
    ERROR.raise(th, format_args!("Invalid compression preset: {preset}"))
}

#[cold]
fn raise_format(th: &mut Thread, format: i32) -> Raised {
    raise::value_error(th, format_args!("Invalid container format: {format}"))
}

#[pymodule(name = "_lzma", types(Compressor, Decompressor))]
pub mod lzma_ {
    use super::*;

    #[constant]
    const FORMAT_AUTO: i64 = super::FORMAT_AUTO as i64;
    #[constant]
    const FORMAT_XZ: i64 = super::FORMAT_XZ as i64;
    #[constant]
    const FORMAT_ALONE: i64 = super::FORMAT_ALONE as i64;
    #[constant]
    const FORMAT_RAW: i64 = super::FORMAT_RAW as i64;
    #[constant]
    const CHECK_NONE: i64 = xz::LZMA_CHECK_NONE as i64;
    #[constant]
    const CHECK_CRC32: i64 = xz::LZMA_CHECK_CRC32 as i64;
    #[constant]
    const CHECK_CRC64: i64 = xz::LZMA_CHECK_CRC64 as i64;
    #[constant]
    const CHECK_SHA256: i64 = xz::LZMA_CHECK_SHA256 as i64;
    #[constant]
    const CHECK_ID_MAX: i64 = 15;
    #[constant]
    const CHECK_UNKNOWN: i64 = super::CHECK_UNKNOWN as i64;
    #[constant]
    const FILTER_LZMA1: i64 = xz::LZMA_FILTER_LZMA1 as i64;
    #[constant]
    const FILTER_LZMA2: i64 = xz::LZMA_FILTER_LZMA2 as i64;
    #[constant]
    const FILTER_DELTA: i64 = xz::LZMA_FILTER_DELTA as i64;
    #[constant]
    const FILTER_X86: i64 = xz::LZMA_FILTER_X86 as i64;
    #[constant]
    const FILTER_IA64: i64 = xz::LZMA_FILTER_IA64 as i64;
    #[constant]
    const FILTER_ARM: i64 = xz::LZMA_FILTER_ARM as i64;
    #[constant]
    const FILTER_ARMTHUMB: i64 = xz::LZMA_FILTER_ARMTHUMB as i64;
    #[constant]
    const FILTER_SPARC: i64 = xz::LZMA_FILTER_SPARC as i64;
    #[constant]
    const FILTER_POWERPC: i64 = xz::LZMA_FILTER_POWERPC as i64;
    #[constant]
    const MF_HC3: i64 = xz::LZMA_MF_HC3 as i64;
    #[constant]
    const MF_HC4: i64 = xz::LZMA_MF_HC4 as i64;
    #[constant]
    const MF_BT2: i64 = xz::LZMA_MF_BT2 as i64;
    #[constant]
    const MF_BT3: i64 = xz::LZMA_MF_BT3 as i64;
    #[constant]
    const MF_BT4: i64 = xz::LZMA_MF_BT4 as i64;
    #[constant]
    const MODE_FAST: i64 = xz::LZMA_MODE_FAST as i64;
    #[constant]
    const MODE_NORMAL: i64 = xz::LZMA_MODE_NORMAL as i64;
    #[constant]
    const PRESET_DEFAULT: i64 = xz::LZMA_PRESET_DEFAULT as i64;
    #[constant]
    const PRESET_EXTREME: i64 = xz::LZMA_PRESET_EXTREME as i64;

    #[attr(name = "LZMAError")]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = ERROR.object(th)?;
        let (name, doc) = (objects::Str::new(th, "__doc__"), objects::Str::new(th, "Call to liblzma failed."));
        objects::ops::setattr(th, &class, &name, &doc)?;
        Ok(class)
    }

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, Compressor::type_object())?;
        upward::type_ready(th, Decompressor::type_object())
    }

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[function(sig = "(check_id, /)")]
    fn is_check_supported(check_id: i32) -> bool {
        stream::is_check_supported(check_id)
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(sig = "(filter, /)")]
    fn _encode_filter_properties(th: &mut Thread, filter: &Object) -> Result<Ref<Bytes>, Raised> {
        let filter = Filter::read(th, filter)?;
        match stream::encode_properties(&filter) {
            Ok(bytes) => crate::flow::made(th, &bytes),
            Err(failure) => Err(raise_failure(th, failure)),
        }
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(sig = "(filter_id, encoded_props, /)")]
    fn _decode_filter_properties(th: &mut Thread, filter_id: &Object, encoded_props: Buffer) -> Result<Ref<Dict>, Raised> {
        let id = filters::natural(th, filter_id, u64::MAX, "lzma_vli")?;
        match stream::decode_properties(id, &encoded_props) {
            Ok(fields) => filters::describe(th, id, &fields),
            Err(failure) => Err(raise_failure(th, failure)),
        }
    }
}
