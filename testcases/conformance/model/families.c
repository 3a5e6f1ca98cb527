/* Families of the C API that extensions use beside the data types: views of memory, encodings, text
 * that is put together, numbers as bytes and text, characters, code and tracebacks. The same lines from
 * CPython and from the model; of an exception its type.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <frameobject.h>
#include <stdio.h>

size_t _PySys_GetSizeOf(PyObject *);

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static const char *error(void)
{
    static char name[64];
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    snprintf(name, sizeof name, "%s", type != NULL ? ((PyTypeObject *)type)->tp_name : "-");
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return name;
}

/* Prints op, or the exception; drops op. */
static void show(const char *what, PyObject *op)
{
    PyObject *text = op != NULL ? PyObject_ASCII(op) : NULL;

    printf("%s: %s %s\n", what, text != NULL ? PyUnicode_AsUTF8(text) : "NULL", error());
    Py_XDECREF(text);
    Py_XDECREF(op);
}

static void status(const char *what, Py_ssize_t rc)
{
    printf("%s %zd %s\n", what, rc, error());
}

static PyObject *call(PyObject *op, const char *name)
{
    return PyObject_CallMethod(op, name, NULL);
}

/* ---- views */

static void ask_view(PyObject *v)
{
    static const char *const names[] = {"nbytes", "readonly", "itemsize", "format", "ndim",
                                        "shape", "strides", "c_contiguous", "f_contiguous", "contiguous"};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++)
        show(names[i], PyObject_GetAttrString(v, names[i]));
    show("bytes", call(v, "tobytes"));
    show("list", call(v, "tolist"));
    status("length", PyObject_Size(v));
}

static void view_parts(PyObject *v)
{
    PyObject *step = PySlice_New(NULL, NULL, PyLong_FromLong(-2)), *part = PyObject_GetItem(v, step);
    PyObject *index = PyLong_FromLong(-1), *far = PyLong_FromLong(50), *value = PyLong_FromLong(7);
    PyObject *dense;

    ask_view(part);
    show("item", PyObject_GetItem(v, index));
    show("far", PyObject_GetItem(v, far));
    show("text as index", PyObject_GetItem(v, Py_None));
    status("set", PyObject_SetItem(v, index, value));
    status("set wrong", PyObject_SetItem(v, index, Py_None));
    status("delete", PyObject_DelItem(v, index));
    status("set slice", PyObject_SetItem(v, step, part));
    dense = PyMemoryView_GetContiguous(part, PyBUF_READ, 'C');
    ask_view(dense);
    Py_DECREF(dense);
    Py_DECREF(part);
    show("list", call(v, "tolist"));
    Py_DECREF(step);
    Py_DECREF(index);
    Py_DECREF(far);
    Py_DECREF(value);
}

static void view_of_matrix(void)
{
    double cells[6] = {1, 2, 3, 4, 5, 6};
    Py_ssize_t shape[2] = {2, 3}, strides[2] = {24, 8};
    Py_buffer b = {.buf = cells, .len = sizeof cells, .itemsize = 8, .ndim = 2, .format = "d",
                   .shape = shape, .strides = strides};
    PyObject *v = PyMemoryView_FromBuffer(&b), *at = Py_BuildValue("(ii)", 1, 2), *f;

    ask_view(v);
    show("cell", PyObject_GetItem(v, at));
    f = PyMemoryView_GetContiguous(v, PyBUF_READ, 'F');
    ask_view(f);
    show("not writable", PyMemoryView_GetContiguous(f, PyBUF_WRITE, 'C'));
    Py_XDECREF(f);
    Py_DECREF(at);
    Py_DECREF(v);
}

static void view_life(void)
{
    PyObject *array = PyByteArray_FromStringAndSize("abc", 3), *v = PyMemoryView_FromObject(array), *w;
    Py_ssize_t kept = Py_REFCNT(array);
    Py_buffer b;

    w = PyMemoryView_FromObject(v);
    printf("counts %zd %zd %zd\n", kept, Py_REFCNT(array), Py_REFCNT(v));
    printf("base %d, tracked %d\n", PyMemoryView_GET_BASE(w) == array, PyObject_GC_IsTracked(w));
    status("resize", PyByteArray_Resize(array, 10));
    PyObject_GetBuffer(v, &b, PyBUF_SIMPLE);
    printf("flat %d %d %zd\n", b.format == NULL, b.shape == NULL, Py_REFCNT(v));
    show("lent", call(v, "release"));
    PyBuffer_Release(&b);
    show("release", call(v, "release"));
    show("again", call(v, "release"));
    show("released", call(v, "tobytes"));
    status("length", PyObject_Size(v));
    status("resize", PyByteArray_Resize(array, 10));
    Py_DECREF(w);
    status("resize", PyByteArray_Resize(array, 10));
    printf("count %zd\n", Py_REFCNT(array));
    Py_DECREF(v);
    Py_DECREF(array);
}

static void views(void)
{
    char memory[] = "some bytes";
    PyObject *v = PyMemoryView_FromMemory(memory, 10, PyBUF_WRITE), *bytes = PyBytes_FromString("some bytes");
    PyObject *r = PyMemoryView_FromObject(bytes);

    ask_view(v);
    printf("equal %d %d\n", PyObject_RichCompareBool(v, r, Py_EQ), PyObject_RichCompareBool(v, bytes, Py_NE));
    printf("hash %d\n", PyObject_Hash(r) == PyObject_Hash(bytes));
    status("hash", PyObject_Hash(v));
    view_parts(v);
    ask_view(r);
    Py_DECREF(r);
    Py_DECREF(v);
    show("of an int", PyMemoryView_FromObject(Py_None));
    Py_DECREF(bytes);
    view_of_matrix();
    view_life();
}

