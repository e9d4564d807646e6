//! Facts about characters: what Unicode's tables say of a code point.

use core::ffi::c_int;

use algos::ucd;

/// Declares predicates. The names stand at the beginnings of lines, where the binary's build script looks for them.
macro_rules! facts {
    ($($(#[$doc:meta])* pub unsafe extern "C-unwind" fn $name:ident($c:ident) -> $ret:ty = $value:expr;)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        pub unsafe extern "C-unwind" fn $name($c: u32) -> $ret {
            $value
        }
    )*};
}

facts! {
    /// Whether it is a letter.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsAlpha(c) -> c_int = c_int::from(ucd::is_alpha(c));
    /// Whether it is lower case.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsLowercase(c) -> c_int = c_int::from(ucd::is_lower(c));
    /// Whether it is upper case.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsUppercase(c) -> c_int = c_int::from(ucd::is_upper(c));
    /// Whether it is title case.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsTitlecase(c) -> c_int = c_int::from(ucd::is_title(c));
    /// Whether it is a blank.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsWhitespace(c) -> c_int = c_int::from(ucd::is_space(c));
    /// Whether it ends a line.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsLinebreak(c) -> c_int = c_int::from(ucd::is_linebreak(c));
    /// Whether `repr` shows it as it is.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsPrintable(c) -> c_int = c_int::from(ucd::is_printable(c));
    /// Whether it is a decimal digit.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsDecimalDigit(c) -> c_int = c_int::from(ucd::is_decimal(c));
    /// Whether it is a digit of any kind.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsDigit(c) -> c_int = c_int::from(ucd::is_digit(c));
    /// Whether it is a number of any kind.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsNumeric(c) -> c_int = c_int::from(ucd::is_numeric(c));
    /// Whether it may begin an identifier.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsXidStart(c) -> c_int = c_int::from(ucd::is_xid_start(c));
    /// Whether it may stand in an identifier.
    pub unsafe extern "C-unwind" fn _PyUnicode_IsXidContinue(c) -> c_int = c_int::from(ucd::is_xid_continue(c));
    /// The lower case character, if it is one.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToLowercase(c) -> u32 = ucd::to_lower_simple(c);
    /// The upper case character, if it is one.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToUppercase(c) -> u32 = ucd::to_upper_simple(c);
    /// The title case character, if it is one.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToTitlecase(c) -> u32 = ucd::to_title_simple(c);
    /// The value of a decimal digit, or -1.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToDecimalDigit(c) -> c_int = ucd::decimal(c).map_or(-1, c_int::from);
    /// The value of a digit, or -1.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToDigit(c) -> c_int = ucd::digit(c).map_or(-1, c_int::from);
    /// The value of a number, or -1.
    pub unsafe extern "C-unwind" fn _PyUnicode_ToNumeric(c) -> f64 = ucd::numeric(c).unwrap_or(-1.0);
}

/// Whether each ASCII character is a blank.
#[unsafe(export_name = "_Py_ascii_whitespace")]
pub static ASCII_WHITESPACE: [u8; 128] = {
    let mut table = [0; 128];
    let blanks = [9, 10, 11, 12, 13, 28, 29, 30, 31, 32];
    let mut at = 0;
    while at < blanks.len() {
        table[blanks[at]] = 1;
        at += 1;
    }
    table
};

/// The digits of hexadecimal numbers: a pointer, as C declares it.
#[repr(transparent)]
pub struct Digits(*const core::ffi::c_char);

// SAFETY: R2: a static's address, which nobody writes through.
unsafe impl Sync for Digits {}

#[unsafe(export_name = "Py_hexdigits")]
pub static HEX_DIGITS: Digits = Digits(c"0123456789abcdef".as_ptr());
