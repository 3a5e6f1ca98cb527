/* RW703: the interpreter turns a result that comes with an exception into SystemError. */
#include "rules_int.h"

void rule_exception_set_on_success(rule_ctx *c, const rule_moment *m)
{
    const char *fix = m->call ? "handle the exception first: PyErr_Clear, PyErr_Fetch, or return"
                              : "return an error, or clear the exception with PyErr_Clear";
    const char *deed = m->call ? "is called" : "returns success", *who = m->call ? m->call : m->fn->name;

    if (m->ran)
        rule_report(c, m, m->call ? CONF_MEDIUM : CONF_HIGH, fix, "%s() %s with the exception of %s() set",
                    who, deed, m->ran);
    else
        rule_report(c, m, CONF_MEDIUM, fix, "%s() %s with an exception set", who, deed);
}
