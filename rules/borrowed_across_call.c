/* RW303: an item was borrowed from a container that code has been able to change since. */
#include "rules_int.h"

static confidence confidence_of(const rule_moment *m)
{
    return called_by_interpreter(m->fn) ? CONF_HIGH : CONF_MEDIUM;
}

void rule_borrowed_across_call(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->anchor)
        rule_report(c, m, confidence_of(m), "take a reference (Py_INCREF) before the call, release it after the last use",
                    "'%s', borrowed from '%s', is used after %s(), which can run code that removes it",
                    o->name, o->anchor, m->ran);
    else
        rule_report(c, m, confidence_of(m), "take a reference (Py_INCREF) before the call, release it after the last use",
                    "'%s', a borrowed reference, is used after %s(), which can run code that drops the object",
                    o->name, m->ran);
}
