/* RW901: silence about a file must not read as "no bugs in it". */
#include "rules_int.h"

void rule_not_parsed(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_HIGH, "pass the missing include folders or defines after --",
                m->in_part ? "analysed in part: %s" : "not analysed: %s", m->text ? m->text : "the file could not be parsed");
}
