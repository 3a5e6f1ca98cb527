/* A missing header, statements that were lost, old C that is only warned about. */
#include "not_there.h"
#include <Python.h>

PyObject *lost(PyObject *o)
{
    PyObject *r;

    r = undeclared;
    return r;
}

int old_style(a, b)
    int a;
    char *b;
{
    return implicitly_declared(a, b);
}

implicit_int(void) { return 0; }

int *conversion(int a)
{
    int *p = a;

    return p;
}

unknown_type *gone(void) { return 0; }

int whole(void)
{
    return 1;
}

int declared_otherwise(void);
static int declared_otherwise(void)
{
    return 2;
}

int uses_what_is_lost(missing_t *p)
{
    return vanished(p) + 1;
}

missing_t *vanished_too(int);
int uses_a_lost_declaration(void)
{
    return vanished_too(3) ? 1 : 2;
}
