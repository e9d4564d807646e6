/* Ints, floats, complex numbers. */

#include "check.h"
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <errno.h>

static PyObject *ints_from_c(PyObject *self, PyObject *eval)
{
    CHECK(is(eval, PyLong_FromLong(-5), "-5"));
    CHECK(is(eval, PyLong_FromLong(LONG_MIN), "-2**63"));
    CHECK(is(eval, PyLong_FromLongLong(LLONG_MAX), "2**63-1"));
    CHECK(is(eval, PyLong_FromUnsignedLong(ULONG_MAX), "2**64-1"));
    CHECK(is(eval, PyLong_FromUnsignedLongLong(1), "1"));
    CHECK(is(eval, PyLong_FromSsize_t(-7), "-7"));
    CHECK(is(eval, PyLong_FromSize_t(SIZE_MAX), "2**64-1"));
    CHECK(is(eval, PyLong_FromInt32(INT32_MIN), "-2**31"));
    CHECK(is(eval, PyLong_FromUInt32(UINT32_MAX), "2**32-1"));
    CHECK(is(eval, PyLong_FromInt64(INT64_MIN), "-2**63"));
    CHECK(is(eval, PyLong_FromUInt64(UINT64_MAX), "2**64-1"));
    CHECK(is(eval, PyLong_FromDouble(-1e20), "-10**20"));
    CHECK(PyLong_FromDouble(INFINITY) == NULL && raised(PyExc_OverflowError));
    CHECK(PyLong_FromDouble(NAN) == NULL && raised(PyExc_ValueError));
    CHECK(is(eval, PyBool_FromLong(7), "True"));
    CHECK(is(eval, PyBool_FromLong(0), "False"));
    PyObject *five = PyLong_FromLong(5);
    PyObject *again = PyLong_FromSize_t(5);
    CHECK(five == again);
    return passed();
}

static PyObject *ints_to_c(PyObject *self, PyObject *eval)
{
    PyObject *big = value(eval, "2**64"), *minus = value(eval, "-2**63"), *text = value(eval, "'x'");
    PyObject *index = value(eval, "type('I', (), {'__index__': lambda s: 42})()");
    int overflow = 7;
    CHECK(PyLong_AsLong(minus) == LONG_MIN && !PyErr_Occurred());
    CHECK(PyLong_AsLong(index) == 42);
    CHECK(PyLong_AsLong(big) == -1 && raised_text(PyExc_OverflowError, "Python int too large to convert to C long"));
    CHECK(PyLong_AsLong(text) == -1 && raised_text(PyExc_TypeError, "'str' object cannot be interpreted as an integer"));
    CHECK(PyLong_AsLong(NULL) == -1 && raised(PyExc_SystemError));
    CHECK(PyLong_AsLongAndOverflow(big, &overflow) == -1 && overflow == 1 && !PyErr_Occurred());
    CHECK(PyLong_AsLongLongAndOverflow(minus, &overflow) == LLONG_MIN && overflow == 0);
    CHECK(PyLong_AsLongLong(big) == -1 && raised_text(PyExc_OverflowError, "int too big to convert"));
    CHECK(PyLong_AsInt(minus) == -1 && raised_text(PyExc_OverflowError, "Python int too large to convert to C int"));
    CHECK(PyLong_AsSsize_t(index) == -1 && raised_text(PyExc_TypeError, "an integer is required"));
    CHECK(PyLong_AsSsize_t(big) == -1 && raised_text(PyExc_OverflowError, "Python int too large to convert to C ssize_t"));
    CHECK(PyLong_AsUnsignedLong(minus) == (unsigned long)-1 && raised_text(PyExc_OverflowError, "can't convert negative value to unsigned int"));
    CHECK(PyLong_AsSize_t(minus) == (size_t)-1 && raised_text(PyExc_OverflowError, "can't convert negative value to size_t"));
    CHECK(PyLong_AsUnsignedLongLong(minus) == (unsigned long long)-1 && raised_text(PyExc_OverflowError, "can't convert negative int to unsigned"));
    CHECK(PyLong_AsUnsignedLongMask(minus) == 1UL << 63);
    PyObject *huge = value(eval, "-(2**100 + 3)");
    CHECK(PyLong_AsUnsignedLongLongMask(huge) == (unsigned long long)-3);
    CHECK(PyLong_AsDouble(big) == 18446744073709551616.0);
    PyObject *more = value(eval, "10**400");
    CHECK(PyLong_AsDouble(more) == -1 && raised_text(PyExc_OverflowError, "int too large to convert to float"));
    PyObject *pointer = keep(PyLong_FromVoidPtr(&overflow));
    CHECK(PyLong_AsVoidPtr(pointer) == &overflow);
    int32_t small;
    uint64_t wide;
    CHECK(PyLong_AsInt32(index, &small) == 0 && small == 42);
    CHECK(PyLong_AsInt32(minus, &small) == -1 && raised_text(PyExc_OverflowError, "Python int too large to convert to C int32_t"));
    CHECK(PyLong_AsUInt64(minus, &wide) == -1 && raised_text(PyExc_ValueError, "Cannot convert negative int"));
    CHECK(PyLong_AsUInt64(big, &wide) == -1 && raised(PyExc_OverflowError));
    int sign;
    CHECK(PyLong_GetSign(minus, &sign) == 0 && sign == -1);
    CHECK(PyLong_GetSign(text, &sign) == -1 && raised_text(PyExc_TypeError, "expect int, got str"));
    CHECK(PyLong_IsNegative(minus) == 1 && PyLong_IsPositive(big) == 1 && PyLong_IsZero(big) == 0);
    CHECK(PyLong_IsZero(text) == -1 && raised_text(PyExc_TypeError, "expected int, got str"));
    return passed();
}

