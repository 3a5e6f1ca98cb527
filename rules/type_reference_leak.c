/* RW107: every instance of a heap type holds a reference to its type, since Python 3.8 always. */
#include "rules_int.h"

void rule_type_reference_leak(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, CONF_HIGH, "keep Py_TYPE(self) in a variable and Py_DECREF it after tp_free",
                "%s() frees an instance of %s without releasing its heap type", m->fn->name, m->record);
}
