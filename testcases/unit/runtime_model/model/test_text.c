/* str, bytes and numbers as text: what functions answer, in tables. The expected answers are
 * CPython 3.11's; testcases/bench/runtime/same_types.c compares many more. */
#include "model.h"

static PyObject *str(const char *utf8)
{
    return PyUnicode_FromString(utf8);
}

/* Drops op, which must show itself as expected; with an exception, the exception's type. */
static void assert_shown(PyObject *op, const char *expected)
{
    PyObject *shown = op != NULL ? PyObject_Repr(op) : NULL;

    if (op == NULL) {
        assert_non_null(PyErr_Occurred());
        assert_string_equal(((PyTypeObject *)PyErr_Occurred())->tp_name, expected);
        PyErr_Clear();
        return;
    }
    assert_string_equal(PyUnicode_AsUTF8(shown), expected);
    Py_DECREF(shown);
    Py_DECREF(op);
}

static void format_units(void **state)
{
    PyObject *s = str("h\xc3\xa9'");

    (void)state;
    assert_shown(PyUnicode_FromFormat("%d|%5d|%05d|%.3d|%i", -7, 42, -42, 7, 1), "'-7|   42|00-42|007|1'");
    assert_shown(PyUnicode_FromFormat("%u %lu %llu %zu %x", 7u, 8ul, 9ull, (size_t)10, 255),
                 "'7 8 9 10 ff'");
    assert_shown(PyUnicode_FromFormat("%ld %lld %zd", -1l, -2ll, (Py_ssize_t)-3), "'-1 -2 -3'");
    assert_shown(PyUnicode_FromFormat("%s|%5s|%.2s", "abc", "abc", "abc"), "'abc|  abc|ab'");
    assert_shown(PyUnicode_FromFormat("%c%c%%", 'a', 0xe9), "'a\xc3\xa9%'");
    assert_shown(PyUnicode_FromFormat("%U %S %.1U", s, s, s), "\"h\xc3\xa9' h\xc3\xa9' h\"");
    assert_shown(PyUnicode_FromFormat("%A", s), "\'\"h\\\\xe9\\\'\"\'");
    assert_shown(PyUnicode_FromFormat("%V %V", s, "no", NULL, "yes"), "\"h\xc3\xa9' yes\"");
    assert_shown(PyUnicode_FromFormat("%p", (void *)0x1234), "'0x1234'");
    assert_shown(PyUnicode_FromFormat("a%yb %d", 1), "'a%yb %d'");
    assert_shown(PyUnicode_FromFormat("%c", 0x110000), "OverflowError");
    Py_DECREF(s);
}

static void replace_and_split(void **state)
{
    static const struct {
        const char *s, *old, *by;
        Py_ssize_t most;
        const char *expected;
    } rows[] = {{"aXbXc", "X", "--", -1, "'a--b--c'"}, {"aXbXc", "X", "", 1, "'abXc'"},
                {"ab", "", "-", -1, "'-a-b-'"},        {"aaa", "aa", "b", -1, "'ba'"},
                {"abc", "x", "y", -1, "'abc'"},        {"ab", "b", "\xc4\x80", -1, "'a\xc4\x80'"}};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++) {
        PyObject *s = str(rows[i].s), *old = str(rows[i].old), *by = str(rows[i].by);

        assert_shown(PyUnicode_Replace(s, old, by, rows[i].most), rows[i].expected);
        Py_DECREF(s);
        Py_DECREF(old);
        Py_DECREF(by);
    }
}

static void splitting_and_joining(void **state)
{
    PyObject *s = str(" a  bc d "), *comma = str(","), *empty = str(""), *csv = str("a,,b"), *parts;

    (void)state;
    assert_shown(PyUnicode_Split(s, NULL, -1), "['a', 'bc', 'd']");
    assert_shown(PyUnicode_Split(s, NULL, 1), "['a', 'bc d ']");
    assert_shown(PyUnicode_Split(csv, comma, -1), "['a', '', 'b']");
    assert_shown(PyUnicode_Split(csv, comma, 1), "['a', ',b']");
    assert_shown(PyUnicode_Split(csv, empty, 1), "ValueError");
    parts = PyUnicode_Split(s, NULL, -1);
    assert_shown(PyUnicode_Join(comma, parts), "'a,bc,d'");
    assert_shown(PyUnicode_Join(NULL, parts), "'a bc d'");
    PyList_Append(parts, Py_None);
    assert_shown(PyUnicode_Join(comma, parts), "TypeError");
    Py_DECREF(parts);
    Py_DECREF(s);
    Py_DECREF(comma);
    Py_DECREF(empty);
    Py_DECREF(csv);
}

