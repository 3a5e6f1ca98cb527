/* A field owns what it holds: assigning to it drops that reference without releasing it.
 * Py_XSETREF assigns first and releases then. */
#include "demo.h"

typedef struct {
    PyObject *name; /* owned */
} settings;

static void set_name(settings *s, const char *name, bool is_fixed)
{
    if (is_fixed)
        Py_XSETREF(s->name, PyUnicode_FromString(name));
    else
        s->name = PyUnicode_FromString(name); /* what name held is lost */
}

void demo_overwrite(demo *d)
{
    settings s = {NULL};

    set_name(&s, "first", d->is_fixed);
    set_name(&s, "second", d->is_fixed);
    Py_CLEAR(s.name);
}