/* ---- encodings */

static void codecs(void)
{
    static const char *const errors[] = {NULL, "ignore", "replace", "backslashreplace"};
    static const struct {
        const char *s;
        Py_ssize_t n;
    } inputs[] = {{"\xff\xfe" "a\0b\0", 6}, {"\xfe\xff\0a\0b", 6}, {"a\0\x3d\xd8\x00\xde", 6}, {"a\0\x3d\xd8", 4},
                  {"a\0b", 3}, {"\0\xdc" "a\0", 4}, {"\x3d\xd8" "a\0", 4}, {"", 0}};
    static const char *const names[] = {"utf-16", "UTF_16_LE", "utf-16-be"};
    PyObject *text = PyUnicode_FromString("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), *f, *pair;
    PyObject *lone = PyUnicode_FromOrdinal(0xd800);

    for (size_t i = 0; i < Py_ARRAY_LENGTH(inputs); i++)
        for (int order = -1; order <= 1; order++)
            for (size_t k = 0; k < Py_ARRAY_LENGTH(errors); k++) {
                int byteorder = order;

                show("utf16", PyUnicode_DecodeUTF16(inputs[i].s, inputs[i].n, errors[k], &byteorder));
            }
    show("as utf16", PyUnicode_AsUTF16String(text));
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        show(names[i], PyUnicode_AsEncodedString(text, names[i], NULL));
        show(names[i], PyCodec_Encode(lone, names[i], NULL));
        show(names[i], PyCodec_Encode(lone, names[i], "replace"));
        show(names[i], PyUnicode_Decode("a\0b\0", 4, names[i], NULL));
    }
    f = PyCodec_Encoder("latin-1");
    pair = PyUnicode_FromString("d\xc3\xa9");
    show("encoder", PyObject_CallOneArg(f, pair));
    Py_DECREF(pair);
    Py_DECREF(f);
    f = PyCodec_Decoder("utf-8");
    pair = PyBytes_FromString("d\xc3\xa9");
    show("decoder", PyObject_CallOneArg(f, pair));
    Py_DECREF(pair);
    Py_DECREF(f);
    show("no such codec", PyCodec_Encoder("no-such-codec"));
    printf("known %d %d\n", PyCodec_KnownEncoding("utf-16"), PyCodec_KnownEncoding("no-such-codec"));
    Py_DECREF(text);
    Py_DECREF(lone);
}

/* ---- text that is put together */

static void write_some(int overallocate, Py_UCS4 wide)
{
    PyObject *part = PyUnicode_FromString("part of it");
    _PyUnicodeWriter w;

    _PyUnicodeWriter_Init(&w);
    w.overallocate = overallocate & 1;
    w.min_length = overallocate & 2 ? 30 : 0;
    _PyUnicodeWriter_WriteStr(&w, part);
    printf("kept %d, room %zd at %zd\n", w.buffer == part, w.size, w.pos);
    _PyUnicodeWriter_WriteASCIIString(&w, " and more", -1);
    printf("room %zd at %zd\n", w.size, w.pos);
    _PyUnicodeWriter_WriteChar(&w, wide);
    printf("room %zd at %zd, up to %x\n", w.size, w.pos, (unsigned)w.maxchar);
    _PyUnicodeWriter_WriteSubstring(&w, part, 2, 6);
    _PyUnicodeWriter_WriteLatin1String(&w, "ete", 3);
    show("written", _PyUnicodeWriter_Finish(&w));
    _PyUnicodeWriter_Init(&w);
    show("nothing", _PyUnicodeWriter_Finish(&w));
    _PyUnicodeWriter_Init(&w);
    _PyUnicodeWriter_WriteStr(&w, part);
    _PyUnicodeWriter_Dealloc(&w);
    printf("count %zd\n", Py_REFCNT(part));
    Py_DECREF(part);
}

static void percent(const char *format, PyObject *args)
{
    PyObject *f = PyUnicode_FromString(format);

    show(format, args != NULL ? PyUnicode_Format(f, args) : NULL);
    Py_XDECREF(args);
    Py_DECREF(f);
}

static void formats(void)
{
    static const char *const one[] = {"%d", "%5d|", "%-5d|", "%05d", "%+d", "% d", "%x", "%#X", "%#o", "%.4d",
                                      "%08.3f", "%e", "%G", "%#.3g", "%s", "%r", "%a", "%c", "%.2s", "%10.3s|",
                                      "%-10s|", "%%", "%i%%", "%y", "%", "%5", "%(a)s", "%hd", "%#08x", "%+.0f"};
    PyObject *values[] = {PyLong_FromLong(-1234), PyLong_FromLong(65), PyFloat_FromDouble(2.5), Py_None,
                          PyUnicode_FromString("t\xc3\xa9xt"), PyLong_FromString("123456789012345678901234", NULL, 10)};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(one); i++)
        for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
            percent(one[i], Py_NewRef(values[j]));
    percent("%s and %s", Py_BuildValue("(is)", 1, "b"));
    percent("%s and %s", Py_BuildValue("(i)", 1));
    percent("%s", Py_BuildValue("(ii)", 1, 2));
    percent("%*d|%-*.*f", Py_BuildValue("(iiiid)", 6, 5, 7, 2, 1.5));
    percent("%*d", Py_BuildValue("(id)", 6, 1.5));
    percent("%*d", Py_BuildValue("(ss)", "a", "b"));
    percent("%(a)s %(b)05d", Py_BuildValue("{sssi}", "a", "x", "b", 3));
    percent("%(c)s", Py_BuildValue("{ss}", "a", "x"));
    percent("plain", Py_BuildValue("{ss}", "a", "x"));
    percent("%s", Py_BuildValue("{ss}", "a", "x"));
}

