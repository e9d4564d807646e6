//! Names that this crate looks up, interned on first use.
#![allow(non_upper_case_globals, reason = "each static is called like the string it holds")]

use objects::str::intern::Name;

macro_rules! names {
    ($($name:ident)*) => { $( pub static $name: Name = Name::new(stringify!($name)); )* };
}

names! {
    __ctype_be__ __ctype_le__ __setstate__ _abstract_ _anonymous_ _argtypes_ _as_parameter_ _check_retval_ _fields_ _flags_ _handle _length_ _restype_ _type_
    __ctypes_from_outparam__ align base fields format_spec from_param get_layout is_struct size
}
