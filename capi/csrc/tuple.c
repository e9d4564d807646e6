/* Tuples of the items that a call names one by one. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define EXPORT(type) __attribute__((visibility("default"))) type

void *_PyTuple_FromArray(void *const *items, ptrdiff_t len);
void *PyErr_NoMemory(void);
void *PyTuple_New(ptrdiff_t len);

enum { FEW = 16 };

EXPORT(void *) PyTuple_Pack(ptrdiff_t len, ...)
{
    void *few[FEW];
    void **items = few;
    if (len < 0 || (size_t)len > PTRDIFF_MAX / sizeof(void *)) {
        /* Says why not. */
        return PyTuple_New(len);
    }
    if (len > FEW) {
        items = malloc((size_t)len * sizeof(void *));
        if (items == NULL) {
            return PyErr_NoMemory();
        }
    }
    va_list rest;
    va_start(rest, len);
    for (ptrdiff_t i = 0; i < len; i++) {
        items[i] = va_arg(rest, void *);
    }
    va_end(rest);
    void *tuple = _PyTuple_FromArray(items, len);
    if (items != few) {
        free(items);
    }
    return tuple;
}