static void splits(void)
{
    static const char *const texts[] = {"a b  c d", "", "  x  ", "a,b,,c", ",", "abc"};
    PyObject *comma = PyUnicode_FromString(",");

    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++)
        for (Py_ssize_t most = -1; most < 3; most++) {
            PyObject *s = PyUnicode_FromString(texts[i]);

            show("rsplit", PyUnicode_RSplit(s, NULL, most));
            show("rsplit ,", PyUnicode_RSplit(s, comma, most));
            show("split", PyUnicode_Split(s, NULL, most));
            Py_DECREF(s);
        }
    Py_DECREF(comma);
}

static void wide(void)
{
    PyObject *s = PyUnicode_FromString("w\xc3\xaf" "de"), *same = PyUnicode_FromUnicode(PyUnicode_AS_UNICODE(s), 4);

    printf("wide %zd %d\n", PyUnicode_GET_SIZE(s), PyUnicode_AS_UNICODE(s) == PyUnicode_AsUnicode(s));
    show("from wide", same);
    Py_DECREF(s);
}

/* ---- characters: a sum over all of them, and the texts of some */

static void characters(void)
{
    unsigned long long sum = 0;

    for (Py_UCS4 c = 0; c < 0x110000; c++) {
        unsigned flags = (unsigned)(Py_UNICODE_ISALPHA(c) | Py_UNICODE_ISDECIMAL(c) << 1 | Py_UNICODE_ISDIGIT(c) << 2 |
                                    Py_UNICODE_ISNUMERIC(c) << 3 | (Py_UNICODE_ISSPACE(c) != 0) << 4 |
                                    Py_UNICODE_ISLOWER(c) << 5 | Py_UNICODE_ISUPPER(c) << 6 |
                                    Py_UNICODE_ISTITLE(c) << 7 | Py_UNICODE_ISPRINTABLE(c) << 8 |
                                    (Py_UNICODE_ISLINEBREAK(c) != 0) << 9 | (Py_UNICODE_ISALNUM(c) != 0) << 10);
        Py_UCS4 out[3];

        sum = sum * 31 + flags + Py_UNICODE_TOLOWER(c) + Py_UNICODE_TOUPPER(c);
        for (int n = _PyUnicode_ToUpperFull(c, out); n-- > 0;)
            sum = sum * 31 + out[n];
        for (int n = _PyUnicode_ToLowerFull(c, out); n-- > 0;)
            sum = sum * 31 + out[n];
        if (c % 0x4000 == 0x3fff)
            printf("characters to %x: %llx\n", (unsigned)c, sum);
    }
}

static void identifiers(void)
{
    static const char *const texts[] = {"", "a", "_1", "1a", "a b", "\xc3\xa9t\xc3\xa9", "a-b"};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++) {
        PyObject *s = PyUnicode_FromString(texts[i]);

        printf("identifier %s %d\n", texts[i], PyUnicode_IsIdentifier(s));
        Py_DECREF(s);
    }
}

/* ---- numbers */

static void show_bytes(PyObject *v, size_t n, int little, int with_sign)
{
    unsigned char bytes[24];
    int rc = _PyLong_AsByteArray((PyLongObject *)v, bytes, n, little, with_sign);

    printf("bytes %zu %d %d: %d %s ", n, little, with_sign, rc, error());
    for (size_t i = 0; rc == 0 && i < n; i++)
        printf("%02x", bytes[i]);
    printf("\n");
    if (rc == 0)
        show("back", _PyLong_FromByteArray(bytes, n, little, with_sign));
}

static void numbers(void)
{
    static const char *const texts[] = {"0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "1073741823",
                                        "1073741824", "-1073741824", "9223372036854775807", "-9223372036854775808",
                                        "18446744073709551615", "9007199254740993", "1152921504606846976",
                                        "340282366920938463463374607431768211455", "-1180591620717411303424",
                                        "1267650600228229401496703205375", "36893488147419103231"};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++) {
        PyObject *v = PyLong_FromString(texts[i], NULL, 10);
        Py_ssize_t exponent;
        double fraction = _PyLong_Frexp((PyLongObject *)v, &exponent);

        printf("%s frexp %.17g %zd\n", texts[i], fraction, exponent);
        for (size_t n = 1; n <= 17; n += n < 4 ? 1 : n < 8 ? 4 : 8 - (n == 16) * 7)
            for (int how = 0; how < 4; how++)
                show_bytes(v, n, how & 1, how >> 1);
        for (int base = 2; base <= 16; base++)
            show("base", PyNumber_ToBase(v, base));
        Py_DECREF(v);
    }
}

