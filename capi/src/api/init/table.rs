//! The fields of C's configurations, by name: what is freed, copied, and asked for by name reads this table.

use core::mem::offset_of;

use abi::{PyConfig, PyPreConfig, PyWideStringList, wchar_t};

/// What a field is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Int,
    /// An `int` that is not negative.
    Unsigned,
    UnsignedLong,
    Text,
    /// A text that may be missing.
    OptionalText,
    Texts,
}

/// A field of [`PyConfig`] or [`PyPreConfig`].
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    offset: usize,
}

macro_rules! fields {
    ($table:ident: $of:ident { $($kind:ident: $($name:ident)*;)* }) => {
        pub static $table: &[Field] = &[$($(Field { name: stringify!($name), kind: Kind::$kind, offset: offset_of!($of, $name) },)*)*];
    };
}

fields! {
    CONFIG: PyConfig {
        Texts: argv module_search_paths warnoptions xoptions orig_argv;
        OptionalText: base_exec_prefix base_executable base_prefix exec_prefix executable prefix pycache_prefix stdlib_dir dump_refs_file home
            run_command run_filename run_module sys_path_0 pythonpath_env;
        Text: platlibdir check_hash_pycs_mode filesystem_encoding filesystem_errors program_name stdio_encoding stdio_errors;
        Int: cpu_count thread_inherit_context context_aware_warnings module_search_paths_set _config_init _init_main _install_importlib _is_python_build;
        Unsigned: bytes_warning inspect int_max_str_digits interactive optimization_level parser_debug quiet use_environment verbose write_bytecode
            buffered_stdio code_debug_ranges configure_c_stdio dev_mode dump_refs faulthandler import_time install_signal_handlers isolated
            malloc_stats parse_argv pathconfig_warnings perf_profiling remote_debug safe_path show_ref_count site_import
            skip_source_first_line tracemalloc use_frozen_modules use_hash_seed user_site_directory warn_default_encoding;
        UnsignedLong: hash_seed;
    }
}

fields! {
    PRECONFIG: PyPreConfig {
        Int: allocator coerce_c_locale utf8_mode;
        Unsigned: configure_locale coerce_c_locale_warn;
    }
}

impl Field {
    /// The field of a struct.
    ///
    /// # Safety
    /// R4: `base` is the struct of this field's table, and `T` is what [`Kind`] says.
    pub unsafe fn of<T>(&self, base: *mut u8) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { base.add(self.offset) }.cast()
    }

    /// A text of a struct.
    ///
    /// # Safety
    /// As [`Field::of`].
    pub unsafe fn text(&self, base: *mut u8) -> Option<*mut *mut wchar_t> {
        // SAFETY: the caller's promise.
        matches!(self.kind, Kind::Text | Kind::OptionalText).then(|| unsafe { self.of(base) })
    }

    /// A list of a struct.
    ///
    /// # Safety
    /// As [`Field::of`].
    pub unsafe fn texts(&self, base: *mut u8) -> Option<*mut PyWideStringList> {
        // SAFETY: the caller's promise.
        (self.kind == Kind::Texts).then(|| unsafe { self.of(base) })
    }
}
