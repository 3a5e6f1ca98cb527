/* str: compact strings. A header, then 1, 2 or 4 bytes a character, then a zero.
 *
 * Where the text begins is part of the string, since it differs between versions: after 48 bytes if
 * it is ASCII and 72 if not, from 3.12 on, where there is no wstr, after 40 and 56. The structs are
 * those of 3.11; what of them is there in every version is the part in front of wstr. */
#ifndef Py_UNICODEOBJECT_H
#define Py_UNICODEOBJECT_H

#include <wchar.h>

typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;
typedef wchar_t Py_UNICODE;

enum PyUnicode_Kind { PyUnicode_WCHAR_KIND = 0, PyUnicode_1BYTE_KIND = 1, PyUnicode_2BYTE_KIND = 2, PyUnicode_4BYTE_KIND = 4 };
enum { SSTATE_NOT_INTERNED, SSTATE_INTERNED_MORTAL, SSTATE_INTERNED_IMMORTAL };

typedef struct {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash; /* -1 before it is asked for */
    struct {
        unsigned int interned : 2;
        unsigned int kind : 3;
        unsigned int compact : 1;
        unsigned int ascii : 1;
        unsigned int ready : 1;
        unsigned int header : 8; /* bytes in front of the text */
        unsigned int : 16;
    } state;
    void *wstr;
} PyASCIIObject;

typedef struct {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8; /* memory, made on demand */
    Py_ssize_t wstr_length;
} PyCompactUnicodeObject;

/* As large as an instance of a derived type is at least. */
typedef struct {
    PyCompactUnicodeObject _base;
    union {
        void *any;
        Py_UCS1 *latin1;
        Py_UCS2 *ucs2;
        Py_UCS4 *ucs4;
    } data;
} PyUnicodeObject;

PyAPI_DATA(PyTypeObject) PyUnicode_Type;
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE(op, &PyUnicode_Type)
#define PyUnicode_GET_LENGTH(op) (((PyASCIIObject *)(op))->length)
#define PyUnicode_KIND(op) ((enum PyUnicode_Kind)((PyASCIIObject *)(op))->state.kind)
#define PyUnicode_IS_ASCII(op) (((PyASCIIObject *)(op))->state.ascii)
#define PyUnicode_IS_COMPACT(op) (((PyASCIIObject *)(op))->state.compact)
#define PyUnicode_IS_COMPACT_ASCII(op) PyUnicode_IS_ASCII(op)
#define PyUnicode_IS_READY(op) 1
#define PyUnicode_READY(op) 0
#define PyUnicode_CHECK_INTERNED(op) (((PyASCIIObject *)(op))->state.interned)
#define PyUnicode_MAX_CHAR_VALUE(op)                                        \
    ((Py_UCS4)(PyUnicode_IS_ASCII(op)                         ? 0x7f        \
               : PyUnicode_KIND(op) == PyUnicode_1BYTE_KIND   ? 0xff        \
               : PyUnicode_KIND(op) == PyUnicode_2BYTE_KIND   ? 0xffff      \
                                                              : 0x10ffff))
#define PyUnicode_DATA(op) ((void *)((char *)(op) + ((PyASCIIObject *)(op))->state.header))
#define PyUnicode_1BYTE_DATA(op) ((Py_UCS1 *)PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) ((Py_UCS2 *)PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) ((Py_UCS4 *)PyUnicode_DATA(op))
#define PyUnicode_READ(kind, data, i)                                                \
    ((int)(kind) == 1   ? (Py_UCS4)((const Py_UCS1 *)(data))[i]                      \
     : (int)(kind) == 2 ? (Py_UCS4)((const Py_UCS2 *)(data))[i]                      \
                        : ((const Py_UCS4 *)(data))[i])
#define PyUnicode_WRITE(kind, data, i, c)                       \
    do {                                                        \
        if ((int)(kind) == 1)                                   \
            ((Py_UCS1 *)(data))[i] = (Py_UCS1)(c);              \
        else if ((int)(kind) == 2)                              \
            ((Py_UCS2 *)(data))[i] = (Py_UCS2)(c);              \
        else                                                    \
            ((Py_UCS4 *)(data))[i] = (Py_UCS4)(c);              \
    } while (0)
