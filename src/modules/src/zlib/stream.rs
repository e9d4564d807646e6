//! The library's streams as Rust values: they are set up when they are made, and ended when they are dropped.
#![allow(unsafe_code, reason = "the compression library is C")]

use core::ffi::{CStr, c_int, c_void};

use libz_sys as z;

/// How much room for output is made at first.
pub const FIRST: usize = 16 * 1024;

/// How a call of the library ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(pub c_int);

impl Status {
    pub const OK: Status = Status(z::Z_OK);
    pub const END: Status = Status(z::Z_STREAM_END);
    pub const BAD_STREAM: Status = Status(z::Z_STREAM_ERROR);
    pub const NO_MEMORY: Status = Status(z::Z_MEM_ERROR);
    pub const SHORT: Status = Status(z::Z_BUF_ERROR);
}

/// A failure: its status, and what the library says about it.
#[derive(Debug)]
pub struct Failure {
    pub status: Status,
    pub message: Option<String>,
}

impl Failure {
    pub fn of(status: Status) -> Failure {
        Failure { status, message: None }
    }
}

/// A stream of either direction. It is boxed because its state points back at it.
struct Stream(Box<z::z_stream>);

// SAFETY: the stream's memory is its own; any thread may use it, one at a time.
unsafe impl Send for Stream {}

unsafe extern "C" fn allocate(_: *mut c_void, items: u32, size: u32) -> *mut c_void {
    // SAFETY: no precondition; the library frees it by `free` below.
    unsafe { libc::calloc(items as usize, size as usize) }
}

unsafe extern "C" fn free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: the library gives back what `allocate` gave it.
    unsafe { libc::free(block) }
}

impl Stream {
    fn new() -> Stream {
        Stream(Box::new(z::z_stream {
            next_in: core::ptr::null_mut(),
            avail_in: 0,
            total_in: 0,
            next_out: core::ptr::null_mut(),
            avail_out: 0,
            total_out: 0,
            msg: core::ptr::null_mut(),
            state: core::ptr::null_mut(),
            zalloc: allocate,
            zfree: free,
            opaque: core::ptr::null_mut(),
            data_type: 0,
            adler: 0,
            reserved: 0,
        }))
    }

    fn failure(&self, status: c_int) -> Failure {
        // SAFETY: the message is null or a C string that lives as long as the stream.
        let message = (!self.0.msg.is_null()).then(|| unsafe { CStr::from_ptr(self.0.msg) }.to_string_lossy().into_owned());
        Failure { status: Status(status), message }
    }

    /// Calls the library once, with what is left of `input` and with the room that `out` has; it has some afterwards.
    fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, limit: usize, mut call: impl FnMut(&mut z::z_stream) -> c_int) -> Result<c_int, Failure> {
        if out.len() == out.capacity() {
            let more = out.len().max(FIRST).min(limit - out.len());
            out.try_reserve_exact(more).map_err(|_| Failure::of(Status::NO_MEMORY))?;
        }
        let given = input.len().min(u32::MAX as usize);
        let room = (out.capacity() - out.len()).min(limit - out.len()).min(u32::MAX as usize);
        let stream = &mut *self.0;
        stream.next_in = input.as_ptr().cast_mut();
        stream.avail_in = given as u32;
        stream.next_out = out.spare_capacity_mut().as_mut_ptr().cast();
        stream.avail_out = room as u32;
        let status = call(stream);
        let (left, unused) = (stream.avail_in as usize, stream.avail_out as usize);
        *input = &input[given - left..];
        // SAFETY: the library wrote `room - unused` bytes behind the contents.
        unsafe { out.set_len(out.len() + room - unused) };
        Ok(status)
    }
}

/// How a stream is to be compressed.
#[derive(Clone, Copy)]
pub struct Settings {
    pub level: c_int,
    pub method: c_int,
    pub wbits: c_int,
    pub mem_level: c_int,
    pub strategy: c_int,
}

/// A compressor; `None`: it has finished.
pub struct Deflate(Option<Stream>);

fn end_deflate(mut stream: Stream) {
    // SAFETY: the stream was set up by `deflateInit2` or `deflateCopy`, and is ended once.
    unsafe { z::deflateEnd(&raw mut *stream.0) };
}

impl Deflate {
    pub fn new(settings: Settings) -> Result<Deflate, Failure> {
        let Settings { level, method, wbits, mem_level, strategy } = settings;
        let mut stream = Stream::new();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream, and the library's own version.
        let status = unsafe { z::deflateInit2_(&raw mut *stream.0, level, method, wbits, mem_level, strategy, z::zlibVersion(), size) };
        if status == z::Z_OK { Ok(Deflate(Some(stream))) } else { Err(stream.failure(status)) }
    }

    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Status {
        let Some(stream) = &mut self.0 else { return Status::BAD_STREAM };
        let Ok(len) = u32::try_from(dictionary.len()) else { return Status::BAD_STREAM };
        // SAFETY: the stream is set up; the dictionary is read during the call.
        Status(unsafe { z::deflateSetDictionary(&raw mut *stream.0, dictionary.as_ptr(), len) })
    }

