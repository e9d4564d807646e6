//! The names that the streams call each other by.

use objects::str::Name;

macro_rules! names {
    ($($name:ident)*) => {$(
        #[allow(non_upper_case_globals, reason = "named as what it holds")]
        pub static $name: Name = Name::new(stringify!($name));
    )*};
}

names! {
    close closed flush read readable readline write writable seek seekable tell truncate fileno isatty peek readall readinto readinto1 read1 raw
    name mode _dealloc_warn _finalizing decode encode reset getstate setstate newlines replace encoding errors __fspath__ detach extend
}
