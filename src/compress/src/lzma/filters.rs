//! Descriptions of filters: dicts, and what the library takes.

use heap::{Object, Raised, Ref, Thread};
use liblzma_sys as xz;
use objects::exceptions::{key_error_type, value_error_type};
use objects::glue::{upward, *};
use objects::{Dict, Str, ops, raise};

use super::stream;

/// The most filters of a chain.
const MOST: usize = 4;

/// A filter with its options.
pub enum Filter {
    Lzma(u64, Box<xz::lzma_options_lzma>),
    Delta(u64, Box<xz::lzma_options_delta>),
    /// Converters of machine code.
    Bcj(u64, Box<xz::lzma_options_bcj>),
}

/// An option that a filter may have, and what reads it.
type Field<'a> = (&'static str, &'a mut u32, &'static str);

impl Filter {
    pub fn id(&self) -> u64 {
        let (Filter::Lzma(id, _) | Filter::Delta(id, _) | Filter::Bcj(id, _)) = self;
        *id
    }

    /// Reads a mapping.
    pub fn read(th: &mut Thread, spec: &Object) -> Result<Filter, Raised> {
        if !ops::is_mapping(spec) {
            return Err(raise::type_error(th, format_args!("Filter specifier must be a dict or dict-like object")));
        }
        let Some(id) = item(th, spec, "id")? else {
            return Err(raise::value_error(th, format_args!("Filter specifier must have an \"id\" entry")));
        };
        let id = natural(th, &id, u64::MAX, "lzma_vli")?;
        match id {
            xz::LZMA_FILTER_LZMA1 | xz::LZMA_FILTER_LZMA2 => lzma(th, spec).map(|options| Filter::Lzma(id, options)),
            xz::LZMA_FILTER_DELTA => {
                let mut options = stream::delta_options();
                fields(th, spec, "delta", &[], &mut [("dist", &mut options.dist, "uint32_t")])?;
                Ok(Filter::Delta(id, Box::new(options)))
            }
            xz::LZMA_FILTER_X86
            | xz::LZMA_FILTER_POWERPC
            | xz::LZMA_FILTER_IA64
            | xz::LZMA_FILTER_ARM
            | xz::LZMA_FILTER_ARMTHUMB
            | xz::LZMA_FILTER_SPARC => {
                let mut options = xz::lzma_options_bcj { start_offset: 0 };
                fields(th, spec, "BCJ", &[], &mut [("start_offset", &mut options.start_offset, "uint32_t")])?;
                Ok(Filter::Bcj(id, Box::new(options)))
            }
            _ => Err(raise::value_error(th, format_args!("Invalid filter ID: {id}"))),
        }
    }

    /// Reads a sequence of mappings.
    pub fn read_chain(th: &mut Thread, specs: &Object) -> Result<Vec<Filter>, Raised> {
        if ops::has_len(specs) && !ops::is_sequence(specs) {
            let got = ops::type_name(specs);
            return Err(raise::type_error(th, format_args!("{got} is not a sequence")));
        }
        let count = ops::len(th, specs)?;
        if count > MOST {
            return Err(raise::value_error(th, format_args!("Too many filters - liblzma supports a maximum of {MOST}")));
        }
        let mut chain = Vec::with_capacity(count);
        for index in 0..count {
            let spec = ops::item::sequence_getitem(th, specs, index as isize)?;
            chain.push(Filter::read(th, &spec)?);
        }
        Ok(chain)
    }
}

fn lzma(th: &mut Thread, spec: &Object) -> Result<Box<xz::lzma_options_lzma>, Raised> {
    let preset = match item(th, spec, "preset")? {
        Some(preset) => natural(th, &preset, u32::MAX.into(), "uint32_t")? as u32,
        None => xz::LZMA_PRESET_DEFAULT,
    };
    let mut options = stream::preset(preset).ok_or_else(|| super::raise_preset(th, preset))?;
    let xz::lzma_options_lzma { dict_size, lc, lp, pb, mode, nice_len, mf, depth, .. } = &mut *options;
    let known: &mut [Field<'_>] = &mut [
        ("dict_size", dict_size, "uint32_t"),
        ("lc", lc, "uint32_t"),
        ("lp", lp, "uint32_t"),
        ("pb", pb, "uint32_t"),
        ("mode", mode, "lzma_mode"),
        ("nice_len", nice_len, "uint32_t"),
        ("mf", mf, "lzma_match_finder"),
        ("depth", depth, "uint32_t"),
    ];
    fields(th, spec, "LZMA", &["preset"], known)?;
    Ok(options)
}

/// Reads the options that a dict gives; one that is not known, or has no such value, makes the description invalid.
fn fields(th: &mut Thread, spec: &Object, kind: &str, also: &[&str], known: &mut [Field<'_>]) -> Result<(), Raised> {
    let invalid = |th: &mut Thread| {
        th.take_exception();
        raise::new(th, value_error_type(), format_args!("Invalid filter specifier for {kind} filter"))
    };
    // What is like a dict, but is none, cannot be asked for its names.
    let Some(dict) = spec.downcast_ref::<Dict>() else { return Err(invalid(th)) };
    for (key, value) in dict.snapshot(th) {
        let Some(name) = str_text(&key) else { return Err(invalid(th)) };
        if name == "id" || also.contains(&name.as_str()) {
            continue;
        }
        let Some((_, field, c_type)) = known.iter_mut().find(|(known, ..)| *known == name) else { return Err(invalid(th)) };
        match natural(th, &value, u32::MAX.into(), c_type) {
            Ok(number) => **field = number as u32,
            Err(_) => return Err(invalid(th)),
        }
    }
    Ok(())
}

/// An entry of a mapping.
fn item(th: &mut Thread, mapping: &Object, name: &str) -> Result<Option<Ref<Object>>, Raised> {
    let name = Str::new(th, name);
    match ops::getitem(th, mapping, &name) {
        Ok(value) => Ok(Some(value)),
        Err(_) if raise::catch(th, key_error_type()).is_some() => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// An int that a C type without sign holds.
pub fn natural(th: &mut Thread, object: &Object, most: u64, c_type: &str) -> Result<u64, Raised> {
    let number = ops::index(th, object)?;
    if number.is_negative() {
        return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
    }
    match number.to_u64() {
        Some(number) if number <= most => Ok(number),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large for C {c_type}"))),
    }
}

/// The dict of a filter.
pub fn describe(th: &mut Thread, id: u64, options: &[(&str, u32)]) -> Result<Ref<Dict>, Raised> {
    let dict = Dict::new(th);
    for (name, value) in [("id", id)].into_iter().chain(options.iter().map(|&(name, value)| (name, u64::from(value)))) {
        let (name, value) = (Str::new(th, name), upward::from_i128(th, value.into()));
        dict.set(th, &name, value)?;
    }
    Ok(dict)
}
