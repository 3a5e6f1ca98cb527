/* What the data types answer, as lines: one source for CPython and for the model (-DMODEL), whose
 * output must be the same. Hashes of str and anything else that is random stay out.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef MODEL
#include "refwarden/runtime.h"
#else
size_t _PySys_GetSizeOf(PyObject *);
#endif

static unsigned long seed = 1;

static unsigned long rnd(unsigned long n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % n;
}

/* Prints op's repr, or the exception; drops op. */
static void show(const char *what, PyObject *op)
{
    PyObject *type, *value, *traceback, *text;

    if (op != NULL) {
        text = PyObject_Repr(op);
        printf("%s|%s|%zu\n", what, text != NULL ? PyUnicode_AsUTF8(text) : "?", _PySys_GetSizeOf(op));
        Py_XDECREF(text);
        Py_DECREF(op);
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    text = value != NULL ? PyObject_Str(value) : NULL;
    printf("%s|%s|%s\n", what, type != NULL ? ((PyTypeObject *)type)->tp_name : "no error",
           text != NULL ? PyUnicode_AsUTF8(text) : "");
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

static void show_int(const char *what, long value)
{
    if (PyErr_Occurred())
        show(what, NULL);
    else
        printf("%s|%ld\n", what, value);
}

/* ---- int */

static PyObject *random_int(void)
{
    char digits[120], *p = digits;
    int n = (int)rnd(4) == 0 ? 1 + (int)rnd(100) : 1 + (int)rnd(24);

    if (rnd(2))
        *p++ = '-';
    if (rnd(8) == 0)
        n = 1;
    for (int i = 0; i < n; i++)
        *p++ = rnd(5) == 0 ? (rnd(2) ? 'f' : '0') : "0123456789abcdef"[rnd(16)];
    *p = '\0';
    return PyLong_FromString(digits, NULL, 16);
}

static void numbers(PyNumberMethods *m)
{
    for (int i = 0; i < 3000; i++) {
        PyObject *a = random_int(), *b = random_int(), *n = PyLong_FromLong((long)rnd(200));

        show("add", m->nb_add(a, b));
        show("sub", m->nb_subtract(a, b));
        show("mul", m->nb_multiply(a, b));
        show("divmod", m->nb_divmod(a, b));
        show("div", m->nb_floor_divide(a, b));
        show("mod", m->nb_remainder(a, b));
        show("and", m->nb_and(a, b));
        show("or", m->nb_or(a, b));
        show("xor", m->nb_xor(a, b));
        show("lshift", m->nb_lshift(a, n));
        show("rshift", m->nb_rshift(a, n));
        show("neg", m->nb_negative(a));
        show("inv", m->nb_invert(a));
        show("abs", m->nb_absolute(a));
        show("float", m->nb_float(a));
        show_int("lt", PyObject_RichCompareBool(a, b, Py_LT));
        show_int("hash", PyObject_Hash(a));
        show("hex", _PyLong_Format(a, 16));
        show("base 7", _PyLong_Format(a, 2));
        show_int("long", PyLong_AsLong(a));
        PyErr_Clear();
        show_int("mask", (long)PyLong_AsUnsignedLongMask(a));
        show_int("unsigned", (long)PyLong_AsUnsignedLong(a));
        PyErr_Clear();
        show_int("bits", (long)_PyLong_NumBits(a));
        Py_DECREF(a);
        Py_DECREF(b);
        Py_DECREF(n);
    }
    for (int i = 0; i < 100; i++) {
        PyObject *a = random_int(), *b = PyLong_FromLong((long)rnd(30)), *c = random_int();

        show("pow", m->nb_power(a, b, Py_None));
        show("pow mod", m->nb_power(a, b, c));
        Py_DECREF(a);
        Py_DECREF(b);
        Py_DECREF(c);
    }
}

static void number_texts(void)
{
    static const char *const texts[] = {"0",    "-0",   "12_3", "1__2", "_1", "1_", "",    " 12 ", "0x1F", "0b101",
                                        "0o17", "0x",   "12a",  "+5",   "- 5", "00", "012", "0_0",  "0x_f", "1e5"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int base = 0; base <= 16; base += base == 0 ? 2 : base == 2 ? 6 : base == 8 ? 2 : 6)
            show(texts[i], PyLong_FromString(texts[i], NULL, base));
}

/* ---- float */

static void floats(void)
{
    static const double values[] = {0.0,   -0.0, 1.0,   0.1,    1e16,  1e15,  123456789.123, 1e-5, 0.0001, 1e300, -2.5,
                                    1e22,  1e23, 5e-324, 1.7976931348623157e308, 3.0, 7.25, 1.0 / 3, 4503599627370496.5};
    static const char *const texts[] = {"1.5", " -2e3 ", "inf", "nan", "0x10", "", "1_0", "abc", "1e400", ".5", "5."};
    PyNumberMethods *m = PyFloat_Type.tp_as_number;
    size_t n = sizeof values / sizeof *values;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            PyObject *a = PyFloat_FromDouble(values[i]), *b = PyFloat_FromDouble(values[j]);
            PyObject *k = PyLong_FromDouble(floor(values[j]));

            show("fadd", m->nb_add(a, b));
            show("fdiv", m->nb_true_divide(a, b));
            show("ffloor", m->nb_floor_divide(a, b));
            show("fmod", m->nb_remainder(a, b));
            show("fpow", m->nb_power(a, b, Py_None));
            show_int("fcmp int", PyObject_RichCompareBool(a, k, Py_LE));
            show_int("fhash", PyObject_Hash(a));
            show("int", m->nb_int(a));
            Py_DECREF(a);
            Py_DECREF(b);
            Py_DECREF(k);
        }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        PyObject *s = PyUnicode_FromString(texts[i]);

        show(texts[i], PyFloat_FromString(s));
        Py_DECREF(s);
    }
}

