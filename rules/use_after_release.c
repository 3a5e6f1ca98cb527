/* RW202: the object, or a pointer into it, is used after this path let go of what kept it alive. */
#include "rules_int.h"

static void report(rule_ctx *c, const rule_moment *m, const char *what)
{
    rule_report(c, m, confidence_in_object(&m->object), "release it after the last use",
                "'%s' is %s after its release%s", m->object.name, what, immortal_note(&m->object));
}

static void report_use(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->life == OBJ_LIVE || o->stolen || o->pair)
        return;
    if (!o->released && o->anchor != NULL)
        rule_report(c, m, confidence_in_object(o), "take a reference before the owner is released",
                    "'%s' is used after '%s', which kept it alive, is released", o->name, o->anchor);
    else
        report(c, m, "used");
}

void rule_use_after_release(rule_ctx *c, const rule_moment *m)
{
    if (m->kind == MOMENT_USE)
        report_use(c, m);
    else if (claim_of(m) == CLAIM_RELEASED)
        report(c, m, m->kind == MOMENT_GIVE ? "given away" : "returned");
}