#define PyUnicode_READ_CHAR(op, i) PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), (i))
#define Py_UNICODE_REPLACEMENT_CHARACTER ((Py_UCS4)0xfffd)

/* ---- making */
PyAPI_FUNC(PyObject *) PyUnicode_New(Py_ssize_t length, Py_UCS4 max_char);
PyAPI_FUNC(PyObject *) PyUnicode_FromString(const char *utf8);
PyAPI_FUNC(PyObject *) PyUnicode_FromStringAndSize(const char *utf8, Py_ssize_t size);
PyAPI_FUNC(PyObject *) PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t length);
PyAPI_FUNC(PyObject *) PyUnicode_FromOrdinal(int c);
PyAPI_FUNC(PyObject *) PyUnicode_FromObject(PyObject *op);
PyAPI_FUNC(PyObject *) PyUnicode_FromWideChar(const wchar_t *w, Py_ssize_t length);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormatV(const char *format, va_list args);
PyAPI_FUNC(PyObject *) PyUnicode_InternFromString(const char *utf8);
PyAPI_FUNC(void) PyUnicode_InternInPlace(PyObject **op);
PyAPI_FUNC(int) PyUnicode_Resize(PyObject **op, Py_ssize_t length);

/* ---- reading and writing */
PyAPI_FUNC(const char *) PyUnicode_AsUTF8(PyObject *op);
PyAPI_FUNC(const char *) PyUnicode_AsUTF8AndSize(PyObject *op, Py_ssize_t *size);
PyAPI_FUNC(Py_ssize_t) PyUnicode_GetLength(PyObject *op);
PyAPI_FUNC(Py_UCS4) PyUnicode_ReadChar(PyObject *op, Py_ssize_t i);
PyAPI_FUNC(int) PyUnicode_WriteChar(PyObject *op, Py_ssize_t i, Py_UCS4 c);
PyAPI_FUNC(Py_ssize_t)
    PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t at, PyObject *from, Py_ssize_t start, Py_ssize_t n);
PyAPI_FUNC(Py_UCS4 *) PyUnicode_AsUCS4(PyObject *op, Py_UCS4 *out, Py_ssize_t room, int with_zero);
PyAPI_FUNC(Py_UCS4 *) PyUnicode_AsUCS4Copy(PyObject *op); /* PyMem_Free */
PyAPI_FUNC(Py_ssize_t) PyUnicode_AsWideChar(PyObject *op, wchar_t *out, Py_ssize_t room);
PyAPI_FUNC(wchar_t *) PyUnicode_AsWideCharString(PyObject *op, Py_ssize_t *length); /* PyMem_Free */

/* ---- comparing and searching */
PyAPI_FUNC(int) PyUnicode_Compare(PyObject *a, PyObject *b);
PyAPI_FUNC(int) PyUnicode_CompareWithASCIIString(PyObject *op, const char *ascii);
PyAPI_FUNC(int) _PyUnicode_EqualToASCIIString(PyObject *op, const char *ascii);
PyAPI_FUNC(int) _PyUnicode_EQ(PyObject *a, PyObject *b);
PyAPI_FUNC(PyObject *) PyUnicode_RichCompare(PyObject *a, PyObject *b, int op);
PyAPI_FUNC(int) PyUnicode_Contains(PyObject *op, PyObject *part);
PyAPI_FUNC(Py_ssize_t)
    PyUnicode_Find(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end, int direction);
PyAPI_FUNC(Py_ssize_t)
    PyUnicode_FindChar(PyObject *op, Py_UCS4 c, Py_ssize_t start, Py_ssize_t end, int direction);
