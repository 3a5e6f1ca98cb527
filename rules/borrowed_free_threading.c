/* RW304: without the GIL another thread can remove the object between the call and Py_INCREF. */
#include "rules_int.h"

#include <stdio.h>

void rule_borrowed_free_threading(rule_ctx *c, const rule_moment *m)
{
    char fix[160];

    if (m->strong_since > 0)
        snprintf(fix, sizeof fix, "use %s: Python 3.%d and later, or pythoncapi_compat.h", m->strong, m->strong_since);
    else
        snprintf(fix, sizeof fix, "use %s", m->strong);
    if (m->object.anchor)
        rule_report(c, m, CONF_MEDIUM, fix, "%s() borrows from '%s', which another thread can change", m->call,
                    m->object.anchor);
    else
        rule_report(c, m, CONF_MEDIUM, fix, "%s() borrows an object that another thread can let go of", m->call);
}
