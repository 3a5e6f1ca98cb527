/* Every primitive, and the macros of the API that stand for places. */
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *a, *b;
} Thing;

static PyObject *cache;

void primitives(PyObject *o, Thing *t)
{
    Py_INCREF(o);
    Py_XINCREF(t->a);
    Py_DECREF(t);
    Py_XDECREF(o);
    Py_IncRef(o);
    Py_DecRef(o);
}

void clearing(Thing *t, PyObject **where, PyObject *arg)
{
    PyObject *local = arg, *items[2] = {NULL};

    Py_CLEAR(t->a);
    Py_CLEAR(local);
    Py_CLEAR(cache);
    Py_CLEAR(*where);
    Py_CLEAR(items[1]);
    Py_SETREF(t->b, arg);
    Py_XSETREF(local, PyList_New(0));
}

PyObject *none(void) { Py_RETURN_NONE; }
PyObject *truth(void) { Py_RETURN_TRUE; }
PyObject *lie(void) { Py_RETURN_FALSE; }
PyObject *not_implemented(void) { Py_RETURN_NOTIMPLEMENTED; }
PyObject *compare(int a, int b, int op) { Py_RETURN_RICHCOMPARE(a, b, op); }

PyObject *singletons(int n, PyObject *o)
{
    if (o == Py_None || n == 3)
        return Py_True;
    cache = Py_Ellipsis;
    return n ? Py_False : Py_NotImplemented;
}

PyObject *exceptions(void)
{
    PyErr_SetString(PyExc_ValueError, "no");
    return NULL;
}

Py_ssize_t items(PyObject *t, PyObject *o)
{
    PyObject *first = PyTuple_GET_ITEM(t, 0);
    PyObject **all = &PyTuple_GET_ITEM(t, 1);

    PyTuple_SET_ITEM(t, 0, o);
    PyTuple_GET_ITEM(t, 1) = all[0];
    PyList_SET_ITEM(t, 2, first);
    Py_SET_SIZE(t, 3);
    return PyTuple_GET_SIZE(t) + Py_SIZE(o) + Py_REFCNT(o);
}

int checks(PyObject *o)
{
    return PyLong_Check(o) && !PyUnicode_CheckExact(o) && Py_TYPE(o) != &PyBool_Type;
}

Thing *allocate(PyTypeObject *type)
{
    Thing *t = PyObject_New(Thing, type);
    char *memory = PyMem_New(char, 10);

    PyMem_Free(memory);
    return t;
}

PyObject *threads(void)
{
    Py_ssize_t n;

    Py_BEGIN_ALLOW_THREADS
    n = 3;
    Py_END_ALLOW_THREADS
    return PyLong_FromSsize_t(n);
}

#define DROP(x) Py_DECREF(x)
#define FAIL(x) do { DROP(x); return NULL; } while (0)

PyObject *through_macros(PyObject *o)
{
    if (PyObject_IsTrue(o) < 0)
        FAIL(o);
    DROP(PyList_New(2));
    return o;
}
