/* RW401: the collector calls tp_traverse of every tracked object. */
#include "rules_int.h"

void rule_gc_type_without_traverse(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_HIGH, "add a tp_traverse, or drop Py_TPFLAGS_HAVE_GC",
                "%s has Py_TPFLAGS_HAVE_GC and no tp_traverse", m->record);
}
