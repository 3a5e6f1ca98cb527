/* RW408: since Python 3.9 instances of heap types account for the type themselves. */
#include "rules_int.h"

void rule_traverse_misses_type(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_HIGH, "add Py_VISIT(Py_TYPE(self))",
                "%s() does not visit the type: %s is a heap type", m->fn->name, m->record);
}
