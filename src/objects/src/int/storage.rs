//! How an `int` lies in memory: the ABI's tag and 30-bit digits (design, section 2), and how one is made.
//!
//! Invariant: no leading zero digit; the tag holds the digit count and the sign exactly (zero has sign 1 and one digit word). Bit 2 of the tag
//! marks the small ints and nothing else: their readers mask it or shift it out.
//! Ints from −5 to 256 are immortal statics, as programs can tell by identity.
#![allow(unsafe_code, reason = "the digits follow the struct in memory")]

use algos::int as alg;
use heap::{Head, Heaped, PyType, Ref, Thread, Type};
use macros::pytype;

/// int([x]) -> integer
/// int(x, base=10) -> integer
///
/// Convert a number or string to an integer, or return 0 if no arguments
/// are given.  If x is a number, return x.__int__().  For floating-point
/// numbers, this truncates towards zero.
///
/// If x is not a number or if base is given, then x must be a string,
/// bytes, or bytearray instance representing an integer literal in the
/// given base.  The literal can be preceded by '+' or '-' and be surrounded
/// by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.
/// Base 0 means to interpret the base from the string as an integer
/// iteral.
/// >>> int('0b100', base=0)
/// 4
#[pytype(name = "int", export = "PyLong_Type", flags(BASETYPE, LONG_SUBCLASS, MATCH_SELF, LEAF), gc = none, lock = none, basicsize = INT_HEADER, itemsize = 4, size = Int::bytes, parts(slots, methods))]
#[repr(C)]
pub struct Int {
    head: Head,
    tag: usize,
    digits: [u32; 1],
    _pad: u32,
}

/// Bytes before the digits.
pub const INT_HEADER: usize = 24;
const _: () = assert!(core::mem::offset_of!(Int, digits) == INT_HEADER && size_of::<Int>() == 32);

const SIGN_MASK: usize = 3;
const DIGITS_SHIFT: u32 = 3;
const POSITIVE: usize = 0;
const ZERO: usize = 1;
const NEGATIVE: usize = 2;
const DIGIT_MASK: u64 = (1 << 30) - 1;
/// The tag's mark of the immortal objects of small numbers (`_PyLong_IsSmallInt`).
const SMALL_MARK: usize = 4;

const SMALL_LOW: i64 = -5;
const SMALL_HIGH: i64 = 256;

// SAFETY: R2: an int never changes once it is made.
unsafe impl Sync for Int {}

struct Small([Int; (SMALL_HIGH - SMALL_LOW + 1) as usize]);
#[inline(always)]
const fn tag_of(digits: usize, sign: usize) -> usize {
    (digits << DIGITS_SHIFT) | sign
}

static SMALL: Small = {
    let mut all = [const { Int::immortal(&INT_TYPE, 0) }; (SMALL_HIGH - SMALL_LOW + 1) as usize];
    let mut i = 0;
    while i < all.len() {
        all[i] = Int::immortal(&INT_TYPE, i as i64 + SMALL_LOW);
        all[i].tag |= SMALL_MARK;
        i += 1;
    }
    Small(all)
};

impl Int {
    /// A static object of `ty` (`int` or `bool`) with a value of one digit.
    pub const fn immortal(ty: &'static Type, value: i64) -> Int {
        let tag = if value == 0 { tag_of(0, ZERO) } else { tag_of(1, if value < 0 { NEGATIVE } else { POSITIVE }) };
        Int { head: Head::immortal(ty), tag, digits: [value.unsigned_abs() as u32], _pad: 0 }
    }

