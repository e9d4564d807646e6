//! Options of compressors and decompressors: dicts whose keys are parameters' numbers.

use heap::{Heaped, Object, Raised, Thread, Type};
use objects::glue::{Global, IntValue, upward};
use objects::{Dict, ops, raise};

use super::sys;

/// The enums of parameters, so that one is not taken for the other.
static COMPRESSION: Global<Type> = Global::EMPTY;
static DECOMPRESSION: Global<Type> = Global::EMPTY;

pub fn set_types(th: &mut Thread, compression: &Type, decompression: &Type) {
    COMPRESSION.set(th, Some(compression.to_ref()));
    DECOMPRESSION.set(th, Some(decompression.to_ref()));
}

/// A number that a C int holds.
pub fn int(th: &mut Thread, object: &Object) -> Result<i32, Raised> {
    let small = match upward::index(th, object)? {
        IntValue::Small(small) => i32::try_from(small).ok(),
        IntValue::Huge { .. } => None,
    };
    small.ok_or_else(|| raise::overflow_error(th, format_args!("Python int too large to convert to C int")))
}

/// Hands each option to `set`.
pub fn each(
    th: &mut Thread,
    options: &Object,
    compress: bool,
    mut set: impl FnMut(&mut Thread, i32, i32) -> Result<(), Raised>,
) -> Result<(), Raised> {
    let Some(dict) = options.downcast_ref::<Dict>() else {
        let class = if compress { "ZstdCompressor" } else { "ZstdDecompressor" };
        let got = ops::full_type_name(th, options.ty());
        return Err(raise::type_error(th, format_args!("{class}() argument 'options' must be dict, not {got}")));
    };
    let other = if compress { &DECOMPRESSION } else { &COMPRESSION };
    for (key, value) in dict.snapshot(th) {
        if other.get(th).is_some_and(|other| core::ptr::eq(key.ty(), &*other)) {
            let (wanted, got) = if compress { ("compression", "Decompression") } else { ("decompression", "Compression") };
            let message = format_args!("{wanted} options dictionary key must not be a {got}Parameter attribute");
            return Err(raise::type_error(th, message));
        }
        let (key, value) = (int(th, &key)?, int(th, &value)?);
        set(th, key, value)?;
    }
    Ok(())
}

const COMPRESSION_NAMES: [(i32, &str); 19] = [
    (100, "compression_level"),
    (101, "window_log"),
    (102, "hash_log"),
    (103, "chain_log"),
    (104, "search_log"),
    (105, "min_match"),
    (106, "target_length"),
    (107, "strategy"),
    (160, "enable_long_distance_matching"),
    (161, "ldm_hash_log"),
    (162, "ldm_min_match"),
    (163, "ldm_bucket_size_log"),
    (164, "ldm_hash_rate_log"),
    (200, "content_size_flag"),
    (201, "checksum_flag"),
    (202, "dict_id_flag"),
    (400, "nb_workers"),
    (401, "job_size"),
    (402, "overlap_log"),
];

const DECOMPRESSION_NAMES: [(i32, &str); 1] = [(100, "window_log_max")];

/// Says what is wrong with an option.
#[cold]
pub fn raise_wrong(th: &mut Thread, compress: bool, key: i32, value: i32) -> Raised {
    let (kind, names): (_, &[(i32, &str)]) =
        if compress { ("compression", &COMPRESSION_NAMES) } else { ("decompression", &DECOMPRESSION_NAMES) };
    let name = match names.iter().find(|(number, _)| *number == key) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("unknown parameter (key {key})"),
    };
    match sys::bounds(key, compress) {
        Ok((lower, upper)) => {
            let message = format_args!(
                "{kind} parameter '{name}' received an illegal value {value}; the valid range is [{lower}, {upper}]"
            );
            raise::value_error(th, message)
        }
        Err(_) => raise::value_error(th, format_args!("invalid {kind} parameter '{name}'")),
    }
}
