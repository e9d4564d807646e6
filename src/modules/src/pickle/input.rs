//! Where a pickle is read from: bytes in memory, or a file, of which no more is consumed than the pickle is long.

use heap::{Object, Raised, Ref, Thread};
use objects::glue::{Buffer, WritableBuffer, has_buffer};
use objects::{ByteArray, Bytes, Int, exceptions, ops, raise};

use super::UNPICKLING_ERROR;

/// How much is looked at ahead.
const PREFETCH: usize = 128 * 1024;

/// The methods of a file.
#[derive(Clone)]
pub struct File {
    pub read: Ref<Object>,
    pub readline: Ref<Object>,
    pub peek: Option<Ref<Object>>,
    pub readinto: Option<Ref<Object>>,
}

/// The bytes at hand, and where more come from.
pub struct Input<'a> {
    memory: Option<&'a [u8]>,
    /// What was read from the file.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes of the buffer from here on were only looked at: the file still has them.
    peeked_from: usize,
    /// Where the frame ends that is being read; no instruction may reach across.
    frame_end: usize,
    file: Option<File>,
}

/// There is no frame.
const NO_FRAME: usize = usize::MAX;

#[cold]
pub fn truncated(th: &mut Thread) -> Raised {
    UNPICKLING_ERROR.raise(th, format_args!("pickle data was truncated"))
}

impl<'a> Input<'a> {
    pub fn memory(bytes: &'a [u8]) -> Input<'a> {
        Input { memory: Some(bytes), buffer: Vec::new(), at: 0, peeked_from: 0, frame_end: NO_FRAME, file: None }
    }

    pub fn file(file: File) -> Input<'a> {
        Input { memory: None, buffer: Vec::new(), at: 0, peeked_from: 0, frame_end: NO_FRAME, file: Some(file) }
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        match self.memory {
            Some(bytes) => bytes,
            None => &self.buffer,
        }
    }

    /// The next `len` bytes.
    #[inline]
    pub fn take(&mut self, th: &mut Thread, len: usize) -> Result<&[u8], Raised> {
        self.check_frame(th, len)?;
        if self.bytes().len() - self.at < len && !self.fetch(th, len)? {
            return Err(truncated(th));
        }
        let start = self.at;
        self.at += len;
        Ok(&self.bytes()[start..start + len])
    }

