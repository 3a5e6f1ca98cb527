/* Families beside the data types, with every allocation failing, and who holds what meanwhile. What the
 * values are, CPython says (conformance/model/families.c). */
#include "model.h"

#include "datetime.h"
#include "internal/pycore_frame.h"

static bool drop(PyObject *op)
{
    Py_XDECREF(op);
    return op != NULL;
}

/* ---- views of memory */

static bool use_views(void)
{
    PyObject *array = PyByteArray_FromStringAndSize("some bytes", 10);
    PyObject *v = array != NULL ? PyMemoryView_FromObject(array) : NULL, *part = NULL;
    PyObject *slice = v != NULL ? PySlice_New(NULL, NULL, NULL) : NULL;
    bool ok = slice != NULL && (part = PyObject_GetItem(v, slice)) != NULL;

    ok = ok && drop(PyObject_CallMethod(part, "tolist", NULL)) && drop(PyObject_GetAttrString(v, "shape")) &&
         drop(PyObject_CallMethod(part, "tobytes", NULL)) && PyObject_RichCompareBool(v, part, Py_EQ) == 1 &&
         PyObject_SetItem(v, slice, part) == 0 && drop(PyMemoryView_GetContiguous(part, PyBUF_READ, 'C'));
    Py_XDECREF(slice);
    Py_XDECREF(part);
    Py_XDECREF(v);
    Py_XDECREF(array);
    return ok;
}

static bool use_a_matrix(void)
{
    static int cells[6] = {1, 2, 3, 4, 5, 6};
    Py_ssize_t shape[2] = {2, 3}, strides[2] = {12, 4};
    Py_buffer b = {.buf = cells, .len = sizeof cells, .itemsize = 4, .ndim = 2, .format = "i",
                   .shape = shape, .strides = strides};
    PyObject *v = PyMemoryView_FromBuffer(&b), *f = v != NULL ? PyMemoryView_GetContiguous(v, PyBUF_READ, 'F') : NULL;
    bool ok = f != NULL && drop(PyObject_CallMethod(f, "tolist", NULL));

    Py_XDECREF(f);
    Py_XDECREF(v);
    return ok;
}

/* array -> view -> array: the exporter is found behind the managed buffer. */
static void a_view_in_a_cycle_gives_its_exporter_back(void **state)
{
    PyObject *cls = PyErr_NewException("test.E", NULL, NULL), *ref;
    PyObject *bytes = PyBytes_FromString("bytes"), *v = PyMemoryView_FromObject(bytes);
    PyObject *owner = PyObject_CallNoArgs(cls);

    (void)state;
    PyObject_SetAttrString(owner, "view", v);
    PyObject_SetAttrString(owner, "me", owner);
    ref = PyWeakref_NewRef(v, NULL);
    Py_DECREF(v);
    Py_DECREF(owner);
    Py_DECREF(cls);
    assert_int_equal(Py_REFCNT(bytes), 2);
    rm_gc_collect(rt, 2);
    assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
    assert_int_equal(Py_REFCNT(bytes), 1);
    Py_DECREF(ref);
    Py_DECREF(bytes);
}

/* ---- text */

static bool use_utf16(void)
{
    PyObject *s = PyUnicode_FromString("t\xc3\xa9xt \xf0\x9f\x98\x80"), *b = s != NULL ? PyUnicode_AsUTF16String(s) : NULL;
    PyObject *f = b != NULL ? PyCodec_Decoder("utf-16") : NULL;
    bool ok = f != NULL && drop(PyObject_CallOneArg(f, b)) &&
              drop(PyUnicode_DecodeUTF16("a\0\0\xdc" "b\0", 6, "backslashreplace", NULL));

    Py_XDECREF(f);
    Py_XDECREF(b);
    Py_XDECREF(s);
    return ok;
}

static bool write_text(void)
{
    PyObject *part = PyUnicode_FromString("part"), *text = NULL;
    _PyUnicodeWriter w;

    if (part == NULL)
        return false;
    _PyUnicodeWriter_Init(&w);
    w.overallocate = 1;
    if (_PyUnicodeWriter_WriteStr(&w, part) == 0 && _PyUnicodeWriter_WriteChar(&w, 0x20ac) == 0 &&
        _PyUnicodeWriter_WriteASCIIString(&w, "a much longer text than before", -1) == 0 &&
        _PyUnicodeWriter_WriteSubstring(&w, part, 1, 3) == 0)
        text = _PyUnicodeWriter_Finish(&w);
    else
        _PyUnicodeWriter_Dealloc(&w);
    Py_DECREF(part);
    return drop(text);
}

static bool format_text(void)
{
    PyObject *f = PyUnicode_FromString("%(a)s %(b)08.3f %(c)#x %(a)r"), *args;
    PyObject *one = PyLong_FromLong(70000), *result = NULL;

    args = f != NULL && one != NULL ? Py_BuildValue("{s:s,s:d,s:O}", "a", "text", "b", 1.5, "c", one) : NULL;
    if (args != NULL)
        result = PyUnicode_Format(f, args);
    Py_XDECREF(args);
    Py_XDECREF(one);
    Py_XDECREF(f);
    return drop(result);
}

