//! Compressor objects.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, raise};

use super::stream::{Deflate, Settings, Status};
use super::{made, no_memory, raise_failure};
use crate::hashes::common::with;

#[pytype(name = "Compress", module = "zlib", doc = none, flags(DISALLOW_INSTANTIATION), gc = none)]
#[repr(C)]
pub struct Compress {
    head: Head,
    #[untraversed]
    state: Mutex<Deflate>,
}

impl Compress {
    fn around(th: &Thread, deflate: Deflate) -> Ref<Compress> {
        th.new_object(Compress { head: Head::INIT, state: Mutex::new(deflate) })
    }

    pub fn create(th: &mut Thread, settings: Settings, zdict: Option<Buffer>) -> Result<Ref<Compress>, Raised> {
        let mut deflate = match Deflate::new(settings) {
            Ok(deflate) => deflate,
            Err(failure) => {
                return Err(match failure.status {
                    Status::NO_MEMORY => no_memory(th, "Can't allocate memory for compression object"),
                    Status::BAD_STREAM => raise::value_error(th, format_args!("Invalid initialization option")),
                    _ => raise_failure(th, &failure, "while creating compression object"),
                });
            }
        };
        if let Some(zdict) = zdict {
            match deflate.set_dictionary(&zdict) {
                Status::OK => {}
                Status::BAD_STREAM => return Err(raise::value_error(th, format_args!("Invalid dictionary"))),
                _ => return Err(raise::value_error(th, format_args!("deflateSetDictionary()"))),
            }
        }
        Ok(Compress::around(th, deflate))
    }
}

#[pymethods]
impl Compress {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "($self, data, /)")]
    fn compress(&self, th: &mut Thread, data: Exported) -> Result<Ref<Bytes>, Raised> {
        let bytes = data.as_slice();
        let mut out = Vec::new();
        let result = with(th, &self.state, true, |deflate| deflate.run(bytes, &mut out, libz_sys::Z_NO_FLUSH));
        match result {
            Ok(_) => made(th, &out),
            Err(failure) if failure.status == Status::NO_MEMORY => Err(raise::memory_error(th)),
            Err(failure) => Err(raise_failure(th, &failure, "while compressing data")),
        }
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[method(sig = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(&self, th: &mut Thread, #[default(libz_sys::Z_FINISH)] mode: i32) -> Result<Ref<Bytes>, Raised> {
        if mode == libz_sys::Z_NO_FLUSH {
            return made(th, &[]);
        }
        let mut out = Vec::new();
        let result = with(th, &self.state, true, |deflate| {
            let result = deflate.run(&[], &mut out, mode);
            if mode == libz_sys::Z_FINISH && matches!(result, Ok(Status::END)) {
                deflate.finish();
            }
            result
        });
        match result {
            Ok(_) => made(th, &out),
            Err(failure) if failure.status == Status::NO_MEMORY => Err(raise::memory_error(th)),
            Err(failure) => Err(raise_failure(th, &failure, "while flushing")),
        }
    }

    /// Return a copy of the compression object.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Compress>, Raised> {
        match with(th, &self.state, false, Deflate::copy) {
            Ok(deflate) => Ok(Compress::around(th, deflate)),
            Err(failure) => Err(match failure.status {
                Status::BAD_STREAM => raise::value_error(th, format_args!("Inconsistent stream state")),
                Status::NO_MEMORY => no_memory(th, "Can't allocate memory for compression object"),
                _ => raise_failure(th, &failure, "while copying compression object"),
            }),
        }
    }

    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Compress>, Raised> {
        self.copy(th)
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(&self, th: &mut Thread, _memo: &Object) -> Result<Ref<Compress>, Raised> {
        self.copy(th)
    }
}