PyAPI_FUNC(Py_ssize_t) PyUnicode_Count(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(Py_ssize_t)
    PyUnicode_Tailmatch(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end, int direction);

/* ---- new strings from old ones */
PyAPI_FUNC(PyObject *) PyUnicode_Concat(PyObject *a, PyObject *b);
PyAPI_FUNC(void) PyUnicode_Append(PyObject **a, PyObject *b);       /* in place if nobody else has it */
PyAPI_FUNC(void) PyUnicode_AppendAndDel(PyObject **a, PyObject *b); /* steals b */
PyAPI_FUNC(PyObject *) PyUnicode_Substring(PyObject *op, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(PyObject *) PyUnicode_Join(PyObject *separator, PyObject *sequence);
PyAPI_FUNC(PyObject *) PyUnicode_Split(PyObject *op, PyObject *separator, Py_ssize_t most);
PyAPI_FUNC(PyObject *) PyUnicode_RSplit(PyObject *op, PyObject *separator, Py_ssize_t most);
PyAPI_FUNC(PyObject *) PyUnicode_Format(PyObject *format, PyObject *args); /* format % args */
PyAPI_FUNC(PyObject *) PyUnicode_Replace(PyObject *op, PyObject *old, PyObject *by, Py_ssize_t most);

/* ---- encodings */
PyAPI_FUNC(const char *) PyUnicode_GetDefaultEncoding(void);
PyAPI_FUNC(PyObject *) PyUnicode_Decode(const char *s, Py_ssize_t n, const char *encoding, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF8(const char *s, Py_ssize_t n, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeASCII(const char *s, Py_ssize_t n, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLatin1(const char *s, Py_ssize_t n, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLocale(const char *s, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLocaleAndSize(const char *s, Py_ssize_t n, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeFSDefault(const char *s);
PyAPI_FUNC(PyObject *) PyUnicode_DecodeFSDefaultAndSize(const char *s, Py_ssize_t n);
PyAPI_FUNC(PyObject *) PyUnicode_FromEncodedObject(PyObject *op, const char *encoding, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_AsEncodedString(PyObject *op, const char *encoding, const char *errors);
PyAPI_FUNC(PyObject *) _PyUnicode_AsUTF8String(PyObject *op, const char *errors);
PyAPI_FUNC(PyObject *) PyUnicode_AsUTF8String(PyObject *op);
PyAPI_FUNC(PyObject *) PyUnicode_AsASCIIString(PyObject *op);
PyAPI_FUNC(PyObject *) PyUnicode_AsLatin1String(PyObject *op);
PyAPI_FUNC(PyObject *)
    PyUnicode_DecodeUTF16(const char *s, Py_ssize_t n, const char *errors, int *byteorder);
PyAPI_FUNC(PyObject *) PyUnicode_AsUTF16String(PyObject *op);
PyAPI_FUNC(PyObject *) _PyUnicode_EncodeUTF16(PyObject *op, const char *errors, int byteorder);
PyAPI_FUNC(PyObject *) PyUnicode_EncodeFSDefault(PyObject *op);
PyAPI_FUNC(int) PyUnicode_FSConverter(PyObject *op, void *out); /* out: PyObject **, owned bytes */
PyAPI_FUNC(int) PyUnicode_FSDecoder(PyObject *op, void *out);   /* out: PyObject **, owned str */

/* The names of what the file system and the locale speak: UTF-8. */
PyAPI_DATA(const char *const) Py_FileSystemDefaultEncoding;
PyAPI_DATA(const char *const) Py_FileSystemDefaultEncodeErrors;
PyAPI_DATA(const int) Py_HasFileSystemDefaultEncoding;

/* ---- what a character is */
PyAPI_DATA(const unsigned char) _Py_ascii_whitespace[];
PyAPI_FUNC(int) _PyUnicode_IsWhitespace(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsLinebreak(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsAlpha(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsDecimalDigit(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsDigit(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsNumeric(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsLowercase(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsUppercase(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsTitlecase(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsPrintable(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsXidStart(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_IsXidContinue(Py_UCS4 c);
PyAPI_FUNC(Py_UCS4) _PyUnicode_ToLowercase(Py_UCS4 c);
PyAPI_FUNC(Py_UCS4) _PyUnicode_ToUppercase(Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicode_ToLowerFull(Py_UCS4 c, Py_UCS4 *out); /* characters in out, up to 3 */
PyAPI_FUNC(int) _PyUnicode_ToUpperFull(Py_UCS4 c, Py_UCS4 *out);
PyAPI_FUNC(int) PyUnicode_IsIdentifier(PyObject *op);
#define Py_UNICODE_ISSPACE(c) _PyUnicode_IsWhitespace(c)
#define Py_UNICODE_ISLINEBREAK(c) _PyUnicode_IsLinebreak(c)
#define Py_UNICODE_ISALPHA(c) _PyUnicode_IsAlpha(c)
#define Py_UNICODE_ISDECIMAL(c) _PyUnicode_IsDecimalDigit(c)
#define Py_UNICODE_ISDIGIT(c) _PyUnicode_IsDigit(c)
#define Py_UNICODE_ISNUMERIC(c) _PyUnicode_IsNumeric(c)
#define Py_UNICODE_ISLOWER(c) _PyUnicode_IsLowercase(c)
#define Py_UNICODE_ISUPPER(c) _PyUnicode_IsUppercase(c)
#define Py_UNICODE_ISTITLE(c) _PyUnicode_IsTitlecase(c)
#define Py_UNICODE_ISPRINTABLE(c) _PyUnicode_IsPrintable(c)
#define Py_UNICODE_TOLOWER(c) _PyUnicode_ToLowercase(c)
#define Py_UNICODE_TOUPPER(c) _PyUnicode_ToUppercase(c)
#define Py_UNICODE_ISALNUM(c) \
    (Py_UNICODE_ISALPHA(c) || Py_UNICODE_ISDECIMAL(c) || Py_UNICODE_ISDIGIT(c) || Py_UNICODE_ISNUMERIC(c))

/* ---- the older form: a second copy as wchar_t, which stays with the string */
#define Py_UNICODE_SIZE SIZEOF_WCHAR_T
PyAPI_FUNC(PyObject *) PyUnicode_FromUnicode(const Py_UNICODE *w, Py_ssize_t length);
PyAPI_FUNC(Py_UNICODE *) PyUnicode_AsUnicode(PyObject *op);
PyAPI_FUNC(Py_UNICODE *) PyUnicode_AsUnicodeAndSize(PyObject *op, Py_ssize_t *length);
PyAPI_FUNC(Py_ssize_t) PyUnicode_GetSize(PyObject *op);
#define PyUnicode_AS_UNICODE(op) PyUnicode_AsUnicode((PyObject *)(op))
#define PyUnicode_AS_DATA(op) ((const char *)PyUnicode_AS_UNICODE(op))
#define PyUnicode_GET_SIZE(op) PyUnicode_GET_LENGTH(op)
#define PyUnicode_GET_DATA_SIZE(op) (PyUnicode_GET_SIZE(op) * Py_UNICODE_SIZE)

/* ---- writing a string whose length and widest character are not known at the start */
typedef struct {
    PyObject *buffer; /* owned; NULL before something is written */
    void *data;
    enum PyUnicode_Kind kind;
    Py_UCS4 maxchar;
    Py_ssize_t size; /* characters there is room for */
    Py_ssize_t pos;
    Py_ssize_t min_length;
    Py_UCS4 min_char;
    unsigned char overallocate : 1; /* a quarter more room than is needed */
    unsigned char readonly : 1;     /* buffer is the one string written so far */
} _PyUnicodeWriter;

PyAPI_FUNC(void) _PyUnicodeWriter_Init(_PyUnicodeWriter *writer);
PyAPI_FUNC(int)
    _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *writer, Py_ssize_t length, Py_UCS4 max_char);
PyAPI_FUNC(int) _PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 c);
PyAPI_FUNC(int) _PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *op);
PyAPI_FUNC(int)
    _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *op, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(int) _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *s, Py_ssize_t n);
PyAPI_FUNC(int) _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *writer, const char *s, Py_ssize_t n);
PyAPI_FUNC(PyObject *) _PyUnicodeWriter_Finish(_PyUnicodeWriter *writer);
PyAPI_FUNC(void) _PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer);
#define _PyUnicodeWriter_Prepare(writer, length, max_char)                                       \
    (((max_char) <= (writer)->maxchar && (length) <= (writer)->size - (writer)->pos) || (length) == 0 \
         ? 0                                                                                     \
         : _PyUnicodeWriter_PrepareInternal((writer), (length), (max_char)))
PyAPI_FUNC(void) _PyUnicode_FastCopyCharacters(PyObject *to, Py_ssize_t at, PyObject *from,
                                               Py_ssize_t start, Py_ssize_t n);

#endif
