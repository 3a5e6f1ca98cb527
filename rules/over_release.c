/* RW201: the path releases what it has released before. */
#include "rules_int.h"

void rule_over_release(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (claim_of(m) != CLAIM_RELEASED)
        return;
    rule_report(c, m, confidence_in_object(o),
                "remove one release, or set the variable to NULL after the first (Py_CLEAR)",
                "'%s' is released more often than it is owned%s", o->name, immortal_note(o));
}