static bool use_wide_text(void)
{
    PyObject *s = PyUnicode_FromString("wide text"), *list = NULL;

    if (s != NULL && PyUnicode_AsUnicode(s) == NULL && PyErr_ExceptionMatches(PyExc_SystemError))
        PyErr_Clear(); /* from 3.12 on there is no such form */
    bool ok = s != NULL && !PyErr_Occurred() && (list = PyUnicode_RSplit(s, NULL, -1)) != NULL;

    Py_XDECREF(list);
    Py_XDECREF(s);
    return ok;
}

static void a_wide_copy_counts_and_goes_when_the_text_grows(void **state)
{
    PyObject *s = PyUnicode_New(5, 127);

    (void)state;
    memcpy(PyUnicode_DATA(s), "abcde", 5);
    assert_int_equal(_PySys_GetSizeOf(s), 54);
    assert_int_equal(wcscmp(PyUnicode_AsUnicode(s), L"abcde"), 0);
    assert_int_equal(_PySys_GetSizeOf(s), 54 + 24);
    assert_int_equal(PyUnicode_Resize(&s, 6), 0);
    assert_int_equal(_PySys_GetSizeOf(s), 55);
    Py_DECREF(s);
}

/* ---- numbers */

static bool use_long_bytes(void)
{
    unsigned char bytes[20];
    PyObject *v = PyLong_FromString("-1234567890123456789012345678901234567890", NULL, 10);
    bool ok = v != NULL && _PyLong_AsByteArray((PyLongObject *)v, bytes, 20, 1, 1) == 0 &&
              drop(_PyLong_FromByteArray(bytes, 20, 1, 1)) && drop(PyNumber_ToBase(v, 16));
    char *text = ok ? PyOS_double_to_string(1e300, 'f', 3, 0, NULL) : NULL;

    Py_XDECREF(v);
    PyMem_Free(text);
    return text != NULL && PyOS_string_to_double("1234567890123456789012345678901234567890123456789012345678901234567890",
                                                 NULL, NULL) > 0;
}

/* ---- code, frames, tracebacks */

static bool raise_from_code(void)
{
    PyCodeObject *code = PyCode_NewEmpty("file.pyx", "function", 7);
    PyObject *globals = code != NULL ? PyDict_New() : NULL;
    PyFrameObject *frame = globals != NULL ? PyFrame_New(PyThreadState_Get(), code, globals, NULL) : NULL;
    bool ok = frame != NULL;

    if (ok) {
        frame->f_lineno = 12;
        PyErr_SetNone(PyExc_ValueError);
        ok = PyTraceBack_Here(frame) == 0 && PyTraceBack_Here(frame) == 0;
        if (ok)
            PyErr_Clear();
    }
    Py_XDECREF(code);
    Py_XDECREF(globals);
    Py_XDECREF(frame);
    return ok;
}

static void what_fails_while_a_traceback_grows_replaces_the_exception(void **state)
{
    PyCodeObject *code = PyCode_NewEmpty("file.pyx", "function", 7);
    PyObject *globals = PyDict_New();
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);

    (void)state;
    PyErr_SetString(PyExc_ValueError, "first");
    rm_alloc_fail(rm_runtime_alloc(rt), 0, 1);
    assert_int_equal(PyTraceBack_Here(frame), -1);
    rm_alloc_fail(rm_runtime_alloc(rt), -1, 0);
    assert_ptr_equal(PyErr_Occurred(), PyExc_MemoryError);
    PyErr_Clear();
    Py_DECREF(frame);
    Py_DECREF(globals);
    Py_DECREF(code);
}

static void source_text_is_not_run(void **state)
{
    PyObject *globals = PyDict_New();

    (void)state;
    assert_null(PyRun_String("1 + 1", Py_eval_input, globals, globals));
    assert_true(PyErr_ExceptionMatches(PyExc_NotImplementedError));
    PyErr_Clear();
    Py_DECREF(globals);
}

static int never(PyObject *arg, PyFrameObject *frame, int what, PyObject *event)
{
    (void)arg;
    (void)frame;
    (void)what;
    (void)event;
    return -1;
}

static void tracing_keeps_its_argument(void **state)
{
    PyObject *arg = PyList_New(0);

    (void)state;
    PyEval_SetTrace(never, arg);
    PyEval_SetProfile(never, arg);
    assert_int_equal(Py_REFCNT(arg), 3);
    PyEval_SetTrace(NULL, NULL);
    assert_int_equal(Py_REFCNT(arg), 2);
    Py_DECREF(arg); /* the runtime lets go of the other one */
}

/* ---- by name, builtins */

static bool ask_by_name(void)
{
    PyObject *list = PyList_New(0), *names = list != NULL ? PyObject_Dir(list) : NULL;
    PyObject *m = names != NULL ? PyImport_ImportModule("builtins") : NULL;
    bool ok = m != NULL && drop(PyObject_CallMethod(m, "len", "O", names)) && drop(PyObject_Format(list, NULL)) &&
              drop(PyObject_CallMethod(m, "reversed", "O", names)) && drop(PyObject_CallMethod(m, "dir", "O", m)) &&
              drop(PyObject_CallMethod(m, "super", "OO", &PyBool_Type, Py_True));

    Py_XDECREF(m);
    Py_XDECREF(names);
    Py_XDECREF(list);
    return ok;
}

