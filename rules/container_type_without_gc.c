/* RW407: a cycle through such an object is never collected. Common, and often accepted: a note. */
#include "rules_int.h"

void rule_container_type_without_gc(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_MEDIUM, "add Py_TPFLAGS_HAVE_GC with tp_traverse and tp_clear",
                "'%s' of %s can hold any object, but the type does not support the collector",
                m->field, m->record);
}
