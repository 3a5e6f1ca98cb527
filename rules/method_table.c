/* RW602: the interpreter trusts the flags and walks the table up to a row of zeros. */
#include "rules_int.h"

void rule_method_table(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->is_certain ? CONF_HIGH : CONF_MEDIUM, "make the row fit its function",
                "'%s': %s", m->field, m->text);
}
