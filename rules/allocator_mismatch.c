/* RW409: an object of the collector has a header in front of it, others have none. */
#include "rules_int.h"

void rule_allocator_mismatch(rule_ctx *c, const rule_moment *m)
{
    if (!m->call) {
        rule_report(c, m, CONF_HIGH, "call Py_TYPE(self)->tp_free(self) at the end",
                    "%s() never frees the memory of %s", m->fn->name, m->record);
        return;
    }
    rule_report(c, m, CONF_HIGH, "use the function of the type's kind, or change Py_TPFLAGS_HAVE_GC",
                "%s() is used for %s, which needs %s()", m->call, m->record, m->text);
}
