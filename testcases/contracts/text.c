/* str and bytes. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyObject *make_text(const char *s, Py_ssize_t n)
{
    PyObject *left = PyUnicode_FromStringAndSize(s, n);
    if (left == NULL)
        return NULL;
    PyObject *right = PyUnicode_FromFormat("%s and %R", s, left);
    if (right == NULL) {
        Py_DECREF(left);
        return NULL;
    }
    PyObject *whole = PyUnicode_Concat(left, right);
    Py_DECREF(left);
    Py_DECREF(right);
    return whole;
}

PyObject *decode(const char *s, Py_ssize_t n)
{
    PyObject *text = PyUnicode_DecodeUTF8(s, n, "strict");
    if (text == NULL) {
        PyErr_Clear();
        text = PyUnicode_DecodeLatin1(s, n, NULL);
    }
    return text;
}

PyObject *decode_part(const char *s, Py_ssize_t n)
{
    Py_ssize_t used;
    int order = 0;
    PyObject *text = PyUnicode_DecodeUTF8Stateful(s, n, NULL, &used);
    if (text != NULL)
        return text;
    PyErr_Clear();
    text = PyUnicode_DecodeUTF16(s, n, NULL, &order);
    if (text != NULL)
        return text;
    PyErr_Clear();
    return PyUnicode_DecodeUTF32Stateful(s, n, NULL, &order, &used);
}

PyObject *pointer_lives_as_long_as_the_text(PyObject *a)
{
    PyObject *text = PyObject_Str(a);
    if (text == NULL)
        return NULL;
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(text, &n);
    PyObject *bytes = s ? PyBytes_FromStringAndSize(s, n) : NULL;
    Py_DECREF(text);
    return bytes;
}

PyObject *pointer_leaves_the_text_behind(PyObject *a)
{
    PyObject *text = PyObject_Str(a);
    if (text == NULL)
        return NULL;
    const char *s = PyUnicode_AsUTF8(text);
    if (s == NULL)
        return NULL;                         // expect: RW101 'text'
    PyObject *bytes = PyBytes_FromString(s);
    Py_DECREF(text);
    return bytes;
}

PyObject *append_in_place(PyObject *a)
{
    PyObject *text = PyUnicode_FromString("x");
    PyUnicode_Append(&text, a);
    PyUnicode_AppendAndDel(&text, PyObject_Repr(a));
    if (text == NULL)
        return NULL;
    PyUnicode_InternInPlace(&text);
    return text;
}

PyObject *search(PyObject *text, PyObject *part)
{
    Py_ssize_t at = PyUnicode_Find(text, part, 0, PyUnicode_GET_LENGTH(text), 1);
    if (at == -2)
        return NULL;
    if (PyUnicode_Compare(text, part) == -1 && PyErr_Occurred())
        return NULL;
    int found = PyUnicode_Contains(text, part);
    if (found < 0)
        return NULL;
    if (!found && PyUnicode_CompareWithASCIIString(text, "x") == 0)
        return PyUnicode_Join(text, part);
    return PyUnicode_Split(text, NULL, -1);
}

PyObject *wide(PyObject *text)
{
    Py_ssize_t n;
    wchar_t *w = PyUnicode_AsWideCharString(text, &n);
    if (w == NULL)
        return NULL;
    PyObject *copy = PyUnicode_FromWideChar(w, n);
    PyMem_Free(w);
    return copy;
}

PyObject *characters(PyObject *text)
{
    PyObject *copy = PyUnicode_New(PyUnicode_GET_LENGTH(text), PyUnicode_MAX_CHAR_VALUE(text));
    if (copy == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++)
        PyUnicode_WRITE(PyUnicode_KIND(copy), PyUnicode_DATA(copy), i, PyUnicode_READ_CHAR(text, i));
    return copy;
}

PyObject *resize(void)
{
    PyObject *text = PyUnicode_New(8, 127);
    if (text == NULL)
        return NULL;
    if (PyUnicode_Resize(&text, 4) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    return text;
}

PyObject *path_of(PyObject *a)
{
    PyObject *path = NULL;
    if (!PyUnicode_FSConverter(a, &path))
        return NULL;
    return path;
}

PyObject *bytes_in_place(PyObject *a, Py_ssize_t n)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n);
    if (bytes == NULL)
        return NULL;
    memset(PyBytes_AS_STRING(bytes), 0, (size_t)PyBytes_GET_SIZE(bytes));
    if (_PyBytes_Resize(&bytes, n / 2) < 0)
        return NULL;
    PyBytes_Concat(&bytes, a);
    PyBytes_ConcatAndDel(&bytes, PyObject_Bytes(a));
    return bytes;
}

PyObject *bytes_of(PyObject *a)
{
    char *s;
    Py_ssize_t n;
    PyObject *bytes = PyUnicode_AsUTF8String(a);
    if (bytes == NULL)
        return NULL;
    if (PyBytes_AsStringAndSize(bytes, &s, &n) < 0 || n != PyBytes_Size(bytes)) {
        Py_DECREF(bytes);
        return NULL;
    }
    PyObject *array = PyByteArray_FromStringAndSize(s, n);
    Py_DECREF(bytes);
    return array;
}

PyObject *codec(PyObject *text)
{
    return PyUnicode_AsEncodedString(text, "utf-8", "strict");
}
