/* RW702: the interpreter will look for an exception and raise SystemError instead. */
#include "rules_int.h"

void rule_null_without_exception(rule_ctx *c, const rule_moment *m)
{
    if (!m->exit_is_failure)
        return;
    if (m->fn->roles & (IR_R_SETS_EXCEPTION | IR_R_NEGATIVE_SETS)) {
        rule_report(c, m, CONF_HIGH, "set an exception, or remove the annotation",
                    "%s() returns without setting an exception, although it is annotated to set one", m->fn->name);
        return;
    }
    rule_report(c, m, called_by_interpreter(m->fn) ? CONF_HIGH : CONF_LOW,
                "set an exception before returning, or return Py_None if this is no failure",
                "%s() returns %s without setting an exception", m->fn->name, failure_value(m->fn));
}