    /// Compresses all of `input`.
    pub fn run(&mut self, mut input: &[u8], out: &mut Vec<u8>, flush: c_int) -> Result<Status, Failure> {
        let Some(stream) = &mut self.0 else { return Err(Failure::of(Status::BAD_STREAM)) };
        let status = loop {
            let now = if input.len() > u32::MAX as usize { z::Z_NO_FLUSH } else { flush };
            // SAFETY: the stream is set up, and `step` gave it valid buffers.
            let status = stream.step(&mut input, out, isize::MAX as usize, |stream| unsafe { z::deflate(stream, now) })?;
            if status == z::Z_STREAM_ERROR {
                return Err(stream.failure(status));
            }
            if stream.0.avail_out != 0 && (input.is_empty() || status == z::Z_STREAM_END) {
                break status;
            }
        };
        Ok(Status(status))
    }

    /// Gives the library's memory back; further calls fail.
    pub fn finish(&mut self) {
        if let Some(stream) = self.0.take() {
            end_deflate(stream);
        }
    }

    pub fn copy(&mut self) -> Result<Deflate, Failure> {
        let Some(source) = &mut self.0 else { return Err(Failure::of(Status::BAD_STREAM)) };
        let mut copy = Stream::new();
        // SAFETY: the source is set up, the target is fresh.
        let status = unsafe { z::deflateCopy(&raw mut *copy.0, &raw mut *source.0) };
        if status == z::Z_OK { Ok(Deflate(Some(copy))) } else { Err(source.failure(status)) }
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        self.finish();
    }
}

/// A decompressor; `None`: it has finished.
pub struct Inflate(Option<Stream>);

/// Why a call of [`Inflate`] failed.
pub enum InflateError {
    Data(Failure),
    /// The dictionary does not fit.
    Dictionary(Failure),
}

impl From<Failure> for InflateError {
    fn from(failure: Failure) -> InflateError {
        InflateError::Data(failure)
    }
}

impl Inflate {
    pub fn new(wbits: c_int) -> Result<Inflate, Failure> {
        let mut stream = Stream::new();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream, and the library's own version.
        let status = unsafe { z::inflateInit2_(&raw mut *stream.0, wbits, z::zlibVersion(), size) };
        if status == z::Z_OK { Ok(Inflate(Some(stream))) } else { Err(stream.failure(status)) }
    }

    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), Failure> {
        let Some(stream) = &mut self.0 else { return Err(Failure::of(Status::BAD_STREAM)) };
        let len = dictionary.len().min(u32::MAX as usize) as u32;
        // SAFETY: the stream is set up; the dictionary is read during the call.
        let status = unsafe { z::inflateSetDictionary(&raw mut *stream.0, dictionary.as_ptr(), len) };
        if status == z::Z_OK { Ok(()) } else { Err(stream.failure(status)) }
    }

    /// Decompresses `input` up to `limit` bytes of output in all; what was not used stays in `input`, also on failure.
    pub fn run(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        dictionary: Option<&[u8]>,
        flush: c_int,
    ) -> Result<Status, InflateError> {
        loop {
            let Some(stream) = &mut self.0 else { return Err(InflateError::Data(Failure::of(Status::BAD_STREAM))) };
            if out.len() >= limit {
                return Ok(Status::OK);
            }
            // SAFETY: the stream is set up, and `step` gave it valid buffers.
            let status = stream.step(input, out, limit, |stream| unsafe { z::inflate(stream, flush) })?;
            let full = stream.0.avail_out == 0;
            match status {
                z::Z_STREAM_END => return Ok(Status::END),
                z::Z_OK | z::Z_BUF_ERROR if full || !input.is_empty() && status == z::Z_OK => {}
                z::Z_OK | z::Z_BUF_ERROR => return Ok(Status(status)),
                z::Z_NEED_DICT if dictionary.is_some() => self.set_dictionary(dictionary.unwrap_or_default()).map_err(InflateError::Dictionary)?,
                _ => return Err(InflateError::Data(stream.failure(status))),
            }
        }
    }

    /// Gives the library's memory back; further calls fail.
    pub fn finish(&mut self) {
        if let Some(mut stream) = self.0.take() {
            // SAFETY: the stream was set up by `inflateInit2` or `inflateCopy`, and is ended once.
            unsafe { z::inflateEnd(&raw mut *stream.0) };
        }
    }

    pub fn copy(&mut self) -> Result<Inflate, Failure> {
        let Some(source) = &mut self.0 else { return Err(Failure::of(Status::BAD_STREAM)) };
        let mut copy = Stream::new();
        // SAFETY: the source is set up, the target is fresh.
        let status = unsafe { z::inflateCopy(&raw mut *copy.0, &raw mut *source.0) };
        if status == z::Z_OK { Ok(Inflate(Some(copy))) } else { Err(source.failure(status)) }
    }
}

impl Drop for Inflate {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The library's version.
pub fn version() -> String {
    // SAFETY: a C string that is always there.
    unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy().into_owned()
}
