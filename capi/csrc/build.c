/* Making values by a format, and calls whose arguments are made so: Py_BuildValue, PyObject_CallFunction. */
#include "shim.h"

void *pyston_build_value(const char *format, Values *values);
void *pyston_call_function(void *callable, const char *format, Values *values);
void *pyston_call_method(void *object, const char *name, const char *format, Values *values);

#define WITH_VALUES(last, call)     \
    Values values;                  \
    va_start(values.list, last);    \
    void *result = call;            \
    va_end(values.list);            \
    return result

#define WITH_COPY(given, call)      \
    Values values;                  \
    va_copy(values.list, given);    \
    void *result = call;            \
    va_end(values.list);            \
    return result

/* What a call by a static name is told: `_Py_Identifier`, of which only the name matters here. */
typedef struct {
    const char *name;
} Identifier;

EXPORT(void *) Py_BuildValue(const char *format, ...) { WITH_VALUES(format, pyston_build_value(format, &values)); }
EXPORT(void *) _Py_BuildValue_SizeT(const char *format, ...) { WITH_VALUES(format, pyston_build_value(format, &values)); }
EXPORT(void *) Py_VaBuildValue(const char *format, va_list given) { WITH_COPY(given, pyston_build_value(format, &values)); }
EXPORT(void *) _Py_VaBuildValue_SizeT(const char *format, va_list given) { WITH_COPY(given, pyston_build_value(format, &values)); }

EXPORT(void *) PyObject_CallFunction(void *callable, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_function(callable, format, &values));
}

EXPORT(void *) _PyObject_CallFunction_SizeT(void *callable, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_function(callable, format, &values));
}

EXPORT(void *) PyEval_CallFunction(void *callable, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_function(callable, format, &values));
}

EXPORT(void *) PyObject_CallMethod(void *object, const char *name, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_method(object, name, format, &values));
}

EXPORT(void *) _PyObject_CallMethod_SizeT(void *object, const char *name, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_method(object, name, format, &values));
}

EXPORT(void *) PyEval_CallMethod(void *object, const char *name, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_method(object, name, format, &values));
}

EXPORT(void *) _PyObject_CallMethodId(void *object, const Identifier *id, const char *format, ...)
{
    WITH_VALUES(format, pyston_call_method(object, id ? id->name : NULL, format, &values));
}
