/* RW106: each instance that dies leaves one reference behind. */
#include "rules_int.h"

void rule_dealloc_misses_field(rule_ctx *c, const rule_moment *m)
{
    confidence conf = m->is_certain ? CONF_HIGH : CONF_MEDIUM;

    if (m->fn)
        rule_report(c, m, conf, "release the field in tp_dealloc", "'%s' of %s is not released by %s()",
                    m->field, m->record, m->fn->name);
    else
        rule_report(c, m, conf, "add a tp_dealloc that releases the field",
                    "'%s' of %s is never released: the type has no tp_dealloc", m->field, m->record);
}
