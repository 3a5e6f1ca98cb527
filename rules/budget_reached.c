/* RW902: silence about a function must not read as "no bugs in it". */
#include "rules_int.h"

void rule_budget_reached(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_HIGH, "split the function, or accept that part of it is not checked",
                "%s() is not explored to the end: %s", m->fn->name,
                m->text ? m->text : "too many paths");
}
