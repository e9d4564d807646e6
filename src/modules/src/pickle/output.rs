//! Where a pickle is written: a buffer with frames, which goes to a file now and then.

use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, ops, raise};

use super::opcodes::{FRAME, FRAME_TARGET};

/// Code and length of a frame.
const HEADER: usize = 9;
/// Shorter frames are not worth their header.
const SHORTEST: usize = 4;

/// The buffer.
pub struct Output {
    bytes: Vec<u8>,
    /// Where the frame that is being filled begins.
    frame: Option<usize>,
    pub framing: bool,
    /// The file's `write`.
    write: Option<Ref<Object>>,
}

impl Output {
    pub fn new(write: Option<Ref<Object>>) -> Output {
        Output { bytes: Vec::new(), frame: None, framing: false, write }
    }

    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        if self.framing && self.frame.is_none() {
            self.begin_frame();
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// One instruction without an argument.
    #[inline]
    pub fn op(&mut self, code: u8) {
        if self.framing && self.frame.is_none() {
            self.begin_frame();
        }
        self.bytes.push(code);
    }

    /// An instruction and its argument.
    #[inline]
    pub fn op_with(&mut self, code: u8, argument: &[u8]) {
        self.op(code);
        self.bytes.extend_from_slice(argument);
    }

    /// An instruction whose argument is a line of text.
    pub fn line(&mut self, code: u8, text: &[u8]) {
        self.op(code);
        self.bytes.extend_from_slice(text);
        self.bytes.push(b'\n');
    }

    fn begin_frame(&mut self) {
        self.frame = Some(self.bytes.len());
        self.bytes.extend_from_slice(&[0xfe; HEADER]);
    }

    /// Ends the frame: its length is known now.
    pub fn end_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let len = self.bytes.len() - start - HEADER;
        if len >= SHORTEST {
            self.bytes[start] = FRAME;
            self.bytes[start + 1..start + HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.bytes.drain(start..start + HEADER);
        }
    }

    /// Between two instructions: a frame that is long enough ends, and goes to the file.
    #[inline]
    pub fn boundary(&mut self, th: &mut Thread) -> Result<(), Raised> {
        match self.frame {
            Some(start) if self.bytes.len() - start >= FRAME_TARGET + HEADER => {
                self.end_frame();
                self.flush(th)
            }
            _ => Ok(()),
        }
    }

    /// An instruction, its length argument and many bytes, which stand outside of frames and are not copied together for a file.
    pub fn put_payload(&mut self, th: &mut Thread, header: &[u8], data: &[u8], object: Option<&Object>) -> Result<(), Raised> {
        if data.len() < FRAME_TARGET {
            self.put(header);
            self.bytes.extend_from_slice(data);
            return Ok(());
        }
        self.end_frame();
        let framing = core::mem::replace(&mut self.framing, false);
        self.put(header);
        let result = self.put_large(th, data, object);
        self.framing = framing;
        result
    }

    fn put_large(&mut self, th: &mut Thread, data: &[u8], object: Option<&Object>) -> Result<(), Raised> {
        let Some(write) = self.write.clone() else {
            if self.bytes.try_reserve(data.len()).is_err() {
                return Err(raise::memory_error(th));
            }
            self.bytes.extend_from_slice(data);
            return Ok(());
        };
        self.flush(th)?;
        let result = match object {
            Some(object) => ops::call1(th, &write, object)?,
            None => {
                let bytes = Bytes::try_new(th, data).ok_or_else(|| raise::memory_error(th))?;
                ops::call1(th, &write, &bytes)?
            }
        };
        th.release(result);
        Ok(())
    }

    /// Gives the file what there is.
    pub fn flush(&mut self, th: &mut Thread) -> Result<(), Raised> {
        let Some(write) = &self.write else { return Ok(()) };
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = Bytes::try_new(th, &self.bytes).ok_or_else(|| raise::memory_error(th))?;
        self.bytes.clear();
        let result = ops::call1(th, write, &bytes)?;
        th.release(result);
        Ok(())
    }

    /// The pickle.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_frame();
        core::mem::take(&mut self.bytes)
    }
}