    /// The next byte; `None`: there is none.
    #[inline]
    pub fn byte(&mut self, th: &mut Thread) -> Result<Option<u8>, Raised> {
        if self.at == self.frame_end {
            self.frame_end = NO_FRAME;
        }
        if self.at == self.bytes().len() && !self.fetch(th, 1)? {
            return Ok(None);
        }
        let byte = self.bytes()[self.at];
        self.at += 1;
        Ok(Some(byte))
    }

    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self, th: &mut Thread) -> Result<[u8; N], Raised> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(th, N)?);
        Ok(array)
    }

    /// Sees to it that the next `len` bytes are at hand.
    pub fn require(&mut self, th: &mut Thread, len: usize) -> Result<(), Raised> {
        self.check_frame(th, len)?;
        if self.bytes().len() - self.at < len && !self.fetch(th, len)? {
            return Err(truncated(th));
        }
        Ok(())
    }

    /// A frame may end before the next `len` bytes, but not among them.
    #[inline]
    fn check_frame(&mut self, th: &mut Thread, len: usize) -> Result<(), Raised> {
        if self.frame_end == NO_FRAME || len <= self.frame_end.saturating_sub(self.at) {
            return Ok(());
        }
        if self.at != self.frame_end {
            return Err(truncated(th));
        }
        self.frame_end = NO_FRAME;
        Ok(())
    }

    /// A frame of `len` bytes comes next.
    pub fn begin_frame(&mut self, th: &mut Thread, len: usize) -> Result<(), Raised> {
        if self.frame_end != NO_FRAME && self.at != self.frame_end {
            return Err(truncated(th));
        }
        self.frame_end = NO_FRAME;
        self.require(th, len)?;
        self.frame_end = self.at + len;
        Ok(())
    }

    /// The next line with its end.
    pub fn line(&mut self, th: &mut Thread) -> Result<Vec<u8>, Raised> {
        let rest = &self.bytes()[self.at..];
        let found = rest.iter().position(|&b| b == b'\n');
        self.check_frame(th, found.map_or(NO_FRAME, |end| end + 1))?;
        let rest = &self.bytes()[self.at..];
        if let Some(end) = found {
            let line = rest[..=end].to_vec();
            self.at += line.len();
            return Ok(line);
        }
        let Some(file) = self.file.clone() else { return Err(truncated(th)) };
        self.skip_peeked(th)?;
        // What is left of the buffer was consumed from the file already.
        let mut line = self.buffer[self.at..self.peeked_from.max(self.at).min(self.buffer.len())].to_vec();
        let more = ops::call0(th, &file.readline)?;
        append_read(th, &more, "readline", &mut line)?;
        self.buffer.clear();
        (self.at, self.peeked_from) = (0, 0);
        if line.last() != Some(&b'\n') {
            return Err(truncated(th));
        }
        Ok(line)
    }

    /// Tells the file what was used of the bytes that were only looked at.
    pub fn skip_peeked(&mut self, th: &mut Thread) -> Result<(), Raised> {
        let Some(file) = self.file.clone() else { return Ok(()) };
        if self.at > self.peeked_from && self.peeked_from < self.buffer.len() {
            let used = Int::from_usize(th, self.at - self.peeked_from);
            let read = ops::call1(th, &file.read, &used)?;
            th.release(read);
            self.peeked_from = self.at;
        }
        Ok(())
    }

    /// Reads from the file until `len` bytes are at hand; `false`: it ended before.
    #[cold]
    fn fetch(&mut self, th: &mut Thread, len: usize) -> Result<bool, Raised> {
        let Some(file) = self.file.clone() else { return Ok(false) };
        self.skip_peeked(th)?;
        // Bytes that were read, but not used yet, stay; those that were only looked at are read again.
        let read_to = if self.peeked_from < self.buffer.len() { self.peeked_from } else { self.buffer.len() };
        let mut bytes = self.buffer[self.at.min(read_to)..read_to].to_vec();
        self.buffer.clear();
        (self.at, self.peeked_from) = (0, 0);
        if bytes.is_empty() && len < PREFETCH && let Some(peek) = &file.peek {
            let size = Int::from_usize(th, PREFETCH);
            match ops::call1(th, peek, &size) {
                Ok(seen) => {
                    let mut ahead = Vec::new();
                    append_read(th, &seen, "peek", &mut ahead)?;
                    if ahead.len() >= len {
                        self.buffer = ahead;
                        return Ok(true);
                    }
                }
                Err(raised) => {
                    if raise::catch(th, exceptions::not_implemented_error_type()).is_none() {
                        return Err(raised);
                    }
                    if let Some(file) = &mut self.file {
                        file.peek = None;
                    }
                }
            }
        }
        let missing = Int::from_usize(th, len - bytes.len());
        let read = ops::call1(th, &file.read, &missing)?;
        append_read(th, &read, "read", &mut bytes)?;
        self.peeked_from = bytes.len();
        self.buffer = bytes;
        Ok(self.buffer.len() >= len)
    }

    /// Fills a byte array that is as long as what comes next.
    pub fn read_into(&mut self, th: &mut Thread, array: &ByteArray, len: usize) -> Result<(), Raised> {
        self.check_frame(th, len)?;
        let at_hand = (self.bytes().len() - self.at).min(len);
        let readinto = self.file.as_ref().and_then(|file| file.readinto.clone());
        let (Some(readinto), true) = (readinto, at_hand < len) else {
            let bytes = self.take(th, len)?.to_vec();
            let mut target = WritableBuffer::new(th, array)?;
            target.as_mut_slice().copy_from_slice(&bytes);
            return Ok(());
        };
        let first = self.take(th, at_hand)?.to_vec();
        self.skip_peeked(th)?;
        {
            let mut target = WritableBuffer::new(th, array)?;
            target.as_mut_slice()[..at_hand].copy_from_slice(&first);
        }
        let view = objects::MemoryView::new(th, array)?;
        let rest = objects::slice::Slice::from_range(th, at_hand.cast_signed(), len.cast_signed());
        let rest = ops::getitem(th, &view, &rest)?;
        let got = ops::call1(th, &readinto, &rest)?;
        let got = ops::index_isize(th, &got)?;
        if got < 0 {
            return Err(raise::value_error(th, format_args!("readinto() returned negative size")));
        }
        if got.unsigned_abs() < len - at_hand {
            return Err(truncated(th));
        }
        Ok(())
    }
}

/// Adds what a file's method returned.
fn append_read(th: &mut Thread, read: &Object, method: &str, bytes: &mut Vec<u8>) -> Result<(), Raised> {
    if let Some(read) = read.downcast::<Bytes>() {
        bytes.extend_from_slice(read.as_slice());
        return Ok(());
    }
    if has_buffer(read) {
        bytes.extend_from_slice(&Buffer::new(th, read)?);
        return Ok(());
    }
    let got = ops::type_name(read);
    Err(raise::type_error(th, format_args!("{method}() returned non-bytes object ({got})")))
}
