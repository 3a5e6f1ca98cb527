/* Unusual C that compilers take. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

PyObject *JOIN(joined, _name)(PyObject *self, PyObject *arg)
{
    return Py_NewRef(arg);
}

/* A definition in the old style. */
PyObject *old_style(self, arg)
    PyObject *self, *arg;
{
    return Py_NewRef(arg);
}

PyObject *with_statement_expression(PyObject *self, PyObject *arg)
{
    return __extension__({
        Py_INCREF(arg);
        arg;
    });
}

#define as_object(x) _Generic((x), PyTypeObject *: (PyObject *)(x), PyObject *: (x))

PyObject *with_generic(PyObject *self, PyObject *arg)
{
    return Py_NewRef(as_object(arg));
}

PyObject *with_computed_goto(PyObject *self, PyObject *arg)
{
    static const void *const labels[] = {&&none, &&same};
    goto *labels[arg == self];
none:
    Py_RETURN_NONE;
same:
    return Py_NewRef(arg);
}

__attribute__((noinline, unused)) static PyObject *with_attributes(PyObject *self, PyObject *arg)
{
    return Py_NewRef(arg);
}

PyObject *with_compound_literal(PyObject *self, PyObject *arg)
{
    return PyLong_FromLong((long)((int[]){[3] = 4, 2, 1}[3]));
}

#if 0
this part is never read
#endif

PyObject *with_asm_label(PyObject *self, PyObject *arg) __asm__("renamed_by_the_linker");

PyObject *with_asm_label(PyObject *self, PyObject *arg)
{
    return Py_NewRef(arg);
}

PyObject *with_designated_range(PyObject *self, PyObject *arg)
{
    static const char classes[128] = {['0' ... '9'] = 1, ['_'] = 2};
    return PyLong_FromLong(classes[arg == self ? '_' : '5']);
}

PyObject *with_typeof(PyObject *self, PyObject *arg)
{
    __typeof__(arg) same = arg;
    return Py_NewRef(same);
}