static bool use_a_thread_state(void)
{
    PyThreadState *own = PyThreadState_Get(), *other = PyThreadState_New(PyInterpreterState_Get());
    bool ok = other != NULL;

    if (!ok) {
        PyErr_NoMemory();
        return false;
    }
    PyThreadState_Swap(other);
    ok = PyThreadState_GetDict() != NULL;
    PyThreadState_Swap(own);
    PyThreadState_Clear(other);
    PyThreadState_Delete(other);
    if (!ok)
        PyErr_NoMemory();
    return ok;
}

/* ---- dates and times */

static bool use_dates(void)
{
    PyObject *d, *hour = NULL, *zone = NULL, *aware = NULL;
    bool ok;

    PyDateTime_IMPORT;
    if (PyDateTimeAPI == NULL)
        return false;
    d = PyDateTime_FromDateAndTime(2020, 2, 29, 23, 59, 59, 5);
    ok = d != NULL && (hour = PyDelta_FromDSU(0, 3600, 0)) != NULL && (zone = PyTimeZone_FromOffset(hour)) != NULL &&
         (aware = PyDateTimeAPI->DateTime_FromDateAndTime(2020, 1, 1, 0, 0, 0, 0, zone,
                                                          PyDateTimeAPI->DateTimeType)) != NULL &&
         drop(PyObject_Str(aware)) && drop(PyObject_Repr(aware)) && drop(PyNumber_Add(aware, hour)) &&
         drop(PyNumber_Subtract(aware, aware)) && drop(PyTime_FromTime(1, 2, 3, 4)) &&
         drop(PyDate_FromDate(2020, 1, 1)) && PyObject_RichCompareBool(aware, d, Py_NE) == 1;
    Py_XDECREF(aware);
    Py_XDECREF(zone);
    Py_XDECREF(hour);
    Py_XDECREF(d);
    return ok;
}

static void a_naive_datetime_ends_before_its_zone(void **state)
{
    PyObject *naive, *aware;

    (void)state;
    PyDateTime_IMPORT;
    naive = PyDateTime_FromDateAndTime(2020, 1, 1, 0, 0, 0, 0);
    aware = PyDateTimeAPI->DateTime_FromDateAndTime(2020, 1, 1, 0, 0, 0, 0, PyDateTime_TimeZone_UTC,
                                                    PyDateTimeAPI->DateTimeType);
    assert_int_equal(sizeof(_PyDateTime_BaseDateTime), 40);
    assert_int_equal(Py_TYPE(aware)->tp_basicsize, 48);
    assert_ptr_equal(PyDateTime_DATE_GET_TZINFO(naive), Py_None);
    assert_ptr_equal(PyDateTime_DATE_GET_TZINFO(aware), PyDateTime_TimeZone_UTC);
    Py_DECREF(naive);
    Py_DECREF(aware);
}

/* ---- contexts */

static bool use_contexts(void)
{
    PyObject *var = PyContextVar_New("v", Py_None), *token = NULL, *copy = NULL, *value = NULL;
    bool ok = var != NULL && (token = PyContextVar_Set(var, Py_True)) != NULL &&
              (copy = PyContext_CopyCurrent()) != NULL && PyContext_Enter(copy) == 0;

    if (ok) {
        ok = drop(PyContextVar_Set(var, Py_False)) && PyContextVar_Get(var, NULL, &value) == 0;
        ok = PyContext_Exit(copy) == 0 && ok;
    }
    if (token != NULL && PyContextVar_Reset(var, token) < 0)
        ok = false;
    Py_XDECREF(value);
    Py_XDECREF(copy);
    Py_XDECREF(token);
    Py_XDECREF(var);
    return ok && drop(_PyDict_NewPresized(100));
}

static void out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    for_each_allocation_failure(use_views);
    for_each_allocation_failure(use_a_matrix);
    for_each_allocation_failure(use_utf16);
    for_each_allocation_failure(write_text);
    for_each_allocation_failure(format_text);
    for_each_allocation_failure(use_wide_text);
    for_each_allocation_failure(use_long_bytes);
    for_each_allocation_failure(raise_from_code);
    for_each_allocation_failure(ask_by_name);
    for_each_allocation_failure(use_a_thread_state);
    for_each_allocation_failure(use_dates);
    for_each_allocation_failure(use_contexts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(out_of_memory_leaks_nothing),
        MODEL_TEST(a_view_in_a_cycle_gives_its_exporter_back),
        MODEL_TEST_OF(3_11, a_wide_copy_counts_and_goes_when_the_text_grows),
        MODEL_TEST(what_fails_while_a_traceback_grows_replaces_the_exception),
        MODEL_TEST(source_text_is_not_run),
        MODEL_TEST(tracing_keeps_its_argument),
        MODEL_TEST(a_naive_datetime_ends_before_its_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
