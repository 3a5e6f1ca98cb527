/* RW203: a call took the reference over, and the code goes on as if it still owned it.
 *
 * A stolen object is not dead: its new owner keeps it. Using or returning it is a fault only when
 * the new owner is gone too; releasing it or giving it away again always is.
 */
#include "rules_int.h"

static const char *deed(moment_kind kind)
{
    switch (kind) {
    case MOMENT_RELEASE:
        return "released";
    case MOMENT_GIVE:
        return "given away again";
    case MOMENT_RETURN:
        return "returned";
    default:
        return "used";
    }
}

static bool needs_death(moment_kind kind)
{
    return kind == MOMENT_USE || kind == MOMENT_RETURN;
}

void rule_use_after_steal(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (!o->stolen || o->owned > 0 || claim_of(m) == CLAIM_MODULE || (needs_death(m->kind) && o->life == OBJ_LIVE))
        return;
    rule_report(c, m, confidence_in_object(o),
                "take a reference before the call that steals it, or do not touch it afterwards",
                "'%s' is %s after %s%s stole it%s", o->name, deed(m->kind),
                o->stolen_by ? o->stolen_by : "a call", o->stolen_by ? "()" : "", immortal_note(o));
}
