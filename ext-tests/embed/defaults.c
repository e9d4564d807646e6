/* The fields of configurations: as they are made, and as reading leaves them. */
#include "common.h"

#define INTS(X) X(isolated) X(use_environment) X(dev_mode) X(install_signal_handlers) X(use_hash_seed) X(faulthandler) X(tracemalloc) \
    X(perf_profiling) X(remote_debug) X(import_time) X(code_debug_ranges) X(show_ref_count) X(dump_refs) X(malloc_stats) X(parse_argv) \
    X(site_import) X(bytes_warning) X(warn_default_encoding) X(inspect) X(interactive) X(optimization_level) X(parser_debug) \
    X(write_bytecode) X(verbose) X(quiet) X(user_site_directory) X(configure_c_stdio) X(buffered_stdio) X(use_frozen_modules) \
    X(safe_path) X(int_max_str_digits) X(cpu_count) X(pathconfig_warnings) X(module_search_paths_set) X(skip_source_first_line)
#define TEXTS(X) X(dump_refs_file) X(filesystem_encoding) X(filesystem_errors) X(pycache_prefix) X(stdio_encoding) X(stdio_errors) \
    X(check_hash_pycs_mode) X(program_name) X(pythonpath_env) X(home) X(platlibdir) X(stdlib_dir) X(executable) X(base_executable) \
    X(prefix) X(base_prefix) X(exec_prefix) X(base_exec_prefix) X(run_command) X(run_module) X(run_filename)
#define LISTS(X) X(orig_argv) X(argv) X(xoptions) X(warnoptions) X(module_search_paths)

static void show(const char *what, const PyConfig *config)
{
    printf("%s:", what);
#define INT(name) printf(" " #name "=%d", config->name);
    INTS(INT)
#define TEXT(name) \
    if (config->name) \
        printf(" " #name "=%ls", config->name);
    TEXTS(TEXT)
#define LIST(name) \
    for (Py_ssize_t i = 0; i < config->name.length; i++) \
        printf(" " #name "[%d]=%ls", (int)i, config->name.items[i]);
    LISTS(LIST)
    printf("\n");
}

static void show_pre(const char *what, const PyPreConfig *config)
{
    printf("%s: %d %d %d %d %d %d %d %d %d\n", what, config->parse_argv, config->isolated, config->use_environment, config->configure_locale,
           config->coerce_c_locale, config->coerce_c_locale_warn, config->utf8_mode, config->dev_mode, config->allocator);
}

static void with(const char *what, int count, char **arguments)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    OK(PyConfig_SetBytesArgv(&config, count, arguments));
    OK(PyConfig_Read(&config));
    show(what, &config);
    /* Once more: nothing is read twice. */
    OK(PyConfig_Read(&config));
    show("again", &config);
    PyConfig_Clear(&config);
}

int main(void)
{
    PyPreConfig before;
    PyPreConfig_InitPythonConfig(&before);
    show_pre("python", &before);
    PyPreConfig_InitIsolatedConfig(&before);
    show_pre("isolated", &before);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    show("python", &config);
    PyConfig_InitIsolatedConfig(&config);
    show("isolated", &config);
    char *script[] = {"/opt/app", "-Xutf8", "-W", "ignore", "-OO", "-v", "-b", "/x/script.py", "-v", "a"};
    with("a script", 10, script);
    char *command[] = {"/opt/app", "-I", "-X", "dev", "-X", "tracemalloc=4", "-c", "pass", "a"};
    with("a command", 9, command);
    char *module[] = {"/opt/app", "-E", "-s", "-B", "-u", "-i", "-q", "-x", "-P", "-Ximporttime", "-m", "mine", "a"};
    with("a module", 13, module);
    OK(PyConfig_Read(&config));
    show("isolated, read", &config);
    PyConfig_Clear(&config);
    return 0;
}
