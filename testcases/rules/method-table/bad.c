/* RW602: what the interpreter passes is not what the function takes. */
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

#define CAST(F) ((PyCFunction)(void (*)(void))F)

static PyMethodDef module_methods[] = {
    {"unpassed", CAST(with_keywords), METH_VARARGS, NULL}, // expect: RW602 'unpassed'
    {"ignored", with_tuple, METH_VARARGS | METH_KEYWORDS, NULL}, // expect: RW602 with_tuple() ignores the keyword
    {"one", CAST(with_keywords), METH_O, NULL}, // expect: RW602 'one'
    {"none", CAST(with_keywords), METH_NOARGS, NULL}, // expect: RW602 'none'
    {"parsed", with_tuple, METH_NOARGS, NULL}, // expect: RW602 METH_NOARGS passes NULL
    {"vector", CAST(with_vector), METH_VARARGS | METH_KEYWORDS, NULL}, // expect: RW602 'vector'
    {"tuple", CAST(with_keywords), METH_FASTCALL, NULL}, // expect: RW602 'tuple'
    {"names", CAST(with_names), METH_FASTCALL, NULL}, // expect: RW602 takes 4 parameters, METH_FASTCALL
    {"class", CAST(with_class), METH_FASTCALL | METH_KEYWORDS, NULL}, // expect: RW602 'class'
    {"mixed", with_nothing, METH_NOARGS | METH_O, NULL}, // expect: RW602 no calling convention
    {.ml_name = "late", .ml_flags = METH_VARARGS, .ml_meth = CAST(with_vector)}, // expect: RW602 'late'
    {NULL, NULL, 0, NULL},
};

static PyMethodDef endless_methods[] = { // expect: RW602 the row of zeros that ends the table is missing
    {"tuple", with_tuple, METH_VARARGS, NULL},
    {"nothing", with_nothing, METH_NOARGS, NULL},
};

PyTypeObject Endless_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Endless", .tp_methods = endless_methods};
struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "m", NULL, -1, module_methods};