static void searching(void **state)
{
    PyObject *s = str("banana"), *part = str("an");

    (void)state;
    assert_int_equal(PyUnicode_Find(s, part, 0, 6, 1), 1);
    assert_int_equal(PyUnicode_Find(s, part, 0, 6, -1), 3);
    assert_int_equal(PyUnicode_Find(s, part, 0, 4, -1), 1);
    assert_int_equal(PyUnicode_Find(s, part, -2, 6, 1), -1);
    assert_int_equal(PyUnicode_Find(s, Py_None, 0, 6, 1), -2);
    PyErr_Clear();
    assert_int_equal(PyUnicode_Count(s, part, 0, 6), 2);
    assert_int_equal(PyUnicode_Contains(s, part), 1);
    assert_int_equal(PyUnicode_Tailmatch(s, part, 0, 5, 1), 1);
    assert_int_equal(PyUnicode_Tailmatch(s, part, 1, 6, -1), 1);
    assert_int_equal(PyUnicode_Compare(s, part), 1);
    assert_int_equal(PyUnicode_CompareWithASCIIString(s, "banana"), 0);
    assert_int_equal(PyUnicode_CompareWithASCIIString(s, "bananas"), -1);
    assert_shown(PyUnicode_Substring(s, 1, 4), "'ana'");
    assert_shown(PyUnicode_Substring(s, 4, 99), "'na'");
    Py_DECREF(s);
    Py_DECREF(part);
}

static void encodings(void **state)
{
    PyObject *s = str("a\xc3\xa9\xc4\x80");

    (void)state;
    assert_shown(PyUnicode_AsUTF8String(s), "b'a\\xc3\\xa9\\xc4\\x80'");
    assert_shown(PyUnicode_AsLatin1String(s), "UnicodeEncodeError");
    assert_shown(PyUnicode_AsEncodedString(s, "ISO-8859-1", "replace"), "b'a\\xe9?'");
    assert_shown(PyUnicode_AsEncodedString(s, "ascii", "backslashreplace"), "b'a\\\\xe9\\\\u0100'");
    assert_shown(PyUnicode_AsEncodedString(s, "ascii", "ignore"), "b'a'");
    assert_shown(PyUnicode_AsEncodedString(s, "no such", NULL), "LookupError");
    assert_shown(PyUnicode_DecodeASCII("a\xff", 2, NULL), "UnicodeDecodeError");
    assert_shown(PyUnicode_DecodeASCII("a\xff", 2, "surrogateescape"), "'a\\udcff'");
    assert_shown(PyUnicode_DecodeUTF8("\xed\xa0\x80", 3, NULL), "UnicodeDecodeError");
    assert_shown(PyUnicode_DecodeLatin1("\xe9", 1, NULL), "'\xc3\xa9'");
    Py_DECREF(s);
}

static void file_names_come_back_as_they_were(void **state)
{
    PyObject *name = PyUnicode_DecodeFSDefault("a\xff\x80"), *bytes = NULL;

    (void)state;
    assert_true(PyUnicode_FSConverter(name, &bytes));
    assert_shown(bytes, "b'a\\xff\\x80'");
    Py_DECREF(name);
    bytes = NULL;
    assert_false(PyUnicode_FSConverter(Py_None, &bytes));
    PyErr_Clear();
}

static void a_string_is_written_by_its_maker_only(void **state)
{
    PyObject *s = PyUnicode_New(2, 0x7f), *other;

    (void)state;
    assert_int_equal(PyUnicode_WriteChar(s, 0, 'a'), 0);
    assert_int_equal(PyUnicode_WriteChar(s, 1, 'b'), 0);
    assert_int_equal(PyUnicode_WriteChar(s, 1, 0xe9), -1);
    PyErr_Clear();
    other = Py_NewRef(s);
    assert_int_equal(PyUnicode_WriteChar(s, 1, 'c'), -1);
    PyErr_Clear();
    Py_DECREF(other);
    PyObject_Hash(s);
    assert_int_equal(PyUnicode_WriteChar(s, 1, 'c'), -1);
    PyErr_Clear();
    assert_shown(s, "'ab'");
}

static void ints_of_any_size(void **state)
{
    PyObject *a = PyLong_FromString("123456789012345678901234567890", NULL, 10);
    PyObject *b = PyLong_FromString("-98765432109876543210", NULL, 0);
    const PyNumberMethods *m = PyLong_Type.tp_as_number;

    (void)state;
    assert_shown(m->nb_add(a, b), "123456788913580246791358024680");
    assert_shown(m->nb_multiply(a, b), "-12193263113702179522496570642237463801111263526900");
    assert_shown(m->nb_divmod(a, b), "(-1249999989, -38580246902623456800)");
    assert_shown(m->nb_lshift(a, Py_True), "246913578024691357802469135780");
    Py_DECREF(a);
    Py_DECREF(b);
}

