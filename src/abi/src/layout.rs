//! The table macro: one declaration gives a `repr(C)` struct, its zero constant and its rows in [`TABLES`].
//!
//! Invariant: a struct that is declared by `layout!` is in exactly one table, and each of its public C fields is a row of it. C names that are no Rust
//! names, or that we call otherwise, stand in brackets behind the field: `count["ob_refcnt"]: u32`.
//!
//! Start at [`find`]: it resolves C's dotted paths (`ht_type.tp_name`), as a debugger or the JIT's printer would ask.

/// One field of a C struct.
#[derive(Clone, Copy, Debug)]
pub struct FieldLayout {
    /// C's name.
    pub name: &'static str,
    pub offset: usize,
    pub size: usize,
    /// The Rust type as written; when it names another struct of the tables, paths continue in it.
    pub type_name: &'static str,
}

/// One C struct or union.
#[derive(Clone, Copy, Debug)]
pub struct StructLayout {
    pub name: &'static str,
    pub size: usize,
    pub align: usize,
    pub fields: &'static [FieldLayout],
    /// Bit fields (name, first bit, width); then `fields` is empty.
    pub bits: &'static [(&'static str, u32, u32)],
}

/// Every struct of this crate.
pub static TABLES: &[&[StructLayout]] = &[
    crate::object::TABLE,
    crate::builtin::BITS,
    crate::builtin::TABLE,
    crate::callable::TABLE,
    crate::embed::TABLE,
    crate::exceptions::TABLE,
    crate::thread::BITS,
    crate::thread::TABLE,
    crate::datetime::TABLE,
];

/// The struct that C calls `name`.
pub fn struct_named(name: &str) -> Option<&'static StructLayout> {
    TABLES.iter().flat_map(|table| table.iter()).find(|layout| layout.name == name)
}

/// Where C's `path` (fields joined with dots) lies in `name`: offset and size in bytes; bit fields have no answer, see [`bits`].
pub fn find(name: &str, path: &str) -> Option<(usize, usize)> {
    let mut layout = struct_named(name)?;
    let mut offset = 0;
    let mut parts = path.split('.');
    let mut part = parts.next()?;
    loop {
        let field = layout.fields.iter().find(|field| field.name == part)?;
        offset += field.offset;
        match parts.next() {
            None => return Some((offset, field.size)),
            Some(next) => {
                part = next;
                layout = struct_named(field.type_name)?;
            }
        }
    }
}

/// Where C's bit field `path` lies in `name`: byte offset of its word, first bit, width.
pub fn bits(name: &str, path: &str) -> Option<(usize, u32, u32)> {
    let (word, bit) = path.rsplit_once('.')?;
    let (offset, _) = find(name, word)?;
    let mut layout = struct_named(name)?;
    for part in word.split('.') {
        let field = layout.fields.iter().find(|field| field.name == part)?;
        layout = struct_named(field.type_name)?;
    }
    layout.bits.iter().find(|(name, ..)| *name == bit).map(|&(_, shift, width)| (offset, shift, width))
}

/// C's name of a field: the bracketed one if there is one.
macro_rules! c_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// Declares C structs and unions and the table of where their fields are.
macro_rules! layout {
    (
        table $table:ident;
        $(
            $(#[$meta:meta])*
            $kind:ident $name:ident {
                $( $(#[$field_meta:meta])* $field:ident $([$cname:literal])? : $ty:ty ),* $(,)?
            }
        )*
    ) => {
        $(
            $(#[$meta])*
            #[repr(C)]
            pub $kind $name {
                $( $(#[$field_meta])* pub $field: $ty, )*
            }

            impl $name {
                /// All bytes zero, which is C's default.
                // SAFETY: the fields are integers, floats, nullable pointers, optional functions, and arrays and structs of
                // these; all of them are valid when zero.
                pub const ZERO: Self = unsafe { core::mem::zeroed() };
            }

            // SAFETY: plain C data without behaviour; a shared reference only reads, and what its pointers lead to is behind `unsafe`.
            unsafe impl Sync for $name {}
            // SAFETY: nothing in it is bound to the thread that made it.
            unsafe impl Send for $name {}
        )*

        /// Where the fields of this file's structs are.
        pub(crate) static $table: &[$crate::layout::StructLayout] = &[
            $(
                $crate::layout::StructLayout {
                    name: stringify!($name),
                    size: size_of::<$name>(),
                    align: align_of::<$name>(),
                    fields: &[
                        $(
                            $crate::layout::FieldLayout {
                                name: $crate::layout::c_name!($field $($cname)?),
                                offset: core::mem::offset_of!($name, $field),
                                size: size_of::<$ty>(),
                                type_name: stringify!($ty),
                            },
                        )*
                    ],
                    bits: &[],
                },
            )*
        ];
    };
}

/// Declares words of C bit fields, with a reader per field.
macro_rules! bit_fields {
    (
        table $table:ident;
        $(
            $(#[$meta:meta])*
            struct $name:ident($word:ty) { $( $field:ident: $shift:literal, $width:literal; )* }
        )*
    ) => {
        $(
            $(#[$meta])*
            #[repr(transparent)]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub struct $name(pub $word);

            impl $name {
                pub const ZERO: Self = Self(0);
                $(
                    pub const fn $field(self) -> $word {
                        (self.0 >> $shift) & ((1 << $width) - 1)
                    }
                )*
            }
        )*

        pub(crate) static $table: &[$crate::layout::StructLayout] = &[
            $(
                $crate::layout::StructLayout {
                    name: stringify!($name),
                    size: size_of::<$name>(),
                    align: align_of::<$name>(),
                    fields: &[],
                    bits: &[$( (stringify!($field), $shift, $width), )*],
                },
            )*
        ];
    };
}

pub(crate) use {bit_fields, c_name, layout};
