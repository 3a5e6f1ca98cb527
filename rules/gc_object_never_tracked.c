/* RW405: cycles through an object that is not tracked are never found. */
#include "rules_int.h"

void rule_gc_object_never_tracked(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->is_certain ? CONF_HIGH : CONF_MEDIUM,
                "call PyObject_GC_Track when all fields are set",
                "%s() returns an object of %s() that was never tracked", m->fn->name, m->call);
}
