//! What embedders and hand-written modules hand over: configuration, allocators, locks, tables of builtin and frozen modules, argument parsers.
//!
//! Invariant: exact, as far as C allocates them itself. Structs whose functions raise (frozen modules, subinterpreters) are here all the same, because
//! headers and exported variables need their types.
use crate::layout::layout;
use crate::slots::PyInit;
use crate::{Py_hash_t, Py_ssize_t, PyObject};
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_ulong, c_void};

/// C's wide character on Linux.
pub type wchar_t = c_int;

layout! {
    table TABLE;

    struct PyStatus {
        kind["_type"]: c_uint,
        func: *const c_char,
        err_msg: *const c_char,
        exitcode: c_int,
    }

    struct PyWideStringList {
        length: Py_ssize_t,
        items: *mut *mut wchar_t,
    }

    struct PyPreConfig {
        _config_init: c_int,
        parse_argv: c_int,
        isolated: c_int,
        use_environment: c_int,
        configure_locale: c_int,
        coerce_c_locale: c_int,
        coerce_c_locale_warn: c_int,
        utf8_mode: c_int,
        dev_mode: c_int,
        allocator: c_int,
    }

    struct PyConfig {
        _config_init: c_int,
        isolated: c_int,
        use_environment: c_int,
        dev_mode: c_int,
        install_signal_handlers: c_int,
        use_hash_seed: c_int,
        hash_seed: c_ulong,
        faulthandler: c_int,
        tracemalloc: c_int,
        perf_profiling: c_int,
        remote_debug: c_int,
        import_time: c_int,
        code_debug_ranges: c_int,
        show_ref_count: c_int,
        dump_refs: c_int,
        dump_refs_file: *mut wchar_t,
        malloc_stats: c_int,
        filesystem_encoding: *mut wchar_t,
        filesystem_errors: *mut wchar_t,
        pycache_prefix: *mut wchar_t,
        parse_argv: c_int,
        orig_argv: PyWideStringList,
        argv: PyWideStringList,
        xoptions: PyWideStringList,
        warnoptions: PyWideStringList,
        site_import: c_int,
        bytes_warning: c_int,
        warn_default_encoding: c_int,
        inspect: c_int,
        interactive: c_int,
        optimization_level: c_int,
        parser_debug: c_int,
        write_bytecode: c_int,
        verbose: c_int,
        quiet: c_int,
        user_site_directory: c_int,
        configure_c_stdio: c_int,
        buffered_stdio: c_int,
        stdio_encoding: *mut wchar_t,
        stdio_errors: *mut wchar_t,
        check_hash_pycs_mode: *mut wchar_t,
        use_frozen_modules: c_int,
        safe_path: c_int,
        int_max_str_digits: c_int,
        thread_inherit_context: c_int,
        context_aware_warnings: c_int,
        cpu_count: c_int,
        pathconfig_warnings: c_int,
        program_name: *mut wchar_t,
        pythonpath_env: *mut wchar_t,
        home: *mut wchar_t,
        platlibdir: *mut wchar_t,
        module_search_paths_set: c_int,
        module_search_paths: PyWideStringList,
        stdlib_dir: *mut wchar_t,
        executable: *mut wchar_t,
        base_executable: *mut wchar_t,
        prefix: *mut wchar_t,
        base_prefix: *mut wchar_t,
        exec_prefix: *mut wchar_t,
        base_exec_prefix: *mut wchar_t,
        skip_source_first_line: c_int,
        run_command: *mut wchar_t,
        run_module: *mut wchar_t,
        run_filename: *mut wchar_t,
        sys_path_0: *mut wchar_t,
        _install_importlib: c_int,
        _init_main: c_int,
        _is_python_build: c_int,
    }

    struct PyInterpreterConfig {
        use_main_obmalloc: c_int,
        allow_fork: c_int,
        allow_exec: c_int,
        allow_threads: c_int,
        allow_daemon_threads: c_int,
        check_multi_interp_extensions: c_int,
        gil: c_int,
    }

    struct PyCompilerFlags {
        cf_flags: c_int,
        cf_feature_version: c_int,
    }

    struct PyMemAllocatorEx {
        ctx: *mut c_void,
        malloc: Option<unsafe extern "C-unwind" fn(*mut c_void, usize) -> *mut c_void>,
        calloc: Option<unsafe extern "C-unwind" fn(*mut c_void, usize, usize) -> *mut c_void>,
        realloc: Option<unsafe extern "C-unwind" fn(*mut c_void, *mut c_void, usize) -> *mut c_void>,
        free: Option<unsafe extern "C-unwind" fn(*mut c_void, *mut c_void)>,
    }

    struct PyObjectArenaAllocator {
        ctx: *mut c_void,
        alloc: Option<unsafe extern "C-unwind" fn(*mut c_void, usize) -> *mut c_void>,
        free: Option<unsafe extern "C-unwind" fn(*mut c_void, *mut c_void, usize)>,
    }

    struct PyHash_FuncDef {
        hash: Option<unsafe extern "C-unwind" fn(*const c_void, Py_ssize_t) -> Py_hash_t>,
        name: *const c_char,
        hash_bits: c_int,
        seed_bits: c_int,
    }

    /// A lock of one byte: bit 0 is locked, bit 1 has waiters. Inline functions of the headers lock and unlock it by compare-and-swap.
    struct PyMutex {
        _bits: u8,
    }

    /// C's thread-specific storage key.
    struct Py_tss_t {
        _is_initialized: c_int,
        _key: c_uint,
    }

    struct _PyOnceFlag {
        v: u8,
    }

    /// Argument Clinic's parser, which is filled in at its first use.
    struct _PyArg_Parser {
        format: *const c_char,
        keywords: *const *const c_char,
        fname: *const c_char,
        custom_msg: *const c_char,
        once: _PyOnceFlag,
        is_kwtuple_owned: c_int,
        pos: c_int,
        min: c_int,
        max: c_int,
        kwtuple: *mut PyObject,
        next: *mut _PyArg_Parser,
    }

    struct _Py_Identifier {
        string: *const c_char,
        index: Py_ssize_t,
        mutex: _PyOnceFlag,
    }

    struct _frozen {
        name: *const c_char,
        code: *const c_uchar,
        size: c_int,
        is_package: c_int,
    }

    struct _inittab {
        name: *const c_char,
        initfunc: Option<PyInit>,
    }

    struct PyMonitoringState {
        active: u8,
        opaque: u8,
    }
}
