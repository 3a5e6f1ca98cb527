/* RW301: the caller will release what it gets, but the reference is somebody else's.
 *
 * Only functions that are known to owe a new reference are judged: those the interpreter calls, and
 * those that return a new reference on another path.
 */
#include "rules_int.h"

static bool owes_new_reference(const rule_moment *m)
{
    if (m->fn->roles & IR_R_RETURNS_BORROWED)
        return false;
    return m->must_return_new || m->returns_new_elsewhere;
}

static bool is_gone(const rule_object *o)
{
    return o->stolen && o->life != OBJ_LIVE;
}

static confidence confidence_of(const rule_moment *m)
{
    confidence conf = confidence_in_object(&m->object);

    if (m->must_return_new)
        return conf;
    return m->object.immortal ? CONF_LOW : at_most(conf, CONF_MEDIUM);
}

void rule_borrowed_returned(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;
    claim why = claim_of(m);

    if (!owes_new_reference(m) || o->origin == ORIGIN_UNKNOWN)
        return;
    if (why == CLAIM_OWNED || why == CLAIM_RELEASED || is_gone(o))
        return;
    const char *fix = has_new_ref(m) ? "return a new reference: Py_NewRef, or Py_INCREF before"
                                     : "return a new reference: Py_INCREF before";

    rule_report(c, m, confidence_of(m), fix_unless_immortal(o, fix),
                "%s() returns '%s' without a new reference%s", m->fn->name, o->name,
                immortal_note(o));
}
