/* `str`: its storage, its characters, writers. Absent from the limited API but for the constants on top. */
#ifndef PYSTON_UNICODE_H
#define PYSTON_UNICODE_H

#define Py_USING_UNICODE
#define Py_UNICODE_SIZE SIZEOF_WCHAR_T
#define Py_UNICODE_WIDE
#define Py_UNICODE_REPLACEMENT_CHARACTER ((Py_UCS4) 0xFFFD)

#ifndef Py_LIMITED_API

#ifdef __cplusplus
extern "C" {
#endif

#define SSTATE_NOT_INTERNED 0
#define SSTATE_INTERNED_MORTAL 1
#define SSTATE_INTERNED_IMMORTAL 2
#define SSTATE_INTERNED_IMMORTAL_STATIC 3

/* A kind is the number of bytes of a character. */
enum PyUnicode_Kind {
    PyUnicode_1BYTE_KIND = 1,
    PyUnicode_2BYTE_KIND = 2,
    PyUnicode_4BYTE_KIND = 4
};

#define _PyASCIIObject_CAST(op) _PY_AS(PyASCIIObject, PyUnicode_Check, op)
#define _PyCompactUnicodeObject_CAST(op) _PY_AS(PyCompactUnicodeObject, PyUnicode_Check, op)
#define _PyUnicodeObject_CAST(op) _PY_AS(PyUnicodeObject, PyUnicode_Check, op)

/* What a str is. */
static inline unsigned int PyUnicode_CHECK_INTERNED(PyObject *op)
{
#ifdef Py_GIL_DISABLED
    /* Interning changes the bits of a str that others read: one load of the whole word. */
    union { uint32_t word; struct _PyUnicodeObject_state bits; } state;
    state.word = __atomic_load_n((uint32_t *)&_PyASCIIObject_CAST(op)->state, __ATOMIC_RELAXED);
    return state.bits.interned;
#else
    return _PyASCIIObject_CAST(op)->state.interned;
#endif
}

static inline unsigned int PyUnicode_IS_READY(PyObject *Py_UNUSED(op))
{
    return 1;
}

static inline int PyUnicode_READY(PyObject *Py_UNUSED(op))
{
    return 0;
}

static inline unsigned int PyUnicode_IS_ASCII(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.ascii;
}

static inline unsigned int PyUnicode_IS_COMPACT(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.compact;
}

static inline int PyUnicode_IS_COMPACT_ASCII(PyObject *op)
{
    return PyUnicode_IS_ASCII(op) && PyUnicode_IS_COMPACT(op);
}

static inline Py_ssize_t PyUnicode_GET_LENGTH(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->length;
}

#define PyUnicode_KIND(op) _Py_RVALUE(_PyASCIIObject_CAST(op)->state.kind)

/* Where its characters are: after the struct, or elsewhere in an instance of a subclass. */
static inline void *_PyUnicode_COMPACT_DATA(PyObject *op)
{
    if (PyUnicode_IS_ASCII(op)) {
        return _Py_STATIC_CAST(void *, _PyASCIIObject_CAST(op) + 1);
    }
    return _Py_STATIC_CAST(void *, _PyCompactUnicodeObject_CAST(op) + 1);
}

static inline void *_PyUnicode_NONCOMPACT_DATA(PyObject *op)
{
    assert(!PyUnicode_IS_COMPACT(op));
    assert(_PyUnicodeObject_CAST(op)->data.any != NULL);
    return _PyUnicodeObject_CAST(op)->data.any;
}

static inline void *_PyUnicode_DATA(PyObject *op)
{
    return PyUnicode_IS_COMPACT(op) ? _PyUnicode_COMPACT_DATA(op) : _PyUnicode_NONCOMPACT_DATA(op);
}

#define PyUnicode_CHECK_INTERNED(op) PyUnicode_CHECK_INTERNED(_PyObject_CAST(op))
#define PyUnicode_IS_READY(op) PyUnicode_IS_READY(_PyObject_CAST(op))
#define PyUnicode_READY(op) PyUnicode_READY(_PyObject_CAST(op))
#define PyUnicode_IS_ASCII(op) PyUnicode_IS_ASCII(_PyObject_CAST(op))
#define PyUnicode_IS_COMPACT(op) PyUnicode_IS_COMPACT(_PyObject_CAST(op))
#define PyUnicode_IS_COMPACT_ASCII(op) PyUnicode_IS_COMPACT_ASCII(_PyObject_CAST(op))
#define PyUnicode_GET_LENGTH(op) PyUnicode_GET_LENGTH(_PyObject_CAST(op))
#define PyUnicode_DATA(op) _PyUnicode_DATA(_PyObject_CAST(op))
#define PyUnicode_1BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS1 *, PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS2 *, PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS4 *, PyUnicode_DATA(op))

/* One character, by kind. */
static inline Py_UCS4 PyUnicode_READ(int kind, const void *data, Py_ssize_t index)
{
    assert(index >= 0);
    switch (kind) {
    case PyUnicode_1BYTE_KIND:
        return _Py_STATIC_CAST(const Py_UCS1 *, data)[index];
    case PyUnicode_2BYTE_KIND:
        return _Py_STATIC_CAST(const Py_UCS2 *, data)[index];
    default:
        assert(kind == PyUnicode_4BYTE_KIND);
        return _Py_STATIC_CAST(const Py_UCS4 *, data)[index];
    }
}

static inline void PyUnicode_WRITE(int kind, void *data, Py_ssize_t index, Py_UCS4 value)
{
    assert(index >= 0);
    switch (kind) {
    case PyUnicode_1BYTE_KIND:
        assert(value <= 0xffU);
        _Py_STATIC_CAST(Py_UCS1 *, data)[index] = _Py_STATIC_CAST(Py_UCS1, value);
        break;
    case PyUnicode_2BYTE_KIND:
        assert(value <= 0xffffU);
        _Py_STATIC_CAST(Py_UCS2 *, data)[index] = _Py_STATIC_CAST(Py_UCS2, value);
        break;
    default:
        assert(kind == PyUnicode_4BYTE_KIND && value <= 0x10ffffU);
        _Py_STATIC_CAST(Py_UCS4 *, data)[index] = value;
    }
}

#define PyUnicode_READ(kind, data, index) \
    PyUnicode_READ(_Py_STATIC_CAST(int, kind), _Py_STATIC_CAST(const void *, data), (index))
#define PyUnicode_WRITE(kind, data, index, value) \
    PyUnicode_WRITE(_Py_STATIC_CAST(int, kind), _Py_CAST(void *, data), (index), \
                    _Py_STATIC_CAST(Py_UCS4, value))

static inline Py_UCS4 PyUnicode_READ_CHAR(PyObject *op, Py_ssize_t index)
{
    /* The position after the last one holds a zero. */
    assert(index >= 0 && index <= PyUnicode_GET_LENGTH(op));
    return PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), index);
}

