/* RW402: what the collector does not see it cannot collect. */
#include "rules_int.h"

void rule_traverse_misses_field(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->is_certain ? CONF_HIGH : CONF_MEDIUM, "add Py_VISIT for the field",
                "'%s' of %s is not visited by %s()", m->field, m->record, m->fn->name);
}