/* ---- str */

static PyObject *random_str(void)
{
    static const int sets[][2] = {{'a', 3}, {'a', 3}, {0xe9, 2}, {0x100, 3}, {0x1f600, 2}};
    Py_UCS4 text[24];
    Py_ssize_t n = (Py_ssize_t)rnd(14);

    for (Py_ssize_t i = 0; i < n; i++) {
        const int *set = rnd(3) ? sets[0] : sets[rnd(5)];

        text[i] = rnd(6) == 0 ? ' ' : (Py_UCS4)(set[0] + (int)rnd((unsigned long)set[1]));
    }
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, n);
}

static void strings(void)
{
    for (int i = 0; i < 4000; i++) {
        PyObject *a = random_str(), *b = random_str(), *c = random_str();
        Py_ssize_t from = (Py_ssize_t)rnd(16) - 4, to = (Py_ssize_t)rnd(20) - 4;

        if (rnd(2)) {
            PyObject *part = PyUnicode_Substring(b, 0, (Py_ssize_t)rnd(3));

            Py_DECREF(b);
            b = part;
        }
        show("concat", PyUnicode_Concat(a, b));
        show("replace", PyUnicode_Replace(a, b, c, (Py_ssize_t)rnd(5) - 1));
        if (PyUnicode_GET_LENGTH(b) > 0)
            show("split", PyUnicode_Split(a, b, (Py_ssize_t)rnd(4) - 1));
        show("split ws", PyUnicode_Split(a, NULL, (Py_ssize_t)rnd(4) - 1));
        show_int("find", PyUnicode_Find(a, b, from, to, 1));
        show_int("rfind", PyUnicode_Find(a, b, from, to, -1));
        show_int("count", PyUnicode_Count(a, b, from, to));
        show_int("tail", PyUnicode_Tailmatch(a, b, from, to, 1));
        show_int("head", PyUnicode_Tailmatch(a, b, from, to, -1));
        show_int("contains", PyUnicode_Contains(a, b));
        show_int("compare", PyUnicode_Compare(a, b));
        show_int("char", PyUnicode_FindChar(a, 'a', 0, PyUnicode_GET_LENGTH(a), 1));
        show("substring", PyUnicode_Substring(a, (Py_ssize_t)rnd(8), (Py_ssize_t)rnd(16)));
        show("utf8", PyUnicode_AsUTF8String(a));
        show("latin1", PyUnicode_AsLatin1String(a));
        show("ascii", PyUnicode_AsASCIIString(a));
        show("encode", PyUnicode_AsEncodedString(a, "Latin-1", rnd(2) ? "replace" : "backslashreplace"));
        {
            PyObject *list = PyList_New(0);

            for (int k = (int)rnd(4); k > 0; k--)
                PyList_Append(list, rnd(2) ? a : b);
            show("join", PyUnicode_Join(c, list));
            Py_DECREF(list);
        }
        Py_INCREF(a);
        PyUnicode_Append(&a, b);
        show("append", a);
        Py_DECREF(b);
        Py_DECREF(c);
    }
}

