/* PEP 741: a configuration by names. */
#include "common.h"

static PyObject *init_mine(void)
{
    static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "mine", .m_size = -1};
    return PyModule_Create(&definition);
}

static void error(PyInitConfig *config)
{
    const char *message = NULL;
    int any = PyInitConfig_GetError(config, &message);
    printf("%d %s\n", any, message ? message : "-");
}

int main(void)
{
    PyInitConfig *config = PyInitConfig_Create();
    CHECK(config != NULL);
    error(config);
    CHECK(PyInitConfig_HasOption(config, "isolated") == 1);
    CHECK(PyInitConfig_HasOption(config, "utf8_mode") == 1);
    CHECK(PyInitConfig_HasOption(config, "nothing_of_that_name") == 0);
    int64_t number = -7;
    CHECK(PyInitConfig_GetInt(config, "isolated", &number) == 0 && number == 1);
    CHECK(PyInitConfig_GetInt(config, "utf8_mode", &number) == 0 && number == 0);
    CHECK(PyInitConfig_GetInt(config, "argv", &number) == -1);
    error(config);
    CHECK(PyInitConfig_SetInt(config, "nothing_of_that_name", 1) == -1);
    error(config);
    CHECK(PyInitConfig_SetInt(config, "verbose", -1) == -1);
    error(config);
    CHECK(PyInitConfig_SetInt(config, "cpu_count", 1LL << 40) == -1);
    error(config);
    CHECK(PyInitConfig_SetStr(config, "program_name", "\xff") == -1);
    error(config);
    CHECK(PyInitConfig_SetStr(config, "argv", "x") == -1);
    error(config);
    CHECK(PyInitConfig_SetInt(config, "hash_seed", 7) == 0);
    CHECK(PyInitConfig_SetInt(config, "inspect", 0) == 0);
    CHECK(PyInitConfig_SetInt(config, "utf8_mode", 1) == 0);
    CHECK(PyInitConfig_SetStr(config, "program_name", "/opt/app") == 0);
    char *arguments[] = {"app", "zw\303\266lf"};
    CHECK(PyInitConfig_SetStrList(config, "argv", 2, arguments) == 0);
    size_t count = 0;
    char **texts = NULL;
    CHECK(PyInitConfig_GetStrList(config, "argv", &count, &texts) == 0 && count == 2 && strcmp(texts[1], arguments[1]) == 0);
    PyInitConfig_FreeStrList(count, texts);
    char *text = NULL;
    CHECK(PyInitConfig_GetStr(config, "program_name", &text) == 0 && strcmp(text, "/opt/app") == 0);
    free(text);
    CHECK(PyInitConfig_GetStr(config, "home", &text) == 0 && text == NULL);
    CHECK(PyInitConfig_AddModule(config, "mine", init_mine) == 0);
    int code = -1;
    CHECK(PyInitConfig_GetExitCode(config, &code) == 0);
    if (Py_InitializeFromInitConfig(config) < 0) {
        error(config);
        return 97;
    }
    PyInitConfig_Free(config);
    CHECK(PyRun_SimpleString("import sys, mine\n"
                             "print(ascii(sys.argv), sys.flags.utf8_mode, sys.flags.isolated, sys.flags.hash_randomization)\n"
                             "print(mine.__name__, sys.stdout.encoding)\n") == 0);
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
