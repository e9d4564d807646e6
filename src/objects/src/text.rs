//! Putting texts of objects together: what `format!` does for Rust's strings, without losing lone surrogates.

use core::fmt;

use heap::{Object, Raised, Ref, Thread};

use crate::{Str, ops};

/// A text in the making, in generalised UTF-8.
#[derive(Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// Starts with `text`.
    pub fn new(text: &str) -> Text {
        Text(text.as_bytes().to_vec())
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> &mut Text {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Adds a string's characters.
    pub fn push_str(&mut self, text: &Str) -> &mut Text {
        match text.as_ascii() {
            Some(text) => self.0.extend_from_slice(text.as_bytes()),
            None => self.0.extend_from_slice(&text.to_wtf8()),
        }
        self
    }

    /// Adds at most `limit` of a string's characters.
    pub fn push_str_limited(&mut self, text: &Str, limit: usize) -> &mut Text {
        if text.len() <= limit {
            return self.push_str(text);
        }
        for c in text.chars().iter().take(limit) {
            self.push_char(c);
        }
        self
    }

    /// Adds a code point, a lone surrogate perhaps.
    pub fn push_char(&mut self, c: u32) -> &mut Text {
        match char::from_u32(c) {
            Some(c) => self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => self.0.extend_from_slice(&[0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]),
        }
        self
    }

    /// Adds `repr(object)`.
    pub fn push_repr(&mut self, th: &mut Thread, object: &Object) -> Result<&mut Text, Raised> {
        let text = ops::repr(th, object)?;
        Ok(self.push_str(&text))
    }

    /// Adds `str(object)`.
    pub fn push_display(&mut self, th: &mut Thread, object: &Object) -> Result<&mut Text, Raised> {
        let text = ops::str_(th, object)?;
        Ok(self.push_str(&text))
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The string.
    pub fn finish(&self, th: &Thread) -> Ref<Str> {
        Str::from_wtf8(th, &self.0)
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}
