/* RW101: the path fails, and forgets what it had made so far. */
#include "rules_int.h"

void rule_leak_on_error_path(rule_ctx *c, const rule_moment *m)
{
    if (m->how != LOST_AT_RETURN || !m->returns_error || leak_of(m) != LEAK_OF_OBJECT)
        return;
    rule_report(c, m, confidence_in_leak(m),
                "release it on this path, or leave through a cleanup label",
                "'%s' leaks when %s() returns %s%s", m->object.name, m->fn->name,
                failure_value(m->fn), immortal_note(&m->object));
}
