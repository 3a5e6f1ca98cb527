/* RW406: memory of PyObject_GC_New is not zeroed; tp_traverse reads whatever stood there. */
#include "rules_int.h"

void rule_tracked_before_initialised(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->is_certain ? CONF_HIGH : CONF_MEDIUM,
                "call PyObject_GC_Track after the last field is set",
                "%s() tracks an instance of %s before '%s' is set", m->fn->name, m->record, m->field);
}
