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

class Counter {
    PyObject *list;
    int n;
public:
    int count() { return n + Holder().method(1); }
    static PyObject *fresh(PyObject *self, PyObject *args);
    PyObject *take();
};

PyObject *Counter::fresh(PyObject *self, PyObject *args)
{
    return PyList_New(0);
}

PyObject *Counter::take()
{
    PyObject *result = this->list;

    list = NULL;
    if (count() > 3)
        Py_CLEAR(result);
    return result;
}

static PyMethodDef methods[] = {{"fresh", Counter::fresh, METH_VARARGS, nullptr}, {}};

struct Ref {
    PyObject *o;
    explicit Ref(PyObject *given) : o(given) {}
    ~Ref() { Py_XDECREF(o); }
    PyObject *get() const { return o; }
    operator bool() const { return o != nullptr; }
    bool operator==(const Ref &other) const { return o == other.o; }
};

PyObject *wraps(PyObject *a)
{
    Ref repr(PyObject_Repr(a)), other(a);

    if (!repr || repr == other)
        return nullptr;
    Ref *kept = new Ref(repr.get());
    delete kept;
    return PyObject_Str(repr.get());
}
