/* Attributes of declared functions: noreturn in both spellings, cpychecker's, cleanup. */
#include <Python.h>

void die(const char *) __attribute__((noreturn));
_Noreturn void leave(int);
PyObject *borrows(PyObject *) __attribute__((cpychecker_returns_borrowed_ref));
int eats(PyObject *, PyObject *) __attribute__((cpychecker_steals_reference_to_arg(2)));
__attribute__((annotate("refwarden:returns_borrowed"))) PyObject *own_spelling(void);

static void drop(PyObject **p) { Py_XDECREF(*p); }
#define AUTO_(f) __attribute__((cleanup(f)))
#define AUTO AUTO_(drop)

int never_returns(int a)
{
    if (a)
        die("a");
    leave(a);
}

PyObject *calls(PyObject *o)
{
    eats(o, borrows(o));
    return own_spelling();
}

PyObject *scoped(int n)
{
    AUTO PyObject *list = PyList_New(n);

    if (!list)
        return NULL;
    for (int i = 0; i < n; i++) {
        AUTO PyObject *item = PyLong_FromLong(i);

        if (!item)
            goto fail;
        if (PyList_Append(list, item) < 0)
            break;
        if (i == 3)
            continue;
        PyErr_Clear();
    }
    return Py_BuildValue("O", list);
fail:
    return NULL;
}