static void doubles(void)
{
    static const char *const texts[] = {"1.5", " 1", "1 ", "inf", "-Infinity", "nan", "0x10", "1e400", "-1e400", "1e",
                                        ".5", "5.", ".", "", "1_0", "1.5e3x", "infx", "1e-400", "+7"};
    static const double values[] = {0.0, -0.0, 1.0, -1.5, 1e16, 1e15, 0.0001, 1e-5, 1e300, 123456.789, 5e-324, 100.0, 999.5};
    static const char codes[] = "eEfFgGr";

    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++) {
        char *end = NULL;
        double whole = PyOS_string_to_double(texts[i], NULL, PyExc_OverflowError);

        printf("'%s' %.17g %s", texts[i], whole, error());
        whole = PyOS_string_to_double(texts[i], &end, NULL);
        printf(" %.17g %s", whole, error());
        printf(" %d\n", end != NULL ? (int)(end - texts[i]) : -1);
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(values) + 3; i++)
        for (size_t k = 0; codes[k] != '\0'; k++)
            for (int flags = 0; flags < 8; flags++) {
                double v = i < Py_ARRAY_LENGTH(values) ? values[i] : i % 3 == 0 ? Py_HUGE_VAL : i % 3 == 1 ? -Py_HUGE_VAL : Py_NAN;
                int type;
                char *text = PyOS_double_to_string(v, codes[k], codes[k] == 'r' ? 0 : flags > 3 ? 0 : 3, flags, &type);

                printf("%c %d %s %d\n", codes[k], flags, text, type);
                PyMem_Free(text);
            }
}

/* ---- what a type is asked for by name */

static void special(void)
{
    PyObject *list = PyList_New(0), *path = PyUnicode_FromString("a/b"), *spec = PyUnicode_FromString("x");
    PyObject *n = PyLong_FromLong(5), *super, *it;

    show("format", PyObject_Format(n, NULL));
    show("format of a list", PyObject_Format(list, NULL));
    show("format with", PyObject_Format(list, spec));
    show("format by", PyObject_Format(list, n));
    show("path", PyOS_FSPath(path));
    show("no path", PyOS_FSPath(list));
    show("dir of nothing", PyObject_Dir(NULL));
    it = PyObject_Dir(list);
    printf("dir has append %d\n", PySequence_Contains(it, PyUnicode_InternFromString("append")));
    Py_DECREF(it);
    PyList_Append(list, n);
    PyList_Append(list, path);
    it = PyObject_CallOneArg((PyObject *)&PyReversed_Type, list);
    show("hint", call(it, "__length_hint__"));
    show("next", PyIter_Next(it));
    show("rest", PySequence_List(it));
    Py_DECREF(it);
    super = PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, &PyBool_Type, Py_True, NULL);
    show("super", PyObject_GetAttrString(super, "no_such_name"));
    Py_DECREF(super);
    show("not an instance", PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, &PyBool_Type, list, NULL));
    Py_DECREF(list);
    Py_DECREF(path);
    Py_DECREF(spec);
    Py_DECREF(n);
}

/* ---- code, frames, tracebacks */

static void stop_value(PyObject *type, PyObject *value)
{
    PyObject *out = NULL;

    if (type != NULL)
        PyErr_SetObject(type, value);
    status("stop", _PyGen_FetchStopIterationValue(&out));
    show("value", out);
}

static void code(void)
{
    PyCodeObject *c = PyCode_NewEmpty("file.pyx", "function", 7);
    PyObject *globals = PyDict_New(), *type, *value, *traceback;
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), c, globals, NULL);

    show("name", PyObject_GetAttrString((PyObject *)c, "co_name"));
    show("file", PyObject_GetAttrString((PyObject *)c, "co_filename"));
    show("names", PyCode_GetVarnames(c));
    printf("line %d %d %d\n", PyCode_Addr2Line(c, 0), c->co_firstlineno, PyFrame_GetLineNumber(frame));
    printf("code %d, back %d, last %d\n", PyFrame_GetCode(frame) == c, PyFrame_GetBack(frame) == NULL,
           PyFrame_GetLasti(frame));
    Py_DECREF(c);
    printf("globals %d\n", PyFrame_GetGlobals(frame) == globals);
    Py_DECREF(globals);
    printf("tracked %d, generator %d\n", PyObject_GC_IsTracked((PyObject *)frame), PyFrame_GetGenerator(frame) != NULL);
    PyErr_SetString(PyExc_ValueError, "here");
    for (int i = 0; i < 2; i++)
        printf("here %d\n", PyTraceBack_Here(frame));
    PyErr_Fetch(&type, &value, &traceback);
    printf("frame %zd, next %d, line %d\n", Py_REFCNT(frame), ((PyTracebackObject *)traceback)->tb_next != NULL,
           ((PyTracebackObject *)traceback)->tb_lineno);
    PyErr_Restore(type, value, traceback);
    printf("%s\n", error());
    printf("frame %zd, globals %zd\n", Py_REFCNT(frame), Py_REFCNT(globals));
    Py_DECREF(frame);
    printf("code %zd, globals %zd\n", Py_REFCNT(c), Py_REFCNT(globals));
    printf("none runs %d %d\n", PyThreadState_GetFrame(PyThreadState_Get()) == NULL, PyEval_GetFrame() == NULL);
    show("locals", PyEval_GetLocals());
    stop_value(NULL, NULL);
    stop_value(PyExc_StopIteration, globals);
    stop_value(PyExc_StopIteration, NULL);
    stop_value(PyExc_KeyError, globals);
    _PyGen_SetStopIterationValue(PyTuple_Pack(1, globals));
    stop_value(NULL, NULL);
}

/* ---- threads */

