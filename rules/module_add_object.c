/* RW501: who owns the object after a call that adds it to a module.
 *
 * PyModule_AddObject takes the reference when it succeeds and leaves it when it fails, as no other
 * function does; PyModule_AddObjectRef and PyModule_AddType never take it; PyModule_Add always does. What
 * the general rules about leaks and releases would say here is said by this one instead.
 */
#include "rules_int.h"

/* A failing allocation in code that runs once, or a leak each time. */
static void report_leak(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->added == ADD_FAILED)
        rule_report_as(c, m, SEV_WARNING, confidence_in_leak(m), "release it when the call fails",
                    "'%s' leaks: %s() steals on success only, and it failed%s", o->name, o->added_by,
                    immortal_note(o));
    else
        rule_report(c, m, confidence_in_leak(m), "release it after the call",
                    "'%s' leaks: %s() takes a reference of its own%s", o->name, o->added_by, immortal_note(o));
}

static void report_release(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    rule_report(c, m, confidence_in_object(o), "do not release it where the call succeeded",
                "'%s' is released, but %s() stole it%s", o->name, o->added_by, immortal_note(o));
}

static void report_give(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    rule_report(c, m, confidence_in_object(o), "take a reference for the call: Py_INCREF or Py_NewRef",
                o->stolen ? "'%s' is given away again after %s() stole it%s"
                          : "'%s' is not owned, and %s() steals it%s",
                o->name, o->added_by, immortal_note(o));
}

static void report_unchecked(rule_ctx *c, const rule_moment *m)
{
    rule_report_as(c, m, SEV_NOTE, confidence_in_object(&m->object),
                   "check the result and release the object when it is negative",
                   "'%s' leaks if %s() fails, and nothing looks at its result", m->object.name, m->call);
}

void rule_module_add_object(rule_ctx *c, const rule_moment *m)
{
    if (m->kind == MOMENT_ADD_UNCHECKED)
        report_unchecked(c, m);
    else if (m->kind == MOMENT_LOST && leak_of(m) == LEAK_BY_MODULE)
        report_leak(c, m);
    else if (m->kind == MOMENT_RELEASE && claim_of(m) == CLAIM_MODULE)
        report_release(c, m);
    else if (m->kind == MOMENT_GIVE && claim_of(m) == CLAIM_MODULE)
        report_give(c, m);
}