static void formats(void)
{
    PyObject *s = PyUnicode_FromString("h\xc3\xa9llo 'x'\n"), *l = PyList_New(0);

    PyList_Append(l, s);
    PyList_Append(l, l);
    show("d", PyUnicode_FromFormat("%d|%5d|%05d|%.3d|%6.3d|%06.3d|%i", -7, 42, -42, 7, 7, 7, 1));
    show("u", PyUnicode_FromFormat("%u|%lu|%llu|%zu|%x|%8x|%ld|%lld|%zd|%li|%zi", 7u, 8ul, 9ull, (size_t)10, 255, 255,
                                   -1l, -2ll, (Py_ssize_t)-3, 4l, (Py_ssize_t)5));
    show("s", PyUnicode_FromFormat("%s|%10s|%.2s|%10.3s|%.2s", "abc", "abc", "abc", "abcdef", "\xc3\xa9\xc3\xa9"));
    show("c", PyUnicode_FromFormat("%c%c%c%%", 'a', 0xe9, 0x1f600));
    show("objects", PyUnicode_FromFormat("%R|%S|%A|%U|%.3U|%12.4R|%V|%V", s, s, s, s, s, s, s, "no", NULL, "yes"));
    show("list", PyUnicode_FromFormat("%R", l));
    show("unknown", PyUnicode_FromFormat("a%yb %d", 1));
    show("end", PyUnicode_FromFormat("a%"));
    show("p", PyUnicode_FromFormat("%p", (void *)0x1234));
    show("bad c", PyUnicode_FromFormat("%c", 0x110000));
    show("bytes", PyBytes_FromFormat("%d %s %c %.2s %x %%", 5, "abc", 'x', "hello", 255));
    PyList_SetSlice(l, 0, 2, NULL);
    Py_DECREF(l);
    Py_DECREF(s);
}

static void decodings(void)
{
    static const char *const texts[] = {"abc", "\xc3\xa9", "\xff", "a\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\x80z"};
    static const char *const errors[] = {"strict", "ignore", "surrogateescape"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t k = 0; k < 3; k++) {
            PyObject *s = PyUnicode_DecodeASCII(texts[i], (Py_ssize_t)strlen(texts[i]), errors[k]);

            show_int("ascii", s != NULL ? (long)PyUnicode_GET_LENGTH(s) : -1);
            Py_XDECREF(s);
            PyErr_Clear();
            s = PyUnicode_DecodeUTF8(texts[i], (Py_ssize_t)strlen(texts[i]), errors[k]);
            printf("utf8|%ld\n", s != NULL ? (long)PyUnicode_GET_LENGTH(s) : -1);
            PyErr_Clear();
            if (s != NULL)
                show("back", PyUnicode_AsEncodedString(s, "utf-8", "surrogateescape"));
            Py_XDECREF(s);
            show("latin1", PyUnicode_DecodeLatin1(texts[i], (Py_ssize_t)strlen(texts[i]), errors[k]));
        }
    show("unknown", PyUnicode_Decode("a", 1, "no such", NULL));
}

/* ---- containers of ints and short strings */

static PyObject *random_key(int strings)
{
    if (strings && rnd(2))
        return PyUnicode_FromFormat("k%d", (int)rnd(60));
    return PyLong_FromLong((long)rnd(80) - 10);
}

static void dicts(int strings)
{
    PyObject *d = PyDict_New(), *copy;

    for (int i = 0; i < 6000; i++) {
        PyObject *k = random_key(strings), *v = PyLong_FromLong((long)i);

        switch (rnd(strings && i % 400 < 30 ? 40 : 9)) {
        case 0: case 1: case 2: PyDict_SetItem(d, k, v); break;
        case 3: case 4:
            if (PyDict_DelItem(d, k) < 0)
                PyErr_Clear();
            break;
        case 5: show_int("in", PyDict_Contains(d, k)); break;
        case 6: PyDict_SetDefault(d, k, v); break;
        case 7: {
            PyObject *found = PyDict_GetItemWithError(d, k);

            Py_XINCREF(found);
            if (found != NULL)
                show("get", found);
            break;
        }
        case 8:
            if (rnd(300) == 0)
                PyDict_Clear(d);
            break;
        default: PyDict_SetItem(d, k, v);
        }
        Py_DECREF(k);
        Py_DECREF(v);
        if (i % 23 == 0) {
            show("copy", PyDict_Copy(d));
            show_int("size", (long)_PySys_GetSizeOf(d));
        }
        if (i % 211 == 0) {
            copy = PyDict_New();
            for (int k2 = (int)rnd(12); k2 > 0; k2--) {
                k = random_key(strings);
                PyDict_SetItem(copy, k, k);
                Py_DECREF(k);
            }
            PyDict_Merge(copy, d, (int)rnd(2));
            show("keys", PyDict_Keys(copy));
            show("items", PyDict_Items(copy));
            show("values", PyDict_Values(copy));
            show("merged", copy);
        }
    }
    show("dict", d);
}

