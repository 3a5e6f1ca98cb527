/* A C library says no: somebody has to turn that into an exception. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static PyObject *LibraryError;

/* Elsewhere in the program. */
int library_open(const char *path);
void library_report(int code);

static PyObject *raise_library_error(int code)
{
    PyObject *text = PyUnicode_FromFormat("error %d", code);
    if (text != NULL) {
        PyErr_SetObject(LibraryError, text);
        Py_DECREF(text);
    }
    return NULL;
}

static int check(int code)
{
    if (code == 0)
        return 0;
    PyErr_Format(LibraryError, "error %d", code);
    return -1;
}

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL)
        PyErr_NoMemory();
    return memory;
}

static PyObject *removed(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    if (remove(path) != 0)
        return PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    Py_RETURN_NONE;
}

static PyObject *opened(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    int code = library_open(path);
    if (code != 0)
        return raise_library_error(code);
    Py_RETURN_NONE;
}

static PyObject *checked(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    if (check(library_open(path)) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *zeroes(PyObject *self, PyObject *args)
{
    unsigned n;
    if (!PyArg_ParseTuple(args, "I", &n))
        return NULL;
    char *memory = allocate(n);
    if (memory == NULL)
        return NULL;
    memset(memory, 0, n);
    PyObject *result = PyBytes_FromStringAndSize(memory, n);
    free(memory);
    return result;
}

/* Nobody sees what this function does: it may well raise. */
static PyObject *reported(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    int code = library_open(path);
    if (code != 0) {
        library_report(code);
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- nobody does */

static PyObject *removed_silently(PyObject *self, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    if (remove(path) != 0)
        return NULL;                         // expect: RW702
    Py_RETURN_NONE;
}

static PyObject *file_size(PyObject *self, PyObject *args)
{
    const char *path;
    struct stat st;
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    if (stat(path, &st) < 0)
        return NULL;                         // expect: RW702
    return PyLong_FromLongLong(st.st_size);
}

static PyObject *first_line(PyObject *self, PyObject *args)
{
    const char *path;
    char line[256];
    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;                         // expect: RW702
    PyObject *result = NULL;
    if (fgets(line, sizeof line, file) != NULL)
        result = PyUnicode_FromString(line);
    else
        PyErr_SetString(PyExc_EOFError, "empty file");
    fclose(file);
    return result;
}

/* The helper that raises is called for another code. */
static PyObject *half_checked(PyObject *self, PyObject *args)
{
    const char *path, *other;
    if (!PyArg_ParseTuple(args, "ss", &path, &other))
        return NULL;
    if (remove(path) != 0)
        return raise_library_error(1);
    if (rename(other, path) != 0)
        return NULL;                         // expect: RW702
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"removed", removed, METH_VARARGS, NULL},
    {"opened", opened, METH_VARARGS, NULL},
    {"checked", checked, METH_VARARGS, NULL},
    {"zeroes", zeroes, METH_VARARGS, NULL},
    {"reported", reported, METH_VARARGS, NULL},
    {"removed_silently", removed_silently, METH_VARARGS, NULL},
    {"file_size", file_size, METH_VARARGS, NULL},
    {"first_line", first_line, METH_VARARGS, NULL},
    {"half_checked", half_checked, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