/* The largest character that this form of str could hold. */
static inline Py_UCS4 PyUnicode_MAX_CHAR_VALUE(PyObject *op)
{
    if (PyUnicode_IS_ASCII(op)) {
        return 0x7fU;
    }
    switch (PyUnicode_KIND(op)) {
    case PyUnicode_1BYTE_KIND:
        return 0xffU;
    case PyUnicode_2BYTE_KIND:
        return 0xffffU;
    default:
        return 0x10ffffU;
    }
}
#define PyUnicode_READ_CHAR(op, index) PyUnicode_READ_CHAR(_PyObject_CAST(op), (index))
#define PyUnicode_MAX_CHAR_VALUE(op) PyUnicode_MAX_CHAR_VALUE(_PyObject_CAST(op))

/* Surrogates, the halves of UTF-16. */
static inline int Py_UNICODE_IS_SURROGATE(Py_UCS4 ch)
{
    return (ch >> 11) == 0x1b;
}

static inline int Py_UNICODE_IS_HIGH_SURROGATE(Py_UCS4 ch)
{
    return (ch >> 10) == 0x36;
}

static inline int Py_UNICODE_IS_LOW_SURROGATE(Py_UCS4 ch)
{
    return (ch >> 10) == 0x37;
}

static inline Py_UCS4 Py_UNICODE_JOIN_SURROGATES(Py_UCS4 high, Py_UCS4 low)
{
    assert(Py_UNICODE_IS_HIGH_SURROGATE(high) && Py_UNICODE_IS_LOW_SURROGATE(low));
    return 0x10000 + (((high & 0x3ff) << 10) | (low & 0x3ff));
}

static inline Py_UCS4 Py_UNICODE_HIGH_SURROGATE(Py_UCS4 ch)
{
    assert(0x10000 <= ch && ch <= 0x10ffff);
    return 0xd800 + ((ch - 0x10000) >> 10);
}

static inline Py_UCS4 Py_UNICODE_LOW_SURROGATE(Py_UCS4 ch)
{
    assert(0x10000 <= ch && ch <= 0x10ffff);
    return 0xdc00 + (ch & 0x3ff);
}