static PyObject *ints_as_bytes(PyObject *self, PyObject *eval)
{
    unsigned char out[20];
    PyObject *number = value(eval, "-2");
    memset(out, 7, sizeof out);
    CHECK(PyLong_AsNativeBytes(number, out, 3, -1) == 3 && out[0] == 0xfe && out[2] == 0xff && out[3] == 7);
    CHECK(PyLong_AsNativeBytes(number, out, 12, 0) == 8 && out[0] == 0xff && out[11] == 0xfe);
    CHECK(PyLong_AsNativeBytes(number, out, 0, -1) == 8);
    PyObject *byte = value(eval, "255");
    CHECK(PyLong_AsNativeBytes(byte, out, 1, -1) == 1);
    CHECK(PyLong_AsNativeBytes(byte, out, 1, Py_ASNATIVEBYTES_NATIVE_ENDIAN) == 2);
    PyObject *wide = value(eval, "2**128 - 1");
    CHECK(PyLong_AsNativeBytes(wide, out, 16, -1) == 16 && out[15] == 0xff);
    CHECK(PyLong_AsNativeBytes(wide, out, 16, 3) == 17);
    PyObject *lowest = value(eval, "-2**127");
    CHECK(PyLong_AsNativeBytes(lowest, out, 16, 3) == 16 && out[15] == 0x80 && out[0] == 0);
    CHECK(PyLong_AsNativeBytes(lowest, out, 4, 3) == 17);
    CHECK(PyLong_AsNativeBytes(lowest, out, 16, Py_ASNATIVEBYTES_NATIVE_ENDIAN | Py_ASNATIVEBYTES_REJECT_NEGATIVE) == -1);
    CHECK(raised_text(PyExc_ValueError, "Cannot convert negative int"));
    CHECK(is(eval, PyLong_FromNativeBytes("\xff\xfe", 2, 0), "-2"));
    CHECK(is(eval, PyLong_FromUnsignedNativeBytes("\xfe\xff", 2, 3), "65534"));
    CHECK(is(eval, PyLong_FromNativeBytes("\x01\x02\x03\x04\x05\x06\x07\x08\x09", 9, 0), "0x010203040506070809"));
    CHECK(_PyLong_AsByteArray((PyLongObject *)byte, out, 1, 1, 1, 1) == -1 && raised_text(PyExc_OverflowError, "int too big to convert"));
    CHECK(_PyLong_AsByteArray((PyLongObject *)byte, out, 1, 1, 1, 0) == -1 && !PyErr_Occurred());
    CHECK(_PyLong_AsByteArray((PyLongObject *)byte, out, 2, 0, 1, 1) == 0 && out[0] == 0 && out[1] == 255);
    CHECK(is(eval, _PyLong_FromByteArray((unsigned char *)"\x80\x00", 2, 0, 1), "-32768"));
    return passed();
}