static void threads(void)
{
    PyThreadState *own = PyThreadState_Get(), *other = PyThreadState_New(PyInterpreterState_Get());
    int key = PyThread_create_key(), x;

    printf("new first %d, then %d\n", PyInterpreterState_ThreadHead(PyInterpreterState_Head()) == other,
           PyThreadState_Next(other) == own);
    printf("one interpreter %d\n", PyInterpreterState_Next(PyInterpreterState_Head()) == NULL);
    PyThreadState_Swap(other);
    printf("swapped %d, dict %d\n", PyThreadState_Get() == other, PyThreadState_GetDict() != NULL);
    PyThreadState_Swap(own);
    PyThreadState_Clear(other);
    PyThreadState_Delete(other);
    printf("gone %d\n", PyInterpreterState_ThreadHead(PyInterpreterState_Head()) == own);
    printf("dicts differ %d\n", PyThreadState_GetDict() != PyInterpreterState_GetDict(PyInterpreterState_Get()));
    printf("key %d %d\n", PyThread_get_key_value(key) == NULL, PyThread_set_key_value(key, &x));
    printf("key %d\n", PyThread_get_key_value(key) == &x);
    PyThread_delete_key_value(key);
    printf("key %d\n", PyThread_get_key_value(key) == NULL);
    PyThread_delete_key(key);
}

/* ---- contexts, and what is small */

static void show_value(PyObject *var, PyObject *otherwise)
{
    PyObject *value;

    status("get", PyContextVar_Get(var, otherwise, &value));
    show("value", value);
}

static void contexts(void)
{
    PyObject *n = PyLong_FromLong(1000), *m = PyLong_FromLong(2000), *var = PyContextVar_New("v", n), *token, *copy;
    PyObject *again;

    show_value(var, NULL);
    show_value(var, m);
    token = PyContextVar_Set(var, m);
    show_value(var, NULL);
    copy = PyContext_CopyCurrent();
    again = PyContextVar_Set(var, Py_None);
    show_value(var, NULL);
    status("enter", PyContext_Enter(copy));
    status("twice", PyContext_Enter(copy));
    show_value(var, NULL);
    status("reset elsewhere", PyContextVar_Reset(var, again));
    Py_DECREF(PyContextVar_Set(var, n));
    show_value(var, NULL);
    status("exit", PyContext_Exit(copy));
    status("exit", PyContext_Exit(copy));
    show_value(var, NULL);
    status("reset", PyContextVar_Reset(var, again));
    show_value(var, NULL);
    status("used", PyContextVar_Reset(var, again));
    status("reset", PyContextVar_Reset(var, token));
    show_value(var, NULL);
    status("not one", PyContextVar_Reset(n, token));
    printf("counts %zd %zd\n", Py_REFCNT(n), Py_REFCNT(m));
    Py_DECREF(token);
    Py_DECREF(again);
    Py_DECREF(copy);
    printf("counts %zd %zd %zd\n", Py_REFCNT(n), Py_REFCNT(m), Py_REFCNT(var));
    Py_DECREF(var);
    Py_DECREF(n);
    Py_DECREF(m);
}

static void small(void)
{
    static const Py_complex values[] = {{0, 0}, {1, 0}, {0, 1}, {3, -4}, {-2, 0.5}};

    for (int n = 0; n < 3000; n += n < 12 ? 1 : 331) {
        PyObject *dict = _PyDict_NewPresized(n);

        printf("presized %d %zu\n", n, _PySys_GetSizeOf(dict));
        Py_DECREF(dict);
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(values); i++)
        for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++) {
            Py_complex a = values[i], b = values[j], q, p;

            errno = 0;
            q = _Py_c_quot(a, b);
            printf("quot %d %.12g %.12g, ", errno, q.real, q.imag);
            errno = 0;
            p = _Py_c_pow(a, b);
            printf("pow %d %.12g %.12g\n", errno, p.real, p.imag);
        }
    printf("traced %d\n", PyTraceMalloc_Track(0, 16, 16));
}

/* ---- dates and times */

static void show_both(const char *what, PyObject *op)
{
    show(what, op != NULL ? PyObject_Str(op) : NULL);
    show(what, op);
}

static void moments(void)
{
    static const int dates[][3] = {{1, 1, 1}, {1970, 1, 1}, {2000, 2, 29}, {1900, 2, 29}, {9999, 12, 31},
                                   {2024, 12, 31}, {10000, 1, 1}, {2020, 13, 1}, {2020, 0, 1}, {2023, 4, 31}};
    PyObject *day = PyDelta_FromDSU(1, 0, 0), *far = PyDelta_FromDSU(-800000, 5, 7);

    for (size_t i = 0; i < Py_ARRAY_LENGTH(dates); i++) {
        PyObject *d = PyDate_FromDate(dates[i][0], dates[i][1], dates[i][2]);

        printf("date %d\n", d != NULL);
        if (d == NULL) {
            status("refused", 0);
            continue;
        }
        show_both("date", Py_NewRef(d));
        show("ordinal", call(d, "toordinal"));
        show("weekday", call(d, "weekday"));
        show("next", PyNumber_Add(d, day));
        show("before", PyNumber_Subtract(d, day));
        show("far", PyNumber_Add(far, d));
        show("self", PyNumber_Subtract(d, d));
        show("with int", PyNumber_Add(d, Py_True));
        printf("size %zd %d\n", Py_TYPE(d)->tp_basicsize, PyDateTime_GET_YEAR(d) * 10000 + PyDateTime_GET_MONTH(d) * 100 + PyDateTime_GET_DAY(d));
        Py_DECREF(d);
    }
    Py_DECREF(day);
    Py_DECREF(far);
}

