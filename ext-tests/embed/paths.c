/* Where things lie: home, prefix and the whole of sys.path are what the program says. */
#include "common.h"

int main(int argc, char **argv)
{
    CHECK(argc > 1);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    CHECK(config.parse_argv == 1 && config.install_signal_handlers == 1);
    char *arguments[] = {"app", "-X", "utf8", "-W", "ignore", "script.py", "a", "-b"};
    OK(PyConfig_SetBytesArgv(&config, 8, arguments));
    OK(PyConfig_Read(&config));
    CHECK(config.run_filename != NULL && config.argv.length == 3 && config.orig_argv.length == 8);
    CHECK(wcscmp(config.argv.items[0], L"script.py") == 0 && wcscmp(config.argv.items[2], L"-b") == 0);
    CHECK(config.xoptions.length == 1 && wcscmp(config.warnoptions.items[0], L"ignore") == 0);
    CHECK(config.parse_argv != 1);
    OK(PyConfig_SetString(&config, &config.prefix, L"/p"));
    OK(PyConfig_SetString(&config, &config.exec_prefix, L"/ep"));
    OK(PyConfig_SetString(&config, &config.base_prefix, L"/bp"));
    OK(PyConfig_SetString(&config, &config.base_exec_prefix, L"/bep"));
    wchar_t *folder = Py_DecodeLocale(argv[1], NULL);
    OK(PyWideStringList_Append(&config.module_search_paths, folder));
    PyMem_RawFree(folder);
    OK(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    CHECK(PyRun_SimpleString("import sys\n"
                             "print(sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, sys.platlibdir)\n"
                             "print(sys.argv, sys.orig_argv)\n"
                             "import of_mine\n"
                             "assert of_mine.__file__.startswith(sys.path[-1]) or sys.path[-1] in of_mine.__file__, (sys.path, of_mine)\n"
                             "import signal\n"
                             "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n") == 0);
    int count;
    wchar_t **texts;
    Py_GetArgcArgv(&count, &texts);
    CHECK(count == 8 && wcscmp(texts[5], L"script.py") == 0 && texts[8] == NULL);
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
