/* RW302: the owner of the field or slot will release it one day, but never took a reference. */
#include "rules_int.h"

static bool is_known_borrowed(const rule_object *o)
{
    return o->owned <= 0 && o->origin != ORIGIN_UNKNOWN;
}

static confidence confidence_of(const rule_object *o)
{
    confidence conf = confidence_in_object(o);

    return o->origin == ORIGIN_NEW ? at_most(conf, CONF_MEDIUM) : conf;
}

void rule_borrowed_stored(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    const char *fix = fix_unless_immortal(o, "take a reference before storing it");

    if (!is_known_borrowed(o))
        return;
    if (m->record != NULL && m->field != NULL)
        rule_report(c, m, confidence_of(o), fix, "'%s' is stored in %s.%s without a new reference%s",
                    o->name, m->record, m->field, immortal_note(o));
    else
        rule_report(c, m, confidence_of(o), fix, "'%s' is stored without a new reference%s", o->name,
                    immortal_note(o));
}
