//! The types of values, and what functions return.
use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares an enum whose variants have names in LIR's text.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As LIR's text has it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What a value is to the machine. Integers have no sign; instructions do.
    Type {
        /// A truth value. It has no form in memory: widen it before it is stored.
        I1 = "i1",
        I8 = "i8",
        I16 = "i16",
        I32 = "i32",
        I64 = "i64",
        F64 = "f64",
        /// An address of 64 bits.
        Ptr = "ptr",
    }
}

impl Type {
    /// Bits of an integer or address; a float has those of its representation.
    pub const fn bits(self) -> u32 {
        match self {
            Type::I1 => 1,
            Type::I8 => 8,
            Type::I16 => 16,
            Type::I32 => 32,
            Type::I64 | Type::F64 | Type::Ptr => 64,
        }
    }

    /// Bytes in memory.
    pub const fn bytes(self) -> u8 {
        match self {
            Type::I1 | Type::I8 => 1,
            Type::I16 => 2,
            Type::I32 => 4,
            Type::I64 | Type::F64 | Type::Ptr => 8,
        }
    }

    /// All bits of the type set.
    pub const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    pub const fn is_int(self) -> bool {
        !matches!(self, Type::F64 | Type::Ptr)
    }

    /// An integer that arithmetic is done with: not a truth value.
    pub const fn is_number(self) -> bool {
        self.is_int() && !matches!(self, Type::I1)
    }

    /// Takes a whole register of the integer kind.
    pub const fn is_word(self) -> bool {
        matches!(self, Type::I64 | Type::Ptr)
    }
}

/// What a function returns, as `extern "C"` does: nothing, a value, or two words (`#[repr(C)] struct { usize, usize }`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Results {
    None,
    One(Type),
    Pair(Type, Type),
}

impl Results {
    pub fn iter(self) -> impl Iterator<Item = Type> {
        let (first, second) = match self {
            Results::None => (None, None),
            Results::One(only) => (Some(only), None),
            Results::Pair(first, second) => (Some(first), Some(second)),
        };
        first.into_iter().chain(second)
    }

    pub fn count(self) -> usize {
        match self {
            Results::None => 0,
            Results::One(_) => 1,
            Results::Pair(..) => 2,
        }
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Results::None => f.write_str("()"),
            Results::One(only) => only.fmt(f),
            Results::Pair(first, second) => write!(f, "({first}, {second})"),
        }
    }
}
