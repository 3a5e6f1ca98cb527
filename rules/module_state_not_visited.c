/* RW502: a module and what its state holds live for ever when the collector does not see it. */
#include "rules_int.h"

void rule_module_state_not_visited(rule_ctx *c, const rule_moment *m)
{
    if (m->fn)
        rule_report(c, m, CONF_HIGH, "add Py_VISIT for the member of the state",
                    "'%s' in the state of %s is not visited by %s()", m->field, m->record, m->fn->name);
    else
        rule_report(c, m, CONF_MEDIUM, "add m_traverse, m_clear and m_free",
                    "'%s' in the state of %s is never visited: there is no m_traverse", m->field, m->record);
}
