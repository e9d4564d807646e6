/* Runs with a configuration of its own: argv, flags, names, options; then asks what became of them. */
#include "common.h"
#include <signal.h>

static void show(const char *code)
{
    CHECK(PyRun_SimpleString(code) == 0);
    fflush(stdout);
}

int main(void)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    CHECK(config.isolated == 1 && config.use_environment == 0 && config.install_signal_handlers == 0 && config.safe_path == 1);
    CHECK(config.parse_argv == 0 && config.site_import == 1 && config.module_search_paths_set == 0);

    wchar_t *arguments[] = {L"the program", L"-c", L"one", L"zw\u00f6lf"};
    OK(PyConfig_SetArgv(&config, 4, arguments));
    OK(PyConfig_SetString(&config, &config.program_name, L"/opt/app/bin/app"));
    OK(PyConfig_SetString(&config, &config.executable, L"/opt/app/bin/app"));
    OK(PyWideStringList_Append(&config.warnoptions, L"error::DeprecationWarning"));
    OK(PyWideStringList_Insert(&config.warnoptions, 0, L"ignore::FutureWarning"));
    OK(PyWideStringList_Append(&config.xoptions, L"mine=1"));
    OK(PyWideStringList_Append(&config.xoptions, L"yours"));
    CHECK(PyStatus_IsError(PyWideStringList_Insert(&config.xoptions, -1, L"x")));
    config.site_import = 0;
    config.write_bytecode = 0;
    config.int_max_str_digits = 1000;
    config.use_hash_seed = 1;
    config.hash_seed = 42;
    OK(PyConfig_Read(&config));
    CHECK(wcscmp(config.program_name, L"/opt/app/bin/app") == 0);
    CHECK(config.argv.length == 4 && wcscmp(config.argv.items[3], L"zw\u00f6lf") == 0);
    OK(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    CHECK(config.argv.length == 0 && config.program_name == NULL);

    show("import sys\n"
         "print(ascii(sys.argv), sys.executable)\n"
         "print(sys.warnoptions, sorted(sys._xoptions.items()))\n"
         "flags = sys.flags\n"
         "print(flags.isolated, flags.ignore_environment, flags.no_site, flags.dont_write_bytecode, flags.safe_path, flags.no_user_site)\n"
         "print(sys.get_int_max_str_digits(), flags.hash_randomization, 'site' in sys.modules)\n");
    struct sigaction now;
    CHECK(sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    show("import signal\nprint(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n");
    show("import warnings\n"
         "try:\n    warnings.warn('old', DeprecationWarning)\n"
         "except DeprecationWarning as error:\n    print('raised', error)\n");
    int digits = 0;
    CHECK(PyConfig_GetInt("int_max_str_digits", &digits) == 0 && digits == 1000);
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
