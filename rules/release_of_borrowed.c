/* RW204: a reference that never was ours is released, or given to a call that steals it. */
#include "rules_int.h"

static void report_give(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    confidence conf = confidence_in_object(o);

    if (o->origin == ORIGIN_NEW || (o->origin == ORIGIN_PARAM && !called_by_interpreter(m->fn)))
        conf = at_most(conf, CONF_MEDIUM);
    const char *fix = has_new_ref(m) ? "take a reference for the call: Py_INCREF or Py_NewRef"
                                     : "take a reference for the call: Py_INCREF";
    rule_report(c, m, conf, fix_unless_immortal(o, fix),
                "'%s' is given away but not owned: %s%s steals it%s", o->name,
                m->call ? m->call : "the call", m->call ? "()" : "", immortal_note(o));
}

static void report_release(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    const char *fix = fix_unless_immortal(o, "remove the release: somebody else owns the reference");

    if (o->made_by != NULL && !o->immortal)
        rule_report(c, m, confidence_in_object(o), fix, "'%s' is released but %s() only lent it%s",
                    o->name, o->made_by, immortal_note(o));
    else
        rule_report(c, m, confidence_in_object(o), fix, "'%s' is released but only borrowed%s",
                    o->name, immortal_note(o));
}

void rule_release_of_borrowed(rule_ctx *c, const rule_moment *m)
{
    if (claim_of(m) != CLAIM_BORROWED)
        return;
    if (m->kind == MOMENT_GIVE)
        report_give(c, m);
    else
        report_release(c, m);
}
