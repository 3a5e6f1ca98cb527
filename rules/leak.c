/* RW102: the function succeeds (or cannot fail) and still owes a release. */
#include "rules_int.h"

static bool only_count_is_ours(const rule_object *o)
{
    return o->retained_here && o->origin != ORIGIN_NEW;
}

void rule_leak(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (m->how != LOST_AT_RETURN || m->returns_error || leak_of(m) != LEAK_OF_OBJECT)
        return;
    rule_report(c, m, confidence_in_leak(m), "release it before the function returns",
                only_count_is_ours(o) ? "the reference taken on '%s' leaks when %s() returns%s"
                                      : "'%s' leaks when %s() returns%s",
                o->name, m->fn->name, immortal_note(o));
}
