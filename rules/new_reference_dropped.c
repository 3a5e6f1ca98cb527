/* RW104: a new reference that no variable ever held, and that nobody took over. */
#include "rules_int.h"

#include <string.h>

static bool is_ignored_result(const rule_moment *m)
{
    const char *maker = m->object.made_by;

    return m->call == NULL || (m->arg < 0 && maker != NULL && strcmp(m->call, maker) == 0);
}

void rule_new_reference_dropped(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    const char *from = o->made_by ? o->made_by : o->name;
    const char *call = o->made_by ? "()" : "";

    if (m->how != LOST_UNNAMED || leak_of(m) != LEAK_OF_OBJECT)
        return;
    if (is_ignored_result(m))
        rule_report(c, m, confidence_in_leak(m), "keep the result, check it and release it",
                    "the new reference from %s%s is dropped: nothing keeps the result%s", from, call,
                    immortal_note(o));
    else
        rule_report(c, m, confidence_in_leak(m),
                    "keep it in a variable, check it for NULL and release it after the call",
                    "the new reference from %s%s is dropped: %s() does not steal it%s", from, call,
                    m->call, immortal_note(o));
}