/* Properties of characters. */
#define Py_UNICODE_ISLOWER(ch) _PyUnicode_IsLowercase(ch)
#define Py_UNICODE_ISUPPER(ch) _PyUnicode_IsUppercase(ch)
#define Py_UNICODE_ISTITLE(ch) _PyUnicode_IsTitlecase(ch)
#define Py_UNICODE_ISLINEBREAK(ch) _PyUnicode_IsLinebreak(ch)
#define Py_UNICODE_TOLOWER(ch) _PyUnicode_ToLowercase(ch)
#define Py_UNICODE_TOUPPER(ch) _PyUnicode_ToUppercase(ch)
#define Py_UNICODE_TOTITLE(ch) _PyUnicode_ToTitlecase(ch)
#define Py_UNICODE_ISDECIMAL(ch) _PyUnicode_IsDecimalDigit(ch)
#define Py_UNICODE_ISDIGIT(ch) _PyUnicode_IsDigit(ch)
#define Py_UNICODE_ISNUMERIC(ch) _PyUnicode_IsNumeric(ch)
#define Py_UNICODE_ISPRINTABLE(ch) _PyUnicode_IsPrintable(ch)
#define Py_UNICODE_TODECIMAL(ch) _PyUnicode_ToDecimalDigit(ch)
#define Py_UNICODE_TODIGIT(ch) _PyUnicode_ToDigit(ch)
#define Py_UNICODE_TONUMERIC(ch) _PyUnicode_ToNumeric(ch)
#define Py_UNICODE_ISALPHA(ch) _PyUnicode_IsAlpha(ch)

static inline int Py_UNICODE_ISSPACE(Py_UCS4 ch)
{
    return ch < 128 ? _Py_ascii_whitespace[ch] : _PyUnicode_IsWhitespace(ch);
}

static inline int Py_UNICODE_ISALNUM(Py_UCS4 ch)
{
    return Py_UNICODE_ISALPHA(ch) || Py_UNICODE_ISDECIMAL(ch) || Py_UNICODE_ISDIGIT(ch)
           || Py_UNICODE_ISNUMERIC(ch);
}

/* The old writer: a call only when the buffer is too small or too narrow. */
#define _PyUnicodeWriter_Prepare(writer, length, highest) \
    (((highest) <= (writer)->maxchar && (length) <= (writer)->size - (writer)->pos) || (length) == 0 \
     ? 0 \
     : _PyUnicodeWriter_PrepareInternal((writer), (length), (highest)))
#define _PyUnicodeWriter_PrepareKind(writer, wanted) \
    ((wanted) <= (writer)->kind ? 0 : _PyUnicodeWriter_PrepareKindInternal((writer), (wanted)))

Py_DEPRECATED(3.14) static inline const char *_PyUnicode_AsString(PyObject *op)
{
    return PyUnicode_AsUTF8(op);
}

/* Characters of ASCII, whatever the locale. */
#define PY_CTF_LOWER 0x01
#define PY_CTF_UPPER 0x02
#define PY_CTF_ALPHA (PY_CTF_LOWER | PY_CTF_UPPER)
#define PY_CTF_DIGIT 0x04
#define PY_CTF_ALNUM (PY_CTF_ALPHA | PY_CTF_DIGIT)
#define PY_CTF_SPACE 0x08
#define PY_CTF_XDIGIT 0x10
#define _PY_CTYPE(c, bits) (_Py_ctype_table[Py_CHARMASK(c)] & (bits))
#define Py_ISLOWER(c) _PY_CTYPE(c, PY_CTF_LOWER)
#define Py_ISUPPER(c) _PY_CTYPE(c, PY_CTF_UPPER)
#define Py_ISALPHA(c) _PY_CTYPE(c, PY_CTF_ALPHA)
#define Py_ISDIGIT(c) _PY_CTYPE(c, PY_CTF_DIGIT)
#define Py_ISXDIGIT(c) _PY_CTYPE(c, PY_CTF_XDIGIT)
#define Py_ISALNUM(c) _PY_CTYPE(c, PY_CTF_ALNUM)
#define Py_ISSPACE(c) _PY_CTYPE(c, PY_CTF_SPACE)
#define Py_TOLOWER(c) (_Py_ctype_tolower[Py_CHARMASK(c)])
#define Py_TOUPPER(c) (_Py_ctype_toupper[Py_CHARMASK(c)])

#ifdef __cplusplus
}
#endif

#endif /* Py_LIMITED_API */
#endif
