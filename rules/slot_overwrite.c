/* RW105: PyTuple_SET_ITEM and the like are for new containers: they do not release what was there. */
#include "rules_int.h"

void rule_slot_overwrite(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    confidence conf = o->origin == ORIGIN_NEW ? CONF_HIGH : CONF_MEDIUM;

    rule_report(c, m, o->passed_to_unknown ? CONF_LOW : conf,
                "release the old item, or use the function that does: PyList_SetItem, PyTuple_SetItem",
                "a slot of '%s' is overwritten: %s() does not release the item that it holds", o->name, m->call);
}
