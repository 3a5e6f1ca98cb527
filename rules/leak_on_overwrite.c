/* RW103: the last variable that held an owned reference now holds something else. */
#include "rules_int.h"

static void report_repeated(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_MEDIUM, "put the old value aside and release it after the assignment: Py_XSETREF",
                "'%s' is set without a release of what it held: %s() can be called again for the same object",
                m->object.name, m->fn->name);
}

void rule_leak_on_overwrite(rule_ctx *c, const rule_moment *m)
{
    if (m->how == LOST_WHEN_REPEATED)
        report_repeated(c, m);
    if (m->how != LOST_BY_OVERWRITE || leak_of(m) != LEAK_OF_OBJECT)
        return;
    rule_report(c, m, confidence_in_leak(m), "release the old value before it is replaced",
                "'%s' is overwritten while it owns a reference: the old object leaks%s",
                m->object.name, immortal_note(&m->object));
}
