/* What a character is, as CPython says (unicode_classes.def): a sorted table of ranges, each with one
 * class of properties for every second character. */
#include "unicode_int.h"

const char *const Py_FileSystemDefaultEncoding = "utf-8";
const char *const Py_FileSystemDefaultEncodeErrors = "surrogateescape";
const int Py_HasFileSystemDefaultEncoding = 1;

typedef struct {
    uint16_t flags;
    int32_t lower, upper; /* to be added to the character */
} class;

typedef struct {
    uint32_t first;
    uint8_t even, odd; /* classes by the distance from first */
} range;

typedef struct {
    Py_UCS4 c, to[3];
} special;

#define CLASS(flags, lower, upper) {flags, lower, upper},
static const class classes[] = {
#include "unicode_classes.def"
};
#undef CLASS
#define RANGE(first, even, odd) {first, even, odd},
static const range ranges[] = {
#include "unicode_classes.def"
};
#undef RANGE
#define UPPER(c, x, y, z) {c, {x, y, z}},
static const special uppers[] = {
#include "unicode_classes.def"
};
#undef UPPER
#define LOWER(c, x, y, z) {c, {x, y, z}},
static const special lowers[] = {
#include "unicode_classes.def"
};
#undef LOWER

static const class *class_of(Py_UCS4 c)
{
    size_t low = 0, high = Py_ARRAY_LENGTH(ranges);

    if (c > 0x10ffff)
        c = 0x10ffff;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (ranges[middle].first <= c)
            low = middle;
        else
            high = middle;
    }
    return &classes[(c - ranges[low].first) % 2 == 0 ? ranges[low].even : ranges[low].odd];
}

#define IS(name, bit)                                           \
    int _PyUnicode_##name(Py_UCS4 c)                            \
    {                                                           \
        return class_of(c)->flags >> (bit) & 1;                 \
    }
IS(IsAlpha, 0)
IS(IsDecimalDigit, 1)
IS(IsDigit, 2)
IS(IsNumeric, 3)
IS(IsWhitespace, 4)
IS(IsLowercase, 5)
IS(IsUppercase, 6)
IS(IsTitlecase, 7)
IS(IsPrintable, 8)
IS(IsXidStart, 9)
IS(IsXidContinue, 10)
IS(IsLinebreak, 11)

Py_UCS4 _PyUnicode_ToLowercase(Py_UCS4 c)
{
    return (Py_UCS4)((int64_t)c + class_of(c)->lower);
}

Py_UCS4 _PyUnicode_ToUppercase(Py_UCS4 c)
{
    return (Py_UCS4)((int64_t)c + class_of(c)->upper);
}

static int to_full(Py_UCS4 c, Py_UCS4 simple, const special *table, size_t n, Py_UCS4 *out)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].c == c) {
            memcpy(out, table[i].to, sizeof table[i].to);
            return table[i].to[2] != 0 ? 3 : 2;
        }
    out[0] = simple;
    return 1;
}

int _PyUnicode_ToLowerFull(Py_UCS4 c, Py_UCS4 *out)
{
    return to_full(c, _PyUnicode_ToLowercase(c), lowers, Py_ARRAY_LENGTH(lowers), out);
}

int _PyUnicode_ToUpperFull(Py_UCS4 c, Py_UCS4 *out)
{
    return to_full(c, _PyUnicode_ToUppercase(c), uppers, Py_ARRAY_LENGTH(uppers), out);
}

int PyUnicode_IsIdentifier(PyObject *op)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(op);

    if (n == 0 || (PyUnicode_READ_CHAR(op, 0) != '_' && !_PyUnicode_IsXidStart(PyUnicode_READ_CHAR(op, 0))))
        return 0;
    for (Py_ssize_t i = 1; i < n; i++)
        if (!_PyUnicode_IsXidContinue(PyUnicode_READ_CHAR(op, i)))
            return 0;
    return 1;
}

/* 1: white space. */
const unsigned char _Py_ascii_whitespace[128] = {
    ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1,
    [0x1c] = 1, [0x1d] = 1, [0x1e] = 1, [0x1f] = 1, [' '] = 1,
};