static void ints_from_text(void **state)
{
    static const struct {
        const char *text;
        int base;
        const char *expected;
    } rows[] = {{" 12_3 ", 10, "123"},   {"0x1F", 0, "31"},        {"0x1F", 16, "31"},
                {"-0b101", 0, "-5"},     {"012", 0, "ValueError"}, {"0_0", 0, "0"},
                {"1__2", 10, "ValueError"}, {"", 10, "ValueError"}, {"zz", 36, "1295"},
                {"12", 1, "ValueError"}};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++)
        assert_shown(PyLong_FromString(rows[i].text, NULL, rows[i].base), rows[i].expected);
}

static void ints_as_c_numbers(void **state)
{
    PyObject *big = PyLong_FromString("18446744073709551615", NULL, 10);
    PyObject *below = PyLong_FromLong(-1), *flag = Py_True;

    (void)state;
    assert_int_equal(PyLong_AsUnsignedLong(big), ULONG_MAX);
    assert_int_equal(PyLong_AsLong(big), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_OverflowError));
    PyErr_Clear();
    assert_int_equal(PyLong_AsUnsignedLong(below), ULONG_MAX);
    assert_true(PyErr_ExceptionMatches(PyExc_OverflowError));
    PyErr_Clear();
    assert_int_equal(PyLong_AsUnsignedLongMask(below), ULONG_MAX);
    assert_null(PyErr_Occurred());
    assert_int_equal(PyLong_AsSize_t(flag), 1);
    assert_int_equal(PyLong_AsLong(Py_None), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_TypeError));
    PyErr_Clear();
    Py_DECREF(big);
    Py_DECREF(below);
}

static void floats_as_text(void **state)
{
    static const struct {
        double value;
        const char *expected;
    } rows[] = {{0.1, "0.1"},     {1e16, "1e+16"},   {1e15, "1000000000000000.0"}, {-0.0, "-0.0"},
                {1e-5, "1e-05"},  {0.0001, "0.0001"}, {1.0 / 3, "0.3333333333333333"},
                {5e-324, "5e-324"}, {HUGE_VAL, "inf"}, {123456789.125, "123456789.125"}};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++)
        assert_shown(PyFloat_FromDouble(rows[i].value), rows[i].expected);
}

static void doubles_are_rounded_to_even(void **state)
{
    /* 2**53 + 1, and (2**53 + 1) * 2**64 + 1 */
    PyObject *tie = PyLong_FromString("9007199254740993", NULL, 10);
    PyObject *more = PyLong_FromString("166153499473114502559719956244594689", NULL, 10);

    (void)state;
    assert_true(PyLong_AsDouble(tie) == 9007199254740992.0);
    assert_true(PyLong_AsDouble(more) == 9007199254740994.0 * 18446744073709551616.0);
    Py_DECREF(tie);
    Py_DECREF(more);
}

static void resizing_bytes(void **state)
{
    PyObject *op = PyBytes_FromStringAndSize(NULL, 4), *held;

    (void)state;
    memcpy(PyBytes_AS_STRING(op), "abcd", 4);
    assert_int_equal(_PyBytes_Resize(&op, 2), 0);
    assert_string_equal(PyBytes_AS_STRING(op), "ab");
    held = Py_NewRef(op);
    assert_int_equal(_PyBytes_Resize(&op, 3), -1);
    assert_null(op);
    PyErr_Clear();
    assert_int_equal(Py_REFCNT(held), 1);
    Py_DECREF(held);
}

static void an_exported_bytearray_keeps_its_size(void **state)
{
    PyObject *array = PyByteArray_FromStringAndSize("abc", 3);
    Py_buffer view;

    (void)state;
    assert_int_equal(PyObject_GetBuffer(array, &view, PyBUF_WRITABLE), 0);
    assert_int_equal(PyByteArray_Resize(array, 10), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_BufferError));
    PyErr_Clear();
    ((char *)view.buf)[0] = 'x';
    PyBuffer_Release(&view);
    assert_int_equal(PyByteArray_Resize(array, 2), 0);
    assert_shown(array, "bytearray(b'xb')");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(format_units),
        MODEL_TEST(replace_and_split),
        MODEL_TEST(splitting_and_joining),
        MODEL_TEST(searching),
        MODEL_TEST(encodings),
        MODEL_TEST(file_names_come_back_as_they_were),
        MODEL_TEST(a_string_is_written_by_its_maker_only),
        MODEL_TEST(ints_of_any_size),
        MODEL_TEST(ints_from_text),
        MODEL_TEST(ints_as_c_numbers),
        MODEL_TEST(floats_as_text),
        MODEL_TEST(doubles_are_rounded_to_even),
        MODEL_TEST(resizing_bytes),
        MODEL_TEST(an_exported_bytearray_keeps_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
