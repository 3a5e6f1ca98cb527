/* RW404: releasing a field may run a collection, which visits the object that is half gone. */
#include "rules_int.h"

void rule_dealloc_without_untrack(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->is_certain ? CONF_HIGH : CONF_MEDIUM,
                "call PyObject_GC_UnTrack(self) before the first field is released",
                "%s() releases '%s' of %s without PyObject_GC_UnTrack", m->fn->name,
                m->field, m->record);
}