static PyObject *ints_by_digits(PyObject *self, PyObject *eval)
{
    const PyLongLayout *layout = PyLong_GetNativeLayout();
    CHECK(layout->bits_per_digit == 30 && layout->digit_size == 4 && layout->digits_order == -1);
    PyLongExport export;
    PyObject *big = value(eval, "-(2**90 + 5)");
    Py_ssize_t count = Py_REFCNT(big);
    CHECK(PyLong_Export(big, &export) == 0 && export.ndigits == 4 && export.negative == 1);
    const digit *digits = export.digits;
    CHECK(digits[0] == 5 && digits[1] == 0 && digits[3] == 1 && Py_REFCNT(big) == count + 1);
    PyLong_FreeExport(&export);
    CHECK(Py_REFCNT(big) == count);
    PyObject *small = value(eval, "-9");
    CHECK(PyLong_Export(small, &export) == 0 && export.digits == NULL && export.value == -9);
    void *place;
    PyLongWriter *writer = PyLongWriter_Create(1, 3, &place);
    CHECK(writer != NULL);
    memset(place, 0, 12);
    ((digit *)place)[1] = 2;
    CHECK(is(eval, PyLongWriter_Finish(writer), "-2**31"));
    writer = PyLongWriter_Create(0, 2, &place);
    memset(place, 0, 8);
    ((digit *)place)[0] = 3;
    PyObject *three = PyLongWriter_Finish(writer), *other = PyLong_FromLong(3);
    CHECK(three == other);
    PyLongWriter_Discard(PyLongWriter_Create(0, 5, &place));
    PyLongWriter_Discard(NULL);
    CHECK(PyLongWriter_Create(0, 0, &place) == NULL && raised_text(PyExc_ValueError, "ndigits must be positive"));
    PyLongObject *made = _PyLong_New(3);
    made->long_value.ob_digit[0] = 1;
    made->long_value.ob_digit[1] = 0;
    made->long_value.ob_digit[2] = 4;
    CHECK(is(eval, (PyObject *)made, "4 * 2**60 + 1"));
    CHECK(PyUnstable_Long_IsCompact((PyLongObject *)small) && PyUnstable_Long_CompactValue((PyLongObject *)small) == -9);
    CHECK(!PyUnstable_Long_IsCompact((PyLongObject *)big));
    CHECK(is(eval, _PyLong_Copy((PyLongObject *)big), "-(2**90 + 5)"));
    CHECK(_PyLong_NumBits(big) == 91 && _PyLong_Sign(big) == -1);
    CHECK(is(eval, _PyLong_GCD(big, small), "__import__('math').gcd(2**90 + 5, 9)"));
    return passed();
}

