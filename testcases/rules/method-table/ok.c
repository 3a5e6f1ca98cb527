/* Rows that fit, and rows whose function merely takes less than it could. */
#include <Python.h>

static PyObject *with_keywords(PyObject *self, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"n", NULL};
    int n;

    if (!PyArg_ParseTupleAndKeywords(args, kwds, "i", names, &n))
        return NULL;
    return PyLong_FromLong(n);
}

static PyObject *with_tuple(PyObject *self, PyObject *args)
{
    int n;

    if (!PyArg_ParseTuple(args, "i", &n))
        return NULL;
    return PyLong_FromLong(n);
}

static PyObject *with_one(PyObject *self, PyObject *one)
{
    return Py_NewRef(one);
}

static PyObject *with_vector(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    return n > 0 ? Py_NewRef(args[0]) : PyLong_FromLong(0);
}

static PyObject *with_names(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    return names != NULL && n > 0 ? Py_NewRef(args[0]) : PyLong_FromLong(0);
}

static PyObject *with_class(PyObject *self, PyTypeObject *cls, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    return names != NULL || n > 0 ? Py_NewRef(args[0]) : Py_NewRef((PyObject *)cls);
}

static PyObject *with_nothing(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(0);
}

static PyObject *with_self(PyObject *self)
{
    return PyLong_FromLong(1);
}

static PyObject *of_class(PyObject *cls, PyObject *args)
{
    return PyObject_Call(cls, args, NULL);
}

static PyObject *of_nobody(PyObject *unused, PyObject *one)
{
    return Py_NewRef(one);
}

#define CAST(F) ((PyCFunction)(void (*)(void))F)

PyObject *declared_only(PyObject *self, PyObject *args, PyObject *kwds);
extern int flags_elsewhere;

static PyMethodDef methods[] = {
    {"keywords", CAST(with_keywords), METH_VARARGS | METH_KEYWORDS, NULL},
    {"tuple", with_tuple, METH_VARARGS, NULL},
    {"one", with_one, METH_O, NULL},
    {"vector", CAST(with_vector), METH_FASTCALL, NULL},
    {"names", CAST(with_names), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"class", CAST(with_class), METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {"nothing", with_nothing, METH_NOARGS, NULL},
    {"self", CAST(with_self), METH_NOARGS, NULL},
    {"of_class", of_class, METH_VARARGS | METH_CLASS, NULL},
    {"of_nobody", of_nobody, METH_O | METH_STATIC, NULL},
    {"declared", CAST(declared_only), METH_VARARGS, NULL},
    {NULL},
};

/* ---- rows that are used one by one, and room left for zeros */
static PyMethodDef single[] = {{"tuple", with_tuple, METH_VARARGS, NULL}};
static PyMethodDef room[3] = {{"tuple", with_tuple, METH_VARARGS, NULL}, {"one", with_one, METH_O, NULL}};

PyObject *function_of_table(void)
{
    return PyCFunction_New(&single[0], NULL);
}

PyTypeObject Room_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Room", .tp_methods = room};
struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "m", NULL, -1, methods};