static void sets(void)
{
    PyObject *s = PySet_New(NULL), *t = PySet_New(NULL);
    PyNumberMethods *m = PySet_Type.tp_as_number;

    for (int i = 0; i < 6000; i++) {
        PyObject *k = PyLong_FromLong((long)rnd(1000) * (rnd(3) ? 1 : 64) - 300), *which = rnd(3) ? s : t;

        switch (rnd(7)) {
        case 0: case 1: case 2: case 3: PySet_Add(which, k); break;
        case 4: show_int("discard", PySet_Discard(which, k)); break;
        case 5: show_int("in", PySet_Contains(which, k)); break;
        case 6:
            if (PySet_Size(which) > 0 && rnd(3) == 0)
                show("pop", PySet_Pop(which));
            break;
        }
        if (rnd(2000) == 0)
            PySet_Clear(which);
        Py_DECREF(k);
        if (i % 37 == 0) {
            PyObject *frozen = PyFrozenSet_New(s);

            show_int("hash", PyObject_Hash(frozen));
            show("frozen", frozen);
            show("or", m->nb_or(s, t));
            show("and", m->nb_and(s, t));
            show("sub", m->nb_subtract(s, t));
            show_int("le", PyObject_RichCompareBool(s, t, Py_LE));
            show_int("eq", PyObject_RichCompareBool(s, t, Py_NE));
        }
    }
    show("s", s);
    show("t", t);
}

/* ---- bytes and slices */

static void byte_strings(void)
{
    PyObject *array = PyByteArray_FromStringAndSize("abc", 3), *bytes = PyBytes_FromString("a'\n\x80");

    for (int i = 0; i < 400; i++) {
        Py_ssize_t size = rnd(3) ? PyByteArray_Size(array) + (Py_ssize_t)rnd(9) - 3 : (Py_ssize_t)rnd(300);
        Py_ssize_t before = PyByteArray_Size(array);

        PyByteArray_Resize(array, size < 0 ? 0 : size);
        if (PyByteArray_Size(array) > before)
            memset(PyByteArray_AsString(array) + before, 'x', (size_t)(PyByteArray_Size(array) - before));
        show_int("alloc", (long)_PySys_GetSizeOf(array));
    }
    show("array", array);
    _PyBytes_Resize(&bytes, 2);
    show("resized", bytes);
    for (Py_ssize_t length = 0; length < 7; length++)
        for (int i = 0; i < 200; i++) {
            PyObject *start = PyLong_FromLong((long)rnd(20) - 10), *stop = PyLong_FromLong((long)rnd(20) - 10);
            PyObject *step = PyLong_FromLong((long)rnd(9) - 4);
            PyObject *slice = PySlice_New(rnd(4) ? start : NULL, rnd(4) ? stop : NULL, rnd(2) ? step : NULL);
            Py_ssize_t a = 0, b = 0, c = 0, n = 0;
            int rc = PySlice_GetIndicesEx(slice, length, &a, &b, &c, &n);

            PyErr_Clear();
            printf("slice|%d|%zd %zd %zd %zd\n", rc, a, b, c, rc < 0 ? 0 : n);
            Py_DECREF(start);
            Py_DECREF(stop);
            Py_DECREF(step);
            show("slice", slice);
        }
}

int main(void)
{
#ifdef MODEL
    rm_runtime *rt = rm_runtime_create(NULL);
#else
    Py_Initialize();
#endif
    numbers(PyLong_Type.tp_as_number);
    number_texts();
    floats();
    strings();
    formats();
    decodings();
    dicts(0);
    dicts(1);
    sets();
    byte_strings();
#ifdef MODEL
    rm_runtime_destroy(rt);
#endif
    return 0;
}
