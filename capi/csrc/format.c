/* Texts made by a format: strings, exceptions, warnings, what is written to sys.stdout. */
#include "shim.h"

#include <limits.h>
#include <stdio.h>

void *pyston_bytes_from_format(const char *format, Values *values);
void pyston_raise_format(void *type, const char *format, Values *values);
void pyston_raise_format_from_cause(void *type, const char *format, Values *values);
void pyston_unraisable_format(const char *format, Values *values);
int pyston_warn_format(void *source, void *category, Size level, const char *format, Values *values);
int pyston_warn_resource_format(void *source, Size level, const char *format, Values *values);
int pyston_warn_explicit_format(void *category, const char *file, int line, const char *module, void *registry, const char *format, Values *values);
int pyston_writer_format(void *writer, const char *format, Values *values);
void pyston_sys_write(int error, const char *text, int truncated);
void pyston_sys_format(int error, const char *format, Values *values);

/* Where sys has no such file: the process's own. */
void pyston_fputs(int error, const char *text) { fputs(text, error ? stderr : stdout); }

EXPORT(void *) PyUnicode_FromFormat(const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    void *result = pyston_from_format(format, &values);
    va_end(values.list);
    return result;
}

EXPORT(void *) PyUnicode_FromFormatV(const char *format, va_list given)
{
    Values values;
    va_copy(values.list, given);
    void *result = pyston_from_format(format, &values);
    va_end(values.list);
    return result;
}

EXPORT(void *) PyBytes_FromFormat(const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    void *result = pyston_bytes_from_format(format, &values);
    va_end(values.list);
    return result;
}

EXPORT(void *) PyBytes_FromFormatV(const char *format, va_list given)
{
    Values values;
    va_copy(values.list, given);
    void *result = pyston_bytes_from_format(format, &values);
    va_end(values.list);
    return result;
}

EXPORT(int) PyUnicodeWriter_Format(void *writer, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    int result = pyston_writer_format(writer, format, &values);
    va_end(values.list);
    return result;
}

EXPORT(void *) PyErr_Format(void *type, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    pyston_raise_format(type, format, &values);
    va_end(values.list);
    return NULL;
}

EXPORT(void *) PyErr_FormatV(void *type, const char *format, va_list given)
{
    Values values;
    va_copy(values.list, given);
    pyston_raise_format(type, format, &values);
    va_end(values.list);
    return NULL;
}

EXPORT(void *) _PyErr_FormatFromCause(void *type, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    pyston_raise_format_from_cause(type, format, &values);
    va_end(values.list);
    return NULL;
}

EXPORT(void) PyErr_FormatUnraisable(const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    pyston_unraisable_format(format, &values);
    va_end(values.list);
}

EXPORT(int) PyErr_WarnFormat(void *category, Size level, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    int result = pyston_warn_format(NULL, category, level, format, &values);
    va_end(values.list);
    return result;
}

EXPORT(int) PyErr_ResourceWarning(void *source, Size level, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    int result = pyston_warn_resource_format(source, level, format, &values);
    va_end(values.list);
    return result;
}

EXPORT(int) PyErr_WarnExplicitFormat(void *category, const char *file, int line, const char *module, void *registry, const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    int result = pyston_warn_explicit_format(category, file, line, module, registry, format, &values);
    va_end(values.list);
    return result;
}

EXPORT(int) PyOS_vsnprintf(char *text, size_t size, const char *format, va_list given)
{
    /* The length must fit an int, whatever is asked for. */
    int length = size > INT_MAX - 1 ? -666 : vsnprintf(text, size, format, given);
    if (size > 0) {
        text[size - 1] = '\0';
    }
    return length;
}

EXPORT(int) PyOS_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list given;
    va_start(given, format);
    int length = PyOS_vsnprintf(text, size, format, given);
    va_end(given);
    return length;
}

/* CPython promises the first thousand bytes. */
static void write_to(int error, const char *format, va_list given)
{
    char text[1001];
    int length = PyOS_vsnprintf(text, sizeof text, format, given);
    pyston_sys_write(error, text, length < 0 || (size_t)length >= sizeof text);
}

EXPORT(void) PySys_WriteStdout(const char *format, ...)
{
    va_list given;
    va_start(given, format);
    write_to(0, format, given);
    va_end(given);
}

EXPORT(void) PySys_WriteStderr(const char *format, ...)
{
    va_list given;
    va_start(given, format);
    write_to(1, format, given);
    va_end(given);
}

EXPORT(void) PySys_FormatStdout(const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    pyston_sys_format(0, format, &values);
    va_end(values.list);
}

EXPORT(void) PySys_FormatStderr(const char *format, ...)
{
    Values values;
    va_start(values.list, format);
    pyston_sys_format(1, format, &values);
    va_end(values.list);
}