    /// The immortal object of a small number.
    #[inline(always)]
    pub fn small_cached(value: i64) -> Option<&'static Int> {
        (SMALL_LOW..=SMALL_HIGH).contains(&value).then(|| &SMALL.0[(value - SMALL_LOW) as usize])
    }

    /// [`Int::from_i64`] of a number that is not small, in a block that this thread has kept; `None` if it has none, or the number takes more.
    #[inline(always)]
    pub fn new_in_kept(th: &Thread, value: i64) -> Option<Ref<Int>> {
        let magnitude = value.unsigned_abs();
        let sign = if value < 0 { NEGATIVE } else { POSITIVE };
        if magnitude <= DIGIT_MASK {
            return th.new_leaf_in_kept(Int { head: Head::INIT, tag: tag_of(1, sign), digits: [magnitude as u32], _pad: 0 });
        }
        if magnitude >> 60 != 0 {
            return None;
        }
        let tag = tag_of(2, sign);
        th.new_leaf_in_kept(Int { head: Head::INIT, tag, digits: [(magnitude & DIGIT_MASK) as u32], _pad: (magnitude >> 30) as u32 })
    }

    /// From a machine integer.
    #[inline(always)]
    pub fn from_i64(th: &Thread, value: i64) -> Ref<Int> {
        if let Some(small) = Int::small_cached(value) {
            return small.to_ref();
        }
        let magnitude = value.unsigned_abs();
        let sign = if value < 0 { NEGATIVE } else { POSITIVE };
        if magnitude <= DIGIT_MASK {
            return th.new_object(Int { head: Head::INIT, tag: tag_of(1, sign), digits: [magnitude as u32], _pad: 0 });
        }
        if magnitude >> 60 == 0 {
            let low = (magnitude & DIGIT_MASK) as u32;
            // Two digits fit the struct: the second one lies where the padding is.
            return th.new_object(Int { head: Head::INIT, tag: tag_of(2, sign), digits: [low], _pad: (magnitude >> 30) as u32 });
        }
        Int::of_three_digits(th, value < 0, magnitude)
    }

    #[cold]
    #[inline(never)]
    fn of_three_digits(th: &Thread, is_negative: bool, magnitude: u64) -> Ref<Int> {
        Int::from_digits(th, is_negative, &[0, 30, 60].map(|at| (magnitude >> at & DIGIT_MASK) as u32))
    }

    /// From a machine integer.
    pub fn from_u64(th: &Thread, value: u64) -> Ref<Int> {
        match i64::try_from(value) {
            Ok(value) => Int::from_i64(th, value),
            Err(_) => Int::of_three_digits(th, false, value),
        }
    }

    /// From a machine integer.
    pub fn from_usize(th: &Thread, value: usize) -> Ref<Int> {
        Int::from_u64(th, value as u64)
    }

    /// From a machine integer.
    pub fn from_i128(th: &Thread, value: i128) -> Ref<Int> {
        match i64::try_from(value) {
            Ok(value) => Int::from_i64(th, value),
            Err(_) => Int::from_alg(th, &alg::Int::from_i128(value)),
        }
    }

    /// From a computed number.
    pub fn from_alg(th: &Thread, value: &alg::Int) -> Ref<Int> {
        Int::from_digits(th, value.is_negative(), value.digits())
    }

    /// From little-endian 30-bit digits; leading zeros are dropped.
    pub fn from_digits(th: &Thread, negative: bool, digits: &[u32]) -> Ref<Int> {
        let len = digits.iter().rposition(|&d| d != 0).map_or(0, |last| last + 1);
        if len <= 1 {
            let magnitude = i64::from(digits.first().copied().unwrap_or(0));
            return Int::from_i64(th, if negative { -magnitude } else { magnitude });
        }
        let bytes = (INT_HEADER + len * 4 + 7) & !7;
        let value = Int { head: Head::INIT, tag: tag_of(len, if negative { NEGATIVE } else { POSITIVE }), digits: [digits[0]], _pad: digits[1] };
        // SAFETY: the remaining digits (and the padding of an odd count) are written below.
        let made = unsafe { th.new_var_exact::<Int>(bytes.max(size_of::<Int>()), value) };
        let Some(made) = made else { heap::alloc::out_of_memory() };
        // SAFETY: the fresh object has room for `len` digits.
        unsafe {
            let to: *mut u32 = made.as_ptr().cast::<u8>().add(INT_HEADER).cast();
            core::ptr::copy_nonoverlapping(digits.as_ptr(), to, len);
        }
        made
    }

    /// An exact int of so many digits, all zero; for C, which writes them before it shows the int to anybody.
    pub fn new_null(th: &Thread, negative: bool, digits: usize) -> Option<Ref<Int>> {
        let sign = if negative { NEGATIVE } else if digits == 0 { ZERO } else { POSITIVE };
        let bytes = digits.checked_mul(4)?.checked_add(INT_HEADER + 7).filter(|&bytes| bytes < isize::MAX as usize / 2)? & !7;
        // SAFETY: the digits behind the struct are written below.
        let made = unsafe { th.new_var_exact::<Int>(bytes.max(size_of::<Int>()), Int { head: Head::INIT, tag: tag_of(digits, sign), digits: [0], _pad: 0 }) }?;
        // SAFETY: the fresh object has room for them.
        unsafe { made.as_ptr().cast::<u8>().add(INT_HEADER).write_bytes(0, digits * 4) };
        Some(made)
    }

    /// An instance of `cls`, a proper subclass of `int`, with the value of `source`.
    pub fn new_in(th: &Thread, cls: &Type, source: &Int) -> Option<Ref<Int>> {
        let digits = source.digit_slice();
        let value = Int { head: Head::INIT, tag: source.tag & !SMALL_MARK, digits: [0], _pad: 0 };
        let made = th.new_var::<Int>(cls, digits.len().max(2), value)?;
        // SAFETY: the fresh object has room for that many digits.
        unsafe {
            let to: *mut u32 = made.as_ptr().cast::<u8>().add(INT_HEADER).cast();
            core::ptr::copy_nonoverlapping(digits.as_ptr(), to, digits.len());
        }
        if cls.has_flag(abi::Py_TPFLAGS_HAVE_GC as u64) {
            th.track(&*made);
        }
        Some(made)
    }

    /// Bytes of the object, without what a subclass adds.
    fn bytes(&self) -> usize {
        if core::ptr::eq(self.as_object().ty(), Int::type_object()) { (INT_HEADER + self.len() * 4 + 7).max(size_of::<Int>()) & !7 } else { crate::typing::instance_bytes(self.as_object().ty(), self.len().max(2)) }
    }

    /// Digits used; 0 for zero.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.tag >> DIGITS_SHIFT
    }

    /// Whether it is below zero.
    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.tag & SIGN_MASK == NEGATIVE
    }

    /// Whether it is zero.
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.tag & SIGN_MASK == ZERO
    }

    /// The digits, little-endian.
    #[inline(always)]
    pub fn digit_slice(&self) -> &[u32] {
        // SAFETY: this module's invariant: `len` digits lie behind the header.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(self).cast::<u8>().add(INT_HEADER).cast(), self.len()) }
    }

    /// Sign and digits, for `algos`.
    #[inline(always)]
    pub fn view(&self) -> alg::View<'_> {
        alg::View::new(self.is_negative(), self.digit_slice())
    }

    /// The value, if it has at most one digit: the fast path of arithmetic.
    #[inline(always)]
    pub fn compact(&self) -> Option<i64> {
        if self.tag < tag_of(2, 0) {
            Some((1 - (self.tag & SIGN_MASK) as i64) * i64::from(self.digits[0]))
        } else {
            None
        }
    }

    /// The value, if it fits.
    #[inline(always)]
    pub fn to_i64(&self) -> Option<i64> {
        if let Some(n) = self.compact() {
            return Some(n);
        }
        if self.is_one_block() {
            let magnitude = i64::from(self.digits[0]) | (i64::from(self._pad) << 30);
            return Some((1 - (self.tag & SIGN_MASK) as i64) * magnitude);
        }
        self.long_to_i64()
    }

    /// The value if [`Int::is_one_block`].
    #[inline(always)]
    pub fn one_block_to_i64(&self) -> Option<i64> {
        if self.is_one_block() { self.to_i64() } else { None }
    }

    #[cold]
    #[inline(never)]
    fn long_to_i64(&self) -> Option<i64> {
        self.view().to_i64()
    }

    /// Whether the digits fit the struct itself, as those of every exact int below 2^60 do: [`Int::SMALLEST_BLOCK`] bytes.
    #[inline(always)]
    pub fn is_one_block(&self) -> bool {
        self.tag < tag_of(3, 0)
    }

    /// Bytes of an exact int that [`Int::is_one_block`].
    pub const SMALLEST_BLOCK: usize = size_of::<Int>();

    /// Makes an exact int another number, unless that needs more room.
    ///
    /// # Safety
    /// R13: the caller holds the only reference to the exact int at `ptr`, which [`Int::is_one_block`], and no borrow of it.
    #[inline(always)]
    pub unsafe fn overwrite(ptr: *mut abi::PyObject, value: i64) -> bool {
        let magnitude = value.unsigned_abs();
        if magnitude >> 60 != 0 {
            return false;
        }
        let sign = if value < 0 { NEGATIVE } else { POSITIVE };
        let (tag, high) = (tag_of(1 + usize::from(magnitude > DIGIT_MASK), sign), (magnitude >> 30) as u32);
        let int: *mut Int = ptr.cast();
        // SAFETY: the caller's promise.
        unsafe {
            (&raw mut (*int).tag).write(if value == 0 { tag_of(0, ZERO) } else { tag });
            (&raw mut (*int).digits).write([(magnitude & DIGIT_MASK) as u32]);
            (&raw mut (*int)._pad).write(high);
        }
        true
    }

    /// The value, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        self.view().to_u64()
    }

    /// The value, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        self.view().to_i128()
    }

    /// `hash(n)`, never -1.
    pub fn hash(&self) -> isize {
        match self.compact() {
            Some(-1) => -2,
            Some(n) => n as isize,
            None => self.view().hash() as isize,
        }
    }
}

