/* RW701: on this path the pointer is NULL, and the code uses it as an object. */
#include "rules_int.h"

#include <string.h>

/* A lookup that finds nothing returns NULL too, and the programmer may know that it does find. */
static confidence confidence_of(const rule_object *o)
{
    if (o->made_by == NULL || o->origin == ORIGIN_NEW)
        return CONF_HIGH;
    return CONF_MEDIUM;
}

static bool is_counting(const char *call)
{
    return call == NULL || strcmp(call, "Py_DECREF") == 0 || strcmp(call, "Py_INCREF") == 0;
}

/* f(PyLong_FromLong(1)): RW104 says that the result needs a name and a test. */
static bool is_nested_call(const rule_moment *m)
{
    const rule_object *o = &m->object;

    return !is_counting(m->call) && o->made_by != NULL && o->origin == ORIGIN_NEW && !o->was_named;
}

static const char *fix_of(const rule_moment *m)
{
    return is_counting(m->call) ? "use Py_XDECREF or Py_CLEAR, or test it for NULL first"
                                : "test it for NULL and leave with the error";
}

void rule_unchecked_null(rule_ctx *c, const rule_moment *m)
{
    const rule_object *o = &m->object;

    if (is_nested_call(m))
        return;
    if (o->made_by == NULL)
        rule_report(c, m, confidence_of(o), fix_of(m), "%s gets NULL here",
                    m->call ? m->call : "this use");
    else if (o->was_named)
        rule_report(c, m, confidence_of(o), fix_of(m), "'%s' is NULL here when %s() fails", o->name,
                    o->made_by);
    else
        rule_report(c, m, confidence_of(o), fix_of(m), "the result of %s() is NULL here when it fails",
                    o->made_by);
}
