/* The command line is read; where things lie is what the program says. */
#include "common.h"

int main(int argc, char **argv)
{
    CHECK(argc > 2); /* the standard library's folder, and one of modules */
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
    /* Where things lie is not decided yet; what is set now stays. */
    CHECK(config.module_search_paths_set == 0 && config.executable == NULL);
    OK(PyConfig_SetString(&config, &config.executable, L"/opt/app"));
    config.module_search_paths_set = 1;
    for (int i = 1; i < 3; i++) {
        wchar_t *folder = Py_DecodeLocale(argv[i], NULL);
        OK(PyWideStringList_Append(&config.module_search_paths, folder));
        PyMem_RawFree(folder);
    }
    OK(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    CHECK(PyRun_SimpleString("import sys\n"
                             "print(sys.executable, sys.platlibdir, len(sys.path) >= 2)\n"
                             "print(sys.argv, sys.orig_argv)\n"
                             "import of_mine, json\n"
                             "print(of_mine.answer, of_mine.__file__.startswith(sys.path[1]))\n"
                             "import signal\n"
                             "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n") == 0);
    int count;
    wchar_t **texts;
    Py_GetArgcArgv(&count, &texts);
    CHECK(count == 8 && wcscmp(texts[5], L"script.py") == 0 && texts[8] == NULL);
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
