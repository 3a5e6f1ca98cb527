/* RW403: a cycle is broken only where some tp_clear lets go of it. */
#include "rules_int.h"

void rule_clear_misses_field(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_MEDIUM, "add Py_CLEAR for the field",
                "'%s' of %s is visited but not cleared by %s()", m->field, m->record, m->fn->name);
}
