/* Calls whose arguments are a list of objects that ends with null. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#define EXPORT(type) __attribute__((visibility("default"))) type

/* More arguments than these are put on the heap. */
#define FEW 8

void *pyston_call_array(void *callable, void *const *args, size_t count);
void *pyston_call_method_array(void *name, void *const *args, size_t count);
void *PyErr_NoMemory(void);

typedef void *(*Caller)(void *what, void *const *args, size_t count);

/* Calls with the objects of the list behind those that stand in the array already. `few` has room for a place in front, which the callee may use. */
static void *call_with_list(Caller call, void *what, void **few, size_t count, va_list list)
{
    va_list counting;
    va_copy(counting, list);
    size_t total = count;
    while (va_arg(counting, void *) != NULL)
        total++;
    va_end(counting);

    void **all = few;
    if (total > FEW) {
        all = malloc((total + 1) * sizeof *all);
        if (all == NULL)
            return PyErr_NoMemory();
        all[0] = NULL;
        for (size_t i = 1; i <= count; i++)
            all[i] = few[i];
    }
    for (size_t i = count; i < total; i++)
        all[i + 1] = va_arg(list, void *);
    void *result = call(what, all + 1, total);
    if (all != few)
        free(all);
    return result;
}

EXPORT(void *) PyObject_CallFunctionObjArgs(void *callable, ...)
{
    void *few[FEW + 1] = {NULL};
    va_list list;
    va_start(list, callable);
    void *result = call_with_list(pyston_call_array, callable, few, 0, list);
    va_end(list);
    return result;
}

EXPORT(void *) PyObject_CallMethodObjArgs(void *object, void *name, ...)
{
    void *few[FEW + 1] = {NULL, object};
    va_list list;
    va_start(list, name);
    void *result = call_with_list(pyston_call_method_array, name, few, 1, list);
    va_end(list);
    return result;
}
