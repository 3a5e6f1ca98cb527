/* RW703: the interpreter turns a result that comes with an exception into SystemError. */
#include "rules_int.h"

void rule_exception_set_on_success(rule_ctx *c, const rule_moment *m)
{
    const char *by = m->ran ? m->ran : "a call";

    if (m->call)
        rule_report(c, m, CONF_MEDIUM, "handle the exception first: PyErr_Clear, PyErr_Fetch, or return",
                    "%s() is called while the exception of %s() is set", m->call, by);
    else
        rule_report(c, m, CONF_HIGH, "return an error, or clear the exception with PyErr_Clear",
                    "%s() returns success with the exception of %s() set", m->fn->name, by);
}
