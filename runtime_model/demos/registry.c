/* What registers itself somewhere global lives until it is taken out again. The hunt finds where it is
 * made, the path finds who keeps it. */
#include "demo.h"

typedef struct {
    demo *d;
    PyObject *registry; /* owned: list of connections */
} program;

static PyObject *open_connection(program *p)
{
    PyObject *connection = PyDict_New();

    PyList_Append(p->registry, connection);
    return connection;
}

static void close_connection(program *p, PyObject *connection)
{
    Py_ssize_t last = PyList_Size(p->registry) - 1;

    if (p->d->is_fixed)
        PyList_SetSlice(p->registry, last, last + 1, NULL);
    Py_DECREF(connection);
}

static void one_connection(void *ctx)
{
    close_connection(ctx, open_connection(ctx));
}

void demo_registry(demo *d)
{
    program p = {d, PyList_New(0)};
    size_t growing;

    rm_leak_hunt(d->rt, one_connection, &p, 5, d->format, d->out, &growing);
    if (PyList_Size(p.registry) > 0)
        demo_path(d, PyList_GetItem(p.registry, 0));
    Py_DECREF(p.registry);
}
