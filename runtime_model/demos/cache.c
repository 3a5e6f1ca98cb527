/* Nothing leaks at the end of the program, and yet it grows: only repetition shows it. */
#include "demo.h"

typedef struct {
    demo *d;
    PyObject *cache; /* owned */
    long next;
} server;

static PyObject *answer(server *s, long question)
{
    PyObject *key = PyLong_FromLong(question + 1000), *value = PyFloat_FromDouble((double)question);

    if (s->d->is_fixed && PyDict_Size(s->cache) >= 3)
        PyDict_Clear(s->cache);
    PyDict_SetItem(s->cache, key, value);
    Py_DECREF(key);
    return value;
}

static void serve(void *ctx)
{
    server *s = ctx;

    Py_DECREF(answer(s, s->next++));
}

void demo_cache(demo *d)
{
    server s = {d, PyDict_New(), 0};
    size_t growing;

    rm_leak_hunt(d->rt, serve, &s, 5, d->format, d->out, &growing);
    Py_DECREF(s.cache);
}
