//! From bytes to values.

use algos::binary::{Item, Layout, from_half, from_single, is_signed, unpack_pascal};
use algos::complex;
use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Complex, Float, Int, Tuple, bool_ref, raise};

/// The values in `bytes`, which are as many as the layout's size.
pub fn values(th: &mut Thread, layout: &Layout, bytes: &[u8]) -> Result<Ref<Tuple>, Raised> {
    let mut items = layout.items.iter();
    let mut item = items.next();
    let mut field = 0;
    let made = Tuple::try_build(th, layout.len, |_| {
        while let Some(current) = item {
            if field < current.count {
                let at = current.offset + field * current.size;
                field += 1;
                return one(th, current, layout.little_endian, bytes.get(at..at + current.size).unwrap_or_default());
            }
            item = items.next();
            field = 0;
        }
        objects::none_ref()
    });
    made.ok_or_else(|| raise::memory_error(th))
}

fn one(th: &Thread, item: &Item, little: bool, bytes: &[u8]) -> Ref<Object> {
    match item.code {
        b'?' => bool_ref(bytes.iter().any(|&b| b != 0)),
        b'c' | b's' => Bytes::new(th, bytes).up(),
        b'p' => Bytes::new(th, unpack_pascal(bytes)).up(),
        b'e' | b'f' | b'd' => Float::new(th, float(bytes, little)).up(),
        b'F' | b'D' => {
            let (real, imag) = bytes.split_at(bytes.len() / 2);
            Complex::new(th, complex::new(float(real, little), float(imag, little))).up()
        }
        code => integer(th, bytes, is_signed(code), little),
    }
}

/// A float of 2, 4 or 8 bytes.
fn float(bytes: &[u8], little: bool) -> f64 {
    let bits = word(bytes, little);
    match bytes.len() {
        2 => from_half(bits as u16),
        4 => from_single(f32::from_bits(bits as u32)),
        _ => f64::from_bits(bits),
    }
}

/// Up to eight bytes as a number.
fn word(bytes: &[u8], little: bool) -> u64 {
    let mut word = [0; 8];
    let size = bytes.len().min(8);
    if little {
        word[..size].copy_from_slice(&bytes[..size]);
        return u64::from_le_bytes(word);
    }
    word[8 - size..].copy_from_slice(&bytes[..size]);
    u64::from_be_bytes(word)
}

fn integer(th: &Thread, bytes: &[u8], signed: bool, little: bool) -> Ref<Object> {
    let value = word(bytes, little);
    if signed {
        let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
        return Int::from_i64(th, (value << unused).cast_signed() >> unused).up();
    }
    Int::from_u64(th, value).up()
}
