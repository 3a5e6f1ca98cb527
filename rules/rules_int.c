/* Why a reference is not ours, and how sure we are. See rules_int.h.
 *
 * What a reader could get wrong: releasing an argument is a bug only where the callers are known to
 * keep their reference. A helper that consumes its argument is a convention, not a fault.
 */
#include "rules_int.h"

#include <string.h>

bool called_by_interpreter(const ir_fn *fn)
{
    return (fn->roles & (IR_R_METHOD | IR_R_SLOT | IR_R_GETTER | IR_R_SETTER | IR_R_INIT)) != 0;
}

static bool never_was_ours(const rule_object *o)
{
    return !o->retained_here && (o->origin == ORIGIN_BORROWED || o->origin == ORIGIN_SINGLETON);
}

/* A visible function may be a helper that consumes its argument, but that is rare enough to say
 * something when it hands the argument on; a static one is judged at its calls. */
static bool is_borrowed_param(const rule_moment *m)
{
    if (called_by_interpreter(m->fn))
        return true;
    return m->kind == MOMENT_GIVE && !(m->fn->roles & IR_R_STATIC);
}

static bool is_borrowed(const rule_moment *m)
{
    const rule_object *o = &m->object;

    switch (o->origin) {
    case ORIGIN_BORROWED:
    case ORIGIN_SINGLETON:
        return true;
    case ORIGIN_PARAM:
        return is_borrowed_param(m);
    case ORIGIN_FIELD:
    case ORIGIN_GLOBAL:
    case ORIGIN_NEW: /* a field, global or container holds it by now */
        return m->kind == MOMENT_GIVE;
    case ORIGIN_UNKNOWN:
        return false;
    }
    return false;
}

static bool is_same(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

static claim own_claim(const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->pair)
        return CLAIM_UNCLEAR;
    if (o->owned > 0)
        return CLAIM_OWNED;
    if (o->stolen)
        return CLAIM_STOLEN;
    if (!never_was_ours(o) && (o->released || o->life == OBJ_DEAD))
        return CLAIM_RELEASED;
    return is_borrowed(m) ? CLAIM_BORROWED : CLAIM_UNCLEAR;
}

claim claim_of(const rule_moment *m)
{
    const rule_object *o = &m->object;
    claim c = own_claim(m);

    if (c == CLAIM_STOLEN && is_same(o->stolen_by, o->added_by))
        return CLAIM_MODULE;
    return c == CLAIM_BORROWED && m->kind == MOMENT_GIVE && is_same(m->call, o->added_by) ? CLAIM_MODULE : c;
}

/* Where the function succeeds, the reference that the module took was taken for a stolen one. */
leak_claim leak_of(const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->pair)
        return LEAK_OF_BUFFER;
    if (o->added == ADD_FAILED || (o->added == ADD_KEPT && m->how == LOST_AT_RETURN && !m->returns_error))
        return LEAK_BY_MODULE;
    return LEAK_OF_OBJECT;
}

confidence at_most(confidence c, confidence limit)
{
    return c < limit ? c : limit;
}

static bool may_be_pinned_on_purpose(const rule_moment *m)
{
    return m->object.origin != ORIGIN_NEW && m->how == LOST_AT_RETURN && !m->returns_error;
}

confidence confidence_in_leak(const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (o->immortal || o->origin == ORIGIN_UNKNOWN)
        return CONF_LOW;
    if (o->passed_to_unknown)
        return o->fresh ? CONF_MEDIUM : CONF_LOW;
    if (o->believed)
        return CONF_MEDIUM;
    return may_be_pinned_on_purpose(m) ? CONF_MEDIUM : CONF_HIGH;
}

confidence confidence_in_object(const rule_object *o)
{
    confidence c = CONF_HIGH;

    if (o->life == OBJ_PERHAPS_DEAD || o->immortal || o->believed)
        c = CONF_MEDIUM;
    if (o->origin == ORIGIN_FIELD || o->origin == ORIGIN_GLOBAL)
        c = CONF_MEDIUM;
    if (o->origin == ORIGIN_UNKNOWN)
        c = CONF_LOW;
    if (o->passed_to_unknown)
        c = at_most(c, o->fresh ? CONF_MEDIUM : CONF_LOW);
    return c;
}

const char *failure_value(const ir_fn *fn)
{
    return fn->ret == IR_INT ? "-1" : "NULL";
}

const char *immortal_note(const rule_object *o)
{
    return o->immortal ? " (harmless from Python 3.12 on)" : "";
}

bool has_new_ref(const rule_moment *m) { return m->target_minor == 0 || m->target_minor >= 10; }

const char *fix_unless_immortal(const rule_object *o, const char *fix)
{
    return o->immortal ? "take a reference first while versions before 3.12 are supported" : fix;
}