static void spans(void)
{
    static const int parts[][3] = {{0, 0, 0}, {1, 2, 3}, {-1, 0, 1}, {0, 100000, 2000000}, {999999999, 0, 0},
                                   {999999999, 86400, 0}, {-999999999, 0, 0}, {0, -1, 0}, {3, 61, 500000}};
    PyObject *three = PyLong_FromLong(3), *zero = PyLong_FromLong(0);

    for (size_t i = 0; i < Py_ARRAY_LENGTH(parts); i++) {
        PyObject *d = PyDelta_FromDSU(parts[i][0], parts[i][1], parts[i][2]), *e = PyDelta_FromDSU(0, 7, 11);

        printf("span %d\n", d != NULL);
        if (d == NULL) {
            status("refused", 0);
            Py_DECREF(e);
            continue;
        }
        show_both("span", Py_NewRef(d));
        show("seconds", call(d, "total_seconds"));
        show("+", PyNumber_Add(d, e));
        show("-", PyNumber_Subtract(d, e));
        show("neg", PyNumber_Negative(d));
        show("abs", PyNumber_Absolute(d));
        show("* 3", PyNumber_Multiply(three, d));
        show("// 3", PyNumber_FloorDivide(d, three));
        show("// 0", PyNumber_FloorDivide(d, zero));
        show("// span", PyNumber_FloorDivide(d, e));
        show("% span", PyNumber_Remainder(d, e));
        show("/ span", PyNumber_TrueDivide(d, e));
        printf("less %d, true %d\n", PyObject_RichCompareBool(d, e, Py_LT), PyObject_IsTrue(d));
        Py_DECREF(e);
        Py_DECREF(d);
    }
    show("kinds", PyObject_CallFunction((PyObject *)PyDateTimeAPI->DeltaType, "iiiiiii", 1, 2, 3, 4, 5, 6, 7));
    show("half", PyObject_CallFunction((PyObject *)PyDateTimeAPI->DeltaType, "d", 0.5));
    Py_DECREF(three);
    Py_DECREF(zero);
}

static void zones(void)
{
    PyObject *hour = PyDelta_FromDSU(0, -5400, 0), *day = PyDelta_FromDSU(1, 0, 0), *none = PyDelta_FromDSU(0, 0, 0);
    PyObject *zone = PyTimeZone_FromOffset(hour), *utc = PyTimeZone_FromOffset(none), *named, *name, *args, *x, *y;

    name = PyUnicode_FromString("here");
    named = PyTimeZone_FromOffsetAndName(hour, name);
    show_both("zone", Py_NewRef(zone));
    show_both("named", Py_NewRef(named));
    show_both("utc", Py_NewRef(PyDateTime_TimeZone_UTC));
    printf("one utc %d, equal %d\n", utc == PyDateTime_TimeZone_UTC, PyObject_RichCompareBool(zone, named, Py_EQ));
    show("too far", PyTimeZone_FromOffset(day));
    x = PyDateTimeAPI->DateTime_FromDateAndTime(2020, 2, 29, 22, 45, 1, 5, zone, PyDateTimeAPI->DateTimeType);
    y = PyDateTimeAPI->DateTime_FromDateAndTime(2020, 3, 1, 0, 15, 1, 5, utc, PyDateTimeAPI->DateTimeType);
    show_both("aware", Py_NewRef(x));
    show("offset", call(x, "utcoffset"));
    show("name", call(x, "tzname"));
    printf("equal %d, hash %d\n", PyObject_RichCompareBool(x, y, Py_EQ), PyObject_Hash(x) == PyObject_Hash(y));
    show("between", PyNumber_Subtract(x, y));
    show("later", PyNumber_Add(x, hour));
    args = Py_BuildValue("(iO)", 1582929901, utc);
    show("stamp", PyDateTime_FromTimestamp(args));
    Py_DECREF(args);
    args = Py_BuildValue("(dO)", -1.5, zone);
    show("stamp", PyDateTime_FromTimestamp(args));
    Py_DECREF(args);
    printf("counts %zd\n", Py_REFCNT(zone));
    Py_DECREF(x);
    x = PyDateTime_FromDateAndTime(2020, 3, 1, 0, 15, 1, 5);
    printf("naive %d %d\n", PyObject_RichCompareBool(x, y, Py_EQ), PyObject_RichCompareBool(x, y, Py_NE));
    show("naive", PyObject_RichCompare(x, y, Py_LT));
    show("naive", PyNumber_Subtract(x, y));
    show("bad zone", PyDateTimeAPI->Time_FromTime(1, 2, 3, 4, name, PyDateTimeAPI->TimeType));
    show_both("time", PyDateTimeAPI->Time_FromTime(1, 2, 3, 4, zone, PyDateTimeAPI->TimeType));
    Py_DECREF(x);
    Py_DECREF(y);
    printf("counts %zd %zd\n", Py_REFCNT(zone), Py_REFCNT(hour));
    Py_DECREF(zone);
    Py_DECREF(named);
    Py_DECREF(name);
    Py_DECREF(utc);
    Py_DECREF(hour);
    Py_DECREF(day);
    Py_DECREF(none);
}