static PyObject *ints_from_text(PyObject *self, PyObject *eval)
{
    char *end = NULL;
    const char *text = "  -0x_1F  ";
    CHECK(is(eval, PyLong_FromString(text, &end, 0), "-31") && end == text + strlen(text));
    CHECK(is(eval, PyLong_FromString("1_000", NULL, 10), "1000"));
    CHECK(is(eval, PyLong_FromString("0", NULL, 0), "0"));
    CHECK(PyLong_FromString("010", &end, 0) == NULL && raised_text(PyExc_ValueError, "invalid literal for int() with base 0: '010'"));
    text = "12__3";
    CHECK(PyLong_FromString(text, &end, 10) == NULL && end == text + 2);
    CHECK(raised_text(PyExc_ValueError, "invalid literal for int() with base 10: '12__3'"));
    text = "12x";
    CHECK(PyLong_FromString(text, &end, 10) == NULL && end == text + 2 && raised(PyExc_ValueError));
    CHECK(PyLong_FromString("1", &end, 1) == NULL && raised_text(PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36"));
    PyObject *digits = keep(PyUnicode_FromString("\xd9\xa1\xd9\xa2"));
    CHECK(is(eval, PyLong_FromUnicodeObject(digits, 10), "12"));
    CHECK(PyOS_strtol(" -12a", &end, 10) == -12 && *end == 'a');
    CHECK(PyOS_strtoul("0x1fg", &end, 0) == 31 && *end == 'g');
    CHECK(PyOS_strtoul("0b", &end, 0) == 0 && *end == 'b');
    errno = 0;
    CHECK(PyOS_strtoul("99999999999999999999", &end, 10) == ULONG_MAX && errno == ERANGE && *end == 0);
    errno = 0;
    CHECK(PyOS_strtol("-9223372036854775808", &end, 10) == LONG_MIN && errno == 0);
    PyObject *info = keep(PyLong_GetInfo());
    PyObject *bits = PyObject_GetAttrString(info, "bits_per_digit");
    CHECK(is(eval, bits, "30"));
    return passed();
}

static PyObject *floats(PyObject *self, PyObject *eval)
{
    CHECK(is(eval, PyFloat_FromDouble(0.5), "0.5"));
    PyObject *text = value(eval, "' 1_0.5e1 '"), *bytes = value(eval, "b'-inf'"), *array = value(eval, "bytearray(b'2.5')");
    CHECK(is(eval, PyFloat_FromString(text), "105.0"));
    CHECK(is(eval, PyFloat_FromString(bytes), "float('-inf')"));
    CHECK(is(eval, PyFloat_FromString(array), "2.5"));
    PyObject *view = value(eval, "memoryview(b'7')"), *bad = value(eval, "'1x'"), *number = value(eval, "7");
    CHECK(is(eval, PyFloat_FromString(view), "7.0"));
    CHECK(PyFloat_FromString(bad) == NULL && raised_text(PyExc_ValueError, "could not convert string to float: '1x'"));
    CHECK(PyFloat_FromString(number) == NULL);
    CHECK(raised_text(PyExc_TypeError, "float() argument must be a string or a real number, not 'int'"));
    CHECK(PyFloat_AsDouble(number) == 7.0);
    CHECK(PyFloat_AsDouble(bad) == -1 && raised_text(PyExc_TypeError, "must be real number, not str"));
    CHECK(PyFloat_AsDouble(NULL) == -1 && raised_text(PyExc_TypeError, "bad argument type for built-in operation"));
    CHECK(PyFloat_GetMax() == DBL_MAX && PyFloat_GetMin() == DBL_MIN);
    char out[8];
    CHECK(PyFloat_Pack2(1.5, out, 0) == 0 && memcmp(out, "\x3e\x00", 2) == 0 && PyFloat_Unpack2(out, 0) == 1.5);
    CHECK(PyFloat_Pack4(-2.0, out, 1) == 0 && memcmp(out, "\0\0\0\xc0", 4) == 0 && PyFloat_Unpack4(out, 1) == -2.0);
    CHECK(PyFloat_Pack8(1.0, out, 0) == 0 && out[0] == 0x3f && PyFloat_Unpack8(out, 0) == 1.0);
    CHECK(PyFloat_Pack4(1e300, out, 1) == -1 && raised_text(PyExc_OverflowError, "float too large to pack with f format"));
    CHECK(PyFloat_Pack2(1e6, out, 1) == -1 && raised_text(PyExc_OverflowError, "float too large to pack with e format"));
    return passed();
}

static PyObject *floats_as_text(PyObject *self, PyObject *eval)
{
    char *end;
    const char *text = "1.5e3x";
    CHECK(PyOS_string_to_double(text, &end, NULL) == 1500.0 && end == text + 5);
    CHECK(PyOS_string_to_double(text, NULL, NULL) == -1.0 && raised_text(PyExc_ValueError, "could not convert string to float: '1.5e3x'"));
    text = "x";
    CHECK(PyOS_string_to_double(text, &end, NULL) == -1.0 && end == text && raised(PyExc_ValueError));
    CHECK(isinf(PyOS_string_to_double("1e500", NULL, NULL)) && !PyErr_Occurred());
    CHECK(PyOS_string_to_double("1e500", NULL, PyExc_OverflowError) == -1.0);
    CHECK(raised_text(PyExc_OverflowError, "value too large to convert to float: '1e500'"));
    CHECK(isinf(PyOS_string_to_double("-inf", NULL, PyExc_OverflowError)));
    int kind = -1;
    char *made = PyOS_double_to_string(0.1, 'r', 0, Py_DTSF_ADD_DOT_0, &kind);
    CHECK(made != NULL && strcmp(made, "0.1") == 0 && kind == Py_DTST_FINITE);
    PyMem_Free(made);
    made = PyOS_double_to_string(-INFINITY, 'F', 3, 0, &kind);
    CHECK(made != NULL && strcmp(made, "-INF") == 0 && kind == Py_DTST_INFINITE);
    PyMem_Free(made);
    made = PyOS_double_to_string(3, 'e', 2, Py_DTSF_SIGN, NULL);
    CHECK(made != NULL && strcmp(made, "+3.00e+00") == 0);
    PyMem_Free(made);
    CHECK(PyOS_double_to_string(3, 'q', 2, 0, NULL) == NULL && raised(PyExc_SystemError));
    CHECK(PyOS_mystricmp("ABC", "abc") == 0 && PyOS_mystricmp("ab", "abc") < 0 && PyOS_mystrnicmp("ABx", "aby", 2) == 0);
    return passed();
}

static PyObject *complexes(PyObject *self, PyObject *eval)
{
    Py_complex z = {1.0, -2.0}, w = {0.0, 1.0};
    CHECK(is(eval, PyComplex_FromCComplex(z), "1-2j"));
    CHECK(is(eval, PyComplex_FromDoubles(3, 4), "3+4j"));
    PyObject *method = value(eval, "type('C', (), {'__complex__': lambda s: 5+6j})()"), *text = value(eval, "'x'");
    CHECK(PyComplex_RealAsDouble(method) == 5 && PyComplex_ImagAsDouble(method) == 6);
    Py_complex got = PyComplex_AsCComplex(method);
    CHECK(got.real == 5 && got.imag == 6);
    got = PyComplex_AsCComplex(text);
    CHECK(got.real == -1 && got.imag == 0 && raised_text(PyExc_TypeError, "must be real number, not str"));
    PyObject *number = value(eval, "2.5");
    CHECK(PyComplex_RealAsDouble(number) == 2.5 && PyComplex_ImagAsDouble(number) == 0);
    got = _Py_c_prod(z, w);
    CHECK(got.real == 2 && got.imag == 1);
    errno = 0;
    got = _Py_c_quot(z, (Py_complex){0, 0});
    CHECK(errno == EDOM);
    errno = 0;
    got = _Py_c_pow(z, (Py_complex){2, 0});
    CHECK(fabs(got.real + 3) < 1e-9 && fabs(got.imag + 4) < 1e-9 && errno == 0);
    CHECK(_Py_c_abs((Py_complex){3, 4}) == 5);
    got = _Py_c_neg(_Py_c_diff(_Py_c_sum(z, w), w));
    CHECK(got.real == -1 && got.imag == 2);
    return passed();
}

static PyMethodDef table[] = {
    TEST(ints_from_c), TEST(ints_to_c), TEST(ints_as_bytes), TEST(ints_by_digits), TEST(ints_from_text),
    TEST(floats), TEST(floats_as_text), TEST(complexes), {NULL},
};
MODULE(cnumbers, table)
