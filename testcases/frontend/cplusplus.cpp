// The part of C++ that is like C; the rest makes the function partial.
#include <Python.h>

struct Holder {
    PyObject *o;
    int method(int a);
    ~Holder();
};

namespace inner {
static int helper(int &out, const Holder &h)
{
    out = 3;
    int &alias = out;
    alias = h.o ? 1 : 2;
    return alias;
}
}

extern "C" PyObject *plain(PyObject *self, bool flag)
{
    int n = 0;
    PyObject *list = flag ? PyList_New(0) : nullptr;

    inner::helper(n, *reinterpret_cast<Holder *>(self));
    if (int v = static_cast<int>(n))
        return PyLong_FromLong(v);
    return list;
}

int raii(Holder *p)
{
    Holder h;

    return p->method(2);
}

void throws(PyObject *o)
{
    try {
        Py_DECREF(o);
    } catch (...) {
        Py_INCREF(o);
    }
}
