//! Units as bytes: how they come to the back end, which is a library of its own.
//!
//! Invariant: bytes of another version of the form are refused; what is read may still be nonsense, until [`Unit::verify`] has seen it.
use crate::Unit;
use std::fmt;

/// Changes with every change of what a unit consists of.
pub(crate) const VERSION: u32 = 1;

/// The bytes are not those of a unit.
#[derive(Debug, PartialEq)]
pub enum DecodeError {
    /// They are of another version of the form, or no unit at all.
    Version,
    /// Something in them cannot be read.
    Malformed(String),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Version => write!(f, "not a unit of version {VERSION}"),
            DecodeError::Malformed(why) => write!(f, "malformed unit: {why}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Unit {
    /// The unit as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = VERSION.to_le_bytes().to_vec();
        postcard::to_extend(self, bytes).expect("a unit has no part that the form cannot express")
    }

    /// The unit of bytes.
    ///
    /// # Errors
    /// If they are not what [`Unit::to_bytes`] of this version makes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(&VERSION.to_le_bytes()).ok_or(DecodeError::Version)?;
        match postcard::take_from_bytes(rest) {
            Ok((unit, [])) => Ok(unit),
            Ok((_, more)) => Err(DecodeError::Malformed(format!("{} bytes too many", more.len()))),
            Err(error) => Err(DecodeError::Malformed(error.to_string())),
        }
    }
}
