/* RW108: a Py_buffer keeps its exporter alive and locked until it is given back. */
#include "rules_int.h"

void rule_buffer_not_released(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (leak_of(m) != LEAK_OF_BUFFER)
        return;
    if (m->how != LOST_AT_RETURN)
        rule_report(c, m, confidence_in_leak(m), "give it back before it is filled again",
                    "'%s' is filled again before %s() gave back what it holds", o->name, o->pair);
    else
        rule_report(c, m, confidence_in_leak(m), "give it back on this path, or leave through a cleanup label",
                    "'%s' is not given back when %s() returns%s%s: %s() is due", o->name, m->fn->name,
                    m->returns_error ? " " : "", m->returns_error ? failure_value(m->fn) : "", o->pair);
}
