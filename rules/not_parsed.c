/* RW901: silence about a file must not read as "no bugs in it". The cause is in the message; only
 * where a part was read can flags be what is missing. */
#include "rules_int.h"

void rule_not_parsed(rule_ctx *c, const rule_moment *m)
{
    const char *advice = m->in_part ? "if your compiler accepts it, pass the same -I and -D options after --"
                                    : NULL;

    rule_report(c, m, CONF_HIGH, advice, m->in_part ? "analysed in part: %s" : "not analysed: %s",
                m->text ? m->text : "the file could not be parsed");
}
