/* Taking arguments apart by a format: PyArg_*. */
#include "shim.h"

int pyston_values_int(Values *values) { return va_arg(values->list, int); }
long pyston_values_long(Values *values) { return va_arg(values->list, long); }
void *pyston_values_pointer(Values *values) { return va_arg(values->list, void *); }
double pyston_values_double(Values *values) { return va_arg(values->list, double); }

int pyston_parse_one(void *object, const char *format, Values *values);
int pyston_parse_tuple(void *tuple, const char *format, Values *values);
int pyston_parse_stack(void *const *args, Size nargs, const char *format, Values *values);
int pyston_parse_keywords(void *args, void *kwargs, const char *format, const char *const *names, Values *values);
int pyston_parse_prepared_tuple(void *args, void *kwargs, void *parser, Values *values);
int pyston_parse_prepared_stack(void *const *args, Size nargs, void *kwnames, void *parser, Values *values);
int pyston_unpack_tuple(void *tuple, const char *name, Size min, Size max, Values *values);
int pyston_unpack_stack(void *const *args, Size nargs, const char *name, Size min, Size max, Values *values);

/* Calls a Rust function with what follows `last`. */
#define WITH_VALUES(last, call)     \
    Values values;                  \
    va_start(values.list, last);    \
    int result = call;              \
    va_end(values.list);            \
    return result

/* The same with a copy of the caller's list. */
#define WITH_COPY(given, call)      \
    Values values;                  \
    va_copy(values.list, given);    \
    int result = call;              \
    va_end(values.list);            \
    return result

EXPORT(int) PyArg_Parse(void *object, const char *format, ...) { WITH_VALUES(format, pyston_parse_one(object, format, &values)); }
EXPORT(int) _PyArg_Parse_SizeT(void *object, const char *format, ...) { WITH_VALUES(format, pyston_parse_one(object, format, &values)); }
EXPORT(int) PyArg_ParseTuple(void *tuple, const char *format, ...) { WITH_VALUES(format, pyston_parse_tuple(tuple, format, &values)); }
EXPORT(int) _PyArg_ParseTuple_SizeT(void *tuple, const char *format, ...) { WITH_VALUES(format, pyston_parse_tuple(tuple, format, &values)); }
EXPORT(int) PyArg_VaParse(void *tuple, const char *format, va_list given) { WITH_COPY(given, pyston_parse_tuple(tuple, format, &values)); }
EXPORT(int) _PyArg_VaParse_SizeT(void *tuple, const char *format, va_list given) { WITH_COPY(given, pyston_parse_tuple(tuple, format, &values)); }

EXPORT(int) _PyArg_ParseStack(void *const *args, Size nargs, const char *format, ...)
{
    WITH_VALUES(format, pyston_parse_stack(args, nargs, format, &values));
}

EXPORT(int) PyArg_ParseTupleAndKeywords(void *args, void *kwargs, const char *format, const char *const *names, ...)
{
    WITH_VALUES(names, pyston_parse_keywords(args, kwargs, format, names, &values));
}

EXPORT(int) _PyArg_ParseTupleAndKeywords_SizeT(void *args, void *kwargs, const char *format, const char *const *names, ...)
{
    WITH_VALUES(names, pyston_parse_keywords(args, kwargs, format, names, &values));
}

EXPORT(int) PyArg_VaParseTupleAndKeywords(void *args, void *kwargs, const char *format, const char *const *names, va_list given)
{
    WITH_COPY(given, pyston_parse_keywords(args, kwargs, format, names, &values));
}

EXPORT(int) _PyArg_VaParseTupleAndKeywords_SizeT(void *args, void *kwargs, const char *format, const char *const *names, va_list given)
{
    WITH_COPY(given, pyston_parse_keywords(args, kwargs, format, names, &values));
}

EXPORT(int) _PyArg_ParseTupleAndKeywordsFast(void *args, void *kwargs, void *parser, ...)
{
    WITH_VALUES(parser, pyston_parse_prepared_tuple(args, kwargs, parser, &values));
}

EXPORT(int) _PyArg_ParseTupleAndKeywordsFast_SizeT(void *args, void *kwargs, void *parser, ...)
{
    WITH_VALUES(parser, pyston_parse_prepared_tuple(args, kwargs, parser, &values));
}

EXPORT(int) _PyArg_ParseStackAndKeywords(void *const *args, Size nargs, void *kwnames, void *parser, ...)
{
    WITH_VALUES(parser, pyston_parse_prepared_stack(args, nargs, kwnames, parser, &values));
}

EXPORT(int) _PyArg_ParseStackAndKeywords_SizeT(void *const *args, Size nargs, void *kwnames, void *parser, ...)
{
    WITH_VALUES(parser, pyston_parse_prepared_stack(args, nargs, kwnames, parser, &values));
}

EXPORT(int) PyArg_UnpackTuple(void *tuple, const char *name, Size min, Size max, ...)
{
    WITH_VALUES(max, pyston_unpack_tuple(tuple, name, min, max, &values));
}

EXPORT(int) _PyArg_UnpackStack(void *const *args, Size nargs, const char *name, Size min, Size max, ...)
{
    WITH_VALUES(max, pyston_unpack_stack(args, nargs, name, min, max, &values));
}
