//! How the interpreter was started, by name: `PyConfig_Get*`, `PyConfig_Names`, `PyConfig_Set`.

use core::ffi::{c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use interp::config::Config;
use objects::{Dict, FrozenSet, Int, List, Str, bool_ref, none, ops, raise};

use crate::api;
use crate::entry::c_text;

/// Where an option is kept.
#[derive(Clone, Copy)]
enum Place {
    /// An attribute of `sys`, which may be set to values of this kind.
    Sys(&'static str, Kind),
    /// `sys.dont_write_bytecode`, the other way round.
    WriteBytecode,
    /// `sys.set_int_max_str_digits()`
    Digits,
    Number(fn(&Config) -> i64),
    Flag(fn(&Config) -> bool),
    Text(fn(&Config) -> String),
    Nothing,
}

/// What an attribute of `sys` may be set to.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    TextOrNone,
    Texts,
    Options,
    Fixed,
}

use Place::{Digits, Flag, Nothing, Number, Sys, Text, WriteBytecode};

const OPTIONS: &[(&str, Place)] = &[
    ("argv", Sys("argv", Kind::Texts)),
    ("base_exec_prefix", Sys("base_exec_prefix", Kind::TextOrNone)),
    ("base_executable", Sys("_base_executable", Kind::TextOrNone)),
    ("base_prefix", Sys("base_prefix", Kind::TextOrNone)),
    ("bytes_warning", Number(|c| c.bytes_warning.into())),
    ("cpu_count", Number(|c| if c.cpu_count == 0 { -1 } else { c.cpu_count.into() })),
    ("exec_prefix", Sys("exec_prefix", Kind::TextOrNone)),
    ("executable", Sys("executable", Kind::TextOrNone)),
    ("inspect", Flag(|c| c.inspect > 0)),
    ("int_max_str_digits", Digits),
    ("interactive", Flag(|c| c.interactive > 0)),
    ("module_search_paths", Sys("path", Kind::Texts)),
    ("optimization_level", Number(|c| c.optimize.into())),
    ("parser_debug", Flag(|c| c.debug > 0)),
    ("platlibdir", Sys("platlibdir", Kind::Text)),
    ("prefix", Sys("prefix", Kind::TextOrNone)),
    ("pycache_prefix", Sys("pycache_prefix", Kind::TextOrNone)),
    ("quiet", Flag(|c| c.quiet)),
    ("stdlib_dir", Sys("_stdlib_dir", Kind::TextOrNone)),
    ("use_environment", Flag(|c| !c.ignore_environment)),
    ("verbose", Number(|c| c.verbose.into())),
    ("warnoptions", Sys("warnoptions", Kind::Texts)),
    ("write_bytecode", WriteBytecode),
    ("xoptions", Sys("_xoptions", Kind::Options)),
    ("buffered_stdio", Flag(|c| !c.unbuffered)),
    ("check_hash_pycs_mode", Text(|c| c.check_hash_pycs.clone())),
    ("code_debug_ranges", Flag(|c| !c.no_debug_ranges)),
    ("configure_c_stdio", Flag(|_| true)),
    ("dev_mode", Flag(|c| c.dev_mode)),
    ("dump_refs", Flag(|_| false)),
    ("dump_refs_file", Nothing),
    ("faulthandler", Flag(|c| c.faulthandler)),
    ("filesystem_encoding", Text(|_| "utf-8".to_owned())),
    ("filesystem_errors", Text(|_| "surrogateescape".to_owned())),
    ("hash_seed", Number(|_| 0)),
    ("home", Nothing),
    ("thread_inherit_context", Number(|c| c.thread_inherit_context.into())),
    ("context_aware_warnings", Number(|c| c.context_aware_warnings.into())),
    ("import_time", Number(|c| c.import_time.into())),
    ("install_signal_handlers", Flag(|_| true)),
    ("isolated", Flag(|c| c.isolated)),
    ("malloc_stats", Flag(|_| false)),
    ("orig_argv", Sys("orig_argv", Kind::Fixed)),
    ("parse_argv", Flag(|_| true)),
    ("pathconfig_warnings", Flag(|_| true)),
    ("perf_profiling", Number(|_| 0)),
    ("remote_debug", Flag(|c| !c.no_remote_debug)),
    ("program_name", Text(|c| String::from_utf8_lossy(&c.program).into_owned())),
    ("run_command", Nothing),
    ("run_filename", Nothing),
    ("run_module", Nothing),
    ("safe_path", Flag(|c| c.safe_path)),
    ("show_ref_count", Flag(|_| false)),
    ("site_import", Flag(|c| !c.no_site)),
    ("skip_source_first_line", Flag(|_| false)),
    ("stdio_encoding", Text(|c| c.stdio_encoding.clone())),
    ("stdio_errors", Text(|c| c.stdio_errors.clone())),
    ("tracemalloc", Number(|c| c.tracemalloc.into())),
    ("use_frozen_modules", Flag(|_| true)),
    ("use_hash_seed", Flag(|c| !c.hash_randomization)),
    ("user_site_directory", Flag(|c| !c.no_user_site)),
    ("warn_default_encoding", Flag(|c| c.warn_default_encoding)),
    ("allocator", Number(|_| 0)),
    ("coerce_c_locale", Flag(|_| false)),
    ("coerce_c_locale_warn", Flag(|_| false)),
    ("configure_locale", Flag(|_| true)),
    ("utf8_mode", Flag(|c| c.utf8_mode)),
];

fn find(th: &mut Thread, name: &str) -> Result<Place, Raised> {
    match OPTIONS.iter().find(|(known, _)| *known == name) {
        Some((_, place)) => Ok(*place),
        None => Err(raise::value_error(th, format_args!("unknown config option name: {name}"))),
    }
}

fn attribute(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    match interp::sys::attribute(th, name) {
        Some(value) => Ok(value),
        None => Err(raise::runtime_error(th, format_args!("lost sys.{name}"))),
    }
}

fn get(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let config = interp::config::get();
    Ok(match find(th, name)? {
        Sys(attribute_name, _) => attribute(th, attribute_name)?,
        WriteBytecode => {
            let dont = attribute(th, "dont_write_bytecode")?;
            bool_ref(!ops::is_true(th, &dont)?)
        }
        Digits => Int::from_i64(th, objects::int::limit::max_str_digits() as i64).up(),
        Number(number) => Int::from_i64(th, number(config)).up(),
        Flag(flag) => bool_ref(flag(config)),
        Text(text) => Str::new(th, &text(config)).up(),
        Nothing => objects::none_ref(),
    })
}

/// Whether an attribute of `sys` may have the value.
fn check(th: &mut Thread, kind: Kind, value: &Object) -> Result<(), Raised> {
    let got = ops::type_name(value);
    match kind {
        Kind::Fixed => Ok(()),
        Kind::Text if value.is_a::<Str>() => Ok(()),
        Kind::Text => Err(raise::type_error(th, format_args!("expected str, got {got}"))),
        Kind::TextOrNone if value.is(none()) || value.is_a::<Str>() => Ok(()),
        Kind::TextOrNone => Err(raise::type_error(th, format_args!("expected str or None, got {got}"))),
        Kind::Texts => {
            let Some(list) = value.downcast::<List>() else { return Err(raise::type_error(th, format_args!("expected list[str], got {got}"))) };
            for (at, item) in list.snapshot(th).iter().enumerate() {
                if !item.is_a::<Str>() {
                    let got = ops::type_name(item);
                    return Err(raise::type_error(th, format_args!("expected str, list item {at} has type {got}")));
                }
            }
            Ok(())
        }
        Kind::Options => {
            let Some(dict) = value.downcast::<Dict>() else {
                return Err(raise::type_error(th, format_args!("expected dict[str, str | bool], got {got}")));
            };
            for (key, item) in dict.snapshot(th) {
                let got = ops::type_name(&key);
                if !key.is_a::<Str>() {
                    return Err(raise::type_error(th, format_args!("expected str, got dict key type {got}")));
                }
                if !item.is_a::<Str>() && !item.is_a::<objects::Bool>() {
                    return Err(raise::type_error(th, format_args!("expected str or bool, got dict value type {got}")));
                }
            }
            Ok(())
        }
    }
}

fn set(th: &mut Thread, name: &str, value: &Object) -> Result<(), Raised> {
    let shown = Str::new(th, name);
    interp::audit::event(th, "cpython.PyConfig_Set", &[&shown, value])?;
    match find(th, name)? {
        Sys(_, Kind::Fixed) => {}
        Sys(attribute, kind) => {
            check(th, kind, value)?;
            interp::sys::set_attribute(th, attribute, value.to_owned());
            return Ok(());
        }
        WriteBytecode => {
            let write = super::config_set::number(th, value)? != 0;
            return super::config_set::write_bytecode(th, write);
        }
        Digits => {
            let sys = interp::sys::module(th)?;
            let set = objects::intern(th, "set_int_max_str_digits");
            let result = ops::call_method(th, &sys, set, &[value])?;
            th.release(result);
            return super::config_set::renew_flags(th);
        }
        _ if matches!(name, "bytes_warning" | "cpu_count" | "inspect" | "interactive" | "optimization_level" | "parser_debug" | "quiet" | "use_environment" | "verbose") => {
            return super::config_set::set(th, name, value);
        }
        _ => {}
    }
    Err(raise::value_error(th, format_args!("cannot set read-only option {name}")))
}

api! {
    fn PyConfig_Get(th, name: *const c_char) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        get(th, name)
    }

    fn PyConfig_GetInt(th, name: *const c_char, out: *mut c_int) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        let value = get(th, name)?;
        let Some(number) = value.downcast_ref::<Int>() else {
            return Err(raise::type_error(th, format_args!("config option {name} is not an int")));
        };
        match number.to_i64().and_then(|number| c_int::try_from(number).ok()) {
            Some(number) => {
                // SAFETY: R4: the function's contract.
                unsafe { out.write(number) };
                Ok(())
            }
            None => Err(raise::overflow_error(th, format_args!("config option {name} value does not fit into a C int"))),
        }
    }

    fn PyConfig_Names(th) -> Result<Ref<Object>, Raised> {
        let names = OPTIONS.iter().map(|(name, _)| Str::new(th, name).up()).collect();
        let names = List::new(th, names);
        ops::call1(th, <FrozenSet as heap::PyType>::type_object(), &names)
    }

    fn PyConfig_Set(th, name: *const c_char, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        set(th, name, value)
    }
}
