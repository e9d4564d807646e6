//! CRC-32, Adler-32, and the CRC of BinHex.

/// `binascii.crc32` and `zlib.crc32`, going on from a value.
#[must_use]
pub fn crc32(bytes: &[u8], value: u32) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(value);
    hasher.update(bytes);
    hasher.finalize()
}

/// `zlib.adler32`, going on from a value (1 at first).
#[must_use]
pub fn adler32(bytes: &[u8], value: u32) -> u32 {
    const MODULUS: u32 = 65_521;
    // The most bytes for which neither sum overflows.
    const BLOCK: usize = 5552;
    let (mut a, mut b) = (value & 0xffff, value >> 16);
    for block in bytes.chunks(BLOCK) {
        for &byte in block {
            a += u32::from(byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

/// `binascii.crc_hqx`: CRC-CCITT, going on from a value.
#[must_use]
pub fn crc_hqx(bytes: &[u8], value: u32) -> u16 {
    let mut crc = value as u16;
    for &b in bytes {
        crc ^= u16::from(b) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
        }
    }
    crc
}
