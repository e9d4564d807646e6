/* Audit events whose arguments a format describes. */

#include "shim.h"

void *Py_VaBuildValue(const char *format, va_list values);
void *PyTuple_Pack(Size len, ...);
int PySys_AuditTuple(const char *event, void *args);
void Py_DecRef(void *object);
int pyston_is_tuple(void *object);

EXPORT(int) PySys_Audit(const char *event, const char *format, ...)
{
    if (format == NULL || *format == 0) {
        return PySys_AuditTuple(event, NULL);
    }
    va_list given;
    va_start(given, format);
    void *args = Py_VaBuildValue(format, given);
    va_end(given);
    if (args == NULL) {
        return -1;
    }
    if (!pyston_is_tuple(args)) {
        void *whole = PyTuple_Pack(1, args);
        Py_DecRef(args);
        if (whole == NULL) {
            return -1;
        }
        args = whole;
    }
    int result = PySys_AuditTuple(event, args);
    Py_DecRef(args);
    return result;
}
