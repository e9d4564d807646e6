//! Bytes as text: base64, quoted-printable, uuencode, and the checksums of `binascii` and `zlib`. Hexadecimal is in `text::bytes`.

mod base64;
mod checksum;
mod quopri;
mod uu;

#[cfg(test)]
mod tests;

pub use base64::{Base64Error, decode_base64, encode_base64};
pub use checksum::{adler32, crc_hqx, crc32};
pub use quopri::{decode_qp, encode_qp};
pub use uu::{UuError, decode_uu, encode_uu};
