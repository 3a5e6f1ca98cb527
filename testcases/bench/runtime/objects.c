/* Nanoseconds to make and drop objects, and milliseconds for full collections of a million: one
 * source for CPython (Python.h of the system) and for the model (-DMODEL).
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <time.h>

#ifdef MODEL
#include "refwarden/runtime.h"
#endif

enum { ROUNDS = 5, N = 2000000, LIVE = 1000, MANY = 1000000 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static PyObject *make_int(long i) { return PyLong_FromLong(i + 1000); }
static PyObject *make_float(long i) { return PyFloat_FromDouble((double)i); }
static PyObject *make_str(long i) { (void)i; return PyUnicode_FromString("some text here"); }
static PyObject *make_dict(long i) { (void)i; return PyDict_New(); }

static PyObject *make_tuple(long i)
{
    PyObject *t = PyTuple_New(2);

    (void)i;
    Py_INCREF(Py_None);
    Py_INCREF(Py_None);
    PyTuple_SET_ITEM(t, 0, Py_None);
    PyTuple_SET_ITEM(t, 1, Py_None);
    return t;
}

static PyObject *make_list(long i)
{
    PyObject *l = PyList_New(2);

    (void)i;
    Py_INCREF(Py_None);
    Py_INCREF(Py_None);
    PyList_SET_ITEM(l, 0, Py_None);
    PyList_SET_ITEM(l, 1, Py_None);
    return l;
}

static PyObject *make_append(long i)
{
    PyObject *l = PyList_New(0);

    (void)i;
    for (int k = 0; k < 10; k++)
        PyList_Append(l, Py_None);
    return l;
}

static PyObject *make_filled_dict(long i)
{
    PyObject *d = PyDict_New(), *k = PyLong_FromLong(i & 127);

    PyDict_SetItem(d, k, Py_None);
    Py_DECREF(k);
    return d;
}

/* One at a time, and a thousand alive before they are dropped; the best of ROUNDS. */
static void measure(const char *name, PyObject *(*make)(long))
{
    static PyObject *live[LIVE];
    double single = 1e18, batch = 1e18;

    for (int r = 0; r < ROUNDS; r++) {
        double t = now();

        for (long i = 0; i < N; i++)
            Py_DECREF(make(i));
        single = fmin(single, (now() - t) / N);
        t = now();
        for (long j = 0; j < N / LIVE; j++) {
            for (long i = 0; i < LIVE; i++)
                live[i] = make(i);
            for (long i = 0; i < LIVE; i++)
                Py_DECREF(live[i]);
        }
        batch = fmin(batch, (now() - t) / N);
    }
    printf("%-12s %7.1f ns  %7.1f ns\n", name, single, batch);
}

static void measure_collection(const char *name, PyObject *(*make)(long))
{
    PyObject *all = PyList_New(0);
    double best = 1e18;

    PyGC_Disable();
    for (long i = 0; i < MANY; i++) {
        PyObject *op = PyList_New(1), *inner = make(i);

        PyList_SET_ITEM(op, 0, inner);
        PyList_Append(all, op);
        Py_DECREF(op);
    }
    PyGC_Enable();
    for (int r = 0; r < ROUNDS; r++) {
        double t = now();

        PyGC_Collect();
        best = fmin(best, now() - t);
    }
    printf("%-12s %7.1f ms\n", name, best / 1e6);
    Py_DECREF(all);
}

static void measure_trash(void)
{
    double best = 1e18;

    for (int r = 0; r < ROUNDS; r++) {
        double t;

        PyGC_Disable();
        for (long i = 0; i < MANY; i++) {
            PyObject *op = PyList_New(1);

            PyList_SET_ITEM(op, 0, op);
        }
        PyGC_Enable();
        t = now();
        PyGC_Collect();
        best = fmin(best, now() - t);
    }
    printf("%-12s %7.1f ms\n", "trash", best / 1e6);
}

int main(void)
{
#ifdef MODEL
    rm_runtime *rt = rm_runtime_create(NULL);
#else
    Py_Initialize();
#endif
    measure("int", make_int);
    measure("float", make_float);
    measure("str", make_str);
    measure("tuple", make_tuple);
    measure("list", make_list);
    measure("list append", make_append);
    measure("dict", make_dict);
    measure("dict of one", make_filled_dict);
    measure_collection("gc of lists", make_list);
    measure_collection("gc of ints", make_int);
    measure_trash();
#ifdef MODEL
    rm_runtime_destroy(rt);
#endif
    return 0;
}
