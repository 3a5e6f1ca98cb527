/* Calls by name and through values; which arguments are user data. */
#include <Python.h>
typedef int (*callback)(void *user, PyObject *o);
struct ops { callback run; int (*plain)(int); };
int visit(callback cb, void *user, PyObject *o);
int format(const char *, ...);
int unprototyped();

int direct(PyObject *o, struct ops *ops, callback cb)
{
    visit(cb, o, o);
    format("%p", (void *)o);
    unprototyped(o);
    return ops->run(o, o) + cb(o, o) + (*cb)(NULL, o) + ops[1].plain(3);
}

int nested(PyObject *list, PyObject *o)
{
    return PyList_Append(list, PyTuple_Pack(2, o, PyLong_FromLong(3)));
}

static int recursive(int n) { return n ? recursive(n - 1) : 0; }
int uses_recursive(void) { return recursive(3); }
