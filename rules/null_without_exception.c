/* RW702: the interpreter will look for an exception and raise SystemError instead. */
#include "rules_int.h"

#include <string.h>

/* For these, NULL without an exception means "no more" rather than a failure. */
static bool may_end_quietly(const ir_fn *fn)
{
    return fn->slot != NULL && strcmp(fn->slot, "tp_iternext") == 0;
}

void rule_null_without_exception(rule_ctx *c, const rule_moment *m)
{
    if (!m->exit_is_failure || may_end_quietly(m->fn))
        return;
    rule_report(c, m, called_by_interpreter(m->fn) ? CONF_HIGH : CONF_LOW,
                "set an exception before returning, or return Py_None if this is no failure",
                "%s() returns %s without setting an exception", m->fn->name, failure_value(m->fn));
}
