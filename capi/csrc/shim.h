/* Functions with variable arguments are defined in C: they hand a `va_list` to Rust, which walks the format and takes the values one by one. */
#ifndef PYSTON_SHIM_H
#define PYSTON_SHIM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* The name after it is exported: the binary's build script reads lines that begin so. */
#define EXPORT(type) __attribute__((visibility("default"))) type

/* A `va_list` is an array on some machines: inside a struct its address is the same everywhere. */
typedef struct {
    va_list list;
} Values;

typedef intptr_t Size;

/* Puts a text together by its format: a new reference. */
void *pyston_from_format(const char *format, Values *values);

#endif
