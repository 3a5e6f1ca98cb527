/* What registers itself somewhere global lives until it is taken out again. The hunt finds where it is
 * made, the path finds who keeps it. */
#include "demo.h"

typedef struct {
    demo *d;
    PyObject *registry; /* owned: list of sessions */
} program;

static PyObject *open_session(program *p)
{
    PyObject *session = PyDict_New();

    PyList_Append(p->registry, session);
    return session;
}

static void close_session(program *p, PyObject *session)
{
    Py_ssize_t last = PyList_Size(p->registry) - 1;

    if (p->d->is_fixed)
        PyList_SetSlice(p->registry, last, last + 1, NULL);
    Py_DECREF(session);
}

static void one_session(void *ctx)
{
    close_session(ctx, open_session(ctx));
}

void demo_registry(demo *d)
{
    program p = {d, PyList_New(0)};
    size_t growing;

    rm_leak_hunt(d->rt, one_session, &p, 5, d->format, d->out, &growing);
    if (PyList_Size(p.registry) > 0)
        demo_path(d, PyList_GetItem(p.registry, 0));
    Py_DECREF(p.registry);
}
