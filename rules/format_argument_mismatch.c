/* RW601: the compiler does not check formats of the C API, and a wrong one overwrites memory. */
#include "rules_int.h"

void rule_format_argument_mismatch(rule_ctx *c, const rule_moment *m)
{
    static const char fix[] = "make the format, the arguments and the keyword list agree";

    if (m->is_certain)
        rule_report(c, m, CONF_HIGH, fix, "%s(): %s", m->call, m->text);
    else
        rule_report_as(c, m, SEV_WARNING, CONF_HIGH, fix, "%s(): %s", m->call, m->text);
}