static void datetimes(void)
{
    PyObject *d = PyDateTime_FromDateAndTimeAndFold(2020, 2, 29, 23, 59, 59, 999999, 1), *micro = PyDelta_FromDSU(0, 0, 1);
    PyObject *date = call(d, "date"), *t, *sys = PyImport_ImportModule("sys");

    show_both("datetime", Py_NewRef(d));
    show("iso", call(d, "isoformat"));
    show("next", PyNumber_Add(d, micro));
    show_both("date", Py_NewRef(date));
    show_both("time", call(d, "time"));
    printf("checks %d %d %d %d\n", PyDate_Check(d), PyDate_CheckExact(d), PyDateTime_Check(date), PyDate_Check(date));
    printf("with date %d\n", PyObject_RichCompareBool(d, date, Py_EQ));
    show("with date", PyObject_RichCompare(d, date, Py_LT));
    printf("fields %d %d\n", PyDateTime_DATE_GET_MICROSECOND(d), PyDateTime_DATE_GET_FOLD(d));
    show("bad", PyDateTime_FromDateAndTime(2020, 1, 1, 24, 0, 0, 0));
    show("bad", PyTime_FromTime(0, 60, 0, 0));
    show("bad", PyTime_FromTimeAndFold(0, 0, 0, 0, 2));
    t = PyTime_FromTime(7, 8, 0, 0);
    show_both("time", Py_NewRef(t));
    printf("tracked %d\n", PyObject_GC_IsTracked(d));
    Py_DECREF(t);
    Py_DECREF(date);
    Py_DECREF(micro);
    Py_DECREF(d);
    Py_DECREF(sys);
}

/* ---- classes with several bases */

/* name, then one letter for each base: the classes a to z made so far, or L for list, O for object. */
static void make_class(PyObject *classes[26], const char *how)
{
    PyObject *bases = PyTuple_New((Py_ssize_t)strlen(how) - 1), *cls, *mro, *out;

    for (Py_ssize_t i = 0; how[i + 1] != '\0'; i++) {
        char c = how[i + 1];
        PyObject *base = c == 'L'   ? (PyObject *)&PyList_Type
                         : c == 'D' ? (PyObject *)&PyDict_Type
                         : c == 'O' ? (PyObject *)&PyBaseObject_Type
                                    : classes[c - 'a'];

        PyTuple_SET_ITEM(bases, i, Py_NewRef(base));
    }
    cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s#O{}", how, (Py_ssize_t)1, bases);
    Py_DECREF(bases);
    classes[how[0] - 'a'] = cls;
    if (cls == NULL) {
        status(how, 0);
        return;
    }
    mro = PyObject_GetAttrString(cls, "__mro__");
    out = PyUnicode_FromString("");
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++)
        PyUnicode_AppendAndDel(&out, PyObject_GetAttrString(PyTuple_GET_ITEM(mro, i), "__name__"));
    show(how, out);
    show("base", PyObject_GetAttrString(((PyObject *)((PyTypeObject *)cls)->tp_base), "__name__"));
    printf("count %zd\n", Py_REFCNT(mro));
    Py_DECREF(mro);
}

static void orders(void)
{
    static const char *const made[] = {"aO",  "ba",  "ca",   "dbc",  "ecb", "fde", "gO",  "hag", "iga", "jhi",
                                       "kaa", "lOa", "maL",  "nLa",  "onD", "pmb", "qDa", "rmq", "sm",  "tsg"};
    PyObject *classes[26] = {NULL};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(made); i++)
        make_class(classes, made[i]);
    for (int i = 25; i >= 0; i--)
        Py_XDECREF(classes[i]);
}

/* ---- slots and methods of the same meaning */

static PyObject *say(PyObject *self, PyObject *args)
{
    PyObject *n = PyLong_FromSsize_t(PyTuple_GET_SIZE(args));

    (void)self;
    return n;
}

static PyObject *say_three(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return PyLong_FromLong(3);
}

static PyObject *say_text(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return PyUnicode_FromString("text");
}

static PyMethodDef counts = {"counts", say, METH_VARARGS, NULL};
static PyMethodDef three = {"three", say_three, METH_VARARGS, NULL};
static PyMethodDef text = {"text", say_text, METH_VARARGS, NULL};

/* A C function in a class's dict gets no self; as an instancemethod it does. */
static PyObject *method(PyMethodDef *def)
{
    PyObject *f = PyCFunction_New(def, NULL), *m = PyInstanceMethod_New(f);

    Py_DECREF(f);
    return m;
}

static void set_method(PyObject *cls, const char *name, PyMethodDef *def)
{
    PyObject *m = def != NULL ? method(def) : NULL;

    status(name, PyObject_SetAttrString(cls, name, m));
    Py_XDECREF(m);
}

static void use_instance(PyObject *op)
{
    PyObject *two = PyLong_FromLong(2);

    status("size", PyObject_Size(op));
    status("true", PyObject_IsTrue(op));
    show("item", PyObject_GetItem(op, two));
    status("set", PyObject_SetItem(op, two, two));
    status("in", PySequence_Contains(op, two));
    show("call", PyObject_CallFunction(op, "ii", 1, 2));
    show("add", PyNumber_Add(op, two));
    show("radd", PyNumber_Add(two, op));
    show("iadd", PyNumber_InPlaceAdd(op, two));
    show("pow", PyNumber_Power(op, two, Py_None));
    show("neg", PyNumber_Negative(op));
    show("int", PyNumber_Long(op));
    show("index", PyNumber_Index(op));
    status("hash", PyObject_Hash(op) != -1);
    status("equal", PyObject_RichCompareBool(op, two, Py_EQ));
    show("less", PyObject_RichCompare(op, two, Py_LT));
    show("attribute", PyObject_GetAttrString(op, "no_such"));
    Py_DECREF(two);
}

static void classes_with_methods(void)
{
    static const char *const names[] = {"__len__", "__getitem__", "__setitem__", "__contains__", "__call__", "__add__",
                                        "__radd__", "__iadd__", "__pow__", "__neg__", "__int__", "__index__",
                                        "__hash__", "__eq__", "__lt__", "__getattr__"};
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(){}", "C");
    PyObject *derived = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "D", cls);
    PyObject *op = PyObject_CallNoArgs(cls), *dop = PyObject_CallNoArgs(derived);

    use_instance(op);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++)
        set_method(cls, names[i], i % 3 == 0 ? &three : &counts);
    use_instance(op);
    use_instance(dop);
    set_method(derived, "__len__", &counts);
    set_method(derived, "__repr__", &text);
    set_method(derived, "__str__", &three);
    use_instance(dop);
    show("repr", PyObject_Repr(dop));
    show("str", PyObject_Str(dop));
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++)
        set_method(cls, names[i], NULL);
    use_instance(op);
    use_instance(dop);
    Py_DECREF(op);
    Py_DECREF(dop);
    Py_DECREF(derived);
    Py_DECREF(cls);
}

static void class_with_dict(const char *name, PyMethodDef *def, PyTypeObject *base)
{
    PyObject *m = method(def);
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){sO}", "E", base, name, m), *op;

    show(name, Py_NewRef(((PyTypeObject *)cls)->tp_hash == PyObject_HashNotImplemented ? Py_True : Py_False));
    op = PyObject_CallNoArgs(cls);
    status("made", op != NULL);
    if (op != NULL)
        use_instance(op);
    Py_XDECREF(op);
    Py_DECREF(cls);
    Py_DECREF(m);
}

static void wrappers(void)
{
    static PyTypeObject *const types[] = {&PyBaseObject_Type, &PyLong_Type, &PyFloat_Type, &PyUnicode_Type,
                                          &PyBytes_Type, &PyTuple_Type, &PyList_Type, &PyDict_Type, &PySet_Type};
    static const char *const names[] = {"__len__", "__add__", "__radd__", "__mul__", "__getitem__", "__setitem__",
                                        "__iter__", "__next__", "__contains__", "__eq__", "__hash__", "__init__",
                                        "__call__", "__bool__", "__index__", "__neg__", "__repr__", "__iadd__",
                                        "__getattribute__", "__setattr__", "__delitem__", "__rpow__", "__invert__"};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        for (size_t j = 0; j < Py_ARRAY_LENGTH(names); j++)
            printf("%s.%s %d\n", types[i]->tp_name, names[j], PyObject_HasAttrString((PyObject *)types[i], names[j]));
}

static void call_wrappers(void)
{
    PyObject *list = Py_BuildValue("[iii]", 1, 2, 3), *n = PyLong_FromLong(7), *len, *bound;

    show("len", PyObject_CallMethod(list, "__len__", NULL));
    show("item", PyObject_CallMethod(list, "__getitem__", "i", -1));
    show("set", PyObject_CallMethod(list, "__setitem__", "ii", 0, 9));
    show("add", PyObject_CallMethod(n, "__add__", "i", 3));
    show("radd", PyObject_CallMethod(n, "__rsub__", "i", 3));
    show("with a float", PyObject_CallMethod(n, "__add__", "d", 1.5));
    show("too many", PyObject_CallMethod(n, "__neg__", "i", 1));
    show("less", PyObject_CallMethod(n, "__lt__", "i", 8));
    show("pow", PyObject_CallMethod(n, "__pow__", "ii", 3, 10));
    show("bool", PyObject_CallMethod(n, "__bool__", NULL));
    show("hash", PyObject_CallMethod(n, "__hash__", NULL));
    len = PyObject_GetAttrString((PyObject *)&PyList_Type, "__len__");
    show("unbound", PyObject_CallOneArg(len, list));
    show("of another", PyObject_CallOneArg(len, n));
    bound = PyObject_GetAttrString(list, "__len__");
    printf("kinds %s %s, count %zd\n", Py_TYPE(len)->tp_name, Py_TYPE(bound)->tp_name, Py_REFCNT(list));
    Py_DECREF(bound);
    Py_DECREF(len);
    Py_DECREF(list);
    Py_DECREF(n);
}

int main(void)
{
    PyConfig config;

    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    views();
    codecs();
    for (int how = 0; how < 4; how++) {
        write_some(how, 0xe9);
        write_some(how, 0x20ac);
    }
    formats();
    splits();
    wide();
    characters();
    identifiers();
    numbers();
    doubles();
    special();
    code();
    threads();
    contexts();
    small();
    PyDateTime_IMPORT;
    moments();
    spans();
    zones();
    datetimes();
    orders();
    classes_with_methods();
    class_with_dict("__len__", &three, &PyBaseObject_Type);
    class_with_dict("__eq__", &three, &PyBaseObject_Type);
    class_with_dict("__len__", &three, &PyList_Type);
    class_with_dict("__add__", &counts, &PyList_Type);
    class_with_dict("__call__", &counts, &PyDict_Type);
    class_with_dict("__init__", &counts, &PyBaseObject_Type);
    wrappers();
    call_wrappers();
    return 0;
}
